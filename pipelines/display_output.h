/* display_output.h - a canvas on a monitor, by SDL2 in a child process.
 *
 * Xlib exits the process when the X server goes; drivers crash. So the window lives in a child ("wallctl display-child",
 * same binary) that shares three picture slots with us (memfd). A dead child is restarted with back-off; the wall and the
 * other outputs do not notice. No display at all is a state, not an error.
 */
#ifndef WALLCTL_PIPELINES_DISPLAY_OUTPUT_H
#define WALLCTL_PIPELINES_DISPLAY_OUTPUT_H

#include "pipelines/canvas.h"

typedef struct DisplayOutput DisplayOutput;

typedef enum { DISPLAY_STARTING = 1, DISPLAY_ON, DISPLAY_NONE, DISPLAY_RETRYING, DISPLAY_UNSUPPORTED } DisplayState;

/* [control] program is the path of our own binary. connector: name or index, "" = any. rotation 0, 90, 180, 270. */
DisplayOutput *display_output_new(const char *program, Canvas *canvas, const char *title, const char *connector,
                                  gboolean is_fullscreen, guint rotation);
void display_output_free(DisplayOutput *output);
DisplayState display_output_state(DisplayOutput *output, const char **detail /* borrowed, may be NULL */);

/* The child's main(); returns the exit status. Called by wallctl's main before anything else is set up. */
int display_child_main(int argc, char **argv);

#endif
