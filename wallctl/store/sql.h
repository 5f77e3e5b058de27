/* sql.h - the few lines around SQLite that every job needs: prepare, bind, step, errors.
 * [store], or the thread of store_run_now() */
#ifndef WALLCTL_STORE_SQL_H
#define WALLCTL_STORE_SQL_H

#include <glib.h>
#include <sqlite3.h>

/* A connection beside the writer's (flags: SQLITE_OPEN_...), that waits some seconds for locks; NULL
 * with an error that names the path. sql_close() ends it. */
sqlite3 *sql_open_beside(const char *path, int flags, GError **error);

/* The statement behind one literal: prepared once a connection, which keeps it. Leaving the scope
 * of the autoptr resets it. */
typedef sqlite3_stmt SqlStatement;
SqlStatement *sql_prepare(sqlite3 *db, const char *sql, GError **error);
void sql_release(SqlStatement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SqlStatement, sql_release)

/* A statement whose text is made for one call and not kept. */
typedef sqlite3_stmt SqlOnce;
SqlOnce *sql_prepare_once(sqlite3 *db, const char *sql, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SqlOnce, sqlite3_finalize)

/* index counts from 1; text must live until the statement is released; NULL text is NULL. */
void sql_bind_text(SqlStatement *statement, int index, const char *text);
void sql_bind_int(SqlStatement *statement, int index, gint64 value);
void sql_bind_time(SqlStatement *statement, int index, gint64 unix_ms); /* 0 is NULL: not yet */
void sql_bind_blob(SqlStatement *statement, int index, const void *bytes, gsize n);

gboolean sql_step(SqlStatement *statement, gboolean *has_row, GError **error);
gboolean sql_finish(SqlStatement *statement, GError **error); /* to the end, rows ignored */
char *sql_dup_text(SqlStatement *statement, int column); /* column counts from 0; NULL for NULL */
char *sql_dup_text_or_empty(SqlStatement *statement, int column);

/* Statements without values and results, several at once allowed. */
gboolean sql_run(sqlite3 *db, const char *sql, GError **error);

/* The first column of the first row. */
gboolean sql_get_int(sqlite3 *db, const char *sql, gint64 *value, GError **error);

/* What the last call on db failed with: WALL_ERROR_UNAVAILABLE for disk and file, INVALID for a
 * constraint, LIMIT for something too large, else INTERNAL. */
void sql_set_error(sqlite3 *db, GError **error);

/* Closes db and all its statements; the write-ahead log is copied into the file if is_kept, else
 * left alone. */
void sql_close(sqlite3 *db, gboolean is_kept);

#endif
