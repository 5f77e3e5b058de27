/* cli_revisits.c - revisits at a terminal */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"
#include "wallctl/model/calendar.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define DEFAULT_DRAWN "30" /* a month, as 咸安 does */

static gboolean add_number(Json *body, const char *key, const char *text, guint64 least,
                           guint64 most)
{
    guint64 value;
    if (!g_ascii_string_to_unsigned(text, 10, least, most, &value, NULL))
        return cli_fail(FALSE, say("“%s”不是 %s", "'%s' is no number for %s"), text, key);
    json_add_int(body, key, (gint64)value);
    return TRUE;
}

/* The beginning of a local day, or of the one after it. */
static gboolean add_day(Json *body, const char *key, const char *text, guint days_after)
{
    GDate date;
    int year, month, day;
    char rest;
    g_date_clear(&date, 1);
    if (sscanf(text, "%4d-%2d-%2d%c", &year, &month, &day, &rest) == 3 && year > 1970 &&
        g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year)) {
        g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
        gint64 unix_day = (gint64)g_date_get_julian(&date) - 719163 + days_after;
        json_add_int(body, key, unix_day * 86400000 - CALENDAR_OFFSET_MIN * 60000);
        return TRUE;
    }
    return cli_fail(FALSE, say("“%s”不是日期；如 2025-05-01", "'%s' is no day; like 2025-05-01"),
                    text);
}

static void print_revisits(Json *answer)
{
    const char *headings[] = { say("序号", "id"), say("案件", "case"), say("种子", "seed") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(answer, "revisits");
    gsize n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    for (gsize i = 0; i < n; i++) {
        Json *revisit = json_object_array_get_idx(list, i);
        g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, json_number(revisit, "id"));
        g_autofree char *seed = g_strdup_printf("%" G_GINT64_FORMAT, json_number(revisit, "seed"));
        const char *cells[] = { id, json_text(revisit, "case"), seed };
        table_add(table, cells);
    }
    table_print(table);
}

int cli_revisit_sample(Cli *cli)
{
    g_autoptr(Json) body = json_object_new_object();
    if (!cli->from || !cli->to)
        return cli_fail(EX_USAGE, "%s", say("需要 --from 和 --to", "--from and --to are needed"));
    if (!add_number(body, "n", cli->count ? cli->count : DEFAULT_DRAWN, 1, 1000) ||
        !add_number(body, "seed", cli->seed ? cli->seed : "1", 0, G_MAXINT64) ||
        !add_day(body, "from_ms", cli->from, 0) || !add_day(body, "to_ms", cli->to, 1))
        return EX_USAGE;
    return cli_do(cli, "POST", "/api/v1/revisits", g_steal_pointer(&body), print_revisits);
}

int cli_revisit_list(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/revisits?open=1", NULL, print_revisits);
}

static void print_outcome(Json *revisit)
{
    puts(json_flag(revisit, "reopened") ? say("已记录，案件重新办理", "noted; the case is reopened")
                                        : say("已记录", "noted"));
}

int cli_revisit_done(Cli *cli)
{
    g_autoptr(Json) body = json_object_new_object();
    if (!add_number(body, "satisfaction", cli->args[1], 1, 5))
        return EX_USAGE;
    if (cli->n_args > 2)
        json_add_string(body, "method", cli->args[2]);
    g_autofree char *path = cli_path("revisits/%s", cli->args[0]);
    return cli_do(cli, "POST", path, g_steal_pointer(&body), print_outcome);
}
