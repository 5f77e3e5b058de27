/* library.h - named things that walls use: presets (预案) and tours (轮巡), from the configuration
 * and from people. [control]
 *
 * What people save lives in the store and wins over the configuration's of the same name.
 */
#ifndef WALLCTL_LIBRARY_H
#define WALLCTL_LIBRARY_H

#include "config/config.h"
#include "wallctl/model/command.h"
#include "wallctl/store/wall_store.h"

typedef struct Library Library;

/* Reads what the store has. NULL with an error when it cannot be read. store may be NULL: nothing
 * is kept then. */
Library *library_new(Config *config, Store *store, GError **error);
void library_free(Library *library);
void library_reload(Library *library, Config *config);

/* Presets of a wall in name order; borrowed until the next change. */
GPtrArray *library_presets(Library *library,
                           const char *wall); /* StoredPreset; caller unrefs the array */
const StoredPreset *library_preset(Library *library, const char *wall, const char *name);

/* 1..64 characters, no control characters. Saving replaces. */
gboolean library_save_preset(Library *library, const char *wall, const char *name,
                             const char *screen, WallContent *content, GError **error);
gboolean library_delete_preset(Library *library, const char *wall, const char *name,
                               GError **error);
gboolean library_rename_preset(Library *library, const char *wall, const char *from, const char *to,
                               GError **error);

GPtrArray *library_tours(Library *library); /* const Tour *, in id order; caller unrefs the array */
const Tour *library_tour(Library *library, const char *id);
gboolean library_put_tour(Library *library, const Tour *tour,
                          GError **error); /* checks wall, cameras, presets, dwell */
gboolean library_delete_tour(Library *library, const char *id, GError **error);

/* Everything again, after the store had lost it. */
void library_save_all(Library *library);

#endif
