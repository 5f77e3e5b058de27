/* evidence_store.h - what was saved of cameras, in the database; the files lie in a folder of their own */
#ifndef WALLCTL_STORE_EVIDENCE_STORE_H
#define WALLCTL_STORE_EVIDENCE_STORE_H

#include "wallctl/model/evidence.h"
#include "wallctl/store/store.h"

/* [control] Writes the row, or writes it anew. done may be NULL. */
void evidence_store_put(Store *store, const Evidence *evidence, StoreDone done, gpointer user);

/* [control] */
void evidence_store_delete(Store *store, const char *id);

/* Before the loop runs: all rows, of Evidence; NULL with an error. Caller owns. */
GPtrArray *evidence_store_load(Store *store, GError **error);

#endif
