/* tour.h - a tour (轮巡): cameras over tiles, or whole scenes one after another. Pure. [any] */
#ifndef WALLCTL_MODEL_TOUR_H
#define WALLCTL_MODEL_TOUR_H

#include <glib.h>

#define TOUR_MIN_DWELL_MS 5000
#define TOUR_MAX_DWELL_MS (24 * 3600 * 1000)

/* When a tour runs by itself. */
typedef struct {
    guint weekdays;     /* bit 0 = Monday ... bit 6 = Sunday */
    guint start_minute; /* of the day, local time; start < end, or start > end: over midnight */
    guint end_minute;
} TourSchedule;

typedef struct {
    char *id, *name;
    char *wall;
    guint dwell_ms;
    guint n_tiles, n_cameras, n_presets, n_schedules;
    guint *tiles;      /* camera tour: tile numbers, filled together each step */
    char **cameras;    /* camera tour, in order */
    char **presets;    /* scene tour: preset names; exclusive with cameras */
    TourSchedule *schedules;
} Tour;

Tour *tour_new(void);
void tour_free(Tour *tour);
gboolean tour_equal(const Tour *a, const Tour *b);

/* Number of steps when every camera is usable: ceil(cameras / tiles), or presets. */
guint tour_steps(const Tour *tour);

/* The camera indices of a camera tour's step that begins at camera `from`: fills out[0..n_tiles-1] with indices of
 * usable cameras in order, skipping those for which usable() is FALSE; -1 where none is left (tile keeps its
 * camera). Returns the index at which the next step begins. Each camera at most once per step. */
guint tour_pick(const Tour *tour, guint from, gboolean (*usable)(const char *camera, gpointer user),
                gpointer user, int *out);

/* Should the schedule have it run at this local time? FALSE when there is no schedule. */
gboolean tour_is_scheduled(const Tour *tour, guint weekday /* 0 = Monday */, guint minute);

#endif
