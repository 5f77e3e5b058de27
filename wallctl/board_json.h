/* board_json.h - the figures of a board as they go over the API: what its tile draws, as numbers. [control] */
#ifndef WALLCTL_BOARD_JSON_H
#define WALLCTL_BOARD_JSON_H

#include "wallctl/board_reading.h"

/* {"name","title","kind","as_of_ms","items":[...], ...} as docs/api.md says; name: as it was asked for. All kinds that
 * come from the database. Caller owns. */
Json *board_json(const char *name, const BoardReading *reading, const Config *config,
                 gint64 now_ms);

/* Of the board of sources: {"items":[], "sources":[...]}. Takes sources. */
Json *board_sources_json(const char *name, const char *title, Json *sources, gint64 now_ms);

#endif
