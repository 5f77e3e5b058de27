/* board_reading.c - the figures of one board, read of the database */
#include "wallctl/board_reading.h"

#include "wallctl/store/rollup.h"

#include <string.h>

#define THOUSANDTHS 1000

BoardReading *board_reading_new(BoardName name, gint32 day)
{
    BoardReading *reading = g_new0(BoardReading, 1);
    gsize digits = strlen(name.region);
    reading->name = name;
    reading->today = day;
    reading->digits = digits >= 9 ? 12 : digits >= 6 ? 9 : digits >= 4 ? 6 : 4;
    return reading;
}

void board_reading_free(BoardReading *reading)
{
    if (!reading)
        return;
    board_name_clear(&reading->name);
    g_clear_pointer(&reading->items, g_ptr_array_unref);
    g_clear_pointer(&reading->urgent, case_page_free);
    g_clear_pointer(&reading->done, g_ptr_array_unref);
    g_clear_pointer(&reading->all, g_ptr_array_unref);
    g_free(reading);
}

/* --- cases -------------------------------------------------------------------------------------
 */

static gboolean read_states(sqlite3 *db, BoardReading *reading, GError **error)
{
    g_autoptr(GPtrArray) items =
        rollup_by_metric(db, "state:", reading->name.region, ROLLUP_NOW, ROLLUP_NOW, error);
    for (guint i = 0; items && i < items->len; i++) {
        const RollupItem *item = g_ptr_array_index(items, i);
        CaseState state = case_state_from_word(item->key + strlen("state:"));
        reading->by_state[state] = (guint64)MAX(item->value, 0);
    }
    return items != NULL;
}

static gboolean read_deadlines(sqlite3 *db, BoardReading *reading, GError **error)
{
    const char *region = reading->name.region;
    CaseFilter urgent = { .order = CASES_BY_DUE,
                          .n = BOARD_ROWS,
                          .is_open_only = TRUE,
                          .hides_protected = TRUE,
                          .region = *region ? region : NULL };
    reading->urgent = case_query_list(db, &urgent, error);
    return reading->urgent && case_query_count(db, &urgent, 1000, &reading->n_urgent, error);
}

static gboolean read_map(sqlite3 *db, BoardReading *reading, GError **error)
{
    const char *region = reading->name.region;
    reading->items =
        rollup_by_region(db, "open", region, reading->digits, ROLLUP_NOW, ROLLUP_NOW, error);
    return reading->items != NULL;
}

static gboolean read_weather(sqlite3 *db, BoardReading *reading, GError **error)
{
    const char *region = reading->name.region;
    gint32 today = reading->today;
    gint64 sum = 0;
    if (!rollup_by_day(db, "opened", region, today - BOARD_HISTORY + 1, today, reading->history,
                       error) ||
        !rollup_sum(db, "opened", region, today - BOARD_HISTORY, today - 1, &sum, error))
        return FALSE;
    reading->opened = reading->history[BOARD_HISTORY - 1];
    reading->usual = (sum + BOARD_HISTORY / 2) / BOARD_HISTORY;
    reading->items = rollup_by_metric(db, "category:", region, today, today, error);
    return reading->items != NULL;
}

/* --- figures -----------------------------------------------------------------------------------
 */

/* The region's own figure, else the sum of those of the largest regions below it. */
static gboolean read_figure(sqlite3 *db, const char *metric, const char *region, gint32 day,
                            gint64 *sum, gboolean *has_any, GError **error)
{
    g_autoptr(GPtrArray) items = rollup_figures(db, metric, region, day, error);
    gsize shortest = G_MAXSIZE;
    if (!items)
        return FALSE;
    for (guint i = 0; i < items->len; i++) {
        const RollupItem *item = g_ptr_array_index(items, i);
        shortest = MIN(shortest, strlen(item->key));
    }
    for (guint i = 0; i < items->len; i++) {
        const RollupItem *item = g_ptr_array_index(items, i);
        if (strlen(item->key) == shortest)
            *sum += (item->value + THOUSANDTHS / 2) / THOUSANDTHS;
    }
    *has_any = *has_any || items->len > 0;
    return TRUE;
}

gboolean board_read_item(sqlite3 *db, const FigureItem *item, const char *region, Period period,
                         gint64 *value, gboolean *has_any, GError **error)
{
    gboolean has = FALSE;
    *value = 0;
    for (char **metric = item->metrics; *metric; metric++) {
        gint64 sum = 0;
        if (g_str_has_prefix(*metric, FIGURE_METRIC)) {
            if (!read_figure(db, *metric + strlen(FIGURE_METRIC), region, period.to, value, &has,
                             error))
                return FALSE;
            continue;
        }
        if (!rollup_sum(db, *metric, region, period.from, period.to, &sum, error))
            return FALSE;
        /* A day without anything is one; a year without anything is one before this program. */
        has = has || sum > 0 || period.from == period.to;
        *value += sum;
    }
    if (has_any)
        *has_any = has;
    return TRUE;
}

/* A counter of a day has its last days as columns, and two more days to compare with. */
static gboolean read_days(sqlite3 *db, BoardReading *reading, GError **error)
{
    const FigureItem *item = &reading->name.figures->items[0];
    const char *region = reading->name.region;
    gint32 today = reading->today;
    for (guint i = 0; i < BOARD_HISTORY; i++) {
        gint32 day = today - BOARD_HISTORY + 1 + (gint32)i;
        if (!board_read_item(db, item, region, (Period) { day, day }, &reading->history[i], NULL,
                             error))
            return FALSE;
    }
    return board_read_item(db, item, region, (Period) { today - 7, today - 7 }, &reading->week_ago,
                           NULL, error) &&
           board_read_item(db, item, region, (Period) { today - 30, today - 30 },
                           &reading->month_ago, NULL, error);
}

static gboolean read_figures(sqlite3 *db, BoardReading *reading, GError **error)
{
    const BoardName *name = &reading->name;
    PeriodKind kind = name->period ? name->period : PERIOD_DAY;
    Period now = period_to(kind, reading->today), before = period_before(kind, reading->today);
    for (guint i = 0; i < name->figures->n_items; i++) {
        const FigureItem *item = &name->figures->items[i];
        gboolean has;
        if (!board_read_item(db, item, name->region, now, &reading->values[i], NULL, error) ||
            !board_read_item(db, item, name->region, before, &reading->before[i], &has, error))
            return FALSE;
        reading->has_before = reading->has_before || has;
    }
    gboolean has_days = name->kind == BOARD_COUNTER && name->period == PERIOD_DAY;
    return !has_days || read_days(db, reading, error);
}

static GPtrArray *read_below(sqlite3 *db, const BoardReading *reading, const FigureItem *item,
                             GError **error)
{
    return rollup_figures(db, item->metrics[0] + strlen(FIGURE_METRIC), reading->name.region,
                          reading->today, error);
}

static gboolean read_campaign(sqlite3 *db, BoardReading *reading, GError **error)
{
    const FiguresConfig *figures = reading->name.figures;
    reading->done = read_below(db, reading, &figures->items[0], error);
    if (!reading->done)
        return FALSE;
    reading->all = read_below(db, reading, &figures->items[1], error);
    return reading->all != NULL;
}

gboolean board_read(sqlite3 *db, BoardReading *reading, GError **error)
{
    switch (reading->name.kind) {
    case BOARD_FUNNEL:
        return read_states(db, reading, error);
    case BOARD_DEADLINES:
        return read_deadlines(db, reading, error);
    case BOARD_MAP:
        return read_map(db, reading, error);
    case BOARD_WEATHER:
        return read_weather(db, reading, error);
    case BOARD_CAMPAIGN:
        return read_campaign(db, reading, error);
    case BOARD_COUNTER:
    case BOARD_RATE:
    case BOARD_FIVE:
        return read_figures(db, reading, error);
    default:
        return TRUE;
    }
}
