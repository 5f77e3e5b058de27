/* calendar.h - local days and workdays. Pure. [any]
 *
 * China has one zone and no summer time since 1991, so local time is UTC and a fixed distance. The
 * State Council names each year's holidays and the weekends that are worked instead; without an
 * entry Monday to Friday are workdays.
 */
#ifndef WALLCTL_MODEL_CALENDAR_H
#define WALLCTL_MODEL_CALENDAR_H

#include <glib.h>

#define CALENDAR_OFFSET_MIN 480 /* Asia/Shanghai */

typedef struct Calendar Calendar;

Calendar *calendar_new(void);
void calendar_free(Calendar *calendar);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Calendar, calendar_free)

/* "2025-10-01". FALSE if there is no such day, or it has an entry already. */
gboolean calendar_set(Calendar *calendar, const char *day, gboolean is_workday);

/* The moment in local time, for whatever is shown: the machine's own zone does not matter. NULL for a
 * time that is no time. Caller owns. */
GDateTime *calendar_local(gint64 unix_ms);

/* Days since 1970-01-01, local. */
gint32 calendar_day(gint64 unix_ms);
guint calendar_weekday(gint32 day);    /* 0 = Monday */
guint calendar_minute(gint64 unix_ms); /* of the local day */
gboolean calendar_is_workday(const Calendar *calendar, gint32 day);

gint64 calendar_end_of_day(gint32 day); /* 23:59:59 of it, Unix ms */

/* The same day n months later, the last one of a shorter month: 31 January + 1 is 28 February. */
gint32 calendar_add_months(gint32 day, guint n);

/* The n-th workday after day. */
gint32 calendar_add_workdays(const Calendar *calendar, gint32 day, guint n);

#endif
