/* site_peer.c - the other side of a connection that wallctl opens */
#include "site_peer.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

Site *site_new(void)
{
    Site *site = g_new0(Site, 1);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof(address);
    site->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(site->fd, (struct sockaddr *)&address, len), ==, 0);
    g_assert_cmpint(listen(site->fd, 8), ==, 0);
    g_assert_cmpint(getsockname(site->fd, (struct sockaddr *)&address, &len), ==, 0);
    site->port = ntohs(address.sin_port);
    return site;
}

void site_free(Site *site)
{
    close(site->fd);
    g_free(site);
}

gboolean site_is_called(Site *site)
{
    struct pollfd poll_fd = { site->fd, POLLIN, 0 };
    return poll(&poll_fd, 1, 0) == 1;
}

Peer *site_accept(Site *site)
{
    int fd = -1;
    WAIT_FOR((fd = accept4(site->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0);
    Peer *peer = g_new0(Peer, 1);
    peer->fd = fd;
    peer->in = g_byte_array_new();
    return peer;
}

static gsize body_length(const char *head)
{
    g_autofree char *low = g_ascii_strdown(head, -1);
    const char *at = strstr(low, "content-length:");
    return at ? g_ascii_strtoull(at + strlen("content-length:"), NULL, 10) : 0;
}

char *site_request(Peer *peer, gboolean has_body)
{
    const char *end = NULL;
    WAIT_FOR((peer_read(peer), peer->in->len > 0) &&
             (end = memmem(peer->in->data, peer->in->len, "\r\n\r\n", 4)));
    gsize len = (gsize)(end + 4 - (const char *)peer->in->data);
    g_autofree char *head = g_strndup((const char *)peer->in->data, len);
    len += has_body ? body_length(head) : 0;
    WAIT_FOR((peer_read(peer), peer->in->len >= len));
    char *whole = g_strndup((const char *)peer->in->data, len);
    g_byte_array_remove_range(peer->in, 0, (guint)len);
    return whole;
}

void site_agree(Peer *peer, const char *request, const char *protocol)
{
    static const char name[] = "Sec-WebSocket-Key: ";
    const char *key = strstr(request, name);
    g_assert_nonnull(key);
    key += strlen(name);
    g_autofree char *text =
        g_strdup_printf("%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int)strcspn(key, "\r"), key);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
    g_checksum_update(sum, (const guchar *)text, -1);
    guint8 digest[20];
    gsize len = sizeof(digest);
    g_checksum_get_digest(sum, digest, &len);
    g_autofree char *accept = g_base64_encode(digest, len);
    g_autofree char *answer = g_strdup_printf(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: %s\r\n%s%s%s\r\n",
        accept, protocol ? "Sec-WebSocket-Protocol: " : "", protocol ? protocol : "",
        protocol ? "\r\n" : "");
    peer_text(peer, answer);
}

void site_answer(Peer *peer, const char *status, const char *headers)
{
    g_autofree char *answer = g_strdup_printf(
        "HTTP/1.1 %s\r\nContent-Length: 2\r\nConnection: close\r\n%s\r\nno", status, headers);
    peer_text(peer, answer);
    shutdown(peer->fd, SHUT_WR);
    for (int i = 0; i < 5; i++)
        turn();
}

void site_send_raw(Peer *peer, guint8 first, const void *data, gsize len)
{
    g_autoptr(GByteArray) frame = g_byte_array_new();
    guint8 head[10] = { first };
    gsize head_len = 2;
    if (len < 126) {
        head[1] = (guint8)len;
    } else if (len < 65536) {
        head[1] = 126;
        head[2] = (guint8)(len >> 8);
        head[3] = (guint8)len;
        head_len = 4;
    } else {
        head[1] = 127;
        for (int i = 0; i < 8; i++)
            head[2 + i] = (guint8)((guint64)len >> (56 - 8 * i));
        head_len = 10;
    }
    g_byte_array_append(frame, head, (guint)head_len);
    g_byte_array_append(frame, data, (guint)len);
    peer_write(peer, frame->data, frame->len);
}

void site_send(Peer *peer, const char *text)
{
    site_send_raw(peer, 0x81, text, strlen(text));
}

static GByteArray *take(Peer *peer, guint8 *opcode)
{
    const guint8 *data = peer->in->data;
    if (peer->in->len < 6)
        return NULL;
    g_assert_cmpuint(data[0] & 0x80, ==, 0x80); /* we send no fragments */
    g_assert_cmpuint(data[1] & 0x80, ==, 0x80); /* a client masks */
    gsize len = data[1] & 0x7f, head = 2;
    g_assert_cmpuint(len, <, 127);
    if (len == 126) {
        len = (gsize)(data[2] << 8 | data[3]);
        head = 4;
    }
    if (peer->in->len < head + 4 + len)
        return NULL;
    *opcode = data[0] & 0x0f;
    GByteArray *frame = g_byte_array_new();
    for (gsize i = 0; i < len; i++) {
        guint8 byte = data[head + 4 + i] ^ data[head + (i & 3)];
        g_byte_array_append(frame, &byte, 1);
    }
    g_byte_array_remove_range(peer->in, 0, (guint)(head + 4 + len));
    return frame;
}

GByteArray *site_wait(Peer *peer, guint8 *opcode)
{
    GByteArray *frame = NULL;
    WAIT_FOR((peer_read(peer), (frame = take(peer, opcode)) || peer->is_over));
    return frame;
}

char *site_text(Peer *peer)
{
    guint8 opcode = 0;
    g_autoptr(GByteArray) frame = site_wait(peer, &opcode);
    g_assert_nonnull(frame);
    g_assert_cmpuint(opcode, ==, 1);
    return g_strndup((const char *)frame->data, frame->len);
}

guint site_close_code(Peer *peer)
{
    for (;;) {
        guint8 opcode = 0;
        g_autoptr(GByteArray) frame = site_wait(peer, &opcode);
        if (!frame)
            return 0;
        if (opcode == 8)
            return frame->len < 2 ? 1005 : (guint)(frame->data[0] << 8 | frame->data[1]);
    }
}
