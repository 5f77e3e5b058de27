/* test_reader.c - lists and counts beside the writer: right, in pages, never waiting for a batch, and
 * following the file when it is replaced */
#include "case_rig.h"

#include "../support/wait_until.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"
#include "wallctl/base/log.h"
#include "wallctl/store/alarm_store.h"
#include "wallctl/store/case_query.h"
#include "wallctl/store/sql.h"

#include <glib/gstdio.h>
#include <pthread.h>

#define N_CASES 600

typedef struct {
    StoreRig rig;
    Reader *reader;
} Fixture;

static guint one_clock(const Case *c, gint64 now_ms, Deadline out[DEADLINE_MAX], gpointer user)
{
    static DeadlineRule rule = { .kind = (char *)"finish", .name = (char *)"办结" };
    out[0] = (Deadline) { .rule = &rule, .start_ms = c->opened_ms };
    out[0].due_ms = c->opened_ms + 86400000;
    out[0].done_ms = case_state_is_open(c->state) ? 0 : c->last->time_ms;
    return 1;
}

static void open_reader(Fixture *f)
{
    g_autoptr(GError) error = NULL;
    f->reader = reader_open(f->rig.path, &error);
    g_assert_no_error(error);
}

static void set_up(Fixture *f, gconstpointer user)
{
    store_rig_init(&f->rig, one_clock);
    open_reader(f);
}

static void tear_down(Fixture *f, gconstpointer user)
{
    reader_close(f->reader);
    store_rig_clear(&f->rig);
}

/* Cases at all steps; many opened in the same second. */
static void fill(Fixture *f)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    GPtrArray *events = rig_events_new();
    for (guint i = 0; i < N_CASES; i++) {
        for (guint step = 0; step <= i % RIG_LIFE; step++)
            g_ptr_array_add(events, rig_life_event(i, step, RIG_DAY_0 + i / 7 * 1000, rand));
    }
    store_rig_take(&f->rig, events);
}

/* --- lists ---------------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    CaseFilter filter;
    const char *sql; /* the same set, by SQL */
} lists[] = {
    { "all", { .order = CASES_BY_OPENED }, "1" },
    { "region", { .order = CASES_BY_OPENED, .region = "530402003" }, "region LIKE '530402003%'" },
    { "county", { .order = CASES_BY_OPENED, .region = "530402" }, "region LIKE '530402%'" },
    { "category", { .order = CASES_BY_OPENED, .category = "labour" }, "category = 'labour'" },
    { "level and risk",
      { .order = CASES_BY_OPENED, .level = "larger", .risk = "high" },
      "level = 'larger' AND risk = 'high'" },
    { "open", { .order = CASES_BY_OPENED, .is_open_only = TRUE }, "state <> 'closed'" },
    { "one state",
      { .order = CASES_BY_OPENED, .states = 1u << CASE_REGISTERED },
      "state = 'registered'" },
    { "two states",
      { .order = CASES_BY_OPENED, .states = 1u << CASE_REGISTERED | 1u << CASE_CLOSED },
      "state IN ('registered', 'closed')" },
    { "code",
      { .order = CASES_BY_OPENED, .code = "HT20250522-00001" },
      "code LIKE 'HT20250522-00001%'" },
    { "due", { .order = CASES_BY_DUE }, "due_ms IS NOT NULL" },
    { "overdue",
      { .order = CASES_BY_DUE, .overdue_at_ms = RIG_DAY_0 + 86400000 + 20000 },
      "due_ms < 1747843200000 + 86400000 + 20000" },
    { "overdue, newest first",
      { .order = CASES_BY_OPENED, .overdue_at_ms = RIG_DAY_0 + 86400000 + 20000 },
      "due_ms < 1747843200000 + 86400000 + 20000" },
    { "everything at once",
      { .order = CASES_BY_DUE,
        .region = "530402",
        .category = "labour",
        .is_open_only = TRUE,
        .code = "HT",
        .states = 1u << CASE_REPORTED | 1u << CASE_REGISTERED },
      "category = 'labour' AND state IN ('reported', 'registered')" },
    { "overdue in a state, newest first",
      { .order = CASES_BY_OPENED,
        .states = 1u << CASE_REGISTERED,
        .overdue_at_ms = RIG_DAY_0 + 86400000 + 20000 },
      "state = 'registered' AND due_ms < 1747843200000 + 86400000 + 20000" },
    { "region, category, level and risk",
      { .order = CASES_BY_OPENED,
        .region = "5304020",
        .category = "labour",
        .level = "general",
        .risk = "high" },
      "category = 'labour' AND level = 'general' AND risk = 'high'" },
    { "open and closed",
      { .order = CASES_BY_OPENED, .is_open_only = TRUE, .states = 1u << CASE_CLOSED },
      "0" },
    { "open, of an open and a closed state",
      { .order = CASES_BY_OPENED,
        .is_open_only = TRUE,
        .states = 1u << CASE_REGISTERED | 1u << CASE_CLOSED },
      "state = 'registered'" },
    { "none", { .order = CASES_BY_OPENED, .region = "9" }, "0" },
};

typedef struct {
    GString *codes;
    guint n;
    gboolean is_done, has_more;
    gint64 next_ms, next_seq;
} Answer;

static void note_page(const CasePage *page, const GError *error, gpointer user)
{
    Answer *answer = user;
    g_assert_no_error(error);
    assert_control_thread();
    for (guint i = 0; i < page->rows->len; i++) {
        const CaseRow *row = g_ptr_array_index(page->rows, i);
        g_string_append_printf(answer->codes, "%s%s", answer->codes->len ? ", " : "", row->code);
    }
    answer->n += page->rows->len;
    answer->has_more = page->has_more;
    answer->next_ms = page->next_ms;
    answer->next_seq = page->next_seq;
    answer->is_done = TRUE;
}

static gboolean count_job(sqlite3 *db, gpointer data, GError **error)
{
    gint64 *n = ((gpointer *)data)[1];
    return case_query_count(db, ((gpointer *)data)[0], 100000, n, error);
}

static void test_list(Fixture *f, gconstpointer user)
{
    guint i = GPOINTER_TO_UINT(user);
    fill(f);
    g_autofree char *sql = g_strdup_printf(
        "SELECT code FROM case_ WHERE %s ORDER BY %s", lists[i].sql,
        lists[i].filter.order == CASES_BY_DUE ? "due_ms, seq" : "opened_ms DESC, seq DESC");
    g_autoptr(GString) wanted = g_string_new(sql);
    g_assert_true(store_run_now(f->rig.store, rig_join_rows, wanted, NULL));
    for (guint n = 1; n <= CASE_PAGE_MAX; n = n * 7 + 10) {
        CaseFilter filter = lists[i].filter;
        filter.n = n;
        Answer answer = { .codes = g_string_new(NULL), .has_more = TRUE };
        while (answer.has_more) {
            answer.is_done = FALSE;
            case_query_list_async(f->reader, &filter, note_page, &answer);
            WAIT_UNTIL(answer.is_done);
            filter.after_ms = answer.next_ms;
            filter.after_seq = answer.next_seq;
        }
        g_assert_cmpstr(answer.codes->str, ==, wanted->str);
        g_string_free(answer.codes, TRUE);
        gint64 counted = -1;
        gpointer both[2] = { &filter, &counted };
        g_assert_true(store_run_now(f->rig.store, count_job, both, NULL));
        g_assert_cmpint(counted, ==, answer.n);
    }
}

/* --- sensitive cases, by region ------------------------------------------------------------------
 */

/* Code, sensitivity, region, category. All under 督办, so that every order has them. */
static const char *const sensitive[][4] = {
    { "F1", "family", "530402005201", "family" },
    { "F2", "family", "530402005201", "other" },
    { "D1", "dv", "530402005201", "neighbour" },
    { "M1", "minor", "530402005201", "other" },
    { "H1", "health", "530402005201001", "other" },
    { "N1", "normal", "530402005201", "other" },
    { "L1", "labour", "530402005201001", "labour" },
    { "N2", "normal", "530402005", "other" },
    { "D2", "dv", "530402005", "other" },
    { "F3", "family", "530402005202", "family" },
    { "N3", "normal", "530402005202", "other" },
};

static const struct {
    const char *name, *region, *category, *code;
    const char *codes;   /* of the list, oldest first */
    gint64 n_hidden;     /* -1: nothing is said */
    const char *counted; /* of a figure */
} hidings[] = {
    { "all", NULL, NULL, NULL, "F1 F2 D1 M1 H1 N1 L1 N2 D2 F3 N3", -1,
      "F1 F2 D1 M1 H1 N1 L1 N2 D2 F3 N3" },
    { "county", "530402", NULL, NULL, "F1 F2 D1 M1 H1 N1 L1 N2 D2 F3 N3", -1,
      "F1 F2 D1 M1 H1 N1 L1 N2 D2 F3 N3" },
    { "township", "530402005", NULL, NULL, "F1 F2 H1 N1 L1 N2 F3 N3", 3,
      "F1 F2 D1 M1 H1 N1 L1 N2 D2 F3 N3" },
    { "part-of-a-village", "53040200520", NULL, NULL, "N1 L1 N3", -1, "N1 L1 N3" },
    { "village", "530402005201", NULL, NULL, "N1 L1", 5, "N1 L1" },
    { "village-by-category", "530402005201", "family", NULL, "", 5, "" },
    { "village-by-code", "530402005201", NULL, "D1", "", 5, "" },
    { "the-other-village", "530402005202", NULL, NULL, "N3", 1, "N3" },
    { "an-empty-village", "530402005203", NULL, NULL, "", 0, "" },
    { "grid", "530402005201001", NULL, NULL, "L1", 5, "L1" },
    { "part-of-a-grid", "5304020052010", NULL, NULL, "L1", 5, "L1" },
};

static void fill_sensitive(Fixture *f)
{
    GPtrArray *events = rig_events_new();
    for (guint i = 0; i < G_N_ELEMENTS(sensitive); i++) {
        const char *const *row = sensitive[i];
        g_autofree char *again = g_strconcat(row[0], "-s", NULL);
        Event *event = rig_event(EVENT_CASE_REPORTED, row[0], RIG_DAY_0 + i, row[0]);
        rig_text(event, FIELD_SENSITIVITY, row[1]);
        rig_text(event, FIELD_REGION, row[2]);
        rig_text(event, FIELD_CATEGORY, row[3]);
        g_ptr_array_add(events, event);
        event = rig_event(EVENT_CASE_SUPERVISED, row[0], RIG_DAY_0 + 100 + i, again);
        g_ptr_array_add(events, event);
    }
    store_rig_take(&f->rig, events);
}

typedef struct {
    CaseFilter filter;
    GString *codes;
    gint64 n_hidden, n_counted, n_aged;
} Hiding;

static gboolean list_hiding(sqlite3 *db, gpointer data, GError **error)
{
    Hiding *hiding = data;
    g_autoptr(CasePage) page = case_query_list(db, &hiding->filter, error);
    g_assert_nonnull(page);
    g_string_truncate(hiding->codes, 0);
    for (guint i = 0; i < page->rows->len; i++) {
        guint place = hiding->filter.order == CASES_BY_OPENED ? page->rows->len - 1 - i : i;
        g_string_append_printf(hiding->codes, "%s%s", i ? " " : "",
                               ((CaseRow *)g_ptr_array_index(page->rows, place))->code);
    }
    hiding->n_hidden = page->has_hidden ? page->n_hidden : -1;
    hiding->n_aged = 0;
    for (guint i = 0; i < CASE_AGES; i++)
        hiding->n_aged += page->ages[i];
    return case_query_count(db, &hiding->filter, 1000, &hiding->n_counted, error);
}

static void test_hiding(Fixture *f, gconstpointer user)
{
    guint i = GPOINTER_TO_UINT(user);
    fill_sensitive(f);
    static const CaseOrder orders[] = { CASES_BY_OPENED, CASES_BY_SUPERVISED };
    for (guint k = 0; k < 4; k++) {
        gboolean is_figure = k >= 2;
        const char *wanted = is_figure ? hidings[i].counted : hidings[i].codes;
        g_auto(GStrv) words = g_strsplit(wanted, " ", -1);
        gint64 n_wanted = *wanted ? (gint64)g_strv_length(words) : 0;
        Hiding hiding = { .filter = { .order = orders[k % 2],
                                      .n = 100,
                                      .region = hidings[i].region,
                                      .category = hidings[i].category,
                                      .code = hidings[i].code,
                                      .hides_protected = !is_figure,
                                      .is_counted = is_figure },
                          .codes = g_string_new(NULL) };
        g_assert_true(store_run_now(f->rig.store, list_hiding, &hiding, NULL));
        g_assert_cmpstr(hiding.codes->str, ==, wanted);
        g_assert_cmpint(hiding.n_counted, ==, n_wanted);
        g_assert_cmpint(hiding.n_aged, ==, k % 2 ? n_wanted : 0);
        g_assert_cmpint(hiding.n_hidden, ==, is_figure ? -1 : hidings[i].n_hidden);
        g_string_free(hiding.codes, TRUE);
    }
}

/* --- rows ----------------------------------------------------------------------------------------
 */

static gboolean check_row(sqlite3 *db, gpointer data, GError **error)
{
    CaseFilter filter = { .order = CASES_BY_OPENED, .n = 1, .code = "HT20250522-0000003" };
    g_autoptr(CasePage) page = case_query_list(db, &filter, error);
    g_assert_nonnull(page);
    g_assert_cmpuint(page->rows->len, ==, 1);
    const CaseRow *row = g_ptr_array_index(page->rows, 0);
    g_autoptr(Case) c = case_query_get(db, row->code, error);
    g_assert_nonnull(c);
    g_assert_cmpint(row->state, ==, CASE_RESOLVED);
    g_assert_cmpint(row->state, ==, c->state);
    g_assert_cmpstr(row->region, ==, fields_text(&c->fields, FIELD_REGION));
    g_assert_cmpstr(row->category, ==, fields_text(&c->fields, FIELD_CATEGORY));
    g_assert_cmpstr(row->channel, ==, fields_text(&c->fields, FIELD_CHANNEL));
    g_assert_cmpstr(row->lead_org, ==, "研和街道综治中心");
    g_assert_cmpstr(row->owner_title, ==, "");
    g_assert_cmpuint(row->party_count, ==, fields_number(&c->fields, FIELD_PARTY_COUNT));
    g_assert_cmpint(row->opened_ms, ==, c->opened_ms);
    g_assert_cmpint(row->registered_ms, ==, c->at_ms[EVENT_CASE_REGISTERED]);
    g_assert_cmpint(row->resolved_ms, ==, c->at_ms[EVENT_CASE_RESOLVED]);
    g_assert_cmpint(row->closed_ms, ==, 0);
    g_assert_cmpint(row->due_ms, ==, c->opened_ms + 86400000);
    g_assert_cmpint(row->classification, ==, CLASS_INTERNAL);
    g_assert_false(row->has_position);
    g_assert_null(case_query_get(db, "nothing", error));
    g_autoptr(GPtrArray) events = case_query_events(db, row->code, error);
    g_assert_cmpuint(events->len, ==, 4);
    for (guint i = 1; i < events->len; i++)
        g_assert_cmpint(
            event_compare(g_ptr_array_index(events, i - 1), g_ptr_array_index(events, i)), <, 0);
    g_autoptr(GPtrArray) steps = case_query_steps(db, row->code, error);
    g_assert_cmpuint(steps->len, ==, c->n_events);
    return *error == NULL;
}

static void note_checked(gpointer data, const GError *error, gpointer user)
{
    g_assert_no_error(error);
    *(gboolean *)user = TRUE;
}

static void test_row(Fixture *f, gconstpointer user)
{
    fill(f);
    gboolean is_done = FALSE;
    reader_submit(f->reader, check_row, NULL, NULL, note_checked, &is_done);
    WAIT_UNTIL(is_done);
}

/* --- beside the writer -----------------------------------------------------------------------------
 */

static gboolean count_cases(sqlite3 *db, gpointer data, GError **error)
{
    return sql_get_int(db, "SELECT count(*) FROM case_", data, error);
}

static gint64 read_count(Fixture *f)
{
    gint64 n = -1;
    gboolean is_done = FALSE;
    reader_submit(f->reader, count_cases, &n, NULL, note_checked, &is_done);
    WAIT_UNTIL(is_done);
    return n;
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

/* Half of a batch is written, and there it stays until the gate opens. */
static gboolean write_and_wait(sqlite3 *db, gpointer data, GError **error)
{
    gboolean is_good = sql_run(db, "DELETE FROM case_", error);
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return is_good;
}

static void test_beside_a_batch(Fixture *f, gconstpointer user)
{
    fill(f);
    gboolean is_done = FALSE;
    pthread_mutex_lock(&gate);
    g_assert_true(
        store_submit(f->rig.store, write_and_wait, NULL, NULL, note_checked, &is_done, NULL));
    for (guint i = 0; i < 20; i++)
        g_assert_cmpint(read_count(f), ==, N_CASES);
    g_assert_false(is_done);
    pthread_mutex_unlock(&gate);
    WAIT_UNTIL(is_done);
    g_assert_cmpint(read_count(f), ==, 0);
}

static gboolean write_something(sqlite3 *db, gpointer data, GError **error)
{
    return sql_run(db, "DELETE FROM case_", error);
}

static void note_code(gpointer data, const GError *error, gpointer user)
{
    *(int *)user = error ? error->code : -1;
}

static void test_cannot_write(Fixture *f, gconstpointer user)
{
    fill(f);
    int code = 0;
    reader_submit(f->reader, write_something, NULL, NULL, note_code, &code);
    WAIT_UNTIL(code != 0);
    g_assert_cmpint(code, ==, WALL_ERROR_UNAVAILABLE);
    g_assert_cmpint(read_count(f), ==, N_CASES);
}

static void test_file_replaced(Fixture *f, gconstpointer user)
{
    fill(f);
    g_assert_cmpint(read_count(f), ==, N_CASES);
    g_assert_cmpint(g_unlink(f->rig.path), ==, 0);
    store_rig_take(&f->rig,
                   rig_crash_batch(5000)); /* the writer writes the file anew, and 50 cases to it */
    g_assert_cmpint(read_count(f), ==, N_CASES + 50);
}

static gboolean wait_at_gate(sqlite3 *db, gpointer data, GError **error)
{
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return TRUE;
}

typedef struct {
    guint n_good, n_full, n_closed;
} Outcomes;

static void note_outcome(gpointer data, const GError *error, gpointer user)
{
    Outcomes *outcomes = user;
    outcomes->n_good += error == NULL;
    outcomes->n_full += g_error_matches(error, WALL_ERROR, WALL_ERROR_LIMIT);
    outcomes->n_closed += g_error_matches(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
}

static void test_queue(Fixture *f, gconstpointer user)
{
    Outcomes outcomes = { 0 };
    pthread_mutex_lock(&gate);
    for (guint i = 0; i < READER_MAX_WAITING + 50; i++)
        reader_submit(f->reader, wait_at_gate, NULL, NULL, note_outcome, &outcomes);
    g_assert_cmpuint(outcomes.n_full, ==, 0); /* never inside the call */
    pthread_mutex_unlock(&gate);
    WAIT_UNTIL(outcomes.n_good + outcomes.n_full == READER_MAX_WAITING + 50);
    g_assert_cmpuint(outcomes.n_full, >=, 49); /* one may be at work already */
    g_assert_cmpuint(outcomes.n_full, <=, 50);
    for (guint i = 0; i < 100; i++)
        reader_submit(f->reader, wait_at_gate, NULL, NULL, note_outcome, &outcomes);
    reader_close(g_steal_pointer(&f->reader));
    WAIT_UNTIL(outcomes.n_good + outcomes.n_full + outcomes.n_closed == READER_MAX_WAITING + 150);
}

static void test_refused(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(reader_open(":memory:", &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED);
    g_clear_error(&error);
    g_assert_null(reader_open("/nowhere/wallctl.db", &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_assert_true(g_str_has_prefix(error->message, "/nowhere/wallctl.db: "));
}

/* --- alarms and sources ----------------------------------------------------------------------------
 */

static void test_alarms(Fixture *f, gconstpointer user)
{
    static const char *const ids[] = { "b", "a", "c" };
    gboolean is_done = FALSE;
    for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
        StoredAlarm *alarm = stored_alarm_new(ids[i]);
        alarm->raised_ms = 100 - i;
        alarm->priority = 7;
        alarm_store_put(f->rig.store, alarm, NULL, NULL);
        g_free(alarm->state);
        alarm->state = g_strdup("acked");
        alarm->acked_ms = 200;
        alarm_store_put(f->rig.store, alarm, NULL, NULL);
        stored_alarm_free(alarm);
    }
    alarm_store_delete(f->rig.store, "a", note_checked, &is_done);
    WAIT_UNTIL(is_done);
    g_autoptr(GPtrArray) alarms = alarm_store_load(f->rig.store, NULL);
    g_assert_cmpuint(alarms->len, ==, 2);
    const StoredAlarm *first = g_ptr_array_index(alarms, 0);
    g_assert_cmpstr(first->id, ==, "c");
    g_assert_cmpstr(first->state, ==, "acked");
    g_assert_cmpint(first->acked_ms, ==, 200);
    g_assert_cmpint(first->snooze_ms, ==, 0);
    g_assert_cmpint(first->priority, ==, 7);
    g_assert_cmpstr(first->json, ==, "{}");
}

static void test_sources(Fixture *f, gconstpointer user)
{
    gboolean is_done = FALSE;
    SourceHealth *source = source_health_new("yzz");
    g_free(source->cursor);
    source->cursor = g_strdup("000231");
    source->last_seen_ms = RIG_DAY_0;
    source->n_ok = 9;
    source_store_put(f->rig.store, source, note_checked, &is_done);
    WAIT_UNTIL(is_done);
    g_autoptr(GPtrArray) sources = source_store_load(f->rig.store, NULL);
    g_assert_cmpuint(sources->len, ==, 1);
    const SourceHealth *back = g_ptr_array_index(sources, 0);
    g_assert_cmpstr(back->cursor, ==, "000231");
    g_assert_cmpstr(back->refused, ==, "{}");
    g_assert_cmpint(back->last_seen_ms, ==, RIG_DAY_0);
    g_assert_cmpint(back->n_ok, ==, 9);
    source_health_free(source);
}

int main(int argc, char **argv)
{
    post_init();
    log_set_level((LogLevel)0);
    g_test_init(&argc, &argv, NULL);
#define ADD(path, func) g_test_add(path, Fixture, NULL, set_up, func, tear_down)
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autofree char *path = g_strdup_printf("/reader/list/%s", lists[i].name);
        g_test_add(path, Fixture, GUINT_TO_POINTER(i), set_up, test_list, tear_down);
    }
    for (guint i = 0; i < G_N_ELEMENTS(hidings); i++) {
        g_autofree char *path = g_strdup_printf("/reader/hiding/%s", hidings[i].name);
        g_test_add(path, Fixture, GUINT_TO_POINTER(i), set_up, test_hiding, tear_down);
    }
    ADD("/reader/row", test_row);
    ADD("/reader/beside-a-batch", test_beside_a_batch);
    ADD("/reader/cannot-write", test_cannot_write);
    ADD("/reader/file-replaced", test_file_replaced);
    ADD("/reader/queue", test_queue);
    g_test_add_func("/reader/refused", test_refused);
    ADD("/reader/alarms", test_alarms);
    ADD("/reader/sources", test_sources);
    return g_test_run();
}
