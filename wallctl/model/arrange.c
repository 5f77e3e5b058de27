/* arrange.c - what changes the arrangement of a wall: layouts and presets, for all of it or for one
 * screen
 *
 * A new area displaces every cell that reaches into its rect; the areas that keep cells stay, and
 * all cells are numbered anew in the order of their areas. Windows are free: a layout leaves them
 * alone.
 */
#include "wallctl/model/content.h"

#include "wallctl/base/error.h"

#include <string.h>

#define NUMBERS (WALL_FIRST_WINDOW + WALL_MAX_WINDOWS) /* tile numbers end before this */

/* An area on its way into the new arrangement, with its cells. Owns them. */
typedef struct {
    LayoutArea area;
    GArray *cells; /* Tile, still with their former numbers; those of the new area have 0 */
    gboolean is_new;
} Part;

static void free_part(gpointer data)
{
    Part *part = data;
    area_clear(&part->area);
    g_array_unref(part->cells);
    g_free(part);
}

static GArray *new_cells(void)
{
    GArray *cells = g_array_new(FALSE, FALSE, sizeof(Tile));
    g_array_set_clear_func(cells, (GDestroyNotify)tile_clear);
    return cells;
}

static Part *new_part(const char *screen, const char *layout, Rect rect)
{
    Part *part = g_new0(Part, 1);
    part->area =
        (LayoutArea) { .screen = g_strdup(screen), .layout = g_strdup(layout), .rect = rect };
    part->cells = new_cells();
    return part;
}

static int by_place(gconstpointer a, gconstpointer b)
{
    const LayoutArea *x = &(*(Part *const *)a)->area, *y = &(*(Part *const *)b)->area;
    if (x->rect.y != y->rect.y)
        return x->rect.y < y->rect.y ? -1 : 1;
    if (x->rect.x != y->rect.x)
        return x->rect.x < y->rect.x ? -1 : 1;
    return g_strcmp0(x->screen, y->screen); /* NULL first */
}

static Tile move_tile(Tile *tile)
{
    Tile moved = *tile;
    tile->camera = NULL;
    return moved;
}

/* The cells of an area that stay, as a part; the others go to displaced. NULL when none stays. */
static Part *keep_part(WallContent *content, const LayoutArea *area, const char *screen, Rect rect,
                       GArray *displaced)
{
    Part *part = new_part(area->screen, area->layout, (Rect) { 0, 0, 0, 0 });
    gboolean is_replaced = !screen || g_strcmp0(area->screen, screen) == 0;
    for (guint i = 0; i < area->count; i++) {
        Tile tile = move_tile((Tile *)wall_tile(content, area->first + i));
        if (is_replaced || rect_intersects(tile.rect, rect)) {
            g_array_append_val(displaced, tile);
            continue;
        }
        part->area.rect = rect_union(part->area.rect, tile.rect);
        g_array_append_val(part->cells, tile);
    }
    if (part->cells->len == area->count)
        part->area.rect = area->rect;
    if (part->cells->len > 0)
        return part;
    free_part(part);
    return NULL;
}

/* Numbers the parts' cells and puts them into content before its windows; *map tells the new number
 * of each former one. Returns the new area. */
static LayoutArea *rebuild(WallContent *content, GPtrArray *parts, guint n_cells, guint *map)
{
    guint old_cells = content_n_cells(content), n_windows = content->n_tiles - old_cells;
    Tile *tiles = g_new(Tile, n_cells + n_windows);
    LayoutArea *areas = g_new(LayoutArea, parts->len), *added = NULL;
    guint number = 1;
    for (guint i = 0; i < parts->len; i++) {
        Part *part = parts->pdata[i];
        areas[i] = part->area;
        part->area = (LayoutArea) { 0 };
        areas[i].first = number;
        areas[i].count = part->cells->len;
        if (part->is_new)
            added = &areas[i];
        for (guint j = 0; j < part->cells->len; j++, number++) {
            Tile tile = move_tile(&g_array_index(part->cells, Tile, j));
            if (!part->is_new)
                map[tile.number] = number;
            tile.number = number;
            tiles[number - 1] = tile;
        }
    }
    if (n_windows > 0)
        memcpy(&tiles[n_cells], &content->tiles[old_cells], n_windows * sizeof(Tile));
    for (guint i = 0; i < content->n_areas; i++)
        area_clear(&content->areas[i]);
    g_free(content->areas);
    g_free(content->tiles);
    content->areas = areas;
    content->n_areas = parts->len;
    content->tiles = tiles;
    content->n_tiles = n_cells + n_windows;
    content->maximised = 0;
    return added;
}

/* Tours follow their tiles; one that lost a tile stops. */
static void renumber_tours(WallContent *content, const guint *map)
{
    for (guint i = content->n_tours; i > 0; i--) {
        TourRun *run = &content->tours[i - 1];
        gboolean is_whole = TRUE;
        for (guint j = 0; j < run->n_tiles; j++) {
            if (run->tiles[j] < WALL_FIRST_WINDOW)
                run->tiles[j] = map[run->tiles[j]];
            is_whole = is_whole && run->tiles[j] != 0;
        }
        if (!is_whole)
            content_stop_tour(content, run->id);
    }
}

/* Puts an area of n empty cells where `screen` says (NULL: everywhere) and returns it. displaced
 * gets the cells that had to go, map the new numbers of those that stay. */
static LayoutArea *replace_area(WallContent *content, const char *screen, const char *layout,
                                Rect rect, const Rect *rects, guint n, GArray *displaced,
                                guint *map, GError **error)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(free_part);
    guint total = n;
    for (guint i = 0; i < content->n_areas; i++) {
        Part *part = keep_part(content, &content->areas[i], screen, rect, displaced);
        if (part) {
            g_ptr_array_add(parts, part);
            total += part->cells->len;
        }
    }
    Part *added = new_part(screen, layout, rect);
    added->is_new = TRUE;
    for (guint i = 0; i < n; i++) {
        Tile tile = {
            .rect = rects[i], .stream = STREAM_AUTO, .fit = FIT_CONTAIN, .crop = FRECT_FULL
        };
        g_array_append_val(added->cells, tile);
    }
    g_ptr_array_add(parts, added);
    if (total > WALL_MAX_CELLS) {
        wall_error_set(error, WALL_ERROR_LIMIT,
                       "layout '%s': the wall would have %u tiles, at most %d are possible",
                       "布局“%s”：墙上会有 %u 个窗格，最多 %d 个", layout, total, WALL_MAX_CELLS);
        return NULL;
    }
    g_ptr_array_sort(parts, by_place);
    return rebuild(content, parts, total, map);
}

static gboolean is_even(Rect r)
{
    return ((r.x | r.y | r.w | r.h) & 1) == 0;
}

static void close_windows(WallContent *content, Rect rect, gboolean is_inside)
{
    for (guint i = content->n_tiles; i > 0; i--) {
        const Tile *tile = &content->tiles[i - 1];
        if (tile_is_window(tile) && rect_contains(rect, tile->rect) == is_inside)
            content_remove_window(content, tile->number);
    }
}

gboolean content_layout(WallContent *content, const Command *c, const WallLimits *limits,
                        GError **error)
{
    const char *name = c->name ? c->name : "";
    gboolean is_placed = c->n_cells > 0 && rect_contains(limits->bounds, c->area);
    for (guint i = 0; i < c->n_cells && is_placed; i++)
        is_placed = !rect_is_empty(c->cells[i]) && is_even(c->cells[i]) &&
                    rect_contains(c->area, c->cells[i]);
    if (!is_placed) {
        wall_error_set(error, WALL_ERROR_INVALID,
                       "layout '%s': its cells must lie inside %d,%d of %dx%d on even pixels",
                       "布局“%s”：窗格须在 %d,%d 起 %dx%d 之内，且为偶数像素", name, c->area.x,
                       c->area.y, c->area.w, c->area.h);
        return FALSE;
    }
    g_autoptr(GArray) displaced = new_cells();
    guint map[NUMBERS] = { 0 };
    LayoutArea *area = replace_area(content, c->screen, name, c->area, c->cells, c->n_cells,
                                    displaced, map, error);
    if (!area)
        return FALSE;
    content_assign(content, (const Tile *)displaced->data, displaced->len,
                   &content->tiles[area->first - 1], area->count, map);
    renumber_tours(content, map);
    close_windows(content, limits->bounds, FALSE);
    return TRUE;
}

/* presets */

static gboolean check_preset(const Command *c, const WallContent *preset, const WallLimits *limits,
                             GError **error)
{
    for (guint i = 0; i < preset->n_tiles; i++) {
        const Tile *tile = &preset->tiles[i];
        if (!rect_contains(limits->bounds, tile->rect)) {
            wall_error_set(error, WALL_ERROR_INVALID, "preset '%s': tile %u lies outside this wall",
                           "预案“%s”：窗格 %u 在这面墙之外", c->name ? c->name : "", tile->number);
            return FALSE;
        }
        if (tile->camera && limits->has_camera && !limits->has_camera(tile->camera, limits->user)) {
            wall_error_set(error, WALL_ERROR_NOT_FOUND,
                           "preset '%s': tile %u: camera '%s': no such camera",
                           "预案“%s”：窗格 %u 用的摄像机“%s”已不存在", c->name ? c->name : "",
                           tile->number, tile->camera);
            return FALSE;
        }
    }
    return TRUE;
}

/* content becomes a copy of preset; with its own tours if a person recalls it, else as they run. */
static void become(WallContent *content, const WallContent *preset, gboolean keeps_tours)
{
    g_autoptr(WallContent) copy = wall_content_copy(preset);
    copy->maximised = 0;
    WallContent former = *content;
    *content = *copy;
    *copy = former;
    if (!keeps_tours)
        return;
    copy->tours = content->tours;
    copy->n_tours = content->n_tours;
    content->tours = former.tours;
    content->n_tours = former.n_tours;
}

/* Adds the tours of `from` all of whose tiles are in the map, as long as they disturb no other. */
static void add_tours(WallContent *to, const WallContent *from, const guint *map)
{
    for (guint i = 0; i < from->n_tours; i++) {
        const TourRun *run = &from->tours[i];
        gboolean fits =
            run->n_tiles > 0 && to->n_tours < WALL_MAX_TOURS && !content_tour(to, run->id);
        for (guint j = 0; j < run->n_tiles && fits; j++)
            fits = map[run->tiles[j]] != 0 && !wall_tile_tour(to, map[run->tiles[j]]);
        if (!fits)
            continue;
        TourRun *copy = content_add_tour(to, run->id, run->tiles, run->n_tiles);
        for (guint j = 0; j < copy->n_tiles; j++)
            copy->tiles[j] = map[copy->tiles[j]];
        copy->step = run->step;
        copy->is_paused = run->is_paused;
        copy->left_ms = run->left_ms;
    }
}

/* part: a preset cut to the screen. */
static gboolean recall_screen(WallContent *content, const Command *c, const WallContent *part,
                              GError **error)
{
    guint n_cells = content_n_cells(part), map[NUMBERS] = { 0 };
    g_autofree Rect *rects = g_new(Rect, n_cells);
    for (guint i = 0; i < n_cells; i++)
        rects[i] = part->tiles[i].rect;
    g_autoptr(GArray) displaced = new_cells();
    guint stayed[NUMBERS] = { 0 };
    LayoutArea *area = replace_area(content, c->screen, part->areas[0].layout, c->area, rects,
                                    n_cells, displaced, stayed, error);
    if (!area)
        return FALSE;
    renumber_tours(content, stayed);
    for (guint i = 0; i < n_cells; i++) {
        map[i + 1] = area->first + i;
        tile_copy_picture(&content->tiles[area->first + i - 1], &part->tiles[i]);
    }
    close_windows(content, c->area, TRUE);
    int z = (int)(content->n_tiles - content_n_cells(content));
    for (guint i = n_cells; i < part->n_tiles; i++) {
        const Tile *window = &part->tiles[i];
        guint number = content_free_window(content);
        if (number == 0) {
            wall_error_set(error, WALL_ERROR_LIMIT,
                           "preset '%s': more than %d windows would be open",
                           "预案“%s”：窗口会超过 %d 个", c->name ? c->name : "", WALL_MAX_WINDOWS);
            return FALSE;
        }
        tile_copy_picture(content_add_tile(content, number, window->rect, z + window->z), window);
        map[window->number] = number;
    }
    if (c->kind == COMMAND_RECALL)
        add_tours(content, part, map);
    return TRUE;
}

gboolean content_recall(WallContent *content, const Command *c, const WallLimits *limits,
                        GError **error)
{
    if (!c->content) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "preset '%s': no such preset", "没有预案“%s”",
                       c->name ? c->name : "");
        return FALSE;
    }
    if (!c->screen) {
        if (!check_preset(c, c->content, limits, error))
            return FALSE;
        become(content, c->content, c->kind != COMMAND_RECALL);
        return TRUE;
    }
    g_autoptr(WallContent) part = wall_content_cut(c->content, c->screen, c->area);
    if (!part) {
        wall_error_set(error, WALL_ERROR_INVALID, "preset '%s': has nothing on screen '%s'",
                       "预案“%s”在屏“%s”上没有内容", c->name ? c->name : "", c->screen);
        return FALSE;
    }
    return check_preset(c, part, limits, error) && recall_screen(content, c, part, error);
}

/* Close the gaps in the stacking order that the windows left behind. */
static void rank_windows(WallContent *part)
{
    for (int z = 1; z <= WALL_MAX_WINDOWS; z++) {
        Tile *lowest = NULL;
        for (guint i = 0; i < part->n_tiles; i++) {
            Tile *tile = &part->tiles[i];
            if (tile->z >= z && (!lowest || tile->z < lowest->z))
                lowest = tile;
        }
        if (!lowest)
            return;
        lowest->z = z;
    }
}

static const char *layout_of(const WallContent *content, const guint *map)
{
    for (guint i = 0; i < content->n_areas; i++)
        for (guint j = 0; j < content->areas[i].count; j++)
            if (map[content->areas[i].first + j])
                return content->areas[i].layout;
    return "";
}

WallContent *wall_content_cut(const WallContent *content, const char *screen_id, Rect screen)
{
    g_autoptr(WallContent) part = wall_content_new();
    guint map[NUMBERS] = { 0 }, n_cells = 0, n_windows = 0;
    for (guint i = 0; i < content->n_tiles; i++) {
        const Tile *tile = &content->tiles[i];
        if (!rect_contains(screen, tile->rect))
            continue;
        guint number = tile_is_window(tile) ? WALL_FIRST_WINDOW + n_windows++ : ++n_cells;
        map[tile->number] = number;
        tile_copy_picture(content_add_tile(part, number, tile->rect, tile->z), tile);
    }
    if (n_cells == 0)
        return NULL;
    rank_windows(part);
    part->areas = g_new0(LayoutArea, 1);
    part->n_areas = 1;
    part->areas[0] = (LayoutArea) { .screen = g_strdup(screen_id),
                                    .layout = g_strdup(layout_of(content, map)),
                                    .rect = screen,
                                    .first = 1,
                                    .count = n_cells };
    add_tours(part, content, map);
    return g_steal_pointer(&part);
}
