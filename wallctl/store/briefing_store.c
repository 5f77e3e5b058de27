/* briefing_store.c - briefings as they were frozen */
#include "wallctl/store/briefing_store.h"

#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"

typedef struct {
    char *id, *config, *text;
    gint64 made_ms;
} Row;

static void free_row(gpointer data)
{
    Row *row = data;
    g_free(row->id);
    g_free(row->config);
    g_free(row->text);
    g_free(row);
}

static gboolean put(sqlite3 *db, gpointer data, GError **error)
{
    const Row *row = data;
    g_autoptr(SqlStatement) insert = sql_prepare(
        db, "INSERT OR IGNORE INTO briefing(id, config, made_ms, json) VALUES(?, ?, ?, ?)", error);
    if (!insert)
        return FALSE;
    sql_bind_text(insert, 1, row->id);
    sql_bind_text(insert, 2, row->config);
    sql_bind_int(insert, 3, row->made_ms);
    sql_bind_text(insert, 4, row->text);
    return sql_finish(insert, error);
}

void briefing_store_put(Store *store, Json *json, StoreDone done, gpointer user)
{
    Row *row = g_new(Row, 1);
    *row = (Row) { g_strdup(json_object_get_string(json_object_object_get(json, "id"))),
                   g_strdup(json_object_get_string(json_object_object_get(json, "config"))),
                   json_dup_text(json),
                   json_object_get_int64(json_object_object_get(json, "made_ms")) };
    g_autofree char *key = g_strconcat("briefing ", row->id, NULL);
    record_submit(store, key, put, row, free_row, done, user);
}

static void free_json(gpointer json)
{
    json_object_put(json);
}

typedef struct {
    GPtrArray *list;
    guint n;
} Loading;

static gboolean load(sqlite3 *db, gpointer data, GError **error)
{
    const Loading *loading = data;
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT json FROM briefing ORDER BY made_ms DESC LIMIT ?", error);
    gboolean has_row;
    if (!query)
        return FALSE;
    sql_bind_int(query, 1, loading->n);
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        Json *json = record_parse((const char *)sqlite3_column_text(query, 0), error);
        if (!json)
            return FALSE;
        g_ptr_array_add(loading->list, json);
    }
    return FALSE;
}

GPtrArray *briefing_store_load(Store *store, guint n, GError **error)
{
    Loading loading = { g_ptr_array_new_with_free_func(free_json), n };
    if (store_run_now(store, load, &loading, error))
        return loading.list;
    g_ptr_array_unref(loading.list);
    return NULL;
}
