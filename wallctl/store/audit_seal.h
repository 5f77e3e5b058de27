/* audit_seal.h - what makes the register hard to alter: the hash over a row and the row before it, and
 * Ed25519 signatures of one key over where the chain stands. Pure. [any]
 *
 * All that is hashed or signed begins with a label that says what it is, and every text goes with its
 * length, so that no two values are the same bytes.
 */
#ifndef WALLCTL_STORE_AUDIT_SEAL_H
#define WALLCTL_STORE_AUDIT_SEAL_H

#include "wallctl/model/audit.h"
#include "wallctl/store/audit_key.h"

#define AUDIT_HASH_BYTES 32

/* A place in the chain: the row with this number has this hash; 0 and zeroes before the first. */
typedef struct {
    gint64 seq;
    guint8 hash[AUDIT_HASH_BYTES];
} AuditEnd;

gboolean audit_end_equal(const AuditEnd *a, const AuditEnd *b);

/* Moves end on by one row. */
void audit_seal_row(AuditEnd *end, const AuditRow *row);

/* What a signature is for: one of these cannot stand for another. */
typedef enum {
    AUDIT_MARK_HEAD = 1,   /* the newest row, signed with every batch */
    AUDIT_MARK_BASE,       /* the last row that retention has deleted */
    AUDIT_MARK_CHECKPOINT, /* of each hour, start, stop and export; stays */
    AUDIT_MARK_HEADER,     /* the first line of an export file; detail: all of it */
    AUDIT_MARK_TRAILER     /* the last one */
} AuditMarkKind;

typedef struct {
    AuditMarkKind kind;
    gint64
        number; /* CHECKPOINT: 1, 2, 3 ...; HEAD: how many there are; TRAILER: first row's number */
    AuditEnd end;
    gint64 count; /* rows that are kept (HEAD, CHECKPOINT), or in the file (TRAILER) */
    gint64 made_ms;
    const char *site;   /* borrowed */
    const char *detail; /* CHECKPOINT: why; TRAILER: SHA-256 of the file in hex; borrowed */
} AuditMark;

void audit_mark_sign(const AuditMark *mark, const AuditKey *key,
                     guint8 signature[AUDIT_SIGNATURE_BYTES]);
gboolean audit_mark_verify(const AuditMark *mark, const guint8 public_key[AUDIT_PUBLIC_BYTES],
                           const guint8 signature[AUDIT_SIGNATURE_BYTES]);

/* Lower-case hex of exactly n bytes; FALSE if it is not that. */
gboolean audit_hex_parse(const char *text, guint8 *bytes, gsize n);
char *audit_hex_dup(const guint8 *bytes, gsize n); /* caller frees */

#endif
