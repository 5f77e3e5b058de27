/* case_store.c - events in, cases out
 *
 * A batch goes in three steps: every event into the inbox (which finds what is known already), then
 * case by case what is new is applied in the order of event_compare(), or, when something older than
 * the case's last event came or an event that did not fit may fit now, the case is folded once from
 * all its events; last the counters and the head of the chain.
 */
#include "wallctl/store/case_store.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/store/case_table.h"
#include "wallctl/store/chain.h"
#include "wallctl/store/chunks.h"
#include "wallctl/store/deadline_store.h"
#include "wallctl/store/inbox.h"
#include "wallctl/store/order_store.h"
#include "wallctl/store/rollup.h"
#include "wallctl/store/sql.h"
#include "wallctl/store/whistle_store.h"

#include <string.h>

#define DUE_CHUNK 500 /* cases a job, so that a batch of events never waits long */

/* --- policy ------------------------------------------------------------------------------------
 */

struct CasePolicy {
    gint refs;
    CaseRules rules;
    CaseClocks clocks;
    gpointer user;
    GDestroyNotify free_user;
};

CasePolicy *case_policy_new(const CaseRules *rules, CaseClocks clocks, gpointer user,
                            GDestroyNotify free_user)
{
    CasePolicy *policy = g_new(CasePolicy, 1);
    *policy = (CasePolicy) { 1, *rules, clocks, user, free_user };
    return policy;
}

CasePolicy *case_policy_ref(CasePolicy *policy)
{
    g_atomic_int_inc(&policy->refs);
    return policy;
}

void case_policy_unref(CasePolicy *policy)
{
    if (!policy || !g_atomic_int_dec_and_test(&policy->refs))
        return;
    if (policy->free_user)
        policy->free_user(policy->user);
    g_free(policy);
}

const CaseRules *case_policy_rules(const CasePolicy *policy)
{
    return &policy->rules;
}

guint case_policy_clocks(const CasePolicy *policy, const Case *c, gint64 now_ms,
                         Deadline out[DEADLINE_MAX])
{
    return policy->clocks ? policy->clocks(c, now_ms, out, policy->user) : 0;
}

/* When the first of the clocks that run comes to its end; 0: none runs. */
static gint64 first_due(const Deadline *list, guint n)
{
    gint64 due_ms = 0;
    for (guint i = 0; i < n; i++) {
        if (!list[i].done_ms && !list[i].is_paused && (due_ms == 0 || list[i].due_ms < due_ms))
            due_ms = list[i].due_ms;
    }
    return due_ms;
}

/* --- one batch ---------------------------------------------------------------------------------
 */

typedef struct {
    TakenBatch batch;
    CasePolicy *policy;
    CaseTaken done;
    gpointer user;
} TakeJob;

/* What the batch brings of one case: places in batch.events. */
typedef struct {
    const char *code;
    GArray *places; /* guint */
} Group;

/* What the steps share. */
typedef struct {
    sqlite3 *db;
    TakeJob *job;
    Rollup *rollup;
    ChainEnd head;
    GPtrArray *groups; /* Group, in the order of arrival */
} Take;

static const Event *event_at(const Take *take, guint place)
{
    return g_ptr_array_index(take->job->batch.events, place);
}

static Taken *taken_at(const Take *take, guint place)
{
    return &g_array_index(take->job->batch.taken, Taken, place);
}

static void clear_taken(gpointer data)
{
    g_free(((Taken *)data)->why);
}

static void free_taken_case(gpointer data)
{
    TakenCase *taken = data;
    case_unref(taken->before);
    case_unref(taken->now);
    g_free(taken);
}

static void free_group(gpointer data)
{
    Group *group = data;
    g_array_unref(group->places);
    g_free(group);
}

static void set_anomaly(Taken *taken, const char *why)
{
    taken->status = TAKEN_ANOMALY;
    g_free(taken->why);
    taken->why = g_strdup(why);
}

/* --- step 1: the inbox -------------------------------------------------------------------------
 */

/* What is no case event counts and changes its tables at once: nothing there depends on an order. */
static gboolean note_event(Take *take, const Event *event, GError **error)
{
    rollup_note(take->rollup, event);
    if (event->type == EVENT_STAT_SNAPSHOT)
        return rollup_put_figure(take->db, event, error);
    return order_store_note(take->db, event, error) && whistle_store_note(take->db, event, error);
}

static void add_to_group(Take *take, GHashTable *by_code, guint place)
{
    const char *code = event_at(take, place)->subject;
    Group *group = g_hash_table_lookup(by_code, code);
    if (!group) {
        group = g_new(Group, 1);
        *group = (Group) { code, g_array_new(FALSE, FALSE, sizeof(guint)) };
        g_hash_table_insert(by_code, (gpointer)code, group);
        g_ptr_array_add(take->groups, group);
    }
    g_array_append_val(group->places, place);
}

static gboolean store_events(Take *take, GError **error)
{
    g_autoptr(GHashTable) by_code = g_hash_table_new(g_str_hash, g_str_equal);
    TakenBatch *batch = &take->job->batch;
    for (guint i = 0; i < batch->events->len; i++) {
        const Event *event = event_at(take, i);
        gboolean is_case = event_type_is_case(event->type);
        Taken *taken = taken_at(take, i);
        if (!inbox_put(take->db, event, is_case ? TAKEN_APPLIED : TAKEN_NOTED, batch->recorded_ms,
                       taken, error))
            return FALSE;
        if (taken->status == TAKEN_APPLIED)
            add_to_group(take, by_code, i);
        else if (taken->status == TAKEN_NOTED && !note_event(take, event, error))
            return FALSE;
    }
    return TRUE;
}

/* --- step 2: the cases -------------------------------------------------------------------------
 */

static int compare_places(gconstpointer a, gconstpointer b, gpointer user)
{
    const Take *take = user;
    return event_compare(event_at(take, *(const guint *)a), event_at(take, *(const guint *)b));
}

static gboolean append_row(Take *take, const Case *before, const Case *now, const Event *event,
                           gint64 event_seq, const char *action, GError **error)
{
    const char *doc_no = fields_text(&event->fields, FIELD_DOC_NO);
    ChainRow row = { .case_code = now->code,
                     .event_seq = event_seq,
                     .from = case_state_word(before ? before->state : CASE_NONE),
                     .to = case_state_word(now->state),
                     .action = action,
                     .at_ms = event->time_ms,
                     .recorded_ms = take->job->batch.recorded_ms,
                     .doc_no = doc_no ? doc_no : "" };
    return chain_append(take->db, &take->head, &row, error);
}

/* The events of the group, in order, each on top of the one before; what does not fit stays an
 * anomaly. */
static gboolean apply_group(Take *take, const Group *group, Case **now, GError **error)
{
    const char *late = "is older than what is still kept of the case's events";
    for (guint i = 0; i < group->places->len; i++) {
        guint place = g_array_index(group->places, guint, i);
        const Event *event = event_at(take, place);
        Taken *taken = taken_at(take, place);
        g_autoptr(GError) cause = NULL;
        g_autoptr(Case) before = *now;
        gboolean is_late = before && event_compare(before->last, event) > 0;
        Case *next = is_late ? NULL : case_apply(before, event, &take->job->policy->rules, &cause);
        *now = next ? next : (before ? case_ref(before) : NULL);
        if (!next) {
            set_anomaly(taken, is_late ? late : cause->message);
            if (!inbox_set_status(take->db, taken->seq, TAKEN_ANOMALY, error))
                return FALSE;
            continue;
        }
        if (!append_row(take, before, next, event, taken->seq, event_type_word(event->type),
                        error) ||
            !whistle_store_note(take->db, event, error))
            return FALSE;
    }
    return TRUE;
}

/* What the fold made of a row that is kept. */
static gboolean settle_row(Take *take, const InboxRow *row, gboolean fits, gboolean is_new,
                           GError **error)
{
    TakenStatus status = fits ? TAKEN_APPLIED : TAKEN_ANOMALY;
    if (fits && (is_new || row->status != status) &&
        !whistle_store_note(take->db, row->event, error))
        return FALSE;
    return row->status == status || inbox_set_status(take->db, row->seq, status, error);
}

static void settle_taken(Take *take, const Group *group, gint64 seq, gboolean fits)
{
    for (guint i = 0; i < group->places->len; i++) {
        Taken *taken = taken_at(take, g_array_index(group->places, guint, i));
        if (taken->seq == seq && !fits)
            set_anomaly(taken, "does not fit the state that the case was in at that time");
    }
}

static gint64 first_new_seq(const Take *take, const Group *group)
{
    gint64 first = G_MAXINT64;
    for (guint i = 0; i < group->places->len; i++)
        first = MIN(first, taken_at(take, g_array_index(group->places, guint, i))->seq);
    return first;
}

/* A row in the chain for each event that counts only now; when there is none, the state changed because
 * of the first one. */
static gboolean append_folded(Take *take, const Group *group, const Case *before, const Case *now,
                              const GPtrArray *counting, GError **error)
{
    const char *action = "reordered";
    guint first = g_array_index(group->places, guint, 0);
    if (counting->len == 0)
        return append_row(take, before, now, event_at(take, first), taken_at(take, first)->seq,
                          action, error);
    for (guint i = 0; i < counting->len; i++) {
        const InboxRow *row = g_ptr_array_index(counting, i);
        if (!append_row(take, before, now, row->event, row->seq, action, error))
            return FALSE;
    }
    return TRUE;
}

/* counting: InboxRow, those that count and did not before, in order. */
static gboolean fold_rows(Take *take, const Group *group, GPtrArray *rows, Case **now,
                          GPtrArray *counting, GError **error)
{
    gint64 first_new = first_new_seq(take, group);
    g_autofree const Event **events = g_new(const Event *, rows->len);
    g_autofree gboolean *fits = g_new(gboolean, rows->len);
    g_autoptr(GHashTable) row_of = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < rows->len; i++) {
        InboxRow *row = g_ptr_array_index(rows, i);
        events[i] = row->event;
        g_hash_table_insert(row_of, row->event, row);
    }
    *now = case_fold(events, rows->len, &take->job->policy->rules, fits);
    for (guint i = 0; i < rows->len; i++) {
        const InboxRow *row = g_hash_table_lookup(row_of, events[i]);
        gboolean is_new = row->seq >= first_new;
        if (!settle_row(take, row, fits[i], is_new, error))
            return FALSE;
        if (is_new)
            settle_taken(take, group, row->seq, fits[i]);
        if (fits[i] && (is_new || row->status != TAKEN_APPLIED))
            g_ptr_array_add(counting, (gpointer)row);
    }
    return TRUE;
}

/* Can the case be folded from what is kept, and is nothing of it gone? */
static gboolean is_whole(const GPtrArray *rows, const Case *before, gint64 first_new)
{
    guint n_applied = 0;
    for (guint i = 0; i < rows->len; i++) {
        const InboxRow *row = g_ptr_array_index(rows, i);
        if (!row->event)
            return FALSE;
        n_applied += row->status == TAKEN_APPLIED && row->seq < first_new;
    }
    return n_applied == (before ? before->n_events : 0);
}

static gboolean needs_fold(Take *take, const Group *group, const Case *before, gboolean *needs,
                           GError **error)
{
    const Event *first = event_at(take, g_array_index(group->places, guint, 0));
    *needs = before && event_compare(before->last, first) > 0;
    return *needs || inbox_has_anomaly(take->db, group->code, first->time_ms, needs, error);
}

static gboolean advance(Take *take, const Group *group, Case *before, Case **now, GError **error)
{
    gboolean needs;
    if (!needs_fold(take, group, before, &needs, error))
        return FALSE;
    g_autoptr(GPtrArray) rows = needs ? inbox_load(take->db, group->code, error) : NULL;
    if (needs && !rows)
        return FALSE;
    if (!needs || !is_whole(rows, before, first_new_seq(take, group))) {
        *now = before ? case_ref(before) : NULL;
        return apply_group(take, group, now, error);
    }
    g_autoptr(GPtrArray) counting = g_ptr_array_new();
    if (!fold_rows(take, group, rows, now, counting, error))
        return FALSE;
    if (before && case_equal(before, *now)) {
        case_unref(*now);
        *now = case_ref(before);
    }
    return *now == before || append_folded(take, group, before, *now, counting, error);
}

static gboolean write_case(Take *take, const CaseRecord *before, Case *now, GError **error)
{
    gint64 now_ms = take->job->batch.recorded_ms;
    Deadline was[DEADLINE_MAX], is[DEADLINE_MAX];
    guint n_was = before->c ? case_policy_clocks(take->job->policy, before->c, now_ms, was) : 0;
    guint n_is = case_policy_clocks(take->job->policy, now, now_ms, is);
    CaseRecord record = { now, first_due(is, n_is), before->rev + 1 };
    if (!case_table_put(take->db, before, &record, now_ms, error))
        return FALSE;
    if (!deadline_store_is_same(was, n_was, is, n_is) &&
        !deadline_store_keep(take->db, now->code, is, n_is, now_ms, error))
        return FALSE;
    rollup_move(take->rollup, before->c, now);
    TakenCase *taken = g_new(TakenCase, 1);
    *taken =
        (TakenCase) { before->c ? case_ref(before->c) : NULL, case_ref(now),
                      !before->c || before->c->state != now->state, record.due_ms, record.rev };
    g_ptr_array_add(take->job->batch.cases, taken);
    return TRUE;
}

/* A row that somebody else has damaged must not stop the events of all other cases. */
static gboolean set_aside(Take *take, const Group *group, const GError *cause, GError **error)
{
    log_error(STORE, "case %s: cannot be read any more, its new events wait: %s", group->code,
              cause->message);
    for (guint i = 0; i < group->places->len; i++) {
        Taken *taken = taken_at(take, g_array_index(group->places, guint, i));
        set_anomaly(taken, "the stored case cannot be read any more; put a backup in its place");
        if (!inbox_set_status(take->db, taken->seq, TAKEN_ANOMALY, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean take_group(Take *take, const Group *group, GError **error)
{
    g_auto(CaseRecord) before = { 0 };
    GError *cause = NULL;
    g_array_sort_with_data(group->places, compare_places, take);
    if (!case_table_get(take->db, group->code, &before, &cause)) {
        gboolean is_damaged = g_error_matches(cause, WALL_ERROR, WALL_ERROR_INVALID);
        gboolean is_good = is_damaged && set_aside(take, group, cause, error);
        if (is_damaged)
            g_error_free(cause);
        else
            g_propagate_error(error, cause);
        return is_good;
    }
    g_autoptr(Case) now = NULL;
    if (!advance(take, group, before.c, &now, error))
        return FALSE;
    return now == before.c || write_case(take, &before, now, error);
}

/* --- step 3: papers ----------------------------------------------------------------------------
 */

/* What was issued, taken over and done is in the chain as well, beside the state of its case. */
static gboolean append_order(Take *take, guint place, GError **error)
{
    const Event *event = event_at(take, place);
    gboolean is_order = event->type >= EVENT_ORDER_ISSUED && event->type <= EVENT_ORDER_OVERDUE;
    if (!is_order || taken_at(take, place)->status != TAKEN_NOTED)
        return TRUE;
    g_auto(CaseRecord) record = { 0 };
    g_autoptr(GError) cause = NULL;
    if (!case_table_get(take->db, event->subject, &record, &cause) || !record.c)
        return TRUE; /* of a case that is not here: in the inbox only */
    return append_row(take, record.c, record.c, event, taken_at(take, place)->seq,
                      event_type_word(event->type), error);
}

static gboolean run_take(Take *take, GError **error)
{
    if (!chain_begin(take->db, &take->head, error) || !store_events(take, error))
        return FALSE;
    for (guint i = 0; i < take->groups->len; i++) {
        if (!take_group(take, g_ptr_array_index(take->groups, i), error))
            return FALSE;
    }
    for (guint i = 0; i < take->job->batch.events->len; i++) {
        if (!append_order(take, i, error))
            return FALSE;
    }
    return rollup_write(take->rollup, take->db, error) &&
           chain_commit(take->db, &take->head, error);
}

static gboolean take_batch(sqlite3 *db, gpointer data, GError **error)
{
    TakeJob *job = data;
    g_autoptr(Rollup) rollup = rollup_new();
    g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func(free_group);
    Take take = { .db = db, .job = job, .rollup = rollup, .groups = groups };
    job->batch.recorded_ms = clock_unix_ms();
    g_array_set_size(job->batch.taken, job->batch.events->len);
    return run_take(&take, error);
}

/* --- [control] -----------------------------------------------------------------------------------
 */

static void free_take(gpointer data)
{
    TakeJob *job = data;
    g_ptr_array_unref(job->batch.events);
    g_array_unref(job->batch.taken);
    g_ptr_array_unref(job->batch.cases);
    case_policy_unref(job->policy);
    g_free(job);
}

static TakeJob *take_job_new(GPtrArray *events, CasePolicy *policy, CaseTaken done, gpointer user)
{
    TakeJob *job = g_new0(TakeJob, 1);
    job->batch.events = events;
    job->batch.taken = g_array_new(FALSE, TRUE, sizeof(Taken));
    g_array_set_clear_func(job->batch.taken, clear_taken);
    job->batch.cases = g_ptr_array_new_with_free_func(free_taken_case);
    job->policy = case_policy_ref(policy);
    job->done = done;
    job->user = user;
    return job;
}

static void tell_taken(gpointer data, const GError *error, gpointer user)
{
    TakeJob *job = data;
    if (error) {
        g_array_set_size(job->batch.taken, 0);
        g_ptr_array_set_size(job->batch.cases, 0);
    }
    if (job->done)
        job->done(&job->batch, error, job->user);
}

static void tell_refused(gpointer data)
{
    g_autoptr(GError) error =
        g_error_new(WALL_ERROR, WALL_ERROR_LIMIT, "too many batches wait for the disk already");
    tell_taken(data, error, NULL);
}

void case_store_take(Store *store, GPtrArray *events, CasePolicy *policy, CaseTaken done,
                     gpointer user)
{
    TakeJob *job = take_job_new(events, policy, done, user);
    g_ptr_array_ref(events);
    if (!store_submit(store, take_batch, job, free_take, tell_taken, NULL, NULL))
        post_control(tell_refused, take_job_new(g_ptr_array_ref(events), policy, done, user),
                     free_take);
    g_ptr_array_unref(events);
}

/* --- due times -----------------------------------------------------------------------------------
 */

typedef struct {
    CasePolicy *policy;
    gint64 after_seq;
} DueJob;

static gboolean next_codes(sqlite3 *db, DueJob *job, GPtrArray *codes, GError **error)
{
    g_autoptr(SqlStatement) query = sql_prepare(
        db, "SELECT seq, code FROM case_ WHERE seq > ? AND is_open = 1 ORDER BY seq LIMIT ?",
        error);
    if (!query)
        return FALSE;
    sql_bind_int(query, 1, job->after_seq);
    sql_bind_int(query, 2, DUE_CHUNK);
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        job->after_seq = sqlite3_column_int64(query, 0);
        g_ptr_array_add(codes, sql_dup_text(query, 1));
    }
    return FALSE;
}

static gboolean reckon_due(sqlite3 *db, gpointer data, gboolean *is_over, GError **error)
{
    DueJob *job = data;
    g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func(g_free);
    if (!next_codes(db, job, codes, error))
        return FALSE;
    for (guint i = 0; i < codes->len; i++) {
        const char *code = g_ptr_array_index(codes, i);
        g_auto(CaseRecord) record = { 0 };
        g_autoptr(GError) cause = NULL;
        if (!case_table_get(db, code, &record, &cause)) {
            log_error(STORE, "case %s: cannot be read any more: %s", code, cause->message);
            continue;
        }
        Deadline list[DEADLINE_MAX];
        gint64 now_ms = clock_unix_ms();
        guint n = case_policy_clocks(job->policy, record.c, now_ms, list);
        gint64 due_ms = first_due(list, n);
        if ((due_ms != record.due_ms && !case_table_set_due(db, code, due_ms, error)) ||
            !deadline_store_keep(db, code, list, n, now_ms, error))
            return FALSE;
    }
    *is_over = codes->len < DUE_CHUNK;
    return TRUE;
}

static void free_due(gpointer data)
{
    DueJob *job = data;
    case_policy_unref(job->policy);
    g_free(job);
}

void case_store_due_all(Store *store, CasePolicy *policy, StoreDone done, gpointer user)
{
    DueJob *job = g_new(DueJob, 1);
    *job = (DueJob) { case_policy_ref(policy), 0 };
    chunks_run(store, reckon_due, job, FALSE, free_due, done, user);
}
