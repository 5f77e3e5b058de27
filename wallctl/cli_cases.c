/* cli_cases.c - alarms, cases, sources and scenes at a terminal */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"
#include "wallctl/model/calendar.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static guint count(Json *list)
{
    return json_object_is_type(list, json_type_array) ? (guint)json_object_array_length(list) : 0;
}

/* "11-22 10:01" of Unix ms; "" for 0. Caller frees. */
static char *time_text(gint64 ms)
{
    if (ms == 0)
        return g_strdup("");
    g_autoptr(GDateTime) time = calendar_local(ms);
    return g_date_time_format(time, "%m-%d %H:%M");
}

/* --- alarms ------------------------------------------------------------------------------------
 */

static void print_comments(Json *alarm)
{
    Json *comments = json_item(alarm, "comments");
    for (guint i = 0; i < count(comments); i++) {
        Json *comment = json_object_array_get_idx(comments, i);
        g_autofree char *at = time_text(json_number(comment, "at_ms"));
        g_autofree char *by = term_clean(json_text(comment, "by"));
        g_autofree char *text = term_clean(json_text(comment, "text"));
        printf("%s  %s  %s  %s\n", json_text(alarm, "id"), at, by, text);
    }
}

static void print_alarms(Json *answer)
{
    const char *headings[] = { say("标识", "id"),     say("颜色", "colour"), say("内容", "what"),
                               say("地点", "where"),  say("案件", "case"),   say("起于", "since"),
                               say("次数", "events"), say("状态", "state") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(answer, "alarms");
    for (guint i = 0; i < count(list); i++) {
        Json *alarm = json_object_array_get_idx(list, i);
        g_autofree char *since = time_text(json_number(alarm, "raised_ms"));
        g_autofree char *events =
            g_strdup_printf("%" G_GINT64_FORMAT, json_number(alarm, "events"));
        const char *cells[] = { json_text(alarm, "id"),
                                say_word(json_text(alarm, "severity")),
                                json_text(alarm, "title"),
                                json_text(alarm, "place"),
                                json_text(alarm, "case"),
                                since,
                                events,
                                say_word(json_text(alarm, "state")) };
        table_add(table, cells);
    }
    table_print(table);
    for (guint i = 0; i < count(list); i++)
        print_comments(json_object_array_get_idx(list, i));
    if (json_flag(answer, "flood"))
        puts(say("告警泛滥：墙上合并显示", "a flood: the wall groups them"));
}

int cli_alarms(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/alarms", NULL, print_alarms);
}

static void print_answered(Json *answer)
{
    puts(say("完成", "done"));
}

static int answer_alarm(Cli *cli, Json *body)
{
    g_autofree char *path = cli_path("alarms/%s", cli->args[0]);
    return cli_do(cli, "POST", path, body, print_answered);
}

int cli_ack(Cli *cli)
{
    Json *body = json_object_new_object();
    json_add_string(body, "do", "acknowledge");
    return answer_alarm(cli, body);
}

int cli_snooze(Cli *cli)
{
    guint64 minutes;
    if (!g_ascii_string_to_unsigned(cli->args[1], 10, 1, 1440, &minutes, NULL))
        return cli_fail(EX_USAGE, say("“%s”不是 1–1440 的分钟数", "'%s': 1 to 1440 minutes"),
                        cli->args[1]);
    Json *body = json_object_new_object();
    json_add_string(body, "do", "snooze");
    json_add_int(body, "minutes", (gint64)minutes);
    return answer_alarm(cli, body);
}

int cli_forward(Cli *cli)
{
    Json *body = json_object_new_object();
    json_add_string(body, "do", "forward");
    json_add_string(body, "to", cli->args[1]);
    return answer_alarm(cli, body);
}

int cli_comment(Cli *cli)
{
    Json *body = json_object_new_object();
    json_add_string(body, "do", "comment");
    json_add_string(body, "text", cli->args[1]);
    return answer_alarm(cli, body);
}

/* --- cases and sources -------------------------------------------------------------------------
 */

static void print_cases(Json *answer)
{
    const char *headings[] = { say("编号", "code"),     say("状态", "state"),
                               say("类别", "category"), say("等级", "level"),
                               say("区划", "region"),   say("受理", "opened"),
                               say("期限", "due"),      say("牵头单位", "lead") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(answer, "cases");
    for (guint i = 0; i < count(list); i++) {
        Json *row = json_object_array_get_idx(list, i);
        g_autofree char *opened = time_text(json_number(row, "opened_ms"));
        g_autofree char *due = time_text(json_number(row, "due_ms"));
        const char *cells[] = { json_text(row, "code"),
                                say_word(json_text(row, "state")),
                                json_text(row, "category"),
                                json_text(row, "level"),
                                json_text(row, "region"),
                                opened,
                                due,
                                json_text(row, "lead_org") };
        table_add(table, cells);
    }
    table_print(table);
}

int cli_cases(Cli *cli)
{
    g_autoptr(GString) path = g_string_new("/api/v1/cases?limit=100");
    if (cli->region) {
        g_autofree char *region = g_uri_escape_string(cli->region, NULL, FALSE);
        g_string_append_printf(path, "&region=%s", region);
    }
    if (cli_has(cli, OPTION_SUPERVISED))
        g_string_append(path, "&supervised=1");
    if (cli->n_args > 0) {
        g_autofree char *code = g_uri_escape_string(cli->args[0], NULL, FALSE);
        g_string_append_printf(path, "&code=%s", code);
    } else {
        g_string_append(path, "&open=1");
    }
    return cli_do(cli, "GET", path->str, NULL, print_cases);
}

int cli_case(Cli *cli)
{
    g_autofree char *path = cli_path("cases/%s", cli->args[0]);
    return cli_do(cli, "GET", path, NULL, print_json);
}

/* "时间 3，区划 1": what was refused, by reason. Caller frees. */
static char *refused_text(Json *refused)
{
    GString *text = g_string_new(NULL);
    struct json_object_iter reason;
    json_object_object_foreachC (refused, reason) {
        g_autofree char *word = g_strconcat("refused.", reason.key, NULL);
        const char *said = say_word(word);
        g_string_append_printf(text, "%s%s %" G_GINT64_FORMAT, text->len ? say("，", ", ") : "",
                               said == word ? reason.key : said, json_object_get_int64(reason.val));
    }
    return g_string_free(text, FALSE);
}

static void print_sources(Json *list)
{
    const char *headings[] = { say("标识", "id"),     say("名称", "name"),   say("状态", "state"),
                               say("最近", "last"),   say("接收", "taken"),  say("重复", "again"),
                               say("异常", "anomal"), say("拒收", "refused") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    for (guint i = 0; i < count(list); i++) {
        Json *source = json_object_array_get_idx(list, i);
        g_autofree char *last = time_text(json_number(source, "last_ms"));
        g_autofree char *ok = g_strdup_printf("%" G_GINT64_FORMAT, json_number(source, "ok"));
        g_autofree char *again =
            g_strdup_printf("%" G_GINT64_FORMAT, json_number(source, "duplicate"));
        g_autofree char *anomaly =
            g_strdup_printf("%" G_GINT64_FORMAT, json_number(source, "anomaly"));
        g_autofree char *refused = refused_text(json_item(source, "refused"));
        const char *cells[] = { json_text(source, "id"),
                                json_text(source, "name"),
                                say_word(json_text(source, "state")),
                                last,
                                ok,
                                again,
                                anomaly,
                                refused };
        table_add(table, cells);
    }
    table_print(table);
}

int cli_sources(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/sources", NULL, print_sources);
}

static void print_links(Json *answer)
{
    const char *headings[] = { say("标识", "id"), say("方式", "kind"), say("状态", "state"),
                               say("待送", "waiting"), say("原因", "why") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(answer, "links");
    for (guint i = 0; i < count(list); i++) {
        Json *link = json_object_array_get_idx(list, i);
        g_autofree char *kind = g_strconcat("link.", json_text(link, "kind"), NULL);
        g_autofree char *state = g_strconcat("link.", json_text(link, "state"), NULL);
        g_autofree char *waiting =
            json_item(link, "waiting")
                ? g_strdup_printf("%" G_GINT64_FORMAT, json_number(link, "waiting"))
                : g_strdup("");
        const char *cells[] = { json_text(link, "id"), say_word(kind), say_word(state), waiting,
                                json_text(link, "detail") };
        table_add(table, cells);
    }
    table_print(table);
}

int cli_links(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/links", NULL, print_links);
}
