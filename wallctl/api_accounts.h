/* api_accounts.h - accounts of staff and tokens of machines over the API */
#ifndef WALLCTL_API_ACCOUNTS_H
#define WALLCTL_API_ACCOUNTS_H

#include "wallctl/api_private.h"

gboolean api_get_accounts(ApiCall *call, GError **error);
gboolean api_put_account(ApiCall *call, GError **error);
gboolean api_delete_account(ApiCall *call, GError **error);
gboolean api_post_account_password(ApiCall *call, GError **error);
gboolean api_delete_account_code(ApiCall *call, GError **error);
gboolean api_get_tokens(ApiCall *call, GError **error);
gboolean api_put_token(ApiCall *call, GError **error);
gboolean api_delete_token(ApiCall *call, GError **error);

#endif
