/* audit_file.c - verifies an export of the register */
#include "wallctl/store/audit_file.h"

#include <sodium.h>
#include <string.h>

struct AuditFile {
    AuditVerdict verdict;
    GString *line; /* what is there of the next one */
    crypto_hash_sha256_state digest;
    gboolean has_header, has_trailer, has_key;
    guint8 key[AUDIT_PUBLIC_BYTES]; /* that is expected */
    char *site;
    gint64 from_ms, to_ms, made_ms;
    AuditEnd base, at;
    gint64 checkpoint; /* number of the last one; 0: none yet */
};

static gboolean found(AuditFile *file, AuditFault fault, gint64 seq)
{
    file->verdict.fault = fault;
    file->verdict.seq = seq;
    return FALSE;
}

static gboolean take_header(AuditFile *file, const AuditLine *line)
{
    if (!audit_line_verify_header(line))
        return found(file, AUDIT_SIGNATURE, 0);
    memcpy(file->verdict.public_key, line->public_key, AUDIT_PUBLIC_BYTES);
    if (file->has_key && memcmp(file->key, line->public_key, AUDIT_PUBLIC_BYTES) != 0)
        return found(file, AUDIT_OTHER_KEY, 0);
    file->has_header = TRUE;
    file->site = g_strdup(line->mark.site);
    file->from_ms = line->from_ms;
    file->to_ms = line->to_ms;
    file->base = file->at = line->mark.end;
    return TRUE;
}

static gboolean take_row(AuditFile *file, const AuditLine *line)
{
    AuditVerdict *verdict = &file->verdict;
    if (line->seq != file->at.seq + 1)
        return found(file, line->seq > file->at.seq ? AUDIT_MISSING : AUDIT_REPEATED, line->seq);
    audit_seal_row(&file->at, &line->row);
    if (memcmp(file->at.hash, line->hash, AUDIT_HASH_BYTES) != 0)
        return found(file, AUDIT_ALTERED, line->seq);
    verdict->first_seq = verdict->n_rows ? verdict->first_seq : line->seq;
    verdict->last_seq = line->seq;
    verdict->n_rows++;
    return TRUE;
}

static gboolean take_checkpoint(AuditFile *file, const AuditLine *line)
{
    AuditVerdict *verdict = &file->verdict;
    if (file->checkpoint && line->mark.number != file->checkpoint + 1)
        return found(file, AUDIT_CHECKPOINT_MISSING, line->mark.number);
    if (!audit_mark_verify(&line->mark, line->public_key, line->signature) ||
        !audit_end_equal(&line->mark.end, &file->at))
        return found(file, AUDIT_CHECKPOINT_ALTERED, line->mark.number);
    verdict->n_other_keys += memcmp(line->public_key, verdict->public_key, AUDIT_PUBLIC_BYTES) != 0;
    verdict->n_checkpoints++;
    file->checkpoint = line->mark.number;
    return TRUE;
}

/* digest: of all lines before it. */
static gboolean take_trailer(AuditFile *file, const AuditLine *line)
{
    const AuditVerdict *verdict = &file->verdict;
    crypto_hash_sha256_state state = file->digest;
    guint8 digest[crypto_hash_sha256_BYTES];
    AuditMark mark = line->mark;
    mark.site = file->site;
    if (!audit_mark_verify(&mark, verdict->public_key, line->signature))
        return found(file, AUDIT_SIGNATURE, 0);
    crypto_hash_sha256_final(&state, digest);
    g_autofree char *hex = audit_hex_dup(digest, sizeof digest);
    if (!audit_end_equal(&mark.end, &file->at) || mark.count != verdict->n_rows)
        return found(file, AUDIT_CUT, file->at.seq);
    if (strcmp(hex, mark.detail) != 0 || mark.number != verdict->first_seq)
        return found(file, AUDIT_TRAILER, 0);
    file->has_trailer = TRUE;
    file->made_ms = mark.made_ms;
    return TRUE;
}

static gboolean take_line(AuditFile *file)
{
    const GString *text = file->line;
    g_auto(ParsedLine) parsed = { 0 };
    file->verdict.line++;
    if (file->has_trailer)
        return found(file, AUDIT_SURPLUS, 0);
    gboolean is_good = audit_line_parse(text->str, text->len, &parsed);
    const AuditLine *line = &parsed.line;
    if (!file->has_header && (!is_good || line->kind != AUDIT_LINE_HEADER))
        return found(file, AUDIT_HEADER, 0);
    if (!is_good || (file->has_header && line->kind == AUDIT_LINE_HEADER))
        return found(file, AUDIT_LINE, 0);
    gboolean is_taken = line->kind == AUDIT_LINE_HEADER       ? take_header(file, line)
                        : line->kind == AUDIT_LINE_ROW        ? take_row(file, line)
                        : line->kind == AUDIT_LINE_CHECKPOINT ? take_checkpoint(file, line)
                                                              : take_trailer(file, line);
    crypto_hash_sha256_update(&file->digest, (const guint8 *)text->str, text->len);
    crypto_hash_sha256_update(&file->digest, (const guint8 *)"\n", 1);
    return is_taken;
}

gboolean audit_file_feed(AuditFile *file, const char *bytes, gsize len)
{
    const char *end = bytes + len;
    while (bytes < end && !file->verdict.fault) {
        const char *newline = memchr(bytes, '\n', (gsize)(end - bytes));
        gsize n = (gsize)((newline ? newline : end) - bytes);
        if (file->line->len + n > AUDIT_LINE_MAX) {
            file->verdict.line++;
            return found(file, file->has_header ? AUDIT_LINE : AUDIT_HEADER, 0);
        }
        g_string_append_len(file->line, bytes, (gssize)n);
        bytes += n;
        if (newline) {
            bytes++;
            if (take_line(file))
                g_string_truncate(file->line, 0);
        }
    }
    return file->verdict.fault == AUDIT_GOOD;
}

const AuditVerdict *audit_file_end(AuditFile *file)
{
    AuditVerdict *verdict = &file->verdict;
    if (verdict->fault)
        return verdict;
    if (file->line->len > 0) { /* a line without its end */
        verdict->line++;
        found(file, file->has_trailer ? AUDIT_SURPLUS : AUDIT_TRUNCATED, 0);
    } else if (!file->has_trailer) {
        verdict->line++;
        found(file, AUDIT_TRUNCATED, 0);
    }
    return verdict;
}

AuditFileInfo audit_file_info(const AuditFile *file)
{
    return (AuditFileInfo) { file->site,    file->from_ms, file->to_ms,
                             file->made_ms, file->base,    file->at };
}

AuditFile *audit_file_new(const guint8 *public_key)
{
    AuditFile *file = g_new0(AuditFile, 1);
    file->line = g_string_sized_new(1024);
    file->has_key = public_key != NULL;
    if (public_key)
        memcpy(file->key, public_key, AUDIT_PUBLIC_BYTES);
    crypto_hash_sha256_init(&file->digest);
    return file;
}

void audit_file_free(AuditFile *file)
{
    if (!file)
        return;
    g_string_free(file->line, TRUE);
    g_free(file->site);
    g_free(file);
}
