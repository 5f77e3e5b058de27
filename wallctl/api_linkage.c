/* api_linkage.c - linkage rules, plans and dry runs over the API */
#include "wallctl/api_linkage.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/store/case_query.h"

#include <string.h>

/* --- dry run -----------------------------------------------------------------------------------
 */

typedef struct {
    WebRequest *request;
    Director *director;
    Event *event;
    char *source;
} Trial;

/* With the case as it would be; an event that does not fit it does nothing. */
static void answer_trial(Case *now, const GError *error, gpointer user)
{
    Trial *trial = user;
    g_autoptr(GError) refused = NULL;
    g_autoptr(Case) next = NULL;
    if (!error && event_type_is_case(trial->event->type))
        next = case_apply(now, trial->event, &(CaseRules) { FALSE }, &refused);
    if (error || refused)
        web_reply_error(trial->request, error ? error : refused);
    else
        web_reply_json(trial->request, 200,
                       director_try(trial->director, trial->event, trial->source, next));
    web_request_unref(trial->request);
    event_free(trial->event);
    g_free(trial->source);
    g_free(trial);
}

gboolean api_post_linkage(ApiCall *call, GError **error)
{
    static const char *const known[] = { "source", "event" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 8);
    const char *source = "";
    Json *json = NULL;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "source", &source, faults, "");
    if (!json_get_object(body, "event", &json, faults, "") && faults_count(faults) == 0)
        faults_add(faults, "event", "is missing; accepted: a CloudEvent in the canonical form");
    if (!api_take_faults(faults, error))
        return FALSE;
    g_autoptr(GError) cause = NULL;
    Event *event = event_from_json(json, clock_unix_ms(), NULL, &cause);
    if (!event) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "event: %s", cause->message);
        return FALSE;
    }
    Trial *trial = g_new(Trial, 1);
    *trial =
        (Trial) { web_request_ref(call->request), call->env->director, event, g_strdup(source) };
    case_query_get_async(call->env->reader, event->subject, answer_trial, trial);
    return TRUE;
}

/* --- rules -------------------------------------------------------------------------------------
 */

gboolean api_get_rules(ApiCall *call, GError **error)
{
    web_reply_json(call->request, 200, rules_state(call->env->rules));
    return TRUE;
}

/* Alarms that ring already stay as they are; the next event finds the rule. */
static void tell(const ApiCall *call)
{
    Json *data = json_object_new_object();
    json_add_string(data, "rule", call->part[2]);
    call->env->publish("rule.changed", data, call->env->user);
    director_reload(call->env->director);
}

gboolean api_put_rule(ApiCall *call, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body || !rules_put(call->env->rules, call->part[2], body, call->info->caller->id, error))
        return FALSE;
    tell(call);
    api_reply_saved(call, rules_one_state(call->env->rules, call->part[2]));
    return TRUE;
}

gboolean api_delete_rule(ApiCall *call, GError **error)
{
    if (!rules_delete(call->env->rules, call->part[2], error))
        return FALSE;
    tell(call);
    Json *json = json_object_new_object();
    json_add_string(json, "status", "ok");
    api_reply_saved(call, json);
    return TRUE;
}

/* --- plans -------------------------------------------------------------------------------------
 */

typedef struct {
    ApiEnv env;
    WebRequest *request;
    char *rule, *actor;
    gboolean is_dry;
} Run;

static void free_run(Run *run)
{
    web_request_unref(run->request);
    g_free(run->rule);
    g_free(run->actor);
    g_free(run);
}

static void on_case_to_run(Case *c, const GError *error, gpointer user)
{
    Run *run = user;
    g_autoptr(GError) own = NULL;
    Json *json = NULL;
    if (!c && !error)
        wall_error_set(&own, WALL_ERROR_NOT_FOUND, "no such case", "没有这个案件");
    if (c)
        json = director_run(run->env.director, run->rule, c, run->actor, run->is_dry, &own);
    if (json)
        web_reply_json(run->request, 200, json);
    else
        web_reply_error(run->request, error ? error : own);
    free_run(run);
}

static gboolean read_run(const ApiCall *call, Json *body, const char **code, gboolean *is_dry,
                         GError **error)
{
    static const char *const known[] = { "case" };
    g_autoptr(Faults) faults = faults_new("body", 8);
    const char *dry = call->info->query ? g_hash_table_lookup(call->info->query, "dry_run") : NULL;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "case", code, faults, "");
    if (dry && strcmp(dry, "1") != 0 && strcmp(dry, "0") != 0 && *dry)
        faults_add(faults, "dry_run", "accepted in the query: 1, 0");
    *is_dry = dry && strcmp(dry, "0") != 0;
    return api_take_faults(faults, error);
}

gboolean api_run_rule(ApiCall *call, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    const char *code = NULL;
    gboolean is_dry;
    if (!body || !read_run(call, body, &code, &is_dry, error))
        return FALSE;
    if (!code) {
        Json *json = director_run(call->env->director, call->part[2], NULL, call->info->caller->id,
                                  is_dry, error);
        if (json)
            web_reply_json(call->request, 200, json);
        return json != NULL;
    }
    Run *run = g_new(Run, 1);
    *run = (Run) { *call->env, web_request_ref(call->request), g_strdup(call->part[2]),
                   g_strdup(call->info->caller->id), is_dry };
    case_query_get_async(call->env->reader, code, on_case_to_run, run);
    return TRUE;
}
