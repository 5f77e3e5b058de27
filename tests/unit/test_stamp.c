/* test_stamp.c - a stamp survives a camera's encoder and the wall's scalers, and damage is not read
 * as something else */
#include <string.h>

#include <glib/gstdio.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
#include <libyuv.h>

#include "tests/support/stamp.h"
#include "tests/support/stamped_clip.h"

typedef struct {
    cairo_surface_t *surface;
    guint8 *luma;
    int width, height;
} Picture;

static Picture picture_new(int width, int height)
{
    Picture picture = { cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height),
                        g_malloc0((gsize)width * height), width, height };
    return picture;
}

static void picture_clear(Picture *picture)
{
    cairo_surface_destroy(picture->surface);
    g_free(picture->luma);
}

static void picture_stamp(Picture *picture, Stamp stamp)
{
    cairo_t *cr = cairo_create(picture->surface);
    cairo_set_source_rgb(cr, 0.5, 0.5, 0.5);
    cairo_paint(cr);
    stamp_draw(cr, picture->width, picture->height, stamp);
    cairo_destroy(cr);
    cairo_surface_flush(picture->surface);
    ARGBToI400(cairo_image_surface_get_data(picture->surface),
               cairo_image_surface_get_stride(picture->surface), picture->luma, picture->width,
               picture->width, picture->height);
}

static void test_values(void)
{
    static const struct {
        int width, height;
        Stamp stamp;
    } rows[] = {
        { 160, 90, { 0, 0 } },
        { 160, 90, { 0xFFFF, 0xFFFF } },
        { 640, 360, { 1, 65535 } },
        { 1920, 1080, { 0xAAAA, 0x5555 } },
        { 704, 576, { 12345, 54321 } },
        { 161, 91, { 7, 49 } },
        { 333, 777, { 0x8001, 0x1008 } },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Picture picture = picture_new(rows[i].width, rows[i].height);
        picture_stamp(&picture, rows[i].stamp);
        Stamp read;
        gboolean is_torn = TRUE;
        if (!stamp_read(picture.luma, rows[i].width, rows[i].width, rows[i].height, &read,
                        &is_torn))
            g_error("row %zu: unreadable", i);
        g_assert_cmpuint(read.source, ==, rows[i].stamp.source);
        g_assert_cmpuint(read.frame, ==, rows[i].stamp.frame);
        g_assert_false(is_torn);
        picture_clear(&picture);
    }
}

static void test_torn(void)
{
    Picture one = picture_new(320, 180), two = picture_new(320, 180);
    picture_stamp(&one, (Stamp) { 3, 10 });
    picture_stamp(&two, (Stamp) { 3, 11 });
    memcpy(one.luma + 320 * 90, two.luma + 320 * 90, 320 * 90);
    Stamp read;
    gboolean is_torn = FALSE;
    g_assert_true(stamp_read(one.luma, 320, 320, 180, &read, &is_torn));
    g_assert_true(is_torn);
    g_assert_cmpuint(read.frame, ==, 10);
    picture_clear(&one);
    picture_clear(&two);
}

/* What is no stamp, or a damaged one, is not read. */
static void test_refused(void)
{
    Picture picture = picture_new(320, 180);
    Stamp read;
    memset(picture.luma, 16, 320 * 180);
    g_assert_false(stamp_read(picture.luma, 320, 320, 180, &read, NULL));
    for (gsize i = 0; i < 320 * 180; i++)
        picture.luma[i] = (guint8)(i * 7919 >> 4);
    g_assert_false(stamp_read(picture.luma, 320, 320, 180, &read, NULL));
    picture_stamp(&picture, (Stamp) { 3, 10 });
    g_assert_false(stamp_read(picture.luma, 320, 40, 180, &read, NULL)); /* too narrow */
    g_assert_true(stamp_read(picture.luma, 320, 320, 180, &read, NULL));
    for (int block = 4; block < 44; block++) { /* one block turned at the bottom */
        picture_stamp(&picture, (Stamp) { 3, 10 });
        int left = block * 320 / 44, right = (block + 1) * 320 / 44;
        for (int y = 168; y < 180; y++) {
            for (int x = left; x < right; x++)
                picture.luma[y * 320 + x] = (guint8)(picture.luma[y * 320 + x] > 128 ? 16 : 235);
        }
        g_assert_false(stamp_read(picture.luma, 320, 320, 180, &read, NULL));
    }
    picture_clear(&picture);
}

/* Scales the luma as the wall does: libyuv where the ratio is one of its own, swscale else. */
static void scale_luma(const AVFrame *frame, guint8 *to, int width, int height, gboolean by_libyuv)
{
    if (by_libyuv) {
        ScalePlane(frame->data[0], frame->linesize[0], frame->width, frame->height, to, width,
                   width, height, kFilterBox);
        return;
    }
    struct SwsContext *scaler =
        sws_getContext(frame->width, frame->height, AV_PIX_FMT_GRAY8, width, height,
                       AV_PIX_FMT_GRAY8, SWS_BILINEAR, NULL, NULL, NULL);
    guint8 *planes[4] = { to };
    int strides[4] = { width };
    const guint8 *from[4] = { frame->data[0] };
    sws_scale(scaler, from, frame->linesize, 0, frame->height, planes, strides);
    sws_freeContext(scaler);
}

static void check_frame(const AVFrame *frame, guint16 source, guint number)
{
    static const int sizes[][2] = {
        { 160, 90 }, { 320, 180 }, { 480, 270 }, { 640, 360 }, { 213, 120 }
    };
    g_autofree guint8 *luma = g_malloc(640 * 360);
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(sizes); i++) {
        const int *size = sizes[i / 2];
        scale_luma(frame, luma, size[0], size[1], i % 2);
        Stamp read = { 0 };
        gboolean is_torn = TRUE;
        if (!stamp_read(luma, size[0], size[0], size[1], &read, &is_torn))
            g_error("frame %u at %dx%d by %s: unreadable", number, size[0], size[1],
                    i % 2 ? "libyuv" : "swscale");
        g_assert_cmpuint(read.source, ==, source);
        g_assert_cmpuint(read.frame, ==, number);
        g_assert_false(is_torn);
    }
}

static guint check_decoded(AVCodecContext *decoder, AVFrame *frame, guint16 source, guint n)
{
    while (avcodec_receive_frame(decoder, frame) == 0)
        check_frame(frame, source, n++);
    return n;
}

static guint check_clip(const char *path, guint16 source)
{
    AVFormatContext *file = NULL;
    g_assert_cmpint(avformat_open_input(&file, path, NULL, NULL), ==, 0);
    const AVCodecParameters *parameters = file->streams[0]->codecpar;
    AVCodecContext *decoder = avcodec_alloc_context3(avcodec_find_decoder(parameters->codec_id));
    g_assert_cmpint(avcodec_parameters_to_context(decoder, parameters), >=, 0);
    g_assert_cmpint(avcodec_open2(decoder, NULL, NULL), ==, 0);
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    guint n = 0;
    while (av_read_frame(file, packet) == 0) {
        g_assert_cmpint(avcodec_send_packet(decoder, packet), ==, 0);
        av_packet_unref(packet);
        n = check_decoded(decoder, frame, source, n);
    }
    g_assert_cmpint(avcodec_send_packet(decoder, NULL), ==, 0);
    n = check_decoded(decoder, frame, source, n);
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&decoder);
    avformat_close_input(&file);
    return n;
}

static void test_encoded(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *directory = g_dir_make_tmp("wallctl-stamp-XXXXXX", &error);
    g_assert_no_error(error);
    ClipSpec spec = stamped_clip_sub();
    g_autofree char *path = stamped_clip(directory, 0xBEEF, &spec, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(check_clip(path, 0xBEEF), ==, spec.frames);
    g_assert_cmpint(g_remove(path), ==, 0);
    g_assert_cmpint(g_rmdir(directory), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stamp/values", test_values);
    g_test_add_func("/stamp/torn", test_torn);
    g_test_add_func("/stamp/refused", test_refused);
    g_test_add_func("/stamp/encoded", test_encoded);
    return g_test_run();
}
