/* certificate.h - a certificate with its key, as our TLS server shows it; a counted value. [any]
 *
 * Keys are OpenSSL's business from here on: nothing of a key is ever in a message.
 */
#ifndef WALLCTL_WEB_CERTIFICATE_H
#define WALLCTL_WEB_CERTIFICATE_H

#include <glib.h>
#include <openssl/ssl.h>

typedef struct Certificate Certificate;

typedef struct {
    char **names; /* DNS names and addresses that it is good for, in its order; may be empty */
    gint64 from_unix_s, until_unix_s;
    char *fingerprint; /* SHA-256, "AB:CD:..." */
} CertificateInfo;

/* PEM files: the certificate, behind it those between it and its authority; the key without a
 * passphrase, mode 0600. Errors name file and what is wrong: WALL_ERROR_UNAVAILABLE (cannot be
 * read), WALL_ERROR_INVALID (not PEM, key does not fit, too weak), WALL_ERROR_DENIED (others may
 * read the key). Expired ones are loaded: the caller decides. Blocks on the disk. */
Certificate *certificate_load(const char *path, const char *key_path, GError **error);

/* The same from memory; name and key_name are for messages. */
Certificate *certificate_parse(const char *pem, gsize len, const char *name, const char *key_pem,
                               gsize key_len, const char *key_name, GError **error);

Certificate *certificate_ref(Certificate *certificate);
void certificate_unref(Certificate *certificate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Certificate, certificate_unref)

const CertificateInfo *certificate_info(const Certificate *certificate); /* borrowed */
X509 *certificate_x509(const Certificate *certificate);                  /* borrowed */
EVP_PKEY *certificate_key(const Certificate *certificate);               /* borrowed */

/* This connection shows it. FALSE: OpenSSL refuses. */
gboolean certificate_show(const Certificate *certificate, SSL *connection);

/* SHA-256 of a certificate, "AB:CD:...". Caller frees. */
char *certificate_dup_fingerprint(X509 *x509);

/* What OpenSSL last complained of, and nothing is left of it. Caller frees. */
char *certificate_dup_complaint(void);

#endif
