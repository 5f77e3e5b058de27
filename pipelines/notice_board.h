/* notice_board.h - texts that lie over the tiles of one screen: alarm banners, ticker, clock. [control]
 *
 * Drawn on a [worker] when a text changes. Banners stack from the top in the order given: three, then
 * one line that says how many more there are. The ticker runs along the bottom, the clock stands in
 * the lower right corner above it. The block of a banner that nobody has acknowledged pulses; for
 * that nothing is drawn again.
 */
#ifndef WALLCTL_PIPELINES_NOTICE_BOARD_H
#define WALLCTL_PIPELINES_NOTICE_BOARD_H

#include "pipelines/stage.h"
#include "wallctl/base/work.h"
#include "wallctl/model/scene.h"

#define NOTICE_BANNERS 3 /* shown at once */

typedef struct NoticeBoard NoticeBoard;

/* For a screen of width x height px. draw keeps the order of jobs: one thread. */
NoticeBoard *notice_board_new(WorkPool *draw, int width, int height);
void notice_board_free(NoticeBoard *board);

/* What is to be read now. Texts that stay are not drawn again; one that changes under the same id
 * keeps its place and its overlay, so that the former is seen until the new one is drawn. */
void notice_board_set(NoticeBoard *board, const Notice *notices, guint n);

/* NULL text: no clock. */
void notice_board_set_clock(NoticeBoard *board, const char *name, const char *text);

/* The corner that the clock takes, roughly (its text has a fixed number of digits); empty without a clock. Screen px. */
Rect notice_board_clock_corner(const NoticeBoard *board);

/* How much of a tile lies under banners at its top, under the clock or the ticker at its bottom: px, even.
 * 0: nothing, or so much that too little of a small tile would be left. */
typedef struct {
    int head, foot;
} TileCover;
TileCover notice_board_cover(const NoticeBoard *board, Rect tile);

/* The state of all pulses at now_ns (clock_now_ns()). Runs by itself on the default main context while
 * something pulses. */
void notice_board_beat(NoticeBoard *board, gint64 now_ns);

/* For a Stage: how many there are, and out[0 .. count - 1] with references of their overlays and regions of their own. */
guint notice_board_count(const NoticeBoard *board);
void notice_board_fill(const NoticeBoard *board, StageNotice *out);

#endif
