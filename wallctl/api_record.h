/* api_record.h - what requests leave in the register. [control] */
#ifndef WALLCTL_API_RECORD_H
#define WALLCTL_API_RECORD_H

#include "wallctl/api_private.h"
#include "wallctl/model/audit.h"

/* One row, once, for a request that was carried out, or refused with error. Before a reply that waits for
 * the disk (api_reply_saved() does it): who has the answer finds the row after a power cut. */
void api_record(const ApiCall *call, const GError *error);

/* The handler has taken the request and answers later: the row is written then, as it went. */
void api_record_later(const ApiCall *call);

/* FALSE with UNAVAILABLE while what is looked at cannot be written down: asked by who gives out pictures. */
gboolean api_need_register(const ApiEnv *env, GError **error);

#endif
