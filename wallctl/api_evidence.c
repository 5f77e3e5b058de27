/* api_evidence.c - saving clips and pictures of cameras, and what was saved, over the API
 *
 * Who may see single cameras (camera.view) may save of those of his region, and look at what he has saved himself; at what
 * others have saved only with case.read. What is out of the caller's sight is as if it were not there.
 */
#include "wallctl/api_evidence.h"

#include "wallctl/api_case.h"
#include "wallctl/api_record.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "pipelines/packet_ring.h"
#include "wallctl/store/case_query.h"

#include <string.h>

#define DEFAULT_BEFORE_S 10
#define DEFAULT_AFTER_S  10
#define DEFAULT_PAGE     200
#define MOST_PAGE        1000
#define MAX_CODE         64

/* --- saving --------------------------------------------------------------------------------------
 */

/* A request whose case is being looked up. */
typedef struct {
    ApiEnv env;
    WebRequest *request;
    Caller *caller;
    EvidenceKind kind;
    char *camera, *case_code, *reason;
    guint before_s, after_s;
    gint64 at_ns;
} Asking;

static void free_asking(Asking *asking)
{
    web_request_unref(asking->request);
    caller_unref(asking->caller);
    g_free(asking->camera);
    g_free(asking->case_code);
    g_free(asking->reason);
    g_free(asking);
}

static VaultAsk ask_of(const Asking *asking, const Camera *camera)
{
    return (VaultAsk) { .kind = asking->kind,
                        .camera = camera,
                        .before_s = asking->before_s,
                        .after_s = asking->after_s,
                        .case_code = asking->case_code,
                        .reason = asking->reason,
                        .at_ns = asking->at_ns,
                        .caller = asking->caller };
}

static void note_refused(const Asking *asking, const GError *error)
{
    const char *zh = wall_error_zh(error);
    AuditRow row = audit_row_for(asking->caller,
                                 asking->kind == EVIDENCE_CLIP ? AUDIT_EVIDENCE : AUDIT_SNAPSHOT);
    g_autofree char *content =
        g_strdup_printf("%s；拒绝：%s", asking->kind == EVIDENCE_CLIP ? "保存片段" : "保存截图",
                        zh ? zh : wall_error_word(error->code));
    row.camera = asking->camera;
    row.content = content;
    row.is_refused = TRUE;
    audit_add(asking->env.audit, &row);
}

static void answer_asking(Asking *asking, const GError *refused)
{
    g_autoptr(GError) error = refused ? g_error_copy(refused) : NULL;
    const Camera *camera = config_camera(controller_config(asking->env.controller), asking->camera);
    const Evidence *evidence = NULL;
    if (!error && !camera)
        wall_error_set(&error, WALL_ERROR_NOT_FOUND, "no camera '%s'", "没有摄像机“%s”",
                       asking->camera);
    if (!error) {
        VaultAsk ask = ask_of(asking, camera);
        evidence = vault_ask(asking->env.vault, &ask, &error);
    }
    if (evidence) {
        ApiCall call = { .env = &asking->env, .request = asking->request };
        api_reply_saved(&call, evidence_json(evidence));
    } else {
        note_refused(asking, error);
        web_reply_error(asking->request, error);
    }
    free_asking(asking);
}

static void on_case(Case *c, const GError *error, gpointer user)
{
    Asking *asking = user;
    g_autoptr(GError) missing = NULL;
    if (!error && (!c || !case_is_seen(c, asking->caller)))
        wall_error_set_literal(&missing, WALL_ERROR_NOT_FOUND, "no such case", "没有这个案件");
    answer_asking(asking, error ? error : missing);
}

static gboolean read_asking(const ApiCall *call, Asking *asking, GError **error)
{
    static const char *const known[] = { "case", "reason", "before_s", "after_s" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    g_autoptr(Faults) faults = faults_new("body", 8);
    gint64 before_s = DEFAULT_BEFORE_S, after_s = DEFAULT_AFTER_S;
    const char *code = "", *reason = call->info->caller->reason;
    if (!body)
        return FALSE;
    json_refuse_unknown(body, known, asking->kind == EVIDENCE_CLIP ? 4 : 2, faults, "");
    json_get_string(body, "case", &code, faults, "");
    json_get_string(body, "reason", &reason, faults, "");
    json_get_int(body, "before_s", 0, PACKET_RING_MAX_S, &before_s, faults, "");
    json_get_int(body, "after_s", 0, VAULT_MAX_AFTER_S, &after_s, faults, "");
    if (strlen(code) > MAX_CODE)
        faults_add(faults, "case", "accepted: at most %d bytes", MAX_CODE);
    if (*code && !caller_may(call->info->caller, RIGHT_CASE_READ))
        faults_add(faults, "case", "needs the right %s", right_word(RIGHT_CASE_READ));
    asking->before_s = (guint)before_s;
    asking->after_s = (guint)after_s;
    asking->case_code = g_strdup(code);
    asking->reason = g_strdup(reason);
    return api_take_faults(faults, error);
}

static gboolean post(ApiCall *call, EvidenceKind kind, GError **error)
{
    const Camera *camera = api_need_camera(call, call->part[1], error);
    if (!camera)
        return FALSE;
    Asking *asking = g_new0(Asking, 1);
    *asking = (Asking) { .env = *call->env,
                         .request = web_request_ref(call->request),
                         .caller = caller_ref(call->info->caller),
                         .kind = kind,
                         .camera = g_strdup(camera->id),
                         .at_ns = clock_now_ns() };
    gboolean is_good = read_asking(call, asking, error);
    VaultAsk ask = ask_of(asking, camera);
    if (!is_good || !vault_check(call->env->vault, &ask, error)) {
        free_asking(asking);
        return FALSE;
    }
    call->record->is_written = TRUE; /* by the vault, or by note_refused() */
    if (*asking->case_code)
        case_query_get_async(call->env->reader, asking->case_code, on_case, asking);
    else
        answer_asking(asking, NULL);
    return TRUE;
}

gboolean api_post_clip(ApiCall *call, GError **error)
{
    return post(call, EVIDENCE_CLIP, error);
}

gboolean api_post_snapshot(ApiCall *call, GError **error)
{
    return post(call, EVIDENCE_PICTURE, error);
}

/* --- looking -------------------------------------------------------------------------------------
 */

static gboolean is_seen(const Evidence *evidence, const Caller *caller)
{
    gboolean is_own = strcmp(evidence->owner, caller->id) == 0;
    return caller_sees_region(caller, evidence->region) &&
           (is_own || caller_may(caller, RIGHT_CASE_READ));
}

static const Evidence *need_evidence(const ApiCall *call, GError **error)
{
    const Evidence *evidence = vault_find(call->env->vault, call->part[1]);
    if (evidence && is_seen(evidence, call->info->caller))
        return evidence;
    wall_error_set(error, WALL_ERROR_NOT_FOUND, "no evidence '%s'", "没有存证“%s”", call->part[1]);
    return NULL;
}

typedef struct {
    const Caller *caller;
    const char *case_code, *camera;
    EvidenceState state;
    GPtrArray *found;
} Search;

static void match(const Evidence *evidence, gpointer user)
{
    Search *search = user;
    if (is_seen(evidence, search->caller) &&
        (!search->case_code || strcmp(search->case_code, evidence->case_code) == 0) &&
        (!search->camera || strcmp(search->camera, evidence->camera) == 0) &&
        (!search->state || search->state == evidence->state))
        g_ptr_array_add(search->found, (gpointer)evidence);
}

static int newest_first(gconstpointer a, gconstpointer b)
{
    const Evidence *x = *(Evidence *const *)a, *y = *(Evidence *const *)b;
    if (x->asked_ms != y->asked_ms)
        return x->asked_ms < y->asked_ms ? 1 : -1;
    return strcmp(x->id, y->id);
}

static Json *found_json(Search *search, const Vault *vault, guint limit)
{
    Json *list = json_object_new_array();
    search->found = g_ptr_array_new();
    vault_foreach(vault, match, search);
    g_ptr_array_sort(search->found, newest_first);
    for (guint i = 0; i < MIN(search->found->len, limit); i++)
        json_object_array_add(list, evidence_json(g_ptr_array_index(search->found, i)));
    return list;
}

Json *evidence_of_case_json(const Vault *vault, const char *code, const Caller *caller)
{
    Search search = { .caller = caller, .case_code = code };
    Json *list = found_json(&search, vault, DEFAULT_PAGE);
    g_ptr_array_unref(search.found);
    return list;
}

gboolean api_get_evidence_list(ApiCall *call, GError **error)
{
    static const char *const known[] = { "case", "camera", "state", "limit", NULL };
    g_autoptr(Faults) faults = faults_new("query", 8);
    Search search = { .caller = call->info->caller };
    guint64 limit = DEFAULT_PAGE;
    GHashTableIter iter;
    gpointer key, value;
    if (call->info->query)
        g_hash_table_iter_init(&iter, call->info->query);
    while (call->info->query && g_hash_table_iter_next(&iter, &key, &value)) {
        if (!g_strv_contains(known, key))
            faults_add(faults, key, "is not known here");
        else if (strcmp(key, "case") == 0)
            search.case_code = value;
        else if (strcmp(key, "camera") == 0)
            search.camera = value;
        else if (strcmp(key, "state") == 0 && !(search.state = evidence_state_from_word(value)))
            faults_add(faults, key, "accepted: recording, saving, kept, failed, deleting, deleted");
        else if (strcmp(key, "limit") == 0 &&
                 !g_ascii_string_to_unsigned(value, 10, 1, MOST_PAGE, &limit, NULL))
            faults_add(faults, key, "accepted: 1 to %d", MOST_PAGE);
    }
    if (!api_take_faults(faults, error))
        return FALSE;
    Json *json = json_object_new_object();
    json_add(json, "evidence", found_json(&search, call->env->vault, (guint)limit));
    json_add_int(json, "total", search.found->len);
    g_ptr_array_unref(search.found);
    web_reply_json(call->request, 200, json);
    return TRUE;
}

gboolean api_get_evidence(ApiCall *call, GError **error)
{
    const Evidence *evidence = need_evidence(call, error);
    if (evidence)
        web_reply_json(call->request, 200, evidence_json(evidence));
    return evidence != NULL;
}

/* --- files ---------------------------------------------------------------------------------------
 */

typedef struct {
    WebRequest *request;
    const char *type; /* static */
} Fetch;

static void answer_file(GBytes *file, const GError *error, gpointer user)
{
    Fetch *fetch = user;
    if (error)
        web_reply_error(fetch->request, error);
    else
        web_reply_bytes(fetch->request, 200, fetch->type, g_bytes_ref(file));
    web_request_unref(fetch->request);
    g_free(fetch);
}

/* Texts are known here; they are not pictures, and leave no row. */
static gboolean reply_text(ApiCall *call, const Evidence *evidence, const char *name)
{
    gboolean is_manifest = strcmp(name, EVIDENCE_MANIFEST) == 0;
    const char *text = is_manifest ? evidence->manifest : evidence->signature;
    if (!*text || (!is_manifest && strcmp(name, EVIDENCE_SIGNATURE) != 0))
        return FALSE;
    call->record->is_written = TRUE;
    web_reply_bytes(call->request, 200, is_manifest ? "application/json" : "text/plain",
                    g_bytes_new(text, strlen(text)));
    return TRUE;
}

static gboolean is_picture(EvidenceRole role)
{
    return role == EVIDENCE_STILL || role == EVIDENCE_PUBLIC_STILL;
}

static gboolean fetch_file(const ApiCall *call, const Evidence *evidence, EvidenceRole role,
                           GError **error)
{
    if (!api_need_register(call->env, error))
        return FALSE;
    Fetch *fetch = g_new(Fetch, 1);
    *fetch =
        (Fetch) { web_request_ref(call->request), is_picture(role) ? "image/jpeg" : "video/mp4" };
    if (vault_fetch(call->env->vault, evidence->id, role, answer_file, fetch, error))
        return TRUE;
    web_request_unref(fetch->request);
    g_free(fetch);
    return FALSE;
}

/* refused: why, or NULL. */
static gboolean note_look(const ApiCall *call, const Evidence *evidence, const char *name,
                          const char *refused)
{
    AuditRow row = audit_row_for(call->info->caller, AUDIT_EVIDENCE);
    g_autofree char *content =
        g_strdup_printf("调看 %s%s%s", name, refused ? "；拒绝：" : "", refused ? refused : "");
    call->record->is_written = TRUE;
    row.camera = evidence->camera;
    row.object = evidence->id;
    row.content = content;
    row.is_refused = refused != NULL;
    audit_add(call->env->audit, &row);
    return TRUE;
}

/* A copy for the public is looked at by who has made it and by who may agree to it; others wait until it is public. */
static gboolean check_looker(const ApiCall *call, const Evidence *evidence, EvidenceRole role,
                             GError **error)
{
    const Caller *caller = call->info->caller;
    const char *name = evidence_role_file(role);
    if (role == EVIDENCE_ORIGINAL) {
        note_look(call, evidence, name, "原始码流已封存");
        wall_error_set_literal(
            error, WALL_ERROR_DENIED,
            "the original is sealed: view.mp4 is there to be looked at; /original takes two people",
            "原始码流已封存：调看请用 view.mp4；导出原件须经另一人批准");
        return FALSE;
    }
    if (!*evidence->source || strcmp(evidence->owner, caller->id) == 0 ||
        caller_may(caller, RIGHT_EXPORT_APPROVE))
        return TRUE;
    note_look(call, evidence, name, "公开副本未经批准");
    wall_error_set_literal(error, WALL_ERROR_DENIED,
                           "a copy for the public is looked at by who made it and who approves it",
                           "公开副本由制作人和审批人调看；其他人须等批准、公开之后");
    return FALSE;
}

gboolean api_get_evidence_file(ApiCall *call, GError **error)
{
    const Evidence *evidence = need_evidence(call, error);
    const char *name = call->part[3];
    if (!evidence)
        return FALSE;
    if (reply_text(call, evidence, name))
        return TRUE;
    EvidenceRole role = evidence_role_from_file(name);
    if (!role || !evidence_file(evidence, role)) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "evidence %s has no file '%s'",
                       "存证 %s 没有文件“%s”", evidence->id, name);
        return FALSE;
    }
    return check_looker(call, evidence, role, error) && fetch_file(call, evidence, role, error) &&
           note_look(call, evidence, name, NULL);
}

/* The row that api_record() writes names who has agreed. */
gboolean api_get_evidence_original(ApiCall *call, GError **error)
{
    const Evidence *evidence = need_evidence(call, error);
    return evidence && fetch_file(call, evidence, EVIDENCE_ORIGINAL, error);
}

gboolean api_get_evidence_public(ApiCall *call, GError **error)
{
    const Evidence *evidence = need_evidence(call, error);
    return evidence &&
           fetch_file(call, evidence,
                      evidence->kind == EVIDENCE_CLIP ? EVIDENCE_PUBLIC : EVIDENCE_PUBLIC_STILL,
                      error);
}

static void answer_verified(const GPtrArray *faults, const GError *error, gpointer user)
{
    g_autoptr(WebRequest) request = user;
    if (error) {
        web_reply_error(request, error);
        return;
    }
    Json *json = json_object_new_object(), *list = json_object_new_array();
    for (guint i = 0; i < faults->len; i++)
        json_object_array_add(list, json_object_new_string(g_ptr_array_index(faults, i)));
    json_add_bool(json, "is_good", faults->len == 0);
    json_add(json, "faults", list);
    web_reply_json(request, 200, json);
}

gboolean api_get_evidence_verify(ApiCall *call, GError **error)
{
    const Evidence *evidence = need_evidence(call, error);
    if (!evidence)
        return FALSE;
    WebRequest *request = web_request_ref(call->request);
    if (vault_verify(call->env->vault, evidence->id, answer_verified, request, error))
        return TRUE;
    web_request_unref(request);
    return FALSE;
}

/* For who checks deletions, and sees no picture: hence not by the region of the camera. */
gboolean api_get_evidence_certificate(ApiCall *call, GError **error)
{
    char *page = vault_certificate(call->env->vault, call->part[1], error);
    if (!page)
        return FALSE;
    web_reply_bytes(call->request, 200, paper_content_type(PAPER_HTML),
                    g_bytes_new_take(page, strlen(page)));
    return TRUE;
}

/* --- changing ------------------------------------------------------------------------------------
 */

gboolean api_post_evidence_public(ApiCall *call, GError **error)
{
    static const char *const known[] = { "cover", "reason" };
    const Evidence *source = need_evidence(call, error);
    g_autoptr(Json) body = source ? api_parse_body(call->info, error) : NULL;
    g_autoptr(Faults) faults = faults_new("body", 8);
    const char *word = "", *reason = call->info->caller->reason;
    if (!body)
        return FALSE;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "cover", &word, faults, "");
    json_get_string(body, "reason", &reason, faults, "");
    EvidenceCover cover = evidence_cover_from_word(word);
    if (!cover)
        faults_add(faults, "cover", "accepted: reduce, blur");
    if (!api_take_faults(faults, error))
        return FALSE;
    const Evidence *evidence =
        vault_publish(call->env->vault, source->id, cover, reason, call->info->caller, error);
    if (!evidence)
        return FALSE;
    call->record->is_written = TRUE; /* by the vault */
    api_reply_saved(call, evidence_json(evidence));
    return TRUE;
}

/* A copy, since it goes into rows of its own; NULL with an error. */
static char *read_reason(const ApiCall *call, GError **error)
{
    static const char *const known[] = { "reason" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    g_autoptr(Faults) faults = faults_new("body", 8);
    const char *reason = "";
    if (!body)
        return NULL;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "reason", &reason, faults, "");
    return api_take_faults(faults, error) && vault_check_reason(reason, error) ? g_strdup(reason)
                                                                               : NULL;
}

static void reply_saved(ApiCall *call, const char *id)
{
    call->record->is_written = TRUE; /* by the vault, with the reason */
    api_reply_saved(call, evidence_json(vault_find(call->env->vault, id)));
}

gboolean api_post_evidence_delete(ApiCall *call, GError **error)
{
    const Evidence *evidence = need_evidence(call, error);
    g_autofree char *reason = evidence ? read_reason(call, error) : NULL;
    if (!reason || !vault_delete(call->env->vault, evidence->id, reason, call->info->caller, error))
        return FALSE;
    reply_saved(call, evidence->id);
    return TRUE;
}

gboolean api_put_evidence_hold(ApiCall *call, GError **error)
{
    const Evidence *evidence = need_evidence(call, error);
    g_autofree char *reason = evidence ? read_reason(call, error) : NULL;
    if (!reason || !vault_hold(call->env->vault, evidence->id, reason, call->info->caller, error))
        return FALSE;
    reply_saved(call, evidence->id);
    return TRUE;
}

gboolean api_delete_evidence_hold(ApiCall *call, GError **error)
{
    const Evidence *evidence = need_evidence(call, error);
    if (!evidence || !vault_hold(call->env->vault, evidence->id, NULL, call->info->caller, error))
        return FALSE;
    reply_saved(call, evidence->id);
    return TRUE;
}
