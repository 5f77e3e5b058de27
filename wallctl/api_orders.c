/* api_orders.c - work orders over the API */
#include "wallctl/api_orders.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/model/privacy.h"
#include "wallctl/order_change.h"
#include "wallctl/order_form.h"
#include "wallctl/store/case_query.h"

#include <string.h>

#define DEFAULT_LIST 100

/* --- answers -----------------------------------------------------------------------------------
 */

static Json *order_json(const StoredOrder *order)
{
    Json *json = json_object_new_object();
    json_add_string(json, "no", order->no);
    json_add_string(json, "case", order->case_code);
    json_add_known(json, "kind", order->kind);
    json_add_known(json, "from", order->from_org);
    json_add_known(json, "to", order->to_org);
    json_add_time(json, "issued_ms", order->issued_ms);
    json_add_time(json, "ack_due_ms", order->ack_due_ms);
    json_add_time(json, "due_ms", order->due_ms);
    json_add_time(json, "accepted_ms", order->accepted_ms);
    json_add_time(json, "done_ms", order->done_ms);
    json_add_time(json, "overdue_ms", order->overdue_ms);
    json_add_known(json, "outcome", order->result);
    if (order->score)
        json_add_int(json, "score", order->score);
    return json;
}

static void on_changed(const StoredOrder *order, const GError *error, gpointer user)
{
    g_autoptr(WebRequest) request = user;
    if (error)
        web_reply_error(request, error);
    else
        web_reply_json(request, 200, order_json(order));
}

/* --- lists -------------------------------------------------------------------------------------
 */

typedef struct {
    WebRequest *request;
    char *no; /* one order; NULL: a list */
    gboolean is_form;
    OrderFilter filter;
    char *case_code;
    Caller *caller;
    Config *config;
    GPtrArray *orders; /* found */
    StoredOrder *order;
    Case *c;
} Query;

static void free_query(gpointer data)
{
    Query *query = data;
    web_request_unref(query->request);
    g_clear_pointer(&query->orders, g_ptr_array_unref);
    g_clear_pointer(&query->order, stored_order_free);
    case_unref(query->c);
    config_unref(query->config);
    caller_unref(query->caller);
    g_free(query->case_code);
    g_free(query->no);
    g_free(query);
}

static gboolean run_query(sqlite3 *db, gpointer data, GError **error)
{
    Query *query = data;
    GError *cause = NULL;
    if (!query->no) {
        query->orders = order_store_list(db, &query->filter, error);
        return query->orders != NULL;
    }
    query->order = order_store_get(db, query->no, &cause);
    if (query->order)
        query->c = case_query_get(db, query->order->case_code, &cause);
    if (cause)
        g_propagate_error(error, cause);
    return cause == NULL;
}

static void reply_form(const Query *query)
{
    const CaseData *words = query->config->words;
    OrderForm form = { query->order, query->c, query->config->site_name, words,
                       case_data_vocabulary(words, query->config->cases.vocabulary) };
    char *html = order_form_html(&form);
    web_reply_bytes(query->request, 200, "text/html; charset=utf-8",
                    g_bytes_new_take(html, strlen(html)));
}

static gboolean is_seen(const Query *query)
{
    return query->order && order_is_seen(query->order, query->c, query->caller);
}

static void answer_query(gpointer data, const GError *error, gpointer user)
{
    const Query *query = data;
    g_autoptr(GError) missing = NULL;
    if (!error && query->no && !is_seen(query))
        wall_error_set(&missing, WALL_ERROR_NOT_FOUND, "no such order", "没有这张单据");
    if (error || missing) {
        web_reply_error(query->request, error ? error : missing);
    } else if (query->is_form) {
        reply_form(query);
    } else if (query->no) {
        web_reply_json(query->request, 200, order_json(query->order));
    } else {
        Json *json = json_object_new_object(), *list = json_object_new_array();
        for (guint i = 0; i < query->orders->len; i++)
            json_object_array_add(list, order_json(g_ptr_array_index(query->orders, i)));
        json_add(json, "orders", list);
        web_reply_json(query->request, 200, json);
    }
}

static Query *new_query(const ApiCall *call, const char *no)
{
    Query *query = g_new0(Query, 1);
    query->request = web_request_ref(call->request);
    query->no = g_strdup(no);
    query->caller = caller_ref(call->info->caller);
    query->filter.region = query->caller->region;
    query->filter.unit = query->caller->unit;
    query->config = config_ref(controller_config(call->env->controller));
    return query;
}

static gboolean take_flag(Faults *faults, const char *key, const char *text)
{
    if (strcmp(text, "0") != 0 && strcmp(text, "1") != 0)
        faults_add(faults, key, "accepted: 0, 1");
    return strcmp(text, "1") == 0;
}

gboolean api_get_orders(ApiCall *call, GError **error)
{
    g_autoptr(Faults) faults = faults_new("query", 8);
    Query *query = new_query(call, NULL);
    query->filter.n = DEFAULT_LIST;
    GHashTableIter iter;
    gpointer key, value;
    if (call->info->query) {
        g_hash_table_iter_init(&iter, call->info->query);
        while (g_hash_table_iter_next(&iter, &key, &value)) {
            guint64 n = 0;
            if (strcmp(key, "case") == 0)
                query->filter.case_code = query->case_code = g_strdup(value);
            else if (strcmp(key, "open") == 0)
                query->filter.is_open_only = take_flag(faults, key, value);
            else if (strcmp(key, "late") == 0)
                query->filter.late_at_ms = take_flag(faults, key, value) ? clock_unix_ms() : 0;
            else if (strcmp(key, "limit") != 0)
                faults_add(faults, key, "is not known here");
            else if (!g_ascii_string_to_unsigned(value, 10, 1, 1000, &n, NULL))
                faults_add(faults, key, "accepted: 1 to 1000");
            else
                query->filter.n = (guint)n;
        }
    }
    if (!api_take_faults(faults, error)) {
        free_query(query);
        return FALSE;
    }
    reader_submit(call->env->reader, run_query, query, free_query, answer_query, NULL);
    return TRUE;
}

gboolean api_get_order(ApiCall *call, GError **error)
{
    Query *query = new_query(call, call->part[1]);
    reader_submit(call->env->reader, run_query, query, free_query, answer_query, NULL);
    return TRUE;
}

gboolean api_get_order_form(ApiCall *call, GError **error)
{
    if (!controller_config(call->env->controller)->words) {
        wall_error_set(error, WALL_ERROR_UNAVAILABLE, "this site is not set up for cases",
                       "本站点没有配置案件");
        return FALSE;
    }
    Query *query = new_query(call, call->part[1]);
    query->is_form = TRUE;
    reader_submit(call->env->reader, run_query, query, free_query, answer_query, NULL);
    return TRUE;
}

/* --- changes -----------------------------------------------------------------------------------
 */

/* What a field would refuse is refused here, by its name in the body. */
static const char *read_text(Json *body, const char *key, Field field, gboolean is_needed,
                             Faults *faults)
{
    const char *text = NULL;
    Fields fields = { 0 };
    g_autoptr(GError) cause = NULL;
    if (!json_get_string(body, key, &text, faults, "")) {
        if (is_needed && !faults_has(faults, key))
            faults_add(faults, key, "is missing");
        return NULL;
    }
    if (!fields_set_text(&fields, field, text, &cause))
        faults_add(faults, key, "%s", cause->message);
    else if (field_row(field)->kind == KIND_TEXT && privacy_finds(text))
        faults_add(faults, key, "tells of a person; accepted: the name of an office");
    fields_clear(&fields);
    return text;
}

gboolean api_post_orders(ApiCall *call, GError **error)
{
    static const char *const known[] = { "case", "kind", "to", "from", "ack_due_ms", "due_ms" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 8);
    OrderRequest request = { .caller = call->info->caller };
    gint64 now_ms = clock_unix_ms();
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    request.case_code = read_text(body, "case", FIELD_MERGED_INTO, TRUE, faults);
    request.kind = read_text(body, "kind", FIELD_ORDER_KIND, TRUE, faults);
    request.to_org = read_text(body, "to", FIELD_TO_ORG, TRUE, faults);
    request.from_org = read_text(body, "from", FIELD_FROM_ORG, FALSE, faults);
    json_get_int(body, "ack_due_ms", now_ms, G_MAXINT64, &request.ack_due_ms, faults, "");
    json_get_int(body, "due_ms", now_ms, G_MAXINT64, &request.due_ms, faults, "");
    if (!api_take_faults(faults, error))
        return FALSE;
    orders_issue(call->env->orders, &request, on_changed, web_request_ref(call->request));
    return TRUE;
}

gboolean api_post_order(ApiCall *call, GError **error)
{
    static const char *const known[] = { "do", "outcome", "score" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 8);
    const char *word = "";
    gint64 score = 0;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "do", &word, faults, "");
    const char *outcome = read_text(body, "outcome", FIELD_OUTCOME, FALSE, faults);
    json_get_int(body, "score", 1, 5, &score, faults, "");
    gboolean is_accept = strcmp(word, "accept") == 0;
    if (!is_accept && strcmp(word, "done") != 0)
        faults_add(faults, "do", "accepted: accept, done");
    if (is_accept && (outcome || score))
        faults_add(faults, "do", "\"outcome\" and \"score\" go with \"done\" only");
    if (!api_take_faults(faults, error))
        return FALSE;
    WebRequest *request = web_request_ref(call->request);
    Caller *caller = call->info->caller;
    if (is_accept)
        orders_accept(call->env->orders, call->part[1], caller, on_changed, request);
    else
        orders_finish(call->env->orders, call->part[1], caller, outcome, (guint)score, on_changed,
                      request);
    return TRUE;
}
