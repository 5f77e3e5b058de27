/* retention.h - what is no longer needed is deleted, with a report
 *
 * Deleted means that the bytes are gone: secure_delete overwrites them in the file, and the
 * write-ahead log is emptied at the end. A few hundred rows a job, so intake goes on between. Cases
 * that are open keep their events; the counts of days stay (rollup.h).
 */
#ifndef WALLCTL_STORE_RETENTION_H
#define WALLCTL_STORE_RETENTION_H

#include "wallctl/store/audit_store.h"
#include "wallctl/store/chain.h"
#include "wallctl/store/store.h"

typedef enum {
    RETAIN_BODIES = 1,  /* what events said; their keys stay, so that a repetition is known */
    RETAIN_EVENTS,      /* the keys, too: a repetition after that is a new event */
    RETAIN_CASES,       /* cases that are over, since their last change; with orders and whistles */
    RETAIN_TRANSITIONS, /* the chain */
    RETAIN_ORDERS,      /* done ones */
    RETAIN_OUTBOX,      /* sent ones */
    RETAIN_BRIEFINGS,   /* since they were made */
    RETAIN_AUDIT,       /* the register: since they were written */
    RETAIN_LAST = RETAIN_AUDIT
} RetentionClass;

const char *retention_word(RetentionClass class); /* "event-bodies" ... borrowed */

typedef struct {
    guint days[RETAIN_LAST + 1]; /* 0: kept for ever */
    AuditSigner signer; /* of the register's new beginning; key NULL: it is kept for ever */
} RetentionPolicy;

typedef struct {
    gint64 n;
    gint64 from_ms, to_ms; /* times of the oldest and newest that went; 0 if none did */
} RetentionCount;

typedef struct {
    gint64 started_ms, ended_ms;
    RetentionCount counts[RETAIN_LAST + 1];
    ChainEnd head; /* of the chain, read after the last deletion; seq -1: it was not come to */
} RetentionReport;

/* [control] The signer's key is referenced and its site copied. report is borrowed; with an error it says what was deleted before it. */
typedef void (*RetentionDone)(const RetentionReport *report, const GError *error, gpointer user);
void retention_run(Store *store, const RetentionPolicy *policy, gint64 now_ms, RetentionDone done,
                   gpointer user);

/* [worker] What a run at now_ms would delete of the database at path, by a connection of its own:
 * a minute where there are millions of rows. */
gboolean retention_count(const char *path, const RetentionPolicy *policy, gint64 now_ms,
                         RetentionReport *report, GError **error);

#endif
