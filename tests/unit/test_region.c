/* test_region.c - codes, parents, containment and names of regions: tables */
#include "wallctl/model/region.h"

#include <string.h>

/* Not in order; 5304 is not known, so the counties lie in the province. */
static const Region rows[] = {
    { .code = "530402008001", .name = "大营村" },
    { .code = "530402", .name = "红塔区", .has_place = TRUE, .lon = 102540000, .lat = 24350000 },
    { .code = "53", .name = "云南省" },
    { .code = "530403", .name = "江川区" },
    { .code = "530402008", .name = "研和街道" },
    { .code = "530402007", .name = "大营街街道" },
    { .code = "42", .name = "湖北省" },
    { .code = "530403001001", .name = "大营村" },
    { .code = "530402008002", .name = "向家庄社区" },
    { .code = "530402008001003", .name = "研和街道" },
};

static const struct {
    const char *code;
    RegionLevel level;
} levels[] = {
    { "53", REGION_PROVINCE },
    { "5304", REGION_CITY },
    { "530402", REGION_COUNTY },
    { "530402008", REGION_TOWNSHIP },
    { "530402008001", REGION_VILLAGE },
    { "530402008001005", REGION_GRID },
    { "530", REGION_CITY },
    { "5304020080010", REGION_GRID },
    { "5", 0 },
    { "", 0 },
    { "53040x", 0 },
    { " 53", 0 },
    { "5304020080010050", 0 },
};

static void test_levels(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(levels); i++)
        g_assert_cmpuint(region_level(levels[i].code), ==, levels[i].level);
}

static RegionTree *tree_new(void)
{
    return region_tree_new(rows, G_N_ELEMENTS(rows));
}

static void test_tree(void)
{
    g_autoptr(RegionTree) tree = tree_new();
    g_assert_cmpuint(region_count(tree), ==, G_N_ELEMENTS(rows));
    for (guint i = 1; i < region_count(tree); i++)
        g_assert_cmpint(strcmp(region_at(tree, i - 1)->code, region_at(tree, i)->code), <, 0);
    g_assert_null(region_at(tree, region_count(tree)));
    const Region *county = region_find(tree, "530402");
    g_assert_cmpstr(county->parent, ==, "53");
    g_assert_cmpuint(county->n_children, ==, 2);
    g_assert_true(county->has_place);
    g_assert_cmpint(county->lon, ==, 102540000);
    g_assert_cmpstr(region_find(tree, "530403001001")->parent, ==, "530403");
    g_assert_null(region_find(tree, "53")->parent);
    g_assert_null(region_find(tree, "5304"));
    g_assert_cmpstr(region_child(tree, "530402", 0)->code, ==, "530402007");
    g_assert_cmpstr(region_child(tree, "530402", 1)->code, ==, "530402008");
    g_assert_null(region_child(tree, "530402", 2));
    g_assert_cmpstr(region_child(tree, "", 0)->code, ==, "42");
    g_assert_cmpstr(region_child(tree, "", 1)->code, ==, "53");
    g_assert_null(region_child(tree, "", 2));
    /* every region is a child of its parent exactly once */
    for (guint i = 0; i < region_count(tree); i++) {
        const Region *region = region_at(tree, i);
        guint n = 0;
        while (region_child(tree, region->code, n))
            n++;
        g_assert_cmpuint(n, ==, region->n_children);
    }
}

static const struct {
    const char *code, *around;
    RegionLevel level;
    const char *at_level;
} lookups[] = {
    { "530402008001", "530402008001", REGION_TOWNSHIP, "530402008" },
    { "530402008099", "530402008", REGION_COUNTY, "530402" },
    { "5304029", "530402", REGION_VILLAGE, "530402" },
    { "5304", "53", REGION_GRID, "53" },
    { "54", NULL, REGION_GRID, NULL },
    { "", NULL, REGION_GRID, NULL },
    { "53", "53", REGION_CITY, "53" },
};

static void test_lookups(void)
{
    g_autoptr(RegionTree) tree = tree_new();
    for (guint i = 0; i < G_N_ELEMENTS(lookups); i++) {
        const Region *around = region_around(tree, lookups[i].code);
        const Region *upper = region_at_level(tree, lookups[i].code, lookups[i].level);
        g_assert_cmpstr(around ? around->code : NULL, ==, lookups[i].around);
        g_assert_cmpstr(upper ? upper->code : NULL, ==, lookups[i].at_level);
    }
    g_assert_true(region_is_inside("530402008", "5304"));
    g_assert_true(region_is_inside("5304", "5304"));
    g_assert_true(region_is_inside("5304", ""));
    g_assert_false(region_is_inside("5304", "530402"));
}

static const struct {
    const char *name, *within, *code;
} names[] = {
    { "研和街道", "530402", "530402008" }, /* the grid of the same name lies lower */
    { "研和街道办事处", "530402", "530402008" },
    { "研和街道办", "", "530402008" },
    { "大营街街道办事处", "530402", "530402007" },
    { "研和街道", "530403", NULL },
    { "大营村", "", NULL }, /* two of the same level */
    { "大营村", "530402", "530402008001" },
    { "大营村委会", "530402", "530402008001" },
    { "大营村村民委员会", "530402", "530402008001" },
    { "大营村民委员会", "530403", "530403001001" },
    { "向家庄居委会", "53", "530402008002" },
    { "向家庄社区居民委员会", "53", "530402008002" },
    { "红塔区人民政府", "", "530402" },
    { "红塔", "", NULL },
    { "", "", NULL },
    { "委员会", "", NULL },
};

static void test_names(void)
{
    g_autoptr(RegionTree) tree = tree_new();
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        const Region *region = region_by_name(tree, names[i].name, names[i].within);
        g_test_message("%s in \"%s\"", names[i].name, names[i].within);
        g_assert_cmpstr(region ? region->code : NULL, ==, names[i].code);
    }
}

static void test_empty(void)
{
    RegionTree *tree = region_tree_new(NULL, 0);
    g_autoptr(RegionTree) other = region_tree_ref(tree);
    region_tree_unref(tree);
    g_assert_cmpuint(region_count(other), ==, 0);
    g_assert_null(region_around(other, "53"));
    g_assert_null(region_child(other, "", 0));
    g_assert_null(region_by_name(other, "云南省", ""));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/region/levels", test_levels);
    g_test_add_func("/region/tree", test_tree);
    g_test_add_func("/region/lookups", test_lookups);
    g_test_add_func("/region/names", test_names);
    g_test_add_func("/region/empty", test_empty);
    return g_test_run();
}
