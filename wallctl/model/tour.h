/* tour.h - a tour (轮巡): cameras over tiles, or whole scenes one after another. Pure. [any] */
#ifndef WALLCTL_MODEL_TOUR_H
#define WALLCTL_MODEL_TOUR_H

#include <glib.h>

#define TOUR_MIN_DWELL_MS 5000
#define TOUR_MAX_DWELL_MS (24 * 3600 * 1000)
#define TOUR_DWELL_MS     15000 /* unless given */

/* When a tour runs by itself. */
typedef struct {
    guint weekdays;     /* bit 0 = Monday ... bit 6 = Sunday; of the day on which it starts */
    guint start_minute; /* of the day, local time; included */
    guint end_minute;   /* excluded; 0..1440; before start: on the next day; equal: never runs */
} TourSchedule;

typedef struct {
    char *id, *name;
    char *wall;
    guint dwell_ms;
    guint n_tiles, n_cameras, n_presets, n_schedules;
    guint *tiles;   /* camera tour: tile numbers, filled together each step */
    char **cameras; /* camera tour, in order; each once */
    char **presets; /* scene tour: preset names; exclusive with cameras */
    TourSchedule *schedules;
} Tour;

Tour *tour_new(void); /* empty strings, no tiles, TOUR_DWELL_MS */
Tour *tour_copy(const Tour *tour);
void tour_free(Tour *tour);
gboolean tour_equal(const Tour *a, const Tour *b);

/* Number of steps when every camera is usable: ceil(cameras / tiles), or presets; 0 for an empty
 * tour. */
guint tour_steps(const Tour *tour);

/* Which of them is shown, from 1, as people count; step: as in a TourRun. Offline cameras that were skipped may make a round
 * shorter than tour_steps(). */
guint tour_position(const Tour *tour, guint step);

/* The camera indices of a camera tour's step that begins at camera `from` (past the end: at 0):
 * fills out[0..n_tiles-1] with indices of usable cameras in order, skipping those for which
 * usable() is FALSE (NULL: all are); -1 where none is left (the tile keeps its camera). A step does
 * not run over the end of the list, so its groups stay the same from round to round and the last
 * may be short; when no camera from `from` to the end is usable, the next round begins at once.
 * Returns the index at which the next step begins: 0 once no usable camera is left in this round.
 */
guint tour_pick(const Tour *tour, guint from, gboolean (*usable)(const char *camera, gpointer user),
                gpointer user, int *out);

/* Should the schedule have it run at this local time? FALSE when there is no schedule. */
gboolean tour_is_scheduled(const Tour *tour, guint weekday /* 0 = Monday */, guint minute);

#endif
