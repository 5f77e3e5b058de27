/* knock.h - asks an RTSP port whether somebody is there: one OPTIONS, without credentials. [control]
 *
 * Over rtsps the TCP connection is the answer: a TLS session made here without checking the certificate would be resumed by the
 * real one, which then would not check it either.
 * Cheaper than a session, so it can be done every few seconds for a camera that is away, and resets its back-off.
 */
#ifndef WALLCTL_PIPELINES_KNOCK_H
#define WALLCTL_PIPELINES_KNOCK_H

#include <glib.h>

typedef struct Knock Knock;

/* Calls answered once, TRUE when an RTSP answer came within limit_ms. knock_free() before that: it is not called. */
Knock *knock_new(const char *address, guint limit_ms,
                 void (*answered)(gboolean is_there, gpointer user), gpointer user);
void knock_free(Knock *knock);

#endif
