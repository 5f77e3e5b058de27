/* fuzz_identity.c - any Authorization and Cookie header: a token of ours or none, and never somebody else's cookie */
#include "web/identity_text.h"
#include "web/server.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_bearer(const char *header)
{
    const char *token = identity_bearer(header);
    if (!token)
        return;
    gsize len = strlen(token);
    g_assert_true(token > header && token + len == header + strlen(header));
    g_assert_true(len >= 1 && len <= IDENTITY_MAX && !strpbrk(token, " ,;\"\r\n"));
    g_autofree char *again = g_strconcat("Bearer ", token, NULL);
    g_assert_cmpstr(identity_bearer(again), ==, token);
}

/* Counted another way: a cookie is ours if its name is, whatever else there is. */
static guint count_ours(const char *header)
{
    guint n = 0;
    for (const char *c = header, *end; c; c = end ? end + 1 : NULL) {
        while (g_ascii_isspace(*c))
            c++;
        n += g_str_has_prefix(c, WEB_COOKIE "=");
        end = strchr(c, ';');
    }
    return n;
}

static void try_cookie(const char *header)
{
    g_autofree char *cookie = identity_cookie(header);
    if (!cookie)
        return;
    gsize len = strlen(cookie);
    g_assert_true(len >= 1 && len <= IDENTITY_MAX && !strchr(cookie, ';'));
    g_assert_cmpuint(count_ours(header), ==, 1);
    g_autofree char *planted = g_strconcat(header, "; " WEB_COOKIE "=planted", NULL);
    g_autofree char *refused = identity_cookie(planted);
    g_assert_null(refused);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *header = g_strndup((const char *)data, size);
    try_bearer(header);
    try_cookie(header);
    return 0;
}
