/* clip_read.h - files of ours back to packets: what a copy is made of that was itself a copy. [worker]
 *
 * Arrivals are Unix times then, in ns, since those of clock_now_ns() are long gone: from_ns and on.
 */
#ifndef WALLCTL_PIPELINES_CLIP_READ_H
#define WALLCTL_PIPELINES_CLIP_READ_H

#include "pipelines/packet_ring.h"

/* Of an MP4 that clip_file_write() has written as H.264. NULL with WALL_ERROR_INVALID. Caller owns. */
PacketList *clip_read_mp4(GBytes *file, gint64 from_ns, GError **error);

/* One picture. Caller owns. */
PacketList *clip_read_jpeg(GBytes *file, gint64 at_ns);

#endif
