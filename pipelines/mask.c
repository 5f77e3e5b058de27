/* mask.c - privacy masks on a scaled picture, fail-closed
 *
 * Cairo draws the polygons (fill and a stroke for the widening) into an 8-bit surface; a pixel with
 * any coverage is masked. Mosaic works on whole blocks of the camera's picture, 1/24 of its height,
 * at least 8 px on the tile, so that nothing can be read back from a large tile.
 */
#include "pipelines/mask.h"

#include <cairo.h>
#include <math.h>
#include <string.h>

typedef struct {
    guint16 row, from,
        to; /* luma px, from even, to even and exclusive; row even: stands for two rows */
} Span;

struct MaskSet {
    GArray *black;  /* Span */
    GArray *mosaic; /* Rect */
};

static void trace(cairo_t *cr, const Mask *mask, int width, int height, FRect crop)
{
    for (guint i = 0; i < mask->n_points; i++) {
        double x = (mask->point[i].x - crop.x) / crop.w * width;
        double y = (mask->point[i].y - crop.y) / crop.h * height;
        cairo_line_to(cr, x, y);
    }
    cairo_close_path(cr);
}

/* An A8 surface of the covered pixels, or NULL when cairo fails. */
static cairo_surface_t *rasterise(const Mask *mask, int width, int height, FRect crop)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, width, height);
    cairo_t *cr = cairo_create(surface);
    cairo_set_fill_rule(cr, CAIRO_FILL_RULE_WINDING);
    cairo_set_line_width(cr, 4);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND); /* a polygon of no size is a dot, not nothing */
    trace(cr, mask, width, height, crop);
    cairo_fill_preserve(cr);
    cairo_stroke(cr);
    gboolean is_good = cairo_status(cr) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    if (is_good && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS)
        return surface;
    cairo_surface_destroy(surface);
    return NULL;
}

/* Is any pixel of the block covered? */
static gboolean touches(const guint8 *cover, int stride, Rect block)
{
    for (int y = block.y; y < block.y + block.h; y++) {
        const guint8 *row = cover + (gsize)y * stride + block.x;
        for (int x = 0; x < block.w; x++) {
            if (row[x])
                return TRUE;
        }
    }
    return FALSE;
}

static void add_black(GArray *spans, const guint8 *cover, int stride, int width, int height)
{
    for (int y = 0; y < height; y += 2) {
        int from = -1;
        for (int x = 0; x <= width; x += 2) {
            gboolean is_covered = x < width && touches(cover, stride, (Rect) { x, y, 2, 2 });
            if (is_covered && from < 0)
                from = x;
            if (!is_covered && from >= 0) {
                Span span = { (guint16)y, (guint16)from, (guint16)x };
                g_array_append_val(spans, span);
                from = -1;
            }
        }
    }
}

static void add_mosaic(GArray *blocks, const guint8 *cover, int stride, int width, int height,
                       FRect crop)
{
    int size = MAX(8, 2 * (int)lround(height / crop.h / 24 / 2));
    for (int y = 0; y < height; y += size) {
        for (int x = 0; x < width; x += size) {
            Rect block = { x, y, MIN(size, width - x), MIN(size, height - y) };
            if (touches(cover, stride, block))
                g_array_append_val(blocks, block);
        }
    }
}

static void average_block(guint8 *plane, int stride, int x, int y, int w, int h)
{
    guint sum = 0;
    for (int j = 0; j < h; j++) {
        const guint8 *row = plane + (gsize)(y + j) * stride + x;
        for (int i = 0; i < w; i++)
            sum += row[i];
    }
    guint8 value = (guint8)(sum / (guint)(w * h));
    for (int j = 0; j < h; j++)
        memset(plane + (gsize)(y + j) * stride + x, value, (gsize)w);
}

void mask_set_apply(const MaskSet *set, Frame *picture)
{
    for (guint i = 0; i < set->mosaic->len; i++) {
        Rect b = g_array_index(set->mosaic, Rect, i);
        average_block(picture->plane[0], picture->stride[0], b.x, b.y, b.w, b.h);
        for (int p = 1; p < 3; p++)
            average_block(picture->plane[p], picture->stride[p], b.x / 2, b.y / 2, b.w / 2,
                          b.h / 2);
    }
    for (guint i = 0; i < set->black->len; i++) {
        Span s = g_array_index(set->black, Span, i);
        gsize width = (gsize)s.to - s.from;
        for (int j = 0; j < 2; j++)
            memset(picture->plane[0] + (gsize)(s.row + j) * picture->stride[0] + s.from, 16, width);
        for (int p = 1; p < 3; p++)
            memset(picture->plane[p] + (gsize)(s.row / 2) * picture->stride[p] + s.from / 2, 128,
                   width / 2);
    }
}

static gboolean is_sound(const Mask *mask)
{
    if (mask->n_points < 3 || mask->n_points > MASK_MAX_POINTS)
        return FALSE;
    for (guint i = 0; i < mask->n_points; i++) {
        /* Far beyond the picture cairo's coordinates end: nothing would be covered. */
        if (!(fabs(mask->point[i].x) <= 2 && fabs(mask->point[i].y) <= 2))
            return FALSE;
    }
    return TRUE;
}

gboolean mask_set_new(const Mask *masks, guint n_masks, int width, int height, FRect crop,
                      MaskSet **set)
{
    *set = NULL;
    if (width <= 0 || height <= 0 || width % 2 || height % 2 || width > G_MAXUINT16 ||
        height > G_MAXUINT16 || !frect_is_valid(crop))
        return n_masks == 0;
    g_autoptr(GArray) black = g_array_new(FALSE, FALSE, sizeof(Span));
    g_autoptr(GArray) mosaic = g_array_new(FALSE, FALSE, sizeof(Rect));
    for (guint i = 0; i < n_masks; i++) {
        if (!is_sound(&masks[i]))
            return FALSE;
        cairo_surface_t *surface = rasterise(&masks[i], width, height, crop);
        if (!surface)
            return FALSE;
        const guint8 *cover = cairo_image_surface_get_data(surface);
        int stride = cairo_image_surface_get_stride(surface);
        if (masks[i].mode == MASK_MOSAIC)
            add_mosaic(mosaic, cover, stride, width, height, crop);
        else /* anything unknown is black: fail closed */
            add_black(black, cover, stride, width, height);
        cairo_surface_destroy(surface);
    }
    if (black->len == 0 && mosaic->len == 0)
        return TRUE;
    *set = g_new0(MaskSet, 1);
    (*set)->black = g_steal_pointer(&black);
    (*set)->mosaic = g_steal_pointer(&mosaic);
    return TRUE;
}

void mask_set_free(MaskSet *set)
{
    if (!set)
        return;
    g_array_unref(set->black);
    g_array_unref(set->mosaic);
    g_free(set);
}
