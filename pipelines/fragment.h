/* fragment.h - H.264 access units as fragmented MP4, one fragment a picture, by libavformat. Used
 * by one thread at a time.
 *
 * Media time is not real time: each picture lasts period_ns and the next one follows without a gap,
 * also when it came a second later because nothing changed. A player for Media Source Extensions
 * then waits at the end of what it has and shows each picture as it comes. With true times and the
 * gaps they leave, Chromium drops what follows a gap up to the next key frame (measured: 77 of 147
 * pictures seen; without gaps 147 of 147, 3-30 ms after they were appended).
 */
#ifndef WALLCTL_PIPELINES_FRAGMENT_H
#define WALLCTL_PIPELINES_FRAGMENT_H

#include "pipelines/packet.h"

typedef struct Fragmenter Fragmenter;

/* key is the first packet: its SPS and PPS go into the init segment. Add it like the others. NULL
 * with WALL_ERROR_INVALID if they are not in it. */
Fragmenter *fragmenter_new(const AVPacket *key, int width, int height, gint64 period_ns,
                           GError **error);
void fragmenter_free(Fragmenter *fragmenter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fragmenter, fragmenter_free)

/* ftyp and moov. Borrowed. */
GBytes *fragmenter_init(Fragmenter *fragmenter);

/* E.g. video/mp4; codecs="avc1.42C028". Borrowed. */
const char *fragmenter_mime(const Fragmenter *fragmenter);

/* Does a key packet carry the parameter sets of the init segment? If not, a new fragmenter is
 * needed. */
gboolean fragmenter_fits(const Fragmenter *fragmenter, const AVPacket *key);

/* moof and mdat with this one picture. NULL with an error: the fragmenter is of no more use. Caller
 * owns. */
GBytes *fragmenter_add(Fragmenter *fragmenter, const AVPacket *packet, GError **error);

#endif
