/* test_demo_scenario.c - the scenarios of the demonstration: their numbers, and that the templates take them */
#include "wallctl/demo.h"

#include "config/case_data.h"
#include "config/mapping.h"
#include "wallctl/base/error.h"

#include <string.h>

#define START_MS G_GINT64_CONSTANT(1767110400000) /* 2025-12-31T00:00:00+08:00 */

#define MAPPED 300 /* of a large scenario about so many are read, evenly */

static CaseData *data;
static char *config_dir, *demo_dir;

static const struct {
    const char *name, *alias;
    struct {
        const char *platform, *prefix; /* of the cases' codes */
        guint cases, events;           /* with that prefix */
    } counts[5];
} scenarios[] = {
    { "hongta",
      "红塔",
      { { "yunzongzhi", "HTZ", 155, 1240 },
        { "yunzongzhi", "HTX", 276, 2070 },
        { "hotline12345", "HTJ", 420, 2860 },
        { "yunzongzhi-public", "HTQ", 227, 227 },
        { "", "HTS", 1, 7 } } },
    { "shanwei",
      "汕尾城区",
      { { "yuepingan", "SWQ", 712, 4268 },
        { "yuepingan", "SWG", 644, 1932 },
        { "wage", "SWX", 1, 5 },
        { "", "SWS", 1, 6 } } },
    { "dali", "大理", { { "dali", "DLJ", 24, 172 }, { "shehuizhilitong", "DLS", 9000, 26860 } } },
    { "xiaogan", "孝感", { { "grid", "XGY", 398, 3171 }, { "", "XGS", 1, 2 } } },
    { "zhijiang", "枝江", { { "grid", "ZJK", 8760, 35036 }, { "qingzhihang", "ZJS", 1, 1 } } },
    { "shishou", "石首", { { "grid", "SSW", 2972, 17808 }, { "qingzhihang", "SSQ", 1, 5 } } },
    { "echeng",
      "鄂城",
      { { "hotline12345", "ECS", 707, 3735 },
        { "grid", "ECT", 133, 798 },
        { "grid", "ECH", 4906, 9812 },
        { "", "ECN", 1, 2 } } },
    { "xianan", "咸安", { { "grid", "XAD", 2266, 11004 } } },
    { "fengshan", "凤山", { { "yunzhitiao", "FSZ", 102, 451 }, { "", "FSN", 1, 7 } } },
    { "first-minute", "第一分钟", { { "yunzongzhi", "HTL", 9, 9 }, { "grid", "HTW", 9, 9 } } },
};

static GPtrArray *items_of(Json *scenario, guint seed, double speed)
{
    g_autoptr(GError) error = NULL;
    DemoRun run = { START_MS, seed, speed, data->regions };
    GPtrArray *items = demo_items(scenario, &run, &error);
    g_assert_no_error(error);
    return items;
}

static Mapping *mapping_of(GHashTable *mappings, const char *platform)
{
    Mapping *mapping = g_hash_table_lookup(mappings, platform);
    if (mapping)
        return mapping;
    g_autofree char *file = g_strconcat(platform, ".json", NULL);
    g_autofree char *path = g_build_filename(config_dir, "connectors", file, NULL);
    g_autoptr(Faults) faults = faults_new(path, 20);
    mapping = mapping_load(path, faults);
    g_assert_nonnull(mapping);
    g_hash_table_insert(mappings, g_strdup(platform), mapping);
    return mapping;
}

/* As the daemon does it: the receipt must name the id under which it was sent. */
static void assert_taken(GHashTable *mappings, const DemoItem *item, const char *region)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) body = demo_dup_event(item, "/demo");
    gint64 now_ms = item->time_ms + 1000;
    g_autoptr(Event) event = NULL;
    if (*item->platform) {
        MappingContext context = { now_ms,           480, "/demo", data->regions, region,
                                   data->categories, NULL };
        event =
            mapping_apply_body(mapping_of(mappings, item->platform), body, &context, NULL, &error);
    } else {
        event = event_from_json(body, now_ms, NULL, &error);
    }
    g_assert_no_error(error);
    g_assert_cmpstr(event->id, ==, item->id);
    g_assert_true(fields_has(&event->fields, FIELD_REGION) || event_type_is_case(event->type) ||
                  event->type == EVENT_WHISTLE_ACKNOWLEDGED);
    const char *category = fields_text(&event->fields, FIELD_CATEGORY);
    g_assert_cmpstr(category, !=, "other"); /* every word of the scenarios is one of the tables */
}

static void test_numbers(gconstpointer which)
{
    gsize index = GPOINTER_TO_SIZE(which);
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) scenario = demo_load(demo_dir, scenarios[index].alias, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) items = items_of(scenario, 1, 1);
    g_autoptr(GHashTable) mappings =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)mapping_unref);
    const char *region = json_object_get_string(json_object_object_get(scenario, "region"));
    guint n_told = 0;
    for (guint k = 0; k < G_N_ELEMENTS(scenarios[index].counts); k++) {
        const char *prefix = scenarios[index].counts[k].prefix;
        g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);
        guint n = 0;
        for (guint i = 0; prefix && i < items->len; i++) {
            const DemoItem *item = g_ptr_array_index(items, i);
            if (!item->platform || strcmp(item->platform, scenarios[index].counts[k].platform) ||
                strncmp(item->key, prefix, strlen(prefix)) != 0)
                continue;
            g_hash_table_add(keys, item->key);
            n++;
        }
        g_assert_cmpuint(g_hash_table_size(keys), ==, scenarios[index].counts[k].cases);
        g_assert_cmpuint(n, ==, scenarios[index].counts[k].events);
        n_told += n;
    }
    for (guint i = 0; i < items->len; i++) {
        const DemoItem *item = g_ptr_array_index(items, i);
        g_assert_cmpint(item->time_ms, <=, START_MS + item->at_ms);
        if (!item->platform)
            n_told++;
        else if (i % (items->len / MAPPED + 1) == 0)
            assert_taken(mappings, item, region);
    }
    g_assert_cmpuint(n_told, ==, items->len);
}

static char *text_of(const GPtrArray *items)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < items->len; i++) {
        g_autoptr(Json) event = demo_dup_event(g_ptr_array_index(items, i), "/demo");
        g_autofree char *line = json_dup_text(event);
        g_string_append_printf(text, "%s\n", line);
    }
    return g_string_free(text, FALSE);
}

static void test_repeatable(void)
{
    g_autoptr(Json) scenario = demo_load(demo_dir, "fengshan", NULL);
    g_autoptr(GPtrArray) a = items_of(scenario, 1, 1), b = items_of(scenario, 1, 1),
                         c = items_of(scenario, 2, 1);
    g_autofree char *x = text_of(a), *y = text_of(b), *z = text_of(c);
    g_assert_cmpstr(x, ==, y);
    g_assert_cmpstr(x, !=, z);
    g_assert_nonnull(strstr(x, "\"FSZ20251231-0102\""));
    g_assert_nonnull(strstr(z, "\"FSZS2-20251231-0102\""));
}

/* By its first case a later run finds where the history ended, and makes the same again. */
static void test_start(void)
{
    g_autoptr(Json) scenario = demo_load(demo_dir, "hongta", NULL);
    g_autoptr(GPtrArray) items = items_of(scenario, 1, 1);
    g_autofree char *prefix = demo_dup_prefix(scenario, 1), *other = demo_dup_prefix(scenario, 7);
    g_assert_cmpstr(prefix, ==, "HTZ2");
    g_assert_cmpstr(other, ==, "HTZS7-2");
    gint64 first_ms = G_MAXINT64;
    for (guint i = 0; i < items->len; i++) {
        const DemoItem *item = g_ptr_array_index(items, i);
        if (strcmp(item->key, "HTZ20251231-0001") == 0)
            first_ms = MIN(first_ms, item->time_ms);
    }
    g_assert_cmpint(demo_start_of("20251231", first_ms), ==, START_MS);
    g_assert_cmpint(demo_start_of("20251331", first_ms), ==, 0);
    g_assert_cmpint(demo_start_of("", first_ms), ==, 0);
    g_autoptr(Json) minute = demo_load(demo_dir, "first-minute", NULL);
    g_assert_null(demo_dup_prefix(minute, 1));
}

/* What happened "this year" reaches not into the last one. */
static void test_this_year(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) scenario = demo_load(demo_dir, "hongta", NULL);
    gint64 start_ms = START_MS + 20 * G_GINT64_CONSTANT(86400000); /* 20 January */
    DemoRun run = { start_ms, 1, 1, data->regions };
    g_autoptr(GPtrArray) items = demo_items(scenario, &run, &error);
    g_assert_no_error(error);
    const DemoItem *first = g_ptr_array_index(items, 0);
    g_assert_cmpint(first->time_ms, ==, START_MS + G_GINT64_CONSTANT(86400000));
    g_assert_cmpuint(items->len, ==, 6404);
}

/* Twice as fast: half the time between, and clocks of seconds with it; others stay what they are. */
static void test_speed(void)
{
    g_autoptr(Json) minute = demo_load(demo_dir, "first-minute", NULL);
    g_autoptr(GPtrArray) slow = items_of(minute, 1, 1), fast = items_of(minute, 1, 2);
    const DemoItem *whistle[2] = { NULL };
    for (guint i = 0; i < slow->len; i++) {
        const DemoItem *item = g_ptr_array_index(slow, i);
        if (item->data && strstr(json_object_get_string(item->data), "callDepts")) {
            whistle[0] = item;
            whistle[1] = g_ptr_array_index(fast, i);
        }
    }
    g_assert_cmpint(whistle[0]->at_ms, ==, 25000);
    g_assert_cmpint(whistle[1]->at_ms, ==, 12500);
    Json *ack[2];
    for (guint i = 0; i < 2; i++)
        g_assert_true(json_object_object_get_ex(whistle[i]->data, "ackTime", &ack[i]));
    g_assert_cmpstr(json_object_get_string(ack[0]), ==, "2025-12-31T00:00:40");
    g_assert_cmpstr(json_object_get_string(ack[1]), ==, "2025-12-31T00:00:20");
}

static const struct {
    const char *name, *text, *message;
} wrong[] = {
    { "no-region", "{}", "no township" },
    { "foreign-region", "{\"region\":\"11\"}", "no township" },
    { "no-code", "{\"region\":\"530402\",\"flows\":[{\"count\":1}]}", "needs \"code\"" },
    { "flow-is-no-object", "{\"region\":\"530402\",\"flows\":[7]}", "flows[0]" },
    { "path-is-no-object",
      "{\"region\":\"530402\",\"flows\":[{\"code\":\"A\",\"count\":1,\"paths\":[7]}]}",
      "flows[0]" },
    { "sum",
      "{\"region\":\"530402\",\"flows\":[{\"code\":\"A\",\"count\":3,\"paths\":[{\"count\":2,"
      "\"steps\":[]}]}]}",
      "are 2 together" },
    { "no-record",
      "{\"region\":\"530402\",\"flows\":[{\"code\":\"A\",\"count\":1,\"paths\":[{\"count\":1,"
      "\"steps\":[{}]}]}]}",
      "\"record\"" },
    { "unknown-word",
      "{\"region\":\"530402\",\"records\":{\"r\":{\"platform\":\"grid\",\"id\":\"{nobody}\","
      "\"data\":{}}},\"script\":[{\"at_s\":1,\"record\":\"r\"}]}",
      "{nobody} is not known" },
    { "no-fault", "{\"region\":\"530402\",\"script\":[{\"at_s\":1,\"camera\":\"c\"}]}",
      "needs \"fault\"" },
};

static void test_wrong(gconstpointer which)
{
    gsize i = GPOINTER_TO_SIZE(which);
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) scenario =
        json_parse(wrong[i].text, strlen(wrong[i].text), 0, JSON_STRICT, &error);
    g_assert_no_error(error);
    DemoRun run = { START_MS, 1, 1, data->regions };
    g_assert_null(demo_items(scenario, &run, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, wrong[i].message));
}

static void test_unknown(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(demo_load(demo_dir, "atlantis", &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, "hongta"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    const char *source = g_getenv("WALLCTL_SOURCE");
    if (!source)
        return 77;
    config_dir = g_build_filename(source, "config", NULL);
    demo_dir = g_build_filename(config_dir, "demo", NULL);
    const char *const dirs[] = { config_dir, NULL };
    g_autoptr(Faults) faults = faults_new("config", 20);
    data = case_data_load(dirs, NULL, faults);
    g_assert_nonnull(data);
    for (gsize i = 0; i < G_N_ELEMENTS(scenarios); i++) {
        g_autofree char *path = g_strdup_printf("/demo/scenario/%s", scenarios[i].name);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_numbers);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *path = g_strdup_printf("/demo/wrong/%s", wrong[i].name);
        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_wrong);
    }
    g_test_add_func("/demo/unknown", test_unknown);
    g_test_add_func("/demo/repeatable", test_repeatable);
    g_test_add_func("/demo/start", test_start);
    g_test_add_func("/demo/this-year", test_this_year);
    g_test_add_func("/demo/speed", test_speed);
    int status = g_test_run();
    case_data_unref(data);
    g_free(config_dir);
    g_free(demo_dir);
    return status;
}
