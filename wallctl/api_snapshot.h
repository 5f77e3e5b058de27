/* api_snapshot.h - what a screen shows now, as a file */
#ifndef WALLCTL_API_SNAPSHOT_H
#define WALLCTL_API_SNAPSHOT_H

#include "wallctl/api_private.h"

gboolean api_get_screen_picture(ApiCall *call, GError **error);

#endif
