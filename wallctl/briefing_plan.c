/* briefing_plan.c - when a briefing comes, and what it is about */
#include "wallctl/briefing_plan.h"

#include "wallctl/model/calendar.h"

#define MINUTE_MS   G_GINT64_CONSTANT(60000)
#define HALF_DAY_MS (12 * 60 * MINUTE_MS)
#define EPOCH       719163 /* 1970-01-01 as GLib counts days */
#define MOST_DAYS   32     /* a month has each day once */

static gboolean is_day_of_month(guint wanted, gint32 day)
{
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_julian(&date, (guint32)(day + EPOCH));
    guint last = g_date_get_days_in_month(g_date_get_month(&date), g_date_get_year(&date));
    return g_date_get_day(&date) == MIN(wanted, last);
}

gboolean briefing_falls_on(const BriefingConfig *briefing, gint32 day)
{
    if (briefing->kind == BRIEFING_MONTH)
        return is_day_of_month(briefing->day, day);
    return (briefing->weekdays >> calendar_weekday(day) & 1) != 0;
}

gint64 briefing_due_ms(const BriefingConfig *briefing, gint32 day)
{
    return calendar_end_of_day(day - 1) + 1000 + briefing->minute * MINUTE_MS;
}

gint64 briefing_next_ms(const BriefingConfig *briefing, gint64 now_ms)
{
    gint32 today = calendar_day(now_ms);
    for (gint32 day = today; day <= today + MOST_DAYS; day++) {
        gint64 due_ms = briefing_due_ms(briefing, day);
        if (due_ms > now_ms && briefing_falls_on(briefing, day))
            return due_ms;
    }
    return G_MAXINT64; /* on no day of the week */
}

gint32 briefing_last_day(gint64 now_ms)
{
    return calendar_day(now_ms - HALF_DAY_MS);
}

PeriodKind briefing_period(BriefingKind kind)
{
    return kind == BRIEFING_WEEK ? PERIOD_WEEK : kind == BRIEFING_MONTH ? PERIOD_MONTH : PERIOD_DAY;
}
