/* clip.h - makes a short looping clip from a drawing function, encoded as cameras do. For camera-sim and tests. */
#ifndef WALLCTL_TESTS_SUPPORT_CLIP_H
#define WALLCTL_TESTS_SUPPORT_CLIP_H

#include <cairo.h>
#include <glib.h>

typedef enum { CLIP_H264 = 1, CLIP_H265, CLIP_H263 /* to be refused by the wall */ } ClipCodec;

typedef struct {
    ClipCodec codec;
    int width, height;
    guint fps, frames, gop; /* frames is a multiple of gop: the loop closes on a key frame */
    guint bitrate_kbps;
    gboolean b_frames; /* cameras that are wrong for a wall have them */
} ClipSpec;

/* Draws frame number `frame` (0..frames-1) of the loop; the surface is cleared to black before. */
typedef void (*ClipDraw)(cairo_t *cr, int width, int height, guint frame, gpointer user);

/* Writes an MP4 at path (atomically: temporary file and rename). Skips the work when path exists already and force is
 * FALSE. Uses libx264/libx265 (veryfast, large pictures superfast) by libavcodec, one thread. */
gboolean clip_make(const char *path, const ClipSpec *spec, ClipDraw draw, gpointer user,
                   gboolean force, GError **error);

#endif
