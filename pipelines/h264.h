/* h264.h - one libx264 context: pictures in, access units out at once. Used by one thread at a
 * time. */
#ifndef WALLCTL_PIPELINES_H264_H
#define WALLCTL_PIPELINES_H264_H

#include "pipelines/frame.h"
#include "pipelines/packet.h"

typedef struct H264 H264;

/* Constrained baseline, no B-frames, no delay: each picture gives its access unit before the call
 * returns. Key frames are IDRs with SPS and PPS in front and come only when asked for. VBV-limited
 * CRF. WALL_ERROR_UNSUPPORTED without libx264, WALL_ERROR_INVALID for a size it refuses. */
H264 *h264_new(int width, int height, guint fps, guint bitrate_kbps, GError **error);
void h264_free(H264 *h264);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(H264, h264_free)

/* The access unit of frame, which must have the context's size; pts_ns must rise. Valid until the
 * next call. NULL with an error: the context is of no more use. */
const AVPacket *h264_encode(H264 *h264, Frame *frame, gint64 pts_ns, gboolean is_key,
                            GError **error);

#endif
