/* rtsp_script.c - an RTSP server that answers as it is told */
#include "tests/support/rtsp_script.h"
#include "tests/support/loopback.h"

#include <libavcodec/avcodec.h>
#include <pthread.h>
#include <string.h>

struct RtspScript {
    const RtspScriptSpec *spec;
    GSocketService *service;
    GCancellable *cancel;
    char *uri;
    guint connections;   /* lock */
    GPtrArray *requests; /* lock: methods */
};

/* Of all scripts: taken once before a script's threads begin, so that they see what it is. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ended = PTHREAD_COND_INITIALIZER;

static void note_request(RtspScript *script, const char *method)
{
    pthread_mutex_lock(&lock);
    g_ptr_array_add(script->requests, g_strdup(method));
    pthread_mutex_unlock(&lock);
}

guint rtsp_script_count(RtspScript *script, const char *method)
{
    guint n = 0;
    pthread_mutex_lock(&lock);
    for (guint i = 0; i < script->requests->len; i++)
        n += strcmp(g_ptr_array_index(script->requests, i), method) == 0;
    pthread_mutex_unlock(&lock);
    return n;
}

/* One request without a body. FALSE when the connection has ended. Interleaved packets are passed
 * over. */
static gboolean read_request(RtspScript *script, GDataInputStream *in, char **method, guint *cseq)
{
    *method = NULL;
    for (;;) {
        if (!*method &&
            g_buffered_input_stream_fill(G_BUFFERED_INPUT_STREAM(in), 1, script->cancel, NULL) < 0)
            return FALSE;
        gsize available;
        const guint8 *next =
            g_buffered_input_stream_peek_buffer(G_BUFFERED_INPUT_STREAM(in), &available);
        if (!*method && available && next[0] == '$') {
            guint8 head[4];
            gsize got;
            if (!g_input_stream_read_all(G_INPUT_STREAM(in), head, 4, &got, script->cancel, NULL) ||
                g_input_stream_skip(G_INPUT_STREAM(in), (gsize)head[2] << 8 | head[3],
                                    script->cancel, NULL) < 0)
                return FALSE;
            continue;
        }
        g_autofree char *line = g_data_input_stream_read_line(in, NULL, script->cancel, NULL);
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

static char *make_answer(const RtspScript *script, const char *method, guint cseq)
{
    const RtspScriptSpec *spec = script->spec;
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

static void append_unit(const RtspScript *script, GByteArray *out, const AVPacket *unit,
                        guint number, guint16 *seq)
{
    gsize size = (gsize)unit->size, skip;
    for (gsize at = next_code(unit->data, size, 0, &skip); at < size;) {
        gsize begin = at + skip;
        at = next_code(unit->data, size, begin, &skip);
        guint type = unit->data[begin] & 0x1f;
        if (script->spec->lacks_parameters && (type == 7 || type == 8))
            continue;
        append_packet(out, unit->data + begin, at - begin, at == size, (*seq)++, number * 3600);
    }
}

static gboolean send_all(RtspScript *script, GOutputStream *out, gconstpointer data, gsize len)
{
    return g_output_stream_write_all(out, data, len, NULL, script->cancel, NULL);
}

static void serve(RtspScript *script, GIOStream *stream)
{
    g_autoptr(GDataInputStream) in = g_data_input_stream_new(g_io_stream_get_input_stream(stream));
    g_data_input_stream_set_newline_type(in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
    GOutputStream *out = g_io_stream_get_output_stream(stream);
    for (;;) {
        g_autofree char *method = NULL;
        guint cseq = 0;
        if (!read_request(script, in, &method, &cseq))
            return;
        note_request(script, method);
        g_autofree char *answer = make_answer(script, method, cseq);
        if (!send_all(script, out, answer, strlen(answer)))
            return;
        if (strcmp(method, "PLAY") != 0 || !script->spec->units)
            continue;
        g_autoptr(GByteArray) packets = g_byte_array_new();
        guint16 seq = 1;
        for (guint i = 0; i < script->spec->units->len; i++)
            append_unit(script, packets, g_ptr_array_index(script->spec->units, i), i, &seq);
        if (!send_all(script, out, packets->data, packets->len))
            return;
    }
}

/* [control] Counted here and not when its thread begins: the script may be freed in between. */
static gboolean on_incoming(GSocketService *service, GSocketConnection *connection,
                            GObject *source_object, gpointer user)
{
    RtspScript *script = user;
    pthread_mutex_lock(&lock);
    script->connections++;
    pthread_mutex_unlock(&lock);
    return FALSE;
}

static gboolean on_run(GThreadedSocketService *service, GSocketConnection *connection,
                       GObject *source, gpointer user)
{
    RtspScript *script = user;
    pthread_mutex_lock(&lock); /* after which this thread sees what the script is */
    const char *pem = script->spec->pem;
    pthread_mutex_unlock(&lock);
    g_autoptr(GIOStream) secure = NULL;
    if (pem) {
        g_autoptr(GTlsCertificate) certificate = g_tls_certificate_new_from_pem(pem, -1, NULL);
        g_assert_nonnull(certificate);
        secure = g_tls_server_connection_new(G_IO_STREAM(connection), certificate, NULL);
    }
    serve(script, secure ? secure : G_IO_STREAM(connection));
    pthread_mutex_lock(&lock);
    script->connections--;
    pthread_cond_broadcast(&ended);
    pthread_mutex_unlock(&lock);
    return TRUE;
}

const char *rtsp_script_uri(const RtspScript *script)
{
    return script->uri;
}

RtspScript *rtsp_script_new(const RtspScriptSpec *spec)
{
    RtspScript *script = g_new0(RtspScript, 1);
    script->spec = spec;
    script->cancel = g_cancellable_new();
    script->requests = g_ptr_array_new_with_free_func(g_free);
    script->service = g_threaded_socket_service_new(8);
    script->uri = g_strdup_printf("%s://127.0.0.1:%u/x", spec->pem ? "rtsps" : "rtsp",
                                  listen_on_loopback(script->service));
    g_signal_connect(script->service, "incoming", G_CALLBACK(on_incoming), script);
    g_signal_connect(script->service, "run", G_CALLBACK(on_run), script);
    pthread_mutex_lock(&lock);
    script->connections = 0;
    pthread_mutex_unlock(&lock);
    g_socket_service_start(script->service);
    return script;
}

void rtsp_script_free(RtspScript *script)
{
    if (!script)
        return;
    g_socket_service_stop(script->service);
    g_socket_listener_close(G_SOCKET_LISTENER(script->service));
    g_cancellable_cancel(script->cancel);
    pthread_mutex_lock(&lock);
    while (script->connections > 0)
        pthread_cond_wait(&ended, &lock);
    pthread_mutex_unlock(&lock);
    g_object_unref(script->service);
    g_object_unref(script->cancel);
    g_ptr_array_unref(script->requests);
    g_free(script->uri);
    g_free(script);
}
