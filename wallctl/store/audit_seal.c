/* audit_seal.c - hashes and signatures of the register */
#include "wallctl/store/audit_seal.h"

#include <sodium.h>
#include <string.h>

G_STATIC_ASSERT(AUDIT_HASH_BYTES == crypto_hash_sha256_BYTES);
G_STATIC_ASSERT(AUDIT_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES);
G_STATIC_ASSERT(AUDIT_SIGNATURE_BYTES == crypto_sign_BYTES);

/* --- hashing -------------------------------------------------------------------------------------
 */

static void add_number(crypto_hash_sha256_state *state, gint64 number)
{
    gint64 bytes = GINT64_TO_BE(number);
    crypto_hash_sha256_update(state, (const guint8 *)&bytes, sizeof bytes);
}

static void add_text(crypto_hash_sha256_state *state, const char *text)
{
    gsize len = strlen(text);
    add_number(state, (gint64)len);
    crypto_hash_sha256_update(state, (const guint8 *)text, len);
}

gboolean audit_end_equal(const AuditEnd *a, const AuditEnd *b)
{
    return a->seq == b->seq && memcmp(a->hash, b->hash, AUDIT_HASH_BYTES) == 0;
}

void audit_seal_row(AuditEnd *end, const AuditRow *row)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    add_text(&state, "wallctl audit row 1");
    crypto_hash_sha256_update(&state, end->hash, AUDIT_HASH_BYTES);
    add_number(&state, ++end->seq);
    add_number(&state, row->at_ms);
    add_text(&state, audit_kind_word(row->kind));
    for (guint i = 0; i < AUDIT_N_TEXTS; i++)
        add_text(&state, audit_row_text(row, i));
    add_number(&state, row->tile);
    add_number(&state, row->seconds);
    add_number(&state, row->is_refused);
    crypto_hash_sha256_final(&state, end->hash);
}

/* --- signing -------------------------------------------------------------------------------------
 */

static void digest_of(const AuditMark *mark, guint8 *digest)
{
    static const char *const labels[] = { [AUDIT_MARK_HEAD] = "wallctl audit head 1",
                                          [AUDIT_MARK_BASE] = "wallctl audit base 1",
                                          [AUDIT_MARK_CHECKPOINT] = "wallctl audit checkpoint 1",
                                          [AUDIT_MARK_HEADER] = "wallctl audit header 1",
                                          [AUDIT_MARK_TRAILER] = "wallctl audit trailer 1" };
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    add_text(&state, labels[mark->kind]);
    add_number(&state, mark->number);
    add_number(&state, mark->end.seq);
    crypto_hash_sha256_update(&state, mark->end.hash, AUDIT_HASH_BYTES);
    add_number(&state, mark->count);
    add_number(&state, mark->made_ms);
    add_text(&state, mark->site ? mark->site : "");
    add_text(&state, mark->detail ? mark->detail : "");
    crypto_hash_sha256_final(&state, digest);
}

void audit_mark_sign(const AuditMark *mark, const AuditKey *key,
                     guint8 signature[AUDIT_SIGNATURE_BYTES])
{
    guint8 digest[crypto_hash_sha256_BYTES];
    digest_of(mark, digest);
    audit_key_sign(key, digest, sizeof digest, signature);
}

gboolean audit_mark_verify(const AuditMark *mark, const guint8 public_key[AUDIT_PUBLIC_BYTES],
                           const guint8 signature[AUDIT_SIGNATURE_BYTES])
{
    guint8 digest[crypto_hash_sha256_BYTES];
    digest_of(mark, digest);
    return audit_key_verify(public_key, digest, sizeof digest, signature);
}

/* --- hex -----------------------------------------------------------------------------------------
 */

gboolean audit_hex_parse(const char *text, guint8 *bytes, gsize n)
{
    gsize len = 0;
    for (const char *p = text; *p; p++) {
        if (g_ascii_isupper(*p))
            return FALSE;
    }
    return strlen(text) == 2 * n && sodium_hex2bin(bytes, n, text, 2 * n, NULL, &len, NULL) == 0 &&
           len == n;
}

char *audit_hex_dup(const guint8 *bytes, gsize n)
{
    char *hex = g_malloc(2 * n + 1);
    return sodium_bin2hex(hex, 2 * n + 1, bytes, n);
}
