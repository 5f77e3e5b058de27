/* library.c - named things that walls use: presets and tours */
#include "wallctl/library.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"

#include <string.h>

#define MAX_PRESETS 1000
#define MAX_TOURS   200
#define MAX_NAME    64

struct Library {
    Config *config;
    Store *store;
    GPtrArray *presets;      /* StoredPreset: people's */
    GPtrArray *tours;        /* Tour: people's */
    GPtrArray *file_presets; /* StoredPreset made from the configuration's */
};

static void log_failure(gpointer data, const GError *error, gpointer user)
{
    if (error)
        log_error(STORE, "%s is not saved: %s", (const char *)user, error->message);
}

static gboolean is_of(const StoredPreset *preset, const char *wall, const char *name)
{
    return strcmp(preset->wall, wall) == 0 && (!name || strcmp(preset->name, name) == 0);
}

static int find_preset(const GPtrArray *presets, const char *wall, const char *name)
{
    for (guint i = 0; i < presets->len; i++) {
        if (is_of(g_ptr_array_index(presets, i), wall, name))
            return (int)i;
    }
    return -1;
}

static int find_tour(const GPtrArray *tours, const char *id)
{
    for (guint i = 0; i < tours->len; i++) {
        if (strcmp(((const Tour *)g_ptr_array_index(tours, i))->id, id) == 0)
            return (int)i;
    }
    return -1;
}

/* A configuration's preset as a content: the layout over the whole wall, cameras in its cells. */
static StoredPreset *make_file_preset(const Config *config, const PresetConfig *preset)
{
    const WallConfig *wall = config_wall(config, preset->wall);
    const Layout *layout = layout_set_find(config->layouts, preset->layout);
    Rect area = screens_bounds(wall->screens, wall->n_screens);
    g_autofree Rect *cells = NULL;
    guint n_cells = 0;
    g_autoptr(GError) error = NULL;
    if (!layout || !layout_place(layout, area, 0, &cells, &n_cells, &error)) {
        log_warning(WALL, "preset %s: %s", preset->name,
                    error ? error->message : "its layout is unknown");
        return NULL;
    }
    g_autoptr(Wall) empty = wall_new(wall->id, 1, wall_content_new());
    g_autoptr(Command) command = command_new(COMMAND_LAYOUT, "configuration");
    command->name = g_strdup(layout->id);
    command->area = area;
    command->cells = g_steal_pointer(&cells);
    command->n_cells = n_cells;
    WallLimits limits = { .bounds = area };
    g_autoptr(Wall) laid = wall_apply(empty, command, &limits, NULL, &error);
    if (!laid) {
        log_warning(WALL, "preset %s: %s", preset->name, error->message);
        return NULL;
    }
    g_autoptr(WallContent) content = wall_content_copy(laid->air);
    for (guint i = 0; i < content->n_tiles && i < preset->n_cameras; i++)
        content->tiles[i].camera = g_strdup(preset->cameras[i]);
    return stored_preset_new(wall->id, preset->name, NULL, content);
}

void library_reload(Library *library, Config *config)
{
    Config *old = library->config;
    library->config = config_ref(config);
    if (old)
        config_unref(old);
    g_ptr_array_set_size(library->file_presets, 0);
    for (guint i = 0; i < config->n_presets; i++) {
        StoredPreset *preset = make_file_preset(config, &config->presets[i]);
        if (preset)
            g_ptr_array_add(library->file_presets, preset);
    }
}

static int by_name(gconstpointer a, gconstpointer b)
{
    return strcmp((*(StoredPreset *const *)a)->name, (*(StoredPreset *const *)b)->name);
}

GPtrArray *library_presets(Library *library, const char *wall)
{
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; i < library->presets->len; i++) {
        StoredPreset *preset = g_ptr_array_index(library->presets, i);
        if (is_of(preset, wall, NULL))
            g_ptr_array_add(found, preset);
    }
    for (guint i = 0; i < library->file_presets->len; i++) {
        StoredPreset *preset = g_ptr_array_index(library->file_presets, i);
        if (is_of(preset, wall, NULL) && find_preset(library->presets, wall, preset->name) < 0)
            g_ptr_array_add(found, preset);
    }
    g_ptr_array_sort(found, by_name);
    return found;
}

const StoredPreset *library_preset(Library *library, const char *wall, const char *name)
{
    int at = find_preset(library->presets, wall, name);
    if (at >= 0)
        return g_ptr_array_index(library->presets, (guint)at);
    at = find_preset(library->file_presets, wall, name);
    return at >= 0 ? g_ptr_array_index(library->file_presets, (guint)at) : NULL;
}

static gboolean check_name(const char *name, GError **error)
{
    gboolean is_good =
        *name && g_utf8_validate(name, -1, NULL) && g_utf8_strlen(name, -1) <= MAX_NAME;
    for (const char *c = name; is_good && *c; c = g_utf8_next_char(c))
        is_good = !g_unichar_iscntrl(g_utf8_get_char(c)) && *c != '/';
    if (!is_good)
        wall_error_set(error, WALL_ERROR_INVALID,
                       "name: accepted are 1 to %d characters, no '/' and no control characters",
                       "名称须为 1 到 %d 个字，不含“/”和控制字符", MAX_NAME);
    return is_good;
}

static void put_preset(Library *library, StoredPreset *preset)
{
    int at = find_preset(library->presets, preset->wall, preset->name);
    if (at >= 0)
        g_ptr_array_remove_index(library->presets, (guint)at);
    g_ptr_array_add(library->presets, preset);
    if (library->store)
        wall_store_save_preset(library->store, preset, log_failure, (gpointer) "a preset");
}

gboolean library_save_preset(Library *library, const char *wall, const char *name,
                             const char *screen, WallContent *content, GError **error)
{
    if (!check_name(name, error))
        return FALSE;
    if (library->presets->len >= MAX_PRESETS && find_preset(library->presets, wall, name) < 0) {
        wall_error_set(error, WALL_ERROR_LIMIT, "%d presets are saved already: delete one first",
                       "已存了 %d 个预案，先删一个", MAX_PRESETS);
        return FALSE;
    }
    StoredPreset *preset = stored_preset_new(wall, name, screen, content);
    preset->changed_ms = clock_unix_ms();
    put_preset(library, preset);
    return TRUE;
}

static gboolean refuse_missing(Library *library, const char *wall, const char *name, GError **error)
{
    if (find_preset(library->file_presets, wall, name) >= 0)
        wall_error_set(error, WALL_ERROR_DENIED,
                       "preset '%s' comes from the configuration file: change it there",
                       "预案“%s”来自配置文件，请在文件里改", name);
    else
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no preset '%s' on wall %s",
                       "没有预案“%s”（墙“%s”）", name, wall);
    return FALSE;
}

gboolean library_delete_preset(Library *library, const char *wall, const char *name, GError **error)
{
    int at = find_preset(library->presets, wall, name);
    if (at < 0)
        return refuse_missing(library, wall, name, error);
    if (library->store)
        wall_store_delete_preset(library->store, wall, name, log_failure,
                                 (gpointer) "deleting a preset");
    g_ptr_array_remove_index(library->presets, (guint)at);
    return TRUE;
}

gboolean library_rename_preset(Library *library, const char *wall, const char *from, const char *to,
                               GError **error)
{
    if (!check_name(to, error))
        return FALSE;
    int at = find_preset(library->presets, wall, from);
    if (at < 0)
        return refuse_missing(library, wall, from, error);
    if (strcmp(from, to) == 0)
        return TRUE;
    if (library_preset(library, wall, to)) {
        wall_error_set(error, WALL_ERROR_INVALID, "a preset '%s' exists already", "已有预案“%s”",
                       to);
        return FALSE;
    }
    StoredPreset *preset = g_ptr_array_index(library->presets, (guint)at);
    g_free(preset->name);
    preset->name = g_strdup(to);
    if (library->store)
        wall_store_rename_preset(library->store, wall, from, to, log_failure,
                                 (gpointer) "renaming a preset");
    return TRUE;
}

const Tour *library_tour(Library *library, const char *id)
{
    int at = find_tour(library->tours, id);
    if (at >= 0)
        return g_ptr_array_index(library->tours, (guint)at);
    for (guint i = 0; i < library->config->n_tours; i++) {
        if (strcmp(library->config->tours[i]->id, id) == 0)
            return library->config->tours[i];
    }
    return NULL;
}

static int by_id(gconstpointer a, gconstpointer b)
{
    return strcmp((*(Tour *const *)a)->id, (*(Tour *const *)b)->id);
}

GPtrArray *library_tours(Library *library)
{
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; i < library->tours->len; i++)
        g_ptr_array_add(found, g_ptr_array_index(library->tours, i));
    for (guint i = 0; i < library->config->n_tours; i++) {
        if (find_tour(library->tours, library->config->tours[i]->id) < 0)
            g_ptr_array_add(found, library->config->tours[i]);
    }
    g_ptr_array_sort(found, by_id);
    return found;
}

/* The first that is there twice, or NULL. */
static const char *find_twice(char **names, guint n)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < n; i++) {
        if (!g_hash_table_add(seen, names[i]))
            return names[i];
    }
    return NULL;
}

static guint find_tile_twice(const Tour *tour)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < tour->n_tiles; i++) {
        if (!g_hash_table_add(seen, GUINT_TO_POINTER(tour->tiles[i])))
            return tour->tiles[i];
    }
    return 0;
}

static gboolean check_tour(Library *library, const Tour *tour, GError **error)
{
    if (!check_name(tour->id, error) || !check_name(tour->name, error))
        return FALSE;
    const WallConfig *wall = config_wall(library->config, tour->wall);
    if (!tour->wall || !wall) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "tour %s: no wall '%s'",
                       "轮巡“%s”：没有叫“%s”的墙", tour->id, tour->wall ? tour->wall : "");
        return FALSE;
    }
    for (guint i = 0; i < tour->n_cameras; i++) {
        if (!config_camera(library->config, tour->cameras[i])) {
            wall_error_set(error, WALL_ERROR_NOT_FOUND, "tour %s: no camera '%s'",
                           "轮巡“%s”：没有摄像机“%s”", tour->id, tour->cameras[i]);
            return FALSE;
        }
    }
    for (guint i = 0; i < tour->n_presets; i++) {
        if (!library_preset(library, wall->id, tour->presets[i])) {
            wall_error_set(error, WALL_ERROR_NOT_FOUND, "tour %s: no preset '%s' on wall %s",
                           "轮巡“%s”：没有预案“%s”（墙“%s”）", tour->id, tour->presets[i],
                           wall->id);
            return FALSE;
        }
    }
    if ((tour->n_cameras == 0) == (tour->n_presets == 0) ||
        (tour->n_cameras > 0 && tour->n_tiles == 0)) {
        wall_error_set(error, WALL_ERROR_INVALID,
                       "tour %s: accepted are either cameras with tiles, or presets",
                       "轮巡“%s”：要么摄像机加窗格，要么预案", tour->id);
        return FALSE;
    }
    const char *twice = find_twice(tour->cameras, tour->n_cameras);
    guint tile_twice = find_tile_twice(tour);
    if (twice || tile_twice) {
        g_autofree char *tile = g_strdup_printf("%u", tile_twice);
        wall_error_set(error, WALL_ERROR_INVALID,
                       twice ? "tour %s: camera '%s' is named twice; accepted: once"
                             : "tour %s: tile %s is named twice; accepted: once",
                       twice ? "轮巡“%s”：摄像机“%s”写了两次" : "轮巡“%s”：窗格 %s 写了两次",
                       tour->id, twice ? twice : tile);
        return FALSE;
    }
    if (tour->dwell_ms < TOUR_MIN_DWELL_MS || tour->dwell_ms > TOUR_MAX_DWELL_MS) {
        wall_error_set(error, WALL_ERROR_INVALID, "tour %s: dwell %u ms is outside %d to %d",
                       "轮巡“%s”：停留 %u 毫秒不在 %d 到 %d 之内", tour->id, tour->dwell_ms,
                       TOUR_MIN_DWELL_MS, TOUR_MAX_DWELL_MS);
        return FALSE;
    }
    return TRUE;
}

gboolean library_put_tour(Library *library, const Tour *tour, GError **error)
{
    if (!check_tour(library, tour, error))
        return FALSE;
    int at = find_tour(library->tours, tour->id);
    if (at < 0 && library->tours->len >= MAX_TOURS) {
        wall_error_set(error, WALL_ERROR_LIMIT, "%d tours are saved already: delete one first",
                       "已存了 %d 个轮巡，先删一个", MAX_TOURS);
        return FALSE;
    }
    if (at >= 0)
        g_ptr_array_remove_index(library->tours, (guint)at);
    g_ptr_array_add(library->tours, tour_copy(tour));
    if (library->store)
        wall_store_save_tour(library->store, tour, log_failure, (gpointer) "a tour");
    return TRUE;
}

gboolean library_delete_tour(Library *library, const char *id, GError **error)
{
    int at = find_tour(library->tours, id);
    if (at < 0) {
        if (library_tour(library, id))
            wall_error_set(error, WALL_ERROR_DENIED,
                           "tour '%s' comes from the configuration file: change it there",
                           "轮巡“%s”来自配置文件，请在文件里改", id);
        else
            wall_error_set(error, WALL_ERROR_NOT_FOUND, "no tour '%s'", "没有轮巡“%s”", id);
        return FALSE;
    }
    if (library->store)
        wall_store_delete_tour(library->store, id, log_failure, (gpointer) "deleting a tour");
    g_ptr_array_remove_index(library->tours, (guint)at);
    return TRUE;
}

void library_save_all(Library *library)
{
    if (!library->store)
        return;
    for (guint i = 0; i < library->presets->len; i++)
        wall_store_save_preset(library->store, g_ptr_array_index(library->presets, i), log_failure,
                               (gpointer) "a preset");
    for (guint i = 0; i < library->tours->len; i++)
        wall_store_save_tour(library->store, g_ptr_array_index(library->tours, i), log_failure,
                             (gpointer) "a tour");
}

Library *library_new(Config *config, Store *store, GError **error)
{
    Library *library = g_new0(Library, 1);
    library->store = store;
    library->file_presets = g_ptr_array_new_with_free_func((GDestroyNotify)stored_preset_free);
    library->presets = store ? wall_store_load_presets(store, error)
                             : g_ptr_array_new_with_free_func((GDestroyNotify)stored_preset_free);
    if (library->presets)
        library->tours = store ? wall_store_load_tours(store, error)
                               : g_ptr_array_new_with_free_func((GDestroyNotify)tour_free);
    if (!library->presets || !library->tours) {
        library_free(library);
        return NULL;
    }
    library_reload(library, config);
    return library;
}

void library_free(Library *library)
{
    if (!library)
        return;
    g_clear_pointer(&library->presets, g_ptr_array_unref);
    g_clear_pointer(&library->tours, g_ptr_array_unref);
    g_ptr_array_unref(library->file_presets);
    if (library->config)
        config_unref(library->config);
    g_free(library);
}
