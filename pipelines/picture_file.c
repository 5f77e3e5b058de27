/* picture_file.c - one picture as a JPEG or PNG file in memory
 *
 * Both go through BGRX: JPEG means full-range BT.601, so compressing the BT.709 planes as they are
 * would be faster and give pale, slightly wrong colours.
 */
#include "pipelines/picture_file.h"

#include "wallctl/base/error.h"

#include <cairo.h>
#include <libswscale/swscale.h>
#include <turbojpeg.h>

/* swscale works in groups of 8 pixels and leaves out the last group of a row that has no room for
 * it. */
static int bgrx_stride(const Frame *frame)
{
    return (frame->width + 15) / 16 * 16 * 4;
}

/* swscale and not libyuv: libyuv's vector code rounds BT.709's blue down to 2.0, which makes pure
 * blue 242. */
static gboolean to_bgrx(const Frame *frame, guint8 *bgrx, int stride, GError **error)
{
    struct SwsContext *sws =
        sws_getContext(frame->width, frame->height, AV_PIX_FMT_YUV420P, frame->width, frame->height,
                       AV_PIX_FMT_BGR0, SWS_FAST_BILINEAR, NULL, NULL, NULL);
    if (!sws) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INTERNAL,
                    "no conversion to RGB for a picture of %dx%d", frame->width, frame->height);
        return FALSE;
    }
    const int *bt709 = sws_getCoefficients(SWS_CS_ITU709);
    sws_setColorspaceDetails(sws, bt709, 0, bt709, 1, 0, 1 << 16, 1 << 16);
    const guint8 *planes[4] = { frame->plane[0], frame->plane[1], frame->plane[2] };
    const int strides[4] = { frame->stride[0], frame->stride[1], frame->stride[2] };
    guint8 *const out[4] = { bgrx };
    const int out_strides[4] = { stride };
    sws_scale(sws, planes, strides, 0, frame->height, out, out_strides);
    sws_freeContext(sws);
    return TRUE;
}

static void free_jpeg(gpointer memory)
{
    tjFree(memory);
}

GBytes *picture_to_jpeg(const Frame *frame, int quality, GError **error)
{
    int stride = bgrx_stride(frame);
    g_autofree guint8 *bgrx = g_malloc((gsize)stride * (gsize)frame->height);
    if (!to_bgrx(frame, bgrx, stride, error))
        return NULL;
    tjhandle jpeg = tjInitCompress();
    if (!jpeg) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INTERNAL, "JPEG: %s", tjGetErrorStr2(NULL));
        return NULL;
    }
    unsigned char *out = NULL;
    unsigned long size = 0;
    if (tjCompress2(jpeg, bgrx, frame->width, stride, frame->height, TJPF_BGRX, &out, &size,
                    TJSAMP_420, quality, 0) != 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INTERNAL, "JPEG of %dx%d: %s", frame->width,
                    frame->height, tjGetErrorStr2(jpeg));
        tjDestroy(jpeg);
        tjFree(out);
        return NULL;
    }
    tjDestroy(jpeg);
    return g_bytes_new_with_free_func(out, size, free_jpeg, out);
}

static cairo_status_t append(void *user, const unsigned char *data, unsigned int len)
{
    g_byte_array_append(user, data, len);
    return CAIRO_STATUS_SUCCESS;
}

GBytes *picture_to_png(const Frame *frame, GError **error)
{
    int stride = bgrx_stride(frame);
    g_autofree guint8 *bgrx = g_malloc((gsize)stride * (gsize)frame->height);
    if (!to_bgrx(frame, bgrx, stride, error))
        return NULL;
    cairo_surface_t *surface = cairo_image_surface_create_for_data(
        bgrx, CAIRO_FORMAT_RGB24, frame->width, frame->height, stride);
    GByteArray *file = g_byte_array_new();
    cairo_status_t status = cairo_surface_write_to_png_stream(surface, append, file);
    cairo_surface_destroy(surface);
    if (status != CAIRO_STATUS_SUCCESS) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INTERNAL, "PNG of %dx%d: %s", frame->width,
                    frame->height, cairo_status_to_string(status));
        g_byte_array_unref(file);
        return NULL;
    }
    return g_byte_array_free_to_bytes(file);
}
