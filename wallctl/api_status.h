/* api_status.h - the daemon's state as JSON. [control]; every function returns a value the caller
 * owns. */
#ifndef WALLCTL_API_STATUS_H
#define WALLCTL_API_STATUS_H

#include "wallctl/api.h"

Json *status_json(const ApiEnv *env, const Caller *caller);
Json *camera_json(const ApiEnv *env, const Camera *camera, gboolean is_full);
const char *camera_state(const ApiEnv *env, const Camera *camera); /* of its best stream; static */
Json *layouts_json(const Config *config);
Json *walls_json(const ApiEnv *env, const Caller *caller); /* those that the caller may see */
Json *wall_state_json(const ApiEnv *env, const char *wall,
                      const Caller *caller); /* with what is on glass; NULL if unknown */

/* May the caller know of this source of a tile (camera, "board:NAME"; NULL: none)? */
gboolean source_is_seen(const ApiEnv *env, const char *source, const Caller *caller);

/* Takes out of a list of tiles the sources of which the caller may not know, and says so. */
void tiles_hide(const ApiEnv *env, Json *tiles, const Caller *caller);
Json *tours_json(const ApiEnv *env);
Json *tour_json(const Tour *tour);
Json *feed_info_json(const FeedInfo *info);

#endif
