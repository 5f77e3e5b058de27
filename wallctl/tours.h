/* tours.h - the clock of running tours: next step when the dwell is over, pictures opened
 * beforehand, dead cameras skipped.
 *
 * [control]. What runs and where it stands is in the Wall (TourRun); here are only deadlines and
 * the next step's pictures. All tiles of a step change in one command, hence on one tick.
 */
#ifndef WALLCTL_TOURS_H
#define WALLCTL_TOURS_H

#include "wallctl/controller.h"

typedef struct TourClock TourClock;

TourClock *tour_clock_new(Controller *controller, FeedPool *feeds);
void tour_clock_free(TourClock *clock);

/* A wall's running tours may have changed: sets up and drops deadlines. */
void tour_clock_sync(TourClock *clock, const char *wall);

/* Fills a TOUR_STEP without a step (the operator's "next"), and the left time of a TOUR_PAUSE.
 * Other commands pass. */
void tour_clock_prepare(TourClock *clock, const char *wall, Command *command);

/* Admission control: no look-ahead while FALSE. */
void tour_clock_set_look_ahead(TourClock *clock, gboolean is_on);

/* {"left_ms","skipped":[camera ids of the last round]}, or NULL when it does not run. Caller owns.
 */
Json *tour_clock_state(TourClock *clock, const char *wall, const char *tour);

#endif
