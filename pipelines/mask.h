/* mask.h - privacy masks on a scaled picture, fail-closed. [any]
 *
 * Made once per view: polygons become covered rows (black) or covered blocks (mosaic), widened by two pixels so that
 * scaling cannot pull an uncovered edge back in. A MaskSet that cannot be made means: no picture.
 */
#ifndef WALLCTL_PIPELINES_MASK_H
#define WALLCTL_PIPELINES_MASK_H

#include "pipelines/frame.h"
#include "wallctl/model/geometry.h"
#include "wallctl/model/mask.h"

typedef struct MaskSet MaskSet;

/* For pictures of width x height that show `crop` of the camera's picture (unrotated). Sets *set to NULL and returns TRUE
 * when no mask touches the crop; FALSE when the masks cannot be applied. */
gboolean mask_set_new(const Mask *masks, guint n_masks, int width, int height, FRect crop,
                      MaskSet **set);
void mask_set_free(MaskSet *set);

/* Covers the masked parts of a picture that is not yet published. */
void mask_set_apply(const MaskSet *set, Frame *picture);

#endif
