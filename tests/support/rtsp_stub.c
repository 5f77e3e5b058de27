/* rtsp_stub.c - an RTSP server that answers as it is told */
#include "tests/support/rtsp_stub.h"

#include <libavcodec/avcodec.h>
#include <pthread.h>
#include <string.h>

struct RtspStub {
    const RtspStubSpec *spec;
    GSocketService *service;
    GCancellable *cancel;
    char *uri;
    guint connections;   /* lock */
    GPtrArray *requests; /* lock: methods */
};

/* Of all stubs: taken once before a stub's threads begin, so that they see what it is. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ended = PTHREAD_COND_INITIALIZER;

static void note_request(RtspStub *stub, const char *method)
{
    pthread_mutex_lock(&lock);
    g_ptr_array_add(stub->requests, g_strdup(method));
    pthread_mutex_unlock(&lock);
}

guint rtsp_stub_count(RtspStub *stub, const char *method)
{
    guint n = 0;
    pthread_mutex_lock(&lock);
    for (guint i = 0; i < stub->requests->len; i++)
        n += strcmp(g_ptr_array_index(stub->requests, i), method) == 0;
    pthread_mutex_unlock(&lock);
    return n;
}

/* One request without a body. FALSE when the connection has ended. Interleaved packets are passed
 * over. */
static gboolean read_request(RtspStub *stub, GDataInputStream *in, char **method, guint *cseq)
{
    *method = NULL;
    for (;;) {
        if (!*method &&
            g_buffered_input_stream_fill(G_BUFFERED_INPUT_STREAM(in), 1, stub->cancel, NULL) < 0)
            return FALSE;
        gsize available;
        const guint8 *next =
            g_buffered_input_stream_peek_buffer(G_BUFFERED_INPUT_STREAM(in), &available);
        if (!*method && available && next[0] == '$') {
            guint8 head[4];
            gsize got;
            if (!g_input_stream_read_all(G_INPUT_STREAM(in), head, 4, &got, stub->cancel, NULL) ||
                g_input_stream_skip(G_INPUT_STREAM(in), (gsize)head[2] << 8 | head[3], stub->cancel,
                                    NULL) < 0)
                return FALSE;
            continue;
        }
        g_autofree char *line = g_data_input_stream_read_line(in, NULL, stub->cancel, NULL);
        if (!line)
            return FALSE;
        if (!*line && *method)
            return TRUE;
        if (!*method)
            *method = g_strndup(line, strcspn(line, " "));
        else if (g_ascii_strncasecmp(line, "CSeq:", 5) == 0)
            *cseq = (guint)g_ascii_strtoull(line + 5, NULL, 10);
    }
}

static char *make_answer(const RtspStub *stub, const char *method, guint cseq)
{
    const RtspStubSpec *spec = stub->spec;
    if (spec->raw)
        return g_strdup(spec->raw);
    if (g_strcmp0(spec->refused, method) == 0)
        return g_strdup_printf("RTSP/1.0 %d %s\r\nCSeq: %u\r\n%s\r\n", spec->status, spec->reason,
                               cseq, spec->headers ? spec->headers : "");
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "RTSP/1.0 200 OK\r\nCSeq: %u\r\n", cseq);
    const char *body = "";
    if (strcmp(method, "OPTIONS") == 0) {
        g_string_append_printf(text, "Public: %s\r\n",
                               spec->methods ? spec->methods
                                             : "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN");
    } else if (strcmp(method, "DESCRIBE") == 0) {
        body = spec->sdp ? spec->sdp : "";
        g_string_append_printf(text, "Content-Type: application/sdp\r\nContent-Length: %zu\r\n",
                               strlen(body));
    } else if (strcmp(method, "SETUP") == 0) {
        g_string_append(text, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1");
        if (spec->timeout_s)
            g_string_append_printf(text, ";timeout=%u", spec->timeout_s);
        g_string_append(text, "\r\n");
    } else {
        g_string_append(text, "Session: 1\r\n");
    }
    g_string_append_printf(text, "\r\n%s", body);
    return g_string_free(text, FALSE);
}

/* One NAL unit as one packet: over TCP there is no need to cut it. */
static void append_packet(GByteArray *out, const guint8 *nal, gsize len, gboolean is_last,
                          guint16 seq, guint32 time)
{
    gsize size = 12 + len;
    g_assert_cmpuint(size, <, 65536);
    const guint8 head[16] = { '$',
                              0,
                              (guint8)(size >> 8),
                              (guint8)size,
                              0x80,
                              (guint8)(96 | (is_last ? 0x80 : 0)),
                              (guint8)(seq >> 8),
                              (guint8)seq,
                              (guint8)(time >> 24),
                              (guint8)(time >> 16),
                              (guint8)(time >> 8),
                              (guint8)time,
                              0,
                              0,
                              0,
                              1 };
    g_byte_array_append(out, head, sizeof head);
    g_byte_array_append(out, nal, (guint)len);
}

/* Start code at or after `at`; *skip is its length. size if there is none. */
static gsize next_code(const guint8 *data, gsize size, gsize at, gsize *skip)
{
    for (; at + 3 <= size; at++) {
        if (data[at] == 0 && data[at + 1] == 0 && data[at + 2] == 1) {
            *skip = 3;
            return at;
        }
        if (at + 4 <= size && memcmp(data + at, "\0\0\0\1", 4) == 0) {
            *skip = 4;
            return at;
        }
    }
    *skip = 0;
    return size;
}

static void append_unit(const RtspStub *stub, GByteArray *out, const AVPacket *unit, guint number,
                        guint16 *seq)
{
    gsize size = (gsize)unit->size, skip;
    for (gsize at = next_code(unit->data, size, 0, &skip); at < size;) {
        gsize begin = at + skip;
        at = next_code(unit->data, size, begin, &skip);
        guint type = unit->data[begin] & 0x1f;
        if (stub->spec->lacks_parameters && (type == 7 || type == 8))
            continue;
        append_packet(out, unit->data + begin, at - begin, at == size, (*seq)++, number * 3600);
    }
}

static gboolean send_all(RtspStub *stub, GOutputStream *out, gconstpointer data, gsize len)
{
    return g_output_stream_write_all(out, data, len, NULL, stub->cancel, NULL);
}

static void serve(RtspStub *stub, GIOStream *stream)
{
    g_autoptr(GDataInputStream) in = g_data_input_stream_new(g_io_stream_get_input_stream(stream));
    g_data_input_stream_set_newline_type(in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
    GOutputStream *out = g_io_stream_get_output_stream(stream);
    for (;;) {
        g_autofree char *method = NULL;
        guint cseq = 0;
        if (!read_request(stub, in, &method, &cseq))
            return;
        note_request(stub, method);
        g_autofree char *answer = make_answer(stub, method, cseq);
        if (!send_all(stub, out, answer, strlen(answer)))
            return;
        if (strcmp(method, "PLAY") != 0 || !stub->spec->units)
            continue;
        g_autoptr(GByteArray) packets = g_byte_array_new();
        guint16 seq = 1;
        for (guint i = 0; i < stub->spec->units->len; i++)
            append_unit(stub, packets, g_ptr_array_index(stub->spec->units, i), i, &seq);
        if (!send_all(stub, out, packets->data, packets->len))
            return;
    }
}

/* [control] Counted here and not when its thread begins: the stub may be freed in between. */
static gboolean on_incoming(GSocketService *service, GSocketConnection *connection,
                            GObject *source_object, gpointer user)
{
    RtspStub *stub = user;
    pthread_mutex_lock(&lock);
    stub->connections++;
    pthread_mutex_unlock(&lock);
    return FALSE;
}

static gboolean on_run(GThreadedSocketService *service, GSocketConnection *connection,
                       GObject *source, gpointer user)
{
    RtspStub *stub = user;
    pthread_mutex_lock(&lock); /* after which this thread sees what the stub is */
    const char *pem = stub->spec->pem;
    pthread_mutex_unlock(&lock);
    g_autoptr(GIOStream) secure = NULL;
    if (pem) {
        g_autoptr(GTlsCertificate) certificate = g_tls_certificate_new_from_pem(pem, -1, NULL);
        g_assert_nonnull(certificate);
        secure = g_tls_server_connection_new(G_IO_STREAM(connection), certificate, NULL);
    }
    serve(stub, secure ? secure : G_IO_STREAM(connection));
    pthread_mutex_lock(&lock);
    stub->connections--;
    pthread_cond_broadcast(&ended);
    pthread_mutex_unlock(&lock);
    return TRUE;
}

const char *rtsp_stub_uri(const RtspStub *stub)
{
    return stub->uri;
}

RtspStub *rtsp_stub_new(const RtspStubSpec *spec)
{
    RtspStub *stub = g_new0(RtspStub, 1);
    stub->spec = spec;
    stub->cancel = g_cancellable_new();
    stub->requests = g_ptr_array_new_with_free_func(g_free);
    stub->service = g_threaded_socket_service_new(8);
    g_autoptr(GInetAddress) host = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
    g_autoptr(GSocketAddress) any = g_inet_socket_address_new(host, 0);
    g_autoptr(GSocketAddress) bound = NULL;
    g_autoptr(GError) error = NULL;
    g_socket_listener_add_address(G_SOCKET_LISTENER(stub->service), any, G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
    g_assert_no_error(error);
    stub->uri = g_strdup_printf("%s://127.0.0.1:%u/x", spec->pem ? "rtsps" : "rtsp",
                                g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound)));
    g_signal_connect(stub->service, "incoming", G_CALLBACK(on_incoming), stub);
    g_signal_connect(stub->service, "run", G_CALLBACK(on_run), stub);
    pthread_mutex_lock(&lock);
    stub->connections = 0;
    pthread_mutex_unlock(&lock);
    g_socket_service_start(stub->service);
    return stub;
}

void rtsp_stub_free(RtspStub *stub)
{
    if (!stub)
        return;
    g_socket_service_stop(stub->service);
    g_socket_listener_close(G_SOCKET_LISTENER(stub->service));
    g_cancellable_cancel(stub->cancel);
    pthread_mutex_lock(&lock);
    while (stub->connections > 0)
        pthread_cond_wait(&ended, &lock);
    pthread_mutex_unlock(&lock);
    g_object_unref(stub->service);
    g_object_unref(stub->cancel);
    g_ptr_array_unref(stub->requests);
    g_free(stub->uri);
    g_free(stub);
}
