/* rollup.c - counters by metric, day and region, exact at every commit */
#include "wallctl/store/rollup.h"

#include "wallctl/model/calendar.h"
#include "wallctl/model/category.h"
#include "wallctl/store/case_table.h"
#include "wallctl/store/sql.h"

#include <stdlib.h>
#include <string.h>

#define MAX_COUNTS 32
#define DIVIDER    "\n" /* in no word of the model */

/* --- what a case counts for ---------------------------------------------------------------------
 */

typedef struct {
    const char *metric;
    char word[48]; /* "" if the metric has none */
    gint32 day;
} Count;

typedef struct {
    guint n;
    Count all[MAX_COUNTS];
    char region[REGION_MAX_DIGITS + 1]; /* "": not known */
} Counts;

static void add(Counts *counts, const char *metric, const char *word, gint32 day)
{
    g_assert(counts->n < MAX_COUNTS);
    Count *count = &counts->all[counts->n++];
    count->metric = metric;
    count->day = day;
    g_strlcpy(count->word, word, sizeof count->word);
}

static void add_field(Counts *counts, const char *metric, const Case *c, Field field, gint32 day)
{
    const char *word = fields_text(&c->fields, field);
    if (word)
        add(counts, metric, word, day);
}

static void add_number(Counts *counts, const char *metric, gint64 number, gint32 day)
{
    char word[24];
    g_snprintf(word, sizeof word, "%" G_GINT64_FORMAT, number);
    add(counts, metric, word, day);
}

static void count_opened(Counts *counts, const Case *c)
{
    gint32 day = calendar_day(c->opened_ms);
    add(counts, "opened", "", day);
    add_field(counts, "category:", c, FIELD_CATEGORY, day);
    add_field(counts, "channel:", c, FIELD_CHANNEL, day);
    add_field(counts, "level:", c, FIELD_LEVEL, day);
    add_field(counts, "risk:", c, FIELD_RISK, day);
}

static void count_results(Counts *counts, const Case *c)
{
    if (case_is_resolved(c)) {
        gint32 day = calendar_day(c->at_ms[EVENT_CASE_RESOLVED]);
        add(counts, "resolved", "", day);
        add_field(counts, "outcome:", c, FIELD_OUTCOME, day);
    }
    if (c->state == CASE_CLOSED)
        add(counts, "closed", "", calendar_day(c->at_ms[EVENT_CASE_CLOSED]));
    if (c->state == CASE_DECLINED)
        add(counts, "declined", "", calendar_day(c->at_ms[EVENT_CASE_DECLINED]));
    if (c->state == CASE_LITIGATION)
        add(counts, "litigation", "", calendar_day(c->at_ms[EVENT_CASE_LITIGATED]));
    if (c->state == CASE_WITHDRAWN)
        add(counts, "withdrawn", "", calendar_day(c->at_ms[EVENT_CASE_WITHDRAWN]));
}

static void count_marks(Counts *counts, const Case *c)
{
    if (c->at_ms[EVENT_CASE_WHISTLED])
        add(counts, "whistled", "", calendar_day(c->at_ms[EVENT_CASE_WHISTLED]));
    if (c->at_ms[EVENT_CASE_SUPERVISED])
        add(counts, "supervised", "", calendar_day(c->at_ms[EVENT_CASE_SUPERVISED]));
}

static void count_now(Counts *counts, const Case *c)
{
    add(counts, "state:", case_state_word(c->state), ROLLUP_NOW);
    if (!case_state_is_open(c->state))
        return;
    add(counts, "open", "", ROLLUP_NOW);
    add_field(counts, "open-category:", c, FIELD_CATEGORY, ROLLUP_NOW);
    add_field(counts, "open-level:", c, FIELD_LEVEL, ROLLUP_NOW);
    add_field(counts, "open-risk:", c, FIELD_RISK, ROLLUP_NOW);
    if (c->supervise)
        add_number(counts, "open-supervise:", c->supervise, ROLLUP_NOW);
}

static void find_region(const Fields *fields, char region[REGION_MAX_DIGITS + 1])
{
    const char *code = fields_text(fields, FIELD_REGION);
    Sensitivity sensitivity = sensitivity_from_word(fields_text(fields, FIELD_SENSITIVITY));
    region_counted(code ? code : "", sensitivity, region);
}

static void count_case(Counts *counts, const Case *c)
{
    counts->n = 0;
    counts->region[0] = 0;
    if (!c)
        return;
    find_region(&c->fields, counts->region);
    count_opened(counts, c);
    count_results(counts, c);
    count_marks(counts, c);
    count_now(counts, c);
}

/* --- what a transaction changes ------------------------------------------------------------------
 */

struct Rollup {
    GHashTable *changes; /* "METRIC\nDAY\nREGION" to gint64 */
};

Rollup *rollup_new(void)
{
    Rollup *rollup = g_new(Rollup, 1);
    rollup->changes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return rollup;
}

void rollup_free(Rollup *rollup)
{
    if (!rollup)
        return;
    g_hash_table_unref(rollup->changes);
    g_free(rollup);
}

static void change(Rollup *rollup, const char *metric, const char *word, gint32 day,
                   const char *region, gint64 by)
{
    char number[16];
    g_snprintf(number, sizeof number, "%d", day);
    char *key = g_strconcat(metric, word, DIVIDER, number, DIVIDER, region, NULL);
    gint64 *sum = g_hash_table_lookup(rollup->changes, key);
    if (sum) {
        *sum += by;
        g_free(key);
        return;
    }
    sum = g_new(gint64, 1);
    *sum = by;
    g_hash_table_insert(rollup->changes, key, sum);
}

static gboolean is_among(const Counts *counts, const char *region, const Count *wanted)
{
    for (guint i = 0; i < counts->n; i++) {
        const Count *count = &counts->all[i];
        if (count->day == wanted->day && strcmp(count->metric, wanted->metric) == 0 &&
            strcmp(count->word, wanted->word) == 0)
            return strcmp(counts->region, region) == 0;
    }
    return FALSE;
}

static void change_missing(Rollup *rollup, const Counts *counts, const Counts *others, gint64 by)
{
    for (guint i = 0; i < counts->n; i++) {
        const Count *count = &counts->all[i];
        if (!is_among(others, counts->region, count))
            change(rollup, count->metric, count->word, count->day, counts->region, by);
    }
}

/* Apart from the others, as a case may have any number of them, and some of one day. */
static void change_visits(Rollup *rollup, const Case *c, const char *region, gint64 by)
{
    for (guint i = 0; c && i < c->n_visits; i++) {
        gint32 day = calendar_day(c->visits[i].at_ms);
        char mark[8];
        g_snprintf(mark, sizeof mark, "%d", (int)c->visits[i].mark);
        change(rollup, "revisited", "", day, region, by);
        if (c->visits[i].mark)
            change(rollup, "satisfaction:", mark, day, region, by);
    }
}

void rollup_move(Rollup *rollup, const Case *before, const Case *now)
{
    Counts was, is;
    count_case(&was, before);
    count_case(&is, now);
    change_missing(rollup, &was, &is, -1);
    change_missing(rollup, &is, &was, 1);
    change_visits(rollup, before, was.region, -1);
    change_visits(rollup, now, is.region, 1);
}

void rollup_forget(Rollup *rollup, const Case *c)
{
    Counts was = { 0 }, none = { 0 };
    find_region(&c->fields, was.region);
    count_now(&was, c);
    change_missing(rollup, &was, &none, -1);
}

void rollup_note(Rollup *rollup, const Event *event)
{
    if (event->type != EVENT_CLUE_REPORTED)
        return;
    gint32 day = calendar_day(event->time_ms);
    char region[REGION_MAX_DIGITS + 1];
    find_region(&event->fields, region);
    const char *channel = fields_text(&event->fields, FIELD_CHANNEL);
    change(rollup, "clue", "", day, region, 1);
    if (channel)
        change(rollup, "clue-channel:", channel, day, region, 1);
}

static gboolean write_change(sqlite3 *db, const char *key, gint64 by, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(key, DIVIDER, 3);
    g_autoptr(SqlStatement) put = sql_prepare(
        db,
        "INSERT INTO rollup(metric, day, region, value) VALUES(?, ?, ?, ?) ON CONFLICT DO UPDATE "
        "SET value = value + excluded.value",
        error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, parts[0]);
    sql_bind_int(put, 2, g_ascii_strtoll(parts[1], NULL, 10));
    sql_bind_text(put, 3, parts[2]);
    sql_bind_int(put, 4, by);
    return sql_finish(put, error);
}

gboolean rollup_write(Rollup *rollup, sqlite3 *db, GError **error)
{
    GHashTableIter iter;
    gpointer key, value;
    g_hash_table_iter_init(&iter, rollup->changes);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        gint64 by = *(gint64 *)value;
        if (by != 0 && !write_change(db, key, by, error))
            return FALSE;
    }
    return TRUE;
}

gboolean rollup_put_figure(sqlite3 *db, const Event *event, GError **error)
{
    g_autoptr(SqlStatement) put = sql_prepare(
        db,
        "INSERT INTO figure(metric, region, day, value, time_ms, sequence, source, id)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value,"
        " time_ms = excluded.time_ms, sequence = excluded.sequence, source = excluded.source,"
        " id = excluded.id"
        " WHERE (excluded.time_ms, excluded.sequence, excluded.source, excluded.id)"
        " > (time_ms, sequence, source, id)",
        error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, fields_text(&event->fields, FIELD_METRIC));
    const char *region = fields_text(&event->fields, FIELD_REGION);
    sql_bind_text(put, 2, region ? region : "");
    sql_bind_int(put, 3, calendar_day(event->time_ms));
    sql_bind_int(put, 4, fields_number(&event->fields, FIELD_VALUE));
    sql_bind_int(put, 5, event->time_ms);
    sql_bind_text(put, 6, event->sequence);
    sql_bind_text(put, 7, event->source);
    sql_bind_text(put, 8, event->id);
    return sql_finish(put, error);
}

/* --- reading -------------------------------------------------------------------------------------
 */

/* What sorts behind every region and every metric that begins with prefix; caller frees. */
static char *end_of(const char *prefix)
{
    return g_strconcat(prefix ? prefix : "", "\x7f", NULL);
}

gboolean rollup_sum(sqlite3 *db, const char *metric, const char *prefix, gint32 from_day,
                    gint32 to_day, gint64 *sum, GError **error)
{
    g_autofree char *end = end_of(prefix);
    g_autoptr(SqlStatement) query = sql_prepare(
        db,
        "SELECT sum(value) FROM rollup WHERE metric = ? AND day BETWEEN ? AND ? AND region >= ?"
        " AND region < ?",
        error);
    gboolean has_row;
    if (!query)
        return FALSE;
    sql_bind_text(query, 1, metric);
    sql_bind_int(query, 2, from_day);
    sql_bind_int(query, 3, to_day);
    sql_bind_text(query, 4, prefix ? prefix : "");
    sql_bind_text(query, 5, end);
    if (!sql_step(query, &has_row, error))
        return FALSE;
    *sum = sqlite3_column_int64(query, 0);
    return TRUE;
}

static void clear_item(gpointer data)
{
    RollupItem *item = data;
    g_free(item->key);
    g_free(item);
}

static GPtrArray *read_items(SqlStatement *query, GError **error)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(clear_item);
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return g_steal_pointer(&items);
        RollupItem *item = g_new(RollupItem, 1);
        *item = (RollupItem) { sql_dup_text(query, 0), sqlite3_column_int64(query, 1) };
        g_ptr_array_add(items, item);
    }
    return NULL;
}

GPtrArray *rollup_by_metric(sqlite3 *db, const char *metrics, const char *prefix, gint32 from_day,
                            gint32 to_day, GError **error)
{
    g_autofree char *end = end_of(prefix), *last = end_of(metrics);
    g_autoptr(SqlStatement) query = sql_prepare(
        db,
        "SELECT metric, sum(value) AS n FROM rollup WHERE metric >= ? AND metric < ? AND day "
        "BETWEEN ? AND ? AND region >= ? AND region < ? GROUP BY metric HAVING n <> 0 ORDER BY n "
        "DESC, metric",
        error);
    if (!query)
        return NULL;
    sql_bind_text(query, 1, metrics);
    sql_bind_text(query, 2, last);
    sql_bind_int(query, 3, from_day);
    sql_bind_int(query, 4, to_day);
    sql_bind_text(query, 5, prefix ? prefix : "");
    sql_bind_text(query, 6, end);
    return read_items(query, error);
}

GPtrArray *rollup_by_region(sqlite3 *db, const char *metric, const char *prefix, guint digits,
                            gint32 from_day, gint32 to_day, GError **error)
{
    g_autofree char *end = end_of(prefix);
    g_autoptr(SqlStatement) query = sql_prepare(
        db,
        "SELECT substr(region, 1, ?) AS part, sum(value) FROM rollup WHERE metric = ? AND day "
        "BETWEEN ? AND ? AND region >= ? AND region < ? GROUP BY part ORDER BY part",
        error);
    if (!query)
        return NULL;
    sql_bind_int(query, 1, digits);
    sql_bind_text(query, 2, metric);
    sql_bind_int(query, 3, from_day);
    sql_bind_int(query, 4, to_day);
    sql_bind_text(query, 5, prefix ? prefix : "");
    sql_bind_text(query, 6, end);
    return read_items(query, error);
}

gboolean rollup_by_day(sqlite3 *db, const char *metric, const char *prefix, gint32 from_day,
                       gint32 to_day, gint64 *values, GError **error)
{
    g_autofree char *end = end_of(prefix);
    g_autoptr(SqlStatement) query =
        sql_prepare(db,
                    "SELECT day, sum(value) FROM rollup WHERE metric = ? AND day BETWEEN ? AND ?"
                    " AND region >= ? AND region < ? GROUP BY day",
                    error);
    gboolean has_row;
    if (!query)
        return FALSE;
    memset(values, 0, (gsize)(to_day - from_day + 1) * sizeof *values);
    sql_bind_text(query, 1, metric);
    sql_bind_int(query, 2, from_day);
    sql_bind_int(query, 3, to_day);
    sql_bind_text(query, 4, prefix ? prefix : "");
    sql_bind_text(query, 5, end);
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        values[sqlite3_column_int64(query, 0) - from_day] = sqlite3_column_int64(query, 1);
    }
    return FALSE;
}

GPtrArray *rollup_figures(sqlite3 *db, const char *metric, const char *prefix, gint32 day,
                          GError **error)
{
    g_autofree char *end = end_of(prefix);
    /* SQLite takes the other columns from the row that has the maximum. */
    g_autoptr(SqlStatement) query =
        sql_prepare(db,
                    "SELECT region, value, max(day) FROM figure WHERE metric = ? AND region >= ?"
                    " AND region < ? AND day <= ? GROUP BY region ORDER BY region",
                    error);
    if (!query)
        return NULL;
    sql_bind_text(query, 1, metric);
    sql_bind_text(query, 2, prefix ? prefix : "");
    sql_bind_text(query, 3, end);
    sql_bind_int(query, 4, day);
    return read_items(query, error);
}

gboolean rollup_figure(sqlite3 *db, const char *metric, const char *region, gint32 day,
                       gint64 *value, gint64 *time_ms, GError **error)
{
    g_autoptr(SqlStatement) query = sql_prepare(
        db,
        "SELECT value, time_ms FROM figure WHERE metric = ? AND region = ? AND day <= ? ORDER BY "
        "day DESC LIMIT 1",
        error);
    gboolean has_row = FALSE;
    if (!query)
        return FALSE;
    sql_bind_text(query, 1, metric);
    sql_bind_text(query, 2, region ? region : "");
    sql_bind_int(query, 3, day);
    if (!sql_step(query, &has_row, error) || !has_row)
        return FALSE;
    *value = sqlite3_column_int64(query, 0);
    *time_ms = sqlite3_column_int64(query, 1);
    return TRUE;
}
