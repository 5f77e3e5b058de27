/* daemon.h - the running program: builds everything in order, reloads, stops in reverse. [control]
 */
#ifndef WALLCTL_DAEMON_H
#define WALLCTL_DAEMON_H

#include <glib.h>

typedef struct {
    const char *config_path;
    const char *program;                    /* our own binary */
    const char *page_dir;                   /* static pages */
    guint http_port, https_port, rtsp_port; /* 0: as in the file */
    gboolean is_verbose;
} DaemonOptions;

/* Runs until SIGTERM or SIGINT; returns a sysexits status. SIGHUP reloads. */
int daemon_run(const DaemonOptions *options);

#endif
