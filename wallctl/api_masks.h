/* api_masks.h - privacy masks of a camera, and the picture they are drawn on. [control] */
#ifndef WALLCTL_API_MASKS_H
#define WALLCTL_API_MASKS_H

#include "wallctl/api_private.h"

gboolean api_get_masks(ApiCall *call, GError **error); /* GET cameras/ID/masks */
gboolean api_put_masks(ApiCall *call, GError **error); /* PUT cameras/ID/masks */
gboolean api_get_still(ApiCall *call, GError **error); /* GET cameras/ID/still.jpg */

#endif
