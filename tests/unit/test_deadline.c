/* test_deadline.c - terms, workdays over holidays, pauses and percents, filters: tables */
#include "wallctl/model/deadline.h"

#include "wallctl/base/instant.h"

#include <string.h>

static gint64 at(const char *local)
{
    g_autofree char *text = g_strconcat(local, "+08:00", NULL);
    gint64 ms = -1;
    g_assert_true(instant_parse(text, &ms));
    return ms;
}

/* National Day 2025 as the State Council named it: 1 to 8 October off, 28 September and 11 October
 * worked. */
static Calendar *calendar_2025(void)
{
    Calendar *calendar = calendar_new();
    static const char *const off[] = { "2025-10-01", "2025-10-02", "2025-10-03", "2025-10-04",
                                       "2025-10-05", "2025-10-06", "2025-10-07", "2025-10-08" };
    for (guint i = 0; i < G_N_ELEMENTS(off); i++)
        g_assert_true(calendar_set(calendar, off[i], FALSE));
    g_assert_true(calendar_set(calendar, "2025-09-28", TRUE));
    g_assert_true(calendar_set(calendar, "2025-10-11", TRUE));
    return calendar;
}

static const struct {
    const char *from;
    guint amount;
    TermUnit unit;
    const char *due;
} terms[] = {
    { "2025-05-22T09:14:03", 3, TERM_DAYS, "2025-05-25T23:59:59" },  /* 孝感, general */
    { "2025-05-22T09:14:03", 20, TERM_DAYS, "2025-06-11T23:59:59" }, /* 孝感, larger */
    { "2025-05-22T00:00:00", 0, TERM_DAYS, "2025-05-22T23:59:59" },  /* 枝江, village: same day */
    { "2025-05-22T23:59:59", 0, TERM_DAYS, "2025-05-22T23:59:59" },
    { "2025-05-22T23:59:59", 1, TERM_DAYS, "2025-05-23T23:59:59" },
    { "2025-05-22T09:14:03", 1, TERM_MONTHS, "2025-06-22T23:59:59" }, /* 枝江, town */
    { "2025-05-22T09:14:03", 3, TERM_MONTHS, "2025-08-22T23:59:59" }, /* 枝江, county */
    { "2025-01-31T12:00:00", 1, TERM_MONTHS, "2025-02-28T23:59:59" },
    { "2024-01-31T12:00:00", 1, TERM_MONTHS, "2024-02-29T23:59:59" },
    { "2025-11-30T12:00:00", 3, TERM_MONTHS, "2026-02-28T23:59:59" },
    { "2025-12-31T12:00:00", 1, TERM_MONTHS, "2026-01-31T23:59:59" },
    { "2025-03-14T10:00:00", 6, TERM_WORKDAYS, "2025-03-24T23:59:59" }, /* 汕尾, wages */
    { "2025-09-26T10:00:00", 6, TERM_WORKDAYS,
      "2025-10-11T23:59:59" }, /* over 国庆: 28 29 30 | 9 10 11 */
    { "2025-09-30T10:00:00", 1, TERM_WORKDAYS, "2025-10-09T23:59:59" },
    { "2025-10-04T10:00:00", 1, TERM_WORKDAYS, "2025-10-09T23:59:59" }, /* begins on a holiday */
    { "2025-10-10T10:00:00", 1, TERM_WORKDAYS,
      "2025-10-11T23:59:59" }, /* a Saturday that is worked */
    { "2025-05-22T09:14:03", 30, TERM_MINUTES, "2025-05-22T09:44:03" },
    { "2025-05-22T23:14:03", 2, TERM_HOURS, "2025-05-23T01:14:03" },
    { "2025-05-22T09:14:03", 60, TERM_DAYS, "2025-07-21T23:59:59" }, /* 信访条例 34 */
};

static void test_terms(void)
{
    g_autoptr(Calendar) calendar = calendar_2025();
    for (guint i = 0; i < G_N_ELEMENTS(terms); i++) {
        gint64 due = term_end(at(terms[i].from), terms[i].amount, terms[i].unit, calendar);
        g_autofree char *text = instant_format(due, CALENDAR_OFFSET_MIN);
        g_autofree char *wanted = g_strconcat(terms[i].due, "+08:00", NULL);
        g_test_message("%s + %u of %d", terms[i].from, terms[i].amount, terms[i].unit);
        g_assert_cmpstr(text, ==, wanted);
    }
}

static void test_days(void)
{
    g_autoptr(Calendar) calendar = calendar_2025();
    g_assert_cmpuint(calendar_weekday(calendar_day(at("2025-05-22T00:00:00"))), ==,
                     3); /* Thursday */
    g_assert_cmpuint(calendar_weekday(calendar_day(at("1970-01-05T12:00:00"))), ==, 0);
    g_assert_cmpint(calendar_day(0), ==, 0);
    g_assert_cmpint(calendar_day(-9 * 3600000), ==, -1);
    g_assert_cmpuint(calendar_minute(at("2025-05-22T09:14:03")), ==, 9 * 60 + 14);
    static const char *const wrong[] = { "2025-02-29", "2025-1-01",  "20250101",   "2025-10-01",
                                         "2025-13-01", "1969-01-01", "2025-10-0a", "" };
    for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_false(calendar_set(calendar, wrong[i], TRUE));
}

/* --- a case's clocks ---------------------------------------------------------------------------
 */

static Case *play(const char *const *lines)
{
    Case *now = NULL;
    for (guint i = 0; lines[i]; i++) {
        g_auto(GStrv) parts = g_strsplit(lines[i], " ", 3); /* time, event, level */
        g_autoptr(Event) event = event_new();
        event->time_ms = at(parts[0]);
        g_autofree char *word = g_strconcat("case.", parts[1], NULL);
        event->type = event_type_from_word(word);
        if (parts[2])
            g_assert_true(fields_set_text(&event->fields, FIELD_LEVEL, parts[2], NULL));
        Case *next = case_apply(now, event, &(CaseRules) { FALSE }, NULL);
        g_assert_nonnull(next);
        case_unref(now);
        now = next;
    }
    return now;
}

#define BIT(type) (1u << (type))

static char general[] = "general", larger[] = "larger", finish[] = "finish",
            accept_word[] = "accept";
static char *general_words[] = { general, NULL }, *larger_words[] = { larger, NULL };
static FilterCondition is_general = { FIELD_LEVEL, general_words, FALSE },
                       is_larger = { FIELD_LEVEL, larger_words, FALSE };

static DeadlineRule rules[] = {
    { finish,
      finish,
      { .n_conditions = 1, .conditions = &is_general },
      -1,
      BIT(EVENT_CASE_REGISTERED) | BIT(EVENT_CASE_REOPENED),
      BIT(EVENT_CASE_RESOLVED),
      3,
      TERM_DAYS,
      TRUE },
    { finish,
      finish,
      { .n_conditions = 1, .conditions = &is_larger },
      -1,
      BIT(EVENT_CASE_REGISTERED) | BIT(EVENT_CASE_REOPENED),
      BIT(EVENT_CASE_RESOLVED),
      20,
      TERM_DAYS,
      TRUE },
    { accept_word,
      accept_word,
      { 0 },
      -1,
      BIT(EVENT_CASE_DISPATCHED),
      BIT(EVENT_CASE_ACCEPTED),
      2,
      TERM_HOURS,
      FALSE },
};
static const DeadlinePolicy policy = { G_N_ELEMENTS(rules), rules };

/* "finish due 2025-05-25T23:59:59 50%" for each clock. */
static char *clocks(const Case *c, const char *now)
{
    g_autoptr(Calendar) calendar = calendar_2025();
    Deadline list[DEADLINE_MAX];
    guint n = deadline_list(&policy, c, calendar, at(now), list);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < n; i++) {
        g_autofree char *due = instant_format(list[i].due_ms, CALENDAR_OFFSET_MIN);
        due[19] = 0;
        g_string_append_printf(text, "%s %s %u%%%s%s|", list[i].rule->kind, due,
                               deadline_used(&list[i], at(now)), list[i].done_ms ? " done" : "",
                               list[i].is_paused ? " paused" : "");
    }
    return g_string_free(text, FALSE);
}

static const struct {
    const char *events[8], *now, *clocks;
} cases[] = {
    { { "2025-05-22T12:00:00 reported general" }, "2025-05-22T13:00:00", "" },
    { { "2025-05-22T12:00:00 registered general" },
      "2025-05-22T12:00:00",
      "finish 2025-05-25T23:59:59 0%|" },
    { { "2025-05-22T12:00:00 registered general" },
      "2025-05-24T06:00:00",
      "finish 2025-05-25T23:59:59 50%|" },
    { { "2025-05-22T12:00:00 registered general" },
      "2025-05-25T23:59:59",
      "finish 2025-05-25T23:59:59 100%|" },
    { { "2025-05-22T12:00:00 registered larger" },
      "2025-05-24T06:00:00",
      "finish 2025-06-11T23:59:59 8%|" },
    { { "2025-05-22T12:00:00 registered general", "2025-05-23T12:00:00 assessed larger" },
      "2025-05-24T06:00:00",
      "finish 2025-06-11T23:59:59 8%|" },
    { { "2025-05-22T12:00:00 registered general", "2025-05-24T06:00:00 resolved" },
      "2025-06-24T06:00:00",
      "finish 2025-05-25T23:59:59 50% done|" },
    { { "2025-05-22T12:00:00 registered general", "2025-05-24T06:00:00 withdrawn" },
      "2025-06-24T06:00:00",
      "finish 2025-05-25T23:59:59 50% done|" },
    { { "2025-05-22T12:00:00 registered general", "2025-05-23T12:00:00 resolved",
        "2025-06-01T12:00:00 reopened" },
      "2025-06-03T06:00:00",
      "finish 2025-06-04T23:59:59 50%|" },
    { { "2025-05-22T12:00:00 registered general", "2025-05-22T13:00:00 dispatched" },
      "2025-05-22T14:00:00",
      "finish 2025-05-25T23:59:59 2%|accept 2025-05-22T15:00:00 50%|" },
    { { "2025-05-22T12:00:00 registered general", "2025-05-22T13:00:00 dispatched",
        "2025-05-22T13:30:00 accepted" },
      "2025-05-22T14:00:00",
      "finish 2025-05-25T23:59:59 2%|accept 2025-05-22T15:00:00 25% done|" },
    /* a day's pause moves the end by a day, and the share stands while it lasts */
    { { "2025-05-22T12:00:00 registered general", "2025-05-23T00:00:00 suspended" },
      "2025-05-24T00:00:00",
      "finish 2025-05-26T23:59:59 14% paused|" },
    { { "2025-05-22T12:00:00 registered general", "2025-05-23T00:00:00 suspended",
        "2025-05-24T00:00:00 resumed" },
      "2025-05-25T06:00:00",
      "finish 2025-05-26T23:59:59 50%|" },
    /* a pause before the clock began is none of its */
    { { "2025-05-20T12:00:00 registered general", "2025-05-20T13:00:00 suspended",
        "2025-05-21T13:00:00 resumed", "2025-05-22T12:00:00 resolved",
        "2025-05-22T12:00:01 reopened" },
      "2025-05-24T06:00:00",
      "finish 2025-05-25T23:59:59 50%|" },
};

static void test_clocks(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Case) c = play(cases[i].events);
        g_autofree char *text = clocks(c, cases[i].now);
        g_test_message("row %u", i);
        g_assert_cmpstr(text, ==, cases[i].clocks);
    }
}

static void test_given(void)
{
    const char *const events[] = { "2025-05-22T12:00:00 registered general", NULL };
    g_autoptr(Case) c = play(events);
    g_assert_true(fields_set_number(&c->fields, FIELD_DUE, at("2025-05-23T12:00:00"), NULL));
    g_autofree char *text = clocks(c, "2025-05-23T00:00:00");
    g_assert_cmpstr(text, ==, "finish 2025-05-23T12:00:00 50%|");
    g_assert_true(fields_set_number(&c->fields, FIELD_DUE, at("2025-05-21T12:00:00"), NULL));
    g_autofree char *nonsense =
        clocks(c, "2025-05-24T06:00:00"); /* before it began: our own term */
    g_assert_cmpstr(nonsense, ==, "finish 2025-05-25T23:59:59 50%|");
}

/* The moment that deadline_reaches() names is the first at which so much is used. */
static void test_reaches(void)
{
    g_autoptr(Calendar) calendar = calendar_2025();
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Case) c = play(cases[i].events);
        Deadline list[DEADLINE_MAX];
        guint n = deadline_list(&policy, c, calendar, at(cases[i].now), list);
        static const guint percents[] = { 50, 80, 100 };
        for (guint k = 0; k < n * 3; k++) {
            gint64 ms = deadline_reaches(&list[k / 3], percents[k % 3]);
            if (list[k / 3].done_ms || list[k / 3].is_paused) {
                g_assert_cmpint(ms, ==, G_MAXINT64);
                continue;
            }
            g_assert_cmpuint(deadline_used(&list[k / 3], ms), >=, percents[k % 3]);
            g_assert_cmpuint(deadline_used(&list[k / 3], ms - 1), <, percents[k % 3]);
        }
    }
}

/* --- filters -----------------------------------------------------------------------------------
 */

static char r5304[] = "5304", r53[] = "53", high[] = "high", mid[] = "mid", grid[] = "/grid";
static char *in_5304[] = { r5304, NULL }, *in_53_or[] = { r5304, r53, NULL },
            *risky[] = { high, mid, NULL }, *from_grid[] = { grid, NULL };
static FilterCondition here = { FIELD_REGION, in_5304, TRUE },
                       exactly = { FIELD_REGION, in_5304, FALSE },
                       wide = { FIELD_REGION, in_53_or, TRUE },
                       is_risky = { FIELD_RISK, risky, FALSE };

static const struct {
    const char *name;
    Filter filter;
    gboolean
        fits; /* whistled, 2025-05-22 (a Thursday) 23:30, region 530402, risk mid, severity 13 */
} filters[] = {
    { "any", { 0 }, TRUE },
    { "type", { .types = 1u << EVENT_CASE_WHISTLED }, TRUE },
    { "other-type", { .types = 1u << EVENT_CASE_CLOSED }, FALSE },
    { "inside", { .n_conditions = 1, .conditions = &here }, TRUE },
    { "not-the-same", { .n_conditions = 1, .conditions = &exactly }, FALSE },
    { "one-of", { .n_conditions = 1, .conditions = &wide }, TRUE },
    { "word", { .n_conditions = 1, .conditions = &is_risky }, TRUE },
    { "not-given", { .n_conditions = 1, .conditions = &is_general }, FALSE },
    { "source", { .sources = from_grid }, TRUE },
    { "other-source", { .sources = in_5304 }, FALSE },
    { "severity", { .min_severity = 13 }, TRUE },
    { "more-severe", { .min_severity = 14 }, FALSE },
    { "night", { .start_minute = 1320, .end_minute = 360 }, TRUE },
    { "day", { .start_minute = 360, .end_minute = 1320 }, FALSE },
    { "until-then", { .start_minute = 0, .end_minute = 1410 }, FALSE },
    { "from-then", { .start_minute = 1410, .end_minute = 1411 }, TRUE },
    { "thursday", { .weekdays = 1 << 3 }, TRUE },
    { "friday", { .weekdays = 1 << 4 }, FALSE },
    { "thursday-night", { .weekdays = 1 << 3, .start_minute = 1320, .end_minute = 360 }, TRUE },
};

static Event *whistle(const char *when)
{
    Event *event = event_new();
    event->type = EVENT_CASE_WHISTLED;
    event->time_ms = at(when);
    event->severity = 13;
    g_free(event->source);
    event->source = g_strdup("/grid");
    g_assert_true(fields_set_text(&event->fields, FIELD_REGION, "530402", NULL));
    g_assert_true(fields_set_text(&event->fields, FIELD_RISK, "mid", NULL));
    return event;
}

static void test_filters(void)
{
    g_autoptr(Event) event = whistle("2025-05-22T23:30:00");
    for (guint i = 0; i < G_N_ELEMENTS(filters); i++) {
        g_test_message("%s", filters[i].name);
        g_assert_cmpint(filter_fits(&filters[i].filter, event, event->source, &event->fields), ==,
                        filters[i].fits);
    }
}

static void test_night_of_yesterday(void)
{
    g_autoptr(Event) event = whistle("2025-05-23T02:00:00"); /* Friday, in Thursday's night */
    Filter filter = { .weekdays = 1 << 3, .start_minute = 1320, .end_minute = 360 };
    g_assert_true(filter_fits(&filter, event, event->source, &event->fields));
    filter.weekdays = 1 << 4;
    g_assert_false(filter_fits(&filter, event, event->source, &event->fields));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/deadline/terms", test_terms);
    g_test_add_func("/deadline/days", test_days);
    g_test_add_func("/deadline/clocks", test_clocks);
    g_test_add_func("/deadline/given", test_given);
    g_test_add_func("/deadline/reaches", test_reaches);
    g_test_add_func("/filter/table", test_filters);
    g_test_add_func("/filter/night-of-yesterday", test_night_of_yesterday);
    return g_test_run();
}
