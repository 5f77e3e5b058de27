/* test_view.c - the queue of two between a decoder and the canvases, and how a view ends */
#include "pipelines/view.h"
#include "tests/pipeline/paint.h"
#include "wallctl/base/clock.h"

#include <pthread.h>

static const ViewSpec whole = { 64, 36, FIT_CONTAIN, { 0, 0, 1, 1 }, 0 };

/* A picture that is all of one value. */
static gboolean render(View *view, int width, int height, guint8 value, gint64 arrival_ns)
{
    AVFrame *picture = new_picture(width, height, AV_PIX_FMT_YUV420P);
    for (int i = 0; i < 3; i++)
        memset(picture->data[i], value,
               (gsize)picture->linesize[i] * (gsize)(i ? height / 2 : height));
    gboolean is_first = FALSE;
    g_autoptr(GError) error = NULL;
    gboolean is_done = view_render(view, picture, arrival_ns, &is_first, &error);
    g_assert_no_error(error);
    g_assert_true(is_done);
    av_frame_free(&picture);
    return is_first;
}

/* The value of the picture for a tick; 0: none. */
static int value_at(View *view, gint64 tick_ns)
{
    Rect inside;
    g_autoptr(Frame) frame = view_ref_for_tick(view, tick_ns, &inside);
    return frame ? frame->plane[0][0] : 0;
}

static void test_queue(void)
{
    g_autoptr(View) view = view_new(&whole, NULL, 0, NULL, NULL);
    g_assert_cmpint(value_at(view, 1), ==, 0);
    g_assert_cmpint(view_newest_ns(view), ==, 0);
    g_assert_true(render(view, 64, 36, 10, 100));
    g_assert_false(render(view, 64, 36, 20, 200));
    g_assert_cmpint(view_newest_ns(view), ==, 200);
    g_assert_cmpint(value_at(view, 2), ==, 10);
    g_assert_cmpint(value_at(view, 2), ==, 10); /* the same to every canvas of the tick */
    g_assert_cmpint(value_at(view, 3), ==, 20);
    g_assert_cmpint(value_at(view, 4), ==, 20); /* nothing new: the last one again */
    for (int i = 3; i <= 6; i++)
        render(view, 64, 36, (guint8)(10 * i), 100 * i);
    g_assert_cmpint(value_at(view, 5), ==, 50); /* 30 and 40 were dropped: too old */
    g_assert_cmpint(value_at(view, 6), ==, 60);
    g_assert_cmpfloat_with_epsilon(view_ratio(view), 1, 0.001);
}

/* Two canvases of which one is late: what it asks for a tick that is over must not take a picture
 * from the next. */
static void test_late_canvas(void)
{
    g_autoptr(View) view = view_new(&whole, NULL, 0, NULL, NULL);
    render(view, 64, 36, 10, 100);
    render(view, 64, 36, 20, 200);
    g_assert_cmpint(value_at(view, 2), ==, 10);
    g_assert_cmpint(value_at(view, 1), ==, 10);
    g_assert_cmpint(value_at(view, 2), ==, 10);
    g_assert_cmpint(value_at(view, 3), ==, 20);
}

/* A camera that changes its shape: each picture has its own place, also while the older one still
 * waits. */
static void test_place(void)
{
    g_autoptr(View) view = view_new(&whole, NULL, 0, NULL, NULL);
    render(view, 64, 36, 10, 100);
    render(view, 36, 36, 20, 200);
    Rect inside;
    g_autoptr(Frame) first = view_ref_for_tick(view, 1, &inside);
    g_assert_true(rect_equal(inside, (Rect) { 0, 0, 64, 36 }));
    g_autoptr(Frame) second = view_ref_for_tick(view, 2, &inside);
    g_assert_true(rect_equal(inside, (Rect) { 14, 0, 36, 36 }));
    g_assert_cmpint(second->width, ==, 36);
    g_assert_cmpuint(second->serial, >, first->serial);
    g_assert_cmpint(second->arrival_ns, ==, 200);
}

/* What cannot be scaled leaves the view as it was. */
static void test_refused(void)
{
    g_autoptr(View) view = view_new(&whole, NULL, 0, NULL, NULL);
    render(view, 64, 36, 10, 100);
    AVFrame *picture = av_frame_alloc();
    picture->width = 64;
    picture->height = 36;
    picture->format = AV_PIX_FMT_VAAPI;
    gboolean is_first = FALSE;
    g_autoptr(GError) error = NULL;
    g_assert_false(view_render(view, picture, 200, &is_first, &error));
    g_assert_nonnull(error);
    av_frame_free(&picture);
    g_assert_cmpint(view_newest_ns(view), ==, 100);
    g_assert_cmpint(value_at(view, 1), ==, 10);
}

static void test_touch(void)
{
    g_autoptr(View) view = view_new(&whole, NULL, 0, NULL, NULL);
    g_assert_cmpint(view_touched_ns(view), ==, 0);
    view_touch(view, 7);
    g_assert_cmpint(view_touched_ns(view), ==, 7);
    g_assert_cmpint(view_newest_ns(view), ==, 0); /* alive, but no picture */
}

static void test_same_look(void)
{
    static const ViewSpec others[] = {
        { 62, 36, FIT_CONTAIN, { 0, 0, 1, 1 }, 0 },   { 64, 34, FIT_CONTAIN, { 0, 0, 1, 1 }, 0 },
        { 64, 36, FIT_COVER, { 0, 0, 1, 1 }, 0 },     { 64, 36, FIT_CONTAIN, { 0, 0, 0.5, 1 }, 0 },
        { 64, 36, FIT_CONTAIN, { 0, 0, 1, 1 }, 180 },
    };
    g_assert_true(view_spec_equal(&whole, &(ViewSpec) { 64, 36, FIT_CONTAIN, FRECT_FULL, 0 }));
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        g_assert_false(view_spec_equal(&whole, &others[i]));
    Mask mask = { .mode = MASK_BLACK, .n_points = 3, .point = { { 0, 0 }, { 1, 0 }, { 1, 1 } } };
    Mask other = mask;
    other.point[2].y = 0.5;
    Mask mosaic = mask;
    mosaic.mode = MASK_MOSAIC;
    g_autoptr(View) view = view_new(&whole, &mask, 1, NULL, NULL);
    g_assert_true(view_has_masks(view, &mask, 1));
    g_assert_false(view_has_masks(view, &other, 1));
    g_assert_false(view_has_masks(view, &mosaic, 1));
    g_assert_false(view_has_masks(view, NULL, 0));
}

typedef struct {
    pthread_mutex_t lock;
    View *listed; /* as the reel does it: without a reference */
    guint gone;
    gint revived, is_over; /* atomic */
} Owner;

static void on_gone(View *view, gpointer user)
{
    Owner *owner = user;
    g_assert_null(view_try_ref(view)); /* too late */
    pthread_mutex_lock(&owner->lock);
    if (owner->listed == view)
        owner->listed = NULL;
    owner->gone++;
    pthread_mutex_unlock(&owner->lock);
}

static void test_gone(void)
{
    Owner owner = { .lock = PTHREAD_MUTEX_INITIALIZER };
    View *view = view_new(&whole, NULL, 0, on_gone, &owner);
    owner.listed = view;
    render(view, 64, 36, 10, 100);
    Rect inside;
    Frame *frame = view_ref_for_tick(view, 1, &inside);
    g_assert_true(view_try_ref(view) == view);
    view_unref(view);
    g_assert_cmpuint(owner.gone, ==, 0);
    view_unref(view);
    g_assert_cmpuint(owner.gone, ==, 1);
    g_assert_null(owner.listed);
    g_assert_cmpint(frame->plane[0][0], ==, 10); /* pictures outlive their view */
    frame_unref(frame);
    view_unref(NULL);
}

static void *try_for_ever(void *user)
{
    Owner *owner = user;
    while (!g_atomic_int_get(&owner->is_over)) {
        pthread_mutex_lock(&owner->lock);
        View *view = owner->listed ? view_try_ref(owner->listed) : NULL;
        pthread_mutex_unlock(&owner->lock);
        if (view) {
            g_atomic_int_inc(&owner->revived);
            view_unref(view);
        }
    }
    return NULL;
}

/* Looking a view up while its last reference goes, over and over: a new reference or none, never a
 * dead view. */
static void test_gone_race(void)
{
    Owner owner = { .lock = PTHREAD_MUTEX_INITIALIZER };
    pthread_t thread;
    int failed = pthread_create(&thread, NULL, try_for_ever, &owner);
    g_assert_cmpint(failed, ==, 0);
    guint made = 0;
    for (; made < 100000 && g_atomic_int_get(&owner.revived) < 500; made++) {
        View *view = view_new(&whole, NULL, 0, on_gone, &owner);
        pthread_mutex_lock(&owner.lock);
        owner.listed = view;
        pthread_mutex_unlock(&owner.lock);
        g_thread_yield();
        view_unref(view);
        for (gboolean is_listed = TRUE;
             is_listed;) { /* the other thread may have the last reference */
            pthread_mutex_lock(&owner.lock);
            is_listed = owner.listed != NULL;
            pthread_mutex_unlock(&owner.lock);
        }
    }
    g_atomic_int_set(&owner.is_over, 1);
    pthread_join(thread, NULL);
    g_assert_cmpuint(owner.gone, ==, made);
    g_assert_cmpint(owner.revived, >, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/view/queue", test_queue);
    g_test_add_func("/view/late_canvas", test_late_canvas);
    g_test_add_func("/view/place", test_place);
    g_test_add_func("/view/refused", test_refused);
    g_test_add_func("/view/touch", test_touch);
    g_test_add_func("/view/same_look", test_same_look);
    g_test_add_func("/view/gone", test_gone);
    g_test_add_func("/view/gone_race", test_gone_race);
    return g_test_run();
}
