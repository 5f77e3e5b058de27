/* test_intake_ws.c - events over real WebSockets: who may, what is taken, receipts, flow, floods */
#include "intake_app.h"
#include "web_peer.h"

#include "web/door.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/json.h"
#include "wallctl/base/post.h"

#include <sys/socket.h>
#include <unistd.h>

#define TOKEN "Authorization: Bearer grid-token\r\n"

static Peer *source_small(IntakeWorld *world, int receive_buffer)
{
    Peer *peer = peer_tcp_small(world->app, receive_buffer);
    g_assert_cmpint(upgrade(peer, "/v1/events", "cloudevents.json", TOKEN), ==, 101);
    return peer;
}

static Peer *source(IntakeWorld *world)
{
    return source_small(world, 0);
}

static char *event(guint number)
{
    return g_strdup_printf("{\"specversion\":\"1.0\",\"id\":\"e%u\",\"source\":\"/s\","
                           "\"type\":\"org.wallctl.case.reported.v1\",\"data\":{}}",
                           number);
}

/* Inbox of the next receipt. Caller owns. */
static Json *receipt(Peer *peer)
{
    g_autofree char *text = ws_text(peer);
    g_autoptr(Json) whole = json_parse(text, strlen(text), 0, JSON_STRICT, NULL);
    g_assert_nonnull(whole);
    g_assert_cmpuint(strlen(text), <=, 32 * 1024);
    Json *type, *data, *list;
    g_assert_true(json_object_object_get_ex(whole, "type", &type));
    g_assert_cmpstr(json_object_get_string(type), ==, INTAKE_RECEIPT_TYPE);
    g_assert_true(json_object_object_get_ex(whole, "id", &data));
    g_assert_true(json_object_object_get_ex(whole, "data", &data));
    g_assert_true(json_object_object_get_ex(data, "events", &list));
    return json_object_get(list);
}

static const char *member(Json *list, guint i, const char *key)
{
    Json *value = NULL;
    Json *one = json_object_array_get_idx(list, i);
    g_assert_nonnull(one);
    return json_object_object_get_ex(one, key, &value) ? json_object_get_string(value) : NULL;
}

/* --- who may --------------------------------------------------------------------------------- */

static void test_upgrades(void)
{
    static const struct {
        const char *name, *path, *protocol, *more;
        int status;
    } rows[] = {
        { "good", "/v1/events", "cloudevents.json", TOKEN, 101 },
        { "among others", "/v1/events", "cloudevents.avro, cloudevents.json", TOKEN, 101 },
        { "foreign page with a token", "/v1/events", "cloudevents.json",
          TOKEN "Origin: http://platform.example\r\n", 101 },
        { "scheme in capitals", "/v1/events", "cloudevents.json",
          "Authorization: BEARER grid-token\r\n", 101 },
        { "no subprotocol", "/v1/events", NULL, TOKEN, 400 },
        { "avro only", "/v1/events", "cloudevents.avro", TOKEN, 400 },
        { "another of ours", "/v1/events", "wallctl.v1", TOKEN, 400 },
        { "another of ours first", "/v1/events", "wallctl.v1, cloudevents.json", TOKEN, 400 },
        { "events of the wall by this name", "/api/v1/ws", "cloudevents.json", TOKEN, 400 },
        { "no token", "/v1/events", "cloudevents.json", "", 401 },
        { "wrong token", "/v1/events", "cloudevents.json", "Authorization: Bearer x\r\n", 401 },
        { "token in the address", "/v1/events?access_token=grid-token", "cloudevents.json", "",
          401 },
        { "basic", "/v1/events", "cloudevents.json", "Authorization: Basic grid-token\r\n", 401 },
        { "two tokens", "/v1/events", "cloudevents.json", TOKEN TOKEN, 401 },
    };
    IntakeWorld world = intake_world_new(INTAKE_APPLIED);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Peer *peer = peer_tcp(world.app);
        int status = upgrade(peer, rows[i].path, rows[i].protocol, rows[i].more);
        g_test_message("%s -> %d", rows[i].name, status);
        g_assert_cmpint(status, ==, rows[i].status);
        peer_free(peer);
    }
    g_assert_cmpuint(inbox_refused(world.inbox, "unauthorized"), ==, 5);
    WAIT_FOR(app_stats(world.app).connections == 0);
    g_assert_cmpuint(app_stats(world.app).intake_peers, ==, 0);
    intake_world_free(&world);
}

static Answer *ask_upgrade(IntakeWorld *world, const char *protocol, const char *token)
{
    g_autofree char *request = g_strdup_printf(
        "GET /v1/events HTTP/1.1\r\n" HOST "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: %s\r\nAuthorization: Bearer %s\r\n\r\n",
        protocol, token);
    return ask(world->app, request);
}

static void test_answers(void)
{
    IntakeWorld world = intake_world_new(INTAKE_APPLIED);
    Peer *peer = peer_tcp(world.app);
    peer_text(peer, "GET /v1/events HTTP/1.1\r\n" HOST TOKEN
                    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Protocol: cloudevents.proto, cloudevents.json\r\n\r\n");
    g_autoptr(Answer) good = peer_answer(peer, FALSE);
    assert_header(good, "sec-websocket-protocol", "cloudevents.json");
    peer_free(peer);
    g_autoptr(Answer) other = ask_upgrade(&world, "cloudevents.avro", "grid-token");
    g_assert_cmpint(other->status, ==, 400);
    assert_header(other, "sec-websocket-protocol", NULL);
    g_assert_nonnull(memmem(other->body->data, other->body->len, "cloudevents.json", 16));
    g_autoptr(Answer) stranger = ask_upgrade(&world, "cloudevents.json", "guess");
    g_assert_cmpint(stranger->status, ==, 401);
    assert_header(stranger, "www-authenticate", "Bearer realm=\"wallctl\"");
    intake_set_gate(world.inbox->intake, INTAKE_CLOSED);
    g_autoptr(Answer) closed = ask_upgrade(&world, "cloudevents.json", "grid-token");
    g_assert_cmpint(closed->status, ==, 503);
    assert_header(closed, "retry-after", "10");
    intake_world_free(&world);
}

/* Guessing gets slower, the right token included, and is over after the wait. */
static void test_guessing(void)
{
    IntakeWorld world = intake_world_new(INTAKE_APPLIED);
    gint64 now = clock_now_ns();
    clock_set_for_test(now, 1700000000000);
    for (int i = 0; i < 6; i++) {
        g_autoptr(Answer) wrong = ask_upgrade(&world, "cloudevents.json", "guess");
        g_assert_cmpint(wrong->status, ==, 401);
    }
    g_autoptr(Answer) slowed = ask_upgrade(&world, "cloudevents.json", "grid-token");
    g_assert_cmpint(slowed->status, ==, 429);
    assert_header(slowed, "retry-after", "1");
    clock_set_for_test(now + 1100 * NS_PER_MS, 1700000000000);
    g_autoptr(Answer) again = ask_upgrade(&world, "cloudevents.json", "guess");
    g_assert_cmpint(again->status, ==, 401);
    g_autoptr(Answer) slower = ask_upgrade(&world, "cloudevents.json", "guess");
    g_assert_cmpint(slower->status, ==, 429);
    assert_header(slower, "retry-after", "2");
    clock_set_for_test(now + 5000 * NS_PER_MS, 1700000000000);
    Peer *peer = source(&world);
    peer_free(peer);
    clock_set_for_test(-1, -1);
    intake_world_free(&world);
}

static void test_door(void)
{
    Door *door = door_new();
    clock_set_for_test(NS_PER_SEC, 0);
    static const guint waits[] = { 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30 };
    for (gsize i = 0; i < G_N_ELEMENTS(waits); i++) {
        door_failed(door, "10.0.0.1");
        g_assert_cmpuint(door_wait_s(door, "10.0.0.1"), ==, waits[i]);
        g_assert_cmpuint(door_wait_s(door, "10.0.0.2"), ==, 0);
    }
    /* Many addresses push out the oldest ones only. */
    for (guint i = 0; i < DOOR_MAX_ADDRESSES - 1; i++) {
        clock_set_for_test((2 + i) * NS_PER_MS, 0);
        g_autofree char *address = g_strdup_printf("a%u", i);
        door_failed(door, address);
    }
    g_assert_cmpuint(door_wait_s(door, "10.0.0.1"), >, 0);
    door_passed(door, "10.0.0.1");
    g_assert_cmpuint(door_wait_s(door, "10.0.0.1"), ==, 0);
    clock_set_for_test(-1, -1);
    door_free(door);
}

/* --- messages -------------------------------------------------------------------------------- */

static void test_receipts(void)
{
    IntakeWorld world = intake_world_new(0);
    Peer *peer = source(&world);
    for (guint i = 0; i < 5; i++) {
        g_autofree char *text = event(i);
        ws_send(peer, text);
    }
    WAIT_FOR(world.inbox->received == 5);
    g_assert_cmpstr(world.inbox->last_source, ==, "grid");
    g_assert_cmpstr(world.inbox->last_peer, ==, "127.0.0.1");
    g_assert_cmpint(world.inbox->last_form, ==, INTAKE_ENVELOPE);
    g_autofree char *expected = event(4);
    g_assert_cmpstr(world.inbox->last_text, ==, expected);
    /* Answered in another order, in one round: one receipt. */
    inbox_answer(world.inbox, 3, INTAKE_APPLIED, NULL);
    inbox_answer(world.inbox, 0, INTAKE_DUPLICATE, NULL);
    inbox_answer(world.inbox, 2, INTAKE_ANOMALY, NULL);
    inbox_answer(world.inbox, 1, INTAKE_NOTED, NULL);
    intake_reply(g_steal_pointer(&world.inbox->kept->pdata[4]), INTAKE_REFUSED, NULL, NULL,
                 "malformed: \"time\" has no zone");
    g_autoptr(Json) list = receipt(peer);
    g_assert_cmpuint(json_object_array_length(list), ==, 5);
    static const char *const ids[] = { "e3", "e0", "e2", "e1", NULL };
    static const char *const words[] = { "applied", "duplicate", "anomaly", "noted", "refused" };
    for (guint i = 0; i < 5; i++) {
        g_assert_cmpstr(member(list, i, "id"), ==, ids[i]);
        g_assert_cmpstr(member(list, i, "source"), ==, i < 4 ? "/s" : NULL);
        g_assert_cmpstr(member(list, i, "status"), ==, words[i]);
    }
    g_assert_cmpstr(member(list, 4, "number"), ==, "5");
    g_assert_cmpstr(member(list, 4, "reason"), ==, "malformed: \"time\" has no zone");
    g_assert_null(member(list, 0, "reason"));
    peer_free(peer);
    intake_world_free(&world);
}

static void test_frames(void)
{
    g_autofree char *text = event(7);
    gsize len = strlen(text);
    IntakeWorld world = intake_world_new(INTAKE_APPLIED);
    Peer *peer = source(&world);
    ws_send_raw(peer, 0x01, text, 10);
    ws_send_raw(peer, 0x00, text + 10, 0);
    ws_send_raw(peer, 0x89, "ping", 4);
    for (gsize i = 10; i < len - 1; i++)
        ws_send_raw(peer, 0x00, text + i, 1);
    ws_send_raw(peer, 0x80, text + len - 1, 1);
    guint8 opcode = 0;
    g_autoptr(GByteArray) pong = ws_wait(peer, &opcode);
    g_assert_cmpuint(opcode, ==, 10);
    g_autoptr(Json) list = receipt(peer);
    g_assert_cmpstr(member(list, 0, "id"), ==, "e7");
    g_assert_cmpstr(world.inbox->last_text, ==, text);
    g_autofree char *whole = g_strnfill(INTAKE_MAX_BYTES, ' ');
    memcpy(whole, text, len);
    ws_send(peer, whole);
    g_autoptr(Json) largest = receipt(peer);
    g_assert_cmpstr(member(largest, 0, "status"), ==, "applied");
    ws_send(peer, "");
    g_autoptr(Json) empty = receipt(peer);
    g_assert_cmpstr(member(empty, 0, "status"), ==, "refused");
    peer_free(peer);
    g_autofree char *large = g_strnfill(INTAKE_MAX_BYTES + 1, ' ');
    static const struct {
        const char *name;
        guint8 first;
        const char *data;
        gsize len;
        guint code;
    } rows[] = {
        { "binary", 0x82, "{}", 2, 1003 },
        { "65 KiB", 0x81, NULL, INTAKE_MAX_BYTES + 1, 1009 },
        { "65 KiB that never end", 0x01, NULL, INTAKE_MAX_BYTES + 1, 1009 },
        { "invalid UTF-8", 0x81, "{\"a\":\"\xff\"}", 9, 1007 },
        { "half a character", 0x81, "\xe4\xba", 2, 1007 },
        { "unknown opcode", 0x83, "{}", 2, 1002 },
        { "compressed without being asked", 0xc1, "{}", 2, 1002 },
        { "continuation of nothing", 0x80, "{}", 2, 1002 },
    };
    guint before = world.inbox->received;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        peer = source(&world);
        ws_send_raw(peer, rows[i].first, rows[i].data ? rows[i].data : large, rows[i].len);
        guint code = ws_close_code(peer);
        g_test_message("%s -> %u", rows[i].name, code);
        g_assert_cmpuint(code, ==, rows[i].code);
        peer_free(peer);
    }
    g_assert_cmpuint(world.inbox->received, ==, before);
    g_assert_cmpuint(inbox_refused(world.inbox, "too_large"), ==, 2);
    g_assert_cmpuint(inbox_refused(world.inbox, "malformed"), ==, 1);
    WAIT_FOR(app_stats(world.app).connections == 0);
    intake_world_free(&world);
}

/* The peer goes: in mid-message, by reset, with events that are answered afterwards. */
static void test_peer_leaves(void)
{
    IntakeWorld world = intake_world_new(0);
    for (int by_reset = 0; by_reset < 2; by_reset++) {
        Peer *peer = source(&world);
        g_autofree char *text = event(1);
        ws_send(peer, text);
        ws_send_raw(peer, 0x01, text, 20);
        ws_send_raw(peer, 0x80, text, 0); /* ends a message that is cut short */
        ws_send_raw(peer, 0x01, text, 20);
        WAIT_FOR(world.inbox->kept->len == 2);
        struct linger reset = { 1, 0 };
        if (by_reset)
            setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
        peer_free(peer);
        WAIT_FOR(app_stats(world.app).connections == 0);
        inbox_answer_all(world.inbox, INTAKE_APPLIED);
    }
    g_assert_cmpuint(world.inbox->received, ==, 4);
    intake_world_free(&world);
}

/* --- flow ------------------------------------------------------------------------------------ */

/* Sends what the socket takes of n events from `from` on, without waiting; returns how many. */
static guint pour(Peer *peer, guint from, guint n)
{
    guint sent = 0;
    for (; sent < n; sent++) {
        g_autofree char *text = event(from + sent);
        ws_send(peer, text);
    }
    return sent;
}

/* At the bound reading stops; it goes on when half is answered, and nothing is lost. */
static void test_bound(void)
{
    IntakeWorld world = intake_world_new(0);
    Peer *peer = source(&world);
    pour(peer, 0, INTAKE_MAX_WAITING + 500);
    WAIT_FOR(world.inbox->received == INTAKE_MAX_WAITING);
    for (int i = 0; i < 50; i++)
        turn();
    g_assert_cmpuint(world.inbox->received, ==, INTAKE_MAX_WAITING);
    g_assert_cmpuint(count_dispatches(), <, 50);
    for (guint i = 0; i < INTAKE_MAX_WAITING / 2 - 1; i++)
        inbox_answer(world.inbox, i, INTAKE_APPLIED, NULL);
    guint got = 0;
    while (got < INTAKE_MAX_WAITING / 2 - 1) {
        g_autoptr(Json) list = receipt(peer);
        got += (guint)json_object_array_length(list);
    }
    for (int i = 0; i < 50; i++)
        turn();
    g_assert_cmpuint(world.inbox->received, ==, INTAKE_MAX_WAITING);
    inbox_answer(world.inbox, INTAKE_MAX_WAITING / 2 - 1, INTAKE_APPLIED, NULL);
    WAIT_FOR(world.inbox->received == INTAKE_MAX_WAITING + 500);
    g_autofree char *last = event(INTAKE_MAX_WAITING + 499);
    g_assert_cmpstr(world.inbox->last_text, ==, last);
    peer_free(peer);
    intake_world_free(&world);
}

/* Large messages are bounded by their bytes, not by their number. */
static void test_bound_of_bytes(void)
{
    IntakeWorld world = intake_world_new(0);
    Peer *peer = source(&world);
    g_autofree char *large = g_strnfill(60000, ' ');
    for (int i = 0; i < 30; i++)
        ws_send(peer, large);
    WAIT_FOR(world.inbox->bytes > 1000000);
    for (int i = 0; i < 50; i++)
        turn();
    g_assert_cmpuint(world.inbox->bytes, <=, 1024 * 1024 + 60000);
    inbox_answer_all(world.inbox, INTAKE_APPLIED);
    WAIT_FOR(world.inbox->received == 30);
    peer_free(peer);
    intake_world_free(&world);
}

static void test_gate(void)
{
    IntakeWorld world = intake_world_new(INTAKE_APPLIED);
    Peer *peer = source(&world);
    intake_set_gate(world.inbox->intake, INTAKE_FULL);
    pour(peer, 0, 10);
    for (int i = 0; i < 50; i++)
        turn();
    g_assert_cmpuint(world.inbox->received, ==, 0);
    Peer *late = source(&world);
    pour(late, 0, 1);
    for (int i = 0; i < 50; i++)
        turn();
    g_assert_cmpuint(world.inbox->received, ==, 0);
    intake_set_gate(world.inbox->intake, INTAKE_OPEN);
    WAIT_FOR(world.inbox->received == 11);
    guint got = 0;
    while (got < 10) {
        g_autoptr(Json) list = receipt(peer);
        got += (guint)json_object_array_length(list);
    }
    intake_set_gate(world.inbox->intake, INTAKE_CLOSED);
    pour(peer, 10, 2);
    g_autoptr(Json) list = receipt(peer);
    g_assert_cmpstr(member(list, 0, "status"), ==, "refused");
    g_assert_true(g_str_has_prefix(member(list, 0, "reason"), "unavailable"));
    g_assert_cmpstr(member(list, 0, "number"), ==, "11");
    g_assert_cmpuint(ws_close_code(peer), ==, 1013);
    g_assert_cmpuint(world.inbox->received, ==, 11);
    peer_free(peer);
    peer_free(late);
    intake_world_free(&world);
}

/* A batch that could not be stored: what was stored is receipted, the rest is refused, then 1013. */
static void test_unavailable_later(void)
{
    IntakeWorld world = intake_world_new(0);
    Peer *peer = source(&world);
    pour(peer, 0, 4);
    WAIT_FOR(world.inbox->received == 4);
    inbox_answer(world.inbox, 0, INTAKE_APPLIED, NULL);
    inbox_answer(world.inbox, 1, INTAKE_UNAVAILABLE, "unavailable");
    g_autoptr(Json) first = receipt(peer);
    g_assert_cmpuint(json_object_array_length(first), ==, 2);
    inbox_answer(world.inbox, 2, INTAKE_UNAVAILABLE, "unavailable");
    inbox_answer(world.inbox, 3, INTAKE_UNAVAILABLE, "unavailable");
    g_autoptr(Json) second = receipt(peer);
    g_assert_cmpuint(json_object_array_length(second), ==, 2);
    g_assert_cmpuint(ws_close_code(peer), ==, 1013);
    peer_free(peer);
    intake_world_free(&world);
}

/* A peer that floods and reads nothing is closed; its memory is bounded meanwhile, and another peer
 * is served. */
static void test_reads_nothing(void)
{
    IntakeWorld world = intake_world_new(INTAKE_APPLIED);
    Peer *deaf = source_small(&world, 4096), *good = source(&world);
    g_autofree char *text = event(1);
    gint64 until = watchdog();
    g_autoptr(GByteArray) frames = g_byte_array_new();
    guint8 head[8] = { 0x81, 0x80 | 126, 0, (guint8)strlen(text), 0, 0, 0, 0 };
    for (int i = 0; i < 100; i++) {
        g_byte_array_append(frames, head, sizeof(head));
        g_byte_array_append(frames, (const guint8 *)text, (guint)strlen(text));
    }
    gsize at = 0;
    gint64 begin = clock_now_ns(), real = g_get_monotonic_time();
    while (app_stats(world.app).intake_peers == 2) {
        clock_set_for_test(begin + (g_get_monotonic_time() - real) * 10 * 1000, 0); /* ten times */
        gssize n = peer_put(deaf, frames->data + at, frames->len - at);
        at = n > 0 ? (at + (gsize)n) % frames->len : at;
        turn();
        g_assert_cmpint(g_get_monotonic_time(), <, until);
    }
    clock_set_for_test(-1, -1);
    g_assert_cmpuint(world.inbox->received, <, 30000);
    g_test_message("%u events before the peer was closed", world.inbox->received);
    pour(good, 0, 1);
    g_autoptr(Json) list = receipt(good);
    g_assert_cmpstr(member(list, 0, "status"), ==, "applied");
    peer_free(deaf);
    peer_free(good);
    intake_world_free(&world);
}

static void test_fifty(void)
{
    IntakeWorld world = intake_world_new(INTAKE_APPLIED);
    Peer *peers[50];
    for (guint i = 0; i < 50; i++)
        peers[i] = source(&world);
    g_assert_cmpuint(app_stats(world.app).intake_peers, ==, 50);
    for (guint i = 0; i < 50; i++)
        pour(peers[i], i, 20);
    for (guint i = 0; i < 50; i++) {
        guint got = 0;
        while (got < 20) {
            g_autoptr(Json) list = receipt(peers[i]);
            got += (guint)json_object_array_length(list);
        }
        g_assert_cmpuint(got, ==, 20);
    }
    g_assert_cmpuint(world.inbox->received, ==, 1000);
    for (guint i = 0; i < 50; i++)
        peer_free(peers[i]);
    WAIT_FOR(app_stats(world.app).intake_peers == 0);
    intake_world_free(&world);
}

/* The server goes while events wait for their answers. */
static void test_server_goes(void)
{
    IntakeWorld world = intake_world_new(0);
    Peer *peer = source(&world);
    pour(peer, 0, 3);
    WAIT_FOR(world.inbox->received == 3);
    app_free(world.app);
    peer_free(peer);
    inbox_free(world.inbox);
}

/* Messages a second by one peer and by 50, with a handler that answers at once; -m perf. */
static void measure(guint n_peers, guint n_events)
{
    IntakeWorld world = intake_world_new(INTAKE_APPLIED);
    Peer *peers[50];
    for (guint i = 0; i < n_peers; i++)
        peers[i] = source(&world);
    g_autofree char *padding = g_strnfill(450, 'x');
    g_autofree char *text =
        g_strdup_printf("{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/s\",\"type\":\"t\","
                        "\"data\":{\"x\":\"%s\"}}",
                        padding);
    gsize len = strlen(text);
    GByteArray *frames = g_byte_array_new();
    for (guint i = 0; i < n_events / n_peers; i++) {
        guint8 head[8] = { 0x81, 0x80 | 126, (guint8)(len >> 8), (guint8)len, 0, 0, 0, 0 };
        g_byte_array_append(frames, head, 8);
        g_byte_array_append(frames, (const guint8 *)text, (guint)len);
    }
    gsize at[50] = { 0 };
    gint64 begin = g_get_monotonic_time();
    while (world.inbox->received < n_events / n_peers * n_peers) {
        for (guint i = 0; i < n_peers; i++) {
            gssize n = peer_put(peers[i], frames->data + at[i], MIN(65536, frames->len - at[i]));
            at[i] += n > 0 ? (gsize)n : 0;
            peer_read(peers[i]);
            g_byte_array_set_size(peers[i]->in, 0);
        }
        for (int i = 0; i < 100 && g_main_context_iteration(NULL, FALSE); i++)
            ;
    }
    double seconds = (double)(g_get_monotonic_time() - begin) / 1e6;
    g_test_message("%u peers: %.0f events/s of %zu bytes", n_peers, world.inbox->received / seconds,
                   len);
    g_byte_array_unref(frames);
    for (guint i = 0; i < n_peers; i++)
        peer_free(peers[i]);
    intake_world_free(&world);
}

static void test_speed(void)
{
    if (!g_test_perf()) {
        g_test_skip("only with -m perf");
        return;
    }
    measure(1, 50000);
    measure(50, 50000);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    g_test_add_func("/intake/ws/upgrades", test_upgrades);
    g_test_add_func("/intake/ws/answers", test_answers);
    g_test_add_func("/intake/ws/guessing", test_guessing);
    g_test_add_func("/intake/ws/door", test_door);
    g_test_add_func("/intake/ws/receipts", test_receipts);
    g_test_add_func("/intake/ws/frames", test_frames);
    g_test_add_func("/intake/ws/peer-leaves", test_peer_leaves);
    g_test_add_func("/intake/ws/bound", test_bound);
    g_test_add_func("/intake/ws/bound-of-bytes", test_bound_of_bytes);
    g_test_add_func("/intake/ws/gate", test_gate);
    g_test_add_func("/intake/ws/unavailable-later", test_unavailable_later);
    g_test_add_func("/intake/ws/reads-nothing", test_reads_nothing);
    g_test_add_func("/intake/ws/fifty", test_fifty);
    g_test_add_func("/intake/ws/server-goes", test_server_goes);
    g_test_add_func("/intake/ws/speed", test_speed);
    return g_test_run();
}
