/* cameras.c - the cameras of a configuration: its own, then those of its tables */
#include "config/borders.h"
#include "config/builder.h"
#include "config/camera_csv.h"
#include "config/camera_entry.h"
#include "config/camera_search.h"
#include "config/mask_file.h"
#include "config/regions.h"
#include "config/rule.h"
#include "wallctl/base/log.h"

#include <math.h>
#include <string.h>

#define MAX_CAMERAS  65536
#define MAX_TABLES   64
#define SHOWN_FAULTS 100 /* of a table whose bad rows are skipped */

gboolean read_pair(Json *array, double min_x, double max_x, double min_y, double max_y, double *x,
                   double *y, Faults *faults, const char *place)
{
    double v[2] = { NAN, NAN };
    gboolean is_pair =
        json_object_is_type(array, json_type_array) && json_object_array_length(array) == 2;
    for (guint i = 0; is_pair && i < 2; i++) {
        Json *item = json_object_array_get_idx(array, i);
        if (json_object_is_type(item, json_type_int) || json_object_is_type(item, json_type_double))
            v[i] = json_object_get_double(item);
    }
    if (!(v[0] >= min_x && v[0] <= max_x && v[1] >= min_y && v[1] <= max_y)) {
        faults_add(faults, place, "is refused; accepted: [%g to %g, %g to %g]", min_x, max_x, min_y,
                   max_y);
        return FALSE;
    }
    *x = v[0];
    *y = v[1];
    return TRUE;
}

static void read_camera(Builder *builder, Json *object, const char *place, guint index,
                        gpointer user)
{
    Where where = { builder->faults, place, FALSE };
    CameraEntry entry;
    camera_entry_init(&entry, &builder->feeds);
    options_read(&table_cameras, object, &entry, &where);
    Camera *camera = &entry.camera;
    Json *position;
    if (json_object_object_get_ex(object, "position", &position)) {
        g_autofree char *position_place = place_of(place, "position");
        camera->has_position = read_pair(position, -180, 180, -90, 90, &camera->lon, &camera->lat,
                                         builder->faults, position_place);
    }
    Json *quality = NULL;
    if (json_get_object(object, "quality", &quality, builder->faults, place)) {
        g_autofree char *quality_place = place_of(place, "quality");
        options_read(&table_camera_quality, quality, &camera->quality,
                     &(Where) { builder->faults, quality_place, FALSE });
    }
    Json *masks = NULL;
    if (json_get_array(object, "masks", &masks, builder->faults, place)) {
        g_autofree char *masks_place = place_of(place, "masks");
        camera->masks = masks_read(masks, masks_place, &camera->n_masks, builder->faults);
    }
    camera_entry_finish(&entry, &where);
    g_ptr_array_add(builder->config->cameras, camera_entry_steal(&entry));
    g_array_append_val(builder->origins, ((CameraOrigin) { NULL, index }));
}

/* --- tables ------------------------------------------------------------------------------------
 */

static void log_left_out(Faults *faults)
{
    g_autofree char *text = faults_dup_text(faults);
    g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", -1);
    for (char **line = lines; *line; line++)
        log_warning(CONFIG, "left out: %s", *line);
}

/* With a NUL behind them; there may be zero bytes in it, of which the reader tells. */
static char *dup_bytes(const char *text, gsize len)
{
    char *copy = g_malloc(len + 1);
    memcpy(copy, text, len);
    copy[len] = 0;
    return copy;
}

static void read_camera_table(Builder *builder, const char *key, const char *file)
{
    gsize len = 0;
    const CameraTable *instead =
        builder->instead && strcmp(builder->instead->file, file) == 0 ? builder->instead : NULL;
    g_autofree char *text = instead
                                ? dup_bytes(instead->text, instead->len)
                                : read_named_file(builder, key, file, CAMERA_CSV_MAX_BYTES, &len);
    if (instead)
        len = instead->len;
    if (!text) {
        builder->cameras.is_open = TRUE;
        return;
    }
    gboolean skips = !instead && builder->top.csv_bad_rows == BAD_ROWS_SKIP;
    g_autoptr(Faults) skipped = faults_new(file, SHOWN_FAULTS);
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autofree char *prefix = skips ? g_strdup("") : g_strconcat(file, ": ", NULL);
    g_autoptr(GPtrArray) cameras =
        camera_csv_read(text, len, prefix, &builder->feeds, skips ? skipped : builder->faults,
                        skips ? NULL : &builder->cameras, rows);
    if (cameras && faults_count(skipped) > 0)
        log_left_out(skipped);
    for (guint i = 0; !cameras && faults_get(skipped, i); i++) /* the table as a whole */
        faults_add(builder->faults, key, "%s", faults_get(skipped, i));
    if (!cameras) {
        builder->cameras.is_open = TRUE;
        return;
    }
    g_ptr_array_add(builder->files, g_strdup(file));
    for (guint i = 0; i < rows->len; i++) {
        CameraOrigin origin = { g_ptr_array_index(builder->files, builder->files->len - 1),
                                g_array_index(rows, guint, i) };
        g_array_append_val(builder->origins, origin);
    }
    g_ptr_array_extend_and_steal(builder->config->cameras, g_steal_pointer(&cameras));
}

static void read_camera_tables(Builder *builder, Json *top)
{
    guint n;
    Json *names = read_array(builder, top, "camera_csv", "", MAX_TABLES, &n);
    if (!names && faults_has(builder->faults, "camera_csv"))
        builder->cameras.is_open = TRUE;
    g_autoptr(GPtrArray) tables = g_ptr_array_new();
    for (guint i = 0; i < n; i++) {
        g_autofree char *key = g_strdup_printf("camera_csv[%u]", i);
        Json *name = json_object_array_get_idx(names, i);
        if (json_object_is_type(name, json_type_string) &&
            rule_file.fits(json_object_get_string(name))) {
            g_ptr_array_add(tables, g_strdup(json_object_get_string(name)));
            read_camera_table(builder, key, json_object_get_string(name));
            continue;
        }
        builder->cameras.is_open = TRUE;
        g_autofree char *shown = json_dup_shown(name);
        faults_add(builder->faults, key, "%s is refused; accepted: %s", shown, rule_file.accepted);
    }
    if (tables->len > 0) {
        g_ptr_array_add(tables, NULL);
        builder->config->camera_tables = (char **)g_ptr_array_steal(tables, NULL);
    }
}

/* --- what follows from all ---------------------------------------------------------------------
 */

/* A camera without a number gets that of its place, or the next that is free. */
static void assign_numbers(Config *config)
{
    g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < config->cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(config->cameras, i);
        if (camera->number)
            g_hash_table_add(taken, GUINT_TO_POINTER(camera->number));
    }
    guint last = 0;
    for (guint i = 0; i < config->cameras->len; i++) {
        Camera *camera = g_ptr_array_index(config->cameras, i);
        if (camera->number)
            continue;
        last = MAX(last + 1, i + 1);
        while (g_hash_table_contains(taken, GUINT_TO_POINTER(last)))
            last++;
        camera->number = last;
    }
}

static Regions *read_region_table(Builder *builder)
{
    const char *file = builder->top.regions;
    if (!file)
        return NULL;
    gsize len = 0;
    g_autofree char *text = read_named_file(builder, "regions", file, CAMERA_CSV_MAX_BYTES, &len);
    g_autofree char *prefix = g_strconcat(file, ": ", NULL);
    return text ? regions_parse(text, len, prefix, builder->faults) : NULL;
}

static void read_regions(Builder *builder)
{
    g_autoptr(Regions) regions = read_region_table(builder);
    for (guint i = 0; regions && i < builder->config->cameras->len; i++) {
        Camera *camera = g_ptr_array_index(builder->config->cameras, i);
        if (*camera->region_name)
            continue;
        g_free(camera->region_name);
        camera->region_name = g_strdup(regions_name(regions, camera->region));
    }
    camera_regions_make(builder->config->cameras, regions ? regions_tree(regions) : NULL,
                        builder->config->regions);
}

static void read_borders(Builder *builder)
{
    const char *file = builder->top.borders;
    if (!file)
        return;
    gsize len = 0;
    g_autofree char *text = read_named_file(builder, "borders", file, BORDERS_MAX_BYTES, &len);
    builder->config->borders = text ? borders_parse(text, len, file, builder->faults) : NULL;
}

void read_cameras(Builder *builder, Json *top)
{
    guint n;
    Json *cameras = read_array(builder, top, "cameras", "", MAX_CAMERAS, &n);
    if (!cameras && faults_has(builder->faults, "cameras"))
        builder->cameras.is_open = TRUE;
    if (cameras)
        read_objects(builder, cameras, "cameras", &builder->cameras, read_camera, NULL);
    read_camera_tables(builder, top);
    read_mask_file(builder);
    read_regions(builder);
    read_borders(builder);
    assign_numbers(builder->config);
    camera_search_prepare(builder->config->cameras);
}
