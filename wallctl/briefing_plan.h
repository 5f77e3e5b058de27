/* briefing_plan.h - when a briefing comes, and what it is about. [any]; pure.
 *
 * Local days and minutes (calendar.h). A briefing tells of the period in which it was twelve hours
 * before: at nine in the morning of the day, week or month that is just over, in the afternoon of the
 * one that is under way.
 */
#ifndef WALLCTL_BRIEFING_PLAN_H
#define WALLCTL_BRIEFING_PLAN_H

#include "config/case_config.h"

/* Does it come on this day? A month that has no such day has it on its last one. */
gboolean briefing_falls_on(const BriefingConfig *briefing, gint32 day);

/* When it comes on this day, Unix ms. */
gint64 briefing_due_ms(const BriefingConfig *briefing, gint32 day);

/* The first time after now_ms. */
gint64 briefing_next_ms(const BriefingConfig *briefing, gint64 now_ms);

/* The last day of what it tells of at now_ms, and the kind of period. */
gint32 briefing_last_day(gint64 now_ms);
PeriodKind briefing_period(BriefingKind kind);

#endif
