/* view.h - one way of looking at one feed: a size, a crop, a rotation, masks. Counted.
 *
 * A decoded picture is scaled once per view, on the decoder's thread, masked, and put into a queue of two: one newest frame
 * alone loses pictures to the beat of two 25 fps clocks (measured 22.3 of 25). All tiles and canvases that want the same
 * look share the view. A feed decodes while it has views and only receives while it has none.
 */
#ifndef WALLCTL_PIPELINES_VIEW_H
#define WALLCTL_PIPELINES_VIEW_H

#include "pipelines/frame.h"
#include "wallctl/model/geometry.h"
#include "wallctl/model/mask.h"
#include "wallctl/model/wall.h"

#include <libavutil/frame.h>

typedef struct {
    int width, height; /* of the tile, px, even */
    Fit fit;
    FRect crop;
    guint rotation;
} ViewSpec;

gboolean view_spec_equal(const ViewSpec *a, const ViewSpec *b);

typedef struct View View;

View *view_ref(View *view);  /* [any] */
void view_unref(View *view); /* [any] the last one tells the owner first */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(View, view_unref)

/* A new reference, or NULL when the last one has gone already: for the owner's list, which holds none. [any] */
View *view_try_ref(View *view);

/* gone runs once, on the thread of the last unref, before the view is freed. */
View *view_new(const ViewSpec *spec, const Mask *masks, guint n_masks,
               void (*gone)(View *view, gpointer owner), gpointer owner);
const ViewSpec *view_spec(const View *view);
gboolean view_has_masks(const View *view, const Mask *masks, guint n_masks);

/* [decode] Scales picture and queues it; the oldest of three is dropped. FALSE with an error: no picture was queued.
 * *is_first: it was the view's first one. */
gboolean view_render(View *view, const AVFrame *picture, gint64 arrival_ns, gboolean *is_first,
                     GError **error);

/* [canvas] The picture for the tick at tick_ns: takes the next queued one the first time a tick is asked for and gives the
 * same one to every canvas of that tick. New reference, NULL before the first picture. *inside: where it lies in the tile
 * (FIT_CONTAIN leaves bars). */
Frame *view_ref_for_tick(View *view, gint64 tick_ns, Rect *inside);

/* [any] Arrival of the newest picture, 0 before the first. */
gint64 view_newest_ns(View *view);

/* [any] The camera was alive at now_ns although no new picture came: while only key frames are decoded, the picture that is
 * shown is not a frozen one. */
void view_touch(View *view, gint64 now_ns);
gint64 view_touched_ns(View *view); /* [any] 0: never */

/* [any] Tile size by picture size of the last scaling, 0 before the first: small ones can do without the loop filter. */
double view_ratio(View *view);

#endif
