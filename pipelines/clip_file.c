/* clip_file.c - packets of a camera as an MP4 file, and as a masked copy to be looked at
 *
 * Times in the file are the camera's own (RTP), so that what is played is as smooth as it was taken;
 * where they jump (a new session, a clock that was set) the arrival says how long it took. Cameras
 * with B-frames send pictures out of their order: MP4 then needs decoding times, which are the
 * presentation times sorted.
 */
#include "pipelines/clip_file.h"

#include "pipelines/decode.h"
#include "pipelines/h264.h"
#include "pipelines/picture_file.h"
#include "pipelines/scale.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <string.h>
#include <unistd.h>

#define TIMESCALE    90000
#define JUMP_NS      NS_PER_SEC /* media time and arrival differ by more: one of them jumped */
#define VIEW_GOP_NS  (2 * NS_PER_SEC)
#define VIEW_KBPS    2500
#define JPEG_QUALITY 90

static const AVPacket *packet_at(const PacketList *list, guint i)
{
    return g_ptr_array_index(list->packets, i);
}

static gboolean is_key(const AVPacket *packet)
{
    return (packet->flags & AV_PKT_FLAG_KEY) != 0;
}

static gboolean fail_av(int result, WallError code, const char *what, GError **error)
{
    char text[AV_ERROR_MAX_STRING_SIZE];
    g_set_error(error, WALL_ERROR, code, "%s: %s", what,
                av_make_error_string(text, sizeof text, result));
    return FALSE;
}

/* --- times ---------------------------------------------------------------------------------------
 */

typedef struct {
    gint64 *shown;   /* of each packet, ns from 0: when its picture is shown */
    gint64 *decoded; /* the same in rising order: when it is decoded */
    gint64 delay;    /* what shown has to be later by, so that it is never before decoded */
} Times;

static void clear_times(Times *times)
{
    g_free(times->shown);
    g_free(times->decoded);
}

static int compare_times(const void *a, const void *b)
{
    gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
    return (x > y) - (x < y);
}

static gint64 step_of(const AVPacket *before, const AVPacket *packet)
{
    gint64 waited = MAX(packet->pts - before->pts, NS_PER_MS);
    if (packet->dts == AV_NOPTS_VALUE || before->dts == AV_NOPTS_VALUE)
        return waited;
    gint64 media = packet->dts - before->dts;
    return ABS(media - waited) > JUMP_NS ? waited : media;
}

static Times times_of(const PacketList *list)
{
    guint n = list->packets->len;
    Times times = { .shown = g_new0(gint64, n), .decoded = g_new0(gint64, n) };
    gint64 first = 0;
    for (guint i = 1; i < n; i++) {
        times.shown[i] = times.shown[i - 1] + step_of(packet_at(list, i - 1), packet_at(list, i));
        first = MIN(first, times.shown[i]);
    }
    for (guint i = 0; i < n; i++)
        times.decoded[i] = times.shown[i] -= first;
    qsort(times.decoded, n, sizeof times.decoded[0], compare_times);
    for (guint i = 0; i < n; i++)
        times.delay = MAX(times.delay, times.decoded[i] - times.shown[i]);
    return times;
}

/* --- the file ------------------------------------------------------------------------------------
 */

/* Codec, size and parameter sets as they stand in the first key packet. */
static gboolean read_form(const PacketList *list, AVCodecParameters *form, GError **error)
{
    form->codec_type = AVMEDIA_TYPE_VIDEO;
    form->codec_id = list->codec;
    const AVBitStreamFilter *filter = av_bsf_get_by_name("extract_extradata");
    AVBSFContext *bsf = NULL;
    AVPacket *packet = av_packet_clone(packet_at(list, 0));
    int result = packet && filter ? av_bsf_alloc(filter, &bsf) : AVERROR(ENOMEM);
    if (result >= 0)
        result = avcodec_parameters_copy(bsf->par_in, form);
    if (result >= 0)
        result = av_bsf_init(bsf);
    if (result >= 0)
        result = av_bsf_send_packet(bsf, packet);
    if (result >= 0)
        result = av_bsf_receive_packet(bsf, packet);
    size_t size = 0;
    const guint8 *sets =
        result >= 0 ? av_packet_get_side_data(packet, AV_PKT_DATA_NEW_EXTRADATA, &size) : NULL;
    if (sets) {
        form->extradata = av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE);
        g_assert(form->extradata);
        memcpy(form->extradata, sets, size);
        form->extradata_size = (int)size;
    }
    av_packet_free(&packet);
    av_bsf_free(&bsf);
    if (!sets)
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "the stream has no parameter sets: no file can be made of it");
    return sets != NULL;
}

static gboolean read_size(const PacketList *list, AVCodecParameters *form, GError **error)
{
    const AVPacket *first = packet_at(list, 0);
    const AVCodec *codec = avcodec_find_decoder(list->codec);
    AVCodecParserContext *parser = av_parser_init((int)list->codec);
    AVCodecContext *context = codec ? avcodec_alloc_context3(codec) : NULL;
    if (parser && context) {
        guint8 *data;
        int size;
        parser->flags |= PARSER_FLAG_COMPLETE_FRAMES;
        av_parser_parse2(parser, context, &data, &size, first->data, first->size, AV_NOPTS_VALUE,
                         AV_NOPTS_VALUE, 0);
        form->width = parser->width;
        form->height = parser->height;
    }
    av_parser_close(parser);
    avcodec_free_context(&context);
    if (form->width > 0 && form->height > 0)
        return TRUE;
    g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                "the size of the stream's pictures cannot be read");
    return FALSE;
}

static gboolean write_packets(AVFormatContext *muxer, const PacketList *list, const Times *times,
                              GCancellable *cancel, GError **error)
{
    AVStream *stream = muxer->streams[0];
    const AVRational ns = { 1, (int)NS_PER_SEC };
    gint64 last_dts = -1;
    AVPacket *packet = av_packet_alloc();
    int result = packet ? 0 : AVERROR(ENOMEM);
    for (guint i = 0; result >= 0 && i < list->packets->len; i++) {
        if (cancel && g_cancellable_is_cancelled(cancel)) {
            result = AVERROR_EXIT;
            break;
        }
        result = av_packet_ref(packet, packet_at(list, i));
        if (result < 0)
            break;
        gint64 dts = av_rescale_q(times->decoded[i], ns, stream->time_base);
        /* Of the last one nobody knows how long it was shown; without any time of its own players leave it out. */
        packet->duration = i > 0 ? MAX(dts - last_dts, 1) : TIMESCALE / 25;
        packet->dts = last_dts = MAX(dts, last_dts + 1);
        packet->pts =
            MAX(av_rescale_q(times->shown[i] + times->delay, ns, stream->time_base), packet->dts);
        packet->stream_index = 0;
        packet->flags &= AV_PKT_FLAG_KEY;
        result = av_write_frame(muxer, packet);
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    return result >= 0 || fail_av(result, WALL_ERROR_UNAVAILABLE, "the clip is not written", error);
}

/* Made here, so that nobody else may read it; libavformat then finds it there. */
static gboolean make_file(const char *path, GError **error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0 && close(fd) == 0)
        return TRUE;
    int code = errno;
    g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s: %s", path, g_strerror(code));
    return FALSE;
}

static gboolean mux(AVFormatContext *muxer, const PacketList *list, const Times *times,
                    GCancellable *cancel, GError **error)
{
    AVDictionary *options = NULL;
    av_dict_set(&options, "movflags", "+faststart",
                0); /* players begin before all of it is there */
    int result = avio_open(&muxer->pb, muxer->url, AVIO_FLAG_WRITE);
    gboolean is_open = result >= 0;
    if (is_open)
        result = avformat_write_header(muxer, &options);
    av_dict_free(&options);
    gboolean is_good =
        result >= 0 || fail_av(result, WALL_ERROR_UNAVAILABLE, "the clip is not begun", error);
    if (is_good) {
        is_good = write_packets(muxer, list, times, cancel, error);
        result = av_write_trailer(muxer);
    }
    int closed = is_open ? avio_closep(&muxer->pb) : 0;
    if (is_good && (result < 0 || closed < 0))
        is_good =
            fail_av(MIN(result, closed), WALL_ERROR_UNAVAILABLE, "the clip is not finished", error);
    return is_good;
}

static gboolean has_beginning(const PacketList *list, GError **error)
{
    if (list->packets->len > 0 && is_key(packet_at(list, 0)))
        return TRUE;
    wall_error_set_literal(error, WALL_ERROR_INVALID, "no key frame has come from the camera",
                           "没有收到摄像机的关键帧");
    return FALSE;
}

gboolean clip_file_write(const PacketList *list, const char *path, GCancellable *cancel,
                         ClipFacts *facts, GError **error)
{
    if (!has_beginning(list, error) || !make_file(path, error))
        return FALSE;
    AVFormatContext *muxer = NULL;
    g_autofree char *url = g_strconcat("file:", path, NULL);
    int result = avformat_alloc_output_context2(&muxer, NULL, "mp4", url);
    AVStream *stream = result >= 0 ? avformat_new_stream(muxer, NULL) : NULL;
    if (!stream) {
        avformat_free_context(muxer);
        return fail_av(result, WALL_ERROR_INTERNAL, "MP4", error);
    }
    stream->time_base = (AVRational) { 1, TIMESCALE };
    Times times = times_of(list);
    guint n = list->packets->len;
    gboolean is_good = read_form(list, stream->codecpar, error) &&
                       read_size(list, stream->codecpar, error) &&
                       mux(muxer, list, &times, cancel, error);
    if (is_good)
        *facts = (ClipFacts) { .codec = avcodec_get_name(list->codec),
                               .width = stream->codecpar->width,
                               .height = stream->codecpar->height,
                               .frames = n,
                               .duration_ms = times.decoded[n - 1] / NS_PER_MS,
                               .first_ns = packet_at(list, 0)->pts,
                               .last_ns = packet_at(list, n - 1)->pts };
    clear_times(&times);
    avformat_free_context(muxer);
    return is_good;
}

/* --- pictures ------------------------------------------------------------------------------------
 */

/* Decodes packets one by one; damaged ones and what follows them give no picture. */
typedef struct {
    Decoder *decoder;
    gint64 last_ns; /* arrival of the packet before */
    gboolean waits; /* for a key frame */
} Player;

static const AVFrame *play(Player *player, const AVPacket *packet)
{
    const AVFrame *picture = NULL;
    gboolean is_gap = player->last_ns && packet->pts - player->last_ns > JUMP_NS;
    player->last_ns = packet->pts;
    if (is_key(packet)) {
        if (player->waits)
            decoder_flush(player->decoder);
        player->waits = FALSE;
    } else if (is_gap || (packet->flags & AV_PKT_FLAG_CORRUPT)) {
        player->waits = TRUE;
    }
    if (player->waits)
        return NULL;
    g_autoptr(GError) error = NULL;
    if (!decoder_run(player->decoder, packet, &picture, &error))
        player->waits = TRUE;
    return picture;
}

static Scaler *new_scaler(const AVFrame *picture, int max_w, int max_h, const ClipLook *look)
{
    Rect fitted = { 0, 0, picture->width, picture->height };
    if (fitted.w > max_w || fitted.h > max_h)
        fitted = rect_fit(picture->width, picture->height, (Rect) { 0, 0, max_w, max_h });
    ViewSpec spec = { .width = MAX(16, fitted.w & ~1),
                      .height = MAX(16, fitted.h & ~1),
                      .fit = FIT_STRETCH,
                      .crop = { 0, 0, 1, 1 } };
    return scaler_new(&spec, look->masks, look->n_masks);
}

typedef struct {
    const ClipLook *look;
    guint fps;
    Scaler *scaler;
    ClipFinish *finish;
    H264 *h264;
    PacketList *out;
    gint64 last_ns, key_ns; /* shown; -1: before the first */
} Copier;

/* Masked and finished; NULL with an error. Caller owns. */
static Frame *make_picture(Copier *copier, const AVFrame *picture, gint64 arrival_ns,
                           GError **error)
{
    if (!copier->scaler)
        copier->scaler = new_scaler(picture, CLIP_VIEW_WIDTH, CLIP_VIEW_HEIGHT, copier->look);
    g_autoptr(Frame) frame = scaler_run(copier->scaler, picture, NULL, error);
    if (frame && !copier->finish)
        copier->finish = clip_finish_new(copier->look, frame->width, frame->height, error);
    return frame && copier->finish ? clip_finish_run(copier->finish, frame, arrival_ns) : NULL;
}

static gboolean add_picture(Copier *copier, const AVFrame *picture, gint64 shown_ns,
                            gint64 arrival_ns, GError **error)
{
    if (shown_ns <= copier->last_ns)
        return TRUE;
    g_autoptr(Frame) frame = make_picture(copier, picture, arrival_ns, error);
    if (!frame)
        return FALSE;
    if (!copier->h264)
        copier->h264 = h264_new(frame->width, frame->height, copier->fps, VIEW_KBPS, error);
    gboolean is_start = copier->key_ns < 0 || shown_ns - copier->key_ns >= VIEW_GOP_NS;
    const AVPacket *packet =
        copier->h264 ? h264_encode(copier->h264, frame, shown_ns, is_start, error) : NULL;
    AVPacket *copy = packet ? av_packet_clone(packet) : NULL;
    if (!copy)
        return FALSE;
    copy->pts = copy->dts = shown_ns; /* as receive.h: arrival and media time */
    g_ptr_array_add(copier->out->packets, copy);
    copier->last_ns = shown_ns;
    copier->key_ns = is_start ? shown_ns : copier->key_ns;
    return TRUE;
}

static gboolean encode_all(Copier *copier, const PacketList *list, const Times *times,
                           Player *player, GCancellable *cancel, GError **error)
{
    for (guint i = 0; i < list->packets->len; i++) {
        if (cancel && g_cancellable_set_error_if_cancelled(cancel, error))
            return FALSE;
        const AVFrame *picture = play(player, packet_at(list, i));
        if (picture &&
            !add_picture(copier, picture, times->decoded[i], packet_at(list, i)->pts, error))
            return FALSE;
    }
    return TRUE;
}

static guint fps_of(const Times *times, guint n)
{
    double seconds = (double)times->decoded[n - 1] / NS_PER_SEC;
    return seconds > 0 ? CLAMP((guint)((n - 1) / seconds + 0.5), 1, 60) : 25;
}

PacketList *clip_view_encode(const PacketList *list, const ClipLook *look, GCancellable *cancel,
                             GError **error)
{
    if (!has_beginning(list, error))
        return NULL;
    Player player = { .decoder = decoder_new(list->codec, error) };
    if (!player.decoder)
        return NULL;
    Times times = times_of(list);
    Copier copier = { .look = look,
                      .fps = fps_of(&times, list->packets->len),
                      .out = packet_list_new(AV_CODEC_ID_H264),
                      .last_ns = -1,
                      .key_ns = -1 };
    gboolean is_good = encode_all(&copier, list, &times, &player, cancel, error);
    if (is_good && copier.out->packets->len == 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "no picture of the clip can be decoded");
        is_good = FALSE;
    }
    clear_times(&times);
    decoder_free(player.decoder);
    scaler_free(copier.scaler);
    clip_finish_free(copier.finish);
    h264_free(copier.h264);
    if (is_good)
        return copier.out;
    packet_list_free(copier.out);
    return NULL;
}

static guint last_key(const PacketList *list)
{
    guint i = list->packets->len - 1;
    while (i > 0 && !is_key(packet_at(list, i)))
        i--;
    return i;
}

/* What the newest packets show; *picture is a new reference, NULL if they show nothing. */
static void play_newest(const PacketList *list, Decoder *decoder, AVFrame **picture, gint64 *at_ns)
{
    Player player = { .decoder = decoder };
    *picture = NULL;
    for (guint i = last_key(list); i < list->packets->len; i++) {
        const AVFrame *shown = play(&player, packet_at(list, i));
        if (!shown)
            continue;
        av_frame_free(picture);
        *picture = av_frame_clone(shown);
        *at_ns = packet_at(list, i)->pts;
    }
}

/* With its look, as a file; NULL with an error. */
static GBytes *finish_picture(const AVFrame *picture, gint64 at_ns, const ClipLook *look,
                              int *width, int *height, GError **error)
{
    Scaler *scaler = new_scaler(picture, picture->width, picture->height, look);
    g_autoptr(Frame) masked = scaler_run(scaler, picture, NULL, error);
    ClipFinish *finish =
        masked ? clip_finish_new(look, masked->width, masked->height, error) : NULL;
    g_autoptr(Frame) frame = finish ? clip_finish_run(finish, masked, at_ns) : NULL;
    *width = frame ? frame->width : 0;
    *height = frame ? frame->height : 0;
    clip_finish_free(finish);
    scaler_free(scaler);
    return frame ? picture_to_jpeg(frame, JPEG_QUALITY, error) : NULL;
}

GBytes *clip_picture(const PacketList *list, const ClipLook *look, gint64 *at_ns, int *width,
                     int *height, GError **error)
{
    if (!has_beginning(list, error))
        return NULL;
    Decoder *decoder = decoder_new(list->codec, error);
    if (!decoder)
        return NULL;
    AVFrame *picture;
    GBytes *file = NULL;
    play_newest(list, decoder, &picture, at_ns);
    if (picture)
        file = finish_picture(picture, *at_ns, look, width, height, error);
    else
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "no picture can be decoded");
    av_frame_free(&picture);
    decoder_free(decoder);
    return file;
}
