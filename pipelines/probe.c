/* probe.c - looks at an address with libavformat and says what is wrong with it for a wall
 *
 * Pictures are parsed, not decoded. Stream information is not searched by libavformat, which would
 * read ahead and hide how long the first key frame takes. The password exists in a URL only inside
 * this process, because libavformat takes it nowhere else; that memory is wiped and the URL is
 * never part of a message.
 */
#include "pipelines/probe.h"

#include "pipelines/media_log.h"
#include "pipelines/probe_remarks.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <string.h>

#define CONNECT_NS   (10 * NS_PER_SEC)
#define FIRST_NS     (5 * NS_PER_SEC) /* from PLAY to the first picture */
#define MAX_WATCH_MS 60000
#define MAX_USERINFO 127 /* libavformat cuts what is longer */

/* The end of the list of protocols, which is cut off once the connection is begun: libavformat follows a redirection to
 * any address, and looks at this list before it opens another connection. */
#define CONNECTING ",tcp,tls"

typedef struct {
    AVFormatContext *input;
    AVCodecParserContext *parser;
    AVCodecContext *codec; /* for the parser; never opened */
    AVStream *video;
    gint64 deadline_ns; /* blocking calls end here */
    gint64 start_ns, first_ns, last_ns;
    gint64 start_unix_ms;
    gint64 pts_min, pts_max, pts_last; /* ns */
    gint64 last_key_pts;               /* ns; -1 before the first */
    guint since_key;
    guint64 pictures, timed, bytes; /* timed: those with a timestamp */
    ProbeFindings found;
} Probe;

static void probe_clear(Probe *probe)
{
    av_parser_close(probe->parser);
    avcodec_free_context(&probe->codec);
    avformat_close_input(&probe->input);
}

/* Called at least once while the connection is made, and before each byte is read. */
static int is_over(void *user)
{
    Probe *probe = user;
    char *connecting = probe->input && probe->input->protocol_whitelist
                           ? strstr(probe->input->protocol_whitelist, CONNECTING)
                           : NULL;
    if (connecting)
        *connecting = '\0';
    return clock_now_ns() > probe->deadline_ns;
}

static char *userinfo(const char *user, const Secret *password)
{
    g_autofree char *name = g_uri_escape_string(user, NULL, FALSE);
    if (!password)
        return g_steal_pointer(&name);
    char *word = g_uri_escape_string(secret_get(password), NULL, FALSE);
    char *both = g_strconcat(name, ":", word, NULL);
    secret_wipe(word, strlen(word));
    g_free(word);
    return both;
}

/* The address with credentials in it; the caller wipes it. */
static char *address_for_libav(const char *address, const char *user, const Secret *password,
                               GError **error)
{
    const char *rest = NULL;
    if (g_ascii_strncasecmp(address, "rtsp://", 7) == 0)
        rest = address + 7;
    else if (g_ascii_strncasecmp(address, "rtsps://", 8) == 0)
        rest = address + 8;
    if (!rest || !*rest || *rest == '/') {
        g_autofree char *shown = secret_redact(address);
        wall_error_set(error, WALL_ERROR_INVALID,
                       "'%s': accepted are rtsp://HOST[:PORT]/PATH and rtsps://HOST[:PORT]/PATH",
                       "“%s”不行：地址形如 rtsp://主机[:端口]/路径 或 rtsps://主机[:端口]/路径",
                       shown);
        return NULL;
    }
    if (!user || !*user)
        return g_strdup(address);
    char *info = userinfo(user, password);
    char *full = NULL;
    if (strlen(info) <= MAX_USERINFO) {
        g_autofree char *scheme = g_strndup(address, (gsize)(rest - address));
        full = g_strconcat(scheme, info, "@", rest, NULL);
    } else {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "user name and password together are longer than %d characters (signs count "
                    "three times)",
                    MAX_USERINFO);
    }
    secret_wipe(info, strlen(info));
    g_free(info);
    return full;
}

static void explain(int result, gboolean has_user, const char *address, GError **error)
{
    g_autofree char *shown = secret_redact(address);
    char other[AV_ERROR_MAX_STRING_SIZE] = "";
    int code = WALL_ERROR_UNAVAILABLE;
    const char *text = other, *zh = other;
    switch (result) {
    case AVERROR_HTTP_UNAUTHORIZED:
        code = WALL_ERROR_DENIED;
        text = has_user ? "the camera rejects the user name or password"
                        : "the camera asks for a user name and password";
        zh = has_user ? "用户名或密码被摄像机拒绝" : "摄像机要用户名和密码（--user）";
        break;
    case AVERROR_HTTP_FORBIDDEN:
        code = WALL_ERROR_DENIED;
        text = "this user may not see the stream (403)";
        zh = "这个用户无权看这一路（403）";
        break;
    case AVERROR_HTTP_NOT_FOUND:
        code = WALL_ERROR_NOT_FOUND;
        text = "the camera has no stream at this path (404)";
        zh = "摄像机没有这一路码流（404）";
        break;
    case AVERROR_HTTP_SERVER_ERROR:
        text = "the camera refuses with an error of its own (5xx); it may have too many sessions";
        zh = "摄像机自己出错（5xx），可能是会话已满";
        break;
    case AVERROR(ECONNREFUSED):
        text = "connection refused: nothing listens there";
        zh = "连接被拒：那里没有服务";
        break;
    case AVERROR(EHOSTUNREACH):
    case AVERROR(ENETUNREACH):
        text = "there is no way to this host";
        zh = "网络不通";
        break;
    case AVERROR_EXIT:
    case AVERROR(ETIMEDOUT):
        text = "no answer in time";
        zh = "摄像机没有按时应答";
        break;
    case AVERROR_EOF:
        text = "the connection was closed without an answer";
        zh = "摄像机不应答就断开了连接";
        break;
    case AVERROR(EINVAL): /* a protocol that is not in the list (any more) */
        code = WALL_ERROR_DENIED;
        text = "the camera refers to another address, which is not followed";
        zh = "摄像机把连接转向别的地址，没有跟去";
        break;
    case AVERROR_INVALIDDATA: /* also when the connection is closed before a whole answer */
        text = "it takes the connection, but gives no RTSP answer";
        zh = "连得上，但没有 RTSP 应答";
        break;
    default:
        av_strerror(result, other, sizeof other);
    }
    g_autofree char *en_text = g_strdup_printf("%s: %s", shown, text);
    g_autofree char *zh_text = g_strdup_printf("%s：%s", shown, zh);
    wall_error_set_literal(error, (WallError)code, en_text, zh_text);
}

/* The address with its name replaced by what it stands for, so that it is connected to what was judged; the camera is then
 * asked by that, too. Caller frees; NULL with an error. */
static char *pin(const char *address, const Networks *networks, GError **error)
{
    g_autofree char *host = NULL, *refused = NULL;
    int port = -1;
    if (!networks_check(networks, address, error) ||
        !g_uri_split(address, G_URI_FLAGS_NONE, NULL, NULL, &host, &port, NULL, NULL, NULL, error))
        return NULL;
    g_autoptr(GResolver) resolver = g_resolver_get_default();
    g_autoptr(GError) failed = NULL;
    GList *found = g_resolver_lookup_by_name(resolver, host, NULL, &failed);
    GList *left = found ? networks_filter(networks, found, &refused) : NULL;
    if (!left && (refused || failed->domain == WALL_ERROR)) {
        if (refused)
            networks_refuse(networks, host, refused, error);
        else /* the resolver is the gate's, which has judged already */
            g_propagate_error(error, g_steal_pointer(&failed));
        return NULL;
    }
    if (!left) {
        wall_error_set(error, WALL_ERROR_UNAVAILABLE, "%s: the name has no address: %s",
                       "%s：域名无法解析（%s）", host, failed->message);
        return NULL;
    }
    g_autofree char *text = g_inet_address_to_string(left->data);
    g_list_free_full(left, g_object_unref);
    const char *begin = strstr(address, "://") + strlen("://");
    g_autofree char *scheme = g_strndup(address, (gsize)(begin - address));
    g_autofree char *at = port > 0 ? g_strdup_printf(":%d", port) : g_strdup("");
    gboolean is_ipv6 = strchr(text, ':') != NULL;
    return g_strconcat(scheme, is_ipv6 ? "[" : "", text, is_ipv6 ? "]" : "", at,
                       begin + strcspn(begin, "/?#"), NULL);
}

static gboolean open_input(Probe *probe, const char *address, const char *user,
                           const Secret *password, Transport transport, const Networks *networks,
                           GError **error)
{
    g_autofree char *pinned = networks ? pin(address, networks, error) : g_strdup(address);
    char *full = pinned ? address_for_libav(pinned, user, password, error) : NULL;
    if (!full)
        return FALSE;
    AVDictionary *options = NULL;
    av_dict_set(&options, "rtsp_transport", transport == TRANSPORT_UDP ? "udp" : "tcp", 0);
    av_dict_set(
        &options, "protocol_whitelist",
        transport == TRANSPORT_UDP ? "rtsp,rtsps,rtp,udp" CONNECTING : "rtsp,rtsps" CONNECTING, 0);
    probe->input = avformat_alloc_context();
    g_assert(probe->input);
    probe->input->interrupt_callback = (AVIOInterruptCB) { is_over, probe };
    probe->start_ns = clock_now_ns();
    probe->start_unix_ms = clock_unix_ms();
    probe->deadline_ns = probe->start_ns + CONNECT_NS;
    int result = avformat_open_input(&probe->input, full, av_find_input_format("rtsp"), &options);
    av_dict_free(&options);
    if (probe->input && probe->input->url)
        secret_wipe(probe->input->url, strlen(probe->input->url));
    gboolean has_user = (user && *user) || strchr(address, '@');
    secret_wipe(full, strlen(full));
    g_free(full);
    if (result < 0)
        explain(result, has_user, address, error);
    return result >= 0;
}

static gboolean find_video(Probe *probe, const char *address, GError **error)
{
    for (guint i = 0; i < probe->input->nb_streams; i++) {
        AVStream *stream = probe->input->streams[i];
        AVCodecParameters *form = stream->codecpar;
        if (form->codec_type == AVMEDIA_TYPE_VIDEO && !probe->video)
            probe->video = stream;
        else if (form->codec_type == AVMEDIA_TYPE_AUDIO &&
                 probe->found.audio_codec == AV_CODEC_ID_NONE)
            probe->found.audio_codec = form->codec_id;
        else
            stream->discard = AVDISCARD_ALL;
    }
    if (!probe->video) {
        g_autofree char *shown = secret_redact(address);
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s: the camera offers no video",
                    shown);
        return FALSE;
    }
    probe->found.video_codec = probe->video->codecpar->codec_id;
    probe->parser = av_parser_init((int)probe->found.video_codec);
    probe->codec = avcodec_alloc_context3(NULL);
    g_assert(probe->codec);
    avcodec_parameters_to_context(probe->codec, probe->video->codecpar);
    if (probe->parser)
        probe->parser->flags |= PARSER_FLAG_COMPLETE_FRAMES;
    return TRUE;
}

/* A picture that decoders can start from: an IDR (H.264) or an IRAP picture (H.265). */
static gboolean is_entry(const Probe *probe, const AVPacket *packet)
{
    gboolean is_h264 = probe->found.video_codec == AV_CODEC_ID_H264;
    if (!is_h264 && probe->found.video_codec != AV_CODEC_ID_HEVC)
        return (packet->flags & AV_PKT_FLAG_KEY) != 0;
    for (int i = 0; i + 3 < packet->size; i++) {
        if (packet->data[i] != 0 || packet->data[i + 1] != 0 || packet->data[i + 2] != 1)
            continue;
        guint8 head = packet->data[i + 3];
        if (is_h264 ? (head & 31) == 5 : (head >> 1 & 63) >= 16 && (head >> 1 & 63) <= 21)
            return TRUE;
    }
    return FALSE;
}

static void take_form(Probe *probe, const AVPacket *packet)
{
    ProbeFindings *found = &probe->found;
    if (!probe->parser)
        return;
    uint8_t *data;
    int size;
    av_parser_parse2(probe->parser, probe->codec, &data, &size, packet->data, packet->size,
                     packet->pts, packet->dts, 0);
    if (probe->parser->width > 0) {
        found->width = probe->parser->width;
        found->height = probe->parser->height;
    }
    if (probe->parser->format >= 0)
        found->format = probe->parser->format;
    found->has_b_frames |= probe->parser->pict_type == AV_PICTURE_TYPE_B;
    found->is_interlaced |= probe->parser->picture_structure == AV_PICTURE_STRUCTURE_TOP_FIELD ||
                            probe->parser->picture_structure == AV_PICTURE_STRUCTURE_BOTTOM_FIELD ||
                            probe->parser->field_order > AV_FIELD_PROGRESSIVE;
}

static void take_key(Probe *probe, gint64 pts)
{
    ProbeFindings *found = &probe->found;
    if (found->first_key_ms <= 0)
        found->first_key_ms = (double)(clock_now_ns() - probe->start_ns) / (double)NS_PER_MS;
    if (probe->last_key_pts >= 0 && pts >= 0) {
        found->gop_s = (double)(pts - probe->last_key_pts) / (double)NS_PER_SEC;
        found->gop_frames = probe->since_key;
        found->shortest_gop =
            found->n_gops > 0 ? MIN(found->shortest_gop, probe->since_key) : probe->since_key;
        found->longest_gop = MAX(found->longest_gop, probe->since_key);
        found->n_gops++;
    }
    probe->last_key_pts = pts;
    probe->since_key = 0;
}

static void take_time(Probe *probe, gint64 pts)
{
    if (probe->timed == 0)
        probe->pts_min = probe->pts_max = pts;
    else if (pts < probe->pts_last)
        probe->found.has_b_frames = TRUE; /* shown before the one that came before it */
    probe->pts_last = pts;
    probe->pts_min = MIN(probe->pts_min, pts);
    probe->pts_max = MAX(probe->pts_max, pts);
    probe->timed++;
}

static void take_picture(Probe *probe, const AVPacket *packet)
{
    gint64 pts = -1; /* libavformat gives the very first picture none */
    if (packet->pts != AV_NOPTS_VALUE) {
        pts =
            av_rescale_q(packet->pts, probe->video->time_base, (AVRational) { 1, (int)NS_PER_SEC });
        take_time(probe, pts);
    }
    probe->last_ns = clock_now_ns();
    if (probe->pictures == 0)
        probe->first_ns = probe->last_ns;
    probe->pictures++;
    probe->bytes += (guint64)packet->size;
    take_form(probe, packet);
    if (is_entry(probe, packet))
        take_key(probe, pts);
    probe->since_key++;
}

/* Reads until watch_ns have passed since the first picture. FALSE: not one picture came. */
static gboolean watch(Probe *probe, gint64 watch_ns, int *result)
{
    AVPacket *packet = av_packet_alloc();
    g_assert(packet);
    probe->deadline_ns = clock_now_ns() + MAX(watch_ns, FIRST_NS);
    while ((*result = av_read_frame(probe->input, packet)) >= 0) {
        if (packet->stream_index == probe->video->index) {
            take_picture(probe, packet);
            probe->deadline_ns = probe->first_ns + watch_ns;
        }
        av_packet_unref(packet);
        if (clock_now_ns() > probe->deadline_ns)
            break;
    }
    av_packet_free(&packet);
    return probe->pictures > 0;
}

static void sum_up(Probe *probe)
{
    ProbeFindings *found = &probe->found;
    double pts_s = (double)(probe->pts_max - probe->pts_min) / (double)NS_PER_SEC;
    double real_s = (double)(probe->last_ns - probe->first_ns) / (double)NS_PER_SEC;
    if (probe->timed > 1 && pts_s > 0 && real_s > 0) {
        found->fps = (double)(probe->timed - 1) / pts_s;
        found->arrival_fps = (double)(probe->pictures - 1) / real_s;
        found->bitrate_kbps =
            (double)probe->bytes * 8 / 1000 / (double)probe->pictures * found->fps;
    }
    found->profile = probe->codec->profile;
    found->watched_s = real_s;
    found->has_rtcp = probe->input->start_time_realtime != AV_NOPTS_VALUE;
    if (found->has_rtcp)
        found->clock_off_s =
            (double)probe->input->start_time_realtime / 1e6 - (double)probe->start_unix_ms / 1e3;
}

static ProbeResult *result_of(const ProbeFindings *found)
{
    ProbeResult *result = g_new0(ProbeResult, 1);
    result->codec = g_strdup(avcodec_get_name(found->video_codec));
    result->profile = g_strdup(avcodec_profile_name(found->video_codec, found->profile));
    result->width = found->width;
    result->height = found->height;
    result->fps = found->fps;
    result->gop_frames = found->gop_frames;
    result->gop_s = found->gop_s;
    result->bitrate_kbps = found->bitrate_kbps;
    result->has_b_frames = found->has_b_frames;
    result->first_key_ms = found->first_key_ms;
    if (found->audio_codec != AV_CODEC_ID_NONE)
        result->audio = g_strdup(avcodec_get_name(found->audio_codec));
    result->remarks = probe_remarks(found);
    return result;
}

ProbeResult *probe_address(const char *address, const char *user, const Secret *password,
                           Transport transport, guint watch_ms, const Networks *networks,
                           GError **error)
{
    media_log_init();
    Probe probe = { .last_key_pts = -1, .found = { .format = -1 } };
    ProbeResult *result = NULL;
    int reason = 0;
    if (open_input(&probe, address, user, password, transport, networks, error) &&
        find_video(&probe, address, error)) {
        if (watch(&probe, MIN(watch_ms, MAX_WATCH_MS) * NS_PER_MS, &reason)) {
            sum_up(&probe);
            result = result_of(&probe.found);
        } else {
            g_autofree char *shown = secret_redact(address);
            g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
                        "%s: the camera accepts the session but sends no picture%s", shown,
                        transport == TRANSPORT_UDP
                            ? " over UDP; a firewall may be in the way, try TCP"
                            : "");
        }
    }
    probe.deadline_ns = clock_now_ns() + NS_PER_SEC; /* for the TEARDOWN */
    probe_clear(&probe);
    return result;
}

void probe_result_free(ProbeResult *result)
{
    if (!result)
        return;
    g_free(result->codec);
    g_free(result->profile);
    g_free(result->audio);
    g_ptr_array_unref(result->remarks);
    g_free(result);
}
