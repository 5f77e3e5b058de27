/* test_layout.c - built-in layouts in pixels, and what is said about faulty ones */
#include "layouts/layout.h"

#include "wallctl/base/error.h"

#include <string.h>

static const struct {
    const char *id;
    guint n;
} builtin[] = {
    { "1", 1 },     { "2", 2 },    { "4", 4 },         { "6", 6 },   { "8", 8 },   { "9", 9 },
    { "10", 10 },   { "12", 12 },  { "13", 13 },       { "16", 16 }, { "20", 20 }, { "25", 25 },
    { "32", 32 },   { "36", 36 },  { "49", 49 },       { "64", 64 }, { "1+5", 6 }, { "1+7", 8 },
    { "1+12", 13 }, { "2+8", 10 }, { "spotlight", 7 }, { "pip", 2 },
};

static const Rect areas[] = {
    { 0, 0, 1920, 1080 }, { 0, 0, 3840, 2160 }, { 0, 0, 1080, 1920 },       { 0, 0, 1366, 768 },
    { 0, 0, 5760, 2160 }, { 0, 0, 768, 1366 },  { 1940, 1090, 1920, 1080 }, { 7, 5, 1281, 721 },
};

static LayoutSet *builtin_set(void)
{
    g_autoptr(Faults) faults = faults_new("test", 8);
    LayoutSet *set = layout_set_new(NULL, faults, "layouts");
    g_assert_nonnull(set);
    g_assert_cmpuint(faults_count(faults), ==, 0);
    return set;
}

static void check_placed(const Layout *layout, Rect area, int gap)
{
    g_autofree Rect *cells = NULL;
    guint n = 0;
    g_autoptr(GError) error = NULL;
    g_assert_true(layout_place(layout, area, gap, &cells, &n, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(n, ==, layout->n_cells);
    double covered = 0;
    for (guint i = 0; i < n; i++) {
        g_assert_true(rect_contains(area, cells[i]));
        g_assert_cmpint((cells[i].x | cells[i].y | cells[i].w | cells[i].h) & 1, ==, 0);
        g_assert_cmpint(cells[i].w, >=, 32);
        g_assert_cmpint(cells[i].h, >=, 32);
        covered += (double)cells[i].w * cells[i].h;
        for (guint j = 0; j < i && !layout->is_free; j++) {
            /* Grown by the gap, neighbours touch but still do not overlap: the gap is kept
             * everywhere. */
            Rect grown = { cells[i].x - gap, cells[i].y - gap, cells[i].w + 2 * gap,
                           cells[i].h + 2 * gap };
            g_assert_false(rect_intersects(grown, cells[j]));
        }
    }
    double share = covered / ((double)area.w * area.h);
    if (gap <= 2 && (double)area.w * area.h > 1e6 && share < 0.97)
        g_error("%s in %dx%d covers %.3f", layout->id, area.w, area.h, share);
}

static void test_builtin(gconstpointer user)
{
    const char *id = builtin[GPOINTER_TO_UINT(user)].id;
    g_autoptr(LayoutSet) set = builtin_set();
    const Layout *layout = layout_set_find(set, id);
    g_assert_nonnull(layout);
    g_assert_cmpuint(layout->n_cells, ==, builtin[GPOINTER_TO_UINT(user)].n);
    g_assert_cmpstr(layout_set_get(set, GPOINTER_TO_UINT(user))->id, ==, id);
    g_assert_true(g_utf8_validate(layout->name, -1, NULL));
    g_assert_cmpstr(layout->name, !=, id);
    for (guint i = 0; i < G_N_ELEMENTS(areas); i++) {
        for (int gap = 0; gap <= 8; gap += 2)
            check_placed(layout, areas[i], gap);
    }
}

static void test_count(void)
{
    g_autoptr(LayoutSet) set = builtin_set();
    g_assert_cmpuint(layout_set_count(set), ==, G_N_ELEMENTS(builtin));
    g_assert_null(layout_set_get(set, G_N_ELEMENTS(builtin)));
    g_assert_null(layout_set_find(set, "5"));
}

/* One cell of a built-in layout, as people who measured it on glass know it. */
static void test_places(void)
{
    static const struct {
        const char *id;
        Rect area;
        int gap;
        guint cell;
        Rect expected;
    } rows[] = {
        { "1", { 0, 0, 1920, 1080 }, 2, 0, { 0, 0, 1920, 1080 } },
        { "4", { 0, 0, 1920, 1080 }, 0, 3, { 960, 540, 960, 540 } },
        { "16", { 0, 0, 1920, 1080 }, 0, 5, { 480, 270, 480, 270 } },
        { "16", { 0, 0, 3840, 2160 }, 0, 15, { 2880, 1620, 960, 540 } },
        { "4", { 0, 0, 1922, 1082 }, 2, 0, { 0, 0, 960, 540 } },
        { "4", { 0, 0, 1922, 1082 }, 2, 3, { 962, 542, 960, 540 } },
        { "4", { 0, 0, 1080, 1920 }, 0, 1, { 0, 480, 1080, 480 } },
        { "2", { 0, 0, 1080, 1920 }, 0, 1, { 0, 960, 1080, 960 } },
        { "8", { 0, 0, 1080, 1920 }, 0, 1, { 540, 0, 540, 480 } },
        { "1+5", { 0, 0, 1920, 1080 }, 0, 0, { 0, 0, 1280, 720 } },
        { "1+5", { 0, 0, 1920, 1080 }, 0, 1, { 1280, 0, 640, 360 } },
        { "1+5", { 0, 0, 1920, 1080 }, 0, 5, { 1280, 720, 640, 360 } },
        { "1+7", { 0, 0, 1920, 1080 }, 0, 0, { 0, 0, 1440, 810 } },
        { "13", { 0, 0, 1920, 1080 }, 0, 0, { 480, 270, 960, 540 } },
        { "13", { 0, 0, 1920, 1080 }, 0, 1, { 0, 0, 480, 270 } },
        { "2+8", { 0, 0, 1920, 1080 }, 0, 1, { 960, 0, 960, 540 } },
        { "spotlight", { 0, 0, 1920, 1080 }, 0, 6, { 1600, 900, 320, 180 } },
        { "pip", { 0, 0, 1920, 1080 }, 4, 0, { 0, 0, 1920, 1080 } },
        { "pip", { 0, 0, 1920, 1080 }, 4, 1, { 1402, 788, 480, 270 } },
        { "1", { 101, 51, 200, 100 }, 0, 0, { 102, 52, 198, 98 } },
        { "1", { -101, -51, 200, 100 }, 0, 0, { -100, -50, 198, 98 } },
    };
    g_autoptr(LayoutSet) set = builtin_set();
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree Rect *cells = NULL;
        guint n;
        g_assert_true(layout_place(layout_set_find(set, rows[i].id), rows[i].area, rows[i].gap,
                                   &cells, &n, NULL));
        Rect got = cells[rows[i].cell], want = rows[i].expected;
        if (!rect_equal(got, want)) {
            g_test_message("row %u: %s cell %u: %dx%d at %d,%d", i, rows[i].id, rows[i].cell, got.w,
                           got.h, got.x, got.y);
            g_test_fail();
        }
    }
}

static void test_refused_places(void)
{
    static const struct {
        const char *id;
        Rect area;
        int gap;
        const char *says;
    } rows[] = {
        { "64", { 0, 0, 300, 240 }, 0, "cell 1 would be" },
        { "64", { 0, 0, 256, 256 }, 2, "at least 32x32" },
        { "1", { 0, 0, 0, 0 }, 0, "does not fit into 0x0" },
        { "1", { 0, 0, -5, 100 }, 0, "does not fit" },
        { "4", { 0, 0, 1920, 1080 }, 3, "gap 3" },
        { "4", { 0, 0, 1920, 1080 }, -2, "gap -2" },
    };
    g_autoptr(LayoutSet) set = builtin_set();
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        Rect *cells = NULL;
        guint n = 99;
        g_autoptr(GError) error = NULL;
        g_assert_false(layout_place(layout_set_find(set, rows[i].id), rows[i].area, rows[i].gap,
                                    &cells, &n, &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
        g_assert_nonnull(strstr(error->message, rows[i].says));
        g_assert_null(cells);
        g_assert_cmpuint(n, ==, 99);
    }
}

static LayoutSet *parse_set(const char *text, Faults *faults)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) json = json_parse(text, strlen(text), 0, JSON_STRICT, &error);
    g_assert_no_error(error);
    return layout_set_new(json, faults, "layouts");
}

static void test_faults(void)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        { "{}", "layouts: must be an array" },
        { "[7]", "layouts[0]: must be an object" },
        { "[{\"grid\":[2,2]}]", "layouts[0]: needs an \"id\"" },
        { "[{\"id\":\"a b\",\"grid\":[2,2]}]", "layouts[0].id: \"a b\" is not" },
        { "[{\"id\":\"\",\"grid\":[2,2]}]", "layouts[0].id" },
        { "[{\"id\":\"a\",\"name\":\"\",\"grid\":[2,2]}]", "layouts[0].name" },
        { "[{\"id\":\"a\"}]", "layouts[0]: needs \"grid\"" },
        { "[{\"id\":\"a\",\"grid\":[2,2],\"cells\":[[0,0,1,1]]}]", "layouts[0]: has both" },
        { "[{\"id\":\"a\",\"gird\":[2,2]}]", "grid" },
        { "[{\"id\":\"a\",\"grid\":[2.5,2]}]", "layouts[0].grid: must be [columns, rows]" },
        { "[{\"id\":\"a\",\"grid\":[2]}]", "layouts[0].grid: must be" },
        { "[{\"id\":\"a\",\"grid\":\"2x2\"}]", "layouts[0].grid: must be" },
        { "[{\"id\":\"a\",\"grid\":[0,2]}]", "layouts[0].grid: [0, 2] is outside" },
        { "[{\"id\":\"a\",\"grid\":[101,1]}]", "layouts[0].grid: [101, 1] is outside" },
        { "[{\"id\":\"a\",\"grid\":[31,30]}]", "900 cells" },
        { "[{\"id\":\"a\",\"grid\":[9223372036854775807,9223372036854775807]}]",
          "layouts[0].grid" },
        { "[{\"id\":\"a\",\"grid\":[4,4],\"spans\":[[3,0,2,1]]}]",
          "layouts[0].spans[0]: is not inside the grid of 4 x 4" },
        { "[{\"id\":\"a\",\"grid\":[4,4],\"spans\":[[-1,0,2,1]]}]", "layouts[0].spans[0]" },
        { "[{\"id\":\"a\",\"grid\":[4,4],\"spans\":[[0,0,0,1]]}]", "layouts[0].spans[0]" },
        { "[{\"id\":\"a\",\"grid\":[4,4],\"spans\":[[0,0,2,2],[1,1,2,2]]}]",
          "layouts[0].spans[1]: overlaps" },
        { "[{\"id\":\"a\",\"grid\":[4,4],\"spans\":7}]", "layouts[0].spans" },
        { "[{\"id\":\"a\",\"cells\":[[0,0,1,1]],\"spans\":[]}]", "\"spans\" go with \"grid\"" },
        { "[{\"id\":\"a\",\"cells\":[]}]", "layouts[0].cells: 0 cells" },
        { "[{\"id\":\"a\",\"cells\":{}}]", "layouts[0].cells" },
        { "[{\"id\":\"a\",\"cells\":[[0,0,1.1,1]]}]",
          "layouts[0].cells[0]: [0, 0, 1.1, 1] is not inside" },
        { "[{\"id\":\"a\",\"cells\":[[0,0,0.005,1]]}]", "less than 0.01" },
        { "[{\"id\":\"a\",\"cells\":[[0,0,1e300,1]]}]", "layouts[0].cells[0]" },
        { "[{\"id\":\"a\",\"cells\":[[0,0,\"1\",1]]}]", "layouts[0].cells[0]: must be [x, y" },
        { "[{\"id\":\"a\",\"cells\":[[0,0,0.6,1],[0.5,0,0.5,1]]}]",
          "layouts[0].cells[1]: overlaps cell 0" },
        { "[{\"id\":\"a\",\"free\":1,\"grid\":[1,1]}]", "layouts[0].free" },
        { "[{\"id\":\"a\",\"grid\":[2,2],\"portrait\":{\"grid\":[1,3]}}]",
          "4 cells, but 3 in \"portrait\"" },
        { "[{\"id\":\"a\",\"grid\":[2,2],\"portrait\":[]}]", "layouts[0].portrait" },
        { "[{\"id\":\"a\",\"grid\":[2,2],\"portrait\":{\"grid\":[1,4],\"id\":\"b\"}}]",
          "layouts[0].portrait" },
        { "[{\"id\":\"a\",\"grid\":[2,2]},{\"id\":\"a\",\"grid\":[1,1]}]",
          "layouts[1]: id \"a\" is used twice" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Faults) faults = faults_new("wall.json", 8);
        g_assert_null(parse_set(rows[i].text, faults));
        g_autofree char *text = faults_dup_text(faults);
        if (!strstr(text, rows[i].says) || !g_str_has_prefix(text, "wall.json: layouts")) {
            g_test_message("row %u: %s\nsays: %s", i, rows[i].text, text);
            g_test_fail();
        }
    }
}

static void test_all_faults_together(void)
{
    g_autoptr(Faults) faults = faults_new("wall.json", 8);
    g_assert_null(parse_set(
        "[{\"id\":\"?\",\"grid\":[0,0]},{\"id\":\"b\"},{\"id\":\"c\",\"grid\":[1,1]}]", faults));
    g_assert_cmpuint(faults_count(faults), ==, 3);
}

static void test_own_layouts(void)
{
    g_autoptr(Faults) faults = faults_new("wall.json", 8);
    g_autoptr(LayoutSet) set =
        parse_set("[{\"id\":\"4\",\"name\":\"我的四\",\"cells\":[[0,0,0.333,1],[0.333,0,0.334,1],["
                  "0.667,0,0.333,0.5],"
                  "[0.667,0.5,0.333,0.5]]},{\"id\":\"hall-3\",\"grid\":[3,1]},"
                  "{\"id\":\"loose\",\"free\":true,\"cells\":[[0,0,0.7,0.7],[0.3,0.3,0.7,0.7]]}]",
                  faults);
    g_assert_cmpuint(faults_count(faults), ==, 0);
    g_assert_cmpuint(layout_set_count(set), ==, G_N_ELEMENTS(builtin) + 2);
    const Layout *four = layout_set_get(set, 2);
    g_assert_cmpstr(four->id, ==, "4");
    g_assert_cmpstr(four->name, ==, "我的四");
    for (guint i = 0; i < G_N_ELEMENTS(areas); i++)
        check_placed(four, areas[i], 2);
    const Layout *hall = layout_set_find(set, "hall-3");
    g_assert_cmpstr(hall->name, ==, "hall-3");
    g_autofree Rect *cells = NULL;
    guint n;
    g_assert_true(layout_place(hall, (Rect) { 0, 0, 1080, 1920 }, 0, &cells, &n, NULL));
    g_assert_true(rect_equal(cells[1], (Rect) { 0, 640, 1080, 640 }));
    g_assert_true(layout_set_find(set, "loose")->is_free);
    g_autoptr(LayoutSet) second = layout_set_ref(set);
    g_assert_true(layout_set_find(second, "hall-3") == hall);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(builtin); i++) {
        g_autofree char *path = g_strdup_printf("/layout/builtin/%s", builtin[i].id);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_builtin);
    }
    g_test_add_func("/layout/count", test_count);
    g_test_add_func("/layout/places", test_places);
    g_test_add_func("/layout/refused-places", test_refused_places);
    g_test_add_func("/layout/faults", test_faults);
    g_test_add_func("/layout/all-faults-together", test_all_faults_together);
    g_test_add_func("/layout/own", test_own_layouts);
    return g_test_run();
}
