/* api_visitor.c - visitor mode over the API: whose walls, which screens, and the PIN on its way to the worker */
#include "wallctl/api_visitor.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/model/pin.h"

#include <string.h>

/* What is asked for. */
typedef struct {
    char *wall;     /* NULL: all that the caller may switch */
    char **screens; /* NULL: all */
} Choice;

/* A PIN that is being looked at. */
typedef struct {
    WebRequest *request;
    const ApiEnv *env;
    Caller *caller;
    Choice choice;
    gboolean is_new;
} Attempt;

static void clear_choice(Choice *choice)
{
    g_free(choice->wall);
    g_strfreev(choice->screens);
}

static gboolean may(const Caller *caller, const char *wall)
{
    return caller_may_wall(caller, wall, RIGHT_VISITOR_SWITCH, clock_unix_ms());
}

static gboolean is_chosen(const ApiEnv *env, const Caller *caller, const Choice *choice,
                          guint index)
{
    const char *wall = controller_wall_id(env->controller, index);
    return choice->wall ? strcmp(choice->wall, wall) == 0 : may(caller, wall);
}

static gboolean check_choice(const ApiCall *call, const Choice *choice, GError **error)
{
    const Config *config = controller_config(call->env->controller);
    const WallConfig *wall = choice->wall ? config_wall(config, choice->wall) : NULL;
    if (choice->wall && !wall) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no wall '%s'", "没有叫“%s”的墙", choice->wall);
        return FALSE;
    }
    for (guint i = 0; choice->screens && choice->screens[i]; i++) {
        if (wall && *choice->screens[i] && wall_config_screen(wall, choice->screens[i]))
            continue;
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no screen '%s' on wall '%s'",
                       "没有屏“%s”（墙“%s”）", choice->screens[i], wall ? wall->id : "");
        return FALSE;
    }
    gboolean has_any = FALSE;
    for (guint i = 0; i < controller_count(call->env->controller); i++)
        has_any |= is_chosen(call->env, call->info->caller, choice, i) &&
                   may(call->info->caller, controller_wall_id(call->env->controller, i));
    if (has_any)
        return TRUE;
    wall_error_set(error, WALL_ERROR_DENIED, "%s may not switch visitor mode on this wall",
                   "%s 无权切换这面墙的参观模式", call->info->caller->id);
    return FALSE;
}

static void read_screens(Json *body, Choice *choice, Faults *faults)
{
    Json *list = NULL;
    if (!json_get_array(body, "screens", &list, faults, ""))
        return;
    gsize n = json_object_array_length(list);
    if (!choice->wall)
        faults_add(faults, "screens", "goes with \"wall\"");
    if (n == 0)
        faults_add(faults, "screens", "is empty; leave it out for all screens");
    choice->screens = g_new0(char *, n + 1);
    for (gsize i = 0; i < n; i++) {
        Json *item = json_object_array_get_idx(list, i);
        gboolean is_text = json_object_is_type(item, json_type_string);
        if (!is_text)
            faults_add(faults, "screens", "accepted: ids of screens");
        choice->screens[i] = g_strdup(is_text ? json_object_get_string(item) : "");
    }
}

static void read_choice(Json *body, Choice *choice, Faults *faults)
{
    const char *wall = NULL;
    if (json_get_string(body, "wall", &wall, faults, ""))
        choice->wall = g_strdup(wall);
    read_screens(body, choice, faults);
}

/* 屏 1、2 of a wall, for the register. */
static char *content_of(const char *what, const Choice *choice)
{
    g_autofree char *screens = choice->screens ? g_strjoinv("、", choice->screens) : NULL;
    return g_strdup_printf("%s%s%s", what, screens ? "：屏 " : "：全部屏", screens ? screens : "");
}

static void note(const ApiEnv *env, const Caller *caller, const char *wall, const char *content,
                 gboolean is_refused)
{
    AuditRow row = audit_row_for(caller, AUDIT_VISITOR);
    row.wall = wall;
    row.content = content;
    row.is_refused = is_refused;
    audit_add(env->audit, &row);
}

/* On the chosen walls; each that has changed is a row of the register. */
static void switch_walls(const ApiEnv *env, const Caller *caller, const Choice *choice,
                         gboolean is_on)
{
    const Config *config = controller_config(env->controller);
    g_autofree char *content = content_of(is_on ? "进入参观模式" : "退出参观模式", choice);
    for (guint i = 0; i < config->n_walls; i++) {
        const WallConfig *wall = &config->walls[i];
        gboolean is_meant =
            choice->wall ? strcmp(choice->wall, wall->id) == 0 : may(caller, wall->id);
        const char *const *screens = (const char *const *)choice->screens;
        if (is_meant && (is_on ? visitor_begin(env->visitor, wall, screens, caller->id)
                               : visitor_end(env->visitor, wall, screens, caller->id)))
            note(env, caller, wall->id, content, FALSE);
    }
}

gboolean api_get_visitor(ApiCall *call, GError **error)
{
    web_reply_json(call->request, 200, visitor_json(call->env->visitor));
    return TRUE;
}

gboolean api_post_visitor(ApiCall *call, GError **error)
{
    static const char *const known[] = { "wall", "screens" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 8);
    Choice choice = { 0 };
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    read_choice(body, &choice, faults);
    gboolean is_good = api_take_faults(faults, error) && check_choice(call, &choice, error);
    if (is_good) {
        switch_walls(call->env, call->info->caller, &choice, TRUE);
        call->record->is_written = TRUE;
        api_reply_saved(call, visitor_json(call->env->visitor));
    }
    clear_choice(&choice);
    return is_good;
}

/* --- the PIN -----------------------------------------------------------------------------------
 */

static void free_attempt(Attempt *attempt)
{
    web_request_unref(attempt->request);
    caller_unref(attempt->caller);
    clear_choice(&attempt->choice);
    g_free(attempt);
}

static Json *refusal(const char *word, const char *en, const char *zh, guint wait_s)
{
    g_autoptr(GError) error = NULL;
    wall_error_set_literal(&error, WALL_ERROR_DENIED, en, zh);
    Json *json = web_error_json(error), *inner = json_object_object_get(json, "error");
    json_add_string(inner, "code", word);
    if (wait_s)
        json_add_int(inner, "wait_s", wait_s);
    return json;
}

static void reply_done(const Attempt *attempt)
{
    ApiCall call = { .env = attempt->env, .request = attempt->request };
    api_reply_saved(&call, visitor_json(attempt->env->visitor));
}

static void refuse_wrong(const Attempt *attempt, guint wait_s)
{
    g_autofree char *zh =
        wait_s ? g_strdup_printf("PIN 不对，%u 秒后才能再试", wait_s) : g_strdup("PIN 不对");
    note(attempt->env, attempt->caller, attempt->choice.wall, "退出参观模式：PIN 不对", TRUE);
    /* Not before the count is on disk: nobody tries again by way of a power cut. */
    ApiCall call = { .env = attempt->env, .request = attempt->request };
    api_reply_saved_as(&call, 403, refusal("pin", "the PIN is wrong", zh, wait_s));
}

static void on_pin(PinResult result, guint wait_s, const GError *error, gpointer user)
{
    Attempt *attempt = user;
    g_autofree char *wait = g_strdup_printf("PIN 错得太多，%u 秒后才能再试", wait_s);
    switch (result) {
    case PIN_GOOD:
        if (attempt->is_new)
            note(attempt->env, attempt->caller, NULL, "设置参观模式 PIN", FALSE);
        else
            switch_walls(attempt->env, attempt->caller, &attempt->choice, FALSE);
        reply_done(attempt);
        break;
    case PIN_WRONG:
        refuse_wrong(attempt, wait_s);
        break;
    case PIN_WAIT: /* not written down: a flood would be all there is to read */
        web_reply_json(attempt->request, 429,
                       refusal("limit", "too many wrong PINs", wait, wait_s));
        break;
    case PIN_NONE:
        web_reply_json(
            attempt->request, 409,
            refusal("no_pin", "no PIN is set: an administrator sets one by 'wallctl visitor pin'",
                    "还没有设置 PIN：请系统管理员用 wallctl visitor pin 设置后再退出", 0));
        break;
    case PIN_UNAVAILABLE:
        web_reply_json(attempt->request, 503,
                       refusal("unavailable", "the PIN cannot be looked at now",
                               "现在无法核对 PIN，请稍后再试", 0));
        break;
    }
    free_attempt(attempt);
}

/* The text is never repeated. NULL with a fault. */
static Secret *take_pin(Json *body, Faults *faults)
{
    const char *text = NULL;
    if (!json_get_string(body, "pin", &text, faults, "")) {
        if (!json_object_object_get_ex(body, "pin", NULL))
            faults_add(faults, "pin", "is missing");
        return NULL;
    }
    if (strlen(text) > PIN_MAX_DIGITS) {
        faults_add(faults, "pin", "accepted: %d to %d digits", PIN_MIN_DIGITS, PIN_MAX_DIGITS);
        return NULL;
    }
    return secret_new(text, strlen(text));
}

static Attempt *new_attempt(ApiCall *call, const Choice *choice)
{
    Attempt *attempt = g_new(Attempt, 1);
    *attempt = (Attempt) { .request = web_request_ref(call->request),
                           .env = call->env,
                           .caller = caller_ref(call->info->caller),
                           .choice = *choice };
    call->record->is_written = TRUE; /* on_pin() knows how it went */
    return attempt;
}

gboolean api_post_visitor_leave(ApiCall *call, GError **error)
{
    static const char *const known[] = { "pin", "wall", "screens" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 8);
    Choice choice = { 0 };
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    read_choice(body, &choice, faults);
    g_autoptr(Secret) pin = take_pin(body, faults);
    if (!api_take_faults(faults, error) || !check_choice(call, &choice, error)) {
        clear_choice(&choice);
        return FALSE;
    }
    visitor_check_pin(call->env->visitor, pin, on_pin, new_attempt(call, &choice));
    return TRUE;
}

gboolean api_put_visitor_pin(ApiCall *call, GError **error)
{
    static const char *const known[] = { "pin" };
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return FALSE;
    g_autoptr(Faults) faults = faults_new("body", 4);
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    g_autoptr(Secret) pin = take_pin(body, faults);
    if (!api_take_faults(faults, error) || !pin_check(secret_get(pin), error))
        return FALSE;
    Attempt *attempt = new_attempt(call, &(Choice) { 0 });
    attempt->is_new = TRUE;
    visitor_set_pin(call->env->visitor, pin, on_pin, attempt);
    return TRUE;
}
