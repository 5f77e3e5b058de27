/* order_change.h - one change of a work order, from what is asked to the events that say so. [store] */
#ifndef WALLCTL_ORDER_CHANGE_H
#define WALLCTL_ORDER_CHANGE_H

#include "config/config.h"
#include "wallctl/model/caller.h"
#include "wallctl/store/case_store.h"
#include "wallctl/store/order_store.h"

typedef enum { ORDER_ISSUE = 1, ORDER_ACCEPT, ORDER_FINISH, ORDER_OVERDUE } OrderDeed;

typedef struct {
    OrderDeed deed;
    Config *config; /* with words */
    CasePolicy *policy;
    Caller *caller;      /* who asks; NULL: the program itself */
    StoredOrder *order;  /* what is asked; after prepare() as it will be */
    Event *event, *move; /* made by prepare(): of the order; of its case, or NULL */
    char *region;        /* by prepare(): of its case, as it may be told; NULL: not known */
    gint64 now_ms;       /* by prepare(): the paper and its events tell one time */
} OrderChange;

void order_change_clear(OrderChange *change);

/* Is the order one of the caller's: of a case (NULL: it is kept elsewhere) that the caller sees, or addressed
 * to the caller's own unit? [any] */
gboolean order_is_seen(const StoredOrder *order, const Case *c, const Caller *caller);

/* [store] A StoreFunc; data: OrderChange. WALL_ERROR_NOT_FOUND: no such case or order; INVALID: it does
 * not fit, as an order that is done already. */
gboolean order_change_prepare(sqlite3 *db, gpointer data, GError **error);

#endif
