/* test_retention.c - what is old goes, what is open stays, the report counts, and the bytes are gone */
#include "case_rig.h"

#include "../support/wait_until.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/store/briefing_store.h"
#include "wallctl/store/night_store.h"
#include "wallctl/store/outbox.h"
#include "wallctl/store/retention.h"

#define DAY_MS     G_GINT64_CONSTANT(86400000)
#define CANARY     "canary"
#define N_CANARIES 1000
#define THOUSAND                                                                                   \
    "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 1000) "

typedef struct {
    StoreRig rig;
    RetentionReport report;
    int code;
} Fixture;

static void set_up(Fixture *f, gconstpointer user)
{
    store_rig_init(&f->rig, NULL);
    clock_set_for_test(0, RIG_DAY_0);
}

static void tear_down(Fixture *f, gconstpointer user)
{
    store_rig_clear(&f->rig);
    clock_set_for_test(-1, -1);
}

static void note_report(const RetentionReport *report, const GError *error, gpointer user)
{
    Fixture *f = user;
    f->rig.n_done++;
    f->report = *report;
    f->code = error ? error->code : 0;
}

static void run(Fixture *f, const RetentionPolicy *policy, gint64 now_ms)
{
    guint n = f->rig.n_done + 1;
    retention_run(f->rig.store, policy, now_ms, note_report, f);
    WAIT_UNTIL(f->rig.n_done == n);
    g_assert_cmpint(f->code, ==, 0);
}

/* --- canaries --------------------------------------------------------------------------------------
 */

/* Events of half closed and half open cases; each says a word of its own. */
static void take_canaries(Fixture *f)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(5);
    for (guint step = 0; step < RIG_LIFE; step++) {
        GPtrArray *events = rig_events_new();
        for (guint i = 0; i < N_CANARIES; i++) {
            if (i % 2 == 1 && step >= 2)
                continue;
            Event *event = rig_life_event(i, step, RIG_DAY_0, rand);
            g_autofree char *note =
                g_strdup_printf("%s-%s-%u.", CANARY, i % 2 ? "open" : "over", i);
            rig_text(event, FIELD_NOTE, note);
            g_ptr_array_add(events, event);
        }
        store_rig_take(&f->rig, events);
    }
}

/* A briefing a day from the first on, each larger than a page; the word's end tells before and after. */
static void put_briefings(Fixture *f, guint n, guint n_before)
{
    for (guint i = 0; i < n; i++) {
        g_autofree char *id = g_strdup_printf("daily-%u", i);
        g_autoptr(GString) text = g_string_new(NULL);
        while (text->len < 6000)
            g_string_append(text, i < n_before ? CANARY "-before." : CANARY "-after.");
        g_autoptr(Json) paper = json_object_new_object();
        json_add_string(paper, "id", id);
        json_add_string(paper, "config", "daily");
        json_add_int(paper, "made_ms", RIG_DAY_0 + i * DAY_MS);
        json_add_string(paper, "text", text->str);
        briefing_store_put(f->rig.store, paper, NULL, NULL);
    }
    WAIT_UNTIL(rig_get_int(f->rig.store, "SELECT count(*) FROM briefing") == n);
}

/* How often the word stands in the files of the database. */
static guint count_bytes(Fixture *f, const char *word)
{
    static const char *const suffixes[] = { "", "-wal" };
    guint n = 0;
    for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *path = g_strconcat(f->rig.path, suffixes[i], NULL);
        g_autofree char *text = NULL;
        gsize len = 0;
        if (!g_file_get_contents(path, &text, &len, NULL))
            continue;
        const char *at = text;
        while ((at = memmem(at, len - (gsize)(at - text), word, strlen(word)))) {
            n++;
            at++;
        }
    }
    return n;
}

static void test_bytes_are_gone(Fixture *f, gconstpointer user)
{
    RetentionPolicy policy = { .days = { [RETAIN_BODIES] = 30, [RETAIN_CASES] = 30 } };
    take_canaries(f);
    g_assert_cmpuint(count_bytes(f, CANARY "-over-"), >=, N_CANARIES / 2);
    run(f, &policy, RIG_DAY_0 + 31 * DAY_MS);
    g_assert_cmpuint(count_bytes(f, CANARY "-over-"), ==, 0);
    g_assert_cmpuint(count_bytes(f, CANARY "-open-"), >=, N_CANARIES / 2);
    g_assert_cmpint(rig_get_int(f->rig.store, "SELECT count(*) FROM case_"), ==, N_CANARIES / 2);
    g_assert_cmpint(
        rig_get_int(f->rig.store,
                    "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
        ==, 1);
    g_assert_true(rig_is_chain_whole(f->rig.store));
}

static void test_briefings(Fixture *f, gconstpointer user)
{
    RetentionPolicy policy = { .days = { [RETAIN_BRIEFINGS] = 30 } };
    const guint n_all = 700, n_before = 650; /* more than two chunks */
    gint64 now_ms = RIG_DAY_0 + (n_before + 30) * DAY_MS;
    RetentionReport counted;
    put_briefings(f, n_all, n_before);
    g_assert_cmpuint(count_bytes(f, CANARY "-before."), >=, n_before);
    g_assert_true(retention_count(f->rig.path, &policy, now_ms, &counted, NULL));
    run(f, &policy, now_ms);
    const RetentionCount *count = &f->report.counts[RETAIN_BRIEFINGS];
    g_assert_cmpint(count->n, ==, n_before);
    g_assert_cmpint(count->from_ms, ==, RIG_DAY_0);
    g_assert_cmpint(count->to_ms, ==, RIG_DAY_0 + (n_before - 1) * DAY_MS);
    g_assert_cmpmem(count, sizeof *count, &counted.counts[RETAIN_BRIEFINGS], sizeof *count);
    g_assert_cmpuint(count_bytes(f, CANARY "-before."), ==, 0);
    g_assert_cmpuint(count_bytes(f, CANARY "-after."), >=, n_all - n_before);
    g_assert_cmpint(rig_get_int(f->rig.store, "SELECT count(*) FROM briefing"), ==,
                    n_all - n_before);
}

/* --- what goes and what stays ------------------------------------------------------------------------
 */

static void test_open_cases_stay(Fixture *f, gconstpointer user)
{
    RetentionPolicy all = { .days = { 0, 1, 1, 1, 1, 1, 1 } };
    take_canaries(f);
    run(f, &all, RIG_DAY_0 + 2 * DAY_MS);
    g_assert_cmpint(f->report.counts[RETAIN_CASES].n, ==, N_CANARIES / 2);
    g_assert_cmpint(f->report.counts[RETAIN_BODIES].n, ==, N_CANARIES / 2 * RIG_LIFE);
    g_assert_cmpint(f->report.counts[RETAIN_EVENTS].n, ==, N_CANARIES / 2 * RIG_LIFE);
    g_assert_cmpint(f->report.counts[RETAIN_TRANSITIONS].n, ==,
                    N_CANARIES / 2 * RIG_LIFE + N_CANARIES / 2 * 2);
    g_assert_cmpint(f->report.counts[RETAIN_CASES].from_ms, ==, RIG_DAY_0);
    g_assert_cmpint(f->report.counts[RETAIN_CASES].to_ms, ==, RIG_DAY_0);
    g_assert_cmpint(rig_get_int(f->rig.store, "SELECT count(*) FROM case_ WHERE is_open = 0"), ==,
                    0);
    /* What is open folds as before: a late event finds its place. */
    GPtrArray *late = rig_events_new();
    g_ptr_array_add(late, rig_event(EVENT_CASE_UPDATED, "HT20250522-0000001", RIG_DAY_0 + 5, "l"));
    store_rig_take(&f->rig, late);
    g_assert_cmpint(rig_get_int(f->rig.store, "SELECT n_events FROM case_ WHERE code = "
                                              "'HT20250522-0000001'"),
                    ==, 3);
    g_assert_true(rig_is_chain_whole(f->rig.store));
    /* The counts of now follow, those of the days stay. */
    g_assert_cmpint(
        rig_get_int(f->rig.store, "SELECT sum(value) FROM rollup WHERE metric LIKE 'state:%'"), ==,
        N_CANARIES / 2);
    g_assert_cmpint(
        rig_get_int(f->rig.store, "SELECT sum(value) FROM rollup WHERE metric = 'opened'"), ==,
        N_CANARIES);
    g_assert_cmpint(
        rig_get_int(f->rig.store, "SELECT sum(value) FROM rollup WHERE metric = 'closed'"), ==,
        N_CANARIES / 2);
}

static void test_young_stays(Fixture *f, gconstpointer user)
{
    RetentionPolicy all = { .days = { 0, 30, 30, 30, 30, 30, 30, 30 } };
    RetentionPolicy none = { .days = { 0 } };
    take_canaries(f);
    put_briefings(f, 30, 0);
    run(f, &all, RIG_DAY_0 + 29 * DAY_MS);
    for (guint i = 1; i <= RETAIN_LAST; i++)
        g_assert_cmpint(f->report.counts[i].n, ==, 0);
    run(f, &none, RIG_DAY_0 + 9000 * DAY_MS);
    for (guint i = 1; i <= RETAIN_LAST; i++)
        g_assert_cmpint(f->report.counts[i].n, ==, 0);
    g_assert_cmpint(rig_get_int(f->rig.store, "SELECT count(*) FROM briefing"), ==, 30);
    rig_assert_consistent(f->rig.store);
}

/* The keys stay when the bodies go: a repetition is known. */
static void test_repetition_is_known(Fixture *f, gconstpointer user)
{
    RetentionPolicy bodies = { .days = { [RETAIN_BODIES] = 1 } };
    take_canaries(f);
    run(f, &bodies, RIG_DAY_0 + 2 * DAY_MS);
    g_assert_cmpint(f->report.counts[RETAIN_BODIES].n, ==, N_CANARIES / 2 * RIG_LIFE);
    gint64 n = rig_get_int(f->rig.store, "SELECT count(*) FROM inbox");
    take_canaries(f);
    g_assert_cmpint(rig_get_int(f->rig.store, "SELECT count(*) FROM inbox"), ==, n);
    rig_assert_consistent(f->rig.store);
    run(f, &bodies, RIG_DAY_0 + 2 * DAY_MS);
    g_assert_cmpint(f->report.counts[RETAIN_BODIES].n, ==, 0);
}

static void test_orders_and_outbox(Fixture *f, gconstpointer user)
{
    RetentionPolicy policy = { .days = { [RETAIN_ORDERS] = 1, [RETAIN_OUTBOX] = 1 } };
    rig_run_sql(f->rig.store, THOUSAND "INSERT INTO work_order(no, case_code, kind, from_org, "
                                       "to_org, issued_ms, ack_due_ms, due_ms, "
                                       "accepted_ms, done_ms, result) SELECT 'n' || value, 'A', "
                                       "'dispatch', '', '', 1, NULL, NULL, "
                                       "NULL, iif(value <= 700, value, NULL), '' FROM n");
    rig_run_sql(f->rig.store, THOUSAND
                "INSERT INTO outbox(peer, key, body, created_ms, tries, sent_ms) SELECT 'p',"
                " 'k', 'b', 1, 1, iif(value <= 400, 5, NULL) FROM n");
    run(f, &policy, RIG_DAY_0);
    g_assert_cmpint(f->report.counts[RETAIN_ORDERS].n, ==, 700);
    g_assert_cmpint(f->report.counts[RETAIN_ORDERS].from_ms, ==, 1);
    g_assert_cmpint(f->report.counts[RETAIN_ORDERS].to_ms, ==, 700);
    g_assert_cmpint(f->report.counts[RETAIN_OUTBOX].n, ==, 400);
    g_assert_cmpint(rig_get_int(f->rig.store, "SELECT count(*) FROM outbox"), ==, 600);
}

/* --- before and after ------------------------------------------------------------------------------
 */

static gboolean read_head(sqlite3 *db, gpointer data, GError **error)
{
    return chain_begin(db, data, error);
}

/* The head is that of the end of the run; a dry run has none, nor has one that did not come so far. */
static void test_head(Fixture *f, gconstpointer user)
{
    RetentionPolicy policy = { .days = { [RETAIN_TRANSITIONS] = 30 } };
    gint64 now_ms = RIG_DAY_0 + 31 * DAY_MS;
    RetentionReport counted;
    ChainEnd head;
    take_canaries(f);
    g_assert_true(retention_count(f->rig.path, &policy, now_ms, &counted, NULL));
    g_assert_cmpint(counted.head.seq, ==, -1);
    run(f, &policy, now_ms);
    g_assert_true(store_run_now(f->rig.store, read_head, &head, NULL));
    g_assert_cmpint(f->report.counts[RETAIN_TRANSITIONS].n, ==, head.seq);
    g_assert_cmpint(f->report.head.seq, ==, head.seq);
    g_assert_cmpmem(f->report.head.hash, CHAIN_HASH_BYTES, head.hash, CHAIN_HASH_BYTES);
    rig_run_sql(f->rig.store, "ALTER TABLE briefing RENAME TO gone");
    policy.days[RETAIN_BRIEFINGS] = 30;
    guint n = f->rig.n_done + 1;
    retention_run(f->rig.store, &policy, now_ms, note_report, f);
    WAIT_UNTIL(f->rig.n_done == n);
    g_assert_cmpint(f->code, !=, 0);
    g_assert_cmpint(f->report.head.seq, ==, -1);
}

/* The register goes from its beginning, signed, and only by who signs it. */
static gboolean put_audit(sqlite3 *db, gpointer data, GError **error)
{
    const AuditSigner *signer = data;
    for (guint i = 0; i < 1000; i++) {
        AuditRow row = { .kind = AUDIT_VIEW, .at_ms = RIG_DAY_0 + i / 10 * DAY_MS };
        const AuditRow *rows[] = { &row };
        if (!audit_store_append(db, signer, rows, 1, row.at_ms, NULL, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean verify_audit(sqlite3 *db, gpointer data, GError **error)
{
    return audit_store_verify(db, NULL, data, error);
}

static void test_audit(Fixture *f, gconstpointer user)
{
    RetentionPolicy policy = { .days = { [RETAIN_AUDIT] = 30 } };
    g_autofree char *path = g_build_filename(f->rig.folder, "audit.key", NULL);
    gboolean is_new;
    g_autoptr(AuditKey) key = audit_key_open(path, &is_new, NULL);
    AuditSigner signer = { key, "site" };
    AuditVerdict verdict;
    gint64 now_ms = RIG_DAY_0 + 100 * DAY_MS;
    g_assert_true(store_run_now(f->rig.store, put_audit, &signer, NULL));
    run(f, &policy, now_ms);
    g_assert_cmpint(rig_get_int(f->rig.store, "SELECT count(*) FROM audit"), ==, 1000);
    policy.signer = signer;
    run(f, &policy, now_ms);
    g_assert_cmpint(f->report.counts[RETAIN_AUDIT].n, ==, 700);
    g_assert_cmpint(rig_get_int(f->rig.store, "SELECT min(seq) FROM audit"), ==, 701);
    g_assert_true(store_run_now(f->rig.store, verify_audit, &verdict, NULL));
    g_assert_cmpint(verdict.fault, ==, AUDIT_GOOD);
    g_assert_cmpint(verdict.n_rows, ==, 300);
}

/* What is counted is what then goes. */
static void test_dry_run(Fixture *f, gconstpointer user)
{
    RetentionPolicy policy = { .days = { 0, 30, 60, 60, 60, 60, 60 } };
    gint64 later_ms = RIG_DAY_0 + 90 * DAY_MS;
    g_autoptr(GError) error = NULL;
    RetentionReport counted;
    take_canaries(f);
    g_assert_true(retention_count(f->rig.path, &policy, later_ms, &counted, &error));
    g_assert_no_error(error);
    g_assert_cmpint(rig_get_int(f->rig.store, "SELECT count(*) FROM case_"), ==, N_CANARIES);
    run(f, &policy, later_ms);
    for (guint i = 1; i <= RETAIN_LAST; i++) {
        g_assert_cmpint(counted.counts[i].n, ==, f->report.counts[i].n);
        g_assert_cmpint(counted.counts[i].from_ms, ==, f->report.counts[i].from_ms);
        g_assert_cmpint(counted.counts[i].to_ms, ==, f->report.counts[i].to_ms);
    }
    g_assert_cmpint(counted.counts[RETAIN_CASES].n, ==, N_CANARIES / 2);
}

typedef struct {
    gint64 last_ms;
    GPtrArray *reports;
} Read;

static gboolean read_reports(sqlite3 *db, gpointer data, GError **error)
{
    Read *read = data;
    read->reports = night_store_read(db, 2, &read->last_ms, error);
    return read->reports != NULL;
}

static void save(Fixture *f, NightCause cause, gint64 started_ms, gint64 ended_ms,
                 const char *fault)
{
    RetentionReport deleted = { .counts = { [RETAIN_CASES] = { started_ms, 1, 2 } } };
    NightReport report = { .cause = cause,
                           .started_ms = started_ms,
                           .ended_ms = ended_ms,
                           .deleted = night_deleted_json(&deleted),
                           .fault = g_strdup(fault),
                           .copy = g_strdup("a.db"),
                           .copy_bytes = 5,
                           .chain_head = g_strdup(fault ? "7:ab" : NULL) };
    night_store_save(f->rig.store, &report, NULL, NULL);
    json_object_put(report.deleted);
    g_free(report.fault);
    g_free(report.copy);
    g_free(report.chain_head);
}

/* A night counts that ended well; the newest come back as they were. */
static void test_reports(Fixture *f, gconstpointer user)
{
    Read read = { 0 };
    save(f, NIGHT_FIRST, 10, 10, NULL);
    save(f, NIGHT_CLOCK, 20, 0, NULL);
    save(f, NIGHT_CLOCK, 20, 25, NULL);
    save(f, NIGHT_CLOCK, 30, 35, "the disk is full");
    save(f, NIGHT_ASKED, 40, 45, NULL);
    WAIT_UNTIL(rig_get_int(f->rig.store, "SELECT count(*) FROM retention_report") == 4);
    g_assert_true(store_run_now(f->rig.store, read_reports, &read, NULL));
    g_assert_cmpint(read.last_ms, ==, 20);
    g_assert_cmpuint(read.reports->len, ==, 2);
    NightReport *asked = g_ptr_array_index(read.reports, 0);
    NightReport *failed = g_ptr_array_index(read.reports, 1);
    g_assert_cmpint(asked->cause, ==, NIGHT_ASKED);
    g_assert_cmpint(asked->ended_ms, ==, 45);
    g_assert_null(asked->fault);
    g_assert_cmpstr(failed->fault, ==, "the disk is full");
    g_assert_cmpstr(failed->copy, ==, "a.db");
    g_assert_cmpint(failed->copy_bytes, ==, 5);
    g_assert_cmpstr(failed->chain_head, ==, "7:ab");
    g_assert_null(asked->chain_head);
    RetentionReport same = { .counts = { [RETAIN_CASES] = { 30, 1, 2 } } };
    g_autoptr(Json) wanted = night_deleted_json(&same);
    g_assert_true(json_object_equal(failed->deleted, wanted));
    g_ptr_array_unref(read.reports);
}

static void test_words(void)
{
    for (guint i = 1; i <= RETAIN_LAST; i++) {
        for (guint k = 1; k < i; k++)
            g_assert_cmpstr(retention_word((RetentionClass)i), !=,
                            retention_word((RetentionClass)k));
    }
}

int main(int argc, char **argv)
{
    post_init();
    log_set_level((LogLevel)0);
    g_test_init(&argc, &argv, NULL);
#define ADD(path, func) g_test_add(path, Fixture, NULL, set_up, func, tear_down)
    ADD("/retention/bytes-are-gone", test_bytes_are_gone);
    ADD("/retention/briefings", test_briefings);
    ADD("/retention/open-cases-stay", test_open_cases_stay);
    ADD("/retention/young-stays", test_young_stays);
    ADD("/retention/repetition-is-known", test_repetition_is_known);
    ADD("/retention/orders-and-outbox", test_orders_and_outbox);
    ADD("/retention/head", test_head);
    ADD("/retention/audit", test_audit);
    ADD("/retention/dry-run", test_dry_run);
    ADD("/retention/reports", test_reports);
    g_test_add_func("/retention/words", test_words);
    return g_test_run();
}
