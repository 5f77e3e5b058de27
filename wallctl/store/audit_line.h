/* audit_line.h - the lines of an export file of the register (NDJSON), written in one way only. Pure.
 * [any]
 *
 * header, rows with checkpoints behind the row that they are about, trailer. Each line is one JSON object
 * with its members in a fixed order and nothing between them, so that a line that was changed in any byte
 * is found without asking what the change means.
 */
#ifndef WALLCTL_STORE_AUDIT_LINE_H
#define WALLCTL_STORE_AUDIT_LINE_H

#include "wallctl/store/audit_store.h"

#define AUDIT_LINE_MAX 16384 /* bytes, without the newline */

typedef enum {
    AUDIT_LINE_HEADER = 1,
    AUDIT_LINE_ROW,
    AUDIT_LINE_CHECKPOINT,
    AUDIT_LINE_TRAILER
} AuditLineKind;

/* One line as values; texts are borrowed. */
typedef struct {
    AuditLineKind kind;
    /* HEADER: mark.end is where the rows begin (the one before the first), mark.made_ms, mark.site.
     * TRAILER: mark.number, mark.end, mark.count, mark.made_ms, mark.detail; the site is the header's.
     * CHECKPOINT: all of mark. */
    AuditMark mark;
    gint64 from_ms, to_ms;                 /* HEADER: what was asked for; 0: no bound */
    guint8 public_key[AUDIT_PUBLIC_BYTES]; /* HEADER, CHECKPOINT */
    guint8 signature[AUDIT_SIGNATURE_BYTES];
    gint64 seq; /* ROW */
    AuditRow row;
    guint8 hash[AUDIT_HASH_BYTES]; /* ROW */
} AuditLine;

/* With its newline. */
void audit_line_write(GString *out, const AuditLine *line);

/* text (not terminated, no newline) as the value that audit_line_write() would write just so. FALSE: it
 * is not one. What line borrows is freed by audit_line_clear(). */
typedef struct {
    AuditLine line;
    gpointer json;
} ParsedLine;

gboolean audit_line_parse(const char *text, gsize len, ParsedLine *parsed);
void audit_line_clear(ParsedLine *parsed);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ParsedLine, audit_line_clear)

/* Signs a header (all but its signature is set). */
void audit_line_sign_header(AuditLine *line, const AuditKey *key);
gboolean audit_line_verify_header(const AuditLine *line);

#endif
