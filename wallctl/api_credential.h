/* api_credential.h - the account of a camera: set, taken away, never told. [control] */
#ifndef WALLCTL_API_CREDENTIAL_H
#define WALLCTL_API_CREDENTIAL_H

#include "wallctl/api_private.h"

gboolean api_get_credential(ApiCall *call, GError **error);    /* GET cameras/ID/credential */
gboolean api_put_credential(ApiCall *call, GError **error);    /* PUT cameras/ID/credential */
gboolean api_delete_credential(ApiCall *call, GError **error); /* DELETE cameras/ID/credential */

/* For the status: where credentials lie and how. Caller owns. */
Json *api_credentials_state(const Config *config);

#endif
