/* guard.h - which requests are let in: host, origin, media type, path. Pure. [any]
 *
 * Against DNS rebinding (a foreign name that points here), cross-site WebSockets and cross-site
 * request forgery.
 */
#ifndef WALLCTL_WEB_GUARD_H
#define WALLCTL_WEB_GUARD_H

#include <glib.h>

/* A Host header: localhost, 127.0.0.1, [::1] or one of names (may be NULL), each with or without a
 * port. */
gboolean guard_host(const char *host, const char *const *names);

/* An Origin header against the Host header of the same request; NULL origin (no browser) passes.
 * is_secure: the request came by TLS, so the page must have. (Not the other way round: there may be
 * a proxy that speaks TLS before our plain port.) */
gboolean guard_origin(const char *origin, const char *host, gboolean is_secure);

/* "application/json" or "text/csv", parameters allowed. Neither comes from a form of a foreign page. */
gboolean guard_media_type(const char *content_type);
gboolean guard_is_table(const char *content_type);

/* A decoded path: absolute, UTF-8, no "." or ".." parts, no empty parts, no control characters. */
gboolean guard_path(const char *path);

/* "/api/v1/walls/a%20b?x=1" to a checked path and its query (char * -> char *). FALSE with
 * WALL_ERROR_INVALID. */
gboolean guard_split_target(const char *target, char **path, GHashTable **query, GError **error);

/* TRUE for /api/v1/walls/WALL/screens/SCREEN/preview. */
gboolean guard_is_preview_path(const char *path);

#endif
