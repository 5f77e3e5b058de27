/* test_receive.c - one RTSP session with a good camera: whole units in order, and a clean end at any moment
 *
 * Good cameras are camera-sim's; what no simulator gives comes from rtsp_script.
 */
#include "pipelines/reaper.h"
#include "tests/pipeline/receive_rig.h"
#include "tests/pipeline/truth.h"
#include "tests/pipeline/units.h"
#include "tests/support/sanitizer.h"
#include "tests/support/rtsp_script.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/post.h"

#include <string.h>

/* ---- streams */

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
    Receive *receive = receive_start(&spec, &receive_rig_handler, session);
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
    Receive *receive = receive_start(&spec, &receive_rig_handler, session);
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
        Receive *receive = receive_start(&spec, &receive_rig_handler, session);
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

/* Packets are lost on the way (UDP): not one picture with grey or smears is shown, and pictures
 * come again and again. */
static void test_loss(void)
{
    ClipSpec clip = short_gop(CLIP_H264);
    clip.bitrate_kbps = 1500; /* several packets a picture */
    g_autoptr(CameraSim) sim = sim_with(&clip, NULL);
    set_fault(sim, "loss=2");
    g_autoptr(GPtrArray) units = stamped_units(1, &clip);
    Truth truth;
    truth_init(&truth, units, &clip);
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
    Receive *receive = receive_start(&spec, &receive_rig_handler, session);
    guint64 last = 0;
    guint shown = 0;
    gint64 tick = 0, limit = clock_now_ns() + 20000 * NS_PER_MS;
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
        truth_check(&truth, frame);
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
    truth_clear(&truth);
}

/* ---- parameter sets and keep-alive, from the script */

/* A camera that tells its parameter sets in the SDP only: they are put in front of each key unit.
 */
static void test_parameters_of_sdp(void)
{
    ClipSpec clip = { CLIP_H264, 320, 180, 25, 20, 10, 300, FALSE };
    g_autoptr(GPtrArray) units = stamped_units(1, &clip);
    g_autofree char *sdp = h264_sdp(units);
    const RtspScriptSpec camera = { .sdp = sdp, .units = units, .lacks_parameters = TRUE };
    g_autoptr(RtspScript) script = rtsp_script_new(&camera);
    Session *session = session_new();
    Receive *receive = start(rtsp_script_uri(script), session);
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
    RtspScript *script;
    Session *session;
    Receive *receive;
} KeepAliveCase;

/* Sessions of 2 s, all at once: each is kept alive by its own method and no other. */
static void test_keep_alive(void)
{
    ClipSpec clip = { CLIP_H264, 320, 180, 25, 20, 10, 300, FALSE };
    g_autoptr(GPtrArray) units = stamped_units(1, &clip);
    g_autofree char *sdp = h264_sdp(units);
    RtspScriptSpec cameras[G_N_ELEMENTS(keep_alive_rows)];
    KeepAliveCase cases[G_N_ELEMENTS(keep_alive_rows)];
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const KeepAliveRow *row = &keep_alive_rows[i];
        cameras[i] = (RtspScriptSpec) {
            .sdp = sdp, .units = units, .methods = row->methods, .timeout_s = 2
        };
        cases[i] = (KeepAliveCase) { row, rtsp_script_new(&cameras[i]), session_new(), NULL };
        ReceiveSpec spec = { .name = "test/sub",
                             .address = rtsp_script_uri(cases[i].script),
                             .transport = TRANSPORT_TCP,
                             .keep_alive = row->keep_alive,
                             .latency_ms = 100 };
        cases[i].receive = receive_start(&spec, &receive_rig_handler, cases[i].session);
    }
    gint64 limit = clock_now_ns() + 20000 * NS_PER_MS;
    gboolean is_done = FALSE;
    while (!is_done && clock_now_ns() < limit) {
        post_drain();
        g_usleep(5000);
        is_done = TRUE;
        for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
            const char *expected = cases[i].row->expected;
            guint base = g_strcmp0(expected, "OPTIONS") == 0; /* the first one opens the session */
            is_done &= !expected || rtsp_script_count(cases[i].script, expected) > base;
        }
    }
    g_assert_true(is_done);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *expected = cases[i].row->expected;
        if (g_strcmp0(expected, "GET_PARAMETER") != 0)
            g_assert_cmpuint(rtsp_script_count(cases[i].script, "GET_PARAMETER"), ==, 0);
        if (g_strcmp0(expected, "OPTIONS") != 0)
            g_assert_cmpuint(rtsp_script_count(cases[i].script, "OPTIONS"), ==, 1);
        stop(cases[i].receive, cases[i].session);
        rtsp_script_free(cases[i].script);
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
    g_assert_cmpint(clock_now_ns() - begin, <, PATIENCE * NS_PER_SEC / 2);
    for (guint i = 0; i < CAMERAS; i++) {
        g_assert_true(wait_for(is_released, sessions[i]));
        session_free(sessions[i]);
    }
    g_assert_cmpuint(reaper_abandoned(), ==, 0);
}

int main(int argc, char **argv)
{
    receive_rig_init(&argc, &argv);
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
    g_test_add_func("/receive/stop_any_time", test_stop_any_time);
    g_test_add_func("/receive/ignores_teardown", test_ignores_teardown);
    return receive_rig_run();
}
