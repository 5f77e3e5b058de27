/* whistle_store.h - whistles (吹哨): who was called to a case, who answered, who came. Events keep the
 * rows in step inside case_store_take(). */
#ifndef WALLCTL_STORE_WHISTLE_STORE_H
#define WALLCTL_STORE_WHISTLE_STORE_H

#include "wallctl/model/event.h"
#include "wallctl/store/store.h"

/* FIELD_REASON of whistle.missed: which clock. */
#define WHISTLE_REASON_ACK     "ack"
#define WHISTLE_REASON_ARRIVAL "arrival"

typedef struct {
    char *org;
    gint64 acked_ms, arrived_ms;             /* 0: not yet */
    gint64 ack_missed_ms, arrival_missed_ms; /* the clock has run out and it was told; 0: not */
} WhistleOrg;

typedef struct {
    char *case_code;
    gint64 raised_ms; /* with the case the key: a case may be whistled several times */
    gint64 ack_due_ms, arrive_due_ms, ended_ms;
    char *by_org;
    GArray *orgs; /* WhistleOrg, in the order of the call */
} StoredWhistle;

void stored_whistle_free(StoredWhistle *whistle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoredWhistle, stored_whistle_free)

/* [store], in the transaction of the event: case.whistled and whistle.*. An
 * answer belongs to the newest whistle of its case that was raised before it, whatever came first. */
gboolean whistle_store_note(sqlite3 *db, const Event *event, GError **error);

/* [store] or [reader] The newest whistle of a case; NULL without an error if there is none. Caller
 * owns. */
StoredWhistle *whistle_store_get(sqlite3 *db, const char *case_code, GError **error);

/* [store] or [reader] Newest first; case_code NULL: of every case; is_open_only: not ended. At most n.
 * StoredWhistle; caller owns. */
GPtrArray *whistle_store_list(sqlite3 *db, const char *case_code, gboolean is_open_only, guint n,
                              GError **error);

#endif
