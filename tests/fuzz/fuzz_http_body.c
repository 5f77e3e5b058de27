/* fuzz_http_body.c - anything at all to the real web server: as a request, as a body, as WebSocket
 * frames
 *
 * The first byte chooses which; the rest is sent over the UNIX socket and the peer closes. The
 * server must let go of every connection within a bounded number of turns of the loop, and go on to
 * serve the next.
 */
#include "fuzz_peer.h"

#include "wallctl/base/json.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static WebServer *server;
static char *dir, *path;

static void handle(WebRequest *request, const WebRequestInfo *info, gpointer user)
{
    gsize len;
    const char *text = g_bytes_get_data(info->body, &len);
    g_autoptr(GError) error = NULL;
    Json *json = json_parse(text ? text : "", len, 0, JSON_STRICT, &error);
    if (json)
        web_reply_json(request, 200, json);
    else
        web_reply_error(request, error);
}

static void stop(void)
{
    web_server_free(server);
    rmdir(dir);
    g_free(dir);
    g_free(path);
}

static void start(void)
{
    log_set_level(LOG_LEVEL_ERROR);
    post_init();
    dir = g_dir_make_tmp("wallctl-fuzz-XXXXXX", NULL);
    path = g_build_filename(dir, "s", NULL);
    WebOptions options = { .socket_path = path };
    g_autoptr(GError) error = NULL;
    server = web_server_new(&options, handle, NULL, NULL, &error);
    if (!server)
        g_error("%s", error->message);
    atexit(stop);
}

static void send_text(int fd, const char *text)
{
    fuzz_send(fd, text, strlen(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!server)
        start();
    if (size < 1 || size > 100000)
        return 0;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
        g_error("cannot connect: %s", g_strerror(errno));
    if (data[0] % 3 == 1) {
        g_autofree char *head = g_strdup_printf(
            "POST /api/v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Content-Length: %zu\r\n\r\n",
            size - 1);
        send_text(fd, head);
    } else if (data[0] % 3 == 2) {
        send_text(fd, "GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: "
                      "websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                      "Sec-WebSocket-Protocol: wallctl.v1\r\n\r\n");
        fuzz_turns(50);
    }
    fuzz_send(fd, data + 1, size - 1);
    fuzz_turns(50);
    fuzz_leave(fd, server);
    return 0;
}
