/* test_borders.c - outlines of regions: which GeoJSON is taken, what is kept of it, and what is said of the rest */
#include "config/borders.h"

#include <string.h>

#define FEATURE(geometry)                                                                          \
    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"geometry\":" geometry   \
    "}]}"
#define GEOMETRY(type, coordinates)                                                                \
    FEATURE("{\"type\":\"" type "\",\"coordinates\":" coordinates "}")
#define LINE          "[[102.5,24.1],[102.6,24.2]]"
#define KEPT          "[[102.50000,24.10000],[102.60000,24.20000]]"
#define BORDER(lines) "{\"borders\":[{\"name\":\"\",\"lines\":[" lines "]}]}"

typedef struct {
    const char *name, *text;
    const char *kept;  /* NULL: refused */
    const char *fault; /* part of what is said then */
} BorderCase;

static const BorderCase cases[] = {
    { "line", GEOMETRY("LineString", LINE), BORDER(KEPT), NULL },
    { "several lines", GEOMETRY("MultiLineString", "[" LINE "," LINE "]"), BORDER(KEPT "," KEPT),
      NULL },
    { "polygon", GEOMETRY("Polygon", "[" LINE "]"), BORDER(KEPT), NULL },
    { "several polygons", GEOMETRY("MultiPolygon", "[[" LINE "],[" LINE "," LINE "]]"),
      BORDER(KEPT "," KEPT "," KEPT), NULL },
    { "height is left out", GEOMETRY("LineString", "[[102,24,1800],[103,25,1900.5]]"),
      BORDER("[[102.00000,24.00000],[103.00000,25.00000]]"), NULL },
    { "only the name is kept of what belongs to it",
      "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{"
      "\"name\":\"研和\\\"街道\","
      "\"owner\":\"13800138000\"},\"geometry\":{\"type\":\"LineString\",\"coordinates\":" LINE
      "}}]}",
      "{\"borders\":[{\"name\":\"研和\\\"街道\",\"lines\":[" KEPT "]}]}", NULL },
    { "without a place", FEATURE("null"), "{\"borders\":[]}", NULL },
    { "nothing", "{\"type\":\"FeatureCollection\",\"features\":[]}", "{\"borders\":[]}", NULL },
    { "two",
      "{\"type\":\"FeatureCollection\",\"features\":[{\"geometry\":{\"type\":\"LineString\","
      "\"coordinates\":" LINE "}},{\"geometry\":{\"type\":\"LineString\",\"coordinates\":" LINE
      "}}]}",
      "{\"borders\":[{\"name\":\"\",\"lines\":[" KEPT "]},{\"name\":\"\",\"lines\":[" KEPT "]}]}",
      NULL },
    { "no GeoJSON", "{\"cameras\":[]}", NULL,
      "wallctl.json: map.json: accepted: a GeoJSON FeatureCollection" },
    { "no object", "[]", NULL, "FeatureCollection" },
    { "no JSON", "{\"type\":", NULL, "line 1" },
    { "point", GEOMETRY("Point", "[102,24]"), NULL,
      "map.json: features[0].geometry: 'Point' is refused; accepted: Polygon" },
    { "no geometry", "{\"type\":\"FeatureCollection\",\"features\":[7]}", NULL,
      "features[0].geometry" },
    { "degrees", GEOMETRY("LineString", "[[102,24],[24,102]]"), NULL,
      "coordinates[1]: [...] is no position; accepted: [longitude, latitude]" },
    { "metres", GEOMETRY("LineString", "[[11400000,2780000],[11400001,2780001]]"), NULL,
      "coordinates[0]" },
    { "text", GEOMETRY("LineString", "[[\"102\",\"24\"],[102,24]]"), NULL, "coordinates[0]" },
    { "one point", GEOMETRY("LineString", "[[102,24]]"), NULL, "has 1 points" },
    { "too flat", GEOMETRY("Polygon", LINE), NULL, "coordinates[0]" },
    { "too deep", GEOMETRY("LineString", "[" LINE "]"), NULL, "coordinates" },
    { "no coordinates", FEATURE("{\"type\":\"Polygon\"}"), NULL,
      "coordinates: null is refused; accepted: an array" },
};

static void test_case(gconstpointer data)
{
    const BorderCase *item = data;
    g_autoptr(Faults) faults = faults_new("wallctl.json", 20);
    g_autoptr(GBytes) kept = borders_parse(item->text, strlen(item->text), "map.json", faults);
    g_autofree char *said = faults_dup_text(faults);
    if (item->kept) {
        g_assert_cmpstr(said, ==, "");
        g_assert_cmpmem(g_bytes_get_data(kept, NULL), g_bytes_get_size(kept), item->kept,
                        strlen(item->kept));
    } else {
        g_assert_null(kept);
        if (!strstr(said, item->fault))
            g_error("'%s' is not in: %s", item->fault, said);
    }
}

static char *dup_line(guint n)
{
    GString *text = g_string_new("{\"type\":\"FeatureCollection\",\"features\":[{\"geometry\":{"
                                 "\"type\":\"LineString\",\"coordinates\":[");
    for (guint i = 0; i < n; i++)
        g_string_append(text, i ? ",[1,2]" : "[1,2]");
    g_string_append(text, "]}}]}");
    return g_string_free(text, FALSE);
}

static void test_most(void)
{
    for (guint n = BORDERS_MAX_POINTS; n <= BORDERS_MAX_POINTS + 1; n++) {
        g_autofree char *text = dup_line(n);
        g_autoptr(Faults) faults = faults_new("wallctl.json", 20);
        g_autoptr(GBytes) kept = borders_parse(text, strlen(text), "", faults);
        g_assert_true((n == BORDERS_MAX_POINTS) == (kept != NULL));
        g_assert_cmpuint(faults_count(faults), ==, n - BORDERS_MAX_POINTS);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/borders/", cases[i].name, NULL);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    g_test_add_func("/borders/most", test_most);
    return g_test_run();
}
