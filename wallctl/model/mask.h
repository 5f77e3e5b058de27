/* mask.h - a privacy mask: what of a camera's picture nobody sees. Pure value. [any]
 *
 * Points are fractions of the camera's own picture. A mask is applied before a picture leaves the feed's
 * scaler, so no output, preview or snapshot can hold an unmasked one.
 */
#ifndef WALLCTL_MODEL_MASK_H
#define WALLCTL_MODEL_MASK_H

#include <glib.h>

typedef enum { MASK_BLACK = 1, MASK_MOSAIC } MaskMode;

#define MASK_MAX_POINTS 64
#define MASK_MAX        32 /* a camera */

typedef struct {
    MaskMode mode;
    guint n_points; /* 3..MASK_MAX_POINTS */
    struct {
        double x, y;
    } point[MASK_MAX_POINTS];
} Mask;

#endif
