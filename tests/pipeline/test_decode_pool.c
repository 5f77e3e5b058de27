/* test_decode_pool.c - strands: never on two threads at once, none forgotten, urgent ones first */
#include "pipelines/decode_pool.h"

#include <pthread.h>

enum { STRANDS = 16 };

typedef struct {
    Strand strand;                      /* first */
    gint refs, running, runs, overlaps; /* atomic */
    gint left;                          /* runs that it asks for by itself; its own thread only */
    guint number;
    gulong work_us;
    pthread_mutex_t *gate; /* held outside: run waits for it, or NULL */
    GArray *order;         /* of numbers, under order_lock, or NULL */
    pthread_mutex_t *order_lock;
} Job;

static void job_ref(Strand *strand)
{
    g_atomic_int_inc(&((Job *)strand)->refs);
}

static void job_unref(Strand *strand)
{
    gint left = g_atomic_int_add(&((Job *)strand)->refs, -1);
    g_assert_cmpint(left, >, 0);
}

static gboolean job_run(Strand *strand)
{
    Job *job = (Job *)strand;
    if (g_atomic_int_add(&job->running, 1) > 0)
        g_atomic_int_inc(&job->overlaps);
    if (job->gate) {
        pthread_mutex_lock(job->gate);
        pthread_mutex_unlock(job->gate);
    }
    if (job->order) {
        pthread_mutex_lock(job->order_lock);
        g_array_append_val(job->order, job->number);
        pthread_mutex_unlock(job->order_lock);
    }
    if (job->work_us)
        g_usleep(job->work_us);
    g_atomic_int_inc(&job->runs);
    g_atomic_int_add(&job->running, -1);
    return job->left-- > 0;
}

static void job_init(Job *job, guint number)
{
    *job = (Job) { .strand = { .run = job_run, .ref = job_ref, .unref = job_unref },
                   .number = number };
}

static gboolean wait_for(gint *value, gint least)
{
    for (int i = 0; i < 10000; i++) {
        if (g_atomic_int_get(value) >= least)
            return TRUE;
        g_usleep(1000);
    }
    return FALSE;
}

/* A reference is held from the schedule to the end of the last run, so a strand may go with its
 * last one. */
static gboolean all_released(Job *jobs, guint n)
{
    for (int i = 0; i < 10000; i++) {
        guint held = 0;
        for (guint j = 0; j < n; j++)
            held += g_atomic_int_get(&jobs[j].refs) > 0;
        if (held == 0)
            return TRUE;
        g_usleep(1000);
    }
    return FALSE;
}

typedef struct {
    DecodePool *pool;
    Job *jobs;
    guint seed;
} Pusher;

static void *push_for_a_while(void *user)
{
    Pusher *pusher = user;
    GRand *rand = g_rand_new_with_seed(pusher->seed);
    for (int i = 0; i < 3000; i++) {
        Job *job = &pusher->jobs[g_rand_int(rand) % STRANDS];
        decode_pool_schedule(pusher->pool, &job->strand, g_rand_int(rand) % 4 == 0);
    }
    g_rand_free(rand);
    return NULL;
}

/* Scheduled from several threads at once: no strand overlaps itself, each runs after its last
 * schedule. */
static void test_many(void)
{
    DecodePool *pool = decode_pool_new(3);
    g_assert_cmpuint(decode_pool_threads(pool), ==, 3);
    Job jobs[STRANDS];
    for (guint i = 0; i < STRANDS; i++) {
        job_init(&jobs[i], i);
        jobs[i].work_us = i % 3 * 20;
    }
    Pusher pushers[3];
    pthread_t threads[3];
    for (guint i = 0; i < 3; i++) {
        pushers[i] = (Pusher) { pool, jobs, i + 1 };
        int failed = pthread_create(&threads[i], NULL, push_for_a_while, &pushers[i]);
        g_assert_cmpint(failed, ==, 0);
    }
    for (guint i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    gint before[STRANDS];
    for (guint i = 0; i < STRANDS; i++) {
        before[i] = g_atomic_int_get(&jobs[i].runs);
        decode_pool_schedule(pool, &jobs[i].strand, FALSE);
    }
    for (guint i = 0; i < STRANDS; i++)
        g_assert_true(wait_for(&jobs[i].runs, before[i] + 1));
    g_assert_true(all_released(jobs, STRANDS));
    g_assert_cmpuint(decode_pool_busy(pool), ==, 0);
    decode_pool_free(pool);
    for (guint i = 0; i < STRANDS; i++)
        g_assert_cmpint(jobs[i].overlaps, ==, 0);
}

/* A strand with more to do runs until it is through; one that is scheduled while it runs, once
 * more. */
static void test_again(void)
{
    DecodePool *pool = decode_pool_new(2);
    Job burst, other;
    job_init(&burst, 0);
    burst.left = 20;
    decode_pool_schedule(pool, &burst.strand, TRUE);
    g_assert_true(wait_for(&burst.runs, 21));
    g_assert_true(all_released(&burst, 1));
    g_assert_cmpint(burst.runs, ==, 21);

    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    job_init(&other, 1);
    other.gate = &gate;
    pthread_mutex_lock(&gate);
    decode_pool_schedule(pool, &other.strand, FALSE);
    g_assert_true(wait_for(&other.running, 1));
    for (int i = 0; i < 5; i++) /* however often: once */
        decode_pool_schedule(pool, &other.strand, FALSE);
    pthread_mutex_unlock(&gate);
    g_assert_true(wait_for(&other.runs, 2));
    g_assert_true(all_released(&other, 1));
    g_assert_cmpint(other.runs, ==, 2);
    decode_pool_free(pool);
}

/* One thread, held up: what is urgent passes what was there before, also when it becomes urgent
 * while it waits. */
static void test_urgent_first(void)
{
    DecodePool *pool = decode_pool_new(1);
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER, order_lock = PTHREAD_MUTEX_INITIALIZER;
    g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(guint));
    Job jobs[6];
    for (guint i = 0; i < 6; i++) {
        job_init(&jobs[i], i);
        jobs[i].order = i ? order : NULL;
        jobs[i].order_lock = &order_lock;
    }
    jobs[0].gate = &gate;
    pthread_mutex_lock(&gate);
    decode_pool_schedule(pool, &jobs[0].strand, FALSE);
    g_assert_true(wait_for(&jobs[0].running, 1));
    for (guint i = 1; i <= 4; i++)
        decode_pool_schedule(pool, &jobs[i].strand, FALSE);
    decode_pool_schedule(pool, &jobs[5].strand, TRUE);
    decode_pool_schedule(pool, &jobs[3].strand, TRUE);
    decode_pool_schedule(pool, &jobs[5].strand, FALSE); /* stays urgent */
    g_assert_cmpuint(decode_pool_busy(pool), ==, 6);
    pthread_mutex_unlock(&gate);
    g_assert_true(all_released(jobs, 6));
    decode_pool_free(pool);
    static const guint expected[] = { 5, 3, 1, 2, 4 };
    g_assert_cmpmem(order->data, order->len * sizeof(guint), expected, sizeof expected);
}

/* Bursts on the first thread do not stop the pictures that run: the second thread takes those
 * first. */
static void test_bursts_leave_a_thread(void)
{
    DecodePool *pool = decode_pool_new(2);
    Job bursts[4], normal;
    for (guint i = 0; i < 4; i++) {
        job_init(&bursts[i], i);
        bursts[i].work_us = 1000;
        bursts[i].left = 2000; /* 8 s of work */
        decode_pool_schedule(pool, &bursts[i].strand, TRUE);
    }
    job_init(&normal, 9);
    for (gint i = 1; i <= 20; i++) {
        decode_pool_schedule(pool, &normal.strand, FALSE);
        g_assert_true(wait_for(&normal.runs, i));
        g_assert_true(all_released(&normal, 1));
    }
    gint done = 0;
    for (guint i = 0; i < 4; i++)
        done += g_atomic_int_get(&bursts[i].runs);
    g_assert_cmpint(done, <, 4 * 2000);
    decode_pool_free(pool); /* in the middle of it all */
    g_assert_true(all_released(bursts, 4));
}

/* After the end nothing runs and nothing is kept, but a late schedule is no crash while somebody
 * holds the pool. */
static void test_after_the_end(void)
{
    DecodePool *pool = decode_pool_new(0);
    g_assert_cmpuint(decode_pool_threads(pool), >=, 1);
    Job late;
    job_init(&late, 0);
    decode_pool_ref(pool);
    decode_pool_free(pool);
    decode_pool_schedule(pool, &late.strand, TRUE);
    g_assert_cmpint(late.refs, ==, 0);
    g_assert_cmpint(late.runs, ==, 0);
    decode_pool_unref(pool);
    decode_pool_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/decode_pool/many", test_many);
    g_test_add_func("/decode_pool/again", test_again);
    g_test_add_func("/decode_pool/urgent_first", test_urgent_first);
    g_test_add_func("/decode_pool/bursts_leave_a_thread", test_bursts_leave_a_thread);
    g_test_add_func("/decode_pool/after_the_end", test_after_the_end);
    return g_test_run();
}
