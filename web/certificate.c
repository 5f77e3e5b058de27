/* certificate.c - a certificate with its key, as our TLS server shows it */
#include "web/certificate.h"

#include "config/file.h"
#include "wallctl/base/error.h"
#include "wallctl/base/secret.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#define MAX_BYTES (256 * 1024)
#define MAX_CHAIN 8

struct Certificate {
    gint refs;
    X509 *x509;
    EVP_PKEY *key;
    STACK_OF(X509) * chain; /* without x509 itself */
    CertificateInfo info;
};

char *certificate_dup_complaint(void)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    char *text = g_strdup(reason ? reason : "OpenSSL does not say why");
    ERR_clear_error();
    return text;
}

char *certificate_dup_fingerprint(X509 *x509)
{
    guint8 sum[EVP_MAX_MD_SIZE];
    guint len = 0;
    g_assert(X509_digest(x509, EVP_sha256(), sum, &len) == 1);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < len; i++)
        g_string_append_printf(text, "%s%02X", i ? ":" : "", sum[i]);
    return g_string_free(text, FALSE);
}

/* --- what it says ---------------------------------------------------------------------------- */

static gint64 unix_s_of(const ASN1_TIME *time)
{
    struct tm tm;
    return ASN1_TIME_to_tm(time, &tm) == 1 ? (gint64)timegm(&tm) : 0;
}

static char *dup_name(const GENERAL_NAME *name)
{
    if (name->type == GEN_DNS) {
        const char *text = (const char *)ASN1_STRING_get0_data(name->d.dNSName);
        int len = ASN1_STRING_length(name->d.dNSName);
        gboolean is_plain = len > 0 && len <= 255 && g_utf8_validate(text, len, NULL);
        return is_plain && !memchr(text, 0, (gsize)len) ? g_strndup(text, (gsize)len) : NULL;
    }
    if (name->type != GEN_IPADD)
        return NULL;
    char text[INET6_ADDRSTRLEN];
    int len = ASN1_STRING_length(name->d.iPAddress);
    int family = len == 4 ? AF_INET : len == 16 ? AF_INET6 : AF_UNSPEC;
    if (family == AF_UNSPEC ||
        !inet_ntop(family, ASN1_STRING_get0_data(name->d.iPAddress), text, sizeof(text)))
        return NULL;
    return g_strdup(text);
}

static char **dup_names(X509 *x509)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    GENERAL_NAMES *found = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(found); i++) {
        char *name = dup_name(sk_GENERAL_NAME_value(found, i));
        if (name)
            g_ptr_array_add(names, name);
    }
    GENERAL_NAMES_free(found);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

static void describe(Certificate *certificate)
{
    CertificateInfo *info = &certificate->info;
    info->names = dup_names(certificate->x509);
    info->from_unix_s = unix_s_of(X509_get0_notBefore(certificate->x509));
    info->until_unix_s = unix_s_of(X509_get0_notAfter(certificate->x509));
    info->fingerprint = certificate_dup_fingerprint(certificate->x509);
}

/* --- reading --------------------------------------------------------------------------------- */

/* A key with a passphrase is refused: nobody is there to type it. */
static int no_passphrase(char *buffer, int size, int is_writing, void *user)
{
    gboolean *was_asked = user;
    *was_asked = TRUE;
    return 0;
}

static gboolean refuse(GError **error, const char *name, const char *en, const char *zh)
{
    g_autofree char *why = certificate_dup_complaint();
    g_autofree char *en_text = g_strdup_printf("%s: %s (%s)", name, en, why);
    g_autofree char *zh_text = g_strdup_printf("%s：%s（%s）", name, zh, why);
    wall_error_set_literal(error, WALL_ERROR_INVALID, en_text, zh_text);
    return FALSE;
}

static gboolean read_certificates(Certificate *certificate, const char *pem, gsize len,
                                  const char *name, GError **error)
{
    BIO *in = BIO_new_mem_buf(pem, (int)len);
    certificate->x509 = PEM_read_bio_X509(in, NULL, no_passphrase, &(gboolean) { FALSE });
    certificate->chain = sk_X509_new_null();
    for (X509 *next; certificate->x509 && sk_X509_num(certificate->chain) < MAX_CHAIN &&
                     (next = PEM_read_bio_X509(in, NULL, no_passphrase, &(gboolean) { FALSE }));)
        sk_X509_push(certificate->chain, next);
    BIO_free(in);
    if (!certificate->x509)
        return refuse(error, name, "no certificate in PEM form is in it",
                      "里面没有 PEM 格式的证书");
    ERR_clear_error(); /* that there is no further one */
    return TRUE;
}

static gboolean read_key(Certificate *certificate, const char *pem, gsize len, const char *name,
                         GError **error)
{
    gboolean was_asked = FALSE;
    BIO *in = BIO_new_mem_buf(pem, (int)len);
    certificate->key = PEM_read_bio_PrivateKey(in, NULL, no_passphrase, &was_asked);
    BIO_free(in);
    if (certificate->key)
        return TRUE;
    return was_asked ? refuse(error, name, "the key has a passphrase; one without is accepted",
                              "私钥带口令；只接受不带口令的私钥")
                     : refuse(error, name, "no private key in PEM form is in it",
                              "里面没有 PEM 格式的私钥");
}

/* As a server would: both must be of a strength that OpenSSL lets pass, and belong together. */
static gboolean check_pair(const Certificate *certificate, const char *name, GError **error)
{
    if (X509_check_private_key(certificate->x509, certificate->key) != 1)
        return refuse(error, name, "the key does not belong to the certificate",
                      "私钥与证书不配套");
    SSL_CTX *trial = SSL_CTX_new(TLS_server_method());
    gboolean is_good = SSL_CTX_use_cert_and_key(trial, certificate->x509, certificate->key,
                                                certificate->chain, 1) == 1;
    SSL_CTX_free(trial);
    return is_good || refuse(error, name, "the certificate cannot be used", "证书不能用于 HTTPS");
}

Certificate *certificate_parse(const char *pem, gsize len, const char *name, const char *key_pem,
                               gsize key_len, const char *key_name, GError **error)
{
    ERR_clear_error();
    g_autoptr(Certificate) certificate = g_new0(Certificate, 1);
    certificate->refs = 1;
    if (!read_certificates(certificate, pem, len, name, error) ||
        !read_key(certificate, key_pem, key_len, key_name, error) ||
        !check_pair(certificate, name, error))
        return NULL;
    describe(certificate);
    return g_steal_pointer(&certificate);
}

static char *read_file(const char *path, gsize *len, guint *mode, GError **error)
{
    g_autoptr(GError) cause = NULL;
    char *text = file_read(path, MAX_BYTES, len, mode, &cause);
    if (!text)
        wall_error_set(error, WALL_ERROR_UNAVAILABLE, "%s", "读不了：%s", cause->message);
    return text;
}

Certificate *certificate_load(const char *path, const char *key_path, GError **error)
{
    gsize len = 0, key_len = 0;
    guint mode = 0;
    g_autofree char *pem = read_file(path, &len, NULL, error);
    g_autofree char *key_pem = pem ? read_file(key_path, &key_len, &mode, error) : NULL;
    if (!key_pem)
        return NULL;
    Certificate *certificate = NULL;
    if (mode & 077)
        wall_error_set(error, WALL_ERROR_DENIED,
                       "%s: mode %04o lets others read the key; accepted: 0600",
                       "%s：权限 %04o 让别人也能读私钥；须为 0600", key_path, mode & 0777);
    else
        certificate = certificate_parse(pem, len, path, key_pem, key_len, key_path, error);
    secret_wipe(key_pem, key_len);
    return certificate;
}

/* --- using ----------------------------------------------------------------------------------- */

const CertificateInfo *certificate_info(const Certificate *certificate)
{
    return &certificate->info;
}

X509 *certificate_x509(const Certificate *certificate)
{
    return certificate->x509;
}

EVP_PKEY *certificate_key(const Certificate *certificate)
{
    return certificate->key;
}

gboolean certificate_show(const Certificate *certificate, SSL *connection)
{
    return SSL_use_cert_and_key(connection, certificate->x509, certificate->key, certificate->chain,
                                1) == 1;
}

Certificate *certificate_ref(Certificate *certificate)
{
    g_atomic_int_inc(&certificate->refs);
    return certificate;
}

void certificate_unref(Certificate *certificate)
{
    if (!certificate || !g_atomic_int_dec_and_test(&certificate->refs))
        return;
    X509_free(certificate->x509);
    EVP_PKEY_free(certificate->key);
    sk_X509_pop_free(certificate->chain, X509_free);
    g_strfreev(certificate->info.names);
    g_free(certificate->info.fingerprint);
    g_free(certificate);
}
