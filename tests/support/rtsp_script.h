/* rtsp_script.h - an RTSP server on 127.0.0.1 that answers as it is told: what no sound camera says. For tests.
 *
 * It accepts while the default main context runs; each connection then has a thread of its own. [control]
 */
#ifndef WALLCTL_TESTS_SUPPORT_RTSP_SCRIPT_H
#define WALLCTL_TESTS_SUPPORT_RTSP_SCRIPT_H

#include <gio/gio.h>

typedef struct RtspScript RtspScript;

/* Kept by reference: must live as long as the script. */
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
    const char *pem;           /* certificate and key: the script speaks rtsps */
} RtspScriptSpec;

RtspScript *rtsp_script_new(const RtspScriptSpec *spec);
void rtsp_script_free(RtspScript *script); /* ends all connections */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RtspScript, rtsp_script_free)

/* "rtsp://127.0.0.1:PORT/x", rtsps with a certificate. Borrowed. */
const char *rtsp_script_uri(const RtspScript *script);

/* How often a method was asked for so far. [any] */
guint rtsp_script_count(RtspScript *script, const char *method);

#endif
