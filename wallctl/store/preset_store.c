/* preset_store.c - presets and tours on disk */
#include "wallctl/store/wall_store.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"
#include "wallctl/store/tour_json.h"

/* presets */

StoredPreset *stored_preset_new(const char *wall, const char *name, const char *screen,
                                WallContent *content)
{
    StoredPreset *preset = g_new(StoredPreset, 1);
    *preset = (StoredPreset) { g_strdup(wall), g_strdup(name), g_strdup(screen),
                               wall_content_ref(content), clock_unix_ms() };
    return preset;
}

void stored_preset_free(StoredPreset *preset)
{
    if (!preset)
        return;
    g_free(preset->wall);
    g_free(preset->name);
    g_free(preset->screen);
    wall_content_unref(preset->content);
    g_free(preset);
}

static void free_preset(gpointer data)
{
    stored_preset_free(data);
}

static gboolean put_preset(sqlite3 *db, gpointer data, GError **error)
{
    const StoredPreset *preset = data;
    g_autoptr(Json) json = wall_content_to_json(preset->content);
    g_autofree char *text = json_dup_text(json);
    g_autoptr(SqlStatement) put = sql_prepare(
        db,
        "INSERT OR REPLACE INTO preset(wall, name, screen, json, changed_ms) VALUES(?, ?, ?, ?, ?)",
        error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, preset->wall);
    sql_bind_text(put, 2, preset->name);
    sql_bind_text(put, 3, preset->screen);
    sql_bind_text(put, 4, text);
    sql_bind_int(put, 5, preset->changed_ms);
    return sql_finish(put, error);
}

void wall_store_save_preset(Store *store, const StoredPreset *preset, StoreDone done, gpointer user)
{
    StoredPreset *copy =
        stored_preset_new(preset->wall, preset->name, preset->screen, preset->content);
    copy->changed_ms = preset->changed_ms;
    record_submit(store, NULL, put_preset, copy, free_preset, done, user);
}

/* wall, name, and for a new name that too */
static gboolean delete_preset(sqlite3 *db, gpointer data, GError **error)
{
    char **names = data;
    g_autoptr(SqlStatement) delete =
        sql_prepare(db, "DELETE FROM preset WHERE wall = ? AND name = ?", error);
    if (!delete)
        return FALSE;
    sql_bind_text(delete, 1, names[0]);
    sql_bind_text(delete, 2, names[1]);
    if (!sql_finish(delete, error))
        return FALSE;
    if (sqlite3_changes(db) > 0)
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND, "wall \"%s\" has no preset \"%s\"",
                names[0], names[1]);
    return FALSE;
}

static gboolean rename_preset(sqlite3 *db, gpointer data, GError **error)
{
    char **names = data;
    g_autoptr(SqlStatement) update =
        sql_prepare(db, "UPDATE preset SET name = ?3 WHERE wall = ?1 AND name = ?2", error);
    if (!update)
        return FALSE;
    for (int i = 0; i < 3; i++)
        sql_bind_text(update, i + 1, names[i]);
    GError *cause = NULL;
    gboolean is_good = sql_finish(update, &cause);
    if (g_error_matches(cause, WALL_ERROR, WALL_ERROR_INVALID)) {
        g_error_free(cause);
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "wall \"%s\" has a preset \"%s\" already", names[0], names[2]);
        return FALSE;
    }
    if (!is_good) {
        g_propagate_error(error, cause);
        return FALSE;
    }
    if (sqlite3_changes(db) > 0)
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND, "wall \"%s\" has no preset \"%s\"",
                names[0], names[1]);
    return FALSE;
}

static void free_names(gpointer data)
{
    g_strfreev(data);
}

void wall_store_delete_preset(Store *store, const char *wall, const char *name, StoreDone done,
                              gpointer user)
{
    const char *names[] = { wall, name, NULL };
    record_submit(store, NULL, delete_preset, g_strdupv((char **)names), free_names, done, user);
}

void wall_store_rename_preset(Store *store, const char *wall, const char *from, const char *to,
                              StoreDone done, gpointer user)
{
    const char *names[] = { wall, from, to, NULL };
    record_submit(store, NULL, rename_preset, g_strdupv((char **)names), free_names, done, user);
}

static gboolean load_presets(sqlite3 *db, gpointer data, GError **error)
{
    GPtrArray *presets = data;
    g_autoptr(SqlStatement) query = sql_prepare(
        db, "SELECT wall, name, screen, json, changed_ms FROM preset ORDER BY wall, name", error);
    gboolean has_row, is_good;
    if (!query)
        return FALSE;
    while ((is_good = sql_step(query, &has_row, error)) && has_row) {
        g_autofree char *wall = sql_dup_text(query, 0), *name = sql_dup_text(query, 1);
        g_autofree char *screen = sql_dup_text(query, 2), *text = sql_dup_text(query, 3);
        g_autofree char *source = g_strdup_printf("wall \"%s\", preset \"%s\"", wall, name);
        g_autoptr(GError) cause = NULL;
        g_autoptr(WallContent) content = record_parse_content(text, source, &cause);
        if (!content) {
            log_warning(STORE, "left out: %s", cause->message);
            continue;
        }
        StoredPreset *preset = stored_preset_new(wall, name, screen, content);
        preset->changed_ms = sqlite3_column_int64(query, 4);
        g_ptr_array_add(presets, preset);
    }
    return is_good;
}

GPtrArray *wall_store_load_presets(Store *store, GError **error)
{
    g_autoptr(GPtrArray) presets = g_ptr_array_new_with_free_func(free_preset);
    return store_run_now(store, load_presets, presets, error) ? g_steal_pointer(&presets) : NULL;
}

/* tours */

static gboolean put_tour(sqlite3 *db, gpointer data, GError **error)
{
    const Tour *tour = data;
    g_autoptr(Json) json = tour_to_json(tour);
    g_autofree char *text = json_dup_text(json);
    g_autoptr(SqlStatement) put =
        sql_prepare(db, "INSERT OR REPLACE INTO tour(id, json, changed_ms) VALUES(?, ?, ?)", error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, tour->id);
    sql_bind_text(put, 2, text);
    sql_bind_int(put, 3, clock_unix_ms());
    return sql_finish(put, error);
}

static gboolean delete_tour(sqlite3 *db, gpointer data, GError **error)
{
    const char *id = data;
    g_autoptr(SqlStatement) delete = sql_prepare(db, "DELETE FROM tour WHERE id = ?", error);
    if (!delete)
        return FALSE;
    sql_bind_text(delete, 1, id);
    if (!sql_finish(delete, error))
        return FALSE;
    if (sqlite3_changes(db) > 0)
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND, "there is no tour \"%s\"", id);
    return FALSE;
}

static void free_tour(gpointer data)
{
    tour_free(data);
}

void wall_store_save_tour(Store *store, const Tour *tour, StoreDone done, gpointer user)
{
    record_submit(store, NULL, put_tour, tour_copy(tour), free_tour, done, user);
}

void wall_store_delete_tour(Store *store, const char *id, StoreDone done, gpointer user)
{
    record_submit(store, NULL, delete_tour, g_strdup(id), g_free, done, user);
}

static gboolean load_tours(sqlite3 *db, gpointer data, GError **error)
{
    GPtrArray *tours = data;
    g_autoptr(SqlStatement) query = sql_prepare(db, "SELECT id, json FROM tour ORDER BY id", error);
    gboolean has_row, is_good;
    if (!query)
        return FALSE;
    while ((is_good = sql_step(query, &has_row, error)) && has_row) {
        g_autofree char *id = sql_dup_text(query, 0), *text = sql_dup_text(query, 1);
        g_autofree char *source = g_strdup_printf("tour \"%s\"", id);
        g_autoptr(GError) cause = NULL;
        g_autoptr(Json) json = record_parse(text, &cause);
        g_autoptr(Faults) faults = faults_new(source, 1);
        Tour *tour = json ? tour_from_json(json, faults, "") : NULL;
        if (tour)
            g_ptr_array_add(tours, tour);
        else
            log_warning(STORE, "left out: %s", cause ? cause->message : faults_get(faults, 0));
    }
    return is_good;
}

GPtrArray *wall_store_load_tours(Store *store, GError **error)
{
    g_autoptr(GPtrArray) tours = g_ptr_array_new_with_free_func(free_tour);
    return store_run_now(store, load_tours, tours, error) ? g_steal_pointer(&tours) : NULL;
}
