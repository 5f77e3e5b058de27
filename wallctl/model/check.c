/* check.c - does a content that comes from outside keep the rules of wall.h? */
#include "wallctl/model/content.h"

#include "wallctl/base/error.h"

static gboolean fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean fail(GError **error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error_literal(error, WALL_ERROR, WALL_ERROR_INVALID, text);
    return FALSE;
}

static gboolean is_even(Rect r)
{
    return ((r.x | r.y | r.w | r.h) & 1) == 0;
}

static gboolean check_tile(const Tile *tile, GError **error)
{
    guint n = tile->number;
    Rect r = tile->rect;
    int least = tile_is_window(tile) ? WALL_MIN_WINDOW : 2;
    if (!is_even(r) || r.w < least || r.h < least)
        return fail(error, "tile %u: rect %d,%d of %dx%d: edges must be even, sides at least %d px",
                    n, r.x, r.y, r.w, r.h, least);
    if (!(tile->stream >= STREAM_AUTO && tile->stream <= STREAM_SUB) ||
        !(tile->fit >= FIT_CONTAIN && tile->fit <= FIT_STRETCH))
        return fail(error, "tile %u: unknown stream or fit", n);
    if (!frect_is_valid(tile->crop))
        return fail(error, "tile %u: crop %g,%g,%g,%g: must lie inside 0,0,1,1", n, tile->crop.x,
                    tile->crop.y, tile->crop.w, tile->crop.h);
    if (tile->rotation % 90 != 0 || tile->rotation > 270)
        return fail(error, "tile %u: rotation %u: accepted are 0, 90, 180, 270", n, tile->rotation);
    return TRUE;
}

static gboolean check_tiles(const WallContent *content, GError **error)
{
    guint n_cells = content_n_cells(content), n_windows = content->n_tiles - n_cells;
    guint64 seen[2] = { 0 }; /* stacking places 1..99 */
    if (n_cells > WALL_MAX_CELLS || n_windows > WALL_MAX_WINDOWS)
        return fail(error, "%u tiles and %u windows: at most %d and %d", n_cells, n_windows,
                    WALL_MAX_CELLS, WALL_MAX_WINDOWS);
    for (guint i = 0; i < content->n_tiles; i++) {
        const Tile *tile = &content->tiles[i];
        if (i < n_cells ? tile->number != i + 1
                        : tile->number >= WALL_FIRST_WINDOW + WALL_MAX_WINDOWS ||
                              (i > n_cells && tile->number <= tile[-1].number))
            return fail(error,
                        "tile %u at place %u: cells are numbered from 1 without gaps, windows "
                        "after them from %d in rising order",
                        tile->number, i + 1, WALL_FIRST_WINDOW);
        guint place = (guint)tile->z - 1;
        if (i < n_cells ? tile->z != 0
                        : place >= n_windows || (seen[place / 64] >> place % 64 & 1) != 0)
            return fail(error, "tile %u: z %d: cells have 0, windows 1 to %u, each once",
                        tile->number, tile->z, n_windows);
        if (i >= n_cells)
            seen[place / 64] |= G_GUINT64_CONSTANT(1) << place % 64;
        if (!check_tile(tile, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean check_areas(const WallContent *content, GError **error)
{
    guint next = 1;
    for (guint i = 0; i < content->n_areas; i++) {
        const LayoutArea *area = &content->areas[i];
        if (!area->layout || area->first != next || area->count == 0 ||
            area->count > WALL_MAX_CELLS || !is_even(area->rect) || rect_is_empty(area->rect))
            return fail(error,
                        "area %u: needs a layout, an even rect and the tiles from %u; it has %u "
                        "from %u",
                        i + 1, next, area->count, area->first);
        next += area->count;
    }
    if (next != content_n_cells(content) + 1)
        return fail(error, "the areas hold %u tiles, the wall has %u", next - 1,
                    content_n_cells(content));
    return TRUE;
}

static gboolean check_tours(const WallContent *content, GError **error)
{
    if (content->n_tours > WALL_MAX_TOURS)
        return fail(error, "%u tours: at most %d run at once", content->n_tours, WALL_MAX_TOURS);
    for (guint i = 0; i < content->n_tours; i++) {
        const TourRun *run = &content->tours[i];
        if (content_tour((WallContent *)content, run->id) != run)
            return fail(error, "tour '%s': is named twice", run->id);
        if (run->n_tiles == 0 && content->n_tours > 1)
            return fail(error, "tour '%s': has no tiles, so it must run alone", run->id);
        for (guint j = 0; j < run->n_tiles; j++) {
            if (!wall_tile(content, run->tiles[j]) || wall_tile_tour(content, run->tiles[j]) != run)
                return fail(error, "tour '%s': tile %u does not exist or has another tour", run->id,
                            run->tiles[j]);
            for (guint k = 0; k < j; k++)
                if (run->tiles[k] == run->tiles[j])
                    return fail(error, "tour '%s': names tile %u twice", run->id, run->tiles[j]);
        }
    }
    return TRUE;
}

gboolean wall_content_check(const WallContent *content, GError **error)
{
    if (!check_tiles(content, error) || !check_areas(content, error) ||
        !check_tours(content, error))
        return FALSE;
    if (content->maximised != 0 && !wall_tile(content, content->maximised))
        return fail(error, "maximised: tile %u does not exist", content->maximised);
    return TRUE;
}
