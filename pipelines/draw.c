/* draw.c - labels and plates: what lies over a tile
 *
 * Sizes are shares of the screen's height, so that all tiles of a wall speak with one voice
 * whatever their own size; a small tile only limits them. Slates are in draw_slate.c, banners and
 * the ticker in draw_banner.c.
 */
#include "pipelines/draw.h"

#include "pipelines/draw_sheet.h"
#include "pipelines/draw_sign.h"
#include "pipelines/draw_text.h"
#include "wallctl/base/error.h"

#define PLATE_ALPHA    0.55
#define SMALLEST_STALE 6 /* px of type */

/* What slates and plates say. The shapes of severities are drawn and need no font. */
static const char needed_glyphs[] = "离线正在连接等待首帧账号被拒编码不支持无权查看遮挡未生效"
                                    "摄像机已删除看板撤下无画面秒分小时后重试起，：（）·0123456789";

/* The state mark of a label: dark letters on a light tablet, so that it is not read as a part of
 * the name. */
static double put_mark(cairo_t *cr, const Text *mark, double x, int height, double size)
{
    double inset = size * 0.25;

    set_source_rgb24(cr, COLOUR_BRIGHT, 0.9);
    rounded_rectangle(cr, x, height / 2.0 - size * 0.58, mark->width + 2 * inset, size * 1.16,
                      size * 0.12);
    cairo_fill(cr);
    return text_draw_strip(mark, cr, x + inset, 0, height) + inset;
}

typedef struct {
    Text *mark, *region, *name; /* NULL: left out */
    double width;               /* of all with the gaps between them */
} LabelParts;

/* The name comes first when room is short: the region is often the same for the whole wall. */
static LabelParts fit_label(const char *mark, const char *region, const char *name, double size,
                            double room)
{
    LabelParts parts = { NULL };
    double gap = size * 0.45;

    if (*mark) {
        parts.mark = text_new(
            mark, &(TextStyle) { .size = size * 0.85, .is_bold = TRUE, .max_width = room / 2 });
        parts.width += parts.mark->width + size * 0.5 + gap;
    }
    if (*name) {
        parts.name = text_new(name, &(TextStyle) { .size = size,
                                                   .colour = COLOUR_BRIGHT,
                                                   .has_halo = TRUE,
                                                   .max_width = room - parts.width });
        parts.width += parts.name->width;
    }
    double left = room - parts.width - (*name ? gap : 0);
    if (*region && left >= 3 * size) {
        parts.region = text_new(
            region, &(TextStyle) {
                        .size = size, .colour = COLOUR_DIM, .has_halo = TRUE, .max_width = left });
        parts.width += parts.region->width + (*name ? gap : 0);
    }
    return parts;
}

Bitmap *draw_label(const LabelSpec *spec)
{
    g_autofree char *region = text_clean(spec->region);
    g_autofree char *name = text_clean(spec->name);
    g_autofree char *mark = text_clean(spec->mark);
    double size = label_size(spec->screen_height), gap = size * 0.45;
    double room = even_down(spec->max_width) - 2 * gap;
    int height = label_height(spec->screen_height);

    if ((!*region && !*name) || room < 2 * size)
        return NULL;
    LabelParts parts = fit_label(mark, region, name, size, room);
    int width = MIN(even_up(parts.width + 2 * gap), even_down(spec->max_width));
    cairo_t *cr = sheet_begin(width, height);
    double x = gap;

    sheet_fill(cr, 0x000000, PLATE_ALPHA);
    if (parts.mark)
        x = put_mark(cr, parts.mark, x, height, size) + gap;
    if (parts.region)
        x = text_draw_strip(parts.region, cr, x, 0, height) + gap;
    text_draw_strip(parts.name, cr, x, 0, height);
    text_free(parts.mark);
    text_free(parts.region);
    text_free(parts.name);
    return sheet_end(cr);
}

static char *stale_words(guint age_s)
{
    if (age_s < 60)
        return g_strdup_printf("已 %u 秒无画面", age_s);
    if (age_s < 3600)
        return g_strdup_printf("已 %u 分 %02u 秒无画面", age_s / 60, age_s % 60);
    return g_strdup_printf("已 %u 小时 %02u 分无画面", age_s / 3600, age_s / 60 % 60);
}

/* The same plate from 0 to 99 s: it must not twitch when the age goes from 9 to 10. */
static double stale_width(guint age_s, const TextStyle *style)
{
    g_autofree char *words = stale_words(MAX(age_s, 10));
    g_autoptr(Text) text = text_new(words, style);

    return text->width;
}

Bitmap *draw_stale(int max_width, int screen_height, guint age_s)
{
    g_autofree char *words = stale_words(age_s);
    double limit = even_down(max_width);
    TextStyle style = { .size = body_size(screen_height) * 1.2, .colour = COLOUR_BRIGHT };
    double sign = style.size * 1.15, pad = style.size * 0.6, gap = style.size * 0.4;
    double text_width = stale_width(age_s, &style);

    if (sign + gap + text_width + 2 * pad > limit) {
        /* A small tile: no sign, and type as small as needed. */
        double share = MIN(1, (limit - pad) / text_width);
        style.size *= share;
        if (style.size < SMALLEST_STALE)
            return NULL;
        sign = gap = 0;
        pad *= 0.5 * share;
        text_width = stale_width(age_s, &style);
    }
    style.max_width = limit;
    g_autoptr(Text) text = text_new(words, &style);
    int width = MIN(even_up(sign + gap + text_width + 2 * pad), (int)limit);
    int height = even_up(style.size * 1.9);
    cairo_t *cr = sheet_begin(width, height);

    set_source_rgb24(cr, 0x000000, 0.72);
    rounded_rectangle(cr, 0, 0, width, height, MIN(height * 0.18, width * 0.5));
    cairo_fill(cr);
    if (sign > 0)
        sign_draw_stale(cr, pad + sign / 2, height / 2.0, sign, COLOUR_BRIGHT);
    text_draw_strip(text, cr, width - pad - (text_width + text->width) / 2, 0, height);
    return sheet_end(cr);
}

Bitmap *draw_clock(int screen_height, const char *wall_name, const char *time_text)
{
    double size = body_size(screen_height), pad = size * 0.5;
    g_autoptr(Text) name = text_new(wall_name, &(TextStyle) { .size = size,
                                                              .colour = COLOUR_DIM,
                                                              .has_halo = TRUE,
                                                              .max_width = screen_height * 0.8 });
    g_autoptr(Text) time = text_new(
        time_text, &(TextStyle) { .size = size, .colour = COLOUR_BRIGHT, .has_halo = TRUE });
    double gap = name->width > 0 ? size * 0.8 : 0;
    int height = even_up(size * 1.6);
    int width = even_up(name->width + gap + time->width + 2 * pad);
    cairo_t *cr = sheet_begin(width, height);

    sheet_fill(cr, 0x000000, PLATE_ALPHA);
    double x = text_draw_strip(name, cr, pad, 0, height);
    text_draw_strip(time, cr, x + gap, 0, height);
    return sheet_end(cr);
}

gboolean draw_check_fonts(GError **error)
{
    if (text_has_glyphs(needed_glyphs))
        return TRUE;
    g_set_error(
        error, WALL_ERROR, WALL_ERROR_UNAVAILABLE,
        "no font with Chinese characters is installed: install fonts-noto-cjk (apt-get install "
        "fonts-noto-cjk)");
    return FALSE;
}
