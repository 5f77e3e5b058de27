/* roster.h - who was called by a whistle and where they stand, as a board of the wall and as JSON.
 * [control] */
#ifndef WALLCTL_ROSTER_H
#define WALLCTL_ROSTER_H

#include "config/config.h"
#include "pipelines/board_book.h"
#include "wallctl/base/json.h"
#include "wallctl/model/case.h"
#include "wallctl/model/whistle.h"
#include "wallctl/store/whistle_store.h"

#define ROSTER_MAX 24 /* offices that are drawn; more are counted */

/* Clocks that the event did not give are the site's. */
WhistleClocks roster_clocks(const Config *config, const StoredWhistle *whistle);

/* As docs/openapi.json says of a Whistle. c: its case, NULL if it is not known. Caller owns. */
Json *roster_json(const Config *config, const StoredWhistle *whistle, const Case *c,
                  gboolean is_open);

/* Puts "board:whistle:CODE" into the book as of now_ms (of an ended whistle: as of its end). c may be
 * NULL. is_dim: the other state of the pulse. */
void roster_put(BoardBook *book, const Config *config, const StoredWhistle *whistle, const Case *c,
                gint64 now_ms, gboolean is_dim);

#endif
