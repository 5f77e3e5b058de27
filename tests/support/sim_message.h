/* sim_message.h - RTSP 1.0 requests as a server reads them: bounded, from untrusted bytes. [any] */
#ifndef WALLCTL_TESTS_SUPPORT_SIM_MESSAGE_H
#define WALLCTL_TESTS_SUPPORT_SIM_MESSAGE_H

#include <glib.h>

enum { SIM_MAX_REQUEST = 16384 }; /* bytes, head and body */

typedef struct {
    GStrv lines; /* owned: all below points into it */
    const char *method, *uri;
    const char *cseq;
} SimRequest;

typedef enum { SIM_READ_MORE = 1, SIM_READ_DONE, SIM_READ_BAD } SimRead;

/* Reads one request from the begin of data; used tells its length when the answer is SIM_READ_DONE.
 * BAD: no RTSP request, or too long. */
SimRead sim_request_read(const guint8 *data, gsize size, SimRequest *request, gsize *used);
void sim_request_clear(SimRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SimRequest, sim_request_clear)

/* The value of the first header of that name; NULL. Borrowed. */
const char *sim_request_header(const SimRequest *request, const char *name);

/* What an address names: rtsp://host:port/CAMERA/STREAM[/trackID=N][?...], or the path alone. */
typedef struct {
    char *base; /* the address up to and with STREAM, without query */
    char *camera, *stream;
    int track; /* -1: none */
} SimPath;

gboolean sim_path_read(const char *uri, SimPath *path);
void sim_path_clear(SimPath *path);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SimPath, sim_path_clear)

typedef struct {
    gboolean is_udp;
    guint16 first,
        second; /* client's ports, or channels; 0 and 0 where the client names none (TCP) */
} SimTransport;

/* The first transport of a Transport header that the simulator can serve; FALSE if none. */
gboolean sim_transport_read(const char *header, SimTransport *transport);

#endif
