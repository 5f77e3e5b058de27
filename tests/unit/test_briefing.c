/* test_briefing.c - when briefings come, what they are about, and that wall and papers say the same */
#include "wallctl/briefing_paper.h"
#include "wallctl/briefing_plan.h"
#include "wallctl/model/calendar.h"

#include <string.h>

/* --- when --------------------------------------------------------------------------------------
 */

/* Unix ms of "2025-05-22 09:00" at +08:00. */
static gint64 at(const char *text)
{
    g_autofree char *iso = g_strdup_printf("%.10sT%s:00+08:00", text, text + 11);
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(iso, NULL);
    g_assert_nonnull(time);
    return g_date_time_to_unix(time) * 1000;
}

#define EVERY_DAY 0x7fu
#define MONDAY    0x01u
#define FRIDAY    0x10u

static const struct {
    const char *name;
    BriefingKind kind;
    guint minute, weekdays, day;
    const char *now, *next;
} plans[] = {
    { "today", BRIEFING_DAY, 540, EVERY_DAY, 1, "2025-05-22 08:59", "2025-05-22 09:00" },
    { "at-its-minute", BRIEFING_DAY, 540, EVERY_DAY, 1, "2025-05-22 09:00", "2025-05-23 09:00" },
    { "over-the-year", BRIEFING_DAY, 540, EVERY_DAY, 1, "2025-12-31 10:00", "2026-01-01 09:00" },
    { "midnight", BRIEFING_DAY, 0, EVERY_DAY, 1, "2025-05-22 23:59", "2025-05-23 00:00" },
    { "next-monday", BRIEFING_WEEK, 570, MONDAY, 1, "2025-05-22 09:00", "2025-05-26 09:30" },
    { "this-monday", BRIEFING_WEEK, 570, MONDAY, 1, "2025-05-26 00:00", "2025-05-26 09:30" },
    { "two-days-a-week", BRIEFING_DAY, 540, MONDAY | FRIDAY, 1, "2025-05-22 12:00",
      "2025-05-23 09:00" },
    { "first-of-month", BRIEFING_MONTH, 540, 0, 1, "2025-05-22 09:00", "2025-06-01 09:00" },
    { "thirty-first", BRIEFING_MONTH, 540, 0, 31, "2025-06-01 00:00", "2025-06-30 09:00" },
    { "february", BRIEFING_MONTH, 540, 0, 31, "2025-02-01 00:00", "2025-02-28 09:00" },
    { "leap-february", BRIEFING_MONTH, 540, 0, 30, "2024-02-01 00:00", "2024-02-29 09:00" },
    { "after-the-last", BRIEFING_MONTH, 540, 0, 31, "2025-06-30 09:00", "2025-07-31 09:00" },
};

static void test_next(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    BriefingConfig briefing = { .kind = plans[i].kind,
                                .minute = plans[i].minute,
                                .weekdays = plans[i].weekdays,
                                .day = plans[i].day };
    gint64 next_ms = briefing_next_ms(&briefing, at(plans[i].now));
    g_assert_cmpint(next_ms, ==, at(plans[i].next));
    g_assert_true(briefing_falls_on(&briefing, calendar_day(next_ms)));
    g_assert_cmpint(briefing_due_ms(&briefing, calendar_day(next_ms)), ==, next_ms);
}

static const struct {
    const char *name, *now;
    BriefingKind kind;
    const char *text;
} abouts[] = {
    { "morning", "2025-05-22 09:00", BRIEFING_DAY, "2025 年 5 月 21 日" },
    { "evening", "2025-05-22 17:30", BRIEFING_DAY, "2025 年 5 月 22 日" },
    { "monday-morning", "2025-05-26 09:00", BRIEFING_WEEK, "2025 年 5 月 19 日至 25 日" },
    { "friday-evening", "2025-05-23 17:00", BRIEFING_WEEK, "2025 年 5 月 19 日至 23 日" },
    { "first-morning", "2025-06-01 09:00", BRIEFING_MONTH, "2025 年 5 月" },
    { "last-evening", "2025-05-31 18:00", BRIEFING_MONTH, "2025 年 5 月" },
};

static void test_about(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    PeriodKind kind = briefing_period(abouts[i].kind);
    g_autofree char *text =
        period_dup_text(kind, period_to(kind, briefing_last_day(at(abouts[i].now))));
    g_assert_cmpstr(text, ==, abouts[i].text);
}

/* --- wall and papers ---------------------------------------------------------------------------
 */

static const char paper_text[] =
    "{\"id\":\"daily-20250522-0900\",\"name\":\"=日小结<b>\",\"site\":\"红塔区综治中心\","
    "\"period\":\"2025 年 5 月 21 日\",\"compared\":\"较前一日\",\"made_ms\":1747875600000,"
    "\"figures\":[{\"name\":\"今年化解率\",\"value\":708,\"whole\":712,\"before\":699,"
    "\"before_whole\":704},{\"name\":\"新增案件\",\"value\":1234,\"unit\":\"件\",\"before\":9}],"
    "\"stages\":[{\"name\":\"登记受理\",\"value\":38},{\"name\":\"案结事了\",\"value\":708}],"
    "\"five\":[{\"name\":\"稳情\",\"value\":31,\"before\":28}],"
    "\"places\":[{\"name\":\"+研和\\\"街道\",\"value\":52,\"lon\":102503000,\"lat\":24254000}]}";

static Json *new_paper(void)
{
    return json_parse(paper_text, strlen(paper_text), 0, JSON_STRICT, NULL);
}

static void test_boards(void)
{
    g_autoptr(Json) paper = new_paper();
    BoardData *data = briefing_paper_board(paper, 0);
    const BriefingBoard *board = &data->spec.briefing;
    g_assert_cmpstr(data->spec.as_of, ==, "数据截至 09:00");
    g_assert_cmpuint(board->n, ==, 2);
    g_assert_cmpuint(board->figures[0].value, ==, 708);
    g_assert_cmpuint(board->figures[0].whole, ==, 712);
    g_assert_cmpuint(board->figures[1].before, ==, 9);
    board_data_free(data);
    data = briefing_paper_board(paper, 1);
    g_assert_cmpuint(data->spec.funnel.n, ==, 2);
    g_assert_cmpuint(data->counts[1].count, ==, 708);
    board_data_free(data);
    data = briefing_paper_board(paper, 2);
    g_assert_cmpuint(data->counts[0].before, ==, 28);
    board_data_free(data);
    data = briefing_paper_board(paper, 3);
    g_assert_cmpuint(data->places[0].count, ==, 52);
    board_data_free(data);
}

static void test_csv(void)
{
    g_autoptr(Json) paper = new_paper();
    g_autofree char *csv = briefing_paper_csv(paper);
    g_assert_cmpstr(
        csv, ==,
        "\xEF\xBB\xBF\"'=日小结<b>\",\"红塔区综治中心\",\"2025 年 5 月 21 日\",\"较前一日\","
        "\"2025-05-22 09:00\"\r\n"
        "\"部分\",\"名称\",\"单位\",\"数值\",\"分母\",\"对比期数值\",\"对比期分母\"\r\n"
        "\"指标\",\"今年化解率\",\"\",708,712,699,704\r\n"
        "\"指标\",\"新增案件\",\"件\",1234,,9,\r\n"
        "\"案件流程\",\"登记受理\",\"\",38,,,\r\n"
        "\"案件流程\",\"案结事了\",\"\",708,,,\r\n"
        "\"五情\",\"稳情\",\"\",31,,28,\r\n"
        "\"在办案件分布\",\"'+研和\"\"街道\",\"\",52,,,\r\n");
}

static void test_html(void)
{
    g_autoptr(Json) paper = new_paper();
    g_autofree char *html = briefing_paper_html(paper);
    static const char *const said[] = {
        "<h1>=日小结&lt;b&gt;</h1>", "99.44 %（708 / 712）", "1,234 件",
        "数据截至 2025-05-22 09:00", "@page{size:A4",        "+研和&quot;街道"
    };
    for (gsize i = 0; i < G_N_ELEMENTS(said); i++)
        g_assert_nonnull(strstr(html, said[i]));
    g_assert_null(strstr(html, "http"));
    g_assert_null(strstr(html, "<script"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(plans); i++) {
        g_autofree char *path = g_strdup_printf("/briefing/next/%s", plans[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_next);
    }
    for (guint i = 0; i < G_N_ELEMENTS(abouts); i++) {
        g_autofree char *path = g_strdup_printf("/briefing/about/%s", abouts[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_about);
    }
    g_test_add_func("/briefing/boards", test_boards);
    g_test_add_func("/briefing/csv", test_csv);
    g_test_add_func("/briefing/html", test_html);
    return g_test_run();
}
