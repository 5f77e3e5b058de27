/* web_peer.c - a web server with a small application behind it, and peers that talk to it byte by
 * byte */
#include "web_peer.h"

#include "../support/remove_tree.h"
#include "wallctl/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

guint8 big_byte(gsize at)
{
    return (guint8)(at * 31 + (at >> 13));
}

WebStats app_stats(App *app)
{
    WebStats stats;
    web_get_stats(app->server, &stats);
    return stats;
}

void app_handle(WebRequest *request, const WebRequestInfo *info, gpointer user)
{
    App *app = user;
    if (strcmp(info->path, "/api/v1/echo") == 0 || strcmp(info->path, "/api/v1/table") == 0) {
        Json *json = json_object_new_object();
        gsize len;
        const char *body = g_bytes_get_data(info->body, &len);
        g_autofree char *text = g_strndup(len ? body : "", len);
        json_add_string(json, "method", info->method);
        json_add_string(json, "actor", info->caller ? info->caller->id : "");
        json_add_int(json, "length", (gint64)len);
        json_add_string(json, "query", g_hash_table_lookup(info->query, "q"));
        if (len < 4096)
            json_add_string(json, "body", text);
        web_reply_json(request, 200, json);
    } else if (strcmp(info->path, "/api/v1/secure") == 0) {
        Json *json = json_object_new_object();
        json_add_bool(json, "secure", info->is_secure);
        web_reply_json(request, 200, json);
    } else if (strcmp(info->path, "/api/v1/big") == 0) {
        guint8 *data = g_malloc(BIG_SIZE);
        for (gsize i = 0; i < BIG_SIZE; i++)
            data[i] = big_byte(i);
        web_reply_bytes(request, 200, "application/octet-stream", g_bytes_new_take(data, BIG_SIZE));
    } else if (strcmp(info->path, "/api/v1/later") == 0) {
        g_clear_pointer(&app->later, web_request_unref);
        app->later = web_request_ref(request);
    } else if (strcmp(info->path, "/api/v1/error") == 0) {
        const char *code = g_hash_table_lookup(info->query, "code");
        g_autoptr(GError) error = g_error_new(WALL_ERROR, atoi(code), "because");
        web_reply_error(request, error);
    } else if (strcmp(info->path, "/api/v1/silent") != 0) {
        g_autoptr(GError) error =
            g_error_new(WALL_ERROR, WALL_ERROR_NOT_FOUND, "no %s", info->path);
        web_reply_error(request, error);
    }
}

static gboolean on_open(WebStream *stream, const char *path, GHashTable *query, Caller *caller,
                        GError **error, gpointer user)
{
    App *app = user;
    if (strcmp(path, "/api/v1/walls/main/screens/s1/preview") != 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND, "no such screen");
        return FALSE;
    }
    app->opened++;
    app->stream = stream;
    web_stream_set_user(stream, app);
    web_stream_send_text(stream, "{\"kind\":\"mp4\"}");
    return TRUE;
}

static void on_closed(WebStream *stream, gpointer user)
{
    App *app = user;
    g_assert_true(web_stream_get_user(stream) == app);
    app->closed++;
    if (app->stream == stream)
        app->stream = NULL;
}

static void put_file(const char *dir, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static Caller *identify(const WebKnock *knock, gpointer user)
{
    if (g_strcmp0(knock->bearer, "nobody") == 0)
        return NULL;
    return knock->is_local ? caller_new_local("test")
                           : caller_new_token("anybody", "", RIGHTS_ALL, knock->address);
}

static Caller *refresh(const Caller *caller, gpointer user)
{
    return caller_ref((Caller *)caller);
}

static void make_certificate(App *app)
{
    static const char *const names[] = { "localhost", "wall.example", "127.0.0.1", NULL };
    g_autofree char *dir = g_build_filename(app->dir, "tls", NULL);
    g_autoptr(GError) error = NULL;
    app->site = site_ca_ensure(dir, "测试中心", names, time(NULL), &error);
    g_assert_no_error(error);
    web_server_set_certificate(app->server, app->site->certificate, app->site->ca_pem);
    gsize len;
    const char *pem = g_bytes_get_data(app->site->ca_pem, &len);
    BIO *in = BIO_new_mem_buf(pem, (int)len);
    X509 *authority = PEM_read_bio_X509(in, NULL, NULL, NULL);
    app->tls = SSL_CTX_new(TLS_client_method());
    g_assert_cmpint(X509_STORE_add_cert(SSL_CTX_get_cert_store(app->tls), authority), ==, 1);
    SSL_CTX_set_verify(app->tls, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(app->tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    X509_free(authority);
    BIO_free(in);
}

gboolean tests_tls(void)
{
    return g_getenv("WALLCTL_TEST_TLS") != NULL;
}

App *app_new(void)
{
    return app_new_asking(0);
}

App *app_new_asking(guint ping_s)
{
    static const char *const tables[] = { "/api/v1/table", NULL };
    App *app = g_new0(App, 1);
    app->dir = g_dir_make_tmp("wallctl-web-XXXXXX", NULL);
    app->page = g_build_filename(app->dir, "page", NULL);
    app->socket_path = g_build_filename(app->dir, "s", NULL);
    g_autofree char *sub = g_build_filename(app->page, "sub", NULL);
    g_assert_cmpint(g_mkdir_with_parents(sub, 0755), ==, 0);
    g_autofree char *assets = g_build_filename(app->page, "assets", NULL);
    g_assert_cmpint(g_mkdir_with_parents(assets, 0755), ==, 0);
    put_file(app->page, "index.html", "<!doctype html><title>t</title>");
    put_file(app->page, "app.js", "void 0;");
    put_file(app->page, "font.woff2", "x");
    put_file(app->page, ".secret", "hidden");
    put_file(app->page, "big.js", "a big one");
    put_file(app->page, "big.js.gz", "packed");
    put_file(app->page, "alone.gz", "an archive");
    put_file(app->page, "sub/index.html", "sub");
    put_file(app->page, "assets/app-1a2b.js", "hashed");
    put_file(app->dir, "outside.txt", "outside");
    WebOptions options = { .host = "127.0.0.1",
                           .socket_path = app->socket_path,
                           .page_dir = app->page,
                           .ping_s = ping_s,
                           .https_host = "127.0.0.1",
                           .tables = tables,
                           .max_table = PEER_MAX_TABLE };
    WebStreamHandler streams = { on_open, NULL, on_closed };
    g_autoptr(GError) error = NULL;
    app->server = web_server_new(&options, app_handle, &streams, app, &error);
    g_assert_no_error(error);
    web_server_set_gate(app->server, &(WebGate) { identify, refresh, app });
    make_certificate(app);
    return app;
}

void app_free(App *app)
{
    g_clear_pointer(&app->later, web_request_unref);
    web_server_free(app->server);
    g_assert_cmpuint(app->opened, ==, app->closed);
    g_assert_false(g_file_test(app->socket_path, G_FILE_TEST_EXISTS));
    remove_tree(app->dir);
    site_certificate_free(app->site);
    SSL_CTX_free(app->tls);
    g_free(app->dir);
    g_free(app->page);
    g_free(app->socket_path);
    g_free(app);
}

void turn(void)
{
    /* Bounded, so that a spinning source is found by the watchdog instead of hanging here. */
    for (int i = 0; i < 1000 && g_main_context_iteration(NULL, FALSE); i++)
        ;
    g_usleep(200);
}

guint count_dispatches(void)
{
    guint dispatched = 0;
    for (gint64 until = g_get_monotonic_time() + 100000; g_get_monotonic_time() < until;
         g_usleep(500)) {
        while (dispatched < 10000 && g_main_context_iteration(NULL, FALSE))
            dispatched++;
    }
    return dispatched;
}

gint64 watchdog(void)
{
    return g_get_monotonic_time() + WATCHDOG_S * G_USEC_PER_SEC;
}

static Peer *peer_of(int fd)
{
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(fcntl(fd, F_SETFL, O_NONBLOCK), ==, 0);
    Peer *peer = g_new0(Peer, 1);
    peer->fd = fd;
    peer->in = g_byte_array_new();
    return peer;
}

static Peer *connect_to(guint port, int receive_buffer)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (receive_buffer)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((guint16)port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    return peer_of(fd);
}

Peer *peer_plain(App *app, guint port)
{
    return connect_to(port, 0);
}

gboolean peer_shakes_hands(Peer *peer, SSL *tls)
{
    peer->tls = tls;
    SSL_set_fd(tls, peer->fd);
    gint64 until = watchdog();
    for (int n; (n = SSL_connect(tls)) != 1; turn()) {
        int why = SSL_get_error(tls, n);
        ERR_clear_error();
        if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
            return FALSE;
        g_assert_cmpint(g_get_monotonic_time(), <, until);
    }
    return TRUE;
}

Peer *peer_tls(App *app, int receive_buffer)
{
    Peer *peer = connect_to(web_server_https_port(app->server), receive_buffer);
    SSL *tls = SSL_new(app->tls);
    SSL_set1_host(tls, "localhost");
    g_assert_true(peer_shakes_hands(peer, tls));
    return peer;
}

Peer *peer_tcp_small(App *app, int receive_buffer)
{
    return tests_tls() ? peer_tls(app, receive_buffer)
                       : connect_to(web_server_port(app->server), receive_buffer);
}

Peer *peer_tcp(App *app)
{
    return peer_tcp_small(app, 0);
}

Peer *peer_unix(const char *path)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    return peer_of(fd);
}

void peer_free(Peer *peer)
{
    SSL_free(peer->tls);
    close(peer->fd);
    g_byte_array_unref(peer->in);
    g_free(peer);
    for (int i = 0; i < 5; i++)
        turn();
}

gssize peer_put(Peer *peer, const void *data, gsize len)
{
    if (!peer->tls) {
        gssize n = send(peer->fd, data, len, MSG_NOSIGNAL);
        return n < 0 && errno == EAGAIN ? 0 : n;
    }
    int n = SSL_write(peer->tls, data, (int)len);
    int why = n > 0 ? SSL_ERROR_NONE : SSL_get_error(peer->tls, n);
    ERR_clear_error();
    return n > 0 ? n : why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

void peer_end_input(Peer *peer)
{
    if (peer->tls)
        SSL_shutdown(peer->tls);
    shutdown(peer->fd, SHUT_WR);
}

static gssize take(Peer *peer, guint8 *block, gsize len)
{
    if (!peer->tls) {
        gssize n = recv(peer->fd, block, len, 0);
        return n < 0 && errno == EAGAIN ? 0 : n > 0 ? n : -1;
    }
    int n = SSL_read(peer->tls, block, (int)len);
    int why = n > 0 ? SSL_ERROR_NONE : SSL_get_error(peer->tls, n);
    ERR_clear_error();
    return n > 0 ? n : why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

/* FALSE when the server has closed. */
gboolean peer_write(Peer *peer, const void *data, gsize len)
{
    gint64 until = watchdog();
    for (gsize done = 0; done < len;) {
        gssize n = peer_put(peer, (const char *)data + done, len - done);
        if (n < 0)
            return FALSE;
        done += (gsize)n;
        g_assert_cmpint(g_get_monotonic_time(), <, until);
        turn();
    }
    return TRUE;
}

gboolean peer_text(Peer *peer, const char *text)
{
    return peer_write(peer, text, strlen(text));
}

void peer_read(Peer *peer)
{
    while (!peer->is_over) {
        guint8 block[65536];
        gssize n = take(peer, block, sizeof(block));
        if (n == 0)
            break;
        if (n < 0)
            peer->is_over = TRUE;
        else
            g_byte_array_append(peer->in, block, (guint)n);
    }
}

gboolean peer_is_over(Peer *peer)
{
    peer_read(peer);
    return peer->is_over;
}

void answer_free(Answer *answer)
{
    g_free(answer->head);
    g_byte_array_unref(answer->body);
    g_free(answer);
}
char *answer_header(const Answer *answer, const char *name)
{
    g_auto(GStrv) lines = g_strsplit(answer->head, "\r\n", -1);
    for (guint i = 1; lines[i]; i++) {
        char *colon = strchr(lines[i], ':');
        if (colon && g_ascii_strncasecmp(lines[i], name, strlen(name)) == 0 &&
            lines[i] + strlen(name) == colon)
            return g_strdup(g_strstrip(colon + 1));
    }
    return NULL;
}

void assert_header(const Answer *answer, const char *name, const char *expected)
{
    g_autofree char *value = answer_header(answer, name);
    g_assert_cmpstr(value, ==, expected);
}

/* The next answer from this peer; status 0 if the connection ends first. */
Answer *peer_answer(Peer *peer, gboolean has_body)
{
    Answer *answer = g_new0(Answer, 1);
    answer->body = g_byte_array_new();
    gsize head_len = 0, len = 0;
    gint64 until = watchdog();
    for (;;) {
        turn();
        peer_read(peer);
        const char *end = head_len || !peer->in->len
                              ? NULL
                              : memmem(peer->in->data, peer->in->len, "\r\n\r\n", 4);
        if (end) {
            head_len = (gsize)(end + 4 - (const char *)peer->in->data);
            answer->head = g_strndup((const char *)peer->in->data, head_len);
            g_assert_cmpint(sscanf(answer->head, "HTTP/1.%*d %d", &answer->status), ==, 1);
            g_autofree char *text = answer_header(answer, "content-length");
            len = has_body && text ? g_ascii_strtoull(text, NULL, 10) : 0;
        }
        if (head_len && peer->in->len >= head_len + len)
            break;
        if (peer->is_over) {
            answer->status = 0;
            if (!answer->head)
                answer->head = g_strdup("");
            return answer;
        }
        g_assert_cmpint(g_get_monotonic_time(), <, until);
    }
    g_byte_array_append(answer->body, peer->in->data + head_len, (guint)len);
    g_byte_array_remove_range(peer->in, 0, (guint)(head_len + len));
    return answer;
}

Answer *ask(App *app, const char *request)
{
    Peer *peer = peer_tcp(app);
    peer_text(peer, request);
    Answer *answer = peer_answer(peer, !g_str_has_prefix(request, "HEAD"));
    peer_free(peer);
    return answer;
}

static char *upgrade_request(const char *path, const char *protocol, const char *more)
{
    return g_strdup_printf(
        "GET %s HTTP/1.1\r\n" HOST "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s%s\r\n",
        path, protocol ? "Sec-WebSocket-Protocol: " : "", protocol ? protocol : "",
        protocol ? "\r\n" : "", more);
}

int upgrade(Peer *peer, const char *path, const char *protocol, const char *more)
{
    g_autofree char *request = upgrade_request(path, protocol, more);
    peer_text(peer, request);
    g_autoptr(Answer) answer = peer_answer(peer, TRUE);
    return answer->status;
}

void ws_send_raw(Peer *peer, guint8 first, const void *data, gsize len)
{
    static const guint8 mask[4] = { 0x12, 0x34, 0x56, 0x78 };
    g_autoptr(GByteArray) frame = g_byte_array_new();
    guint8 head[10] = { first };
    gsize head_len = 2;
    if (len < 126) {
        head[1] = (guint8)(0x80 | len);
    } else if (len < 65536) {
        head[1] = 0x80 | 126;
        head[2] = (guint8)(len >> 8);
        head[3] = (guint8)len;
        head_len = 4;
    } else {
        head[1] = 0x80 | 127;
        for (int i = 0; i < 8; i++)
            head[2 + i] = (guint8)((guint64)len >> (56 - 8 * i));
        head_len = 10;
    }
    g_byte_array_append(frame, head, (guint)head_len);
    g_byte_array_append(frame, mask, 4);
    for (gsize i = 0; i < len; i++) {
        guint8 byte = ((const guint8 *)data)[i] ^ mask[i & 3];
        g_byte_array_append(frame, &byte, 1);
    }
    peer_write(peer, frame->data, frame->len);
}

void ws_send(Peer *peer, const char *text)
{
    ws_send_raw(peer, 0x81, text, strlen(text));
}

/* The next whole message that is there; NULL if it is not complete yet. *opcode: of its first
 * frame. */
GByteArray *ws_take(Peer *peer, guint8 *opcode)
{
    g_autoptr(GByteArray) message = g_byte_array_new();
    gsize at = 0;
    for (;;) {
        if (peer->in->len < at + 2)
            return NULL;
        const guint8 *frame = peer->in->data + at;
        gsize len = frame[1] & 0x7f, head = 2;
        g_assert_cmpuint(frame[1] & 0x80, ==, 0);
        if (len >= 126) {
            gsize extra = len == 126 ? 2 : 8;
            if (peer->in->len < at + 2 + extra)
                return NULL;
            len = 0;
            for (gsize i = 0; i < extra; i++)
                len = len << 8 | frame[2 + i];
            head += extra;
        }
        if (peer->in->len < at + head + len)
            return NULL;
        if (at == 0)
            *opcode = frame[0] & 0x0f;
        g_byte_array_append(message, frame + head, (guint)len);
        at += head + len;
        if (frame[0] & 0x80)
            break;
    }
    g_byte_array_remove_range(peer->in, 0, (guint)at);
    return g_steal_pointer(&message);
}

GByteArray *ws_wait(Peer *peer, guint8 *opcode)
{
    GByteArray *message = NULL;
    WAIT_FOR((peer_read(peer), (message = ws_take(peer, opcode)) || peer->is_over));
    return message;
}

char *ws_text(Peer *peer)
{
    guint8 opcode = 0;
    g_autoptr(GByteArray) message = ws_wait(peer, &opcode);
    g_assert_nonnull(message);
    g_assert_cmpuint(opcode, ==, 1);
    return g_strndup((const char *)message->data, message->len);
}

void expect(Peer *peer, const char *part)
{
    g_autofree char *text = ws_text(peer);
    if (!strstr(text, part))
        g_error("got %.300s instead of ...%s...", text, part);
}

/* The code with which the server closes; 0: without a close frame. */
guint ws_close_code(Peer *peer)
{
    for (;;) {
        guint8 opcode = 0;
        g_autoptr(GByteArray) message = ws_wait(peer, &opcode);
        if (!message)
            return 0;
        if (opcode == 8)
            return message->len < 2 ? 1005 : (guint)(message->data[0] << 8 | message->data[1]);
    }
}

guint64 seq_of(const char *text)
{
    const char *at = strstr(text, "\"seq\":");
    g_assert_nonnull(at);
    return g_ascii_strtoull(at + 6, NULL, 10);
}

Peer *events(App *app, guint64 *seq)
{
    Peer *peer = peer_tcp(app);
    g_assert_cmpint(upgrade(peer, "/api/v1/ws", "wallctl.v1", ORIGIN), ==, 101);
    g_autofree char *hello = ws_text(peer);
    g_assert_true(g_str_has_prefix(hello, "{\"type\":\"hello\",\"seq\":"));
    g_assert_nonnull(strstr(hello, "\"version\":\"" WALLCTL_VERSION "\""));
    if (seq)
        *seq = seq_of(hello);
    return peer;
}

void publish(App *app, int number)
{
    Json *data = json_object_new_object();
    json_add_int(data, "n", number);
    web_publish(app->server, "test.event", &(WebScope) { RIGHT_STATUS_READ, NULL, NULL }, data);
}

GBytes *chunk_of(const char *name, gsize len)
{
    char *data = g_strnfill(len, '.');
    memcpy(data, name, strlen(name));
    return g_bytes_new_take(data, len);
}

Peer *viewer(App *app, int receive_buffer)
{
    Peer *peer = peer_tcp_small(app, receive_buffer);
    g_assert_cmpint(upgrade(peer, "/api/v1/walls/main/screens/s1/preview", "wallctl.preview", ""),
                    ==, 101);
    return peer;
}

void assert_echo(const Answer *answer, const char *part)
{
    g_assert_cmpint(answer->status, ==, 200);
    g_autofree char *text = g_strndup((const char *)answer->body->data, answer->body->len);
    g_test_message("%s", text);
    g_assert_nonnull(strstr(text, part));
}
