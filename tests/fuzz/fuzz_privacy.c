/* fuzz_privacy.c - what is redacted is UTF-8, bounded, and redacted for good; a phone number between
 * any two texts does not pass */
#include "wallctl/model/privacy.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_spans(const char *text)
{
    g_autoptr(GArray) spans = privacy_list(text);
    gsize done = 0;
    for (guint i = 0; i < spans->len; i++) {
        const PrivateSpan *span = &g_array_index(spans, PrivateSpan, i);
        g_assert_cmpuint(span->from, >=, done);
        g_assert_cmpuint(span->to, >, span->from);
        done = span->to;
    }
    g_assert_cmpuint(done, <=, strlen(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    guint n, n_again;
    g_autofree char *once = privacy_redact(text, &n);
    g_assert_true(g_utf8_validate(once, -1, NULL));
    g_assert_cmpuint(strlen(once), <=, 4 * strlen(text));
    g_assert_cmpint(privacy_finds(text), ==, n > 0);
    g_assert_false(privacy_finds(once));
    g_autofree char *twice = privacy_redact(once, &n_again);
    g_assert_cmpstr(once, ==, twice);
    g_assert_cmpuint(n_again, ==, 0);
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    check_spans(valid);

    g_autofree char *planted = g_strconcat(text, "。13987654321。", text, NULL);
    g_autofree char *clean = privacy_redact(planted, NULL);
    if (!strstr(text, "13987654321"))
        g_assert_null(strstr(clean, "13987654321"));
    return 0;
}
