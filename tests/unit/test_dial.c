/* test_dial.c - the WebSocket that we open: asking, resuming, refusals, silence, TLS */
#include "intake_app.h"
#include "site_peer.h"

#include "tests/pipeline/tls_front.h"
#include "web/dial.h"

#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENT "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/s\",\"type\":\"t\"}"

typedef struct {
    WireHub *hub;
    Inbox *inbox;
    Site *site;
    Secret *token;
    Dial *dial;
    char *reason; /* of the newest state */
    guint changes;
} World;

static void on_changed(Dial *dial, DialState state, const char *reason, gpointer user)
{
    World *world = user;
    g_assert_true(state == dial_state(dial));
    world->changes++;
    g_free(world->reason);
    world->reason = g_strdup(reason);
}

static void world_init(World *world, IntakeResult result)
{
    g_autoptr(GError) error = NULL;
    *world = (World) { .inbox = inbox_new(result),
                       .site = site_new(),
                       .token = secret_new("upstream-token", 14) };
    world->hub = wire_hub_new(&error);
    g_assert_no_error(error);
}

static void dial_to(World *world, const char *scheme, const char *host, guint16 port,
                    const char *ca_file, guint ping_s)
{
    g_autofree char *uri =
        g_strdup_printf("%s://%s:%u/v1/feed?from={after}&x=1", scheme, host, port);
    g_autoptr(GError) error = NULL;
    WireTarget target = { uri, ca_file, world->token, ping_s };
    world->dial =
        dial_new(world->hub, world->inbox->intake, &target, "cases", on_changed, world, &error);
    g_assert_no_error(error);
    g_assert_cmpint(dial_state(world->dial), ==, DIAL_IDLE);
    dial_start(world->dial);
    g_assert_cmpint(dial_state(world->dial), ==, DIAL_CONNECTING);
}

static void dial_site(World *world)
{
    dial_to(world, "ws", "127.0.0.1", world->site->port, NULL, 0);
}

static void world_clear(World *world)
{
    dial_free(world->dial);
    for (int i = 0; i < 5; i++)
        turn();
    wire_hub_free(world->hub);
    inbox_free(world->inbox);
    site_free(world->site);
    secret_unref(world->token);
    g_free(world->reason);
}

/* Accepted, agreed and greeted. */
static Peer *opened(World *world)
{
    Peer *peer = site_accept(world->site);
    g_autofree char *request = site_request(peer, FALSE);
    site_agree(peer, request, "cloudevents.json");
    g_autofree char *greeting = site_text(peer);
    g_assert_nonnull(strstr(greeting, "\"type\":\"org.wallctl.intake.resume.v1\""));
    g_assert_cmpint(dial_state(world->dial), ==, DIAL_OPEN);
    return peer;
}

static void test_open(void)
{
    World world;
    world_init(&world, INTAKE_APPLIED);
    dial_site(&world);
    Peer *peer = site_accept(world.site);
    g_autofree char *request = site_request(peer, FALSE);
    g_assert_true(g_str_has_prefix(request, "GET /v1/feed?from=&x=1 HTTP/1.1\r\n"));
    g_autofree char *host = g_strdup_printf("Host: 127.0.0.1:%u\r\n", world.site->port);
    g_assert_nonnull(strstr(request, host));
    g_assert_nonnull(strstr(request, "Sec-WebSocket-Protocol: cloudevents.json\r\n"));
    g_autofree char *low = g_ascii_strdown(request, -1);
    g_assert_nonnull(strstr(low, "authorization: bearer upstream-token\r\n"));
    site_agree(peer, request, "cloudevents.json");
    g_autofree char *greeting = site_text(peer);
    g_assert_nonnull(strstr(greeting, "\"data\":{\"after\":\"\"}"));
    g_assert_null(world.reason);
    site_send_raw(peer, 0x01, EVENT, 10);
    site_send_raw(peer, 0x80, EVENT + 10, strlen(EVENT) - 10);
    g_autofree char *receipt = site_text(peer);
    g_assert_nonnull(strstr(receipt, "\"type\":\"org.wallctl.intake.receipt.v1\""));
    g_assert_nonnull(
        strstr(receipt, "\"events\":[{\"source\":\"/s\",\"id\":\"e1\",\"status\":\"applied\"}]"));
    g_assert_cmpstr(world.inbox->last_text, ==, EVENT);
    g_assert_cmpstr(world.inbox->last_source, ==, "cases");
    /* It ends; the next time it asks from where we are. */
    dial_set_cursor(world.dial, "7&云/");
    site_send_raw(peer, 0x88, "\x03\xe9", 2);
    g_assert_cmpuint(site_close_code(peer), ==, 1001);
    WAIT_FOR(dial_state(world.dial) == DIAL_WAITING);
    g_assert_nonnull(strstr(world.reason, "1001"));
    peer_free(peer);
    peer = site_accept(world.site);
    g_autofree char *again = site_request(peer, FALSE);
    g_assert_true(g_str_has_prefix(again, "GET /v1/feed?from=7%26%E4%BA%91%2F&x=1 HTTP/1.1\r\n"));
    site_agree(peer, again, "cloudevents.json");
    g_autofree char *resumed = site_text(peer);
    g_assert_nonnull(strstr(resumed, "\"data\":{\"after\":\"7&云/\"}"));
    peer_free(peer);
    world_clear(&world);
}

/* What a peer may answer instead, and what is said about it. */
static void test_refusals(void)
{
    static const struct {
        const char *name, *protocol, *status, *headers;
        DialState state;
        const char *reason;
    } rows[] = {
        { "another subprotocol", "wallctl.v1", NULL, NULL, DIAL_REFUSED, NULL },
        { "no subprotocol", NULL, NULL, NULL, DIAL_REFUSED,
          "does not speak subprotocol cloudevents.json" },
        { "wrong token", NULL, "401 Unauthorized", "WWW-Authenticate: Bearer\r\n", DIAL_REFUSED,
          "the token is refused" },
        { "no such path", NULL, "404 Not Found", "", DIAL_REFUSED, "status 404" },
        { "moved", NULL, "302 Found", "Location: ws://127.0.0.1:1/other\r\n", DIAL_REFUSED,
          "status 302" },
        { "no WebSocket", NULL, "200 OK", "", DIAL_REFUSED, "status 200" },
        { "disk full", NULL, "503 Service Unavailable", "Retry-After: 5\r\n", DIAL_WAITING,
          "status 503" },
        { "nonsense", NULL, "", "", DIAL_WAITING, NULL },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        World world;
        world_init(&world, INTAKE_APPLIED);
        dial_site(&world);
        Peer *peer = site_accept(world.site);
        g_autofree char *request = site_request(peer, FALSE);
        if (!rows[i].status)
            site_agree(peer, request, rows[i].protocol);
        else if (*rows[i].status)
            site_answer(peer, rows[i].status, rows[i].headers);
        else {
            peer_text(peer, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
            shutdown(peer->fd, SHUT_WR);
        }
        WAIT_FOR(dial_state(world.dial) != DIAL_CONNECTING);
        g_test_message("%s -> %s: %s", rows[i].name, dial_state_word(dial_state(world.dial)),
                       world.reason);
        g_assert_cmpint(dial_state(world.dial), ==, rows[i].state);
        g_assert_nonnull(world.reason);
        if (rows[i].reason)
            g_assert_nonnull(strstr(world.reason, rows[i].reason));
        g_assert_cmpuint(world.inbox->received, ==, 0);
        peer_free(peer);
        world_clear(&world);
    }
}

static void test_addresses(void)
{
    static const struct {
        const char *uri;
        gboolean is_good;
    } rows[] = {
        { "ws://10.0.0.1/v1/events", TRUE },
        { "wss://case.example:8443/feed?after={after}", TRUE },
        { "ws://host/{after}/x", TRUE },
        { "http://host/", FALSE },
        { "ws://", FALSE },
        { "ws://user:pass@host/", FALSE },
        { "host/path", FALSE },
        { "", FALSE },
        { "ws://ho st/", FALSE },
    };
    World world;
    world_init(&world, INTAKE_APPLIED);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        WireTarget target = { rows[i].uri, NULL, NULL, 0 };
        Dial *dial =
            dial_new(world.hub, world.inbox->intake, &target, "cases", on_changed, &world, &error);
        g_test_message("%s", rows[i].uri);
        if (rows[i].is_good)
            g_assert_no_error(error);
        else
            g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
        g_assert_true((dial != NULL) == rows[i].is_good);
        dial_free(dial);
    }
    world_clear(&world);
}

static void test_nobody(void)
{
    World world;
    world_init(&world, INTAKE_APPLIED);
    close(world.site->fd);
    dial_site(&world);
    WAIT_FOR(dial_state(world.dial) == DIAL_WAITING);
    g_assert_true(g_str_has_prefix(world.reason, "cannot connect"));
    guint changes = world.changes;
    WAIT_FOR(world.changes >= changes + 2); /* and again */
    world.site->fd = socket(AF_INET, SOCK_STREAM, 0);
    world_clear(&world);
}

static void test_names(void)
{
    World world;
    world_init(&world, INTAKE_APPLIED);
    dial_to(&world, "ws", "localhost", world.site->port, NULL, 0);
    Peer *peer = opened(&world);
    peer_free(peer);
    world_clear(&world);
    world_init(&world, INTAKE_APPLIED);
    dial_to(&world, "ws", "nowhere.invalid", 80, NULL, 0);
    WAIT_FOR(dial_state(world.dial) == DIAL_WAITING);
    g_assert_cmpstr(world.reason, ==, "the host's name is not known");
    world_clear(&world);
}

static void test_frames(void)
{
    g_autofree char *large = g_strnfill(INTAKE_MAX_BYTES + 1, ' ');
    const struct {
        const char *name;
        guint8 first;
        const char *data;
        gsize len;
        guint code;
    } rows[] = {
        { "binary", 0x82, "{}", 2, 1003 },
        { "65 KiB", 0x81, large, INTAKE_MAX_BYTES + 1, 1009 },
        { "invalid UTF-8", 0x81, "\xff\xfe", 2, 1007 },
        { "unknown opcode", 0x83, "{}", 2, 1002 },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        World world;
        world_init(&world, INTAKE_APPLIED);
        dial_site(&world);
        Peer *peer = opened(&world);
        site_send_raw(peer, rows[i].first, rows[i].data, rows[i].len);
        guint code = site_close_code(peer);
        g_test_message("%s -> %u", rows[i].name, code);
        if (rows[i].code != 1002 && rows[i].code != 1007)
            g_assert_cmpuint(code, ==, rows[i].code);
        peer_free(peer);
        WAIT_FOR(dial_state(world.dial) == DIAL_WAITING);
        g_assert_cmpuint(world.inbox->received, ==, 0);
        world_clear(&world);
    }
}

/* The peer goes in mid-message, by reset; what was kept is answered into nothing. */
static void test_peer_leaves(void)
{
    World world;
    world_init(&world, 0);
    dial_site(&world);
    Peer *peer = opened(&world);
    site_send(peer, EVENT);
    site_send_raw(peer, 0x01, EVENT, 20);
    WAIT_FOR(world.inbox->kept->len == 1);
    struct linger reset = { 1, 0 };
    setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    peer_free(peer);
    WAIT_FOR(dial_state(world.dial) == DIAL_WAITING);
    inbox_answer_all(world.inbox, INTAKE_APPLIED);
    peer = opened(&world);
    peer_free(peer);
    world_clear(&world);
}

/* A peer that floods is read only as fast as its events are answered. */
static void test_flood(void)
{
    World world;
    world_init(&world, 0);
    dial_site(&world);
    Peer *peer = opened(&world);
    for (guint i = 0; i < INTAKE_MAX_WAITING + 500; i++)
        site_send(peer, EVENT);
    WAIT_FOR(world.inbox->received == INTAKE_MAX_WAITING);
    for (int i = 0; i < 50; i++)
        turn();
    g_assert_cmpuint(world.inbox->received, ==, INTAKE_MAX_WAITING);
    inbox_answer_all(world.inbox, INTAKE_APPLIED);
    WAIT_FOR(world.inbox->received == INTAKE_MAX_WAITING + 500);
    peer_free(peer);
    world_clear(&world);
}

/* Half-open: a peer that is there but never answers a ping is found within two intervals. */
static void test_silence(void)
{
    World world;
    world_init(&world, INTAKE_APPLIED);
    dial_to(&world, "ws", "127.0.0.1", world.site->port, NULL, 1);
    Peer *peer = opened(&world);
    gint64 begin = g_get_monotonic_time();
    WAIT_FOR(dial_state(world.dial) == DIAL_WAITING);
    double seconds = (double)(g_get_monotonic_time() - begin) / 1e6;
    g_test_message("found after %.1f s: %s", seconds, world.reason);
    g_assert_cmpfloat(seconds, <, 4);
    peer_free(peer);
    world_clear(&world);
}

/* The answer to a ping stands behind all that was sent: a peer that sends is not silent. */
static void test_busy_is_not_silent(void)
{
    World world;
    world_init(&world, INTAKE_APPLIED);
    dial_to(&world, "ws", "127.0.0.1", world.site->port, NULL, 1);
    Peer *peer = opened(&world);
    gint64 end_us = g_get_monotonic_time() + 4000000;
    guint n = 0;
    while (g_get_monotonic_time() < end_us) {
        gint64 next_us = g_get_monotonic_time() + 200000;
        site_send(peer, EVENT);
        n++;
        WAIT_FOR(g_get_monotonic_time() >= next_us);
        g_assert_cmpint(dial_state(world.dial), !=, DIAL_WAITING);
    }
    WAIT_FOR(world.inbox->received == n);
    peer_free(peer);
    world_clear(&world);
}

static void test_unavailable(void)
{
    World world;
    world_init(&world, INTAKE_APPLIED);
    dial_site(&world);
    Peer *peer = opened(&world);
    intake_set_gate(world.inbox->intake, INTAKE_CLOSED);
    site_send(peer, EVENT);
    g_autofree char *receipt = site_text(peer);
    g_assert_nonnull(strstr(receipt, "\"status\":\"refused\",\"reason\":\"unavailable"));
    g_assert_cmpuint(site_close_code(peer), ==, 1013);
    peer_free(peer);
    WAIT_FOR(world.reason && strcmp(world.reason, "nothing can be stored now") == 0);
    g_assert_false(site_is_called(world.site));
    intake_set_gate(world.inbox->intake, INTAKE_OPEN);
    peer = opened(&world);
    peer_free(peer);
    world_clear(&world);
}

/* --- TLS ------------------------------------------------------------------------------------- */

static char *write_pem(const char *pem)
{
    char *path = NULL;
    int fd = g_file_open_tmp("wallctl-ca-XXXXXX", &path, NULL);
    close(fd);
    g_assert_true(g_file_set_contents(path, pem, -1, NULL));
    return path;
}

static void test_tls(void)
{
    static const struct {
        const char *name, *host;
        gboolean is_trusted;
        DialState state;
    } rows[] = {
        { "trusted", "127.0.0.1", TRUE, DIAL_OPEN },
        { "unknown issuer", "127.0.0.1", FALSE, DIAL_REFUSED },
        { "of another host", "10.9.9.9", TRUE, DIAL_REFUSED },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        World world;
        world_init(&world, INTAKE_APPLIED);
        g_autofree char *pem = tls_front_pem(rows[i].host);
        g_autofree char *other = tls_front_pem(rows[i].host);
        g_autofree char *ca_file = write_pem(rows[i].is_trusted ? pem : other);
        g_autoptr(TlsFront) front = tls_front_new(pem, world.site->port);
        dial_to(&world, "wss", "127.0.0.1", tls_front_port(front), ca_file, 0);
        if (rows[i].state == DIAL_OPEN) {
            Peer *peer = opened(&world);
            site_send(peer, EVENT);
            g_autofree char *receipt = site_text(peer);
            g_assert_nonnull(strstr(receipt, "applied"));
            peer_free(peer);
        }
        WAIT_FOR(dial_state(world.dial) != DIAL_CONNECTING);
        g_test_message("%s -> %s: %s", rows[i].name, dial_state_word(dial_state(world.dial)),
                       world.reason ? world.reason : "");
        if (rows[i].state != DIAL_OPEN) {
            g_assert_cmpint(dial_state(world.dial), ==, rows[i].state);
            g_assert_false(tls_front_heard(front, "upstream-token"));
        }
        world_clear(&world);
        g_remove(ca_file);
    }
}

/* Freed in every state. */
static void test_free(void)
{
    World world;
    world_init(&world, 0);
    dial_site(&world);
    world_clear(&world); /* before the socket is opened */
    world_init(&world, 0);
    dial_to(&world, "ws", "localhost", world.site->port, NULL, 0);
    g_main_context_iteration(NULL, FALSE);
    world_clear(&world); /* while the name is looked up */
    world_init(&world, 0);
    dial_site(&world);
    Peer *peer = site_accept(world.site);
    g_autofree char *request = site_request(peer, FALSE);
    world_clear(&world); /* while the peer thinks */
    WAIT_FOR(peer_is_over(peer));
    peer_free(peer);
    world_init(&world, 0);
    dial_site(&world);
    peer = opened(&world);
    site_send(peer, EVENT);
    WAIT_FOR(world.inbox->kept->len == 1);
    dial_free(g_steal_pointer(&world.dial)); /* open, with an event unanswered */
    g_assert_cmpuint(site_close_code(peer), ==, 1001);
    peer_free(peer);
    world_clear(&world);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    g_test_add_func("/dial/open", test_open);
    g_test_add_func("/dial/refusals", test_refusals);
    g_test_add_func("/dial/addresses", test_addresses);
    g_test_add_func("/dial/nobody", test_nobody);
    g_test_add_func("/dial/names", test_names);
    g_test_add_func("/dial/frames", test_frames);
    g_test_add_func("/dial/peer-leaves", test_peer_leaves);
    g_test_add_func("/dial/flood", test_flood);
    g_test_add_func("/dial/silence", test_silence);
    g_test_add_func("/dial/busy is not silent", test_busy_is_not_silent);
    g_test_add_func("/dial/unavailable", test_unavailable);
    g_test_add_func("/dial/tls", test_tls);
    g_test_add_func("/dial/free", test_free);
    return g_test_run();
}
