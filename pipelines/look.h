/* look.h - what is drawn of a tile besides its picture: slate, name strip, age plate. [control]
 *
 * Drawn on a [worker] when something in it changed, never per frame. The overlays belong to stages as well, so a Look can go
 * while its tile is still on glass.
 */
#ifndef WALLCTL_PIPELINES_LOOK_H
#define WALLCTL_PIPELINES_LOOK_H

#include "pipelines/board_book.h"
#include "pipelines/draw.h"
#include "pipelines/feed.h"
#include "pipelines/notice_board.h"
#include "pipelines/overlay.h"
#include "wallctl/base/work.h"

typedef struct Look Look;

typedef struct {
    guint number;         /* tile */
    const Camera *camera; /* NULL: empty tile */
    Sign sign;
    FeedFault fault;
    gint64 since_unix_ms;
    gint64 next_try_ns; /* 0: none */
    gint64 picture_ns;  /* arrival of the newest picture, 0: none */
    const char *mark;   /* short word before the name, or NULL */
    BoardPage *board;   /* fills the tile instead of a slate, or NULL */
    TileCover cover;    /* of a board: what is written on it keeps clear */
} LookFacts;

/* For a tile of width x height on a screen of screen_height. draw keeps the order of jobs: one thread. */
Look *look_new(WorkPool *draw, int width, int height, int screen_height);
void look_free(Look *look);
void look_update(Look *look, const LookFacts *facts); /* draws what changed since the last call */
gboolean look_is_drawn(const Look *look); /* the slate of the last update is in its overlay */

Overlay *look_slate(Look *look); /* borrowed */
Overlay *look_label(Look *look);
Overlay *look_stale(Look *look);

/* What a feed's state is for a person. camera and info may be NULL. */
Sign sign_of_feed(const Camera *camera, const FeedInfo *info);

#endif
