/* whistle_store.c - who was called to a case, who answered, who came
 *
 * Calls and answers are kept apart and put together when they are read, so that it does not matter
 * which arrived first.
 */
#include "wallctl/store/whistle_store.h"

#include "wallctl/store/sql.h"

#include <string.h>

static void clear_org(gpointer data)
{
    g_free(((WhistleOrg *)data)->org);
}

void stored_whistle_free(StoredWhistle *whistle)
{
    if (!whistle)
        return;
    g_free(whistle->case_code);
    g_free(whistle->by_org);
    g_array_unref(whistle->orgs);
    g_free(whistle);
}

/* --- writing -----------------------------------------------------------------------------------
 */

static gboolean put_whistle(sqlite3 *db, const Event *event, GError **error)
{
    const Fields *fields = &event->fields;
    const char *orgs = fields_text(fields, FIELD_ORGS);
    const char *by = fields_text(fields, FIELD_FROM_ORG);
    g_autoptr(SqlStatement) put = sql_prepare(
        db,
        "INSERT OR REPLACE INTO whistle(case_code, raised_ms, ack_due_ms, arrive_due_ms, by_org, "
        "orgs) VALUES(?, ?, ?, ?, ?, ?)",
        error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, event->subject);
    sql_bind_int(put, 2, event->time_ms);
    sql_bind_time(put, 3, fields_number(fields, FIELD_ACK_DUE));
    sql_bind_time(put, 4, fields_number(fields, FIELD_ARRIVE_DUE));
    sql_bind_text(put, 5, by ? by : "");
    sql_bind_text(put, 6, orgs ? orgs : "");
    return sql_finish(put, error);
}

static gboolean put_answer(sqlite3 *db, const Event *event, const char *kind, const char *org,
                           GError **error)
{
    g_autoptr(SqlStatement) put = sql_prepare(
        db, "INSERT OR IGNORE INTO whistle_answer(case_code, org, kind, at_ms) VALUES(?, ?, ?, ?)",
        error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, event->subject);
    sql_bind_text(put, 2, org);
    sql_bind_text(put, 3, kind);
    sql_bind_int(put, 4, event->time_ms);
    return sql_finish(put, error);
}

static const char *missed_kind(const Event *event)
{
    const char *reason = fields_text(&event->fields, FIELD_REASON);
    return g_strcmp0(reason, WHISTLE_REASON_ACK) == 0 ? "missed-ack" : "missed-arrival";
}

gboolean whistle_store_note(sqlite3 *db, const Event *event, GError **error)
{
    const char *org = fields_text(&event->fields, FIELD_TO_ORG);
    switch (event->type) {
    case EVENT_CASE_WHISTLED:
        return put_whistle(db, event, error);
    case EVENT_WHISTLE_ACKNOWLEDGED:
        return !org || put_answer(db, event, "acked", org, error);
    case EVENT_WHISTLE_ARRIVED:
        return !org || put_answer(db, event, "arrived", org, error);
    case EVENT_WHISTLE_MISSED:
        return !org || put_answer(db, event, missed_kind(event), org, error);
    case EVENT_WHISTLE_ENDED:
        return put_answer(db, event, "ended", "", error);
    default:
        return TRUE;
    }
}

/* --- reading -----------------------------------------------------------------------------------
 */

/* The first answer of that kind while the whistle was the case's newest; 0: none. */
static gboolean find_answer(sqlite3 *db, const StoredWhistle *whistle, gint64 until_ms,
                            const char *kind, const char *org, gint64 *at_ms, GError **error)
{
    g_autoptr(SqlStatement) query = sql_prepare(
        db,
        "SELECT min(at_ms) FROM whistle_answer WHERE case_code = ? AND org = ? AND kind = ? AND "
        "at_ms >= ? AND at_ms < ?",
        error);
    gboolean has_row;
    if (!query)
        return FALSE;
    sql_bind_text(query, 1, whistle->case_code);
    sql_bind_text(query, 2, org);
    sql_bind_text(query, 3, kind);
    sql_bind_int(query, 4, whistle->raised_ms);
    sql_bind_int(query, 5, until_ms);
    if (!sql_step(query, &has_row, error))
        return FALSE;
    *at_ms = sqlite3_column_int64(query, 0);
    return TRUE;
}

static gboolean read_orgs(sqlite3 *db, StoredWhistle *whistle, const char *orgs, gint64 until_ms,
                          GError **error)
{
    g_auto(GStrv) names = g_strsplit(orgs, "|", -1);
    for (guint i = 0; names[i]; i++) {
        const char *name = g_strstrip(names[i]);
        if (!*name)
            continue;
        WhistleOrg org = { .org = g_strdup(name) };
        g_array_append_val(whistle->orgs, org);
        WhistleOrg *last = &g_array_index(whistle->orgs, WhistleOrg, whistle->orgs->len - 1);
        if (!find_answer(db, whistle, until_ms, "acked", name, &last->acked_ms, error) ||
            !find_answer(db, whistle, until_ms, "arrived", name, &last->arrived_ms, error) ||
            !find_answer(db, whistle, until_ms, "missed-ack", name, &last->ack_missed_ms, error) ||
            !find_answer(db, whistle, until_ms, "missed-arrival", name, &last->arrival_missed_ms,
                         error))
            return FALSE;
    }
    return TRUE;
}

static StoredWhistle *read_whistle(sqlite3 *db, SqlStatement *query, GError **error)
{
    g_autoptr(StoredWhistle) whistle = g_new(StoredWhistle, 1);
    *whistle = (StoredWhistle) { .case_code = sql_dup_text(query, 0),
                                 .raised_ms = sqlite3_column_int64(query, 1),
                                 .ack_due_ms = sqlite3_column_int64(query, 2),
                                 .arrive_due_ms = sqlite3_column_int64(query, 3),
                                 .by_org = sql_dup_text(query, 4),
                                 .orgs = g_array_new(FALSE, TRUE, sizeof(WhistleOrg)) };
    g_array_set_clear_func(whistle->orgs, clear_org);
    const char *orgs = (const char *)sqlite3_column_text(query, 5);
    gint64 until_ms = sqlite3_column_int64(query, 6);
    if (!find_answer(db, whistle, until_ms, "ended", "", &whistle->ended_ms, error) ||
        !read_orgs(db, whistle, orgs, until_ms, error))
        return NULL;
    return g_steal_pointer(&whistle);
}

static void free_whistle(gpointer data)
{
    stored_whistle_free(data);
}

GPtrArray *whistle_store_list(sqlite3 *db, const char *case_code, gboolean is_open_only, guint n,
                              GError **error)
{
    g_autoptr(SqlStatement) query = sql_prepare(
        db,
        "SELECT w.case_code, w.raised_ms, w.ack_due_ms, w.arrive_due_ms, w.by_org, w.orgs,"
        "  coalesce((SELECT min(raised_ms) FROM whistle AS n WHERE n.case_code = w.case_code AND "
        "  n.raised_ms > w.raised_ms), 9223372036854775807) AS until_ms"
        " FROM whistle AS w WHERE (?1 IS NULL OR w.case_code = ?1) AND (?2 = 0 OR NOT EXISTS("
        "  SELECT 1 FROM whistle_answer AS a WHERE a.case_code = w.case_code AND a.org = '' AND"
        "  a.kind = 'ended' AND a.at_ms >= w.raised_ms AND a.at_ms < until_ms))"
        " ORDER BY w.raised_ms DESC, w.case_code LIMIT ?3",
        error);
    if (!query)
        return NULL;
    sql_bind_text(query, 1, case_code);
    sql_bind_int(query, 2, is_open_only);
    sql_bind_int(query, 3, n);
    g_autoptr(GPtrArray) whistles = g_ptr_array_new_with_free_func(free_whistle);
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return g_steal_pointer(&whistles);
        StoredWhistle *whistle = read_whistle(db, query, error);
        if (!whistle)
            return NULL;
        g_ptr_array_add(whistles, whistle);
    }
    return NULL;
}

StoredWhistle *whistle_store_get(sqlite3 *db, const char *case_code, GError **error)
{
    g_autoptr(GPtrArray) list = whistle_store_list(db, case_code, FALSE, 1, error);
    return list && list->len > 0 ? g_steal_pointer(&list->pdata[0]) : NULL;
}
