/* test_outbox.c - what goes upstream: kept while the peer is down, in order per case, at least once */
#include "case_rig.h"

#include "../support/wait_until.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"
#include "wallctl/base/log.h"
#include "wallctl/store/outbox.h"

static void set_up(StoreRig *f, gconstpointer user)
{
    store_rig_init(f, NULL);
}

static void tear_down(StoreRig *f, gconstpointer user)
{
    store_rig_clear(f);
}

static void add(StoreRig *f, const char *peer, const char *key, const char *body)
{
    guint n = f->n_done + 1;
    outbox_add(f->store, peer, key, body, store_rig_done, f);
    WAIT_UNTIL(f->n_done == n);
}

typedef struct {
    const char *peer;
    guint n;
    GPtrArray *items;
} Next;

static gboolean next_job(sqlite3 *db, gpointer data, GError **error)
{
    Next *job = data;
    job->items = outbox_next(db, job->peer, job->n, error);
    return job->items != NULL;
}

/* "BODY ..." of what may be sent now; caller owns the items by out. */
static char *next(StoreRig *f, const char *peer, guint n, GPtrArray **out)
{
    Next job = { peer, n, NULL };
    g_assert_true(store_run_now(f->store, next_job, &job, NULL));
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < job.items->len; i++)
        g_string_append_printf(text, "%s ",
                               ((const OutboxItem *)g_ptr_array_index(job.items, i))->body);
    if (out)
        *out = job.items;
    else
        g_ptr_array_unref(job.items);
    return g_string_free(text, FALSE);
}

static void assert_next(StoreRig *f, const char *peer, const char *wanted)
{
    g_autofree char *text = next(f, peer, 100, NULL);
    g_assert_cmpstr(text, ==, wanted);
}

static void test_order(StoreRig *f, gconstpointer user)
{
    add(f, "city", "A", "A1");
    add(f, "city", "A", "A2");
    add(f, "city", "B", "B1");
    add(f, "city", "", "x1");
    add(f, "city", "", "x2");
    add(f, "town", "A", "T1");
    assert_next(f, "city", "A1 B1 x1 x2 ");
    assert_next(f, "town", "T1 ");
    g_autofree char *two = next(f, "city", 2, NULL);
    g_assert_cmpstr(two, ==, "A1 B1 ");

    /* A failure keeps the order: A2 does not overtake. */
    guint n = f->n_done + 1;
    outbox_failed(f->store, 1, store_rig_done, f);
    WAIT_UNTIL(f->n_done == n);
    assert_next(f, "city", "A1 B1 x1 x2 ");
    g_assert_cmpint(rig_get_int(f->store, "SELECT tries FROM outbox WHERE seq = 1"), ==, 1);

    n = f->n_done + 2;
    outbox_sent(f->store, 1, store_rig_done, f);
    outbox_sent(f->store, 4, store_rig_done, f);
    WAIT_UNTIL(f->n_done == n);
    assert_next(f, "city", "A2 B1 x2 ");
}

static void test_survives(StoreRig *f, gconstpointer user)
{
    for (guint i = 0; i < 50; i++) {
        g_autofree char *body = g_strdup_printf("%u", i);
        outbox_add(f->store, "city", "A", body, NULL, NULL);
    }
    store_close(f->store);
    post_drain();
    store_rig_open(f);
    /* The peer is back: everything arrives, in order, once each as long as it answers. */
    for (guint i = 0; i < 50; i++) {
        g_autofree char *wanted = g_strdup_printf("%u ", i);
        GPtrArray *items = NULL;
        g_autofree char *text = next(f, "city", 10, &items);
        g_assert_cmpstr(text, ==, wanted);
        guint n = f->n_done + 1;
        outbox_sent(f->store, ((const OutboxItem *)g_ptr_array_index(items, 0))->seq,
                    store_rig_done, f);
        WAIT_UNTIL(f->n_done == n);
        g_ptr_array_unref(items);
    }
    assert_next(f, "city", "");
}

static gboolean count_job(sqlite3 *db, gpointer data, GError **error)
{
    return outbox_count(db, "city", data, error);
}

static gboolean insert_then_fail(sqlite3 *db, gpointer data, GError **error)
{
    if (outbox_insert(db, "city", "A", "never", error))
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "refused");
    return FALSE;
}

static void test_in_a_transaction(StoreRig *f, gconstpointer user)
{
    gint64 n = -1;
    g_assert_false(store_run_now(f->store, insert_then_fail, NULL, NULL));
    g_assert_true(store_run_now(f->store, count_job, &n, NULL));
    g_assert_cmpint(n, ==, 0);
    add(f, "city", "A", "1");
    g_assert_true(store_run_now(f->store, count_job, &n, NULL));
    g_assert_cmpint(n, ==, 1);
}

int main(int argc, char **argv)
{
    post_init();
    log_set_level((LogLevel)0);
    g_test_init(&argc, &argv, NULL);
#define ADD(path, func) g_test_add(path, StoreRig, NULL, set_up, func, tear_down)
    ADD("/outbox/order", test_order);
    ADD("/outbox/survives", test_survives);
    ADD("/outbox/in-a-transaction", test_in_a_transaction);
    return g_test_run();
}
