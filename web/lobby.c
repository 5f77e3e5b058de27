/* lobby.c - what has connected to the TLS port, until its first bytes say what it is */
#include "web/lobby.h"

#include "web/guard.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TLS_HANDSHAKE 0x16 /* first byte of every TLS hello */
#define READY_A_TURN  4    /* hellos; about 1 ms of work */
#define MAX_HEAD      4096
#define MAX_TARGET    1024
#define FAREWELL_S    2 /* for a client to read what we said and hang up */
#define MAX_FAREWELL  65536
#define TICK_MS       1000

typedef struct {
    Lobby *lobby;
    GList link;
    int fd;
    guint watch;
    gint64 deadline_ns;
    gboolean is_answered; /* plain HTTP: what still comes is read and thrown away */
    gsize thrown;
} Guest;

struct Lobby {
    LobbyReady ready;
    LobbyKnows knows;
    gpointer user;
    GQueue guests; /* Guest, in the order they came */
    GQueue hellos; /* Guest, without a watch */
    guint turn, tick;
};

static void guest_free(Guest *guest, GQueue *queue)
{
    g_queue_unlink(queue, &guest->link);
    g_clear_handle_id(&guest->watch, g_source_remove);
    if (guest->fd >= 0)
        close(guest->fd);
    g_free(guest);
}

/* --- plain HTTP ------------------------------------------------------------------------------ */

/* "GET /a/b?c HTTP/1.1": the target, if it is a place and not more. Caller frees. */
static char *dup_target(const char *line)
{
    const char *from = strchr(line, ' ');
    gsize len = from ? strcspn(from + 1, " ") : 0;
    if (!from || from[1] != '/' || from[2] == '/' || len > MAX_TARGET)
        return NULL;
    for (gsize i = 1; i <= len; i++) {
        if (from[i] <= 0x20 || from[i] >= 0x7f || strchr("\"<>\\^`{|}", from[i]))
            return NULL;
    }
    return g_strndup(from + 1, len);
}

static const char *host_of(char **lines)
{
    for (guint i = 1; lines[i] && *lines[i]; i++) {
        if (g_ascii_strncasecmp(lines[i], "host:", 5) == 0)
            return g_strstrip(lines[i] + 5);
    }
    return NULL;
}

char *lobby_dup_answer(const char *head, gsize len, LobbyKnows knows, int fd, gpointer user)
{
    static const char form[] = "HTTP/1.1 %s\r\n%s%s%scontent-type: text/plain; charset=utf-8\r\n"
                               "content-length: %zu\r\ncache-control: no-store\r\n"
                               "connection: close\r\n\r\n%s";
    g_autofree char *text = g_strndup(head, len); /* ends at a zero byte, too */
    g_auto(GStrv) lines = g_strsplit(text, "\r\n", 100);
    const char *host = lines[0] ? host_of(lines) : NULL;
    g_autofree char *target = host && knows(host, fd, user) ? dup_target(lines[0]) : NULL;
    static const char words[] = "这个端口只接受加密访问，请把地址开头改为 https://\n"
                                "This port speaks TLS only: write https:// before the address.\n";
    if (!target)
        return g_strdup_printf(form, "400 Bad Request", "", "", "", strlen(words), words);
    g_autofree char *place = g_strconcat("https://", host, target, NULL);
    return g_strdup_printf(form, "307 Temporary Redirect", "location: ", place, "\r\n",
                           strlen(words), words);
}

static void answer(Guest *guest, const char *head, gsize len)
{
    Lobby *lobby = guest->lobby;
    g_autofree char *text = lobby_dup_answer(head, len, lobby->knows, guest->fd, lobby->user);
    /* What does not fit into an empty socket at once is not for somebody who reads. */
    gssize sent = send(guest->fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
    log_debug(WEB, "plain HTTP at the TLS port: %.12s, %zd bytes", text + strlen("HTTP/1.1 "),
              sent);
    shutdown(guest->fd, SHUT_WR);
    guest->is_answered = TRUE;
    guest->deadline_ns = clock_now_ns() + FAREWELL_S * NS_PER_SEC;
}

/* Closing with unread input would take the answer with it. TRUE: it has hung up, or sends on. */
static gboolean is_gone(Guest *guest)
{
    char block[MAX_HEAD];
    gssize n;
    while ((n = recv(guest->fd, block, sizeof(block), MSG_DONTWAIT)) > 0) {
        guest->thrown += (gsize)n;
        if (guest->thrown > MAX_FAREWELL)
            return TRUE;
    }
    return n == 0 || errno != EAGAIN;
}

/* --- hellos ---------------------------------------------------------------------------------- */

static gboolean on_turn(gpointer user)
{
    Lobby *lobby = user;
    for (guint i = 0; i < READY_A_TURN; i++) {
        GList *link = g_queue_peek_head_link(&lobby->hellos);
        if (!link)
            break;
        Guest *guest = link->data;
        int fd = guest->fd;
        guest->fd = -1;
        guest_free(guest, &lobby->hellos);
        lobby->ready(fd, lobby->user);
    }
    if (lobby->hellos.length > 0)
        return G_SOURCE_CONTINUE;
    lobby->turn = 0;
    return G_SOURCE_REMOVE;
}

static void let_in(Guest *guest)
{
    Lobby *lobby = guest->lobby;
    g_queue_unlink(&lobby->guests, &guest->link);
    g_queue_push_tail_link(&lobby->hellos, &guest->link);
    if (!lobby->turn)
        lobby->turn = g_idle_add_full(G_PRIORITY_DEFAULT, on_turn, lobby, NULL);
}

static gboolean on_bytes(gint fd, GIOCondition condition, gpointer user)
{
    Guest *guest = user;
    if (guest->is_answered) {
        if (!is_gone(guest))
            return G_SOURCE_CONTINUE;
        guest->watch = 0;
        guest_free(guest, &guest->lobby->guests);
        return G_SOURCE_REMOVE;
    }
    char head[MAX_HEAD];
    gssize n = recv(fd, head, sizeof(head), MSG_PEEK | MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (n > 0 && head[0] != TLS_HANDSHAKE) {
        answer(guest, head, (gsize)n);
        return G_SOURCE_CONTINUE;
    }
    guest->watch = 0;
    if (n > 0)
        let_in(guest);
    else
        guest_free(guest, &guest->lobby->guests);
    return G_SOURCE_REMOVE;
}

/* --- the lobby -------------------------------------------------------------------------------- */

static gboolean on_tick(gpointer user)
{
    Lobby *lobby = user;
    gint64 now = clock_now_ns();
    for (GList *l = lobby->guests.head, *next; l; l = next) {
        next = l->next;
        Guest *guest = l->data;
        if (now > guest->deadline_ns)
            guest_free(guest, &lobby->guests);
    }
    return G_SOURCE_CONTINUE;
}

void lobby_take(Lobby *lobby, int fd)
{
    assert_control_thread();
    if (lobby->guests.length >= LOBBY_MAX_WAITING)
        guest_free(g_queue_peek_head(&lobby->guests), &lobby->guests);
    Guest *guest = g_new0(Guest, 1);
    guest->lobby = lobby;
    guest->fd = fd;
    guest->link.data = guest;
    guest->deadline_ns = clock_now_ns() + LOBBY_PATIENCE_S * NS_PER_SEC;
    guest->watch = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_bytes, guest);
    g_queue_push_tail_link(&lobby->guests, &guest->link);
}

guint lobby_waiting(const Lobby *lobby)
{
    return lobby->guests.length + lobby->hellos.length;
}

Lobby *lobby_new(LobbyReady ready, LobbyKnows knows, gpointer user)
{
    Lobby *lobby = g_new0(Lobby, 1);
    lobby->ready = ready;
    lobby->knows = knows;
    lobby->user = user;
    g_queue_init(&lobby->guests);
    g_queue_init(&lobby->hellos);
    lobby->tick = g_timeout_add(TICK_MS, on_tick, lobby);
    return lobby;
}

void lobby_free(Lobby *lobby)
{
    if (!lobby)
        return;
    assert_control_thread();
    g_clear_handle_id(&lobby->turn, g_source_remove);
    g_clear_handle_id(&lobby->tick, g_source_remove);
    while (lobby->guests.head)
        guest_free(lobby->guests.head->data, &lobby->guests);
    while (lobby->hellos.head)
        guest_free(lobby->hellos.head->data, &lobby->hellos);
    g_free(lobby);
}
