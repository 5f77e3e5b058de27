/* sim_session.c - one client: its TCP connection, its RTSP session, what it is sent
 *
 * A connection is a session; when one ends, the other does. Requests are answered one by one in
 * order; a fault may hold the next one back, then nothing more is read. Output is bounded: answers
 * always fit, a frame that does not is dropped as a whole.
 */
#include "tests/support/sim_session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/sim_message.h"
#include "tests/support/sim_sender.h"
#include "wallctl/base/clock.h"

#define METHODS "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER, TEARDOWN"

enum { INPUT_LIMIT = 2 * SIM_MAX_REQUEST, UNBOUND_TIMEOUT_S = 60 };

struct SimSession {
    SimServer *server;
    int fd;
    guint32 watched;
    struct sockaddr_in peer;
    char id[33], nonce[33];
    SimStream *stream; /* the one the connection has named; NULL before */
    gboolean is_set_up, is_playing, is_closed;
    gboolean is_ending; /* closed when all is sent */
    GByteArray *in, *out;
    gsize sent;       /* of out */
    gint64 wake_ns;   /* requests wait until then; 0: they do not */
    gboolean is_late; /* the wait for the next request is over */
    gint64 active_ns;
    SimSender senders[SIM_MEDIA];
};

static gboolean is_hung(const SimSession *session)
{
    return session->stream && session->stream->faults.hang;
}

static void update_watch(SimSession *session)
{
    if (session->is_closed)
        return;
    /* The peer's end is seen even when nothing is read: abandoned connections must not pile up. */
    guint32 events = EPOLLRDHUP;
    if (!is_hung(session)) {
        if (!session->wake_ns && !session->is_ending)
            events |= EPOLLIN;
        if (session->out->len > session->sent)
            events |= EPOLLOUT;
    }
    if (events == session->watched)
        return;
    session->watched = events;
    sim_server_watch(session->server, session, session->fd, events, FALSE);
}

/* ---- output ---- */

static void flush(SimSession *session)
{
    while (session->sent < session->out->len) {
        ssize_t n = send(session->fd, session->out->data + session->sent,
                         session->out->len - session->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            break;
        if (n < 0) {
            sim_session_close(session);
            return;
        }
        session->sent += (gsize)n;
    }
    if (session->sent == session->out->len) {
        g_byte_array_set_size(session->out, 0);
        session->sent = 0;
        if (session->is_ending)
            sim_session_close(session);
    } else if (session->sent > session->out->len / 2) {
        g_byte_array_remove_range(session->out, 0, (guint)session->sent);
        session->sent = 0;
    }
}

static void queue(SimSession *session, const void *data, gsize size)
{
    g_byte_array_append(session->out, data, (guint)size);
    if (!is_hung(session))
        flush(session);
    update_watch(session);
}

static void G_GNUC_PRINTF(5, 6)
    respond(SimSession *session, const SimRequest *request, const char *status, const char *body,
            const char *headers, ...)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "RTSP/1.0 %s\r\n", status);
    if (request && request->cseq)
        g_string_append_printf(text, "CSeq: %s\r\n", request->cseq);
    g_string_append(text, "Server: camera-sim/" WALLCTL_VERSION "\r\n");
    if (session->is_set_up)
        g_string_append_printf(text, "Session: %s;timeout=%u\r\n", session->id,
                               session->stream->camera->timeout_s);
    va_list args;
    va_start(args, headers);
    g_string_append_vprintf(text, headers, args);
    va_end(args);
    if (body)
        g_string_append_printf(text, "Content-Length: %zu\r\n", strlen(body));
    g_string_append_printf(text, "\r\n%s", body ? body : "");
    queue(session, text->str, text->len);
    g_string_free(text, TRUE);
}

void sim_session_push(SimSession *session, const SimPush *push, gint64 now_ns)
{
    SimSender *sender = &session->senders[push->medium];
    if (!sender->is_set_up || push->is_key_held)
        return;
    if (push->is_muted) {
        sim_sender_skip(sender, push);
        return;
    }
    SimStream *stream = session->stream;
    gsize size = push->unit->size + (gsize)push->unit->n_packets * (SIM_RTP_HEADER + SIM_FRAMING);
    gsize waiting = session->out->len - session->sent;
    if (!sender->is_udp && waiting && waiting + size > stream->camera->send_buffer_bytes) {
        sim_sender_skip(sender, push);
        stream->count.frames_dropped += push->medium == SIM_VIDEO;
        return;
    }
    GByteArray *packets = sender->is_udp ? sim_server_scratch(session->server) : session->out;
    stream->count.packets_lost += sim_sender_unit(sender, push, &stream->faults, packets);
    stream->count.frames_sent += push->medium == SIM_VIDEO;
    stream->count.bytes += push->unit->size;
    if (sender->is_udp) {
        sim_server_send_udp(session->server, FALSE, &sender->rtp, packets);
        g_byte_array_set_size(packets, 0);
    }
    sim_sender_report(sender, stream, push->medium, now_ns, packets);
    if (sender->is_udp) {
        sim_server_send_udp(session->server, TRUE, &sender->rtcp, packets);
    } else {
        flush(session);
        update_watch(session);
    }
}

/* ---- requests ---- */

static void stop_playing(SimSession *session)
{
    if (session->is_playing)
        sim_server_stop(session->server, session->stream, session);
    session->is_playing = FALSE;
}

static void end_session(SimSession *session)
{
    stop_playing(session);
    if (session->is_set_up)
        session->stream->count.sessions--;
    session->is_set_up = FALSE;
    memset(session->senders, 0, sizeof session->senders);
}

static void on_options(SimSession *session, const SimRequest *request, const SimPath *path)
{
    respond(session, request, "200 OK", NULL, "Public: " METHODS "\r\n");
}

static void on_describe(SimSession *session, const SimRequest *request, const SimPath *path)
{
    g_autofree char *sdp = sim_stream_dup_sdp(session->stream);
    respond(session, request, "200 OK", sdp,
            "Content-Base: %s/\r\nContent-Type: application/sdp\r\n", path->base);
}

/* What the client asks for becomes the sender's; the answer's Transport header. Caller frees. */
static char *set_up_sender(SimSession *session, guint medium, const SimTransport *wanted)
{
    SimSender *sender = &session->senders[medium];
    SimStream *stream = session->stream;
    sim_sender_init(sender,
                    g_str_hash(stream->camera->id) + (guint32)stream->count.opened * 2 + medium);
    sender->is_set_up = TRUE;
    sender->is_udp = wanted->is_udp;
    if (!wanted->is_udp) {
        gboolean is_named = wanted->first || wanted->second;
        sender->rtp_channel = (guint8)(is_named ? wanted->first : medium * 2);
        sender->rtcp_channel = (guint8)(is_named ? wanted->second : medium * 2 + 1);
        return g_strdup_printf("RTP/AVP/TCP;unicast;interleaved=%u-%u;ssrc=%08X",
                               sender->rtp_channel, sender->rtcp_channel, sender->ssrc);
    }
    sender->rtp = sender->rtcp = session->peer;
    sender->rtp.sin_port = htons(wanted->first);
    sender->rtcp.sin_port = htons(wanted->second);
    guint port = sim_server_udp_port(session->server);
    return g_strdup_printf("RTP/AVP;unicast;client_port=%u-%u;server_port=%u-%u;ssrc=%08X",
                           wanted->first, wanted->second, port, port + 1, sender->ssrc);
}

static void on_setup(SimSession *session, const SimRequest *request, const SimPath *path)
{
    SimStream *stream = session->stream;
    const char *header = sim_request_header(request, "Transport");
    SimTransport wanted;
    int medium = MAX(path->track, 0); /* the stream's own address stands for its video */
    guint limit = stream->camera->max_sessions;
    if (medium >= SIM_MEDIA || !stream->cursors[medium].track) {
        respond(session, request, "404 Not Found", NULL, "%s", "");
    } else if (session->is_playing) {
        respond(session, request, "455 Method Not Valid in This State", NULL, "%s", "");
    } else if (!header || !sim_transport_read(header, &wanted)) {
        respond(session, request, "461 Unsupported Transport", NULL, "%s", "");
    } else if (!session->is_set_up && limit && sim_camera_sessions(stream->camera) >= limit) {
        respond(session, request, "453 Not Enough Bandwidth", NULL, "%s", "");
    } else {
        if (!session->is_set_up) {
            stream->count.sessions++;
            stream->count.opened++;
        }
        session->is_set_up = TRUE;
        g_autofree char *transport = set_up_sender(session, (guint)medium, &wanted);
        respond(session, request, "200 OK", NULL, "Transport: %s\r\n", transport);
    }
}

static void on_play(SimSession *session, const SimRequest *request, const SimPath *path)
{
    if (!session->is_playing)
        sim_server_play(session->server, session->stream, session);
    session->is_playing = TRUE;
    g_autoptr(GString) info = g_string_new(NULL);
    for (guint i = 0; i < SIM_MEDIA; i++) {
        const SimSender *sender = &session->senders[i];
        const SimCursor *cursor = &session->stream->cursors[i];
        if (sender->is_set_up)
            g_string_append_printf(
                info, "%surl=%s/trackID=%u;seq=%u;rtptime=%u", info->len ? "," : "", path->base, i,
                sender->seq, sim_sender_time(sender, sim_track_ticks(cursor->track, cursor->at)));
    }
    respond(session, request, "200 OK", NULL, "Range: npt=now-\r\nRTP-Info: %s\r\n", info->str);
}

static void on_pause(SimSession *session, const SimRequest *request, const SimPath *path)
{
    stop_playing(session);
    respond(session, request, "200 OK", NULL, "%s", "");
}

static void on_parameter(SimSession *session, const SimRequest *request, const SimPath *path)
{
    if (!session->stream || !session->stream->faults.ignore_get_parameter ||
        request->method[0] == 'S')
        respond(session, request, "200 OK", NULL, "%s", "");
}

static void on_teardown(SimSession *session, const SimRequest *request, const SimPath *path)
{
    session->stream->count.teardowns++;
    if (session->stream->faults.ignore_teardown)
        return;
    respond(session, request, "200 OK", NULL, "%s", "");
    if (!session->is_closed)
        end_session(session);
}

typedef struct {
    const char *name;
    void (*handle)(SimSession *session, const SimRequest *request, const SimPath *path);
    gboolean needs_stream, needs_session;
} Method;

static const Method methods[] = {
    { "OPTIONS", on_options, FALSE, FALSE },
    { "DESCRIBE", on_describe, TRUE, FALSE },
    { "SETUP", on_setup, TRUE, FALSE },
    { "PLAY", on_play, TRUE, TRUE },
    { "PAUSE", on_pause, TRUE, TRUE },
    { "GET_PARAMETER", on_parameter, FALSE, FALSE },
    { "SET_PARAMETER", on_parameter, FALSE, FALSE },
    { "TEARDOWN", on_teardown, TRUE, TRUE },
};

static const Method *find_method(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(methods); i++) {
        if (g_str_equal(methods[i].name, name))
            return &methods[i];
    }
    return NULL;
}

/* TRUE if the request may come from this user; else the 401 has been sent. */
static gboolean authorize(SimSession *session, const SimRequest *request)
{
    const SimAccount *account = &session->stream->camera->account;
    gboolean is_stale = FALSE;
    gboolean is_right = sim_auth_check(account, session->nonce, request->method,
                                       sim_request_header(request, "Authorization"), &is_stale);
    if (is_right && !session->stream->faults.auth_wrong)
        return TRUE;
    g_autofree char *challenge = sim_auth_challenge(account, session->nonce, is_stale);
    respond(session, request, "401 Unauthorized", NULL, "WWW-Authenticate: %s\r\n", challenge);
    return FALSE;
}

static gboolean names_other_session(const SimSession *session, const SimRequest *request)
{
    const char *id = sim_request_header(request, "Session");
    return id && !(session->is_set_up && g_str_has_prefix(id, session->id));
}

static void answer(SimSession *session, const SimRequest *request, const SimPath *path,
                   const SimStream *named)
{
    const Method *method = find_method(request->method);
    if (!request->cseq)
        respond(session, request, "400 Bad Request", NULL, "%s", "");
    else if (!method)
        respond(session, request, "501 Not Implemented", NULL, "%s", "");
    else if (method->needs_stream && (!named || named->faults.not_found))
        respond(session, request, "404 Not Found", NULL, "%s", "");
    else if (method->needs_stream && named != session->stream)
        respond(session, request, "459 Aggregate Operation Not Allowed", NULL, "%s", "");
    else if (method->needs_stream && !authorize(session, request))
        return;
    else if (names_other_session(session, request))
        respond(session, request, "454 Session Not Found", NULL, "%s", "");
    else if (method->needs_session && !session->is_set_up)
        respond(session, request, "455 Method Not Valid in This State", NULL, "%s", "");
    else
        method->handle(session, request, path);
}

typedef enum { ADMIT_NOW = 1, ADMIT_LATER, ADMIT_NEVER } Admission;

/* What the faults of the named stream say before a request is looked at. */
static Admission admit(SimSession *session, const SimStream *named, const SimRequest *request)
{
    if (!named)
        return ADMIT_NOW;
    const SimFaults *faults = &named->faults;
    gint64 now_ns = sim_now_ns();
    if (faults->hang)
        return ADMIT_LATER;
    if (!session->is_set_up &&
        (now_ns < named->reboot_until_ns || (faults->refuse && !faults->refuse_503))) {
        sim_session_close(session);
        return ADMIT_NEVER;
    }
    if (faults->slow_connect_ms && !session->is_late) {
        session->wake_ns = now_ns + faults->slow_connect_ms * NS_PER_MS;
        sim_server_wake_at(session->server, session->wake_ns);
        return ADMIT_LATER;
    }
    session->is_late = FALSE;
    if (!session->is_set_up && faults->refuse) {
        session->is_ending = TRUE;
        respond(session, request, "503 Service Unavailable", NULL, "%s", "");
        return ADMIT_NEVER;
    }
    return ADMIT_NOW;
}

/* FALSE when the next request has to wait, or is not there. */
static gboolean take_request(SimSession *session)
{
    g_auto(SimRequest) request = { 0 };
    gsize used = 0;
    SimRead read = sim_request_read(session->in->data, session->in->len, &request, &used);
    if (read == SIM_READ_BAD) {
        session->is_ending = TRUE;
        respond(session, NULL, "400 Bad Request", NULL, "%s", "");
    }
    if (read != SIM_READ_DONE)
        return FALSE;
    g_auto(SimPath) path = { .track = -1 };
    SimStream *named = NULL;
    if (sim_path_read(request.uri, &path))
        named = sim_server_find(session->server, path.camera, path.stream);
    if (named && !session->is_set_up)
        session->stream = named;
    Admission admission = admit(session, named, &request);
    if (admission == ADMIT_NOW)
        answer(session, &request, &path, named);
    if (admission != ADMIT_LATER)
        g_byte_array_remove_range(session->in, 0, (guint)used);
    return admission == ADMIT_NOW;
}

/* RTCP of the client in interleaved framing is a sign of life and no more. */
static gboolean skip_interleaved(SimSession *session)
{
    if (session->in->len < SIM_FRAMING || session->in->data[0] != '$')
        return FALSE;
    guint size = SIM_FRAMING + ((guint)session->in->data[2] << 8 | session->in->data[3]);
    if (session->in->len < size)
        return FALSE;
    g_byte_array_remove_range(session->in, 0, size);
    return TRUE;
}

static void consume(SimSession *session)
{
    while (!session->is_closed && !session->is_ending && !session->wake_ns && !is_hung(session)) {
        gboolean is_packet = session->in->len && session->in->data[0] == '$';
        if (session->in->len == 0 ||
            !(is_packet ? skip_interleaved(session) : take_request(session)))
            break;
    }
    update_watch(session);
}

/* ---- the server's calls ---- */

/* FALSE when the peer has closed. */
static gboolean read_input(SimSession *session)
{
    guint8 data[8192];
    while (session->in->len < INPUT_LIMIT + G_MAXUINT16) {
        ssize_t n = recv(session->fd, data, sizeof data, MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN;
        if (n == 0)
            return FALSE;
        session->active_ns = sim_now_ns();
        g_byte_array_append(session->in, data, (guint)n);
        if ((gsize)n < sizeof data)
            return TRUE;
    }
    return TRUE;
}

void sim_session_ready(SimSession *session, guint32 events)
{
    if (session->is_closed)
        return;
    gboolean is_open = !(events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR));
    if (events & EPOLLIN) {
        is_open &= read_input(session);
        consume(session);
    }
    if (!session->is_closed && events & EPOLLOUT)
        flush(session);
    update_watch(session);
    if (!is_open)
        sim_session_close(session);
}

void sim_session_wake(SimSession *session, gint64 now_ns)
{
    if (session->is_closed)
        return;
    if (now_ns < session->wake_ns) {
        sim_server_wake_at(session->server, session->wake_ns);
        return;
    }
    session->is_late = session->wake_ns != 0;
    session->wake_ns = 0;
    consume(session);
}

void sim_session_check_timeout(SimSession *session, gint64 now_ns)
{
    guint limit_s = session->is_set_up ? session->stream->camera->timeout_s : UNBOUND_TIMEOUT_S;
    if (!is_hung(session) && now_ns - session->active_ns > limit_s * NS_PER_SEC)
        sim_session_close(session);
}

gboolean sim_session_is_on(const SimSession *session, const SimStream *stream)
{
    return session->stream == stream;
}

gboolean sim_session_take_udp(SimSession *session, const struct sockaddr_in *from, gint64 now_ns)
{
    for (guint i = 0; i < SIM_MEDIA; i++) {
        const SimSender *sender = &session->senders[i];
        if (!sender->is_udp || from->sin_addr.s_addr != sender->rtp.sin_addr.s_addr)
            continue;
        if (from->sin_port == sender->rtp.sin_port || from->sin_port == sender->rtcp.sin_port) {
            session->active_ns = now_ns;
            return TRUE;
        }
    }
    return FALSE;
}

SimSession *sim_session_new(SimServer *server, int fd, const struct sockaddr_in *peer)
{
    SimSession *session = g_new0(SimSession, 1);
    session->server = server;
    session->fd = fd;
    session->peer = *peer;
    session->in = g_byte_array_new();
    session->out = g_byte_array_new();
    session->active_ns = sim_now_ns();
    sim_auth_nonce(session->id);
    session->id[8] = 0;
    sim_auth_nonce(session->nonce);
    session->watched = EPOLLRDHUP | EPOLLIN;
    sim_server_watch(server, session, fd, session->watched, TRUE);
    return session;
}

void sim_session_close(SimSession *session)
{
    if (session->is_closed)
        return;
    session->is_closed = TRUE;
    end_session(session);
    close(session->fd);
    sim_server_release(session->server, session);
}

void sim_session_free(SimSession *session)
{
    g_byte_array_unref(session->in);
    g_byte_array_unref(session->out);
    g_free(session);
}
