/* sim_source.h - media as RTP packets: made once from a file, sent by any number of sessions.
 *
 * A track is a loop of units (a video frame, an audio packet), each with the time at which it is
 * pushed and its RTP time, both counted from the begin of the loop. Immutable once made; counted
 * references. [any]
 */
#ifndef WALLCTL_TESTS_SUPPORT_SIM_SOURCE_H
#define WALLCTL_TESTS_SUPPORT_SIM_SOURCE_H

#include <glib.h>

enum { SIM_RTP_HEADER = 12, SIM_MAX_PACKET = 1400 }; /* bytes; a packet with its header */

typedef struct {
    guint32 offset; /* of the payload in SimTrack.payload */
    guint16 size;
    guint8 marker_and_type; /* second byte of the RTP header */
} SimPacket;

typedef struct {
    gint64 push_ns;
    gint64 ticks;
    guint first_packet, n_packets;
    guint size; /* payload bytes */
    gboolean is_key;
} SimUnit;

typedef struct {
    gint refs;
    char *name;                /* for messages: the file, or "tone" */
    char *encoding;            /* as in the SDP: "H264" */
    char *sdp;                 /* the media section without a=control, lines ended by CR LF */
    guint clock_rate;          /* Hz */
    gint64 loop_num, loop_den; /* the loop's length in s as a fraction: no drift after days */
    guint fps_num, fps_den;    /* video only */
    guint n_units;
    SimUnit *units;
    SimPacket *packets;
    guint8 *payload;
} SimTrack;

/* Reads a file. video is always set; audio is NULL when wants_audio is FALSE, else
 * WALL_ERROR_INVALID if the file has none. WALL_ERROR_NOT_FOUND, WALL_ERROR_INVALID or
 * WALL_ERROR_UNSUPPORTED name the file. */
gboolean sim_source_read(const char *path, gboolean wants_audio, SimTrack **video, SimTrack **audio,
                         GError **error);

/* A PCMA tone; hz is a multiple of 50, so that a packet of 20 ms is a loop without a click. */
SimTrack *sim_source_tone(guint hz, GError **error);

SimTrack *sim_track_ref(SimTrack *track);
void sim_track_unref(SimTrack *track); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimTrack, sim_track_unref)

/* A place on the endless time line of a track. */
typedef struct {
    gint64 loop;
    guint index;
} SimPosition;

/* ns since the epoch at which the unit is pushed, and its RTP time since then (to be cut to 32
 * bits). */
gint64 sim_track_time_ns(const SimTrack *track, SimPosition at);
gint64 sim_track_ticks(const SimTrack *track, SimPosition at);

/* The first unit pushed at or after time_ns (>= 0) since the epoch. */
SimPosition sim_track_position(const SimTrack *track, gint64 time_ns);
SimPosition sim_track_next(const SimTrack *track, SimPosition at);

#endif
