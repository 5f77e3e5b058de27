/* wall_store.h - walls, presets and tours on disk. */
#ifndef WALLCTL_STORE_WALL_STORE_H
#define WALLCTL_STORE_WALL_STORE_H

#include "wallctl/model/tour.h"
#include "wallctl/model/wall.h"
#include "wallctl/store/store.h"

/* A named content: the whole wall, or one screen of it. */
typedef struct {
    char *wall, *name;
    char *screen; /* NULL: whole wall */
    WallContent *content;
    gint64 changed_ms; /* Unix ms */
} StoredPreset;

/* [any] changed_ms is now; holds a reference of its own to content. */
StoredPreset *stored_preset_new(const char *wall, const char *name, const char *screen,
                                WallContent *content);
void stored_preset_free(StoredPreset *preset);

/* All [control]. done may be NULL; it gets WALL_ERROR_UNAVAILABLE (disk), LIMIT (too much waits),
 * NOT_FOUND or INVALID (a name that is not there, or there already); its data argument is the job's
 * own. Jobs run in the order of these calls. Contents are immutable, so a job writes what was
 * handed over, whatever happened since. */

/* Keeps the wall as it is now: content, preview, undo, redo, lock, revision. Only contents not yet
 * on disk are written. A save of the same wall that still waits is replaced by this one; the done
 * of both run after it. */
void wall_store_save(Store *store, Wall *wall, StoreDone done, gpointer user);

/* Before the loop: the wall as last saved, or NULL (no error) if it was never saved. Undo steps
 * that cannot be read any more are left out with a warning in the log; a content on air that cannot
 * is an error, and nothing is changed. */
Wall *wall_store_load(Store *store, const char *id, GError **error);

void wall_store_save_preset(Store *store, const StoredPreset *preset, StoreDone done,
                            gpointer user);
void wall_store_delete_preset(Store *store, const char *wall, const char *name, StoreDone done,
                              gpointer user);
void wall_store_rename_preset(Store *store, const char *wall, const char *from, const char *to,
                              StoreDone done, gpointer user);
/* Both leave out, with a warning, what cannot be read any more. */
GPtrArray *wall_store_load_presets(Store *store, GError **error); /* StoredPreset; caller owns */

void wall_store_save_tour(Store *store, const Tour *tour, StoreDone done, gpointer user);
void wall_store_delete_tour(Store *store, const char *id, StoreDone done, gpointer user);
GPtrArray *wall_store_load_tours(Store *store, GError **error); /* Tour; caller owns */

/* JSON of a content, also used by the API. json: caller owns; from_json: NULL with a fault added.
 */
#include "wallctl/base/json.h"
Json *wall_content_to_json(const WallContent *content);
WallContent *wall_content_from_json(Json *json, Faults *faults, const char *place);

#endif
