/* api.c - what the paths of /api/v1 mean: one table of routes, one function a route
 *
 * Answers are made here and now from values of [control]; what takes time (pictures as files,
 * probing) goes to a worker and answers from there through post_control().
 */
#include "wallctl/api.h"

#include "config/credentials.h"
#include "pipelines/picture_file.h"
#include "pipelines/probe.h"
#include "wallctl/api_library.h"
#include "wallctl/api_private.h"
#include "wallctl/api_status.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/probe_json.h"
#include "wallctl/why.h"
#include "web/protocol.h"

#include <string.h>

#define PREFIX       "/api/v1/"
#define MAX_PARTS    6
#define MAX_CAMERAS  1000 /* an answer; offset asks for more */
#define SAVE_WAIT_MS 1000

/* ---- helpers
 * --------------------------------------------------------------------------------------------------------
 */

static void reply_ok(WebRequest *request, Json *json)
{
    web_reply_json(request, 200, json);
}

typedef struct {
    WebRequest *request;
    Json *json; /* NULL when it is sent */
    guint timer;
} SavedReply;

static void send_saved_reply(SavedReply *reply)
{
    g_clear_handle_id(&reply->timer, g_source_remove);
    if (reply->json)
        web_reply_json(reply->request, 200, g_steal_pointer(&reply->json));
}

static void free_saved_reply(gpointer data)
{
    SavedReply *reply = data;
    send_saved_reply(reply);
    web_request_unref(reply->request);
    g_free(reply);
}

/* A disk that takes long is the store's trouble: the wall has obeyed. */
static gboolean on_saved_late(gpointer user)
{
    SavedReply *reply = user;
    reply->timer = 0;
    send_saved_reply(reply);
    return G_SOURCE_REMOVE;
}

void api_reply_saved(const ApiCall *call, Json *json)
{
    if (!call->env->store) {
        reply_ok(call->request, json);
        return;
    }
    SavedReply *reply = g_new(SavedReply, 1);
    *reply = (SavedReply) { web_request_ref(call->request), json, 0 };
    reply->timer = g_timeout_add(SAVE_WAIT_MS, on_saved_late, reply);
    store_submit(call->env->store, NULL, reply, free_saved_reply, NULL, NULL, NULL);
}

Json *api_parse_body(const WebRequestInfo *info, GError **error)
{
    gsize len;
    const char *text = g_bytes_get_data(info->body, &len);
    if (len == 0)
        return json_object_new_object();
    Json *json = json_parse(text, len, 0, JSON_STRICT, error);
    if (json && !json_object_is_type(json, json_type_object)) {
        json_object_put(json);
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "body: accepted is a JSON object");
        return NULL;
    }
    return json;
}

gboolean api_take_faults(const Faults *faults, GError **error)
{
    if (faults_count(faults) == 0)
        return TRUE;
    g_autofree char *text = faults_dup_text(faults);
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s", g_strchomp(text));
    return FALSE;
}

static gboolean parse_number(const char *text, guint *number, GError **error)
{
    guint64 value;
    if (!g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT, &value, NULL)) {
        wall_error_set(error, WALL_ERROR_INVALID, "'%s' is not a tile number", "“%s”不是窗格号",
                       text);
        return FALSE;
    }
    *number = (guint)value;
    return TRUE;
}

/* ---- GET
 * ------------------------------------------------------------------------------------------------------------
 */

static gboolean get_status(ApiCall *call, GError **error)
{
    reply_ok(call->request, status_json(call->env));
    return TRUE;
}

/* A whole number of the query; *value stays as it is when it is not given. */
static gboolean query_number(const ApiCall *call, const char *key, guint64 max, guint64 *value,
                             GError **error)
{
    const char *text = call->info->query ? g_hash_table_lookup(call->info->query, key) : NULL;
    if (!text || g_ascii_string_to_unsigned(text, 10, 0, max, value, NULL))
        return TRUE;
    g_autofree char *shown = g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), 40));
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                "%s: '%s' is not a whole number from 0 to %" G_GUINT64_FORMAT, key, shown, max);
    return FALSE;
}

static const char *query_text(const ApiCall *call, const char *key)
{
    return call->info->query ? g_hash_table_lookup(call->info->query, key) : NULL;
}

static gboolean matches(const Camera *camera, const char *find)
{
    g_autofree char *number = g_strdup_printf("%u", camera->number);
    return strstr(camera->name, find) || strstr(camera->id, find) || strcmp(number, find) == 0 ||
           strstr(camera->region_name, find) || (*camera->gbid && strstr(camera->gbid, find));
}

static gboolean get_cameras(ApiCall *call, GError **error)
{
    const Config *config = controller_config(call->env->controller);
    const char *find = query_text(call, "find"), *region = query_text(call, "region");
    guint64 offset = 0, limit = MAX_CAMERAS, found = 0;
    if (!query_number(call, "offset", G_MAXUINT32, &offset, error) ||
        !query_number(call, "limit", MAX_CAMERAS, &limit, error))
        return FALSE;
    Json *list = json_object_new_array();
    for (guint i = 0; i < config->cameras->len; i++) {
        const Camera *camera = g_ptr_array_index(config->cameras, i);
        if ((region && !g_str_has_prefix(camera->region, region)) ||
            (find && !matches(camera, find)))
            continue;
        if (found++ >= offset && found <= offset + limit)
            json_object_array_add(list, camera_json(call->env, camera, FALSE));
    }
    Json *json = json_object_new_object();
    json_add_int(json, "total", (gint64)found);
    json_add(json, "cameras", list);
    reply_ok(call->request, json);
    return TRUE;
}

gboolean api_need_wall(const ApiCall *call, GError **error)
{
    if (controller_wall(call->env->controller, call->part[1]))
        return TRUE;
    wall_error_set(error, WALL_ERROR_NOT_FOUND, "no wall '%s'", "没有叫“%s”的墙", call->part[1]);
    return FALSE;
}

static const Camera *need_camera(const ApiCall *call, const char *id, GError **error)
{
    const Camera *camera = config_camera(controller_config(call->env->controller), id);
    if (!camera)
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no camera '%s'", "没有摄像机“%s”", id);
    return camera;
}

static gboolean get_camera(ApiCall *call, GError **error)
{
    const Camera *camera = need_camera(call, call->part[1], error);
    if (camera)
        reply_ok(call->request, camera_json(call->env, camera, TRUE));
    return camera != NULL;
}

static gboolean get_layouts(ApiCall *call, GError **error)
{
    reply_ok(call->request, layouts_json(controller_config(call->env->controller)));
    return TRUE;
}

static gboolean get_walls(ApiCall *call, GError **error)
{
    reply_ok(call->request, walls_json(call->env));
    return TRUE;
}

static gboolean get_wall(ApiCall *call, GError **error)
{
    if (!api_need_wall(call, error))
        return FALSE;
    reply_ok(call->request, wall_state_json(call->env, call->part[1]));
    return TRUE;
}

static gboolean get_why(ApiCall *call, GError **error)
{
    guint tile;
    Json *json = parse_number(call->part[3], &tile, error)
                     ? why_json(call->env, call->part[1], tile, error)
                     : NULL;
    if (json)
        reply_ok(call->request, json);
    return json != NULL;
}

static gboolean get_journal(ApiCall *call, GError **error)
{
    guint64 since = 0;
    if (!api_need_wall(call, error) || !query_number(call, "since", G_MAXINT64, &since, error))
        return FALSE;
    Json *json = json_object_new_object();
    json_add(json, "changes", controller_journal(call->env->controller, call->part[1], since));
    reply_ok(call->request, json);
    return TRUE;
}

static gboolean get_tours(ApiCall *call, GError **error)
{
    reply_ok(call->request, tours_json(call->env));
    return TRUE;
}

/* ---- snapshot
 * -------------------------------------------------------------------------------------------------------
 */

typedef struct {
    WebRequest *request;
    Frame *frame;
    gboolean is_png;
    GBytes *file;
    GError *error;
} Snapshot;

static void free_snapshot(gpointer data)
{
    Snapshot *shot = data;
    web_request_unref(shot->request);
    frame_unref(shot->frame);
    g_clear_pointer(&shot->file, g_bytes_unref);
    g_clear_error(&shot->error);
    g_free(shot);
}

static void answer_snapshot(gpointer data)
{
    Snapshot *shot = data;
    if (shot->file)
        web_reply_bytes(shot->request, 200, shot->is_png ? "image/png" : "image/jpeg",
                        g_steal_pointer(&shot->file));
    else
        web_reply_error(shot->request, shot->error);
}

static void encode_snapshot(gpointer data)
{
    Snapshot *shot = data;
    shot->file = shot->is_png ? picture_to_png(shot->frame, &shot->error)
                              : picture_to_jpeg(shot->frame, 90, &shot->error);
    post_control(answer_snapshot, shot, free_snapshot);
}

static gboolean get_snapshot(ApiCall *call, GError **error)
{
    gboolean is_png = strcmp(call->part[4], "snapshot.png") == 0;
    if (!is_png && strcmp(call->part[4], "snapshot.jpg") != 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND,
                    "'%s': accepted are snapshot.png and snapshot.jpg", call->part[4]);
        return FALSE;
    }
    Presenter *presenter = controller_presenter(call->env->controller, call->part[1]);
    Canvas *canvas = presenter ? presenter_canvas(presenter, call->part[3]) : NULL;
    if (!canvas) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no screen '%s' on wall '%s'",
                       "没有屏“%s”（墙“%s”）", call->part[3], call->part[1]);
        return FALSE;
    }
    Frame *frame = canvas_ref_picture(canvas);
    if (!frame) {
        wall_error_set(error, WALL_ERROR_UNAVAILABLE, "nothing is composed yet", "还没有画面");
        return FALSE;
    }
    Snapshot *shot = g_new0(Snapshot, 1);
    *shot =
        (Snapshot) { .request = web_request_ref(call->request), .frame = frame, .is_png = is_png };
    /* Freed by the post; here only when the queue is full, which frees nothing itself. */
    if (work_submit(call->env->work, encode_snapshot, shot, NULL, error))
        return TRUE;
    free_snapshot(shot);
    return FALSE;
}

/* ---- POST
 * -----------------------------------------------------------------------------------------------------------
 */

static void reply_stale(ApiCall *call, guint64 base, const GError *error)
{
    const Wall *wall = controller_wall(call->env->controller, call->part[1]);
    Json *json = web_error_json(error);
    json_add_int(json, "revision", (gint64)wall->revision);
    json_add(json, "changes", controller_journal(call->env->controller, call->part[1], base));
    web_reply_json(call->request, 409, json);
}

static gboolean post_command(ApiCall *call, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    g_autoptr(Command) command = body ? command_from_json(body, call->info->actor, error) : NULL;
    if (!command)
        return FALSE;
    tour_clock_prepare(call->env->tours, call->part[1], command);
    guint64 revision = 0;
    guint tile = 0;
    g_autoptr(GError) refused = NULL;
    if (!controller_run(call->env->controller, call->part[1], command, &revision, &tile,
                        &refused)) {
        if (refused->domain == WALL_ERROR && refused->code == WALL_ERROR_STALE)
            reply_stale(call, command->base, refused);
        else
            g_propagate_error(error, g_steal_pointer(&refused));
        return *error == NULL;
    }
    Json *json = json_object_new_object();
    json_add_string(json, "wall", call->part[1]);
    json_add_int(json, "revision", (gint64)revision);
    if (tile)
        json_add_int(json, "tile", tile);
    api_reply_saved(call, json);
    return TRUE;
}

static void answer_reload(const Faults *faults, gpointer data)
{
    g_autoptr(WebRequest) request = data;
    if (faults_count(faults) > 0) {
        g_autofree char *text = faults_dup_text(faults);
        g_autofree char *zh =
            g_strconcat("配置有错，没有载入，一切照旧：\n", g_strchomp(text), NULL);
        g_autoptr(GError) error = NULL;
        wall_error_set_literal(&error, WALL_ERROR_INVALID, text, zh);
        web_reply_error(request, error);
        return;
    }
    Json *json = json_object_new_object();
    json_add_string(json, "status", "reloaded");
    reply_ok(request, json);
}

static gboolean post_reload(ApiCall *call, GError **error)
{
    WebRequest *request = web_request_ref(call->request);
    if (call->env->reload(answer_reload, request, call->env->user, error))
        return TRUE;
    web_request_unref(request);
    return FALSE;
}

static gboolean post_retry(ApiCall *call, GError **error)
{
    const Camera *camera = need_camera(call, call->part[1], error);
    if (!camera)
        return FALSE;
    for (Profile profile = PROFILE_MAIN; profile <= PROFILE_SUB; profile++) {
        Feed *feed = feed_pool_find(call->env->feeds, camera->id, profile);
        if (feed)
            feed_retry_now(feed);
    }
    reply_ok(call->request, camera_json(call->env, camera, TRUE));
    return TRUE;
}

/* ---- probe
 * ----------------------------------------------------------------------------------------------------------
 */

typedef struct {
    WebRequest *request;
    char *address;
    const Credential *credential; /* of config */
    Config *config;
    ProbeResult *result;
    GError *error;
} Probe;

static void free_probe(gpointer data)
{
    Probe *probe = data;
    web_request_unref(probe->request);
    config_unref(probe->config);
    g_clear_pointer(&probe->result, probe_result_free);
    g_clear_error(&probe->error);
    g_free(probe->address);
    g_free(probe);
}

static void answer_probe(gpointer data)
{
    Probe *probe = data;
    if (probe->result)
        web_reply_json(probe->request, 200, probe_result_to_json(probe->result));
    else
        web_reply_error(probe->request, probe->error);
}

static void run_probe(gpointer data)
{
    Probe *probe = data;
    const guint watch_ms = 6000;
    probe->result =
        probe_address(probe->address, probe->credential ? probe->credential->user : NULL,
                      probe->credential ? probe->credential->password : NULL, TRANSPORT_TCP,
                      watch_ms, &probe->error);
    post_control(answer_probe, probe, free_probe);
}

/* The camera and stream that the body names; NULL with an error. */
static const Camera *read_probe(const ApiCall *call, Profile *profile, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    if (!body)
        return NULL;
    const char *id = NULL, *stream = "main";
    g_autoptr(Faults) faults = faults_new("body", 8);
    static const char *const known[] = { "camera", "stream" };
    json_refuse_unknown(body, known, G_N_ELEMENTS(known), faults, "");
    if (!json_get_string(body, "camera", &id, faults, "") && faults_count(faults) == 0)
        faults_add(faults, "camera", "is missing; accepted: the id of a camera");
    json_get_string(body, "stream", &stream, faults, "");
    *profile = strcmp(stream, "sub") == 0 ? PROFILE_SUB : PROFILE_MAIN;
    if (*profile == PROFILE_MAIN && strcmp(stream, "main") != 0)
        faults_add(faults, "stream", "'%.20s' is not accepted; accepted: main, sub", stream);
    return api_take_faults(faults, error) ? need_camera(call, id, error) : NULL;
}

/* {"camera": id, "stream": "main"|"sub"}: only addresses of the configuration, so the daemon cannot
 * be sent anywhere. */
static gboolean post_probe(ApiCall *call, GError **error)
{
    Profile profile;
    const Camera *camera = read_probe(call, &profile, error);
    if (!camera)
        return FALSE;
    Config *config = controller_config(call->env->controller);
    Probe *probe = g_new0(Probe, 1);
    probe->request = web_request_ref(call->request);
    probe->config = config_ref(config);
    probe->address = g_strdup(camera_address(camera, profile));
    probe->credential =
        camera->credential ? credentials_find(config->credentials, camera->credential) : NULL;
    if (work_submit(call->env->work, run_probe, probe, NULL, error))
        return TRUE;
    free_probe(probe);
    return FALSE;
}

/* ---- routes
 * ---------------------------------------------------------------------------------------------------------
 */

static const struct {
    const char *method, *pattern; /* '*' stands for one part */
    gboolean (*handle)(ApiCall *call, GError **error);
} routes[] = {
    { "GET", "status", get_status },
    { "GET", "cameras", get_cameras },
    { "GET", "cameras/*", get_camera },
    { "POST", "cameras/*/retry", post_retry },
    { "GET", "layouts", get_layouts },
    { "GET", "walls", get_walls },
    { "GET", "walls/*", get_wall },
    { "POST", "walls/*/commands", post_command },
    { "GET", "walls/*/why/*", get_why },
    { "GET", "walls/*/journal", get_journal },
    { "GET", "walls/*/presets", api_get_presets },
    { "PUT", "walls/*/presets/*", api_put_preset },
    { "POST", "walls/*/presets/*", api_rename_preset },
    { "DELETE", "walls/*/presets/*", api_delete_preset },
    { "GET", "walls/*/screens/*/*", get_snapshot },
    { "GET", "tours", get_tours },
    { "PUT", "tours/*", api_put_tour },
    { "DELETE", "tours/*", api_delete_tour },
    { "POST", "reload", post_reload },
    { "POST", "probe", post_probe },
};

static gboolean fits_pattern(const char *pattern, char **parts, guint n_parts)
{
    g_auto(GStrv) wanted = g_strsplit(pattern, "/", MAX_PARTS + 1);
    if (g_strv_length(wanted) != n_parts)
        return FALSE;
    for (guint i = 0; i < n_parts; i++) {
        if (strcmp(wanted[i], "*") != 0 && strcmp(wanted[i], parts[i]) != 0)
            return FALSE;
    }
    return TRUE;
}

void api_handle(WebRequest *request, const WebRequestInfo *info, gpointer user)
{
    const Api *api = user;
    g_auto(GStrv) parts = g_str_has_prefix(info->path, PREFIX)
                              ? g_strsplit(info->path + strlen(PREFIX), "/", MAX_PARTS + 1)
                              : NULL;
    guint n_parts = parts ? g_strv_length(parts) : 0;
    gboolean has_path = FALSE;
    for (gsize i = 0; n_parts && i < G_N_ELEMENTS(routes); i++) {
        if (!fits_pattern(routes[i].pattern, parts, n_parts))
            continue;
        has_path = TRUE;
        if (strcmp(routes[i].method, info->method) != 0)
            continue;
        ApiCall call = { &api->env, request, info, parts };
        g_autoptr(GError) error = NULL;
        if (!routes[i].handle(&call, &error))
            web_reply_error(request, error);
        return;
    }
    Json *inner = json_object_new_object();
    json_add_string(inner, "code", has_path ? "method" : "not_found");
    json_add_string(inner, "message",
                    has_path ? "this path does not take that method" : "no such path");
    Json *json = json_object_new_object();
    json_add(json, "error", inner);
    web_reply_json(request, has_path ? 405 : 404, json);
}

Api *api_new(const ApiEnv *env)
{
    Api *api = g_new0(Api, 1);
    api->env = *env;
    return api;
}

void api_free(Api *api)
{
    g_free(api);
}
