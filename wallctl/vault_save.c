/* vault_save.c - from packets, or from what is kept already, to files
 *
 * Everything is decided on [control] and goes to the worker as values; what becomes of it comes back as a post.
 */
#include "wallctl/vault_private.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#include <string.h>

#define MS_PER_DAY G_GINT64_CONSTANT(86400000)

typedef struct {
    Vault *vault;
    Evidence *evidence; /* a copy */
    Evidence *source;   /* a copy; NULL: list */
    char *folder, *site;
    PacketList *list;
    Mask *masks;
    guint n_masks;
    gint64 unix_less_mono_ns;
    AuditKey *key;
    GCancellable *cancel;
    GError *error;
    gboolean is_run, is_saved;
} Saving;

static void free_saving(gpointer data)
{
    Saving *saving = data;
    vault_unref(saving->vault);
    evidence_free(saving->evidence);
    evidence_free(saving->source);
    packet_list_free(saving->list);
    audit_key_unref(saving->key);
    g_object_unref(saving->cancel);
    g_clear_error(&saving->error);
    g_free(saving->masks);
    g_free(saving->folder);
    g_free(saving->site);
    g_free(saving);
}

static void note_saved(Vault *vault, const Evidence *evidence)
{
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, evidence->manifest, -1);
    g_autofree char *content =
        g_strdup_printf("已存 %u 个文件%s；清单 SHA-256 %s", evidence->files->len,
                        evidence->is_cut ? "（未到要求的时长）" : "", sum);
    vault_note(vault, evidence, NULL, AUDIT_EVIDENCE, evidence->reason, content, FALSE);
}

static void on_saved(gpointer data)
{
    Saving *saving = data;
    Vault *vault = saving->vault;
    Evidence *evidence = g_hash_table_lookup(vault->items, saving->evidence->id);
    if (vault->is_closed || !evidence)
        return;
    if (!saving->is_saved) {
        vault_fail(vault, evidence, saving->error);
        return;
    }
    Evidence *saved = evidence_copy(saving->evidence);
    saved->state = EVIDENCE_KEPT;
    g_hash_table_replace(vault->items, saved->id, saved);
    note_saved(vault, saved);
    vault_changed(vault, saved);
}

static void run_saving(gpointer data)
{
    Saving *saving = data;
    EvidenceSave save = { .folder = saving->folder,
                          .site = saving->site,
                          .list = saving->list,
                          .source = saving->source,
                          .masks = saving->masks,
                          .n_masks = saving->n_masks,
                          .unix_less_mono_ns = saving->unix_less_mono_ns,
                          .key = saving->key,
                          .cancel = saving->cancel };
    saving->is_run = TRUE;
    saving->is_saved = evidence_folder_save(&save, saving->evidence, &saving->error);
}

/* On any thread, as finish_job() of vault.c. */
static void finish_saving(gpointer data)
{
    Saving *saving = data;
    if (!saving->is_run)
        vault_set_busy(&saving->error);
    post_control(on_saved, saving, free_saving);
}

void vault_fail_offline(Vault *vault, Evidence *evidence)
{
    g_autoptr(GError) error = NULL;
    wall_error_set(&error, WALL_ERROR_UNAVAILABLE, "camera %s sent no picture: nothing is saved",
                   "摄像机“%s”没有画面，没有可保存的内容", evidence->camera_name);
    vault_fail(vault, evidence, error);
}

static void begin(Vault *vault, Evidence *evidence, PacketList *list, const Evidence *source)
{
    const Camera *camera = config_camera(vault->config, evidence->camera);
    evidence->state = EVIDENCE_SAVING;
    vault_changed(vault, evidence);
    Saving *saving = g_new0(Saving, 1);
    *saving = (Saving) { .vault = vault_ref(vault),
                         .evidence = evidence_copy(evidence),
                         .source = source ? evidence_copy(source) : NULL,
                         .folder = g_strdup(vault->config->evidence.folder),
                         .site = g_strdup(vault->config->site_name),
                         .list = list,
                         .unix_less_mono_ns = clock_unix_ms() * NS_PER_MS - clock_now_ns(),
                         .key = audit_key_ref(audit_key(vault->env.audit)),
                         .cancel = g_object_ref(vault->cancel) };
    if (camera) {
        saving->masks = g_memdup2(camera->masks, camera->n_masks * sizeof(Mask));
        saving->n_masks = camera->n_masks;
    }
    work_submit(vault->pool, run_saving, saving, finish_saving, NULL);
}

void vault_save(Vault *vault, Evidence *evidence, PacketList *list)
{
    if (list->packets->len > 0 && config_camera(vault->config, evidence->camera)) {
        begin(vault, evidence, list, NULL);
        return;
    }
    packet_list_free(list);
    vault_fail_offline(vault, evidence);
}

/* --- copies for the public -----------------------------------------------------------------------
 */

static Evidence *new_public(const Vault *vault, const Evidence *source, EvidenceCover cover,
                            const char *reason, const Caller *caller)
{
    g_autofree char *id = vault_new_id(vault);
    Evidence *evidence = evidence_copy(source);
    evidence_set_text(&evidence->id, id);
    evidence_set_text(&evidence->source, source->id);
    evidence_set_text(&evidence->cover, evidence_cover_word(cover));
    evidence_set_text(&evidence->owner, caller->id);
    evidence_set_text(&evidence->owner_name, caller->name);
    evidence_set_text(&evidence->unit, caller->unit);
    evidence_set_text(&evidence->reason, reason);
    evidence_set_text(&evidence->hold_reason, NULL);
    evidence_set_text(&evidence->hold_by, NULL);
    evidence_set_text(&evidence->manifest, NULL);
    evidence_set_text(&evidence->signature, NULL);
    g_array_set_size(evidence->files, 0);
    evidence->asked_ms = clock_unix_ms();
    if (evidence->expires_ms <= evidence->asked_ms) /* its source is on hold beyond its time */
        evidence->expires_ms = evidence->asked_ms + vault->config->evidence.keep_days * MS_PER_DAY;
    return evidence;
}

static const Evidence *need_source(Vault *vault, const char *id, GError **error)
{
    const Evidence *source = vault_need_kept(vault, id, error);
    if (!source || evidence_masked_file(source))
        return source;
    wall_error_set(error, WALL_ERROR_INVALID,
                   *source->source ? "evidence %s is a copy for the public itself"
                                   : "evidence %s has no masked copy: nothing can be published",
                   *source->source ? "存证 %s 本身就是公开副本"
                                   : "存证 %s 没有遮挡过的调看副本，不能公开",
                   id);
    return NULL;
}

const Evidence *vault_publish(Vault *vault, const char *id, EvidenceCover cover, const char *reason,
                              Caller *caller, GError **error)
{
    assert_control_thread();
    const Evidence *source = need_source(vault, id, error);
    if (!source || !vault_check_ready(vault, reason, error))
        return NULL;
    Evidence *evidence = new_public(vault, source, cover, reason, caller);
    g_autofree char *content = g_strdup_printf("制作公开副本：取自 %s，%s", id,
                                               cover == EVIDENCE_BLUR ? "整幅模糊" : "整幅降清");
    g_hash_table_insert(vault->items, evidence->id, evidence);
    vault_note(vault, evidence, caller, AUDIT_EVIDENCE, reason, content, FALSE);
    begin(vault, evidence, NULL, source);
    return evidence;
}
