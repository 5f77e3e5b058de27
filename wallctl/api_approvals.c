/* api_approvals.c - what takes two people, over the API
 *
 * Consoles hear "approval.changed" with a number only, and ask for the list: who may read what stands in
 * approvals_list() alone.
 */
#include "wallctl/api_approvals.h"

#include "wallctl/api_record.h"
#include "wallctl/base/error.h"
#include "wallctl/model/privacy.h"

#include <string.h>

#define MAX_REASON 60 /* characters, as of a session */
#define MAX_PARTS  6

static Json *who_json(const Caller *caller)
{
    Json *json = json_object_new_object();
    json_add_string(json, "account", caller->id);
    json_add_string(json, "name", caller->name);
    json_add_string(json, "unit", caller->unit);
    return json;
}

static Json *approval_json(const Approval *approval, const Caller *caller)
{
    Json *json = json_object_new_object();
    json_add_int(json, "id", approval->id);
    json_add_string(json, "state", approval->state == APPROVAL_GRANTED ? "granted" : "waiting");
    json_add_string(json, "what", approval->what);
    json_add_string(json, "reason", approval->reason);
    json_add(json, "asked_by", who_json(approval->asker));
    if (approval->approver)
        json_add(json, "granted_by", who_json(approval->approver));
    json_add_int(json, "asked_ms", approval->asked_ms);
    json_add_int(json, "ends_ms", approval->ends_ms);
    json_add_bool(json, "is_mine", strcmp(approval->asker->id, caller->id) == 0);
    json_add_bool(json, "may_answer", approval_is_for(approval, caller));
    return json;
}

gboolean api_get_approvals(ApiCall *call, GError **error)
{
    const Caller *caller = call->info->caller;
    g_autoptr(GPtrArray) list = approvals_list(call->env->people->approvals, caller);
    Json *json = json_object_new_object(), *approvals = json_object_new_array();
    for (guint i = 0; i < list->len; i++)
        json_object_array_add(approvals, approval_json(list->pdata[i], caller));
    json_add(json, "approvals", approvals);
    web_reply_json(call->request, 200, json);
    return TRUE;
}

static void tell(const ApiCall *call, guint id)
{
    Json *data = json_object_new_object();
    json_add_int(data, "id", id);
    call->env->publish("approval.changed", data, call->env->user);
}

/* In the words of this row, not of the body, and on disk before the answer. */
static void note(const ApiCall *call, const char *did, const char *what, const char *reason)
{
    g_autofree char *content = g_strdup_printf("%s %s", did, what);
    AuditRow row = audit_row_for(call->info->caller, AUDIT_APPROVAL);
    row.object = what;
    row.reason = reason;
    row.content = content;
    audit_add(call->env->audit, &row);
    call->record->is_written = TRUE;
}

/* --- asking --------------------------------------------------------------------------------------
 */

static gboolean read_query(Json *body, GHashTable *query, Faults *faults)
{
    Json *given = NULL;
    struct json_object_iter member;
    if (!json_object_object_get_ex(body, "query", &given))
        return TRUE;
    if (!json_object_is_type(given, json_type_object)) {
        faults_add(faults, "query", "accepted is an object");
        return FALSE;
    }
    json_object_object_foreachC (given, member) {
        if (json_object_is_type(member.val, json_type_string) ||
            json_object_is_type(member.val, json_type_int))
            g_hash_table_replace(query, g_strdup(member.key),
                                 g_strdup(json_object_get_string(member.val)));
        else
            faults_add(faults, member.key, "accepted is a text or a whole number");
    }
    return TRUE;
}

static char *read_reason(Json *body, const Caller *caller, Faults *faults)
{
    const char *reason = caller->reason;
    json_get_string(body, "reason", &reason, faults, "");
    char *text = g_strstrip(g_strdup(reason));
    if (!*text || g_utf8_strlen(text, -1) > MAX_REASON)
        faults_add(faults, "reason", "accepted: 1 to %d characters", MAX_REASON);
    else if (privacy_finds(text))
        faults_add(faults, "reason", "looks like a citizen's data; name the case instead");
    return text;
}

gboolean api_post_approval(ApiCall *call, GError **error)
{
    static const char *const known[] = { "path", "query", "reason" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    Caller *caller = call->info->caller;
    g_autoptr(Faults) faults = faults_new("body", 8);
    g_autoptr(GHashTable) query = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    const char *path = "";
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "path", &path, faults, "");
    read_query(body, query, faults);
    g_autofree char *reason = read_reason(body, caller, faults);
    g_auto(GStrv) parts = g_strsplit(path, "/", MAX_PARTS + 1);
    if (!api_take_faults(faults, error) || !api_takes_two(caller, parts, error))
        return FALSE;
    g_autofree char *what = approval_what(parts, query);
    const Approval *approval =
        approvals_ask(call->env->people->approvals, caller, what, reason, error);
    if (!approval)
        return FALSE;
    note(call, "申请", what, reason);
    tell(call, approval->id);
    api_reply_saved(call, approval_json(approval, caller));
    return TRUE;
}

/* --- answering -----------------------------------------------------------------------------------
 */

static const Approval *need_approval(const ApiCall *call, guint *id, GError **error)
{
    guint64 number = 0;
    const Approval *approval = NULL;
    if (g_ascii_string_to_unsigned(call->part[1], 10, 1, G_MAXUINT, &number, NULL))
        approval = approvals_get(call->env->people->approvals, (guint)number);
    if (!approval)
        wall_error_set_literal(error, WALL_ERROR_NOT_FOUND,
                               "no such request: answered, taken back, or its time is up",
                               "没有这条申请：可能已处理、已撤回或已过期");
    *id = (guint)number;
    return approval;
}

static void reply_done(const ApiCall *call, guint id, const char *state)
{
    Json *json = json_object_new_object();
    json_add_int(json, "id", id);
    json_add_string(json, "state", state);
    tell(call, id);
    api_reply_saved(call, json);
}

gboolean api_answer_approval(ApiCall *call, GError **error)
{
    static const char *const known[] = { "do" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 4);
    const char *verb = "";
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "do", &verb, faults, "");
    gboolean is_granted = strcmp(verb, "grant") == 0;
    if (!is_granted && strcmp(verb, "refuse") != 0)
        faults_add(faults, "do", "accepted: grant, refuse");
    guint id;
    const Approval *approval;
    if (!api_take_faults(faults, error) || !(approval = need_approval(call, &id, error)))
        return FALSE;
    g_autofree char *what = g_strdup(approval->what); /* a refused request is gone */
    g_autofree char *did =
        g_strdup_printf("%s %s 的申请", is_granted ? "批准" : "不批准", approval->asker->id);
    g_autofree char *reason = g_strdup(approval->reason);
    if (!approvals_answer(call->env->people->approvals, id, call->info->caller, is_granted, error))
        return FALSE;
    note(call, did, what, reason);
    reply_done(call, id, is_granted ? "granted" : "refused");
    return TRUE;
}

gboolean api_delete_approval(ApiCall *call, GError **error)
{
    guint id;
    const Approval *approval = need_approval(call, &id, error);
    g_autofree char *what = approval ? g_strdup(approval->what) : NULL;
    if (!approval ||
        !approvals_withdraw(call->env->people->approvals, id, call->info->caller, error))
        return FALSE;
    note(call, "撤回申请", what, "");
    reply_done(call, id, "withdrawn");
    return TRUE;
}

/* --- what needs it -------------------------------------------------------------------------------
 */

gboolean api_need_approval(ApiCall *call)
{
    const Caller *caller = call->info->caller;
    if (caller->kind == CALLER_LOCAL)
        return TRUE;
    g_autofree char *what = approval_what(call->part, call->info->query);
    const Approval *approval = approvals_find(call->env->people->approvals, caller, what);
    if (approval) {
        call->record->approval = approval;
        return TRUE;
    }
    g_autoptr(GError) error = NULL;
    wall_error_set_literal(&error, WALL_ERROR_DENIED,
                           "this takes two people: ask for it (POST approvals), another one agrees",
                           "导出须经另一人批准：请先提交申请");
    Json *json = web_error_json(error);
    json_add_string(json_object_object_get(json, "error"), "code", "approval_needed");
    api_record(call, error);
    web_reply_json(call->request, 403, json);
    return FALSE;
}
