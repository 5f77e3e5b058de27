/* account_store.h - accounts of staff, their sessions, tokens of machines. [control] unless marked.
 *
 * Secrets are here as hashes only (passwords by Argon2id, cookies and tokens by SHA-256), the seed of the
 * one-time codes sealed (wallctl/base/seal.h).
 */
#ifndef WALLCTL_STORE_ACCOUNT_STORE_H
#define WALLCTL_STORE_ACCOUNT_STORE_H

#include "wallctl/model/account.h"
#include "wallctl/store/store.h"

#define SECRET_HASH_BYTES 32

/* An account as it is kept. */
typedef struct {
    Account *account;
    char *password; /* Argon2id as libsodium writes it; NULL: cannot sign in */
    gboolean is_one_time;
    gint64 password_ms; /* when it was set */
    GBytes *totp;       /* sealed; NULL: no second factor */
} AccountRecord;

AccountRecord *account_record_copy(const AccountRecord *record);
void account_record_free(AccountRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AccountRecord, account_record_free)

typedef struct {
    guint8 hash[SECRET_HASH_BYTES]; /* of the cookie */
    char *account, *address, *reason;
    gint64 began_ms, active_ms;
} SessionRecord;

SessionRecord *session_record_copy(const SessionRecord *record);
void session_record_free(SessionRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SessionRecord, session_record_free)

typedef struct {
    char *id;
    guint8 hash[SECRET_HASH_BYTES];
    RightSet rights;
    char *region, *made_by;
    gint64 made_ms, ends_ms;
} TokenRecord;

TokenRecord *token_record_copy(const TokenRecord *record);
void token_record_free(TokenRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TokenRecord, token_record_free)

/* What the loads give: arrays that own their records; NULL with an error. Before the loop runs. */
GPtrArray *account_store_load(Store *store, GError **error);
GPtrArray *session_store_load(Store *store, GError **error);
GPtrArray *token_store_load(Store *store, GError **error);

/* Copied. What the disk refuses is saved again by nobody: the store says its trouble. */
void account_store_put(Store *store, const AccountRecord *record);
void account_store_delete(Store *store, const char *id);
void session_store_put(Store *store, const SessionRecord *record);
void session_store_delete(Store *store, const guint8 *hash);
void token_store_put(Store *store, const TokenRecord *record);
void token_store_delete(Store *store, const char *id);

#endif
