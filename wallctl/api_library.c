/* api_library.c - presets and tours over the API */
#include "wallctl/api_library.h"

#include "wallctl/api_status.h"
#include "wallctl/base/error.h"

#include <string.h>

static void reply_ok(const ApiCall *call)
{
    Json *json = json_object_new_object();
    json_add_string(json, "status", "ok");
    api_reply_saved(call, json);
}

static void tell(const ApiCall *call, const char *event, const char *key, const char *value)
{
    Json *data = json_object_new_object();
    json_add_string(data, key, value);
    call->env->publish(event, data, call->env->user);
}

gboolean api_get_presets(ApiCall *call, GError **error)
{
    if (!api_need_wall(call, error))
        return FALSE;
    Json *list = json_object_new_array();
    g_autoptr(GPtrArray) presets =
        library_presets(controller_library(call->env->controller), call->part[1]);
    for (guint i = 0; i < presets->len; i++) {
        const StoredPreset *preset = g_ptr_array_index(presets, i);
        Json *item = json_object_new_object();
        json_add_string(item, "name", preset->name);
        json_add_string(item, "screen", preset->screen);
        json_add_int(item, "tiles", preset->content->n_tiles);
        if (preset->changed_ms)
            json_add_int(item, "changed", preset->changed_ms);
        Json *content = wall_content_to_json(preset->content);
        tiles_hide(call->env, json_object_object_get(content, "tiles"), call->info->caller);
        json_add(item, "content", content);
        json_object_array_add(list, item);
    }
    Json *json = json_object_new_object();
    json_add(json, "presets", list);
    web_reply_json(call->request, 200, json);
    return TRUE;
}

static gboolean one_string(const ApiCall *call, const char *key, char **value, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 8);
    const char *const known[] = { key };
    const char *text = NULL;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, key, &text, faults, "");
    *value = g_strdup(text);
    return api_take_faults(faults, error);
}

gboolean api_put_preset(ApiCall *call, GError **error)
{
    g_autofree char *screen = NULL;
    if (!one_string(call, "screen", &screen, error) ||
        !controller_save_preset(call->env->controller, call->part[1], call->part[3], screen, error))
        return FALSE;
    tell(call, "presets.changed", "wall", call->part[1]);
    reply_ok(call);
    return TRUE;
}

gboolean api_rename_preset(ApiCall *call, GError **error)
{
    g_autofree char *to = NULL;
    if (!one_string(call, "rename", &to, error))
        return FALSE;
    if (!to) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "body.rename: is missing; accepted is the new name");
        return FALSE;
    }
    if (!library_rename_preset(controller_library(call->env->controller), call->part[1],
                               call->part[3], to, error))
        return FALSE;
    tell(call, "presets.changed", "wall", call->part[1]);
    reply_ok(call);
    return TRUE;
}

gboolean api_delete_preset(ApiCall *call, GError **error)
{
    if (!library_delete_preset(controller_library(call->env->controller), call->part[1],
                               call->part[3], error))
        return FALSE;
    tell(call, "presets.changed", "wall", call->part[1]);
    reply_ok(call);
    return TRUE;
}

/* ---- tours
 * ----------------------------------------------------------------------------------------------------------
 */

static char **take_names(Json *body, const char *key, guint *n, Faults *faults)
{
    Json *array = NULL;
    if (!json_get_array(body, key, &array, faults, ""))
        return NULL;
    gsize len = json_object_array_length(array);
    char **names = g_new0(char *, len + 1);
    for (gsize i = 0; i < len; i++) {
        Json *item = json_object_array_get_idx(array, i);
        if (json_object_is_type(item, json_type_string))
            names[(*n)++] = g_strdup(json_object_get_string(item));
        else
            faults_add(faults, key, "item %zu is not a string", i + 1);
    }
    return names;
}

static void take_tiles(Json *body, Tour *tour, Faults *faults)
{
    Json *array = NULL;
    if (!json_get_array(body, "tiles", &array, faults, ""))
        return;
    gsize len = json_object_array_length(array);
    tour->tiles = g_new0(guint, len);
    for (gsize i = 0; i < len; i++) {
        Json *item = json_object_array_get_idx(array, i);
        gint64 number = json_object_is_type(item, json_type_int) ? json_object_get_int64(item) : 0;
        if (number < 1 || number > 999)
            faults_add(faults, "tiles", "item %zu is not a tile number (1 to 999)", i + 1);
        tour->tiles[tour->n_tiles++] = (guint)number;
    }
}

/* "HH:MM" */
static void take_minute(Json *item, const char *key, guint *minute, Faults *faults,
                        const char *place)
{
    const char *text = NULL;
    g_autofree char *where = g_strdup_printf("%s.%s", place, key);
    if (!json_get_string(item, key, &text, faults, place)) {
        if (!json_object_object_get_ex(item, key, NULL))
            faults_add(faults, where, "is missing; accepted: a time of day, 00:00 to 24:00");
        return;
    }
    gboolean has_form = strlen(text) == 5 && text[2] == ':';
    for (guint i = 0; has_form && i < 5; i++)
        has_form = i == 2 || g_ascii_isdigit(text[i]);
    guint hour = has_form ? (guint)(text[0] - '0') * 10 + (guint)(text[1] - '0') : 0;
    guint min = has_form ? (guint)(text[3] - '0') * 10 + (guint)(text[4] - '0') : 0;
    if (!has_form || min > 59 || hour * 60 + min > 24 * 60)
        faults_add(faults, where, "'%.20s' is not a time of day; accepted: 00:00 to 24:00", text);
    *minute = hour * 60 + min;
}

/* Without days: every day. */
static void take_days(Json *item, guint *weekdays, Faults *faults, const char *place)
{
    Json *days = NULL;
    *weekdays = json_object_object_get_ex(item, "days", NULL) ? 0 : 0x7f;
    if (!json_get_array(item, "days", &days, faults, place))
        return;
    for (gsize i = 0; i < json_object_array_length(days); i++) {
        Json *day = json_object_array_get_idx(days, i);
        gint64 number = json_object_is_type(day, json_type_int) ? json_object_get_int64(day) : 0;
        if (number >= 1 && number <= 7)
            *weekdays |= 1u << (number - 1);
        else
            faults_add(faults, place, "days: item %zu: accepted are 1 (Monday) to 7", i + 1);
    }
    if (json_object_array_length(days) == 0)
        faults_add(faults, place, "days: is empty; accepted are 1 (Monday) to 7");
}

static void take_schedule(Json *body, Tour *tour, Faults *faults)
{
    static const char *const known[] = { "days", "from", "to" };
    Json *array = NULL;
    if (!json_get_array(body, "schedule", &array, faults, ""))
        return;
    gsize len = json_object_array_length(array);
    tour->schedules = g_new0(TourSchedule, len);
    for (gsize i = 0; i < len; i++) {
        Json *item = json_object_array_get_idx(array, i);
        TourSchedule *schedule = &tour->schedules[tour->n_schedules++];
        g_autofree char *place = g_strdup_printf("schedule[%zu]", i);
        if (!json_object_is_type(item, json_type_object)) {
            faults_add(faults, place,
                       "accepted: {\"days\":[1,2,3,4,5],\"from\":\"08:00\",\"to\":\"18:00\"}");
            continue;
        }
        json_refuse_unknown(item, known, G_N_ELEMENTS(known), faults, place);
        take_days(item, &schedule->weekdays, faults, place);
        take_minute(item, "from", &schedule->start_minute, faults, place);
        guint n_faults = faults_count(faults);
        take_minute(item, "to", &schedule->end_minute, faults, place);
        if (faults_count(faults) == n_faults && schedule->start_minute == schedule->end_minute)
            faults_add(faults, place,
                       "from and to are equal; for the whole day give 00:00 to 24:00");
    }
}

gboolean api_put_tour(ApiCall *call, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    static const char *const known[] = { "name",    "wall",    "dwell_s", "tiles",
                                         "cameras", "presets", "schedule" };
    g_autoptr(Faults) faults = faults_new("body", 16);
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    Tour *tour = tour_new();
    const char *name = call->part[1], *wall = controller_wall_id(call->env->controller, 0);
    gint64 dwell_s = tour->dwell_ms / 1000;
    json_get_string(body, "name", &name, faults, "");
    json_get_string(body, "wall", &wall, faults, "");
    json_get_int(body, "dwell_s", TOUR_MIN_DWELL_MS / 1000, TOUR_MAX_DWELL_MS / 1000, &dwell_s,
                 faults, "");
    g_free(tour->id);
    g_free(tour->name);
    g_free(tour->wall);
    tour->id = g_strdup(call->part[1]);
    tour->name = g_strdup(name);
    tour->wall = g_strdup(wall);
    tour->dwell_ms = (guint)dwell_s * 1000;
    take_tiles(body, tour, faults);
    tour->cameras = take_names(body, "cameras", &tour->n_cameras, faults);
    tour->presets = take_names(body, "presets", &tour->n_presets, faults);
    take_schedule(body, tour, faults);
    gboolean is_put = api_take_faults(faults, error) &&
                      library_put_tour(controller_library(call->env->controller), tour, error);
    if (is_put) {
        tell(call, "tour.changed", "tour", tour->id);
        api_reply_saved(call, tour_json(tour));
    }
    tour_free(tour);
    return is_put;
}

gboolean api_delete_tour(ApiCall *call, GError **error)
{
    Library *library = controller_library(call->env->controller);
    const Tour *tour = library_tour(library, call->part[1]);
    g_autofree char *wall = tour ? g_strdup(tour->wall) : NULL;
    if (!library_delete_tour(library, call->part[1], error))
        return FALSE;
    /* A running tour whose definition is gone ends where it stands. */
    g_autoptr(Command) stop = command_new(COMMAND_TOUR_STOP, call->info->caller->id);
    stop->name = g_strdup(call->part[1]);
    stop->by_tour = TRUE; /* a lock must not leave it running without its definition */
    controller_run(call->env->controller, wall, stop, NULL, NULL, NULL);
    tell(call, "tour.changed", "tour", call->part[1]);
    reply_ok(call);
    return TRUE;
}
