/* presence.c - is a camera there? */
#include "wallctl/model/presence.h"

void presence_see(Presence *presence, PresenceState seen, gint64 now_ns)
{
    if (seen == presence->seen)
        return;
    presence->seen = seen;
    presence->since_ns = now_ns;
}

PresenceState presence_tell(Presence *presence, gint64 now_ns, gint64 offline_ns, gint64 online_ns)
{
    gint64 steady_ns = presence->seen == PRESENCE_OFFLINE ? offline_ns : online_ns;
    if (presence->seen == PRESENCE_UNKNOWN || presence->seen == presence->told ||
        now_ns - presence->since_ns < steady_ns)
        return PRESENCE_UNKNOWN;
    presence->told = presence->seen;
    return presence->told;
}
