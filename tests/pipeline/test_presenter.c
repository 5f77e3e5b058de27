/* test_presenter.c - a wall from real RTSP input: the right picture in the right tile, changes without torn or empty tiles
 *
 * A sink looks at every picture that is composed. Each carries the revision of the scene in it, so it can be held against
 * what that revision is to show: no glance in between can hide a wrong frame. What is promised to a person (how soon a
 * change is on glass) is measured by the benchmarks; here nothing depends on the speed of the machine.
 */
#include "tests/pipeline/gst_tests.h"
#include "tests/support/wall_rig.h"
#include "wallctl/base/clock.h"

#include <pthread.h>
#include <string.h>

enum { MAX_TILES = 16, MAIN_SOURCE = 100, COLD_MS = WALL_RIG_COLD_MS, SOON_MS = 10000 };
enum { WAIT_MS = 150 }; /* so long a change waits for pictures at most: presenter.h */

/* ---- what every picture must show */

typedef struct {
    guint n;
    Rect rect[MAX_TILES];
    guint16 source[MAX_TILES]; /* 0: no camera */
    gint64 asked_ns;           /* when it was to be shown */
} Expected;

typedef struct {
    pthread_mutex_t lock; /* the sink runs on the canvas's thread */
    GArray *expected;     /* Expected, by revision */
    guint strict;         /* tiles 1 to this must have a picture if they have a camera */
    gboolean has_masks;   /* the middle of every picture must be black */
    gboolean may_be_main; /* source + MAIN_SOURCE is the same camera's other stream */
    guint pictures, tiles;
    guint empty, late, torn, wrong, unmasked;
    guint64 revision;            /* newest seen */
    gint64 first_tick[256];      /* of each revision */
    guint16 last[MAX_TILES + 1]; /* source seen last in tile, by number */
    char fault[160];
} Watch;

static void note(Watch *watch, guint *count, const Frame *frame, guint tile, const char *what)
{
    (*count)++;
    if (!*watch->fault)
        g_snprintf(watch->fault, sizeof watch->fault, "revision %u, picture %u, tile %u: %s",
                   (guint)frame->revision, watch->pictures, tile, what);
}

static void check_tile(Watch *watch, const Frame *frame, const Expected *expected, guint i)
{
    Rect r = expected->rect[i];
    const guint8 *luma = frame->plane[0] + (gsize)r.y * (gsize)frame->stride[0] + r.x;
    Stamp stamp = { 0 };
    gboolean is_torn = FALSE;
    gboolean has_picture = stamp_read(luma, frame->stride[0], r.w, r.h, &stamp, &is_torn);
    watch->tiles++;
    watch->last[i + 1] = has_picture ? stamp.source : 0;
    if (!has_picture) {
        if (i >= watch->strict || !expected->source[i])
            return;
        if (watch->first_tick[frame->revision] - expected->asked_ns > WAIT_MS * NS_PER_MS)
            watch
                ->late++; /* a machine that is too busy to decode in time: the wall does not wait longer */
        else
            note(watch, &watch->empty, frame, i + 1, "empty");
        return;
    }
    guint16 source = stamp.source;
    if (watch->may_be_main && source > MAIN_SOURCE)
        source -= MAIN_SOURCE;
    if (is_torn)
        note(watch, &watch->torn, frame, i + 1, "torn");
    if (source != expected->source[i])
        note(watch, &watch->wrong, frame, i + 1, "another camera");
    if (watch->has_masks && luma[r.h / 2 * frame->stride[0] + r.w / 2] != 16)
        note(watch, &watch->unmasked, frame, i + 1, "not masked");
}

static void on_picture(Frame *frame, gpointer user)
{
    Watch *watch = user;
    pthread_mutex_lock(&watch->lock);
    watch->pictures++;
    watch->revision = frame->revision;
    if (frame->revision < G_N_ELEMENTS(watch->first_tick) && !watch->first_tick[frame->revision])
        watch->first_tick[frame->revision] = frame->arrival_ns;
    if (frame->revision < watch->expected->len) {
        const Expected *expected = &g_array_index(watch->expected, Expected, frame->revision);
        for (guint i = 0; i < expected->n; i++)
            check_tile(watch, frame, expected, i);
    }
    pthread_mutex_unlock(&watch->lock);
}

static void watch_init(Watch *watch, Canvas *canvas)
{
    memset(watch, 0, sizeof *watch);
    pthread_mutex_init(&watch->lock, NULL);
    watch->expected = g_array_new(FALSE, TRUE, sizeof(Expected));
    canvas_add_sink(canvas, on_picture, watch);
}

static void watch_clear(Watch *watch)
{
    g_array_unref(watch->expected);
    pthread_mutex_destroy(&watch->lock);
}

static guint16 source_of(const char *camera)
{
    return camera ? (guint16)g_ascii_strtoull(camera + strlen("cam-"), NULL, 10) : 0;
}

/* Shows and tells the watch what to expect, in one go for it. */
static void show(WallRig *rig, Watch *watch, const char *layout, const char *const *cameras,
                 guint n)
{
    pthread_mutex_lock(&watch->lock);
    gint64 asked_ns = clock_now_ns();
    wall_rig_show(rig, layout, cameras, n);
    Expected expected = { .n = MIN(rig->content->n_tiles, MAX_TILES), .asked_ns = asked_ns };
    for (guint i = 0; i < expected.n; i++) {
        expected.rect[i] = rect_fit(16, 9, rig->content->tiles[i].rect); /* less the bars */
        expected.source[i] = source_of(rig->content->tiles[i].camera);
    }
    g_array_set_size(watch->expected, (guint)rig->revision + 1);
    g_array_index(watch->expected, Expected, rig->revision) = expected;
    pthread_mutex_unlock(&watch->lock);
}

static void set_strict(Watch *watch, guint strict)
{
    pthread_mutex_lock(&watch->lock);
    watch->strict = strict;
    pthread_mutex_unlock(&watch->lock);
}

static void assert_flawless(Watch *watch)
{
    pthread_mutex_lock(&watch->lock);
    g_test_message("%u pictures, %u tiles; %u empty (and %u after the wait), %u torn, %u wrong, "
                   "%u unmasked",
                   watch->pictures, watch->tiles, watch->empty, watch->late, watch->torn,
                   watch->wrong, watch->unmasked);
    g_assert_cmpstr(watch->fault, ==, "");
    g_assert_cmpuint(watch->tiles, >, 0);
    pthread_mutex_unlock(&watch->lock);
}

/* The source seen last in a tile. */
static guint16 seen_in(Watch *watch, guint tile)
{
    pthread_mutex_lock(&watch->lock);
    guint16 source = watch->last[tile];
    pthread_mutex_unlock(&watch->lock);
    return source;
}

/* ---- the rig */

static void set_fault(WallRig *rig, const char *target, const char *fault)
{
    g_autoptr(GError) error = NULL;
    camera_sim_set_fault(rig->sim, target, fault, &error);
    g_assert_no_error(error);
}

static CameraSimStats sim_stats(WallRig *rig, const char *stream)
{
    CameraSimStats stats;
    gboolean is_known = camera_sim_get_stats(rig->sim, stream, &stats);
    g_assert_true(is_known);
    return stats;
}

typedef struct {
    Watch *watch;
    guint tile;
    guint16 source;
} Glance;

static gboolean shows(WallRig *rig, gpointer user)
{
    const Glance *glance = user;
    return seen_in(glance->watch, glance->tile) == glance->source;
}

static void wait_shows(WallRig *rig, Watch *watch, guint tile, guint16 source)
{
    Glance glance = { watch, tile, source };
    gboolean is_shown = wall_rig_run(rig, SOON_MS, shows, &glance);
    g_test_message("tile %u shows %u, wanted %u", tile, seen_in(watch, tile), source);
    g_assert_true(is_shown);
}

/* ---- changes */

/* Many random changes between warm cameras, some in quick succession: every picture of every tick is right. */
static void test_random_changes(void)
{
    enum { CAMERAS = 9, CHANGES = 100 };
    static const char *const layouts[] = { "1", "4", "6", "8", "9", "16", "1+5", "1+7" };
    const WallRigSpec spec = { .cameras = CAMERAS,
                               .width = 1280,
                               .height = 720,
                               .layout = "9",
                               .feeds = "\"connect_per_s\":100,\"warm_keep_ms\":600000" };
    WallRig *rig = wall_rig_start(&spec);
    Watch watch;
    watch_init(&watch, presenter_canvas(rig->presenter, NULL));
    wall_rig_keep_warm(rig, CAMERAS);
    g_assert_true(wall_rig_wait_presented(rig, COLD_MS, 0));
    set_strict(&watch, MAX_TILES);
    GRand *rand = g_rand_new_with_seed(6);
    for (int change = 0; change < CHANGES; change++) {
        const char *cameras[MAX_TILES];
        char ids[MAX_TILES][16];
        for (guint i = 0; i < MAX_TILES; i++) {
            g_snprintf(ids[i], sizeof ids[i], "cam-%u", 1 + g_rand_int(rand) % CAMERAS);
            cameras[i] = g_rand_int(rand) % 8 ? ids[i] : NULL;
        }
        show(rig, &watch, layouts[g_rand_int(rand) % G_N_ELEMENTS(layouts)], cameras, MAX_TILES);
        if (g_rand_int(rand) % 4)
            g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 0));
    }
    g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 0));
    g_assert_cmpuint(presenter_on_glass(rig->presenter), ==, rig->revision);
    assert_flawless(&watch);
    for (guint i = 1; i <= CAMERAS; i++) { /* however many tiles and sizes: one session each */
        g_autofree char *stream = g_strdup_printf("cam-%u/sub", i);
        g_assert_cmpuint(sim_stats(rig, stream).opened, ==, 1);
    }
    wall_rig_stop(rig);
    watch_clear(&watch);
    g_rand_free(rand);
}

/* The newest of several changes that come at once is shown and told; what it replaced is not. */
static void test_newest_wins(void)
{
    const WallRigSpec spec = { .cameras = 4, .width = 1280, .height = 720, .layout = "4" };
    WallRig *rig = wall_rig_start(&spec);
    Watch watch;
    watch_init(&watch, presenter_canvas(rig->presenter, NULL));
    g_assert_true(wall_rig_wait_presented(rig, COLD_MS, 0));
    guint told = rig->presented_count;
    for (guint i = 0; i < 5; i++) {
        const char *cameras[] = { i % 2 ? "cam-1" : "cam-2" };
        show(rig, &watch, "1", cameras, 1);
    }
    g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 0));
    g_assert_cmpuint(rig->presented_count, ==, told + 1);
    wait_shows(rig, &watch, 1, 2);
    assert_flawless(&watch);
    wall_rig_stop(rig);
    watch_clear(&watch);
}

/* Cameras that are away get a slate and are told as empty; the same revision is told again when they have come. */
static void test_empty_tiles(void)
{
    const WallRigSpec spec = { .cameras = 3, .width = 1280, .height = 720, .layout = "1" };
    WallRig *rig = wall_rig_start(&spec);
    Watch watch;
    watch_init(&watch, presenter_canvas(rig->presenter, NULL));
    g_assert_true(wall_rig_wait_presented(rig, COLD_MS, 0));
    set_fault(rig, "cam-2", "not-found");
    const char *cameras[] = { "cam-1", "cam-2", "cam-99", NULL, "board:none" };
    show(rig, &watch, "6", cameras, 5);
    g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 3)); /* cam-2, cam-99, the board */
    wait_shows(rig, &watch, 1, 1);
    g_assert_cmpuint(rig->presented_empty, ==, 3);
    TileInfo info;
    g_assert_true(presenter_tile(rig->presenter, 2, &info));
    g_assert_cmpint(info.feed.fault, ==, FAULT_NOT_FOUND);
    g_assert_cmpint(info.sign, ==, SIGN_OFFLINE);
    g_assert_false(info.is_on_glass);
    g_assert_true(presenter_tile(rig->presenter, 3, &info));
    g_assert_cmpint(info.sign, ==, SIGN_GONE);
    g_assert_false(info.has_feed);
    g_assert_true(presenter_tile(rig->presenter, 4, &info));
    g_assert_cmpint(info.sign, ==, SIGN_EMPTY);
    g_assert_null(info.camera);
    g_assert_true(presenter_tile(rig->presenter, 5, &info));
    g_assert_cmpint(info.sign, ==, SIGN_NO_BOARD);
    g_assert_false(presenter_tile(rig->presenter, 7, &info));
    guint64 revision = rig->presented;
    set_fault(rig, "cam-2", "none");
    g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 2)); /* again, with one less */
    g_assert_cmpuint(rig->presented, ==, revision);
    wait_shows(rig, &watch, 2, 2);
    assert_flawless(&watch);
    wall_rig_stop(rig);
    watch_clear(&watch);
}

/* ---- main and sub */

static gboolean is_sub_closed(WallRig *rig, gpointer user)
{
    return sim_stats(rig, "cam-1/sub").sessions == 0;
}

static gboolean is_main_closed(WallRig *rig, gpointer user)
{
    return sim_stats(rig, "cam-1/main").sessions == 0;
}

#define TWO_STREAMS                                                                                \
    {                                                                                              \
        .cameras = 4, .width = 1280, .height = 720, .layout = "4", .has_main = TRUE,               \
        .main_source = MAIN_SOURCE,                                                                \
        .feeds = "\"connect_per_s\":100,\"promote_height_px\":600,\"warm_keep_ms\":300"            \
    }

/* A tile that grows shows the sub stream until the main stream has a picture, and back: never nothing in between. */
static void test_promotion(void)
{
    const WallRigSpec spec = TWO_STREAMS;
    WallRig *rig = wall_rig_start(&spec);
    Watch watch;
    watch_init(&watch, presenter_canvas(rig->presenter, NULL));
    watch.may_be_main = TRUE;
    const char *cameras[] = { "cam-1", "cam-2", "cam-3", "cam-4" };
    g_assert_true(wall_rig_wait_presented(rig, COLD_MS, 0));
    g_assert_cmpuint(sim_stats(rig, "cam-1/main").opened, ==, 0); /* not for a small tile */
    set_strict(&watch, 1); /* the others are closed meanwhile */
    for (int round = 0; round < 2; round++) {
        show(rig, &watch, "1", cameras, 1);
        g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 0));
        g_assert_cmpuint(seen_in(&watch, 1) % MAIN_SOURCE, ==,
                         1); /* on glass before the main stream */
        wait_shows(rig, &watch, 1, MAIN_SOURCE + 1);
        TileInfo info;
        g_assert_true(presenter_tile(rig->presenter, 1, &info));
        g_assert_cmpint(info.shown, ==, PROFILE_MAIN);
        g_assert_cmpint(info.wanted, ==, PROFILE_MAIN);
        g_assert_true(info.is_on_glass);
        g_assert_true(
            wall_rig_run(rig, SOON_MS, is_sub_closed, NULL)); /* later, of no use any more */
        show(rig, &watch, "4", cameras, 4);
        wait_shows(rig, &watch, 1, 1);
        g_assert_true(wall_rig_run(rig, SOON_MS, is_main_closed, NULL));
        g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 0));
    }
    assert_flawless(&watch);
    wall_rig_stop(rig);
    watch_clear(&watch);
}

/* The main stream stalls: the sub stream stands in for it until it is back. */
static void test_fallback(void)
{
    const WallRigSpec spec = TWO_STREAMS;
    WallRig *rig = wall_rig_start(&spec);
    Watch watch;
    watch_init(&watch, presenter_canvas(rig->presenter, NULL));
    watch.may_be_main = TRUE;
    const char *cameras[] = { "cam-1" };
    show(rig, &watch, "1", cameras, 1);
    wait_shows(rig, &watch, 1, MAIN_SOURCE + 1);
    set_fault(rig, "cam-1/main", "silent");
    wait_shows(rig, &watch, 1, 1);
    set_fault(rig, "cam-1/main", "none");
    wait_shows(rig, &watch, 1, MAIN_SOURCE + 1);
    assert_flawless(&watch);
    wall_rig_stop(rig);
    watch_clear(&watch);
}

/* A camera that stands one session keeps the stream it has: worse, but never a gap. */
static void test_one_session(void)
{
    WallRigSpec spec = TWO_STREAMS;
    spec.camera_extra = ",\"sessions\":1";
    WallRig *rig = wall_rig_start(&spec);
    Watch watch;
    watch_init(&watch, presenter_canvas(rig->presenter, NULL));
    watch.may_be_main = TRUE;
    g_assert_true(wall_rig_wait_presented(rig, COLD_MS, 0));
    set_strict(&watch, MAX_TILES);
    const char *cameras[] = { "cam-1" };
    show(rig, &watch, "1", cameras, 1);
    g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 0));
    wait_shows(rig, &watch, 1, 1);
    g_assert_cmpuint(sim_stats(rig, "cam-1/main").opened, ==, 0);
    assert_flawless(&watch);
    wall_rig_stop(rig);
    watch_clear(&watch);
}

/* ---- several screens */

/* Each change comes to both screens on the same tick. */
static void test_two_screens(void)
{
    const WallRigSpec spec = { .cameras = 4,
                               .width = 640,
                               .height = 360,
                               .columns = 2,
                               .layout = "4",
                               .feeds = "\"connect_per_s\":100,\"warm_keep_ms\":600000" };
    enum { CHANGES = 20 };
    WallRig *rig = wall_rig_start(&spec);
    g_assert_cmpuint(presenter_screens(rig->presenter), ==, 2);
    Watch watch[2];
    for (guint s = 0; s < 2; s++)
        watch_init(&watch[s], presenter_canvas_at(rig->presenter, s, NULL));
    wall_rig_keep_warm(rig, 4);
    g_assert_true(wall_rig_wait_presented(rig, COLD_MS, 0));
    for (int change = 0; change < CHANGES; change++) {
        const char *ids[] = { "cam-1", "cam-2", "cam-3", "cam-4" };
        const char *cameras[4];
        for (int i = 0; i < 4; i++)
            cameras[i] = ids[(i + change) % 4];
        wall_rig_show(rig, change % 2 ? "4" : "2", cameras, 4);
        g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 0));
    }
    gint64 ticks[2][CHANGES + 2];
    for (guint s = 0; s < 2; s++) {
        pthread_mutex_lock(&watch[s].lock);
        memcpy(ticks[s], watch[s].first_tick, sizeof ticks[s]);
        pthread_mutex_unlock(&watch[s].lock);
    }
    for (guint revision = 2; revision <= rig->revision; revision++) {
        g_assert_cmpint(ticks[0][revision], >, 0);
        g_assert_cmpint(ticks[0][revision], ==, ticks[1][revision]);
    }
    g_assert_cmpint(rig->presented_ns, ==, ticks[0][rig->revision]);
    g_assert_null(presenter_canvas(rig->presenter, "nowhere"));
    g_assert_null(presenter_canvas_at(rig->presenter, 2, NULL));
    wall_rig_stop(rig);
    for (guint s = 0; s < 2; s++)
        watch_clear(&watch[s]);
}

/* ---- masks */

#define MASKED ",\"masks\":[{\"points\":[[0.1,0.3],[0.9,0.3],[0.9,0.7],[0.1,0.7]]}]"

/* From its first picture on and in every size: what is masked is never seen. */
static void test_masks(void)
{
    const WallRigSpec spec = {
        .cameras = 4, .width = 1280, .height = 720, .layout = "4", .camera_extra = MASKED
    };
    static const char *const layouts[] = { "1", "9", "4", "16", "1+5" };
    WallRig *rig = wall_rig_start(&spec);
    Watch watch;
    watch_init(&watch, presenter_canvas(rig->presenter, NULL));
    watch.has_masks = TRUE;
    const char *cameras[] = { "cam-1", "cam-2", "cam-3", "cam-4" };
    show(rig, &watch, "4", cameras, 4);
    g_assert_true(wall_rig_wait_presented(rig, COLD_MS, 0));
    for (gsize i = 0; i < G_N_ELEMENTS(layouts); i++) {
        show(rig, &watch, layouts[i], cameras, 4);
        g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 0));
    }
    assert_flawless(&watch);
    wall_rig_stop(rig);
    watch_clear(&watch);
}

/* The wall goes in the middle of everything, again and again. */
static void test_free_any_time(void)
{
    const WallRigSpec spec = {
        .cameras = 4, .width = 640, .height = 360, .layout = "4", .has_main = TRUE
    };
    for (guint round = 0; round < 6; round++) {
        WallRig *rig = wall_rig_start(&spec);
        if (round > 3)
            g_assert_true(wall_rig_wait_presented(rig, COLD_MS, 0));
        for (gint64 end = clock_now_ns() + round * 60 * NS_PER_MS; clock_now_ns() < end;)
            g_main_context_iteration(NULL, FALSE);
        const char *cameras[] = { "cam-3", "cam-1" };
        wall_rig_show(rig, "2", cameras, 2);
        wall_rig_stop(rig);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gst_tests_init();
    g_test_add_func("/presenter/random_changes", test_random_changes);
    g_test_add_func("/presenter/newest_wins", test_newest_wins);
    g_test_add_func("/presenter/empty_tiles", test_empty_tiles);
    g_test_add_func("/presenter/promotion", test_promotion);
    g_test_add_func("/presenter/fallback", test_fallback);
    g_test_add_func("/presenter/one_session", test_one_session);
    g_test_add_func("/presenter/two_screens", test_two_screens);
    g_test_add_func("/presenter/masks", test_masks);
    g_test_add_func("/presenter/free_any_time", test_free_any_time);
    return g_test_run();
}
