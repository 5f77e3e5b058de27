/* camera_entry.h - a camera while it is read, from JSON or from a table row. [any] */
#ifndef WALLCTL_CONFIG_CAMERA_ENTRY_H
#define WALLCTL_CONFIG_CAMERA_ENTRY_H

#include "config/lost.h"
#include "config/tables.h"

/* The defaults of "feeds"; NULL: those of the option table. */
void camera_entry_init(CameraEntry *entry, const FeedsEntry *defaults);
void camera_entry_clear(CameraEntry *entry);

/* After the members are stored: makes the addresses of a template and checks what concerns several
 * members. */
void camera_entry_finish(CameraEntry *entry, const Where *where);

/* Moves the camera out; the entry is cleared. Caller owns the result. */
Camera *camera_entry_steal(CameraEntry *entry);

/* camera_csv_parse() for the configuration: prefix stands before "row 17", defaults are those of
 * "feeds", what bad rows are called goes to lost (NULL: nowhere), the row number of each camera returned to
 * rows (guint). */
GPtrArray *camera_csv_read(const char *text, gsize len, const char *prefix,
                           const FeedsEntry *defaults, Faults *faults, Lost *lost, GArray *rows);

/* The column of this name in either language; FALSE if there is none. Static texts. */
gboolean camera_csv_column(const char *name, const char **key, const char **zh);

#define CAMERA_CSV_MAX_BYTES (64 * 1024 * 1024)

#endif
