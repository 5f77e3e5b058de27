/* test_scale.c - where each pixel of a tile comes from, over all fits, crops, rotations, sizes and
 * pixel formats
 *
 * The source says in every pixel where it is: Y rises from left to right, U from top to bottom, V
 * falls from left to right. So each plane of the result tells the place it shows, within a
 * tolerance.
 */
#include "pipelines/scale.h"
#include "tests/pipeline/paint.h"
#include "wallctl/base/error.h"

#include <libavutil/pixdesc.h>
#include <math.h>

enum { Y_LOW = 30, Y_SPAN = 180, C_LOW = 40, C_SPAN = 170 };

/* In limited range; u, v from 0 to 1 over the picture. */
static double level(int plane, double u, double v)
{
    return plane == 0   ? Y_LOW + Y_SPAN * u
           : plane == 1 ? C_LOW + C_SPAN * v
                        : C_LOW + C_SPAN * (1 - u);
}

static void put(AVFrame *picture, const AVPixFmtDescriptor *form, int component, int x, int y,
                double value)
{
    const AVComponentDescriptor *c = &form->comp[component];
    guint8 *at = picture->data[c->plane] + (gsize)y * (gsize)picture->linesize[c->plane] +
                 (gsize)x * (gsize)c->step + c->offset;
    guint sample = (guint)lround(value * (1 << (c->depth - 8)));
    if (c->depth == 8) {
        *at = (guint8)sample;
    } else {
        sample <<= c->shift;
        at[0] = (guint8)sample;
        at[1] = (guint8)(sample >> 8);
    }
}

static gboolean is_j_format(enum AVPixelFormat format)
{
    return format == AV_PIX_FMT_YUVJ420P || format == AV_PIX_FMT_YUVJ422P ||
           format == AV_PIX_FMT_YUVJ444P;
}

static AVFrame *make_source(int width, int height, enum AVPixelFormat format,
                            gboolean is_full_range)
{
    AVFrame *picture = new_picture(width, height, format);
    const AVPixFmtDescriptor *form = av_pix_fmt_desc_get(format);
    picture->color_range =
        is_full_range && !is_j_format(format) ? AVCOL_RANGE_JPEG : AVCOL_RANGE_UNSPECIFIED;
    is_full_range |= is_j_format(format);
    for (int c = 0; c < form->nb_components; c++) {
        int sx = c ? form->log2_chroma_w : 0, sy = c ? form->log2_chroma_h : 0;
        int w = AV_CEIL_RSHIFT(width, sx), h = AV_CEIL_RSHIFT(height, sy);
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                double value =
                    level(c, ((x + 0.5) * (1 << sx)) / width, ((y + 0.5) * (1 << sy)) / height);
                if (is_full_range)
                    value = c ? 128 + (value - 128) * 255 / 224 : (value - 16) * 255 / 219;
                put(picture, form, c, x, y, value);
            }
        }
    }
    return picture;
}

/* Where the middle of tile pixel (x, y) lies in the upright picture, 0..1. */
static void upright(guint rotation, double x, double y, double w, double h, double *u, double *v)
{
    double a = x / w, b = y / h;
    *u = rotation == 0 ? a : rotation == 90 ? b : rotation == 180 ? 1 - a : 1 - b;
    *v = rotation == 0 ? b : rotation == 90 ? 1 - a : rotation == 180 ? 1 - b : a;
}

/* crop is the part of the picture that is to be seen. Edges are even pixels, so it may be off by
 * one of them each. */
static void assert_shows(const Frame *frame, FRect crop, guint rotation, const AVFrame *source,
                         gboolean has_chroma, const char *what)
{
    double slack_u = 1.6 / source->width + 0.6 * crop.w / frame->width,
           slack_v = 1.6 / source->height + 0.6 * crop.h / frame->height;
    for (int i = 0; i < (has_chroma ? 3 : 1); i++) {
        int s = i ? 1 : 0, w = frame->width >> s, h = frame->height >> s;
        double slack = 2.5 + Y_SPAN * (i == 1 ? slack_v : slack_u);
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                double u, v;
                upright(rotation, x + 0.5, y + 0.5, w, h, &u, &v);
                double expected = level(i, crop.x + crop.w * u, crop.y + crop.h * v);
                int got = frame->plane[i][y * frame->stride[i] + x];
                if (fabs(got - expected) > slack)
                    g_error("%s: plane %d (%d,%d) of %dx%d is %d, should be %.1f +- %.1f", what, i,
                            x, y, frame->width, frame->height, got, expected, slack);
            }
        }
    }
}

static Frame *scale(const ViewSpec *spec, const AVFrame *source, Rect *inside, double *ratio)
{
    Scaler *scaler = scaler_new(spec, NULL, 0);
    g_autoptr(GError) error = NULL;
    Frame *frame = scaler_run(scaler, source, inside, &error);
    g_assert_no_error(error);
    if (ratio)
        *ratio = scaler_ratio(scaler);
    scaler_free(scaler);
    g_assert_cmpint(frame->width % 2, ==, 0);
    g_assert_cmpint(frame->height % 2, ==, 0);
    g_assert_cmpint(frame->width, ==, inside->w);
    g_assert_cmpint(frame->height, ==, inside->h);
    g_assert_true(rect_contains((Rect) { 0, 0, spec->width, spec->height }, *inside));
    return frame;
}

typedef struct {
    const char *name;
    int source_w, source_h;
    int tile_w, tile_h;
    Fit fit;
    FRect crop;
    guint rotation;
    AVRational aspect; /* of a pixel */
    Rect inside;
    FRect shown;
} PlaceRow;

#define FULL                                                                                       \
    {                                                                                              \
        0, 0, 1, 1                                                                                 \
    }

/* clang-format off */
static const PlaceRow place_rows[] = {
    { "same", 640, 360, 640, 360, FIT_CONTAIN, FULL, 0, { 0 }, { 0, 0, 640, 360 }, FULL },
    { "half", 640, 360, 320, 180, FIT_CONTAIN, FULL, 0, { 0 }, { 0, 0, 320, 180 }, FULL },
    { "three-quarters", 640, 360, 480, 270, FIT_CONTAIN, FULL, 0, { 0 }, { 0, 0, 480, 270 }, FULL },
    { "quarter", 640, 360, 160, 90, FIT_CONTAIN, FULL, 0, { 0 }, { 0, 0, 160, 90 }, FULL },
    { "odd-ratio", 640, 360, 384, 216, FIT_CONTAIN, FULL, 0, { 0 }, { 0, 0, 384, 216 }, FULL },
    { "up", 320, 180, 960, 540, FIT_CONTAIN, FULL, 0, { 0 }, { 0, 0, 960, 540 }, FULL },
    { "bars-sides", 400, 400, 640, 360, FIT_CONTAIN, FULL, 0, { 0 }, { 140, 0, 360, 360 }, FULL },
    { "bars-ends", 640, 360, 400, 400, FIT_CONTAIN, FULL, 0, { 0 }, { 0, 88, 400, 224 }, FULL },
    { "no-hairlines", 640, 362, 640, 360, FIT_CONTAIN, FULL, 0, { 0 }, { 0, 0, 640, 360 }, FULL },
    { "stretch", 400, 400, 640, 180, FIT_STRETCH, FULL, 0, { 0 }, { 0, 0, 640, 180 }, FULL },
    { "cover-wide", 640, 360, 360, 360, FIT_COVER, FULL, 0, { 0 }, { 0, 0, 360, 360 },
      { 0.21875, 0, 0.5625, 1 } },
    { "cover-tall", 360, 640, 360, 360, FIT_COVER, FULL, 0, { 0 }, { 0, 0, 360, 360 },
      { 0, 0.21875, 1, 0.5625 } },
    { "crop", 640, 360, 320, 180, FIT_CONTAIN, { 0.25, 0.25, 0.5, 0.5 }, 0, { 0 },
      { 0, 0, 320, 180 }, { 0.25, 0.25, 0.5, 0.5 } },
    { "crop-corner", 640, 360, 320, 180, FIT_CONTAIN, { 0.75, 0.75, 0.25, 0.25 }, 0, { 0 },
      { 0, 0, 320, 180 }, { 0.75, 0.75, 0.25, 0.25 } },
    { "crop-and-cover", 640, 360, 200, 200, FIT_COVER, { 0, 0, 0.5, 1 }, 0, { 0 },
      { 0, 0, 200, 200 }, { 0, 1 / 18.0, 0.5, 16 / 18.0 } },
    { "crop-and-bars", 640, 360, 200, 200, FIT_CONTAIN, { 0, 0, 0.5, 1 }, 0, { 0 },
      { 12, 0, 176, 200 }, { 0, 0, 0.5, 1 } },
    { "turned-90", 640, 360, 180, 320, FIT_CONTAIN, FULL, 90, { 0 }, { 0, 0, 180, 320 }, FULL },
    { "turned-180", 640, 360, 320, 180, FIT_CONTAIN, FULL, 180, { 0 }, { 0, 0, 320, 180 }, FULL },
    { "turned-270", 640, 360, 180, 320, FIT_CONTAIN, FULL, 270, { 0 }, { 0, 0, 180, 320 }, FULL },
    { "turned-bars", 640, 360, 640, 360, FIT_CONTAIN, FULL, 90, { 0 }, { 218, 0, 204, 360 }, FULL },
    { "turned-cover", 640, 360, 360, 360, FIT_COVER, FULL, 90, { 0 }, { 0, 0, 360, 360 },
      { 0.21875, 0, 0.5625, 1 } },
    { "turned-crop", 640, 360, 180, 320, FIT_CONTAIN, { 0.5, 0, 0.5, 0.5 }, 270, { 0 },
      { 0, 0, 180, 320 }, { 0.5, 0, 0.5, 0.5 } },
    { "wide-pixels", 352, 288, 640, 360, FIT_CONTAIN, FULL, 0, { 16, 11 }, { 0, 0, 640, 360 }, FULL },
    { "tall-pixels", 704, 288, 480, 360, FIT_CONTAIN, FULL, 0, { 6, 11 }, { 0, 0, 480, 360 }, FULL },
    { "wide-pixels-cover", 352, 288, 300, 300, FIT_COVER, FULL, 0, { 16, 11 }, { 0, 0, 300, 300 },
      { 0.21875, 0, 0.5625, 1 } },
    { "odd-source", 641, 361, 320, 180, FIT_CONTAIN, FULL, 0, { 0 }, { 0, 0, 320, 180 }, FULL },
    { "odd-same", 321, 181, 320, 180, FIT_CONTAIN, FULL, 0, { 0 }, { 0, 0, 320, 180 }, FULL },
    { "tiny-source", 16, 16, 320, 320, FIT_CONTAIN, FULL, 0, { 0 }, { 0, 0, 320, 320 }, FULL },
    { "tiny-tile", 640, 360, 4, 2, FIT_CONTAIN, FULL, 0, { 0 }, { 0, 0, 4, 2 }, FULL },
};
/* clang-format on */

static void test_place(gconstpointer data)
{
    const PlaceRow *row = data;
    ViewSpec spec = { row->tile_w, row->tile_h, row->fit, row->crop, row->rotation };
    AVFrame *source = make_source(row->source_w, row->source_h, AV_PIX_FMT_YUV420P, FALSE);
    source->sample_aspect_ratio = row->aspect;
    Rect inside;
    double ratio;
    g_autoptr(Frame) frame = scale(&spec, source, &inside, &ratio);
    g_assert_cmpint(inside.x, ==, row->inside.x);
    g_assert_cmpint(inside.y, ==, row->inside.y);
    g_assert_cmpint(inside.w, ==, row->inside.w);
    g_assert_cmpint(inside.h, ==, row->inside.h);
    assert_shows(frame, row->shown, row->rotation, source, TRUE, row->name);
    gboolean is_turned = row->rotation == 90 || row->rotation == 270;
    double expected = MIN((is_turned ? inside.h : inside.w) / (row->shown.w * row->source_w),
                          (is_turned ? inside.w : inside.h) / (row->shown.h * row->source_h));
    g_assert_cmpfloat_with_epsilon(ratio, expected, 0.02 * expected + 0.01);
    av_frame_free(&source);
}

/* Any view of any picture is in its place: what the table did not think of. */
static void test_random_places(void)
{
    GRand *rand = g_rand_new_with_seed(3);
    for (int round = 0; round < 150; round++) {
        int w = g_rand_int_range(rand, 64, 500), h = g_rand_int_range(rand, 64, 400);
        AVFrame *source = make_source(w, h, AV_PIX_FMT_YUV420P, FALSE);
        ViewSpec spec = { .width = random_even(rand, 32, 480),
                          .height = random_even(rand, 32, 360),
                          .fit = (Fit)g_rand_int_range(rand, FIT_CONTAIN, FIT_STRETCH + 1),
                          .crop = FRECT_FULL,
                          .rotation = 90 * (guint)g_rand_int_range(rand, 0, 4) };
        if (g_rand_boolean(rand)) {
            spec.crop.w = g_rand_double_range(rand, 0.3, 1);
            spec.crop.h = g_rand_double_range(rand, 0.3, 1);
            spec.crop.x = g_rand_double_range(rand, 0, 1 - spec.crop.w);
            spec.crop.y = g_rand_double_range(rand, 0, 1 - spec.crop.h);
        }
        FRect shown = spec.crop;
        if (spec.fit == FIT_COVER) {
            gboolean is_turned = spec.rotation % 180 != 0;
            double want =
                is_turned ? (double)spec.height / spec.width : (double)spec.width / spec.height;
            double have = shown.w * w / (shown.h * h);
            double keep_w = MIN(1, want / have), keep_h = MIN(1, have / want);
            shown = (FRect) { shown.x + shown.w * (1 - keep_w) / 2,
                              shown.y + shown.h * (1 - keep_h) / 2, shown.w * keep_w,
                              shown.h * keep_h };
        }
        Rect inside;
        g_autoptr(Frame) frame = scale(&spec, source, &inside, NULL);
        g_autofree char *what = g_strdup_printf(
            "round %d: %dx%d, fit %d, crop %.3f %.3f %.3f %.3f, %u degrees", round, w, h, spec.fit,
            spec.crop.x, spec.crop.y, spec.crop.w, spec.crop.h, spec.rotation);
        assert_shows(frame, shown, spec.rotation, source, TRUE, what);
        av_frame_free(&source);
    }
    g_rand_free(rand);
}

typedef struct {
    enum AVPixelFormat format;
    gboolean is_full_range; /* said by color_range, besides the J formats */
    gboolean has_chroma;
} FormatRow;

static const FormatRow format_rows[] = {
    { AV_PIX_FMT_YUV420P, FALSE, TRUE },     { AV_PIX_FMT_YUV420P, TRUE, TRUE },
    { AV_PIX_FMT_YUVJ420P, FALSE, TRUE },    { AV_PIX_FMT_YUV422P, FALSE, TRUE },
    { AV_PIX_FMT_YUV422P, TRUE, TRUE },      { AV_PIX_FMT_YUVJ422P, FALSE, TRUE },
    { AV_PIX_FMT_YUV444P, FALSE, TRUE },     { AV_PIX_FMT_YUVJ444P, FALSE, TRUE },
    { AV_PIX_FMT_NV12, FALSE, TRUE },        { AV_PIX_FMT_NV12, TRUE, TRUE },
    { AV_PIX_FMT_YUV420P10LE, FALSE, TRUE }, { AV_PIX_FMT_YUV420P10LE, TRUE, TRUE },
    { AV_PIX_FMT_YUV422P10LE, FALSE, TRUE }, { AV_PIX_FMT_YUYV422, FALSE, TRUE },
    { AV_PIX_FMT_GRAY8, FALSE, FALSE },      { AV_PIX_FMT_GRAY8, TRUE, FALSE },
    { AV_PIX_FMT_GRAY10LE, FALSE, FALSE },
};

/* Every format a decoder may give, at libyuv's ratios and others, whole and cropped: same place,
 * same range. */
static void test_format(gconstpointer data)
{
    const FormatRow *row = data;
    static const struct {
        int w, h;
        FRect crop;
    } views[] = { { 320, 180, FULL },
                  { 200, 120, FULL },
                  { 640, 360, FULL },
                  { 300, 200, { 0.25, 0.5, 0.5, 0.5 } },
                  { 320, 180, { 0.5, 0.25, 0.5, 0.5 } } };
    AVFrame *source = make_source(640, 360, row->format, row->is_full_range);
    for (gsize i = 0; i < G_N_ELEMENTS(views); i++) {
        ViewSpec spec = { views[i].w, views[i].h, FIT_STRETCH, views[i].crop, 0 };
        Rect inside;
        g_autoptr(Frame) frame = scale(&spec, source, &inside, NULL);
        assert_shows(frame, views[i].crop, 0, source, row->has_chroma,
                     av_get_pix_fmt_name(row->format));
        if (!row->has_chroma) {
            g_assert_cmpint(frame->plane[1][0], ==, 128);
            g_assert_cmpint(frame->plane[2][0], ==, 128);
        }
    }
    av_frame_free(&source);
}

static double psnr(const Frame *a, const Frame *b)
{
    double sum = 0, n = 0;
    for (int i = 0; i < 3; i++) {
        int w = i ? a->width / 2 : a->width, h = i ? a->height / 2 : a->height;
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                double d = a->plane[i][y * a->stride[i] + x] - b->plane[i][y * b->stride[i] + x];
                sum += d * d;
            }
        }
        n += w * h;
    }
    return sum == 0 ? 99 : 10 * log10(255 * 255 * n / sum);
}

/* Detail as a camera has it: two waves and a few edges. */
static AVFrame *make_detail(enum AVPixelFormat format)
{
    AVFrame *picture = new_picture(640, 360, format);
    const AVPixFmtDescriptor *form = av_pix_fmt_desc_get(format);
    for (int c = 0; c < 3; c++) {
        int s = c ? 1 : 0;
        for (int y = 0; y < 360 >> s; y++) {
            for (int x = 0; x < 640 >> s; x++) {
                double value = 120 + 40 * sin((x << s) / 9.0) * cos((y << s) / 7.0) +
                               ((x << s) / 60 + (y << s) / 50) % 2 * 50;
                put(picture, form, c, x, y, value);
            }
        }
    }
    return picture;
}

/* The same picture by libyuv (planar) and by swscale (NV12) is the same to the eye, at each ratio
 * where libyuv is used. */
static void test_both_ways_agree(void)
{
    AVFrame *planar = make_detail(AV_PIX_FMT_YUV420P), *nv12 = make_detail(AV_PIX_FMT_NV12);
    static const struct {
        int w, h;
        double least_db;
    } rows[] = { { 480, 270, 45 }, { 320, 180, 60 }, { 160, 90, 50 }, { 1280, 720, 45 } };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        ViewSpec spec = { rows[i].w, rows[i].h, FIT_CONTAIN, FULL, 0 };
        Rect inside;
        g_autoptr(Frame) a = scale(&spec, planar, &inside, NULL);
        g_autoptr(Frame) b = scale(&spec, nv12, &inside, NULL);
        double db = psnr(a, b);
        g_test_message("%dx%d: %.1f dB", rows[i].w, rows[i].h, db);
        g_assert_cmpfloat(db, >, rows[i].least_db);
    }
    av_frame_free(&planar);
    av_frame_free(&nv12);
}

/* No work, no copy; and the memory lives as long as the frame does. */
static void test_identity_shares(void)
{
    static const struct {
        FRect crop;
        int w, h, x, y;
    } rows[] = { { FULL, 640, 360, 0, 0 }, { { 0.5, 0.25, 0.5, 0.5 }, 320, 180, 320, 90 } };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        AVFrame *source = make_source(640, 360, AV_PIX_FMT_YUV420P, FALSE);
        ViewSpec spec = { rows[i].w, rows[i].h, FIT_CONTAIN, rows[i].crop, 0 };
        Rect inside;
        g_autoptr(Frame) frame = scale(&spec, source, &inside, NULL);
        g_assert_true(frame->plane[0] ==
                      source->data[0] + rows[i].y * source->linesize[0] + rows[i].x);
        g_assert_true(frame->plane[2] ==
                      source->data[2] + rows[i].y / 2 * source->linesize[2] + rows[i].x / 2);
        g_assert_false(av_frame_is_writable(source)); /* the decoder must not draw over it */
        AVFrame *copy = make_source(640, 360, AV_PIX_FMT_YUV420P, FALSE);
        av_frame_free(&source);
        assert_shows(frame, rows[i].crop, 0, copy, TRUE, "shared");
        av_frame_free(&copy);
    }
}

/* A full-range, turned or masked picture of the same size is work. */
static void test_not_shared(void)
{
    AVFrame *full = make_source(640, 360, AV_PIX_FMT_YUVJ420P, FALSE);
    ViewSpec spec = { 640, 360, FIT_CONTAIN, FULL, 0 };
    Rect inside;
    g_autoptr(Frame) frame = scale(&spec, full, &inside, NULL);
    g_assert_true(frame->plane[0] != full->data[0]);
    spec.rotation = 180;
    g_autoptr(Frame) turned = scale(&spec, full, &inside, NULL);
    g_assert_true(turned->plane[0] != full->data[0]);
    av_frame_free(&full);
}

/* One scaler through all that a camera may do in mid-stream: size, format, range and pixel shape
 * change. */
static void test_changes(void)
{
    static const struct {
        int w, h;
        enum AVPixelFormat format;
        gboolean is_full_range;
        AVRational aspect;
        Rect inside;
    } steps[] = {
        { 640, 360, AV_PIX_FMT_YUV420P, FALSE, { 0, 1 }, { 0, 0, 320, 180 } },
        { 640, 360, AV_PIX_FMT_YUV420P, TRUE, { 0, 1 }, { 0, 0, 320, 180 } },
        { 640, 360, AV_PIX_FMT_YUV420P, FALSE, { 0, 1 }, { 0, 0, 320, 180 } },
        { 1280, 720, AV_PIX_FMT_YUV420P, FALSE, { 0, 1 }, { 0, 0, 320, 180 } },
        { 320, 180, AV_PIX_FMT_YUV420P, FALSE, { 0, 1 }, { 0, 0, 320, 180 } },
        { 320, 180, AV_PIX_FMT_YUV422P, FALSE, { 0, 1 }, { 0, 0, 320, 180 } },
        { 320, 180, AV_PIX_FMT_YUV420P, FALSE, { 1, 2 }, { 80, 0, 160, 180 } },
        { 320, 180, AV_PIX_FMT_YUV420P, FALSE, { 0, 0 }, { 0, 0, 320, 180 } },
    };
    ViewSpec spec = { 320, 180, FIT_CONTAIN, FULL, 0 };
    Scaler *scaler = scaler_new(&spec, NULL, 0);
    g_assert_cmpfloat(scaler_ratio(scaler), ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        AVFrame *source =
            make_source(steps[i].w, steps[i].h, steps[i].format, steps[i].is_full_range);
        source->sample_aspect_ratio = steps[i].aspect;
        Rect inside;
        g_autoptr(Frame) frame = scaler_run(scaler, source, &inside, NULL);
        g_assert_nonnull(frame);
        g_assert_true(rect_equal(inside, steps[i].inside));
        g_autofree char *what = g_strdup_printf("step %zu", i);
        assert_shows(frame, (FRect)FULL, 0, source, TRUE, what);
        av_frame_free(&source);
    }
    scaler_free(scaler);
}

/* RGB is what some H.264 encoders send (GBR planar): colours, not places. */
static void test_rgb(void)
{
    AVFrame *source = new_picture(64, 64, AV_PIX_FMT_GBRP);
    source->color_range = AVCOL_RANGE_JPEG;
    for (int i = 0; i < 3; i++)
        memset(source->data[i], 255, (gsize)source->linesize[i] * 64);
    for (int y = 0; y < 32; y++) {
        for (int i = 0; i < 3; i++)
            memset(source->data[i] + y * source->linesize[i], 0, 64);
    }
    ViewSpec spec = { 32, 32, FIT_CONTAIN, FULL, 0 };
    Rect inside;
    g_autoptr(Frame) frame = scale(&spec, source, &inside, NULL);
    g_assert_cmpint(frame->plane[0][2 * frame->stride[0] + 5], ==, 16);
    g_assert_cmpint(frame->plane[0][28 * frame->stride[0] + 5], ==, 235);
    g_assert_cmpint(frame->plane[1][14 * frame->stride[1] + 5], ==, 128);
    av_frame_free(&source);
}

/* What nobody can convert is an error with its name, again and again, and never a crash. */
static void test_unsupported(void)
{
    AVFrame *source = av_frame_alloc();
    source->width = 640;
    source->height = 360;
    source->format = AV_PIX_FMT_VAAPI;
    ViewSpec spec = { 320, 180, FIT_CONTAIN, FULL, 0 };
    Scaler *scaler = scaler_new(&spec, NULL, 0);
    for (int i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;
        Rect inside;
        g_assert_null(scaler_run(scaler, source, &inside, &error));
        g_assert_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED);
        g_assert_nonnull(strstr(error->message, "vaapi"));
        g_assert_nonnull(strstr(error->message, "640x360"));
    }
    av_frame_free(&source);
    AVFrame *good = make_source(640, 360, AV_PIX_FMT_YUV420P, FALSE);
    Rect inside;
    g_autoptr(Frame) frame = scaler_run(scaler, good, &inside, NULL);
    g_assert_nonnull(frame); /* the scaler is as good as new */
    av_frame_free(&good);
    scaler_free(scaler);
}

/* Pixel shapes and sizes that only a broken camera sends: some picture or an error, nothing else.
 */
static void test_hostile(void)
{
    static const AVRational aspects[] = {
        { 65535, 1 }, { 1, 65535 }, { -1, 2 }, { 1, 0 }, { 0, 0 }
    };
    static const int sizes[][2] = { { 2, 2 }, { 1, 1 }, { 2, 360 }, { 640, 2 }, { 3, 1000 } };
    for (gsize a = 0; a < G_N_ELEMENTS(aspects); a++) {
        for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++) {
            for (Fit fit = FIT_CONTAIN; fit <= FIT_STRETCH; fit++) {
                AVFrame *source = make_source(sizes[s][0], sizes[s][1], AV_PIX_FMT_YUV420P, FALSE);
                source->sample_aspect_ratio = aspects[a];
                ViewSpec spec = { 320, 180, fit, { 0.5, 0.5, 0.01, 0.01 }, 90 };
                Scaler *scaler = scaler_new(&spec, NULL, 0);
                g_autoptr(GError) error = NULL;
                Rect inside;
                g_autoptr(Frame) frame = scaler_run(scaler, source, &inside, &error);
                g_assert_true((frame == NULL) == (error != NULL));
                if (frame)
                    g_assert_true(rect_contains((Rect) { 0, 0, 320, 180 }, inside));
                scaler_free(scaler);
                av_frame_free(&source);
            }
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(place_rows); i++) {
        g_autofree char *path = g_strdup_printf("/scale/place/%s", place_rows[i].name);
        g_test_add_data_func(path, &place_rows[i], test_place);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(format_rows); i++) {
        g_autofree char *path =
            g_strdup_printf("/scale/format/%s%s", av_get_pix_fmt_name(format_rows[i].format),
                            format_rows[i].is_full_range ? "-full" : "");
        g_test_add_data_func(path, &format_rows[i], test_format);
    }
    g_test_add_func("/scale/random_places", test_random_places);
    g_test_add_func("/scale/both_ways_agree", test_both_ways_agree);
    g_test_add_func("/scale/identity_shares", test_identity_shares);
    g_test_add_func("/scale/not_shared", test_not_shared);
    g_test_add_func("/scale/changes", test_changes);
    g_test_add_func("/scale/rgb", test_rgb);
    g_test_add_func("/scale/unsupported", test_unsupported);
    g_test_add_func("/scale/hostile", test_hostile);
    return g_test_run();
}
