/* rule_store.c - linkage rules that people have saved */
#include "wallctl/store/rule_store.h"

#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"

StoredRule *stored_rule_new(const char *id, const char *json, const char *changed_by)
{
    StoredRule *rule = g_new0(StoredRule, 1);
    rule->id = g_strdup(id);
    rule->json = g_strdup(json);
    rule->changed_by = g_strdup(changed_by);
    return rule;
}

void stored_rule_free(StoredRule *rule)
{
    if (!rule)
        return;
    g_free(rule->id);
    g_free(rule->json);
    g_free(rule->changed_by);
    g_free(rule);
}

static void free_rule(gpointer data)
{
    stored_rule_free(data);
}

static gboolean put_rule(sqlite3 *db, gpointer data, GError **error)
{
    const StoredRule *rule = data;
    g_autoptr(SqlStatement) put = sql_prepare(
        db, "INSERT OR REPLACE INTO linkage_rule(id, json, changed_ms, changed_by) VALUES(?,?,?,?)",
        error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, rule->id);
    sql_bind_text(put, 2, rule->json);
    sql_bind_int(put, 3, rule->changed_ms);
    sql_bind_text(put, 4, rule->changed_by);
    return sql_finish(put, error);
}

void rule_store_put(Store *store, const StoredRule *rule, StoreDone done, gpointer user)
{
    StoredRule *copy = stored_rule_new(rule->id, rule->json, rule->changed_by);
    copy->changed_ms = rule->changed_ms;
    record_submit(store, NULL, put_rule, copy, free_rule, done, user);
}

static gboolean delete_rule(sqlite3 *db, gpointer data, GError **error)
{
    g_autoptr(SqlStatement) delete =
        sql_prepare(db, "DELETE FROM linkage_rule WHERE id = ?", error);
    if (!delete)
        return FALSE;
    sql_bind_text(delete, 1, data);
    return sql_finish(delete, error);
}

void rule_store_delete(Store *store, const char *id, StoreDone done, gpointer user)
{
    record_submit(store, NULL, delete_rule, g_strdup(id), g_free, done, user);
}

static gboolean load_rules(sqlite3 *db, gpointer data, GError **error)
{
    GPtrArray *rules = data;
    g_autoptr(SqlStatement) query = sql_prepare(
        db, "SELECT id, json, changed_ms, changed_by FROM linkage_rule ORDER BY id", error);
    gboolean has_row;
    while (query && sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        StoredRule *rule = g_new(StoredRule, 1);
        *rule = (StoredRule) { sql_dup_text(query, 0), sql_dup_text(query, 1),
                               sqlite3_column_int64(query, 2), sql_dup_text(query, 3) };
        g_ptr_array_add(rules, rule);
    }
    return FALSE;
}

GPtrArray *rule_store_load(Store *store, GError **error)
{
    g_autoptr(GPtrArray) rules = g_ptr_array_new_with_free_func(free_rule);
    return store_run_now(store, load_rules, rules, error) ? g_steal_pointer(&rules) : NULL;
}
