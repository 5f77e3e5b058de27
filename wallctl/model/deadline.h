/* deadline.h - by when something must be done to a case: clocks that follow from its events. Pure.
 * [any]
 *
 * Nothing is counted down and stored: a Deadline is computed from the Case and the policy whenever
 * it is asked for, so it is right after a power cut, after events that came late and after a change of
 * the policy. Clocks use the events' times, not their arrival, and stand while a case is suspended.
 *
 * A term in days, workdays or months does not count the day on which it begins and ends at 23:59:59
 * (民法典 201, 203); one in hours or minutes ends on the second.
 */
#ifndef WALLCTL_MODEL_DEADLINE_H
#define WALLCTL_MODEL_DEADLINE_H

#include "wallctl/model/calendar.h"
#include "wallctl/model/case.h"
#include "wallctl/model/filter.h"

typedef enum {
    TERM_MINUTES = 1,
    TERM_HOURS,
    TERM_DAYS, /* 0: by the end of the same day (当日) */
    TERM_WORKDAYS,
    TERM_MONTHS
} TermUnit;

typedef struct {
    char *kind;    /* "finish", "accept" ...: of each kind the first rule that fits counts */
    char *name;    /* 办结, 接单 */
    Filter filter; /* conditions on the case's fields */
    gint32 level;  /* times that the case must have been escalated; -1: any */
    guint from;    /* event types (bits) of which the newest begins it */
    guint until;   /* ... and that end it */
    guint amount;
    TermUnit unit;
    gboolean takes_given; /* FIELD_DUE counts instead when the platform gives one */
    gboolean escalates; /* missed: the case goes one level up (村→镇→县→市), beside 督办 */
} DeadlineRule;

typedef struct {
    guint n_rules;
    DeadlineRule *rules;
} DeadlinePolicy;

void deadline_policy_clear(DeadlinePolicy *policy);

typedef struct {
    const DeadlineRule *rule;
    gint64 start_ms;
    gint64 due_ms;    /* pauses so far added */
    gint64 done_ms;   /* 0: still running */
    gint64 paused_ms; /* between start and now, or done */
    gboolean is_paused;
} Deadline;

#define DEADLINE_MAX 8 /* kinds at once on one case */

/* What runs or ran on the case, in the order of the policy; returns how many. now_ms: for the pause
 * that goes on. rule is borrowed from policy. */
guint deadline_list(const DeadlinePolicy *policy, const Case *c, const Calendar *calendar,
                    gint64 now_ms, Deadline out[DEADLINE_MAX]);

/* Share of its time that is used at now_ms (or was, when done), in percent, rounded down; above 100:
 * overdue. */
guint deadline_used(const Deadline *deadline, gint64 now_ms);

/* When it will have used so many percent; G_MAXINT64 when done or paused. */
gint64 deadline_reaches(const Deadline *deadline, guint percent);

/* The shares at which people are told: 50, 80 (soon) and 100 % (missed). */
#define DEADLINE_MISSED 100

/* The highest of them that is reached at now_ms; 0: none. */
guint deadline_mark(const Deadline *deadline, gint64 now_ms);

/* When the next of them above `told` is reached; G_MAXINT64: never, or done or paused. */
gint64 deadline_next_mark(const Deadline *deadline, guint told);

/* End of a term that begins at start_ms. */
gint64 term_end(gint64 start_ms, guint amount, TermUnit unit, const Calendar *calendar);

#endif
