/* discovery.c - who is there: WS-Discovery by multicast and by asking addresses one by one */
#include "onvif/discovery.h"

#include "wallctl/base/error.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GROUP          "239.255.255.250"
#define MAX_SOCKETS    17
#define MAX_DATAGRAM   65536
#define BURST          8   /* probes between two looks for answers */
#define PAUSE_MS       10  /* after a burst */
#define ROUNDS         2   /* datagrams get lost */
#define ROUND_PAUSE_MS 300 /* between them */

/* --- targets -----------------------------------------------------------------------------------
 */

static void free_target(gpointer data)
{
    DiscoveryTarget *target = data;
    g_object_unref(target->address);
    g_free(target);
}

GPtrArray *discovery_targets_new(void)
{
    return g_ptr_array_new_with_free_func(free_target);
}

static void add_target(GPtrArray *targets, guint32 host, guint16 web_port, gboolean is_of_range)
{
    guint32 bytes = htonl(host);
    DiscoveryTarget *target = g_new(DiscoveryTarget, 1);
    *target = (DiscoveryTarget) { g_inet_address_new_from_bytes((const guint8 *)&bytes,
                                                                G_SOCKET_FAMILY_IPV4),
                                  web_port, is_of_range };
    g_ptr_array_add(targets, target);
}

static gboolean refuse(const char *text, const char *accepted, const char *accepted_zh,
                       GError **error)
{
    g_autofree char *shown = g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), 60));
    g_autofree char *en =
        g_strdup_printf("addresses: \"%s\" is refused; accepted: %s", shown, accepted);
    g_autofree char *zh = g_strdup_printf("不能搜索“%s”；可以用：%s", shown, accepted_zh);
    wall_error_set_literal(error, WALL_ERROR_INVALID, en, zh);
    return FALSE;
}

/* "10.1.2.3", "10.1.2.3:8080", "10.1.2.0/24". */
static gboolean read_target(const char *text, guint32 *host, guint *length, guint16 *web_port)
{
    g_autofree char *place = g_strdup(text);
    char *slash = strchr(place, '/'), *colon = strchr(place, ':');
    guint64 number = 32, port = DISCOVERY_WEB_PORT;
    if (slash && colon)
        return FALSE;
    if (slash)
        *slash = '\0';
    if (colon)
        *colon = '\0';
    struct in_addr in;
    if ((slash && !g_ascii_string_to_unsigned(slash + 1, 10, 0, 32, &number, NULL)) ||
        (colon && !g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL)) ||
        inet_pton(AF_INET, place, &in) != 1)
        return FALSE;
    *host = ntohl(in.s_addr);
    *length = (guint)number;
    *web_port = (guint16)port;
    guint32 rest = number == 32 ? 0 : G_MAXUINT32 >> number;
    return !(*host & rest);
}

gboolean discovery_add_targets(GPtrArray *targets, const char *text, const Networks *networks,
                               GError **error)
{
    guint32 host;
    guint length;
    guint16 web_port;
    if (!read_target(text, &host, &length, &web_port) || length < 22)
        return refuse(text, DISCOVERY_ACCEPTED, DISCOVERY_ACCEPTED_ZH, error);
    guint32 count = length == 32 ? 1 : 1u << (32 - length);
    gboolean has_ends = length < 31; /* the network's own address and its broadcast */
    guint n_before = targets->len;
    for (guint32 i = has_ends ? 1 : 0; i < count - (has_ends ? 1 : 0); i++) {
        add_target(targets, host + i, web_port, length < 32);
        const DiscoveryTarget *last = targets->pdata[targets->len - 1];
        if (!networks_hold(networks, last->address))
            g_ptr_array_remove_index(targets, targets->len - 1);
    }
    if (targets->len == n_before) {
        g_autofree char *accepted = networks_dup_accepted(networks);
        g_autofree char *accepted_zh = networks_dup_accepted_zh(networks);
        return refuse(text, accepted, accepted_zh, error);
    }
    if (targets->len > DISCOVERY_MAX_ADDRESSES)
        return refuse(text, DISCOVERY_ACCEPTED, DISCOVERY_ACCEPTED_ZH, error);
    return TRUE;
}

/* --- sockets -----------------------------------------------------------------------------------
 */

typedef struct {
    const OnvifLimits *limits;
    DiscoveryFound found;
    gpointer user;
    char *message_id, *probe;
    struct pollfd sockets[MAX_SOCKETS]; /* the first is for targets */
    guint n_sockets;
    char *buffer;
} Search;

static int open_udp(const struct in_addr *interface)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_in own = { .sin_family = AF_INET };
    if (interface)
        own.sin_addr = *interface;
    if (fd >= 0 && (bind(fd, (struct sockaddr *)&own, sizeof own) != 0 ||
                    (interface && setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, interface,
                                             sizeof *interface) != 0))) {
        close(fd);
        return -1;
    }
    return fd;
}

static void add_socket(Search *search, const struct in_addr *interface)
{
    int fd = search->n_sockets < MAX_SOCKETS ? open_udp(interface) : -1;
    if (fd >= 0)
        search->sockets[search->n_sockets++] = (struct pollfd) { fd, POLLIN, 0 };
}

static gboolean is_for_cameras(const struct ifaddrs *item, const Networks *networks)
{
    if (!item->ifa_addr || item->ifa_addr->sa_family != AF_INET || !(item->ifa_flags & IFF_UP) ||
        !(item->ifa_flags & IFF_MULTICAST) || (item->ifa_flags & IFF_LOOPBACK))
        return FALSE;
    const struct sockaddr_in *own = (const struct sockaddr_in *)(const void *)item->ifa_addr;
    g_autoptr(GInetAddress) address =
        g_inet_address_new_from_bytes((const guint8 *)&own->sin_addr, G_SOCKET_FAMILY_IPV4);
    return networks_hold(networks, address);
}

static void add_interfaces(Search *search)
{
    struct ifaddrs *all = NULL;
    if (getifaddrs(&all) != 0)
        return;
    for (const struct ifaddrs *item = all; item; item = item->ifa_next) {
        if (is_for_cameras(item, search->limits->networks))
            add_socket(search,
                       &((const struct sockaddr_in *)(const void *)item->ifa_addr)->sin_addr);
    }
    freeifaddrs(all);
}

/* --- probes and answers ------------------------------------------------------------------------
 */

static void send_probe(const Search *search, int fd, const struct in_addr *to, guint16 port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port),
                                   .sin_addr = *to };
    /* One that is lost is one that is lost; there is a second round. */
    (void)!sendto(fd, search->probe, strlen(search->probe), MSG_NOSIGNAL,
                  (struct sockaddr *)&address, sizeof address);
}

static void take_datagram(Search *search, gsize len, const struct sockaddr_in *from)
{
    g_autoptr(GInetAddress) address =
        g_inet_address_new_from_bytes((const guint8 *)&from->sin_addr, G_SOCKET_FAMILY_IPV4);
    g_autoptr(GPtrArray) matches = networks_hold(search->limits->networks, address)
                                       ? onvif_read_matches(search->buffer, len, search->message_id)
                                       : NULL;
    for (guint i = 0; matches && i < matches->len; i++)
        search->found(address, matches->pdata[i], search->user);
}

static gboolean is_over(const Search *search)
{
    return g_atomic_int_get(search->limits->is_stopped) ||
           g_get_monotonic_time() >= search->limits->deadline_us;
}

static void listen_for(Search *search, guint ms)
{
    gint64 until_us = g_get_monotonic_time() + (gint64)ms * 1000, left_us;
    while (!is_over(search) && (left_us = until_us - g_get_monotonic_time()) > 0) {
        int wait_ms = (int)MIN(left_us / 1000 + 1, 100); /* a stop is seen soon */
        if (poll(search->sockets, search->n_sockets, wait_ms) <= 0)
            continue;
        for (guint i = 0; i < search->n_sockets; i++) {
            struct sockaddr_in from;
            socklen_t from_len = sizeof from;
            ssize_t len = recvfrom(search->sockets[i].fd, search->buffer, MAX_DATAGRAM, 0,
                                   (struct sockaddr *)&from, &from_len);
            if (len > 0)
                take_datagram(search, (gsize)len, &from);
        }
    }
}

static void probe_targets(Search *search, const DiscoveryPlan *plan)
{
    for (guint i = 0; i < plan->targets->len && !is_over(search); i++) {
        const DiscoveryTarget *target = plan->targets->pdata[i];
        struct in_addr to;
        memcpy(&to, g_inet_address_to_bytes(target->address), sizeof to);
        send_probe(search, search->sockets[0].fd, &to, plan->port);
        if (i % BURST == BURST - 1)
            listen_for(search, PAUSE_MS);
    }
}

static void probe_interfaces(Search *search)
{
    struct in_addr group;
    inet_pton(AF_INET, GROUP, &group);
    for (guint i = 1; i < search->n_sockets; i++)
        send_probe(search, search->sockets[i].fd, &group, DISCOVERY_PORT);
}

static char *dup_probe(const char *message_id)
{
    return g_strdup_printf(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
        "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
        "xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" "
        "xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\"><s:Header>"
        "<a:Action s:mustUnderstand=\"1\">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe"
        "</a:Action><a:MessageID>uuid:%s</a:MessageID><a:ReplyTo><a:Address>"
        "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
        "<a:To s:mustUnderstand=\"1\">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
        "</s:Header><s:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>"
        "</s:Body></s:Envelope>",
        message_id);
}

void discovery_run(const DiscoveryPlan *plan, const OnvifLimits *limits, DiscoveryFound found,
                   gpointer user)
{
    g_autofree char *message_id = g_uuid_string_random();
    g_autofree char *probe = dup_probe(message_id), *buffer = g_malloc(MAX_DATAGRAM);
    Search search = { .limits = limits,
                      .found = found,
                      .user = user,
                      .message_id = message_id,
                      .probe = probe,
                      .buffer = buffer };
    add_socket(&search, NULL);
    if (search.n_sockets == 1) {
        if (plan->is_multicast)
            add_interfaces(&search);
        for (guint round = 0; round < ROUNDS && !is_over(&search); round++) {
            probe_interfaces(&search);
            probe_targets(&search, plan);
            listen_for(&search, ROUND_PAUSE_MS);
        }
        listen_for(&search, plan->wait_ms);
    }
    for (guint i = 0; i < search.n_sockets; i++)
        close(search.sockets[i].fd);
}
