/* sim_source.c - media as RTP packets: made once from a file, sent by any number of sessions
 *
 * libavformat demuxes the file and its own RTP muxer packetizes it into memory; a session later
 * changes only sequence number, time and SSRC. Parameter sets go in band before every key frame, as
 * cameras send them. A video frame is pushed at index / fps; its RTP time is its presentation time,
 * so B-frames stay what they are.
 */
#include "tests/support/sim_source.h"

#include <math.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <libavutil/intreadwrite.h>
#include <libavutil/opt.h>

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"

enum { VIDEO_TYPE = 96, AUDIO_TYPE = 97, PCMU_TYPE = 0, PCMA_TYPE = 8 };
enum { TONE_RATE = 8000, TONE_SAMPLES = 160, TONE_STEP_HZ = TONE_RATE / TONE_SAMPLES };

#define MAX_PAYLOAD (G_GUINT64_CONSTANT(1) << 30)

/* One elementary stream on its way into a track. */
typedef struct {
    AVFormatContext *rtp;
    gboolean is_begun; /* the muxer wants an end */
    AVBSFContext *filter;
    GByteArray *payload;
    GArray *packets; /* SimPacket */
    GArray *ticks;   /* guint32, RTP time of each packet as the muxer wrote it */
    GArray *units;   /* SimUnit */
    gint64 origin;   /* time stamp of the begin of the loop, in the unit of time_base */
    AVRational time_base;
    gboolean is_video;
} Packetizer;

static gboolean fail(GError **error, const char *name, const char *what, int code)
{
    char text[AV_ERROR_MAX_STRING_SIZE];
    av_strerror(code, text, sizeof text);
    int kind = code == AVERROR(ENOENT) ? WALL_ERROR_NOT_FOUND : WALL_ERROR_INVALID;
    g_set_error(error, WALL_ERROR, kind, "%s: %s: %s", name, what, text);
    return FALSE;
}

/* The muxer flushes after every packet, so each call is one whole RTP packet. */
static int on_packet(void *opaque, uint8_t *data, int size)
{
    Packetizer *p = opaque;
    if (size <= SIM_RTP_HEADER)
        return size;
    SimPacket packet = {
        .offset = p->payload->len,
        .size = (guint16)(size - SIM_RTP_HEADER),
        .marker_and_type = data[1],
    };
    guint32 ticks = AV_RB32(data + 4);
    g_array_append_val(p->packets, packet);
    g_array_append_val(p->ticks, ticks);
    g_byte_array_append(p->payload, data + SIM_RTP_HEADER, packet.size);
    return size;
}

static void packetizer_free(Packetizer *p)
{
    if (!p)
        return;
    if (p->is_begun)
        av_write_trailer(p->rtp);
    if (p->rtp && p->rtp->pb) {
        av_freep(&p->rtp->pb->buffer);
        avio_context_free(&p->rtp->pb);
    }
    avformat_free_context(p->rtp);
    av_bsf_free(&p->filter);
    g_byte_array_unref(p->payload);
    g_array_unref(p->packets);
    g_array_unref(p->ticks);
    g_array_unref(p->units);
    g_free(p);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Packetizer, packetizer_free)

/* Streams in files keep their parameter sets beside the samples; on the wire they go with the key
 * frames. */
static int open_filter(Packetizer *p, const AVCodecParameters *parameters, AVRational time_base)
{
    const char *name = parameters->codec_id == AV_CODEC_ID_H264   ? "h264_mp4toannexb"
                       : parameters->codec_id == AV_CODEC_ID_HEVC ? "hevc_mp4toannexb"
                                                                  : "null";
    const AVBitStreamFilter *filter = av_bsf_get_by_name(name);
    int code = filter ? av_bsf_alloc(filter, &p->filter) : AVERROR_BSF_NOT_FOUND;
    if (code < 0)
        return code;
    p->filter->time_base_in = time_base;
    code = avcodec_parameters_copy(p->filter->par_in, parameters);
    return code < 0 ? code : av_bsf_init(p->filter);
}

static int payload_type(const AVCodecParameters *parameters)
{
    if (parameters->codec_type == AVMEDIA_TYPE_VIDEO)
        return VIDEO_TYPE;
    gboolean is_telephone =
        parameters->sample_rate == TONE_RATE && parameters->ch_layout.nb_channels == 1;
    if (is_telephone && parameters->codec_id == AV_CODEC_ID_PCM_ALAW)
        return PCMA_TYPE;
    if (is_telephone && parameters->codec_id == AV_CODEC_ID_PCM_MULAW)
        return PCMU_TYPE;
    return AUDIO_TYPE;
}

static int open_muxer(Packetizer *p, AVRational frame_rate)
{
    int code = avformat_alloc_output_context2(&p->rtp, NULL, "rtp", NULL);
    if (code < 0)
        return code;
    AVStream *stream = avformat_new_stream(p->rtp, NULL);
    code = avcodec_parameters_copy(stream->codecpar, p->filter->par_out);
    if (code < 0)
        return code;
    stream->time_base = p->filter->time_base_out;
    stream->avg_frame_rate = frame_rate;
    p->rtp->pb =
        avio_alloc_context(av_malloc(SIM_MAX_PACKET), SIM_MAX_PACKET, 1, p, NULL, on_packet, NULL);
    p->rtp->pb->max_packet_size = SIM_MAX_PACKET;
    p->rtp->flags |= AVFMT_FLAG_FLUSH_PACKETS;
    p->rtp->max_delay = 0;
    av_opt_set_int(p->rtp->priv_data, "payload_type", payload_type(stream->codecpar), 0);
    av_opt_set(p->rtp->priv_data, "rtpflags", "skip_rtcp", 0);
    code = avformat_write_header(p->rtp, NULL);
    p->is_begun = code >= 0;
    return code;
}

static Packetizer *packetizer_new(const char *name, const AVCodecParameters *parameters,
                                  AVRational time_base, AVRational frame_rate, GError **error)
{
    g_autoptr(Packetizer) p = g_new0(Packetizer, 1);
    p->payload = g_byte_array_new();
    p->packets = g_array_new(FALSE, FALSE, sizeof(SimPacket));
    p->ticks = g_array_new(FALSE, FALSE, sizeof(guint32));
    p->units = g_array_new(FALSE, TRUE, sizeof(SimUnit));
    p->origin = AV_NOPTS_VALUE;
    p->is_video = parameters->codec_type == AVMEDIA_TYPE_VIDEO;
    int code = open_filter(p, parameters, time_base);
    if (code >= 0)
        code = open_muxer(p, frame_rate);
    if (code < 0) {
        fail(error, name, "cannot be sent by RTP", code);
        return NULL;
    }
    p->time_base = p->filter->time_base_out;
    return g_steal_pointer(&p);
}

/* Begins a video frame; its packets follow. The muxer is given plain times: it would only pass them
 * on. */
static void begin_frame(Packetizer *p, AVPacket *packet, AVRational frame_rate)
{
    gint64 index = p->units->len;
    AVRational frame = av_inv_q(frame_rate), tick = p->rtp->streams[0]->time_base;
    SimUnit unit = {
        .push_ns = av_rescale(index * frame.num, NS_PER_SEC, frame.den),
        .ticks = av_rescale_q(index, frame, tick), /* a raw stream carries no times */
        .first_packet = p->packets->len,
        .is_key = (packet->flags & AV_PKT_FLAG_KEY) != 0,
    };
    if (packet->pts != AV_NOPTS_VALUE && p->origin != AV_NOPTS_VALUE)
        unit.ticks = av_rescale_q(packet->pts - p->origin, p->time_base, tick);
    packet->pts = packet->dts = av_rescale_q(index, frame, p->time_base);
    g_array_append_val(p->units, unit);
}

/* One packet after the filter. */
static int packetize(Packetizer *p, AVPacket *packet, AVRational frame_rate)
{
    if (p->is_video && p->units->len == 0 && !(packet->flags & AV_PKT_FLAG_KEY))
        return 0;
    if (packet->pts == AV_NOPTS_VALUE)
        packet->pts = packet->dts;
    if (p->origin == AV_NOPTS_VALUE)
        p->origin = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
    if (p->is_video)
        begin_frame(p, packet, frame_rate);
    av_packet_rescale_ts(packet, p->time_base, p->rtp->streams[0]->time_base);
    packet->stream_index = 0;
    int code = av_write_frame(p->rtp, packet);
    if (p->is_video) {
        SimUnit *unit = &g_array_index(p->units, SimUnit, p->units->len - 1);
        unit->n_packets = p->packets->len - unit->first_packet;
    }
    return p->payload->len > MAX_PAYLOAD ? AVERROR(EFBIG) : code;
}

static int packetizer_add(Packetizer *p, AVPacket *packet, AVRational frame_rate)
{
    int code = av_bsf_send_packet(p->filter, packet);
    while (code >= 0) {
        code = av_bsf_receive_packet(p->filter, packet);
        if (code < 0)
            return code == AVERROR(EAGAIN) || code == AVERROR_EOF ? 0 : code;
        code = packetize(p, packet, frame_rate);
        av_packet_unref(packet);
    }
    return code;
}

/* Audio: a unit is a packet, its time is what the muxer wrote, begun where the video's loop begins.
 */
static void cut_audio_units(Packetizer *p, guint clock_rate, gint64 first_ticks, gint64 loop_ticks)
{
    for (guint i = 0; i < p->packets->len; i++) {
        gint32 offset =
            (gint32)(g_array_index(p->ticks, guint32, i) - g_array_index(p->ticks, guint32, 0));
        gint64 ticks = first_ticks + offset;
        if (ticks < 0 || ticks >= loop_ticks)
            continue;
        SimUnit unit = {
            .push_ns = av_rescale(ticks, NS_PER_SEC, clock_rate),
            .ticks = ticks,
            .first_packet = i,
            .n_packets = 1,
            .is_key = TRUE,
        };
        g_array_append_val(p->units, unit);
    }
}

/* The lines from m= on, less the control address: that is the session's business. */
static char *media_section(AVFormatContext *rtp)
{
    char text[8192];
    if (av_sdp_create(&rtp, 1, text, sizeof text) < 0)
        return NULL;
    const char *media = strstr(text, "m=");
    if (!media)
        return NULL;
    g_auto(GStrv) lines = g_strsplit(media, "\r\n", -1);
    GString *out = g_string_new(NULL);
    for (guint i = 0; lines[i]; i++) {
        if (lines[i][0] && !g_str_has_prefix(lines[i], "a=control:"))
            g_string_append_printf(out, "%s\r\n", lines[i]);
    }
    return g_string_free(out, FALSE);
}

/* "H264" of "a=rtpmap:96 H264/90000"; the static types need no such line. */
static char *encoding_name(const char *sdp)
{
    const char *map = strstr(sdp, "a=rtpmap:");
    const char *name = map ? strchr(map, ' ') : NULL;
    return name ? g_strndup(name + 1, strcspn(name + 1, "/\r")) : g_strdup("static");
}

static SimTrack *packetizer_end(Packetizer *p, const char *name, gint64 loop_num, gint64 loop_den,
                                GError **error)
{
    g_autofree char *sdp = media_section(p->rtp);
    if (!sdp || p->units->len == 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s: no %s to send", name,
                    p->is_video ? "video beginning with a key frame" : "audio");
        return NULL;
    }
    SimTrack *track = g_new0(SimTrack, 1);
    track->refs = 1;
    track->name = g_strdup(name);
    track->encoding = encoding_name(sdp);
    track->sdp = g_steal_pointer(&sdp);
    track->clock_rate = (guint)p->rtp->streams[0]->time_base.den;
    track->loop_num = loop_num;
    track->loop_den = loop_den;
    track->n_units = p->units->len;
    track->units = (SimUnit *)g_array_free(p->units, FALSE);
    track->packets = (SimPacket *)g_array_free(p->packets, FALSE);
    track->payload = g_byte_array_free(p->payload, FALSE);
    p->units = g_array_new(FALSE, TRUE, sizeof(SimUnit));
    p->packets = g_array_new(FALSE, FALSE, sizeof(SimPacket));
    p->payload = g_byte_array_new();
    for (guint i = 0; i < track->n_units; i++) {
        SimUnit *unit = &track->units[i];
        for (guint n = 0; n < unit->n_packets; n++)
            unit->size += track->packets[unit->first_packet + n].size;
    }
    return track;
}

/* A file being read: its streams and what they become. */
typedef struct {
    AVFormatContext *file;
    AVPacket *packet, *spare_audio;
    int video_index, audio_index; /* -1: none */
    AVRational frame_rate;
    Packetizer *video, *audio;
} Reader;

static void reader_clear(Reader *r)
{
    packetizer_free(r->video);
    packetizer_free(r->audio);
    av_packet_free(&r->packet);
    av_packet_free(&r->spare_audio);
    avformat_close_input(&r->file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

static gboolean reader_open(Reader *r, const char *path, gboolean wants_audio, GError **error)
{
    int code = avformat_open_input(&r->file, path, NULL, NULL);
    if (code >= 0)
        code = avformat_find_stream_info(r->file, NULL);
    if (code < 0)
        return fail(error, path, "cannot be read", code);
    r->video_index = av_find_best_stream(r->file, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    r->audio_index = -1;
    if (wants_audio)
        r->audio_index = av_find_best_stream(r->file, AVMEDIA_TYPE_AUDIO, -1, -1, NULL, 0);
    if (r->video_index < 0 || (wants_audio && r->audio_index < 0)) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s: has no %s", path,
                    r->video_index < 0 ? "video" : "audio");
        return FALSE;
    }
    AVStream *stream = r->file->streams[r->video_index];
    r->frame_rate = stream->avg_frame_rate.num > 0 ? stream->avg_frame_rate : stream->r_frame_rate;
    if (r->frame_rate.num <= 0 || r->frame_rate.den <= 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID, "%s: does not say its frame rate", path);
        return FALSE;
    }
    r->video = packetizer_new(path, stream->codecpar, stream->time_base, r->frame_rate, error);
    if (r->video && r->audio_index >= 0) {
        stream = r->file->streams[r->audio_index];
        r->audio = packetizer_new(path, stream->codecpar, stream->time_base, r->frame_rate, error);
    }
    return r->video && (r->audio || r->audio_index < 0);
}

/* A copy of the newest audio packet as the one that would follow it. */
static void keep_audio(Reader *r)
{
    av_packet_free(&r->spare_audio);
    r->spare_audio = av_packet_clone(r->packet);
    r->spare_audio->pts += MAX(r->packet->duration, 1);
    r->spare_audio->dts = r->spare_audio->pts;
}

static int read_packets(Reader *r)
{
    int code;
    while ((code = av_read_frame(r->file, r->packet)) >= 0) {
        Packetizer *p = r->packet->stream_index == r->video_index   ? r->video
                        : r->packet->stream_index == r->audio_index ? r->audio
                                                                    : NULL;
        if (p && p == r->audio)
            keep_audio(r);
        if (p)
            code = packetizer_add(p, r->packet, r->frame_rate);
        av_packet_unref(r->packet);
        if (code < 0)
            return code;
    }
    /* One packet more makes the muxer give out what it still holds. */
    if (code == AVERROR_EOF && r->spare_audio)
        return packetizer_add(r->audio, r->spare_audio, r->frame_rate);
    return code == AVERROR_EOF ? 0 : code;
}

/* Where the first audio packet lies on the video's time line, in audio ticks. */
static gint64 first_audio_ticks(const Reader *r)
{
    if (r->audio->origin == AV_NOPTS_VALUE || r->video->origin == AV_NOPTS_VALUE)
        return 0;
    AVRational tick = r->audio->rtp->streams[0]->time_base;
    return av_rescale_q(r->audio->origin, r->audio->time_base, tick) -
           av_rescale_q(r->video->origin, r->video->time_base, tick);
}

gboolean sim_source_read(const char *path, gboolean wants_audio, SimTrack **video, SimTrack **audio,
                         GError **error)
{
    g_auto(Reader) r = { .packet = av_packet_alloc() };
    *video = *audio = NULL;
    if (!reader_open(&r, path, wants_audio, error))
        return FALSE;
    int code = read_packets(&r);
    if (code < 0)
        return fail(error, path, "cannot be packetized", code);
    gint64 loop_num = (gint64)r.video->units->len * r.frame_rate.den, loop_den = r.frame_rate.num;
    g_autoptr(SimTrack) picture = packetizer_end(r.video, path, loop_num, loop_den, error);
    if (!picture)
        return FALSE;
    picture->fps_num = (guint)r.frame_rate.num;
    picture->fps_den = (guint)r.frame_rate.den;
    if (r.audio) {
        guint rate = (guint)r.audio->rtp->streams[0]->time_base.den;
        cut_audio_units(r.audio, rate, first_audio_ticks(&r), av_rescale(loop_num, rate, loop_den));
        *audio = packetizer_end(r.audio, path, loop_num, loop_den, error);
        if (!*audio)
            return FALSE;
    }
    *video = g_steal_pointer(&picture);
    return TRUE;
}

/* One packet of a sine by the A-law encoder. */
static int encode_tone(guint hz, AVCodecParameters *parameters, AVPacket *packet)
{
    AVCodecContext *encoder = avcodec_alloc_context3(avcodec_find_encoder(AV_CODEC_ID_PCM_ALAW));
    AVFrame *frame = av_frame_alloc();
    encoder->sample_rate = frame->sample_rate = TONE_RATE;
    encoder->sample_fmt = AV_SAMPLE_FMT_S16;
    encoder->time_base = (AVRational) { 1, TONE_RATE };
    av_channel_layout_default(&encoder->ch_layout, 1);
    av_channel_layout_default(&frame->ch_layout, 1);
    frame->format = AV_SAMPLE_FMT_S16;
    frame->nb_samples = TONE_SAMPLES;
    frame->pts = 0;
    int code = avcodec_open2(encoder, NULL, NULL);
    if (code >= 0)
        code = av_frame_get_buffer(frame, 0);
    if (code >= 0) {
        gint16 *samples = (gint16 *)frame->data[0];
        for (int i = 0; i < TONE_SAMPLES; i++)
            samples[i] = (gint16)(8000 * sin(2 * G_PI * hz * i / TONE_RATE));
        code = avcodec_send_frame(encoder, frame);
    }
    if (code >= 0)
        code = avcodec_receive_packet(encoder, packet);
    if (code >= 0)
        code = avcodec_parameters_from_context(parameters, encoder);
    av_frame_free(&frame);
    avcodec_free_context(&encoder);
    return code;
}

SimTrack *sim_source_tone(guint hz, GError **error)
{
    if (hz == 0 || hz % TONE_STEP_HZ || hz >= TONE_RATE / 2) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                    "tone of %u Hz: a multiple of %d below %d is accepted", hz, TONE_STEP_HZ,
                    TONE_RATE / 2);
        return NULL;
    }
    AVPacket *packet = av_packet_alloc();
    AVCodecParameters *parameters = avcodec_parameters_alloc();
    AVRational rate = { TONE_RATE, TONE_SAMPLES };
    g_autoptr(Packetizer) p = NULL;
    int code = encode_tone(hz, parameters, packet);
    if (code >= 0)
        p = packetizer_new("tone", parameters, (AVRational) { 1, TONE_RATE }, rate, error);
    if (p)
        code = packetizer_add(p, packet, rate);
    av_packet_free(&packet);
    avcodec_parameters_free(&parameters);
    if (code < 0)
        fail(error, "tone", "cannot be made", code);
    if (!p || code < 0)
        return NULL;
    cut_audio_units(p, TONE_RATE, 0, TONE_SAMPLES);
    return packetizer_end(p, "tone", TONE_SAMPLES, TONE_RATE, error);
}

SimTrack *sim_track_ref(SimTrack *track)
{
    g_atomic_int_inc(&track->refs);
    return track;
}

void sim_track_unref(SimTrack *track)
{
    if (!track || !g_atomic_int_dec_and_test(&track->refs))
        return;
    g_free(track->name);
    g_free(track->encoding);
    g_free(track->sdp);
    g_free(track->units);
    g_free(track->packets);
    g_free(track->payload);
    g_free(track);
}

gint64 sim_track_time_ns(const SimTrack *track, SimPosition at)
{
    return av_rescale(at.loop * track->loop_num, NS_PER_SEC, track->loop_den) +
           track->units[at.index].push_ns;
}

gint64 sim_track_ticks(const SimTrack *track, SimPosition at)
{
    return av_rescale(at.loop * track->loop_num, track->clock_rate, track->loop_den) +
           track->units[at.index].ticks;
}

SimPosition sim_track_position(const SimTrack *track, gint64 time_ns)
{
    /* One loop early: rounding must not lose the first unit of a loop. */
    SimPosition at = { .loop =
                           av_rescale(time_ns, track->loop_den, track->loop_num * NS_PER_SEC) - 1 };
    at.loop = MAX(at.loop, 0);
    while (sim_track_time_ns(track, (SimPosition) { at.loop, track->n_units - 1 }) < time_ns)
        at.loop++;
    guint low = 0, high = track->n_units - 1;
    while (low < high) {
        guint middle = (low + high) / 2;
        if (sim_track_time_ns(track, (SimPosition) { at.loop, middle }) < time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    at.index = low;
    return at;
}

SimPosition sim_track_next(const SimTrack *track, SimPosition at)
{
    at.index++;
    if (at.index == track->n_units)
        at = (SimPosition) { at.loop + 1, 0 };
    return at;
}
