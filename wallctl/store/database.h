/* database.h - the file behind the store: opened, checked, and made anew when it was taken away.
 * [store]
 *
 * Nothing that lies at the path and is not ours is ever written to: it is moved beside, with a name
 * that tells.
 */
#ifndef WALLCTL_STORE_DATABASE_H
#define WALLCTL_STORE_DATABASE_H

#include "wallctl/store/schema.h"

#include <glib.h>
#include <sqlite3.h>
#include <sys/types.h>

typedef struct {
    char *path; /* absolute, or ":memory:" */
    gboolean is_memory;
    sqlite3 *db;             /* NULL while the file cannot be opened */
    ino_t log;               /* inode of the write-ahead log as opened */
    gboolean is_fresh;       /* the file was empty when it was opened */
    gint64 size, written_ns; /* of the file, as we left it */
    int code;                /* SQLite's primary code of the last failure */
} Database;

void database_init(Database *database, const char *path);
void database_clear(Database *database); /* copies the log into the file and closes */

/* Opens or creates (mode 0600, the folder 0700) and migrates. The error names the file and what to
 * do. */
SchemaState database_open(Database *database, GError **error);

/* Closes without touching the file; database_open() reads it afresh. */
void database_close(Database *database);

/* Is the file that is open no longer the one at the path? */
gboolean database_has_moved(Database *database);

/* Has somebody else written to the open file since database_note_written()? What SQLite remembers
 * of it may be wrong. */
gboolean database_is_touched(Database *database);
void database_note_written(Database *database);

/* After database_has_moved(): writes all that the open file holds to a new one at the path and
 * opens that. What cannot be read any more is given up: is_fresh then. */
gboolean database_restore(Database *database, GError **error);

/* Moves the damaged file at the path beside and opens an empty one. */
gboolean database_replace(Database *database, GError **error);

#endif
