/* audit_line.c - the lines of an export file of the register */
#include "wallctl/store/audit_line.h"

#include "wallctl/base/json.h"

#include <stdio.h>
#include <string.h>

/* --- writing -------------------------------------------------------------------------------------
 */

static void add_key(GString *out, const char *key)
{
    g_string_append_c(out, out->str[out->len - 1] == '{' ? '"' : ',');
    if (out->str[out->len - 1] == ',')
        g_string_append_c(out, '"');
    g_string_append(out, key);
    g_string_append(out, "\":");
}

static void add_number(GString *out, const char *key, gint64 number)
{
    add_key(out, key);
    g_string_append_printf(out, "%" G_GINT64_FORMAT, number);
}

static void add_text(GString *out, const char *key, const char *text)
{
    add_key(out, key);
    g_string_append_c(out, '"');
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\')
            g_string_append_c(out, '\\');
        if ((guchar)*p < 0x20)
            g_string_append_printf(out, "\\u%04x", (guint)*p);
        else
            g_string_append_c(out, *p);
    }
    g_string_append_c(out, '"');
}

static void add_hex(GString *out, const char *key, const guint8 *bytes, gsize n)
{
    g_autofree char *hex = audit_hex_dup(bytes, n);
    add_text(out, key, hex);
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* Up to the signature. */
static void write_header(GString *out, const AuditLine *line)
{
    const AuditMark *mark = &line->mark;
    add_text(out, "register", "wallctl audit 1");
    add_text(out, "site", or_empty(mark->site));
    add_hex(out, "key", line->public_key, AUDIT_PUBLIC_BYTES);
    add_number(out, "from_ms", line->from_ms);
    add_number(out, "to_ms", line->to_ms);
    add_number(out, "base_seq", mark->end.seq);
    add_hex(out, "base_hash", mark->end.hash, AUDIT_HASH_BYTES);
    add_number(out, "made_ms", mark->made_ms);
}

static void write_row(GString *out, const AuditLine *line)
{
    const AuditRow *row = &line->row;
    add_number(out, "seq", line->seq);
    add_number(out, "at_ms", row->at_ms);
    add_text(out, "kind", audit_kind_word(row->kind));
    for (guint i = 0; i < AUDIT_N_TEXTS; i++)
        add_text(out, audit_text_key(i), audit_row_text(row, i));
    add_number(out, "tile", row->tile);
    add_number(out, "seconds", row->seconds);
    add_text(out, "outcome", row->is_refused ? "refused" : "ok");
    add_hex(out, "hash", line->hash, AUDIT_HASH_BYTES);
}

static void write_checkpoint(GString *out, const AuditLine *line)
{
    const AuditMark *mark = &line->mark;
    add_number(out, "checkpoint", mark->number);
    add_number(out, "at_seq", mark->end.seq);
    add_hex(out, "at_hash", mark->end.hash, AUDIT_HASH_BYTES);
    add_number(out, "count", mark->count);
    add_number(out, "made_ms", mark->made_ms);
    add_text(out, "site", or_empty(mark->site));
    add_text(out, "cause", or_empty(mark->detail));
    add_hex(out, "key", line->public_key, AUDIT_PUBLIC_BYTES);
}

static void write_trailer(GString *out, const AuditLine *line)
{
    const AuditMark *mark = &line->mark;
    add_number(out, "count", mark->count);
    add_number(out, "first_seq", mark->number);
    add_number(out, "last_seq", mark->end.seq);
    add_hex(out, "head_hash", mark->end.hash, AUDIT_HASH_BYTES);
    add_number(out, "made_ms", mark->made_ms);
    add_text(out, "sha256", or_empty(mark->detail));
}

void audit_line_write(GString *out, const AuditLine *line)
{
    static void (*const write[])(GString *, const AuditLine *) = {
        [AUDIT_LINE_HEADER] = write_header,
        [AUDIT_LINE_ROW] = write_row,
        [AUDIT_LINE_CHECKPOINT] = write_checkpoint,
        [AUDIT_LINE_TRAILER] = write_trailer,
    };
    g_string_append_c(out, '{');
    write[line->kind](out, line);
    if (line->kind != AUDIT_LINE_ROW)
        add_hex(out, "signature", line->signature, AUDIT_SIGNATURE_BYTES);
    g_string_append(out, "}\n");
}

/* --- the header's signature ----------------------------------------------------------------------
 */

static AuditMark header_mark(const AuditLine *line, char **text)
{
    GString *out = g_string_new("{");
    write_header(out, line);
    *text = g_string_free(out, FALSE);
    return (AuditMark) { .kind = AUDIT_MARK_HEADER, .detail = *text };
}

void audit_line_sign_header(AuditLine *line, const AuditKey *key)
{
    g_autofree char *text = NULL;
    memcpy(line->public_key, audit_key_public(key), AUDIT_PUBLIC_BYTES);
    AuditMark mark = header_mark(line, &text);
    audit_mark_sign(&mark, key, line->signature);
}

gboolean audit_line_verify_header(const AuditLine *line)
{
    g_autofree char *text = NULL;
    AuditMark mark = header_mark(line, &text);
    return audit_mark_verify(&mark, line->public_key, line->signature);
}

/* --- reading -------------------------------------------------------------------------------------
 */

static const char *text_of(Json *json, const char *key)
{
    Json *value = NULL;
    gboolean is_text = json_object_object_get_ex(json, key, &value) &&
                       json_object_is_type(value, json_type_string);
    return is_text ? json_object_get_string(value) : NULL;
}

static gboolean read_number(Json *json, const char *key, gint64 max, gint64 *number)
{
    Json *value = NULL;
    if (!json_object_object_get_ex(json, key, &value) || !json_object_is_type(value, json_type_int))
        return FALSE;
    *number = json_object_get_int64(value);
    return *number <= max && (max == G_MAXINT64 || *number >= 0);
}

static gboolean read_hex(Json *json, const char *key, guint8 *bytes, gsize n)
{
    const char *text = text_of(json, key);
    return text && audit_hex_parse(text, bytes, n);
}

static gboolean read_row(Json *json, AuditLine *line)
{
    const char *text[AUDIT_N_TEXTS], *kind = text_of(json, "kind");
    const char *outcome = text_of(json, "outcome");
    gint64 tile, seconds, at_ms;
    for (guint i = 0; i < AUDIT_N_TEXTS; i++) {
        text[i] = text_of(json, audit_text_key(i));
        if (!text[i])
            return FALSE;
    }
    if (!kind || !outcome || !read_number(json, "seq", G_MAXINT64, &line->seq) ||
        !read_number(json, "at_ms", G_MAXINT64, &at_ms) ||
        !read_number(json, "tile", G_MAXUINT, &tile) ||
        !read_number(json, "seconds", G_MAXUINT, &seconds) ||
        !read_hex(json, "hash", line->hash, AUDIT_HASH_BYTES))
        return FALSE;
    line->kind = AUDIT_LINE_ROW;
    line->row = (AuditRow) { .at_ms = at_ms,
                             .kind = audit_kind_from_word(kind),
                             .tile = (guint)tile,
                             .seconds = (guint)seconds,
                             .is_refused = strcmp(outcome, "refused") == 0 };
    audit_row_set_texts(&line->row, text);
    return line->row.kind != 0;
}

static gboolean read_header(Json *json, AuditLine *line)
{
    AuditMark *mark = &line->mark;
    line->kind = AUDIT_LINE_HEADER;
    mark->site = text_of(json, "site");
    return mark->site && read_hex(json, "key", line->public_key, AUDIT_PUBLIC_BYTES) &&
           read_number(json, "from_ms", G_MAXINT64, &line->from_ms) &&
           read_number(json, "to_ms", G_MAXINT64, &line->to_ms) &&
           read_number(json, "base_seq", G_MAXINT64 - 1, &mark->end.seq) &&
           read_hex(json, "base_hash", mark->end.hash, AUDIT_HASH_BYTES) &&
           read_number(json, "made_ms", G_MAXINT64, &mark->made_ms) &&
           read_hex(json, "signature", line->signature, AUDIT_SIGNATURE_BYTES);
}

static gboolean read_checkpoint(Json *json, AuditLine *line)
{
    AuditMark *mark = &line->mark;
    line->kind = AUDIT_LINE_CHECKPOINT;
    mark->kind = AUDIT_MARK_CHECKPOINT;
    mark->site = text_of(json, "site");
    mark->detail = text_of(json, "cause");
    return mark->site && mark->detail &&
           read_number(json, "checkpoint", G_MAXINT64, &mark->number) &&
           read_number(json, "at_seq", G_MAXINT64, &mark->end.seq) &&
           read_hex(json, "at_hash", mark->end.hash, AUDIT_HASH_BYTES) &&
           read_number(json, "count", G_MAXINT64, &mark->count) &&
           read_number(json, "made_ms", G_MAXINT64, &mark->made_ms) &&
           read_hex(json, "key", line->public_key, AUDIT_PUBLIC_BYTES) &&
           read_hex(json, "signature", line->signature, AUDIT_SIGNATURE_BYTES);
}

static gboolean read_trailer(Json *json, AuditLine *line)
{
    AuditMark *mark = &line->mark;
    line->kind = AUDIT_LINE_TRAILER;
    mark->kind = AUDIT_MARK_TRAILER;
    mark->detail = text_of(json, "sha256");
    return mark->detail && read_number(json, "count", G_MAXINT64, &mark->count) &&
           read_number(json, "first_seq", G_MAXINT64, &mark->number) &&
           read_number(json, "last_seq", G_MAXINT64, &mark->end.seq) &&
           read_hex(json, "head_hash", mark->end.hash, AUDIT_HASH_BYTES) &&
           read_number(json, "made_ms", G_MAXINT64, &mark->made_ms) &&
           read_hex(json, "signature", line->signature, AUDIT_SIGNATURE_BYTES);
}

static gboolean read_line(Json *json, AuditLine *line)
{
    if (!json_object_is_type(json, json_type_object))
        return FALSE;
    if (json_object_object_get_ex(json, "seq", NULL))
        return read_row(json, line);
    if (json_object_object_get_ex(json, "checkpoint", NULL))
        return read_checkpoint(json, line);
    if (json_object_object_get_ex(json, "register", NULL))
        return read_header(json, line);
    return read_trailer(json, line);
}

/* Whatever else the text says, or says in another way, is not what would be written. */
static gboolean is_canonical(const AuditLine *line, const char *text, gsize len)
{
    g_autoptr(GString) again = g_string_sized_new(len + 2);
    audit_line_write(again, line);
    return again->len == len + 1 && memcmp(again->str, text, len) == 0;
}

gboolean audit_line_parse(const char *text, gsize len, ParsedLine *parsed)
{
    *parsed = (ParsedLine) { 0 };
    if (len == 0 || len > AUDIT_LINE_MAX)
        return FALSE;
    parsed->json = json_parse(text, len, AUDIT_LINE_MAX, JSON_STRICT, NULL);
    return parsed->json && read_line(parsed->json, &parsed->line) &&
           is_canonical(&parsed->line, text, len);
}

void audit_line_clear(ParsedLine *parsed)
{
    json_object_put(parsed->json);
    parsed->json = NULL;
}
