/* api_whistles.c - whistles over the API */
#include "wallctl/api_whistles.h"

#include "wallctl/api_case.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/model/privacy.h"
#include "wallctl/store/case_query.h"

#include <string.h>

#define MAX_ORGS    12
#define MAX_MINUTES 1440
#define MINUTE_MS   G_GINT64_CONSTANT(60000)

gboolean api_get_whistles(ApiCall *call, GError **error)
{
    web_reply_json(call->request, 200, whistles_state(call->env->whistles, call->info->caller));
    return TRUE;
}

/* --- events of our own -------------------------------------------------------------------------
 */

typedef struct {
    Cases *cases;
    Whistles *whistles;
    WebRequest *request;
    char *code;
    Event *event; /* until it is put */
    Caller *caller;
    TakenStatus status;
} Putting;

static void free_putting(Putting *putting)
{
    web_request_unref(putting->request);
    g_free(putting->code);
    caller_unref(putting->caller);
    if (putting->event)
        event_free(putting->event);
    g_free(putting);
}

static void on_settled(gpointer user)
{
    Putting *putting = user;
    Json *json = json_object_new_object();
    json_add_string(json, "status", taken_word(putting->status));
    web_reply_json(putting->request, 200, json);
    free_putting(putting);
}

static void on_put(const Taken *fate, const GError *error, gpointer user)
{
    Putting *putting = user;
    g_autoptr(GError) refused = NULL;
    if (fate && fate->status != TAKEN_APPLIED && fate->status != TAKEN_NOTED)
        wall_error_set(&refused, WALL_ERROR_INVALID, "the case does not take it now: %s",
                       "案件当前的状态不能这样办：%s",
                       fate->why ? fate->why : taken_word(fate->status));
    if (fate)
        putting->status = fate->status;
    if (!error && !refused) {
        whistles_wait(putting->whistles, putting->code, on_settled, putting);
        return;
    }
    web_reply_error(putting->request, error ? error : refused);
    free_putting(putting);
}

static Putting *new_putting(const ApiCall *call, Event *event)
{
    Putting *putting = g_new(Putting, 1);
    *putting = (Putting) { .cases = call->env->cases,
                           .whistles = call->env->whistles,
                           .request = web_request_ref(call->request),
                           .code = g_strdup(call->part[1]),
                           .caller = caller_ref(call->info->caller),
                           .event = event };
    return putting;
}

static void put(const ApiCall *call, Event *event)
{
    cases_put_then(call->env->cases, event, on_put, new_putting(call, NULL));
}

/* Not the id of any other: people may do the same twice. */
static Event *new_event(EventType type, const char *case_code, gint64 at_ms)
{
    static guint serial;
    g_autofree char *id = g_strdup_printf("%s-%s-%" G_GINT64_FORMAT "-%u", event_type_word(type),
                                          case_code, clock_unix_ms(), ++serial);
    Event *event = cases_event_new(type, id, case_code);
    event->time_ms = at_ms;
    return event;
}

/* --- raising -----------------------------------------------------------------------------------
 */

/* An office's name goes onto the wall and upstream; a name that tells of a person does not. */
static gboolean is_office(const char *name)
{
    Fields fields = { 0 };
    gboolean is_good = !strpbrk(name, "|/") && !privacy_finds(name) &&
                       fields_set_text(&fields, FIELD_TO_ORG, name, NULL);
    fields_clear(&fields);
    return is_good;
}

/* "公安|人社局"; "" with faults. Caller frees. */
static char *read_orgs(Json *body, Faults *faults)
{
    GString *joined = g_string_new(NULL);
    Json *list = NULL;
    guint n =
        json_get_array(body, "orgs", &list, faults, "") ? (guint)json_object_array_length(list) : 0;
    for (guint i = 0; i < n && n <= MAX_ORGS; i++) {
        Json *item = json_object_array_get_idx(list, i);
        const char *name =
            json_object_is_type(item, json_type_string) ? json_object_get_string(item) : "";
        if (!is_office(name)) {
            faults_add(faults, "orgs",
                       "item %u is refused; accepted: names of offices, 1 to 64 "
                       "characters, none of | and /",
                       i + 1);
            break;
        }
        g_string_append_printf(joined, "%s%s", i ? "|" : "", name);
    }
    if ((n == 0 && faults_count(faults) == 0) || n > MAX_ORGS)
        faults_add(faults, "orgs", "accepted: 1 to %d names of offices", MAX_ORGS);
    return g_string_free(joined, FALSE);
}

static void read_clock(Json *body, const char *key, guint fallback, Fields *fields, Field field,
                       gint64 now_ms, Faults *faults)
{
    gint64 minutes = fallback;
    json_get_int(body, key, 1, MAX_MINUTES, &minutes, faults, "");
    if (minutes)
        fields_set_number(fields, field, now_ms + minutes * MINUTE_MS, NULL);
}

static gboolean read_whistle(const ApiCall *call, Json *body, Event *event, GError **error)
{
    static const char *const known[] = { "orgs", "by", "ack_minutes", "arrive_minutes" };
    const Config *config = controller_config(call->env->controller);
    g_autoptr(Faults) faults = faults_new("body", 8);
    const char *by = config->site_name;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    g_autofree char *orgs = read_orgs(body, faults);
    if (json_get_string(body, "by", &by, faults, "") && !is_office(by))
        faults_add(faults, "by", "is refused; accepted: the name of an office");
    read_clock(body, "ack_minutes", config->cases.whistle_ack_minutes, &event->fields,
               FIELD_ACK_DUE, event->time_ms, faults);
    read_clock(body, "arrive_minutes", config->cases.whistle_arrive_minutes, &event->fields,
               FIELD_ARRIVE_DUE, event->time_ms, faults);
    if (faults_count(faults) == 0 && !fields_set_text(&event->fields, FIELD_ORGS, orgs, NULL))
        faults_add(faults, "orgs", "is refused: the names are too long together");
    fields_set_text(&event->fields, FIELD_FROM_ORG, by, NULL);
    return api_take_faults(faults, error);
}

static void on_case_to_whistle(Case *c, const GError *error, gpointer user)
{
    Putting *putting = user;
    g_autoptr(GError) missing = NULL;
    if (c && case_is_seen(c, putting->caller)) {
        cases_put_then(putting->cases, g_steal_pointer(&putting->event), on_put, putting);
        return;
    }
    wall_error_set(&missing, WALL_ERROR_NOT_FOUND, "no such case", "没有这个案件");
    web_reply_error(putting->request, error ? error : missing);
    free_putting(putting);
}

gboolean api_post_whistle(ApiCall *call, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Event) event = new_event(EVENT_CASE_WHISTLED, call->part[1], clock_unix_ms());
    if (!read_whistle(call, body, event, error))
        return FALSE;
    case_query_get_async(call->env->reader, call->part[1], on_case_to_whistle,
                         new_putting(call, g_steal_pointer(&event)));
    return TRUE;
}

/* --- answers -----------------------------------------------------------------------------------
 */

/* The platform's clock may be ahead of ours: an answer does not come before the call. */
static Event *new_answer(const ApiCall *call, EventType type, GError **error)
{
    const StoredWhistle *whistle =
        whistles_find(call->env->whistles, call->part[1], call->info->caller);
    if (whistle)
        return new_event(type, call->part[1], MAX(clock_unix_ms(), whistle->raised_ms));
    wall_error_set(error, WALL_ERROR_NOT_FOUND, "no whistle is open for such a case",
                   "这个案件没有进行中的吹哨");
    return NULL;
}

static gboolean is_called(const StoredWhistle *whistle, const char *org)
{
    for (guint i = 0; i < whistle->orgs->len; i++) {
        if (strcmp(g_array_index(whistle->orgs, WhistleOrg, i).org, org) == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean api_delete_whistle(ApiCall *call, GError **error)
{
    Event *event = new_answer(call, EVENT_WHISTLE_ENDED, error);
    if (event)
        put(call, event);
    return event != NULL;
}

gboolean api_post_whistle_answer(ApiCall *call, GError **error)
{
    static const char *const known[] = { "do" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 8);
    const char *word = NULL;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "do", &word, faults, "");
    gboolean arrives = g_strcmp0(word, "arrive") == 0;
    if (!arrives && g_strcmp0(word, "acknowledge") != 0)
        faults_add(faults, "do", "accepted: acknowledge, arrive");
    if (!api_take_faults(faults, error))
        return FALSE;
    g_autoptr(Event) event =
        new_answer(call, arrives ? EVENT_WHISTLE_ARRIVED : EVENT_WHISTLE_ACKNOWLEDGED, error);
    if (!event)
        return FALSE;
    const StoredWhistle *whistle =
        whistles_find(call->env->whistles, call->part[1], call->info->caller);
    if (!is_called(whistle, call->part[3]) ||
        !fields_set_text(&event->fields, FIELD_TO_ORG, call->part[3], NULL)) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "this office was not called",
                       "吹哨没有叫这个单位");
        return FALSE;
    }
    put(call, g_steal_pointer(&event));
    return TRUE;
}
