/* sim_onvif.h - the simulated cameras as ONVIF devices: WS-Discovery over UDP, device and media service over HTTP.
 *
 * All of them lie at 127.0.0.1:PORT, UDP and TCP alike, each under a path of its own:
 * http://127.0.0.1:PORT/onvif/ID/device_service. Served by the default main context and a thread a connection.
 */
#ifndef WALLCTL_TESTS_SUPPORT_SIM_ONVIF_H
#define WALLCTL_TESTS_SUPPORT_SIM_ONVIF_H

#include <glib.h>

typedef struct SimOnvif SimOnvif;

/* specs: SimCameraSpec with their files there; borrowed for as long as it lives. NULL with WALL_ERROR_UNAVAILABLE where
 * the port is taken, or an error of a file. */
SimOnvif *sim_onvif_new(guint16 port, guint16 rtsp_port, GPtrArray *specs, GError **error);
void sim_onvif_free(SimOnvif *onvif);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimOnvif, sim_onvif_free)

guint16 sim_onvif_port(const SimOnvif *onvif);

#endif
