/* test_feed_pool.c - who is wanted, who stays warm, who may connect; and that nothing is left of those who went */
#include "pipelines/feed_pool.h"
#include "pipelines/media_log.h"
#include "pipelines/reaper.h"
#include "tests/pipeline/gst_tests.h"
#include "tests/pipeline/units.h"
#include "tests/support/entries.h"
#include "tests/support/camera_sim.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

enum { CAMERAS = 12, LIMIT_MS = 15000 };

static const ClipSpec small = { CLIP_H264, 320, 180, 25, 20, 10, 300, FALSE };

typedef struct {
    CameraSim *sim;
    Config *config;
    FeedPool *pool;
} Rig;

/* Cameras cam-1 ... with main and sub; feeds: members of that object. extra: members of camera number `special`. */
static Config *make_config(Rig *rig, const char *feeds, guint special, const char *extra)
{
    guint port = camera_sim_port(rig->sim);
    GString *text = g_string_new(NULL);
    g_string_printf(text,
                    "{\"site\":{\"camera_networks\":[\"127.0.0.1\"]},\"feeds\":{%s},\"cameras\":[",
                    feeds);
    for (guint i = 1; i <= CAMERAS; i++)
        g_string_append_printf(text,
                               "%s{\"id\":\"cam-%u\",\"name\":\"cam-%u\",\"main\":"
                               "\"rtsp://127.0.0.1:%u/cam-%u/main\",\"sub\":"
                               "\"rtsp://127.0.0.1:%u/cam-%u/sub\"%s}",
                               i > 1 ? "," : "", i, i, port, i, port, i, i == special ? extra : "");
    g_string_append_printf(text,
                           ",{\"id\":\"only-sub\",\"name\":\"x\",\"sub\":"
                           "\"rtsp://127.0.0.1:%u/cam-1/sub\"},{\"id\":\"only-main\",\"name\":"
                           "\"x\",\"main\":\"rtsp://127.0.0.1:%u/cam-2/main\"}],"
                           "\"walls\":[{\"id\":\"w\",\"name\":\"w\",\"grid\":{\"columns\":1,"
                           "\"rows\":1,\"width\":640,\"height\":360},\"layout\":\"1\"}]}",
                           port, port);
    g_autoptr(Faults) faults = faults_new("test", 20);
    Config *config = config_parse(text->str, text->len, "test", NULL, faults);
    g_autofree char *why = faults_dup_text(faults);
    if (!config)
        g_error("%s in %s", why, text->str);
    g_string_free(text, TRUE);
    return config;
}

static void rig_init(Rig *rig, const char *feeds)
{
    g_autofree char *cache = clip_cache_dir();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = stamped_clip(cache, 1, &small, &error);
    g_assert_no_error(error);
    *rig = (Rig) { .sim = camera_sim_new(0, &error) };
    g_assert_no_error(error);
    for (guint i = 1; i <= CAMERAS; i++) {
        g_autofree char *id = g_strdup_printf("cam-%u", i);
        camera_sim_add(rig->sim, id, path, NULL, NULL, &error);
        g_assert_no_error(error);
    }
    rig->config = make_config(rig, feeds, 0, "");
    rig->pool = feed_pool_new(rig->config);
}

static void rig_clear(Rig *rig)
{
    feed_pool_free(rig->pool);
    config_unref(rig->config);
    reaper_wait(10000);
    post_drain();
    camera_sim_free(rig->sim);
}

static void serve(guint ms)
{
    for (gint64 end = clock_now_ns() + ms * NS_PER_MS; clock_now_ns() < end; g_usleep(2000))
        post_drain();
}

static FeedPoolStats stats_of(Rig *rig)
{
    FeedPoolStats stats;
    feed_pool_get_stats(rig->pool, &stats);
    return stats;
}

static gboolean wait_live(Rig *rig, guint live, guint feeds)
{
    for (gint64 end = clock_now_ns() + LIMIT_MS * NS_PER_MS; clock_now_ns() < end; g_usleep(2000)) {
        post_drain();
        FeedPoolStats stats = stats_of(rig);
        if (stats.live == live && stats.feeds == feeds)
            return TRUE;
    }
    FeedPoolStats stats = stats_of(rig);
    g_test_message("%u live of %u feeds", stats.live, stats.feeds);
    return FALSE;
}

/* "cam-3/sub" or "cam-3/main", a '!' in front: shown, '?': patrolled, else warm. */
static void want(Rig *rig, const char *owner, const char *list)
{
    g_auto(GStrv) items = g_strsplit(list, " ", -1);
    g_autoptr(GArray) wants = g_array_new(FALSE, FALSE, sizeof(FeedWant));
    for (char **item = items; *item && **item; item++) {
        gboolean is_main = g_str_has_suffix(*item, "/main");
        WantLevel level = **item == '!' ? WANT_SHOWN : **item == '?' ? WANT_PATROL : WANT_WARM;
        char *id = *item + (level != WANT_WARM);
        *strchr(id, '/') = 0;
        FeedWant one = { id, is_main ? PROFILE_MAIN : PROFILE_SUB, level };
        g_array_append_val(wants, one);
    }
    feed_pool_want(rig->pool, owner, (const FeedWant *)(gpointer)wants->data, wants->len);
}

static gboolean is_open(Rig *rig, const char *camera, Profile profile)
{
    Feed *feed = feed_pool_find(rig->pool, camera, profile);
    return feed && feed_is_started(feed);
}

static guint64 opened_at(Rig *rig, const char *stream)
{
    CameraSimStats stats;
    gboolean is_known = camera_sim_get_stats(rig->sim, stream, &stats);
    g_assert_true(is_known);
    return stats.opened;
}

#define FAST "\"connect_per_s\":1000,\"warm_keep_ms\":0"

/* However many want a stream, there is one session; it ends with the last of them. */
static void test_shared(void)
{
    Rig rig;
    rig_init(&rig, FAST);
    want(&rig, "wall:a", "!cam-1/sub !cam-2/sub");
    want(&rig, "wall:b", "!cam-1/sub cam-3/sub nobody/sub");
    g_assert_true(wait_live(&rig, 3, 3));
    g_assert_cmpuint(opened_at(&rig, "cam-1/sub"), ==, 1);
    g_assert_null(feed_pool_find(rig.pool, "nobody", PROFILE_SUB));
    g_assert_null(feed_pool_find(rig.pool, "cam-1", PROFILE_MAIN));
    want(&rig, "wall:a", "");
    g_assert_true(wait_live(&rig, 2, 2));
    g_assert_true(is_open(&rig, "cam-1", PROFILE_SUB));
    g_assert_false(is_open(&rig, "cam-2", PROFILE_SUB));
    want(&rig, "wall:b", "");
    g_assert_true(wait_live(&rig, 0, 0));
    g_assert_cmpuint(opened_at(&rig, "cam-1/sub"), ==, 1);
    rig_clear(&rig);
}

/* A camera with one stream has one feed, whichever is asked for. */
static void test_one_stream(void)
{
    Rig rig;
    rig_init(&rig, FAST);
    const Camera *sub = config_camera(rig.config, "only-sub"),
                 *main_only = config_camera(rig.config, "only-main"),
                 *both = config_camera(rig.config, "cam-1");
    g_assert_cmpint(feed_pool_profile(sub, PROFILE_MAIN), ==, PROFILE_SUB);
    g_assert_cmpint(feed_pool_profile(main_only, PROFILE_SUB), ==, PROFILE_MAIN);
    g_assert_cmpint(feed_pool_profile(both, PROFILE_MAIN), ==, PROFILE_MAIN);
    want(&rig, "w", "!only-sub/main !only-sub/sub !only-main/sub");
    g_assert_true(wait_live(&rig, 2, 2));
    g_assert_true(is_open(&rig, "only-sub", PROFILE_SUB));
    g_assert_true(is_open(&rig, "only-main", PROFILE_MAIN));
    rig_clear(&rig);
}

/* What nobody wants any more stays warm for a while: who comes back finds it live. */
static void test_stays_warm(void)
{
    Rig rig;
    rig_init(&rig, "\"connect_per_s\":1000,\"warm_keep_ms\":700");
    want(&rig, "w", "!cam-1/sub");
    g_assert_true(wait_live(&rig, 1, 1));
    want(&rig, "w", "");
    serve(300);
    g_assert_true(is_open(&rig, "cam-1", PROFILE_SUB));
    want(&rig, "w", "!cam-1/sub");
    g_assert_cmpint(feed_state(feed_pool_find(rig.pool, "cam-1", PROFILE_SUB)), ==, FEED_LIVE);
    serve(800);
    g_assert_true(is_open(&rig, "cam-1", PROFILE_SUB));
    want(&rig, "w", "");
    g_assert_true(wait_live(&rig, 0, 0));
    g_assert_cmpuint(opened_at(&rig, "cam-1/sub"), ==, 1);
    rig_clear(&rig);
}

/* The limit turns down the least important ones, and shown streams do not count. */
static void test_warm_limit(void)
{
    Rig rig;
    rig_init(&rig, FAST ",\"warm_limit\":3");
    want(&rig, "w", "!cam-1/sub !cam-2/sub cam-3/sub cam-4/sub cam-5/sub cam-6/sub cam-7/sub");
    g_assert_cmpuint(stats_of(&rig).warm_refused, ==, 2);
    for (guint i = 1; i <= 7; i++) {
        g_autofree char *id = g_strdup_printf("cam-%u", i);
        g_assert_cmpint(is_open(&rig, id, PROFILE_SUB), ==, i <= 5);
    }
    /* another order is another importance */
    want(&rig, "w", "!cam-1/sub !cam-2/sub cam-7/sub cam-6/sub cam-5/sub cam-4/sub cam-3/sub");
    for (guint i = 1; i <= 7; i++) {
        g_autofree char *id = g_strdup_printf("cam-%u", i);
        g_assert_cmpint(is_open(&rig, id, PROFILE_SUB), ==, i <= 2 || i >= 5);
    }
    /* what is shown is never turned down */
    want(&rig, "w", "!cam-1/sub !cam-2/sub !cam-3/sub !cam-4/sub !cam-5/sub !cam-6/sub !cam-7/sub");
    g_assert_cmpuint(stats_of(&rig).warm_refused, ==, 0);
    for (guint i = 1; i <= 7; i++) {
        g_autofree char *id = g_strdup_printf("cam-%u", i);
        g_assert_true(is_open(&rig, id, PROFILE_SUB));
    }
    rig_clear(&rig);
}

/* A camera that stands one session: the second stream waits until the first is closed. */
static void test_session_budget(void)
{
    Rig rig;
    rig_init(&rig, FAST);
    config_unref(rig.config);
    rig.config = make_config(&rig, FAST, 1, ",\"sessions\":1");
    feed_pool_reload(rig.pool, rig.config);
    want(&rig, "w", "!cam-1/sub !cam-2/sub");
    g_assert_true(wait_live(&rig, 2, 2));
    want(&rig, "w", "!cam-1/main !cam-1/sub !cam-2/main !cam-2/sub");
    g_assert_true(wait_live(&rig, 3, 4));
    serve(300);
    g_assert_false(is_open(&rig, "cam-1", PROFILE_MAIN));
    g_assert_true(is_open(&rig, "cam-1", PROFILE_SUB));
    want(&rig, "w", "!cam-1/main");
    g_assert_true(wait_live(&rig, 1, 1));
    g_assert_true(is_open(&rig, "cam-1", PROFILE_MAIN));
    rig_clear(&rig);
}

/* What the diagnosis looks at takes no place among the warm ones, and leaves at once. */
static void test_patrol(void)
{
    Rig rig;
    rig_init(&rig, "\"connect_per_s\":1000,\"warm_keep_ms\":60000,\"warm_limit\":1");
    want(&rig, "patrol", "?cam-1/sub ?cam-2/sub");
    want(&rig, "w", "cam-3/sub");
    g_assert_true(wait_live(&rig, 3, 3));
    g_assert_cmpuint(stats_of(&rig).warm_refused, ==, 0);
    want(&rig, "patrol", "");
    g_assert_false(is_open(&rig, "cam-1", PROFILE_SUB));
    g_assert_false(is_open(&rig, "cam-2", PROFILE_SUB));
    g_assert_true(is_open(&rig, "cam-3", PROFILE_SUB));
    rig_clear(&rig);
}

/* A camera that stands one session is a wall's as soon as a wall wants it, and not the patrol's before. */
static void test_patrol_makes_way(void)
{
    Rig rig;
    rig_init(&rig, FAST);
    config_unref(rig.config);
    rig.config = make_config(&rig, FAST, 1, ",\"sessions\":1");
    feed_pool_reload(rig.pool, rig.config);
    want(&rig, "patrol", "?cam-1/sub");
    g_assert_true(wait_live(&rig, 1, 1));
    want(&rig, "w", "!cam-1/main");
    g_assert_true(is_open(&rig, "cam-1", PROFILE_MAIN));
    g_assert_false(is_open(&rig, "cam-1", PROFILE_SUB));
    serve(300);
    g_assert_false(is_open(&rig, "cam-1", PROFILE_SUB)); /* still wanted, and still in the way */
    want(&rig, "w", "");
    want(&rig, "patrol", "?cam-1/sub");
    g_assert_true(is_open(&rig, "cam-1", PROFILE_SUB));
    rig_clear(&rig);
}

/* Many at once connect one after the other, what is shown first. */
static void test_connect_rate(void)
{
    Rig rig;
    rig_init(&rig, "\"connect_per_s\":4,\"warm_keep_ms\":0");
    want(&rig, "w",
         "cam-1/sub cam-2/sub cam-3/sub cam-4/sub cam-5/sub cam-6/sub !cam-7/sub !cam-8/sub "
         "!cam-9/sub !cam-10/sub !cam-11/sub !cam-12/sub");
    gint64 begin = clock_now_ns();
    gint64 session_ns[CAMERAS + 1] = { 0 };
    guint open = 0;
    while (open < CAMERAS && clock_now_ns() - begin < LIMIT_MS * NS_PER_MS) {
        post_drain();
        for (guint i = 1; i <= CAMERAS; i++) {
            g_autofree char *id = g_strdup_printf("cam-%u", i);
            Feed *feed = feed_pool_find(rig.pool, id, PROFILE_SUB);
            if (feed && feed_has_session(feed) && !session_ns[i]) {
                session_ns[i] = clock_now_ns();
                open++;
            }
        }
        g_usleep(5000);
    }
    g_assert_cmpuint(open, ==, CAMERAS);
    gint64 last_shown = 0, first_warm = G_MAXINT64, last = 0;
    for (guint i = 1; i <= CAMERAS; i++) {
        last = MAX(last, session_ns[i]);
        if (i >= 7)
            last_shown = MAX(last_shown, session_ns[i]);
        else
            first_warm = MIN(first_warm, session_ns[i]);
    }
    g_assert_cmpint(last_shown, <=, first_warm);
    /* four at once, then four a second: the twelfth after two seconds */
    g_assert_cmpint(last - begin, >=, 1700 * NS_PER_MS);
    rig_clear(&rig);
}

static guint listened;

static void on_changed(Feed *feed, gpointer user)
{
    listened++;
    g_assert_nonnull(feed_camera(feed));
}

static void test_listeners(void)
{
    Rig rig;
    rig_init(&rig, FAST);
    guint first = feed_pool_listen(rig.pool, on_changed, NULL);
    guint second = feed_pool_listen(rig.pool, on_changed, NULL);
    g_assert_cmpuint(first, !=, second);
    want(&rig, "w", "!cam-1/sub");
    g_assert_true(wait_live(&rig, 1, 1));
    g_assert_cmpuint(listened, >=, 4);
    feed_pool_unlisten(rig.pool, first);
    feed_pool_unlisten(rig.pool, second);
    feed_pool_unlisten(rig.pool, 99);
    listened = 0;
    want(&rig, "w", "");
    g_assert_true(wait_live(&rig, 0, 0));
    g_assert_cmpuint(listened, ==, 0);
    rig_clear(&rig);
}

/* A new configuration: who kept the address keeps the session, who changed it gets a new one, who is gone is closed. */
static void test_reload(void)
{
    Rig rig;
    rig_init(&rig, FAST);
    want(&rig, "w", "!cam-1/sub !cam-2/sub");
    g_assert_true(wait_live(&rig, 2, 2));
    static const struct {
        const char *extra;
        guint64 opened; /* at the simulator since the start */
    } steps[] = {
        { ",\"place\":\"gate\",\"label\":\"off\",\"stall_ms\":3000", 1 },
        { ",\"latency_ms\":150", 2 },
        { "", 3 },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        Config *next = make_config(&rig, FAST, 1, steps[i].extra);
        feed_pool_reload(rig.pool, next);
        config_unref(rig.config);
        rig.config = next;
        g_assert_true(feed_pool_config(rig.pool) == next);
        g_assert_true(wait_live(&rig, 2, 2));
        g_assert_cmpuint(opened_at(&rig, "cam-1/sub"), ==, steps[i].opened);
        g_assert_cmpuint(opened_at(&rig, "cam-2/sub"), ==, 1);
        Feed *feed = feed_pool_find(rig.pool, "cam-1", PROFILE_SUB);
        g_assert_true(feed_camera(feed) == config_camera(next, "cam-1"));
    }
    rig_clear(&rig);
}

static guint threads_now(void)
{
    return count_entries("/proc/self/task");
}

static guint fds_now(void)
{
    return count_entries("/proc/self/fd");
}

/* 200 feeds come and go, some before they are connected: threads and descriptors are as before. */
static void test_cycles(void)
{
    Rig rig;
    rig_init(&rig, FAST);
    guint threads = 0, fds = 0;
    for (guint cycle = 0; cycle <= 20; cycle++) {
        want(&rig, "w",
             "!cam-1/sub !cam-2/sub !cam-3/sub cam-4/sub cam-5/sub !cam-6/sub !cam-7/main "
             "!cam-8/sub cam-9/sub !cam-10/sub");
        if (cycle % 4 == 0)
            g_assert_true(wait_live(&rig, 10, 10));
        else
            serve(cycle * 3);
        want(&rig, "w", "");
        g_assert_true(wait_live(&rig, 0, 0));
        reaper_wait(10000);
        if (cycle == 0) { /* libraries have made what they keep */
            serve(200);
            threads = threads_now();
            fds = fds_now();
        }
    }
    g_assert_cmpuint(reaper_busy(), ==, 0);
    g_assert_cmpuint(reaper_abandoned(), ==, 0);
    for (gint64 end = clock_now_ns() + 5 * NS_PER_SEC;
         (threads_now() > threads || fds_now() > fds) && clock_now_ns() < end;)
        serve(50); /* GLib keeps idle threads for a moment */
    g_test_message("threads %u then %u, descriptors %u then %u", threads, threads_now(), fds,
                   fds_now());
    g_assert_cmpuint(threads_now(), <=, threads);
    g_assert_cmpuint(fds_now(), <=, fds);
    rig_clear(&rig);
}

/* The pool goes while feeds are live, views are held and pictures are decoded. */
static void test_free_in_flight(void)
{
    for (int round = 0; round < 3; round++) {
        Rig rig;
        rig_init(&rig, FAST);
        want(&rig, "w", "!cam-1/sub !cam-2/sub !cam-3/sub cam-4/sub");
        g_assert_true(wait_live(&rig, 4, 4));
        View *views[3];
        const ViewSpec spec = { 160, 90, FIT_CONTAIN, FRECT_FULL, 0 };
        for (guint i = 0; i < 3; i++) {
            g_autofree char *id = g_strdup_printf("cam-%u", i + 1);
            views[i] = feed_view(feed_pool_find(rig.pool, id, PROFILE_SUB), &spec);
        }
        serve((guint)round * 30);
        FeedPoolStats stats = stats_of(&rig);
        g_assert_cmpuint(stats.sessions, ==, 4);
        g_assert_cmpuint(stats.warm, ==, 1);
        rig_clear(&rig);
        for (guint i = 0; i < 3; i++)
            view_unref(views[i]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gst_tests_init();
    post_init();
    log_set_level(g_getenv("WALLCTL_TEST_VERBOSE") ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR);
    media_log_init();
    g_test_add_func("/feed_pool/shared", test_shared);
    g_test_add_func("/feed_pool/one_stream", test_one_stream);
    g_test_add_func("/feed_pool/stays_warm", test_stays_warm);
    g_test_add_func("/feed_pool/warm_limit", test_warm_limit);
    g_test_add_func("/feed_pool/patrol", test_patrol);
    g_test_add_func("/feed_pool/patrol_makes_way", test_patrol_makes_way);
    g_test_add_func("/feed_pool/session_budget", test_session_budget);
    g_test_add_func("/feed_pool/connect_rate", test_connect_rate);
    g_test_add_func("/feed_pool/listeners", test_listeners);
    g_test_add_func("/feed_pool/reload", test_reload);
    g_test_add_func("/feed_pool/cycles", test_cycles);
    g_test_add_func("/feed_pool/free_in_flight", test_free_in_flight);
    return g_test_run();
}
