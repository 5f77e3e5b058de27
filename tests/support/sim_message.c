/* sim_message.c - RTSP 1.0 requests as a server reads them: bounded, from untrusted bytes */
#include "tests/support/sim_message.h"

#include <stdlib.h>
#include <string.h>

/* "METHOD URI RTSP/1.0" into its words, in place. */
static gboolean read_request_line(char *line, SimRequest *request)
{
    char *uri = strchr(line, ' ');
    char *version = uri ? strchr(uri + 1, ' ') : NULL;
    if (!version || uri == line || version == uri + 1 || strcmp(version + 1, "RTSP/1.0"))
        return FALSE;
    *uri++ = 0;
    *version = 0;
    request->method = line;
    request->uri = uri;
    return TRUE;
}

static gboolean read_length(const SimRequest *request, gsize *length)
{
    const char *text = sim_request_header(request, "Content-Length");
    guint64 value = 0;
    if (text && !g_ascii_string_to_unsigned(text, 10, 0, SIM_MAX_REQUEST, &value, NULL))
        return FALSE;
    *length = value;
    return TRUE;
}

SimRead sim_request_read(const guint8 *data, gsize size, SimRequest *request, gsize *used)
{
    *request = (SimRequest) { 0 };
    const guint8 *end = memmem(data, size, "\r\n\r\n", 4);
    if (!end)
        return size > SIM_MAX_REQUEST ? SIM_READ_BAD : SIM_READ_MORE;
    gsize head = (gsize)(end - data), body;
    if (head > SIM_MAX_REQUEST || memchr(data, 0, head))
        return SIM_READ_BAD;
    g_autofree char *text = g_strndup((const char *)data, head);
    g_auto(SimRequest) read = { .lines = g_strsplit(text, "\r\n", -1) };
    if (!g_utf8_validate(text, -1, NULL) || !read.lines[0] ||
        !read_request_line(read.lines[0], &read) || !read_length(&read, &body))
        return SIM_READ_BAD;
    if (size < head + 4 + body)
        return SIM_READ_MORE;
    read.cseq = sim_request_header(&read, "CSeq");
    *used = head + 4 + body;
    *request = read;
    read = (SimRequest) { 0 };
    return SIM_READ_DONE;
}

void sim_request_clear(SimRequest *request)
{
    g_clear_pointer(&request->lines, g_strfreev);
}

const char *sim_request_header(const SimRequest *request, const char *name)
{
    gsize length = strlen(name);
    for (guint i = 1; request->lines[0] && request->lines[i]; i++) {
        const char *line = request->lines[i];
        if (g_ascii_strncasecmp(line, name, length) == 0 && line[length] == ':')
            return line + length + 1 + strspn(line + length + 1, " \t");
    }
    return NULL;
}

gboolean sim_path_read(const char *uri, SimPath *path)
{
    *path = (SimPath) { .track = -1 };
    const char *scheme = strstr(uri, "://");
    const char *start = scheme ? strchr(scheme + 3, '/') : uri;
    if (!start || *start != '/')
        return FALSE;
    g_autofree char *plain = g_strndup(start, strcspn(start, "?#"));
    g_auto(GStrv) parts = g_strsplit(plain + 1, "/", 4);
    guint n = g_strv_length(parts);
    if (n < 2)
        return FALSE;
    guint64 track;
    if (n > 2 && g_str_has_prefix(parts[2], "trackID=") &&
        g_ascii_string_to_unsigned(parts[2] + 8, 10, 0, 255, &track, NULL))
        path->track = (int)track;
    path->camera = g_strdup(parts[0]);
    path->stream = g_strdup(parts[1]);
    path->base = g_strdup_printf("%.*s/%s/%s", (int)(start - uri), uri, parts[0], parts[1]);
    return TRUE;
}

void sim_path_clear(SimPath *path)
{
    g_free(path->base);
    g_free(path->camera);
    g_free(path->stream);
    *path = (SimPath) { .track = -1 };
}

/* "5000-5001" or "5000". */
static gboolean read_pair(const char *text, guint max, guint16 *first, guint16 *second)
{
    char *end;
    gulong a = strtoul(text, &end, 10);
    if (end == text || a > max)
        return FALSE;
    gulong b = a + 1;
    if (*end == '-') {
        text = end + 1;
        b = strtoul(text, &end, 10);
    }
    if (b > max || end == text)
        return FALSE;
    *first = (guint16)a;
    *second = (guint16)b;
    return TRUE;
}

static gboolean read_one_transport(const char *text, SimTransport *transport)
{
    g_auto(GStrv) words = g_strsplit(text, ";", -1);
    if (!words[0])
        return FALSE;
    const char *profile = g_strstrip(words[0]);
    gboolean is_tcp = g_ascii_strcasecmp(profile, "RTP/AVP/TCP") == 0;
    *transport = (SimTransport) { .is_udp = !is_tcp };
    if (!is_tcp && g_ascii_strcasecmp(profile, "RTP/AVP") &&
        g_ascii_strcasecmp(profile, "RTP/AVP/UDP"))
        return FALSE;
    for (guint i = 1; words[i]; i++) {
        const char *word = g_strstrip(words[i]);
        if (g_ascii_strcasecmp(word, "multicast") == 0)
            return FALSE;
        if (is_tcp && g_str_has_prefix(word, "interleaved=") &&
            !read_pair(word + 12, G_MAXUINT8, &transport->first, &transport->second))
            return FALSE;
        if (!is_tcp && g_str_has_prefix(word, "client_port=") &&
            !read_pair(word + 12, G_MAXUINT16, &transport->first, &transport->second))
            return FALSE;
    }
    return is_tcp || transport->first != 0;
}

gboolean sim_transport_read(const char *header, SimTransport *transport)
{
    g_auto(GStrv) offers = g_strsplit(header, ",", -1);
    for (guint i = 0; offers[i]; i++) {
        if (read_one_transport(offers[i], transport))
            return TRUE;
    }
    return FALSE;
}
