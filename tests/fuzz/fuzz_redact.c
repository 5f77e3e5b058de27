/* fuzz_redact.c - a password between any two texts does not pass, and what is clean stays clean */
#include "wallctl/base/secret.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autofree char *once = secret_redact(text);
    g_autofree char *twice = secret_redact(once);
    g_assert_cmpstr(once, ==, twice);
    g_assert_cmpuint(strlen(once), <=, 4 * strlen(text) + 4);
    if (strstr(text, "canary"))
        return 0;
    g_autofree char *address =
        g_strdup_printf("%s rtsp://user:canary-7301@10.0.0.1/x %s", text, text);
    g_autofree char *clean = secret_redact(address);
    g_assert_null(strstr(clean, "canary-7301"));
    return 0;
}
