/* ring.h - the last events as ready text, by sequence number. [control]
 *
 * One ring serves every client: a client is only a cursor, so a slow one costs nothing. The oldest
 * event goes when there are too many or they are too large; who still wanted it is told to take a
 * snapshot.
 */
#ifndef WALLCTL_WEB_RING_H
#define WALLCTL_WEB_RING_H

#include "wallctl/model/right.h"

#include <glib.h>

typedef struct EventRing EventRing;

/* One event, and who may hear it: whoever has the right, and sees the region or is of the unit. */
typedef struct {
    GBytes *text;
    Right right;
    char *region; /* NULL: it concerns none */
    char *unit;   /* NULL: no unit hears of it for itself */
} EventItem;

/* first is the number of the first event to come. */
EventRing *event_ring_new(guint max_events, gsize max_bytes, guint64 first);
void event_ring_free(EventRing *ring);

/* The number that the next event will get: its text carries it. */
guint64 event_ring_next(const EventRing *ring);

/* Adds the event with that number. Takes text, copies region and unit. One larger than max_bytes is kept alone. */
void event_ring_push(EventRing *ring, GBytes *text, Right right, const char *region,
                     const char *unit);

/* The oldest number that is still held; equals event_ring_next() when the ring is empty. */
guint64 event_ring_oldest(const EventRing *ring);

/* NULL when the number is not held. Borrowed until the next push. */
const EventItem *event_ring_get(const EventRing *ring, guint64 number);

#endif
