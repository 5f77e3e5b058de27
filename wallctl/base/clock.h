/* clock.h - the only source of time, so that tests can step it. [any] */
#ifndef WALLCTL_BASE_CLOCK_H
#define WALLCTL_BASE_CLOCK_H

#include <glib.h>

/* Monotonic time in ns: deadlines, ages, media. Never goes back, does not count suspend. */
gint64 clock_now_ns(void);

/* Wall-clock time in Unix ms: what is stored and shown. May jump. */
gint64 clock_unix_ms(void);

/* Tests only: both clocks stand at the given values until changed; (-1, -1) returns to the system's. */
void clock_set_for_test(gint64 now_ns, gint64 unix_ms);

#define NS_PER_MS  G_GINT64_CONSTANT(1000000)
#define NS_PER_SEC G_GINT64_CONSTANT(1000000000)

#endif
