/* api_boards.h - boards, briefings and tickers over the API. [control] */
#ifndef WALLCTL_API_BOARDS_H
#define WALLCTL_API_BOARDS_H

#include "wallctl/api_private.h"

gboolean api_get_boards(ApiCall *call, GError **error);
gboolean api_get_board(ApiCall *call, GError **error);
gboolean api_get_briefings(ApiCall *call, GError **error);
gboolean api_post_briefing(ApiCall *call, GError **error);
gboolean api_get_briefing(ApiCall *call, GError **error);
gboolean api_get_ticker(ApiCall *call, GError **error);
gboolean api_put_ticker(ApiCall *call, GError **error);

#endif
