/* clip_finish.h - what copies of a camera's pictures have that its packets have not: masks, fewer details where they are for
 * the public, and the watermark of who took them and of when each picture is. [worker]
 *
 * The order is: masks (by the scaler), details, watermark; nothing is taken from a picture before its masks are on it.
 */
#ifndef WALLCTL_PIPELINES_CLIP_FINISH_H
#define WALLCTL_PIPELINES_CLIP_FINISH_H

#include "pipelines/frame.h"
#include "wallctl/model/evidence.h"
#include "wallctl/model/mask.h"

typedef struct {
    const Mask *masks;
    guint n_masks;
    EvidenceCover cover;      /* 0: as it is */
    const char *who, *what;   /* stand before and after the time; who NULL: no watermark */
    gint64 unix_less_mono_ns; /* of the arrivals: Unix time less clock_now_ns() */
} ClipLook;

typedef struct ClipFinish ClipFinish;

/* For pictures of one size. NULL with WALL_ERROR_INTERNAL: details could not be taken away. look is borrowed for good. */
ClipFinish *clip_finish_new(const ClipLook *look, int width, int height, GError **error);
void clip_finish_free(ClipFinish *finish);

/* A new picture; the one that was given, which may be the decoder's, stays as it is. Caller owns. */
Frame *clip_finish_run(ClipFinish *finish, const Frame *picture, gint64 arrival_ns);

#endif
