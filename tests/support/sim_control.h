/* sim_control.h - commands as lines of text, for camera-sim's standard input and its UNIX socket.
 *
 *   fault TARGET SPEC   as camera_sim_set_fault(): "fault cam-3/main loss=1,wrong-clock=30", "fault
 * * none" stats [TARGET]      a line "ID/main key=value ..." for every stream, or for those of
 * TARGET list                a line with the address of every stream help
 *
 * Every answer ends with a line "ok" or "error: TEXT".
 */
#ifndef WALLCTL_TESTS_SUPPORT_SIM_CONTROL_H
#define WALLCTL_TESTS_SUPPORT_SIM_CONTROL_H

#include <glib.h>

#include "tests/support/camera_sim.h"

/* [any] The answer to one line. Caller frees. */
char *sim_control_answer(CameraSim *sim, const char *line);

/* Serves lines on the default main context of the calling thread until freed. sim is borrowed. */
typedef struct SimControl SimControl;

/* path: a UNIX socket to be made (mode 0600; an old socket there is replaced), or "-" for standard
 * input and output. NULL with WALL_ERROR_UNAVAILABLE. */
SimControl *sim_control_new(CameraSim *sim, const char *path, GError **error);
void sim_control_free(SimControl *control);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimControl, sim_control_free)

#endif
