/* canvas.c - one thread, one deadline after the other: composes a screen and hands the picture to
 * its sinks
 *
 * Deadlines are absolute multiples of the period since the monotonic epoch, so a late tick does not
 * delay the ones after it, and all canvases with the same rate tick together. Old stages are
 * released on [control]: freeing scalers and pictures takes time that a tick does not have.
 */
#include "pipelines/canvas.h"

#include "pipelines/compose.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LATE_NS (10 * NS_PER_MS)

typedef struct {
    guint id;
    CanvasSink sink;
    gpointer user;
} Sink;

/* A stage that waits for its tick. */
typedef struct {
    Stage *stage;
    gint64 from_ns;
} Coming;

struct Canvas {
    gint refs; /* posts on their way hold one */
    char *name;
    int width, height;
    CanvasShown shown; /* [control] NULL after canvas_free() */
    gpointer user;
    pthread_t thread;
    gint is_stopping, fps; /* atomic */

    pthread_mutex_t lock;
    GArray *coming;    /* lock: Coming, by tick; a newer stage must not delay one that is due */
    Frame *picture;    /* lock: the newest */
    CanvasStats stats; /* lock */

    pthread_mutex_t sinks_lock; /* held while sinks run */
    GArray *sinks;              /* sinks_lock */
    guint last_sink;            /* sinks_lock */
    gboolean has_new_sink;      /* sinks_lock */

    Composer *composer;            /* [canvas] */
    guint64 announced;             /* [canvas] id of the last stage reported as shown */
    gint64 window_ns, window_busy; /* [canvas] for the slack */
};

static void canvas_unref(Canvas *canvas)
{
    if (!g_atomic_int_dec_and_test(&canvas->refs))
        return;
    pthread_mutex_destroy(&canvas->lock);
    pthread_mutex_destroy(&canvas->sinks_lock);
    g_array_unref(canvas->sinks);
    g_array_unref(canvas->coming);
    g_free(canvas->name);
    g_free(canvas);
}

typedef struct {
    Canvas *canvas;
    guint64 stage_id;
    gint64 tick_ns;
    guint n_empty;
} ShownNews;

static void tell_shown(gpointer data)
{
    ShownNews *news = data;
    if (news->canvas->shown)
        news->canvas->shown(news->canvas, news->stage_id, news->tick_ns, news->n_empty,
                            news->canvas->user);
}

static void free_shown(gpointer data)
{
    ShownNews *news = data;
    canvas_unref(news->canvas);
    g_free(news);
}

static void release_stage(gpointer data)
{
    stage_unref(data);
}

/* Ahead of the decoders: real time where allowed, else a better nice value, else the decoders'
 * worse one must do. */
static void raise_priority(const char *name)
{
    struct sched_param param = { .sched_priority = 1 };
    if (pthread_setschedparam(pthread_self(), SCHED_RR, &param) == 0)
        return;
    if (setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), -15) == 0)
        return;
    log_info(CANVAS,
             "%s: no right to raise the tick's priority; decoders run at a lower one instead",
             name);
}

static void take_stage(Canvas *canvas, gint64 tick_ns)
{
    for (;;) {
        pthread_mutex_lock(&canvas->lock);
        const Coming *first =
            canvas->coming->len ? &g_array_index(canvas->coming, Coming, 0) : NULL;
        Stage *stage = first && first->from_ns <= tick_ns ? first->stage : NULL;
        if (stage)
            g_array_remove_index(canvas->coming, 0);
        pthread_mutex_unlock(&canvas->lock);
        if (!stage)
            return;
        Stage *old = composer_set_stage(canvas->composer, stage);
        if (old)
            post_control(release_stage, old, NULL);
    }
}

static void hand_out(Canvas *canvas, Frame *picture)
{
    pthread_mutex_lock(&canvas->lock);
    Frame *old = canvas->picture;
    canvas->picture = frame_ref(picture);
    pthread_mutex_unlock(&canvas->lock);
    if (old)
        frame_unref(old);
    pthread_mutex_lock(&canvas->sinks_lock);
    for (guint i = 0; i < canvas->sinks->len; i++) {
        const Sink *sink = &g_array_index(canvas->sinks, Sink, i);
        sink->sink(picture, sink->user);
    }
    pthread_mutex_unlock(&canvas->sinks_lock);
}

static void announce(Canvas *canvas, gint64 tick_ns, guint n_empty)
{
    const Stage *stage = composer_stage(canvas->composer);
    if (!stage || stage->id == canvas->announced)
        return;
    canvas->announced = stage->id;
    ShownNews *news = g_new(ShownNews, 1);
    *news = (ShownNews) { canvas, stage->id, tick_ns, n_empty };
    g_atomic_int_inc(&canvas->refs);
    post_control(tell_shown, news, free_shown);
}

static void count_tick(Canvas *canvas, gint64 deadline, gint64 start, gint64 period,
                       ComposeResult result)
{
    gint64 end = clock_now_ns();
    canvas->window_busy += end - start;
    pthread_mutex_lock(&canvas->lock);
    CanvasStats *stats = &canvas->stats;
    stats->ticks++;
    stats->late += start - deadline > LATE_NS;
    stats->max_late_ns = MAX(stats->max_late_ns, start - deadline);
    stats->busy_ns += end - start;
    stats->changed += result == COMPOSE_CHANGED;
    stats->no_surface += result == COMPOSE_NO_SURFACE;
    if (end > deadline + period)
        stats->skipped += (guint64)((end - deadline) / period);
    if (end - canvas->window_ns >= NS_PER_SEC) {
        stats->slack = 1 - (double)canvas->window_busy / (double)(end - canvas->window_ns);
        canvas->window_ns = end;
        canvas->window_busy = 0;
    }
    pthread_mutex_unlock(&canvas->lock);
}

static void tick(Canvas *canvas, gint64 deadline, gint64 period)
{
    gint64 start = clock_now_ns();
    take_stage(canvas, deadline);
    pthread_mutex_lock(&canvas->sinks_lock);
    gboolean is_forced = canvas->has_new_sink;
    canvas->has_new_sink = FALSE;
    pthread_mutex_unlock(&canvas->sinks_lock);
    guint n_empty;
    g_autoptr(Frame) picture = NULL;
    ComposeResult result =
        composer_tick(canvas->composer, deadline, start, is_forced, &picture, &n_empty);
    if (picture) {
        hand_out(canvas, picture);
        announce(canvas, deadline, n_empty);
    }
    count_tick(canvas, deadline, start, period, result);
}

static void sleep_until(gint64 deadline)
{
    struct timespec ts = { .tv_sec = deadline / NS_PER_SEC, .tv_nsec = deadline % NS_PER_SEC };
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
        ;
}

static void *run(void *user)
{
    Canvas *canvas = user;
    raise_priority(canvas->name);
    canvas->window_ns = clock_now_ns();
    while (!g_atomic_int_get(&canvas->is_stopping)) {
        guint fps = (guint)g_atomic_int_get(&canvas->fps);
        gint64 deadline = canvas_next_tick(fps, 0);
        sleep_until(deadline);
        tick(canvas, deadline, NS_PER_SEC / fps);
    }
    return NULL;
}

gint64 canvas_next_tick(guint fps, gint64 lead_ns)
{
    gint64 period = NS_PER_SEC / fps;
    return ((clock_now_ns() + lead_ns) / period + 1) * period;
}

void canvas_show(Canvas *canvas, Stage *stage, gint64 from_ns)
{
    assert_control_thread();
    const Coming last = { stage, from_ns };
    g_autoptr(GPtrArray) outdated = g_ptr_array_new_with_free_func((GDestroyNotify)stage_unref);
    pthread_mutex_lock(&canvas->lock);
    for (guint n = canvas->coming->len; n > 0; n--) {
        const Coming *before = &g_array_index(canvas->coming, Coming, n - 1);
        if (before->from_ns < from_ns)
            break;
        g_ptr_array_add(outdated, before->stage);
        g_array_set_size(canvas->coming, n - 1);
    }
    g_array_append_val(canvas->coming, last);
    pthread_mutex_unlock(&canvas->lock);
}

guint canvas_add_sink(Canvas *canvas, CanvasSink sink, gpointer user)
{
    pthread_mutex_lock(&canvas->sinks_lock);
    Sink entry = { ++canvas->last_sink, sink, user };
    g_array_append_val(canvas->sinks, entry);
    canvas->has_new_sink = TRUE;
    pthread_mutex_unlock(&canvas->sinks_lock);
    return entry.id;
}

void canvas_remove_sink(Canvas *canvas, guint id)
{
    pthread_mutex_lock(&canvas->sinks_lock);
    for (guint i = 0; i < canvas->sinks->len; i++) {
        if (g_array_index(canvas->sinks, Sink, i).id == id) {
            g_array_remove_index(canvas->sinks, i);
            break;
        }
    }
    pthread_mutex_unlock(&canvas->sinks_lock);
}

Frame *canvas_ref_picture(Canvas *canvas)
{
    pthread_mutex_lock(&canvas->lock);
    Frame *picture = canvas->picture ? frame_ref(canvas->picture) : NULL;
    pthread_mutex_unlock(&canvas->lock);
    return picture;
}

void canvas_get_stats(Canvas *canvas, CanvasStats *stats)
{
    pthread_mutex_lock(&canvas->lock);
    *stats = canvas->stats;
    canvas->stats.max_late_ns = 0;
    pthread_mutex_unlock(&canvas->lock);
}

void canvas_set_fps(Canvas *canvas, guint fps)
{
    g_atomic_int_set(&canvas->fps, (gint)fps);
}

void canvas_get_size(const Canvas *canvas, int *width, int *height)
{
    *width = canvas->width;
    *height = canvas->height;
}

Canvas *canvas_new(const char *name, int width, int height, guint fps, guint32 background,
                   CanvasShown shown, gpointer user)
{
    Canvas *canvas = g_new0(Canvas, 1);
    canvas->refs = 1;
    canvas->name = g_strdup(name);
    canvas->width = width;
    canvas->height = height;
    canvas->fps = (gint)fps;
    canvas->shown = shown;
    canvas->user = user;
    canvas->stats.slack = 1;
    canvas->sinks = g_array_new(FALSE, FALSE, sizeof(Sink));
    canvas->coming = g_array_new(FALSE, FALSE, sizeof(Coming));
    canvas->composer = composer_new(width, height, background);
    pthread_mutex_init(&canvas->lock, NULL);
    pthread_mutex_init(&canvas->sinks_lock, NULL);
    int failed = pthread_create(&canvas->thread, NULL, run, canvas);
    g_assert(failed == 0);
    return canvas;
}

void canvas_stop(Canvas *canvas)
{
    g_atomic_int_set(&canvas->is_stopping, 1);
}

void canvas_free(Canvas *canvas)
{
    if (!canvas)
        return;
    assert_control_thread();
    canvas_stop(canvas);
    pthread_join(canvas->thread, NULL);
    canvas->shown = NULL;
    composer_free(canvas->composer);
    for (guint i = 0; i < canvas->coming->len; i++)
        stage_unref(g_array_index(canvas->coming, Coming, i).stage);
    g_array_set_size(canvas->coming, 0);
    if (canvas->picture)
        frame_unref(canvas->picture);
    canvas_unref(canvas);
}
