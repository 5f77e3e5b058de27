/* tile_stream.c - which of a camera's two streams a tile wants, and which one it shows */
#include "pipelines/tile_stream.h"

#define DEMOTE_FACTOR 0.8 /* a tile keeps its main stream until it is clearly too small for it */
#define BACKLOG       5 /* units: our own decoder is late, and another stream would make it later */

Profile tile_stream_other(Profile profile)
{
    return profile == PROFILE_MAIN ? PROFILE_SUB : PROFILE_MAIN;
}

Profile tile_stream_wanted(const SceneTile *tile, const Camera *camera, guint promote_height_px,
                           Profile before)
{
    if (tile->stream == STREAM_MAIN || tile->stream == STREAM_SUB)
        return feed_pool_profile(camera, tile->stream == STREAM_MAIN ? PROFILE_MAIN : PROFILE_SUB);
    double height = (tile->rotation % 180 ? tile->rect.w : tile->rect.h) / tile->crop.h;
    double limit = promote_height_px;
    if (before == PROFILE_MAIN)
        limit *= DEMOTE_FACTOR;
    return feed_pool_profile(camera, height >= limit ? PROFILE_MAIN : PROFILE_SUB);
}

static gboolean is_live(FeedPool *feeds, const Camera *camera, Profile profile)
{
    const Feed *feed = feed_pool_find(feeds, camera->id, profile);
    return feed && feed_state(feed) == FEED_LIVE;
}

gboolean tile_stream_is_failing(const FeedInfo *info)
{
    gboolean is_stream_fault =
        info->fault != FAULT_UNREACHABLE && info->fault != FAULT_CREDENTIALS &&
        info->fault != FAULT_NO_ACCOUNT && info->fault != FAULT_TLS && info->fault != FAULT_NONE;
    return (info->state == FEED_STALLED && info->reel.waiting <= BACKLOG) ||
           ((info->state == FEED_RETRYING || info->state == FEED_REFUSED) && is_stream_fault);
}

gboolean tile_stream_has_bridge(FeedPool *feeds, const SceneTile *tile, const Camera *camera,
                                Profile wanted)
{
    if (!camera_has_both(camera) || tile->stream != STREAM_AUTO || is_live(feeds, camera, wanted))
        return FALSE;
    const Feed *other = feed_pool_find(feeds, camera->id, tile_stream_other(wanted));
    if (other && feed_is_started(other))
        return TRUE;
    Feed *feed = feed_pool_find(feeds, camera->id, wanted);
    if (!feed)
        return FALSE;
    FeedInfo info;
    feed_get_info(feed, &info);
    return tile_stream_is_failing(&info);
}

static gboolean has_picture(FeedPool *feeds, const Camera *camera, Profile profile, View *view)
{
    return view && view_newest_ns(view) && is_live(feeds, camera, profile);
}

Profile tile_stream_shown(FeedPool *feeds, const Camera *camera, Profile wanted,
                          View *const views[PROFILE_SUB + 1])
{
    Profile other = tile_stream_other(wanted);
    gboolean is_other = !has_picture(feeds, camera, wanted, views[wanted]) &&
                        has_picture(feeds, camera, other, views[other]);
    return is_other ? other : wanted;
}
