/* audit_papers.c - what leaves the register, and whether it is whole */
#include "wallctl/audit_papers.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"
#include "wallctl/base/work.h"
#include "wallctl/store/audit_export.h"
#include "wallctl/store/sql.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_QUEUED 4
#define ROW_BYTES  800                 /* more than most rows take in a file */
#define ROOM_BYTES (256 * 1024 * 1024) /* is left for what comes in */
#define FLUSH      65536

typedef enum { JOB_EXPORT = 1, JOB_REGISTER, JOB_VERIFY } JobKind;

struct AuditPapers {
    Audit *audit;
    char *path;
    WorkPool *pool;
    GCancellable *cancel;
};

typedef struct {
    JobKind kind;
    AuditPapers *papers; /* [control] */
    GCancellable *cancel;
    char *path, *site;
    AuditKey *key;
    Config *config;
    PaperKind paper;
    gint64 from_ms, to_ms;
    GBytes *file;
    AuditVerdict verdict;
    GError *error;
    gboolean is_run;
    AuditPaperDone done;
    AuditVerified verified;
    gpointer user;
} Job;

static void free_job(gpointer data)
{
    Job *job = data;
    g_object_unref(job->cancel);
    audit_key_unref(job->key);
    if (job->config)
        config_unref(job->config);
    g_clear_pointer(&job->file, g_bytes_unref);
    g_clear_error(&job->error);
    g_free(job->path);
    g_free(job->site);
    g_free(job);
}

/* --- [worker] ------------------------------------------------------------------------------------
 */

/* The wall and the intake go first. */
static void step_back(void)
{
    const int of_thread = 1, idle_class = 3 << 13; /* ioprio_set(2) */
    setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 19);
    syscall(SYS_ioprio_set, of_thread, 0, idle_class);
}

static gboolean fail_file(GError **error)
{
    int code = errno;
    g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "the file cannot be written: %s",
                g_strerror(code));
    return FALSE;
}

static gboolean has_room(const char *folder, gint64 n_rows, GError **error)
{
    struct statvfs info;
    if (statvfs(folder, &info) != 0)
        return fail_file(error);
    if ((double)info.f_bavail * (double)info.f_frsize > (double)n_rows * ROW_BYTES + ROOM_BYTES)
        return TRUE;
    wall_error_set_literal(error, WALL_ERROR_UNAVAILABLE,
                           "the disk has too little room for a file of so many rows",
                           "磁盘剩余空间不足，请缩小时间范围");
    return FALSE;
}

/* A file without a name; NULL with an error. */
static FILE *open_nameless(const char *folder, GError **error)
{
    g_autofree char *name = g_build_filename(folder, ".register-XXXXXX", NULL);
    int fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w+") : NULL;
    if (fd >= 0)
        unlink(name);
    if (!file) {
        fail_file(error);
        if (fd >= 0)
            close(fd);
    }
    return file;
}

static GBytes *map(FILE *file, GError **error)
{
    if (fflush(file) != 0) {
        fail_file(error);
        return NULL;
    }
    GMappedFile *mapped = g_mapped_file_new_from_fd(fileno(file), FALSE, error);
    GBytes *bytes = mapped ? g_mapped_file_get_bytes(mapped) : NULL;
    if (mapped)
        g_mapped_file_unref(mapped);
    return bytes;
}

static gboolean flush(GString *text, FILE *file, GError **error)
{
    gboolean is_good = fwrite(text->str, 1, text->len, file) == text->len || fail_file(error);
    g_string_truncate(text, 0);
    return is_good;
}

static gboolean put_rows(Job *job, sqlite3 *db, const RegisterPaper *paper, GString *text,
                         FILE *file, guint *n_rows, GError **error)
{
    g_autoptr(SqlOnce) query =
        sql_prepare_once(db,
                         "SELECT " AUDIT_COLUMNS " FROM audit INDEXED BY audit_time WHERE at_ms >= "
                         "? AND at_ms < ? ORDER BY at_ms, seq",
                         error);
    gboolean has_row;
    if (!query)
        return FALSE;
    sql_bind_int(query, 1, job->from_ms);
    sql_bind_int(query, 2, job->to_ms ? job->to_ms : G_MAXINT64);
    while (sql_step(query, &has_row, error)) {
        AuditRow row;
        gint64 seq;
        if (!has_row)
            return TRUE;
        if (!audit_store_read(query, &seq, &row, NULL) || !register_paper_has(row.kind))
            continue;
        if (job->paper == PAPER_HTML && *n_rows == AUDIT_REGISTER_MAX) {
            wall_error_set(error, WALL_ERROR_LIMIT,
                           "more than %d rows to print: ask for a shorter time, or take the CSV",
                           "超过 %d 条，不便打印：请缩小时间范围，或导出 CSV", AUDIT_REGISTER_MAX);
            return FALSE;
        }
        register_paper_row(text, paper, ++*n_rows, seq, &row);
        if (text->len > FLUSH &&
            (!flush(text, file, error) || g_cancellable_set_error_if_cancelled(job->cancel, error)))
            return FALSE;
    }
    return FALSE;
}

static gboolean write_register(Job *job, sqlite3 *db, FILE *file, GError **error)
{
    RegisterPaper paper = { job->paper,   job->config, job->site,
                            job->from_ms, job->to_ms,  clock_unix_ms() };
    g_autoptr(GString) text = g_string_sized_new(2 * FLUSH);
    guint n_rows = 0;
    register_paper_begin(text, &paper);
    if (!put_rows(job, db, &paper, text, file, &n_rows, error))
        return FALSE;
    register_paper_end(text, &paper, n_rows);
    return flush(text, file, error);
}

static gboolean write_paper(Job *job, sqlite3 *db, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(job->path);
    AuditSigner signer = { job->key, job->site };
    AuditExport export = { .from_ms = job->from_ms, .to_ms = job->to_ms };
    gint64 n_rows;
    if (!sql_get_int(db, "SELECT count(*) FROM audit", &n_rows, error) ||
        !has_room(folder, n_rows, error))
        return FALSE;
    FILE *file = open_nameless(folder, error);
    if (!file)
        return FALSE;
    gboolean is_good = job->kind == JOB_EXPORT
                           ? audit_export_write(db, &signer, &export, file, job->cancel, error)
                           : write_register(job, db, file, error);
    job->file = is_good ? map(file, error) : NULL;
    fclose(file);
    return job->file != NULL;
}

static gboolean verify(Job *job, sqlite3 *db, GError **error)
{
    gboolean is_good = sql_run(db, "BEGIN", error) &&
                       audit_store_verify(db, audit_key_public(job->key), &job->verdict, error);
    sql_run(db, "ROLLBACK", NULL);
    return is_good;
}

static void run_job(gpointer data)
{
    Job *job = data;
    job->is_run = TRUE;
    step_back();
    sqlite3 *db = sql_open_beside(job->path, SQLITE_OPEN_READONLY, &job->error);
    if (db && job->kind == JOB_VERIFY)
        verify(job, db, &job->error);
    else if (db)
        write_paper(job, db, &job->error);
    sql_close(db, FALSE);
}

/* --- [control] -----------------------------------------------------------------------------------
 */

static void answer(gpointer data)
{
    const Job *job = data;
    if (job->verified)
        job->verified(job->error ? NULL : &job->verdict, job->error, job->user);
    else
        job->done(job->file, job->error, job->user);
}

/* On any thread: done, refused, or dropped at the stop. */
static void finish_job(gpointer data)
{
    Job *job = data;
    if (!job->is_run && !job->error)
        wall_error_set_literal(&job->error, WALL_ERROR_UNAVAILABLE,
                               "others wait for the register already: ask again later",
                               "正在处理其他导出，请稍后再试");
    post_control(answer, job, free_job);
}

static Job *new_job(AuditPapers *papers, JobKind kind, Config *config, gpointer user)
{
    Job *job = g_new0(Job, 1);
    job->kind = kind;
    job->papers = papers;
    job->cancel = g_object_ref(papers->cancel);
    job->path = g_strdup(papers->path);
    job->key = audit_key_ref(audit_key(papers->audit));
    job->config = config ? config_ref(config) : NULL;
    job->site = config ? g_strdup(config->site_name) : NULL;
    job->user = user;
    return job;
}

void audit_papers_register(AuditPapers *papers, Config *config, PaperKind kind, gint64 from_ms,
                           gint64 to_ms, AuditPaperDone done, gpointer user)
{
    assert_control_thread();
    Job *job = new_job(papers, JOB_REGISTER, config, user);
    job->paper = kind;
    job->from_ms = from_ms;
    job->to_ms = to_ms;
    job->done = done;
    work_submit(papers->pool, run_job, job, finish_job, NULL);
}

void audit_papers_verify(AuditPapers *papers, AuditVerified done, gpointer user)
{
    assert_control_thread();
    Job *job = new_job(papers, JOB_VERIFY, NULL, user);
    job->verified = done;
    work_submit(papers->pool, run_job, job, finish_job, NULL);
}

/* What was recorded up to the request is on disk, and under a signature. */
static void on_checkpoint(gpointer data, const GError *error, gpointer user)
{
    Job *job = user;
    if (error)
        job->error = g_error_copy(error);
    if (error || g_cancellable_is_cancelled(job->cancel)) /* papers is gone */
        finish_job(job);
    else
        work_submit(job->papers->pool, run_job, job, finish_job, NULL);
}

void audit_papers_export(AuditPapers *papers, Config *config, gint64 from_ms, gint64 to_ms,
                         AuditPaperDone done, gpointer user)
{
    assert_control_thread();
    Job *job = new_job(papers, JOB_EXPORT, config, user);
    job->from_ms = from_ms;
    job->to_ms = to_ms;
    job->done = done;
    audit_checkpoint(papers->audit, "export", on_checkpoint, job);
}

AuditPapers *audit_papers_new(Audit *audit, const char *path)
{
    AuditPapers *papers = g_new0(AuditPapers, 1);
    papers->audit = audit;
    papers->path = g_strdup(path);
    papers->pool = work_pool_new("register", 1, MAX_QUEUED, 19);
    papers->cancel = g_cancellable_new();
    return papers;
}

void audit_papers_free(AuditPapers *papers)
{
    if (!papers)
        return;
    g_cancellable_cancel(papers->cancel);
    work_pool_free(papers->pool);
    g_object_unref(papers->cancel);
    g_free(papers->path);
    g_free(papers);
}
