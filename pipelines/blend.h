/* blend.h - puts pictures onto a canvas picture, clipped. Pure pixel work on I420; everything even. [any]
 *
 * clip is in canvas px and lies inside the canvas; what lies outside of it stays untouched. Kernels are libyuv's.
 */
#ifndef WALLCTL_PIPELINES_BLEND_H
#define WALLCTL_PIPELINES_BLEND_H

#include "pipelines/frame.h"
#include "wallctl/model/geometry.h"

typedef struct {
    guint8 y, u, v;
} Yuv;

/* BT.709 limited range from 0xRRGGBB. */
Yuv yuv_from_rgb(guint32 rgb);

void blend_fill(Frame *canvas, Rect clip, Yuv colour);

/* picture with its top left corner at (x, y), which may lie outside of the canvas. */
void blend_copy(Frame *canvas, Rect clip, const Frame *picture, int x, int y);

/* The same without colour and darker: a picture that is not live any more. */
void blend_grey(Frame *canvas, Rect clip, const Frame *picture, int x, int y);

void blend_bitmap(Frame *canvas, Rect clip, const Bitmap *bitmap, int x, int y);

#endif
