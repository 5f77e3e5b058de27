/* listen.c - listening sockets, with messages that say why one cannot listen
 *
 * Connections are accepted here and adopted by libwebsockets afterwards: its own listener would
 * unlink a live socket file, open a new one with the umask's mode, and defer an address that does
 * not exist.
 */
#include "web/listen.h"

#include "wallctl/base/error.h"
#include "wallctl/base/log.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG         128
#define ACCEPTS_A_TURN  32  /* then the loop's other sources have their turn */
#define FULL_PAUSE_MS   200 /* no descriptor left: do not spin */
#define WARNING_PACE_MS 10000

struct Listener {
    int fd;
    guint watch, pause;
    guint port;
    char *path; /* UNIX */
    dev_t device;
    ino_t inode; /* of our socket file */
    ListenerAccepted accepted;
    gpointer user;
    LogPacer pacer;
};

static gboolean on_connection(gint fd, GIOCondition condition, gpointer user);

static gboolean on_pause_over(gpointer user)
{
    Listener *listener = user;
    listener->pause = 0;
    listener->watch = g_unix_fd_add(listener->fd, G_IO_IN, on_connection, listener);
    return G_SOURCE_REMOVE;
}

static gboolean on_connection(gint fd, GIOCondition condition, gpointer user)
{
    Listener *listener = user;
    for (guint i = 0; i < ACCEPTS_A_TURN; i++) {
        int client = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client >= 0) {
            int on = 1;
            if (!listener->path)
                setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            listener->accepted(client, listener->path != NULL, listener->user);
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED)
            continue;
        if (errno == EAGAIN)
            return G_SOURCE_CONTINUE;
        guint held;
        int cause = errno;
        if (log_pacer_pass(&listener->pacer, WARNING_PACE_MS, &held))
            log_warning(WEB, "accept: %s (%u more not reported)", g_strerror(cause), held);
        listener->watch = 0;
        listener->pause = g_timeout_add(FULL_PAUSE_MS, on_pause_over, listener);
        return G_SOURCE_REMOVE;
    }
    return G_SOURCE_CONTINUE;
}

static Listener *begin(int fd, const char *path, guint port, ListenerAccepted accepted,
                       gpointer user)
{
    Listener *listener = g_new0(Listener, 1);
    listener->fd = fd;
    listener->path = g_strdup(path);
    listener->port = port;
    listener->accepted = accepted;
    listener->user = user;
    listener->watch = g_unix_fd_add(fd, G_IO_IN, on_connection, listener);
    return listener;
}

Listener *listener_new_tcp(const char *host, guint port, ListenerAccepted accepted, gpointer user,
                           GError **error)
{
    g_autoptr(GInetAddress) address = strcmp(host, "localhost") == 0
                                          ? g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4)
                                          : g_inet_address_new_from_string(host);
    if (!address || port > G_MAXUINT16) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "cannot listen on %s port %u: a numeric address or 'localhost' and a port up "
                    "to 65535 are accepted",
                    host, port);
        return NULL;
    }
    g_autoptr(GSocketAddress) wanted = g_inet_socket_address_new(address, (guint16)port);
    struct sockaddr_storage raw;
    gssize raw_len = g_socket_address_get_native_size(wanted);
    g_assert(g_socket_address_to_native(wanted, &raw, sizeof(raw), NULL));
    int fd = socket(raw.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (fd < 0 || bind(fd, (struct sockaddr *)&raw, (socklen_t)raw_len) < 0 ||
        listen(fd, BACKLOG) < 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "cannot listen on %s port %u: %s%s",
                    host, port, g_strerror(errno),
                    errno == EADDRINUSE ? " (another program, or another wallctl, has it)" : "");
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    struct sockaddr_storage bound;
    socklen_t bound_len = sizeof(bound);
    getsockname(fd, (struct sockaddr *)&bound, &bound_len);
    in_port_t chosen = bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                                   : ((struct sockaddr_in *)&bound)->sin_port;
    return begin(fd, NULL, g_ntohs(chosen), accepted, user);
}

static char *dup_user_name(uid_t uid)
{
    struct passwd entry, *found = NULL;
    char names[1024];
    if (getpwuid_r(uid, &entry, names, sizeof(names), &found) == 0 && found)
        return g_strdup(found->pw_name);
    return g_strdup_printf("%u", (guint)uid);
}

/* What is at path, whose it is, and what to do about it. */
static void refuse_path(const char *path, const struct stat *status, const char *cause,
                        GError **error)
{
    g_autofree char *owner = dup_user_name(status->st_uid), *me = dup_user_name(geteuid());
    g_autofree char *quoted = g_shell_quote(path);
    g_set_error(
        error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
        "%s: a %s of user %s is there and user %s cannot replace it (%s); if nobody uses it, "
        "remove it (sudo rm %s), else set site.socket_path to another path",
        path, S_ISSOCK(status->st_mode) ? "socket" : "file", owner, me, cause, quoted);
}

/* Why no socket can be made at path. */
static void refuse_bind(const char *path, const char *dir, int cause, GError **error)
{
    gboolean is_right = cause == EACCES || cause == EPERM || cause == EROFS;
    struct stat status;
    if (is_right && lstat(path, &status) == 0) {
        refuse_path(path, &status, g_strerror(cause), error);
        return;
    }
    g_autofree char *hint = NULL;
    if (is_right && stat(dir, &status) == 0) {
        g_autofree char *owner = dup_user_name(status.st_uid), *me = dup_user_name(geteuid());
        hint = g_strdup_printf(
            "; its folder is of user %s with mode %04o: let user %s write there, or "
            "set site.socket_path to another path",
            owner, status.st_mode & 07777, me);
    }
    g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "cannot listen on %s: %s%s", path,
                g_strerror(cause), hint ? hint : "");
}

/* FALSE when something that is not ours to replace is at path. */
static gboolean may_replace(const char *path, const struct sockaddr_un *address, GError **error)
{
    struct stat status;
    if (lstat(path, &status) < 0)
        return TRUE;
    if (!S_ISSOCK(status.st_mode)) {
        refuse_path(path, &status, "it is no socket", error);
        return FALSE;
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* Only a refused connection proves that nobody listens; a full backlog (EAGAIN) is somebody. */
    int cause = errno;
    if (fd >= 0) {
        gboolean is_open = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;
        cause = is_open ? 0 : errno;
        close(fd);
    }
    if (cause == ECONNREFUSED)
        return TRUE;
    g_autofree char *owner = dup_user_name(status.st_uid);
    if (cause == EACCES || cause == EPERM)
        refuse_path(path, &status, "no right to ask whether somebody listens there", error);
    else
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
                    "%s: another wallctl listens there, of user %s; stop it, or set "
                    "site.socket_path to another path",
                    path, owner);
    return FALSE;
}

Listener *listener_new_unix(const char *path, ListenerAccepted accepted, gpointer user,
                            GError **error)
{
    /* Bound under a name of its own, given its mode and only then renamed: there is no moment with
     * another mode. */
    g_autofree char *fresh = g_strdup_printf("%s.%d", path, (int)getpid());
    struct sockaddr_un address = { .sun_family = AF_UNIX }, final = { .sun_family = AF_UNIX };
    if (strlen(fresh) >= sizeof(address.sun_path)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "%s: a socket's path has at most %zu bytes", path,
                    sizeof(address.sun_path) - 10);
        return NULL;
    }
    strcpy(address.sun_path, fresh);
    strcpy(final.sun_path, path);
    g_autofree char *dir = g_path_get_dirname(path);
    if (g_mkdir_with_parents(dir, 0750) < 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s: %s", dir, g_strerror(errno));
        return NULL;
    }
    if (!may_replace(path, &final, error))
        return NULL;
    unlink(fresh);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct stat status;
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        chmod(fresh, 0660) < 0 || listen(fd, BACKLOG) < 0 || lstat(fresh, &status) < 0 ||
        rename(fresh, path) < 0) {
        refuse_bind(path, dir, errno, error);
        unlink(fresh);
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    Listener *listener = begin(fd, path, 0, accepted, user);
    listener->device = status.st_dev;
    listener->inode = status.st_ino;
    return listener;
}

guint listener_port(const Listener *listener)
{
    return listener->port;
}

void listener_free(Listener *listener)
{
    if (!listener)
        return;
    g_clear_handle_id(&listener->watch, g_source_remove);
    g_clear_handle_id(&listener->pause, g_source_remove);
    close(listener->fd);
    struct stat status;
    if (listener->path && lstat(listener->path, &status) == 0 &&
        status.st_dev == listener->device && status.st_ino == listener->inode)
        unlink(listener->path);
    g_free(listener->path);
    g_free(listener);
}
