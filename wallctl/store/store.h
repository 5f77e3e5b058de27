/* store.h - SQLite behind one writer thread. SQL appears only in this folder.
 *
 * WAL, STRICT tables, user_version migrations, synchronous=FULL for what must survive a power cut.
 * [control] submits jobs and gets results by post; nobody waits for the disk. All jobs that wait
 * become one transaction.
 *
 * A full disk, an I/O error or a lost file is an error in the result and a state in
 * store_dup_trouble(), never an exit. The store tries again by itself (1 to 30 s apart, and with
 * every job), and then says is_behind once: the owner of the state saves all of it again. While we
 * run it looks after the file every 2 s and before each batch:
 *
 * - deleted or replaced: written anew from the open one; what was found there becomes PATH.found-MS
 *
 * - written by another program: read afresh and checked
 *
 * - damaged: becomes PATH.damaged-MS, and an empty one is begun (is_behind)
 */
#ifndef WALLCTL_STORE_STORE_H
#define WALLCTL_STORE_STORE_H

#include <glib.h>
#include <sqlite3.h>

typedef struct Store Store;

/* One job: runs on [store] inside a transaction of its batch; FALSE rolls this job back
 * (savepoint). An error WALL_ERROR_UNAVAILABLE means the disk and fails the whole batch. */
typedef gboolean (*StoreFunc)(sqlite3 *db, gpointer data, GError **error);

/* Runs on [control] after commit (error NULL: durable) or failure; data is freed after it. */
typedef void (*StoreDone)(gpointer data, const GError *error, gpointer user);

/* Runs on [control]. trouble: as store_dup_trouble(), NULL when all is well again. is_behind:
 * writing works, and what was submitted earlier is not all on disk: save everything again. */
typedef void (*StoreNews)(const char *trouble, gboolean is_behind, gpointer user);

/* Opens or creates the file at path (and its folder) and migrates it. ":memory:" for tests. A newer
 * schema than ours, or a file that is no database of ours, is an error that names the file; nothing
 * is overwritten. */
Store *store_open(const char *path, GError **error);

/* [control] Finishes queued jobs, checkpoints, closes. Their results are posted: they arrive when
 * the loop runs on (post_drain()), news does not. */
void store_close(Store *store);

/* [control] One listener. */
void store_watch(Store *store, StoreNews news, gpointer user);

/* [control] FALSE with WALL_ERROR_LIMIT when the queue is full (data is freed). done and free_data
 * may be NULL; free_data runs on [control] after done. func NULL writes nothing: its done comes when
 * all that was submitted before is on disk or has failed. */
gboolean store_submit(Store *store, StoreFunc func, gpointer data, GDestroyNotify free_data,
                      StoreDone done, gpointer user, GError **error);

/* [control] The same, in the place of a job with this key that has not begun yet: that one's func
 * never runs, its done runs with the outcome of this one. */
gboolean store_submit_newest(Store *store, const char *key, StoreFunc func, gpointer data,
                             GDestroyNotify free_data, StoreDone done, gpointer user,
                             GError **error);

/* [control] After all that was submitted before: copies the write-ahead log into the file and empties
 * it, so that what was deleted is in neither. done gets WALL_ERROR_UNAVAILABLE while a reader or a copy
 * still needs the log. FALSE as store_submit(). */
gboolean store_truncate_log(Store *store, StoreDone done, gpointer user, GError **error);

/* Before the loop runs: one job, here and now, on the calling thread. */
gboolean store_run_now(Store *store, StoreFunc func, gpointer data, GError **error);

/* [any] NULL when all is well, else what is wrong ("数据库磁盘已满"), copied; caller frees. */
char *store_dup_trouble(Store *store);

/* How the writer fares. A batch is one transaction with all its jobs, from its begin to its fsync. */
#define STORE_N_BOUNDS 9
typedef struct {
    guint waiting; /* jobs that have not begun */
    guint64 jobs, batches, failed_batches;
    guint64 took[STORE_N_BOUNDS + 1]; /* batches by store_bounds_s; the last: longer than all */
    double took_s;                    /* in all */
} StoreStats;
extern const double store_bounds_s[STORE_N_BOUNDS];

void store_get_stats(Store *store, StoreStats *stats); /* [any] */

/* [control] What a file of this folder remembers between its jobs, under a name of its own; freed
 * by store_close(). */
gpointer store_get_memory(Store *store, const char *name);
void store_set_memory(Store *store, const char *name, gpointer memory, GDestroyNotify free_memory);

#endif
