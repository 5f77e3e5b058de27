/* server_private.h - what the files of web/ share about a connection. [control] */
#ifndef WALLCTL_WEB_SERVER_PRIVATE_H
#define WALLCTL_WEB_SERVER_PRIVATE_H

#include "web/files.h"
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

typedef enum { CONN_HTTP = 1, CONN_EVENTS, CONN_STREAM } ConnKind;

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
} Conn;

struct WebServer {
    GMainLoop *loop; /* lws wants one to find the context; never run */
    struct lws_context *context;
    struct lws_vhost *vhost;
    Listener *tcp, *local;
    char *host;
    gsize max_body;
    PageFiles *files;
    WebHandler handler;
    WebStreamHandler streams;
    gboolean has_streams;
    gpointer user;
    GQueue conns;
    guint tick;
    EventRing *ring;
    WebStats stats;
    guchar *scratch; /* LWS_PRE + WEB_PIECE */
};

/* One lws_write of at most WEB_PIECE bytes; FALSE: the connection is dead. */
gboolean conn_write(Conn *conn, const void *data, gsize len, int flags);

/* Writes the piece of text from *sent on as (part of) one WebSocket message; *sent = 0 when it is
 * complete. */
gboolean conn_write_message(Conn *conn, GBytes *message, gboolean is_binary, gsize *sent);

/* Closes a WebSocket with this code at the next chance. text is kept by reference. */
void conn_close(Conn *conn, guint16 code, const char *text);

/* Shuts the socket down: lws finds out and destroys the connection. */
void conn_kill(Conn *conn);

/* request.c */
WebRequest *request_new(Conn *conn, Json *ws_id); /* takes ws_id; NULL for HTTP */
void request_run(WebRequest *request, const WebRequestInfo *info);
void request_detach(WebRequest *request); /* the client is gone: an answer goes nowhere */
gboolean request_is_answered(const WebRequest *request);
Json *request_error_json(const char *word, const char *message);
guint request_error_status(const GError *error);
const char *conn_actor(const Conn *conn);

/* http.c; the int functions return what the lws callback returns. */
int http_begin(Conn *conn, const char *uri, gsize uri_len);
int http_collect(Conn *conn, const guchar *data, gsize len);
int http_collected(Conn *conn);
int http_writable(Conn *conn);
void http_reply(Conn *conn, guint status, const char *type, GBytes *body,
                const char *etag); /* takes body */
void http_overdue(Conn *conn);
void http_clear(Conn *conn);
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
/* Answers request `id` (borrowed; NULL: unknown). takes body; type NULL: body is JSON text. */
void events_reply(Conn *conn, Json *id, guint status, const char *type, GBytes *body);

/* stream.c */
WebStream *stream_new(Conn *conn, const char *path, GHashTable *query); /* NULL: nothing is there */
void stream_free(WebStream *stream);
void stream_established(Conn *conn);
int stream_writable(Conn *conn);

#endif
