/* web_peer.h - a web server with a small application behind it, and peers that talk to it byte by
 * byte
 *
 * Client and server share one thread: a peer's sockets do not block, and every wait runs the main
 * loop under a watchdog. With WALLCTL_TEST_TLS in the environment all that goes over TCP goes over
 * TLS, so a program is run twice: what holds for the one holds for the other.
 */
#ifndef WALLCTL_TESTS_WEB_PEER_H
#define WALLCTL_TESTS_WEB_PEER_H

#include "web/server.h"
#include "web/site_ca.h"

#include <glib.h>
#include <string.h>

#define WATCHDOG_S     20
#define PEER_MAX_TABLE (2 * 1024 * 1024)
#define BIG_SIZE       (5 * 1024 * 1024)
#define HOST           "Host: localhost\r\n"
#define ORIGIN         "Origin: https://localhost\r\n" /* good for both */
#define JSON_TYPE      "Content-Type: application/json\r\n"

/* GET /api/v1/echo?q=, POST table (the same for text/csv up to PEER_MAX_TABLE), secure (is it?), big (BIG_SIZE bytes of big_byte()), later (answered by the test),
 * error?code=, silent (forgets).
 * "Bearer nobody" is nobody, all else is signed in. */
typedef struct {
    WebServer *server;
    SiteCertificate *site; /* of the TLS port */
    SSL_CTX *tls;          /* of peers, which trust the site's authority only */
    char *dir, *page, *socket_path;
    WebRequest *later;
    WebStream *stream; /* the newest viewer of /api/v1/walls/main/screens/s1/preview */
    guint opened, closed;
} App;

App *app_new(void);
App *app_new_asking(guint ping_s); /* WebOptions.ping_s */
void app_free(App *app);
void app_handle(WebRequest *request, const WebRequestInfo *info, gpointer app);
guint8 big_byte(gsize at);
WebStats app_stats(App *app);

/* Everything that the loop has to do now. */
void turn(void);
/* Dispatches within 100 ms: few unless the loop spins. */
guint count_dispatches(void);
gint64 watchdog(void);

#define WAIT_FOR(condition)                                                                        \
    do {                                                                                           \
        gint64 until_ = watchdog();                                                                \
        while (!(condition)) {                                                                     \
            g_assert_cmpint(g_get_monotonic_time(), <, until_);                                    \
            turn();                                                                                \
        }                                                                                          \
    } while (0)

typedef struct {
    int fd;
    SSL *tls; /* NULL: plain */
    GByteArray *in;
    gboolean is_over; /* the server closed, in order or by reset */
} Peer;

Peer *peer_tcp(App *app);
Peer *peer_tcp_small(App *app, int receive_buffer); /* takes little at a time */
Peer *peer_plain(App *app, guint port);             /* whatever the environment says */
Peer *peer_tls(App *app, int receive_buffer);
gboolean peer_shakes_hands(Peer *peer, SSL *tls); /* takes tls, with which the peer goes on */
Peer *peer_unix(const char *path);
gboolean tests_tls(void);
void peer_free(Peer *peer);
gboolean peer_write(Peer *peer, const void *data, gsize len); /* FALSE: the server has closed */
gboolean peer_text(Peer *peer, const char *text);
gssize peer_put(Peer *peer, const void *data, gsize len); /* what fits now; -1: closed */
void peer_end_input(Peer *peer);                          /* half-closes */
void peer_read(Peer *peer);
gboolean peer_is_over(Peer *peer);

typedef struct {
    int status; /* 0: closed without an answer */
    char *head;
    GByteArray *body;
} Answer;

void answer_free(Answer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Answer, answer_free)
char *answer_header(const Answer *answer, const char *name);
void assert_header(const Answer *answer, const char *name, const char *expected);
Answer *peer_answer(Peer *peer, gboolean has_body);
Answer *ask(App *app, const char *request); /* a connection of its own */

/* WebSocket: the status of the answer to an upgrade. */
int upgrade(Peer *peer, const char *path, const char *protocol, const char *more_headers);
void ws_send(Peer *peer, const char *text);
void ws_send_raw(Peer *peer, guint8 first_byte, const void *data, gsize len);
GByteArray *ws_take(Peer *peer, guint8 *opcode); /* what is there; NULL if no message is complete */
GByteArray *ws_wait(Peer *peer, guint8 *opcode); /* NULL: closed */
char *ws_text(Peer *peer);
guint ws_close_code(Peer *peer);           /* 0: without a close frame */
void expect(Peer *peer, const char *part); /* in the next text message */

guint64 seq_of(const char *text);
Peer *events(App *app, guint64 *seq); /* a wallctl.v1 client that has had its hello */
void publish(App *app, int number);   /* test.event {"n":number} */
Peer *viewer(App *app, int receive_buffer);
GBytes *chunk_of(const char *name, gsize len);
void assert_echo(const Answer *answer, const char *part);

#endif
