/* test_village.c - what no figure of a village says: all boards, briefings, lists and counters of a
 * village and of its grid are the same with its sensitive cases as without them
 *
 * Two databases take the same events; in one of them there are sensitive cases beside. What can be said
 * of the village is written down of both and compared as text, so a figure that is new, and any sum or
 * difference of figures, is held to the same. The township must count all.
 */
#include "case_rig.h"
#include "config/config.h"
#include "wallctl/briefing_paper.h"
#include "wallctl/model/calendar.h"
#include "wallctl/store/rollup.h"

#include <string.h>

#define TOWN    "530402008"
#define VILLAGE TOWN "201"
#define GRID    VILLAGE "005"
#define N_PLAIN 40

static const char config_text[] =
    "{\"cases\": {\"region\": \"530402\"}, \"walls\": [{\"id\": \"main\", \"name\": \"主墙\", "
    "\"layout\": \"4\", \"screens\": [{\"x\": 0, \"y\": 0, \"width\": 1920, \"height\": 1080}]}], "
    "\"boards\": [{\"id\": \"marks\", \"title\": \"满意率\", \"kind\": \"rate\", \"items\": ["
    "{\"name\": \"满意\", \"metrics\": [\"satisfaction:4\", \"satisfaction:5\"]}, "
    "{\"name\": \"回访\", \"metrics\": [\"revisited\"]}]}, "
    "{\"id\": \"kinds\", \"title\": \"分类\", \"kind\": \"five\", \"items\": ["
    "{\"name\": \"较大\", \"metrics\": [\"level:larger\", \"level:major\", \"level:extra\"]}, "
    "{\"name\": \"邻里\", \"metrics\": [\"category:neighbour\"]}, "
    "{\"name\": \"其他\", \"metrics\": [\"category:other\"]}]}]}";

static Config *config;

static void load_config(void)
{
    static const Region regions[] = {
        { .code = "530402", .name = "红塔区" },
        { .code = TOWN, .name = "研和街道", .has_place = TRUE, .lon = 1, .lat = 1 },
        { .code = VILLAGE, .name = "某村", .has_place = TRUE, .lon = 2, .lat = 2 },
        { .code = GRID, .name = "某网格", .has_place = TRUE, .lon = 3, .lat = 3 }
    };
    g_autoptr(Faults) faults = faults_new("t", 20);
    g_autofree char *dir = g_build_filename(g_getenv("WALLCTL_SOURCE"), "config", NULL);
    config_set_data_dir(dir);
    config = config_parse(config_text, strlen(config_text), "t", dir, faults);
    g_autofree char *text = faults_dup_text(faults);
    g_assert_cmpstr(text, ==, "");
    region_tree_unref(config->words->regions);
    config->words->regions = region_tree_new(regions, G_N_ELEMENTS(regions));
}

/* --- events ------------------------------------------------------------------------------------
 */

static void add(GPtrArray *events, EventType type, const char *code, guint step)
{
    g_autofree char *id = g_strdup_printf("%s-%u", code, step);
    Event *event = rig_event(type, code, RIG_DAY_0 + step * 3600000, id);
    rig_text(event, FIELD_CHANNEL, step % 2 ? "grid" : "hotline");
    if (type == EVENT_CASE_REVISITED)
        rig_number(event, FIELD_SATISFACTION, step % 5 + 1);
    if (type == EVENT_CASE_RESOLVED)
        rig_text(event, FIELD_OUTCOME, "settled");
    g_ptr_array_add(events, event);
}

/* A case of the village, or of its grid, in one of many states. */
static void add_case(GPtrArray *events, const char *prefix, guint n, const char *sensitivity)
{
    static const EventType ways[][5] = {
        { EVENT_CASE_REPORTED },
        { EVENT_CASE_REGISTERED, EVENT_CASE_DISPATCHED, EVENT_CASE_SUPERVISED },
        { EVENT_CASE_REGISTERED, EVENT_CASE_RESOLVED, EVENT_CASE_REVISITED, EVENT_CASE_CLOSED },
        { EVENT_CASE_REGISTERED, EVENT_CASE_WHISTLED, EVENT_CASE_LITIGATED },
        { EVENT_CASE_REGISTERED, EVENT_CASE_WITHDRAWN },
        { EVENT_CASE_REGISTERED, EVENT_CASE_DECLINED },
    };
    g_autofree char *code = g_strdup_printf("%s%u", prefix, n);
    const EventType *way = ways[n % G_N_ELEMENTS(ways)];
    guint first = events->len;
    for (guint step = 0; step < G_N_ELEMENTS(ways[0]) && way[step]; step++)
        add(events, way[step], code, step);
    Event *report = g_ptr_array_index(events, first);
    rig_text(report, FIELD_CATEGORY, n % 2 ? "neighbour" : "other");
    rig_text(report, FIELD_LEVEL, rig_levels[n % 4]);
    rig_text(report, FIELD_RISK, rig_risks[n % 3]);
    rig_text(report, FIELD_REGION, n % 3 ? VILLAGE : GRID);
    rig_text(report, FIELD_SENSITIVITY, sensitivity);
}

static void add_clue(GPtrArray *events, const char *prefix, const char *sensitivity)
{
    g_autofree char *id = g_strdup_printf("%s-clue", prefix);
    Event *clue = rig_event(EVENT_CLUE_REPORTED, "", RIG_DAY_0, id);
    rig_text(clue, FIELD_REGION, VILLAGE);
    rig_text(clue, FIELD_CHANNEL, "public");
    rig_text(clue, FIELD_SENSITIVITY, sensitivity);
    g_ptr_array_add(events, clue);
}

/* Every case has a clock that began with it and is long over. */
static guint one_clock(const Case *c, gint64 now_ms, Deadline out[DEADLINE_MAX], gpointer user)
{
    static DeadlineRule rule = { .kind = (char *)"finish", .name = (char *)"办结" };
    out[0] = (Deadline) { .rule = &rule, .start_ms = c->opened_ms };
    out[0].due_ms = c->opened_ms + 1000;
    out[0].done_ms = case_state_is_open(c->state) ? 0 : c->last->time_ms;
    return 1;
}

/* --- all that can be said of a region ----------------------------------------------------------
 */

typedef struct {
    const char *region;
    GString *text;
} Saying;

static void say_items(GString *text, const char *what, const GPtrArray *items)
{
    g_string_append_printf(text, "%s:", what);
    for (guint i = 0; items && i < items->len; i++) {
        const RollupItem *item = g_ptr_array_index(items, i);
        g_string_append_printf(text, " %s=%" G_GINT64_FORMAT, item->key, item->value);
    }
    g_string_append_c(text, '\n');
}

static void say_board(sqlite3 *db, const char *name, Saying *saying)
{
    g_autoptr(GError) error = NULL;
    BoardName parsed;
    g_assert_true(board_name_parse(name, config, &parsed, NULL));
    BoardReading *reading = board_reading_new(parsed, calendar_day(RIG_DAY_0));
    board_read(db, reading, &error);
    g_assert_no_error(error);
    g_string_append_printf(saying->text,
                           "%s: %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " urgent %" G_GINT64_FORMAT,
                           name, reading->opened, reading->usual, reading->n_urgent);
    for (guint i = 0; reading->urgent && i < reading->urgent->rows->len; i++)
        g_string_append_printf(saying->text, " %s",
                               ((CaseRow *)g_ptr_array_index(reading->urgent->rows, i))->code);
    for (guint i = 0; i <= CASE_LAST; i++)
        g_string_append_printf(saying->text, " %" G_GUINT64_FORMAT, reading->by_state[i]);
    for (guint i = 0; i < FIGURE_ITEMS; i++)
        g_string_append_printf(saying->text, " %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                               reading->values[i], reading->before[i]);
    for (guint i = 0; i < BOARD_HISTORY; i++)
        g_string_append_printf(saying->text, " %" G_GINT64_FORMAT, reading->history[i]);
    say_items(saying->text, " items", reading->items);
    board_reading_free(reading);
}

/* Every board that takes a region, with every period. */
static void say_boards(sqlite3 *db, Saying *saying)
{
    static const char *const periods[] = { "", "-day", "-week", "-month", "-year" };
    g_autoptr(Json) json = board_names_json(config, FALSE);
    Json *list = json_object_object_get(json, "boards");
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        Json *board = json_object_array_get_idx(list, i);
        const char *id = json_object_get_string(json_object_object_get(board, "name"));
        gboolean has_periods = json_object_get_boolean(json_object_object_get(board, "periods"));
        if (!json_object_get_boolean(json_object_object_get(board, "regions")))
            continue;
        for (guint k = 0; k < (has_periods ? G_N_ELEMENTS(periods) : 1); k++) {
            g_autofree char *name = g_strconcat(id, periods[k], ":", saying->region, NULL);
            say_board(db, name, saying);
        }
    }
}

/* The briefings of a site that is this region. */
static void say_briefings(sqlite3 *db, Saying *saying)
{
    g_autofree char *former = g_steal_pointer(&config->cases.region);
    config->cases.region = g_strdup(saying->region);
    for (PeriodKind kind = PERIOD_DAY; kind <= PERIOD_MONTH; kind++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Json) paper = json_object_new_object();
        briefing_paper_read(db, paper, config, kind, calendar_day(RIG_DAY_0),
                            RIG_DAY_0 + G_GINT64_CONSTANT(864000000), &error);
        g_assert_no_error(error);
        g_autofree char *csv = briefing_paper_csv(paper);
        g_autofree char *html = briefing_paper_html(paper);
        g_string_append_printf(saying->text, "%s\n%s\n", csv, html);
    }
    g_free(config->cases.region);
    config->cases.region = g_steal_pointer(&former);
}

/* Lists as the API asks for them. */
static void say_lists(sqlite3 *db, Saying *saying)
{
    for (CaseOrder order = CASES_BY_OPENED; order <= CASES_BY_SUPERVISED; order++) {
        g_autoptr(GError) error = NULL;
        CaseFilter filter = {
            .order = order, .n = CASE_PAGE_MAX, .region = saying->region, .hides_protected = TRUE
        };
        g_autoptr(CasePage) page = case_query_list(db, &filter, &error);
        g_assert_no_error(error);
        for (guint i = 0; i < page->rows->len; i++)
            g_string_append_printf(saying->text, "%s ",
                                   ((CaseRow *)g_ptr_array_index(page->rows, i))->code);
        for (guint i = 0; i < CASE_AGES; i++)
            g_string_append_printf(saying->text, "%" G_GINT64_FORMAT " ", page->ages[i]);
        g_string_append_c(saying->text, '\n');
    }
}

/* Also those counters that nothing shows today. */
static void say_counters(sqlite3 *db, Saying *saying)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) rows = g_string_new(NULL);
    g_string_printf(rows,
                    "SELECT metric || ' ' || day || ' ' || region || '=' || value FROM rollup"
                    " WHERE value <> 0 AND region >= '%s' ORDER BY 1",
                    saying->region);
    rig_join_rows(db, rows, &error);
    g_assert_no_error(error);
    g_string_append(saying->text, rows->str);
}

static gboolean say_all(sqlite3 *db, gpointer data, GError **error)
{
    say_boards(db, data);
    say_briefings(db, data);
    say_lists(db, data);
    say_counters(db, data);
    return TRUE;
}

static char *dup_said(Store *store, const char *region)
{
    Saying saying = { region, g_string_new(NULL) };
    g_assert_true(store_run_now(store, say_all, &saying, NULL));
    return g_string_free(saying.text, FALSE);
}

/* --- tests -------------------------------------------------------------------------------------
 */

static const struct {
    const char *name, *sensitivity, *first; /* first: what its first event says; "": nothing yet */
    guint n;
    gboolean is_told; /* no sensitive kind: counts everywhere */
} rows[] = {
    { "family-one", "family", "family", 1, FALSE }, { "family-five", "family", "family", 5, FALSE },
    { "minor", "minor", "minor", 6, FALSE },        { "violence", "dv", "dv", 12, FALSE },
    { "health", "health", "health", 6, FALSE },     { "known-later", "minor", "normal", 6, FALSE },
    { "labour", "labour", "labour", 6, TRUE },
};

static gint64 opened_in(Store *store, const char *region)
{
    g_autofree char *sql =
        g_strdup_printf("SELECT sum(value) FROM rollup WHERE metric = 'opened' AND region LIKE "
                        "'%s%%'",
                        region);
    return rig_get_int(store, sql);
}

static GPtrArray *plain_events(void)
{
    GPtrArray *events = rig_events_new();
    for (guint i = 0; i < N_PLAIN; i++)
        add_case(events, "P", i, i % 2 ? "normal" : "labour");
    add_clue(events, "P", "normal");
    return events;
}

static void test_village(gconstpointer data)
{
    guint row = GPOINTER_TO_UINT(data);
    StoreRig without, with;
    store_rig_init(&without, one_clock);
    store_rig_init(&with, one_clock);
    store_rig_take(&without, plain_events());
    GPtrArray *events = plain_events();
    for (guint i = 0; i < rows[row].n; i++) {
        add_case(events, "S", i, rows[row].first);
        g_autofree char *code = g_strdup_printf("S%u", i);
        if (strcmp(rows[row].first, rows[row].sensitivity) == 0)
            continue;
        add(events, EVENT_CASE_UPDATED, code, 9);
        rig_text(g_ptr_array_index(events, events->len - 1), FIELD_SENSITIVITY,
                 rows[row].sensitivity);
    }
    add_clue(events, "S", rows[row].sensitivity);
    store_rig_take(&with, events);
    rig_assert_consistent(with.store);
    static const char *const regions[] = { VILLAGE, GRID };
    for (guint i = 0; i < G_N_ELEMENTS(regions); i++) {
        g_autofree char *a = dup_said(without.store, regions[i]);
        g_autofree char *b = dup_said(with.store, regions[i]);
        g_assert_nonnull(strstr(a, "P3 ")); /* something is said of it */
        if (rows[row].is_told)
            g_assert_cmpstr(a, !=, b);
        else
            g_assert_cmpstr(a, ==, b);
    }
    g_assert_cmpint(opened_in(with.store, TOWN), ==, N_PLAIN + rows[row].n);
    g_assert_cmpint(opened_in(with.store, VILLAGE), ==,
                    N_PLAIN + (rows[row].is_told ? rows[row].n : 0));
    store_rig_clear(&without);
    store_rig_clear(&with);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    load_config();
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/village/%s", rows[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_village);
    }
    int result = g_test_run();
    config_unref(config);
    return result;
}
