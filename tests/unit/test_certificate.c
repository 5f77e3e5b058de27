/* test_certificate.c - certificates that are given, and those that the site makes for itself */
#include "web/site_ca.h"

#include "../support/remove_tree.h"
#include "wallctl/base/error.h"

#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>

#define DAY_S 86400
#define NOW_S G_GINT64_CONSTANT(1795392000) /* 2026-11-23 */

static const char *const names[] = { "wall-1", "localhost", "192.168.1.20", "::1", NULL };

static char *dup_folder(void)
{
    char *dir = g_dir_make_tmp("wallctl-certificate-XXXXXX", NULL);
    g_assert_nonnull(dir);
    return dir;
}

static SiteCertificate *ensure(const char *dir, const char *const *wanted, gint64 now_unix_s)
{
    g_autoptr(GError) error = NULL;
    SiteCertificate *site = site_ca_ensure(dir, "红塔区综治中心", wanted, now_unix_s, &error);
    g_assert_no_error(error);
    g_assert_nonnull(site);
    return site;
}

static void put(const char *dir, const char *name, const char *text, int mode)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    g_assert_cmpint(g_chmod(path, (mode_t)mode), ==, 0);
}

static char *get(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static X509 *x509_of(GBytes *pem)
{
    gsize len;
    const char *text = g_bytes_get_data(pem, &len);
    BIO *in = BIO_new_mem_buf(text, (int)len);
    X509 *x509 = PEM_read_bio_X509(in, NULL, NULL, NULL);
    BIO_free(in);
    g_assert_nonnull(x509);
    return x509;
}

/* 0: as a client that trusts the authority and wants that name would let it pass. */
static int verdict_on(X509 *server, GBytes *ca_pem, const char *name)
{
    X509 *authority = x509_of(ca_pem);
    X509_STORE *store = X509_STORE_new();
    X509_STORE_add_cert(store, authority);
    X509_STORE_CTX *check = X509_STORE_CTX_new();
    X509_STORE_CTX_init(check, store, server, NULL);
    X509_VERIFY_PARAM *wanted = X509_STORE_CTX_get0_param(check);
    X509_VERIFY_PARAM_set_time(wanted, NOW_S);
    X509_VERIFY_PARAM_set_purpose(wanted, X509_PURPOSE_SSL_SERVER);
    if (g_hostname_is_ip_address(name))
        X509_VERIFY_PARAM_set1_ip_asc(wanted, name);
    else
        X509_VERIFY_PARAM_set1_host(wanted, name, 0);
    X509_verify_cert(check);
    int error = X509_STORE_CTX_get_error(check);
    X509_STORE_CTX_free(check);
    X509_STORE_free(store);
    X509_free(authority);
    return error;
}

static void test_made(void)
{
    g_autofree char *top = dup_folder(), *dir = g_build_filename(top, "a", "tls", NULL);
    g_autoptr(SiteCertificate) site = ensure(dir, names, NOW_S);
    const CertificateInfo *info = certificate_info(site->certificate);
    g_assert_true(site->is_new_ca && site->is_renewed);
    g_assert_cmpstrv(info->names, names);
    g_assert_cmpint(info->from_unix_s, <, NOW_S);
    g_assert_cmpint(info->until_unix_s - info->from_unix_s, <=, 398 * DAY_S);
    g_assert_cmpint(info->until_unix_s - NOW_S, ==, SITE_CERTIFICATE_DAYS * DAY_S);
    g_assert_cmpint(site->ca_until_unix_s - NOW_S, ==, (gint64)SITE_CA_DAYS * DAY_S);
    g_assert_cmpuint(strlen(info->fingerprint), ==, 32 * 3 - 1);
    for (gsize i = 0; names[i]; i++)
        g_assert_cmpint(verdict_on(certificate_x509(site->certificate), site->ca_pem, names[i]), ==,
                        X509_V_OK);
    g_assert_cmpint(verdict_on(certificate_x509(site->certificate), site->ca_pem, "other"), ==,
                    X509_V_ERR_HOSTNAME_MISMATCH);
    const char *text = g_bytes_get_data(site->ca_pem, NULL);
    g_assert_null(g_strstr_len(text, (gssize)g_bytes_get_size(site->ca_pem), "PRIVATE KEY"));
    struct stat status;
    g_assert_cmpint(stat(dir, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 0777, ==, 0700);
    static const char *const files[] = { "ca.pem", "server.pem" };
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(dir, files[i], NULL);
        g_assert_cmpint(stat(path, &status), ==, 0);
        g_assert_cmpuint(status.st_mode & 0777, ==, 0600);
    }
    remove_tree(top);
}

/* What is there stays, or is made anew: after a time, for other names, after a mishap. */
static void test_kept(void)
{
    static const struct {
        const char *name;
        gint64 days;
        const char *more;            /* a further name */
        const char *file, *contents; /* a file in the folder is this; "": gone */
        int mode;
        gboolean is_renewed, is_new_ca;
    } rows[] = {
        { .name = "at once" },
        { .name = "after 366 days", .days = 366 },
        { .name = "30 days before the end", .days = 368, .is_renewed = TRUE },
        { .name = "long after the end", .days = 1000, .is_renewed = TRUE },
        { .name = "authority nearly outlived",
          .days = 3300,
          .is_renewed = TRUE,
          .is_new_ca = TRUE },
        { .name = "clock without a battery", .days = -9000 },
        { .name = "made by a clock of the future",
          .days = -200,
          .is_renewed = TRUE,
          .is_new_ca = TRUE },
        { .name = "a private address more", .more = "10.20.30.40", .is_renewed = TRUE },
        { .name = "an address of the extranet more", .more = "59.213.1.2", .is_renewed = TRUE },
        { .name = "a public address more",
          .more = "203.0.113.5",
          .is_renewed = TRUE,
          .is_new_ca = TRUE },
        { .name = "a public IPv6 address more",
          .more = "2001:db8::5",
          .is_renewed = TRUE,
          .is_new_ca = TRUE },
        { .name = "a name more", .more = "wall.example", .is_renewed = TRUE, .is_new_ca = TRUE },
        { .name = "certificate gone", .file = "server.pem", .contents = "", .is_renewed = TRUE },
        { .name = "certificate damaged",
          .file = "server.pem",
          .contents = "-----BEGIN ",
          .mode = 0600,
          .is_renewed = TRUE },
        { .name = "certificate of another mode", .file = "server.pem", .mode = 0644 },
        { .name = "authority of another mode", .file = "ca.pem", .mode = 0644 },
        { .name = "authority gone",
          .file = "ca.pem",
          .contents = "",
          .is_renewed = TRUE,
          .is_new_ca = TRUE },
        { .name = "authority damaged",
          .file = "ca.pem",
          .contents = "x",
          .mode = 0600,
          .is_renewed = TRUE,
          .is_new_ca = TRUE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].name);
        g_autofree char *dir = dup_folder();
        g_autoptr(SiteCertificate) first = ensure(dir, names, NOW_S);
        if (rows[i].file && rows[i].contents && !*rows[i].contents) {
            g_autofree char *path = g_build_filename(dir, rows[i].file, NULL);
            g_assert_cmpint(g_unlink(path), ==, 0);
        } else if (rows[i].file) {
            g_autofree char *now = get(dir, rows[i].file);
            put(dir, rows[i].file, rows[i].contents ? rows[i].contents : now, rows[i].mode);
        }
        g_autoptr(GStrvBuilder) wanted = g_strv_builder_new();
        g_strv_builder_addv(wanted, (const char **)names);
        if (rows[i].more)
            g_strv_builder_add(wanted, rows[i].more);
        g_auto(GStrv) list = g_strv_builder_end(wanted);
        gint64 now_unix_s = NOW_S + rows[i].days * DAY_S;
        g_autoptr(SiteCertificate) second = ensure(dir, (const char *const *)list, now_unix_s);
        gboolean is_same = strcmp(certificate_info(first->certificate)->fingerprint,
                                  certificate_info(second->certificate)->fingerprint) == 0;
        g_test_message("-> %s", second->reason ? second->reason : "kept");
        g_assert_cmpint(!is_same, ==, rows[i].is_renewed);
        g_assert_cmpint(second->is_renewed, ==, rows[i].is_renewed);
        g_assert_cmpint(second->is_new_ca, ==, rows[i].is_new_ca);
        g_assert_cmpint(strcmp(first->ca_fingerprint, second->ca_fingerprint) != 0, ==,
                        rows[i].is_new_ca);
        g_autoptr(SiteCertificate) third = ensure(dir, (const char *const *)list, now_unix_s);
        g_assert_false(third->is_renewed);
        remove_tree(dir);
    }
}

/* A clock of 2010 on the first day: good on the day that it is set right. */
static void test_clock_of_old(void)
{
    g_autofree char *dir = dup_folder();
    g_autoptr(SiteCertificate) site = ensure(dir, names, 1262304000);
    g_assert_cmpint(certificate_info(site->certificate)->from_unix_s, >, 1767000000);
    g_autoptr(SiteCertificate) later = ensure(dir, names, NOW_S);
    g_assert_false(later->is_new_ca);
    g_assert_cmpint(certificate_info(later->certificate)->from_unix_s, <=, NOW_S);
    remove_tree(dir);
}

/* Signed by the authority's own key for a name that is not the site's: no client lets it pass. */
static void test_constraints(void)
{
    static const struct {
        const char *alternative, *name;
        int verdict;
    } rows[] = {
        { "DNS:wall-1", "wall-1", X509_V_OK },
        { "IP:192.168.77.1", "192.168.77.1", X509_V_OK },
        { "IP:fd00::7", "fd00::7", X509_V_OK },
        { "DNS:bank.example", "bank.example", X509_V_ERR_PERMITTED_VIOLATION },
        { "DNS:wall-1.evil.example", "wall-1.evil.example", X509_V_ERR_PERMITTED_VIOLATION },
        { "IP:8.8.8.8", "8.8.8.8", X509_V_ERR_PERMITTED_VIOLATION },
        { "IP:2001:db8::1", "2001:db8::1", X509_V_ERR_PERMITTED_VIOLATION },
    };
    g_autofree char *dir = dup_folder();
    g_autoptr(SiteCertificate) site = ensure(dir, names, NOW_S);
    g_autofree char *path = g_build_filename(dir, "ca.pem", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(Certificate) authority = certificate_load(path, path, &error);
    g_assert_no_error(error);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        X509 *x509 = X509_dup(certificate_x509(site->certificate));
        int at = X509_get_ext_by_NID(x509, NID_subject_alt_name, -1);
        X509_EXTENSION_free(X509_delete_ext(x509, at));
        X509_EXTENSION *extension =
            X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, rows[i].alternative);
        X509_add_ext(x509, extension, -1);
        X509_EXTENSION_free(extension);
        g_assert_cmpint(X509_sign(x509, certificate_key(authority), EVP_sha256()), >, 0);
        g_test_message("%s", rows[i].alternative);
        g_assert_cmpint(verdict_on(x509, site->ca_pem, rows[i].name), ==, rows[i].verdict);
        X509_free(x509);
    }
    remove_tree(dir);
}

static void test_no_folder(void)
{
    g_autofree char *dir = dup_folder();
    put(dir, "file", "x", 0600);
    g_autofree char *below = g_build_filename(dir, "file", "tls", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_null(site_ca_ensure(below, "", names, NOW_S, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_assert_nonnull(strstr(error->message, below));
    remove_tree(dir);
}

static void test_names(void)
{
    static const char *const more[] = { "Wall.Example", "LOCALHOST",   "10.0.0.9",
                                        "a_b",          "FD00:0:0::1", NULL };
    g_auto(GStrv) found = site_names_of_machine(more);
    const char *const *list = (const char *const *)found;
    g_assert_cmpstr(found[0], ==, "wall.example");
    static const char *const there[] = { "localhost", "10.0.0.9", "fd00::1", "127.0.0.1", "::1" };
    for (gsize i = 0; i < G_N_ELEMENTS(there); i++)
        g_assert_true(g_strv_contains(list, there[i]));
    g_assert_false(g_strv_contains(list, "a_b"));
    for (gsize i = 0; found[i]; i++) {
        g_assert_false(found[i + 1] &&
                       g_strv_contains((const char *const *)found + i + 1, found[i]));
    }
}

/* --- given ----------------------------------------------------------------------------------- */

static char *pem_of_key(EVP_PKEY *key, const char *passphrase)
{
    BIO *out = BIO_new(BIO_s_mem());
    g_assert_true(
        PEM_write_bio_PKCS8PrivateKey(out, key, passphrase ? EVP_aes_128_cbc() : NULL, passphrase,
                                      passphrase ? (int)strlen(passphrase) : 0, NULL, NULL));
    char *data;
    long len = BIO_get_mem_data(out, &data);
    char *text = g_strndup(data, (gsize)len);
    BIO_free(out);
    return text;
}

/* One that names itself, from a day to a day, counted from now. */
static char *pem_of_certificate(EVP_PKEY *key, int from, int until)
{
    X509 *x509 = X509_new();
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 7);
    ASN1_TIME_set(X509_getm_notBefore(x509), (time_t)(NOW_S + from * DAY_S));
    ASN1_TIME_set(X509_getm_notAfter(x509), (time_t)(NOW_S + until * DAY_S));
    X509_set_pubkey(x509, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8,
                               (const guchar *)"given", -1, -1, 0);
    X509_set_issuer_name(x509, X509_get_subject_name(x509));
    g_assert_cmpint(X509_sign(x509, key, EVP_sha256()), >, 0);
    BIO *out = BIO_new(BIO_s_mem());
    g_assert_true(PEM_write_bio_X509(out, x509));
    char *data;
    long len = BIO_get_mem_data(out, &data);
    char *text = g_strndup(data, (gsize)len);
    BIO_free(out);
    X509_free(x509);
    return text;
}

static void test_given(void)
{
    EVP_PKEY *ec = EVP_EC_gen("P-256"), *other = EVP_EC_gen("P-256"), *rsa = EVP_RSA_gen(2048),
             *weak = EVP_RSA_gen(1024);
    g_autofree char *ec_key = pem_of_key(ec, NULL), *other_key = pem_of_key(other, NULL),
                    *rsa_key = pem_of_key(rsa, NULL), *weak_key = pem_of_key(weak, NULL),
                    *locked_key = pem_of_key(ec, "secret"), *good = pem_of_certificate(ec, -1, 90),
                    *old = pem_of_certificate(ec, -90, -1), *big = pem_of_certificate(rsa, -1, 90),
                    *small = pem_of_certificate(weak, -1, 90),
                    *chain = g_strconcat(good, big, NULL),
                    *wrong_order = g_strconcat(big, good, NULL);
    const struct {
        const char *name, *certificate, *key;
        int mode;
        WallError code; /* 0: taken */
        const char *said;
    } rows[] = {
        { "good", good, ec_key, 0600, 0, NULL },
        { "good, owner reads only", good, ec_key, 0400, 0, NULL },
        { "RSA", big, rsa_key, 0600, 0, NULL },
        { "with a chain", chain, ec_key, 0600, 0, NULL },
        { "expired", old, ec_key, 0600, 0, NULL },
        { "key of another", good, other_key, 0600, WALL_ERROR_INVALID, "does not belong" },
        { "key of another kind", good, rsa_key, 0600, WALL_ERROR_INVALID, "does not belong" },
        { "chain in the wrong order", wrong_order, ec_key, 0600, WALL_ERROR_INVALID,
          "does not belong" },
        { "key with a passphrase", good, locked_key, 0600, WALL_ERROR_INVALID, "passphrase" },
        { "too weak", small, weak_key, 0600, WALL_ERROR_INVALID, "cannot be used (" },
        { "files swapped", ec_key, good, 0600, WALL_ERROR_INVALID, "no certificate in PEM form" },
        { "no key", good, "hello", 0600, WALL_ERROR_INVALID, "no private key in PEM form" },
        { "empty", "", ec_key, 0600, WALL_ERROR_INVALID, "no certificate in PEM form" },
        { "key shown to the group", good, ec_key, 0640, WALL_ERROR_DENIED, "mode 0640" },
        { "key shown to all", good, ec_key, 0604, WALL_ERROR_DENIED, "accepted: 0600" },
    };
    g_autofree char *dir = dup_folder(), *path = g_build_filename(dir, "site.crt", NULL),
                    *key_path = g_build_filename(dir, "site.key", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        put(dir, "site.crt", rows[i].certificate, 0644);
        put(dir, "site.key", rows[i].key, rows[i].mode);
        g_autoptr(GError) error = NULL;
        g_autoptr(Certificate) certificate = certificate_load(path, key_path, &error);
        g_test_message("%s: %s", rows[i].name, error ? error->message : "taken");
        g_assert_cmpint(certificate != NULL, ==, rows[i].code == 0);
        if (certificate)
            continue;
        g_assert_error(error, WALL_ERROR, (int)rows[i].code);
        g_assert_nonnull(strstr(error->message, rows[i].said));
        g_assert_nonnull(strstr(error->message, "site."));
        g_assert_nonnull(wall_error_zh(error));
        g_assert_null(strstr(error->message, "BEGIN"));
    }
    g_unlink(key_path);
    g_autoptr(GError) error = NULL;
    g_assert_null(certificate_load(path, key_path, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    EVP_PKEY_free(ec);
    EVP_PKEY_free(other);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(weak);
    remove_tree(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/certificate/made", test_made);
    g_test_add_func("/certificate/kept", test_kept);
    g_test_add_func("/certificate/clock-of-old", test_clock_of_old);
    g_test_add_func("/certificate/constraints", test_constraints);
    g_test_add_func("/certificate/no-folder", test_no_folder);
    g_test_add_func("/certificate/names", test_names);
    g_test_add_func("/certificate/given", test_given);
    return g_test_run();
}
