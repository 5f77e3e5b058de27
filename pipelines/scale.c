/* scale.c - a decoded picture at a tile's size: crop, scale, range, mask, rotate */
#include "pipelines/scale.h"

#include "pipelines/mask.h"
#include "wallctl/base/error.h"

#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <libyuv.h>
#include <math.h>

/* What follows from one form of input; made anew when the camera changes its size. */
typedef struct {
    int width, height, format;
    enum AVColorRange range;
    AVRational aspect;
    Rect source;      /* px of the decoded picture that are seen */
    int out_w, out_h; /* before rotation */
    Rect inside;      /* in the tile, after rotation */
    gboolean by_libyuv, is_full_range, is_same;
    struct SwsContext *sws;
    MaskSet *masks;
    gboolean masks_failed;
    FramePool *pool, *upright; /* upright: before rotation, NULL without */
} Plan;

struct Scaler {
    ViewSpec spec;
    guint n_masks;
    Mask *masks;
    gboolean has_plan;
    Plan plan;
};

static void clear_plan(Plan *plan)
{
    sws_freeContext(plan->sws);
    mask_set_free(plan->masks);
    if (plan->pool)
        frame_pool_unref(plan->pool);
    if (plan->upright)
        frame_pool_unref(plan->upright);
    *plan = (Plan) { 0 };
}

/* The part of the picture that the view shows, and the size it gets, before rotation. */
static void plan_geometry(Plan *plan, const ViewSpec *spec, const AVFrame *picture)
{
    gboolean is_turned = spec->rotation == 90 || spec->rotation == 270;
    int tile_w = is_turned ? spec->height : spec->width;
    int tile_h = is_turned ? spec->width : spec->height;
    double pixel = picture->sample_aspect_ratio.num > 0 && picture->sample_aspect_ratio.den > 0
                       ? av_q2d(picture->sample_aspect_ratio)
                       : 1;
    FRect crop = spec->crop;
    double shown_w = crop.w * picture->width * pixel, shown_h = crop.h * picture->height;
    if (spec->fit == FIT_COVER) {
        double want = (double)tile_w / tile_h, have = shown_w / shown_h;
        if (have > want) {
            crop.x += crop.w * (1 - want / have) / 2;
            crop.w *= want / have;
        } else {
            crop.y += crop.h * (1 - have / want) / 2;
            crop.h *= have / want;
        }
    }
    Rect whole = { 0, 0, picture->width & ~1, picture->height & ~1 };
    plan->source = rect_intersect(rect_of_fraction(crop, whole), whole);
    if (rect_is_empty(plan->source))
        plan->source = (Rect) { 0, 0, MIN(2, whole.w), MIN(2, whole.h) };
    Rect tile = { 0, 0, tile_w, tile_h };
    Rect fitted = tile;
    if (spec->fit == FIT_CONTAIN) {
        const int unit = 10000; /* aspect as integers */
        fitted = rect_fit((int)lround(unit * shown_w / shown_h), unit, tile);
    }
    fitted.w = MAX(2, fitted.w);
    fitted.h = MAX(2, fitted.h);
    plan->out_w = fitted.w;
    plan->out_h = fitted.h;
    int final_w = is_turned ? fitted.h : fitted.w, final_h = is_turned ? fitted.w : fitted.h;
    plan->inside = (Rect) { (spec->width - final_w) / 4 * 2, (spec->height - final_h) / 4 * 2,
                            final_w, final_h };
}

static gboolean has_libyuv_ratio(Rect source, int w, int h)
{
    static const int ratios[][2] = { { 3, 4 }, { 1, 2 }, { 1, 4 }, { 2, 1 } };
    for (gsize i = 0; i < G_N_ELEMENTS(ratios); i++) {
        if (source.w * ratios[i][0] == w * ratios[i][1] &&
            source.h * ratios[i][0] == h * ratios[i][1])
            return TRUE;
    }
    return source.w == w && source.h == h;
}

/* The range is ours to convert, the same for both ways. swscale would do it by itself for the J
 * formats, which it knows as full range by name, and for grey ones. RGB becomes limited range on
 * the way. */
static gboolean make_sws(Plan *plan)
{
    int format = plan->format == AV_PIX_FMT_YUVJ420P   ? AV_PIX_FMT_YUV420P
                 : plan->format == AV_PIX_FMT_YUVJ422P ? AV_PIX_FMT_YUV422P
                 : plan->format == AV_PIX_FMT_YUVJ444P ? AV_PIX_FMT_YUV444P
                                                       : plan->format;
    const AVPixFmtDescriptor *form = av_pix_fmt_desc_get(format);
    gboolean is_rgb = form && form->flags & AV_PIX_FMT_FLAG_RGB;
    plan->is_full_range = !is_rgb && (plan->is_full_range || format != plan->format);
    gboolean is_smaller = plan->out_w < plan->source.w || plan->out_h < plan->source.h;
    plan->sws =
        sws_getContext(plan->source.w, plan->source.h, format, plan->out_w, plan->out_h,
                       AV_PIX_FMT_YUV420P, is_smaller ? SWS_AREA : SWS_BILINEAR, NULL, NULL, NULL);
    if (!plan->sws)
        return FALSE;
    const int *table = sws_getCoefficients(SWS_CS_DEFAULT);
    return sws_setColorspaceDetails(plan->sws, table, is_rgb, table, 0, 0, 1 << 16, 1 << 16) >= 0;
}

static gboolean make_plan(Scaler *scaler, const AVFrame *picture, GError **error)
{
    Plan *plan = &scaler->plan;
    clear_plan(plan);
    plan->width = picture->width;
    plan->height = picture->height;
    plan->format = picture->format;
    plan->range = picture->color_range;
    plan->aspect = picture->sample_aspect_ratio;
    plan_geometry(plan, &scaler->spec, picture);
    gboolean is_420 =
        picture->format == AV_PIX_FMT_YUV420P || picture->format == AV_PIX_FMT_YUVJ420P;
    plan->is_full_range =
        picture->format == AV_PIX_FMT_YUVJ420P || picture->color_range == AVCOL_RANGE_JPEG;
    plan->by_libyuv = is_420 && has_libyuv_ratio(plan->source, plan->out_w, plan->out_h);
    if (!plan->by_libyuv && !make_sws(plan)) {
        const char *name = av_get_pix_fmt_name(picture->format);
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNSUPPORTED,
                    "pixel format %s at %dx%d cannot be shown", name ? name : "unknown",
                    picture->width, picture->height);
        return FALSE;
    }
    FRect seen = { (double)plan->source.x / picture->width,
                   (double)plan->source.y / picture->height,
                   (double)plan->source.w / picture->width,
                   (double)plan->source.h / picture->height };
    plan->masks_failed =
        !mask_set_new(scaler->masks, scaler->n_masks, plan->out_w, plan->out_h, seen, &plan->masks);
    plan->is_same = plan->by_libyuv && plan->source.w == plan->out_w &&
                    plan->source.h == plan->out_h && !plan->is_full_range && scaler->n_masks == 0 &&
                    scaler->spec.rotation == 0;
    plan->pool = frame_pool_new(plan->inside.w, plan->inside.h, 4);
    if (scaler->spec.rotation)
        plan->upright = frame_pool_new(plan->out_w, plan->out_h, 1);
    return TRUE;
}

static void release_shared(Frame *frame)
{
    AVFrame *picture = frame->owner;
    av_frame_free(&picture);
    g_free(frame);
}

/* A Frame on the decoder's own memory: the decoder does not write to pictures that are referenced.
 */
static Frame *share(const AVFrame *picture, Rect source)
{
    AVFrame *held = av_frame_clone(picture);
    g_assert(held); /* no memory */
    Frame *frame = g_new0(Frame, 1);
    *frame = (Frame) {
        .refs = 1, .width = source.w, .height = source.h, .release = release_shared, .owner = held
    };
    for (int i = 0; i < 3; i++) {
        int s = i ? 1 : 0;
        frame->stride[i] = held->linesize[i];
        frame->plane[i] =
            held->data[i] + (gsize)(source.y >> s) * held->linesize[i] + (source.x >> s);
    }
    return frame;
}

static void scale_into(Plan *plan, const AVFrame *picture, Frame *out)
{
    Rect r = plan->source;
    if (plan->by_libyuv) {
        const guint8 *from[3];
        for (int i = 0; i < 3; i++)
            from[i] = picture->data[i] + (gsize)(r.y >> (i ? 1 : 0)) * picture->linesize[i] +
                      (r.x >> (i ? 1 : 0));
        I420Scale(from[0], picture->linesize[0], from[1], picture->linesize[1], from[2],
                  picture->linesize[2], r.w, r.h, out->plane[0], out->stride[0], out->plane[1],
                  out->stride[1], out->plane[2], out->stride[2], out->width, out->height,
                  kFilterBox);
        return;
    }
    const AVPixFmtDescriptor *form = av_pix_fmt_desc_get(picture->format);
    const guint8 *from[4] = { 0 };
    for (int i = 0; i < 4 && picture->data[i]; i++) {
        int shift_x = i == 1 || i == 2 ? form->log2_chroma_w : 0;
        int shift_y = i == 1 || i == 2 ? form->log2_chroma_h : 0;
        from[i] = picture->data[i] + (gsize)(r.y >> shift_y) * picture->linesize[i];
        for (int c = 0; c < form->nb_components; c++) {
            if (form->comp[c].plane == i) {
                from[i] += (gsize)(r.x >> shift_x) * (gsize)form->comp[c].step;
                break;
            }
        }
    }
    sws_scale(plan->sws, from, picture->linesize, 0, r.h, out->plane, out->stride);
}

/* Full range 0..255 to limited 16..235 / 16..240, in place. */
static void limit_range(Frame *frame)
{
    for (int i = 0; i < 3; i++) {
        int w = i ? frame->width / 2 : frame->width, h = i ? frame->height / 2 : frame->height;
        guint scale = i ? 57568 : 56284; /* 224/255, 219/255 in 16 bits */
        for (int y = 0; y < h; y++) {
            guint8 *row = frame->plane[i] + (gsize)y * frame->stride[i];
            for (int x = 0; x < w; x++)
                row[x] = (guint8)((row[x] * scale + (i ? 1052672u : 1081344u)) >> 16);
        }
    }
}

static Frame *turn(Plan *plan, guint rotation, Frame *upright)
{
    Frame *out = frame_pool_get(plan->pool);
    I420Rotate(upright->plane[0], upright->stride[0], upright->plane[1], upright->stride[1],
               upright->plane[2], upright->stride[2], out->plane[0], out->stride[0], out->plane[1],
               out->stride[1], out->plane[2], out->stride[2], upright->width, upright->height,
               (enum RotationMode)rotation);
    frame_unref(upright);
    return out;
}

static gboolean is_planned(const Plan *plan, const AVFrame *picture)
{
    return plan->width == picture->width && plan->height == picture->height &&
           plan->format == picture->format && plan->range == picture->color_range &&
           plan->aspect.num == picture->sample_aspect_ratio.num &&
           plan->aspect.den == picture->sample_aspect_ratio.den;
}

Frame *scaler_run(Scaler *scaler, const AVFrame *picture, Rect *inside, GError **error)
{
    Plan *plan = &scaler->plan;
    if (!scaler->has_plan || !is_planned(plan, picture)) {
        scaler->has_plan = make_plan(scaler, picture, error);
        if (!scaler->has_plan)
            return NULL;
    }
    if (plan->masks_failed) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_INTERNAL,
                    "a privacy mask cannot be applied: the picture is withheld");
        return NULL;
    }
    if (inside)
        *inside = plan->inside;
    if (plan->is_same)
        return share(picture, plan->source);
    Frame *out = frame_pool_get(plan->upright ? plan->upright : plan->pool);
    scale_into(plan, picture, out);
    if (plan->is_full_range)
        limit_range(out);
    if (plan->masks)
        mask_set_apply(plan->masks, out);
    return plan->upright ? turn(plan, scaler->spec.rotation, out) : out;
}

double scaler_ratio(const Scaler *scaler)
{
    const Plan *plan = &scaler->plan;
    if (!scaler->has_plan)
        return 0;
    return MIN((double)plan->out_w / plan->source.w, (double)plan->out_h / plan->source.h);
}

Scaler *scaler_new(const ViewSpec *spec, const Mask *masks, guint n_masks)
{
    Scaler *scaler = g_new0(Scaler, 1);
    scaler->spec = *spec;
    scaler->n_masks = n_masks;
    scaler->masks = g_memdup2(masks, n_masks * sizeof *masks);
    return scaler;
}

void scaler_free(Scaler *scaler)
{
    if (!scaler)
        return;
    clear_plan(&scaler->plan);
    g_free(scaler->masks);
    g_free(scaler);
}
