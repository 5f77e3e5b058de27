/* cli_visitor.c - visitor mode at a terminal; the PIN is never an argument */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include <stdio.h>
#include <sysexits.h>

static char *dup_line(Json *entry)
{
    g_autoptr(GString) screens = g_string_new(NULL);
    Json *list = json_item(entry, "screens");
    for (gsize i = 0;
         json_object_is_type(list, json_type_array) && i < json_object_array_length(list); i++)
        g_string_append_printf(screens, "%s%s", i ? "," : "",
                               json_object_get_string(json_object_array_get_idx(list, i)));
    g_autoptr(GDateTime) since =
        g_date_time_new_from_unix_local(json_number(entry, "since") / 1000);
    g_autofree char *time = since ? g_date_time_format(since, "%Y-%m-%d %H:%M") : g_strdup("");
    g_autofree char *shown = screens->len
                                 ? g_strdup_printf(say("屏 %s", "screens %s"), screens->str)
                                 : g_strdup(say("全部屏", "all screens"));
    g_autofree char *line =
        g_strdup_printf(say("%s %s，%s 起（%s）", "%s %s, since %s (%s)"), json_text(entry, "wall"),
                        shown, time, json_text(entry, "by"));
    return term_clean(line);
}

void print_visitor_walls(Json *walls)
{
    gsize n = json_object_is_type(walls, json_type_array) ? json_object_array_length(walls) : 0;
    for (gsize i = 0; i < n; i++) {
        g_autofree char *line = dup_line(json_object_array_get_idx(walls, i));
        print_line(i == 0 ? say("参观模式", "visitor mode") : "", line);
    }
}

static void print_visitor(Json *answer)
{
    Json *walls = json_item(answer, "walls");
    print_visitor_walls(walls);
    if (json_object_is_type(walls, json_type_array) && json_object_array_length(walls) == 0)
        print_line(say("参观模式", "visitor mode"), say("未开启", "off"));
    print_line("PIN", json_flag(answer, "has_pin") ? say("已设置", "set")
                                                   : say("没有设置：退出前须由管理员设置",
                                                         "none: one has to be set to leave"));
}

static Json *new_choice(const Cli *cli)
{
    Json *body = json_object_new_object();
    if (cli->wall)
        json_add_string(body, "wall", cli->wall);
    if (cli->screen) {
        Json *screens = json_object_new_array();
        json_object_array_add(screens, json_object_new_string(cli->screen));
        json_add(body, "screens", screens);
    }
    return body;
}

int cli_visitor_on(Cli *cli)
{
    return cli_do(cli, "POST", "/api/v1/visitor", new_choice(cli), print_visitor);
}

int cli_visitor_off(Cli *cli)
{
    int status = EX_OK;
    g_autoptr(Secret) pin = cli_secret(cli, "PIN: ", &status);
    if (!pin)
        return status;
    Json *body = new_choice(cli);
    json_add_string(body, "pin", secret_get(pin));
    return cli_do(cli, "POST", "/api/v1/visitor/leave", body, print_visitor);
}

int cli_visitor_pin(Cli *cli)
{
    int status = EX_OK;
    g_autoptr(Secret) pin =
        cli_secret(cli, say("新 PIN（6–12 位数字）：", "new PIN (6 to 12 digits): "), &status);
    g_autoptr(Secret) again =
        !pin || cli->password_file ? NULL : cli_secret(cli, say("再输一次：", "again: "), &status);
    if (!pin || status != EX_OK)
        return status;
    if (again && !secret_equal(pin, again))
        return cli_fail(EX_USAGE, "%s", say("两次输入不同", "the two differ"));
    Json *body = json_object_new_object();
    json_add_string(body, "pin", secret_get(pin));
    return cli_do(cli, "PUT", "/api/v1/visitor/pin", body, print_visitor);
}

int cli_visitor_state(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/visitor", NULL, print_visitor);
}
