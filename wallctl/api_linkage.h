/* api_linkage.h - linkage rules, plans and dry runs over the API. [control] */
#ifndef WALLCTL_API_LINKAGE_H
#define WALLCTL_API_LINKAGE_H

#include "wallctl/api_private.h"

gboolean api_post_linkage(ApiCall *call, GError **error); /* {"source", "event"}: nothing happens */
gboolean api_get_rules(ApiCall *call, GError **error);
gboolean api_put_rule(ApiCall *call, GError **error); /* a rule as in the configuration */
gboolean api_delete_rule(ApiCall *call, GError **error);
gboolean api_run_rule(ApiCall *call, GError **error); /* {"case"?}, ?dry_run=1 */

#endif
