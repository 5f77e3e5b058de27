/* test_case_store.c - events in, cases out: once, in any order, with exact counters and a sealed log,
 * also after kill -9 */
#include "case_rig.h"

#include "../support/wait_until.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/store/case_json.h"
#include "wallctl/store/case_query.h"
#include "wallctl/store/rollup.h"
#include "wallctl/store/sql.h"

#define CRASH_ROUNDS 30

typedef struct {
    StoreRig rig;
    int code;          /* of the last batch */
    GString *statuses; /* of the last batch: one letter an event */
    GString *cases;    /* of the last batch: "CODE FROM>TO@REV " */
} Fixture;

static const CaseRules loose = { FALSE };

static void reopen_store(Fixture *f)
{
    store_rig_close(&f->rig);
    store_rig_open(&f->rig);
}

static void set_up(Fixture *f, gconstpointer user)
{
    store_rig_init(&f->rig, NULL);
    f->statuses = g_string_new(NULL);
    f->cases = g_string_new(NULL);
}

static void tear_down(Fixture *f, gconstpointer user)
{
    store_rig_clear(&f->rig);
    g_string_free(f->statuses, TRUE);
    g_string_free(f->cases, TRUE);
}

static void note_taken(const TakenBatch *batch, const GError *error, gpointer user)
{
    Fixture *f = user;
    assert_control_thread();
    f->rig.n_done++;
    f->code = error ? error->code : 0;
    g_string_truncate(f->statuses, 0);
    g_string_truncate(f->cases, 0);
    for (guint i = 0; i < batch->taken->len; i++) {
        const Taken *taken = &g_array_index(batch->taken, Taken, i);
        g_string_append_c(f->statuses,
                          taken->status == TAKEN_ANOMALY ? '!' : taken_word(taken->status)[0]);
        g_assert_cmpint(taken->why != NULL, ==,
                        taken->status == TAKEN_ANOMALY || taken->status == TAKEN_CONFLICT);
        g_assert_cmpint(taken->seq, >, 0);
    }
    for (guint i = 0; i < batch->cases->len; i++) {
        const TakenCase *c = g_ptr_array_index(batch->cases, i);
        CaseState before = c->before ? c->before->state : CASE_NONE;
        g_assert_cmpint(c->is_state_changed, ==, before != c->now->state);
        g_string_append_printf(f->cases, "%s %s>%s@%d ", c->now->code, case_state_word(before),
                               case_state_word(c->now->state), (int)c->rev);
    }
}

static void take(Fixture *f, GPtrArray *events)
{
    guint n = f->rig.n_done + 1;
    case_store_take(f->rig.store, events, f->rig.policy, note_taken, f);
    WAIT_UNTIL(f->rig.n_done == n);
}

/* --- one case: what each batch becomes -----------------------------------------------------------
 */

/* Batches apart by '|', events by ' ': WORD:TIME, with "*" the same id as the event before. Statuses:
 * first letters, "!" an anomaly. anomalies: what is one in the end, by number. */
static const struct {
    const char *name, *batches, *statuses, *cases, *chain, *anomalies;
} rows[] = {
    { "life", "reported:1|registered:2|resolved:3 closed:4", "a|a|aa",
      "A >reported@1 |A reported>registered@2 |A registered>closed@3 ",
      "1 >reported reported, 2 reported>registered registered, 3 registered>resolved resolved, 4 "
      "resolved>closed closed",
      "" },
    { "one batch, any order", "closed:4 resolved:3 reported:1 registered:2", "aaaa", "A >closed@1 ",
      "3 >reported reported, 4 reported>registered registered, 2 registered>resolved resolved, 1 "
      "resolved>closed closed",
      "" },
    { "repeated", "reported:1 reported:1*|reported:1*", "ad|d", "A >reported@1 |",
      "1 >reported reported", "" },
    { "repeated with other content", "reported:1 reported:2*|reported:3*", "ac|c",
      "A >reported@1 |", "1 >reported reported", "" },
    { "anomaly", "reported:1 accepted:2|accepted:3", "a!|!", "A >reported@1 |",
      "1 >reported reported", "2, 3" },
    { "late", "reported:1 resolved:5|registered:3", "a!|a", "A >reported@1 |A reported>resolved@2 ",
      "1 >reported reported, 3 reported>resolved reordered, 2 reported>resolved reordered", "" },
    { "late, before the first", "registered:5|reported:1", "a|a",
      "A >registered@1 |A registered>registered@2 ",
      "1 >registered registered, 2 registered>registered reordered", "" },
    { "late and without effect on the state", "reported:1 registered:9|updated:3", "aa|a",
      "A >registered@1 |A registered>registered@2 ",
      "1 >reported reported, 2 reported>registered registered, 3 registered>registered reordered",
      "" },
    { "late anomaly", "reported:1 registered:9|accepted:3", "aa|!", "A >registered@1 |",
      "1 >reported reported, 2 reported>registered registered", "3" },
    { "late, and what had fitted does not any more", "reported:1 mediating:5|declined:3", "aa|a",
      "A >mediating@1 |A mediating>declined@2 ",
      "1 >reported reported, 2 reported>mediating mediating, 3 mediating>declined reordered", "2" },
    { "unknown until later", "closed:9 resolved:8|registered:1", "!!|a", "|A >closed@1 ",
      "3 >closed reordered, 2 >closed reordered, 1 >closed reordered", "" },
    { "an anomaly later than the newest", "reported:1 accepted:9|dispatched:5", "a!|a",
      "A >reported@1 |A reported>accepted@2 ",
      "1 >reported reported, 3 reported>accepted reordered, 2 reported>accepted reordered", "" },
    { "two late ones at once", "reported:1 closed:9|registered:3 resolved:5", "a!|aa",
      "A >reported@1 |A reported>closed@2 ",
      "1 >reported reported, 3 reported>closed reordered, 4 reported>closed reordered, 2 "
      "reported>closed reordered",
      "" },
    { "no case event", "clue:1 reported:2", "na", "A >reported@1 ", "2 >reported reported", "" },
};

static Event *parse_event(const char *text, guint *n)
{
    g_auto(GStrv) parts = g_strsplit(text, ":", 2);
    gboolean is_same = g_str_has_suffix(text, "*");
    if (!is_same)
        *n += 1;
    g_autofree char *word = g_strconcat(strcmp(parts[0], "clue") == 0 ? "" : "case.", parts[0],
                                        strcmp(parts[0], "clue") == 0 ? ".reported" : "", NULL);
    g_autofree char *id = g_strdup_printf("e%u", *n);
    EventType type = event_type_from_word(word);
    g_assert_cmpint(type, !=, 0);
    return rig_event(type, "A", RIG_DAY_0 + g_ascii_strtoll(parts[1], NULL, 10) * 1000, id);
}

static char *get_text(Fixture *f, const char *sql)
{
    GString *text = g_string_new(sql);
    g_assert_true(store_run_now(f->rig.store, rig_join_rows, text, NULL));
    return g_string_free(text, FALSE);
}

static void test_row(Fixture *f, gconstpointer user)
{
    guint i = GPOINTER_TO_UINT(user), n = 0;
    g_auto(GStrv) batches = g_strsplit(rows[i].batches, "|", -1);
    g_autoptr(GString) statuses = g_string_new(NULL);
    g_autoptr(GString) cases = g_string_new(NULL);
    for (guint b = 0; batches[b]; b++) {
        GPtrArray *events = rig_events_new();
        g_auto(GStrv) parts = g_strsplit(batches[b], " ", -1);
        for (guint e = 0; parts[e]; e++)
            g_ptr_array_add(events, parse_event(parts[e], &n));
        take(f, events);
        g_assert_cmpint(f->code, ==, 0);
        g_string_append_printf(statuses, "%s%s", b ? "|" : "", f->statuses->str);
        g_string_append_printf(cases, "%s%s", b ? "|" : "", f->cases->str);
        rig_assert_consistent(f->rig.store);
    }
    g_assert_cmpstr(statuses->str, ==, rows[i].statuses);
    g_assert_cmpstr(cases->str, ==, rows[i].cases);
    g_autofree char *chain =
        get_text(f, "SELECT event_seq || ' ' || from_state || '>' || to_state || ' ' || "
                    "replace(action, 'case.', '') FROM transition ORDER BY seq");
    g_assert_cmpstr(chain, ==, rows[i].chain);
    g_autofree char *wrong = get_text(f, "SELECT seq FROM inbox WHERE status = 'anomaly'");
    g_assert_cmpstr(wrong, ==, rows[i].anomalies);
}

/* --- any batches, any order ------------------------------------------------------------------------
 */

#define MAX_RANDOM 400

static gboolean get_case(sqlite3 *db, gpointer data, GError **error)
{
    gpointer *both = data; /* code in, Case out */
    both[1] = case_query_get(db, both[0], error);
    return error == NULL || *error == NULL;
}

static Case *load_case(Fixture *f, const char *code)
{
    gpointer both[2] = { (gpointer)code, NULL };
    g_autoptr(GError) error = NULL;
    store_run_now(f->rig.store, get_case, both, &error);
    g_assert_no_error(error);
    return both[1];
}

static void assert_like_fold(Fixture *f, Event *const *events, guint n, guint n_cases)
{
    for (guint k = 0; k < n_cases; k++) {
        g_autofree char *code = g_strdup_printf("HT%u", k);
        const Event *mine[MAX_RANDOM];
        gboolean fits[MAX_RANDOM];
        guint n_mine = 0, n_fit = 0;
        for (guint i = 0; i < n; i++) {
            if (event_type_is_case(events[i]->type) && strcmp(events[i]->subject, code) == 0)
                mine[n_mine++] = events[i];
        }
        g_autoptr(Case) wanted = case_fold(mine, n_mine, &loose, fits);
        for (guint i = 0; i < n_mine; i++)
            n_fit += fits[i] ? 1 : 0;
        g_autoptr(Case) got = load_case(f, code);
        g_assert_cmpint(wanted == NULL, ==, got == NULL);
        g_assert_true(!wanted || case_equal(wanted, got));
        g_autofree char *sql =
            g_strdup_printf("SELECT count(*) FROM inbox WHERE subject = '%s' AND "
                            "status = 'applied'",
                            code);
        g_assert_cmpint(rig_get_int(f->rig.store, sql), ==, n_fit);
    }
}

static void test_random(Fixture *f, gconstpointer user)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(GPOINTER_TO_UINT(user));
    guint n_cases = (guint)g_rand_int_range(rand, 1, 12);
    guint n = (guint)g_rand_int_range(rand, 20, MAX_RANDOM);
    Event *events[MAX_RANDOM] = { NULL };
    for (guint i = 0; i < n; i++)
        events[i] = rig_random_event(rand, n_cases, i);
    for (guint given = 0; given < n;) {
        GPtrArray *batch = rig_events_new();
        guint end = given + (guint)g_rand_int_range(rand, 1, 60);
        for (; given < MIN(end, n); given++) {
            g_ptr_array_add(batch, event_copy(events[given]));
            if (g_rand_int_range(rand, 0, 4) == 0) /* once more, from before or just now */
                g_ptr_array_add(batch,
                                event_copy(events[g_rand_int_range(rand, 0, (gint32)given + 1)]));
        }
        take(f, batch);
        g_assert_cmpint(f->code, ==, 0);
    }
    assert_like_fold(f, events, n, n_cases);
    g_assert_cmpint(rig_get_int(f->rig.store, "SELECT count(*) FROM inbox"), ==, n);
    rig_assert_consistent(f->rig.store);
    reopen_store(f);
    assert_like_fold(f, events, n, n_cases);
    for (guint i = 0; i < n; i++)
        event_free(events[i]);
}

static void test_json(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20250522);
    guint n_cases = 0;
    for (guint round = 0; round < 2000; round++) {
        g_autoptr(GPtrArray) events = rig_events_new();
        guint n = (guint)g_rand_int_range(rand, 1, 20);
        for (guint i = 0; i < n; i++)
            g_ptr_array_add(events, rig_random_event(rand, 1, i));
        g_autoptr(Case) c = case_fold((const Event **)events->pdata, events->len, &loose, NULL);
        if (!c)
            continue;
        n_cases++;
        g_autoptr(GError) error = NULL;
        g_autofree char *text = case_to_text(c);
        g_autoptr(Case) back = case_from_text(text, &error);
        g_assert_no_error(error);
        g_assert_true(case_equal(c, back));
        g_assert_cmpint(event_compare(c->last, back->last), ==, 0);
        g_assert_cmpint(c->last->type, ==, back->last->type);
        g_assert_cmpuint(c->last->severity, ==, back->last->severity);
        g_assert_cmpint(c->last->classification, ==, back->last->classification);
        g_autofree char *again = case_to_text(back);
        g_assert_cmpstr(text, ==, again);
    }
    g_assert_cmpuint(n_cases, >, 1500);
}

static void test_json_refused(void)
{
    static const char *const wrong[] = {
        "",
        "7",
        "[]",
        "{}",
        "{\"code\": \"A\"}",
        "{\"code\": \"A\", \"state\": \"x\"}",
        "{\"code\": \"A\", \"state\": \"reported\", \"last\": {\"type\": \"clue.reported\"}}",
        "{\"code\": \"A\", \"state\": \"reported\", \"last\": {\"type\": \"case.reported\"}, "
        "\"fields\": {\"name\": \"x\"}}",
        "{\"code\": \"A\", \"state\": \"reported\", \"last\": {\"type\": \"case.reported\"}, "
        "\"pauses\": [[1]]}",
        "{\"code\": \"A\", \"state\": \"reported\", \"last\": {\"type\": \"case.reported\"}, "
        "\"visits\": [[1]]}",
        "{\"code\": \"A\", \"state\": \"reported\", \"last\": {\"type\": \"case.reported\"}, "
        "\"visits\": [[1, 6]]}",
        "{\"code\": \"A\", \"state\": \"reported\", \"last\": {\"type\": \"case.reported\"}, "
        "\"at\": {\"nothing\": 1}}",
        "{\"code\": \"A\", \"state\": \"reported\", \"last\": {\"type\": \"case.reported\"}, "
        "\"n_events\": -1}",
    };
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_test_message("%s", wrong[i]);
        g_assert_null(case_from_text(wrong[i], &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    }
}

/* --- counters ------------------------------------------------------------------------------------
 */

static gboolean check_rollup(sqlite3 *db, gpointer data, GError **error)
{
    gint32 day = (gint32)((RIG_DAY_0 + 28800000) / 86400000);
    gint64 n = 0, time_ms = 0;
    g_assert_true(rollup_sum(db, "opened", "", day, day, &n, error));
    g_assert_cmpint(n, ==, 100);
    g_assert_true(rollup_sum(db, "opened", NULL, day + 1, day + 9, &n, error));
    g_assert_cmpint(n, ==, 0);
    g_assert_true(rollup_sum(db, "state:registered", "530402", ROLLUP_NOW, ROLLUP_NOW, &n, error));
    g_assert_cmpint(n, ==, 50);
    g_autoptr(GPtrArray) regions = rollup_by_region(db, "opened", "530402", 9, day, day, error);
    g_assert_cmpuint(regions->len, ==, 11);
    gint64 sum = 0;
    for (guint i = 0; i < regions->len; i++)
        sum += ((const RollupItem *)g_ptr_array_index(regions, i))->value;
    g_assert_cmpint(sum, ==, 100);
    g_autoptr(GPtrArray) states =
        rollup_by_metric(db, "state:", NULL, ROLLUP_NOW, ROLLUP_NOW, error);
    g_assert_cmpuint(states->len, ==, 2);
    g_assert_cmpstr(((const RollupItem *)g_ptr_array_index(states, 0))->key, ==, "state:closed");
    g_assert_true(rollup_figure(db, "mood", "530402", day + 5, &n, &time_ms, error));
    g_assert_cmpint(n, ==, 2500);
    g_assert_cmpint(time_ms, ==, RIG_DAY_0 + 9);
    g_assert_false(rollup_figure(db, "mood", "530402", day - 1, &n, &time_ms, error));
    return TRUE;
}

static Event *figure(gint64 at_ms, gint64 value)
{
    g_autofree char *id = g_strdup_printf("f%d", (int)value);
    Event *event = rig_event(EVENT_STAT_SNAPSHOT, "", RIG_DAY_0 + at_ms, id);
    rig_text(event, FIELD_METRIC, "mood");
    rig_text(event, FIELD_REGION, "530402");
    rig_number(event, FIELD_VALUE, value);
    return event;
}

static void test_rollup(Fixture *f, gconstpointer user)
{
    rig_take_lives(&f->rig, 7); /* 50 cases to the end, 50 to their second step */
    GPtrArray *figures = rig_events_new();
    g_ptr_array_add(figures, figure(5, 1500));
    g_ptr_array_add(figures, figure(9, 2500));
    g_ptr_array_add(figures, figure(7, 3500)); /* older: does not count */
    take(f, figures);
    g_assert_true(store_run_now(f->rig.store, check_rollup, NULL, NULL));
    rig_assert_consistent(f->rig.store);
}

/* --- due times -----------------------------------------------------------------------------------
 */

static guint one_clock(const Case *c, gint64 now_ms, Deadline out[DEADLINE_MAX], gpointer user)
{
    static DeadlineRule rule = { .kind = (char *)"finish", .name = (char *)"办结" };
    out[0] = (Deadline) { .rule = &rule, .start_ms = c->opened_ms };
    out[0].due_ms = c->opened_ms + *(gint64 *)user;
    out[0].done_ms = case_state_is_open(c->state) ? 0 : c->last->time_ms;
    return 1;
}

static void note_done(gpointer data, const GError *error, gpointer user)
{
    g_assert_no_error(error);
    *(gboolean *)user = TRUE;
}

static void test_due(Fixture *f, gconstpointer user)
{
    gint64 one = 1000, two = 2000;
    g_autofree char *of_one = g_strdup_printf(
        "SELECT count(*) FROM case_ WHERE due_ms = %" G_GINT64_FORMAT, RIG_DAY_0 + one);
    g_autofree char *of_two = g_strdup_printf(
        "SELECT count(*) FROM case_ WHERE due_ms = %" G_GINT64_FORMAT, RIG_DAY_0 + two);
    case_policy_unref(f->rig.policy);
    f->rig.policy = case_policy_new(&loose, one_clock, &one, NULL);
    for (guint i = 0; i < 60; i += 5) /* 600 cases: more than one chunk of the reckoning */
        take(f, rig_crash_batch(i));
    g_assert_cmpint(rig_get_int(f->rig.store, of_one), ==, 600);
    rig_take_lives(&f->rig, 5); /* the first 50 to their end */
    g_assert_cmpint(rig_get_int(f->rig.store, of_one), ==, 550);
    g_autoptr(CasePolicy) changed = case_policy_new(&loose, one_clock, &two, NULL);
    gboolean is_done = FALSE;
    case_store_due_all(f->rig.store, changed, note_done, &is_done);
    WAIT_UNTIL(is_done);
    g_assert_cmpint(rig_get_int(f->rig.store, of_two), ==, 550);
    g_assert_cmpint(rig_get_int(f->rig.store, "SELECT count(*) FROM case_ WHERE due_ms IS NULL"),
                    ==, 50);
}

static void note_closed(gpointer data, const GError *error, gpointer user)
{
    *(gboolean *)user = TRUE;
}

static void test_due_while_closing(Fixture *f, gconstpointer user)
{
    for (guint i = 0; i < 60; i += 5)
        take(f, rig_crash_batch(i));
    gboolean is_done = FALSE;
    case_store_due_all(f->rig.store, f->rig.policy, note_closed, &is_done);
    reopen_store(f);
    g_assert_true(is_done);
}

/* --- trouble -------------------------------------------------------------------------------------
 */

static gboolean lose_disk(sqlite3 *db, gpointer data, GError **error)
{
    g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "the disk is gone");
    return FALSE;
}

static gboolean is_in_trouble(Fixture *f)
{
    g_autofree char *trouble = store_dup_trouble(f->rig.store);
    return trouble != NULL;
}

static void test_disk_lost(Fixture *f, gconstpointer user)
{
    rig_take_lives(&f->rig, 1);
    /* Both become one transaction, or the second comes after the first has failed: try until the
     * batch was in it. */
    guint n_lost = 0;
    for (guint i = 0; i < 200 && n_lost == 0; i++) {
        guint n = f->rig.n_done + 1;
        case_store_take(f->rig.store, rig_crash_batch(5), f->rig.policy, note_taken, f);
        g_assert_true(store_submit(f->rig.store, lose_disk, NULL, NULL, NULL, NULL, NULL));
        WAIT_UNTIL(f->rig.n_done == n);
        n_lost += f->code == WALL_ERROR_UNAVAILABLE;
        if (f->code == 0)
            g_assert_true(*f->statuses->str == 'a' || *f->statuses->str == 'd');
        else
            g_assert_cmpuint(f->statuses->len, ==, 0);
    }
    WAIT_UNTIL(!is_in_trouble(f));
    take(f, rig_crash_batch(5));
    g_assert_cmpint(f->code, ==, 0);
    g_assert_cmpint(rig_get_int(f->rig.store, "SELECT count(*) FROM inbox"), ==, 100);
    rig_assert_consistent(f->rig.store);
}

static void test_queue_full(Fixture *f, gconstpointer user)
{
    guint n_lost = 0, n_taken = 0;
    for (guint i = 0; i < 3000; i++) {
        GPtrArray *one = rig_events_new();
        g_autofree char *id = g_strdup_printf("q%u", i);
        g_ptr_array_add(one, rig_event(EVENT_CASE_REPORTED, id, RIG_DAY_0, id));
        case_store_take(f->rig.store, one, f->rig.policy, note_taken, f);
    }
    WAIT_UNTIL(f->rig.n_done == 3000);
    n_taken = (guint)rig_get_int(f->rig.store, "SELECT count(*) FROM inbox");
    n_lost = 3000 - n_taken;
    g_assert_cmpuint(n_taken, >=, 1024); /* what the queue holds */
    g_test_message("%u taken, %u refused", n_taken, n_lost);
    rig_assert_consistent(f->rig.store);
}

static void test_damaged_row(Fixture *f, gconstpointer user)
{
    rig_take_lives(&f->rig, 1);
    rig_run_sql(f->rig.store, "UPDATE case_ SET json = '[' WHERE seq = 7");
    take(f, rig_crash_batch(1)); /* the second step of all 50 */
    g_assert_cmpint(f->code, ==, 0);
    g_assert_cmpint(
        rig_get_int(f->rig.store, "SELECT count(*) FROM case_ WHERE state = 'registered'"), ==, 49);
    g_assert_cmpint(
        rig_get_int(f->rig.store, "SELECT count(*) FROM inbox WHERE status = 'anomaly'"), ==, 1);
}

/* What was trimmed cannot be folded: late events are kept as anomalies, new ones still apply. */
static void test_trimmed(Fixture *f, gconstpointer user)
{
    GPtrArray *first = rig_events_new(), *late = rig_events_new(), *next = rig_events_new();
    g_ptr_array_add(first, rig_event(EVENT_CASE_REPORTED, "A", RIG_DAY_0, "1"));
    g_ptr_array_add(first, rig_event(EVENT_CASE_REGISTERED, "A", RIG_DAY_0 + 9, "2"));
    g_ptr_array_add(late, rig_event(EVENT_CASE_UPDATED, "A", RIG_DAY_0 + 5, "3"));
    g_ptr_array_add(next, rig_event(EVENT_CASE_HANDLING, "A", RIG_DAY_0 + 10, "4"));
    take(f, first);
    rig_run_sql(f->rig.store, "UPDATE inbox SET body = NULL WHERE seq = 1");
    take(f, late);
    g_assert_cmpstr(f->cases->str, ==, "");
    g_assert_cmpint(
        rig_get_int(f->rig.store, "SELECT count(*) FROM inbox WHERE status = 'anomaly'"), ==, 1);
    take(f, next);
    g_assert_cmpstr(f->cases->str, ==, "A registered>handling@2 ");
    rig_assert_consistent(f->rig.store);
}

static void test_kill(Fixture *f, gconstpointer user)
{
    store_rig_close(&f->rig);
    g_autofree char *counters = rig_dup_counter_sql();
    guint64 n_batches = 0;
    for (guint round = 0; round < CRASH_ROUNDS; round++) {
        guint64 acked = rig_crash_once(f->rig.path, n_batches, (guint)g_test_rand_int_range(1, 30),
                                       (guint)g_test_rand_int_range(0, 8000));
        store_rig_open(&f->rig);
        n_batches = rig_assert_survived(f->rig.store, acked);
        g_assert_true(rig_is_chain_whole(f->rig.store));
        g_assert_cmpint(rig_get_int(f->rig.store, counters), ==, 0);
        store_rig_close(&f->rig);
    }
    store_rig_open(&f->rig);
    rig_assert_consistent(f->rig.store);
}

int main(int argc, char **argv)
{
    post_init();
    log_set_level((LogLevel)0);
    if (argc == 4 && strcmp(argv[1], "--take-for-ever") == 0)
        return rig_take_for_ever(argv[2], g_ascii_strtoull(argv[3], NULL, 10));
    g_test_init(&argc, &argv, NULL);
#define ADD(path, func) g_test_add(path, Fixture, NULL, set_up, func, tear_down)
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/case-store/row/%s", rows[i].name);
        g_test_add(path, Fixture, GUINT_TO_POINTER(i), set_up, test_row, tear_down);
    }
    for (guint i = 1; i <= 40; i++) {
        g_autofree char *path = g_strdup_printf("/case-store/random/%u", i);
        g_test_add(path, Fixture, GUINT_TO_POINTER(i), set_up, test_random, tear_down);
    }
    g_test_add_func("/case-store/json", test_json);
    g_test_add_func("/case-store/json-refused", test_json_refused);
    ADD("/case-store/rollup", test_rollup);
    ADD("/case-store/due", test_due);
    ADD("/case-store/due-while-closing", test_due_while_closing);
    ADD("/case-store/disk-lost", test_disk_lost);
    ADD("/case-store/queue-full", test_queue_full);
    ADD("/case-store/damaged-row", test_damaged_row);
    ADD("/case-store/trimmed", test_trimmed);
    ADD("/case-store/kill", test_kill);
    return g_test_run();
}
