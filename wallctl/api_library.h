/* api_library.h - presets and tours over the API. [control] */
#ifndef WALLCTL_API_LIBRARY_H
#define WALLCTL_API_LIBRARY_H

#include "wallctl/api_private.h"

gboolean api_get_presets(ApiCall *call, GError **error);
gboolean api_put_preset(ApiCall *call, GError **error);    /* {"screen"?}: saves what is on air */
gboolean api_rename_preset(ApiCall *call, GError **error); /* {"rename": name} */
gboolean api_delete_preset(ApiCall *call, GError **error);
gboolean api_put_tour(ApiCall *call, GError **error);
gboolean api_delete_tour(ApiCall *call, GError **error);

#endif
