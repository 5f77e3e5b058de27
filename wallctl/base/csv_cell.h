/* csv_cell.h - one cell of a table that people open with a spreadsheet program. [any] */
#ifndef WALLCTL_BASE_CSV_CELL_H
#define WALLCTL_BASE_CSV_CELL_H

#include <glib.h>

/* Adds the cell in quotes, without what follows it. What a spreadsheet would take for a formula (=, +, -, @ or a control
 * character first, also behind blanks and in their full width) gets an apostrophe before it, and is text. */
void csv_cell_add(GString *csv, const char *text);

#endif
