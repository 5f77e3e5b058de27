/* supervisor.h - admission control: sheds work in a declared order before the wall stutters, and
 * takes it back. [control]
 *
 * Measures the ticks' slack and lateness, the decoders' backlog and what share of the machine
 * decoding takes. Levels, each including the ones before: 1 loop filter off in small tiles, 2 no
 * look-ahead for tours, 3 key frames only in the smallest tiles, 4 lower output rate.
 */
#ifndef WALLCTL_SUPERVISOR_H
#define WALLCTL_SUPERVISOR_H

#include "wallctl/controller.h"
#include "wallctl/tours.h"

typedef struct Supervisor Supervisor;

typedef enum {
    LOAD_NORMAL = 0,
    LOAD_NO_LOOP_FILTER,
    LOAD_NO_LOOK_AHEAD,
    LOAD_KEY_FRAMES,
    LOAD_LOW_RATE
} LoadLevel;

const char *load_level_word(LoadLevel level); /* "normal", "no_loop_filter" ...; borrowed */

/* What one look measured. */
typedef struct {
    double cpu;         /* busy share of all cores by this process, 0..1 */
    double machine;     /* busy share of all cores by everybody, 0..1 */
    guint backlog;      /* units that wait in front of decoders, all feeds */
    guint behind;       /* feeds with more than 5 waiting */
    guint64 late_ticks; /* since the look before */
    double slack;       /* least of all canvases */
} LoadSample;

/* What the rule remembers between looks. Zeroed memory is the beginning. */
typedef struct {
    LoadLevel level;
    guint settling; /* looks left in which decoders that are behind do not step up again */
    guint calm;     /* looks without pressure in a row */
    guint early;    /* looks left in which pressure means that the last step down came too early */
    guint needed;   /* calm looks before a step down; doubled when the last one came too early */
} LoadState;

/* The rule, pure: the next state. Pressure is what the wall itself feels (decoders behind, late ticks, no slack), never the
 * machine's load alone. One level up at each look under pressure, at each second one when only decoders are behind: what waits is
 * worked off no faster. One down after 10 calm looks, and twice as many each time when pressure came back within 20 looks, so
 * that the wall does not flap; half as many when it did not. */
LoadState load_next(LoadState state, const LoadSample *sample);

/* Counts what waits before this feed's decoder, unless it has just come on glass: a scene change is no overload. */
void load_add_feed(LoadSample *sample, const ReelFacts *facts, gint64 now_ns);

Supervisor *supervisor_new(Controller *controller, FeedPool *feeds, TourClock *tours,
                           void (*event)(const char *name, Json *data, gpointer user),
                           gpointer user);
void supervisor_free(Supervisor *supervisor);
/* Nothing is shed, and no wall has felt anything for five seconds: there is room for what can wait. */
gboolean supervisor_is_calm(const Supervisor *supervisor);

LoadLevel supervisor_level(const Supervisor *supervisor);
Json *supervisor_state(
    const Supervisor *supervisor); /* {"level","word","cpu","machine","backlog",...} */

#endif
