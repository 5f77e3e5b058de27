/* test_send.c - events to a platform above: order by key, receipts, waiting, refusals, the end */
#include "intake_app.h"
#include "site_peer.h"

#include "web/send.h"

#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#include <unistd.h>

typedef struct {
    WireHub *hub;
    Site *site;
    Secret *token;
    Send *send;
    GString *done; /* "1 delivered\n" ... in their order */
    gboolean is_well;
    char *reason;
} World;

static void on_done(guint64 ticket, SendResult result, const char *reason, gpointer user)
{
    static const char *const words[] = { "", "delivered", "refused", "gone" };
    World *world = user;
    g_assert_true((reason == NULL) == (result == SEND_DELIVERED));
    g_string_append_printf(world->done, "%d %s\n", (int)ticket, words[result]);
}

static void on_changed(gboolean is_well, const char *reason, gpointer user)
{
    World *world = user;
    world->is_well = is_well;
    g_free(world->reason);
    world->reason = g_strdup(reason);
}

static const SendHandler handler = { on_done, on_changed };

static void world_init(World *world, const char *scheme, guint16 port, gboolean has_receipts)
{
    g_autoptr(GError) error = NULL;
    *world = (World) { .site = site_new(),
                       .token = secret_new("grid-token", 10),
                       .done = g_string_new(NULL) };
    world->hub = wire_hub_new(&error);
    g_assert_no_error(error);
    g_autofree char *uri =
        g_strdup_printf("%s://127.0.0.1:%u/v1/events", scheme, port ? port : world->site->port);
    WireTarget target = { uri, NULL, world->token, 0 };
    world->send = send_new(world->hub, &target, has_receipts, &handler, world, &error);
    g_assert_no_error(error);
}

static void world_clear(World *world)
{
    send_free(world->send);
    for (int i = 0; i < 5; i++)
        turn();
    wire_hub_free(world->hub);
    site_free(world->site);
    secret_unref(world->token);
    g_string_free(world->done, TRUE);
    g_free(world->reason);
}

/* Event n of a key: id "en" of source "/w". */
static gboolean queue(World *world, guint n, const char *key)
{
    g_autofree char *id = g_strdup_printf("e%u", n);
    char *text = g_strdup_printf("{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/w\","
                                 "\"type\":\"t\"}",
                                 id);
    g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));
    return send_event(world->send, n, key, "/w", id, bytes);
}

static void assert_event(const char *text, guint n)
{
    g_autofree char *id = g_strdup_printf("\"id\":\"e%u\"", n);
    g_test_message("%s", text);
    g_assert_nonnull(strstr(text, id));
}

static void receipt(Peer *peer, guint n, const char *status)
{
    g_autofree char *text =
        g_strdup_printf("{\"specversion\":\"1.0\",\"id\":\"r%u\",\"source\":\"/up\","
                        "\"type\":\"org.wallctl.intake.receipt.v1\",\"data\":{\"events\":["
                        "{\"source\":\"/w\",\"id\":\"e%u\",\"status\":\"%s\"}]}}",
                        n, n, status);
    site_send(peer, text);
}

static Peer *opened(World *world)
{
    Peer *peer = site_accept(world->site);
    g_autofree char *request = site_request(peer, FALSE);
    g_autofree char *low = g_ascii_strdown(request, -1);
    g_assert_nonnull(strstr(low, "authorization: bearer grid-token\r\n"));
    site_agree(peer, request, "cloudevents.json");
    return peer;
}

/* --- WebSocket ------------------------------------------------------------------------------- */

static void test_socket(void)
{
    World world;
    world_init(&world, "ws", 0, TRUE);
    queue(&world, 1, "a");
    queue(&world, 2, "a");
    queue(&world, 3, "b");
    Peer *peer = opened(&world);
    g_autofree char *first = site_text(peer), *second = site_text(peer);
    assert_event(first, 1);
    assert_event(second, 3); /* 2 waits for 1 */
    g_assert_true(world.is_well);
    receipt(peer, 3, "duplicate");
    receipt(peer, 9, "applied"); /* of something else */
    site_send(peer, "{\"type\":\"org.wallctl.case.reported.v1\"}");
    site_send(peer, "nonsense");
    WAIT_FOR(world.done->len > 0);
    g_assert_cmpstr(world.done->str, ==, "3 delivered\n");
    receipt(peer, 1, "refused");
    g_autofree char *third = site_text(peer);
    assert_event(third, 2);
    /* It ends before the receipt: again, on the next connection. */
    peer_free(peer);
    WAIT_FOR(!world.is_well);
    peer = opened(&world);
    g_autofree char *again = site_text(peer);
    assert_event(again, 2);
    receipt(peer, 2, "applied");
    WAIT_FOR(send_queued(world.send) == 0);
    g_assert_cmpstr(world.done->str, ==, "3 delivered\n1 refused\n2 delivered\n");
    peer_free(peer);
    world_clear(&world);
}

static void test_without_receipts(void)
{
    World world;
    world_init(&world, "ws", 0, FALSE);
    Peer *peer = NULL;
    queue(&world, 1, "a");
    queue(&world, 2, "a");
    peer = opened(&world);
    g_autofree char *first = site_text(peer), *second = site_text(peer);
    assert_event(first, 1);
    assert_event(second, 2);
    g_assert_cmpstr(world.done->str, ==, "1 delivered\n2 delivered\n");
    peer_free(peer);
    world_clear(&world);
}

/* The real server takes what the real sender sends. */
static void test_to_ourselves(const void *scheme)
{
    App *app = app_new();
    Inbox *inbox = inbox_new(INTAKE_APPLIED);
    web_server_set_intake(app->server, inbox->intake);
    World world;
    world_init(&world, scheme, (guint16)web_server_port(app->server), TRUE);
    for (guint i = 0; i < 100; i++) {
        g_autofree char *key = g_strdup_printf("case-%u", i % 10);
        g_assert_true(queue(&world, i, key));
    }
    WAIT_FOR(send_queued(world.send) == 0);
    g_assert_cmpuint(inbox->received, ==, 100);
    g_assert_null(strstr(world.done->str, "refused"));
    intake_set_gate(inbox->intake, INTAKE_CLOSED);
    queue(&world, 200, "a");
    WAIT_FOR(!world.is_well);
    g_assert_cmpuint(send_queued(world.send), ==, 1);
    intake_set_gate(inbox->intake, INTAKE_OPEN);
    /* A webhook says when to come back; a WebSocket is tried after a second. */
    if (strcmp(scheme, "ws") == 0)
        WAIT_FOR(send_queued(world.send) == 0);
    world_clear(&world);
    app_free(app);
    inbox_free(inbox);
}

/* --- POST ------------------------------------------------------------------------------------ */

static Peer *posted(World *world, guint n)
{
    Peer *peer = site_accept(world->site);
    g_autofree char *request = site_request(peer, TRUE);
    g_autofree char *low = g_ascii_strdown(request, -1);
    g_assert_true(g_str_has_prefix(request, "POST /v1/events HTTP/1.1\r\n"));
    g_assert_nonnull(strstr(low, "content-type: application/cloudevents+json; charset=utf-8\r\n"));
    g_assert_nonnull(strstr(low, "authorization: bearer grid-token\r\n"));
    g_assert_null(strstr(low, "upgrade:"));
    assert_event(request, n);
    return peer;
}

static void test_answers(void)
{
    static const struct {
        const char *status, *headers, *done;
        gboolean is_well;
    } rows[] = {
        { "200 OK", "", "1 delivered\n", TRUE },
        { "202 Accepted", "", "1 delivered\n", TRUE },
        { "400 Bad Request", "", "1 refused\n", TRUE },
        { "422 Unprocessable Entity", "", "1 refused\n", TRUE },
        { "410 Gone", "", "1 gone\n2 gone\n", FALSE },
        { "429 Too Many Requests", "Retry-After: 1\r\n", "", FALSE },
        { "503 Service Unavailable", "", "", FALSE },
        { "401 Unauthorized", "", "", FALSE },
        { "500 Internal Server Error", "", "", FALSE },
        { "307 Temporary Redirect", "Location: http://127.0.0.1:1/x\r\n", "", FALSE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        World world;
        world_init(&world, "http", 0, FALSE);
        queue(&world, 1, "a");
        queue(&world, 2, "a");
        Peer *peer = posted(&world, 1);
        site_answer(peer, rows[i].status, rows[i].headers);
        if (*rows[i].done)
            WAIT_FOR(world.done->len > 0);
        else
            WAIT_FOR(world.reason);
        g_test_message("%s -> %s%s", rows[i].status, world.done->str,
                       world.reason ? world.reason : "");
        g_assert_cmpstr(world.done->str, ==, rows[i].done);
        g_assert_cmpint(world.is_well, ==, rows[i].is_well);
        peer_free(peer);
        if (strncmp(rows[i].status, "410", 3) == 0) {
            g_assert_false(queue(&world, 3, "a"));
            g_assert_false(site_is_called(world.site));
        } else {
            peer = posted(&world, *rows[i].done ? 2 : 1);
            site_answer(peer, "204 No Content", "");
            WAIT_FOR(world.is_well && send_queued(world.send) < 2);
            peer_free(peer);
        }
        world_clear(&world);
    }
}

/* Not before the peer wants it. */
static void test_retry_after(void)
{
    World world;
    world_init(&world, "http", 0, FALSE);
    queue(&world, 1, "a");
    Peer *peer = posted(&world, 1);
    gint64 begin = g_get_monotonic_time();
    site_answer(peer, "503 Service Unavailable", "Retry-After: 3\r\n");
    peer_free(peer);
    peer = posted(&world, 1);
    g_assert_cmpfloat((double)(g_get_monotonic_time() - begin) / 1e6, >=, 3);
    peer_free(peer);
    world_clear(&world);
}

static void test_bounds(void)
{
    World world;
    world_init(&world, "http", 0, FALSE);
    for (guint i = 0; i < SEND_MAX_QUEUED; i++) {
        g_autofree char *key = g_strdup_printf("k%u", i);
        g_assert_true(queue(&world, i, key));
    }
    g_assert_false(queue(&world, 1000, "k"));
    Peer *peers[4];
    for (guint i = 0; i < 4; i++)
        peers[i] = posted(&world, i);
    for (int i = 0; i < 20; i++)
        turn();
    g_assert_false(site_is_called(world.site));
    /* A peer that closes without an answer has delivered nothing. */
    peer_free(peers[0]);
    WAIT_FOR(world.reason);
    g_assert_cmpstr(world.done->str, ==, "");
    for (guint i = 1; i < 4; i++)
        peer_free(peers[i]);
    world_clear(&world);
}

static void test_address(void)
{
    World world;
    world_init(&world, "http", 0, FALSE);
    static const char *const bad[] = { "ftp://x/", "http://u:p@host/", "", "https://" };
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        WireTarget target = { bad[i], NULL, NULL, 0 };
        g_assert_null(send_new(world.hub, &target, FALSE, &handler, &world, &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    }
    world_clear(&world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    g_test_add_func("/send/socket", test_socket);
    g_test_add_func("/send/without-receipts", test_without_receipts);
    g_test_add_data_func("/send/to-ourselves/ws", "ws", test_to_ourselves);
    g_test_add_data_func("/send/to-ourselves/http", "http", test_to_ourselves);
    g_test_add_func("/send/answers", test_answers);
    g_test_add_func("/send/retry-after", test_retry_after);
    g_test_add_func("/send/bounds", test_bounds);
    g_test_add_func("/send/address", test_address);
    return g_test_run();
}
