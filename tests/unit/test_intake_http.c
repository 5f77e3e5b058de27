/* test_intake_http.c - the webhook over real sockets: forms, refusals, answers, the handshake */
#include "intake_app.h"
#include "web_peer.h"

#include "wallctl/base/post.h"

#include <sys/socket.h>

#define POST    "POST /v1/events HTTP/1.1\r\nHost: wall.example:8080\r\n"
#define TOKEN   "Authorization: Bearer hotline-token\r\n"
#define CE_JSON "Content-Type: application/cloudevents+json; charset=utf-8\r\n"
#define JSON    "Content-Type: application/json\r\n"
#define EVENT   "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/s\",\"type\":\"t\"}"

static char *request_of(const char *head, const char *body)
{
    return g_strdup_printf("%sContent-Length: %zu\r\n\r\n%s", head, strlen(body), body);
}

static Answer *send_event(IntakeWorld *world, const char *head, const char *body)
{
    g_autofree char *request = request_of(head, body);
    return ask(world->app, request);
}

static char *body_of(const Answer *answer)
{
    return g_strndup((const char *)answer->body->data, answer->body->len);
}

static void test_forms(void)
{
    static const struct {
        const char *name, *head, *body;
        IntakeForm form;
        const char *handed; /* NULL: the body */
    } rows[] = {
        { "structured", POST TOKEN CE_JSON, EVENT, INTAKE_ENVELOPE, NULL },
        { "raw", POST TOKEN JSON, "{\"caseNo\":\"1\", \"n\": 1.50}", INTAKE_RECORD, NULL },
        { "raw, no object", POST TOKEN JSON, "not json", INTAKE_RECORD, NULL },
        { "binary",
          POST TOKEN JSON "ce-id: e1\r\nCE-Source: /s\r\nce-specversion: 1.0\r\nce-type: t\r\n"
                          "ce-severitynumber: 13\r\nce-regioncode: 530402005\r\n",
          "{\"n\": 1.50}", INTAKE_ENVELOPE,
          "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/s\",\"type\":\"t\","
          "\"regioncode\":\"530402005\",\"severitynumber\":13,"
          "\"datacontenttype\":\"application/json\",\"data\":{\"n\":1.50}}" },
        { "binary, encoded values",
          POST TOKEN JSON "ce-id: %E4%BA%8B%2522\r\nce-subject: \"a\\\"b %22c%22\"\r\n", "[1]",
          INTAKE_ENVELOPE,
          "{\"id\":\"事%22\",\"subject\":\"a\\\"b \\\"c\\\"\","
          "\"datacontenttype\":\"application/json\",\"data\":[1]}" },
        { "an attribute is taken once, and no name of our own",
          POST TOKEN JSON
          "ce-id: first\r\nce-id: second\r\nce-data: {}\r\nce-datacontenttype: x\r\n"
          "ce-a\\\"b: x\r\n",
          "{\"id\":\"x\"}", INTAKE_ENVELOPE,
          "{\"id\":\"first\",\"datacontenttype\":\"application/json\",\"data\":{\"id\":\"x\"}}" },
        { "a quote cannot end the value", POST TOKEN JSON "ce-id: %22,%22source%22:%22/other\r\n",
          "1", INTAKE_ENVELOPE,
          "{\"id\":\"\\\",\\\"source\\\":\\\"/other\","
          "\"datacontenttype\":\"application/json\",\"data\":1}" },
        { "ce- headers of a structured event are not read", POST TOKEN CE_JSON "ce-id: other\r\n",
          EVENT, INTAKE_ENVELOPE, NULL },
    };
    IntakeWorld world = intake_world_new(INTAKE_APPLIED);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint before = world.inbox->received;
        g_autoptr(Answer) answer = send_event(&world, rows[i].head, rows[i].body);
        g_test_message("%s -> %d", rows[i].name, answer->status);
        g_assert_cmpuint(world.inbox->received, ==, before + 1);
        g_assert_cmpstr(world.inbox->last_text, ==, rows[i].handed ? rows[i].handed : rows[i].body);
        g_assert_cmpint(world.inbox->last_form, ==, rows[i].form);
        g_assert_cmpstr(world.inbox->last_source, ==, "hotline");
        g_assert_cmpstr(world.inbox->last_peer, ==, "127.0.0.1");
    }
    intake_world_free(&world);
}

static void test_refusals(void)
{
    static const struct {
        const char *name, *head, *body;
        int status;
        const char *header, *value, *part;
    } rows[] = {
        { "batch", POST TOKEN "Content-Type: application/cloudevents-batch+json\r\n", "[]", 415,
          NULL, NULL, "send each event by itself, as application/cloudevents+json" },
        { "text", POST TOKEN "Content-Type: text/plain\r\n", EVENT, 415, NULL, NULL,
          "application/cloudevents+json" },
        { "avro", POST TOKEN "Content-Type: application/cloudevents+avro\r\n", EVENT, 415, NULL,
          NULL, "application/cloudevents+json" },
        { "no type", POST TOKEN, EVENT, 415, NULL, NULL, "Content-Type" },
        { "no token", POST CE_JSON, EVENT, 401, "www-authenticate", "Bearer realm=\"wallctl\"",
          "Bearer" },
        { "token in the address",
          "POST /v1/events?access_token=hotline-token HTTP/1.1\r\n" HOST CE_JSON, EVENT, 401,
          "www-authenticate", "Bearer realm=\"wallctl\"", "Bearer" },
        { "put", "PUT /v1/events HTTP/1.1\r\n" HOST TOKEN CE_JSON, EVENT, 405, "allow",
          "POST, OPTIONS", "POST" },
        { "empty", POST TOKEN CE_JSON, "", 400, NULL, NULL, "empty" },
        { "not UTF-8", POST TOKEN CE_JSON, "{\"a\":\"\xff\"}", 400, NULL, NULL, "UTF-8" },
        { "two values in binary mode", POST TOKEN JSON "ce-id: e1\r\n", "{},\"id\":\"x\"", 400,
          NULL, NULL, "one JSON value" },
        { "half an escape", POST TOKEN JSON "ce-id: a%4\r\n", "{}", 400, NULL, NULL, "percent" },
        { "escaped zero", POST TOKEN JSON "ce-id: a%00b\r\n", "{}", 400, NULL, NULL, "percent" },
        { "escaped bad UTF-8", POST TOKEN JSON "ce-id: a%ff\r\n", "{}", 400, NULL, NULL,
          "percent" },
        { "below the path", "POST /v1/events/hotline HTTP/1.1\r\n" HOST TOKEN CE_JSON, EVENT, 415,
          NULL, NULL, NULL },
    };
    IntakeWorld world = intake_world_new(INTAKE_APPLIED);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Answer) answer = send_event(&world, rows[i].head, rows[i].body);
        g_autofree char *body = body_of(answer);
        g_test_message("%s -> %d %s", rows[i].name, answer->status, body);
        g_assert_cmpint(answer->status, ==, rows[i].status);
        if (rows[i].header)
            assert_header(answer, rows[i].header, rows[i].value);
        if (rows[i].part)
            g_assert_nonnull(strstr(body, rows[i].part));
    }
    g_autoptr(Answer) get = ask(world.app, "GET /v1/events HTTP/1.1\r\n" HOST TOKEN "\r\n");
    g_assert_cmpint(get->status, ==, 405);
    g_autofree char *large = g_strnfill(INTAKE_MAX_BYTES + 1, ' ');
    g_autoptr(Answer) too_large = send_event(&world, POST TOKEN CE_JSON, large);
    g_assert_cmpint(too_large->status, ==, 413);
    g_assert_cmpuint(world.inbox->received, ==, 0);
    g_assert_cmpuint(inbox_refused(world.inbox, "too_large"), ==, 1);
    large[INTAKE_MAX_BYTES] = 0;
    g_autoptr(Answer) largest = send_event(&world, POST TOKEN JSON, large);
    g_assert_cmpint(largest->status, ==, 422);
    g_assert_cmpuint(world.inbox->received, ==, 1);
    g_autofree char *long_value = g_strnfill(2000, 'a');
    g_autofree char *head = g_strdup_printf(POST TOKEN JSON "ce-id: %s\r\n", long_value);
    g_autoptr(Answer) too_long = send_event(&world, head, "{}");
    g_assert_cmpint(too_long->status, ==, 400);
    WAIT_FOR(app_stats(world.app).connections == 0);
    intake_world_free(&world);
}

/* Answered after the handler has answered, with what it said. */
static void test_answers(void)
{
    static const struct {
        IntakeResult result;
        const char *reason;
        int status;
        const char *body, *retry;
    } rows[] = {
        { INTAKE_APPLIED, NULL, 200,
          "{\"events\":[{\"source\":\"/s\",\"id\":\"e0\",\"status\":\"applied\"}]}", NULL },
        { INTAKE_DUPLICATE, NULL, 200,
          "{\"events\":[{\"source\":\"/s\",\"id\":\"e0\",\"status\":\"duplicate\"}]}", NULL },
        { INTAKE_ANOMALY, "no such case", 202,
          "{\"events\":[{\"source\":\"/s\",\"id\":\"e0\",\"status\":\"anomaly\","
          "\"reason\":\"no such case\"}]}",
          NULL },
        { INTAKE_NOTED, NULL, 202,
          "{\"events\":[{\"source\":\"/s\",\"id\":\"e0\",\"status\":\"noted\"}]}", NULL },
        { INTAKE_REFUSED, "time", 422,
          "{\"events\":[{\"source\":\"/s\",\"id\":\"e0\",\"status\":\"refused\","
          "\"reason\":\"time\"}]}",
          NULL },
        { INTAKE_UNAVAILABLE, "unavailable", 503,
          "{\"events\":[{\"source\":\"/s\",\"id\":\"e0\",\"status\":\"refused\","
          "\"reason\":\"unavailable\"}]}",
          "10" },
    };
    IntakeWorld world = intake_world_new(0);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Peer *peer = peer_tcp(world.app);
        g_autofree char *request = request_of(POST TOKEN CE_JSON, EVENT);
        peer_text(peer, request);
        WAIT_FOR(world.inbox->kept->len == 1);
        for (int k = 0; k < 5; k++)
            turn();
        peer_read(peer);
        g_assert_cmpuint(peer->in->len, ==, 0);
        inbox_answer(world.inbox, 0, rows[i].result, rows[i].reason);
        g_ptr_array_set_size(world.inbox->kept, 0);
        g_autoptr(Answer) answer = peer_answer(peer, TRUE);
        g_autofree char *body = body_of(answer);
        g_assert_cmpint(answer->status, ==, rows[i].status);
        g_assert_cmpstr(body, ==, rows[i].body);
        assert_header(answer, "retry-after", rows[i].retry);
        assert_header(answer, "content-type", "application/json");
        peer_free(peer);
    }
    intake_world_free(&world);
}

static void test_gate(void)
{
    IntakeWorld world = intake_world_new(INTAKE_APPLIED);
    intake_set_gate(world.inbox->intake, INTAKE_FULL);
    g_autoptr(Answer) full = send_event(&world, POST TOKEN CE_JSON, EVENT);
    g_assert_cmpint(full->status, ==, 429);
    assert_header(full, "retry-after", "1");
    intake_set_gate(world.inbox->intake, INTAKE_CLOSED);
    g_autoptr(Answer) closed = send_event(&world, POST TOKEN CE_JSON, EVENT);
    g_assert_cmpint(closed->status, ==, 503);
    assert_header(closed, "retry-after", "10");
    intake_set_gate(world.inbox->intake, INTAKE_OPEN);
    g_autoptr(Answer) open = send_event(&world, POST TOKEN CE_JSON, EVENT);
    g_assert_cmpint(open->status, ==, 200);
    g_assert_cmpuint(world.inbox->received, ==, 1);
    /* Closed between the headers and the body. */
    Peer *peer = peer_tcp(world.app);
    g_autofree char *request = request_of(POST TOKEN CE_JSON, EVENT);
    peer_write(peer, request, strlen(request) - 5);
    for (int i = 0; i < 5; i++)
        turn();
    intake_set_gate(world.inbox->intake, INTAKE_CLOSED);
    peer_text(peer, request + strlen(request) - 5);
    g_autoptr(Answer) late = peer_answer(peer, TRUE);
    g_assert_cmpint(late->status, ==, 503);
    g_assert_cmpuint(world.inbox->received, ==, 1);
    peer_free(peer);
    intake_world_free(&world);
}

/* Too many at once wait for their answers: the next one is told to come back. */
static void test_many(void)
{
    IntakeWorld world = intake_world_new(0);
    g_autofree char *request = request_of(POST TOKEN CE_JSON, EVENT);
    GPtrArray *peers = g_ptr_array_new();
    for (guint i = 0; i < 512; i++) {
        Peer *peer = peer_tcp(world.app);
        peer_text(peer, request);
        g_ptr_array_add(peers, peer);
    }
    WAIT_FOR(world.inbox->received == 512);
    g_autoptr(Answer) over = send_event(&world, POST TOKEN CE_JSON, EVENT);
    g_assert_cmpint(over->status, ==, 429);
    assert_header(over, "retry-after", "1");
    inbox_answer_all(world.inbox, INTAKE_APPLIED);
    for (guint i = 0; i < peers->len; i++) {
        g_autoptr(Answer) answer = peer_answer(peers->pdata[i], TRUE);
        g_assert_cmpint(answer->status, ==, 200);
        peer_free(peers->pdata[i]);
    }
    world.inbox->result = INTAKE_APPLIED;
    g_autoptr(Answer) again = send_event(&world, POST TOKEN CE_JSON, EVENT);
    g_assert_cmpint(again->status, ==, 200);
    g_ptr_array_unref(peers);
    intake_world_free(&world);
}

static void test_handshake(void)
{
    IntakeWorld world = intake_world_new(INTAKE_APPLIED);
    g_autoptr(Answer) allowed = ask(world.app, "OPTIONS /v1/events HTTP/1.1\r\n" HOST
                                               "WebHook-Request-Origin: platform.example\r\n"
                                               "WebHook-Request-Rate: 120\r\n\r\n");
    g_assert_cmpint(allowed->status, ==, 200);
    assert_header(allowed, "webhook-allowed-origin", "platform.example");
    assert_header(allowed, "webhook-allowed-rate", "*");
    assert_header(allowed, "allow", "POST, OPTIONS");
    g_autoptr(Answer) plain = ask(world.app, "OPTIONS /v1/events HTTP/1.1\r\n" HOST "\r\n");
    g_assert_cmpint(plain->status, ==, 200);
    assert_header(plain, "webhook-allowed-origin", NULL);
    g_autoptr(Answer) odd = ask(world.app, "OPTIONS /v1/events HTTP/1.1\r\n" HOST
                                           "WebHook-Request-Origin: <script>\r\n\r\n");
    g_assert_cmpint(odd->status, ==, 400);
    assert_header(odd, "webhook-allowed-origin", NULL);
    intake_world_free(&world);
}

/* The client goes before the answer; the answer hurts nobody. */
static void test_client_leaves(void)
{
    IntakeWorld world = intake_world_new(0);
    g_autofree char *request = request_of(POST TOKEN CE_JSON, EVENT);
    for (int by_reset = 0; by_reset < 2; by_reset++) {
        Peer *peer = peer_tcp(world.app);
        peer_text(peer, request);
        WAIT_FOR(world.inbox->kept->len == 1);
        struct linger reset = { 1, 0 };
        if (by_reset)
            setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
        peer_free(peer);
        if (by_reset)
            WAIT_FOR(app_stats(world.app).connections == 0);
        inbox_answer_all(world.inbox, INTAKE_APPLIED);
        WAIT_FOR(app_stats(world.app).connections == 0);
    }
    intake_world_free(&world);
}

static void test_no_intake(void)
{
    App *app = app_new();
    g_autofree char *request = request_of(POST TOKEN CE_JSON, EVENT);
    g_autoptr(Answer) answer = ask(app, request);
    g_assert_cmpint(answer->status, ==, 404);
    Peer *peer = peer_tcp(app);
    g_assert_cmpint(upgrade(peer, "/v1/events", "cloudevents.json", TOKEN), ==, 404);
    peer_free(peer);
    app_free(app);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    g_test_add_func("/intake/http/forms", test_forms);
    g_test_add_func("/intake/http/refusals", test_refusals);
    g_test_add_func("/intake/http/answers", test_answers);
    g_test_add_func("/intake/http/gate", test_gate);
    g_test_add_func("/intake/http/many", test_many);
    g_test_add_func("/intake/http/handshake", test_handshake);
    g_test_add_func("/intake/http/client-leaves", test_client_leaves);
    g_test_add_func("/intake/http/no-intake", test_no_intake);
    return g_test_run();
}
