/* account_store.c - accounts of staff, their sessions, tokens of machines */
#include "wallctl/store/account_store.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/store/record.h"
#include "wallctl/store/sql.h"

#include <sodium.h>
#include <string.h>

/* --- records -----------------------------------------------------------------------------------
 */

AccountRecord *account_record_copy(const AccountRecord *record)
{
    AccountRecord *copy = g_new(AccountRecord, 1);
    *copy = *record;
    copy->account = account_ref(record->account);
    copy->password = g_strdup(record->password);
    copy->totp = record->totp ? g_bytes_ref(record->totp) : NULL;
    return copy;
}

void account_record_free(AccountRecord *record)
{
    if (!record)
        return;
    account_unref(record->account);
    g_free(record->password);
    g_clear_pointer(&record->totp, g_bytes_unref);
    g_free(record);
}

SessionRecord *session_record_copy(const SessionRecord *record)
{
    SessionRecord *copy = g_new(SessionRecord, 1);
    *copy = *record;
    copy->account = g_strdup(record->account);
    copy->address = g_strdup(record->address);
    copy->reason = g_strdup(record->reason);
    return copy;
}

void session_record_free(SessionRecord *record)
{
    if (!record)
        return;
    g_free(record->account);
    g_free(record->address);
    g_free(record->reason);
    g_free(record);
}

TokenRecord *token_record_copy(const TokenRecord *record)
{
    TokenRecord *copy = g_new(TokenRecord, 1);
    *copy = *record;
    copy->id = g_strdup(record->id);
    copy->region = g_strdup(record->region);
    copy->made_by = g_strdup(record->made_by);
    return copy;
}

void token_record_free(TokenRecord *record)
{
    if (!record)
        return;
    g_free(record->id);
    g_free(record->region);
    g_free(record->made_by);
    g_free(record);
}

static void free_account(gpointer data)
{
    account_record_free(data);
}

static void free_session(gpointer data)
{
    session_record_free(data);
}

static void free_token(gpointer data)
{
    token_record_free(data);
}

/* --- accounts ----------------------------------------------------------------------------------
 */

static gboolean put_account(sqlite3 *db, gpointer data, GError **error)
{
    const AccountRecord *record = data;
    g_autoptr(Json) json = account_to_json(record->account);
    g_autofree char *text = json_dup_text(json);
    g_autoptr(SqlStatement) put =
        sql_prepare(db,
                    "INSERT OR REPLACE INTO account(id, json, password, is_one_time, password_ms, "
                    "totp, changed_ms) VALUES(?,?,?,?,?,?,?)",
                    error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, record->account->id);
    sql_bind_text(put, 2, text);
    sql_bind_text(put, 3, record->password);
    sql_bind_int(put, 4, record->is_one_time);
    sql_bind_int(put, 5, record->password_ms);
    if (record->totp)
        sql_bind_blob(put, 6, g_bytes_get_data(record->totp, NULL), g_bytes_get_size(record->totp));
    sql_bind_int(put, 7, clock_unix_ms());
    return sql_finish(put, error);
}

static gboolean delete_named(sqlite3 *db, const char *sql, const char *id, GError **error)
{
    g_autoptr(SqlStatement) delete = sql_prepare(db, sql, error);
    if (!delete)
        return FALSE;
    sql_bind_text(delete, 1, id);
    return sql_finish(delete, error);
}

static gboolean delete_account(sqlite3 *db, gpointer data, GError **error)
{
    return delete_named(db, "DELETE FROM session WHERE account = ?", data, error) &&
           delete_named(db, "DELETE FROM account WHERE id = ?", data, error);
}

static Account *parse_account(const char *id, const char *text, GError **error)
{
    g_autoptr(Json) json = record_parse(text, error);
    g_autoptr(Faults) faults = faults_new(id, 1);
    Account *account = json ? account_from_json(json, faults, "") : NULL;
    if (json && !account)
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "account %s", faults_get(faults, 0));
    return account;
}

static gboolean load_accounts(sqlite3 *db, gpointer data, GError **error)
{
    GPtrArray *list = data;
    g_autoptr(SqlStatement) query = sql_prepare(
        db, "SELECT id, json, password, is_one_time, password_ms, totp FROM account ORDER BY id",
        error);
    gboolean has_row;
    while (query && sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        Account *account = parse_account((const char *)sqlite3_column_text(query, 0),
                                         (const char *)sqlite3_column_text(query, 1), error);
        if (!account) {
            g_prefix_error(error, "account '%s' in the database: ",
                           (const char *)sqlite3_column_text(query, 0));
            return FALSE;
        }
        AccountRecord *record = g_new0(AccountRecord, 1);
        record->account = account;
        record->password = sql_dup_text(query, 2);
        record->is_one_time = sqlite3_column_int(query, 3);
        record->password_ms = sqlite3_column_int64(query, 4);
        if (sqlite3_column_type(query, 5) == SQLITE_BLOB)
            record->totp =
                g_bytes_new(sqlite3_column_blob(query, 5), (gsize)sqlite3_column_bytes(query, 5));
        g_ptr_array_add(list, record);
    }
    return FALSE;
}

void account_store_put(Store *store, const AccountRecord *record)
{
    g_autofree char *key = g_strconcat("account ", record->account->id, NULL);
    record_submit(store, key, put_account, account_record_copy(record), free_account, NULL, NULL);
}

void account_store_delete(Store *store, const char *id)
{
    g_autofree char *key = g_strconcat("account ", id, NULL);
    record_submit(store, key, delete_account, g_strdup(id), g_free, NULL, NULL);
}

GPtrArray *account_store_load(Store *store, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_account);
    return store_run_now(store, load_accounts, list, error) ? g_steal_pointer(&list) : NULL;
}

/* --- sessions ----------------------------------------------------------------------------------
 */

static char *session_key(const guint8 *hash)
{
    char hex[2 * SECRET_HASH_BYTES + 1];
    return g_strconcat("session ", sodium_bin2hex(hex, sizeof hex, hash, SECRET_HASH_BYTES), NULL);
}

static gboolean put_session(sqlite3 *db, gpointer data, GError **error)
{
    const SessionRecord *record = data;
    g_autoptr(SqlStatement) put =
        sql_prepare(db,
                    "INSERT OR REPLACE INTO session(hash, account, address, reason, began_ms, "
                    "active_ms) VALUES(?,?,?,?,?,?)",
                    error);
    if (!put)
        return FALSE;
    sql_bind_blob(put, 1, record->hash, SECRET_HASH_BYTES);
    sql_bind_text(put, 2, record->account);
    sql_bind_text(put, 3, record->address);
    sql_bind_text(put, 4, record->reason);
    sql_bind_int(put, 5, record->began_ms);
    sql_bind_int(put, 6, record->active_ms);
    return sql_finish(put, error);
}

static gboolean delete_session(sqlite3 *db, gpointer data, GError **error)
{
    g_autoptr(SqlStatement) delete = sql_prepare(db, "DELETE FROM session WHERE hash = ?", error);
    if (!delete)
        return FALSE;
    sql_bind_blob(delete, 1, data, SECRET_HASH_BYTES);
    return sql_finish(delete, error);
}

static gboolean has_hash(SqlStatement *query, int column)
{
    return sqlite3_column_bytes(query, column) == SECRET_HASH_BYTES;
}

static gboolean load_sessions(sqlite3 *db, gpointer data, GError **error)
{
    GPtrArray *list = data;
    g_autoptr(SqlStatement) query = sql_prepare(
        db, "SELECT hash, account, address, reason, began_ms, active_ms FROM session", error);
    gboolean has_row;
    while (query && sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        if (!has_hash(query, 0))
            continue;
        SessionRecord *record = g_new0(SessionRecord, 1);
        memcpy(record->hash, sqlite3_column_blob(query, 0), SECRET_HASH_BYTES);
        record->account = sql_dup_text(query, 1);
        record->address = sql_dup_text(query, 2);
        record->reason = sql_dup_text(query, 3);
        record->began_ms = sqlite3_column_int64(query, 4);
        record->active_ms = sqlite3_column_int64(query, 5);
        g_ptr_array_add(list, record);
    }
    return FALSE;
}

void session_store_put(Store *store, const SessionRecord *record)
{
    g_autofree char *key = session_key(record->hash);
    record_submit(store, key, put_session, session_record_copy(record), free_session, NULL, NULL);
}

void session_store_delete(Store *store, const guint8 *hash)
{
    g_autofree char *key = session_key(hash);
    record_submit(store, key, delete_session, g_memdup2(hash, SECRET_HASH_BYTES), g_free, NULL,
                  NULL);
}

GPtrArray *session_store_load(Store *store, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_session);
    return store_run_now(store, load_sessions, list, error) ? g_steal_pointer(&list) : NULL;
}

/* --- tokens ------------------------------------------------------------------------------------
 */

static char *token_text(const TokenRecord *record)
{
    g_autoptr(Json) json = json_object_new_object();
    Json *rights = json_object_new_array();
    for (guint i = RIGHT_STATUS_READ; i < N_RIGHTS; i++) {
        if (rights_have(record->rights, (Right)i))
            json_object_array_add(rights, json_object_new_string(right_word((Right)i)));
    }
    json_add(json, "rights", rights);
    json_add_string(json, "region", record->region);
    json_add_string(json, "made_by", record->made_by);
    return json_dup_text(json);
}

static gboolean parse_token(TokenRecord *record, const char *text, GError **error)
{
    g_autoptr(Json) json = record_parse(text, error);
    if (!json)
        return FALSE;
    g_autoptr(Faults) faults = faults_new(record->id, 1);
    const char *region = "", *made_by = "";
    Json *rights = NULL;
    json_get_string(json, "region", &region, faults, "");
    json_get_string(json, "made_by", &made_by, faults, "");
    json_get_array(json, "rights", &rights, faults, "");
    record->region = g_strdup(region);
    record->made_by = g_strdup(made_by);
    for (gsize i = 0; rights && i < json_object_array_length(rights); i++) {
        Right right;
        const char *word = json_object_get_string(json_object_array_get_idx(rights, i));
        if (word && right_parse(word, &right)) /* one that is no longer there gives nothing */
            record->rights |= 1u << right;
    }
    return TRUE;
}

static gboolean put_token(sqlite3 *db, gpointer data, GError **error)
{
    const TokenRecord *record = data;
    g_autofree char *text = token_text(record);
    g_autoptr(SqlStatement) put = sql_prepare(
        db, "INSERT OR REPLACE INTO token(id, hash, json, made_ms, ends_ms) VALUES(?,?,?,?,?)",
        error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, record->id);
    sql_bind_blob(put, 2, record->hash, SECRET_HASH_BYTES);
    sql_bind_text(put, 3, text);
    sql_bind_int(put, 4, record->made_ms);
    sql_bind_int(put, 5, record->ends_ms);
    return sql_finish(put, error);
}

static gboolean delete_token(sqlite3 *db, gpointer data, GError **error)
{
    return delete_named(db, "DELETE FROM token WHERE id = ?", data, error);
}

static gboolean load_tokens(sqlite3 *db, gpointer data, GError **error)
{
    GPtrArray *list = data;
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT id, hash, json, made_ms, ends_ms FROM token ORDER BY id", error);
    gboolean has_row;
    while (query && sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        if (!has_hash(query, 1))
            continue;
        g_autoptr(TokenRecord) record = g_new0(TokenRecord, 1);
        record->id = sql_dup_text(query, 0);
        memcpy(record->hash, sqlite3_column_blob(query, 1), SECRET_HASH_BYTES);
        record->made_ms = sqlite3_column_int64(query, 3);
        record->ends_ms = sqlite3_column_int64(query, 4);
        if (!parse_token(record, (const char *)sqlite3_column_text(query, 2), error))
            return FALSE;
        g_ptr_array_add(list, g_steal_pointer(&record));
    }
    return FALSE;
}

void token_store_put(Store *store, const TokenRecord *record)
{
    g_autofree char *key = g_strconcat("token ", record->id, NULL);
    record_submit(store, key, put_token, token_record_copy(record), free_token, NULL, NULL);
}

void token_store_delete(Store *store, const char *id)
{
    g_autofree char *key = g_strconcat("token ", id, NULL);
    record_submit(store, key, delete_token, g_strdup(id), g_free, NULL, NULL);
}

GPtrArray *token_store_load(Store *store, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_token);
    return store_run_now(store, load_tokens, list, error) ? g_steal_pointer(&list) : NULL;
}
