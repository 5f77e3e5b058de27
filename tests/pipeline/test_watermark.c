/* test_watermark.c - the faint line on pictures that leave: where it is, what it leaves alone, and who shares it */
#include "pipelines/blend.h"
#include "pipelines/encoder.h"
#include "pipelines/media_log.h"
#include "pipelines/watermark.h"
#include "tests/pipeline/board.h"
#include "tests/pipeline/picture_sheet.h"
#include "tests/support/sanitizer.h"
#include "tests/support/stamp.h"

#include <string.h>

enum { WIDTH = 1280, HEIGHT = 720, WATCHDOG_MS = 20000 };

#define TEXT "main · 2026-11-21 15:04 · 红塔区综治中心"

static Frame *plain(FramePool *pool, guint8 luma)
{
    Frame *frame = frame_pool_get(pool);
    blend_fill(frame, (Rect) { 0, 0, frame->width, frame->height }, (Yuv) { luma, 128, 128 });
    return frame;
}

/* Pixels that differ from luma inside the places of bitmap, and outside of them. */
static void count(const Frame *frame, const Bitmap *bitmap, guint line, guint8 luma, guint *inside,
                  guint *outside, guint8 *most)
{
    *inside = *outside = *most = 0;
    for (int y = 0; y < frame->height; y++) {
        for (int x = 0; x < frame->width; x++) {
            guint8 value = frame->plane[0][y * frame->stride[0] + x];
            gboolean is_in = FALSE;
            for (guint i = 0; i < WATERMARK_PLACES; i++) {
                int left, top;
                watermark_place(i, line, frame->width, frame->height, &left, &top);
                is_in |=
                    x >= left && x < left + bitmap->width && y >= top && y < top + bitmap->height;
            }
            int by = ABS(value - luma);
            *(is_in ? inside : outside) += by > 0;
            *most = MAX(*most, by);
        }
    }
}

static void test_places(void)
{
    static const struct {
        int width, height;
        guint line;
    } rows[] = { { 1920, 1080, 0 }, { 1920, 1080, 1 }, { 1280, 720, 0 }, { 640, 360, 1 },
                 { 1080, 1920, 0 }, { 7680, 2160, 0 }, { 64, 64, 0 } };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint inside, outside;
        guint8 most;
        FramePool *pool = frame_pool_new(rows[i].width, rows[i].height, 0);
        g_autoptr(Frame) frame = plain(pool, 40);
        g_autoptr(Bitmap) bitmap = draw_watermark(rows[i].width, rows[i].height, TEXT);
        g_assert_nonnull(bitmap);
        watermark_blend(frame, bitmap, rows[i].line);
        count(frame, bitmap, rows[i].line, 40, &inside, &outside, &most);
        g_test_message("%dx%d line %u: %dx%d, %u pixels, by %u at most", rows[i].width,
                       rows[i].height, rows[i].line, bitmap->width, bitmap->height, inside, most);
        g_assert_cmpint(bitmap->width, <=, MAX(rows[i].width / 2, 32));
        g_assert_cmpuint(inside, >, 0);
        g_assert_cmpuint(outside, ==, 0);
        g_assert_cmpuint(most, <=, 80); /* what lies below can still be seen */
        frame_pool_unref(pool);
    }
    g_assert_null(draw_watermark(1280, 720, ""));
}

/* Of two texts in one picture neither lies on the other. */
static void test_two_lines(void)
{
    g_autoptr(Bitmap) bitmap = draw_watermark(WIDTH, HEIGHT, TEXT);
    for (guint i = 0; i < WATERMARK_PLACES; i++) {
        int x, y, other_x, other_y;
        watermark_place(i, 0, WIDTH, HEIGHT, &x, &y);
        watermark_place(i, 1, WIDTH, HEIGHT, &other_x, &other_y);
        g_assert_cmpint(other_y, >=, y + bitmap->height);
        watermark_place(i + 1, 0, WIDTH, HEIGHT, &x, &y);
        g_assert_cmpint(other_y + bitmap->height, <, y);
    }
}

/* Bright and dark, it is seen on both. */
static void test_golden(void)
{
    Sheet sheet = sheet_new(700, 120, 0x8A8F94);
    sheet_put(&sheet, draw_watermark(1920, 1080, TEXT), 10, 10);
    sheet_put(&sheet, draw_watermark(1920, 1080, "zhang · main · 2026-11-21 15:04:05"), 10, 65);
    sheet_check(&sheet, "watermark");
}

static gboolean is_drawn(gpointer user)
{
    return watermark_serial(user) > 0;
}

/* The picture that is copied stays as it was: others hold it. */
static void test_copy(void)
{
    guint inside, outside;
    guint8 most;
    WorkPool *draw = work_pool_new("draw", 1, 16, 0);
    Watermark *mark = watermark_new(draw, WIDTH, HEIGHT);
    FramePool *pool = frame_pool_new(WIDTH, HEIGHT, 2);
    g_autoptr(Frame) frame = plain(pool, 128);
    frame->revision = 7;
    frame->arrival_ns = 42;
    g_assert_cmpuint(watermark_serial(mark), ==, 0);
    watermark_set(mark, TEXT);
    g_assert_true(wait_until(is_drawn, mark, WATCHDOG_MS));
    g_autoptr(Frame) copy = watermark_copy(mark, frame, pool);
    guint64 serial;
    g_autoptr(Bitmap) bitmap = overlay_ref_newest(watermark_overlay(mark), &serial);
    count(copy, bitmap, 0, 128, &inside, &outside, &most);
    g_assert_cmpuint(inside, >, 1000);
    g_assert_cmpuint(outside, ==, 0);
    count(frame, bitmap, 0, 128, &inside, &outside, &most);
    g_assert_cmpuint(inside, ==, 0);
    g_assert_cmpuint(copy->revision, ==, 7);
    g_assert_cmpint(copy->arrival_ns, ==, 42);
    watermark_set(mark, TEXT); /* the same again: nothing is drawn */
    g_assert_cmpuint(watermark_serial(mark), ==, serial);
    watermark_unref(mark);
    frame_pool_unref(pool);
    work_pool_free(draw);
}

/* Of an encoder's thread, not of the tick; x264 takes some 8 ms for such a picture. */
static void test_cost(void)
{
    enum { TIMES = 200 };
    g_autoptr(Bitmap) bitmap = draw_watermark(1920, 1080, TEXT);
    FramePool *pool = frame_pool_new(1920, 1080, 2);
    g_autoptr(Frame) frame = plain(pool, 128), copy = frame_pool_get(pool);
    double begin = spent_ms();
    for (guint i = 0; i < TIMES; i++)
        watermark_blend(frame, bitmap, 0);
    double blended = spent_ms();
    for (guint i = 0; i < TIMES; i++)
        blend_copy(copy, (Rect) { 0, 0, 1920, 1080 }, frame, 0, 0);
    double copied = spent_ms();
    g_test_message("1920x1080: blended in %.3f ms, copied in %.3f ms of processor time",
                   (blended - begin) / TIMES, (copied - blended) / TIMES);
    if (!HAS_SANITIZER)
        g_assert_cmpfloat((copied - begin) / TIMES, <, 4); /* a tenth of a tick */
    frame_pool_unref(pool);
}

/* What is encoded with a mark is not what is encoded without; who asks for the same shares it. */
static void test_encoder(void)
{
    Board board;
    board_init(&board, 320, 192, 25);
    WorkPool *draw = work_pool_new("draw", 1, 16, 0);
    Watermark *mark = watermark_new(draw, 320, 192), *other = watermark_new(draw, 320, 192);
    EncoderForm bare = { .bitrate_kbps = 500, .fps = 25 }, marked = bare, second = bare;
    marked.mark = mark;
    second.mark = other;
    Encoder *a = encoder_get(board.canvas, &bare, NULL),
            *b = encoder_get(board.canvas, &marked, NULL),
            *c = encoder_get(board.canvas, &marked, NULL),
            *d = encoder_get(board.canvas, &second, NULL);
    watermark_unref(mark); /* the encoder has one of its own */
    watermark_unref(other);
    g_assert_true(a != b);
    g_assert_true(b == c);
    g_assert_true(b != d);
    encoder_unref(a);
    encoder_unref(b);
    encoder_unref(c);
    encoder_unref(d);
    work_pool_free(draw);
    board_clear(&board);
}

/* A camera's stamp below it can still be read: so can number plates of its own clock. */
static void test_stamp_below(void)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
    cairo_t *cr = cairo_create(surface);
    stamp_draw(cr, WIDTH, HEIGHT, (Stamp) { .source = 5, .frame = 77 });
    cairo_surface_flush(surface);
    FramePool *pool = frame_pool_new(WIDTH, HEIGHT, 0);
    g_autoptr(Frame) frame = plain(pool, 100);
    const guint8 *argb = cairo_image_surface_get_data(surface);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const guint8 *pixel = argb + y * cairo_image_surface_get_stride(surface) + x * 4;
            if (pixel[3] == 255)
                frame->plane[0][y * frame->stride[0] + x] = pixel[1] > 127 ? 235 : 16;
        }
    g_autoptr(Bitmap) bitmap = draw_watermark(WIDTH, HEIGHT, TEXT);
    const Rect all = { 0, 0, WIDTH, HEIGHT };
    for (int x = 0; x < WIDTH; x += bitmap->width) { /* all along both rows of blocks */
        blend_bitmap(frame, all, bitmap, x, HEIGHT / 60);
        blend_bitmap(frame, all, bitmap, x, HEIGHT - HEIGHT / 24);
    }
    Stamp stamp;
    gboolean is_torn;
    g_assert_true(stamp_read(frame->plane[0], frame->stride[0], WIDTH, HEIGHT, &stamp, &is_torn));
    g_assert_cmpuint(stamp.source, ==, 5);
    g_assert_cmpuint(stamp.frame, ==, 77);
    frame_pool_unref(pool);
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    media_log_init();
    g_test_add_func("/watermark/places", test_places);
    g_test_add_func("/watermark/two lines", test_two_lines);
    g_test_add_func("/watermark/golden", test_golden);
    g_test_add_func("/watermark/copy", test_copy);
    g_test_add_func("/watermark/cost", test_cost);
    g_test_add_func("/watermark/encoder", test_encoder);
    g_test_add_func("/watermark/stamp below", test_stamp_below);
    return g_test_run();
}
