/* address.c - addresses of camera streams: makers' templates, and what is wrong with one */
#include "config/camera_csv.h"

#include <string.h>

#define MAX_BYTES 1024

typedef struct {
    const char *maker;
    const char *main, *sub; /* a number of the channel belongs into each */
} Template;

static const Template templates[] = {
    { "hikvision", "/Streaming/Channels/%u01", "/Streaming/Channels/%u02" },
    { "dahua", "/cam/realmonitor?channel=%u&subtype=0", "/cam/realmonitor?channel=%u&subtype=1" },
    { "uniview", "/unicast/c%u/s0/live", "/unicast/c%u/s1/live" },
};

gboolean camera_template_addresses(const char *maker, const char *host, guint channel, char **main,
                                   char **sub)
{
    for (gsize i = 0; i < G_N_ELEMENTS(templates); i++) {
        if (strcmp(templates[i].maker, maker) != 0)
            continue;
        g_autofree char *main_path = g_strdup_printf(templates[i].main, channel);
        g_autofree char *sub_path = g_strdup_printf(templates[i].sub, channel);
        *main = g_strconcat("rtsp://", host, main_path, NULL);
        *sub = g_strconcat("rtsp://", host, sub_path, NULL);
        return TRUE;
    }
    return FALSE;
}

const char *camera_address_fault(const char *address)
{
    if (strlen(address) > MAX_BYTES)
        return "is longer than 1024 bytes";
    const char *rest = g_str_has_prefix(address, "rtsp://")    ? address + 7
                       : g_str_has_prefix(address, "rtsps://") ? address + 8
                                                               : NULL;
    if (!rest)
        return "does not begin with rtsp:// or rtsps://";
    /* Anywhere: a password with a '/' in it would end what a parser takes for the user part. */
    if (strchr(rest, '@'))
        return "holds an @: user and password belong into the credential file, named by "
               "\"credential\"; in a "
               "path write %40";
    for (const char *c = rest; *c; c++) {
        if (*c <= 0x20 || *c >= 0x7f)
            return "holds a space or a character that must be percent-encoded";
    }
    g_autofree char *host = NULL;
    int port = 0;
    if (!g_uri_split(address, G_URI_FLAGS_NONE, NULL, NULL, &host, &port, NULL, NULL, NULL, NULL))
        return "is not an address of the form rtsp://HOST:PORT/PATH";
    if (!host || !*host)
        return "names no host";
    return port == 0 ? "has port 0" : NULL;
}
