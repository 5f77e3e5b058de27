/* tour_json.c - a tour as the store keeps it */
#include "wallctl/store/tour_json.h"

#define MAX_ITEMS 100000

static Json *strings_to_json(char **strings, guint n)
{
    Json *array = json_object_new_array_ext((int)n);
    for (guint i = 0; i < n; i++)
        json_object_array_add(array, json_object_new_string(strings[i]));
    return array;
}

Json *tour_to_json(const Tour *tour)
{
    Json *json = json_object_new_object();
    json_add_string(json, "id", tour->id);
    json_add_string(json, "name", tour->name);
    json_add_string(json, "wall", tour->wall);
    json_add_int(json, "dwell_ms", tour->dwell_ms);
    Json *tiles = json_object_new_array_ext((int)tour->n_tiles);
    for (guint i = 0; i < tour->n_tiles; i++)
        json_object_array_add(tiles, json_object_new_int64(tour->tiles[i]));
    json_add(json, "tiles", tiles);
    json_add(json, "cameras", strings_to_json(tour->cameras, tour->n_cameras));
    json_add(json, "presets", strings_to_json(tour->presets, tour->n_presets));
    Json *schedules = json_object_new_array_ext((int)tour->n_schedules);
    for (guint i = 0; i < tour->n_schedules; i++) {
        Json *schedule = json_object_new_object();
        json_add_int(schedule, "weekdays", tour->schedules[i].weekdays);
        json_add_int(schedule, "start_minute", tour->schedules[i].start_minute);
        json_add_int(schedule, "end_minute", tour->schedules[i].end_minute);
        json_object_array_add(schedules, schedule);
    }
    json_add(json, "schedules", schedules);
    return json;
}

/* An array whose items are all of one type; empty if it is missing. NULL with a fault. */
static Json *get_items(Json *json, const char *key, json_type type, Faults *faults,
                       const char *place)
{
    Json *array = NULL;
    if (!json_get_array(json, key, &array, faults, place))
        return NULL;
    gsize n = json_object_array_length(array);
    gboolean is_good = n <= MAX_ITEMS;
    for (gsize i = 0; is_good && i < n; i++)
        is_good = json_object_is_type(json_object_array_get_idx(array, i), type);
    if (is_good)
        return array;
    faults_add(faults, place, "\"%s\" holds more than %d items, or others than %s", key, MAX_ITEMS,
               json_type_to_name(type));
    return NULL;
}

static char **get_strings(Json *json, const char *key, guint *n, Faults *faults, const char *place)
{
    Json *array = get_items(json, key, json_type_string, faults, place);
    *n = array ? (guint)json_object_array_length(array) : 0;
    char **strings = g_new0(char *, *n);
    for (guint i = 0; i < *n; i++)
        strings[i] = g_strdup(json_object_get_string(json_object_array_get_idx(array, i)));
    return strings;
}

static void get_tiles(Tour *tour, Json *json, Faults *faults, const char *place)
{
    Json *array = get_items(json, "tiles", json_type_int, faults, place);
    tour->n_tiles = array ? (guint)json_object_array_length(array) : 0;
    tour->tiles = g_new0(guint, tour->n_tiles);
    for (guint i = 0; i < tour->n_tiles; i++) {
        gint64 number = json_object_get_int64(json_object_array_get_idx(array, i));
        if (number < 1 || number > 999)
            faults_add(faults, place, "tile %" G_GINT64_FORMAT " is outside 1 to 999", number);
        else
            tour->tiles[i] = (guint)number;
    }
}

static void get_schedules(Tour *tour, Json *json, Faults *faults, const char *place)
{
    Json *array = get_items(json, "schedules", json_type_object, faults, place);
    tour->n_schedules = array ? (guint)json_object_array_length(array) : 0;
    tour->schedules = g_new0(TourSchedule, tour->n_schedules);
    for (guint i = 0; i < tour->n_schedules; i++) {
        g_autofree char *item_place = g_strdup_printf("%s.schedules[%u]", place, i);
        Json *item = json_object_array_get_idx(array, i);
        gint64 weekdays = 0, start = 0, end = 0;
        json_get_int(item, "weekdays", 0, 127, &weekdays, faults, item_place);
        json_get_int(item, "start_minute", 0, 24 * 60, &start, faults, item_place);
        json_get_int(item, "end_minute", 0, 24 * 60, &end, faults, item_place);
        tour->schedules[i] = (TourSchedule) { (guint)weekdays, (guint)start, (guint)end };
    }
}

static void get_text(Json *json, const char *key, char **text, Faults *faults, const char *place)
{
    const char *value = NULL;
    if (!json_get_string(json, key, &value, faults, place))
        return;
    g_free(*text);
    *text = g_strdup(value);
}

Tour *tour_from_json(Json *json, Faults *faults, const char *place)
{
    if (!json_object_is_type(json, json_type_object)) {
        faults_add(faults, place, "must be an object");
        return NULL;
    }
    guint n_faults = faults_count(faults);
    Tour *tour = tour_new();
    get_text(json, "id", &tour->id, faults, place);
    get_text(json, "name", &tour->name, faults, place);
    get_text(json, "wall", &tour->wall, faults, place);
    if (!*tour->id)
        faults_add(faults, place, "needs an \"id\"");
    gint64 dwell_ms = tour->dwell_ms;
    json_get_int(json, "dwell_ms", TOUR_MIN_DWELL_MS, TOUR_MAX_DWELL_MS, &dwell_ms, faults, place);
    tour->dwell_ms = (guint)dwell_ms;
    get_tiles(tour, json, faults, place);
    tour->cameras = get_strings(json, "cameras", &tour->n_cameras, faults, place);
    tour->presets = get_strings(json, "presets", &tour->n_presets, faults, place);
    get_schedules(tour, json, faults, place);
    if (faults_count(faults) == n_faults)
        return tour;
    tour_free(tour);
    return NULL;
}
