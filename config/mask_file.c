/* mask_file.c - privacy masks as JSON, and the file of those that were drawn on a picture */
#include "config/mask_file.h"

#include "config/builder.h"
#include "config/file.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_BYTES  (16 * 1024 * 1024)
#define MAX_FAULTS 20
#define NEW_MODE   0640

/* --- masks -------------------------------------------------------------------------------------
 */

/* All points on one line cover nothing, and a mask that covers nothing is a mistake that nobody
 * sees. */
static gboolean covers_nothing(const Mask *mask)
{
    for (guint i = 1; i + 1 < mask->n_points; i++) {
        double ax = mask->point[i].x - mask->point[0].x, ay = mask->point[i].y - mask->point[0].y;
        double bx = mask->point[i + 1].x - mask->point[0].x,
               by = mask->point[i + 1].y - mask->point[0].y;
        if (fabs(ax * by - ay * bx) > 1e-5)
            return FALSE;
    }
    return TRUE;
}

static void read_mask(Builder *builder, Json *object, const char *place, guint index, gpointer user)
{
    Mask *mask = (Mask *)user + index;
    options_set_defaults(&table_masks, mask);
    options_read(&table_masks, object, mask, &(Where) { builder->faults, place, FALSE });
    g_autofree char *points_place = place_of(place, "points");
    guint n, n_faults = faults_count(builder->faults);
    Json *points = read_array(builder, object, "points", place, MASK_MAX_POINTS, &n);
    for (guint i = 0; i < n; i++) {
        g_autofree char *point_place = g_strdup_printf("%s[%u]", points_place, i);
        read_pair(json_object_array_get_idx(points, i), 0, 1, 0, 1, &mask->point[i].x,
                  &mask->point[i].y, builder->faults, point_place);
    }
    mask->n_points = n;
    if (faults_count(builder->faults) > n_faults)
        return;
    if (n < 3)
        faults_add(builder->faults, points_place, "%u points are refused; accepted: 3 to %d", n,
                   MASK_MAX_POINTS);
    else if (covers_nothing(mask))
        faults_add(builder->faults, points_place,
                   "cover nothing; accepted: a polygon with an area");
}

Mask *masks_read(Json *array, const char *place, guint *n, Faults *faults)
{
    *n = 0;
    if (!json_object_is_type(array, json_type_array)) {
        g_autofree char *shown = json_dup_shown(array);
        faults_add(faults, place, "%s is not an array; accepted: [...]", shown);
        return NULL;
    }
    gsize len = json_object_array_length(array);
    if (len > MASK_MAX) {
        faults_add(faults, place, "has %" G_GSIZE_FORMAT " members; accepted: at most %d", len,
                   MASK_MAX);
        return NULL;
    }
    if (len == 0)
        return NULL;
    *n = (guint)len;
    Mask *masks = g_new0(Mask, len);
    read_objects(&(Builder) { .faults = faults }, array, place, NULL, read_mask, masks);
    return masks;
}

/* Four digits are less than a pixel of any camera. */
static Json *coordinate(double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    return json_object_new_double_s(value, g_ascii_formatd(text, sizeof text, "%.4g", value));
}

Json *masks_to_json(const Mask *masks, guint n)
{
    Json *array = json_object_new_array();
    for (guint i = 0; i < n; i++) {
        Json *mask = json_object_new_object(), *points = json_object_new_array();
        json_add_string(mask, "mode", masks[i].mode == MASK_MOSAIC ? "mosaic" : "black");
        for (guint p = 0; p < masks[i].n_points; p++) {
            Json *point = json_object_new_array();
            json_object_array_add(point, coordinate(masks[i].point[p].x));
            json_object_array_add(point, coordinate(masks[i].point[p].y));
            json_object_array_add(points, point);
        }
        json_add(mask, "points", points);
        json_object_array_add(array, mask);
    }
    return array;
}

char *masks_dup_revision(const Mask *masks, guint n)
{
    g_autoptr(Json) json = masks_to_json(masks, n);
    g_autofree char *text = json_dup_text(json);
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
}

/* --- the file ----------------------------------------------------------------------------------
 */

static Json *parse_file(const char *text, gsize len, GError **error)
{
    Json *top = json_parse(text, len, MAX_BYTES, JSON_STRICT, error);
    if (top && !json_object_is_type(top, json_type_object)) {
        json_object_put(top);
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "is not an object; accepted: {\"CAMERA\": [masks], ...}, {} for none");
        return NULL;
    }
    return top;
}

static void take_masks(Camera *camera, Mask *masks, guint n)
{
    g_free(camera->masks);
    camera->masks = masks;
    camera->n_masks = n;
}

static void read_entries(Builder *builder, Json *top, const char *file)
{
    g_autoptr(GHashTable) cameras = g_hash_table_new(g_str_hash, g_str_equal);
    guint n_away = 0;
    for (guint i = 0; i < builder->config->cameras->len; i++) {
        Camera *camera = g_ptr_array_index(builder->config->cameras, i);
        g_hash_table_insert(cameras, camera->id, camera);
    }
    json_object_object_foreach (top, id, array) {
        g_autofree char *place = g_strdup_printf("%s: %s", file, id);
        guint n;
        Mask *masks = masks_read(array, place, &n, builder->faults);
        Camera *camera = g_hash_table_lookup(cameras, id);
        if (camera)
            take_masks(camera, masks, n);
        else
            g_free(masks);
        n_away += camera == NULL;
    }
    if (n_away > 0)
        log_warning(CONFIG, "%s: masks of %u cameras that are not here are kept", file, n_away);
}

void read_mask_file(Builder *builder)
{
    const char *key = "camera_masks", *file = builder->top.masks;
    gsize len = 0;
    if (!file)
        return;
    builder->config->mask_file = g_strdup(file);
    g_autofree char *text = read_named_file(builder, key, file, MAX_BYTES, &len);
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) top = text ? parse_file(text, len, &error) : NULL;
    if (top)
        read_entries(builder, top, file);
    else if (text)
        faults_add(builder->faults, key, "%s: %s", file, error->message);
}

/* --- writing -----------------------------------------------------------------------------------
 */

/* A line a camera, so that people see what has changed. */
static char *dup_lines(Json *top)
{
    GString *text = g_string_new("{");
    json_object_object_foreach (top, id, array) {
        g_autofree char *masks = json_dup_text(array);
        g_string_append_printf(text, "%s\n  \"%s\": %s", text->len > 1 ? "," : "", id, masks);
    }
    g_string_append(text, text->len > 1 ? "\n}\n" : "}\n");
    return g_string_free(text, FALSE);
}

static gboolean write_file(const char *path, Json *top, GError **error)
{
    struct stat status;
    int mode = g_stat(path, &status) == 0 ? (int)(status.st_mode & 0777) : NEW_MODE;
    g_autofree char *text = dup_lines(top);
    g_autoptr(GError) failed = NULL;
    if (g_file_set_contents_full(path, text, -1,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, mode,
                                 &failed))
        return TRUE;
    wall_error_set(error, WALL_ERROR_UNAVAILABLE,
                   "%s cannot be written: %s; it has to lie where the service may write",
                   "%s 写不进去：%s。遮挡文件要放在服务可写的文件夹里（如 /var/lib/wallctl）", path,
                   failed->message);
    return FALSE;
}

/* The camera as it is on the disk, not as it runs: who was faster has written it already. */
static const Camera *find_camera(const Config *config, const char *id, const char *base,
                                 GError **error)
{
    const Camera *camera = config_camera(config, id);
    if (!camera) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no camera '%s'", "没有摄像机“%s”", id);
        return NULL;
    }
    g_autofree char *revision = masks_dup_revision(camera->masks, camera->n_masks);
    if (strcmp(revision, base) == 0)
        return camera;
    wall_error_set(error, WALL_ERROR_STALE, "the masks of %s were changed meanwhile",
                   "“%s”的遮挡刚被别人改过，没有保存。请重新打开再画", camera->name);
    return NULL;
}

static gboolean replace(const Config *config, const Camera *camera, const Mask *masks, guint n,
                        GError **error)
{
    g_autofree char *folder = g_path_get_dirname(config->path);
    g_autofree char *path = g_canonicalize_filename(config->mask_file, folder);
    gsize len = 0;
    g_autofree char *text = file_read(path, MAX_BYTES, &len, NULL, error);
    g_autoptr(Json) top = text ? parse_file(text, len, error) : NULL;
    if (!top)
        return FALSE;
    json_add(top, camera->id, masks_to_json(masks, n));
    return write_file(path, top, error);
}

gboolean mask_file_replace(const char *config_path, const char *camera, const char *base,
                           const Mask *masks, guint n, guint *n_before, GError **error)
{
    static GMutex one; /* looking and writing belong together */
    g_autoptr(GMutexLocker) lock = g_mutex_locker_new(&one);
    g_autoptr(Faults) faults = faults_new(config_path, MAX_FAULTS);
    g_autoptr(Config) config = config_load(config_path, faults);
    if (!config) {
        g_autofree char *text = faults_dup_text(faults);
        wall_error_set(error, WALL_ERROR_INVALID,
                       "nothing is saved, the configuration has faults: %s",
                       "没有保存：配置文件有错，先改好再画。%s", g_strchomp(text));
        return FALSE;
    }
    if (!config->mask_file) {
        wall_error_set(error, WALL_ERROR_UNSUPPORTED,
                       "the configuration has no file for masks; write \"camera_masks\": "
                       "\"/var/lib/wallctl/masks.json\" into %s, make that file ({}) and reload",
                       "配置里没有遮挡文件：请在 %s 里写 \"camera_masks\": "
                       "\"/var/lib/wallctl/masks.json\"，建好这个文件（内容 {}），再重新载入",
                       config_path);
        return FALSE;
    }
    const Camera *found = find_camera(config, camera, base, error);
    if (!found)
        return FALSE;
    *n_before = found->n_masks;
    return replace(config, found, masks, n, error);
}
