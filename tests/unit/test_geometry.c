/* test_geometry.c - rectangles in pixels and fractions */
#include "wallctl/model/geometry.h"

#include <math.h>

#define assert_rect(r, ax, ay, aw, ah) g_assert_true(rect_equal(r, (Rect) { ax, ay, aw, ah }))

static void test_two(void)
{
    static const struct {
        Rect a, b;
        gboolean intersects, a_contains_b;
        Rect shared, both;
    } rows[] = {
        { { 0, 0, 10, 10 }, { 2, 2, 4, 4 }, TRUE, TRUE, { 2, 2, 4, 4 }, { 0, 0, 10, 10 } },
        { { 0, 0, 10, 10 }, { 0, 0, 10, 10 }, TRUE, TRUE, { 0, 0, 10, 10 }, { 0, 0, 10, 10 } },
        { { 0, 0, 10, 10 }, { 10, 0, 10, 10 }, FALSE, FALSE, { 0, 0, 0, 0 }, { 0, 0, 20, 10 } },
        { { 0, 0, 10, 10 }, { 8, 8, 10, 10 }, TRUE, FALSE, { 8, 8, 2, 2 }, { 0, 0, 18, 18 } },
        { { -10, -10, 20, 20 },
          { -4, 0, 2, 2 },
          TRUE,
          TRUE,
          { -4, 0, 2, 2 },
          { -10, -10, 20, 20 } },
        { { 0, 0, 0, 10 }, { 0, 0, 10, 10 }, FALSE, FALSE, { 0, 0, 0, 0 }, { 0, 0, 10, 10 } },
        { { 0, 0, 10, 10 }, { 2, 2, 0, 0 }, FALSE, TRUE, { 0, 0, 0, 0 }, { 0, 0, 10, 10 } },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpint(rect_intersects(rows[i].a, rows[i].b), ==, rows[i].intersects);
        g_assert_cmpint(rect_intersects(rows[i].b, rows[i].a), ==, rows[i].intersects);
        g_assert_cmpint(rect_contains(rows[i].a, rows[i].b), ==, rows[i].a_contains_b);
        g_assert_true(rect_equal(rect_intersect(rows[i].a, rows[i].b), rows[i].shared));
        g_assert_true(rect_equal(rect_union(rows[i].a, rows[i].b), rows[i].both));
        g_assert_true(rect_equal(rect_union(rows[i].b, rows[i].a), rows[i].both));
    }
}

static void test_even(void)
{
    static const struct {
        Rect in, out;
    } rows[] = {
        { { 0, 0, 10, 10 }, { 0, 0, 10, 10 } }, { { 1, 1, 9, 9 }, { 2, 2, 8, 8 } },
        { { 3, 0, 2, 2 }, { 4, 0, 2, 2 } },     { { -3, 0, 6, 2 }, { -4, 0, 8, 2 } },
        { { 0, 0, 1, 1 }, { 0, 0, 2, 2 } },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_true(rect_equal(rect_even(rows[i].in), rows[i].out));
}

/* Neighbours share an edge after rounding, whatever the number of cells. */
static void test_fraction_neighbours(void)
{
    for (int n = 1; n <= 30; n++) {
        Rect box = { 14, 6, 1366, 768 };
        int right = box.x;
        for (int i = 0; i < n; i++) {
            Rect r = rect_of_fraction((FRect) { (double)i / n, 0, 1.0 / n, 1 }, box);
            g_assert_cmpint(r.x, ==, right);
            g_assert_cmpint(r.x % 2, ==, 0);
            g_assert_cmpint(r.w % 2, ==, 0);
            right = r.x + r.w;
        }
        g_assert_cmpint(right, ==, box.x + box.w);
    }
}

static void test_valid_fraction(void)
{
    static const struct {
        FRect f;
        gboolean is_valid;
    } rows[] = {
        { { 0, 0, 1, 1 }, TRUE },         { { 0.25, 0.5, 0.75, 0.5 }, TRUE },
        { { 0.99, 0, 0.01, 1 }, TRUE },   { { 0, 0, 0.009, 1 }, FALSE },
        { { 0, 0, 1.1, 1 }, FALSE },      { { 0.5, 0, 0.6, 1 }, FALSE },
        { { -0.1, 0, 0.5, 1 }, FALSE },   { { NAN, 0, 1, 1 }, FALSE },
        { { 0, 0, INFINITY, 1 }, FALSE }, { { 0, 0, 1, NAN }, FALSE },
        { { 0, 0, -1, 1 }, FALSE },       { { 1.0 / 3, 0, 2.0 / 3, 1 }, TRUE },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(frect_is_valid(rows[i].f), ==, rows[i].is_valid);
    g_assert_true(frect_equal((FRect) { 0.1 + 0.2, 0, 1, 1 }, (FRect) { 0.3, 0, 1, 1 }));
    g_assert_false(frect_equal((FRect) { 0.3, 0, 1, 1 }, (FRect) { 0.31, 0, 1, 1 }));
}

static void test_fit(void)
{
    assert_rect(rect_fit(16, 9, (Rect) { 0, 0, 1920, 1080 }), 0, 0, 1920, 1080);
    assert_rect(rect_fit(4, 3, (Rect) { 0, 0, 1920, 1080 }), 240, 0, 1440, 1080);
    assert_rect(rect_fit(9, 16, (Rect) { 100, 0, 160, 90 }), 154, 0, 52, 90);
    assert_rect(rect_fit(1920, 1088, (Rect) { 0, 0, 640, 360 }), 0, 0, 640, 360);
    assert_rect(rect_fit(0, 9, (Rect) { 4, 6, 160, 90 }), 4, 6, 0, 0);
    assert_rect(rect_fit(16, 9, (Rect) { 4, 6, 0, 90 }), 4, 6, 0, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/geometry/two", test_two);
    g_test_add_func("/geometry/even", test_even);
    g_test_add_func("/geometry/fraction-neighbours", test_fraction_neighbours);
    g_test_add_func("/geometry/valid-fraction", test_valid_fraction);
    g_test_add_func("/geometry/fit", test_fit);
    return g_test_run();
}
