/* work.c - a bounded queue of jobs for a few [worker] threads */
#include "wallctl/base/work.h"

#include "wallctl/base/error.h"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct {
    gconstpointer key; /* NULL: stands for itself alone */
    WorkFunc func;
    gpointer data;
    GDestroyNotify free_data;
} Job;

struct WorkPool {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    GQueue jobs;       /* lock */
    gboolean stopping; /* lock */
    guint max_queued;
    int nice;
    char *name;
    GPtrArray *threads;
};

static void finish_job(Job *job, gboolean run)
{
    if (run)
        job->func(job->data);
    if (job->free_data)
        job->free_data(job->data);
    g_free(job);
}

static gpointer worker(gpointer user)
{
    WorkPool *pool = user;
    setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), pool->nice);
    for (;;) {
        pthread_mutex_lock(&pool->lock);
        while (!pool->stopping && g_queue_is_empty(&pool->jobs))
            pthread_cond_wait(&pool->wake, &pool->lock);
        Job *job = pool->stopping ? NULL : g_queue_pop_head(&pool->jobs);
        pthread_mutex_unlock(&pool->lock);
        if (!job)
            return NULL;
        finish_job(job, TRUE);
    }
}

/* Under the lock. */
static GList *find_waiting(WorkPool *pool, gconstpointer key)
{
    for (GList *link = key ? pool->jobs.head : NULL; link; link = link->next) {
        if (((const Job *)link->data)->key == key)
            return link;
    }
    return NULL;
}

gboolean work_submit_newest(WorkPool *pool, gconstpointer key, WorkFunc func, gpointer data,
                            GDestroyNotify free_data, GError **error)
{
    Job *job = g_new(Job, 1), *former = NULL;
    *job = (Job) { key, func, data, free_data };
    pthread_mutex_lock(&pool->lock);
    GList *waiting = pool->stopping ? NULL : find_waiting(pool, key);
    gboolean accepted = waiting || (!pool->stopping && pool->jobs.length < pool->max_queued);
    if (waiting) {
        former = waiting->data;
        waiting->data = job;
    } else if (accepted) {
        g_queue_push_tail(&pool->jobs, job);
        pthread_cond_signal(&pool->wake);
    }
    pthread_mutex_unlock(&pool->lock);
    if (former)
        finish_job(former, FALSE);
    if (!accepted) {
        finish_job(job, FALSE);
        g_set_error(error, WALL_ERROR, WALL_ERROR_LIMIT, "%s: %u jobs are waiting already",
                    pool->name, pool->max_queued);
    }
    return accepted;
}

gboolean work_submit(WorkPool *pool, WorkFunc func, gpointer data, GDestroyNotify free_data,
                     GError **error)
{
    return work_submit_newest(pool, NULL, func, data, free_data, error);
}

WorkPool *work_pool_new(const char *name, guint threads, guint max_queued, int nice)
{
    WorkPool *pool = g_new0(WorkPool, 1);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    g_queue_init(&pool->jobs);
    pool->max_queued = max_queued;
    pool->nice = nice;
    pool->name = g_strdup(name);
    pool->threads = g_ptr_array_new();
    for (guint i = 0; i < threads; i++)
        g_ptr_array_add(pool->threads, g_thread_new(name, worker, pool));
    return pool;
}

void work_pool_free(WorkPool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stopping = TRUE;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (guint i = 0; i < pool->threads->len; i++)
        g_thread_join(g_ptr_array_index(pool->threads, i));
    Job *job;
    while ((job = g_queue_pop_head(&pool->jobs)))
        finish_job(job, FALSE);
    g_ptr_array_unref(pool->threads);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    g_free(pool->name);
    g_free(pool);
}
