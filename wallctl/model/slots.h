/* slots.h - arbitration: which alarm's cameras are seen on the alarm tiles. Pure. [any]
 *
 * The rules, in this order:
 *
 *  1. Every open alarm asks for its cameras, the most important one first. Requests are ranked by
 *     the alarm's priority, then first cameras before second ones (at equal priority everybody gets
 *     one picture before somebody gets two), then severity, then age: who was first stays. Cameras
 *     that are offline are asked for only when an alarm has no other left.
 *  2. As many requests are granted as there are slots; in a flood as many as flood_slots.
 *  3. Who is granted and has a slot keeps that very slot: pictures do not jump.
 *  4. Who is not granted any more leaves at once when its alarm has ended, and else when it has been
 *     seen for dwell_ms. A request of a higher priority that pre-empts need not wait.
 *  5. Free slots are filled in the order of the ranks, the lowest slot first.
 *  6. One camera is seen once: of two alarms that ask for it the higher one has it.
 *
 * What was shown before is no concern of this: the spotlight lies over the wall (spotlight.h), and a
 * slot that is left gives the view on it free again.
 */
#ifndef WALLCTL_MODEL_SLOTS_H
#define WALLCTL_MODEL_SLOTS_H

#include "wallctl/model/scene.h"

#define SLOTS_MAX 64

typedef struct {
    const char *alarm; /* id */
    guint priority;    /* larger wins */
    gboolean preempts; /* does not wait for another one's dwell */
    Severity severity;
    gint64 raised_ms;
    guint n_cameras;
    const char *const *cameras; /* most important first, each once */
} SlotClaim;

typedef struct {
    char *alarm, *camera; /* NULL: free */
    gint64 since_ms;
} AlarmSlot;

typedef struct {
    guint n_slots;
    gint64 dwell_ms;
    guint flood_slots; /* at most so many while is_flood */
    gboolean is_flood;
    gboolean (*is_offline)(const char *camera, gconstpointer user); /* NULL: none is */
    gconstpointer user;
} SlotRules;

/* slots[0 .. n_slots - 1] as they are at now_ms become those that follow. Returns when to ask again
 * although nothing new happened (a dwell ends); G_MAXINT64: no need. */
gint64 slots_arbitrate(AlarmSlot *slots, const SlotRules *rules, const SlotClaim *claims,
                       guint n_claims, gint64 now_ms);

void slots_clear(AlarmSlot *slots, guint n); /* frees what they hold; they are free then */

#endif
