/* notice_board.h - texts that lie over the tiles of one screen: alarm banners, ticker, clock. [control]
 *
 * Drawn on a [worker] when a text changes. Banners stack from the top, the ticker runs along the bottom, the clock stands in
 * the lower right corner above it.
 */
#ifndef WALLCTL_PIPELINES_NOTICE_BOARD_H
#define WALLCTL_PIPELINES_NOTICE_BOARD_H

#include "pipelines/stage.h"
#include "wallctl/base/work.h"
#include "wallctl/model/scene.h"

typedef struct NoticeBoard NoticeBoard;

/* For a screen of width x height px. draw keeps the order of jobs: one thread. */
NoticeBoard *notice_board_new(WorkPool *draw, int width, int height);
void notice_board_free(NoticeBoard *board);

/* What is to be read now; texts that stay are not drawn again. */
void notice_board_set(NoticeBoard *board, const Notice *notices, guint n);

/* NULL text: no clock. */
void notice_board_set_clock(NoticeBoard *board, const char *name, const char *text);

/* The corner that the clock takes, roughly (its text has a fixed number of digits); empty without a clock. Screen px. */
Rect notice_board_clock_corner(const NoticeBoard *board);

/* For a Stage: how many there are, and out[0 .. count - 1] with references of their overlays. */
guint notice_board_count(const NoticeBoard *board);
void notice_board_fill(const NoticeBoard *board, StageNotice *out);

#endif
