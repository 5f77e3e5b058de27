/* cli_boards.c - boards and briefings at a terminal */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static const char *mark(Json *object, const char *key, const char *what)
{
    return json_flag(object, key) ? what : "";
}

static void print_boards(Json *answer)
{
    const char *headings[] = { say("来源", "source"), say("标题", "title"), say("种类", "kind"),
                               say("可加", "takes"), "" };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(answer, "boards");
    for (guint i = 0; i < json_object_array_length(list); i++) {
        Json *board = json_object_array_get_idx(list, i);
        g_autofree char *source = g_strconcat("board:", json_text(board, "name"), NULL);
        const char *cells[] = { source, json_text(board, "title"), json_text(board, "kind"),
                                mark(board, "periods", "-day -week -month -year"),
                                mark(board, "regions", say(":区划代码", ":REGION")) };
        table_add(table, cells);
    }
    table_print(table);
}

int cli_boards(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/boards", NULL, print_boards);
}

/* --- briefings ---------------------------------------------------------------------------------
 */

static void print_briefings(Json *answer)
{
    const char *headings[] = { say("标识", "id"), say("名称", "name"), say("时段", "period") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(answer, "briefings");
    for (guint i = 0; i < json_object_array_length(list); i++) {
        Json *paper = json_object_array_get_idx(list, i);
        const char *cells[] = { json_text(paper, "id"), json_text(paper, "name"),
                                json_text(paper, "period") };
        table_add(table, cells);
    }
    table_print(table);
}

int cli_briefing_list(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/briefings", NULL, print_briefings);
}

static void print_made(Json *paper)
{
    puts(json_text(paper, "id"));
}

int cli_briefing_make(Cli *cli)
{
    Json *body = json_object_new_object();
    json_add_string(body, "config", cli->args[0]);
    json_add_string(body, "day", cli->n_args > 1 ? cli->args[1] : NULL);
    return cli_do(cli, "POST", "/api/v1/briefings", body, print_made);
}

/* FILE.csv or FILE.html: the ending says which. */
int cli_briefing_export(Cli *cli)
{
    const char *file = cli->args[1], *dot = strrchr(file, '.');
    if (!dot || (strcmp(dot, ".csv") != 0 && strcmp(dot, ".html") != 0))
        return cli_fail(EX_USAGE,
                        say("“%s”：须以 .csv 或 .html 结尾", "'%s': ends in .csv or .html"), file);
    g_autofree char *path = cli_path("briefings/%s%s", cli->args[0], dot);
    return cli_fetch(cli, path, file);
}

/* --- ticker ------------------------------------------------------------------------------------
 */

/* "off" takes it away. */
int cli_ticker(Cli *cli)
{
    int status;
    const char *wall = cli_wall(cli, &status), *text = cli->args[0];
    if (!wall)
        return status;
    g_autofree char *path = cli_path("walls/%s/ticker", wall);
    Json *body = json_object_new_object();
    json_add_string(body, "text", strcmp(text, "off") == 0 ? "" : text);
    return cli_do(cli, "PUT", path, body, NULL);
}
