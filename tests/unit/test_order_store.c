/* test_order_store.c - orders and whistles follow their events, whatever came first */
#include "case_rig.h"

#include "../support/wait_until.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/store/order_store.h"
#include "wallctl/store/whistle_store.h"

static void set_up(StoreRig *f, gconstpointer user)
{
    store_rig_init(f, NULL);
}

static void tear_down(StoreRig *f, gconstpointer user)
{
    store_rig_clear(f);
}

static void assert_all_fit(StoreRig *f, gint64 n)
{
    g_assert_cmpint(rig_get_int(f->store, "SELECT count(*) FROM inbox"), ==, n);
    g_assert_cmpint(rig_get_int(f->store, "SELECT count(*) FROM inbox WHERE status = 'anomaly'"),
                    ==, 0);
}

/* --- orders ------------------------------------------------------------------------------------
 */

static Event *order_event(EventType type, gint64 at, const char *no)
{
    g_autofree char *id = g_strdup_printf("o%s%d", no, type);
    Event *event = rig_event(type, "A", RIG_DAY_0 + at, id);
    rig_text(event, FIELD_DOC_NO, no);
    if (type == EVENT_ORDER_ISSUED) {
        rig_text(event, FIELD_TO_ORG, "人社局");
        rig_text(event, FIELD_ORDER_KIND, "dispatch");
        rig_number(event, FIELD_ACK_DUE, RIG_DAY_0 + 1000);
    }
    if (type == EVENT_ORDER_DONE)
        rig_text(event, FIELD_OUTCOME, "settled");
    return event;
}

static gboolean check_orders(sqlite3 *db, gpointer data, GError **error)
{
    g_autoptr(StoredOrder) done = order_store_get(db, "7", error);
    g_assert_nonnull(done);
    g_assert_cmpstr(done->kind, ==, "dispatch");
    g_assert_cmpstr(done->to_org, ==, "人社局");
    g_assert_cmpstr(done->result, ==, "settled");
    g_assert_cmpint(done->issued_ms, ==, RIG_DAY_0 + 1);
    g_assert_cmpint(done->accepted_ms, ==, RIG_DAY_0 + 2);
    g_assert_cmpint(done->done_ms, ==, RIG_DAY_0 + 3);
    OrderFilter late = { .late_at_ms = RIG_DAY_0 + 1001, .n = 10 },
                open = { .case_code = "A", .is_open_only = TRUE, .n = 10 };
    g_autoptr(GPtrArray) overdue = order_store_list(db, &late, error);
    g_autoptr(GPtrArray) waiting = order_store_list(db, &open, error);
    g_assert_cmpuint(overdue->len, ==, 1);
    g_assert_cmpstr(((const StoredOrder *)g_ptr_array_index(overdue, 0))->no, ==, "8");
    g_assert_cmpuint(waiting->len, ==, 2);
    gint64 first, second, other;
    g_assert_true(order_store_next_number(db, "dispatch", 2025, &first, error));
    g_assert_true(order_store_next_number(db, "dispatch", 2025, &second, error));
    g_assert_true(order_store_next_number(db, "dispatch", 2026, &other, error));
    g_assert_cmpint(first * 100 + second * 10 + other, ==, 121);
    return TRUE;
}

static void test_orders(StoreRig *f, gconstpointer user)
{
    static const EventType wild[] = { EVENT_ORDER_DONE, EVENT_ORDER_ISSUED, EVENT_ORDER_ACCEPTED };
    GPtrArray *events = rig_events_new();
    for (guint i = 0; i < G_N_ELEMENTS(wild); i++)
        g_ptr_array_add(events, order_event(wild[i], 1 + wild[i] - EVENT_ORDER_ISSUED, "7"));
    g_ptr_array_add(events, order_event(EVENT_ORDER_ISSUED, 5, "8"));
    store_rig_take(f, events);
    assert_all_fit(f, 4);
    g_autoptr(StoredOrder) own = stored_order_new("9", "A", "supervise");
    own->issued_ms = RIG_DAY_0;
    guint n = f->n_done + 1;
    order_store_put(f->store, own, store_rig_done, f);
    WAIT_UNTIL(f->n_done == n);
    g_assert_true(store_run_now(f->store, check_orders, NULL, NULL));
}

/* --- whistles ----------------------------------------------------------------------------------
 */

static Event *answer(EventType type, gint64 at, const char *org)
{
    g_autofree char *id = g_strdup_printf("w%s%d-%d", org, type, (int)at);
    Event *event = rig_event(type, "A", RIG_DAY_0 + at, id);
    if (type == EVENT_CASE_WHISTLED)
        rig_text(event, FIELD_ORGS, org);
    else if (*org)
        rig_text(event, FIELD_TO_ORG, org);
    return event;
}

static Event *missed(gint64 at, const char *reason)
{
    Event *event = answer(EVENT_WHISTLE_MISSED, at, "人社局");
    rig_text(event, FIELD_REASON, reason);
    return event;
}

static gboolean check_whistles(sqlite3 *db, gpointer data, GError **error)
{
    g_autoptr(GPtrArray) all = whistle_store_list(db, "A", FALSE, 10, error);
    g_autoptr(GPtrArray) open = whistle_store_list(db, NULL, TRUE, 10, error);
    g_assert_cmpuint(all->len, ==, 2);
    const StoredWhistle *newest = g_ptr_array_index(all, 0), *first = g_ptr_array_index(all, 1);
    g_assert_cmpint(newest->raised_ms, ==, RIG_DAY_0 + 50);
    g_assert_cmpuint(newest->orgs->len, ==, 1);
    g_assert_cmpint(g_array_index(newest->orgs, WhistleOrg, 0).acked_ms, ==, RIG_DAY_0 + 60);
    g_assert_cmpint(g_array_index(newest->orgs, WhistleOrg, 0).ack_missed_ms, ==, RIG_DAY_0 + 56);
    g_assert_cmpint(g_array_index(newest->orgs, WhistleOrg, 0).arrival_missed_ms, ==,
                    RIG_DAY_0 + 58);
    g_assert_cmpint(g_array_index(first->orgs, WhistleOrg, 0).ack_missed_ms, ==, 0);
    g_assert_cmpint(newest->ended_ms, ==, 0);
    g_assert_cmpuint(first->orgs->len, ==, 2);
    g_assert_cmpstr(g_array_index(first->orgs, WhistleOrg, 1).org, ==, "公安");
    g_assert_cmpint(g_array_index(first->orgs, WhistleOrg, 0).acked_ms, ==, RIG_DAY_0 + 20);
    g_assert_cmpint(g_array_index(first->orgs, WhistleOrg, 0).arrived_ms, ==, 0);
    g_assert_cmpint(g_array_index(first->orgs, WhistleOrg, 1).arrived_ms, ==, RIG_DAY_0 + 30);
    g_assert_cmpint(first->ended_ms, ==, RIG_DAY_0 + 40);
    g_autoptr(StoredWhistle) got = whistle_store_get(db, "A", error);
    g_assert_cmpint(got->raised_ms, ==, newest->raised_ms);
    g_assert_null(whistle_store_get(db, "B", error));
    g_assert_cmpuint(open->len, ==, 1);
    g_assert_cmpint(((const StoredWhistle *)g_ptr_array_index(open, 0))->raised_ms, ==,
                    RIG_DAY_0 + 50);
    return TRUE;
}

static void test_whistles(StoreRig *f, gconstpointer user)
{
    GPtrArray *answers = rig_events_new(), *calls = rig_events_new();
    g_ptr_array_add(answers, answer(EVENT_WHISTLE_ENDED, 40, ""));
    g_ptr_array_add(answers, answer(EVENT_WHISTLE_ARRIVED, 30, "公安"));
    g_ptr_array_add(answers, missed(56, WHISTLE_REASON_ACK));
    g_ptr_array_add(answers, missed(58, WHISTLE_REASON_ARRIVAL));
    g_ptr_array_add(answers, answer(EVENT_WHISTLE_ACKNOWLEDGED, 60, "人社局"));
    g_ptr_array_add(answers, answer(EVENT_WHISTLE_ACKNOWLEDGED, 20, "人社局"));
    g_ptr_array_add(calls, answer(EVENT_CASE_REPORTED, 1, ""));
    g_ptr_array_add(calls, answer(EVENT_CASE_WHISTLED, 50, "人社局"));
    g_ptr_array_add(calls, answer(EVENT_CASE_WHISTLED, 10, "人社局|公安"));
    store_rig_take(f, answers);
    store_rig_take(f, calls);
    assert_all_fit(f, 9);
    g_assert_true(store_run_now(f->store, check_whistles, NULL, NULL));
}

int main(int argc, char **argv)
{
    post_init();
    log_set_level((LogLevel)0);
    g_test_init(&argc, &argv, NULL);
    g_test_add("/order-store/orders", StoreRig, NULL, set_up, test_orders, tear_down);
    g_test_add("/order-store/whistles", StoreRig, NULL, set_up, test_whistles, tear_down);
    return g_test_run();
}
