/* draw_banner.c - strips along an edge of the screen: alarm banners, how many more there are, the
 * ticker
 *
 * A banner is read from left to right: how bad (colour, shape and word), what and where, since when,
 * how long there is. The countdown ends at the right edge, so that those of stacked banners stand
 * below each other. When room is short the place is cut first, then the time left out; severity, what
 * it is and the countdown stay.
 */
#include "pipelines/draw.h"

#include "pipelines/draw_sheet.h"
#include "pipelines/draw_sign.h"
#include "pipelines/draw_text.h"

#define TICKER_LIMIT 16384 /* px; a cairo image ends at 32767 */

typedef struct {
    const BannerSpec *spec;
    const SeverityStyle *style;
    cairo_t *cr;
    double size, pad;
    int width, height;
} Strip;

/* The coloured block; returns where it ends. */
static double put_block(const Strip *strip)
{
    Severity severity = strip->spec->severity;
    double shape = strip->style == severity_style(SEVERITY_NONE) ? 0 : strip->size * 0.95;
    double gap = shape > 0 ? strip->size * 0.35 : 0;
    g_autoptr(Text) word = text_new(
        strip->style->word,
        &(TextStyle) { .size = strip->size, .is_bold = TRUE, .colour = strip->style->ink });
    double block = strip->pad + shape + gap + word->width + strip->pad;

    set_source_rgb24(strip->cr, strip->style->block, 1);
    cairo_rectangle(strip->cr, 0, strip->height - MAX(2, strip->height / 24), strip->width,
                    strip->height);
    cairo_fill(strip->cr);
    set_source_rgb24(strip->cr, strip->spec->is_dim ? strip->style->dim : strip->style->block, 1);
    cairo_rectangle(strip->cr, 0, 0, block, strip->height);
    cairo_fill(strip->cr);
    severity_draw(strip->cr, severity, strip->pad + shape / 2, strip->height / 2.0, shape);
    text_draw_strip(word, strip->cr, strip->pad + shape + gap, 0, strip->height);
    return block;
}

/* Time and countdown; returns where they begin. */
static double put_clocks(const Strip *strip, double left)
{
    const BannerSpec *spec = strip->spec;
    double x = strip->width;

    if (spec->countdown && *spec->countdown) {
        g_autoptr(Text) countdown =
            text_new(spec->countdown,
                     &(TextStyle) { .size = strip->size,
                                    .is_bold = TRUE,
                                    .max_width = strip->width - left,
                                    .colour = spec->is_over ? COLOUR_OVER : COLOUR_BRIGHT });
        x -= strip->pad + countdown->width;
        text_draw_strip(countdown, strip->cr, x, 0, strip->height);
    }
    if (spec->time && *spec->time) {
        g_autoptr(Text) time =
            text_new(spec->time, &(TextStyle) { .size = strip->size * 0.75, .colour = COLOUR_DIM });
        double wanted = time->width + strip->pad;
        if (x - wanted - left >= strip->width * 0.35) {
            x -= wanted;
            text_draw_strip(time, strip->cr, x, 0, strip->height);
        }
    }
    return x;
}

/* One large line, or two smaller ones when it is too long. */
static Text *fit_subject(const Strip *strip, const char *text, double room)
{
    TextStyle style = { .size = strip->size, .colour = COLOUR_BRIGHT, .max_width = room };
    g_autoptr(Text) one = text_new(text, &style);

    if (!one->is_cut)
        return g_steal_pointer(&one);
    style.size = strip->spec->screen_height * 0.029;
    style.max_lines = 2;
    return text_new(text, &style);
}

Bitmap *draw_banner(const BannerSpec *spec)
{
    double size = headline_size(spec->screen_height);
    int height = even_down(MIN(spec->screen_height * 0.085, size * 2.1));
    int width = even_down(spec->width);
    Strip strip = { .spec = spec,
                    .style = severity_style(spec->severity),
                    .cr = sheet_begin(width, height),
                    .size = size,
                    .pad = size * 0.6,
                    .width = width,
                    .height = height };
    gboolean has_place = spec->place && *spec->place;
    g_autofree char *subject =
        g_strconcat(spec->text ? spec->text : "", has_place ? " · " : "", spec->place, NULL);

    sheet_fill(strip.cr, COLOUR_STRIP, 1);
    double left = put_block(&strip) + strip.pad;
    double right = left + size < width ? put_clocks(&strip, left) - strip.pad : left;
    if (right - left > size) {
        g_autoptr(Text) text = fit_subject(&strip, subject, right - left);
        text_draw_strip(text, strip.cr, left, 0, height);
    }
    return sheet_end(strip.cr);
}

Bitmap *draw_banner_more(const BannerMoreSpec *spec)
{
    int width = even_down(spec->width), height = even_down(spec->screen_height * 0.045);
    double size = body_size(spec->screen_height), x = headline_size(spec->screen_height) * 0.6;
    guint all = 0;

    for (guint s = SEVERITY_NONE; s <= SEVERITY_RED; s++)
        all += spec->n[s];
    g_autofree char *words = g_strdup_printf("另有 %u 起", all);
    g_autoptr(Text) text =
        text_new(words, &(TextStyle) { .size = size, .is_bold = TRUE, .colour = COLOUR_BRIGHT });
    cairo_t *cr = sheet_begin(width, height);

    sheet_fill(cr, COLOUR_STRIP, 1);
    x = text_draw_strip(text, cr, x, 0, height) + size * 1.2;
    for (guint s = SEVERITY_RED; s > SEVERITY_NONE; s--) {
        if (spec->n[s] == 0)
            continue;
        const SeverityStyle *style = severity_style(s);
        g_autofree char *digits = g_strdup_printf("%s %u", style->word, spec->n[s]);
        g_autoptr(Text) count =
            text_new(digits, &(TextStyle) { .size = size, .colour = style->ink });
        double tablet = size * 2.1 + count->width, pad = size * 0.45;
        if (x + tablet > width)
            break;
        set_source_rgb24(cr, style->block, 1);
        cairo_rectangle(cr, x, height * 0.12, tablet, height * 0.76);
        cairo_fill(cr);
        severity_draw(cr, s, x + pad + size * 0.4, height / 2.0, size * 0.75);
        text_draw_strip(count, cr, x + pad + size * 1.15, 0, height);
        x += tablet + size * 0.6;
    }
    return sheet_end(cr);
}

Bitmap *draw_ticker(int min_width, int screen_height, const char *text)
{
    int height = even_down(screen_height * 0.045);
    double size = height * 0.58, pad = size;
    g_autoptr(Text) line = text_new(text, &(TextStyle) { .size = size,
                                                         .colour = COLOUR_BRIGHT,
                                                         .max_width = TICKER_LIMIT - 2 * pad });
    int width = MIN(MAX(even_up(line->width + 2 * pad), even_up(min_width)), TICKER_LIMIT);
    cairo_t *cr = sheet_begin(width, height);

    sheet_fill(cr, COLOUR_STRIP, 1);
    text_draw_strip(line, cr, pad, 0, height);
    return sheet_end(cr);
}
