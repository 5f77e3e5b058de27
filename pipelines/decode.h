/* decode.h - H.264 and H.265 by libavcodec, one thread, in the order received. One owner at a time ([decode]). */
#ifndef WALLCTL_PIPELINES_DECODE_H
#define WALLCTL_PIPELINES_DECODE_H

#include <glib.h>
#include <libavcodec/avcodec.h>

typedef struct Decoder Decoder;

/* What admission control may leave out. */
typedef enum {
    DECODE_FULL = 1,
    DECODE_NO_LOOP_FILTER, /* small tiles: 11-16 % less work, drift is not seen at that size */
    DECODE_KEY_ONLY,       /* one picture a GOP: 84-94 % less */
} DecodeEffort;

/* NULL with WALL_ERROR_UNSUPPORTED when libavcodec has no such decoder. */
Decoder *decoder_new(enum AVCodecID codec, GError **error);
void decoder_free(Decoder *decoder);
void decoder_set_effort(Decoder *decoder, DecodeEffort effort);

/* Decodes one access unit. *picture is borrowed until the next call; NULL when it gave none (key-only, B-frame delay).
 * FALSE with an error when the unit is damaged: what follows is not to be shown before the next key frame. Pictures of more
 * than 4096x2304 pixels (WALL_ERROR_UNSUPPORTED) or of damaged content are refused. libavcodec does not tell everything: not
 * that a whole unit is missing, and for H.265 not that slices of one are. Who knows of a loss waits for a whole key frame. */
gboolean decoder_run(Decoder *decoder, const AVPacket *packet, const AVFrame **picture,
                     GError **error);

/* Forgets reference pictures: before a key packet that does not follow the last unit. */
void decoder_flush(Decoder *decoder);

#endif
