/* quality.c - figures of a decoded picture for the diagnosis
 *
 * Edges are judged by their steepness against the whole rise within a block, so that a picture of few and faint edges
 * is not taken for a blurred one. Noise is what remains when edges are cancelled (Immerkaer) and differs from one
 * picture to the next; it is read where the picture is calmest, as leaves and water look like noise themselves.
 */
#include "pipelines/quality.h"

#include "pipelines/mask.h"
#include "pipelines/scale.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH        320
#define HEIGHT       192
#define FULL_RANGE   (255.0 / 219) /* frames are of limited range */
#define BLACK_Y      16
#define WHITE_Y      231 /* 250 of 255: what is clipped, with the wear of compression */
#define EDGE_Y       24  /* a rise of less says nothing of sharpness */
#define MIN_EDGES    8   /* blocks: fewer say nothing of the whole */
#define COLOUR_MIN_Y 32
#define COLOUR_MAX_Y 224
#define NEUTRAL      6 /* steps of U and V together that still are grey */
#define CALM_SHARE   0.25
#define NOISE_OF_DIFF                                                                              \
    1.1284 /* mean difference of two noisy values by their standard deviation: 2 / sqrt(pi) */

/* Rows of pixels: worth several at once, which gcc does not do at -O2 by itself. */
#if defined __GNUC__ && !defined __clang__
#define ALONG_ROWS __attribute__((optimize("O3")))
#else
#define ALONG_ROWS
#endif

struct QualityMeter {
    guint n_masks;
    Mask *masks;
    Scaler *scaler;
    Frame *before;
    gboolean is_in[QUALITY_BLOCKS];
};

/* Sums of the columns of one row of blocks, as wide as the picture: what is counted along rows of pixels is counted
 * for many columns at once. In steps of limited range. */
typedef struct {
    guint8 low[WIDTH], high[WIDTH], across[WIDTH],
        down[WIDTH]; /* across, down: steepest step to the next pixel */
    guint32 light[WIDTH], noise[WIDTH], change[WIDTH];
} Columns;

/* What they come to in one block. */
typedef struct {
    double mean, noise, change;
    int low, high, steepest;
} BlockSums;

static Rect block_rect(int block, int width, int height)
{
    int column = block % QUALITY_COLUMNS, row = block / QUALITY_COLUMNS;
    int x = column * width / QUALITY_COLUMNS, y = row * height / QUALITY_ROWS;
    return (Rect) { x, y, (column + 1) * width / QUALITY_COLUMNS - x,
                    (row + 1) * height / QUALITY_ROWS - y };
}

ALONG_ROWS static void add_light(Columns *columns, const guint8 *p, int width)
{
    for (int x = 0; x < width; x++) {
        columns->light[x] += p[x];
        columns->low[x] = MIN(columns->low[x], p[x]);
        columns->high[x] = MAX(columns->high[x], p[x]);
    }
    for (int x = 0; x + 1 < width; x++) {
        guint8 step = p[x] > p[x + 1] ? p[x] - p[x + 1] : p[x + 1] - p[x];
        columns->across[x] = MAX(columns->across[x], step);
    }
}

ALONG_ROWS static void add_steps_down(Columns *columns, const guint8 *p, const guint8 *below,
                                      int width)
{
    for (int x = 0; x < width; x++) {
        guint8 step = p[x] > below[x] ? p[x] - below[x] : below[x] - p[x];
        columns->down[x] = MAX(columns->down[x], step);
    }
}

/* J. Immerkaer, Fast Noise Variance Estimation, 1996. */
ALONG_ROWS static void add_noise(Columns *columns, const guint8 *a, const guint8 *b,
                                 const guint8 *c, int width)
{
    for (int x = 1; x + 1 < width; x++) {
        int v = a[x - 1] - 2 * a[x] + a[x + 1] - 2 * (b[x - 1] - 2 * b[x] + b[x + 1]) + c[x - 1] -
                2 * c[x] + c[x + 1];
        columns->noise[x] += (guint)abs(v);
    }
}

ALONG_ROWS static void add_change(Columns *columns, const guint8 *p, const guint8 *q, int width)
{
    for (int x = 0; x < width; x++)
        columns->change[x] += (guint)abs(p[x] - q[x]);
}

static void sum_columns(Columns *columns, const Frame *now, const Frame *before, Rect r)
{
    memset(columns, 0, sizeof *columns);
    memset(columns->low, 255, sizeof columns->low);
    for (int y = 0; y < r.h; y++) {
        const guint8 *p = now->plane[0] + (gsize)(r.y + y) * now->stride[0];
        add_light(columns, p, r.w);
        if (y + 1 < r.h)
            add_steps_down(columns, p, p + now->stride[0], r.w);
        if (!before)
            continue;
        add_change(columns, p, before->plane[0] + (gsize)(r.y + y) * before->stride[0], r.w);
        if (y > 0 && y + 1 < r.h)
            add_noise(columns, p - now->stride[0], p, p + now->stride[0], r.w);
    }
}

static BlockSums sum_block(const Columns *columns, Rect r)
{
    BlockSums sums = { .low = 255 };
    guint light = 0, noise = 0, change = 0;
    for (int x = r.x; x < r.x + r.w; x++) {
        gboolean is_last = x + 1 == r.x + r.w;
        light += columns->light[x];
        change += columns->change[x];
        noise += is_last || x == r.x ? 0 : columns->noise[x];
        sums.low = MIN(sums.low, columns->low[x]);
        sums.high = MAX(sums.high, columns->high[x]);
        sums.steepest = MAX(sums.steepest, columns->down[x]);
        sums.steepest = MAX(sums.steepest, is_last ? 0 : columns->across[x]);
    }
    int inner = MAX(r.w - 2, 1) * MAX(r.h - 2, 1);
    sums.mean = (double)light / (r.w * r.h);
    sums.change = (double)change / (r.w * r.h) * FULL_RANGE;
    sums.noise = sqrt(G_PI / 2) / 6 * noise / inner * FULL_RANGE;
    return sums;
}

static double full(double y)
{
    return CLAMP((y - BLACK_Y) * FULL_RANGE, 0, 255);
}

/* The value that a share of the pixels does not reach. */
static double level_of(const guint *histogram, guint n, double share)
{
    guint sum = 0;
    for (int y = 0; y < 256; y++) {
        sum += histogram[y];
        if (sum > share * n)
            return full(y);
    }
    return 255;
}

static int by_value(gconstpointer a, gconstpointer b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double rank_of(double *values, guint n, double share)
{
    qsort(values, n, sizeof *values, by_value);
    return values[(guint)(share * (n - 1))];
}

/* Of what is neither black nor white: there the colour says nothing. Every second line is enough. */
static void measure_colour(const Frame *picture, const gboolean *is_in, QualityFigures *figures)
{
    int w = picture->width / 2, h = picture->height / 2;
    guint n = 0, neutral = 0, count_u[256] = { 0 }, count_v[256] = { 0 };
    for (int y = 0; y < h; y += 2) {
        const guint8 *light = picture->plane[0] + (gsize)(2 * y) * picture->stride[0];
        const guint8 *u = picture->plane[1] + (gsize)y * picture->stride[1];
        const guint8 *v = picture->plane[2] + (gsize)y * picture->stride[2];
        const gboolean *in = is_in ? is_in + y * QUALITY_ROWS / h * QUALITY_COLUMNS : NULL;
        for (int x = 0; x < w; x++) {
            if (light[2 * x] < COLOUR_MIN_Y || light[2 * x] > COLOUR_MAX_Y ||
                (in && !in[x * QUALITY_COLUMNS / w]))
                continue;
            n++;
            neutral += abs(u[x] - 128) + abs(v[x] - 128) <= NEUTRAL;
            count_u[u[x]]++;
            count_v[v[x]]++;
        }
    }
    if (n < (guint)(w * h / 2) / 5) /* too little */
        return;
    double sum_u = 0, sum_v = 0, off_u = 0, off_v = 0;
    for (int i = 0; i < 256; i++) {
        sum_u += (double)count_u[i] * (i - 128);
        sum_v += (double)count_v[i] * (i - 128);
    }
    for (int i = 0; i < 256; i++) {
        off_u += count_u[i] * fabs(i - 128 - sum_u / n);
        off_v += count_v[i] * fabs(i - 128 - sum_v / n);
    }
    figures->cast = hypot(sum_u / n, sum_v / n);
    figures->cast_ratio = figures->cast / MAX(hypot(off_u / n, off_v / n), 1);
    figures->neutral = (double)neutral / n;
}

/* How bright how many pixels are. Every second line is enough. */
static guint count_light(const Frame *picture, const gboolean *is_in, guint *histogram)
{
    guint n = 0;
    for (int i = 0; i < QUALITY_BLOCKS; i++) {
        if (is_in && !is_in[i])
            continue;
        Rect r = block_rect(i, picture->width, picture->height);
        for (int y = r.y; y < r.y + r.h; y += 2) {
            const guint8 *row = picture->plane[0] + (gsize)y * picture->stride[0] + r.x;
            for (int x = 0; x < r.w; x++)
                histogram[row[x]]++;
            n += (guint)r.w;
        }
    }
    return n;
}

static void measure_light(const Frame *picture, const gboolean *is_in, QualityFigures *figures)
{
    guint histogram[256] = { 0 }, white = 0;
    guint n = count_light(picture, is_in, histogram);
    if (n == 0)
        return;
    double sum = 0;
    for (int y = 0; y < 256; y++)
        sum += (double)histogram[y] * y;
    for (int y = WHITE_Y; y < 256; y++)
        white += histogram[y];
    figures->luma = full(sum / n);
    figures->low = level_of(histogram, n, 0.02);
    figures->high = level_of(histogram, n, 0.98);
    figures->white = (double)white / n;
}

void quality_measure(const Frame *picture, const Frame *before, const gboolean *is_in,
                     QualityFigures *figures)
{
    g_assert(picture->width <= WIDTH);
    guint n_edges = 0, n_calm = 0;
    double edges[QUALITY_BLOCKS], calm[QUALITY_BLOCKS];
    Columns columns;
    *figures = (QualityFigures) { .sharpness = -1, .noise = -1, .has_before = before != NULL };
    for (int i = 0; i < QUALITY_BLOCKS; i++) {
        QualityBlock *block = &figures->block[i];
        Rect r = block_rect(i, picture->width, picture->height);
        if (i % QUALITY_COLUMNS == 0)
            sum_columns(&columns, picture, before, (Rect) { 0, r.y, picture->width, r.h });
        block->is_in = !is_in || is_in[i];
        if (!block->is_in)
            continue;
        BlockSums sums = sum_block(&columns, r);
        block->mean = (guint8)full(sums.mean);
        block->range = (guint8)(full(sums.high) - full(sums.low));
        if (sums.high - sums.low >= EDGE_Y)
            edges[n_edges++] = (double)sums.steepest / (sums.high - sums.low);
        if (!before)
            continue;
        block->change = (guint8)MIN(sums.change * 16, 255);
        calm[n_calm++] = MIN(sums.noise, sums.change / NOISE_OF_DIFF);
    }
    if (n_edges >= MIN_EDGES)
        figures->sharpness = rank_of(edges, n_edges, 0.5);
    if (n_calm)
        figures->noise = rank_of(calm, n_calm, CALM_SHARE);
    measure_light(picture, is_in, figures);
    measure_colour(picture, is_in, figures);
}

/* Blocks that a mask touches; what is under it is no fault of the camera's. Tried on a white picture, as black. */
static gboolean find_masked(QualityMeter *meter, int width, int height)
{
    for (guint i = 0; i < QUALITY_BLOCKS; i++)
        meter->is_in[i] = TRUE;
    g_autofree Mask *masks = g_memdup2(meter->masks, meter->n_masks * sizeof *masks);
    for (guint i = 0; i < meter->n_masks; i++)
        masks[i].mode = MASK_BLACK;
    MaskSet *set;
    if (!mask_set_new(masks, meter->n_masks, width, height, FRECT_FULL, &set))
        return FALSE;
    if (!set)
        return TRUE;
    g_autoptr(Frame) probe = frame_new(width, height);
    frame_fill(probe, 235, 128, 128);
    mask_set_apply(set, probe);
    mask_set_free(set);
    for (int i = 0; i < QUALITY_BLOCKS; i++) {
        Rect r = block_rect(i, width, height);
        for (int y = r.y; y < r.y + r.h; y++) {
            const guint8 *row = probe->plane[0] + (gsize)y * probe->stride[0] + r.x;
            if (memchr(row, BLACK_Y, (gsize)r.w))
                meter->is_in[i] = FALSE;
        }
    }
    return TRUE;
}

gboolean quality_meter_run(QualityMeter *meter, const AVFrame *picture, QualityFigures *figures,
                           GError **error)
{
    Frame *now = scaler_run(meter->scaler, picture, NULL, error);
    if (!now)
        return FALSE;
    Frame *before = meter->before;
    if (!before || before->width != now->width || before->height != now->height) {
        g_clear_pointer(&meter->before, frame_unref);
        before = NULL;
        if (!find_masked(meter, now->width, now->height)) {
            for (guint i = 0; i < QUALITY_BLOCKS; i++)
                meter->is_in[i] = FALSE;
        }
    }
    quality_measure(now, before, meter->is_in, figures);
    frame_unref(before);
    meter->before = now;
    return TRUE;
}

QualityMeter *quality_meter_new(const Mask *masks, guint n_masks)
{
    QualityMeter *meter = g_new0(QualityMeter, 1);
    ViewSpec spec = { WIDTH, HEIGHT, FIT_CONTAIN, FRECT_FULL, 0 };
    meter->n_masks = n_masks;
    meter->masks = g_memdup2(masks, n_masks * sizeof *masks);
    meter->scaler = scaler_new(&spec, masks, n_masks);
    return meter;
}

void quality_meter_free(QualityMeter *meter)
{
    if (!meter)
        return;
    frame_unref(meter->before);
    scaler_free(meter->scaler);
    g_free(meter->masks);
    g_free(meter);
}
