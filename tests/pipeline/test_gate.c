/* test_gate.c - nothing is connected to where no camera may be: names that change their address, redirections, packets
 *
 * Cameras may be at 127.0.0.1 here. Traps lie at 127.0.0.2 and at other ports: a connection to one would wait there to be
 * accepted, however briefly it stood. What names stand for is told by a resolver of the test's own, beneath the gate's.
 */
#include "pipelines/gate.h"
#include "pipelines/knock.h"
#include "pipelines/probe.h"
#include "pipelines/stray.h"
#include "tests/pipeline/receive_rig.h"
#include "tests/pipeline/tls_front.h"
#include "tests/pipeline/units.h"
#include "tests/support/rtsp_script.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#include <glib/gstdio.h>
#include <pthread.h>
#include <string.h>

#define NAME "gate-2.example"
enum { SOON_MS = 5000, WHILE_MS = 400 };

/* --- a resolver -------------------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* one that ThreadSanitizer sees */
static const char *const *answers; /* lock: lists divided by spaces, the last one again and again */
static guint n_lookups;            /* lock */

typedef struct {
    GResolver parent;
} Fake;

typedef struct {
    GResolverClass parent;
} FakeClass;

static GType fake_get_type(void);
G_DEFINE_TYPE(Fake, fake, G_TYPE_RESOLVER)

static GList *fake_lookup(GResolver *resolver, const char *name, GCancellable *cancel,
                          GError **error)
{
    pthread_mutex_lock(&lock);
    GList *found = NULL;
    g_auto(GStrv) words = answers && *answers && strcmp(name, NAME) == 0
                              ? g_strsplit(*answers, " ", -1)
                              : g_new0(char *, 1);
    for (char **word = words; *word; word++)
        found = g_list_append(found, g_inet_address_new_from_string(*word));
    if (found && answers[1])
        answers++;
    n_lookups++;
    pthread_mutex_unlock(&lock);
    if (!found)
        g_set_error(error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such name");
    return found;
}

static GList *fake_lookup_with_flags(GResolver *resolver, const char *name,
                                     GResolverNameLookupFlags flags, GCancellable *cancel,
                                     GError **error)
{
    return fake_lookup(resolver, name, cancel, error);
}

static void free_found(gpointer found)
{
    g_list_free_full(found, g_object_unref);
}

static void fake_lookup_async(GResolver *resolver, const char *name, GCancellable *cancel,
                              GAsyncReadyCallback func, gpointer user)
{
    g_autoptr(GTask) task = g_task_new(resolver, cancel, func, user);
    GError *error = NULL;
    GList *found = fake_lookup(resolver, name, cancel, &error);
    if (found)
        g_task_return_pointer(task, found, free_found);
    else
        g_task_return_error(task, error);
}

static GList *fake_lookup_finish(GResolver *resolver, GAsyncResult *result, GError **error)
{
    return g_task_propagate_pointer(G_TASK(result), error);
}

static void fake_class_init(FakeClass *class)
{
    GResolverClass *resolver = (GResolverClass *)class;
    resolver->lookup_by_name = fake_lookup;
    resolver->lookup_by_name_with_flags = fake_lookup_with_flags;
    resolver->lookup_by_name_async = fake_lookup_async;
    resolver->lookup_by_name_finish = fake_lookup_finish;
}

static void fake_init(Fake *fake)
{
}

static void resolve_to(const char *const *list)
{
    pthread_mutex_lock(&lock);
    answers = list;
    n_lookups = 0;
    pthread_mutex_unlock(&lock);
}

static guint lookups(void)
{
    pthread_mutex_lock(&lock);
    guint n = n_lookups;
    pthread_mutex_unlock(&lock);
    return n;
}

/* --- traps ------------------------------------------------------------------------------------- */

/* port 0: any. */
static GSocket *trap_new(const char *host, guint16 port, GSocketType type)
{
    g_autoptr(GError) error = NULL;
    GSocket *trap = g_socket_new(G_SOCKET_FAMILY_IPV4, type, G_SOCKET_PROTOCOL_DEFAULT, &error);
    g_assert_no_error(error);
    g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string(host, port);
    g_socket_bind(trap, address, TRUE, &error);
    g_assert_no_error(error);
    if (type == G_SOCKET_TYPE_STREAM)
        g_socket_listen(trap, &error);
    g_assert_no_error(error);
    g_socket_set_blocking(trap, FALSE);
    return trap;
}

static guint16 trap_port(GSocket *trap)
{
    g_autoptr(GSocketAddress) address = g_socket_get_local_address(trap, NULL);
    return g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address));
}

static gboolean is_sprung(GSocket *trap)
{
    return g_socket_condition_check(trap, G_IO_IN) != 0;
}

static void serve_for(guint ms)
{
    for (gint64 end = g_get_monotonic_time() + ms * 1000; g_get_monotonic_time() < end;) {
        post_drain();
        g_usleep(2000);
    }
}

static guint16 script_port(const RtspScript *script)
{
    return (guint16)g_ascii_strtoull(strrchr(rtsp_script_uri(script), ':') + 1, NULL, 10);
}

static char *named_uri(const RtspScript *script)
{
    return g_strdup_printf("%s://" NAME ":%u/x",
                           g_str_has_prefix(rtsp_script_uri(script), "rtsps") ? "rtsps" : "rtsp",
                           script_port(script));
}

/* What became of a session: its fault. */
static FeedFault fault_of(const char *address, const char *words)
{
    Session *session = session_new();
    Receive *receive = start(address, session);
    g_assert_true(wait_for(has_failed, session));
    g_test_message("%s: %s, %s", address, feed_fault_word(session->fault), session->text);
    g_assert_nonnull(strstr(session->text, words));
    FeedFault fault = session->fault;
    stop(receive, session);
    return fault;
}

static const RtspScriptSpec no_stream = { .refused = "DESCRIBE",
                                          .status = 404,
                                          .reason = "Not Found" };

/* --- names ------------------------------------------------------------------------------------- */

/* The name's address changes after it was judged, and before each next session. */
static void test_rebind(void)
{
    static const char *const list[] = { "127.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.2", NULL };
    g_autoptr(RtspScript) script = rtsp_script_new(&no_stream);
    g_autoptr(GSocket) trap = trap_new("127.0.0.2", script_port(script), G_SOCKET_TYPE_STREAM);
    g_autofree char *uri = named_uri(script);
    resolve_to(list);
    g_assert_cmpint(fault_of(uri, "404"), ==, FAULT_NOT_FOUND);
    g_assert_cmpuint(lookups(), ==, 1); /* what was judged was used */
    g_assert_cmpint(fault_of(uri, "leads to 127.0.0.2, where no camera may be"), ==, FAULT_PLACE);
    g_assert_cmpint(fault_of(uri, "404"), ==, FAULT_NOT_FOUND); /* not for ever */
    g_assert_cmpint(fault_of(uri, "127.0.0.2"), ==, FAULT_PLACE);
    g_assert_cmpuint(lookups(), ==, 4);
    g_assert_cmpuint(rtsp_script_count(script, "DESCRIBE"), ==, 2);
    g_assert_false(is_sprung(trap));
}

static void test_several_addresses(void)
{
    static const char *const list[] = { "127.0.0.2 169.254.169.254 127.0.0.1", NULL };
    g_autoptr(RtspScript) script = rtsp_script_new(&no_stream);
    g_autoptr(GSocket) trap = trap_new("127.0.0.2", script_port(script), G_SOCKET_TYPE_STREAM);
    g_autofree char *uri = named_uri(script);
    resolve_to(list);
    g_assert_cmpint(fault_of(uri, "404"), ==, FAULT_NOT_FOUND);
    g_assert_false(is_sprung(trap));
}

/* A name that has no address is no refused one. */
static void test_no_such_name(void)
{
    static const char *const list[] = { "127.0.0.2", NULL };
    resolve_to(list);
    g_assert_cmpint(fault_of("rtsp://" NAME "/x", ""), ==, FAULT_PLACE);
    g_assert_cmpint(fault_of("rtsp://no-such-host.example/x", ""), ==, FAULT_UNREACHABLE);
}

/* The configuration refuses these; nothing would be connected if it did not. */
static void test_literals(void)
{
    static const char *const hosts[] = { "127.0.0.2", "[::ffff:127.0.0.2]", "127.2", "2130706434" };
    g_autoptr(GSocket) trap = trap_new("127.0.0.2", 0, G_SOCKET_TYPE_STREAM);
    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        g_autofree char *uri = g_strdup_printf("rtsp://%s:%u/x", hosts[i], trap_port(trap));
        g_assert_cmpint(fault_of(uri, "where no camera may be"), ==, FAULT_PLACE);
    }
    g_assert_false(is_sprung(trap));
}

/* The certificate is held against the name, not against the address that was found. */
static void test_certificate(void)
{
    static const char *const list[] = { "127.0.0.1", NULL };
    static const struct {
        const char *made_for;
        FeedFault fault;
    } rows[] = { { NAME, FAULT_NOT_FOUND }, { "127.0.0.1", FAULT_TLS } };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *pem = tls_front_pem(rows[i].made_for);
        g_autofree char *path = g_build_filename(g_get_tmp_dir(), "wallctl-gate-XXXXXX", NULL);
        g_close(g_mkstemp(path), NULL);
        g_assert_true(g_file_set_contents(path, pem, -1, NULL));
        g_autoptr(GTlsDatabase) database = g_tls_file_database_new(path, NULL);
        g_tls_backend_set_default_database(g_tls_backend_get_default(), database);
        RtspScriptSpec spec = no_stream;
        spec.pem = pem;
        g_autoptr(RtspScript) script = rtsp_script_new(&spec);
        g_autofree char *uri = named_uri(script);
        resolve_to(list);
        g_assert_cmpint(fault_of(uri, ""), ==, rows[i].fault);
        g_tls_backend_set_default_database(g_tls_backend_get_default(), NULL);
        g_remove(path);
    }
}

static void on_answer(gboolean is_there, gpointer user)
{
    *(int *)user = is_there;
}

static void test_knock(void)
{
    static const char *const list[] = { "127.0.0.2", "127.0.0.1", NULL };
    g_autoptr(RtspScript) script = rtsp_script_new(&no_stream);
    g_autoptr(GSocket) trap = trap_new("127.0.0.2", script_port(script), G_SOCKET_TYPE_STREAM);
    g_autofree char *uri = named_uri(script);
    resolve_to(list);
    for (int expected = 0; expected < 2; expected++) {
        int answer = -1;
        Knock *knock = knock_new(uri, SOON_MS, on_answer, &answer);
        for (guint i = 0; answer < 0 && i < SOON_MS; i++)
            serve_for(1);
        g_assert_cmpint(answer, ==, expected);
        knock_free(knock);
    }
    serve_for(50);
    g_assert_false(is_sprung(trap));
}

/* --- redirections ------------------------------------------------------------------------------ */

typedef struct {
    const char *method;
    int status;
    const char *host; /* of the new address */
} RedirectRow;

static const RedirectRow redirect_rows[] = {
    { "DESCRIBE", 301, "127.0.0.1" }, /* another port of the camera itself */
    { "DESCRIBE", 302, "127.0.0.1" }, { "DESCRIBE", 302, "127.0.0.2" },
    { "DESCRIBE", 302, NAME },        { "DESCRIBE", 303, "127.0.0.1" },
    { "DESCRIBE", 305, "127.0.0.1" }, { "OPTIONS", 302, "127.0.0.1" },
    { "SETUP", 302, "127.0.0.1" },    { "PLAY", 301, "127.0.0.1" },
    { "PLAY", 302, "127.0.0.2" },
};

static void test_redirect(gconstpointer data)
{
    static const char *const list[] = { "127.0.0.1", NULL };
    const RedirectRow *row = data;
    ClipSpec clip = { CLIP_H264, 320, 180, 25, 20, 10, 300, FALSE };
    g_autoptr(GPtrArray) units = stamped_units(1, &clip);
    g_autofree char *sdp = h264_sdp(units);
    const char *at = strcmp(row->host, NAME) == 0 ? "127.0.0.1" : row->host;
    g_autoptr(GSocket) trap = trap_new(at, 0, G_SOCKET_TYPE_STREAM);
    g_autofree char *headers =
        g_strdup_printf("Location: rtsp://%s:%u/x\r\nSession: 1\r\n", row->host, trap_port(trap));
    const RtspScriptSpec spec = { .refused = row->method,
                                  .status = row->status,
                                  .reason = "Elsewhere",
                                  .headers = headers,
                                  .sdp = sdp };
    g_autoptr(RtspScript) script = rtsp_script_new(&spec);
    resolve_to(list);
    FeedFault fault = fault_of(rtsp_script_uri(script), "");
    serve_for(50);
    g_assert_false(is_sprung(trap));
    g_assert_cmpint(fault, ==, FAULT_REDIRECTED);
    g_assert_cmpuint(lookups(), ==, 0);
    g_assert_cmpuint(rtsp_script_count(script, row->method), >=, 1);
}

/* --- packets ----------------------------------------------------------------------------------- */

static const struct {
    const char *given, *left;
} transports[] = {
    { "RTP/AVP;unicast;client_port=1-2;server_port=3-4;ssrc=5",
      "RTP/AVP;unicast;client_port=1-2;server_port=3-4;ssrc=5" },
    { "RTP/AVP;unicast;source=10.0.0.1;server_port=3-4", "RTP/AVP;unicast;server_port=3-4" },
    { "RTP/AVP;unicast; Source = 10.0.0.1 ;server_port=3-4;destination=10.0.0.2",
      "RTP/AVP;unicast;server_port=3-4" },
    { "RTP/AVP;multicast;destination=224.1.1.1;port=5000-5001;ttl=1",
      "RTP/AVP;multicast;port=5000-5001;ttl=1" },
    { "RTP/AVP/TCP;interleaved=0-1", "RTP/AVP/TCP;interleaved=0-1" },
    { "source=1", "" },
};

static void test_transport(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(transports); i++) {
        GstRTSPMessage *request, *response;
        gst_rtsp_message_new_request(&request, GST_RTSP_SETUP, "rtsp://127.0.0.1/x");
        gst_rtsp_message_new_response(&response, GST_RTSP_STS_OK, "OK", request);
        gst_rtsp_message_add_header(response, GST_RTSP_HDR_TRANSPORT, transports[i].given);
        stray_answer(request, response);
        char *left = NULL;
        gst_rtsp_message_get_header(response, GST_RTSP_HDR_TRANSPORT, &left, 0);
        g_assert_cmpstr(left, ==, transports[i].left);
        gst_rtsp_message_free(request);
        gst_rtsp_message_free(response);
    }
}

static gboolean is_reached(gpointer trap)
{
    return is_sprung(trap);
}

/* The camera says that its packets come from elsewhere: what rtspsrc sends towards them goes to the camera. */
static void test_source(void)
{
    ClipSpec clip = { CLIP_H264, 320, 180, 25, 20, 10, 300, FALSE };
    g_autoptr(GPtrArray) units = stamped_units(1, &clip);
    g_autofree char *sdp = h264_sdp(units);
    g_autoptr(GSocket) own = trap_new("127.0.0.1", 0, G_SOCKET_TYPE_DATAGRAM);
    g_autoptr(GSocket) trap = trap_new("127.0.0.2", trap_port(own), G_SOCKET_TYPE_DATAGRAM);
    g_autofree char *headers = g_strdup_printf(
        "Transport: RTP/AVP;unicast;client_port=40000-40001;server_port=%u-%u;source=127.0.0.2\r\n"
        "Session: 1\r\n",
        trap_port(own), trap_port(own));
    const RtspScriptSpec spec = {
        .refused = "SETUP", .status = 200, .reason = "OK", .headers = headers, .sdp = sdp
    };
    g_autoptr(RtspScript) script = rtsp_script_new(&spec);
    const ReceiveSpec receive_spec = { .name = "test/sub",
                                       .address = rtsp_script_uri(script),
                                       .transport = TRANSPORT_UDP,
                                       .keep_alive = KEEP_ALIVE_AUTO,
                                       .latency_ms = 100 };
    Session *session = session_new();
    Receive *receive = receive_start(&receive_spec, &receive_rig_handler, session);
    for (guint i = 0; i < SOON_MS && !is_reached(own); i++)
        serve_for(1);
    g_assert_true(is_reached(own)); /* it does send */
    serve_for(WHILE_MS);
    g_assert_false(is_sprung(trap));
    stop(receive, session);
}

/* --- the probe --------------------------------------------------------------------------------- */

typedef struct {
    const char *address;
    const Networks *networks;
    Transport transport;
    GError *error;
    gint is_over; /* atomic */
} Look;

static gpointer run_probe(gpointer data)
{
    Look *look = data;
    g_assert_null(probe_address(look->address, NULL, NULL, look->transport, 500, look->networks,
                                &look->error));
    g_atomic_int_set(&look->is_over, 1);
    return NULL;
}

/* Its error. */
static GError *probe_error(const char *address, const Networks *networks, Transport transport)
{
    Look look = { .address = address, .networks = networks, .transport = transport };
    GThread *thread = g_thread_new("probe", run_probe, &look);
    while (!g_atomic_int_get(&look.is_over))
        serve_for(1);
    g_thread_join(thread);
    g_test_message("%s", look.error->message);
    return look.error;
}

static void test_probe_name(void)
{
    static const char *const list[] = { "127.0.0.1", "127.0.0.2", NULL };
    g_autoptr(Networks) networks = networks_new();
    networks_add(networks, "127.0.0.1");
    g_autoptr(RtspScript) script = rtsp_script_new(&no_stream);
    g_autoptr(GSocket) trap = trap_new("127.0.0.2", script_port(script), G_SOCKET_TYPE_STREAM);
    g_autofree char *uri = named_uri(script);
    g_autofree char *literal = g_strdup_printf("rtsp://127.0.0.2:%u/x", script_port(script));
    resolve_to(list);
    g_autoptr(GError) there = probe_error(uri, networks, TRANSPORT_TCP);
    g_assert_error(there, WALL_ERROR, WALL_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(there->message, NAME)); /* as it was asked for */
    g_assert_cmpuint(lookups(), ==, 1);
    g_autoptr(GError) elsewhere = probe_error(uri, networks, TRANSPORT_TCP);
    g_assert_error(elsewhere, WALL_ERROR, WALL_ERROR_DENIED);
    g_assert_nonnull(strstr(elsewhere->message, "leads to 127.0.0.2, where no camera may be; "
                                                "accepted: addresses in site.camera_networks: "
                                                "127.0.0.1"));
    g_assert_nonnull(strstr(wall_error_zh(elsewhere), "不在允许的摄像机网段"));
    g_autoptr(GError) written = probe_error(literal, networks, TRANSPORT_TCP);
    g_assert_error(written, WALL_ERROR, WALL_ERROR_DENIED);
    g_assert_nonnull(strstr(written->message, "leads to 127.0.0.2, where no camera may be"));
    g_autoptr(GError) unknown = probe_error("rtsp://no.example/", networks, TRANSPORT_TCP);
    g_assert_error(unknown, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_assert_false(is_sprung(trap));
}

static void test_probe_redirect(gconstpointer data)
{
    const RedirectRow *row = data;
    g_autofree char *pem = tls_front_pem("127.0.0.1");
    const char *at = strcmp(row->host, NAME) == 0 ? "127.0.0.1" : row->host;
    for (guint round = 0; round < 4; round++) { /* over TCP and UDP, plain and by TLS */
        g_autoptr(GSocket) trap = trap_new(at, 0, G_SOCKET_TYPE_STREAM);
        g_autofree char *headers = g_strdup_printf(
            "Location: %s://%s:%u/x\r\n", round & 2 ? "rtsps" : "rtsp", at, trap_port(trap));
        const RtspScriptSpec spec = { .refused = row->method,
                                      .status = row->status,
                                      .reason = "Elsewhere",
                                      .headers = headers,
                                      .pem = round & 2 ? pem : NULL };
        g_autoptr(RtspScript) script = rtsp_script_new(&spec);
        g_autoptr(GError) error =
            probe_error(rtsp_script_uri(script), NULL, round & 1 ? TRANSPORT_UDP : TRANSPORT_TCP);
        g_assert_false(is_sprung(trap));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_DENIED);
        g_assert_nonnull(strstr(error->message, "refers to another address"));
        g_assert_cmpuint(rtsp_script_count(script, row->method), ==, 1); /* it was asked */
    }
}

int main(int argc, char **argv)
{
    GResolver *fake = g_object_new(fake_get_type(), NULL);
    g_resolver_set_default(fake);
    g_object_unref(fake);
    receive_rig_init(&argc, &argv);
    g_autoptr(Networks) networks = networks_new();
    networks_add(networks, "127.0.0.1");
    gate_set_networks(networks);
    g_test_add_func("/gate/rebind", test_rebind);
    g_test_add_func("/gate/several-addresses", test_several_addresses);
    g_test_add_func("/gate/no-such-name", test_no_such_name);
    g_test_add_func("/gate/literals", test_literals);
    g_test_add_func("/gate/certificate", test_certificate);
    g_test_add_func("/gate/knock", test_knock);
    for (gsize i = 0; i < G_N_ELEMENTS(redirect_rows); i++) {
        const RedirectRow *row = &redirect_rows[i];
        g_autofree char *path =
            g_strdup_printf("/gate/redirect/%s-%d-%s", row->method, row->status, row->host);
        g_test_add_data_func(path, row, test_redirect);
    }
    g_test_add_func("/gate/transport", test_transport);
    g_test_add_func("/gate/source", test_source);
    g_test_add_func("/gate/probe/name", test_probe_name);
    g_test_add_data_func("/gate/probe/301", &redirect_rows[0], test_probe_redirect);
    g_test_add_data_func("/gate/probe/302-elsewhere", &redirect_rows[2], test_probe_redirect);
    g_test_add_data_func("/gate/probe/302-options", &redirect_rows[6], test_probe_redirect);
    return receive_rig_run();
}
