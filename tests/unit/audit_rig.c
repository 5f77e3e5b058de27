/* audit_rig.c - a register in a store of its own, for tests */
#include "audit_rig.h"

#include "wallctl/store/sql.h"

#define BATCH 50

void audit_rig_init(AuditRig *rig)
{
    g_autoptr(GError) error = NULL;
    gboolean is_new;
    store_rig_init(&rig->store, NULL);
    g_autofree char *path = g_build_filename(rig->store.folder, "audit.key", NULL);
    rig->key = audit_key_open(path, &is_new, &error);
    g_assert_no_error(error);
    g_assert_true(is_new);
}

void audit_rig_clear(AuditRig *rig)
{
    audit_key_unref(rig->key);
    store_rig_clear(&rig->store);
}

AuditSigner audit_rig_signer(const AuditRig *rig)
{
    return (AuditSigner) { rig->key, AUDIT_RIG_SITE };
}

AuditRow audit_rig_row(GRand *rand, gint64 at_ms)
{
    static const char *const accounts[] = { "zhang.san", "li.si", "token:desk", "local", "" };
    static const char *const names[] = { "张三", "李四", "", "王\"五\"", "\\" };
    static const char *const units[] = { "综治中心", "研和街道", "" };
    static const char *const cameras[] = { "gate-1", "gate-2", "crossing-3", "" };
    static const char *const objects[] = { "", "HT20250522-0231", "预案一", "=1+1" };
    static const char *const reasons[] = { "", "案件 HT20250522-0231", "<b>巡查</b>", "+值班" };
    return (AuditRow) { .at_ms = at_ms,
                        .kind = (AuditKind)g_rand_int_range(rand, 1, AUDIT_KIND_LAST + 1),
                        .account = RIG_PICK(rand, accounts),
                        .name = RIG_PICK(rand, names),
                        .unit = RIG_PICK(rand, units),
                        .address = "192.0.2.7",
                        .via = "web",
                        .wall = "hall",
                        .tile = (guint)g_rand_int_range(rand, 0, 16),
                        .camera = RIG_PICK(rand, cameras),
                        .object = RIG_PICK(rand, objects),
                        .reason = RIG_PICK(rand, reasons),
                        .content = "实时画面",
                        .seconds = (guint)g_rand_int_range(rand, 0, 600),
                        .is_refused = g_rand_boolean(rand) };
}

typedef struct {
    AuditSigner signer;
    GArray *rows;
    gint64 now_ms;
    gboolean has_checkpoint;
} Fill;

static gboolean fill(sqlite3 *db, gpointer data, GError **error)
{
    const Fill *job = data;
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    for (guint i = 0; i < job->rows->len; i++)
        g_ptr_array_add(rows, &g_array_index(job->rows, AuditRow, i));
    return audit_store_append(db, &job->signer, (const AuditRow *const *)rows->pdata, rows->len,
                              job->now_ms, NULL, error) &&
           (!job->has_checkpoint ||
            audit_store_checkpoint(db, &job->signer, "hour", job->now_ms, NULL, error));
}

void audit_rig_fill(AuditRig *rig, GRand *rand, guint n, gint64 at_ms)
{
    g_autoptr(GError) error = NULL;
    for (guint done = 0; done < n; done += BATCH) {
        g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(AuditRow));
        for (guint i = done; i < MIN(done + BATCH, n); i++) {
            AuditRow row = audit_rig_row(rand, at_ms + i * 1000);
            g_array_append_val(rows, row);
        }
        Fill job = { audit_rig_signer(rig), rows, at_ms + n * 1000, done % (2 * BATCH) == 0 };
        store_run_now(rig->store.store, fill, &job, &error);
        g_assert_no_error(error);
    }
}

typedef struct {
    const guint8 *key;
    AuditVerdict verdict;
} Verify;

static gboolean verify(sqlite3 *db, gpointer data, GError **error)
{
    Verify *job = data;
    return audit_store_verify(db, job->key, &job->verdict, error);
}

AuditVerdict audit_rig_verify(AuditRig *rig)
{
    g_autoptr(GError) error = NULL;
    Verify job = { audit_key_public(rig->key), { 0 } };
    store_run_now(rig->store.store, verify, &job, &error);
    g_assert_no_error(error);
    return job.verdict;
}
