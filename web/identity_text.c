/* identity_text.c - what a client shows of itself in the headers of a request */
#include "web/identity_text.h"

#include "web/server.h"

#include <string.h>

const char *identity_bearer(const char *header)
{
    static const char scheme[] = "bearer ";
    if (!header || g_ascii_strncasecmp(header, scheme, strlen(scheme)) != 0)
        return NULL;
    const char *token = header + strlen(scheme);
    token += strspn(token, " ");
    gsize len = strspn(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                              "-._~+/=");
    return len >= 1 && len <= IDENTITY_MAX && token[len] == 0 ? token : NULL;
}

char *identity_cookie(const char *header)
{
    g_auto(GStrv) pairs = g_strsplit(header ? header : "", ";", -1);
    const char *found = NULL;
    for (guint i = 0; pairs[i]; i++) {
        const char *pair = g_strstrip(pairs[i]);
        if (!g_str_has_prefix(pair, WEB_COOKIE "="))
            continue;
        if (found)
            return NULL; /* two of them: one was planted */
        found = pair + strlen(WEB_COOKIE "=");
    }
    gsize len = found ? strlen(found) : 0;
    return len >= 1 && len <= IDENTITY_MAX ? g_strdup(found) : NULL;
}
