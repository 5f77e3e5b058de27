/* csv.h - rows of a comma separated table (RFC 4180). [any] */
#ifndef WALLCTL_CONFIG_CSV_H
#define WALLCTL_CONFIG_CSV_H

#include <glib.h>

#define CSV_MAX_CELLS 256 /* a row */

typedef struct Csv Csv;

/* Text of a table as UTF-8: drops a BOM, converts GB18030. NULL with WALL_ERROR_INVALID that names
 * the row when it is neither, or holds a zero byte. Caller frees. */
char *csv_dup_utf8(const char *text, gsize len, gsize *out_len, GError **error);

/* Takes text (len bytes and a NUL), which is unquoted in place. */
Csv *csv_new(char *text, gsize len);
void csv_free(Csv *csv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Csv, csv_free)

/* The next row that is not blank; FALSE at the end. cells: borrowed until csv_free(), without
 * surrounding spaces unless quoted. *row: its number as a spreadsheet shows it, from 1. *fault:
 * NULL, or what is wrong with the row (borrowed); its cells are not to be trusted then. */
gboolean csv_next(Csv *csv, GPtrArray *cells, guint *row, const char **fault);

#endif
