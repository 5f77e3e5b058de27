/* event_scope.h - who may hear of which event. Pure. */
#ifndef WALLCTL_EVENT_SCOPE_H
#define WALLCTL_EVENT_SCOPE_H

#include "config/config.h"
#include "wallctl/base/json.h"
#include "web/server.h"

/* The right that its kind of news needs, and the region that its data is of: of the camera or case it names. Borrowed from
 * data and config. */
WebScope event_scope(const char *name, Json *data, const Config *config);

#endif
