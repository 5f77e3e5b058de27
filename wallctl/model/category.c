/* category.c - kinds of disputes, and what may be said of them where all can see it */
#include "wallctl/model/category.h"

#include <string.h>

/* How strict each is: a place for its cases on the wall, and whether they are counted only. */
static const struct {
    const char *word;
    guint strictness;
    gboolean is_protected;
    RegionLevel region_level;
} sensitivities[SENSITIVITY_LAST + 1] = {
    [0] = { "", 0, TRUE, REGION_COUNTY },
    [SENSITIVITY_NORMAL] = { "normal", 1, FALSE, REGION_VILLAGE },
    [SENSITIVITY_LABOUR] = { "labour", 2, FALSE, REGION_VILLAGE },
    [SENSITIVITY_FAMILY] = { "family", 3, TRUE, REGION_TOWNSHIP },
    [SENSITIVITY_HEALTH] = { "health", 4, TRUE, REGION_TOWNSHIP },
    [SENSITIVITY_DV] = { "dv", 5, TRUE, REGION_COUNTY },
    [SENSITIVITY_MINOR] = { "minor", 6, TRUE, REGION_COUNTY },
};

struct CategoryTable {
    gint refs;
    guint n;
    Category *rows; /* texts are owned */
};

const char *sensitivity_word(Sensitivity sensitivity)
{
    return sensitivities[sensitivity].word;
}

Sensitivity sensitivity_from_word(const char *word)
{
    for (guint i = 1; word && i <= SENSITIVITY_LAST; i++) {
        if (strcmp(sensitivities[i].word, word) == 0)
            return (Sensitivity)i;
    }
    return 0;
}

gboolean sensitivity_is_protected(Sensitivity sensitivity)
{
    return sensitivities[sensitivity].is_protected;
}

Sensitivity sensitivity_stricter(Sensitivity a, Sensitivity b)
{
    return sensitivities[a].strictness >= sensitivities[b].strictness ? a : b;
}

void sensitivity_merge(Fields *known, const Fields *said)
{
    Sensitivity was = sensitivity_from_word(fields_text(known, FIELD_SENSITIVITY));
    fields_merge(known, said);
    Sensitivity is = sensitivity_from_word(fields_text(known, FIELD_SENSITIVITY));
    Sensitivity strict = sensitivity_stricter(was, is);
    if (strict != is)
        fields_set_text(known, FIELD_SENSITIVITY, sensitivity_word(strict), NULL);
}

RegionLevel sensitivity_region_level(Sensitivity sensitivity)
{
    return sensitivities[sensitivity].region_level;
}

static const guint8 digits_of[] = {
    [REGION_PROVINCE] = 2, [REGION_CITY] = 4,     [REGION_COUNTY] = 6,
    [REGION_TOWNSHIP] = 9, [REGION_VILLAGE] = 12, [REGION_GRID] = REGION_MAX_DIGITS
};

static gboolean is_known_and_protected(Sensitivity sensitivity)
{
    return sensitivity && sensitivity_is_protected(sensitivity);
}

char *region_dup_shown(const char *code, Sensitivity sensitivity)
{
    gboolean is_cut = is_known_and_protected(sensitivity);
    return g_strndup(code, digits_of[is_cut ? sensitivity_region_level(sensitivity) : REGION_GRID]);
}

void region_counted(const char *code, Sensitivity sensitivity, char out[REGION_MAX_DIGITS + 1])
{
    gboolean is_cut = is_known_and_protected(sensitivity);
    g_strlcpy(out, code, digits_of[is_cut ? REGION_TOWNSHIP : REGION_GRID] + 1u);
}

char *protected_dup_shown(guint n)
{
    return n < COUNT_SHOWN_FROM ? g_strdup_printf("<%d", COUNT_SHOWN_FROM)
                                : g_strdup_printf("%u", n);
}

/* --- the table ---------------------------------------------------------------------------------
 */

CategoryTable *category_table_new(const Category *rows, guint n)
{
    CategoryTable *table = g_new0(CategoryTable, 1);
    table->refs = 1;
    table->n = n;
    table->rows = g_new0(Category, n);
    for (guint i = 0; i < n; i++)
        table->rows[i] = (Category) { g_strdup(rows[i].code), g_strdup(rows[i].name),
                                      rows[i].sensitivity, rows[i].is_refused };
    return table;
}

CategoryTable *category_table_ref(CategoryTable *table)
{
    g_atomic_int_inc(&table->refs);
    return table;
}

void category_table_unref(CategoryTable *table)
{
    if (!table || !g_atomic_int_dec_and_test(&table->refs))
        return;
    for (guint i = 0; i < table->n; i++) {
        g_free((char *)table->rows[i].code);
        g_free((char *)table->rows[i].name);
    }
    g_free(table->rows);
    g_free(table);
}

guint category_count(const CategoryTable *table)
{
    return table->n;
}

const Category *category_at(const CategoryTable *table, guint index)
{
    return index < table->n ? &table->rows[index] : NULL;
}

const Category *category_find(const CategoryTable *table, const char *code)
{
    for (guint i = 0; i < table->n; i++) {
        if (strcmp(table->rows[i].code, code) == 0)
            return &table->rows[i];
    }
    return NULL;
}

gboolean category_may_come_in(const CategoryTable *table, const char *code)
{
    const Category *category = category_find(table, code);
    return category && !category->is_refused;
}

/* --- what all may see --------------------------------------------------------------------------
 */

char *title_public(const CategoryTable *table, const RegionTree *regions, const char *code,
                   const char *region, Sensitivity sensitivity)
{
    const Category *category = code ? category_find(table, code) : NULL;
    if (category)
        sensitivity = sensitivity_stricter(category->sensitivity, sensitivity);
    else if (!sensitivity)
        sensitivity = SENSITIVITY_NORMAL;
    const Region *place =
        region ? region_at_level(regions, region, sensitivity_region_level(sensitivity)) : NULL;
    const char *name = category ? category->name : "案件";
    return place ? g_strconcat(name, "·", place->name, NULL) : g_strdup(name);
}
