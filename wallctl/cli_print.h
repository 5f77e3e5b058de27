/* cli_print.h - answers of the daemon as text for people. One thread; prints to standard output. */
#ifndef WALLCTL_CLI_PRINT_H
#define WALLCTL_CLI_PRINT_H

#include "wallctl/base/json.h"

#include <glib.h>

/* Columns on a terminal: wide characters count two, combining ones none. */
guint term_columns(const char *text);

/* text without control characters, which could move the cursor or worse. Caller frees. */
char *term_clean(const char *text);

/* Members of an answer, with "" and 0 for what is missing. Borrowed. */
const char *json_text(Json *object, const char *key);
gint64 json_number(Json *object, const char *key);
double json_real(Json *object, const char *key);
gboolean json_flag(Json *object, const char *key);
Json *json_item(Json *object, const char *key); /* NULL if missing */

/* Rows of cells, aligned when printed. Cells are copied and cleaned. */
typedef struct Table Table;
Table *table_new(guint n_columns, const char *const *headings);
void table_add(Table *table, const char *const *cells);
void table_print(Table *table); /* and frees it */

/* Faults of a camera's picture: "模糊、过暗"; "-" while nobody looks. Caller frees. */
char *dup_picture(Json *quality);

void print_json(Json *json);
void print_line(const char *label, const char *text); /* "label   text" in one column */
void print_visitor_walls(Json *walls);                /* nothing where there is none */
void print_status(Json *status);
void print_certificate(Json *status);
void print_cameras(Json *cameras, gboolean is_offline_only);
void print_layouts(Json *layouts);
void print_walls(Json *walls);
void print_wall(Json *wall);
void print_presets(Json *presets);
void print_tours(Json *tours);
void print_why(Json *why);
void print_probe(Json *probe);
void print_event(Json *event); /* one line */

#endif
