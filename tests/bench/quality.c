/* quality.c - what the diagnosis says of clips: a table of figures and of faults that it tells, and what a look costs */
#include "pipelines/quality.h"

#include "wallctl/base/clock.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdio.h>
#include <time.h>

typedef struct {
    double least, most, sum;
    guint n;
} Range;

static void note(Range *range, double value)
{
    range->least = range->n ? MIN(range->least, value) : value;
    range->most = range->n ? MAX(range->most, value) : value;
    range->sum += value;
    range->n++;
}

static void print_range(const char *name, const Range *range)
{
    printf("  %-12s %7.2f %7.2f %7.2f\n", name, range->least, range->n ? range->sum / range->n : 0,
           range->most);
}

typedef struct {
    QualityMeter *meter;
    Diagnosis diagnosis;
    guint looks, told, seen;
    guint n_seen[QUALITY_LAST + 1];
    gint64 spent_ns;
    Range luma, low, high, white, sharpness, cast, ratio, neutral, noise, still;
    gboolean is_verbose;
} Watch;

static gint64 cpu_now_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (gint64)ts.tv_sec * NS_PER_SEC + ts.tv_nsec;
}

static void look(Watch *watch, const AVFrame *picture, gint64 now_ns)
{
    QualityFigures figures;
    gint64 start = cpu_now_ns();
    if (!quality_meter_run(watch->meter, picture, &figures, NULL))
        return;
    diagnosis_step(&watch->diagnosis, &quality_limits_default, &figures, now_ns, 15 * NS_PER_SEC);
    watch->spent_ns += cpu_now_ns() - start;
    watch->looks++;
    watch->told |= watch->diagnosis.faults;
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++)
        watch->n_seen[kind] += (watch->diagnosis.seen >> kind) & 1;
    guint still = 0;
    for (guint i = 0; i < QUALITY_BLOCKS; i++)
        still += figures.block[i].change < 4;
    note(&watch->luma, figures.luma);
    note(&watch->low, figures.low);
    note(&watch->high, figures.high);
    note(&watch->white, figures.white);
    note(&watch->sharpness, figures.sharpness);
    note(&watch->cast, figures.cast);
    note(&watch->ratio, figures.cast_ratio);
    note(&watch->neutral, figures.neutral);
    if (figures.has_before) {
        note(&watch->noise, figures.noise);
        note(&watch->still, (double)still / QUALITY_BLOCKS);
    }
    if (watch->is_verbose)
        for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++) {
            if (watch->diagnosis.faults >> kind & 1)
                printf("%.0f s %s\n", (double)now_ns / NS_PER_SEC, quality_word(kind));
        }
}

/* Once through the clip; *at_ns goes on. FALSE: it cannot be read. */
static gboolean play(const char *path, Watch *watch, gint64 *at_ns, gint64 *next_ns)
{
    AVFormatContext *format = NULL;
    if (avformat_open_input(&format, path, NULL, NULL) < 0 ||
        avformat_find_stream_info(format, NULL) < 0)
        return FALSE;
    const AVCodec *codec;
    int stream = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    if (stream < 0)
        return FALSE;
    AVCodecContext *context = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(context, format->streams[stream]->codecpar);
    context->thread_count = 1;
    avcodec_open2(context, codec, NULL);
    double fps = av_q2d(av_guess_frame_rate(format, format->streams[stream], NULL));
    gint64 step_ns = (gint64)(NS_PER_SEC / (fps > 0 ? fps : 25));
    AVPacket *packet = av_packet_alloc();
    AVFrame *picture = av_frame_alloc();
    gboolean is_over = FALSE;
    while (!is_over) {
        is_over = av_read_frame(format, packet) < 0;
        if (is_over || packet->stream_index == stream)
            avcodec_send_packet(context, is_over ? NULL : packet);
        av_packet_unref(packet);
        while (avcodec_receive_frame(context, picture) >= 0) {
            *at_ns += step_ns;
            if (*at_ns < *next_ns)
                continue;
            look(watch, picture, *at_ns);
            *next_ns += NS_PER_SEC;
        }
    }
    av_frame_free(&picture);
    av_packet_free(&packet);
    avcodec_free_context(&context);
    avformat_close_input(&format);
    return TRUE;
}

static void print_watch(const char *path, const Watch *watch)
{
    g_autofree char *name = g_path_get_basename(path);
    printf("%s: %u looks, %.0f us a look, told:", name, watch->looks,
           watch->looks ? (double)watch->spent_ns / watch->looks / 1000 : 0);
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++) {
        if (watch->told >> kind & 1)
            printf(" %s", quality_word(kind));
    }
    printf("%s; seen:", watch->told ? "" : " nothing");
    for (QualityKind kind = 1; kind <= QUALITY_LAST; kind++) {
        if (watch->n_seen[kind])
            printf(" %s %.1f %%", quality_word(kind), 100.0 * watch->n_seen[kind] / watch->looks);
    }
    printf("\n");
    if (!watch->is_verbose)
        return;
    print_range("luma", &watch->luma);
    print_range("low", &watch->low);
    print_range("high", &watch->high);
    print_range("white", &watch->white);
    print_range("sharpness", &watch->sharpness);
    print_range("cast", &watch->cast);
    print_range("ratio", &watch->ratio);
    print_range("neutral", &watch->neutral);
    print_range("noise", &watch->noise);
    print_range("still", &watch->still);
}

int main(int argc, char **argv)
{
    gboolean is_verbose = FALSE;
    int seconds = 180;
    const GOptionEntry entries[] = { { "verbose", 'v', 0, G_OPTION_ARG_NONE, &is_verbose,
                                       "least, mean and most of every figure", NULL },
                                     { "seconds", 's', 0, G_OPTION_ARG_INT, &seconds,
                                       "of each clip, played again and again (180)", "N" },
                                     { 0 } };
    g_autoptr(GOptionContext) options = g_option_context_new("CLIP...");
    g_option_context_add_main_entries(options, entries, NULL);
    if (!g_option_context_parse(options, &argc, &argv, NULL) || argc < 2) {
        g_autofree char *help = g_option_context_get_help(options, TRUE, NULL);
        fputs(help, stderr);
        return 64;
    }
    for (int i = 1; i < argc; i++) {
        Watch watch = { .meter = quality_meter_new(NULL, 0), .is_verbose = is_verbose };
        gint64 at_ns = NS_PER_SEC, next_ns = NS_PER_SEC;
        while (at_ns < seconds * NS_PER_SEC) {
            gint64 before_ns = at_ns;
            if (!play(argv[i], &watch, &at_ns, &next_ns) || at_ns == before_ns) {
                fprintf(stderr, "%s cannot be read\n", argv[i]);
                return 66;
            }
        }
        print_watch(argv[i], &watch);
        quality_meter_free(watch.meter);
    }
    return 0;
}
