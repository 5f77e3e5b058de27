/* golden.c - stored pictures: compare, leave a trace, rewrite */
#include "tests/support/golden.h"

#include <glib/gstdio.h>
#include <math.h>

#define CELL 8

static const guint8 *pixel(cairo_surface_t *surface, int x, int y)
{
    return cairo_image_surface_get_data(surface) + y * cairo_image_surface_get_stride(surface) +
           x * 4;
}

/* Difference of the averages over one cell, in the channel where it is largest. */
static double cell_difference(cairo_surface_t *a, cairo_surface_t *b, int left, int top)
{
    int right = MIN(left + CELL, cairo_image_surface_get_width(a));
    int bottom = MIN(top + CELL, cairo_image_surface_get_height(a));
    double largest = 0;

    for (int channel = 0; channel < 3; channel++) {
        double sum = 0;
        for (int y = top; y < bottom; y++)
            for (int x = left; x < right; x++)
                sum += pixel(a, x, y)[channel] - pixel(b, x, y)[channel];
        largest = MAX(largest, fabs(sum) / ((right - left) * (bottom - top)));
    }
    return largest;
}

void golden_difference(cairo_surface_t *a, cairo_surface_t *b, double *mean, double *worst_cell)
{
    int width = cairo_image_surface_get_width(a), height = cairo_image_surface_get_height(a);
    double sum = 0;
    guint n = 0;

    *mean = *worst_cell = 255;
    if (cairo_image_surface_get_width(b) != width || cairo_image_surface_get_height(b) != height)
        return;
    *worst_cell = 0;
    for (int y = 0; y < height; y += CELL) {
        for (int x = 0; x < width; x += CELL) {
            double difference = cell_difference(a, b, x, y);
            *worst_cell = MAX(*worst_cell, difference);
            sum += difference;
            n++;
        }
    }
    *mean = sum / n;
}

/* What differs, bright on black, cells as they were compared. */
static void write_difference(cairo_surface_t *a, cairo_surface_t *b, const char *path)
{
    int width = cairo_image_surface_get_width(a), height = cairo_image_surface_get_height(a);

    if (cairo_image_surface_get_width(b) != width || cairo_image_surface_get_height(b) != height)
        return;
    cairo_surface_t *out = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    cairo_t *cr = cairo_create(out);
    for (int y = 0; y < height; y += CELL) {
        for (int x = 0; x < width; x += CELL) {
            double level = MIN(1, cell_difference(a, b, x, y) / GOLDEN_CELL);
            cairo_set_source_rgb(cr, level, level, level);
            cairo_rectangle(cr, x, y, CELL, CELL);
            cairo_fill(cr);
        }
    }
    cairo_destroy(cr);
    cairo_surface_write_to_png(out, path);
    cairo_surface_destroy(out);
}

static void fail_with_trace(const char *name, cairo_surface_t *actual, cairo_surface_t *expected,
                            const char *why)
{
    g_autofree char *folder = g_test_build_filename(G_TEST_BUILT, "golden", NULL);
    g_autofree char *actual_path = g_strdup_printf("%s/%s.actual.png", folder, name);
    g_autofree char *diff_path = g_strdup_printf("%s/%s.diff.png", folder, name);

    g_mkdir_with_parents(folder, 0777);
    cairo_surface_write_to_png(actual, actual_path);
    if (expected)
        write_difference(actual, expected, diff_path);
    g_test_message("golden picture %s: %s; see %s; if it is right, run again with WALLCTL_UPDATE=1",
                   name, why, actual_path);
    g_test_fail();
}

void golden_check(const char *name, cairo_surface_t *actual)
{
    g_autofree char *file = g_strdup_printf("%s.png", name);
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "golden", file, NULL);
    double mean, worst_cell;

    cairo_surface_flush(actual);
    if (g_strcmp0(g_getenv("WALLCTL_UPDATE"), "1") == 0) {
        g_assert_cmpint(cairo_surface_write_to_png(actual, path), ==, CAIRO_STATUS_SUCCESS);
        g_test_message("golden picture %s: rewritten", name);
        return;
    }
    cairo_surface_t *expected = cairo_image_surface_create_from_png(path);
    if (cairo_surface_status(expected) != CAIRO_STATUS_SUCCESS) {
        fail_with_trace(name, actual, NULL, "no stored picture");
    } else {
        golden_difference(actual, expected, &mean, &worst_cell);
        g_autofree char *why = g_strdup_printf(
            "differs by %.2f on average (%.2f allowed), %.1f in the worst cell (%.1f allowed)",
            mean, GOLDEN_MEAN, worst_cell, GOLDEN_CELL);
        if (mean > GOLDEN_MEAN || worst_cell > GOLDEN_CELL)
            fail_with_trace(name, actual, expected, why);
    }
    cairo_surface_destroy(expected);
}

static guint32 to_byte(double value)
{
    return (guint32)lrint(CLAMP(value, 0, 1) * 255);
}

static double over(double colour, guint32 background, double alpha)
{
    return colour * alpha + (background & 0xFF) / 255.0 * (1 - alpha);
}

cairo_surface_t *golden_from_planes(const guint8 *const plane[4], const int stride[4], int width,
                                    int height, guint32 background)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    guint8 *data = cairo_image_surface_get_data(surface);
    int surface_stride = cairo_image_surface_get_stride(surface);

    cairo_surface_flush(surface);
    for (int y = 0; y < height; y++) {
        guint32 *row = (guint32 *)(gpointer)(data + y * surface_stride);
        for (int x = 0; x < width; x++) {
            double luma = (plane[0][y * stride[0] + x] - 16) / 219.0;
            double u = (plane[1][y / 2 * stride[1] + x / 2] - 128) / 224.0;
            double v = (plane[2][y / 2 * stride[2] + x / 2] - 128) / 224.0;
            double alpha = plane[3] ? plane[3][y * stride[3] + x] / 255.0 : 1;
            row[x] = to_byte(over(luma + 1.5748 * v, background >> 16, alpha)) << 16 |
                     to_byte(over(luma - 0.1873 * u - 0.4681 * v, background >> 8, alpha)) << 8 |
                     to_byte(over(luma + 1.8556 * u, background, alpha));
        }
    }
    cairo_surface_mark_dirty(surface);
    return surface;
}
