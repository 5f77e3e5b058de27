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

#include <errno.h>
#include <glib-unix.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BODY_S     15 /* for a whole body */
#define HANDLER_S  60
#define PROGRESS_S 20 /* a client that takes nothing of its answer for this long is dropped */
#define LINGER_S   5  /* for the rest of a body that is not wanted */
#define MAX_HEADER 4096
#define MAX_QUERY  32 /* parameters */
#define HSTS       "max-age=31536000"

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

void http_add_header(Conn *conn, const char *name, const char *value)
{
    if (!conn->more_head)
        conn->more_head = g_string_new(NULL);
    g_string_append_len(conn->more_head, name, (gssize)strlen(name) + 1);
    g_string_append_len(conn->more_head, value, (gssize)strlen(value) + 1);
}

static gboolean put_more(Conn *conn, guchar **p, guchar *end)
{
    const char *at = conn->more_head ? conn->more_head->str : NULL;
    while (at && at < conn->more_head->str + conn->more_head->len) {
        const char *value = at + strlen(at) + 1;
        if (!put_header(conn, p, end, at, value))
            return FALSE;
        at = value + strlen(value) + 1;
    }
    return TRUE;
}

/* Not where plain HTTP is served as well: browsers hold it against every port of a name. */
static gboolean wants_https_only(Conn *conn)
{
    g_autofree char *host = conn->is_secure ? http_header(conn, WSI_TOKEN_HOST) : NULL;
    return host && !guard_host(host, NULL);
}

/* Status line and headers; the security headers come from the vhost. NULL if they do not fit: our
 * mistake. */
static GString *make_head(Conn *conn, guint status, const char *type, gsize len,
                          const PageFile *file)
{
    guchar buffer[2048];
    guchar *p = buffer, *end = buffer + sizeof(buffer);
    g_autofree char *length = g_strdup_printf("%" G_GSIZE_FORMAT, len);
    const char *etag = file ? file->etag : NULL;
    const char *cache = !file               ? "no-store"
                        : file->is_for_good ? "public, max-age=31536000, immutable"
                                            : "no-cache";
    gboolean fits =
        lws_add_http_header_status(conn->wsi, status, &p, end) == 0 &&
        put_header(conn, &p, end, "content-length:", length) &&
        put_header(conn, &p, end, "cache-control:", cache) &&
        (!type || put_header(conn, &p, end, "content-type:", type)) &&
        (!etag || put_header(conn, &p, end, "etag:", etag)) &&
        (!file || !file->is_packed || put_header(conn, &p, end, "content-encoding:", "gzip")) &&
        (!file || put_header(conn, &p, end, "vary:", "accept-encoding")) &&
        put_header(conn, &p, end, "connection:", "close") &&
        (!wants_https_only(conn) ||
         put_header(conn, &p, end, "strict-transport-security:", HSTS)) &&
        put_more(conn, &p, end) && lws_finalize_http_header(conn->wsi, &p, end) == 0;
    g_assert(fits);
    return g_string_new_len((const char *)buffer, p - buffer);
}

static void forget_request(Conn *conn)
{
    if (conn->request)
        request_detach(conn->request);
    g_clear_pointer(&conn->request, web_request_unref);
    intake_http_forget(conn);
}

void http_reply(Conn *conn, guint status, const char *type, GBytes *body, const PageFile *file)
{
    forget_request(conn);
    conn->head = make_head(conn, status, type, g_bytes_get_size(body), file);
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

/* All else is a file of the page. */
static gboolean is_handled(const char *path)
{
    return g_str_has_prefix(path, "/api/") || strcmp(path, WEB_METRICS_PATH) == 0;
}

static void serve_file(Conn *conn)
{
    g_autofree char *accepted = http_header(conn, WSI_TOKEN_HTTP_ACCEPT_ENCODING);
    const PageFile *file =
        conn->server->files ? page_files_find(conn->server->files, conn->path, accepted) : NULL;
    if (!file) {
        reply_error(conn, 404, "not_found", "no such page");
        return;
    }
    g_autofree char *known = http_header(conn, WSI_TOKEN_HTTP_IF_NONE_MATCH);
    if (known && strstr(known, file->etag))
        http_reply(conn, 304, NULL, g_bytes_new(NULL, 0), file);
    else
        http_reply(conn, 200, file->type, g_bytes_ref(file->body), file);
}

static void wait_for_handler(Conn *conn)
{
    conn->phase = HTTP_HANDLER;
    conn->deadline_ns = after_s(HANDLER_S);
    lws_rx_flow_control(conn->wsi, 0);
}

static void run(Conn *conn)
{
    if (intake_http_is(conn)) {
        wait_for_handler(conn);
        intake_http_run(conn);
        return;
    }
    gboolean is_api = is_handled(conn->path);
    gboolean is_read = strcmp(conn->method, "GET") == 0;
    if (!is_api && !is_read && strcmp(conn->method, "HEAD") != 0) {
        reply_error(conn, 405, "invalid", "pages are only read: GET or HEAD");
        return;
    }
    if (!is_api) {
        serve_file(conn);
        return;
    }
    wait_for_handler(conn);
    g_autoptr(GBytes) body = g_byte_array_free_to_bytes(g_steal_pointer(&conn->body));
    conn->request = request_new(conn, NULL);
    g_autoptr(WebRequest) request = web_request_ref(conn->request);
    conn_identify(conn);
    WebRequestInfo info = { conn->method, conn->path,         conn->query,    body,
                            conn->caller, conn_address(conn), conn->is_secure };
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

/* NULL, or what is wrong with the body of a path that is sent a table, which is taken only from who is
 * signed in: it may be large. */
static const char *table_fault(Conn *conn, const char *type, guint64 len, guint *status,
                               const char **word)
{
    *status = 415;
    if (!guard_is_table(type))
        return "Content-Type: text/csv is required";
    *status = 413;
    *word = "limit";
    if (len > conn->server->max_table)
        return "the table is too large";
    conn_identify(conn);
    *status = 401;
    *word = "signed_out";
    return conn->server->gate.identify && !conn->caller ? "sign in first" : NULL;
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
    if (!conn_is_host(conn, host))
        return "this server does not go by that Host name";
    gboolean is_read = strcmp(conn->method, "GET") == 0 || strcmp(conn->method, "HEAD") == 0;
    if (!is_read && !conn->is_local && !guard_origin(origin, host, conn->is_secure)) {
        conn_tell_foreign(conn, origin);
        return "a page of another origin asks for a change";
    }
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
        (strcmp(conn->method, "HEAD") == 0 && is_handled(conn->path)))
        return "GET, POST, PUT and DELETE are accepted";
    gboolean takes_table = conn->server->tables && strcmp(conn->method, "POST") == 0 &&
                           g_strv_contains(conn->server->tables, conn->path);
    if (takes_table)
        return table_fault(conn, type, len, status, word);
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
    const char *fault = intake_http_is(conn)
                            ? intake_http_fault(conn, is_whole, len, &status, &word)
                            : fault_of(conn, is_whole, len, &status, &word);
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

static gboolean on_farewell(gint fd, GIOCondition condition, gpointer user)
{
    Conn *conn = user;
    guint8 block[8192];
    gssize n = recv(fd, block, sizeof(block), MSG_DONTWAIT);
    if (n > 0 || (n < 0 && errno == EAGAIN))
        return G_SOURCE_CONTINUE;
    conn->watch = 0;
    conn_kill(conn);
    return G_SOURCE_REMOVE;
}

/* All is said. By TLS even who only hangs up sends bytes, and a socket that is closed with unread
 * bytes, or gets some later, takes what is still on its way to the client along. So the end is said
 * in TLS only, and what comes is thrown away until the client hangs up. */
static int say_farewell(Conn *conn)
{
    SSL *tls = lws_get_ssl(conn->wsi);
    int n = SSL_shutdown(tls), why = n < 0 ? SSL_get_error(tls, n) : SSL_ERROR_NONE;
    ERR_clear_error();
    if (why == SSL_ERROR_WANT_WRITE) {
        wait_until_taken(conn);
        return 0;
    }
    if (n < 0)
        return -1;
    conn->phase = HTTP_LINGER;
    conn->deadline_ns = after_s(LINGER_S);
    lws_rx_flow_control(conn->wsi, 0);
    conn->watch = g_unix_fd_add(lws_get_socket_fd(conn->wsi), G_IO_IN | G_IO_ERR | G_IO_HUP,
                                on_farewell, conn);
    return 0;
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
    if (conn->is_secure)
        return say_farewell(conn);
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
    if (conn->more_head)
        g_string_free(g_steal_pointer(&conn->more_head), TRUE);
}
