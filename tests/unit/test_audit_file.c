/* test_audit_file.c - exports of the register: whole ones pass, and every one that was changed in any way is
 * found, with the line */
#include "audit_rig.h"

#include "../support/sanitizer.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/store/audit_export.h"
#include "wallctl/store/audit_file.h"
#include "wallctl/store/sql.h"

#include <string.h>

#define N_ROWS  60
#define TAMPERS (HAS_SANITIZER ? 1500 : 10000)

typedef struct {
    AuditRig rig;
    GBytes *file;
    GPtrArray *lines; /* with their newlines */
} Fixture;

typedef struct {
    AuditSigner signer;
    AuditExport export;
    FILE *file;
} Job;

static gboolean run_export(sqlite3 *db, gpointer data, GError **error)
{
    Job *job = data;
    return audit_export_write(db, &job->signer, &job->export, job->file, NULL, error);
}

/* By a connection of its own, as the daemon does. */
static GBytes *export_range(AuditRig *rig, gint64 from_ms, gint64 to_ms)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    size_t len = 0;
    Job job = { audit_rig_signer(rig), { from_ms, to_ms, 0, 0, 0 }, open_memstream(&text, &len) };
    sqlite3 *db = sql_open_beside(rig->store.path, SQLITE_OPEN_READONLY, &error);
    g_assert_no_error(error);
    run_export(db, &job, &error);
    g_assert_no_error(error);
    sql_close(db, FALSE);
    fclose(job.file);
    g_assert_cmpint(job.export.n_bytes, ==, len);
    GBytes *bytes = g_bytes_new(text, len);
    free(text);
    return bytes;
}

static AuditVerdict verify(const char *text, gsize len, const guint8 *key, guint piece)
{
    g_autoptr(AuditFile) file = audit_file_new(key);
    for (gsize at = 0; at < len; at += piece) {
        if (!audit_file_feed(file, text + at, MIN(piece, len - at)))
            break;
    }
    return *audit_file_end(file);
}

static AuditVerdict verify_bytes(GBytes *bytes, const guint8 *key)
{
    gsize len;
    const char *text = g_bytes_get_data(bytes, &len);
    return verify(text, len, key, 65536);
}

static void split(GBytes *bytes, GPtrArray *lines)
{
    gsize len;
    const char *text = g_bytes_get_data(bytes, &len), *end = text + len;
    while (text < end) {
        const char *newline = memchr(text, '\n', (gsize)(end - text));
        g_assert_nonnull(newline);
        g_ptr_array_add(lines, g_strndup(text, (gsize)(newline - text) + 1));
        text = newline + 1;
    }
}

static void set_up(Fixture *f, gconstpointer user)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(11);
    audit_rig_init(&f->rig);
    audit_rig_fill(&f->rig, rand, 40, RIG_DAY_0);
    audit_rig_fill(&f->rig, rand, N_ROWS, RIG_DAY_0 + 3600000);
    f->file = export_range(&f->rig, RIG_DAY_0 + 3600000, 0);
    f->lines = g_ptr_array_new_with_free_func(g_free);
    split(f->file, f->lines);
}

static void tear_down(Fixture *f, gconstpointer user)
{
    g_ptr_array_unref(f->lines);
    g_bytes_unref(f->file);
    audit_rig_clear(&f->rig);
}

/* --- whole files ---------------------------------------------------------------------------------
 */

static void test_good(Fixture *f, gconstpointer user)
{
    static const struct {
        gint64 from_ms, to_ms, n_rows, first, n_checkpoints;
    } ranges[] = {
        { 0, 0, 100, 1, 2 },
        { RIG_DAY_0 + 3600000, 0, 60, 41, 1 },
        { 0, RIG_DAY_0 + 3600000, 40, 1, 1 },
        { RIG_DAY_0 + 10000, RIG_DAY_0 + 20000, 10, 11, 0 },
        { RIG_DAY_0 + 90000000, 0, 0, 0, 0 },
        { 0, 1, 0, 0, 0 },
        { RIG_DAY_0 + 20000, RIG_DAY_0 + 10000, 0, 0, 0 },
    };
    static const guint pieces[] = { 1, 7, 4096, 1000000 };
    for (guint i = 0; i < G_N_ELEMENTS(ranges); i++) {
        g_autoptr(GBytes) bytes = export_range(&f->rig, ranges[i].from_ms, ranges[i].to_ms);
        gsize len;
        const char *text = g_bytes_get_data(bytes, &len);
        for (guint k = 0; k < G_N_ELEMENTS(pieces); k++) {
            AuditVerdict verdict =
                verify(text, len, k % 2 ? audit_key_public(f->rig.key) : NULL, pieces[k]);
            g_assert_cmpstr(audit_fault_word(verdict.fault), ==, "good");
            g_assert_cmpint(verdict.n_rows, ==, ranges[i].n_rows);
            g_assert_cmpint(verdict.first_seq, ==, ranges[i].first);
            g_assert_cmpint(verdict.n_checkpoints, ==, ranges[i].n_checkpoints);
        }
    }
}

/* Read with the parser of another program as well: each line is JSON. */
static void test_lines(Fixture *f, gconstpointer user)
{
    g_assert_cmpuint(f->lines->len, ==, N_ROWS + 3);
    for (guint i = 0; i < f->lines->len; i++) {
        const char *line = g_ptr_array_index(f->lines, i);
        g_autoptr(Json) json = json_parse(line, strlen(line), 0, JSON_STRICT, NULL);
        g_assert_true(json_object_is_type(json, json_type_object));
    }
}

static void test_other_key(Fixture *f, gconstpointer user)
{
    guint8 other[AUDIT_PUBLIC_BYTES] = { 1, 2, 3 };
    AuditVerdict verdict = verify_bytes(f->file, other);
    g_assert_cmpstr(audit_fault_word(verdict.fault), ==, "other_key");
    g_assert_cmpint(verdict.line, ==, 1);
}

/* After retention: the rows begin behind the base, and it still holds. */
static gboolean cut(sqlite3 *db, gpointer data, GError **error)
{
    AuditSigner signer = audit_rig_signer(data);
    return audit_store_cut(db, &signer, 30, RIG_DAY_0, error);
}

static void test_cut(Fixture *f, gconstpointer user)
{
    g_assert_true(store_run_now(f->rig.store.store, cut, &f->rig, NULL));
    g_autoptr(GBytes) bytes = export_range(&f->rig, 0, 0);
    AuditVerdict verdict = verify_bytes(bytes, audit_key_public(f->rig.key));
    g_assert_cmpstr(audit_fault_word(verdict.fault), ==, "good");
    g_assert_cmpint(verdict.first_seq, ==, 31);
}

/* --- what each kind of change is called ----------------------------------------------------------
 */

typedef enum { DROP, TWICE, SWAP, CHANGE, APPEND, CRLF, SPACE } Change;

static const struct {
    const char *name;
    Change change;
    int line; /* from 0; negative: from the end */
    const char *fault;
    int found; /* line from 1; 0: not looked at */
} changes[] = {
    { "no-header", DROP, 0, "header", 1 },
    { "row-deleted", DROP, 5, "missing", 6 },
    { "first-row-deleted", DROP, 1, "missing", 2 },
    { "last-row-deleted", DROP, -2, "cut", 0 },
    { "trailer-deleted", DROP, -1, "truncated", 0 },
    { "checkpoint-deleted", DROP, 51, "trailer", 0 },
    { "row-twice", TWICE, 7, "repeated", 9 },
    { "header-twice", TWICE, 0, "line", 2 },
    { "trailer-twice", TWICE, -1, "surplus", 0 },
    { "rows-swapped", SWAP, 8, "missing", 9 },
    { "row-changed", CHANGE, 9, "altered", 10 },
    { "header-changed", CHANGE, 0, "signature", 1 },
    { "trailer-changed", CHANGE, -1, "signature", 0 },
    { "line-behind", APPEND, 0, "surplus", 0 },
    { "crlf", CRLF, 4, "line", 5 },
    { "space", SPACE, 4, "line", 5 },
};

static void replace(GPtrArray *lines, guint at, char *line)
{
    g_free(lines->pdata[at]);
    lines->pdata[at] = line;
}

static void apply(GPtrArray *lines, Change change, guint at)
{
    char *line = at < lines->len ? lines->pdata[at] : NULL;
    char *digit;
    switch (change) {
    case DROP:
        g_ptr_array_remove_index(lines, at);
        break;
    case TWICE:
        g_ptr_array_insert(lines, (gint)at, g_strdup(line));
        break;
    case SWAP:
        lines->pdata[at] = lines->pdata[at + 1];
        lines->pdata[at + 1] = line;
        break;
    case CHANGE: /* a digit of its time, or of the time it was made at */
        digit = strstr(line, "at_ms\":");
        digit = digit ? digit + 12 : strstr(line, "made_ms\":") + 14;
        *digit = *digit == '9' ? '1' : *digit + 1;
        break;
    case APPEND:
        g_ptr_array_add(lines, g_strdup("\n"));
        break;
    case CRLF:
        replace(lines, at, g_strdup_printf("%.*s\r\n", (int)strlen(line) - 1, line));
        break;
    case SPACE:
        replace(lines, at, g_strdup_printf("{ %s", line + 1));
        break;
    }
}

static GString *join(GPtrArray *lines)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < lines->len; i++)
        g_string_append(text, lines->pdata[i]);
    return text;
}

static GPtrArray *copy_lines(GPtrArray *lines)
{
    GPtrArray *copy = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < lines->len; i++)
        g_ptr_array_add(copy, g_strdup(lines->pdata[i]));
    return copy;
}

static void test_changes(Fixture *f, gconstpointer user)
{
    for (guint i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autoptr(GPtrArray) lines = copy_lines(f->lines);
        int at = changes[i].line < 0 ? (int)lines->len + changes[i].line : changes[i].line;
        apply(lines, changes[i].change, (guint)at);
        g_autoptr(GString) text = join(lines);
        AuditVerdict verdict = verify(text->str, text->len, NULL, 4096);
        g_test_message("%s: %s in line %" G_GINT64_FORMAT, changes[i].name,
                       audit_fault_word(verdict.fault), verdict.line);
        g_assert_cmpstr(audit_fault_word(verdict.fault), ==, changes[i].fault);
        if (changes[i].found)
            g_assert_cmpint(verdict.line, ==, changes[i].found);
        g_assert_nonnull(audit_fault_zh(verdict.fault));
    }
}

/* --- at random -----------------------------------------------------------------------------------
 */

/* One who knows the format: changes a row and seals it and all behind it anew, and writes a trailer that
 * fits but for the signature. */
static void reseal(GPtrArray *lines, GRand *rand)
{
    guint first = (guint)g_rand_int_range(rand, 1, (gint32)lines->len - 1);
    AuditEnd at = { 0 };
    for (guint i = 1; i < lines->len - 1; i++) {
        char *line = lines->pdata[i];
        g_auto(ParsedLine) parsed = { 0 };
        g_assert_true(audit_line_parse(line, strlen(line) - 1, &parsed));
        if (parsed.line.kind != AUDIT_LINE_ROW)
            continue;
        if (i >= first) {
            if (i == first)
                parsed.line.row.reason = "换了理由";
            audit_seal_row(&at, &parsed.line.row);
            memcpy(parsed.line.hash, at.hash, AUDIT_HASH_BYTES);
            GString *again = g_string_new(NULL);
            audit_line_write(again, &parsed.line);
            replace(lines, i, g_string_free(again, FALSE));
        }
        at.seq = parsed.line.seq;
        memcpy(at.hash, parsed.line.hash, AUDIT_HASH_BYTES);
    }
}

static void tamper_bytes(GString *text, GRand *rand)
{
    gsize at = (gsize)g_rand_int_range(rand, 0, (gint32)text->len);
    gsize n = (gsize)g_rand_int_range(rand, 1, 40);
    char byte = (char)g_rand_int_range(rand, 0, 256);
    switch (g_rand_int_range(rand, 0, 6)) {
    case 0: /* one bit */
        text->str[at] ^= (char)(1 << g_rand_int_range(rand, 0, 8));
        break;
    case 1:
        g_string_insert_c(text, (gssize)at, byte);
        break;
    case 2:
        g_string_erase(text, (gssize)at, (gssize)MIN(n, text->len - at));
        break;
    case 3:
        g_string_truncate(text, at);
        break;
    case 4: /* a piece of it somewhere else */
        n = MIN(n, text->len - at);
        g_string_insert_len(text, g_rand_int_range(rand, 0, (gint32)text->len), text->str + at,
                            (gssize)n);
        break;
    default:
        g_string_append_len(text, &byte, 1);
        break;
    }
}

static GString *tamper(Fixture *f, GRand *rand)
{
    g_autoptr(GPtrArray) lines = copy_lines(f->lines);
    guint way = (guint)g_rand_int_range(rand, 0, 16);
    guint at = (guint)g_rand_int_range(rand, 0, (gint32)lines->len - 1);
    if (way < CRLF)
        apply(lines, (Change)way, at);
    else if (way == 6)
        reseal(lines, rand);
    else if (way == 7)
        g_ptr_array_set_size(lines, (gint)at);
    GString *text = join(lines);
    if (way >= 8)
        tamper_bytes(text, rand);
    return text;
}

static void test_tampers(Fixture *f, gconstpointer user)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(13);
    gsize len;
    const char *whole = g_bytes_get_data(f->file, &len);
    guint n_tried = 0, n_found = 0;
    while (n_tried < TAMPERS) {
        GString *text = tamper(f, rand);
        if (text->len != len || memcmp(text->str, whole, len) != 0) {
            AuditVerdict verdict = verify(text->str, text->len, NULL, 65536);
            n_tried++;
            n_found += verdict.fault != AUDIT_GOOD && verdict.line >= 1;
            if (!verdict.fault)
                g_test_message("not found: %s", text->str);
        }
        g_string_free(text, TRUE);
    }
    g_test_message("%u tampers, %u found", n_tried, n_found);
    g_assert_cmpuint(n_found, ==, n_tried);
    g_assert_cmpint(verify_bytes(f->file, audit_key_public(f->rig.key)).fault, ==, AUDIT_GOOD);
}

/* Every single byte, changed into another. */
static void test_every_byte(Fixture *f, gconstpointer user)
{
    g_autoptr(GBytes) bytes = export_range(&f->rig, RIG_DAY_0, RIG_DAY_0 + 4000);
    gsize len;
    const char *whole = g_bytes_get_data(bytes, &len);
    g_autofree char *text = g_memdup2(whole, len);
    for (gsize i = 0; i < len; i++) {
        text[i] ^= 1;
        g_assert_cmpint(verify(text, len, NULL, 65536).fault, !=, AUDIT_GOOD);
        text[i] ^= 1;
    }
    g_test_message("%" G_GSIZE_FORMAT " bytes", len);
}

/* Two exports: head of one, tail of the other. */
static void test_mixed(Fixture *f, gconstpointer user)
{
    g_autoptr(GBytes) other = export_range(&f->rig, RIG_DAY_0 + 3600000, RIG_DAY_0 + 3650000);
    g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func(g_free);
    split(other, others);
    for (guint i = 0; i < 3; i++) {
        g_autoptr(GPtrArray) lines = copy_lines(f->lines);
        if (i != 1)
            replace(lines, 0, g_strdup(others->pdata[0]));
        if (i != 0)
            replace(lines, lines->len - 1, g_strdup(others->pdata[others->len - 1]));
        g_autoptr(GString) text = join(lines);
        g_assert_cmpint(verify(text->str, text->len, NULL, 65536).fault, !=, AUDIT_GOOD);
    }
}

static void test_no_file(Fixture *f, gconstpointer user)
{
    static const struct {
        const char *text, *fault;
    } none[] = { { "", "truncated" },
                 { "\n", "header" },
                 { "{}\n", "header" },
                 { "null\n", "header" },
                 { "x", "truncated" },
                 { "[1]\n", "header" },
                 { "{\"register\":\"wallctl audit 1\"}\n", "header" } };
    for (guint i = 0; i < G_N_ELEMENTS(none); i++) {
        AuditVerdict verdict = verify(none[i].text, strlen(none[i].text), NULL, 100);
        g_assert_cmpstr(audit_fault_word(verdict.fault), ==, none[i].fault);
    }
    g_autofree char *longest = g_strnfill(100000, 'a');
    g_assert_cmpint(verify(longest, 100000, NULL, 1000).fault, ==, AUDIT_HEADER);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    log_set_level(LOG_LEVEL_WARNING);
    post_init();
#define ADD(path, func) g_test_add(path, Fixture, NULL, set_up, func, tear_down)
    ADD("/audit-file/good", test_good);
    ADD("/audit-file/lines", test_lines);
    ADD("/audit-file/other-key", test_other_key);
    ADD("/audit-file/cut", test_cut);
    ADD("/audit-file/changes", test_changes);
    ADD("/audit-file/tampers", test_tampers);
    ADD("/audit-file/every-byte", test_every_byte);
    ADD("/audit-file/mixed", test_mixed);
    ADD("/audit-file/no-file", test_no_file);
    return g_test_run();
}
