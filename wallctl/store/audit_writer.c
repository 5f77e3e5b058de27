/* audit_writer.c - rows of the register on their way to the disk
 *
 * One job waits in the store's queue at most; when it begins it takes all rows there are. Whether a batch
 * before it was committed is not told in time, and not always truly: so a job remembers where the chain
 * ended after it (attempt), and the next one looks whether it does.
 */
#include "wallctl/store/audit_writer.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"

#include <pthread.h>
#include <string.h>

#define AGAIN_MS 1000

struct AuditWriter {
    guint refs; /* [control]; jobs under way hold it */
    gboolean is_closed;
    Store *store;
    AuditKey *key;
    AuditWritten written;
    gpointer user;
    AuditState state;
    guint timer;

    pthread_mutex_t lock;
    GPtrArray
        *rows; /* lock; AuditRow, oldest first, those that are written and not yet known so, too */
    gboolean is_queued; /* lock; a job waits that will take all rows */
    char *site;         /* lock */
    AuditEnd known;     /* lock; where the chain ended after the last batch that is durable */
    guint attempt_n;    /* lock; so many of the first rows are written ... */
    AuditEnd attempt;   /* lock; ... if the chain ends here */
    guint64 attempt_no; /* lock; by this job */
};

typedef struct {
    AuditWriter *writer;
    guint64 no;
    gboolean is_foreign;
    AuditState state; /* after it */
} Batch;

static void unref(AuditWriter *writer)
{
    if (--writer->refs > 0)
        return;
    if (writer->rows->len > 0)
        log_error(AUDIT, "%u rows of the register are lost: the database does not take them",
                  writer->rows->len);
    g_ptr_array_unref(writer->rows);
    pthread_mutex_destroy(&writer->lock);
    audit_key_unref(writer->key);
    g_free(writer->site);
    g_free(writer);
}

static AuditWriter *ref(AuditWriter *writer)
{
    writer->refs++;
    return writer;
}

/* --- [store] -------------------------------------------------------------------------------------
 */

/* With the lock: the rows of an attempt that came to something are no longer waited for. */
static void settle_attempt(AuditWriter *writer, const AuditEnd *head, gboolean *is_foreign)
{
    gboolean is_attempt = writer->attempt_n > 0 && audit_end_equal(head, &writer->attempt);
    *is_foreign = !is_attempt && !audit_end_equal(head, &writer->known);
    if (is_attempt)
        g_ptr_array_remove_range(writer->rows, 0, writer->attempt_n);
    writer->attempt_n = 0;
    writer->known = *head;
}

static gboolean run_batch(sqlite3 *db, gpointer data, GError **error)
{
    Batch *batch = data;
    AuditWriter *writer = batch->writer;
    g_autofree AuditRow **rows = NULL;
    g_autofree char *site = NULL;
    guint n;
    if (!audit_store_state(db, &batch->state, error)) {
        pthread_mutex_lock(&writer->lock);
        writer->is_queued = FALSE;
        pthread_mutex_unlock(&writer->lock);
        return FALSE;
    }
    pthread_mutex_lock(&writer->lock);
    writer->is_queued = FALSE;
    settle_attempt(writer, &batch->state.head, &batch->is_foreign);
    writer->attempt_no = batch->no;
    site = g_strdup(writer->site);
    n = writer->rows->len;
    rows = g_memdup2(writer->rows->pdata, n * sizeof *rows);
    pthread_mutex_unlock(&writer->lock);
    /* Until this job has an attempt, nobody takes a row away. */
    AuditSigner signer = { writer->key, site };
    if (!audit_store_append(db, &signer, (const AuditRow *const *)rows, n, clock_unix_ms(), NULL,
                            error) ||
        !audit_store_state(db, &batch->state, error))
        return FALSE;
    pthread_mutex_lock(&writer->lock);
    writer->attempt = batch->state.head;
    writer->attempt_n = n;
    pthread_mutex_unlock(&writer->lock);
    return TRUE;
}

typedef struct {
    AuditMark mark; /* first: what done gets */
    AuditWriter *writer;
    char *cause;
    AuditState state;
    StoreDone done;
    gpointer user;
} Checkpoint;

static gboolean run_checkpoint(sqlite3 *db, gpointer data, GError **error)
{
    Checkpoint *job = data;
    pthread_mutex_lock(&job->writer->lock);
    g_autofree char *site = g_strdup(job->writer->site);
    pthread_mutex_unlock(&job->writer->lock);
    AuditSigner signer = { job->writer->key, site };
    return audit_store_checkpoint(db, &signer, job->cause, clock_unix_ms(), &job->mark, error) &&
           audit_store_state(db, &job->state, error);
}

/* --- [control] -----------------------------------------------------------------------------------
 */

static void submit(AuditWriter *writer);

static gboolean on_again(gpointer user)
{
    AuditWriter *writer = user;
    writer->timer = 0;
    submit(writer);
    return G_SOURCE_REMOVE;
}

static void try_again(AuditWriter *writer)
{
    if (!writer->timer && !writer->is_closed)
        writer->timer = g_timeout_add(AGAIN_MS, on_again, writer);
}

static void free_batch(gpointer data)
{
    Batch *batch = data;
    unref(batch->writer);
    g_free(batch);
}

static void on_batch(gpointer data, const GError *error, gpointer user)
{
    Batch *batch = data;
    AuditWriter *writer = batch->writer;
    pthread_mutex_lock(&writer->lock);
    if (!error && writer->attempt_no == batch->no && writer->attempt_n > 0) {
        g_ptr_array_remove_range(writer->rows, 0, writer->attempt_n);
        writer->known = writer->attempt;
        writer->attempt_n = 0;
    }
    gboolean has_rest = writer->rows->len > writer->attempt_n;
    pthread_mutex_unlock(&writer->lock);
    if (!error)
        writer->state = batch->state;
    else if (has_rest)
        try_again(writer);
    if (!writer->is_closed)
        writer->written(error, batch->is_foreign, writer->user);
}

static void submit(AuditWriter *writer)
{
    static guint64 last_no;
    pthread_mutex_lock(&writer->lock);
    gboolean is_needed = !writer->is_queued && writer->rows->len > 0;
    writer->is_queued = writer->is_queued || is_needed;
    pthread_mutex_unlock(&writer->lock);
    if (!is_needed)
        return;
    Batch *batch = g_new0(Batch, 1);
    batch->writer = ref(writer);
    batch->no = ++last_no;
    if (store_submit(writer->store, run_batch, batch, free_batch, on_batch, NULL, NULL))
        return;
    pthread_mutex_lock(&writer->lock);
    writer->is_queued = FALSE;
    pthread_mutex_unlock(&writer->lock);
    try_again(writer);
}

void audit_writer_add(AuditWriter *writer, AuditRow *row)
{
    pthread_mutex_lock(&writer->lock);
    g_ptr_array_add(writer->rows, row);
    pthread_mutex_unlock(&writer->lock);
    submit(writer);
}

static void free_checkpoint(gpointer data)
{
    Checkpoint *job = data;
    unref(job->writer);
    g_free(job->cause);
    g_free(job);
}

static void on_checkpoint(gpointer data, const GError *error, gpointer user)
{
    Checkpoint *job = data;
    if (!error)
        job->writer->state = job->state;
    if (job->done)
        job->done(&job->mark, error, job->user);
}

void audit_writer_checkpoint(AuditWriter *writer, const char *cause, StoreDone done, gpointer user)
{
    Checkpoint *job = g_new0(Checkpoint, 1);
    job->writer = ref(writer);
    job->cause = g_strdup(cause);
    job->done = done;
    job->user = user;
    g_autoptr(GError) error = NULL;
    submit(writer);
    if (store_submit(writer->store, run_checkpoint, job, free_checkpoint, on_checkpoint, NULL,
                     &error))
        return;
    AuditMark none = { 0 };
    if (done)
        done(&none, error, user);
}

guint audit_writer_waiting(const AuditWriter *writer)
{
    pthread_mutex_t *lock = (pthread_mutex_t *)&writer->lock;
    pthread_mutex_lock(lock);
    guint n = writer->rows->len;
    pthread_mutex_unlock(lock);
    return n;
}

const AuditState *audit_writer_state(const AuditWriter *writer)
{
    return &writer->state;
}

void audit_writer_set_site(AuditWriter *writer, const char *site)
{
    pthread_mutex_lock(&writer->lock);
    g_free(writer->site);
    writer->site = g_strdup(site);
    pthread_mutex_unlock(&writer->lock);
}

AuditWriter *audit_writer_new(Store *store, AuditKey *key, const char *site,
                              const AuditState *state, AuditWritten written, gpointer user)
{
    AuditWriter *writer = g_new0(AuditWriter, 1);
    writer->refs = 1;
    writer->store = store;
    writer->key = audit_key_ref(key);
    writer->site = g_strdup(site);
    writer->state = *state;
    writer->known = state->head;
    writer->written = written;
    writer->user = user;
    writer->rows = g_ptr_array_new_with_free_func(g_free);
    pthread_mutex_init(&writer->lock, NULL);
    return writer;
}

void audit_writer_free(AuditWriter *writer)
{
    if (!writer)
        return;
    writer->is_closed = TRUE;
    g_clear_handle_id(&writer->timer, g_source_remove);
    submit(writer);
    unref(writer);
}
