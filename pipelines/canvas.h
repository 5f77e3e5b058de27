/* canvas.h - turns the newest Stage and the newest picture of each view into one picture per tick.
 *
 * One thread and one picture a screen. Deadlines are absolute and common to all canvases of the process (tick n lies at
 * n * period since the epoch), so screens of one wall switch on the same tick. A late tick does not delay the ones after
 * it; skipped ticks are counted. The tick waits for nothing but its deadline.
 */
#ifndef WALLCTL_PIPELINES_CANVAS_H
#define WALLCTL_PIPELINES_CANVAS_H

#include "pipelines/frame.h"
#include "pipelines/stage.h"

typedef struct Canvas Canvas;

/* [canvas] A picture was composed that differs from the one before; frame->arrival_ns is its tick, frame->revision the
 * scene in it. Take a reference to keep it; return within microseconds (put it into your Slot and wake your thread). */
typedef void (*CanvasSink)(Frame *frame, gpointer user);

/* Runs on [control] once a stage is on glass: tick_ns is when; n_empty counts its camera tiles without a live picture. */
typedef void (*CanvasShown)(Canvas *canvas, guint64 stage_id, gint64 tick_ns, guint n_empty,
                            gpointer user);

typedef struct {
    guint64 ticks;      /* composed or found unchanged */
    guint64 late;       /* began more than 10 ms after its deadline */
    guint64 skipped;    /* not run at all because the one before took too long */
    guint64 changed;    /* gave a new picture */
    guint64 no_surface; /* every surface was held by outputs */
    gint64 max_late_ns; /* since the last canvas_get_stats() */
    gint64 busy_ns;     /* time spent composing, total */
    double slack;       /* 1 - busy share of the period, over the last second */
} CanvasStats;

/* [control] Starts its thread. background is 0xRRGGBB. */
Canvas *canvas_new(const char *name, int width, int height, guint fps, guint32 background,
                   CanvasShown shown, gpointer user);
void canvas_free(Canvas *canvas); /* [control] joins the thread; no sink is called afterwards */
void canvas_stop(
    Canvas *
        canvas); /* [control] its thread ends by the next tick: canvas_free() after it need not wait */

/* [control] Takes stage; it is applied as a whole on the first tick at or after from_ns. One that waits
 * for an earlier tick is shown on that tick; others give way. */
void canvas_show(Canvas *canvas, Stage *stage, gint64 from_ns);

/* [any] The first tick that is at least lead_ns away; the same for all canvases with the same fps. */
gint64 canvas_next_tick(guint fps, gint64 lead_ns);

/* [control] Sinks are called in the order added. A new sink gets the present picture at the next tick, changed or not. */
guint canvas_add_sink(Canvas *canvas, CanvasSink sink, gpointer user);
void canvas_remove_sink(Canvas *canvas, guint id); /* returns when no call is under way */

/* [any] The newest composed picture as a new reference; NULL before the first tick. */
Frame *canvas_ref_picture(Canvas *canvas);

void canvas_get_stats(Canvas *canvas, CanvasStats *stats); /* [any] */
void canvas_set_fps(Canvas *canvas,
                    guint fps); /* [control] admission control lowers the output rate */
void canvas_get_size(const Canvas *canvas, int *width, int *height);

#endif
