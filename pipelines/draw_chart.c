/* draw_chart.c - bars, columns and the stage path */
#include "pipelines/draw_chart.h"

#include "pipelines/draw_sheet.h"
#include "pipelines/draw_text.h"
#include "wallctl/model/wording.h"

#include <math.h>

#define COLOUR_INK   0x0B0F14 /* on a filled stage */
#define COLOUR_AHEAD 0x1B242D /* a stage to come: never text */

char *countdown_words(const Countdown *countdown)
{
    return countdown->is_paused ? g_strdup("计时中止") : wording_countdown(countdown->left_ms);
}

static gboolean is_over(const Countdown *countdown)
{
    return countdown->left_ms < 0 || countdown->used >= 100;
}

guint32 countdown_colour(const Countdown *countdown)
{
    if (countdown->is_paused)
        return COLOUR_QUIET;
    if (is_over(countdown))
        return COLOUR_OVER;
    return countdown->used >= COUNTDOWN_SOON ? COLOUR_SOON : COLOUR_CALM;
}

static void fill_box(cairo_t *cr, Box box)
{
    cairo_rectangle(cr, box.x, box.y, box.width, box.height);
    cairo_fill(cr);
}

void countdown_mark(cairo_t *cr, const Countdown *countdown, double cx, double cy, double size)
{
    double half = size / 2;

    set_source_rgb24(cr, countdown_colour(countdown), 1);
    if (countdown->is_paused) {
        fill_box(cr, (Box) { cx - half * 0.7, cy - half * 0.8, half * 0.5, size * 0.8 });
        fill_box(cr, (Box) { cx + half * 0.2, cy - half * 0.8, half * 0.5, size * 0.8 });
    } else if (is_over(countdown)) {
        cairo_move_to(cr, cx, cy - half * 0.92);
        cairo_line_to(cr, cx + half, cy + half * 0.84);
        cairo_line_to(cr, cx - half, cy + half * 0.84);
        cairo_close_path(cr);
        cairo_fill(cr);
    } else if (countdown->used >= COUNTDOWN_SOON) {
        fill_box(cr, (Box) { cx - half * 0.8, cy - half * 0.8, size * 0.8, size * 0.8 });
    } else {
        cairo_arc(cr, cx, cy, half * 0.8, 0, 2 * G_PI);
        cairo_fill(cr);
    }
}

void chart_bar(cairo_t *cr, Box box, double share, guint32 colour)
{
    double radius = MIN(box.height / 2, 3);

    set_source_rgb24(cr, COLOUR_LINE, 1);
    rounded_rectangle(cr, box.x, box.y, box.width, box.height, radius);
    cairo_fill(cr);
    if (share <= 0)
        return;
    set_source_rgb24(cr, colour, 1);
    rounded_rectangle(cr, box.x, box.y, MAX(box.width * MIN(share, 1), 2 * radius), box.height,
                      radius);
    cairo_fill(cr);
}

void chart_countdown(cairo_t *cr, Box box, const Countdown *countdown)
{
    double left = is_over(countdown) ? 1 : 1 - countdown->used / 100.0;

    chart_bar(cr, box, left, countdown_colour(countdown));
}

void chart_columns(cairo_t *cr, Box box, const guint64 *values, guint n, guint32 colour)
{
    guint64 most = 0;

    for (guint i = 0; i < n; i++)
        most = MAX(most, values[i]);
    if (most == 0)
        return;
    double pitch = box.width / n, width = MAX(pitch * 0.7, 1);
    for (guint i = 0; i < n; i++) {
        double height = MAX(box.height * (double)values[i] / (double)most, 2);
        set_source_rgb24(cr, colour, i + 1 == n ? 1 : 0.45);
        fill_box(cr, (Box) { box.x + i * pitch, box.y + box.height - height, width, height });
    }
}

/* A segment points to the next one; the first has a straight left edge. */
static void stage_path(cairo_t *cr, Box box, double notch, gboolean is_first)
{
    cairo_move_to(cr, box.x, box.y);
    cairo_line_to(cr, box.x + box.width - notch, box.y);
    cairo_line_to(cr, box.x + box.width, box.y + box.height / 2);
    cairo_line_to(cr, box.x + box.width - notch, box.y + box.height);
    cairo_line_to(cr, box.x, box.y + box.height);
    if (!is_first)
        cairo_line_to(cr, box.x + notch, box.y + box.height / 2);
    cairo_close_path(cr);
}

/* Of the point of a segment, and between segments. */
static double notch_of(Box box)
{
    return box.height * 0.32;
}

static double gap_of(Box box)
{
    return MAX(box.height * 0.1, 2);
}

gboolean chart_stages_fit(Box box, const char *const *names, guint n, double size)
{
    double notch = notch_of(box);
    double room = (box.width - notch) / MAX(n, 1) - gap_of(box) - 1.6 * notch;

    if (box.height < size * 1.3)
        return FALSE;
    for (guint i = 0; i < n; i++) {
        g_autoptr(Text) text = text_new(names[i], &(TextStyle) { .size = size, .is_bold = TRUE });
        if (text->width > room)
            return FALSE;
    }
    return TRUE;
}

static void put_stage_name(cairo_t *cr, Box segment, double notch, const char *name, double size,
                           guint32 colour, gboolean is_bold)
{
    g_autoptr(Text) text =
        text_new(name, &(TextStyle) { .size = size, .is_bold = is_bold, .colour = colour });

    text_draw_strip(text, cr, segment.x + (segment.width + notch * 0.1 - text->width) / 2,
                    segment.y, segment.height);
}

void chart_stages(cairo_t *cr, Box box, const char *const *names, guint n, guint present,
                  double size)
{
    double notch = notch_of(box), width = (box.width - notch) / MAX(n, 1);

    for (guint i = 0; i < n; i++) {
        /* The outline stays inside, so that all segments are equally high. */
        gboolean is_past = i < present, is_present = i == present;
        double inset = is_past ? 1 : 0;
        Box segment = { box.x + i * width + inset, box.y + inset,
                        width + notch - gap_of(box) - 2 * inset, box.height - 2 * inset };
        stage_path(cr, segment, notch, i == 0);
        set_source_rgb24(cr, is_present ? COLOUR_ACCENT : COLOUR_AHEAD, 1);
        cairo_fill_preserve(cr);
        if (is_past) {
            set_source_rgb24(cr, COLOUR_ACCENT, 1);
            cairo_set_line_width(cr, 2);
            cairo_stroke(cr);
        }
        cairo_new_path(cr);
        if (size > 0)
            put_stage_name(cr, segment, i == 0 ? -notch : notch, names[i], size,
                           is_present ? COLOUR_INK
                           : is_past  ? COLOUR_DIM
                                      : COLOUR_QUIET,
                           is_present);
    }
}
