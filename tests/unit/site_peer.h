/* site_peer.h - the other side of a connection that wallctl opens: a listening socket, its answers
 * and frames byte by byte. One thread: every wait runs the main loop under a watchdog.
 */
#ifndef WALLCTL_TESTS_SITE_PEER_H
#define WALLCTL_TESTS_SITE_PEER_H

#include "web_peer.h"

typedef struct {
    int fd;
    guint16 port;
} Site;

Site *site_new(void);
void site_free(Site *site);

Peer *site_accept(Site *site);                     /* the next connection */
gboolean site_is_called(Site *site);               /* somebody waits to be accepted */
char *site_request(Peer *peer, gboolean has_body); /* headers, and the body after them */
/* Agrees to the WebSocket that request asks for; protocol NULL: none is named. */
void site_agree(Peer *peer, const char *request, const char *protocol);
void site_answer(Peer *peer, const char *status, const char *headers); /* then closes */
void site_send_raw(Peer *peer, guint8 first_byte, const void *data, gsize len);
void site_send(Peer *peer, const char *text);
/* The next whole frame; NULL: closed. */
GByteArray *site_wait(Peer *peer, guint8 *opcode);
char *site_text(Peer *peer);
guint site_close_code(Peer *peer); /* 0: without a close frame */

#endif
