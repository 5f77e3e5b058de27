/* onvif_json.h - what a search for cameras has found, as the API tells it. [control] */
#ifndef WALLCTL_ONVIF_JSON_H
#define WALLCTL_ONVIF_JSON_H

#include "wallctl/base/json.h"
#include "wallctl/onvif_search.h"

/* Caller owns. Ids for cameras are proposed that config has not. */
Json *onvif_search_json(const OnvifSearch *search, const Config *config);

#endif
