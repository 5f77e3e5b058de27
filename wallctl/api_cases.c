/* api_cases.c - alarms, sources and cases over the API */
#include "wallctl/api_cases.h"

#include "wallctl/api_case.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/model/region.h"
#include "wallctl/store/case_query.h"

#include <string.h>

#define MAX_SNOOZE_MIN (24 * 60)
#define DEFAULT_PAGE   50

/* --- alarms and sources ------------------------------------------------------------------------
 */

static gboolean alarm_is_seen(Json *alarm, const Caller *caller)
{
    Json *region = json_object_object_get(alarm, "region");
    return caller_sees_region(caller, region ? json_object_get_string(region) : "");
}

gboolean api_get_alarms(ApiCall *call, GError **error)
{
    Json *json = director_state(call->env->director);
    Json *list = json_object_object_get(json, "alarms");
    for (gsize i = json_object_array_length(list); i-- > 0;) {
        if (!alarm_is_seen(json_object_array_get_idx(list, i), call->info->caller))
            json_object_array_del_idx(list, i, 1);
    }
    web_reply_json(call->request, 200, json);
    return TRUE;
}

/* Answering what one does not see is answering what is not there. */
static gboolean need_alarm(const ApiCall *call, GError **error)
{
    g_autoptr(Json) json = director_state(call->env->director);
    Json *list = json_object_object_get(json, "alarms");
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        Json *alarm = json_object_array_get_idx(list, i);
        const char *id = json_object_get_string(json_object_object_get(alarm, "id"));
        if (g_strcmp0(id, call->part[1]) == 0 && !alarm_is_seen(alarm, call->info->caller)) {
            wall_error_set(error, WALL_ERROR_NOT_FOUND, "no alarm '%s'", "没有告警“%s”",
                           call->part[1]);
            return FALSE;
        }
    }
    return TRUE;
}

typedef struct {
    AnswerKind kind; /* 0: a comment */
    gint64 until_ms;
    const char *to, *text; /* borrowed from the body */
} Answer;

static gboolean read_answer(Json *body, Answer *answer, GError **error)
{
    static const char *const known[] = { "do", "minutes", "to", "text" };
    g_autoptr(Faults) faults = faults_new("body", 8);
    const char *word = NULL;
    gint64 minutes = 0;
    *answer = (Answer) { 0 };
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "do", &word, faults, "");
    gboolean has_minutes = json_get_int(body, "minutes", 1, MAX_SNOOZE_MIN, &minutes, faults, "");
    gboolean has_text = json_get_string(body, "text", &answer->text, faults, "");
    gboolean has_to = json_get_string(body, "to", &answer->to, faults, "");
    if (g_strcmp0(word, "acknowledge") == 0)
        answer->kind = ANSWER_ACKNOWLEDGE;
    else if (g_strcmp0(word, "snooze") == 0)
        answer->kind = ANSWER_SNOOZE;
    else if (g_strcmp0(word, "forward") == 0)
        answer->kind = ANSWER_FORWARD;
    else if (g_strcmp0(word, "comment") != 0)
        faults_add(faults, "do", "accepted: acknowledge, snooze, forward, comment");
    else if (!has_text)
        faults_add(faults, "text", "is missing; 'comment' needs it");
    if (has_text && g_strcmp0(word, "comment") != 0)
        faults_add(faults, "text", "goes with 'comment' only");
    if (answer->kind == ANSWER_SNOOZE && !has_minutes)
        faults_add(faults, "minutes", "is missing; 'snooze' needs it: 1 to %d", MAX_SNOOZE_MIN);
    if (answer->kind == ANSWER_FORWARD && (!has_to || !*answer->to || strlen(answer->to) > 120))
        faults_add(faults, "to", "is missing or refused; 'forward' needs 1 to 120 bytes of text");
    answer->until_ms = clock_unix_ms() + minutes * 60000;
    return api_take_faults(faults, error);
}

static gboolean carry_out(const ApiCall *call, const Answer *answer, GError **error)
{
    Director *director = call->env->director;
    const char *id = call->part[1], *actor = call->info->caller->id;
    if (answer->kind)
        return director_answer(director, id, answer->kind, actor, answer->until_ms, answer->to,
                               error);
    return director_comment(director, id, actor, answer->text, error);
}

gboolean api_post_alarm(ApiCall *call, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    Answer answer;
    if (!body || !read_answer(body, &answer, error) || !need_alarm(call, error) ||
        !carry_out(call, &answer, error))
        return FALSE;
    Json *json = json_object_new_object();
    json_add_string(json, "alarm", call->part[1]);
    api_reply_saved(call, json);
    return TRUE;
}

gboolean api_get_sources(ApiCall *call, GError **error)
{
    web_reply_json(call->request, 200, sources_state(call->env->sources));
    return TRUE;
}

/* --- cases -------------------------------------------------------------------------------------
 */

static const char *query_text(const ApiCall *call, const char *key)
{
    return call->info->query ? g_hash_table_lookup(call->info->query, key) : NULL;
}

static gboolean query_int(const ApiCall *call, const char *key, gint64 max, gint64 *value,
                          Faults *faults)
{
    const char *text = query_text(call, key);
    guint64 number;
    if (!text)
        return TRUE;
    if (!g_ascii_string_to_unsigned(text, 10, 0, (guint64)max, &number, NULL)) {
        faults_add(faults, key, "accepted: 0 to %" G_GINT64_FORMAT, max);
        return FALSE;
    }
    *value = (gint64)number;
    return TRUE;
}

static void read_states(const ApiCall *call, CaseFilter *filter, Faults *faults)
{
    const char *text = query_text(call, "state");
    g_auto(GStrv) words = g_strsplit(text ? text : "", ",", CASE_LAST + 1);
    for (guint i = 0; words[i]; i++) {
        CaseState state = case_state_from_word(words[i]);
        if (state == CASE_NONE)
            faults_add(faults, "state", "accepted: words like registered, dispatched, closed");
        else
            filter->states |= 1u << state;
    }
}

static gboolean read_filter(const ApiCall *call, CaseFilter *filter, GError **error)
{
    static const char *const known[] = { "state", "open",      "overdue",   "region", "category",
                                         "level", "risk",      "code",      "order",  "limit",
                                         "after", "after_seq", "supervised" };
    g_autoptr(Faults) faults = faults_new("query", 8);
    gint64 n = DEFAULT_PAGE, open = 0, overdue = 0, supervised = 0;
    GHashTableIter iter;
    gpointer key;
    if (call->info->query) {
        g_hash_table_iter_init(&iter, call->info->query);
        while (g_hash_table_iter_next(&iter, &key, NULL)) {
            gboolean is_known = FALSE;
            for (guint i = 0; i < G_N_ELEMENTS(known); i++)
                is_known = is_known || strcmp(known[i], key) == 0;
            if (!is_known)
                faults_add(faults, key, "is not known here");
        }
    }
    const char *order = query_text(call, "order");
    if (order && strcmp(order, "opened") != 0 && strcmp(order, "due") != 0)
        faults_add(faults, "order", "accepted: opened, due");
    *filter = (CaseFilter) {
        .order = order && strcmp(order, "due") == 0 ? CASES_BY_DUE : CASES_BY_OPENED,
        .region = query_text(call, "region"),
        .category = query_text(call, "category"),
        .level = query_text(call, "level"),
        .risk = query_text(call, "risk"),
        .code = query_text(call, "code"),
    };
    read_states(call, filter, faults);
    query_int(call, "limit", CASE_PAGE_MAX, &n, faults);
    query_int(call, "open", 1, &open, faults);
    query_int(call, "overdue", 1, &overdue, faults);
    query_int(call, "supervised", 1, &supervised, faults);
    if (supervised && order)
        faults_add(faults, "order", "does not go with supervised=1: 督办 for longest comes first");
    if (supervised)
        filter->order = CASES_BY_SUPERVISED;
    query_int(call, "after", G_MAXINT64, &filter->after_ms, faults);
    query_int(call, "after_seq", G_MAXINT64, &filter->after_seq, faults);
    filter->n = (guint)MAX(n, 1);
    filter->is_open_only =
        open || overdue; /* the clocks that a closed case still has hurt nobody */
    filter->hides_protected = TRUE;
    filter->overdue_at_ms = overdue ? clock_unix_ms() : 0;
    return api_take_faults(faults, error);
}

static Json *row_json(const CaseRow *row)
{
    Json *json = json_object_new_object();
    json_add_string(json, "code", row->code);
    json_add_string(json, "state", case_state_word(row->state));
    json_add_known(json, "category", row->category);
    json_add_known(json, "level", row->level);
    json_add_known(json, "risk", row->risk);
    json_add_known(json, "sensitivity", row->sensitivity);
    g_autofree char *region =
        region_dup_shown(row->region, sensitivity_from_word(row->sensitivity));
    json_add_known(json, "region", region);
    if (row->has_position && !*row->sensitivity)
        json_add_position(json, "position", row->lon / 1e6, row->lat / 1e6);
    json_add_known(json, "lead_org", row->lead_org);
    json_add_known(json, "owner_title", row->owner_title);
    json_add_int(json, "party_count", row->party_count);
    json_add_int(json, "supervise", row->supervise);
    json_add_time(json, "opened_ms", row->opened_ms);
    json_add_time(json, "registered_ms", row->registered_ms);
    json_add_time(json, "resolved_ms", row->resolved_ms);
    json_add_time(json, "closed_ms", row->closed_ms);
    json_add_time(json, "due_ms", row->due_ms);
    json_add_time(json, "supervised_ms", row->supervised_ms);
    json_add_int(json, "rev", row->rev);
    return json;
}

Json *case_rows_json(const CasePage *page)
{
    Json *list = json_object_new_array();
    for (guint i = 0; i < page->rows->len; i++)
        json_object_array_add(list, row_json(g_ptr_array_index(page->rows, i)));
    return list;
}

static Json *ages_json(const CasePage *page)
{
    Json *list = json_object_new_array();
    for (guint i = 0; i < CASE_AGES; i++) {
        Json *age = json_object_new_object();
        if (i < CASE_AGES - 1)
            json_add_int(age, "days", case_age_days[i]);
        json_add_int(age, "n", page->ages[i]);
        json_object_array_add(list, age);
    }
    return list;
}

static void answer_list(const CasePage *page, const GError *error, gpointer user)
{
    g_autoptr(WebRequest) request = user;
    if (error) {
        web_reply_error(request, error);
        return;
    }
    Json *json = json_object_new_object();
    json_add(json, "cases", case_rows_json(page));
    if (page->has_hidden) {
        g_autofree char *hidden = protected_dup_shown((guint)page->n_hidden);
        json_add_string(json, "protected", hidden);
    }
    if (page->has_ages)
        json_add(json, "ages", ages_json(page));
    if (page->has_more) {
        json_add_int(json, "after", page->next_ms);
        json_add_int(json, "after_seq", page->next_seq);
    }
    web_reply_json(request, 200, json);
}

/* The smaller one of what is asked for and what the caller may see. */
static gboolean narrow_region(const ApiCall *call, const char **region, GError **error)
{
    const char *own = call->info->caller->region;
    if (!*region || region_is_inside(own, *region)) {
        *region = *own || !*region ? own : *region;
        if (!**region)
            *region = NULL;
        return TRUE;
    }
    if (region_is_inside(*region, own))
        return TRUE;
    wall_error_set(error, WALL_ERROR_DENIED, "%s is of region %s", "%s 只限区划 %s",
                   call->info->caller->id, own);
    return FALSE;
}

gboolean api_get_cases(ApiCall *call, GError **error)
{
    CaseFilter filter;
    if (!read_filter(call, &filter, error) || !narrow_region(call, &filter.region, error))
        return FALSE;
    case_query_list_async(call->env->reader, &filter, answer_list, web_request_ref(call->request));
    return TRUE;
}

/* --- on the wall -------------------------------------------------------------------------------
 */

typedef struct {
    ApiEnv env;
    WebRequest *request;
    char *wall, *actor;
    Caller *caller;
    gboolean has_base;
    guint64 base;
} Opening;

static void free_opening(Opening *opening)
{
    web_request_unref(opening->request);
    g_free(opening->wall);
    g_free(opening->actor);
    caller_unref(opening->caller);
    g_free(opening);
}

/* The row of the register, once it is known what came of it; a case that was not found may be anything. */
static void note_opening(const Opening *opening, const Command *command, const GError *error)
{
    AuditRow row = audit_row_for(opening->caller, AUDIT_COMMAND);
    row.wall = opening->wall;
    row.content = error ? wall_error_word(error->code) : "打开";
    row.object = command ? command->name : "";
    row.is_refused = error != NULL;
    audit_add(opening->env.audit, &row);
}

/* The revision that the wall has now; 0 with an error. */
static guint64 run_opening(const Opening *opening, Command *command, GError **error)
{
    guint64 revision = 0;
    command->caller = caller_ref(opening->caller);
    if (opening->has_base) {
        command->has |= COMMAND_HAS_BASE;
        command->base = opening->base;
    }
    tour_clock_prepare(opening->env.tours, opening->wall, command);
    return controller_run(opening->env.controller, opening->wall, command, &revision, NULL, error)
               ? revision
               : 0;
}

/* command NULL: why not. */
static void finish_opening(Opening *opening, Command *command, const GError *error)
{
    g_autoptr(GError) refused = error ? g_error_copy(error) : NULL;
    guint64 revision = command ? run_opening(opening, command, &refused) : 0;
    note_opening(opening, command, refused);
    if (refused) {
        web_reply_error(opening->request, refused);
    } else {
        ApiCall call = { .env = &opening->env, .request = opening->request };
        Json *json = json_object_new_object();
        json_add_string(json, "wall", opening->wall);
        json_add_int(json, "revision", (gint64)revision);
        api_reply_saved(&call, json);
    }
    free_opening(opening);
}

static void on_case_to_open(Case *c, const GError *error, gpointer user)
{
    Opening *opening = user;
    g_autoptr(GError) own = NULL;
    g_autoptr(Command) command = NULL;
    if (c && !case_is_seen(c, opening->caller))
        c = NULL;
    if (!c && !error)
        wall_error_set(&own, WALL_ERROR_NOT_FOUND, "no such case", "没有这个案件");
    if (c)
        command = case_scenes_open(opening->env.scenes, opening->wall, c, opening->actor, &own);
    finish_opening(opening, command, error ? error : own);
}

static void on_whistle_to_open(Command *command, const GError *error, gpointer user)
{
    finish_opening(user, command, error);
}

static Opening *new_opening(const ApiCall *call, const Command *command)
{
    Opening *opening = g_new(Opening, 1);
    call->record->is_written = TRUE; /* finish_opening() knows how it went */
    *opening = (Opening) { *call->env,
                           web_request_ref(call->request),
                           g_strdup(call->part[1]),
                           g_strdup(command->actor),
                           caller_ref(call->info->caller),
                           (command->has & COMMAND_HAS_BASE) != 0,
                           command->base };
    return opening;
}

gboolean api_open_case(ApiCall *call, const Command *command, GError **error)
{
    if (!api_need_wall(call, error))
        return FALSE;
    case_query_get_async(call->env->reader, command->name + strlen(LEVEL_CASE), on_case_to_open,
                         new_opening(call, command));
    return TRUE;
}

gboolean api_open_whistle(ApiCall *call, const Command *command, GError **error)
{
    if (!api_need_wall(call, error))
        return FALSE;
    whistles_open(call->env->whistles, call->part[1], command->name + strlen(LEVEL_WHISTLE),
                  call->info->caller, on_whistle_to_open, new_opening(call, command));
    return TRUE;
}
