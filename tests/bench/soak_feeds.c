/* soak_feeds.c - cameras come and go many times: threads, descriptors and memory afterwards as before
 *
 * The simulator is a process of its own, so that this one's figures are the wall's. Each round opens all cameras, every second
 * one shown in a tile, and closes them again; in some rounds before they are connected. GST_TRACERS=leaks with
 * GST_DEBUG=GST_TRACER:7 lists what GStreamer has left at the end. Ends with status 1 when something was left.
 */
#include "pipelines/reaper.h"
#include "tests/support/entries.h"
#include "tests/support/sim_process.h"
#include "tests/support/wall_rig.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <gst/gst.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CAMERAS = 8, SETTLE_ROUNDS = 20, LIMIT_MS = 20000 };

typedef struct {
    guint threads, fds;
    double rss_mb;
} Figures;

static Figures measure(void)
{
    Figures figures = { count_entries("/proc/self/task"), count_entries("/proc/self/fd"), 0 };
    g_autofree char *text = NULL;
    malloc_trim(0); /* what is free goes back, so that what is left shows */
    if (g_file_get_contents("/proc/self/statm", &text, NULL, NULL)) {
        const char *resident = strchr(text, ' ');
        figures.rss_mb = resident ? atof(resident) * (double)sysconf(_SC_PAGESIZE) / 1e6 : 0;
    }
    return figures;
}

static gboolean are_live(WallRig *rig, gpointer n)
{
    FeedPoolStats stats;
    feed_pool_get_stats(rig->feeds, &stats);
    return stats.live == GPOINTER_TO_UINT(n) && stats.feeds == GPOINTER_TO_UINT(n) &&
           (stats.feeds > 0 || reaper_busy() == 0);
}

static gboolean never(WallRig *rig, gpointer user)
{
    return FALSE;
}

static void open_all(WallRig *rig)
{
    const char *shown[CAMERAS], *warm[CAMERAS];
    char ids[CAMERAS][16];
    for (guint i = 0; i < CAMERAS; i++) {
        g_snprintf(ids[i], sizeof ids[i], "cam-%u", i + 1);
        shown[i] = i % 2 ? NULL : ids[i];
        warm[i] = ids[i];
    }
    presenter_warm(rig->presenter, "soak", warm, CAMERAS);
    wall_rig_show(rig, "9", shown, CAMERAS);
}

static void close_all(WallRig *rig)
{
    presenter_warm(rig->presenter, "soak", NULL, 0);
    wall_rig_show(rig, "9", NULL, 0);
}

static gboolean run_round(WallRig *rig, guint round)
{
    open_all(rig);
    if (round % 4 == 3)
        wall_rig_run(rig, round % 16 * 4, never, NULL);
    else if (!wall_rig_run(rig, LIMIT_MS, are_live, GUINT_TO_POINTER(CAMERAS)))
        return FALSE;
    close_all(rig);
    return wall_rig_run(rig, LIMIT_MS, are_live, GUINT_TO_POINTER(0));
}

int main(int argc, char **argv)
{
    gint cycles = 500;
    const GOptionEntry entries[] = { { "cycles", 'n', 0, G_OPTION_ARG_INT, &cycles,
                                       "cameras opened and closed (500)", "N" },
                                     G_OPTION_ENTRY_NULL };
    g_autoptr(GOptionContext) context = g_option_context_new("- cameras come and go");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error) || cycles < CAMERAS) {
        fprintf(stderr, "%s\n", error ? error->message : "cycles: at least 8");
        return 64;
    }
    g_autofree char *count = g_strdup_printf("%d", CAMERAS);
    g_autofree char *cache = g_build_filename(g_get_tmp_dir(), "wallctl-bench-clips", NULL);
    const char *sim_args[] = { "--stamped", count, "--cache", cache, NULL };
    SimProcess *sim = sim_process_new(sim_args, &error);
    if (!sim) {
        fprintf(stderr, "%s\n", error->message);
        return 69;
    }
    WallRigSpec spec = { .cameras = CAMERAS,
                         .width = 1280,
                         .height = 720,
                         .layout = "9",
                         .feeds = "\"connect_per_s\":1000,\"warm_keep_ms\":0",
                         .sim_port = sim_process_port(sim) };
    WallRig *rig = wall_rig_new(&spec, &error);
    if (!rig) {
        fprintf(stderr, "%s\n", error->message);
        return 70;
    }
    Figures before = { 0 };
    guint rounds = (guint)cycles / CAMERAS + SETTLE_ROUNDS;
    gboolean is_done = TRUE;
    for (guint round = 0; round < rounds && is_done; round++) {
        is_done = run_round(rig, round);
        if (round + 1 == SETTLE_ROUNDS) { /* libraries and the allocator have what they keep */
            wall_rig_run(rig, 1000, never, NULL);
            before = measure();
        }
    }
    wall_rig_run(rig, 3000, never, NULL); /* GLib ends idle threads by and by */
    Figures after = measure();
    double growth = before.rss_mb > 0 ? (after.rss_mb / before.rss_mb - 1) * 100 : 0;
    printf("cycles  threads      descriptors  resident MB      abandoned\n"
           "%6u  %3u -> %3u  %3u -> %3u    %5.1f -> %5.1f  %u\n",
           (rounds - SETTLE_ROUNDS) * CAMERAS, before.threads, after.threads, before.fds, after.fds,
           before.rss_mb, after.rss_mb, reaper_abandoned());
    gboolean is_good = is_done && after.threads <= before.threads && after.fds <= before.fds &&
                       growth <= 5 && reaper_abandoned() == 0;
    if (!is_done)
        fprintf(stderr, "the cameras did not come or go within %d s\n", LIMIT_MS / 1000);
    wall_rig_free(rig);
    reaper_wait(10000);
    post_drain();
    sim_process_free(sim);
    if (g_getenv("GST_TRACERS"))
        log_set_level(LOG_LEVEL_DEBUG); /* where the tracer's list goes */
    gst_deinit();
    return is_good ? 0 : 1;
}
