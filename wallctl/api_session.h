/* api_session.h - signing in and out, and one's own session */
#ifndef WALLCTL_API_SESSION_H
#define WALLCTL_API_SESSION_H

#include "wallctl/api_private.h"

gboolean api_get_session(ApiCall *call, GError **error);
gboolean api_post_session(ApiCall *call, GError **error);
gboolean api_put_session(ApiCall *call, GError **error);
gboolean api_delete_session(ApiCall *call, GError **error);
gboolean api_post_active(ApiCall *call, GError **error);
gboolean api_post_code(ApiCall *call, GError **error);
gboolean api_put_code(ApiCall *call, GError **error);
gboolean api_post_password(ApiCall *call, GError **error);

#endif
