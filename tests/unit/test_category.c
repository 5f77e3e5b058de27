/* test_category.c - what may be said of a case where all can see it: tables */
#include "wallctl/model/category.h"

static const Category categories[] = {
    { "family", "婚姻家庭", SENSITIVITY_FAMILY, FALSE },
    { "labour", "劳动争议", SENSITIVITY_LABOUR, FALSE },
    { "damage", "损害赔偿", SENSITIVITY_NORMAL, FALSE },
    { "medical", "医疗", SENSITIVITY_HEALTH, FALSE },
    { "police", "警务", SENSITIVITY_NORMAL, TRUE },
};

static const Region regions[] = {
    { .code = "53", .name = "云南省" },
    { .code = "530402", .name = "红塔区" },
    { .code = "530402008", .name = "研和街道" },
    { .code = "530402008001", .name = "研和社区" },
    { .code = "530402008001005", .name = "第五网格" },
};

/* --- counts ------------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    guint n;
    const char *shown;
} counts[] = { { "none", 0, "<5" },
               { "one", 1, "<5" },
               { "four", 4, "<5" },
               { "five", 5, "5" },
               { "thousand", 1000, "1000" } };

static void test_count(gconstpointer user)
{
    guint i = GPOINTER_TO_UINT(user);
    g_autofree char *shown = protected_dup_shown(counts[i].n);
    g_assert_cmpstr(shown, ==, counts[i].shown);
}

/* --- regions -----------------------------------------------------------------------------------
 */

static const struct {
    const char *name, *code;
    Sensitivity sensitivity;
    const char *counted, *shown; /* in figures; with the case itself */
} places[] = {
    { "grid", "530402008001005", SENSITIVITY_NORMAL, "530402008001005", "530402008001005" },
    { "labour", "530402008001", SENSITIVITY_LABOUR, "530402008001", "530402008001" },
    { "nothing said", "530402008001", 0, "530402008001", "530402008001" },
    { "family", "530402008001", SENSITIVITY_FAMILY, "530402008", "530402008" },
    { "family of a grid", "530402008001005", SENSITIVITY_FAMILY, "530402008", "530402008" },
    { "health", "530402008001", SENSITIVITY_HEALTH, "530402008", "530402008" },
    { "dv", "530402008001", SENSITIVITY_DV, "530402008", "530402" },
    { "minor", "530402008001", SENSITIVITY_MINOR, "530402008", "530402" },
    { "part of a village's code", "5304020080", SENSITIVITY_MINOR, "530402008", "530402" },
    { "township", "530402008", SENSITIVITY_DV, "530402008", "530402" },
    { "county", "530402", SENSITIVITY_MINOR, "530402", "530402" },
    { "not known", "", SENSITIVITY_FAMILY, "", "" },
};

static void test_region(gconstpointer user)
{
    guint i = GPOINTER_TO_UINT(user);
    char counted[REGION_MAX_DIGITS + 1];
    region_counted(places[i].code, places[i].sensitivity, counted);
    g_assert_cmpstr(counted, ==, places[i].counted);
    g_autofree char *shown = region_dup_shown(places[i].code, places[i].sensitivity);
    g_assert_cmpstr(shown, ==, places[i].shown);
}

/* --- titles ------------------------------------------------------------------------------------
 */

static const struct {
    const char *name, *category, *region;
    Sensitivity sensitivity;
    const char *title;
} titles[] = {
    { "township", "labour", "530402008", 0, "劳动争议·研和街道" },
    { "village", "labour", "530402008001", 0, "劳动争议·研和社区" },
    { "never a grid", "damage", "530402008001005", 0, "损害赔偿·研和社区" },
    { "family: township", "family", "530402008001", 0, "婚姻家庭·研和街道" },
    { "family, said to be normal", "family", "530402008001", SENSITIVITY_NORMAL,
      "婚姻家庭·研和街道" },
    { "health: township", "medical", "530402008001005", 0, "医疗·研和街道" },
    { "minor: county", "damage", "530402008001", SENSITIVITY_MINOR, "损害赔偿·红塔区" },
    { "dv: county", "family", "530402008001", SENSITIVITY_DV, "婚姻家庭·红塔区" },
    { "region not known", "labour", "530402999001", 0, "劳动争议·红塔区" },
    { "no region", "labour", NULL, 0, "劳动争议" },
    { "other province", "labour", "44", 0, "劳动争议" },
    { "no category", NULL, "530402008", 0, "案件·研和街道" },
    { "category unknown", "王芳", "530402008", 0, "案件·研和街道" },
    { "category unknown, minor", "x", "530402008", SENSITIVITY_MINOR, "案件·红塔区" },
};

static void test_title(gconstpointer user)
{
    guint i = GPOINTER_TO_UINT(user);
    g_autoptr(CategoryTable) table = category_table_new(categories, G_N_ELEMENTS(categories));
    g_autoptr(RegionTree) tree = region_tree_new(regions, G_N_ELEMENTS(regions));
    g_autofree char *title =
        title_public(table, tree, titles[i].category, titles[i].region, titles[i].sensitivity);
    g_assert_cmpstr(title, ==, titles[i].title);
}

/* --- the table ---------------------------------------------------------------------------------
 */

static void test_table(void)
{
    CategoryTable *table = category_table_new(categories, G_N_ELEMENTS(categories));
    g_autoptr(CategoryTable) other = category_table_ref(table);
    category_table_unref(table);
    g_assert_cmpuint(category_count(other), ==, G_N_ELEMENTS(categories));
    g_assert_cmpstr(category_at(other, 1)->name, ==, "劳动争议");
    g_assert_null(category_at(other, G_N_ELEMENTS(categories)));
    g_assert_null(category_find(other, "nothing"));
    g_assert_true(category_may_come_in(other, "labour"));
    g_assert_false(category_may_come_in(other, "police"));
    g_assert_false(category_may_come_in(other, "nothing"));
}

static void test_words(void)
{
    for (guint i = 1; i <= SENSITIVITY_LAST; i++) {
        g_assert_cmpuint(sensitivity_from_word(sensitivity_word((Sensitivity)i)), ==, i);
        g_assert_cmpuint(sensitivity_stricter((Sensitivity)i, 0), ==, i);
        g_assert_cmpuint(sensitivity_stricter((Sensitivity)i, SENSITIVITY_MINOR), ==,
                         SENSITIVITY_MINOR);
    }
    g_assert_cmpuint(sensitivity_from_word("secret"), ==, 0);
    g_assert_cmpuint(sensitivity_from_word(NULL), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autofree char *path = g_strconcat("/category/count/", counts[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_count);
    }
    for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *path = g_strconcat("/category/region/", places[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_region);
    }
    for (guint i = 0; i < G_N_ELEMENTS(titles); i++) {
        g_autofree char *path = g_strconcat("/category/title/", titles[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_title);
    }
    g_test_add_func("/category/table", test_table);
    g_test_add_func("/category/words", test_words);
    return g_test_run();
}
