/* test_web_tls.c - what TLS adds to the web server: versions, certificates, who waits in the lobby
 *
 * That all else is the same over TLS is shown by the other programs, which run a second time with
 * peers that speak it.
 */
#include "web/lobby.h"
#include "web/tls.h"
#include "web_peer.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/post.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND_NS NS_PER_SEC

static Peer *https_peer(App *app)
{
    return peer_plain(app, web_server_https_port(app->server));
}

static Answer *ask_tls(App *app, const char *request)
{
    Peer *peer = peer_tls(app, 0);
    peer_text(peer, request);
    Answer *answer = peer_answer(peer, TRUE);
    peer_free(peer);
    return answer;
}

static void test_versions(void)
{
    static const struct {
        const char *name;
        int least, most;
        const char *ciphers; /* up to TLS 1.2 */
        int version;         /* 0: refused */
    } rows[] = {
        { "newest", 0, 0, NULL, TLS1_3_VERSION },
        { "TLS 1.3", TLS1_3_VERSION, TLS1_3_VERSION, NULL, TLS1_3_VERSION },
        { "TLS 1.2", TLS1_2_VERSION, TLS1_2_VERSION, NULL, TLS1_2_VERSION },
        { "TLS 1.1", TLS1_VERSION, TLS1_1_VERSION, NULL, 0 },
        { "TLS 1.0", TLS1_VERSION, TLS1_VERSION, NULL, 0 },
        { "AES-GCM", 0, TLS1_2_VERSION, "ECDHE-ECDSA-AES256-GCM-SHA384", TLS1_2_VERSION },
        { "ChaCha20", 0, TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305", TLS1_2_VERSION },
        { "CBC", 0, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256", 0 },
        { "SHA-1", 0, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA", 0 },
        { "without forward secrecy", 0, TLS1_2_VERSION, "AES128-GCM-SHA256", 0 },
        { "nobody's certificate", 0, TLS1_2_VERSION, "AECDH-AES128-SHA", 0 },
    };
    App *app = app_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        SSL *tls = SSL_new(app->tls);
        SSL_set_security_level(tls, 0);
        SSL_set_min_proto_version(tls, rows[i].least);
        SSL_set_max_proto_version(tls, rows[i].most);
        if (rows[i].ciphers)
            g_assert_cmpint(SSL_set_cipher_list(tls, rows[i].ciphers), ==, 1);
        Peer *peer = https_peer(app);
        gboolean is_open = peer_shakes_hands(peer, tls);
        g_test_message("%s: %s", rows[i].name, is_open ? SSL_get_cipher_name(tls) : "refused");
        g_assert_cmpint(is_open ? SSL_version(tls) : 0, ==, rows[i].version);
        peer_free(peer);
    }
    WAIT_FOR(app_stats(app).connections == 0);
    app_free(app);
}

/* Browsers shall never come by plain HTTP again, but to localhost they may. */
static void test_https_only(void)
{
    static const char *const names[] = { "wall.example", NULL };
    static const struct {
        const char *request;
        int status;
        gboolean is_told;
    } rows[] = {
        { "GET / HTTP/1.1\r\nHost: wall.example:8443\r\n\r\n", 200, TRUE },
        { "GET /nothing HTTP/1.1\r\nHost: wall.example:8443\r\n\r\n", 404, TRUE },
        { "GET /api/v1/echo HTTP/1.1\r\nHost: WALL.example\r\n\r\n", 200, TRUE },
        { "GET / HTTP/1.1\r\nHost: localhost:8443\r\n\r\n", 200, FALSE },
        { "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 200, FALSE },
    };
    App *app = app_new();
    web_server_set_names(app->server, names);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Answer) answer = ask_tls(app, rows[i].request);
        g_test_message("%.40s", rows[i].request);
        g_assert_cmpint(answer->status, ==, rows[i].status);
        assert_header(answer, "strict-transport-security",
                      rows[i].is_told ? "max-age=31536000" : NULL);
        Peer *peer = peer_plain(app, web_server_port(app->server));
        peer_text(peer, rows[i].request);
        g_autoptr(Answer) plain = peer_answer(peer, TRUE);
        g_assert_cmpint(plain->status, ==, rows[i].status);
        assert_header(plain, "strict-transport-security", NULL);
        peer_free(peer);
    }
    Peer *peer = peer_tls(app, 0);
    peer_text(peer, "GET /api/v1/later HTTP/1.1\r\nHost: wall.example\r\n\r\n");
    WAIT_FOR(app->later);
    web_reply_json(app->later, 200, json_object_new_object());
    g_autoptr(Answer) late = peer_answer(peer, TRUE);
    assert_header(late, "strict-transport-security", "max-age=31536000");
    peer_free(peer);
    app_free(app);
}

static void test_is_secure(void)
{
    App *app = app_new();
    g_autoptr(Answer) secure = ask_tls(app, "GET /api/v1/secure HTTP/1.1\r\n" HOST "\r\n");
    assert_echo(secure, "\"secure\":true");
    Peer *peer = peer_plain(app, web_server_port(app->server));
    peer_text(peer, "GET /api/v1/secure HTTP/1.1\r\n" HOST "\r\n");
    g_autoptr(Answer) plain = peer_answer(peer, TRUE);
    assert_echo(plain, "\"secure\":false");
    peer_free(peer);
    peer = peer_tls(app, 0);
    g_assert_cmpint(upgrade(peer, "/api/v1/ws", "wallctl.v1", ORIGIN), ==, 101);
    expect(peer, "hello");
    ws_send(peer, "{\"type\":\"request\",\"id\":1,\"method\":\"GET\",\"path\":\"/api/v1/secure\"}");
    expect(peer, "\"secure\":true");
    peer_free(peer);
    /* A page that came by plain HTTP, so anybody may have made it. */
    peer = peer_tls(app, 0);
    g_assert_cmpint(upgrade(peer, "/api/v1/ws", "wallctl.v1", "Origin: http://localhost\r\n"), ==,
                    403);
    peer_free(peer);
    app_free(app);
}

/* By the address that one came to, and by no other. */
static void test_own_address(void)
{
    static const struct {
        const char *host;
        int status;
    } rows[] = {
        { "127.0.0.2", 200 },
        { "127.0.0.2:8443", 200 },
        { "127.0.0.3", 403 },
        { "wall.example", 403 },
    };
    App *app = app_new();
    WebOptions options = { .https_host = "127.0.0.2", .page_dir = app->page };
    g_autoptr(GError) error = NULL;
    WebServer *server = web_server_new(&options, app_handle, NULL, app, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(web_server_port(server), ==, 0);
    web_server_set_certificate(server, app->site->certificate, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct sockaddr_in address = { .sin_family = AF_INET,
                                       .sin_port = htons(web_server_https_port(server)) };
        inet_pton(AF_INET, "127.0.0.2", &address.sin_addr);
        Peer *peer = g_new0(Peer, 1);
        peer->in = g_byte_array_new();
        peer->fd = socket(AF_INET, SOCK_STREAM, 0);
        g_assert_cmpint(connect(peer->fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
        g_assert_cmpint(fcntl(peer->fd, F_SETFL, O_NONBLOCK), ==, 0);
        g_assert_true(peer_shakes_hands(peer, SSL_new(app->tls)));
        g_autofree char *request =
            g_strdup_printf("GET / HTTP/1.1\r\nHost: %s\r\n\r\n", rows[i].host);
        peer_text(peer, request);
        g_autoptr(Answer) answer = peer_answer(peer, TRUE);
        g_test_message("%s", rows[i].host);
        g_assert_cmpint(answer->status, ==, rows[i].status);
        peer_free(peer);
    }
    web_server_free(server);
    app_free(app);
}

static gboolean knows(const char *host, int fd, gpointer user)
{
    return strcmp(host, "wall.example:8443") == 0;
}

/* Plain HTTP at the TLS port. */
static void test_answers_to_plain(void)
{
    static const struct {
        const char *head, *location;
    } rows[] = {
        { "GET / HTTP/1.1\r\nHost: wall.example:8443\r\n\r\n", "https://wall.example:8443/" },
        { "GET /a/b?c=d HTTP/1.1\r\nAccept: x\r\nhost:wall.example:8443\r\n\r\n",
          "https://wall.example:8443/a/b?c=d" },
        { "GET / HTTP/1.1\r\nHost: wall.example:8443", "https://wall.example:8443/" },
        { "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", NULL },
        { "GET / HTTP/1.1\r\n\r\nHost: wall.example:8443\r\n", NULL },
        { "GET //evil.example/ HTTP/1.1\r\nHost: wall.example:8443\r\n\r\n", NULL },
        { "GET /\\evil.example/ HTTP/1.1\r\nHost: wall.example:8443\r\n\r\n", NULL },
        { "GET http://evil.example/ HTTP/1.1\r\nHost: wall.example:8443\r\n\r\n", NULL },
        { "GET /a\nb: c HTTP/1.1\r\nHost: wall.example:8443\r\n\r\n", NULL },
        { "GET\r\nHost: wall.example:8443\r\n\r\n", NULL },
        { "SSH-2.0-OpenSSH_9.2\r\n", NULL },
        { "", NULL },
        { "\r\n\r\n\r\n", NULL },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text =
            lobby_dup_answer(rows[i].head, strlen(rows[i].head), knows, -1, NULL);
        g_autofree char *line =
            rows[i].location ? g_strdup_printf("\r\nlocation: %s\r\n", rows[i].location) : NULL;
        g_test_message("%zu: %.8s", i, rows[i].head);
        g_assert_true(g_str_has_prefix(text, line ? "HTTP/1.1 307 " : "HTTP/1.1 400 "));
        g_assert_cmpint(strstr(text, line ? line : "location:") != NULL, ==, line != NULL);
    }
}

static void test_plain_at_the_port(void)
{
    App *app = app_new();
    Peer *peer = https_peer(app);
    peer_text(peer, "GET /x HTTP/1.1\r\nHost: localhost:1\r\n\r\n");
    g_autoptr(Answer) moved = peer_answer(peer, TRUE);
    g_assert_cmpint(moved->status, ==, 307);
    assert_header(moved, "location", "https://localhost:1/x");
    WAIT_FOR(peer_is_over(peer));
    peer_free(peer);
    /* A long body changes nothing: the answer arrives. */
    peer = https_peer(app);
    g_autofree char *block = g_strnfill(40000, 'x');
    peer_text(peer, "POST /x HTTP/1.1\r\nHost: evil\r\nContent-Length: 40000\r\n\r\n");
    peer_text(peer, block);
    g_autoptr(Answer) refused = peer_answer(peer, TRUE);
    g_assert_cmpint(refused->status, ==, 400);
    g_assert_nonnull(memmem(refused->body->data, refused->body->len, "https://", 8));
    /* Who stays is sent away. */
    WAIT_FOR(app_stats(app).knocking == 1);
    clock_set_for_test(clock_now_ns() + 3 * SECOND_NS, -1);
    WAIT_FOR(app_stats(app).knocking == 0);
    clock_set_for_test(-1, -1);
    peer_free(peer);
    g_assert_cmpuint(app_stats(app).requests, ==, 0);
    app_free(app);
}

/* Says nothing, or begins a handshake and says no more: cut after ten seconds. */
static void test_silent(void)
{
    static const char *const begun[] = { "", "\x16", "\x16\x03\x01\x02" };
    App *app = app_new();
    Peer *peers[G_N_ELEMENTS(begun)];
    for (gsize i = 0; i < G_N_ELEMENTS(begun); i++) {
        peers[i] = https_peer(app);
        peer_text(peers[i], begun[i]);
    }
    WAIT_FOR(app_stats(app).knocking == 1 && app_stats(app).connections == 2);
    g_assert_cmpuint(count_dispatches(), <, 50);
    gint64 now_ns = clock_now_ns();
    clock_set_for_test(now_ns + 9 * SECOND_NS, -1);
    g_assert_cmpuint(count_dispatches(), <, 50);
    for (gsize i = 0; i < G_N_ELEMENTS(begun); i++)
        g_assert_false(peer_is_over(peers[i]));
    clock_set_for_test(now_ns + 12 * SECOND_NS, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(begun); i++)
        WAIT_FOR(peer_is_over(peers[i]));
    clock_set_for_test(-1, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(begun); i++)
        peer_free(peers[i]);
    WAIT_FOR(app_stats(app).connections == 0);
    app_free(app);
}

/* More than may wait: the oldest make room, and who means it is served meanwhile. */
static void test_flood(void)
{
    enum { SILENT = LOBBY_MAX_WAITING + 100, HALF = 400 };
    App *app = app_new();
    static Peer *peers[SILENT];
    for (int i = 0; i < SILENT; i++) {
        peers[i] = https_peer(app);
        if (i % 32 == 31)
            turn();
    }
    g_autoptr(Answer) served = ask_tls(app, "GET / HTTP/1.1\r\n" HOST "\r\n");
    g_assert_cmpint(served->status, ==, 200);
    WAIT_FOR(app_stats(app).knocking <= LOBBY_MAX_WAITING);
    g_assert_true(peer_is_over(peers[0]));
    g_assert_false(peer_is_over(peers[SILENT - 1]));
    for (int i = 0; i < SILENT; i++)
        peer_free(peers[i]);
    for (int i = 0; i < HALF; i++) {
        peers[i] = https_peer(app);
        peer_text(peers[i], "\x16\x03\x01\x02");
    }
    g_autoptr(Answer) again = ask_tls(app, "GET / HTTP/1.1\r\n" HOST "\r\n");
    g_assert_cmpint(again->status, ==, 200);
    WAIT_FOR(app_stats(app).knocking == 0 && app_stats(app).connections <= 257);
    g_assert_true(peer_is_over(peers[0]));
    g_assert_false(peer_is_over(peers[HALF - 1]));
    for (int i = 0; i < HALF; i++)
        peer_free(peers[i]);
    WAIT_FOR(app_stats(app).connections == 0);
    app_free(app);
}

static char *shown_to(Peer *peer)
{
    X509 *x509 = SSL_get1_peer_certificate(peer->tls);
    char *fingerprint = certificate_dup_fingerprint(x509);
    X509_free(x509);
    return fingerprint;
}

/* A new certificate is shown to the next; who is there stays. None: refused, then served again. */
static void test_change(void)
{
    static const char *const names[] = { "localhost", "wall.example", "127.0.0.1", "10.0.0.1",
                                         NULL };
    App *app = app_new();
    Peer *old = peer_tls(app, 0);
    g_assert_cmpint(upgrade(old, "/api/v1/ws", "wallctl.v1", ""), ==, 101);
    expect(old, "hello");
    g_autofree char *dir = g_build_filename(app->dir, "tls", NULL);
    g_autoptr(SiteCertificate) renewed =
        site_ca_ensure(dir, "", names, g_get_real_time() / G_USEC_PER_SEC, NULL);
    g_assert_false(renewed->is_new_ca);
    web_server_set_certificate(app->server, renewed->certificate, renewed->ca_pem);
    Peer *next = peer_tls(app, 0);
    g_autofree char *before = shown_to(old), *after = shown_to(next);
    g_assert_cmpstr(before, ==, certificate_info(app->site->certificate)->fingerprint);
    g_assert_cmpstr(after, ==, certificate_info(renewed->certificate)->fingerprint);
    publish(app, 1);
    expect(old, "{\"n\":1}");
    g_autoptr(Answer) ca = ask_tls(app, "GET " WEB_CA_PATH " HTTP/1.1\r\n" HOST "\r\n");
    g_assert_cmpint(ca->status, ==, 200);
    assert_header(ca, "content-type", "application/x-x509-ca-cert");
    gsize len;
    const void *pem = g_bytes_get_data(renewed->ca_pem, &len);
    g_assert_cmpmem(ca->body->data, ca->body->len, pem, len);

    web_server_set_certificate(app->server, NULL, NULL);
    Peer *refused = https_peer(app);
    g_assert_false(peer_shakes_hands(refused, SSL_new(app->tls)));
    publish(app, 2);
    expect(old, "{\"n\":2}");
    web_server_set_certificate(app->server, app->site->certificate, NULL);
    g_autoptr(Answer) gone = ask_tls(app, "GET " WEB_CA_PATH " HTTP/1.1\r\n" HOST "\r\n");
    g_assert_cmpint(gone->status, ==, 404);
    peer_free(old);
    peer_free(next);
    peer_free(refused);
    app_free(app);
}

/* One request a connection: what makes that bearable is that the second handshake is a short one.
 */
static void test_resumption(void)
{
    static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };
    App *app = app_new();
    for (gsize i = 0; i < G_N_ELEMENTS(versions); i++) {
        SSL_SESSION *session = NULL;
        for (int round = 0; round < 3; round++) {
            SSL *tls = SSL_new(app->tls);
            SSL_set_max_proto_version(tls, versions[i]);
            if (session)
                SSL_set_session(tls, session);
            Peer *peer = https_peer(app);
            g_assert_true(peer_shakes_hands(peer, tls));
            g_assert_cmpint(SSL_version(tls), ==, versions[i]);
            g_assert_cmpint(SSL_session_reused(tls), ==, round > 0);
            peer_text(peer, "GET / HTTP/1.1\r\n" HOST "\r\n");
            g_autoptr(Answer) answer = peer_answer(peer, TRUE);
            g_assert_cmpint(answer->status, ==, 200);
            SSL_SESSION_free(session);
            session = SSL_get1_session(tls);
            peer_end_input(peer); /* else OpenSSL would not take it again */
            peer_free(peer);
        }
        SSL_SESSION_free(session);
    }
    app_free(app);
}

static void test_ticket_keys(void)
{
    Certificate *none = NULL;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    tls_prepare(context, &none);
    guint8 before[80] = { 0 }, after[80] = { 0 };
    g_assert_cmpint(SSL_CTX_get_tlsext_ticket_keys(context, before, sizeof(before)), ==, 1);
    tls_renew_tickets(context);
    g_assert_cmpint(SSL_CTX_get_tlsext_ticket_keys(context, after, sizeof(after)), ==, 1);
    for (gsize at = 0; at < sizeof(before); at += 16) /* name, and each part of both keys */
        g_assert_true(memcmp(before + at, after + at, 16) != 0);
    SSL_CTX_free(context);
}

/* 200 consoles over TLS at once: events for all, and nothing is left of them. */
static void test_many(void)
{
    enum { CLIENTS = 200 };
    App *app = app_new_asking(3600); /* no pings among the events, however slow this is */
    Peer *peers[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        peers[i] = peer_tls(app, 0);
        g_assert_cmpint(upgrade(peers[i], "/api/v1/ws", "wallctl.v1", ""), ==, 101);
        expect(peers[i], "hello");
    }
    for (int i = 0; i < 20; i++)
        publish(app, i);
    for (int c = 0; c < CLIENTS; c++) {
        for (int i = 0; i < 20; i++) {
            g_autofree char *part = g_strdup_printf("{\"n\":%d}", i);
            expect(peers[c], part);
        }
    }
    for (int i = 0; i < CLIENTS; i++)
        peer_free(peers[i]);
    WAIT_FOR(app_stats(app).connections == 0);
    app_free(app);
}

/* The largest message in one go, with the next ones right behind it in the same records: nothing
 * stays inside OpenSSL when the socket has no more to say. */
static void test_no_byte_waits(void)
{
    static const char ask[] =
        "{\"type\":\"request\",\"id\":%d,\"method\":\"GET\",\"path\":\"/api/v1/echo?q=%.*s\"}";
    App *app = app_new();
    Peer *peer = peer_tls(app, 0);
    g_assert_cmpint(upgrade(peer, "/api/v1/ws", "wallctl.v1", ""), ==, 101);
    expect(peer, "hello");
    g_autofree char *filler = g_strnfill(70000, 'q');
    static const int sizes[] = { 1, 16200, 16300, 16384, 33000, 70000, 4000, 4096, 4100 };
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *text = g_strdup_printf(ask, (int)i, sizes[i], filler);
        ws_send(peer, text);
        ws_send(peer, text);
        g_autofree char *part = g_strdup_printf("\"id\":%zu,\"status\":200", i);
        expect(peer, part);
        expect(peer, part);
        g_assert_cmpuint(count_dispatches(), <, 50);
    }
    peer_free(peer);
    app_free(app);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    g_test_add_func("/web/tls/versions", test_versions);
    g_test_add_func("/web/tls/https-only", test_https_only);
    g_test_add_func("/web/tls/is-secure", test_is_secure);
    g_test_add_func("/web/tls/own-address", test_own_address);
    g_test_add_func("/web/tls/answers-to-plain", test_answers_to_plain);
    g_test_add_func("/web/tls/plain-at-the-port", test_plain_at_the_port);
    g_test_add_func("/web/tls/silent", test_silent);
    g_test_add_func("/web/tls/flood", test_flood);
    g_test_add_func("/web/tls/change", test_change);
    g_test_add_func("/web/tls/resumption", test_resumption);
    g_test_add_func("/web/tls/ticket-keys", test_ticket_keys);
    g_test_add_func("/web/tls/many", test_many);
    g_test_add_func("/web/tls/no-byte-waits", test_no_byte_waits);
    return g_test_run();
}
