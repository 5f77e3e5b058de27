/* answers.c - what devices say, as values */
#include "onvif/answers.h"

#include "onvif/soap.h"

#include <string.h>

#define MAX_ADDRESS   512
#define MAX_ADDRESSES 8
#define MAX_SCOPES    4096

static char *dup_child(const xmlNode *node, const char *name)
{
    return xml_dup_text(xml_child(node, name), ONVIF_MAX_TEXT);
}

/* --- who is there ------------------------------------------------------------------------------
 */

/* "onvif://www.onvif.org/name/HIKVISION%20DS-2CD" among scopes: "HIKVISION DS-2CD". Caller frees. */
static char *dup_scope(char **scopes, const char *kind)
{
    g_autofree char *prefix = g_strconcat("onvif://www.onvif.org/", kind, "/", NULL);
    for (char **scope = scopes; *scope; scope++) {
        if (g_ascii_strncasecmp(*scope, prefix, strlen(prefix)) != 0)
            continue;
        g_autofree char *text = g_uri_unescape_string(*scope + strlen(prefix), NULL);
        if (text && g_utf8_validate(text, -1, NULL) && *text) {
            for (char *p = text; *p; p++)
                *p = g_ascii_iscntrl(*p) ? ' ' : *p;
            return g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), ONVIF_MAX_TEXT));
        }
    }
    return g_strdup("");
}

static char **dup_words(const xmlNode *node, glong max_chars, gint max_words)
{
    g_autofree char *text = xml_dup_text(node, max_chars);
    char **words = g_strsplit(text, " ", -1);
    gint n = 0;
    for (char **word = words; *word; word++) {
        if (**word && n < max_words)
            words[n++] = *word;
        else
            g_free(*word);
    }
    words[n] = NULL;
    return words;
}

static OnvifMatch *read_match(const xmlNode *node)
{
    g_auto(GStrv) scopes = dup_words(xml_child(node, "Scopes"), MAX_SCOPES, 64);
    OnvifMatch *match = g_new(OnvifMatch, 1);
    *match = (OnvifMatch) {
        .id = xml_dup_text(xml_down(node, "EndpointReference/Address"), 128),
        .addresses =
            dup_words(xml_child(node, "XAddrs"), MAX_ADDRESSES * MAX_ADDRESS, MAX_ADDRESSES),
        .name = dup_scope(scopes, "name"),
        .hardware = dup_scope(scopes, "hardware"),
        .location = dup_scope(scopes, "location"),
    };
    return match;
}

void onvif_match_free(OnvifMatch *match)
{
    g_free(match->id);
    g_strfreev(match->addresses);
    g_free(match->name);
    g_free(match->hardware);
    g_free(match->location);
    g_free(match);
}

GPtrArray *onvif_read_matches(const char *text, gsize len, const char *message_id)
{
    OnvifTrouble trouble = { 0 };
    xmlDoc *doc = xml_parse(text, len, &trouble);
    onvif_trouble_clear(&trouble);
    if (!doc)
        return NULL;
    GPtrArray *matches = NULL;
    g_autofree char *relates = xml_dup_text(xml_at(doc, "Envelope/Header/RelatesTo"), 128);
    const xmlNode *list = xml_at(doc, "Envelope/Body/ProbeMatches");
    if (list && strstr(relates, message_id)) {
        matches = g_ptr_array_new_with_free_func((GDestroyNotify)onvif_match_free);
        for (const xmlNode *node = xml_child(list, "ProbeMatch");
             node && matches->len < ONVIF_MAX_MATCHES; node = xml_next(node, "ProbeMatch"))
            g_ptr_array_add(matches, read_match(node));
    }
    xmlFreeDoc(doc);
    return matches;
}

/* --- what it is --------------------------------------------------------------------------------
 */

gboolean onvif_read_time(const char *text, gsize len, gint64 *unix_s, OnvifTrouble *trouble)
{
    xmlDoc *doc = xml_parse(text, len, trouble);
    const xmlNode *answer =
        doc ? soap_answer(doc, "GetSystemDateAndTimeResponse", FALSE, trouble) : NULL;
    const xmlNode *utc = xml_down(answer, "SystemDateAndTime/UTCDateTime");
    const xmlNode *date = xml_child(utc, "Date"), *time = xml_child(utc, "Time");
    g_autoptr(GDateTime) at = NULL;
    if (date && time)
        at = g_date_time_new_utc((gint)xml_number(xml_child(date, "Year"), 9999),
                                 (gint)xml_number(xml_child(date, "Month"), 12),
                                 (gint)xml_number(xml_child(date, "Day"), 31),
                                 (gint)xml_number(xml_child(time, "Hour"), 23),
                                 (gint)xml_number(xml_child(time, "Minute"), 59),
                                 (gdouble)MIN(xml_number(xml_child(time, "Second"), 60), 59));
    if (at)
        *unix_s = g_date_time_to_unix(at);
    else if (answer)
        onvif_trouble_set(trouble, ONVIF_MALFORMED, "UTCDateTime");
    xmlFreeDoc(doc);
    return at != NULL;
}

gboolean onvif_read_information(const char *text, gsize len, gboolean is_login,
                                OnvifInformation *information, OnvifTrouble *trouble)
{
    xmlDoc *doc = xml_parse(text, len, trouble);
    const xmlNode *answer =
        doc ? soap_answer(doc, "GetDeviceInformationResponse", is_login, trouble) : NULL;
    if (answer)
        *information = (OnvifInformation) { .maker = dup_child(answer, "Manufacturer"),
                                            .model = dup_child(answer, "Model"),
                                            .firmware = dup_child(answer, "FirmwareVersion"),
                                            .serial = dup_child(answer, "SerialNumber") };
    xmlFreeDoc(doc);
    return answer != NULL;
}

void onvif_information_clear(OnvifInformation *information)
{
    g_clear_pointer(&information->maker, g_free);
    g_clear_pointer(&information->model, g_free);
    g_clear_pointer(&information->firmware, g_free);
    g_clear_pointer(&information->serial, g_free);
}

/* Takes address. */
static void put_service(char **place, char *address)
{
    if (!*place && *address)
        *place = address;
    else
        g_free(address);
}

gboolean onvif_read_services(const char *text, gsize len, gboolean is_login,
                             OnvifServices *services, OnvifTrouble *trouble)
{
    xmlDoc *doc = xml_parse(text, len, trouble);
    const xmlNode *answer = doc ? soap_answer(doc, "GetServicesResponse", is_login, trouble) : NULL;
    for (const xmlNode *node = xml_child(answer, "Service"); node;
         node = xml_next(node, "Service")) {
        g_autofree char *kind = xml_dup_text(xml_child(node, "Namespace"), 128);
        char **place = strcmp(kind, ONVIF_MEDIA_NS) == 0    ? &services->media
                       : strcmp(kind, ONVIF_MEDIA2_NS) == 0 ? &services->media2
                       : strcmp(kind, ONVIF_PTZ_NS) == 0    ? &services->ptz
                                                            : NULL;
        if (place)
            put_service(place, xml_dup_text(xml_child(node, "XAddr"), MAX_ADDRESS));
    }
    xmlFreeDoc(doc);
    return answer != NULL;
}

gboolean onvif_read_capabilities(const char *text, gsize len, gboolean is_login,
                                 OnvifServices *services, OnvifTrouble *trouble)
{
    xmlDoc *doc = xml_parse(text, len, trouble);
    const xmlNode *answer =
        doc ? soap_answer(doc, "GetCapabilitiesResponse", is_login, trouble) : NULL;
    const xmlNode *all = xml_child(answer, "Capabilities");
    put_service(&services->media, xml_dup_text(xml_down(all, "Media/XAddr"), MAX_ADDRESS));
    put_service(&services->ptz, xml_dup_text(xml_down(all, "PTZ/XAddr"), MAX_ADDRESS));
    put_service(&services->media2,
                xml_dup_text(xml_down(all, "Extension/Media2/XAddr"), MAX_ADDRESS));
    xmlFreeDoc(doc);
    return answer != NULL;
}

void onvif_services_clear(OnvifServices *services)
{
    g_clear_pointer(&services->media, g_free);
    g_clear_pointer(&services->media2, g_free);
    g_clear_pointer(&services->ptz, g_free);
}

/* --- what it sends -----------------------------------------------------------------------------
 */

/* "h.264", "H264" and "video/H264" are the same. Caller frees. */
static char *dup_encoding(const xmlNode *encoder)
{
    g_autofree char *text = xml_dup_text(xml_child(encoder, "Encoding"), 32);
    const char *slash = strrchr(text, '/');
    char *upper = g_ascii_strup(slash ? slash + 1 : text, -1), *to = upper;
    for (const char *p = upper; *p; p++) {
        if (*p != '.')
            *to++ = *p;
    }
    *to = '\0';
    if (strcmp(upper, "HEVC") == 0)
        memcpy(upper, "H265", 4);
    return upper;
}

/* Media1 has its parts below the profile, Media2 below "Configurations", under shorter names. */
static OnvifProfile *read_profile(const xmlNode *node)
{
    const xmlNode *parts = xml_child(node, "Configurations");
    const xmlNode *source =
        parts ? xml_child(parts, "VideoSource") : xml_child(node, "VideoSourceConfiguration");
    const xmlNode *encoder =
        parts ? xml_child(parts, "VideoEncoder") : xml_child(node, "VideoEncoderConfiguration");
    OnvifProfile *profile = g_new(OnvifProfile, 1);
    *profile = (OnvifProfile) {
        .token = xml_dup_attribute(node, "token", ONVIF_MAX_TEXT),
        .name = dup_child(node, "Name"),
        .source = dup_child(source, "SourceToken"),
        .encoding = dup_encoding(encoder),
        .width = xml_number(xml_down(encoder, "Resolution/Width"), 32768),
        .height = xml_number(xml_down(encoder, "Resolution/Height"), 32768),
        .fps = xml_number(xml_down(encoder, "RateControl/FrameRateLimit"), 1000),
        .has_ptz = xml_child(parts ? parts : node, parts ? "PTZ" : "PTZConfiguration") != NULL,
    };
    return profile;
}

void onvif_profile_free(OnvifProfile *profile)
{
    g_free(profile->token);
    g_free(profile->name);
    g_free(profile->source);
    g_free(profile->encoding);
    g_free(profile);
}

GPtrArray *onvif_read_profiles(const char *text, gsize len, gboolean is_login,
                               OnvifTrouble *trouble)
{
    xmlDoc *doc = xml_parse(text, len, trouble);
    const xmlNode *answer = doc ? soap_answer(doc, "GetProfilesResponse", is_login, trouble) : NULL;
    GPtrArray *profiles =
        answer ? g_ptr_array_new_with_free_func((GDestroyNotify)onvif_profile_free) : NULL;
    for (const xmlNode *node = xml_child(answer, "Profiles");
         node && profiles->len < ONVIF_MAX_PROFILES; node = xml_next(node, "Profiles")) {
        OnvifProfile *profile = read_profile(node);
        if (*profile->token && *profile->encoding)
            g_ptr_array_add(profiles, profile);
        else
            onvif_profile_free(profile);
    }
    xmlFreeDoc(doc);
    return profiles;
}

/* Some makers put the password into it: that stays where it came from. Caller frees; NULL: no address. */
static char *dup_without_user(const char *address)
{
    g_autofree char *scheme = NULL, *host = NULL, *path = NULL, *query = NULL;
    int port = -1;
    if (!g_uri_split(address, G_URI_FLAGS_ENCODED, &scheme, NULL, &host, &port, &path, &query, NULL,
                     NULL) ||
        !scheme || !host || !*host)
        return NULL;
    return g_uri_join(G_URI_FLAGS_ENCODED, scheme, NULL, host, port, path, query, NULL);
}

char *onvif_read_uri(const char *text, gsize len, gboolean is_login, OnvifTrouble *trouble)
{
    xmlDoc *doc = xml_parse(text, len, trouble);
    const xmlNode *answer =
        doc ? soap_answer(doc, "GetStreamUriResponse", is_login, trouble) : NULL;
    const xmlNode *media = xml_child(answer, "MediaUri");
    g_autofree char *said = xml_dup_text(xml_child(media ? media : answer, "Uri"), MAX_ADDRESS);
    char *uri = answer ? dup_without_user(said) : NULL;
    if (answer && !uri)
        onvif_trouble_set(trouble, ONVIF_MALFORMED, "Uri");
    xmlFreeDoc(doc);
    return uri;
}
