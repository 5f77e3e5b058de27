/* chain.c - the log of what was recorded about cases, each row sealed with the one before */
#include "wallctl/store/chain.h"

#include "wallctl/store/sql.h"

#include <sodium.h>
#include <string.h>

#define COLUMNS                                                                                    \
    "seq, case_code, event_seq, from_state, to_state, action, at_ms, recorded_ms, doc_no"

G_STATIC_ASSERT(CHAIN_HASH_BYTES == crypto_hash_sha256_BYTES);

/* --- sealing -----------------------------------------------------------------------------------
 */

static void add_number(crypto_hash_sha256_state *state, gint64 number)
{
    gint64 bytes = GINT64_TO_BE(number);
    crypto_hash_sha256_update(state, (const guint8 *)&bytes, sizeof bytes);
}

/* With its length, so that no two rows are the same bytes. */
static void add_text(crypto_hash_sha256_state *state, const char *text)
{
    gsize len = strlen(text);
    add_number(state, (gint64)len);
    crypto_hash_sha256_update(state, (const guint8 *)text, len);
}

static void seal(const guint8 *prev, gint64 seq, const ChainRow *row, guint8 *hash)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, prev, CHAIN_HASH_BYTES);
    add_number(&state, seq);
    add_text(&state, row->case_code);
    add_number(&state, row->event_seq);
    add_text(&state, row->from);
    add_text(&state, row->to);
    add_text(&state, row->action);
    add_number(&state, row->at_ms);
    add_number(&state, row->recorded_ms);
    add_text(&state, row->doc_no);
    crypto_hash_sha256_final(&state, hash);
}

/* --- as text -----------------------------------------------------------------------------------
 */

#define HEX_CHARS (2 * CHAIN_HASH_BYTES)

char *chain_end_dup_text(const ChainEnd *end)
{
    char hex[HEX_CHARS + 1];
    if (end->seq < 0)
        return NULL;
    sodium_bin2hex(hex, sizeof hex, end->hash, CHAIN_HASH_BYTES);
    return g_strdup_printf("%" G_GINT64_FORMAT ":%s", end->seq, hex);
}

gboolean chain_end_parse(const char *text, ChainEnd *end)
{
    g_auto(GStrv) parts = g_strsplit(text, ":", 2);
    guint64 seq;
    gsize len;
    if (g_strv_length(parts) != 2 || strlen(parts[1]) != HEX_CHARS ||
        !g_ascii_string_to_unsigned(parts[0], 10, 0, G_MAXINT64, &seq, NULL) ||
        sodium_hex2bin(end->hash, CHAIN_HASH_BYTES, parts[1], HEX_CHARS, NULL, &len, NULL) != 0 ||
        len != CHAIN_HASH_BYTES)
        return FALSE;
    end->seq = (gint64)seq;
    return TRUE;
}

/* --- ends --------------------------------------------------------------------------------------
 */

/* An end that is not there, or no hash, reads as number -1: nothing follows from that. */
static gboolean read_end(sqlite3 *db, const char *which, ChainEnd *end, GError **error)
{
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT seq, hash FROM chain_end WHERE which = ?", error);
    gboolean has_row;
    if (!query)
        return FALSE;
    sql_bind_text(query, 1, which);
    if (!sql_step(query, &has_row, error))
        return FALSE;
    *end = (ChainEnd) { .seq = -1 };
    if (has_row && sqlite3_column_bytes(query, 1) == CHAIN_HASH_BYTES) {
        end->seq = sqlite3_column_int64(query, 0);
        memcpy(end->hash, sqlite3_column_blob(query, 1), CHAIN_HASH_BYTES);
    }
    return TRUE;
}

static gboolean write_end(sqlite3 *db, const char *which, const ChainEnd *end, GError **error)
{
    g_autoptr(SqlStatement) put = sql_prepare(
        db, "INSERT OR REPLACE INTO chain_end(which, seq, hash) VALUES(?, ?, ?)", error);
    if (!put)
        return FALSE;
    sql_bind_text(put, 1, which);
    sql_bind_int(put, 2, end->seq);
    sql_bind_blob(put, 3, end->hash, CHAIN_HASH_BYTES);
    return sql_finish(put, error);
}

gboolean chain_begin(sqlite3 *db, ChainEnd *head, GError **error)
{
    return read_end(db, "head", head, error);
}

gboolean chain_commit(sqlite3 *db, const ChainEnd *head, GError **error)
{
    return write_end(db, "head", head, error);
}

gboolean chain_append(sqlite3 *db, ChainEnd *head, const ChainRow *row, GError **error)
{
    guint8 hash[CHAIN_HASH_BYTES];
    gint64 seq = head->seq + 1;
    seal(head->hash, seq, row, hash);
    g_autoptr(SqlStatement) insert = sql_prepare(
        db, "INSERT INTO transition(" COLUMNS ", prev_hash, hash) VALUES(?,?,?,?,?,?,?,?,?,?,?)",
        error);
    if (!insert)
        return FALSE;
    sql_bind_int(insert, 1, seq);
    sql_bind_text(insert, 2, row->case_code);
    sql_bind_int(insert, 3, row->event_seq);
    sql_bind_text(insert, 4, row->from);
    sql_bind_text(insert, 5, row->to);
    sql_bind_text(insert, 6, row->action);
    sql_bind_int(insert, 7, row->at_ms);
    sql_bind_int(insert, 8, row->recorded_ms);
    sql_bind_text(insert, 9, row->doc_no);
    sql_bind_blob(insert, 10, head->hash, CHAIN_HASH_BYTES);
    sql_bind_blob(insert, 11, hash, CHAIN_HASH_BYTES);
    if (!sql_finish(insert, error))
        return FALSE;
    head->seq = seq;
    memcpy(head->hash, hash, CHAIN_HASH_BYTES);
    return TRUE;
}

/* --- verifying ---------------------------------------------------------------------------------
 */

static gboolean is_hash(SqlStatement *query, int column, const guint8 *hash)
{
    return sqlite3_column_bytes(query, column) == CHAIN_HASH_BYTES &&
           memcmp(sqlite3_column_blob(query, column), hash, CHAIN_HASH_BYTES) == 0;
}

/* NULL: the row follows the one that at stands on, which moves to it. */
static const char *check_row(SqlStatement *query, ChainEnd *at)
{
    ChainRow row = { .case_code = (const char *)sqlite3_column_text(query, 1),
                     .event_seq = sqlite3_column_int64(query, 2),
                     .from = (const char *)sqlite3_column_text(query, 3),
                     .to = (const char *)sqlite3_column_text(query, 4),
                     .action = (const char *)sqlite3_column_text(query, 5),
                     .at_ms = sqlite3_column_int64(query, 6),
                     .recorded_ms = sqlite3_column_int64(query, 7),
                     .doc_no = (const char *)sqlite3_column_text(query, 8) };
    guint8 hash[CHAIN_HASH_BYTES];
    if (sqlite3_column_int64(query, 0) != at->seq + 1)
        return "rows are missing";
    if (!is_hash(query, 9, at->hash))
        return "does not follow the row before";
    seal(at->hash, at->seq + 1, &row, hash);
    if (!is_hash(query, 10, hash))
        return "was altered";
    at->seq++;
    memcpy(at->hash, hash, CHAIN_HASH_BYTES);
    return NULL;
}

/* The rows one after the other, to the end or the first that does not hold. */
static gboolean walk(sqlite3 *db, ChainEnd *at, const char **why, GError **error)
{
    /* not INDEXED: the table's own order, whatever an index has become */
    g_autoptr(SqlStatement) query = sql_prepare(
        db, "SELECT " COLUMNS ", prev_hash, hash FROM transition NOT INDEXED ORDER BY seq", error);
    gboolean has_row;
    while (query && sql_step(query, &has_row, error)) {
        *why = has_row ? check_row(query, at) : NULL;
        if (!has_row || *why)
            return TRUE;
    }
    return FALSE;
}

gboolean chain_verify(sqlite3 *db, gint64 *broken_seq, const char **why, GError **error)
{
    ChainEnd at, head;
    *broken_seq = 0;
    *why = NULL;
    if (!read_end(db, "base", &at, error) || !read_end(db, "head", &head, error) ||
        !walk(db, &at, why, error))
        return FALSE;
    if (!*why && (at.seq != head.seq || memcmp(at.hash, head.hash, sizeof at.hash) != 0))
        *why = "the rows do not reach the head";
    if (*why)
        *broken_seq = at.seq + 1;
    return *why == NULL;
}

static gboolean find_row(sqlite3 *db, gint64 seq, ChainEnd *end, gboolean *has_row, GError **error)
{
    g_autoptr(SqlStatement) query =
        sql_prepare(db, "SELECT hash FROM transition WHERE seq = ?", error);
    if (!query)
        return FALSE;
    sql_bind_int(query, 1, seq);
    if (!sql_step(query, has_row, error))
        return FALSE;
    *has_row = *has_row && sqlite3_column_bytes(query, 0) == CHAIN_HASH_BYTES;
    if (*has_row) {
        end->seq = seq;
        memcpy(end->hash, sqlite3_column_blob(query, 0), CHAIN_HASH_BYTES);
    }
    return TRUE;
}

gboolean chain_holds(sqlite3 *db, const ChainEnd *known, const char **why, GError **error)
{
    ChainEnd base, head, row = { 0 };
    gboolean has_row = TRUE;
    *why = NULL;
    if (!read_end(db, "base", &base, error) || !read_end(db, "head", &head, error))
        return FALSE;
    if (known->seq == base.seq)
        row = base;
    else if (!find_row(db, known->seq, &row, &has_row, error))
        return FALSE;
    if (known->seq < base.seq)
        *why = "it is older than what is kept";
    else if (known->seq > head.seq)
        *why = "the log ends before it";
    else if (!has_row || memcmp(row.hash, known->hash, CHAIN_HASH_BYTES) != 0)
        *why = "the log was written anew: its row of that number is another one";
    return *why == NULL;
}

gboolean chain_cut(sqlite3 *db, gint64 upto_seq, GError **error)
{
    ChainEnd base;
    gboolean has_row;
    if (!find_row(db, upto_seq, &base, &has_row, error))
        return FALSE;
    if (!has_row)
        return TRUE;
    if (!write_end(db, "base", &base, error))
        return FALSE;
    g_autoptr(SqlStatement) delete =
        sql_prepare(db, "DELETE FROM transition WHERE seq <= ?", error);
    if (!delete)
        return FALSE;
    sql_bind_int(delete, 1, upto_seq);
    return sql_finish(delete, error);
}
