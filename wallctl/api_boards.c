/* api_boards.c - boards, briefings and tickers over the API */
#include "wallctl/api_boards.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/board_json.h"
#include "wallctl/briefing_paper.h"
#include "wallctl/model/calendar.h"

#include <stdio.h>
#include <string.h>

/* Does the caller see a part of the site only? */
static gboolean is_part(const ApiCall *call)
{
    const Config *config = controller_config(call->env->controller);
    return !caller_sees_region(call->info->caller, config->cases.region);
}

gboolean api_get_boards(ApiCall *call, GError **error)
{
    const Config *config = controller_config(call->env->controller);
    web_reply_json(call->request, 200, board_names_json(config, is_part(call)));
    return TRUE;
}

/* --- figures of one board ------------------------------------------------------------------------
 */

typedef struct {
    WebRequest *request;
    char *name;
    Config *config; /* the reading's name points into it */
    BoardReading *reading;
} Look;

static void free_look(gpointer data)
{
    Look *look = data;
    web_request_unref(look->request);
    board_reading_free(look->reading);
    config_unref(look->config);
    g_free(look->name);
    g_free(look);
}

static gboolean read_board(sqlite3 *db, gpointer data, GError **error)
{
    return board_read(db, ((Look *)data)->reading, error);
}

static void answer_board(gpointer data, const GError *error, gpointer user)
{
    const Look *look = data;
    if (error)
        web_reply_error(look->request, error);
    else
        web_reply_json(look->request, 200,
                       board_json(look->name, look->reading, look->config, clock_unix_ms()));
}

/* The board's name as it is for this caller: of whom a part of the site is, of that part or one in it. Caller
 * frees. */
static char *dup_name(const ApiCall *call, GError **error)
{
    const Caller *caller = call->info->caller;
    const char *text = call->part[1], *colon = strchr(text, ':');
    if (!colon && is_part(call))
        return g_strconcat(text, ":", caller->region, NULL);
    if (!colon || caller_sees_region(caller, colon + 1))
        return g_strdup(text);
    wall_error_set(error, WALL_ERROR_DENIED, "%s is of region %s", "%s 只限区划 %s", caller->id,
                   caller->region);
    return NULL;
}

gboolean api_get_board(ApiCall *call, GError **error)
{
    Config *config = controller_config(call->env->controller);
    BoardName name;
    if (!config->words) {
        wall_error_set(error, WALL_ERROR_UNAVAILABLE, "this site is not set up for cases",
                       "本站点没有配置案件");
        return FALSE;
    }
    g_autofree char *text = dup_name(call, error);
    if (!text || !board_name_parse(text, config, &name, error))
        return FALSE;
    gint64 now_ms = clock_unix_ms();
    if (name.kind == BOARD_SOURCES) {
        web_reply_json(call->request, 200,
                       board_sources_json(call->part[1], name.title,
                                          sources_state(call->env->sources), now_ms));
        board_name_clear(&name);
        return TRUE;
    }
    Look *look = g_new(Look, 1);
    *look = (Look) { web_request_ref(call->request), g_steal_pointer(&text), config_ref(config),
                     board_reading_new(name, calendar_day(now_ms)) };
    reader_submit(call->env->reader, read_board, look, free_look, answer_board, NULL);
    return TRUE;
}

/* --- briefings -----------------------------------------------------------------------------------
 */

gboolean api_get_briefings(ApiCall *call, GError **error)
{
    web_reply_json(call->request, 200, briefings_json(call->env->briefings));
    return TRUE;
}

static void reply_text(WebRequest *request, const char *type, char *text)
{
    web_reply_bytes(request, 200, type, g_bytes_new_take(text, strlen(text)));
}

/* "ID" as JSON, "ID.csv", "ID.html". */
gboolean api_get_briefing(ApiCall *call, GError **error)
{
    const char *dot = strrchr(call->part[1], '.');
    gboolean is_csv = dot && strcmp(dot, ".csv") == 0, is_html = dot && strcmp(dot, ".html") == 0;
    g_autofree char *id = is_csv || is_html ? g_strndup(call->part[1], (gsize)(dot - call->part[1]))
                                            : g_strdup(call->part[1]);
    Json *paper = briefings_find(call->env->briefings, id);
    if (!paper) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no briefing '%s'", "没有研判记录“%s”", id);
        return FALSE;
    }
    if (is_csv)
        reply_text(call->request, "text/csv; charset=utf-8", briefing_paper_csv(paper));
    else if (is_html)
        reply_text(call->request, "text/html; charset=utf-8", briefing_paper_html(paper));
    else
        web_reply_json(call->request, 200, json_object_get(paper));
    return TRUE;
}

static gboolean read_day(const char *text, gint32 *day)
{
    guint year, month, number;
    char end;
    if (strlen(text) != 10 || sscanf(text, "%4u-%2u-%2u%c", &year, &month, &number, &end) != 3 ||
        year < 2000 || year > 2099 ||
        !g_date_valid_dmy((GDateDay)number, (GDateMonth)month, (GDateYear)year))
        return FALSE;
    g_autoptr(GDateTime) noon = g_date_time_new_utc((gint)year, (gint)month, (gint)number, 4, 0, 0);
    *day = calendar_day(g_date_time_to_unix(noon) * 1000);
    return TRUE;
}

static void answer_made(Json *paper, const GError *error, gpointer user)
{
    g_autoptr(WebRequest) request = user;
    if (error)
        web_reply_error(request, error);
    else
        web_reply_json(request, 200, json_object_get(paper));
}

gboolean api_post_briefing(ApiCall *call, GError **error)
{
    static const char *const known[] = { "config", "day", "shown" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 8);
    const char *config = NULL, *text = NULL;
    gboolean is_shown = TRUE;
    gint32 day = 0;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    if (!json_get_string(body, "config", &config, faults, "") && !faults_count(faults))
        faults_add(faults, "config", "is missing; accepted: id of a briefing of the configuration");
    json_get_string(body, "day", &text, faults, "");
    json_get_bool(body, "shown", &is_shown, faults, "");
    if (text && !read_day(text, &day))
        faults_add(faults, "day", "accepted: a day like 2025-05-22");
    if (!api_take_faults(faults, error))
        return FALSE;
    WebRequest *request = web_request_ref(call->request);
    if (briefings_make(call->env->briefings, config, day, is_shown, answer_made, request, error))
        return TRUE;
    web_request_unref(request);
    return FALSE;
}

static Json *ticker_json(const ApiCall *call)
{
    const char *text = tickers_get(call->env->tickers, call->part[1]);
    Json *json = json_object_new_object();
    json_add_string(json, "wall", call->part[1]);
    json_add_string(json, "text", text ? text : "");
    return json;
}

gboolean api_get_ticker(ApiCall *call, GError **error)
{
    if (!api_need_wall(call, error))
        return FALSE;
    web_reply_json(call->request, 200, ticker_json(call));
    return TRUE;
}

gboolean api_put_ticker(ApiCall *call, GError **error)
{
    static const char *const known[] = { "text" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body || !api_need_wall(call, error))
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 8);
    const char *text = NULL;
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    if (!json_get_string(body, "text", &text, faults, "") && !faults_count(faults))
        faults_add(faults, "text", "is missing; \"\" takes the line away");
    if (!api_take_faults(faults, error) ||
        !tickers_set(call->env->tickers, call->part[1], text, error))
        return FALSE;
    api_reply_saved(call, ticker_json(call));
    return TRUE;
}
