/* case_table.c - the rows of case_
 *
 * An UPDATE touches every index of a column that it names, changed or not. So columns are in groups,
 * and only the groups that changed are named: an ordinary event leaves most indices alone.
 */
#include "wallctl/store/case_table.h"

#include "wallctl/base/error.h"
#include "wallctl/store/case_json.h"
#include "wallctl/store/sql.h"

#include <string.h>

enum {
    GROUP_KEY = 0,
    GROUP_ALWAYS = 1,
    GROUP_STATE = 2,
    GROUP_DUE = 4,
    GROUP_FIXED = 8,
    GROUP_SUPERVISE = 16,
    GROUP_RESOLVED = 32,
    GROUPS = 64 /* sums of them */
};

typedef enum {
    COLUMN_CODE = 1, /* the number of its parameter */
    COLUMN_STATE,
    COLUMN_IS_OPEN,
    COLUMN_DUE,
    COLUMN_CATEGORY,
    COLUMN_LEVEL,
    COLUMN_RISK,
    COLUMN_REGION,
    COLUMN_OPENED,
    COLUMN_SCALE,
    COLUMN_SENSITIVITY,
    COLUMN_PLACE,
    COLUMN_LEAD_ORG,
    COLUMN_OWNER_TITLE,
    COLUMN_CHANNEL,
    COLUMN_LON,
    COLUMN_LAT,
    COLUMN_PARTY_COUNT,
    COLUMN_SUPERVISE,
    COLUMN_SUPERVISED,
    COLUMN_SEVERITY,
    COLUMN_CLASSIFICATION,
    COLUMN_REGISTERED,
    COLUMN_RESOLVED,
    COLUMN_CLOSED,
    COLUMN_N_WHISTLES,
    COLUMN_N_RETURNED,
    COLUMN_N_ESCALATED,
    COLUMN_N_REOPENED,
    COLUMN_N_EVENTS,
    COLUMN_REV,
    COLUMN_CHANGED,
    COLUMN_JSON,
    COLUMN_LAST = COLUMN_JSON
} Column;

static const struct {
    const char *name;
    guint group;
    Field field; /* 0: not of one field */
} columns[COLUMN_LAST + 1] = {
    [COLUMN_CODE] = { "code", GROUP_KEY, 0 },
    [COLUMN_STATE] = { "state", GROUP_STATE, 0 },
    [COLUMN_IS_OPEN] = { "is_open", GROUP_STATE, 0 },
    [COLUMN_DUE] = { "due_ms", GROUP_DUE, 0 },
    [COLUMN_CATEGORY] = { "category", GROUP_FIXED, FIELD_CATEGORY },
    [COLUMN_LEVEL] = { "level", GROUP_FIXED, FIELD_LEVEL },
    [COLUMN_RISK] = { "risk", GROUP_FIXED, FIELD_RISK },
    [COLUMN_REGION] = { "region", GROUP_FIXED, FIELD_REGION },
    [COLUMN_OPENED] = { "opened_ms", GROUP_FIXED, 0 },
    [COLUMN_SCALE] = { "scale", GROUP_ALWAYS, FIELD_SCALE },
    [COLUMN_SENSITIVITY] = { "sensitivity", GROUP_ALWAYS, FIELD_SENSITIVITY },
    [COLUMN_PLACE] = { "place", GROUP_ALWAYS, FIELD_PLACE },
    [COLUMN_LEAD_ORG] = { "lead_org", GROUP_ALWAYS, FIELD_LEAD_ORG },
    [COLUMN_OWNER_TITLE] = { "owner_title", GROUP_ALWAYS, FIELD_OWNER_TITLE },
    [COLUMN_CHANNEL] = { "channel", GROUP_ALWAYS, FIELD_CHANNEL },
    [COLUMN_LON] = { "lon", GROUP_ALWAYS, FIELD_LON },
    [COLUMN_LAT] = { "lat", GROUP_ALWAYS, FIELD_LAT },
    [COLUMN_PARTY_COUNT] = { "party_count", GROUP_ALWAYS, FIELD_PARTY_COUNT },
    [COLUMN_SUPERVISE] = { "supervise", GROUP_SUPERVISE, 0 },
    [COLUMN_SUPERVISED] = { "supervised_ms", GROUP_SUPERVISE, 0 },
    [COLUMN_SEVERITY] = { "severity", GROUP_ALWAYS, 0 },
    [COLUMN_CLASSIFICATION] = { "classification", GROUP_ALWAYS, 0 },
    [COLUMN_REGISTERED] = { "registered_ms", GROUP_ALWAYS, 0 },
    [COLUMN_RESOLVED] = { "resolved_ms", GROUP_RESOLVED, 0 },
    [COLUMN_CLOSED] = { "closed_ms", GROUP_ALWAYS, 0 },
    [COLUMN_N_WHISTLES] = { "n_whistles", GROUP_ALWAYS, 0 },
    [COLUMN_N_RETURNED] = { "n_returned", GROUP_ALWAYS, 0 },
    [COLUMN_N_ESCALATED] = { "n_escalated", GROUP_ALWAYS, 0 },
    [COLUMN_N_REOPENED] = { "n_reopened", GROUP_ALWAYS, 0 },
    [COLUMN_N_EVENTS] = { "n_events", GROUP_ALWAYS, 0 },
    [COLUMN_REV] = { "rev", GROUP_ALWAYS, 0 },
    [COLUMN_CHANGED] = { "changed_ms", GROUP_ALWAYS, 0 },
    [COLUMN_JSON] = { "json", GROUP_ALWAYS, 0 },
};

gboolean case_is_resolved(const Case *c)
{
    return c->state == CASE_RESOLVED || c->state == CASE_VERIFYING || c->state == CASE_CLOSED;
}

void case_record_clear(CaseRecord *record)
{
    g_clear_pointer(&record->c, case_unref);
}

/* --- writing -----------------------------------------------------------------------------------
 */

static gboolean has_same(const Case *a, const Case *b, Field field)
{
    return g_strcmp0(fields_text(&a->fields, field), fields_text(&b->fields, field)) == 0;
}

static guint changed_groups(const CaseRecord *before, const CaseRecord *now)
{
    guint groups = GROUP_ALWAYS;
    if (before->c->state != now->c->state)
        groups |= GROUP_STATE;
    if (before->due_ms != now->due_ms)
        groups |= GROUP_DUE;
    if (before->c->opened_ms != now->c->opened_ms)
        groups |= GROUP_FIXED;
    if (before->c->supervise != now->c->supervise ||
        before->c->at_ms[EVENT_CASE_SUPERVISED] != now->c->at_ms[EVENT_CASE_SUPERVISED])
        groups |= GROUP_SUPERVISE;
    if (before->c->state != now->c->state ||
        before->c->at_ms[EVENT_CASE_RESOLVED] != now->c->at_ms[EVENT_CASE_RESOLVED])
        groups |= GROUP_RESOLVED;
    for (guint i = 1; i <= COLUMN_LAST; i++) {
        if (columns[i].group == GROUP_FIXED && columns[i].field &&
            !has_same(before->c, now->c, columns[i].field))
            groups |= GROUP_FIXED;
    }
    return groups;
}

static char *insert_sql(void)
{
    GString *sql = g_string_new("INSERT INTO case_(");
    for (guint i = 1; i <= COLUMN_LAST; i++)
        g_string_append_printf(sql, "%s%s", i > 1 ? ", " : "", columns[i].name);
    g_string_append(sql, ") VALUES(");
    for (guint i = 1; i <= COLUMN_LAST; i++)
        g_string_append_printf(sql, "%s?%u", i > 1 ? ", " : "", i);
    return g_string_free(g_string_append_c(sql, ')'), FALSE);
}

static char *update_sql(guint groups)
{
    GString *sql = g_string_new("UPDATE case_ SET ");
    for (guint i = COLUMN_LAST; i >= 1; i--) {
        if (columns[i].group & groups)
            g_string_append_printf(sql, "%s%s = ?%u", i < COLUMN_LAST ? ", " : "", columns[i].name,
                                   i);
    }
    return g_string_free(g_string_append(sql, " WHERE code = ?1"), FALSE);
}

/* The text of the statement, made once; groups 0: the insert. */
static const char *put_sql(guint groups)
{
    static char *texts[GROUPS]; /* [store] and store_run_now() take turns */
    if (!texts[groups])
        texts[groups] = groups ? update_sql(groups) : insert_sql();
    return texts[groups];
}

static void bind_fields(SqlStatement *put, const Case *c)
{
    for (guint i = 1; i <= COLUMN_LAST; i++) {
        Field field = columns[i].field;
        if (!field || !fields_has(&c->fields, field))
            continue;
        FieldKind kind = field_row(field)->kind;
        if (kind == KIND_INT || kind == KIND_FIXED)
            sql_bind_int(put, (int)i, fields_number(&c->fields, field));
        else
            sql_bind_text(put, (int)i, fields_text(&c->fields, field));
    }
}

static void bind_times(SqlStatement *put, const CaseRecord *now)
{
    const Case *c = now->c;
    sql_bind_int(put, COLUMN_OPENED, c->opened_ms);
    sql_bind_time(put, COLUMN_REGISTERED, c->at_ms[EVENT_CASE_REGISTERED]);
    sql_bind_time(put, COLUMN_SUPERVISED, c->at_ms[EVENT_CASE_SUPERVISED]);
    if (case_is_resolved(c))
        sql_bind_int(put, COLUMN_RESOLVED, c->at_ms[EVENT_CASE_RESOLVED]);
    if (c->state == CASE_CLOSED)
        sql_bind_int(put, COLUMN_CLOSED, c->at_ms[EVENT_CASE_CLOSED]);
    sql_bind_time(put, COLUMN_DUE, now->due_ms);
}

static void bind_counts(SqlStatement *put, const Case *c)
{
    sql_bind_int(put, COLUMN_SUPERVISE, c->supervise);
    sql_bind_int(put, COLUMN_SEVERITY, c->severity);
    sql_bind_int(put, COLUMN_CLASSIFICATION, c->classification);
    sql_bind_int(put, COLUMN_N_WHISTLES, c->n_whistles);
    sql_bind_int(put, COLUMN_N_RETURNED, c->n_returned);
    sql_bind_int(put, COLUMN_N_ESCALATED, c->n_escalated);
    sql_bind_int(put, COLUMN_N_REOPENED, c->n_reopened);
    sql_bind_int(put, COLUMN_N_EVENTS, c->n_events);
}

gboolean case_table_put(sqlite3 *db, const CaseRecord *before, const CaseRecord *now,
                        gint64 changed_ms, GError **error)
{
    const Case *c = now->c;
    g_autofree char *json = case_to_text(c);
    g_autoptr(SqlStatement) put =
        sql_prepare(db, put_sql(before->c ? changed_groups(before, now) : 0), error);
    if (!put)
        return FALSE;
    sql_bind_text(put, COLUMN_CODE, c->code);
    sql_bind_text(put, COLUMN_STATE, case_state_word(c->state));
    sql_bind_int(put, COLUMN_IS_OPEN, case_state_is_open(c->state));
    bind_fields(put, c);
    bind_times(put, now);
    bind_counts(put, c);
    sql_bind_int(put, COLUMN_REV, now->rev);
    sql_bind_int(put, COLUMN_CHANGED, changed_ms);
    sql_bind_text(put, COLUMN_JSON, json);
    return sql_finish(put, error);
}

gboolean case_table_set_due(sqlite3 *db, const char *code, gint64 due_ms, GError **error)
{
    g_autoptr(SqlStatement) update =
        sql_prepare(db, "UPDATE case_ SET due_ms = ? WHERE code = ?", error);
    if (!update)
        return FALSE;
    sql_bind_time(update, 1, due_ms);
    sql_bind_text(update, 2, code);
    return sql_finish(update, error);
}

/* --- reading -----------------------------------------------------------------------------------
 */

gboolean case_table_get(sqlite3 *db, const char *code, CaseRecord *record, GError **error)
{
    *record = (CaseRecord) { 0 };
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT json, due_ms, rev FROM case_ WHERE code = ?", error);
    gboolean has_row;
    if (!query)
        return FALSE;
    sql_bind_text(query, 1, code);
    if (!sql_step(query, &has_row, error))
        return FALSE;
    if (!has_row)
        return TRUE;
    record->due_ms = sqlite3_column_int64(query, 1);
    record->rev = sqlite3_column_int64(query, 2);
    record->c = case_from_text((const char *)sqlite3_column_text(query, 0), error);
    return record->c != NULL;
}

CaseRow *case_table_row(sqlite3_stmt *query)
{
    CaseRow *row = g_new0(CaseRow, 1);
    char **texts[] = { &row->category,    &row->scale,  &row->level, &row->risk,
                       &row->sensitivity, &row->region, &row->place, &row->lead_org,
                       &row->owner_title, &row->channel };
    guint *counts[] = { &row->supervise,  &row->severity,    &row->party_count, &row->n_whistles,
                        &row->n_returned, &row->n_escalated, &row->n_reopened };
    gint64 *numbers[] = { &row->opened_ms, &row->registered_ms, &row->resolved_ms, &row->closed_ms,
                          &row->due_ms,    &row->supervised_ms, &row->rev };
    int column = 0;
    row->seq = sqlite3_column_int64(query, column++);
    row->code = sql_dup_text_or_empty(query, column++);
    row->state = case_state_from_word((const char *)sqlite3_column_text(query, column++));
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = sql_dup_text_or_empty(query, column++);
    row->classification = (DataClass)sqlite3_column_int(query, column++);
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++)
        *counts[i] = (guint)sqlite3_column_int(query, column++);
    row->has_position = sqlite3_column_type(query, column) != SQLITE_NULL;
    row->lon = sqlite3_column_int(query, column++);
    row->has_position = row->has_position && sqlite3_column_type(query, column) != SQLITE_NULL;
    row->lat = sqlite3_column_int(query, column++);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        *numbers[i] = sqlite3_column_int64(query, column++);
    return row;
}

void case_row_free(CaseRow *row)
{
    char *texts[] = { row->code,     row->category,    row->scale,       row->level,
                      row->risk,     row->region,      row->sensitivity, row->place,
                      row->lead_org, row->owner_title, row->channel };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(row);
}
