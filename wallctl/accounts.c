/* accounts.c - who may sign in: the list of staff */
#include "wallctl/accounts.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#include <string.h>

struct Accounts {
    Store *store;
    GHashTable *by_id; /* char * (of the record's account) -> AccountRecord */
    AccountChanged changed;
    gpointer user;
};

guint accounts_count(const Accounts *accounts)
{
    return g_hash_table_size(accounts->by_id);
}

const AccountRecord *accounts_find(const Accounts *accounts, const char *id)
{
    return g_hash_table_lookup(accounts->by_id, id);
}

static gint by_id(gconstpointer a, gconstpointer b)
{
    const AccountRecord *const *x = a, *const *y = b;
    return strcmp((*x)->account->id, (*y)->account->id);
}

GPtrArray *accounts_list(const Accounts *accounts)
{
    GPtrArray *list = g_ptr_array_new();
    GHashTableIter iter;
    gpointer record;
    g_hash_table_iter_init(&iter, accounts->by_id);
    while (g_hash_table_iter_next(&iter, NULL, &record))
        g_ptr_array_add(list, record);
    g_ptr_array_sort(list, by_id);
    return list;
}

static gboolean administers(const Account *account)
{
    return !account->is_disabled && rights_have(roles_rights(account->roles), RIGHT_ACCOUNT_ADMIN);
}

/* Would nobody be left to administer accounts once id has these values (NULL: is gone)? */
static gboolean check_last(const Accounts *accounts, const char *id, const Account *after,
                           GError **error)
{
    const AccountRecord *before = accounts_find(accounts, id);
    if (!before || !administers(before->account) || (after && administers(after)))
        return TRUE;
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, accounts->by_id);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const AccountRecord *record = value;
        if (record != before && record->password && administers(record->account))
            return TRUE;
    }
    wall_error_set(error, WALL_ERROR_INVALID,
                   "%s is the last system administrator; make another one first",
                   "“%s”是最后一个系统管理员，请先另设一个", id);
    return FALSE;
}

static void keep(Accounts *accounts, AccountRecord *record, gboolean is_secret)
{
    g_hash_table_replace(accounts->by_id, record->account->id, record);
    account_store_put(accounts->store, record);
    if (accounts->changed)
        accounts->changed(record->account->id, is_secret, accounts->user);
}

gboolean accounts_put(Accounts *accounts, Account *account, GError **error)
{
    assert_control_thread();
    const AccountRecord *before = accounts_find(accounts, account->id);
    if (!before && accounts_count(accounts) >= ACCOUNTS_MAX) {
        wall_error_set(error, WALL_ERROR_LIMIT, "at most %d accounts", "最多 %d 个账号",
                       ACCOUNTS_MAX);
        return FALSE;
    }
    if (!check_last(accounts, account->id, account, error))
        return FALSE;
    AccountRecord *record = before ? account_record_copy(before) : g_new0(AccountRecord, 1);
    account_unref(record->account);
    record->account = account_ref(account);
    keep(accounts, record, FALSE);
    return TRUE;
}

gboolean accounts_delete(Accounts *accounts, const char *id, GError **error)
{
    assert_control_thread();
    if (!check_last(accounts, id, NULL, error))
        return FALSE;
    g_autofree char *name = g_strdup(id);
    account_store_delete(accounts->store, name);
    g_hash_table_remove(accounts->by_id, name);
    if (accounts->changed)
        accounts->changed(name, TRUE, accounts->user);
    return TRUE;
}

void accounts_set_password(Accounts *accounts, const char *id, const char *hash,
                           gboolean is_one_time)
{
    assert_control_thread();
    AccountRecord *record = account_record_copy(accounts_find(accounts, id));
    g_free(record->password);
    record->password = g_strdup(hash);
    record->is_one_time = is_one_time;
    record->password_ms = clock_unix_ms();
    keep(accounts, record, TRUE);
}

void accounts_set_totp(Accounts *accounts, const char *id, GBytes *sealed)
{
    assert_control_thread();
    AccountRecord *record = account_record_copy(accounts_find(accounts, id));
    g_clear_pointer(&record->totp, g_bytes_unref);
    record->totp = sealed ? g_bytes_ref(sealed) : NULL;
    keep(accounts, record, TRUE);
}

void accounts_listen(Accounts *accounts, AccountChanged changed, gpointer user)
{
    accounts->changed = changed;
    accounts->user = user;
}

static void free_record(gpointer record)
{
    account_record_free(record);
}

Accounts *accounts_new(Store *store, GError **error)
{
    g_autoptr(GPtrArray) list = account_store_load(store, error);
    if (!list)
        return NULL;
    Accounts *accounts = g_new0(Accounts, 1);
    accounts->store = store;
    accounts->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_record);
    for (guint i = 0; i < list->len; i++) {
        AccountRecord *record = account_record_copy(list->pdata[i]);
        g_hash_table_insert(accounts->by_id, record->account->id, record);
    }
    return accounts;
}

void accounts_free(Accounts *accounts)
{
    if (!accounts)
        return;
    g_hash_table_unref(accounts->by_id);
    g_free(accounts);
}
