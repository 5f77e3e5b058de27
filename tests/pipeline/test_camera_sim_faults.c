/* test_camera_sim_faults.c - camera-sim's faults do what they say and end when they end */
#include <libavutil/log.h>
#include <string.h>

#include "tests/support/camera_rig.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"

static void test_hang(void)
{
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    g_autoptr(RtspPeer) playing = camera_rig_play(&rig);
    camera_rig_fault(&rig, "hang");
    camera_rig_check_quiet(playing);
    rtsp_peer_ask(playing, "OPTIONS", rig.uri, "");
    g_assert_cmpint(rtsp_peer_status(playing, CAMERA_RIG_QUIET_MS), ==, RTSP_PEER_SILENCE);
    g_autoptr(RtspPeer) late = rtsp_peer_new(rig.port, 0);
    rtsp_peer_ask(late, "DESCRIBE", rig.uri, "Accept: application/sdp\r\n");
    g_assert_cmpint(rtsp_peer_status(late, CAMERA_RIG_QUIET_MS), ==, RTSP_PEER_SILENCE);
    camera_rig_fault(&rig, "none");
    g_assert_cmpint(rtsp_peer_status(playing, CAMERA_RIG_SOON_MS), ==, 200);
    g_assert_cmpint(rtsp_peer_status(late, CAMERA_RIG_SOON_MS), ==, 200);
    camera_rig_check_lively(playing);
}

/* Abandoned connections of a hung camera do not pile up. */
static void test_hang_abandoned(void)
{
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    RtspPeer *playing = camera_rig_play(&rig);
    camera_rig_fault(&rig, "hang");
    rtsp_peer_free(playing);
    gint64 end_ns = clock_now_ns() + CAMERA_RIG_SOON_MS * NS_PER_MS;
    while (camera_rig_stats(&rig, "a/main").sessions != 0) {
        g_assert_cmpint(clock_now_ns(), <, end_ns);
        g_usleep(5000);
    }
}

static void test_silent(void)
{
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    g_autoptr(RtspPeer) peer = camera_rig_play(&rig);
    camera_rig_fault(&rig, "silent");
    camera_rig_check_quiet(peer);
    g_assert_cmpint(rtsp_peer_request(peer, "GET_PARAMETER", rig.uri, ""), ==, 200);
    camera_rig_fault(&rig, "none");
    camera_rig_check_lively(peer);
}

static gboolean reads_to_end(RtspPeer *peer)
{
    RtspPacket packet;
    while (rtsp_peer_packet(peer, &packet, CAMERA_RIG_SOON_MS))
        ;
    return rtsp_peer_is_closed(peer);
}

static void test_drop(void)
{
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    g_autoptr(RtspPeer) peer = camera_rig_play(&rig);
    camera_rig_fault(&rig, "drop");
    g_assert_true(reads_to_end(peer));
    g_assert_cmpuint(camera_rig_stats(&rig, "a/main").sessions, ==, 0);
    g_assert_cmpstr(camera_rig_stats(&rig, "a/main").fault, ==, "none");
    g_autoptr(RtspPeer) again = camera_rig_play(&rig);
    camera_rig_check_lively(again);
}

static void test_reboot(void)
{
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    g_autoptr(RtspPeer) peer = camera_rig_play(&rig);
    gint64 start_ns = clock_now_ns();
    camera_rig_fault(&rig, "reboot=1");
    g_assert_true(reads_to_end(peer));
    int status;
    do {
        g_autoptr(RtspPeer) again = rtsp_peer_new(rig.port, 0);
        status = rtsp_peer_request(again, "OPTIONS", rig.uri, "");
        g_assert_true(status == 200 || status == RTSP_PEER_CLOSED);
        g_usleep(20000);
        g_assert_cmpint(clock_now_ns() - start_ns, <, 10 * NS_PER_SEC);
    } while (status != 200);
    g_assert_cmpint(clock_now_ns() - start_ns, >=, NS_PER_SEC);
}

/* Faults that answer new connections in their own way leave a running one alone. */
static void test_answers(void)
{
    static const struct {
        const char *fault, *method;
        int status;
    } rows[] = {
        { "none", "DESCRIBE", 200 },
        { "refuse", "OPTIONS", RTSP_PEER_CLOSED },
        { "refuse=503", "OPTIONS", 503 },
        { "not-found", "DESCRIBE", 404 },
        { "not-found", "OPTIONS", 200 },
        { "auth-wrong", "DESCRIBE", 401 },
        { "ignore-get-parameter", "DESCRIBE", 200 },
        { "ignore-get-parameter", "GET_PARAMETER", RTSP_PEER_SILENCE },
        { "slow-connect=100,not-found", "DESCRIBE", 404 },
    };
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    g_autoptr(RtspPeer) running = camera_rig_play(&rig);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        camera_rig_fault(&rig, rows[i].fault);
        g_autofree char *told = g_strdup(camera_rig_stats(&rig, "a/main").fault);
        g_assert_cmpuint(strlen(told), ==, strlen(rows[i].fault)); /* the order may differ */
        g_autoptr(RtspPeer) peer = rtsp_peer_new(rig.port, 0);
        rtsp_peer_ask(peer, rows[i].method, rig.uri, "");
        int status = rtsp_peer_status(
            peer, rows[i].status == RTSP_PEER_SILENCE ? CAMERA_RIG_QUIET_MS : CAMERA_RIG_SOON_MS);
        if (status != rows[i].status)
            g_error("row %zu: %d instead of %d", i, status, rows[i].status);
    }
    camera_rig_check_lively(running);
}

static void test_slow_connect(void)
{
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    camera_rig_fault(&rig, "slow-connect=80");
    g_autoptr(RtspPeer) peer = rtsp_peer_new(rig.port, 0);
    gint64 start_ns = clock_now_ns();
    g_assert_cmpint(rtsp_peer_play(peer, rig.uri, FALSE), ==, 200);
    g_assert_cmpint(clock_now_ns() - start_ns, >=, 160 * NS_PER_MS); /* SETUP and PLAY */
    camera_rig_check_lively(peer);
}

static void test_ignore_teardown(void)
{
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    g_autoptr(RtspPeer) peer = camera_rig_play(&rig);
    camera_rig_fault(&rig, "ignore-teardown");
    rtsp_peer_ask(peer, "TEARDOWN", rig.uri, "");
    g_assert_cmpint(rtsp_peer_status(peer, CAMERA_RIG_QUIET_MS), ==, RTSP_PEER_SILENCE);
    camera_rig_check_lively(peer);
    camera_rig_fault(&rig, "none");
    g_assert_cmpint(rtsp_peer_request(peer, "TEARDOWN", rig.uri, ""), ==, 200);
    g_assert_cmpuint(camera_rig_stats(&rig, "a/main").sessions, ==, 0);
    g_assert_cmpuint(camera_rig_stats(&rig, "a/main").teardowns, ==, 2);
}

/* The NAL unit type that a packet begins with or is a part of; of an aggregate the last one's. */
static guint nal_type(const RtspPacket *packet)
{
    const guint8 *payload = packet->data + 12;
    gsize size = packet->size - 12;
    guint type = payload[0] & 0x1F;
    if (type == 28)
        return payload[1] & 0x1F;
    if (type != 24)
        return type;
    for (gsize at = 1; at + 2 < size;) {
        type = payload[at + 2] & 0x1F;
        at += 2 + ((gsize)payload[at] << 8 | payload[at + 1]);
    }
    return type;
}

/* Key frames among the next frames, which must follow one another without a gap in sequence. */
static guint count_keys(RtspPeer *peer, guint frames)
{
    guint keys = 0;
    gboolean is_key = FALSE;
    int next_seq = -1;
    while (frames > 0) {
        RtspPacket packet;
        g_assert_true(rtsp_peer_packet(peer, &packet, CAMERA_RIG_SOON_MS));
        if (packet.channel != 0)
            continue;
        if (next_seq >= 0)
            g_assert_cmpint(packet.seq, ==, next_seq);
        next_seq = (guint16)(packet.seq + 1);
        is_key |= nal_type(&packet) == 5;
        if (packet.is_marked) {
            keys += is_key;
            is_key = FALSE;
            frames--;
        }
    }
    return keys;
}

static void test_no_idr(void)
{
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    camera_rig_fault(&rig, "no-idr");
    g_autoptr(RtspPeer) peer = rtsp_peer_new(rig.port, 0);
    g_assert_cmpint(rtsp_peer_play(peer, rig.uri, FALSE), ==, 200);
    g_assert_cmpuint(count_keys(peer, 22), ==, 0);
    camera_rig_fault(&rig, "none");
    g_assert_cmpuint(count_keys(peer, 22), >=, 2);
}

/* The width in the sequence parameter set of the next key frame, told by the sets that the two
 * sources announce. */
static gboolean announces(RtspPeer *peer, const char *uri, GBytes *sets)
{
    g_assert_cmpint(rtsp_peer_request(peer, "DESCRIBE", uri, ""), ==, 200);
    const char *at = strstr(rtsp_peer_answer(peer), "sprop-parameter-sets=");
    g_assert_nonnull(at);
    at += strlen("sprop-parameter-sets=");
    g_autofree char *coded = g_strndup(at, strcspn(at, ",;\r"));
    gsize size;
    g_autofree guint8 *wanted = g_base64_decode(coded, &size);
    gsize length;
    const guint8 *data = g_bytes_get_data(sets, &length);
    return memmem(data, length, wanted, size) != NULL;
}

/* The first packet of the next key frame: the parameter sets. Older ones that wait are read first.
 */
static GBytes *next_sets(RtspPeer *peer)
{
    for (;;) {
        RtspPacket packet;
        g_assert_true(rtsp_peer_packet(peer, &packet, CAMERA_RIG_SOON_MS));
        if (packet.channel == 0 && memmem(packet.data + 12, packet.size - 12, "\x67", 1) &&
            nal_type(&packet) != 1)
            return g_bytes_new(packet.data, packet.size);
    }
}

static void test_resize(void)
{
    static const struct {
        const char *fault, *shown;
    } rows[] = { { "none", "main" }, { "resize", "sub" }, { "none", "main" } };
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    g_autoptr(RtspPeer) asking = rtsp_peer_new(rig.port, 0);
    g_autoptr(RtspPeer) peer = camera_rig_play(&rig);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        camera_rig_fault(&rig, rows[i].fault);
        g_assert_cmpuint(count_keys(peer, 15), >=, 1); /* over the change without a gap */
        g_autofree char *uri = camera_sim_dup_uri(rig.sim, "a", rows[i].shown);
        gboolean is_shown = FALSE;
        for (guint n = 0; n < 4 && !is_shown; n++) { /* what was on its way may come first */
            g_autoptr(GBytes) sets = next_sets(peer);
            is_shown = announces(asking, uri, sets);
        }
        if (!is_shown)
            g_error("row %zu: %s does not show %s", i, rows[i].fault, rows[i].shown);
    }
    g_autofree char *same = camera_rig_clip(9, CLIP_H264, 640, 360, 25, 10);
    g_autoptr(GError) error = NULL;
    g_assert_true(camera_sim_add(rig.sim, "b", same, NULL, NULL, &error));
    g_assert_false(camera_sim_set_fault(rig.sim, "*", "resize", &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_assert_cmpstr(camera_rig_stats(&rig, "a/main").fault, ==, "none");
}

/* What is missing in sequence is what the simulator says it left out. */
static void test_loss(void)
{
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    camera_rig_fault(&rig, "loss=30");
    g_autoptr(RtspPeer) peer = rtsp_peer_new(rig.port, 0);
    g_assert_cmpint(rtsp_peer_play(peer, rig.uri, FALSE), ==, 200);
    guint came = 0, missing = 0;
    int next_seq = -1;
    while (came < 60) {
        RtspPacket packet;
        g_assert_true(rtsp_peer_packet(peer, &packet, CAMERA_RIG_SOON_MS));
        if (packet.channel != 0)
            continue;
        if (next_seq >= 0)
            missing += (guint16)(packet.seq - next_seq);
        next_seq = (guint16)(packet.seq + 1);
        came++;
    }
    guint64 told = camera_rig_stats(&rig, "a/main").packets_lost;
    g_assert_cmpuint(missing, >=, 60 / 10);
    g_assert_cmpuint(missing, <=, 60);
    g_assert_cmpuint(told, >=, missing);
}

static void test_garbage(void)
{
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    g_autoptr(RtspPeer) peer = rtsp_peer_new(rig.port, 0);
    camera_rig_fault(&rig, "garbage");
    g_assert_cmpint(rtsp_peer_play(peer, rig.uri, FALSE), ==, 200);
    g_autoptr(RtspPeer) asking = rtsp_peer_new(rig.port, 0);
    for (guint i = 0; i < 2; i++) {
        /* A key frame's packet in form, but not with the parameter sets announced. */
        RtspPacket packet;
        do {
            g_assert_true(rtsp_peer_packet(peer, &packet, CAMERA_RIG_SOON_MS));
        } while (packet.channel != 0 || (packet.data[12] & 0x1F) == 1);
        g_autoptr(GBytes) sets = g_bytes_new(packet.data, packet.size);
        g_assert_false(announces(asking, rig.uri, sets));
    }
}

static void test_wrong_clock(void)
{
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    camera_rig_fault(&rig, "wrong-clock=-7200");
    g_autoptr(RtspPeer) peer = rtsp_peer_new(rig.port, 0);
    g_assert_cmpint(rtsp_peer_play(peer, rig.uri, FALSE), ==, 200);
    RtspPacket packet;
    do {
        g_assert_true(rtsp_peer_packet(peer, &packet, CAMERA_RIG_SOON_MS));
    } while (packet.channel != 1);
    const guint8 *ntp = packet.data + 8;
    gint64 seconds = (gint64)ntp[0] << 24 | (gint64)ntp[1] << 16 | (gint64)ntp[2] << 8 | ntp[3];
    gint64 off = seconds - G_GINT64_CONSTANT(2208988800) - g_get_real_time() / G_USEC_PER_SEC;
    g_assert_cmpint(ABS(off + 7200), <=, 1);
}

/* A fault of one stream is not the other's. */
static void test_one_stream(void)
{
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    g_assert_true(camera_sim_set_fault(rig.sim, "a/sub", "not-found", NULL));
    g_autofree char *sub = camera_sim_dup_uri(rig.sim, "a", "sub");
    g_autoptr(RtspPeer) peer = rtsp_peer_new(rig.port, 0);
    g_assert_cmpint(rtsp_peer_request(peer, "DESCRIBE", sub, ""), ==, 404);
    g_assert_cmpint(rtsp_peer_request(peer, "DESCRIBE", rig.uri, ""), ==, 200);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    av_log_set_level(AV_LOG_FATAL);
    g_test_add_func("/camera-sim/fault/hang", test_hang);
    g_test_add_func("/camera-sim/fault/hang-abandoned", test_hang_abandoned);
    g_test_add_func("/camera-sim/fault/silent", test_silent);
    g_test_add_func("/camera-sim/fault/drop", test_drop);
    g_test_add_func("/camera-sim/fault/reboot", test_reboot);
    g_test_add_func("/camera-sim/fault/answers", test_answers);
    g_test_add_func("/camera-sim/fault/slow-connect", test_slow_connect);
    g_test_add_func("/camera-sim/fault/ignore-teardown", test_ignore_teardown);
    g_test_add_func("/camera-sim/fault/no-idr", test_no_idr);
    g_test_add_func("/camera-sim/fault/resize", test_resize);
    g_test_add_func("/camera-sim/fault/loss", test_loss);
    g_test_add_func("/camera-sim/fault/garbage", test_garbage);
    g_test_add_func("/camera-sim/fault/wrong-clock", test_wrong_clock);
    g_test_add_func("/camera-sim/fault/one-stream", test_one_stream);
    int code = g_test_run();
    camera_rig_remove_folder();
    return code;
}
