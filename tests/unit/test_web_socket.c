/* test_web_socket.c - wallctl.v1 and the preview over real WebSockets */
#include "web_peer.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/post.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/socket.h>

static void test_upgrades(void)
{
    static const struct {
        const char *name, *path, *protocol, *more;
        int status;
    } rows[] = {
        { "good", "/api/v1/ws", "wallctl.v1", "", 101 },
        { "good, same origin", "/api/v1/ws", "wallctl.v1", ORIGIN, 101 },
        { "good, among others", "/api/v1/ws", "chat, wallctl.v1", "", 101 },
        { "good preview", "/api/v1/walls/main/screens/s1/preview?kind=mp4", "wallctl.preview", "",
          101 },
        { "cross origin", "/api/v1/ws", "wallctl.v1", "Origin: http://evil.example\r\n", 403 },
        { "cross port", "/api/v1/ws", "wallctl.v1", "Origin: http://localhost:81\r\n", 403 },
        { "null origin", "/api/v1/ws", "wallctl.v1", "Origin: null\r\n", 403 },
        { "cross origin preview", "/api/v1/walls/main/screens/s1/preview", "wallctl.preview",
          "Origin: https://evil.example\r\n", 403 },
        { "no subprotocol", "/api/v1/ws", NULL, "", 400 },
        { "other subprotocol", "/api/v1/ws", "chat", "", 400 },
        { "swapped subprotocol", "/api/v1/ws", "wallctl.preview, wallctl.v1", "", 400 },
        { "inner name", "/api/v1/ws", "http", "", 400 },
        { "no such path", "/api/v1/status", "wallctl.v1", "", 404 },
        { "no such screen", "/api/v1/walls/main/screens/s9/preview", "wallctl.preview", "", 404 },
        { "no screen", "/api/v1/walls/main/screens//preview", "wallctl.preview", "", 404 },
        { "traversal", "/api/v1/walls/main/screens/..%2f..%2fx/preview", "wallctl.preview", "",
          404 },
    };
    App *app = app_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Peer *peer = peer_tcp(app);
        int status = upgrade(peer, rows[i].path, rows[i].protocol, rows[i].more);
        g_test_message("%s -> %d", rows[i].name, status);
        g_assert_cmpint(status, ==, rows[i].status);
        peer_free(peer);
    }
    Peer *peer = peer_tcp(app);
    peer_text(peer, "GET /api/v1/ws HTTP/1.1\r\nHost: evil.example\r\nUpgrade: "
                    "websocket\r\nConnection: Upgrade\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Protocol: wallctl.v1\r\n\r\n");
    g_autoptr(Answer) refused = peer_answer(peer, TRUE);
    g_assert_cmpint(refused->status, ==, 403);
    peer_free(peer);
    WAIT_FOR(app_stats(app).connections == 0);
    g_assert_cmpuint(app_stats(app).viewers + app_stats(app).event_clients, ==, 0);
    app_free(app);
}

static void test_requests(void)
{
    static const struct {
        const char *message, *reply;
    } rows[] = {
        { "{\"type\":\"request\",\"id\":7,\"method\":\"POST\",\"path\":\"/api/v1/"
          "echo?q=%e4%ba%91\",\"body\":{\"a\":[1,2]}}",
          "{\"type\":\"reply\",\"id\":7,\"status\":200,\"body\":{\"method\":\"POST\",\"actor\":"
          "\"token:anybody\",\"length\":11,"
          "\"query\":\"云\",\"body\":\"{\\\"a\\\":[1,2]}\"}}" },
        { "{\"type\":\"request\",\"id\":\"x\",\"method\":\"GET\",\"path\":\"/api/v1/echo\"}",
          "{\"type\":\"reply\",\"id\":\"x\",\"status\":200,\"body\":{\"method\":\"GET\"" },
        { "{\"type\":\"request\",\"id\":8,\"method\":\"GET\",\"path\":\"/api/v1/error?code=3\"}",
          "\"id\":8,\"status\":409,\"body\":{\"error\":{\"code\":\"stale\",\"message\":\"because\"}"
          "}" },
        { "{\"type\":\"request\",\"id\":9,\"method\":\"GET\",\"path\":\"/api/v1/silent\"}",
          "\"id\":9,\"status\":500" },
        { "{\"type\":\"request\",\"id\":9,\"method\":\"GET\",\"path\":\"/api/../etc\"}",
          "\"id\":9,\"status\":400" },
        { "{\"type\":\"request\",\"id\":9,\"method\":\"BREW\",\"path\":\"/api/v1/echo\"}",
          "\"id\":9,\"status\":400" },
        { "{\"type\":\"request\",\"id\":9,\"path\":\"/api/v1/echo\"}", "\"id\":9,\"status\":400" },
        { "{\"type\":\"request\",\"id\":9,\"method\":\"GET\",\"path\":\"/api/v1/"
          "echo\",\"boddy\":1}",
          "nearest" },
        { "{\"type\":\"request\",\"method\":\"GET\",\"path\":\"/api/v1/echo\"}",
          "\"id\":null,\"status\":400" },
        { "{\"type\":\"request\",\"id\":1.5,\"method\":\"GET\",\"path\":\"/api/v1/echo\"}",
          "\"id\":null,\"status\":400" },
        { "{\"type\":\"dance\",\"id\":3}", "\"id\":3,\"status\":400" },
        { "[1]", "\"id\":null,\"status\":400" },
        { "{\"type\":", "\"id\":null,\"status\":400" },
        { "", "\"id\":null,\"status\":400" },
        { "nonsense", "\"id\":null,\"status\":400" },
        { "{\"type\":\"resume\",\"seq\":\"x\"}", "\"status\":400" },
        { "{\"a\":1,\"a\":2}", "\"status\":400" },
    };
    App *app = app_new();
    Peer *peer = events(app, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        ws_send(peer, rows[i].message);
        g_autofree char *text = ws_text(peer);
        g_test_message("%s -> %s", rows[i].message, text);
        g_assert_true(g_str_has_prefix(text, "{\"type\":\"reply\","));
        if (strcmp(rows[i].reply, "nearest") == 0)
            g_assert_nonnull(strstr(text, "body"));
        else
            g_assert_nonnull(strstr(text, rows[i].reply));
    }
    g_autofree char *deep = g_strnfill(5000, '[');
    ws_send(peer, deep);
    expect(peer, "\"status\":400");
    ws_send(peer, "{\"type\":\"request\",\"id\":1,\"method\":\"GET\",\"path\":\"/api/v1/big\"}");
    g_autofree char *big = ws_text(peer);
    g_assert_nonnull(strstr(big, "\"content_type\":\"application/octet-stream\",\"base64\":\""));
    g_assert_cmpuint(strlen(big), >, BIG_SIZE / 3 * 4);
    peer_free(peer);
    app_free(app);
}

static void test_late_replies(void)
{
    App *app = app_new();
    Peer *peer = events(app, NULL);
    ws_send(peer, "{\"type\":\"request\",\"id\":1,\"method\":\"GET\",\"path\":\"/api/v1/later\"}");
    ws_send(peer, "{\"type\":\"request\",\"id\":2,\"method\":\"GET\",\"path\":\"/api/v1/echo\"}");
    expect(peer, "\"id\":2,");
    web_reply_json(app->later, 200, json_object_new_object());
    expect(peer, "\"id\":1,\"status\":200,\"body\":{}");
    ws_send(peer, "{\"type\":\"request\",\"id\":3,\"method\":\"GET\",\"path\":\"/api/v1/later\"}");
    ws_send(peer, "{\"type\":\"request\",\"id\":4,\"method\":\"GET\",\"path\":\"/api/v1/echo\"}");
    expect(peer, "\"id\":4,");
    peer_free(peer);
    WAIT_FOR(app_stats(app).connections == 0);
    web_reply_json(app->later, 200, json_object_new_object());
    app_free(app);
}

static void test_frames(void)
{
    static const char request[] =
        "{\"type\":\"request\",\"id\":1,\"method\":\"GET\",\"path\":\"/api/v1/echo\"}";
    App *app = app_new();
    Peer *peer = events(app, NULL);
    ws_send_raw(peer, 0x01, request, 10);
    ws_send_raw(peer, 0x89, "ping", 4);
    ws_send_raw(peer, 0x00, request + 10, 0);
    ws_send_raw(peer, 0x80, request + 10, strlen(request) - 10);
    guint8 opcode = 0;
    g_autoptr(GByteArray) pong = ws_wait(peer, &opcode);
    g_assert_cmpuint(opcode, ==, 10);
    g_assert_cmpmem(pong->data, pong->len, "ping", 4);
    expect(peer, "\"id\":1,\"status\":200");
    ws_send_raw(peer, 0x88, "\x03\xe8", 2);
    g_assert_cmpuint(ws_close_code(peer), ==, 1000);
    WAIT_FOR(peer_is_over(peer));
    peer_free(peer);

    static const struct {
        const char *name;
        guint8 first;
        const char *data;
        gsize len;
        guint code;
    } rows[] = {
        { "invalid UTF-8", 0x81, "{\"a\":\"\xff\"}", 9, 1007 },
        { "half a character", 0x81, "\xe4\xba", 2, 1007 },
        { "binary", 0x82, "{}", 2, 1003 },
        { "unknown opcode", 0x83, "{}", 2, 1002 },
        { "reserved bit", 0xc1, "{}", 2, 1002 },
        { "continuation of nothing", 0x80, "{}", 2, 1002 },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        peer = events(app, NULL);
        ws_send_raw(peer, rows[i].first, rows[i].data, rows[i].len);
        guint code = ws_close_code(peer);
        g_test_message("%s -> %u", rows[i].name, code);
        g_assert_cmpuint(code, ==, rows[i].code);
        peer_free(peer);
    }
    peer = events(app, NULL);
    g_autofree char *large = g_strnfill(1024 * 1024 + 1, ' ');
    ws_send(peer, large);
    g_assert_cmpuint(ws_close_code(peer), ==, 1009);
    peer_free(peer);
    WAIT_FOR(app_stats(app).connections == 0);
    g_assert_cmpuint(app_stats(app).event_clients, ==, 0);
    app_free(app);
}

static void test_events(void)
{
    App *app = app_new();
    guint64 seq;
    Peer *first = events(app, &seq), *second = events(app, NULL);
    for (int i = 1; i <= 5; i++)
        publish(app, i);
    for (int i = 1; i <= 5; i++) {
        g_autofree char *expected =
            g_strdup_printf("{\"type\":\"event\",\"seq\":%" G_GUINT64_FORMAT
                            ",\"event\":\"test.event\",\"data\":{\"n\":%d}}",
                            seq + (guint64)i, i);
        expect(first, expected);
        expect(second, expected);
    }
    g_assert_cmpuint(app_stats(app).event_clients, ==, 2);
    peer_free(first);
    peer_free(second);
    app_free(app);
}

/* Away for a while: nothing is missed within the ring, by message and by query; beyond it a
 * snapshot is needed. */
static void test_resume(void)
{
    App *app = app_new();
    guint64 seq;
    peer_free(events(app, &seq));
    for (int i = 1; i <= 100; i++)
        publish(app, i);
    g_autofree char *message =
        g_strdup_printf("{\"type\":\"resume\",\"seq\":%" G_GUINT64_FORMAT "}", seq + 90);
    Peer *peer = events(app, NULL);
    ws_send(peer, message);
    expect(peer, "{\"type\":\"resumed\",\"seq\":");
    for (int i = 91; i <= 100; i++) {
        g_autofree char *part = g_strdup_printf("{\"n\":%d}", i);
        expect(peer, part);
    }
    peer_free(peer);

    g_autofree char *path = g_strdup_printf("/api/v1/ws?resume=%" G_GUINT64_FORMAT, seq + 98);
    peer = peer_tcp(app);
    g_assert_cmpint(upgrade(peer, path, "wallctl.v1", ""), ==, 101);
    expect(peer, "hello");
    expect(peer, "{\"n\":99}");
    expect(peer, "{\"n\":100}");
    peer_free(peer);

    for (int i = 0; i < 5000; i++)
        publish(app, 1000 + i);
    peer = events(app, NULL);
    ws_send(peer, message);
    g_autofree char *expected =
        g_strdup_printf("{\"type\":\"snapshot-needed\",\"seq\":%" G_GUINT64_FORMAT "}", seq + 5100);
    expect(peer, expected);
    publish(app, 7);
    expect(peer, "{\"n\":7}");
    ws_send(peer, "{\"type\":\"resume\",\"seq\":9000000000000}");
    expect(peer, "snapshot-needed");
    ws_send(peer, "{\"type\":\"resume\",\"seq\":1}");
    expect(peer, "snapshot-needed");
    peer_free(peer);
    app_free(app);
}

/* Takes what has come; *found tells whether one of the messages had part in it. */
static int take_all(Peer *peer, const char *part, gboolean *found)
{
    int taken = 0;
    guint8 opcode;
    GByteArray *message;
    for (peer_read(peer); (message = ws_take(peer, &opcode)); taken++) {
        if (message->len && memmem(message->data, message->len, part, strlen(part)))
            *found = TRUE;
        g_byte_array_unref(message);
    }
    return taken;
}

/* Clients that read nothing while 20 MB of events pass: they cost little, the others get all, and
 * when they read again they are told to take a snapshot. */
static Caller *identify_township(const WebKnock *knock, gpointer user)
{
    return caller_new_token("township", "530402005", RIGHTS_ALL, knock->address);
}

static Caller *refresh_township(const Caller *caller, gpointer user)
{
    return caller_ref((Caller *)caller);
}

/* The region of the scope is a text of the event's data, as the daemon has it. */
static void test_regions(void)
{
    static const char *const regions[] = { "530402001", "530402005001", "" };
    static const WebGate gate = { identify_township, refresh_township, NULL };
    App *app = app_new();
    web_server_set_gate(app->server, &gate);
    Peer *peer = events(app, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(regions); i++) {
        Json *data = json_object_new_object();
        json_add_string(data, "region", regions[i]);
        WebScope scope = { RIGHT_CASE_READ,
                           json_object_get_string(json_object_object_get(data, "region")), NULL };
        web_publish(app->server, "case.changed", &scope, data);
    }
    publish(app, 1);
    expect(peer, "\"region\":\"530402005001\"");
    expect(peer, "\"n\":1");
    peer_free(peer);
    app_free(app);
}

static void test_slow_clients(void)
{
    enum { SLOW = 20, EVENTS = 20000 };
    App *app = app_new();
    Peer *slow[SLOW];
    for (int i = 0; i < SLOW; i++) {
        slow[i] = peer_tcp_small(app, 4096);
        g_assert_cmpint(upgrade(slow[i], "/api/v1/ws", "wallctl.v1", ""), ==, 101);
    }
    Peer *quick = events(app, NULL);
    g_autofree char *filler = g_strnfill(1000, 'x');
    size_t before = 0;
    int received = 0;
    gboolean is_told = FALSE;
    for (int i = 1; i <= EVENTS; i++) {
        Json *data = json_object_new_object();
        json_add_string(data, "filler", filler);
        web_publish(app->server, "test.event", &(WebScope) { RIGHT_STATUS_READ, NULL, NULL }, data);
        if (i % 200 == 0)
            WAIT_FOR((received += take_all(quick, "snapshot-needed", &is_told)) == i);
        if (i == EVENTS / 10)
            before = mallinfo2().uordblks;
    }
    g_assert_false(is_told);
    size_t after = mallinfo2().uordblks;
    g_test_message("heap %zu -> %zu", before, after);
    g_assert_cmpuint(after, <, before + SLOW * 64 * 1024);
    WAIT_FOR((take_all(slow[0], "snapshot-needed", &is_told), is_told));
    for (int i = 0; i < SLOW; i++)
        peer_free(slow[i]);
    peer_free(quick);
    app_free(app);
}

static void ask_for_big(Peer *peer, int id)
{
    static const guint8 zero_mask[4];
    g_autofree char *request = g_strdup_printf(
        "{\"type\":\"request\",\"id\":%d,\"method\":\"GET\",\"path\":\"/api/v1/big\"}", id);
    g_autoptr(GByteArray) frame = g_byte_array_new();
    guint8 head[2] = { 0x81, (guint8)(0x80 | strlen(request)) };
    g_byte_array_append(frame, head, 2);
    g_byte_array_append(frame, zero_mask, 4);
    g_byte_array_append(frame, (const guint8 *)request, (guint)strlen(request));
    g_assert_cmpint(peer_put(peer, frame->data, frame->len), ==, (int)frame->len);
}

/* Asks and asks and takes no answer: not read any more, then closed; never stored for. */
static void test_greedy_client(void)
{
    App *app = app_new();
    Peer *peer = peer_tcp_small(app, 4096);
    g_assert_cmpint(upgrade(peer, "/api/v1/ws", "wallctl.v1", ""), ==, 101);
    for (int i = 0; i < 200; i++) {
        ask_for_big(peer, i);
        turn();
    }
    g_assert_cmpuint(app_stats(app).event_clients, ==, 1);
    g_assert_cmpuint(app_stats(app).requests, <=, 3); /* one written, one waiting, one over it */
    gint64 now_ns = clock_now_ns();
    clock_set_for_test(now_ns + 11 * NS_PER_SEC, -1);
    WAIT_FOR(app_stats(app).refused == 1); /* nothing taken for ten seconds: to be closed ... */
    clock_set_for_test(now_ns + 17 * NS_PER_SEC, -1);
    WAIT_FOR(app_stats(app).event_clients == 0); /* ... which it does not take either */
    clock_set_for_test(-1, -1);
    peer_free(peer);
    app_free(app);
}

/* Asks faster than it takes, and then takes all: gets all. */
static void test_late_reader(void)
{
    enum { ASKED = 20 };
    App *app = app_new();
    Peer *peer = events(app, NULL);
    for (int i = 0; i < ASKED; i++)
        ask_for_big(peer, i);
    for (int i = 0; i < ASKED; i++) {
        g_autofree char *id = g_strdup_printf("\"id\":%d,", i);
        expect(peer, id);
    }
    g_assert_cmpuint(app_stats(app).event_clients, ==, 1);
    peer_free(peer);
    app_free(app);
}

/* ---- preview ---- */

static char *chunk_name(Peer *peer)
{
    guint8 opcode = 0;
    g_autoptr(GByteArray) message = ws_wait(peer, &opcode);
    g_assert_nonnull(message);
    gsize len = 0;
    while (len < message->len && message->data[len] != '.')
        len++;
    return g_strdup_printf("%s%.*s", opcode == 1 ? "text:" : "", (int)len,
                           (const char *)message->data);
}

static void expect_chunk(Peer *peer, const char *expected)
{
    g_autofree char *name = chunk_name(peer);
    g_assert_cmpstr(name, ==, expected);
}

static void test_preview(void)
{
    App *app = app_new();
    Peer *peer = viewer(app, 0);
    web_stream_send(app->stream, chunk_of("init", 700), TRUE, FALSE);
    web_stream_send(app->stream, chunk_of("lost", 1000), FALSE, FALSE);
    web_stream_send(app->stream, chunk_of("key1", 200000), FALSE, TRUE);
    web_stream_send(app->stream, chunk_of("d1", 5000), FALSE, FALSE);
    static const char *const expected[] = { "text:{\"kind\":\"mp4\"}", "init", "key1", "d1" };
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        expect_chunk(peer, expected[i]);
    g_assert_cmpuint(app_stats(app).viewers, ==, 1);
    ws_send_raw(peer, 0x88, "\x03\xe8", 2);
    WAIT_FOR(app->closed == 1);
    peer_free(peer);
    app_free(app);
}

/* 400 pictures of 20 KB in groups of 50 to a viewer who does not read: then he goes on at a key
 * picture, with no gap after it, and at the newest group. */
static void test_slow_viewer(void)
{
    App *app = app_new();
    Peer *peer = viewer(app, 4096);
    web_stream_send(app->stream, chunk_of("init", 700), TRUE, FALSE);
    size_t before = mallinfo2().uordblks;
    for (int i = 0; i < 400; i++) {
        g_autofree char *name = g_strdup_printf("%s%d", i % 50 ? "d" : "k", i);
        web_stream_send(app->stream, chunk_of(name, 20000), FALSE, i % 50 == 0);
        turn();
    }
    g_assert_cmpuint(mallinfo2().uordblks, <, before + 1400 * 1024);
    expect_chunk(peer, "text:{\"kind\":\"mp4\"}");
    expect_chunk(peer, "init");
    int last = -1, skips = 0;
    while (last < 399) {
        g_autofree char *name = chunk_name(peer);
        int number = atoi(name + 1);
        if (number != last + 1) {
            g_assert_cmpint(name[0], ==, 'k');
            g_assert_cmpint(number, >, last);
            skips++;
        }
        last = number;
    }
    g_assert_cmpint(skips, >, 0);
    web_stream_send(app->stream, chunk_of("init2", 700), TRUE, FALSE);
    web_stream_send(app->stream, chunk_of("d900", 1000), FALSE, FALSE);
    web_stream_send(app->stream, chunk_of("k901", 1000), FALSE, TRUE);
    expect_chunk(peer, "init2");
    expect_chunk(peer, "k901");
    peer_free(peer);
    WAIT_FOR(app->closed == 1);
    app_free(app);
}

/* JPEG: every picture is a key, so only the newest waits. */
static void test_slow_jpeg_viewer(void)
{
    App *app = app_new();
    Peer *peer = viewer(app, 4096);
    for (int i = 0; i < 300; i++) {
        g_autofree char *name = g_strdup_printf("k%d", i);
        web_stream_send(app->stream, chunk_of(name, 100000), FALSE, TRUE);
        turn();
    }
    expect_chunk(peer, "text:{\"kind\":\"mp4\"}");
    int pictures = 0;
    for (g_autofree char *name = NULL; g_strcmp0(name, "k299") != 0; pictures++) {
        g_free(name);
        name = chunk_name(peer);
    }
    g_assert_cmpint(pictures, <, 100);
    peer_free(peer);
    app_free(app);
}

/* The outputs are rebuilt: closed() has run before this returns, and the viewer is told. */
static void test_close_streams(void)
{
    App *app = app_new();
    Peer *open = viewer(app, 0), *half = peer_tcp(app), *event = events(app, NULL);
    web_stream_send(app->stream, chunk_of("init", 700), TRUE, FALSE);
    web_close_streams(app->server);
    g_assert_cmpuint(app->closed, ==, 1);
    g_assert_cmpuint(ws_close_code(open), ==, 1001);
    publish(app, 1);
    expect(event, "{\"n\":1}");
    peer_free(open);
    peer_free(half);
    peer_free(event);
    app_free(app);
}

/* A peer that does not answer our ping is gone after two intervals, unless it sends: its answer then stands
 * behind what we have not read yet. */
static void test_silence(void)
{
    App *app = app_new_asking(1);
    Peer *silent = events(app, NULL), *busy = events(app, NULL);
    g_assert_cmpuint(app_stats(app).event_clients, ==, 2);
    gint64 begin_us = g_get_monotonic_time();
    for (guint i = 0; i < 20; i++) {
        gint64 next_us = begin_us + (i + 1) * 200000;
        ws_send(busy,
                "{\"type\":\"request\",\"id\":1,\"method\":\"GET\",\"path\":\"/api/v1/echo\"}");
        WAIT_FOR(g_get_monotonic_time() >= next_us);
    }
    g_assert_cmpuint(app_stats(app).event_clients, ==, 1);
    WAIT_FOR((peer_read(silent), silent->is_over));
    g_assert_false(busy->is_over);
    peer_free(silent);
    peer_free(busy);
    app_free(app);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    g_test_add_func("/web/socket/upgrades", test_upgrades);
    g_test_add_func("/web/socket/requests", test_requests);
    g_test_add_func("/web/socket/late-replies", test_late_replies);
    g_test_add_func("/web/socket/frames", test_frames);
    g_test_add_func("/web/socket/events", test_events);
    g_test_add_func("/web/socket/resume", test_resume);
    g_test_add_func("/web/socket/regions", test_regions);
    g_test_add_func("/web/socket/slow-clients", test_slow_clients);
    g_test_add_func("/web/socket/greedy-client", test_greedy_client);
    g_test_add_func("/web/socket/late-reader", test_late_reader);
    g_test_add_func("/web/socket/preview", test_preview);
    g_test_add_func("/web/socket/slow-viewer", test_slow_viewer);
    g_test_add_func("/web/socket/slow-jpeg-viewer", test_slow_jpeg_viewer);
    g_test_add_func("/web/socket/close-streams", test_close_streams);
    g_test_add_func("/web/socket/silence", test_silence);
    return g_test_run();
}
