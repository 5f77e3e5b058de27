/* clip_picture.c - a picture as cameras encode it, I420 BT.709 limited range, made from what cairo
 * drew */
#include "tests/support/clip_picture.h"

#include <libswscale/swscale.h>
#include <libyuv.h>

struct ClipPicture {
    int width, height;
    guint8 *planes[3];
    int strides[3];
    struct SwsContext *sws; /* made when first needed */
};

ClipPicture *clip_picture_new(int width, int height)
{
    g_assert(width > 0 && height > 0 && width % 2 == 0 && height % 2 == 0);
    ClipPicture *picture = g_new0(ClipPicture, 1);
    picture->width = width;
    picture->height = height;
    for (int i = 0; i < 3; i++) {
        int shift = i > 0;
        /* swscale writes whole vectors at the end of a row */
        picture->strides[i] = ((width >> shift) + 63) & ~63;
        picture->planes[i] = g_malloc0((gsize)picture->strides[i] * (gsize)(height >> shift) + 64);
    }
    return picture;
}

void clip_picture_take(ClipPicture *picture, cairo_surface_t *surface)
{
    if (!picture->sws) {
        picture->sws =
            sws_getContext(picture->width, picture->height, AV_PIX_FMT_BGRA, picture->width,
                           picture->height, AV_PIX_FMT_YUV420P, SWS_BILINEAR, NULL, NULL, NULL);
        g_assert(picture->sws);
        const int *bt709 = sws_getCoefficients(SWS_CS_ITU709);
        int rc = sws_setColorspaceDetails(picture->sws, bt709, 1, bt709, 0, 0, 1 << 16, 1 << 16);
        g_assert(rc >= 0);
    }
    cairo_surface_flush(surface);
    const guint8 *const source[1] = { cairo_image_surface_get_data(surface) };
    const int stride[1] = { cairo_image_surface_get_stride(surface) };
    sws_scale(picture->sws, source, stride, 0, picture->height, picture->planes, picture->strides);
}

void clip_picture_scale(ClipPicture *picture, const ClipPicture *from)
{
    I420Scale(from->planes[0], from->strides[0], from->planes[1], from->strides[1], from->planes[2],
              from->strides[2], from->width, from->height, picture->planes[0], picture->strides[0],
              picture->planes[1], picture->strides[1], picture->planes[2], picture->strides[2],
              picture->width, picture->height, kFilterBox);
}

const guint8 *const *clip_picture_get_planes(const ClipPicture *picture)
{
    return (const guint8 *const *)picture->planes;
}

const int *clip_picture_get_strides(const ClipPicture *picture)
{
    return picture->strides;
}

void clip_picture_free(ClipPicture *picture)
{
    if (!picture)
        return;
    for (int i = 0; i < 3; i++)
        g_free(picture->planes[i]);
    sws_freeContext(picture->sws);
    g_free(picture);
}
