/* regions.c - names of administrative regions */
#include "config/regions.h"

#include "config/csv.h"
#include "config/rule.h"

#include <string.h>

struct Regions {
    GHashTable *names; /* code -> name */
};

/* Indices of the columns that are read; the others (level, parent) follow from the code. */
typedef struct {
    guint code, name;
} Columns;

const char *regions_name(const Regions *regions, const char *code)
{
    g_autofree char *prefix = g_strdup(code);
    for (gsize len = strlen(prefix); len >= 2; len--) {
        prefix[len] = 0;
        const char *name = g_hash_table_lookup(regions->names, prefix);
        if (name)
            return name;
    }
    return "";
}

static gboolean find_columns(GPtrArray *cells, Columns *columns)
{
    *columns = (Columns) { G_MAXUINT, G_MAXUINT };
    for (guint i = 0; i < cells->len; i++) {
        if (strcmp(g_ptr_array_index(cells, i), "code") == 0)
            columns->code = i;
        else if (strcmp(g_ptr_array_index(cells, i), "name") == 0)
            columns->name = i;
    }
    return columns->code != G_MAXUINT && columns->name != G_MAXUINT;
}

static void read_row(Regions *regions, GPtrArray *cells, const Columns *columns, const Where *where)
{
    const char *code = columns->code < cells->len ? g_ptr_array_index(cells, columns->code) : "";
    const char *name = columns->name < cells->len ? g_ptr_array_index(cells, columns->name) : "";
    if (!*code || !rule_region.fits(code)) {
        g_autofree char *shown = dup_quoted(code);
        where_fault(where, "code", "%s is refused; accepted: 2 to 15 digits", shown);
    } else if (!rule_name.fits(name)) {
        g_autofree char *shown = dup_quoted(name);
        where_fault(where, "name", "%s is refused; accepted: %s", shown, rule_name.accepted);
    } else if (g_hash_table_contains(regions->names, code)) {
        where_fault(where, "code", "\"%s\" is in the table already", code);
    } else {
        g_hash_table_insert(regions->names, g_strdup(code), g_strdup(name));
    }
}

Regions *regions_parse(const char *text, gsize len, const char *prefix, Faults *faults)
{
    g_autoptr(GError) error = NULL;
    gsize utf8_len = 0;
    char *utf8 = csv_dup_utf8(text, len, &utf8_len, &error);
    if (!utf8) {
        faults_add(faults, "", "%s%s", prefix, error->message);
        return NULL;
    }
    g_autoptr(Csv) csv = csv_new(utf8, utf8_len);
    g_autoptr(GPtrArray) cells = g_ptr_array_new();
    guint row;
    const char *fault;
    Columns columns;
    if (!csv_next(csv, cells, &row, &fault) || fault || !find_columns(cells, &columns)) {
        faults_add(faults, "", "%sthe first row does not name the columns code and name", prefix);
        return NULL;
    }
    Regions *regions = g_new0(Regions, 1);
    regions->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    while (csv_next(csv, cells, &row, &fault)) {
        g_autofree char *place = g_strdup_printf("%srow %u", prefix, row);
        if (fault)
            faults_add(faults, place, "%s", fault);
        else
            read_row(regions, cells, &columns, &(Where) { faults, place, TRUE });
    }
    return regions;
}

void regions_free(Regions *regions)
{
    if (!regions)
        return;
    g_hash_table_unref(regions->names);
    g_free(regions);
}
