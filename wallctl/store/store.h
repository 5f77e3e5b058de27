/* store.h - SQLite behind one writer thread. SQL appears only in this folder.
 *
 * WAL, STRICT tables, user_version migrations, synchronous=FULL for what must survive a power cut. [control] submits jobs
 * and gets results by post; nobody waits for the disk. A full disk or a lost file is an error in the result and a state in
 * store_state(), never an exit; the store retries and recovers by itself.
 */
#ifndef WALLCTL_STORE_STORE_H
#define WALLCTL_STORE_STORE_H

#include <glib.h>
#include <sqlite3.h>

typedef struct Store Store;

/* One job: runs on [store] inside a transaction of its batch; FALSE rolls this job back (savepoint). */
typedef gboolean (*StoreFunc)(sqlite3 *db, gpointer data, GError **error);

/* Runs on [control] after commit (error NULL: durable) or failure. */
typedef void (*StoreDone)(gpointer data, const GError *error, gpointer user);

/* Opens or creates DIR/wallctl.db and migrates it. ":memory:" for tests. A newer schema than ours, or a file that is no
 * database, is an error that names the file; nothing is overwritten. */
Store *store_open(const char *path, GError **error);

/* Finishes queued jobs, checkpoints, closes. */
void store_close(Store *store);

/* [control] FALSE with WALL_ERROR_LIMIT when the queue is full (data is freed). done may be NULL. */
gboolean store_submit(Store *store, StoreFunc func, gpointer data, GDestroyNotify free_data, StoreDone done,
                      gpointer user, GError **error);

/* Before the loop runs: one job, here and now, on the calling thread. */
gboolean store_run_now(Store *store, StoreFunc func, gpointer data, GError **error);

/* [any] NULL when all is well, else what is wrong ("数据库磁盘已满"), copied; caller frees. */
char *store_dup_trouble(Store *store);

#endif
