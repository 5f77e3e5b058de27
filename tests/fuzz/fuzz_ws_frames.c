/* fuzz_ws_frames.c - WebSocket frames to the real intake, over the loopback
 *
 * The first byte chooses what happens to answers (at once, kept, refused, nothing can be stored)
 * and whether the rest is raw bytes or a list of frames to be built: opcode as given, length and
 * masking right. What is handed on must be valid UTF-8 of at most 64 KiB; the server must let go of
 * the connection within a bounded number of turns of the loop, and go on to serve the next.
 */
#include "fuzz_peer.h"

#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static WebServer *server;
static Intake *intake;
static GPtrArray *kept;
static int answer; /* an IntakeResult; 0: kept */

static const char *source_of(const char *token, gpointer user)
{
    return strcmp(token, "fuzz") == 0 ? "fuzz" : NULL;
}

static void receive(IntakeMessage *message, gpointer user)
{
    gsize len;
    const char *text = g_bytes_get_data(intake_message_text(message), &len);
    if (len > INTAKE_MAX_BYTES || !g_utf8_validate(text, (gssize)len, NULL))
        abort();
    if (answer)
        intake_reply(message, (IntakeResult)answer, "/s", "e", NULL);
    else
        g_ptr_array_add(kept, message);
}

static void answer_kept(void)
{
    for (guint i = kept->len; i-- > 0;)
        intake_reply(kept->pdata[i], INTAKE_APPLIED, NULL, NULL, "late");
    g_ptr_array_set_size(kept, 0);
}

static void handle(WebRequest *request, const WebRequestInfo *info, gpointer user)
{
    web_reply_json(request, 200, json_object_new_object());
}

static void stop(void)
{
    web_server_free(server);
    answer_kept();
    intake_free(intake);
    g_ptr_array_unref(kept);
}

static void start(void)
{
    static const IntakeHandler handler = { source_of, receive, NULL };
    log_set_level(LOG_LEVEL_ERROR);
    post_init();
    kept = g_ptr_array_new();
    intake = intake_new(&handler, NULL);
    WebOptions options = { .host = "127.0.0.1" };
    g_autoptr(GError) error = NULL;
    server = web_server_new(&options, handle, NULL, NULL, &error);
    if (!server)
        g_error("%s", error->message);
    web_server_set_intake(server, intake);
    atexit(stop);
}

/* First byte: FIN, reserved bits and opcode; two bytes: how many bytes follow. */
static void send_frames(int fd, const uint8_t *data, size_t size)
{
    while (size >= 3) {
        gsize len = MIN((gsize)(data[1] << 8 | data[2]), size - 3);
        guint8 head[8] = { data[0], 0x80 | 126, (guint8)(len >> 8), (guint8)len, 0, 0, 0, 0 };
        if (len < 126) {
            head[1] = (guint8)(0x80 | len);
            memset(head + 2, 0, 4);
        }
        if (!fuzz_send(fd, head, len < 126 ? 6 : 8) || !fuzz_send(fd, data + 3, len))
            return;
        data += 3 + len;
        size -= 3 + len;
    }
}

static int connect_to_server(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons((guint16)web_server_port(server)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct linger reset = { 1, 0 }; /* no sockets in TIME_WAIT after a million of them */
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
        g_error("cannot connect: %s", g_strerror(errno));
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char upgrade[] =
        "GET /v1/events HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nAuthorization: Bearer fuzz\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: cloudevents.json\r\n\r\n";
    static const int answers[] = { INTAKE_APPLIED, 0, INTAKE_REFUSED, INTAKE_UNAVAILABLE };
    if (!server)
        start();
    if (size < 1 || size > 200000)
        return 0;
    answer = answers[data[0] & 3];
    int fd = connect_to_server();
    fuzz_send(fd, upgrade, strlen(upgrade));
    fuzz_turns(50);
    if (data[0] & 4)
        fuzz_send(fd, data + 1, size - 1);
    else
        send_frames(fd, data + 1, size - 1);
    fuzz_turns(50);
    if (data[0] & 8)
        answer_kept();
    fuzz_leave(fd, server);
    answer_kept();
    return 0;
}
