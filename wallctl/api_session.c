/* api_session.c - signing in and out, and one's own session
 *
 * An unknown account, a wrong password, a wrong code and a disabled account get the same answer after the same time.
 */
#include "wallctl/api_session.h"

#include "wallctl/base/error.h"
#include "wallctl/model/privacy.h"
#include "wallctl/password.h"

#include <string.h>

#define MAX_REASON 60 /* characters */

/* --- who am I ----------------------------------------------------------------------------------
 */

static Json *reasons_json(const Config *config)
{
    Json *list = json_object_new_array();
    g_auto(GStrv) reasons = g_strsplit(config->reasons, "|", -1);
    for (guint i = 0; reasons[i]; i++)
        json_object_array_add(list, json_object_new_string(g_strstrip(reasons[i])));
    return list;
}

static Json *session_json(const ApiEnv *env, const Caller *caller)
{
    const Config *config = controller_config(env->controller);
    Json *json = json_object_new_object(), *rights = json_object_new_array(),
         *roles = json_object_new_array();
    json_add_string(json, "account", caller->id);
    json_add_string(json, "name", caller->name);
    json_add_string(json, "unit", caller->unit);
    for (guint i = 1; caller->account && i < N_ROLES; i++) {
        if (caller->account->roles >> i & 1)
            json_object_array_add(roles, json_object_new_string(role_word((Role)i)));
    }
    for (guint i = RIGHT_STATUS_READ; i < N_RIGHTS; i++) {
        if (rights_have(caller->rights, (Right)i))
            json_object_array_add(rights, json_object_new_string(right_word((Right)i)));
    }
    json_add(json, "roles", roles);
    json_add(json, "rights", rights);
    json_add_known(json, "region", caller->region);
    json_add_bool(json, "must_change_password", caller->must_change);
    json_add_string(json, "reason", caller->reason);
    json_add(json, "reasons", reasons_json(config));
    json_add_string(json, "site", config->site_name);
    if (caller->kind == CALLER_SESSION) {
        const AccountRecord *record = accounts_find(env->people->accounts, caller->id);
        json_add_bool(json, "code", record && record->totp);
        json_add_int(json, "idle_s", config->idle_min * 60);
        json_add_int(json, "ends_ms", sessions_ends_ms(env->people->sessions, caller));
    }
    return json;
}

gboolean api_get_session(ApiCall *call, GError **error)
{
    web_reply_json(call->request, 200, session_json(call->env, call->info->caller));
    return TRUE;
}

/* --- signing in --------------------------------------------------------------------------------
 */

typedef struct {
    WebRequest *request;
    const ApiEnv *env;
    char *account, *address;
    Caller *former; /* whose session the browser has so far; NULL for none */
} Attempt;

static void free_attempt(Attempt *attempt)
{
    web_request_unref(attempt->request);
    caller_unref(attempt->former);
    g_free(attempt->account);
    g_free(attempt->address);
    g_free(attempt);
}

static void refuse(WebRequest *request, guint status, const char *word, const char *en,
                   const char *zh, guint wait_s)
{
    g_autoptr(GError) error = NULL;
    wall_error_set_literal(&error, WALL_ERROR_DENIED, en, zh);
    Json *json = web_error_json(error), *inner = json_object_object_get(json, "error");
    json_add_string(inner, "code", word);
    if (wait_s)
        json_add_int(inner, "wait_s", wait_s);
    web_reply_json(request, status, json);
}

static void note(const ApiEnv *env, const Caller *caller, AuditKind kind, const char *content)
{
    AuditRow row = audit_row_for(caller, kind);
    row.content = content;
    audit_add(env->audit, &row);
}

/* Who is named is told only if that is an account: people type passwords into the wrong field. Attempts that had to
 * wait are not written: a flood would be all there is to read. */
static void note_refusal(const Attempt *attempt)
{
    gboolean is_known = accounts_find(attempt->env->people->accounts, attempt->account) != NULL;
    AuditRow row = { .kind = AUDIT_SIGN_IN_REFUSED,
                     .account = is_known ? attempt->account : "",
                     .address = attempt->address,
                     .via = "web",
                     .is_refused = TRUE };
    audit_add(attempt->env->audit, &row);
}

/* A new session for the account and its cookie on this answer. */
static void begin(const ApiEnv *env, WebRequest *request, const char *account, const char *address,
                  AuditKind kind, const char *content)
{
    const Config *config = controller_config(env->controller);
    g_auto(GStrv) reasons = g_strsplit(config->reasons, "|", 2);
    g_autoptr(Secret) cookie = sessions_begin(env->people->sessions, account, address,
                                              reasons[0] ? g_strstrip(reasons[0]) : "");
    g_autoptr(Caller) caller = sessions_by_cookie(env->people->sessions, secret_get(cookie));
    note(env, caller, kind, content);
    web_reply_cookie(request, secret_get(cookie));
    web_reply_json(request, 200, session_json(env, caller));
}

static void on_tried(SignInResult result, guint wait_s, gpointer user)
{
    Attempt *attempt = user;
    switch (result) {
    case SIGN_IN_OK:
        /* The new cookie takes the place of the former one, which nobody shall be able to use any more. */
        if (attempt->former)
            sessions_end(attempt->env->people->sessions, attempt->former);
        begin(attempt->env, attempt->request, attempt->account, attempt->address, AUDIT_SIGN_IN,
              "");
        break;
    case SIGN_IN_DENIED:
        note_refusal(attempt);
        refuse(attempt->request, 401, "denied", "the account or the password is wrong",
               "账号或密码不对", 0);
        break;
    case SIGN_IN_CODE_NEEDED:
        refuse(attempt->request, 401, "code_needed", "the code of your authenticator app is needed",
               "请输入动态验证码", 0);
        break;
    case SIGN_IN_WAIT: {
        g_autofree char *zh = g_strdup_printf("尝试太多，请 %u 秒后再试", wait_s);
        refuse(attempt->request, 429, "limit", "too many attempts", zh, wait_s);
        break;
    }
    case SIGN_IN_UNAVAILABLE:
        refuse(attempt->request, 503, "unavailable", "signing in is not possible now",
               "现在无法登录，请稍后再试", 0);
        break;
    }
    free_attempt(attempt);
}

/* What json-c keeps of the password goes with the body; what we copied is wiped. */
static Secret *take_password(Json *body, const char *key, Faults *faults)
{
    const char *text = NULL;
    if (!json_get_string(body, key, &text, faults, "")) {
        if (!json_object_object_get_ex(body, key, NULL))
            faults_add(faults, key, "is missing");
        return NULL;
    }
    if (strlen(text) > PASSWORD_MAX_BYTES) {
        faults_add(faults, key, "is longer than %d bytes", PASSWORD_MAX_BYTES);
        return NULL;
    }
    return secret_new(text, strlen(text));
}

/* The fault of a password is never repeated: "password: is not accepted". */
gboolean api_post_session(ApiCall *call, GError **error)
{
    static const char *const known[] = { "account", "password", "code" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 4);
    const char *account = "", *code = "";
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "account", &account, faults, "");
    json_get_string(body, "code", &code, faults, "");
    g_autoptr(Secret) password = take_password(body, "password", faults);
    if (!api_take_faults(faults, error))
        return FALSE;
    if (!web_request_can_take_cookie(call->request)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "one signs in over HTTP");
        return FALSE;
    }
    g_autofree char *id =
        g_ascii_strdown(account, (gssize)MIN(strlen(account), ACCOUNT_MAX_ID + 1));
    Attempt *attempt = g_new(Attempt, 1);
    Caller *caller = call->info->caller;
    *attempt = (Attempt) { web_request_ref(call->request), call->env, g_strdup(id),
                           g_strdup(call->info->address),
                           caller && caller->kind == CALLER_SESSION ? caller_ref(caller) : NULL };
    sign_in_try(call->env->people->sign_in, id, password, code, call->info->address, on_tried,
                attempt);
    return TRUE;
}

/* --- one's own session -------------------------------------------------------------------------
 */

static gboolean need_session(const ApiCall *call, GError **error)
{
    if (call->info->caller->kind == CALLER_SESSION)
        return TRUE;
    wall_error_set(error, WALL_ERROR_INVALID, "only somebody who has signed in has a session",
                   "只有登录的人才有会话");
    return FALSE;
}

static void reply_ok(const ApiCall *call)
{
    Json *json = json_object_new_object();
    json_add_string(json, "status", "ok");
    web_reply_json(call->request, 200, json);
}

gboolean api_delete_session(ApiCall *call, GError **error)
{
    if (!need_session(call, error))
        return FALSE;
    note(call->env, call->info->caller, AUDIT_SIGN_OUT, "");
    web_reply_cookie(call->request, "");
    reply_ok(call);
    sessions_end(call->env->people->sessions, call->info->caller);
    return TRUE;
}

gboolean api_post_active(ApiCall *call, GError **error)
{
    reply_ok(call); /* api_handle() has noted it, as with every change */
    return TRUE;
}

gboolean api_put_session(ApiCall *call, GError **error)
{
    static const char *const known[] = { "reason" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body || !need_session(call, error))
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 4);
    const char *reason = "";
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "reason", &reason, faults, "");
    g_autofree char *text = g_strstrip(g_strdup(reason));
    if (!*text || g_utf8_strlen(text, -1) > MAX_REASON)
        faults_add(faults, "reason", "accepted: 1 to %d characters", MAX_REASON);
    else if (privacy_finds(text))
        faults_add(faults, "reason", "looks like a citizen's data; name the case instead");
    if (!api_take_faults(faults, error))
        return FALSE;
    sessions_set_reason(call->env->people->sessions, call->info->caller, text);
    g_autoptr(Caller) now = sessions_refresh(call->env->people->sessions, call->info->caller);
    web_reply_json(call->request, 200, session_json(call->env, now ? now : call->info->caller));
    return TRUE;
}

/* --- a second factor ---------------------------------------------------------------------------
 */

gboolean api_post_code(ApiCall *call, GError **error)
{
    if (!need_session(call, error))
        return FALSE;
    const Config *config = controller_config(call->env->controller);
    char *address =
        sign_in_offer_code(call->env->people->sign_in, call->info->caller->id, config->site_name);
    Json *json = json_object_new_object();
    json_add_string(json, "address", address);
    web_reply_json(call->request, 200, json);
    if (address)
        secret_wipe(address, strlen(address));
    g_free(address);
    return TRUE;
}

/* All sessions of the account end with its new secret; this one begins anew. */
gboolean api_put_code(ApiCall *call, GError **error)
{
    static const char *const known[] = { "code" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body || !need_session(call, error))
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 4);
    const char *code = "";
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    json_get_string(body, "code", &code, faults, "");
    if (!api_take_faults(faults, error))
        return FALSE;
    g_autoptr(Caller) caller = caller_ref(call->info->caller);
    if (!sign_in_accept_code(call->env->people->sign_in, caller->id, code)) {
        wall_error_set(error, WALL_ERROR_INVALID,
                       "code: does not fit; begin again with POST if this goes on",
                       "验证码不对；请核对手机时间后重试");
        return FALSE;
    }
    begin(call->env, call->request, caller->id, call->info->address, AUDIT_ACCOUNT,
          "启用动态验证码");
    return TRUE;
}

/* --- a new password ----------------------------------------------------------------------------
 */

typedef struct {
    WebRequest *request;
    const ApiEnv *env;
    Caller *caller;
    Secret *password;
    char *address;
} Change;

static void free_change(Change *change)
{
    web_request_unref(change->request);
    caller_unref(change->caller);
    secret_unref(change->password);
    g_free(change->address);
    g_free(change);
}

static void on_hashed(const char *hash, const GError *error, gpointer user)
{
    Change *change = user;
    const char *id = change->caller->id;
    if (!hash || !accounts_find(change->env->people->accounts, id)) {
        g_autoptr(GError) gone =
            error ? g_error_copy(error)
                  : g_error_new(WALL_ERROR, WALL_ERROR_NOT_FOUND, "the account is gone");
        web_reply_error(change->request, gone);
    } else {
        /* Ends all sessions of the account, ours too: this one begins anew. */
        accounts_set_password(change->env->people->accounts, id, hash, FALSE);
        begin(change->env, change->request, id, change->address, AUDIT_ACCOUNT, "修改自己的密码");
    }
    free_change(change);
}

static void on_verified(SignInResult result, guint wait_s, gpointer user)
{
    Change *change = user;
    /* That a code would be needed says that the password is right. */
    if (result == SIGN_IN_OK || result == SIGN_IN_CODE_NEEDED) {
        sign_in_hash(change->env->people->sign_in, change->password, on_hashed, change);
        return;
    }
    if (result == SIGN_IN_WAIT) {
        g_autofree char *zh = g_strdup_printf("尝试太多，请 %u 秒后再试", wait_s);
        refuse(change->request, 429, "limit", "too many attempts", zh, wait_s);
    } else {
        refuse(change->request, 403, "denied", "the present password is wrong", "原密码不对", 0);
    }
    free_change(change);
}

gboolean api_post_password(ApiCall *call, GError **error)
{
    static const char *const known[] = { "old", "new" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body || !need_session(call, error))
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 4);
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    g_autoptr(Secret) old = take_password(body, "old", faults);
    g_autoptr(Secret) password = take_password(body, "new", faults);
    const Caller *caller = call->info->caller;
    const Config *config = controller_config(call->env->controller);
    const char *const about[] = { caller->id, caller->name, caller->unit, config->site_name, NULL };
    if (!api_take_faults(faults, error) || !password_check(password, about, error))
        return FALSE;
    if (secret_equal(old, password)) {
        wall_error_set(error, WALL_ERROR_INVALID, "the new password is the old one",
                       "新密码与原密码相同");
        return FALSE;
    }
    Change *change = g_new(Change, 1);
    *change = (Change) { web_request_ref(call->request), call->env, caller_ref(call->info->caller),
                         g_steal_pointer(&password), g_strdup(call->info->address) };
    sign_in_try(call->env->people->sign_in, caller->id, old, "", call->info->address, on_verified,
                change);
    return TRUE;
}
