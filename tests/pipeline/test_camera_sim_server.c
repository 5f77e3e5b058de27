/* test_camera_sim_server.c - camera-sim's limits, bad requests, slow clients, wrong calls, control
 * lines and the program */
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <libavutil/log.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/camera_rig.h"
#include "tests/support/sim_config.h"
#include "tests/support/sim_control.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"

/* ---- limits ---- */

static void test_session_limit(void)
{
    g_auto(CameraRig) rig = { 0 };
    CameraSimOptions options = { .max_sessions = 2 };
    camera_rig_open(&rig, &options);
    g_autofree char *sub = camera_sim_dup_uri(rig.sim, "a", "sub");
    g_autoptr(RtspPeer) one = camera_rig_play(&rig);
    g_autoptr(RtspPeer) two = rtsp_peer_new(rig.port, 0);
    g_assert_cmpint(rtsp_peer_play(two, sub, FALSE), ==, 200);
    g_autoptr(RtspPeer) three = rtsp_peer_new(rig.port, 0);
    g_assert_cmpint(rtsp_peer_play(three, rig.uri, FALSE), ==, 453);
    g_assert_cmpint(rtsp_peer_request(two, "TEARDOWN", sub, ""), ==, 200);
    g_assert_cmpint(rtsp_peer_play(three, rig.uri, FALSE), ==, 200);
}

static void test_timeout(void)
{
    g_auto(CameraRig) rig = { 0 };
    CameraSimOptions options = { .timeout_s = 1 };
    camera_rig_open(&rig, &options);
    g_autoptr(RtspPeer) idle = camera_rig_play(&rig);
    g_autoptr(RtspPeer) kept = camera_rig_play(&rig);
    RtspPacket packet;
    guint n = 0;
    while (rtsp_peer_packet(idle, &packet, CAMERA_RIG_SOON_MS)) {
        if (n++ % 5 == 0)
            g_assert_cmpint(rtsp_peer_request(kept, "GET_PARAMETER", rig.uri, ""), ==, 200);
    }
    g_assert_true(rtsp_peer_is_closed(idle));
    camera_rig_check_lively(kept);
}

/* A client that does not read loses whole frames and nothing but whole frames; others lose nothing.
 */
static void test_slow_client(void)
{
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    g_autofree char *heavy = camera_rig_clip(9, CLIP_H264, 640, 360, 100, 1);
    CameraSimOptions options = { .send_buffer_bytes = 16 * 1024 };
    g_assert_true(camera_sim_add(rig.sim, "heavy", heavy, NULL, &options, NULL));
    g_autofree char *uri = camera_sim_dup_uri(rig.sim, "heavy", "main");
    g_autoptr(RtspPeer) slow = rtsp_peer_new(rig.port, 4096);
    g_assert_cmpint(rtsp_peer_play(slow, uri, FALSE), ==, 200);
    gint64 end_ns = clock_now_ns() + 20 * NS_PER_SEC;
    while (camera_rig_stats(&rig, "heavy/main").frames_dropped < 20) {
        g_assert_cmpint(clock_now_ns(), <, end_ns);
        g_usleep(10000);
    }
    guint gaps = 0, frames = 0;
    int next_seq = -1;
    gboolean is_begin = TRUE;
    while (frames < 100 || gaps == 0) {
        RtspPacket packet;
        g_assert_true(rtsp_peer_packet(slow, &packet, CAMERA_RIG_SOON_MS));
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
    g_assert_cmpuint(camera_rig_stats(&rig, "a/main").frames_dropped, ==, 0);
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
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(GStrv) parts = g_strsplit(rows[i].text, "%s", 2);
        g_autofree char *text = g_strjoinv(rig.uri, parts);
        g_autoptr(RtspPeer) peer = rtsp_peer_new(rig.port, 0);
        rtsp_peer_send(peer, text, strlen(text));
        int status = rtsp_peer_status(peer, CAMERA_RIG_SOON_MS);
        if (status != rows[i].status)
            g_error("row %zu: %d instead of %d", i, status, rows[i].status);
    }
}

/* A head without end, zero bytes; many requests in one piece, and one in many; packets of the
 * client between them. */
static void test_streams_of_bytes(void)
{
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    g_autoptr(RtspPeer) endless = rtsp_peer_new(rig.port, 0);
    g_autofree char *filler = g_strnfill(40000, 'x');
    rtsp_peer_send(endless, filler, 40000);
    int status = rtsp_peer_status(endless, CAMERA_RIG_SOON_MS);
    g_assert_true(status == 400 || status == RTSP_PEER_CLOSED);
    g_autoptr(RtspPeer) zeros = rtsp_peer_new(rig.port, 0);
    rtsp_peer_send(zeros, "OPTIONS \0 RTSP/1.0\r\n\r\n", 22);
    g_assert_cmpint(rtsp_peer_status(zeros, CAMERA_RIG_SOON_MS), ==, 400);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < 3; i++) {
        g_string_append_len(text, "$\1\0\3abc", 7);
        g_string_append_printf(text, "OPTIONS %s RTSP/1.0\r\nCSeq: %u\r\n\r\n", rig.uri, i);
    }
    g_autoptr(RtspPeer) peer = rtsp_peer_new(rig.port, 0);
    rtsp_peer_send(peer, text->str, text->len);
    for (guint i = 0; i < 3; i++)
        g_assert_cmpint(rtsp_peer_status(peer, CAMERA_RIG_SOON_MS), ==, 200);
    for (gsize i = 0; i < text->len; i++)
        rtsp_peer_send(peer, text->str + i, 1);
    for (guint i = 0; i < 3; i++)
        g_assert_cmpint(rtsp_peer_status(peer, CAMERA_RIG_SOON_MS), ==, 200);
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
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(specs); i++) {
        g_autoptr(GError) error = NULL;
        if (camera_sim_set_fault(rig.sim, "a", specs[i], &error))
            g_error("'%s' is accepted", specs[i]);
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    }
    g_autofree char *clip = camera_rig_clip(9, CLIP_H264, 320, 180, 25, 10);
    g_autofree char *missing = g_build_filename(camera_rig_folder(), "missing.mp4", NULL);
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
        g_assert_false(camera_sim_add(rig.sim, rows[i].id, rows[i].file, NULL, &options, &error));
        g_assert_error(error, WALL_ERROR, rows[i].code);
    }
    g_autoptr(GError) error = NULL;
    g_assert_false(camera_sim_set_fault(rig.sim, "b", "none", &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_null(camera_sim_new(rig.port, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    CameraSimStats stats;
    g_assert_false(camera_sim_get_stats(rig.sim, "a", &stats));
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
    g_auto(CameraRig) rig = { 0 };
    camera_rig_open(&rig, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *answer = sim_control_answer(rig.sim, rows[i].line);
        if (!strstr(answer, rows[i].end))
            g_error("row %zu: %s", i, answer);
    }
    g_autofree char *stats = sim_control_answer(rig.sim, "stats a");
    g_assert_nonnull(strstr(stats, "a/main sessions=0 "));
    g_assert_nonnull(strstr(stats, "fault=loss=1.5,wrong-clock=30\n"));
    g_assert_nonnull(strstr(stats, "fault=hang\nok\n"));
    g_autofree char *list = sim_control_answer(rig.sim, "list");
    g_assert_true(g_str_has_prefix(list, rig.uri));
}

static void test_camera_specs(void)
{
    static const struct {
        const char *text, *wrong; /* wrong: a part of the message; NULL: it is right */
    } rows[] = {
        { "gate-2=m.mp4", NULL },
        { "gate-2=m.mp4,s.mp4,tone=1000,max-sessions=2,timeout=5,auth=basic,user=u", NULL },
        { "gate-2=m.mp4,audio", NULL },
        { "gate-2", "ID=MAIN" },
        { "=m.mp4", "ID=MAIN" },
        { "gate-2=", "file for main" },
        { "gate-2=m.mp4,s.mp4,t.mp4", "no key" },
        { "gate-2=m.mp4,tome=1", "did you mean 'tone'" },
        { "gate-2=m.mp4,tone=x", "not a number" },
        { "gate-2=m.mp4,s.mp4,tone", "wants a value" },
        { "gate-2=m.mp4,auth=ntlm", "digest, digest-qop or basic" },
        { "gate-2=m.mp4,password-file=/nowhere/at/all", "No such file" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(SimCameraSpec) spec = sim_camera_spec_new(rows[i].text, &error);
        if (rows[i].wrong ? !error || !strstr(error->message, rows[i].wrong) : !spec)
            g_error("row %zu: %s", i, error ? error->message : "accepted");
    }
}

/* Names in the file start from its folder; the password comes from a file of its own. */
static void test_config_file(void)
{
    static const struct {
        const char *text, *wrong;
    } rows[] = {
        { "{\"cameras\":[{\"id\":\"g\",\"main\":\"m.mp4\",\"user\":\"u\",\"password_file\":"
          "\"secret\",\"tone\":500,"
          "\"audio\":false,\"fault\":\"loss=1,silent\"}]}",
          NULL },
        { "{\"cameras\":[{\"id\":\"g\"}]}", "cameras[0]: a camera wants a file" },
        { "{\"cameras\":[{\"id\":\"g\",\"main\":\"m\",\"tone\":1.5}]}",
          "cameras[0]: tone: a text" },
        { "{\"cameras\":[7]}", "cameras[0]: an object" },
        { "{\"cameras\":{}}", "a list" },
        { "[]", "a list" },
        { "{", "line 1" },
    };
    g_autofree char *path = g_build_filename(camera_rig_folder(), "sim.json", NULL);
    g_autofree char *secret = g_build_filename(camera_rig_folder(), "secret", NULL);
    g_autofree char *main_file = g_build_filename(camera_rig_folder(), "m.mp4", NULL);
    g_assert_true(g_file_set_contents(secret, "pa,ss=word\n", -1, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) specs =
            g_ptr_array_new_with_free_func((GDestroyNotify)sim_camera_spec_free);
        g_assert_true(g_file_set_contents(path, rows[i].text, -1, NULL));
        gboolean is_ok = sim_config_read(path, specs, &error);
        if (rows[i].wrong ? is_ok || !strstr(error->message, rows[i].wrong) : !is_ok)
            g_error("row %zu: %s", i, error ? error->message : "accepted");
        if (!is_ok)
            continue;
        const SimCameraSpec *spec = specs->pdata[0];
        CameraSimOptions options = sim_camera_spec_options(spec);
        g_assert_cmpstr(spec->main_file, ==, main_file);
        g_assert_cmpstr(spec->fault, ==, "loss=1,silent");
        g_assert_cmpstr(options.user, ==, "u");
        g_assert_cmpstr(options.password, ==, "pa,ss=word");
        g_assert_cmpuint(options.tone_hz, ==, 500);
        g_assert_false(options.has_file_audio);
    }
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
    g_autofree char *socket = g_build_filename(camera_rig_folder(), "control", NULL);
    g_autoptr(GSubprocess) child = g_subprocess_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--port", "0", "--stamped", "2", "--size",
        "320x180", "--gop", "10", "--cache", camera_rig_folder(), "--control", socket, "--options",
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
    camera_rig_check_lively(peer);
    g_subprocess_send_signal(child, SIGTERM);
    g_assert_true(g_subprocess_wait(child, NULL, NULL));
    g_assert_true(g_subprocess_get_if_exited(child));
    g_assert_cmpint(g_subprocess_get_exit_status(child), ==, 0);
    g_assert_false(g_file_test(socket, G_FILE_TEST_EXISTS));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    av_log_set_level(AV_LOG_FATAL);
    g_test_add_func("/camera-sim/limit/sessions", test_session_limit);
    g_test_add_func("/camera-sim/limit/timeout", test_timeout);
    g_test_add_func("/camera-sim/limit/slow-client", test_slow_client);
    g_test_add_func("/camera-sim/requests/table", test_requests);
    g_test_add_func("/camera-sim/requests/bytes", test_streams_of_bytes);
    g_test_add_func("/camera-sim/bad-calls", test_bad_calls);
    g_test_add_func("/camera-sim/config/specs", test_camera_specs);
    g_test_add_func("/camera-sim/config/file", test_config_file);
    g_test_add_func("/camera-sim/control/lines", test_control_lines);
    g_test_add_func("/camera-sim/control/program", test_program);
    int code = g_test_run();
    camera_rig_remove_folder();
    return code;
}
