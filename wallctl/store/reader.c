/* reader.c - reads beside the writer
 *
 * In WAL mode a read transaction sees the file as it was when it began and neither waits for the
 * writer nor stops it. The connection is opened when it is first needed, and again when the file at
 * the path is another one or could not be read.
 */
#include "wallctl/store/reader.h"

#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/store/schema.h"
#include "wallctl/store/sql.h"

#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BUSY_MS     3000
#define OPEN_TRIES  10 /* the path is empty for a moment while the writer changes files */
#define OPEN_NAP_US 20000

typedef struct {
    ReaderFunc func;
    gpointer data;
    GDestroyNotify free_data;
    StoreDone done;
    gpointer user;
    GError *error;
} Job;

struct Reader {
    char *path;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    GQueue jobs;         /* lock */
    gboolean is_closing; /* lock */
    sqlite3 *db;         /* [reader]; set with lock, so that reader_close() can interrupt it */
};

/* --- jobs --------------------------------------------------------------------------------------
 */

static void free_job(gpointer data)
{
    Job *job = data;
    if (job->free_data)
        job->free_data(job->data);
    g_clear_error(&job->error);
    g_free(job);
}

static void tell_job(gpointer data)
{
    const Job *job = data;
    if (job->done)
        job->done(job->data, job->error, job->user);
}

static void answer(Job *job)
{
    post_control(tell_job, job, free_job);
}

/* --- connection --------------------------------------------------------------------------------
 */

static void set_db(Reader *reader, sqlite3 *db)
{
    pthread_mutex_lock(&reader->lock);
    sqlite3 *old = reader->db;
    reader->db = db;
    pthread_mutex_unlock(&reader->lock);
    sql_close(old, FALSE);
}

static gboolean check_version(sqlite3 *db, GError **error)
{
    gint64 version;
    if (!sql_get_int(db, "PRAGMA user_version", &version, error))
        return FALSE;
    if (version == schema_version())
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
                "the file has schema %" G_GINT64_FORMAT " where %d is expected", version,
                schema_version());
    return FALSE;
}

static gboolean open_once(Reader *reader, GError **error)
{
    sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_FULLMUTEX;
    gboolean is_open = sqlite3_open_v2(reader->path, &db, flags, NULL) == SQLITE_OK;
    if (!is_open)
        sql_set_error(db, error);
    is_open =
        is_open && sqlite3_busy_timeout(db, BUSY_MS) == SQLITE_OK &&
        sql_run(db,
                "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA temp_store = MEMORY",
                error) &&
        check_version(db, error);
    if (is_open)
        set_db(reader, db);
    else
        sql_close(db, FALSE);
    return is_open;
}

static gboolean has_moved(Reader *reader)
{
    int moved = 0;
    sqlite3_file_control(reader->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return moved != 0;
}

static gboolean make_ready(Reader *reader, GError **error)
{
    if (reader->db && !has_moved(reader))
        return TRUE;
    set_db(reader, NULL);
    for (guint i = 0; i < OPEN_TRIES; i++) {
        g_clear_error(error);
        if (open_once(reader, error))
            return TRUE;
        g_usleep(OPEN_NAP_US);
    }
    g_prefix_error(error, "%s: ", reader->path);
    return FALSE;
}

/* What was cached of a file that cannot be read may be wrong: the next job opens it afresh. */
static void run_job(Reader *reader, Job *job)
{
    if (!make_ready(reader, &job->error))
        return;
    gboolean is_good =
        sql_run(reader->db, "BEGIN", &job->error) && job->func(reader->db, job->data, &job->error);
    g_assert(is_good == (job->error == NULL));
    if (!sqlite3_get_autocommit(reader->db))
        sql_run(reader->db, "ROLLBACK", NULL);
    if (g_error_matches(job->error, WALL_ERROR, WALL_ERROR_UNAVAILABLE))
        set_db(reader, NULL);
}

static void *serve(void *user)
{
    Reader *reader = user;
    pthread_setname_np(pthread_self(), "reader");
    setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 10); /* as the writer */
    for (;;) {
        pthread_mutex_lock(&reader->lock);
        while (g_queue_is_empty(&reader->jobs) && !reader->is_closing)
            pthread_cond_wait(&reader->wake, &reader->lock);
        gboolean is_over = reader->is_closing;
        Job *job = is_over ? NULL : g_queue_pop_head(&reader->jobs);
        pthread_mutex_unlock(&reader->lock);
        if (is_over)
            return NULL;
        run_job(reader, job);
        answer(job);
    }
}

/* --- [control] -----------------------------------------------------------------------------------
 */

void reader_submit(Reader *reader, ReaderFunc func, gpointer data, GDestroyNotify free_data,
                   StoreDone done, gpointer user)
{
    assert_control_thread();
    Job *job = g_new(Job, 1);
    *job = (Job) { func, data, free_data, done, user, NULL };
    pthread_mutex_lock(&reader->lock);
    gboolean is_accepted = reader->jobs.length < READER_MAX_WAITING;
    if (is_accepted)
        g_queue_push_tail(&reader->jobs, job);
    pthread_cond_signal(&reader->wake);
    pthread_mutex_unlock(&reader->lock);
    if (is_accepted)
        return;
    job->error = g_error_new(WALL_ERROR, WALL_ERROR_LIMIT, "%d queries wait for the disk already",
                             READER_MAX_WAITING);
    answer(job);
}

Reader *reader_open(const char *path, GError **error)
{
    assert_control_thread();
    if (strcmp(path, ":memory:") == 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED,
                    "a database in memory cannot be read beside its writer");
        return NULL;
    }
    Reader *reader = g_new0(Reader, 1);
    reader->path = g_canonicalize_filename(path, NULL);
    pthread_mutex_init(&reader->lock, NULL);
    pthread_cond_init(&reader->wake, NULL);
    if (!make_ready(reader, error)) {
        g_free(reader->path);
        g_free(reader);
        return NULL;
    }
    int failed = pthread_create(&reader->thread, NULL, serve, reader);
    if (failed)
        g_error("reader: no thread: %s", g_strerror(failed));
    return reader;
}

void reader_close(Reader *reader)
{
    if (!reader)
        return;
    assert_control_thread();
    pthread_mutex_lock(&reader->lock);
    reader->is_closing = TRUE;
    if (reader->db)
        sqlite3_interrupt(reader->db);
    pthread_cond_signal(&reader->wake);
    pthread_mutex_unlock(&reader->lock);
    pthread_join(reader->thread, NULL);
    Job *job;
    while ((job = g_queue_pop_head(&reader->jobs))) {
        job->error = g_error_new(WALL_ERROR, WALL_ERROR_UNAVAILABLE, "the database is closed");
        answer(job);
    }
    set_db(reader, NULL);
    pthread_cond_destroy(&reader->wake);
    pthread_mutex_destroy(&reader->lock);
    g_free(reader->path);
    g_free(reader);
}
