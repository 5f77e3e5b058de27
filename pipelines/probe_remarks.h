/* probe_remarks.h - what a stream is like, judged for a wall. Pure. [any] */
#ifndef WALLCTL_PIPELINES_PROBE_REMARKS_H
#define WALLCTL_PIPELINES_PROBE_REMARKS_H

#include <glib.h>
#include <libavcodec/avcodec.h>

typedef struct {
    enum AVCodecID video_codec, audio_codec; /* audio: AV_CODEC_ID_NONE if there is none */
    int profile;
    int format; /* enum AVPixelFormat; -1 if unknown */
    int width, height;
    double fps, arrival_fps; /* by timestamps, by the clock; 0 unknown */
    double bitrate_kbps;
    double watched_s;
    guint n_gops, gop_frames, shortest_gop, longest_gop; /* complete ones; frames */
    double gop_s;
    double first_key_ms; /* 0: no key frame came */
    gboolean has_b_frames, is_interlaced;
    gboolean has_rtcp;
    double clock_off_s; /* the camera's clock less ours, if has_rtcp */
} ProbeFindings;

/* Owned Chinese strings, the gravest first: what it is, what it does to the wall, what to set.
 * Caller owns the array. */
GPtrArray *probe_remarks(const ProbeFindings *found);

#endif
