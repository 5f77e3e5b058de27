/* draw_board.c - the sheet of a board: type sizes, head, lines, rows; and which kind draws what */
#include "pipelines/draw_board.h"

#include "pipelines/draw_board_kit.h"
#include "pipelines/draw_sheet.h"

#include <math.h>

#define ROW_GAP 1.25 /* of a line's type, from one row to the next */

gboolean board_begin(BoardSheet *sheet, int width, int height, int screen_height)
{
    if (width < 2 || height < 2 || width % 2 != 0 || height % 2 != 0)
        return FALSE;
    double least = label_size(screen_height), side = MIN(height, width * 0.66);
    double pad = MAX(side * 0.045, 4);

    *sheet = (BoardSheet) {
        .cr = sheet_begin(width, height),
        .title = MAX(least, MIN(side * 0.085, side * 0.03 + least)),
        .body = MAX(least, MIN(side * 0.075, side * 0.022 + least)),
        .label = MAX(least, side * 0.02 + least * 0.6),
        .pad = pad,
        .room = { pad, pad, width - 2 * pad, height - 2 * pad },
    };
    sheet_fill(sheet->cr, COLOUR_WALL, 1);
    return TRUE;
}

void board_head(BoardSheet *sheet, const char *title, const char *as_of)
{
    Box line = { sheet->room.x, sheet->room.y, sheet->room.width, sheet->title };
    double rule = MAX(2, round(sheet->title * 0.1));

    set_source_rgb24(sheet->cr, COLOUR_LINE, 1);
    cairo_rectangle(sheet->cr, 0, 0, sheet->room.width + 2 * sheet->pad, rule);
    cairo_fill(sheet->cr);
    double used = board_line(sheet, line, title, (LineStyle) { sheet->title, COLOUR_DIM, TRUE, 0 });
    Box rest = { line.x + used + sheet->pad, line.y, line.width - used - sheet->pad, line.height };
    if (as_of && *as_of && board_width(as_of, sheet->label, FALSE) <= rest.width)
        board_line(sheet, rest, as_of,
                   (LineStyle) { sheet->label, COLOUR_QUIET, FALSE, ALIGN_RIGHT });
    double taken = sheet->title + sheet->pad * 0.8;
    sheet->room.y += taken;
    sheet->room.height = MAX(sheet->room.height - taken, 0);
}

double board_line(const BoardSheet *sheet, Box box, const char *text, LineStyle style)
{
    if (!text || !*text || box.width < sheet->label || style.size < 1)
        return 0;
    TextStyle type = {
        .size = style.size, .is_bold = style.is_bold, .colour = style.colour, .max_width = box.width
    };
    g_autoptr(Text) line = text_fit(text, &type, MIN(sheet->label, style.size));
    double spare = box.width - line->width;
    double x = box.x + (style.align == ALIGN_RIGHT    ? spare
                        : style.align == ALIGN_CENTRE ? spare / 2
                                                      : 0);
    text_draw_strip(line, sheet->cr, x, box.y, box.height);
    return line->width;
}

double board_width(const char *text, double size, gboolean is_bold)
{
    g_autoptr(Text) line = text_new(text, &(TextStyle) { .size = size, .is_bold = is_bold });

    return line->width;
}

double board_size(const char *text, double width, double most, gboolean is_bold)
{
    double full = board_width(text, most, is_bold);

    return full > width ? most * width / full * 0.999 : most;
}

RowGrid board_rows(const BoardSheet *sheet, guint n, double least_width, double lines)
{
    double gap = sheet->pad * 1.5, least = sheet->label * ROW_GAP * lines;
    guint most_rows = (guint)MAX((sheet->room.height + sheet->label * 0.2) / least, 1);
    guint most_columns = (guint)MAX((sheet->room.width + gap) / (least_width + gap), 1);
    /* As many columns as let the rows breathe; only then are they pressed together. */
    double easy = MAX(least, sheet->body * 1.5 * lines);
    guint easy_rows = (guint)MAX(sheet->room.height / easy, 1);
    guint columns = CLAMP((n + easy_rows - 1) / easy_rows, 1, most_columns);
    guint rows = MIN((n + columns - 1) / columns, most_rows);
    guint room = columns * rows;
    double pitch = sheet->room.height / MAX(rows, 1);
    double width = (sheet->room.width - gap * (columns - 1)) / columns;

    return (RowGrid) {
        .columns = columns,
        .rows = rows,
        .shown = n <= room ? n : room - 1,
        /* Few rows stay together at the top instead of drifting apart. */
        .cell = { sheet->room.x, sheet->room.y, width, MIN(pitch, sheet->body * 2.8 * lines) },
        .column_gap = gap,
        .size = CLAMP(pitch / lines / ROW_GAP * 0.85, sheet->label, sheet->body * 1.25),
    };
}

Box board_cell(const RowGrid *grid, guint index)
{
    return (Box) { grid->cell.x + index / grid->rows * (grid->cell.width + grid->column_gap),
                   grid->cell.y + index % grid->rows * grid->cell.height, grid->cell.width,
                   grid->cell.height };
}

void board_rest(const BoardSheet *sheet, const RowGrid *grid, guint n_left)
{
    if (n_left == 0)
        return;
    g_autofree char *words = g_strdup_printf("另有 %u 项", n_left);
    board_line(sheet, board_cell(grid, grid->shown), words,
               (LineStyle) { sheet->label, COLOUR_QUIET, FALSE, ALIGN_LEFT });
}

static void board_waiting(BoardSheet *sheet, const BoardSpec *spec)
{
    board_line(sheet, sheet->room, "正在统计",
               (LineStyle) { sheet->body, COLOUR_QUIET, FALSE, ALIGN_CENTRE });
}

static void (*const kinds[])(BoardSheet *sheet, const BoardSpec *spec) = {
    [BOARD_FUNNEL] = board_funnel,     [BOARD_COUNTER] = board_counter,
    [BOARD_RATE] = board_rate,         [BOARD_DEADLINES] = board_deadlines,
    [BOARD_FIVE] = board_five,         [BOARD_SOURCES] = board_sources,
    [BOARD_CAMPAIGN] = board_campaign, [BOARD_MAP] = board_map,
    [BOARD_WEATHER] = board_weather,   [BOARD_BRIEFING] = board_briefing,
    [BOARD_WAITING] = board_waiting,
};

Bitmap *draw_board(const BoardSpec *spec)
{
    BoardSheet sheet;

    if ((guint)spec->kind < BOARD_FUNNEL || (guint)spec->kind > BOARD_LAST ||
        !board_begin(&sheet, spec->width, spec->height, spec->screen_height))
        return NULL;
    board_head(&sheet, spec->title, spec->as_of);
    if (sheet.room.height >= sheet.label && sheet.room.width >= 2 * sheet.label)
        kinds[spec->kind](&sheet, spec);
    return sheet_end(sheet.cr);
}
