/* intake_folder.c - a folder that files of events are carried into
 *
 * One file at a time, in the order of their names. All that touches the disk is a job on a worker,
 * and at most one job is under way; it owns the reader meanwhile.
 */
#include "wallctl/intake_folder.h"

#include "wallctl/intake_reader.h"
#include "web/intake_private.h"

#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RESCAN_S     30
#define SETTLE_MS    200                      /* between something appearing and a look */
#define READ_ON      (INTAKE_MAX_WAITING / 4) /* the next piece when fewer are unanswered */
#define MAX_REPORTED 1000
#define MAX_NAMES    10000
#define MAX_COPIES   1000

/* What a job needs to find out whether the folder is still there. */
typedef struct {
    gint refs;            /* atomic */
    IntakeFolder *folder; /* [control]; NULL: gone */
} Anchor;

typedef enum { JOB_SCAN = 1, JOB_OPEN, JOB_READ, JOB_MOVE } JobKind;

typedef struct {
    Anchor *anchor;
    JobKind kind;
    char *path, *name;
    IntakeReader *reader;
    gboolean is_failed; /* JOB_MOVE: to failed/ */
    char *report;
    GPtrArray *found; /* names, or IntakeLine */
    GError *error;
} Job;

struct IntakeFolder {
    Intake *intake;
    WorkPool *pool;
    Anchor *anchor;
    char *path, *source, *trouble; /* trouble: the newest about the folder itself */
    IntakeFolderNews news;
    gpointer user;
    GFileMonitor *monitor;
    guint rescan, settle; /* sources */
    gboolean is_busy;     /* a job is under way */
    gboolean is_scan_due;
    gboolean is_handing; /* lines on */
    GQueue names;        /* found and not yet taken */
    GHashTable *stuck;   /* names that could not be moved away: not again */
    /* the file */
    char *name;
    IntakeReader *reader;
    IntakeLink *link;
    guint64 handed;    /* events handed on: the number of the last */
    GHashTable *lines; /* number -> line, of what is unanswered */
    gboolean is_at_end, is_unavailable;
    char *fault; /* of the file as a whole */
    guint counts[INTAKE_UNAVAILABLE + 1];
    GString *refusals;
    guint n_refusals;
};

static void go_on(IntakeFolder *folder);

/* --- jobs: [worker] -------------------------------------------------------------------------- */

static void unref_anchor(Anchor *anchor)
{
    if (g_atomic_int_dec_and_test(&anchor->refs))
        g_free(anchor);
}

static void job_free(gpointer data)
{
    Job *job = data;
    unref_anchor(job->anchor);
    intake_reader_free(job->reader);
    if (job->found)
        g_ptr_array_unref(job->found);
    g_clear_error(&job->error);
    g_free(job->report);
    g_free(job->path);
    g_free(job->name);
    g_free(job);
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void scan(Job *job)
{
    g_autoptr(GDir) dir = g_dir_open(job->path, 0, &job->error);
    job->found = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; dir && (name = g_dir_read_name(dir)) && job->found->len < MAX_NAMES;) {
        if (intake_reader_takes(name))
            g_ptr_array_add(job->found, g_strdup(name));
    }
    g_ptr_array_sort(job->found, by_name);
}

static void refuse_move(Job *job, const char *what)
{
    g_set_error(&job->error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s: %s", what, g_strerror(errno));
}

/* The file and its report under the first free name. */
static void move(Job *job)
{
    const char *where = job->is_failed ? "failed" : "done";
    g_autofree char *dir = g_build_filename(job->path, where, NULL);
    g_autofree char *from = g_build_filename(job->path, job->name, NULL);
    if (g_mkdir_with_parents(dir, 0750) < 0) {
        refuse_move(job, where);
        return;
    }
    for (guint i = 1; i <= MAX_COPIES; i++) {
        g_autofree char *name =
            i == 1 ? g_strdup(job->name) : g_strdup_printf("%s.%u", job->name, i);
        g_autofree char *to = g_build_filename(dir, name, NULL);
        g_autofree char *report = g_strconcat(to, ".report.txt", NULL);
        if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) {
            g_file_set_contents_full(report, job->report, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0640,
                                     &job->error);
            return;
        }
        if (errno != EEXIST)
            break;
    }
    refuse_move(job, "cannot be moved away");
}

static void on_done(gpointer data);

/* A job that the pool drops before it has begun is freed here; one that was done, after its post. */
static void slot_free(gpointer data)
{
    Job **slot = data;
    if (*slot)
        job_free(*slot);
    g_free(slot);
}

static void work(gpointer data)
{
    Job *job = g_steal_pointer((Job **)data);
    switch (job->kind) {
    case JOB_SCAN:
        scan(job);
        break;
    case JOB_OPEN:
        job->reader = intake_reader_open(job->path, job->name, &job->error);
        break;
    case JOB_READ:
        job->found = intake_reader_next(job->reader, &job->error);
        break;
    case JOB_MOVE:
        move(job);
        break;
    }
    post_control(on_done, job, job_free);
}

static void drop_file(IntakeFolder *folder)
{
    intake_link_close(g_steal_pointer(&folder->link));
    g_clear_pointer(&folder->reader, intake_reader_free);
    g_clear_pointer(&folder->name, g_free);
    g_clear_pointer(&folder->fault, g_free);
    g_hash_table_remove_all(folder->lines);
    g_string_truncate(folder->refusals, 0);
    memset(folder->counts, 0, sizeof(folder->counts));
    folder->n_refusals = 0;
    folder->handed = 0;
    folder->is_at_end = FALSE;
    folder->is_unavailable = FALSE;
}

static char *dup_summary(IntakeFolder *folder)
{
    const guint *n = folder->counts;
    if (folder->fault)
        return g_strdup_printf("refused: %s", folder->fault);
    return g_strdup_printf("%u applied, %u duplicate, %u anomaly, %u noted, %u refused",
                           n[INTAKE_APPLIED], n[INTAKE_DUPLICATE], n[INTAKE_ANOMALY],
                           n[INTAKE_NOTED], n[INTAKE_REFUSED]);
}

static char *dup_report(IntakeFolder *folder)
{
    g_autofree char *summary = dup_summary(folder);
    guint held = folder->n_refusals > MAX_REPORTED ? folder->n_refusals - MAX_REPORTED : 0;
    g_autofree char *more = held ? g_strdup_printf("and %u more\n", held) : g_strdup("");
    return g_strconcat(folder->name, ": ", summary, "\n", folder->refusals->str, more, NULL);
}

static void submit(IntakeFolder *folder, JobKind kind)
{
    Job *job = g_new0(Job, 1);
    job->anchor = folder->anchor;
    g_atomic_int_inc(&folder->anchor->refs);
    job->kind = kind;
    job->path = g_strdup(folder->path);
    job->name = g_strdup(folder->name);
    if (kind == JOB_READ)
        job->reader = g_steal_pointer(&folder->reader);
    if (kind == JOB_MOVE) {
        job->is_failed = folder->fault || folder->n_refusals > 0;
        job->report = dup_report(folder);
    }
    folder->is_busy = TRUE;
    Job **slot = g_new(Job *, 1);
    *slot = job;
    if (work_submit(folder->pool, work, slot, slot_free, NULL))
        return;
    folder->is_busy = FALSE; /* the queue is full: the rescan finds the file again */
    drop_file(folder);
}

/* --- the file: [control] --------------------------------------------------------------------- */

static void note_refusal(IntakeFolder *folder, guint line, const char *reason)
{
    folder->counts[INTAKE_REFUSED]++;
    if (++folder->n_refusals <= MAX_REPORTED)
        g_string_append_printf(folder->refusals, "line %u: refused: %s\n", line, reason);
}

static void on_answered(const IntakeAnswer *answer, gpointer user)
{
    IntakeFolder *folder = user;
    gpointer number = GSIZE_TO_POINTER(answer->number);
    guint line = GPOINTER_TO_UINT(g_hash_table_lookup(folder->lines, number));
    g_hash_table_remove(folder->lines, number);
    if (answer->result == INTAKE_REFUSED)
        note_refusal(folder, line, answer->reason ? answer->reason : "no reason given");
    else
        folder->counts[answer->result]++;
    folder->is_unavailable |= answer->result == INTAKE_UNAVAILABLE;
    go_on(folder);
}

static void on_hold(gboolean is_held, gpointer user)
{
    if (!is_held)
        go_on(user);
}

static void begin_file(IntakeFolder *folder, IntakeReader *reader)
{
    static const IntakeCarrier carrier = { on_answered, on_hold };
    folder->reader = reader;
    folder->link = intake_link_new(folder->intake, folder->source, folder->name, &carrier, folder);
}

static void hand_on(IntakeFolder *folder, GPtrArray *lines)
{
    folder->is_handing = TRUE;
    for (guint i = 0; i < lines->len && !folder->is_unavailable; i++) {
        IntakeLine *line = lines->pdata[i];
        if (line->fault) {
            intake_refused(folder->intake, folder->source, line->word);
            note_refusal(folder, line->line, line->fault);
            continue;
        }
        g_hash_table_insert(folder->lines, GSIZE_TO_POINTER(++folder->handed),
                            GUINT_TO_POINTER(line->line));
        g_autofree char *where = g_strdup_printf("%s:%u", folder->name, line->line);
        intake_link_receive(folder->link, line->form, g_steal_pointer(&line->text), where);
    }
    folder->is_handing = FALSE;
    folder->is_at_end = lines->len == 0;
}

/* --- what comes back: [control] -------------------------------------------------------------- */

static void tell(IntakeFolder *folder, const char *file, gboolean is_well, const char *text)
{
    if (is_well)
        log_info(INTAKE, "%s: %s", file, text);
    else
        log_warning(INTAKE, "%s: %s", file ? file : folder->path, text);
    folder->news(file, is_well, text, folder->user);
}

static void scanned(IntakeFolder *folder, Job *job)
{
    const char *trouble = job->error ? job->error->message : NULL;
    if (trouble && g_strcmp0(trouble, folder->trouble) != 0)
        tell(folder, NULL, FALSE, trouble);
    g_free(folder->trouble);
    folder->trouble = g_strdup(trouble);
    g_queue_clear_full(&folder->names, g_free);
    for (guint i = 0; i < job->found->len; i++) {
        if (!g_hash_table_contains(folder->stuck, job->found->pdata[i]))
            g_queue_push_tail(&folder->names, g_strdup(job->found->pdata[i]));
    }
}

static void opened(IntakeFolder *folder, Job *job)
{
    if (job->reader)
        begin_file(folder, g_steal_pointer(&job->reader));
    else if (g_error_matches(job->error, WALL_ERROR, WALL_ERROR_NOT_FOUND))
        drop_file(folder);
    else {
        intake_refused(folder->intake, folder->source, "malformed");
        folder->fault = g_strdup(job->error->message);
        folder->is_at_end = TRUE;
    }
}

static void have_read(IntakeFolder *folder, Job *job)
{
    folder->reader = g_steal_pointer(&job->reader);
    if (job->found) {
        hand_on(folder, job->found);
    } else if (g_error_matches(job->error, WALL_ERROR, WALL_ERROR_UNAVAILABLE)) {
        tell(folder, folder->name, FALSE, job->error->message);
        folder->is_unavailable = TRUE;
    } else {
        folder->fault = g_strdup(job->error->message);
        folder->is_at_end = TRUE;
    }
}

static void moved(IntakeFolder *folder, Job *job)
{
    g_autofree char *summary = dup_summary(folder);
    g_autofree char *name = g_strdup(folder->name);
    if (job->error)
        g_hash_table_add(folder->stuck, g_strdup(name));
    drop_file(folder);
    tell(folder, name, !job->is_failed && !job->error, job->error ? job->error->message : summary);
}

static void on_done(gpointer data)
{
    Job *job = data;
    IntakeFolder *folder = job->anchor->folder;
    if (!folder)
        return;
    folder->is_busy = FALSE;
    switch (job->kind) {
    case JOB_SCAN:
        scanned(folder, job);
        break;
    case JOB_OPEN:
        opened(folder, job);
        break;
    case JOB_READ:
        have_read(folder, job);
        break;
    case JOB_MOVE:
        moved(folder, job);
        break;
    }
    go_on(folder);
}

/* The next job, if there is one to do now. */
static void go_on(IntakeFolder *folder)
{
    if (folder->is_busy || folder->is_handing)
        return;
    guint waiting = folder->link ? intake_link_waiting(folder->link) : 0;
    if (folder->name && folder->is_unavailable) {
        if (waiting == 0)
            drop_file(folder); /* it stays where it is; the rescan finds it */
        return;
    }
    if (folder->name && folder->is_at_end) {
        if (waiting == 0)
            submit(folder, JOB_MOVE);
        return;
    }
    if (folder->name) {
        if (folder->reader && waiting < READ_ON && !intake_link_is_held(folder->link))
            submit(folder, JOB_READ);
        return;
    }
    if (folder->is_scan_due) {
        folder->is_scan_due = FALSE;
        submit(folder, JOB_SCAN);
        return;
    }
    if (intake_gate(folder->intake) == INTAKE_CLOSED)
        return;
    folder->name = g_queue_pop_head(&folder->names);
    if (folder->name)
        submit(folder, JOB_OPEN);
}

/* --- looking --------------------------------------------------------------------------------- */

static gboolean on_settled(gpointer user)
{
    IntakeFolder *folder = user;
    folder->settle = 0;
    folder->is_scan_due = TRUE;
    go_on(folder);
    return G_SOURCE_REMOVE;
}

static gboolean on_rescan(gpointer user)
{
    IntakeFolder *folder = user;
    folder->is_scan_due = TRUE;
    go_on(folder);
    return G_SOURCE_CONTINUE;
}

static void on_changed(GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event,
                       gpointer user)
{
    IntakeFolder *folder = user;
    gboolean is_new = event == G_FILE_MONITOR_EVENT_CREATED ||
                      event == G_FILE_MONITOR_EVENT_RENAMED ||
                      event == G_FILE_MONITOR_EVENT_MOVED_IN;
    if (is_new && !folder->settle)
        folder->settle = g_timeout_add(SETTLE_MS, on_settled, folder);
}

IntakeFolder *intake_folder_new(Intake *intake, WorkPool *pool, const char *path,
                                const char *source, guint rescan_s, IntakeFolderNews news,
                                gpointer user)
{
    assert_control_thread();
    IntakeFolder *folder = g_new0(IntakeFolder, 1);
    folder->intake = intake;
    folder->pool = pool;
    folder->path = g_strdup(path);
    folder->source = g_strdup(source);
    folder->news = news;
    folder->user = user;
    folder->anchor = g_new0(Anchor, 1);
    folder->anchor->refs = 1;
    folder->anchor->folder = folder;
    g_queue_init(&folder->names);
    folder->stuck = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    folder->lines = g_hash_table_new(NULL, NULL);
    folder->refusals = g_string_new(NULL);
    g_autoptr(GFile) file = g_file_new_for_path(path);
    folder->monitor = g_file_monitor_directory(file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
    if (folder->monitor)
        g_signal_connect(folder->monitor, "changed", G_CALLBACK(on_changed), folder);
    folder->rescan = g_timeout_add_seconds(rescan_s ? rescan_s : RESCAN_S, on_rescan, folder);
    folder->is_scan_due = TRUE;
    go_on(folder);
    return folder;
}

void intake_folder_free(IntakeFolder *folder)
{
    if (!folder)
        return;
    assert_control_thread();
    folder->anchor->folder = NULL;
    unref_anchor(folder->anchor);
    g_clear_handle_id(&folder->rescan, g_source_remove);
    g_clear_handle_id(&folder->settle, g_source_remove);
    if (folder->monitor)
        g_signal_handlers_disconnect_by_data(folder->monitor, folder);
    g_clear_object(&folder->monitor);
    drop_file(folder);
    g_queue_clear_full(&folder->names, g_free);
    g_hash_table_unref(folder->stuck);
    g_hash_table_unref(folder->lines);
    g_string_free(folder->refusals, TRUE);
    g_free(folder->trouble);
    g_free(folder->path);
    g_free(folder->source);
    g_free(folder);
}
