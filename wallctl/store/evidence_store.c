/* evidence_store.c - what was saved of cameras, in the database */
#include "wallctl/store/evidence_store.h"

#include "wallctl/base/log.h"
#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"

/* Columns of texts and of numbers, in the order of the table. */
static const struct {
    const char *name;
    gsize offset;
} texts[] = {
    { "id", offsetof(Evidence, id) },
    { "camera", offsetof(Evidence, camera) },
    { "camera_name", offsetof(Evidence, camera_name) },
    { "region", offsetof(Evidence, region) },
    { "stream", offsetof(Evidence, stream) },
    { "case_code", offsetof(Evidence, case_code) },
    { "owner", offsetof(Evidence, owner) },
    { "owner_name", offsetof(Evidence, owner_name) },
    { "unit", offsetof(Evidence, unit) },
    { "reason", offsetof(Evidence, reason) },
    { "hold_reason", offsetof(Evidence, hold_reason) },
    { "hold_by", offsetof(Evidence, hold_by) },
    { "fault", offsetof(Evidence, fault) },
    { "fault_zh", offsetof(Evidence, fault_zh) },
    { "manifest", offsetof(Evidence, manifest) },
    { "signature", offsetof(Evidence, signature) },
    { "deleted_by", offsetof(Evidence, deleted_by) },
    { "deleted_why", offsetof(Evidence, deleted_why) },
    { "source", offsetof(Evidence, source) },
    { "cover", offsetof(Evidence, cover) },
};

#define NUMBERS                                                                                    \
    "before_s, after_s, asked_ms, from_ms, to_ms, expires_ms, deleting_ms, deleted_ms, kind, "     \
    "state"
#define N_NUMBERS 8 /* kind and state are words */

static char *dup_columns(void)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_string_append_printf(names, "%s, ", texts[i].name);
    g_string_append(names, NUMBERS);
    return g_string_free(names, FALSE);
}

static char **text_at(const Evidence *evidence, guint i)
{
    return (char **)(gpointer)((char *)evidence + texts[i].offset);
}

static gboolean put(sqlite3 *db, gpointer data, GError **error)
{
    const Evidence *evidence = data;
    const gint64 numbers[N_NUMBERS] = {
        evidence->before_s, evidence->after_s,    evidence->asked_ms,    evidence->from_ms,
        evidence->to_ms,    evidence->expires_ms, evidence->deleting_ms, evidence->deleted_ms,
    };
    g_autofree char *columns = dup_columns();
    GString *sql = g_string_new(NULL);
    g_string_printf(sql, "INSERT OR REPLACE INTO evidence(%s) VALUES(?", columns);
    for (guint i = 1; i < G_N_ELEMENTS(texts) + N_NUMBERS + 2; i++)
        g_string_append(sql, ",?");
    g_string_append(sql, ")");
    g_autofree char *text = g_string_free(sql, FALSE);
    g_autoptr(SqlOnce) row = sql_prepare_once(db, text, error);
    if (!row)
        return FALSE;
    int column = 1;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        sql_bind_text(row, column++, *text_at(evidence, i));
    for (guint i = 0; i < N_NUMBERS; i++)
        sql_bind_int(row, column++, numbers[i]);
    sql_bind_text(row, column++, evidence_kind_word(evidence->kind));
    sql_bind_text(row, column++, evidence_state_word(evidence->state));
    return sql_finish(row, error);
}

static void free_evidence(gpointer data)
{
    evidence_free(data);
}

void evidence_store_put(Store *store, const Evidence *evidence, StoreDone done, gpointer user)
{
    record_submit(store, NULL, put, evidence_copy(evidence), free_evidence, done, user);
}

static gboolean delete_row(sqlite3 *db, gpointer data, GError **error)
{
    g_autoptr(SqlStatement) delete = sql_prepare(db, "DELETE FROM evidence WHERE id = ?", error);
    if (!delete)
        return FALSE;
    sql_bind_text(delete, 1, data);
    return sql_finish(delete, error);
}

void evidence_store_delete(Store *store, const char *id)
{
    record_submit(store, NULL, delete_row, g_strdup(id), g_free, NULL, NULL);
}

static Evidence *read_row(SqlStatement *row)
{
    Evidence *evidence = evidence_new("");
    int column = 0;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        char **text = text_at(evidence, i);
        g_free(*text);
        *text = sql_dup_text_or_empty(row, column++);
    }
    evidence->before_s = (guint)sqlite3_column_int64(row, column++);
    evidence->after_s = (guint)sqlite3_column_int64(row, column++);
    evidence->asked_ms = sqlite3_column_int64(row, column++);
    evidence->from_ms = sqlite3_column_int64(row, column++);
    evidence->to_ms = sqlite3_column_int64(row, column++);
    evidence->expires_ms = sqlite3_column_int64(row, column++);
    evidence->deleting_ms = sqlite3_column_int64(row, column++);
    evidence->deleted_ms = sqlite3_column_int64(row, column++);
    evidence->kind = evidence_kind_from_word((const char *)sqlite3_column_text(row, column++));
    evidence->state = evidence_state_from_word((const char *)sqlite3_column_text(row, column++));
    g_autoptr(GError) error = NULL;
    if (*evidence->manifest && !evidence_read_manifest(evidence, evidence->manifest, &error))
        log_error(STORE, "evidence %s: %s", evidence->id, error->message);
    return evidence;
}

static gboolean load(sqlite3 *db, gpointer data, GError **error)
{
    GPtrArray *rows = data;
    g_autofree char *columns = dup_columns();
    g_autofree char *sql = g_strdup_printf("SELECT %s FROM evidence", columns);
    g_autoptr(SqlOnce) query = sql_prepare_once(db, sql, error);
    gboolean has_row;
    while (query && sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        Evidence *evidence = read_row(query);
        if (evidence->kind && evidence->state)
            g_ptr_array_add(rows, evidence);
        else
            evidence_free(evidence); /* of a newer program */
    }
    return FALSE;
}

GPtrArray *evidence_store_load(Store *store, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(free_evidence);
    return store_run_now(store, load, rows, error) ? g_steal_pointer(&rows) : NULL;
}
