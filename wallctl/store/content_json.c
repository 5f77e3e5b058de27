/* content_json.c - a wall's content as JSON: what the database keeps and presets are exchanged as
 *
 * {"areas": [{"screen": "1", "layout": "4", "rect": [0,0,1920,1080], "tiles": 4}],
 *  "tiles": [{"tile": 1, "rect": [...], "camera": "gate", "crop": [...], "touched": 12}, ...,
 *            {"tile": 901, "z": 1, ...}],
 *  "tours": [{"tour": "night", "step": 4, "left_ms": 5000, "paused": true, "tiles": [1, 2]}],
 *  "maximised": 3, "touched": 12}
 * Cells belong to the areas in order. What is false, zero or as in an empty tile is left out. What
 * comes in keeps every rule of wall.h, or is refused.
 */
#include "wallctl/store/wall_store.h"

#include "wallctl/model/picture_json.h"

#define MAX_TILES (WALL_MAX_CELLS + WALL_MAX_WINDOWS)

/* out */

static Json *areas_to_json(const WallContent *content)
{
    Json *array = json_object_new_array();
    for (guint i = 0; i < content->n_areas; i++) {
        const LayoutArea *area = &content->areas[i];
        Json *item = json_object_new_object();
        json_add_string(item, "screen", area->screen);
        json_add_string(item, "layout", area->layout);
        json_add(item, "rect", rect_to_json(area->rect));
        json_add_int(item, "tiles", area->count);
        json_object_array_add(array, item);
    }
    return array;
}

static Json *tiles_to_json(const WallContent *content)
{
    Json *array = json_object_new_array();
    for (guint i = 0; i < content->n_tiles; i++) {
        const Tile *tile = &content->tiles[i];
        Json *item = json_object_new_object();
        json_add_int(item, "tile", tile->number);
        if (tile->z != 0)
            json_add_int(item, "z", tile->z);
        json_add(item, "rect", rect_to_json(tile->rect));
        json_add_picture(item, tile);
        if (tile->touched != 0)
            json_add_int(item, "touched", (gint64)tile->touched);
        json_object_array_add(array, item);
    }
    return array;
}

static Json *tours_to_json(const WallContent *content)
{
    Json *array = json_object_new_array();
    for (guint i = 0; i < content->n_tours; i++) {
        const TourRun *run = &content->tours[i];
        Json *item = json_object_new_object(), *tiles = json_object_new_array();
        json_add_string(item, "tour", run->id);
        json_add_int(item, "step", run->step);
        json_add_int(item, "left_ms", run->left_ms);
        if (run->is_paused)
            json_add_bool(item, "paused", TRUE);
        if (run->yields)
            json_add_bool(item, "yields", TRUE);
        for (guint j = 0; j < run->n_tiles; j++)
            json_object_array_add(tiles, json_object_new_int((int)run->tiles[j]));
        json_add(item, "tiles", tiles);
        json_object_array_add(array, item);
    }
    return array;
}

Json *wall_content_to_json(const WallContent *content)
{
    Json *json = json_object_new_object();
    json_add(json, "areas", areas_to_json(content));
    json_add(json, "tiles", tiles_to_json(content));
    json_add(json, "tours", tours_to_json(content));
    if (content->maximised != 0)
        json_add_int(json, "maximised", content->maximised);
    json_add_int(json, "touched", (gint64)content->structure_touched);
    return json;
}

/* in */

static guint array_length(Json *array, guint max, Faults *faults, const char *place)
{
    gsize n = json_object_array_length(array);
    if (n <= max)
        return (guint)n;
    faults_add(faults, place, "%" G_GSIZE_FORMAT " entries: accepted: at most %u", n, max);
    return 0;
}

/* Entry i, which must be an object; NULL with a fault if not. *where is its place; caller frees. */
static Json *array_object(Json *array, guint i, Faults *faults, const char *place, char **where)
{
    Json *item = json_object_array_get_idx(array, i);
    *where = g_strdup_printf("%s[%u]", place, i);
    if (json_object_is_type(item, json_type_object))
        return item;
    faults_add(faults, *where, "accepted: an object");
    return NULL;
}

static void read_area(Json *item, LayoutArea *area, guint first, Faults *faults, const char *place)
{
    static const char *const known[] = { "screen", "layout", "rect", "tiles" };
    const char *screen = NULL, *layout = NULL;
    gint64 count = 0;
    json_refuse_unknown(item, known, G_N_ELEMENTS(known), faults, place);
    json_get_name(item, "screen", &screen, faults, place);
    json_get_string(item, "layout", &layout, faults, place);
    json_get_rect(item, "rect", &area->rect, faults, place);
    json_get_int(item, "tiles", 1, WALL_MAX_CELLS, &count, faults, place);
    area->screen = g_strdup(screen);
    area->layout = g_strdup(layout);
    area->first = first;
    area->count = (guint)count;
}

static void read_tile(Json *item, Tile *tile, Faults *faults, const char *place)
{
    static const char *const known[] = { "tile", "z",    "rect",     "camera", "stream",
                                         "fit",  "crop", "rotation", "touched" };
    gint64 number = 0, z = 0, touched = 0;
    const char *camera = NULL;
    *tile = (Tile) { .stream = STREAM_AUTO, .fit = FIT_CONTAIN, .crop = FRECT_FULL };
    json_refuse_unknown(item, known, G_N_ELEMENTS(known), faults, place);
    json_get_int(item, "tile", 1, WALL_FIRST_WINDOW + WALL_MAX_WINDOWS - 1, &number, faults, place);
    json_get_int(item, "z", 1, WALL_MAX_WINDOWS, &z, faults, place);
    json_get_int(item, "touched", 0, G_MAXINT64, &touched, faults, place);
    json_get_rect(item, "rect", &tile->rect, faults, place);
    json_get_name(item, "camera", &camera, faults, place);
    json_get_stream(item, &tile->stream, faults, place);
    json_get_fit(item, &tile->fit, faults, place);
    json_get_crop(item, &tile->crop, faults, place);
    json_get_rotation(item, &tile->rotation, faults, place);
    tile->number = (guint)number;
    tile->z = (int)z;
    tile->touched = (guint64)touched;
    tile->camera = g_strdup(camera);
}

static void read_run_tiles(Json *array, TourRun *run, Faults *faults, const char *place)
{
    guint n = array_length(array, MAX_TILES, faults, place);
    run->tiles = n > 0 ? g_new0(guint, n) : NULL;
    run->n_tiles = n;
    for (guint i = 0; i < n; i++) {
        Json *item = json_object_array_get_idx(array, i);
        gint64 number = json_object_get_int64(item);
        if (json_object_is_type(item, json_type_int) && number >= 1 &&
            number < WALL_FIRST_WINDOW + WALL_MAX_WINDOWS)
            run->tiles[i] = (guint)number;
        else
            faults_add(faults, place, "entry %u: accepted: a tile number", i);
    }
}

static void read_run(Json *item, TourRun *run, Faults *faults, const char *place)
{
    static const char *const known[] = { "tour", "step", "left_ms", "paused", "yields", "tiles" };
    const char *id = "";
    gint64 step = 0;
    Json *tiles = NULL;
    json_refuse_unknown(item, known, G_N_ELEMENTS(known), faults, place);
    if (!json_get_name(item, "tour", &id, faults, place))
        faults_add(faults, place, "tour is missing");
    json_get_int(item, "step", 0, G_MAXINT32, &step, faults, place);
    json_get_int(item, "left_ms", G_MININT64, G_MAXINT64, &run->left_ms, faults, place);
    json_get_bool(item, "paused", &run->is_paused, faults, place);
    json_get_bool(item, "yields", &run->yields, faults, place);
    if (json_get_array(item, "tiles", &tiles, faults, place)) {
        g_autofree char *where = g_strconcat(place, ".tiles", NULL);
        read_run_tiles(tiles, run, faults, where);
    }
    run->id = g_strdup(id);
    run->step = (guint)step;
}

static void read_lists(Json *json, WallContent *content, Faults *faults, const char *place)
{
    Json *areas = NULL, *tiles = NULL, *tours = NULL;
    const char *dot = *place ? "." : "";
    g_autofree char *at_areas = g_strconcat(place, dot, "areas", NULL);
    g_autofree char *at_tiles = g_strconcat(place, dot, "tiles", NULL);
    g_autofree char *at_tours = g_strconcat(place, dot, "tours", NULL);
    if (json_get_array(json, "areas", &areas, faults, place))
        content->n_areas = array_length(areas, WALL_MAX_CELLS, faults, at_areas);
    if (json_get_array(json, "tiles", &tiles, faults, place))
        content->n_tiles = array_length(tiles, MAX_TILES, faults, at_tiles);
    if (json_get_array(json, "tours", &tours, faults, place))
        content->n_tours = array_length(tours, WALL_MAX_TOURS, faults, at_tours);
    content->areas = g_new0(LayoutArea, content->n_areas);
    content->tiles = g_new0(Tile, content->n_tiles);
    content->tours = g_new0(TourRun, content->n_tours);
    for (guint i = 0, first = 1; i < content->n_areas; first += content->areas[i++].count) {
        g_autofree char *where = NULL;
        Json *item = array_object(areas, i, faults, at_areas, &where);
        if (item)
            read_area(item, &content->areas[i], first, faults, where);
    }
    for (guint i = 0; i < content->n_tiles; i++) {
        g_autofree char *where = NULL;
        Json *item = array_object(tiles, i, faults, at_tiles, &where);
        if (item)
            read_tile(item, &content->tiles[i], faults, where);
    }
    for (guint i = 0; i < content->n_tours; i++) {
        g_autofree char *where = NULL;
        Json *item = array_object(tours, i, faults, at_tours, &where);
        if (item)
            read_run(item, &content->tours[i], faults, where);
    }
}

WallContent *wall_content_from_json(Json *json, Faults *faults, const char *place)
{
    static const char *const known[] = { "areas", "tiles", "tours", "maximised", "touched" };
    g_autoptr(WallContent) content = wall_content_new();
    gint64 maximised = 0, touched = 0;
    guint before = faults_count(faults);
    if (!json_object_is_type(json, json_type_object)) {
        faults_add(faults, place, "accepted: an object");
        return NULL;
    }
    json_refuse_unknown(json, known, G_N_ELEMENTS(known), faults, place);
    json_get_int(json, "maximised", 0, WALL_FIRST_WINDOW + WALL_MAX_WINDOWS - 1, &maximised, faults,
                 place);
    json_get_int(json, "touched", 0, G_MAXINT64, &touched, faults, place);
    read_lists(json, content, faults, place);
    if (faults_count(faults) > before)
        return NULL;
    content->maximised = (guint)maximised;
    content->structure_touched = (guint64)touched;
    g_autoptr(GError) error = NULL;
    if (!wall_content_check(content, &error)) {
        faults_add(faults, place, "%s", error->message);
        return NULL;
    }
    return g_steal_pointer(&content);
}
