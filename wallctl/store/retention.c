/* retention.c - what is no longer needed is deleted, with a report
 *
 * Class after class, CHUNK rows a job. A job collects the numbers of the rows first and then deletes
 * them, so that the report counts exactly what went.
 */
#include "wallctl/store/retention.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/store/case_table.h"
#include "wallctl/store/chunks.h"
#include "wallctl/store/rollup.h"
#include "wallctl/store/sql.h"

#define CHUNK      300
#define MS_PER_DAY G_GINT64_CONSTANT(86400000)

#define CASE_IS_OPEN "EXISTS(SELECT 1 FROM case_ WHERE code = subject AND is_open = 1)"

/* find: number and time of at most ?2 rows, older than ?1 and behind (?3, ?4), oldest first; each walks
 * an index and stops where nothing is old enough. remove: all that one of them is. */
static const struct {
    const char *word, *find, *remove;
} classes[RETAIN_LAST + 1] = {
    [RETAIN_BODIES] = { "event-bodies",
                        "SELECT seq, recorded_ms FROM inbox INDEXED BY inbox_kept WHERE body IS "
                        "NOT "
                        "NULL AND recorded_ms < ?1 AND (recorded_ms, seq) > (?3, ?4) AND "
                        "NOT " CASE_IS_OPEN " ORDER BY recorded_ms, seq LIMIT ?2",
                        "UPDATE inbox SET body = NULL WHERE seq = ?1" },
    [RETAIN_EVENTS] = { "events",
                        "SELECT seq, recorded_ms FROM inbox INDEXED BY inbox_recorded WHERE "
                        "recorded_ms < ?1 AND (recorded_ms, seq) > (?3, ?4) AND NOT " CASE_IS_OPEN
                        " ORDER BY recorded_ms, seq LIMIT ?2",
                        "DELETE FROM inbox WHERE seq = ?1" },
    [RETAIN_CASES] = { "cases",
                       "SELECT seq, changed_ms FROM case_ INDEXED BY case_over WHERE is_open = 0 "
                       "AND "
                       "changed_ms < ?1 AND (changed_ms, seq) > (?3, ?4) ORDER BY changed_ms, seq "
                       "LIMIT ?2",
                       "DELETE FROM case_ WHERE seq = ?1" },
    /* The chain is cut from its beginning only, so here the numbers lead and the first row that is
     * not old enough ends it. */
    [RETAIN_TRANSITIONS] = { "transitions",
                             "SELECT seq, recorded_ms FROM transition WHERE seq > ?4 AND seq < "
                             "coalesce((SELECT min(seq) FROM (SELECT seq, recorded_ms FROM "
                             "transition WHERE seq > ?4 ORDER BY seq LIMIT ?2) WHERE recorded_ms "
                             ">= "
                             "?1), 9223372036854775807) AND ?3 IS NOT NULL ORDER BY seq LIMIT ?2",
                             NULL },
    [RETAIN_ORDERS] = { "orders",
                        "SELECT rowid, done_ms FROM work_order INDEXED BY work_order_done WHERE "
                        "done_ms < ?1 AND (done_ms, rowid) > (?3, ?4) ORDER BY done_ms, rowid "
                        "LIMIT "
                        "?2",
                        "DELETE FROM work_order WHERE rowid = ?1" },
    [RETAIN_OUTBOX] = { "outbox",
                        "SELECT seq, sent_ms FROM outbox INDEXED BY outbox_sent WHERE sent_ms < ?1 "
                        "AND (sent_ms, seq) > (?3, ?4) ORDER BY sent_ms, seq LIMIT ?2",
                        "DELETE FROM outbox WHERE seq = ?1" },
    [RETAIN_BRIEFINGS] = { "briefings",
                           "SELECT rowid, made_ms FROM briefing INDEXED BY briefing_made WHERE "
                           "made_ms < ?1 AND (made_ms, rowid) > (?3, ?4) ORDER BY made_ms, rowid "
                           "LIMIT ?2",
                           "DELETE FROM briefing WHERE rowid = ?1" },
    /* as transitions */
    [RETAIN_AUDIT] = { "audit",
                       "SELECT seq, at_ms FROM audit WHERE seq > ?4 AND seq < coalesce((SELECT "
                       "min(seq) FROM (SELECT seq, at_ms FROM audit WHERE seq > ?4 ORDER BY seq "
                       "LIMIT ?2) WHERE at_ms >= ?1), 9223372036854775807) AND ?3 IS NOT NULL "
                       "ORDER BY seq LIMIT ?2",
                       NULL },
};

const char *retention_word(RetentionClass class)
{
    g_assert(class >= RETAIN_BODIES && class <= RETAIN_LAST);
    return classes[class].word;
}

typedef struct {
    gint64 seq, time_ms;
} Found;

typedef struct {
    RetentionPolicy policy;
    AuditKey *key; /* of its signer, or NULL */
    char *site;
    gint64 now_ms;
    guint class; /* at work */
    Found after; /* of this class all up to here has been looked at */
    RetentionReport report;
    RetentionDone done;
    gpointer user;
} Retention;

/* --- one chunk -----------------------------------------------------------------------------------
 */

static gboolean find(sqlite3 *db, const Retention *job, GArray *rows, GError **error)
{
    g_autoptr(SqlStatement) query = sql_prepare(db, classes[job->class].find, error);
    if (!query)
        return FALSE;
    sql_bind_int(query, 1, job->now_ms - job->policy.days[job->class] * MS_PER_DAY);
    sql_bind_int(query, 2, CHUNK);
    sql_bind_int(query, 3, job->after.time_ms);
    sql_bind_int(query, 4, job->after.seq);
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        Found found = { sqlite3_column_int64(query, 0), sqlite3_column_int64(query, 1) };
        g_array_append_val(rows, found);
    }
    return FALSE;
}

static gboolean count_class(sqlite3 *db, const RetentionPolicy *policy, RetentionClass class,
                            gint64 now_ms, RetentionCount *count, GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("WITH found(seq, time_ms) AS (%s) SELECT count(*), min(time_ms), "
                        "max(time_ms) FROM found",
                        classes[class].find);
    g_autoptr(SqlOnce) query = sql_prepare_once(db, sql, error);
    gboolean has_row;
    if (!query)
        return FALSE;
    sql_bind_int(query, 1, now_ms - policy->days[class] * MS_PER_DAY);
    sql_bind_int(query, 2, -1); /* no limit */
    sql_bind_int(query, 3, 0);
    sql_bind_int(query, 4, 0);
    if (!sql_step(query, &has_row, error))
        return FALSE;
    *count = (RetentionCount) { sqlite3_column_int64(query, 0), sqlite3_column_int64(query, 1),
                                sqlite3_column_int64(query, 2) };
    return TRUE;
}

gboolean retention_count(const char *path, const RetentionPolicy *policy, gint64 now_ms,
                         RetentionReport *report, GError **error)
{
    sqlite3 *db = sql_open_beside(path, SQLITE_OPEN_READONLY, error);
    gboolean is_good = db != NULL;
    *report = (RetentionReport) { .started_ms = clock_unix_ms(), .head.seq = -1 };
    for (guint class = 1; is_good && class <= RETAIN_LAST; class ++)
        is_good = policy->days[class] == 0 ||
                  count_class(db, policy, class, now_ms, &report->counts[class], error);
    report->ended_ms = clock_unix_ms();
    sql_close(db, FALSE);
    return is_good;
}

static gboolean run_for(sqlite3 *db, const char *sql, gint64 seq, GError **error)
{
    g_autoptr(SqlStatement) statement = sql_prepare(db, sql, error);
    if (!statement)
        return FALSE;
    sql_bind_int(statement, 1, seq);
    return sql_finish(statement, error);
}

/* The case leaves the counts of now, and takes along what hangs on it. */
static gboolean forget_case(sqlite3 *db, Rollup *rollup, gint64 seq, GError **error)
{
    static const char *const hanging[] = {
        "DELETE FROM work_order WHERE case_code = (SELECT code FROM case_ WHERE seq = ?1)",
        "DELETE FROM revisit WHERE case_code = (SELECT code FROM case_ WHERE seq = ?1)",
        "DELETE FROM deadline WHERE case_code = (SELECT code FROM case_ WHERE seq = ?1)",
        "DELETE FROM whistle WHERE case_code = (SELECT code FROM case_ WHERE seq = ?1)",
        "DELETE FROM whistle_answer WHERE case_code = (SELECT code FROM case_ WHERE seq = ?1)",
        "UPDATE inbox SET body = NULL WHERE subject = (SELECT code FROM case_ WHERE seq = ?1) AND "
        "subject <> ''",
    };
    g_autoptr(SqlStatement) query = sql_prepare(db, "SELECT code FROM case_ WHERE seq = ?", error);
    gboolean has_row;
    if (!query)
        return FALSE;
    sql_bind_int(query, 1, seq);
    if (!sql_step(query, &has_row, error))
        return FALSE;
    g_auto(CaseRecord) record = { 0 };
    g_autoptr(GError) cause = NULL;
    if (case_table_get(db, (const char *)sqlite3_column_text(query, 0), &record, &cause))
        rollup_forget(rollup, record.c);
    else
        log_error(STORE, "a case that is deleted could not be read: %s", cause->message);
    for (guint i = 0; i < G_N_ELEMENTS(hanging); i++) {
        if (!run_for(db, hanging[i], seq, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean remove_rows(sqlite3 *db, const Retention *job, const GArray *rows, GError **error)
{
    const Found *all = (const Found *)rows->data;
    if (job->class == RETAIN_TRANSITIONS)
        return rows->len == 0 || chain_cut(db, all[rows->len - 1].seq, error);
    if (job->class == RETAIN_AUDIT)
        return rows->len == 0 || audit_store_cut(db, &job->policy.signer, all[rows->len - 1].seq,
                                                 clock_unix_ms(), error);
    g_autoptr(Rollup) rollup = rollup_new();
    for (guint i = 0; i < rows->len; i++) {
        if (job->class == RETAIN_CASES && !forget_case(db, rollup, all[i].seq, error))
            return FALSE;
        if (!run_for(db, classes[job->class].remove, all[i].seq, error))
            return FALSE;
    }
    return rollup_write(rollup, db, error);
}

static void count_rows(RetentionCount *count, const GArray *rows)
{
    for (guint i = 0; i < rows->len; i++) {
        gint64 time_ms = g_array_index(rows, Found, i).time_ms;
        count->from_ms = count->n ? MIN(count->from_ms, time_ms) : time_ms;
        count->to_ms = MAX(count->to_ms, time_ms);
        count->n++;
    }
}

/* The register can only be cut by who signs it. */
static gboolean may_delete(const Retention *job)
{
    return job->class != RETAIN_AUDIT || job->policy.signer.key;
}

static gboolean run_chunk(sqlite3 *db, gpointer data, gboolean *is_over, GError **error)
{
    Retention *job = data;
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Found));
    if (job->policy.days[job->class] > 0 && may_delete(job)) {
        if (!find(db, job, rows, error) || !remove_rows(db, job, rows, error))
            return FALSE;
        count_rows(&job->report.counts[job->class], rows);
    }
    if (rows->len == CHUNK) {
        job->after = g_array_index(rows, Found, CHUNK - 1);
        return TRUE;
    }
    job->class ++;
    job->after = (Found) { 0 };
    *is_over = job->class > RETAIN_LAST;
    return !*is_over || chain_begin(db, &job->report.head, error);
}

/* --- [control] -----------------------------------------------------------------------------------
 */

static void finish(gpointer data, const GError *error, gpointer user)
{
    Retention *job = user;
    job->report.ended_ms = clock_unix_ms();
    if (job->done)
        job->done(&job->report, error, job->user);
    audit_key_unref(job->key);
    g_free(job->site);
    g_free(job);
}

void retention_run(Store *store, const RetentionPolicy *policy, gint64 now_ms, RetentionDone done,
                   gpointer user)
{
    Retention *job = g_new0(Retention, 1);
    job->policy = *policy;
    if (policy->signer.key) {
        job->key = audit_key_ref((AuditKey *)policy->signer.key);
        job->site = g_strdup(policy->signer.site);
        job->policy.signer = (AuditSigner) { job->key, job->site };
    }
    job->now_ms = now_ms;
    job->class = RETAIN_BODIES;
    job->report.started_ms = clock_unix_ms();
    job->report.head.seq = -1;
    job->done = done;
    job->user = user;
    chunks_run(store, run_chunk, job, TRUE, NULL, finish, job);
}
