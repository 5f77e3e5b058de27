/* api_metrics.h - figures for Prometheus. [control] */
#ifndef WALLCTL_API_METRICS_H
#define WALLCTL_API_METRICS_H

#include "wallctl/api_private.h"

gboolean api_get_metrics(ApiCall *call, GError **error);

/* The same text for a file. Caller frees. */
char *metrics_dup_text(const ApiEnv *env);

#endif
