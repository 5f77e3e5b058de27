/* test_canvas.c - ticks on one grid, stages on their tick, sinks that come and go
 *
 * A loaded machine may skip a tick; so nothing here counts on one that must happen, only on what
 * must hold for those that do.
 */
#include "pipelines/canvas.h"
#include "tests/pipeline/paint.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <pthread.h>

enum { WIDTH = 64, HEIGHT = 36, FPS = 50, MAX_SEEN = 2048 };
#define PERIOD_NS (NS_PER_SEC / FPS)

/* What a sink saw; locked, because it runs on the canvas's thread. */
typedef struct {
    pthread_mutex_t lock;
    guint n;
    gint64 tick_ns[MAX_SEEN];
    guint64 revision[MAX_SEEN], serial[MAX_SEEN];
    guint sleep_ms; /* once */
    gboolean is_gone;
} Seen;

static void on_picture(Frame *frame, gpointer user)
{
    Seen *seen = user;
    pthread_mutex_lock(&seen->lock);
    g_assert_false(seen->is_gone);
    guint sleep_ms = seen->sleep_ms;
    seen->sleep_ms = 0;
    if (seen->n < MAX_SEEN) {
        seen->tick_ns[seen->n] = frame->arrival_ns;
        seen->revision[seen->n] = frame->revision;
        seen->serial[seen->n] = frame->serial;
        seen->n++;
    }
    pthread_mutex_unlock(&seen->lock);
    if (sleep_ms)
        g_usleep(sleep_ms * 1000);
}

static guint seen_count(Seen *seen)
{
    pthread_mutex_lock(&seen->lock);
    guint n = seen->n;
    pthread_mutex_unlock(&seen->lock);
    return n;
}

static void seen_init(Seen *seen)
{
    memset(seen, 0, sizeof *seen);
    pthread_mutex_init(&seen->lock, NULL);
}

static gboolean has_seen(gpointer user)
{
    return seen_count(user) >= 25;
}

static gboolean wait_until(gboolean (*done)(gpointer), gpointer user)
{
    gint64 limit = clock_now_ns() + 20 * NS_PER_SEC;
    while (!done(user)) {
        if (clock_now_ns() > limit)
            return FALSE;
        post_drain();
        g_usleep(500);
    }
    return TRUE;
}

/* A stage whose picture changes with every 40 ms: a strip that scrolls. */
static Stage *moving_stage(guint64 revision)
{
    GRand *rand = g_rand_new_with_seed(1);
    Stage *stage = stage_new(revision, 0, 1);
    Overlay *overlay = overlay_new();
    overlay_put(overlay, noise_bitmap(rand, 2 * WIDTH, 8, TRUE));
    stage->notices[0] = (StageNotice) { .overlay = overlay, .width = WIDTH, .scroll_px = 2 };
    g_rand_free(rand);
    return stage;
}

static Stage *still_stage(guint64 revision)
{
    return stage_new(revision, 0, 0);
}

static void test_next_tick(void)
{
    static const guint rates[] = { 1, 10, 15, 25, 30, 50, 60 };
    for (gsize i = 0; i < G_N_ELEMENTS(rates); i++) {
        gint64 period = NS_PER_SEC / rates[i];
        for (gint64 lead = 0; lead < 3 * period; lead += period / 3 + 1) {
            gint64 before = clock_now_ns();
            gint64 tick = canvas_next_tick(rates[i], lead);
            gint64 after = clock_now_ns();
            g_assert_cmpint(tick % period, ==, 0);
            g_assert_cmpint(tick, >, before + lead);
            g_assert_cmpint(tick, <=, after + lead + period);
        }
    }
}

/* Two screens tick together, and every tick lies on the grid, also after one that took too long. */
static void test_common_grid(void)
{
    Seen seen[2];
    Canvas *canvas[2];
    for (int i = 0; i < 2; i++) {
        seen_init(&seen[i]);
        canvas[i] = canvas_new(i ? "b" : "a", WIDTH, HEIGHT, FPS, 0, NULL, NULL);
        canvas_add_sink(canvas[i], on_picture, &seen[i]);
        canvas_show(canvas[i], moving_stage(1), 0);
    }
    g_assert_true(wait_until(has_seen, &seen[0]));
    pthread_mutex_lock(&seen[0].lock);
    seen[0].sleep_ms = 70; /* three ticks long */
    pthread_mutex_unlock(&seen[0].lock);
    guint before = seen_count(&seen[0]);
    gint64 limit = clock_now_ns() + 20 * NS_PER_SEC;
    while (seen_count(&seen[0]) < before + 25 && clock_now_ns() < limit)
        g_usleep(1000);
    CanvasStats stats[2];
    for (int i = 0; i < 2; i++)
        canvas_get_stats(canvas[i], &stats[i]);
    for (int i = 0; i < 2; i++)
        canvas_free(canvas[i]);
    guint common = 0;
    for (guint i = 0, j = 0; i < seen[0].n && j < seen[1].n;) {
        gint64 a = seen[0].tick_ns[i], b = seen[1].tick_ns[j];
        common += a == b;
        i += a <= b;
        j += b <= a;
    }
    for (int c = 0; c < 2; c++) {
        for (guint i = 0; i < seen[c].n; i++) {
            g_assert_cmpint(seen[c].tick_ns[i] % PERIOD_NS, ==, 0);
            g_assert_true(i == 0 || seen[c].tick_ns[i] > seen[c].tick_ns[i - 1]);
            g_assert_true(i == 0 || seen[c].serial[i] > seen[c].serial[i - 1]);
        }
    }
    g_assert_cmpuint(common, >, 10);
    g_assert_cmpuint(stats[0].skipped, >=, 3);
    g_assert_cmpuint(stats[0].ticks, >=, seen[0].n);
    g_assert_cmpuint(stats[0].changed, >=, seen[0].n - 1);
}

typedef struct {
    guint n;
    guint64 id;
    gint64 tick_ns;
    guint n_empty;
} Shown;

static void on_shown(Canvas *canvas, guint64 stage_id, gint64 tick_ns, guint n_empty, gpointer user)
{
    assert_control_thread();
    Shown *shown = user;
    *shown = (Shown) { shown->n + 1, stage_id, tick_ns, n_empty };
}

static gboolean is_shown(gpointer user)
{
    return ((Shown *)user)->n > 0;
}

/* Every screen shows the new stage from the same tick on: not a tick before, not one after. */
static void test_switch_together(void)
{
    enum { SCREENS = 3, SWITCHES = 15 };
    Seen seen[SCREENS];
    Canvas *canvas[SCREENS];
    for (int i = 0; i < SCREENS; i++) {
        seen_init(&seen[i]);
        canvas[i] = canvas_new("s", WIDTH, HEIGHT, FPS, 0, NULL, NULL);
        canvas_add_sink(canvas[i], on_picture, &seen[i]);
    }
    gint64 from[SWITCHES + 2] = { 0 };
    guint revision = 0;
    while (revision < SWITCHES) {
        gint64 tick = canvas_next_tick(FPS, 2 * PERIOD_NS);
        for (int i = 0; i < SCREENS; i++)
            canvas_show(canvas[i], moving_stage(revision + 1), tick);
        if (clock_now_ns() > tick - PERIOD_NS)
            break; /* this thread was held up: which screen had the stage in time is not known */
        from[++revision] = tick;
        while (clock_now_ns() < tick + PERIOD_NS)
            g_usleep(1000);
        post_drain();
    }
    gint64 end = clock_now_ns();
    from[revision + 1] = G_MAXINT64;
    for (int i = 0; i < SCREENS; i++)
        canvas_free(canvas[i]);
    for (int c = 0; c < SCREENS; c++) {
        for (guint i = 0; i < seen[c].n && seen[c].tick_ns[i] < end; i++) {
            guint64 shown = seen[c].revision[i];
            if (shown > revision)
                break;
            g_assert_cmpint(seen[c].tick_ns[i], >=, from[shown]);
            g_assert_cmpint(seen[c].tick_ns[i], <, from[shown + 1]);
        }
    }
    g_assert_cmpuint(revision, >, 0);
}

/* A stage that waits for its tick gives way to a newer one and is never seen; its end is told
 * nobody. */
static void test_newest_wins(void)
{
    Shown shown = { 0 };
    Seen seen;
    seen_init(&seen);
    Canvas *canvas = canvas_new("c", WIDTH, HEIGHT, FPS, 0, on_shown, &shown);
    canvas_add_sink(canvas, on_picture, &seen);
    canvas_show(canvas, still_stage(1), clock_now_ns() + 3600 * NS_PER_SEC);
    Stage *second = still_stage(2);
    guint64 id = second->id;
    canvas_show(canvas, second, 0);
    g_assert_true(wait_until(is_shown, &shown));
    g_assert_cmpuint(shown.id, ==, id);
    g_assert_cmpint(shown.tick_ns % PERIOD_NS, ==, 0);
    g_assert_cmpuint(shown.n_empty, ==, 0);
    canvas_free(canvas);
    post_drain();
    g_assert_cmpuint(shown.n, ==, 1);
    for (guint i = 0; i < seen.n; i++)
        g_assert_cmpuint(seen.revision[i], !=, 1);
}

/* Bits of the revisions that were seen, each in its time. */
static guint show_in_turn(void)
{
    Seen seen;
    seen_init(&seen);
    Canvas *canvas = canvas_new("c", WIDTH, HEIGHT, FPS, 0, NULL, NULL);
    canvas_add_sink(canvas, on_picture, &seen);
    gint64 first = canvas_next_tick(FPS, 5 * PERIOD_NS), second = first + 6 * PERIOD_NS;
    canvas_show(canvas, moving_stage(1), first);
    canvas_show(canvas, moving_stage(9), second + PERIOD_NS);
    canvas_show(canvas, moving_stage(2),
                second); /* gives way to none before it, replaces what is after it */
    while (clock_now_ns() < second + 4 * PERIOD_NS)
        g_usleep(1000);
    canvas_free(canvas);
    post_drain();
    guint both = 0;
    for (guint i = 0; i < seen.n; i++) {
        guint64 expected = seen.tick_ns[i] < first ? 0 : seen.tick_ns[i] < second ? 1 : 2;
        g_assert_cmpuint(seen.revision[i], ==, expected);
        both |= 1u << expected;
    }
    return both;
}

/* A stage whose tick is near is shown on it, whatever comes after it: else one screen of a wall would be late. A machine
 * that is held up for all of its six ticks shows neither early nor late; then it is tried again. */
static void test_in_turn(void)
{
    guint both = 0;
    for (guint i = 0; i < 10 && (both & 6) != 6; i++)
        both = show_in_turn();
    g_assert_cmpuint(both & 6, ==, 6);
}

/* Tiles without a picture are counted when the stage comes on glass. */
static void test_tells_empty(void)
{
    Shown shown = { 0 };
    Canvas *canvas = canvas_new("c", WIDTH, HEIGHT, FPS, 0, on_shown, &shown);
    ViewSpec spec = { 32, 36, FIT_CONTAIN, FRECT_FULL, 0 };
    Stage *stage = stage_new(1, 2, 0);
    for (guint i = 0; i < 2; i++)
        stage->tiles[i] = (StageTile) { .rect = { i ? 32 : 0, 0, 32, 36 },
                                        .view = view_new(&spec, NULL, 0, NULL, NULL),
                                        .slate = overlay_new(),
                                        .stale_ns = NS_PER_SEC * 60,
                                        .offline_ns = NS_PER_SEC * 60 };
    GRand *rand = g_rand_new_with_seed(2);
    AVFrame *picture = noise_picture(rand, 32, 36);
    gboolean is_first;
    gboolean is_done = view_render(stage->tiles[1].view, picture, clock_now_ns(), &is_first, NULL);
    g_assert_true(is_done);
    canvas_show(canvas, stage, 0);
    g_assert_true(wait_until(is_shown, &shown));
    g_assert_cmpuint(shown.n_empty, ==, 1);
    canvas_free(canvas);
    av_frame_free(&picture);
    g_rand_free(rand);
}

static gboolean has_one(gpointer user)
{
    return seen_count(user) > 0;
}

/* A still wall gives its sinks nothing, but a new sink gets the present picture. */
static void test_new_sink(void)
{
    Seen first, second;
    seen_init(&first);
    seen_init(&second);
    Shown shown = { 0 };
    Canvas *canvas = canvas_new("c", WIDTH, HEIGHT, FPS, 0, on_shown, &shown);
    guint first_id = canvas_add_sink(canvas, on_picture, &first);
    canvas_show(canvas, still_stage(5), 0);
    g_assert_true(wait_until(is_shown, &shown));
    guint settled = seen_count(&first);
    CanvasStats before, after;
    canvas_get_stats(canvas, &before);
    do {
        g_usleep(2000);
        canvas_get_stats(canvas, &after);
    } while (after.ticks < before.ticks + 5);
    g_assert_cmpuint(seen_count(&first), ==, settled);
    g_assert_cmpuint(after.changed, ==, before.changed);
    guint second_id = canvas_add_sink(canvas, on_picture, &second);
    g_assert_cmpuint(second_id, !=, first_id);
    g_assert_true(wait_until(has_one, &second));
    g_assert_cmpuint(second.revision[0], ==, 5);
    g_autoptr(Frame) picture = canvas_ref_picture(canvas);
    g_assert_cmpuint(picture->serial, ==, second.serial[0]);
    canvas_remove_sink(canvas, first_id);
    canvas_remove_sink(canvas, first_id); /* twice is no harm */
    canvas_remove_sink(canvas, 999);
    canvas_free(canvas);
    g_assert_cmpint(picture->width, ==, WIDTH); /* pictures outlive their canvas */
}

/* Sinks come and go while pictures are handed out: none is called after its removal. */
static void test_sinks_under_load(void)
{
    Canvas *canvas = canvas_new("c", WIDTH, HEIGHT, 60, 0, NULL, NULL);
    canvas_show(canvas, moving_stage(1), 0);
    Seen *kept = g_new(Seen, 1);
    seen_init(kept);
    canvas_add_sink(canvas, on_picture, kept);
    GRand *rand = g_rand_new_with_seed(3);
    guint called = 0;
    for (int i = 0; i < 150; i++) {
        Seen *seen = g_new(Seen, 1);
        seen_init(seen);
        guint id = canvas_add_sink(canvas, on_picture, seen);
        g_usleep(g_rand_int(rand) % 8000);
        canvas_remove_sink(canvas, id);
        called += seen->n > 0; /* no lock: nobody else has it any more */
        seen->is_gone = TRUE;
        pthread_mutex_destroy(&seen->lock);
        g_free(seen); /* a late call would be a use after free */
    }
    g_assert_cmpuint(called, >, 0);
    g_assert_cmpuint(seen_count(kept), >, 0);
    canvas_free(canvas);
    g_free(kept);
    g_rand_free(rand);
}

typedef struct {
    pthread_mutex_t lock;
    GPtrArray *held; /* lock */
} Hoarder;

static void hoard(Frame *frame, gpointer user)
{
    Hoarder *hoarder = user;
    pthread_mutex_lock(&hoarder->lock);
    g_ptr_array_add(hoarder->held, frame_ref(frame));
    pthread_mutex_unlock(&hoarder->lock);
}

static gboolean lacks_surface(gpointer user)
{
    CanvasStats stats;
    canvas_get_stats(user, &stats);
    return stats.no_surface > 0;
}

/* An output that keeps every picture stops the pictures, not the ticks; when it lets go they come
 * again. */
static void test_hoarder(void)
{
    Hoarder hoarder = { .lock = PTHREAD_MUTEX_INITIALIZER };
    hoarder.held = g_ptr_array_new_with_free_func((GDestroyNotify)frame_unref);
    Canvas *canvas = canvas_new("c", WIDTH, HEIGHT, FPS, 0, NULL, NULL);
    canvas_show(canvas, moving_stage(1), 0);
    guint id = canvas_add_sink(canvas, hoard, &hoarder);
    g_assert_true(wait_until(lacks_surface, canvas));
    canvas_remove_sink(canvas, id);
    g_ptr_array_set_size(hoarder.held, 0);
    Seen seen;
    seen_init(&seen);
    canvas_add_sink(canvas, on_picture, &seen);
    g_assert_true(wait_until(has_seen, &seen));
    canvas_free(canvas);
    g_ptr_array_unref(hoarder.held);
}

/* Admission control lowers the rate: the ticks lie on the new grid. */
static void test_set_fps(void)
{
    Seen seen;
    seen_init(&seen);
    Canvas *canvas = canvas_new("c", WIDTH, HEIGHT, 50, 0, NULL, NULL);
    canvas_show(canvas, moving_stage(1), 0);
    canvas_set_fps(canvas, 10);
    gint64 limit = clock_now_ns() + 20 * NS_PER_SEC;
    CanvasStats before, now;
    canvas_get_stats(canvas, &before);
    do { /* the tick that was under way is over after two */
        g_usleep(1000);
        canvas_get_stats(canvas, &now);
    } while (now.ticks < before.ticks + 2 && clock_now_ns() < limit);
    canvas_add_sink(canvas, on_picture, &seen);
    while (seen_count(&seen) < 4 && clock_now_ns() < limit)
        g_usleep(5000);
    int width, height;
    canvas_get_size(canvas, &width, &height);
    g_assert_cmpint(width, ==, WIDTH);
    g_assert_cmpint(height, ==, HEIGHT);
    CanvasStats stats;
    canvas_get_stats(canvas, &stats);
    g_assert_cmpfloat(stats.slack, <=, 1);
    canvas_free(canvas);
    g_assert_cmpuint(seen.n, >=, 4);
    for (guint i = 1; i < seen.n; i++)
        g_assert_cmpint(seen.tick_ns[i] % (NS_PER_SEC / 10), ==, 0);
}

/* Freed with a stage that waits, one on glass, news on its way and no sink: nothing is called or
 * lost. */
static void test_free_at_once(void)
{
    Shown shown = { 0 };
    for (int i = 0; i < 30; i++) {
        Canvas *canvas = canvas_new("c", WIDTH, HEIGHT, 60, 0, on_shown, &shown);
        canvas_show(canvas, still_stage(1), 0);
        g_usleep((gulong)(i * 1000));
        canvas_show(canvas, still_stage(2), 0);
        canvas_show(canvas, still_stage(3), G_MAXINT64);
        canvas_free(canvas);
    }
    post_drain();
    g_assert_cmpuint(shown.n, ==, 0);
    canvas_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    log_set_level(LOG_LEVEL_WARNING);
    g_test_add_func("/canvas/next_tick", test_next_tick);
    g_test_add_func("/canvas/common_grid", test_common_grid);
    g_test_add_func("/canvas/switch_together", test_switch_together);
    g_test_add_func("/canvas/newest_wins", test_newest_wins);
    g_test_add_func("/canvas/in_turn", test_in_turn);
    g_test_add_func("/canvas/tells_empty", test_tells_empty);
    g_test_add_func("/canvas/new_sink", test_new_sink);
    g_test_add_func("/canvas/sinks_under_load", test_sinks_under_load);
    g_test_add_func("/canvas/hoarder", test_hoarder);
    g_test_add_func("/canvas/set_fps", test_set_fps);
    g_test_add_func("/canvas/free_at_once", test_free_at_once);
    return g_test_run();
}
