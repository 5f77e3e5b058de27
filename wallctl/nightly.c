/* nightly.c - deletion and copy, once a night
 *
 * The clock is looked at every LOOK_S, so that a machine that slept, or whose time was set, is no case
 * of its own.
 */
#include "wallctl/nightly.h"

#include "config/rule.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/base/work.h"
#include "wallctl/model/calendar.h"
#include "wallctl/store/backup.h"
#include "wallctl/store/night_store.h"

#include <glib/gstdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOOK_S      20
#define AGAIN_MS    (30 * G_GINT64_CONSTANT(60000)) /* after a night that failed */
#define N_REPORTS   31
#define FOLDER      "backup"
#define MINUTE_MS   G_GINT64_CONSTANT(60000)
#define DAY_MINUTES 1440

/* Jobs under way hold it beyond nightly_free(). */
struct Nightly {
    guint refs;
    gboolean is_closed;
    NightlyEnv env;
    Config *config;
    WorkPool *pool;
    GCancellable *cancel;
    GPtrArray *reports; /* NightReport, newest first; NULL: not read yet */
    gint64 last_ms;     /* when the last night began that ended well */
    gint64 not_before_ms;
    NightReport *run; /* under way, or NULL */
    guint timer;
};

static Nightly *ref(Nightly *nightly)
{
    nightly->refs++;
    return nightly;
}

static void unref(Nightly *nightly)
{
    if (--nightly->refs > 0)
        return;
    g_clear_pointer(&nightly->reports, g_ptr_array_unref);
    g_clear_pointer(&nightly->run, night_report_free);
    g_object_unref(nightly->cancel);
    config_unref(nightly->config);
    g_free(nightly);
}

/* --- rules ---------------------------------------------------------------------------------------
 */

RetentionPolicy nightly_policy(const CaseConfig *cases)
{
    /* The key of an event is of use as long as its text or its case is there. */
    gboolean is_for_ever = cases->event_days == 0 || cases->case_days == 0;
    guint key_days = is_for_ever ? 0 : MAX(cases->event_days, cases->case_days);
    return (RetentionPolicy) { .days = { [RETAIN_BODIES] = cases->event_days,
                                         [RETAIN_EVENTS] = key_days,
                                         [RETAIN_CASES] = cases->case_days,
                                         [RETAIN_TRANSITIONS] = cases->transition_days,
                                         [RETAIN_ORDERS] = cases->order_days,
                                         [RETAIN_OUTBOX] = cases->outbox_days,
                                         [RETAIN_BRIEFINGS] = cases->briefing_days,
                                         [RETAIN_AUDIT] = cases->audit_days } };
}

gint64 nightly_due_ms(gint64 last_ms, guint minute)
{
    gint64 day = calendar_day(last_ms);
    gint64 due_ms = (day * DAY_MINUTES + minute - CALENDAR_OFFSET_MIN) * MINUTE_MS;
    return due_ms > last_ms ? due_ms : due_ms + DAY_MINUTES * MINUTE_MS;
}

static gint64 due_ms(const Nightly *nightly)
{
    int minute = time_minutes(nightly->config->cases.night_at);
    gint64 last_ms = MIN(nightly->last_ms, clock_unix_ms()); /* a clock may have been wrong */
    return MAX(nightly_due_ms(last_ms, (guint)MAX(minute, 0)), nightly->not_before_ms);
}

/* --- report --------------------------------------------------------------------------------------
 */

static Json *report_json(const NightReport *report)
{
    Json *json = json_object_new_object();
    json_add_string(json, "cause", night_cause_word(report->cause));
    json_add_int(json, "started_ms", report->started_ms);
    if (report->ended_ms)
        json_add_int(json, "ended_ms", report->ended_ms);
    json_add(json, "deleted", json_object_get(report->deleted));
    if (report->fault)
        json_add_string(json, "fault", report->fault);
    if (report->copy) {
        json_add_string(json, "copy", report->copy);
        json_add_int(json, "copy_bytes", report->copy_bytes);
    }
    if (report->chain_head)
        json_add_string(json, "chain_head", report->chain_head);
    return json;
}

static void tell(const NightReport *report)
{
    const char *what = json_object_to_json_string_ext(report->deleted, JSON_C_TO_STRING_PLAIN);
    double seconds = (double)(report->ended_ms - report->started_ms) / 1000;
    if (report->fault)
        log_error(STORE, "retention: %s; deleted before: %s", report->fault, what);
    else if (report->copy)
        log_info(STORE, "retention: deleted %s, copied to %s (%.1f MB) in %.1f s", what,
                 report->copy, (double)report->copy_bytes / 1e6, seconds);
    else
        log_info(STORE, "retention: deleted %s in %.1f s", what, seconds);
    /* A line of its own: the log is where a forger of the database does not come. */
    if (report->chain_head)
        log_info(STORE, "head of the log of transitions: %s", report->chain_head);
}

static void finish(Nightly *nightly, const GError *error)
{
    NightReport *report = g_steal_pointer(&nightly->run);
    report->ended_ms = clock_unix_ms();
    report->fault = error ? g_strdup(error->message) : NULL;
    if (error)
        nightly->not_before_ms = report->ended_ms + AGAIN_MS;
    else if (report->cause == NIGHT_CLOCK)
        nightly->last_ms = report->started_ms;
    tell(report);
    night_store_save(nightly->env.store, report, NULL, NULL);
    nightly->env.event("retention.done", report_json(report), nightly->env.user);
    g_ptr_array_insert(nightly->reports, 0, report);
    if (nightly->reports->len > N_REPORTS)
        g_ptr_array_remove_index(nightly->reports, nightly->reports->len - 1);
}

/* --- copy ----------------------------------------------------------------------------------------
 */

typedef struct {
    Nightly *nightly;
    char *path, *folder, *target; /* of the database; of the copies; of this one */
    guint keep;
    GCancellable *cancel;
    gint64 bytes;
    GError *error;
} Copy;

static void free_copy(gpointer data)
{
    Copy *copy = data;
    unref(copy->nightly);
    g_object_unref(copy->cancel);
    g_clear_error(&copy->error);
    g_free(copy->path);
    g_free(copy->folder);
    g_free(copy->target);
    g_free(copy);
}

static void on_copied(gpointer data)
{
    Copy *copy = data;
    Nightly *nightly = copy->nightly;
    if (nightly->is_closed)
        return;
    if (!copy->error) {
        nightly->run->copy = g_path_get_basename(copy->target);
        nightly->run->copy_bytes = copy->bytes;
    }
    finish(nightly, copy->error);
}

/* The wall and the intake go first, on the processor and on the disk. */
static void step_back(void)
{
    const int of_thread = 1, idle_class = 3 << 13; /* ioprio_set(2) */
    setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 19);
    syscall(SYS_ioprio_set, of_thread, 0, idle_class);
}

static void run_copy(gpointer data)
{
    Copy *copy = data;
    GStatBuf info;
    step_back();
    if (backup_has_room(copy->path, copy->folder, &copy->error) &&
        backup_write(copy->path, copy->target, copy->cancel, &copy->error)) {
        copy->bytes = g_stat(copy->target, &info) == 0 ? info.st_size : 0;
        backup_keep(copy->folder, copy->keep);
    }
    post_control(on_copied, copy, free_copy);
}

static void begin_copy(Nightly *nightly)
{
    g_autofree char *state = g_path_get_dirname(nightly->env.path);
    Copy *copy = g_new0(Copy, 1);
    copy->nightly = ref(nightly);
    copy->path = g_strdup(nightly->env.path);
    copy->folder = g_build_filename(state, FOLDER, NULL);
    copy->target = backup_nightly_name(copy->folder, nightly->run->started_ms);
    copy->keep = nightly->config->cases.backup_keep;
    copy->cancel = g_object_ref(nightly->cancel);
    g_autoptr(GError) error = NULL;
    if (work_submit(nightly->pool, run_copy, copy, NULL, &error))
        return;
    free_copy(copy);
    finish(nightly, error);
}

/* --- deletion ------------------------------------------------------------------------------------
 */

static void on_deleted(const RetentionReport *deleted, const GError *error, gpointer user)
{
    Nightly *nightly = user;
    if (!nightly->is_closed) {
        json_object_put(nightly->run->deleted);
        nightly->run->deleted = night_deleted_json(deleted);
        nightly->run->chain_head = chain_end_dup_text(&deleted->head);
        nightly->env.deleted(deleted, nightly->env.user);
        gboolean copies =
            nightly->run->cause == NIGHT_CLOCK && nightly->config->cases.backup_keep > 0;
        if (error || !copies) {
            finish(nightly, error);
        } else {
            /* The report of a deletion is kept, whatever becomes of the copy. */
            night_store_save(nightly->env.store, nightly->run, NULL, NULL);
            begin_copy(nightly);
        }
    }
    unref(nightly);
}

static void begin(Nightly *nightly, NightCause cause)
{
    RetentionPolicy policy = nightly_policy(&nightly->config->cases);
    policy.signer = (AuditSigner) { nightly->env.key, nightly->config->site_name };
    nightly->run = g_new0(NightReport, 1);
    nightly->run->cause = cause;
    nightly->run->started_ms = clock_unix_ms();
    nightly->run->deleted = night_deleted_json(&(RetentionReport) { 0 });
    retention_run(nightly->env.store, &policy, nightly->run->started_ms, on_deleted, ref(nightly));
}

gboolean nightly_run(Nightly *nightly, GError **error)
{
    assert_control_thread();
    if (nightly->run || !nightly->reports) {
        wall_error_set(error, WALL_ERROR_LIMIT, "a run is under way already; ask for its report",
                       "清理正在进行，请稍后查看结果");
        return FALSE;
    }
    begin(nightly, NIGHT_ASKED);
    return TRUE;
}

/* --- dry run -------------------------------------------------------------------------------------
 */

typedef struct {
    Nightly *nightly;
    char *path;
    RetentionPolicy policy;
    RetentionReport report;
    GError *error;
    NightlyCounted done;
    gpointer user;
} Count;

static void free_count(gpointer data)
{
    Count *count = data;
    unref(count->nightly);
    g_clear_error(&count->error);
    g_free(count->path);
    g_free(count);
}

static void on_counted(gpointer data)
{
    const Count *count = data;
    count->done(count->error ? NULL : &count->report, count->error, count->user);
}

static void run_count(gpointer data)
{
    Count *count = data;
    step_back();
    retention_count(count->path, &count->policy, clock_unix_ms(), &count->report, &count->error);
    post_control(on_counted, count, free_count);
}

gboolean nightly_count(Nightly *nightly, NightlyCounted done, gpointer user, GError **error)
{
    assert_control_thread();
    Count *count = g_new0(Count, 1);
    count->nightly = ref(nightly);
    count->path = g_strdup(nightly->env.path);
    count->policy = nightly_policy(&nightly->config->cases);
    count->done = done;
    count->user = user;
    if (work_submit(nightly->pool, run_count, count, NULL, error))
        return TRUE;
    free_count(count);
    return FALSE;
}

/* --- what was before -----------------------------------------------------------------------------
 */

typedef struct {
    Nightly *nightly;
    GPtrArray *reports;
    gint64 last_ms;
} Look;

static gboolean read_reports(sqlite3 *db, gpointer data, GError **error)
{
    Look *look = data;
    look->reports = night_store_read(db, N_REPORTS, &look->last_ms, error);
    return look->reports != NULL;
}

static void free_look(gpointer data)
{
    Look *look = data;
    g_clear_pointer(&look->reports, g_ptr_array_unref);
    unref(look->nightly);
    g_free(look);
}

/* A new database has missed no night. */
static void note_first(Nightly *nightly)
{
    NightReport first = { .cause = NIGHT_FIRST,
                          .started_ms = clock_unix_ms(),
                          .ended_ms = clock_unix_ms(),
                          .deleted = night_deleted_json(&(RetentionReport) { 0 }) };
    nightly->last_ms = first.started_ms;
    night_store_save(nightly->env.store, &first, NULL, NULL);
    json_object_put(first.deleted);
}

static void on_read(gpointer data, const GError *error, gpointer user)
{
    Look *look = data;
    Nightly *nightly = look->nightly;
    if (nightly->is_closed || nightly->reports)
        return;
    if (error) { /* the next look asks again */
        log_warning(STORE, "the reports of retention cannot be read: %s", error->message);
        return;
    }
    nightly->reports = g_steal_pointer(&look->reports);
    nightly->last_ms = look->last_ms;
    if (nightly->last_ms == 0)
        note_first(nightly);
}

static void look_back(Nightly *nightly)
{
    Look *look = g_new0(Look, 1);
    look->nightly = ref(nightly);
    reader_submit(nightly->env.reader, read_reports, look, free_look, on_read, NULL);
}

static gboolean on_look(gpointer user)
{
    Nightly *nightly = user;
    if (!nightly->reports)
        look_back(nightly);
    else if (!nightly->run && clock_unix_ms() >= due_ms(nightly))
        begin(nightly, NIGHT_CLOCK);
    return G_SOURCE_CONTINUE;
}

/* --- public --------------------------------------------------------------------------------------
 */

Json *nightly_state(const Nightly *nightly)
{
    RetentionPolicy policy = nightly_policy(&nightly->config->cases);
    Json *json = json_object_new_object(), *days = json_object_new_object(),
         *reports = json_object_new_array();
    json_add_string(json, "night_at", nightly->config->cases.night_at);
    json_add_int(json, "next_ms", due_ms(nightly));
    json_add_bool(json, "is_running", nightly->run != NULL);
    for (guint class = 1; class <= RETAIN_LAST; class ++)
        json_add_int(days, retention_word(class), policy.days[class]);
    json_add(json, "days", days);
    json_add_int(json, "backup_keep", nightly->config->cases.backup_keep);
    for (guint i = 0; nightly->reports && i < nightly->reports->len; i++)
        json_object_array_add(reports, report_json(g_ptr_array_index(nightly->reports, i)));
    json_add(json, "reports", reports);
    return json;
}

void nightly_reload(Nightly *nightly, Config *config)
{
    config_ref(config);
    config_unref(nightly->config);
    nightly->config = config;
}

Nightly *nightly_new(const NightlyEnv *env, Config *config)
{
    assert_control_thread();
    Nightly *nightly = g_new0(Nightly, 1);
    nightly->refs = 1;
    nightly->env = *env;
    nightly->config = config_ref(config);
    nightly->pool = work_pool_new("night", 1, 8, 10);
    nightly->cancel = g_cancellable_new();
    nightly->timer = g_timeout_add_seconds(LOOK_S, on_look, nightly);
    look_back(nightly);
    return nightly;
}

void nightly_free(Nightly *nightly)
{
    if (!nightly)
        return;
    assert_control_thread();
    nightly->is_closed = TRUE;
    g_cancellable_cancel(nightly->cancel);
    g_clear_handle_id(&nightly->timer, g_source_remove);
    g_clear_pointer(&nightly->pool, work_pool_free);
    unref(nightly);
}
