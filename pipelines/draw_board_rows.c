/* draw_board_rows.c - boards that are lists: stages, deadlines, campaigns */
#include "pipelines/draw_board_kit.h"
#include "pipelines/draw_sheet.h"
#include "wallctl/model/wording.h"

#include <math.h>

/* The widest of the texts in a type size, at most `most`. */
static double widest(guint n, const char *(*text_at)(const BoardSpec *spec, guint i),
                     const BoardSpec *spec, double size, double most)
{
    double width = 0;

    for (guint i = 0; i < n; i++)
        width = MAX(width, board_width(text_at(spec, i), size, FALSE));
    return MIN(width + 1, most);
}

static const char *stage_name(const BoardSpec *spec, guint i)
{
    return spec->funnel.stages[i].name;
}

/* A thin rule above the first stage of what is done. */
static void put_rule(const BoardSheet *sheet, Box cell)
{
    set_source_rgb24(sheet->cr, COLOUR_LINE, 1);
    cairo_rectangle(sheet->cr, cell.x, round(cell.y), cell.width, 2);
    cairo_fill(sheet->cr);
}

void board_funnel(BoardSheet *sheet, const BoardSpec *spec)
{
    const FunnelBoard *board = &spec->funnel;
    RowGrid grid = board_rows(sheet, board->n, sheet->label * 9, 1);
    guint n_open = board->n - MIN(board->n_done, board->n);
    guint64 most = 1;
    double digits = 0;

    for (guint i = 0; i < board->n; i++) {
        g_autofree char *number = wording_count(board->stages[i].count);
        most = i < n_open ? MAX(most, board->stages[i].count) : most;
        digits = MAX(digits, board_width(number, grid.size * 1.15, TRUE));
    }
    double names = widest(grid.shown, stage_name, spec, grid.size, grid.cell.width * 0.5);
    for (guint i = 0; i < grid.shown; i++) {
        Box cell = board_cell(&grid, i);
        g_autofree char *number = wording_count(board->stages[i].count);
        double gap = grid.size * 0.6, bar = cell.width - names - digits - 2 * gap;
        double thick = MIN(cell.height * 0.5, grid.size * 0.9);
        board_line(sheet, (Box) { cell.x, cell.y, names, cell.height }, board->stages[i].name,
                   (LineStyle) { grid.size, COLOUR_DIM, FALSE, 0 });
        board_line(sheet, cell, number,
                   (LineStyle) { grid.size * 1.15, i < n_open ? COLOUR_BRIGHT : COLOUR_CALM, TRUE,
                                 ALIGN_RIGHT });
        if (i == n_open && i > 0)
            put_rule(sheet, cell);
        if (i < n_open && bar >= grid.size * 2)
            chart_bar(
                sheet->cr,
                (Box) { cell.x + names + gap, cell.y + (cell.height - thick) / 2, bar, thick },
                (double)board->stages[i].count / (double)most, COLOUR_ACCENT);
    }
    board_rest(sheet, &grid, board->n - grid.shown);
}

/* Is there width for the code between subject and countdown? */
static gboolean fits_code(const BoardSheet *sheet, double width, const DeadlineRow *row,
                          double size)
{
    g_autofree char *words = countdown_words(&row->countdown);

    return size * 2.8 + board_width(row->subject, size, FALSE) +
               board_width(row->code, sheet->label, FALSE) + board_width(words, size, TRUE) <=
           width;
}

/* Mark, subject, code, countdown; a bar below if there is height. */
static void put_deadline(const BoardSheet *sheet, Box cell, const DeadlineRow *row, double size,
                         gboolean has_code)
{
    g_autofree char *words = countdown_words(&row->countdown);
    double mark = size * 0.8, gap = size * 0.5, thin = MAX(size * 0.16, 3);
    gboolean has_bar = cell.height >= size * 1.6;
    Box line = { cell.x + mark + gap, cell.y, cell.width - mark - gap,
                 cell.height - (has_bar ? thin * 2.2 : 0) };
    Box bar = { line.x, line.y + line.height, line.width, thin };

    countdown_mark(sheet->cr, &row->countdown, cell.x + mark / 2, line.y + line.height / 2, mark);
    if (has_bar)
        chart_countdown(sheet->cr, bar, &row->countdown);
    line.width -= gap + board_line(sheet, line, words,
                                   (LineStyle) { size, countdown_colour(&row->countdown), TRUE,
                                                 ALIGN_RIGHT });
    double used =
        board_line(sheet, line, row->subject, (LineStyle) { size, COLOUR_BRIGHT, FALSE, 0 });
    line.x += used + 2 * gap;
    line.width -= used + 2 * gap;
    if (has_code)
        board_line(sheet, line, row->code, (LineStyle) { sheet->label, COLOUR_QUIET, FALSE, 0 });
}

void board_deadlines(BoardSheet *sheet, const BoardSpec *spec)
{
    const DeadlineBoard *board = &spec->deadlines;
    guint n_all = MAX(board->n_all, board->n);

    if (board->n == 0) {
        board_line(sheet, sheet->room, "没有临期和超时的案件",
                   (LineStyle) { sheet->body, COLOUR_QUIET, FALSE, ALIGN_CENTRE });
        return;
    }
    /* The longest countdown and ten characters of the subject on one line. */
    double least = sheet->label * 22;
    RowGrid grid = board_rows(sheet, board->n + (n_all > board->n), least, 1);
    grid.shown = MIN(grid.shown, board->n);
    grid.size = MIN(grid.size, sheet->body);
    gboolean has_codes = TRUE; /* of all rows or of none */
    for (guint i = 0; i < grid.shown; i++)
        has_codes &= fits_code(sheet, grid.cell.width, &board->rows[i], grid.size);
    for (guint i = 0; i < grid.shown; i++) {
        Box cell = board_cell(&grid, i);
        cell.height *= 0.94;
        put_deadline(sheet, cell, &board->rows[i], grid.size, has_codes);
    }
    if (grid.shown < grid.rows * grid.columns)
        board_rest(sheet, &grid, n_all - grid.shown);
}

static const char *village_name(const BoardSpec *spec, guint i)
{
    return spec->campaign.rows[i].name;
}

void board_campaign(BoardSheet *sheet, const BoardSpec *spec)
{
    const CampaignBoard *board = &spec->campaign;
    if (board->n == 0) {
        board_nothing(sheet);
        return;
    }
    RowGrid grid = board_rows(sheet, board->n, sheet->label * 18, 1);
    double names = widest(grid.shown, village_name, spec, grid.size, grid.cell.width * 0.4);
    double share_width = board_width("100 %", grid.size, TRUE), counts_width = 0;

    for (guint i = 0; i < grid.shown; i++) {
        g_autofree char *counts = g_strdup_printf("%" G_GUINT64_FORMAT " / %" G_GUINT64_FORMAT,
                                                  board->rows[i].done, board->rows[i].all);
        counts_width = MAX(counts_width, board_width(counts, sheet->label, FALSE));
    }
    for (guint i = 0; i < grid.shown; i++) {
        const CampaignRow *row = &board->rows[i];
        Box cell = board_cell(&grid, i);
        double gap = grid.size * 0.6, thick = MIN(cell.height * 0.42, grid.size * 0.7);
        double bar = cell.width - names - share_width - 2 * gap;
        guint64 percent = row->all > 0 ? MIN(row->done, row->all) * 100 / row->all : 0;
        g_autofree char *share = g_strdup_printf("%" G_GUINT64_FORMAT " %%", percent);
        g_autofree char *counts =
            g_strdup_printf("%" G_GUINT64_FORMAT " / %" G_GUINT64_FORMAT, row->done, row->all);
        board_line(sheet, (Box) { cell.x, cell.y, names, cell.height }, row->name,
                   (LineStyle) { grid.size, COLOUR_DIM, FALSE, 0 });
        board_line(sheet, cell, share, (LineStyle) { grid.size, COLOUR_BRIGHT, TRUE, ALIGN_RIGHT });
        if (bar - counts_width - gap >= sheet->label * 5) {
            bar -= counts_width + gap;
            board_line(
                sheet,
                (Box) { cell.x + names + gap + bar + gap, cell.y, counts_width + 1, cell.height },
                counts, (LineStyle) { sheet->label, COLOUR_QUIET, FALSE, ALIGN_RIGHT });
        }
        if (bar >= grid.size * 2)
            chart_bar(
                sheet->cr,
                (Box) { cell.x + names + gap, cell.y + (cell.height - thick) / 2, bar, thick },
                percent / 100.0, percent == 100 ? COLOUR_CALM : COLOUR_ACCENT);
    }
    board_rest(sheet, &grid, board->n - grid.shown);
}
