/* tile_stream.h - which of a camera's two streams a tile wants, and which one it shows. [control]
 *
 * A large tile wants the main stream and keeps it until it is clearly too small for it. The other stream bridges the time
 * until the wanted one is live if it is open anyway, and stands in for it when it fails. It is not opened for a start: that
 * would be twice the sessions when a wall comes up.
 */
#ifndef WALLCTL_PIPELINES_TILE_STREAM_H
#define WALLCTL_PIPELINES_TILE_STREAM_H

#include "pipelines/feed_pool.h"
#include "pipelines/view.h"
#include "wallctl/model/scene.h"

Profile tile_stream_other(Profile profile);

/* before: what the tile wanted of this camera so far, 0 if it is new there. */
Profile tile_stream_wanted(const SceneTile *tile, const Camera *camera, guint promote_height_px,
                           Profile before);

/* The stream itself is in trouble, not the whole camera: the other one may do better. Not when our own decoder is late: a
 * second stream would make it later. Pure. */
gboolean tile_stream_is_failing(const FeedInfo *info);

/* Is the other stream to be open besides the wanted one? */
gboolean tile_stream_has_bridge(FeedPool *feeds, const SceneTile *tile, const Camera *camera,
                                Profile wanted);

/* The wanted stream once it has a picture; before that, and when it has stalled, the other one if that has. views: the
 * tile's, by Profile, NULL where there is none. */
Profile tile_stream_shown(FeedPool *feeds, const Camera *camera, Profile wanted,
                          View *const views[PROFILE_SUB + 1]);

#endif
