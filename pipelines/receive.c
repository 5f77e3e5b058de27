/* receive.c - one RTSP session as a GStreamer pipeline of its own: rtspsrc, a depayloader, whole
 * access units
 *
 * No parser element: the depayloader gives Annex B access units, the key frame test looks at two
 * bytes of each NAL unit, and parameter sets that only the SDP has are put in front of key units
 * here. That saves a thread boundary and a copy a camera.
 */
#include "pipelines/receive.h"

#include "pipelines/answers.h"
#include "pipelines/gate.h"
#include "pipelines/gop.h"
#include "pipelines/keep_alive.h"
#include "pipelines/parameter_sets.h"
#include "pipelines/reaper.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <gst/rtp/gstrtpbuffer.h>
#include <gst/rtp/gstrtppayloads.h>
#include <gst/rtsp/rtsp.h>
#include <pthread.h>
#include <string.h>

struct Receive {
    gint refs;
    char *name, *address;
    gboolean has_audio;
    KeepAlive keep_alive;
    GstElement *pipeline; /* [control] */
    guint watch;          /* [control] bus watch */
    gboolean is_playing;  /* [control] */

    pthread_mutex_t gate; /* held while a [stream] callback runs: after receive_stop() none does */
    gboolean is_stopped;  /* gate */
    ReceiveHandler handler;
    gpointer user;

    gint has_video, has_packets, is_untrusted; /* atomic */
    gboolean is_h265;                          /* [stream] of the video */
    GBytes *sprop;                             /* [stream] of the video */
    char *offered;     /* gate: video encodings of the SDP that we cannot use */
    char *audio_codec; /* gate, set once */
};

const char *feed_fault_word(FeedFault fault)
{
    static const char *const words[] = {
        "",         "none",    "unreachable", "no_answer",   "credentials", "not_found",
        "busy",     "tls",     "codec",       "no_keyframe", "silent",      "closed",
        "protocol", "no_data", "place",       "redirected",  "no_account"
    };
    return (guint)fault < G_N_ELEMENTS(words) ? words[fault] : "";
}

static Receive *receive_ref(Receive *receive)
{
    g_atomic_int_inc(&receive->refs);
    return receive;
}

static void receive_unref(gpointer data)
{
    Receive *receive = data;
    if (!g_atomic_int_dec_and_test(&receive->refs))
        return;
    if (receive->handler.unref)
        receive->handler.unref(receive->user);
    pthread_mutex_destroy(&receive->gate);
    g_clear_pointer(&receive->sprop, g_bytes_unref);
    g_free(receive->offered);
    g_free(receive->audio_codec);
    g_free(receive->name);
    g_free(receive->address);
    g_free(receive);
}

/* Callbacks of GStreamer's threads hold a reference of their own while they run, although their
 * closures have one: the count is what orders them with receive_start() and with the end for all to
 * see, tools too. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Receive, receive_unref)

static void unref_closure(gpointer data, GClosure *closure)
{
    receive_unref(data);
}

/* A copy with the padding that decoders need; parameter sets in front of a key unit that lacks
 * them. NULL: no memory. */
static AVPacket *make_packet(Receive *receive, const guint8 *data, gsize len)
{
    gboolean has_parameters;
    gboolean is_key = gop_is_key(data, len, receive->is_h265, &has_parameters);
    gsize extra =
        is_key && !has_parameters && receive->sprop ? g_bytes_get_size(receive->sprop) : 0;
    AVPacket *packet = av_packet_alloc();
    if (!packet || av_new_packet(packet, (int)(len + extra)) < 0) {
        av_packet_free(&packet);
        return NULL;
    }
    if (extra)
        memcpy(packet->data, g_bytes_get_data(receive->sprop, NULL), extra);
    memcpy(packet->data + extra, data, len);
    if (is_key)
        packet->flags |= AV_PKT_FLAG_KEY;
    return packet;
}

static GstFlowReturn on_video(GstAppSink *sink, gpointer user)
{
    g_autoptr(Receive) receive = receive_ref(user);
    GstSample *sample = gst_app_sink_pull_sample(sink);
    if (!sample)
        return GST_FLOW_EOS;
    GstBuffer *buffer = gst_sample_get_buffer(sample);
    GstMapInfo map;
    if (buffer && gst_buffer_map(buffer, &map, GST_MAP_READ)) {
        AVPacket *packet = map.size >= 5 && map.size < G_MAXINT32 / 2
                               ? make_packet(receive, map.data, map.size)
                               : NULL;
        if (packet) {
            packet->pts = clock_now_ns();
            if (GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DISCONT) &&
                g_atomic_int_get(&receive->has_packets)) /* the first one follows nothing */
                packet->flags |= AV_PKT_FLAG_CORRUPT;
            packet->dts =
                GST_BUFFER_PTS_IS_VALID(buffer) ? (gint64)GST_BUFFER_PTS(buffer) : AV_NOPTS_VALUE;
            pthread_mutex_lock(&receive->gate);
            if (!receive->is_stopped)
                receive->handler.packet(packet, receive->user);
            pthread_mutex_unlock(&receive->gate);
            g_atomic_int_set(&receive->has_packets, 1);
            av_packet_free(&packet);
        }
        gst_buffer_unmap(buffer, &map);
    }
    gst_sample_unref(sample);
    return GST_FLOW_OK;
}

/* Codec and clock rate; well-known payload types need not be described in the SDP. Borrowed, NULL
 * if unknown. */
static const char *audio_form(const GstStructure *caps, int *rate)
{
    int payload = -1;
    gst_structure_get_int(caps, "payload", &payload);
    const GstRTPPayloadInfo *known =
        payload >= 0 && payload < 96 ? gst_rtp_payload_info_for_pt((guint8)payload) : NULL;
    *rate = known ? (int)known->clock_rate : 0;
    gst_structure_get_int(caps, "clock-rate", rate);
    const char *name = gst_structure_get_string(caps, "encoding-name");
    return name ? name : known ? known->encoding_name : NULL;
}

static GstFlowReturn on_audio(GstAppSink *sink, gpointer user)
{
    g_autoptr(Receive) receive = receive_ref(user);
    GstSample *sample = gst_app_sink_pull_sample(sink);
    if (!sample)
        return GST_FLOW_EOS;
    GstBuffer *buffer = gst_sample_get_buffer(sample);
    const GstStructure *caps = gst_caps_get_structure(gst_sample_get_caps(sample), 0);
    int rate;
    const char *encoding = audio_form(caps, &rate);
    GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
    if (buffer && encoding && gst_rtp_buffer_map(buffer, GST_MAP_READ, &rtp)) {
        gint64 pts = GST_BUFFER_PTS_IS_VALID(buffer) ? (gint64)GST_BUFFER_PTS(buffer) : 0;
        pthread_mutex_lock(&receive->gate);
        if (!receive->is_stopped)
            receive->handler.audio(gst_rtp_buffer_get_payload(&rtp),
                                   gst_rtp_buffer_get_payload_len(&rtp), encoding,
                                   (guint)MAX(rate, 0), pts, receive->user);
        pthread_mutex_unlock(&receive->gate);
        gst_rtp_buffer_unmap(&rtp);
    }
    gst_sample_unref(sample);
    return GST_FLOW_OK;
}

static GstElement *add_sink(Receive *receive, GstBin *bin, const char *caps_text,
                            GstFlowReturn (*on_sample)(GstAppSink *, gpointer))
{
    GstElement *sink = gst_element_factory_make("appsink", NULL);
    GstCaps *caps = caps_text ? gst_caps_from_string(caps_text) : NULL;
    g_object_set(sink, "sync", FALSE, "async", FALSE, "max-buffers", 64, "caps", caps, NULL);
    if (caps)
        gst_caps_unref(caps);
    GstAppSinkCallbacks callbacks = { .new_sample = on_sample };
    gst_app_sink_set_callbacks(GST_APP_SINK(sink), &callbacks, receive_ref(receive), receive_unref);
    gst_bin_add(bin, sink);
    gst_element_sync_state_with_parent(sink);
    return sink;
}

static void link_video(Receive *receive, GstBin *bin, GstPad *pad, const GstStructure *caps,
                       gboolean is_h265)
{
    receive->is_h265 = is_h265;
    const char *lists[] = { is_h265 ? gst_structure_get_string(caps, "sprop-vps")
                                    : gst_structure_get_string(caps, "sprop-parameter-sets"),
                            is_h265 ? gst_structure_get_string(caps, "sprop-sps") : NULL,
                            is_h265 ? gst_structure_get_string(caps, "sprop-pps") : NULL };
    g_clear_pointer(&receive->sprop, g_bytes_unref);
    receive->sprop = parameter_sets_from_sprop(lists, G_N_ELEMENTS(lists));
    GstElement *depay = gst_element_factory_make(is_h265 ? "rtph265depay" : "rtph264depay", NULL);
    if (!depay) {
        log_error(FEED, "%s: GStreamer has no RTP depayloader (package gstreamer1.0-plugins-good)",
                  receive->name);
        return;
    }
    gst_bin_add(bin, depay);
    gst_element_sync_state_with_parent(depay);
    GstElement *sink = add_sink(receive, bin,
                                is_h265 ? "video/x-h265,stream-format=byte-stream,alignment=au"
                                        : "video/x-h264,stream-format=byte-stream,alignment=au",
                                on_video);
    GstPad *entry = gst_element_get_static_pad(depay, "sink");
    gboolean is_linked =
        gst_element_link(depay, sink) && gst_pad_link(pad, entry) == GST_PAD_LINK_OK;
    gst_object_unref(entry);
    if (!is_linked)
        log_warning(FEED, "%s: the video pad does not link", receive->name);
    g_atomic_int_set(&receive->has_video, 1);
    pthread_mutex_lock(&receive->gate);
    if (!receive->is_stopped)
        receive->handler.codec(is_h265 ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264, receive->user);
    pthread_mutex_unlock(&receive->gate);
}

static void on_pad(GstElement *source, GstPad *pad, gpointer user)
{
    g_autoptr(Receive) receive = receive_ref(user);
    GstCaps *caps = gst_pad_get_current_caps(pad);
    if (!caps)
        return;
    const GstStructure *form = gst_caps_get_structure(caps, 0);
    const char *media = gst_structure_get_string(form, "media");
    const char *encoding = gst_structure_get_string(form, "encoding-name");
    GstObject *bin = gst_object_get_parent(GST_OBJECT(source));
    if (bin && g_strcmp0(media, "video") == 0) {
        link_video(receive, GST_BIN(bin), pad, form, g_strcmp0(encoding, "H265") == 0);
    } else if (bin && g_strcmp0(media, "audio") == 0) {
        GstElement *sink = add_sink(receive, GST_BIN(bin), NULL, on_audio);
        GstPad *entry = gst_element_get_static_pad(sink, "sink");
        gst_pad_link(pad, entry);
        gst_object_unref(entry);
    }
    if (bin)
        gst_object_unref(bin);
    gst_caps_unref(caps);
}

/* Words of the camera may be in it: one line of ASCII is left. Caller frees. */
static char *plain_text(const char *text)
{
    char *plain = g_strdup(text);
    for (char *c = plain; *c; c++) {
        if (*c < ' ' || *c > '~')
            *c = '?';
    }
    return plain;
}

/* One video stream that we can decode, and the audio when it is wanted: nothing else is set up at
 * the camera. */
static gboolean on_select(GstElement *source, guint number, GstCaps *caps, gpointer user)
{
    g_autoptr(Receive) receive = receive_ref(user);
    const GstStructure *form = gst_caps_get_structure(caps, 0);
    const char *media = gst_structure_get_string(form, "media");
    const char *encoding = gst_structure_get_string(form, "encoding-name");
    if (g_strcmp0(media, "audio") == 0) {
        int rate;
        const char *codec = audio_form(form, &rate);
        pthread_mutex_lock(&receive->gate);
        if (!receive->audio_codec)
            receive->audio_codec = plain_text(codec ? codec : "unknown");
        pthread_mutex_unlock(&receive->gate);
        return receive->has_audio;
    }
    if (g_strcmp0(media, "video") != 0)
        return FALSE;
    if (g_strcmp0(encoding, "H264") == 0 || g_strcmp0(encoding, "H265") == 0)
        return g_atomic_int_compare_and_exchange(&receive->has_video, 0, 1);
    pthread_mutex_lock(&receive->gate);
    g_free(receive->offered);
    receive->offered = plain_text(encoding ? encoding : "unknown");
    pthread_mutex_unlock(&receive->gate);
    return FALSE;
}

/* Asked only about certificates that do not verify: rtspsrc tells of the refusal as a generic
 * error. */
static gboolean on_certificate(GstElement *source, GTlsConnection *connection,
                               GTlsCertificate *certificate, GTlsCertificateFlags faults,
                               gpointer user)
{
    g_autoptr(Receive) receive = receive_ref(user);
    g_atomic_int_set(&receive->is_untrusted, 1);
    return FALSE;
}

static gboolean before_send(GstElement *source, GstRTSPMessage *message, gpointer user)
{
    g_autoptr(Receive) receive = receive_ref(user);
    keep_alive_prepare(receive->keep_alive, message);
    return TRUE;
}

/* What GStreamer says in detail, without the place in its source; "" if nothing. */
static const char *detail_text(const char *detail)
{
    const char *text = detail ? strchr(detail, '\n') : NULL;
    return text ? text + 1 : "";
}

/* The status of a refused request, 0 if no answer was it. For SETUP it is in the text only: "Error
 * (453): reason". */
static guint status_of(GstMessage *message, const char *text)
{
    const GstStructure *details = NULL;
    guint status = 0;
    gst_message_parse_error_details(message, &details);
    if (details && gst_structure_get_uint(details, "rtsp-status-code", &status))
        return status;
    return g_str_has_prefix(text, "Error (") ? (guint)g_ascii_strtoull(text + 7, NULL, 10) : 0;
}

static FeedFault fault_of_status(guint status)
{
    if (status >= 300 && status < 400)
        return FAULT_REDIRECTED;
    switch (status) {
    case 401:
    case 403:
        return FAULT_CREDENTIALS;
    case 404:
    case 410:
        return FAULT_NOT_FOUND;
    case 453:
    case 503:
        return FAULT_BUSY;
    default:
        return FAULT_PROTOCOL;
    }
}

/* What rtspsrc says when it could set up none of the streams that were chosen. */
static gboolean is_no_stream(const GError *error)
{
    return error->domain == GST_STREAM_ERROR && (error->code == GST_STREAM_ERROR_CODEC_NOT_FOUND ||
                                                 error->code == GST_STREAM_ERROR_WRONG_TYPE);
}

/* rtspsrc has few codes and many texts; test_receive.c has the answers of cameras that lead to
 * them. */
static FeedFault classify(GstMessage *message, const GError *error, const char *text)
{
    guint status = status_of(message, text);
    if (status)
        return fault_of_status(status);
    if (error->domain != GST_RESOURCE_ERROR)
        return FAULT_PROTOCOL;
    switch ((GstResourceError)error->code) {
    case GST_RESOURCE_ERROR_NOT_AUTHORIZED:
        return FAULT_CREDENTIALS;
    case GST_RESOURCE_ERROR_OPEN_READ_WRITE: /* the connect */
        return FAULT_UNREACHABLE;
    case GST_RESOURCE_ERROR_OPEN_READ:
        return strstr(text, "uthentication") ? FAULT_CREDENTIALS : FAULT_PROTOCOL;
    case GST_RESOURCE_ERROR_READ:
    case GST_RESOURCE_ERROR_WRITE:
        return strstr(text, "Timeout")       ? FAULT_NO_ANSWER
               : strstr(text, "Parse error") ? FAULT_PROTOCOL
                                             : FAULT_CLOSED;
    default:
        return FAULT_PROTOCOL;
    }
}

static void fail(Receive *receive, FeedFault fault, const char *text)
{
    pthread_mutex_lock(&receive->gate);
    gboolean is_over = receive->is_stopped;
    g_autofree char *offered =
        !g_atomic_int_get(&receive->has_video) ? g_strdup(receive->offered) : NULL;
    pthread_mutex_unlock(&receive->gate);
    if (is_over || !receive->handler.failed)
        return;
    if (g_atomic_int_get(&receive->is_untrusted)) {
        fault = FAULT_TLS;
        text = "the camera's certificate is not trusted";
    }
    g_autofree char *place = fault == FAULT_UNREACHABLE ? gate_dup_fault(receive->address) : NULL;
    if (place) {
        fault = FAULT_PLACE;
        text = place;
    } else if (fault == FAULT_REDIRECTED) {
        text = "the camera refers to another address";
    }
    void (*failed)(FeedFault, const char *, gpointer) = receive->handler.failed;
    receive->handler.failed = NULL;
    if (offered) {
        g_autofree char *reason = g_strdup_printf("the camera offers %s video only", offered);
        failed(FAULT_CODEC, reason, receive->user);
        return;
    }
    failed(fault, text, receive->user);
}

static gboolean on_bus(GstBus *bus, GstMessage *message, gpointer user)
{
    Receive *receive = user;
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
        fail(receive, FAULT_CLOSED, "the camera ended the session");
    } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
        g_autoptr(GError) error = NULL;
        g_autofree char *detail = NULL;
        gst_message_parse_error(message, &error, &detail);
        const char *text = detail_text(detail);
        g_autofree char *plain = plain_text(*text ? text : error->message);
        log_debug(FEED, "%s: %s (%s)", receive->name, error->message, detail ? detail : "");
        if (!is_no_stream(error))
            fail(receive, classify(message, error, text), plain);
        else if (g_atomic_int_get(&receive->has_video))
            fail(receive, FAULT_PROTOCOL, "the camera has video but not over this transport");
        else
            fail(receive, FAULT_CODEC, "the camera offers no video");
    } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_PROGRESS) {
        GstProgressType type;
        g_autofree char *code = NULL;
        gst_message_parse_progress(message, &type, &code, NULL);
        receive->is_playing |=
            type == GST_PROGRESS_TYPE_COMPLETE && strcmp(code, "request") == 0; /* PLAY */
    }
    return G_SOURCE_CONTINUE;
}

static GstElement *make_source(Receive *receive, const ReceiveSpec *spec)
{
    GstElement *source = gst_element_factory_make("rtspsrc", NULL);
    if (!source)
        return NULL;
    g_object_set(
        source, "location", spec->address, "latency", spec->latency_ms, "protocols",
        spec->transport == TRANSPORT_UDP ? GST_RTSP_LOWER_TRANS_UDP
                                         : (GST_RTSP_LOWER_TRANS_TCP | GST_RTSP_LOWER_TRANS_TLS),
        "do-retransmission", FALSE, "timeout", G_GUINT64_CONSTANT(0), "tcp-timeout",
        G_GUINT64_CONSTANT(8000000), "do-rtsp-keep-alive", spec->keep_alive != KEEP_ALIVE_OFF,
        "user-agent", "wallctl/" WALLCTL_VERSION, "udp-reconnect", FALSE, NULL);
    if (spec->credential)
        g_object_set(source, "user-id", spec->credential->user, "user-pw",
                     secret_get(spec->credential->password), NULL);
    if (!spec->tls_verify)
        g_object_set(source, "tls-validation-flags", (GTlsCertificateFlags)0, NULL);
    g_signal_connect_data(source, "pad-added", G_CALLBACK(on_pad), receive_ref(receive),
                          unref_closure, 0);
    g_signal_connect_data(source, "accept-certificate", G_CALLBACK(on_certificate),
                          receive_ref(receive), unref_closure, 0);
    g_signal_connect_data(source, "select-stream", G_CALLBACK(on_select), receive_ref(receive),
                          unref_closure, 0);
    g_signal_connect_data(source, "before-send", G_CALLBACK(before_send), receive_ref(receive),
                          unref_closure, 0);
    return source;
}

const char *receive_audio_codec(Receive *receive)
{
    pthread_mutex_lock(&receive->gate);
    const char *codec = receive->audio_codec;
    pthread_mutex_unlock(&receive->gate);
    return codec;
}

typedef struct {
    Receive *receive;
    FeedFault fault;
    const char *text;
} StartFailure;

static gboolean report_start_failure(gpointer data)
{
    StartFailure *failure = data;
    fail(failure->receive, failure->fault, failure->text);
    return G_SOURCE_REMOVE;
}

static void free_start_failure(gpointer data)
{
    StartFailure *failure = data;
    receive_unref(failure->receive);
    g_free(failure);
}

void receive_init(void)
{
    /* Directly: no desktop's proxy settings, and nobody's dconf, are asked. */
    g_setenv("GIO_USE_PROXY_RESOLVER", "dummy", FALSE);
    /* A TLS session that is resumed is not checked again: with tickets, a camera whose certificate
     * nobody looked at would still be let in after the configuration has come to ask for it. */
    g_setenv("G_TLS_GNUTLS_PRIORITY", "NORMAL:%COMPAT:%NO_TICKETS", FALSE);
    gate_init();
}

Receive *receive_start(const ReceiveSpec *spec, const ReceiveHandler *handler, gpointer user)
{
    answers_init();
    Receive *receive = g_new0(Receive, 1);
    g_atomic_int_set(&receive->refs, 1);
    receive->name = g_strdup(spec->name);
    receive->address = g_strdup(spec->address);
    receive->has_audio = spec->has_audio && handler->audio;
    receive->keep_alive = spec->keep_alive;
    receive->handler = *handler;
    receive->user = user;
    pthread_mutex_init(&receive->gate, NULL);
    receive->pipeline = gst_pipeline_new(spec->name);
    FeedFault fault = FAULT_PROTOCOL;
    gboolean is_refused = !gate_may_open(spec->address);
    GstElement *source = is_refused ? NULL : make_source(receive, spec);
    const char *trouble =
        source ? NULL : "GStreamer has no rtspsrc (package gstreamer1.0-plugins-good)";
    if (is_refused)
        fault = FAULT_UNREACHABLE; /* of which fail() says more */
    if (source) {
        gst_bin_add(GST_BIN(receive->pipeline), source);
        GstBus *bus = gst_element_get_bus(receive->pipeline);
        receive->watch = gst_bus_add_watch_full(bus, G_PRIORITY_DEFAULT, on_bus,
                                                receive_ref(receive), receive_unref);
        gst_object_unref(bus);
        if (gst_element_set_state(receive->pipeline, GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE)
            trouble = "the receive pipeline does not start";
    }
    if (trouble) { /* told later, as every other failure, so that the caller has one way to handle
                      it */
        StartFailure *failure = g_new(StartFailure, 1);
        *failure = (StartFailure) { receive_ref(receive), fault, trouble };
        g_idle_add_full(G_PRIORITY_DEFAULT, report_start_failure, failure, free_start_failure);
    }
    return receive;
}

gboolean receive_is_playing(const Receive *receive)
{
    return receive->is_playing;
}

void receive_stop(Receive *receive)
{
    if (!receive)
        return;
    pthread_mutex_lock(&receive->gate);
    receive->is_stopped = TRUE;
    pthread_mutex_unlock(&receive->gate);
    if (receive->watch)
        g_source_remove(receive->watch);
    receive->watch = 0;
    reaper_take(g_steal_pointer(&receive->pipeline), receive_unref, receive);
}
