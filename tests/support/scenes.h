/* scenes.h - the drawn scenes of the demo cameras: one clip each for main and sub, rendered once. For camera-sim. */
#ifndef WALLCTL_TESTS_SUPPORT_SCENES_H
#define WALLCTL_TESTS_SUPPORT_SCENES_H

#include <glib.h>

guint scenes_count(void);

/* Camera id of scene i (0..scenes_count()-1): letters, digits, '.', '_', '-'. Borrowed. */
const char *scene_id(guint i);

/* Renders scene i into cache_dir unless it is there already; both paths are the caller's. May run in several
 * threads at once, for different scenes. */
gboolean scenes_render(const char *cache_dir, guint i, char **main_path, char **sub_path, GError **error);

#endif
