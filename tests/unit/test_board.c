/* test_board.c - boards: what their names mean, and what is read for them */
#include "config/config.h"
#include "tests/unit/case_rig.h"
#include "wallctl/base/error.h"
#include "wallctl/board_reading.h"
#include "wallctl/model/calendar.h"

#include <string.h>

#define SOURCE_CONFIG                                                                                 \
    "{\"cases\": {\"region\": \"530402\"}, \"walls\": [{\"id\": \"main\", \"name\": \"主墙\", "     \
    "\"layout\": \"4\", \"screens\": [{\"x\": 0, \"y\": 0, \"width\": 1920, \"height\": "             \
    "1080}]}], "                                                                                      \
    "\"boards\": [{\"id\": \"yuepingan\", \"title\": \"群众诉求化解率\", \"kind\": \"rate\", " \
    "\"items\": [{\"name\": \"化解\", \"metrics\": [\"figure:resolved\"]}, {\"name\": \"受理\", " \
    "\"metrics\": [\"figure:accepted\"]}]}, {\"id\": \"visits\", \"title\": \"拉网式排查\", "    \
    "\"kind\": \"campaign\", \"items\": [{\"name\": \"已走访\", \"metrics\": "                     \
    "[\"figure:done\"]}, {\"name\": \"户数\", \"metrics\": [\"figure:all\"]}]}, {\"id\": "          \
    "\"family\", \"title\": \"婚姻家庭\", \"kind\": \"counter\", \"items\": [{\"name\": \"x\", "  \
    "\"metrics\": [\"category:family\"]}]}]}"

static Config *config;

static void load_config(void)
{
    g_autoptr(Faults) faults = faults_new("t", 20);
    g_autofree char *dir = g_build_filename(g_getenv("WALLCTL_SOURCE"), "config", NULL);
    config_set_data_dir(dir);
    config = config_parse(SOURCE_CONFIG, strlen(SOURCE_CONFIG), "t", dir, faults);
    g_autofree char *text = faults_dup_text(faults);
    g_assert_cmpstr(text, ==, "");
    g_assert_nonnull(config->words);
}

/* --- names -------------------------------------------------------------------------------------
 */

static const struct {
    const char *name, *text;
    BoardKind kind; /* 0: refused */
    PeriodKind period;
    const char *region, *title; /* refused: what is said in Chinese */
} names[] = {
    { "funnel", "funnel", BOARD_FUNNEL, 0, "530402", "案件流程" },
    { "opened", "opened", BOARD_COUNTER, PERIOD_DAY, "530402", "今日新增案件" },
    { "of-a-week", "opened-week", BOARD_COUNTER, PERIOD_WEEK, "530402", "本周新增案件" },
    { "of-a-town", "resolved-month:530402008", BOARD_COUNTER, PERIOD_MONTH, "530402008",
      "研和街道 · 本月化解案件" },
    { "rate", "rate", BOARD_RATE, PERIOD_YEAR, "530402", "今年化解率" },
    { "five", "five", BOARD_FIVE, PERIOD_DAY, "530402", "今日五情研判" },
    { "drill", "map:530402008", BOARD_MAP, 0, "530402008", "研和街道 · 在办案件分布" },
    { "figures-have-no-period", "yuepingan", BOARD_RATE, 0, "530402", "群众诉求化解率" },
    { "campaign", "visits", BOARD_CAMPAIGN, 0, "530402", "拉网式排查" },
    { "sensitive-of-the-county", "family", BOARD_COUNTER, PERIOD_DAY, "530402", "今日婚姻家庭" },
    { "sensitive-of-a-town", "family:530402008", BOARD_COUNTER, PERIOD_DAY, "530402008",
      "研和街道 · 今日婚姻家庭" },
    { "unknown", "nonsense", 0, 0, NULL, "没有看板“nonsense”；wallctl boards 列出可用的看板" },
    { "empty", "", 0, 0, NULL, "没有看板“”；wallctl boards 列出可用的看板" },
    { "period-of-figures", "yuepingan-week", 0, 0, NULL,
      "没有看板“yuepingan-week”；wallctl boards 列出可用的看板" },
    { "no-such-period", "opened-decade", 0, 0, NULL,
      "没有看板“opened-decade”；wallctl boards 列出可用的看板" },
    { "no-such-region", "map:530402999", 0, 0, NULL,
      "看板“map:530402999”：本站点没有这个区划代码" },
    { "another-county", "map:441502", 0, 0, NULL, "看板“map:441502”：本站点没有这个区划代码" },
    { "no-code", "map:", 0, 0, NULL, "看板“map:”：本站点没有这个区划代码" },
    { "sources-of-a-town", "sources:530402008", 0, 0, NULL,
      "看板“sources:530402008”只有全站的，没有分区划的" },
};

static void test_name(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(GError) error = NULL;
    BoardName name;
    gboolean is_known = board_name_parse(names[i].text, config, &name, &error);
    g_assert_cmpint(is_known, ==, names[i].kind != 0);
    if (!is_known) {
        g_assert_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND);
        g_assert_cmpstr(wall_error_zh(error), ==, names[i].title);
        return;
    }
    g_assert_cmpint(name.kind, ==, names[i].kind);
    g_assert_cmpint(name.period, ==, names[i].period);
    g_assert_cmpstr(name.region, ==, names[i].region);
    g_assert_cmpstr(name.title, ==, names[i].title);
    board_name_clear(&name);
}

/* Every name that is offered is taken, with and without what it says it takes. */
static void test_list(void)
{
    g_autoptr(Json) json = board_names_json(config, FALSE);
    Json *list = json_object_object_get(json, "boards");
    g_assert_cmpuint(json_object_array_length(list), ==, 18);
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        Json *board = json_object_array_get_idx(list, i);
        const char *name = json_object_get_string(json_object_object_get(board, "name"));
        gboolean regions = json_object_get_boolean(json_object_object_get(board, "regions"));
        gboolean periods = json_object_get_boolean(json_object_object_get(board, "periods"));
        g_autofree char *of_town = g_strconcat(name, ":530402008", NULL);
        g_autofree char *of_month = g_strconcat(name, "-month", NULL);
        const struct {
            const char *text;
            gboolean is_taken;
        } rows[] = { { name, TRUE }, { of_town, regions }, { of_month, periods } };
        for (gsize k = 0; k < G_N_ELEMENTS(rows); k++) {
            BoardName parsed;
            gboolean is_taken = board_name_parse(rows[k].text, config, &parsed, NULL);
            g_assert_cmpint(is_taken, ==, rows[k].is_taken);
            if (is_taken)
                board_name_clear(&parsed);
        }
    }
}

/* --- figures -----------------------------------------------------------------------------------
 */

static guint n_events;

/* A case of a kind in a region, reported by a channel. */
static void add_case(GPtrArray *events, const char *category, const char *sensitivity,
                     const char *region, const char *channel)
{
    g_autofree char *id = g_strdup_printf("e%u", ++n_events);
    g_autofree char *code = g_strdup_printf("HT%u", n_events);
    Event *event = rig_event(EVENT_CASE_REPORTED, code, RIG_DAY_0 + n_events, id);
    rig_text(event, FIELD_CATEGORY, category);
    rig_text(event, FIELD_SENSITIVITY, sensitivity);
    rig_text(event, FIELD_REGION, region);
    rig_text(event, FIELD_CHANNEL, channel);
    g_ptr_array_add(events, event);
}

static void add_figure(GPtrArray *events, const char *metric, const char *region, gint64 value)
{
    g_autofree char *id = g_strdup_printf("e%u", ++n_events);
    Event *event = rig_event(EVENT_STAT_SNAPSHOT, "", RIG_DAY_0 + n_events, id);
    rig_text(event, FIELD_METRIC, metric);
    rig_text(event, FIELD_REGION, region);
    rig_number(event, FIELD_VALUE, value * 1000);
    g_ptr_array_add(events, event);
}

static gboolean read_job(sqlite3 *db, gpointer data, GError **error)
{
    return board_read(db, data, error);
}

/* The board as it would be drawn. */
static BoardData *read_board(Store *store, const char *text)
{
    g_autoptr(GError) error = NULL;
    BoardName name;
    g_assert_true(board_name_parse(text, config, &name, NULL));
    BoardReading *reading = board_reading_new(name, calendar_day(RIG_DAY_0));
    store_run_now(store, read_job, reading, &error);
    g_assert_no_error(error);
    BoardData *data = board_data_of(reading, config, RIG_DAY_0);
    board_reading_free(reading);
    return data;
}

static void test_rate(void)
{
    StoreRig rig;
    store_rig_init(&rig, NULL);
    GPtrArray *events = rig_events_new();
    add_figure(events, "accepted", "530402", 700);
    add_figure(events, "resolved", "530402", 600);
    add_figure(events, "accepted", "530402", 712);
    add_figure(events, "resolved", "530402", 708);
    /* Without a figure of its own a region has the sum of those of the largest regions below it. */
    add_figure(events, "accepted", "530402008", 400);
    add_figure(events, "accepted", "530402008201", 44);
    store_rig_take(&rig, events);
    BoardData *data = read_board(rig.store, "yuepingan");
    g_assert_cmpuint(data->spec.rate.part, ==, 708);
    g_assert_cmpuint(data->spec.rate.whole, ==, 712);
    g_assert_cmpstr(data->spec.rate.whole_name, ==, "受理");
    g_assert_null(data->spec.rate.comparisons[0].label); /* nothing came the day before */
    board_data_free(data);
    data = read_board(rig.store, "yuepingan:530402008");
    g_assert_cmpuint(data->spec.rate.whole, ==, 400);
    board_data_free(data);
    store_rig_clear(&rig);
}

static void test_campaign(void)
{
    StoreRig rig;
    store_rig_init(&rig, NULL);
    GPtrArray *events = rig_events_new();
    add_figure(events, "all", "530402", 5000); /* the whole is no part of itself */
    add_figure(events, "all", "530402001", 200);
    add_figure(events, "done", "530402001", 150);
    add_figure(events, "all", "530402008", 400);
    add_figure(events, "done", "530402008", 40);
    add_figure(events, "all", "530402002", 100);
    store_rig_take(&rig, events);
    BoardData *data = read_board(rig.store, "visits");
    static const CampaignRow expected[] = { { "凤凰街道", 0, 100 },
                                            { "研和街道", 40, 400 },
                                            { "玉兴街道", 150, 200 } };
    g_assert_cmpuint(data->spec.campaign.n, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_assert_cmpstr(data->campaign[i].name, ==, expected[i].name);
        g_assert_cmpuint(data->campaign[i].done, ==, expected[i].done);
        g_assert_cmpuint(data->campaign[i].all, ==, expected[i].all);
    }
    board_data_free(data);
    store_rig_clear(&rig);
}

static void test_five(void)
{
    static const char *const channels[] = { "visit",   "police", "police", "grid", "counter",
                                            "hotline", "web",    "public", "odd" };
    static const guint64 expected[] = { 1, 2, 2, 2, 1 };
    StoreRig rig;
    store_rig_init(&rig, NULL);
    GPtrArray *events = rig_events_new();
    for (gsize i = 0; i < G_N_ELEMENTS(channels); i++)
        add_case(events, "labour", "labour", "530402008", channels[i]);
    store_rig_take(&rig, events);
    BoardData *data = read_board(rig.store, "five");
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_cmpuint(data->counts[i].count, ==, expected[i]);
    g_assert_cmpstr(data->counts[0].name, ==, "稳情");
    board_data_free(data);
    store_rig_clear(&rig);
}

/* One log in every vocabulary that is shipped: other stages, the same sum. */
static void test_vocabularies(void)
{
    StoreRig rig;
    store_rig_init(&rig, NULL);
    g_autoptr(GRand) rand = g_rand_new_with_seed(20250522);
    GPtrArray *events = rig_events_new();
    for (guint i = 0; i < 200; i++) {
        guint n = g_rand_int_range(rand, 1, RIG_LIFE + 1);
        for (guint step = 0; step < n; step++)
            g_ptr_array_add(events, rig_life_event(i, step, RIG_DAY_0, rand));
    }
    store_rig_take(&rig, events);
    gint64 n_cases = rig_get_int(rig.store, "SELECT count(*) FROM case_");
    g_assert_cmpint(n_cases, ==, 200);
    g_autofree char *former = g_steal_pointer(&config->cases.region);
    g_autofree char *vocabulary = g_steal_pointer(&config->cases.vocabulary);
    config->cases.region = g_strdup("");
    g_assert_cmpuint(config->words->vocabularies->len, >=, 3);
    for (guint i = 0; i < config->words->vocabularies->len; i++) {
        const Vocabulary *words = g_ptr_array_index(config->words->vocabularies, i);
        guint64 sum = 0;
        g_free(config->cases.vocabulary);
        config->cases.vocabulary = g_strdup(vocabulary_id(words));
        BoardData *data = read_board(rig.store, "funnel");
        g_assert_cmpuint(data->spec.funnel.n, ==, vocabulary_n_stages(words));
        for (guint k = 0; k < data->spec.funnel.n; k++) {
            g_assert_cmpstr(data->counts[k].name, ==, vocabulary_stage_name(words, k));
            sum += data->counts[k].count;
        }
        g_assert_cmpuint(sum, ==, (guint64)n_cases);
        board_data_free(data);
    }
    g_free(config->cases.region);
    g_free(config->cases.vocabulary);
    config->cases.region = g_steal_pointer(&former);
    config->cases.vocabulary = g_steal_pointer(&vocabulary);
    store_rig_clear(&rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    load_config();
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_strdup_printf("/board/name/%s", names[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_name);
    }
    g_test_add_func("/board/list", test_list);
    g_test_add_func("/board/rate", test_rate);
    g_test_add_func("/board/campaign", test_campaign);
    g_test_add_func("/board/five", test_five);
    g_test_add_func("/board/vocabularies", test_vocabularies);
    int result = g_test_run();
    config_unref(config);
    return result;
}
