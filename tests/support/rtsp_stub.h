/* rtsp_stub.h - an RTSP server on 127.0.0.1 that answers as it is told: what no sound camera says. For tests.
 *
 * It accepts while the default main context runs; each connection then has a thread of its own. [control]
 */
#ifndef WALLCTL_TESTS_SUPPORT_RTSP_STUB_H
#define WALLCTL_TESTS_SUPPORT_RTSP_STUB_H

#include <gio/gio.h>

typedef struct RtspStub RtspStub;

/* Kept by reference: must live as long as the stub. */
typedef struct {
    const char *raw;     /* sent as it is instead of every answer */
    const char *refused; /* method that is answered with the next three; NULL: none */
    int status;
    const char *reason;
    const char *headers;       /* whole lines with CR LF, or NULL */
    const char *methods;       /* of the header Public; NULL: what it takes to play */
    const char *sdp;           /* answer to DESCRIBE */
    guint timeout_s;           /* told by SETUP; 0: nothing is said */
    const GPtrArray *units;    /* AVPacket, Annex B: sent once, as fast as it goes, after PLAY */
    gboolean lacks_parameters; /* parameter sets (H.264) are left out of them */
    const char *pem;           /* certificate and key: the stub speaks rtsps */
} RtspStubSpec;

RtspStub *rtsp_stub_new(const RtspStubSpec *spec);
void rtsp_stub_free(RtspStub *stub); /* ends all connections */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtspStub, rtsp_stub_free)

/* "rtsp://127.0.0.1:PORT/x", rtsps with a certificate. Borrowed. */
const char *rtsp_stub_uri(const RtspStub *stub);

/* How often a method was asked for so far. [any] */
guint rtsp_stub_count(RtspStub *stub, const char *method);

#endif
