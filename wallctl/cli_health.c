/* cli_health.c - how the cameras fare, at a terminal */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include <stdio.h>

static char *dup_percent(double part, double whole)
{
    return whole > 0 ? g_strdup_printf("%.1f%%", 100 * part / whole) : g_strdup("-");
}

static void print_regions(Json *regions)
{
    const char *headings[] = { say("区划代码", "region"), say("区划", "name"),
                               say("摄像机", "cameras"),  say("在线", "online"),
                               say("离线", "offline"),    say("在线率", "rate"),
                               say("当日", "today") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    for (gsize i = 0; regions && i < json_object_array_length(regions); i++) {
        Json *region = json_object_array_get_idx(regions, i);
        gint64 n[] = { json_number(region, "cameras"), json_number(region, "online"),
                       json_number(region, "offline") };
        g_autofree char *cameras = g_strdup_printf("%" G_GINT64_FORMAT, n[0]);
        g_autofree char *online = g_strdup_printf("%" G_GINT64_FORMAT, n[1]);
        g_autofree char *offline = g_strdup_printf("%" G_GINT64_FORMAT, n[2]);
        g_autofree char *rate = dup_percent((double)n[1], (double)(n[1] + n[2]));
        g_autofree char *today =
            json_item(region, "day") ? dup_percent(json_real(region, "day"), 1) : g_strdup("-");
        const char *cells[] = { json_text(region, "region"),
                                json_text(region, "name"),
                                cameras,
                                online,
                                offline,
                                rate,
                                today };
        table_add(table, cells);
    }
    table_print(table);
}

static void print_health(Json *answer)
{
    print_regions(json_item(answer, "regions"));
    Json *cameras = json_item(answer, "cameras");
    if (!cameras || json_object_array_length(cameras) == 0) {
        puts(say("上墙的画面都正常", "all pictures on the walls are good"));
        return;
    }
    puts("");
    const char *headings[] = { say("标识", "id"), say("名称", "name"), say("画面", "picture") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    for (gsize i = 0; i < json_object_array_length(cameras); i++) {
        Json *camera = json_object_array_get_idx(cameras, i);
        g_autofree char *picture = dup_picture(json_item(camera, "quality"));
        const char *cells[] = { json_text(camera, "id"), json_text(camera, "name"), picture };
        table_add(table, cells);
    }
    table_print(table);
}

int cli_health(Cli *cli)
{
    if (cli->n_args)
        return cli_fetch(cli, "/api/v1/health/online.csv", cli->args[0]);
    return cli_do(cli, "GET", "/api/v1/health", NULL, print_health);
}

int cli_diagnose(Cli *cli)
{
    return cli_fetch(cli, "/api/v1/diagnostics", cli->args[0]);
}
