/* picture_file.h - one picture as a JPEG or PNG file in memory. */
#ifndef WALLCTL_PIPELINES_PICTURE_FILE_H
#define WALLCTL_PIPELINES_PICTURE_FILE_H

#include "pipelines/frame.h"

/* [worker] Colours are those of the canvas (BT.709, limited range), converted to what the file
 * format means. quality is 1..100. NULL with WALL_ERROR_INTERNAL naming the library's reason.
 * Caller owns. */
GBytes *picture_to_jpeg(const Frame *frame, int quality, GError **error);
GBytes *picture_to_png(const Frame *frame, GError **error);

#endif
