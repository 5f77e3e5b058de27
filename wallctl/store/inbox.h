/* inbox.h - every event that was taken, once: what cases are folded from. [store] */
#ifndef WALLCTL_STORE_INBOX_H
#define WALLCTL_STORE_INBOX_H

#include "wallctl/store/case_store.h"

typedef struct {
    gint64 seq;
    TakenStatus status;
    Event *event; /* NULL: what it said is no longer kept */
} InboxRow;

void inbox_row_free(InboxRow *row);

/* Stores an event that is not known; status: what it becomes then. taken gets status and seq, or
 * TAKEN_DUPLICATE or TAKEN_CONFLICT with the seq of the first one. */
gboolean inbox_put(sqlite3 *db, const Event *event, TakenStatus status, gint64 recorded_ms,
                   Taken *taken, GError **error);

gboolean inbox_set_status(sqlite3 *db, gint64 seq, TakenStatus status, GError **error);

/* Is an event of the case kept that did not fit and happened at time_ms or later? */
gboolean inbox_has_anomaly(sqlite3 *db, const char *subject, gint64 time_ms, gboolean *has_anomaly,
                           GError **error);

/* All case events of a case, by time. InboxRow; caller owns. */
GPtrArray *inbox_load(sqlite3 *db, const char *subject, GError **error);

#endif
