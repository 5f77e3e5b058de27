/* vault_record.c - from a request to packets
 *
 * A recording wants its camera's feed, so that the wall may change meanwhile, and takes from the ring what is there and what
 * comes. It is over when its time is, or when the camera has sent nothing for so long.
 */
#include "wallctl/vault_private.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/model/privacy.h"

#include <string.h>

#define LOOK_MS    200
#define GRACE_NS   (500 * NS_PER_MS) /* what was taken at the end is still on its way */
#define FRESH_NS   (2 * NS_PER_SEC)  /* a picture is of now if its packets are not older */
#define MAX_REASON 200

typedef struct {
    char *id, *owner; /* of its wants */
    PacketTake *take;
    gint64 asked_ns, to_ns;
    EvidenceKind kind;
} Recording;

/* --- asking --------------------------------------------------------------------------------------
 */

gboolean vault_check_reason(const char *reason, GError **error)
{
    if (!reason || !*reason) {
        wall_error_set_literal(error, WALL_ERROR_INVALID,
                               "reason: is missing; nothing is done to evidence without one",
                               "请写明事由：没有事由不能办");
        return FALSE;
    }
    if (g_utf8_strlen(reason, -1) > MAX_REASON) {
        wall_error_set(error, WALL_ERROR_INVALID, "reason: accepted: at most %d characters",
                       "事由最多 %d 个字", MAX_REASON);
        return FALSE;
    }
    if (privacy_finds(reason)) {
        wall_error_set_literal(
            error, WALL_ERROR_INVALID,
            "reason: looks like a citizen's data; take out names, numbers, addresses",
            "事由里像有个人信息（姓名、电话、证件、车牌、住址），请删去");
        return FALSE;
    }
    return TRUE;
}

static gboolean check_span(const Vault *vault, const VaultAsk *ask, GError **error)
{
    guint kept = vault->config->evidence.seconds;
    if (ask->kind == EVIDENCE_PICTURE)
        return TRUE;
    if (ask->before_s > kept) {
        wall_error_set(error, WALL_ERROR_INVALID,
                       "before_s: accepted: 0 to %u, what is kept in memory",
                       "before_s 最多 %u 秒（内存里只留这么久）", kept);
        return FALSE;
    }
    if (ask->after_s > VAULT_MAX_AFTER_S) {
        wall_error_set(error, WALL_ERROR_INVALID, "after_s: accepted: 0 to %d",
                       "after_s 最多 %d 秒", VAULT_MAX_AFTER_S);
        return FALSE;
    }
    if (ask->before_s + ask->after_s == 0) {
        wall_error_set_literal(error, WALL_ERROR_INVALID,
                               "before_s and after_s: at least one must be more than 0",
                               "before_s 和 after_s 至少有一个大于 0");
        return FALSE;
    }
    return TRUE;
}

gboolean vault_check_ready(Vault *vault, const char *reason, GError **error)
{
    if (!vault_is_on(vault)) {
        wall_error_set_literal(error, WALL_ERROR_UNSUPPORTED,
                               "nothing is saved here: the configuration gives no evidence folder",
                               "没有开存证：配置里没有写 evidence 的 folder 和 seconds");
        return FALSE;
    }
    if (vault->fault) {
        wall_error_set_literal(error, WALL_ERROR_UNAVAILABLE, vault->fault, vault->fault_zh);
        return FALSE;
    }
    if (!vault_check_reason(reason, error))
        return FALSE;
    if (!audit_is_writable(vault->env.audit)) {
        wall_error_set_literal(error, WALL_ERROR_UNAVAILABLE,
                               "the register of who looks cannot be written: nothing is saved",
                               "调用登记簿暂时无法写入，停止存证");
        return FALSE;
    }
    return TRUE;
}

gboolean vault_check(Vault *vault, const VaultAsk *ask, GError **error)
{
    assert_control_thread();
    if (!vault_check_ready(vault, ask->reason, error) || !check_span(vault, ask, error))
        return FALSE;
    if (vault->recordings->len >= VAULT_MAX_AT_ONCE) {
        wall_error_set(error, WALL_ERROR_LIMIT, "%d are being recorded already: try again soon",
                       "正在保存的已有 %d 份，请稍后再试", VAULT_MAX_AT_ONCE);
        return FALSE;
    }
    return TRUE;
}

/* Without q, v and w: what the register takes for an account (QQ, 微信 wx, vx) would be taken out of its rows. */
char *vault_new_id(const Vault *vault)
{
    static const char letters[] = "bcdfghjkmnprstxz";
    for (;;) {
        char id[] = "ev-..........";
        for (char *p = id + 3; *p; p++)
            *p = letters[g_random_int_range(0, sizeof letters - 1)];
        if (!g_hash_table_contains(vault->items, id))
            return g_strdup(id);
    }
}

static gboolean is_live(const Vault *vault, const Camera *camera, Profile profile)
{
    Feed *feed = feed_pool_find(vault->env.feeds, camera->id, profile);
    return feed && feed_state(feed) == FEED_LIVE;
}

/* The better one of those that are open; a camera that is not is opened. */
static Profile choose_stream(const Vault *vault, const Camera *camera)
{
    Profile main = feed_pool_profile(camera, PROFILE_MAIN);
    Profile sub = feed_pool_profile(camera, PROFILE_SUB);
    return !is_live(vault, camera, main) && is_live(vault, camera, sub) ? sub : main;
}

static const char *profile_word(Profile profile)
{
    return profile == PROFILE_MAIN ? "main" : "sub";
}

static Evidence *new_evidence(const Vault *vault, const VaultAsk *ask, Profile profile)
{
    g_autofree char *id = vault_new_id(vault);
    Evidence *evidence = evidence_new(id);
    evidence->kind = ask->kind;
    evidence->state = EVIDENCE_RECORDING;
    evidence_set_text(&evidence->camera, ask->camera->id);
    evidence_set_text(&evidence->camera_name, ask->camera->name);
    evidence_set_text(&evidence->region, ask->camera->region);
    evidence_set_text(&evidence->stream, profile_word(profile));
    evidence_set_text(&evidence->case_code, ask->case_code);
    evidence_set_text(&evidence->owner, ask->caller->id);
    evidence_set_text(&evidence->owner_name, ask->caller->name);
    evidence_set_text(&evidence->unit, ask->caller->unit);
    evidence_set_text(&evidence->reason, ask->reason);
    evidence->before_s = ask->kind == EVIDENCE_CLIP ? ask->before_s : 0;
    evidence->after_s = ask->kind == EVIDENCE_CLIP ? ask->after_s : 0;
    evidence->asked_ms = clock_unix_ms();
    evidence->expires_ms =
        evidence->asked_ms + vault->config->evidence.keep_days * G_GINT64_CONSTANT(86400000);
    return evidence;
}

static void note_asked(Vault *vault, const Evidence *evidence, const Caller *caller)
{
    gboolean is_clip = evidence->kind == EVIDENCE_CLIP;
    g_autoptr(GString) content = g_string_new(NULL);
    if (is_clip)
        g_string_printf(content, "保存片段：前 %u 秒、后 %u 秒", evidence->before_s,
                        evidence->after_s);
    else
        g_string_assign(content, "保存截图");
    if (*evidence->case_code)
        g_string_append_printf(content, "，案件 %s", evidence->case_code);
    vault_note(vault, evidence, caller, is_clip ? AUDIT_EVIDENCE : AUDIT_SNAPSHOT, evidence->reason,
               content->str, FALSE);
}

static gboolean on_record_timer(gpointer user);

const Evidence *vault_ask(Vault *vault, const VaultAsk *ask, GError **error)
{
    if (!vault_check(vault, ask, error))
        return NULL;
    Profile profile = choose_stream(vault, ask->camera);
    Evidence *evidence = new_evidence(vault, ask, profile);
    g_hash_table_insert(vault->items, evidence->id, evidence);
    Recording *recording = g_new0(Recording, 1);
    recording->id = g_strdup(evidence->id);
    recording->owner = g_strconcat("evidence ", evidence->id, NULL);
    recording->kind = ask->kind;
    recording->asked_ns = ask->at_ns;
    gint64 after_s = ask->kind == EVIDENCE_CLIP ? (gint64)ask->after_s : VAULT_SNAPSHOT_S;
    recording->to_ns = ask->at_ns + after_s * NS_PER_SEC;
    g_autofree char *name = g_strdup_printf("%s/%s", ask->camera->id, profile_word(profile));
    recording->take =
        packet_ring_take(packet_rings_get(vault->rings, name),
                         ask->at_ns - (gint64)evidence->before_s * NS_PER_SEC, recording->to_ns);
    g_ptr_array_add(vault->recordings, recording);
    feed_pool_want(vault->env.feeds, recording->owner,
                   &(FeedWant) { ask->camera->id, profile, WANT_SHOWN }, 1);
    note_asked(vault, evidence, ask->caller);
    vault_changed(vault, evidence);
    if (!vault->record_timer)
        vault->record_timer = g_timeout_add(LOOK_MS, on_record_timer, vault);
    return evidence;
}

/* --- recording -----------------------------------------------------------------------------------
 */

static gboolean is_over(const Recording *recording, gint64 now_ns)
{
    PacketTakeState state;
    packet_take_get_state(recording->take, &state);
    if (state.is_cut || now_ns >= recording->to_ns + GRACE_NS)
        return TRUE;
    /* One picture is enough, and the one of the moment when it was asked for is the best. */
    return recording->kind == EVIDENCE_PICTURE && state.packets > 0 &&
           state.last_ns >= recording->asked_ns - FRESH_NS;
}

/* A camera that hangs has left old packets behind: they are no picture of now. */
static gboolean is_stale(const Recording *recording)
{
    PacketTakeState state;
    packet_take_get_state(recording->take, &state);
    return recording->kind == EVIDENCE_PICTURE && state.last_ns < recording->asked_ns - FRESH_NS;
}

static void end_recording(Vault *vault, Recording *recording, PacketList **list)
{
    feed_pool_want(vault->env.feeds, recording->owner, NULL, 0);
    *list = packet_take_end(recording->take);
    g_ptr_array_remove_fast(vault->recordings, recording);
    g_free(recording->id);
    g_free(recording->owner);
    g_free(recording);
}

static void finish(Vault *vault, Recording *recording)
{
    Evidence *evidence = g_hash_table_lookup(vault->items, recording->id);
    gboolean is_nothing = is_stale(recording);
    PacketList *list;
    end_recording(vault, recording, &list);
    if (!is_nothing) {
        vault_save(vault, evidence, list);
        return;
    }
    packet_list_free(list);
    vault_fail_offline(vault, evidence);
}

static gboolean on_record_timer(gpointer user)
{
    Vault *vault = user;
    gint64 now_ns = clock_now_ns();
    for (guint i = vault->recordings->len; i-- > 0;) {
        Recording *recording = g_ptr_array_index(vault->recordings, i);
        if (is_over(recording, now_ns))
            finish(vault, recording);
    }
    if (vault->recordings->len)
        return G_SOURCE_CONTINUE;
    vault->record_timer = 0;
    return G_SOURCE_REMOVE;
}

void vault_stop_recording(Vault *vault)
{
    g_clear_handle_id(&vault->record_timer, g_source_remove);
    while (vault->recordings->len) {
        PacketList *list;
        end_recording(vault, g_ptr_array_index(vault->recordings, 0), &list);
        packet_list_free(list);
    }
}

/* --- the rings -----------------------------------------------------------------------------------
 */

static void on_unit(const AVPacket *packet, enum AVCodecID codec, gpointer user)
{
    packet_ring_push(user, packet, codec);
}

void vault_tap(Feed *feed, gpointer user)
{
    Vault *vault = user;
    if (!vault_is_on(vault)) {
        feed_set_tap(feed, NULL);
        return;
    }
    g_autofree char *name =
        g_strdup_printf("%s/%s", feed_camera(feed)->id, profile_word(feed_profile(feed)));
    feed_set_tap(feed,
                 &(FeedTap) { .unit = on_unit, .user = packet_rings_get(vault->rings, name) });
}

void vault_tap_all(Vault *vault)
{
    feed_pool_foreach(vault->env.feeds, vault_tap, vault);
}
