/* test_wording.c - countdowns, ages, counts, shares and their changes as they are read on the wall */
#include "wallctl/model/wording.h"

#define SECOND G_GINT64_CONSTANT(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static const struct {
    const char *name;
    gint64 ms;
    const char *expected;
} countdowns[] = {
    { "days and hours", 2 * DAY + 4 * HOUR, "剩 2 天 4 小时" },
    { "never more than is left", 2 * DAY + 5 * HOUR - 1, "剩 2 天 4 小时" },
    { "whole days", 20 * DAY + 59 * MINUTE, "剩 20 天" },
    { "one day", DAY, "剩 1 天" },
    { "just under a day", DAY - 1, "剩 23 小时 59 分" },
    { "hours and minutes", 4 * HOUR + 12 * MINUTE + 30 * SECOND, "剩 4 小时 12 分" },
    { "whole hours", 3 * HOUR, "剩 3 小时" },
    { "minutes", 23 * MINUTE + 59 * SECOND, "剩 23 分" },
    { "one minute", MINUTE, "剩 1 分" },
    { "seconds", MINUTE - 1, "剩不足 1 分" },
    { "the last moment", 0, "剩不足 1 分" },
    { "over at once", -1, "超时不足 1 分" },
    { "minutes over", -5 * MINUTE, "超时 5 分" },
    { "hours over", -3 * HOUR, "超时 3 小时" },
    { "days over", -(61 * DAY + 2 * HOUR), "超时 61 天 2 小时" },
    { "smallest number", G_MININT64, "超时 106751991167 天 7 小时" },
    { "largest number", G_MAXINT64, "剩 106751991167 天 7 小时" },
};

static const struct {
    const char *name;
    gint64 ms;
    const char *expected;
} clocks[] = {
    { "nothing", 0, "00:00" },
    { "seconds", 9 * SECOND + 999, "00:09" },
    { "minutes", 3 * MINUTE + 25 * SECOND, "03:25" },
    { "last before the hour", HOUR - 1, "59:59" },
    { "hours", HOUR + 3 * MINUTE + 25 * SECOND, "1:03:25" },
    { "days", 30 * HOUR, "30:00:00" },
    { "past", -(MINUTE + 5 * SECOND), "01:05" },
};

static const struct {
    const char *name;
    gint64 ms;
    const char *expected;
} spans[] = {
    { "nothing", 0, "0 秒" },
    { "not yet", -5000, "0 秒" },
    { "seconds", 59 * SECOND + 999, "59 秒" },
    { "minutes", 4 * MINUTE, "4 分" },
    { "hours", DAY - 1, "23 小时" },
    { "days", 61 * DAY, "61 天" },
};

static const struct {
    const char *name;
    gint64 ms;
    const char *expected;
} ages[] = {
    { "now", 0, "刚刚" },
    { "under a second", 999, "刚刚" },
    { "a clock ahead of ours", -5000, "刚刚" },
    { "seconds", 3 * SECOND, "3 秒前" },
    { "last second", MINUTE - 1, "59 秒前" },
    { "minutes", 4 * MINUTE, "4 分前" },
    { "hours", 2 * HOUR + 59 * MINUTE, "2 小时前" },
    { "days", 3 * DAY, "3 天前" },
};

static const struct {
    const char *name;
    guint64 count;
    const char *expected;
} counts[] = {
    { "none", 0, "0" },
    { "three digits", 712, "712" },
    { "four digits", 8742, "8,742" },
    { "five digits", 13800, "13,800" },
    { "seven digits", 1270000, "1,270,000" },
    { "largest", G_MAXUINT64, "18,446,744,073,709,551,615" },
};

static const struct {
    const char *name;
    guint64 now, before;
    const char *expected;
} changes[] = {
    { "more", 227, 215, "▲12" },         { "less", 7, 12, "▼5" },
    { "equal", 9, 9, "持平" },           { "from nothing", 1, 0, "▲1" },
    { "to nothing", 0, 1200, "▼1,200" },
};

static const struct {
    const char *name;
    guint64 part, whole;
    guint64 points;
    const char *expected;
} rates[] = {
    { "708 of 712", 708, 712, 9944, "99.44 %" },
    { "551 of 644", 551, 644, 8556, "85.56 %" },
    { "395 of 398", 395, 398, 9925, "99.25 %" },
    { "one third", 1, 3, 3333, "33.33 %" },
    { "two thirds", 2, 3, 6667, "66.67 %" },
    { "half up", 1, 20000, 1, "0.01 %" },
    { "just below half", 1, 20001, 0, "0.00 %" },
    { "half up at the top", 19999, 20000, 10000, "100.00 %" },
    { "all", 707, 707, 10000, "100 %" },
    { "none", 0, 712, 0, "0.00 %" },
    { "nothing to divide by", 0, 0, 0, "—" },
    { "more than all", 3, 2, 15000, "150.00 %" },
    { "largest numbers", G_MAXUINT64 - 1, G_MAXUINT64, 10000, "100.00 %" },
};

static const struct {
    const char *name;
    guint64 now, before;
    const char *expected;
} rate_changes[] = {
    { "up", 9944, 9912, "▲0.32 个百分点" },
    { "down", 8556, 9056, "▼5.00 个百分点" },
    { "equal", 8556, 8556, "持平" },
};

static void test_countdown(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *text = wording_countdown(countdowns[i].ms);

    g_assert_cmpstr(text, ==, countdowns[i].expected);
}

static void test_clock(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *text = wording_clock(clocks[i].ms);

    g_assert_cmpstr(text, ==, clocks[i].expected);
}

static void test_span(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *text = wording_span(spans[i].ms);

    g_assert_cmpstr(text, ==, spans[i].expected);
}

static void test_age(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *text = wording_age(ages[i].ms);

    g_assert_cmpstr(text, ==, ages[i].expected);
}

static void test_count(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *text = wording_count(counts[i].count);

    g_assert_cmpstr(text, ==, counts[i].expected);
}

static void test_change(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *text = wording_change(changes[i].now, changes[i].before);

    g_assert_cmpstr(text, ==, changes[i].expected);
}

static void test_rate(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *text = wording_rate(rates[i].part, rates[i].whole);

    g_assert_cmpstr(text, ==, rates[i].expected);
    g_assert_cmpuint(wording_basis_points(rates[i].part, rates[i].whole), ==, rates[i].points);
}

static void test_rate_change(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    g_autofree char *text = wording_rate_change(rate_changes[i].now, rate_changes[i].before);

    g_assert_cmpstr(text, ==, rate_changes[i].expected);
}

static void test_flood(void)
{
    static const WordingPart parts[] = { { "研和街道", 6 },
                                         { "大营街街道", 0 },
                                         { "春和街道", 4 } };
    g_autofree char *rate = wording_flood(10, 14);
    g_autofree char *places = wording_parts(parts, G_N_ELEMENTS(parts));
    g_autofree char *none = wording_parts(NULL, 0);

    g_assert_cmpstr(rate, ==, "10 分钟内 14 起");
    g_assert_cmpstr(places, ==, "研和街道 6 起 · 春和街道 4 起");
    g_assert_cmpstr(none, ==, "");
}

#define ADD_TABLE(prefix, table, function)                                                         \
    for (guint i = 0; i < G_N_ELEMENTS(table); i++) {                                              \
        g_autofree char *path = g_strdup_printf("/wording/" prefix "/%s", table[i].name);          \
        g_test_add_data_func(path, GUINT_TO_POINTER(i), function);                                 \
    }

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TABLE("countdown", countdowns, test_countdown);
    ADD_TABLE("clock", clocks, test_clock);
    ADD_TABLE("span", spans, test_span);
    ADD_TABLE("age", ages, test_age);
    ADD_TABLE("count", counts, test_count);
    ADD_TABLE("change", changes, test_change);
    ADD_TABLE("rate", rates, test_rate);
    ADD_TABLE("rate-change", rate_changes, test_rate_change);
    g_test_add_func("/wording/flood", test_flood);
    return g_test_run();
}
