/* fuzz_layout.c - any text as a set of layouts: a fault, or cells that keep every promise of
 * layout.h */
#include "layouts/layout.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const Layout *layout, Rect area, int gap)
{
    g_autofree Rect *cells = NULL;
    guint n = 0;
    if (!layout_place(layout, area, gap, &cells, &n, NULL))
        return;
    g_assert_cmpuint(n, ==, layout->n_cells);
    for (guint i = 0; i < n; i++) {
        g_assert_true(rect_contains(area, cells[i]));
        g_assert_cmpint((cells[i].x | cells[i].y | cells[i].w | cells[i].h) & 1, ==, 0);
        for (guint j = 0; j < i && !layout->is_free; j++)
            g_assert_false(rect_intersects(cells[i], cells[j]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Json) json = json_parse((const char *)data, size, 0, JSON_STRICT, NULL);
    if (!json)
        return 0;
    g_autoptr(Faults) faults = faults_new("fuzz", 16);
    g_autoptr(LayoutSet) set = layout_set_new(json, faults, "layouts");
    g_assert_true((set != NULL) == (faults_count(faults) == 0));
    for (guint i = 0; set && i < layout_set_count(set); i++) {
        check(layout_set_get(set, i), (Rect) { 0, 0, 1920, 1080 }, 2);
        check(layout_set_get(set, i), (Rect) { 1, -3, 1081, 1919 }, 0);
    }
    return 0;
}
