/* blend.c - puts pictures onto a canvas picture, clipped */
#include "pipelines/blend.h"

#include <libyuv.h>
#include <math.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

Yuv yuv_from_rgb(guint32 rgb)
{
    double r = (rgb >> 16 & 255) / 255.0, g = (rgb >> 8 & 255) / 255.0, b = (rgb & 255) / 255.0;
    double y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    return (Yuv) { (guint8)lround(16 + 219 * y), (guint8)lround(128 + 224 * (b - y) / 1.8556),
                   (guint8)lround(128 + 224 * (r - y) / 1.5748) };
}

/* The part of a w x h picture at (x, y) that falls into clip, in canvas px. */
static Rect visible(Rect clip, int x, int y, int w, int h)
{
    return rect_intersect(clip, (Rect) { x, y, w, h });
}

static guint8 *at(guint8 *plane, int stride, int x, int y)
{
    return plane + (gsize)y * stride + x;
}

void blend_fill(Frame *canvas, Rect clip, Yuv colour)
{
    if (rect_is_empty(clip))
        return;
    I420Rect(canvas->plane[0], canvas->stride[0], canvas->plane[1], canvas->stride[1],
             canvas->plane[2], canvas->stride[2], clip.x, clip.y, clip.w, clip.h, colour.y,
             colour.u, colour.v);
}

#ifdef __SSE2__
/* Whole cache lines go past the caches: a canvas picture is larger than what they keep until it is
 * read, and an ordinary store would first fetch what it overwrites. Measured on tiles that cover
 * 1080p: 0.23-0.30 ms a picture instead of 0.55-0.75 by CopyPlane or memcpy; reading it later costs
 * 0.1 ms more (docs/performance.md). */
static void copy_plane(const guint8 *from, int from_stride, guint8 *to, int to_stride, int w, int h)
{
    for (int y = 0; y < h; y++, from += from_stride, to += to_stride) {
        int x = MIN(w, (int)(-(guintptr)to & 63));
        memcpy(to, from, (gsize)x);
        for (; x + 64 <= w; x += 64) {
            for (int i = 0; i < 64; i += 16)
                _mm_stream_si128((__m128i *)(to + x + i),
                                 _mm_loadu_si128((const __m128i *)(from + x + i)));
        }
        memcpy(to + x, from + x, (gsize)(w - x));
    }
    _mm_sfence(); /* whoever is given the picture sees all of it */
}
#else
#define copy_plane CopyPlane
#endif

void blend_copy(Frame *canvas, Rect clip, const Frame *picture, int x, int y)
{
    Rect r = visible(clip, x, y, picture->width, picture->height);
    if (rect_is_empty(r))
        return;
    for (int i = 0; i < 3; i++) {
        int s = i ? 1 : 0; /* chroma is half as wide and high */
        copy_plane(at(picture->plane[i], picture->stride[i], (r.x - x) >> s, (r.y - y) >> s),
                   picture->stride[i], at(canvas->plane[i], canvas->stride[i], r.x >> s, r.y >> s),
                   canvas->stride[i], r.w >> s, r.h >> s);
    }
}

void blend_grey(Frame *canvas, Rect clip, const Frame *picture, int x, int y)
{
    Rect r = visible(clip, x, y, picture->width, picture->height);
    if (rect_is_empty(r))
        return;
    for (int row = 0; row < r.h; row++) {
        const guint8 *from = at(picture->plane[0], picture->stride[0], r.x - x, r.y - y + row);
        guint8 *to = at(canvas->plane[0], canvas->stride[0], r.x, r.y + row);
        for (int i = 0; i < r.w; i++)
            to[i] = (guint8)(16 + (from[i] < 16 ? 0 : (from[i] - 16) * 5 / 8));
    }
    for (int i = 1; i < 3; i++)
        SetPlane(at(canvas->plane[i], canvas->stride[i], r.x >> 1, r.y >> 1), canvas->stride[i],
                 r.w >> 1, r.h >> 1, 128);
}

void blend_bitmap(Frame *canvas, Rect clip, const Bitmap *bitmap, int x, int y)
{
    Rect r = visible(clip, x, y, bitmap->width, bitmap->height);
    if (rect_is_empty(r))
        return;
    guint8 *to[3];
    const guint8 *from[3];
    for (int i = 0; i < 3; i++) {
        int s = i ? 1 : 0;
        to[i] = at(canvas->plane[i], canvas->stride[i], r.x >> s, r.y >> s);
        from[i] = at(bitmap->plane[i], bitmap->stride[i], (r.x - x) >> s, (r.y - y) >> s);
    }
    if (bitmap->is_opaque) {
        I420Copy(from[0], bitmap->stride[0], from[1], bitmap->stride[1], from[2], bitmap->stride[2],
                 to[0], canvas->stride[0], to[1], canvas->stride[1], to[2], canvas->stride[2], r.w,
                 r.h);
        return;
    }
    I420Blend(from[0], bitmap->stride[0], from[1], bitmap->stride[1], from[2], bitmap->stride[2],
              to[0], canvas->stride[0], to[1], canvas->stride[1], to[2], canvas->stride[2],
              at(bitmap->plane[3], bitmap->stride[3], r.x - x, r.y - y), bitmap->stride[3], to[0],
              canvas->stride[0], to[1], canvas->stride[1], to[2], canvas->stride[2], r.w, r.h);
}
