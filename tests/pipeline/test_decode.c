/* test_decode.c - one unit in, one picture out, and what becomes of units that are not right */
#include "pipelines/decode.h"
#include "pipelines/media_log.h"
#include "tests/pipeline/units.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"

#include <string.h>

static ClipSpec small_clip(ClipCodec codec)
{
    return (ClipSpec) { .codec = codec,
                        .width = 320,
                        .height = 180,
                        .fps = 25,
                        .frames = 20,
                        .gop = 10,
                        .bitrate_kbps = 300 };
}

static enum AVCodecID codec_id(ClipCodec codec)
{
    return codec == CLIP_H265 ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264;
}

static Decoder *open_decoder(enum AVCodecID codec)
{
    g_autoptr(GError) error = NULL;
    Decoder *decoder = decoder_new(codec, &error);
    g_assert_no_error(error);
    return decoder;
}

static AVPacket *unit_at(GPtrArray *units, guint i)
{
    AVPacket *unit = g_ptr_array_index(units, i);
    unit->pts = 1000 + i;
    return unit;
}

/* The frame number in the picture, or -1 when there was none and no error. */
static int decode(Decoder *decoder, const AVPacket *unit)
{
    const AVFrame *picture;
    g_autoptr(GError) error = NULL;
    gboolean is_done = decoder_run(decoder, unit, &picture, &error);
    g_assert_no_error(error);
    g_assert_true(is_done);
    if (!picture)
        return -1;
    g_assert_cmpint(picture->pts, ==, unit->pts);
    return stamp_of(picture->data[0], picture->linesize[0], picture->width, picture->height).frame;
}

/* No delay: each unit gives its own picture at once. */
static void test_each_at_once(gconstpointer data)
{
    ClipCodec codec = (ClipCodec)GPOINTER_TO_INT(data);
    ClipSpec spec = small_clip(codec);
    g_autoptr(GPtrArray) units = stamped_units(1, &spec);
    Decoder *decoder = open_decoder(codec_id(codec));
    for (guint round = 0; round < 2; round++) { /* the loop closes on a key frame */
        for (guint i = 0; i < units->len; i++)
            g_assert_cmpint(decode(decoder, unit_at(units, i)), ==, (int)i);
    }
    decoder_free(decoder);
    decoder_free(NULL);
}

/* Half a GOP, a flush, and the next GOP: nothing of the first one comes up. */
static void test_flush(gconstpointer data)
{
    ClipCodec codec = (ClipCodec)GPOINTER_TO_INT(data);
    ClipSpec spec = small_clip(codec);
    g_autoptr(GPtrArray) units = stamped_units(1, &spec);
    Decoder *decoder = open_decoder(codec_id(codec));
    for (guint i = 0; i < 5; i++)
        decode(decoder, unit_at(units, i));
    decoder_flush(decoder);
    for (guint i = 10; i < 15; i++)
        g_assert_cmpint(decode(decoder, unit_at(units, i)), ==, (int)i);
    decoder_flush(decoder);
    for (guint i = 0; i < 5; i++)
        g_assert_cmpint(decode(decoder, unit_at(units, i)), ==, (int)i);
    decoder_free(decoder);
}

static void test_efforts(gconstpointer data)
{
    ClipCodec codec = (ClipCodec)GPOINTER_TO_INT(data);
    ClipSpec spec = small_clip(codec);
    g_autoptr(GPtrArray) units = stamped_units(1, &spec);
    Decoder *decoder = open_decoder(codec_id(codec));
    decoder_set_effort(decoder, DECODE_NO_LOOP_FILTER);
    for (guint i = 0; i < units->len; i++)
        g_assert_cmpint(decode(decoder, unit_at(units, i)), ==, (int)i);
    decoder_set_effort(decoder, DECODE_KEY_ONLY);
    for (guint i = 0; i < units->len; i++)
        g_assert_cmpint(decode(decoder, unit_at(units, i)), ==, i % spec.gop ? -1 : (int)i);
    decoder_set_effort(decoder, DECODE_FULL);
    for (guint i = 0; i < units->len; i++)
        g_assert_cmpint(decode(decoder, unit_at(units, i)), ==, (int)i);
    decoder_free(decoder);
}

typedef enum { DAMAGE_NOISE, DAMAGE_CUT } Damage;

static void damage(AVPacket *unit, Damage kind)
{
    int failed = av_packet_make_writable(unit);
    g_assert_cmpint(failed, ==, 0);
    if (kind == DAMAGE_CUT)
        av_shrink_packet(unit, unit->size / 4);
    for (int b = 40; b < unit->size && kind == DAMAGE_NOISE; b++)
        unit->data[b] = (guint8)(b * 37 + 11);
}

/* A unit that is cut or full of noise is an error, soon if not at once, and the next key frame
 * mends it. */
static void test_damage(gconstpointer data)
{
    Damage kind = (Damage)GPOINTER_TO_INT(data);
    ClipSpec spec = small_clip(CLIP_H264);
    g_autoptr(GPtrArray) units = stamped_units(1, &spec);
    Decoder *decoder = open_decoder(AV_CODEC_ID_H264);
    gboolean has_failed = FALSE;
    for (guint i = 0; i < 10 && !has_failed; i++) {
        AVPacket *unit = av_packet_clone(unit_at(units, i));
        if (i == 4)
            damage(unit, kind);
        const AVFrame *picture;
        g_autoptr(GError) error = NULL;
        has_failed = !decoder_run(decoder, unit, &picture, &error);
        if (has_failed) {
            g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
            g_assert_null(picture);
        }
        av_packet_free(&unit);
    }
    g_assert_true(has_failed);
    decoder_flush(decoder);
    for (guint i = 10; i < units->len; i++)
        g_assert_cmpint(decode(decoder, unit_at(units, i)), ==, (int)i);
    decoder_free(decoder);
}

/* Bytes that were never a stream: errors or nothing, no picture. */
static void test_garbage(void)
{
    GRand *rand = g_rand_new_with_seed(4);
    for (int round = 0; round < 2; round++) {
        Decoder *decoder = open_decoder(round ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264);
        for (int i = 0; i < 200; i++) {
            AVPacket *unit = av_packet_alloc();
            int failed = av_new_packet(unit, 5 + (int)(g_rand_int(rand) % 2000));
            g_assert_cmpint(failed, ==, 0);
            for (int b = 0; b < unit->size; b++)
                unit->data[b] = (guint8)g_rand_int(rand);
            const guint8 start[] = { 0, 0, 0, 1 };
            if (i % 2)
                memcpy(unit->data, start, sizeof start);
            const AVFrame *picture;
            g_autoptr(GError) error = NULL;
            gboolean is_done = decoder_run(decoder, unit, &picture, &error);
            g_assert_null(picture);
            g_assert_true(is_done == (error == NULL));
            av_packet_free(&unit);
        }
        decoder_free(decoder);
    }
    g_rand_free(rand);
}

/* B-frames come late and out of order; the newest picture of a unit is given, and order never goes
 * back. */
static void test_b_frames(void)
{
    ClipSpec spec = small_clip(CLIP_H264);
    spec.b_frames = TRUE;
    g_autoptr(GPtrArray) units = stamped_units(1, &spec);
    Decoder *decoder = open_decoder(AV_CODEC_ID_H264);
    int last = -1;
    guint pictures = 0;
    for (guint i = 0; i < units->len; i++) {
        const AVFrame *picture;
        g_autoptr(GError) error = NULL;
        gboolean is_done = decoder_run(decoder, unit_at(units, i), &picture, &error);
        g_assert_no_error(error);
        g_assert_true(is_done);
        if (!picture)
            continue;
        int frame =
            stamp_of(picture->data[0], picture->linesize[0], picture->width, picture->height).frame;
        g_assert_cmpint(frame, >, last);
        last = frame;
        pictures++;
    }
    g_assert_cmpuint(pictures, >, units->len / 2);
    decoder_free(decoder);
}

/* Larger than any tile can use: refused by its size, before it costs more. */
static void test_too_large(void)
{
    ClipSpec spec = { CLIP_H264, 4096, 2400, 25, 1, 1, 2000, FALSE };
    g_autoptr(GPtrArray) units = stamped_units(1, &spec);
    Decoder *decoder = open_decoder(AV_CODEC_ID_H264);
    const AVFrame *picture;
    g_autoptr(GError) error = NULL;
    g_assert_false(decoder_run(decoder, unit_at(units, 0), &picture, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED);
    g_assert_nonnull(strstr(error->message, "4096x2400"));
    g_assert_null(picture);
    decoder_free(decoder);
}

static void test_no_decoder(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(decoder_new(AV_CODEC_ID_NONE, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    log_set_level(LOG_LEVEL_ERROR);
    media_log_init();
    static const struct {
        const char *name;
        ClipCodec codec;
    } codecs[] = { { "h264", CLIP_H264 }, { "h265", CLIP_H265 } };
    for (gsize i = 0; i < G_N_ELEMENTS(codecs); i++) {
        g_autofree char *each = g_strdup_printf("/decode/each_at_once/%s", codecs[i].name);
        g_autofree char *flush = g_strdup_printf("/decode/flush/%s", codecs[i].name);
        g_autofree char *efforts = g_strdup_printf("/decode/efforts/%s", codecs[i].name);
        g_test_add_data_func(each, GINT_TO_POINTER(codecs[i].codec), test_each_at_once);
        g_test_add_data_func(flush, GINT_TO_POINTER(codecs[i].codec), test_flush);
        g_test_add_data_func(efforts, GINT_TO_POINTER(codecs[i].codec), test_efforts);
    }
    g_test_add_data_func("/decode/damage/noise", GINT_TO_POINTER(DAMAGE_NOISE), test_damage);
    g_test_add_data_func("/decode/damage/cut", GINT_TO_POINTER(DAMAGE_CUT), test_damage);
    g_test_add_func("/decode/garbage", test_garbage);
    g_test_add_func("/decode/b_frames", test_b_frames);
    g_test_add_func("/decode/too_large", test_too_large);
    g_test_add_func("/decode/no_decoder", test_no_decoder);
    return g_test_run();
}
