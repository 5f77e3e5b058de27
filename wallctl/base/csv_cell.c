/* csv_cell.c - one cell of a table that people open with a spreadsheet program */
#include "wallctl/base/csv_cell.h"

#include <string.h>

static gboolean is_formula(const char *text)
{
    static const char *const wide[] = { "＝", "＋", "－", "＠" };
    text += strspn(text, " ");
    for (gsize i = 0; i < G_N_ELEMENTS(wide); i++) {
        if (g_str_has_prefix(text, wide[i]))
            return TRUE;
    }
    return *text && strchr("=+-@\t\r\n", *text);
}

void csv_cell_add(GString *csv, const char *text)
{
    g_string_append(csv, is_formula(text) ? "\"'" : "\"");
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            g_string_append_c(csv, '"');
        g_string_append_c(csv, *p);
    }
    g_string_append_c(csv, '"');
}
