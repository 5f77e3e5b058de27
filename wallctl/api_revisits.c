/* api_revisits.c - revisits over the API
 *
 * The outcome of one is written together with what the case makes of it: case.revisited where that
 * fits its state, and case.reopened where the mark is no better than cases.revisit_reopens. The events
 * have ids made of the revisit's number, so that sending them once more is harmless.
 */
#include "wallctl/api_revisits.h"

#include "wallctl/api_case.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/store/case_query.h"
#include "wallctl/store/record.h"
#include "wallctl/store/revisit_store.h"

#include <string.h>

#define MAX_DRAWN 1000

typedef struct {
    WebRequest *request;
    Cases *cases;
    CasePolicy *policy;
    guint reopens; /* marks up to this */
    Caller *caller;
    RevisitDraw draw;
    gboolean is_open_only;
    Revisit *outcome; /* what is told */
    GPtrArray *found; /* Revisit */
    Event *events[2]; /* to be put, in this order; NULL: none */
    guint n_pending;
    GError *error;
} Work;

static Work *new_work(const ApiCall *call)
{
    Work *work = g_new0(Work, 1);
    work->request = web_request_ref(call->request);
    work->cases = call->env->cases;
    work->policy = case_policy_ref(cases_policy(call->env->cases));
    work->reopens = controller_config(call->env->controller)->cases.revisit_reopens;
    work->caller = caller_ref(call->info->caller);
    work->draw.n = MAX_DRAWN;
    work->draw.region = work->caller->region;
    return work;
}

static void free_work(Work *work)
{
    web_request_unref(work->request);
    case_policy_unref(work->policy);
    caller_unref(work->caller);
    revisit_free(work->outcome);
    g_clear_pointer(&work->found, g_ptr_array_unref);
    for (guint i = 0; i < G_N_ELEMENTS(work->events); i++)
        g_clear_pointer(&work->events[i], event_free);
    g_clear_error(&work->error);
    g_free(work);
}

static Json *revisit_json(const Revisit *revisit)
{
    Json *json = json_object_new_object();
    json_add_int(json, "id", revisit->id);
    json_add_string(json, "case", revisit->case_code);
    json_add_int(json, "seed", revisit->seed);
    json_add_int(json, "planned_ms", revisit->planned_ms);
    if (!revisit->done_ms)
        return json;
    json_add_int(json, "done_ms", revisit->done_ms);
    if (*revisit->method)
        json_add_string(json, "method", revisit->method);
    json_add_int(json, "satisfaction", revisit->satisfaction);
    json_add_bool(json, "reopened", revisit->is_reopened);
    return json;
}

/* --- lists and draws ---------------------------------------------------------------------------
 */

static void answer_list(gpointer data, const GError *error, gpointer user)
{
    Work *work = user; /* data is NULL when the queue was full */
    if (error) {
        web_reply_error(work->request, error);
    } else {
        Json *json = json_object_new_object(), *list = json_object_new_array();
        for (guint i = 0; i < work->found->len; i++)
            json_object_array_add(list, revisit_json(g_ptr_array_index(work->found, i)));
        json_add(json, "revisits", list);
        web_reply_json(work->request, 200, json);
    }
    free_work(work);
}

static gboolean run_list(sqlite3 *db, gpointer data, GError **error)
{
    Work *work = data;
    work->found =
        revisit_store_list(db, work->draw.region, work->is_open_only, work->draw.n, error);
    return work->found != NULL;
}

gboolean api_get_revisits(ApiCall *call, GError **error)
{
    const char *open = call->info->query ? g_hash_table_lookup(call->info->query, "open") : NULL;
    if (open && strcmp(open, "0") != 0 && strcmp(open, "1") != 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "open: accepted: 0, 1");
        return FALSE;
    }
    Work *work = new_work(call);
    work->is_open_only = g_strcmp0(open, "1") == 0;
    reader_submit(call->env->reader, run_list, work, NULL, answer_list, work);
    return TRUE;
}

static gboolean run_draw(sqlite3 *db, gpointer data, GError **error)
{
    Work *work = data;
    work->found = revisit_store_draw(db, &work->draw, clock_unix_ms(), error);
    return work->found != NULL;
}

gboolean api_post_revisits(ApiCall *call, GError **error)
{
    static const char *const known[] = { "n", "seed", "from_ms", "to_ms" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 8);
    gint64 values[G_N_ELEMENTS(known)] = { 0 };
    const gint64 least[] = { 1, 0, 0, 1 };
    const gint64 most[] = { MAX_DRAWN, G_MAXINT64, G_MAXINT64, G_MAXINT64 };
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    for (guint i = 0; i < G_N_ELEMENTS(known); i++) {
        if (!json_get_int(body, known[i], least[i], most[i], &values[i], faults, "") &&
            !faults_has(faults, known[i]))
            faults_add(faults, known[i], "is missing");
    }
    if (!api_take_faults(faults, error))
        return FALSE;
    Work *work = new_work(call);
    work->draw.n = (guint)values[0];
    work->draw.seed = values[1];
    work->draw.from_ms = values[2];
    work->draw.to_ms = values[3];
    record_submit(call->env->store, NULL, run_draw, work, NULL, answer_list, work);
    return TRUE;
}

/* --- outcome -----------------------------------------------------------------------------------
 */

/* Adds the event if it fits; *c is the case after it. */
static void add_event(Work *work, Case **c, EventType type)
{
    /* Of the same millisecond: the ids decide which comes first. */
    guint place = work->events[0] ? 1 : 0;
    g_autofree char *id =
        g_strdup_printf("revisit-%" G_GINT64_FORMAT "-%u", work->outcome->id, place);
    g_autoptr(Event) event = cases_event_new(type, id, (*c)->code);
    event->classification = (*c)->classification;
    if (type == EVENT_CASE_REVISITED)
        fields_set_number(&event->fields, FIELD_SATISFACTION, work->outcome->satisfaction, NULL);
    Case *next = case_apply(*c, event, case_policy_rules(work->policy), NULL);
    if (!next)
        return;
    case_unref(*c);
    *c = next;
    work->events[place] = g_steal_pointer(&event);
}

static gboolean run_outcome(sqlite3 *db, gpointer data, GError **error)
{
    Work *work = data;
    g_autoptr(GError) cause = NULL;
    g_autoptr(Revisit) row = revisit_store_get(db, work->outcome->id, &cause);
    g_autoptr(Case) c = row ? case_query_get(db, row->case_code, &cause) : NULL;
    if (cause) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (!c || !case_is_seen(c, work->caller)) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no such revisit", "没有这次回访");
        return FALSE;
    }
    if (row->done_ms) {
        wall_error_set(error, WALL_ERROR_INVALID, "the revisit is done already",
                       "这次回访已经完成");
        return FALSE;
    }
    row->done_ms = clock_unix_ms();
    row->satisfaction = work->outcome->satisfaction;
    g_free(row->method);
    row->method = g_strdup(work->outcome->method);
    revisit_free(work->outcome);
    work->outcome = g_steal_pointer(&row);
    add_event(work, &c, EVENT_CASE_REVISITED);
    guint n_reopened = c->n_reopened;
    if (work->outcome->satisfaction <= work->reopens)
        add_event(work, &c, EVENT_CASE_REOPENED);
    work->outcome->is_reopened = c->n_reopened > n_reopened;
    return revisit_store_finish(db, work->outcome, error);
}

static void end_step(Work *work)
{
    if (--work->n_pending > 0)
        return;
    if (work->error)
        web_reply_error(work->request, work->error);
    else
        web_reply_json(work->request, 200, revisit_json(work->outcome));
    free_work(work);
}

static void on_put(const Taken *fate, const GError *error, gpointer user)
{
    Work *work = user;
    if (error && !work->error)
        work->error = g_error_copy(error);
    end_step(work);
}

static void on_outcome(gpointer data, const GError *error, gpointer user)
{
    Work *work = user;
    work->n_pending = 1;
    if (error)
        work->error = g_error_copy(error);
    for (guint i = 0; !error && i < G_N_ELEMENTS(work->events) && work->events[i]; i++) {
        work->n_pending++;
        cases_put_then(work->cases, event_copy(work->events[i]), on_put, work);
    }
    end_step(work);
}

gboolean api_post_revisit(ApiCall *call, GError **error)
{
    static const char *const known[] = { "satisfaction", "method" };
    static const char *const methods[] = { "phone", "visit", "message", "counter", NULL };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 8);
    const char *method = "";
    gint64 satisfaction = 0;
    guint64 id = 0;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    if (!json_get_int(body, "satisfaction", 1, 5, &satisfaction, faults, "") &&
        !faults_has(faults, "satisfaction"))
        faults_add(faults, "satisfaction", "is missing; accepted: 1 to 5, 5 is best");
    if (json_get_string(body, "method", &method, faults, "") && !g_strv_contains(methods, method))
        faults_add(faults, "method", "accepted: phone, visit, message, counter");
    if (!api_take_faults(faults, error))
        return FALSE;
    if (!g_ascii_string_to_unsigned(call->part[1], 10, 1, G_MAXINT64, &id, NULL)) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no such revisit", "没有这次回访");
        return FALSE;
    }
    Work *work = new_work(call);
    work->outcome = g_new0(Revisit, 1);
    work->outcome->id = (gint64)id;
    work->outcome->satisfaction = (guint)satisfaction;
    work->outcome->method = g_strdup(method);
    record_submit(call->env->store, NULL, run_outcome, work, NULL, on_outcome, work);
    return TRUE;
}
