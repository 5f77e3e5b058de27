/* slot.h - a mailbox of one: the newest value wins. [any]
 *
 * Carries scenes and canvas pictures to a thread that wants only the newest. Never blocks longer
 * than a pointer swap; the value that is displaced is released outside the lock.
 */
#ifndef WALLCTL_BASE_SLOT_H
#define WALLCTL_BASE_SLOT_H

#include <glib.h>
#include <pthread.h>

typedef struct {
    pthread_mutex_t lock; /* pthread, not GMutex: ThreadSanitizer sees it */
    void *value;          /* lock */
    GDestroyNotify unref;
} Slot;

void slot_init(Slot *slot, GDestroyNotify unref);
void slot_clear(Slot *slot);

/* Takes the caller's reference of value; NULL empties the slot. */
void slot_put(Slot *slot, void *value);

/* The value with its reference, leaving the slot empty; NULL if there is nothing new. */
void *slot_take(Slot *slot);

#endif
