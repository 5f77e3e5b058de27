/* decode_pool.c - a few threads that decode for all feeds, one unit of one feed at a time */
#include "pipelines/decode_pool.h"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

struct DecodePool {
    gint refs; /* the owner's and one a strand's owner: the last view of a reel may go after the
                  pool has stopped */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    GQueue urgent, normal; /* lock; links are inside the strands */
    guint running;         /* lock: strands */
    gboolean is_stopping;  /* lock */
    guint threads;
    pthread_t *thread;
    gint next_number;
};

static Strand *pop(DecodePool *pool, gboolean prefers_urgent)
{
    GQueue *first = prefers_urgent ? &pool->urgent : &pool->normal;
    GQueue *second = prefers_urgent ? &pool->normal : &pool->urgent;
    GList *link = g_queue_pop_head_link(first);
    if (!link)
        link = g_queue_pop_head_link(second);
    return link ? link->data : NULL;
}

static void push(DecodePool *pool, Strand *strand)
{
    strand->link.data = strand;
    strand->is_queued = TRUE;
    g_queue_push_tail_link(strand->is_urgent ? &pool->urgent : &pool->normal, &strand->link);
    pthread_cond_signal(&pool->wake);
}

static void *work(void *user)
{
    DecodePool *pool = user;
    gboolean prefers_urgent = g_atomic_int_add(&pool->next_number, 1) == 0;
    /* Below the canvas ticks: what is decoded a moment late is shown a tick later; a late tick is
     * seen by all. */
    setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), 5);
    pthread_mutex_lock(&pool->lock);
    while (!pool->is_stopping) {
        Strand *strand = pop(pool, prefers_urgent);
        if (!strand) {
            pthread_cond_wait(&pool->wake, &pool->lock);
            continue;
        }
        strand->is_queued = FALSE;
        strand->is_running = TRUE;
        pool->running++;
        strand->run_again = FALSE;
        pthread_mutex_unlock(&pool->lock);
        gboolean has_more = strand->run(strand);
        pthread_mutex_lock(&pool->lock);
        strand->is_running = FALSE;
        pool->running--;
        if (has_more || strand->run_again) {
            push(pool, strand); /* a burst stays urgent until it is through */
            continue;
        }
        strand->is_urgent = FALSE;
        pthread_mutex_unlock(&pool->lock);
        strand->unref(strand);
        pthread_mutex_lock(&pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

void decode_pool_schedule(DecodePool *pool, Strand *strand, gboolean is_urgent)
{
    pthread_mutex_lock(&pool->lock);
    if (pool->is_stopping) {
        pthread_mutex_unlock(&pool->lock);
        return;
    }
    if (strand->is_running) {
        strand->run_again = TRUE;
        strand->is_urgent |= is_urgent;
    } else if (!strand->is_queued) {
        strand->ref(strand);
        strand->is_urgent = is_urgent;
        push(pool, strand);
    } else if (is_urgent && !strand->is_urgent) {
        g_queue_unlink(&pool->normal, &strand->link);
        strand->is_urgent = TRUE;
        push(pool, strand);
    }
    pthread_mutex_unlock(&pool->lock);
}

guint decode_pool_threads(const DecodePool *pool)
{
    return pool->threads;
}

guint decode_pool_busy(DecodePool *pool)
{
    pthread_mutex_lock(&pool->lock);
    guint busy = pool->urgent.length + pool->normal.length + pool->running;
    pthread_mutex_unlock(&pool->lock);
    return busy;
}

DecodePool *decode_pool_ref(DecodePool *pool)
{
    g_atomic_int_inc(&pool->refs);
    return pool;
}

void decode_pool_unref(DecodePool *pool)
{
    if (!g_atomic_int_dec_and_test(&pool->refs))
        return;
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    g_free(pool->thread);
    g_free(pool);
}

DecodePool *decode_pool_new(guint threads)
{
    DecodePool *pool = g_new0(DecodePool, 1);
    pool->refs = 1;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    g_queue_init(&pool->urgent);
    g_queue_init(&pool->normal);
    pool->threads = threads ? threads : MAX(1u, g_get_num_processors());
    pool->thread = g_new(pthread_t, pool->threads);
    for (guint i = 0; i < pool->threads; i++) {
        int failed = pthread_create(&pool->thread[i], NULL, work, pool);
        g_assert(failed == 0);
    }
    return pool;
}

void decode_pool_free(DecodePool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->is_stopping = TRUE;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (guint i = 0; i < pool->threads; i++)
        pthread_join(pool->thread[i], NULL);
    Strand *strand;
    while ((strand = pop(pool, TRUE)))
        strand->unref(strand);
    decode_pool_unref(pool);
}
