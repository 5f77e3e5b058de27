/* sim_camera.h - a camera's two streams: which media unit is due when, under which faults. [sim]
 * under the server's lock. */
#ifndef WALLCTL_TESTS_SUPPORT_SIM_CAMERA_H
#define WALLCTL_TESTS_SUPPORT_SIM_CAMERA_H

#include <glib.h>

#include "tests/support/camera_sim.h"
#include "tests/support/sim_auth.h"
#include "tests/support/sim_fault.h"
#include "tests/support/sim_source.h"

typedef struct SimCamera SimCamera;

enum { SIM_VIDEO = 0, SIM_AUDIO = 1, SIM_MEDIA = 2 };
enum { SIM_MAIN = 0, SIM_SUB = 1, SIM_STREAMS = 2 };

/* A place on a track's time line and when it comes: absolute ns. */
typedef struct {
    const SimTrack *track; /* NULL: the stream has no such medium */
    SimPosition at;
    gint64 due_ns;
} SimCursor;

typedef struct {
    SimCamera *camera;
    const char *name;
    SimTrack *video, *audio; /* audio may be NULL */
    SimCursor cursors[SIM_MEDIA];
    SimFaults faults;
    gint64 reboot_until_ns;
    GPtrArray *playing;   /* sessions, borrowed: the server's business */
    CameraSimStats count; /* the counters in it; the rest is filled in by a query */
    gint64 late_max_ns;
} SimStream;

struct SimCamera {
    char *id;
    gint64 epoch_ns;
    SimAccount account;
    guint max_sessions, timeout_s, send_buffer_bytes;
    SimStream streams[SIM_STREAMS];
};

/* What sim_stream_take_due() gives: send this unit to all sessions. */
typedef struct {
    guint medium; /* SIM_VIDEO or SIM_AUDIO */
    const SimTrack *track;
    const SimUnit *unit;
    gint64 ticks;         /* RTP time since the epoch */
    gboolean is_muted;    /* a fault keeps it from the wire; sequence numbers go on */
    gboolean is_key_held; /* likewise, but as if it had never been made: no gap */
} SimPush;

/* Monotonic time that no test can step. */
gint64 sim_now_ns(void);

/* TRUE for letters, digits, '.', '_' and '-', at most 64. */
gboolean sim_camera_id_is_valid(const char *id);

/* Takes references of the tracks: video of main and sub, audio may be NULL. */
SimCamera *sim_camera_new(const char *id, gint64 epoch_ns, SimTrack *const video[SIM_STREAMS],
                          SimTrack *const audio[SIM_STREAMS], const CameraSimOptions *options);
void sim_camera_free(SimCamera *camera);

/* Sessions set up on both streams. */
guint sim_camera_sessions(const SimCamera *camera);

/* Puts the cursors at the first units after now: before the first session plays. */
void sim_stream_seek(SimStream *stream, gint64 now_ns);

/* When the next unit is due. */
gint64 sim_stream_due_ns(const SimStream *stream);

/* The next unit that is due by now; FALSE if none. Old ones are skipped after a standstill
 * (is_muted). */
gboolean sim_stream_take_due(SimStream *stream, gint64 now_ns, SimPush *push);

/* FALSE with WALL_ERROR_INVALID for a fault that this stream cannot have. */
gboolean sim_stream_can_have(const SimStream *stream, const SimFaults *faults, GError **error);

/* The session description that DESCRIBE answers. Caller frees. */
char *sim_stream_dup_sdp(const SimStream *stream);

void sim_stream_get_stats(SimStream *stream, CameraSimStats *stats);

#endif
