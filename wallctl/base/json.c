/* json.c - strict JSON in, with errors that name the place
 *
 * A scan of our own decides what is accepted and blanks comments in place, so that every error has
 * a line and a column; json-c then builds the tree from text that is known to be plain JSON. The
 * scan's recursion is bounded by MAX_DEPTH. The working copy is wiped: credentials pass through
 * here.
 */
#include "wallctl/base/json.h"

#include "wallctl/base/error.h"
#include "wallctl/base/secret.h"

#include <json-c/printbuf.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#define MAX_DEPTH     32
#define DEFAULT_BYTES (1024 * 1024)
#define SHOWN_CHARS   40 /* of a value in a message */

typedef struct {
    char *text, *at, *end; /* text is ours; *end is NUL */
    JsonFlags flags;
    guint depth;
    GError **error;
} Scan;

static gboolean scan_value(Scan *scan);

/* --- errors ------------------------------------------------------------------------------------
 */

/* At most SHOWN_CHARS characters of text, "..." behind it if it was cut. */
static char *shorten(const char *text)
{
    if (g_utf8_strlen(text, -1) <= SHOWN_CHARS)
        return g_strdup(text);
    g_autofree char *head = g_utf8_substring(text, 0, SHOWN_CHARS);
    return g_strconcat(head, "...", NULL);
}

/* Lines and columns as editors count them: from 1, in characters. */
static gboolean fail(Scan *scan, const char *at, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean fail(Scan *scan, const char *at, const char *format, ...)
{
    guint line = 1;
    const char *start = scan->text;
    for (const char *c = scan->text; c < at; c++) {
        if (*c == '\n') {
            line++;
            start = c + 1;
        }
    }
    guint column = 1;
    for (const char *c = start; c < at; c++)
        column += ((guchar)*c & 0xc0) != 0x80;
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(scan->error, WALL_ERROR, WALL_ERROR_INVALID, "line %u, column %u: %s", line, column,
                what);
    return FALSE;
}

static gboolean is_word_char(char c)
{
    return g_ascii_isalnum(c) || c == '_' || c == '+' || c == '-' || c == '.';
}

static char *dup_word(const Scan *scan)
{
    const char *c = scan->at;
    while (c < scan->end && is_word_char(*c))
        c++;
    return g_strndup(scan->at, (gsize)(c - scan->at));
}

/* What stands at the scan's place, for "found ...". */
static char *dup_found(const Scan *scan)
{
    if (scan->at >= scan->end)
        return g_strdup("the end of the text");
    if (*scan->at == '\n' || *scan->at == '\r')
        return g_strdup("a line break");
    if ((guchar)*scan->at < 0x20 || *scan->at == 0x7f)
        return g_strdup_printf("the control character 0x%02x", (guchar)*scan->at);
    if (is_word_char(*scan->at)) {
        g_autofree char *word = dup_word(scan);
        return shorten(word);
    }
    return g_strdup_printf("'%.*s'", (int)(g_utf8_next_char(scan->at) - scan->at), scan->at);
}

static gboolean fail_found(Scan *scan, const char *expected)
{
    g_autofree char *found = dup_found(scan);
    return fail(scan, scan->at, "found %s where %s belongs", found, expected);
}

/* --- scan --------------------------------------------------------------------------------------
 */

static gboolean scan_comment(Scan *scan)
{
    char *start = scan->at;
    if (scan->at[1] == '/') {
        scan->at += strcspn(scan->at, "\n");
    } else {
        char *close = strstr(scan->at + 2, "*/");
        if (!close)
            return fail(scan, start, "this comment is not closed by */");
        scan->at = close + 2;
    }
    if (!(scan->flags & JSON_COMMENTS))
        return fail(scan, start, "comments are not accepted here");
    for (char *c = start; c < scan->at; c++) {
        if (*c != '\n')
            *c = ' ';
    }
    return TRUE;
}

static gboolean skip_space(Scan *scan)
{
    for (;;) {
        scan->at += strspn(scan->at, " \t\r\n");
        if (scan->at[0] != '/' || (scan->at[1] != '/' && scan->at[1] != '*'))
            return TRUE;
        if (!scan_comment(scan))
            return FALSE;
    }
}

/* The four digits after "\u" at c, or -1. */
static int hex4(const char *c)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        int digit = g_ascii_xdigit_value(c[i]);
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* At a backslash. */
static gboolean scan_escape(Scan *scan)
{
    if (scan->at[1] && strchr("\"\\/bfnrt", scan->at[1])) {
        scan->at += 2;
        return TRUE;
    }
    if (scan->at[1] != 'u')
        return fail(scan, scan->at, "'\\' must be followed by one of \" \\ / b f n r t u");
    int unit = hex4(scan->at + 2);
    if (unit < 0)
        return fail(scan, scan->at, "\\u must be followed by four hexadecimal digits");
    if (unit == 0)
        return fail(scan, scan->at, "\\u0000 is not accepted in text");
    gboolean is_high = unit >= 0xd800 && unit <= 0xdbff;
    if (is_high) {
        const char *next = scan->at + 6;
        int low = next[0] == '\\' && next[1] == 'u' ? hex4(next + 2) : -1;
        if (low < 0xdc00 || low > 0xdfff)
            return fail(scan, scan->at, "\\u%04x is half of a surrogate pair", (guint)unit);
    } else if (unit >= 0xdc00 && unit <= 0xdfff) {
        return fail(scan, scan->at, "\\u%04x is half of a surrogate pair", (guint)unit);
    }
    scan->at += is_high ? 12 : 6;
    return TRUE;
}

static gboolean scan_string(Scan *scan)
{
    const char *start = scan->at++;
    for (;;) {
        if (*scan->at == '"') {
            scan->at++;
            return TRUE;
        }
        if (scan->at >= scan->end || *scan->at == '\n')
            return fail(scan, start, "this text is not closed by '\"' on its line");
        if ((guchar)*scan->at < 0x20)
            return fail(scan, scan->at,
                        "the control character 0x%02x must be written as an escape in text",
                        (guchar)*scan->at);
        if (*scan->at != '\\')
            scan->at++;
        else if (!scan_escape(scan))
            return FALSE;
    }
}

static const char *skip_digits(const char *c)
{
    while (g_ascii_isdigit(*c))
        c++;
    return c;
}

static gboolean scan_number(Scan *scan)
{
    g_autofree char *word = dup_word(scan);
    const char *c = word + (word[0] == '-');
    const char *digits = c;
    c = skip_digits(c);
    gboolean is_good = c > digits && (*digits != '0' || c == digits + 1);
    gboolean is_integer = *c == 0;
    if (*c == '.') {
        const char *fraction = ++c;
        c = skip_digits(c);
        is_good = is_good && c > fraction;
    }
    if (*c == 'e' || *c == 'E') {
        c++;
        if (*c == '+' || *c == '-')
            c++;
        const char *exponent = c;
        c = skip_digits(c);
        is_good = is_good && c > exponent;
    }
    is_good = is_good && *c == 0;
    if (is_good && is_integer)
        is_good = g_ascii_string_to_signed(word, 10, G_MININT64, G_MAXINT64, NULL, NULL);
    else if (is_good)
        is_good = isfinite(g_ascii_strtod(word, NULL));
    if (!is_good) {
        g_autofree char *shown = shorten(word);
        return fail(scan, scan->at, "%s is not a number that fits into 64 bits", shown);
    }
    scan->at += strlen(word);
    return TRUE;
}

static gboolean scan_word(Scan *scan)
{
    g_autofree char *word = dup_word(scan);
    if (strcmp(word, "true") != 0 && strcmp(word, "false") != 0 && strcmp(word, "null") != 0)
        return fail_found(scan,
                          "a value (text in quotes, number, true, false, null, {...} or [...])");
    scan->at += strlen(word);
    return TRUE;
}

/* The name between two quotes, escapes resolved, so that "a" and "\u0061" are known as equal. */
static char *dup_name(const char *quoted, gsize len)
{
    if (!memchr(quoted, '\\', len))
        return g_strndup(quoted + 1, len - 2);
    g_autofree char *text = g_strndup(quoted, len);
    g_autoptr(Json) name = json_tokener_parse(text);
    return g_strdup(name ? json_object_get_string(name) : "");
}

static gboolean scan_member(Scan *scan, GHashTable *names)
{
    if (*scan->at != '"')
        return fail_found(scan, "a name in quotes");
    const char *start = scan->at;
    if (!scan_string(scan))
        return FALSE;
    char *name = dup_name(start, (gsize)(scan->at - start));
    g_autofree char *shown = shorten(name);
    if (!g_hash_table_add(names, name))
        return fail(scan, start, "\"%s\" appears twice in this object", shown);
    if (!skip_space(scan))
        return FALSE;
    if (*scan->at != ':')
        return fail_found(scan, "':'");
    scan->at++;
    return scan_value(scan);
}

/* After the opening bracket up to and with the closing one; names is NULL in an array. */
static gboolean scan_items(Scan *scan, char close, GHashTable *names)
{
    char *comma = NULL;
    for (;;) {
        if (!skip_space(scan))
            return FALSE;
        if (*scan->at == close && (!comma || scan->flags & JSON_COMMENTS)) {
            if (comma)
                *comma = ' ';
            scan->at++;
            return TRUE;
        }
        if (names ? !scan_member(scan, names) : !scan_value(scan))
            return FALSE;
        if (!skip_space(scan))
            return FALSE;
        if (*scan->at == ',') {
            comma = scan->at++;
            continue;
        }
        if (*scan->at != close)
            return fail_found(scan, close == '}' ? "',' or '}'" : "',' or ']'");
        scan->at++;
        return TRUE;
    }
}

static gboolean scan_container(Scan *scan)
{
    if (scan->depth == MAX_DEPTH)
        return fail(scan, scan->at, "nested deeper than %d", MAX_DEPTH);
    scan->depth++;
    gboolean is_object = *scan->at++ == '{';
    g_autoptr(GHashTable) names =
        is_object ? g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) : NULL;
    gboolean is_good = scan_items(scan, is_object ? '}' : ']', names);
    scan->depth--;
    return is_good;
}

static gboolean scan_value(Scan *scan)
{
    if (!skip_space(scan))
        return FALSE;
    if (*scan->at == '{' || *scan->at == '[')
        return scan_container(scan);
    if (*scan->at == '"')
        return scan_string(scan);
    if (*scan->at == '-' || g_ascii_isdigit(*scan->at))
        return scan_number(scan);
    return scan_word(scan);
}

static gboolean scan_text(Scan *scan)
{
    const char *bad;
    if (!g_utf8_validate_len(scan->text, (gsize)(scan->end - scan->text), &bad))
        return fail(scan, bad, "the byte 0x%02x is not UTF-8 text", (guchar)*bad);
    if (g_str_has_prefix(scan->text, "\xef\xbb\xbf")) {
        if (!(scan->flags & JSON_COMMENTS))
            return fail(scan, scan->text, "a byte order mark is not accepted here");
        memset(scan->text, ' ', 3);
    }
    if (!scan_value(scan) || !skip_space(scan))
        return FALSE;
    return scan->at == scan->end || fail_found(scan, "the end of the text");
}

/* --- parse -------------------------------------------------------------------------------------
 */

static Json *build(Scan *scan)
{
    /* A scalar counts as a level in json-c. */
    struct json_tokener *tokener = json_tokener_new_ex(MAX_DEPTH + 2);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    /* With the final NUL, so that a number at the end is known to be complete. */
    Json *json = json_tokener_parse_ex(tokener, scan->text, (int)(scan->end - scan->text) + 1);
    enum json_tokener_error status = json_tokener_get_error(tokener);
    const char *at = scan->text + json_tokener_get_parse_end(tokener);
    secret_wipe(tokener->pb->buf, (gsize)tokener->pb->size);
    json_tokener_free(tokener);
    if (status != json_tokener_success)
        fail(scan, MIN(at, scan->end), "%s", json_tokener_error_desc(status));
    else if (!json)
        fail(scan, scan->text, "found null where an object or another value belongs");
    return json;
}

Json *json_parse(const char *text, gsize len, gsize max_bytes, JsonFlags flags, GError **error)
{
    gsize limit = MIN(max_bytes ? max_bytes : DEFAULT_BYTES, INT_MAX - 1);
    if (len > limit) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_LIMIT,
                    "the text has %" G_GSIZE_FORMAT " bytes; accepted: at most %" G_GSIZE_FORMAT,
                    len, limit);
        return NULL;
    }
    g_autofree char *copy = g_malloc0(len + 1);
    memcpy(copy, text, len);
    Scan scan = { .text = copy, .at = copy, .end = copy + len, .flags = flags, .error = error };
    Json *json = scan_text(&scan) ? build(&scan) : NULL;
    secret_wipe(copy, len);
    return json;
}

/* --- getters -----------------------------------------------------------------------------------
 */

char *json_dup_shown(Json *value)
{
    if (json_object_is_type(value, json_type_object))
        return g_strdup("{...}");
    if (json_object_is_type(value, json_type_array))
        return g_strdup("[...]");
    const char *text = json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN |
                                                                 JSON_C_TO_STRING_NOSLASHESCAPE);
    g_autofree char *safe = secret_redact(text);
    return shorten(safe);
}

static void add_wrong(Faults *faults, const char *place, const char *key, Json *value,
                      const char *format, ...) G_GNUC_PRINTF(5, 6);
static void add_wrong(Faults *faults, const char *place, const char *key, Json *value,
                      const char *format, ...)
{
    g_autofree char *full = *place ? g_strconcat(place, ".", key, NULL) : g_strdup(key);
    g_autofree char *shown = json_dup_shown(value);
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    faults_add(faults, full, "%s %s", shown, what);
}

static gboolean get_typed(Json *object, const char *key, enum json_type type, Json **out,
                          Faults *faults, const char *place, const char *accepted)
{
    Json *value;
    if (!json_object_object_get_ex(object, key, &value))
        return FALSE;
    if (!json_object_is_type(value, type)) {
        add_wrong(faults, place, key, value, "is not %s", accepted);
        return FALSE;
    }
    *out = value;
    return TRUE;
}

gboolean json_get_string(Json *object, const char *key, const char **out, Faults *faults,
                         const char *place)
{
    Json *value;
    if (!get_typed(object, key, json_type_string, &value, faults, place,
                   "text; accepted: text in double quotes"))
        return FALSE;
    *out = json_object_get_string(value);
    return TRUE;
}

gboolean json_get_int(Json *object, const char *key, gint64 min, gint64 max, gint64 *out,
                      Faults *faults, const char *place)
{
    Json *value;
    if (!json_object_object_get_ex(object, key, &value))
        return FALSE;
    if (!json_object_is_type(value, json_type_int)) {
        add_wrong(faults, place, key, value,
                  "is not a whole number; accepted: %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                  " without fraction or exponent",
                  min, max);
        return FALSE;
    }
    gint64 number = json_object_get_int64(value);
    if (number < min || number > max) {
        add_wrong(faults, place, key, value,
                  "is out of range; accepted: %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, min, max);
        return FALSE;
    }
    *out = number;
    return TRUE;
}

gboolean json_get_double(Json *object, const char *key, double min, double max, double *out,
                         Faults *faults, const char *place)
{
    Json *value;
    if (!json_object_object_get_ex(object, key, &value))
        return FALSE;
    gboolean is_number =
        json_object_is_type(value, json_type_double) || json_object_is_type(value, json_type_int);
    double number = is_number ? json_object_get_double(value) : 0;
    if (!is_number || !(number >= min && number <= max)) {
        add_wrong(faults, place, key, value, "is %s; accepted: %g to %g",
                  is_number ? "out of range" : "not a number", min, max);
        return FALSE;
    }
    *out = number;
    return TRUE;
}

gboolean json_get_bool(Json *object, const char *key, gboolean *out, Faults *faults,
                       const char *place)
{
    Json *value;
    if (!get_typed(object, key, json_type_boolean, &value, faults, place,
                   "a truth value; accepted: true or false"))
        return FALSE;
    *out = json_object_get_boolean(value);
    return TRUE;
}

gboolean json_get_object(Json *object, const char *key, Json **out, Faults *faults,
                         const char *place)
{
    return get_typed(object, key, json_type_object, out, faults, place,
                     "an object; accepted: {...}");
}

gboolean json_get_array(Json *object, const char *key, Json **out, Faults *faults,
                        const char *place)
{
    return get_typed(object, key, json_type_array, out, faults, place, "an array; accepted: [...]");
}

static void refuse_key(const char *key, const char *const *known, gsize n_known, Faults *faults,
                       const char *place)
{
    g_autoptr(Json) text =
        json_object_new_string(key); /* escaped: a line break in it forges no second line */
    g_autofree char *shown = json_dup_shown(text);
    const char *nearest = nearest_name(key, known, n_known);
    if (nearest) {
        faults_add(faults, place, "unknown key %s; did you mean \"%s\"?", shown, nearest);
        return;
    }
    g_autoptr(GString) list = g_string_new(NULL);
    for (gsize i = 0; i < n_known; i++)
        g_string_append_printf(list, "%s%s", i ? ", " : "", known[i]);
    faults_add(faults, place, "unknown key %s; accepted: %s", shown, list->str);
}

void json_refuse_unknown(Json *object, const char *const *known, gsize n_known, Faults *faults,
                         const char *place)
{
    struct json_object_iterator at = json_object_iter_begin(object);
    struct json_object_iterator end = json_object_iter_end(object);
    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
        const char *key = json_object_iter_peek_name(&at);
        gboolean is_known = FALSE;
        for (gsize i = 0; i < n_known && !is_known; i++)
            is_known = strcmp(key, known[i]) == 0;
        if (!is_known)
            refuse_key(key, known, n_known, faults, place);
    }
}

/* --- building ----------------------------------------------------------------------------------
 */

void json_add_position(Json *object, const char *name, double lon, double lat)
{
    Json *position = json_object_new_array();
    json_object_array_add(position, json_object_new_double(lon));
    json_object_array_add(position, json_object_new_double(lat));
    json_add(object, name, position);
}

Json *json_texts(char *const *texts)
{
    Json *json = json_object_new_array();
    for (; texts && *texts; texts++)
        json_object_array_add(json, json_object_new_string(*texts));
    return json;
}

void json_add(Json *object, const char *key, Json *value)
{
    json_object_object_add(object, key, value);
}

void json_add_string(Json *object, const char *key, const char *value)
{
    if (value)
        json_add(object, key, json_object_new_string(value));
}

void json_add_int(Json *object, const char *key, gint64 value)
{
    json_add(object, key, json_object_new_int64(value));
}

void json_add_known(Json *object, const char *key, const char *text)
{
    if (*text)
        json_add_string(object, key, text);
}

void json_add_time(Json *object, const char *key, gint64 unix_ms)
{
    if (unix_ms)
        json_add_int(object, key, unix_ms);
}

void json_add_double(Json *object, const char *key, double value)
{
    if (!isfinite(value)) {
        json_add(object, key, NULL);
        return;
    }
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    if (fabs(value) >= 1e12) { /* no decimals to speak of */
        g_ascii_dtostr(text, sizeof text, value);
    } else {
        g_ascii_formatd(text, sizeof text, "%.3f", value);
        gsize len = strlen(text);
        while (text[len - 1] == '0')
            len--;
        text[text[len - 1] == '.' ? len - 1 : len] = 0;
    }
    json_add(object, key, json_object_new_double_s(value, text));
}

void json_add_bool(Json *object, const char *key, gboolean value)
{
    json_add(object, key, json_object_new_boolean(value));
}

char *json_dup_text(Json *json)
{
    const char *text = json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN |
                                                                JSON_C_TO_STRING_NOSLASHESCAPE);
    return g_utf8_make_valid(text, -1);
}
