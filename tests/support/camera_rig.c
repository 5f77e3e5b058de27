/* camera_rig.c - what tests of camera-sim stand on: a folder of short clips, a simulator with one
 * camera, a peer */
#include "tests/support/camera_rig.h"

#include <glib/gstdio.h>

static char *folder;

const char *camera_rig_folder(void)
{
    if (!folder)
        folder = g_dir_make_tmp("wallctl-sim-XXXXXX", NULL);
    g_assert_nonnull(folder);
    return folder;
}

void camera_rig_remove_folder(void)
{
    GDir *entries = g_dir_open(camera_rig_folder(), 0, NULL);
    for (const char *name; (name = g_dir_read_name(entries));) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_remove(path);
    }
    g_dir_close(entries);
    g_rmdir(folder);
    g_clear_pointer(&folder, g_free);
}

char *camera_rig_clip(guint16 source, ClipCodec codec, int width, int height, guint fps, guint gop)
{
    g_autoptr(GError) error = NULL;
    ClipSpec spec = { .codec = codec,
                      .width = width,
                      .height = height,
                      .fps = fps,
                      .frames = 10,
                      .gop = gop,
                      .bitrate_kbps = 500 };
    char *path = stamped_clip(camera_rig_folder(), source, &spec, &error);
    g_assert_no_error(error);
    return path;
}

void camera_rig_open(CameraRig *rig, const CameraSimOptions *options)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *main_file = camera_rig_clip(9, CLIP_H264, 640, 360, 25, 10);
    g_autofree char *sub_file = camera_rig_clip(9, CLIP_H264, 320, 180, 25, 10);
    rig->sim = camera_sim_new(0, &error);
    g_assert_no_error(error);
    camera_sim_add(rig->sim, "a", main_file, sub_file, options, &error);
    g_assert_no_error(error);
    rig->uri = camera_sim_dup_uri(rig->sim, "a", "main");
    rig->port = camera_sim_port(rig->sim);
}

void camera_rig_close(CameraRig *rig)
{
    camera_sim_free(rig->sim);
    g_free(rig->uri);
}

void camera_rig_fault(const CameraRig *rig, const char *spec)
{
    g_autoptr(GError) error = NULL;
    camera_sim_set_fault(rig->sim, "a", spec, &error);
    g_assert_no_error(error);
}

CameraSimStats camera_rig_stats(const CameraRig *rig, const char *stream)
{
    CameraSimStats stats;
    g_assert_true(camera_sim_get_stats(rig->sim, stream, &stats));
    return stats;
}

RtspPeer *camera_rig_play(const CameraRig *rig)
{
    RtspPeer *peer = rtsp_peer_new(rig->port, 0);
    g_assert_cmpint(rtsp_peer_play(peer, rig->uri, FALSE), ==, 200);
    RtspPacket packet;
    g_assert_true(rtsp_peer_packet(peer, &packet, CAMERA_RIG_SOON_MS));
    return peer;
}

void camera_rig_check_quiet(RtspPeer *peer)
{
    RtspPacket packet;
    for (guint i = 0; rtsp_peer_packet(peer, &packet, CAMERA_RIG_QUIET_MS); i++)
        g_assert_cmpuint(i, <, 100);
    g_assert_false(rtsp_peer_is_closed(peer));
}

void camera_rig_check_lively(RtspPeer *peer)
{
    RtspPacket packet;
    for (guint i = 0; i < 10; i++)
        g_assert_true(rtsp_peer_packet(peer, &packet, CAMERA_RIG_SOON_MS));
}
