/* api_audit.h - the register over the API: lists, exports, papers, verification. [control] */
#ifndef WALLCTL_API_AUDIT_H
#define WALLCTL_API_AUDIT_H

#include "wallctl/api_private.h"

gboolean api_get_audit(ApiCall *call, GError **error);
gboolean api_get_audit_export(ApiCall *call, GError **error);   /* NDJSON (audit_line.h) */
gboolean api_get_audit_register(ApiCall *call, GError **error); /* register.csv, register.html */
gboolean api_get_audit_filing(ApiCall *call, GError **error);   /* filing.csv, filing.html */
gboolean api_get_audit_deletion(ApiCall *call, GError **error); /* deletion.html */
gboolean api_get_audit_key(ApiCall *call, GError **error);
gboolean api_get_audit_verify(ApiCall *call, GError **error);

#endif
