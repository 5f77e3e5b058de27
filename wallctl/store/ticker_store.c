/* ticker_store.c - the line that runs along the foot of each wall */
#include "wallctl/store/ticker_store.h"

#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"

typedef struct {
    char *wall, *text;
} Line;

static void free_line(gpointer data)
{
    Line *line = data;
    g_free(line->wall);
    g_free(line->text);
    g_free(line);
}

static gboolean put(sqlite3 *db, gpointer data, GError **error)
{
    const Line *line = data;
    g_autoptr(SqlStatement) change =
        sql_prepare(db,
                    *line->text ? "INSERT OR REPLACE INTO ticker(wall, text) VALUES(?, ?)"
                                : "DELETE FROM ticker WHERE wall = ?",
                    error);
    if (!change)
        return FALSE;
    sql_bind_text(change, 1, line->wall);
    if (*line->text)
        sql_bind_text(change, 2, line->text);
    return sql_finish(change, error);
}

void ticker_store_put(Store *store, const char *wall, const char *text)
{
    Line *line = g_new(Line, 1);
    *line = (Line) { g_strdup(wall), g_strdup(text) };
    g_autofree char *key = g_strconcat("ticker ", wall, NULL);
    record_submit(store, key, put, line, free_line, NULL, NULL);
}

static gboolean load(sqlite3 *db, gpointer data, GError **error)
{
    GHashTable *lines = data;
    g_autoptr(SqlStatement) query = sql_prepare(db, "SELECT wall, text FROM ticker", error);
    gboolean has_row;
    while (query && sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        g_hash_table_replace(lines, sql_dup_text(query, 0), sql_dup_text(query, 1));
    }
    return FALSE;
}

GHashTable *ticker_store_load(Store *store, GError **error)
{
    g_autoptr(GHashTable) lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return store_run_now(store, load, lines, error) ? g_steal_pointer(&lines) : NULL;
}
