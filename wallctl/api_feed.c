/* api_feed.c - what a console that missed events reads at once, and the connections to other platforms */
#include "wallctl/api_cases.h"
#include "wallctl/api_status.h"

gboolean api_get_links(ApiCall *call, GError **error)
{
    Json *json = json_object_new_object();
    json_add(json, "links", links_state(call->env->links));
    web_reply_json(call->request, 200, json);
    return TRUE;
}

typedef struct {
    ApiEnv env;
    WebRequest *request;
    Caller *caller;
    guint64 seq;
} Snapshot;

static void answer_snapshot(const CasePage *page, const GError *error, gpointer user)
{
    g_autofree Snapshot *snapshot = user;
    g_autoptr(WebRequest) request = snapshot->request;
    g_autoptr(Caller) caller = snapshot->caller;
    const ApiEnv *env = &snapshot->env;
    if (error) {
        web_reply_error(request, error);
        return;
    }
    Json *json = json_object_new_object(), *walls = json_object_new_array();
    json_add_int(json, "seq", (gint64)snapshot->seq);
    for (guint i = 0; i < controller_count(env->controller); i++)
        json_object_array_add(walls,
                              wall_state_json(env, controller_wall_id(env->controller, i), caller));
    json_add(json, "walls", walls);
    json_add(json, "alarms", director_state(env->director));
    json_add(json, "sources", sources_state(env->sources));
    json_add(json, "links", links_state(env->links));
    json_add(json, "cases", case_rows_json(page));
    json_add_bool(json, "has_more_cases", page->has_more);
    web_reply_json(request, 200, json);
}

/* The number is taken first: an event that comes while the cases are read is in the answer or comes
 * after it, and may be in both. */
gboolean api_get_snapshot(ApiCall *call, GError **error)
{
    CaseFilter open = { .order = CASES_BY_OPENED, .n = CASE_PAGE_MAX, .is_open_only = TRUE };
    Snapshot *snapshot = g_new(Snapshot, 1);
    *snapshot =
        (Snapshot) { *call->env, web_request_ref(call->request), caller_ref(call->info->caller),
                     web_newest_event(call->env->web(call->env->user)) };
    case_query_list_async(call->env->reader, &open, answer_snapshot, snapshot);
    return TRUE;
}
