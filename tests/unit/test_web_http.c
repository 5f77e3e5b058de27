/* test_web_http.c - HTTP by the real server, over real sockets */
#include "web_peer.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#include <sys/socket.h>

static void test_pages(void)
{
    static const struct {
        const char *target;
        int status;
        const char *type, *body;
    } rows[] = {
        { "/", 200, "text/html; charset=utf-8", "<!doctype html><title>t</title>" },
        { "/index.html", 200, "text/html; charset=utf-8", "<!doctype html><title>t</title>" },
        { "/app.js", 200, "text/javascript; charset=utf-8", "void 0;" },
        { "/app.js?v=1", 200, "text/javascript; charset=utf-8", "void 0;" },
        { "/font.woff2", 200, "font/woff2", "x" },
        { "/sub/", 200, "text/html; charset=utf-8", "sub" },
        { "/none", 404, "application/json", NULL },
        { "/.secret", 404, "application/json", NULL },
        { "/../outside.txt", 404, "application/json", NULL },
        { "/%2e%2e/outside.txt", 404, "application/json", NULL },
        { "/sub/../../outside.txt", 404, "application/json", NULL },
        { "/sub/..%2f..%2foutside.txt", 404, "application/json", NULL },
        { "//etc/passwd", 404, "application/json", NULL },
        { "/..%5coutside.txt", 400, "application/json", NULL },
        { "/a%01b", 400, "application/json", NULL },
        { "/%ff%fe", 400, "application/json", NULL },
        { "/a&b", 400, "application/json", NULL },
        { "/?q=%ff", 400, "application/json", NULL },
    };
    App *app = app_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *request =
            g_strdup_printf("GET %s HTTP/1.1\r\n" HOST "\r\n", rows[i].target);
        g_autoptr(Answer) answer = ask(app, request);
        g_test_message("%s -> %d", rows[i].target, answer->status);
        g_assert_cmpint(answer->status, ==, rows[i].status);
        assert_header(answer, "content-type", rows[i].type);
        if (rows[i].body)
            g_assert_cmpmem(answer->body->data, answer->body->len, rows[i].body,
                            strlen(rows[i].body));
        assert_header(answer, "x-content-type-options", "nosniff");
        assert_header(answer, "x-frame-options", "DENY");
        assert_header(answer, "referrer-policy", "no-referrer");
        assert_header(answer, "cache-control", rows[i].status == 200 ? "no-cache" : "no-store");
        g_autofree char *csp = answer_header(answer, "content-security-policy");
        g_assert_nonnull(strstr(csp, "default-src 'self'"));
        g_assert_nonnull(strstr(csp, "frame-ancestors 'none'"));
        g_assert_null(strstr(csp, "unsafe"));
    }
    app_free(app);
}

/* What is packed beside a file goes to those who take it, under the file's own name only. */
static void test_packed(void)
{
    static const struct {
        const char *target, *accepted;
        int status;
        const char *encoding, *type, *body, *cache;
    } rows[] = {
        { "/big.js", "gzip, deflate, br", 200, "gzip", "text/javascript; charset=utf-8", "packed",
          "no-cache" },
        { "/big.js", "br, GZIP;q=0.5", 200, "gzip", "text/javascript; charset=utf-8", "packed",
          "no-cache" },
        { "/big.js", "gzip;q=0", 200, NULL, "text/javascript; charset=utf-8", "a big one",
          "no-cache" },
        { "/big.js", "gzipped", 200, NULL, "text/javascript; charset=utf-8", "a big one",
          "no-cache" },
        { "/big.js", "", 200, NULL, "text/javascript; charset=utf-8", "a big one", "no-cache" },
        { "/app.js", "gzip", 200, NULL, "text/javascript; charset=utf-8", "void 0;", "no-cache" },
        { "/big.js.gz", "gzip", 404, NULL, "application/json", NULL, "no-store" },
        { "/alone.gz", "gzip", 200, NULL, "application/octet-stream", "an archive", "no-cache" },
        { "/assets/app-1a2b.js", "gzip", 200, NULL, "text/javascript; charset=utf-8", "hashed",
          "public, max-age=31536000, immutable" },
        { "/assets/app-0000.js", "gzip", 404, NULL, "application/json", NULL, "no-store" },
    };
    App *app = app_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *request =
            g_strdup_printf("GET %s HTTP/1.1\r\n" HOST "Accept-Encoding: %s\r\n\r\n",
                            rows[i].target, rows[i].accepted);
        g_autoptr(Answer) answer = ask(app, request);
        g_test_message("%s '%s' -> %d", rows[i].target, rows[i].accepted, answer->status);
        g_assert_cmpint(answer->status, ==, rows[i].status);
        g_autofree char *encoding = answer_header(answer, "content-encoding");
        g_assert_cmpstr(encoding, ==, rows[i].encoding);
        assert_header(answer, "content-type", rows[i].type);
        assert_header(answer, "cache-control", rows[i].cache);
        if (rows[i].body) {
            assert_header(answer, "vary", "accept-encoding");
            g_assert_cmpmem(answer->body->data, answer->body->len, rows[i].body,
                            strlen(rows[i].body));
        }
    }
    app_free(app);
}

static void test_page_is_known(void)
{
    App *app = app_new();
    g_autoptr(Answer) first = ask(app, "GET / HTTP/1.1\r\n" HOST "\r\n");
    g_autofree char *etag = answer_header(first, "etag");
    g_assert_nonnull(etag);
    g_autofree char *request =
        g_strdup_printf("GET / HTTP/1.1\r\n" HOST "If-None-Match: %s\r\n\r\n", etag);
    g_autoptr(Answer) second = ask(app, request);
    g_assert_cmpint(second->status, ==, 304);
    g_assert_cmpuint(second->body->len, ==, 0);
    g_autoptr(Answer) third = ask(app, "HEAD / HTTP/1.1\r\n" HOST "\r\n");
    g_assert_cmpint(third->status, ==, 200);
    assert_header(third, "content-length", "31");
    app_free(app);
}

/* Requests that must be refused, by what, and that the server goes on after each. 0: closed without
 * an answer. */
static void test_refusals(void)
{
    static const struct {
        const char *name, *request;
        int status;
    } rows[] = {
        { "foreign host", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 403 },
        { "rebound host", "GET /api/v1/echo HTTP/1.1\r\nHost: 127.0.0.1.evil.example:8080\r\n\r\n",
          403 },
        { "no host", "GET / HTTP/1.1\r\n\r\n", 403 },
        { "two hosts", "GET / HTTP/1.1\r\n" HOST "Host: evil.example\r\n\r\n", 403 },
        { "host with a path", "GET / HTTP/1.1\r\nHost: localhost/x\r\n\r\n", 403 },
        { "foreign origin",
          "POST /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE
          "Origin: http://evil.example\r\nContent-Length: 2\r\n\r\n{}",
          403 },
        { "null origin",
          "POST /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE
          "Origin: null\r\nContent-Length: 2\r\n\r\n{}",
          403 },
        { "origin of another port",
          "POST /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE
          "Origin: http://localhost:1\r\nContent-Length: 2\r\n\r\n{}",
          403 },
        { "form",
          "POST /api/v1/echo HTTP/1.1\r\n" HOST
          "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\na=1",
          415 },
        { "text",
          "POST /api/v1/echo HTTP/1.1\r\n" HOST
          "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
          415 },
        { "no type", "DELETE /api/v1/echo HTTP/1.1\r\n" HOST "\r\n", 415 },
        { "too large",
          "POST /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: 1048577\r\n\r\n", 413 },
        { "table as JSON",
          "POST /api/v1/table HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: 2\r\n\r\n{}", 415 },
        { "JSON as a table",
          "POST /api/v1/echo HTTP/1.1\r\n" HOST
          "Content-Type: text/csv\r\nContent-Length: 2\r\n\r\na,",
          415 },
        { "too large a table",
          "POST /api/v1/table HTTP/1.1\r\n" HOST
          "Content-Type: text/csv\r\nContent-Length: 2097153\r\n\r\n",
          413 },
        { "a table of nobody",
          "POST /api/v1/table HTTP/1.1\r\n" HOST "Authorization: Bearer nobody\r\n"
          "Content-Type: text/csv\r\nContent-Length: 2000000\r\n\r\n",
          401 },
        { "a table from a foreign page",
          "POST /api/v1/table HTTP/1.1\r\n" HOST "Origin: http://evil.example\r\n"
          "Content-Type: text/csv\r\nContent-Length: 2\r\n\r\na,",
          403 },
        { "no length", "POST /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE "\r\n", 411 },
        { "length of letters",
          "POST /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: 12abc\r\n\r\n{}", 411 },
        { "negative length",
          "POST /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: -2\r\n\r\n{}", 411 },
        { "huge length",
          "POST /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE
          "Content-Length: 99999999999999999999999\r\n\r\n{}",
          411 },
        { "long length",
          "POST /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE
          "Content-Length: 00000000000000000000000000000000000000000000002\r\n\r\n{}{}{}{}",
          411 },
        { "two lengths",
          "POST /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE
          "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
          411 },
        { "chunked",
          "POST /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE
          "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
          411 },
        { "chunked and length",
          "POST /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE
          "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
          411 },
        { "patch", "PATCH /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: 2\r\n\r\n{}",
          405 },
        { "options", "OPTIONS /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE "\r\n", 405 },
        { "post to a page", "POST / HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: 2\r\n\r\n{}",
          405 },
        { "head of the api", "HEAD /api/v1/echo HTTP/1.1\r\n" HOST "\r\n", 405 },
        { "unknown method", "BREW /api/v1/echo HTTP/1.1\r\n" HOST "\r\n", 403 },
        { "bad escape", "GET /%zz HTTP/1.1\r\n" HOST "\r\n", 403 },
        { "zero byte", "GET /a%00b HTTP/1.1\r\n" HOST "\r\n", 0 },
        { "connect", "CONNECT localhost:80 HTTP/1.1\r\n" HOST "\r\n", 0 },
        { "h2c",
          "GET / HTTP/1.1\r\n" HOST "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
          "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
          400 },
        { "h2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 403 },
        { "noise", "\x16\x03\x01\x02\x01\x01\x01\xfc\x03\x03 tls hello\r\n\r\n", 403 },
        { "handler forgets", "GET /api/v1/silent HTTP/1.1\r\n" HOST "\r\n", 500 },
        { "handler refuses", "GET /api/v1/error?code=3 HTTP/1.1\r\n" HOST "\r\n", 409 },
        { "nothing there", "GET /api/v1/nothing HTTP/1.1\r\n" HOST "\r\n", 404 },
    };
    App *app = app_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Answer) answer = ask(app, rows[i].request);
        g_test_message("%s -> %d", rows[i].name, answer->status);
        g_assert_cmpint(answer->status, ==, rows[i].status);
        if (answer->status)
            assert_header(answer, "x-content-type-options", "nosniff");
    }
    g_autofree char *long_value = g_strnfill(20000, 'a');
    g_autofree char *long_header =
        g_strdup_printf("GET / HTTP/1.1\r\n" HOST "X-Long: %s\r\n\r\n", long_value);
    g_autoptr(Answer) none = ask(app, long_header);
    g_assert_cmpint(none->status, ==, 0);
    g_autoptr(Answer) well = ask(app, "GET / HTTP/1.1\r\n" HOST "\r\n");
    g_assert_cmpint(well->status, ==, 200);
    WAIT_FOR(app_stats(app).connections == 0);
    g_assert_cmpuint(app_stats(app).refused, >=, 20);
    app_free(app);
}

static void test_error_status(void)
{
    static const struct {
        int code, status;
    } rows[] = {
        { WALL_ERROR_INVALID, 400 },  { WALL_ERROR_NOT_FOUND, 404 },
        { WALL_ERROR_STALE, 409 },    { WALL_ERROR_LOCKED, 423 },
        { WALL_ERROR_LIMIT, 429 },    { WALL_ERROR_UNSUPPORTED, 501 },
        { WALL_ERROR_DENIED, 403 },   { WALL_ERROR_UNAVAILABLE, 503 },
        { WALL_ERROR_INTERNAL, 500 },
    };
    App *app = app_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *request =
            g_strdup_printf("GET /api/v1/error?code=%d HTTP/1.1\r\n" HOST "\r\n", rows[i].code);
        g_autoptr(Answer) answer = ask(app, request);
        g_assert_cmpint(answer->status, ==, rows[i].status);
        g_autofree char *expected = g_strdup_printf(
            "{\"error\":{\"code\":\"%s\",\"message\":\"because\"}}", wall_error_word(rows[i].code));
        g_assert_cmpmem(answer->body->data, answer->body->len, expected, strlen(expected));
    }
    app_free(app);
}

/* One request a connection, however the bytes arrive, and what is sent ahead changes nothing. */
static void test_one_request(void)
{
    static const char post[] = "POST /api/v1/echo?q=%E4%BA%91+x HTTP/1.1\r\n" HOST JSON_TYPE ORIGIN
                               "Content-Length: 7\r\n\r\n{\"a\":1}";
    static const char get[] = "GET /api/v1/echo?q=1 HTTP/1.1\r\n" HOST "\r\n";
    static const char posted[] =
        "\"method\":\"POST\",\"actor\":\"token:anybody\",\"length\":7,\"query\":\"云 x\","
        "\"body\":\"{\\\"a\\\":1}\"";
    static const char got[] =
        "\"method\":\"GET\",\"actor\":\"token:anybody\",\"length\":0,\"query\":\"1\"";
    static const struct {
        const char *first, *second, *answer;
    } rows[] = {
        { get, "", got },
        { post, "", posted },
        { get, get, got },
        { get, post, got },
        { post, get, posted },
        { post, post, posted },
        { get, "GET / HTTP/1.1\r\n" HOST "Upgrade: foo\r\nConnection: Upgrade\r\n\r\n", got },
    };
    App *app = app_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (int in_bytes = 0; in_bytes < 2; in_bytes++) {
            g_autofree char *all = g_strconcat(rows[i].first, rows[i].second, NULL);
            Peer *peer = peer_tcp(app);
            gsize step = in_bytes ? 1 : strlen(all);
            for (gsize at = 0; at < strlen(all) && peer_write(peer, all + at, step); at += step)
                ;
            g_autoptr(Answer) answer = peer_answer(peer, TRUE);
            assert_echo(answer, rows[i].answer);
            assert_header(answer, "connection", "close");
            WAIT_FOR(peer_is_over(peer));
            g_assert_cmpuint(peer->in->len, ==, 0);
            peer_free(peer);
        }
    }
    app_free(app);
}

/* An answer that comes later; meanwhile the client sends ahead, and the loop must sleep. */
static void test_late_answer(void)
{
    App *app = app_new();
    Peer *peer = peer_tcp(app);
    peer_text(peer, "GET /api/v1/later HTTP/1.1\r\n" HOST "\r\n");
    WAIT_FOR(app->later);
    peer_text(peer, "GET /api/v1/echo HTTP/1.1\r\n" HOST "\r\n");
    for (int i = 0; i < 5; i++)
        turn();
    g_assert_cmpuint(count_dispatches(), <, 20);
    web_reply_json(app->later, 200, json_object_new_object());
    g_clear_pointer(&app->later, web_request_unref);
    g_autoptr(Answer) late = peer_answer(peer, TRUE);
    g_assert_cmpint(late->status, ==, 200);
    peer_free(peer);
    app_free(app);
}

/* The client leaves before the answer comes, in order and by reset; the answer goes nowhere and
 * hurts nobody. */
static void test_client_leaves(void)
{
    App *app = app_new();
    for (int by_reset = 0; by_reset < 2; by_reset++) {
        Peer *peer = peer_tcp(app);
        peer_text(peer,
                  "POST /api/v1/later HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: 2\r\n\r\n{}");
        WAIT_FOR(app->later);
        if (by_reset) {
            struct linger reset = { 1, 0 };
            setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
        }
        peer_free(peer);
        if (by_reset)
            WAIT_FOR(app_stats(app).connections == 0);
        web_reply_json(app->later, 200, json_object_new_object());
        g_clear_pointer(&app->later, web_request_unref);
        WAIT_FOR(app_stats(app).connections == 0);
    }
    app_free(app);
}

static void test_half_closed_reader(void)
{
    App *app = app_new();
    Peer *peer = peer_tcp(app);
    peer_text(peer, "GET /api/v1/big HTTP/1.1\r\n" HOST "\r\n");
    peer_end_input(peer);
    g_autoptr(Answer) answer = peer_answer(peer, TRUE);
    g_assert_cmpint(answer->status, ==, 200);
    g_assert_cmpuint(answer->body->len, ==, BIG_SIZE);
    peer_free(peer);
    app_free(app);
}

/* 5 MiB to a reader who takes little at a time: whole, and the loop sleeps while he does not read.
 */
static void test_big_answer(void)
{
    App *app = app_new();
    Peer *peer = peer_tcp_small(app, 8192);
    peer_text(peer, "GET /api/v1/big HTTP/1.1\r\n" HOST "\r\n");
    for (int i = 0; i < 20; i++)
        turn();
    g_assert_cmpuint(count_dispatches(), <, 50);
    g_autoptr(Answer) answer = peer_answer(peer, TRUE);
    g_assert_cmpuint(answer->body->len, ==, BIG_SIZE);
    for (gsize i = 0; i < BIG_SIZE; i++) {
        if (answer->body->data[i] != big_byte(i))
            g_error("byte %zu is wrong", i);
    }
    peer_free(peer);
    app_free(app);
}

/* 20 MB are announced and sent: refused at once, the answer arrives, and no memory is spent on
 * them. */
static void test_big_body(void)
{
    App *app = app_new();
    Peer *peer = peer_tcp(app);
    peer_text(peer,
              "POST /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: 20000000\r\n\r\n");
    g_autofree char *block = g_strnfill(100000, '[');
    for (int i = 0; i < 200; i++)
        g_assert_true(peer_write(peer, block, 100000));
    g_autoptr(Answer) refused = peer_answer(peer, TRUE);
    g_assert_cmpint(refused->status, ==, 413);
    peer_free(peer);
    static const gsize limit = 1024 * 1024;
    peer = peer_tcp(app);
    g_autofree char *head = g_strdup_printf(
        "PUT /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: %zu\r\n\r\n", limit);
    g_autofree char *body = g_strnfill(limit, 'x');
    peer_text(peer, head);
    peer_write(peer, body, limit);
    g_autoptr(Answer) taken = peer_answer(peer, TRUE);
    assert_echo(taken, "\"length\":1048576");
    peer_free(peer);
    app_free(app);
}

static void test_table(void)
{
    App *app = app_new();
    Peer *peer = peer_tcp(app);
    g_autofree char *head =
        g_strdup_printf("POST /api/v1/table HTTP/1.1\r\n" HOST ORIGIN
                        "Content-Type: text/csv; charset=utf-8\r\nContent-Length: %d\r\n\r\n",
                        PEER_MAX_TABLE);
    g_autofree char *body = g_strnfill(PEER_MAX_TABLE, ',');
    peer_text(peer, head);
    peer_write(peer, body, PEER_MAX_TABLE);
    g_autoptr(Answer) taken = peer_answer(peer, TRUE);
    assert_echo(taken, "\"length\":2097152");
    peer_free(peer);
    app_free(app);
}

/* Clients that never finish: stepped time instead of waiting. */
static void test_overdue(void)
{
    static const char *const begun[] = {
        "",
        "GET / HT",
        "GET / HTTP/1.1\r\n" HOST "X-A: b",
        "POST /api/v1/echo HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: 10\r\n\r\n{\"a",
        "GET /api/v1/big HTTP/1.1\r\n" HOST "\r\n",
    };
    App *app = app_new();
    Peer *peers[G_N_ELEMENTS(begun)];
    for (gsize i = 0; i < G_N_ELEMENTS(begun); i++) {
        peers[i] = peer_tcp_small(app, 4096);
        peer_text(peers[i], begun[i]);
    }
    Peer *waiting = peer_tcp(app);
    peer_text(waiting, "GET /api/v1/later HTTP/1.1\r\n" HOST "\r\n");
    WAIT_FOR(app->later);
    /* Until the kernel takes no more of the big answer. */
    for (guint64 before = G_MAXUINT64; before != app_stats(app).bytes_out; count_dispatches())
        before = app_stats(app).bytes_out;
    gint64 now_ns = clock_now_ns();
    clock_set_for_test(now_ns + 30 * NS_PER_SEC, clock_unix_ms());
    /* It may have taken one piece more (its window is probed now and then): that gives it 20 s. */
    WAIT_FOR(app_stats(app).connections <= 2);
    clock_set_for_test(now_ns + 52 * NS_PER_SEC, clock_unix_ms());
    WAIT_FOR(app_stats(app).connections == 1);
    g_assert_false(peer_is_over(waiting));
    clock_set_for_test(clock_now_ns() + 61 * NS_PER_SEC, clock_unix_ms());
    g_autoptr(Answer) answer = peer_answer(waiting, TRUE);
    g_assert_cmpint(answer->status, ==, 504);
    clock_set_for_test(-1, -1);
    web_reply_json(app->later, 200, json_object_new_object());
    for (gsize i = 0; i < G_N_ELEMENTS(begun); i++)
        peer_free(peers[i]);
    peer_free(waiting);
    app_free(app);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    g_test_add_func("/web/http/pages", test_pages);
    g_test_add_func("/web/http/packed", test_packed);
    g_test_add_func("/web/http/page-is-known", test_page_is_known);
    g_test_add_func("/web/http/refusals", test_refusals);
    g_test_add_func("/web/http/error-status", test_error_status);
    g_test_add_func("/web/http/one-request", test_one_request);
    g_test_add_func("/web/http/late-answer", test_late_answer);
    g_test_add_func("/web/http/client-leaves", test_client_leaves);
    g_test_add_func("/web/http/half-closed-reader", test_half_closed_reader);
    g_test_add_func("/web/http/big-answer", test_big_answer);
    g_test_add_func("/web/http/big-body", test_big_body);
    g_test_add_func("/web/http/table", test_table);
    g_test_add_func("/web/http/overdue", test_overdue);
    return g_test_run();
}
