/* case.c - the state machine of a case, as one table */
#include "wallctl/model/case.h"

#include "wallctl/base/error.h"
#include "wallctl/model/category.h"

#include <stdlib.h>
#include <string.h>

static const char *const state_words[CASE_LAST + 1] = {
    [CASE_NONE] = "",
    [CASE_REPORTED] = "reported",
    [CASE_REGISTERED] = "registered",
    [CASE_MEDIATING] = "mediating",
    [CASE_ASSESSED] = "assessed",
    [CASE_DISPATCHED] = "dispatched",
    [CASE_ACCEPTED] = "accepted",
    [CASE_HANDLING] = "handling",
    [CASE_RESOLVED] = "resolved",
    [CASE_VERIFYING] = "verifying",
    [CASE_CLOSED] = "closed",
    [CASE_DECLINED] = "declined",
    [CASE_LITIGATION] = "litigation",
    [CASE_SUSPENDED] = "suspended",
    [CASE_MERGED] = "merged",
    [CASE_WITHDRAWN] = "withdrawn",
};

#define IN(state) (1u << (state))

/* Known to us and not decided yet: everything between the first report and the result. */
#define UNDECIDED                                                                                  \
    (IN(CASE_REPORTED) | IN(CASE_REGISTERED) | IN(CASE_MEDIATING) | IN(CASE_ASSESSED) |            \
     IN(CASE_DISPATCHED) | IN(CASE_ACCEPTED) | IN(CASE_HANDLING))
#define OPEN (UNDECIDED | IN(CASE_RESOLVED) | IN(CASE_VERIFYING) | IN(CASE_SUSPENDED))
#define OVER (IN(CASE_CLOSED) | IN(CASE_DECLINED) | IN(CASE_LITIGATION) | IN(CASE_WITHDRAWN))
/* A platform that is connected today tells of cases in the midst of their lives. */
#define BEGINS IN(CASE_NONE)

typedef struct {
    guint from;   /* states in which it fits */
    CaseState to; /* CASE_NONE: the state stays */
} Move;

/* Steps forward may leave out others; a step back has an event of its own. */
static const Move moves[EVENT_CASE_LAST + 1] = {
    [EVENT_CASE_REPORTED] = { BEGINS, CASE_REPORTED },
    [EVENT_CASE_REGISTERED] = { BEGINS | IN(CASE_REPORTED), CASE_REGISTERED },
    [EVENT_CASE_DECLINED] = { BEGINS | IN(CASE_REPORTED) | IN(CASE_REGISTERED), CASE_DECLINED },
    [EVENT_CASE_MEDIATING] = { BEGINS | IN(CASE_REPORTED) | IN(CASE_REGISTERED) |
                                   IN(CASE_ASSESSED) | IN(CASE_DISPATCHED) | IN(CASE_ACCEPTED) |
                                   IN(CASE_HANDLING),
                               CASE_MEDIATING },
    [EVENT_CASE_ASSESSED] = { BEGINS | IN(CASE_REPORTED) | IN(CASE_REGISTERED) | IN(CASE_MEDIATING),
                              CASE_ASSESSED },
    [EVENT_CASE_DISPATCHED] = { BEGINS | IN(CASE_REPORTED) | IN(CASE_REGISTERED) |
                                    IN(CASE_MEDIATING) | IN(CASE_ASSESSED),
                                CASE_DISPATCHED },
    [EVENT_CASE_ACCEPTED] = { IN(CASE_DISPATCHED), CASE_ACCEPTED },
    [EVENT_CASE_HANDLING] = { IN(CASE_REGISTERED) | IN(CASE_MEDIATING) | IN(CASE_ASSESSED) |
                                  IN(CASE_DISPATCHED) | IN(CASE_ACCEPTED),
                              CASE_HANDLING },
    [EVENT_CASE_RETURNED] = { IN(CASE_DISPATCHED) | IN(CASE_ACCEPTED) | IN(CASE_HANDLING),
                              CASE_ASSESSED },
    [EVENT_CASE_TRANSFERRED] = { IN(CASE_DISPATCHED) | IN(CASE_ACCEPTED) | IN(CASE_HANDLING),
                                 CASE_DISPATCHED },
    [EVENT_CASE_ESCALATED] = { UNDECIDED & ~IN(CASE_REPORTED), CASE_DISPATCHED },
    [EVENT_CASE_LITIGATED] = { UNDECIDED & ~IN(CASE_REPORTED), CASE_LITIGATION },
    [EVENT_CASE_SUSPENDED] = { UNDECIDED & ~IN(CASE_REPORTED), CASE_SUSPENDED },
    [EVENT_CASE_RESUMED] = { IN(CASE_SUSPENDED), CASE_NONE },
    [EVENT_CASE_SUPERVISED] = { OPEN, CASE_NONE },
    [EVENT_CASE_WHISTLED] = { OPEN, CASE_NONE },
    [EVENT_CASE_RESOLVED] = { IN(CASE_REGISTERED) | IN(CASE_MEDIATING) | IN(CASE_ASSESSED) |
                                  IN(CASE_DISPATCHED) | IN(CASE_ACCEPTED) | IN(CASE_HANDLING),
                              CASE_RESOLVED },
    /* One that is closed stays so: move(). */
    [EVENT_CASE_REVISITED] = { IN(CASE_RESOLVED) | IN(CASE_VERIFYING) | IN(CASE_CLOSED),
                               CASE_VERIFYING },
    [EVENT_CASE_CLOSED] = { IN(CASE_RESOLVED) | IN(CASE_VERIFYING), CASE_CLOSED },
    [EVENT_CASE_REOPENED] = { IN(CASE_RESOLVED) | IN(CASE_VERIFYING) | OVER, CASE_REGISTERED },
    [EVENT_CASE_MERGED] = { OPEN, CASE_MERGED },
    [EVENT_CASE_WITHDRAWN] = { OPEN, CASE_WITHDRAWN },
    [EVENT_CASE_UPDATED] = { OPEN | OVER, CASE_NONE },
};

const char *case_state_word(CaseState state)
{
    g_assert(state <= CASE_LAST);
    return state_words[state];
}

CaseState case_state_from_word(const char *word)
{
    for (guint i = 1; i <= CASE_LAST; i++) {
        if (strcmp(state_words[i], word) == 0)
            return (CaseState)i;
    }
    return CASE_NONE;
}

gboolean case_state_is_open(CaseState state)
{
    return (OPEN & IN(state)) != 0;
}

Case *case_ref(Case *c)
{
    g_atomic_int_inc(&c->refs);
    return c;
}

void case_unref(Case *c)
{
    if (!c || !g_atomic_int_dec_and_test(&c->refs))
        return;
    g_free(c->code);
    event_free(c->last);
    fields_clear(&c->fields);
    g_free(c->pauses);
    g_free(c->visits);
    g_free(c);
}

static Case *copy_for(const Case *now, const Event *event)
{
    Case *next = now ? g_memdup2(now, sizeof *now) : g_new0(Case, 1);
    next->refs = 1;
    next->code = g_strdup(event->subject);
    next->fields = (Fields) { 0 };
    next->pauses = g_memdup2(next->pauses, next->n_pauses * sizeof(Pause));
    next->visits = g_memdup2(next->visits, next->n_visits * sizeof(Visit));
    if (now)
        fields_copy(&next->fields, &now->fields);
    else
        next->opened_ms = event->time_ms;
    next->last = event_copy(event);
    next->n_events++;
    return next;
}

/* --- one event ---------------------------------------------------------------------------------
 */

static gboolean fits(const Case *now, const Event *event, const CaseRules *rules, GError **error)
{
    CaseState state = now ? now->state : CASE_NONE;
    if (!event_type_is_case(event->type) || (moves[event->type].from & IN(state)) == 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s does not fit a case that is %s",
                    event_type_word(event->type), now ? state_words[state] : "not known");
        return FALSE;
    }
    if (event->type == EVENT_CASE_CLOSED && rules->needs_revisit && !now->is_revisited) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "case.closed: this site closes a case only after a revisit");
        return FALSE;
    }
    if (event->type == EVENT_CASE_MERGED &&
        (!fields_has(&event->fields, FIELD_MERGED_INTO) ||
         strcmp(fields_text(&event->fields, FIELD_MERGED_INTO), event->subject) == 0)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "case.merged needs merged_into: the code of another case");
        return FALSE;
    }
    return TRUE;
}

/* What the event means beside the state that it leads to. */
static void note_effects(Case *next, const Event *event)
{
    next->at_ms[event->type] = event->time_ms;
    switch (event->type) {
    case EVENT_CASE_RETURNED:
        next->n_returned++;
        break;
    case EVENT_CASE_ESCALATED:
        next->n_escalated++;
        break;
    case EVENT_CASE_SUPERVISED:
        next->supervise = (guint)MAX(fields_number(&event->fields, FIELD_SUPERVISE), 1);
        break;
    case EVENT_CASE_WHISTLED:
        next->n_whistles++;
        break;
    case EVENT_CASE_REVISITED:
        next->is_revisited = TRUE;
        next->visits = g_renew(Visit, next->visits, next->n_visits + 1);
        next->visits[next->n_visits++] =
            (Visit) { event->time_ms, fields_number(&event->fields, FIELD_SATISFACTION) };
        break;
    case EVENT_CASE_RESOLVED:
        next->is_revisited = FALSE;
        break;
    case EVENT_CASE_REOPENED:
        next->is_revisited = FALSE;
        next->n_reopened++;
        break;
    default:
        break;
    }
}

static void move(Case *next, const Event *event)
{
    CaseState before = next->state;
    CaseState to = moves[event->type].to;
    if (event->type == EVENT_CASE_RESUMED)
        to = next->resumes_to;
    if (to == CASE_NONE || (before == CASE_CLOSED && event->type == EVENT_CASE_REVISITED))
        return;
    next->state = to;
    next->resumes_to = to == CASE_SUSPENDED ? before : CASE_NONE;
    if (before == CASE_SUSPENDED) /* resumed, merged or withdrawn */
        next->pauses[next->n_pauses - 1].to_ms = event->time_ms;
    if (to == CASE_SUSPENDED) {
        next->pauses = g_renew(Pause, next->pauses, next->n_pauses + 1);
        next->pauses[next->n_pauses++] = (Pause) { event->time_ms, 0 };
    }
}

Case *case_apply(const Case *now, const Event *event, const CaseRules *rules, GError **error)
{
    if (!fits(now, event, rules, error))
        return NULL;
    Case *next = copy_for(now, event);
    move(next, event);
    note_effects(next, event);
    sensitivity_merge(&next->fields, &event->fields);
    next->classification = MAX(next->classification, event->classification);
    if (event->severity)
        next->severity = event->severity;
    return next;
}

/* --- all events --------------------------------------------------------------------------------
 */

static int compare_pointers(const void *a, const void *b)
{
    return event_compare(*(const Event *const *)a, *(const Event *const *)b);
}

static gboolean is_same_event(const Event *a, const Event *b)
{
    return strcmp(a->id, b->id) == 0 && strcmp(a->source, b->source) == 0;
}

Case *case_fold(const Event **events, guint n, const CaseRules *rules, gboolean *fits_out)
{
    qsort(events, n, sizeof *events, compare_pointers);
    Case *now = NULL;
    gboolean did_fit = FALSE;
    for (guint i = 0; i < n; i++) {
        if (i == 0 || !is_same_event(events[i - 1], events[i])) {
            Case *next = case_apply(now, events[i], rules, NULL);
            did_fit = next != NULL;
            if (next) {
                case_unref(now);
                now = next;
            }
        }
        if (fits_out)
            fits_out[i] = did_fit;
    }
    return now;
}

gboolean case_equal(const Case *a, const Case *b)
{
    g_autoptr(Json) x = fields_to_json(&a->fields);
    g_autoptr(Json) y = fields_to_json(&b->fields);
    g_autofree char *p = json_dup_text(x), *q = json_dup_text(y);
    return strcmp(a->code, b->code) == 0 && a->state == b->state &&
           a->resumes_to == b->resumes_to && a->classification == b->classification &&
           a->severity == b->severity && a->supervise == b->supervise &&
           a->n_whistles == b->n_whistles && a->n_returned == b->n_returned &&
           a->n_escalated == b->n_escalated && a->n_reopened == b->n_reopened &&
           a->is_revisited == b->is_revisited && a->opened_ms == b->opened_ms &&
           memcmp(a->at_ms, b->at_ms, sizeof a->at_ms) == 0 && a->n_pauses == b->n_pauses &&
           (a->n_pauses == 0 || memcmp(a->pauses, b->pauses, a->n_pauses * sizeof(Pause)) == 0) &&
           a->n_visits == b->n_visits &&
           (a->n_visits == 0 || memcmp(a->visits, b->visits, a->n_visits * sizeof(Visit)) == 0) &&
           a->n_events == b->n_events && is_same_event(a->last, b->last) && strcmp(p, q) == 0;
}
