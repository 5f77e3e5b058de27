/* test_filter.c - which events a rule is about: one row a condition and its edges */
#include "wallctl/model/filter.h"

#include "wallctl/base/instant.h"

#include <string.h>

/* The event of the rows: a report of wages at risk, from 云综治, on Thursday 22 May 2025 at 22:30. Rows
 * change some of it. */
typedef struct {
    const char *region, *category, *level, *risk; /* NULL: not said */
    const char *source, *time;
    EventType type;
    guint severity;
} Given;

#define GIVEN(...)                                                                                 \
    {                                                                                              \
        .region = "530402005", .category = "labour", .level = "larger", .risk = "high",            \
        .source = "yunzongzhi", .time = "2025-05-22T22:30:00+08:00", .type = EVENT_CASE_REPORTED,  \
        .severity = 13, __VA_ARGS__                                                                \
    }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"

/* Rule: "region=5304,5305 risk=high sources=a,b types=case.reported min=13 hours=22:00-06:00 days=1,7" */
static const struct {
    const char *name, *rule;
    Given given;
    gboolean fits;
} rows[] = {
    { "nothing-fits-all", "", GIVEN(), TRUE },
    { "type", "types=case.reported", GIVEN(), TRUE },
    { "one-of-types", "types=case.whistled,case.reported", GIVEN(), TRUE },
    { "other-type", "types=case.whistled", GIVEN(), FALSE },
    { "category", "category=labour", GIVEN(), TRUE },
    { "other-category", "category=family,land", GIVEN(), FALSE },
    { "category-not-said", "category=labour", GIVEN(.category = NULL), FALSE },
    { "category-is-whole", "category=lab", GIVEN(), FALSE },
    { "level", "level=major,larger", GIVEN(), TRUE },
    { "other-level", "level=general", GIVEN(), FALSE },
    { "risk", "risk=high", GIVEN(), TRUE },
    { "other-risk", "risk=low,mid", GIVEN(), FALSE },
    { "risk-not-said", "risk=high", GIVEN(.risk = NULL), FALSE },
    { "region-itself", "region=530402005", GIVEN(), TRUE },
    { "region-of-the-city", "region=5304", GIVEN(), TRUE },
    { "region-below", "region=530402005001", GIVEN(), FALSE },
    { "region-beside", "region=530403,530404", GIVEN(), FALSE },
    { "region-not-said", "region=53", GIVEN(.region = NULL), FALSE },
    { "source", "sources=hotline,yunzongzhi", GIVEN(), TRUE },
    { "other-source", "sources=hotline", GIVEN(), FALSE },
    { "our-own-has-no-source", "sources=hotline", GIVEN(.source = ""), FALSE },
    { "severity-at-least", "min=13", GIVEN(), TRUE },
    { "severity-too-low", "min=14", GIVEN(), FALSE },
    { "severity-not-said", "min=1", GIVEN(.severity = 0), FALSE },
    { "hours", "hours=22:00-23:00", GIVEN(), TRUE },
    { "hours-begin", "hours=22:30-23:00", GIVEN(), TRUE },
    { "hours-end", "hours=22:00-22:30", GIVEN(), FALSE },
    { "hours-are-of-china", "hours=22:00-23:00", GIVEN(.time = "2025-05-22T14:30:00Z"), TRUE },
    { "over-midnight-before", "hours=22:00-06:00", GIVEN(), TRUE },
    { "over-midnight-after", "hours=22:00-06:00", GIVEN(.time = "2025-05-23T05:59:59+08:00"),
      TRUE },
    { "over-midnight-at-the-end", "hours=22:00-06:00", GIVEN(.time = "2025-05-23T06:00:00+08:00"),
      FALSE },
    { "by-day", "hours=22:00-06:00", GIVEN(.time = "2025-05-22T12:00:00+08:00"), FALSE },
    { "weekday", "days=4", GIVEN(), TRUE },
    { "other-weekday", "days=1,2,3,5,6,7", GIVEN(), FALSE },
    { "night-of-thursday", "hours=22:00-06:00 days=4", GIVEN(.time = "2025-05-23T03:00:00+08:00"),
      TRUE },
    { "night-of-friday", "hours=22:00-06:00 days=5", GIVEN(.time = "2025-05-23T03:00:00+08:00"),
      FALSE },
    { "all-of-it",
      "types=case.reported category=labour level=larger risk=high region=530402 sources=yunzongzhi "
      "min=9 hours=22:00-06:00 days=4",
      GIVEN(), TRUE },
    { "all-but-one",
      "types=case.reported category=labour level=larger risk=low region=530402 sources=yunzongzhi "
      "min=9 hours=22:00-06:00 days=4",
      GIVEN(), FALSE },
};
#pragma GCC diagnostic pop

static guint minutes(const char *text)
{
    return (guint)(g_ascii_strtoull(text, NULL, 10) * 60 + g_ascii_strtoull(text + 3, NULL, 10));
}

static void add_condition(Filter *filter, Field field, char **words)
{
    filter->conditions = g_renew(FilterCondition, filter->conditions, filter->n_conditions + 1);
    filter->conditions[filter->n_conditions++] =
        (FilterCondition) { field, g_strdupv(words), field == FIELD_REGION };
}

static void read_part(Filter *filter, const char *key, const char *value)
{
    g_auto(GStrv) words = g_strsplit(value, ",", -1);
    if (strcmp(key, "hours") == 0) {
        filter->start_minute = minutes(value);
        filter->end_minute = minutes(value + 6);
    } else if (strcmp(key, "min") == 0) {
        filter->min_severity = (guint)g_ascii_strtoull(value, NULL, 10);
    } else if (strcmp(key, "sources") == 0) {
        filter->sources = g_strdupv(words);
    } else if (strcmp(key, "types") == 0) {
        for (guint i = 0; words[i]; i++)
            filter->types |= G_GUINT64_CONSTANT(1) << event_type_from_word(words[i]);
    } else if (strcmp(key, "days") == 0) {
        for (guint i = 0; words[i]; i++)
            filter->weekdays |= 1u << (words[i][0] - '1');
    } else {
        g_assert_cmpint(field_from_name(key), !=, 0);
        add_condition(filter, field_from_name(key), words);
    }
}

static void test_row(gconstpointer data)
{
    guint i = GPOINTER_TO_UINT(data);
    const Given *given = &rows[i].given;
    Filter filter = { 0 };
    g_auto(GStrv) parts = g_strsplit(rows[i].rule, " ", -1);
    for (guint k = 0; parts[k] && *parts[k]; k++) {
        g_auto(GStrv) pair = g_strsplit(parts[k], "=", 2);
        read_part(&filter, pair[0], pair[1]);
    }
    g_autoptr(Event) event = event_new();
    event->type = given->type;
    event->severity = given->severity;
    g_assert_true(instant_parse(given->time, &event->time_ms));
    const struct {
        Field field;
        const char *word;
    } said[] = { { FIELD_REGION, given->region },
                 { FIELD_CATEGORY, given->category },
                 { FIELD_LEVEL, given->level },
                 { FIELD_RISK, given->risk } };
    for (guint k = 0; k < G_N_ELEMENTS(said); k++)
        g_assert_true(!said[k].word ||
                      fields_set_text(&event->fields, said[k].field, said[k].word, NULL));
    g_assert_cmpint(filter_fits(&filter, event, given->source, &event->fields), ==, rows[i].fits);
    filter_clear(&filter);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/filter/%s", rows[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
    }
    return g_test_run();
}
