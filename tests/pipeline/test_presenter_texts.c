/* test_presenter_texts.c - what is drawn over and instead of pictures: the name belongs to its picture, a slate waits for
 * nothing */
#include "pipelines/draw.h"
#include "tests/pipeline/gst_tests.h"
#include "tests/support/wait_until.h"
#include "tests/support/wall_rig.h"
#include "wallctl/base/clock.h"

#include <pthread.h>
#include <string.h>

enum { SOON_MS = 10000 };

/* ---- names */

/* Where only one of two names has bright text. */
static guint count_bright(const Frame *frame, const Bitmap *name, const Bitmap *other, int x, int y,
                          guint *of)
{
    guint bright = 0;
    *of = 0;
    for (int j = 0; j < MIN(name->height, other->height); j++) {
        for (int i = 0; i < MIN(name->width, other->width); i++) {
            if (name->plane[0][j * name->stride[0] + i] < 190 ||
                other->plane[0][j * other->stride[0] + i] > 90 ||
                name->plane[3][j * name->stride[3] + i] < 250)
                continue;
            (*of)++;
            bright += frame->plane[0][(y + j) * frame->stride[0] + x + i] > 150;
        }
    }
    return bright;
}

typedef struct {
    pthread_mutex_t lock;
    Bitmap *name[3]; /* by camera */
    int x, y;
    guint seen, wrong;
} NameWatch;

/* The stamp of a tile at the top left corner of the screen, whatever lies over its lower edge. */
static gboolean read_upper_stamp(const Frame *frame, int width, int height, Stamp *stamp)
{
    g_autofree guint8 *copy = g_malloc((gsize)width * (gsize)height);
    int rows = height / 15; /* stamp.h: the same at both edges */
    for (int y = 0; y < height; y++) {
        int from = y >= height - rows ? y - (height - rows) : y;
        memcpy(copy + y * width, frame->plane[0] + from * frame->stride[0], (gsize)width);
    }
    return stamp_read(copy, width, width, height, stamp, NULL);
}

enum { NAMED_W = 320, NAMED_H = 180 };

static void on_named_picture(Frame *frame, gpointer user)
{
    NameWatch *watch = user;
    Stamp stamp = { 0 };
    if (!read_upper_stamp(frame, NAMED_W, NAMED_H, &stamp) || stamp.source < 1 || stamp.source > 2)
        return;
    guint of, mine = stamp.source, other = 3 - mine;
    pthread_mutex_lock(&watch->lock);
    guint bright =
        count_bright(frame, watch->name[other], watch->name[mine], watch->x, watch->y, &of);
    watch->wrong += of > 0 && bright * 2 > of;
    bright = count_bright(frame, watch->name[mine], watch->name[other], watch->x, watch->y, &of);
    watch->seen += of > 0 && bright * 2 > of;
    pthread_mutex_unlock(&watch->lock);
}

/* Keeps the decoding threads busy: a change has to wait for its pictures, its texts do not. */
typedef struct {
    Strand strand; /* first */
    pthread_mutex_t *gate;
    gint *running; /* atomic */
} Block;

static gboolean block_run(Strand *strand)
{
    Block *block = (Block *)strand;
    g_atomic_int_inc(block->running);
    pthread_mutex_lock(block->gate);
    pthread_mutex_unlock(block->gate);
    g_atomic_int_add(block->running, -1);
    return FALSE;
}

static void block_nothing(Strand *strand)
{
}

static gboolean never(WallRig *rig, gpointer user)
{
    return FALSE;
}

/* A name belongs to the picture it stands over, in every picture while cameras change places. */
static void test_names(void)
{
    const WallRigSpec spec = { .cameras = 2,
                               .width = 4 * NAMED_W,
                               .height = 4 * NAMED_H,
                               .layout = "16",
                               .label = "bottom-left",
                               .feeds = "\"connect_per_s\":100,\"warm_keep_ms\":600000" };
    WallRig *rig = wall_rig_start(&spec);
    NameWatch watch = { .lock = PTHREAD_MUTEX_INITIALIZER };
    for (guint i = 1; i <= 2; i++) {
        g_autofree char *name = g_strdup_printf("cam-%u", i);
        const LabelSpec label = { NAMED_W, spec.height, "", name, NULL };
        watch.name[i] = draw_label(&label);
    }
    watch.x = NAMED_H / 40 & ~1;
    watch.y = (NAMED_H - (NAMED_H / 40 & ~1) - watch.name[1]->height) & ~1;
    wall_rig_keep_warm(rig, 2);
    g_assert_true(wall_rig_wait_presented(rig, WALL_RIG_COLD_MS, 0));
    canvas_add_sink(presenter_canvas(rig->presenter, NULL), on_named_picture, &watch);
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    gint running = 0;
    Block blocks[64];
    DecodePool *pool = feed_pool_decoders(rig->feeds);
    guint threads = MIN(decode_pool_threads(pool), G_N_ELEMENTS(blocks));
    for (guint i = 0; i < threads; i++)
        blocks[i] = (Block) { { block_run, block_nothing, block_nothing }, &gate, &running };
    for (guint change = 0; change < 12; change++) {
        const char *cameras[] = { change % 2 ? "cam-1" : "cam-2" };
        pthread_mutex_lock(&gate);
        for (guint i = 0; i < threads; i++)
            decode_pool_schedule(pool, &blocks[i].strand, TRUE);
        WAIT_UNTIL(g_atomic_int_get(&running) == (gint)threads);
        wall_rig_show(rig, "16", cameras, 1);
        wall_rig_run(rig, 100, never, NULL);
        pthread_mutex_unlock(&gate);
        g_assert_true(wall_rig_wait_presented(rig, SOON_MS, 0));
        wall_rig_run(rig, 100, never, NULL);
        WAIT_UNTIL(g_atomic_int_get(&running) == 0);
    }
    pthread_mutex_lock(&watch.lock);
    g_test_message("the right name in %u pictures, the other in %u", watch.seen, watch.wrong);
    g_assert_cmpuint(watch.seen, >, 5);
    g_assert_cmpuint(watch.wrong, ==, 0);
    pthread_mutex_unlock(&watch.lock);
    wall_rig_stop(rig);
    bitmap_unref(watch.name[1]);
    bitmap_unref(watch.name[2]);
}

/* ---- boards */

typedef struct {
    gint brightest[2]; /* atomic: of the tiles side by side */
} SlateWatch;

static void on_slates(Frame *frame, gpointer user)
{
    SlateWatch *watch = user;
    int half = frame->width / 2;
    for (int tile = 0; tile < 2; tile++) {
        guint8 most = 0;
        for (int y = 0; y < frame->height / 2; y++) {
            const guint8 *row = frame->plane[0] + (gsize)y * frame->stride[0] + tile * half;
            for (int x = 8; x < half - 8; x++)
                most = MAX(most, row[x]);
        }
        g_atomic_int_set(&watch->brightest[tile], most);
    }
}

static Bitmap *draw_behind_gate(gconstpointer data, int width, int height, int screen_height)
{
    pthread_mutex_t *gate = (pthread_mutex_t *)data;
    pthread_mutex_lock(gate);
    pthread_mutex_unlock(gate);
    Bitmap *bitmap = bitmap_new(width, height);
    memset(bitmap->plane[0], 235, (gsize)height * bitmap->stride[0]);
    memset(bitmap->plane[3], 255, (gsize)height * bitmap->stride[3]);
    return bitmap;
}

static gboolean is_bright(SlateWatch *watch, guint tile)
{
    return g_atomic_int_get(&watch->brightest[tile]) > 120;
}

static gboolean is_only_slate(WallRig *rig, gpointer watch)
{
    return !is_bright(watch, 0) && is_bright(watch, 1);
}

static gboolean is_board_too(WallRig *rig, gpointer watch)
{
    return is_bright(watch, 0) && is_bright(watch, 1);
}

/* A board that takes long is no reason why another tile is black without a word. */
static void test_slow_board(void)
{
    const WallRigSpec spec = { .cameras = 1, .width = 640, .height = 360, .layout = "1" };
    WallRig *rig = wall_rig_start(&spec);
    g_assert_true(wall_rig_wait_presented(rig, WALL_RIG_COLD_MS, 0));
    SlateWatch watch = { 0 };
    canvas_add_sink(presenter_canvas(rig->presenter, NULL), on_slates, &watch);
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&gate);
    board_book_put(rig->boards, "slow", "慢", NULL, draw_behind_gate, &gate, NULL);
    const char *sources[] = { "board:slow", "cam-99" };
    wall_rig_show(rig, "4", sources, 2);
    g_assert_true(wall_rig_run(rig, SOON_MS, is_only_slate, &watch));
    TileInfo info;
    g_assert_true(presenter_tile(rig->presenter, 1, &info));
    g_assert_false(info.is_on_glass);
    pthread_mutex_unlock(&gate);
    g_assert_true(wall_rig_run(rig, SOON_MS, is_board_too, &watch));
    wall_rig_stop(rig);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gst_tests_init();
    g_test_add_func("/presenter_texts/names", test_names);
    g_test_add_func("/presenter_texts/slow_board", test_slow_board);
    return g_test_run();
}
