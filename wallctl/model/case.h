/* case.h - a case (案件): what a set of events says about it. Pure. [any]
 *
 * A Case is an immutable value. case_apply() makes the next one from one event; case_fold() makes it
 * from all events of the case, in any order and with any repetition: they are put in the order of
 * event_compare() first, so every arrival order ends in the same Case. An event that does not fit the
 * state is an anomaly: it is kept, and the case stays as it was. A later arrival can make it fit.
 *
 * The state machine (domain words in brackets; a step may be left out, as the vocabularies of the
 * counties have five to seven of them):
 *
 *   reported(线索) registered(登记受理) mediating(先行调解) assessed(风险研判) dispatched(分类流转)
 *   accepted(接单) handling(办理) resolved(案结) verifying(回访) closed(销号)
 *
 * and beside the way: declined(不予受理), litigation(导入诉讼), suspended(中止: the clock stops),
 * merged(并案), withdrawn(撤回). Supervision (督办) and whistles (吹哨) lie over any state. A closed case
 * is revisited, too, as centres draw from them month by month: it counts and stays closed.
 */
#ifndef WALLCTL_MODEL_CASE_H
#define WALLCTL_MODEL_CASE_H

#include "wallctl/model/event.h"

typedef enum {
    CASE_NONE, /* nothing is known yet */
    CASE_REPORTED,
    CASE_REGISTERED,
    CASE_MEDIATING,
    CASE_ASSESSED,
    CASE_DISPATCHED,
    CASE_ACCEPTED,
    CASE_HANDLING,
    CASE_RESOLVED,
    CASE_VERIFYING,
    CASE_CLOSED,
    CASE_DECLINED,
    CASE_LITIGATION,
    CASE_SUSPENDED,
    CASE_MERGED,
    CASE_WITHDRAWN,
    CASE_LAST = CASE_WITHDRAWN
} CaseState;

const char *case_state_word(CaseState state);     /* "registered" ... "" for CASE_NONE; borrowed */
CaseState case_state_from_word(const char *word); /* CASE_NONE if unknown */
gboolean case_state_is_open(CaseState state);     /* somebody still has to do something */

typedef struct {
    gint64 from_ms, to_ms; /* to_ms 0: still suspended */
} Pause;

typedef struct {
    gint64 at_ms;
    gint64 mark; /* how content they are (满意度), 1 to 5; 0: not said */
} Visit;

typedef struct {
    gint refs;
    char *code; /* 一案一码, kept through transfer, escalation and merging */
    CaseState state;
    CaseState resumes_to;     /* CASE_SUSPENDED: the state before */
    DataClass classification; /* the strictest of its events */
    guint severity;
    guint supervise; /* 0, or 1..3 */
    guint n_whistles, n_returned, n_escalated, n_reopened;
    gboolean is_revisited;             /* since it was last resolved (回访) */
    gint64 opened_ms;                  /* first event */
    gint64 at_ms[EVENT_CASE_LAST + 1]; /* when the newest event of each type happened; 0: never */
    guint n_pauses;
    Pause *pauses; /* times during which it was suspended, in order */
    guint n_visits;
    Visit *visits;  /* every revisit (回访), in order */
    Event *last;    /* the newest event that was applied, for event_compare() */
    guint n_events; /* applied */
    Fields fields;  /* the newest of each; of sensitivities the strictest */
} Case;

/* What a site may ask beyond the state machine. */
typedef struct {
    gboolean needs_revisit; /* 销号 only after 回访/核单 */
} CaseRules;

Case *case_ref(Case *c);
void case_unref(Case *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Case, case_unref)

/* The next Case, or NULL with WALL_ERROR_INVALID saying why the event does not fit. now NULL: the
 * first event of the case. The event must be newer than now->last by event_compare(). */
Case *case_apply(const Case *now, const Event *event, const CaseRules *rules, GError **error);

/* Sorts events (pointers, the array is the caller's), leaves out equal ones, applies each. fits[i]
 * (may be NULL) says of events[i] after sorting whether it was applied; a repetition counts as what
 * the first was. NULL if none fits. */
Case *case_fold(const Event **events, guint n, const CaseRules *rules, gboolean *fits);

/* The same in all that is stored? */
gboolean case_equal(const Case *a, const Case *b);

#endif
