/* api_revisits.h - revisits (回访) over the API: drawn, listed, done. [control] */
#ifndef WALLCTL_API_REVISITS_H
#define WALLCTL_API_REVISITS_H

#include "wallctl/api_private.h"

gboolean api_get_revisits(ApiCall *call, GError **error);
gboolean api_post_revisits(ApiCall *call, GError **error); /* draws a sample */
gboolean api_post_revisit(ApiCall *call, GError **error);  /* its outcome */

#endif
