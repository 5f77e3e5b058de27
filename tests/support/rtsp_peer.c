/* rtsp_peer.c - a bare RTSP client over one TCP connection, for tests that look at single requests
 * and packets */
#include "tests/support/rtsp_peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_TIMEOUT_MS 5000

struct RtspPeer {
    int fd;
    guint cseq;
    gboolean is_closed;
    GByteArray *in;
    GQueue packets; /* GBytes */
    GBytes *shown;  /* the packet that the caller looks at */
    char *answer, *session;
};

static gint64 now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (gint64)ts.tv_sec * G_GINT64_CONSTANT(1000000000) + ts.tv_nsec;
}

RtspPeer *rtsp_peer_new(guint16 port, int receive_buffer)
{
    RtspPeer *peer = g_new0(RtspPeer, 1);
    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(peer->fd, >=, 0);
    if (receive_buffer)
        setsockopt(peer->fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    if (connect(peer->fd, (struct sockaddr *)&address, sizeof address) < 0)
        g_error("connect to port %u: %s", port, g_strerror(errno));
    peer->in = g_byte_array_new();
    g_queue_init(&peer->packets);
    return peer;
}

void rtsp_peer_free(RtspPeer *peer)
{
    if (!peer)
        return;
    close(peer->fd);
    g_byte_array_unref(peer->in);
    g_queue_clear_full(&peer->packets, (GDestroyNotify)g_bytes_unref);
    g_clear_pointer(&peer->shown, g_bytes_unref);
    g_free(peer->answer);
    g_free(peer->session);
    g_free(peer);
}

void rtsp_peer_send(RtspPeer *peer, const void *data, gsize size)
{
    const char *at = data;
    while (size > 0 && !peer->is_closed) {
        ssize_t n = send(peer->fd, at, size, MSG_NOSIGNAL);
        if (n < 0) {
            peer->is_closed = TRUE;
            return;
        }
        at += n;
        size -= (gsize)n;
    }
}

void rtsp_peer_ask(RtspPeer *peer, const char *method, const char *uri, const char *headers)
{
    g_autofree char *session =
        peer->session ? g_strdup_printf("Session: %s\r\n", peer->session) : g_strdup("");
    g_autofree char *text = g_strdup_printf("%s %s RTSP/1.0\r\nCSeq: %u\r\n%s%s\r\n", method, uri,
                                            ++peer->cseq, session, headers);
    rtsp_peer_send(peer, text, strlen(text));
}

/* Reads what comes until the deadline: FALSE when nothing did. */
static gboolean receive(RtspPeer *peer, gint64 deadline_ns)
{
    guint8 data[65536];
    gint64 left_ns = deadline_ns - now_ns();
    struct pollfd wait = { .fd = peer->fd, .events = POLLIN };
    if (peer->is_closed || left_ns <= 0 || poll(&wait, 1, (int)(left_ns / 1000000) + 1) <= 0)
        return FALSE;
    ssize_t n = recv(peer->fd, data, sizeof data, 0);
    if (n <= 0) {
        peer->is_closed = TRUE;
        return FALSE;
    }
    g_byte_array_append(peer->in, data, (guint)n);
    return TRUE;
}

/* Moves whole packets from the begin of the input into the queue. */
static void take_packets(RtspPeer *peer)
{
    while (peer->in->len >= 4 && peer->in->data[0] == '$') {
        guint size = (guint)peer->in->data[2] << 8 | peer->in->data[3];
        if (peer->in->len < size + 4)
            return;
        g_queue_push_tail(&peer->packets, g_bytes_new(peer->in->data, size + 4));
        g_byte_array_remove_range(peer->in, 0, size + 4);
    }
}

static char *header(const char *answer, const char *name)
{
    g_autofree char *wanted = g_strdup_printf("\r\n%s: ", name);
    const char *at = strstr(answer, wanted);
    if (!at)
        return NULL;
    at += strlen(wanted);
    return g_strndup(at, strcspn(at, "\r;"));
}

/* The status of a whole answer at the begin of the input, 0 if there is none yet. */
static int take_answer(RtspPeer *peer)
{
    if (peer->in->len == 0 || peer->in->data[0] == '$')
        return 0;
    const char *end = memmem(peer->in->data, peer->in->len, "\r\n\r\n", 4);
    if (!end)
        return 0;
    gsize head = (gsize)(end + 4 - (const char *)peer->in->data);
    g_autofree char *text = g_strndup((const char *)peer->in->data, head);
    g_autofree char *length = header(text, "Content-Length");
    gsize size = head + (length ? strtoul(length, NULL, 10) : 0);
    if (peer->in->len < size)
        return 0;
    g_free(peer->answer);
    peer->answer = g_strndup((const char *)peer->in->data, size);
    g_byte_array_remove_range(peer->in, 0, (guint)size);
    char *session = header(peer->answer, "Session");
    if (session) {
        g_free(peer->session);
        peer->session = session;
    }
    g_assert_true(g_str_has_prefix(peer->answer, "RTSP/1.0 "));
    return atoi(peer->answer + strlen("RTSP/1.0 "));
}

int rtsp_peer_status(RtspPeer *peer, guint timeout_ms)
{
    gint64 deadline_ns = now_ns() + timeout_ms * G_GINT64_CONSTANT(1000000);
    for (;;) {
        take_packets(peer);
        int status = take_answer(peer);
        if (status)
            return status;
        if (!receive(peer, deadline_ns))
            return peer->is_closed ? RTSP_PEER_CLOSED : RTSP_PEER_SILENCE;
    }
}

int rtsp_peer_request(RtspPeer *peer, const char *method, const char *uri, const char *headers)
{
    rtsp_peer_ask(peer, method, uri, headers);
    return rtsp_peer_status(peer, ANSWER_TIMEOUT_MS);
}

const char *rtsp_peer_answer(const RtspPeer *peer)
{
    return peer->answer;
}

int rtsp_peer_play(RtspPeer *peer, const char *uri, gboolean with_audio)
{
    for (guint i = 0; i <= (with_audio ? 1 : 0); i++) {
        g_autofree char *track = g_strdup_printf("%s/trackID=%u", uri, i);
        g_autofree char *transport = g_strdup_printf(
            "Transport: RTP/AVP/TCP;unicast;interleaved=%u-%u\r\n", 2 * i, 2 * i + 1);
        int status = rtsp_peer_request(peer, "SETUP", track, transport);
        if (status != 200)
            return status;
    }
    return rtsp_peer_request(peer, "PLAY", uri, "Range: npt=now-\r\n");
}

gboolean rtsp_peer_packet(RtspPeer *peer, RtspPacket *packet, guint timeout_ms)
{
    gint64 deadline_ns = now_ns() + timeout_ms * G_GINT64_CONSTANT(1000000);
    take_packets(peer);
    while (g_queue_is_empty(&peer->packets)) {
        if (!receive(peer, deadline_ns))
            return FALSE;
        take_packets(peer);
    }
    g_clear_pointer(&peer->shown, g_bytes_unref);
    peer->shown = g_queue_pop_head(&peer->packets);
    gsize size;
    const guint8 *framed = g_bytes_get_data(peer->shown, &size);
    const guint8 *data = framed + 4;
    g_assert_cmpuint(size, >=, 4 + 12);
    gboolean is_rtcp = framed[1] % 2;
    *packet = (RtspPacket) {
        .channel = framed[1],
        .type = is_rtcp ? data[1] : data[1] & 0x7F,
        .is_marked = !is_rtcp && data[1] & 0x80,
        .seq = (guint16)(data[2] << 8 | data[3]),
        .time = (guint32)data[4] << 24 | (guint32)data[5] << 16 | (guint32)data[6] << 8 | data[7],
        .data = data,
        .size = size - 4,
        .came_ns = now_ns(),
    };
    return TRUE;
}

gboolean rtsp_peer_is_closed(const RtspPeer *peer)
{
    return peer->is_closed && peer->packets.length == 0;
}
