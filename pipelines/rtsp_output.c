/* rtsp_output.c - walls as RTSP streams, by gst-rtsp-server in a thread of its own
 *
 * The encoder's packets go into an appsrc as they are; timestamps are those of the canvas' ticks,
 * since GStreamer's system clock and ours are the same monotonic one. The appsrc never makes the
 * encoder wait: when a second of pictures lies in it, what comes is left out up to a key frame.
 * What a client over TCP does not read is bounded by gst-rtsp-server (measured: a stopped client
 * and 20 Mbit/s, memory and the other clients' 25 fps stay as they are).
 */
#include "pipelines/rtsp_output.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <gst/app/gstappsrc.h>
#include <gst/rtsp-server/rtsp-server.h>
#include <pthread.h>
#include <string.h>

#define LAUNCH                                                                                     \
    "( appsrc name=source is-live=true format=time block=false max-bytes=0 max-buffers=0 "         \
    "max-time=0 "                                                                                  \
    "caps=video/x-h264,stream-format=byte-stream,alignment=au "                                    \
    "! rtph264pay name=pay0 pt=96 config-interval=-1 aggregate-mode=zero-latency )"
#define MAX_QUEUED_NS NS_PER_SEC /* encoded pictures that wait for the network */
#define MAX_SESSIONS  64
#define CLEANUP_S     5
#define SEND_BUFFER   (512 * 1024) /* UDP: a key frame leaves in one go */
#define UDP_PORT_MIN  30000        /* below the range that the kernel gives away */
#define UDP_PORT_MAX  31999

/* One path. Counted: the server's list and each media hold it. */
typedef struct {
    gint refs;
    char *path;
    pthread_mutex_t lock;
    Encoder *encoder; /* lock; NULL once the path is removed */
    GPtrArray
        *taps; /* lock; the media being served: one, or two while one ends and the next begins */
} Mount;

/* The way from the encoder into one media. */
typedef struct {
    Mount *mount;
    GstAppSrc *source;
    Encoder *encoder;     /* mount->lock; NULL: not attached. Fixed while packets come */
    guint sink;           /* mount->lock */
    gboolean is_skipping; /* [encoder] until the next key packet */
    gboolean has_asked;   /* [encoder] for that key packet */
    GstClockTime origin;  /* [stream] the system clock's time of running time 0; 0: not known yet */
} Tap;

struct RtspServer {
    gint refs; /* the owner's and one of each connection */
    GMainContext *context;
    GMainLoop *loop;
    GThread *thread;
    GstRTSPServer *server;
    GstRTSPSessionPool *sessions;
    GstRTSPMountPoints *points;
    GstRTSPAddressPool *addresses; /* for UDP; NULL: all interfaces */
    GPtrArray *mounts;             /* [control] */
    guint port;
    gint n_clients; /* atomic */
};

static void mount_unref(Mount *mount)
{
    if (!g_atomic_int_dec_and_test(&mount->refs))
        return;
    g_ptr_array_unref(mount->taps);
    pthread_mutex_destroy(&mount->lock);
    g_free(mount->path);
    g_free(mount);
}

/* Packets */

static void free_packet(gpointer data)
{
    AVPacket *packet = data;
    av_packet_free(&packet);
}

/* TRUE: this packet is left out. */
static gboolean must_skip(Tap *tap, gboolean is_key)
{
    guint64 queued_ns = gst_app_src_get_current_level_time(tap->source);
    if (queued_ns > MAX_QUEUED_NS)
        tap->is_skipping = TRUE;
    if (!tap->is_skipping)
        return FALSE;
    if (queued_ns > MAX_QUEUED_NS / 2)
        return TRUE;
    if (is_key) {
        tap->is_skipping = tap->has_asked = FALSE;
        return FALSE;
    }
    if (!tap->has_asked)
        encoder_request_key(tap->encoder);
    tap->has_asked = TRUE;
    return TRUE;
}

/* [encoder] */
static void on_packet(const AVPacket *packet, gpointer user)
{
    Tap *tap = user;
    gboolean is_key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    if (must_skip(tap, is_key))
        return;
    AVPacket *kept = av_packet_clone(packet);
    GstBuffer *buffer =
        gst_buffer_new_wrapped_full(GST_MEMORY_FLAG_READONLY, kept->data, (gsize)kept->size, 0,
                                    (gsize)kept->size, kept, free_packet);
    GST_BUFFER_PTS(buffer) =
        (GstClockTime)packet->pts; /* of the system clock; see to_running_time() */
    if (!is_key)
        GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
    gst_app_src_push_buffer(tap->source, buffer);
}

/* [stream] A live source waits for PLAYING, so the base time is known when a buffer leaves it, and
 * not before. What was encoded a moment earlier keeps its distance to what follows. */
static GstPadProbeReturn to_running_time(GstPad *pad, GstPadProbeInfo *info, gpointer user)
{
    Tap *tap = user;
    GstBuffer *buffer = gst_buffer_make_writable(GST_PAD_PROBE_INFO_BUFFER(info));
    if (tap->origin == 0)
        tap->origin =
            MIN(GST_BUFFER_PTS(buffer), gst_element_get_base_time(GST_ELEMENT(tap->source)));
    GST_BUFFER_PTS(buffer) -= tap->origin;
    GST_BUFFER_DTS(buffer) = GST_BUFFER_PTS(buffer);
    GST_PAD_PROBE_INFO_DATA(info) = buffer;
    return GST_PAD_PROBE_OK;
}

/* Media */

/* mount->lock is held. */
static void attach(Tap *tap)
{
    tap->encoder = tap->mount->encoder;
    if (tap->encoder)
        tap->sink = encoder_add_sink(tap->encoder, on_packet, tap);
}

/* Ends the tap's packets; returns when none is on its way into it. mount->lock is held. */
static void detach(Tap *tap)
{
    if (tap->encoder)
        encoder_remove_sink(tap->encoder, tap->sink);
    tap->encoder = NULL;
}

static void tap_free(gpointer user)
{
    Tap *tap = user;
    Mount *mount = tap->mount;
    pthread_mutex_lock(&mount->lock);
    detach(tap);
    g_ptr_array_remove(mount->taps, tap);
    pthread_mutex_unlock(&mount->lock);
    gst_object_unref(tap->source);
    g_free(tap);
    mount_unref(mount);
}

static void on_unprepared(GstRTSPMedia *media, gpointer user)
{
    Tap *tap = user;
    pthread_mutex_lock(&tap->mount->lock);
    detach(tap);
    pthread_mutex_unlock(&tap->mount->lock);
}

static void on_media_configure(GstRTSPMediaFactory *factory, GstRTSPMedia *media, gpointer user)
{
    Mount *mount = user;
    g_autoptr(GstElement) bin = gst_rtsp_media_get_element(media);
    GstElement *source = gst_bin_get_by_name(GST_BIN(bin), "source");
    g_autoptr(GstPad) pad = gst_element_get_static_pad(source, "src");
    Tap *tap = g_new0(Tap, 1);
    gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, to_running_time, tap, NULL);
    tap->mount = mount;
    g_atomic_int_inc(&mount->refs);
    tap->source = GST_APP_SRC(source);
    g_object_set_data_full(G_OBJECT(media), "wallctl-tap", tap, tap_free);
    g_signal_connect(media, "unprepared", G_CALLBACK(on_unprepared), tap);
    pthread_mutex_lock(&mount->lock);
    g_ptr_array_add(mount->taps, tap);
    attach(tap);
    pthread_mutex_unlock(&mount->lock);
}

static void drop_mount(gpointer data, GClosure *closure)
{
    mount_unref(data);
}

static GstRTSPMediaFactory *new_factory(RtspServer *server, Mount *mount)
{
    GstRTSPMediaFactory *factory = gst_rtsp_media_factory_new();
    gst_rtsp_media_factory_set_launch(factory, LAUNCH);
    gst_rtsp_media_factory_set_shared(factory, TRUE);
    gst_rtsp_media_factory_set_protocols(factory,
                                         GST_RTSP_LOWER_TRANS_UDP | GST_RTSP_LOWER_TRANS_TCP);
    gst_rtsp_media_factory_set_buffer_size(factory, SEND_BUFFER);
    gst_rtsp_media_factory_set_address_pool(factory, server->addresses);
    g_atomic_int_inc(&mount->refs);
    g_signal_connect_data(factory, "media-configure", G_CALLBACK(on_media_configure), mount,
                          drop_mount, 0);
    return factory;
}

/* Clients */

static void server_unref(RtspServer *server)
{
    if (g_atomic_int_dec_and_test(&server->refs))
        g_free(server);
}

static void drop_server(gpointer data, GClosure *closure)
{
    server_unref(data);
}

static GstRTSPFilterResult end_session(GstRTSPClient *client, GstRTSPSession *session,
                                       gpointer user)
{
    return GST_RTSP_FILTER_REMOVE;
}

/* Sessions end with their connection: a UDP client that is gone would else be served until its
 * session expires. */
static void on_closed(GstRTSPClient *client, gpointer user)
{
    RtspServer *server = user;
    gst_rtsp_client_session_filter(client, end_session, NULL);
    g_atomic_int_add(&server->n_clients, -1);
}

/* A client that joins a stream under way would wait for the next key frame. */
static void on_play(GstRTSPClient *client, GstRTSPContext *context, gpointer user)
{
    Tap *tap = context->media ? g_object_get_data(G_OBJECT(context->media), "wallctl-tap") : NULL;
    if (!tap)
        return;
    pthread_mutex_lock(&tap->mount->lock);
    if (tap->encoder)
        encoder_request_key(tap->encoder);
    pthread_mutex_unlock(&tap->mount->lock);
}

static void on_connected(GstRTSPServer *rtsp, GstRTSPClient *client, gpointer user)
{
    RtspServer *server = user;
    g_atomic_int_inc(&server->n_clients);
    g_atomic_int_inc(&server->refs);
    g_signal_connect_data(client, "closed", G_CALLBACK(on_closed), server, drop_server, 0);
    g_signal_connect(client, "play-request", G_CALLBACK(on_play), NULL);
}

static GstRTSPFilterResult close_client(GstRTSPServer *rtsp, GstRTSPClient *client, gpointer user)
{
    return GST_RTSP_FILTER_REMOVE;
}

static GstRTSPFilterResult is_of_path(GstRTSPClient *client, GstRTSPSession *session, gpointer user)
{
    gint matched;
    return gst_rtsp_session_get_media(session, user, &matched) ? GST_RTSP_FILTER_REF
                                                               : GST_RTSP_FILTER_KEEP;
}

static GstRTSPFilterResult close_client_of_path(GstRTSPServer *rtsp, GstRTSPClient *client,
                                                gpointer path)
{
    GList *sessions = gst_rtsp_client_session_filter(client, is_of_path, path);
    gboolean is_user = sessions != NULL;
    g_list_free_full(sessions, g_object_unref);
    return is_user ? GST_RTSP_FILTER_REMOVE : GST_RTSP_FILTER_KEEP;
}

/* The server */

static gpointer run(gpointer user)
{
    RtspServer *server = user;
    g_main_context_push_thread_default(server->context);
    g_main_loop_run(server->loop);
    g_main_context_pop_thread_default(server->context);
    return NULL;
}

static gboolean quit(gpointer loop)
{
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

static gboolean clean_up(gpointer user)
{
    gst_rtsp_session_pool_cleanup(user);
    return G_SOURCE_CONTINUE;
}

static Mount *find_mount(const RtspServer *server, const char *path)
{
    for (guint i = 0; i < server->mounts->len; i++) {
        Mount *mount = g_ptr_array_index(server->mounts, i);
        if (strcmp(mount->path, path) == 0)
            return mount;
    }
    return NULL;
}

gboolean rtsp_server_add(RtspServer *server, const char *path, Canvas *canvas,
                         const EncoderForm *form, GError **error)
{
    assert_control_thread();
    if (path[0] != '/' || find_mount(server, path)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "RTSP path '%s': %s", path,
                    path[0] == '/' ? "is taken already" : "accepted are paths that begin with '/'");
        return FALSE;
    }
    Encoder *encoder = encoder_get(canvas, form, error);
    if (!encoder)
        return FALSE;
    Mount *mount = g_new0(Mount, 1);
    mount->refs = 1;
    mount->path = g_strdup(path);
    mount->encoder = encoder;
    mount->taps = g_ptr_array_new();
    pthread_mutex_init(&mount->lock, NULL);
    g_ptr_array_add(server->mounts, mount);
    gst_rtsp_mount_points_add_factory(server->points, path, new_factory(server, mount));
    return TRUE;
}

/* New clients find nothing, those that are there get nothing more. */
static void close_mount(RtspServer *server, Mount *mount)
{
    gst_rtsp_mount_points_remove_factory(server->points, mount->path);
    pthread_mutex_lock(&mount->lock);
    for (guint i = 0; i < mount->taps->len; i++)
        detach(g_ptr_array_index(mount->taps, i));
    Encoder *encoder = g_steal_pointer(&mount->encoder);
    pthread_mutex_unlock(&mount->lock);
    encoder_unref(encoder);
}

void rtsp_server_remove(RtspServer *server, const char *path)
{
    assert_control_thread();
    Mount *mount = find_mount(server, path);
    if (!mount)
        return;
    close_mount(server, mount);
    gst_rtsp_server_client_filter(server->server, close_client_of_path, mount->path);
    g_ptr_array_remove(server->mounts, mount);
}

guint rtsp_server_clients(RtspServer *server)
{
    return (guint)g_atomic_int_get(&server->n_clients);
}

guint rtsp_server_port(RtspServer *server)
{
    return server->port;
}

static GSource *listen_at(RtspServer *server, const char *host, guint port, GError **error)
{
    g_autofree char *service = g_strdup_printf("%u", port);
    gst_rtsp_server_set_address(server->server, host);
    gst_rtsp_server_set_service(server->server, service);
    GSource *source = gst_rtsp_server_create_source(server->server, NULL, error);
    if (!source && error && *error) {
        int code = WALL_ERROR_UNAVAILABLE;
        g_autofree char *reason = g_strdup((*error)->message);
        g_clear_error(error);
        g_set_error(error, WALL_ERROR, code, "RTSP server cannot listen at %s:%u: %s", host, port,
                    reason);
    }
    return source;
}

/* gst-rtsp-server would open the UDP ports of its senders on all interfaces. */
static GstRTSPAddressPool *udp_addresses(const char *host)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host);
    if (!address || g_inet_address_get_is_any(address))
        return NULL;
    GstRTSPAddressPool *pool = gst_rtsp_address_pool_new();
    gst_rtsp_address_pool_add_range(pool, host, host, UDP_PORT_MIN, UDP_PORT_MAX, 0);
    return pool;
}

static void free_mount(gpointer mount)
{
    mount_unref(mount);
}

RtspServer *rtsp_server_new(const char *host, guint port, GError **error)
{
    assert_control_thread();
    gst_init(NULL, NULL);
    RtspServer *server = g_new0(RtspServer, 1);
    server->refs = 1;
    server->context = g_main_context_new();
    server->loop = g_main_loop_new(server->context, FALSE);
    server->server = gst_rtsp_server_new();
    server->sessions = gst_rtsp_server_get_session_pool(server->server);
    server->points = gst_rtsp_server_get_mount_points(server->server);
    server->addresses = udp_addresses(host);
    server->mounts = g_ptr_array_new_with_free_func(free_mount);
    gst_rtsp_session_pool_set_max_sessions(server->sessions, MAX_SESSIONS);
    g_signal_connect(server->server, "client-connected", G_CALLBACK(on_connected), server);
    g_autoptr(GSource) listener = listen_at(server, host, port, error);
    if (!listener) {
        rtsp_server_free(server);
        return NULL;
    }
    g_source_attach(listener, server->context);
    server->port = (guint)gst_rtsp_server_get_bound_port(server->server);
    g_autoptr(GSource) timer = g_timeout_source_new_seconds(CLEANUP_S);
    g_source_set_callback(timer, clean_up, server->sessions, NULL);
    g_source_attach(timer, server->context);
    server->thread = g_thread_new("rtsp-server", run, server);
    log_info(RTSP, "listening at rtsp://%s:%u", host, server->port);
    return server;
}

void rtsp_server_free(RtspServer *server)
{
    if (!server)
        return;
    assert_control_thread();
    for (guint i = 0; i < server->mounts->len; i++)
        close_mount(server, g_ptr_array_index(server->mounts, i));
    if (server->thread) {
        g_autoptr(GSource) end = g_idle_source_new(); /* from within: the loop may not run yet */
        g_source_set_callback(end, quit, server->loop, NULL);
        g_source_attach(end, server->context);
        g_thread_join(server->thread);
    }
    gst_rtsp_server_client_filter(server->server, close_client, NULL);
    g_ptr_array_unref(server->mounts);
    g_object_unref(server->points);
    g_object_unref(server->sessions);
    g_object_unref(server->server);
    g_clear_object(&server->addresses);
    g_main_loop_unref(server->loop);
    g_main_context_unref(server->context);
    server_unref(server);
}
