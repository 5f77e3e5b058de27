/* clip_read.c - files of ours back to packets
 *
 * From memory, so that what is read is what was checked against its SHA-256.
 */
#include "pipelines/clip_read.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"

#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <string.h>

#define PIECE 65536

typedef struct {
    const guint8 *data;
    gint64 len, at;
} Source;

static int read_piece(void *opaque, uint8_t *to, int len)
{
    Source *source = opaque;
    gint64 n = MIN(len, source->len - source->at);
    if (n <= 0)
        return AVERROR_EOF;
    memcpy(to, source->data + source->at, (gsize)n);
    source->at += n;
    return (int)n;
}

static int64_t seek(void *opaque, int64_t offset, int whence)
{
    Source *source = opaque;
    if (whence & AVSEEK_SIZE)
        return source->len;
    gint64 base = whence == SEEK_CUR ? source->at : whence == SEEK_END ? source->len : 0;
    if (base + offset < 0 || base + offset > source->len)
        return AVERROR(EINVAL);
    return source->at = base + offset;
}

/* Parameter sets from the file's head into the key frames, where decoders of a stream look for them. */
static int begin_filter(const AVStream *stream, AVBSFContext **filter)
{
    const AVBitStreamFilter *found = av_bsf_get_by_name("h264_mp4toannexb");
    int result = found ? av_bsf_alloc(found, filter) : AVERROR_BSF_NOT_FOUND;
    if (result >= 0)
        result = avcodec_parameters_copy((*filter)->par_in, stream->codecpar);
    if (result >= 0) {
        (*filter)->time_base_in = stream->time_base;
        result = av_bsf_init(*filter);
    }
    return result;
}

static void take_packet(PacketList *list, const AVPacket *packet, AVRational base, gint64 from_ns)
{
    const AVRational ns = { 1, (int)NS_PER_SEC };
    AVPacket *copy = av_packet_clone(packet);
    g_assert(copy);
    copy->pts = copy->dts = from_ns + av_rescale_q(packet->dts, base, ns);
    g_ptr_array_add(list->packets, copy);
}

static int read_packets(AVFormatContext *demuxer, gint64 from_ns, PacketList *list)
{
    if (demuxer->nb_streams != 1 || demuxer->streams[0]->codecpar->codec_id != AV_CODEC_ID_H264)
        return AVERROR_INVALIDDATA;
    AVBSFContext *filter = NULL;
    AVPacket *packet = av_packet_alloc();
    int result = packet ? begin_filter(demuxer->streams[0], &filter) : AVERROR(ENOMEM);
    while (result >= 0 && (result = av_read_frame(demuxer, packet)) >= 0) {
        result = av_bsf_send_packet(filter, packet);
        while (result >= 0 && (result = av_bsf_receive_packet(filter, packet)) >= 0) {
            take_packet(list, packet, filter->time_base_out, from_ns);
            av_packet_unref(packet);
        }
        if (result == AVERROR(EAGAIN))
            result = 0;
    }
    av_packet_free(&packet);
    av_bsf_free(&filter);
    return result == AVERROR_EOF ? 0 : result;
}

PacketList *clip_read_mp4(GBytes *file, gint64 from_ns, GError **error)
{
    gsize len;
    Source source = { .data = g_bytes_get_data(file, &len) };
    source.len = (gint64)len;
    g_autoptr(PacketList) list = packet_list_new(AV_CODEC_ID_H264);
    AVFormatContext *demuxer = avformat_alloc_context();
    AVIOContext *io =
        avio_alloc_context(av_malloc(PIECE), PIECE, 0, &source, read_piece, NULL, seek);
    AVDictionary *options = NULL;
    demuxer->pb = io;
    av_dict_set(&options, "ignore_editlist", "1", 0); /* all that is there, the last picture too */
    int result = avformat_open_input(&demuxer, NULL, av_find_input_format("mp4"), &options);
    av_dict_free(&options);
    if (result >= 0)
        result = read_packets(demuxer, from_ns, list);
    avformat_close_input(&demuxer);
    av_freep(&io->buffer);
    avio_context_free(&io);
    if (result >= 0 && list->packets->len > 0)
        return g_steal_pointer(&list);
    char text[AV_ERROR_MAX_STRING_SIZE];
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "the saved clip cannot be read: %s",
                result < 0 ? av_make_error_string(text, sizeof text, result) : "it is empty");
    return NULL;
}

PacketList *clip_read_jpeg(GBytes *file, gint64 at_ns)
{
    gsize len;
    const void *data = g_bytes_get_data(file, &len);
    PacketList *list = packet_list_new(AV_CODEC_ID_MJPEG);
    AVPacket *packet = av_packet_alloc();
    g_assert(packet && av_new_packet(packet, (int)len) >= 0);
    memcpy(packet->data, data, len);
    packet->pts = packet->dts = at_ns;
    packet->flags = AV_PKT_FLAG_KEY;
    g_ptr_array_add(list->packets, packet);
    return list;
}
