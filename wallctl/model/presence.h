/* presence.h - is a camera there? Told when it has been so for a while, not at every flicker. Pure. [any] */
#ifndef WALLCTL_MODEL_PRESENCE_H
#define WALLCTL_MODEL_PRESENCE_H

#include <glib.h>

typedef enum { PRESENCE_UNKNOWN, PRESENCE_ONLINE, PRESENCE_OFFLINE } PresenceState;

/* Zeroed memory: nothing is known, nothing told. */
typedef struct {
    PresenceState told, seen;
    gint64 since_ns; /* that it is seen so */
} Presence;

/* What is seen now; UNKNOWN (nobody looks) leaves what was told as it is. */
void presence_see(Presence *presence, PresenceState seen, gint64 now_ns);

/* What is to be told now, and counts as told from here on; UNKNOWN: nothing. Offline must have been
 * seen for offline_ns without a break, online for online_ns. */
PresenceState presence_tell(Presence *presence, gint64 now_ns, gint64 offline_ns, gint64 online_ns);

#endif
