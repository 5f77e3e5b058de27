/* csv_rows.h - rows of a table whose first row names its columns. [any] */
#ifndef WALLCTL_CONFIG_CSV_ROWS_H
#define WALLCTL_CONFIG_CSV_ROWS_H

#include "config/option.h"

#define CSV_MAX_COLUMNS 8 /* that are read; others are left alone */

/* One row: cells in the order of the columns asked for, "" where there is none. */
typedef void (*CsvRow)(const char *const *cells, const Where *where, gpointer user);

/* columns: names, of which the first n_required must be there, ended by NULL. prefix stands before
 * "row 17" in faults. FALSE with a fault if the table cannot be read or lacks a column; a bad row is
 * a fault and left out. */
gboolean csv_read_rows(const char *text, gsize len, const char *prefix, const char *const *columns,
                       guint n_required, CsvRow row, gpointer user, Faults *faults);

#endif
