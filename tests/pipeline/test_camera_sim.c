/* test_camera_sim.c - real clients of camera-sim see real cameras: libavformat and rtspsrc, TCP and
 * UDP, every authentication, pictures in order over the loop's end, audio
 */
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>

#include "tests/support/camera_rig.h"
#include "tests/support/sanitizer.h"
#include "tests/support/stamp.h"
#include "tests/support/wait_until.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"

#define WATCHDOG_NS (10 * NS_PER_SEC)

static char *make_clip(guint16 source, int width, int height)
{
    return camera_rig_clip(source, CLIP_H264, width, height, 25, 10);
}

static CameraSim *new_sim(void)
{
    g_autoptr(GError) error = NULL;
    CameraSim *sim = camera_sim_new(0, &error);
    g_assert_no_error(error);
    return sim;
}

static void add(CameraSim *sim, const char *id, const char *main_file, const char *sub_file,
                const CameraSimOptions *options)
{
    g_autoptr(GError) error = NULL;
    camera_sim_add(sim, id, main_file, sub_file, options, &error);
    g_assert_no_error(error);
}

/* ---- a client by libavformat ---- */

typedef struct {
    AVFormatContext *format;
    AVCodecContext *decoder; /* of stream 0 */
    AVPacket *packet;
    AVFrame *frame;
    gint64 deadline_ns;
} Client;

static int is_over(void *user)
{
    return clock_now_ns() > ((Client *)user)->deadline_ns;
}

/* 0 or libav's error. user NULL: no credentials. */
static int client_open(Client *client, guint16 port, const char *path, const char *transport,
                       const char *user)
{
    *client = (Client) { .deadline_ns = clock_now_ns() + WATCHDOG_NS };
    g_autofree char *uri = g_strdup_printf("rtsp://%s%s127.0.0.1:%u/%s", user ? user : "",
                                           user ? "@" : "", port, path);
    client->format = avformat_alloc_context();
    client->format->interrupt_callback = (AVIOInterruptCB) { is_over, client };
    AVDictionary *options = NULL;
    av_dict_set(&options, "rtsp_transport", transport, 0);
    int code = avformat_open_input(&client->format, uri, NULL, &options);
    av_dict_free(&options);
    return code;
}

static void client_decode(Client *client)
{
    const AVCodecParameters *parameters = client->format->streams[0]->codecpar;
    client->decoder = avcodec_alloc_context3(avcodec_find_decoder(parameters->codec_id));
    g_assert_cmpint(avcodec_parameters_to_context(client->decoder, parameters), >=, 0);
    client->decoder->flags |= AV_CODEC_FLAG_LOW_DELAY;
    client->decoder->thread_count = 1;
    g_assert_cmpint(avcodec_open2(client->decoder, NULL, NULL), ==, 0);
    client->packet = av_packet_alloc();
    client->frame = av_frame_alloc();
}

static void client_close(Client *client)
{
    av_packet_free(&client->packet);
    av_frame_free(&client->frame);
    avcodec_free_context(&client->decoder);
    avformat_close_input(&client->format);
}

/* The next decoded picture, from the first key frame on. FALSE: something before it is missing. */
static gboolean client_next_picture(Client *client)
{
    static const int sync = AV_PKT_FLAG_KEY;
    while (avcodec_receive_frame(client->decoder, client->frame) != 0) {
        int code = av_read_frame(client->format, client->packet);
        if (code < 0)
            g_error("no packet: %s", av_err2str(code));
        gboolean is_begun = client->decoder->frame_number > 0;
        if (client->packet->stream_index == 0 && (is_begun || client->packet->flags & sync))
            code = avcodec_send_packet(client->decoder, client->packet);
        av_packet_unref(client->packet);
        if (code < 0)
            return FALSE;
    }
    return TRUE;
}

static Stamp client_stamp(const Client *client)
{
    Stamp stamp;
    gboolean is_torn;
    const AVFrame *frame = client->frame;
    g_assert_true(stamp_read(frame->data[0], frame->linesize[0], frame->width, frame->height,
                             &stamp, &is_torn));
    g_assert_false(is_torn);
    return stamp;
}

/* sim_camera.c: what is later than this is not sent any more, as of a camera that was held up. */
#define CATCH_UP_US 200000

/* Pictures in order, with even time stamps, over the end of the loop and soon after their push. FALSE: the machine
 * held the simulator up, and there were gaps. */
static gboolean watch_pictures(CameraSim *sim, const char *transport)
{
    enum { PICTURES = 25 };
    Client client;
    g_assert_cmpint(client_open(&client, camera_sim_port(sim), "gate-2/sub", transport, NULL), ==,
                    0);
    client_decode(&client);
    guint last_number = 0;
    gint64 last_pts = 0;
    gboolean was_held_up = FALSE;
    CameraSimStats stats;
    g_assert_true(
        camera_sim_get_stats(sim, "gate-2/sub", &stats)); /* lateness counts from here on */
    for (guint i = 0; i < PICTURES; i++) {
        gboolean is_whole = client_next_picture(&client);
        gint64 now_ns = clock_now_ns();
        g_assert_true(camera_sim_get_stats(sim, "gate-2/sub", &stats));
        was_held_up = stats.late_max_us >= CATCH_UP_US;
        if (was_held_up)
            break;
        g_assert_true(is_whole);
        Stamp stamp = client_stamp(&client);
        g_assert_cmpuint(stamp.source, ==, 77);
        if (i > 0) {
            g_assert_cmpuint(stamp.frame, ==, (last_number + 1) % 10);
            g_assert_cmpint(client.frame->pts - last_pts, ==, 3600);
        }
        g_assert_cmpint(now_ns - camera_sim_push_ns(&stats, stamp.frame, now_ns), <,
                        PATIENCE * NS_PER_SEC);
        last_number = stamp.frame;
        last_pts = client.frame->pts;
    }
    g_assert_cmpuint(stats.sessions, ==, 1);
    g_assert_cmpuint(stats.frames_dropped, ==, 0);
    client_close(&client);
    return !was_held_up;
}

static gboolean has_no_session(CameraSim *sim)
{
    CameraSimStats stats;
    g_assert_true(camera_sim_get_stats(sim, "gate-2/sub", &stats));
    return stats.sessions == 0;
}

static void check_pictures(const char *transport, ClipCodec codec)
{
    g_autofree char *path = camera_rig_clip(77, codec, 640, 360, 25, 10);
    g_autoptr(CameraSim) sim = new_sim();
    add(sim, "gate-2", path, NULL, NULL);
    for (guint i = 0; !watch_pictures(sim, transport); i++) {
        g_assert_cmpuint(i, <, 10);
        WAIT_UNTIL(has_no_session(sim));
    }
}

static void test_tcp(void)
{
    check_pictures("tcp", CLIP_H264);
}

static void test_udp(void)
{
    check_pictures("udp", CLIP_H264);
}

static void test_h265(void)
{
    check_pictures("tcp", CLIP_H265);
}

/* The payload of the next frame's last packet, as a checksum; since_ns: its time after the last
 * multiple of the frame's duration. */
static char *next_frame(RtspPeer *peer, const CameraSimStats *stats, gint64 *since_ns)
{
    for (;;) {
        RtspPacket packet;
        g_assert_true(rtsp_peer_packet(peer, &packet, 5000));
        *since_ns = (packet.came_ns - stats->epoch_ns) % (40 * NS_PER_MS);
        if (packet.channel == 0 && packet.is_marked)
            return g_compute_checksum_for_data(G_CHECKSUM_MD5, packet.data + 12, packet.size - 12);
    }
}

/* Who comes later gets the frame that everybody gets then, at the time that the epoch tells. */
static void test_common_clock(void)
{
    g_autofree char *path = make_clip(5, 320, 180);
    g_autoptr(CameraSim) sim = new_sim();
    add(sim, "a", path, NULL, NULL);
    g_autofree char *uri = camera_sim_dup_uri(sim, "a", "main");
    CameraSimStats stats;
    g_assert_true(camera_sim_get_stats(sim, "a/main", &stats));
    g_autoptr(RtspPeer) first = rtsp_peer_new(camera_sim_port(sim), 0);
    g_autoptr(RtspPeer) second = rtsp_peer_new(camera_sim_port(sim), 0);
    g_assert_cmpint(rtsp_peer_play(first, uri, FALSE), ==, 200);
    gint64 since_ns, least_ns = G_MAXINT64;
    for (guint i = 0; i < 3; i++) {
        g_autofree char *seen = next_frame(first, &stats, &since_ns);
    }
    g_assert_cmpint(rtsp_peer_play(second, uri, FALSE), ==, 200);
    g_autofree char *wanted = next_frame(second, &stats, &since_ns);
    g_autofree char *found = next_frame(first, &stats, &since_ns);
    for (guint i = 0; i < 3 && !g_str_equal(found, wanted);
         i++) { /* pushed to the first one meanwhile */
        g_free(found);
        found = next_frame(first, &stats, &since_ns);
    }
    for (guint i = 0; i < 12; i++) {
        g_assert_cmpstr(found, ==, wanted);
        g_free(found);
        g_free(wanted);
        found = next_frame(first, &stats, &since_ns);
        wanted = next_frame(second, &stats, &since_ns);
        least_ns = MIN(least_ns, since_ns);
    }
    /* A busy machine is late with some, a wrong clock with all. */
    g_assert_cmpint(least_ns, <, 20 * NS_PER_MS);
}

/* ---- one stream's RTP ---- */

static gint64 ntp_unix_s(const RtspPacket *report)
{
    const guint8 *ntp = report->data + 8;
    guint32 seconds = (guint32)ntp[0] << 24 | (guint32)ntp[1] << 16 | (guint32)ntp[2] << 8 | ntp[3];
    return (gint64)seconds - G_GINT64_CONSTANT(2208988800);
}

/* The number behind NAME= in the RTP-Info header. */
static guint64 rtp_info(const RtspPeer *peer, const char *name)
{
    const char *info = strstr(rtsp_peer_answer(peer), "RTP-Info: ");
    g_assert_nonnull(info);
    const char *at = strstr(info, name);
    g_assert_nonnull(at);
    return g_ascii_strtoull(at + strlen(name), NULL, 10);
}

/* Sequence numbers and times run through over three ends of the loop; PLAY has told the first ones;
 * sender reports tell the time. */
static void test_rtp(void)
{
    g_autofree char *path = make_clip(5, 320, 180);
    g_autoptr(CameraSim) sim = new_sim();
    add(sim, "a", path, NULL, NULL);
    g_autofree char *uri = camera_sim_dup_uri(sim, "a", "main");
    g_autoptr(RtspPeer) peer = rtsp_peer_new(camera_sim_port(sim), 0);
    g_assert_cmpint(rtsp_peer_play(peer, uri, FALSE), ==, 200);
    guint16 seq = (guint16)rtp_info(peer, "seq=");
    guint32 time = (guint32)rtp_info(peer, "rtptime=");
    guint frames = 0, reports = 0;
    while (frames < 35) {
        RtspPacket packet;
        g_assert_true(rtsp_peer_packet(peer, &packet, 5000));
        if (packet.channel == 1) {
            g_assert_cmpuint(packet.type, ==, 200);
            g_assert_cmpint(ABS(ntp_unix_s(&packet) - g_get_real_time() / G_USEC_PER_SEC), <=, 1);
            reports++;
            continue;
        }
        g_assert_cmpuint(packet.type, ==, 96);
        g_assert_cmpuint(packet.seq, ==, seq);
        g_assert_cmpuint(packet.time, ==, time);
        g_assert_cmpuint(packet.size, <=, 1400);
        seq++;
        if (packet.is_marked) {
            time += 3600;
            frames++;
        }
    }
    g_assert_cmpuint(reports, >=, 1);
    g_assert_cmpint(rtsp_peer_request(peer, "PAUSE", uri, ""), ==, 200);
    RtspPacket packet;
    while (rtsp_peer_packet(peer, &packet, 200))
        ;
    g_assert_false(rtsp_peer_is_closed(peer));
    g_assert_cmpint(rtsp_peer_request(peer, "PLAY", uri, ""), ==, 200);
    g_assert_true(rtsp_peer_packet(peer, &packet, 5000));
    g_assert_cmpuint(packet.time, ==, (guint32)rtp_info(peer, "rtptime="));
}

/* A camera that is wrong for a wall: its RTP times go back and forth. */
static void test_b_frames(void)
{
    g_autoptr(GError) error = NULL;
    ClipSpec spec = stamped_clip_sub();
    spec.b_frames = TRUE;
    g_autofree char *path = stamped_clip(camera_rig_folder(), 6, &spec, &error);
    g_assert_no_error(error);
    g_autoptr(CameraSim) sim = new_sim();
    add(sim, "a", path, NULL, NULL);
    g_autofree char *uri = camera_sim_dup_uri(sim, "a", "main");
    g_autoptr(RtspPeer) peer = rtsp_peer_new(camera_sim_port(sim), 0);
    g_assert_cmpint(rtsp_peer_play(peer, uri, FALSE), ==, 200);
    guint32 last = 0;
    guint back = 0;
    for (guint frames = 0; frames < 20;) {
        RtspPacket packet;
        g_assert_true(rtsp_peer_packet(peer, &packet, 5000));
        if (packet.channel != 0 || !packet.is_marked)
            continue;
        if (frames++ && (gint32)(packet.time - last) < 0)
            back++;
        last = packet.time;
    }
    g_assert_cmpuint(back, >, 0);
}

/* ---- audio ---- */

static void test_tone(void)
{
    g_autofree char *path = make_clip(5, 320, 180);
    g_autoptr(CameraSim) sim = new_sim();
    CameraSimOptions options = { .tone_hz = 1000 };
    add(sim, "a", path, NULL, &options);
    g_autofree char *uri = camera_sim_dup_uri(sim, "a", "main");
    g_autoptr(RtspPeer) peer = rtsp_peer_new(camera_sim_port(sim), 0);
    g_assert_cmpint(rtsp_peer_play(peer, uri, TRUE), ==, 200);
    guint32 last = 0;
    guint n = 0, video = 0;
    while (n < 40) {
        RtspPacket packet;
        g_assert_true(rtsp_peer_packet(peer, &packet, 5000));
        video += packet.channel == 0;
        if (packet.channel != 2)
            continue;
        g_assert_cmpuint(packet.type, ==, 8);
        g_assert_cmpuint(packet.size, ==, 12 + 160);
        if (n++)
            g_assert_cmpuint(packet.time - last, ==, 160);
        last = packet.time;
    }
    g_assert_cmpuint(video, >, 0);
}

/* Adds AAC silence of 0.4 s to a clip. */
static void write_aac(AVFormatContext *out, AVCodecContext *encoder)
{
    AVFrame *frame = av_frame_alloc();
    AVPacket *packet = av_packet_alloc();
    frame->format = encoder->sample_fmt;
    frame->nb_samples = encoder->frame_size;
    frame->sample_rate = encoder->sample_rate;
    av_channel_layout_copy(&frame->ch_layout, &encoder->ch_layout);
    g_assert_cmpint(av_frame_get_buffer(frame, 0), ==, 0);
    memset(frame->data[0], 0, (gsize)frame->linesize[0]);
    for (int i = 0; i <= 7; i++) {
        frame->pts = i * encoder->frame_size;
        g_assert_cmpint(avcodec_send_frame(encoder, i < 7 ? frame : NULL), ==, 0);
        while (avcodec_receive_packet(encoder, packet) == 0) {
            packet->stream_index = 1;
            av_packet_rescale_ts(packet, encoder->time_base, out->streams[1]->time_base);
            g_assert_cmpint(av_interleaved_write_frame(out, packet), ==, 0);
        }
    }
    av_packet_free(&packet);
    av_frame_free(&frame);
}

static char *make_clip_with_aac(void)
{
    g_autofree char *silent = make_clip(8, 320, 180);
    char *path = g_build_filename(camera_rig_folder(), "aac.mp4", NULL);
    AVFormatContext *in = NULL, *out = NULL;
    g_assert_cmpint(avformat_open_input(&in, silent, NULL, NULL), ==, 0);
    g_assert_cmpint(avformat_alloc_output_context2(&out, NULL, "mp4", path), >=, 0);
    AVCodecContext *encoder = avcodec_alloc_context3(avcodec_find_encoder(AV_CODEC_ID_AAC));
    encoder->sample_rate = 16000;
    encoder->sample_fmt = AV_SAMPLE_FMT_FLTP;
    encoder->time_base = (AVRational) { 1, 16000 };
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    av_channel_layout_default(&encoder->ch_layout, 1);
    g_assert_cmpint(avcodec_open2(encoder, NULL, NULL), ==, 0);
    for (guint i = 0; i < 2; i++)
        avformat_new_stream(out, NULL);
    avcodec_parameters_copy(out->streams[0]->codecpar, in->streams[0]->codecpar);
    avcodec_parameters_from_context(out->streams[1]->codecpar, encoder);
    g_assert_cmpint(avio_open(&out->pb, path, AVIO_FLAG_WRITE), >=, 0);
    g_assert_cmpint(avformat_write_header(out, NULL), >=, 0);
    AVPacket *packet = av_packet_alloc();
    while (av_read_frame(in, packet) == 0) {
        av_packet_rescale_ts(packet, in->streams[0]->time_base, out->streams[0]->time_base);
        g_assert_cmpint(av_interleaved_write_frame(out, packet), ==, 0);
    }
    write_aac(out, encoder);
    g_assert_cmpint(av_write_trailer(out), ==, 0);
    av_packet_free(&packet);
    avcodec_free_context(&encoder);
    avio_closep(&out->pb);
    avformat_free_context(out);
    avformat_close_input(&in);
    return path;
}

/* The file's own audio is announced and comes, in step over the end of the loop. */
static void test_file_audio(void)
{
    g_autofree char *path = make_clip_with_aac();
    g_autoptr(CameraSim) sim = new_sim();
    CameraSimOptions options = { .has_file_audio = TRUE };
    add(sim, "a", path, NULL, &options);
    Client client;
    g_assert_cmpint(client_open(&client, camera_sim_port(sim), "a/main", "tcp", NULL), ==, 0);
    g_assert_cmpuint(client.format->nb_streams, ==, 2);
    g_assert_cmpint(client.format->streams[1]->codecpar->codec_id, ==, AV_CODEC_ID_AAC);
    g_assert_cmpint(client.format->streams[1]->codecpar->sample_rate, ==, 16000);
    AVPacket *packet = av_packet_alloc();
    gint64 first = AV_NOPTS_VALUE, last = AV_NOPTS_VALUE;
    for (guint n = 0; n < 16;) {
        g_assert_cmpint(av_read_frame(client.format, packet), ==, 0);
        if (packet->stream_index == 1 && packet->pts != AV_NOPTS_VALUE) {
            if (n++ == 0)
                first = packet->pts;
            else
                g_assert_cmpint(packet->pts, >, last);
            last = packet->pts;
        }
        av_packet_unref(packet);
    }
    /* 15 packets of 64 ms with at most two ends of a loop of 400 ms, where a packet is cut. */
    g_assert_cmpint(last - first, <=, 15 * 1024);
    g_assert_cmpint(last - first, >=, 12 * 1024);
    av_packet_free(&packet);
    client_close(&client);
    g_autoptr(GError) error = NULL;
    g_autofree char *silent = make_clip(8, 320, 180);
    g_assert_false(camera_sim_add(sim, "b", silent, NULL, &options, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
}

/* ---- authentication ---- */

static void test_auth(void)
{
    static const struct {
        CameraSimAuth auth;
        const char *user, *fault;
        gboolean is_let_in;
    } rows[] = {
        { CAMERA_SIM_AUTH_DIGEST, "admin:geheim-12", "none", TRUE },
        { CAMERA_SIM_AUTH_DIGEST, "admin:geheim-13", "none", FALSE },
        { CAMERA_SIM_AUTH_DIGEST, "root:geheim-12", "none", FALSE },
        { CAMERA_SIM_AUTH_DIGEST, NULL, "none", FALSE },
        { CAMERA_SIM_AUTH_DIGEST, "admin:geheim-12", "auth-wrong", FALSE },
        { CAMERA_SIM_AUTH_DIGEST_QOP, "admin:geheim-12", "none", TRUE },
        { CAMERA_SIM_AUTH_DIGEST_QOP, "admin:x", "none", FALSE },
        { CAMERA_SIM_AUTH_BASIC, "admin:geheim-12", "none", TRUE },
        { CAMERA_SIM_AUTH_BASIC, "admin:geheim-1", "none", FALSE },
        { CAMERA_SIM_AUTH_BASIC, NULL, "none", FALSE },
    };
    g_autofree char *path = make_clip(5, 320, 180);
    g_autoptr(CameraSim) sim = new_sim();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        CameraSimOptions options = { .user = "admin",
                                     .password = "geheim-12",
                                     .auth = rows[i].auth };
        g_autofree char *id = g_strdup_printf("row-%zu", i);
        g_autofree char *stream = g_strconcat(id, "/main", NULL);
        add(sim, id, path, NULL, &options);
        g_assert_true(camera_sim_set_fault(sim, id, rows[i].fault, NULL));
        Client client;
        int code = client_open(&client, camera_sim_port(sim), stream, "tcp", rows[i].user);
        if (code != (rows[i].is_let_in ? 0 : AVERROR_HTTP_UNAUTHORIZED))
            g_error("row %zu: %s", i, av_err2str(code));
        if (code == 0)
            client_close(&client);
    }
}

/* ---- rtspsrc ---- */

/* Video to the element "video", audio to "audio". gst_parse's own delayed links are not safe when
 * pads come in two threads at once (1.22.0 crashes while it reports). */
static void on_pad(GstElement *source, GstPad *pad, gpointer pipeline)
{
    g_autoptr(GstCaps) caps = gst_pad_get_current_caps(pad);
    const char *media = gst_structure_get_string(gst_caps_get_structure(caps, 0), "media");
    g_autoptr(GstElement) next = gst_bin_get_by_name(GST_BIN(pipeline), media);
    g_assert_nonnull(next);
    g_autoptr(GstPad) sink = gst_element_get_static_pad(next, "sink");
    g_assert_cmpint(gst_pad_link(pad, sink), ==, GST_PAD_LINK_OK);
}

/* Counts whole access units until there are enough; the pads are what GStreamer makes of the
 * session description. */
static void check_rtspsrc(const char *protocol, CameraSimAuth auth, const char *password,
                          gboolean is_let_in)
{
    g_autofree char *path = make_clip(5, 320, 180);
    g_autoptr(CameraSim) sim = new_sim();
    CameraSimOptions options = { .user = "admin", .password = "pw", .auth = auth, .tone_hz = 500 };
    add(sim, "a", path, NULL, &options);
    g_autofree char *uri = camera_sim_dup_uri(sim, "a", "sub");
    g_autofree char *text = g_strdup_printf(
        "rtspsrc name=s location=%s protocols=%s latency=0 user-id=admin user-pw=%s "
        "rtph264depay name=video ! h264parse ! "
        "video/x-h264,stream-format=byte-stream,alignment=au ! appsink name=v sync=false "
        "rtppcmadepay name=audio ! appsink name=a sync=false",
        uri, protocol, password);
    g_autoptr(GError) error = NULL;
    g_autoptr(GstElement) pipeline = gst_parse_launch(text, &error);
    g_assert_no_error(error);
    g_autoptr(GstElement) source = gst_bin_get_by_name(GST_BIN(pipeline), "s");
    g_signal_connect(source, "pad-added", G_CALLBACK(on_pad), pipeline);
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    static const char *const names[] = { "v", "a" };
    for (guint i = 0; is_let_in && i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), names[i]);
        for (guint n = 0; n < 15; n++) {
            GstSample *sample = gst_app_sink_try_pull_sample(GST_APP_SINK(sink), 10 * GST_SECOND);
            g_assert_nonnull(sample);
            gst_sample_unref(sample);
        }
    }
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline);
    g_autoptr(GstMessage) message =
        gst_bus_timed_pop_filtered(bus, is_let_in ? 0 : 10 * GST_SECOND, GST_MESSAGE_ERROR);
    if (is_let_in) {
        g_assert_null(message);
    } else {
        g_assert_nonnull(message);
        g_autoptr(GError) reason = NULL;
        gst_message_parse_error(message, &reason, NULL);
        g_assert_error(reason, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED);
    }
    gst_element_set_state(pipeline, GST_STATE_NULL);
    CameraSimStats stats;
    g_assert_true(camera_sim_get_stats(sim, "a/sub", &stats));
    g_assert_cmpuint(stats.opened, ==, is_let_in ? 1 : 0);
    g_assert_cmpuint(stats.teardowns, ==, is_let_in ? 1 : 0);
    g_assert_cmpuint(stats.sessions, ==, 0);
}

static void test_rtspsrc_tcp(void)
{
    check_rtspsrc("tcp", CAMERA_SIM_AUTH_DIGEST, "pw", TRUE);
}

static void test_rtspsrc_udp(void)
{
    check_rtspsrc("udp", CAMERA_SIM_AUTH_BASIC, "pw", TRUE);
}

static void test_rtspsrc_refused(void)
{
    check_rtspsrc("tcp", CAMERA_SIM_AUTH_DIGEST, "wrong", FALSE);
}

/* ---- real footage ---- */

static void test_footage(void)
{
    static const struct {
        const char *file;
        int width, height;
        enum AVCodecID codec;
    } rows[] = {
        { "street-1920x1080p25-h264.mp4", 1920, 1080, AV_CODEC_ID_H264 },
        { "street-1920x1080p25-h265.mp4", 1920, 1080, AV_CODEC_ID_HEVC },
        { "street-704x576p25-h264.mp4", 704, 576, AV_CODEC_ID_H264 },
    };
    const char *source = g_getenv("WALLCTL_SOURCE"), *given = g_getenv("WALLCTL_MEDIA");
    g_autofree char *media =
        given ? g_strdup(given)
              : g_build_filename(source ? source : ".", "..", "shared", "media", NULL);
    if (!g_file_test(media, G_FILE_TEST_IS_DIR)) {
        g_test_skip("no footage: neither ../shared/media nor WALLCTL_MEDIA is there");
        return;
    }
    g_autoptr(CameraSim) sim = new_sim();
    Client clients[G_N_ELEMENTS(rows)]; /* all at once: each waits for its key frame */
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_build_filename(media, rows[i].file, NULL);
        g_autofree char *id = g_strdup_printf("street-%zu", i);
        g_autofree char *stream = g_strconcat(id, "/main", NULL);
        add(sim, id, path, NULL, NULL);
        g_assert_cmpint(client_open(&clients[i], camera_sim_port(sim), stream, "tcp", NULL), ==, 0);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpint(clients[i].format->streams[0]->codecpar->codec_id, ==, rows[i].codec);
        client_decode(&clients[i]);
        g_assert_true(client_next_picture(&clients[i]));
        g_assert_cmpint(clients[i].frame->width, ==, rows[i].width);
        g_assert_cmpint(clients[i].frame->height, ==, rows[i].height);
        client_close(&clients[i]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gst_init(&argc, &argv);
    av_log_set_level(AV_LOG_FATAL);
    g_test_add_func("/camera-sim/libav/tcp", test_tcp);
    g_test_add_func("/camera-sim/libav/udp", test_udp);
    g_test_add_func("/camera-sim/libav/h265", test_h265);
    g_test_add_func("/camera-sim/rtspsrc/tcp", test_rtspsrc_tcp);
    g_test_add_func("/camera-sim/rtspsrc/udp", test_rtspsrc_udp);
    g_test_add_func("/camera-sim/rtspsrc/refused", test_rtspsrc_refused);
    g_test_add_func("/camera-sim/common-clock", test_common_clock);
    g_test_add_func("/camera-sim/rtp", test_rtp);
    g_test_add_func("/camera-sim/b-frames", test_b_frames);
    g_test_add_func("/camera-sim/audio/tone", test_tone);
    g_test_add_func("/camera-sim/audio/file", test_file_audio);
    g_test_add_func("/camera-sim/auth", test_auth);
    g_test_add_func("/camera-sim/footage", test_footage);
    int code = g_test_run();
    camera_rig_remove_folder();
    return code;
}
