/* test_reel.c - from units to the pictures of views: bursts, losses, overload, changes in
 * mid-stream, views that come and go
 *
 * Stamps say which frame a picture is. Nothing here depends on how fast the machine is: tests wait
 * for a state.
 */
#include "pipelines/media_log.h"
#include "pipelines/reel.h"
#include "tests/pipeline/units.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"

#include <pthread.h>
#include <string.h>

static const ClipSpec small = { CLIP_H264, 320, 180, 25, 20, 10, 300, FALSE };
static const ClipSpec small_h265 = { CLIP_H265, 320, 180, 25, 20, 10, 300, FALSE };

typedef struct {
    DecodePool *pool;
    Reel *reel;
    gint news; /* atomic */
    gint64 tick;
} Rig;

/* Every picture of a loop as the decoder gives it when nothing is left out: what a view of the same
 * size must show. */
typedef struct {
    int width, height;
    GPtrArray *luma; /* by frame number, rows without gaps */
} Truth;

static void truth_init(Truth *truth, GPtrArray *units, const ClipSpec *spec)
{
    *truth = (Truth) { spec->width, spec->height, g_ptr_array_new_with_free_func(g_free) };
    Decoder *decoder =
        decoder_new(spec->codec == CLIP_H265 ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264, NULL);
    for (guint i = 0; i < units->len; i++) {
        const AVFrame *picture;
        gboolean is_done = decoder_run(decoder, g_ptr_array_index(units, i), &picture, NULL);
        g_assert_true(is_done && picture);
        guint8 *rows = g_malloc((gsize)spec->width * (gsize)spec->height);
        for (int y = 0; y < spec->height; y++)
            memcpy(rows + y * spec->width, picture->data[0] + y * picture->linesize[0],
                   (gsize)spec->width);
        g_ptr_array_add(truth->luma, rows);
    }
    decoder_free(decoder);
}

static void assert_true_picture(const Truth *truth, const Frame *frame)
{
    Stamp stamp = stamp_of(frame->plane[0], frame->stride[0], frame->width, frame->height);
    g_assert_cmpuint(stamp.frame, <, truth->luma->len);
    const guint8 *rows = g_ptr_array_index(truth->luma, stamp.frame);
    for (int y = 0; y < truth->height; y++) {
        if (memcmp(frame->plane[0] + y * frame->stride[0], rows + y * truth->width,
                   (gsize)truth->width) != 0)
            g_error("frame %u differs in row %d from what the camera sent", stamp.frame, y);
    }
}

static void on_news(gpointer user)
{
    g_atomic_int_inc(&((Rig *)user)->news);
}

static void rig_init(Rig *rig, guint threads)
{
    *rig = (Rig) { .pool = decode_pool_new(threads) };
    rig->reel = reel_new(rig->pool, "test", on_news, rig);
}

static void rig_clear(Rig *rig)
{
    reel_close(rig->reel);
    decode_pool_free(rig->pool);
}

static ReelFacts facts_of(Rig *rig)
{
    ReelFacts facts;
    reel_get_facts(rig->reel, &facts);
    return facts;
}

static void push_at(Rig *rig, GPtrArray *units, guint i, int flags, gint64 arrival_ns)
{
    AVPacket *packet = av_packet_clone(g_ptr_array_index(units, i % units->len));
    packet->pts = arrival_ns;
    packet->flags |= flags;
    reel_push(rig->reel, packet);
    av_packet_free(&packet);
}

static void push(Rig *rig, GPtrArray *units, guint from, guint to)
{
    for (guint i = from; i < to; i++)
        push_at(rig, units, i, 0, clock_now_ns());
}

static View *new_view(Rig *rig, int width, int height)
{
    ViewSpec spec = { width, height, FIT_CONTAIN, FRECT_FULL, 0 };
    return reel_view(rig->reel, &spec, NULL, 0);
}

/* The stamp for the next tick; source 0: no picture. *serial counts the pictures that were scaled.
 */
static Stamp look(Rig *rig, View *view, guint64 *serial)
{
    Rect inside;
    g_autoptr(Frame) frame = view_ref_for_tick(view, ++rig->tick, &inside);
    if (serial)
        *serial = frame ? frame->serial : 0;
    return frame ? stamp_of(frame->plane[0], frame->stride[0], frame->width, frame->height)
                 : (Stamp) { 0 };
}

static gint64 deadline(void)
{
    return clock_now_ns() + 30 * NS_PER_SEC;
}

/* Looks at the view until it shows frame of source; every other picture on the way must be of that
 * source, too. */
static gboolean wait_shows(Rig *rig, View *view, guint16 source, guint16 frame)
{
    for (gint64 limit = deadline(); clock_now_ns() < limit; g_usleep(500)) {
        Stamp stamp = look(rig, view, NULL);
        if (stamp.source == source && stamp.frame == frame)
            return TRUE;
    }
    return FALSE;
}

static gboolean wait_pictures(Rig *rig, guint64 n)
{
    for (gint64 limit = deadline(); clock_now_ns() < limit; g_usleep(500)) {
        if (facts_of(rig).pictures >= n)
            return TRUE;
    }
    return FALSE;
}

/* As many and no more: a picture is counted a moment after views have it. */
static gboolean has_pictures(Rig *rig, guint64 n)
{
    return wait_pictures(rig, n) && facts_of(rig).pictures == n;
}

/* Nothing waits, nothing runs. */
static gboolean wait_quiet(Rig *rig)
{
    for (gint64 limit = deadline(); clock_now_ns() < limit; g_usleep(500)) {
        if (facts_of(rig).waiting == 0 && decode_pool_waiting(rig->pool) == 0) {
            g_usleep(20000); /* what was popped may still be decoded */
            if (facts_of(rig).waiting == 0 && decode_pool_waiting(rig->pool) == 0)
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean wait_trouble(Rig *rig, gboolean has_trouble)
{
    for (gint64 limit = deadline(); clock_now_ns() < limit; g_usleep(500)) {
        if ((*facts_of(rig).trouble != 0) == has_trouble)
            return TRUE;
    }
    return FALSE;
}

typedef struct {
    Strand strand; /* first */
    pthread_mutex_t gate;
    gint runs;
} Block;

static gboolean block_run(Strand *strand)
{
    Block *block = (Block *)strand;
    g_atomic_int_inc(&block->runs);
    pthread_mutex_lock(&block->gate);
    pthread_mutex_unlock(&block->gate);
    return FALSE;
}

static void block_nothing(Strand *strand)
{
}

/* The pool's only thread does nothing else until block_end(). */
static void block_begin(Block *block, Rig *rig)
{
    *block =
        (Block) { .strand = { .run = block_run, .ref = block_nothing, .unref = block_nothing } };
    pthread_mutex_init(&block->gate, NULL);
    pthread_mutex_lock(&block->gate);
    decode_pool_schedule(rig->pool, &block->strand, TRUE);
    while (g_atomic_int_get(&block->runs) == 0)
        g_usleep(500);
}

static void block_end(Block *block)
{
    pthread_mutex_unlock(&block->gate);
}

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
    assert_true_picture(&truth, frame);
    view_unref(view);
    g_ptr_array_unref(truth.luma);
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
                assert_true_picture(&truth, frame);
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
    g_ptr_array_unref(truth.luma);
    rig_clear(&rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    log_set_level(LOG_LEVEL_ERROR);
    media_log_init();
    g_test_add_func("/reel/warm", test_warm);
    for (gsize i = 0; i < G_N_ELEMENTS(burst_rows); i++) {
        g_autofree char *path = g_strdup_printf("/reel/burst/%s", burst_rows[i].name);
        g_test_add_data_func(path, &burst_rows[i], test_burst);
    }
    g_test_add_func("/reel/views_come_and_go", test_views_come_and_go);
    g_test_add_func("/reel/view_replaced", test_view_replaced);
    g_test_add_func("/reel/two_sizes", test_two_sizes);
    g_test_add_func("/reel/waits_for_key", test_waits_for_key);
    for (gsize i = 0; i < G_N_ELEMENTS(loss_rows); i++) {
        g_autofree char *path = g_strdup_printf("/reel/loss/%s", loss_rows[i].name);
        g_test_add_data_func(path, &loss_rows[i], test_loss);
    }
    g_test_add_func("/reel/damaged_unit", test_damaged_unit);
    g_test_add_func("/reel/blind_keys", test_blind_keys);
    g_test_add_func("/reel/overload", test_overload);
    g_test_add_func("/reel/key_only", test_key_only);
    g_test_add_func("/reel/effort_by_size", test_effort_by_size);
    g_test_add_func("/reel/codec_change", test_codec_change);
    g_test_add_func("/reel/size_change", test_size_change);
    g_test_add_func("/reel/restart", test_restart);
    g_test_add_func("/reel/mask_trouble", test_mask_trouble);
    g_test_add_func("/reel/size_trouble", test_size_trouble);
    g_test_add_func("/reel/views_outlive_all", test_views_outlive_all);
    g_test_add_func("/reel/churn", test_churn);
    return g_test_run();
}
