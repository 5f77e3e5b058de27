/* deadline.c - clocks that follow from a case's events */
#include "wallctl/model/deadline.h"

#include <string.h>

void deadline_policy_clear(DeadlinePolicy *policy)
{
    for (guint i = 0; i < policy->n_rules; i++) {
        g_free(policy->rules[i].kind);
        g_free(policy->rules[i].name);
        filter_clear(&policy->rules[i].filter);
    }
    g_free(policy->rules);
    *policy = (DeadlinePolicy) { 0 };
}

gint64 term_end(gint64 start_ms, guint amount, TermUnit unit, const Calendar *calendar)
{
    gint32 day = calendar_day(start_ms);
    switch (unit) {
    case TERM_MINUTES:
        return start_ms + amount * G_GINT64_CONSTANT(60000);
    case TERM_HOURS:
        return start_ms + amount * G_GINT64_CONSTANT(3600000);
    case TERM_WORKDAYS:
        return calendar_end_of_day(calendar_add_workdays(calendar, day, amount));
    case TERM_MONTHS:
        return calendar_end_of_day(calendar_add_months(day, amount));
    default:
        return calendar_end_of_day(day + (gint32)amount);
    }
}

/* The newest of the events in mask; 0: none. */
static gint64 newest(const Case *c, guint mask)
{
    gint64 at = 0;
    for (guint type = 1; type <= EVENT_CASE_LAST; type++) {
        if ((mask >> type & 1) != 0)
            at = MAX(at, c->at_ms[type]);
    }
    return at;
}

static gint64 paused_between(const Case *c, gint64 from_ms, gint64 to_ms)
{
    gint64 sum = 0;
    for (guint i = 0; i < c->n_pauses; i++) {
        gint64 begin = MAX(c->pauses[i].from_ms, from_ms);
        gint64 end = MIN(c->pauses[i].to_ms ? c->pauses[i].to_ms : to_ms, to_ms);
        sum += MAX(end - begin, 0);
    }
    return sum;
}

static gboolean fits(const DeadlineRule *rule, const Case *c)
{
    return (rule->level < 0 || (guint)rule->level == c->n_escalated) && newest(c, rule->from) > 0 &&
           filter_fits_fields(&rule->filter, &c->fields);
}

static gboolean has_kind(const Deadline *list, guint n, const char *kind)
{
    for (guint i = 0; i < n; i++) {
        if (strcmp(list[i].rule->kind, kind) == 0)
            return TRUE;
    }
    return FALSE;
}

guint deadline_list(const DeadlinePolicy *policy, const Case *c, const Calendar *calendar,
                    gint64 now_ms, Deadline out[DEADLINE_MAX])
{
    guint n = 0;
    for (guint i = 0; i < policy->n_rules && n < DEADLINE_MAX; i++) {
        const DeadlineRule *rule = &policy->rules[i];
        if (!fits(rule, c) || has_kind(out, n, rule->kind))
            continue;
        Deadline *deadline = &out[n++];
        *deadline = (Deadline) { .rule = rule, .start_ms = newest(c, rule->from) };
        gint64 ended = newest(c, rule->until);
        deadline->done_ms = ended >= deadline->start_ms ? ended : 0;
        if (!deadline->done_ms && !case_state_is_open(c->state))
            deadline->done_ms = c->last->time_ms; /* over in another way: withdrawn, declined */
        gint64 end = deadline->done_ms ? deadline->done_ms : now_ms;
        deadline->paused_ms = paused_between(c, deadline->start_ms, end);
        deadline->is_paused = !deadline->done_ms && c->state == CASE_SUSPENDED;
        gint64 given = rule->takes_given ? fields_number(&c->fields, FIELD_DUE) : 0;
        deadline->due_ms = given > deadline->start_ms
                               ? given
                               : term_end(deadline->start_ms, rule->amount, rule->unit, calendar) +
                                     deadline->paused_ms;
    }
    return n;
}

guint deadline_used(const Deadline *deadline, gint64 now_ms)
{
    gint64 end = deadline->done_ms ? deadline->done_ms : now_ms;
    gint64 whole = deadline->due_ms - deadline->paused_ms - deadline->start_ms;
    gint64 used = end - deadline->start_ms - deadline->paused_ms;
    if (used <= 0)
        return 0;
    return whole > 0 ? (guint)MIN(used * 100 / whole, 100000) : 100000;
}

gint64 deadline_reaches(const Deadline *deadline, guint percent)
{
    if (deadline->done_ms || deadline->is_paused)
        return G_MAXINT64;
    gint64 whole = deadline->due_ms - deadline->paused_ms - deadline->start_ms;
    return deadline->start_ms + deadline->paused_ms + (whole * percent + 99) / 100;
}

static const guint marks[] = { 50, 80, DEADLINE_MISSED };

guint deadline_mark(const Deadline *deadline, gint64 now_ms)
{
    guint used = deadline_used(deadline, now_ms), reached = 0;
    for (guint i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (used >= marks[i])
            reached = marks[i];
    }
    return reached;
}

gint64 deadline_next_mark(const Deadline *deadline, guint told)
{
    for (guint i = 0; i < G_N_ELEMENTS(marks); i++) {
        if (marks[i] > told)
            return deadline_reaches(deadline, marks[i]);
    }
    return G_MAXINT64;
}
