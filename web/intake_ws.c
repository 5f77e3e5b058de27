/* intake_ws.c - who may bring events to this server, and the WebSocket that brings them
 *
 * The bearer token says which source it is; it comes in the Authorization header and nowhere else.
 * No page of a browser has it, so Host and Origin are not asked here: platforms know this machine
 * by many names. Subprotocol "cloudevents.json", never mixed with wallctl.v1.
 */
#include "web/server_private.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/post.h"
#include "wallctl/base/secret.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define MAX_UNSENT (64 * 1024) /* bytes in the kernel */
#define CLOSING_S  5           /* for the close to be taken; then the connection is cut */

static const char *say(const char **word, guint *status, guint number, const char *code,
                       const char *message)
{
    *status = number;
    *word = code;
    return message;
}

const char *intake_admit(Conn *conn, guint *status, const char **word)
{
    WebServer *server = conn->server;
    if (!server->intake)
        return say(word, status, 404, "not_found", "this server takes no events");
    guint wait_s = door_wait_s(server->door, conn_address(conn));
    if (wait_s > 0) {
        g_autofree char *text = g_strdup_printf("%u", wait_s);
        http_add_header(conn, "retry-after:", text);
        return say(word, status, 429, "limit", "too many wrong tokens from this address");
    }
    g_autofree char *header = http_header(conn, WSI_TOKEN_HTTP_AUTHORIZATION);
    const char *token = identity_bearer(header);
    const char *source = token ? intake_source_of(server->intake, token) : NULL;
    g_free(conn->source);
    conn->source = g_strdup(source);
    if (header)
        secret_wipe(header, strlen(header));
    if (conn->source) {
        door_passed(server->door, conn_address(conn));
        return NULL;
    }
    door_failed(server->door, conn_address(conn));
    intake_refused(server->intake, NULL, "unauthorized");
    http_add_header(conn, "www-authenticate:", "Bearer realm=\"wallctl\"");
    return say(word, status, 401, "denied", "Authorization: Bearer TOKEN of a source is required");
}

const char *intake_gate_fault(Conn *conn, guint *status, const char **word)
{
    switch (intake_gate(conn->server->intake)) {
    case INTAKE_CLOSED:
        http_add_header(conn, "retry-after:", "10");
        return say(word, status, 503, "unavailable", "nothing can be stored now");
    case INTAKE_FULL:
        http_add_header(conn, "retry-after:", "1");
        return say(word, status, 429, "limit", "too many events wait to be stored");
    case INTAKE_OPEN:
        break;
    }
    return NULL;
}

/* --- WebSocket ------------------------------------------------------------------------------- */

static void on_hold(gboolean is_held, gpointer user)
{
    Conn *conn = user;
    lws_rx_flow_control(conn->wsi, !is_held);
    /* What TLS has read already does not show at the socket: lws looks for it after an event. */
    if (!is_held)
        lws_callback_on_writable(conn->wsi);
}

static void on_wake(gpointer user)
{
    Conn *conn = user;
    lws_callback_on_writable(conn->wsi);
}

static void on_close(guint16 code, const char *text, gpointer user)
{
    Conn *conn = user;
    conn_close(conn, code, text);
    conn->deadline_ns = clock_now_ns() + CLOSING_S * NS_PER_SEC;
}

int intake_upgrade(Conn *conn, gboolean is_offered)
{
    guint status;
    const char *word;
    const char *fault = intake_admit(conn, &status, &word);
    if (!fault && !is_offered)
        fault = say(&word, &status, 400, "invalid",
                    "Sec-WebSocket-Protocol: " INTAKE_SUBPROTOCOL " is required");
    if (!fault && intake_gate(conn->server->intake) == INTAKE_CLOSED)
        fault = intake_gate_fault(conn, &status, &word);
    if (fault)
        return http_refuse(conn, status, word, fault);
    conn->kind = CONN_INTAKE;
    return 0;
}

void intake_established(Conn *conn)
{
    static const IntakeChannelCarrier carrier = { on_hold, on_wake, on_close };
    conn_limit_unsent(conn, MAX_UNSENT);
    conn->intake =
        intake_channel_new(conn->server->intake, conn->source, conn_address(conn), &carrier, conn);
}

void intake_receive(Conn *conn, const char *data, gsize len, gboolean is_last)
{
    intake_channel_receive(conn->intake, data, len, lws_frame_is_binary(conn->wsi) != 0, is_last);
}

int intake_writable(Conn *conn)
{
    g_autoptr(GBytes) receipt = intake_channel_next(conn->intake);
    if (!receipt)
        return 0;
    gsize sent = 0;
    if (!conn_write_message(conn, receipt, FALSE, &sent))
        return -1;
    g_assert(sent == 0);
    lws_callback_on_writable(conn->wsi);
    return 0;
}

void web_server_set_intake(WebServer *server, Intake *intake)
{
    assert_control_thread();
    server->intake = intake;
}
