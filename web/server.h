/* server.h - HTTP and WebSocket on libwebsockets, inside the GLib loop: every callback is
 * [control].
 *
 * Knows transport only: sizes, times, sessions, static files, framing. What a path means is the
 * handler's business (wallctl/api.c), the same for HTTP, for requests over the WebSocket and over
 * the UNIX socket.
 */
#ifndef WALLCTL_WEB_SERVER_H
#define WALLCTL_WEB_SERVER_H

#include "web/certificate.h"
#include "web/intake.h"

#include "wallctl/base/json.h"
#include "wallctl/model/caller.h"

#include <glib.h>

#define WEB_CA_PATH      "/wallctl-ca.crt"
#define WEB_METRICS_PATH "/metrics" /* the handler's, beside /api/ */

typedef struct WebServer WebServer;
typedef struct WebRequest WebRequest; /* counted; stays valid when its client goes */

typedef struct {
    const char *host;        /* TCP, plain: an address of this machine's own; NULL = none */
    guint port;              /* 0 = any free one */
    const char *socket_path; /* UNIX socket, mode 0660; NULL = none. A stale file is replaced, a
                                live one refused. */
    const char *page_dir;    /* static files served at / */
    gsize max_body;          /* bytes; larger answers 413. Default 1 MiB */
    guint ping_s; /* a silent WebSocket is asked; after twice that hung up on. Default 20 */
    const char *https_host; /* TCP with TLS; NULL = none. Nobody is let in before there is a
                               certificate */
    guint https_port;       /* 0 = any free one */
    /* Paths that are sent a table (POST, text/csv) of up to max_table bytes, by who is signed in,
     * instead of JSON. Ended by NULL; NULL = none. Lives as long as the server. */
    const char *const *tables;
    gsize max_table;
} WebOptions;

typedef struct {
    const char *method;  /* "GET", "POST", "PUT", "DELETE" */
    const char *path;    /* decoded, "/api/v1/status"; starts with '/', no "..", valid UTF-8 */
    GHashTable *query;   /* char * -> char *, decoded */
    GBytes *body;        /* may be empty */
    Caller *caller;      /* NULL: nobody is signed in. Borrowed; caller_ref() to keep it */
    const char *address; /* of the client; "local" over the UNIX socket */
    gboolean is_secure;  /* it came by TLS */
} WebRequestInfo;

/* What a client shows of itself. cookie and bearer are secrets: NULL if not given. */
typedef struct {
    gboolean is_local; /* at the UNIX socket; uid is who that is */
    guint32 uid;
    const char *address, *cookie, *bearer;
} WebKnock;

/* Who may hear of an event: whoever has this right, and sees this region or is of this unit. */
typedef struct {
    Right right;
    const char *region; /* NULL: it concerns none; "": of an unknown one. Copied; may be of data */
    const char *unit;   /* whom it is addressed to; NULL: nobody. Copied; may be of data */
} WebScope;

/* Who is it? A server without a gate knows nobody and lets everybody in: the handler decides. */
typedef struct {
    /* A new reference; NULL: nobody we know. */
    Caller *(*identify)(const WebKnock *knock, gpointer user);
    /* The same person as of now; NULL: the session or token has ended. A new reference. */
    Caller *(*refresh)(const Caller *caller, gpointer user);
    gpointer user;
    /* A page of another origin asked for a change or a WebSocket, and was refused. caller: whose session it would have used, NULL
     * for nobody's. NULL: nobody wants to know. */
    void (*foreign)(const Caller *caller, const char *address, const char *origin, gpointer user);
} WebGate;

#define WEB_COOKIE           "__Host-wallctl"
#define WEB_CLOSE_SIGNED_OUT 4401 /* a WebSocket whose session has ended */

/* [control] Must lead to exactly one web_reply*() now or later; the request is borrowed
 * (web_request_ref to keep it). */
typedef void (*WebHandler)(WebRequest *request, const WebRequestInfo *info, gpointer user);

/* A viewer asks for or leaves a picture stream: WebSocket at
 * /api/v1/walls/WALL/screens/SCREEN/preview. The handler calls web_stream_send() for each chunk. */
typedef struct WebStream WebStream;
typedef struct {
    /* FALSE with an error: answered as a request would be. */
    gboolean (*open)(WebStream *stream, const char *path, GHashTable *query, Caller *caller,
                     GError **error, gpointer user);
    /* caller is not who it was: FALSE closes the stream. */
    gboolean (*may_stay)(WebStream *stream, Caller *caller, gpointer user);
    void (*closed)(WebStream *stream, gpointer user);
} WebStreamHandler;

WebServer *web_server_new(const WebOptions *options, WebHandler handler,
                          const WebStreamHandler *streams, gpointer user, GError **error);
void web_server_free(WebServer *server); /* not from a handler */
guint web_server_port(WebServer *server);
guint web_server_https_port(WebServer *server); /* 0: none */

/* Shown from the next handshake on, also to those who have been here before; open connections go
 * on. NULL: none, handshakes are refused. Takes a reference. ca_pem is served at WEB_CA_PATH, to be
 * trusted by others; NULL: nothing is. */
void web_server_set_certificate(WebServer *server, Certificate *certificate, GBytes *ca_pem);

/* What the site goes by in Host headers, beside localhost and, by TLS, the address that a connection
 * came to. NULL-terminated; copied. */
void web_server_set_names(WebServer *server, const char *const *names);

/* Takes events at INTAKE_PATH, over WebSocket and as a webhook; until then 404. Before the first
 * connection; intake outlives the server. */
void web_server_set_intake(WebServer *server, Intake *intake);

/* Before the first connection; gate is copied. */
void web_server_set_gate(WebServer *server, const WebGate *gate);

/* Sessions, tokens or accounts have changed: every connection that is open asks its gate again. */
void web_recheck(WebServer *server);

WebRequest *web_request_ref(WebRequest *request);
void web_request_unref(WebRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WebRequest, web_request_unref)
gboolean web_request_is_answered(const WebRequest *request);

/* Told with the status right before the answer goes, whether or not the client is still there. Once a
 * request, before it is answered; user is freed with the request. */
typedef void (*WebAnswered)(guint status, gpointer user);
void web_request_watch(WebRequest *request, WebAnswered answered, gpointer user,
                       GDestroyNotify free_user);

void web_reply_json(WebRequest *request, guint status, Json *json); /* takes json */
void web_reply_bytes(WebRequest *request, guint status, const char *content_type,
                     GBytes *body); /* takes body */

gboolean web_request_can_take_cookie(const WebRequest *request); /* FALSE over a WebSocket */

/* Before the answer: the client's cookie becomes this value ("": it forgets it). Nothing happens
 * over a WebSocket. */
void web_reply_cookie(WebRequest *request, const char *value);

/* {"error": {"code": "stale", "message": "...", "message_zh": "..."}}; the last where there is one. */
Json *web_error_json(const GError *error);

/* The same as an answer, with the HTTP status that fits the code. */
void web_reply_error(WebRequest *request, const GError *error);

/* Sends an event to every wallctl.v1 client that may hear it: {"type":"event","seq":n,"event":NAME,"data":{...}}.
 * Bounded ring; a client that fell out of it gets {"type":"snapshot-needed"} instead of a backlog.
 * Takes data. */
void web_publish(WebServer *server, const char *name, const WebScope *scope, Json *data);

/* The number of the newest event: what is read of the program's state now has all events up to it
 * in it. */
guint64 web_newest_event(const WebServer *server);

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
    guint connections, requests, event_clients, viewers, intake_peers;
    guint knocking; /* at the TLS port, not yet let in */
    guint64 bytes_out, refused;
} WebStats;
void web_get_stats(WebServer *server, WebStats *stats);

#endif
