/* tls.c - how our TLS server behaves
 *
 * TLS 1.2 and 1.3 with forward secrecy only. Sessions are resumed by tickets, whose keys are made
 * at start and live in memory; nothing of a session is kept or logged. The certificate is asked for
 * by each handshake, so a new one needs no new context and nobody is cut off.
 */
#include "web/tls.h"

#include <openssl/rand.h>

#define CIPHERS_1_2                                                                                \
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"     \
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
#define CIPHERS_1_3 "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
#define GROUPS      "X25519:P-256:P-384"
#define SESSION_S   (8 * 3600) /* a shift */
#define TICKET_KEYS 80         /* bytes: name, HMAC key, AES key, as OpenSSL wants them */

static int on_certificate(SSL *connection, void *user)
{
    Certificate *const *shown = user;
    return *shown && certificate_show(*shown, connection);
}

void tls_prepare(SSL_CTX *context, Certificate *const *shown)
{
    g_assert(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
    g_assert(SSL_CTX_set_cipher_list(context, CIPHERS_1_2) == 1);
    g_assert(SSL_CTX_set_ciphersuites(context, CIPHERS_1_3) == 1);
    g_assert(SSL_CTX_set1_groups_list(context, GROUPS) == 1);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                     SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    /* Tickets hold everything: no table of sessions that a flood could fill. */
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_timeout(context, SESSION_S);
    SSL_CTX_set_cert_cb(context, on_certificate, (void *)shown);
    /* libwebsockets would choose among its virtual hosts by name: there is one that speaks TLS. */
    SSL_CTX_set_tlsext_servername_callback(context, NULL);
}

void tls_renew_tickets(SSL_CTX *context)
{
    guint8 keys[TICKET_KEYS];
    g_assert(SSL_CTX_get_tlsext_ticket_keys(context, NULL, 0) == TICKET_KEYS);
    g_assert(RAND_bytes(keys, sizeof(keys)) == 1);
    SSL_CTX_set_tlsext_ticket_keys(context, keys, sizeof(keys));
    OPENSSL_cleanse(keys, sizeof(keys));
}
