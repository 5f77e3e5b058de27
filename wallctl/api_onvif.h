/* api_onvif.h - cameras are looked for in the network, and what was found becomes a table to import. [control] */
#ifndef WALLCTL_API_ONVIF_H
#define WALLCTL_API_ONVIF_H

#include "wallctl/api_private.h"

gboolean api_get_onvif(ApiCall *call, GError **error);           /* GET onvif */
gboolean api_post_onvif_search(ApiCall *call, GError **error);   /* POST onvif/search */
gboolean api_delete_onvif_search(ApiCall *call, GError **error); /* DELETE onvif/search */
gboolean api_post_onvif_login(ApiCall *call, GError **error);    /* POST onvif/login */
gboolean api_post_onvif_table(ApiCall *call, GError **error);    /* POST onvif/table */

#endif
