/* server_private.h - what the files of web/ share about a connection. [control] */
#ifndef WALLCTL_WEB_SERVER_PRIVATE_H
#define WALLCTL_WEB_SERVER_PRIVATE_H

#include "web/door.h"
#include "web/files.h"
#include "web/identity_text.h"
#include "web/lobby.h"
#include "web/intake_private.h"
#include "web/listen.h"
#include "web/ring.h"
#include "web/server.h"

#include <libwebsockets.h>

#define WEB_HTTP_PROTOCOL    "http"
#define WEB_EVENTS_PROTOCOL  "wallctl.v1"
#define WEB_PREVIEW_PROTOCOL "wallctl.preview"
#define WEB_EVENTS_PATH      "/api/v1/ws"
#define WEB_PIECE                                                                                  \
    (32 * 1024) /* most bytes of one lws_write: what lws may have to buffer for one client */

typedef enum { CONN_HTTP = 1, CONN_EVENTS, CONN_STREAM, CONN_INTAKE } ConnKind;

/* HTTP_HEAD: waiting for the request; HTTP_BODY: collecting it; HTTP_HANDLER: the handler owes an
 * answer; HTTP_REPLY: writing it; HTTP_LINGER: answered early, reading what else was announced. */
typedef enum { HTTP_HEAD = 1, HTTP_BODY, HTTP_HANDLER, HTTP_REPLY, HTTP_LINGER } HttpPhase;

typedef struct EventClient EventClient;

/* One connection, from accept until lws has destroyed it. */
typedef struct {
    WebServer *server;
    struct lws *wsi;
    GList link; /* in server->conns */
    ConnKind kind;
    gboolean is_local;  /* over the UNIX socket */
    gboolean is_secure; /* by TLS */
    gboolean is_open;   /* WebSocket: established and not closing */
    gint64 deadline_ns; /* shut down after this; 0 = none */
    guint16 close_code; /* WebSocket: close with this at the next chance */
    const char *close_text;

    HttpPhase phase;
    char *method, *path;
    GHashTable *query;
    GByteArray *body;
    WebRequest *request; /* while the handler owes an answer */
    GString *head;       /* status line and headers of the answer */
    GBytes *reply;       /* its body */
    gsize sent;          /* of head and reply together */
    guint64 unread;      /* bytes of the body to come */
    guint watch;         /* waits until the client takes more */

    EventClient *client; /* CONN_EVENTS */
    WebStream *stream;   /* CONN_STREAM */

    GString *more_head;    /* headers of the answer: name, value, each ended by a zero byte */
    char *address;         /* of the client, once asked for */
    Caller *caller;        /* who it is; NULL: nobody we know */
    char *source;          /* who brings events */
    IntakeChannel *intake; /* CONN_INTAKE, while it is open */
    IntakeLink *delivery;  /* webhook: while an answer is due */
} Conn;

struct WebServer {
    GMainLoop *loop; /* lws wants one to find the context; never run */
    struct lws_context *context;
    lws_retry_bo_t liveness;
    struct lws_vhost *vhost, *tls_vhost;
    SSL_CTX *tls;       /* of tls_vhost, borrowed */
    SSL_CTX *no_client; /* else lws would make one for each host, and not free it */
    Certificate *certificate;
    Listener *tcp, *https, *local;
    Lobby *lobby;
    char **names; /* that we go by */
    guint ticket_tick;
    gsize max_body, max_table;
    const char *const *tables; /* paths; may be NULL */
    PageFiles *files;
    WebGate gate; /* identify NULL: everybody is let in */
    WebHandler handler;
    WebStreamHandler streams;
    gboolean has_streams;
    gpointer user;
    GQueue conns;
    guint tick;
    EventRing *ring;
    WebStats stats;
    Intake *intake; /* NULL: no events are taken */
    Door *door;
    guint deliveries; /* webhook requests that wait for their answer */
    guchar *scratch;  /* LWS_PRE + WEB_PIECE */
};

/* One lws_write of at most WEB_PIECE bytes; FALSE: the connection is dead. */
gboolean conn_write(Conn *conn, const void *data, gsize len, int flags);

/* Writes the piece of text from *sent on as (part of) one WebSocket message; *sent = 0 when it is
 * complete. */
gboolean conn_write_message(Conn *conn, GBytes *message, gboolean is_binary, gsize *sent);

/* The socket counts as full while so much is unsent in the kernel: what waits there is memory, and
 * late. */
void conn_limit_unsent(Conn *conn, int bytes);

/* Closes a WebSocket with this code at the next chance. text is kept by reference. */
void conn_close(Conn *conn, guint16 code, const char *text);

/* Do we go by this Host header? Over the UNIX socket by any. */
gboolean conn_is_host(const Conn *conn, const char *host);

/* Shuts the socket down: lws finds out and destroys the connection. */
void conn_kill(Conn *conn);

/* request.c */
WebRequest *request_new(Conn *conn, Json *ws_id); /* takes ws_id; NULL for HTTP */
void request_run(WebRequest *request, const WebRequestInfo *info);
void request_detach(WebRequest *request); /* the client is gone: an answer goes nowhere */
Json *request_error_json(const char *word, const char *message);
guint request_error_status(const GError *error);
Conn *request_conn(const WebRequest *request); /* NULL: the client is gone */

/* identity.c */
const char *conn_address(Conn *conn);                   /* "10.1.2.3"; borrowed */
void conn_tell_foreign(Conn *conn, const char *origin); /* after guard_origin() said no */
void conn_identify(Conn *conn);    /* sets conn->caller from the headers of the request */
gboolean conn_refresh(Conn *conn); /* conn->caller as of now; FALSE: it may not stay */
gboolean conn_hears(const Conn *conn, const EventItem *event);

/* http.c; the int functions return what the lws callback returns. */
int http_begin(Conn *conn, const char *uri, gsize uri_len);
int http_collect(Conn *conn, const guchar *data, gsize len);
int http_collected(Conn *conn);
int http_writable(Conn *conn);
void http_reply(Conn *conn, guint status, const char *type, GBytes *body,
                const PageFile *file); /* takes body; file: whose body it is, NULL: an answer */
void http_overdue(Conn *conn);
void http_clear(Conn *conn);
/* One more header of the answer: name with its colon, in lower case. */
void http_add_header(Conn *conn, const char *name, const char *value);
/* Answers at once and for good: for refusing an upgrade. Returns -1. */
int http_refuse(Conn *conn, guint status, const char *word, const char *message);
char *http_header(
    Conn *conn,
    enum lws_token_indexes token);  /* NULL if absent or longer than 4 KiB; caller frees */
GHashTable *http_query(Conn *conn); /* NULL if it is not valid UTF-8 */

/* ws.c */
int ws_upgrade(Conn *conn, const char *protocol);
EventClient *events_new(Conn *conn, guint64 resume); /* 0: from now on */
void events_free(EventClient *client);
void events_established(Conn *conn);
void events_receive(Conn *conn, const char *data, gsize len, gboolean is_last);
int events_writable(Conn *conn);
void events_tick(Conn *conn); /* once a second, while it is open */
/* Answers request `id` (borrowed; NULL: unknown). takes body; type NULL: body is JSON text. */
void events_reply(Conn *conn, Json *id, guint status, const char *type, GBytes *body);

/* intake_ws.c: NULL, or why this client may not bring events, with status and word of the answer
 * and its extra headers added. */
const char *intake_admit(Conn *conn, guint *status, const char **word);
const char *intake_gate_fault(Conn *conn, guint *status, const char **word);
int intake_upgrade(Conn *conn, gboolean is_offered);
void intake_established(Conn *conn);
void intake_receive(Conn *conn, const char *data, gsize len, gboolean is_last);
int intake_writable(Conn *conn);

/* intake_http.c */
gboolean intake_http_is(const Conn *conn); /* the webhook's path */
const char *intake_http_fault(Conn *conn, gboolean is_whole, guint64 len, guint *status,
                              const char **word);
void intake_http_run(Conn *conn);
void intake_http_forget(Conn *conn);

/* stream.c */
WebStream *stream_new(Conn *conn, const char *path, GHashTable *query, GError **error);
void stream_free(WebStream *stream);
void stream_established(Conn *conn);
int stream_writable(Conn *conn);

#endif
