/* receive_rig.h - what tests of one RTSP session stand on: a session that counts what it gets, a camera-sim with camera "c" */
#ifndef WALLCTL_TESTS_PIPELINE_RECEIVE_RIG_H
#define WALLCTL_TESTS_PIPELINE_RECEIVE_RIG_H

#include "pipelines/receive.h"
#include "pipelines/reel.h"
#include "tests/support/camera_sim.h"
#include "tests/support/stamped_clip.h"

#include <pthread.h>

/* What a session gave; [stream] writes, the test reads. */
typedef struct {
    pthread_mutex_t lock;
    guint units, keys, corrupt, codecs, keys_without_parameters, audio_frames;
    enum AVCodecID codec;
    gint64 last_pts, last_dts;
    gboolean goes_back;
    char audio[24];
    guint audio_rate;
    gsize audio_bytes;
    Reel *reel; /* gets the units, or NULL */
    /* [control] */
    guint failures;
    FeedFault fault;
    char *text;
    gint unrefs; /* atomic */
} Session;

extern const ReceiveHandler receive_rig_handler; /* user: a Session */

Session *session_new(void);
void session_free(Session *session);
guint units_of(Session *session);

/* Serves [control] until done(session) holds; FALSE after 20 s. */
gboolean wait_for(gboolean (*done)(Session *), Session *session);
gboolean has_failed(Session *session);
gboolean has_10_units(Session *session);
gboolean is_released(Session *session);

/* Over TCP, certificates checked. */
Receive *start(const char *address, Session *session);

/* Waits until the pipeline is down and user has been given back; frees session. */
void stop(Receive *receive, Session *session);

/* Camera "c" with one clip as both streams. */
CameraSim *sim_with(const ClipSpec *clip, const CameraSimOptions *options);
void set_fault(CameraSim *sim, const char *fault);

/* 2 s of stamped pictures with a key frame every 0.4 s. */
ClipSpec short_gop(ClipCodec codec);

/* An SDP with the parameter sets as they stand at the begin of units. Caller frees. */
char *h264_sdp(GPtrArray *units);

/* What main() of each of these tests begins with; ends with receive_rig_run(). */
void receive_rig_init(int *argc, char ***argv);
int receive_rig_run(void);

#endif
