/* decode_pool.h - a few threads that decode for all feeds, one unit of one feed at a time.
 *
 * A Strand is a feed's place in the queue: it never runs on two threads at once, and gives way after each run. Urgent
 * strands (a picture that a person waits for) go first on the first thread; the others keep the running pictures moving.
 */
#ifndef WALLCTL_PIPELINES_DECODE_POOL_H
#define WALLCTL_PIPELINES_DECODE_POOL_H

#include <glib.h>

typedef struct DecodePool DecodePool;
typedef struct Strand Strand;

struct Strand {
    /* [decode] Does one piece of work; TRUE if there is more. */
    gboolean (*run)(Strand *strand);
    void (*unref)(Strand *strand); /* [decode] once per strand_schedule() that had to queue it */
    void (*ref)(Strand *strand);
    gboolean is_urgent;  /* pool lock */
    gboolean is_queued;  /* pool lock */
    gboolean is_running; /* pool lock */
    gboolean run_again;  /* pool lock */
    GList link;          /* pool lock */
};

DecodePool *decode_pool_new(guint threads); /* 0: one a core */

/* Joins the threads, drops queued strands and releases the caller's reference: nothing runs afterwards. */
void decode_pool_free(DecodePool *pool);

/* [any] Whoever schedules holds a reference: a view can end after everything has stopped. */
DecodePool *decode_pool_ref(DecodePool *pool);
void decode_pool_unref(DecodePool *pool);

/* [any] Sees to it that strand runs (again); nothing once the pool has stopped. */
void decode_pool_schedule(DecodePool *pool, Strand *strand, gboolean is_urgent);

guint decode_pool_threads(const DecodePool *pool);
guint decode_pool_busy(DecodePool *pool); /* [any] strands that run or are queued now */

#endif
