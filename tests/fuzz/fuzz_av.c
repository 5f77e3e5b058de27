/* fuzz_av.c - what may come to the port of room control systems: the same lines however the bytes come, each parsed
 * or refused */
#include "web/av_text.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_request(const char *text)
{
    g_autoptr(GError) error = NULL;
    AvRequest request = { 0 };
    gboolean is_good = av_request_parse(text, &request, &error);
    g_assert_true(is_good == (error == NULL));
    if (!is_good) {
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
        return;
    }
    g_assert_true(request.tile <= 999 && g_utf8_validate(request.name, -1, NULL));
    g_autoptr(GString) quoted = g_string_new("PRESET ");
    av_add_quoted(quoted, request.name);
    AvRequest again = { 0 };
    if (*request.name) {
        g_assert_true(av_request_parse(quoted->str, &again, NULL));
        g_autofree char *flat = g_strdelimit(g_strdup(request.name), "\t", ' ');
        g_assert_cmpstr(again.name, ==, flat);
        av_request_clear(&again);
    }
    av_request_clear(&request);
}

static gboolean on_line(const char *text, gpointer user)
{
    GString *all = user;
    if (text) {
        gsize len = strlen(text);
        g_assert_true(len > 0 && len <= AV_MAX_LINE && !strpbrk(text, "\r\n"));
        try_request(text);
    }
    g_string_append_printf(all, "%s\n", text ? text : "?");
    return TRUE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AvLines whole = { 0 }, bytes = { 0 };
    g_autoptr(GString) one = g_string_new(NULL), many = g_string_new(NULL);
    av_lines_feed(&whole, data, size, on_line, one);
    for (size_t i = 0; i < size; i++)
        av_lines_feed(&bytes, data + i, 1, on_line, many);
    g_assert_cmpstr(one->str, ==, many->str);
    return 0;
}
