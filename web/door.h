/* door.h - who knocks with a wrong token or password waits: counts failures by address, or whatever it is that
 * knocks. [control] */
#ifndef WALLCTL_WEB_DOOR_H
#define WALLCTL_WEB_DOOR_H

#include <glib.h>

#define DOOR_FREE_FAILURES 5    /* in a row without a wait */
#define DOOR_MAX_WAIT_S    30   /* 1, 2, 4 ... from the next on */
#define DOOR_FORGET_S      3600 /* a failure this long ago counts no more */
#define DOOR_MAX_ADDRESSES 1024 /* the one that failed longest ago is forgotten */

typedef struct Door Door;

Door *door_new(void);
void door_free(Door *door);

/* Seconds until this address is heard again; 0: now. A wait is not made longer by knocking. */
guint door_wait_s(Door *door, const char *address);
void door_failed(Door *door, const char *address);
gboolean door_knows(const Door *door,
                    const char *address); /* has failed before, and not passed since */
void door_passed(Door *door, const char *address);

#endif
