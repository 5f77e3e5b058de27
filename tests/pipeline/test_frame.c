/* test_frame.c - counts, pools and the colours of overlay bitmaps */
#include "pipelines/frame.h"

#include <cairo.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void test_layout(void)
{
    static const struct {
        int width, height;
    } sizes[] = { { 2, 2 }, { 158, 90 }, { 640, 360 }, { 1920, 1080 } };

    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(Frame) frame = frame_new(sizes[i].width, sizes[i].height);
        for (guint p = 0; p < 3; p++) {
            g_assert_cmpuint((guintptr)frame->plane[p] % 64, ==, 0);
            g_assert_cmpint(frame->stride[p] % 64, ==, 0);
            g_assert_cmpint(frame->stride[p], >=, p == 0 ? frame->width : frame->width / 2);
        }
        frame_fill(frame, 1, 2, 3);
        int last = frame->stride[0] * (frame->height - 1) + frame->width - 1;
        g_assert_cmpint(frame->plane[0][last], ==, 1);
        last = frame->stride[1] * (frame->height / 2 - 1) + frame->width / 2 - 1;
        g_assert_cmpint(frame->plane[1][last], ==, 2);
        g_assert_cmpint(frame->plane[2][last], ==, 3);
    }
    frame_unref(NULL);
}

static void test_pool_reuses(void)
{
    FramePool *pool = frame_pool_new(64, 36, 1);
    Frame *a = frame_pool_get(pool);
    Frame *b = frame_pool_get(pool);
    const Frame *kept = a;

    g_assert_true(a != b);
    a->serial = 7;
    frame_unref(frame_ref(a));
    g_assert_cmpint(a->refs, ==, 1);
    frame_unref(a);
    frame_unref(b); /* beyond keep_max: freed */
    a = frame_pool_get(pool);
    g_assert_true(a == kept);
    g_assert_cmpuint(a->serial, ==, 0);
    g_assert_cmpint(a->refs, ==, 1);

    /* The frame outlives its owner's reference to the pool. */
    frame_pool_unref(pool);
    frame_fill(a, 16, 128, 128);
    frame_unref(a);
}

static void *churn(void *data)
{
    for (guint i = 0; i < 2000; i++) {
        Frame *held[3];
        for (guint k = 0; k < G_N_ELEMENTS(held); k++) {
            held[k] = frame_pool_get(data);
            held[k]->plane[0][0] = (guint8)i;
        }
        for (guint k = 0; k < G_N_ELEMENTS(held); k++)
            frame_unref(held[k]);
    }
    return NULL;
}

static void test_pool_threads(void)
{
    FramePool *pool = frame_pool_new(32, 32, 4);
    pthread_t threads[3];

    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, churn, pool), ==, 0);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        pthread_join(threads[i], NULL);
    frame_pool_unref(pool);
}

/* Expected values by BT.709: Y = 16 + 219 (0.2126 R + 0.7152 G + 0.0722 B), Cb, Cr likewise on 224
 * steps. */
static const struct {
    const char *name;
    double r, g, b, a;
    int y, u, v, alpha;
} colours[] = {
    { "white", 1, 1, 1, 1, 235, 128, 128, 255 },
    { "black", 0, 0, 0, 1, 16, 128, 128, 255 },
    { "red", 1, 0, 0, 1, 63, 102, 240, 255 },
    { "green", 0, 1, 0, 1, 173, 42, 26, 255 },
    { "blue", 0, 0, 1, 1, 32, 240, 118, 255 },
    { "wall", 0x0B / 255.0, 0x0F / 255.0, 0x14 / 255.0, 1, 29, 130, 126, 255 },
    { "half red", 1, 0, 0, 0.5, 63, 102, 240, 128 },
    { "plate", 0, 0, 0, 0.55, 16, 128, 128, 140 },
    { "nothing", 0, 0, 0, 0, 16, 128, 128, 0 },
};

static void test_bitmap_colour(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 38, 6);
    cairo_t *cr = cairo_create(surface);

    cairo_set_operator(cr, CAIRO_OPERATOR_SOURCE);
    cairo_set_source_rgba(cr, colours[i].r, colours[i].g, colours[i].b, colours[i].a);
    cairo_paint(cr);
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    g_autoptr(Bitmap) bitmap = bitmap_from_argb(cairo_image_surface_get_data(surface),
                                                cairo_image_surface_get_stride(surface), 38, 6);
    g_assert_nonnull(bitmap);
    g_assert_cmpint(bitmap->is_opaque, ==, colours[i].alpha == 255);
    for (int y = 0; y < 6; y++) {
        for (int x = 0; x < 38; x++) {
            int chroma = y / 2 * bitmap->stride[1] + x / 2;
            g_assert_cmpint(ABS(bitmap->plane[0][y * bitmap->stride[0] + x] - colours[i].y), <=, 1);
            g_assert_cmpint(ABS(bitmap->plane[1][chroma] - colours[i].u), <=, 1);
            g_assert_cmpint(ABS(bitmap->plane[2][chroma] - colours[i].v), <=, 1);
            g_assert_cmpint(bitmap->plane[3][y * bitmap->stride[3] + x], ==, colours[i].alpha);
        }
    }
    cairo_surface_destroy(surface);
}

static void test_bitmap_one_clear_pixel(void)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 16, 16);
    cairo_t *cr = cairo_create(surface);

    cairo_paint(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_CLEAR);
    cairo_rectangle(cr, 15, 15, 1, 1);
    cairo_fill(cr);
    cairo_destroy(cr);
    g_autoptr(Bitmap) bitmap = bitmap_from_argb(cairo_image_surface_get_data(surface),
                                                cairo_image_surface_get_stride(surface), 16, 16);
    g_assert_false(bitmap->is_opaque);
    g_assert_cmpint(bitmap->plane[3][15 * bitmap->stride[3] + 15], ==, 0);
    g_assert_cmpint(bitmap->plane[3][15 * bitmap->stride[3] + 14], ==, 255);
    cairo_surface_destroy(surface);
}

static void test_bitmap_refuses(void)
{
    guint8 pixels[4 * 4 * 4] = { 0 };

    g_assert_null(bitmap_from_argb(pixels, 16, 3, 4));
    g_assert_null(bitmap_from_argb(pixels, 16, 4, 3));
    g_assert_null(bitmap_from_argb(pixels, 16, 0, 4));
    g_assert_null(bitmap_from_argb(pixels, 12, 4, 4));
}

/* Pixels that end where the readable memory ends: vector code reads whole groups, of which a narrow picture has none. */
static void test_bitmap_reads_no_further(void)
{
    gsize page = (gsize)sysconf(_SC_PAGESIZE);
    guint8 *memory =
        mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    g_assert_true(memory != MAP_FAILED);
    memset(memory, 255, page);
    g_assert_cmpint(mprotect(memory + page, page, PROT_NONE), ==, 0);
    for (int width = 2; width <= 72; width += 2) {
        const guint8 *pixels = memory + page - (gsize)width * 4 * 2;
        g_autoptr(Bitmap) bitmap = bitmap_from_argb(pixels, width * 4, width, 2);
        g_assert_nonnull(bitmap);
        g_assert_true(bitmap->is_opaque);
        g_assert_cmpint(ABS(bitmap->plane[0][bitmap->stride[0] + width - 1] - 235), <=, 1);
    }
    munmap(memory, 2 * page);
}

static void test_bitmap_new_is_clear(void)
{
    g_autoptr(Bitmap) bitmap = bitmap_new(34, 18);
    g_autoptr(Bitmap) again = bitmap_ref(bitmap);

    g_assert_false(again->is_opaque);
    for (int y = 0; y < 18; y++)
        for (int x = 0; x < 34; x++)
            g_assert_cmpint(bitmap->plane[3][y * bitmap->stride[3] + x], ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame/layout", test_layout);
    g_test_add_func("/frame/pool/reuses", test_pool_reuses);
    g_test_add_func("/frame/pool/threads", test_pool_threads);
    g_test_add_func("/frame/bitmap/new-is-clear", test_bitmap_new_is_clear);
    g_test_add_func("/frame/bitmap/refuses", test_bitmap_refuses);
    g_test_add_func("/frame/bitmap/reads-no-further", test_bitmap_reads_no_further);
    g_test_add_func("/frame/bitmap/one-clear-pixel", test_bitmap_one_clear_pixel);
    for (guint i = 0; i < G_N_ELEMENTS(colours); i++) {
        g_autofree char *path = g_strdup_printf("/frame/bitmap/colour/%s", colours[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_bitmap_colour);
    }
    return g_test_run();
}
