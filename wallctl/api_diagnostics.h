/* api_diagnostics.h - all that a technician needs who is not here, as one file without secrets. [control] */
#ifndef WALLCTL_API_DIAGNOSTICS_H
#define WALLCTL_API_DIAGNOSTICS_H

#include "wallctl/api_private.h"

gboolean api_get_diagnostics(ApiCall *call, GError **error);

#endif
