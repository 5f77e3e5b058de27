/* discovery.h - who is there: WS-Discovery by multicast and by asking addresses one by one. IPv4. [worker]
 *
 * Multicast goes out of those interfaces only whose own address lies in the camera networks; what answers from elsewhere
 * is not heard.
 */
#ifndef WALLCTL_ONVIF_DISCOVERY_H
#define WALLCTL_ONVIF_DISCOVERY_H

#include "onvif/answers.h"
#include "onvif/post.h"

#define DISCOVERY_PORT          3702
#define DISCOVERY_WEB_PORT      80 /* of a device for which somebody has named none */
#define DISCOVERY_MAX_ADDRESSES 1024
#define DISCOVERY_ACCEPTED                                                                         \
    "an IPv4 address (10.1.2.3), one with the port of its web page (10.1.2.3:8080), or a network " \
    "of at most 1024 addresses (10.1.2.0/24)"
#define DISCOVERY_ACCEPTED_ZH                                                                      \
    "IPv4 地址（10.1.2.3）、带网页端口的地址（10.1.2.3:8080），或不超过 1024 " \
    "个地址的网段（10.1.2.0/24）"

typedef struct {
    GInetAddress *address;
    guint16 web_port; /* where its device service is looked for if it does not answer the probe */
    gboolean is_of_range; /* one of many: then nothing but the probe is sent to it */
} DiscoveryTarget;

/* Appends the targets that text means; FALSE with an error that names what is accepted: no address, too many of them in
 * all, or where no camera may be. */
gboolean discovery_add_targets(GPtrArray *targets, const char *text, const Networks *networks,
                               GError **error);
GPtrArray *discovery_targets_new(void); /* DiscoveryTarget */

typedef struct {
    GPtrArray *targets;
    guint16 port;          /* of the probe, to targets: DISCOVERY_PORT as a rule */
    gboolean is_multicast; /* the interfaces as well */
    guint wait_ms;         /* for answers, after the last probe */
} DiscoveryPlan;

/* Of one device: from is where the answer came from. */
typedef void (*DiscoveryFound)(GInetAddress *from, const OnvifMatch *match, gpointer user);

/* Returns when all were asked and the time is up, or limits say stop. The same device may be found more than once. */
void discovery_run(const DiscoveryPlan *plan, const OnvifLimits *limits, DiscoveryFound found,
                   gpointer user);

#endif
