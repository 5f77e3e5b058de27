/* wall_rig.c - a whole wall in a test */
#include "tests/support/wall_rig.h"

#include "layouts/layout.h"
#include "pipelines/media_log.h"
#include "pipelines/reaper.h"
#include "tests/support/stamped_clip.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/model/command.h"

#include <gst/gst.h>
#include <string.h>

static char *clip_cache(const WallRigSpec *spec)
{
    if (spec->cache_dir)
        return g_strdup(spec->cache_dir);
    const char *given = g_getenv("WALLCTL_CLIP_CACHE");
    if (given)
        return g_strdup(given);
    const char *build = g_getenv("WALLCTL_BUILD");
    return g_build_filename(build ? build : g_get_tmp_dir(), "clip-cache", NULL);
}

static gboolean add_cameras(WallRig *rig, const WallRigSpec *spec, GError **error)
{
    g_autofree char *cache = clip_cache(spec);
    g_mkdir_with_parents(cache, 0755);
    ClipSpec sub = stamped_clip_sub();
    ClipSpec main_spec = sub;
    main_spec.width = 1280;
    main_spec.height = 720;
    main_spec.bitrate_kbps = 2000;
    for (guint i = 1; i <= spec->cameras; i++) {
        g_autofree char *id = g_strdup_printf("cam-%u", i);
        g_autofree char *sub_path = stamped_clip(cache, (guint16)i, &sub, error);
        g_autofree char *main_path =
            sub_path && spec->has_main
                ? stamped_clip(cache, (guint16)(spec->main_source + i), &main_spec, error)
                : g_strdup(sub_path);
        if (!main_path || !camera_sim_add(rig->sim, id, main_path, sub_path, NULL, error))
            return FALSE;
    }
    return TRUE;
}

static Config *make_config(const WallRigSpec *spec, guint16 port, GError **error)
{
    GString *text =
        g_string_new("{\"site\":{\"name\":\"test\",\"camera_networks\":[\"127.0.0.1\"]},");
    g_string_append_printf(text, "\"feeds\":{%s},\"cameras\":[",
                           spec->feeds ? spec->feeds : "\"connect_per_s\":100");
    for (guint i = 1; i <= spec->cameras; i++) {
        g_string_append_printf(text, "%s{\"id\":\"cam-%u\",\"name\":\"cam-%u\",\"label\":\"%s\",",
                               i > 1 ? "," : "", i, i, spec->label ? spec->label : "off");
        if (spec->has_main)
            g_string_append_printf(text, "\"main\":\"rtsp://127.0.0.1:%u/cam-%u/main\",", port, i);
        g_string_append_printf(text, "\"sub\":\"rtsp://127.0.0.1:%u/cam-%u/sub\"%s", port, i,
                               spec->camera_extra ? spec->camera_extra : "");
        const char *region = i % 2 ? spec->odd_region : spec->even_region;
        if (region)
            g_string_append_printf(text, ",\"region\":\"%s\"", region);
        g_string_append_c(text, '}');
    }
    g_string_append_printf(
        text,
        "],\"walls\":[{\"id\":\"main\",\"name\":\"main\",\"grid\":{\"columns\":%u,\"rows\":%u,"
        "\"width\":%d,\"height\":%d},\"gap_px\":0,\"layout\":\"%s\",\"clock\":false}]}",
        MAX(1u, spec->columns), MAX(1u, spec->rows), spec->width, spec->height, spec->layout);
    g_autoptr(Faults) faults = faults_new("rig", 20);
    Config *config = config_parse(text->str, text->len, "rig", NULL, faults);
    if (!config) {
        g_autofree char *why = faults_dup_text(faults);
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s in %s", why, text->str);
    }
    g_string_free(text, TRUE);
    return config;
}

static void on_presented(Presenter *presenter, guint64 revision, gint64 tick_ns, const guint *empty,
                         guint n_empty, gpointer user)
{
    WallRig *rig = user;
    rig->presented = revision;
    rig->presented_ns = tick_ns;
    rig->presented_empty = n_empty;
    rig->presented_count++;
}

WallRig *wall_rig_new(const WallRigSpec *spec, GError **error)
{
    gst_init(NULL, NULL);
    post_init();
    log_set_level(g_getenv("WALLCTL_TEST_VERBOSE") ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING);
    media_log_init();
    WallRig *rig = g_new0(WallRig, 1);
    if (!spec->sim_port) {
        rig->sim = camera_sim_new(0, error);
        if (!rig->sim || !add_cameras(rig, spec, error)) {
            wall_rig_free(rig);
            return NULL;
        }
    }
    rig->config =
        make_config(spec, spec->sim_port ? spec->sim_port : camera_sim_port(rig->sim), error);
    if (!rig->config) {
        wall_rig_free(rig);
        return NULL;
    }
    rig->feeds = feed_pool_new(rig->config);
    rig->draw = work_pool_new("draw", 1, 4096, 2);
    rig->boards = board_book_new();
    PresenterEnv env = { .feeds = rig->feeds,
                         .draw = rig->draw,
                         .boards = rig->boards,
                         .presented = on_presented,
                         .user = rig };
    rig->presenter = presenter_new(&env, rig->config, &rig->config->walls[0]);
    g_autoptr(GPtrArray) cameras = g_ptr_array_new();
    for (guint i = 0; i < spec->cameras; i++)
        g_ptr_array_add(cameras, ((Camera *)g_ptr_array_index(rig->config->cameras, i))->id);
    wall_rig_show(rig, spec->layout, (const char *const *)cameras->pdata, cameras->len);
    return rig;
}

void wall_rig_show(WallRig *rig, const char *layout_id, const char *const *cameras, guint n)
{
    const Layout *layout = layout_set_find(rig->config->layouts, layout_id);
    g_assert_nonnull(layout);
    const WallConfig *config = &rig->config->walls[0];
    g_autoptr(Command) command = command_new(COMMAND_LAYOUT, "test");
    command->name = g_strdup(layout_id);
    command->area = screens_bounds(config->screens, config->n_screens);
    gboolean is_placed =
        layout_place(layout, command->area, 0, &command->cells, &command->n_cells, NULL);
    g_assert_true(is_placed);
    WallLimits limits = { .bounds = command->area };
    g_autoptr(Wall) empty = wall_new("main", 1, wall_content_new());
    g_autoptr(Wall) laid = wall_apply(empty, command, &limits, NULL, NULL);
    g_assert_nonnull(laid);
    WallContent *content = wall_content_copy(laid->air);
    for (guint i = 0; i < content->n_tiles && i < n; i++)
        content->tiles[i].camera = g_strdup(cameras[i]);
    wall_content_unref(rig->content);
    rig->content = content;
    presenter_show(rig->presenter, content, ++rig->revision);
}

static gboolean on_watchdog(gpointer user)
{
    *(gboolean *)user = TRUE;
    return G_SOURCE_REMOVE;
}

gboolean wall_rig_run(WallRig *rig, guint limit_ms, gboolean (*done)(WallRig *, gpointer),
                      gpointer user)
{
    gboolean is_over = FALSE;
    guint watchdog = g_timeout_add(limit_ms, on_watchdog, &is_over);
    gboolean is_done = FALSE;
    while (!is_over && !(is_done = done(rig, user)))
        g_main_context_iteration(NULL, TRUE);
    if (!is_over)
        g_source_remove(watchdog);
    return is_done;
}

static gboolean is_presented(WallRig *rig, gpointer user)
{
    return rig->presented == rig->revision && rig->presented_empty <= GPOINTER_TO_UINT(user);
}

gboolean wall_rig_wait_presented(WallRig *rig, guint limit_ms, guint n_empty)
{
    return wall_rig_run(rig, limit_ms, is_presented, GUINT_TO_POINTER(n_empty));
}

gboolean wall_rig_read(WallRig *rig, const Frame *picture, guint number, Stamp *stamp,
                       gboolean *is_torn)
{
    const Tile *tile = wall_tile(rig->content, number);
    Rect r = tile->rect;
    if (!rect_contains((Rect) { 0, 0, picture->width, picture->height }, r))
        return FALSE;
    const guint8 *luma = picture->plane[0] + (gsize)r.y * picture->stride[0] + r.x;
    return stamp_read(luma, picture->stride[0], r.w, r.h, stamp, is_torn);
}

void wall_rig_free(WallRig *rig)
{
    if (!rig)
        return;
    presenter_free(rig->presenter);
    board_book_free(rig->boards);
    feed_pool_free(rig->feeds);
    work_pool_free(rig->draw);
    wall_content_unref(rig->content);
    camera_sim_free(rig->sim);
    if (rig->config)
        config_unref(rig->config);
    g_free(rig);
}

WallRig *wall_rig_start(const WallRigSpec *spec)
{
    g_autoptr(GError) error = NULL;
    WallRig *rig = wall_rig_new(spec, &error);
    g_assert_no_error(error);
    return rig;
}

void wall_rig_stop(WallRig *rig)
{
    wall_rig_free(rig);
    reaper_wait(10000);
    post_drain();
}

static gboolean are_live(WallRig *rig, gpointer n)
{
    FeedPoolStats stats;
    feed_pool_get_stats(rig->feeds, &stats);
    return stats.live >= GPOINTER_TO_UINT(n);
}

void wall_rig_keep_warm(WallRig *rig, guint n)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 1; i <= n; i++)
        g_ptr_array_add(ids, g_strdup_printf("cam-%u", i));
    presenter_warm(rig->presenter, "test", (const char *const *)ids->pdata, n);
    g_assert_true(wall_rig_run(rig, WALL_RIG_COLD_MS, are_live, GUINT_TO_POINTER(n)));
}
