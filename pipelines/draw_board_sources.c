/* draw_board_sources.c - health of the platforms that feed the wall
 *
 * The headline says whether somebody has to act; the rows say on what. When not all rows fit, the
 * worst come first, so that what is left out is healthy.
 */
#include "pipelines/draw_board_kit.h"
#include "pipelines/draw_sheet.h"
#include "wallctl/model/wording.h"

#define COLOUR_REFUSED 0xFF8F1F

static const struct {
    const char *word;
    guint32 colour;
    guint rank; /* worst first */
} states[] = {
    [SOURCE_LIVE] = { "正常", COLOUR_CALM, 5 },
    [SOURCE_LATE] = { "延迟", COLOUR_SOON, 3 },
    [SOURCE_SILENT] = { "中断", COLOUR_OVER, 1 },
    [SOURCE_REFUSED] = { "拒收", COLOUR_REFUSED, 2 },
    [SOURCE_UNKNOWN] = { "无数据", COLOUR_QUIET, 4 },
};

static SourceState known(SourceState state)
{
    return (guint)state >= SOURCE_LIVE && (guint)state <= SOURCE_UNKNOWN ? state : SOURCE_UNKNOWN;
}

/* Disc, square, triangle, diamond, ring. */
static void draw_mark(cairo_t *cr, SourceState state, double cx, double cy, double size)
{
    double half = size / 2;

    set_source_rgb24(cr, states[state].colour, 1);
    cairo_new_path(cr);
    if (state == SOURCE_LIVE || state == SOURCE_UNKNOWN) {
        cairo_arc(cr, cx, cy, half * 0.75, 0, 2 * G_PI);
    } else if (state == SOURCE_LATE) {
        cairo_rectangle(cr, cx - half * 0.75, cy - half * 0.75, size * 0.75, size * 0.75);
    } else {
        double foot = state == SOURCE_SILENT ? half * 0.85 : 0;
        cairo_move_to(cr, cx, cy - half * 0.95);
        cairo_line_to(cr, cx + half * 0.95, cy + foot);
        if (state == SOURCE_REFUSED)
            cairo_line_to(cr, cx, cy + half * 0.95);
        cairo_line_to(cr, cx - half * 0.95, cy + foot);
        cairo_close_path(cr);
    }
    if (state == SOURCE_UNKNOWN) {
        cairo_set_line_width(cr, MAX(size * 0.14, 1.5));
        cairo_stroke(cr);
    } else {
        cairo_fill(cr);
    }
}

/* What matters of the row: how long it has been silent, how late it is, or when it last spoke. */
static char *row_words(const SourceRow *row)
{
    SourceState state = known(row->state);

    if (state == SOURCE_UNKNOWN || state == SOURCE_REFUSED || row->since_ms < 0)
        return g_strdup(states[state].word);
    if (state == SOURCE_LIVE)
        return wording_age(row->since_ms);
    if (state == SOURCE_LATE) {
        g_autofree char *lag = wording_clock(row->lag_ms);
        return g_strdup_printf("%s %s", states[state].word, lag);
    }
    g_autofree char *length = wording_span(row->since_ms);
    return g_strdup_printf("%s %s", states[state].word, length);
}

static void put_row(const BoardSheet *sheet, Box cell, const SourceRow *row, double size)
{
    SourceState state = known(row->state);
    g_autofree char *words = row_words(row);
    double mark = size * 0.8, gap = size * 0.45;
    Box line = { cell.x + mark + gap, cell.y, cell.width - mark - gap, cell.height };
    double words_width = board_width(words, size * 0.9, state != SOURCE_LIVE);

    draw_mark(sheet->cr, state, cell.x + mark / 2, cell.y + cell.height / 2, mark);
    if (state == SOURCE_LIVE && line.width < words_width + gap + size * 4)
        words_width = -gap; /* a healthy row keeps its name and loses its age */
    else
        board_line(sheet, line, words,
                   (LineStyle) { MAX(size * 0.9, sheet->label),
                                 state == SOURCE_LIVE ? COLOUR_QUIET : states[state].colour,
                                 state != SOURCE_LIVE, ALIGN_RIGHT });
    line.width -= words_width + gap;
    board_line(sheet, line, row->name, (LineStyle) { size, COLOUR_BRIGHT, FALSE, 0 });
}

/* "来源 15 / 16 正常", green or red with its mark. Takes the line off room. */
static void put_headline(BoardSheet *sheet, const SourceBoard *board)
{
    guint n_live = 0;
    SourceState worst = SOURCE_LIVE;

    for (guint i = 0; i < board->n; i++) {
        SourceState state = known(board->rows[i].state);
        n_live += state == SOURCE_LIVE;
        if (states[state].rank < states[worst].rank)
            worst = state;
    }
    g_autofree char *words = g_strdup_printf("%u / %u 正常", n_live, board->n);
    double size = MAX(sheet->body * 1.35, sheet->label), height = size * 1.45, mark = size * 0.8;
    if (sheet->room.height < height + sheet->label * 2)
        return;
    draw_mark(sheet->cr, worst, sheet->room.x + mark / 2, sheet->room.y + size / 2, mark);
    board_line(sheet,
               (Box) { sheet->room.x + mark + size * 0.45, sheet->room.y,
                       sheet->room.width - mark - size * 0.45, size },
               words, (LineStyle) { size, COLOUR_BRIGHT, TRUE, 0 });
    sheet->room.y += height;
    sheet->room.height -= height;
}

void board_sources(BoardSheet *sheet, const BoardSpec *spec)
{
    const SourceBoard *board = &spec->sources;

    put_headline(sheet, board);
    RowGrid grid = board_rows(sheet, board->n, sheet->label * 9.5, 1);
    gboolean has_all = grid.shown == board->n;
    grid.size = MIN(grid.size, sheet->body);
    guint at = 0;
    for (guint rank = 1; rank <= 5 && at < grid.shown; rank++) {
        for (guint i = 0; i < board->n && at < grid.shown; i++) {
            if (!has_all && states[known(board->rows[i].state)].rank != rank)
                continue;
            put_row(sheet, board_cell(&grid, at++), &board->rows[i], grid.size);
        }
    }
    board_rest(sheet, &grid, board->n - grid.shown);
}
