/* device.c - one device is asked what it is and what it sends */
#include "onvif/device.h"

#include "config/camera_csv.h"
#include "onvif/soap.h"
#include "wallctl/base/clock.h"

#include <string.h>

#define LEAST_SUB_WIDTH 320 /* a smaller picture is too coarse for any tile */

typedef struct {
    OnvifLine *line;
    GInetAddress *host;
    const char *address;
    const Credential *login;
    const OnvifLimits *limits;
    OnvifServices services;
    OnvifDevice *device;
} Talk;

/* --- requests ----------------------------------------------------------------------------------
 */

static GBytes *ask(Talk *talk, const char *address, const char *body, OnvifTrouble *trouble)
{
    gint64 device_s = clock_unix_ms() / 1000 + talk->device->clock_off_s;
    g_autofree char *request = soap_dup_request(body, talk->login, device_s);
    return onvif_post(talk->line, address, request, trouble);
}

static gboolean has_login(const Talk *talk)
{
    return talk->login != NULL;
}

/* Without a login, which needs the time. A device that does not tell it may do without. */
static gboolean ask_time(Talk *talk, OnvifTrouble *trouble)
{
    OnvifTrouble unread = { 0 };
    gint64 device_s = 0, before_s = clock_unix_ms() / 1000;
    g_autofree char *request =
        soap_dup_request("<GetSystemDateAndTime xmlns=\"" ONVIF_DEVICE_NS "\"/>", NULL, 0);
    g_autoptr(GBytes) answer = onvif_post(talk->line, talk->address, request, trouble);
    if (!answer)
        return trouble->kind == ONVIF_LOGIN || trouble->kind == ONVIF_DENIED ||
               trouble->kind == ONVIF_REFUSED;
    gsize len;
    const char *text = g_bytes_get_data(answer, &len);
    talk->device->has_clock = onvif_read_time(text, len, &device_s, &unread);
    if (talk->device->has_clock)
        talk->device->clock_off_s = device_s - before_s;
    gboolean is_other =
        !talk->device->has_clock && unread.kind != ONVIF_LOGIN && unread.kind != ONVIF_REFUSED;
    if (is_other)
        onvif_trouble_set(trouble, unread.kind, unread.detail);
    onvif_trouble_clear(&unread);
    return !is_other;
}

static gboolean ask_information(Talk *talk, OnvifTrouble *trouble)
{
    g_autoptr(GBytes) answer =
        ask(talk, talk->address, "<GetDeviceInformation xmlns=\"" ONVIF_DEVICE_NS "\"/>", trouble);
    if (!answer)
        return FALSE;
    gsize len;
    const char *text = g_bytes_get_data(answer, &len);
    return onvif_read_information(text, len, has_login(talk), &talk->device->information, trouble);
}

/* Older devices know no GetServices. */
static gboolean ask_services(Talk *talk, OnvifTrouble *trouble)
{
    gsize len;
    g_autoptr(GBytes) services =
        ask(talk, talk->address,
            "<GetServices xmlns=\"" ONVIF_DEVICE_NS
            "\"><IncludeCapability>false</IncludeCapability></GetServices>",
            trouble);
    const char *text = services ? g_bytes_get_data(services, &len) : NULL;
    if (text && onvif_read_services(text, len, has_login(talk), &talk->services, trouble) &&
        (talk->services.media || talk->services.media2))
        return TRUE;
    if (!services && trouble->kind != ONVIF_REFUSED)
        return FALSE;
    g_autoptr(GBytes) capabilities = ask(talk, talk->address,
                                         "<GetCapabilities xmlns=\"" ONVIF_DEVICE_NS
                                         "\"><Category>All</Category></GetCapabilities>",
                                         trouble);
    text = capabilities ? g_bytes_get_data(capabilities, &len) : NULL;
    return text && onvif_read_capabilities(text, len, has_login(talk), &talk->services, trouble) &&
           (talk->services.media || talk->services.media2 ||
            onvif_trouble_set(trouble, ONVIF_NO_STREAM, ""));
}

static GPtrArray *ask_profiles_of(Talk *talk, const char *address, const char *body,
                                  OnvifTrouble *trouble)
{
    g_autoptr(GBytes) answer = address ? ask(talk, address, body, trouble) : NULL;
    if (!answer)
        return NULL;
    gsize len;
    const char *text = g_bytes_get_data(answer, &len);
    return onvif_read_profiles(text, len, has_login(talk), trouble);
}

/* Media2 knows H.265; where it says nothing Media1 is asked. */
static GPtrArray *ask_profiles(Talk *talk, gboolean *is_media2, OnvifTrouble *trouble)
{
    GPtrArray *profiles = ask_profiles_of(
        talk, talk->services.media2,
        "<GetProfiles xmlns=\"" ONVIF_MEDIA2_NS "\"><Type>All</Type></GetProfiles>", trouble);
    *is_media2 = profiles && profiles->len > 0;
    if (*is_media2 || (talk->services.media2 && !talk->services.media))
        return profiles;
    g_clear_pointer(&profiles, g_ptr_array_unref);
    return ask_profiles_of(talk, talk->services.media,
                           "<GetProfiles xmlns=\"" ONVIF_MEDIA_NS "\"/>", trouble);
}

/* An address that the wall may use; NULL with the trouble. Caller frees. */
static char *ask_uri(Talk *talk, const OnvifProfile *profile, gboolean is_media2,
                     OnvifTrouble *trouble)
{
    g_autofree char *token = soap_dup_escaped(profile->token);
    g_autofree char *body =
        is_media2
            ? g_strdup_printf("<GetStreamUri xmlns=\"" ONVIF_MEDIA2_NS
                              "\"><Protocol>RTSP</Protocol><ProfileToken>%s</ProfileToken>"
                              "</GetStreamUri>",
                              token)
            : g_strdup_printf("<GetStreamUri xmlns=\"" ONVIF_MEDIA_NS
                              "\"><StreamSetup><Stream xmlns=\"http://www.onvif.org/ver10/schema\">"
                              "RTP-Unicast</Stream><Transport xmlns=\"http://www.onvif.org/ver10/"
                              "schema\"><Protocol>RTSP</Protocol></Transport></StreamSetup>"
                              "<ProfileToken>%s</ProfileToken></GetStreamUri>",
                              token);
    const char *address = is_media2 ? talk->services.media2 : talk->services.media;
    g_autoptr(GBytes) answer = ask(talk, address, body, trouble);
    if (!answer)
        return NULL;
    gsize len;
    const char *text = g_bytes_get_data(answer, &len);
    g_autofree char *uri = onvif_read_uri(text, len, has_login(talk), trouble);
    const char *fault = uri ? camera_address_fault(uri) : NULL;
    if (fault)
        onvif_trouble_set(trouble, ONVIF_MALFORMED, fault);
    g_autoptr(GInetAddress) own =
        uri && !fault ? onvif_own_address(uri, talk->host, talk->limits->networks, trouble) : NULL;
    return own ? g_steal_pointer(&uri) : NULL;
}

/* --- choice ------------------------------------------------------------------------------------
 */

static guint64 area(const OnvifProfile *profile)
{
    return (guint64)profile->width * profile->height;
}

static gint best_main(GPtrArray *profiles, const char *encoding)
{
    gint best = -1;
    for (guint i = 0; i < profiles->len; i++) {
        const OnvifProfile *profile = profiles->pdata[i];
        if (strcmp(profile->encoding, encoding) == 0 &&
            (best < 0 || area(profile) > area(profiles->pdata[best])))
            best = (gint)i;
    }
    return best;
}

static gint best_sub(GPtrArray *profiles, gint main, const char *encoding)
{
    gint best = -1;
    for (guint i = 0; i < profiles->len; i++) {
        const OnvifProfile *profile = profiles->pdata[i];
        if ((gint)i != main && strcmp(profile->encoding, encoding) == 0 &&
            profile->width >= LEAST_SUB_WIDTH && area(profile) < area(profiles->pdata[main]) &&
            (best < 0 || area(profile) < area(profiles->pdata[best])))
            best = (gint)i;
    }
    return best;
}

/* H.264 costs the wall less than H.265, and every browser knows it. */
void onvif_choose(GPtrArray *profiles, gint *main, gint *sub)
{
    *sub = -1;
    *main = best_main(profiles, "H264");
    if (*main < 0)
        *main = best_main(profiles, "H265");
    if (*main < 0)
        return;
    *sub = best_sub(profiles, *main, "H264");
    if (*sub < 0)
        *sub = best_sub(profiles, *main, "H265");
}

/* --- channels ----------------------------------------------------------------------------------
 */

static void free_channel(gpointer data)
{
    OnvifChannel *channel = data;
    g_free(channel->name);
    g_free(channel->main);
    g_free(channel->sub);
    g_free(channel->encoding);
    g_free(channel->sub_encoding);
    onvif_trouble_clear(&channel->trouble);
    g_free(channel);
}

static void name_encodings(GPtrArray *profiles, OnvifTrouble *trouble)
{
    g_autoptr(GString) list = g_string_new(NULL);
    for (guint i = 0; i < profiles->len; i++) {
        const OnvifProfile *profile = profiles->pdata[i];
        if (!strstr(list->str, profile->encoding))
            g_string_append_printf(list, "%s%s", list->len ? ", " : "", profile->encoding);
    }
    onvif_trouble_set(trouble, ONVIF_NO_H264, list->str);
}

static void read_streams(Talk *talk, GPtrArray *profiles, gboolean is_media2, OnvifChannel *channel)
{
    gint main, sub;
    onvif_choose(profiles, &main, &sub);
    if (main < 0) {
        name_encodings(profiles, &channel->trouble);
        return;
    }
    const OnvifProfile *large = profiles->pdata[main];
    const OnvifProfile *small = sub >= 0 ? profiles->pdata[sub] : NULL;
    channel->encoding = g_strdup(large->encoding);
    channel->width = large->width;
    channel->height = large->height;
    channel->fps = large->fps;
    channel->main = ask_uri(talk, large, is_media2, &channel->trouble);
    if (channel->main)
        onvif_trouble_set(&channel->trouble, ONVIF_WELL, "");
    OnvifTrouble of_sub = { 0 };
    if (channel->main && small)
        channel->sub = ask_uri(talk, small, is_media2, &of_sub);
    onvif_trouble_clear(&of_sub); /* a wall does without a small stream */
    if (channel->sub) {
        channel->sub_encoding = g_strdup(small->encoding);
        channel->sub_width = small->width;
        channel->sub_height = small->height;
    }
}

/* Profiles of one video source belong together: a recorder has many. */
static void read_channels(Talk *talk, GPtrArray *all, gboolean is_media2)
{
    GPtrArray *channels = talk->device->channels;
    g_autoptr(GHashTable) sources = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < all->len && channels->len < ONVIF_MAX_CHANNELS; i++) {
        const OnvifProfile *first = all->pdata[i];
        if (!g_hash_table_add(sources, first->source))
            continue;
        g_autoptr(GPtrArray) profiles = g_ptr_array_new();
        OnvifChannel *channel = g_new0(OnvifChannel, 1);
        channel->name = g_strdup(*first->source ? first->source : first->name);
        for (guint k = i; k < all->len; k++) {
            OnvifProfile *profile = all->pdata[k];
            if (strcmp(profile->source, first->source) != 0)
                continue;
            g_ptr_array_add(profiles, profile);
            channel->has_ptz |= profile->has_ptz && talk->services.ptz;
        }
        g_ptr_array_add(channels, channel);
        read_streams(talk, profiles, is_media2, channel);
        if (channel->trouble.kind == ONVIF_STOPPED)
            break;
    }
}

static gboolean ask_all(Talk *talk, OnvifTrouble *trouble)
{
    if (!ask_time(talk, trouble) || !ask_information(talk, trouble) || !ask_services(talk, trouble))
        return FALSE;
    gboolean is_media2 = FALSE;
    g_autoptr(GPtrArray) profiles = ask_profiles(talk, &is_media2, trouble);
    if (!profiles)
        return FALSE;
    talk->device->n_profiles = profiles->len;
    read_channels(talk, profiles, is_media2);
    GPtrArray *channels = talk->device->channels;
    for (guint i = 0; i < channels->len; i++) {
        const OnvifChannel *channel = channels->pdata[i];
        if (channel->trouble.kind == ONVIF_WELL)
            return TRUE;
    }
    const OnvifChannel *first = channels->len ? channels->pdata[0] : NULL;
    return onvif_trouble_set(trouble, first ? first->trouble.kind : ONVIF_NO_STREAM,
                             first ? first->trouble.detail : "");
}

OnvifDevice *onvif_ask(GInetAddress *host, const char *address, const Credential *login,
                       const OnvifLimits *limits)
{
    OnvifDevice *device = g_new0(OnvifDevice, 1);
    device->channels = g_ptr_array_new_with_free_func(free_channel);
    g_autoptr(OnvifLine) line = onvif_line_new(host, login, limits);
    Talk talk = { .line = line,
                  .host = host,
                  .address = address,
                  .login = login,
                  .limits = limits,
                  .device = device };
    if (ask_all(&talk, &device->trouble))
        onvif_trouble_set(&device->trouble, ONVIF_WELL, "");
    onvif_services_clear(&talk.services);
    return device;
}

void onvif_device_free(OnvifDevice *device)
{
    onvif_information_clear(&device->information);
    g_ptr_array_unref(device->channels);
    onvif_trouble_clear(&device->trouble);
    g_free(device);
}
