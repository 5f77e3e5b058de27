/* test_tour.c - which cameras a tour shows next, and when it runs by itself */
#include "wallctl/model/tour.h"

#include <string.h>

static Tour *camera_tour(guint n_cameras, guint n_tiles)
{
    Tour *tour = tour_new();
    tour->n_tiles = n_tiles;
    tour->tiles = g_new(guint, n_tiles);
    for (guint i = 0; i < n_tiles; i++)
        tour->tiles[i] = i + 1;
    tour->n_cameras = n_cameras;
    tour->cameras = g_new(char *, n_cameras);
    for (guint i = 0; i < n_cameras; i++)
        tour->cameras[i] = g_strdup_printf("%c", 'a' + (int)i);
    return tour;
}

static gboolean usable(const char *camera, gpointer user)
{
    return strchr(user, camera[0]) == NULL;
}

/* Rounds of a tour as text: "abcd e---" with '-' where a tile keeps its camera. */
static const struct {
    const char *name;
    guint n_cameras, n_tiles, from, n_steps;
    const char *offline, *steps;
} picks[] = {
    { "even", 4, 2, 0, 3, "", "ab cd ab" },
    { "short-last", 5, 2, 0, 4, "", "ab cd e- ab" },
    { "one-tile", 3, 1, 0, 4, "", "a b c a" },
    { "fewer-cameras-than-tiles", 2, 4, 0, 2, "", "ab-- ab--" },
    { "skips-offline", 6, 2, 0, 3, "bc", "ad ef ad" },
    { "offline-at-end", 5, 2, 0, 3, "e", "ab cd ab" },
    { "offline-from-here", 4, 2, 2, 2, "cd", "ab ab" },
    { "only-one-left", 4, 2, 0, 3, "acd", "b- b- b-" },
    { "none-left", 4, 2, 0, 2, "abcd", "-- --" },
    { "resumes-where-it-stood", 6, 2, 4, 2, "", "ef ab" },
    { "past-the-end", 4, 2, 99, 2, "", "ab cd" },
    { "no-cameras", 0, 2, 0, 1, "", "--" },
};

static void test_pick(gconstpointer data)
{
    guint at = GPOINTER_TO_UINT(data);
    g_autofree char *offline = g_strdup(picks[at].offline);
    Tour *tour = camera_tour(picks[at].n_cameras, picks[at].n_tiles);
    GString *got = g_string_new(NULL);
    guint from = picks[at].from;
    for (guint step = 0; step < picks[at].n_steps; step++) {
        int out[16];
        from = tour_pick(tour, from, usable, offline, out);
        g_assert_cmpuint(from, <, MAX(tour->n_cameras, 1));
        if (step > 0)
            g_string_append_c(got, ' ');
        for (guint i = 0; i < tour->n_tiles; i++)
            g_string_append(got, out[i] < 0 ? "-" : tour->cameras[out[i]]);
    }
    g_assert_cmpstr(got->str, ==, picks[at].steps);
    g_string_free(got, TRUE);
    tour_free(tour);
}

static void test_steps(void)
{
    static const struct {
        guint cameras, tiles, presets, steps;
    } rows[] = { { 4, 2, 0, 2 }, { 5, 2, 0, 3 }, { 1, 4, 0, 1 },
                 { 0, 4, 0, 0 }, { 0, 0, 3, 3 }, { 0, 0, 0, 0 } };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        Tour tour = { .n_cameras = rows[i].cameras,
                      .n_tiles = rows[i].tiles,
                      .n_presets = rows[i].presets };
        g_assert_cmpuint(tour_steps(&tour), ==, rows[i].steps);
    }
}

static void test_position(void)
{
    static const struct {
        guint cameras, tiles, presets, step, position;
    } rows[] = { { 4, 2, 0, 0, 1 },   { 4, 2, 0, 2, 2 }, { 16, 4, 0, 8, 3 }, { 5, 2, 0, 4, 3 },
                 { 16, 4, 0, 13, 4 }, { 0, 0, 3, 2, 3 }, { 1, 4, 0, 0, 1 },  { 4, 2, 0, 99, 2 } };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        Tour tour = { .n_cameras = rows[i].cameras,
                      .n_tiles = rows[i].tiles,
                      .n_presets = rows[i].presets };
        g_assert_cmpuint(tour_position(&tour, rows[i].step), ==, rows[i].position);
    }
}

#define WORKDAYS  0x1f
#define WEEKEND   0x60
#define EVERY_DAY 0x7f
#define AT(h, m)  ((h)*60 + (m))

static void test_schedule(void)
{
    static const struct {
        TourSchedule schedule;
        guint weekday, minute;
        gboolean runs;
    } rows[] = {
        { { WORKDAYS, AT(8, 0), AT(18, 0) }, 0, AT(8, 0), TRUE },
        { { WORKDAYS, AT(8, 0), AT(18, 0) }, 0, AT(7, 59), FALSE },
        { { WORKDAYS, AT(8, 0), AT(18, 0) }, 4, AT(17, 59), TRUE },
        { { WORKDAYS, AT(8, 0), AT(18, 0) }, 4, AT(18, 0), FALSE },
        { { WORKDAYS, AT(8, 0), AT(18, 0) }, 5, AT(12, 0), FALSE },
        { { EVERY_DAY, 0, AT(24, 0) }, 6, AT(23, 59), TRUE },
        { { EVERY_DAY, AT(8, 0), AT(8, 0) }, 3, AT(8, 0), FALSE },
        /* over midnight: the evening's weekday decides */
        { { WORKDAYS, AT(22, 0), AT(6, 0) }, 4, AT(22, 0), TRUE },
        { { WORKDAYS, AT(22, 0), AT(6, 0) }, 5, AT(5, 59), TRUE },
        { { WORKDAYS, AT(22, 0), AT(6, 0) }, 5, AT(6, 0), FALSE },
        { { WORKDAYS, AT(22, 0), AT(6, 0) }, 5, AT(22, 0), FALSE },
        { { WORKDAYS, AT(22, 0), AT(6, 0) }, 0, AT(1, 0), FALSE },
        { { WEEKEND, AT(22, 0), AT(6, 0) }, 0, AT(1, 0), TRUE },
        { { WEEKEND, AT(22, 0), AT(6, 0) }, 5, AT(1, 0), FALSE },
        { { EVERY_DAY, AT(22, 0), AT(6, 0) }, 3, AT(12, 0), FALSE },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        TourSchedule schedules[] = { { 0, 0, 1440 }, rows[i].schedule };
        Tour tour = { .n_schedules = 2, .schedules = schedules };
        if (tour_is_scheduled(&tour, rows[i].weekday, rows[i].minute) != rows[i].runs)
            g_error("schedule row %u", i);
    }
    Tour none = { 0 };
    g_assert_false(tour_is_scheduled(&none, 0, 0));
}

static void test_equal(void)
{
    for (guint change = 0; change <= 9; change++) {
        Tour *a = camera_tour(3, 2), *b = camera_tour(3, 2);
        b->schedules = g_new0(TourSchedule, 1);
        a->schedules = g_new0(TourSchedule, 1);
        a->n_schedules = b->n_schedules = 1;
        switch (change) {
        case 1:
            g_free(b->id);
            b->id = g_strdup("x");
            break;
        case 2:
            g_free(b->name);
            b->name = g_strdup("x");
            break;
        case 3:
            g_free(b->wall);
            b->wall = g_strdup("x");
            break;
        case 4:
            b->dwell_ms++;
            break;
        case 5:
            b->tiles[1] = 9;
            break;
        case 6:
            b->cameras[2][0] = 'z';
            break;
        case 7:
            g_free(b->cameras[--b->n_cameras]);
            break;
        case 8:
            b->schedules[0].end_minute = 3;
            break;
        case 9:
            b->n_schedules = 0;
            break;
        }
        g_assert_cmpint(tour_equal(a, b), ==, change == 0);
        Tour *copy = tour_copy(b);
        g_assert_true(tour_equal(copy, b));
        tour_free(copy);
        tour_free(a);
        tour_free(b);
    }
    tour_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(picks); i++) {
        g_autofree char *name = g_strconcat("/tour/pick/", picks[i].name, NULL);
        g_test_add_data_func(name, GUINT_TO_POINTER(i), test_pick);
    }
    g_test_add_func("/tour/steps", test_steps);
    g_test_add_func("/tour/position", test_position);
    g_test_add_func("/tour/schedule", test_schedule);
    g_test_add_func("/tour/equal", test_equal);
    return g_test_run();
}
