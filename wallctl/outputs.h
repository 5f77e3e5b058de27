/* outputs.h - where walls go: RTSP paths, monitors, browsers, files. [control]
 *
 * An output that cannot start or fails is a state with a reason and tries again; the others and the
 * wall do not notice.
 */
#ifndef WALLCTL_OUTPUTS_H
#define WALLCTL_OUTPUTS_H

#include "pipelines/preview_output.h"
#include "wallctl/controller.h"

typedef struct Outputs Outputs;

/* program: path of our own binary, for the display's child. */
Outputs *outputs_new(Controller *controller, const char *program);
void outputs_free(Outputs *outputs);

/* [{"id","kind","state","detail","clients"}...]. Caller owns. */
Json *outputs_state(Outputs *outputs);

/* The shared preview of a screen (NULL or "": the wall's first); NULL if there is none such.
 * Borrowed. */
Preview *outputs_preview(Outputs *outputs, const char *wall, const char *screen);

#endif
