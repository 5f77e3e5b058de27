/* chunks.h - long work on the database in short jobs, one after the other, so that what else is to be
 * written goes between them */
#ifndef WALLCTL_STORE_CHUNKS_H
#define WALLCTL_STORE_CHUNKS_H

#include "wallctl/store/store.h"

/* [store] As StoreFunc; called again until it sets *is_over (FALSE before). A chunk that fails is
 * rolled back and ends the work. */
typedef gboolean (*ChunkFunc)(sqlite3 *db, gpointer data, gboolean *is_over, GError **error);

/* [control] done (may be NULL) runs once, on [control]: after the last chunk, or with the error that
 * ended it; WALL_ERROR_UNAVAILABLE when the store was closed between. Then free_data(data).
 * truncates_log: after the last chunk store_truncate_log(), which is waited for. */
void chunks_run(Store *store, ChunkFunc func, gpointer data, gboolean truncates_log,
                GDestroyNotify free_data, StoreDone done, gpointer user);

#endif
