/* client.h - wallctl.v1 over the UNIX socket, for command line tools. One thread and no loop: every
 * call waits.
 */
#ifndef WALLCTL_WEB_CLIENT_H
#define WALLCTL_WEB_CLIENT_H

#include "wallctl/base/json.h"

#include <glib.h>

typedef struct WebClient WebClient;

/* Connects and has the server's hello. NULL with WALL_ERROR_UNAVAILABLE saying why nobody is
 * reached. */
WebClient *web_client_new(const char *socket_path, GError **error);
void web_client_free(WebClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WebClient, web_client_free)

/* The reply's body (caller owns) and HTTP status, also when the daemon refuses. Takes body; NULL:
 * none. NULL with WALL_ERROR_UNAVAILABLE when the connection ends or nothing comes in time. */
Json *web_client_call(WebClient *client, const char *method, const char *path, Json *body,
                      guint timeout_ms, guint *status, GError **error);

/* GET of something that is no JSON; *status >= 400: *refusal has the body (caller owns) and NULL is
 * returned. */
GBytes *web_client_fetch(WebClient *client, const char *path, guint timeout_ms, guint *status,
                         Json **refusal, GError **error);

/* The next event or notice ("event", "snapshot-needed"), waiting for it. NULL with an error when
 * the connection ends. */
Json *web_client_next(WebClient *client, GError **error);

/* What a refusal's body says, as WALL_ERROR with the code that it names. */
void web_client_refusal(Json *body, guint status, GError **error);

#endif
