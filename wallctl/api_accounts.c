/* api_accounts.c - accounts of staff and tokens of machines over the API
 *
 * One-time passwords and tokens are in the answer to the call that made them and nowhere else.
 */
#include "wallctl/api_accounts.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/model/token.h"
#include "wallctl/password.h"

#include <string.h>

#define DAY_MS (G_GINT64_CONSTANT(24) * 3600 * 1000)

static Json *record_json(const AccountRecord *record)
{
    Json *json = account_to_json(record->account);
    json_add_string(json, "state",
                    record->account->is_disabled ? "disabled"
                    : !record->password          ? "no_password"
                    : record->is_one_time        ? "first_password"
                                                 : "active");
    json_add_bool(json, "code", record->totp != NULL);
    json_add_time(json, "password_ms", record->password_ms);
    return json;
}

gboolean api_get_accounts(ApiCall *call, GError **error)
{
    g_autoptr(GPtrArray) list = accounts_list(call->env->people->accounts);
    Json *accounts = json_object_new_array(), *json = json_object_new_object();
    for (guint i = 0; i < list->len; i++)
        json_object_array_add(accounts, record_json(list->pdata[i]));
    json_add(json, "accounts", accounts);
    web_reply_json(call->request, 200, json);
    return TRUE;
}

static const AccountRecord *need_account(const ApiCall *call, GError **error)
{
    const AccountRecord *record = accounts_find(call->env->people->accounts, call->part[1]);
    if (!record)
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no account '%s'", "没有账号“%s”",
                       call->part[1]);
    return record;
}

static gboolean refuse_self(const ApiCall *call, GError **error)
{
    if (call->info->caller->kind != CALLER_SESSION ||
        strcmp(call->info->caller->id, call->part[1]) != 0)
        return TRUE;
    wall_error_set(error, WALL_ERROR_DENIED, "nobody changes an account of his own",
                   "不能改动自己的账号，请另一位管理员来改");
    return FALSE;
}

/* --- a one-time password -----------------------------------------------------------------------
 */

typedef struct {
    WebRequest *request;
    const ApiEnv *env;
    char *id;
    Secret *password;
} Issue;

static void on_hashed(const char *hash, const GError *error, gpointer user)
{
    Issue *issue = user;
    Accounts *accounts = issue->env->people->accounts;
    if (!hash || !accounts_find(accounts, issue->id)) {
        g_autoptr(GError) gone =
            error ? g_error_copy(error)
                  : g_error_new(WALL_ERROR, WALL_ERROR_NOT_FOUND, "the account is gone");
        web_reply_error(issue->request, gone);
    } else {
        accounts_set_password(accounts, issue->id, hash, TRUE);
        Json *json = record_json(accounts_find(accounts, issue->id));
        json_add_string(json, "one_time_password", secret_get(issue->password));
        web_reply_json(issue->request, 200, json);
    }
    web_request_unref(issue->request);
    secret_unref(issue->password);
    g_free(issue->id);
    g_free(issue);
}

static void issue_password(const ApiCall *call)
{
    Issue *issue = g_new(Issue, 1);
    *issue = (Issue) { web_request_ref(call->request), call->env, g_strdup(call->part[1]),
                       password_make() };
    sign_in_hash(call->env->people->sign_in, issue->password, on_hashed, issue);
}

gboolean api_post_account_password(ApiCall *call, GError **error)
{
    if (!need_account(call, error) || !refuse_self(call, error))
        return FALSE;
    issue_password(call);
    return TRUE;
}

/* --- accounts ----------------------------------------------------------------------------------
 */

gboolean api_put_account(ApiCall *call, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body || !refuse_self(call, error))
        return FALSE;
    Accounts *accounts = call->env->people->accounts;
    gboolean is_new = !accounts_find(accounts, call->part[1]);
    g_autoptr(Faults) faults = faults_new("body", 16);
    json_add_string(body, "id", call->part[1]);
    g_autoptr(Account) account = account_from_json(body, faults, "");
    if (!api_take_faults(faults, error) || !accounts_put(accounts, account, error))
        return FALSE;
    if (is_new)
        issue_password(call);
    else
        api_reply_saved(call, record_json(accounts_find(accounts, call->part[1])));
    return TRUE;
}

static void reply_ok(const ApiCall *call)
{
    Json *json = json_object_new_object();
    json_add_string(json, "status", "ok");
    api_reply_saved(call, json);
}

gboolean api_delete_account(ApiCall *call, GError **error)
{
    if (!need_account(call, error) || !refuse_self(call, error) ||
        !accounts_delete(call->env->people->accounts, call->part[1], error))
        return FALSE;
    reply_ok(call);
    return TRUE;
}

gboolean api_delete_account_code(ApiCall *call, GError **error)
{
    if (!need_account(call, error) || !refuse_self(call, error))
        return FALSE;
    accounts_set_totp(call->env->people->accounts, call->part[1], NULL);
    reply_ok(call);
    return TRUE;
}

/* --- tokens ------------------------------------------------------------------------------------
 */

static Json *token_json(const TokenRecord *token)
{
    Json *json = json_object_new_object(), *rights = json_object_new_array();
    json_add_string(json, "id", token->id);
    for (guint i = RIGHT_STATUS_READ; i < N_RIGHTS; i++) {
        if (rights_have(token->rights, (Right)i))
            json_object_array_add(rights, json_object_new_string(right_word((Right)i)));
    }
    json_add(json, "rights", rights);
    json_add_known(json, "region", token->region);
    json_add_string(json, "made_by", token->made_by);
    json_add_int(json, "made_ms", token->made_ms);
    json_add_int(json, "ends_ms", token->ends_ms);
    return json;
}

gboolean api_get_tokens(ApiCall *call, GError **error)
{
    g_autoptr(GPtrArray) list = sessions_tokens(call->env->people->sessions);
    Json *tokens = json_object_new_array(), *json = json_object_new_object();
    for (guint i = 0; i < list->len; i++)
        json_object_array_add(tokens, token_json(list->pdata[i]));
    json_add(json, "tokens", tokens);
    web_reply_json(call->request, 200, json);
    return TRUE;
}

gboolean api_put_token(ApiCall *call, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 8);
    TokenRequest request;
    token_request_read(body, &request, faults);
    if (!api_take_faults(faults, error))
        return FALSE;
    TokenRecord record = { .id = call->part[1],
                           .rights = request.rights,
                           .region = (char *)request.region,
                           .made_by = call->info->caller->id,
                           .ends_ms = clock_unix_ms() + request.days * DAY_MS };
    g_autoptr(Secret) token = sessions_add_token(call->env->people->sessions, &record, error);
    if (!token)
        return FALSE;
    record.made_ms = clock_unix_ms();
    Json *json = token_json(&record);
    json_add_string(json, "token", secret_get(token));
    api_reply_saved(call, json);
    return TRUE;
}

gboolean api_delete_token(ApiCall *call, GError **error)
{
    if (!sessions_delete_token(call->env->people->sessions, call->part[1])) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no token '%s'", "没有令牌“%s”", call->part[1]);
        return FALSE;
    }
    reply_ok(call);
    return TRUE;
}
