/* test_case_data.c - the data files that are shipped, the clocks that they set, and broken ones */
#include "config/case_data.h"

#include "wallctl/base/instant.h"

#include <glib/gstdio.h>
#include <string.h>

static CaseData *load_shipped(void)
{
    g_autofree char *config = g_build_filename(g_getenv("WALLCTL_SOURCE"), "config", NULL);
    const char *dirs[] = { config, NULL };
    g_autoptr(Faults) faults = faults_new("config", 50);
    CaseData *data = case_data_load(dirs, NULL, faults);
    g_autofree char *text = faults_dup_text(faults);
    g_assert_cmpstr(text, ==, "");
    return data;
}

/* --- what is shipped ---------------------------------------------------------------------------
 */

static void test_shipped(void)
{
    g_autoptr(CaseData) data = load_shipped();
    g_autoptr(CaseData) other = case_data_ref(data);
    static const char *const vocabularies[] = { "liubu", "wubu",   "huiyan",  "shishou",
                                                "dali",  "hongta", "xiaogan", "yunmeng" };
    static const char *const policies[] = { "default", "xiaogan", "zhijiang", "yunmeng",
                                            "xinfang" };
    for (guint i = 0; i < G_N_ELEMENTS(vocabularies); i++)
        g_assert_nonnull(case_data_vocabulary(data, vocabularies[i]));
    for (guint i = 0; i < G_N_ELEMENTS(policies); i++)
        g_assert_nonnull(case_data_policy(data, policies[i]));
    g_assert_nonnull(case_data_vocabulary(data, CASE_DATA_VOCABULARY));
    g_assert_nonnull(case_data_policy(data, CASE_DATA_POLICY));
    g_assert_null(case_data_vocabulary(data, "none"));
    g_assert_null(case_data_policy(data, "none"));
    g_assert_cmpuint(category_count(data->categories), ==, 20);
    g_assert_true(category_may_come_in(data->categories, "labour"));
    g_assert_false(category_may_come_in(data->categories, "criminal"));
    g_assert_false(category_may_come_in(data->categories, "police"));
    g_assert_cmpstr(region_find(data->regions, "530402008")->name, ==, "研和街道");
    g_autofree char *title =
        title_public(data->categories, data->regions, "labour", "530402008", 0);
    g_assert_cmpstr(title, ==, "劳动争议·研和街道");
    g_assert_cmpstr(vocabulary_orders_name(case_data_vocabulary(data, "xiaogan")), ==, "五单");
    g_assert_cmpstr(vocabulary_order_name(case_data_vocabulary(data, "dali"), "assign"), ==,
                    "工作任务交办单");
}

/* The same cases in the words of every county: the sums are equal. */
static void test_equal_sums(void)
{
    g_autoptr(CaseData) data = load_shipped();
    g_autoptr(GRand) random = g_rand_new_with_seed(712708);
    for (guint round = 0; round < 100; round++) {
        guint64 by_state[CASE_LAST + 1] = { 0 }, by_stage[VOCABULARY_MAX_STAGES], sum = 0;
        for (guint state = 1; state <= CASE_LAST; state++)
            sum += by_state[state] = (guint64)g_rand_int_range(random, 0, 10000);
        for (guint i = 0; i < data->vocabularies->len; i++) {
            const Vocabulary *vocabulary = g_ptr_array_index(data->vocabularies, i);
            guint64 staged = 0;
            vocabulary_sum(vocabulary, by_state, by_stage);
            for (guint stage = 0; stage < vocabulary_n_stages(vocabulary); stage++)
                staged += by_stage[stage];
            g_assert_cmpuint(staged, ==, sum);
        }
    }
}

/* What is coloured in on the drill map has a place; what has one lies in China. */
static void test_places(void)
{
    g_autoptr(CaseData) data = load_shipped();
    guint n_places = 0;
    for (guint i = 0; i < region_count(data->regions); i++) {
        const Region *region = region_at(data->regions, i);
        if (region->level == REGION_COUNTY)
            g_assert_true(region->has_place);
        if (!region->has_place)
            continue;
        n_places++;
        g_assert_cmpint(region->lon, >, 73000000);
        g_assert_cmpint(region->lon, <, 136000000);
        g_assert_cmpint(region->lat, >, 18000000);
        g_assert_cmpint(region->lat, <, 54000000);
    }
    for (guint i = 0; region_child(data->regions, "530402", i); i++)
        g_assert_true(region_child(data->regions, "530402", i)->has_place);
    g_assert_cmpuint(n_places, >, 40);
}

/* --- clocks ------------------------------------------------------------------------------------
 */

/* events: "day what=field:word,...". Times are 10:00 of the day. */
static const struct {
    const char *name, *policy, *events, *clocks; /* "kind day[Thour:minute]" of each, in order */
} clocks[] = {
    { "孝感 general", "xiaogan", "2025-05-22 registered level:general", "finish 2025-05-25" },
    { "孝感 larger", "xiaogan", "2025-05-22 registered level:larger", "finish 2025-06-11" },
    { "孝感 reopened", "xiaogan",
      "2025-05-22 registered level:general|2025-05-23 resolved|2025-06-02 reopened",
      "finish 2025-06-05" },
    { "枝江 village", "zhijiang", "2025-05-22 registered", "finish 2025-05-22" },
    { "枝江 town", "zhijiang", "2025-05-22 registered|2025-05-22 escalated", "finish 2025-06-22" },
    { "枝江 county", "zhijiang", "2025-05-22 registered|2025-05-22 escalated|2025-06-30 escalated",
      "finish 2025-09-30" },
    { "枝江 city", "zhijiang",
      "2025-05-22 registered|2025-05-22 escalated|2025-06-30 escalated|2025-07-01 escalated", "" },
    { "云梦 same day", "yunmeng", "2025-05-22 registered level:general", "finish 2025-05-22" },
    { "云梦 accept", "yunmeng", "2025-05-22 dispatched level:general", "accept 2025-05-22T11:00" },
    { "信访", "xinfang", "2025-05-22 registered category:petition",
      "finish 2025-07-21 route 2025-06-06" },
    { "信访 extended", "xinfang",
      "2025-05-22 registered category:petition|2025-07-01 updated reason:extended",
      "finish 2025-08-20 route 2025-06-06" },
    { "信访 objection over a holiday", "xinfang",
      "2025-09-28 registered category:petition|2025-09-29 dispatched",
      "finish 2025-11-27 route 2025-10-13 objection 2025-10-13 accept 2025-09-30T10:00" },
    { "default general", "default", "2025-05-22 registered level:general", "finish 2025-05-25" },
    { "default not graded", "default", "2025-01-31 registered", "finish 2025-02-28" },
    { "default wages over 国庆", "default", "2025-09-26 registered category:labour,channel:wage",
      "finish 2025-10-11" },
    { "default mediation", "default", "2025-05-22 mediating level:larger", "mediation 2025-06-22" },
    { "default labour mediation", "default", "2025-05-22 mediating category:labour",
      "mediation 2025-06-06" },
    { "default accept", "default", "2025-05-22 dispatched", "accept 2025-05-23T10:00" },
    { "default petition", "default", "2025-05-22 registered category:petition,level:general",
      "finish 2025-07-21 route 2025-06-06" },
};

static Case *play(const char *lines)
{
    Case *now = NULL;
    g_auto(GStrv) events = g_strsplit(lines, "|", -1);
    for (guint i = 0; events[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(events[i], " ", 3);
        g_autoptr(Event) event = event_new();
        g_autofree char *time = g_strdup_printf("%sT10:00:00+08:00", parts[0]);
        g_autofree char *word = g_strconcat("case.", parts[1], NULL);
        g_assert_true(instant_parse(time, &event->time_ms));
        g_free(event->sequence);
        event->sequence = g_strdup_printf("%02u", i);
        event->type = event_type_from_word(word);
        g_auto(GStrv) fields = g_strsplit(parts[2] ? parts[2] : "", ",", -1);
        for (guint k = 0; fields[k]; k++) {
            g_auto(GStrv) pair = g_strsplit(fields[k], ":", 2);
            g_assert_true(fields_set_text(&event->fields, field_from_name(pair[0]), pair[1], NULL));
        }
        Case *next = case_apply(now, event, &(CaseRules) { FALSE }, NULL);
        g_assert_nonnull(next);
        case_unref(now);
        now = next;
    }
    return now;
}

static void test_clock(gconstpointer user)
{
    guint i = GPOINTER_TO_UINT(user);
    g_autoptr(CaseData) data = load_shipped();
    g_autoptr(Case) c = play(clocks[i].events);
    Deadline list[DEADLINE_MAX];
    guint n = deadline_list(case_data_policy(data, clocks[i].policy), c, data->calendar,
                            c->last->time_ms, list);
    GString *text = g_string_new(NULL);
    for (guint k = 0; k < n; k++) {
        g_autofree char *due = instant_format(list[k].due_ms, CALENDAR_OFFSET_MIN);
        gboolean is_day = strstr(due, "T23:59:59") != NULL;
        g_string_append_printf(text, "%s%s %.*s", k ? " " : "", list[k].rule->kind,
                               is_day ? 10 : 16, due);
    }
    g_assert_cmpstr(text->str, ==, clocks[i].clocks);
    g_string_free(text, TRUE);
}

static void test_calendar(void)
{
    g_autoptr(CaseData) data = load_shipped();
    static const struct {
        const char *day;
        gboolean is_workday;
    } days[] = {
        { "2025-01-27", TRUE },  { "2025-01-28", FALSE }, { "2025-02-08", TRUE },
        { "2025-10-08", FALSE }, { "2025-10-09", TRUE },  { "2025-10-11", TRUE },
        { "2025-10-12", FALSE }, { "2026-01-04", TRUE },  { "2026-02-14", TRUE },
        { "2026-02-23", FALSE }, { "2026-02-24", TRUE },  { "2026-10-07", FALSE },
        { "2026-10-10", TRUE },
    };
    for (guint i = 0; i < G_N_ELEMENTS(days); i++) {
        gint64 ms;
        g_autofree char *noon = g_strconcat(days[i].day, "T12:00:00+08:00", NULL);
        g_assert_true(instant_parse(noon, &ms));
        g_test_message("%s", days[i].day);
        g_assert_cmpint(calendar_is_workday(data->calendar, calendar_day(ms)), ==,
                        days[i].is_workday);
    }
}

/* --- broken files ------------------------------------------------------------------------------
 */

#define CATEGORIES "code,name,sensitivity,is_refused\nother,其他,normal,no\n"
#define STAGES                                                                                     \
    "\"stages\": [{\"name\": \"全\", \"states\": [\"reported\", \"registered\", \"mediating\", "  \
    "\"assessed\", \"dispatched\", \"accepted\", \"handling\", \"resolved\", \"verifying\", "      \
    "\"closed\", \"declined\", \"litigation\", \"suspended\", \"merged\", \"withdrawn\"]}]"
#define VOCABULARY "{\"name\": \"一步\", " STAGES "}"
#define EVENTS     "\"from\": [\"case.registered\"], \"until\": [\"case.resolved\"]"
#define POLICY                                                                                     \
    "{\"name\": \"三天\", \"rules\": [{\"kind\": \"finish\", \"name\": \"办结\", " EVENTS          \
    ", \"days\": 3}]}"
#define RULE(REST)                                                                                 \
    "{\"name\": \"x\", \"rules\": [{\"kind\": \"finish\", \"name\": \"办结\", " REST "}]}"

/* A sound set of files. */
static const struct {
    const char *path, *text;
} sound[] = {
    { "data/categories.csv", CATEGORIES },
    { "regions.csv", "code,name\n53,云南省\n" },
    { "calendar/2025.csv", "day,kind,name\n2025-10-01,holiday,国庆节\n" },
    { "vocabularies/liubu.json", VOCABULARY },
    { "deadlines/default.json", POLICY },
};

/* One of them replaced (text NULL: taken away), and what is said of it. */
static const struct {
    const char *name, *path, *text, *faults;
} broken[] = {
    { "sound", "deadlines/default.json", POLICY, "" },
    { "no categories", "data/categories.csv", NULL,
      "data/categories.csv: is in none of the data folders\n" },
    { "column", "data/categories.csv", "code,name\nother,其他\n",
      "data/categories.csv: the first row does not name the columns code, name, sensitivity and "
      "is_refused\n" },
    { "category", "data/categories.csv",
      CATEGORIES
      "a b,x,normal,no\nx,,normal,no\ny,y,secret,no\nz,z,normal,maybe\nother,o,normal,no\n",
      "data/categories.csv: row 3, column code: \"a b\" is refused; accepted: 1 to 32 letters, "
      "digits and . _ : / -\n"
      "data/categories.csv: row 4, column name: refused; accepted: 1 to 64 characters without "
      "control characters\n"
      "data/categories.csv: row 5, column sensitivity: \"secret\" is refused; accepted: normal, "
      "family, minor, dv, health, labour\n"
      "data/categories.csv: row 6, column is_refused: \"maybe\" is refused; accepted: yes, no\n"
      "data/categories.csv: row 7, column code: \"other\" is in the table already\n" },
    { "no table", "data/categories.csv", "\xff\xff", "data/categories.csv: row 1" },
    { "region", "regions.csv",
      "code,name,lon,lat\n53,云南省,200,24\n5304,玉溪市,102.5,\n42,湖北省,,\n",
      "regions.csv: row 2, column lon: \"200\" is refused; accepted: -180 to 180 degrees\n"
      "regions.csv: row 3, column lat: \"\" is refused; accepted: -90 to 90 degrees\n" },
    { "calendar", "calendar/2025.csv",
      "day,kind,name\n2025-02-30,holiday,x\n2025-10-01,rest,x\n2025-10-01,holiday,x\n2025-10-01,"
      "workday,x\n",
      "calendar/2025.csv: row 2, column day: \"2025-02-30\" is refused; accepted: a day like "
      "2025-10-01 that has no entry yet\n"
      "calendar/2025.csv: row 3, column kind: \"rest\" is refused; accepted: holiday, workday\n"
      "calendar/2025.csv: row 5, column day: \"2025-10-01\" is refused; accepted: a day like "
      "2025-10-01 that has no entry yet\n" },
    { "no calendar", "calendar/2025.csv", NULL,
      "calendar: no .csv file in any of the data folders\n" },
    { "vocabulary is no JSON", "vocabularies/liubu.json", "{", "vocabularies/liubu.json: " },
    { "vocabulary is a list", "vocabularies/liubu.json", "[]",
      "vocabularies/liubu.json: accepted: an object\n" },
    { "state missing", "vocabularies/liubu.json",
      "{\"name\": \"x\", \"stages\": [{\"name\": \"全\", \"states\": [\"reported\"]}]}",
      "vocabularies/liubu.json: the state \"registered\" is in 0 stages; each state is in exactly "
      "one\n" },
    { "state unknown", "vocabularies/liubu.json",
      "{\"name\": \"x\", \"stages\": [{\"name\": \"全\", \"states\": [\"done\"]}]}",
      "vocabularies/liubu.json: stages[0].states: \"done\" is no state, or is there already\n" },
    { "stage without a name", "vocabularies/liubu.json",
      "{\"name\": \"x\", \"stages\": [{\"states\": []}, 7]}",
      "vocabularies/liubu.json: stages[0].name: accepted: 1 to 64 characters without control "
      "characters\n"
      "vocabularies/liubu.json: stages[0].states: accepted: an array of one or more texts\n"
      "vocabularies/liubu.json: stages[1]: accepted: an object\n" },
    { "no stages", "vocabularies/liubu.json", "{\"name\": \"x\"}",
      "vocabularies/liubu.json: stages: is missing\n" },
    { "order", "vocabularies/liubu.json",
      "{\"name\": \"x\", " STAGES ", \"orders\": {\"letter\": \"信\"}}",
      "vocabularies/liubu.json: \"letter\" is no kind of order; accepted: dispatch" },
    { "order is a number", "vocabularies/liubu.json",
      "{\"name\": \"x\", " STAGES ", \"orders\": {\"dispatch\": 3}}",
      "vocabularies/liubu.json: orders.dispatch: " },
    { "key", "vocabularies/liubu.json", "{\"name\": \"x\", \"stage\": [], " STAGES "}",
      "vocabularies/liubu.json: unknown key \"stage\"; did you mean \"stages\"?\n" },
    { "no rules", "deadlines/default.json", "{\"name\": \"x\"}",
      "deadlines/default.json: rules: is missing\n" },
    { "rules empty", "deadlines/default.json", "{\"name\": \"x\", \"rules\": []}",
      "deadlines/default.json: rules: 0 rules; accepted: 1 to 64\n" },
    { "no term", "deadlines/default.json", RULE(EVENTS),
      "deadlines/default.json: rules[0]: 0 terms; accepted: one of minutes, hours, days, workdays, "
      "months\n" },
    { "two terms", "deadlines/default.json", RULE(EVENTS ", \"days\": 3, \"hours\": 4"),
      "deadlines/default.json: rules[0]: 2 terms; accepted: one of minutes, hours, days, workdays, "
      "months\n" },
    { "term", "deadlines/default.json", RULE(EVENTS ", \"months\": 0"),
      "deadlines/default.json: rules[0].months: " },
    { "event", "deadlines/default.json",
      RULE("\"from\": [\"case.begun\"], \"until\": [\"order.issued\"], \"days\": 3"),
      "deadlines/default.json: rules[0].from: \"case.begun\" is no event of a case\n"
      "deadlines/default.json: rules[0].until: \"order.issued\" is no event of a case\n" },
    { "no event", "deadlines/default.json", RULE("\"until\": [], \"days\": 3"),
      "deadlines/default.json: rules[0].from: is missing\n"
      "deadlines/default.json: rules[0].until: accepted: an array of one or more texts\n" },
    { "field", "deadlines/default.json",
      RULE(EVENTS ", \"days\": 3, \"when\": {\"name\": [\"x\"]}"),
      "deadlines/default.json: rules[0].when.name: is no field of a case\n" },
    { "field's word", "deadlines/default.json",
      RULE(EVENTS ", \"days\": 3, \"when\": {\"level\": [\"small\"]}"),
      "deadlines/default.json: rules[0].when.level: \"small\": level: the value is refused; "
      "accepted: extra, major, larger, general\n" },
    { "kind", "deadlines/default.json",
      "{\"name\": \"x\", \"rules\": [{\"kind\": \"a b\", \"name\": 3, " EVENTS ", \"days\": 3}]}",
      "deadlines/default.json: rules[0].kind: " },
    { "no deadlines", "deadlines/default.json", NULL,
      "deadlines: no .json file in any of the data folders\n" },
};

static void write_at(const char *dir, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static char *make_folder(const char *replaced, const char *text)
{
    char *dir = g_dir_make_tmp("wallctl-data-XXXXXX", NULL);
    g_assert_nonnull(dir);
    for (guint i = 0; i < G_N_ELEMENTS(sound); i++) {
        gboolean is_it = g_strcmp0(sound[i].path, replaced) == 0;
        if (!is_it || text)
            write_at(dir, sound[i].path, is_it ? text : sound[i].text);
    }
    return dir;
}

static void remove_folder(const char *dir)
{
    static const char *const folders[] = { "data", "calendar", "vocabularies", "deadlines", "" };
    for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_build_filename(dir, folders[i], NULL);
        g_autoptr(GDir) entries = g_dir_open(path, 0, NULL);
        for (const char *name; entries && (name = g_dir_read_name(entries));) {
            g_autofree char *file = g_build_filename(path, name, NULL);
            g_assert_cmpint(g_remove(file), ==, 0);
        }
        g_rmdir(path);
    }
    g_assert_false(g_file_test(dir, G_FILE_TEST_EXISTS));
}

static void test_broken(gconstpointer user)
{
    guint i = GPOINTER_TO_UINT(user);
    g_autofree char *dir = make_folder(broken[i].path, broken[i].text);
    const char *dirs[] = { dir, NULL };
    g_autoptr(Faults) faults = faults_new("t", 50);
    g_autoptr(CaseData) data = case_data_load(dirs, NULL, faults);
    remove_folder(dir);
    GString *text = g_string_new(NULL);
    for (guint k = 0; faults_get(faults, k); k++)
        g_string_append_printf(text, "%s\n", faults_get(faults, k) + strlen("t: "));
    gboolean is_whole = g_str_has_suffix(broken[i].faults, "\n") || !*broken[i].faults;
    if (is_whole)
        g_assert_cmpstr(text->str, ==, broken[i].faults);
    g_test_message("%s", text->str);
    g_assert_true(g_str_has_prefix(text->str, broken[i].faults));
    g_assert_cmpint(data == NULL, ==, *broken[i].faults != 0);
    g_string_free(text, TRUE);
}

/* A site's own files stand before those that are installed, one by one. */
static void test_folders(void)
{
    g_autofree char *own = g_dir_make_tmp("wallctl-data-XXXXXX", NULL);
    g_autofree char *installed = make_folder(NULL, NULL);
    write_at(own, "deadlines/default.json", RULE(EVENTS ", \"hours\": 7"));
    write_at(own, "vocabularies/ours.json", VOCABULARY);
    write_at(own, "my-regions.csv", "code,name\n42,湖北省\n");
    g_autofree char *config = g_build_filename(own, "wallctl.json", NULL);
    g_autofree char *regions = g_build_filename(own, "my-regions.csv", NULL);
    g_auto(GStrv) dirs = case_data_dirs(config, "", installed);
    g_assert_cmpstr(dirs[0], ==, own);
    g_assert_cmpstr(dirs[1], ==, installed);
    g_autoptr(Faults) faults = faults_new("t", 50);
    g_autoptr(CaseData) data = case_data_load((const char *const *)dirs, regions, faults);
    g_autofree char *text = faults_dup_text(faults);
    remove_folder(own);
    remove_folder(installed);
    g_assert_cmpstr(text, ==, "");
    g_assert_cmpuint(case_data_policy(data, "default")->rules[0].unit, ==, TERM_HOURS);
    g_assert_nonnull(case_data_vocabulary(data, "ours"));
    g_assert_nonnull(case_data_vocabulary(data, "liubu"));
    g_assert_nonnull(region_find(data->regions, "42"));
    g_assert_null(region_find(data->regions, "53"));

    g_auto(GStrv) given = case_data_dirs(config, "/srv/data", installed);
    g_assert_cmpstr(given[0], ==, "/srv/data");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/case_data/shipped", test_shipped);
    g_test_add_func("/case_data/equal sums", test_equal_sums);
    g_test_add_func("/case_data/places", test_places);
    g_test_add_func("/case_data/calendar", test_calendar);
    g_test_add_func("/case_data/folders", test_folders);
    for (guint i = 0; i < G_N_ELEMENTS(clocks); i++) {
        g_autofree char *path = g_strdup_printf("/case_data/clock/%u", i);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_clock);
    }
    for (guint i = 0; i < G_N_ELEMENTS(broken); i++) {
        g_autofree char *path = g_strconcat("/case_data/broken/", broken[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_broken);
    }
    return g_test_run();
}
