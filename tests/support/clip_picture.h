/* clip_picture.h - a picture as cameras encode it, I420 BT.709 limited range, made from what cairo
 * drew. One thread. */
#ifndef WALLCTL_TESTS_SUPPORT_CLIP_PICTURE_H
#define WALLCTL_TESTS_SUPPORT_CLIP_PICTURE_H

#include <cairo.h>
#include <glib.h>

typedef struct ClipPicture ClipPicture;

/* width and height are even. Caller owns the result, clip_picture_free() ends it. */
ClipPicture *clip_picture_new(int width, int height);
void clip_picture_free(ClipPicture *picture);

/* Takes the picture from an RGB24 or ARGB32 surface of the same size. */
void clip_picture_take(ClipPicture *picture, cairo_surface_t *surface);

/* Takes the picture from a larger or smaller one, averaged. */
void clip_picture_scale(ClipPicture *picture, const ClipPicture *from);

/* Borrowed planes Y, U, V. */
const guint8 *const *clip_picture_get_planes(const ClipPicture *picture);
const int *clip_picture_get_strides(const ClipPicture *picture);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClipPicture, clip_picture_free)

#endif
