/* tls.h - how our TLS server behaves: versions, ciphers, resumption, the certificate it shows. */
#ifndef WALLCTL_WEB_TLS_H
#define WALLCTL_WEB_TLS_H

#include "web/certificate.h"

/* [control] Once, on what libwebsockets has made. *shown is asked for each new handshake: NULL
 * there, or later, refuses it; what is open stays. shown outlives context. */
void tls_prepare(SSL_CTX *context, Certificate *const *shown);

/* [control] New keys for tickets: what was given out before is no longer taken, and what was
 * recorded of it stays closed even to who gets into our memory later. Once a day. */
void tls_renew_tickets(SSL_CTX *context);

#endif
