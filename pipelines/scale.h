/* scale.h - a decoded picture at a tile's size: crop, scale, range, mask, rotate. One owner at a time ([decode]).
 *
 * libyuv at 3/4, 1/2 and 1/4, swscale at every other ratio and for other pixel formats: docs/performance.md has the table.
 */
#ifndef WALLCTL_PIPELINES_SCALE_H
#define WALLCTL_PIPELINES_SCALE_H

#include "pipelines/frame.h"
#include "pipelines/view.h"

#include <libavutil/frame.h>

typedef struct Scaler Scaler;

Scaler *scaler_new(const ViewSpec *spec, const Mask *masks, guint n_masks);
void scaler_free(Scaler *scaler);

/* A new Frame, at most spec's size; NULL with an error: WALL_ERROR_UNSUPPORTED for a pixel format nobody can convert,
 * WALL_ERROR_INTERNAL when a mask cannot be applied (there is no picture then). *inside (may be NULL) gets where the
 * picture lies in the tile. A picture that needs no work shares the decoder's memory. */
Frame *scaler_run(Scaler *scaler, const AVFrame *picture, Rect *inside, GError **error);

/* Smallest side ratio tile/picture of the last run; < 1 means the picture was made smaller. 0 before the first. */
double scaler_ratio(const Scaler *scaler);

#endif
