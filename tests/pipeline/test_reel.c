/* test_reel.c - from units to the pictures of views: warm cameras, bursts, views that come and go, overload
 *
 * Stamps say which frame a picture is.
 */
#include "tests/pipeline/reel_rig.h"
#include "tests/pipeline/truth.h"
#include "tests/pipeline/units.h"
#include "wallctl/base/clock.h"

/* ---- warm cameras */

/* Units come, nobody looks: nothing is decoded, all is ready. */
static void test_warm(void)
{
    Rig rig;
    rig_init(&rig, 2);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    push(&rig, units, 3, 16); /* begins in the middle of a GOP */
    ReelFacts facts = facts_of(&rig);
    g_assert_cmpint(facts.codec, ==, AV_CODEC_ID_H264);
    g_assert_cmpuint(facts.units, ==, 13);
    g_assert_cmpuint(facts.keys, ==, 1);
    g_assert_cmpuint(facts.pictures, ==, 0);
    g_assert_cmpuint(facts.waiting, ==, 0);
    g_assert_cmpuint(facts.views, ==, 0);
    g_assert_true(facts.has_gop);
    g_assert_cmpint(facts.first_unit_ns, >, 0);
    g_assert_cmpint(facts.last_unit_ns, >=, facts.first_unit_ns);
    g_assert_cmpint(g_atomic_int_get(&rig.news), ==, 2); /* the first unit, the first key */
    rig_clear(&rig);
}

typedef struct {
    const char *name;
    int width, height;
    guint gop, pushed;
} BurstRow;

static const BurstRow burst_rows[] = {
    { "key-only", 320, 180, 10, 1 },
    { "short", 320, 180, 10, 9 },
    { "long", 320, 180, 100, 98 },
    { "slow", 1280, 720, 100, 98 }, /* takes longer than a tile goes without a picture otherwise */
};

/* The first view of a warm camera: the GOP is decoded and only what is new is scaled, however long
 * the GOP. Units that come meanwhile follow. */
static void test_burst(gconstpointer data)
{
    const BurstRow *row = data;
    Rig rig;
    rig_init(&rig, 2);
    ClipSpec spec = small;
    spec.width = row->width;
    spec.height = row->height;
    spec.gop = row->gop;
    spec.frames = MAX(spec.frames, row->gop);
    g_autoptr(GPtrArray) units = stamped_units(3, &spec);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    push(&rig, units, 0, row->pushed);
    View *view = new_view(&rig, 320, 180);
    push(&rig, units, row->pushed, row->pushed + 1);
    guint64 serial = 0;
    Stamp first = { 0 };
    for (gint64 limit = deadline(); !first.source && clock_now_ns() < limit; g_usleep(500))
        first = look(&rig, view, &serial);
    g_assert_cmpuint(first.source, ==, 3);
    g_assert_cmpuint(first.frame + 2u, >=, row->pushed); /* nothing old was shown before */
    g_assert_cmpuint(serial, <=, 2);
    g_assert_true(wait_shows(&rig, view, 3, (guint16)row->pushed));
    g_assert_true(has_pictures(&rig, row->pushed + 1));
    ReelFacts facts = facts_of(&rig);
    g_assert_cmpuint(facts.dropped, ==, 0);
    g_assert_cmpuint(facts.damaged, ==, 0);
    g_assert_cmpint(facts.width, ==, row->width);
    g_assert_cmpint(facts.looked_ns, >, 0);
    view_unref(view);
    rig_clear(&rig);
}

/* The last view goes: decoding stops. Another one comes: it begins again at the key, without a gap.
 */
static void test_views_come_and_go(void)
{
    Rig rig;
    rig_init(&rig, 2);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    View *view = new_view(&rig, 320, 180);
    push(&rig, units, 0, 5);
    g_assert_true(wait_shows(&rig, view, 3, 4));
    view_unref(view);
    g_assert_true(wait_quiet(&rig));
    guint64 pictures = facts_of(&rig).pictures;
    push(&rig, units, 5, 14);
    g_assert_true(wait_quiet(&rig));
    g_assert_true(has_pictures(&rig, pictures));
    g_assert_cmpuint(facts_of(&rig).views, ==, 0);
    view = new_view(&rig, 320, 180);
    g_assert_true(wait_shows(&rig, view, 3, 13));
    push(&rig, units, 14, 16);
    g_assert_true(wait_shows(&rig, view, 3, 15));
    g_assert_cmpuint(facts_of(&rig).damaged, ==, 0);
    view_unref(view);
    rig_clear(&rig);
}

/* A tile changes hands before the decoder has noticed that nobody looked: nothing is left out in
 * between. */
static void test_view_replaced(void)
{
    Rig rig;
    rig_init(&rig, 1);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    Truth truth;
    truth_init(&truth, units, &small);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    View *view = new_view(&rig, 320, 180);
    push(&rig, units, 0, 3);
    g_assert_true(wait_shows(&rig, view, 3, 2));
    Block block;
    block_begin(&block, &rig);
    view_unref(view);
    push(&rig, units, 3, 6);
    view = new_view(&rig, 320, 180);
    push(&rig, units, 6, 8);
    block_end(&block);
    g_assert_true(wait_shows(&rig, view, 3, 7));
    Rect inside;
    g_autoptr(Frame) frame = view_ref_for_tick(view, ++rig.tick, &inside);
    truth_check(&truth, frame);
    view_unref(view);
    truth_clear(&truth);
    rig_clear(&rig);
}

/* One camera in several tiles: equal looks share a view, another size gets its picture at once from
 * the last one decoded. */
static void test_two_sizes(void)
{
    Rig rig;
    rig_init(&rig, 2);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    View *large = new_view(&rig, 320, 180);
    View *same = new_view(&rig, 320, 180);
    g_assert_true(same == large);
    push(&rig, units, 0, 3);
    g_assert_true(wait_shows(&rig, large, 3, 2));
    View *small_view = new_view(&rig, 240, 136);
    g_assert_true(small_view != large);
    g_assert_true(wait_shows(&rig, small_view, 3, 2)); /* no unit came since */
    push(&rig, units, 3, 5);
    g_assert_true(wait_shows(&rig, large, 3, 4));
    g_assert_true(wait_shows(&rig, small_view, 3, 4));
    g_assert_true(has_pictures(&rig, 5)); /* decoded once for both */
    ReelFacts facts = facts_of(&rig);
    g_assert_cmpuint(facts.views, ==, 2);
    g_assert_cmpint(facts.view_height, ==, 180);
    const Mask mask = { MASK_BLACK, 3, { { 0, 0 }, { 1, 0 }, { 1, 1 } } };
    ViewSpec spec = *view_spec(large);
    View *masked = reel_view(rig.reel, &spec, &mask, 1);
    g_assert_true(masked != large);
    view_unref(masked);
    view_unref(large);
    view_unref(same);
    view_unref(small_view);
    rig_clear(&rig);
}

/* ---- overload */

/* The only thread is busy: units pile up to a bound, and afterwards the newest is shown, not what
 * was missed. */
static void test_overload(void)
{
    Rig rig;
    rig_init(&rig, 1);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    View *view = new_view(&rig, 320, 180);
    push(&rig, units, 0, 3);
    g_assert_true(wait_shows(&rig, view, 3, 2));
    Block block;
    block_begin(&block, &rig);
    guint most = 0;
    for (guint i = 3; i < 208; i++) {
        push(&rig, units, i, i + 1);
        most = MAX(most, facts_of(&rig).waiting);
    }
    ReelFacts facts = facts_of(&rig);
    g_assert_cmpuint(most, <=, 75 + 10 + 1); /* 3 s, after a GOP to begin with */
    g_assert_cmpuint(facts.dropped, >, 100);
    g_assert_cmpuint(facts.dropped + facts.waiting, ==, 205);
    block_end(&block);
    g_assert_true(wait_shows(&rig, view, 3, 207 % 20));
    g_assert_cmpuint(facts_of(&rig).damaged, ==, 0);
    view_unref(view);
    rig_clear(&rig);
}

/* ---- key frames only */

static void test_key_only(void)
{
    Rig rig;
    rig_init(&rig, 2);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    reel_set_effort(rig.reel, DECODE_KEY_ONLY, FALSE);
    View *view = new_view(&rig, 320, 180);
    push(&rig, units, 0, 8);
    g_assert_true(wait_shows(&rig, view, 3, 0));
    g_assert_true(has_pictures(&rig, 1));
    push(&rig, units, 8, 10);
    g_assert_cmpint(view_touched_ns(view), ==, facts_of(&rig).last_unit_ns);
    push(&rig, units, 10, 15);
    g_assert_true(wait_shows(&rig, view, 3, 10));
    g_assert_true(has_pictures(&rig, 2));
    g_assert_cmpint(facts_of(&rig).effort, ==, DECODE_KEY_ONLY);
    /* units without a key frame for long do not make an old picture a live one */
    gint64 touched = view_touched_ns(view);
    push_at(&rig, units, 15, 0, clock_now_ns() + 16 * NS_PER_SEC);
    g_assert_cmpint(view_touched_ns(view), ==, touched);
    /* back to all of them: from the next key on */
    reel_set_effort(rig.reel, DECODE_FULL, FALSE);
    push(&rig, units, 16, 20);
    g_assert_true(wait_quiet(&rig));
    g_assert_true(has_pictures(&rig, 2));
    push(&rig, units, 20, 24);
    g_assert_true(wait_shows(&rig, view, 3, 3));
    g_assert_true(has_pictures(&rig, 6));
    g_assert_cmpuint(facts_of(&rig).damaged, ==, 0);
    view_unref(view);
    rig_clear(&rig);
}

/* Small tiles do without the loop filter, large ones do not. */
static void test_effort_by_size(void)
{
    Rig rig;
    rig_init(&rig, 2);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    View *view = new_view(&rig, 160, 90);
    push(&rig, units, 0, 3);
    g_assert_true(wait_pictures(&rig, 3));
    push(&rig, units, 3, 4);
    g_assert_true(wait_pictures(&rig, 4));
    g_assert_cmpint(facts_of(&rig).effort, ==, DECODE_NO_LOOP_FILTER);
    View *large = new_view(&rig, 640, 360);
    push(&rig, units, 4, 5);
    g_assert_true(wait_pictures(&rig, 5));
    g_assert_cmpint(facts_of(&rig).effort, ==, DECODE_FULL);
    view_unref(view);
    view_unref(large);
    rig_clear(&rig);
}

/* ---- the end */

/* Views that are still held when feed and pool have gone: they keep their picture and end without a
 * crash. */
static void test_views_outlive_all(void)
{
    Rig rig;
    rig_init(&rig, 2);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    View *view = new_view(&rig, 320, 180), *other = new_view(&rig, 160, 90);
    push(&rig, units, 0, 5);
    g_assert_true(wait_shows(&rig, view, 3, 4));
    push(&rig, units, 5, 20);
    gint news = g_atomic_int_get(&rig.news);
    reel_close(rig.reel);
    decode_pool_free(rig.pool); /* in the middle of decoding */
    g_assert_cmpuint(look(&rig, view, NULL).source, ==, 3);
    g_assert_cmpint(g_atomic_int_get(&rig.news), <=, news + 1);
    view_unref(view);
    view_unref(other);
}

typedef struct {
    Rig *rig;
    GPtrArray *units;
    gint is_over; /* atomic */
} Camera;

static void *send_for_ever(void *user)
{
    Camera *camera = user;
    for (guint i = 0; !g_atomic_int_get(&camera->is_over); i++) {
        push(camera->rig, camera->units, i, i + 1);
        g_usleep(1000);
    }
    return NULL;
}

/* Views come and go at any moment while units come: never a unit left out of a GOP that is decoded.
 */
static void test_churn(void)
{
    Rig rig;
    rig_init(&rig, 2);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    Truth truth;
    truth_init(&truth, units, &small);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    Camera camera = { &rig, units, 0 };
    pthread_t thread;
    int failed = pthread_create(&thread, NULL, send_for_ever, &camera);
    g_assert_cmpint(failed, ==, 0);
    GRand *rand = g_rand_new_with_seed(5);
    View *views[3] = { NULL };
    guint seen = 0;
    for (int i = 0; i < 1500; i++) {
        guint at = g_rand_int(rand) % 3;
        if (views[at]) {
            Rect inside;
            g_autoptr(Frame) frame = view_ref_for_tick(views[at], ++rig.tick, &inside);
            if (frame && at)
                truth_check(&truth, frame);
            seen += frame != NULL;
            g_clear_pointer(&views[at], view_unref);
        } else {
            views[at] = new_view(&rig, at ? 320 : 640, at ? 180 : 360); /* 1 and 2 share */
        }
        if (g_rand_int(rand) % 3)
            g_usleep(g_rand_int(rand) % 1500);
    }
    for (guint i = 0; i < 3; i++)
        view_unref(views[i]);
    View *last = new_view(&rig, 320, 180);
    gboolean is_shown = FALSE;
    for (gint64 limit = deadline(); !is_shown && clock_now_ns() < limit; g_usleep(500))
        is_shown = look(&rig, last, NULL).source == 3;
    g_atomic_int_set(&camera.is_over, 1);
    pthread_join(thread, NULL);
    g_assert_true(is_shown);
    g_assert_cmpuint(seen, >, 0);
    g_assert_cmpuint(facts_of(&rig).damaged, ==, 0);
    view_unref(last);
    g_rand_free(rand);
    truth_clear(&truth);
    rig_clear(&rig);
}

/* ---- a picture for somebody else */

typedef struct {
    gint given, freed; /* atomic */
    gint frame;        /* atomic: of the stamp */
} Asked;

static void take_picture(const AVFrame *picture, gint64 arrival_ns, gpointer user)
{
    Asked *asked = user;
    g_assert_cmpint(arrival_ns, >, 0);
    Stamp stamp = stamp_of(picture->data[0], picture->linesize[0], picture->width, picture->height);
    g_atomic_int_set(&asked->frame, stamp.frame);
    g_atomic_int_inc(&asked->given);
}

static void free_asked(gpointer user)
{
    g_atomic_int_inc(&((Asked *)user)->freed);
}

/* Who asks gets the next picture, once; nothing is decoded for that alone, and nothing leaks. */
static void test_ask_picture(void)
{
    Rig rig;
    rig_init(&rig, 2);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    Asked first = { 0 }, second = { 0 }, third = { 0 };
    reel_ask_picture(rig.reel, take_picture, &first, free_asked);
    push(&rig, units, 0, 3);
    g_assert_cmpuint(facts_of(&rig).pictures, ==, 0); /* nobody looks */
    reel_ask_picture(rig.reel, take_picture, &second, free_asked);
    g_assert_cmpint(g_atomic_int_get(&first.freed), ==, 1); /* another one asks */
    View *view = new_view(&rig, 320, 180);
    g_assert_true(wait_pictures(&rig, 3));
    g_assert_true(wait_quiet(&rig));
    g_assert_cmpint(g_atomic_int_get(&second.given), ==, 0); /* what a burst passes over is old */
    push(&rig, units, 3, 4);
    g_assert_true(wait_pictures(&rig, 4));
    for (gint64 limit = deadline(); !g_atomic_int_get(&second.freed) && clock_now_ns() < limit;
         g_usleep(500))
        continue;
    g_assert_cmpint(g_atomic_int_get(&second.given), ==, 1);
    g_assert_cmpint(g_atomic_int_get(&second.frame), ==, 3);
    push(&rig, units, 4, 6);
    g_assert_true(wait_pictures(&rig, 6));
    g_assert_true(wait_quiet(&rig));
    g_assert_cmpint(g_atomic_int_get(&second.given), ==, 1);
    reel_ask_picture(rig.reel, take_picture, &third, free_asked);
    view_unref(view);
    rig_clear(&rig);
    g_assert_cmpint(g_atomic_int_get(&first.given) + g_atomic_int_get(&third.given), ==, 0);
    g_assert_cmpint(g_atomic_int_get(&third.freed), ==, 1);
    g_assert_cmpint(g_atomic_int_get(&second.freed), ==, 1);
}

int main(int argc, char **argv)
{
    reel_rig_init(&argc, &argv);
    g_test_add_func("/reel/warm", test_warm);
    for (gsize i = 0; i < G_N_ELEMENTS(burst_rows); i++) {
        g_autofree char *path = g_strdup_printf("/reel/burst/%s", burst_rows[i].name);
        g_test_add_data_func(path, &burst_rows[i], test_burst);
    }
    g_test_add_func("/reel/views_come_and_go", test_views_come_and_go);
    g_test_add_func("/reel/view_replaced", test_view_replaced);
    g_test_add_func("/reel/two_sizes", test_two_sizes);
    g_test_add_func("/reel/overload", test_overload);
    g_test_add_func("/reel/key_only", test_key_only);
    g_test_add_func("/reel/effort_by_size", test_effort_by_size);
    g_test_add_func("/reel/views_outlive_all", test_views_outlive_all);
    g_test_add_func("/reel/churn", test_churn);
    g_test_add_func("/reel/ask_picture", test_ask_picture);
    return g_test_run();
}
