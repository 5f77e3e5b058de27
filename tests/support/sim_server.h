/* sim_server.h - the simulator's thread: one listener, one epoll, cameras paced by one timer.
 *
 * The thread [sim] holds the lock whenever it is not waiting; sim_server_* below marked [any] take
 * it. Sessions are called under it and use the part marked [sim].
 */
#ifndef WALLCTL_TESTS_SUPPORT_SIM_SERVER_H
#define WALLCTL_TESTS_SUPPORT_SIM_SERVER_H

#include <glib.h>
#include <netinet/in.h>

#include "tests/support/sim_camera.h"

typedef struct SimServer SimServer;
typedef struct SimSession SimSession;

/* [any] Port 0: any free one. NULL with WALL_ERROR_UNAVAILABLE. */
SimServer *sim_server_new(guint16 port, GError **error);
void sim_server_free(SimServer *server);
guint16 sim_server_port(const SimServer *server);

/* [any] Takes the camera, also on failure: WALL_ERROR_INVALID if its id is taken. */
gboolean sim_server_add(SimServer *server, SimCamera *camera, GError **error);

/* [any] As camera_sim_set_fault(), camera_sim_get_stats(), camera_sim_list(). */
gboolean sim_server_set_fault(SimServer *server, const char *target, const SimFaults *faults,
                              GError **error);
gboolean sim_server_get_stats(SimServer *server, const char *target, CameraSimStats *stats);
char **sim_server_list(SimServer *server);

/* [sim] NULL if there is no such camera or stream. */
SimStream *sim_server_find(SimServer *server, const char *camera, const char *stream);

/* [sim] The events of epoll that a session's socket waits for; is_new: for the first time. */
void sim_server_watch(SimServer *server, SimSession *session, int fd, guint32 events,
                      gboolean is_new);

/* [sim] Begins and ends the pushing of a stream's units to a session. */
void sim_server_play(SimServer *server, SimStream *stream, SimSession *session);
void sim_server_stop(SimServer *server, SimStream *stream, SimSession *session);

/* [sim] sim_session_wake() is called at this time. */
void sim_server_wake_at(SimServer *server, gint64 when_ns);

/* [sim] The session is closed: freed once no event of the running round can name it. */
void sim_server_release(SimServer *server, SimSession *session);

/* [sim] The server's own ports for UDP: RTP, RTCP follows. */
guint16 sim_server_udp_port(const SimServer *server);

/* [sim] Sends packets in interleaved framing as datagrams; what the kernel does not take is lost.
 */
void sim_server_send_udp(SimServer *server, gboolean is_rtcp, struct sockaddr_in *to,
                         const GByteArray *packets);

/* [sim] A buffer for the packets of one unit, empty. */
GByteArray *sim_server_scratch(SimServer *server);

#endif
