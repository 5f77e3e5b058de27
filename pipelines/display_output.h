/* display_output.h - a canvas on a monitor, by SDL2 in a child process.
 *
 * Xlib exits the process when the X server goes; drivers crash. So the window lives in a child
 * ("wallctl display-child", same binary) that shares three picture slots with us (memfd). A dead
 * child is restarted with back-off; the wall and the other outputs do not notice. No display at all
 * is a state, not an error.
 */
#ifndef WALLCTL_PIPELINES_DISPLAY_OUTPUT_H
#define WALLCTL_PIPELINES_DISPLAY_OUTPUT_H

#include "pipelines/canvas.h"

typedef struct DisplayOutput DisplayOutput;

typedef enum {
    DISPLAY_STARTING = 1,
    DISPLAY_ON,
    DISPLAY_NONE, /* none there, or not the named one (looked for again every 30 s), or its window
                     was closed */
    DISPLAY_RETRYING,    /* the child failed; the next try comes with back-off */
    DISPLAY_UNSUPPORTED, /* built without SDL2 */
} DisplayState;

typedef struct {
    guint64 shown;   /* pictures on the glass */
    guint64 skipped; /* newer ones came before the child was ready */
    guint restarts;
    gint64
        delay_ns; /* of the last one: from its tick until the child had handed it to the display */
} DisplayStats;

/* [control] program is the path of our own binary. connector: the display's name ("HDMI-1"; under
 * X11 as xrandr tells it) or its number from 1 on, "" = any. rotation 0, 90, 180, 270. The canvas
 * must outlive the output. */
DisplayOutput *display_output_new(const char *program, Canvas *canvas, const char *title,
                                  const char *connector, gboolean is_fullscreen, guint rotation);
void display_output_free(
    DisplayOutput *output); /* [control] ends the child; waits for it at most a second */

/* [control] *detail (may be NULL) says which display it is or why there is none, NULL: not known
 * yet; borrowed until the next call. */
DisplayState display_output_state(DisplayOutput *output, const char **detail);
void display_output_get_stats(DisplayOutput *output, DisplayStats *stats); /* [any] */

/* The child's main(); returns the exit status. Called by wallctl's main before anything else is set
 * up, when argv[1] is "display-child". */
int display_child_main(int argc, char **argv);

#endif
