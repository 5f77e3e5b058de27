/* cli_whistles.c - whistles at a terminal */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* "10:01" of Unix ms; "" for 0. Caller frees. */
static char *clock_text(gint64 ms)
{
    if (ms == 0)
        return g_strdup("");
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(ms / 1000);
    return g_date_time_format(time, "%H:%M:%S");
}

static void add_org(Table *table, Json *whistle, Json *org)
{
    g_autofree char *raised = clock_text(json_number(whistle, "raised_ms"));
    g_autofree char *acked = clock_text(json_number(org, "acked_ms"));
    g_autofree char *arrived = clock_text(json_number(org, "arrived_ms"));
    const char *cells[] = { json_text(whistle, "case"),        raised, json_text(org, "org"),
                            say_word(json_text(org, "state")), acked,  arrived };
    table_add(table, cells);
}

static void print_whistles(Json *answer)
{
    const char *headings[] = {
        say("案件", "case"),  say("吹哨", "raised"), say("单位", "office"),
        say("状态", "state"), say("响应", "acked"),  say("到达", "arrived")
    };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(answer, "whistles");
    for (gsize i = 0; list && i < json_object_array_length(list); i++) {
        Json *whistle = json_object_array_get_idx(list, i);
        Json *orgs = json_item(whistle, "orgs");
        for (gsize k = 0; orgs && k < json_object_array_length(orgs); k++)
            add_org(table, whistle, json_object_array_get_idx(orgs, k));
    }
    table_print(table);
}

int cli_whistles(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/whistles", NULL, print_whistles);
}

static void print_done(Json *answer)
{
    puts(say("完成", "done"));
}

int cli_whistle_raise(Cli *cli)
{
    static const char *const keys[] = { "ack_minutes", "arrive_minutes" };
    g_autofree char *path = cli_path("cases/%s/whistle", cli->args[0]);
    g_auto(GStrv) names = g_strsplit(cli->args[1], ",", -1);
    g_autoptr(Json) body = json_object_new_object();
    Json *orgs = json_object_new_array();
    json_add(body, "orgs", orgs);
    for (guint i = 0; names[i]; i++)
        json_object_array_add(orgs, json_object_new_string(names[i]));
    for (guint i = 2; i < cli->n_args; i++) {
        guint64 minutes;
        if (!g_ascii_string_to_unsigned(cli->args[i], 10, 1, 1440, &minutes, NULL))
            return cli_fail(EX_USAGE, say("“%s”不是 1–1440 的分钟数", "'%s': 1 to 1440 minutes"),
                            cli->args[i]);
        json_add_int(body, keys[i - 2], (gint64)minutes);
    }
    return cli_do(cli, "POST", path, g_steal_pointer(&body), print_done);
}

static int answer(Cli *cli, const char *word)
{
    g_autofree char *path = cli_path("cases/%s/whistle/%s", cli->args[0], cli->args[1]);
    Json *body = json_object_new_object();
    json_add_string(body, "do", word);
    return cli_do(cli, "POST", path, body, print_done);
}

int cli_whistle_ack(Cli *cli)
{
    return answer(cli, "acknowledge");
}

int cli_whistle_arrive(Cli *cli)
{
    return answer(cli, "arrive");
}

int cli_whistle_end(Cli *cli)
{
    g_autofree char *path = cli_path("cases/%s/whistle", cli->args[0]);
    return cli_do(cli, "DELETE", path, NULL, print_done);
}
