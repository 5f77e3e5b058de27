/* audit_views.h - what is seen on the walls, as the register has it: a row when a camera comes onto a tile,
 * one with the seconds when it goes. [control]
 *
 * A camera that a tour puts up is one view from its first turn until the tour ends, however often it comes
 * back: a row a turn would bury everything else.
 */
#ifndef WALLCTL_AUDIT_VIEWS_H
#define WALLCTL_AUDIT_VIEWS_H

#include "wallctl/audit.h"
#include "wallctl/model/caller.h"
#include "wallctl/model/wall.h"

typedef struct AuditViews AuditViews;

AuditViews *audit_views_new(Audit *audit);
void audit_views_free(AuditViews *views); /* before audit_free(); everything ends */

/* Who goes by this name in journals and on walls: the newest is kept for each id. */
void audit_views_know(AuditViews *views, Caller *caller);
const Caller *audit_views_who(const AuditViews *views,
                              const char *id); /* NULL: unknown; borrowed */

/* seen: what lies on the wall now, alarms over it included (NULL: the wall is gone). label: of the scene,
 * as Wall.label. actor: who changed it: the id of a caller, or "alarm", "tour", "schedule" ... */
void audit_views_shown(AuditViews *views, const Config *config, const char *wall,
                       const WallContent *seen, const char *label, const char *actor);

/* The same for one who looks at a whole screen from a desk. Returns a number for the end. */
guint audit_views_open(AuditViews *views, const Caller *caller, const char *wall,
                       const char *screen);
void audit_views_close(AuditViews *views, guint number);

guint audit_views_count(const AuditViews *views);

#endif
