/* wall.c - what the wall's path costs (decode, scale, compose), beside yardsticks that this program
 * runs itself
 *
 * All cases of a round run one after the other on one pinned processor over the same clip; several
 * rounds are interleaved; median and range are printed, in processor seconds per second of 25 fps
 * video ("cores") and as a share of the decode-only floor of the same round. Outside programs have
 * their start-up (a run of one frame) subtracted.
 */
#include "pipelines/compose.h"
#include "pipelines/reel.h"
#include "wallctl/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <libavcodec/bsf.h>
#include <libavformat/avformat.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define FPS       25
#define MAX_FEEDS 64

typedef struct {
    char *path;
    enum AVCodecID codec;
    int width, height;
    GPtrArray *packets; /* AVPacket, Annex B */
    double seconds;
} Clip;

typedef struct {
    const char *name;
    const char *clip; /* file in the media folder */
    int feeds, columns, rows;
} Scenario;

typedef enum {
    CASE_FLOOR,
    CASE_WALL,
    CASE_WALL_SAVING,
    CASE_FFMPEG_SAME,
    CASE_FFMPEG,
    CASE_GST_TUNED,
    CASE_GST,
    CASE_COUNT
} Trial;

static const char *const case_names[] = { "decode only (floor)",
                                          "wallctl",
                                          "wallctl under load (loop filter off up to 1:1)",
                                          "ffmpeg xstack, 1 thread, bilinear",
                                          "ffmpeg xstack, defaults",
                                          "gst compositor, tuned",
                                          "gst compositor, defaults" };

static int canvas_w = 1920, canvas_h = 1080;

static double self_cpu_s(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void free_packet(gpointer data)
{
    AVPacket *packet = data;
    av_packet_free(&packet);
}

static gboolean read_clip(Clip *clip, const char *path)
{
    AVFormatContext *format = NULL;
    if (avformat_open_input(&format, path, NULL, NULL) < 0 ||
        avformat_find_stream_info(format, NULL) < 0)
        return FALSE;
    int stream = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (stream < 0)
        return FALSE;
    const AVCodecParameters *form = format->streams[stream]->codecpar;
    clip->path = g_strdup(path);
    clip->codec = form->codec_id;
    clip->width = form->width;
    clip->height = form->height;
    clip->packets = g_ptr_array_new_with_free_func(free_packet);
    const AVBitStreamFilter *filter = av_bsf_get_by_name(
        form->codec_id == AV_CODEC_ID_HEVC ? "hevc_mp4toannexb" : "h264_mp4toannexb");
    AVBSFContext *bsf = NULL;
    if (!filter || av_bsf_alloc(filter, &bsf) < 0)
        return FALSE;
    avcodec_parameters_copy(bsf->par_in, form);
    av_bsf_init(bsf);
    AVPacket *packet = av_packet_alloc();
    while (av_read_frame(format, packet) >= 0) {
        if (packet->stream_index != stream || av_bsf_send_packet(bsf, packet) < 0) {
            av_packet_unref(packet);
            continue;
        }
        while (av_bsf_receive_packet(bsf, packet) >= 0) {
            g_ptr_array_add(clip->packets, av_packet_clone(packet));
            av_packet_unref(packet);
        }
    }
    av_packet_free(&packet);
    av_bsf_free(&bsf);
    avformat_close_input(&format);
    clip->seconds = (double)clip->packets->len / FPS;
    return clip->packets->len > 0;
}

/* ---- our own cases
 * --------------------------------------------------------------------------------------------------
 */

static double run_floor(const Clip *clip, const Scenario *scenario)
{
    Decoder *decoder[MAX_FEEDS];
    for (int i = 0; i < scenario->feeds; i++)
        decoder[i] = decoder_new(clip->codec, NULL);
    double start = self_cpu_s();
    for (guint k = 0; k < clip->packets->len; k++) {
        for (int i = 0; i < scenario->feeds; i++) {
            const AVFrame *picture;
            if (!decoder_run(decoder[i], g_ptr_array_index(clip->packets, k), &picture, NULL))
                fprintf(stderr, "floor: frame %u does not decode\n", k);
        }
    }
    double spent = self_cpu_s() - start;
    for (int i = 0; i < scenario->feeds; i++)
        decoder_free(decoder[i]);
    return spent;
}

/* The daemon's own path from access units to the composed picture: reels on a decode thread, views,
 * composer. */
static double run_wall(const Clip *clip, const Scenario *scenario, gboolean saves)
{
    DecodePool *pool = decode_pool_new(1);
    Composer *composer = composer_new(canvas_w, canvas_h, 0x0B0F14);
    Stage *stage = stage_new(1, (guint)scenario->feeds, 0);
    Reel *reel[MAX_FEEDS];
    for (int i = 0; i < scenario->feeds; i++) {
        reel[i] = reel_new(pool, "bench", NULL, NULL);
        reel_set_codec(reel[i], clip->codec);
        reel_set_effort(reel[i], DECODE_FULL, saves);
        FRect cell = { (double)(i % scenario->columns) / scenario->columns,
                       (double)(i / scenario->columns) / scenario->rows, 1.0 / scenario->columns,
                       1.0 / scenario->rows };
        Rect r = rect_of_fraction(cell, (Rect) { 0, 0, canvas_w, canvas_h });
        ViewSpec spec = { r.w, r.h, FIT_CONTAIN, FRECT_FULL, 0 };
        stage->tiles[i] = (StageTile) { .number = (guint)i + 1,
                                        .rect = r,
                                        .view = reel_view(reel[i], &spec, NULL, 0),
                                        .slate = overlay_new(),
                                        .stale_ns = 1000 * NS_PER_SEC,
                                        .offline_ns = 2000 * NS_PER_SEC };
    }
    composer_set_stage(composer, stage);
    double start = self_cpu_s();
    gint64 tick = NS_PER_SEC;
    for (guint k = 0; k < clip->packets->len; k++) {
        for (int i = 0; i < scenario->feeds; i++) {
            AVPacket *packet = av_packet_clone(g_ptr_array_index(clip->packets, k));
            packet->pts = clock_now_ns();
            reel_push(reel[i], packet);
            av_packet_free(&packet);
        }
        for (int i = 0; i < scenario->feeds;
             i++) { /* offline: the tick comes when every feed has its picture */
            ReelFacts facts;
            do {
                reel_get_facts(reel[i], &facts);
                if (facts.pictures <= k)
                    g_usleep(1000);
            } while (facts.pictures <= k && facts.damaged == 0);
        }
        tick += NS_PER_SEC / FPS;
        Frame *picture;
        guint empty;
        if (composer_tick(composer, tick, clock_now_ns(), FALSE, &picture, &empty) ==
            COMPOSE_CHANGED)
            frame_unref(picture);
    }
    double spent = self_cpu_s() - start;
    composer_free(composer);
    for (int i = 0; i < scenario->feeds; i++)
        reel_close(reel[i]);
    decode_pool_free(pool);
    return spent;
}

/* ---- yardsticks
 * -----------------------------------------------------------------------------------------------------
 */

static double child_cpu_s(char **argv)
{
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        execvp(argv[0], argv);
        _exit(127);
    }
    int status;
    struct rusage u;
    if (pid < 0 || wait4(pid, &status, 0, &u) != pid || status != 0)
        return -1;
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static double run_ffmpeg(const Clip *clip, const Scenario *scenario, gboolean same,
                         gboolean only_start)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    const char *head[] = { "ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error" };
    for (gsize i = 0; i < G_N_ELEMENTS(head); i++)
        g_ptr_array_add(argv, g_strdup(head[i]));
    GString *graph = g_string_new(NULL), *layout = g_string_new(NULL);
    int w = canvas_w / scenario->columns & ~1, h = canvas_h / scenario->rows & ~1;
    for (int i = 0; i < scenario->feeds; i++) {
        if (same) {
            g_ptr_array_add(argv, g_strdup("-threads"));
            g_ptr_array_add(argv, g_strdup("1"));
        }
        g_ptr_array_add(argv, g_strdup("-i"));
        g_ptr_array_add(argv, g_strdup(clip->path));
        g_string_append_printf(graph, "[%d:v]scale=%d:%d%s[v%d];", i, w, h,
                               same ? ":flags=bilinear" : "", i);
        g_string_append_printf(layout, "%s%d_%d", i ? "|" : "", i % scenario->columns * w,
                               i / scenario->columns * h);
    }
    for (int i = 0; i < scenario->feeds; i++)
        g_string_append_printf(graph, "[v%d]", i);
    g_string_append_printf(graph, "xstack=inputs=%d:layout=%s", scenario->feeds, layout->str);
    if (same) {
        const char *one[] = { "-filter_complex_threads", "1" };
        for (gsize i = 0; i < G_N_ELEMENTS(one); i++)
            g_ptr_array_add(argv, g_strdup(one[i]));
    }
    g_ptr_array_add(argv, g_strdup("-filter_complex"));
    g_ptr_array_add(argv, g_string_free(graph, FALSE));
    if (only_start) {
        g_ptr_array_add(argv, g_strdup("-frames:v"));
        g_ptr_array_add(argv, g_strdup("1"));
    }
    const char *tail[] = { "-f", "null", "-" };
    for (gsize i = 0; i < G_N_ELEMENTS(tail); i++)
        g_ptr_array_add(argv, g_strdup(tail[i]));
    g_ptr_array_add(argv, NULL);
    g_string_free(layout, TRUE);
    return child_cpu_s((char **)argv->pdata);
}

static double run_gst(const Clip *clip, const Scenario *scenario, gboolean tuned,
                      gboolean only_start)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    GString *text = g_string_new("gst-launch-1.0 -q compositor name=c");
    int w = canvas_w / scenario->columns & ~1, h = canvas_h / scenario->rows & ~1;
    for (int i = 0; i < scenario->feeds; i++)
        g_string_append_printf(
            text, " sink_%d::xpos=%d sink_%d::ypos=%d sink_%d::width=%d sink_%d::height=%d", i,
            i % scenario->columns * w, i, i / scenario->columns * h, i, w, i, h);
    g_string_append_printf(text,
                           " ! video/x-raw,format=I420,width=%d,height=%d ! fakesink sync=false%s",
                           canvas_w, canvas_h, only_start ? " num-buffers=1" : "");
    const char *parse = clip->codec == AV_CODEC_ID_HEVC ? "h265parse" : "h264parse";
    const char *decode = clip->codec == AV_CODEC_ID_HEVC ? "avdec_h265" : "avdec_h264";
    for (int i = 0; i < scenario->feeds; i++)
        g_string_append_printf(
            text,
            " filesrc location=%s ! qtdemux ! %s ! %s%s ! queue max-size-buffers=3 ! c.sink_%d",
            clip->path, parse, decode, tuned ? " max-threads=1" : "", i);
    g_auto(GStrv) words = g_strsplit(text->str, " ", -1);
    for (char **word = words; *word; word++) {
        if (**word)
            g_ptr_array_add(argv, g_strdup(*word));
        if (tuned && g_str_has_prefix(*word, "sink_") && strstr(*word, "::height=")) {
            g_autofree char *pad = g_strndup(*word, strcspn(*word, ":"));
            g_ptr_array_add(
                argv, g_strdup_printf(
                          "%s::converter-config=GstVideoConverter,"
                          "GstVideoConverter.resampler-method=(GstVideoResamplerMethod)linear,"
                          "GstVideoConverter.threads=(uint)1",
                          pad));
        }
    }
    g_ptr_array_add(argv, NULL);
    g_string_free(text, TRUE);
    return child_cpu_s((char **)argv->pdata);
}

static double run_case(Trial which, const Clip *clip, const Scenario *scenario)
{
    double start = 0, all;
    switch (which) {
    case CASE_FLOOR:
        return run_floor(clip, scenario);
    case CASE_WALL:
        return run_wall(clip, scenario, FALSE);
    case CASE_WALL_SAVING:
        return run_wall(clip, scenario, TRUE);
    case CASE_FFMPEG_SAME:
    case CASE_FFMPEG:
        start = run_ffmpeg(clip, scenario, which == CASE_FFMPEG_SAME, TRUE);
        all = run_ffmpeg(clip, scenario, which == CASE_FFMPEG_SAME, FALSE);
        break;
    default:
        start = run_gst(clip, scenario, which == CASE_GST_TUNED, TRUE);
        all = run_gst(clip, scenario, which == CASE_GST_TUNED, FALSE);
        break;
    }
    return all < 0 || start < 0 ? -1 : all - start;
}

/* ---- table
 * ----------------------------------------------------------------------------------------------------------
 */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void run_scenario(const Scenario *scenario, const Clip *clip, int rounds, int cases)
{
    double cost[CASE_COUNT][32], ratio[CASE_COUNT][32];
    int n[CASE_COUNT] = { 0 };
    for (int r = 0; r < rounds; r++) {
        double floor = -1;
        for (int c = 0; c < cases; c++) {
            double spent = run_case((Trial)c, clip, scenario);
            if (c == CASE_FLOOR)
                floor = spent;
            if (spent < 0 || floor <= 0)
                continue;
            cost[c][n[c]] = spent / clip->seconds;
            ratio[c][n[c]++] = spent / floor;
        }
    }
    printf("\n%s: %d x %dx%d on %dx%d, %d rounds of %.0f s\n", scenario->name, scenario->feeds,
           clip->width, clip->height, canvas_w, canvas_h, rounds, clip->seconds);
    printf("| case | cores, median | range | x floor, median | range |\n|---|---|---|---|---|\n");
    for (int c = 0; c < cases; c++) {
        if (n[c] == 0) {
            printf("| %s | did not run | | | |\n", case_names[c]);
            continue;
        }
        qsort(cost[c], (size_t)n[c], sizeof(double), by_value);
        qsort(ratio[c], (size_t)n[c], sizeof(double), by_value);
        printf("| %s | %.3f | %.3f-%.3f | %.2f | %.2f-%.2f |\n", case_names[c], cost[c][n[c] / 2],
               cost[c][0], cost[c][n[c] - 1], ratio[c][n[c] / 2], ratio[c][0], ratio[c][n[c] - 1]);
    }
    fflush(stdout);
}

static char *media_dir(void)
{
    const char *given = g_getenv("WALLCTL_MEDIA");
    const char *source = g_getenv("WALLCTL_SOURCE");
    return given ? g_strdup(given)
                 : g_build_filename(source ? source : ".", "..", "shared", "media", NULL);
}

int main(int argc, char **argv)
{
    static const Scenario scenarios[] = {
        { "4 sub, scaled up", "street-640x360p25-h264.mp4", 4, 2, 2 },
        { "9 sub", "street-640x360p25-h264.mp4", 9, 3, 3 },
        { "16 sub", "street-640x360p25-h264.mp4", 16, 4, 4 },
        { "25 sub", "street-640x360p25-h264.mp4", 25, 5, 5 },
        { "36 sub", "street-640x360p25-h264.mp4", 36, 6, 6 },
        { "64 sub", "street-640x360p25-h264.mp4", 64, 8, 8 },
        { "4 main", "street-1920x1080p25-h264.mp4", 4, 2, 2 },
    };
    int rounds = 5, cpu = 1;
    char *only = NULL;
    gboolean unpinned = FALSE, ours = FALSE;
    const GOptionEntry entries[] = {
        { "rounds", 'r', 0, G_OPTION_ARG_INT, &rounds, "interleaved rounds (5)", "N" },
        { "cpu", 0, 0, G_OPTION_ARG_INT, &cpu, "processor to pin to (1)", "N" },
        { "unpinned", 0, 0, G_OPTION_ARG_NONE, &unpinned, "use all processors", NULL },
        { "only", 0, 0, G_OPTION_ARG_STRING, &only, "one scenario by name", "NAME" },
        { "ours", 0, 0, G_OPTION_ARG_NONE, &ours, "floor and wallctl, no outside programs", NULL },
        G_OPTION_ENTRY_NULL
    };
    g_autoptr(GOptionContext) context =
        g_option_context_new("- cost of the wall beside yardsticks");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error) || rounds < 1 || rounds > 32) {
        fprintf(stderr, "%s\n", error ? error->message : "rounds: 1 to 32");
        return 64;
    }
    if (!unpinned) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(cpu, &set);
        if (sched_setaffinity(0, sizeof set, &set) < 0)
            fprintf(stderr, "not pinned: %s\n", strerror(errno));
    }
    g_autofree char *dir = media_dir();
    for (gsize i = 0; i < G_N_ELEMENTS(scenarios); i++) {
        if (only && strcmp(only, scenarios[i].name) != 0)
            continue;
        Clip clip = { 0 };
        g_autofree char *path = g_build_filename(dir, scenarios[i].clip, NULL);
        if (!read_clip(&clip, path)) {
            fprintf(stderr, "%s cannot be read (set WALLCTL_MEDIA)\n", path);
            return 66;
        }
        run_scenario(&scenarios[i], &clip, rounds, ours ? CASE_FFMPEG_SAME : CASE_COUNT);
        g_ptr_array_unref(clip.packets);
        g_free(clip.path);
    }
    return 0;
}
