/* filter.c - which events and cases a rule is about */
#include "wallctl/model/filter.h"

#include "wallctl/model/calendar.h"

#include <string.h>

void filter_clear(Filter *filter)
{
    for (guint i = 0; i < filter->n_conditions; i++)
        g_strfreev(filter->conditions[i].words);
    g_free(filter->conditions);
    g_strfreev(filter->sources);
    *filter = (Filter) { 0 };
}

static gboolean holds(const FilterCondition *condition, const Fields *fields)
{
    const char *value = fields_text(fields, condition->field);
    for (guint i = 0; value && condition->words[i]; i++) {
        const char *word = condition->words[i];
        if (condition->is_prefix ? g_str_has_prefix(value, word) : strcmp(value, word) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean filter_fits_fields(const Filter *filter, const Fields *fields)
{
    for (guint i = 0; i < filter->n_conditions; i++) {
        if (!holds(&filter->conditions[i], fields))
            return FALSE;
    }
    return TRUE;
}

/* A night that began yesterday is yesterday's. */
static gboolean is_in_hours(const Filter *filter, gint64 time_ms)
{
    guint minute = calendar_minute(time_ms);
    gint32 day = calendar_day(time_ms);
    gboolean is_over_midnight = filter->end_minute < filter->start_minute;
    gboolean is_in;
    if (filter->start_minute == filter->end_minute)
        is_in = TRUE;
    else if (is_over_midnight)
        is_in = minute >= filter->start_minute || minute < filter->end_minute;
    else
        is_in = minute >= filter->start_minute && minute < filter->end_minute;
    if (is_over_midnight && minute < filter->end_minute)
        day--;
    return is_in && (filter->weekdays == 0 || (filter->weekdays >> calendar_weekday(day) & 1) != 0);
}

gboolean filter_fits(const Filter *filter, const Event *event, const char *source,
                     const Fields *fields)
{
    if (filter->types && (filter->types >> event->type & 1) == 0)
        return FALSE;
    if (filter->sources && !g_strv_contains((const char *const *)filter->sources, source))
        return FALSE;
    return event->severity >= filter->min_severity && is_in_hours(filter, event->time_ms) &&
           filter_fits_fields(filter, fields);
}
