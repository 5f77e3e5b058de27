/* test_compose.c - painting only what changed gives the same picture as painting all of it
 *
 * The main test lets everything change at random that can: stages with overlapping windows,
 * pictures, ages, texts, tickers, and how long outputs hold pictures. After each tick the
 * composer's picture must equal, byte for byte, that of a composer which begins anew.
 */
#include "pipelines/compose.h"
#include "pipelines/blend.h"
#include "tests/pipeline/paint.h"
#include "wallctl/base/clock.h"

enum { CANVAS_W = 160, CANVAS_H = 120, MAX_HELD = 9 };
#define TICK_NS    (40 * NS_PER_MS)
#define BACKGROUND 0x203040

/* ---- one tile at a time: what is where */

static View *new_view(int width, int height)
{
    ViewSpec spec = { width, height, FIT_CONTAIN, FRECT_FULL, 0 };
    return view_new(&spec, NULL, 0, NULL, NULL);
}

static void render_plain(View *view, int width, int height, guint8 value, gint64 arrival_ns)
{
    AVFrame *picture = new_picture(width, height, AV_PIX_FMT_YUV420P);
    for (int i = 0; i < 3; i++)
        memset(picture->data[i], value,
               (gsize)picture->linesize[i] * (gsize)(i ? height / 2 : height));
    gboolean is_first;
    gboolean is_done = view_render(view, picture, arrival_ns, &is_first, NULL);
    g_assert_true(is_done);
    av_frame_free(&picture);
}

static Overlay *plain_overlay(int width, int height, guint8 y, guint8 alpha)
{
    Bitmap *bitmap = bitmap_new(width, height);
    memset(bitmap->plane[0], y, (gsize)bitmap->stride[0] * (gsize)height);
    memset(bitmap->plane[3], alpha, (gsize)bitmap->stride[3] * (gsize)height);
    bitmap->is_opaque = alpha == 255;
    Overlay *overlay = overlay_new();
    overlay_put(overlay, bitmap);
    return overlay;
}

enum { SLATE = 60, STALE = 90, LABEL = 220, LIVE = 180 };

static Stage *one_tile(Rect rect, View *view)
{
    Stage *stage = stage_new(7, 1, 0);
    stage->tiles[0] = (StageTile) {
        .number = 1,
        .rect = rect,
        .view = view ? view_ref(view) : NULL,
        .slate = plain_overlay(rect.w, rect.h, SLATE, 255),
        .stale = plain_overlay(8, 4, STALE, 255),
        .label = plain_overlay(12, 6, LABEL, 255),
        .label_place = LABEL_BOTTOM_LEFT,
        .stale_ns = 2 * NS_PER_SEC,
        .offline_ns = 10 * NS_PER_SEC,
    };
    return stage;
}

static Frame *tick_at(Composer *composer, gint64 now_ns, guint *n_empty)
{
    Frame *out;
    guint empty;
    ComposeResult result = composer_tick(composer, now_ns, now_ns, TRUE, &out, &empty);
    g_assert_cmpint(result, ==, COMPOSE_CHANGED);
    if (n_empty)
        *n_empty = empty;
    return out;
}

static int luma(const Frame *frame, int x, int y)
{
    return frame->plane[0][y * frame->stride[0] + x];
}

/* Live, then grey with a plate, then the slate; an old picture that is touched stays live. */
static void test_ages(void)
{
    const Rect rect = { 20, 20, 80, 60 };
    View *view = new_view(80, 60);
    Composer *composer = composer_new(CANVAS_W, CANVAS_H, BACKGROUND);
    g_assert_null(composer_set_stage(composer, one_tile(rect, view)));
    const int grey = 16 + (LIVE - 16) * 5 / 8;
    static const struct {
        gint64 now_ms, touched_ms;
        gboolean has_picture;
        int tile, middle, corner;
        guint n_empty;
    } rows[] = {
        { 1000, 0, FALSE, SLATE, SLATE, SLATE, 1 },
        { 1000, 0, TRUE, LIVE, LIVE, LABEL, 0 },
        { 2999, 0, TRUE, LIVE, LIVE, LABEL, 0 },
        { 3000, 0, TRUE, 0, STALE, LABEL, 1 }, /* tile 0: grey */
        { 10999, 0, TRUE, 0, STALE, LABEL, 1 },
        { 11000, 0, TRUE, SLATE, SLATE, SLATE, 1 },
        { 60000, 59000, TRUE, LIVE, LIVE, LABEL, 0 },
        { 62000, 0, TRUE, 0, STALE, LABEL, 1 },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].has_picture && !view_newest_ns(view))
            render_plain(view, 80, 60, LIVE, 1000 * NS_PER_MS);
        if (rows[i].touched_ms)
            view_touch(view, rows[i].touched_ms * NS_PER_MS);
        guint n_empty;
        g_autoptr(Frame) frame =
            tick_at(composer, rows[i].now_ms * NS_PER_MS + (gint64)i, &n_empty);
        g_assert_cmpint(luma(frame, 90, 30), ==, rows[i].tile ? rows[i].tile : grey);
        g_assert_cmpint(luma(frame, 60, 50), ==, rows[i].middle);
        g_assert_cmpint(luma(frame, 24, 76), ==, rows[i].corner);
        g_assert_cmpint(luma(frame, 10, 10), ==, yuv_from_rgb(BACKGROUND).y);
        g_assert_cmpuint(n_empty, ==, rows[i].n_empty);
        g_assert_cmpuint(frame->revision, ==, 7);
    }
    composer_free(composer);
    view_unref(view);
}

/* A tile without a view has a slate and is not "empty": nobody waits for it. */
static void test_no_view(void)
{
    Composer *composer = composer_new(CANVAS_W, CANVAS_H, BACKGROUND);
    composer_set_stage(composer, one_tile((Rect) { 0, 0, 80, 60 }, NULL));
    guint n_empty;
    g_autoptr(Frame) frame = tick_at(composer, 1, &n_empty);
    g_assert_cmpint(luma(frame, 40, 30), ==, SLATE);
    g_assert_cmpuint(n_empty, ==, 0);
    composer_free(composer);
}

/* Bars around a picture of another shape are black, under the label too. */
static void test_bars(void)
{
    View *view = new_view(80, 60);
    render_plain(view, 60, 60, LIVE, NS_PER_SEC);
    Composer *composer = composer_new(CANVAS_W, CANVAS_H, BACKGROUND);
    composer_set_stage(composer, one_tile((Rect) { 20, 20, 80, 60 }, view));
    g_autoptr(Frame) frame = tick_at(composer, NS_PER_SEC, NULL);
    g_assert_cmpint(luma(frame, 25, 50), ==, 16);
    g_assert_cmpint(luma(frame, 95, 50), ==, 16);
    g_assert_cmpint(luma(frame, 60, 50), ==, LIVE);
    composer_free(composer);
    view_unref(view);
}

static void test_label_places(void)
{
    /* 80x60 at (20,20) with a gap of 4 right and 2 below; 12x6 label, inset 0 (60/40 rounds to 0)
     */
    static const struct {
        LabelPlace place;
        int x, y;
    } rows[] = { { LABEL_BOTTOM_LEFT, 20, 72 },
                 { LABEL_BOTTOM_RIGHT, 84, 72 },
                 { LABEL_TOP_LEFT, 20, 20 },
                 { LABEL_TOP_RIGHT, 84, 20 } };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        View *view = new_view(80, 60);
        render_plain(view, 80, 60, LIVE, NS_PER_SEC);
        Stage *stage = one_tile((Rect) { 20, 20, 80, 60 }, view);
        stage->tiles[0].label_place = rows[i].place;
        stage->tiles[0].gap_right = 4;
        stage->tiles[0].gap_bottom = 2;
        Composer *composer = composer_new(CANVAS_W, CANVAS_H, BACKGROUND);
        composer_set_stage(composer, stage);
        g_autoptr(Frame) frame = tick_at(composer, NS_PER_SEC, NULL);
        for (int corner = 0; corner < 2; corner++)
            g_assert_cmpint(luma(frame, rows[i].x + 11 * corner, rows[i].y + 5 * corner), ==,
                            LABEL);
        g_assert_cmpint(luma(frame, 60, 50), ==, LIVE);
        int background = yuv_from_rgb(BACKGROUND).y;
        g_assert_cmpint(luma(frame, 96, 50), ==, background); /* the gap */
        g_assert_cmpint(luma(frame, 95, 50), ==, LIVE);
        g_assert_cmpint(luma(frame, 60, 78), ==, background);
        g_assert_cmpint(luma(frame, 60, 77), ==, LIVE);
        composer_free(composer);
        view_unref(view);
    }
}

/* A window lies over what is under it, with a line around it on all four sides. */
static void test_window(void)
{
    View *below = new_view(CANVAS_W, CANVAS_H), *above = new_view(40, 40);
    render_plain(below, CANVAS_W, CANVAS_H, 50, NS_PER_SEC);
    render_plain(above, 40, 40, LIVE, NS_PER_SEC);
    Stage *stage = stage_new(1, 2, 0);
    const StageTile common = { .stale_ns = NS_PER_SEC * 2, .offline_ns = NS_PER_SEC * 10 };
    stage->tiles[0] = stage->tiles[1] = common;
    stage->tiles[0].rect = (Rect) { 0, 0, CANVAS_W, CANVAS_H };
    stage->tiles[0].view = below;
    stage->tiles[1].rect = (Rect) { 30, 40, 40, 40 };
    stage->tiles[1].view = above;
    stage->tiles[1].is_window = TRUE;
    for (guint i = 0; i < 2; i++)
        stage->tiles[i].slate = overlay_new();
    Composer *composer = composer_new(CANVAS_W, CANVAS_H, BACKGROUND);
    composer_set_stage(composer, stage);
    g_autoptr(Frame) frame = tick_at(composer, NS_PER_SEC, NULL);
    int line = luma(frame, 30, 40);
    g_assert_cmpint(line, !=, LIVE);
    g_assert_cmpint(line, !=, 50);
    static const struct {
        int x, y;
        int expected; /* 0: the line */
    } rows[] = { { 29, 60, 50 },   { 30, 60, 0 }, { 31, 60, 0 },    { 32, 60, LIVE },
                 { 67, 60, LIVE }, { 68, 60, 0 }, { 69, 60, 0 },    { 70, 60, 50 },
                 { 50, 39, 50 },   { 50, 40, 0 }, { 50, 42, LIVE }, { 50, 77, LIVE },
                 { 50, 78, 0 },    { 50, 79, 0 }, { 50, 80, 50 } };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(luma(frame, rows[i].x, rows[i].y), ==,
                        rows[i].expected ? rows[i].expected : line);
    composer_free(composer);
}

/* A ticker shows its bitmap from the offset of the tick on and begins again behind its end, without
 * a seam. */
static void test_ticker(void)
{
    enum { LENGTH = 200, VISIBLE = 100, SCROLL = 4 };
    Bitmap *bitmap = bitmap_new(LENGTH, 4);
    for (int x = 0; x < LENGTH; x++) {
        for (int y = 0; y < 4; y++) {
            bitmap->plane[0][y * bitmap->stride[0] + x] = (guint8)(20 + x);
            bitmap->plane[3][y * bitmap->stride[3] + x] = 255;
        }
    }
    Overlay *overlay = overlay_new();
    overlay_put(overlay, bitmap);
    Stage *stage = stage_new(1, 0, 1);
    stage->notices[0] = (StageNotice) { .overlay = overlay,
                                        .x = 10,
                                        .y = 6,
                                        .width = VISIBLE,
                                        .scroll_px = SCROLL,
                                        .from_bottom = TRUE };
    Composer *composer = composer_new(CANVAS_W, CANVAS_H, BACKGROUND);
    composer_set_stage(composer, stage);
    int background = yuv_from_rgb(BACKGROUND).y;
    for (int tick = 0; tick < 2 * LENGTH / SCROLL; tick++) {
        g_autoptr(Frame) frame = tick_at(composer, (1000 + tick) * TICK_NS, NULL);
        int offset = (1000 + tick) * SCROLL % LENGTH;
        for (int x = 0; x < VISIBLE; x++)
            g_assert_cmpint(luma(frame, 10 + x, CANVAS_H - 6 - 2), ==, 20 + (offset + x) % LENGTH);
        g_assert_cmpint(luma(frame, 9, CANVAS_H - 8), ==, background);
        g_assert_cmpint(luma(frame, 10 + VISIBLE, CANVAS_H - 8), ==, background);
        g_assert_cmpint(luma(frame, 50, CANVAS_H - 5), ==, background);
    }
    composer_free(composer);
}

/* Right and bottom count to the bitmap's own edge, so a clock stays in its corner when its width
 * changes. */
static void test_from_corner(void)
{
    Overlay *clock = plain_overlay(20, 8, LABEL, 255);
    Stage *stage = stage_new(1, 0, 1);
    stage->notices[0] = (StageNotice) {
        .overlay = overlay_ref(clock), .x = 6, .y = 4, .from_right = TRUE, .from_bottom = TRUE
    };
    Composer *composer = composer_new(CANVAS_W, CANVAS_H, BACKGROUND);
    composer_set_stage(composer, stage);
    int background = yuv_from_rgb(BACKGROUND).y;
    for (int width = 20; width <= 40; width += 20) {
        Overlay *wide = plain_overlay(width, 8, LABEL, 255);
        guint64 serial;
        overlay_put(clock, overlay_ref_newest(wide, &serial));
        overlay_unref(wide);
        g_autoptr(Frame) frame = tick_at(composer, width * TICK_NS, NULL);
        g_assert_cmpint(luma(frame, CANVAS_W - 7, CANVAS_H - 5), ==, LABEL);
        g_assert_cmpint(luma(frame, CANVAS_W - 6, CANVAS_H - 5), ==, background);
        g_assert_cmpint(luma(frame, CANVAS_W - 6 - width, CANVAS_H - 12), ==, LABEL);
        g_assert_cmpint(luma(frame, CANVAS_W - 7 - width, CANVAS_H - 12), ==, background);
    }
    overlay_put(clock, NULL); /* and goes when nothing is to be said */
    g_autoptr(Frame) frame = tick_at(composer, NS_PER_SEC, NULL);
    g_assert_cmpint(luma(frame, CANVAS_W - 7, CANVAS_H - 5), ==, background);
    overlay_unref(clock);
    composer_free(composer);
}

/* ---- what it costs and what happens at the ends */

/* A tick without change gives nothing; one that is forced gives the same picture again. */
static void test_unchanged(void)
{
    View *view = new_view(80, 60);
    render_plain(view, 80, 60, LIVE, NS_PER_SEC);
    Composer *composer = composer_new(CANVAS_W, CANVAS_H, BACKGROUND);
    Frame *out;
    guint n_empty;
    /* before the first stage: the background, once */
    g_assert_cmpint(composer_tick(composer, 1, 1, FALSE, &out, &n_empty), ==, COMPOSE_CHANGED);
    g_assert_cmpint(luma(out, 5, 5), ==, yuv_from_rgb(BACKGROUND).y);
    frame_unref(out);
    g_assert_cmpint(composer_tick(composer, 2, 2, FALSE, &out, &n_empty), ==, COMPOSE_UNCHANGED);
    g_assert_null(out);
    composer_set_stage(composer, one_tile((Rect) { 20, 20, 80, 60 }, view));
    g_autoptr(Frame) first = tick_at(composer, NS_PER_SEC, NULL);
    gint64 now = NS_PER_SEC + TICK_NS;
    g_assert_cmpint(composer_tick(composer, now, now, FALSE, &out, &n_empty), ==,
                    COMPOSE_UNCHANGED);
    g_assert_cmpuint(n_empty, ==, 0);
    g_autoptr(Frame) again = tick_at(composer, now + TICK_NS, NULL);
    g_assert_true(again != first); /* first is held: another surface */
    assert_same_frames(again, first, 0, "forced");
    /* the same stage once more is no change, but a new stage is announced with a picture of its own
     */
    Stage *same = one_tile((Rect) { 20, 20, 80, 60 }, view);
    guint64 id = same->id;
    g_autoptr(Stage) old = composer_set_stage(composer, same);
    g_assert_nonnull(old);
    g_assert_cmpuint(composer_stage(composer)->id, ==, id);
    now += 2 * TICK_NS;
    g_assert_cmpint(composer_tick(composer, now, now, FALSE, &out, &n_empty), ==, COMPOSE_CHANGED);
    frame_unref(out);
    composer_free(composer);
    view_unref(view);
}

/* Only the changed tile's rectangle is written: marks elsewhere in the surface stay. */
static void test_touches_only_change(void)
{
    View *left = new_view(40, 40), *right = new_view(40, 40);
    render_plain(left, 40, 40, LIVE, NS_PER_SEC);
    render_plain(right, 40, 40, LIVE, NS_PER_SEC);
    Stage *stage = stage_new(1, 2, 0);
    for (guint i = 0; i < 2; i++)
        stage->tiles[i] = (StageTile) { .rect = { i ? 80 : 20, 20, 40, 40 },
                                        .view = i ? right : left,
                                        .slate = overlay_new(),
                                        .stale_ns = 2 * NS_PER_SEC,
                                        .offline_ns = 10 * NS_PER_SEC };
    Composer *composer = composer_new(CANVAS_W, CANVAS_H, BACKGROUND);
    composer_set_stage(composer, stage);
    Frame *frame = tick_at(composer, NS_PER_SEC, NULL);
    static const int marks[][2] = { { 5, 5 }, { 30, 30 }, { 100, 30 }, { 150, 110 } };
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
        frame->plane[0][marks[i][1] * frame->stride[0] + marks[i][0]] = 1;
    frame_unref(frame); /* the only surface: it comes again */
    render_plain(right, 40, 40, LIVE + 1, NS_PER_SEC);
    g_autoptr(Frame) next = tick_at(composer, NS_PER_SEC + TICK_NS, NULL);
    g_assert_true(next == frame);
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
        g_assert_cmpint(luma(next, marks[i][0], marks[i][1]), ==, i == 2 ? LIVE + 1 : 1);
    composer_free(composer);
}

/* Outputs that hold everything: no picture, and the next tick that can makes up for it. */
static void test_no_surface(void)
{
    View *view = new_view(80, 60);
    Composer *composer = composer_new(CANVAS_W, CANVAS_H, BACKGROUND);
    composer_set_stage(composer, one_tile((Rect) { 20, 20, 80, 60 }, view));
    Frame *held[16];
    guint n = 0, n_empty;
    ComposeResult result;
    gint64 now = NS_PER_SEC;
    for (;;) {
        render_plain(view, 80, 60, (guint8)(100 + n), now);
        result = composer_tick(composer, now, now, FALSE, &held[n], &n_empty);
        if (result == COMPOSE_NO_SURFACE)
            break;
        g_assert_cmpint(result, ==, COMPOSE_CHANGED);
        n++;
        now += TICK_NS;
        g_assert_cmpuint(n, <, G_N_ELEMENTS(held));
    }
    g_assert_null(held[n]);
    g_assert_cmpuint(n, >=, 4);
    for (guint i = 0; i < n; i++)
        g_assert_cmpint(luma(held[i], 90, 30), ==, 100 + (int)i); /* none was painted over */
    frame_unref(held[3]);
    now += TICK_NS; /* nothing is new since the tick that failed */
    Frame *out;
    g_assert_cmpint(composer_tick(composer, now, now, FALSE, &out, &n_empty), ==, COMPOSE_CHANGED);
    g_assert_cmpint(luma(out, 90, 30), ==, 100 + (int)n);
    held[3] = out;
    composer_free(composer); /* pictures that outputs still hold stay valid */
    for (guint i = 0; i < n; i++) {
        if (i != 3)
            g_assert_cmpint(luma(held[i], 90, 30), ==, 100 + (int)i);
        frame_unref(held[i]);
    }
    view_unref(view);
}

/* ---- the property */

typedef struct {
    GRand *rand;
    gint64 now_ns;
    Composer *composer;
    Stage *stage; /* the composer has a reference too */
    Frame *last, *held[MAX_HELD], *held_copy[MAX_HELD];
    guint unchanged, no_surface;
} World;

static Overlay *random_overlay(World *world, int width, int height)
{
    Overlay *overlay = overlay_new();
    if (g_rand_int(world->rand) % 4)
        overlay_put(overlay, noise_bitmap(world->rand, width, height, g_rand_boolean(world->rand)));
    return overlay;
}

static void random_tile(World *world, StageTile *tile)
{
    GRand *rand = world->rand;
    int w = random_even(rand, 16, 110), h = random_even(rand, 12, 90);
    *tile = (StageTile) {
        .number = g_rand_int(rand) % 900,
        .rect = { random_even(rand, -40, CANVAS_W - 10), random_even(rand, -30, CANVAS_H - 10), w,
                  h },
        .slate = random_overlay(world, w, h),
        .stale = random_overlay(world, random_even(rand, 4, 60), random_even(rand, 4, 20)),
        .label_place = (LabelPlace)g_rand_int_range(rand, LABEL_BOTTOM_LEFT, LABEL_OFF),
        .is_window = g_rand_int(rand) % 3 == 0,
        .stale_ns = 2 * NS_PER_SEC,
        .offline_ns = 10 * NS_PER_SEC,
    };
    if (g_rand_int(rand) % 5)
        tile->view = new_view(w, h);
    if (g_rand_boolean(rand))
        tile->label = random_overlay(world, random_even(rand, 4, 120), random_even(rand, 4, 16));
    if (!tile->is_window && g_rand_boolean(rand)) {
        tile->gap_right = 2;
        tile->gap_bottom = 4;
    }
}

static Stage *random_stage(World *world)
{
    GRand *rand = world->rand;
    Stage *stage = stage_new(g_rand_int(rand), g_rand_int(rand) % 7, g_rand_int(rand) % 4);
    for (guint i = 0; i < stage->n_tiles; i++) {
        random_tile(world, &stage->tiles[i]);
        /* A view may be seen in two tiles, or live on from the stage before. */
        const Stage *from = g_rand_boolean(rand) ? stage : world->stage;
        guint limit = from == stage ? i : from ? from->n_tiles : 0;
        const StageTile *other =
            limit && g_rand_int(rand) % 4 == 0 ? &from->tiles[g_rand_int(rand) % limit] : NULL;
        if (other && other->view) {
            StageTile *tile = &stage->tiles[i];
            view_unref(tile->view);
            tile->view = view_ref(other->view);
            tile->rect.w = other->rect.w;
            tile->rect.h = other->rect.h;
            overlay_unref(tile->slate);
            tile->slate = overlay_ref(other->slate);
        }
    }
    for (guint i = 0; i < stage->n_notices; i++) {
        gboolean is_ticker = g_rand_boolean(rand);
        stage->notices[i] = (StageNotice) {
            .overlay = random_overlay(world, random_even(rand, 8, 300), random_even(rand, 4, 24)),
            .x = random_even(rand, -20, 100),
            .y = random_even(rand, -10, 100),
            .width = is_ticker ? random_even(rand, 20, 180) : 0,
            .scroll_px = is_ticker ? random_even(rand, 0, 6) : 0,
            .from_right = g_rand_boolean(rand),
            .from_bottom = g_rand_boolean(rand),
        };
    }
    return stage;
}

/* A new picture: mostly of the tile's shape, sometimes of another one, which moves it inside the
 * tile. */
static void random_picture(World *world, View *view)
{
    const ViewSpec *spec = view_spec(view);
    gboolean is_odd_shape = g_rand_int(world->rand) % 3 == 0;
    AVFrame *picture =
        noise_picture(world->rand, is_odd_shape ? random_even(world->rand, 16, 64) : spec->width,
                      is_odd_shape ? random_even(world->rand, 16, 64) : spec->height);
    gboolean is_first;
    gboolean is_done = view_render(view, picture, world->now_ns, &is_first, NULL);
    g_assert_true(is_done);
    av_frame_free(&picture);
}

static void put_random(World *world, Overlay *overlay, int width, int height)
{
    if (!overlay || g_rand_int(world->rand) % 6)
        return;
    overlay_put(overlay, g_rand_int(world->rand) % 5
                             ? noise_bitmap(world->rand, width, height, g_rand_boolean(world->rand))
                             : NULL);
}

static void change_something(World *world)
{
    GRand *rand = world->rand;
    for (guint i = 0; world->stage && i < world->stage->n_tiles; i++) {
        StageTile *tile = &world->stage->tiles[i];
        for (guint n = g_rand_int(rand) % 3; tile->view && n > 0 && g_rand_boolean(rand); n--)
            random_picture(world, tile->view);
        if (tile->view && g_rand_int(rand) % 20 == 0)
            view_touch(tile->view, world->now_ns);
        put_random(world, tile->slate, tile->rect.w, tile->rect.h);
        put_random(world, tile->stale, random_even(rand, 4, 60), random_even(rand, 4, 20));
        put_random(world, tile->label, random_even(rand, 4, 120), random_even(rand, 4, 16));
    }
    for (guint i = 0; world->stage && i < world->stage->n_notices; i++)
        put_random(world, world->stage->notices[i].overlay, random_even(rand, 8, 300),
                   random_even(rand, 4, 24));
}

static void drop_held(World *world, guint i)
{
    if (!world->held[i])
        return;
    assert_same_frames(world->held[i], world->held_copy[i], 0, "a picture that an output holds");
    g_clear_pointer(&world->held[i], frame_unref);
    g_clear_pointer(&world->held_copy[i], frame_unref);
}

static void hold_or_drop(World *world)
{
    for (guint i = 0; i < MAX_HELD; i++) {
        if (world->held[i] && g_rand_int(world->rand) % 8 == 0)
            drop_held(world, i);
    }
    guint i = g_rand_int(world->rand) % MAX_HELD;
    if (world->last && !world->held[i] && g_rand_boolean(world->rand)) {
        world->held[i] = frame_ref(world->last);
        world->held_copy[i] = copy_frame(world->last);
    }
}

static void check_tick(World *world, gint64 tick_ns, int step)
{
    gboolean is_forced = g_rand_int(world->rand) % 10 == 0;
    Frame *out;
    guint n_empty, expected_empty;
    ComposeResult result =
        composer_tick(world->composer, tick_ns, world->now_ns, is_forced, &out, &n_empty);
    g_assert_true((out != NULL) == (result == COMPOSE_CHANGED));
    if (result == COMPOSE_NO_SURFACE) {
        world->no_surface++;
        return;
    }
    world->unchanged += result == COMPOSE_UNCHANGED;
    if (out) {
        g_clear_pointer(&world->last, frame_unref);
        world->last = out;
    }
    Composer *fresh = composer_new(CANVAS_W, CANVAS_H, BACKGROUND);
    if (world->stage)
        composer_set_stage(fresh, stage_ref(world->stage));
    g_autoptr(Frame) expected = NULL;
    ComposeResult fresh_result =
        composer_tick(fresh, tick_ns, world->now_ns, FALSE, &expected, &expected_empty);
    g_assert_cmpint(fresh_result, ==, COMPOSE_CHANGED);
    g_assert_cmpuint(n_empty, ==, expected_empty);
    g_autofree char *what = g_strdup_printf("step %d (result %d)", step, result);
    assert_same_frames(world->last, expected, 0, what);
    g_clear_pointer(&expected, frame_unref);
    composer_free(fresh);
}

static void test_equals_full_repaint(gconstpointer seed)
{
    World world = { .rand = g_rand_new_with_seed(GPOINTER_TO_UINT(seed)),
                    .now_ns = 100 * NS_PER_SEC };
    world.composer = composer_new(CANVAS_W, CANVAS_H, BACKGROUND);
    for (int step = 0; step < 400; step++) {
        guint32 jump = g_rand_int(world.rand) % 40;
        world.now_ns += jump == 0 ? 11 * NS_PER_SEC : jump < 3 ? 3 * NS_PER_SEC : TICK_NS;
        if (g_rand_int(world.rand) % 12 == 0) {
            Stage *next = random_stage(&world);
            stage_unref(composer_set_stage(world.composer, stage_ref(next)));
            stage_unref(world.stage);
            world.stage = next;
        }
        if (g_rand_int(world.rand) % 4)
            change_something(&world);
        hold_or_drop(&world);
        check_tick(&world, world.now_ns / TICK_NS * TICK_NS, step);
    }
    g_test_message("%u ticks without change, %u without a surface", world.unchanged,
                   world.no_surface);
    g_assert_cmpuint(world.unchanged, >, 0);
    for (guint i = 0; i < MAX_HELD; i++)
        drop_held(&world, i);
    g_clear_pointer(&world.last, frame_unref);
    composer_free(world.composer);
    stage_unref(world.stage);
    g_rand_free(world.rand);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/compose/ages", test_ages);
    g_test_add_func("/compose/no_view", test_no_view);
    g_test_add_func("/compose/bars", test_bars);
    g_test_add_func("/compose/label_places", test_label_places);
    g_test_add_func("/compose/window", test_window);
    g_test_add_func("/compose/ticker", test_ticker);
    g_test_add_func("/compose/from_corner", test_from_corner);
    g_test_add_func("/compose/unchanged", test_unchanged);
    g_test_add_func("/compose/touches_only_change", test_touches_only_change);
    g_test_add_func("/compose/no_surface", test_no_surface);
    for (guint seed = 1; seed <= 12; seed++) {
        g_autofree char *path = g_strdup_printf("/compose/equals_full_repaint/%u", seed);
        g_test_add_data_func(path, GUINT_TO_POINTER(seed), test_equals_full_repaint);
    }
    return g_test_run();
}
