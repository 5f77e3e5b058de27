/* regions.c - administrative regions from a table */
#include "config/regions.h"

#include "config/csv_rows.h"
#include "config/rule.h"

#include <math.h>
#include <string.h>

struct Regions {
    RegionTree *tree;
};

typedef struct {
    GArray *rows;      /* Region; code and name owned by the array */
    GHashTable *codes; /* set, borrowed from rows */
} Reading;

static void clear_row(gpointer row)
{
    g_free((char *)((Region *)row)->code);
    g_free((char *)((Region *)row)->name);
}

static gboolean read_degrees(const char *text, double limit, gint32 *out)
{
    char *end;
    double degrees = g_ascii_strtod(text, &end);
    if (!*text || *end || !isfinite(degrees) || fabs(degrees) > limit)
        return FALSE;
    *out = (gint32)lround(degrees * 1e6);
    return TRUE;
}

static gboolean read_place(const char *lon, const char *lat, const Where *where, Region *region)
{
    region->has_place = *lon || *lat;
    if (!region->has_place)
        return TRUE;
    if (!read_degrees(lon, 180, &region->lon)) {
        g_autofree char *shown = dup_quoted(lon);
        where_fault(where, "lon", "%s is refused; accepted: -180 to 180 degrees", shown);
        return FALSE;
    }
    if (!read_degrees(lat, 90, &region->lat)) {
        g_autofree char *shown = dup_quoted(lat);
        where_fault(where, "lat", "%s is refused; accepted: -90 to 90 degrees", shown);
        return FALSE;
    }
    return TRUE;
}

static void read_row(const char *const *cells, const Where *where, gpointer user)
{
    Reading *reading = user;
    const char *code = cells[0], *name = cells[1];
    Region region = { 0 };
    if (!region_level(code)) {
        g_autofree char *shown = dup_quoted(code);
        where_fault(where, "code", "%s is refused; accepted: 2 to 15 digits", shown);
    } else if (!rule_name.fits(name)) {
        g_autofree char *shown = dup_quoted(name);
        where_fault(where, "name", "%s is refused; accepted: %s", shown, rule_name.accepted);
    } else if (g_hash_table_contains(reading->codes, code)) {
        where_fault(where, "code", "\"%s\" is in the table already", code);
    } else if (read_place(cells[2], cells[3], where, &region)) {
        region.code = g_strdup(code);
        region.name = g_strdup(name);
        g_array_append_val(reading->rows, region);
        g_hash_table_add(reading->codes, (gpointer)region.code);
    }
}

Regions *regions_parse(const char *text, gsize len, const char *prefix, Faults *faults)
{
    static const char *const columns[] = { "code", "name", "lon", "lat", NULL };
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Region));
    g_array_set_clear_func(rows, clear_row);
    g_autoptr(GHashTable) codes = g_hash_table_new(g_str_hash, g_str_equal);
    Reading reading = { rows, codes };
    if (!csv_read_rows(text, len, prefix, columns, 2, read_row, &reading, faults))
        return NULL;
    Regions *regions = g_new0(Regions, 1);
    regions->tree = region_tree_new((const Region *)rows->data, rows->len);
    return regions;
}

void regions_free(Regions *regions)
{
    if (!regions)
        return;
    region_tree_unref(regions->tree);
    g_free(regions);
}

RegionTree *regions_tree(const Regions *regions)
{
    return regions->tree;
}

const char *regions_name(const Regions *regions, const char *code)
{
    const Region *region = region_around(regions->tree, code);
    return region ? region->name : "";
}
