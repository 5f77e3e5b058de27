/* api_probe.h - what a camera of the configuration sends */
#ifndef WALLCTL_API_PROBE_H
#define WALLCTL_API_PROBE_H

#include "wallctl/api_private.h"

gboolean api_post_probe(ApiCall *call, GError **error);

#endif
