/* live.c - a wall of live RTSP feeds on this machine: rates, latency, late ticks, CPU and memory,
 * read from stamps
 *
 * The simulator is a process of its own on the same processors. Every composed picture is read tile
 * by tile: which camera and frame it shows says whether it is the right one, how old it is, and
 * whether frames were left out.
 */
#include "pipelines/encoder.h"
#include "tests/support/sim_process.h"
#include "tests/support/wall_rig.h"
#include "wallctl/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define MAX_TILES 64

typedef struct {
    gint64 epoch_ns;
    guint loop;
    guint16 last;
    guint64 pictures;
} TileTrack;

typedef struct {
    WallRig *rig;
    guint n, number;
    TileTrack tile[MAX_TILES];
    GArray *latency_ms; /* float */
    guint64 wrong, torn, unread;
    gboolean measures; /* atomic */
    pthread_mutex_t lock;
} Meter;

static int by_value(gconstpointer a, gconstpointer b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static float percentile(GArray *values, double p)
{
    if (values->len == 0)
        return 0;
    g_array_sort(values, by_value);
    return g_array_index(values, float, MIN(values->len - 1, (guint)(p * values->len)));
}

/* Runs on [canvas]: reading 36 stamps costs some microseconds each; counted in the figures. */
static void on_picture(Frame *picture, gpointer user)
{
    Meter *meter = user;
    if (!g_atomic_int_get(&meter->measures))
        return;
    gint64 now = clock_now_ns();
    pthread_mutex_lock(&meter->lock);
    for (guint i = 0; i < meter->n; i++) {
        Stamp stamp;
        gboolean is_torn = FALSE;
        TileTrack *track = &meter->tile[i];
        if (!wall_rig_read(meter->rig, picture, i + 1, &stamp, &is_torn)) {
            meter->unread++;
            continue;
        }
        meter->torn += is_torn;
        meter->wrong += stamp.source != i + 1;
        if (stamp.frame == track->last)
            continue;
        track->last = stamp.frame;
        track->pictures++;
        gint64 period = NS_PER_SEC / 25, loop_ns = track->loop * period;
        gint64 since = (now - track->epoch_ns - stamp.frame * period) % loop_ns;
        float ms = (float)since / NS_PER_MS;
        g_array_append_val(meter->latency_ms, ms);
    }
    pthread_mutex_unlock(&meter->lock);
}

static gboolean never(WallRig *rig, gpointer user)
{
    return FALSE;
}

static gboolean all_live(WallRig *rig, gpointer user)
{
    FeedPoolStats stats;
    feed_pool_get_stats(rig->feeds, &stats);
    return stats.live >= (guint)GPOINTER_TO_INT(user);
}

static double cpu_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double rss_mb(void)
{
    g_autofree char *text = NULL;
    long pages = 0;
    if (g_file_get_contents("/proc/self/statm", &text, NULL, NULL))
        sscanf(text, "%*d %ld", &pages);
    return (double)pages * 4096 / 1e6;
}

static guint threads(void)
{
    g_autofree char *text = NULL;
    g_file_get_contents("/proc/self/status", &text, NULL, NULL);
    const char *line = text ? strstr(text, "Threads:") : NULL;
    return line ? (guint)atoi(line + 8) : 0;
}

static void count_packet(const AVPacket *packet, gpointer user)
{
    g_atomic_int_inc((gint *)user);
}

int main(int argc, char **argv)
{
    int feeds = 36, seconds = 20, width = 1920, height = 1080, warm = 0;
    gboolean encode = FALSE, has_main = FALSE, is_marked = FALSE;
    char *layout = NULL, *freeze = NULL, *extra = NULL;
    const GOptionEntry entries[] = {
        { "feeds", 'n', 0, G_OPTION_ARG_INT, &feeds, "cameras (36)", "N" },
        { "layout", 'l', 0, G_OPTION_ARG_STRING, &layout, "layout (as many tiles as cameras)",
          "ID" },
        { "seconds", 's', 0, G_OPTION_ARG_INT, &seconds, "measured time (20)", "S" },
        { "warm", 'w', 0, G_OPTION_ARG_INT, &warm, "more cameras that are received only (0)", "N" },
        { "width", 0, 0, G_OPTION_ARG_INT, &width, "canvas width (1920)", "PX" },
        { "height", 0, 0, G_OPTION_ARG_INT, &height, "canvas height (1080)", "PX" },
        { "encode", 'e', 0, G_OPTION_ARG_NONE, &encode, "H.264 output on top", NULL },
        { "watermark", 0, 0, G_OPTION_ARG_NONE, &is_marked, "a watermark on the H.264 output",
          NULL },
        { "main", 'm', 0, G_OPTION_ARG_NONE, &has_main, "cameras have a 720p main stream", NULL },
        { "fault", 'f', 0, G_OPTION_ARG_STRING, &freeze,
          "control line for the simulator before measuring", "LINE" },
        { "camera", 'c', 0, G_OPTION_ARG_STRING, &extra, "extra members of each camera", "JSON" },
        G_OPTION_ENTRY_NULL
    };
    g_autoptr(GOptionContext) context = g_option_context_new("- live wall benchmark");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error) || feeds < 1 || feeds > MAX_TILES ||
        warm < 0 || warm > 1000) {
        fprintf(stderr, "%s\n", error ? error->message : "feeds: 1 to 64, warm: 0 to 1000");
        return 64;
    }
    g_autofree char *shown = g_strdup_printf("%d", feeds);
    g_autofree char *count = g_strdup_printf("%d", feeds + warm);
    g_autofree char *cache = g_build_filename(g_get_tmp_dir(), "wallctl-bench-clips", NULL);
    const char *sim_args[] = {
        "--stamped", count, "--cache", cache, has_main ? "--main-size" : NULL, "1280x720", NULL
    };
    SimProcess *sim = sim_process_new(sim_args, &error);
    if (!sim) {
        fprintf(stderr, "%s\n", error->message);
        return 69;
    }
    WallRigSpec spec = { .cameras = (guint)(feeds + warm),
                         .width = width,
                         .height = height,
                         .layout = layout ? layout : shown,
                         .feeds = "\"connect_per_s\":100,\"warm_limit\":1000",
                         .has_main = has_main,
                         .camera_extra = extra,
                         .sim_port = sim_process_port(sim) };
    gint64 start = clock_now_ns();
    WallRig *rig = wall_rig_new(&spec, &error);
    if (!rig || !wall_rig_wait_presented(rig, 20000, 0)) {
        fprintf(stderr, "%s\n", error ? error->message : "not every camera came within 20 s");
        return 70;
    }
    g_autoptr(GPtrArray) others = g_ptr_array_new();
    for (int i = feeds; i < feeds + warm; i++)
        g_ptr_array_add(others, ((Camera *)g_ptr_array_index(rig->config->cameras, i))->id);
    presenter_warm(rig->presenter, "bench", (const char *const *)others->pdata, others->len);
    if (!wall_rig_run(rig, 60000, all_live, GINT_TO_POINTER(feeds + warm))) {
        fprintf(stderr, "not every camera is live within 60 s\n");
        return 70;
    }
    double ready_s = (double)(clock_now_ns() - start) / NS_PER_SEC;
    Canvas *canvas = presenter_canvas(rig->presenter, NULL);
    Meter meter = { .rig = rig,
                    .n = MIN((guint)feeds, rig->content->n_tiles),
                    .lock = PTHREAD_MUTEX_INITIALIZER };
    meter.latency_ms = g_array_new(FALSE, FALSE, sizeof(float));
    for (guint i = 0; i < meter.n; i++) {
        g_autofree char *stream = g_strdup_printf("cam-%u/sub", i + 1);
        sim_process_epoch(sim, stream, &meter.tile[i].epoch_ns, &meter.tile[i].loop);
    }
    gint packets = 0;
    Encoder *encoder = NULL;
    if (encode) {
        EncoderForm form = { .bitrate_kbps = 4000, .fps = 25 };
        if (is_marked)
            form.mark = presenter_watermark(rig->presenter, NULL);
        encoder = encoder_get(canvas, &form, &error);
        encoder_add_sink(encoder, count_packet, &packets);
    }
    guint sink = canvas_add_sink(canvas, on_picture, &meter);
    wall_rig_run(rig, 2000, never, NULL);
    if (freeze)
        g_free(sim_process_ask(sim, freeze));
    CanvasStats before, after;
    canvas_get_stats(canvas, &before);
    double cpu0 = cpu_s(), sim0 = sim_process_cpu_s(sim);
    gint packets0 = g_atomic_int_get(&packets);
    gint64 t0 = clock_now_ns();
    g_atomic_int_set(&meter.measures, TRUE);
    wall_rig_run(rig, (guint)seconds * 1000, never, NULL);
    g_atomic_int_set(&meter.measures, FALSE);
    double wall_s = (double)(clock_now_ns() - t0) / NS_PER_SEC;
    double cpu = (cpu_s() - cpu0) / wall_s, sim_cpu = (sim_process_cpu_s(sim) - sim0) / wall_s;
    canvas_get_stats(canvas, &after);
    canvas_remove_sink(canvas, sink);
    double least = 1e9, sum = 0;
    for (guint i = 0; i < meter.n; i++) {
        double fps = (double)meter.tile[i].pictures / wall_s;
        least = MIN(least, fps);
        sum += fps;
    }
    guint64 ticks = after.ticks - before.ticks;
    printf("feeds %d  warm %d  layout %s  canvas %dx%d  %.1f s  ready after %.2f s\n", feeds, warm,
           spec.layout, width, height, wall_s, ready_s);
    printf("  cores %.3f  (simulator %.3f)  rss %.0f MB  threads %u\n", cpu, sim_cpu, rss_mb(),
           threads());
    printf("  canvas %.2f fps  late %" G_GUINT64_FORMAT "  skipped %" G_GUINT64_FORMAT
           "  worst %.1f ms  busy %.2f ms a tick  slack %.2f\n",
           (double)ticks / wall_s, after.late - before.late, after.skipped - before.skipped,
           (double)after.max_late_ns / NS_PER_MS,
           (double)(after.busy_ns - before.busy_ns) / (double)ticks / NS_PER_MS, after.slack);
    printf("  tiles fps mean %.2f  least %.2f  wrong %" G_GUINT64_FORMAT "  torn %" G_GUINT64_FORMAT
           "  unread %" G_GUINT64_FORMAT "\n",
           sum / meter.n, least, meter.wrong, meter.torn, meter.unread);
    printf("  latency ms p50 %.1f  p95 %.1f  p99 %.1f  max %.1f\n",
           percentile(meter.latency_ms, 0.50), percentile(meter.latency_ms, 0.95),
           percentile(meter.latency_ms, 0.99), percentile(meter.latency_ms, 1.0));
    if (encoder) {
        EncoderStats stats;
        encoder_get_stats(encoder, &stats);
        printf("  encoder %.2f packets/s  %.2f ms a picture\n",
               (g_atomic_int_get(&packets) - packets0) / wall_s,
               (double)stats.busy_ns / (double)MAX(stats.submitted, 1) / NS_PER_MS);
    }
    if (encoder)
        encoder_unref(encoder);
    wall_rig_free(rig);
    sim_process_free(sim);
    g_array_unref(meter.latency_ms);
    return 0;
}
