/* download.h - a large answer of the daemon over its UNIX socket, straight into a file. One thread, no loop. */
#ifndef WALLCTL_WEB_DOWNLOAD_H
#define WALLCTL_WEB_DOWNLOAD_H

#include "wallctl/base/json.h"

#include <gio/gio.h>

/* GET of path (with its query, escaped) into out. FALSE with an error: nobody answers, the answer ends too
 * early, or the daemon refuses (as web_client_refusal() says). *n_bytes: what was written. */
gboolean web_download(const char *socket_path, const char *path, guint timeout_s,
                      GOutputStream *out, gint64 *n_bytes, GError **error);

#endif
