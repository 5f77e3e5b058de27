/* period.c - days, weeks, months and years that figures are told of */
#include "wallctl/model/period.h"

#include "wallctl/model/calendar.h"

#include <string.h>

#define EPOCH 719163 /* 1970-01-01 as GLib counts days */

static const struct {
    const char *word, *title, *compared;
} kinds[] = {
    [PERIOD_DAY] = { "day", "今日", "较昨日" },
    [PERIOD_WEEK] = { "week", "本周", "较上周同期" },
    [PERIOD_MONTH] = { "month", "本月", "较上月同期" },
    [PERIOD_YEAR] = { "year", "今年", "较去年同期" },
};

static GDate date_of(gint32 day)
{
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_julian(&date, (guint32)(day + EPOCH));
    return date;
}

static gint32 day_of(const GDate *date)
{
    return (gint32)g_date_get_julian(date) - EPOCH;
}

static gint32 first_of(PeriodKind kind, gint32 day)
{
    GDate date = date_of(day);
    switch (kind) {
    case PERIOD_WEEK:
        return day - (gint32)calendar_weekday(day);
    case PERIOD_MONTH:
        return day - g_date_get_day(&date) + 1;
    case PERIOD_YEAR:
        return day - (gint32)g_date_get_day_of_year(&date) + 1;
    default:
        return day;
    }
}

Period period_to(PeriodKind kind, gint32 day)
{
    return (Period) { first_of(kind, day), day };
}

Period period_before(PeriodKind kind, gint32 day)
{
    GDate date = date_of(day);
    switch (kind) {
    case PERIOD_WEEK:
        return period_to(kind, day - 7);
    case PERIOD_MONTH:
        g_date_subtract_months(&date, 1); /* clamps to the last day */
        return period_to(kind, day_of(&date));
    case PERIOD_YEAR:
        g_date_subtract_years(&date, 1);
        return period_to(kind, day_of(&date));
    default:
        return period_to(kind, day - 1);
    }
}

const char *period_word(PeriodKind kind)
{
    return kinds[kind].word;
}

PeriodKind period_from_word(const char *word)
{
    for (guint i = PERIOD_DAY; i <= PERIOD_LAST; i++) {
        if (strcmp(kinds[i].word, word) == 0)
            return (PeriodKind)i;
    }
    return 0;
}

const char *period_title(PeriodKind kind)
{
    return kinds[kind].title;
}

const char *period_compared(PeriodKind kind)
{
    return kinds[kind].compared;
}

/* Is it the whole month or year? */
static gboolean is_whole(PeriodKind kind, Period period)
{
    return first_of(kind, period.to + 1) == period.to + 1;
}

char *period_dup_text(PeriodKind kind, Period period)
{
    GDate from = date_of(period.from), to = date_of(period.to);
    g_autofree char *first = g_strdup_printf("%u 年 %u 月 %u 日", g_date_get_year(&from),
                                             (guint)g_date_get_month(&from), g_date_get_day(&from));
    if (kind == PERIOD_YEAR && is_whole(kind, period))
        return g_strdup_printf("%u 年", g_date_get_year(&to));
    if (kind == PERIOD_MONTH && is_whole(kind, period))
        return g_strdup_printf("%u 年 %u 月", g_date_get_year(&to), (guint)g_date_get_month(&to));
    if (period.from == period.to)
        return g_steal_pointer(&first);
    if (g_date_get_year(&from) != g_date_get_year(&to))
        return g_strdup_printf("%s至 %u 年 %u 月 %u 日", first, g_date_get_year(&to),
                               (guint)g_date_get_month(&to), g_date_get_day(&to));
    if (g_date_get_month(&from) != g_date_get_month(&to))
        return g_strdup_printf("%s至 %u 月 %u 日", first, (guint)g_date_get_month(&to),
                               g_date_get_day(&to));
    return g_strdup_printf("%s至 %u 日", first, g_date_get_day(&to));
}
