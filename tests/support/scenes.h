/* scenes.h - sixteen drawn camera views of a district for the simulator: what a newcomer sees
 * first. [any] */
#ifndef WALLCTL_TESTS_SUPPORT_SCENES_H
#define WALLCTL_TESTS_SUPPORT_SCENES_H

#include <glib.h>

/* Strings are static. i is below scenes_count(). */
guint scenes_count(void);
const char *scene_id(guint i);         /* ascii, for addresses: "yanhe-crossroads" */
const char *scene_name(guint i);       /* 研和路口 */
const char *scene_region(guint i);     /* statistical division code of the township */
const char *scene_place_kind(guint i); /* 路口, 水库, 广场, ... */
double scene_lon(guint i);             /* WGS 84 degrees, roughly in the township */
double scene_lat(guint i);

/* Clips of a scene below cache_dir (made if missing): main 1280x720, sub 640x360, both H.264 at 25
 * fps without B-frames, GOP of 2 s, 8 s that loop. Takes seconds on the calling thread the first
 * time, nothing later; may run for different scenes on several threads at once. Caller frees the
 * paths. */
gboolean scenes_render(const char *cache_dir, guint i, char **main_path, char **sub_path,
                       GError **error);

#endif
