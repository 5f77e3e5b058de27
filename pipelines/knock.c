/* knock.c - asks an RTSP port whether somebody is there */
#include "pipelines/knock.h"

#include "pipelines/gate.h"

#include <gio/gio.h>
#include <string.h>

struct Knock {
    void (*answered)(gboolean, gpointer);
    gpointer user;
    GCancellable *cancel;
    GSocketConnection *connection;
    guint timer;
    gboolean is_freed; /* by its owner; lives until the last operation is back */
    gboolean is_busy;  /* an operation is under way */
    gboolean is_over;  /* answered was called */
    gboolean is_tls;
    guint16 port;
    char *request;
    char reply[16];
};

static void destroy(Knock *knock)
{
    if (!knock->is_freed || knock->is_busy)
        return;
    g_clear_object(&knock->connection);
    g_object_unref(knock->cancel);
    g_free(knock->request);
    g_free(knock);
}

static void finish(Knock *knock, gboolean is_there)
{
    if (knock->timer)
        g_source_remove(knock->timer);
    knock->timer = 0;
    gboolean was_over = knock->is_over;
    knock->is_over = TRUE;
    if (!was_over && !knock->is_freed)
        knock->answered(is_there, knock->user); /* may free the knock; is_busy keeps it */
}

static void on_reply(GObject *source, GAsyncResult *result, gpointer user)
{
    Knock *knock = user;
    gssize got = g_input_stream_read_finish(G_INPUT_STREAM(source), result, NULL);
    finish(knock, got >= 5 && memcmp(knock->reply, "RTSP/", 5) == 0);
    knock->is_busy = FALSE;
    destroy(knock);
}

static void on_written(GObject *source, GAsyncResult *result, gpointer user)
{
    Knock *knock = user;
    if (!g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, NULL)) {
        finish(knock, FALSE);
        knock->is_busy = FALSE;
        destroy(knock);
        return;
    }
    g_input_stream_read_async(g_io_stream_get_input_stream(G_IO_STREAM(knock->connection)),
                              knock->reply, sizeof knock->reply, G_PRIORITY_DEFAULT, knock->cancel,
                              on_reply, knock);
}

static void on_connected(GObject *source, GAsyncResult *result, gpointer user)
{
    Knock *knock = user;
    knock->connection = g_socket_client_connect_finish(G_SOCKET_CLIENT(source), result, NULL);
    if (!knock->connection || knock->is_tls) {
        finish(knock, knock->connection != NULL);
        knock->is_busy = FALSE;
        destroy(knock);
        return;
    }
    g_output_stream_write_all_async(g_io_stream_get_output_stream(G_IO_STREAM(knock->connection)),
                                    knock->request, strlen(knock->request), G_PRIORITY_DEFAULT,
                                    knock->cancel, on_written, knock);
}

static void on_found(GObject *source, GAsyncResult *result, gpointer user)
{
    Knock *knock = user;
    GList *found = g_resolver_lookup_by_name_finish(G_RESOLVER(source), result, NULL);
    g_autoptr(GInetAddress) address = gate_choose(found);
    if (!address || knock->is_freed) {
        finish(knock, FALSE);
        knock->is_busy = FALSE;
        destroy(knock);
        return;
    }
    g_autoptr(GSocketAddress) target = g_inet_socket_address_new(address, knock->port);
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_socket_client_set_enable_proxy(client, FALSE);
    g_socket_client_connect_async(client, G_SOCKET_CONNECTABLE(target), knock->cancel, on_connected,
                                  knock);
}

static gboolean on_limit(gpointer user)
{
    Knock *knock = user;
    knock->timer = 0;
    g_cancellable_cancel(knock->cancel); /* the operation under way comes back and finishes */
    return G_SOURCE_REMOVE;
}

Knock *knock_new(const char *address, guint limit_ms, void (*answered)(gboolean, gpointer),
                 gpointer user)
{
    Knock *knock = g_new0(Knock, 1);
    knock->answered = answered;
    knock->user = user;
    knock->cancel = g_cancellable_new();
    knock->is_busy = TRUE;
    knock->request = g_strdup_printf(
        "OPTIONS %s RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: wallctl/" WALLCTL_VERSION "\r\n\r\n",
        address);
    knock->is_tls = g_ascii_strncasecmp(address, "rtsps:", 6) == 0;
    knock->timer = g_timeout_add(limit_ms, on_limit, knock);
    g_autoptr(GSocketConnectable) place =
        g_network_address_parse_uri(address, knock->is_tls ? 322 : 554, NULL);
    const char *host = place ? g_network_address_get_hostname(G_NETWORK_ADDRESS(place)) : "";
    knock->port = place ? g_network_address_get_port(G_NETWORK_ADDRESS(place)) : 0;
    g_autoptr(GResolver) resolver = g_resolver_get_default();
    g_resolver_lookup_by_name_async(resolver, host, knock->cancel, on_found, knock);
    return knock;
}

void knock_free(Knock *knock)
{
    if (!knock)
        return;
    if (knock->timer)
        g_source_remove(knock->timer);
    knock->timer = 0;
    knock->is_freed = TRUE;
    g_cancellable_cancel(knock->cancel);
    destroy(knock);
}
