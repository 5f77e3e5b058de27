/* borders.c - GeoJSON to the lines that a map draws */
#include "config/borders.h"

#include "wallctl/base/error.h"
#include "wallctl/base/json.h"

#include <string.h>

#define MAX_FAULTS 10
#define ACCEPTED   "accepted: Polygon, MultiPolygon, LineString, MultiLineString"

typedef struct {
    Faults *faults;
    guint n_points;
    GString *out;
} Reading;

/* How deep the lines of a geometry lie in its coordinates; 0: nothing that is a line. */
static guint depth_of(const char *type)
{
    static const struct {
        const char *type;
        guint depth;
    } kinds[] = {
        { "LineString", 1 }, { "MultiLineString", 2 }, { "Polygon", 2 }, { "MultiPolygon", 3 }
    };
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].type, type) == 0)
            return kinds[i].depth;
    }
    return 0;
}

static gboolean read_degrees(Json *point, gsize i, double most, double *degrees)
{
    Json *value = json_object_array_get_idx(point, i);
    if (!json_object_is_type(value, json_type_double) && !json_object_is_type(value, json_type_int))
        return FALSE;
    *degrees = json_object_get_double(value);
    return *degrees >= -most && *degrees <= most;
}

static gboolean write_point(Reading *reading, Json *point, gboolean is_first, const char *place)
{
    double lon, lat;
    gsize n = json_object_is_type(point, json_type_array) ? json_object_array_length(point) : 0;
    if (n < 2 || n > 3 || !read_degrees(point, 0, 180, &lon) || !read_degrees(point, 1, 90, &lat)) {
        g_autofree char *shown = json_dup_shown(point);
        faults_add(reading->faults, place,
                   "%s is no position; accepted: [longitude, latitude] in degrees", shown);
        return FALSE;
    }
    if (++reading->n_points > BORDERS_MAX_POINTS) {
        faults_add(reading->faults, place,
                   "has more points than %d; simplify the outlines, as with mapshaper or QGIS",
                   BORDERS_MAX_POINTS);
        return FALSE;
    }
    char x[G_ASCII_DTOSTR_BUF_SIZE], y[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(x, sizeof x, "%.5f", lon);
    g_ascii_formatd(y, sizeof y, "%.5f", lat);
    g_string_append_printf(reading->out, "%s[%s,%s]", is_first ? "" : ",", x, y);
    return TRUE;
}

static gboolean write_line(Reading *reading, Json *line, const char *place)
{
    gsize n = json_object_array_length(line);
    if (n < 2) {
        faults_add(reading->faults, place, "has %" G_GSIZE_FORMAT " points; a line has two or more",
                   n);
        return FALSE;
    }
    if (reading->out->str[reading->out->len - 1] != '[')
        g_string_append_c(reading->out, ',');
    g_string_append_c(reading->out, '[');
    for (gsize i = 0; i < n; i++) {
        g_autofree char *at = g_strdup_printf("%s[%" G_GSIZE_FORMAT "]", place, i);
        if (!write_point(reading, json_object_array_get_idx(line, i), i == 0, at))
            return FALSE;
    }
    g_string_append_c(reading->out, ']');
    return TRUE;
}

/* Lines that lie so deep, all of them one after the other. */
static gboolean write_lines(Reading *reading, Json *array, guint depth, const char *place)
{
    if (!json_object_is_type(array, json_type_array)) {
        g_autofree char *shown = json_dup_shown(array);
        faults_add(reading->faults, place, "%s is refused; accepted: an array", shown);
        return FALSE;
    }
    if (depth == 1)
        return write_line(reading, array, place);
    for (gsize i = 0; i < json_object_array_length(array); i++) {
        g_autofree char *at = g_strdup_printf("%s[%" G_GSIZE_FORMAT "]", place, i);
        if (!write_lines(reading, json_object_array_get_idx(array, i), depth - 1, at))
            return FALSE;
    }
    return TRUE;
}

static Json *member(Json *object, const char *key, json_type type)
{
    Json *value = NULL;
    return json_object_is_type(object, json_type_object) &&
                   json_object_object_get_ex(object, key, &value) &&
                   json_object_is_type(value, type)
               ? value
               : NULL;
}

/* "" where it is not text. Borrowed. */
static const char *text_of(Json *object, const char *key)
{
    Json *value = member(object, key, json_type_string);
    return value ? json_object_get_string(value) : "";
}

/* What is too long is no name of a region. */
static void begin_border(Reading *reading, const char *name)
{
    g_autoptr(Json) text = json_object_new_string(strlen(name) <= BORDERS_MAX_NAME ? name : "");
    g_autofree char *quoted = json_dup_text(text);
    gboolean is_first = reading->out->str[reading->out->len - 1] == '[';
    g_string_append_printf(reading->out, "%s{\"name\":%s,\"lines\":[", is_first ? "" : ",", quoted);
}

static void write_feature(Reading *reading, Json *feature, const char *place)
{
    Json *geometry = member(feature, "geometry", json_type_object), *none = NULL;
    if (json_object_is_type(feature, json_type_object) &&
        json_object_object_get_ex(feature, "geometry", &none) && !none)
        return; /* RFC 7946 3.2: a feature without a place */
    const char *type = text_of(geometry, "type");
    guint depth = depth_of(type);
    if (depth == 0) {
        g_autofree char *at = g_strconcat(place, ".geometry", NULL);
        faults_add(reading->faults, at, "'%.40s' is refused; " ACCEPTED, type);
        return;
    }
    Json *coordinates = member(geometry, "coordinates", json_type_array);
    g_autofree char *at = g_strconcat(place, ".geometry.coordinates", NULL);
    begin_border(reading, text_of(member(feature, "properties", json_type_object), "name"));
    if (write_lines(reading, coordinates, depth, at))
        g_string_append(reading->out, "]}");
}

static gboolean write_features(Reading *reading, Json *top, const char *file)
{
    Json *features = member(top, "features", json_type_array);
    guint before = faults_count(reading->faults);
    if (!features || strcmp(text_of(top, "type"), "FeatureCollection") != 0) {
        faults_add(reading->faults, file, "accepted: a GeoJSON FeatureCollection (RFC 7946)");
        return FALSE;
    }
    for (gsize i = 0; i < json_object_array_length(features); i++) {
        g_autofree char *at = g_strdup_printf("%s: features[%" G_GSIZE_FORMAT "]", file, i);
        write_feature(reading, json_object_array_get_idx(features, i), at);
        if (faults_count(reading->faults) >= before + MAX_FAULTS)
            break;
    }
    return faults_count(reading->faults) == before;
}

GBytes *borders_parse(const char *text, gsize len, const char *file, Faults *faults)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) top = json_parse(text, len, BORDERS_MAX_BYTES, JSON_COMMENTS, &error);
    if (!top) {
        faults_add(faults, file, "%s", error->message);
        return NULL;
    }
    Reading reading = { .faults = faults, .out = g_string_new("{\"borders\":[") };
    gboolean is_good = write_features(&reading, top, file);
    g_string_append(reading.out, "]}");
    if (is_good)
        return g_string_free_to_bytes(reading.out);
    g_string_free(reading.out, TRUE);
    return NULL;
}
