/* test_camera_sim_faults.c - camera-sim's faults do what they say and end when they end; bad
 * requests, limits, slow clients, the control lines and the program itself
 */
#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <libavutil/log.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/support/camera_sim.h"
#include "tests/support/rtsp_peer.h"
#include "tests/support/sim_control.h"
#include "tests/support/stamped_clip.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"

enum { QUIET_MS = 250, SOON_MS = 5000 };

static char *directory; /* of the clips; removed at the end */

static char *make_clip(int width, int height, guint fps, guint gop)
{
    g_autoptr(GError) error = NULL;
    ClipSpec spec = { .codec = CLIP_H264,
                      .width = width,
                      .height = height,
                      .fps = fps,
                      .frames = 10,
                      .gop = gop,
                      .bitrate_kbps = 500 };
    char *path = stamped_clip(directory, 9, &spec, &error);
    g_assert_no_error(error);
    return path;
}

/* A simulator with camera "a": main 640x360, sub 320x180, a key frame every 0.4 s. */
typedef struct {
    CameraSim *sim;
    char *uri; /* of main */
    guint16 port;
} Fixture;

static void fixture_open(Fixture *f, const CameraSimOptions *options)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *main_file = make_clip(640, 360, 25, 10);
    g_autofree char *sub_file = make_clip(320, 180, 25, 10);
    f->sim = camera_sim_new(0, &error);
    g_assert_no_error(error);
    camera_sim_add(f->sim, "a", main_file, sub_file, options, &error);
    g_assert_no_error(error);
    f->uri = camera_sim_dup_uri(f->sim, "a", "main");
    f->port = camera_sim_port(f->sim);
}

static void fixture_close(Fixture *f)
{
    camera_sim_free(f->sim);
    g_free(f->uri);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_close)

static void set_fault(const Fixture *f, const char *spec)
{
    g_autoptr(GError) error = NULL;
    camera_sim_set_fault(f->sim, "a", spec, &error);
    g_assert_no_error(error);
}

static RtspPeer *play(const Fixture *f)
{
    RtspPeer *peer = rtsp_peer_new(f->port, 0);
    g_assert_cmpint(rtsp_peer_play(peer, f->uri, FALSE), ==, 200);
    RtspPacket packet;
    g_assert_true(rtsp_peer_packet(peer, &packet, SOON_MS));
    return peer;
}

static CameraSimStats stats_of(const Fixture *f, const char *stream)
{
    CameraSimStats stats;
    g_assert_true(camera_sim_get_stats(f->sim, stream, &stats));
    return stats;
}

/* Reads what is on its way, then nothing may come. */
static void check_quiet(RtspPeer *peer)
{
    RtspPacket packet;
    for (guint i = 0; rtsp_peer_packet(peer, &packet, QUIET_MS); i++)
        g_assert_cmpuint(i, <, 100);
    g_assert_false(rtsp_peer_is_closed(peer));
}

static void check_lively(RtspPeer *peer)
{
    RtspPacket packet;
    for (guint i = 0; i < 10; i++)
        g_assert_true(rtsp_peer_packet(peer, &packet, SOON_MS));
}

/* ---- faults ---- */

static void test_hang(void)
{
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    g_autoptr(RtspPeer) playing = play(&f);
    set_fault(&f, "hang");
    check_quiet(playing);
    rtsp_peer_ask(playing, "OPTIONS", f.uri, "");
    g_assert_cmpint(rtsp_peer_status(playing, QUIET_MS), ==, RTSP_PEER_SILENCE);
    g_autoptr(RtspPeer) late = rtsp_peer_new(f.port, 0);
    rtsp_peer_ask(late, "DESCRIBE", f.uri, "Accept: application/sdp\r\n");
    g_assert_cmpint(rtsp_peer_status(late, QUIET_MS), ==, RTSP_PEER_SILENCE);
    set_fault(&f, "none");
    g_assert_cmpint(rtsp_peer_status(playing, SOON_MS), ==, 200);
    g_assert_cmpint(rtsp_peer_status(late, SOON_MS), ==, 200);
    check_lively(playing);
}

/* Abandoned connections of a hung camera do not pile up. */
static void test_hang_abandoned(void)
{
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    RtspPeer *playing = play(&f);
    set_fault(&f, "hang");
    rtsp_peer_free(playing);
    gint64 end_ns = clock_now_ns() + SOON_MS * NS_PER_MS;
    while (stats_of(&f, "a/main").sessions != 0) {
        g_assert_cmpint(clock_now_ns(), <, end_ns);
        g_usleep(5000);
    }
}

static void test_silent(void)
{
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    g_autoptr(RtspPeer) peer = play(&f);
    set_fault(&f, "silent");
    check_quiet(peer);
    g_assert_cmpint(rtsp_peer_request(peer, "GET_PARAMETER", f.uri, ""), ==, 200);
    set_fault(&f, "none");
    check_lively(peer);
}

static gboolean reads_to_end(RtspPeer *peer)
{
    RtspPacket packet;
    while (rtsp_peer_packet(peer, &packet, SOON_MS))
        ;
    return rtsp_peer_is_closed(peer);
}

static void test_drop(void)
{
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    g_autoptr(RtspPeer) peer = play(&f);
    set_fault(&f, "drop");
    g_assert_true(reads_to_end(peer));
    g_assert_cmpuint(stats_of(&f, "a/main").sessions, ==, 0);
    g_assert_cmpstr(stats_of(&f, "a/main").fault, ==, "none");
    g_autoptr(RtspPeer) again = play(&f);
    check_lively(again);
}

static void test_reboot(void)
{
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    g_autoptr(RtspPeer) peer = play(&f);
    gint64 start_ns = clock_now_ns();
    set_fault(&f, "reboot=1");
    g_assert_true(reads_to_end(peer));
    int status;
    do {
        g_autoptr(RtspPeer) again = rtsp_peer_new(f.port, 0);
        status = rtsp_peer_request(again, "OPTIONS", f.uri, "");
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
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    g_autoptr(RtspPeer) running = play(&f);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        set_fault(&f, rows[i].fault);
        g_autofree char *told = g_strdup(stats_of(&f, "a/main").fault);
        g_assert_cmpuint(strlen(told), ==, strlen(rows[i].fault)); /* the order may differ */
        g_autoptr(RtspPeer) peer = rtsp_peer_new(f.port, 0);
        rtsp_peer_ask(peer, rows[i].method, f.uri, "");
        int status =
            rtsp_peer_status(peer, rows[i].status == RTSP_PEER_SILENCE ? QUIET_MS : SOON_MS);
        if (status != rows[i].status)
            g_error("row %zu: %d instead of %d", i, status, rows[i].status);
    }
    check_lively(running);
}

static void test_slow_connect(void)
{
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    set_fault(&f, "slow-connect=80");
    g_autoptr(RtspPeer) peer = rtsp_peer_new(f.port, 0);
    gint64 start_ns = clock_now_ns();
    g_assert_cmpint(rtsp_peer_play(peer, f.uri, FALSE), ==, 200);
    g_assert_cmpint(clock_now_ns() - start_ns, >=, 160 * NS_PER_MS); /* SETUP and PLAY */
    check_lively(peer);
}

static void test_ignore_teardown(void)
{
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    g_autoptr(RtspPeer) peer = play(&f);
    set_fault(&f, "ignore-teardown");
    rtsp_peer_ask(peer, "TEARDOWN", f.uri, "");
    g_assert_cmpint(rtsp_peer_status(peer, QUIET_MS), ==, RTSP_PEER_SILENCE);
    check_lively(peer);
    set_fault(&f, "none");
    g_assert_cmpint(rtsp_peer_request(peer, "TEARDOWN", f.uri, ""), ==, 200);
    g_assert_cmpuint(stats_of(&f, "a/main").sessions, ==, 0);
    g_assert_cmpuint(stats_of(&f, "a/main").teardowns, ==, 2);
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
        g_assert_true(rtsp_peer_packet(peer, &packet, SOON_MS));
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
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    set_fault(&f, "no-idr");
    g_autoptr(RtspPeer) peer = rtsp_peer_new(f.port, 0);
    g_assert_cmpint(rtsp_peer_play(peer, f.uri, FALSE), ==, 200);
    g_assert_cmpuint(count_keys(peer, 22), ==, 0);
    set_fault(&f, "none");
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
        g_assert_true(rtsp_peer_packet(peer, &packet, SOON_MS));
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
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    g_autoptr(RtspPeer) asking = rtsp_peer_new(f.port, 0);
    g_autoptr(RtspPeer) peer = play(&f);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        set_fault(&f, rows[i].fault);
        g_assert_cmpuint(count_keys(peer, 15), >=, 1); /* over the change without a gap */
        g_autofree char *uri = camera_sim_dup_uri(f.sim, "a", rows[i].shown);
        gboolean is_shown = FALSE;
        for (guint n = 0; n < 4 && !is_shown; n++) { /* what was on its way may come first */
            g_autoptr(GBytes) sets = next_sets(peer);
            is_shown = announces(asking, uri, sets);
        }
        if (!is_shown)
            g_error("row %zu: %s does not show %s", i, rows[i].fault, rows[i].shown);
    }
    g_autofree char *same = make_clip(640, 360, 25, 10);
    g_autoptr(GError) error = NULL;
    g_assert_true(camera_sim_add(f.sim, "b", same, NULL, NULL, &error));
    g_assert_false(camera_sim_set_fault(f.sim, "*", "resize", &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_assert_cmpstr(stats_of(&f, "a/main").fault, ==, "none");
}

/* What is missing in sequence is what the simulator says it left out. */
static void test_loss(void)
{
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    set_fault(&f, "loss=30");
    g_autoptr(RtspPeer) peer = rtsp_peer_new(f.port, 0);
    g_assert_cmpint(rtsp_peer_play(peer, f.uri, FALSE), ==, 200);
    guint came = 0, missing = 0;
    int next_seq = -1;
    while (came < 60) {
        RtspPacket packet;
        g_assert_true(rtsp_peer_packet(peer, &packet, SOON_MS));
        if (packet.channel != 0)
            continue;
        if (next_seq >= 0)
            missing += (guint16)(packet.seq - next_seq);
        next_seq = (guint16)(packet.seq + 1);
        came++;
    }
    guint64 told = stats_of(&f, "a/main").packets_lost;
    g_assert_cmpuint(missing, >=, 60 / 10);
    g_assert_cmpuint(missing, <=, 60);
    g_assert_cmpuint(told, >=, missing);
}

static void test_garbage(void)
{
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    g_autoptr(RtspPeer) peer = rtsp_peer_new(f.port, 0);
    set_fault(&f, "garbage");
    g_assert_cmpint(rtsp_peer_play(peer, f.uri, FALSE), ==, 200);
    g_autoptr(RtspPeer) asking = rtsp_peer_new(f.port, 0);
    for (guint i = 0; i < 2; i++) {
        /* A key frame's packet in form, but not with the parameter sets announced. */
        RtspPacket packet;
        do {
            g_assert_true(rtsp_peer_packet(peer, &packet, SOON_MS));
        } while (packet.channel != 0 || (packet.data[12] & 0x1F) == 1);
        g_autoptr(GBytes) sets = g_bytes_new(packet.data, packet.size);
        g_assert_false(announces(asking, f.uri, sets));
    }
}

static void test_wrong_clock(void)
{
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    set_fault(&f, "wrong-clock=-7200");
    g_autoptr(RtspPeer) peer = rtsp_peer_new(f.port, 0);
    g_assert_cmpint(rtsp_peer_play(peer, f.uri, FALSE), ==, 200);
    RtspPacket packet;
    do {
        g_assert_true(rtsp_peer_packet(peer, &packet, SOON_MS));
    } while (packet.channel != 1);
    const guint8 *ntp = packet.data + 8;
    gint64 seconds = (gint64)ntp[0] << 24 | (gint64)ntp[1] << 16 | (gint64)ntp[2] << 8 | ntp[3];
    gint64 off = seconds - G_GINT64_CONSTANT(2208988800) - g_get_real_time() / G_USEC_PER_SEC;
    g_assert_cmpint(ABS(off + 7200), <=, 1);
}

/* A fault of one stream is not the other's. */
static void test_one_stream(void)
{
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    g_assert_true(camera_sim_set_fault(f.sim, "a/sub", "not-found", NULL));
    g_autofree char *sub = camera_sim_dup_uri(f.sim, "a", "sub");
    g_autoptr(RtspPeer) peer = rtsp_peer_new(f.port, 0);
    g_assert_cmpint(rtsp_peer_request(peer, "DESCRIBE", sub, ""), ==, 404);
    g_assert_cmpint(rtsp_peer_request(peer, "DESCRIBE", f.uri, ""), ==, 200);
}

/* ---- limits ---- */

static void test_session_limit(void)
{
    g_auto(Fixture) f = { 0 };
    CameraSimOptions options = { .max_sessions = 2 };
    fixture_open(&f, &options);
    g_autofree char *sub = camera_sim_dup_uri(f.sim, "a", "sub");
    g_autoptr(RtspPeer) one = play(&f);
    g_autoptr(RtspPeer) two = rtsp_peer_new(f.port, 0);
    g_assert_cmpint(rtsp_peer_play(two, sub, FALSE), ==, 200);
    g_autoptr(RtspPeer) three = rtsp_peer_new(f.port, 0);
    g_assert_cmpint(rtsp_peer_play(three, f.uri, FALSE), ==, 453);
    g_assert_cmpint(rtsp_peer_request(two, "TEARDOWN", sub, ""), ==, 200);
    g_assert_cmpint(rtsp_peer_play(three, f.uri, FALSE), ==, 200);
}

static void test_timeout(void)
{
    g_auto(Fixture) f = { 0 };
    CameraSimOptions options = { .timeout_s = 1 };
    fixture_open(&f, &options);
    g_autoptr(RtspPeer) idle = play(&f);
    g_autoptr(RtspPeer) kept = play(&f);
    RtspPacket packet;
    guint n = 0;
    while (rtsp_peer_packet(idle, &packet, SOON_MS)) {
        if (n++ % 5 == 0)
            g_assert_cmpint(rtsp_peer_request(kept, "GET_PARAMETER", f.uri, ""), ==, 200);
    }
    g_assert_true(rtsp_peer_is_closed(idle));
    check_lively(kept);
}

/* A client that does not read loses whole frames and nothing but whole frames; others lose nothing.
 */
static void test_slow_client(void)
{
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    g_autofree char *heavy = make_clip(640, 360, 100, 1);
    CameraSimOptions options = { .send_buffer_bytes = 16 * 1024 };
    g_assert_true(camera_sim_add(f.sim, "heavy", heavy, NULL, &options, NULL));
    g_autofree char *uri = camera_sim_dup_uri(f.sim, "heavy", "main");
    g_autoptr(RtspPeer) slow = rtsp_peer_new(f.port, 4096);
    g_assert_cmpint(rtsp_peer_play(slow, uri, FALSE), ==, 200);
    gint64 end_ns = clock_now_ns() + 20 * NS_PER_SEC;
    while (stats_of(&f, "heavy/main").frames_dropped < 20) {
        g_assert_cmpint(clock_now_ns(), <, end_ns);
        g_usleep(10000);
    }
    guint gaps = 0, frames = 0;
    int next_seq = -1;
    gboolean is_begin = TRUE;
    while (frames < 100 || gaps == 0) {
        RtspPacket packet;
        g_assert_true(rtsp_peer_packet(slow, &packet, SOON_MS));
        if (packet.channel != 0)
            continue;
        if (next_seq >= 0 && packet.seq != next_seq) {
            g_assert_true(is_begin);
            gaps++;
        }
        next_seq = (guint16)(packet.seq + 1);
        is_begin = packet.is_marked;
        frames += packet.is_marked;
    }
    g_assert_cmpuint(stats_of(&f, "a/main").frames_dropped, ==, 0);
}

/* ---- requests ---- */

static void test_requests(void)
{
    static const struct {
        const char *text; /* %s: the address */
        int status;
    } rows[] = {
        { "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n", 200 },
        { "OPTIONS %s RTSP/1.0\r\nCSeq: 1\r\n\r\n", 200 },
        { "OPTIONS %s RTSP/1.0\r\n\r\n", 400 },
        { "OPTIONS %s RTSP/2.0\r\nCSeq: 1\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400 },
        { "\r\n\r\n", 400 },
        { "nonsense\r\n\r\n", 400 },
        { "OPTIONS \xff\xfe RTSP/1.0\r\nCSeq: 1\r\n\r\n", 400 },
        { "RECORD %s RTSP/1.0\r\nCSeq: 1\r\n\r\n", 501 },
        { "DESCRIBE rtsp://127.0.0.1/nobody/main RTSP/1.0\r\nCSeq: 1\r\n\r\n", 404 },
        { "DESCRIBE rtsp://127.0.0.1/a/third RTSP/1.0\r\nCSeq: 1\r\n\r\n", 404 },
        { "DESCRIBE rtsp://127.0.0.1 RTSP/1.0\r\nCSeq: 1\r\n\r\n", 404 },
        { "DESCRIBE %s?channel=1 RTSP/1.0\r\nCSeq: 1\r\n\r\n", 200 },
        { "DESCRIBE /a/main RTSP/1.0\r\nCSeq: 1\r\n\r\n", 200 },
        { "DESCRIBE %s/ RTSP/1.0\r\nCSeq: 1\r\n\r\n", 200 },
        { "PLAY %s RTSP/1.0\r\nCSeq: 1\r\n\r\n", 455 },
        { "TEARDOWN %s RTSP/1.0\r\nCSeq: 1\r\n\r\n", 455 },
        { "PLAY %s RTSP/1.0\r\nCSeq: 1\r\nSession: 123\r\n\r\n", 454 },
        { "SETUP %s/trackID=0 RTSP/1.0\r\nCSeq: 1\r\n\r\n", 461 },
        { "SETUP %s/trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP;multicast\r\n\r\n", 461 },
        { "SETUP %s/trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: "
          "RTP/AVP;client_port=99999-7\r\n\r\n",
          461 },
        { "SETUP %s/trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: "
          "RTP/AVP/TCP;interleaved=300-301\r\n\r\n",
          461 },
        { "SETUP %s/trackID=1 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP;unicast\r\n\r\n", 404 },
        { "SETUP %s/trackID=99999999999 RTSP/1.0\r\nCSeq: 1\r\nTransport: "
          "RTP/AVP/TCP;unicast\r\n\r\n",
          200 },
        { "SETUP %s RTSP/1.0\r\nCSeq: 1\r\nTransport: "
          "X/Y,RTP/AVP/TCP;unicast;interleaved=4-5\r\n\r\n",
          200 },
        { "SET_PARAMETER %s RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 4\r\n\r\nabcd", 200 },
        { "SET_PARAMETER %s RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 99999999\r\n\r\n", 400 },
        { "SET_PARAMETER %s RTSP/1.0\r\nCSeq: 1\r\nContent-Length: -1\r\n\r\n", 400 },
    };
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(GStrv) parts = g_strsplit(rows[i].text, "%s", 2);
        g_autofree char *text = g_strjoinv(f.uri, parts);
        g_autoptr(RtspPeer) peer = rtsp_peer_new(f.port, 0);
        rtsp_peer_send(peer, text, strlen(text));
        int status = rtsp_peer_status(peer, SOON_MS);
        if (status != rows[i].status)
            g_error("row %zu: %d instead of %d", i, status, rows[i].status);
    }
}

/* A head without end, zero bytes; many requests in one piece, and one in many; packets of the
 * client between them. */
static void test_streams_of_bytes(void)
{
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    g_autoptr(RtspPeer) endless = rtsp_peer_new(f.port, 0);
    g_autofree char *filler = g_strnfill(40000, 'x');
    rtsp_peer_send(endless, filler, 40000);
    int status = rtsp_peer_status(endless, SOON_MS);
    g_assert_true(status == 400 || status == RTSP_PEER_CLOSED);
    g_autoptr(RtspPeer) zeros = rtsp_peer_new(f.port, 0);
    rtsp_peer_send(zeros, "OPTIONS \0 RTSP/1.0\r\n\r\n", 22);
    g_assert_cmpint(rtsp_peer_status(zeros, SOON_MS), ==, 400);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < 3; i++) {
        g_string_append_len(text, "$\1\0\3abc", 7);
        g_string_append_printf(text, "OPTIONS %s RTSP/1.0\r\nCSeq: %u\r\n\r\n", f.uri, i);
    }
    g_autoptr(RtspPeer) peer = rtsp_peer_new(f.port, 0);
    rtsp_peer_send(peer, text->str, text->len);
    for (guint i = 0; i < 3; i++)
        g_assert_cmpint(rtsp_peer_status(peer, SOON_MS), ==, 200);
    for (gsize i = 0; i < text->len; i++)
        rtsp_peer_send(peer, text->str + i, 1);
    for (guint i = 0; i < 3; i++)
        g_assert_cmpint(rtsp_peer_status(peer, SOON_MS), ==, 200);
    g_assert_nonnull(strstr(rtsp_peer_answer(peer), "CSeq: 2\r\n"));
}

/* ---- the interface, the control lines, the program ---- */

static void test_bad_calls(void)
{
    static const char *const specs[] = {
        "",           "los=1",        "loss",           "loss=101",
        "loss=x",     "hang=1",       "slow-connect=0", "slow-connect=1.5",
        "refuse=404", "hang,,silent", "none,hang",      "reboot"
    };
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(specs); i++) {
        g_autoptr(GError) error = NULL;
        if (camera_sim_set_fault(f.sim, "a", specs[i], &error))
            g_error("'%s' is accepted", specs[i]);
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    }
    g_autofree char *clip = make_clip(320, 180, 25, 10);
    g_autofree char *missing = g_build_filename(directory, "missing.mp4", NULL);
    const struct {
        const char *id, *file;
        guint tone_hz;
        int code;
    } rows[] = {
        { "a", clip, 0, WALL_ERROR_INVALID },
        { "a/b", clip, 0, WALL_ERROR_INVALID },
        { "", clip, 0, WALL_ERROR_INVALID },
        { "b", missing, 0, WALL_ERROR_NOT_FOUND },
        { "b", "/proc/self/stat", 0, WALL_ERROR_INVALID },
        { "b", clip, 440, WALL_ERROR_INVALID },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        CameraSimOptions options = { .tone_hz = rows[i].tone_hz };
        g_assert_false(camera_sim_add(f.sim, rows[i].id, rows[i].file, NULL, &options, &error));
        g_assert_error(error, WALL_ERROR, rows[i].code);
    }
    g_autoptr(GError) error = NULL;
    g_assert_false(camera_sim_set_fault(f.sim, "b", "none", &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_null(camera_sim_new(f.port, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    CameraSimStats stats;
    g_assert_false(camera_sim_get_stats(f.sim, "a", &stats));
}

static void test_control_lines(void)
{
    static const struct {
        const char *line, *end;
    } rows[] = {
        { "fault a loss=1.5,wrong-clock=30", "ok\n" },
        { "fault a/sub hang", "ok\n" },
        { "fault b hang", "error: " },
        { "fault a", "error: " },
        { "stats b", "error: " },
        { "", "error: " },
        { "quatsch\xff", "error: " },
        { " help ", "ok\n" },
    };
    g_auto(Fixture) f = { 0 };
    fixture_open(&f, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *answer = sim_control_answer(f.sim, rows[i].line);
        if (!strstr(answer, rows[i].end))
            g_error("row %zu: %s", i, answer);
    }
    g_autofree char *stats = sim_control_answer(f.sim, "stats a");
    g_assert_nonnull(strstr(stats, "a/main sessions=0 "));
    g_assert_nonnull(strstr(stats, "fault=loss=1.5,wrong-clock=30\n"));
    g_assert_nonnull(strstr(stats, "fault=hang\nok\n"));
    g_autofree char *list = sim_control_answer(f.sim, "list");
    g_assert_true(g_str_has_prefix(list, f.uri));
}

static char *command(GSocketConnection *connection, const char *line)
{
    g_autoptr(GDataInputStream) in =
        g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
    g_filter_input_stream_set_close_base_stream(G_FILTER_INPUT_STREAM(in), FALSE);
    g_autofree char *text = g_strconcat(line, "\n", NULL);
    GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
    g_assert_true(g_output_stream_write_all(out, text, strlen(text), NULL, NULL, NULL));
    char *answer = g_data_input_stream_read_line(in, NULL, NULL, NULL);
    g_assert_nonnull(answer);
    return answer;
}

/* The program says when it serves, serves, obeys its socket and ends on SIGTERM with 0. */
static void test_program(void)
{
    g_autofree char *program = g_test_build_filename(G_TEST_BUILT, "support", "camera-sim", NULL);
    if (!g_file_test(program, G_FILE_TEST_IS_EXECUTABLE)) {
        g_test_skip("the program camera-sim is not built");
        return;
    }
    g_autoptr(GError) error = NULL;
    g_autofree char *socket = g_build_filename(directory, "control", NULL);
    g_autoptr(GSubprocess) child = g_subprocess_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--port", "0", "--stamped", "2", "--size",
        "320x180", "--gop", "10", "--cache", directory, "--control", socket, "--options",
        "tone=500", "--fault", "cam-2=not-found", "--die-with-parent", NULL);
    g_assert_no_error(error);
    g_autoptr(GDataInputStream) out = g_data_input_stream_new(g_subprocess_get_stdout_pipe(child));
    g_autofree char *line = g_data_input_stream_read_line(out, NULL, NULL, &error);
    g_assert_no_error(error);
    guint port;
    g_assert_cmpint(sscanf(line, "camera-sim: serving 2 cameras at rtsp://127.0.0.1:%u/", &port),
                    ==, 1);
    g_autoptr(RtspPeer) peer = rtsp_peer_new((guint16)port, 0);
    g_assert_cmpint(rtsp_peer_request(peer, "DESCRIBE", "rtsp://127.0.0.1/cam-2/main", ""), ==,
                    404);
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(socket);
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, &error);
    g_assert_no_error(error);
    g_autofree char *answer = command(connection, "fault * none");
    g_assert_cmpstr(answer, ==, "ok");
    g_assert_cmpint(rtsp_peer_play(peer, "rtsp://127.0.0.1/cam-2/main", TRUE), ==, 200);
    check_lively(peer);
    g_subprocess_send_signal(child, SIGTERM);
    g_assert_true(g_subprocess_wait(child, NULL, NULL));
    g_assert_true(g_subprocess_get_if_exited(child));
    g_assert_cmpint(g_subprocess_get_exit_status(child), ==, 0);
    g_assert_false(g_file_test(socket, G_FILE_TEST_EXISTS));
}

static void remove_directory(void)
{
    GDir *folder = g_dir_open(directory, 0, NULL);
    for (const char *name; (name = g_dir_read_name(folder));) {
        g_autofree char *path = g_build_filename(directory, name, NULL);
        g_remove(path);
    }
    g_dir_close(folder);
    g_rmdir(directory);
    g_free(directory);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    av_log_set_level(AV_LOG_FATAL);
    directory = g_dir_make_tmp("wallctl-sim-XXXXXX", NULL);
    g_assert_nonnull(directory);
    static const struct {
        const char *path;
        void (*test)(void);
    } tests[] = {
        { "fault/hang", test_hang },
        { "fault/hang-abandoned", test_hang_abandoned },
        { "fault/silent", test_silent },
        { "fault/drop", test_drop },
        { "fault/reboot", test_reboot },
        { "fault/answers", test_answers },
        { "fault/slow-connect", test_slow_connect },
        { "fault/ignore-teardown", test_ignore_teardown },
        { "fault/no-idr", test_no_idr },
        { "fault/resize", test_resize },
        { "fault/loss", test_loss },
        { "fault/garbage", test_garbage },
        { "fault/wrong-clock", test_wrong_clock },
        { "fault/one-stream", test_one_stream },
        { "limit/sessions", test_session_limit },
        { "limit/timeout", test_timeout },
        { "limit/slow-client", test_slow_client },
        { "requests/table", test_requests },
        { "requests/bytes", test_streams_of_bytes },
        { "bad-calls", test_bad_calls },
        { "control/lines", test_control_lines },
        { "control/program", test_program },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/camera-sim/", tests[i].path, NULL);
        g_test_add_func(path, tests[i].test);
    }
    int code = g_test_run();
    remove_directory();
    return code;
}
