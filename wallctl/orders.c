/* orders.c - work orders: issued, taken over, done, and told when nobody takes one over in time
 *
 * A change is prepared by a job on [store] (order_change.c), which sees the order and its case as they
 * are and gives the number; then its events go the way of all events, and the answer comes when they
 * are durable.
 */
#include "wallctl/orders.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/order_change.h"
#include "wallctl/store/record.h"

#include <string.h>

#define SOON_MS   1000
#define LATEST_MS 60000
#define LOOK_MAX  100

struct Orders {
    OrdersEnv env;
    Config *config;
    guint timer;
    gint64 timer_ms; /* when it goes off */
    struct Look *look;
    GHashTable *tasks; /* set of Task: under way, to be told that we are gone */
};

/* One change on its way. */
typedef struct {
    Orders *orders; /* NULL: they are gone */
    OrderChange change;
    guint n_pending;
    GError *error;
    OrderDone done;
    gpointer user;
} Task;

static void touch(Orders *orders);

/* --- on the way ----------------------------------------------------------------------------------
 */

static void tell(const Task *task)
{
    const StoredOrder *order = task->change.order;
    Json *data = json_object_new_object();
    json_add_string(data, "no", order->no);
    json_add_string(data, "case", order->case_code);
    json_add_string(data, "kind", order->kind);
    json_add_string(data, "to", order->to_org);
    json_add_known(data, "region", task->change.region);
    if (task->change.deed == ORDER_OVERDUE)
        log_warning(ALARM, "%s: an order is not taken over in time", order->case_code);
    task->orders->env.event(event_type_word(task->change.event->type), data,
                            task->orders->env.user);
}

static void free_task(Task *task)
{
    if (task->orders)
        g_hash_table_remove(task->orders->tasks, task);
    order_change_clear(&task->change);
    g_clear_error(&task->error);
    g_free(task);
}

static void end_step(Task *task)
{
    if (--task->n_pending > 0)
        return;
    Orders *orders = task->orders;
    if (orders && !task->error) {
        tell(task);
        orders->env.report(g_steal_pointer(&task->change.event), orders->env.user);
        if (task->change.move)
            orders->env.report(g_steal_pointer(&task->change.move), orders->env.user);
        touch(orders);
    }
    if (task->done)
        task->done(task->error ? NULL : task->change.order, task->error, task->user);
    free_task(task);
}

static void on_put(const Taken *fate, const GError *error, gpointer user)
{
    Task *task = user;
    if (error && !task->error)
        task->error = g_error_copy(error);
    end_step(task);
}

/* data is NULL when the queue was full. */
static void on_prepared(gpointer data, const GError *error, gpointer user)
{
    Task *task = user;
    Orders *orders = task->orders;
    task->n_pending = 1;
    if (error)
        task->error = g_error_copy(error);
    else if (!orders)
        wall_error_set(&task->error, WALL_ERROR_UNAVAILABLE, "the program is stopping",
                       "程序正在停止");
    if (!task->error) {
        task->n_pending += task->change.move ? 2 : 1;
        cases_put_then(orders->env.cases, event_copy(task->change.event), on_put, task);
        if (task->change.move)
            cases_put_then(orders->env.cases, event_copy(task->change.move), on_put, task);
    }
    end_step(task);
}

/* Takes order. */
static void start(Orders *orders, OrderDeed deed, StoredOrder *order, Caller *caller,
                  OrderDone done, gpointer user)
{
    Task *task = g_new0(Task, 1);
    task->orders = orders;
    task->done = done;
    task->user = user;
    task->change = (OrderChange) { .deed = deed,
                                   .config = config_ref(orders->config),
                                   .policy = case_policy_ref(cases_policy(orders->env.cases)),
                                   .caller = caller ? caller_ref(caller) : NULL,
                                   .order = order };
    g_hash_table_add(orders->tasks, task);
    record_submit(orders->env.store, NULL, order_change_prepare, &task->change, NULL, on_prepared,
                  task);
}

/* --- overdue ---------------------------------------------------------------------------------------
 */

typedef struct Look {
    Orders *orders;  /* NULL: they are gone */
    GPtrArray *late; /* StoredOrder */
    gint64 next_ms;
    gboolean is_touched; /* meanwhile */
} Look;

static gboolean run_look(sqlite3 *db, gpointer data, GError **error)
{
    Look *look = data;
    look->late = order_store_unanswered(db, clock_unix_ms(), LOOK_MAX, &look->next_ms, error);
    return look->late != NULL;
}

static void set_timer(Orders *orders, gint64 wait_ms);

static void on_looked(gpointer data, const GError *error, gpointer user)
{
    Look *look = user;
    Orders *orders = look->orders;
    for (guint i = 0; orders && !error && i < look->late->len; i++) {
        const StoredOrder *order = g_ptr_array_index(look->late, i);
        start(orders, ORDER_OVERDUE, stored_order_new(order->no, order->case_code, order->kind),
              NULL, NULL, NULL);
    }
    if (orders) {
        gboolean is_soon = look->is_touched || (!error && look->late->len > 0);
        gint64 wait_ms = error ? LATEST_MS : look->next_ms - clock_unix_ms();
        orders->look = NULL;
        set_timer(orders, CLAMP(is_soon ? MIN(wait_ms, SOON_MS) : wait_ms, 1, LATEST_MS));
    }
    g_clear_pointer(&look->late, g_ptr_array_unref);
    g_free(look);
}

/* By the writer: what was marked a moment ago is not found again. */
static gboolean on_timer(gpointer user)
{
    Orders *orders = user;
    orders->timer = 0;
    if (orders->look)
        return G_SOURCE_REMOVE; /* its end sets the timer */
    orders->look = g_new0(Look, 1);
    orders->look->orders = orders;
    record_submit(orders->env.store, NULL, run_look, orders->look, NULL, on_looked, orders->look);
    return G_SOURCE_REMOVE;
}

static void set_timer(Orders *orders, gint64 wait_ms)
{
    g_clear_handle_id(&orders->timer, g_source_remove);
    orders->timer_ms = clock_now_ns() / NS_PER_MS + wait_ms;
    orders->timer = g_timeout_add((guint)wait_ms, on_timer, orders);
}

static void touch(Orders *orders)
{
    if (orders->look)
        orders->look->is_touched = TRUE;
    else if (orders->timer_ms > clock_now_ns() / NS_PER_MS + SOON_MS)
        set_timer(orders, SOON_MS);
}

/* --- public ------------------------------------------------------------------------------------
 */

static void set_text(char **text, const char *value)
{
    g_free(*text);
    *text = g_strdup(value);
}

void orders_issue(Orders *orders, const OrderRequest *request, OrderDone done, gpointer user)
{
    assert_control_thread();
    StoredOrder *order = stored_order_new("", request->case_code, request->kind);
    set_text(&order->to_org, request->to_org);
    set_text(&order->from_org, request->from_org ? request->from_org : orders->config->site_name);
    order->ack_due_ms = request->ack_due_ms;
    order->due_ms = request->due_ms;
    start(orders, ORDER_ISSUE, order, request->caller, done, user);
}

void orders_accept(Orders *orders, const char *no, Caller *caller, OrderDone done, gpointer user)
{
    assert_control_thread();
    start(orders, ORDER_ACCEPT, stored_order_new(no, "", ""), caller, done, user);
}

void orders_finish(Orders *orders, const char *no, Caller *caller, const char *outcome, guint score,
                   OrderDone done, gpointer user)
{
    assert_control_thread();
    StoredOrder *order = stored_order_new(no, "", "");
    set_text(&order->result, outcome ? outcome : "");
    order->score = score;
    start(orders, ORDER_FINISH, order, caller, done, user);
}

void orders_reload(Orders *orders, Config *config)
{
    config_ref(config);
    config_unref(orders->config);
    orders->config = config;
}

Orders *orders_new(const OrdersEnv *env, Config *config)
{
    Orders *orders = g_new0(Orders, 1);
    orders->env = *env;
    orders->config = config_ref(config);
    orders->tasks = g_hash_table_new(NULL, NULL);
    set_timer(orders, SOON_MS);
    return orders;
}

void orders_free(Orders *orders)
{
    if (!orders)
        return;
    GHashTableIter iter;
    gpointer task;
    g_hash_table_iter_init(&iter, orders->tasks);
    while (g_hash_table_iter_next(&iter, &task, NULL))
        ((Task *)task)->orders = NULL;
    g_clear_handle_id(&orders->timer, g_source_remove);
    if (orders->look)
        orders->look->orders = NULL;
    g_hash_table_unref(orders->tasks);
    config_unref(orders->config);
    g_free(orders);
}
