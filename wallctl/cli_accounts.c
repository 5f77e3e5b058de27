/* cli_accounts.c - accounts and tokens at a terminal */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include <stdio.h>
#include <string.h>

/* --- accounts ----------------------------------------------------------------------------------
 */

static char *join(Json *list)
{
    GString *text = g_string_new(NULL);
    for (gsize i = 0;
         json_object_is_type(list, json_type_array) && i < json_object_array_length(list); i++)
        g_string_append_printf(text, "%s%s", i ? "," : "",
                               json_object_get_string(json_object_array_get_idx(list, i)));
    return g_string_free(text, FALSE);
}

static void print_accounts(Json *answer)
{
    const char *headings[] = {
        say("账号", "account"), say("姓名", "name"),   say("单位", "unit"),
        say("角色", "roles"),   say("区划", "region"), say("状态", "state")
    };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(answer, "accounts");
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        Json *account = json_object_array_get_idx(list, i);
        g_autofree char *roles = join(json_item(account, "roles"));
        const char *cells[] = {
            json_text(account, "id"),     json_text(account, "name"),
            json_text(account, "unit"),   roles,
            json_text(account, "region"), say_word(json_text(account, "state"))
        };
        table_add(table, cells);
    }
    table_print(table);
}

int cli_account_list(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/accounts", NULL, print_accounts);
}

static void print_issued(Json *account)
{
    const char *password = json_text(account, "one_time_password");
    if (*password)
        printf("%s %s\n%s %s\n", say("账号      ", "account          "), json_text(account, "id"),
               say("一次性密码", "one-time password"), password);
}

static Json *split(const char *words)
{
    Json *list = json_object_new_array();
    g_auto(GStrv) parts = g_strsplit(words, ",", -1);
    for (guint i = 0; parts[i]; i++)
        json_object_array_add(list, json_object_new_string(parts[i]));
    return list;
}

int cli_account_add(Cli *cli)
{
    Json *body = json_object_new_object();
    json_add_string(body, "name", cli->args[1]);
    json_add_string(body, "unit", cli->args[2]);
    json_add(body, "roles", split(cli->args[3]));
    if (cli->region)
        json_add_string(body, "region", cli->region);
    g_autofree char *path = cli_path("accounts/%s", cli->args[0]);
    return cli_do(cli, "PUT", path, body, print_issued);
}

int cli_account_password(Cli *cli)
{
    g_autofree char *path = cli_path("accounts/%s/password", cli->args[0]);
    return cli_do(cli, "POST", path, json_object_new_object(), print_issued);
}

int cli_account_remove(Cli *cli)
{
    g_autofree char *path = cli_path("accounts/%s", cli->args[0]);
    return cli_do(cli, "DELETE", path, NULL, NULL);
}

/* --- tokens ------------------------------------------------------------------------------------
 */

static void print_tokens(Json *answer)
{
    const char *headings[] = { say("名称", "name"), say("权限", "rights"), say("区划", "region"),
                               say("到期", "ends"), say("设立人", "made by") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(answer, "tokens");
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        Json *token = json_object_array_get_idx(list, i);
        g_autofree char *rights = join(json_item(token, "rights"));
        g_autoptr(GDateTime) ends =
            g_date_time_new_from_unix_local(json_number(token, "ends_ms") / 1000);
        g_autofree char *day = g_date_time_format(ends, "%Y-%m-%d");
        const char *cells[] = { json_text(token, "id"), rights, json_text(token, "region"), day,
                                json_text(token, "made_by") };
        table_add(table, cells);
    }
    table_print(table);
}

int cli_token_list(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/tokens", NULL, print_tokens);
}

static void print_token(Json *token)
{
    printf("%s\n", json_text(token, "token"));
}

int cli_token_add(Cli *cli)
{
    Json *body = json_object_new_object();
    json_add(body, "rights", split(cli->args[1]));
    if (cli->region)
        json_add_string(body, "region", cli->region);
    g_autofree char *path = cli_path("tokens/%s", cli->args[0]);
    return cli_do(cli, "PUT", path, body, print_token);
}

int cli_token_remove(Cli *cli)
{
    g_autofree char *path = cli_path("tokens/%s", cli->args[0]);
    return cli_do(cli, "DELETE", path, NULL, NULL);
}
