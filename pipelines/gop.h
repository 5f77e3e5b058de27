/* gop.h - the present group of pictures, compressed: what a warm camera needs to be on glass in one burst. Not locked. */
#ifndef WALLCTL_PIPELINES_GOP_H
#define WALLCTL_PIPELINES_GOP_H

#include <glib.h>
#include <libavcodec/avcodec.h>

typedef struct {
    GPtrArray *
        packets; /* AVPacket, from the last key frame on; empty before the first and when over the limit */
    gsize bytes;
    guint frames;      /* since the last key frame, kept or not */
    guint last_length; /* of the GOP before: what a person is told */
} Gop;

/* A GOP larger than this is not kept: a camera with one key frame a minute must not eat the memory. */
#define GOP_MAX_BYTES (8 * 1024 * 1024)

void gop_init(Gop *gop);
void gop_clear(Gop *gop);
void gop_reset(Gop *gop); /* a new stream begins */

void gop_break(Gop *gop); /* a unit was lost: what follows is of no use before the next key */

/* Takes a reference of packet; a key packet begins a new GOP, others before the first key are not kept. */
void gop_add(Gop *gop, const AVPacket *packet);

/* The first two bytes of NAL units decide: is there an IDR (H.264) or IRAP (H.265) picture in this Annex B access unit?
 * *has_parameters: SPS is in it. */
gboolean gop_is_key(const guint8 *data, gsize len, gboolean is_h265, gboolean *has_parameters);

#endif
