/* mask_file.h - privacy masks as JSON, and the file of those that were drawn on a picture
 *
 * The configuration names the file ("camera_masks"): {"CAMERA": [{"mode", "points"}, ...], ...}. A camera that stands in it has
 * these masks and no others, whatever its entry in "cameras" says; an empty list is a camera whose masks were taken away. A
 * camera that there is not keeps its entry: one that comes back with the next table is masked again. A file that cannot be
 * read is a fault of the configuration, for without it pictures would be shown that nobody may see.
 */
#ifndef WALLCTL_CONFIG_MASK_FILE_H
#define WALLCTL_CONFIG_MASK_FILE_H

#include "config/config.h"
#include "wallctl/base/json.h"

/* [any] The masks of an array of {"mode", "points"}; *n is their number. What is wrong is added to faults, at place[i]; the
 * masks are of use only if nothing was. NULL for none. Caller frees. */
Mask *masks_read(Json *array, const char *place, guint *n, Faults *faults);

/* [any] As the file has them, coordinates in four digits. Caller owns. */
Json *masks_to_json(const Mask *masks, guint n);

/* [any] The same for the same masks, and another one for any others. Caller frees. */
char *masks_dup_revision(const Mask *masks, guint n);

/* [worker] Writes these masks as the camera's, at once and as a whole; the next reload finds them. The configuration is read for
 * it as it lies on the disk: faults in it are INVALID. STALE where the camera's masks are not those of base any more,
 * NOT_FOUND where there is no such camera, UNSUPPORTED where the configuration names no file, UNAVAILABLE where it cannot be
 * written. *n_before: how many there were. */
gboolean mask_file_replace(const char *config_path, const char *camera, const char *base,
                           const Mask *masks, guint n, guint *n_before, GError **error);

#endif
