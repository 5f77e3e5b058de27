/* rtsp_output.h - walls as RTSP streams, by gst-rtsp-server in a thread of its own. */
#ifndef WALLCTL_PIPELINES_RTSP_OUTPUT_H
#define WALLCTL_PIPELINES_RTSP_OUTPUT_H

#include "pipelines/encoder.h"

typedef struct RtspServer RtspServer;

/* [control] NULL with WALL_ERROR_UNAVAILABLE when the port is in use (names host and port). */
RtspServer *rtsp_server_new(const char *host, guint port, GError **error);
void rtsp_server_free(RtspServer *server);

/* [control] Serves the canvas at path ("/wall") while clients are there; encodes only then. */
gboolean rtsp_server_add(RtspServer *server, const char *path, Canvas *canvas, const EncoderForm *form, GError **error);
void rtsp_server_remove(RtspServer *server, const char *path);
guint rtsp_server_clients(RtspServer *server); /* [any] */
guint rtsp_server_port(RtspServer *server);    /* the one bound, when 0 was asked for */

#endif
