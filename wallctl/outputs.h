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

/* An output's state, reason, restarts or clients have changed. Takes data: as in outputs_state(). */
typedef void (*OutputsEvent)(const char *name, Json *data, gpointer user);

/* program: path of our own binary, for the display's child. event is called with "output.state",
 * not for the states that outputs begin with. */
Outputs *outputs_new(Controller *controller, const char *program, OutputsEvent event,
                     gpointer user);
void outputs_free(Outputs *outputs);

/* [{"id","wall","kind","state","detail","address","clients","restarts"}...]. Caller owns. */
Json *outputs_state(Outputs *outputs);

/* So many regions at once have a preview of their own: the first ones as video, each with an encoder, the others as few
 * JPEGs a second. */
#define OUTPUTS_PARTIAL_VIDEOS 4
#define OUTPUTS_PARTIALS       16

/* The shared preview of a screen (NULL or "": the wall's first) for all who may see this region ("": all): NULL with
 * WALL_ERROR_NOT_FOUND if there is none such, LIMIT for one region too many. Borrowed; it stays while it has viewers. */
Preview *outputs_preview(Outputs *outputs, const char *wall, const char *screen, const char *region,
                         GError **error);

/* What a viewer of it gets who asks for this kind. */
PreviewKind outputs_preview_kind(const Outputs *outputs, const Preview *preview, PreviewKind kind);

#endif
