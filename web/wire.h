/* wire.h - one connection that we open: a WebSocket, or one POST. [control]
 *
 * libwebsockets inside the GLib loop. It would look up names in this thread, so GResolver does that
 * on a thread of its own and libwebsockets is given a numeric address. Certificates are checked
 * against the host's name; redirects are not followed: the token would go along.
 */
#ifndef WALLCTL_WEB_WIRE_H
#define WALLCTL_WEB_WIRE_H

#include "wallctl/base/secret.h"

#include <glib.h>

typedef struct WireHub WireHub; /* what all connections share */
typedef struct Wire Wire;

WireHub *wire_hub_new(GError **error);
void wire_hub_free(WireHub *hub); /* after its wires */

typedef struct {
    const char *uri;     /* ws, wss; http, https for a POST. No user or password in it. */
    const char *ca_file; /* PEM: only these are trusted; NULL: the system's */
    Secret *token;       /* Authorization: Bearer; NULL: none */
    guint ping_s;        /* WebSocket: a silent peer is found within twice this; 0: 20 */
} WireTarget;

/* WALL_ERROR_INVALID saying what is wrong with the address. */
gboolean wire_check_uri(const char *uri, gboolean is_post, GError **error);

typedef struct {
    gboolean is_refused; /* the peer, or its certificate, is not what we want; else: try again */
    guint status;        /* of HTTP; 0: none */
    guint close_code;    /* of a WebSocket; 0: none */
    guint retry_after_s; /* 0: not said */
    const char *reason;  /* English, for people; never a secret */
} WireEnd;

typedef struct {
    void (*opened)(gpointer user);
    void (*received)(const void *data, gsize len, gboolean is_binary, gboolean is_last,
                     gpointer user);
    void (*writable)(gpointer user);
    /* Once, and the last call; the wire is to be freed by it or later. */
    void (*ended)(const WireEnd *end, gpointer user);
} WireHandler;

/* Never calls back before it returns. The WebSocket offers subprotocol and accepts nothing else. */
Wire *wire_open(WireHub *hub, const WireTarget *target, const char *subprotocol,
                const WireHandler *handler, gpointer user);

/* One POST; only ended() is called. body is kept by reference. */
Wire *wire_post(WireHub *hub, const WireTarget *target, const char *content_type, GBytes *body,
                const WireHandler *handler, gpointer user);

void wire_wake(Wire *wire);                                  /* writable() soon */
void wire_write(Wire *wire, GBytes *text);                   /* one message, only from writable() */
void wire_hold(Wire *wire, gboolean is_held);                /* read no more, read on */
void wire_close(Wire *wire, guint16 code, const char *text); /* text: static; ended() follows */
void wire_free(Wire *wire);                                  /* at once, without ended() */

#endif
