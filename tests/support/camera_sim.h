/* camera_sim.h - simulated cameras: a real RTSP 1.0 server on 127.0.0.1 with faults on demand.
 * [any]
 *
 * Every camera has two streams, rtsp://127.0.0.1:PORT/ID/main and .../ID/sub, each a file that is
 * looped for ever. The loop runs by the clock whether somebody looks or not: video frame k is
 * pushed at epoch + k / fps to every session of the stream, so who connects has to wait for a key
 * frame as with a real camera. The simulator has its own thread and its own clock
 * (CLOCK_MONOTONIC): tests that step clock.h do not stop it. All functions may be called from any
 * thread.
 */
#ifndef WALLCTL_TESTS_SUPPORT_CAMERA_SIM_H
#define WALLCTL_TESTS_SUPPORT_CAMERA_SIM_H

#include <glib.h>

typedef struct CameraSim CameraSim;

typedef enum {
    CAMERA_SIM_AUTH_DIGEST = 1, /* MD5 as in RFC 2617, without qop: what most cameras do */
    CAMERA_SIM_AUTH_DIGEST_QOP, /* MD5 with qop=auth */
    CAMERA_SIM_AUTH_BASIC,
} CameraSimAuth;

typedef struct {
    const char *user; /* NULL: no authentication. Copied, like password */
    const char *password;
    CameraSimAuth auth; /* 0: digest */
    guint max_sessions; /* main and sub together, then 453; 0: no limit */
    guint timeout_s;    /* a session without a request or RTCP report for this long ends; 0: 60 */
    guint send_buffer_bytes; /* unsent bytes of a TCP session beyond the kernel's, then frames are
                                dropped; 0: 512 KiB */
    gboolean has_file_audio; /* the file's audio track (PCMA, PCMU, AAC ...) as second medium */
    guint tone_hz;           /* else a PCMA tone, a multiple of 50 up to 3950; 0: none */
} CameraSimOptions;

typedef struct {
    guint sessions;         /* set up now */
    guint64 opened;         /* ever set up */
    guint64 teardowns;      /* TEARDOWN requests, answered or not */
    guint64 frame;          /* video frames since the epoch, by the clock */
    guint64 frames_sent;    /* over all sessions, as are the rest */
    guint64 frames_dropped; /* client too slow */
    guint64 packets_lost;   /* by the fault "loss" */
    guint64 bytes;          /* RTP of video and audio */
    gint64 epoch_ns;        /* CLOCK_MONOTONIC of frame 0 */
    guint fps_num, fps_den;
    guint loop_frames;
    guint late_max_us; /* the longest that a push came after its time since the last query */
    char fault[160];   /* the fault set now, as camera_sim_set_fault() takes it */
} CameraSimStats;

/* Listens on 127.0.0.1:port (0: any free one) and starts the thread. NULL with
 * WALL_ERROR_UNAVAILABLE. */
CameraSim *camera_sim_new(guint16 port, GError **error);

/* Ends all sessions and the thread. Accepts NULL. */
void camera_sim_free(CameraSim *sim);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CameraSim, camera_sim_free)

guint16 camera_sim_port(const CameraSim *sim);

/* Adds a camera; id is letters, digits, '.', '_' and '-'. sub_file NULL: as main. A file is read
 * and packetized once however many cameras share it. options NULL: all defaults. */
gboolean camera_sim_add(CameraSim *sim, const char *id, const char *main_file, const char *sub_file,
                        const CameraSimOptions *options, GError **error);

/* "rtsp://127.0.0.1:PORT/ID/STREAM", stream "main" or "sub". Caller frees. */
char *camera_sim_dup_uri(const CameraSim *sim, const char *id, const char *stream);

/* NULL-terminated "ID/main", "ID/sub" of all cameras in the order added. Caller frees with
 * g_strfreev. */
char **camera_sim_list(CameraSim *sim);

/* Replaces the faults of target ("ID", "ID/main", "ID/sub", or "*" for all) by those in spec, a
 * list by commas of hang                 nothing is sent, nothing answered, connections stay (as
 * SIGSTOP does) silent               RTP and RTCP stop, RTSP answers drop                 at once:
 * closes all connections of the target (does not last) reboot=S             at once: drop, then new
 * connections are closed without an answer for S seconds refuse, refuse=503   new connections are
 * closed without an answer, or answered 503 not-found            404 auth-wrong           401 for
 * ever slow-connect=MS      waits before each answer ignore-teardown      TEARDOWN is never
 * answered and changes nothing ignore-get-parameter GET_PARAMETER is announced and never answered
 *   no-idr               key frames are never sent
 *   resize               main sends the pictures of sub and sub those of main, from the next key
 * frame on garbage              video payload is noise loss=PERCENT         RTP packets are left
 * out, chosen by a fixed pseudo-random sequence wrong-clock=S        RTCP sender reports are S
 * seconds off (may be negative) or "none". In effect when the function returns. FALSE with
 * WALL_ERROR_INVALID or WALL_ERROR_NOT_FOUND. */
gboolean camera_sim_set_fault(CameraSim *sim, const char *target, const char *spec, GError **error);

/* target "ID/main" or "ID/sub". FALSE if there is no such stream. */
gboolean camera_sim_get_stats(CameraSim *sim, const char *target, CameraSimStats *stats);

/* CLOCK_MONOTONIC ns of the newest push, not after now_ns, of the frame that is number `frame` in
 * the loop: with the frame number read from a stamp, now_ns minus this is its latency. */
gint64 camera_sim_push_ns(const CameraSimStats *stats, guint frame, gint64 now_ns);

#endif
