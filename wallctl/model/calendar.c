/* calendar.c - local days and workdays */
#include "wallctl/model/calendar.h"

#include <stdio.h>
#include <string.h>

#define DAY_MS    G_GINT64_CONSTANT(86400000)
#define OFFSET_MS (CALENDAR_OFFSET_MIN * G_GINT64_CONSTANT(60000))
#define EPOCH     719163 /* 1970-01-01 as GLib counts days */

struct Calendar {
    GHashTable *days; /* day -> 1 holiday, 2 workday */
};

Calendar *calendar_new(void)
{
    Calendar *calendar = g_new0(Calendar, 1);
    calendar->days = g_hash_table_new(NULL, NULL);
    return calendar;
}

void calendar_free(Calendar *calendar)
{
    if (!calendar)
        return;
    g_hash_table_unref(calendar->days);
    g_free(calendar);
}

gboolean calendar_set(Calendar *calendar, const char *day, gboolean is_workday)
{
    guint year, month, number;
    char end;
    if (strlen(day) != 10 || strspn(day, "0123456789-") != 10 ||
        sscanf(day, "%4u-%2u-%2u%c", &year, &month, &number, &end) != 3 || year < 1970 ||
        year > 2099 || !g_date_valid_dmy((GDateDay)number, (GDateMonth)month, (GDateYear)year))
        return FALSE;
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_dmy(&date, (GDateDay)number, (GDateMonth)month, (GDateYear)year);
    gpointer key = GINT_TO_POINTER((gint32)g_date_get_julian(&date) - EPOCH);
    return g_hash_table_insert(calendar->days, key, GINT_TO_POINTER(is_workday ? 2 : 1));
}

GDateTime *calendar_local(gint64 unix_ms)
{
    g_autoptr(GTimeZone) zone = g_time_zone_new_offset(CALENDAR_OFFSET_MIN * 60);
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(unix_ms / 1000);
    return utc ? g_date_time_to_timezone(utc, zone) : NULL;
}

gint32 calendar_day(gint64 unix_ms)
{
    gint64 local = unix_ms + OFFSET_MS;
    return (gint32)((local - (local < 0 ? DAY_MS - 1 : 0)) / DAY_MS);
}

guint calendar_weekday(gint32 day)
{
    return (guint)((day % 7 + 10) % 7); /* 1970-01-01 was a Thursday */
}

guint calendar_minute(gint64 unix_ms)
{
    return (guint)((unix_ms + OFFSET_MS - calendar_day(unix_ms) * DAY_MS) / 60000);
}

gboolean calendar_is_workday(const Calendar *calendar, gint32 day)
{
    int entry = GPOINTER_TO_INT(g_hash_table_lookup(calendar->days, GINT_TO_POINTER(day)));
    return entry ? entry == 2 : calendar_weekday(day) < 5;
}

gint64 calendar_end_of_day(gint32 day)
{
    return (day + 1) * DAY_MS - OFFSET_MS - 1000;
}

gint32 calendar_add_months(gint32 day, guint n)
{
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_julian(&date, (guint32)(day + EPOCH));
    g_date_add_months(&date, n);
    return (gint32)g_date_get_julian(&date) - EPOCH;
}

gint32 calendar_add_workdays(const Calendar *calendar, gint32 day, guint n)
{
    while (n > 0)
        n -= calendar_is_workday(calendar, ++day) ? 1 : 0;
    return day;
}
