/* wire.c - one connection that we open: a WebSocket, or one POST
 *
 * A wire and libwebsockets' own object part company at any time: who frees the wire leaves the
 * socket to its callback, which then finds nobody and closes. Deadlines are GLib's, because what
 * libwebsockets 4.1 schedules from outside its callbacks waits for the next event of a socket.
 */
#include "web/wire_hub.h"

#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <gio/gio.h>
#include <libwebsockets.h>
#include <string.h>
#include <sys/socket.h>

#define HTTP_PROTOCOL   "http"
#define SOCKET_PROTOCOL "cloudevents.json"
#define OPEN_S          15 /* from the address to the first answer */
#define CLOSE_S         5
#define MAX_TOKEN       512
#define DEFAULT_PING_S  20
#define MAX_RETRY_S     3600

struct Wire {
    WireHub *hub;
    struct lws *wsi;
    WireHandler handler;
    gpointer user;
    GUri *uri;
    char *ca_file, *subprotocol, *content_type;
    Secret *token;
    GBytes *body; /* POST */
    lws_retry_bo_t liveness;
    GCancellable *lookup;
    GQueue addresses;      /* char *: of the host's name, not yet tried */
    guint deadline, begin; /* sources */
    gboolean is_open, is_over, is_held, is_sent, is_dead;
    guint depth; /* of callbacks: they nest; a wire freed in one is cleared after the outermost */
    guint16 close_code;
    const char *close_text;
    guint status, peer_code, retry_after_s;
    gboolean is_refused;
    char *reason;
};

/* --- the end --------------------------------------------------------------------------------- */

static void clear(Wire *wire)
{
    g_clear_pointer(&wire->uri, g_uri_unref);
    g_clear_pointer(&wire->token, secret_unref);
    g_clear_pointer(&wire->body, g_bytes_unref);
    g_clear_object(&wire->lookup);
    g_queue_clear_full(&wire->addresses, g_free);
    g_free(wire->ca_file);
    g_free(wire->subprotocol);
    g_free(wire->content_type);
    g_free(wire->reason);
    g_free(wire);
}

static void say(Wire *wire, gboolean is_refused, const char *reason)
{
    if (wire->reason)
        return;
    wire->is_refused = is_refused;
    wire->reason = g_strdup(reason);
}

/* libwebsockets has let go, or we have never begun. May free the wire. */
static void end(Wire *wire, const char *reason)
{
    wire->wsi = NULL;
    if (wire->is_over)
        return;
    wire->is_over = TRUE;
    wire->is_open = FALSE;
    g_clear_handle_id(&wire->deadline, g_source_remove);
    g_clear_handle_id(&wire->begin, g_source_remove);
    say(wire, FALSE, reason);
    WireEnd what = { wire->is_refused, wire->status, wire->peer_code, wire->retry_after_s,
                     wire->reason };
    wire->handler.ended(&what, wire->user);
}

static void cut(Wire *wire)
{
    if (wire->wsi)
        shutdown(lws_get_socket_fd(wire->wsi), SHUT_RDWR);
    else
        end(wire, "the connection ended");
}

static gboolean on_deadline(gpointer user)
{
    Wire *wire = user;
    wire->deadline = 0;
    say(wire, FALSE, "no answer in time");
    g_cancellable_cancel(wire->lookup);
    cut(wire);
    return G_SOURCE_REMOVE;
}

static void set_deadline(Wire *wire, guint seconds)
{
    g_clear_handle_id(&wire->deadline, g_source_remove);
    if (seconds)
        wire->deadline = g_timeout_add_seconds(seconds, on_deadline, wire);
}

/* --- callbacks of libwebsockets -------------------------------------------------------------- */

static gboolean add_header(Wire *wire, enum lws_token_indexes token, const char *value, guchar **p,
                           guchar *to)
{
    return lws_add_http_header_by_token(wire->wsi, token, (const guchar *)value, (int)strlen(value),
                                        p, to) == 0;
}

static int add_headers(Wire *wire, guchar **p, gsize room)
{
    guchar *to = *p + room;
    if (wire->token) {
        char value[MAX_TOKEN + 16];
        g_snprintf(value, sizeof(value), "Bearer %s", secret_get(wire->token));
        gboolean fits = add_header(wire, WSI_TOKEN_HTTP_AUTHORIZATION, value, p, to);
        secret_wipe(value, sizeof(value));
        if (!fits)
            return -1;
    }
    if (!wire->body)
        return 0;
    g_autofree char *len = g_strdup_printf("%zu", g_bytes_get_size(wire->body));
    if (!add_header(wire, WSI_TOKEN_HTTP_CONTENT_TYPE, wire->content_type, p, to) ||
        !add_header(wire, WSI_TOKEN_HTTP_CONTENT_LENGTH, len, p, to))
        return -1;
    lws_client_http_body_pending(wire->wsi, 1);
    lws_callback_on_writable(wire->wsi);
    return 0;
}

/* libwebsockets takes a missing answer for agreement, and a wrong one for a malformed one. */
static int check_subprotocol(Wire *wire)
{
    char chosen[64] = "";
    lws_hdr_copy(wire->wsi, chosen, sizeof(chosen), WSI_TOKEN_PROTOCOL);
    if (strcmp(chosen, wire->subprotocol) == 0)
        return 0;
    g_autofree char *reason =
        g_strdup_printf("the server does not speak subprotocol %s", wire->subprotocol);
    say(wire, TRUE, reason);
    return -1;
}

static int take_status(Wire *wire)
{
    wire->status = lws_http_client_http_response(wire->wsi);
    char text[16];
    guint64 seconds;
    if (lws_hdr_copy(wire->wsi, text, sizeof(text), WSI_TOKEN_HTTP_RETRY_AFTER) > 0 &&
        g_ascii_string_to_unsigned(text, 10, 0, MAX_RETRY_S, &seconds, NULL))
        wire->retry_after_s = (guint)seconds;
    if (wire->body)
        return 0;
    if (wire->status == 101)
        return check_subprotocol(wire);
    g_autofree char *reason = g_strdup_printf("answered with status %u%s", wire->status,
                                              wire->status == 401 ? ": the token is refused" : "");
    say(wire, wire->status != 429 && wire->status < 500, reason);
    return 0;
}

static int send_body(Wire *wire)
{
    if (!wire->body || wire->is_sent)
        return 0;
    wire->is_sent = TRUE;
    gsize len;
    const void *data = g_bytes_get_data(wire->body, &len);
    g_autofree guchar *block = g_malloc(LWS_PRE + len);
    memcpy(block + LWS_PRE, data, len);
    lws_client_http_body_pending(wire->wsi, 0);
    return lws_write(wire->wsi, block + LWS_PRE, len, LWS_WRITE_HTTP_FINAL) < (int)len ? -1 : 0;
}

/* The answer's body is not wanted, but must be read. */
static int skip_answer(Wire *wire)
{
    char block[LWS_PRE + 2048];
    char *p = block + LWS_PRE;
    int len = 2048;
    return lws_http_client_read(wire->wsi, &p, &len) < 0 ? -1 : 0;
}

static void take_close(Wire *wire, const guchar *data, gsize len)
{
    wire->peer_code = len >= 2 ? (guint)(data[0] << 8 | data[1]) : 1005;
    g_autofree char *reason = g_strdup_printf("the peer closed with code %u", wire->peer_code);
    say(wire, FALSE, reason);
}

static int or_close(Wire *wire)
{
    if (!wire->close_code)
        return 0;
    if (wire->is_open)
        lws_close_reason(wire->wsi, wire->close_code, (guchar *)(gpointer)wire->close_text,
                         strlen(wire->close_text));
    return -1;
}

static gboolean on_next(gpointer user);

static void connection_failed(Wire *wire, const char *cause)
{
    if (!wire->reason && !wire->status && wire->addresses.length > 0) {
        wire->wsi = NULL;
        wire->begin = g_idle_add(on_next, wire);
        return;
    }
    g_autofree char *reason = g_strdup_printf("cannot connect: %s", cause ? cause : "no answer");
    end(wire, reason);
}

static int on_event(Wire *wire, enum lws_callback_reasons reason, void *in, size_t len)
{
    switch (reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
        return add_headers(wire, in, len);
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
        return take_status(wire);
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        wire->is_open = TRUE;
        set_deadline(wire, 0);
        if (wire->is_held)
            lws_rx_flow_control(wire->wsi, 0);
        wire->handler.opened(wire->user);
        return or_close(wire);
    case LWS_CALLBACK_CLIENT_RECEIVE:
        lws_validity_confirmed(wire->wsi); /* the answer to a ping stands behind it */
        if (!wire->close_code)
            wire->handler.received(in ? in : "", len, lws_frame_is_binary(wire->wsi) != 0,
                                   lws_is_final_fragment(wire->wsi) &&
                                       lws_remaining_packet_payload(wire->wsi) == 0,
                                   wire->user);
        return or_close(wire);
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        if (!wire->close_code)
            wire->handler.writable(wire->user);
        return or_close(wire);
    case LWS_CALLBACK_CLIENT_HTTP_WRITEABLE:
        return send_body(wire);
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
        return skip_answer(wire);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        take_close(wire, in, len);
        return 0;
    case LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION: /* len: OpenSSL's own verdict */
        if (!len)
            say(wire, TRUE, "the server's certificate is not trusted, or not for this host");
        return len ? 0 : 1;
    default:
        return 0;
    }
}

/* After what may have freed the wire; TRUE: it has not. */
static gboolean leave(Wire *wire)
{
    wire->depth--;
    if (!wire->is_dead)
        return TRUE;
    if (wire->depth == 0)
        clear(wire);
    return FALSE;
}

/* Reasons that carry something for the wire, and whose result -1 closes. */
static gboolean is_event(enum lws_callback_reasons reason)
{
    switch (reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
    case LWS_CALLBACK_CLIENT_RECEIVE:
    case LWS_CALLBACK_CLIENT_WRITEABLE:
    case LWS_CALLBACK_CLIENT_HTTP_WRITEABLE:
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
        return TRUE;
    default:
        return FALSE;
    }
}

static int on_lws(struct lws *wsi, enum lws_callback_reasons reason, void *session, void *in,
                  size_t len)
{
    Wire *wire = wsi ? lws_get_opaque_user_data(wsi) : NULL;
    if (!wire) {
        if (reason == LWS_CALLBACK_CLIENT_WRITEABLE)
            lws_close_reason(wsi, LWS_CLOSE_STATUS_GOINGAWAY, NULL, 0);
        return is_event(reason) ? -1 : 0;
    }
    switch (reason) {
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        lws_set_opaque_user_data(wsi, NULL);
        connection_failed(wire, in);
        return 0;
    case LWS_CALLBACK_CLIENT_CLOSED:
    case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
    case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
    case LWS_CALLBACK_WSI_DESTROY:
        lws_set_opaque_user_data(wsi, NULL);
        end(wire, wire->status && wire->body ? "answered" : "the connection ended");
        return reason == LWS_CALLBACK_COMPLETED_CLIENT_HTTP ? -1 : 0;
    default:
        break;
    }
    wire->wsi = wsi;
    wire->depth++;
    int result = on_event(wire, reason, in, len);
    return leave(wire) || !is_event(reason) ? result : -1;
}

static const struct lws_protocols protocols[] = {
    { .name = HTTP_PROTOCOL, .callback = on_lws, .rx_buffer_size = 4096 },
    { .name = SOCKET_PROTOCOL, .callback = on_lws, .rx_buffer_size = 16384 },
    { 0 },
};

/* --- connecting ------------------------------------------------------------------------------ */

static void connect_to(Wire *wire, const char *address)
{
    const char *scheme = g_uri_get_scheme(wire->uri), *query = g_uri_get_query(wire->uri);
    gboolean is_secure = strcmp(scheme, "wss") == 0 || strcmp(scheme, "https") == 0;
    struct lws_vhost *vhost = wire_hub_vhost(wire->hub, is_secure, wire->ca_file, protocols);
    if (!vhost) {
        say(wire, TRUE, "the CA file cannot be used");
        end(wire, NULL);
        return;
    }
    const char *path = g_uri_get_path(wire->uri);
    int port = g_uri_get_port(wire->uri);
    g_autofree char *host = port < 0 ? g_strdup(g_uri_get_host(wire->uri))
                                     : g_strdup_printf("%s:%d", g_uri_get_host(wire->uri), port);
    g_autofree char *target =
        g_strconcat(*path ? path : "/", query ? "?" : "", query ? query : "", NULL);
    struct lws_client_connect_info info = {
        .context = wire_hub_context(wire->hub),
        .vhost = vhost,
        .address = address,
        .port = port >= 0   ? port
                : is_secure ? 443
                            : 80,
        .path = target,
        .host = host,
        .ssl_connection = (is_secure ? LCCSCF_USE_SSL : 0) | LCCSCF_HTTP_NO_FOLLOW_REDIRECT,
        .protocol = wire->body ? NULL : wire->subprotocol,
        .local_protocol_name = wire->body ? HTTP_PROTOCOL : SOCKET_PROTOCOL,
        .method = wire->body ? "POST" : NULL,
        .alpn = "http/1.1",
        .ietf_version_or_minus_one = -1,
        .retry_and_idle_policy = &wire->liveness,
        .opaque_user_data = wire,
        .pwsi = &wire->wsi,
    };
    /* Fails with or without a callback; ended() comes from one place. */
    wire->depth++;
    gboolean is_begun = lws_client_connect_via_info(&info) != NULL;
    if (leave(wire) && !is_begun && !wire->is_over && !wire->begin)
        end(wire, "cannot connect");
}

static gboolean on_next(gpointer user)
{
    Wire *wire = user;
    wire->begin = 0;
    g_autofree char *address = g_queue_pop_head(&wire->addresses);
    connect_to(wire, address);
    return G_SOURCE_REMOVE;
}

static void on_found(GObject *resolver, GAsyncResult *result, gpointer user)
{
    g_autoptr(GError) error = NULL;
    GList *found = g_resolver_lookup_by_name_finish(G_RESOLVER(resolver), result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; /* the wire may be gone */
    Wire *wire = user;
    g_clear_object(&wire->lookup);
    if (!found) {
        end(wire, "the host's name is not known");
        return;
    }
    for (GList *l = found; l; l = l->next)
        g_queue_push_tail(&wire->addresses, g_inet_address_to_string(l->data));
    g_resolver_free_addresses(found);
    on_next(wire);
}

static gboolean on_begin(gpointer user)
{
    Wire *wire = user;
    wire->begin = 0;
    const char *host = g_uri_get_host(wire->uri);
    if (g_hostname_is_ip_address(host)) {
        connect_to(wire, host);
        return G_SOURCE_REMOVE;
    }
    g_autoptr(GResolver) resolver = g_resolver_get_default();
    wire->lookup = g_cancellable_new();
    g_resolver_lookup_by_name_async(resolver, host, wire->lookup, on_found, wire);
    return G_SOURCE_REMOVE;
}

/* --- public ---------------------------------------------------------------------------------- */

gboolean wire_check_uri(const char *text, gboolean is_post, GError **error)
{
    gboolean is_plain = TRUE; /* nothing that could end a line of the request */
    for (const char *c = text; *c; c++)
        is_plain = is_plain && *c > 0x20 && *c < 0x7f;
    g_autoptr(GUri) uri = is_plain ? g_uri_parse(text, G_URI_FLAGS_ENCODED, NULL) : NULL;
    const char *scheme = uri ? g_uri_get_scheme(uri) : "";
    static const char *const socket_schemes[] = { "ws", "wss", NULL };
    static const char *const post_schemes[] = { "http", "https", NULL };
    gboolean is_good = uri && g_strv_contains(is_post ? post_schemes : socket_schemes, scheme) &&
                       g_uri_get_host(uri) && *g_uri_get_host(uri) &&
                       strlen(g_uri_get_host(uri)) <= 100 && !g_uri_get_userinfo(uri) &&
                       strlen(text) <= 1500;
    if (!is_good)
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "not an address; accepted: %s, at most 1500 bytes, without user or password",
                    is_post ? "http://HOST/PATH or https://HOST/PATH"
                            : "ws://HOST/PATH or wss://HOST/PATH");
    return is_good;
}

static Wire *begin(WireHub *hub, const WireTarget *target, const WireHandler *handler,
                   gpointer user)
{
    assert_control_thread();
    Wire *wire = g_new0(Wire, 1);
    wire->hub = hub;
    g_queue_init(&wire->addresses);
    wire->handler = *handler;
    wire->user = user;
    wire->uri = g_uri_parse(target->uri, G_URI_FLAGS_ENCODED, NULL);
    g_assert(wire->uri); /* wire_check_uri() */
    wire->ca_file = g_strdup(target->ca_file);
    wire->token = target->token ? secret_ref(target->token) : NULL;
    guint ping_s = target->ping_s ? target->ping_s : DEFAULT_PING_S;
    wire->liveness.secs_since_valid_ping = (uint16_t)ping_s;
    wire->liveness.secs_since_valid_hangup = (uint16_t)(2 * ping_s);
    wire->begin = g_idle_add(on_begin, wire);
    set_deadline(wire, OPEN_S);
    return wire;
}

Wire *wire_open(WireHub *hub, const WireTarget *target, const char *subprotocol,
                const WireHandler *handler, gpointer user)
{
    Wire *wire = begin(hub, target, handler, user);
    wire->subprotocol = g_strdup(subprotocol);
    return wire;
}

Wire *wire_post(WireHub *hub, const WireTarget *target, const char *content_type, GBytes *body,
                const WireHandler *handler, gpointer user)
{
    Wire *wire = begin(hub, target, handler, user);
    wire->content_type = g_strdup(content_type);
    wire->body = g_bytes_ref(body);
    return wire;
}

void wire_wake(Wire *wire)
{
    if (wire->is_open && wire->wsi)
        lws_callback_on_writable(wire->wsi);
}

void wire_write(Wire *wire, GBytes *text)
{
    gsize len;
    const void *data = g_bytes_get_data(text, &len);
    g_autofree guchar *block = g_malloc(LWS_PRE + len);
    memcpy(block + LWS_PRE, data, len);
    if (lws_write(wire->wsi, block + LWS_PRE, len, LWS_WRITE_TEXT) < (int)len)
        wire_close(wire, LWS_CLOSE_STATUS_ABNORMAL_CLOSE, "");
}

void wire_hold(Wire *wire, gboolean is_held)
{
    wire->is_held = is_held;
    if (wire->is_open && wire->wsi)
        lws_rx_flow_control(wire->wsi, !is_held);
}

void wire_close(Wire *wire, guint16 code, const char *text)
{
    if (wire->close_code)
        return;
    wire->close_code = code;
    wire->close_text = text;
    g_autofree char *reason = g_strdup_printf("closed with code %u: %s", code, text);
    say(wire, FALSE, reason);
    set_deadline(wire, CLOSE_S);
    if (wire->is_open && wire->wsi)
        lws_callback_on_writable(wire->wsi);
}

void wire_free(Wire *wire)
{
    if (!wire)
        return;
    assert_control_thread();
    wire->is_over = TRUE;
    g_clear_handle_id(&wire->deadline, g_source_remove);
    g_clear_handle_id(&wire->begin, g_source_remove);
    g_cancellable_cancel(wire->lookup);
    if (wire->wsi) {
        lws_set_opaque_user_data(wire->wsi, NULL);
        if (wire->is_open)
            lws_callback_on_writable(wire->wsi);
        else
            shutdown(lws_get_socket_fd(wire->wsi), SHUT_RDWR);
    }
    wire->is_dead = TRUE;
    if (wire->depth == 0)
        clear(wire);
}
