/* rollup.h - counters by metric, day and region, exact at every commit
 *
 * What a case counts for is a function of the case alone: a change takes away what it was and adds
 * what it is, so late events and folds need no rules of their own. Retention leaves the counts of days
 * alone and takes a deleted case out of the present ones.
 *
 * Counts of a day (local day on which it happened):
 *   opened, category:WORD, channel:WORD, level:WORD, risk:WORD      day of the first event
 *   resolved, outcome:WORD                 is resolved, verifying or closed; day it was resolved
 *   closed                                 is closed; day it was closed
 *   revisited, satisfaction:1..5           day of each revisit, also of a closed case
 *   declined, litigation, withdrawn        is so; day it became so
 *   whistled, supervised                   day of the newest one
 *   clue, clue-channel:WORD                leads (clue.reported)
 * Counts of now (day ROLLUP_NOW):
 *   state:WORD  open  open-category:WORD  open-level:WORD  open-risk:WORD  open-supervise:1..3
 * The region is that of region_counted(): of a village's sensitive cases the township.
 */
#ifndef WALLCTL_STORE_ROLLUP_H
#define WALLCTL_STORE_ROLLUP_H

#include "wallctl/model/case.h"

#include <sqlite3.h>

#define ROLLUP_NOW (-1)

/* What a transaction changes, collected in memory and written once at its end. [store] */
typedef struct Rollup Rollup;
Rollup *rollup_new(void);
void rollup_free(Rollup *rollup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rollup, rollup_free)

void rollup_move(Rollup *rollup, const Case *before, const Case *now); /* either may be NULL */
void rollup_forget(Rollup *rollup, const Case *c);                     /* retention deletes it */
void rollup_note(Rollup *rollup, const Event *event);                  /* no case event */
gboolean rollup_write(Rollup *rollup, sqlite3 *db, GError **error);

/* [store] Keeps the figure of a stat.snapshot, if it is the newest of its day. */
gboolean rollup_put_figure(sqlite3 *db, const Event *event, GError **error);

/* [store] or [reader] Sum over all regions that begin with prefix (""  or NULL: all) and the days
 * from_day to to_day, both included (calendar_day(); ROLLUP_NOW for both: now). */
gboolean rollup_sum(sqlite3 *db, const char *metric, const char *prefix, gint32 from_day,
                    gint32 to_day, gint64 *sum, GError **error);

/* One line of what rollup_list() finds. */
typedef struct {
    char *key; /* the metric, or the region */
    gint64 value;
} RollupItem;

/* Sums of every metric that begins with the words given ("state:"), largest first. RollupItem; caller
 * owns. */
GPtrArray *rollup_by_metric(sqlite3 *db, const char *metrics, const char *prefix, gint32 from_day,
                            gint32 to_day, GError **error);

/* Sums of one metric by region, cut to so many digits (6: county, 9: town, 12: village), in the order
 * of the codes. RollupItem; caller owns. */
GPtrArray *rollup_by_region(sqlite3 *db, const char *metric, const char *prefix, guint digits,
                            gint32 from_day, gint32 to_day, GError **error);

/* The same sum day by day: values[0] is from_day; to_day - from_day + 1 of them. */
gboolean rollup_by_day(sqlite3 *db, const char *metric, const char *prefix, gint32 from_day,
                       gint32 to_day, gint64 *values, GError **error);

/* The newest figures not after day of each region that begins with prefix, in the order of the codes;
 * values in thousandths. RollupItem; caller owns. */
GPtrArray *rollup_figures(sqlite3 *db, const char *metric, const char *prefix, gint32 day,
                          GError **error);

/* The newest figure that a platform sent (stat.snapshot): of that metric and region on the newest day
 * not after day. *value in thousandths; FALSE without an error: none. */
gboolean rollup_figure(sqlite3 *db, const char *metric, const char *region, gint32 day,
                       gint64 *value, gint64 *time_ms, GError **error);

#endif
