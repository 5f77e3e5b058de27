/* client.c - wallctl.v1 over the UNIX socket, for command line tools */
#include "web/client.h"

#include "wallctl/base/error.h"
#include "wallctl/base/log.h"

#include <errno.h>
#include <libwebsockets.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PATH        "/api/v1/ws"
#define PROTOCOL    "wallctl.v1"
#define CONNECT_MS  5000
#define MAX_MESSAGE (64 * 1024 * 1024) /* a snapshot of a large wall */
#define MAX_WAITING 10000              /* events that came during a call */

struct WebClient {
    struct lws_context *context;
    struct lws *wsi;
    char *socket_path;
    gboolean is_open, is_over, is_late;
    char *cause; /* why it is over, if known */
    lws_sorted_usec_list_t timer;
    GByteArray *input;
    GByteArray *output; /* LWS_PRE and a message, or NULL */
    GQueue events;      /* Json */
    Json *reply;
    gint64 next_id;
};

static void on_message(WebClient *client)
{
    g_autoptr(GByteArray) text = g_steal_pointer(&client->input);
    client->input = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) message =
        json_parse((const char *)text->data, text->len, MAX_MESSAGE, JSON_STRICT, &error);
    if (!message) {
        client->cause =
            client->cause ? client->cause : g_strdup_printf("not understood: %s", error->message);
        client->is_over = TRUE;
        return;
    }
    Json *type = NULL;
    json_object_object_get_ex(message, "type", &type);
    const char *word = type ? json_object_get_string(type) : "";
    if (strcmp(word, "hello") == 0) {
        client->is_open = TRUE;
    } else if (strcmp(word, "reply") == 0) {
        json_object_put(client->reply);
        client->reply = g_steal_pointer(&message);
    } else if (client->events.length < MAX_WAITING) {
        g_queue_push_tail(&client->events, g_steal_pointer(&message));
    }
}

static void end(WebClient *client, const char *cause)
{
    client->is_over = TRUE;
    if (!client->cause && cause)
        client->cause = g_strdup(cause);
}

static int on_lws(struct lws *wsi, enum lws_callback_reasons reason, void *session, void *in,
                  size_t len)
{
    struct lws_context *context = wsi ? lws_get_context(wsi) : NULL;
    WebClient *client = context ? lws_context_user(context) : NULL;
    switch (reason) {
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        end(client, in);
        client->wsi = NULL;
        return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE:
        if (client->input->len + len > MAX_MESSAGE)
            return -1;
        g_byte_array_append(client->input, in, (guint)len);
        if (lws_is_final_fragment(wsi) && lws_remaining_packet_payload(wsi) == 0)
            on_message(client);
        return client->is_over ? -1 : 0;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        if (client->output) {
            g_autoptr(GByteArray) output = g_steal_pointer(&client->output);
            gsize text = output->len - LWS_PRE;
            if (lws_write(wsi, output->data + LWS_PRE, text, LWS_WRITE_TEXT) < (int)text)
                return -1;
        }
        return 0;
    case LWS_CALLBACK_CLIENT_CLOSED:
        end(client, "the daemon closed the connection");
        client->wsi = NULL;
        return 0;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {
    { .name = PROTOCOL, .callback = on_lws, .rx_buffer_size = 65536 },
    { 0 },
};

static void on_late(lws_sorted_usec_list_t *timer)
{
    WebClient *client = lws_container_of(timer, WebClient, timer);
    client->is_late = TRUE;
}

static gboolean wait_open(WebClient *client)
{
    while (!client->is_open && !client->is_over && !client->is_late)
        lws_service(client->context, 0);
    return client->is_open && !client->is_over;
}

/* Why nobody is reached there, and what to do. */
static void explain(const char *path, GError **error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const char *en = NULL, *zh = NULL, *hint = "";
    int cause = ENAMETOOLONG;
    if (g_strlcpy(address.sun_path, path, sizeof(address.sun_path)) < sizeof(address.sun_path)) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        cause = connect(fd, (struct sockaddr *)&address, sizeof(address)) ? errno : 0;
        close(fd);
    }
    switch (cause) {
    case 0:
        en = "something listens there, but does not speak " PROTOCOL;
        zh = "那里应答的不是 wallctl";
        break;
    case EACCES:
        hint = "; this user is not in its group";
        zh = "没有权限，当前用户不在它的用户组里";
        break;
    case ENOENT:
    case ECONNREFUSED:
        hint = "; is the daemon running?";
        zh = "守护进程没有运行";
        break;
    }
    g_autofree char *en_text =
        g_strdup_printf("no wallctl at %s: %s%s", path, en ? en : g_strerror(cause), hint);
    g_autofree char *zh_text =
        g_strdup_printf("连不上守护进程（%s）：%s", path, zh ? zh : g_strerror(cause));
    wall_error_set_literal(error, WALL_ERROR_UNAVAILABLE, en_text, zh_text);
}

static void start_timer(WebClient *client, guint timeout_ms)
{
    client->is_late = FALSE;
    lws_sul_schedule(client->context, 0, &client->timer, on_late,
                     (lws_usec_t)timeout_ms * LWS_US_PER_MS);
}

static void connect_to(WebClient *client)
{
    g_autofree char *address = g_strconcat("+", client->socket_path, NULL);
    struct lws_client_connect_info info = {
        .context = client->context,
        .address = address,
        .host = "localhost",
        .path = PATH,
        .protocol = PROTOCOL,
        .local_protocol_name = PROTOCOL,
        .ietf_version_or_minus_one = -1,
        .pwsi = &client->wsi,
    };
    if (!lws_client_connect_via_info(&info))
        client->is_over = TRUE;
}

static void on_lws_log(int level, const char *line)
{
    g_autofree char *text = g_strdup(line);
    log_debug(LWS, "%s", g_strchomp(text));
}

WebClient *web_client_new(const char *socket_path, GError **error)
{
    lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
    g_autoptr(WebClient) client = g_new0(WebClient, 1);
    client->socket_path = g_strdup(socket_path);
    client->input = g_byte_array_new();
    g_queue_init(&client->events);
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .options = LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME | LWS_SERVER_OPTION_VALIDATE_UTF8,
        .fd_limit_per_thread = 16,
        .user = client,
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
    };
    client->context = lws_create_context(&info);
    if (!client->context) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INTERNAL, "libwebsockets does not start");
        return NULL;
    }
    start_timer(client, CONNECT_MS);
    connect_to(client);
    if (wait_open(client))
        return g_steal_pointer(&client);
    explain(socket_path, error);
    return NULL;
}

void web_client_free(WebClient *client)
{
    if (!client)
        return;
    if (client->context) {
        lws_sul_cancel(&client->timer);
        lws_context_destroy(client->context);
    }
    for (Json *event; (event = g_queue_pop_head(&client->events));)
        json_object_put(event);
    json_object_put(client->reply);
    g_byte_array_unref(client->input);
    if (client->output)
        g_byte_array_unref(client->output);
    g_free(client->cause);
    g_free(client->socket_path);
    g_free(client);
}

static gboolean lost(WebClient *client, GError **error)
{
    if (!client->is_over && !client->is_late)
        return FALSE;
    wall_error_set(error, WALL_ERROR_UNAVAILABLE, "wallctl at %s: %s", "守护进程（%s）：%s",
                   client->socket_path,
                   client->is_over ? client->cause ? client->cause : "the connection ended"
                                   : "no answer in time");
    return TRUE;
}

/* The whole reply to one request, NULL with an error. Caller owns. */
static Json *ask(WebClient *client, const char *method, const char *path, Json *body,
                 guint timeout_ms, GError **error)
{
    g_autoptr(Json) request = json_object_new_object();
    gint64 id = ++client->next_id;
    json_add_string(request, "type", "request");
    json_add_int(request, "id", id);
    json_add_string(request, "method", method);
    json_add_string(request, "path", path);
    if (body)
        json_add(request, "body", body);
    g_autofree char *text = json_dup_text(request);
    client->output = g_byte_array_new();
    g_byte_array_set_size(client->output, LWS_PRE);
    g_byte_array_append(client->output, (const guint8 *)text, (guint)strlen(text));
    start_timer(client, timeout_ms);
    if (client->wsi)
        lws_callback_on_writable(client->wsi);
    for (;;) {
        Json *number = NULL;
        if (client->reply)
            json_object_object_get_ex(client->reply, "id", &number);
        if (number && json_object_get_int64(number) == id)
            return g_steal_pointer(&client->reply);
        if (lost(client, error))
            return NULL;
        lws_service(client->context, 0);
    }
}

static guint status_of(Json *reply)
{
    Json *status = NULL;
    json_object_object_get_ex(reply, "status", &status);
    return status ? (guint)json_object_get_int(status) : 500;
}

Json *web_client_call(WebClient *client, const char *method, const char *path, Json *body,
                      guint timeout_ms, guint *status, GError **error)
{
    g_autoptr(Json) reply = ask(client, method, path, body, timeout_ms, error);
    if (!reply)
        return NULL;
    *status = status_of(reply);
    Json *content = NULL;
    json_object_object_get_ex(reply, "body", &content);
    return content ? json_object_get(content) : json_object_new_object();
}

GBytes *web_client_fetch(WebClient *client, const char *path, guint timeout_ms, guint *status,
                         Json **refusal, GError **error)
{
    g_autoptr(Json) reply = ask(client, "GET", path, NULL, timeout_ms, error);
    if (!reply)
        return NULL;
    *status = status_of(reply);
    Json *base64 = NULL, *content = NULL;
    if (json_object_object_get_ex(reply, "base64", &base64)) {
        gsize len;
        guchar *data = g_base64_decode(json_object_get_string(base64), &len);
        return g_bytes_new_take(data, len);
    }
    json_object_object_get_ex(reply, "body", &content);
    *refusal = content ? json_object_get(content) : json_object_new_object();
    return NULL;
}

Json *web_client_next(WebClient *client, GError **error)
{
    client->is_late = FALSE;
    lws_sul_cancel(&client->timer);
    for (;;) {
        Json *event = g_queue_pop_head(&client->events);
        if (event)
            return event;
        if (lost(client, error))
            return NULL;
        lws_service(client->context, 0);
    }
}

void web_client_refusal(Json *body, guint status, GError **error)
{
    Json *content = NULL, *word = NULL, *message = NULL, *zh = NULL;
    if (json_object_is_type(body, json_type_object) &&
        json_object_object_get_ex(body, "error", &content) &&
        json_object_is_type(content, json_type_object)) {
        json_object_object_get_ex(content, "code", &word);
        json_object_object_get_ex(content, "message", &message);
        json_object_object_get_ex(content, "message_zh", &zh);
    }
    int code = WALL_ERROR_INTERNAL;
    for (int i = WALL_ERROR_INVALID; word && i <= WALL_ERROR_INTERNAL; i++) {
        if (strcmp(wall_error_word(i), json_object_get_string(word)) == 0)
            code = i;
    }
    if (message)
        wall_error_set_literal(error, (WallError)code, json_object_get_string(message),
                               zh ? json_object_get_string(zh) : NULL);
    else
        g_set_error(error, WALL_ERROR, code, "refused with status %u", status);
}
