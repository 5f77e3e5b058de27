/* alarm_store.c - the open alarms of the wall and the health of the sources */
#include "wallctl/store/alarm_store.h"

#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"

#define ALARM_COLUMNS                                                                              \
    "id, case_code, grp, rule, priority, severity, state, raised_ms, acked_ms, snooze_ms, "        \
    "acked_by, json"
#define SOURCE_COLUMNS "id, platform, mapping_sha256, cursor, last_seen_ms, lag_ms, n_ok, refused"

/* --- alarms ------------------------------------------------------------------------------------
 */

StoredAlarm *stored_alarm_new(const char *id)
{
    StoredAlarm *alarm = g_new0(StoredAlarm, 1);
    alarm->id = g_strdup(id);
    alarm->case_code = g_strdup("");
    alarm->group = g_strdup("");
    alarm->rule = g_strdup("");
    alarm->state = g_strdup("");
    alarm->acked_by = g_strdup("");
    alarm->json = g_strdup("{}");
    return alarm;
}

void stored_alarm_free(StoredAlarm *alarm)
{
    if (!alarm)
        return;
    char *texts[] = { alarm->id,    alarm->case_code, alarm->group, alarm->rule,
                      alarm->state, alarm->acked_by,  alarm->json };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_free(alarm);
}

static void free_alarm(gpointer data)
{
    stored_alarm_free(data);
}

static gboolean put_alarm(sqlite3 *db, gpointer data, GError **error)
{
    const StoredAlarm *alarm = data;
    g_autoptr(SqlStatement) put = sql_prepare(
        db, "INSERT OR REPLACE INTO alarm(" ALARM_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
        error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, alarm->id);
    sql_bind_text(put, 2, alarm->case_code);
    sql_bind_text(put, 3, alarm->group);
    sql_bind_text(put, 4, alarm->rule);
    sql_bind_int(put, 5, alarm->priority);
    sql_bind_int(put, 6, alarm->severity);
    sql_bind_text(put, 7, alarm->state);
    sql_bind_int(put, 8, alarm->raised_ms);
    sql_bind_time(put, 9, alarm->acked_ms);
    sql_bind_time(put, 10, alarm->snooze_ms);
    sql_bind_text(put, 11, alarm->acked_by);
    sql_bind_text(put, 12, alarm->json);
    return sql_finish(put, error);
}

static StoredAlarm *copy_alarm(const StoredAlarm *alarm)
{
    StoredAlarm *copy = g_memdup2(alarm, sizeof *alarm);
    char **texts[] = { &copy->id,    &copy->case_code, &copy->group, &copy->rule,
                       &copy->state, &copy->acked_by,  &copy->json };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = g_strdup(*texts[i]);
    return copy;
}

void alarm_store_put(Store *store, const StoredAlarm *alarm, StoreDone done, gpointer user)
{
    g_autofree char *key = g_strconcat("alarm ", alarm->id, NULL);
    record_submit(store, key, put_alarm, copy_alarm(alarm), free_alarm, done, user);
}

static gboolean delete_alarm(sqlite3 *db, gpointer data, GError **error)
{
    g_autoptr(SqlStatement) delete = sql_prepare(db, "DELETE FROM alarm WHERE id = ?", error);
    if (!delete)
        return FALSE;
    sql_bind_text(delete, 1, data);
    return sql_finish(delete, error);
}

void alarm_store_delete(Store *store, const char *id, StoreDone done, gpointer user)
{
    g_autofree char *key = g_strconcat("alarm ", id, NULL);
    record_submit(store, key, delete_alarm, g_strdup(id), g_free, done, user);
}

static gboolean load_alarms(sqlite3 *db, gpointer data, GError **error)
{
    GPtrArray *alarms = data;
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT " ALARM_COLUMNS " FROM alarm ORDER BY raised_ms, id", error);
    gboolean has_row;
    while (query && sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        StoredAlarm *alarm = g_new(StoredAlarm, 1);
        *alarm = (StoredAlarm) { .id = sql_dup_text(query, 0),
                                 .case_code = sql_dup_text(query, 1),
                                 .group = sql_dup_text(query, 2),
                                 .rule = sql_dup_text(query, 3),
                                 .priority = sqlite3_column_int64(query, 4),
                                 .severity = (guint)sqlite3_column_int(query, 5),
                                 .state = sql_dup_text(query, 6),
                                 .raised_ms = sqlite3_column_int64(query, 7),
                                 .acked_ms = sqlite3_column_int64(query, 8),
                                 .snooze_ms = sqlite3_column_int64(query, 9),
                                 .acked_by = sql_dup_text(query, 10),
                                 .json = sql_dup_text(query, 11) };
        g_ptr_array_add(alarms, alarm);
    }
    return FALSE;
}

GPtrArray *alarm_store_load(Store *store, GError **error)
{
    g_autoptr(GPtrArray) alarms = g_ptr_array_new_with_free_func(free_alarm);
    return store_run_now(store, load_alarms, alarms, error) ? g_steal_pointer(&alarms) : NULL;
}

/* --- sources -----------------------------------------------------------------------------------
 */

SourceHealth *source_health_new(const char *id)
{
    SourceHealth *source = g_new0(SourceHealth, 1);
    source->id = g_strdup(id);
    source->platform = g_strdup("");
    source->mapping_sha256 = g_strdup("");
    source->cursor = g_strdup("");
    source->refused = g_strdup("{}");
    return source;
}

void source_health_free(SourceHealth *source)
{
    if (!source)
        return;
    g_free(source->id);
    g_free(source->platform);
    g_free(source->mapping_sha256);
    g_free(source->cursor);
    g_free(source->refused);
    g_free(source);
}

static void free_source(gpointer data)
{
    source_health_free(data);
}

static gboolean put_source(sqlite3 *db, gpointer data, GError **error)
{
    const SourceHealth *source = data;
    g_autoptr(SqlStatement) put = sql_prepare(
        db, "INSERT OR REPLACE INTO source(" SOURCE_COLUMNS ") VALUES(?,?,?,?,?,?,?,?)", error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, source->id);
    sql_bind_text(put, 2, source->platform);
    sql_bind_text(put, 3, source->mapping_sha256);
    sql_bind_text(put, 4, source->cursor);
    sql_bind_time(put, 5, source->last_seen_ms);
    sql_bind_int(put, 6, source->lag_ms);
    sql_bind_int(put, 7, source->n_ok);
    sql_bind_text(put, 8, source->refused);
    return sql_finish(put, error);
}

void source_store_put(Store *store, const SourceHealth *source, StoreDone done, gpointer user)
{
    SourceHealth *copy = g_memdup2(source, sizeof *source);
    copy->id = g_strdup(source->id);
    copy->platform = g_strdup(source->platform);
    copy->mapping_sha256 = g_strdup(source->mapping_sha256);
    copy->cursor = g_strdup(source->cursor);
    copy->refused = g_strdup(source->refused);
    g_autofree char *key = g_strconcat("source ", source->id, NULL);
    record_submit(store, key, put_source, copy, free_source, done, user);
}

static gboolean load_sources(sqlite3 *db, gpointer data, GError **error)
{
    GPtrArray *sources = data;
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT " SOURCE_COLUMNS " FROM source ORDER BY id", error);
    gboolean has_row;
    while (query && sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        SourceHealth *source = g_new(SourceHealth, 1);
        *source = (SourceHealth) { .id = sql_dup_text(query, 0),
                                   .platform = sql_dup_text(query, 1),
                                   .mapping_sha256 = sql_dup_text(query, 2),
                                   .cursor = sql_dup_text(query, 3),
                                   .last_seen_ms = sqlite3_column_int64(query, 4),
                                   .lag_ms = sqlite3_column_int64(query, 5),
                                   .n_ok = sqlite3_column_int64(query, 6),
                                   .refused = sql_dup_text(query, 7) };
        g_ptr_array_add(sources, source);
    }
    return FALSE;
}

GPtrArray *source_store_load(Store *store, GError **error)
{
    g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func(free_source);
    return store_run_now(store, load_sources, sources, error) ? g_steal_pointer(&sources) : NULL;
}
