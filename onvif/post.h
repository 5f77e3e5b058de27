/* post.h - one request to a device over HTTP: to the address that is meant and nowhere else. [worker]
 *
 * No name is looked up, no proxy asked, no redirection followed; an answer is bounded in bytes and in time. Of the ways to
 * sign in to HTTP only digests are used: the password is never sent.
 */
#ifndef WALLCTL_ONVIF_POST_H
#define WALLCTL_ONVIF_POST_H

#include "config/credentials.h"
#include "config/networks.h"
#include "onvif/trouble.h"

/* Once, before threads. */
void onvif_init(void);

typedef struct {
    const Networks *networks;
    gint *is_stopped;   /* atomic; non-zero: what is under way ends within a second */
    guint limit_ms;     /* of one request */
    gint64 deadline_us; /* of all of them, by g_get_monotonic_time() */
} OnvifLimits;

/* The host of an http or https address, when it is the device's own and cameras may be there; NULL with the trouble.
 * Caller owns. */
GInetAddress *onvif_own_address(const char *address, GInetAddress *device, const Networks *networks,
                                OnvifTrouble *trouble);

typedef struct OnvifLine OnvifLine;

/* A line to one device; login may be NULL. All of it borrowed. */
OnvifLine *onvif_line_new(GInetAddress *device, const Credential *login, const OnvifLimits *limits);
void onvif_line_free(OnvifLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OnvifLine, onvif_line_free)

/* Sends request to address, which is checked. The answer's bytes, also those of a SOAP fault; NULL with the trouble.
 * Caller owns. */
GBytes *onvif_post(OnvifLine *line, const char *address, const char *request,
                   OnvifTrouble *trouble);

#endif
