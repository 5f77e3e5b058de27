/* psnr.c - what is lost at tile size when the loop filter is left out: PSNR of luma against full
 * decoding */
#include "pipelines/decode.h"
#include "pipelines/scale.h"

#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <math.h>
#include <stdio.h>

static double psnr(const Frame *a, const Frame *b)
{
    double sum = 0;
    for (int y = 0; y < a->height; y++) {
        const guint8 *p = a->plane[0] + (gsize)y * a->stride[0],
                     *q = b->plane[0] + (gsize)y * b->stride[0];
        for (int x = 0; x < a->width; x++)
            sum += (p[x] - q[x]) * (p[x] - q[x]);
    }
    double mse = sum / ((double)a->width * a->height);
    return mse > 0 ? 10 * log10(255 * 255 / mse) : 99;
}

static int measure(const char *path, int width, int height)
{
    AVFormatContext *format = NULL;
    if (avformat_open_input(&format, path, NULL, NULL) < 0 ||
        avformat_find_stream_info(format, NULL) < 0) {
        fprintf(stderr, "%s cannot be read\n", path);
        return 66;
    }
    int stream = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    const AVCodecParameters *form = format->streams[stream]->codecpar;
    AVBSFContext *bsf = NULL;
    av_bsf_alloc(av_bsf_get_by_name(form->codec_id == AV_CODEC_ID_HEVC ? "hevc_mp4toannexb"
                                                                       : "h264_mp4toannexb"),
                 &bsf);
    avcodec_parameters_copy(bsf->par_in, form);
    av_bsf_init(bsf);
    Decoder *full = decoder_new(form->codec_id, NULL), *saving = decoder_new(form->codec_id, NULL);
    decoder_set_effort(saving, DECODE_NO_LOOP_FILTER);
    ViewSpec spec = { width, height, FIT_STRETCH, FRECT_FULL, 0 };
    Scaler *scale_full = scaler_new(&spec, NULL, 0), *scale_saving = scaler_new(&spec, NULL, 0);
    AVPacket *packet = av_packet_alloc();
    double sum = 0, least = 99;
    guint n = 0;
    while (av_read_frame(format, packet) >= 0) {
        if (packet->stream_index == stream && av_bsf_send_packet(bsf, packet) >= 0) {
            while (av_bsf_receive_packet(bsf, packet) >= 0) {
                const AVFrame *a, *b;
                if (decoder_run(full, packet, &a, NULL) && decoder_run(saving, packet, &b, NULL) &&
                    a && b) {
                    g_autoptr(Frame) x = scaler_run(scale_full, a, NULL, NULL);
                    g_autoptr(Frame) y = scaler_run(scale_saving, b, NULL, NULL);
                    double db = psnr(x, y);
                    sum += db;
                    least = MIN(least, db);
                    n++;
                }
                av_packet_unref(packet);
            }
        }
        av_packet_unref(packet);
    }
    g_autofree char *name = g_path_get_basename(path);
    printf("| %s | %dx%d | %.1f | %.1f |\n", name, width, height, n ? sum / n : 0, least);
    av_packet_free(&packet);
    av_bsf_free(&bsf);
    avformat_close_input(&format);
    decoder_free(full);
    decoder_free(saving);
    scaler_free(scale_full);
    scaler_free(scale_saving);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "bench-psnr CLIP...\n");
        return 64;
    }
    static const int sizes[][2] = { { 960, 540 }, { 640, 360 }, { 480, 270 },
                                    { 384, 216 }, { 320, 180 }, { 240, 134 } };
    printf("| clip | tile | mean dB | least dB |\n|---|---|---|---|\n");
    for (int i = 1; i < argc; i++) {
        for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++) {
            int status = measure(argv[i], sizes[s][0], sizes[s][1]);
            if (status)
                return status;
        }
    }
    return 0;
}
