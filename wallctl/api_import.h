/* api_import.h - a table of cameras comes in over the API. [control] */
#ifndef WALLCTL_API_IMPORT_H
#define WALLCTL_API_IMPORT_H

#include "wallctl/api_private.h"

#define API_IMPORT_PATH "/api/v1/cameras/import"

gboolean api_post_import(ApiCall *call, GError **error); /* POST cameras/import */

#endif
