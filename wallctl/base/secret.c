/* secret.c - passwords and tokens: held in locked memory, never printed */
#include "wallctl/base/secret.h"

#include <sodium.h>
#include <string.h>

struct Secret {
    gint refs;
    gsize len;
    char *text; /* sodium_malloc: locked, guard pages, wiped by sodium_free */
};

Secret *secret_new(const char *text, gsize len)
{
    if (sodium_init() < 0)
        g_error("libsodium does not initialise");
    Secret *secret = g_new0(Secret, 1);
    secret->refs = 1;
    secret->len = len;
    secret->text = sodium_malloc(len + 1);
    g_assert(secret->text);
    memcpy(secret->text, text, len);
    secret->text[len] = 0;
    return secret;
}

Secret *secret_ref(Secret *secret)
{
    g_atomic_int_inc(&secret->refs);
    return secret;
}

void secret_unref(Secret *secret)
{
    if (!secret || !g_atomic_int_dec_and_test(&secret->refs))
        return;
    sodium_free(secret->text);
    g_free(secret);
}

const char *secret_get(const Secret *secret)
{
    return secret->text;
}

gboolean secret_equal(const Secret *a, const Secret *b)
{
    return a == b || (a && b && a->len == b->len && sodium_memcmp(a->text, b->text, a->len) == 0);
}

void secret_wipe(void *memory, gsize len)
{
    sodium_memzero(memory, len);
}

/* Does a key word that is followed by a value start here? Its length, or 0. */
static gsize key_at(const char *s)
{
    static const char *const keys[] = { "password", "passwd", "user-pw", "pwd",
                                        "token",    "secret", "response" };
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        gsize len = strlen(keys[i]);
        if (g_ascii_strncasecmp(s, keys[i], len) == 0)
            return len;
    }
    return 0;
}

char *secret_redact(const char *text)
{
    GString *out = g_string_sized_new(strlen(text) + 8);
    for (const char *s = text; *s;) {
        if (g_str_has_prefix(s, "://")) {
            /* The last '@' before the path ends the user part: a raw password may hold an '@' itself. */
            gsize span = strcspn(s + 3, "/ \t\r\n\"'<>");
            const char *at = NULL;
            for (const char *c = s + 3; c < s + 3 + span; c++) {
                if (*c == '@')
                    at = c;
            }
            g_string_append(out, "://");
            s += 3;
            if (at) {
                g_string_append(out, "***");
                s = at;
            }
            continue;
        }
        gsize key = s == text || !g_ascii_isalnum(s[-1]) ? key_at(s) : 0;
        if (key) {
            const char *c = s + key;
            if (*c == '"' || *c == '\'')
                c++;
            c += strspn(c, " ");
            if (*c == '=' || *c == ':') {
                c++;
                c += strspn(c, " ");
                char quote = *c == '"' || *c == '\'' ? *c : 0;
                if (quote)
                    c++;
                g_string_append_len(out, s, c - s);
                const char *end = quote ? strchr(c, quote) : c + strcspn(c, " ,;&\t\r\n}");
                if (!end)
                    end = c + strlen(c);
                if (end > c)
                    g_string_append(out, "***");
                s = end;
                continue;
            }
        }
        g_string_append_c(out, *s++);
    }
    return g_string_free(out, FALSE);
}
