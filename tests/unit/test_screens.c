/* test_screens.c - walls of screens: places behind bezels, and faulty ones */
#include "layouts/screens.h"

#include <string.h>

static void test_grid(void)
{
    static const struct {
        guint columns, rows;
        int width, height, bezel_x, bezel_y;
        guint screen;
        Rect expected, bounds;
    } rows[] = {
        { 1, 1, 1920, 1080, 20, 20, 0, { 0, 0, 1920, 1080 }, { 0, 0, 1920, 1080 } },
        { 3, 2, 1920, 1080, 0, 0, 4, { 1920, 1080, 1920, 1080 }, { 0, 0, 5760, 2160 } },
        { 3, 2, 1920, 1080, 12, 8, 5, { 3864, 1088, 1920, 1080 }, { 0, 0, 5784, 2168 } },
        { 4, 1, 1080, 1920, 6, 0, 3, { 3258, 0, 1080, 1920 }, { 0, 0, 4338, 1920 } },
        { 16, 16, 1920, 1080, 2, 2, 255, { 28830, 16230, 1920, 1080 }, { 0, 0, 30750, 17310 } },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint n = rows[i].columns * rows[i].rows;
        Screen *screens = screens_grid(rows[i].columns, rows[i].rows, rows[i].width, rows[i].height,
                                       rows[i].bezel_x, rows[i].bezel_y);
        g_assert_true(rect_equal(screens[rows[i].screen].rect, rows[i].expected));
        g_assert_true(rect_equal(screens_bounds(screens, n), rows[i].bounds));
        for (guint j = 0; j < n; j++) {
            g_autofree char *id = g_strdup_printf("%u", j + 1);
            g_assert_cmpstr(screens[j].id, ==, id);
            g_assert_cmpuint(screens[j].rotation, ==, 0);
        }
        g_autoptr(Faults) faults = faults_new("test", 4);
        screens_check(screens, n, faults, "screens");
        g_assert_cmpuint(faults_count(faults), ==, 0);
        screens_free(screens, n);
    }
}

static void test_check(void)
{
    static const struct {
        const char *name;
        struct {
            const char *id;
            Rect rect;
            guint rotation;
        } screens[2];
        guint n;
        const char *says; /* NULL: no fault */
    } rows[] = {
        { "free",
          { { "a", { 0, 0, 1920, 1080 }, 0 }, { "b", { 1920, -400, 1080, 1920 }, 90 } },
          2,
          NULL },
        { "none", { { 0 } }, 0, "screens: a wall needs at least one" },
        { "overlap",
          { { "a", { 0, 0, 1920, 1080 }, 0 }, { "b", { 1918, 0, 1920, 1080 }, 0 } },
          2,
          "screens[1]: 1920x1080 at 1918,0 overlaps screen 0" },
        { "equal ids",
          { { "a", { 0, 0, 1920, 1080 }, 0 }, { "a", { 1920, 0, 1920, 1080 }, 0 } },
          2,
          "screens[1]: id \"a\" is that of screen 0" },
        { "odd", { { "a", { 0, 1, 1920, 1080 }, 0 } }, 1, "screens[0]: 1920x1080 at 0,1: sizes" },
        { "small",
          { { "a", { 0, 0, 62, 1080 }, 0 } },
          1,
          "screens[0]: size 62x1080 is outside 64 to 16384" },
        { "large", { { "a", { 0, 0, 1920, 16386 }, 0 } }, 1, "size 1920x16386" },
        { "far", { { "a", { G_MAXINT - 1, 0, 1920, 1080 }, 0 } }, 1, "position" },
        { "rotation", { { "a", { 0, 0, 1920, 1080 }, 45 } }, 1, "rotation 45" },
        { "no id", { { NULL, { 0, 0, 1920, 1080 }, 0 } }, 1, "id \"\"" },
        { "bad id", { { "a/b", { 0, 0, 1920, 1080 }, 0 } }, 1, "id \"a/b\"" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Faults) faults = faults_new("wall.json", 4);
        Screen screens[2] = { 0 };
        for (guint j = 0; j < 2; j++)
            screens[j] = (Screen) { (char *)rows[i].screens[j].id, (char *)"屏",
                                    rows[i].screens[j].rect, rows[i].screens[j].rotation };
        screens_check(screens, rows[i].n, faults, "screens");
        g_autofree char *text = faults_dup_text(faults);
        if (rows[i].says ? !strstr(text, rows[i].says) : *text != '\0') {
            g_test_message("%s: %s", rows[i].name, text);
            g_test_fail();
        }
    }
}

static void test_odd_bezel(void)
{
    Screen *screens = screens_grid(2, 1, 1920, 1080, 5, 0);
    g_autoptr(Faults) faults = faults_new("wall.json", 4);
    screens_check(screens, 2, faults, "screens");
    g_assert_cmpuint(faults_count(faults), ==, 1);
    g_assert_nonnull(strstr(faults_get(faults, 0), "screens[1]"));
    screens_free(screens, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/screens/grid", test_grid);
    g_test_add_func("/screens/check", test_check);
    g_test_add_func("/screens/odd-bezel", test_odd_bezel);
    return g_test_run();
}
