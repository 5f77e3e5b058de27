/* wire_hub.c - libwebsockets for the connections that we open */
#include "web/wire_hub.h"

#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

#define MAX_HEADERS 8192
#define SYSTEM_CA   "system"
#define PLAIN       "plain"

struct WireHub {
    GMainLoop *loop; /* lws wants one to find the context; never run */
    struct lws_context *context;
    GHashTable *vhosts; /* char * (CA file, or one of the two above) -> struct lws_vhost */
};

/* The system's certificates take tens of ms to load: once, and only for who needs them. */
struct lws_vhost *wire_hub_vhost(WireHub *hub, gboolean is_secure, const char *ca_file,
                                 const struct lws_protocols *protocols)
{
    const char *key = !is_secure ? PLAIN : ca_file ? ca_file : SYSTEM_CA;
    gboolean is_own = !is_secure || ca_file;
    struct lws_vhost *vhost = g_hash_table_lookup(hub->vhosts, key);
    if (vhost)
        return vhost;
    g_autofree char *name = g_strdup_printf("wire-%u", g_hash_table_size(hub->vhosts));
    struct lws_context_creation_info info = {
        .vhost_name = name,
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        .client_ssl_ca_filepath = is_secure ? ca_file : NULL,
        .options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_VALIDATE_UTF8 |
                   (is_own ? LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS : 0),
    };
    vhost = lws_create_vhost(hub->context, &info);
    if (vhost)
        g_hash_table_insert(hub->vhosts, g_strdup(key), vhost);
    return vhost;
}

struct lws_context *wire_hub_context(WireHub *hub)
{
    return hub->context;
}

static void on_lws_log(int level, const char *line)
{
    g_autofree char *text = g_strdup(line);
    log_debug(LWS, "%s", g_strchomp(text));
}

WireHub *wire_hub_new(GError **error)
{
    assert_control_thread();
    lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
    WireHub *hub = g_new0(WireHub, 1);
    hub->vhosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    hub->loop = g_main_loop_new(NULL, FALSE);
    void *loops[] = { hub->loop };
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .options = LWS_SERVER_OPTION_GLIB | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                   LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_VALIDATE_UTF8 |
                   LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME,
        .foreign_loops = loops,
        .fd_limit_per_thread = 256,
        .max_http_header_data = MAX_HEADERS,
        .pt_serv_buf_size = 16384,
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
    };
    hub->context = lws_create_context(&info);
    if (!hub->context) {
        wire_hub_free(hub);
        g_set_error(
            error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
            "libwebsockets does not start; is the package libwebsockets-evlib-glib installed?");
        return NULL;
    }
    return hub;
}

void wire_hub_free(WireHub *hub)
{
    if (!hub)
        return;
    assert_control_thread();
    if (hub->context)
        lws_context_destroy(hub->context);
    g_main_loop_unref(hub->loop);
    g_hash_table_unref(hub->vhosts);
    g_free(hub);
}
