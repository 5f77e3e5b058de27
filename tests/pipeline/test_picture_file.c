/* test_picture_file.c - canvas pictures as JPEG and PNG keep their colours and say their size */
#include "pipelines/picture_file.h"

#include <cairo.h>
#include <string.h>
#include <turbojpeg.h>

/* BT.709 limited range, worked out from the standard's formulas. */
static const struct {
    const char *name;
    guint8 y, u, v;
    guint8 r, g, b;
} colours[] = {
    { "black", 16, 128, 128, 0, 0, 0 },       { "white", 235, 128, 128, 255, 255, 255 },
    { "grey", 126, 128, 128, 128, 128, 128 }, { "red", 63, 102, 240, 255, 0, 0 },
    { "green", 173, 42, 26, 0, 255, 0 },      { "blue", 32, 240, 118, 0, 0, 255 },
};

static void check_near(const char *name, const guint8 *bgrx, int r, int g, int b, int tolerance)
{
    if (ABS(bgrx[2] - r) > tolerance || ABS(bgrx[1] - g) > tolerance ||
        ABS(bgrx[0] - b) > tolerance) {
        g_test_message("%s: %d %d %d instead of %d %d %d", name, bgrx[2], bgrx[1], bgrx[0], r, g,
                       b);
        g_test_fail();
    }
}

static void test_jpeg_colours(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(colours); i++) {
        g_autoptr(Frame) frame = frame_new(64, 48);
        frame_fill(frame, colours[i].y, colours[i].u, colours[i].v);
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) file = picture_to_jpeg(frame, 98, &error);
        g_assert_no_error(error);
        gsize size;
        const guint8 *data = g_bytes_get_data(file, &size);
        tjhandle jpeg = tjInitDecompress();
        int width, height, subsampling, space;
        g_assert_cmpint(
            tjDecompressHeader3(jpeg, data, size, &width, &height, &subsampling, &space), ==, 0);
        g_assert_cmpint(width, ==, 64);
        g_assert_cmpint(height, ==, 48);
        guint8 bgrx[64 * 48 * 4];
        g_assert_cmpint(tjDecompress2(jpeg, data, size, bgrx, 64, 0, 48, TJPF_BGRX, 0), ==, 0);
        check_near(colours[i].name, bgrx + (20 * 64 + 30) * 4, colours[i].r, colours[i].g,
                   colours[i].b, 4);
        tjDestroy(jpeg);
    }
}

typedef struct {
    const guint8 *data;
    gsize size, at;
} Reader;

static cairo_status_t read_some(void *user, unsigned char *data, unsigned int len)
{
    Reader *reader = user;
    if (reader->size - reader->at < len)
        return CAIRO_STATUS_READ_ERROR;
    memcpy(data, reader->data + reader->at, len);
    reader->at += len;
    return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *png_load(GBytes *file)
{
    Reader reader = { 0 };
    reader.data = g_bytes_get_data(file, &reader.size);
    cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(read_some, &reader);
    g_assert_cmpint(cairo_surface_status(surface), ==, CAIRO_STATUS_SUCCESS);
    return surface;
}

static void test_png_colours(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(colours); i++) {
        g_autoptr(Frame) frame = frame_new(38, 22);
        frame_fill(frame, colours[i].y, colours[i].u, colours[i].v);
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) file = picture_to_png(frame, &error);
        g_assert_no_error(error);
        cairo_surface_t *surface = png_load(file);
        g_assert_cmpint(cairo_image_surface_get_width(surface), ==, 38);
        g_assert_cmpint(cairo_image_surface_get_height(surface), ==, 22);
        const guint8 *bgrx = cairo_image_surface_get_data(surface);
        int last = 21 * cairo_image_surface_get_stride(surface) + 37 * 4;
        check_near(colours[i].name, bgrx + last, colours[i].r, colours[i].g, colours[i].b, 3);
        cairo_surface_destroy(surface);
    }
}

/* The picture is not mirrored, shifted or cut: its quarters have four colours. */
static void test_places(void)
{
    g_autoptr(Frame) frame = frame_new(64, 64);
    frame_fill(frame, 16, 128, 128);
    for (int y = 0; y < 32; y++)
        memset(frame->plane[0] + y * frame->stride[0] + 32, 235, 32);
    g_autoptr(GBytes) png = picture_to_png(frame, NULL);
    cairo_surface_t *surface = png_load(png);
    const guint8 *bgrx = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface);
    check_near("top left", bgrx + 8 * stride + 8 * 4, 0, 0, 0, 3);
    check_near("top right", bgrx + 8 * stride + 56 * 4, 255, 255, 255, 3);
    check_near("bottom right", bgrx + 56 * stride + 56 * 4, 0, 0, 0, 3);
    cairo_surface_destroy(surface);
}

static void test_quality(void)
{
    g_autoptr(Frame) frame = frame_new(320, 240);
    frame_fill(frame, 126, 128, 128);
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    for (int y = 0; y < 240; y++) {
        for (int x = 0; x < 320; x++)
            frame->plane[0][y * frame->stride[0] + x] = (guint8)g_rand_int_range(random, 16, 236);
    }
    g_autoptr(GBytes) coarse = picture_to_jpeg(frame, 20, NULL);
    g_autoptr(GBytes) fine = picture_to_jpeg(frame, 95, NULL);
    g_assert_cmpuint(g_bytes_get_size(coarse) * 2, <, g_bytes_get_size(fine));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/picture_file/jpeg/colours", test_jpeg_colours);
    g_test_add_func("/picture_file/png/colours", test_png_colours);
    g_test_add_func("/picture_file/places", test_places);
    g_test_add_func("/picture_file/quality", test_quality);
    return g_test_run();
}
