/* clip_file.h - packets of a camera as an MP4 file: as they came, and as a masked copy to be looked at. [worker]
 *
 * The first is a remux: every NAL unit of the stream is in it byte by byte, nothing is decoded. The copy is decoded, masked,
 * marked (clip_finish.h) and encoded anew as H.264; where a mask cannot be applied there is no copy.
 */
#ifndef WALLCTL_PIPELINES_CLIP_FILE_H
#define WALLCTL_PIPELINES_CLIP_FILE_H

#include "pipelines/clip_finish.h"
#include "pipelines/packet_ring.h"

#include <gio/gio.h>

typedef struct {
    const char *codec; /* "h264", "hevc"; static */
    int width, height;
    guint frames;
    gint64 duration_ms;
    gint64 first_ns, last_ns; /* arrivals, by clock_now_ns() */
} ClipFacts;

/* Writes path anew, from the first key packet on. Errors: WALL_ERROR_INVALID where nothing can be made of the packets,
 * WALL_ERROR_UNAVAILABLE for the disk; what was begun is left behind then. cancel (may be NULL) ends it with UNAVAILABLE. */
gboolean clip_file_write(const PacketList *list, const char *path, GCancellable *cancel,
                         ClipFacts *facts, GError **error);

#define CLIP_VIEW_WIDTH  1280
#define CLIP_VIEW_HEIGHT 720

/* Decodes list and encodes what can be seen of it with this look, at most 1280x720 and without sound, as packets for
 * clip_file_write(). NULL with an error: WALL_ERROR_INTERNAL for masks that cannot be applied. Caller owns. */
PacketList *clip_view_encode(const PacketList *list, const ClipLook *look, GCancellable *cancel,
                             GError **error);

/* The newest picture that can be decoded, with this look, at the camera's own size, as a JPEG. *at_ns: its arrival. Caller
 * owns. */
GBytes *clip_picture(const PacketList *list, const ClipLook *look, gint64 *at_ns, int *width,
                     int *height, GError **error);

#endif
