/* networks.c - where cameras may be */
#include "config/networks.h"

#include "wallctl/base/error.h"

#include <arpa/inet.h>
#include <string.h>

#define MAX_PORT 65535

typedef struct {
    guint first, last;
} PortRange;

struct Networks {
    gint refs;
    GPtrArray *masks; /* GInetAddressMask; empty: the default */
    GArray *ports;    /* PortRange; empty: all */
};

/* No list, and no network that is wider, holds these. */
static const char *const special[] = {
    "0.0.0.0/8",                            /* which is this machine, too */
    "127.0.0.0/8",        "169.254.0.0/16", /* link-local; the metadata services of most clouds */
    "100.100.100.200/32",                   /* that of Alibaba Cloud */
    "168.63.129.16/32",                     /* that of Azure */
    "224.0.0.0/4",        "240.0.0.0/4",       "::/128", "::1/128",
    "fe80::/10",          "fd00:ec2::254/128", /* that of AWS */
    "fd20:ce::254/128",                        /* that of Google Cloud */
    "ff00::/8",
};

static GPtrArray *special_masks(void)
{
    static GPtrArray *masks;
    static gsize is_made;
    if (g_once_init_enter(&is_made)) {
        masks = g_ptr_array_new();
        for (gsize i = 0; i < G_N_ELEMENTS(special); i++)
            g_ptr_array_add(masks, g_inet_address_mask_new_from_string(special[i], NULL));
        g_once_init_leave(&is_made, 1);
    }
    return masks;
}

Networks *networks_new(void)
{
    Networks *networks = g_new0(Networks, 1);
    networks->refs = 1;
    networks->masks = g_ptr_array_new_with_free_func(g_object_unref);
    networks->ports = g_array_new(FALSE, FALSE, sizeof(PortRange));
    return networks;
}

Networks *networks_ref(Networks *networks)
{
    g_atomic_int_inc(&networks->refs);
    return networks;
}

void networks_unref(Networks *networks)
{
    if (!networks || !g_atomic_int_dec_and_test(&networks->refs))
        return;
    g_ptr_array_unref(networks->masks);
    g_array_unref(networks->ports);
    g_free(networks);
}

/* GLib takes any number behind the slash and warns of it later. */
GInetAddressMask *network_from_text(const char *text)
{
    const char *slash = strchr(text, '/');
    guint64 length;
    if (slash && !g_ascii_string_to_unsigned(slash + 1, 10, 0, 128, &length, NULL))
        return NULL;
    return g_inet_address_mask_new_from_string(text, NULL);
}

gboolean networks_add(Networks *networks, const char *text)
{
    GInetAddressMask *mask = network_from_text(text);
    if (mask)
        g_ptr_array_add(networks->masks, mask);
    return mask != NULL;
}

gboolean networks_add_ports(Networks *networks, const char *text)
{
    g_auto(GStrv) ends = g_strsplit(text, "-", 2);
    guint64 first, last;
    if (!ends[0] || !g_ascii_string_to_unsigned(ends[0], 10, 1, MAX_PORT, &first, NULL))
        return FALSE;
    last = first;
    if (ends[1] && !g_ascii_string_to_unsigned(ends[1], 10, first, MAX_PORT, &last, NULL))
        return FALSE;
    PortRange range = { (guint)first, (guint)last };
    g_array_append_val(networks->ports, range);
    return TRUE;
}

gboolean networks_equal(const Networks *a, const Networks *b)
{
    if (a->masks->len != b->masks->len || a->ports->len != b->ports->len)
        return FALSE;
    for (guint i = 0; i < a->masks->len; i++) {
        if (!g_inet_address_mask_equal(a->masks->pdata[i], b->masks->pdata[i]))
            return FALSE;
    }
    for (guint i = 0; i < a->ports->len; i++) {
        const PortRange *x = &g_array_index(a->ports, PortRange, i);
        const PortRange *y = &g_array_index(b->ports, PortRange, i);
        if (x->first != y->first || x->last != y->last)
            return FALSE;
    }
    return TRUE;
}

/* --- addresses ---------------------------------------------------------------------------------
 */

/* ::ffff:127.0.0.1 is 127.0.0.1. Caller owns. */
static GInetAddress *plain_address(GInetAddress *address)
{
    static const guint8 mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    const guint8 *bytes = g_inet_address_to_bytes(address);
    gboolean is_mapped = g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6 &&
                         memcmp(bytes, mapped, sizeof mapped) == 0;
    return is_mapped ? g_inet_address_new_from_bytes(bytes + sizeof mapped, G_SOCKET_FAMILY_IPV4)
                     : g_object_ref(address);
}

/* The length of the special network around address; 0: it is an ordinary one. */
static guint special_length(GInetAddress *address)
{
    GPtrArray *masks = special_masks();
    for (guint i = 0; i < masks->len; i++) {
        if (g_inet_address_mask_matches(masks->pdata[i], address))
            return g_inet_address_mask_get_length(masks->pdata[i]);
    }
    return 0;
}

gboolean networks_hold(const Networks *networks, GInetAddress *address)
{
    g_autoptr(GInetAddress) plain = plain_address(address);
    guint least = special_length(plain);
    if (networks->masks->len == 0)
        return least == 0;
    for (guint i = 0; i < networks->masks->len; i++) {
        GInetAddressMask *mask = networks->masks->pdata[i];
        if (g_inet_address_mask_matches(mask, plain) &&
            g_inet_address_mask_get_length(mask) >= least)
            return TRUE;
    }
    return FALSE;
}

GInetAddress *networks_literal(const char *host)
{
    g_autofree char *name = g_ascii_strdown(host, -1);
    if (g_str_has_suffix(name, "."))
        name[strlen(name) - 1] = '\0';
    if (strcmp(name, "localhost") == 0 || g_str_has_suffix(name, ".localhost"))
        return g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
    GInetAddress *address = g_inet_address_new_from_string(name);
    struct in_addr in;
    if (!address && inet_aton(name, &in))
        address = g_inet_address_new_from_bytes((const guint8 *)&in.s_addr, G_SOCKET_FAMILY_IPV4);
    return address;
}

GList *networks_filter(const Networks *networks, GList *addresses, char **refused)
{
    *refused = NULL;
    for (GList *item = addresses; item;) {
        GList *next = item->next;
        if (!networks_hold(networks, item->data)) {
            g_free(*refused);
            *refused = g_inet_address_to_string(item->data);
            g_object_unref(item->data);
            addresses = g_list_delete_link(addresses, item);
        }
        item = next;
    }
    if (addresses)
        g_clear_pointer(refused, g_free);
    return addresses;
}

static gboolean holds_port(const Networks *networks, guint port)
{
    gboolean is_held = networks->ports->len == 0;
    for (guint i = 0; i < networks->ports->len && !is_held; i++) {
        const PortRange *range = &g_array_index(networks->ports, PortRange, i);
        is_held = port >= range->first && port <= range->last;
    }
    return is_held;
}

/* --- words -------------------------------------------------------------------------------------
 */

static char *dup_list(const Networks *networks, const char *between)
{
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < networks->masks->len; i++) {
        g_autofree char *text = g_inet_address_mask_to_string(networks->masks->pdata[i]);
        g_string_append_printf(list, "%s%s", i ? between : "", text);
    }
    return g_string_free(list, FALSE);
}

char *networks_dup_accepted(const Networks *networks)
{
    if (networks->masks->len == 0)
        return g_strdup("any but those of this machine (127.0.0.0/8), link-local, multicast and "
                        "cloud metadata ones, unless site.camera_networks names them");
    g_autofree char *list = dup_list(networks, ", ");
    return g_strdup_printf("addresses in site.camera_networks: %s", list);
}

char *networks_dup_accepted_zh(const Networks *networks)
{
    if (networks->masks->len == 0)
        return g_strdup("本机（127.0.0.0/8）、链路本地、组播、云元数据以外的地址；"
                        "确要用这些地址，先写进配置的 site.camera_networks");
    g_autofree char *list = dup_list(networks, "、");
    return g_strdup_printf("site.camera_networks 里的网段：%s", list);
}

static char *dup_ports(const Networks *networks, const char *between)
{
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < networks->ports->len; i++) {
        const PortRange *range = &g_array_index(networks->ports, PortRange, i);
        g_string_append_printf(list, "%s%u", i ? between : "", range->first);
        if (range->last != range->first)
            g_string_append_printf(list, "-%u", range->last);
    }
    return g_string_free(list, FALSE);
}

char *networks_dup_accepted_ports(const Networks *networks)
{
    g_autofree char *list = dup_ports(networks, ", ");
    return g_strdup_printf("ports in site.camera_ports: %s", list);
}

char *networks_dup_accepted_ports_zh(const Networks *networks)
{
    g_autofree char *list = dup_ports(networks, "、");
    return g_strdup_printf("site.camera_ports 里的端口：%s", list);
}

/* Where an address leads that names no port. */
static guint usual_port(const char *scheme)
{
    static const struct {
        const char *scheme;
        guint port;
    } usual[] = { { "rtsps", 322 }, { "http", 80 }, { "https", 443 } };
    for (gsize i = 0; i < G_N_ELEMENTS(usual); i++) {
        if (g_strcmp0(scheme, usual[i].scheme) == 0)
            return usual[i].port;
    }
    return 554;
}

char *networks_dup_fault(const Networks *networks, const char *address)
{
    g_autofree char *scheme = NULL, *host = NULL;
    int port = -1;
    if (!g_uri_split(address, G_URI_FLAGS_NONE, &scheme, NULL, &host, &port, NULL, NULL, NULL,
                     NULL) ||
        !host)
        return g_strdup("is not an address");
    guint used = port > 0 ? (guint)port : usual_port(scheme);
    g_autoptr(GInetAddress) literal = networks_literal(host);
    if (literal && !networks_hold(networks, literal)) {
        g_autofree char *text = g_inet_address_to_string(literal);
        g_autofree char *accepted = networks_dup_accepted(networks);
        return g_strdup_printf("leads to %s, where no camera may be; accepted: %s", text, accepted);
    }
    if (!holds_port(networks, used)) {
        g_autofree char *accepted = networks_dup_accepted_ports(networks);
        return g_strdup_printf("leads to port %u, where no camera may be; accepted: %s", used,
                               accepted);
    }
    return NULL;
}

gboolean networks_check(const Networks *networks, const char *address, GError **error)
{
    g_autofree char *fault = networks_dup_fault(networks, address);
    if (!fault)
        return TRUE;
    gboolean is_port = g_str_has_prefix(fault, "leads to port ");
    g_autofree char *accepted_zh =
        is_port ? networks_dup_accepted_ports_zh(networks) : networks_dup_accepted_zh(networks);
    g_autofree char *en = g_strdup_printf("\"%s\" %s", address, fault);
    g_autofree char *zh =
        g_strdup_printf("“%s”不在允许的摄像机网段或端口里；可以用：%s", address, accepted_zh);
    wall_error_set_literal(error, WALL_ERROR_DENIED, en, zh);
    return FALSE;
}

void networks_refuse(const Networks *networks, const char *name, const char *leads_to,
                     GError **error)
{
    g_autofree char *accepted = networks_dup_accepted(networks);
    g_autofree char *accepted_zh = networks_dup_accepted_zh(networks);
    g_autofree char *en = g_strdup_printf(
        "\"%s\" leads to %s, where no camera may be; accepted: %s", name, leads_to, accepted);
    g_autofree char *zh = g_strdup_printf("“%s”解析到 %s，不在允许的摄像机网段里；可以用：%s", name,
                                          leads_to, accepted_zh);
    wall_error_set_literal(error, WALL_ERROR_DENIED, en, zh);
}
