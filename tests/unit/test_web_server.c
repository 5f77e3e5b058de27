/* test_web_server.c - listening, stopping, and the parts of the web server */
#include "web/client.h"
#include "web/guard.h"
#include "web/ring.h"
#include "web_peer.h"

#include "../support/remove_tree.h"
#include "wallctl/base/error.h"
#include "wallctl/base/post.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the UNIX socket ---- */

static WebServer *server_at(const char *socket_path, GError **error)
{
    WebOptions options = { NULL, 0, socket_path, NULL, 0 };
    return web_server_new(&options, app_handle, NULL, NULL, error);
}

static void test_unix_socket(void)
{
    App *app = app_new();
    struct stat status;
    g_assert_cmpint(stat(app->socket_path, &status), ==, 0);
    g_assert_true(S_ISSOCK(status.st_mode));
    g_assert_cmpuint(status.st_mode & 0777, ==, 0660);
    Peer *peer = peer_unix(app->socket_path);
    g_assert_cmpint(upgrade(peer, "/api/v1/ws", "wallctl.v1", ""), ==, 101);
    expect(peer, "hello");
    ws_send(peer, "{\"type\":\"request\",\"id\":1,\"method\":\"GET\",\"path\":\"/api/v1/echo\"}");
    expect(peer, "\"actor\":\"local\"");
    peer_free(peer);
    peer = peer_unix(app->socket_path);
    peer_text(peer, "GET /api/v1/echo HTTP/1.1\r\nHost: anything\r\n\r\n");
    g_autoptr(Answer) answer = peer_answer(peer, TRUE);
    assert_echo(answer, "\"actor\":\"local\"");
    peer_free(peer);
    app_free(app);
}

/* As a daemon that was killed leaves it. */
static void leave_socket(const char *path)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    close(fd);
}

static void test_socket_file(void)
{
    g_autofree char *dir = g_dir_make_tmp("wallctl-sock-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "new", "s", NULL);
    g_autoptr(GError) error = NULL;
    WebServer *first = server_at(path, &error);
    g_assert_no_error(error);
    g_assert_null(server_at(path, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_assert_nonnull(strstr(error->message, "another wallctl"));
    g_clear_error(&error);
    peer_free(peer_unix(path));

    /* Nobody listens there, so it is replaced. */
    g_autofree char *stale = g_build_filename(dir, "stale", NULL);
    leave_socket(stale);
    WebServer *second = server_at(stale, &error);
    g_assert_no_error(error);
    peer_free(peer_unix(stale));
    web_server_free(second);

    g_autofree char *file = g_build_filename(dir, "file", NULL);
    g_assert_true(g_file_set_contents(file, "keep", -1, NULL));
    g_assert_null(server_at(file, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_clear_error(&error);
    g_assert_true(g_file_test(file, G_FILE_TEST_IS_REGULAR));

    g_autofree char *deep = g_strnfill(120, 'd');
    g_autofree char *too_long = g_build_filename(dir, deep, NULL);
    g_assert_null(server_at(too_long, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    web_server_free(first);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    remove_tree(dir);
}

/* What a daemon of user 65534 says that cannot listen there. Caller frees. */
static char *dup_refusal_for_nobody(const char *path)
{
    int ends[2];
    g_assert_cmpint(pipe(ends), ==, 0);
    pid_t child = fork();
    if (child == 0) {
        g_autoptr(GError) error = NULL;
        if (setgid(65534) == 0 && setuid(65534) == 0 && !server_at(path, &error))
            dprintf(ends[1], "%s", error->message);
        _exit(0);
    }
    close(ends[1]);
    char text[1024] = "";
    gsize len = 0;
    for (gssize n; (n = read(ends[0], text + len, sizeof(text) - 1 - len)) > 0;)
        len += (gsize)n;
    close(ends[0]);
    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
    return g_strdup(text);
}

/* A socket that another user left over, or a folder of another user. */
static void test_socket_of_another(void)
{
    if (geteuid() != 0) {
        g_test_skip("only root can become another user");
        return;
    }
    static const struct {
        const char *name;
        guint dir_mode, mode; /* mode 0: there is no socket */
        const char *const told[4];
    } rows[] = {
        { "sticky folder", 01777, 0777, { "a socket of user root", "Operation not permitted" } },
        { "closed folder", 0755, 0777, { "a socket of user root", "Permission denied" } },
        { "closed socket", 01777, 0600, { "a socket of user root", "no right to ask" } },
        { "no socket", 0755, 0, { "its folder is of user root with mode 0755" } },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *dir = g_dir_make_tmp("wallctl-sock-XXXXXX", NULL);
        g_assert_cmpint(chmod(dir, rows[i].dir_mode), ==, 0);
        g_autofree char *path = g_build_filename(dir, "s", NULL);
        if (rows[i].mode) {
            leave_socket(path);
            g_assert_cmpint(chmod(path, rows[i].mode), ==, 0);
        }
        g_autofree char *told = dup_refusal_for_nobody(path);
        g_test_message("%s: %s", rows[i].name, told);
        g_assert_nonnull(strstr(told, path));
        g_assert_nonnull(strstr(told, "set site.socket_path"));
        for (guint k = 0; rows[i].told[k]; k++)
            g_assert_nonnull(strstr(told, rows[i].told[k]));
        g_assert_cmpint(strstr(told, "rm '/") != NULL, ==, rows[i].mode != 0);
        remove_tree(dir);
    }
}

static void test_port_taken(void)
{
    App *app = app_new();
    WebOptions options = { "127.0.0.1", web_server_port(app->server), NULL, NULL, 0 };
    g_autoptr(GError) error = NULL;
    g_assert_null(web_server_new(&options, app_handle, NULL, NULL, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_assert_nonnull(strstr(error->message, "127.0.0.1 port"));
    g_clear_error(&error);
    options.host = "no-such-host.example";
    g_assert_null(web_server_new(&options, app_handle, NULL, NULL, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    g_clear_error(&error);
    options.host = NULL;
    options.page_dir = "/nonexistent";
    g_assert_null(web_server_new(&options, app_handle, NULL, NULL, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND);
    app_free(app);
}

/* Freed while clients of every kind are connected and answers are owed. */
static void test_free_under_way(void)
{
    App *app = app_new();
    Peer *event = events(app, NULL), *view = viewer(app, 0), *idle = peer_tcp(app),
         *asking = peer_tcp(app);
    peer_text(asking, "GET /api/v1/later HTTP/1.1\r\n" HOST "\r\n");
    WAIT_FOR(app->later);
    publish(app, 1);
    web_stream_send(app->stream, chunk_of("init", 700), TRUE, FALSE);
    app_free(app);
    g_assert_true(peer_is_over(event));
    peer_free(event);
    peer_free(view);
    peer_free(idle);
    peer_free(asking);
}

/* 300 clients, events for all, and descriptors back where they were. */
static void test_many_clients(void)
{
    enum { CLIENTS = 300 };
    App *app = app_new();
    Peer *peers[CLIENTS];
    for (int i = 0; i < CLIENTS; i++)
        peers[i] = events(app, NULL);
    for (int i = 0; i < 50; i++)
        publish(app, i);
    for (int c = 0; c < CLIENTS; c++) {
        for (int i = 0; i < 50; i++) {
            g_autofree char *part = g_strdup_printf("{\"n\":%d}", i);
            expect(peers[c], part);
        }
    }
    for (int i = 0; i < CLIENTS; i++)
        peer_free(peers[i]);
    WAIT_FOR(app_stats(app).connections == 0);
    app_free(app);
}

/* ---- the client of the command line ---- */

typedef struct {
    const char *path;
    gint is_done;
} ClientRun;

static gpointer run_client(gpointer data)
{
    ClientRun *run = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(WebClient) client = web_client_new(run->path, &error);
    g_assert_no_error(error);
    guint status = 0;
    Json *body = json_object_new_object();
    json_add_string(body, "name", "云");
    g_autoptr(Json) echo =
        web_client_call(client, "POST", "/api/v1/echo?q=1", body, 5000, &status, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(status, ==, 200);
    g_autofree char *text = json_dup_text(echo);
    g_assert_nonnull(strstr(text, "\"actor\":\"local\""));
    g_assert_nonnull(strstr(text, "云"));

    g_autoptr(Json) stale =
        web_client_call(client, "GET", "/api/v1/error?code=3", NULL, 5000, &status, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(status, ==, 409);
    web_client_refusal(stale, status, &error);
    g_assert_error(error, WALL_ERROR, WALL_ERROR_STALE);
    g_assert_cmpstr(error->message, ==, "because");
    g_clear_error(&error);

    g_autoptr(Json) refusal = NULL;
    g_autoptr(GBytes) big =
        web_client_fetch(client, "/api/v1/big", 10000, &status, &refusal, &error);
    g_assert_no_error(error);
    gsize len;
    const guint8 *data_of_big = g_bytes_get_data(big, &len);
    g_assert_cmpuint(len, ==, BIG_SIZE);
    for (gsize i = 0; i < len; i += 1000)
        g_assert_cmpuint(data_of_big[i], ==, big_byte(i));
    g_assert_null(web_client_fetch(client, "/api/v1/none", 5000, &status, &refusal, &error));
    g_assert_cmpuint(status, ==, 404);
    g_assert_nonnull(refusal);

    g_autoptr(Json) event = web_client_next(client, &error);
    g_assert_no_error(error);
    g_autofree char *event_text = json_dup_text(event);
    g_assert_nonnull(strstr(event_text, "{\"n\":"));

    g_assert_null(web_client_call(client, "GET", "/api/v1/later", NULL, 100, &status, &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_assert_nonnull(strstr(error->message, "in time"));
    g_clear_error(&error);
    g_autoptr(Json) next =
        web_client_call(client, "GET", "/api/v1/echo", NULL, 5000, &status, &error);
    g_assert_no_error(error);
    g_atomic_int_set(&run->is_done, TRUE);
    return NULL;
}

static void test_client(void)
{
    App *app = app_new();
    ClientRun run = { app->socket_path, FALSE };
    GThread *thread = g_thread_new("client", run_client, &run);
    int number = 0;
    WAIT_FOR((publish(app, number++), g_atomic_int_get(&run.is_done)));
    g_thread_join(thread);
    app_free(app);

    g_autoptr(GError) error = NULL;
    g_assert_null(web_client_new("/nonexistent/s", &error));
    g_assert_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE);
    g_assert_nonnull(strstr(error->message, "No such file"));
    g_assert_nonnull(strstr(error->message, "is the daemon running?"));
}

/* ---- parts ---- */

static void test_guard(void)
{
    static const struct {
        const char *host, *configured;
        gboolean passes;
    } hosts[] = {
        { "localhost", NULL, TRUE },
        { "LOCALHOST:8080", NULL, TRUE },
        { "127.0.0.1:1", NULL, TRUE },
        { "[::1]:8080", NULL, TRUE },
        { "[::1]", NULL, TRUE },
        { "wall.example", "wall.example", TRUE },
        { "WALL.example:80", "wall.example", TRUE },
        { "[fe80::1]:80", "fe80::1", TRUE },
        { "wall.example", NULL, FALSE },
        { "", NULL, FALSE },
        { ":80", NULL, FALSE },
        { "localhost:", NULL, FALSE },
        { "localhost:8x", NULL, FALSE },
        { "localhost.evil.example", NULL, FALSE },
        { "localhost:123456", NULL, FALSE },
        { "[::1", NULL, FALSE },
        { "[::1]x", NULL, FALSE },
        { "localhost,evil", NULL, FALSE },
        { "user@localhost", NULL, FALSE },
        { NULL, NULL, FALSE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        const char *const names[] = { "other.example", hosts[i].configured, NULL };
        g_test_message("host %s", hosts[i].host);
        g_assert_cmpint(guard_host(hosts[i].host, names), ==, hosts[i].passes);
    }
    static const struct {
        const char *target, *path, *q;
    } targets[] = {
        { "/a/b?q=1&r=2", "/a/b", "1" },
        { "/a%20b", "/a b", NULL },
        { "/%E4%BA%91?q=%E4%BA%91+a", "/云", "云 a" },
        { "/a/../b", NULL, NULL },
        { "/a/%2e%2e/b", NULL, NULL },
        { "a", NULL, NULL },
        { "", NULL, NULL },
        { "/a//b", NULL, NULL },
        { "/%00", NULL, NULL },
        { "/a?q", NULL, NULL },
        { "/a?q=%ff", NULL, NULL },
        { "/%", NULL, NULL },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(targets); i++) {
        g_autofree char *path = NULL;
        g_autoptr(GHashTable) query = NULL;
        g_autoptr(GError) error = NULL;
        gboolean passes = guard_split_target(targets[i].target, &path, &query, &error);
        g_test_message("target %s", targets[i].target);
        g_assert_cmpint(passes, ==, targets[i].path != NULL);
        g_assert_cmpstr(path, ==, targets[i].path);
        if (passes)
            g_assert_cmpstr(g_hash_table_lookup(query, "q"), ==, targets[i].q);
        else
            g_assert_error(error, WALL_ERROR, WALL_ERROR_INVALID);
    }
    g_assert_true(guard_media_type("application/json"));
    g_assert_true(guard_media_type("Application/JSON; charset=utf-8"));
    g_assert_false(guard_media_type("application/jsonx"));
    g_assert_false(guard_media_type(NULL));
    g_assert_true(guard_is_table("text/csv; charset=gb18030"));
    g_assert_false(guard_is_table("text/csvx"));
    g_assert_false(guard_is_table("application/json"));
    g_assert_false(guard_is_table(NULL));
    g_assert_true(guard_origin(NULL, NULL, FALSE));
    g_assert_true(guard_origin("https://a:1", "A:1", FALSE));
    g_assert_true(guard_origin("https://a:1", "A:1", TRUE));
    g_assert_true(guard_origin("http://a:1", "A:1", FALSE));
    g_assert_false(guard_origin("http://a:1", "A:1", TRUE));
    g_assert_false(guard_origin("ftp://a", "a", FALSE));
    g_assert_false(guard_origin("http://a", NULL, FALSE));
}

static void test_ring(void)
{
    EventRing *ring = event_ring_new(4, 100, 10);
    g_assert_null(event_ring_get(ring, 10));
    g_assert_cmpuint(event_ring_oldest(ring), ==, event_ring_next(ring));
    for (int i = 0; i < 6; i++)
        event_ring_push(ring, g_bytes_new(&i, sizeof(i)), RIGHT_STATUS_READ, NULL, NULL);
    g_assert_cmpuint(event_ring_oldest(ring), ==, 12);
    g_assert_cmpuint(event_ring_next(ring), ==, 16);
    g_assert_cmpint(*(const int *)g_bytes_get_data(event_ring_get(ring, 13)->text, NULL), ==, 3);
    g_assert_null(event_ring_get(ring, 11));
    g_assert_null(event_ring_get(ring, 16));
    event_ring_push(ring, g_bytes_new_take(g_malloc0(95), 95), RIGHT_STATUS_READ, NULL, NULL);
    g_assert_cmpuint(event_ring_oldest(ring), ==, 15);
    event_ring_push(ring, g_bytes_new_take(g_malloc0(500), 500), RIGHT_STATUS_READ, NULL, NULL);
    g_assert_cmpuint(event_ring_oldest(ring), ==, 17);
    g_assert_cmpuint(g_bytes_get_size(event_ring_get(ring, 17)->text), ==, 500);
    event_ring_free(ring);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    post_init();
    g_test_add_func("/web/server/unix-socket", test_unix_socket);
    g_test_add_func("/web/server/socket-file", test_socket_file);
    g_test_add_func("/web/server/socket-of-another", test_socket_of_another);
    g_test_add_func("/web/server/port-taken", test_port_taken);
    g_test_add_func("/web/server/free-under-way", test_free_under_way);
    g_test_add_func("/web/server/many-clients", test_many_clients);
    g_test_add_func("/web/server/client", test_client);
    g_test_add_func("/web/server/guard", test_guard);
    g_test_add_func("/web/server/ring", test_ring);
    return g_test_run();
}
