/* api_credential.c - the account of a camera: set, taken away, never told
 *
 * What is set is the camera's own ("@CAMERA" in the file of credentials) and leaves a reference that others share alone. It is
 * sealed on the disk before it is in force, and answered when it is: the camera is connected anew with it. Neither user nor
 * password is in any answer, row or line of the log.
 */
#include "wallctl/api_credential.h"

#include "config/credential_file.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#include <string.h>

#define MAX_FAULTS 8

typedef struct {
    const ApiEnv *env;
    WebRequest *request;
    Caller *caller;
    char *path, *camera, *user; /* user NULL: it is taken away */
    Secret *password;
    gboolean was_there, is_written;
    GError *error;
} Setting;

static const char *source_word(const Config *config, const Camera *camera)
{
    g_autofree char *own = g_strconcat("@", camera->id, NULL);
    if (credentials_trouble(config->credentials))
        return "broken";
    if (credentials_find(config->credentials, own))
        return "own";
    return camera->credential ? "reference" : "none";
}

static Json *credential_json(const Config *config, const Camera *camera)
{
    CredentialsState state = credentials_state(config->credentials);
    Json *json = json_object_new_object();
    json_add_string(json, "camera", camera->id);
    json_add_string(json, "source", source_word(config, camera));
    if (camera->credential)
        json_add_string(json, "reference", camera->credential);
    json_add_string(json, "kept", credentials_state_word(state));
    json_add_bool(json, "writable", state == CREDENTIALS_PLAIN || state == CREDENTIALS_SEALED);
    return json;
}

Json *api_credentials_state(const Config *config)
{
    const Credentials *credentials = config->credentials;
    const GError *trouble = credentials_trouble(credentials);
    Json *json = json_object_new_object();
    json_add_string(json, "state", credentials_state_word(credentials_state(credentials)));
    if (credentials_file(credentials)) {
        g_autofree char *path = g_canonicalize_filename(credentials_file(credentials), NULL);
        json_add_string(json, "file", path);
    }
    if (trouble) {
        json_add_string(json, "trouble", trouble->message);
        json_add_string(json, "trouble_zh", wall_error_zh(trouble));
    }
    return json;
}

gboolean api_get_credential(ApiCall *call, GError **error)
{
    const Camera *camera = api_need_camera(call, call->part[1], error);
    if (!camera)
        return FALSE;
    web_reply_json(call->request, 200,
                   credential_json(controller_config(call->env->controller), camera));
    return TRUE;
}

/* --- setting -----------------------------------------------------------------------------------
 */

static void free_setting(gpointer data)
{
    Setting *setting = data;
    web_request_unref(setting->request);
    caller_unref(setting->caller);
    g_clear_error(&setting->error);
    secret_unref(setting->password);
    g_free(setting->path);
    g_free(setting->camera);
    if (setting->user)
        secret_wipe(setting->user, strlen(setting->user));
    g_free(setting->user);
    g_free(setting);
}

static void record(const Setting *setting)
{
    const char *what = !setting->user       ? "删除摄像机自己的账号密码"
                       : setting->was_there ? "更换摄像机账号密码（密封保存）"
                                            : "设置摄像机账号密码（密封保存）";
    g_autofree char *refused =
        setting->is_written
            ? NULL
            : g_strdup_printf("%s；拒绝：%s", setting->user ? "设置摄像机账号密码" : what,
                              wall_error_word(setting->error->code));
    AuditRow row = audit_row_for(setting->caller, AUDIT_SETTINGS);
    row.camera = setting->camera;
    row.object = setting->camera;
    row.content = refused ? refused : what;
    row.is_refused = !setting->is_written;
    audit_add(setting->env->audit, &row);
}

static void answer_reloaded(const Faults *faults, gpointer data)
{
    Setting *setting = data;
    const Config *config = controller_config(setting->env->controller);
    const Camera *camera = config_camera(config, setting->camera);
    if (faults_count(faults) == 0 && camera) {
        ApiCall call = { .env = setting->env, .request = setting->request };
        api_reply_saved(&call, credential_json(config, camera));
    } else {
        g_autofree char *text = faults_dup_text(faults);
        g_autofree char *zh =
            g_strconcat("账号密码已写好，但配置没有载入，还没有生效：\n", text, NULL);
        g_autoptr(GError) error = NULL;
        wall_error_set_literal(&error, WALL_ERROR_INVALID, text, zh);
        web_reply_error(setting->request, error);
    }
    free_setting(setting);
}

static void finish_setting(gpointer data)
{
    Setting *setting = data;
    record(setting);
    if (setting->is_written &&
        setting->env->reload(answer_reloaded, setting, setting->env->user, &setting->error))
        return;
    web_reply_error(setting->request, setting->error);
    free_setting(setting);
}

static void run_setting(gpointer data)
{
    Setting *setting = data;
    setting->is_written =
        credential_file_set_camera(setting->path, setting->camera, setting->user, setting->password,
                                   &setting->was_there, &setting->error);
    post_control(finish_setting, setting, NULL);
}

/* No fault shows the value: who types the password into the wrong field shall not find it in an answer. NULL with a fault. */
static const char *take_text(Json *body, const char *key, gsize least, gsize most, Faults *faults)
{
    Json *value = NULL;
    json_object_object_get_ex(body, key, &value);
    gsize len =
        json_object_is_type(value, json_type_string) ? (gsize)json_object_get_string_len(value) : 0;
    const char *text = value && len ? json_object_get_string(value) : "";
    if (json_object_is_type(value, json_type_string) && len >= least && len <= most &&
        strlen(text) == len)
        return text;
    faults_add(faults, key,
               "is missing or refused; accepted: text of %" G_GSIZE_FORMAT " to %" G_GSIZE_FORMAT
               " bytes",
               least, most);
    return NULL;
}

static gboolean read_setting(const ApiCall *call, Setting *setting, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    g_autoptr(Faults) faults = faults_new("body", MAX_FAULTS);
    if (!body)
        return FALSE;
    if (json_object_object_length(body) > 2)
        faults_add(faults, "", "has more members; accepted: \"user\" and \"password\"");
    const char *user = take_text(body, "user", 1, CREDENTIALS_MAX_USER, faults);
    const char *password = take_text(body, "password", 0, CREDENTIALS_MAX_SECRET, faults);
    if (user && password) {
        setting->user = g_strdup(user);
        setting->password = secret_new(password, strlen(password));
    }
    return api_take_faults(faults, error);
}

static gboolean set(ApiCall *call, gboolean is_deleted, GError **error)
{
    const Camera *camera = api_need_camera(call, call->part[1], error);
    if (!camera)
        return FALSE;
    call->record->camera = camera->id;
    Setting *setting = g_new0(Setting, 1);
    *setting = (Setting) { .env = call->env,
                           .request = web_request_ref(call->request),
                           .caller = caller_ref(call->info->caller),
                           .path = g_strdup(controller_config(call->env->controller)->path),
                           .camera = g_strdup(camera->id) };
    if ((is_deleted || read_setting(call, setting, error)) &&
        work_submit(call->env->work, run_setting, setting, NULL, error)) {
        call->record->is_written = TRUE; /* by finish_setting() */
        return TRUE;
    }
    free_setting(setting);
    return FALSE;
}

gboolean api_put_credential(ApiCall *call, GError **error)
{
    return set(call, FALSE, error);
}

gboolean api_delete_credential(ApiCall *call, GError **error)
{
    return set(call, TRUE, error);
}
