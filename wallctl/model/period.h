/* period.h - days, weeks, months and years that figures are told of. Pure. [any]
 *
 * A period runs to a day that is given: "this week" ends today, not on Sunday. What it is compared
 * with is as long and begins like it: Monday to Wednesday with the Monday to Wednesday before, the
 * first twelve days of a month with the first twelve of the month before. Days as calendar_day().
 */
#ifndef WALLCTL_MODEL_PERIOD_H
#define WALLCTL_MODEL_PERIOD_H

#include <glib.h>

typedef enum {
    PERIOD_DAY = 1,
    PERIOD_WEEK, /* from Monday */
    PERIOD_MONTH,
    PERIOD_YEAR,
    PERIOD_LAST = PERIOD_YEAR
} PeriodKind;

typedef struct {
    gint32 from, to; /* both included */
} Period;

/* The period of this kind in which day lies, up to day. */
Period period_to(PeriodKind kind, gint32 day);

/* The same of the day before, the week, month or year before. A day that the shorter month lacks is
 * its last one. */
Period period_before(PeriodKind kind, gint32 day);

const char *period_word(PeriodKind kind);      /* "day" ... borrowed */
PeriodKind period_from_word(const char *word); /* 0 if unknown */
const char *period_title(PeriodKind kind);     /* 今日 本周 本月 今年; borrowed */
const char *period_compared(PeriodKind kind);  /* 较昨日 较上周同期 ...; borrowed */

/* "2025 年 5 月 22 日", "2025 年 5 月 19 日至 22 日", "2025 年 5 月", "2025 年"; of a month or year that
 * is not over: "2025 年 5 月 1 日至 12 日". Caller frees. */
char *period_dup_text(PeriodKind kind, Period period);

#endif
