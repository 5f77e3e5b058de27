/* test_clip.c - clips decode back as asked: size, frame count, key frames, picture types, content,
 * and all or nothing */
#include <glib.h>
#include <glib/gstdio.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <math.h>
#include <stdlib.h>

#include "tests/support/clip.h"
#include "wallctl/base/error.h"

static char *dir;

typedef struct {
    enum AVCodecID codec;
    int width, height;
    guint packets, frames, b_frames, wrong_key_frames, wrong_pictures;
    double fps;
    gint64 bytes;
} Found;

/* The picture says its number: a grey that differs by 4 from its neighbours, and a moving bar for
 * the encoder to work on. */
static guint grey_of(guint frame)
{
    return 40 + frame % 50 * 4;
}

static void draw_number(cairo_t *cr, int width, int height, guint frame, gpointer user)
{
    guint *calls = user;
    (*calls)++;
    double grey = grey_of(frame) / 255.0;
    cairo_set_source_rgb(cr, grey, grey, grey);
    cairo_paint(cr);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_rectangle(cr, frame * 5 % width, height * 3 / 4.0, 8, height / 8.0);
    cairo_fill(cr);
}

static void note_frame(Found *found, const AVFrame *frame, guint gop)
{
    guint n = found->frames++;
    found->b_frames += frame->pict_type == AV_PICTURE_TYPE_B;
    found->wrong_key_frames += (frame->pict_type == AV_PICTURE_TYPE_I) != (n % gop == 0);
    gint64 sum = 0;
    for (int y = 0; y < frame->height / 2; y++)
        for (int x = 0; x < frame->width; x++)
            sum += frame->data[0][y * frame->linesize[0] + x];
    double expected = 16 + grey_of(n) * 219 / 255.0,
           mean = (double)sum / (frame->width * (frame->height / 2));
    found->wrong_pictures += fabs(mean - expected) > 2;
}

static Found decode(const char *path, guint gop)
{
    Found found = { 0 };
    AVFormatContext *demuxer = NULL;
    g_assert_cmpint(avformat_open_input(&demuxer, path, NULL, NULL), ==, 0);
    g_assert_cmpint(avformat_find_stream_info(demuxer, NULL), >=, 0);
    g_assert_cmpuint(demuxer->nb_streams, ==, 1);
    const AVStream *stream = demuxer->streams[0];
    AVCodecContext *decoder = avcodec_alloc_context3(NULL);
    avcodec_parameters_to_context(decoder, stream->codecpar);
    decoder->thread_count = 1;
    g_assert_cmpint(avcodec_open2(decoder, avcodec_find_decoder(decoder->codec_id), NULL), ==, 0);
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    for (gboolean is_end = FALSE; !is_end;) {
        is_end = av_read_frame(demuxer, packet) < 0;
        if (!is_end) {
            found.bytes += packet->size;
            found.wrong_key_frames +=
                !!(packet->flags & AV_PKT_FLAG_KEY) != (found.packets % gop == 0);
            found.packets++;
        }
        g_assert_cmpint(avcodec_send_packet(decoder, is_end ? NULL : packet), ==, 0);
        av_packet_unref(packet);
        while (avcodec_receive_frame(decoder, frame) == 0)
            note_frame(&found, frame, gop);
    }
    found.codec = decoder->codec_id;
    found.width = decoder->width;
    found.height = decoder->height;
    found.fps = av_q2d(stream->avg_frame_rate);
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&decoder);
    avformat_close_input(&demuxer);
    return found;
}

typedef struct {
    const char *name;
    ClipSpec spec;
    enum AVCodecID codec;
    gboolean has_b_frames;
} Row;

static const Row rows[] = {
    { "h264", { CLIP_H264, 320, 180, 25, 100, 50, 300, FALSE }, AV_CODEC_ID_H264, FALSE },
    { "h264-odd-gop", { CLIP_H264, 642, 362, 12, 33, 11, 500, FALSE }, AV_CODEC_ID_H264, FALSE },
    { "h264-b", { CLIP_H264, 320, 180, 25, 50, 25, 300, TRUE }, AV_CODEC_ID_H264, TRUE },
    { "h265", { CLIP_H265, 320, 180, 25, 50, 25, 300, FALSE }, AV_CODEC_ID_HEVC, FALSE },
    { "h263", { CLIP_H263, 352, 288, 25, 50, 25, 600, FALSE }, AV_CODEC_ID_H263, FALSE },
};

static void test_row(gconstpointer data)
{
    const Row *row = data;
    g_autofree char *path = g_strdup_printf("%s/%s.mp4", dir, row->name);
    g_autoptr(GError) error = NULL;
    guint calls = 0;
    gboolean is_made = clip_make(path, &row->spec, draw_number, &calls, FALSE, &error);
    g_assert_no_error(error);
    g_assert_true(is_made);
    g_assert_cmpuint(calls, ==, row->spec.frames);

    Found found = decode(path, row->spec.gop);
    g_assert_cmpint(found.codec, ==, row->codec);
    g_assert_cmpint(found.width, ==, row->spec.width);
    g_assert_cmpint(found.height, ==, row->spec.height);
    g_assert_cmpuint(found.packets, ==, row->spec.frames);
    g_assert_cmpuint(found.frames, ==, row->spec.frames);
    g_assert_cmpuint(found.wrong_key_frames, ==, 0);
    g_assert_cmpuint(found.wrong_pictures, ==, 0);
    g_assert_cmpint(found.b_frames > 0, ==, row->has_b_frames);
    g_assert_cmpfloat_with_epsilon(found.fps, row->spec.fps, 0.01);
    double seconds = (double)row->spec.frames / row->spec.fps;
    g_assert_cmpfloat(found.bytes * 8 / seconds, <, row->spec.bitrate_kbps * 1000 * 1.5);
}

static void draw_green(cairo_t *cr, int width, int height, guint frame, gpointer user)
{
    cairo_set_source_rgb(cr, 0, 1, 0);
    cairo_paint(cr);
}

/* Green is 173 by BT.709, 145 by BT.601. */
static void test_colours(void)
{
    const ClipSpec spec = { CLIP_H264, 64, 64, 25, 2, 2, 200, FALSE };
    g_autofree char *path = g_build_filename(dir, "green.mp4", NULL);
    g_assert_true(clip_make(path, &spec, draw_green, NULL, FALSE, NULL));
    AVFormatContext *demuxer = NULL;
    g_assert_cmpint(avformat_open_input(&demuxer, path, NULL, NULL), ==, 0);
    AVCodecContext *decoder = avcodec_alloc_context3(NULL);
    avcodec_parameters_to_context(decoder, demuxer->streams[0]->codecpar);
    g_assert_cmpint(avcodec_open2(decoder, avcodec_find_decoder(decoder->codec_id), NULL), ==, 0);
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    g_assert_cmpint(av_read_frame(demuxer, packet), ==, 0);
    g_assert_cmpint(avcodec_send_packet(decoder, packet), ==, 0);
    g_assert_cmpint(avcodec_send_packet(decoder, NULL), ==, 0);
    g_assert_cmpint(avcodec_receive_frame(decoder, frame), ==, 0);
    g_assert_cmpint(frame->colorspace, ==, AVCOL_SPC_BT709);
    g_assert_cmpint(abs(frame->data[0][32 * frame->linesize[0] + 32] - 173), <=, 2);
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&decoder);
    avformat_close_input(&demuxer);
}

static void test_skip_and_force(void)
{
    const ClipSpec spec = { CLIP_H264, 64, 64, 25, 10, 10, 100, FALSE };
    g_autofree char *path = g_build_filename(dir, "again.mp4", NULL);
    guint calls = 0;
    g_assert_true(clip_make(path, &spec, draw_number, &calls, FALSE, NULL));
    g_assert_true(clip_make(path, &spec, draw_number, &calls, FALSE, NULL));
    g_assert_cmpuint(calls, ==, 10);
    g_assert_true(clip_make(path, &spec, draw_number, &calls, TRUE, NULL));
    g_assert_cmpuint(calls, ==, 20);
}

static void test_bad_spec(gconstpointer data)
{
    const ClipSpec *spec = data;
    g_autofree char *path = g_build_filename(dir, "bad.mp4", NULL);
    g_autoptr(GError) error = NULL;
    guint calls = 0;
    g_assert_false(clip_make(path, spec, draw_number, &calls, FALSE, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, path));
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    g_assert_cmpuint(calls, ==, 0);
}

static const ClipSpec bad_specs[] = {
    { CLIP_H264, 63, 64, 25, 10, 10, 100, FALSE }, { CLIP_H264, 64, 0, 25, 10, 10, 100, FALSE },
    { CLIP_H264, 64, 64, 0, 10, 10, 100, FALSE },  { CLIP_H264, 64, 64, 25, 15, 10, 100, FALSE },
    { CLIP_H264, 64, 64, 25, 10, 0, 100, FALSE },  { CLIP_H264, 64, 64, 25, 0, 10, 100, FALSE },
    { CLIP_H264, 64, 64, 25, 10, 10, 0, FALSE },   { 0, 64, 64, 25, 10, 10, 100, FALSE },
};

/* What the encoder itself refuses must not leave a file either: H.263 has five sizes. */
static void test_nothing_left(void)
{
    const ClipSpec spec = { CLIP_H263, 640, 360, 25, 10, 10, 100, FALSE };
    g_autofree char *path = g_build_filename(dir, "no-such", "clip.mp4", NULL);
    g_autofree char *refused = g_build_filename(dir, "refused.mp4", NULL);
    const ClipSpec good = { CLIP_H264, 64, 64, 25, 10, 10, 100, FALSE };
    g_autoptr(GError) error = NULL;
    guint calls = 0;
    g_assert_false(clip_make(path, &good, draw_number, &calls, FALSE, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_clear_error(&error);
    g_assert_false(clip_make(refused, &spec, draw_number, &calls, FALSE, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED);

    GDir *listing = g_dir_open(dir, 0, NULL);
    for (const char *name = g_dir_read_name(listing); name; name = g_dir_read_name(listing))
        g_assert_true(g_str_has_suffix(name, ".mp4") && !g_str_has_prefix(name, "refused"));
    g_dir_close(listing);
}

static void remove_dir(void)
{
    GDir *listing = g_dir_open(dir, 0, NULL);
    for (const char *name = g_dir_read_name(listing); name; name = g_dir_read_name(listing)) {
        g_autofree char *path = g_build_filename(dir, name, NULL);
        g_unlink(path);
    }
    g_dir_close(listing);
    g_rmdir(dir);
    g_free(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    av_log_set_level(AV_LOG_QUIET);
    dir = g_dir_make_tmp("wallctl-clip-XXXXXX", NULL);
    g_assert_nonnull(dir);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/clip/made/%s", rows[i].name);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/clip/colours", test_colours);
    g_test_add_func("/clip/skip-and-force", test_skip_and_force);
    for (guint i = 0; i < G_N_ELEMENTS(bad_specs); i++) {
        g_autofree char *path = g_strdup_printf("/clip/bad-spec/%u", i);
        g_test_add_data_func(path, &bad_specs[i], test_bad_spec);
    }
    g_test_add_func("/clip/nothing-left", test_nothing_left);
    int status = g_test_run();
    remove_dir();
    return status;
}
