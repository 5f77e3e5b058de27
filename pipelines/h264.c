/* h264.c - one libx264 context: pictures in, access units out at once */
#include "pipelines/h264.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"

#include <libavcodec/avcodec.h>
#include <libavutil/opt.h>

/* Key frames are counted in time by the encoder's owner, who skips unchanged pictures; x264 counts
 * pictures. */
#define GOP_ENDLESS 1000000

struct H264 {
    AVCodecContext *codec;
    AVFrame *picture;
    AVPacket *packet;
};

static void set_av_error(GError **error, int code, int result, const char *what)
{
    char text[AV_ERROR_MAX_STRING_SIZE];
    av_strerror(result, text, sizeof text);
    g_set_error(error, WALL_ERROR, code, "%s: %s", what, text);
}

static void release_frame(void *opaque, uint8_t *data)
{
    frame_unref(opaque);
}

/* libavcodec copies pictures that are not counted by its own buffers: give it one that holds our
 * reference. */
static gboolean wrap(H264 *h264, Frame *frame)
{
    AVFrame *picture = h264->picture;
    gsize size = (gsize)frame->stride[0] * (gsize)frame->height;
    picture->buf[0] =
        av_buffer_create(frame->plane[0], size, release_frame, frame, AV_BUFFER_FLAG_READONLY);
    if (!picture->buf[0])
        return FALSE;
    frame_ref(frame);
    picture->format = AV_PIX_FMT_YUV420P;
    picture->width = frame->width;
    picture->height = frame->height;
    picture->color_range = AVCOL_RANGE_MPEG;
    for (int i = 0; i < 3; i++) {
        picture->data[i] = frame->plane[i];
        picture->linesize[i] = frame->stride[i];
    }
    return TRUE;
}

const AVPacket *h264_encode(H264 *h264, Frame *frame, gint64 pts_ns, gboolean is_key,
                            GError **error)
{
    av_packet_unref(h264->packet);
    if (!wrap(h264, frame)) {
        set_av_error(error, WALL_ERROR_INTERNAL, AVERROR(ENOMEM), "H.264 encoder");
        return NULL;
    }
    h264->picture->pts = pts_ns;
    h264->picture->pict_type = is_key ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    int result = avcodec_send_frame(h264->codec, h264->picture);
    av_frame_unref(h264->picture);
    if (result >= 0)
        result = avcodec_receive_packet(h264->codec, h264->packet);
    if (result < 0) {
        set_av_error(error, WALL_ERROR_INTERNAL, result, "H.264 encoder");
        return NULL;
    }
    return h264->packet;
}

static void set_up(AVCodecContext *codec, int width, int height, guint fps, guint bitrate_kbps)
{
    codec->width = width;
    codec->height = height;
    codec->pix_fmt = AV_PIX_FMT_YUV420P;
    codec->time_base = (AVRational) { 1, (int)NS_PER_SEC };
    codec->framerate = (AVRational) { (int)fps, 1 };
    codec->gop_size = GOP_ENDLESS;
    codec->keyint_min = 1;
    codec->max_b_frames = 0;
    codec->refs = 1;
    codec->thread_count = 1;
    codec->rc_max_rate = (gint64)bitrate_kbps * 1000;
    codec->rc_buffer_size =
        (int)bitrate_kbps * 1000; /* one second: a scene change may cost that much */
    codec->color_range = AVCOL_RANGE_MPEG;
    codec->color_primaries = AVCOL_PRI_BT709;
    codec->color_trc = AVCOL_TRC_BT709;
    codec->colorspace = AVCOL_SPC_BT709;
    codec->chroma_sample_location = AVCHROMA_LOC_LEFT;
    av_opt_set(codec->priv_data, "preset", "ultrafast", 0);
    av_opt_set(codec->priv_data, "tune", "zerolatency", 0);
    av_opt_set(codec->priv_data, "profile", "baseline", 0);
    av_opt_set_double(codec->priv_data, "crf", 23, 0);
    av_opt_set_int(codec->priv_data, "forced-idr", 1, 0);
    av_opt_set(codec->priv_data, "x264-params", "repeat-headers=1:scenecut=0:aud=0", 0);
}

H264 *h264_new(int width, int height, guint fps, guint bitrate_kbps, GError **error)
{
    const AVCodec *x264 = avcodec_find_encoder_by_name("libx264");
    if (!x264) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED,
                    "H.264 encoder: this libavcodec has no libx264 (Debian: libavcodec59 with "
                    "libx264-164)");
        return NULL;
    }
    g_autoptr(H264) h264 = g_new0(H264, 1);
    h264->codec = avcodec_alloc_context3(x264);
    h264->picture = av_frame_alloc();
    h264->packet = av_packet_alloc();
    g_assert(h264->codec && h264->picture && h264->packet);
    set_up(h264->codec, width, height, fps, bitrate_kbps);
    int result = avcodec_open2(h264->codec, x264, NULL);
    if (result < 0) {
        g_autofree char *what = g_strdup_printf("H.264 encoder for %dx%d, %u fps, %u kbit/s", width,
                                                height, fps, bitrate_kbps);
        set_av_error(error, WALL_ERROR_INVALID, result, what);
        return NULL;
    }
    return g_steal_pointer(&h264);
}

void h264_free(H264 *h264)
{
    if (!h264)
        return;
    avcodec_free_context(&h264->codec);
    av_frame_free(&h264->picture);
    av_packet_free(&h264->packet);
    g_free(h264);
}
