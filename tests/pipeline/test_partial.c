/* test_partial.c - who may see a region only is never shown a pixel of another one
 *
 * A sink looks at every picture of such a person's canvas. What is covered stands still: of one size of tile there are two
 * pictures of it at most, plain and with its slate. The simulated cameras move in every picture, so a single glance of one
 * would be a third.
 */
#include "tests/pipeline/gst_tests.h"
#include "tests/support/wall_rig.h"
#include "wallctl/base/clock.h"

#include <pthread.h>
#include <string.h>

#define OURS   "530402005"
#define THEIRS "530402001"

enum { CAMERAS = 8, CHANGES = 200, MAX_TILES = 16, SOON_MS = 10000 };

typedef struct {
    pthread_mutex_t lock;    /* the sink runs on the canvas's thread */
    GPtrArray *contents;     /* WallContent, by revision */
    GHashTable *still;       /* "WxH" -> GHashTable, set of the sums of its pixels */
    guint pictures, covered; /* covered: tiles looked at that must be */
    guint ours, theirs, empty;
} Watch;

static gboolean is_theirs(const char *camera)
{
    return camera && g_ascii_strtoull(camera + strlen("cam-"), NULL, 10) % 2 == 1;
}

static const guint8 *luma_at(const Frame *frame, Rect r)
{
    return frame->plane[0] + (gsize)r.y * (gsize)frame->stride[0] + r.x;
}

static guint64 sum_of(const Frame *frame, Rect r)
{
    guint64 sum = 14695981039346656037u; /* FNV-1a */
    for (int y = 0; y < r.h; y++) {
        const guint8 *row = luma_at(frame, (Rect) { r.x, r.y + y, r.w, 1 });
        for (int x = 0; x < r.w; x++)
            sum = (sum ^ row[x]) * 1099511628211u;
    }
    return sum;
}

static void check_covered(Watch *watch, const Frame *frame, Rect r)
{
    g_autofree char *size = g_strdup_printf("%dx%d", r.w, r.h);
    GHashTable *sums = g_hash_table_lookup(watch->still, size);
    if (!sums) {
        sums = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
        g_hash_table_insert(watch->still, g_steal_pointer(&size), sums);
    }
    guint64 sum = sum_of(frame, r);
    if (!g_hash_table_contains(sums, &sum))
        g_hash_table_add(sums, g_memdup2(&sum, sizeof sum));
    watch->covered++;
}

static void check_tile(Watch *watch, const Frame *frame, const Tile *tile)
{
    Stamp stamp;
    gboolean is_torn;
    Rect r = rect_fit(16, 9, tile->rect);
    if (is_theirs(tile->camera))
        check_covered(watch, frame, tile->rect);
    if (!stamp_read(luma_at(frame, r), frame->stride[0], r.w, r.h, &stamp, &is_torn))
        watch->empty++;
    else if (stamp.source % 2)
        watch->theirs++;
    else
        watch->ours++;
}

static void on_picture(Frame *frame, gpointer user)
{
    Watch *watch = user;
    pthread_mutex_lock(&watch->lock);
    watch->pictures++;
    const WallContent *content = frame->revision < watch->contents->len
                                     ? g_ptr_array_index(watch->contents, frame->revision)
                                     : NULL;
    for (guint i = 0; content && i < content->n_tiles; i++)
        check_tile(watch, frame, &content->tiles[i]);
    pthread_mutex_unlock(&watch->lock);
}

static void unref_content(gpointer data)
{
    if (data)
        wall_content_unref(data);
}

static void watch_init(Watch *watch)
{
    memset(watch, 0, sizeof *watch);
    pthread_mutex_init(&watch->lock, NULL);
    watch->contents = g_ptr_array_new_with_free_func(unref_content);
    watch->still =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
}

static void watch_clear(Watch *watch)
{
    g_ptr_array_unref(watch->contents);
    g_hash_table_unref(watch->still);
    pthread_mutex_destroy(&watch->lock);
}

/* What is on the wall now is known to the watch before a picture of it can come. */
static void show(WallRig *rig, Watch *watch, GRand *rand)
{
    static const char *const layouts[] = { "1", "4", "6", "8", "9", "16", "1+5", "1+7" };
    char ids[MAX_TILES][16];
    const char *cameras[MAX_TILES];
    for (guint i = 0; i < MAX_TILES; i++) {
        g_snprintf(ids[i], sizeof ids[i], "cam-%u", 1 + g_rand_int(rand) % CAMERAS);
        cameras[i] = g_rand_int(rand) % 8 ? ids[i] : NULL;
    }
    pthread_mutex_lock(&watch->lock);
    wall_rig_show(rig, layouts[g_rand_int(rand) % G_N_ELEMENTS(layouts)], cameras, MAX_TILES);
    g_ptr_array_set_size(watch->contents, (gint)rig->revision + 1);
    watch->contents->pdata[rig->revision] = wall_content_ref(rig->content);
    pthread_mutex_unlock(&watch->lock);
}

static WallRig *start(void)
{
    const WallRigSpec spec = { .cameras = CAMERAS,
                               .width = 1280,
                               .height = 720,
                               .layout = "9",
                               .odd_region = THEIRS,
                               .even_region = OURS "001",
                               .feeds = "\"connect_per_s\":100,\"warm_keep_ms\":600000" };
    WallRig *rig = wall_rig_start(&spec);
    wall_rig_keep_warm(rig, CAMERAS);
    g_assert_true(wall_rig_wait_presented(rig, WALL_RIG_COLD_MS, 0));
    return rig;
}

static void assert_still(gpointer size, gpointer sums, gpointer user)
{
    guint n = g_hash_table_size(sums);
    if (n > 2)
        g_test_message("covered tiles of %s: %u different pictures", (const char *)size, n);
    g_assert_cmpuint(n, <=, 2);
}

/* Many random changes, some in quick succession: in no picture of any tick is another region seen. */
static void test_changes(void)
{
    WallRig *rig = start();
    Partials *partials = presenter_partials(rig->presenter, NULL);
    Watch watch;
    watch_init(&watch);
    Canvas *canvas = partials_get(partials, OURS, 25);
    g_assert_true(partials_get(partials, OURS, 25) == canvas);
    canvas_add_sink(canvas, on_picture, &watch);
    GRand *rand = g_rand_new_with_seed(19);
    for (int change = 0; change < CHANGES; change++) {
        show(rig, &watch, rand);
        if (g_rand_int(rand) % 4)
            g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 0));
    }
    g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 0));
    pthread_mutex_lock(&watch.lock);
    g_test_message("%u pictures: tiles with %u of ours, %u of theirs, %u without, %u covered",
                   watch.pictures, watch.ours, watch.theirs, watch.empty, watch.covered);
    g_assert_cmpuint(watch.pictures, >, CHANGES / 4);
    g_assert_cmpuint(watch.ours, >, CHANGES / 4);
    g_assert_cmpuint(watch.covered, >, CHANGES / 4);
    g_assert_cmpuint(watch.theirs, ==, 0);
    g_hash_table_foreach(watch.still, assert_still, NULL);
    pthread_mutex_unlock(&watch.lock);
    partials_release(partials, OURS);
    partials_release(partials, OURS);
    wall_rig_stop(rig);
    watch_clear(&watch);
    g_rand_free(rand);
}

/* One picture, for who has no canvas: whole, with ours live and theirs covered; the wall's own shows both. */
static void test_shot(void)
{
    static const char *const cameras[] = { "cam-1", "cam-2", "cam-3", "cam-4" };
    WallRig *rig = start();
    wall_rig_show(rig, "4", cameras, 4);
    g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 0));
    PartialShot *shot = partials_shot(presenter_partials(rig->presenter, NULL), OURS);
    g_autoptr(Frame) covered = partial_shot_compose(shot);
    g_autoptr(Frame) whole = presenter_ref_picture(rig->presenter, NULL);
    for (guint number = 1; number <= 4; number++) {
        Stamp stamp;
        gboolean is_torn;
        g_assert_true(wall_rig_read(rig, whole, number, &stamp, &is_torn));
        g_assert_cmpuint(stamp.source, ==, number);
        g_assert_true(wall_rig_read(rig, covered, number, &stamp, &is_torn) == (number % 2 == 0));
    }
    partial_shot_free(shot);
    wall_rig_stop(rig);
}

/* A notice that tells of another region is left out, one of theirs and one of nobody's are not. */
static void test_notices(void)
{
    static char far[] = "far", near[] = "near", all[] = "all", text[] = "告警";
    static char theirs[] = THEIRS, ours[] = OURS;
    const Notice notices[] = {
        { .id = far,
          .region = theirs,
          .kind = NOTICE_BANNER,
          .severity = SEVERITY_RED,
          .text = text },
        { .id = near,
          .region = ours,
          .kind = NOTICE_BANNER,
          .severity = SEVERITY_RED,
          .text = text },
        { .id = all, .kind = NOTICE_TICKER, .severity = SEVERITY_RED, .text = text },
    };
    WallRig *rig = start();
    presenter_set_notices(rig->presenter, notices, G_N_ELEMENTS(notices));
    wall_rig_show(rig, "1", NULL, 0);
    g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 0));
    const struct {
        const char *region;
        gboolean has_first, has_second;
    } cases[] = { { THEIRS, TRUE, FALSE }, { OURS, FALSE, TRUE } };
    gint64 limit_ns = clock_now_ns() + SOON_MS * NS_PER_MS;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gboolean is_right = FALSE;
        while (!is_right && clock_now_ns() < limit_ns) { /* banners are drawn by a worker */
            PartialShot *shot =
                partials_shot(presenter_partials(rig->presenter, NULL), cases[i].region);
            g_autoptr(Frame) frame = partial_shot_compose(shot);
            const guint8 *first = luma_at(frame, (Rect) { 4, 30, 1, 1 });
            const guint8 *second = luma_at(frame, (Rect) { 4, 94, 1, 1 });
            const guint8 *plain = luma_at(frame, (Rect) { 4, 300, 1, 1 });
            is_right = (*first != *plain) == cases[i].has_first &&
                       (*second != *plain) == cases[i].has_second;
            partial_shot_free(shot);
        }
        g_assert_true(is_right);
    }
    wall_rig_stop(rig);
}

/* Regions come and go, also in the middle of changes, and none leaves a thread behind. */
static void test_come_and_go(void)
{
    WallRig *rig = start();
    Partials *partials = presenter_partials(rig->presenter, NULL);
    Watch watch;
    watch_init(&watch);
    GRand *rand = g_rand_new_with_seed(3);
    for (int i = 0; i < 20; i++) {
        const char *region = i % 2 ? OURS : THEIRS;
        partials_get(partials, region, i % 3 ? 25 : 2);
        show(rig, &watch, rand);
        presenter_set_fps(rig->presenter, i % 2 ? 12 : 25);
        partials_release(partials, region);
    }
    g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 0));
    partials_get(partials, OURS, 2);
    wall_rig_stop(rig);
    watch_clear(&watch);
    g_rand_free(rand);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gst_tests_init();
    g_test_add_func("/partial/changes", test_changes);
    g_test_add_func("/partial/shot", test_shot);
    g_test_add_func("/partial/notices", test_notices);
    g_test_add_func("/partial/come-and-go", test_come_and_go);
    return g_test_run();
}
