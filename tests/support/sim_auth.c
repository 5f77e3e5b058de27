/* sim_auth.c - the server's side of RTSP authentication: Basic and Digest
 *
 * A nonce lives as long as its connection. Only the scheme that was offered is accepted.
 */
#include "tests/support/sim_auth.h"

#include <string.h>

#include <sodium.h>

#define REALM "camera-sim"

void sim_account_clear(SimAccount *account)
{
    g_clear_pointer(&account->user, g_free);
    g_clear_pointer(&account->password, secret_unref);
}

void sim_auth_nonce(char nonce[33])
{
    guint8 bytes[16];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(nonce, 33, bytes, sizeof bytes);
}

char *sim_auth_challenge(const SimAccount *account, const char *nonce, gboolean is_stale)
{
    if (account->kind == CAMERA_SIM_AUTH_BASIC)
        return g_strdup("Basic realm=\"" REALM "\"");
    return g_strdup_printf("Digest realm=\"" REALM "\", nonce=\"%s\", algorithm=\"MD5\"%s%s", nonce,
                           account->kind == CAMERA_SIM_AUTH_DIGEST_QOP ? ", qop=\"auth\"" : "",
                           is_stale ? ", stale=TRUE" : "");
}

/* The value of a parameter in `a="1", b=2`; NULL if it is not there. Caller frees. */
static char *parameter(const char *list, const char *name)
{
    for (const char *c = list; *c;) {
        c += strspn(c, " \t,");
        gsize length = strcspn(c, "= \t,");
        gboolean is_wanted = length == strlen(name) && g_ascii_strncasecmp(c, name, length) == 0;
        c += length;
        if (*c != '=') {
            c += *c != 0;
            continue;
        }
        c++;
        gboolean is_quoted = *c == '"';
        c += is_quoted;
        gsize size = strcspn(c, is_quoted ? "\"" : ", \t");
        if (is_wanted)
            return g_strndup(c, size);
        c += size;
        c += is_quoted && *c == '"';
    }
    return NULL;
}

static char *md5_of(const char *format, ...) G_GNUC_PRINTF(1, 2);
static char *md5_of(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    return g_compute_checksum_for_string(G_CHECKSUM_MD5, text, -1);
}

static gboolean check_basic(const SimAccount *account, const char *credentials)
{
    g_autofree char *coded = g_strstrip(g_strdup(credentials));
    gsize size;
    g_autofree guchar *sent = g_base64_decode(coded, &size);
    g_autofree char *wanted =
        g_strdup_printf("%s:%s", account->user, secret_get(account->password));
    return size == strlen(wanted) && sodium_memcmp(sent, wanted, size) == 0;
}

static gboolean check_digest(const SimAccount *account, const char *nonce, const char *method,
                             const char *list, gboolean *is_stale)
{
    g_autofree char *user = parameter(list, "username");
    g_autofree char *realm = parameter(list, "realm");
    g_autofree char *sent_nonce = parameter(list, "nonce");
    g_autofree char *uri = parameter(list, "uri");
    g_autofree char *response = parameter(list, "response");
    g_autofree char *qop = parameter(list, "qop");
    g_autofree char *count = parameter(list, "nc");
    g_autofree char *client_nonce = parameter(list, "cnonce");
    if (!user || !realm || !sent_nonce || !uri || !response || strcmp(user, account->user) ||
        strcmp(realm, REALM))
        return FALSE;
    g_autofree char *ha1 = md5_of("%s:%s:%s", user, realm, secret_get(account->password));
    g_autofree char *ha2 = md5_of("%s:%s", method, uri);
    g_autofree char *wanted = NULL;
    if (qop && count && client_nonce && account->kind == CAMERA_SIM_AUTH_DIGEST_QOP)
        wanted = md5_of("%s:%s:%s:%s:%s:%s", ha1, sent_nonce, count, client_nonce, qop, ha2);
    else if (!qop)
        wanted = md5_of("%s:%s:%s", ha1, sent_nonce, ha2);
    if (!wanted || strcmp(response, wanted))
        return FALSE;
    *is_stale = strcmp(sent_nonce, nonce) != 0;
    return !*is_stale;
}

gboolean sim_auth_check(const SimAccount *account, const char *nonce, const char *method,
                        const char *authorization, gboolean *is_stale)
{
    *is_stale = FALSE;
    if (!account->user)
        return TRUE;
    if (!authorization)
        return FALSE;
    gboolean is_basic = g_ascii_strncasecmp(authorization, "Basic ", 6) == 0;
    gboolean is_digest = g_ascii_strncasecmp(authorization, "Digest ", 7) == 0;
    if (account->kind == CAMERA_SIM_AUTH_BASIC)
        return is_basic && check_basic(account, authorization + 6);
    return is_digest && check_digest(account, nonce, method, authorization + 7, is_stale);
}
