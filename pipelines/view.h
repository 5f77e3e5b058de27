/* view.h - one way of looking at one feed: a size, a crop, a rotation, masks. Counted.
 *
 * A decoded frame is scaled once per view, on the decoder's thread, masked, and put into a queue of two: one newest frame
 * alone loses pictures to the beat of two 25 fps clocks (measured 22.3 of 25). All tiles and canvases that want the same
 * look share the view. A feed decodes while it has views and only receives while it has none.
 */
#ifndef WALLCTL_PIPELINES_VIEW_H
#define WALLCTL_PIPELINES_VIEW_H

#include "pipelines/frame.h"
#include "wallctl/model/geometry.h"
#include "wallctl/model/mask.h"
#include "wallctl/model/wall.h"

typedef struct {
    int width, height;  /* of the tile, px, even */
    Fit fit;
    FRect crop;
    guint rotation;
} ViewSpec;

typedef struct View View;

View *view_ref(View *view);    /* [any] */
void view_unref(View *view);   /* [any] the last one detaches it from its feed */

/* [canvas] The picture for the tick at tick_ns: takes the next queued one the first time a tick is asked for and gives the
 * same one to every canvas of that tick. New reference, NULL before the first picture. */
Frame *view_ref_for_tick(View *view, gint64 tick_ns);

/* [canvas] What view_ref_for_tick() would return: its serial (0: none), without taking anything. */
guint64 view_peek_serial(View *view, gint64 tick_ns);

/* [any] Arrival of the newest picture, 0 before the first. */
gint64 view_newest_ns(View *view);

/* [any] Where the picture lies inside the tile (FIT_CONTAIN leaves bars); equal to the tile until the first picture. */
Rect view_picture_rect(View *view);

#endif
