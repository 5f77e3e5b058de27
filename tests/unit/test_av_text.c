/* test_av_text.c - the line protocol of room control systems: framing by table, in every split, and parsing by table */
#include "web/av_text.h"

#include "wallctl/base/error.h"

#include <string.h>

/* --- lines ---------------------------------------------------------------------------------------------------------
 */

static gboolean note(const char *text, gpointer user)
{
    g_string_append_printf(user, "[%s]", text ? text : "too long");
    return TRUE;
}

static void framing(void)
{
    static const struct {
        const char *bytes;
        gsize len; /* 0: as a string */
        const char *lines;
    } rows[] = {
        { "PING\r\n", 0, "[PING]" },
        { "PING\n", 0, "[PING]" },
        { "PING\r", 0, "[PING]" },
        { "PING\r\0", 6, "[PING]" },
        { "PING\r\0TAKE\r\0", 12, "[PING][TAKE]" },
        { "a\nb\r\nc\rd\n", 0, "[a][b][c][d]" },
        { "\r\n\r\n\n\n\r\r", 0, "" },
        { "a", 0, "" },
        { "PRESET 日常\r\n", 0, "[PRESET 日常]" },
        { "\xff\xfb\x01PING\n", 0, "[PING]" }, /* IAC WILL ECHO */
        { "PI\xff\xfd\x03NG\n", 0, "[PING]" }, /* in the middle of a word */
        { "\xff\xfa\x18\x00xterm\n\xff\xf0PING\n", 17,
          "[PING]" },                                           /* a subnegotiation with LF in it */
        { "\xff\xfa\x18\xff\xff\xff\xf0PING\n", 12, "[PING]" }, /* with a byte 255 in it */
        { "\xff\xf1PING\n", 0, "[PING]" },                      /* IAC NOP */
        { "\xff\xffPING\n", 0, "[PING]" },                      /* a byte 255 */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize len = rows[i].len ? rows[i].len : strlen(rows[i].bytes);
        for (gsize split = 0; split <= len; split++) {
            AvLines lines = { 0 };
            g_autoptr(GString) out = g_string_new(NULL);
            const guint8 *data = (const guint8 *)rows[i].bytes;
            g_assert_true(av_lines_feed(&lines, data, split, note, out));
            g_assert_true(av_lines_feed(&lines, data + split, len - split, note, out));
            g_assert_cmpstr(out->str, ==, rows[i].lines);
        }
    }
}

static void length(void)
{
    for (gsize n = AV_MAX_LINE - 1; n <= AV_MAX_LINE + 2; n++) {
        AvLines lines = { 0 };
        g_autoptr(GString) out = g_string_new(NULL), text = g_string_new(NULL);
        for (gsize i = 0; i < n; i++)
            g_string_append_c(text, 'x');
        g_autofree char *wanted = n <= AV_MAX_LINE ? g_strdup_printf("[%s][PING]", text->str)
                                                   : g_strdup("[too long][PING]");
        g_string_append(text, "\r\nPING\r\n");
        g_assert_true(av_lines_feed(&lines, (guint8 *)text->str, text->len, note, out));
        g_assert_cmpstr(out->str, ==, wanted);
    }
}

static gboolean stop(const char *text, gpointer user)
{
    ++*(guint *)user;
    return FALSE;
}

static void stopping(void)
{
    AvLines lines = { 0 };
    guint n = 0;
    g_assert_false(av_lines_feed(&lines, (const guint8 *)"BYE\nPING\n", 9, stop, &n));
    g_assert_cmpuint(n, ==, 1);
}

/* --- requests ------------------------------------------------------------------------------------------------------
 */

static void requests(void)
{
    static const struct {
        const char *line;
        AvVerb verb; /* 0: refused */
        guint tile;
        const char *name;
    } rows[] = {
        { "PRESET 日常", AV_PRESET, 0, "日常" },
        { "preset 汛期 值班  ", AV_PRESET, 0, "汛期 值班" },
        { "PRESET \"汛期  值班 \"", AV_PRESET, 0, "汛期  值班 " },
        { "PRESET \"a\\\"b\\\\c\\d\"  ", AV_PRESET, 0, "a\"b\\c\\d" },
        { "PRESET a\"b", AV_PRESET, 0, "a\"b" },
        { "\tLayout\t1+5", AV_LAYOUT, 0, "1+5" },
        { "SHOW 3 gate-2", AV_SHOW, 3, "gate-2" },
        { "SHOW 999 board:opened-week", AV_SHOW, 999, "board:opened-week" },
        { "show 12 108", AV_SHOW, 12, "108" },
        { "CLEAR 4", AV_CLEAR, 4, "" },
        { "CLEAR all", AV_CLEAR, 0, "" },
        { "TOUR START day", AV_TOUR_START, 0, "day" },
        { "tour  stop  day", AV_TOUR_STOP, 0, "day" },
        { "TAKE", AV_TAKE, 0, "" },
        { "QUERY WALL", AV_QUERY_WALL, 0, "" },
        { "query tiles ", AV_QUERY_TILES, 0, "" },
        { "QUERY PRESETS", AV_QUERY_PRESETS, 0, "" },
        { "QUERY TOURS", AV_QUERY_TOURS, 0, "" },
        { "QUERY STATUS", AV_QUERY_STATUS, 0, "" },
        { "SUBSCRIBE", AV_SUBSCRIBE, 0, "" },
        { "UNSUBSCRIBE", AV_UNSUBSCRIBE, 0, "" },
        { "PING", AV_PING, 0, "" },
        { "bye", AV_BYE, 0, "" },
        { "", 0, 0, NULL },
        { "   ", 0, 0, NULL },
        { "PRESET", 0, 0, NULL },
        { "PRESETS 日常", 0, 0, NULL },
        { "PRESET \"", 0, 0, NULL },
        { "PRESET \"\"", 0, 0, NULL },
        { "PRESET \"a\" b", 0, 0, NULL },
        { "SHOW", 0, 0, NULL },
        { "SHOW gate-2", 0, 0, NULL },
        { "SHOW 3", 0, 0, NULL },
        { "SHOW 0 gate-2", 0, 0, NULL },
        { "SHOW 1000 gate-2", 0, 0, NULL },
        { "SHOW -1 gate-2", 0, 0, NULL },
        { "SHOW 3x gate-2", 0, 0, NULL },
        { "SHOW ALL gate-2", 0, 0, NULL },
        { "CLEAR", 0, 0, NULL },
        { "CLEAR 0", 0, 0, NULL },
        { "CLEAR 4 5", 0, 0, NULL },
        { "TAKE 1", 0, 0, NULL },
        { "TOUR", 0, 0, NULL },
        { "TOUR day", 0, 0, NULL },
        { "QUERY", 0, 0, NULL },
        { "QUERY CASES", 0, 0, NULL },
        { "VISITOR OFF", 0, 0, NULL },
        { "UNLOCK", 0, 0, NULL },
        { "PRESET \xff", 0, 0, NULL },
        { "PRESET a\x1b[2J", 0, 0, NULL },
        { "PRESET a\xc2\x85", 0, 0, NULL },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        AvRequest request = { 0 };
        gboolean is_good = av_request_parse(rows[i].line, &request, &error);
        if (is_good != (rows[i].verb != 0))
            g_error("'%s' is %s", rows[i].line, is_good ? "taken" : "refused");
        if (!is_good) {
            g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
            g_assert_nonnull(wall_error_zh(error));
            continue;
        }
        g_assert_cmpint(request.verb, ==, rows[i].verb);
        g_assert_cmpuint(request.tile, ==, rows[i].tile);
        g_assert_cmpstr(request.name, ==, rows[i].name);
        av_request_clear(&request);
    }
}

/* What is quoted is read again as it was. */
static void quoting(void)
{
    static const char *const names[] = { "日常", "a b", "\"", "\\", "a\\\"b\\", " a " };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GString) line = g_string_new("PRESET ");
        av_add_quoted(line, names[i]);
        AvRequest request = { 0 };
        g_assert_true(av_request_parse(line->str, &request, NULL));
        g_assert_cmpstr(request.name, ==, names[i]);
        av_request_clear(&request);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/av/framing", framing);
    g_test_add_func("/av/length", length);
    g_test_add_func("/av/stopping", stopping);
    g_test_add_func("/av/requests", requests);
    g_test_add_func("/av/quoting", quoting);
    return g_test_run();
}
