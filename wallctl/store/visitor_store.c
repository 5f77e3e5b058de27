/* visitor_store.c - on which screens visitor mode is on, and what ends it */
#include "wallctl/store/visitor_store.h"

#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"

void visitor_record_clear(VisitorRecord *record)
{
    g_clear_pointer(&record->walls, json_object_put);
    g_clear_pointer(&record->pin, g_free);
}

/* As it is written: another thread must not look into a Json of ours. */
typedef struct {
    char *walls, *pin;
    guint failures;
    gint64 until_ms;
} Row;

static void free_row(gpointer data)
{
    Row *row = data;
    g_free(row->walls);
    g_free(row->pin);
    g_free(row);
}

static gboolean put(sqlite3 *db, gpointer data, GError **error)
{
    const Row *row = data;
    g_autoptr(SqlStatement) insert =
        sql_prepare(db,
                    "INSERT OR REPLACE INTO visitor(id, walls, pin, failures, until_ms) "
                    "VALUES(1, ?, ?, ?, ?)",
                    error);
    if (!insert)
        return FALSE;
    sql_bind_text(insert, 1, row->walls);
    sql_bind_text(insert, 2, row->pin);
    sql_bind_int(insert, 3, row->failures);
    sql_bind_int(insert, 4, row->until_ms);
    return sql_finish(insert, error);
}

void visitor_store_put(Store *store, const VisitorRecord *record)
{
    Row *row = g_new(Row, 1);
    *row = (Row) { record->walls ? json_dup_text(record->walls) : g_strdup("[]"),
                   g_strdup(record->pin), record->failures, record->until_ms };
    record_submit(store, "visitor", put, row, free_row, NULL, NULL);
}

static gboolean load(sqlite3 *db, gpointer data, GError **error)
{
    VisitorRecord *record = data;
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT walls, pin, failures, until_ms FROM visitor", error);
    gboolean has_row;
    if (!query || !sql_step(query, &has_row, error))
        return FALSE;
    if (!has_row)
        return TRUE;
    record->walls = record_parse((const char *)sqlite3_column_text(query, 0), error);
    record->pin = sql_dup_text(query, 1);
    record->failures = (guint)sqlite3_column_int64(query, 2);
    record->until_ms = sqlite3_column_int64(query, 3);
    return record->walls != NULL;
}

gboolean visitor_store_load(Store *store, VisitorRecord *record, GError **error)
{
    *record = (VisitorRecord) { 0 };
    return store_run_now(store, load, record, error);
}
