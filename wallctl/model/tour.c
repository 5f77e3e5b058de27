/* tour.c - which cameras a tour shows next, and when it runs by itself */
#include "wallctl/model/tour.h"

#include <string.h>

static char **dup_strings(char **strings, guint n)
{
    char **copy = g_new(char *, n);
    for (guint i = 0; i < n; i++)
        copy[i] = g_strdup(strings[i]);
    return copy;
}

static void free_strings(char **strings, guint n)
{
    for (guint i = 0; i < n; i++)
        g_free(strings[i]);
    g_free(strings);
}

static gboolean same_strings(char **a, guint n_a, char **b, guint n_b)
{
    if (n_a != n_b)
        return FALSE;
    for (guint i = 0; i < n_a; i++)
        if (g_strcmp0(a[i], b[i]) != 0)
            return FALSE;
    return TRUE;
}

Tour *tour_new(void)
{
    Tour *tour = g_new0(Tour, 1);
    tour->id = g_strdup("");
    tour->name = g_strdup("");
    tour->wall = g_strdup("");
    tour->dwell_ms = TOUR_DWELL_MS;
    return tour;
}

Tour *tour_copy(const Tour *tour)
{
    Tour *copy = g_memdup2(tour, sizeof *tour);
    copy->id = g_strdup(tour->id);
    copy->name = g_strdup(tour->name);
    copy->wall = g_strdup(tour->wall);
    copy->tiles = g_memdup2(tour->tiles, tour->n_tiles * sizeof(guint));
    copy->cameras = dup_strings(tour->cameras, tour->n_cameras);
    copy->presets = dup_strings(tour->presets, tour->n_presets);
    copy->schedules = g_memdup2(tour->schedules, tour->n_schedules * sizeof(TourSchedule));
    return copy;
}

void tour_free(Tour *tour)
{
    if (!tour)
        return;
    g_free(tour->id);
    g_free(tour->name);
    g_free(tour->wall);
    g_free(tour->tiles);
    free_strings(tour->cameras, tour->n_cameras);
    free_strings(tour->presets, tour->n_presets);
    g_free(tour->schedules);
    g_free(tour);
}

static gboolean same_schedules(const Tour *a, const Tour *b)
{
    if (a->n_schedules != b->n_schedules)
        return FALSE;
    for (guint i = 0; i < a->n_schedules; i++) {
        const TourSchedule *x = &a->schedules[i], *y = &b->schedules[i];
        if (x->weekdays != y->weekdays || x->start_minute != y->start_minute ||
            x->end_minute != y->end_minute)
            return FALSE;
    }
    return TRUE;
}

gboolean tour_equal(const Tour *a, const Tour *b)
{
    return g_strcmp0(a->id, b->id) == 0 && g_strcmp0(a->name, b->name) == 0 &&
           g_strcmp0(a->wall, b->wall) == 0 && a->dwell_ms == b->dwell_ms &&
           a->n_tiles == b->n_tiles &&
           (a->n_tiles == 0 || memcmp(a->tiles, b->tiles, a->n_tiles * sizeof(guint)) == 0) &&
           same_strings(a->cameras, a->n_cameras, b->cameras, b->n_cameras) &&
           same_strings(a->presets, a->n_presets, b->presets, b->n_presets) && same_schedules(a, b);
}

guint tour_steps(const Tour *tour)
{
    if (tour->n_presets > 0 || tour->n_tiles == 0)
        return tour->n_presets;
    return (tour->n_cameras + tour->n_tiles - 1) / tour->n_tiles;
}

guint tour_position(const Tour *tour, guint step)
{
    guint each = tour->n_presets > 0 || tour->n_tiles == 0 ? 1 : tour->n_tiles;
    return MIN(step / each + 1, MAX(tour_steps(tour), 1));
}

/* First usable camera at or after index; n_cameras when there is none. */
static guint next_usable(const Tour *tour, guint index,
                         gboolean (*usable)(const char *camera, gpointer user), gpointer user)
{
    while (index < tour->n_cameras && usable && !usable(tour->cameras[index], user))
        index++;
    return MIN(index, tour->n_cameras);
}

guint tour_pick(const Tour *tour, guint from, gboolean (*usable)(const char *camera, gpointer user),
                gpointer user, int *out)
{
    guint at = next_usable(tour, from, usable, user);
    if (at == tour->n_cameras)
        at = next_usable(tour, 0, usable, user);
    for (guint i = 0; i < tour->n_tiles; i++) {
        gboolean is_left = at < tour->n_cameras;
        out[i] = is_left ? (int)at : -1;
        if (is_left)
            at = next_usable(tour, at + 1, usable, user);
    }
    return at < tour->n_cameras ? at : 0;
}

static gboolean has_day(const TourSchedule *schedule, guint weekday)
{
    return (schedule->weekdays >> weekday % 7 & 1) != 0;
}

gboolean tour_is_scheduled(const Tour *tour, guint weekday, guint minute)
{
    for (guint i = 0; i < tour->n_schedules; i++) {
        const TourSchedule *s = &tour->schedules[i];
        gboolean is_over_midnight = s->start_minute > s->end_minute;
        gboolean is_tonight =
            minute >= s->start_minute && (is_over_midnight || minute < s->end_minute);
        gboolean is_from_yesterday = is_over_midnight && minute < s->end_minute;
        if ((is_tonight && has_day(s, weekday)) || (is_from_yesterday && has_day(s, weekday + 6)))
            return TRUE;
    }
    return FALSE;
}
