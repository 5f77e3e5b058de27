/* api_approvals.h - what takes two people, over the API. [control] */
#ifndef WALLCTL_API_APPROVALS_H
#define WALLCTL_API_APPROVALS_H

#include "wallctl/api_private.h"

/* {"approvals": [...]}: one's own, and those that one may answer. */
gboolean api_get_approvals(ApiCall *call, GError **error);

/* {"path", "query"?: {...}, "reason"?}: asks for what GET of that path would give. */
gboolean api_post_approval(ApiCall *call, GError **error);

/* {"do": "grant" | "refuse"}. */
gboolean api_answer_approval(ApiCall *call, GError **error);

gboolean api_delete_approval(ApiCall *call, GError **error);

/* Has a second person agreed to this call? record says who. FALSE: the call is answered. */
gboolean api_need_approval(ApiCall *call);

#endif
