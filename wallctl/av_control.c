/* av_control.c - a TCP port for room control systems */
#include "wallctl/av_control.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "web/listen.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINES_PER_S    20
#define BURST_LINES    40
#define PATIENCE       200 /* lines over the rate in a row; then it is a fault of the other side */
#define MAX_WAITING    (256 * 1024) /* bytes that a client has not taken; an answer is whole or none */
#define EVENTS_WAITING (16 * 1024) /* beyond that no events: what it has not read is old already */
#define STALL_S        15          /* takes nothing of what waits */
#define RETRY_S        5           /* the port may be free by then */
#define READ_BYTES     4096
#define REFUSAL_MS     10000

typedef struct {
    AvControl *av;
    int fd;
    guint source, out_source;
    char *address;
    AvLines lines;
    GString *out;
    double tokens;
    gint64 tokens_ns, heard_ns,
        taken_ns; /* taken: when it last took something, or nothing waited */
    guint impatience, n_lost;
    gboolean is_subscribed, is_leaving; /* leaving: goes once out is written */
} Client;

struct AvControl {
    AvEnv env;
    char *host, *wall, *token;
    guint port, max_clients, idle_s;
    GPtrArray *allow; /* GInetAddressMask */
    Listener *listener;
    GPtrArray *clients;
    char *trouble;
    guint timer;
    gint64 retry_ns;
    guint64 n_refused, n_lines;
    LogPacer pacer;
};

/* --- a client ------------------------------------------------------------------------------------------------------
 */

static void free_client(gpointer data)
{
    Client *client = data;
    g_clear_handle_id(&client->source, g_source_remove);
    g_clear_handle_id(&client->out_source, g_source_remove);
    close(client->fd);
    g_string_free(client->out, TRUE);
    g_free(client->address);
    g_free(client);
}

static void drop(Client *client, const char *why)
{
    log_info(AV, "%s: gone: %s", client->address, why);
    g_ptr_array_remove_fast(client->av->clients, client);
}

static gboolean on_writable(gint fd, GIOCondition condition, gpointer user);

static void flush_soon(Client *client)
{
    if (!client->out_source)
        client->out_source =
            g_unix_fd_add(client->fd, G_IO_OUT | G_IO_ERR | G_IO_HUP, on_writable, client);
}

/* FALSE: the client is gone. */
static gboolean flush(Client *client)
{
    while (client->out->len > 0) {
        gssize n = send(client->fd, client->out->str, client->out->len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            break;
        if (n < 0) {
            drop(client, g_strerror(errno));
            return FALSE;
        }
        client->taken_ns = clock_now_ns();
        g_string_erase(client->out, 0, n);
    }
    if (client->out->len == 0 && client->n_lost > 0) {
        g_string_append_printf(client->out, "EVENT LOST n=%u\r\n", client->n_lost);
        client->n_lost = 0;
        return flush(client);
    }
    if (client->out->len > 0)
        flush_soon(client);
    if (client->out->len == 0 && client->is_leaving) {
        drop(client, "said goodbye");
        return FALSE;
    }
    return TRUE;
}

static gboolean on_writable(gint fd, GIOCondition condition, gpointer user)
{
    Client *client = user;
    client->out_source = 0;
    flush(client);
    return G_SOURCE_REMOVE;
}

static gboolean may_speak(Client *client)
{
    gint64 now = clock_now_ns();
    client->tokens = MIN((double)BURST_LINES, client->tokens + (double)(now - client->tokens_ns) /
                                                                   NS_PER_SEC * LINES_PER_S);
    client->tokens_ns = now;
    if (client->tokens < 1) {
        client->impatience++;
        return FALSE;
    }
    client->tokens -= 1;
    client->impatience = 0;
    return TRUE;
}

static void refuse(Client *client, WallError code, const char *en, const char *zh)
{
    g_autoptr(GError) error = NULL;
    wall_error_set_literal(&error, code, en, zh);
    av_add_error(client->out, error);
}

/* Verbs that are about the connection itself. */
static gboolean run_own(Client *client, AvVerb verb)
{
    if (verb < AV_SUBSCRIBE)
        return FALSE;
    g_autoptr(GError) error = NULL;
    g_autoptr(Caller) caller = av_caller(&client->av->env, client->address, &error);
    if (verb == AV_SUBSCRIBE && !caller) {
        av_add_error(client->out, error);
        return TRUE;
    }
    client->is_subscribed =
        verb == AV_SUBSCRIBE || (client->is_subscribed && verb != AV_UNSUBSCRIBE);
    client->is_leaving = verb == AV_BYE;
    g_string_append_printf(client->out, "OK %s\r\n", av_verb_word(verb));
    return TRUE;
}

static gboolean on_line(const char *text, gpointer user)
{
    Client *client = user;
    AvControl *av = client->av;
    g_autoptr(GError) error = NULL;
    AvRequest request = { 0 };
    client->heard_ns = clock_now_ns();
    av->n_lines++;
    if (!may_speak(client)) {
        refuse(client, WALL_ERROR_LIMIT, "at most 20 lines a second", "每秒最多 20 行");
        client->is_leaving = client->impatience >= PATIENCE;
    } else if (!text) {
        refuse(client, WALL_ERROR_LIMIT, "a line has at most 512 bytes", "一行最多 512 字节");
    } else if (!av_request_parse(text, &request, &error)) {
        av_add_error(client->out, error);
    } else if (!run_own(client, request.verb)) {
        av_run(&av->env, &request, client->address, client->out);
    }
    av_request_clear(&request);
    return !client->is_leaving && client->out->len < MAX_WAITING;
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer user)
{
    Client *client = user;
    guint8 data[READ_BYTES];
    gssize n = recv(fd, data, sizeof data, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (n <= 0) {
        client->source = 0;
        drop(client, n < 0 ? g_strerror(errno) : "closed");
        return G_SOURCE_REMOVE;
    }
    gboolean goes_on = av_lines_feed(&client->lines, data, (gsize)n, on_line, client);
    if (!goes_on && !client->is_leaving) {
        client->source = 0;
        drop(client, "takes no answers");
        return G_SOURCE_REMOVE;
    }
    if (client->is_leaving)
        client->source = 0;
    gboolean is_leaving = client->is_leaving;
    return flush(client) && !is_leaving ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* --- who comes -----------------------------------------------------------------------------------------------------
 */

static GInetAddress *address_of(int fd)
{
    struct sockaddr_storage raw;
    socklen_t len = sizeof raw;
    if (getpeername(fd, (struct sockaddr *)&raw, &len) < 0)
        return NULL;
    g_autoptr(GSocketAddress) peer = g_socket_address_new_from_native(&raw, len);
    if (!G_IS_INET_SOCKET_ADDRESS(peer))
        return NULL;
    GInetAddress *address = g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(peer));
    const guint8 *bytes = g_inet_address_to_bytes(address);
    static const guint8 mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    if (g_inet_address_get_native_size(address) == 16 && memcmp(bytes, mapped, sizeof mapped) == 0)
        return g_inet_address_new_from_bytes(bytes + sizeof mapped, G_SOCKET_FAMILY_IPV4);
    return g_object_ref(address);
}

static gboolean is_allowed(const AvControl *av, GInetAddress *address)
{
    for (guint i = 0; i < av->allow->len; i++) {
        if (g_inet_address_mask_matches(av->allow->pdata[i], address))
            return TRUE;
    }
    return FALSE;
}

static void turn_away(AvControl *av, int fd, const char *address, const char *why)
{
    guint held;
    av->n_refused++;
    if (log_pacer_pass(&av->pacer, REFUSAL_MS, &held))
        log_warning(AV, "%s: not let in: %s (%u more since the last line)", address, why, held);
    close(fd);
}

static void on_accepted(int fd, gboolean is_local, gpointer user)
{
    AvControl *av = user;
    g_autoptr(GInetAddress) address = address_of(fd);
    g_autofree char *text = address ? g_inet_address_to_string(address) : g_strdup("?");
    int on = 1;
    if (!address || !is_allowed(av, address)) {
        turn_away(av, fd, text, "its address is not in av_control.allow");
        return;
    }
    if (av->clients->len >= av->max_clients) {
        turn_away(av, fd, text, "as many are here as av_control.clients allows");
        return;
    }
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    Client *client = g_new0(Client, 1);
    *client = (Client) { .av = av,
                         .fd = fd,
                         .address = g_steal_pointer(&text),
                         .out = g_string_new(NULL),
                         .tokens = BURST_LINES,
                         .tokens_ns = clock_now_ns(),
                         .heard_ns = clock_now_ns(),
                         .taken_ns = clock_now_ns() };
    client->source = g_unix_fd_add(fd, G_IO_IN | G_IO_ERR | G_IO_HUP, on_readable, client);
    g_ptr_array_add(av->clients, client);
    log_info(AV, "%s: connected", client->address);
    g_string_append_printf(client->out, "HELLO wallctl 1 wall=%s\r\n", av->wall);
    flush(client);
}

static void listen_now(AvControl *av)
{
    g_autoptr(GError) error = NULL;
    av->listener = listener_new_tcp(av->host, av->port, on_accepted, av, &error);
    if (av->listener)
        log_info(AV, "listening at %s:%u", av->host, listener_port(av->listener));
    else if (g_strcmp0(av->trouble, error->message) != 0)
        log_error(AV, "%s", error->message);
    g_free(av->trouble);
    av->trouble = error ? g_strdup(error->message) : NULL;
    av->retry_ns = clock_now_ns() + RETRY_S * NS_PER_SEC;
}

static gboolean on_timer(gpointer user)
{
    AvControl *av = user;
    gint64 now = clock_now_ns();
    if (*av->host && !av->listener && now >= av->retry_ns)
        listen_now(av);
    for (guint i = av->clients->len; i > 0; i--) {
        Client *client = av->clients->pdata[i - 1];
        if (client->out->len == 0)
            client->taken_ns = now;
        if (now - client->taken_ns > STALL_S * NS_PER_SEC)
            drop(client, "takes no answers");
        else if (now - client->heard_ns > av->idle_s * NS_PER_SEC)
            drop(client, "said nothing for too long");
    }
    return G_SOURCE_CONTINUE;
}

/* --- public --------------------------------------------------------------------------------------------------------
 */

void av_control_event(AvControl *av, const char *name, Json *data)
{
    for (guint i = av->clients->len; i > 0; i--) {
        Client *client = av->clients->pdata[i - 1];
        g_autoptr(Caller) caller =
            client->is_subscribed ? av_caller(&av->env, client->address, NULL) : NULL;
        g_autoptr(GString) line = g_string_new(NULL);
        if (!caller || !av_add_event(&av->env, caller, name, data, line))
            continue;
        if (client->out->len > EVENTS_WAITING || client->n_lost > 0) {
            client->n_lost++;
            continue;
        }
        g_string_append_len(client->out, line->str, (gssize)line->len);
        flush_soon(client); /* a command of this very client may be under way */
    }
}

Json *av_control_state(const AvControl *av)
{
    if (!*av->host)
        return NULL;
    Json *json = json_object_new_object();
    gboolean is_v6 = strchr(av->host, ':') != NULL;
    g_autofree char *address =
        g_strdup_printf(is_v6 ? "[%s]:%u" : "%s:%u", av->host,
                        av->listener ? listener_port(av->listener) : av->port);
    json_add_string(json, "address", address);
    json_add_int(json, "clients", av->clients->len);
    json_add_int(json, "refused", (gint64)av->n_refused);
    json_add_int(json, "lines", (gint64)av->n_lines);
    json_add_string(json, "trouble", av->trouble);
    return json;
}

static gboolean is_same(const AvControl *av, const AvConfig *config)
{
    guint n = config->allow ? g_strv_length(config->allow) : 0;
    gboolean is_same =
        strcmp(av->host, config->host) == 0 && av->port == config->port &&
        strcmp(av->wall, config->wall) == 0 && strcmp(av->token, config->token) == 0 &&
        av->max_clients == config->clients && av->idle_s == config->idle_s && av->allow->len == n;
    for (guint i = 0; is_same && i < n; i++) {
        g_autoptr(GInetAddressMask) mask =
            g_inet_address_mask_new_from_string(config->allow[i], NULL);
        is_same = g_inet_address_mask_equal(mask, av->allow->pdata[i]);
    }
    return is_same;
}

static void stop(AvControl *av)
{
    g_ptr_array_set_size(av->clients, 0);
    g_clear_pointer(&av->listener, listener_free);
    g_clear_pointer(&av->host, g_free);
    g_clear_pointer(&av->wall, g_free);
    g_clear_pointer(&av->token, g_free);
    g_clear_pointer(&av->trouble, g_free);
    g_ptr_array_set_size(av->allow, 0);
}

static void begin(AvControl *av, const AvConfig *config)
{
    av->host = g_strdup(config->host);
    av->wall = g_strdup(config->wall);
    av->token = g_strdup(config->token);
    av->port = config->port;
    av->max_clients = config->clients;
    av->idle_s = config->idle_s;
    for (guint i = 0; config->allow && config->allow[i]; i++)
        g_ptr_array_add(av->allow, g_inet_address_mask_new_from_string(config->allow[i], NULL));
    if (*av->host)
        listen_now(av);
}

void av_control_reload(AvControl *av, const Config *config)
{
    assert_control_thread();
    if (is_same(av, &config->av))
        return;
    stop(av);
    begin(av, &config->av);
}

AvControl *av_control_new(const AvEnv *env, const Config *config)
{
    AvControl *av = g_new0(AvControl, 1);
    av->env = *env;
    av->allow = g_ptr_array_new_with_free_func(g_object_unref);
    av->clients = g_ptr_array_new_with_free_func(free_client);
    begin(av, &config->av);
    av->timer = g_timeout_add_seconds(1, on_timer, av);
    return av;
}

void av_control_free(AvControl *av)
{
    if (!av)
        return;
    assert_control_thread();
    g_source_remove(av->timer);
    stop(av);
    g_ptr_array_unref(av->clients);
    g_ptr_array_unref(av->allow);
    g_free(av);
}
