/* api_import.c - a table of cameras comes in: looked at first, and only what was looked at is taken over
 *
 * Without apply=1 nothing is written: the answer says what would be added, changed and removed, and every
 * fault with its place. With it the table is tried once more, written as a whole in place of the one that
 * was there when one looked (base), and the configuration is read again. All of it on a worker.
 */
#include "wallctl/api_import.h"

#include "config/camera_import.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#include <string.h>

#define MAX_TOLD 200 /* cameras of a kind that are named */

typedef struct {
    const ApiEnv *env;
    WebRequest *request;
    Caller *caller;
    Config *config;
    GBytes *table;
    char *file, *base;
    gboolean is_apply, is_written;
    CameraImport *import; /* NULL: error says why */
    GError *error;
} Import;

static void free_import(gpointer data)
{
    Import *import = data;
    web_request_unref(import->request);
    g_clear_pointer(&import->caller, caller_unref);
    config_unref(import->config);
    g_bytes_unref(import->table);
    camera_import_free(import->import);
    g_clear_error(&import->error);
    g_free(import->file);
    g_free(import->base);
    g_free(import);
}

/* --- the answer --------------------------------------------------------------------------------
 */

static Json *cameras_json(GPtrArray *cameras)
{
    Json *json = json_object_new_object(), *list = json_object_new_array();
    for (guint i = 0; i < MIN(cameras->len, MAX_TOLD); i++) {
        const ImportCamera *camera = g_ptr_array_index(cameras, i);
        Json *item = json_object_new_object();
        json_add_string(item, "id", camera->id);
        json_add_int(item, "number", camera->number);
        json_add_string(item, "name", camera->name);
        json_object_array_add(list, item);
    }
    json_add_int(json, "total", cameras->len);
    json_add(json, "cameras", list);
    return json;
}

static Json *faults_json(const CameraImport *import)
{
    Json *list = json_object_new_array();
    for (guint i = 0; i < import->faults->len; i++) {
        const ImportFault *fault = g_ptr_array_index(import->faults, i);
        Json *item = json_object_new_object();
        if (fault->row)
            json_add_int(item, "row", fault->row);
        json_add_known(item, "column", fault->column);
        json_add_known(item, "column_zh", fault->column_zh);
        json_add_known(item, "place", fault->place);
        json_add_known(item, "value", fault->value);
        json_add_string(item, "text", fault->text);
        json_add_string(item, "text_zh", fault->text_zh);
        json_add_known(item, "accepted", fault->accepted);
        json_add_known(item, "accepted_zh", fault->accepted_zh);
        json_object_array_add(list, item);
    }
    return list;
}

static Json *import_json(const Import *done)
{
    const CameraImport *import = done->import;
    Json *json = json_object_new_object();
    json_add_string(json, "file", import->file);
    json_add_string(json, "base", import->base);
    json_add_bool(json, "writable", import->is_writable);
    json_add_bool(json, "applied", done->is_written);
    json_add_int(json, "cameras", import->n_cameras);
    json_add(json, "added", cameras_json(import->added));
    json_add(json, "changed", cameras_json(import->changed));
    json_add(json, "removed", cameras_json(import->removed));
    json_add_int(json, "faulty", import->n_faults);
    json_add(json, "faults", faults_json(import));
    return json;
}

/* --- what was done -----------------------------------------------------------------------------
 */

static void record(const Import *done)
{
    if (!done->env->audit)
        return;
    const CameraImport *import = done->import;
    AuditRow row = audit_row_for(done->caller, AUDIT_SETTINGS);
    g_autofree char *content =
        done->is_written
            ? g_strdup_printf("导入摄像机表：新增 %u，变更 %u，移除 %u", import->added->len,
                              import->changed->len, import->removed->len)
            : g_strdup_printf("导入摄像机表；拒绝：%s",
                              done->error ? wall_error_word(done->error->code) : "表格有错");
    row.content = content;
    row.object = import ? import->file : "";
    row.is_refused = !done->is_written;
    audit_add(done->env->audit, &row);
}

static void answer_reloaded(const Faults *faults, gpointer data)
{
    Import *done = data;
    if (faults_count(faults) == 0) {
        web_reply_json(done->request, 200, import_json(done));
    } else {
        g_autofree char *text = faults_dup_text(faults);
        g_autofree char *zh = g_strconcat("摄像机表已写好，但配置没有载入：\n", text, NULL);
        g_autoptr(GError) error = NULL;
        wall_error_set_literal(&error, WALL_ERROR_INVALID, text, zh);
        web_reply_error(done->request, error);
    }
    free_import(done);
}

static void finish(gpointer data)
{
    Import *done = data;
    if (done->is_apply)
        record(done);
    if (!done->is_written) {
        if (done->error)
            web_reply_error(done->request, done->error);
        else
            web_reply_json(done->request, 200, import_json(done));
        free_import(done);
        return;
    }
    if (!done->env->reload(answer_reloaded, done, done->env->user, &done->error)) {
        web_reply_error(done->request, done->error);
        free_import(done);
    }
}

static void run(gpointer data)
{
    Import *import = data;
    gsize len;
    const char *text = g_bytes_get_data(import->table, &len);
    import->import =
        camera_import_try(import->config, import->file, text ? text : "", len, &import->error);
    if (import->import && import->is_apply && import->import->n_faults == 0)
        import->is_written = camera_import_write(import->import, import->base, text ? text : "",
                                                 len, &import->error);
    post_control(finish, import, NULL);
}

static const char *query_text(const ApiCall *call, const char *key, const char *otherwise)
{
    const char *text = call->info->query ? g_hash_table_lookup(call->info->query, key) : NULL;
    return text ? text : otherwise;
}

gboolean api_post_import(ApiCall *call, GError **error)
{
    const char *apply = query_text(call, "apply", "0"), *base = query_text(call, "base", NULL);
    gboolean is_apply = strcmp(apply, "1") == 0;
    if (!is_apply && strcmp(apply, "0") != 0) {
        wall_error_set(error, WALL_ERROR_INVALID, "apply: '%.20s' is refused; accepted: 0, 1",
                       "apply 只能是 0 或 1，不能是“%.20s”", apply);
        return FALSE;
    }
    if (is_apply && !base) {
        wall_error_set_literal(error, WALL_ERROR_INVALID,
                               "base is missing; accepted: that of the answer without apply",
                               "要先预览：导入时要带上预览给出的 base");
        return FALSE;
    }
    Import *import = g_new0(Import, 1);
    *import = (Import) { .env = call->env,
                         .request = web_request_ref(call->request),
                         .caller = call->info->caller ? caller_ref(call->info->caller) : NULL,
                         .config = config_ref(controller_config(call->env->controller)),
                         .table = g_bytes_ref(call->info->body),
                         .file = g_strdup(query_text(call, "file", "")),
                         .base = g_strdup(base),
                         .is_apply = is_apply };
    if (work_submit(call->env->work, run, import, NULL, error))
        return TRUE;
    free_import(import);
    return FALSE;
}
