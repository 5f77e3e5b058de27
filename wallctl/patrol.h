/* patrol.h - cameras that nobody looks at are looked at in turn by the diagnosis (巡检). [control]
 *
 * A few streams at a time are opened, small ones where there are such, until the diagnosis (health.h) has had some
 * pictures of each, and closed again; no person sees anything and no picture is kept. Only while the supervisor says
 * that the walls have all they need: else all of them are closed at once. They are wanted below all else (WANT_PATROL),
 * so a camera that stands one session is a wall's as soon as a wall wants it.
 */
#ifndef WALLCTL_PATROL_H
#define WALLCTL_PATROL_H

#include "wallctl/health.h"
#include "wallctl/supervisor.h"

typedef struct Patrol Patrol;

typedef struct {
    FeedPool *feeds;
    Health *health;
    Supervisor *supervisor;
} PatrolEnv;

Patrol *patrol_new(const PatrolEnv *env, const Config *config);
void patrol_free(Patrol *patrol); /* before what env names */
void patrol_reload(Patrol *patrol, const Config *config);

/* {"every_min","visiting","looked","no_picture","is_resting"}; NULL when it is off. Caller owns. */
Json *patrol_state(const Patrol *patrol);

#endif
