/* api_nightly.c - what was deleted and copied, over the API */
#include "wallctl/api_nightly.h"

#include "wallctl/store/night_store.h"

gboolean api_get_retention(ApiCall *call, GError **error)
{
    web_reply_json(call->request, 200, nightly_state(call->env->nightly));
    return TRUE;
}

static void answer_count(const RetentionReport *report, const GError *error, gpointer user)
{
    g_autoptr(WebRequest) request = user;
    if (error) {
        web_reply_error(request, error);
        return;
    }
    Json *json = json_object_new_object();
    json_add(json, "would", night_deleted_json(report));
    web_reply_json(request, 200, json);
}

gboolean api_post_retention(ApiCall *call, GError **error)
{
    static const char *const known[] = { "dry_run" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 8);
    gboolean is_dry = FALSE;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_bool(body, "dry_run", &is_dry, faults, "");
    if (!api_take_faults(faults, error))
        return FALSE;
    if (is_dry) {
        WebRequest *request = web_request_ref(call->request);
        if (nightly_count(call->env->nightly, answer_count, request, error))
            return TRUE;
        web_request_unref(request);
        return FALSE;
    }
    if (!nightly_run(call->env->nightly, error))
        return FALSE;
    Json *json = json_object_new_object();
    json_add_bool(json, "is_running", TRUE);
    web_reply_json(call->request, 200, json);
    return TRUE;
}
