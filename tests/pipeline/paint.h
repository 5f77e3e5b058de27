/* paint.h - random pictures, bitmaps and rectangles, and byte-for-byte comparison, for tests of
 * pixel work */
#ifndef WALLCTL_TESTS_PIPELINE_PAINT_H
#define WALLCTL_TESTS_PIPELINE_PAINT_H

#include "pipelines/frame.h"
#include "wallctl/model/geometry.h"

#include <libavutil/frame.h>
#include <string.h>

/* Even and from low to high. */
static inline int random_even(GRand *rand, int low, int high)
{
    return 2 * g_rand_int_range(rand, low / 2, high / 2 + 1);
}

static inline void noise_plane(GRand *rand, guint8 *plane, int stride, int width, int height)
{
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++)
            plane[(gsize)y * (gsize)stride + (gsize)x] = (guint8)g_rand_int(rand);
    }
}

static inline Frame *noise_frame(GRand *rand, int width, int height)
{
    Frame *frame = frame_new(width, height);
    for (int i = 0; i < 3; i++)
        noise_plane(rand, frame->plane[i], frame->stride[i], i ? width / 2 : width,
                    i ? height / 2 : height);
    return frame;
}

/* A decoder's picture, I420, in memory of its own. */
static inline AVFrame *new_picture(int width, int height, enum AVPixelFormat format)
{
    AVFrame *picture = av_frame_alloc();
    picture->width = width;
    picture->height = height;
    picture->format = format;
    int failed = av_frame_get_buffer(picture, 0);
    g_assert_cmpint(failed, ==, 0);
    return picture;
}

static inline AVFrame *noise_picture(GRand *rand, int width, int height)
{
    AVFrame *picture = new_picture(width, height, AV_PIX_FMT_YUV420P);
    for (int i = 0; i < 3; i++)
        noise_plane(rand, picture->data[i], picture->linesize[i], i ? (width + 1) / 2 : width,
                    i ? (height + 1) / 2 : height);
    return picture;
}

/* Alpha has transparent, opaque and mixed parts. */
static inline Bitmap *noise_bitmap(GRand *rand, int width, int height, gboolean is_opaque)
{
    Bitmap *bitmap = bitmap_new(width, height);
    for (int i = 0; i < 3; i++)
        noise_plane(rand, bitmap->plane[i], bitmap->stride[i], i ? width / 2 : width,
                    i ? height / 2 : height);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            guint32 kind = g_rand_int(rand) % 4;
            bitmap->plane[3][y * bitmap->stride[3] + x] = (guint8)(is_opaque || kind == 0 ? 255
                                                                   : kind == 1            ? 0
                                                                               : g_rand_int(rand));
        }
    }
    bitmap->is_opaque = is_opaque;
    return bitmap;
}

static inline Frame *copy_frame(const Frame *from)
{
    Frame *copy = frame_new(from->width, from->height);
    for (int i = 0; i < 3; i++) {
        int rows = i ? from->height / 2 : from->height;
        int bytes = i ? from->width / 2 : from->width;
        for (int y = 0; y < rows; y++)
            memcpy(copy->plane[i] + y * copy->stride[i], from->plane[i] + y * from->stride[i],
                   (gsize)bytes);
    }
    return copy;
}

/* Fails the running test at the first pixel that differs by more than tolerance. */
static inline void assert_same_frames(const Frame *got, const Frame *expected, int tolerance,
                                      const char *what)
{
    g_assert_cmpint(got->width, ==, expected->width);
    g_assert_cmpint(got->height, ==, expected->height);
    for (int i = 0; i < 3; i++) {
        int rows = i ? got->height / 2 : got->height, columns = i ? got->width / 2 : got->width;
        for (int y = 0; y < rows; y++) {
            const guint8 *a = got->plane[i] + y * got->stride[i];
            const guint8 *b = expected->plane[i] + y * expected->stride[i];
            if (memcmp(a, b, (gsize)columns) == 0)
                continue;
            for (int x = 0; x < columns; x++) {
                if (ABS(a[x] - b[x]) > tolerance)
                    g_error("%s: plane %d (%d,%d) is %d and should be %d", what, i, x, y, a[x],
                            b[x]);
            }
        }
    }
}

#endif
