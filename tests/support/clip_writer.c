/* clip_writer.c - encodes I420 pictures as a camera does and writes them to an MP4, all or nothing
 *
 * Every GOP is closed and has exactly spec.gop pictures, scene cuts add no key frames, the rate is
 * bounded by a one-second VBV: the clip can be cut and looped at any key frame. One thread, so that
 * a renderer of many clips decides the load.
 */
#include "tests/support/clip_writer.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <unistd.h>

#include "wallctl/base/error.h"

/* As cameras do: a scene that stands still takes fewer bits than it may. */
static const int best_quantizer = 21;

struct ClipWriter {
    ClipSpec spec;
    char *path;
    char *temp_path; /* NULL once the file is at its path */
    AVCodecContext *encoder;
    AVFormatContext *muxer;
    AVFrame *frame;
    AVPacket *packet;
    guint added;
};

static gboolean fail(GError **error, int code, const char *path, const char *what, int av_code)
{
    char reason[AV_ERROR_MAX_STRING_SIZE] = "";
    av_strerror(av_code, reason, sizeof reason);
    g_set_error(error, WALL_ERROR, code, "%s: %s: %s", path, what, reason);
    return FALSE;
}

static gboolean check_spec(const char *path, const ClipSpec *spec, GError **error)
{
    const char *wrong = NULL;
    if (spec->width < 16 || spec->height < 16 || spec->width % 2 || spec->height % 2)
        wrong = "width and height are even and at least 16";
    else if (spec->fps < 1 || spec->fps > 120)
        wrong = "fps is 1 to 120";
    else if (!spec->gop || !spec->frames || spec->frames % spec->gop)
        wrong = "frames is a multiple of gop, neither 0";
    else if (spec->bitrate_kbps < 8)
        wrong = "bitrate_kbps is at least 8";
    else if (spec->codec < CLIP_H264 || spec->codec > CLIP_H263)
        wrong = "codec is CLIP_H264, CLIP_H265 or CLIP_H263";
    if (!wrong)
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                "%s: codec %d %dx%d %u fps %u frames gop %u %u kbit/s: %s", path, (int)spec->codec,
                spec->width, spec->height, spec->fps, spec->frames, spec->gop, spec->bitrate_kbps,
                wrong);
    return FALSE;
}

static const AVCodec *find_encoder(ClipCodec codec)
{
    switch (codec) {
    case CLIP_H264:
        return avcodec_find_encoder_by_name("libx264");
    case CLIP_H265:
        return avcodec_find_encoder_by_name("libx265");
    case CLIP_H263:
        return avcodec_find_encoder(AV_CODEC_ID_H263);
    }
    return NULL;
}

static void set_codec_options(AVCodecContext *encoder, const ClipSpec *spec)
{
    if (spec->codec == CLIP_H263) {
        av_opt_set(encoder->priv_data, "sc_threshold", "1000000000", 0);
        return;
    }
    gboolean is_large = spec->width * spec->height > 640 * 480;
    av_opt_set(encoder->priv_data, "preset", is_large ? "superfast" : "veryfast", 0);
    av_opt_set(encoder->priv_data, "forced-idr", "1", 0);
    g_autofree char *params = g_strdup_printf(
        "keyint=%u:min-keyint=%u:scenecut=0:open-gop=0%s", spec->gop, spec->gop,
        spec->codec == CLIP_H265 ? ":pools=none:frame-threads=1:log-level=none" : "");
    av_opt_set(encoder->priv_data, spec->codec == CLIP_H265 ? "x265-params" : "x264-params", params,
               0);
}

static gboolean open_encoder(ClipWriter *writer, GError **error)
{
    const ClipSpec *spec = &writer->spec;
    const AVCodec *codec = find_encoder(spec->codec);
    if (!codec) {
        g_set_error(
            error, WALL_ERROR, WALL_ERROR_UNSUPPORTED,
            "%s: libavcodec here has no encoder for codec %d (1 libx264, 2 libx265, 3 h263)",
            writer->path, (int)spec->codec);
        return FALSE;
    }
    AVCodecContext *encoder = writer->encoder = avcodec_alloc_context3(codec);
    g_assert(encoder);
    encoder->width = spec->width;
    encoder->height = spec->height;
    encoder->pix_fmt = AV_PIX_FMT_YUV420P;
    encoder->time_base = (AVRational) { 1, (int)spec->fps };
    encoder->framerate = (AVRational) { (int)spec->fps, 1 };
    encoder->gop_size = (int)spec->gop;
    encoder->max_b_frames = spec->b_frames ? 2 : 0;
    encoder->bit_rate = (gint64)spec->bitrate_kbps * 1000;
    encoder->rc_max_rate = encoder->bit_rate;
    encoder->rc_buffer_size = (int)encoder->bit_rate;
    encoder->thread_count = 1;
    encoder->qmin = best_quantizer;
    encoder->log_level_offset =
        AV_LOG_ERROR; /* encoders tell their life story; errors still come through */
    encoder->colorspace = AVCOL_SPC_BT709;
    encoder->color_primaries = AVCOL_PRI_BT709;
    encoder->color_trc = AVCOL_TRC_BT709;
    encoder->color_range = AVCOL_RANGE_MPEG;
    encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    set_codec_options(encoder, spec);
    int rc = avcodec_open2(encoder, codec, NULL);
    return rc >= 0 || fail(error, WALL_ERROR_UNSUPPORTED, writer->path, codec->name, rc);
}

static gboolean open_file(ClipWriter *writer, GError **error)
{
    g_autofree char *temp_path = g_strconcat(writer->path, ".XXXXXX", NULL);
    int fd = g_mkstemp_full(temp_path, O_RDWR | O_CLOEXEC, 0644);
    if (fd < 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s: cannot be created: %s",
                    temp_path, g_strerror(errno));
        return FALSE;
    }
    close(fd);
    writer->temp_path = g_steal_pointer(&temp_path);
    /* H.263 has no place in MP4 proper, only in its sibling 3GP; every demuxer reads both as one.
     */
    const char *format = writer->spec.codec == CLIP_H263 ? "3gp" : "mp4";
    int rc = avformat_alloc_output_context2(&writer->muxer, NULL, format, writer->temp_path);
    if (rc < 0)
        return fail(error, WALL_ERROR_UNSUPPORTED, writer->path, format, rc);
    AVStream *stream = avformat_new_stream(writer->muxer, NULL);
    g_assert(stream);
    stream->time_base = writer->encoder->time_base;
    stream->avg_frame_rate = writer->encoder->framerate;
    rc = avcodec_parameters_from_context(stream->codecpar, writer->encoder);
    g_assert(rc >= 0);
    if (writer->spec.codec == CLIP_H265)
        stream->codecpar->codec_tag = MKTAG('h', 'v', 'c', '1');
    rc = avio_open(&writer->muxer->pb, writer->temp_path, AVIO_FLAG_WRITE);
    if (rc >= 0)
        rc = avformat_write_header(writer->muxer, NULL);
    return rc >= 0 || fail(error, WALL_ERROR_UNAVAILABLE, writer->temp_path, "header", rc);
}

static gboolean drain(ClipWriter *writer, GError **error)
{
    AVStream *stream = writer->muxer->streams[0];
    for (;;) {
        int rc = avcodec_receive_packet(writer->encoder, writer->packet);
        if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
            return TRUE;
        if (rc < 0)
            return fail(error, WALL_ERROR_INTERNAL, writer->path, "encoder", rc);
        writer->packet->duration = 1;
        av_packet_rescale_ts(writer->packet, writer->encoder->time_base, stream->time_base);
        rc = av_interleaved_write_frame(writer->muxer, writer->packet);
        if (rc < 0)
            return fail(error, WALL_ERROR_UNAVAILABLE, writer->temp_path, "write", rc);
    }
}

gboolean clip_writer_add(ClipWriter *writer, const guint8 *const planes[3], const int strides[3],
                         GError **error)
{
    AVFrame *frame = writer->frame;
    int rc = av_frame_make_writable(frame);
    g_assert(rc >= 0);
    for (int i = 0; i < 3; i++)
        av_image_copy_plane(frame->data[i], frame->linesize[i], planes[i], strides[i],
                            i ? frame->width / 2 : frame->width,
                            i ? frame->height / 2 : frame->height);
    frame->pts = writer->added;
    frame->pict_type = writer->added % writer->spec.gop ? AV_PICTURE_TYPE_NONE : AV_PICTURE_TYPE_I;
    writer->added++;
    rc = avcodec_send_frame(writer->encoder, frame);
    if (rc < 0)
        return fail(error, WALL_ERROR_INTERNAL, writer->path, "encoder", rc);
    return drain(writer, error);
}

gboolean clip_writer_finish(ClipWriter *writer, GError **error)
{
    if (writer->added != writer->spec.frames) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s: %u pictures added, the loop has %u",
                    writer->path, writer->added, writer->spec.frames);
        return FALSE;
    }
    int rc = avcodec_send_frame(writer->encoder, NULL);
    if (rc < 0)
        return fail(error, WALL_ERROR_INTERNAL, writer->path, "encoder flush", rc);
    if (!drain(writer, error))
        return FALSE;
    rc = av_write_trailer(writer->muxer);
    if (rc >= 0)
        rc = avio_closep(&writer->muxer->pb);
    if (rc < 0)
        return fail(error, WALL_ERROR_UNAVAILABLE, writer->temp_path, "trailer", rc);
    if (g_rename(writer->temp_path, writer->path) != 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s: cannot be moved to %s: %s",
                    writer->temp_path, writer->path, g_strerror(errno));
        return FALSE;
    }
    g_clear_pointer(&writer->temp_path, g_free);
    return TRUE;
}

ClipWriter *clip_writer_new(const char *path, const ClipSpec *spec, GError **error)
{
    if (!check_spec(path, spec, error))
        return NULL;
    g_autoptr(ClipWriter) writer = g_new0(ClipWriter, 1);
    writer->spec = *spec;
    writer->path = g_strdup(path);
    writer->packet = av_packet_alloc();
    writer->frame = av_frame_alloc();
    g_assert(writer->packet && writer->frame);
    writer->frame->format = AV_PIX_FMT_YUV420P;
    writer->frame->width = spec->width;
    writer->frame->height = spec->height;
    int rc = av_frame_get_buffer(writer->frame, 0);
    g_assert(rc >= 0);
    if (!open_encoder(writer, error) || !open_file(writer, error))
        return NULL;
    return g_steal_pointer(&writer);
}

void clip_writer_free(ClipWriter *writer)
{
    if (!writer)
        return;
    if (writer->muxer)
        avio_closep(&writer->muxer->pb);
    avformat_free_context(writer->muxer);
    avcodec_free_context(&writer->encoder);
    av_frame_free(&writer->frame);
    av_packet_free(&writer->packet);
    if (writer->temp_path)
        g_unlink(writer->temp_path);
    g_free(writer->temp_path);
    g_free(writer->path);
    g_free(writer);
}
