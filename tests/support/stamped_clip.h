/* stamped_clip.h - clips that say in every picture whose they are and which frame: for camera-sim
 * --stamped and tests. [any] */
#ifndef WALLCTL_TESTS_SUPPORT_STAMPED_CLIP_H
#define WALLCTL_TESTS_SUPPORT_STAMPED_CLIP_H

#include "tests/support/clip.h"

/* The path of a clip of this form in cache_dir, made if it is not there: moving content under
 * stamps of `source` and the number of the frame in the loop (0 .. spec->frames - 1). Caller frees;
 * NULL with clip_make()'s error. */
char *stamped_clip(const char *cache_dir, guint16 source, const ClipSpec *spec, GError **error);

/* The usual sub stream: 640x360, 25 fps, a loop of 2 s of one GOP, H.264 at 500 kbit/s. */
ClipSpec stamped_clip_sub(void);

#endif
