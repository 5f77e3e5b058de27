/* frame.h - pictures that travel between threads: counted, pooled, never changed once published. [any] */
#ifndef WALLCTL_PIPELINES_FRAME_H
#define WALLCTL_PIPELINES_FRAME_H

#include <glib.h>

/* An I420 picture (8 bit, limited range). width and height are even. */
typedef struct Frame Frame;
struct Frame {
    gint refs;
    int width, height;
    guint8 *plane[3];  /* Y, U, V */
    int stride[3];     /* bytes */
    gint64 arrival_ns; /* when its access unit arrived; canvas: the tick. By clock_now_ns(). */
    guint64 serial;    /* rises with each new picture of its source */
    guint64 revision;  /* canvas only: revision of the scene in it */
    void (*release)(Frame *frame); /* when refs reaches 0: back to its pool, or free */
    gpointer owner;
};

Frame *frame_ref(Frame *frame);
void frame_unref(Frame *frame);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Frame, frame_unref)

/* A frame of its own memory (64-byte aligned planes and strides), content undefined. Caller owns. */
Frame *frame_new(int width, int height);

void frame_fill(Frame *frame, guint8 y, guint8 u, guint8 v);

/* Pool of equal frames, so that a 3 MB picture is not mapped and faulted in 25 times a second. Counted: frames keep
 * it alive. frame_pool_get() never waits: it allocates when no free one is left; frames beyond keep_max are freed
 * when they come back. */
typedef struct FramePool FramePool;
FramePool *frame_pool_new(int width, int height, guint keep_max);
void frame_pool_unref(FramePool *pool);
Frame *frame_pool_get(FramePool *pool);

/* An overlay picture: I420 plus alpha, straight (not premultiplied), BT.709 limited. Width and height even. */
typedef struct {
    gint refs;
    int width, height;
    guint8 *plane[4]; /* Y, U, V, A (A at full size) */
    int stride[4];
    gboolean is_opaque; /* alpha is 255 everywhere: copied, not blended */
} Bitmap;

Bitmap *bitmap_new(int width, int height); /* fully transparent */
Bitmap *bitmap_ref(Bitmap *bitmap);
void bitmap_unref(Bitmap *bitmap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bitmap, bitmap_unref)

/* From cairo's ARGB32 (premultiplied, native endian). NULL if memory is short or sizes are odd. Caller owns. */
Bitmap *bitmap_from_argb(const guint8 *argb, int stride, int width, int height);

#endif
