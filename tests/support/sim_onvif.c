/* sim_onvif.c - the simulated cameras as ONVIF devices: WS-Discovery over UDP, device and media service over HTTP
 *
 * Written apart from wallctl's own ONVIF code, of which it uses nothing: it is there to find mistakes of that.
 */
#include "tests/support/sim_onvif.h"

#include <string.h>

#include <gio/gio.h>
#include <libavformat/avformat.h>

#include "tests/support/sim_config.h"
#include "wallctl/base/error.h"

#define MAX_REQUEST 65536
#define FRESH_S     300 /* how old a digest may be */

typedef struct {
    const SimCameraSpec *spec;
    char *endpoint;
    const char *encoding[2];
    int width[2], height[2]; /* main, sub */
} Device;

struct SimOnvif {
    guint16 port, rtsp_port;
    GPtrArray *devices;
    GSocketService *service;
    GSocket *udp;
    GSource *source;
};

static const char *const stream_names[] = { "main", "sub" };

/* --- cameras ----------------------------------------------------------------------------------- */

static gboolean read_size(Device *device, guint i, const char *path, GError **error)
{
    AVFormatContext *context = NULL;
    int stream = -1;
    if (avformat_open_input(&context, path, NULL, NULL) == 0)
        stream = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (stream >= 0) {
        const AVCodecParameters *codec = context->streams[stream]->codecpar;
        device->width[i] = codec->width;
        device->height[i] = codec->height;
        device->encoding[i] = codec->codec_id == AV_CODEC_ID_H264   ? "H264"
                              : codec->codec_id == AV_CODEC_ID_HEVC ? "H265"
                                                                    : "MPEG4";
    } else {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s: has no picture", path);
    }
    avformat_close_input(&context);
    return stream >= 0;
}

static void free_device(gpointer data)
{
    Device *device = data;
    g_free(device->endpoint);
    g_free(device);
}

static gboolean add_device(SimOnvif *onvif, const SimCameraSpec *spec, GError **error)
{
    Device *device = g_new0(Device, 1);
    device->spec = spec;
    device->endpoint = g_strconcat("urn:uuid:", spec->id, NULL);
    g_ptr_array_add(onvif->devices, device);
    return read_size(device, 0, spec->main_file, error) &&
           read_size(device, 1, spec->sub_file ? spec->sub_file : spec->main_file, error);
}

static const Device *find_device(const SimOnvif *onvif, const char *id)
{
    for (guint i = 0; i < onvif->devices->len; i++) {
        const Device *device = onvif->devices->pdata[i];
        if (strcmp(device->spec->id, id) == 0)
            return device;
    }
    return NULL;
}

/* --- what is asked ----------------------------------------------------------------------------- */

/* What stands in the first element of this name, with any prefix. "": nothing. Caller frees. */
static char *dup_inside(const char *text, const char *name)
{
    g_autofree char *pattern = g_strdup_printf("<(?:\\w+:)?%s(?:\\s[^>]*)?>\\s*([^<\\s]*)", name);
    g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    char *found = g_regex_match(regex, text, 0, &match) ? g_match_info_fetch(match, 1) : NULL;
    return found ? found : g_strdup("");
}

/* "GetProfiles". Caller frees. */
static char *dup_operation(const char *text)
{
    g_autoptr(GRegex) regex = g_regex_new("<(?:\\w+:)?Body[^>]*>\\s*<(?:\\w+:)?(\\w+)", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    return g_regex_match(regex, text, 0, &match) ? g_match_info_fetch(match, 1) : g_strdup("");
}

static gboolean may_ask(const Device *device, const char *request)
{
    if (!device->spec->user)
        return TRUE;
    g_autofree char *user = dup_inside(request, "Username");
    g_autofree char *digest = dup_inside(request, "Password");
    g_autofree char *nonce64 = dup_inside(request, "Nonce");
    g_autofree char *created = dup_inside(request, "Created");
    g_autoptr(GDateTime) made = g_date_time_new_from_iso8601(created, NULL);
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    if (!made || ABS(g_date_time_difference(now, made)) > FRESH_S * G_USEC_PER_SEC)
        return FALSE;
    gsize nonce_len, len = 20;
    g_autofree guchar *nonce = g_base64_decode(nonce64, &nonce_len);
    const char *password = device->spec->password ? secret_get(device->spec->password) : "";
    guint8 sum[20];
    g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
    g_checksum_update(sha1, nonce, (gssize)nonce_len);
    g_checksum_update(sha1, (const guchar *)created, -1);
    g_checksum_update(sha1, (const guchar *)password, -1);
    g_checksum_get_digest(sha1, sum, &len);
    g_autofree char *wanted = g_base64_encode(sum, len);
    return strcmp(user, device->spec->user) == 0 && strcmp(wanted, digest) == 0;
}

/* --- what is answered -------------------------------------------------------------------------- */

static void add_time(GString *out)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_string_append_printf(
        out,
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP"
        "</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings><tt:UTCDateTime><tt:Time>"
        "<tt:Hour>%d</tt:Hour><tt:Minute>%d</tt:Minute><tt:Second>%d</tt:Second></tt:Time><tt:Date>"
        "<tt:Year>%d</tt:Year><tt:Month>%d</tt:Month><tt:Day>%d</tt:Day></tt:Date></tt:UTCDateTime>"
        "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>",
        g_date_time_get_hour(now), g_date_time_get_minute(now), g_date_time_get_second(now),
        g_date_time_get_year(now), g_date_time_get_month(now), g_date_time_get_day_of_month(now));
}

static void add_profiles(GString *out, const Device *device)
{
    g_string_append(out, "<trt:GetProfilesResponse>");
    for (guint i = 0; i < G_N_ELEMENTS(stream_names); i++)
        g_string_append_printf(
            out,
            "<trt:Profiles token=\"%s\" fixed=\"true\"><tt:Name>%s</tt:Name>"
            "<tt:VideoSourceConfiguration token=\"vsc\"><tt:Name>vsc</tt:Name><tt:UseCount>2"
            "</tt:UseCount><tt:SourceToken>v1</tt:SourceToken><tt:Bounds x=\"0\" y=\"0\" "
            "width=\"%d\" height=\"%d\"/></tt:VideoSourceConfiguration>"
            "<tt:VideoEncoderConfiguration token=\"vec-%s\"><tt:Name>vec</tt:Name><tt:UseCount>1"
            "</tt:UseCount><tt:Encoding>%s</tt:Encoding><tt:Resolution><tt:Width>%d</tt:Width>"
            "<tt:Height>%d</tt:Height></tt:Resolution></tt:VideoEncoderConfiguration>"
            "</trt:Profiles>",
            stream_names[i], stream_names[i], device->width[0], device->height[0], stream_names[i],
            device->encoding[i], device->width[i], device->height[i]);
    g_string_append(out, "</trt:GetProfilesResponse>");
}

static void add_services(GString *out, const SimOnvif *onvif, const Device *device)
{
    static const char *const kinds[][2] = {
        { "http://www.onvif.org/ver10/device/wsdl", "device_service" },
        { "http://www.onvif.org/ver10/media/wsdl", "media_service" },
    };
    g_string_append(out, "<tds:GetServicesResponse>");
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
        g_string_append_printf(
            out,
            "<tds:Service><tds:Namespace>%s</tds:Namespace><tds:XAddr>"
            "http://127.0.0.1:%u/onvif/%s/%s</tds:XAddr><tds:Version><tt:Major>2</tt:Major>"
            "<tt:Minor>60</tt:Minor></tds:Version></tds:Service>",
            kinds[i][0], onvif->port, device->spec->id, kinds[i][1]);
    g_string_append(out, "</tds:GetServicesResponse>");
}

static void add_capabilities(GString *out, const SimOnvif *onvif, const Device *device)
{
    g_string_append_printf(
        out,
        "<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device><tt:XAddr>"
        "http://127.0.0.1:%u/onvif/%s/device_service</tt:XAddr></tt:Device><tt:Media><tt:XAddr>"
        "http://127.0.0.1:%u/onvif/%s/media_service</tt:XAddr></tt:Media></tds:Capabilities>"
        "</tds:GetCapabilitiesResponse>",
        onvif->port, device->spec->id, onvif->port, device->spec->id);
}

static void add_sources(GString *out, const Device *device)
{
    g_string_append_printf(
        out,
        "<trt:GetVideoSourcesResponse><trt:VideoSources token=\"v1\"><tt:Framerate>25"
        "</tt:Framerate><tt:Resolution><tt:Width>%d</tt:Width><tt:Height>%d</tt:Height>"
        "</tt:Resolution></trt:VideoSources></trt:GetVideoSourcesResponse>",
        device->width[0], device->height[0]);
}

/* FALSE: a fault was written. */
static gboolean answer(const SimOnvif *onvif, const Device *device, const char *request,
                       GString *out)
{
    g_autofree char *operation = dup_operation(request);
    g_autofree char *token = dup_inside(request, "ProfileToken");
    const char *fault = NULL;
    g_string_append(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope "
                         "xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
                         "xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\" "
                         "xmlns:trt=\"http://www.onvif.org/ver10/media/wsdl\" "
                         "xmlns:ter=\"http://www.onvif.org/ver10/error\" "
                         "xmlns:tt=\"http://www.onvif.org/ver10/schema\"><s:Body>");
    if (strcmp(operation, "GetSystemDateAndTime") == 0)
        add_time(out);
    else if (!may_ask(device, request))
        fault = "NotAuthorized";
    else if (strcmp(operation, "GetDeviceInformation") == 0)
        g_string_append_printf(out,
                               "<tds:GetDeviceInformationResponse><tds:Manufacturer>wallctl"
                               "</tds:Manufacturer><tds:Model>camera-sim</tds:Model>"
                               "<tds:FirmwareVersion>" WALLCTL_VERSION "</tds:FirmwareVersion>"
                               "<tds:SerialNumber>%s</tds:SerialNumber><tds:HardwareId>sim"
                               "</tds:HardwareId></tds:GetDeviceInformationResponse>",
                               device->spec->id);
    else if (strcmp(operation, "GetServices") == 0)
        add_services(out, onvif, device);
    else if (strcmp(operation, "GetCapabilities") == 0)
        add_capabilities(out, onvif, device);
    else if (strcmp(operation, "GetVideoSources") == 0)
        add_sources(out, device);
    else if (strcmp(operation, "GetProfiles") == 0)
        add_profiles(out, device);
    else if (strcmp(operation, "GetStreamUri") == 0 &&
             (g_str_equal(token, "main") || g_str_equal(token, "sub")))
        g_string_append_printf(out,
                               "<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>"
                               "rtsp://127.0.0.1:%u/%s/%s</tt:Uri><tt:InvalidAfterConnect>false"
                               "</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false"
                               "</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout>"
                               "</trt:MediaUri></trt:GetStreamUriResponse>",
                               onvif->rtsp_port, device->spec->id, token);
    else
        fault = strcmp(operation, "GetStreamUri") == 0 ? "NoProfile" : "ActionNotSupported";
    if (fault)
        g_string_append_printf(out,
                               "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>"
                               "ter:%s</s:Value></s:Subcode></s:Code><s:Reason><s:Text "
                               "xml:lang=\"en\">%s</s:Text></s:Reason></s:Fault>",
                               fault, fault);
    g_string_append(out, "</s:Body></s:Envelope>");
    return !fault;
}

/* --- HTTP -------------------------------------------------------------------------------------- */

/* The head's path and length of the body; FALSE at the end of the connection, or for what is no request. */
static gboolean read_head(GDataInputStream *in, char **path, gsize *len)
{
    g_autofree char *first = g_data_input_stream_read_line(in, NULL, NULL, NULL);
    g_auto(GStrv) words = g_strsplit(first ? first : "", " ", 3);
    if (g_strv_length(words) != 3 || strcmp(words[0], "POST") != 0)
        return FALSE;
    *len = 0;
    *path = g_strdup(words[1]);
    for (;;) {
        g_autofree char *line = g_data_input_stream_read_line(in, NULL, NULL, NULL);
        if (!line || !*g_strchomp(line))
            return line != NULL;
        if (g_ascii_strncasecmp(line, "content-length:", 15) == 0)
            *len = (gsize)g_ascii_strtoull(line + 15, NULL, 10);
    }
}

static gboolean serve_request(const SimOnvif *onvif, GDataInputStream *in, GOutputStream *out)
{
    g_autofree char *path = NULL;
    gsize len = 0;
    if (!read_head(in, &path, &len) || len > MAX_REQUEST)
        return FALSE;
    g_autofree char *body = g_malloc0(len + 1);
    if (!g_input_stream_read_all(G_INPUT_STREAM(in), body, len, NULL, NULL, NULL))
        return FALSE;
    g_auto(GStrv) parts = g_strsplit(path, "/", 5); /* "", "onvif", ID, service */
    const Device *device = g_strv_length(parts) == 4 && strcmp(parts[1], "onvif") == 0
                               ? find_device(onvif, parts[2])
                               : NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    const char *status = !device                             ? "404 Not Found"
                         : answer(onvif, device, body, text) ? "200 OK"
                                                             : "400 Bad Request";
    g_autofree char *head =
        g_strdup_printf("HTTP/1.1 %s\r\nContent-Type: application/soap+xml; "
                        "charset=utf-8\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                        status, text->len);
    return g_output_stream_write_all(out, head, strlen(head), NULL, NULL, NULL) &&
           g_output_stream_write_all(out, text->str, text->len, NULL, NULL, NULL);
}

static gboolean on_connection(GThreadedSocketService *service, GSocketConnection *connection,
                              GObject *source, gpointer user)
{
    g_autoptr(GDataInputStream) in =
        g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
    g_data_input_stream_set_newline_type(in, G_DATA_STREAM_NEWLINE_TYPE_ANY);
    g_socket_set_timeout(g_socket_connection_get_socket(connection), 10);
    while (serve_request(user, in, g_io_stream_get_output_stream(G_IO_STREAM(connection))))
        continue;
    return TRUE;
}

/* --- WS-Discovery ------------------------------------------------------------------------------ */

static char *dup_match(const SimOnvif *onvif, const Device *device, const char *message_id)
{
    return g_strdup_printf(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope "
        "xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
        "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
        "xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" "
        "xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\"><s:Header><a:MessageID>uuid:%s"
        "</a:MessageID><a:RelatesTo>%s</a:RelatesTo><a:Action>"
        "http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action></s:Header><s:Body>"
        "<d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>%s</a:Address>"
        "</a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>"
        "onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/%s "
        "onvif://www.onvif.org/hardware/camera-sim</d:Scopes><d:XAddrs>"
        "http://127.0.0.1:%u/onvif/%s/device_service</d:XAddrs><d:MetadataVersion>1"
        "</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>",
        device->spec->id, message_id, device->endpoint, device->spec->id, onvif->port,
        device->spec->id);
}

static gboolean on_datagram(GSocket *socket, GIOCondition condition, gpointer user)
{
    const SimOnvif *onvif = user;
    g_autoptr(GSocketAddress) from = NULL;
    g_autofree char *text = g_malloc0(MAX_REQUEST + 1);
    gssize len = g_socket_receive_from(socket, &from, text, MAX_REQUEST, NULL, NULL);
    g_autofree char *operation = len > 0 ? dup_operation(text) : NULL;
    g_autofree char *message_id = dup_inside(len > 0 ? text : "", "MessageID");
    g_autofree char *escaped = g_markup_escape_text(message_id, -1);
    if (g_strcmp0(operation, "Probe") != 0)
        return G_SOURCE_CONTINUE;
    for (guint i = 0; i < onvif->devices->len; i++) {
        g_autofree char *match = dup_match(onvif, onvif->devices->pdata[i], escaped);
        g_socket_send_to(socket, from, match, strlen(match), NULL, NULL);
    }
    return G_SOURCE_CONTINUE;
}

/* --- begin and end ----------------------------------------------------------------------------- */

static gboolean listen_at(SimOnvif *onvif, guint16 port, GError **error)
{
    g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
    g_autoptr(GSocketAddress) wanted = g_inet_socket_address_new(loopback, port);
    g_autoptr(GSocketAddress) had = NULL;
    g_autoptr(GError) failed = NULL;
    onvif->service = g_threaded_socket_service_new(16);
    onvif->udp =
        g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &failed);
    if (onvif->udp &&
        g_socket_listener_add_address(G_SOCKET_LISTENER(onvif->service), wanted,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &had,
                                      &failed) &&
        g_socket_bind(onvif->udp, had, FALSE, &failed)) {
        onvif->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(had));
        return TRUE;
    }
    g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "ONVIF at port %u: %s", port,
                failed->message);
    return FALSE;
}

SimOnvif *sim_onvif_new(guint16 port, guint16 rtsp_port, GPtrArray *specs, GError **error)
{
    g_autoptr(SimOnvif) onvif = g_new0(SimOnvif, 1);
    onvif->rtsp_port = rtsp_port;
    onvif->devices = g_ptr_array_new_with_free_func(free_device);
    if (!listen_at(onvif, port, error))
        return NULL;
    for (guint i = 0; i < specs->len; i++) {
        if (!add_device(onvif, specs->pdata[i], error))
            return NULL;
    }
    onvif->source = g_socket_create_source(onvif->udp, G_IO_IN, NULL);
    g_source_set_callback(onvif->source, G_SOURCE_FUNC(on_datagram), onvif, NULL);
    g_source_attach(onvif->source, NULL);
    g_signal_connect(onvif->service, "run", G_CALLBACK(on_connection), onvif);
    g_socket_service_start(onvif->service);
    return g_steal_pointer(&onvif);
}

void sim_onvif_free(SimOnvif *onvif)
{
    if (!onvif)
        return;
    if (onvif->service) {
        g_socket_service_stop(onvif->service);
        g_socket_listener_close(G_SOCKET_LISTENER(onvif->service));
        g_object_unref(onvif->service);
    }
    if (onvif->source) {
        g_source_destroy(onvif->source);
        g_source_unref(onvif->source);
    }
    g_clear_object(&onvif->udp);
    g_ptr_array_unref(onvif->devices);
    g_free(onvif);
}

guint16 sim_onvif_port(const SimOnvif *onvif)
{
    return onvif->port;
}
