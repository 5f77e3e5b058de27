/* tile_run.c - one tile that is on glass or about to be: its streams, the views of them, its look */
#include "pipelines/tile_run.h"

#include "pipelines/tile_stream.h"
#include "wallctl/base/clock.h"

#include <string.h>

#define SEEN_NS (2 * NS_PER_SEC) /* a picture older than this is none */

static gboolean is_same_size(Rect a, Rect b)
{
    return a.w == b.w && a.h == b.h;
}

static WorkPool *draw_of(const TileEnv *env, const char *source)
{
    return env->boards && board_book_is_board(source) ? board_book_draw(env->boards) : env->draw;
}

void tile_run_set(TileRun *tile, const SceneTile *scene, int screen_height)
{
    gboolean is_same_camera = g_strcmp0(tile->scene.camera, scene->camera) == 0;
    /* Another camera has a look of its own: the former one's name is still on glass. */
    if (!is_same_camera || !is_same_size(tile->scene.rect, scene->rect))
        g_clear_pointer(&tile->look, look_free);
    if (!tile->look)
        tile->look = look_new(draw_of(tile->env, scene->camera), scene->rect.w, scene->rect.h,
                              screen_height);
    tile->scene = *scene;
    tile->camera = scene->camera ? config_camera(tile->env->config, scene->camera) : NULL;
    if (tile->camera)
        tile->wanted = tile_stream_wanted(scene, tile->camera, tile->env->config->promote_height_px,
                                          is_same_camera ? tile->wanted : 0);
    if (!is_same_camera)
        tile->shown = tile->wanted;
}

void tile_run_set_cover(TileRun *tile, TileCover cover)
{
    tile->cover = cover;
}

static Feed *find_feed(const TileRun *tile, Profile profile)
{
    return tile->camera ? feed_pool_find(tile->env->feeds, tile->camera->id, profile) : NULL;
}

gboolean tile_run_has_bridge(const TileRun *tile)
{
    return tile->camera &&
           tile_stream_has_bridge(tile->env->feeds, &tile->scene, tile->camera, tile->wanted);
}

static void set_view(TileRun *tile, Profile profile, gboolean is_needed)
{
    Feed *feed = is_needed ? find_feed(tile, profile) : NULL;
    View *view = NULL;
    if (feed && feed_is_started(feed)) {
        const SceneTile *scene = &tile->scene;
        ViewSpec spec = { scene->rect.w, scene->rect.h, scene->fit, scene->crop, scene->rotation };
        view = feed_view(feed, &spec);
    }
    View *old = tile->view[profile];
    tile->view[profile] = view;
    view_unref(old);
}

/* Until the wanted stream has a picture at this size, what is shown stays: no gap. */
static gboolean is_still_needed(const TileRun *tile, Profile other)
{
    const Camera *camera = tile->camera;
    View *wanted = tile->view[tile->wanted];
    return camera && camera_has_both(camera) && tile->shown == other && wanted &&
           !view_newest_ns(wanted);
}

gboolean tile_run_bind(TileRun *tile)
{
    /* Compared by address: held here, an address cannot be used again meanwhile. */
    g_autoptr(View) before = tile->view[tile->shown] ? view_ref(tile->view[tile->shown]) : NULL;
    Profile other = tile_stream_other(tile->wanted);
    gboolean is_bridged = tile_run_has_bridge(tile);
    set_view(tile, PROFILE_MAIN, tile->wanted == PROFILE_MAIN || is_bridged);
    set_view(tile, PROFILE_SUB, tile->wanted == PROFILE_SUB || is_bridged);
    if (!is_bridged && is_still_needed(tile, other))
        set_view(tile, other, TRUE);
    tile->shown = tile->camera
                      ? tile_stream_shown(tile->env->feeds, tile->camera, tile->wanted, tile->view)
                      : tile->wanted;
    return tile->view[tile->shown] != before;
}

gboolean tile_run_get_feed(const TileRun *tile, Profile profile, FeedInfo *info)
{
    Feed *feed = find_feed(tile, profile);
    if (feed)
        feed_get_info(feed, info);
    return feed != NULL;
}

Sign tile_run_sign(const TileRun *tile, const FeedInfo *info)
{
    if (tile->scene.cover != COVER_NONE)
        return SIGN_COVERED;
    if (!tile->scene.camera)
        return SIGN_EMPTY;
    return board_book_is_board(tile->scene.camera) ? SIGN_NO_BOARD
                                                   : sign_of_feed(tile->camera, info);
}

/* What is wrong with the picture before what we leave out of it. */
static const char *mark_of(const FeedInfo *info)
{
    if (info->mark && info->state == FEED_LIVE)
        return info->mark;
    return info->reel.effort == DECODE_KEY_ONLY ? "降载" : NULL;
}

void tile_run_update_look(TileRun *tile)
{
    FeedInfo info;
    gboolean has_feed = tile_run_get_feed(tile, tile->wanted, &info);
    View *view = tile->view[tile->shown];
    LookFacts facts = {
        .number = tile->scene.number,
        .camera = tile->camera,
        .sign = tile_run_sign(tile, has_feed ? &info : NULL),
        .fault = has_feed ? info.fault : FAULT_NONE,
        .since_unix_ms = has_feed ? info.lost_unix_ms : 0,
        .next_try_ns = has_feed ? info.next_try_ns : 0,
        .picture_ns = view ? view_newest_ns(view) : 0,
        .mark = has_feed ? mark_of(&info) : NULL,
        .board = board_book_find(tile->env->boards, tile->scene.camera),
        .cover = tile->cover,
    };
    look_update(tile->look, &facts);
}

gboolean tile_run_has_live_picture(const TileRun *tile, gint64 now_ns)
{
    if (board_book_find(tile->env->boards, tile->scene.camera))
        return look_is_drawn(tile->look);
    View *view = tile->view[tile->shown];
    return view && view_newest_ns(view) &&
           now_ns - MAX(view_newest_ns(view), view_touched_ns(view)) <= SEEN_NS;
}

/* A camera that is live now gives a picture at the new size within a burst decode. */
static gboolean has_picture_soon(const TileRun *tile, Profile profile)
{
    FeedInfo info;
    return tile->view[profile] && tile_run_get_feed(tile, profile, &info) &&
           info.state == FEED_LIVE && (info.reel.has_gop || info.reel.pictures) &&
           !*info.reel.trouble;
}

gboolean tile_run_is_worth_waiting(const TileRun *tile)
{
    View *shown = tile->view[tile->shown];
    if (shown && view_newest_ns(shown))
        return FALSE;
    return has_picture_soon(tile, PROFILE_MAIN) || has_picture_soon(tile, PROFILE_SUB) ||
           !look_is_drawn(tile->look);
}

const char *tile_source_region(const Config *config, BoardBook *boards, const char *source)
{
    if (!source || config_source_class(config, source) == SOURCE_PUBLIC_BOARD)
        return NULL;
    const BoardPage *page = board_book_find(boards, source);
    const Camera *camera = page ? NULL : config_camera(config, source);
    return page ? board_page_region(page) : camera ? camera->region : "";
}

void tile_run_fill(const TileRun *tile, StageTile *out)
{
    const Camera *camera = tile->camera;
    View *view = tile->view[tile->shown];
    LabelPlace place = camera ? camera->label : LABEL_OFF;
    *out = (StageTile) {
        .number = tile->scene.number,
        .region =
            g_strdup(tile_source_region(tile->env->config, tile->env->boards, tile->scene.camera)),
        .rect = tile->scene.rect,
        .view = view ? view_ref(view) : NULL,
        .slate = overlay_ref(look_slate(tile->look)),
        .stale = overlay_ref(look_stale(tile->look)),
        .label = place != LABEL_OFF ? overlay_ref(look_label(tile->look)) : NULL,
        .label_place = place,
        .is_window = tile->scene.is_window,
        .stale_ns = (camera ? camera->stall_ms : 2000) * NS_PER_MS,
        .offline_ns = (camera ? camera->offline_ms : 10000) * NS_PER_MS,
    };
}

TileRun *tile_run_new(const TileEnv *env, guint screen)
{
    TileRun *tile = g_new0(TileRun, 1);
    tile->env = env;
    tile->screen = screen;
    return tile;
}

void tile_run_free(TileRun *tile)
{
    if (!tile)
        return;
    view_unref(tile->view[PROFILE_MAIN]);
    view_unref(tile->view[PROFILE_SUB]);
    look_free(tile->look);
    g_free(tile);
}
