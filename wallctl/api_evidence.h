/* api_evidence.h - saving clips and pictures of cameras, and what was saved, over the API. [control] */
#ifndef WALLCTL_API_EVIDENCE_H
#define WALLCTL_API_EVIDENCE_H

#include "wallctl/api_private.h"

gboolean api_post_clip(ApiCall *call,
                       GError **error); /* {"before_s"?, "after_s"?, "case"?, "reason"?} */
gboolean api_post_snapshot(ApiCall *call, GError **error); /* {"case"?, "reason"?} */

gboolean api_get_evidence_list(ApiCall *call, GError **error);
gboolean api_get_evidence(ApiCall *call, GError **error);
gboolean api_get_evidence_file(ApiCall *call, GError **error);
gboolean api_get_evidence_original(ApiCall *call,
                                   GError **error); /* after a second person has agreed */
gboolean api_post_evidence_public(ApiCall *call, GError **error); /* {"cover", "reason"} */
gboolean api_get_evidence_public(ApiCall *call,
                                 GError **error); /* after a second person has agreed */
gboolean api_get_evidence_verify(ApiCall *call, GError **error);
gboolean api_get_evidence_certificate(ApiCall *call, GError **error);
gboolean api_post_evidence_delete(ApiCall *call, GError **error); /* {"reason"} */
gboolean api_put_evidence_hold(ApiCall *call, GError **error);    /* {"reason"} */
gboolean api_delete_evidence_hold(ApiCall *call, GError **error);

/* What was saved for a case, newest first, of cameras within the caller's region; caller owns. */
Json *evidence_of_case_json(const Vault *vault, const char *code, const Caller *caller);

#endif
