/* inbox.c - every event that was taken, once */
#include "wallctl/store/inbox.h"

#include "wallctl/base/error.h"
#include "wallctl/store/case_json.h"
#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"

#include <sodium.h>
#include <string.h>

static const char *const status_words[] = {
    [TAKEN_APPLIED] = "applied",   [TAKEN_ANOMALY] = "anomaly", [TAKEN_DUPLICATE] = "duplicate",
    [TAKEN_CONFLICT] = "conflict", [TAKEN_NOTED] = "noted",
};

const char *taken_word(TakenStatus status)
{
    g_assert(status >= TAKEN_APPLIED && status <= TAKEN_NOTED);
    return status_words[status];
}

static TakenStatus status_from_word(const char *word)
{
    for (guint i = TAKEN_APPLIED; i <= TAKEN_NOTED; i++) {
        if (strcmp(status_words[i], word) == 0)
            return (TakenStatus)i;
    }
    return TAKEN_ANOMALY;
}

void inbox_row_free(InboxRow *row)
{
    event_free(row->event);
    g_free(row);
}

/* --- body --------------------------------------------------------------------------------------
 */

/* What has no column of its own. */
static char *body_of(const Event *event)
{
    g_autoptr(Json) json = json_object_new_object();
    if (event->severity)
        json_add_int(json, "severity", event->severity);
    if (*event->correlation)
        json_add_string(json, "correlation", event->correlation);
    json_add(json, "data", fields_to_json(&event->fields));
    return json_dup_text(json);
}

static gboolean read_body(Event *event, const char *text, GError **error)
{
    g_autoptr(Json) json = record_parse(text, error);
    if (!json)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("event", 1);
    const char *correlation = "";
    gint64 severity = 0;
    Json *data = NULL;
    json_get_int(json, "severity", 0, 24, &severity, faults, "");
    json_get_string(json, "correlation", &correlation, faults, "");
    json_get_object(json, "data", &data, faults, "");
    event->severity = (guint)severity;
    event->correlation = g_strdup(correlation);
    if (faults_count(faults) > 0 || !data) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s",
                    data ? faults_get(faults, 0) : "data is missing");
        return FALSE;
    }
    return fields_from_object(&event->fields, data, error);
}

/* All that makes the event what it is, beside its key. */
static void hash_event(const Event *event, const char *body, guint8 hash[crypto_hash_sha256_BYTES])
{
    g_autofree char *head = g_strdup_printf(
        "%s\n%s\n%s\n%" G_GINT64_FORMAT "\n%d\n", event_type_word(event->type), event->subject,
        event->sequence, event->time_ms, (int)event->classification);
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const guint8 *)head, strlen(head));
    crypto_hash_sha256_update(&state, (const guint8 *)body, strlen(body));
    crypto_hash_sha256_final(&state, hash);
}

/* --- rows --------------------------------------------------------------------------------------
 */

static gboolean compare_known(sqlite3 *db, const Event *event, const guint8 *hash, Taken *taken,
                              GError **error)
{
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT seq, sha256 FROM inbox WHERE source = ? AND id = ?", error);
    gboolean has_row;
    if (!query)
        return FALSE;
    sql_bind_text(query, 1, event->source);
    sql_bind_text(query, 2, event->id);
    if (!sql_step(query, &has_row, error))
        return FALSE;
    g_assert(has_row); /* an insert has just failed because of it */
    taken->seq = sqlite3_column_int64(query, 0);
    gboolean is_same = sqlite3_column_bytes(query, 1) == crypto_hash_sha256_BYTES &&
                       memcmp(sqlite3_column_blob(query, 1), hash, crypto_hash_sha256_BYTES) == 0;
    taken->status = is_same ? TAKEN_DUPLICATE : TAKEN_CONFLICT;
    if (!is_same)
        taken->why = g_strdup("an event with this source and id is known and says something else");
    return TRUE;
}

gboolean inbox_put(sqlite3 *db, const Event *event, TakenStatus status, gint64 recorded_ms,
                   Taken *taken, GError **error)
{
    g_autofree char *body = body_of(event);
    guint8 hash[crypto_hash_sha256_BYTES];
    hash_event(event, body, hash);
    g_autoptr(SqlStatement) insert = sql_prepare(
        db,
        "INSERT INTO inbox(source, id, type, subject, time_ms, recorded_ms, sequence, region, "
        "class,"
        " body, sha256, status) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        error);
    if (!insert)
        return FALSE;
    sql_bind_text(insert, 1, event->source);
    sql_bind_text(insert, 2, event->id);
    sql_bind_text(insert, 3, event_type_word(event->type));
    sql_bind_text(insert, 4, event->subject);
    sql_bind_int(insert, 5, event->time_ms);
    sql_bind_int(insert, 6, recorded_ms);
    sql_bind_text(insert, 7, event->sequence);
    sql_bind_text(insert, 8, fields_text(&event->fields, FIELD_REGION));
    sql_bind_int(insert, 9, event->classification);
    sql_bind_text(insert, 10, body);
    sql_bind_blob(insert, 11, hash, sizeof hash);
    sql_bind_text(insert, 12, taken_word(status));
    if (!sql_finish(insert, error))
        return FALSE;
    if (sqlite3_changes(db) == 0)
        return compare_known(db, event, hash, taken, error);
    taken->status = status;
    taken->seq = sqlite3_last_insert_rowid(db);
    return TRUE;
}

gboolean inbox_set_status(sqlite3 *db, gint64 seq, TakenStatus status, GError **error)
{
    g_autoptr(SqlStatement) update =
        sql_prepare(db, "UPDATE inbox SET status = ? WHERE seq = ?", error);
    if (!update)
        return FALSE;
    sql_bind_text(update, 1, taken_word(status));
    sql_bind_int(update, 2, seq);
    return sql_finish(update, error);
}

gboolean inbox_has_anomaly(sqlite3 *db, const char *subject, gint64 time_ms, gboolean *has_anomaly,
                           GError **error)
{
    g_autoptr(SqlStatement) query = sql_prepare(
        db,
        "SELECT 1 FROM inbox WHERE subject = ? AND subject <> '' AND time_ms >= ? AND status = "
        "'anomaly' LIMIT 1",
        error);
    if (!query)
        return FALSE;
    sql_bind_text(query, 1, subject);
    sql_bind_int(query, 2, time_ms);
    return sql_step(query, has_anomaly, error);
}

static InboxRow *read_row(SqlStatement *query, const char *subject, EventType type, GError **error)
{
    InboxRow *row = g_new0(InboxRow, 1);
    row->seq = sqlite3_column_int64(query, 0);
    row->status = status_from_word((const char *)sqlite3_column_text(query, 1));
    const char *body = (const char *)sqlite3_column_text(query, 7);
    if (!body)
        return row;
    g_autoptr(Event) event = g_new0(Event, 1);
    event->type = type;
    event->subject = g_strdup(subject);
    event->source = sql_dup_text(query, 2);
    event->id = sql_dup_text(query, 3);
    event->time_ms = sqlite3_column_int64(query, 5);
    event->sequence = sql_dup_text(query, 6);
    event->classification = (DataClass)sqlite3_column_int(query, 8);
    if (!read_body(event, body, error)) {
        g_prefix_error(error, "event %" G_GINT64_FORMAT ": ", row->seq);
        inbox_row_free(row);
        return NULL;
    }
    row->event = g_steal_pointer(&event);
    return row;
}

GPtrArray *inbox_load(sqlite3 *db, const char *subject, GError **error)
{
    g_autoptr(SqlStatement) query = sql_prepare(
        db,
        "SELECT seq, status, source, id, type, time_ms, sequence, body, class FROM inbox"
        " WHERE subject = ? AND subject <> '' ORDER BY time_ms",
        error);
    if (!query)
        return NULL;
    sql_bind_text(query, 1, subject);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)inbox_row_free);
    gboolean has_row;
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return g_steal_pointer(&rows);
        EventType type = event_type_from_word((const char *)sqlite3_column_text(query, 4));
        if (type == 0 || !event_type_is_case(type))
            continue;
        InboxRow *row = read_row(query, subject, type, error);
        if (!row)
            return NULL;
        g_ptr_array_add(rows, row);
    }
    return NULL;
}
