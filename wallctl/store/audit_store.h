/* audit_store.h - the register's tables: append-only rows, each sealed with the hash of the one before,
 * a head that is signed with every batch, and signed checkpoints. [store], unless it says otherwise
 *
 * A row that is altered, deleted, inserted, moved or cut off at the end is found, also by one who can
 * write the file and recompute the hashes: the head is signed, and the key is not in the database. What
 * is not found is an old copy of the whole file in its place; for that each checkpoint goes to the log
 * as well. Triggers refuse UPDATE and DELETE; retention moves the (signed) base first.
 */
#ifndef WALLCTL_STORE_AUDIT_STORE_H
#define WALLCTL_STORE_AUDIT_STORE_H

#include "wallctl/store/audit_seal.h"

#include <sqlite3.h>

/* Who signs, and for which site. Borrowed. */
typedef struct {
    const AuditKey *key;
    const char *site;
} AuditSigner;

/* Between what the register reaches. */
typedef struct {
    AuditEnd base, head;
    gint64 n_checkpoints;
    gboolean is_signed;                    /* FALSE: nothing was ever written */
    guint8 public_key[AUDIT_PUBLIC_BYTES]; /* that signed the head */
} AuditState;

gboolean audit_store_state(sqlite3 *db, AuditState *state, GError **error);

/* Appends rows (as audit_row_clean() makes them) and signs the head. *head (may be NULL): where it is
 * then. */
gboolean audit_store_append(sqlite3 *db, const AuditSigner *signer, const AuditRow *const *rows,
                            guint n, gint64 now_ms, AuditEnd *head, GError **error);

/* cause: "hour", "start", "stop", "export", "key". *mark (may be NULL): what was signed, but for its
 * texts. */
gboolean audit_store_checkpoint(sqlite3 *db, const AuditSigner *signer, const char *cause,
                                gint64 now_ms, AuditMark *mark, GError **error);

/* Deletes the rows up to upto_seq for retention: the base moves there, signed. */
gboolean audit_store_cut(sqlite3 *db, const AuditSigner *signer, gint64 upto_seq, gint64 now_ms,
                         GError **error);

/* --- what can be wrong ---------------------------------------------------------------------------
 */

typedef enum {
    AUDIT_GOOD = 0,
    AUDIT_MISSING,            /* rows before this one are gone */
    AUDIT_REPEATED,           /* its number was there already, or it stands before its place */
    AUDIT_ALTERED,            /* the row is not the one that was sealed */
    AUDIT_CUT,                /* the rows end before the head that was signed */
    AUDIT_SIGNATURE,          /* the signature of head, base or trailer does not hold */
    AUDIT_OTHER_KEY,          /* signed by another key than the one that is expected */
    AUDIT_CHECKPOINT_MISSING, /* one or more before this one are gone */
    AUDIT_CHECKPOINT_ALTERED, /* its signature does not hold, or it is not about this chain */
    AUDIT_HEADER,             /* files only: not ours, or altered */
    AUDIT_LINE,               /* files only: no line as it was written */
    AUDIT_TRAILER,            /* files only: not about this file */
    AUDIT_TRUNCATED,          /* files only: the last line is missing */
    AUDIT_SURPLUS,            /* files only: something follows the last line */
    AUDIT_FAULT_LAST = AUDIT_SURPLUS
} AuditFault;

const char *audit_fault_word(AuditFault fault); /* "missing" ... borrowed */
const char *audit_fault_en(AuditFault fault);   /* "rows before this one are missing"; borrowed */
const char *audit_fault_zh(AuditFault fault);

typedef struct {
    AuditFault fault;
    gint64
        seq; /* the row (or, of checkpoints, the number) where it was found; 0: none in particular */
    gint64 line; /* of a file, from 1; 0: not of a file */
    gint64 n_rows, n_checkpoints;
    gint64 first_seq, last_seq; /* 0: no rows */
    gint64 n_other_keys;        /* checkpoints that an earlier key has signed: it holds by itself */
    guint8 public_key[AUDIT_PUBLIC_BYTES];
} AuditVerdict;

/* [any], in a read transaction. public_key (may be NULL) has to have signed the head. FALSE with an
 * error if it cannot be read; what is found is in the verdict. */
gboolean audit_store_verify(sqlite3 *db, const guint8 *public_key, AuditVerdict *verdict,
                            GError **error);

/* The quick half of it, for a start: what is signed, and that the last row is where it ends. */
gboolean audit_store_check(sqlite3 *db, const guint8 *public_key, AuditVerdict *verdict,
                           GError **error);

/* --- for those who read rows ---------------------------------------------------------------------
 */

/* In the order of audit_store_read(). */
#define AUDIT_COLUMNS                                                                              \
    "seq, at_ms, kind, account, name, unit, address, via, wall, camera, object, reason, content, " \
    "tile, seconds, is_refused, hash"

/* FALSE: no row as it could have been written. The texts are the statement's. hash may be NULL. */
gboolean audit_store_read(sqlite3_stmt *query, gint64 *seq, AuditRow *row, guint8 *hash);

/* [any] The checkpoints from number on, one after the other; FALSE from each ends it. */
typedef struct {
    AuditMark mark; /* texts borrowed for the call */
    guint8 public_key[AUDIT_PUBLIC_BYTES], signature[AUDIT_SIGNATURE_BYTES];
    gboolean is_readable; /* FALSE: of a form that was never written */
} AuditCheckpoint;

void audit_store_read_checkpoint(sqlite3_stmt *query, AuditCheckpoint *checkpoint);
#define AUDIT_CHECKPOINT_COLUMNS                                                                   \
    "number, seq, hash, count, made_ms, site, cause, public_key, signature"

#endif
