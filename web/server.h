/* server.h - HTTP and WebSocket on libwebsockets, inside the GLib loop: every callback is
 * [control].
 *
 * Knows transport only: sizes, times, sessions, static files, framing. What a path means is the
 * handler's business (wallctl/api.c), the same for HTTP, for requests over the WebSocket and over
 * the UNIX socket.
 */
#ifndef WALLCTL_WEB_SERVER_H
#define WALLCTL_WEB_SERVER_H

#include "wallctl/base/json.h"

#include <glib.h>

typedef struct WebServer WebServer;
typedef struct WebRequest WebRequest; /* counted; stays valid when its client goes */

typedef struct {
    const char *host;        /* TCP; NULL = none */
    guint port;              /* 0 = any free one */
    const char *socket_path; /* UNIX socket, mode 0660; NULL = none. A stale file is replaced, a
                                live one refused. */
    const char *page_dir;    /* static files served at / */
    gsize max_body;          /* bytes; larger answers 413. Default 1 MiB */
} WebOptions;

typedef struct {
    const char *method; /* "GET", "POST", "PUT", "DELETE" */
    const char *path;   /* decoded, "/api/v1/status"; starts with '/', no "..", valid UTF-8 */
    GHashTable *query;  /* char * -> char *, decoded */
    GBytes *body;       /* may be empty */
    const char *actor;  /* "local" over the UNIX socket, "web" otherwise, until accounts exist */
} WebRequestInfo;

/* [control] Must lead to exactly one web_reply*() now or later; the request is borrowed
 * (web_request_ref to keep it). */
typedef void (*WebHandler)(WebRequest *request, const WebRequestInfo *info, gpointer user);

/* A viewer asks for or leaves a picture stream: WebSocket at
 * /api/v1/walls/WALL/screens/SCREEN/preview. The handler calls web_stream_send() for each chunk. */
typedef struct WebStream WebStream;
typedef struct {
    gboolean (*open)(WebStream *stream, const char *path, GHashTable *query,
                     gpointer user); /* FALSE: 404 */
    void (*closed)(WebStream *stream, gpointer user);
} WebStreamHandler;

WebServer *web_server_new(const WebOptions *options, WebHandler handler,
                          const WebStreamHandler *streams, gpointer user, GError **error);
void web_server_free(WebServer *server); /* not from a handler */
guint web_server_port(WebServer *server);

WebRequest *web_request_ref(WebRequest *request);
void web_request_unref(WebRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WebRequest, web_request_unref)
void web_reply_json(WebRequest *request, guint status, Json *json); /* takes json */
void web_reply_bytes(WebRequest *request, guint status, const char *content_type,
                     GBytes *body); /* takes body */

/* {"error": {"code": "stale", "message": "...", "message_zh": "..."}}; the last where there is one. */
Json *web_error_json(const GError *error);

/* The same as an answer, with the HTTP status that fits the code. */
void web_reply_error(WebRequest *request, const GError *error);

/* Sends an event to every wallctl.v1 client: {"type":"event","seq":n,"event":NAME,"data":{...}}.
 * Bounded ring; a client that fell out of it gets {"type":"snapshot-needed"} instead of a backlog.
 * Takes data. */
void web_publish(WebServer *server, const char *name, Json *data);

/* A slow viewer skips to the newest key chunk: at most `limit` bytes wait for one viewer. Takes
 * chunk. */
void web_stream_send(WebStream *stream, GBytes *chunk, gboolean is_init, gboolean is_key);
void web_stream_send_text(WebStream *stream, const char *text); /* e.g. the MIME type first */
void web_stream_set_user(WebStream *stream, gpointer data);
gpointer web_stream_get_user(WebStream *stream);

/* Ends every stream now: closed() has run for each when this returns. Viewers are told to connect
 * again. */
void web_close_streams(WebServer *server);

/* Counters for status. */
typedef struct {
    guint connections, requests, event_clients, viewers;
    guint64 bytes_out, refused;
} WebStats;
void web_get_stats(WebServer *server, WebStats *stats);

#endif
