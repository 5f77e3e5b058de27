/* server.c - HTTP and WebSocket on libwebsockets, inside the GLib loop
 *
 * One callback dispatches to http.c, ws.c and stream.c. Every connection is a Conn from accept
 * until lws has destroyed it; a tick a second shuts down those that are overdue, so no deadline
 * depends on what the client sends.
 */
#include "web/server_private.h"

#include "web/guard.h"
#include "web/tls.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_CONNECTIONS 4096
#define MAX_HEADERS     8192        /* bytes of one request's headers */
#define READ_BYTES      (17 * 1024) /* a whole TLS record at a time: nothing waits inside OpenSSL */
#define DEFAULT_BODY    (1024 * 1024)
#define RING_EVENTS     4096
#define RING_BYTES      (1024 * 1024)
#define FIRST_REQUEST_S 10
#define MAX_TABLE_FDS   16384
#define PING_S          20
#define MAX_UNSPOKEN    256 /* TLS connections without a request: then the oldest is closed */
#define TICKETS_S       (24 * 3600)

static const struct lws_protocol_vhost_options security_headers[] = {
    { &security_headers[1], NULL, "content-security-policy:",
      /* The styles of printed orders (wallctl/order_form.c) and registers (wallctl/audit_paper.c) are
       * known by their hashes. */
      "default-src 'self'; style-src 'self' 'sha256-ouWS33oIwaiM2OUECwatsq4PWcurWeVDngoR5PPPdeM=' "
      "'sha256-u7QBHSyHX7MyxSGZwjGp/mpKId+90IawN/oKZmEiNzM='; "
      "img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; "
      "base-uri 'none'; "
      "form-action 'self'; frame-ancestors 'none'" },
    { &security_headers[2], NULL, "x-content-type-options:", "nosniff" },
    { &security_headers[3], NULL, "x-frame-options:", "DENY" },
    { &security_headers[4], NULL, "referrer-policy:", "no-referrer" },
    { &security_headers[5], NULL, "cross-origin-opener-policy:", "same-origin" },
    { NULL, NULL, "cross-origin-resource-policy:", "same-origin" },
};

gboolean conn_write(Conn *conn, const void *data, gsize len, int flags)
{
    g_assert(len <= WEB_PIECE);
    guchar *start = conn->server->scratch + LWS_PRE;
    memcpy(start, data, len);
    conn->server->stats.bytes_out += len;
    return lws_write(conn->wsi, start, len, (enum lws_write_protocol)flags) >= (int)len;
}

gboolean conn_write_message(Conn *conn, GBytes *message, gboolean is_binary, gsize *sent)
{
    gsize whole;
    const guchar *data = g_bytes_get_data(message, &whole);
    gsize len = MIN(whole - *sent, WEB_PIECE);
    gboolean is_first = *sent == 0, is_last = *sent + len == whole;
    int flags =
        lws_write_ws_flags(is_binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT, is_first, is_last);
    gboolean is_alive = conn_write(conn, data + *sent, len, flags);
    *sent = is_last ? 0 : *sent + len;
    return is_alive;
}

void conn_limit_unsent(Conn *conn, int bytes)
{
    if (!conn->is_local)
        setsockopt(lws_get_socket_fd(conn->wsi), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes,
                   sizeof(bytes));
}

void conn_close(Conn *conn, guint16 code, const char *text)
{
    if (conn->close_code)
        return;
    log_debug(WEB, "closing a WebSocket: %u %s", code, text);
    conn->server->stats.refused++;
    conn->close_code = code;
    conn->close_text = text;
    lws_callback_on_writable(conn->wsi);
}

void conn_kill(Conn *conn)
{
    conn->deadline_ns = 0;
    shutdown(lws_get_socket_fd(conn->wsi), SHUT_RDWR);
}

static void count_open(Conn *conn, gint change)
{
    WebStats *stats = &conn->server->stats;
    guint *count = conn->kind == CONN_STREAM   ? &stats->viewers
                   : conn->kind == CONN_INTAKE ? &stats->intake_peers
                                               : &stats->event_clients;
    *count = (guint)((gint)*count + change);
}

static void conn_shut(Conn *conn)
{
    if (conn->is_open)
        count_open(conn, -1);
    conn->is_open = FALSE;
    g_clear_pointer(&conn->stream, stream_free);
    g_clear_pointer(&conn->client, events_free);
    g_clear_pointer(&conn->intake, intake_channel_free);
}

static void conn_free(Conn *conn)
{
    conn_shut(conn);
    http_clear(conn);
    g_queue_unlink(&conn->server->conns, &conn->link);
    conn->server->stats.connections--;
    g_free(conn->address);
    caller_unref(conn->caller);
    g_free(conn->source);
    g_free(conn);
}

static void established(Conn *conn)
{
    conn->is_open = TRUE;
    conn->deadline_ns = 0;
    http_clear(conn);
    count_open(conn, 1);
    if (conn->kind == CONN_STREAM)
        stream_established(conn);
    else if (conn->kind == CONN_INTAKE)
        intake_established(conn);
    else
        events_established(conn);
}

/* What a WebSocket callback returns: a wish to close comes before all else. */
static int or_close(Conn *conn, int result)
{
    if (!conn->close_code || !conn->is_open)
        return result;
    /* lws copies the text; from here on it deals with this client alone. */
    lws_close_reason(conn->wsi, conn->close_code, (guchar *)(gpointer)conn->close_text,
                     strlen(conn->close_text));
    conn_shut(conn);
    return -1;
}

static int on_socket(Conn *conn, enum lws_callback_reasons reason, void *in, size_t len)
{
    if (reason == LWS_CALLBACK_ESTABLISHED) {
        established(conn);
        return 0;
    }
    if (!conn->is_open)
        return -1;
    if (reason == LWS_CALLBACK_RECEIVE) {
        /* It lives: its answer to our ping stands behind all that it has sent, which we may be slow to read. */
        lws_validity_confirmed(conn->wsi);
        gboolean is_last =
            lws_is_final_fragment(conn->wsi) && lws_remaining_packet_payload(conn->wsi) == 0;
        if (conn->kind == CONN_EVENTS && !conn->close_code)
            events_receive(conn, in ? in : "", len, is_last);
        if (conn->kind == CONN_INTAKE && !conn->close_code)
            intake_receive(conn, in ? in : "", len, is_last);
        return or_close(conn, 0);
    }
    if (conn->close_code)
        return or_close(conn, 0);
    return or_close(conn, conn->kind == CONN_STREAM   ? stream_writable(conn)
                          : conn->kind == CONN_INTAKE ? intake_writable(conn)
                                                      : events_writable(conn));
}

static int on_lws(struct lws *wsi, enum lws_callback_reasons reason, void *session, void *in,
                  size_t len)
{
    Conn *conn = wsi ? lws_get_opaque_user_data(wsi) : NULL;
    switch (reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return ws_upgrade(conn, in);
    case LWS_CALLBACK_HTTP:
        return http_begin(conn, in, len);
    case LWS_CALLBACK_HTTP_BODY:
        return http_collect(conn, in, len);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return http_collected(conn);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return http_writable(conn);
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return on_socket(conn, reason, in, len);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_CLOSED:
        conn_shut(conn);
        return 0;
    case LWS_CALLBACK_RAW_ADOPT:
    case LWS_CALLBACK_RAW_RX:
        return -1; /* what CONNECT turns a connection into */
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
        conn->wsi = wsi;
        return 0;
    case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS:
        /* No connection: what libwebsockets has made for a virtual host. */
        ((WebServer *)lws_vhost_user(in))->tls = session;
        return 0;
    case LWS_CALLBACK_WSI_DESTROY:
        if (conn)
            conn_free(conn);
        return 0;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {
    { .name = WEB_HTTP_PROTOCOL, .callback = on_lws, .tx_packet_size = WEB_PIECE + 1024 },
    { .name = WEB_EVENTS_PROTOCOL,
      .callback = on_lws,
      .rx_buffer_size = 16384,
      .tx_packet_size = WEB_PIECE + 1024 },
    { .name = WEB_PREVIEW_PROTOCOL,
      .callback = on_lws,
      .rx_buffer_size = 512,
      .tx_packet_size = WEB_PIECE + 1024 },
    { .name = INTAKE_SUBPROTOCOL,
      .callback = on_lws,
      .rx_buffer_size = 16384,
      .tx_packet_size = WEB_PIECE + 1024 },
    { 0 },
};

static void adopt(WebServer *server, int fd, gboolean is_local, gboolean is_secure)
{
    if (server->stats.connections >= MAX_CONNECTIONS) {
        server->stats.refused++;
        close(fd);
        return;
    }
    Conn *conn = g_new0(Conn, 1);
    conn->server = server;
    conn->link.data = conn;
    conn->kind = CONN_HTTP;
    conn->is_local = is_local;
    conn->is_secure = is_secure;
    conn->phase = HTTP_HEAD;
    conn->deadline_ns = clock_now_ns() + FIRST_REQUEST_S * NS_PER_SEC;
    g_queue_push_tail_link(&server->conns, &conn->link);
    server->stats.connections++;
    int type = LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP | (is_secure ? LWS_ADOPT_ALLOW_SSL : 0);
    lws_adopt_desc_t desc = { .vh = is_secure ? server->tls_vhost : server->vhost,
                              .type = (lws_adoption_type)type,
                              .opaque = conn };
    desc.fd.sockfd = fd;
    /* When this fails it has closed fd, and may or may not have told us by
     * LWS_CALLBACK_WSI_DESTROY. */
    if (!lws_adopt_descriptor_vhost_via_info(&desc) && g_queue_find(&server->conns, conn))
        conn_free(conn);
}

static void on_accepted(int fd, gboolean is_local, gpointer user)
{
    adopt(user, fd, is_local, FALSE);
}

static void on_knock(int fd, gboolean is_local, gpointer user)
{
    WebServer *server = user;
    lobby_take(server->lobby, fd);
}

/* Who has come by TLS and not yet asked for anything; *oldest is the first of them. */
static guint count_unspoken(WebServer *server, Conn **oldest)
{
    guint n = 0;
    for (GList *l = server->conns.head; l; l = l->next) {
        Conn *conn = l->data;
        if (!conn->is_secure || conn->kind != CONN_HTTP || conn->phase != HTTP_HEAD ||
            !conn->deadline_ns)
            continue;
        if (n++ == 0)
            *oldest = conn;
    }
    return n;
}

static void on_hello(int fd, gpointer user)
{
    WebServer *server = user;
    Conn *oldest = NULL;
    if (!server->certificate) {
        server->stats.refused++;
        close(fd);
        return;
    }
    if (count_unspoken(server, &oldest) >= MAX_UNSPOKEN) {
        server->stats.refused++;
        conn_kill(oldest);
    }
    adopt(server, fd, FALSE, TRUE);
}

/* The address of ours that a connection came to, without a zone. */
static char *dup_own_address(int fd)
{
    struct sockaddr_storage raw;
    socklen_t len = sizeof(raw);
    if (getsockname(fd, (struct sockaddr *)&raw, &len) < 0)
        return NULL;
    g_autoptr(GSocketAddress) address = g_socket_address_new_from_native(&raw, len);
    if (!G_IS_INET_SOCKET_ADDRESS(address))
        return NULL;
    char *text =
        g_inet_address_to_string(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address)));
    if (g_str_has_prefix(text, "::ffff:")) /* IPv4 at an IPv6 socket */
        memmove(text, text + strlen("::ffff:"), strlen(text + strlen("::ffff:")) + 1);
    return text;
}

/* By TLS also the address that one came to is ours: nobody can make a name point at us and send
 * that. */
static gboolean is_host(const WebServer *server, const char *host, int fd)
{
    g_autofree char *own = fd >= 0 ? dup_own_address(fd) : NULL;
    const char *const address[] = { own, NULL };
    return guard_host(host, (const char *const *)server->names) || guard_host(host, address);
}

static gboolean on_asked_for(const char *host, int fd, gpointer user)
{
    return is_host(user, host, fd);
}

gboolean conn_is_host(const Conn *conn, const char *host)
{
    return conn->is_local ||
           is_host(conn->server, host, conn->is_secure ? lws_get_socket_fd(conn->wsi) : -1);
}

static gboolean on_tick(gpointer user)
{
    WebServer *server = user;
    gint64 now = clock_now_ns();
    for (GList *l = server->conns.head, *next; l; l = next) {
        next = l->next;
        Conn *conn = l->data;
        if (conn->deadline_ns && now > conn->deadline_ns)
            http_overdue(conn);
        if (conn->intake)
            intake_channel_tick(conn->intake);
        if (conn->client && conn->is_open)
            events_tick(conn);
    }
    return G_SOURCE_CONTINUE;
}

static gboolean on_tickets(gpointer user)
{
    WebServer *server = user;
    tls_renew_tickets(server->tls);
    return G_SOURCE_CONTINUE;
}

static void on_lws_log(int level, const char *line)
{
    g_autofree char *text = g_strdup(line);
    log_debug(LWS, "%s", g_strchomp(text));
}

/* lws makes tables as long as the soft limit of descriptors: 16 MiB where that is a million. */
static struct lws_context *create_context(const struct lws_context_creation_info *info)
{
    struct rlimit limit;
    gboolean is_large = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > MAX_TABLE_FDS;
    if (is_large) {
        struct rlimit lower = { MAX_TABLE_FDS, limit.rlim_max };
        setrlimit(RLIMIT_NOFILE, &lower);
    }
    struct lws_context *context = lws_create_context(info);
    if (is_large)
        setrlimit(RLIMIT_NOFILE, &limit);
    return context;
}

static gboolean start_lws(WebServer *server, GError **error)
{
    lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
    server->loop = g_main_loop_new(NULL, FALSE);
    server->no_client = SSL_CTX_new(TLS_client_method());
    void *loops[] = { server->loop };
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = protocols,
        .headers = security_headers,
        .server_string = "wallctl",
        .options = LWS_SERVER_OPTION_GLIB | LWS_SERVER_OPTION_VALIDATE_UTF8 |
                   LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME |
                   LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS,
        .foreign_loops = loops,
        .max_http_header_data = MAX_HEADERS,
        .pt_serv_buf_size = READ_BYTES,
        .provided_client_ssl_ctx = server->no_client,
        .retry_and_idle_policy = &server->liveness,
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
    };
    server->context = create_context(&info);
    if (!server->context) {
        g_set_error(
            error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
            "libwebsockets does not start; is the package libwebsockets-evlib-glib installed?");
        return FALSE;
    }
    server->vhost = lws_get_vhost_by_name(server->context, "default");
    g_assert(server->vhost);
    return TRUE;
}

/* A virtual host of its own: only what is adopted into it speaks TLS. */
static gboolean start_tls(WebServer *server, const WebOptions *options, GError **error)
{
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .vhost_name = "tls",
        .protocols = protocols,
        .headers = security_headers,
        .server_string = "wallctl",
        .options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_CREATE_VHOST_SSL_CTX |
                   LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS | LWS_SERVER_OPTION_VALIDATE_UTF8,
        .alpn = "http/1.1",
        .provided_client_ssl_ctx = server->no_client,
        .retry_and_idle_policy = &server->liveness,
        .user = server,
    };
    server->tls_vhost = lws_create_vhost(server->context, &info);
    if (!server->tls_vhost || !server->tls) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
                    "libwebsockets makes no TLS server; was it built without OpenSSL?");
        return FALSE;
    }
    tls_prepare(server->tls, &server->certificate);
    server->ticket_tick = g_timeout_add_seconds(TICKETS_S, on_tickets, server);
    server->lobby = lobby_new(on_hello, on_asked_for, server);
    server->https =
        listener_new_tcp(options->https_host, options->https_port, on_knock, server, error);
    return server->https != NULL;
}

static gboolean start(WebServer *server, const WebOptions *options, GError **error)
{
    if (!(server->files = page_files_load(options->page_dir, error)))
        return FALSE;
    if (!start_lws(server, error))
        return FALSE;
    if (options->host &&
        !(server->tcp = listener_new_tcp(options->host, options->port, on_accepted, server, error)))
        return FALSE;
    if (options->https_host && !start_tls(server, options, error))
        return FALSE;
    return !options->socket_path ||
           (server->local = listener_new_unix(options->socket_path, on_accepted, server, error)) !=
               NULL;
}

guint web_server_port(WebServer *server)
{
    return server->tcp ? listener_port(server->tcp) : 0;
}

guint web_server_https_port(WebServer *server)
{
    return server->https ? listener_port(server->https) : 0;
}

void web_server_set_certificate(WebServer *server, Certificate *certificate, GBytes *ca_pem)
{
    assert_control_thread();
    g_autoptr(Certificate) old = server->certificate;
    server->certificate = certificate ? certificate_ref(certificate) : NULL;
    page_files_put(server->files, WEB_CA_PATH, "application/x-x509-ca-cert", ca_pem);
}

void web_server_set_names(WebServer *server, const char *const *names)
{
    assert_control_thread();
    g_strfreev(server->names);
    server->names = g_strdupv((char **)names);
}

void web_get_stats(WebServer *server, WebStats *stats)
{
    assert_control_thread();
    *stats = server->stats;
    stats->knocking = server->lobby ? lobby_waiting(server->lobby) : 0;
}

WebServer *web_server_new(const WebOptions *options, WebHandler handler,
                          const WebStreamHandler *streams, gpointer user, GError **error)
{
    assert_control_thread();
    WebServer *server = g_new0(WebServer, 1);
    const char *const names[] = { options->host, NULL };
    server->names = g_strdupv((char **)names);
    server->max_body = options->max_body ? options->max_body : DEFAULT_BODY;
    server->max_table = options->max_table;
    server->tables = options->tables;
    guint ping_s = options->ping_s ? options->ping_s : PING_S;
    server->liveness = (lws_retry_bo_t) { .secs_since_valid_ping = (uint16_t)ping_s,
                                          .secs_since_valid_hangup = (uint16_t)(2 * ping_s) };
    server->handler = handler;
    server->has_streams = streams != NULL;
    if (streams)
        server->streams = *streams;
    server->user = user;
    g_queue_init(&server->conns);
    server->scratch = g_malloc(LWS_PRE + WEB_PIECE);
    server->door = door_new();
    /* Counted on from the time of start: a number of an earlier run is never mistaken for one of
     * this run. */
    server->ring = event_ring_new(RING_EVENTS, RING_BYTES, (guint64)clock_unix_ms());
    if (!start(server, options, error)) {
        web_server_free(server);
        return NULL;
    }
    server->tick = g_timeout_add_seconds(1, on_tick, server);
    return server;
}

void web_server_free(WebServer *server)
{
    if (!server)
        return;
    assert_control_thread();
    g_clear_handle_id(&server->tick, g_source_remove);
    g_clear_handle_id(&server->ticket_tick, g_source_remove);
    listener_free(server->tcp);
    listener_free(server->https);
    listener_free(server->local);
    lobby_free(server->lobby);
    if (server->context)
        lws_context_destroy(server->context);
    SSL_CTX_free(server->no_client);
    g_assert(server->conns.length == 0);
    if (server->loop)
        g_main_loop_unref(server->loop);
    page_files_free(server->files);
    event_ring_free(server->ring);
    door_free(server->door);
    g_free(server->scratch);
    g_strfreev(server->names);
    certificate_unref(server->certificate);
    g_free(server);
}
