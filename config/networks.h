/* networks.h - where cameras may be: "site.camera_networks" and "site.camera_ports". [any]
 *
 * Without a list a camera may be anywhere but at special addresses: this machine itself, link-local,
 * multicast, and where clouds tell machines their secrets. Those need a network of the list that is
 * not wider than they are: 0.0.0.0/0 is not meant to hold 127.0.0.1.
 *
 * Counted and never changed once it is shared.
 */
#ifndef WALLCTL_CONFIG_NETWORKS_H
#define WALLCTL_CONFIG_NETWORKS_H

#include <gio/gio.h>

#define NETWORKS_ACCEPTED                                                                          \
    "an IP address, or a network such as 10.1.0.0/16 or fd12:3456::/32 with nothing behind its "   \
    "mask"
#define NETWORKS_ACCEPTED_PORT "a port from 1 to 65535, or a range such as \"8554-8559\""

/* "10.1.2.3" or "10.1.2.0/24"; NULL if the text is none. Caller owns. */
GInetAddressMask *network_from_text(const char *text);

typedef struct Networks Networks;

Networks *networks_new(void); /* the default; caller owns */
Networks *networks_ref(Networks *networks);
void networks_unref(Networks *networks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Networks, networks_unref)

/* FALSE if the text is none. The first one makes a list of what was the default. */
gboolean networks_add(Networks *networks, const char *text);
gboolean networks_add_ports(Networks *networks, const char *text);

gboolean networks_equal(const Networks *a, const Networks *b);
gboolean networks_hold(const Networks *networks, GInetAddress *address);

/* What is wrong with the address of a stream that camera_address_fault() finds no fault with, or of
 * a device (http, https): NULL when cameras may be there, or when its host is a name and the port is right: of a name only
 * the addresses that it has when one connects count. Caller frees. */
char *networks_dup_fault(const Networks *networks, const char *address);

/* What stands behind "; accepted: " after a fault. Caller frees. */
char *networks_dup_accepted(const Networks *networks);
char *networks_dup_accepted_zh(const Networks *networks);

/* The same of a port that is refused. Caller frees. */
char *networks_dup_accepted_ports(const Networks *networks);
char *networks_dup_accepted_ports_zh(const Networks *networks);

/* The same as an error, WALL_ERROR_DENIED, in both languages. */
gboolean networks_check(const Networks *networks, const char *address, GError **error);

/* The error of a name (or an address that names one) that leads to where no camera may be. */
void networks_refuse(const Networks *networks, const char *name, const char *leads_to,
                     GError **error);

/* The address that host is, also in the forms that only the C library knows ("127.1", "2130706433")
 * and for "localhost"; NULL if it is a name. Caller owns. */
GInetAddress *networks_literal(const char *host);

/* Takes out of GInetAddresses those where no camera may be. What is left, NULL if nothing is; then
 * *refused is one that was taken out (caller frees). */
GList *networks_filter(const Networks *networks, GList *addresses, char **refused);

#endif
