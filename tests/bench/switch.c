/* switch.c - random scene changes on a live wall: time from the change to the glass, torn, wrong
 * and empty tiles, from stamps
 *
 * "open": every camera is on the wall before and after, in other tiles and sizes. "warm": a random
 * few of all cameras, the others are received only. Every composed picture is read while changes go
 * on: a tile may show the old or the new camera, never half of it and never nothing.
 */
#include "tests/support/sim_process.h"
#include "tests/support/wall_rig.h"
#include "wallctl/base/clock.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    WallRig *rig;
    pthread_mutex_t lock;
    guint64 revision;    /* lock: of the content below */
    GPtrArray *contents; /* lock: WallContent by revision */
    guint64 pictures, torn, empty, wrong;
} Watch;

/* Stamps of a picture against the content of the revision that is in it. */
static void on_picture(Frame *picture, gpointer user)
{
    Watch *watch = user;
    pthread_mutex_lock(&watch->lock);
    WallContent *content = picture->revision < watch->contents->len
                               ? g_ptr_array_index(watch->contents, picture->revision)
                               : NULL;
    if (content) {
        watch->pictures++;
        for (guint i = 0; i < content->n_tiles; i++) {
            const Tile *tile = &content->tiles[i];
            if (!tile->camera)
                continue;
            const guint8 *luma =
                picture->plane[0] + (gsize)tile->rect.y * picture->stride[0] + tile->rect.x;
            Stamp stamp;
            gboolean is_torn = FALSE;
            if (!stamp_read(luma, picture->stride[0], tile->rect.w, tile->rect.h, &stamp,
                            &is_torn)) {
                watch->empty++;
                continue;
            }
            watch->torn += is_torn;
            watch->wrong +=
                stamp.source != (guint)g_ascii_strtoull(tile->camera + strlen("cam-"), NULL, 10);
        }
    }
    pthread_mutex_unlock(&watch->lock);
}

static int by_value(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double at(GArray *sorted, double p)
{
    return g_array_index(sorted, double, MIN(sorted->len - 1, (guint)(p * sorted->len)));
}

static void show(Watch *watch, const char *layout, GPtrArray *cameras)
{
    WallRig *rig = watch->rig;
    pthread_mutex_lock(&watch->lock); /* the picture of this revision must find its content */
    wall_rig_show(rig, layout, (const char *const *)cameras->pdata, cameras->len);
    while (watch->contents->len <= rig->revision)
        g_ptr_array_add(watch->contents, NULL);
    watch->contents->pdata[rig->revision] = wall_content_ref(rig->content);
    pthread_mutex_unlock(&watch->lock);
}

static void shuffle(GPtrArray *names, GRand *random)
{
    for (guint i = names->len; i > 1; i--) {
        guint j = (guint)g_rand_int_range(random, 0, (gint32)i);
        gpointer swap = names->pdata[i - 1];
        names->pdata[i - 1] = names->pdata[j];
        names->pdata[j] = swap;
    }
}

static gboolean never(WallRig *rig, gpointer user)
{
    return FALSE;
}

static int run(const char *mode, int feeds, int changes, const char *const *layouts,
               guint n_layouts)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *count = g_strdup_printf("%d", feeds);
    g_autofree char *cache = g_build_filename(g_get_tmp_dir(), "wallctl-bench-clips", NULL);
    const char *sim_args[] = { "--stamped", count, "--cache", cache, NULL };
    SimProcess *sim = sim_process_new(sim_args, &error);
    if (!sim) {
        fprintf(stderr, "%s\n", error->message);
        return 69;
    }
    WallRigSpec spec = { .cameras = (guint)feeds,
                         .width = 1920,
                         .height = 1080,
                         .layout = count,
                         .feeds = "\"connect_per_s\":100,\"warm_limit\":64,\"warm_keep_ms\":"
                                  "3600000,\"promote_height_px\":4000",
                         .sim_port = sim_process_port(sim) };
    WallRig *rig = wall_rig_new(&spec, &error);
    if (!rig || !wall_rig_wait_presented(rig, 20000, 0)) {
        fprintf(stderr, "%s\n", error ? error->message : "not every camera came within 20 s");
        return 70;
    }
    wall_rig_run(rig, 3000, never, NULL);
    Watch watch = { .rig = rig, .lock = PTHREAD_MUTEX_INITIALIZER };
    watch.contents = g_ptr_array_new_with_free_func((GDestroyNotify)wall_content_unref);
    guint sink = canvas_add_sink(presenter_canvas(rig->presenter, NULL), on_picture, &watch);
    g_autoptr(GRand) random = g_rand_new_with_seed(20251121);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (int i = 1; i <= feeds; i++)
        g_ptr_array_add(names, g_strdup_printf("cam-%d", i));
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(double));
    guint lost = 0;
    for (int i = 0; i < changes; i++) {
        shuffle(names, random);
        const char *layout = layouts[g_rand_int_range(random, 0, (gint32)n_layouts)];
        gint64 start = clock_now_ns();
        show(&watch, layout, names);
        if (!wall_rig_wait_presented(rig, 2000, 0)) {
            lost++;
            continue;
        }
        double ms = (double)(rig->presented_ns - start) / NS_PER_MS;
        g_array_append_val(times, ms);
        wall_rig_run(rig, (guint)g_rand_int_range(random, 20, 120), never, NULL);
    }
    canvas_remove_sink(presenter_canvas(rig->presenter, NULL), sink);
    CanvasStats stats;
    canvas_get_stats(presenter_canvas(rig->presenter, NULL), &stats);
    g_array_sort(times, by_value);
    printf(
        "%s: %d changes, %d cameras: to glass ms p50 %.1f  p95 %.1f  p99 %.1f  max %.1f  lost %u\n",
        mode, changes, feeds, at(times, 0.5), at(times, 0.95), at(times, 0.99), at(times, 1), lost);
    printf("  pictures read %" G_GUINT64_FORMAT "  tiles torn %" G_GUINT64_FORMAT
           "  empty %" G_GUINT64_FORMAT "  wrong %" G_GUINT64_FORMAT
           "  late ticks %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT "\n",
           watch.pictures, watch.torn, watch.empty, watch.wrong, stats.late, stats.ticks);
    g_ptr_array_unref(watch.contents);
    wall_rig_free(rig);
    sim_process_free(sim);
    return watch.torn || watch.empty || watch.wrong || lost ? 1 : 0;
}

int main(int argc, char **argv)
{
    int changes = 1000;
    const GOptionEntry entries[] = { { "changes", 'n', 0, G_OPTION_ARG_INT, &changes,
                                       "scene changes of each kind (1000)", "N" },
                                     G_OPTION_ENTRY_NULL };
    g_autoptr(GOptionContext) context = g_option_context_new("- scene change benchmark");
    g_option_context_add_main_entries(context, entries, NULL);
    g_autoptr(GError) error = NULL;
    if (!g_option_context_parse(context, &argc, &argv, &error) || changes < 1) {
        fprintf(stderr, "%s\n", error ? error->message : "changes: at least 1");
        return 64;
    }
    static const char *const open_layouts[] = { "9", "13", "16", "25", "1+12" };
    static const char *const warm_layouts[] = { "1", "4", "1+5", "9" };
    int open = run("open", 9, changes, open_layouts, G_N_ELEMENTS(open_layouts));
    int warm = run("warm", 36, changes, warm_layouts, G_N_ELEMENTS(warm_layouts));
    return MAX(open, warm);
}
