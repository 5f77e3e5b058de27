/* test_receive_faults.c - one RTSP session with a bad camera: what its faults are called
 *
 * Lasting faults are camera-sim's; answers that no simulator gives come from rtsp_script.
 */
#include "tests/pipeline/receive_rig.h"
#include "tests/pipeline/tls_front.h"
#include "tests/pipeline/units.h"
#include "tests/support/rtsp_script.h"
#include "wallctl/base/post.h"

#include <string.h>

#define NO_VIDEO_SDP                                                                               \
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\nm=audio 0 RTP/AVP "                        \
    "8\r\na=control:track\r\n"

#define OTHER_SDP                                                                                  \
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"                  \
    "a=rtpmap:96 VP8/90000\r\na=control:track\r\n"

typedef struct {
    const char *name;
    RtspScriptSpec camera;
    FeedFault fault;
    const char *text; /* in what is told */
} AnswerRow;

/* clang-format off */
static const AnswerRow answer_rows[] = {
    { "400", { .refused = "DESCRIBE", .status = 400, .reason = "Bad Request" }, FAULT_PROTOCOL, "400" },
    { "401", { .refused = "DESCRIBE", .status = 401, .reason = "No" }, FAULT_CREDENTIALS, "401" },
    { "401-other-scheme",
      { .refused = "DESCRIBE", .status = 401, .reason = "No", .headers = "WWW-Authenticate: Bearer\r\n" },
      FAULT_CREDENTIALS,
      "" },
    { "403", { .refused = "DESCRIBE", .status = 403, .reason = "Forbidden" }, FAULT_CREDENTIALS, "403" },
    { "404", { .refused = "DESCRIBE", .status = 404, .reason = "Not Found" }, FAULT_NOT_FOUND, "404" },
    { "453", { .refused = "SETUP", .status = 453, .reason = "Not Enough Bandwidth" }, FAULT_BUSY, "453" },
    { "453-early", { .refused = "DESCRIBE", .status = 453, .reason = "Full" }, FAULT_BUSY, "453" },
    { "461", { .refused = "SETUP", .status = 461, .reason = "Unsupported transport" }, FAULT_PROTOCOL, "" },
    { "500", { .refused = "DESCRIBE", .status = 500, .reason = "Error" }, FAULT_PROTOCOL, "500" },
    { "501", { .refused = "DESCRIBE", .status = 501, .reason = "Not Implemented" }, FAULT_PROTOCOL, "" },
    { "503", { .refused = "OPTIONS", .status = 503, .reason = "Service Unavailable" }, FAULT_BUSY, "503" },
    { "503-play", { .refused = "PLAY", .status = 503, .reason = "Later" }, FAULT_BUSY, "503" },
    { "reason-with-status", { .refused = "DESCRIBE", .status = 500, .reason = "see (401)" }, FAULT_PROTOCOL, "500" },
    { "reason-not-utf8", { .refused = "DESCRIBE", .status = 404, .reason = "\xff\xfe\xe6\x9c" }, FAULT_NOT_FOUND, "" },
    { "no-play", { .methods = "OPTIONS" }, FAULT_PROTOCOL, "does not support" },
    { "http", { .raw = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi" }, FAULT_PROTOCOL, "" },
    { "noise", { .raw = "\x01\x02 what is this\r\n\r\n\r\n" }, FAULT_PROTOCOL, "" },
    { "no-sdp", { .sdp = "this is not one" }, FAULT_PROTOCOL, "SDP" },
    { "empty-sdp", { .sdp = "" }, FAULT_PROTOCOL, "" },
    { "audio-only", { .sdp = NO_VIDEO_SDP }, FAULT_CODEC, "no video" },
    { "vp8", { .sdp = OTHER_SDP }, FAULT_CODEC, "VP8" },
};
/* clang-format on */

static void test_answer(gconstpointer data)
{
    const AnswerRow *row = data;
    ClipSpec clip = { CLIP_H264, 320, 180, 25, 20, 10, 300, FALSE };
    g_autoptr(GPtrArray) units = stamped_units(1, &clip);
    g_autofree char *sdp = h264_sdp(units);
    RtspScriptSpec camera = row->camera;
    if (!camera.sdp)
        camera.sdp = sdp;
    g_autoptr(RtspScript) script = rtsp_script_new(&camera);
    Session *session = session_new();
    Receive *receive = start(rtsp_script_uri(script), session);
    g_assert_true(wait_for(has_failed, session));
    g_test_message("%s: %s", feed_fault_word(session->fault), session->text);
    g_assert_cmpstr(feed_fault_word(session->fault), ==, feed_fault_word(row->fault));
    g_assert_nonnull(strstr(session->text, row->text));
    g_assert_true(g_str_is_ascii(session->text));
    post_drain();
    g_assert_cmpuint(session->failures, ==, 1); /* told once, however much follows */
    stop(receive, session);
}

typedef struct {
    const char *name;
    const char *address;
    FeedFault fault;
} AddressRow;

static const AddressRow address_rows[] = {
    { "refused", "rtsp://127.0.0.1:1/x", FAULT_UNREACHABLE },
    { "unknown-name", "rtsp://no-such-host.invalid/x", FAULT_UNREACHABLE },
    { "no-route", "rtsp://255.255.255.255:554/x", FAULT_UNREACHABLE },
};

static void test_address(gconstpointer data)
{
    const AddressRow *row = data;
    Session *session = session_new();
    Receive *receive = start(row->address, session);
    g_assert_true(wait_for(has_failed, session));
    g_test_message("%s: %s", feed_fault_word(session->fault), session->text);
    g_assert_cmpstr(feed_fault_word(session->fault), ==, feed_fault_word(row->fault));
    stop(receive, session);
}

typedef struct {
    const char *name;
    const char *fault; /* camera-sim's, set before the connect */
    gboolean is_live;  /* set once units come instead */
    FeedFault expected;
} SimRow;

static const SimRow sim_rows[] = {
    { "refuse", "refuse", FALSE, FAULT_CLOSED },
    { "refuse-503", "refuse=503", FALSE, FAULT_BUSY },
    { "not-found", "not-found", FALSE, FAULT_NOT_FOUND },
    { "auth-wrong", "auth-wrong", FALSE, FAULT_CREDENTIALS },
    { "hang", "hang", FALSE, FAULT_NO_ANSWER },
    { "drop", "drop", TRUE, FAULT_CLOSED },
    { "reboot", "reboot=1", TRUE, FAULT_CLOSED },
};

static void test_sim_fault(gconstpointer data)
{
    const SimRow *row = data;
    ClipSpec clip = short_gop(CLIP_H264);
    g_autoptr(CameraSim) sim = sim_with(&clip, NULL);
    g_autofree char *uri = camera_sim_dup_uri(sim, "c", "sub");
    if (!row->is_live)
        set_fault(sim, row->fault);
    Session *session = session_new();
    Receive *receive = start(uri, session);
    if (row->is_live) {
        g_assert_true(wait_for(has_10_units, session));
        set_fault(sim, row->fault);
    }
    g_assert_true(wait_for(has_failed, session));
    g_assert_cmpstr(feed_fault_word(session->fault), ==, feed_fault_word(row->expected));
    stop(receive, session);
}

/* H.263 is offered: told by name. */
static void test_h263(void)
{
    ClipSpec clip = { CLIP_H263, 352, 288, 25, 25, 25, 500, FALSE };
    g_autoptr(CameraSim) sim = sim_with(&clip, NULL);
    g_autofree char *uri = camera_sim_dup_uri(sim, "c", "sub");
    Session *session = session_new();
    Receive *receive = start(uri, session);
    g_assert_true(wait_for(has_failed, session));
    g_assert_cmpint(session->fault, ==, FAULT_CODEC);
    g_assert_nonnull(strstr(session->text, "H263"));
    stop(receive, session);
}

/* A certificate that nobody vouches for: refused, unless the camera's entry says not to look. */
static void test_certificate(void)
{
    g_autofree char *pem = tls_front_pem("127.0.0.1");
    for (int is_checked = 0; is_checked < 2; is_checked++) {
        const RtspScriptSpec camera = {
            .pem = pem, .refused = "DESCRIBE", .status = 404, .reason = "Not Found"
        };
        g_autoptr(RtspScript) script = rtsp_script_new(&camera);
        Session *session = session_new();
        ReceiveSpec spec = { .name = "test/sub",
                             .address = rtsp_script_uri(script),
                             .transport = TRANSPORT_TCP,
                             .keep_alive = KEEP_ALIVE_AUTO,
                             .tls_verify = is_checked,
                             .latency_ms = 100 };
        Receive *receive = receive_start(&spec, &receive_rig_handler, session);
        g_assert_true(wait_for(has_failed, session));
        g_assert_cmpstr(feed_fault_word(session->fault), ==, is_checked ? "tls" : "not_found");
        stop(receive, session);
    }
}

int main(int argc, char **argv)
{
    receive_rig_init(&argc, &argv);
    for (gsize i = 0; i < G_N_ELEMENTS(answer_rows); i++) {
        g_autofree char *path = g_strdup_printf("/receive/answer/%s", answer_rows[i].name);
        g_test_add_data_func(path, &answer_rows[i], test_answer);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(address_rows); i++) {
        g_autofree char *path = g_strdup_printf("/receive/address/%s", address_rows[i].name);
        g_test_add_data_func(path, &address_rows[i], test_address);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(sim_rows); i++) {
        g_autofree char *path = g_strdup_printf("/receive/fault/%s", sim_rows[i].name);
        g_test_add_data_func(path, &sim_rows[i], test_sim_fault);
    }
    g_test_add_func("/receive/h263", test_h263);
    g_test_add_func("/receive/certificate", test_certificate);
    return receive_rig_run();
}
