/* ticker_store.h - the line that runs along the foot of each wall */
#ifndef WALLCTL_STORE_TICKER_STORE_H
#define WALLCTL_STORE_TICKER_STORE_H

#include "wallctl/store/store.h"

/* [control] text "" takes it away. */
void ticker_store_put(Store *store, const char *wall, const char *text);

/* Before the loop runs: wall -> text (both owned by the table), or NULL with an error. */
GHashTable *ticker_store_load(Store *store, GError **error);

#endif
