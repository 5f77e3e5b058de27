/* audit_store.c - the register's tables: append, checkpoint, cut, verify */
#include "wallctl/store/audit_store.h"

#include "wallctl/store/sql.h"

#include <string.h>

#define FIRST_TEXT 3
#define AFTER_TEXT (FIRST_TEXT + AUDIT_N_TEXTS)

static const struct {
    const char *word, *en, *zh;
} faults[AUDIT_FAULT_LAST + 1] = {
    [AUDIT_GOOD] = { "good", "nothing is missing and nothing was altered", "完整，未被改动" },
    [AUDIT_MISSING] = { "missing", "rows before this one are missing", "此前缺少记录" },
    [AUDIT_REPEATED] = { "repeated", "the row is there twice or in a wrong place",
                         "记录重复或位置不对" },
    [AUDIT_ALTERED] = { "altered", "the row, or one before it, was altered or put in",
                        "记录被改动或是插入的" },
    [AUDIT_CUT] = { "cut", "rows at the end are missing", "末尾缺少记录" },
    [AUDIT_SIGNATURE] = { "signature", "the signature does not hold", "签名不成立" },
    [AUDIT_OTHER_KEY] = { "other_key", "it is signed by another key", "由另一把密钥签名" },
    [AUDIT_CHECKPOINT_MISSING] = { "checkpoint_missing", "checkpoints are missing", "缺少检查点" },
    [AUDIT_CHECKPOINT_ALTERED] = { "checkpoint_altered", "the checkpoint was altered or put in",
                                   "检查点被改动或是插入的" },
    [AUDIT_HEADER] = { "header", "the first line is no header of such a file", "首行不是文件头" },
    [AUDIT_LINE] = { "line", "the line is not as it was written", "该行不是原样" },
    [AUDIT_TRAILER] = { "trailer", "the last line does not belong to this file", "末行与文件不符" },
    [AUDIT_TRUNCATED] = { "truncated", "the file ends before its last line", "文件被截短" },
    [AUDIT_SURPLUS] = { "surplus", "something follows the last line", "末行之后还有内容" },
};

const char *audit_fault_word(AuditFault fault)
{
    return faults[fault].word;
}

const char *audit_fault_en(AuditFault fault)
{
    return faults[fault].en;
}

const char *audit_fault_zh(AuditFault fault)
{
    return faults[fault].zh;
}

/* --- reading -------------------------------------------------------------------------------------
 */

/* FALSE: a zero byte would hide what stands behind it. */
static gboolean read_text(sqlite3_stmt *query, int column, const char **text)
{
    *text = (const char *)sqlite3_column_text(query, column);
    return *text && strlen(*text) == (gsize)sqlite3_column_bytes(query, column);
}

static gboolean read_blob(sqlite3_stmt *query, int column, guint8 *bytes, gsize n)
{
    const void *blob = sqlite3_column_blob(query, column);
    if (!blob || (gsize)sqlite3_column_bytes(query, column) != n)
        return FALSE;
    memcpy(bytes, blob, n);
    return TRUE;
}

static gboolean read_small(sqlite3_stmt *query, int column, guint max, guint *number)
{
    gint64 value = sqlite3_column_int64(query, column);
    *number = (guint)value;
    return value >= 0 && value <= max;
}

gboolean audit_store_read(sqlite3_stmt *query, gint64 *seq, AuditRow *row, guint8 *hash)
{
    const char *text[AUDIT_N_TEXTS], *kind;
    guint is_refused;
    *row = (AuditRow) { .at_ms = sqlite3_column_int64(query, 1) };
    *seq = sqlite3_column_int64(query, 0);
    gboolean is_good = read_text(query, 2, &kind);
    for (guint i = 0; i < AUDIT_N_TEXTS; i++)
        is_good = read_text(query, FIRST_TEXT + (int)i, &text[i]) && is_good;
    is_good = is_good && (row->kind = audit_kind_from_word(kind)) &&
              read_small(query, AFTER_TEXT, G_MAXUINT, &row->tile) &&
              read_small(query, AFTER_TEXT + 1, G_MAXUINT, &row->seconds) &&
              read_small(query, AFTER_TEXT + 2, 1, &is_refused) &&
              (!hash || read_blob(query, AFTER_TEXT + 3, hash, AUDIT_HASH_BYTES));
    if (!is_good)
        return FALSE;
    row->is_refused = is_refused != 0;
    audit_row_set_texts(row, text);
    return TRUE;
}

void audit_store_read_checkpoint(sqlite3_stmt *query, AuditCheckpoint *checkpoint)
{
    AuditMark *mark = &checkpoint->mark;
    *checkpoint = (AuditCheckpoint) { .mark = { .kind = AUDIT_MARK_CHECKPOINT,
                                                .number = sqlite3_column_int64(query, 0),
                                                .end.seq = sqlite3_column_int64(query, 1),
                                                .count = sqlite3_column_int64(query, 3),
                                                .made_ms = sqlite3_column_int64(query, 4) } };
    checkpoint->is_readable = read_blob(query, 2, mark->end.hash, AUDIT_HASH_BYTES) &&
                              read_text(query, 5, &mark->site) &&
                              read_text(query, 6, &mark->detail) &&
                              read_blob(query, 7, checkpoint->public_key, AUDIT_PUBLIC_BYTES) &&
                              read_blob(query, 8, checkpoint->signature, AUDIT_SIGNATURE_BYTES);
}

/* --- ends ----------------------------------------------------------------------------------------
 */

/* Head or base as they stand in the database. */
typedef struct {
    AuditMark mark;
    char *site;
    gboolean is_there, is_signed;
    guint8 public_key[AUDIT_PUBLIC_BYTES], signature[AUDIT_SIGNATURE_BYTES];
} End;

static void end_clear(End *end)
{
    g_free(end->site);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(End, end_clear)

static gboolean read_end(sqlite3 *db, AuditMarkKind kind, End *end, GError **error)
{
    g_autoptr(SqlStatement) query =
        sql_prepare(db,
                    "SELECT number, seq, hash, count, made_ms, site, public_key, signature "
                    "FROM audit_end WHERE which = ?",
                    error);
    gboolean has_row;
    if (!query)
        return FALSE;
    sql_bind_text(query, 1, kind == AUDIT_MARK_HEAD ? "head" : "base");
    if (!sql_step(query, &has_row, error))
        return FALSE;
    *end = (End) { .mark.kind = kind };
    if (!has_row)
        return TRUE;
    const char *site;
    AuditMark *mark = &end->mark;
    mark->number = sqlite3_column_int64(query, 0);
    mark->end.seq = sqlite3_column_int64(query, 1);
    mark->count = sqlite3_column_int64(query, 3);
    mark->made_ms = sqlite3_column_int64(query, 4);
    end->is_there =
        read_blob(query, 2, mark->end.hash, AUDIT_HASH_BYTES) && read_text(query, 5, &site);
    if (!end->is_there)
        return TRUE;
    end->site = g_strdup(site);
    mark->site = end->site;
    end->is_signed = read_blob(query, 6, end->public_key, AUDIT_PUBLIC_BYTES) &&
                     read_blob(query, 7, end->signature, AUDIT_SIGNATURE_BYTES);
    return TRUE;
}

static gboolean write_end(sqlite3 *db, const AuditSigner *signer, const AuditMark *mark,
                          GError **error)
{
    guint8 signature[AUDIT_SIGNATURE_BYTES];
    audit_mark_sign(mark, signer->key, signature);
    g_autoptr(SqlStatement) put = sql_prepare(
        db,
        "INSERT OR REPLACE INTO audit_end(which, number, seq, hash, count, made_ms, site, "
        "public_key, signature) VALUES(?,?,?,?,?,?,?,?,?)",
        error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, mark->kind == AUDIT_MARK_HEAD ? "head" : "base");
    sql_bind_int(put, 2, mark->number);
    sql_bind_int(put, 3, mark->end.seq);
    sql_bind_blob(put, 4, mark->end.hash, AUDIT_HASH_BYTES);
    sql_bind_int(put, 5, mark->count);
    sql_bind_int(put, 6, mark->made_ms);
    sql_bind_text(put, 7, mark->site);
    sql_bind_blob(put, 8, audit_key_public(signer->key), AUDIT_PUBLIC_BYTES);
    sql_bind_blob(put, 9, signature, AUDIT_SIGNATURE_BYTES);
    return sql_finish(put, error);
}

gboolean audit_store_state(sqlite3 *db, AuditState *state, GError **error)
{
    g_auto(End) base = { 0 }, head = { 0 };
    if (!read_end(db, AUDIT_MARK_BASE, &base, error) ||
        !read_end(db, AUDIT_MARK_HEAD, &head, error))
        return FALSE;
    *state = (AuditState) { .base = base.mark.end,
                            .head = head.mark.end,
                            .n_checkpoints = head.mark.number,
                            .is_signed = head.is_signed };
    memcpy(state->public_key, head.public_key, AUDIT_PUBLIC_BYTES);
    return TRUE;
}

static gboolean write_head(sqlite3 *db, const AuditSigner *signer, const AuditState *state,
                           gint64 now_ms, GError **error)
{
    AuditMark mark = { .kind = AUDIT_MARK_HEAD,
                       .number = state->n_checkpoints,
                       .end = state->head,
                       .count = state->head.seq - state->base.seq,
                       .made_ms = now_ms,
                       .site = signer->site };
    return write_end(db, signer, &mark, error);
}

static gboolean write_base(sqlite3 *db, const AuditSigner *signer, const AuditEnd *base,
                           gint64 now_ms, GError **error)
{
    AuditMark mark = {
        .kind = AUDIT_MARK_BASE, .end = *base, .made_ms = now_ms, .site = signer->site
    };
    return write_end(db, signer, &mark, error);
}

/* --- writing -------------------------------------------------------------------------------------
 */

static gboolean append_row(sqlite3 *db, AuditEnd *head, const AuditRow *row, GError **error)
{
    audit_seal_row(head, row);
    g_autoptr(SqlStatement) insert = sql_prepare(
        db, "INSERT INTO audit(" AUDIT_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        error);
    if (!insert)
        return FALSE;
    sql_bind_int(insert, 1, head->seq);
    sql_bind_int(insert, 2, row->at_ms);
    sql_bind_text(insert, 3, audit_kind_word(row->kind));
    for (guint i = 0; i < AUDIT_N_TEXTS; i++)
        sql_bind_text(insert, FIRST_TEXT + 1 + (int)i, audit_row_text(row, i));
    sql_bind_int(insert, AFTER_TEXT + 1, row->tile);
    sql_bind_int(insert, AFTER_TEXT + 2, row->seconds);
    sql_bind_int(insert, AFTER_TEXT + 3, row->is_refused);
    sql_bind_blob(insert, AFTER_TEXT + 4, head->hash, AUDIT_HASH_BYTES);
    return sql_finish(insert, error);
}

/* The first time, the base is signed as well: nobody else can say that there was more before. */
static gboolean begin(sqlite3 *db, const AuditSigner *signer, AuditState *state, gint64 now_ms,
                      GError **error)
{
    return audit_store_state(db, state, error) &&
           (state->is_signed || write_base(db, signer, &state->base, now_ms, error));
}

gboolean audit_store_append(sqlite3 *db, const AuditSigner *signer, const AuditRow *const *rows,
                            guint n, gint64 now_ms, AuditEnd *head, GError **error)
{
    AuditState state;
    if (!begin(db, signer, &state, now_ms, error))
        return FALSE;
    for (guint i = 0; i < n; i++) {
        if (!append_row(db, &state.head, rows[i], error))
            return FALSE;
    }
    if (head)
        *head = state.head;
    return write_head(db, signer, &state, now_ms, error);
}

static gboolean write_checkpoint(sqlite3 *db, const AuditSigner *signer, const AuditMark *mark,
                                 GError **error)
{
    guint8 signature[AUDIT_SIGNATURE_BYTES];
    audit_mark_sign(mark, signer->key, signature);
    g_autoptr(SqlStatement) insert = sql_prepare(
        db, "INSERT INTO audit_checkpoint(" AUDIT_CHECKPOINT_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?)",
        error);
    if (!insert)
        return FALSE;
    sql_bind_int(insert, 1, mark->number);
    sql_bind_int(insert, 2, mark->end.seq);
    sql_bind_blob(insert, 3, mark->end.hash, AUDIT_HASH_BYTES);
    sql_bind_int(insert, 4, mark->count);
    sql_bind_int(insert, 5, mark->made_ms);
    sql_bind_text(insert, 6, mark->site);
    sql_bind_text(insert, 7, mark->detail);
    sql_bind_blob(insert, 8, audit_key_public(signer->key), AUDIT_PUBLIC_BYTES);
    sql_bind_blob(insert, 9, signature, AUDIT_SIGNATURE_BYTES);
    return sql_finish(insert, error);
}

gboolean audit_store_checkpoint(sqlite3 *db, const AuditSigner *signer, const char *cause,
                                gint64 now_ms, AuditMark *made, GError **error)
{
    AuditState state;
    if (!begin(db, signer, &state, now_ms, error))
        return FALSE;
    AuditMark mark = { .kind = AUDIT_MARK_CHECKPOINT,
                       .number = ++state.n_checkpoints,
                       .end = state.head,
                       .count = state.head.seq - state.base.seq,
                       .made_ms = now_ms,
                       .site = signer->site,
                       .detail = cause };
    if (made) {
        *made = mark;
        made->site = made->detail = NULL;
    }
    return write_checkpoint(db, signer, &mark, error) &&
           write_head(db, signer, &state, now_ms, error);
}

gboolean audit_store_cut(sqlite3 *db, const AuditSigner *signer, gint64 upto_seq, gint64 now_ms,
                         GError **error)
{
    AuditState state;
    gboolean has_row;
    if (!audit_store_state(db, &state, error))
        return FALSE;
    g_autoptr(SqlStatement) query = sql_prepare(db, "SELECT hash FROM audit WHERE seq = ?", error);
    if (!query)
        return FALSE;
    sql_bind_int(query, 1, upto_seq);
    if (!sql_step(query, &has_row, error))
        return FALSE;
    state.base.seq = upto_seq;
    if (!has_row || !read_blob(query, 0, state.base.hash, AUDIT_HASH_BYTES))
        return TRUE;
    if (!write_base(db, signer, &state.base, now_ms, error) ||
        !write_head(db, signer, &state, now_ms, error))
        return FALSE;
    g_autoptr(SqlStatement) delete = sql_prepare(db, "DELETE FROM audit WHERE seq <= ?", error);
    if (!delete)
        return FALSE;
    sql_bind_int(delete, 1, upto_seq);
    return sql_finish(delete, error);
}

/* --- verifying -----------------------------------------------------------------------------------
 */

typedef struct {
    sqlite3 *db;
    AuditVerdict *verdict;
    End base, head;
    AuditEnd at;
    sqlite3_stmt *checkpoints; /* stands on the next one */
    AuditCheckpoint next;
    gboolean has_next;
} Walk;

static gboolean found(AuditVerdict *verdict, AuditFault fault, gint64 seq)
{
    verdict->fault = fault;
    verdict->seq = seq;
    return TRUE;
}

static gboolean step_checkpoint(Walk *walk, GError **error)
{
    if (!sql_step(walk->checkpoints, &walk->has_next, error))
        return FALSE;
    if (walk->has_next)
        audit_store_read_checkpoint(walk->checkpoints, &walk->next);
    return TRUE;
}

/* Those of where the chain has come to; below the base only the signature can be looked at. */
static gboolean check_checkpoints(Walk *walk, GError **error)
{
    AuditVerdict *verdict = walk->verdict;
    while (walk->has_next && walk->next.mark.end.seq <= walk->at.seq) {
        const AuditCheckpoint *point = &walk->next;
        gint64 number = point->mark.number;
        if (number != verdict->n_checkpoints + 1)
            return found(verdict, AUDIT_CHECKPOINT_MISSING, number);
        gboolean is_known = point->mark.end.seq >= walk->base.mark.end.seq;
        if (!point->is_readable ||
            !audit_mark_verify(&point->mark, point->public_key, point->signature) ||
            (is_known && !audit_end_equal(&point->mark.end, &walk->at)))
            return found(verdict, AUDIT_CHECKPOINT_ALTERED, number);
        verdict->n_other_keys +=
            memcmp(point->public_key, walk->head.public_key, AUDIT_PUBLIC_BYTES) != 0;
        verdict->n_checkpoints++;
        if (!step_checkpoint(walk, error))
            return FALSE;
    }
    return TRUE;
}

static AuditFault check_row(Walk *walk, sqlite3_stmt *query)
{
    gint64 seq;
    AuditRow row;
    guint8 hash[AUDIT_HASH_BYTES];
    gboolean is_readable = audit_store_read(query, &seq, &row, hash);
    if (seq != walk->at.seq + 1)
        return seq > walk->at.seq ? AUDIT_MISSING : AUDIT_REPEATED;
    if (!is_readable)
        return AUDIT_ALTERED;
    audit_seal_row(&walk->at, &row);
    return memcmp(walk->at.hash, hash, AUDIT_HASH_BYTES) == 0 ? AUDIT_GOOD : AUDIT_ALTERED;
}

static gboolean walk_rows(Walk *walk, GError **error)
{
    AuditVerdict *verdict = walk->verdict;
    /* not INDEXED: the table's own order, whatever an index has become */
    g_autoptr(SqlOnce) query = sql_prepare_once(
        walk->db, "SELECT " AUDIT_COLUMNS " FROM audit NOT INDEXED ORDER BY seq", error);
    gboolean has_row;
    while (query && sql_step(query, &has_row, error)) {
        if (!has_row)
            return TRUE;
        gint64 seq = sqlite3_column_int64(query, 0);
        AuditFault fault = check_row(walk, query);
        if (fault)
            return found(verdict, fault, seq);
        verdict->first_seq = verdict->n_rows ? verdict->first_seq : seq;
        verdict->last_seq = seq;
        verdict->n_rows++;
        if (!check_checkpoints(walk, error))
            return FALSE;
        if (verdict->fault)
            return TRUE;
    }
    return FALSE;
}

static gboolean is_own(const End *end)
{
    return audit_mark_verify(&end->mark, end->public_key, end->signature);
}

/* What is signed, before the rows are looked at. */
static void check_ends(Walk *walk, const guint8 *public_key)
{
    AuditVerdict *verdict = walk->verdict;
    const End *head = &walk->head, *base = &walk->base;
    memcpy(verdict->public_key, head->public_key, AUDIT_PUBLIC_BYTES);
    if (!head->is_there || !base->is_there || head->is_signed != base->is_signed)
        found(verdict, AUDIT_SIGNATURE, 0);
    else if (!head->is_signed && (head->mark.end.seq != 0 || base->mark.end.seq != 0))
        found(verdict, AUDIT_SIGNATURE, head->mark.end.seq);
    else if (head->is_signed && !is_own(head))
        found(verdict, AUDIT_SIGNATURE, head->mark.end.seq);
    else if (base->is_signed && !is_own(base))
        found(verdict, AUDIT_SIGNATURE, base->mark.end.seq);
    else if (head->is_signed && public_key &&
             memcmp(public_key, head->public_key, AUDIT_PUBLIC_BYTES) != 0)
        found(verdict, AUDIT_OTHER_KEY, head->mark.end.seq);
}

static gboolean verify(Walk *walk, GError **error)
{
    AuditVerdict *verdict = walk->verdict;
    walk->at = walk->base.mark.end;
    if (!step_checkpoint(walk, error) || !check_checkpoints(walk, error))
        return FALSE;
    if (!verdict->fault && !walk_rows(walk, error))
        return FALSE;
    if (verdict->fault)
        return TRUE;
    const AuditMark *head = &walk->head.mark;
    if (!audit_end_equal(&walk->at, &head->end) || head->count != verdict->n_rows)
        return found(verdict, AUDIT_CUT, walk->at.seq);
    if (walk->has_next)
        return found(verdict, AUDIT_CHECKPOINT_ALTERED, walk->next.mark.number);
    if (verdict->n_checkpoints != head->number)
        return found(verdict, AUDIT_CHECKPOINT_MISSING, verdict->n_checkpoints);
    return TRUE;
}

gboolean audit_store_verify(sqlite3 *db, const guint8 *public_key, AuditVerdict *verdict,
                            GError **error)
{
    Walk walk = { .db = db, .verdict = verdict };
    *verdict = (AuditVerdict) { 0 };
    g_autoptr(SqlOnce) checkpoints = sql_prepare_once(
        db, "SELECT " AUDIT_CHECKPOINT_COLUMNS " FROM audit_checkpoint NOT INDEXED ORDER BY number",
        error);
    walk.checkpoints = checkpoints;
    gboolean is_read = checkpoints && read_end(db, AUDIT_MARK_BASE, &walk.base, error) &&
                       read_end(db, AUDIT_MARK_HEAD, &walk.head, error);
    if (is_read) {
        check_ends(&walk, public_key);
        is_read = verdict->fault || verify(&walk, error);
    }
    end_clear(&walk.base);
    end_clear(&walk.head);
    return is_read;
}

/* The last row by its number; base itself when there is none. */
static gboolean read_last(sqlite3 *db, AuditEnd *last, GError **error)
{
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", error);
    gboolean has_row;
    if (!query || !sql_step(query, &has_row, error))
        return FALSE;
    if (has_row) {
        last->seq = sqlite3_column_int64(query, 0);
        if (!read_blob(query, 1, last->hash, AUDIT_HASH_BYTES))
            memset(last->hash, 0, AUDIT_HASH_BYTES);
    }
    return TRUE;
}

gboolean audit_store_check(sqlite3 *db, const guint8 *public_key, AuditVerdict *verdict,
                           GError **error)
{
    Walk walk = { .db = db, .verdict = verdict };
    *verdict = (AuditVerdict) { 0 };
    gboolean is_read = read_end(db, AUDIT_MARK_BASE, &walk.base, error) &&
                       read_end(db, AUDIT_MARK_HEAD, &walk.head, error);
    walk.at = walk.base.mark.end;
    is_read = is_read && read_last(db, &walk.at, error);
    if (is_read) {
        check_ends(&walk, public_key);
        if (!verdict->fault && !audit_end_equal(&walk.at, &walk.head.mark.end))
            found(verdict, AUDIT_CUT, walk.at.seq);
    }
    end_clear(&walk.base);
    end_clear(&walk.head);
    return is_read;
}
