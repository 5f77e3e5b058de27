/* test_reel_damage.c - what goes wrong between a camera and its pictures: losses, broken units, changes in mid-stream
 *
 * Stamps say which frame a picture is: after a loss the last good one stands until a key frame that is whole.
 */
#include "tests/pipeline/reel_rig.h"
#include "tests/pipeline/units.h"
#include "wallctl/base/clock.h"

#include <string.h>

/* ---- damage */

/* Nothing is shown before the first key. */
static void test_waits_for_key(void)
{
    Rig rig;
    rig_init(&rig, 2);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    View *view = new_view(&rig, 320, 180);
    push(&rig, units, 4, 10);
    g_assert_true(wait_quiet(&rig));
    g_assert_cmpuint(facts_of(&rig).pictures, ==, 0);
    g_assert_cmpuint(look(&rig, view, NULL).source, ==, 0);
    g_assert_cmpuint(facts_of(&rig).damaged, ==, 0); /* not even tried */
    push(&rig, units, 10, 12);
    g_assert_true(wait_shows(&rig, view, 3, 11));
    view_unref(view);
    rig_clear(&rig);
}

typedef struct {
    const char *name;
    ClipCodec codec;
    guint lost;    /* this unit never comes, the one after it is marked */
    guint resumes; /* first frame shown after the loss */
} LossRow;

static const LossRow loss_rows[] = {
    { "h264/in-the-gop", CLIP_H264, 4, 10 },
    { "h265/in-the-gop", CLIP_H265, 4, 10 },
    { "h264/before-a-key", CLIP_H264, 9, 10 },
    { "h265/before-a-key", CLIP_H265, 9,
      20 }, /* this decoder would hide a key frame that lacks slices */
};

/* After a loss the last good picture stands until a key frame that is whole. */
static void test_loss(gconstpointer data)
{
    const LossRow *row = data;
    Rig rig;
    rig_init(&rig, 2);
    ClipSpec spec = row->codec == CLIP_H265 ? small_h265 : small;
    g_autoptr(GPtrArray) units = stamped_units(3, &spec);
    reel_set_codec(rig.reel, row->codec == CLIP_H265 ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264);
    View *view = new_view(&rig, 320, 180);
    push(&rig, units, 0, row->lost);
    g_assert_true(wait_shows(&rig, view, 3, (guint16)(row->lost - 1)));
    push_at(&rig, units, row->lost + 1, AV_PKT_FLAG_CORRUPT, clock_now_ns());
    g_assert_cmpuint(facts_of(&rig).has_gop, ==, row->lost + 1 == row->resumes);
    for (guint i = row->lost + 2; i <= row->resumes; i++)
        push(&rig, units, i, i + 1);
    g_assert_true(wait_quiet(&rig));
    g_assert_true(wait_shows(&rig, view, 3, (guint16)(row->resumes % units->len)));
    g_assert_true(has_pictures(&rig, row->lost + 1));
    g_assert_cmpuint(facts_of(&rig).damaged, ==, row->lost + 1 != row->resumes);
    view_unref(view);
    rig_clear(&rig);
}

/* A unit that does not decode: what follows it is passed over up to the next key, also what waits
 * already. */
static void test_damaged_unit(void)
{
    Rig rig;
    rig_init(&rig, 1);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    AVPacket *broken = g_ptr_array_index(units, 4);
    int failed = av_packet_make_writable(broken);
    g_assert_cmpint(failed, ==, 0);
    memset(broken->data + 20, 0x55, (gsize)broken->size - 20);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    View *view = new_view(&rig, 320, 180);
    push(&rig, units, 0, 15);
    g_assert_true(wait_shows(&rig, view, 3, 14));
    g_assert_cmpuint(facts_of(&rig).pictures, <, 15 - 4);
    g_assert_cmpuint(facts_of(&rig).damaged, >=, 1);
    g_assert_cmpstr(facts_of(&rig).trouble, ==, ""); /* passes by itself */
    view_unref(view);
    rig_clear(&rig);
}

/* Key frames that never give a picture are counted, until one does. */
static void test_blind_keys(void)
{
    Rig rig;
    rig_init(&rig, 1);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    g_autoptr(GPtrArray) broken = stamped_units(3, &small);
    AVPacket *key = g_ptr_array_index(broken, 0);
    int failed = av_packet_make_writable(key);
    g_assert_cmpint(failed, ==, 0);
    memset(key->data + 60, 0x55, (gsize)key->size - 60);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    View *view = new_view(&rig, 320, 180);
    for (guint i = 0; i < 4; i++)
        push(&rig, broken, 0, 2);
    g_assert_true(wait_quiet(&rig));
    g_assert_cmpuint(facts_of(&rig).blind_keys, ==, 4);
    g_assert_cmpuint(facts_of(&rig).pictures, ==, 0);
    push(&rig, units, 0, 1);
    g_assert_true(has_pictures(&rig, 1));
    g_assert_cmpuint(facts_of(&rig).blind_keys, ==, 0);
    view_unref(view);
    rig_clear(&rig);
}

/* ---- changes in mid-stream */

/* Another codec under the same views: the old decoder is not asked about it. */
static void test_codec_change(void)
{
    Rig rig;
    rig_init(&rig, 2);
    g_autoptr(GPtrArray) first = stamped_units(3, &small);
    g_autoptr(GPtrArray) second = stamped_units(4, &small_h265);
    View *view = new_view(&rig, 320, 180);
    for (int round = 0; round < 3; round++) {
        reel_set_codec(rig.reel, AV_CODEC_ID_H264);
        push(&rig, first, 0, 5);
        g_assert_true(wait_shows(&rig, view, 3, 4));
        reel_set_codec(rig.reel, AV_CODEC_ID_HEVC);
        g_assert_false(facts_of(&rig).has_gop);
        push(&rig, second, 0, 5);
        g_assert_true(wait_shows(&rig, view, 4, 4));
    }
    g_assert_cmpuint(facts_of(&rig).damaged, ==, 0);
    view_unref(view);
    rig_clear(&rig);
}

static gboolean wait_width(Rig *rig, int width)
{
    for (gint64 limit = deadline(); clock_now_ns() < limit; g_usleep(500)) {
        if (facts_of(rig).width == width)
            return TRUE;
    }
    return FALSE;
}

/* Another size from a key frame on, without notice. */
static void test_size_change(void)
{
    Rig rig;
    rig_init(&rig, 2);
    ClipSpec large = small;
    large.width = 640;
    large.height = 480; /* another shape, too */
    g_autoptr(GPtrArray) first = stamped_units(3, &small);
    g_autoptr(GPtrArray) second = stamped_units(4, &large);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    View *view = new_view(&rig, 320, 180);
    for (int round = 0; round < 2; round++) {
        push(&rig, first, 0, 5);
        g_assert_true(wait_shows(&rig, view, 3, 4));
        g_assert_true(wait_width(&rig, 320));
        push(&rig, second, 0, 5);
        g_assert_true(wait_shows(&rig, view, 4, 4));
        g_assert_true(wait_width(&rig, 640));
        Rect inside;
        g_autoptr(Frame) frame = view_ref_for_tick(view, ++rig.tick, &inside);
        g_assert_cmpint(inside.w, ==, 240);
        g_assert_cmpint(inside.x, ==, 40);
    }
    g_assert_cmpuint(facts_of(&rig).damaged, ==, 0);
    view_unref(view);
    rig_clear(&rig);
}

/* A new session: what is known of the old one goes, and its picture stays where it is until there
 * is another. */
static void test_restart(void)
{
    Rig rig;
    rig_init(&rig, 2);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    View *view = new_view(&rig, 320, 180);
    push(&rig, units, 0, 5);
    g_assert_true(wait_shows(&rig, view, 3, 4));
    reel_restart(rig.reel);
    ReelFacts facts = facts_of(&rig);
    g_assert_cmpuint(facts.units, ==, 0);
    g_assert_cmpuint(facts.keys, ==, 0);
    g_assert_cmpuint(facts.pictures, ==, 0);
    g_assert_cmpint(facts.last_picture_ns, ==, 0);
    g_assert_cmpint(facts.last_unit_ns, ==, 0);
    g_assert_false(facts.has_gop);
    g_assert_cmpuint(look(&rig, view, NULL).frame, ==, 4);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    push(&rig, units, 5, 12);
    g_assert_true(wait_shows(&rig, view, 3, 11));
    g_assert_true(has_pictures(&rig, 2));
    view_unref(view);
    rig_clear(&rig);
}

/* ---- what cannot be shown */

/* A mask that fails is trouble of its own kind and shows nothing; when it is mended the trouble is
 * over. */
static void test_mask_trouble(void)
{
    Rig rig;
    rig_init(&rig, 2);
    g_autoptr(GPtrArray) units = stamped_units(3, &small);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    Mask broken = { MASK_BLACK, 2, { { 0, 0 }, { 1, 0 } } };
    ViewSpec spec = { 320, 180, FIT_CONTAIN, FRECT_FULL, 0 };
    View *view = reel_view(rig.reel, &spec, &broken, 1);
    push(&rig, units, 0, 4);
    g_assert_true(wait_trouble(&rig, TRUE));
    g_assert_true(facts_of(&rig).is_mask_failed);
    g_assert_true(wait_quiet(&rig));
    g_assert_cmpuint(look(&rig, view, NULL).source, ==, 0);
    view_unref(view);
    view = reel_view(rig.reel, &spec, NULL, 0);
    push(&rig, units, 4, 6);
    g_assert_true(wait_shows(&rig, view, 3, 5));
    g_assert_true(wait_trouble(&rig, FALSE));
    g_assert_false(facts_of(&rig).is_mask_failed);
    view_unref(view);
    rig_clear(&rig);
}

static void test_size_trouble(void)
{
    Rig rig;
    rig_init(&rig, 2);
    ClipSpec spec = { CLIP_H264, 4096, 2400, 25, 1, 1, 2000, FALSE };
    g_autoptr(GPtrArray) units = stamped_units(1, &spec);
    reel_set_codec(rig.reel, AV_CODEC_ID_H264);
    View *view = new_view(&rig, 320, 180);
    gint before = g_atomic_int_get(&rig.news);
    push(&rig, units, 0, 1);
    g_assert_true(wait_trouble(&rig, TRUE));
    ReelFacts facts = facts_of(&rig);
    g_assert_nonnull(strstr(facts.trouble, "4096x2400"));
    g_assert_false(facts.is_mask_failed);
    g_assert_cmpint(g_atomic_int_get(&rig.news), >, before);
    reel_restart(rig.reel);
    g_assert_cmpstr(facts_of(&rig).trouble, ==, "");
    view_unref(view);
    rig_clear(&rig);
}

int main(int argc, char **argv)
{
    reel_rig_init(&argc, &argv);
    g_test_add_func("/reel/waits_for_key", test_waits_for_key);
    for (gsize i = 0; i < G_N_ELEMENTS(loss_rows); i++) {
        g_autofree char *path = g_strdup_printf("/reel/loss/%s", loss_rows[i].name);
        g_test_add_data_func(path, &loss_rows[i], test_loss);
    }
    g_test_add_func("/reel/damaged_unit", test_damaged_unit);
    g_test_add_func("/reel/blind_keys", test_blind_keys);
    g_test_add_func("/reel/codec_change", test_codec_change);
    g_test_add_func("/reel/size_change", test_size_change);
    g_test_add_func("/reel/restart", test_restart);
    g_test_add_func("/reel/mask_trouble", test_mask_trouble);
    g_test_add_func("/reel/size_trouble", test_size_trouble);
    return g_test_run();
}
