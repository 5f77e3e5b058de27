/* ws.c - wallctl.v1: requests and events over one WebSocket
 *
 * A client is a cursor into the ring of events plus the answers it has not taken yet. While more
 * than HIGH_BYTES of answers wait it is not read, and one that then takes nothing for STALL_S is
 * closed; events it is too slow for are replaced by one "snapshot-needed". So a client that reads
 * nothing costs its connection and at most the answers to what it had asked by then.
 */
#include "web/server_private.h"

#include "web/guard.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <stdlib.h>
#include <string.h>

#define MAX_MESSAGE (1024 * 1024)
#define MAX_WAITING 64                /* requests without a taken answer */
#define MAX_QUEUED  (4 * 1024 * 1024) /* bytes of answers not taken, beside the newest */
#define HIGH_BYTES  (32 * 1024)
#define LOW_BYTES   (8 * 1024)
#define STALL_S     10
#define MAX_UNSENT  (32 * 1024) /* bytes in the kernel */
#define CLOSING_S   5           /* for the close to be taken; then the connection is cut */

struct EventClient {
    guint64 cursor;    /* the next event to send */
    GByteArray *input; /* a message so far */
    GQueue answers;    /* GBytes: replies and notices, first of all */
    gsize answer_bytes;
    GBytes *current; /* being written */
    gsize sent;
    GPtrArray *requests; /* WebRequest that a handler still owes an answer */
    gboolean is_held;    /* not read until it takes its answers */
    gint64 taken_ns;     /* when it last took something, or was first held */
};

static guint64 newest_number(const WebServer *server)
{
    return event_ring_next(server->ring) - 1;
}

/* Asks no more of a client than it takes: what it sends meanwhile waits in its own socket. */
static void set_hold(Conn *conn)
{
    EventClient *client = conn->client;
    gboolean is_held = client->answer_bytes > (client->is_held ? LOW_BYTES : HIGH_BYTES);
    if (is_held == client->is_held)
        return;
    client->is_held = is_held;
    client->taken_ns = clock_now_ns();
    lws_rx_flow_control(conn->wsi, !is_held);
}

static void close_client(Conn *conn, guint16 code, const char *text)
{
    conn_close(conn, code, text);
    conn->deadline_ns = clock_now_ns() + CLOSING_S * NS_PER_SEC;
}

static void queue_answer(Conn *conn, GBytes *text)
{
    EventClient *client = conn->client;
    if (!conn->is_open) {
        g_bytes_unref(text);
        return;
    }
    if (client->answer_bytes > MAX_QUEUED || client->answers.length >= MAX_WAITING) {
        g_bytes_unref(text);
        close_client(conn, LWS_CLOSE_STATUS_POLICY_VIOLATION, "answers not taken");
        return;
    }
    client->answer_bytes += g_bytes_get_size(text);
    g_queue_push_tail(&client->answers, text);
    set_hold(conn);
    lws_callback_on_writable(conn->wsi);
}

static void queue_json(Conn *conn, Json *json)
{
    g_autoptr(Json) owned = json;
    char *text = json_dup_text(json);
    queue_answer(conn, g_bytes_new_take(text, strlen(text)));
}

static void queue_notice(Conn *conn, const char *type, guint64 number)
{
    Json *notice = json_object_new_object();
    json_add_string(notice, "type", type);
    json_add_int(notice, "seq", (gint64)number);
    queue_json(conn, notice);
}

/* From the event after `number` on, or from now on if that is not held any more. TRUE: nothing is
 * missed. */
static gboolean resume(Conn *conn, guint64 number)
{
    EventRing *ring = conn->server->ring;
    gboolean is_held = number + 1 >= event_ring_oldest(ring) && number < event_ring_next(ring);
    conn->client->cursor = is_held ? number + 1 : event_ring_next(ring);
    return is_held;
}

EventClient *events_new(Conn *conn, guint64 from)
{
    EventClient *client = g_new0(EventClient, 1);
    client->cursor = from ? from + 1 : event_ring_next(conn->server->ring);
    client->input = g_byte_array_new();
    client->requests = g_ptr_array_new_with_free_func((GDestroyNotify)web_request_unref);
    g_queue_init(&client->answers);
    return client;
}

void events_free(EventClient *client)
{
    if (!client)
        return;
    for (guint i = 0; i < client->requests->len; i++)
        request_detach(client->requests->pdata[i]);
    g_ptr_array_unref(client->requests);
    g_byte_array_unref(client->input);
    g_queue_clear_full(&client->answers, (GDestroyNotify)g_bytes_unref);
    g_clear_pointer(&client->current, g_bytes_unref);
    g_free(client);
}

void events_established(Conn *conn)
{
    conn_limit_unsent(conn, MAX_UNSENT);
    Json *hello = json_object_new_object();
    json_add_string(hello, "type", "hello");
    json_add_int(hello, "seq", (gint64)newest_number(conn->server));
    json_add_string(hello, "version", WALLCTL_VERSION);
    queue_json(conn, hello);
    guint64 number = conn->client->cursor - 1;
    if (!resume(conn, number))
        queue_notice(conn, "snapshot-needed", newest_number(conn->server));
}

void events_reply(Conn *conn, Json *id, guint status, const char *type, GBytes *body)
{
    g_autoptr(GBytes) owned = body;
    EventClient *client = conn->client;
    g_autofree char *id_text = id ? json_dup_text(id) : g_strdup("null");
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "{\"type\":\"reply\",\"id\":%s,\"status\":%u,", id_text, status);
    gsize len;
    const guchar *data = g_bytes_get_data(body, &len);
    if (type) {
        g_autofree char *base64 = g_base64_encode(data, len);
        g_string_append_printf(text, "\"content_type\":\"%s\",\"base64\":\"%s\"}", type, base64);
    } else {
        g_string_append(text, "\"body\":");
        g_string_append_len(text, (const char *)data, (gssize)len);
        g_string_append_c(text, '}');
    }
    for (guint i = client->requests->len; i-- > 0;) {
        if (client->requests->pdata[i] && web_request_is_answered(client->requests->pdata[i]))
            g_ptr_array_remove_index_fast(client->requests, i);
    }
    queue_answer(conn, g_string_free_to_bytes(text));
}

static void refuse(Conn *conn, Json *id, const char *word, const char *message)
{
    g_autoptr(Json) json = request_error_json(word, message);
    char *text = json_dup_text(json);
    events_reply(conn, id, 400, NULL, g_bytes_new_take(text, strlen(text)));
}

static Json *id_of(Json *message)
{
    Json *id = NULL;
    if (!json_object_object_get_ex(message, "id", &id))
        return NULL;
    gboolean is_short =
        json_object_is_type(id, json_type_string) && json_object_get_string_len(id) <= 64;
    return is_short || json_object_is_type(id, json_type_int) ? id : NULL;
}

static void on_request(Conn *conn, Json *message)
{
    static const char *const known[] = { "type", "id", "method", "path", "body" };
    Json *id = id_of(message);
    const char *method = NULL, *target = NULL;
    g_autoptr(Faults) faults = faults_new("request", 4);
    json_refuse_unknown(message, known, G_N_ELEMENTS(known), faults, "");
    if (!json_get_string(message, "method", &method, faults, "") && faults_count(faults) == 0)
        faults_add(faults, "method", "missing: GET, POST, PUT or DELETE");
    if (!json_get_string(message, "path", &target, faults, "") && faults_count(faults) == 0)
        faults_add(faults, "path", "missing: /api/v1/...");
    static const char *const methods[] = { "GET", "POST", "PUT", "DELETE", NULL };
    if (faults_count(faults) == 0 && !g_strv_contains(methods, method))
        faults_add(faults, "method", "'%.20s' is not GET, POST, PUT or DELETE", method);
    if (!id)
        faults_add(faults, "id", "missing: a whole number, or a text of at most 64 bytes");
    if (faults_count(faults) > 0) {
        g_autofree char *text = faults_dup_text(faults);
        refuse(conn, id, "invalid", g_strchomp(text));
        return;
    }
    g_autofree char *path = NULL;
    g_autoptr(GHashTable) query = NULL;
    g_autoptr(GError) error = NULL;
    if (!guard_split_target(target, &path, &query, &error)) {
        refuse(conn, id, "invalid", error->message);
        return;
    }
    Json *content = NULL;
    json_object_object_get_ex(message, "body", &content);
    char *text = content ? json_dup_text(content) : NULL;
    g_autoptr(GBytes) body = text ? g_bytes_new_take(text, strlen(text)) : g_bytes_new(NULL, 0);
    if (g_bytes_get_size(body) > conn->server->max_body) {
        refuse(conn, id, "limit", "the body is too large");
        return;
    }
    g_autoptr(WebRequest) request = request_new(conn, json_object_get(id));
    g_ptr_array_add(conn->client->requests, web_request_ref(request));
    if (!conn_refresh(conn)) {
        close_client(conn, WEB_CLOSE_SIGNED_OUT, "signed out");
        return;
    }
    WebRequestInfo info = { method,         path, query, body, conn->caller, conn_address(conn),
                            conn->is_secure };
    request_run(request, &info);
}

static void on_resume(Conn *conn, Json *message)
{
    g_autoptr(Faults) faults = faults_new("resume", 4);
    gint64 number = 0;
    if (!json_get_int(message, "seq", 0, G_MAXINT64 - 1, &number, faults, "")) {
        refuse(conn, NULL, "invalid", "resume: seq: a whole number is required");
        return;
    }
    if (resume(conn, (guint64)number))
        queue_notice(conn, "resumed", (guint64)number);
    else
        queue_notice(conn, "snapshot-needed", newest_number(conn->server));
}

static void on_message(Conn *conn, const char *text, gsize len)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) message = json_parse(text, len, MAX_MESSAGE, JSON_STRICT, &error);
    if (!message) {
        refuse(conn, NULL, "invalid", error->message);
        return;
    }
    Json *type = NULL;
    if (json_object_is_type(message, json_type_object))
        json_object_object_get_ex(message, "type", &type);
    const char *word =
        json_object_is_type(type, json_type_string) ? json_object_get_string(type) : "";
    if (strcmp(word, "request") == 0)
        on_request(conn, message);
    else if (strcmp(word, "resume") == 0)
        on_resume(conn, message);
    else
        refuse(conn, json_object_is_type(message, json_type_object) ? id_of(message) : NULL,
               "invalid", "type: 'request' and 'resume' are accepted");
}

void events_receive(Conn *conn, const char *data, gsize len, gboolean is_last)
{
    EventClient *client = conn->client;
    if (lws_frame_is_binary(conn->wsi)) {
        close_client(conn, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE, "JSON text is expected");
        return;
    }
    if (client->input->len + len > MAX_MESSAGE) {
        close_client(conn, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, "message too large");
        return;
    }
    g_byte_array_append(client->input, (const guint8 *)data, (guint)len);
    if (!is_last)
        return;
    if (client->requests->len + client->answers.length >= MAX_WAITING) {
        close_client(conn, LWS_CLOSE_STATUS_POLICY_VIOLATION,
                     "too many requests without an answer taken");
        return;
    }
    g_autoptr(GByteArray) message = g_steal_pointer(&client->input);
    client->input = g_byte_array_new();
    on_message(conn, message->data ? (const char *)message->data : "", message->len);
}

/* What is to be sent next, as a reference; NULL when the client has everything. */
static GBytes *next_message(Conn *conn)
{
    EventClient *client = conn->client;
    EventRing *ring = conn->server->ring;
    if (client->cursor < event_ring_oldest(ring)) {
        client->cursor = event_ring_next(ring);
        queue_notice(conn, "snapshot-needed", newest_number(conn->server));
    }
    GBytes *answer = g_queue_pop_head(&client->answers);
    if (answer) {
        client->answer_bytes -= g_bytes_get_size(answer);
        set_hold(conn);
        return answer;
    }
    const EventItem *event;
    while ((event = event_ring_get(ring, client->cursor))) {
        client->cursor++;
        if (conn_hears(conn, event))
            return g_bytes_ref(event->text);
    }
    return NULL;
}

int events_writable(Conn *conn)
{
    EventClient *client = conn->client;
    if (!client->current)
        client->current = next_message(conn);
    if (!client->current)
        return 0;
    if (!conn_write_message(conn, client->current, FALSE, &client->sent))
        return -1;
    client->taken_ns = clock_now_ns();
    if (client->sent == 0)
        g_clear_pointer(&client->current, g_bytes_unref);
    lws_callback_on_writable(conn->wsi);
    return 0;
}

void events_tick(Conn *conn)
{
    const EventClient *client = conn->client;
    if (client->is_held && clock_now_ns() - client->taken_ns > STALL_S * NS_PER_SEC)
        close_client(conn, LWS_CLOSE_STATUS_POLICY_VIOLATION, "answers not taken");
}

guint64 web_newest_event(const WebServer *server)
{
    assert_control_thread();
    return newest_number(server);
}

void web_publish(WebServer *server, const char *name, const WebScope *scope, Json *data)
{
    assert_control_thread();
    Json *event = json_object_new_object();
    json_add_string(event, "type", "event");
    json_add_int(event, "seq", (gint64)event_ring_next(server->ring));
    json_add_string(event, "event", name);
    json_add(event, "data", data);
    char *text = json_dup_text(event);
    event_ring_push(server->ring, g_bytes_new_take(text, strlen(text)), scope->right, scope->region,
                    scope->unit);
    json_object_put(event); /* scope's texts may be of data */
    for (GList *l = server->conns.head; l; l = l->next) {
        Conn *conn = l->data;
        if (conn->is_open && conn->kind == CONN_EVENTS)
            lws_callback_on_writable(conn->wsi);
    }
}

/* TRUE if name is the first of the subprotocols we know in the client's list: lws takes that one.
 */
static gboolean asks_for(const char *list, const char *name)
{
    g_auto(GStrv) offered = g_strsplit(list ? list : "", ",", -1);
    for (guint i = 0; offered[i]; i++) {
        g_strstrip(offered[i]);
        if (strcmp(offered[i], WEB_EVENTS_PROTOCOL) == 0 ||
            strcmp(offered[i], WEB_PREVIEW_PROTOCOL) == 0 ||
            strcmp(offered[i], INTAKE_SUBPROTOCOL) == 0 ||
            strcmp(offered[i], WEB_HTTP_PROTOCOL) == 0)
            return strcmp(offered[i], name) == 0;
    }
    return FALSE;
}

int ws_upgrade(Conn *conn, const char *protocol)
{
    g_autofree char *path = http_header(conn, WSI_TOKEN_GET_URI);
    g_autofree char *host = http_header(conn, WSI_TOKEN_HOST);
    g_autofree char *origin = http_header(conn, WSI_TOKEN_ORIGIN);
    g_autofree char *offered = http_header(conn, WSI_TOKEN_PROTOCOL);
    g_autofree char *version = http_header(conn, WSI_TOKEN_VERSION);
    g_autoptr(GHashTable) query = http_query(conn);
    if (g_ascii_strcasecmp(protocol, "websocket") != 0)
        return http_refuse(conn, 400, "unsupported", "Upgrade: only websocket is accepted");
    if (!path || !guard_path(path) || !query)
        return http_refuse(conn, 400, "invalid", "a WebSocket is opened by GET of its path");
    if (strcmp(path, INTAKE_PATH) == 0 && g_strcmp0(version, "13") == 0)
        return intake_upgrade(conn, asks_for(offered, INTAKE_SUBPROTOCOL));
    if (!conn_is_host(conn, host))
        return http_refuse(conn, 403, "denied", "this server does not go by that Host name");
    if (!conn->is_local && !guard_origin(origin, host, conn->is_secure)) {
        conn_tell_foreign(conn, origin);
        return http_refuse(conn, 403, "denied", "a page of another origin opens a WebSocket");
    }
    if (g_strcmp0(version, "13") != 0)
        return http_refuse(conn, 426, "unsupported", "Sec-WebSocket-Version: 13 is accepted");
    conn_identify(conn);
    if (conn->server->gate.identify && !conn->caller)
        return http_refuse(conn, 401, "signed_out", "sign in first");
    if (strcmp(path, WEB_EVENTS_PATH) == 0) {
        if (!asks_for(offered, WEB_EVENTS_PROTOCOL))
            return http_refuse(conn, 400, "invalid",
                               "Sec-WebSocket-Protocol: wallctl.v1 is required");
        const char *from = g_hash_table_lookup(query, "resume");
        conn->client = events_new(conn, from ? g_ascii_strtoull(from, NULL, 10) : 0);
        conn->kind = CONN_EVENTS;
        return 0;
    }
    if (!conn->server->has_streams || !guard_is_preview_path(path))
        return http_refuse(conn, 404, "not_found", "no WebSocket at this path");
    if (!asks_for(offered, WEB_PREVIEW_PROTOCOL))
        return http_refuse(conn, 400, "invalid",
                           "Sec-WebSocket-Protocol: wallctl.preview is required");
    g_autoptr(GError) error = NULL;
    conn->stream = stream_new(conn, path, query, &error);
    if (!conn->stream)
        return http_refuse(conn, request_error_status(error), wall_error_word(error->code),
                           error->message);
    conn->kind = CONN_STREAM;
    return 0;
}
