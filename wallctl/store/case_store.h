/* case_store.h - events in, cases out: what the database takes, once and for good.
 *
 * One call is one batch: all of it is durable when done runs, or none of it. An event is known by
 * (source, id): the same again is a duplicate, the same with other content a conflict, and the first
 * one stays. What arrives late is put in its place: the case is folded again from all its events, so
 * every order of arrival ends in the same row. The counters (rollup.h) and the chain of transitions
 * (chain.h) are written in the same transaction.
 *
 * Events whose text is no longer kept (retention.h) cannot be folded again: a late one is an anomaly.
 */
#ifndef WALLCTL_STORE_CASE_STORE_H
#define WALLCTL_STORE_CASE_STORE_H

#include "wallctl/model/deadline.h"
#include "wallctl/store/store.h"

/* The clocks of the case as deadline_list() gives them. Runs on [store]: what user points to must not
 * change. */
typedef guint (*CaseClocks)(const Case *c, gint64 now_ms, Deadline out[DEADLINE_MAX],
                            gpointer user);

/* What a site asks of its cases: counted, immutable, replaced as a whole when the configuration
 * changes. */
typedef struct CasePolicy CasePolicy;

/* [any] clocks may be NULL: no deadlines. free_user may be NULL and runs on whichever thread lets go
 * last. */
CasePolicy *case_policy_new(const CaseRules *rules, CaseClocks clocks, gpointer user,
                            GDestroyNotify free_user);
CasePolicy *case_policy_ref(CasePolicy *policy);
void case_policy_unref(CasePolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CasePolicy, case_policy_unref)

/* [any] */
const CaseRules *case_policy_rules(const CasePolicy *policy);
guint case_policy_clocks(const CasePolicy *policy, const Case *c, gint64 now_ms,
                         Deadline out[DEADLINE_MAX]);

typedef enum {
    TAKEN_APPLIED = 1, /* the case, order or whistle follows it */
    TAKEN_ANOMALY,     /* kept; it does not fit the case (now) */
    TAKEN_DUPLICATE,   /* known already */
    TAKEN_CONFLICT,    /* known with other content: refused, nothing stored */
    TAKEN_NOTED,       /* kept; not about a case */
} TakenStatus;

const char *taken_word(TakenStatus status); /* "applied" ... borrowed */

typedef struct {
    TakenStatus status;
    char *why;  /* of an anomaly or a conflict, else NULL; says nothing of the event's values */
    gint64 seq; /* in the inbox; of a duplicate or a conflict: the first one's */
} Taken;

/* A case that the batch changed. */
typedef struct {
    Case *before; /* NULL: new */
    Case *now;
    gboolean is_state_changed;
    gint64 due_ms; /* 0: no clock runs */
    gint64 rev;    /* counts the changes of the row */
} TakenCase;

typedef struct {
    GPtrArray *events;  /* Event, as handed over */
    GArray *taken;      /* Taken, one an event */
    GPtrArray *cases;   /* TakenCase, each case once */
    gint64 recorded_ms; /* Unix ms */
} TakenBatch;

/* [control] After the commit; batch is borrowed. With an error nothing was stored, and the batch
 * holds the events only: WALL_ERROR_UNAVAILABLE (disk), LIMIT (too much waits). */
typedef void (*CaseTaken)(const TakenBatch *batch, const GError *error, gpointer user);

/* [control] Takes over the array and its events (its free function must be event_free). Batches are
 * taken in the order of the calls. done may be NULL. */
void case_store_take(Store *store, GPtrArray *events, CasePolicy *policy, CaseTaken done,
                     gpointer user);

/* [control] Reckons the clocks of every open case anew, a few hundred a job: after the policy, the
 * calendar or the clock changed. done (may be NULL) comes after the last one. */
void case_store_due_all(Store *store, CasePolicy *policy, StoreDone done, gpointer user);

#endif
