/* test_look.c - what is drawn of a tile, and when: on changes only, and never what is not true any more */
#include "pipelines/look.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <pthread.h>

enum { SECOND_MS = 1000 };

typedef struct {
    WorkPool *draw;
    Look *look;
    Camera *camera;
    LookFacts facts;
} Rig;

static void rig_init(Rig *rig)
{
    *rig = (Rig) { .draw = work_pool_new("draw", 1, 64, 0), .camera = camera_new() };
    g_free(rig->camera->id);
    rig->camera->id = g_strdup("gate");
    g_free(rig->camera->name);
    rig->camera->name = g_strdup("东门");
    rig->look = look_new(rig->draw, 480, 270, 1080);
    rig->facts = (LookFacts) { .number = 3,
                               .camera = rig->camera,
                               .sign = SIGN_CONNECTING,
                               .fault = FAULT_NONE,
                               .since_unix_ms = 1700000000000 };
}

static void rig_clear(Rig *rig)
{
    look_free(rig->look);
    look_free(NULL);
    work_pool_free(rig->draw);
    camera_free(rig->camera);
    clock_set_for_test(-1, -1);
}

static void set_time(gint64 ms)
{
    clock_set_for_test(ms * NS_PER_MS, 1700000000000 + ms);
}

static void update(Rig *rig)
{
    look_update(rig->look, &rig->facts);
}

static void pass(gpointer data)
{
    g_atomic_int_set((gint *)data, 1);
}

/* Everything submitted so far is drawn: one thread, in order. */
static void settle(Rig *rig)
{
    gint is_passed = 0;
    gboolean is_taken = work_submit(rig->draw, pass, &is_passed, NULL, NULL);
    g_assert_true(is_taken);
    while (!g_atomic_int_get(&is_passed))
        g_usleep(200);
}

static gboolean has_bitmap(Overlay *overlay)
{
    guint64 serial;
    Bitmap *bitmap = overlay_ref_newest(overlay, &serial);
    gboolean has = bitmap != NULL;
    if (bitmap)
        bitmap_unref(bitmap);
    return has;
}

/* Drawn once, and again only when something in it changed. */
static void test_on_change(void)
{
    Rig rig;
    rig_init(&rig);
    set_time(1000);
    update(&rig);
    settle(&rig);
    g_assert_true(look_is_drawn(rig.look));
    g_assert_true(has_bitmap(look_slate(rig.look)));
    g_assert_true(has_bitmap(look_label(rig.look)));
    guint64 slate = overlay_serial(look_slate(rig.look)),
            label = overlay_serial(look_label(rig.look));
    for (int i = 0; i < 20; i++) {
        set_time(1000 + 200 * i);
        update(&rig);
    }
    settle(&rig);
    g_assert_cmpuint(overlay_serial(look_slate(rig.look)), ==, slate);
    g_assert_cmpuint(overlay_serial(look_label(rig.look)), ==, label);
    rig.facts.sign = SIGN_OFFLINE;
    rig.facts.fault = FAULT_UNREACHABLE;
    rig.facts.next_try_ns = 30000 * NS_PER_MS;
    update(&rig);
    settle(&rig);
    g_assert_cmpuint(overlay_serial(look_slate(rig.look)), ==, slate + 1);
    g_assert_cmpuint(overlay_serial(look_label(rig.look)), ==, label);
    rig.facts.mark = "降载";
    update(&rig);
    settle(&rig);
    g_assert_cmpuint(overlay_serial(look_slate(rig.look)), ==, slate + 1);
    g_assert_cmpuint(overlay_serial(look_label(rig.look)), ==, label + 1);
    rig_clear(&rig);
}

/* The age of a stale picture: a new plate a second, none while fresh or away, and a second absence does not begin with the
 * age of the first. */
static void test_age(void)
{
    static const struct {
        gint64 age_ms;
        gboolean is_drawn_anew, has_plate;
    } steps[] = {
        { 0, FALSE, FALSE },    { 1900, FALSE, FALSE }, { 2100, TRUE, TRUE },
        { 2500, FALSE, TRUE },  { 3100, TRUE, TRUE },   { 9900, TRUE, TRUE },
        { 11000, FALSE, TRUE }, { 100, TRUE, FALSE }, /* back: taken off */
        { 1500, FALSE, FALSE }, { 2000, TRUE, TRUE },
    };
    Rig rig;
    rig_init(&rig);
    guint64 serial = overlay_serial(look_stale(rig.look));
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        set_time(100 * SECOND_MS);
        rig.facts.picture_ns = (100 * SECOND_MS - steps[i].age_ms) * NS_PER_MS;
        update(&rig);
        settle(&rig);
        guint64 now = overlay_serial(look_stale(rig.look));
        g_assert_cmpint(now != serial, ==, steps[i].is_drawn_anew);
        g_assert_cmpint(has_bitmap(look_stale(rig.look)), ==, steps[i].has_plate);
        serial = now;
    }
    rig_clear(&rig);
}

static void wait_at_gate(gpointer data)
{
    pthread_mutex_lock(data);
    pthread_mutex_unlock(data);
}

/* The queue is full: nothing is lost, the next update draws it. */
static void test_full_queue(void)
{
    Rig rig;
    rig_init(&rig);
    work_pool_free(rig.draw);
    look_free(rig.look);
    rig.draw = work_pool_new("draw", 1, 1, 0);
    rig.look = look_new(rig.draw, 480, 270, 1080);
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&gate);
    gboolean is_taken = work_submit(rig.draw, wait_at_gate, &gate, NULL, NULL);
    g_assert_true(is_taken);
    while (!work_submit(rig.draw, wait_at_gate, &gate, NULL, NULL)) /* the first one has begun */
        g_usleep(500);
    update(&rig);
    g_assert_false(look_is_drawn(rig.look));
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < 5000 && !(look_is_drawn(rig.look) && has_bitmap(look_label(rig.look)));
         i++) {
        update(&rig);
        g_usleep(1000);
    }
    g_assert_true(look_is_drawn(rig.look));
    g_assert_true(has_bitmap(look_slate(rig.look)));
    g_assert_true(has_bitmap(look_label(rig.look)));
    rig_clear(&rig);
}

/* What a feed is doing, as a sign. */
static void test_signs(void)
{
    Camera *camera = camera_new();
    FeedInfo info = { .state = FEED_LIVE, .fault = FAULT_NONE };
    g_assert_cmpint(sign_of_feed(NULL, NULL), ==, SIGN_GONE);
    g_assert_cmpint(sign_of_feed(camera, NULL), ==, SIGN_CONNECTING);
    g_assert_cmpint(sign_of_feed(camera, &info), ==, SIGN_WAIT_KEYFRAME);
    info.state = FEED_REFUSED;
    info.fault = FAULT_CREDENTIALS;
    g_assert_cmpint(sign_of_feed(camera, &info), ==, SIGN_CREDENTIALS);
    info.reel.is_mask_failed = TRUE;
    g_assert_cmpint(sign_of_feed(camera, &info), ==, SIGN_MASK_FAILED);
    camera_free(camera);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    log_set_level(LOG_LEVEL_ERROR);
    g_test_add_func("/look/on_change", test_on_change);
    g_test_add_func("/look/age", test_age);
    g_test_add_func("/look/full_queue", test_full_queue);
    g_test_add_func("/look/signs", test_signs);
    return g_test_run();
}
