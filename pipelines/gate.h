/* gate.h - connections to cameras go where "site.camera_networks" allows, and nowhere else. [any]
 *
 * The process's resolver is one of ours. GStreamer's RTSP client looks a name up on a thread of its own, waits for the
 * answer, and connects to an address of it: so what is judged is what is then used, a name cannot have another address a
 * moment later, and TLS goes on to check the certificate against the name. Lookups that nobody waits for are those of
 * platforms (web/wire.h), which may be anywhere: they pass. Who makes such a one for a camera asks gate_choose().
 */
#ifndef WALLCTL_PIPELINES_GATE_H
#define WALLCTL_PIPELINES_GATE_H

#include "config/networks.h"

/* Once, before the process has threads. Until gate_set_networks() the default of networks.h holds. */
void gate_init(void);
void gate_set_networks(Networks *networks);

/* FALSE: its host is written as an address, or its port is one, where no camera may be. A name is judged when it is
 * looked up. */
gboolean gate_may_open(const char *address);

/* Why an address may not be used, also after a lookup of its name of which nothing was left. One line of ASCII; NULL: it may, or is not known not to. Caller frees. */
char *gate_dup_fault(const char *address);

/* The first one of GInetAddresses where a camera may be, which it frees; NULL: there is none. Caller owns. */
GInetAddress *gate_choose(GList *addresses);

#endif
