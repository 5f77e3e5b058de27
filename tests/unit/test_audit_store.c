/* test_audit_store.c - the register's tables: what is written stays, what is tampered with is found, what the
 * disk refuses waits, and lists say what there is */
#include "audit_rig.h"
#include "crash_child.h"

#include "../support/remove_tree.h"
#include "../support/sanitizer.h"
#include "../support/wait_until.h"
#include "wallctl/audit.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/store/audit_query.h"
#include "wallctl/store/audit_writer.h"
#include "wallctl/store/sql.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define N_ROWS  300
#define TAMPERS 2000

static void set_up(AuditRig *rig, gconstpointer user)
{
    audit_rig_init(rig);
}

static void tear_down(AuditRig *rig, gconstpointer user)
{
    audit_rig_clear(rig);
    post_drain();
}

static void fill(AuditRig *rig, guint n)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(5);
    audit_rig_fill(rig, rand, n, RIG_DAY_0);
}

static void assert_good(AuditRig *rig)
{
    AuditVerdict verdict = audit_rig_verify(rig);
    g_assert_cmpstr(audit_fault_word(verdict.fault), ==, "good");
}

/* --- tampering -----------------------------------------------------------------------------------
 */

/* By one who can write the file: the triggers are gone. */
static char *tamper_sql(GRand *rand)
{
    static const char *const numbers[] = { "at_ms", "tile", "seconds" };
    static const char *const words[] = { "account", "name",   "unit",   "address", "via",
                                         "wall",    "camera", "object", "reason",  "content" };
    int seq = g_rand_int_range(rand, 1, N_ROWS + 1);
    int other = g_rand_int_range(rand, 1, N_ROWS + 1);
    other = other == seq ? seq % N_ROWS + 1 : other;
    int number = g_rand_int_range(rand, 1, 4);
    switch (g_rand_int_range(rand, 0, 20)) {
    case 0:
        return g_strdup_printf("DELETE FROM audit WHERE seq = %d", seq);
    case 1:
        return g_strdup_printf("DELETE FROM audit WHERE seq >= %d", seq);
    case 2:
        return g_strdup_printf("DELETE FROM audit WHERE seq <= %d", seq);
    case 3: /* cut off at the end, and the head moved to it */
        return g_strdup_printf("DELETE FROM audit WHERE seq > %d; UPDATE audit_end SET seq = %d, "
                               "hash = (SELECT hash FROM audit WHERE seq = %d) WHERE which = "
                               "'head'",
                               seq % N_ROWS, seq % N_ROWS, seq % N_ROWS);
    case 4: /* the beginning is gone, and the base says so */
        return g_strdup_printf(
            "UPDATE audit_end SET seq = %d, hash = (SELECT hash FROM audit WHERE "
            "seq = %d) WHERE which = 'base'; DELETE FROM audit WHERE seq <= %d",
            seq, seq, seq);
    case 5:
        return g_strdup_printf("DELETE FROM audit WHERE seq = %d; UPDATE audit SET seq = seq - 1 "
                               "WHERE seq > %d",
                               seq, seq);
    case 6: /* two rows change places */
        return g_strdup_printf(
            "UPDATE audit SET seq = -1 WHERE seq = %d; UPDATE audit SET seq = %d "
            "WHERE seq = %d; UPDATE audit SET seq = %d WHERE seq = -1",
            seq, seq, other, other);
    case 7: /* a copy at the end */
        return g_strdup_printf("INSERT INTO audit SELECT %d, at_ms, kind, account, name, unit, "
                               "address, via, wall, camera, object, reason, content, tile, "
                               "seconds, is_refused, hash FROM audit WHERE seq = %d",
                               N_ROWS + 1, seq);
    case 8:
        return g_strdup_printf("UPDATE audit SET kind = 'settings' || kind WHERE seq = %d", seq);
    case 9:
        return g_strdup_printf("UPDATE audit SET is_refused = 1 - is_refused WHERE seq = %d", seq);
    case 10: /* behind a zero byte */
        return g_strdup_printf(
            "UPDATE audit SET content = content || char(0) || 'x' WHERE seq = %d", seq);
    case 11: /* a letter moves over to the next column */
        return g_strdup_printf("UPDATE audit SET via = substr(via, 1, 2), wall = substr(via, 3) || "
                               "wall WHERE seq = %d",
                               seq);
    case 12:
        return g_strdup_printf("DELETE FROM audit_checkpoint WHERE number = %d", number);
    case 13:
        return g_strdup_printf("DELETE FROM audit_checkpoint WHERE number >= %d", number);
    case 14:
        return g_strdup_printf(
            "UPDATE audit_checkpoint SET made_ms = made_ms + 1 WHERE number = %d", number);
    case 15:
        return g_strdup_printf("UPDATE audit_end SET made_ms = made_ms + 1 WHERE which = '%s'",
                               seq % 2 ? "head" : "base");
    case 16:
        return g_strdup_printf("UPDATE audit SET %s = %s + 1 WHERE seq = %d", numbers[seq % 3],
                               numbers[seq % 3], seq);
    case 17:
        return g_strdup_printf("UPDATE audit SET hash = randomblob(32) WHERE seq = %d", seq);
    case 18:
        return g_strdup_printf("UPDATE audit_end SET signature = randomblob(64) WHERE which = '%s'",
                               seq % 2 ? "head" : "base");
    default:
        return g_strdup_printf("UPDATE audit SET %s = %s || 'x' WHERE seq = %d", words[seq % 10],
                               words[seq % 10], seq);
    }
}

typedef struct {
    AuditRig *rig;
    GRand *rand;
    guint n_found;
} Tamper;

#define DROP_TRIGGERS                                                                              \
    "DROP TRIGGER audit_insert; DROP TRIGGER audit_update; DROP TRIGGER audit_delete; "            \
    "DROP TRIGGER audit_checkpoint_update; DROP TRIGGER audit_checkpoint_delete"

static gboolean tamper(sqlite3 *db, gpointer data, GError **error)
{
    Tamper *job = data;
    AuditVerdict verdict;
    if (!sql_run(db, DROP_TRIGGERS, error))
        return FALSE;
    for (guint i = 0; i < TAMPERS; i++) {
        g_autofree char *sql = tamper_sql(job->rand);
        if (!sql_run(db, "SAVEPOINT tamper", error) || !sql_run(db, sql, error) ||
            !audit_store_verify(db, audit_key_public(job->rig->key), &verdict, error))
            return FALSE;
        if (!verdict.fault)
            g_test_message("not found: %s", sql);
        job->n_found += verdict.fault != AUDIT_GOOD;
        if (!sql_run(db, "ROLLBACK TO tamper; RELEASE tamper", error))
            return FALSE;
    }
    return TRUE;
}

static void test_tamper(AuditRig *rig, gconstpointer user)
{
    fill(rig, N_ROWS);
    assert_good(rig);
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    Tamper job = { rig, rand, 0 };
    g_autoptr(GError) error = NULL;
    store_run_now(rig->store.store, tamper, &job, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(job.n_found, ==, TAMPERS);
    assert_good(rig);
}

/* One who can write the file, recomputes every hash and has a key of his own. */
static gboolean forge(sqlite3 *db, gpointer data, GError **error)
{
    const AuditSigner *signer = data;
    g_autoptr(GRand) rand = g_rand_new_with_seed(9);
    AuditRow row = audit_rig_row(rand, RIG_DAY_0);
    const AuditRow *rows[] = { &row, &row, &row };
    return sql_run(db,
                   DROP_TRIGGERS
                   "; DELETE FROM audit; DELETE FROM audit_checkpoint; UPDATE audit_end SET number "
                   "= 0, seq = 0, hash = zeroblob(32), public_key = NULL, signature = NULL",
                   error) &&
           audit_store_append(db, signer, rows, 3, RIG_DAY_0, NULL, error) &&
           audit_store_checkpoint(db, signer, "hour", RIG_DAY_0, NULL, error);
}

static void test_other_key(AuditRig *rig, gconstpointer user)
{
    g_autofree char *path = g_build_filename(rig->store.folder, "his.key", NULL);
    gboolean is_new;
    g_autoptr(AuditKey) his = audit_key_open(path, &is_new, NULL);
    AuditSigner signer = { his, AUDIT_RIG_SITE };
    fill(rig, 60);
    g_assert_true(store_run_now(rig->store.store, forge, &signer, NULL));
    AuditVerdict verdict = audit_rig_verify(rig);
    g_assert_cmpstr(audit_fault_word(verdict.fault), ==, "other_key");
}

static void test_append_only(AuditRig *rig, gconstpointer user)
{
    static const char *const refused[] = {
        "UPDATE audit SET at_ms = 1 WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 3",
        "INSERT OR REPLACE INTO audit_checkpoint SELECT * FROM audit_checkpoint WHERE number = 1",
        "UPDATE audit_checkpoint SET made_ms = 1",
        "DELETE FROM audit_checkpoint",
    };
    fill(rig, 60);
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(store_run_now(rig->store.store, rig_run_job, (gpointer)refused[i], &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    }
    assert_good(rig);
}

static gboolean cut(sqlite3 *db, gpointer data, GError **error)
{
    AuditSigner signer = audit_rig_signer(data);
    return audit_store_cut(db, &signer, 120, RIG_DAY_0, error);
}

static void test_cut(AuditRig *rig, gconstpointer user)
{
    fill(rig, N_ROWS);
    g_assert_true(store_run_now(rig->store.store, cut, rig, NULL));
    g_assert_cmpint(rig_get_int(rig->store.store, "SELECT min(seq) FROM audit"), ==, 121);
    AuditVerdict verdict = audit_rig_verify(rig);
    g_assert_cmpstr(audit_fault_word(verdict.fault), ==, "good");
    g_assert_cmpint(verdict.n_rows, ==, N_ROWS - 120);
    g_assert_cmpint(verdict.n_checkpoints, ==, 3);
    fill(rig, 10);
    assert_good(rig);
    rig_run_sql(rig->store.store, "DROP TRIGGER audit_delete; DELETE FROM audit WHERE seq = 121");
    verdict = audit_rig_verify(rig);
    g_assert_cmpstr(audit_fault_word(verdict.fault), ==, "missing");
}

/* --- the key -------------------------------------------------------------------------------------
 */

static void test_key(AuditRig *rig, gconstpointer user)
{
    static const struct {
        const char *name, *content;
        int mode;
        const char *wanted;
    } bad[] = {
        { "readable by others",
          "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n", 0440,
          "chmod 0400" },
        { "short", "0011\n", 0400, "no key" },
        { "empty", "", 0400, "no key" },
        { "no hex", "zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n", 0400,
          "no key" },
        { "long", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00\n", 0400,
          "no key" },
    };
    g_autofree char *path = g_build_filename(rig->store.folder, "audit.key", NULL);
    GStatBuf info;
    gboolean is_new = TRUE;
    g_assert_cmpint(g_stat(path, &info), ==, 0);
    g_assert_cmpint(info.st_mode & 0777, ==, 0400);
    g_autoptr(AuditKey) again = audit_key_open(path, &is_new, NULL);
    g_assert_false(is_new);
    g_assert_cmpmem(audit_key_public(again), AUDIT_PUBLIC_BYTES, audit_key_public(rig->key),
                    AUDIT_PUBLIC_BYTES);
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_test_message("%s", bad[i].name);
        g_unlink(path);
        g_assert_true(g_file_set_contents(path, bad[i].content, -1, NULL));
        g_assert_cmpint(g_chmod(path, bad[i].mode), ==, 0);
        g_assert_null(audit_key_open(path, &is_new, &error));
        g_assert_nonnull(strstr(error->message, bad[i].wanted));
        g_assert_nonnull(wall_error_zh(error));
    }
}

/* --- the register at work ------------------------------------------------------------------------
 */

typedef struct {
    Config config;
    Audit *audit;
} Running;

static void start_audit(Running *run, AuditRig *rig)
{
    g_autoptr(GError) error = NULL;
    AuditEnv env = { .store = rig->store.store, .folder = rig->store.folder };
    run->config.site_name = (char *)AUDIT_RIG_SITE;
    run->audit = audit_new(&env, &run->config, &error);
    g_assert_no_error(error);
}

static void add(Audit *audit, const char *content)
{
    AuditRow row = audit_row_for(NULL, AUDIT_COMMAND);
    row.content = content;
    audit_add(audit, &row);
}

static gint64 waiting(Audit *audit)
{
    g_autoptr(Json) state = audit_state(audit);
    return json_object_get_int64(json_object_object_get(state, "waiting"));
}

#define COUNT(rig, condition)                                                                      \
    rig_get_int((rig)->store.store, "SELECT count(*) FROM audit WHERE " condition)

static void test_running(AuditRig *rig, gconstpointer user)
{
    Running run = { 0 };
    g_autofree char *path = g_build_filename(rig->store.folder, "audit.key", NULL);
    g_unlink(path); /* a first start */
    start_audit(&run, rig);
    audit_key_unref(rig->key);
    rig->key = audit_key_ref(audit_key(run.audit));
    for (guint i = 0; i < 500; i++)
        add(run.audit, "打电话 13800138000");
    WAIT_UNTIL(waiting(run.audit) == 0);
    g_assert_cmpint(COUNT(rig, "kind = 'command'"), ==, 500);
    g_assert_cmpint(COUNT(rig, "content LIKE '%13800138000%'"), ==, 0);
    audit_free(run.audit);
    store_rig_close(&rig->store);
    post_drain();
    store_rig_open(&rig->store);
    assert_good(rig);
    g_assert_cmpint(rig_get_int(rig->store.store, "SELECT count(*) FROM audit_checkpoint"), ==, 2);
    /* again: the same key, the same chain */
    start_audit(&run, rig);
    WAIT_UNTIL(waiting(run.audit) == 0);
    g_assert_cmpint(COUNT(rig, "kind = 'system' AND is_refused"), ==, 0);
    g_assert_cmpint(COUNT(rig, "kind = 'system'"), ==, 3);
    audit_free(run.audit);
}

/* What was tampered with while the program was away is told in the register: the next signature would
 * else cover it. */
static void test_left_otherwise(AuditRig *rig, gconstpointer user)
{
    static const char *const tampers[] = {
        "DROP TRIGGER audit_delete; DELETE FROM audit WHERE seq > 40; UPDATE audit_end SET seq = "
        "40, "
        "hash = (SELECT hash FROM audit WHERE seq = 40) WHERE which = 'head'",
        "DELETE FROM audit WHERE seq > 20",
        "DELETE FROM audit; UPDATE audit_end SET seq = 0, hash = zeroblob(32), number = 0, count = "
        "0,"
        " public_key = NULL, signature = NULL",
    };
    Running run = { 0 };
    log_set_level((LogLevel)0); /* it says so loudly */
    fill(rig, 60);
    for (guint i = 0; i < G_N_ELEMENTS(tampers); i++) {
        rig_run_sql(rig->store.store, tampers[i]);
        start_audit(&run, rig);
        WAIT_UNTIL(waiting(run.audit) == 0);
        g_test_message("%s", tampers[i]);
        g_assert_cmpint(COUNT(rig, "kind = 'system' AND is_refused AND content LIKE '启动：%'"), ==,
                        1);
        audit_free(run.audit);
        store_rig_close(&rig->store);
        post_drain();
        store_rig_open(&rig->store);
    }
}

static void test_foreign(AuditRig *rig, gconstpointer user)
{
    Running run = { 0 };
    log_set_level((LogLevel)0);
    start_audit(&run, rig);
    add(run.audit, "a");
    WAIT_UNTIL(waiting(run.audit) == 0);
    rig_run_sql(rig->store.store,
                "DROP TRIGGER audit_delete; DELETE FROM audit WHERE seq = 2; UPDATE audit_end SET "
                "seq = 1, hash = (SELECT hash FROM audit WHERE seq = 1) WHERE which = 'head'");
    add(run.audit, "b");
    WAIT_UNTIL(COUNT(rig, "content LIKE '%被外部改动%'") == 1);
    audit_free(run.audit);
}

static void add_number(Audit *audit, guint number)
{
    g_autofree char *content = g_strdup_printf("%06u", number);
    add(audit, content);
}

/* Rows that the disk refuses wait, in their order, and are there once when it works again. */
static void test_full_disk(AuditRig *rig, gconstpointer user)
{
    Running run = { 0 };
    log_set_level((LogLevel)0);
    start_audit(&run, rig);
    WAIT_UNTIL(waiting(run.audit) == 0);
    rig_run_sql(rig->store.store, "PRAGMA max_page_count = 1"); /* not larger than now */
    guint n = 0; /* a first few may still find room */
    while (n < 1000)
        add_number(run.audit, n++);
    g_autoptr(Json) state = NULL;
    WAIT_UNTIL((state ? json_object_put(state) : 0, state = audit_state(run.audit),
                json_object_object_get(state, "trouble") != NULL));
    g_assert_true(audit_is_writable(run.audit));
    while (audit_is_writable(run.audit))
        add_number(run.audit, n++);
    g_assert_cmpint(waiting(run.audit), ==, AUDIT_FULL);
    while (waiting(run.audit) < AUDIT_MOST)
        add_number(run.audit, n++);
    for (guint i = 0; i < 5; i++)
        add(run.audit, "lost");
    g_assert_cmpint(waiting(run.audit), ==, AUDIT_MOST);
    rig_run_sql(rig->store.store, "PRAGMA max_page_count = 1000000");
    WAIT_UNTIL(COUNT(rig, "content LIKE '%有 5 条记录没有登记%'") == 1);
    g_assert_true(audit_is_writable(run.audit));
    g_assert_cmpint(COUNT(rig, "kind = 'command'"), ==, n);
    g_assert_cmpint(COUNT(rig, "kind = 'command' AND cast(content AS INTEGER) <> "
                               "seq - 2"),
                    ==, 0);
    assert_good(rig);
    audit_free(run.audit);
}

static void test_rate(AuditRig *rig, gconstpointer user)
{
    Running run = { 0 };
    start_audit(&run, rig);
    const guint n = HAS_SANITIZER ? 2000 : 10000;
    gint64 begun_ns = clock_now_ns(), longest_ns = 0;
    for (guint i = 0; i < n; i++) {
        gint64 before_ns = clock_now_ns();
        add(run.audit, "实时画面 研和路口，案件 HT20250522-0231");
        longest_ns = MAX(longest_ns, clock_now_ns() - before_ns);
        if (i % 20 == 0)
            g_main_context_iteration(NULL, FALSE);
    }
    WAIT_UNTIL(waiting(run.audit) == 0);
    double seconds = (double)(clock_now_ns() - begun_ns) / NS_PER_SEC;
    g_test_message("%u rows in %.2f s: %.0f rows/s; the longest add %.2f ms", n, seconds,
                   n / seconds, (double)longest_ns / NS_PER_MS);
    if (!HAS_SANITIZER)
        g_assert_cmpfloat(n / seconds, >, 1000);
    audit_free(run.audit);
    assert_good(rig);
}

/* --- a power cut ---------------------------------------------------------------------------------
 */

static void report(gpointer data, const GError *error, gpointer user)
{
    guint64 number = GPOINTER_TO_UINT(data);
    g_assert_no_error(error);
    if (write(STDOUT_FILENO, &number, sizeof number) != sizeof number)
        _exit(1);
}

/* As the API does: row, and an answer when all that was submitted before is on disk. */
static int write_for_ever(const char *folder, guint64 from)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    g_autofree char *path = g_build_filename(folder, "wallctl.db", NULL);
    log_set_level((LogLevel)0);
    AuditRig rig = { .store = { .store = store_open(path, NULL), .folder = (char *)folder } };
    Running run = { 0 };
    start_audit(&run, &rig);
    for (guint64 number = from + 1; number < G_MAXUINT; number++) {
        g_autofree char *content = g_strdup_printf("%" G_GUINT64_FORMAT, number);
        add(run.audit, content);
        if (number % 3 == 0)
            store_submit(rig.store.store, NULL, GUINT_TO_POINTER(number), NULL, report, NULL, NULL);
        while (waiting(run.audit) > 100)
            g_main_context_iteration(NULL, TRUE);
        g_main_context_iteration(NULL, FALSE);
    }
    return 1;
}

static void test_killed(AuditRig *rig, gconstpointer user)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(3);
    guint64 from = 0;
    const guint rounds = HAS_SANITIZER ? 3 : 12;
    store_rig_close(&rig->store);
    for (guint i = 0; i < rounds; i++) {
        g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, from);
        char *argv[] = { (char *)"/proc/self/exe", (char *)"--write-for-ever", rig->store.folder,
                         number, NULL };
        guint64 answered = crash_child(argv, from, (guint)g_rand_int_range(rand, 1, 40),
                                       (guint)g_rand_int_range(rand, 0, 8000));
        store_rig_open(&rig->store);
        assert_good(rig);
        /* every number up to the answered one, once, and none after a gap */
        from = (guint64)rig_get_int(rig->store.store, "SELECT coalesce(max(cast(content AS "
                                                      "INTEGER)), 0) FROM audit WHERE kind = "
                                                      "'command'");
        g_assert_cmpuint(from, >=, answered);
        g_assert_cmpuint(COUNT(rig, "kind = 'command'"), ==, from);
        store_rig_close(&rig->store);
    }
    store_rig_open(&rig->store);
}

/* --- lists ---------------------------------------------------------------------------------------
 */

typedef struct {
    AuditFilter filter;
    AuditPage *page;
} List;

static gboolean run_list(sqlite3 *db, gpointer data, GError **error)
{
    List *list = data;
    list->page = audit_query_list(db, &list->filter, error);
    return list->page != NULL;
}

/* Page after page: as many rows as SQL counts, newest first, none twice. */
static void check_list(AuditRig *rig, AuditFilter filter, const char *condition)
{
    g_autofree char *sql = g_strconcat("SELECT count(*) FROM audit WHERE ", condition, NULL);
    gint64 wanted = rig_get_int(rig->store.store, sql), got = 0, last_ms = G_MAXINT64;
    gboolean has_more = TRUE;
    gint64 last_seq = G_MAXINT64;
    g_test_message("%s: %" G_GINT64_FORMAT, condition, wanted);
    while (has_more) {
        List list = { filter, NULL };
        g_assert_true(store_run_now(rig->store.store, run_list, &list, NULL));
        g_autoptr(AuditPage) page = list.page;
        g_assert_cmpint(page->n_found, ==, wanted - got);
        g_assert_true(page->is_exact);
        for (guint i = 0; i < page->rows->len; i++, got++) {
            const AuditListed *row = &g_array_index(page->rows, AuditListed, i);
            g_assert_true(row->row->at_ms < last_ms ||
                          (row->row->at_ms == last_ms && row->seq < last_seq));
            last_ms = row->row->at_ms;
            last_seq = row->seq;
        }
        has_more = page->has_more;
        filter.after_ms = page->next_ms;
        filter.after_seq = page->next_seq;
    }
    g_assert_cmpint(got, ==, wanted);
}

static void test_lists(AuditRig *rig, gconstpointer user)
{
    static const struct {
        AuditFilter filter;
        const char *condition;
    } lists[] = {
        { { .n = 17 }, "1" },
        { { .n = 500 }, "1" },
        { { .n = 10, .kind = AUDIT_VIEW }, "kind = 'view'" },
        { { .n = 7, .account = "li.si" }, "account = 'li.si'" },
        { { .n = 7, .camera = "gate-2" }, "camera = 'gate-2'" },
        { { .n = 7, .object = "HT20250522-0231" }, "object = 'HT20250522-0231'" },
        { { .n = 9, .wall = "hall" }, "wall = 'hall'" },
        { { .n = 9, .wall = "other" }, "wall = 'other'" },
        { { .n = 9, .is_refused_only = TRUE }, "is_refused" },
        { { .n = 9, .text = "巡查" },
          "reason LIKE '%巡查%' OR content LIKE '%巡查%' OR object LIKE '%巡查%'" },
        { { .n = 5, .account = "li.si", .camera = "gate-1", .is_refused_only = TRUE },
          "account = 'li.si' AND camera = 'gate-1' AND is_refused" },
        { { .n = 5, .kind = AUDIT_PTZ, .account = "zhang.san", .text = "综治" },
          "kind = 'ptz' AND account = 'zhang.san' AND unit LIKE '%综治%'" },
        { { .n = 8, .from_ms = RIG_DAY_0 + 20000, .to_ms = RIG_DAY_0 + 90000 },
          "at_ms >= 1747843220000 AND at_ms < 1747843290000" },
        { { .n = 8, .from_ms = RIG_DAY_0 + 20000, .to_ms = RIG_DAY_0 + 90000, .kind = AUDIT_VIEW },
          "at_ms >= 1747843220000 AND at_ms < 1747843290000 AND kind = 'view'" },
    };
    fill(rig, N_ROWS);
    fill(rig, 50); /* the clock went back */
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
        check_list(rig, lists[i].filter, lists[i].condition);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "--write-for-ever") == 0) {
        post_init();
        return write_for_ever(argv[2], g_ascii_strtoull(argv[3], NULL, 10));
    }
    g_test_init(&argc, &argv, NULL);
    log_set_level(LOG_LEVEL_WARNING);
    post_init();
#define ADD(path, func) g_test_add(path, AuditRig, NULL, set_up, func, tear_down)
    ADD("/audit-store/append-only", test_append_only);
    ADD("/audit-store/cut", test_cut);
    ADD("/audit-store/key", test_key);
    ADD("/audit-store/tamper", test_tamper);
    ADD("/audit-store/other-key", test_other_key);
    ADD("/audit-store/running", test_running);
    ADD("/audit-store/left-otherwise", test_left_otherwise);
    ADD("/audit-store/foreign", test_foreign);
    ADD("/audit-store/full-disk", test_full_disk);
    ADD("/audit-store/rate", test_rate);
    ADD("/audit-store/killed", test_killed);
    ADD("/audit-store/lists", test_lists);
    return g_test_run();
}
