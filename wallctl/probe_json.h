/* probe_json.h - what a probe found, for the API and the client's --json alike. [any] */
#ifndef WALLCTL_PROBE_JSON_H
#define WALLCTL_PROBE_JSON_H

#include "pipelines/probe.h"
#include "wallctl/base/json.h"

Json *probe_result_to_json(const ProbeResult *result); /* caller owns */

#endif
