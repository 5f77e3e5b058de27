/* test_base.c - slot, post, work, backoff, clock and log: what their headers promise */
#include "wallctl/base/backoff.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/base/slot.h"
#include "wallctl/base/work.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#define WATCHDOG_S 20

/* --- a counter that threads wait on ------------------------------------------------------------
 */

typedef struct {
    pthread_mutex_t lock; /* pthread, as in the code under test: ThreadSanitizer sees it */
    pthread_cond_t changed;
    int value; /* lock */
} Counter;

#define COUNTER_INIT                                                                               \
    {                                                                                              \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0                                     \
    }

static void counter_add(Counter *counter, int n)
{
    pthread_mutex_lock(&counter->lock);
    counter->value += n;
    pthread_cond_broadcast(&counter->changed);
    pthread_mutex_unlock(&counter->lock);
}

static void counter_wait(Counter *counter, int at_least)
{
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += WATCHDOG_S;
    pthread_mutex_lock(&counter->lock);
    while (counter->value < at_least)
        g_assert_cmpint(pthread_cond_timedwait(&counter->changed, &counter->lock, &end), ==, 0);
    pthread_mutex_unlock(&counter->lock);
}

static int counter_get(Counter *counter)
{
    pthread_mutex_lock(&counter->lock);
    int value = counter->value;
    pthread_mutex_unlock(&counter->lock);
    return value;
}

/* --- slot --------------------------------------------------------------------------------------
 */

typedef struct {
    int number;
    int *n_freed;
} Value;

static Value *value_new(int number, int *n_freed)
{
    Value *value = g_new(Value, 1);
    *value = (Value) { number, n_freed };
    return value;
}

static void value_free(gpointer data)
{
    Value *value = data;
    g_atomic_int_inc(value->n_freed);
    g_free(value);
}

static void test_slot(void)
{
    int n_freed = 0;
    Slot slot;
    slot_init(&slot, value_free);
    g_assert_null(slot_take(&slot));
    slot_put(&slot, value_new(1, &n_freed));
    slot_put(&slot, value_new(2, &n_freed)); /* the newest wins, the older is freed */
    g_assert_cmpint(n_freed, ==, 1);
    Value *value = slot_take(&slot);
    g_assert_cmpint(value->number, ==, 2);
    g_assert_null(slot_take(&slot)); /* taken once */
    g_assert_cmpint(n_freed, ==, 1); /* by its new owner, not by the slot */
    value_free(value);
    slot_put(&slot, value_new(3, &n_freed));
    slot_put(&slot, NULL);
    g_assert_null(slot_take(&slot));
    g_assert_cmpint(n_freed, ==, 3);
    slot_put(&slot, value_new(4, &n_freed));
    slot_clear(&slot);
    g_assert_cmpint(n_freed, ==, 4);
}

#define PUTS 20000

typedef struct {
    Slot slot;
    int n_freed;
} SharedSlot;

static gpointer put_many(gpointer user)
{
    SharedSlot *shared = user;
    for (int i = 1; i <= PUTS; i++)
        slot_put(&shared->slot, value_new(i, &shared->n_freed));
    return NULL;
}

/* What a reader takes only grows, nothing is lost but what was displaced, and the last one arrives.
 */
static void test_slot_threads(void)
{
    SharedSlot shared = { .n_freed = 0 };
    slot_init(&shared.slot, value_free);
    GThread *writer = g_thread_new("writer", put_many, &shared);
    int last = 0;
    gint64 end = g_get_monotonic_time() + WATCHDOG_S * G_TIME_SPAN_SECOND;
    while (last < PUTS) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
        Value *value = slot_take(&shared.slot);
        if (!value)
            continue;
        g_assert_cmpint(value->number, >, last);
        last = value->number;
        value_free(value);
    }
    g_thread_join(writer);
    slot_clear(&shared.slot);
    g_assert_cmpint(shared.n_freed, ==, PUTS);
}

/* --- post --------------------------------------------------------------------------------------
 */

typedef struct {
    GString *seen;
    guint n_freed;
} Journal;

typedef struct {
    Journal *journal;
    char letter;
    guint more; /* posts that its own handler makes */
} Note;

static void free_note(gpointer data)
{
    Note *note = data;
    note->journal->n_freed++;
    g_free(note);
}

static void post_note(Journal *journal, char letter, guint more);

static void take_note(gpointer data)
{
    Note *note = data;
    g_string_append_c(note->journal->seen, note->letter);
    if (note->more > 0)
        post_note(note->journal, (char)(note->letter + 1), note->more - 1);
}

static void post_note(Journal *journal, char letter, guint more)
{
    Note *note = g_new(Note, 1);
    *note = (Note) { journal, letter, more };
    post_control(take_note, note, free_note);
}

static void test_post(void)
{
    Journal journal = { g_string_new(NULL), 0 };
    post_note(&journal, 'a', 0);
    post_note(&journal, 'x', 2); /* x posts y posts z */
    post_note(&journal, 'b', 0);
    g_assert_cmpstr(journal.seen->str, ==, ""); /* never at once, not even on [control] */
    post_drain();
    g_assert_cmpstr(journal.seen->str, ==, "axbyz");
    g_assert_cmpuint(journal.n_freed, ==, 5);
    g_string_free(journal.seen, TRUE);
}

#define POSTS 2000

typedef struct {
    int thread, number;
} Numbered;

static int next_number[4];
static GThread *control;
static int n_arrived;

static void arrive(gpointer data)
{
    Numbered *numbered = data;
    g_assert_true(g_thread_self() == control);
    g_assert_cmpint(numbered->number, ==, next_number[numbered->thread]);
    next_number[numbered->thread]++;
    n_arrived++;
}

static gpointer post_many(gpointer user)
{
    for (int i = 0; i < POSTS; i++) {
        Numbered *numbered = g_new(Numbered, 1);
        *numbered = (Numbered) { GPOINTER_TO_INT(user), i };
        post_control(arrive, numbered, g_free);
    }
    return NULL;
}

/* Each one, in the order of its sender, on [control]. */
static void test_post_threads(void)
{
    control = g_thread_self();
    GThread *threads[4];
    for (int i = 0; i < 4; i++)
        threads[i] = g_thread_new("poster", post_many, GINT_TO_POINTER(i));
    gint64 end = g_get_monotonic_time() + WATCHDOG_S * G_TIME_SPAN_SECOND;
    while (n_arrived < 4 * POSTS) {
        g_assert_cmpint(g_get_monotonic_time(), <, end);
        post_drain();
    }
    for (int i = 0; i < 4; i++)
        g_thread_join(threads[i]);
    g_assert_cmpint(n_arrived, ==, 4 * POSTS);
}

static gpointer assert_elsewhere(gpointer user)
{
    assert_control_thread();
    return NULL;
}

static void test_control_thread(void)
{
    if (g_test_subprocess()) {
        g_thread_join(g_thread_new("other", assert_elsewhere, NULL));
        return;
    }
    assert_control_thread();
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
}

/* --- work --------------------------------------------------------------------------------------
 */

typedef struct {
    Counter begun, gate, done, freed;
} Site;

#define SITE_INIT                                                                                  \
    {                                                                                              \
        COUNTER_INIT, COUNTER_INIT, COUNTER_INIT, COUNTER_INIT                                     \
    }

static void run_job(gpointer data)
{
    Site *site = data;
    counter_add(&site->begun, 1);
    counter_wait(&site->gate, 1);
    counter_add(&site->done, 1);
}

static void free_job(gpointer data)
{
    counter_add(&((Site *)data)->freed, 1);
}

static void test_work(void)
{
    Site site = SITE_INIT;
    g_autoptr(GError) error = NULL;
    WorkPool *pool = work_pool_new("draw", 2, 3, 0);
    for (int i = 0; i < 2; i++)
        g_assert_true(work_submit(pool, run_job, &site, free_job, NULL));
    counter_wait(&site.begun, 2); /* both workers hold one; now three fit into the queue */
    for (int i = 0; i < 3; i++)
        g_assert_true(work_submit(pool, run_job, &site, free_job, NULL));
    g_assert_false(work_submit(pool, run_job, &site, free_job, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_LIMIT);
    g_assert_cmpstr(error->message, ==, "draw: 3 jobs are waiting already");
    g_assert_cmpint(counter_get(&site.freed), ==, 1); /* of the one that was refused */
    counter_add(&site.gate, 1);
    counter_wait(&site.freed, 6);
    g_assert_cmpint(counter_get(&site.done), ==, 5);
    work_pool_free(pool);
}

typedef struct {
    GString *said; /* worker, then the test */
    Counter done;
} Said;

typedef struct {
    Said *said;
    char letter;
} Letter;

static void say(gpointer data)
{
    const Letter *letter = data;
    g_string_append_c(letter->said->said, letter->letter);
}

static void say_end(gpointer data)
{
    counter_add(&((Letter *)data)->said->done, 1);
}

/* Of one key only the newest is done, in the place of the first that waited; others keep their order. */
static void test_work_newest(void)
{
    Site site = SITE_INIT;
    Said said = { g_string_new(NULL), COUNTER_INIT };
    Letter letters[] = { { &said, 'a' }, { &said, 'b' }, { &said, 'c' },
                         { &said, 'd' }, { &said, 'e' }, { &said, 'f' } };
    static const char *const keys[] = { "x", "y", NULL, "x", NULL, "x" };
    WorkPool *pool = work_pool_new("draw", 1, 4, 0);
    g_assert_true(work_submit(pool, run_job, &site, free_job, NULL));
    counter_wait(&site.begun, 1);
    for (guint i = 0; i < G_N_ELEMENTS(letters); i++)
        g_assert_true(work_submit_newest(pool, keys[i] ? g_intern_string(keys[i]) : NULL, say,
                                         &letters[i], say_end, NULL));
    g_assert_cmpint(counter_get(&said.done), ==, 2); /* a and d: nobody needs them any more */
    g_autoptr(GError) error = NULL;
    g_assert_false(
        work_submit_newest(pool, g_intern_string("z"), say, &letters[0], say_end, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_LIMIT);
    counter_add(&site.gate, 1);
    counter_wait(&said.done, 7);
    g_assert_cmpstr(said.said->str, ==, "fbce");
    work_pool_free(pool);
    g_string_free(said.said, TRUE);
}

static gpointer free_pool(gpointer user)
{
    work_pool_free(user);
    return NULL;
}

/* What has begun ends; what waits is dropped, and its data freed. */
static void test_work_stop(void)
{
    Site site = SITE_INIT;
    WorkPool *pool = work_pool_new("draw", 1, 10, 0);
    g_assert_true(work_submit(pool, run_job, &site, free_job, NULL));
    counter_wait(&site.begun, 1);
    for (int i = 0; i < 5; i++)
        g_assert_true(work_submit(pool, run_job, &site, free_job, NULL));
    GThread *stopper = g_thread_new("stop", free_pool, pool);
    g_assert_cmpint(counter_get(&site.done), ==, 0);
    counter_add(&site.gate, 1);
    g_thread_join(stopper);
    g_assert_cmpint(counter_get(&site.freed), ==, 6);
    g_assert_cmpint(counter_get(&site.done), >=, 1);
    work_pool_free(NULL);
}

/* --- backoff -----------------------------------------------------------------------------------
 */

static void test_backoff(void)
{
    static const guint middle_ms[] = { 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000 };
    Backoff backoff;
    backoff_init(&backoff, 1000, 30000);
    for (guint round = 0; round < 200; round++) {
        for (gsize i = 0; i < G_N_ELEMENTS(middle_ms); i++) {
            guint wait = backoff_next_ms(&backoff);
            g_assert_cmpuint(wait, >=, middle_ms[i] * 3 / 4);
            g_assert_cmpuint(wait, <=, middle_ms[i] * 5 / 4);
        }
        backoff_reset(&backoff);
    }
}

/* For ever: neither the count nor the shift overflows. */
static void test_backoff_for_ever(void)
{
    Backoff backoff;
    backoff_init(&backoff, 1000, 30000);
    backoff.tries = G_MAXUINT - 2;
    for (guint i = 0; i < 10; i++)
        g_assert_cmpuint(backoff_next_ms(&backoff), >=, 22500);
    g_assert_cmpuint(backoff.tries, ==, G_MAXUINT);
}

/* 64 cameras that fail together do not come back together. */
static void test_backoff_spread(void)
{
    guint lowest = G_MAXUINT, highest = 0;
    for (guint i = 0; i < 64; i++) {
        Backoff backoff;
        backoff_init(&backoff, 1000, 30000);
        guint wait = backoff_next_ms(&backoff);
        lowest = MIN(lowest, wait);
        highest = MAX(highest, wait);
    }
    g_assert_cmpuint(highest - lowest, >, 250);
}

/* --- clock -------------------------------------------------------------------------------------
 */

static void test_clock(void)
{
    gint64 before = clock_now_ns();
    g_assert_cmpint(clock_now_ns(), >=, before);
    g_assert_cmpint(ABS(clock_unix_ms() - g_get_real_time() / 1000), <, 60000);
    clock_set_for_test(5 * NS_PER_SEC, 1700000000000);
    g_assert_cmpint(clock_now_ns(), ==, 5000000000);
    g_assert_cmpint(clock_now_ns(), ==, 5000000000);
    g_assert_cmpint(clock_unix_ms(), ==, 1700000000000);
    clock_set_for_test(-1, -1);
    g_assert_cmpint(clock_now_ns(), >=, before);
    g_assert_cmpint(clock_unix_ms(), !=, 1700000000000);
}

/* --- log ---------------------------------------------------------------------------------------
 */

static void write_lines(void)
{
    log_info(FEED, "gate-2: live at %s", "rtsp://admin:hunter2@10.0.0.2/main");
    log_warning(CONFIG, "name \"%s\"", "a\nFeb 30 error forged: line");
    log_debug(CANVAS, "not at this level");
    log_set_level(LOG_LEVEL_DEBUG);
    log_debug(CANVAS, "tick 1");
    log_set_level(LOG_LEVEL_ERROR);
    log_warning(CANVAS, "not at this level either");
    log_error(STORE, "disk full");
}

static void test_log(void)
{
    if (g_test_subprocess()) {
        g_unsetenv("JOURNAL_STREAM");
        write_lines();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    /* A time without its offset would be another one on the machine where logs are gathered. */
    g_test_trap_assert_stderr("*20*-*-* *:*:*.????*:?? info    FEED: gate-2: live at "
                              "rtsp://???@10.0.0.2/main\n*");
    g_test_trap_assert_stderr("*warning CONFIG: name \"a Feb 30 error forged: line\"\n*");
    g_test_trap_assert_stderr("*debug*CANVAS: tick 1\n*error*STORE: disk full\n*");
    g_test_trap_assert_stderr_unmatched("*hunter2*");
    g_test_trap_assert_stderr_unmatched("*not at this level*");
}

static void test_log_journal(void)
{
    if (g_test_subprocess()) {
        g_setenv("JOURNAL_STREAM", "8:1", TRUE);
        write_lines();
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr(
        "*<6>FEED: gate-2*<4>CONFIG: name*<7>CANVAS: tick 1*<3>STORE: disk full\n*");
}

static void test_log_pacer(void)
{
    LogPacer pacer = { 0 };
    guint held = 99;
    clock_set_for_test(NS_PER_SEC, 0);
    g_assert_true(log_pacer_pass(&pacer, 1000, &held));
    g_assert_cmpuint(held, ==, 0);
    for (guint i = 0; i < 7; i++)
        g_assert_false(log_pacer_pass(&pacer, 1000, &held));
    clock_set_for_test(2 * NS_PER_SEC, 0);
    g_assert_true(log_pacer_pass(&pacer, 1000, &held));
    g_assert_cmpuint(held, ==, 7);
    clock_set_for_test(9 * NS_PER_SEC, 0);
    g_assert_true(log_pacer_pass(&pacer, 1000, &held));
    g_assert_cmpuint(held, ==, 0);
    clock_set_for_test(-1, -1);
}

/* --- error -------------------------------------------------------------------------------------
 */

static void test_error_words(void)
{
    g_autoptr(GHashTable) words = g_hash_table_new(g_str_hash, g_str_equal);
    for (int code = WALL_ERROR_INVALID; code <= WALL_ERROR_INTERNAL; code++)
        g_assert_true(g_hash_table_add(words, (gpointer)wall_error_word(code)));
    g_assert_cmpstr(wall_error_word(WALL_ERROR_NOT_FOUND), ==, "not_found");
    g_assert_cmpstr(wall_error_word(12345), ==, "internal");
}

/* The Chinese text goes where the error goes. */
static void test_error_zh(void)
{
    GError *error = NULL;
    wall_error_set(&error, WALL_ERROR_NOT_FOUND, "tile %u: this wall has %s",
                   "这面墙没有窗格 %u（%s）", 9u, "4");
    g_assert_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND);
    g_prefix_error(&error, "show: ");
    g_autoptr(GError) copy = g_error_copy(error);
    g_error_free(error);
    g_assert_cmpstr(copy->message, ==, "show: tile 9: this wall has 4");
    g_assert_cmpstr(wall_error_zh(copy), ==, "这面墙没有窗格 9（4）");

    g_autoptr(GError) told = NULL, english = NULL, foreign = NULL;
    wall_error_set_literal(&told, WALL_ERROR_LOCKED, "100 % locked", "锁 100 %");
    g_assert_cmpstr(told->message, ==, "100 % locked");
    g_assert_cmpstr(wall_error_zh(told), ==, "锁 100 %");
    g_set_error(&english, WALL_ERROR, WALL_ERROR_LIMIT, "full");
    g_assert_null(wall_error_zh(english));
    g_set_error(&foreign, G_FILE_ERROR, G_FILE_ERROR_NOENT, "gone");
    g_assert_null(wall_error_zh(foreign));
    wall_error_set(NULL, WALL_ERROR_LIMIT, "%d", "%d", 1);
    wall_error_set_literal(NULL, WALL_ERROR_LIMIT, "x", NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    g_test_add_func("/base/slot/one thread", test_slot);
    g_test_add_func("/base/slot/two threads", test_slot_threads);
    g_test_add_func("/base/post/order", test_post);
    g_test_add_func("/base/post/threads", test_post_threads);
    g_test_add_func("/base/post/control thread", test_control_thread);
    g_test_add_func("/base/work/queue", test_work);
    g_test_add_func("/base/work/newest", test_work_newest);
    g_test_add_func("/base/work/stop", test_work_stop);
    g_test_add_func("/base/backoff/doubles", test_backoff);
    g_test_add_func("/base/backoff/for ever", test_backoff_for_ever);
    g_test_add_func("/base/backoff/spread", test_backoff_spread);
    g_test_add_func("/base/clock", test_clock);
    g_test_add_func("/base/log/lines", test_log);
    g_test_add_func("/base/log/journal", test_log_journal);
    g_test_add_func("/base/log/pacer", test_log_pacer);
    g_test_add_func("/base/error words", test_error_words);
    g_test_add_func("/base/error zh", test_error_zh);
    return g_test_run();
}
