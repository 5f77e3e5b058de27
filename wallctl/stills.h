/* stills.h - one picture of one camera, as it may be seen: for who draws masks on it. [control]
 *
 * The camera is opened where nobody looks at it, and left again. The masks that are in force are in the picture: what lies
 * under them is not to be had here.
 */
#ifndef WALLCTL_STILLS_H
#define WALLCTL_STILLS_H

#include "pipelines/feed_pool.h"

#define STILLS_AT_ONCE 8
#define STILLS_WAIT_S  10 /* a camera that has to be opened first may take so long */
#define STILL_WIDTH    1280
#define STILL_HEIGHT   720

typedef struct Stills Stills;

/* picture (as large as fits into STILL_WIDTH x STILL_HEIGHT, without bars) is borrowed; NULL with an error: UNAVAILABLE for a
 * camera that sends none, NOT_FOUND for one that was taken away meanwhile. Runs once, later. */
typedef void (*StillTaken)(Frame *picture, const GError *error, gpointer user);

Stills *stills_new(FeedPool *feeds);
void stills_free(Stills *stills); /* what is still awaited ends with an error */

/* FALSE with LIMIT; done does not run then. */
gboolean stills_take(Stills *stills, const Camera *camera, StillTaken done, gpointer user,
                     GError **error);

#endif
