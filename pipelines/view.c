/* view.c - one way of looking at one feed: a queue of two scaled pictures */
#include "pipelines/view.h"

#include "pipelines/scale.h"

#include <pthread.h>
#include <string.h>

#define QUEUE_LEN   2
#define DELAY_TICKS 50

/* A picture and where it lies in the tile: a camera may change its size while one waits. */
typedef struct {
    Frame *frame;
    Rect inside;
} Place;

struct View {
    gint refs;
    ViewSpec spec;
    guint n_masks;
    Mask *masks;
    void (*gone)(View *, gpointer);
    gpointer owner;
    Scaler *scaler; /* [decode] only */

    pthread_mutex_t lock; /* held for pointer moves only: the canvas takes it */
    Place queue[QUEUE_LEN];
    guint queued;
    guint ticks, least_queued; /* of the ticks since the last look at the standing delay */
    Place shown;               /* frame NULL before the first */
    gint64 tick_ns, newest_ns, touched_ns;
    guint64 serial;
    double ratio;
};

gboolean view_spec_equal(const ViewSpec *a, const ViewSpec *b)
{
    return a->width == b->width && a->height == b->height && a->fit == b->fit &&
           a->rotation == b->rotation && frect_equal(a->crop, b->crop);
}

const ViewSpec *view_spec(const View *view)
{
    return &view->spec;
}

gboolean view_has_masks(const View *view, const Mask *masks, guint n_masks)
{
    if (view->n_masks != n_masks)
        return FALSE;
    for (guint i = 0; i < n_masks; i++) {
        const Mask *a = &view->masks[i], *b = &masks[i];
        if (a->mode != b->mode || a->n_points != b->n_points ||
            memcmp(a->point, b->point, a->n_points * sizeof a->point[0]) != 0)
            return FALSE;
    }
    return TRUE;
}

gboolean view_render(View *view, const AVFrame *picture, gint64 arrival_ns, gboolean *is_first,
                     GError **error)
{
    Rect inside;
    Frame *frame = scaler_run(view->scaler, picture, &inside, error);
    if (!frame)
        return FALSE;
    frame->arrival_ns = arrival_ns;
    pthread_mutex_lock(&view->lock);
    frame->serial = ++view->serial;
    *is_first = view->newest_ns == 0;
    view->newest_ns = arrival_ns;
    view->ratio = scaler_ratio(view->scaler);
    Frame *dropped = NULL;
    if (view->queued == QUEUE_LEN) {
        dropped = view->queue[0].frame;
        memmove(view->queue, view->queue + 1, (QUEUE_LEN - 1) * sizeof view->queue[0]);
        view->queued--;
    }
    view->queue[view->queued++] = (Place) { frame, inside };
    pthread_mutex_unlock(&view->lock);
    if (dropped)
        frame_unref(dropped);
    return TRUE;
}

/* Nobody has the view any more: no lock. */
static void drop_pictures(View *view)
{
    for (guint i = 0; i < view->queued; i++)
        frame_unref(view->queue[i].frame);
    frame_unref(view->shown.frame);
}

/* Lock held; there is a queued picture. */
static void take_next(View *view)
{
    view->shown = view->queue[0];
    memmove(view->queue, view->queue + 1, (QUEUE_LEN - 1) * sizeof view->queue[0]);
    view->queued--;
}

/* Lock held, once a tick. Two clocks of the same rate can keep one picture waiting for ever: when
 * that was so at every tick of two seconds, it is not needed against jitter, and one picture less
 * is 40 ms less delay. Returns what is left out. */
static Frame *drop_standing_delay(View *view)
{
    view->least_queued = view->ticks ? MIN(view->least_queued, view->queued) : view->queued;
    if (++view->ticks < DELAY_TICKS)
        return NULL;
    view->ticks = 0;
    if (view->least_queued == 0)
        return NULL;
    Frame *skipped = view->shown.frame;
    take_next(view);
    return skipped;
}

Frame *view_ref_for_tick(View *view, gint64 tick_ns, Rect *inside)
{
    Frame *old = NULL, *skipped = NULL;
    pthread_mutex_lock(&view->lock);
    if (tick_ns > view->tick_ns) { /* a canvas that is late takes what the others have */
        view->tick_ns = tick_ns;
        if (view->queued) {
            old = view->shown.frame;
            take_next(view);
        }
        skipped = drop_standing_delay(view);
    }
    Frame *frame = view->shown.frame ? frame_ref(view->shown.frame) : NULL;
    *inside = view->shown.inside;
    pthread_mutex_unlock(&view->lock);
    if (old)
        frame_unref(old);
    if (skipped)
        frame_unref(skipped);
    return frame;
}

gint64 view_newest_ns(View *view)
{
    pthread_mutex_lock(&view->lock);
    gint64 newest = view->newest_ns;
    pthread_mutex_unlock(&view->lock);
    return newest;
}

void view_touch(View *view, gint64 now_ns)
{
    pthread_mutex_lock(&view->lock);
    view->touched_ns = now_ns;
    pthread_mutex_unlock(&view->lock);
}

gint64 view_touched_ns(View *view)
{
    pthread_mutex_lock(&view->lock);
    gint64 touched = view->touched_ns;
    pthread_mutex_unlock(&view->lock);
    return touched;
}

double view_ratio(View *view)
{
    pthread_mutex_lock(&view->lock);
    double ratio = view->ratio;
    pthread_mutex_unlock(&view->lock);
    return ratio;
}

View *view_new(const ViewSpec *spec, const Mask *masks, guint n_masks,
               void (*gone)(View *, gpointer), gpointer owner)
{
    View *view = g_new0(View, 1);
    view->refs = 1;
    view->spec = *spec;
    view->n_masks = n_masks;
    view->masks = g_memdup2(masks, n_masks * sizeof *masks);
    view->gone = gone;
    view->owner = owner;
    view->scaler = scaler_new(spec, masks, n_masks);
    pthread_mutex_init(&view->lock, NULL);
    return view;
}

View *view_ref(View *view)
{
    g_atomic_int_inc(&view->refs);
    return view;
}

View *view_try_ref(View *view)
{
    for (;;) {
        gint refs = g_atomic_int_get(&view->refs);
        if (refs == 0)
            return NULL;
        if (g_atomic_int_compare_and_exchange(&view->refs, refs, refs + 1))
            return view;
    }
}

void view_unref(View *view)
{
    if (!view || !g_atomic_int_dec_and_test(&view->refs))
        return;
    if (view->gone)
        view->gone(view, view->owner);
    drop_pictures(view);
    scaler_free(view->scaler);
    pthread_mutex_destroy(&view->lock);
    g_free(view->masks);
    g_free(view);
}
