/* api_case.h - one case, whole, and the words that this site has for cases, over the API. [control] */
#ifndef WALLCTL_API_CASE_H
#define WALLCTL_API_CASE_H

#include "wallctl/api_private.h"

gboolean api_get_case(ApiCall *call, GError **error);

/* Stages, papers, categories and regions as this site calls them. */
gboolean api_get_words(ApiCall *call, GError **error);

/* Is the case within the caller's region? */
gboolean case_is_seen(const Case *c, const Caller *caller);

#endif
