/* test_mask.c - privacy masks through the whole scaler: nothing of what is to be hidden is left,
 * nothing else is touched
 *
 * The main test is a property over random cameras, views and polygons: each pixel of the tile whose
 * middle lies in a polygon is covered; each one that is farther from all polygons than a margin is
 * as it would be without masks.
 */
#include "pipelines/mask.h"
#include "pipelines/scale.h"
#include "tests/pipeline/paint.h"
#include "wallctl/base/error.h"

#include <math.h>

enum { MARGIN_PX = 5 }; /* two of widening, then to the edge of a 2x2 block */

typedef struct {
    double x, y;
} Point;

/* Non-zero winding: what a self-crossing outline encloses twice is inside as well. */
static gboolean is_inside(const Mask *mask, Point p)
{
    int winding = 0;
    for (guint i = 0; i < mask->n_points; i++) {
        guint next = (i + 1) % mask->n_points;
        double ax = mask->point[i].x, ay = mask->point[i].y;
        double bx = mask->point[next].x, by = mask->point[next].y;
        double side = (bx - ax) * (p.y - ay) - (p.x - ax) * (by - ay);
        if (ay <= p.y && by > p.y && side > 0)
            winding++;
        if (ay > p.y && by <= p.y && side < 0)
            winding--;
    }
    return winding != 0;
}

/* In px of the tile: sx and sy are px a unit of the camera's picture. */
static double distance(const Mask *mask, Point p, double sx, double sy)
{
    double least = G_MAXDOUBLE;
    for (guint i = 0; i < mask->n_points; i++) {
        guint next = (i + 1) % mask->n_points;
        double ax = mask->point[i].x * sx, ay = mask->point[i].y * sy;
        double dx = mask->point[next].x * sx - ax, dy = mask->point[next].y * sy - ay;
        double px = p.x * sx - ax, py = p.y * sy - ay;
        double along = dx == 0 && dy == 0 ? 0 : (px * dx + py * dy) / (dx * dx + dy * dy);
        along = CLAMP(along, 0, 1);
        least = MIN(least, hypot(px - along * dx, py - along * dy));
    }
    return least;
}

static Mask random_mask(GRand *rand, MaskMode mode)
{
    Mask mask = { .mode = mode, .n_points = (guint)g_rand_int_range(rand, 3, 9) };
    double x = g_rand_double(rand), y = g_rand_double(rand),
           size = g_rand_double_range(rand, 0.02, 0.5);
    for (guint i = 0; i < mask.n_points; i++) {
        mask.point[i].x = CLAMP(x + g_rand_double_range(rand, -size, size), 0, 1);
        mask.point[i].y = CLAMP(y + g_rand_double_range(rand, -size, size), 0, 1);
    }
    return mask;
}

static FRect random_crop(GRand *rand)
{
    if (g_rand_boolean(rand))
        return FRECT_FULL;
    double w = g_rand_double_range(rand, 0.1, 1), h = g_rand_double_range(rand, 0.1, 1);
    return (FRect) { g_rand_double_range(rand, 0, 1 - w), g_rand_double_range(rand, 0, 1 - h), w,
                     h };
}

typedef struct {
    const Frame *frame, *plain;
    guint rotation;
    FRect seen;  /* the part of the camera's picture in it, exactly */
    double w, h; /* upright */
} Shown;

/* The middle of luma pixel (x, y) of the tile, in the upright tile, px. */
static Point upright(const Shown *tile, int x, int y)
{
    double a = x + 0.5, b = y + 0.5;
    return tile->rotation == 0     ? (Point) { a, b }
           : tile->rotation == 90  ? (Point) { b, tile->h - a }
           : tile->rotation == 180 ? (Point) { tile->w - a, tile->h - b }
                                   : (Point) { tile->w - b, a };
}

static guint8 pixel(const Frame *frame, int plane, int x, int y)
{
    int s = plane ? 1 : 0;
    return frame->plane[plane][(y >> s) * frame->stride[plane] + (x >> s)];
}

static gboolean is_black(const Frame *frame, int x, int y)
{
    return pixel(frame, 0, x, y) == 16 && pixel(frame, 1, x, y) == 128 &&
           pixel(frame, 2, x, y) == 128;
}

static gboolean is_untouched(const Shown *tile, int x, int y)
{
    for (int i = 0; i < 3; i++) {
        if (pixel(tile->frame, i, x, y) != pixel(tile->plain, i, x, y))
            return FALSE;
    }
    return TRUE;
}

/* The block of size px that (x, y) lies in, upright grid, turned into tile px. */
static Rect block_around(const Shown *tile, int x, int y, int size)
{
    Point p = upright(tile, x, y);
    double left = floor(p.x / size) * size, top = floor(p.y / size) * size;
    double right = MIN(left + size, tile->w), bottom = MIN(top + size, tile->h);
    switch (tile->rotation) {
    case 90:
        return (Rect) { (int)(tile->h - bottom), (int)left, (int)(bottom - top),
                        (int)(right - left) };
    case 180:
        return (Rect) { (int)(tile->w - right), (int)(tile->h - bottom), (int)(right - left),
                        (int)(bottom - top) };
    case 270:
        return (Rect) { (int)top, (int)(tile->w - right), (int)(bottom - top),
                        (int)(right - left) };
    default:
        return (Rect) { (int)left, (int)top, (int)(right - left), (int)(bottom - top) };
    }
}

/* One value, but for what a black mask covers besides. */
static gboolean is_flat(const Shown *tile, Rect block, int x0, int y0)
{
    for (int y = block.y; y < block.y + block.h; y++) {
        for (int x = block.x; x < block.x + block.w; x++) {
            if (is_black(tile->frame, x, y))
                continue;
            for (int i = 0; i < 3; i++) {
                if (pixel(tile->frame, i, x, y) != pixel(tile->frame, i, x0, y0))
                    return FALSE;
            }
        }
    }
    return TRUE;
}

static void check_tile(const Shown *tile, const Mask *masks, guint n, int block, const char *what)
{
    double sx = tile->w / tile->seen.w, sy = tile->h / tile->seen.h;
    for (int y = 0; y < tile->frame->height; y++) {
        for (int x = 0; x < tile->frame->width; x++) {
            Point at = upright(tile, x, y);
            Point p = { tile->seen.x + at.x / sx, tile->seen.y + at.y / sy };
            gboolean has_black = FALSE, has_mosaic = FALSE;
            double nearest = G_MAXDOUBLE; /* less what the mask may reach over */
            for (guint i = 0; i < n; i++) {
                gboolean is_mosaic = masks[i].mode == MASK_MOSAIC;
                gboolean covers = is_inside(&masks[i], p);
                has_black |= covers && !is_mosaic;
                has_mosaic |= covers && is_mosaic;
                double gap = covers ? 0 : distance(&masks[i], p, sx, sy);
                nearest = MIN(nearest, gap - (is_mosaic ? block * sqrt(2) : 0));
            }
            if (has_black && !is_black(tile->frame, x, y))
                g_error("%s: (%d,%d) is inside a black mask and seen", what, x, y);
            if (has_mosaic && !is_black(tile->frame, x, y) &&
                !is_flat(tile, block_around(tile, x, y, block), x, y))
                g_error("%s: (%d,%d) is inside a mosaic and has detail", what, x, y);
            if (nearest > MARGIN_PX && !is_untouched(tile, x, y))
                g_error("%s: (%d,%d) is %.1f px away from all masks and changed", what, x, y,
                        nearest);
        }
    }
}

static Frame *scale(const ViewSpec *spec, const Mask *masks, guint n, const AVFrame *source)
{
    Scaler *scaler = scaler_new(spec, masks, n);
    g_autoptr(GError) error = NULL;
    Frame *frame = scaler_run(scaler, source, NULL, &error);
    g_assert_no_error(error);
    scaler_free(scaler);
    return frame;
}

/* What the scaler shows of the picture: its contract (even edges), not its code. */
static FRect seen_part(FRect crop, int w, int h)
{
    Rect whole = { 0, 0, w, h };
    Rect seen = rect_intersect(rect_of_fraction(crop, whole), whole);
    return (FRect) { (double)seen.x / w, (double)seen.y / h, (double)seen.w / w,
                     (double)seen.h / h };
}

static void test_coverage(gconstpointer data)
{
    guint rotation = GPOINTER_TO_UINT(data);
    GRand *rand = g_rand_new_with_seed(11 + rotation);
    for (int round = 0; round < 80; round++) {
        int w = random_even(rand, 64, 400), h = random_even(rand, 64, 300);
        ViewSpec spec = { random_even(rand, 16, 300), random_even(rand, 16, 200), FIT_STRETCH,
                          random_crop(rand), rotation };
        Mask masks[3];
        guint n = (guint)g_rand_int_range(rand, 1, 4);
        for (guint i = 0; i < n; i++)
            masks[i] = random_mask(rand, g_rand_boolean(rand) ? MASK_BLACK : MASK_MOSAIC);
        AVFrame *source = noise_picture(rand, w, h);
        g_autoptr(Frame) plain = scale(&spec, NULL, 0, source);
        g_autoptr(Frame) frame = scale(&spec, masks, n, source);
        gboolean is_turned = rotation == 90 || rotation == 270;
        Shown tile = { .frame = frame,
                       .plain = plain,
                       .rotation = rotation,
                       .seen = seen_part(spec.crop, w, h),
                       .w = is_turned ? spec.height : spec.width,
                       .h = is_turned ? spec.width : spec.height };
        int block = MAX(8, 2 * (int)lround(tile.h / tile.seen.h / 24 / 2));
        g_autofree char *what = g_strdup_printf(
            "round %d, %dx%d to %dx%d, crop %.3f %.3f %.3f %.3f", round, w, h, spec.width,
            spec.height, spec.crop.x, spec.crop.y, spec.crop.w, spec.crop.h);
        check_tile(&tile, masks, n, block, what);
        av_frame_free(&source);
    }
    g_rand_free(rand);
}

/* The same with cut and letterboxed pictures: what FIT_COVER cuts must not move the masks. */
static void test_fits(void)
{
    GRand *rand = g_rand_new_with_seed(12);
    Mask mask = { .mode = MASK_BLACK, .n_points = 4 };
    const double corner[4][2] = { { 0.4, 0.4 }, { 0.6, 0.4 }, { 0.6, 0.6 }, { 0.4, 0.6 } };
    for (int i = 0; i < 4; i++) {
        mask.point[i].x = corner[i][0];
        mask.point[i].y = corner[i][1];
    }
    AVFrame *source = noise_picture(rand, 640, 360);
    static const struct {
        int w, h;
        Fit fit;
        FRect seen;
    } rows[] = { { 360, 360, FIT_COVER, { 0.21875, 0, 0.5625, 1 } },
                 { 640, 180, FIT_COVER, { 0, 0.25, 1, 0.5 } },
                 { 320, 320, FIT_CONTAIN, { 0, 0, 1, 1 } } };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        ViewSpec spec = { rows[i].w, rows[i].h, rows[i].fit, FRECT_FULL, 0 };
        g_autoptr(Frame) plain = scale(&spec, NULL, 0, source);
        g_autoptr(Frame) frame = scale(&spec, &mask, 1, source);
        Shown tile = { frame, plain, 0, rows[i].seen, frame->width, frame->height };
        check_tile(&tile, &mask, 1, 0, "fit");
        g_assert_true(is_black(frame, frame->width / 2, frame->height / 2));
    }
    av_frame_free(&source);
    g_rand_free(rand);
}

static Mask square(double x, double y, double side, MaskMode mode)
{
    Mask mask = { .mode = mode, .n_points = 4 };
    for (int i = 0; i < 4; i++) {
        mask.point[i].x = x + (i == 1 || i == 2 ? side : 0);
        mask.point[i].y = y + (i >= 2 ? side : 0);
    }
    return mask;
}

/* A mask that nobody sees costs nothing and hides nothing; masks that cannot be made hide all. */
static void test_set(void)
{
    Mask corner = square(0, 0, 0.2, MASK_BLACK), broken = corner, far = corner, nan = corner,
         unknown = corner;
    broken.n_points = 2;
    far.point[1].x = 1e9;
    nan.point[2].y = NAN;
    unknown.mode = (MaskMode)9;
    const struct {
        const char *name;
        const Mask *mask;
        int width, height;
        FRect crop;
        gboolean is_made, has_set;
    } rows[] = {
        { "seen", &corner, 320, 180, FRECT_FULL, TRUE, TRUE },
        { "not seen", &corner, 320, 180, { 0.5, 0.5, 0.5, 0.5 }, TRUE, FALSE },
        { "no mask", NULL, 320, 180, FRECT_FULL, TRUE, FALSE },
        { "no mask, no size", NULL, 0, 0, FRECT_FULL, TRUE, FALSE },
        { "two points", &broken, 320, 180, FRECT_FULL, FALSE, FALSE },
        { "far away", &far, 320, 180, FRECT_FULL, FALSE, FALSE },
        { "not a number", &nan, 320, 180, FRECT_FULL, FALSE, FALSE },
        { "unknown mode", &unknown, 320, 180, FRECT_FULL, TRUE, TRUE },
        { "no width", &corner, 0, 180, FRECT_FULL, FALSE, FALSE },
        { "odd height", &corner, 320, 181, FRECT_FULL, FALSE, FALSE },
        { "too wide for cairo", &corner, 40000, 180, FRECT_FULL, FALSE, FALSE },
        { "too wide", &corner, 70000, 180, FRECT_FULL, FALSE, FALSE },
        { "crop of nothing", &corner, 320, 180, { 0.5, 0.5, 0, 0 }, FALSE, FALSE },
        { "crop outside", &corner, 320, 180, { 0.9, 0, 0.5, 1 }, FALSE, FALSE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        MaskSet *set = (MaskSet *)&set;
        gboolean is_made = mask_set_new(rows[i].mask, rows[i].mask ? 1 : 0, rows[i].width,
                                        rows[i].height, rows[i].crop, &set);
        g_test_message("%s", rows[i].name);
        g_assert_cmpint(is_made, ==, rows[i].is_made);
        g_assert_cmpint(set != NULL, ==, rows[i].has_set);
        if (set && rows[i].mask == &unknown) {
            g_autoptr(Frame) frame = frame_new(320, 180);
            frame_fill(frame, 200, 90, 90);
            mask_set_apply(set, frame);
            g_assert_true(is_black(frame, 10, 10));
        }
        mask_set_free(set);
    }
}

/* A polygon without extent is a dot: smaller than a pixel, still covered. */
static void test_dot(void)
{
    Mask dot = { .mode = MASK_BLACK, .n_points = 3 };
    for (int i = 0; i < 3; i++) {
        dot.point[i].x = 0.5;
        dot.point[i].y = 0.5;
    }
    g_autoptr(Frame) frame = frame_new(320, 180);
    frame_fill(frame, 200, 90, 90);
    MaskSet *set;
    g_assert_true(mask_set_new(&dot, 1, 320, 180, FRECT_FULL, &set));
    g_assert_nonnull(set);
    mask_set_apply(set, frame);
    mask_set_free(set);
    g_assert_true(is_black(frame, 160, 90));
}

/* A mask that cannot be applied: an error and no picture, for as long as the camera has it. */
static void test_fails_closed(void)
{
    GRand *rand = g_rand_new_with_seed(13);
    Mask broken = square(0, 0, 0.2, MASK_BLACK);
    broken.n_points = 1;
    ViewSpec spec = { 320, 180, FIT_CONTAIN, FRECT_FULL, 0 };
    Scaler *scaler = scaler_new(&spec, &broken, 1);
    AVFrame *source = noise_picture(rand, 640, 360);
    for (int i = 0; i < 3; i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(scaler_run(scaler, source, NULL, &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_INTERNAL);
    }
    scaler_free(scaler);
    av_frame_free(&source);
    g_rand_free(rand);
}

/* The masks follow the picture when the camera changes its size in mid-stream. */
static void test_follows_size(void)
{
    GRand *rand = g_rand_new_with_seed(14);
    Mask mask = square(0.25, 0.25, 0.5, MASK_BLACK);
    ViewSpec spec = { 320, 180, FIT_STRETCH, FRECT_FULL, 0 };
    Scaler *scaler = scaler_new(&spec, &mask, 1), *plain_scaler = scaler_new(&spec, NULL, 0);
    static const int sizes[][2] = { { 640, 360 }, { 1280, 720 }, { 352, 288 }, { 320, 180 } };
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        AVFrame *source = noise_picture(rand, sizes[i][0], sizes[i][1]);
        g_autoptr(Frame) frame = scaler_run(scaler, source, NULL, NULL);
        g_autoptr(Frame) plain = scaler_run(plain_scaler, source, NULL, NULL);
        Shown tile = { frame, plain, 0, FRECT_FULL, 320, 180 };
        check_tile(&tile, &mask, 1, 0, "size");
        av_frame_free(&source);
    }
    scaler_free(scaler);
    scaler_free(plain_scaler);
    g_rand_free(rand);
}

/* The decoder's picture is never written to: other views and reference pictures need it. */
static void test_source_is_kept(void)
{
    GRand *rand = g_rand_new_with_seed(15);
    Mask mask = square(0, 0, 1, MASK_BLACK);
    AVFrame *source = noise_picture(rand, 320, 180);
    AVFrame *before = noise_picture(rand, 320, 180);
    int failed = av_frame_copy(before, source);
    g_assert_cmpint(failed, >=, 0);
    ViewSpec spec = { 320, 180, FIT_CONTAIN, FRECT_FULL, 0 }; /* no scaling */
    g_autoptr(Frame) frame = scale(&spec, &mask, 1, source);
    g_assert_true(is_black(frame, 160, 90));
    for (int y = 0; y < 180; y++)
        g_assert_cmpmem(source->data[0] + y * source->linesize[0], 320,
                        before->data[0] + y * before->linesize[0], 320);
    av_frame_free(&source);
    av_frame_free(&before);
    g_rand_free(rand);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint rotation = 0; rotation < 360; rotation += 90) {
        g_autofree char *path = g_strdup_printf("/mask/coverage/%u", rotation);
        g_test_add_data_func(path, GUINT_TO_POINTER(rotation), test_coverage);
    }
    g_test_add_func("/mask/fits", test_fits);
    g_test_add_func("/mask/set", test_set);
    g_test_add_func("/mask/dot", test_dot);
    g_test_add_func("/mask/fails_closed", test_fails_closed);
    g_test_add_func("/mask/follows_size", test_follows_size);
    g_test_add_func("/mask/source_is_kept", test_source_is_kept);
    return g_test_run();
}
