/* store.c - SQLite behind one writer thread
 *
 * The writer takes all that waits as one batch: one transaction, one fsync, a savepoint a job. A
 * batch whose commit fails is lost as a whole, so the disk never holds half of it; the store is
 * then "behind" until its owner has saved everything again.
 */
#include "wallctl/store/store.h"

#include "wallctl/base/backoff.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/store/database.h"
#include "wallctl/store/sql.h"

#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_WAITING   1024
#define LOOK_MS       2000 /* how often an idle store looks whether its file is still there */
#define FIRST_WAIT_MS 1000 /* tries while in trouble */
#define LAST_WAIT_MS  30000

const double store_bounds_s[STORE_N_BOUNDS] = { 0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5 };

typedef struct Job Job;
struct Job {
    char *key; /* or NULL */
    StoreFunc func;
    gpointer data;
    GDestroyNotify free_data;
    StoreDone done;
    gpointer user;
    gboolean truncates_log;
    Job *replaced; /* an older job with the same key that never began and whose done waits */
    GError *error;
};

/* Where news goes; outlives the store for what is still posted. [control] only, but for refs. */
typedef struct {
    gint refs;
    StoreNews func;
    gpointer user;
} Listener;

typedef struct {
    Listener *listener;
    char *trouble;
    gboolean is_behind;
} News;

struct Store {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    GQueue *jobs;        /* lock; Job, oldest first */
    guint n_waiting;     /* lock; with those that were replaced */
    gboolean is_closing; /* lock */
    gboolean is_behind;  /* lock; something submitted is not on disk and no longer queued */
    char *trouble;       /* lock */
    StoreStats stats;    /* lock; but for waiting */

    pthread_mutex_t database_lock; /* the writer and store_run_now() take turns */
    Database database;             /* database_lock */
    Backoff backoff;               /* [store] */

    Listener *listener;
    GData *memories; /* [control] */
};

static const char *trouble_text(int code)
{
    switch (code) {
    case SQLITE_FULL:
        return "数据库磁盘已满，当前状态无法保存";
    case SQLITE_IOERR:
        return "数据库读写失败，当前状态无法保存";
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return "数据库文件只读，当前状态无法保存";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return "数据库文件已损坏，当前状态无法保存";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "数据库被其他程序占用，当前状态无法保存";
    default:
        return "数据库文件无法打开，当前状态无法保存";
    }
}

/* jobs */

static void free_job(gpointer data)
{
    Job *job = data;
    if (job->replaced)
        free_job(job->replaced);
    if (job->free_data)
        job->free_data(job->data);
    g_clear_error(&job->error);
    g_free(job->key);
    g_free(job);
}

static void tell_job(Job *job, const GError *error)
{
    if (job->replaced)
        tell_job(job->replaced, error);
    if (job->done)
        job->done(job->data, error, job->user);
}

static void tell_batch(gpointer data)
{
    GPtrArray *batch = data;
    for (guint i = 0; i < batch->len; i++) {
        Job *job = g_ptr_array_index(batch, i);
        tell_job(job, job->error);
    }
}

static void free_batch(gpointer data)
{
    g_ptr_array_unref(data);
}

/* news */

static void unref_listener(Listener *listener)
{
    if (g_atomic_int_dec_and_test(&listener->refs))
        g_free(listener);
}

static void tell_news(gpointer data)
{
    News *news = data;
    if (news->listener->func)
        news->listener->func(news->trouble, news->is_behind, news->listener->user);
}

static void free_news(gpointer data)
{
    News *news = data;
    unref_listener(news->listener);
    g_free(news->trouble);
    g_free(news);
}

static void post_news(Store *store, const char *trouble, gboolean is_behind)
{
    News *news = g_new(News, 1);
    *news = (News) { store->listener, g_strdup(trouble), is_behind };
    g_atomic_int_inc(&store->listener->refs);
    post_control(tell_news, news, free_news);
}

static void note_trouble(Store *store, const GError *error)
{
    const char *text = trouble_text(store->database.code);
    pthread_mutex_lock(&store->lock);
    gboolean is_new = g_strcmp0(store->trouble, text) != 0;
    if (is_new) {
        g_free(store->trouble);
        store->trouble = g_strdup(text);
    }
    pthread_mutex_unlock(&store->lock);
    if (!is_new)
        return;
    log_error(STORE, "nothing is saved now, will try again: %s", error->message);
    post_news(store, text, FALSE);
}

static void note_commit(Store *store)
{
    pthread_mutex_lock(&store->lock);
    g_autofree char *trouble = g_steal_pointer(&store->trouble);
    gboolean is_behind = store->is_behind;
    store->is_behind = FALSE;
    pthread_mutex_unlock(&store->lock);
    if (trouble)
        log_info(STORE, "%s: saving works again", store->database.path);
    if (trouble || is_behind)
        post_news(store, NULL, is_behind);
}

static void set_behind(Store *store)
{
    pthread_mutex_lock(&store->lock);
    store->is_behind = TRUE;
    pthread_mutex_unlock(&store->lock);
}

/* database; called with database_lock held */

static gboolean is_sound(Database *database)
{
    return database->db && !database_has_moved(database) && !database_is_touched(database);
}

/* Opens; a file that broke while we ran is set aside. */
static gboolean open_again(Database *database, GError **error)
{
    GError *cause = NULL;
    SchemaState state = database_open(database, &cause);
    if (state == SCHEMA_DAMAGED) {
        log_error(STORE, "%s", cause->message);
        g_error_free(cause);
        return database_replace(database, error);
    }
    if (cause)
        g_propagate_error(error, cause);
    return state == SCHEMA_GOOD;
}

/* The database open, ours, whole, and at its path. */
static gboolean make_ready(Store *store, GError **error)
{
    Database *database = &store->database;
    if (is_sound(database))
        return TRUE;
    gboolean is_good;
    if (database->db && database_has_moved(database)) {
        log_error(STORE, "%s: was deleted or replaced while in use; writing it anew",
                  database->path);
        is_good = database_restore(database, error);
    } else {
        if (database->db)
            log_error(STORE, "%s: was written by somebody else while in use; reading it afresh",
                      database->path);
        database_close(database);
        is_good = open_again(database, error);
    }
    if (is_good && database->is_fresh)
        set_behind(store);
    return is_good;
}

/* Inside the open transaction; FALSE when the whole batch is lost. A job's own fault stays with the
 * job. */
static gboolean run_job(sqlite3 *db, Job *job, GError **error)
{
    if (!job->func)
        return TRUE;
    if (!sql_run(db, "SAVEPOINT job", error))
        return FALSE;
    gboolean is_good = job->func(db, job->data, &job->error);
    g_assert(is_good == (job->error == NULL));
    if (is_good)
        return sql_run(db, "RELEASE job", error);
    if (g_error_matches(job->error, WALL_ERROR, WALL_ERROR_UNAVAILABLE) ||
        sqlite3_get_autocommit(db)) {
        g_propagate_error(error, g_steal_pointer(&job->error));
        return FALSE;
    }
    return sql_run(db, "ROLLBACK TO job; RELEASE job", error);
}

static gboolean run_transaction(sqlite3 *db, GPtrArray *batch, GError **error)
{
    if (!sql_run(db, "BEGIN IMMEDIATE", error))
        return FALSE;
    for (guint i = 0; i < batch->len; i++) {
        if (!run_job(db, g_ptr_array_index(batch, i), error))
            return FALSE;
    }
    return sql_run(db, "COMMIT", error);
}

/* Outside of a transaction, after it. */
static void truncate_log(sqlite3 *db, GError **error)
{
    g_autoptr(SqlStatement) checkpoint = sql_prepare(db, "PRAGMA wal_checkpoint(TRUNCATE)", error);
    gboolean has_row;
    if (!checkpoint || !sql_step(checkpoint, &has_row, error))
        return;
    if (has_row && sqlite3_column_int(checkpoint, 0) != 0)
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
                    "the write-ahead log is still being read");
}

static void truncate_for(sqlite3 *db, GPtrArray *batch)
{
    for (guint i = 0; i < batch->len; i++) {
        Job *job = g_ptr_array_index(batch, i);
        if (job->truncates_log)
            truncate_log(db, &job->error);
    }
}

static void note_batch(Store *store, guint n_jobs, gint64 took_ns, gboolean is_good)
{
    double took_s = (double)took_ns / NS_PER_SEC;
    guint i = 0;
    while (i < STORE_N_BOUNDS && took_s > store_bounds_s[i])
        i++;
    pthread_mutex_lock(&store->lock);
    StoreStats *stats = &store->stats;
    stats->batches++;
    stats->failed_batches += !is_good;
    stats->jobs += n_jobs;
    stats->took[i]++;
    stats->took_s += took_s;
    pthread_mutex_unlock(&store->lock);
}

/* Afterwards each job has the error that it is to report, or none. */
static void run_batch(Store *store, GPtrArray *batch)
{
    GError *error = NULL;
    pthread_mutex_lock(&store->database_lock);
    gint64 begin = clock_now_ns();
    Database *database = &store->database;
    gboolean is_ready = make_ready(store, &error);
    if (is_ready && !run_transaction(database->db, batch, &error)) {
        database->code = sqlite3_errcode(database->db);
        g_prefix_error(&error, "%s: ", database->path);
        if (!sqlite3_get_autocommit(database->db))
            sql_run(database->db, "ROLLBACK", NULL);
        /* What the system says about a disk that failed once, or a file that is no longer sound, is
         * read afresh. */
        gboolean is_doubtful = database->code == SQLITE_IOERR || database->code == SQLITE_CORRUPT ||
                               database->code == SQLITE_NOTADB;
        if (is_doubtful && !database->is_memory)
            database_close(database);
    }
    if (!error)
        truncate_for(database->db, batch);
    if (database->db)
        database_note_written(database);
    if (error) {
        set_behind(store);
        note_trouble(store, error);
    } else {
        note_commit(store);
    }
    note_batch(store, batch->len, clock_now_ns() - begin, error == NULL);
    pthread_mutex_unlock(&store->database_lock);
    for (guint i = 0; error && i < batch->len; i++) {
        Job *job = g_ptr_array_index(batch, i);
        g_clear_error(&job->error);
        job->error = g_error_copy(error);
    }
    g_clear_error(&error);
}

/* A write that changes nothing: does the disk take it again? */
static gboolean probe(sqlite3 *db, gpointer data, GError **error)
{
    g_autofree char *sql = g_strdup_printf("PRAGMA user_version = %d", schema_version());
    return sql_run(db, sql, error);
}

/* writer */

static gboolean is_in_trouble(Store *store)
{
    pthread_mutex_lock(&store->lock);
    gboolean is_bad = store->trouble != NULL;
    pthread_mutex_unlock(&store->lock);
    return is_bad;
}

/* While nothing is to be written: is the file still there, does a disk that failed work again? */
static void look_around(Store *store)
{
    pthread_mutex_lock(&store->database_lock);
    gboolean is_good = is_sound(&store->database);
    pthread_mutex_unlock(&store->database_lock);
    if (is_good && !is_in_trouble(store))
        return;
    g_autoptr(GPtrArray) batch = g_ptr_array_new_with_free_func(free_job);
    Job *job = g_new0(Job, 1);
    job->func = probe;
    g_ptr_array_add(batch, job);
    run_batch(store, batch);
}

/* Jobs that wait; empty after wait_ms, NULL when closing and none is left. */
static GPtrArray *wait_for_jobs(Store *store, guint wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    gint64 ns = until.tv_nsec + wait_ms * NS_PER_MS;
    until.tv_sec += (time_t)(ns / NS_PER_SEC);
    until.tv_nsec = (long)(ns % NS_PER_SEC);

    GPtrArray *batch = g_ptr_array_new_with_free_func(free_job);
    int outcome = 0;
    pthread_mutex_lock(&store->lock);
    while (g_queue_is_empty(store->jobs) && !store->is_closing && outcome == 0)
        outcome = pthread_cond_timedwait(&store->wake, &store->lock, &until);
    Job *job;
    while ((job = g_queue_pop_head(store->jobs)))
        g_ptr_array_add(batch, job);
    store->n_waiting = 0;
    gboolean is_over = store->is_closing && batch->len == 0;
    pthread_mutex_unlock(&store->lock);
    if (is_over)
        g_clear_pointer(&batch, g_ptr_array_unref);
    return batch;
}

static gboolean has_work(const GPtrArray *batch)
{
    for (guint i = 0; i < batch->len; i++) {
        const Job *job = g_ptr_array_index(batch, i);
        if (job->func || job->truncates_log)
            return TRUE;
    }
    return FALSE;
}

static void *writer(void *user)
{
    Store *store = user;
    pthread_setname_np(pthread_self(), "store");
    /* Below the canvas and the decoders, like all that may be late by some milliseconds. */
    setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 10);
    GPtrArray *batch;
    guint wait_ms = LOOK_MS;
    while ((batch = wait_for_jobs(store, wait_ms))) {
        if (batch->len > 0) {
            /* An empty transaction would say that a full disk works. */
            if (has_work(batch))
                run_batch(store, batch);
            post_control(tell_batch, batch, free_batch);
        } else {
            look_around(store);
            g_ptr_array_unref(batch);
        }
        if (!is_in_trouble(store))
            backoff_reset(&store->backoff);
        wait_ms = is_in_trouble(store) ? backoff_next_ms(&store->backoff) : LOOK_MS;
    }
    return NULL;
}

/* [control] */

static Job *find_queued(Store *store, const char *key)
{
    for (GList *link = store->jobs->tail; key && link; link = link->prev) {
        Job *job = link->data;
        if (g_strcmp0(job->key, key) == 0)
            return job;
    }
    return NULL;
}

/* Puts newer into the queued job's place; the older work hangs behind it if somebody waits for its
 * outcome, else it is returned for the caller to free. */
static Job *replace_job(Job *queued, Job *newer)
{
    Job older = *queued;
    *queued = *newer;
    *newer = older;
    if (!newer->done && !newer->replaced)
        return newer;
    queued->replaced = newer;
    return NULL;
}

/* Takes over the job, in the place of one with its key; it is freed when the queue is full. */
static gboolean submit(Store *store, Job *job, GError **error)
{
    Job *useless = NULL;
    pthread_mutex_lock(&store->lock);
    Job *queued = find_queued(store, job->key);
    gboolean is_accepted = store->n_waiting < MAX_WAITING;
    if (!is_accepted) {
        store->is_behind = TRUE;
        useless = job;
    } else if (queued) {
        useless = replace_job(queued, job);
    } else {
        g_queue_push_tail(store->jobs, job);
    }
    store->n_waiting += useless ? 0 : 1;
    pthread_cond_signal(&store->wake);
    pthread_mutex_unlock(&store->lock);
    if (useless)
        free_job(useless);
    if (!is_accepted) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_LIMIT, "%d changes wait for the disk already",
                    MAX_WAITING);
    }
    return is_accepted;
}

gboolean store_submit_newest(Store *store, const char *key, StoreFunc func, gpointer data,
                             GDestroyNotify free_data, StoreDone done, gpointer user,
                             GError **error)
{
    assert_control_thread();
    Job *job = g_new0(Job, 1);
    *job = (Job) { .key = g_strdup(key),
                   .func = func,
                   .data = data,
                   .free_data = free_data,
                   .done = done,
                   .user = user };
    return submit(store, job, error);
}

gboolean store_truncate_log(Store *store, StoreDone done, gpointer user, GError **error)
{
    assert_control_thread();
    Job *job = g_new0(Job, 1);
    *job = (Job) { .done = done, .user = user, .truncates_log = TRUE };
    return submit(store, job, error);
}

gboolean store_submit(Store *store, StoreFunc func, gpointer data, GDestroyNotify free_data,
                      StoreDone done, gpointer user, GError **error)
{
    return store_submit_newest(store, NULL, func, data, free_data, done, user, error);
}

gboolean store_run_now(Store *store, StoreFunc func, gpointer data, GError **error)
{
    g_autoptr(GPtrArray) batch = g_ptr_array_new_with_free_func(free_job);
    Job *job = g_new0(Job, 1);
    job->func = func;
    job->data = data;
    g_ptr_array_add(batch, job);
    run_batch(store, batch);
    if (!job->error)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&job->error));
    return FALSE;
}

void store_watch(Store *store, StoreNews news, gpointer user)
{
    assert_control_thread();
    store->listener->func = news;
    store->listener->user = user;
}

char *store_dup_trouble(Store *store)
{
    pthread_mutex_lock(&store->lock);
    char *trouble = g_strdup(store->trouble);
    pthread_mutex_unlock(&store->lock);
    return trouble;
}

void store_get_stats(Store *store, StoreStats *stats)
{
    pthread_mutex_lock(&store->lock);
    *stats = store->stats;
    stats->waiting = g_queue_get_length(store->jobs);
    pthread_mutex_unlock(&store->lock);
}

gpointer store_get_memory(Store *store, const char *name)
{
    return g_datalist_get_data(&store->memories, name);
}

void store_set_memory(Store *store, const char *name, gpointer memory, GDestroyNotify free_memory)
{
    g_datalist_set_data_full(&store->memories, name, memory, free_memory);
}

Store *store_open(const char *path, GError **error)
{
    Database database;
    database_init(&database, path);
    if (database_open(&database, error) != SCHEMA_GOOD) {
        database_clear(&database);
        return NULL;
    }
    Store *store = g_new0(Store, 1);
    store->database = database;
    store->jobs = g_queue_new();
    store->listener = g_new0(Listener, 1);
    store->listener->refs = 1;
    g_datalist_init(&store->memories);
    backoff_init(&store->backoff, FIRST_WAIT_MS, LAST_WAIT_MS);
    pthread_mutex_init(&store->lock, NULL);
    pthread_mutex_init(&store->database_lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&store->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    int failed = pthread_create(&store->thread, NULL, writer, store);
    if (failed)
        g_error("store: no thread: %s", g_strerror(failed));
    return store;
}

void store_close(Store *store)
{
    if (!store)
        return;
    assert_control_thread();
    pthread_mutex_lock(&store->lock);
    store->is_closing = TRUE;
    pthread_cond_signal(&store->wake);
    pthread_mutex_unlock(&store->lock);
    pthread_join(store->thread, NULL);
    store->listener->func = NULL;
    unref_listener(store->listener);
    database_clear(&store->database);
    g_datalist_clear(&store->memories);
    g_queue_free(store->jobs);
    g_free(store->trouble);
    pthread_cond_destroy(&store->wake);
    pthread_mutex_destroy(&store->database_lock);
    pthread_mutex_destroy(&store->lock);
    g_free(store);
}
