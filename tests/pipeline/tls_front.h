/* tls_front.h - a TLS door on 127.0.0.1 before a camera that speaks plain RTSP: what makes rtsps of camera-sim.
 *
 * Sessions can be resumed, as with the TLS libraries that cameras have (GLib's own server cannot).
 * It accepts while the default main context runs; each connection then has a thread of its own. What came through is kept, so
 * that a test can tell what was said to whom.
 */
#ifndef WALLCTL_TESTS_PIPELINE_TLS_FRONT_H
#define WALLCTL_TESTS_PIPELINE_TLS_FRONT_H

#include <glib.h>

typedef struct TlsFront TlsFront;

typedef struct {
    guint connections;
    guint handshakes;    /* of these, TLS sessions that both sides agreed to */
    guint resumed;       /* of these, former ones taken up again */
    guint unencrypted;   /* connections that began with anything but a TLS handshake */
    guint64 from_camera; /* bytes */
} TlsFrontStats;

/* A new key and a certificate for host (IPv4 address or name) that it signed itself, PEM. Caller frees. */
char *tls_front_pem(const char *host);

/* pem NULL: no TLS, bytes go through as they are. */
TlsFront *tls_front_new(const char *pem, guint16 camera_port);
void tls_front_free(TlsFront *front); /* ends all connections */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TlsFront, tls_front_free)

guint16 tls_front_port(const TlsFront *front);

/* Ends all connections, as a switch that loses its power. [control] */
void tls_front_cut(TlsFront *front);

void tls_front_get_stats(TlsFront *front, TlsFrontStats *stats); /* [any] */

/* Was this among what clients said, TLS taken off? [any] */
gboolean tls_front_heard(TlsFront *front, const char *text);

#endif
