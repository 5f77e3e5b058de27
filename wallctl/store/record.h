/* record.h - what jobs on walls, presets and tours share */
#ifndef WALLCTL_STORE_RECORD_H
#define WALLCTL_STORE_RECORD_H

#include "wallctl/base/json.h"
#include "wallctl/model/wall.h"
#include "wallctl/store/store.h"

/* [control] As store_submit_newest(); a full queue is an answer like any other: by done. */
void record_submit(Store *store, const char *key, StoreFunc func, gpointer data,
                   GDestroyNotify free_data, StoreDone done, gpointer user);

/* [control] Posts an answer for what could not be submitted. */
void record_refuse(const GError *error, StoreDone done, gpointer user);

/* [any] Texts from the disk; NULL with WALL_ERROR_INVALID. */
Json *record_parse(const char *text, GError **error);
WallContent *record_parse_content(const char *text, const char *source, GError **error);

#endif
