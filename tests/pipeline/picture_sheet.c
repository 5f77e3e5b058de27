/* picture_sheet.c - drawn bitmaps side by side on one golden picture */
#include "tests/pipeline/picture_sheet.h"

#include "pipelines/draw_sheet.h"
#include "tests/support/golden.h"

#include <string.h>
#include <time.h>

Sheet sheet_new(int width, int height, guint32 background)
{
    Sheet sheet = { .surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height),
                    .background = background };

    sheet.cr = cairo_create(sheet.surface);
    set_source_rgb24(sheet.cr, background, 1);
    cairo_paint(sheet.cr);
    return sheet;
}

cairo_surface_t *surface_of(const Bitmap *bitmap, guint32 background)
{
    return golden_from_planes((const guint8 *const *)bitmap->plane, bitmap->stride, bitmap->width,
                              bitmap->height, background);
}

void sheet_put(Sheet *sheet, Bitmap *bitmap, int x, int y)
{
    g_assert_nonnull(bitmap);
    cairo_surface_t *surface = surface_of(bitmap, sheet->background);
    cairo_set_source_surface(sheet->cr, surface, x, y);
    cairo_paint(sheet->cr);
    cairo_surface_destroy(surface);
    bitmap_unref(bitmap);
}

void sheet_check(Sheet *sheet, const char *name)
{
    golden_check(name, sheet->surface);
    cairo_destroy(sheet->cr);
    cairo_surface_destroy(sheet->surface);
}

gboolean bitmap_equal(const Bitmap *a, const Bitmap *b)
{
    if (a->width != b->width || a->height != b->height || a->is_opaque != b->is_opaque)
        return FALSE;
    for (int p = 0; p < 4; p++) {
        gboolean is_chroma = p == 1 || p == 2;
        gsize width = (gsize)(is_chroma ? a->width / 2 : a->width);
        for (int y = 0; y < (is_chroma ? a->height / 2 : a->height); y++)
            if (memcmp(a->plane[p] + y * a->stride[p], b->plane[p] + y * b->stride[p], width) != 0)
                return FALSE;
    }
    return TRUE;
}

double spent_ms(void)
{
    struct timespec spent;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return (double)spent.tv_sec * 1e3 + (double)spent.tv_nsec / 1e6;
}
