/* test_blend.c - pictures on a canvas against the same done one pixel at a time */
#include "pipelines/blend.h"
#include "tests/pipeline/paint.h"

enum { CANVAS_W = 96, CANVAS_H = 64, ROUNDS = 400 };

typedef enum { OP_FILL, OP_COPY, OP_GREY, OP_OPAQUE, OP_ALPHA } Operation;

/* One pixel of plane i; source and alpha are NULL where the operation has none. */
static guint8 expected_pixel(Operation op, int i, guint8 below, guint8 source, int alpha)
{
    if (op == OP_GREY)
        return i ? 128 : (guint8)(16 + MAX(0, source - 16) * 5 / 8);
    if (op == OP_ALPHA)
        return (guint8)((source * alpha + below * (255 - alpha) + 127) / 255);
    return source;
}

/* libyuv takes the mean of the four alphas over a chroma pixel. */
static int alpha_at(const Bitmap *bitmap, int i, int x, int y)
{
    const guint8 *row = bitmap->plane[3] + (i ? 2 * y : y) * bitmap->stride[3];
    if (i == 0)
        return row[x];
    const guint8 *next = row + bitmap->stride[3];
    return (row[2 * x] + row[2 * x + 1] + next[2 * x] + next[2 * x + 1] + 2) / 4;
}

/* The slow way, straight from the contract. picture and bitmap share the layout of their first
 * three planes. */
static void paint_slowly(Frame *canvas, Rect clip, Operation op, guint8 *const plane[3],
                         const int stride[3], int w, int h, const Bitmap *bitmap, int x0, int y0)
{
    for (int i = 0; i < 3; i++) {
        int s = i ? 1 : 0;
        for (int y = clip.y >> s; y < (clip.y + clip.h) >> s; y++) {
            for (int x = clip.x >> s; x < (clip.x + clip.w) >> s; x++) {
                int px = x - (x0 >> s), py = y - (y0 >> s);
                if (px < 0 || py < 0 || px >= w >> s || py >= h >> s)
                    continue;
                guint8 *to = &canvas->plane[i][y * canvas->stride[i] + x];
                int alpha = op == OP_ALPHA ? alpha_at(bitmap, i, px, py) : 255;
                *to = expected_pixel(op, i, *to, plane[i][py * stride[i] + px], alpha);
            }
        }
    }
}

static Rect random_clip(GRand *rand)
{
    Rect whole = { 0, 0, CANVAS_W, CANVAS_H };
    if (g_rand_int(rand) % 4 == 0)
        return whole;
    Rect r = { random_even(rand, 0, CANVAS_W - 2), random_even(rand, 0, CANVAS_H - 2),
               random_even(rand, 2, CANVAS_W), random_even(rand, 2, CANVAS_H) };
    return rect_intersect(r, whole);
}

/* Places of all kinds: inside, over each edge, over all, wholly outside. */
static void test_operation(gconstpointer data)
{
    Operation op = (Operation)GPOINTER_TO_INT(data);
    GRand *rand = g_rand_new_with_seed(7);
    for (int round = 0; round < ROUNDS; round++) {
        g_autoptr(Frame) canvas = noise_frame(rand, CANVAS_W, CANVAS_H);
        g_autoptr(Frame) expected = copy_frame(canvas);
        int w = random_even(rand, 2, 2 * CANVAS_W), h = random_even(rand, 2, 2 * CANVAS_H);
        int x = random_even(rand, -2 * CANVAS_W, CANVAS_W + 8),
            y = random_even(rand, -2 * CANVAS_H, CANVAS_H + 8);
        Rect clip = random_clip(rand);
        if (op == OP_COPY || op == OP_GREY) {
            g_autoptr(Frame) picture = noise_frame(rand, w, h);
            (op == OP_COPY ? blend_copy : blend_grey)(canvas, clip, picture, x, y);
            paint_slowly(expected, clip, op, picture->plane, picture->stride, w, h, NULL, x, y);
        } else {
            g_autoptr(Bitmap) bitmap = noise_bitmap(rand, w, h, op == OP_OPAQUE);
            blend_bitmap(canvas, clip, bitmap, x, y);
            paint_slowly(expected, clip, op, bitmap->plane, bitmap->stride, w, h, bitmap, x, y);
        }
        assert_same_frames(canvas, expected, op == OP_ALPHA ? 1 : 0, "blend");
    }
    g_rand_free(rand);
}

static void test_fill(void)
{
    GRand *rand = g_rand_new_with_seed(8);
    for (int round = 0; round < ROUNDS; round++) {
        g_autoptr(Frame) canvas = noise_frame(rand, CANVAS_W, CANVAS_H);
        g_autoptr(Frame) expected = copy_frame(canvas);
        g_autoptr(Frame) colour = frame_new(CANVAS_W, CANVAS_H);
        frame_fill(colour, 90, 30, 200);
        Rect clip = random_clip(rand);
        blend_fill(canvas, clip, (Yuv) { 90, 30, 200 });
        paint_slowly(expected, clip, OP_FILL, colour->plane, colour->stride, CANVAS_W, CANVAS_H,
                     NULL, 0, 0);
        assert_same_frames(canvas, expected, 0, "fill");
    }
    g_rand_free(rand);
}

/* An empty clip is what is left of a rectangle outside of the canvas: nothing happens. */
static void test_empty_clip(void)
{
    GRand *rand = g_rand_new_with_seed(9);
    g_autoptr(Frame) canvas = noise_frame(rand, CANVAS_W, CANVAS_H);
    g_autoptr(Frame) before = copy_frame(canvas);
    g_autoptr(Frame) picture = noise_frame(rand, 32, 32);
    g_autoptr(Bitmap) bitmap = noise_bitmap(rand, 32, 32, FALSE);
    const Rect nothing = { 0 };
    blend_fill(canvas, nothing, (Yuv) { 1, 2, 3 });
    blend_copy(canvas, nothing, picture, 0, 0);
    blend_grey(canvas, nothing, picture, 0, 0);
    blend_bitmap(canvas, nothing, bitmap, 0, 0);
    assert_same_frames(canvas, before, 0, "empty clip");
    g_rand_free(rand);
}

/* Fully transparent leaves the canvas as it is, fully covering replaces it: no rounding at the
 * ends. */
static void test_alpha_ends(void)
{
    GRand *rand = g_rand_new_with_seed(10);
    const Rect all = { 0, 0, CANVAS_W, CANVAS_H };
    for (int end = 0; end < 2; end++) {
        g_autoptr(Frame) canvas = noise_frame(rand, CANVAS_W, CANVAS_H);
        g_autoptr(Frame) before = copy_frame(canvas);
        g_autoptr(Bitmap) bitmap = noise_bitmap(rand, CANVAS_W, CANVAS_H, FALSE);
        memset(bitmap->plane[3], end ? 255 : 0, (gsize)bitmap->stride[3] * CANVAS_H);
        if (end)
            paint_slowly(before, all, OP_OPAQUE, bitmap->plane, bitmap->stride, CANVAS_W, CANVAS_H,
                         NULL, 0, 0);
        blend_bitmap(canvas, all, bitmap, 0, 0);
        assert_same_frames(canvas, before, 0, end ? "opaque" : "transparent");
    }
    g_rand_free(rand);
}

static void test_colours(void)
{
    static const struct {
        guint32 rgb;
        Yuv expected; /* BT.709, limited range */
    } rows[] = {
        { 0x000000, { 16, 128, 128 } }, { 0xFFFFFF, { 235, 128, 128 } },
        { 0xFF0000, { 63, 102, 240 } }, { 0x00FF00, { 173, 42, 26 } },
        { 0x0000FF, { 32, 240, 118 } }, { 0x808080, { 126, 128, 128 } },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Yuv got = yuv_from_rgb(rows[i].rgb);
        g_assert_cmpint(got.y, ==, rows[i].expected.y);
        g_assert_cmpint(got.u, ==, rows[i].expected.u);
        g_assert_cmpint(got.v, ==, rows[i].expected.v);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/blend/fill", test_fill);
    g_test_add_data_func("/blend/copy", GINT_TO_POINTER(OP_COPY), test_operation);
    g_test_add_data_func("/blend/grey", GINT_TO_POINTER(OP_GREY), test_operation);
    g_test_add_data_func("/blend/opaque", GINT_TO_POINTER(OP_OPAQUE), test_operation);
    g_test_add_data_func("/blend/alpha", GINT_TO_POINTER(OP_ALPHA), test_operation);
    g_test_add_func("/blend/alpha_ends", test_alpha_ends);
    g_test_add_func("/blend/empty_clip", test_empty_clip);
    g_test_add_func("/blend/colours", test_colours);
    return g_test_run();
}
