/* fuzz_lobby.c - what comes to the TLS port and is no TLS: the answer is always one whole answer */
#include "web/lobby.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first host of the head, whatever it is, as long as it could be a name. */
static gboolean knows(const char *host, int fd, gpointer user)
{
    for (const char *c = host; *c; c++) {
        if (!g_ascii_isalnum(*c) && !strchr(".-:[]", *c))
            return FALSE;
    }
    return *host != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = lobby_dup_answer((const char *)data, size, knows, -1, NULL);
    const char *end = strstr(text, "\r\n\r\n"), *length = strstr(text, "content-length: ");
    if (!end || !length || length > end || strlen(end + 4) != strtoul(length + 16, NULL, 10))
        abort();
    g_autofree char *head = g_strndup(text, (gsize)(end - text));
    g_auto(GStrv) lines = g_strsplit(head, "\r\n", -1);
    guint n = g_strv_length(lines);
    if (n != (g_str_has_prefix(text, "HTTP/1.1 307 ") ? 6 : 5))
        abort();
    for (guint i = 1; i < n; i++) {
        if (strpbrk(lines[i], "\r\n") || !strchr(lines[i], ':'))
            abort();
    }
    return 0;
}
