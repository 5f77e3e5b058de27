/* schema.c - the tables, and how a file comes to have them
 *
 * A step is never changed after a release: what comes later is a new step.
 */
#include "wallctl/store/schema.h"

#include "wallctl/base/error.h"
#include "wallctl/store/sql.h"

#define APPLICATION_ID 0x57414c4c /* "WALL": tells our files from another program's */
#define QUICK_PAGES    16384 /* larger files are not read through at start: it would take seconds */

static const char *const steps[] = {
    /* 1: walls, presets, tours. undo and redo are lists of wall_content.seq, oldest first. */
    "CREATE TABLE wall_content(seq INTEGER PRIMARY KEY, wall TEXT NOT NULL, json TEXT NOT NULL) "
    "STRICT;"
    "CREATE INDEX wall_content_of_wall ON wall_content(wall, seq);"
    "CREATE TABLE wall("
    "  id TEXT PRIMARY KEY, revision INTEGER NOT NULL,"
    "  air INTEGER NOT NULL REFERENCES wall_content(seq), preview INTEGER REFERENCES "
    "wall_content(seq),"
    "  undo TEXT NOT NULL, redo TEXT NOT NULL,"
    "  is_locked INTEGER NOT NULL, locked_by TEXT, saved_ms INTEGER NOT NULL) STRICT;"
    "CREATE TABLE preset("
    "  wall TEXT NOT NULL, name TEXT NOT NULL, screen TEXT, json TEXT NOT NULL, changed_ms INTEGER "
    "NOT NULL,"
    "  PRIMARY KEY(wall, name)) STRICT;"
    "CREATE TABLE tour(id TEXT PRIMARY KEY, json TEXT NOT NULL, changed_ms INTEGER NOT NULL) "
    "STRICT;",
};

int schema_version(void)
{
    return G_N_ELEMENTS(steps);
}

/* After a failed read. */
static SchemaState unreadable(sqlite3 *db)
{
    int code = sqlite3_errcode(db);
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? SCHEMA_DAMAGED : SCHEMA_UNREADABLE;
}

static SchemaState check_pages(sqlite3 *db, GError **error)
{
    gint64 pages;
    if (!sql_get_int(db, "PRAGMA page_count", &pages, error))
        return unreadable(db);
    if (pages > QUICK_PAGES)
        return SCHEMA_GOOD;
    g_autoptr(SqlStatement) query = sql_prepare(db, "PRAGMA quick_check(1)", error);
    gboolean has_row;
    if (!query || !sql_step(query, &has_row, error))
        return unreadable(db);
    const char *result = has_row ? (const char *)sqlite3_column_text(query, 0) : "no answer";
    if (g_strcmp0(result, "ok") == 0)
        return SCHEMA_GOOD;
    g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "the file is damaged: %s", result);
    return SCHEMA_DAMAGED;
}

SchemaState schema_check(sqlite3 *db, GError **error)
{
    gint64 version, application, tables;
    if (!sql_get_int(db, "PRAGMA user_version", &version, error) ||
        !sql_get_int(db, "PRAGMA application_id", &application, error) ||
        !sql_get_int(db, "SELECT count(*) FROM sqlite_schema", &tables, error))
        return unreadable(db);
    if (application != APPLICATION_ID && (application != 0 || version != 0 || tables != 0)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED,
                    "the file is a database of another program");
        return SCHEMA_FOREIGN;
    }
    if (version < 0 || version > schema_version()) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED,
                    "the file was written by a newer wallctl (schema %" G_GINT64_FORMAT
                    ", this one knows %d)",
                    version, schema_version());
        return SCHEMA_FOREIGN;
    }
    return check_pages(db, error);
}

static gboolean apply_step(sqlite3 *db, int step, GError **error)
{
    g_autofree char *sql = g_strdup_printf("BEGIN IMMEDIATE; %s PRAGMA application_id = %d;"
                                           "PRAGMA user_version = %d; COMMIT",
                                           steps[step], APPLICATION_ID, step + 1);
    if (sql_run(db, sql, error))
        return TRUE;
    g_prefix_error(error, "schema step %d: ", step + 1);
    if (!sqlite3_get_autocommit(db))
        sql_run(db, "ROLLBACK", NULL);
    return FALSE;
}

gboolean schema_apply(sqlite3 *db, GError **error)
{
    gint64 version;
    if (!sql_get_int(db, "PRAGMA user_version", &version, error))
        return FALSE;
    for (int step = (int)version; step < schema_version(); step++) {
        if (!apply_step(db, step, error))
            return FALSE;
    }
    return TRUE;
}
