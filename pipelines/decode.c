/* decode.c - H.264 and H.265 by libavcodec, one thread, in the order received
 *
 * One thread: frame threads add a frame of delay each and cost CPU (docs/performance.md). LOW_DELAY
 * makes the decoder give each picture at once for streams without B-frames.
 */
#include "pipelines/decode.h"

#include "wallctl/base/error.h"

#define MAX_SIDE   8192
#define MAX_PIXELS (4096 * 2304) /* 4K is the largest a wall tile can use */

struct Decoder {
    AVCodecContext *context;
    AVFrame *picture,
        *next; /* next: receiving empties the frame it is given even when there is nothing to receive */
};

static gboolean is_damaged(const AVFrame *picture)
{
    return (picture->flags & AV_FRAME_FLAG_CORRUPT) || picture->decode_error_flags;
}

gboolean decoder_run(Decoder *decoder, const AVPacket *packet, const AVFrame **picture,
                     GError **error)
{
    *picture = NULL;
    int status = avcodec_send_packet(decoder->context, packet);
    if (status >= 0) {
        /* Without B-frames one unit is one picture; with them the newest of several is what a wall
         * wants. */
        while ((status = avcodec_receive_frame(decoder->context, decoder->next)) >= 0) {
            av_frame_unref(decoder->picture);
            av_frame_move_ref(decoder->picture, decoder->next);
            *picture = decoder->picture;
        }
        if (status == AVERROR(EAGAIN) || status == AVERROR_EOF)
            status = 0;
    }
    if (status < 0) {
        char text[AV_ERROR_MAX_STRING_SIZE];
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "decoding: %s",
                    av_make_error_string(text, sizeof text, status));
        *picture = NULL;
        return FALSE;
    }
    if (!*picture)
        return TRUE;
    if (is_damaged(*picture)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "the picture is damaged");
        *picture = NULL;
        return FALSE;
    }
    if ((gint64)(*picture)->width * (*picture)->height > MAX_PIXELS) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED, "%dx%d is larger than 4K",
                    (*picture)->width, (*picture)->height);
        *picture = NULL;
        return FALSE;
    }
    return TRUE;
}

void decoder_set_effort(Decoder *decoder, DecodeEffort effort)
{
    decoder->context->skip_loop_filter = effort == DECODE_FULL ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    decoder->context->skip_frame = effort == DECODE_KEY_ONLY ? AVDISCARD_NONKEY : AVDISCARD_DEFAULT;
}

void decoder_flush(Decoder *decoder)
{
    avcodec_flush_buffers(decoder->context);
}

Decoder *decoder_new(enum AVCodecID codec, GError **error)
{
    const AVCodec *found = avcodec_find_decoder(codec);
    if (!found) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED, "no decoder for %s",
                    avcodec_get_name(codec));
        return NULL;
    }
    Decoder *decoder = g_new0(Decoder, 1);
    decoder->context = avcodec_alloc_context3(found);
    decoder->picture = av_frame_alloc();
    decoder->next = av_frame_alloc();
    g_assert(decoder->context && decoder->picture && decoder->next);
    decoder->context->thread_count = 1;
    decoder->context->flags |= AV_CODEC_FLAG_LOW_DELAY;
    decoder->context->err_recognition = AV_EF_CAREFUL;
    decoder->context->max_pixels = (gint64)MAX_SIDE * MAX_SIDE;
    int status = avcodec_open2(decoder->context, found, NULL);
    if (status < 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED, "the decoder for %s does not open",
                    avcodec_get_name(codec));
        decoder_free(decoder);
        return NULL;
    }
    return decoder;
}

void decoder_free(Decoder *decoder)
{
    if (!decoder)
        return;
    avcodec_free_context(&decoder->context);
    av_frame_free(&decoder->picture);
    av_frame_free(&decoder->next);
    g_free(decoder);
}
