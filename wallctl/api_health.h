/* api_health.h - how the cameras fare, over the API. [control] */
#ifndef WALLCTL_API_HEALTH_H
#define WALLCTL_API_HEALTH_H

#include "wallctl/api_private.h"

gboolean api_get_health(ApiCall *call, GError **error);     /* GET health */
gboolean api_get_online_csv(ApiCall *call, GError **error); /* GET health/online.csv */

#endif
