/* av_text.c - the line protocol of room control systems, as text */
#include "web/av_text.h"

#include "wallctl/base/error.h"

#include <string.h>

/* --- bytes to lines ------------------------------------------------------------------------------------------------
 */

enum { TELNET_SE = 240, TELNET_SB = 250, TELNET_WILL = 251, TELNET_DONT = 254, TELNET_IAC = 255 };

/* TRUE: the byte belongs to telnet. IAC IAC, a byte 255, is no UTF-8 and goes as well. */
static gboolean is_telnet(AvLines *lines, guint8 byte)
{
    switch (lines->telnet) {
    case AV_TELNET_NONE:
        if (byte != TELNET_IAC)
            return FALSE;
        lines->telnet = AV_TELNET_IAC;
        return TRUE;
    case AV_TELNET_IAC:
        lines->telnet = byte == TELNET_SB                            ? AV_TELNET_SUB
                        : byte >= TELNET_WILL && byte <= TELNET_DONT ? AV_TELNET_OPTION
                                                                     : AV_TELNET_NONE;
        return TRUE;
    case AV_TELNET_OPTION:
        lines->telnet = AV_TELNET_NONE;
        return TRUE;
    case AV_TELNET_SUB:
        if (byte == TELNET_IAC)
            lines->telnet = AV_TELNET_SUB_IAC;
        return TRUE;
    case AV_TELNET_SUB_IAC:
        lines->telnet = byte == TELNET_SE ? AV_TELNET_NONE : AV_TELNET_SUB;
        return TRUE;
    }
    return FALSE;
}

static gboolean end_line(AvLines *lines, AvLine line, gpointer user)
{
    gboolean is_too_long = lines->is_too_long;
    gsize len = lines->len;
    lines->text[len] = 0;
    lines->len = 0;
    lines->is_too_long = FALSE;
    if (is_too_long)
        return line(NULL, user);
    return len == 0 || line(lines->text, user);
}

gboolean av_lines_feed(AvLines *lines, const guint8 *data, gsize len, AvLine line, gpointer user)
{
    for (gsize i = 0; i < len; i++) {
        guint8 byte = data[i];
        if (is_telnet(lines, byte) || byte == 0)
            continue;
        gboolean is_second = byte == '\n' && lines->was_cr;
        lines->was_cr = byte == '\r';
        if (is_second)
            continue;
        if (byte == '\r' || byte == '\n') {
            if (!end_line(lines, line, user))
                return FALSE;
        } else if (lines->len == AV_MAX_LINE) {
            lines->is_too_long = TRUE;
        } else {
            lines->text[lines->len++] = (char)byte;
        }
    }
    return TRUE;
}

/* --- lines to requests ---------------------------------------------------------------------------------------------
 */

typedef enum { TAKES_NOTHING = 1, TAKES_NAME, TAKES_TILE, TAKES_TILE_AND_NAME } Shape;

static const struct {
    const char *words; /* one or two */
    Shape shape;
} verbs[AV_LAST + 1] = {
    [AV_PRESET] = { "PRESET", TAKES_NAME },
    [AV_LAYOUT] = { "LAYOUT", TAKES_NAME },
    [AV_SHOW] = { "SHOW", TAKES_TILE_AND_NAME },
    [AV_CLEAR] = { "CLEAR", TAKES_TILE },
    [AV_TOUR_START] = { "TOUR START", TAKES_NAME },
    [AV_TOUR_STOP] = { "TOUR STOP", TAKES_NAME },
    [AV_TAKE] = { "TAKE", TAKES_NOTHING },
    [AV_QUERY_WALL] = { "QUERY WALL", TAKES_NOTHING },
    [AV_QUERY_TILES] = { "QUERY TILES", TAKES_NOTHING },
    [AV_QUERY_PRESETS] = { "QUERY PRESETS", TAKES_NOTHING },
    [AV_QUERY_TOURS] = { "QUERY TOURS", TAKES_NOTHING },
    [AV_QUERY_STATUS] = { "QUERY STATUS", TAKES_NOTHING },
    [AV_SUBSCRIBE] = { "SUBSCRIBE", TAKES_NOTHING },
    [AV_UNSUBSCRIBE] = { "UNSUBSCRIBE", TAKES_NOTHING },
    [AV_PING] = { "PING", TAKES_NOTHING },
    [AV_BYE] = { "BYE", TAKES_NOTHING },
};

const char *av_verb_word(AvVerb verb)
{
    return verbs[verb].words;
}

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

/* What follows the words of a verb, or NULL if they are not there. */
static const char *after_words(const char *text, const char *words)
{
    g_auto(GStrv) list = g_strsplit(words, " ", 2);
    for (guint i = 0; list[i]; i++) {
        gsize len = strlen(list[i]);
        if (g_ascii_strncasecmp(text, list[i], len) != 0 ||
            (text[len] && !strchr(" \t", text[len])))
            return NULL;
        text = skip_blanks(text + len);
    }
    return text;
}

static AvVerb find_verb(const char *text, const char **rest)
{
    for (AvVerb verb = AV_PRESET; verb <= AV_LAST; verb++) {
        if ((*rest = after_words(text, verbs[verb].words)))
            return verb;
    }
    return 0;
}

/* Tile numbers are 1 to 999; ALL is 0. */
static gboolean read_tile(const char **rest, gboolean may_be_all, guint *tile, GError **error)
{
    gsize len = strcspn(*rest, " \t");
    g_autofree char *word = g_strndup(*rest, len);
    guint64 number = 0;
    if (!(may_be_all && g_ascii_strcasecmp(word, "ALL") == 0) &&
        !g_ascii_string_to_unsigned(word, 10, 1, 999, &number, NULL)) {
        wall_error_set(error, WALL_ERROR_INVALID, "a tile is a number from 1 to 999%s",
                       "窗格号是 1 到 999 的数%s", may_be_all ? ", or ALL" : "");
        return FALSE;
    }
    *tile = (guint)number;
    *rest = skip_blanks(*rest + len);
    return TRUE;
}

/* In quotes; NULL if it does not end with one. */
static char *unquote(const char *text)
{
    GString *name = g_string_new(NULL);
    const char *c = text + 1;
    for (; *c && *c != '"'; c++) {
        if (*c == '\\' && (c[1] == '"' || c[1] == '\\'))
            c++;
        g_string_append_c(name, *c);
    }
    gboolean is_whole = *c == '"' && !*skip_blanks(c + 1);
    return g_string_free(name, !is_whole);
}

static char *read_name(const char *rest, GError **error)
{
    g_autofree char *name = *rest == '"' ? unquote(rest) : g_strchomp(g_strdup(rest));
    if (name && *name)
        return g_steal_pointer(&name);
    wall_error_set_literal(error, WALL_ERROR_INVALID,
                           "a name is missing, or its quotes are not closed",
                           "缺少名称，或引号没有闭合");
    return NULL;
}

/* UTF-8 without control characters: what follows is shown, logged and kept. */
static gboolean is_plain(const char *line)
{
    if (!g_utf8_validate(line, -1, NULL))
        return FALSE;
    for (const char *c = line; *c; c = g_utf8_next_char(c)) {
        if (*c != '\t' && g_unichar_iscntrl(g_utf8_get_char(c)))
            return FALSE;
    }
    return TRUE;
}

gboolean av_request_parse(const char *line, AvRequest *request, GError **error)
{
    const char *rest = NULL;
    if (!is_plain(line)) {
        wall_error_set_literal(error, WALL_ERROR_INVALID, "the line is not UTF-8 text",
                               "这一行不是 UTF-8 文字");
        return FALSE;
    }
    AvVerb verb = find_verb(skip_blanks(line), &rest);
    if (!verb) {
        wall_error_set_literal(
            error, WALL_ERROR_INVALID,
            "unknown command; accepted: PRESET, LAYOUT, SHOW, CLEAR, TOUR START, "
            "TOUR STOP, TAKE, QUERY WALL, TILES, PRESETS, TOURS, STATUS, "
            "SUBSCRIBE, UNSUBSCRIBE, PING, BYE",
            "没有这个命令；可用 PRESET、LAYOUT、SHOW、CLEAR、TOUR START、TOUR "
            "STOP、TAKE、QUERY WALL/TILES/PRESETS/TOURS/STATUS、SUBSCRIBE、"
            "UNSUBSCRIBE、PING、BYE");
        return FALSE;
    }
    AvRequest found = { .verb = verb };
    Shape shape = verbs[verb].shape;
    if ((shape == TAKES_TILE || shape == TAKES_TILE_AND_NAME) &&
        !read_tile(&rest, shape == TAKES_TILE, &found.tile, error))
        return FALSE;
    if (shape == TAKES_NAME || shape == TAKES_TILE_AND_NAME) {
        if (!(found.name = read_name(rest, error)))
            return FALSE;
    } else if (*rest) {
        wall_error_set(error, WALL_ERROR_INVALID, "%s takes nothing more", "%s 后面不能再有别的",
                       av_verb_word(verb));
        return FALSE;
    } else {
        found.name = g_strdup("");
    }
    *request = found;
    return TRUE;
}

void av_request_clear(AvRequest *request)
{
    g_clear_pointer(&request->name, g_free);
}

void av_add_quoted(GString *out, const char *text)
{
    g_string_append_c(out, '"');
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\')
            g_string_append_c(out, '\\');
        g_string_append_c(out, (guchar)*c < 0x20 || *c == 0x7f ? ' ' : *c);
    }
    g_string_append_c(out, '"');
}
