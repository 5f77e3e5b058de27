/* place.c - the cells of a layout in pixels
 *
 * Every cell is laid out with a gap at its right and bottom on a plane that is one gap wider and
 * higher than the area; the gaps of the last column and row fall off the area's edge. Neighbours
 * share a rounded edge, so the gap is the same everywhere, and cells are equally large where the
 * area divides evenly.
 */
#include "layouts/layout.h"

#include "wallctl/base/error.h"

#include <math.h>

#define MIN_PX 32

static int even_floor(int v)
{
    return v & ~1;
}

static int even_round(double v)
{
    return 2 * (int)floor(v / 2 + 0.5);
}

/* x + w of one cell and x of the next differ in their last bits; here they become one number. */
static double exact(double edge)
{
    return round(edge * 1e9) / 1e9;
}

static Rect place_cell(FRect cell, Rect area, int gap)
{
    int x0 = even_round(exact(cell.x) * (area.w + gap)),
        y0 = even_round(exact(cell.y) * (area.h + gap));
    int x1 = even_round(exact(cell.x + cell.w) * (area.w + gap)) - gap;
    int y1 = even_round(exact(cell.y + cell.h) * (area.h + gap)) - gap;
    return (Rect) { area.x + x0, area.y + y0, x1 - x0, y1 - y0 };
}

gboolean layout_place(const Layout *layout, Rect area, int gap_px, Rect **cells, guint *n_cells,
                      GError **error)
{
    if (gap_px < 0 || gap_px > 256 || gap_px % 2) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "gap %d px is not even or outside 0 to 256", gap_px);
        return FALSE;
    }
    int left = even_floor(area.x + 1), top = even_floor(area.y + 1);
    Rect inner = { left, top, even_floor(area.x + area.w) - left,
                   even_floor(area.y + area.h) - top };
    gboolean is_upright = area.h > area.w && layout->portrait;
    const FRect *fractions = is_upright ? layout->portrait : layout->cells;
    guint n = is_upright ? layout->n_portrait : layout->n_cells;
    /* Cells that may overlap have no neighbours to keep apart. */
    int gap = layout->is_free ? 0 : gap_px;
    g_autofree Rect *placed = g_new(Rect, n);
    for (guint i = 0; i < n; i++) {
        placed[i] = place_cell(fractions[i], inner, gap);
        if (placed[i].w < MIN_PX || placed[i].h < MIN_PX) {
            wall_error_set(
                error, WALL_ERROR_INVALID,
                "layout \"%s\" does not fit into %dx%d: cell %u would be %dx%d, at least "
                "%dx%d is needed",
                "布局“%s”放不进 %dx%d：第 %u 格只有 %dx%d，至少要 %dx%d", layout->id, area.w,
                area.h, i + 1, MAX(placed[i].w, 0), MAX(placed[i].h, 0), MIN_PX, MIN_PX);
            return FALSE;
        }
    }
    *cells = g_steal_pointer(&placed);
    *n_cells = n;
    return TRUE;
}
