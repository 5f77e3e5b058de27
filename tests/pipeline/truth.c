/* truth.c - every picture of a clip as the decoder gives it when nothing is left out */
#include "tests/pipeline/truth.h"

#include "pipelines/decode.h"
#include "tests/pipeline/units.h"

#include <string.h>

void truth_init(Truth *truth, GPtrArray *units, const ClipSpec *spec)
{
    *truth = (Truth) { spec->width, spec->height, g_ptr_array_new_with_free_func(g_free) };
    Decoder *decoder =
        decoder_new(spec->codec == CLIP_H265 ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264, NULL);
    for (guint i = 0; i < units->len; i++) {
        const AVFrame *picture;
        gboolean is_done = decoder_run(decoder, g_ptr_array_index(units, i), &picture, NULL);
        g_assert_true(is_done && picture);
        guint8 *rows = g_malloc((gsize)spec->width * (gsize)spec->height);
        for (int y = 0; y < spec->height; y++)
            memcpy(rows + y * spec->width, picture->data[0] + y * picture->linesize[0],
                   (gsize)spec->width);
        g_ptr_array_add(truth->luma, rows);
    }
    decoder_free(decoder);
}

void truth_clear(Truth *truth)
{
    g_ptr_array_unref(truth->luma);
}

void truth_check(const Truth *truth, const Frame *frame)
{
    Stamp stamp = stamp_of(frame->plane[0], frame->stride[0], frame->width, frame->height);
    g_assert_cmpuint(stamp.frame, <, truth->luma->len);
    const guint8 *rows = g_ptr_array_index(truth->luma, stamp.frame);
    for (int y = 0; y < truth->height; y++) {
        if (memcmp(frame->plane[0] + y * frame->stride[0], rows + y * truth->width,
                   (gsize)truth->width) != 0)
            g_error("frame %u differs in row %d from what the camera sent", stamp.frame, y);
    }
}
