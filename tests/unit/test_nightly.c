/* test_nightly.c - when the next night is, and what the options mean: tables */
#include "wallctl/nightly.h"

#include "config/rule.h"
#include "wallctl/base/instant.h"

static gint64 at(const char *local)
{
    g_autofree char *text = g_strconcat(local, "+08:00", NULL);
    gint64 ms = -1;
    g_assert_true(instant_parse(text, &ms));
    return ms;
}

static const struct {
    const char *name, *last, *night_at, *due;
} nights[] = {
    { "same-day", "2025-05-22T01:00:00", "03:30", "2025-05-22T03:30:00" },
    { "next-day", "2025-05-22T09:14:03", "03:30", "2025-05-23T03:30:00" },
    { "just-now", "2025-05-22T03:30:00", "03:30", "2025-05-23T03:30:00" },
    { "a-moment-before", "2025-05-22T03:29:59", "03:30", "2025-05-22T03:30:00" },
    { "midnight", "2025-05-22T23:59:59", "00:00", "2025-05-23T00:00:00" },
    { "before-eight", "2025-05-22T07:00:00", "07:59", "2025-05-22T07:59:00" },
    { "end-of-month", "2025-02-28T04:00:00", "03:30", "2025-03-01T03:30:00" },
    { "end-of-year", "2025-12-31T23:59:00", "23:58", "2026-01-01T23:58:00" },
    { "three-nights-ago", "2025-05-19T03:30:00", "03:30", "2025-05-20T03:30:00" },
};

static void test_night(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    guint minute = (guint)time_minutes(nights[i].night_at);
    g_assert_cmpint(nightly_due_ms(at(nights[i].last), minute), ==, at(nights[i].due));
}

static const struct {
    const char *name;
    CaseConfig cases;
    guint days[RETAIN_LAST + 1];
} policies[] = {
    { "shipped",
      { .event_days = 365,
        .case_days = 1095,
        .transition_days = 1825,
        .order_days = 1095,
        .outbox_days = 30,
        .briefing_days = 1095,
        .audit_days = 1095 },
      { 0, 365, 1095, 1095, 1825, 1095, 30, 1095, 1095 } },
    { "briefings-alone", { .briefing_days = 7 }, { [RETAIN_BRIEFINGS] = 7 } },
    { "events-longer-than-cases", { .event_days = 365, .case_days = 30 }, { 0, 365, 365, 30 } },
    { "cases-for-ever", { .event_days = 365 }, { 0, 365 } },
    { "events-for-ever", { .case_days = 30 }, { 0, 0, 0, 30 } },
};

static void test_policy(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    RetentionPolicy policy = nightly_policy(&policies[i].cases);
    for (guint class = 1; class <= RETAIN_LAST; class ++)
        g_assert_cmpuint(policy.days[class], ==, policies[i].days[class]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(nights); i++) {
        g_autofree char *path = g_strconcat("/nightly/due/", nights[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_night);
    }
    for (guint i = 0; i < G_N_ELEMENTS(policies); i++) {
        g_autofree char *path = g_strconcat("/nightly/policy/", policies[i].name, NULL);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_policy);
    }
    return g_test_run();
}
