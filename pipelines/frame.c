/* frame.c - counted pictures and overlay bitmaps
 *
 * A picture is one aligned block: its struct, then its planes, each row on a 64-byte boundary. Once
 * published it is read by several threads and never written again, so the count is all that needs
 * care. A pool's frames hold a reference to the pool while they are out; the ones that lie on its
 * free list do not.
 */
#include "pipelines/frame.h"

#include <libswscale/swscale.h>
#include <libyuv.h>
#include <pthread.h>
#include <string.h>

#define ALIGNMENT 64
#define SWS_GROUP 8 /* pixels that swscale reads at once, also of a picture that has fewer */

struct FramePool {
    gint refs;
    int width, height;
    guint keep_max;
    pthread_mutex_t lock;
    GPtrArray *free_frames; /* lock */
};

static gsize align_up(gsize size)
{
    return (size + ALIGNMENT - 1) & ~(gsize)(ALIGNMENT - 1);
}

/* Lays 4:2:0 planes (and a fourth at full size) behind a struct of struct_size bytes in one block.
 * The block ends with a spare row end, because vector code of libyuv and swscale may touch a few
 * bytes past the last pixel. */
static gpointer alloc_planes(gsize struct_size, int width, int height, guint n_planes,
                             guint8 **plane, int *stride)
{
    gsize offset[4];
    gsize total = align_up(struct_size);

    g_assert(width > 0 && height > 0 && width % 2 == 0 && height % 2 == 0);
    for (guint i = 0; i < n_planes; i++) {
        gboolean is_chroma = i == 1 || i == 2;
        stride[i] = (int)align_up((gsize)(is_chroma ? width / 2 : width));
        offset[i] = total;
        total += (gsize)stride[i] * (gsize)(is_chroma ? height / 2 : height);
    }
    guint8 *block = g_aligned_alloc(1, total + ALIGNMENT, ALIGNMENT);
    for (guint i = 0; i < n_planes; i++)
        plane[i] = block + offset[i];
    return block;
}

static void free_frame(Frame *frame)
{
    g_aligned_free(frame);
}

Frame *frame_new(int width, int height)
{
    guint8 *plane[4] = { NULL };
    int stride[4] = { 0 };
    Frame *frame = alloc_planes(sizeof *frame, width, height, 3, plane, stride);

    *frame = (Frame) { .refs = 1, .width = width, .height = height, .release = free_frame };
    memcpy(frame->plane, plane, sizeof frame->plane);
    memcpy(frame->stride, stride, sizeof frame->stride);
    return frame;
}

Frame *frame_ref(Frame *frame)
{
    g_atomic_int_inc(&frame->refs);
    return frame;
}

void frame_unref(Frame *frame)
{
    if (frame && g_atomic_int_dec_and_test(&frame->refs))
        frame->release(frame);
}

void frame_fill(Frame *frame, guint8 y, guint8 u, guint8 v)
{
    const guint8 value[3] = { y, u, v };

    for (guint i = 0; i < 3; i++) {
        int rows = i == 0 ? frame->height : frame->height / 2;
        memset(frame->plane[i], value[i], (gsize)frame->stride[i] * (gsize)rows);
    }
}

/* The last reference went: back to the free list, unless it is full. */
static void return_to_pool(Frame *frame)
{
    FramePool *pool = frame->owner;
    gboolean is_kept;

    pthread_mutex_lock(&pool->lock);
    is_kept = pool->free_frames->len < pool->keep_max;
    if (is_kept)
        g_ptr_array_add(pool->free_frames, frame);
    pthread_mutex_unlock(&pool->lock);
    if (!is_kept)
        free_frame(frame);
    frame_pool_unref(pool);
}

FramePool *frame_pool_new(int width, int height, guint keep_max)
{
    FramePool *pool = g_new0(FramePool, 1);

    pool->refs = 1;
    pool->width = width;
    pool->height = height;
    pool->keep_max = keep_max;
    pthread_mutex_init(&pool->lock, NULL);
    pool->free_frames = g_ptr_array_new_with_free_func((GDestroyNotify)free_frame);
    return pool;
}

void frame_pool_unref(FramePool *pool)
{
    if (!pool || !g_atomic_int_dec_and_test(&pool->refs))
        return;
    g_ptr_array_unref(pool->free_frames);
    pthread_mutex_destroy(&pool->lock);
    g_free(pool);
}

Frame *frame_pool_get(FramePool *pool)
{
    Frame *frame = NULL;

    pthread_mutex_lock(&pool->lock);
    if (pool->free_frames->len > 0)
        frame = g_ptr_array_steal_index_fast(pool->free_frames, pool->free_frames->len - 1);
    pthread_mutex_unlock(&pool->lock);
    if (!frame)
        frame = frame_new(pool->width, pool->height);
    frame->refs = 1;
    frame->arrival_ns = 0;
    frame->serial = 0;
    frame->revision = 0;
    frame->release = return_to_pool;
    frame->owner = pool;
    g_atomic_int_inc(&pool->refs);
    return frame;
}

Bitmap *bitmap_new(int width, int height)
{
    guint8 *plane[4];
    int stride[4];
    Bitmap *bitmap = alloc_planes(sizeof *bitmap, width, height, 4, plane, stride);

    *bitmap = (Bitmap) { .refs = 1, .width = width, .height = height };
    memcpy(bitmap->plane, plane, sizeof bitmap->plane);
    memcpy(bitmap->stride, stride, sizeof bitmap->stride);
    memset(plane[0], 16, (gsize)stride[0] * (gsize)height);
    memset(plane[1], 128, (gsize)stride[1] * (gsize)(height / 2));
    memset(plane[2], 128, (gsize)stride[2] * (gsize)(height / 2));
    memset(plane[3], 0, (gsize)stride[3] * (gsize)height);
    return bitmap;
}

Bitmap *bitmap_ref(Bitmap *bitmap)
{
    g_atomic_int_inc(&bitmap->refs);
    return bitmap;
}

void bitmap_unref(Bitmap *bitmap)
{
    if (bitmap && g_atomic_int_dec_and_test(&bitmap->refs))
        g_aligned_free(bitmap);
}

static gboolean plane_is_all(const guint8 *plane, int stride, int width, int height, guint8 value)
{
    for (int y = 0; y < height; y++) {
        const guint8 *row = plane + (gsize)y * (gsize)stride;
        /* Equal to itself one byte on, and the first byte right: the whole row is that value. */
        if (row[0] != value || memcmp(row, row + 1, (gsize)width - 1) != 0)
            return FALSE;
    }
    return TRUE;
}

/* Colour only; full-range RGB to limited BT.709, which is what every other picture on the wall is.
 */
static gboolean convert_colour(const guint8 *argb, int argb_stride, Bitmap *bitmap)
{
    const int *bt709 = sws_getCoefficients(SWS_CS_ITU709);
    const guint8 *src[4] = { argb };
    const int src_stride[4] = { argb_stride };
    struct SwsContext *sws = sws_getContext(
        bitmap->width, bitmap->height, AV_PIX_FMT_BGR0, bitmap->width, bitmap->height,
        AV_PIX_FMT_YUV420P, SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP, NULL, NULL, NULL);

    if (!sws)
        return FALSE;
    gboolean is_done =
        sws_setColorspaceDetails(sws, bt709, 1, bt709, 0, 0, 1 << 16, 1 << 16) >= 0 &&
        sws_scale(sws, src, src_stride, 0, bitmap->height, bitmap->plane, bitmap->stride) ==
            bitmap->height;
    sws_freeContext(sws);
    return is_done;
}

/* libyuv's "ARGB" and swscale's "BGR0" are the same bytes as cairo's ARGB32 on a little-endian
 * machine. */
G_STATIC_ASSERT(G_BYTE_ORDER == G_LITTLE_ENDIAN);

Bitmap *bitmap_from_argb(const guint8 *argb, int stride, int width, int height)
{
    if (width <= 0 || height <= 0 || width % 2 != 0 || height % 2 != 0 || stride / 4 < width)
        return NULL;

    g_autoptr(Bitmap) bitmap = bitmap_new(width, height);
    ARGBExtractAlpha(argb, stride, bitmap->plane[3], bitmap->stride[3], width, height);
    bitmap->is_opaque = plane_is_all(bitmap->plane[3], bitmap->stride[3], width, height, 255);
    if (bitmap->is_opaque && width >= SWS_GROUP)
        return convert_colour(argb, stride, bitmap) ? g_steal_pointer(&bitmap) : NULL;

    int straight_stride = (int)align_up((gsize)width * 4);
    guint8 *straight = g_aligned_alloc((gsize)straight_stride, (gsize)height, ALIGNMENT);
    ARGBUnattenuate(argb, stride, straight, straight_stride, width, height);
    gboolean is_done = convert_colour(straight, straight_stride, bitmap);
    g_aligned_free(straight);
    return is_done ? g_steal_pointer(&bitmap) : NULL;
}
