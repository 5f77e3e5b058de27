/* site_ca.c - certificates that the site makes for itself
 *
 * Whatever is wrong with what lies in the folder (gone, damaged, of another key, too old, not for
 * all names) has the same answer: it is made anew. Key and certificate are one file, so that a
 * crash never leaves a pair that does not fit.
 */
#include "web/site_ca.h"

#include "config/rule.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/secret.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#define DAY_S        86400
#define LEAST_UNIX_S G_GINT64_CONSTANT(1767225600) /* 2026-01-01: before this a clock is wrong */
#define SLACK_S      3600 /* by which a certificate begins earlier: clocks differ */
#define MAX_NAME     64   /* characters of a part of a subject, by X.520 */
#define SERIAL_BITS  127
#define MAX_NAMES    96

/* An authority may vouch for these networks: this machine, RFC 1918 and 6598, link-local, the
 * Chinese government's extranet, and their IPv6 likes. As GLib and as OpenSSL write them. */
static const struct {
    const char *network, *constraint;
} networks[] = {
    { "127.0.0.0/8", "127.0.0.0/255.0.0.0" },
    { "10.0.0.0/8", "10.0.0.0/255.0.0.0" },
    { "172.16.0.0/12", "172.16.0.0/255.240.0.0" },
    { "192.168.0.0/16", "192.168.0.0/255.255.0.0" },
    { "100.64.0.0/10", "100.64.0.0/255.192.0.0" },
    { "169.254.0.0/16", "169.254.0.0/255.255.0.0" },
    { "59.192.0.0/10", "59.192.0.0/255.192.0.0" },
    { "::1/128", "::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
    { "fc00::/7", "fc00::/fe00::" },
    { "fe80::/10", "fe80::/ffc0::" },
};

/* --- making ---------------------------------------------------------------------------------- */

static void put_extension(X509 *x509, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    g_assert(extension && X509_add_ext(x509, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

static void put_title(X509_NAME *name, const char *part, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    g_autofree char *cut = g_utf8_substring(valid, 0, MIN(g_utf8_strlen(valid, -1), MAX_NAME));
    if (*cut)
        X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8, (const guchar *)cut, -1, -1, 0);
}

/* Version, serial number, times and key; title and issuer are the caller's. */
static X509 *begin(EVP_PKEY *key, gint64 now_unix_s, gint64 days)
{
    X509 *x509 = X509_new();
    X509_set_version(x509, X509_VERSION_3);
    BIGNUM *serial = BN_new();
    g_assert(BN_rand(serial, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1);
    BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(x509));
    BN_free(serial);
    ASN1_TIME_set(X509_getm_notBefore(x509), (time_t)(now_unix_s - SLACK_S));
    ASN1_TIME_set(X509_getm_notAfter(x509), (time_t)(now_unix_s + days * DAY_S));
    X509_set_pubkey(x509, key);
    return x509;
}

static gboolean is_in_networks(const char *name)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(name);
    for (gsize i = 0; i < G_N_ELEMENTS(networks); i++) {
        g_autoptr(GInetAddressMask) mask =
            g_inet_address_mask_new_from_string(networks[i].network, NULL);
        if (g_inet_address_mask_matches(mask, address))
            return TRUE;
    }
    return FALSE;
}

static char *dup_constraints(const char *const *names)
{
    GString *text = g_string_new("critical");
    for (gsize i = 0; i < G_N_ELEMENTS(networks); i++)
        g_string_append_printf(text, ",permitted;IP:%s", networks[i].constraint);
    for (gsize i = 0; names[i]; i++) {
        if (!g_hostname_is_ip_address(names[i]))
            g_string_append_printf(text, ",permitted;DNS:%s", names[i]);
        else if (!is_in_networks(names[i]))
            g_string_append_printf(text, ",permitted;IP:%s/%s", names[i],
                                   strchr(names[i], ':') ? "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
                                                         : "255.255.255.255");
    }
    return g_string_free(text, FALSE);
}

static char *dup_alternatives(const char *const *names)
{
    GString *text = g_string_new(NULL);
    for (gsize i = 0; names[i]; i++)
        g_string_append_printf(text, "%s%s:%s", i ? "," : "",
                               g_hostname_is_ip_address(names[i]) ? "IP" : "DNS", names[i]);
    return g_string_free(text, FALSE);
}

static char *pem_of(X509 *x509, EVP_PKEY *key, gsize *len)
{
    BIO *out = BIO_new(BIO_s_mem());
    g_assert(PEM_write_bio_X509(out, x509) == 1);
    if (key)
        g_assert(PEM_write_bio_PKCS8PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) == 1);
    char *data;
    *len = (gsize)BIO_get_mem_data(out, &data);
    char *text = g_strndup(data, *len);
    OPENSSL_cleanse(data, *len);
    BIO_free(out);
    return text;
}

static Certificate *pair_of(X509 *x509, EVP_PKEY *key)
{
    gsize len;
    g_autofree char *pem = pem_of(x509, key, &len);
    g_autoptr(GError) error = NULL;
    Certificate *pair = certificate_parse(pem, len, "new", pem, len, "new", &error);
    secret_wipe(pem, len);
    g_assert(pair); /* just made by ourselves */
    return pair;
}

/* Its title tells several authorities of one machine apart in a list. */
static Certificate *make_authority(const char *owner, const char *const *names, gint64 now_unix_s)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x509 = begin(key, now_unix_s, SITE_CA_DAYS);
    g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(now_unix_s);
    g_autofree char *day = g_date_time_format(now, "%Y-%m-%d");
    g_autofree char *title =
        g_strdup_printf("wallctl %.40s %s %04x", names[0], day, g_random_int() & 0xffff);
    put_title(X509_get_subject_name(x509), "O", owner);
    put_title(X509_get_subject_name(x509), "CN", title);
    X509_set_issuer_name(x509, X509_get_subject_name(x509));
    g_autofree char *constraints = dup_constraints(names);
    put_extension(x509, x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    put_extension(x509, x509, NID_key_usage, "critical,keyCertSign,cRLSign");
    put_extension(x509, x509, NID_subject_key_identifier, "hash");
    put_extension(x509, x509, NID_ext_key_usage, "serverAuth");
    put_extension(x509, x509, NID_name_constraints, constraints);
    g_assert(X509_sign(x509, key, EVP_sha256()) > 0);
    Certificate *authority = pair_of(x509, key);
    X509_free(x509);
    EVP_PKEY_free(key);
    return authority;
}

static Certificate *make_server(const Certificate *authority, const char *const *names,
                                gint64 now_unix_s)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x509 = begin(key, now_unix_s, SITE_CERTIFICATE_DAYS),
         *issuer = certificate_x509(authority);
    put_title(X509_get_subject_name(x509), "CN", names[0]);
    X509_set_issuer_name(x509, X509_get_subject_name(issuer));
    g_autofree char *alternatives = dup_alternatives(names);
    put_extension(x509, issuer, NID_basic_constraints, "critical,CA:FALSE");
    put_extension(x509, issuer, NID_key_usage, "critical,digitalSignature");
    put_extension(x509, issuer, NID_ext_key_usage, "serverAuth");
    put_extension(x509, issuer, NID_subject_key_identifier, "hash");
    put_extension(x509, issuer, NID_authority_key_identifier, "keyid:always");
    put_extension(x509, issuer, NID_subject_alt_name, alternatives);
    g_assert(X509_sign(x509, certificate_key(authority), EVP_sha256()) > 0);
    Certificate *server = pair_of(x509, key);
    X509_free(x509);
    EVP_PKEY_free(key);
    return server;
}

/* --- judging --------------------------------------------------------------------------------- */

/* As a browser would that trusts the authority: signature, purpose, name constraints. */
static gboolean is_vouched_for(const Certificate *server, const Certificate *authority,
                               gint64 now_unix_s)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *check = X509_STORE_CTX_new();
    X509_STORE_add_cert(store, certificate_x509(authority));
    X509_STORE_CTX_init(check, store, certificate_x509(server), NULL);
    X509_STORE_CTX_set_purpose(check, X509_PURPOSE_SSL_SERVER);
    X509_STORE_CTX_set_time(check, 0, (time_t)now_unix_s);
    gboolean is_good = X509_verify_cert(check) == 1;
    X509_STORE_CTX_free(check);
    X509_STORE_free(store);
    return is_good;
}

/* NULL, or a name that it is not good for. */
static const char *missing_name(const Certificate *server, const char *const *names)
{
    const char *const *good_for = (const char *const *)certificate_info(server)->names;
    for (gsize i = 0; names[i]; i++) {
        if (!g_strv_contains(good_for, names[i]))
            return names[i];
    }
    return NULL;
}

/* Why the server's certificate must be made anew; NULL: it is good. Caller frees. */
static char *dup_reason(const Certificate *server, const Certificate *authority,
                        const char *const *names, gint64 now_unix_s)
{
    const CertificateInfo *info = server ? certificate_info(server) : NULL;
    if (!info)
        return g_strdup("there was none");
    if (info->until_unix_s <= now_unix_s)
        return g_strdup("it had expired");
    if (info->until_unix_s - now_unix_s < SITE_RENEW_BEFORE_DAYS * DAY_S)
        return g_strdup_printf("it ended within %d days", SITE_RENEW_BEFORE_DAYS);
    if (info->from_unix_s > now_unix_s)
        return g_strdup("it was of the future: the clock was wrong then, or is now");
    const char *name = missing_name(server, names);
    if (name)
        return g_strdup_printf("it was not good for %s", name);
    return is_vouched_for(server, authority, now_unix_s)
               ? NULL
               : g_strdup("it was not signed by the site's authority");
}

/* --- keeping --------------------------------------------------------------------------------- */

/* NULL when there is none that can be used; what is wrong with one is logged. */
static Certificate *load(const char *path)
{
    g_autoptr(GError) error = NULL;
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return NULL;
    g_chmod(path, 0600); /* a restored backup may have lost it; the folder is nobody else's */
    Certificate *pair = certificate_load(path, path, &error);
    if (!pair)
        log_warning(WEB, "%s; it is made anew", error->message);
    return pair;
}

static gboolean save(const Certificate *pair, const char *path, GError **error)
{
    gsize len;
    g_autofree char *pem = pem_of(certificate_x509(pair), certificate_key(pair), &len);
    g_autoptr(GError) cause = NULL;
    gboolean is_saved = g_file_set_contents_full(
        path, pem, (gssize)len, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
        &cause);
    secret_wipe(pem, len);
    if (!is_saved)
        wall_error_set(error, WALL_ERROR_UNAVAILABLE, "the certificate is not saved: %s",
                       "证书存不下来：%s", cause->message);
    return is_saved;
}

static Certificate *renew_authority(const char *path, const char *owner, const char *const *names,
                                    gint64 now_unix_s, GError **error)
{
    g_autoptr(Certificate) authority = make_authority(owner, names, now_unix_s);
    return save(authority, path, error) ? g_steal_pointer(&authority) : NULL;
}

/* It must outlive every certificate that it signs. */
static gboolean is_long_lived(const Certificate *authority, gint64 now_unix_s)
{
    const CertificateInfo *info = certificate_info(authority);
    return info->from_unix_s <= now_unix_s &&
           info->until_unix_s - now_unix_s > (SITE_CERTIFICATE_DAYS + 1) * DAY_S &&
           X509_check_ca(certificate_x509(authority)) == 1;
}

static gboolean make_dir(const char *dir, GError **error)
{
    if (g_mkdir_with_parents(dir, 0700) == 0 && g_chmod(dir, 0700) == 0)
        return TRUE;
    wall_error_set(error, WALL_ERROR_UNAVAILABLE, "%s: %s", "%s：%s", dir, g_strerror(errno));
    return FALSE;
}

static SiteCertificate *site_of(Certificate *server, const Certificate *authority)
{
    SiteCertificate *site = g_new0(SiteCertificate, 1);
    gsize len;
    char *pem = pem_of(certificate_x509(authority), NULL, &len);
    site->certificate = server;
    site->ca_pem = g_bytes_new_take(pem, len);
    site->ca_fingerprint = g_strdup(certificate_info(authority)->fingerprint);
    site->ca_until_unix_s = certificate_info(authority)->until_unix_s;
    return site;
}

/* A machine whose clock has lost its battery begins its day in some past year. What it has made
 * then still stands, and what it makes is of the least time that can be. */
static gint64 believable(gint64 now_unix_s, const Certificate *authority, const Certificate *server)
{
    if (now_unix_s >= LEAST_UNIX_S)
        return now_unix_s;
    gint64 least = LEAST_UNIX_S;
    if (authority)
        least = MAX(least, certificate_info(authority)->from_unix_s + SLACK_S);
    return server ? MAX(least, certificate_info(server)->from_unix_s + SLACK_S) : least;
}

SiteCertificate *site_ca_ensure(const char *dir, const char *owner, const char *const *names,
                                gint64 now_unix_s, GError **error)
{
    g_autofree char *ca_path = g_build_filename(dir, "ca.pem", NULL);
    g_autofree char *path = g_build_filename(dir, "server.pem", NULL);
    if (!make_dir(dir, error))
        return NULL;
    gboolean is_new_ca = FALSE;
    g_autoptr(Certificate) authority = load(ca_path), server = load(path);
    now_unix_s = believable(now_unix_s, authority, server);
    if (!authority || !is_long_lived(authority, now_unix_s)) {
        g_clear_pointer(&authority, certificate_unref);
        authority = renew_authority(ca_path, owner, names, now_unix_s, error);
        is_new_ca = TRUE;
    }
    if (!authority)
        return NULL;
    g_autofree char *reason = dup_reason(server, authority, names, now_unix_s);
    if (reason) {
        g_clear_pointer(&server, certificate_unref);
        server = make_server(authority, names, now_unix_s);
        if (!is_vouched_for(server, authority, now_unix_s)) {
            /* A name outside what the authority was made for. */
            g_clear_pointer(&authority, certificate_unref);
            g_clear_pointer(&server, certificate_unref);
            authority = renew_authority(ca_path, owner, names, now_unix_s, error);
            is_new_ca = TRUE;
            server = authority ? make_server(authority, names, now_unix_s) : NULL;
        }
        if (!server || !save(server, path, error))
            return NULL;
    }
    SiteCertificate *site = site_of(g_steal_pointer(&server), authority);
    site->is_new_ca = is_new_ca;
    site->is_renewed = reason != NULL;
    site->reason = g_steal_pointer(&reason);
    return site;
}

void site_certificate_free(SiteCertificate *site)
{
    if (!site)
        return;
    certificate_unref(site->certificate);
    g_bytes_unref(site->ca_pem);
    g_free(site->ca_fingerprint);
    g_free(site->reason);
    g_free(site);
}

/* --- names ----------------------------------------------------------------------------------- */

static void add_name(GPtrArray *names, const char *name)
{
    g_autofree char *lower = g_ascii_strdown(name, -1);
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(name);
    g_autofree char *plain = address ? g_inet_address_to_string(address) : g_steal_pointer(&lower);
    if (rule_site_name.fits(plain) && names->len < MAX_NAMES &&
        !g_ptr_array_find_with_equal_func(names, plain, g_str_equal, NULL))
        g_ptr_array_add(names, g_steal_pointer(&plain));
}

/* IPv6 addresses come and go (privacy extensions): who uses one writes it into listen.names. */
static void add_addresses(GPtrArray *names)
{
    struct ifaddrs *all = NULL;
    if (getifaddrs(&all) < 0)
        return;
    for (const struct ifaddrs *one = all; one; one = one->ifa_next) {
        char text[NI_MAXHOST];
        if (one->ifa_addr && one->ifa_addr->sa_family == AF_INET &&
            getnameinfo(one->ifa_addr, sizeof(struct sockaddr_in), text, sizeof(text), NULL, 0,
                        NI_NUMERICHOST) == 0)
            add_name(names, text);
    }
    freeifaddrs(all);
}

char **site_names_of_machine(const char *const *more)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (gsize i = 0; more && more[i]; i++)
        add_name(names, more[i]);
    add_name(names, g_get_host_name());
    add_name(names, "localhost");
    add_addresses(names);
    add_name(names, "::1");
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}
