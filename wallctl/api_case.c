/* api_case.c - one case, whole, and the words that this site has for cases, over the API */
#include "wallctl/api_case.h"

#include "wallctl/api_evidence.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/model/region.h"
#include "wallctl/sight.h"
#include "wallctl/store/case_query.h"

#include <string.h>

#define MAX_STEPS 200

/* --- the case itself -------------------------------------------------------------------------------
 */

/* Of a sensitive case no place is told, and no region smaller than it may be named with. */
static Json *case_fields_json(const Case *c)
{
    static const char *const places[] = { "place", "place_kind", "lon", "lat" };
    Json *json = fields_to_json(&c->fields);
    const char *region = fields_text(&c->fields, FIELD_REGION);
    if (!linkage_is_sensitive(&c->fields))
        return json;
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        json_object_object_del(json, places[i]);
    const char *word = fields_text(&c->fields, FIELD_SENSITIVITY);
    g_autofree char *shown = region ? region_dup_shown(region, sensitivity_from_word(word)) : NULL;
    if (shown)
        json_add_string(json, "region", shown);
    return json;
}

static Json *contact_json(const Contact *contact)
{
    Json *json = json_object_new_object();
    json_add_string(json, "region", contact->region);
    json_add_string(json, "name", contact->name);
    json_add_string(json, "phone", contact->phone);
    return json;
}

/* --- what a console shows of it -------------------------------------------------------------------
 */

/* Every clock of the case, in the order of the site's policy. */
static Json *clocks_json(const Config *config, const Case *c)
{
    const DeadlinePolicy *policy = case_data_policy(config->words, config->cases.deadlines);
    gint64 now_ms = clock_unix_ms();
    Deadline clocks[DEADLINE_MAX];
    guint n = deadline_list(policy, c, config->words->calendar, now_ms, clocks);
    Json *list = json_object_new_array();
    for (guint i = 0; i < n; i++) {
        Json *json = json_object_new_object();
        json_add_string(json, "kind", clocks[i].rule->kind);
        json_add_string(json, "name", clocks[i].rule->name);
        json_add_time(json, "start_ms", clocks[i].start_ms);
        json_add_time(json, "due_ms", clocks[i].due_ms);
        json_add_time(json, "done_ms", clocks[i].done_ms);
        json_add_int(json, "used", deadline_used(&clocks[i], now_ms));
        json_add_bool(json, "paused", clocks[i].is_paused);
        json_object_array_add(list, json);
    }
    return list;
}

/* The cameras that its scene shows, but for those that the caller may not see. */
static Json *cameras_json(const Config *config, const Case *c, const Caller *caller)
{
    const char *ids[LINKAGE_MAX_CAMERAS];
    guint n = case_scene_cameras(config, c, ids);
    Json *list = json_object_new_array();
    for (guint i = 0; i < n; i++) {
        const Camera *camera = config_camera(config, ids[i]);
        if (!camera || !sight_may(caller, camera))
            continue;
        Json *json = json_object_new_object();
        json_add_string(json, "id", camera->id);
        json_add_string(json, "name", camera->name);
        json_object_array_add(list, json);
    }
    return list;
}

static Json *step_json(const Event *event)
{
    static const Field told[] = { FIELD_FROM_ORG,    FIELD_TO_ORG,    FIELD_ORGS,
                                  FIELD_DOC_NO,      FIELD_OUTCOME,   FIELD_ORDER_KIND,
                                  FIELD_MERGED_INTO, FIELD_SUPERVISE, FIELD_SATISFACTION };
    g_autoptr(Json) said = fields_to_json(&event->fields);
    Json *json = json_object_new_object();
    json_add_string(json, "type", event_type_word(event->type) + strlen("case."));
    json_add_time(json, "at_ms", event->time_ms);
    for (gsize i = 0; i < G_N_ELEMENTS(told); i++) {
        const char *name = field_row(told[i])->name;
        Json *value;
        if (json_object_object_get_ex(said, name, &value))
            json_add(json, name, json_object_get(value));
    }
    return json;
}

/* Newest first, and no more of them than a person reads. */
static Json *history_json(const GPtrArray *steps)
{
    Json *list = json_object_new_array();
    for (guint i = steps->len; i-- > 0 && json_object_array_length(list) < MAX_STEPS;)
        json_object_array_add(list, step_json(g_ptr_array_index(steps, i)));
    return list;
}

static Json *case_json(const Config *config, const Case *c)
{
    const Contact *contact = case_scene_contact(config, c);
    Json *json = json_object_new_object(), *times = json_object_new_object();
    json_add_string(json, "code", c->code);
    json_add_string(json, "state", case_state_word(c->state));
    json_add(json, "fields", case_fields_json(c));
    if (contact)
        json_add(json, "contact", contact_json(contact));
    json_add_int(json, "supervise", c->supervise);
    json_add_int(json, "whistles", c->n_whistles);
    json_add_int(json, "returned", c->n_returned);
    json_add_int(json, "escalated", c->n_escalated);
    json_add_int(json, "reopened", c->n_reopened);
    json_add_int(json, "events", c->n_events);
    json_add_int(json, "opened_ms", c->opened_ms);
    for (guint type = 1; type <= EVENT_CASE_LAST; type++)
        json_add_time(times, event_type_word((EventType)type) + strlen("case."), c->at_ms[type]);
    json_add(json, "at_ms", times);
    return json;
}

gboolean case_is_seen(const Case *c, const Caller *caller)
{
    const char *region = fields_text(&c->fields, FIELD_REGION);
    return caller_sees_region(caller, region ? region : "");
}

/* --- read ------------------------------------------------------------------------------------------
 */

typedef struct {
    Config *config;
    WebRequest *request;
    Caller *caller;
    char *code;
    Case *c;          /* NULL: there is none */
    GPtrArray *steps; /* Event, oldest first; NULL with c */
    Json *evidence;   /* of the caller's region; NULL once it is told */
} Asked;

static void free_asked(gpointer data)
{
    Asked *asked = data;
    config_unref(asked->config);
    web_request_unref(asked->request);
    caller_unref(asked->caller);
    g_free(asked->code);
    case_unref(asked->c);
    g_clear_pointer(&asked->steps, g_ptr_array_unref);
    json_object_put(asked->evidence);
    g_free(asked);
}

static gboolean read_case(sqlite3 *db, gpointer data, GError **error)
{
    Asked *asked = data;
    GError *cause = NULL;
    asked->c = case_query_get(db, asked->code, &cause);
    if (asked->c)
        asked->steps = case_query_steps(db, asked->code, &cause);
    if (cause)
        g_propagate_error(error, cause);
    return cause == NULL;
}

/* A camera says where it was. */
static Json *take_evidence(Asked *asked)
{
    static const char *const places[] = { "camera", "camera_name", "region", "stream" };
    Json *list = g_steal_pointer(&asked->evidence);
    gboolean is_hidden = linkage_is_sensitive(&asked->c->fields);
    for (gsize i = 0; is_hidden && i < json_object_array_length(list); i++) {
        for (gsize k = 0; k < G_N_ELEMENTS(places); k++)
            json_object_object_del(json_object_array_get_idx(list, i), places[k]);
    }
    return list;
}

static void answer_case(gpointer data, const GError *error, gpointer user)
{
    Asked *asked = data;
    g_autoptr(GError) missing = NULL;
    if (!error && (!asked->c || !case_is_seen(asked->c, asked->caller)))
        wall_error_set(&missing, WALL_ERROR_NOT_FOUND, "no such case", "没有这个案件");
    if (error || missing) {
        web_reply_error(asked->request, error ? error : missing);
        return;
    }
    Json *json = case_json(asked->config, asked->c);
    if (asked->config->words)
        json_add(json, "clocks", clocks_json(asked->config, asked->c));
    json_add(json, "cameras", cameras_json(asked->config, asked->c, asked->caller));
    json_add(json, "history", history_json(asked->steps));
    json_add(json, "evidence", take_evidence(asked));
    web_reply_json(asked->request, 200, json);
}

gboolean api_get_case(ApiCall *call, GError **error)
{
    Asked *asked = g_new0(Asked, 1);
    asked->config = config_ref(controller_config(call->env->controller));
    asked->request = web_request_ref(call->request);
    asked->caller = caller_ref(call->info->caller);
    asked->code = g_strdup(call->part[1]);
    asked->evidence = evidence_of_case_json(call->env->vault, asked->code, asked->caller);
    reader_submit(call->env->reader, read_case, asked, free_asked, answer_case, NULL);
    return TRUE;
}

/* --- words -----------------------------------------------------------------------------------------
 */

static Json *stages_json(const Vocabulary *words)
{
    Json *list = json_object_new_array();
    for (guint i = 0; i < vocabulary_n_stages(words); i++) {
        Json *stage = json_object_new_object(), *states = json_object_new_array();
        json_add_string(stage, "name", vocabulary_stage_name(words, i));
        for (guint state = 1; state <= CASE_LAST; state++) {
            if (vocabulary_stage(words, (CaseState)state) == i)
                json_object_array_add(states,
                                      json_object_new_string(case_state_word((CaseState)state)));
        }
        json_add(stage, "states", states);
        json_object_array_add(list, stage);
    }
    return list;
}

static Json *states_json(const Vocabulary *words)
{
    Json *json = json_object_new_object();
    for (guint state = 1; state <= CASE_LAST; state++)
        json_add_string(json, case_state_word((CaseState)state),
                        vocabulary_state_name(words, (CaseState)state));
    return json;
}

static Json *papers_json(const Vocabulary *words)
{
    const char *const *kinds = field_row(FIELD_ORDER_KIND)->words;
    Json *json = json_object_new_object();
    for (guint i = 0; kinds[i]; i++)
        json_add_string(json, kinds[i], vocabulary_order_name(words, kinds[i]));
    return json;
}

static Json *named_json(const char *code, const char *name)
{
    Json *json = json_object_new_object();
    json_add_string(json, "code", code);
    json_add_string(json, "name", name);
    return json;
}

static Json *categories_json(const CategoryTable *table)
{
    Json *list = json_object_new_array();
    for (guint i = 0; i < category_count(table); i++) {
        const Category *category = category_at(table, i);
        if (!category->is_refused)
            json_object_array_add(list, named_json(category->code, category->name));
    }
    return list;
}

/* Those of the site that the caller has cases of. */
static Json *regions_json(const Config *config, const Caller *caller)
{
    const RegionTree *tree = config->words->regions;
    Json *list = json_object_new_array();
    for (guint i = 0; i < region_count(tree); i++) {
        const Region *region = region_at(tree, i);
        if (region_is_inside(region->code, config->cases.region) &&
            caller_sees_region(caller, region->code))
            json_object_array_add(list, named_json(region->code, region->name));
    }
    return list;
}

gboolean api_get_words(ApiCall *call, GError **error)
{
    const Config *config = controller_config(call->env->controller);
    if (!config->words) {
        wall_error_set(error, WALL_ERROR_UNAVAILABLE, "this site is not set up for cases",
                       "本站点没有配置案件");
        return FALSE;
    }
    const Vocabulary *words = case_data_vocabulary(config->words, config->cases.vocabulary);
    Json *json = json_object_new_object();
    json_add_string(json, "name", vocabulary_name(words));
    json_add(json, "stages", stages_json(words));
    json_add(json, "states", states_json(words));
    json_add(json, "papers", papers_json(words));
    json_add(json, "categories", categories_json(config->words->categories));
    json_add(json, "regions", regions_json(config, call->info->caller));
    web_reply_json(call->request, 200, json);
    return TRUE;
}
