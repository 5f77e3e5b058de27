/* assign.c - which camera goes where when the layout changes */
#include "wallctl/model/content.h"

#include <string.h>

/* Nearly the same place: what they share is at least three quarters of what they cover together. */
static gboolean is_same_place(Rect a, Rect b)
{
    Rect shared = rect_intersect(a, b);
    gint64 both = (gint64)shared.w * shared.h;
    gint64 either = (gint64)a.w * a.h + (gint64)b.w * b.h - both;
    return both > 0 && both * 4 >= either * 3;
}

/* Between centres, in half pixels, squared. */
static gint64 distance(Rect a, Rect b)
{
    gint64 dx = (gint64)(2 * a.x + a.w) - (2 * b.x + b.w);
    gint64 dy = (gint64)(2 * a.y + a.h) - (2 * b.y + b.h);
    return dx * dx + dy * dy;
}

static gint64 size(Rect r)
{
    return (gint64)r.w * r.h;
}

static int by_tile_number(gconstpointer a, gconstpointer b)
{
    const Tile *x = *(const Tile *const *)a, *y = *(const Tile *const *)b;
    return (x->number > y->number) - (x->number < y->number);
}

static int larger_first(gconstpointer a, gconstpointer b)
{
    const Tile *x = *(const Tile *const *)a, *y = *(const Tile *const *)b;
    gint64 sx = size(x->rect), sy = size(y->rect);
    return sx != sy ? (sx < sy) - (sx > sy) : by_tile_number(a, b);
}

static Tile *nearest_free(const Tile *tile, Tile *cells, guint n_cells)
{
    Tile *best = NULL;
    gint64 best_distance = 0;
    for (guint i = 0; i < n_cells; i++) {
        if (cells[i].camera)
            continue;
        gint64 d = distance(tile->rect, cells[i].rect);
        if (!best || d < best_distance ||
            (d == best_distance && size(cells[i].rect) > size(best->rect))) {
            best = &cells[i];
            best_distance = d;
        }
    }
    return best;
}

static gboolean stays(const Tile *tile, Tile *cells, guint n_cells)
{
    for (guint i = 0; i < n_cells; i++)
        if (cells[i].number == tile->number && !cells[i].camera &&
            is_same_place(cells[i].rect, tile->rect)) {
            tile_copy_picture(&cells[i], tile);
            return TRUE;
        }
    return FALSE;
}

void wall_assign(const Tile *old_tiles, guint n_old, Tile *cells, guint n_cells)
{
    g_autoptr(GPtrArray) waiting = g_ptr_array_new();
    for (guint i = 0; i < n_old; i++)
        if (old_tiles[i].camera)
            g_ptr_array_add(waiting, (gpointer)&old_tiles[i]);
    g_ptr_array_sort(waiting, by_tile_number);
    if (waiting->len > n_cells)
        g_ptr_array_set_size(waiting, (int)n_cells);
    for (guint i = waiting->len; i > 0; i--)
        if (stays(waiting->pdata[i - 1], cells, n_cells))
            g_ptr_array_remove_index(waiting, i - 1);
    g_ptr_array_sort(waiting, larger_first);
    for (guint i = 0; i < waiting->len; i++) {
        const Tile *tile = waiting->pdata[i];
        tile_copy_picture(nearest_free(tile, cells, n_cells), tile);
    }
}
