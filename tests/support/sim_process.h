/* sim_process.h - camera-sim as a process of its own, for benchmarks: its CPU time is not ours. [one thread] */
#ifndef WALLCTL_TESTS_SUPPORT_SIM_PROCESS_H
#define WALLCTL_TESTS_SUPPORT_SIM_PROCESS_H

#include <glib.h>

typedef struct SimProcess SimProcess;

/* Starts `camera-sim ARGUMENTS --port 0 --control - --die-with-parent` and waits until it serves (clips may be made first). */
SimProcess *sim_process_new(const char *const *arguments, GError **error);
void sim_process_free(SimProcess *sim); /* ends it */

guint16 sim_process_port(const SimProcess *sim);

/* One control line ("fault cam-3 hang"); the answer without its last "ok", NULL when it was an error. Caller frees. */
char *sim_process_ask(SimProcess *sim, const char *line);

/* CLOCK_MONOTONIC ns of frame 0 of "cam-1/sub", and its loop. FALSE if there is no such stream. */
gboolean sim_process_epoch(SimProcess *sim, const char *stream, gint64 *epoch_ns,
                           guint *loop_frames);

double sim_process_cpu_s(const SimProcess *sim); /* user and system time so far */

#endif
