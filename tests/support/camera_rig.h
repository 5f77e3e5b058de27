/* camera_rig.h - what tests of camera-sim stand on: a folder of short clips, a simulator with one
 * camera, a peer.
 *
 * Everything here asserts: a failure ends the test. One thread, the test's.
 */
#ifndef WALLCTL_TESTS_SUPPORT_CAMERA_RIG_H
#define WALLCTL_TESTS_SUPPORT_CAMERA_RIG_H

#include "tests/support/camera_sim.h"
#include "tests/support/rtsp_peer.h"
#include "tests/support/stamped_clip.h"

/* QUIET: as long as nothing must come. SOON: as long as something may take to come. */
enum { CAMERA_RIG_QUIET_MS = 250, CAMERA_RIG_SOON_MS = 5000 };

/* The folder for clips and sockets, made at first use. Borrowed. */
const char *camera_rig_folder(void);
void camera_rig_remove_folder(void);

/* A stamped clip of 10 frames: its loop ends soon. Caller frees the path. */
char *camera_rig_clip(guint16 source, ClipCodec codec, int width, int height, guint fps, guint gop);

/* Camera "a": main 640x360, sub 320x180, both 25 fps with a key frame every 0.4 s. */
typedef struct {
    CameraSim *sim;
    char *uri; /* of main */
    guint16 port;
} CameraRig;

void camera_rig_open(CameraRig *rig, const CameraSimOptions *options);
void camera_rig_close(CameraRig *rig);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CameraRig, camera_rig_close)

/* Of camera "a". */
void camera_rig_fault(const CameraRig *rig, const char *spec);
CameraSimStats camera_rig_stats(const CameraRig *rig, const char *stream);

/* A peer that plays main; the first packet has come. */
RtspPeer *camera_rig_play(const CameraRig *rig);

/* Reads what is on its way, then nothing may come and the connection stays. */
void camera_rig_check_quiet(RtspPeer *peer);
void camera_rig_check_lively(RtspPeer *peer);

#endif
