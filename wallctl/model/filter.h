/* filter.h - which events and cases a rule is about: every condition that is given must hold. Pure.
 * [any] */
#ifndef WALLCTL_MODEL_FILTER_H
#define WALLCTL_MODEL_FILTER_H

#include "wallctl/model/event.h"

typedef struct {
    Field field;
    char **words; /* NULL-terminated; one of them is the value, or begins it if is_prefix */
    gboolean is_prefix;
} FilterCondition;

typedef struct {
    guint64 types; /* bits of EventType; 0: any */
    guint n_conditions;
    FilterCondition *conditions;
    char **sources;     /* of the event; NULL: any */
    guint min_severity; /* 0: any */
    guint weekdays;     /* bit 0 = Monday; 0: any day */
    guint start_minute; /* of the local day, included ... */
    guint end_minute;   /* ... excluded; before start: over midnight; equal: all day */
} Filter;

void filter_clear(Filter *filter);

/* Conditions on fields only: for what concerns a case as it stands. */
gboolean filter_fits_fields(const Filter *filter, const Fields *fields);

/* All of it. source: the id of the event's source. fields: the case's with those of the event. The
 * time is the event's. */
gboolean filter_fits(const Filter *filter, const Event *event, const char *source,
                     const Fields *fields);

#endif
