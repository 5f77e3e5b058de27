/* audit_export.c - a part of the register as a file */
#include "wallctl/store/audit_export.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/store/sql.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

#define LOOK_EVERY 4096 /* rows between looks whether it is cancelled */

typedef struct {
    sqlite3 *db;
    const AuditSigner *signer;
    AuditExport *export;
    FILE *file;
    GCancellable *cancel;
    GString *text;
    crypto_hash_sha256_state digest;
    AuditEnd at; /* the row that was written last */
    gint64 first_seq, last_seq;
    sqlite3_stmt *checkpoints; /* stands on the next one */
    AuditCheckpoint next;
    gboolean has_next;
} Writer;

static gboolean fail_write(GError **error)
{
    int code = errno;
    g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "the export cannot be written: %s",
                g_strerror(code));
    return FALSE;
}

static gboolean put(Writer *writer, const AuditLine *line, GError **error)
{
    GString *text = writer->text;
    g_string_truncate(text, 0);
    audit_line_write(text, line);
    crypto_hash_sha256_update(&writer->digest, (const guint8 *)text->str, text->len);
    writer->export->n_bytes += (gint64)text->len;
    return fwrite(text->str, 1, text->len, writer->file) == text->len || fail_write(error);
}

/* --- what is in it -------------------------------------------------------------------------------
 */

/* NULL: there is none. */
static gboolean get_edge(Writer *writer, const char *sql, gint64 bound_ms, gint64 *seq,
                         GError **error)
{
    g_autoptr(SqlOnce) query = sql_prepare_once(writer->db, sql, error);
    gboolean has_row;
    if (!query)
        return FALSE;
    sql_bind_int(query, 1, bound_ms);
    if (!sql_step(query, &has_row, error))
        return FALSE;
    *seq = has_row ? sqlite3_column_int64(query, 0) : 0;
    return TRUE;
}

static gboolean read_hash(Writer *writer, gint64 seq, AuditEnd *end, GError **error)
{
    g_autoptr(SqlOnce) query =
        sql_prepare_once(writer->db, "SELECT hash FROM audit WHERE seq = ?", error);
    gboolean has_row;
    if (!query)
        return FALSE;
    sql_bind_int(query, 1, seq);
    if (!sql_step(query, &has_row, error))
        return FALSE;
    *end = (AuditEnd) { .seq = seq };
    if (has_row && sqlite3_column_bytes(query, 0) == AUDIT_HASH_BYTES)
        memcpy(end->hash, sqlite3_column_blob(query, 0), AUDIT_HASH_BYTES);
    return TRUE;
}

/* The numbers of the first and last row; last < first: there is none. */
static gboolean find_range(Writer *writer, GError **error)
{
    const AuditExport *export = writer->export;
    AuditState state;
    if (!audit_store_state(writer->db, &state, error))
        return FALSE;
    writer->first_seq = state.base.seq + 1;
    writer->last_seq = state.head.seq;
    writer->at = state.base;
    if (export->from_ms &&
        !get_edge(writer,
                  "SELECT coalesce(min(seq), 9223372036854775806) FROM audit WHERE at_ms >= ?",
                  export->from_ms, &writer->first_seq, error))
        return FALSE;
    if (export->to_ms &&
        !get_edge(writer, "SELECT coalesce(max(seq), 0) FROM audit WHERE at_ms < ?", export->to_ms,
                  &writer->last_seq, error))
        return FALSE;
    if (writer->last_seq < writer->first_seq) {
        /* nothing: the file says so of the register as it stands */
        writer->at = state.head;
        writer->first_seq = state.head.seq + 1;
        writer->last_seq = state.head.seq;
        return TRUE;
    }
    gint64 before = writer->first_seq - 1;
    return before == state.base.seq || read_hash(writer, before, &writer->at, error);
}

/* --- the lines -----------------------------------------------------------------------------------
 */

static gboolean put_header(Writer *writer, GError **error)
{
    AuditLine line = {
        .kind = AUDIT_LINE_HEADER,
        .mark = { .end = writer->at, .made_ms = clock_unix_ms(), .site = writer->signer->site },
        .from_ms = writer->export->from_ms,
        .to_ms = writer->export->to_ms
    };
    audit_line_sign_header(&line, writer->signer->key);
    return put(writer, &line, error);
}

static gboolean step_checkpoint(Writer *writer, GError **error)
{
    if (!sql_step(writer->checkpoints, &writer->has_next, error))
        return FALSE;
    if (writer->has_next)
        audit_store_read_checkpoint(writer->checkpoints, &writer->next);
    return TRUE;
}

static gboolean put_checkpoints(Writer *writer, GError **error)
{
    while (writer->has_next && writer->next.mark.end.seq <= writer->at.seq) {
        const AuditCheckpoint *next = &writer->next;
        AuditLine line = { .kind = AUDIT_LINE_CHECKPOINT, .mark = next->mark };
        memcpy(line.public_key, next->public_key, AUDIT_PUBLIC_BYTES);
        memcpy(line.signature, next->signature, AUDIT_SIGNATURE_BYTES);
        if (!put(writer, &line, error) || !step_checkpoint(writer, error))
            return FALSE;
        writer->export->n_checkpoints++;
    }
    return TRUE;
}

static gboolean put_row(Writer *writer, sqlite3_stmt *query, GError **error)
{
    AuditLine line = { .kind = AUDIT_LINE_ROW };
    if (!audit_store_read(query, &line.seq, &line.row, line.hash)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
                    "row %" G_GINT64_FORMAT " of the register was altered: it cannot be read",
                    line.seq);
        return FALSE;
    }
    if (!put(writer, &line, error))
        return FALSE;
    writer->at.seq = line.seq;
    memcpy(writer->at.hash, line.hash, AUDIT_HASH_BYTES);
    writer->export->n_rows++;
    return put_checkpoints(writer, error);
}

static gboolean put_rows(Writer *writer, GError **error)
{
    g_autoptr(SqlOnce) query = sql_prepare_once(
        writer->db,
        "SELECT " AUDIT_COLUMNS " FROM audit NOT INDEXED WHERE seq >= ? AND seq <= ? ORDER BY seq",
        error);
    gboolean has_row = FALSE;
    if (!query)
        return FALSE;
    sql_bind_int(query, 1, writer->first_seq);
    sql_bind_int(query, 2, writer->last_seq);
    while (sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        if (writer->export->n_rows % LOOK_EVERY == 0 &&
            g_cancellable_set_error_if_cancelled(writer->cancel, error))
            return FALSE;
        if (!put_row(writer, query, error))
            return FALSE;
    }
    return FALSE;
}

static gboolean put_trailer(Writer *writer, GError **error)
{
    guint8 digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(&writer->digest, digest);
    g_autofree char *hex = audit_hex_dup(digest, sizeof digest);
    AuditLine line = { .kind = AUDIT_LINE_TRAILER,
                       .mark = { .kind = AUDIT_MARK_TRAILER,
                                 .number = writer->export->n_rows ? writer->first_seq : 0,
                                 .end = writer->at,
                                 .count = writer->export->n_rows,
                                 .made_ms = clock_unix_ms(),
                                 .site = writer->signer->site,
                                 .detail = hex } };
    audit_mark_sign(&line.mark, writer->signer->key, line.signature);
    return put(writer, &line, error) && (fflush(writer->file) == 0 || fail_write(error));
}

static gboolean write_all(Writer *writer, GError **error)
{
    if (!find_range(writer, error))
        return FALSE;
    g_autoptr(SqlOnce) checkpoints =
        sql_prepare_once(writer->db,
                         "SELECT " AUDIT_CHECKPOINT_COLUMNS
                         " FROM audit_checkpoint WHERE seq >= ? AND seq <= ? ORDER BY number",
                         error);
    if (!checkpoints)
        return FALSE;
    sql_bind_int(checkpoints, 1, writer->first_seq);
    sql_bind_int(checkpoints, 2, writer->last_seq);
    writer->checkpoints = checkpoints;
    return put_header(writer, error) && step_checkpoint(writer, error) && put_rows(writer, error) &&
           put_trailer(writer, error);
}

gboolean audit_export_write(sqlite3 *db, const AuditSigner *signer, AuditExport *export, FILE *file,
                            GCancellable *cancel, GError **error)
{
    Writer writer = { .db = db,
                      .signer = signer,
                      .export = export,
                      .file = file,
                      .cancel = cancel,
                      .text = g_string_sized_new(AUDIT_LINE_MAX) };
    export->n_rows = export->n_checkpoints = export->n_bytes = 0;
    crypto_hash_sha256_init(&writer.digest);
    gboolean is_good = sql_run(db, "BEGIN", error) && write_all(&writer, error);
    if (!sqlite3_get_autocommit(db))
        sql_run(db, "ROLLBACK", NULL);
    g_string_free(writer.text, TRUE);
    return is_good;
}
