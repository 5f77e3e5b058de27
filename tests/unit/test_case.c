/* test_case.c - the state machine against a table written the other way round, and the property that
 * the order in which events arrive does not matter */
#include "wallctl/model/case.h"

#include <string.h>

static const CaseRules loose = { FALSE }, strict = { TRUE };

static Event *make(EventType type, gint64 time_ms, const char *id)
{
    Event *event = event_new();
    event->type = type;
    event->time_ms = time_ms;
    g_free(event->id);
    event->id = g_strdup(id);
    g_free(event->subject);
    event->subject = g_strdup("HT1");
    if (type == EVENT_CASE_MERGED)
        g_assert_true(fields_set_text(&event->fields, FIELD_MERGED_INTO, "HT2", NULL));
    return event;
}

/* Words apart from each other by blanks, each event's time one second after the one before. "!" in
 * front: the event must be refused. Returns the case. */
static Case *play(const char *words, const CaseRules *rules)
{
    g_auto(GStrv) parts = g_strsplit(words, " ", -1);
    Case *now = NULL;
    for (guint i = 0; parts[i] && *parts[i]; i++) {
        gboolean is_refused = parts[i][0] == '!';
        g_autofree char *word = g_strconcat("case.", parts[i] + is_refused, NULL);
        EventType type = event_type_from_word(word);
        g_assert_cmpint(type, !=, 0);
        g_autofree char *id = g_strdup_printf("e%u", i);
        g_autoptr(Event) event = make(type, (i + 1) * 1000, id);
        g_autoptr(GError) error = NULL;
        Case *next = case_apply(now, event, rules, &error);
        if (is_refused != (next == NULL))
            g_test_message("%s: %s", word, error ? error->message : "taken");
        g_assert_cmpint(next == NULL, ==, is_refused);
        if (!next)
            continue;
        case_unref(now);
        now = next;
    }
    return now;
}

/* By state: every event that it takes, and where that leads; "." stays. What is not named is refused. */
static const struct {
    const char *way;   /* events that lead there */
    const char *state; /* "" : unknown */
    const char *takes;
} states[] = {
    { "", "",
      "reported>reported registered>registered declined>declined mediating>mediating "
      "assessed>assessed dispatched>dispatched" },
    { "reported", "reported",
      "registered>registered declined>declined mediating>mediating assessed>assessed "
      "dispatched>dispatched supervised>. whistled>. merged>merged withdrawn>withdrawn updated>." },
    { "registered", "registered",
      "declined>declined mediating>mediating assessed>assessed dispatched>dispatched "
      "handling>handling escalated>dispatched litigated>litigation suspended>suspended "
      "supervised>. whistled>. resolved>resolved merged>merged withdrawn>withdrawn updated>." },
    { "registered mediating", "mediating",
      "assessed>assessed dispatched>dispatched handling>handling escalated>dispatched "
      "litigated>litigation suspended>suspended supervised>. whistled>. resolved>resolved "
      "merged>merged withdrawn>withdrawn updated>." },
    { "registered assessed", "assessed",
      "mediating>mediating dispatched>dispatched handling>handling escalated>dispatched "
      "litigated>litigation suspended>suspended supervised>. whistled>. resolved>resolved "
      "merged>merged withdrawn>withdrawn updated>." },
    { "registered dispatched", "dispatched",
      "mediating>mediating accepted>accepted handling>handling returned>assessed "
      "transferred>dispatched escalated>dispatched litigated>litigation suspended>suspended "
      "supervised>. whistled>. resolved>resolved merged>merged withdrawn>withdrawn updated>." },
    { "registered dispatched accepted", "accepted",
      "mediating>mediating handling>handling returned>assessed transferred>dispatched "
      "escalated>dispatched litigated>litigation suspended>suspended supervised>. whistled>. "
      "resolved>resolved merged>merged withdrawn>withdrawn updated>." },
    { "registered handling", "handling",
      "mediating>mediating returned>assessed transferred>dispatched escalated>dispatched "
      "litigated>litigation suspended>suspended supervised>. whistled>. resolved>resolved "
      "merged>merged withdrawn>withdrawn updated>." },
    { "registered resolved", "resolved",
      "supervised>. whistled>. revisited>verifying closed>closed reopened>registered merged>merged "
      "withdrawn>withdrawn updated>." },
    { "registered resolved revisited", "verifying",
      "supervised>. whistled>. revisited>verifying closed>closed reopened>registered merged>merged "
      "withdrawn>withdrawn updated>." },
    { "registered resolved closed", "closed", "revisited>. reopened>registered updated>." },
    { "declined", "declined", "reopened>registered updated>." },
    { "registered litigated", "litigation", "reopened>registered updated>." },
    { "registered handling suspended", "suspended",
      "resumed>handling supervised>. whistled>. merged>merged withdrawn>withdrawn updated>." },
    { "registered merged", "merged", "" },
    { "registered withdrawn", "withdrawn", "reopened>registered updated>." },
};

static const char *expected(const char *takes, const char *event)
{
    static char to[32];
    g_auto(GStrv) pairs = g_strsplit(takes, " ", -1);
    for (guint i = 0; pairs[i]; i++) {
        gsize len = strlen(event);
        if (g_str_has_prefix(pairs[i], event) && pairs[i][len] == '>') {
            g_strlcpy(to, pairs[i] + len + 1, sizeof to);
            return to;
        }
    }
    return NULL;
}

static void test_state(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autoptr(Case) now = play(states[i].way, &loose);
    g_assert_cmpstr(case_state_word(now ? now->state : CASE_NONE), ==, states[i].state);
    for (guint type = 1; type <= EVENT_LAST; type++) {
        const char *word = event_type_word(type);
        g_autoptr(Event) event = make(type, 60000, "last");
        g_autoptr(Case) next = case_apply(now, event, &loose, NULL);
        const char *to =
            g_str_has_prefix(word, "case.") ? expected(states[i].takes, word + 5) : NULL;
        g_test_message("%s + %s -> %s", states[i].state, word, to ? to : "refused");
        g_assert_cmpint(next != NULL, ==, to != NULL);
        if (next)
            g_assert_cmpstr(case_state_word(next->state), ==,
                            strcmp(to, ".") == 0 ? states[i].state : to);
    }
}

static void test_every_state_is_tried(void)
{
    for (guint state = 0; state <= CASE_LAST; state++) {
        guint n = 0;
        for (guint i = 0; i < G_N_ELEMENTS(states); i++)
            n += strcmp(states[i].state, case_state_word(state)) == 0;
        g_assert_cmpuint(n, ==, 1);
        g_assert_cmpint(case_state_from_word(case_state_word(state)), ==, state);
    }
}

/* --- effects -----------------------------------------------------------------------------------
 */

static void test_effects(void)
{
    g_autoptr(Case) a =
        play("reported registered dispatched returned dispatched escalated accepted "
             "supervised whistled resolved revisited reopened handling resolved",
             &loose);
    g_assert_cmpuint(a->n_returned, ==, 1);
    g_assert_cmpuint(a->n_escalated, ==, 1);
    g_assert_cmpuint(a->n_whistles, ==, 1);
    g_assert_cmpuint(a->n_reopened, ==, 1);
    g_assert_cmpuint(a->supervise, ==, 1);
    g_assert_cmpint(a->opened_ms, ==, 1000);
    g_assert_cmpint(a->at_ms[EVENT_CASE_REGISTERED], ==, 2000);
    g_assert_cmpint(a->at_ms[EVENT_CASE_RESOLVED], ==, 14000);
    g_assert_false(a->is_revisited); /* that was before it was opened again */
    g_assert_cmpuint(a->n_events, ==, 14);
}

static void assert_pauses(const char *events, const char *wanted)
{
    g_autoptr(Case) now = play(events, &loose);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < now->n_pauses; i++)
        g_string_append_printf(text, "%d-%d ", (int)now->pauses[i].from_ms / 1000,
                               (int)now->pauses[i].to_ms / 1000);
    g_assert_cmpstr(text->str, ==, wanted);
    g_string_free(text, TRUE);
}

static void test_pauses(void)
{
    assert_pauses("registered handling", "");
    assert_pauses(
        "registered suspended !handling updated resumed handling suspended resumed resolved",
        "2-5 7-8 ");
    assert_pauses("registered suspended updated withdrawn", "2-4 ");
    assert_pauses("registered suspended updated", "2-0 ");
}

static void test_revisit_before_close(void)
{
    g_autoptr(Case) a = play("registered resolved !closed revisited closed", &strict);
    g_assert_cmpint(a->state, ==, CASE_CLOSED);
    g_autoptr(Case) b =
        play("registered resolved revisited reopened resolved !closed revisited closed", &strict);
    g_assert_cmpint(b->state, ==, CASE_CLOSED);
}

/* What one event said makes the next no plainer: words, in their order, and what the case is then. */
static const struct {
    const char *name, *words, *is;
} strictest[] = {
    { "labour-after-minor", "minor labour", "minor" },
    { "normal-after-violence", "dv - normal", "dv" },
    { "stricter-later", "normal family dv", "dv" },
    { "nothing-said", "- -", NULL },
    { "said-later", "- health", "health" },
    { "plain", "labour normal", "labour" },
};

static void test_strictest(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_auto(GStrv) words = g_strsplit(strictest[i].words, " ", -1);
    Case *now = NULL;
    for (guint k = 0; words[k]; k++) {
        g_autofree char *id = g_strdup_printf("s%u", k);
        g_autoptr(Event) event =
            make(k ? EVENT_CASE_UPDATED : EVENT_CASE_REGISTERED, 1000 * (k + 1), id);
        if (*words[k] != '-')
            g_assert_true(fields_set_text(&event->fields, FIELD_SENSITIVITY, words[k], NULL));
        Case *next = case_apply(now, event, &loose, NULL);
        case_unref(now);
        now = next;
    }
    g_assert_cmpstr(fields_text(&now->fields, FIELD_SENSITIVITY), ==, strictest[i].is);
    case_unref(now);
}

/* It counts, and stays closed; another end has another revisit. */
static void test_revisit_after_close(void)
{
    g_autoptr(Case) a = play("registered resolved closed revisited revisited", &loose);
    g_assert_cmpint(a->state, ==, CASE_CLOSED);
    g_assert_cmpuint(a->n_visits, ==, 2);
    g_assert_cmpint(a->visits[1].at_ms, ==, a->last->time_ms);
    g_autoptr(Case) b =
        play("registered resolved revisited closed revisited reopened resolved !closed", &strict);
    g_assert_cmpint(b->state, ==, CASE_RESOLVED);
    g_assert_cmpuint(b->n_visits, ==, 2);
}

static void test_merge_needs_another(void)
{
    g_autoptr(Case) now = play("registered", &loose);
    g_autoptr(Event) bare = make(EVENT_CASE_MERGED, 5000, "m");
    fields_clear(&bare->fields);
    g_assert_null(case_apply(now, bare, &loose, NULL));
    g_assert_true(fields_set_text(&bare->fields, FIELD_MERGED_INTO, "HT1", NULL));
    g_assert_null(case_apply(now, bare, &loose, NULL));
}

/* --- any order, any repetition -----------------------------------------------------------------
 */

#define MAX_EVENTS 12

static void shuffle(const Event **events, guint n, GRand *rand)
{
    for (guint i = n - 1; i > 0; i--) {
        guint j = (guint)g_rand_int_range(rand, 0, (gint32)i + 1);
        const Event *other = events[i];
        events[i] = events[j];
        events[j] = other;
    }
}

static Event *random_event(guint i, GRand *rand)
{
    g_autofree char *id = g_strdup_printf("e%u", i);
    EventType type = (EventType)g_rand_int_range(rand, 1, EVENT_CASE_LAST + 1);
    Event *event = make(i == 0 ? EVENT_CASE_REPORTED : type, g_rand_int_range(rand, 0, 6), id);
    static const char *const risks[] = { "high", "mid", "low" };
    if (g_rand_boolean(rand))
        g_assert_true(
            fields_set_text(&event->fields, FIELD_RISK, risks[g_rand_int_range(rand, 0, 3)], NULL));
    if (g_rand_boolean(rand))
        g_assert_true(fields_set_number(&event->fields, FIELD_PARTY_COUNT,
                                        g_rand_int_range(rand, 0, 100), NULL));
    event->classification = (DataClass)g_rand_int_range(rand, CLASS_PUBLIC, CLASS_CONFIDENTIAL + 1);
    event->severity = (guint)g_rand_int_range(rand, 0, 25);
    return event;
}

/* As the store does it: what is newer than the last is applied, else all is folded again. */
static Case *arrive(const Event *const *events, guint n)
{
    const Event *known[2 * MAX_EVENTS];
    guint n_known = 0;
    Case *now = NULL;
    for (guint i = 0; i < n; i++) {
        gboolean is_known = FALSE;
        for (guint k = 0; k < n_known; k++)
            is_known = is_known || strcmp(known[k]->id, events[i]->id) == 0;
        if (is_known)
            continue;
        gboolean is_newest = TRUE;
        for (guint k = 0; k < n_known; k++)
            is_newest = is_newest && event_compare(known[k], events[i]) < 0;
        known[n_known++] = events[i];
        Case *next = is_newest ? case_apply(now, events[i], &loose, NULL)
                               : case_fold(known, n_known, &loose, NULL);
        if (next || !is_newest) {
            case_unref(now);
            now = next;
        }
    }
    return now;
}

static void test_any_order(void)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(20250522);
    guint n_cases = 0;
    for (guint round = 0; round < 3000; round++) {
        guint n = (guint)g_rand_int_range(rand, 1, MAX_EVENTS + 1);
        Event *events[MAX_EVENTS];
        const Event *given[2 * MAX_EVENTS];
        for (guint i = 0; i < n; i++)
            given[i] = events[i] = random_event(i, rand);
        g_autoptr(Case) wanted = case_fold(given, n, &loose, NULL);
        n_cases += wanted != NULL;
        for (guint turn = 0; turn < 5; turn++) {
            guint n_given = n;
            for (guint i = 0; i < n; i++)
                given[i] = events[i];
            while (n_given < 2 * n && g_rand_boolean(rand))
                given[n_given++] = events[g_rand_int_range(rand, 0, (gint32)n)];
            shuffle(given, n_given, rand);
            g_autoptr(Case) arrived = arrive(given, n_given);
            g_autoptr(Case) folded = case_fold(given, n_given, &loose, NULL);
            g_assert_cmpint(wanted == NULL, ==, arrived == NULL);
            g_assert_cmpint(wanted == NULL, ==, folded == NULL);
            g_assert_true(!wanted || (case_equal(wanted, arrived) && case_equal(wanted, folded)));
        }
        for (guint i = 0; i < n; i++)
            event_free(events[i]);
    }
    g_assert_cmpuint(n_cases, >, 2000);
}

static void test_fits(void)
{
    g_autoptr(Event) closed = make(EVENT_CASE_CLOSED, 3, "c");
    g_autoptr(Event) reported = make(EVENT_CASE_REPORTED, 1, "a");
    g_autoptr(Event) resolved = make(EVENT_CASE_RESOLVED, 2, "b");
    const Event *events[] = { closed, reported, reported, resolved };
    gboolean fits[4];
    g_autoptr(Case) a = case_fold(events, 4, &loose, fits);
    g_assert_cmpint(a->state, ==,
                    CASE_REPORTED); /* nothing is resolved that was never registered */
    g_assert_true(fits[0] && fits[1]);
    g_assert_false(fits[2] || fits[3]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
        g_autofree char *path =
            g_strdup_printf("/case/state/%s", *states[i].state ? states[i].state : "unknown");
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_state);
    }
    g_test_add_func("/case/every-state-is-tried", test_every_state_is_tried);
    g_test_add_func("/case/effects", test_effects);
    g_test_add_func("/case/pauses", test_pauses);
    for (guint i = 0; i < G_N_ELEMENTS(strictest); i++) {
        g_autofree char *path = g_strdup_printf("/case/strictest/%s", strictest[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_strictest);
    }
    g_test_add_func("/case/revisit-before-close", test_revisit_before_close);
    g_test_add_func("/case/revisit-after-close", test_revisit_after_close);
    g_test_add_func("/case/merge-needs-another", test_merge_needs_another);
    g_test_add_func("/case/any-order", test_any_order);
    g_test_add_func("/case/fits", test_fits);
    return g_test_run();
}
