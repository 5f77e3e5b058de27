/* reaper.h - takes pipelines down where nobody waits for it.
 *
 * set_state(NULL) takes 100 ms for a camera that ignores TEARDOWN and can hang for ever. A few threads do it; a pipeline
 * that does not die within its deadline is abandoned, counted and logged.
 */
#ifndef WALLCTL_PIPELINES_REAPER_H
#define WALLCTL_PIPELINES_REAPER_H

#include <gst/gst.h>

/* [any] Takes the reference of pipeline; done(user) runs on a reaper thread once it is down (never for an abandoned one). */
void reaper_take(GstElement *pipeline, void (*done)(gpointer user), gpointer user);

/* [any] Pipelines being taken down now, and those given up since the start. */
guint reaper_busy(void);
guint reaper_abandoned(void);

/* [control] At the very end: waits until none is left, at most limit_ms. */
void reaper_wait(guint limit_ms);

#endif
