/* sim_server.c - the simulator's thread: one listener, one epoll, cameras paced by one timer
 *
 * Every stream that is played has a time at which its next unit is due; the timer stands at the
 * earliest. What is due is sent at once: a unit is never early, and late only by what the machine
 * is late.
 */
#include "tests/support/sim_server.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "tests/support/sim_sender.h"
#include "tests/support/sim_session.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"

enum {
    MAX_EVENTS = 64,
    BACKLOG = 512,
    UDP_TRIES = 100,
    UDP_BATCH = 64,
    SESSION_SEND_BUFFER = 128 * 1024
};
#define SWEEP_EVERY_NS NS_PER_SEC

struct SimServer {
    pthread_mutex_t lock; /* pthread, not GMutex: ThreadSanitizer sees it. Guards all below and all
                             sessions and cameras */
    pthread_t thread;
    int epoll_fd, timer_fd, wake_fd, listen_fd, rtp_fd, rtcp_fd;
    guint16 port, udp_port;
    gboolean is_ending, is_accepting;
    GPtrArray *cameras;  /* in the order added */
    GHashTable *by_id;   /* id -> SimCamera */
    GPtrArray *sessions; /* open */
    GPtrArray *released; /* closed in this round */
    GPtrArray *active;   /* SimStream with somebody playing */
    gint64 wake_ns, sweep_ns, armed_ns;
    GByteArray *scratch;
};

/* ---- for sessions ---- */

SimStream *sim_server_find(SimServer *server, const char *camera, const char *stream)
{
    SimCamera *found = g_hash_table_lookup(server->by_id, camera);
    for (guint i = 0; found && i < SIM_STREAMS; i++) {
        if (g_str_equal(found->streams[i].name, stream))
            return &found->streams[i];
    }
    return NULL;
}

void sim_server_watch(SimServer *server, SimSession *session, int fd, guint32 events,
                      gboolean is_new)
{
    struct epoll_event event = { .events = events, .data.ptr = session };
    if (epoll_ctl(server->epoll_fd, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event) < 0)
        log_error(SIM, "epoll_ctl: %s", g_strerror(errno));
}

static void wake_thread(SimServer *server)
{
    guint64 one = 1;
    if (write(server->wake_fd, &one, sizeof one) < 0 && errno != EAGAIN)
        log_error(SIM, "eventfd: %s", g_strerror(errno));
}

void sim_server_play(SimServer *server, SimStream *stream, SimSession *session)
{
    if (stream->playing->len == 0) {
        sim_stream_seek(stream, sim_now_ns());
        g_ptr_array_add(server->active, stream);
    }
    g_ptr_array_add(stream->playing, session);
}

void sim_server_stop(SimServer *server, SimStream *stream, SimSession *session)
{
    g_ptr_array_remove_fast(stream->playing, session);
    if (stream->playing->len == 0)
        g_ptr_array_remove_fast(server->active, stream);
}

void sim_server_wake_at(SimServer *server, gint64 when_ns)
{
    server->wake_ns = MIN(server->wake_ns, when_ns);
}

void sim_server_release(SimServer *server, SimSession *session)
{
    g_ptr_array_remove_fast(server->sessions, session);
    g_ptr_array_add(server->released, session);
}

guint16 sim_server_udp_port(const SimServer *server)
{
    return server->udp_port;
}

GByteArray *sim_server_scratch(SimServer *server)
{
    return g_byte_array_set_size(server->scratch, 0);
}

void sim_server_send_udp(SimServer *server, gboolean is_rtcp, struct sockaddr_in *to,
                         const GByteArray *packets)
{
    struct mmsghdr messages[UDP_BATCH];
    struct iovec parts[UDP_BATCH];
    guint n = 0;
    for (guint at = 0; at < packets->len;) {
        guint8 *packet = packets->data + at;
        guint size = (guint)packet[2] << 8 | packet[3];
        parts[n] = (struct iovec) { packet + SIM_FRAMING, size };
        messages[n] = (struct mmsghdr) {
            .msg_hdr = { .msg_name = to,
                         .msg_namelen = sizeof *to,
                         .msg_iov = &parts[n],
                         .msg_iovlen = 1 },
        };
        n++;
        at += SIM_FRAMING + size;
        if (n < UDP_BATCH && at < packets->len)
            continue;
        (void)!sendmmsg(is_rtcp ? server->rtcp_fd : server->rtp_fd, messages, n,
                        MSG_DONTWAIT | MSG_NOSIGNAL);
        n = 0;
    }
}

/* ---- the thread ---- */

static void watch_own(SimServer *server, int *fd, guint32 events, int operation)
{
    struct epoll_event event = { .events = events, .data.ptr = fd };
    epoll_ctl(server->epoll_fd, operation, *fd, &event);
}

static void accept_all(SimServer *server)
{
    for (;;) {
        struct sockaddr_in peer;
        socklen_t size = sizeof peer;
        int fd = accept4(server->listen_fd, (struct sockaddr *)&peer, &size,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (fd < 0) {
            if (errno == EAGAIN)
                return;
            /* Out of descriptors: leave the backlog alone until the next sweep. */
            log_warning(SIM, "accept: %s", g_strerror(errno));
            server->is_accepting = FALSE;
            watch_own(server, &server->listen_fd, 0, EPOLL_CTL_MOD);
            return;
        }
        int one = 1, buffer = SESSION_SEND_BUFFER;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
        g_ptr_array_add(server->sessions, sim_session_new(server, fd, &peer));
    }
}

/* Receiver reports, and the packets by which clients open firewalls. */
static void drain_udp(SimServer *server, int fd)
{
    guint8 data[2048];
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    while (recvfrom(fd, data, sizeof data, MSG_DONTWAIT, (struct sockaddr *)&from, &size) >= 0) {
        gint64 now_ns = sim_now_ns();
        for (guint i = 0; i < server->sessions->len; i++) {
            if (sim_session_take_udp(server->sessions->pdata[i], &from, now_ns))
                break;
        }
        size = sizeof from;
    }
}

static void drain_counter(int fd)
{
    guint64 count;
    (void)!read(fd, &count, sizeof count);
}

static void handle_event(SimServer *server, const struct epoll_event *event)
{
    void *what = event->data.ptr;
    if (what == &server->listen_fd)
        accept_all(server);
    else if (what == &server->rtp_fd)
        drain_udp(server, server->rtp_fd);
    else if (what == &server->rtcp_fd)
        drain_udp(server, server->rtcp_fd);
    else if (what == &server->wake_fd)
        drain_counter(server->wake_fd);
    else if (what == &server->timer_fd) {
        drain_counter(server->timer_fd);
        server->armed_ns = 0;
    } else
        sim_session_ready(what, event->events);
}

/* A session may close while it is sent to, and a stream leave the list with its last one: so
 * backwards. */
static void push_due(SimServer *server)
{
    for (guint i = server->active->len; i-- > 0;) {
        SimStream *stream = server->active->pdata[i];
        SimPush push;
        gint64 now_ns = sim_now_ns();
        while (sim_stream_take_due(stream, now_ns, &push)) {
            for (guint n = stream->playing->len; n-- > 0;)
                sim_session_push(stream->playing->pdata[n], &push, now_ns);
        }
    }
}

static void wake_sessions(SimServer *server, gint64 now_ns)
{
    if (now_ns < server->wake_ns)
        return;
    server->wake_ns = G_MAXINT64;
    for (guint i = server->sessions->len; i-- > 0;)
        sim_session_wake(server->sessions->pdata[i], now_ns);
}

static void sweep(SimServer *server, gint64 now_ns)
{
    if (now_ns < server->sweep_ns)
        return;
    server->sweep_ns = now_ns + SWEEP_EVERY_NS;
    for (guint i = server->sessions->len; i-- > 0;)
        sim_session_check_timeout(server->sessions->pdata[i], now_ns);
    if (!server->is_accepting) {
        server->is_accepting = TRUE;
        watch_own(server, &server->listen_fd, EPOLLIN, EPOLL_CTL_MOD);
    }
}

static void arm_timer(SimServer *server)
{
    gint64 next_ns = MIN(server->sweep_ns, server->wake_ns);
    for (guint i = 0; i < server->active->len; i++)
        next_ns = MIN(next_ns, sim_stream_due_ns(server->active->pdata[i]));
    if (next_ns == server->armed_ns)
        return;
    server->armed_ns = next_ns;
    struct itimerspec at = { .it_value = { next_ns / NS_PER_SEC, next_ns % NS_PER_SEC } };
    timerfd_settime(server->timer_fd, TFD_TIMER_ABSTIME, &at, NULL);
}

static void *run(void *data)
{
    SimServer *server = data;
    struct epoll_event events[MAX_EVENTS];
    pthread_mutex_lock(&server->lock);
    while (!server->is_ending) {
        arm_timer(server);
        pthread_mutex_unlock(&server->lock);
        int n = epoll_wait(server->epoll_fd, events, MAX_EVENTS, -1);
        pthread_mutex_lock(&server->lock);
        push_due(server);
        for (int i = 0; i < n; i++)
            handle_event(server, &events[i]);
        gint64 now_ns = sim_now_ns();
        wake_sessions(server, now_ns);
        sweep(server, now_ns);
        g_ptr_array_set_size(server->released, 0);
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

/* ---- from other threads ---- */

guint16 sim_server_port(const SimServer *server)
{
    return server->port;
}

gboolean sim_server_add(SimServer *server, SimCamera *camera, GError **error)
{
    pthread_mutex_lock(&server->lock);
    gboolean is_new = !g_hash_table_contains(server->by_id, camera->id);
    if (is_new) {
        g_ptr_array_add(server->cameras, camera);
        g_hash_table_insert(server->by_id, camera->id, camera);
    }
    pthread_mutex_unlock(&server->lock);
    if (is_new)
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "camera '%s': there is one already",
                camera->id);
    sim_camera_free(camera);
    return FALSE;
}

/* The streams that "*", "ID" or "ID/STREAM" means, borrowed. */
static GPtrArray *find_targets(SimServer *server, const char *target, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    const char *slash = strchr(target, '/');
    g_autofree char *id = slash ? g_strndup(target, (gsize)(slash - target)) : g_strdup(target);
    for (guint i = 0; i < server->cameras->len; i++) {
        SimCamera *camera = server->cameras->pdata[i];
        if (!g_str_equal(id, "*") && !g_str_equal(id, camera->id))
            continue;
        for (guint n = 0; n < SIM_STREAMS; n++) {
            if (!slash || g_str_equal(slash + 1, camera->streams[n].name))
                g_ptr_array_add(found, &camera->streams[n]);
        }
    }
    if (found->len)
        return g_steal_pointer(&found);
    g_set_error(error, WALL_ERROR, WALL_ERROR_NOT_FOUND,
                "'%s' names no camera: ID, ID/main, ID/sub or * is accepted", target);
    return NULL;
}

static void set_stream_fault(SimServer *server, SimStream *stream, const SimFaults *faults)
{
    gint64 now_ns = sim_now_ns();
    stream->faults = *faults;
    if (faults->reboot_s)
        stream->reboot_until_ns = now_ns + faults->reboot_s * NS_PER_SEC;
    for (guint i = server->sessions->len; i-- > 0;) {
        SimSession *session = server->sessions->pdata[i];
        if (!sim_session_is_on(session, stream))
            continue;
        if (faults->drop || faults->reboot_s)
            sim_session_close(session);
        else
            sim_session_wake(session, now_ns);
    }
}

gboolean sim_server_set_fault(SimServer *server, const char *target, const SimFaults *faults,
                              GError **error)
{
    pthread_mutex_lock(&server->lock);
    g_autoptr(GPtrArray) streams = find_targets(server, target, error);
    gboolean is_possible = streams != NULL;
    for (guint i = 0; is_possible && i < streams->len; i++)
        is_possible = sim_stream_can_have(streams->pdata[i], faults, error);
    for (guint i = 0; is_possible && i < streams->len; i++)
        set_stream_fault(server, streams->pdata[i], faults);
    wake_thread(server);
    pthread_mutex_unlock(&server->lock);
    return is_possible;
}

gboolean sim_server_get_stats(SimServer *server, const char *target, CameraSimStats *stats)
{
    pthread_mutex_lock(&server->lock);
    g_autoptr(GPtrArray) streams = find_targets(server, target, NULL);
    gboolean is_one = streams && streams->len == 1;
    if (is_one)
        sim_stream_get_stats(streams->pdata[0], stats);
    pthread_mutex_unlock(&server->lock);
    return is_one;
}

char **sim_server_list(SimServer *server)
{
    GPtrArray *names = g_ptr_array_new();
    pthread_mutex_lock(&server->lock);
    for (guint i = 0; i < server->cameras->len; i++) {
        const SimCamera *camera = server->cameras->pdata[i];
        for (guint n = 0; n < SIM_STREAMS; n++)
            g_ptr_array_add(names, g_strdup_printf("%s/%s", camera->id, camera->streams[n].name));
    }
    pthread_mutex_unlock(&server->lock);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

/* ---- begin and end ---- */

/* A socket bound to 127.0.0.1; *port becomes the real one. -1 with errno. */
static int bind_socket(int type, guint16 *port)
{
    int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    if (fd < 0)
        return -1;
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(*port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t size = sizeof address;
    if (type == SOCK_STREAM)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&address, size) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) < 0) {
        int code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    *port = ntohs(address.sin_port);
    return fd;
}

/* RTP wants an even port and the one after it for RTCP. */
static gboolean bind_udp_pair(SimServer *server)
{
    for (int i = 0; i < UDP_TRIES; i++) {
        guint16 port = 0;
        server->rtp_fd = bind_socket(SOCK_DGRAM, &port);
        server->udp_port = port++;
        server->rtcp_fd = server->rtp_fd >= 0 && port % 2 ? bind_socket(SOCK_DGRAM, &port) : -1;
        if (server->rtcp_fd >= 0)
            return TRUE;
        if (server->rtp_fd >= 0)
            close(server->rtp_fd);
        server->rtp_fd = -1;
    }
    return FALSE;
}

static void close_if_open(int fd)
{
    if (fd >= 0)
        close(fd);
}

static void server_destroy(SimServer *server)
{
    g_ptr_array_unref(server->sessions);
    g_ptr_array_unref(server->released);
    g_ptr_array_unref(server->active);
    g_hash_table_unref(server->by_id);
    g_ptr_array_unref(server->cameras);
    g_byte_array_unref(server->scratch);
    int fds[] = { server->listen_fd, server->rtp_fd,   server->rtcp_fd,
                  server->epoll_fd,  server->timer_fd, server->wake_fd };
    for (gsize i = 0; i < G_N_ELEMENTS(fds); i++)
        close_if_open(fds[i]);
    pthread_mutex_destroy(&server->lock);
    g_free(server);
}

SimServer *sim_server_new(guint16 port, GError **error)
{
    SimServer *server = g_new0(SimServer, 1);
    pthread_mutex_init(&server->lock, NULL);
    server->cameras = g_ptr_array_new_with_free_func((GDestroyNotify)sim_camera_free);
    server->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    server->sessions = g_ptr_array_new();
    server->released = g_ptr_array_new_with_free_func((GDestroyNotify)sim_session_free);
    server->active = g_ptr_array_new();
    server->scratch = g_byte_array_new();
    server->wake_ns = G_MAXINT64;
    server->is_accepting = TRUE;
    server->port = port;
    server->rtp_fd = server->rtcp_fd = -1;
    server->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    server->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    server->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    server->listen_fd = bind_socket(SOCK_STREAM, &server->port);
    if (server->listen_fd < 0 || listen(server->listen_fd, BACKLOG) < 0 || !bind_udp_pair(server) ||
        server->epoll_fd < 0 || server->timer_fd < 0 || server->wake_fd < 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "cannot listen on 127.0.0.1:%u: %s",
                    port, g_strerror(errno));
        server_destroy(server);
        return NULL;
    }
    int *own[] = { &server->listen_fd, &server->rtp_fd, &server->rtcp_fd, &server->timer_fd,
                   &server->wake_fd };
    for (gsize i = 0; i < G_N_ELEMENTS(own); i++)
        watch_own(server, own[i], EPOLLIN, EPOLL_CTL_ADD);
    if (pthread_create(&server->thread, NULL, run, server) != 0)
        g_error("camera-sim: no thread");
    pthread_setname_np(server->thread, "camera-sim");
    return server;
}

void sim_server_free(SimServer *server)
{
    pthread_mutex_lock(&server->lock);
    server->is_ending = TRUE;
    wake_thread(server);
    pthread_mutex_unlock(&server->lock);
    pthread_join(server->thread, NULL);
    while (server->sessions->len)
        sim_session_close(server->sessions->pdata[0]);
    server_destroy(server);
}
