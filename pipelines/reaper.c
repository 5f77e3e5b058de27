/* reaper.c - takes pipelines down where nobody waits for it */
#include "pipelines/reaper.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"

#include <pthread.h>

#define GIVE_UP_NS  (20 * NS_PER_SEC)
#define MAX_THREADS 8 /* 64 cameras that reboot together and ignore TEARDOWN: 64 * 0.1 s / 8 */

typedef struct {
    GstElement *pipeline;
    void (*done)(gpointer);
    gpointer user;
    gint64 begun_ns;
    gboolean is_abandoned;
} Corpse;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t quiet = PTHREAD_COND_INITIALIZER;
static GQueue waiting = G_QUEUE_INIT; /* lock */
static GQueue working = G_QUEUE_INIT; /* lock */
static guint threads;                 /* lock: alive and not stuck */
static guint stuck;                   /* lock: abandoned and still not down */
static guint abandoned;               /* lock: in all */

static void *reap(void *unused)
{
    pthread_mutex_lock(&lock);
    Corpse *corpse;
    while ((corpse = g_queue_pop_head(&waiting))) {
        corpse->begun_ns = clock_now_ns();
        g_queue_push_tail(&working, corpse);
        pthread_mutex_unlock(&lock);
        gst_element_set_state(corpse->pipeline, GST_STATE_NULL);
        gst_object_unref(corpse->pipeline);
        if (corpse->done)
            corpse->done(corpse->user);
        pthread_mutex_lock(&lock);
        g_queue_remove(&working, corpse);
        gboolean was_abandoned = corpse->is_abandoned;
        g_free(corpse);
        if (was_abandoned) { /* another thread has taken this one's place */
            stuck--;
            pthread_mutex_unlock(&lock);
            return NULL;
        }
    }
    threads--;
    pthread_cond_broadcast(&quiet);
    pthread_mutex_unlock(&lock);
    return NULL;
}

/* Lock held. A thread that hangs in a pipeline no longer counts, so others go on. */
static void abandon_stuck(void)
{
    gint64 now = clock_now_ns();
    for (GList *l = working.head; l; l = l->next) {
        Corpse *corpse = l->data;
        if (corpse->is_abandoned || now - corpse->begun_ns < GIVE_UP_NS)
            continue;
        corpse->is_abandoned = TRUE;
        stuck++;
        abandoned++;
        threads--;
        log_error(FEED, "%s does not stop after 20 s: abandoned (%u so far)",
                  GST_OBJECT_NAME(corpse->pipeline), abandoned);
    }
}

static void start_thread(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, reap, NULL) == 0) {
        pthread_detach(thread);
        return;
    }
    log_error(FEED, "no thread to stop pipelines: too many threads in this process or machine");
    pthread_mutex_lock(&lock);
    threads--; /* the next one that is taken tries again */
    pthread_mutex_unlock(&lock);
}

void reaper_take(GstElement *pipeline, void (*done)(gpointer), gpointer user)
{
    Corpse *corpse = g_new0(Corpse, 1);
    *corpse = (Corpse) { .pipeline = pipeline, .done = done, .user = user };
    pthread_mutex_lock(&lock);
    abandon_stuck();
    g_queue_push_tail(&waiting, corpse);
    gboolean needs_thread =
        threads < MAX_THREADS && threads < waiting.length + working.length - stuck;
    threads += needs_thread;
    pthread_mutex_unlock(&lock);
    if (needs_thread)
        start_thread();
}

guint reaper_busy(void)
{
    pthread_mutex_lock(&lock);
    abandon_stuck();
    guint busy = waiting.length + working.length - stuck;
    pthread_mutex_unlock(&lock);
    return busy;
}

guint reaper_abandoned(void)
{
    pthread_mutex_lock(&lock);
    guint count = abandoned;
    pthread_mutex_unlock(&lock);
    return count;
}

void reaper_wait(guint limit_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += limit_ms / 1000;
    until.tv_nsec += (long)(limit_ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&lock);
    while (threads > 0 && pthread_cond_timedwait(&quiet, &lock, &until) == 0)
        ;
    pthread_mutex_unlock(&lock);
}
