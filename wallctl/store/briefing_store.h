/* briefing_store.h - briefings as they were frozen: written once, never changed */
#ifndef WALLCTL_STORE_BRIEFING_STORE_H
#define WALLCTL_STORE_BRIEFING_STORE_H

#include "wallctl/base/json.h"
#include "wallctl/store/store.h"

/* [control] json has "id", "config", "made_ms"; a reference is taken. done may be NULL. */
void briefing_store_put(Store *store, Json *json, StoreDone done, gpointer user);

/* Before the loop runs: the newest n, newest first (Json; caller owns). NULL with an error. */
GPtrArray *briefing_store_load(Store *store, guint n, GError **error);

#endif
