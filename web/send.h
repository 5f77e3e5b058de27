/* send.h - delivers events to a platform above: in order for each key, at least once. [control]
 *
 * ws, wss: CloudEvents over WebSocket; an event is delivered when its receipt comes (intake.h), or,
 * for a peer that sends none, when it is written. http, https: one POST an event, structured mode;
 * 2xx delivers, 400, 413, 415 and 422 refuse the event for good, 410 says that nobody is there any
 * more; with 429, 503 and all else it is tried again, after Retry-After or 1 to 30 s.
 *
 * What is queued here is kept by the outbox as well: it is lost with this object.
 */
#ifndef WALLCTL_WEB_SEND_H
#define WALLCTL_WEB_SEND_H

#include "web/wire.h"

#define SEND_MAX_QUEUED 256

typedef struct Send Send;

typedef enum { SEND_DELIVERED = 1, SEND_REFUSED, SEND_GONE } SendResult;

typedef struct {
    /* One event's end; ticket is the caller's. reason: NULL if delivered. It may queue the next one,
     * and must not free the sender. */
    void (*done)(guint64 ticket, SendResult result, const char *reason, gpointer user);
    /* Whether the peer is reached; reason: NULL if it is. */
    void (*changed)(gboolean is_well, const char *reason, gpointer user);
} SendHandler;

/* has_receipts: of a WebSocket. NULL with WALL_ERROR_INVALID for the address. */
Send *send_new(WireHub *hub, const WireTarget *target, gboolean has_receipts,
               const SendHandler *handler, gpointer user, GError **error);
void send_free(Send *send);

/* Queues one event: text is its JSON with these source and id, at most 64 KiB (kept by reference).
 * Of one key (a case's code) one is under way at a time. FALSE: full, or gone. */
gboolean send_event(Send *send, guint64 ticket, const char *key, const char *source, const char *id,
                    GBytes *text);
guint send_queued(const Send *send);

#endif
