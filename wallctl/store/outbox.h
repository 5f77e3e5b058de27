/* outbox.h - what is to be sent upstream: kept until the peer has it, ordered per case, at least once */
#ifndef WALLCTL_STORE_OUTBOX_H
#define WALLCTL_STORE_OUTBOX_H

#include "wallctl/store/store.h"

typedef struct {
    gint64 seq;
    char *peer, *key; /* key: the case; items of one key go one after the other. "": no order */
    char *body;       /* CloudEvents JSON */
    gint64 created_ms;
    guint tries;
} OutboxItem;

void outbox_item_free(OutboxItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutboxItem, outbox_item_free)

/* [control] Copies. Durable when done (may be NULL) runs without error. */
void outbox_add(Store *store, const char *peer, const char *key, const char *body, StoreDone done,
                gpointer user);

/* [store] The same inside another job's transaction. */
gboolean outbox_insert(sqlite3 *db, const char *peer, const char *key, const char *body,
                       GError **error);

/* [store] or [reader] What may be sent now: of each key the oldest item that is not sent, oldest
 * first, at most n. OutboxItem; caller owns. */
GPtrArray *outbox_next(sqlite3 *db, const char *peer, guint n, GError **error);

/* [store] or [reader] Items that wait. */
gboolean outbox_count(sqlite3 *db, const char *peer, gint64 *n, GError **error);

/* [control] The peer has it / has refused or not answered. Only then comes the next of its key. */
void outbox_sent(Store *store, gint64 seq, StoreDone done, gpointer user);
void outbox_failed(Store *store, gint64 seq, StoreDone done, gpointer user);

#endif
