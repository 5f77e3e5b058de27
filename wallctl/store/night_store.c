/* night_store.c - the reports of the nights in the database */
#include "wallctl/store/night_store.h"

#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"

#include <string.h>

static const char *const words[] = {
    [NIGHT_FIRST] = "first", [NIGHT_CLOCK] = "clock", [NIGHT_ASKED] = "asked"
};

const char *night_cause_word(NightCause cause)
{
    g_assert(cause >= NIGHT_FIRST && cause <= NIGHT_ASKED);
    return words[cause];
}

void night_report_free(NightReport *report)
{
    g_clear_pointer(&report->deleted, json_object_put);
    g_free(report->fault);
    g_free(report->copy);
    g_free(report->chain_head);
    g_free(report);
}

NightReport *night_report_copy(const NightReport *report)
{
    NightReport *copy = g_new(NightReport, 1);
    *copy = *report;
    copy->deleted = NULL;
    json_object_deep_copy(report->deleted, &copy->deleted, NULL);
    copy->fault = g_strdup(report->fault);
    copy->copy = g_strdup(report->copy);
    copy->chain_head = g_strdup(report->chain_head);
    return copy;
}

Json *night_deleted_json(const RetentionReport *report)
{
    Json *json = json_object_new_object();
    for (guint class = 1; class <= RETAIN_LAST; class ++) {
        const RetentionCount *count = &report->counts[class];
        Json *one = json_object_new_object();
        json_add_int(one, "n", count->n);
        if (count->n) {
            json_add_int(one, "from_ms", count->from_ms);
            json_add_int(one, "to_ms", count->to_ms);
        }
        json_add(json, retention_word(class), one);
    }
    return json;
}

/* --- writing -------------------------------------------------------------------------------------
 */

static gboolean save(sqlite3 *db, gpointer data, GError **error)
{
    const NightReport *report = data;
    g_autoptr(SqlStatement) row = sql_prepare(
        db, "INSERT OR REPLACE INTO retention_report VALUES(?, ?, ?, ?, ?, ?, ?, ?)", error);
    if (!row)
        return FALSE;
    sql_bind_int(row, 1, report->started_ms);
    sql_bind_time(row, 2, report->ended_ms);
    sql_bind_text(row, 3, night_cause_word(report->cause));
    sql_bind_text(row, 4, json_object_to_json_string_ext(report->deleted, JSON_C_TO_STRING_PLAIN));
    sql_bind_text(row, 5, report->fault);
    sql_bind_text(row, 6, report->copy);
    sql_bind_int(row, 7, report->copy_bytes);
    sql_bind_text(row, 8, report->chain_head);
    return sql_finish(row, error);
}

static void free_report(gpointer report)
{
    night_report_free(report);
}

void night_store_save(Store *store, const NightReport *report, StoreDone done, gpointer user)
{
    record_submit(store, NULL, save, night_report_copy(report), free_report, done, user);
}

/* --- reading -------------------------------------------------------------------------------------
 */

static NightReport *read_row(SqlStatement *row, GError **error)
{
    g_autofree char *text = sql_dup_text_or_empty(row, 3);
    Json *deleted = record_parse(text, error);
    if (!deleted)
        return NULL;
    const char *word = (const char *)sqlite3_column_text(row, 2);
    NightReport *report = g_new(NightReport, 1);
    *report = (NightReport) { .cause = g_strcmp0(word, words[NIGHT_CLOCK]) == 0 ? NIGHT_CLOCK
                                                                                : NIGHT_ASKED,
                              .started_ms = sqlite3_column_int64(row, 0),
                              .ended_ms = sqlite3_column_int64(row, 1),
                              .deleted = deleted,
                              .fault = sql_dup_text(row, 4),
                              .copy = sql_dup_text(row, 5),
                              .copy_bytes = sqlite3_column_int64(row, 6),
                              .chain_head = sql_dup_text(row, 7) };
    return report;
}

GPtrArray *night_store_read(sqlite3 *db, guint n, gint64 *last_ms, GError **error)
{
    if (!sql_get_int(db,
                     "SELECT coalesce(max(started_ms), 0) FROM retention_report WHERE cause <> "
                     "'asked' AND ended_ms IS NOT NULL AND fault IS NULL",
                     last_ms, error))
        return NULL;
    g_autoptr(SqlStatement) query =
        sql_prepare(db,
                    "SELECT started_ms, ended_ms, cause, deleted, fault, copy, copy_bytes, "
                    "chain_head FROM "
                    "retention_report WHERE cause <> 'first' ORDER BY started_ms DESC LIMIT ?",
                    error);
    if (!query)
        return NULL;
    sql_bind_int(query, 1, n);
    g_autoptr(GPtrArray) reports = g_ptr_array_new_with_free_func(free_report);
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return g_steal_pointer(&reports);
        NightReport *report = read_row(query, error);
        if (!report)
            return NULL;
        g_ptr_array_add(reports, report);
    }
    return NULL;
}
