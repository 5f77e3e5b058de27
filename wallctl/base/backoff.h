/* backoff.h - waiting times between tries: 1, 2, 4 ... 30 s, jittered, for ever. [any] */
#ifndef WALLCTL_BASE_BACKOFF_H
#define WALLCTL_BASE_BACKOFF_H

#include <glib.h>

typedef struct {
    guint tries; /* failures since the last reset */
    guint first_ms, limit_ms;
} Backoff;

void backoff_init(Backoff *backoff, guint first_ms, guint limit_ms);

/* The next wait in ms: doubles up to the limit, spread by +-25 % so that 64 cameras do not return as one. */
guint backoff_next_ms(Backoff *backoff);

/* After success, or when a cheap probe says that the peer is back. */
void backoff_reset(Backoff *backoff);

#endif
