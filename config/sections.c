/* sections.c - walls, outputs, presets and tours of a configuration */
#include "config/builder.h"
#include "config/rule.h"

#include <string.h>

#define MAX_WALLS   16
#define MAX_SCREENS 256
#define MAX_OUTPUTS 64
#define MAX_PRESETS 1000
#define MAX_TOURS   256
#define MAX_STEPS   65536 /* cameras of a tour */
#define MAX_PERIODS 64

char **read_texts(Builder *builder, Json *object, const char *key, const char *place, guint max,
                  gboolean allow_null, guint *n)
{
    Json *array = read_array(builder, object, key, place, max, n);
    char **texts = *n > 0 ? g_new0(char *, *n) : NULL;
    for (guint i = 0; i < *n; i++) {
        Json *item = json_object_array_get_idx(array, i);
        if (!item && allow_null)
            continue;
        if (json_object_is_type(item, json_type_string)) {
            texts[i] = g_strdup(json_object_get_string(item));
            continue;
        }
        g_autofree char *shown = json_dup_shown(item);
        g_autofree char *item_place = g_strdup_printf("%s.%s[%u]", place, key, i);
        faults_add(builder->faults, item_place, "%s is not text; accepted: text in double quotes%s",
                   shown, allow_null ? ", or null" : "");
    }
    return texts;
}

char **read_words(Builder *builder, Json *object, const char *key, const char *place, guint max)
{
    guint n, n_good = 0;
    char **texts = read_texts(builder, object, key, place, max, FALSE, &n);
    if (n == 0)
        return NULL;
    char **words = g_new0(char *, n + 1);
    for (guint i = 0; i < n; i++) {
        if (texts[i])
            words[n_good++] = texts[i];
    }
    g_free(texts);
    return words;
}

guint *read_numbers(Builder *builder, Json *object, const char *key, const char *place, guint min,
                    guint max, guint *n)
{
    Json *array = read_array(builder, object, key, place, WALL_MAX_CELLS, n);
    guint *numbers = *n > 0 ? g_new0(guint, *n) : NULL;
    for (guint i = 0; i < *n; i++) {
        Json *item = json_object_array_get_idx(array, i);
        gint64 number = json_object_is_type(item, json_type_int) ? json_object_get_int64(item) : -1;
        if (number >= min && number <= max) {
            numbers[i] = (guint)number;
            continue;
        }
        g_autofree char *shown = json_dup_shown(item);
        g_autofree char *item_place = g_strdup_printf("%s.%s[%u]", place, key, i);
        faults_add(builder->faults, item_place,
                   "%s is refused; accepted: whole numbers from %u to %u", shown, min, max);
    }
    return numbers;
}

static gboolean has(Json *object, const char *key)
{
    return json_object_object_get_ex(object, key, NULL);
}

/* Is there a list with members, or something wrong in its place? */
static gboolean gives(Json *object, const char *key)
{
    Json *list = NULL;
    return json_object_object_get_ex(object, key, &list) &&
           !(json_object_is_type(list, json_type_array) && json_object_array_length(list) == 0);
}

/* --- walls -------------------------------------------------------------------------------------
 */

static void read_screen(Builder *builder, Json *object, const char *place, guint index,
                        gpointer user)
{
    Screen *screen = &((WallConfig *)user)->screens[index];
    options_read(&table_screens, object, screen, &(Where) { builder->faults, place, FALSE });
    if (!*screen->id) {
        g_free(screen->id);
        screen->id = g_strdup_printf("%u", index + 1);
    }
}

static void read_screens(Builder *builder, Json *object, const char *place, WallConfig *wall)
{
    guint n, n_faults = faults_count(builder->faults);
    Json *array = read_array(builder, object, "screens", place, MAX_SCREENS, &n);
    g_autofree char *screens_place = place_of(place, "screens");
    wall->n_screens = n;
    wall->screens = g_new0(Screen, n);
    for (guint i = 0; i < n; i++)
        options_set_defaults(&table_screens, &wall->screens[i]);
    if (array)
        read_objects(builder, array, screens_place, NULL, read_screen, wall);
    if (faults_count(builder->faults) == n_faults)
        screens_check(wall->screens, n, builder->faults, screens_place);
    if (faults_count(builder->faults) >
        n_faults) { /* nothing follows from screens that are wrong */
        screens_free(wall->screens, n);
        wall->screens = NULL;
        wall->n_screens = 0;
    }
}

static void read_grid(Builder *builder, Json *object, const char *place, WallConfig *wall)
{
    Json *part = NULL;
    if (!json_get_object(object, "grid", &part, builder->faults, place))
        return;
    g_autofree char *grid_place = place_of(place, "grid");
    guint n_faults = faults_count(builder->faults);
    GridEntry grid = { 0 };
    options_set_defaults(&table_grid, &grid);
    options_read(&table_grid, part, &grid, &(Where) { builder->faults, grid_place, FALSE });
    if (faults_count(builder->faults) > n_faults)
        return;
    if (grid.columns * grid.rows > MAX_SCREENS) {
        faults_add(builder->faults, grid_place, "%u screens are refused; accepted: at most %d",
                   grid.columns * grid.rows, MAX_SCREENS);
        return;
    }
    wall->n_screens = grid.columns * grid.rows;
    wall->screens =
        screens_grid(grid.columns, grid.rows, grid.width, grid.height, grid.bezel_x, grid.bezel_y);
    for (guint i = 0; i < wall->n_screens; i++)
        wall->screens[i].content = grid.content;
}

static void read_wall(Builder *builder, Json *object, const char *place, guint index, gpointer user)
{
    WallConfig *wall = &builder->config->walls[index];
    options_read(&table_walls, object, wall, &(Where) { builder->faults, place, FALSE });
    if (has(object, "screens") == has(object, "grid"))
        faults_add(builder->faults, place, "needs either \"screens\" or \"grid\"");
    else if (has(object, "screens"))
        read_screens(builder, object, place, wall);
    else
        read_grid(builder, object, place, wall);
    wall->initial =
        read_texts(builder, object, "cameras", place, WALL_MAX_CELLS, TRUE, &wall->n_initial);
    wall->alarm_tiles = read_numbers(builder, object, "alarm_tiles", place, 1, WALL_MAX_CELLS,
                                     &wall->n_alarm_tiles);
}

static void read_walls(Builder *builder, Json *top)
{
    Config *config = builder->config;
    Json *array = read_array(builder, top, "walls", "", MAX_WALLS, &config->n_walls);
    config->walls = g_new0(WallConfig, config->n_walls);
    for (guint i = 0; i < config->n_walls; i++)
        options_set_defaults(&table_walls, &config->walls[i]);
    if (array)
        read_objects(builder, array, "walls", &builder->walls, read_wall, NULL);
    if (config->n_walls == 0 && (array || !has(top, "walls")))
        faults_add(builder->faults, "walls", "is missing or empty; accepted: at least one wall");
}

/* --- outputs -----------------------------------------------------------------------------------
 */

static void refuse_member(Builder *builder, Json *object, const char *key, const char *kind,
                          const char *place)
{
    if (has(object, key))
        where_fault(&(Where) { builder->faults, place, FALSE }, key,
                    "goes with \"kind\": \"%s\" only", kind);
}

static void read_output(Builder *builder, Json *object, const char *place, guint index,
                        gpointer user)
{
    OutputConfig *output = &builder->config->outputs[index];
    Where where = { builder->faults, place, FALSE };
    options_read(&table_outputs, object, output, &where);
    if (output->kind == OUTPUT_RTSP) {
        refuse_member(builder, object, "connector", "display", place);
        refuse_member(builder, object, "fullscreen", "display", place);
        if (!has(object, "path"))
            where_fault(&where, "path", "is missing; accepted: %s", rule_rtsp_path.accepted);
    } else if (output->kind == OUTPUT_DISPLAY) {
        refuse_member(builder, object, "path", "rtsp", place);
        refuse_member(builder, object, "bitrate_kbps", "rtsp", place);
    }
}

static void read_outputs(Builder *builder, Json *top)
{
    Config *config = builder->config;
    Json *array = read_array(builder, top, "outputs", "", MAX_OUTPUTS, &config->n_outputs);
    config->outputs = g_new0(OutputConfig, config->n_outputs);
    for (guint i = 0; i < config->n_outputs; i++)
        options_set_defaults(&table_outputs, &config->outputs[i]);
    if (array)
        read_objects(builder, array, "outputs", NULL, read_output, NULL);
}

/* --- presets -----------------------------------------------------------------------------------
 */

static void read_preset(Builder *builder, Json *object, const char *place, guint index,
                        gpointer user)
{
    PresetConfig *preset = &builder->config->presets[index];
    options_read(&table_presets, object, preset, &(Where) { builder->faults, place, FALSE });
    preset->cameras =
        read_texts(builder, object, "cameras", place, WALL_MAX_CELLS, TRUE, &preset->n_cameras);
}

static void read_presets(Builder *builder, Json *top)
{
    Config *config = builder->config;
    Json *array = read_array(builder, top, "presets", "", MAX_PRESETS, &config->n_presets);
    builder->presets.is_open = faults_has(builder->faults, "presets");
    config->presets = g_new0(PresetConfig, config->n_presets);
    for (guint i = 0; i < config->n_presets; i++)
        options_set_defaults(&table_presets, &config->presets[i]);
    if (array)
        read_objects(builder, array, "presets", &builder->presets, read_preset, NULL);
}

/* --- tours -------------------------------------------------------------------------------------
 */

static void read_period(Builder *builder, Json *object, const char *place, guint index,
                        gpointer user)
{
    TourSchedule *period = &((Tour *)user)->schedules[index];
    ScheduleEntry entry = { 0 };
    options_set_defaults(&table_schedule, &entry);
    options_read(&table_schedule, object, &entry, &(Where) { builder->faults, place, FALSE });
    int from = time_minutes(entry.from), to = time_minutes(entry.to);
    options_clear(&table_schedule, &entry);
    if (from >= 0 && from == to)
        faults_add(builder->faults, place,
                   "\"from\" and \"to\" are equal; for the whole day give 00:00 to 23:59");
    period->start_minute = (guint)MAX(from, 0);
    period->end_minute = (guint)MAX(to, 0);
    period->weekdays = has(object, "days") ? 0 : 0x7f;
    guint n;
    g_autofree guint *days = read_numbers(builder, object, "days", place, 1, 7, &n);
    for (guint i = 0; i < n; i++)
        period->weekdays |= days[i] > 0 ? 1u << (days[i] - 1) : 0;
    g_autofree char *days_place = place_of(place, "days");
    if (period->weekdays == 0 && !faults_has(builder->faults, days_place))
        faults_add(builder->faults, place,
                   "names no day; accepted: \"days\" with 1 (Monday) to 7 (Sunday)");
}

static void read_tour(Builder *builder, Json *object, const char *place, guint index, gpointer user)
{
    Tour *tour = builder->config->tours[index];
    options_read(&table_tours, object, tour, &(Where) { builder->faults, place, FALSE });
    tour->tiles = read_numbers(builder, object, "tiles", place, 1, WALL_MAX_CELLS, &tour->n_tiles);
    tour->cameras =
        read_texts(builder, object, "cameras", place, MAX_STEPS, FALSE, &tour->n_cameras);
    tour->presets =
        read_texts(builder, object, "presets", place, MAX_PRESETS, FALSE, &tour->n_presets);
    Json *schedule =
        read_array(builder, object, "schedule", place, MAX_PERIODS, &tour->n_schedules);
    tour->schedules = g_new0(TourSchedule, tour->n_schedules);
    if (schedule) {
        g_autofree char *schedule_place = place_of(place, "schedule");
        read_objects(builder, schedule, schedule_place, NULL, read_period, tour);
    }
    gboolean has_cameras = gives(object, "cameras"), has_presets = gives(object, "presets");
    if (has_cameras == has_presets)
        faults_add(builder->faults, place,
                   "needs either \"cameras\" with \"tiles\", or \"presets\"");
    else if (has_cameras && !gives(object, "tiles"))
        faults_add(builder->faults, place, "needs \"tiles\" for its cameras");
    else if (has_presets && has(object, "tiles"))
        faults_add(builder->faults, place,
                   "\"tiles\" go with \"cameras\"; presets fill the whole wall");
}

static void read_tours(Builder *builder, Json *top)
{
    Config *config = builder->config;
    Json *array = read_array(builder, top, "tours", "", MAX_TOURS, &config->n_tours);
    config->tours = g_new0(Tour *, config->n_tours);
    for (guint i = 0; i < config->n_tours; i++) {
        config->tours[i] = tour_new();
        options_set_defaults(&table_tours, config->tours[i]);
    }
    if (array)
        read_objects(builder, array, "tours", NULL, read_tour, NULL);
}

void read_sections(Builder *builder, Json *top)
{
    read_walls(builder, top);
    read_outputs(builder, top);
    read_presets(builder, top);
    read_tours(builder, top);
}
