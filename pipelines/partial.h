/* partial.h - a screen as somebody may see it who may not see all of it. [control]
 *
 * What somebody may not see is never composed into a picture of theirs: of each Stage of the screen a second one
 * is made in which those tiles hold nothing but a slate (无权查看) and those notices are left out, and a canvas of
 * its own composes it. Whatever brings a camera on the glass (a scene, a tour, an alarm, a window, a way back) is a
 * Stage, so nothing has to be known of it here, and no picture is covered too late.
 *
 * Who sees the same region shares one canvas, hence one encode.
 */
#ifndef WALLCTL_PIPELINES_PARTIAL_H
#define WALLCTL_PIPELINES_PARTIAL_H

#include "pipelines/canvas.h"
#include "wallctl/base/work.h"

typedef struct Partials Partials; /* those of one screen */

/* draw keeps the order of jobs: one thread. */
Partials *partials_new(WorkPool *draw, const char *name, int width, int height, guint fps,
                       guint32 background);
void partials_free(Partials *partials);

/* What the screen shows from that tick on: goes to every canvas with the screen's own. */
void partials_show(Partials *partials, Stage *stage, gint64 from_ns);

/* The rate of the screen has changed. */
void partials_set_fps(Partials *partials, guint fps);

/* The canvas for a region, borrowed until as many partials_release() as there were calls. max_fps: of the one who
 * asks first. */
Canvas *partials_get(Partials *partials, const char *region, guint max_fps);
void partials_release(Partials *partials, const char *region);

/* One picture of what the screen shows now, for who asks for no more. */
typedef struct PartialShot PartialShot;

/* NULL: the screen shows nothing so far. */
PartialShot *partials_shot(const Partials *partials, const char *region);
Frame *partial_shot_compose(const PartialShot *shot); /* [worker] new reference */
void partial_shot_free(PartialShot *shot);            /* [any] */

#endif
