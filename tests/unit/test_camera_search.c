/* test_camera_search.c - what cameras are found by, and the tree of regions: tables */
#include "config/camera_search.h"
#include "config/pinyin.h"

#include <string.h>

static const struct {
    const char *text, *readings; /* divided by '|' */
} readings[] = {
    { "研和路口", "yan he lu kou" },
    { "绿汁江2号A座", "lv zhi jiang 2 hao a zuo" },
    { "长安", "zhang an|chang an" },
    { "长乐", "zhang le|chang le|zhang yue|chang yue" },
    { "Gate-3 东", "g a t e 3 dong" },
    { "——", "" },
    { "", "" },
    { "𠮷", "" }, /* beyond the table: left out */
};

static void test_readings(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(readings); i++) {
        g_auto(GStrv) got = pinyin_readings(readings[i].text);
        g_autofree char *joined = g_strjoinv("|", got);
        g_assert_cmpstr(joined, ==, readings[i].readings);
    }
    g_auto(GStrv) many = pinyin_readings("长长长长长长");
    g_assert_cmpuint(g_strv_length(many), ==, PINYIN_MAX_READINGS);
}

static void test_forms(void)
{
    g_autofree char *joined = pinyin_joined("yan he lu kou 2"),
                    *initials = pinyin_initials("yan he lu kou 2");
    g_assert_cmpstr(joined, ==, "yanhelukou2");
    g_assert_cmpstr(initials, ==, "yhlk2");
}

/* Every character of everyday names has a reading, and every syllable can be typed. */
static void test_table(void)
{
    guint n_read = 0;
    for (gunichar c = 0x4e00; c <= 0x9fa5; c++) {
        char text[7] = "";
        g_unichar_to_utf8(c, text);
        g_auto(GStrv) got = pinyin_readings(text);
        n_read += got[0] != NULL;
        for (char **reading = got; *reading; reading++) {
            g_assert_cmpuint(strspn(*reading, "abcdefghijklmnopqrstuvwxyz"), ==, strlen(*reading));
            g_assert_cmpuint(strlen(*reading), <=, strlen("zhuang"));
        }
    }
    g_assert_cmpuint(n_read, >=, 20000);
}

static void set(char **member, const char *text)
{
    g_free(*member);
    *member = g_strdup(text);
}

static GPtrArray *make_cameras(void)
{
    static const struct {
        const char *id, *name, *region, *region_name, *kind, *groups, *gbid;
    } rows[] = {
        { "yanhe-1", "研和路口", "530402008", "研和街道", "路口", "防汛|重点", "" },
        { "dam", "水库大坝", "530402008001", "大营村", "水库", "防汛", "53040200001320000001" },
        { "gate", "长安街 Gate 绿道", "530403", "", "", "", "" },
        { "lost", "无区划", "", "", "", "", "" },
    };
    GPtrArray *cameras = g_ptr_array_new_with_free_func((GDestroyNotify)camera_free);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        Camera *camera = camera_new();
        set(&camera->id, rows[i].id);
        set(&camera->name, rows[i].name);
        set(&camera->region, rows[i].region);
        set(&camera->region_name, rows[i].region_name);
        set(&camera->place_kind, rows[i].kind);
        set(&camera->groups, rows[i].groups);
        set(&camera->gbid, rows[i].gbid);
        camera->number = i + 1;
        g_ptr_array_add(cameras, camera);
    }
    camera_search_prepare(cameras);
    return cameras;
}

static const struct {
    const char *query, *found; /* ids in their order */
} queries[] = {
    { "研和", "yanhe-1" },
    { "yhlk", "yanhe-1" },
    { "YHLK", "yanhe-1" },
    { "yanhelu", "yanhe-1" },
    { "yan he", "yanhe-1" },
    { "skdb", "dam" },
    { "shuiku", "dam" },
    { "水库 大营", "dam" },
    { "dyc", "dam" },
    { "530402008", "yanhe-1 dam" },
    { "5304020000132", "dam" },
    { "changan", "gate" },
    { "zaj", "gate" },
    { "lvdao", "gate" },
    { "lüdao", "gate" },
    { "gate", "gate" },
    { "#4", "lost" },
    { "防汛", "yanhe-1 dam" },
    { "", "yanhe-1 dam gate lost" },
    { "  \t ", "yanhe-1 dam gate lost" },
    { "研和 水库", "" },
    { "不存在", "" },
};

static void test_queries(void)
{
    g_autoptr(GPtrArray) cameras = make_cameras();
    for (gsize i = 0; i < G_N_ELEMENTS(queries); i++) {
        g_auto(GStrv) words = camera_search_words(queries[i].query);
        g_autoptr(GString) found = g_string_new(NULL);
        for (guint c = 0; c < cameras->len; c++) {
            const Camera *camera = g_ptr_array_index(cameras, c);
            if (camera_matches(camera, words))
                g_string_append_printf(found, "%s%s", found->len ? " " : "", camera->id);
        }
        g_test_message("'%s'", queries[i].query);
        g_assert_cmpstr(found->str, ==, queries[i].found);
    }
}

static void test_groups(void)
{
    g_autoptr(GPtrArray) cameras = make_cameras();
    static const struct {
        guint camera;
        const char *group;
        gboolean is_in;
    } cases[] = { { 0, "防汛", TRUE },   { 0, "重点", TRUE }, { 0, "防", FALSE },
                  { 0, "汛|重", FALSE }, { 0, "", FALSE },    { 1, "重点", FALSE },
                  { 2, "防汛", FALSE } };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(
            camera_in_group(g_ptr_array_index(cameras, cases[i].camera), cases[i].group), ==,
            cases[i].is_in);
}

static const Region rows[] = {
    { .code = "53", .name = "云南省" },
    { .code = "530402", .name = "红塔区" },
    { .code = "530402008", .name = "研和街道" },
    { .code = "530402007", .name = "大营街街道" }, /* no camera in it: not listed */
};

static char *told(GPtrArray *regions)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < regions->len; i++) {
        const CameraRegion *region = g_ptr_array_index(regions, i);
        g_string_append_printf(text, "%s %s<%s;", region->code, region->name,
                               region->parent ? region->parent : "");
    }
    return g_string_free(text, FALSE);
}

static void test_regions(void)
{
    g_autoptr(GPtrArray) cameras = make_cameras();
    g_autoptr(GPtrArray) regions =
        g_ptr_array_new_with_free_func((GDestroyNotify)camera_region_free);
    g_autoptr(RegionTree) tree = region_tree_new(rows, G_N_ELEMENTS(rows));
    camera_regions_make(cameras, tree, regions);
    g_autofree char *with_tree = told(regions);
    g_assert_cmpstr(with_tree, ==,
                    " <;53 云南省<;530402 红塔区<53;530402008 研和街道<530402;"
                    "530402008001 大营村<530402008;530403 <53;");
    const CameraRegion *township = g_ptr_array_index(regions, 3);
    g_assert_cmpstr(township->pinyin[0], ==, "yan he jie dao");
    g_ptr_array_set_size(regions, 0);
    camera_regions_make(cameras, NULL, regions);
    g_autofree char *without = told(regions);
    g_assert_cmpstr(without, ==, " <;530402008 研和街道<;530402008001 大营村<;530403 <;");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pinyin/readings", test_readings);
    g_test_add_func("/pinyin/forms", test_forms);
    g_test_add_func("/pinyin/table", test_table);
    g_test_add_func("/cameras/queries", test_queries);
    g_test_add_func("/cameras/groups", test_groups);
    g_test_add_func("/cameras/regions", test_regions);
    return g_test_run();
}
