/* deadline_store.c - the clocks of cases: when each reaches its next mark, and what was told of it */
#include "wallctl/store/deadline_store.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/store/case_table.h"
#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"

#include <string.h>

#define LOOK_MAX 100 /* clocks a look, so that a batch of events never waits long */

/* --- rows --------------------------------------------------------------------------------------
 */

typedef struct {
    char *kind;
    gint64 due_ms, mark_ms; /* mark_ms 0: the clock does not run, or all is told */
    guint warned;
} Row;

static void clear_row(gpointer data)
{
    g_free(((Row *)data)->kind);
}

static GArray *load_rows(sqlite3 *db, const char *code, GError **error)
{
    g_autoptr(SqlStatement) query = sql_prepare(
        db, "SELECT kind, due_ms, mark_ms, warned FROM deadline WHERE case_code = ?", error);
    if (!query)
        return NULL;
    sql_bind_text(query, 1, code);
    g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Row));
    g_array_set_clear_func(rows, clear_row);
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return g_steal_pointer(&rows);
        Row row = { sql_dup_text(query, 0), sqlite3_column_int64(query, 1),
                    sqlite3_column_int64(query, 2), (guint)sqlite3_column_int(query, 3) };
        g_array_append_val(rows, row);
    }
    return NULL;
}

static gboolean put_row(sqlite3 *db, const char *code, const Row *row, GError **error)
{
    g_autoptr(SqlStatement) put = sql_prepare(
        db,
        "INSERT INTO deadline(case_code, kind, due_ms, warned, mark_ms) VALUES(?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT DO UPDATE SET due_ms = ?3, warned = ?4, mark_ms = ?5,"
        " breached_ms = iif(?4 < 100, NULL, breached_ms)",
        error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, code);
    sql_bind_text(put, 2, row->kind);
    sql_bind_int(put, 3, row->due_ms);
    sql_bind_int(put, 4, row->warned);
    sql_bind_time(put, 5, row->mark_ms);
    return sql_finish(put, error);
}

static gboolean delete_row(sqlite3 *db, const char *code, const char *kind, GError **error)
{
    g_autoptr(SqlStatement) delete =
        sql_prepare(db, "DELETE FROM deadline WHERE case_code = ? AND kind = ?", error);
    if (!delete)
        return FALSE;
    sql_bind_text(delete, 1, code);
    sql_bind_text(delete, 2, kind);
    return sql_finish(delete, error);
}

static gboolean runs(const Deadline *deadline)
{
    return !deadline->done_ms && !deadline->is_paused;
}

static const Deadline *find_clock(const Deadline *list, guint n, const char *kind)
{
    for (guint i = 0; i < n; i++) {
        if (strcmp(list[i].rule->kind, kind) == 0)
            return &list[i];
    }
    return NULL;
}

static const Row *find_row(const GArray *rows, const char *kind)
{
    for (guint i = 0; i < rows->len; i++) {
        if (strcmp(g_array_index(rows, Row, i).kind, kind) == 0)
            return &g_array_index(rows, Row, i);
    }
    return NULL;
}

/* A clock that runs. was: its row, or NULL. */
static gboolean keep_running(sqlite3 *db, const char *code, const Deadline *clock, const Row *was,
                             gint64 now_ms, GError **error)
{
    Row row = { .kind = clock->rule->kind, .due_ms = clock->due_ms };
    if (was)
        row.warned = was->warned;
    if (was && was->due_ms != clock->due_ms)
        row.warned = MIN(was->warned, deadline_mark(clock, now_ms));
    gint64 mark_ms = deadline_next_mark(clock, row.warned);
    row.mark_ms = mark_ms == G_MAXINT64 ? 0 : mark_ms;
    gboolean is_same = was && was->due_ms == row.due_ms && was->mark_ms == row.mark_ms;
    return is_same || put_row(db, code, &row, error);
}

/* A clock that stands or is gone: what was told stays, for the day on which it runs again. */
static gboolean keep_stopped(sqlite3 *db, const char *code, const Row *was, GError **error)
{
    if (was->warned == 0)
        return delete_row(db, code, was->kind, error);
    Row row = *was;
    row.mark_ms = 0;
    return was->mark_ms == 0 || put_row(db, code, &row, error);
}

gboolean deadline_store_keep(sqlite3 *db, const char *code, const Deadline *list, guint n,
                             gint64 now_ms, GError **error)
{
    g_autoptr(GArray) rows = load_rows(db, code, error);
    if (!rows)
        return FALSE;
    for (guint i = 0; i < n; i++) {
        const Row *was = find_row(rows, list[i].rule->kind);
        if (runs(&list[i]) && !keep_running(db, code, &list[i], was, now_ms, error))
            return FALSE;
    }
    for (guint i = 0; i < rows->len; i++) {
        const Row *row = &g_array_index(rows, Row, i);
        const Deadline *clock = find_clock(list, n, row->kind);
        if ((!clock || !runs(clock)) && !keep_stopped(db, code, row, error))
            return FALSE;
    }
    return TRUE;
}

gboolean deadline_store_is_same(const Deadline *was, guint n_was, const Deadline *is, guint n_is)
{
    guint n_running = 0, n_same = 0;
    for (guint i = 0; i < n_is; i++) {
        const Deadline *before = find_clock(was, n_was, is[i].rule->kind);
        n_running += runs(&is[i]) ? 1 : 0;
        n_same += runs(&is[i]) && before && runs(before) && before->due_ms == is[i].due_ms &&
                  before->start_ms == is[i].start_ms;
    }
    guint n_ran = 0;
    for (guint i = 0; i < n_was; i++)
        n_ran += runs(&was[i]) ? 1 : 0;
    return n_same == n_running && n_same == n_ran;
}

/* --- looking -----------------------------------------------------------------------------------
 */

typedef struct {
    CasePolicy *policy;
    DeadlineLook look;
    DeadlineLooked done;
    gpointer user;
} LookJob;

static void free_news(gpointer data)
{
    DeadlineNews *news = data;
    case_unref(news->c);
    g_free(news->kind);
    g_free(news->name);
    g_free(news);
}

/* "CODE", "KIND", "CODE", ... of what has reached its mark, longest ago first. */
static GPtrArray *find_due(sqlite3 *db, gint64 now_ms, GError **error)
{
    g_autoptr(SqlStatement) query = sql_prepare(
        db,
        "SELECT case_code, kind FROM deadline INDEXED BY deadline_mark WHERE mark_ms IS NOT NULL "
        "AND mark_ms <= ? ORDER BY mark_ms LIMIT ?",
        error);
    if (!query)
        return NULL;
    sql_bind_int(query, 1, now_ms);
    sql_bind_int(query, 2, LOOK_MAX);
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return g_steal_pointer(&found);
        g_ptr_array_add(found, sql_dup_text(query, 0));
        g_ptr_array_add(found, sql_dup_text(query, 1));
    }
    return NULL;
}

static DeadlineNews *news_of(Case *c, const Deadline *clock, guint mark, gint64 now_ms)
{
    DeadlineNews *news = g_new(DeadlineNews, 1);
    *news = (DeadlineNews) { .c = case_ref(c),
                             .kind = g_strdup(clock->rule->kind),
                             .name = g_strdup(clock->rule->name),
                             .mark = mark,
                             .used = deadline_used(clock, now_ms),
                             .due_ms = clock->due_ms,
                             .escalates = clock->rule->escalates };
    return news;
}

/* The clock as the policy has it now, which may be another one than when the row was written. */
static gboolean look_at(sqlite3 *db, LookJob *job, Case *c, const char *kind, gint64 now_ms,
                        GError **error)
{
    Deadline list[DEADLINE_MAX];
    guint n = case_policy_clocks(job->policy, c, now_ms, list);
    if (!deadline_store_keep(db, c->code, list, n, now_ms, error))
        return FALSE;
    g_autoptr(GArray) rows = load_rows(db, c->code, error);
    if (!rows)
        return FALSE;
    const Deadline *clock = find_clock(list, n, kind);
    const Row *row = find_row(rows, kind);
    guint mark = clock ? deadline_mark(clock, now_ms) : 0;
    if (!row || !row->mark_ms || mark <= row->warned)
        return TRUE;
    g_ptr_array_add(job->look.news, news_of(c, clock, mark, now_ms));
    if (mark == DEADLINE_MISSED)
        return TRUE;
    Row told = *row;
    told.warned = mark;
    told.mark_ms = deadline_next_mark(clock, mark);
    return put_row(db, c->code, &told, error);
}

/* A row without a case that can be read would be found again for ever. */
static gboolean look_at_row(sqlite3 *db, LookJob *job, const char *code, const char *kind,
                            gint64 now_ms, GError **error)
{
    g_auto(CaseRecord) record = { 0 };
    g_autoptr(GError) cause = NULL;
    if (case_table_get(db, code, &record, &cause) && record.c)
        return look_at(db, job, record.c, kind, now_ms, error);
    if (cause)
        log_error(STORE, "case %s: cannot be read any more: %s", code, cause->message);
    return delete_row(db, code, kind, error);
}

static gboolean next_mark(sqlite3 *db, gint64 now_ms, gint64 *next_ms, GError **error)
{
    g_autoptr(SqlStatement) query =
        sql_prepare(db,
                    "SELECT mark_ms FROM deadline INDEXED BY deadline_mark WHERE mark_ms IS NOT "
                    "NULL AND mark_ms > ? ORDER BY mark_ms LIMIT 1",
                    error);
    gboolean has_row;
    if (!query)
        return FALSE;
    sql_bind_int(query, 1, now_ms);
    if (!sql_step(query, &has_row, error))
        return FALSE;
    *next_ms = has_row ? sqlite3_column_int64(query, 0) : G_MAXINT64;
    return TRUE;
}

static gboolean run_look(sqlite3 *db, gpointer data, GError **error)
{
    LookJob *job = data;
    gint64 now_ms = clock_unix_ms();
    g_autoptr(GPtrArray) found = find_due(db, now_ms, error);
    if (!found)
        return FALSE;
    for (guint i = 0; i < found->len; i += 2) {
        if (!look_at_row(db, job, found->pdata[i], found->pdata[i + 1], now_ms, error))
            return FALSE;
    }
    if (found->len < 2 * LOOK_MAX)
        return next_mark(db, now_ms, &job->look.next_ms, error);
    job->look.next_ms = now_ms;
    return TRUE;
}

/* data is NULL when the queue was full. */
static void tell_look(gpointer data, const GError *error, gpointer user)
{
    LookJob *job = user;
    job->done(error ? NULL : &job->look, error, job->user);
    g_ptr_array_unref(job->look.news);
    case_policy_unref(job->policy);
    g_free(job);
}

void deadline_store_look(Store *store, CasePolicy *policy, DeadlineLooked done, gpointer user)
{
    LookJob *job = g_new0(LookJob, 1);
    job->policy = case_policy_ref(policy);
    job->look.news = g_ptr_array_new_with_free_func(free_news);
    job->done = done;
    job->user = user;
    record_submit(store, NULL, run_look, job, NULL, tell_look, job);
}

/* --- missed ------------------------------------------------------------------------------------
 */

typedef struct {
    char *code, *kind;
    gint64 due_ms, now_ms;
} Missed;

static void free_missed(gpointer data)
{
    Missed *missed = data;
    g_free(missed->code);
    g_free(missed->kind);
    g_free(missed);
}

static gboolean set_missed(sqlite3 *db, gpointer data, GError **error)
{
    const Missed *missed = data;
    g_autoptr(SqlStatement) update =
        sql_prepare(db,
                    "UPDATE deadline SET warned = 100, breached_ms = ?4, mark_ms = NULL WHERE "
                    "case_code = ?1 AND kind = ?2 AND due_ms = ?3",
                    error);
    if (!update)
        return FALSE;
    sql_bind_text(update, 1, missed->code);
    sql_bind_text(update, 2, missed->kind);
    sql_bind_int(update, 3, missed->due_ms);
    sql_bind_int(update, 4, missed->now_ms);
    return sql_finish(update, error);
}

void deadline_store_missed(Store *store, const DeadlineNews *news, StoreDone done, gpointer user)
{
    Missed *missed = g_new(Missed, 1);
    *missed =
        (Missed) { g_strdup(news->c->code), g_strdup(news->kind), news->due_ms, clock_unix_ms() };
    record_submit(store, NULL, set_missed, missed, free_missed, done, user);
}
