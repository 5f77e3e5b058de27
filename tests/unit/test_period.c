/* test_period.c - days, weeks, months and years that figures are told of */
#include "wallctl/model/period.h"

#include "wallctl/model/calendar.h"

#include <stdio.h>

/* calendar_day() of "2025-05-22". */
static gint32 day_at(const char *text)
{
    guint year, month, day;
    g_assert_cmpint(sscanf(text, "%4u-%2u-%2u", &year, &month, &day), ==, 3);
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
    return (gint32)g_date_get_julian(&date) - 719163;
}

typedef struct {
    const char *name;
    PeriodKind kind;
    const char *day;
    const char *from, *before_from, *before_to;
    const char *text;
} Row;

static const Row rows[] = {
    { "day", PERIOD_DAY, "2025-05-22", "2025-05-22", "2025-05-21", "2025-05-21",
      "2025 年 5 月 22 日" },
    { "new-years-day", PERIOD_DAY, "2026-01-01", "2026-01-01", "2025-12-31", "2025-12-31",
      "2026 年 1 月 1 日" },
    { "week-monday", PERIOD_WEEK, "2025-05-19", "2025-05-19", "2025-05-12", "2025-05-12",
      "2025 年 5 月 19 日" },
    { "week-sunday", PERIOD_WEEK, "2025-05-25", "2025-05-19", "2025-05-12", "2025-05-18",
      "2025 年 5 月 19 日至 25 日" },
    { "week-over-months", PERIOD_WEEK, "2025-05-02", "2025-04-28", "2025-04-21", "2025-04-25",
      "2025 年 4 月 28 日至 5 月 2 日" },
    { "week-over-years", PERIOD_WEEK, "2026-01-04", "2025-12-29", "2025-12-22", "2025-12-28",
      "2025 年 12 月 29 日至 2026 年 1 月 4 日" },
    { "month", PERIOD_MONTH, "2025-05-12", "2025-05-01", "2025-04-01", "2025-04-12",
      "2025 年 5 月 1 日至 12 日" },
    { "month-clamped", PERIOD_MONTH, "2025-03-31", "2025-03-01", "2025-02-01", "2025-02-28",
      "2025 年 3 月" },
    { "month-leap", PERIOD_MONTH, "2024-03-30", "2024-03-01", "2024-02-01", "2024-02-29",
      "2024 年 3 月 1 日至 30 日" },
    { "month-january", PERIOD_MONTH, "2026-01-15", "2026-01-01", "2025-12-01", "2025-12-15",
      "2026 年 1 月 1 日至 15 日" },
    { "year", PERIOD_YEAR, "2025-05-22", "2025-01-01", "2024-01-01", "2024-05-22",
      "2025 年 1 月 1 日至 5 月 22 日" },
    { "year-leap-day", PERIOD_YEAR, "2024-02-29", "2024-01-01", "2023-01-01", "2023-02-28",
      "2024 年 1 月 1 日至 2 月 29 日" },
    { "year-whole", PERIOD_YEAR, "2025-12-31", "2025-01-01", "2024-01-01", "2024-12-31",
      "2025 年" },
};

static void test_row(gconstpointer data)
{
    const Row *row = data;
    gint32 day = day_at(row->day);
    Period now = period_to(row->kind, day), before = period_before(row->kind, day);
    g_assert_cmpint(now.from, ==, day_at(row->from));
    g_assert_cmpint(now.to, ==, day);
    g_assert_cmpint(before.from, ==, day_at(row->before_from));
    g_assert_cmpint(before.to, ==, day_at(row->before_to));
    g_autofree char *text = period_dup_text(row->kind, now);
    g_assert_cmpstr(text, ==, row->text);
}

static void test_words(void)
{
    for (guint i = PERIOD_DAY; i <= PERIOD_LAST; i++)
        g_assert_cmpuint(period_from_word(period_word((PeriodKind)i)), ==, i);
    g_assert_cmpuint(period_from_word("decade"), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/period/%s", rows[i].name);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/period/words", test_words);
    return g_test_run();
}
