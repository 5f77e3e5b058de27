/* draw_board_briefing.c - the page of 日小结, 周研判 and 月调度: up to eight figures with what they
 * were before */
#include "pipelines/draw_board_kit.h"
#include "pipelines/draw_sheet.h"
#include "wallctl/model/wording.h"

#include <string.h>

/* The digits; *unit is what stands small beside them, or NULL. Caller frees the digits. */
static char *figure_words(const BriefingFigure *figure, const char **unit)
{
    *unit = figure->unit;
    if (figure->whole == 0)
        return wording_count(figure->value);
    char *rate = wording_rate(figure->value, figure->whole);
    *strchr(rate, ' ') = '\0'; /* the sign is the unit */
    *unit = "%";
    return rate;
}

static char *figure_change(const BriefingFigure *figure)
{
    if (figure->whole > 0)
        return wording_rate_change(wording_basis_points(figure->value, figure->whole),
                                   wording_basis_points(figure->before, figure->before_whole));
    return wording_change(figure->value, figure->before);
}

/* Name above, the figure large, its change below if the cell is high enough. */
static void put_figure(const BoardSheet *sheet, Box cell, const BriefingFigure *figure,
                       gboolean has_change, double size)
{
    const char *unit;
    g_autofree char *value = figure_words(figure, &unit);
    g_autofree char *change = figure_change(figure);
    double name = sheet->body * 1.25, last = sheet->label * 1.3;
    gboolean has_foot = has_change && figure->has_before && cell.height >= name + size + last;
    double total = name + size * 1.05 + (has_foot ? last : 0);
    double y = cell.y + MAX((cell.height - total) / 2, 0);

    set_source_rgb24(sheet->cr, COLOUR_ACCENT, 1);
    cairo_rectangle(sheet->cr, cell.x, y + name * 0.1, MAX(sheet->pad * 0.22, 2),
                    total - name * 0.2);
    cairo_fill(sheet->cr);
    cell.x += sheet->pad * 0.7;
    cell.width -= sheet->pad * 0.7;
    board_line(sheet, (Box) { cell.x, y, cell.width, name }, figure->name,
               (LineStyle) { sheet->body, COLOUR_DIM, FALSE, 0 });
    board_number(sheet, (Box) { cell.x, y + name, cell.width, size * 1.05 }, value, unit, size);
    char *points = strchr(change, ' '); /* "个百分点" goes before anything is cut */
    if (points && board_width(change, sheet->label, FALSE) > cell.width)
        *points = '\0';
    if (has_foot)
        board_line(sheet, (Box) { cell.x, y + name + size * 1.05, cell.width, last }, change,
                   (LineStyle) { sheet->label, COLOUR_QUIET, FALSE, 0 });
}

/* The period at the left, what the changes are to at the right. FALSE if there is no room for them.
 */
static gboolean put_period(BoardSheet *sheet, const BriefingBoard *board)
{
    Box line = { sheet->room.x, sheet->room.y, sheet->room.width, sheet->body * 1.2 };
    double height = sheet->body * 1.6;

    if (sheet->room.height < sheet->label * 9)
        return FALSE;
    if (board->compared) {
        g_autofree char *words = g_strdup_printf("▲▼ %s", board->compared);
        line.width -= board_line(sheet, line, words,
                                 (LineStyle) { sheet->label, COLOUR_QUIET, FALSE, ALIGN_RIGHT });
        line.width -= sheet->pad;
    }
    board_line(sheet, line, board->period, (LineStyle) { sheet->body, COLOUR_BRIGHT, FALSE, 0 });
    sheet->room.y += height;
    sheet->room.height -= height;
    return board->compared != NULL;
}

/* All figures in one size, the longest decides: they are to be compared, and a page with one giant
 * number says that it alone matters. */
static double figure_size(const BoardSheet *sheet, const BriefingBoard *board, guint n,
                          double width, double most)
{
    double size = most;

    for (guint i = 0; i < n; i++) {
        const char *unit;
        g_autofree char *value = figure_words(&board->figures[i], &unit);
        size = board_number_size(sheet, value, unit, width, size);
    }
    return size;
}

void board_briefing(BoardSheet *sheet, const BoardSpec *spec)
{
    const BriefingBoard *board = &spec->briefing;
    guint n = MIN(board->n, BRIEFING_FIGURES);

    gboolean has_change = put_period(sheet, board);

    if (n == 0)
        return;
    /* A cell needs a name and digits that are larger than it. */
    double least_width = sheet->label * 5.6, least_height = sheet->label * 3;
    guint columns = (guint)CLAMP(sheet->room.width / least_width, 1, 4);
    guint rows = (guint)MAX(sheet->room.height / least_height, 1);
    columns = MIN(columns, n <= 3 ? n : (n + 1) / 2);
    rows = MIN(rows, (n + columns - 1) / columns);
    columns = MIN(columns, (n + rows - 1) / rows);
    guint shown = MIN(n, rows * columns);
    double width = sheet->room.width / columns, height = sheet->room.height / rows;
    double size = figure_size(sheet, board, shown, width - sheet->pad * 1.2,
                              MAX((height - sheet->body * 1.25) * 0.62, sheet->label * 1.2));
    for (guint i = 0; i < shown; i++)
        put_figure(sheet,
                   (Box) { sheet->room.x + i % columns * width,
                           sheet->room.y + i / columns * height, width - sheet->pad * 0.4, height },
                   &board->figures[i], has_change, size);
}
