/* sim_session.h - one client: its TCP connection, its RTSP session, what it is sent. [sim] under
 * the server's lock. */
#ifndef WALLCTL_TESTS_SUPPORT_SIM_SESSION_H
#define WALLCTL_TESTS_SUPPORT_SIM_SESSION_H

#include <glib.h>
#include <netinet/in.h>

#include "tests/support/sim_server.h"

/* Takes the connected, non-blocking socket. */
SimSession *sim_session_new(SimServer *server, int fd, const struct sockaddr_in *peer);

/* Closes the connection and hands the session to sim_server_release(); it may be called again. */
void sim_session_close(SimSession *session);
void sim_session_free(SimSession *session);

/* epoll says: */
void sim_session_ready(SimSession *session, guint32 events);

/* Goes on with requests that were held back by a delay that is over by now_ns, or by a fault that
 * has changed. */
void sim_session_wake(SimSession *session, gint64 now_ns);

/* Ends the session if its client has been silent for too long. */
void sim_session_check_timeout(SimSession *session, gint64 now_ns);

void sim_session_push(SimSession *session, const SimPush *push, gint64 now_ns);

/* TRUE if the connection has named this stream. */
gboolean sim_session_is_on(const SimSession *session, const SimStream *stream);

/* RTP or RTCP came by UDP from this address: is it this session's client? Then it is alive. */
gboolean sim_session_take_udp(SimSession *session, const struct sockaddr_in *from, gint64 now_ns);

#endif
