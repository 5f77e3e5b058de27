/* camera_append.h - rows for further cameras at the end of a table, in the columns that it has. [any] */
#ifndef WALLCTL_CONFIG_CAMERA_APPEND_H
#define WALLCTL_CONFIG_CAMERA_APPEND_H

#include <glib.h>

/* rows: GHashTable, English name of a column -> text. Columns that the table has not are added to its first row; an empty
 * table becomes one. What stands in it stays as it is, but for the encoding, which becomes UTF-8. NULL with an error where
 * the table cannot be read. *first_row: of those that were added, as a spreadsheet numbers it. Caller frees. */
char *camera_append(const char *text, gsize len, GPtrArray *rows, gsize *out_len, guint *first_row,
                    GError **error);

#endif
