/* work.h - a bounded queue of jobs for a few [worker] threads: drawing text, encoding a snapshot, probing. */
#ifndef WALLCTL_BASE_WORK_H
#define WALLCTL_BASE_WORK_H

#include <glib.h>

typedef struct WorkPool WorkPool;
typedef void (*WorkFunc)(gpointer data); /* runs on a [worker] */

/* nice: of the threads; the decoders have 5. */
WorkPool *work_pool_new(const char *name, guint threads, guint max_queued, int nice);

/* Drops jobs that have not begun (their free_data runs), waits for those that have. */
void work_pool_free(WorkPool *pool);

/* [any] FALSE with WALL_ERROR_LIMIT when the queue is full; then free_data(data) has run.
 * free_data (may be NULL) runs on the worker after func. */
gboolean work_submit(WorkPool *pool, WorkFunc func, gpointer data, GDestroyNotify free_data,
                     GError **error);

/* [any] The same for what is to be done once, as of now: of all jobs with this key at most one waits.
 * A newer one takes the place of one that has not begun, whose free_data runs. */
gboolean work_submit_newest(WorkPool *pool, gconstpointer key, WorkFunc func, gpointer data,
                            GDestroyNotify free_data, GError **error);

#endif
