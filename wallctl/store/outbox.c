/* outbox.c - what is to be sent upstream: kept until the peer has it */
#include "wallctl/store/outbox.h"

#include "wallctl/base/clock.h"
#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"

void outbox_item_free(OutboxItem *item)
{
    if (!item)
        return;
    g_free(item->peer);
    g_free(item->key);
    g_free(item->body);
    g_free(item);
}

static void free_item(gpointer data)
{
    outbox_item_free(data);
}

gboolean outbox_insert(sqlite3 *db, const char *peer, const char *key, const char *body,
                       GError **error)
{
    g_autoptr(SqlStatement) insert = sql_prepare(
        db, "INSERT INTO outbox(peer, key, body, created_ms, tries) VALUES(?, ?, ?, ?, 0)", error);
    if (!insert)
        return FALSE;
    sql_bind_text(insert, 1, peer);
    sql_bind_text(insert, 2, key);
    sql_bind_text(insert, 3, body);
    sql_bind_int(insert, 4, clock_unix_ms());
    return sql_finish(insert, error);
}

static gboolean insert_item(sqlite3 *db, gpointer data, GError **error)
{
    const OutboxItem *item = data;
    return outbox_insert(db, item->peer, item->key, item->body, error);
}

void outbox_add(Store *store, const char *peer, const char *key, const char *body, StoreDone done,
                gpointer user)
{
    OutboxItem *item = g_new0(OutboxItem, 1);
    item->peer = g_strdup(peer);
    item->key = g_strdup(key);
    item->body = g_strdup(body);
    record_submit(store, NULL, insert_item, item, free_item, done, user);
}

GPtrArray *outbox_next(sqlite3 *db, const char *peer, guint n, GError **error)
{
    g_autoptr(SqlStatement) query = sql_prepare(
        db,
        "SELECT seq, peer, key, body, created_ms, tries FROM outbox AS o WHERE peer = ?1 AND "
        "sent_ms IS NULL AND (key = '' OR NOT EXISTS(SELECT 1 FROM outbox AS b WHERE b.peer = ?1 "
        "AND b.key = o.key AND b.sent_ms IS NULL AND b.seq < o.seq)) ORDER BY seq LIMIT ?2",
        error);
    if (!query)
        return NULL;
    sql_bind_text(query, 1, peer);
    sql_bind_int(query, 2, n);
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(free_item);
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return g_steal_pointer(&items);
        OutboxItem *item = g_new(OutboxItem, 1);
        *item = (OutboxItem) { .seq = sqlite3_column_int64(query, 0),
                               .peer = sql_dup_text(query, 1),
                               .key = sql_dup_text(query, 2),
                               .body = sql_dup_text(query, 3),
                               .created_ms = sqlite3_column_int64(query, 4),
                               .tries = (guint)sqlite3_column_int(query, 5) };
        g_ptr_array_add(items, item);
    }
    return NULL;
}

gboolean outbox_count(sqlite3 *db, const char *peer, gint64 *n, GError **error)
{
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT count(*) FROM outbox WHERE peer = ? AND sent_ms IS NULL", error);
    gboolean has_row;
    if (!query)
        return FALSE;
    sql_bind_text(query, 1, peer);
    if (!sql_step(query, &has_row, error))
        return FALSE;
    *n = sqlite3_column_int64(query, 0);
    return TRUE;
}

/* --- outcomes ----------------------------------------------------------------------------------
 */

static gboolean mark_sent(sqlite3 *db, gpointer data, GError **error)
{
    g_autoptr(SqlStatement) update = sql_prepare(
        db, "UPDATE outbox SET tries = tries + 1, sent_ms = ? WHERE seq = ? AND sent_ms IS NULL",
        error);
    if (!update)
        return FALSE;
    sql_bind_int(update, 1, clock_unix_ms());
    sql_bind_int(update, 2, *(gint64 *)data);
    return sql_finish(update, error);
}

static gboolean mark_failed(sqlite3 *db, gpointer data, GError **error)
{
    g_autoptr(SqlStatement) update =
        sql_prepare(db, "UPDATE outbox SET tries = tries + 1 WHERE seq = ?", error);
    if (!update)
        return FALSE;
    sql_bind_int(update, 1, *(gint64 *)data);
    return sql_finish(update, error);
}

void outbox_sent(Store *store, gint64 seq, StoreDone done, gpointer user)
{
    record_submit(store, NULL, mark_sent, g_memdup2(&seq, sizeof seq), g_free, done, user);
}

void outbox_failed(Store *store, gint64 seq, StoreDone done, gpointer user)
{
    record_submit(store, NULL, mark_failed, g_memdup2(&seq, sizeof seq), g_free, done, user);
}
