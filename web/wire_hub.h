/* wire_hub.h - libwebsockets for the connections that we open: one context, and a vhost for each set of
 * certificates that is trusted. [control] For wire.c; others need wire.h only. */
#ifndef WALLCTL_WEB_WIRE_HUB_H
#define WALLCTL_WEB_WIRE_HUB_H

#include "web/wire.h"

#include <libwebsockets.h>

struct lws_context *wire_hub_context(WireHub *hub);

/* NULL: the CA file cannot be used. protocols: the same at every call. Borrowed. */
struct lws_vhost *wire_hub_vhost(WireHub *hub, gboolean is_secure, const char *ca_file,
                                 const struct lws_protocols *protocols);

#endif
