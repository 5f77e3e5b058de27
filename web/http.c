/* http.c - HTTP/1.1 requests: collected within bounds, checked, answered in pieces
 *
 * One request a connection: with requests that are sent ahead lws 4.1 loops for ever or uses a
 * header after freeing it, and what matters here goes over a WebSocket anyway. Two more of its
 * habits shape this file. While an answer is due it does not read what the client sends, though its
 * poll still asks for input: a client that half-closes would spin the loop, so input is switched
 * off meanwhile. And with input off it does not tell when the socket takes more: a watch of our own
 * does.
 */
#include "web/server_private.h"

#include "web/guard.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"

#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>

#define BODY_S     15 /* for a whole body */
#define HANDLER_S  60
#define PROGRESS_S 20 /* a client that takes nothing of its answer for this long is dropped */
#define LINGER_S   5  /* for the rest of a body that is not wanted */
#define MAX_HEADER 4096
#define MAX_QUERY  32 /* parameters */

static gint64 after_s(int seconds)
{
    return clock_now_ns() + seconds * NS_PER_SEC;
}

char *http_header(Conn *conn, enum lws_token_indexes token)
{
    int len = lws_hdr_total_length(conn->wsi, token);
    if (len <= 0 || len > MAX_HEADER)
        return NULL;
    g_autofree char *text = g_malloc((gsize)len + 1);
    if (lws_hdr_copy(conn->wsi, text, len + 1, token) < 0)
        return NULL;
    return g_steal_pointer(&text);
}

GHashTable *http_query(Conn *conn)
{
    g_autoptr(GHashTable) query = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *text = g_malloc(MAX_HEADER + 1);
    for (int i = 0; i < MAX_QUERY; i++) {
        int len =
            lws_hdr_copy_fragment(conn->wsi, text, MAX_HEADER + 1, WSI_TOKEN_HTTP_URI_ARGS, i);
        if (len < 0)
            break;
        if (!g_utf8_validate(text, len, NULL))
            return NULL;
        const char *equals = strchr(text, '=');
        g_hash_table_replace(query, equals ? g_strndup(text, equals - text) : g_strdup(text),
                             g_strdup(equals ? equals + 1 : ""));
    }
    return g_steal_pointer(&query);
}

static const char *method_of(struct lws *wsi)
{
    static const struct {
        enum lws_token_indexes token;
        const char *method;
    } methods[] = {
        { WSI_TOKEN_GET_URI, "GET" },         { WSI_TOKEN_HEAD_URI, "HEAD" },
        { WSI_TOKEN_POST_URI, "POST" },       { WSI_TOKEN_PUT_URI, "PUT" },
        { WSI_TOKEN_DELETE_URI, "DELETE" },   { WSI_TOKEN_PATCH_URI, "PATCH" },
        { WSI_TOKEN_OPTIONS_URI, "OPTIONS" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(methods); i++) {
        if (lws_hdr_total_length(wsi, methods[i].token) > 0)
            return methods[i].method;
    }
    return "";
}

static gboolean put_header(Conn *conn, guchar **p, guchar *end, const char *name, const char *value)
{
    return lws_add_http_header_by_name(conn->wsi, (const guchar *)name, (const guchar *)value,
                                       (int)strlen(value), p, end) == 0;
}

/* Status line and headers; the security headers come from the vhost. NULL if they do not fit: our
 * mistake. */
static GString *make_head(Conn *conn, guint status, const char *type, gsize len, const char *etag)
{
    guchar buffer[2048];
    guchar *p = buffer, *end = buffer + sizeof(buffer);
    g_autofree char *length = g_strdup_printf("%" G_GSIZE_FORMAT, len);
    gboolean fits = lws_add_http_header_status(conn->wsi, status, &p, end) == 0 &&
                    put_header(conn, &p, end, "content-length:", length) &&
                    put_header(conn, &p, end, "cache-control:", etag ? "no-cache" : "no-store") &&
                    (!type || put_header(conn, &p, end, "content-type:", type)) &&
                    (!etag || put_header(conn, &p, end, "etag:", etag)) &&
                    put_header(conn, &p, end, "connection:", "close") &&
                    lws_finalize_http_header(conn->wsi, &p, end) == 0;
    g_assert(fits);
    return g_string_new_len((const char *)buffer, p - buffer);
}

static void forget_request(Conn *conn)
{
    if (conn->request)
        request_detach(conn->request);
    g_clear_pointer(&conn->request, web_request_unref);
}

void http_reply(Conn *conn, guint status, const char *type, GBytes *body, const char *etag)
{
    forget_request(conn);
    conn->head = make_head(conn, status, type, g_bytes_get_size(body), etag);
    gboolean is_bare = g_strcmp0(conn->method, "HEAD") == 0 || status == 304;
    conn->reply = is_bare ? g_bytes_new(NULL, 0) : g_bytes_ref(body);
    g_bytes_unref(body);
    conn->sent = 0;
    conn->phase = HTTP_REPLY;
    conn->deadline_ns = after_s(PROGRESS_S);
    lws_rx_flow_control(conn->wsi, 1);
    lws_callback_on_writable(conn->wsi);
}

static void reply_error(Conn *conn, guint status, const char *word, const char *message)
{
    conn->server->stats.refused++;
    g_autoptr(Json) json = request_error_json(word, message);
    char *text = json_dup_text(json);
    http_reply(conn, status, "application/json", g_bytes_new_take(text, strlen(text)), NULL);
}

int http_refuse(Conn *conn, guint status, const char *word, const char *message)
{
    conn->server->stats.refused++;
    g_autoptr(Json) json = request_error_json(word, message);
    g_autofree char *text = json_dup_text(json);
    GString *answer = make_head(conn, status, "application/json", strlen(text), NULL);
    g_string_append(answer, text);
    conn_write(conn, answer->str, answer->len, LWS_WRITE_HTTP);
    g_string_free(answer, TRUE);
    return -1;
}

static void serve_file(Conn *conn)
{
    const PageFile *file =
        conn->server->files ? page_files_find(conn->server->files, conn->path) : NULL;
    if (!file) {
        reply_error(conn, 404, "not_found", "no such page");
        return;
    }
    g_autofree char *known = http_header(conn, WSI_TOKEN_HTTP_IF_NONE_MATCH);
    if (known && strstr(known, file->etag))
        http_reply(conn, 304, NULL, g_bytes_new(NULL, 0), file->etag);
    else
        http_reply(conn, 200, file->type, g_bytes_ref(file->body), file->etag);
}

static void run(Conn *conn)
{
    gboolean is_api = g_str_has_prefix(conn->path, "/api/");
    gboolean is_read = strcmp(conn->method, "GET") == 0;
    if (!is_api && !is_read && strcmp(conn->method, "HEAD") != 0) {
        reply_error(conn, 405, "invalid", "pages are only read: GET or HEAD");
        return;
    }
    if (!is_api) {
        serve_file(conn);
        return;
    }
    conn->phase = HTTP_HANDLER;
    conn->deadline_ns = after_s(HANDLER_S);
    lws_rx_flow_control(conn->wsi, 0);
    g_autoptr(GBytes) body = g_byte_array_free_to_bytes(g_steal_pointer(&conn->body));
    conn->request = request_new(conn, NULL);
    g_autoptr(WebRequest) request = web_request_ref(conn->request);
    WebRequestInfo info = { conn->method, conn->path, conn->query, body, conn_actor(conn) };
    request_run(request, &info);
}

/* The length of the body; FALSE when it cannot be known. */
static gboolean body_length(Conn *conn, guint64 *len)
{
    *len = 0;
    g_autofree char *given = http_header(conn, WSI_TOKEN_HTTP_CONTENT_LENGTH);
    gboolean may_have = strcmp(conn->method, "POST") == 0 || strcmp(conn->method, "PUT") == 0 ||
                        strcmp(conn->method, "PATCH") == 0;
    if (lws_hdr_total_length(conn->wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0)
        return FALSE;
    if (!given)
        return !may_have && lws_hdr_total_length(conn->wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) == 0;
    return strlen(given) <= 15 && g_ascii_string_to_unsigned(given, 10, 0, G_MAXINT64, len, NULL);
}

/* NULL, or what is wrong with this request, with the status for it. */
static const char *fault_of(Conn *conn, gboolean is_whole, guint64 len, guint *status,
                            const char **word)
{
    g_autofree char *host = http_header(conn, WSI_TOKEN_HOST);
    g_autofree char *origin = http_header(conn, WSI_TOKEN_ORIGIN);
    g_autofree char *type = http_header(conn, WSI_TOKEN_HTTP_CONTENT_TYPE);
    *status = 403;
    *word = "denied";
    if (!conn->is_local && !guard_host(host, conn->server->host))
        return "this server does not go by that Host name";
    gboolean is_read = strcmp(conn->method, "GET") == 0 || strcmp(conn->method, "HEAD") == 0;
    if (!is_read && !conn->is_local && !guard_origin(origin, host))
        return "a page of another origin asks for a change";
    *status = 400;
    *word = "invalid";
    if (!is_whole)
        return "'&' and ';' in a path are written %26 and %3B";
    if (!guard_path(conn->path))
        return "the path is not absolute, or has '.', '..' or control characters in it";
    if (!conn->query)
        return "the query is not UTF-8";
    *status = 405;
    static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "DELETE", NULL };
    if (!g_strv_contains(methods, conn->method) ||
        (strcmp(conn->method, "HEAD") == 0 && g_str_has_prefix(conn->path, "/api/")))
        return "GET, POST, PUT and DELETE are accepted";
    *status = 415;
    if (!is_read && !guard_media_type(type))
        return "Content-Type: application/json is required";
    *status = 413;
    *word = "limit";
    if (len > conn->server->max_body)
        return "the body is too large";
    return NULL;
}

int http_begin(Conn *conn, const char *uri, gsize uri_len)
{
    lws_set_timeout(conn->wsi, NO_PENDING_TIMEOUT, 0); /* ours is deadline_ns */
    http_clear(conn);
    conn->deadline_ns = after_s(BODY_S);
    conn->method = g_strdup(method_of(conn->wsi));
    conn->path = g_strdup(uri);
    conn->query = http_query(conn);
    guint64 len;
    if (!body_length(conn, &len)) {
        conn->unread = G_MAXUINT64;
        reply_error(conn, 411, "invalid", "Content-Length is required, and no Transfer-Encoding");
        return 0;
    }
    conn->unread = len;
    guint status;
    const char *word;
    /* lws splits a path at these characters: uri is only the first part then. */
    gboolean is_whole = strlen(uri) == uri_len;
    const char *fault = fault_of(conn, is_whole, len, &status, &word);
    if (fault) {
        reply_error(conn, status, word, fault);
        return 0;
    }
    conn->body = g_byte_array_new();
    conn->phase = HTTP_BODY;
    if (len == 0)
        run(conn);
    return 0;
}

int http_collect(Conn *conn, const guchar *data, gsize len)
{
    gboolean is_announced = len <= conn->unread;
    conn->unread -= MIN(conn->unread, len);
    if (conn->phase != HTTP_BODY)
        return 0; /* answered already */
    if (!is_announced)
        return -1;
    g_byte_array_append(conn->body, data, (guint)len);
    return 0;
}

int http_collected(Conn *conn)
{
    if (conn->phase == HTTP_LINGER)
        return -1;
    if (conn->phase == HTTP_BODY)
        run(conn);
    return 0;
}

static gboolean on_taken(gint fd, GIOCondition condition, gpointer user)
{
    Conn *conn = user;
    conn->watch = 0;
    lws_rx_flow_control(conn->wsi, 1);
    lws_callback_on_writable(conn->wsi);
    return G_SOURCE_REMOVE;
}

static void wait_until_taken(Conn *conn)
{
    lws_rx_flow_control(conn->wsi, 0);
    if (!conn->watch)
        conn->watch = g_unix_fd_add(lws_get_socket_fd(conn->wsi), G_IO_OUT | G_IO_ERR | G_IO_HUP,
                                    on_taken, conn);
}

/* The next piece of head and body as one block. */
static gboolean write_piece(Conn *conn)
{
    gsize head = conn->head->len, body_len;
    const guchar *body = g_bytes_get_data(conn->reply, &body_len);
    if (conn->sent >= head) {
        gsize len = MIN(head + body_len - conn->sent, WEB_PIECE);
        gboolean is_alive = conn_write(conn, body + (conn->sent - head), len, LWS_WRITE_HTTP);
        conn->sent += len;
        return is_alive;
    }
    gsize len = MIN(body_len, WEB_PIECE - head);
    g_string_append_len(conn->head, (const char *)body, (gssize)len);
    gboolean is_alive = conn_write(conn, conn->head->str, conn->head->len, LWS_WRITE_HTTP);
    g_string_truncate(conn->head, head);
    conn->sent = head + len;
    return is_alive;
}

int http_writable(Conn *conn)
{
    if (conn->phase != HTTP_REPLY)
        return 0;
    gsize whole = conn->head->len + g_bytes_get_size(conn->reply);
    if (conn->sent < whole) {
        if (!write_piece(conn))
            return -1;
        conn->deadline_ns = after_s(PROGRESS_S);
    }
    if (conn->sent < whole || lws_partial_buffered(conn->wsi)) {
        wait_until_taken(conn);
        return 0;
    }
    if (conn->unread == 0)
        return -1;
    /* Closing with unread input would reset the connection and take the answer with it. */
    conn->phase = HTTP_LINGER;
    conn->deadline_ns = after_s(conn->unread == G_MAXUINT64 ? 1 : LINGER_S);
    if (conn->unread == G_MAXUINT64)
        lws_rx_flow_control(conn->wsi, 0);
    return 0;
}

void http_overdue(Conn *conn)
{
    if (conn->phase != HTTP_HANDLER) {
        log_debug(WEB, "a client took too long in phase %d: dropped", (int)conn->phase);
        conn->server->stats.refused++;
        conn_kill(conn);
        return;
    }
    log_error(WEB, "%s %s: no answer within %d s", conn->method, conn->path, HANDLER_S);
    reply_error(conn, 504, "unavailable", "no answer in time");
}

void http_clear(Conn *conn)
{
    forget_request(conn);
    g_clear_handle_id(&conn->watch, g_source_remove);
    g_clear_pointer(&conn->method, g_free);
    g_clear_pointer(&conn->path, g_free);
    g_clear_pointer(&conn->query, g_hash_table_unref);
    g_clear_pointer(&conn->body, g_byte_array_unref);
    g_clear_pointer(&conn->reply, g_bytes_unref);
    if (conn->head)
        g_string_free(g_steal_pointer(&conn->head), TRUE);
}
