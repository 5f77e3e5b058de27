/* region.c - administrative regions: a tree by prefix of the code
 *
 * One sorted array: what lies inside a region stands behind it, so containment is a range and the
 * parent is found among those that are still open while going through once.
 */
#include "wallctl/model/region.h"

#include <stdlib.h>
#include <string.h>

struct RegionTree {
    gint refs;
    guint n;
    Region *rows; /* by code; code and name are owned, parent is a row's code */
};

RegionLevel region_level(const char *code)
{
    static const guint8 levels[REGION_MAX_DIGITS + 1] = {
        0,
        0,
        REGION_PROVINCE,
        REGION_CITY,
        REGION_CITY,
        REGION_COUNTY,
        REGION_COUNTY,
        REGION_TOWNSHIP,
        REGION_TOWNSHIP,
        REGION_TOWNSHIP,
        REGION_VILLAGE,
        REGION_VILLAGE,
        REGION_VILLAGE,
        REGION_GRID,
        REGION_GRID,
        REGION_GRID,
    };
    gsize len = strspn(code, "0123456789");
    return code[len] || len > REGION_MAX_DIGITS ? 0 : (RegionLevel)levels[len];
}

gboolean region_is_inside(const char *code, const char *outer)
{
    return g_str_has_prefix(code, outer);
}

/* --- building ----------------------------------------------------------------------------------
 */

static int compare_rows(const void *a, const void *b)
{
    return strcmp(((const Region *)a)->code, ((const Region *)b)->code);
}

static void link_parents(RegionTree *tree)
{
    Region *open[REGION_MAX_DIGITS + 1]; /* regions around the row at hand, the smallest last */
    guint n_open = 0;
    for (guint i = 0; i < tree->n; i++) {
        Region *row = &tree->rows[i];
        while (n_open > 0 && !region_is_inside(row->code, open[n_open - 1]->code))
            n_open--;
        if (n_open > 0) {
            row->parent = open[n_open - 1]->code;
            open[n_open - 1]->n_children++;
        }
        open[n_open++] = row;
    }
}

RegionTree *region_tree_new(const Region *rows, guint n)
{
    RegionTree *tree = g_new0(RegionTree, 1);
    tree->refs = 1;
    tree->n = n;
    tree->rows = g_new0(Region, n);
    for (guint i = 0; i < n; i++) {
        g_assert(region_level(rows[i].code) != 0);
        tree->rows[i] = (Region) { .code = g_strdup(rows[i].code),
                                   .name = g_strdup(rows[i].name),
                                   .level = region_level(rows[i].code),
                                   .has_place = rows[i].has_place,
                                   .lon = rows[i].lon,
                                   .lat = rows[i].lat };
    }
    if (n > 0)
        qsort(tree->rows, n, sizeof(Region), compare_rows);
    link_parents(tree);
    return tree;
}

RegionTree *region_tree_ref(RegionTree *tree)
{
    g_atomic_int_inc(&tree->refs);
    return tree;
}

void region_tree_unref(RegionTree *tree)
{
    if (!tree || !g_atomic_int_dec_and_test(&tree->refs))
        return;
    for (guint i = 0; i < tree->n; i++) {
        g_free((char *)tree->rows[i].code);
        g_free((char *)tree->rows[i].name);
    }
    g_free(tree->rows);
    g_free(tree);
}

/* --- looking up --------------------------------------------------------------------------------
 */

guint region_count(const RegionTree *tree)
{
    return tree->n;
}

const Region *region_at(const RegionTree *tree, guint index)
{
    return index < tree->n ? &tree->rows[index] : NULL;
}

/* Index of the first row that is not before code. */
static guint lower_bound(const RegionTree *tree, const char *code)
{
    guint low = 0, high = tree->n;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (strcmp(tree->rows[middle].code, code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const Region *region_find(const RegionTree *tree, const char *code)
{
    const Region *row = region_at(tree, lower_bound(tree, code));
    return row && strcmp(row->code, code) == 0 ? row : NULL;
}

const Region *region_around(const RegionTree *tree, const char *code)
{
    return region_at_level(tree, code, REGION_GRID);
}

const Region *region_at_level(const RegionTree *tree, const char *code, RegionLevel level)
{
    g_autofree char *prefix = g_strdup(code);
    for (gsize len = strlen(prefix); len >= REGION_MIN_DIGITS; len--) {
        prefix[len] = 0;
        const Region *row = region_find(tree, prefix);
        if (row && row->level <= level)
            return row;
    }
    return NULL;
}

const Region *region_child(const RegionTree *tree, const char *code, guint index)
{
    for (guint i = lower_bound(tree, code); i < tree->n; i++) {
        const Region *row = &tree->rows[i];
        if (!region_is_inside(row->code, code))
            break;
        gboolean is_child = *code ? g_strcmp0(row->parent, code) == 0 : !row->parent;
        if (is_child && index-- == 0)
            return row;
    }
    return NULL;
}

/* --- by name -----------------------------------------------------------------------------------
 */

/* Endings of an office of the region, and what the region itself is called then. */
static const struct {
    const char *office, *region;
} endings[] = {
    { "街道办事处", "街道" }, { "街道办", "街道" },     { "人民政府", "" },
    { "村民委员会", "村" },   { "村委会", "村" },       { "社区居民委员会", "社区" },
    { "社区居委会", "社区" }, { "居民委员会", "社区" }, { "居委会", "社区" },
};

static char *plain_name(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (g_str_has_suffix(name, endings[i].office)) {
            gsize len = strlen(name) - strlen(endings[i].office);
            g_autofree char *stem = g_strndup(name, len);
            const char *region = g_str_has_suffix(stem, endings[i].region) ? "" : endings[i].region;
            return g_strconcat(stem, region, NULL);
        }
    }
    return g_strdup(name);
}

const Region *region_by_name(const RegionTree *tree, const char *name, const char *within)
{
    g_autofree char *wanted = plain_name(name);
    const Region *found = NULL;
    gboolean is_single = FALSE;
    for (guint i = lower_bound(tree, within); i < tree->n; i++) {
        const Region *row = &tree->rows[i];
        if (!region_is_inside(row->code, within))
            break;
        g_autofree char *plain = plain_name(row->name);
        if (strcmp(plain, wanted) != 0)
            continue;
        if (!found || row->level < found->level) {
            found = row;
            is_single = TRUE;
        } else if (row->level == found->level) {
            is_single = FALSE;
        }
    }
    return is_single ? found : NULL;
}
