/* identity.c - who is at the other end of a connection: what it shows, and what the gate makes of it
 *
 * A request shows a cookie or a bearer token each time. A WebSocket shows it once, when it is opened; what it carries then is
 * the Caller that the gate gave for it, looked at again with every request and whenever sessions change.
 */
#include "web/server_private.h"

#include "wallctl/base/post.h"
#include "wallctl/base/secret.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

const char *conn_address(Conn *conn)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof(address);
    char text[NI_MAXHOST];
    if (conn->address)
        return conn->address;
    if (conn->is_local ||
        getpeername(lws_get_socket_fd(conn->wsi), (struct sockaddr *)&address, &len) < 0 ||
        getnameinfo((struct sockaddr *)&address, len, text, sizeof(text), NULL, 0,
                    NI_NUMERICHOST) != 0)
        g_strlcpy(text, "local", sizeof(text));
    conn->address = g_strdup(text);
    return conn->address;
}

static void wipe(char *text)
{
    if (text)
        secret_wipe(text, strlen(text));
    g_free(text);
}

static guint32 peer_uid(Conn *conn)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    int fd = lws_get_socket_fd(conn->wsi);
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 ? peer.uid : (guint32)-1;
}

void conn_identify(Conn *conn)
{
    const WebGate *gate = &conn->server->gate;
    g_clear_pointer(&conn->caller, caller_unref);
    if (!gate->identify)
        return;
    char *cookies = http_header(conn, WSI_TOKEN_HTTP_COOKIE);
    char *authorization = http_header(conn, WSI_TOKEN_HTTP_AUTHORIZATION);
    char *cookie = identity_cookie(cookies);
    WebKnock knock = { .is_local = conn->is_local,
                       .uid = conn->is_local ? peer_uid(conn) : 0,
                       .address = conn_address(conn),
                       .cookie = cookie,
                       .bearer = identity_bearer(authorization) };
    conn->caller = gate->identify(&knock, gate->user);
    wipe(cookies);
    wipe(authorization);
    wipe(cookie);
}

void conn_tell_foreign(Conn *conn, const char *origin)
{
    const WebGate *gate = &conn->server->gate;
    if (!gate->foreign)
        return;
    conn_identify(conn);
    gate->foreign(conn->caller, conn_address(conn), origin, gate->user);
}

gboolean conn_refresh(Conn *conn)
{
    const WebGate *gate = &conn->server->gate;
    if (!gate->identify)
        return TRUE;
    Caller *now = conn->caller ? gate->refresh(conn->caller, gate->user) : NULL;
    caller_unref(conn->caller);
    conn->caller = now;
    return now != NULL;
}

gboolean conn_hears(const Conn *conn, const EventItem *event)
{
    if (!conn->server->gate.identify)
        return TRUE;
    return caller_may(conn->caller, event->right) &&
           (!event->region || caller_has(conn->caller, event->region, event->unit));
}

static gboolean may_stay(Conn *conn)
{
    WebServer *server = conn->server;
    if (!conn_refresh(conn))
        return FALSE;
    /* One that is being closed has no stream any more. */
    return conn->kind != CONN_STREAM || !conn->stream || !server->streams.may_stay ||
           server->streams.may_stay(conn->stream, conn->caller, server->user);
}

void web_recheck(WebServer *server)
{
    assert_control_thread();
    for (GList *l = server->conns.head, *next; l; l = next) {
        next = l->next;
        Conn *conn = l->data;
        if (conn->is_open && (conn->kind == CONN_EVENTS || conn->kind == CONN_STREAM) &&
            !may_stay(conn))
            conn_close(conn, WEB_CLOSE_SIGNED_OUT, "signed out");
    }
}

void web_server_set_gate(WebServer *server, const WebGate *gate)
{
    assert_control_thread();
    server->gate = *gate;
}

gboolean web_request_can_take_cookie(const WebRequest *request)
{
    const Conn *conn = request_conn(request);
    return conn && conn->kind == CONN_HTTP;
}

void web_reply_cookie(WebRequest *request, const char *value)
{
    if (!web_request_can_take_cookie(request))
        return;
    g_autofree char *text =
        g_strconcat(WEB_COOKIE "=", value, "; Path=/; Secure; HttpOnly; SameSite=Strict",
                    *value ? "" : "; Max-Age=0", NULL);
    http_add_header(request_conn(request), "set-cookie:", text);
}
