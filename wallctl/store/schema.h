/* schema.h - the tables, and how a file comes to have them. [store] */
#ifndef WALLCTL_STORE_SCHEMA_H
#define WALLCTL_STORE_SCHEMA_H

#include <glib.h>
#include <sqlite3.h>

/* The version that this program writes (user_version of the file). */
int schema_version(void);

typedef enum {
    SCHEMA_GOOD = 1,   /* ours of a version we know, or empty */
    SCHEMA_FOREIGN,    /* another program's, or a newer wallctl's: WALL_ERROR_UNSUPPORTED */
    SCHEMA_DAMAGED,    /* no database, or broken pages: WALL_ERROR_UNAVAILABLE */
    SCHEMA_UNREADABLE, /* could not be read now: WALL_ERROR_UNAVAILABLE */
} SchemaState;

/* Reads only. */
SchemaState schema_check(sqlite3 *db, GError **error);

/* Brings db to schema_version(), one transaction a step. */
gboolean schema_apply(sqlite3 *db, GError **error);

#endif
