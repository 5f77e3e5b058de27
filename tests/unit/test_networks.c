/* test_networks.c - where cameras may be: networks, special addresses, ports, and the forms an address has */
#include "config/networks.h"

#include <string.h>

typedef struct {
    const char *name;
    const char *networks; /* divided by spaces; "": the default */
    const char *in, *out; /* addresses, the same */
} HoldCase;

static const HoldCase hold_cases[] = {
    { "default", "",
      "10.0.0.8 192.168.1.1 172.16.0.1 35.20.0.1 100.64.0.1 100.100.100.199 126.255.255.255 "
      "128.0.0.0 169.253.255.255 223.255.255.255 2001:db8::1 fd00::1 fec0::1 ::ffff:10.0.0.8",
      "0.0.0.0 0.1.2.3 127.0.0.1 127.255.255.255 169.254.0.1 169.254.169.254 100.100.100.200 "
      "168.63.129.16 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 fe80::1 febf::1 "
      "ff02::1 fd00:ec2::254 fd20:ce::254 ::ffff:127.0.0.1 ::ffff:169.254.169.254" },
    { "network", "10.20.0.0/16", "10.20.0.0 10.20.255.255 ::ffff:10.20.1.1",
      "10.19.255.255 10.21.0.0 192.168.1.1 127.0.0.1 ::1 2001:db8::1 ::ffff:10.21.0.0" },
    { "odd mask", "10.1.2.128/25", "10.1.2.128 10.1.2.255", "10.1.2.127 10.1.3.128" },
    { "address", "10.1.2.3", "10.1.2.3", "10.1.2.2 10.1.2.4" },
    { "several", "10.1.0.0/16 192.168.7.0/24 fd12:3456::/32",
      "10.1.9.9 192.168.7.255 fd12:3456:7::1", "10.2.0.1 192.168.8.0 fd12:3457::1" },
    { "IPv6", "2001:db8:1::/48", "2001:db8:1::1 2001:db8:1:ffff::", "2001:db8:2::1 10.0.0.1" },
    { "named: this machine", "127.0.0.0/8", "127.0.0.1 127.9.9.9 ::ffff:127.0.0.1",
      "128.0.0.1 10.0.0.1 ::1" },
    { "named: one of this machine", "127.0.0.1", "127.0.0.1", "127.0.0.2 ::1" },
    { "named: link-local", "169.254.7.0/24 fe80::/64", "169.254.7.1 fe80::1",
      "169.254.169.254 fe80:0:0:1::1" },
    { "wider does not hold the special ones", "0.0.0.0/0 ::/0", "10.0.0.1 35.20.0.1 2001:db8::1",
      "127.0.0.1 169.254.169.254 100.100.100.200 0.0.0.0 255.255.255.255 ::1 fe80::1 ff02::1 "
      "fd00:ec2::254" },
    { "metadata in a network of cameras", "100.64.0.0/10 fd00::/8", "100.100.100.201 fd00:ec2::253",
      "100.100.100.200 fd00:ec2::254" },
    { "metadata named", "100.100.100.200", "100.100.100.200", "100.100.100.201" },
};

static Networks *networks_of(const char *text)
{
    Networks *networks = networks_new();
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (char **word = words; *text && *word; word++)
        g_assert_true(networks_add(networks, *word));
    return networks;
}

static void check_held(const Networks *networks, const char *addresses, gboolean is_held)
{
    g_auto(GStrv) words = g_strsplit(addresses, " ", -1);
    for (char **word = words; *word; word++) {
        g_autoptr(GInetAddress) address = g_inet_address_new_from_string(*word);
        g_assert_nonnull(address);
        if (networks_hold(networks, address) == is_held)
            continue;
        g_test_message("%s is %s", *word, is_held ? "refused" : "held");
        g_test_fail();
    }
}

static void test_hold(gconstpointer data)
{
    const HoldCase *row = data;
    g_autoptr(Networks) networks = networks_of(row->networks);
    check_held(networks, row->in, TRUE);
    check_held(networks, row->out, FALSE);
}

typedef struct {
    const char *networks, *ports, *address;
    const char *fault; /* its beginning; NULL: none */
} FaultCase;

static const FaultCase fault_cases[] = {
    { "", "", "rtsp://10.0.0.8/x", NULL },
    { "", "", "rtsp://nvr.example/x", NULL }, /* a name: when one connects */
    { "", "", "rtsp://127.0.0.1:554/x",
      "leads to 127.0.0.1, where no camera may be; accepted: any but" },
    { "", "", "rtsps://[::1]/x", "leads to ::1, where" },
    { "", "", "rtsp://[::ffff:127.0.0.1]/x", "leads to ::ffff:127.0.0.1, where" },
    { "", "", "rtsp://[fe80::1]/x", "leads to fe80::1, where" },
    { "", "", "rtsp://localhost/x", "leads to 127.0.0.1, where" },
    { "", "", "rtsp://LocalHost./x", "leads to 127.0.0.1, where" },
    { "", "", "rtsp://a.localhost/x", "leads to 127.0.0.1, where" },
    { "", "", "rtsp://localhost.example/x", NULL },
    { "", "", "rtsp://127.1/x", "leads to 127.0.0.1, where" },
    { "", "", "rtsp://0/x", "leads to 0.0.0.0, where" },
    { "", "", "rtsp://2130706433/x", "leads to 127.0.0.1, where" },
    { "", "", "rtsp://0x7f000001/x", "leads to 127.0.0.1, where" },
    { "", "", "rtsp://0177.0.0.1/x", "leads to 127.0.0.1, where" },
    { "", "", "rtsp://%31%32%37.0.0.1/x", "is not an address" },
    { "", "", "rtsp://169.254.169.254/latest/meta-data/", "leads to 169.254.169.254, where" },
    { "10.0.0.0/8", "", "rtsp://10.0.0.8/x", NULL },
    { "10.0.0.0/8", "", "rtsp://11.0.0.8/x",
      "leads to 11.0.0.8, where no camera may be; accepted: addresses in site.camera_networks: "
      "10.0.0.0/8" },
    { "", "554 8554-8559", "rtsp://10.0.0.8/x", NULL },
    { "", "554 8554-8559", "rtsp://10.0.0.8:8559/x", NULL },
    { "", "554 8554-8559", "rtsp://nvr.example:8560/x",
      "leads to port 8560, where no camera may be; accepted: ports in site.camera_ports: 554, "
      "8554-8559" },
    { "", "554", "rtsps://10.0.0.8/x", "leads to port 322, where" },
    { "", "322", "rtsps://10.0.0.8/x", NULL },
};

static void test_fault(gconstpointer data)
{
    const FaultCase *row = data;
    g_autoptr(Networks) networks = networks_of(row->networks);
    g_auto(GStrv) ports = g_strsplit(row->ports, " ", -1);
    for (char **port = ports; *row->ports && *port; port++)
        g_assert_true(networks_add_ports(networks, *port));
    g_autofree char *fault = networks_dup_fault(networks, row->address);
    g_test_message("%s", fault ? fault : "none");
    g_assert_true(row->fault ? fault && g_str_has_prefix(fault, row->fault) : !fault);
}

static void test_words(void)
{
    static const char *const no_networks[] = { "",           "x",           "10.0.0.0/33",
                                               "10.0.0.1/8", "10.0.0.0/-1", "10.0.0.0/4294967296",
                                               "nvr.example" };
    static const char *const no_ports[] = { "",    "0", "65536",    "554-",  "-554",
                                            "9-8", "x", "554-554-", "1 - 2", "554,555" };
    g_autoptr(Networks) networks = networks_new();
    for (gsize i = 0; i < G_N_ELEMENTS(no_networks); i++)
        g_assert_false(networks_add(networks, no_networks[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(no_ports); i++)
        g_assert_false(networks_add_ports(networks, no_ports[i]));
    g_autoptr(Networks) fresh = networks_new();
    g_assert_true(networks_equal(networks, fresh)); /* what is refused leaves nothing behind */
    g_autofree char *accepted = networks_dup_accepted_zh(networks);
    g_assert_nonnull(strstr(accepted, "site.camera_networks"));
    networks_add(networks, "10.0.0.0/8");
    g_assert_false(networks_equal(networks, fresh));
    networks_add(networks, "fd00::/8");
    g_autofree char *list = networks_dup_accepted_zh(networks);
    g_assert_cmpstr(list, ==, "site.camera_networks 里的网段：10.0.0.0/8、fd00::/8");
    networks_add_ports(networks, "554");
    networks_add_ports(networks, "8554-8559");
    g_autofree char *ports = networks_dup_accepted_ports_zh(networks);
    g_assert_cmpstr(ports, ==, "site.camera_ports 里的端口：554、8554-8559");
}

/* What a name resolves to: those that may be used stay in their order. */
static void test_filter(void)
{
    static const char *const found[] = { "127.0.0.1", "10.0.0.8", "169.254.1.1", "2001:db8::1" };
    g_autoptr(Networks) networks = networks_new();
    GList *addresses = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(found); i++)
        addresses = g_list_append(addresses, g_inet_address_new_from_string(found[i]));
    char *refused = NULL;
    addresses = networks_filter(networks, addresses, &refused);
    g_assert_null(refused);
    g_assert_cmpuint(g_list_length(addresses), ==, 2);
    g_autofree char *first = g_inet_address_to_string(addresses->data);
    g_assert_cmpstr(first, ==, "10.0.0.8");
    g_list_free_full(addresses, g_object_unref);
    addresses = g_list_append(NULL, g_inet_address_new_from_string("127.0.0.1"));
    g_assert_null(networks_filter(networks, addresses, &refused));
    g_assert_cmpstr(refused, ==, "127.0.0.1");
    g_free(refused);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(hold_cases); i++) {
        g_autofree char *path = g_strdup_printf("/networks/hold/%s", hold_cases[i].name);
        g_test_add_data_func(path, &hold_cases[i], test_hold);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(fault_cases); i++) {
        g_autofree char *path = g_strdup_printf("/networks/fault/%" G_GSIZE_FORMAT, i);
        g_test_add_data_func(path, &fault_cases[i], test_fault);
    }
    g_test_add_func("/networks/words", test_words);
    g_test_add_func("/networks/filter", test_filter);
    return g_test_run();
}
