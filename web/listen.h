/* listen.h - listening sockets, with messages that say why one cannot listen. [control] */
#ifndef WALLCTL_WEB_LISTEN_H
#define WALLCTL_WEB_LISTEN_H

#include <glib.h>

typedef struct Listener Listener;

/* Takes fd: non-blocking, close-on-exec. */
typedef void (*ListenerAccepted)(int fd, gboolean is_local, gpointer user);

/* host is a numeric address or "localhost". WALL_ERROR_INVALID for the address,
 * WALL_ERROR_UNAVAILABLE when the port is taken. */
Listener *listener_new_tcp(const char *host, guint port, ListenerAccepted accepted, gpointer user,
                           GError **error);

/* Mode 0660 from the first moment on. A socket file without a listener is replaced; a live one, and
 * any file that is no socket, is left alone: WALL_ERROR_UNAVAILABLE. */
Listener *listener_new_unix(const char *path, ListenerAccepted accepted, gpointer user,
                            GError **error);

guint listener_port(const Listener *listener); /* TCP */

/* Removes the socket file, if it is still its own. */
void listener_free(Listener *listener);

#endif
