/* orders.h - work orders (派单, 督办单, 核单 ...): issued, taken over, done, and told when nobody takes
 * one over in time. [control]
 *
 * Each change is an event of our own (order.issued, .accepted, .done, .overdue): durable, in the
 * chain, reported upstream. An order moves its case as the paper does, where that fits its state:
 * 派单 and 交办单 dispatch it, their acceptance accepts it, their result resolves it; 督办单 and
 * 督办提示单 put it under 督办; 核单 done with a mark is the revisit.
 */
#ifndef WALLCTL_ORDERS_H
#define WALLCTL_ORDERS_H

#include "wallctl/cases.h"
#include "wallctl/model/caller.h"
#include "wallctl/store/order_store.h"

typedef struct Orders Orders;

typedef struct {
    Store *store;
    Cases *cases;
    void (*event)(const char *name, Json *data, gpointer user); /* to consoles; takes data */
    void (*report)(Event *event, gpointer user);                /* upstream; takes event */
    gpointer user;
} OrdersEnv;

/* config is kept by reference. */
Orders *orders_new(const OrdersEnv *env, Config *config);
void orders_free(Orders *orders); /* before the cases and the store */
void orders_reload(Orders *orders, Config *config);

/* Texts are borrowed for the call. */
typedef struct {
    const char *case_code;
    const char *kind;     /* word of FIELD_ORDER_KIND */
    const char *to_org;   /* who is to act */
    const char *from_org; /* NULL: the site */
    gint64 ack_due_ms;    /* 0: by the site's policy for 接单, counted from now */
    gint64 due_ms;        /* 0: when the case is due */
    Caller *caller;       /* NULL: a rule of the site */
} OrderRequest;

/* order is borrowed, and NULL with an error: NOT_FOUND (no such case or order), INVALID (what does
 * not fit), UNAVAILABLE. */
typedef void (*OrderDone)(const StoredOrder *order, const GError *error, gpointer user);

/* Numbers it ("派单〔2025〕7号", by kind and year) and issues it. done may be NULL. */
void orders_issue(Orders *orders, const OrderRequest *request, OrderDone done, gpointer user);

/* To a caller whose order it is not there is none such. */
void orders_accept(Orders *orders, const char *no, Caller *caller, OrderDone done, gpointer user);

/* outcome: word of FIELD_OUTCOME or NULL; score: 1 to 5, 0 for none. */
void orders_finish(Orders *orders, const char *no, Caller *caller, const char *outcome, guint score,
                   OrderDone done, gpointer user);

#endif
