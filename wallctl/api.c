/* api.c - what the paths of /api/v1 mean: one table of routes, one function a route
 *
 * Answers are made here and now from values of [control]; what takes time (pictures as files,
 * probing) goes to a worker and answers from there through post_control().
 */
#include "wallctl/api.h"

#include "wallctl/api_accounts.h"
#include "wallctl/api_approvals.h"
#include "wallctl/api_audit.h"
#include "wallctl/api_boards.h"
#include "wallctl/api_cameras.h"
#include "wallctl/api_case.h"
#include "wallctl/api_cases.h"
#include "wallctl/api_diagnostics.h"
#include "wallctl/api_evidence.h"
#include "wallctl/api_health.h"
#include "wallctl/api_import.h"
#include "wallctl/api_library.h"
#include "wallctl/api_linkage.h"
#include "wallctl/api_credential.h"
#include "wallctl/api_masks.h"
#include "wallctl/api_metrics.h"
#include "wallctl/api_nightly.h"
#include "wallctl/api_onvif.h"
#include "wallctl/api_orders.h"
#include "wallctl/api_private.h"
#include "wallctl/api_record.h"
#include "wallctl/api_revisits.h"
#include "wallctl/api_probe.h"
#include "wallctl/api_session.h"
#include "wallctl/api_snapshot.h"
#include "wallctl/api_status.h"
#include "wallctl/api_visitor.h"
#include "wallctl/api_whistles.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/sight.h"
#include "wallctl/why.h"
#include "web/protocol.h"

#include <string.h>

#define PREFIX       "/api/v1/"
#define MAX_PARTS    6
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
    guint status;
    Json *json; /* NULL when it is sent */
    guint timer;
} SavedReply;

static void send_saved_reply(SavedReply *reply)
{
    g_clear_handle_id(&reply->timer, g_source_remove);
    if (reply->json)
        web_reply_json(reply->request, reply->status, g_steal_pointer(&reply->json));
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
    api_record(call, NULL);
    api_reply_saved_as(call, 200, json);
}

void api_reply_saved_as(const ApiCall *call, guint status, Json *json)
{
    if (!call->env->store) {
        web_reply_json(call->request, status, json);
        return;
    }
    SavedReply *reply = g_new(SavedReply, 1);
    *reply = (SavedReply) { web_request_ref(call->request), status, json, 0 };
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

static void refuse_part(const ApiCall *call)
{
    g_autoptr(GError) error = NULL;
    wall_error_set(&error, WALL_ERROR_DENIED, "this is of the whole site, %s is of region %s",
                   "这是全站的内容，%s 只限区划 %s", call->info->caller->id,
                   call->info->caller->region);
    api_record(call, error);
    web_reply_error(call->request, error);
}

/* ---- GET
 * ------------------------------------------------------------------------------------------------------------
 */

static gboolean get_status(ApiCall *call, GError **error)
{
    reply_ok(call->request, status_json(call->env, call->info->caller));
    return TRUE;
}

gboolean api_query_number(const ApiCall *call, const char *key, guint64 max, guint64 *value,
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

gboolean api_need_wall(const ApiCall *call, GError **error)
{
    if (controller_wall(call->env->controller, call->part[1]))
        return TRUE;
    wall_error_set(error, WALL_ERROR_NOT_FOUND, "no wall '%s'", "没有叫“%s”的墙", call->part[1]);
    return FALSE;
}

const Camera *api_need_camera(const ApiCall *call, const char *id, GError **error)
{
    const Camera *camera = config_camera(controller_config(call->env->controller), id);
    if (camera && !sight_may(call->info->caller, camera))
        camera = NULL; /* of another region: as if it were not there */
    if (!camera)
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no camera '%s'", "没有摄像机“%s”", id);
    return camera;
}

static gboolean get_camera(ApiCall *call, GError **error)
{
    const Camera *camera = api_need_camera(call, call->part[1], error);
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
    reply_ok(call->request, walls_json(call->env, call->info->caller));
    return TRUE;
}

static gboolean get_wall(ApiCall *call, GError **error)
{
    if (!api_need_wall(call, error))
        return FALSE;
    reply_ok(call->request, wall_state_json(call->env, call->part[1], call->info->caller));
    return TRUE;
}

static gboolean get_why(ApiCall *call, GError **error)
{
    guint tile;
    Json *json = parse_number(call->part[3], &tile, error)
                     ? why_json(call->env, call->part[1], tile, call->info->caller, error)
                     : NULL;
    if (json)
        reply_ok(call->request, json);
    return json != NULL;
}

static gboolean get_journal(ApiCall *call, GError **error)
{
    guint64 since = 0;
    if (!api_need_wall(call, error) || !api_query_number(call, "since", G_MAXINT64, &since, error))
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

/* ---- POST
 * -----------------------------------------------------------------------------------------------------------
 */

static void reply_stale(ApiCall *call, guint64 base, const GError *error)
{
    const Wall *wall = controller_wall(call->env->controller, call->part[1]);
    Json *json = web_error_json(error);
    json_add_int(json, "revision", (gint64)wall->revision);
    json_add(json, "changes", controller_journal(call->env->controller, call->part[1], base));
    call->record->is_refused = TRUE;
    web_reply_json(call->request, 409, json);
}

static gboolean post_command(ApiCall *call, GError **error)
{
    g_autoptr(Json) body = api_parse_body(call->info, error);
    g_autoptr(Command) command =
        body ? command_from_json(body, call->info->caller->id, error) : NULL;
    if (!command)
        return FALSE;
    command->caller = caller_ref(call->info->caller);
    if (command->is_override &&
        !caller_may_wall(call->info->caller, call->part[1], RIGHT_WALL_OVERRIDE, clock_unix_ms())) {
        wall_error_set(error, WALL_ERROR_DENIED, "%s may not take away somebody else's lock",
                       "%s 无权强行解锁", command->actor);
        return FALSE;
    }
    if (command->kind == COMMAND_OPEN && g_str_has_prefix(command->name, LEVEL_CASE))
        return api_open_case(call, command, error);
    if (command->kind == COMMAND_OPEN && g_str_has_prefix(command->name, LEVEL_WHISTLE))
        return api_open_whistle(call, command, error);
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
    const Camera *camera = api_need_camera(call, call->part[1], error);
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

static gboolean get_rights(ApiCall *call, GError **error);

/* ---- routes
 * ---------------------------------------------------------------------------------------------------------
 */

#define WHOLE_SITE TRUE
#define FOR_TWO    .is_for_two = TRUE

/* Every path declares the right that it needs; there is no row without one. */
static const struct {
    const char *method, *pattern; /* '*' stands for one part */
    Right right;                  /* of a path below walls: for that wall */
    gboolean (*handle)(ApiCall *call, GError **error);
    gboolean is_whole;   /* knows nothing of regions: not for callers who have one */
    AuditKind kind;      /* what it is in the register; 0: not there, or written by the handler */
    gboolean is_for_two; /* a second person has to agree (api_approvals.h); has a kind */
} routes[] = {
    { "GET", "session", RIGHT_SIGNED_IN, api_get_session },
    { "POST", "session", RIGHT_ANYBODY, api_post_session },
    { "PUT", "session", RIGHT_SIGNED_IN, api_put_session },
    { "DELETE", "session", RIGHT_SIGNED_IN, api_delete_session },
    { "POST", "session/active", RIGHT_SIGNED_IN, api_post_active },
    { "POST", "session/password", RIGHT_SIGNED_IN, api_post_password },
    { "POST", "session/code", RIGHT_SIGNED_IN, api_post_code },
    { "PUT", "session/code", RIGHT_SIGNED_IN, api_put_code },
    { "GET", "rights", RIGHT_SIGNED_IN, get_rights },
    { "GET", "approvals", RIGHT_SIGNED_IN, api_get_approvals },
    { "POST", "approvals", RIGHT_EXPORT_REQUEST, api_post_approval, .kind = AUDIT_APPROVAL },
    { "POST", "approvals/*", RIGHT_EXPORT_APPROVE, api_answer_approval, .kind = AUDIT_APPROVAL },
    { "DELETE", "approvals/*", RIGHT_EXPORT_REQUEST, api_delete_approval, .kind = AUDIT_APPROVAL },
    { "GET", "accounts", RIGHT_ACCOUNT_ADMIN, api_get_accounts },
    { "PUT", "accounts/*", RIGHT_ACCOUNT_ADMIN, api_put_account, .kind = AUDIT_ACCOUNT },
    { "DELETE", "accounts/*", RIGHT_ACCOUNT_ADMIN, api_delete_account, .kind = AUDIT_ACCOUNT },
    { "POST", "accounts/*/password", RIGHT_ACCOUNT_ADMIN, api_post_account_password,
      .kind = AUDIT_ACCOUNT },
    { "DELETE", "accounts/*/code", RIGHT_ACCOUNT_ADMIN, api_delete_account_code,
      .kind = AUDIT_ACCOUNT },
    { "GET", "tokens", RIGHT_ACCOUNT_ADMIN, api_get_tokens },
    { "PUT", "tokens/*", RIGHT_ACCOUNT_ADMIN, api_put_token, .kind = AUDIT_TOKEN },
    { "DELETE", "tokens/*", RIGHT_ACCOUNT_ADMIN, api_delete_token, .kind = AUDIT_TOKEN },
    { "GET", "status", RIGHT_STATUS_READ, get_status },
    { "GET", "cameras", RIGHT_CAMERA_LIST, api_get_cameras },
    { "POST", "cameras/import", RIGHT_CAMERA_ADMIN, api_post_import, WHOLE_SITE },
    { "GET", "onvif", RIGHT_CAMERA_ADMIN, api_get_onvif, WHOLE_SITE },
    { "POST", "onvif/search", RIGHT_CAMERA_ADMIN, api_post_onvif_search, WHOLE_SITE,
      .kind = AUDIT_SETTINGS },
    { "DELETE", "onvif/search", RIGHT_CAMERA_ADMIN, api_delete_onvif_search, WHOLE_SITE },
    { "POST", "onvif/login", RIGHT_CAMERA_ADMIN, api_post_onvif_login, WHOLE_SITE,
      .kind = AUDIT_SETTINGS },
    { "POST", "onvif/table", RIGHT_CAMERA_ADMIN, api_post_onvif_table, WHOLE_SITE },
    { "GET", "regions", RIGHT_CAMERA_LIST, api_get_regions },
    { "GET", "borders", RIGHT_CAMERA_LIST, api_get_borders },
    { "GET", "cameras/*", RIGHT_CAMERA_LIST, get_camera },
    { "GET", "cameras/*/masks", RIGHT_CAMERA_ADMIN, api_get_masks },
    { "PUT", "cameras/*/masks", RIGHT_CAMERA_ADMIN, api_put_masks, .kind = AUDIT_SETTINGS },
    { "GET", "cameras/*/credential", RIGHT_CAMERA_ADMIN, api_get_credential },
    { "PUT", "cameras/*/credential", RIGHT_CAMERA_ADMIN, api_put_credential,
      .kind = AUDIT_SETTINGS },
    { "DELETE", "cameras/*/credential", RIGHT_CAMERA_ADMIN, api_delete_credential,
      .kind = AUDIT_SETTINGS },
    { "GET", "cameras/*/still.jpg", RIGHT_CAMERA_VIEW, api_get_still, .kind = AUDIT_SNAPSHOT },
    { "POST", "cameras/*/retry", RIGHT_CAMERA_VIEW, post_retry, .kind = AUDIT_SETTINGS },
    { "POST", "cameras/*/clip", RIGHT_CAMERA_VIEW, api_post_clip, .kind = AUDIT_EVIDENCE },
    { "POST", "cameras/*/snapshot", RIGHT_CAMERA_VIEW, api_post_snapshot, .kind = AUDIT_SNAPSHOT },
    { "GET", "evidence", RIGHT_CAMERA_VIEW, api_get_evidence_list },
    { "GET", "evidence/*", RIGHT_CAMERA_VIEW, api_get_evidence },
    { "GET", "evidence/*/files/*", RIGHT_CAMERA_VIEW, api_get_evidence_file,
      .kind = AUDIT_EVIDENCE },
    { "GET", "evidence/*/original", RIGHT_EXPORT_REQUEST, api_get_evidence_original,
      .kind = AUDIT_EXPORT, FOR_TWO },
    { "POST", "evidence/*/public", RIGHT_EXPORT_REQUEST, api_post_evidence_public,
      .kind = AUDIT_EVIDENCE },
    { "GET", "evidence/*/public", RIGHT_EXPORT_REQUEST, api_get_evidence_public,
      .kind = AUDIT_EXPORT, FOR_TWO },
    { "GET", "evidence/*/verify", RIGHT_CAMERA_VIEW, api_get_evidence_verify },
    { "GET", "evidence/*/certificate", RIGHT_AUDIT_READ, api_get_evidence_certificate,
      .kind = AUDIT_EXPORT },
    { "POST", "evidence/*/delete", RIGHT_EXPORT_APPROVE, api_post_evidence_delete,
      .kind = AUDIT_EVIDENCE },
    { "PUT", "evidence/*/hold", RIGHT_EXPORT_APPROVE, api_put_evidence_hold,
      .kind = AUDIT_EVIDENCE },
    { "DELETE", "evidence/*/hold", RIGHT_EXPORT_APPROVE, api_delete_evidence_hold,
      .kind = AUDIT_EVIDENCE },
    { "GET", "layouts", RIGHT_STATUS_READ, get_layouts },
    { "GET", "walls", RIGHT_WALL_VIEW, get_walls },
    { "GET", "walls/*", RIGHT_WALL_VIEW, get_wall },
    { "POST", "walls/*/commands", RIGHT_WALL_OPERATE, post_command, .kind = AUDIT_COMMAND },
    { "GET", "walls/*/why/*", RIGHT_WALL_VIEW, get_why },
    { "GET", "walls/*/journal", RIGHT_WALL_VIEW, get_journal },
    { "GET", "walls/*/ticker", RIGHT_WALL_VIEW, api_get_ticker },
    { "PUT", "walls/*/ticker", RIGHT_WALL_EDIT, api_put_ticker, .kind = AUDIT_SETTINGS },
    { "GET", "walls/*/presets", RIGHT_WALL_VIEW, api_get_presets },
    { "PUT", "walls/*/presets/*", RIGHT_WALL_EDIT, api_put_preset, .kind = AUDIT_SETTINGS },
    { "POST", "walls/*/presets/*", RIGHT_WALL_EDIT, api_rename_preset, .kind = AUDIT_SETTINGS },
    { "DELETE", "walls/*/presets/*", RIGHT_WALL_EDIT, api_delete_preset, .kind = AUDIT_SETTINGS },
    { "GET", "walls/*/screens/*/*", RIGHT_WALL_VIEW, api_get_screen_picture,
      .kind = AUDIT_SNAPSHOT },
    { "GET", "visitor", RIGHT_WALL_VIEW, api_get_visitor },
    { "POST", "visitor", RIGHT_VISITOR_SWITCH, api_post_visitor, .kind = AUDIT_VISITOR },
    { "POST", "visitor/leave", RIGHT_VISITOR_SWITCH, api_post_visitor_leave,
      .kind = AUDIT_VISITOR },
    { "PUT", "visitor/pin", RIGHT_SYSTEM_ADMIN, api_put_visitor_pin, .kind = AUDIT_VISITOR },
    { "GET", "tours", RIGHT_WALL_VIEW, get_tours },
    { "PUT", "tours/*", RIGHT_WALL_EDIT, api_put_tour, .kind = AUDIT_SETTINGS },
    { "DELETE", "tours/*", RIGHT_WALL_EDIT, api_delete_tour, .kind = AUDIT_SETTINGS },
    { "GET", "alarms", RIGHT_CASE_READ, api_get_alarms },
    { "POST", "alarms/*", RIGHT_ALARM_ANSWER, api_post_alarm, .kind = AUDIT_ALARM },
    { "POST", "linkage/test", RIGHT_LINKAGE_EDIT, api_post_linkage, WHOLE_SITE },
    { "GET", "linkage/rules", RIGHT_CASE_READ, api_get_rules },
    { "PUT", "linkage/rules/*", RIGHT_LINKAGE_EDIT, api_put_rule, WHOLE_SITE,
      .kind = AUDIT_SETTINGS },
    { "DELETE", "linkage/rules/*", RIGHT_LINKAGE_EDIT, api_delete_rule, WHOLE_SITE,
      .kind = AUDIT_SETTINGS },
    { "POST", "linkage/rules/*/run", RIGHT_WALL_OPERATE, api_run_rule, WHOLE_SITE,
      .kind = AUDIT_COMMAND },
    { "GET", "feeds", RIGHT_HEALTH_READ, api_get_feeds },
    { "GET", "health", RIGHT_HEALTH_READ, api_get_health },
    { "GET", "health/online.csv", RIGHT_HEALTH_READ, api_get_online_csv },
    { "GET", "metrics", RIGHT_HEALTH_READ, api_get_metrics, WHOLE_SITE },
    { "GET", "diagnostics", RIGHT_SYSTEM_ADMIN, api_get_diagnostics, WHOLE_SITE,
      .kind = AUDIT_EXPORT },
    { "GET", "sources", RIGHT_HEALTH_READ, api_get_sources },
    { "GET", "links", RIGHT_HEALTH_READ, api_get_links },
    { "GET", "snapshot", RIGHT_CASE_READ, api_get_snapshot, WHOLE_SITE },
    { "GET", "boards", RIGHT_BOARD_READ, api_get_boards },
    { "GET", "boards/*", RIGHT_BOARD_READ, api_get_board },
    { "GET", "briefings", RIGHT_BOARD_READ, api_get_briefings, WHOLE_SITE },
    { "POST", "briefings", RIGHT_BRIEFING_MAKE, api_post_briefing, WHOLE_SITE,
      .kind = AUDIT_COMMAND },
    { "GET", "briefings/*", RIGHT_BOARD_READ, api_get_briefing, WHOLE_SITE },
    { "GET", "cases", RIGHT_CASE_READ, api_get_cases },
    { "GET", "cases/*", RIGHT_CASE_READ, api_get_case },
    { "GET", "words", RIGHT_CASE_READ, api_get_words },
    { "GET", "orders", RIGHT_CASE_READ, api_get_orders },
    { "POST", "orders", RIGHT_CASE_WORK, api_post_orders, .kind = AUDIT_CASE },
    { "GET", "orders/*", RIGHT_CASE_READ, api_get_order },
    { "POST", "orders/*", RIGHT_CASE_WORK, api_post_order, .kind = AUDIT_CASE },
    { "GET", "orders/*/form", RIGHT_CASE_READ, api_get_order_form },
    { "GET", "revisits", RIGHT_CASE_READ, api_get_revisits },
    { "POST", "revisits", RIGHT_CASE_WORK, api_post_revisits, .kind = AUDIT_CASE },
    { "POST", "revisits/*", RIGHT_CASE_WORK, api_post_revisit, .kind = AUDIT_CASE },
    { "GET", "retention", RIGHT_SYSTEM_ADMIN, api_get_retention },
    { "POST", "retention", RIGHT_SYSTEM_ADMIN, api_post_retention, .kind = AUDIT_RETENTION },
    { "GET", "audit", RIGHT_AUDIT_READ, api_get_audit, WHOLE_SITE },
    { "GET", "audit/export", RIGHT_AUDIT_READ, api_get_audit_export, WHOLE_SITE,
      .kind = AUDIT_EXPORT, FOR_TWO },
    { "GET", "audit/register.csv", RIGHT_AUDIT_READ, api_get_audit_register, WHOLE_SITE,
      .kind = AUDIT_EXPORT, FOR_TWO },
    { "GET", "audit/register.html", RIGHT_AUDIT_READ, api_get_audit_register, WHOLE_SITE,
      .kind = AUDIT_EXPORT, FOR_TWO },
    { "GET", "audit/filing.csv", RIGHT_AUDIT_READ, api_get_audit_filing, WHOLE_SITE,
      .kind = AUDIT_EXPORT, FOR_TWO },
    { "GET", "audit/filing.html", RIGHT_AUDIT_READ, api_get_audit_filing, WHOLE_SITE,
      .kind = AUDIT_EXPORT, FOR_TWO },
    { "GET", "audit/deletion.html", RIGHT_AUDIT_READ, api_get_audit_deletion, WHOLE_SITE,
      .kind = AUDIT_EXPORT },
    { "GET", "audit/key", RIGHT_AUDIT_READ, api_get_audit_key, WHOLE_SITE },
    { "GET", "audit/verify", RIGHT_AUDIT_READ, api_get_audit_verify, WHOLE_SITE },
    { "GET", "whistles", RIGHT_CASE_READ, api_get_whistles },
    { "POST", "cases/*/whistle", RIGHT_CASE_WORK, api_post_whistle, .kind = AUDIT_CASE },
    { "DELETE", "cases/*/whistle", RIGHT_CASE_WORK, api_delete_whistle, .kind = AUDIT_CASE },
    { "POST", "cases/*/whistle/*", RIGHT_CASE_WORK, api_post_whistle_answer, .kind = AUDIT_CASE },
    { "POST", "reload", RIGHT_SYSTEM_ADMIN, post_reload, .kind = AUDIT_SETTINGS },
    { "POST", "probe", RIGHT_CAMERA_ADMIN, api_post_probe, .kind = AUDIT_SETTINGS },
};

/* The table itself, for whoever writes a client, and for the test that walks it. */
static gboolean get_rights(ApiCall *call, GError **error)
{
    Json *json = json_object_new_object(), *paths = json_object_new_array(),
         *roles = json_object_new_object();
    for (gsize i = 0; i < G_N_ELEMENTS(routes); i++) {
        Json *path = json_object_new_object();
        json_add_string(path, "method", routes[i].method);
        json_add_string(path, "path", routes[i].pattern);
        json_add_string(path, "right", right_word(routes[i].right));
        if (routes[i].is_for_two)
            json_add_bool(path, "takes_two", TRUE);
        json_object_array_add(paths, path);
    }
    for (guint role = 1; role < N_ROLES; role++) {
        Json *words = json_object_new_array();
        for (guint i = RIGHT_STATUS_READ; i < N_RIGHTS; i++) {
            if (rights_have(roles_rights(1u << role), (Right)i))
                json_object_array_add(words, json_object_new_string(right_word((Right)i)));
        }
        json_add(roles, role_word((Role)role), words);
    }
    json_add(json, "roles", roles);
    json_add(json, "paths", paths);
    reply_ok(call->request, json);
    return TRUE;
}

static void refuse_caller(const ApiCall *call, Right right)
{
    const Caller *caller = call->info->caller;
    g_autoptr(GError) error = NULL;
    if (!caller)
        wall_error_set(&error, WALL_ERROR_DENIED, "sign in first", "请先登录");
    else if (caller->must_change)
        wall_error_set(&error, WALL_ERROR_DENIED, "the one-time password has to be changed first",
                       "请先修改一次性密码");
    else
        wall_error_set(&error, WALL_ERROR_DENIED, "%s has not the right %s", "%s 没有权限 %s",
                       caller->id, right_word(right));
    Json *json = web_error_json(error);
    json_add_string(json_object_object_get(json, "error"), "code",
                    !caller               ? "signed_out"
                    : caller->must_change ? "password_change"
                                          : "denied");
    api_record(call, error);
    web_reply_json(call->request, caller ? 403 : 401, json);
}

static gboolean may_call(const ApiCall *call, Right right)
{
    gboolean is_of_wall = call->part[1] && strcmp(call->part[0], "walls") == 0;
    return is_of_wall ? caller_may_wall(call->info->caller, call->part[1], right, clock_unix_ms())
                      : caller_may(call->info->caller, right);
}

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

gboolean api_takes_two(const Caller *caller, char **parts, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(routes); i++) {
        if (!routes[i].is_for_two || !fits_pattern(routes[i].pattern, parts, g_strv_length(parts)))
            continue;
        if (caller_may(caller, routes[i].right) && !(routes[i].is_whole && *caller->region))
            return TRUE;
        wall_error_set(error, WALL_ERROR_DENIED, "%s has not the right %s", "%s 没有权限 %s",
                       caller->id, right_word(routes[i].right));
        return FALSE;
    }
    wall_error_set_literal(error, WALL_ERROR_NOT_FOUND,
                           "path: accepted is one that takes two people (GET rights)",
                           "这个路径不需要审批");
    return FALSE;
}

void api_handle(WebRequest *request, const WebRequestInfo *info, gpointer user)
{
    const Api *api = user;
    /* Where every monitor looks first. */
    const char *path = strcmp(info->path, WEB_METRICS_PATH) == 0 ? PREFIX "metrics" : info->path;
    g_auto(GStrv) parts = g_str_has_prefix(path, PREFIX)
                              ? g_strsplit(path + strlen(PREFIX), "/", MAX_PARTS + 1)
                              : NULL;
    guint n_parts = parts ? g_strv_length(parts) : 0;
    gboolean has_path = FALSE;
    for (gsize i = 0; n_parts && i < G_N_ELEMENTS(routes); i++) {
        if (!fits_pattern(routes[i].pattern, parts, n_parts))
            continue;
        has_path = TRUE;
        if (strcmp(routes[i].method, info->method) != 0)
            continue;
        ApiRecord record = { .kind = routes[i].kind };
        ApiCall call = { &api->env, request, info, parts, record.kind ? &record : NULL };
        if (!may_call(&call, routes[i].right)) {
            refuse_caller(&call, routes[i].right);
            return;
        }
        if (routes[i].is_whole && *info->caller->region) {
            refuse_part(&call);
            return;
        }
        if (routes[i].is_for_two && !api_need_approval(&call))
            return;
        if (info->caller)
            audit_views_know(api->env.views, info->caller);
        if (info->caller && strcmp(info->method, "GET") != 0)
            sessions_touch(api->env.people->sessions, info->caller);
        g_autoptr(GError) error = NULL;
        if (!routes[i].handle(&call, &error))
            web_reply_error(request, error);
        if (web_request_is_answered(request))
            api_record(&call, error);
        else
            api_record_later(&call);
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
