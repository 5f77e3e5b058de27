/* order_store.h - work orders of every kind (派单, 接单, 督办单 ...). Events keep the rows in step
 * inside case_store_take(); what is issued here is put by order_store_put(). */
#ifndef WALLCTL_STORE_ORDER_STORE_H
#define WALLCTL_STORE_ORDER_STORE_H

#include "wallctl/model/event.h"
#include "wallctl/store/store.h"

/* Texts are "" and times 0 where nothing is known. */
typedef struct {
    char *no; /* number of the paper: the key */
    char *case_code;
    char *kind; /* words of FIELD_ORDER_KIND */
    char *from_org, *to_org;
    gint64 issued_ms, ack_due_ms, due_ms, accepted_ms, done_ms;
    char *result;      /* words of FIELD_OUTCOME */
    guint score;       /* 1 to 5, 5 is best; 0: none */
    gint64 overdue_ms; /* when it was told that nobody took it over in time */
} StoredOrder;

StoredOrder *stored_order_new(const char *no, const char *case_code, const char *kind);
void stored_order_free(StoredOrder *order);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoredOrder, stored_order_free)

/* [control] Writes the row as it is given. Copies. done may be NULL. */
void order_store_put(Store *store, const StoredOrder *order, StoreDone done, gpointer user);

/* [store], in the transaction of the event: order.issued, .accepted, .done, in any order. */
gboolean order_store_note(sqlite3 *db, const Event *event, GError **error);

/* [store] or [reader] NULL without an error: no such order. Caller owns. */
StoredOrder *order_store_get(sqlite3 *db, const char *no, GError **error);

typedef struct {
    const char *case_code; /* NULL: any */
    gboolean is_open_only; /* not done */
    gint64 late_at_ms;     /* not accepted and ack_due before this, or not done and due; 0: any */
    const char *region;    /* of cases in it; NULL or "": any */
    const char *unit;      /* with a region: also those to this unit; NULL or "": none */
    guint n;               /* at most so many, 1 to 1000 */
} OrderFilter;

/* Newest first. StoredOrder; caller owns. */
GPtrArray *order_store_list(sqlite3 *db, const OrderFilter *filter, GError **error);

/* [store] or [reader] At most n orders that nobody has taken over by ack_due, and of which that is not
 * told yet, oldest first; *next_ms: when the next one will be such; G_MAXINT64: none waits. */
GPtrArray *order_store_unanswered(sqlite3 *db, gint64 now_ms, guint n, gint64 *next_ms,
                                  GError **error);

/* [store] The next number of a kind in a year, from 1: "派单〔2025〕7号" is made of it by the caller. */
gboolean order_store_next_number(sqlite3 *db, const char *kind, guint year, gint64 *number,
                                 GError **error);

#endif
