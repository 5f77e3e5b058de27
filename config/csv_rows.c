/* csv_rows.c - rows of a table whose first row names its columns */
#include "config/csv_rows.h"

#include "config/csv.h"

#include <string.h>

/* Index of the cell of each column, G_MAXUINT for one that is not there. */
static void find_columns(const GPtrArray *cells, const char *const *columns, guint *at)
{
    for (guint i = 0; columns[i]; i++) {
        at[i] = G_MAXUINT;
        for (guint k = 0; k < cells->len && at[i] == G_MAXUINT; k++) {
            if (strcmp(g_ptr_array_index(cells, k), columns[i]) == 0)
                at[i] = k;
        }
    }
}

static gboolean has_required(const char *const *columns, guint n_required, const guint *at,
                             const char *prefix, Faults *faults)
{
    gboolean is_complete = TRUE;
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < n_required; i++) {
        is_complete = is_complete && at[i] != G_MAXUINT;
        const char *divider = i == 0 ? "" : i + 1 == n_required ? " and " : ", ";
        g_string_append_printf(names, "%s%s", divider, columns[i]);
    }
    if (!is_complete)
        faults_add(faults, "", "%sthe first row does not name the columns %s", prefix, names->str);
    g_string_free(names, TRUE);
    return is_complete;
}

gboolean csv_read_rows(const char *text, gsize len, const char *prefix, const char *const *columns,
                       guint n_required, CsvRow row, gpointer user, Faults *faults)
{
    g_autoptr(GError) error = NULL;
    gsize utf8_len = 0;
    char *utf8 = csv_dup_utf8(text, len, &utf8_len, &error);
    if (!utf8) {
        faults_add(faults, "", "%s%s", prefix, error->message);
        return FALSE;
    }
    g_autoptr(Csv) csv = csv_new(utf8, utf8_len);
    g_autoptr(GPtrArray) cells = g_ptr_array_new();
    guint number, at[CSV_MAX_COLUMNS];
    const char *fault;
    if (!csv_next(csv, cells, &number, &fault) || fault)
        g_ptr_array_set_size(cells, 0);
    find_columns(cells, columns, at);
    if (!has_required(columns, n_required, at, prefix, faults))
        return FALSE;
    while (csv_next(csv, cells, &number, &fault)) {
        g_autofree char *place = g_strdup_printf("%srow %u", prefix, number);
        const char *values[CSV_MAX_COLUMNS];
        for (guint i = 0; columns[i]; i++)
            values[i] = at[i] < cells->len ? g_ptr_array_index(cells, at[i]) : "";
        if (fault)
            faults_add(faults, place, "%s", fault);
        else
            row(values, &(Where) { faults, place, TRUE }, user);
    }
    return TRUE;
}
