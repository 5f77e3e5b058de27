/* stamp.h - a frame number and a source id as black and white blocks in a picture, so that an output picture says which
 * input it shows: latency, drops, tearing and wrong tiles become assertions.
 *
 * The stamp is drawn twice, at the top and at the bottom edge of the picture (a torn picture has two different ones), as one
 * row of blocks over the full width: 4 sync, 16 source, 16 frame, 8 check (CRC-8). It survives scaling down to 160 px width
 * and H.264 at camera rates.
 */
#ifndef WALLCTL_TESTS_SUPPORT_STAMP_H
#define WALLCTL_TESTS_SUPPORT_STAMP_H

#include <cairo.h>
#include <glib.h>

typedef struct {
    guint16 source, frame;
} Stamp;

void stamp_draw(cairo_t *cr, int width, int height, Stamp stamp);

/* Reads both stamps from a luma plane (w x h at stride); FALSE if one is unreadable. is_torn: they differ. */
gboolean stamp_read(const guint8 *luma, int stride, int width, int height, Stamp *stamp,
                    gboolean *is_torn);

#endif
