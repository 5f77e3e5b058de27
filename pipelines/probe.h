/* probe.h - looks at an address with libavformat and says what is wrong with it for a wall.
 * [worker] or CLI */
#ifndef WALLCTL_PIPELINES_PROBE_H
#define WALLCTL_PIPELINES_PROBE_H

#include "config/networks.h"
#include "wallctl/base/secret.h"
#include "wallctl/model/camera.h"

typedef struct {
    char *codec;   /* "h264", "hevc" ... */
    char *profile; /* "Main" ...; NULL if the stream does not tell */
    int width, height;
    double fps;       /* measured from timestamps; 0 if fewer than two pictures came */
    guint gop_frames; /* between the last two key frames; 0 if fewer than two were seen */
    double gop_s;
    double bitrate_kbps;
    gboolean has_b_frames;
    double first_key_ms; /* from connect to the first key frame; 0 if none came */
    char *audio;         /* codec name, or NULL */
    GPtrArray *remarks;  /* what is wrong for a wall, in Chinese; owned strings; may be empty */
} ProbeResult;

/* Watches the stream for watch_ms (GOP and rate need a few seconds; at most 60 s). address is
 * rtsp:// or rtsps://; user and password may be NULL. NULL with an error in plain words:
 * WALL_ERROR_INVALID (address), _UNAVAILABLE (no answer, no picture), _DENIED (credentials, or not
 * where cameras may be), _NOT_FOUND (path). networks NULL: the address may lead anywhere, because a
 * person with a shell of this machine gave it; else also its name is judged. A redirection is never
 * followed. */
ProbeResult *probe_address(const char *address, const char *user, const Secret *password,
                           Transport transport, guint watch_ms, const Networks *networks,
                           GError **error);
void probe_result_free(ProbeResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProbeResult, probe_result_free)

#endif
