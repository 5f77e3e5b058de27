/* draw_board_weather.c - 民情气象站: today's reports beside a usual day, as weather; counts only */
#include "pipelines/draw_board_kit.h"
#include "pipelines/draw_sheet.h"
#include "wallctl/model/wording.h"

#define COLOUR_SUN   0xFFD21F
#define COLOUR_CLOUD 0xC3CCD6
#define COLOUR_GREY  0x7F8C99
#define COLOUR_RAIN  0x5AA9F0

Sky board_sky(guint64 today, guint64 usual)
{
    static const struct {
        guint percent; /* of a usual day, at most */
        Sky sky;
    } steps[] = {
        { 80, SKY_CLEAR }, { 120, SKY_CLOUDY }, { 160, SKY_OVERCAST }, { 220, SKY_RAIN }
    };
    guint64 base = MAX(usual, 1);

    for (guint i = 0; i < G_N_ELEMENTS(steps); i++)
        if ((double)today * 100 <= (double)base * steps[i].percent)
            return steps[i].sky;
    return SKY_STORM;
}

const char *board_sky_word(Sky sky)
{
    static const char *const words[] = { "", "晴", "多云", "阴", "雨", "雷雨" };

    return (guint)sky < G_N_ELEMENTS(words) ? words[sky] : "";
}

static void draw_sun(cairo_t *cr, double cx, double cy, double size)
{
    double radius = size * 0.24;

    set_source_rgb24(cr, COLOUR_SUN, 1);
    cairo_arc(cr, cx, cy, radius, 0, 2 * G_PI);
    cairo_fill(cr);
    cairo_set_line_width(cr, size * 0.07);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_save(cr);
    cairo_translate(cr, cx, cy);
    for (guint i = 0; i < 8; i++) {
        cairo_move_to(cr, 0, -radius * 1.45);
        cairo_line_to(cr, 0, -radius * 1.9);
        cairo_rotate(cr, G_PI / 4);
    }
    cairo_stroke(cr);
    cairo_restore(cr);
}

static void draw_cloud(cairo_t *cr, double cx, double cy, double size, guint32 colour)
{
    set_source_rgb24(cr, colour, 1);
    cairo_arc(cr, cx - size * 0.22, cy + size * 0.04, size * 0.17, 0, 2 * G_PI);
    cairo_fill(cr);
    cairo_arc(cr, cx + size * 0.02, cy - size * 0.07, size * 0.24, 0, 2 * G_PI);
    cairo_fill(cr);
    cairo_arc(cr, cx + size * 0.27, cy + size * 0.06, size * 0.15, 0, 2 * G_PI);
    cairo_fill(cr);
    rounded_rectangle(cr, cx - size * 0.39, cy, size * 0.81, size * 0.21, size * 0.105);
    cairo_fill(cr);
}

static void draw_rain(cairo_t *cr, double cx, double cy, double size)
{
    set_source_rgb24(cr, COLOUR_RAIN, 1);
    cairo_set_line_width(cr, size * 0.06);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    for (int i = -1; i <= 1; i++) {
        cairo_move_to(cr, cx + i * size * 0.22 + size * 0.03, cy + size * 0.20);
        cairo_line_to(cr, cx + i * size * 0.22 - size * 0.05, cy + size * 0.38);
    }
    cairo_stroke(cr);
}

static void draw_bolt(cairo_t *cr, double cx, double cy, double size)
{
    static const double points[][2] = { { 0.08, 0.10 },  { -0.10, 0.34 }, { 0.01, 0.34 },
                                        { -0.06, 0.52 }, { 0.15, 0.25 },  { 0.04, 0.25 } };

    set_source_rgb24(cr, COLOUR_SUN, 1);
    for (guint i = 0; i < G_N_ELEMENTS(points); i++)
        cairo_line_to(cr, cx + points[i][0] * size, cy + points[i][1] * size);
    cairo_close_path(cr);
    cairo_fill(cr);
}

/* In the square of size px around cx, cy. */
static void draw_sky(cairo_t *cr, Sky sky, double cx, double cy, double size)
{
    switch (sky) {
    case SKY_CLEAR:
        draw_sun(cr, cx, cy, size);
        break;
    case SKY_CLOUDY:
        draw_sun(cr, cx + size * 0.16, cy - size * 0.14, size * 0.8);
        draw_cloud(cr, cx - size * 0.05, cy + size * 0.10, size * 0.95, COLOUR_CLOUD);
        break;
    case SKY_OVERCAST:
        draw_cloud(cr, cx + size * 0.08, cy - size * 0.14, size * 0.85, COLOUR_GREY);
        draw_cloud(cr, cx - size * 0.03, cy + size * 0.08, size, COLOUR_CLOUD);
        break;
    default:
        draw_cloud(cr, cx, cy - size * 0.12, size, sky == SKY_RAIN ? COLOUR_CLOUD : COLOUR_GREY);
        draw_rain(cr, sky == SKY_RAIN ? cx : cx - size * 0.1, cy, size);
        if (sky == SKY_STORM)
            draw_bolt(cr, cx + size * 0.2, cy - size * 0.08, size);
        break;
    }
    cairo_new_path(cr);
}

/* Sign and word beside each other, below them the number and what it is compared with. */
static void put_sky(const BoardSheet *sheet, Box box, const WeatherBoard *board)
{
    Sky sky = board_sky(board->today, board->usual);
    g_autofree char *number = wording_count(board->today);
    g_autofree char *usual_count = wording_count(board->usual);
    g_autofree char *usual = g_strdup_printf("平日 %s", usual_count);
    double foot = MIN(box.height * 0.42, sheet->body * 3);
    double sign = MIN((box.height - foot) * 0.95, box.width * 0.5);
    double word = MIN(sign * 0.5, (box.width - sign - sheet->pad) * 0.48); /* two characters */
    double middle = box.y + (box.height - foot) / 2, x = box.x + sign + sheet->pad;

    draw_sky(sheet->cr, sky, box.x + sign / 2, middle, sign);
    board_line(sheet, (Box) { x, middle - word, box.x + box.width - x, word * 2 },
               board_sky_word(sky), (LineStyle) { word, COLOUR_BRIGHT, TRUE, 0 });
    Box line = { box.x, box.y + box.height - foot, box.width, foot };
    double beside = board_width(usual, sheet->body, FALSE) + sheet->pad;
    double size = board_number_size(sheet, number, "件", line.width - beside, foot * 1.1);
    board_number(sheet, line, number, "件", size);
    board_line(sheet,
               (Box) { line.x, line.y + 0.88 * size - sheet->body + (foot - size) / 2, line.width,
                       sheet->body },
               usual, (LineStyle) { sheet->body, COLOUR_DIM, FALSE, ALIGN_RIGHT });
}

static void put_category(const BoardSheet *sheet, Box cell, const NamedCount *item, double size)
{
    g_autofree char *number = wording_count(item->count);
    g_autofree char *change = wording_change(item->count, item->before);
    double gap = size * 0.5, change_width = size * 2.4;
    gboolean has_change = item->has_before && cell.width >= size * 9;

    if (has_change) {
        board_line(sheet,
                   (Box) { cell.x + cell.width - change_width, cell.y, change_width, cell.height },
                   change, (LineStyle) { sheet->label, COLOUR_QUIET, FALSE, ALIGN_RIGHT });
        cell.width -= change_width + gap;
    }
    board_line(sheet, cell, number, (LineStyle) { size * 1.15, COLOUR_BRIGHT, TRUE, ALIGN_RIGHT });
    cell.width -= board_width(number, size * 1.15, TRUE) + gap;
    board_line(sheet, cell, item->name, (LineStyle) { size, COLOUR_DIM, FALSE, 0 });
}

void board_weather(BoardSheet *sheet, const BoardSpec *spec)
{
    const WeatherBoard *board = &spec->weather;
    Box left = sheet->room;
    gboolean is_wide = sheet->room.width > sheet->room.height * 1.2;

    if (board->n > 0 && is_wide) {
        left.width = MIN(sheet->room.width * 0.48, sheet->room.width - sheet->label * 6);
        sheet->room.x += left.width + sheet->pad * 1.5;
        sheet->room.width -= left.width + sheet->pad * 1.5;
    } else if (board->n > 0) {
        left.height = sheet->room.height * 0.45;
        sheet->room.y += left.height;
        sheet->room.height -= left.height;
    }
    put_sky(sheet, left, board);
    if (board->n == 0)
        return;
    RowGrid grid = board_rows(sheet, board->n, sheet->room.width, 1);
    grid.size = MIN(grid.size, sheet->body);
    for (guint i = 0; i < grid.shown; i++)
        put_category(sheet, board_cell(&grid, i), &board->categories[i], grid.size);
    board_rest(sheet, &grid, board->n - grid.shown);
}
