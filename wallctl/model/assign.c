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

/* A tile on its way to a cell: it shows a camera, or a tour holds it. */
static int by_number(gconstpointer a, gconstpointer b)
{
    const Tile *x = *(const Tile *const *)a, *y = *(const Tile *const *)b;
    if (!x->camera != !y->camera)
        return x->camera ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static int larger_first(gconstpointer a, gconstpointer b)
{
    const Tile *x = *(const Tile *const *)a, *y = *(const Tile *const *)b;
    gint64 sx = size(x->rect), sy = size(y->rect);
    if (!x->camera == !y->camera && sx != sy)
        return sx > sy ? -1 : 1;
    return by_number(a, b);
}

static Tile *same_cell(const Tile *tile, Tile *cells, guint n_cells)
{
    for (guint i = 0; i < n_cells; i++)
        if (cells[i].number == tile->number && is_same_place(cells[i].rect, tile->rect))
            return &cells[i];
    return NULL;
}

static Tile *nearest_cell(const Tile *tile, Tile *cells, guint n_cells, const gboolean *is_taken)
{
    Tile *best = NULL;
    gint64 best_distance = 0;
    for (guint i = 0; i < n_cells; i++) {
        if (is_taken[i])
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

void content_assign(const WallContent *content, const Tile *old_tiles, guint n_old, Tile *cells,
                    guint n_cells, guint *map)
{
    g_autoptr(GPtrArray) waiting = g_ptr_array_new();
    g_autofree gboolean *is_taken = g_new0(gboolean, n_cells);
    for (guint i = 0; i < n_old; i++)
        if (old_tiles[i].camera || (content && wall_tile_tour(content, old_tiles[i].number)))
            g_ptr_array_add(waiting, (gpointer)&old_tiles[i]);
    g_ptr_array_sort(waiting, by_number);
    if (waiting->len > n_cells)
        g_ptr_array_set_size(waiting, (int)n_cells);
    g_ptr_array_sort(waiting, larger_first);
    for (guint round = 0; round < 2; round++)
        for (guint i = 0; i < waiting->len; i++) {
            const Tile *tile = waiting->pdata[i];
            Tile *cell = NULL;
            if (tile && round == 0)
                cell = same_cell(tile, cells, n_cells);
            else if (tile)
                cell = nearest_cell(tile, cells, n_cells, is_taken);
            if (!cell)
                continue;
            tile_copy_picture(cell, tile);
            is_taken[cell - cells] = TRUE;
            if (map)
                map[tile->number] = cell->number;
            waiting->pdata[i] = NULL;
        }
}

void wall_assign(const Tile *old_tiles, guint n_old, Tile *cells, guint n_cells)
{
    content_assign(NULL, old_tiles, n_old, cells, n_cells, NULL);
}
