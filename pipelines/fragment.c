/* fragment.c - H.264 access units as fragmented MP4, one fragment a picture, by libavformat
 *
 * libavformat writes a fragment when the next picture arrives, because only then is the length of
 * this one known. A live picture cannot wait: the fragment is asked for at once, and the caller
 * says how long the picture lasts.
 */
#include "pipelines/fragment.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"

#include <libavformat/avformat.h>
#include <string.h>

#define IO_BUFFER 65536
#define TIMESCALE 90000

struct Fragmenter {
    AVFormatContext *muxer;
    GByteArray *out; /* what the muxer has written since the last look */
    GByteArray *sets;
    GBytes *init;
    char *mime;
    AVPacket *packet;
    gint64 period, next; /* in 1/TIMESCALE s */
};

static int on_write(void *user, uint8_t *data, int size)
{
    Fragmenter *fragmenter = user;
    g_byte_array_append(fragmenter->out, data, (guint)size);
    return size;
}

static gboolean check(int result, GError **error)
{
    if (result >= 0)
        return TRUE;
    char text[AV_ERROR_MAX_STRING_SIZE];
    av_strerror(result, text, sizeof text);
    g_set_error(error, WALL_ERROR, WALL_ERROR_INTERNAL, "MP4 fragments: %s", text);
    return FALSE;
}

/* The NAL unit that begins at or after *at, without its start code; *at moves behind it. FALSE at
 * the end. */
static gboolean next_nal(const guint8 *data, gsize size, gsize *at, const guint8 **nal, gsize *len)
{
    gsize begin = *at;
    while (begin + 3 <= size && !(data[begin] == 0 && data[begin + 1] == 0 && data[begin + 2] == 1))
        begin++;
    if (begin + 3 >= size)
        return FALSE;
    begin += 3;
    gsize end = begin;
    while (end + 3 <= size && !(data[end] == 0 && data[end + 1] == 0 && data[end + 2] <= 1))
        end++;
    if (end + 3 > size)
        end = size;
    *nal = data + begin;
    *len = end - begin;
    *at = end;
    return TRUE;
}

/* SPS and PPS with start codes. Caller owns. */
static GByteArray *parameter_sets(const AVPacket *packet)
{
    GByteArray *sets = g_byte_array_new();
    const guint8 *nal;
    gsize at = 0, len;
    while (next_nal(packet->data, (gsize)packet->size, &at, &nal, &len)) {
        guint type = len > 0 ? nal[0] & 31u : 0;
        if (type == 7 || type == 8) {
            g_byte_array_append(sets, (const guint8[]) { 0, 0, 0, 1 }, 4);
            g_byte_array_append(sets, nal, (guint)len);
        }
        if (type == 5 || type == 1)
            break; /* they come before the picture, which is long */
    }
    return sets;
}

/* Everything written so far. Caller owns. */
static GBytes *take_output(Fragmenter *fragmenter)
{
    avio_flush(fragmenter->muxer->pb);
    GByteArray *out = fragmenter->out;
    fragmenter->out = g_byte_array_new();
    return g_byte_array_free_to_bytes(out);
}

static gboolean write_header(Fragmenter *fragmenter, int width, int height, GError **error)
{
    AVStream *stream = avformat_new_stream(fragmenter->muxer, NULL);
    g_assert(stream);
    AVCodecParameters *form = stream->codecpar;
    form->codec_type = AVMEDIA_TYPE_VIDEO;
    form->codec_id = AV_CODEC_ID_H264;
    form->width = width;
    form->height = height;
    form->format = AV_PIX_FMT_YUV420P;
    form->color_range = AVCOL_RANGE_MPEG;
    form->color_primaries = AVCOL_PRI_BT709;
    form->color_trc = AVCOL_TRC_BT709;
    form->color_space = AVCOL_SPC_BT709;
    form->extradata = av_mallocz(fragmenter->sets->len + AV_INPUT_BUFFER_PADDING_SIZE);
    g_assert(form->extradata);
    memcpy(form->extradata, fragmenter->sets->data, fragmenter->sets->len);
    form->extradata_size = (int)fragmenter->sets->len;
    stream->time_base = (AVRational) { 1, TIMESCALE };
    AVDictionary *options = NULL;
    av_dict_set(&options, "movflags", "empty_moov+default_base_moof+frag_custom", 0);
    int result = avformat_write_header(fragmenter->muxer, &options);
    av_dict_free(&options);
    return check(result, error);
}

Fragmenter *fragmenter_new(const AVPacket *key, int width, int height, gint64 period_ns,
                           GError **error)
{
    g_autoptr(Fragmenter) fragmenter = g_new0(Fragmenter, 1);
    fragmenter->sets = parameter_sets(key);
    if (fragmenter->sets->len < 8 || (fragmenter->sets->data[4] & 31) != 7) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "MP4 fragments: the first picture carries no SPS");
        return NULL;
    }
    fragmenter->out = g_byte_array_new();
    fragmenter->packet = av_packet_alloc();
    fragmenter->period = period_ns * TIMESCALE / NS_PER_SEC;
    int result = avformat_alloc_output_context2(&fragmenter->muxer, NULL, "mp4", NULL);
    if (!check(result, error))
        return NULL;
    fragmenter->muxer->pb =
        avio_alloc_context(av_malloc(IO_BUFFER), IO_BUFFER, 1, fragmenter, NULL, on_write, NULL);
    g_assert(fragmenter->muxer->pb && fragmenter->packet);
    if (!write_header(fragmenter, width, height, error))
        return NULL;
    fragmenter->init = take_output(fragmenter);
    const guint8 *sps =
        fragmenter->sets->data + 4; /* its profile, constraints and level follow the type */
    fragmenter->mime =
        g_strdup_printf("video/mp4; codecs=\"avc1.%02X%02X%02X\"", sps[1], sps[2], sps[3]);
    return g_steal_pointer(&fragmenter);
}

void fragmenter_free(Fragmenter *fragmenter)
{
    if (!fragmenter)
        return;
    if (fragmenter->muxer && fragmenter->muxer->pb) {
        av_freep(&fragmenter->muxer->pb->buffer);
        avio_context_free(&fragmenter->muxer->pb);
    }
    avformat_free_context(fragmenter->muxer);
    av_packet_free(&fragmenter->packet);
    g_clear_pointer(&fragmenter->out, g_byte_array_unref);
    g_clear_pointer(&fragmenter->sets, g_byte_array_unref);
    g_clear_pointer(&fragmenter->init, g_bytes_unref);
    g_free(fragmenter->mime);
    g_free(fragmenter);
}

GBytes *fragmenter_init(Fragmenter *fragmenter)
{
    return fragmenter->init;
}

const char *fragmenter_mime(const Fragmenter *fragmenter)
{
    return fragmenter->mime;
}

gboolean fragmenter_fits(const Fragmenter *fragmenter, const AVPacket *key)
{
    GByteArray *sets = parameter_sets(key);
    gboolean fits = sets->len == fragmenter->sets->len &&
                    memcmp(sets->data, fragmenter->sets->data, sets->len) == 0;
    g_byte_array_unref(sets);
    return fits;
}

GBytes *fragmenter_add(Fragmenter *fragmenter, const AVPacket *packet, GError **error)
{
    AVPacket *copy = fragmenter->packet;
    av_packet_unref(copy);
    if (!check(av_packet_ref(copy, packet), error))
        return NULL;
    copy->stream_index = 0;
    copy->pts = copy->dts = fragmenter->next;
    copy->duration = fragmenter->period;
    fragmenter->next += fragmenter->period;
    if (!check(av_write_frame(fragmenter->muxer, copy), error) ||
        !check(av_write_frame(fragmenter->muxer, NULL), error)) /* NULL: the fragment ends here */
        return NULL;
    return take_output(fragmenter);
}
