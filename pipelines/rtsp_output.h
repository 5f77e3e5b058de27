/* rtsp_output.h - walls as RTSP streams, by gst-rtsp-server in a thread of its own.
 *
 * One stream per path, shared by its clients, over TCP or UDP; encoded only while one of them is
 * there. A client that does not read loses pictures; the others and the encoder do not notice.
 *
 * Players on libavformat (ffplay, mpv) show a picture when the next one begins: what changes on an
 * otherwise still wall is seen there with the next refresh, within a second.
 */
#ifndef WALLCTL_PIPELINES_RTSP_OUTPUT_H
#define WALLCTL_PIPELINES_RTSP_OUTPUT_H

#include "pipelines/encoder.h"

typedef struct RtspServer RtspServer;

/* [control] port 0: any free one. NULL with WALL_ERROR_UNAVAILABLE when it cannot listen there
 * (names host and port). */
RtspServer *rtsp_server_new(const char *host, guint port, GError **error);
void rtsp_server_free(
    RtspServer *server); /* [control] closes all clients; before the canvases go */

/* [control] Serves the canvas at path ("/wall") while clients are there; encodes only then. Fails
 * as encoder_get() does, or with WALL_ERROR_INVALID for a path that is taken or does not begin with
 * '/'. */
gboolean rtsp_server_add(RtspServer *server, const char *path, Canvas *canvas,
                         const EncoderForm *form, GError **error);
void rtsp_server_remove(RtspServer *server, const char *path); /* [control] closes its clients */
guint rtsp_server_clients(RtspServer *server);                 /* [any] connections */
guint rtsp_server_port(RtspServer *server); /* the one bound, when 0 was asked for */

#endif
