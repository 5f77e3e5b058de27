/* cli_orders.c - work orders at a terminal */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define FORM_MS 30000

/* "30m", "4h", "3d" from now on, as Unix ms. */
static gboolean add_span(Json *body, const char *key, const char *text)
{
    static const struct {
        char unit;
        gint64 ms;
    } units[] = { { 'm', 60000 }, { 'h', 3600000 }, { 'd', 86400000 } };
    if (!text)
        return TRUE;
    char *end;
    guint64 n = g_ascii_strtoull(text, &end, 10);
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        if (end == text || n < 1 || n > 3660 || end[0] != units[i].unit || end[1])
            continue;
        json_add_int(body, key, g_get_real_time() / 1000 + (gint64)n * units[i].ms);
        return TRUE;
    }
    return cli_fail(FALSE, say("“%s”不是时长；可用 30m、4h、3d", "'%s': accepted are 30m, 4h, 3d"),
                    text);
}

static void print_no(Json *order)
{
    g_autofree char *no = term_clean(json_text(order, "no"));
    puts(no);
}

int cli_order_issue(Cli *cli)
{
    g_autoptr(Json) body = json_object_new_object();
    json_add_string(body, "case", cli->args[0]);
    json_add_string(body, "kind", cli->args[1]);
    json_add_string(body, "to", cli->args[2]);
    if (!add_span(body, "ack_due_ms", cli->ack) || !add_span(body, "due_ms", cli->due))
        return EX_USAGE;
    return cli_do(cli, "POST", "/api/v1/orders", g_steal_pointer(&body), print_no);
}

/* "11-22 10:01"; "" for 0. Caller frees. */
static char *time_text(gint64 ms)
{
    if (ms == 0)
        return g_strdup("");
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(ms / 1000);
    return g_date_time_format(time, "%m-%d %H:%M");
}

static void print_orders(Json *answer)
{
    const char *headings[] = { say("单号", "number"),   say("类型", "kind"),
                               say("案件", "case"),     say("承办单位", "to"),
                               say("签发", "issued"),   say("接单期限", "accept by"),
                               say("接单", "accepted"), say("办结期限", "due"),
                               say("办结", "done") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(answer, "orders");
    gsize n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    for (gsize i = 0; i < n; i++) {
        Json *order = json_object_array_get_idx(list, i);
        static const char *const keys[] = { "issued_ms", "ack_due_ms", "accepted_ms", "due_ms",
                                            "done_ms" };
        char *times[G_N_ELEMENTS(keys)];
        for (gsize k = 0; k < G_N_ELEMENTS(keys); k++)
            times[k] = time_text(json_number(order, keys[k]));
        const char *cells[] = { json_text(order, "no"),
                                say_word(json_text(order, "kind")),
                                json_text(order, "case"),
                                json_text(order, "to"),
                                times[0],
                                times[1],
                                json_number(order, "overdue_ms") && !*times[2]
                                    ? say("逾期", "overdue")
                                    : times[2],
                                times[3],
                                times[4] };
        table_add(table, cells);
        for (gsize k = 0; k < G_N_ELEMENTS(keys); k++)
            g_free(times[k]);
    }
    table_print(table);
}

int cli_order_list(Cli *cli)
{
    g_autofree char *path = cli->n_args > 0 ? cli_path("orders?case=%s", cli->args[0])
                                            : g_strdup("/api/v1/orders?open=1");
    return cli_do(cli, "GET", path, NULL, print_orders);
}

int cli_order_show(Cli *cli)
{
    g_autofree char *path = cli_path("orders/%s", cli->args[0]);
    return cli_do(cli, "GET", path, NULL, print_json);
}

static int change(Cli *cli, Json *body)
{
    g_autofree char *path = cli_path("orders/%s", cli->args[0]);
    return cli_do(cli, "POST", path, body, print_no);
}

int cli_order_accept(Cli *cli)
{
    Json *body = json_object_new_object();
    json_add_string(body, "do", "accept");
    return change(cli, body);
}

int cli_order_done(Cli *cli)
{
    guint64 score = 0;
    if (cli->n_args > 2 && !g_ascii_string_to_unsigned(cli->args[2], 10, 1, 5, &score, NULL))
        return cli_fail(EX_USAGE, say("“%s”不是 1–5 的评分", "'%s': 1 to 5"), cli->args[2]);
    Json *body = json_object_new_object();
    json_add_string(body, "do", "done");
    if (cli->n_args > 1)
        json_add_string(body, "outcome", cli->args[1]);
    if (score)
        json_add_int(body, "score", (gint64)score);
    return change(cli, body);
}

int cli_order_form(Cli *cli)
{
    g_autofree char *path = cli_path("orders/%s/form", cli->args[0]);
    guint http_status = 0;
    g_autoptr(Json) refusal = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) page =
        web_client_fetch(cli->client, path, FORM_MS, &http_status, &refusal, &error);
    if (refusal)
        web_client_refusal(refusal, http_status, &error);
    if (!page)
        return cli_fail(refusal ? EX_DATAERR : EX_UNAVAILABLE, "%s", say_error(error));
    gsize len;
    const char *data = g_bytes_get_data(page, &len);
    if (!g_file_set_contents(cli->args[1], data, (gssize)len, &error))
        return cli_fail(EX_CANTCREAT, say("写不了 %s：%s", "cannot write %s: %s"), cli->args[1],
                        error->message);
    printf("%s: %zu %s\n", cli->args[1], len, say("字节", "bytes"));
    return EX_OK;
}
