/* api_status.c - the daemon's state as JSON */
#include "wallctl/api_status.h"

#include "pipelines/reaper.h"
#include "wallctl/api_credential.h"
#include "wallctl/base/clock.h"
#include "web/protocol.h"

#include <string.h>
#include <unistd.h>

Json *feed_info_json(const FeedInfo *info)
{
    Json *json = json_object_new_object();
    gint64 now = clock_now_ns();
    json_add_string(json, "state", feed_state_word(info->state));
    if (info->fault != FAULT_NONE) {
        json_add_string(json, "fault", feed_fault_word(info->fault));
        json_add_string(json, "detail", info->text);
    }
    json_add_int(json, "since", info->since_unix_ms);
    if (info->next_try_ns)
        json_add_int(json, "next_try_ms", MAX(0, (info->next_try_ns - now) / NS_PER_MS));
    json_add_int(json, "tries", info->tries);
    json_add_int(json, "sessions", (gint64)info->sessions);
    if (info->reel.codec)
        json_add_string(json, "codec", avcodec_get_name(info->reel.codec));
    if (info->reel.width) {
        json_add_int(json, "width", info->reel.width);
        json_add_int(json, "height", info->reel.height);
    }
    json_add_double(json, "fps", info->fps);
    json_add_double(json, "kbps", info->kbps);
    if (info->reel.gop_frames)
        json_add_int(json, "gop_frames", info->reel.gop_frames);
    if (info->reel.last_unit_ns)
        json_add_int(json, "last_unit_ms", (now - info->reel.last_unit_ns) / NS_PER_MS);
    if (info->reel.last_picture_ns)
        json_add_int(json, "last_picture_ms", (now - info->reel.last_picture_ns) / NS_PER_MS);
    json_add_double(json, "decode_ms", (double)info->reel.decode_ns / NS_PER_MS);
    json_add_int(json, "damaged", (gint64)info->reel.damaged);
    json_add_int(json, "dropped", (gint64)info->reel.dropped);
    static const char *const efforts[] = { "", "full", "no_loop_filter", "key_only" };
    if (info->reel.views && info->reel.effort) /* none before the first unit */
        json_add_string(json, "decoding", efforts[info->reel.effort]);
    if (*info->audio)
        json_add_string(json, "audio", info->audio);
    return json;
}

const char *camera_state(const ApiEnv *env, const Camera *camera)
{
    const char *best = feed_state_word(FEED_IDLE);
    for (Profile profile = PROFILE_MAIN; profile <= PROFILE_SUB; profile++) {
        Feed *feed = feed_pool_find(env->feeds, camera->id, profile);
        FeedInfo info;
        if (!feed)
            continue;
        feed_get_info(feed, &info);
        best = feed_state_word(info.state);
        if (info.state == FEED_LIVE)
            break;
    }
    return best;
}

static Json *groups_json(const Camera *camera)
{
    Json *json = json_object_new_array();
    g_auto(GStrv) groups = g_strsplit(camera->groups, "|", -1);
    for (char **group = groups; *group; group++)
        json_object_array_add(json, json_object_new_string(g_strstrip(*group)));
    return json;
}

static Json *streams_json(const ApiEnv *env, const Camera *camera)
{
    Json *json = json_object_new_object();
    for (Profile profile = PROFILE_MAIN; profile <= PROFILE_SUB; profile++) {
        Feed *feed = feed_pool_find(env->feeds, camera->id, profile);
        FeedInfo info;
        if (!feed)
            continue;
        feed_get_info(feed, &info);
        json_add(json, profile == PROFILE_MAIN ? "main" : "sub", feed_info_json(&info));
    }
    return json;
}

Json *camera_json(const ApiEnv *env, const Camera *camera, gboolean is_full)
{
    Json *json = json_object_new_object();
    json_add_string(json, "id", camera->id);
    json_add_int(json, "number", camera->number);
    json_add_string(json, "name", camera->name);
    json_add(json, "pinyin", json_texts(camera->pinyin));
    json_add_string(json, "region", camera->region);
    json_add_string(json, "region_name", camera->region_name);
    if (*camera->place_kind)
        json_add_string(json, "place_kind", camera->place_kind);
    if (*camera->place)
        json_add_string(json, "place", camera->place);
    if (*camera->groups)
        json_add(json, "groups", groups_json(camera));
    if (*camera->gbid)
        json_add_string(json, "gbid", camera->gbid);
    if (camera->has_position)
        json_add_position(json, "position", camera->lon, camera->lat);
    json_add_bool(json, "has_sub", camera_has_both(camera));
    json_add_int(json, "masks", camera->n_masks);
    json_add_string(json, "state", camera_state(env, camera));
    Json *quality = health_camera_json(env->health, camera->id);
    if (quality)
        json_add(json, "quality", quality);
    if (is_full) {
        json_add_string(json, "main", camera->main);
        json_add_string(json, "sub", camera->sub);
        json_add(json, "streams", streams_json(env, camera));
    }
    return json;
}

Json *layouts_json(const Config *config)
{
    Json *list = json_object_new_array();
    for (guint i = 0; i < layout_set_count(config->layouts); i++) {
        const Layout *layout = layout_set_get(config->layouts, i);
        Json *item = json_object_new_object();
        json_add_string(item, "id", layout->id);
        json_add_string(item, "name", layout->name);
        json_add_int(item, "tiles", layout->n_cells);
        Json *cells = json_object_new_array();
        for (guint c = 0; c < layout->n_cells; c++) {
            Json *cell = json_object_new_array();
            const FRect *f = &layout->cells[c];
            const double v[] = { f->x, f->y, f->w, f->h };
            for (guint k = 0; k < G_N_ELEMENTS(v); k++)
                json_object_array_add(cell, json_object_new_double(v[k]));
            json_object_array_add(cells, cell);
        }
        json_add(item, "cells", cells);
        json_object_array_add(list, item);
    }
    Json *json = json_object_new_object();
    json_add(json, "layouts", list);
    return json;
}

static Json *canvas_json(Presenter *presenter, guint index)
{
    const char *id;
    Canvas *canvas = presenter_canvas_at(presenter, index, &id);
    CanvasStats stats;
    canvas_get_stats(canvas, &stats);
    int width, height;
    canvas_get_size(canvas, &width, &height);
    Json *json = json_object_new_object();
    json_add_string(json, "id", id);
    json_add_int(json, "width", width);
    json_add_int(json, "height", height);
    json_add_int(json, "ticks", (gint64)stats.ticks);
    json_add_int(json, "late", (gint64)stats.late);
    json_add_int(json, "skipped", (gint64)stats.skipped);
    json_add_int(json, "changed", (gint64)stats.changed);
    json_add_int(json, "no_surface", (gint64)stats.no_surface);
    json_add_double(json, "slack", stats.slack);
    return json;
}

Json *walls_json(const ApiEnv *env, const Caller *caller)
{
    Json *list = json_object_new_array();
    const Config *config = controller_config(env->controller);
    for (guint i = 0; i < controller_count(env->controller); i++) {
        const char *id = controller_wall_id(env->controller, i);
        if (!caller_may_wall(caller, id, RIGHT_WALL_VIEW, clock_unix_ms()))
            continue;
        Presenter *presenter = controller_presenter(env->controller, id);
        const Wall *wall = controller_wall(env->controller, id);
        Json *item = json_object_new_object();
        json_add_string(item, "id", id);
        json_add_string(item, "name", config_wall(config, id)->name);
        json_add_int(item, "revision", (gint64)wall->revision);
        json_add_int(item, "on_glass", (gint64)presenter_on_glass(presenter));
        json_add_int(item, "tiles", wall->air->n_tiles);
        Json *screens = json_object_new_array();
        for (guint s = 0; s < presenter_screens(presenter); s++)
            json_object_array_add(screens, canvas_json(presenter, s));
        json_add(item, "screens", screens);
        json_object_array_add(list, item);
    }
    Json *json = json_object_new_object();
    json_add(json, "walls", list);
    return json;
}

static const char *word_without_feed(const TileInfo *info, const Camera *camera)
{
    if (info->cover != COVER_NONE)
        return "private";
    if (info->board)
        return "board";
    if (!info->camera)
        return "empty";
    if (board_book_is_board(info->camera))
        return "no_board";
    return camera ? "idle" : "gone";
}

gboolean source_is_seen(const ApiEnv *env, const char *source, const Caller *caller)
{
    if (!*caller->region)
        return TRUE;
    const char *region = controller_source_region(env->controller, source);
    return !region || caller_sees_region(caller, region);
}

void tiles_hide(const ApiEnv *env, Json *tiles, const Caller *caller)
{
    for (gsize i = 0; *caller->region && i < json_object_array_length(tiles); i++) {
        Json *tile = json_object_array_get_idx(tiles, i), *source;
        if (!json_object_object_get_ex(tile, "camera", &source) ||
            source_is_seen(env, json_object_get_string(source), caller))
            continue;
        json_object_object_del(tile, "camera");
        json_add_bool(tile, "hidden", TRUE);
    }
}

static Json *tile_state_json(const ApiEnv *env, Presenter *presenter, guint number,
                             const Caller *caller)
{
    TileInfo info;
    Json *json = json_object_new_object();
    json_add_int(json, "tile", number);
    gboolean is_seen = presenter_tile(presenter, number, &info);
    json_add_bool(json, "is_visible", is_seen);
    if (!is_seen)
        return json;
    json_add_string(json, "screen", info.screen);
    json_add_bool(json, "is_on_glass", info.is_on_glass);
    if (!source_is_seen(env, info.camera, caller)) {
        json_add_string(json, "name", "其他辖区");
        json_add_string(json, "state", "hidden");
        return json;
    }
    json_add_string(json, "camera", info.camera);
    const Camera *camera =
        info.camera ? config_camera(controller_config(env->controller), info.camera) : NULL;
    if (info.board)
        json_add_string(json, "name", info.board);
    if (camera) {
        json_add_string(json, "name", camera->name);
        json_add_string(json, "region_name", camera->region_name);
        json_add_string(json, "stream", info.shown == PROFILE_MAIN ? "main" : "sub");
    }
    json_add_string(json, "state",
                    info.has_feed ? feed_state_word(info.feed.state)
                                  : word_without_feed(&info, camera));
    if (info.has_feed && info.feed.fault != FAULT_NONE)
        json_add_string(json, "fault", feed_fault_word(info.feed.fault));
    if (info.has_feed && info.feed.state == FEED_LIVE) {
        json_add_int(json, "width", info.feed.reel.width);
        json_add_int(json, "height", info.feed.reel.height);
        json_add_double(json, "fps", info.feed.fps);
    }
    return json;
}

Json *wall_state_json(const ApiEnv *env, const char *id, const Caller *caller)
{
    const Wall *wall = controller_wall(env->controller, id);
    if (!wall)
        return NULL;
    const WallConfig *config = config_wall(controller_config(env->controller), wall->id);
    Presenter *presenter = controller_presenter(env->controller, wall->id);
    Json *json = wall_to_json(wall), *preview;
    tiles_hide(env, json_object_object_get(json, "tiles"), caller);
    if (json_object_object_get_ex(json, "preview", &preview))
        tiles_hide(env, json_object_object_get(preview, "tiles"), caller);
    json_add_string(json, "name", config->name);
    json_add_int(json, "on_glass", (gint64)presenter_on_glass(presenter));
    Json *screens = json_object_new_array();
    for (guint i = 0; i < config->n_screens; i++) {
        const Screen *screen = &config->screens[i];
        Json *item = json_object_new_object();
        json_add_string(item, "id", screen->id);
        json_add_string(item, "name", screen->name);
        Json *rect = json_object_new_array();
        const int v[] = { screen->rect.x, screen->rect.y, screen->rect.w, screen->rect.h };
        for (guint k = 0; k < G_N_ELEMENTS(v); k++)
            json_object_array_add(rect, json_object_new_int(v[k]));
        json_add(item, "rect", rect);
        json_add_int(item, "rotation", screen->rotation);
        json_add_string(item, "content", content_class_word(screen->content));
        json_add_bool(item, "visitor", visitor_is_on(env->visitor, wall->id, screen->id));
        json_object_array_add(screens, item);
    }
    json_add(json, "screens", screens);
    Json *glass = json_object_new_array();
    for (guint i = 0; i < wall->air->n_tiles; i++)
        json_object_array_add(glass,
                              tile_state_json(env, presenter, wall->air->tiles[i].number, caller));
    json_add(json, "glass", glass);
    return json;
}

Json *tour_json(const Tour *tour)
{
    Json *json = json_object_new_object();
    json_add_string(json, "id", tour->id);
    json_add_string(json, "name", tour->name);
    json_add_string(json, "wall", tour->wall);
    json_add_int(json, "dwell_s", tour->dwell_ms / 1000);
    json_add_int(json, "steps", tour_steps(tour));
    Json *tiles = json_object_new_array();
    for (guint i = 0; i < tour->n_tiles; i++)
        json_object_array_add(tiles, json_object_new_int64(tour->tiles[i]));
    json_add(json, "tiles", tiles);
    Json *names = json_object_new_array();
    for (guint i = 0; i < tour->n_cameras; i++)
        json_object_array_add(names, json_object_new_string(tour->cameras[i]));
    for (guint i = 0; i < tour->n_presets; i++)
        json_object_array_add(names, json_object_new_string(tour->presets[i]));
    json_add(json, tour->n_presets ? "presets" : "cameras", names);
    Json *schedule = json_object_new_array();
    for (guint i = 0; i < tour->n_schedules; i++) {
        const TourSchedule *s = &tour->schedules[i];
        Json *item = json_object_new_object();
        Json *days = json_object_new_array();
        for (int day = 0; day < 7; day++) {
            if (s->weekdays & 1u << day)
                json_object_array_add(days, json_object_new_int(day + 1));
        }
        json_add(item, "days", days);
        g_autofree char *from =
            g_strdup_printf("%02u:%02u", s->start_minute / 60, s->start_minute % 60);
        g_autofree char *to = g_strdup_printf("%02u:%02u", s->end_minute / 60, s->end_minute % 60);
        json_add_string(item, "from", from);
        json_add_string(item, "to", to);
        json_object_array_add(schedule, item);
    }
    json_add(json, "schedule", schedule);
    return json;
}

Json *tours_json(const ApiEnv *env)
{
    Json *list = json_object_new_array();
    g_autoptr(GPtrArray) tours = library_tours(controller_library(env->controller));
    for (guint i = 0; i < tours->len; i++) {
        const Tour *tour = g_ptr_array_index(tours, i);
        Json *item = tour_json(tour);
        const Wall *wall = controller_wall(env->controller, tour->wall);
        const TourRun *run = NULL;
        for (guint t = 0; wall && t < wall->air->n_tours; t++) {
            if (strcmp(wall->air->tours[t].id, tour->id) == 0)
                run = &wall->air->tours[t];
        }
        json_add_bool(item, "is_running", run != NULL);
        if (run) {
            json_add_int(item, "step", run->step);
            json_add_int(item, "position", tour_position(tour, run->step));
            json_add_bool(item, "is_paused", run->is_paused);
            json_add_bool(item, "yields", run->yields);
            Json *state = tour_clock_state(env->tours, tour->wall, tour->id);
            if (state)
                json_add(item, "clock", state);
        }
        json_object_array_add(list, item);
    }
    Json *json = json_object_new_object();
    json_add(json, "tours", list);
    return json;
}

static gint64 resident_bytes(void)
{
    g_autofree char *text = NULL;
    long long pages = 0;
    if (g_file_get_contents("/proc/self/statm", &text, NULL, NULL)) {
        char *end = NULL;
        g_ascii_strtoll(text, &end, 10);
        pages = end ? g_ascii_strtoll(end, NULL, 10) : 0;
    }
    return pages * sysconf(_SC_PAGESIZE);
}

Json *status_json(const ApiEnv *env, const Caller *caller)
{
    const Config *config = controller_config(env->controller);
    Json *json = json_object_new_object();
    json_add_string(json, "version", WALLCTL_VERSION);
    json_add_string(json, "site", config->site_name);
    g_autofree char *path = g_canonicalize_filename(config->path, NULL);
    json_add_string(json, "config", path);
    json_add_int(json, "now", clock_unix_ms());
    json_add_int(json, "started", env->started_unix_ms);
    json_add_int(json, "fps", config->fps);
    Json *walls = walls_json(env, caller);
    json_add(json, "walls", json_object_get(json_object_object_get(walls, "walls")));
    json_object_put(walls);
    FeedPoolStats stats;
    feed_pool_get_stats(env->feeds, &stats);
    Json *feeds = json_object_new_object();
    json_add_int(feeds, "cameras", config->cameras->len);
    json_add_int(feeds, "open", stats.feeds);
    json_add_int(feeds, "sessions", stats.sessions);
    json_add_int(feeds, "live", stats.live);
    json_add_int(feeds, "warm", stats.warm);
    json_add_int(feeds, "connecting", stats.connecting);
    json_add_int(feeds, "retrying", stats.retrying);
    json_add_int(feeds, "refused", stats.refused);
    json_add_int(feeds, "warm_refused", stats.warm_refused);
    json_add_double(feeds, "decode_cores", stats.decode_cores);
    json_add_int(feeds, "stopping", reaper_busy());
    json_add_int(feeds, "abandoned", reaper_abandoned());
    json_add(json, "feeds", feeds);
    json_add(json, "visitor", visitor_walls_json(env->visitor));
    Json *quality = health_state(env->health), *patrol = patrol_state(env->patrol);
    if (patrol)
        json_add(quality, "patrol", patrol);
    json_add(json, "quality", quality);
    json_add(json, "load", supervisor_state(env->supervisor));
    if (env->audit)
        json_add(json, "audit", audit_state(env->audit));
    json_add(json, "credentials", api_credentials_state(config));
    json_add(json, "evidence", vault_state(env->vault));
    json_add(json, "outputs", outputs_state(env->outputs(env->user)));
    WebStats web = { 0 };
    if (env->web(env->user))
        web_get_stats(env->web(env->user), &web);
    if (env->web(env->user)) {
        gboolean is_v6 = strchr(config->http_host, ':') != NULL;
        g_autofree char *address =
            g_strdup_printf(is_v6 ? "http://[%s]:%u/" : "http://%s:%u/", config->http_host,
                            web_server_port(env->web(env->user)));
        json_add_string(json, "address", address);
    }
    Json *https = https_state(env->https(env->user));
    if (https)
        json_add(json, "https", https);
    Json *clients = json_object_new_object();
    json_add_int(clients, "connections", web.connections);
    json_add_int(clients, "events", web.event_clients);
    json_add_int(clients, "viewers", web.viewers);
    json_add_int(clients, "requests", web.requests);
    json_add_int(clients, "refused", (gint64)web.refused);
    json_add(json, "clients", clients);
    Json *av = av_control_state(env->av);
    if (av)
        json_add(json, "av_control", av);
    Json *store = json_object_new_object();
    g_autofree char *trouble =
        env->store ? store_dup_trouble(env->store) : g_strdup("not kept on disk");
    json_add_bool(store, "is_good", trouble == NULL);
    json_add_string(store, "detail", trouble);
    json_add(json, "store", store);
    json_add_int(json, "memory", resident_bytes());
    return json;
}
