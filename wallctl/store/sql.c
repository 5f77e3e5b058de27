/* sql.c - the few lines around SQLite that every job needs */
#include "wallctl/store/sql.h"

#include "wallctl/base/error.h"

#include <string.h>

#define BESIDE_BUSY_MS 10000

void sql_set_error(sqlite3 *db, GError **error)
{
    int code = WALL_ERROR_INTERNAL;
    switch (sqlite3_errcode(db)) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_INTERRUPT:
        code = WALL_ERROR_UNAVAILABLE;
        break;
    case SQLITE_CONSTRAINT:
        code = WALL_ERROR_INVALID;
        break;
    case SQLITE_TOOBIG:
        code = WALL_ERROR_LIMIT;
        break;
    default:
        break;
    }
    g_set_error(error, WALL_ERROR, code, "%s (SQLite %d)", sqlite3_errmsg(db),
                sqlite3_extended_errcode(db));
}

SqlStatement *sql_prepare(sqlite3 *db, const char *sql, GError **error)
{
    /* The connection knows its statements; with a few dozen a walk over them is cheaper than a
     * table of our own. */
    for (sqlite3_stmt *known = sqlite3_next_stmt(db, NULL); known;
         known = sqlite3_next_stmt(db, known)) {
        if (!sqlite3_stmt_busy(known) && strcmp(sqlite3_sql(known), sql) == 0)
            return known;
    }
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
        sql_set_error(db, error);
    return statement;
}

void sql_release(SqlStatement *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

SqlOnce *sql_prepare_once(sqlite3 *db, const char *sql, GError **error)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        sql_set_error(db, error);
    return statement;
}

void sql_bind_text(SqlStatement *statement, int index, const char *text)
{
    int code = sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
    g_assert(code == SQLITE_OK || code == SQLITE_TOOBIG || code == SQLITE_NOMEM);
}

void sql_bind_int(SqlStatement *statement, int index, gint64 value)
{
    int code = sqlite3_bind_int64(statement, index, value);
    g_assert(code == SQLITE_OK);
}

void sql_bind_time(SqlStatement *statement, int index, gint64 unix_ms)
{
    if (unix_ms)
        sql_bind_int(statement, index, unix_ms);
}

void sql_bind_blob(SqlStatement *statement, int index, const void *bytes, gsize n)
{
    int code = sqlite3_bind_blob64(statement, index, bytes, n, SQLITE_STATIC);
    g_assert(code == SQLITE_OK);
}

gboolean sql_step(SqlStatement *statement, gboolean *has_row, GError **error)
{
    int code = sqlite3_step(statement);
    *has_row = code == SQLITE_ROW;
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return TRUE;
    sql_set_error(sqlite3_db_handle(statement), error);
    return FALSE;
}

gboolean sql_finish(SqlStatement *statement, GError **error)
{
    gboolean has_row;
    do {
        if (!sql_step(statement, &has_row, error))
            return FALSE;
    } while (has_row);
    return TRUE;
}

char *sql_dup_text(SqlStatement *statement, int column)
{
    return g_strdup((const char *)sqlite3_column_text(statement, column));
}

char *sql_dup_text_or_empty(SqlStatement *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return g_strdup(text ? text : "");
}

gboolean sql_run(sqlite3 *db, const char *sql, GError **error)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return TRUE;
    sql_set_error(db, error);
    return FALSE;
}

gboolean sql_get_int(sqlite3 *db, const char *sql, gint64 *value, GError **error)
{
    g_autoptr(SqlStatement) query = sql_prepare(db, sql, error);
    gboolean has_row;
    if (!query || !sql_step(query, &has_row, error))
        return FALSE;
    *value = has_row ? sqlite3_column_int64(query, 0) : 0;
    return TRUE;
}

sqlite3 *sql_open_beside(const char *path, int flags, GError **error)
{
    sqlite3 *db = NULL;
    if (sqlite3_open_v2(path, &db, flags, NULL) == SQLITE_OK) {
        sqlite3_busy_timeout(db, BESIDE_BUSY_MS);
        return db;
    }
    sql_set_error(db, error);
    g_prefix_error(error, "%s: ", path);
    sql_close(db, FALSE);
    return NULL;
}

void sql_close(sqlite3 *db, gboolean is_kept)
{
    if (!db)
        return;
    sqlite3_stmt *statement;
    while ((statement = sqlite3_next_stmt(db, NULL)))
        sqlite3_finalize(statement);
    if (!is_kept)
        sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close_v2(db);
}
