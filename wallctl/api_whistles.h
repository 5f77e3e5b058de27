/* api_whistles.h - whistles over the API: what people raise and answer here becomes events of our own,
 * answered when they are durable. [control] */
#ifndef WALLCTL_API_WHISTLES_H
#define WALLCTL_API_WHISTLES_H

#include "wallctl/api_private.h"

gboolean api_get_whistles(ApiCall *call, GError **error);
/* {"orgs":[...], "by"?, "ack_minutes"?, "arrive_minutes"?} */
gboolean api_post_whistle(ApiCall *call, GError **error);
gboolean api_delete_whistle(ApiCall *call, GError **error);      /* it is over */
gboolean api_post_whistle_answer(ApiCall *call, GError **error); /* {"do":"acknowledge"|"arrive"} */

#endif
