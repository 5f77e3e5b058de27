/* accounts.h - who may sign in: the list of staff. [control]
 *
 * All of it is in memory; what changes goes to the store at once. At least one account that may administer accounts and can
 * sign in always stays, so that nobody locks the site out of itself.
 */
#ifndef WALLCTL_ACCOUNTS_H
#define WALLCTL_ACCOUNTS_H

#include "wallctl/store/account_store.h"

#define ACCOUNTS_MAX 4096

typedef struct Accounts Accounts;

/* An account has changed or gone: its sessions are to be looked at again. is_secret: its password or second factor. */
typedef void (*AccountChanged)(const char *id, gboolean is_secret, gpointer user);

Accounts *accounts_new(Store *store, GError **error);
void accounts_free(Accounts *accounts);
void accounts_listen(Accounts *accounts, AccountChanged changed, gpointer user);

guint accounts_count(const Accounts *accounts);
const AccountRecord *accounts_find(const Accounts *accounts,
                                   const char *id); /* borrowed; NULL: unknown */
GPtrArray *accounts_list(
    const Accounts *accounts); /* const AccountRecord *, by id; caller owns the array alone */

/* A new account, or new values of one. WALL_ERROR_LIMIT, or WALL_ERROR_INVALID for the last administrator. */
gboolean accounts_put(Accounts *accounts, Account *account, GError **error);
gboolean accounts_delete(Accounts *accounts, const char *id, GError **error);

/* hash as password_hash() gives it. id must exist. */
void accounts_set_password(Accounts *accounts, const char *id, const char *hash,
                           gboolean is_one_time);
void accounts_set_totp(Accounts *accounts, const char *id, GBytes *sealed); /* NULL: without */

#endif
