/* api_nightly.h - what was deleted and copied, over the API. [control] */
#ifndef WALLCTL_API_NIGHTLY_H
#define WALLCTL_API_NIGHTLY_H

#include "wallctl/api_private.h"

gboolean api_get_retention(ApiCall *call, GError **error);

/* {"dry_run"?}: {"would": counts} of a dry run, else {"is_running": true} at once. */
gboolean api_post_retention(ApiCall *call, GError **error);

#endif
