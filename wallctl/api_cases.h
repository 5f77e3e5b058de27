/* api_cases.h - alarms, sources, cases and links over the API. [control] */
#ifndef WALLCTL_API_CASES_H
#define WALLCTL_API_CASES_H

#include "wallctl/api_private.h"
#include "wallctl/store/case_query.h"

gboolean api_get_alarms(ApiCall *call, GError **error);
gboolean api_post_alarm(ApiCall *call, GError **error); /* {"do", "minutes"?, "to"?} */
gboolean api_get_sources(ApiCall *call, GError **error);
gboolean api_get_cases(ApiCall *call, GError **error);
gboolean api_get_links(ApiCall *call, GError **error);
gboolean api_get_snapshot(ApiCall *call, GError **error); /* all that a console shows, at one seq */

/* The rows of a page, as a list. Caller owns. */
Json *case_rows_json(const CasePage *page);

/* A command that opens a case, or its whistle: it is looked up first. Answers like any command. */
gboolean api_open_case(ApiCall *call, const Command *command, GError **error);
gboolean api_open_whistle(ApiCall *call, const Command *command, GError **error);

#endif
