/* test_receive.c - one RTSP session: what comes out of good cameras, and what bad ones are called
 *
 * Good cameras and lasting faults are camera-sim's; answers that no simulator gives come from
 * rtsp_stub.
 */
#include "pipelines/gop.h"
#include "pipelines/media_log.h"
#include "pipelines/reaper.h"
#include "pipelines/receive.h"
#include "pipelines/reel.h"
#include "tests/pipeline/gst_tests.h"
#include "tests/pipeline/units.h"
#include "tests/support/camera_sim.h"
#include "tests/support/rtsp_stub.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <gst/gst.h>
#include <pthread.h>
#include <string.h>

enum { LIMIT_MS = 20000 };

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

static void on_packet(const AVPacket *packet, gpointer user)
{
    Session *session = user;
    pthread_mutex_lock(&session->lock);
    session->units++;
    gboolean is_key = packet->flags & AV_PKT_FLAG_KEY, is_h265 = session->codec == AV_CODEC_ID_HEVC;
    session->keys += is_key;
    session->corrupt += (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
    session->goes_back |= packet->pts < session->last_pts || packet->dts < session->last_dts;
    session->last_pts = packet->pts;
    session->last_dts = packet->dts;
    gboolean has_parameters;
    g_assert_cmpint(gop_is_key(packet->data, (gsize)packet->size, is_h265, &has_parameters), ==,
                    is_key);
    session->keys_without_parameters += is_key && !has_parameters;
    pthread_mutex_unlock(&session->lock);
    if (session->reel)
        reel_push(session->reel, packet);
}

static void on_codec(enum AVCodecID codec, gpointer user)
{
    Session *session = user;
    pthread_mutex_lock(&session->lock);
    session->codec = codec;
    session->codecs++;
    pthread_mutex_unlock(&session->lock);
    if (session->reel)
        reel_set_codec(session->reel, codec);
}

static void on_audio(const guint8 *data, gsize len, const char *encoding, guint clock_rate,
                     gint64 pts_ns, gpointer user)
{
    Session *session = user;
    pthread_mutex_lock(&session->lock);
    g_strlcpy(session->audio, encoding, sizeof session->audio);
    session->audio_rate = clock_rate;
    session->audio_frames++;
    session->audio_bytes += len;
    pthread_mutex_unlock(&session->lock);
}

static void on_failed(FeedFault fault, const char *text, gpointer user)
{
    assert_control_thread();
    Session *session = user;
    session->failures++;
    session->fault = fault;
    g_free(session->text);
    session->text = g_strdup(text);
}

static void on_unref(gpointer user)
{
    g_atomic_int_inc(&((Session *)user)->unrefs);
}

static const ReceiveHandler handler = { on_packet, on_codec, on_audio, on_failed, on_unref };

static Session *session_new(void)
{
    Session *session = g_new0(Session, 1);
    pthread_mutex_init(&session->lock, NULL);
    session->last_dts = G_MININT64;
    return session;
}

static void session_free(Session *session)
{
    pthread_mutex_destroy(&session->lock);
    g_free(session->text);
    g_free(session);
}

static guint units_of(Session *session)
{
    pthread_mutex_lock(&session->lock);
    guint n = session->units;
    pthread_mutex_unlock(&session->lock);
    return n;
}

/* Serves [control] until done(session) holds. */
static gboolean wait_for(gboolean (*done)(Session *), Session *session)
{
    gint64 limit = clock_now_ns() + LIMIT_MS * NS_PER_MS;
    while (!done(session)) {
        if (clock_now_ns() > limit)
            return FALSE;
        post_drain();
        g_usleep(1000);
    }
    return TRUE;
}

static gboolean has_failed(Session *session)
{
    return session->failures > 0;
}

static gboolean has_35_units(Session *session)
{
    return units_of(session) >= 35;
}

static gboolean has_key(Session *session)
{
    pthread_mutex_lock(&session->lock);
    gboolean has = session->keys > 0;
    pthread_mutex_unlock(&session->lock);
    return has;
}

static gboolean is_released(Session *session)
{
    return g_atomic_int_get(&session->unrefs) > 0;
}

static Receive *start(const char *address, Session *session)
{
    ReceiveSpec spec = { .name = "test/sub",
                         .address = address,
                         .transport = TRANSPORT_TCP,
                         .keep_alive = KEEP_ALIVE_AUTO,
                         .tls_verify = TRUE,
                         .latency_ms = 100 };
    return receive_start(&spec, &handler, session);
}

/* Stops, and waits until the pipeline is down and user has been given back. */
static void stop(Receive *receive, Session *session)
{
    receive_stop(receive);
    guint units = units_of(session);
    g_assert_true(wait_for(is_released, session));
    g_assert_cmpuint(units_of(session), ==, units); /* nothing comes after the stop */
    g_assert_cmpint(session->unrefs, ==, 1);
    session_free(session);
}

static CameraSim *sim_with(const ClipSpec *clip, const CameraSimOptions *options)
{
    g_autofree char *cache = clip_cache_dir();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = stamped_clip(cache, 1, clip, &error);
    g_assert_no_error(error);
    CameraSim *sim = camera_sim_new(0, &error);
    g_assert_no_error(error);
    camera_sim_add(sim, "c", path, NULL, options, &error);
    g_assert_no_error(error);
    return sim;
}

static void set_fault(CameraSim *sim, const char *fault)
{
    g_autoptr(GError) error = NULL;
    camera_sim_set_fault(sim, "c", fault, &error);
    g_assert_no_error(error);
}

/* ---- good cameras */

typedef struct {
    const char *name;
    ClipCodec codec;
    Transport transport;
} StreamRow;

static const StreamRow stream_rows[] = {
    { "h264-tcp", CLIP_H264, TRANSPORT_TCP },
    { "h264-udp", CLIP_H264, TRANSPORT_UDP },
    { "h265-tcp", CLIP_H265, TRANSPORT_TCP },
};

static ClipSpec short_gop(ClipCodec codec)
{
    ClipSpec spec = stamped_clip_sub();
    spec.codec = codec;
    spec.frames = 50;
    spec.gop = 10;
    return spec;
}

/* Whole units in order, keys with their parameter sets, arrival and media time rising, nothing
 * marked as lost. */
static void test_stream(gconstpointer data)
{
    const StreamRow *row = data;
    ClipSpec clip = short_gop(row->codec);
    g_autoptr(CameraSim) sim = sim_with(&clip, NULL);
    g_autofree char *uri = camera_sim_dup_uri(sim, "c", "sub");
    Session *session = session_new();
    ReceiveSpec spec = { .name = "test/sub",
                         .address = uri,
                         .transport = row->transport,
                         .keep_alive = KEEP_ALIVE_AUTO,
                         .latency_ms = 100 };
    Receive *receive = receive_start(&spec, &handler, session);
    g_assert_true(wait_for(has_35_units, session));
    pthread_mutex_lock(&session->lock);
    g_assert_cmpint(session->codec, ==,
                    row->codec == CLIP_H265 ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264);
    g_assert_cmpuint(session->codecs, ==, 1);
    g_assert_cmpuint(session->keys, >=, 2);
    g_assert_cmpuint(session->keys_without_parameters, ==, 0);
    g_assert_cmpuint(session->corrupt, ==, 0);
    g_assert_false(session->goes_back);
    g_assert_cmpint(ABS(clock_now_ns() - session->last_pts), <, 5 * NS_PER_SEC);
    g_assert_cmpuint(session->audio_frames, ==, 0);
    pthread_mutex_unlock(&session->lock);
    g_assert_null(receive_audio_codec(receive));
    g_assert_cmpuint(session->failures, ==, 0);
    stop(receive, session);
}

typedef struct {
    const char *name;
    CameraSimAuth auth;
    const char *password; /* NULL: none given */
    gboolean is_let_in;
} AuthRow;

static const AuthRow auth_rows[] = {
    { "digest", CAMERA_SIM_AUTH_DIGEST, "se:cret @/%", TRUE },
    { "digest-qop", CAMERA_SIM_AUTH_DIGEST_QOP, "se:cret @/%", TRUE },
    { "basic", CAMERA_SIM_AUTH_BASIC, "se:cret @/%", TRUE },
    { "wrong", CAMERA_SIM_AUTH_DIGEST, "other", FALSE },
    { "wrong-basic", CAMERA_SIM_AUTH_BASIC, "other", FALSE },
    { "none-given", CAMERA_SIM_AUTH_DIGEST, NULL, FALSE },
};

static gboolean has_unit_or_failed(Session *session)
{
    return units_of(session) > 0 || session->failures > 0;
}

static char user[] = "admin";

static void test_auth(gconstpointer data)
{
    const AuthRow *row = data;
    ClipSpec clip = short_gop(CLIP_H264);
    CameraSimOptions options = { .user = "admin", .password = "se:cret @/%", .auth = row->auth };
    g_autoptr(CameraSim) sim = sim_with(&clip, &options);
    g_autofree char *uri = camera_sim_dup_uri(sim, "c", "sub");
    Session *session = session_new();
    Credential credential = { user, row->password ? secret_new(row->password, strlen(row->password))
                                                  : NULL };
    ReceiveSpec spec = { .name = "test/sub",
                         .address = uri,
                         .credential = row->password ? &credential : NULL,
                         .transport = TRANSPORT_TCP,
                         .keep_alive = KEEP_ALIVE_AUTO,
                         .latency_ms = 100 };
    Receive *receive = receive_start(&spec, &handler, session);
    g_assert_true(wait_for(has_unit_or_failed, session));
    g_assert_cmpuint(session->failures, ==, !row->is_let_in);
    if (!row->is_let_in) {
        g_assert_cmpint(session->fault, ==, FAULT_CREDENTIALS);
        g_assert_nonnull(strstr(session->text, "401"));
        g_assert_null(strstr(session->text, "cret"));
    }
    stop(receive, session);
    secret_unref(credential.password);
}

static gboolean has_audio(Session *session)
{
    pthread_mutex_lock(&session->lock);
    gboolean has = session->audio_frames >= 10 && session->units >= 10;
    pthread_mutex_unlock(&session->lock);
    return has;
}

static gboolean has_10_units(Session *session)
{
    return units_of(session) >= 10;
}

/* Audio comes as the camera sends it when it is wanted; else it is only known that there is some.
 */
static void test_audio(void)
{
    ClipSpec clip = short_gop(CLIP_H264);
    CameraSimOptions options = { .tone_hz = 400 };
    g_autoptr(CameraSim) sim = sim_with(&clip, &options);
    g_autofree char *uri = camera_sim_dup_uri(sim, "c", "sub");
    for (int is_wanted = 0; is_wanted < 2; is_wanted++) {
        Session *session = session_new();
        ReceiveSpec spec = { .name = "test/sub",
                             .address = uri,
                             .transport = TRANSPORT_TCP,
                             .keep_alive = KEEP_ALIVE_AUTO,
                             .has_audio = is_wanted,
                             .latency_ms = 100 };
        Receive *receive = receive_start(&spec, &handler, session);
        g_assert_true(wait_for(is_wanted ? has_audio : has_10_units, session));
        g_assert_cmpstr(receive_audio_codec(receive), ==, "PCMA");
        pthread_mutex_lock(&session->lock);
        if (is_wanted) {
            g_assert_cmpstr(session->audio, ==, "PCMA");
            g_assert_cmpuint(session->audio_rate, ==, 8000);
            g_assert_cmpuint(session->audio_bytes, >=, session->audio_frames * 80);
        } else {
            g_assert_cmpuint(session->audio_frames, ==, 0);
        }
        pthread_mutex_unlock(&session->lock);
        stop(receive, session);
    }
}

/* The stamped pictures as they are when nothing is lost. */
static GPtrArray *true_pictures(const ClipSpec *clip)
{
    GPtrArray *luma = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) units = stamped_units(1, clip);
    Decoder *decoder = decoder_new(AV_CODEC_ID_H264, NULL);
    for (guint i = 0; i < units->len; i++) {
        const AVFrame *picture;
        gboolean is_done = decoder_run(decoder, g_ptr_array_index(units, i), &picture, NULL);
        g_assert_true(is_done && picture);
        guint8 *rows = g_malloc((gsize)clip->width * (gsize)clip->height);
        for (int y = 0; y < clip->height; y++)
            memcpy(rows + y * clip->width, picture->data[0] + y * picture->linesize[0],
                   (gsize)clip->width);
        g_ptr_array_add(luma, rows);
    }
    decoder_free(decoder);
    return luma;
}

static gboolean is_true(const Frame *frame, GPtrArray *luma)
{
    Stamp stamp = { 0 };
    gboolean is_torn = FALSE;
    if (!stamp_read(frame->plane[0], frame->stride[0], frame->width, frame->height, &stamp,
                    &is_torn) ||
        is_torn || stamp.frame >= luma->len)
        return FALSE;
    const guint8 *rows = g_ptr_array_index(luma, stamp.frame);
    for (int y = 0; y < frame->height; y++) {
        if (memcmp(frame->plane[0] + y * frame->stride[0], rows + y * frame->width,
                   (gsize)frame->width) != 0)
            return FALSE;
    }
    return TRUE;
}

/* Packets are lost on the way (UDP): not one picture with grey or smears is shown, and pictures
 * come again and again. */
static void test_loss(void)
{
    ClipSpec clip = short_gop(CLIP_H264);
    clip.bitrate_kbps = 1500; /* several packets a picture */
    g_autoptr(CameraSim) sim = sim_with(&clip, NULL);
    set_fault(sim, "loss=2");
    g_autoptr(GPtrArray) luma = true_pictures(&clip);
    g_autofree char *uri = camera_sim_dup_uri(sim, "c", "sub");
    DecodePool *pool = decode_pool_new(2);
    Session *session = session_new();
    session->reel = reel_new(pool, "test", NULL, NULL);
    ViewSpec look = { clip.width, clip.height, FIT_CONTAIN, FRECT_FULL, 0 };
    View *view = reel_view(session->reel, &look, NULL, 0);
    ReceiveSpec spec = { .name = "test/sub",
                         .address = uri,
                         .transport = TRANSPORT_UDP,
                         .keep_alive = KEEP_ALIVE_AUTO,
                         .latency_ms = 40 };
    Receive *receive = receive_start(&spec, &handler, session);
    guint64 last = 0;
    guint shown = 0;
    gint64 tick = 0, limit = clock_now_ns() + LIMIT_MS * NS_PER_MS;
    ReelFacts facts = { 0 };
    while ((shown < 30 || facts.damaged < 3) && clock_now_ns() < limit) {
        post_drain();
        g_usleep(2000);
        reel_get_facts(session->reel, &facts);
        Rect inside;
        g_autoptr(Frame) frame = view_ref_for_tick(view, ++tick, &inside);
        if (!frame || frame->serial == last)
            continue;
        last = frame->serial;
        shown++;
        g_assert_true(is_true(frame, luma));
    }
    g_test_message("%u pictures, %" G_GUINT64_FORMAT " gaps", shown, facts.damaged);
    g_assert_cmpuint(shown, >=, 30);
    g_assert_cmpuint(facts.damaged, >=, 3);
    Reel *reel = session->reel;
    receive_stop(receive);
    g_assert_true(wait_for(is_released, session));
    session_free(session);
    view_unref(view);
    reel_close(reel);
    decode_pool_free(pool);
}

/* ---- parameter sets and keep-alive, from the stub */

static char *h264_sdp(GPtrArray *units)
{
    /* SPS and PPS as they stand at the begin of the first unit */
    const AVPacket *unit = g_ptr_array_index(units, 0);
    GString *sets = g_string_new(NULL);
    for (int i = 0; i + 4 < unit->size; i++) {
        if (memcmp(unit->data + i, "\0\0\1", 3) != 0)
            continue;
        guint type = unit->data[i + 3] & 0x1f;
        if (type != 7 && type != 8)
            continue;
        int end = i + 3;
        while (end + 3 < unit->size && memcmp(unit->data + end, "\0\0\1", 3) != 0)
            end++;
        while (unit->data[end - 1] == 0)
            end--;
        g_autofree char *text = g_base64_encode(unit->data + i + 3, (gsize)(end - i - 3));
        g_string_append_printf(sets, "%s%s", sets->len ? "," : "", text);
    }
    char *sdp = g_strdup_printf("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\n"
                                "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
                                "a=fmtp:96 packetization-mode=1;sprop-parameter-sets=%s\r\n"
                                "a=control:track\r\n",
                                sets->str);
    g_string_free(sets, TRUE);
    return sdp;
}

/* A camera that tells its parameter sets in the SDP only: they are put in front of each key unit.
 */
static void test_parameters_of_sdp(void)
{
    ClipSpec clip = { CLIP_H264, 320, 180, 25, 20, 10, 300, FALSE };
    g_autoptr(GPtrArray) units = stamped_units(1, &clip);
    g_autofree char *sdp = h264_sdp(units);
    const RtspStubSpec camera = { .sdp = sdp, .units = units, .lacks_parameters = TRUE };
    g_autoptr(RtspStub) stub = rtsp_stub_new(&camera);
    Session *session = session_new();
    Receive *receive = start(rtsp_stub_uri(stub), session);
    g_assert_true(wait_for(has_key, session));
    pthread_mutex_lock(&session->lock);
    g_assert_cmpuint(session->keys_without_parameters, ==, 0);
    pthread_mutex_unlock(&session->lock);
    stop(receive, session);
}

typedef struct {
    const char *name;
    KeepAlive keep_alive;
    const char *methods;
    const char *expected; /* method, NULL: none */
} KeepAliveRow;

#define METHODS "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"

static const KeepAliveRow keep_alive_rows[] = {
    { "auto", KEEP_ALIVE_AUTO, METHODS ", GET_PARAMETER", "GET_PARAMETER" },
    { "auto-without", KEEP_ALIVE_AUTO, METHODS, "OPTIONS" },
    { "options", KEEP_ALIVE_OPTIONS, METHODS ", GET_PARAMETER", "OPTIONS" },
    { "get-parameter", KEEP_ALIVE_GET_PARAMETER, METHODS, "GET_PARAMETER" },
    { "off", KEEP_ALIVE_OFF, METHODS ", GET_PARAMETER", NULL },
};

typedef struct {
    const KeepAliveRow *row;
    RtspStub *stub;
    Session *session;
    Receive *receive;
} KeepAliveCase;

/* Sessions of 2 s, all at once: each is kept alive by its own method and no other. */
static void test_keep_alive(void)
{
    ClipSpec clip = { CLIP_H264, 320, 180, 25, 20, 10, 300, FALSE };
    g_autoptr(GPtrArray) units = stamped_units(1, &clip);
    g_autofree char *sdp = h264_sdp(units);
    RtspStubSpec cameras[G_N_ELEMENTS(keep_alive_rows)];
    KeepAliveCase cases[G_N_ELEMENTS(keep_alive_rows)];
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const KeepAliveRow *row = &keep_alive_rows[i];
        cameras[i] =
            (RtspStubSpec) { .sdp = sdp, .units = units, .methods = row->methods, .timeout_s = 2 };
        cases[i] = (KeepAliveCase) { row, rtsp_stub_new(&cameras[i]), session_new(), NULL };
        ReceiveSpec spec = { .name = "test/sub",
                             .address = rtsp_stub_uri(cases[i].stub),
                             .transport = TRANSPORT_TCP,
                             .keep_alive = row->keep_alive,
                             .latency_ms = 100 };
        cases[i].receive = receive_start(&spec, &handler, cases[i].session);
    }
    gint64 limit = clock_now_ns() + LIMIT_MS * NS_PER_MS;
    gboolean is_done = FALSE;
    while (!is_done && clock_now_ns() < limit) {
        post_drain();
        g_usleep(5000);
        is_done = TRUE;
        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
            const char *expected = cases[i].row->expected;
            guint base = g_strcmp0(expected, "OPTIONS") == 0; /* the first one opens the session */
            is_done &= !expected || rtsp_stub_count(cases[i].stub, expected) > base;
        }
    }
    g_assert_true(is_done);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *expected = cases[i].row->expected;
        if (g_strcmp0(expected, "GET_PARAMETER") != 0)
            g_assert_cmpuint(rtsp_stub_count(cases[i].stub, "GET_PARAMETER"), ==, 0);
        if (g_strcmp0(expected, "OPTIONS") != 0)
            g_assert_cmpuint(rtsp_stub_count(cases[i].stub, "OPTIONS"), ==, 1);
        stop(cases[i].receive, cases[i].session);
        rtsp_stub_free(cases[i].stub);
    }
}

/* ---- bad ones */

#define NO_VIDEO_SDP                                                                               \
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\nm=audio 0 RTP/AVP "                        \
    "8\r\na=control:track\r\n"

#define OTHER_SDP                                                                                  \
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"                  \
    "a=rtpmap:96 VP8/90000\r\na=control:track\r\n"

typedef struct {
    const char *name;
    RtspStubSpec camera;
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
    RtspStubSpec camera = row->camera;
    if (!camera.sdp)
        camera.sdp = sdp;
    g_autoptr(RtspStub) stub = rtsp_stub_new(&camera);
    Session *session = session_new();
    Receive *receive = start(rtsp_stub_uri(stub), session);
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

/* Of no use but here: made for 127.0.0.1 and signed by itself. */
static const char own_pem[] = "-----BEGIN CERTIFICATE-----\n"
                              "MIIBkDCCATagAwIBAgIUR/gzZQtmu5HDtGXMReuesZHLujowCgYIKoZIzj0EAwIw\n"
                              "FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMTE5MTgyNFoYDzIxMjYxMDI4\n"
                              "MTkxODI0WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO\n"
                              "PQMBBwNCAASgM5s0kuQAav+Zn2O04jiwDbdx6cgSODVgzvRRjIxqfnalmbCVm5aY\n"
                              "7fKniSQSHL1C0G5hn0KtISZNpVB9DTy7o2QwYjAdBgNVHQ4EFgQULxk1iWd32nlG\n"
                              "nz566K/SdDlMu64wHwYDVR0jBBgwFoAULxk1iWd32nlGnz566K/SdDlMu64wDwYD\n"
                              "VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC\n"
                              "IQD7NqVYlsQWFAVMJJG/zri24xVPm5YMYj2lDHJD/T42EAIgNBLM7QWCQdjhsDrx\n"
                              "OOxwO9O5a5+61s7apNa3yTaKvyI=\n"
                              "-----END CERTIFICATE-----\n"
                              "-----BEGIN PRIVATE KEY-----\n"
                              "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgcYgwPjpnO1fKgl4v\n"
                              "vRfoahU05vZ9H7OGlURbFgygxI+hRANCAASgM5s0kuQAav+Zn2O04jiwDbdx6cgS\n"
                              "ODVgzvRRjIxqfnalmbCVm5aY7fKniSQSHL1C0G5hn0KtISZNpVB9DTy7\n"
                              "-----END PRIVATE KEY-----\n";

/* A certificate that nobody vouches for: refused, unless the camera's entry says not to look. */
static void test_certificate(void)
{
    for (int is_checked = 0; is_checked < 2; is_checked++) {
        const RtspStubSpec camera = {
            .pem = own_pem, .refused = "DESCRIBE", .status = 404, .reason = "Not Found"
        };
        g_autoptr(RtspStub) stub = rtsp_stub_new(&camera);
        Session *session = session_new();
        ReceiveSpec spec = { .name = "test/sub",
                             .address = rtsp_stub_uri(stub),
                             .transport = TRANSPORT_TCP,
                             .keep_alive = KEEP_ALIVE_AUTO,
                             .tls_verify = is_checked,
                             .latency_ms = 100 };
        Receive *receive = receive_start(&spec, &handler, session);
        g_assert_true(wait_for(has_failed, session));
        g_assert_cmpstr(feed_fault_word(session->fault), ==, is_checked ? "tls" : "not_found");
        stop(receive, session);
    }
}

/* ---- the end */

/* Stopped at any moment: nothing is called afterwards, and the camera's user is given back exactly
 * once. */
static void test_stop_any_time(void)
{
    ClipSpec clip = short_gop(CLIP_H264);
    g_autoptr(CameraSim) sim = sim_with(&clip, NULL);
    g_autofree char *uri = camera_sim_dup_uri(sim, "c", "sub");
    for (guint i = 0; i < 40; i++) {
        Session *session = session_new();
        Receive *receive = start(i % 8 == 7 ? "rtsp://127.0.0.1:1/x" : uri, session);
        gint64 until = clock_now_ns() + (i % 8) * 3 * NS_PER_MS;
        while (clock_now_ns() < until) {
            post_drain();
            g_usleep(500);
        }
        guint failures = session->failures;
        receive_stop(receive);
        guint units = units_of(session);
        g_assert_true(wait_for(is_released, session));
        g_assert_cmpuint(units_of(session), ==, units);
        g_assert_cmpuint(session->failures, ==, failures);
        session_free(session);
    }
    receive_stop(NULL);
    g_assert_cmpuint(reaper_busy(), ==, 0);
}

/* A camera that never answers TEARDOWN does not hold [control], nor the next one's end. */
static void test_ignores_teardown(void)
{
    enum { CAMERAS = 12 };
    ClipSpec clip = short_gop(CLIP_H264);
    g_autoptr(CameraSim) sim = sim_with(&clip, NULL);
    g_autofree char *uri = camera_sim_dup_uri(sim, "c", "sub");
    set_fault(sim, "ignore-teardown");
    Session *sessions[CAMERAS];
    Receive *receives[CAMERAS];
    for (guint i = 0; i < CAMERAS; i++) {
        sessions[i] = session_new();
        receives[i] = start(uri, sessions[i]);
    }
    for (guint i = 0; i < CAMERAS; i++)
        g_assert_true(wait_for(has_10_units, sessions[i]));
    gint64 begin = clock_now_ns();
    for (guint i = 0; i < CAMERAS; i++)
        receive_stop(receives[i]);
    g_assert_cmpint(clock_now_ns() - begin, <, NS_PER_SEC / 2);
    for (guint i = 0; i < CAMERAS; i++) {
        g_assert_true(wait_for(is_released, sessions[i]));
        session_free(sessions[i]);
    }
    g_assert_cmpuint(reaper_abandoned(), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gst_tests_init();
    post_init();
    log_set_level(g_getenv("WALLCTL_TEST_VERBOSE") ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR);
    media_log_init();
    for (gsize i = 0; i < G_N_ELEMENTS(stream_rows); i++) {
        g_autofree char *path = g_strdup_printf("/receive/stream/%s", stream_rows[i].name);
        g_test_add_data_func(path, &stream_rows[i], test_stream);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(auth_rows); i++) {
        g_autofree char *path = g_strdup_printf("/receive/auth/%s", auth_rows[i].name);
        g_test_add_data_func(path, &auth_rows[i], test_auth);
    }
    g_test_add_func("/receive/audio", test_audio);
    g_test_add_func("/receive/loss", test_loss);
    g_test_add_func("/receive/parameters_of_sdp", test_parameters_of_sdp);
    g_test_add_func("/receive/keep_alive", test_keep_alive);
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
    g_test_add_func("/receive/stop_any_time", test_stop_any_time);
    g_test_add_func("/receive/ignores_teardown", test_ignores_teardown);
    int failed = g_test_run();
    reaper_wait(10000);
    return failed;
}
