/* csv.c - rows of a comma separated table (RFC 4180)
 *
 * A table of states says for each character what it does. Cells are unquoted in place: what is
 * written is never longer than what was read. A lone CR ends a row, as LF and CRLF do.
 */
#include "config/csv.h"

#include "wallctl/base/error.h"

#include <string.h>

struct Csv {
    char *text;
    gsize len, at;
    guint row;
};

typedef enum { STATE_START, STATE_PLAIN, STATE_QUOTED, STATE_CLOSED, N_STATES } State;
typedef enum { CLASS_COMMA, CLASS_QUOTE, CLASS_BREAK, CLASS_OTHER, N_CLASSES } Class;
typedef enum { DO_KEEP, DO_DROP, DO_CELL, DO_ROW, DO_FAULT } Action;

/* What a character does, and the state after it. DO_FAULT keeps the character and marks the row. */
static const struct {
    Action action;
    State next;
} steps[N_STATES][N_CLASSES] = {
    [STATE_START] = { [CLASS_COMMA] = { DO_CELL, STATE_START },
                      [CLASS_QUOTE] = { DO_DROP, STATE_QUOTED },
                      [CLASS_BREAK] = { DO_ROW, STATE_START },
                      [CLASS_OTHER] = { DO_KEEP, STATE_PLAIN } },
    [STATE_PLAIN] = { [CLASS_COMMA] = { DO_CELL, STATE_START },
                      [CLASS_QUOTE] = { DO_FAULT, STATE_PLAIN },
                      [CLASS_BREAK] = { DO_ROW, STATE_START },
                      [CLASS_OTHER] = { DO_KEEP, STATE_PLAIN } },
    [STATE_QUOTED] = { [CLASS_COMMA] = { DO_KEEP, STATE_QUOTED },
                       [CLASS_QUOTE] = { DO_DROP, STATE_CLOSED },
                       [CLASS_BREAK] = { DO_KEEP, STATE_QUOTED },
                       [CLASS_OTHER] = { DO_KEEP, STATE_QUOTED } },
    [STATE_CLOSED] = { [CLASS_COMMA] = { DO_CELL, STATE_START },
                       [CLASS_QUOTE] = { DO_KEEP, STATE_QUOTED }, /* "" in quotes is one quote */
                       [CLASS_BREAK] = { DO_ROW, STATE_START },
                       [CLASS_OTHER] = { DO_FAULT, STATE_PLAIN } },
};

static Class class_of(char c)
{
    switch (c) {
    case ',':
        return CLASS_COMMA;
    case '"':
        return CLASS_QUOTE;
    case '\r':
    case '\n':
        return CLASS_BREAK;
    default:
        return CLASS_OTHER;
    }
}

/* The cell from `start` up to `out`, which gets its NUL. */
static void add_cell(GPtrArray *cells, char *start, char *out, gboolean is_quoted)
{
    *out = 0;
    if (cells->len <= CSV_MAX_CELLS) /* one more, by which csv_next() knows */
        g_ptr_array_add(cells, is_quoted ? start : g_strstrip(start));
}

static void read_row(Csv *csv, GPtrArray *cells, const char **fault)
{
    char *out = csv->text + csv->at, *start = out;
    State state = STATE_START;
    gboolean is_quoted = FALSE;
    while (csv->at < csv->len) {
        char c = csv->text[csv->at++];
        Class class = class_of(c);
        Action action = steps[state][class].action;
        is_quoted |= state == STATE_QUOTED;
        state = steps[state][class].next;
        if (action == DO_FAULT)
            *fault = "a quote stands inside a cell; accepted: quotes around the whole cell, "
                     "doubled inside";
        if (action == DO_KEEP || action == DO_FAULT)
            *out++ = c;
        if (action == DO_CELL || action == DO_ROW) {
            add_cell(cells, start, out, is_quoted);
            out = start = csv->text + csv->at;
            is_quoted = FALSE;
        }
        if (action == DO_ROW) {
            if (c == '\r' && csv->text[csv->at] == '\n')
                csv->at++;
            return;
        }
    }
    if (state == STATE_QUOTED)
        *fault = "the quote that opens a cell here is not closed up to the end of the table";
    add_cell(cells, start, out, is_quoted);
}

gboolean csv_next(Csv *csv, GPtrArray *cells, guint *row, const char **fault)
{
    do {
        if (csv->at >= csv->len)
            return FALSE;
        g_ptr_array_set_size(cells, 0);
        *fault = NULL;
        read_row(csv, cells, fault);
        csv->row++;
    } while (cells->len == 1 && !*(char *)g_ptr_array_index(cells, 0) && !*fault);
    if (cells->len > CSV_MAX_CELLS)
        *fault = "has more than 256 cells";
    *row = csv->row;
    return TRUE;
}

/* --- encoding ----------------------------------------------------------------------------------
 */

static guint row_at(const char *text, const char *at)
{
    guint row = 1;
    for (const char *c = text; c < at; c++)
        row += *c == '\n';
    return row;
}

/* Is this UTF-8 with damage rather than GB18030? Three-byte sequences of Chinese are frequent in
 * the first and hardly ever appear by chance in the second. */
static gboolean looks_like_utf8(const char *text, gsize len)
{
    gsize n_chinese = 0, n_bad = 0;
    const char *end = text + len;
    for (const char *c = text; c < end;) {
        gunichar u = g_utf8_get_char_validated(c, end - c);
        gboolean is_bad = u == (gunichar)-1 || u == (gunichar)-2;
        n_bad += is_bad;
        n_chinese += !is_bad && u >= 0x4e00 && u <= 0x9fff;
        c += is_bad ? 1 : g_unichar_to_utf8(u, NULL);
    }
    return n_chinese > n_bad;
}

static gboolean refuse_byte(const char *text, const char *at, GError **error)
{
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                "row %u: the byte 0x%02x is neither UTF-8 nor GB18030 text", row_at(text, at),
                (guchar)*at);
    return FALSE;
}

/* What people pick by mistake is named as what it is; NULL: it may be a table. */
static const char *other_kind(const char *text, gsize len)
{
    static const struct {
        const char *start, *kind;
    } kinds[] = {
        { "PK\x03\x04", "an Excel workbook or another packed file" },
        { "\xd0\xcf\x11\xe0", "an Excel workbook or another packed file" },
        { "\x1f\x8b", "an Excel workbook or another packed file" },
        { "<", "a web page or a drawing (SVG)" },
        { "%PDF", "a picture or a PDF" },
        { "\x89PNG", "a picture or a PDF" },
        { "\xff\xd8\xff", "a picture or a PDF" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        gsize n = strlen(kinds[i].start);
        if (len >= n && memcmp(text, kinds[i].start, n) == 0)
            return kinds[i].kind;
    }
    return NULL;
}

static gboolean check_bytes(const char *text, gsize len, const char **bad_utf8, GError **error)
{
    const char *other = other_kind(text, len);
    if (other) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "is %s; accepted: a table that was saved as CSV", other);
        return FALSE;
    }
    if (len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "is UTF-16 text; accepted: UTF-8 or GB18030");
        return FALSE;
    }
    const char *zero = memchr(text, 0, len);
    if (zero)
        return refuse_byte(text, zero, error);
    if (!g_utf8_validate_len(text, len, bad_utf8) && looks_like_utf8(text, len))
        return refuse_byte(text, *bad_utf8, error);
    return TRUE;
}

char *csv_dup_utf8(const char *text, gsize len, gsize *out_len, GError **error)
{
    const char *bad = NULL;
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        len -= 3;
    }
    if (!check_bytes(text, len, &bad, error))
        return NULL;
    if (bad == text + len) {
        char *copy = g_malloc(len + 1);
        memcpy(copy, text, len);
        copy[len] = 0;
        *out_len = len;
        return copy;
    }
    gsize n_read = 0;
    char *utf8 = g_convert(text, (gssize)len, "UTF-8", "GB18030", &n_read, out_len, NULL);
    if (!utf8)
        refuse_byte(text, text + MIN(n_read, len - 1), error);
    return utf8;
}

Csv *csv_new(char *text, gsize len)
{
    Csv *csv = g_new0(Csv, 1);
    csv->text = text;
    csv->len = len;
    return csv;
}

void csv_free(Csv *csv)
{
    if (!csv)
        return;
    g_free(csv->text);
    g_free(csv);
}
