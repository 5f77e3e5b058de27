/* test_quality.c - faults of the picture, put into drawn scenes by real filters and sent through a real encoder, are
 * found in their time, and nothing else is claimed */
#include "pipelines/decode.h"
#include "pipelines/quality.h"
#include "tests/pipeline/units.h"
#include "tests/support/clip_picture.h"
#include "tests/support/clip_writer.h"
#include "tests/support/scene_list.h"
#include "wallctl/base/clock.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

enum { WIDTH = 640, HEIGHT = 360, FRAMES = 8, FPS = 25 };

static const struct {
    const char *name;
    const SceneDrawing *drawing;
} scenes[] = {
    { "crossroads", &scene_crossroads },
    { "reservoir", &scene_dam },
    { "night", &scene_night_street },
};

/* --- filters ---------------------------------------------------------------------------------------------------- */

/* In place; i: number of the picture. */
typedef void (*Filter)(Frame *frame, guint i);

static void map(Frame *frame, int plane, int (*of)(int))
{
    int w = plane ? WIDTH / 2 : WIDTH, h = plane ? HEIGHT / 2 : HEIGHT;
    for (int y = 0; y < h; y++) {
        guint8 *row = frame->plane[plane] + y * frame->stride[plane];
        for (int x = 0; x < w; x++)
            row[x] = (guint8)CLAMP(of(row[x]), 16, plane ? 240 : 235);
    }
}

static int to_black(int y)
{
    return 16;
}
static int to_dark(int y)
{
    return 16 + (y - 16) * 12 / 100;
}
static int to_bright(int y)
{
    return (int)lround(16 + 219 * pow((y - 16) / 219.0, 0.08));
}
static int to_flat(int y)
{
    return 110 + (y - 110) / 12;
}
static int to_red(int v)
{
    return v + 32;
}
static int to_less_blue(int u)
{
    return u - 24;
}

static void black(Frame *frame, guint i)
{
    map(frame, 0, to_black);
    memset(frame->plane[1], 128, (gsize)frame->stride[1] * HEIGHT / 2);
    memset(frame->plane[2], 128, (gsize)frame->stride[2] * HEIGHT / 2);
}

static void dark(Frame *frame, guint i)
{
    map(frame, 0, to_dark);
}
static void bright(Frame *frame, guint i)
{
    map(frame, 0, to_bright);
}
static void flat(Frame *frame, guint i)
{
    map(frame, 0, to_flat);
}

static void tint(Frame *frame, guint i)
{
    map(frame, 1, to_less_blue);
    map(frame, 2, to_red);
}

/* Mean of 2 * radius + 1 values in a line. */
static void smear(guint8 *p, int step, int n, int radius)
{
    g_autofree guint8 *line = g_malloc((gsize)n);
    for (int i = 0; i < n; i++)
        line[i] = p[i * step];
    int sum = 0;
    for (int i = -radius; i <= radius; i++)
        sum += line[CLAMP(i, 0, n - 1)];
    for (int i = 0; i < n; i++) {
        p[i * step] = (guint8)(sum / (2 * radius + 1));
        sum += line[MIN(i + radius + 1, n - 1)] - line[MAX(i - radius, 0)];
    }
}

/* Three boxes are nearly a bell. */
static void defocus(Frame *frame, guint i)
{
    for (int pass = 0; pass < 3; pass++) {
        for (int y = 0; y < HEIGHT; y++)
            smear(frame->plane[0] + y * frame->stride[0], 1, WIDTH, 7);
        for (int x = 0; x < WIDTH; x++)
            smear(frame->plane[0] + x, frame->stride[0], HEIGHT, 7);
    }
}

static void noise(Frame *frame, guint i)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(i + 1);
    for (int y = 0; y < HEIGHT; y++) {
        guint8 *row = frame->plane[0] + y * frame->stride[0];
        for (int x = 0; x < WIDTH; x++)
            row[x] = (guint8)CLAMP(row[x] + g_rand_int_range(rand, -40, 41), 16, 235);
    }
}

/* Two thirds of the picture behind something near, without edges of its own. */
static void hand(Frame *frame, guint i)
{
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            if (hypot((x - 360) / 300.0, (y - 200) / 190.0) > 1)
                continue;
            frame->plane[0][y * frame->stride[0] + x] =
                (guint8)(62 + 14 * sin(x / 90.0) + 10 * cos(y / 60.0 + i / 8.0));
            frame->plane[1][y / 2 * frame->stride[1] + x / 2] = 118;
            frame->plane[2][y / 2 * frame->stride[2] + x / 2] = 142;
        }
    }
}

/* What a camera writes into its picture goes on. */
static void write_clock(Frame *frame, guint i)
{
    for (int digit = 0; digit < 8; digit++) {
        for (int y = 12; y < 30; y++)
            memset(frame->plane[0] + y * frame->stride[0] + 16 + digit * 16,
                   (i * 37 + (guint)(digit * y)) % 3 ? 235 : 16, 10);
    }
}

/* --- through an encoder ------------------------------------------------------------------------------------------ */

typedef struct {
    const char *name;
    Filter filter;
    gboolean is_frozen; /* the first picture again and again, with a clock */
    QualityKind kind;   /* 0: none is expected */
} Fault;

static const Fault faults[] = {
    { "as it is", NULL, FALSE, 0 },
    { "a clock in it", write_clock, FALSE, 0 },
    { "black", black, FALSE, QUALITY_BLACK },
    { "frozen", write_clock, TRUE, QUALITY_FROZEN },
    { "dark", dark, FALSE, QUALITY_DARK },
    { "bright", bright, FALSE, QUALITY_BRIGHT },
    { "flat", flat, FALSE, QUALITY_LOW_CONTRAST },
    { "out of focus", defocus, FALSE, QUALITY_BLUR },
    { "tinted", tint, FALSE, QUALITY_COLOUR_CAST },
    { "noisy", noise, FALSE, QUALITY_NOISE },
    { "a hand before the lens", hand, FALSE, QUALITY_COVERED },
};

static void draw_scene(const SceneDrawing *drawing, Frame **frames)
{
    g_autoptr(Stage) stage = stage_new(WIDTH, HEIGHT);
    g_autoptr(ClipPicture) picture = clip_picture_new(WIDTH, HEIGHT);
    gpointer scene = drawing->build(stage);
    for (guint i = 0; i < FRAMES; i++) {
        float time = (float)i / FRAMES;
        stage_begin(stage, time);
        drawing->move(stage, scene, time);
        cairo_surface_t *surface = stage_end(stage);
        if (drawing->finish) {
            cairo_t *cr = cairo_create(surface);
            drawing->finish(stage, scene, cr, time);
            cairo_destroy(cr);
        }
        clip_picture_take(picture, surface);
        frames[i] = frame_new(WIDTH, HEIGHT);
        for (int p = 0; p < 3; p++) {
            for (int y = 0; y < (p ? HEIGHT / 2 : HEIGHT); y++)
                memcpy(frames[i]->plane[p] + y * frames[i]->stride[p],
                       clip_picture_get_planes(picture)[p] +
                           y * clip_picture_get_strides(picture)[p],
                       p ? WIDTH / 2 : WIDTH);
        }
    }
}

static Frame *copy(const Frame *from)
{
    Frame *frame = frame_new(WIDTH, HEIGHT);
    for (int p = 0; p < 3; p++)
        memcpy(frame->plane[p], from->plane[p], (gsize)from->stride[p] * (p ? HEIGHT / 2 : HEIGHT));
    return frame;
}

static void free_picture(gpointer data)
{
    AVFrame *picture = data;
    av_frame_free(&picture);
}

/* What arrives of the scene with the fault in it, a second apart: AVFrame. A picture that stands still is sent for as
 * long as an encoder needs to settle, and its end is kept. */
static GPtrArray *send(Frame *const *frames, const Fault *fault)
{
    g_autofree char *dir = g_dir_make_tmp("wallctl-quality-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "clip.mp4", NULL);
    g_autoptr(GError) error = NULL;
    guint n = fault->is_frozen ? FRAMES * FPS : FRAMES, step = n / FRAMES;
    ClipSpec spec = {
        CLIP_H264, WIDTH, HEIGHT, FPS, n, n / 4, fault->is_frozen ? 500 : 4000, FALSE
    };
    g_autoptr(ClipWriter) writer = clip_writer_new(path, &spec, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < n; i++) {
        g_autoptr(Frame) frame = copy(frames[fault->is_frozen ? 0 : i]);
        if (fault->filter)
            fault->filter(frame, i / step);
        gboolean is_added =
            clip_writer_add(writer, (const guint8 *const *)frame->plane, frame->stride, &error);
        g_assert_no_error(error);
        g_assert_true(is_added);
    }
    g_assert_true(clip_writer_finish(writer, &error));
    GPtrArray *pictures = g_ptr_array_new_with_free_func(free_picture);
    g_autoptr(GPtrArray) units = read_units(path);
    Decoder *decoder = decoder_new(AV_CODEC_ID_H264, NULL);
    for (guint i = 0; i < units->len; i++) {
        const AVFrame *picture;
        g_assert_true(decoder_run(decoder, g_ptr_array_index(units, i), &picture, NULL));
        g_assert_nonnull(picture);
        if (i % step == 0 && (!fault->is_frozen || i >= n / 2))
            g_ptr_array_add(pictures, av_frame_clone(picture));
    }
    decoder_free(decoder);
    g_unlink(path);
    g_rmdir(dir);
    return pictures;
}

static guint look(QualityMeter *meter, Diagnosis *diagnosis, GPtrArray *pictures, guint second)
{
    QualityFigures f;
    g_autoptr(GError) error = NULL;
    g_assert_true(
        quality_meter_run(meter, g_ptr_array_index(pictures, second % pictures->len), &f, &error));
    diagnosis_step(diagnosis, &quality_limits_default, &f, (second + 100) * NS_PER_SEC,
                   15 * NS_PER_SEC);
    if (second % 50 == 45)
        g_test_message("%3u s: luma %.0f, %.0f to %.0f, sharpness %.2f, cast %.1f by %.1f, grey "
                       "%.2f, noise %.1f",
                       second, f.luma, f.low, f.high, f.sharpness, f.cast, f.cast_ratio, f.neutral,
                       f.noise);
    return diagnosis->faults;
}

static Frame *drawn[G_N_ELEMENTS(scenes)][FRAMES];

static void test_fault(gconstpointer data)
{
    guint scene = GPOINTER_TO_UINT(data) / G_N_ELEMENTS(faults);
    const Fault *fault = &faults[GPOINTER_TO_UINT(data) % G_N_ELEMENTS(faults)];
    if (!drawn[scene][0])
        draw_scene(scenes[scene].drawing, drawn[scene]);
    g_autoptr(GPtrArray) good = send(drawn[scene], &faults[0]), bad = send(drawn[scene], fault);
    QualityMeter *meter = quality_meter_new(NULL, 0);
    Diagnosis diagnosis = { 0 };
    guint second = 0;
    for (; second < 60; second++)
        g_assert_cmphex(look(meter, &diagnosis, good, second), ==, 0);
    guint expected = fault->kind ? 1u << fault->kind : 0;
    guint limit_s = fault->kind ? quality_raise_s(fault->kind, &quality_limits_default) + 3 : 200;
    guint told_s = 0;
    for (guint i = 0; i < limit_s + 100; i++) {
        guint told = look(meter, &diagnosis, bad, second++);
        if (told == expected && !told_s)
            told_s = i;
        g_assert_cmphex(told & ~expected, ==, 0);
        if (i >= limit_s)
            g_assert_cmphex(told, ==, expected);
    }
    for (guint i = 0; i < 40; i++)
        look(meter, &diagnosis, good, second++);
    g_assert_cmphex(diagnosis.faults, ==, 0);
    g_test_message("told after %u s", told_s);
    quality_meter_free(meter);
}

/* --- masks ------------------------------------------------------------------------------------------------------- */

/* What is masked has no say: a picture that is black but for its masked half is black. */
static void test_masked(void)
{
    Mask mask = { MASK_MOSAIC, 4, { { 0.5, 0 }, { 1, 0 }, { 1, 1 }, { 0.5, 1 } } };
    QualityMeter *meter = quality_meter_new(&mask, 1), *plain = quality_meter_new(NULL, 0);
    AVFrame *picture = av_frame_alloc();
    *picture = (AVFrame) { .width = WIDTH, .height = HEIGHT, .format = AV_PIX_FMT_YUV420P };
    g_autoptr(Frame) frame = frame_new(WIDTH, HEIGHT);
    frame_fill(frame, 16, 128, 128);
    for (int y = 0; y < HEIGHT; y++)
        memset(frame->plane[0] + y * frame->stride[0] + WIDTH / 2 + 8, 200, WIDTH / 2 - 8);
    for (int p = 0; p < 3; p++) {
        picture->data[p] = frame->plane[p];
        picture->linesize[p] = frame->stride[p];
    }
    QualityFigures figures;
    g_assert_true(quality_meter_run(meter, picture, &figures, NULL));
    g_assert_cmpfloat(figures.high, <, 2);
    g_assert_true(figures.block[0].is_in);
    g_assert_false(figures.block[QUALITY_COLUMNS - 1].is_in);
    g_assert_true(quality_meter_run(plain, picture, &figures, NULL));
    g_assert_cmpfloat(figures.high, >, 200);
    picture->data[0] = picture->data[1] = picture->data[2] = NULL;
    av_frame_free(&picture);
    quality_meter_free(meter);
    quality_meter_free(plain);
}

/* Portrait, tiny and odd: whatever a camera sends. */
static void test_sizes(void)
{
    static const int sizes[][2] = { { 360, 640 },   { 32, 16 },    { 352, 288 },
                                    { 1920, 1080 }, { 2560, 480 }, { 322, 182 } };
    for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
        QualityMeter *meter = quality_meter_new(NULL, 0);
        AVFrame *picture = av_frame_alloc();
        picture->width = sizes[i][0];
        picture->height = sizes[i][1];
        picture->format = AV_PIX_FMT_YUV420P;
        av_frame_get_buffer(picture, 0);
        for (int p = 0; p < 3; p++)
            memset(picture->data[p], 128,
                   (gsize)(picture->linesize[p] * (p ? (sizes[i][1] + 1) / 2 : sizes[i][1])));
        for (int k = 0; k < 2; k++) {
            QualityFigures figures;
            g_assert_true(quality_meter_run(meter, picture, &figures, NULL));
            g_assert_cmpfloat_with_epsilon(figures.luma, 130, 2);
            g_assert_cmpint(figures.has_before, ==, k);
        }
        av_frame_free(&picture);
        quality_meter_free(meter);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint s = 0; s < G_N_ELEMENTS(scenes); s++) {
        for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
            g_autofree char *path =
                g_strdup_printf("/quality/%s/%s", scenes[s].name, faults[i].name);
            g_test_add_data_func(path, GUINT_TO_POINTER(s * G_N_ELEMENTS(faults) + i), test_fault);
        }
    }
    g_test_add_func("/quality/masked", test_masked);
    g_test_add_func("/quality/sizes", test_sizes);
    int status = g_test_run();
    for (guint s = 0; s < G_N_ELEMENTS(scenes); s++) {
        for (guint i = 0; i < FRAMES; i++)
            frame_unref(drawn[s][i]);
    }
    return status;
}
