/* av_text.h - the line protocol of room control systems, as text: bytes to lines, lines to requests. Pure. [any]
 *
 * A line ends with CR, LF or both; empty ones are passed over. Telnet's negotiation (RFC 854) and NUL are taken out,
 * so that a terminal may be used. Verbs are ASCII in any case, names are UTF-8 and take the rest of the line; a name
 * that begins with '"' ends with one, with \" and \\ in it. docs/zh/中控对接.md has the protocol.
 */
#ifndef WALLCTL_WEB_AV_TEXT_H
#define WALLCTL_WEB_AV_TEXT_H

#include <glib.h>

#define AV_MAX_LINE 512 /* bytes without its end */

/* What came of a connection so far. Zeroed memory is the beginning. */
typedef struct {
    char text[AV_MAX_LINE + 1];
    gsize len;
    gboolean is_too_long; /* what follows of this line is thrown away */
    gboolean was_cr;
    enum {
        AV_TELNET_NONE = 0,
        AV_TELNET_IAC,
        AV_TELNET_OPTION,
        AV_TELNET_SUB,
        AV_TELNET_SUB_IAC
    } telnet;
} AvLines;

/* text: the line, borrowed; NULL: one that was too long. FALSE: no more of them. */
typedef gboolean (*AvLine)(const char *text, gpointer user);

/* FALSE: line has said so, and what is left of data is lost. */
gboolean av_lines_feed(AvLines *lines, const guint8 *data, gsize len, AvLine line, gpointer user);

typedef enum {
    AV_PRESET = 1, /* name */
    AV_LAYOUT,     /* name */
    AV_SHOW,       /* tile, name: a camera's id or number, or board:NAME */
    AV_CLEAR,      /* tile; 0: all */
    AV_TOUR_START, /* name */
    AV_TOUR_STOP,  /* name */
    AV_TAKE,
    AV_QUERY_WALL,
    AV_QUERY_TILES,
    AV_QUERY_PRESETS,
    AV_QUERY_TOURS,
    AV_QUERY_STATUS,
    AV_SUBSCRIBE,
    AV_UNSUBSCRIBE,
    AV_PING,
    AV_BYE,
    AV_LAST = AV_BYE
} AvVerb;

typedef struct {
    AvVerb verb;
    guint tile;
    char *name; /* "" where the verb has none */
} AvRequest;

const char *av_verb_word(AvVerb verb); /* "TOUR START"; borrowed */

/* FALSE with WALL_ERROR_INVALID, which says what is accepted; nothing to clear then. */
gboolean av_request_parse(const char *line, AvRequest *request, GError **error);
void av_request_clear(AvRequest *request);

/* Appends text in quotes, on one line. */
void av_add_quoted(GString *out, const char *text);

#endif
