/* vault.c - clips and pictures of cameras that people save: their lives after they were recorded
 *
 * All rows are in memory: a site has some thousands, and what was deleted goes when the register's time is over. A row in
 * the database is ahead of the disk where something begins (saving, deleting), so that a start after a power cut knows what
 * was under way: a saving is taken over when its folder is whole, a deletion goes on.
 */
#include "wallctl/vault_private.h"

#include "wallctl/audit_paper.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/store/evidence_store.h"

#include <string.h>

#define LOOK_S     10
#define MS_PER_DAY G_GINT64_CONSTANT(86400000)
#define MAX_QUEUED 64
#define NICE       15 /* decoding and encoding a copy can wait for everybody */
#define MIB        (1024 * 1024)

Vault *vault_ref(Vault *vault)
{
    vault->refs++;
    return vault;
}

void vault_unref(Vault *vault)
{
    if (--vault->refs > 0)
        return;
    g_hash_table_unref(vault->items);
    g_ptr_array_unref(vault->recordings);
    g_object_unref(vault->cancel);
    config_unref(vault->config);
    g_free(vault->fault);
    g_free(vault->fault_zh);
    g_free(vault);
}

gboolean vault_is_on(const Vault *vault)
{
    return *vault->config->evidence.folder && vault->config->evidence.seconds > 0;
}

const Evidence *vault_find(const Vault *vault, const char *id)
{
    return g_hash_table_lookup(vault->items, id);
}

void vault_foreach(const Vault *vault, void (*func)(const Evidence *, gpointer), gpointer user)
{
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, vault->items);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        func(value, user);
}

void vault_save_all(Vault *vault)
{
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, vault->items);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        evidence_store_put(vault->env.store, value, NULL, NULL);
}

/* --- telling -------------------------------------------------------------------------------------
 */

void vault_changed(Vault *vault, const Evidence *evidence)
{
    evidence_store_put(vault->env.store, evidence, NULL, NULL);
    Json *data = json_object_new_object();
    json_add_string(data, "id", evidence->id);
    json_add_string(data, "camera", evidence->camera);
    json_add_string(data, "region", evidence->region);
    json_add_known(data, "case", evidence->case_code);
    json_add_string(data, "state", evidence_state_word(evidence->state));
    vault->env.event("evidence.state", data, vault->env.user);
}

void vault_note(Vault *vault, const Evidence *evidence, const Caller *caller, AuditKind kind,
                const char *reason, const char *content, gboolean is_refused)
{
    AuditRow row = audit_row_for(caller, kind);
    if (!caller) {
        row.account = evidence->owner;
        row.name = evidence->owner_name;
        row.unit = evidence->unit;
    }
    row.camera = evidence->camera;
    row.object = evidence->id;
    row.reason = reason;
    row.content = content;
    row.is_refused = is_refused;
    audit_add(vault->env.audit, &row);
}

static void set_fault(Evidence *evidence, const GError *error)
{
    evidence_set_text(&evidence->fault, error->message);
    evidence_set_text(&evidence->fault_zh, wall_error_zh(error));
}

void vault_fail(Vault *vault, Evidence *evidence, const GError *error)
{
    const char *zh = wall_error_zh(error);
    g_autofree char *content = g_strconcat("没有存成：", zh ? zh : error->message, NULL);
    log_warning(EVIDENCE, "%s: nothing is saved: %s", evidence->id, error->message);
    evidence->state = EVIDENCE_FAILED;
    set_fault(evidence, error);
    vault_note(vault, evidence, NULL, AUDIT_EVIDENCE, evidence->reason, content, TRUE);
    vault_changed(vault, evidence);
}

void vault_set_busy(GError **error)
{
    wall_error_set_literal(error, WALL_ERROR_UNAVAILABLE,
                           "too much is being saved or read at once: try again soon",
                           "存证正忙，请稍后再试");
}

/* --- work on the folder --------------------------------------------------------------------------
 */

typedef enum { JOB_LOOK = 1, JOB_RECOVER, JOB_DELETE, JOB_VERIFY, JOB_FETCH } JobKind;

typedef struct {
    JobKind kind;
    Vault *vault;
    char *folder;
    guint8 public_key[AUDIT_PUBLIC_BYTES];
    gboolean tidies;    /* LOOK */
    Evidence *evidence; /* a copy; NULL: LOOK */
    EvidenceRole role;
    gint64 free_bytes;
    gboolean is_good; /* RECOVER: found; DELETE: the files were there */
    gboolean is_run;
    GPtrArray *faults;
    GBytes *file;
    GError *error;
    VaultVerified verified;
    VaultFetched fetched;
    gpointer user;
} Job;

static void free_job(gpointer data)
{
    Job *job = data;
    vault_unref(job->vault);
    evidence_free(job->evidence);
    g_clear_pointer(&job->faults, g_ptr_array_unref);
    g_clear_pointer(&job->file, g_bytes_unref);
    g_clear_error(&job->error);
    g_free(job->folder);
    g_free(job);
}

static void take_look(Vault *vault, const Job *job)
{
    gboolean was_fit = vault->fault == NULL;
    if (!job->is_run) /* too much to do: it is looked at again soon */
        return;
    g_free(vault->fault);
    g_free(vault->fault_zh);
    vault->fault = job->error ? g_strdup(job->error->message) : NULL;
    vault->fault_zh = job->error ? g_strdup(wall_error_zh(job->error)) : NULL;
    vault->free_bytes = job->free_bytes;
    vault->is_looked = vault->is_looked || (job->tidies && !job->error);
    if (job->error && was_fit)
        log_error(EVIDENCE, "%s", job->error->message);
    if (!job->error && !was_fit)
        log_info(EVIDENCE, "%s can be used again", job->folder);
}

static void take_recovered(Vault *vault, const Job *job, Evidence *evidence)
{
    if (!job->is_run) /* at the next start */
        return;
    if (!job->is_good) {
        g_autoptr(GError) error = NULL;
        wall_error_set_literal(&error, WALL_ERROR_UNAVAILABLE,
                               "the program ended before it was saved", "保存途中程序停止");
        vault_fail(vault, evidence, error);
        return;
    }
    Evidence *found = evidence_copy(job->evidence);
    found->state = EVIDENCE_KEPT;
    g_hash_table_replace(vault->items, found->id, found);
    vault_note(vault, found, NULL, AUDIT_EVIDENCE, found->reason,
               "保存途中程序停止，文件完整，已收存", FALSE);
    vault_changed(vault, found);
}

static void take_deleted(Vault *vault, const Job *job, Evidence *evidence)
{
    if (job->error) { /* vault_sweep() tries again */
        if (strcmp(evidence->fault, job->error->message) == 0)
            return;
        set_fault(evidence, job->error);
        log_warning(EVIDENCE, "%s is not deleted: %s", evidence->id, job->error->message);
        vault_changed(vault, evidence);
        return;
    }
    evidence_set_text(&evidence->fault, job->is_good ? "" : "the files were gone before");
    evidence_set_text(&evidence->fault_zh, job->is_good ? "" : "删除时文件已不在");
    evidence->state = EVIDENCE_DELETED;
    evidence->deleted_ms = clock_unix_ms();
    g_autofree char *content =
        g_strdup_printf("已删除 %u 个文件%s：%s", evidence->files->len,
                        job->is_good ? "" : "（删除时文件已不在）", evidence->deleted_why);
    log_info(EVIDENCE, "%s is deleted: %s", evidence->id, evidence->deleted_why);
    vault_note(vault, evidence, NULL, AUDIT_RETENTION, evidence->reason, content, FALSE);
    vault_changed(vault, evidence);
}

static void on_job(gpointer data)
{
    Job *job = data;
    Vault *vault = job->vault;
    Evidence *evidence = job->evidence && !vault->is_closed
                             ? g_hash_table_lookup(vault->items, job->evidence->id)
                             : NULL;
    if (job->kind == JOB_VERIFY)
        job->verified(job->faults, job->error, job->user);
    else if (job->kind == JOB_FETCH)
        job->fetched(job->file, job->error, job->user);
    else if (vault->is_closed)
        return;
    else if (job->kind == JOB_LOOK)
        take_look(vault, job);
    else if (evidence && job->kind == JOB_RECOVER)
        take_recovered(vault, job, evidence);
    else if (evidence)
        take_deleted(vault, job, evidence);
}

static void run_job(gpointer data)
{
    Job *job = data;
    job->is_run = TRUE;
    switch (job->kind) {
    case JOB_LOOK:
        if (evidence_folder_check(job->folder, &job->free_bytes, &job->error) && job->tidies)
            evidence_folder_tidy(job->folder);
        break;
    case JOB_RECOVER:
        job->is_good = evidence_folder_recover(job->folder, job->public_key, job->evidence);
        break;
    case JOB_DELETE:
        evidence_folder_delete(job->folder, job->evidence->id, &job->is_good, &job->error);
        break;
    case JOB_VERIFY:
        job->faults = evidence_folder_verify(job->folder, job->public_key, job->evidence);
        break;
    case JOB_FETCH:
        job->file = evidence_folder_read(job->folder, job->evidence->id,
                                         evidence_file(job->evidence, job->role), &job->error);
        break;
    }
}

/* On any thread: done, refused, or dropped at the stop. */
static void finish_job(gpointer data)
{
    Job *job = data;
    if (!job->is_run)
        vault_set_busy(&job->error);
    post_control(on_job, job, free_job);
}

static Job *new_job(Vault *vault, JobKind kind, const Evidence *evidence)
{
    Job *job = g_new0(Job, 1);
    job->kind = kind;
    job->vault = vault_ref(vault);
    job->folder = g_strdup(vault->config->evidence.folder);
    job->evidence = evidence ? evidence_copy(evidence) : NULL;
    memcpy(job->public_key, audit_key_public(audit_key(vault->env.audit)), AUDIT_PUBLIC_BYTES);
    return job;
}

static void submit(Vault *vault, Job *job)
{
    work_submit(vault->pool, run_job, job, finish_job, NULL);
}

/* --- deletion ------------------------------------------------------------------------------------
 */

static void begin_deletion(Vault *vault, Evidence *evidence)
{
    submit(vault, new_job(vault, JOB_DELETE, evidence));
}

static void mark_deletion(Vault *vault, Evidence *evidence, const char *by, const char *why)
{
    evidence->state = EVIDENCE_DELETING;
    evidence->deleting_ms = clock_unix_ms();
    evidence_set_text(&evidence->deleted_by, by);
    evidence_set_text(&evidence->deleted_why, why);
    vault_changed(vault, evidence);
    begin_deletion(vault, evidence);
}

static void sweep_one(Vault *vault, Evidence *evidence, gint64 now_ms)
{
    if (evidence->state == EVIDENCE_KEPT && !*evidence->hold_reason &&
        now_ms >= evidence->expires_ms)
        mark_deletion(vault, evidence, "系统", "保存期满");
    else if (evidence->state == EVIDENCE_DELETING && *evidence->fault)
        begin_deletion(vault, evidence);
}

/* Of what is gone the row stays as long as the register. */
static gboolean is_forgotten(const Vault *vault, const Evidence *evidence, gint64 now_ms)
{
    gint64 keep_ms = vault->config->cases.audit_days * MS_PER_DAY;
    return (evidence->state == EVIDENCE_DELETED && now_ms - evidence->deleted_ms > keep_ms) ||
           (evidence->state == EVIDENCE_FAILED && now_ms - evidence->asked_ms > keep_ms);
}

void vault_sweep(Vault *vault)
{
    gint64 now_ms = clock_unix_ms();
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, vault->items);
    while (vault->is_looked && g_hash_table_iter_next(&iter, NULL, &value)) {
        Evidence *evidence = value;
        sweep_one(vault, evidence, now_ms);
        if (!is_forgotten(vault, evidence, now_ms))
            continue;
        evidence_store_delete(vault->env.store, evidence->id);
        g_hash_table_iter_remove(&iter);
    }
}

Evidence *vault_need_kept(Vault *vault, const char *id, GError **error)
{
    Evidence *evidence = g_hash_table_lookup(vault->items, id);
    if (evidence && evidence->state == EVIDENCE_KEPT)
        return evidence;
    if (evidence)
        wall_error_set(error, WALL_ERROR_INVALID, "evidence %s is %s, there are no files of it",
                       "存证 %s 的状态是 %s，没有文件", id, evidence_state_word(evidence->state));
    else
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no evidence '%s'", "没有存证“%s”", id);
    return NULL;
}

gboolean vault_delete(Vault *vault, const char *id, const char *reason, const Caller *caller,
                      GError **error)
{
    assert_control_thread();
    Evidence *evidence = vault_need_kept(vault, id, error);
    if (!evidence)
        return FALSE;
    if (*evidence->hold_reason) {
        wall_error_set(error, WALL_ERROR_LOCKED, "evidence %s is on hold: %s",
                       "存证 %s 已封存，不能删除：%s", id, evidence->hold_reason);
        return FALSE;
    }
    if (strcmp(evidence->owner, caller->id) == 0 && caller->kind != CALLER_LOCAL) {
        wall_error_set_literal(error, WALL_ERROR_DENIED,
                               "who saved it does not delete it: another person has to",
                               "谁存的谁不能自己删：须由另一人删除");
        return FALSE;
    }
    g_autofree char *content = g_strconcat("提前删除：", reason, NULL);
    vault_note(vault, evidence, caller, AUDIT_EVIDENCE, reason, content, FALSE);
    mark_deletion(vault, evidence, *caller->name ? caller->name : caller->id, reason);
    return TRUE;
}

gboolean vault_hold(Vault *vault, const char *id, const char *reason, const Caller *caller,
                    GError **error)
{
    assert_control_thread();
    Evidence *evidence = vault_need_kept(vault, id, error);
    if (!evidence)
        return FALSE;
    evidence_set_text(&evidence->hold_reason, reason);
    evidence_set_text(&evidence->hold_by, reason ? caller->id : NULL);
    vault_note(vault, evidence, caller, AUDIT_EVIDENCE, reason ? reason : evidence->reason,
               reason ? "封存：到期不删" : "解除封存", FALSE);
    vault_changed(vault, evidence);
    return TRUE;
}

/* The manifest's hash ties the paper to the row that the register has of the saving. */
char *vault_certificate(const Vault *vault, const char *id, GError **error)
{
    const Evidence *evidence = vault_find(vault, id);
    if (!evidence || evidence->state != EVIDENCE_DELETED) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no evidence '%s' was deleted",
                       "没有已删除的存证“%s”", id);
        return NULL;
    }
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(DeletedItem));
    for (guint i = 0; i < evidence->files->len; i++) {
        const EvidenceFile *file = &g_array_index(evidence->files, EvidenceFile, i);
        char *name =
            g_strdup_printf("%s %s（%s，SHA-256 %s）", evidence->id, evidence_role_file(file->role),
                            evidence->camera_name, file->sha256);
        g_ptr_array_add(names, name);
        DeletedItem item = { name, 1, evidence->from_ms, evidence->to_ms };
        g_array_append_val(items, item);
    }
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, evidence->manifest, -1);
    g_autofree char *seal = g_strdup_printf("清单 SHA-256 %s%s%s", sum,
                                            *evidence->fault_zh ? "；" : "", evidence->fault_zh);
    DeletionPaper paper = {
        .site = vault->config->site_name,
        .basis = evidence->deleted_why,
        .by = evidence->deleted_by,
        .seal = seal,
        .method = "文件内容逐字节覆盖后从磁盘上移除，不可恢复",
        .begun_ms = evidence->deleting_ms,
        .ended_ms = evidence->deleted_ms,
        .made_ms = clock_unix_ms(),
        .items = (const DeletedItem *)items->data,
        .n_items = items->len,
    };
    return deletion_paper_html(&paper);
}

/* --- looking -------------------------------------------------------------------------------------
 */

gboolean vault_verify(Vault *vault, const char *id, VaultVerified done, gpointer user,
                      GError **error)
{
    assert_control_thread();
    Evidence *evidence = vault_need_kept(vault, id, error);
    if (!evidence)
        return FALSE;
    Job *job = new_job(vault, JOB_VERIFY, evidence);
    job->verified = done;
    job->user = user;
    submit(vault, job);
    return TRUE;
}

gboolean vault_fetch(Vault *vault, const char *id, EvidenceRole role, VaultFetched done,
                     gpointer user, GError **error)
{
    assert_control_thread();
    Evidence *evidence = vault_need_kept(vault, id, error);
    if (!evidence)
        return FALSE;
    if (!evidence_file(evidence, role)) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "evidence %s has no such file",
                       "存证 %s 没有这个文件", id);
        return FALSE;
    }
    Job *job = new_job(vault, JOB_FETCH, evidence);
    job->role = role;
    job->fetched = done;
    job->user = user;
    submit(vault, job);
    return TRUE;
}

Json *vault_state(const Vault *vault)
{
    const EvidenceConfig *config = &vault->config->evidence;
    Json *json = json_object_new_object();
    guint n_kept = 0;
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, vault->items);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        n_kept += ((const Evidence *)value)->state == EVIDENCE_KEPT;
    json_add_bool(json, "is_on", vault_is_on(vault));
    json_add_int(json, "kept", n_kept);
    if (!vault_is_on(vault))
        return json;
    PacketRingStats stats;
    packet_rings_get_stats(vault->rings, &stats);
    json_add_int(json, "seconds", config->seconds);
    json_add_int(json, "streams", stats.streams);
    json_add_int(json, "packets", stats.packets);
    json_add_int(json, "bytes", (gint64)stats.bytes);
    json_add_int(json, "max_bytes", (gint64)config->memory_mb * MIB);
    json_add_int(json, "recording", vault->recordings->len);
    json_add_int(json, "free_bytes", vault->free_bytes);
    json_add_string(json, "fault", vault->fault);
    json_add_string(json, "fault_zh", vault->fault_zh);
    return json;
}

/* --- life ----------------------------------------------------------------------------------------
 */

static void on_feed(Feed *feed, gpointer user)
{
    if (feed_state(feed) == FEED_CONNECTING)
        vault_tap(feed, user);
}

static void look(Vault *vault)
{
    if (!vault_is_on(vault))
        return;
    Job *job = new_job(vault, JOB_LOOK, NULL);
    job->tidies = !vault->is_looked;
    submit(vault, job);
}

static gboolean on_look(gpointer user)
{
    Vault *vault = user;
    packet_rings_sweep(vault->rings);
    vault_sweep(vault);
    look(vault);
    return G_SOURCE_CONTINUE;
}

/* What a stop or a power cut has interrupted. */
static void resume(Vault *vault, Evidence *evidence)
{
    if (evidence->state == EVIDENCE_RECORDING || evidence->state == EVIDENCE_SAVING)
        submit(vault, new_job(vault, JOB_RECOVER, evidence));
    else if (evidence->state == EVIDENCE_DELETING)
        begin_deletion(vault, evidence);
}

static void apply(Vault *vault)
{
    const EvidenceConfig *evidence = &vault->config->evidence;
    packet_rings_set_limits(vault->rings, vault_is_on(vault) ? evidence->seconds : 0,
                            (gsize)evidence->memory_mb * MIB);
    vault_tap_all(vault);
    look(vault);
}

void vault_reload(Vault *vault, Config *config)
{
    assert_control_thread();
    Config *old = vault->config;
    vault->config = config_ref(config);
    if (strcmp(old->evidence.folder, config->evidence.folder) != 0) {
        vault->is_looked = FALSE;
        g_clear_pointer(&vault->fault, g_free);
        g_clear_pointer(&vault->fault_zh, g_free);
    }
    config_unref(old);
    apply(vault);
}

Vault *vault_new(const VaultEnv *env, Config *config, GError **error)
{
    assert_control_thread();
    g_autoptr(GPtrArray) rows = evidence_store_load(env->store, error);
    if (!rows)
        return NULL;
    Vault *vault = g_new0(Vault, 1);
    vault->refs = 1;
    vault->env = *env;
    vault->config = config_ref(config);
    vault->rings = packet_rings_new();
    vault->pool = work_pool_new("evidence", 1, MAX_QUEUED, NICE);
    vault->cancel = g_cancellable_new();
    vault->recordings = g_ptr_array_new();
    vault->items =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)evidence_free);
    apply(vault);
    for (guint i = 0; i < rows->len; i++) {
        Evidence *evidence = evidence_copy(g_ptr_array_index(rows, i));
        g_hash_table_insert(vault->items, evidence->id, evidence);
        resume(vault, evidence);
    }
    vault->listener = feed_pool_listen(env->feeds, on_feed, vault);
    vault->look_timer = g_timeout_add_seconds(LOOK_S, on_look, vault);
    return vault;
}

static void untap(Feed *feed, gpointer user)
{
    feed_set_tap(feed, NULL);
}

void vault_free(Vault *vault)
{
    if (!vault)
        return;
    assert_control_thread();
    vault->is_closed = TRUE;
    g_cancellable_cancel(vault->cancel);
    g_clear_handle_id(&vault->look_timer, g_source_remove);
    feed_pool_unlisten(vault->env.feeds, vault->listener);
    vault_stop_recording(vault);
    feed_pool_foreach(vault->env.feeds, untap, NULL);
    g_clear_pointer(&vault->pool, work_pool_free);
    g_clear_pointer(&vault->rings, packet_rings_free);
    vault_unref(vault);
}
