/* quality.h - figures of a decoded picture for the diagnosis: brightness, edges, colour, noise, change. [any]
 *
 * A picture is made small (at most 320x192) and masked first. What comes out are a few numbers for the whole and for
 * each of 16x9 blocks; the small picture is kept until the next one, to see what changed, and never given to anybody.
 */
#ifndef WALLCTL_PIPELINES_QUALITY_H
#define WALLCTL_PIPELINES_QUALITY_H

#include "pipelines/frame.h"
#include "wallctl/model/diagnosis.h"
#include "wallctl/model/mask.h"

#include <libavutil/frame.h>

/* One camera's. One owner at a time. */
typedef struct QualityMeter QualityMeter;

QualityMeter *quality_meter_new(const Mask *masks, guint n_masks);
void quality_meter_free(QualityMeter *meter);

/* FALSE with an error as scaler_run(): a picture whose masks cannot be applied is not looked at. */
gboolean quality_meter_run(QualityMeter *meter, const AVFrame *picture, QualityFigures *figures,
                           GError **error);

/* The figures of a small picture; before: the one before, of the same size, or NULL. is_in has QUALITY_BLOCKS
 * members, or is NULL when nothing is masked. */
void quality_measure(const Frame *picture, const Frame *before, const gboolean *is_in,
                     QualityFigures *figures);

#endif
