/* site_ca.h - certificates that the site makes for itself: an authority, trusted once on each
 * computer, and a server certificate signed by it that is renewed without anybody noticing.
 *
 * Both lie in one folder: ca.pem and server.pem, key and certificate in one file, mode 0600. The
 * authority can only vouch for private networks and the names it was made for (name constraints),
 * so a computer that trusts it risks little should its key be stolen.
 */
#ifndef WALLCTL_WEB_SITE_CA_H
#define WALLCTL_WEB_SITE_CA_H

#include "web/certificate.h"

#define SITE_CA_DAYS           3650
#define SITE_CERTIFICATE_DAYS  397 /* browsers refuse what is good for more than 398 */
#define SITE_RENEW_BEFORE_DAYS 30

typedef struct {
    Certificate *certificate;
    GBytes *ca_pem; /* the authority's certificate, for others to trust */
    char *ca_fingerprint;
    gint64 ca_until_unix_s;
    gboolean is_renewed; /* the server certificate is new */
    gboolean is_new_ca;  /* so is the authority: computers have to trust it anew */
    char *reason;        /* why it was renewed, for the log; NULL: it was not */
} SiteCertificate;

/* [worker] or before the loop runs. A certificate for all of names (DNS names and addresses; the
 * first is its title) that is good for at least SITE_RENEW_BEFORE_DAYS from now: the one in the
 * folder, or a new one, which is saved before it is returned. owner is said in the authority's
 * name. NULL with WALL_ERROR_UNAVAILABLE when the folder cannot be written. */
SiteCertificate *site_ca_ensure(const char *dir, const char *owner, const char *const *names,
                                gint64 now_unix_s, GError **error);
void site_certificate_free(SiteCertificate *site);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SiteCertificate, site_certificate_free)

/* The machine's host name, localhost, its IPv4 addresses and `more` (may be NULL), each once: what
 * such a certificate is made out to. Caller owns. */
char **site_names_of_machine(const char *const *more);

#endif
