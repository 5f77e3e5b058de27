/* receive_rig.c - what tests of one RTSP session stand on */
#include "tests/pipeline/receive_rig.h"

#include "pipelines/gop.h"
#include "pipelines/media_log.h"
#include "pipelines/reaper.h"
#include "tests/pipeline/gst_tests.h"
#include "tests/pipeline/units.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

enum { LIMIT_MS = 20000 };

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

const ReceiveHandler receive_rig_handler = { on_packet, on_codec, on_audio, on_failed, on_unref };

Session *session_new(void)
{
    Session *session = g_new0(Session, 1);
    pthread_mutex_init(&session->lock, NULL);
    session->last_dts = G_MININT64;
    return session;
}

void session_free(Session *session)
{
    pthread_mutex_destroy(&session->lock);
    g_free(session->text);
    g_free(session);
}

guint units_of(Session *session)
{
    pthread_mutex_lock(&session->lock);
    guint n = session->units;
    pthread_mutex_unlock(&session->lock);
    return n;
}

gboolean wait_for(gboolean (*done)(Session *), Session *session)
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

gboolean has_failed(Session *session)
{
    return session->failures > 0;
}

gboolean has_10_units(Session *session)
{
    return units_of(session) >= 10;
}

gboolean is_released(Session *session)
{
    return g_atomic_int_get(&session->unrefs) > 0;
}

Receive *start(const char *address, Session *session)
{
    ReceiveSpec spec = { .name = "test/sub",
                         .address = address,
                         .transport = TRANSPORT_TCP,
                         .keep_alive = KEEP_ALIVE_AUTO,
                         .tls_verify = TRUE,
                         .latency_ms = 100 };
    return receive_start(&spec, &receive_rig_handler, session);
}

void stop(Receive *receive, Session *session)
{
    receive_stop(receive);
    guint units = units_of(session);
    g_assert_true(wait_for(is_released, session));
    g_assert_cmpuint(units_of(session), ==, units); /* nothing comes after the stop */
    g_assert_cmpint(session->unrefs, ==, 1);
    session_free(session);
}

CameraSim *sim_with(const ClipSpec *clip, const CameraSimOptions *options)
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

void set_fault(CameraSim *sim, const char *fault)
{
    g_autoptr(GError) error = NULL;
    camera_sim_set_fault(sim, "c", fault, &error);
    g_assert_no_error(error);
}

ClipSpec short_gop(ClipCodec codec)
{
    ClipSpec spec = stamped_clip_sub();
    spec.codec = codec;
    spec.frames = 50;
    spec.gop = 10;
    return spec;
}

char *h264_sdp(GPtrArray *units)
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

void receive_rig_init(int *argc, char ***argv)
{
    g_test_init(argc, argv, NULL);
    gst_tests_init();
    post_init();
    log_set_level(g_getenv("WALLCTL_TEST_VERBOSE") ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR);
    media_log_init();
}

int receive_rig_run(void)
{
    int failed = g_test_run();
    reaper_wait(10000);
    return failed;
}
