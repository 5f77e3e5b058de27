/* api_cameras.h - cameras, their regions and what is received of them, over the API. [control] */
#ifndef WALLCTL_API_CAMERAS_H
#define WALLCTL_API_CAMERAS_H

#include "wallctl/api_private.h"

gboolean api_get_cameras(ApiCall *call, GError **error); /* GET cameras */
gboolean api_get_regions(ApiCall *call, GError **error); /* GET regions */
gboolean api_get_borders(ApiCall *call, GError **error); /* GET borders */

gboolean api_get_feeds(ApiCall *call, GError **error); /* GET feeds */

#endif
