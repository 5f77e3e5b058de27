/* answers.h - what devices say, as values. [any]
 *
 * Every function takes the bytes of one answer and gives NULL or FALSE with the trouble. Texts are cut, cleaned and
 * owned; lists are bounded, the rest of a longer one is left out.
 */
#ifndef WALLCTL_ONVIF_ANSWERS_H
#define WALLCTL_ONVIF_ANSWERS_H

#include "onvif/trouble.h"

#include <glib.h>

#define ONVIF_MAX_PROFILES 256
#define ONVIF_MAX_MATCHES  256 /* of one datagram */
#define ONVIF_MAX_TEXT     64  /* characters of a name */

typedef struct {
    char *id; /* the endpoint's address, "urn:uuid:..." */
    char **addresses;
    char *name, *hardware, *location; /* of its scopes; "" */
} OnvifMatch;

typedef struct {
    char *maker, *model, *firmware, *serial;
} OnvifInformation;

typedef struct {
    char *media, *media2, *ptz; /* addresses; NULL where it is not offered */
} OnvifServices;

typedef struct {
    char *token, *name, *source; /* source: of the video source, "" if it does not say */
    char *encoding;              /* "H264", "H265", "JPEG" ... in capitals */
    guint width, height, fps;
    gboolean has_ptz;
} OnvifProfile;

/* A datagram that answers the probe with this message id. NULL where it is none (there is no trouble with what anybody
 * may send); OnvifMatch, caller owns. */
GPtrArray *onvif_read_matches(const char *text, gsize len, const char *message_id);
void onvif_match_free(OnvifMatch *match);

gboolean onvif_read_time(const char *text, gsize len, gint64 *unix_s, OnvifTrouble *trouble);

/* is_login: it was asked with a login, as everywhere below. */
gboolean onvif_read_information(const char *text, gsize len, gboolean is_login,
                                OnvifInformation *information, OnvifTrouble *trouble);
void onvif_information_clear(OnvifInformation *information);

/* Of GetServices, or of GetCapabilities. */
gboolean onvif_read_services(const char *text, gsize len, gboolean is_login,
                             OnvifServices *services, OnvifTrouble *trouble);
gboolean onvif_read_capabilities(const char *text, gsize len, gboolean is_login,
                                 OnvifServices *services, OnvifTrouble *trouble);
void onvif_services_clear(OnvifServices *services);

/* Of Media1 and Media2; OnvifProfile, caller owns. */
GPtrArray *onvif_read_profiles(const char *text, gsize len, gboolean is_login,
                               OnvifTrouble *trouble);
void onvif_profile_free(OnvifProfile *profile);

/* Of GetStreamUri, without a user in it. Caller frees. */
char *onvif_read_uri(const char *text, gsize len, gboolean is_login, OnvifTrouble *trouble);

#endif
