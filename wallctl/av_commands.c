/* av_commands.c - what a line of a room control system asks for, carried out like a request to the API */
#include "wallctl/av_commands.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/cli_words.h"
#include "wallctl/sight.h"

#include <string.h>

static const AvConfig *config_of(const AvEnv *env)
{
    return &controller_config(env->controller)->av;
}

Caller *av_caller(const AvEnv *env, const char *address, GError **error)
{
    const AvConfig *config = config_of(env);
    Caller *caller =
        sessions_by_token_name(env->people->sessions, config->token, AV_RIGHTS, address);
    if (!caller)
        wall_error_set(error, WALL_ERROR_DENIED, "there is no token '%s', or its time is over",
                       "没有令牌“%s”，或已过期", config->token);
    return caller;
}

void av_add_error(GString *out, const GError *error)
{
    const char *word = error->domain == WALL_ERROR ? wall_error_word(error->code) : "internal";
    const char *text = wall_error_zh(error) ? wall_error_zh(error) : error->message;
    g_autofree char *line = g_strdelimit(g_strdup(text), "\r\n\t", ' ');
    g_string_append_printf(out, "ERR %s %s\r\n", word, line);
}

/* --- commands ------------------------------------------------------------------------------------------------------
 */

/* A camera by its id or by the number that operators type; boards go by their own name. */
static char *dup_source(const AvEnv *env, const Caller *caller, const char *name, GError **error)
{
    const Config *config = controller_config(env->controller);
    guint64 number;
    if (g_str_has_prefix(name, BOARD_PREFIX))
        return g_strdup(name);
    const Camera *camera = config_camera(config, name);
    if (!camera && g_ascii_string_to_unsigned(name, 10, 1, G_MAXUINT, &number, NULL))
        camera = config_camera_number(config, (guint)number);
    if (camera && sight_may(caller, camera))
        return g_strdup(camera->id);
    wall_error_set(error, WALL_ERROR_NOT_FOUND, "no camera '%s'", "没有摄像机“%s”", name);
    return NULL;
}

static CommandKind kind_of(AvVerb verb)
{
    switch (verb) {
    case AV_PRESET:
        return COMMAND_RECALL;
    case AV_LAYOUT:
        return COMMAND_LAYOUT;
    case AV_SHOW:
        return COMMAND_SHOW;
    case AV_CLEAR:
        return COMMAND_CLEAR;
    case AV_TOUR_START:
        return COMMAND_TOUR_START;
    case AV_TOUR_STOP:
        return COMMAND_TOUR_STOP;
    case AV_TAKE:
        return COMMAND_TAKE;
    default:
        return 0;
    }
}

/* What is no id is told only of what was carried out: then it names something that is here. */
static void record(const AvEnv *env, Caller *caller, const AvRequest *request, const char *source,
                   const GError *error)
{
    const char *word = command_word(kind_of(request->verb));
    AuditRow row = audit_row_for(caller, AUDIT_COMMAND);
    g_autoptr(GString) content = g_string_new("中控：");
    g_string_append(content, word_zh(word));
    if (request->tile)
        g_string_append_printf(content, " 窗格 %u", request->tile);
    if (*request->name && !error)
        g_string_append_printf(content, " %s", request->name);
    if (error)
        g_string_append_printf(content, "；拒绝：%s", wall_error_word(error->code));
    row.wall = config_of(env)->wall;
    row.tile = request->tile;
    row.camera = source && !g_str_has_prefix(source, BOARD_PREFIX) ? source : NULL;
    row.object = request->verb != AV_SHOW && !error ? request->name : NULL;
    row.content = content->str;
    row.is_refused = error != NULL;
    audit_add(env->audit, &row);
}

static gboolean command(const AvEnv *env, Caller *caller, const AvRequest *request, GString *out,
                        GError **error)
{
    guint64 revision = 0;
    guint tile = 0;
    g_autoptr(Command) order = command_new(kind_of(request->verb), caller->id);
    g_autofree char *source =
        request->verb == AV_SHOW ? dup_source(env, caller, request->name, error) : NULL;
    if (request->verb == AV_SHOW && !source)
        return FALSE;
    order->caller = caller_ref(caller);
    order->tile = request->tile;
    if (source)
        order->camera = g_strdup(source);
    else if (*request->name)
        order->name = g_strdup(request->name);
    if (!controller_run(env->controller, config_of(env)->wall, order, &revision, &tile, error))
        return FALSE;
    record(env, caller, request, source, NULL);
    g_string_append_printf(out, "OK %s %" G_GUINT64_FORMAT "\r\n", av_verb_word(request->verb),
                           revision);
    return TRUE;
}

/* --- questions -----------------------------------------------------------------------------------------------------
 */

static void add_text(GString *out, const char *key, const char *text)
{
    g_string_append_printf(out, " %s=", key);
    av_add_quoted(out, text);
}

static const char *layout_of(const Wall *wall)
{
    return wall->air->n_areas == 1 ? wall->air->areas[0].layout : "";
}

static guint query_wall(const AvEnv *env, GString *out)
{
    const char *id = config_of(env)->wall;
    const Wall *wall = controller_wall(env->controller, id);
    g_string_append_printf(
        out, "DATA WALL id=%s revision=%" G_GUINT64_FORMAT " on_glass=%" G_GUINT64_FORMAT, id,
        wall->revision, presenter_on_glass(controller_presenter(env->controller, id)));
    /* What a scene over the wall is about may be a case: only how many there are. */
    g_string_append_printf(out, " tiles=%u scenes=%u locked=%d prepared=%d", wall->air->n_tiles,
                           wall->below->len, wall->is_locked, wall->preview != NULL);
    add_text(out, "layout", layout_of(wall));
    add_text(out, "name", config_wall(controller_config(env->controller), id)->name);
    g_string_append(out, "\r\n");
    return 1;
}

static guint query_tiles(const AvEnv *env, GString *out)
{
    const char *id = config_of(env)->wall;
    const Config *config = controller_config(env->controller);
    const WallContent *air = controller_wall(env->controller, id)->air;
    Presenter *presenter = controller_presenter(env->controller, id);
    for (guint i = 0; i < air->n_tiles; i++) {
        TileInfo info = { 0 };
        gboolean is_seen = presenter_tile(presenter, air->tiles[i].number, &info);
        const char *source = air->tiles[i].camera;
        const Camera *camera = source ? config_camera(config, source) : NULL;
        const char *state = !source                    ? "empty"
                            : is_seen && info.has_feed ? feed_state_word(info.feed.state)
                            : camera                   ? "idle"
                            : g_str_has_prefix(source, BOARD_PREFIX) ? "board"
                                                                     : "gone";
        g_string_append_printf(out, "DATA TILE tile=%u state=%s on_glass=%d source=%s",
                               air->tiles[i].number, state, is_seen && info.is_on_glass,
                               source ? source : "-");
        add_text(out, "name", camera ? camera->name : "");
        g_string_append(out, "\r\n");
    }
    return air->n_tiles;
}

static guint query_presets(const AvEnv *env, GString *out)
{
    g_autoptr(GPtrArray) presets =
        library_presets(controller_library(env->controller), config_of(env)->wall);
    for (guint i = 0; i < presets->len; i++) {
        g_string_append(out, "DATA PRESET");
        add_text(out, "name", ((const StoredPreset *)presets->pdata[i])->name);
        g_string_append(out, "\r\n");
    }
    return presets->len;
}

static guint query_tours(const AvEnv *env, GString *out)
{
    const char *id = config_of(env)->wall;
    const WallContent *air = controller_wall(env->controller, id)->air;
    g_autoptr(GPtrArray) tours = library_tours(controller_library(env->controller));
    guint n = 0;
    for (guint i = 0; i < tours->len; i++) {
        const Tour *tour = tours->pdata[i];
        const TourRun *run = NULL;
        for (guint t = 0; t < air->n_tours; t++)
            run = strcmp(air->tours[t].id, tour->id) == 0 ? &air->tours[t] : run;
        if (strcmp(tour->wall, id) != 0)
            continue;
        n++;
        g_string_append_printf(out, "DATA TOUR id=%s running=%d paused=%d", tour->id, run != NULL,
                               run && run->is_paused);
        add_text(out, "name", tour->name);
        g_string_append(out, "\r\n");
    }
    return n;
}

static guint query_status(const AvEnv *env, GString *out)
{
    const Config *config = controller_config(env->controller);
    FeedPoolStats feeds;
    feed_pool_get_stats(env->feeds, &feeds);
    g_autofree char *trouble = env->store ? store_dup_trouble(env->store) : NULL;
    g_string_append_printf(
        out, "DATA STATUS version=%s cameras=%u open=%u live=%u load=%s store=%s", WALLCTL_VERSION,
        config->cameras->len, feeds.feeds, feeds.live,
        load_level_word(supervisor_level(env->supervisor)), trouble ? "failing" : "good");
    add_text(out, "site", config->site_name);
    g_string_append(out, "\r\n");
    return 1;
}

static void answer(const AvEnv *env, const AvRequest *request, GString *out)
{
    guint n = request->verb == AV_QUERY_WALL      ? query_wall(env, out)
              : request->verb == AV_QUERY_TILES   ? query_tiles(env, out)
              : request->verb == AV_QUERY_PRESETS ? query_presets(env, out)
              : request->verb == AV_QUERY_TOURS   ? query_tours(env, out)
                                                  : query_status(env, out);
    g_string_append_printf(out, "OK %s %u\r\n", av_verb_word(request->verb), n);
}

/* --- all of them ---------------------------------------------------------------------------------------------------
 */

static gboolean check_right(const AvEnv *env, const Caller *caller, AvVerb verb, GError **error)
{
    Right right = kind_of(verb)             ? RIGHT_WALL_OPERATE
                  : verb == AV_QUERY_STATUS ? RIGHT_STATUS_READ
                                            : RIGHT_WALL_VIEW;
    if (caller_may_wall(caller, config_of(env)->wall, right, clock_unix_ms()))
        return TRUE;
    wall_error_set(error, WALL_ERROR_DENIED, "%s has not the right %s", "%s 没有权限 %s",
                   caller->id, right_word(right));
    return FALSE;
}

void av_run(const AvEnv *env, const AvRequest *request, const char *address, GString *out)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Caller) caller = av_caller(env, address, &error);
    gboolean may = caller && check_right(env, caller, request->verb, &error);
    if (may && kind_of(request->verb)) {
        audit_views_know(env->views, caller);
        may = command(env, caller, request, out, &error);
    } else if (may) {
        answer(env, request, out);
    }
    if (may)
        return;
    if (caller && kind_of(request->verb))
        record(env, caller, request, NULL, error);
    av_add_error(out, error);
}

/* --- events --------------------------------------------------------------------------------------------------------
 */

static const char *member(Json *data, const char *key)
{
    const char *text = json_object_get_string(json_object_object_get(data, key));
    return text ? text : "";
}

static gboolean is_on_air(const AvEnv *env, const char *camera)
{
    const Wall *wall = controller_wall(env->controller, config_of(env)->wall);
    for (guint i = 0; wall && i < wall->air->n_tiles; i++) {
        if (g_strcmp0(wall->air->tiles[i].camera, camera) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean add_camera_event(const AvEnv *env, const Caller *caller, Json *data, GString *out)
{
    const Camera *camera = config_camera(controller_config(env->controller), member(data, "id"));
    if (!camera || !caller_may(caller, RIGHT_CAMERA_LIST) || !sight_may(caller, camera) ||
        !is_on_air(env, camera->id))
        return FALSE;
    g_string_append_printf(out, "EVENT SOURCE source=%s stream=%s state=%s\r\n", camera->id,
                           member(data, "profile"), member(data, "state"));
    return TRUE;
}

gboolean av_add_event(const AvEnv *env, const Caller *caller, const char *name, Json *data,
                      GString *out)
{
    gboolean is_ours = strcmp(member(data, "wall"), config_of(env)->wall) == 0;
    gboolean sees_wall =
        is_ours && caller_may_wall(caller, config_of(env)->wall, RIGHT_WALL_VIEW, clock_unix_ms());
    if (sees_wall && strcmp(name, "wall.changed") == 0) {
        g_string_append_printf(out, "EVENT WALL revision=%s op=%s\r\n", member(data, "revision"),
                               member(data, "op"));
        return TRUE;
    }
    if (sees_wall && strcmp(name, "wall.presented") == 0) {
        g_string_append_printf(out, "EVENT GLASS revision=%s\r\n", member(data, "revision"));
        return TRUE;
    }
    if (strcmp(name, "camera.state") == 0)
        return add_camera_event(env, caller, data, out);
    if (strcmp(name, "load.changed") == 0 && caller_may(caller, RIGHT_STATUS_READ)) {
        g_string_append_printf(out, "EVENT LOAD load=%s\r\n", member(data, "word"));
        return TRUE;
    }
    return FALSE;
}
