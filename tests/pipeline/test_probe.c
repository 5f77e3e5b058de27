/* test_probe.c - what a camera sends is seen as it is, and what is wrong with it is said */
#include "pipelines/media_log.h"
#include "pipelines/probe.h"
#include "pipelines/probe_remarks.h"
#include "tests/support/sanitizer.h"
#include "tests/support/camera_sim.h"
#include "tests/support/loopback.h"
#include "tests/support/stamped_clip.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define USER     "admin"
#define PASSWORD "p@ss:w/rd 密码"

static char *cache_dir;

static char *clip(guint16 source, ClipCodec codec, guint gop, gboolean b_frames)
{
    ClipSpec spec = { .codec = codec,
                      .width = 352,
                      .height = 288,
                      .fps = 25,
                      .frames = 50,
                      .gop = gop,
                      .bitrate_kbps = 300,
                      .b_frames = b_frames };
    g_autoptr(GError) error = NULL;
    char *path = stamped_clip(cache_dir, source, &spec, &error);
    g_assert_no_error(error);
    return path;
}

static CameraSim *start(const char *file, const CameraSimOptions *options)
{
    g_autoptr(GError) error = NULL;
    CameraSim *sim = camera_sim_new(0, &error);
    g_assert_no_error(error);
    camera_sim_add(sim, "gate", file, NULL, options, &error);
    g_assert_no_error(error);
    return sim;
}

static ProbeResult *look(CameraSim *sim, Transport transport, guint watch_ms, GError **error)
{
    g_autofree char *uri = camera_sim_dup_uri(sim, "gate", "main");
    g_autoptr(Secret) password = secret_new(PASSWORD, strlen(PASSWORD));
    return probe_address(uri, USER, password, transport, watch_ms, NULL, error);
}

static gboolean remarks_have(const ProbeResult *result, const char *word)
{
    for (guint i = 0; i < result->remarks->len; i++) {
        if (strstr(g_ptr_array_index(result->remarks, i), word))
            return TRUE;
    }
    return FALSE;
}

static void show(const ProbeResult *result)
{
    g_test_message("%s %s %dx%d %.2f fps, GOP %u frames %.2f s, %.0f kbit/s, B %d, key after %.0f "
                   "ms, audio %s",
                   result->codec, result->profile, result->width, result->height, result->fps,
                   result->gop_frames, result->gop_s, result->bitrate_kbps, result->has_b_frames,
                   result->first_key_ms, result->audio ? result->audio : "none");
    for (guint i = 0; i < result->remarks->len; i++)
        g_test_message("  %s", (const char *)g_ptr_array_index(result->remarks, i));
}

typedef struct {
    const char *name;
    ClipCodec codec;
    guint gop;
    gboolean b_frames;
    Transport transport;
    const char *seen;   /* as the codec's name */
    const char *remark; /* a word that must be there; NULL: nothing is wrong */
} Row;

static void test_stream(gconstpointer user)
{
    const Row *row = user;
    g_autofree char *file = clip(1, row->codec, row->gop, row->b_frames);
    g_autoptr(CameraSim) sim = start(file, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(ProbeResult) result = look(sim, row->transport, 1500, &error);
    g_assert_no_error(error);
    show(result);
    g_assert_cmpstr(result->codec, ==, row->seen);
    if (row->codec != CLIP_H263) {
        g_assert_cmpint(result->width, ==, 352);
        g_assert_cmpint(result->height, ==, 288);
        g_assert_nonnull(result->profile);
    }
    if (row->gop == 10) {
        g_assert_cmpfloat_with_epsilon(result->fps, 25, row->b_frames ? 1.5 : 0.2);
        g_assert_cmpuint(result->gop_frames, ==, 10);
        g_assert_cmpfloat_with_epsilon(result->gop_s, 0.4, 0.02);
        g_assert_cmpfloat(result->first_key_ms, >, 0);
        g_assert_cmpfloat(result->first_key_ms, <, PATIENCE * 1500);
        g_assert_cmpfloat(result->bitrate_kbps, >, 20);
        g_assert_cmpfloat(result->bitrate_kbps, <, 2000);
    }
    g_assert_cmpint(result->has_b_frames, ==, row->b_frames);
    if (row->remark)
        g_assert_true(remarks_have(result, row->remark));
    else
        g_assert_cmpuint(result->remarks->len, ==, 0);
}

static void test_credentials(void)
{
    static const CameraSimAuth kinds[] = { CAMERA_SIM_AUTH_DIGEST, CAMERA_SIM_AUTH_DIGEST_QOP,
                                           CAMERA_SIM_AUTH_BASIC };
    g_autofree char *file = clip(1, CLIP_H264, 10, FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        CameraSimOptions options = {
            .user = USER, .password = PASSWORD, .auth = kinds[i], .tone_hz = 400
        };
        g_autoptr(CameraSim) sim = start(file, &options);
        g_autoptr(GError) error = NULL;
        g_autoptr(ProbeResult) result = look(sim, TRANSPORT_TCP, 600, &error);
        g_assert_no_error(error);
        g_assert_cmpstr(result->audio, ==, "pcm_alaw");

        g_autofree char *uri = camera_sim_dup_uri(sim, "gate", "main");
        g_autoptr(Secret) wrong = secret_new("geheim-4711", 11);
        g_assert_null(probe_address(uri, USER, wrong, TRANSPORT_TCP, 600, NULL, &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_DENIED);
        g_assert_null(strstr(error->message, "geheim"));
        g_assert_nonnull(strstr(error->message, "rejects"));
        g_clear_error(&error);
        g_assert_null(probe_address(uri, NULL, NULL, TRANSPORT_TCP, 600, NULL, &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_DENIED);
        g_assert_nonnull(strstr(error->message, "asks for"));
    }
}

static void test_faults(void)
{
    static const struct {
        const char *fault;
        int code;
    } rows[] = {
        { "refuse", WALL_ERROR_UNAVAILABLE },
        { "refuse=503", WALL_ERROR_UNAVAILABLE },
        { "not-found", WALL_ERROR_NOT_FOUND },
        { "auth-wrong", WALL_ERROR_DENIED },
    };
    g_autofree char *file = clip(1, CLIP_H264, 10, FALSE);
    g_autoptr(CameraSim) sim = start(file, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_true(camera_sim_set_fault(sim, "*", rows[i].fault, &error));
        g_assert_null(look(sim, TRANSPORT_TCP, 600, &error));
        g_test_message("%s: %s", rows[i].fault, error->message);
        g_assert_error(error, WALL_ERROR, rows[i].code);
    }
}

static void test_no_key_frame(void)
{
    g_autofree char *file = clip(1, CLIP_H264, 10, FALSE);
    g_autoptr(CameraSim) sim = start(file, NULL);
    g_assert_true(camera_sim_set_fault(sim, "*", "no-idr", NULL));
    g_autoptr(GError) error = NULL;
    g_autoptr(ProbeResult) result = look(sim, TRANSPORT_TCP, 1000, &error);
    g_assert_no_error(error);
    g_assert_cmpfloat(result->first_key_ms, ==, 0);
    g_assert_true(remarks_have(result, "没有收到关键帧"));
}

static void test_wrong_clock(void)
{
    g_autofree char *file = clip(1, CLIP_H264, 10, FALSE);
    g_autoptr(CameraSim) sim = start(file, NULL);
    g_assert_true(camera_sim_set_fault(sim, "*", "wrong-clock=-600", NULL));
    g_autoptr(GError) error = NULL;
    g_autoptr(ProbeResult) result = look(sim, TRANSPORT_TCP, 1000, &error);
    g_assert_no_error(error);
    show(result);
    g_assert_true(remarks_have(result, "时钟慢 10 分钟"));
}

/* Nothing is sent after the session was set up; the wait ends by itself. */
static void test_silence(void)
{
    g_autofree char *file = clip(1, CLIP_H264, 10, FALSE);
    g_autoptr(CameraSim) sim = start(file, NULL);
    g_assert_true(camera_sim_set_fault(sim, "*", "silent", NULL));
    g_autoptr(GError) error = NULL;
    g_assert_null(look(sim, TRANSPORT_TCP, 500, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_assert_nonnull(strstr(error->message, "no picture"));
}

static void test_addresses(void)
{
    static const char *const wrong[] = {
        "",        "gate-2",       "http://127.0.0.1/x", "file:///etc/passwd",
        "rtsp://", "rtsp:///path", "concat:rtsp://h/x"
    };
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(probe_address(wrong[i], NULL, NULL, TRANSPORT_TCP, 500, NULL, &error));
        if (!g_error_matches(error, WALL_ERROR, WALL_ERROR_INVALID)) {
            g_test_message("'%s': %s", wrong[i], error->message);
            g_test_fail();
        }
    }
    g_autofree char *word = g_strnfill(200, 'x');
    g_autoptr(Secret) password = secret_new(word, 200);
    g_autoptr(GError) error = NULL;
    g_assert_null(
        probe_address("rtsp://127.0.0.1:1/x", "u", password, TRANSPORT_TCP, 500, NULL, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_clear_error(&error);
    g_assert_null(probe_address("rtsp://u:geheim@127.0.0.1:1/x", NULL, NULL, TRANSPORT_TCP, 500,
                                NULL, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_assert_nonnull(strstr(error->message, "refused"));
    g_assert_null(strstr(error->message, "geheim"));
}

static gboolean talk_nonsense(GSocketService *service, GSocketConnection *connection,
                              GObject *source, gpointer user)
{
    char request[512];
    g_input_stream_read(g_io_stream_get_input_stream(G_IO_STREAM(connection)), request,
                        sizeof request, NULL, NULL);
    g_output_stream_printf(g_io_stream_get_output_stream(G_IO_STREAM(connection)), NULL, NULL, NULL,
                           "220 mail.example ESMTP\r\n\r\n");
    return TRUE;
}

static gpointer run_loop(gpointer loop)
{
    g_main_loop_run(loop);
    return NULL;
}

static void test_other_server(void)
{
    GSocketService *service = g_threaded_socket_service_new(4);
    guint16 port = listen_on_loopback(service);
    g_signal_connect(service, "run", G_CALLBACK(talk_nonsense), NULL);
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    GThread *server = g_thread_new("server", run_loop, loop);
    g_autofree char *uri = g_strdup_printf("rtsp://127.0.0.1:%u/x", port);
    g_autoptr(GError) error = NULL;
    g_assert_null(probe_address(uri, NULL, NULL, TRANSPORT_TCP, 500, NULL, &error));
    g_test_message("%s", error->message);
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_main_loop_quit(loop);
    g_thread_join(server);
    g_main_loop_unref(loop);
    g_socket_service_stop(service);
    g_object_unref(service);
}

static ProbeFindings good(void)
{
    return (ProbeFindings) { .video_codec = AV_CODEC_ID_H264,
                             .audio_codec = AV_CODEC_ID_AAC,
                             .format = AV_PIX_FMT_YUV420P,
                             .width = 1920,
                             .height = 1080,
                             .fps = 25,
                             .arrival_fps = 25,
                             .bitrate_kbps = 4000,
                             .watched_s = 10,
                             .n_gops = 4,
                             .gop_frames = 50,
                             .shortest_gop = 50,
                             .longest_gop = 50,
                             .gop_s = 2,
                             .first_key_ms = 800,
                             .has_rtcp = TRUE };
}

#define CHECK(word, change)                                                                        \
    do {                                                                                           \
        ProbeFindings found = good();                                                              \
        change;                                                                                    \
        g_autoptr(GPtrArray) remarks = probe_remarks(&found);                                      \
        if (remarks->len != 1 || !strstr(g_ptr_array_index(remarks, 0), word)) {                   \
            g_test_message("%s: %u remarks, first: %s", word, remarks->len,                        \
                           remarks->len ? (char *)g_ptr_array_index(remarks, 0) : "none");         \
            g_test_fail();                                                                         \
        }                                                                                          \
    } while (0)

static void test_remarks(void)
{
    ProbeFindings fine = good();
    g_autoptr(GPtrArray) none = probe_remarks(&fine);
    g_assert_cmpuint(none->len, ==, 0);
    CHECK("mpeg4", found.video_codec = AV_CODEC_ID_MPEG4);
    CHECK("B 帧", found.has_b_frames = TRUE);
    CHECK("隔行", found.is_interlaced = TRUE);
    CHECK("yuv420p10le", found.format = AV_PIX_FMT_YUV420P10);
    CHECK("yuv444p", found.format = AV_PIX_FMT_YUV444P);
    CHECK("关键帧间隔 12 秒",
          (found.gop_s = 12, found.gop_frames = found.shortest_gop = found.longest_gop = 300));
    CHECK("智能编码", found.longest_gop = 170);
    CHECK("只有一个关键帧", found.n_gops = 0);
    CHECK("没有收到关键帧", (found.n_gops = 0, found.first_key_ms = 0));
    CHECK("超过 4K", (found.width = 7680, found.height = 4320));
    CHECK("高于大屏", found.fps = found.arrival_fps = 50);
    CHECK("画面不连贯", found.fps = found.arrival_fps = 3);
    CHECK("时间戳不准", found.arrival_fps = 12);
    CHECK("RTCP", found.has_rtcp = FALSE);
    CHECK("快 45 秒", found.clock_off_s = 45);
    CHECK("慢 3 小时", found.clock_off_s = -3 * 3600);
    CHECK("慢 20454 天", found.clock_off_s = -20454.0 * 86400);
    CHECK("音频编码 mp2", found.audio_codec = AV_CODEC_ID_MP2);
    CHECK("4.0 秒才有", found.first_key_ms = 4000);
}

int main(int argc, char **argv)
{
    static const Row rows[] = {
        { "h264", CLIP_H264, 10, FALSE, TRANSPORT_TCP, "h264", NULL },
        { "h264_udp", CLIP_H264, 10, FALSE, TRANSPORT_UDP, "h264", NULL },
        { "h265", CLIP_H265, 10, FALSE, TRANSPORT_TCP, "hevc", NULL },
        { "b_frames", CLIP_H264, 10, TRUE, TRANSPORT_TCP, "h264", "B 帧" },
        { "h263", CLIP_H263, 50, FALSE, TRANSPORT_TCP, "h263", "不支持" },
    };
    g_test_init(&argc, &argv, NULL);
    media_log_init();
    cache_dir = g_dir_make_tmp("wallctl-probe-XXXXXX", NULL);
    g_test_add_func("/probe/remarks", test_remarks);
    g_test_add_func("/probe/addresses", test_addresses);
    g_test_add_func("/probe/other_server", test_other_server);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/probe/stream/", rows[i].name, NULL);
        g_test_add_data_func(path, &rows[i], test_stream);
    }
    g_test_add_func("/probe/credentials", test_credentials);
    g_test_add_func("/probe/faults", test_faults);
    g_test_add_func("/probe/no_key_frame", test_no_key_frame);
    g_test_add_func("/probe/wrong_clock", test_wrong_clock);
    g_test_add_func("/probe/silence", test_silence);
    int status = g_test_run();
    g_autoptr(GDir) dir = g_dir_open(cache_dir, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *path = g_build_filename(cache_dir, name, NULL);
        g_unlink(path);
    }
    g_rmdir(cache_dir);
    g_free(cache_dir);
    return status;
}
