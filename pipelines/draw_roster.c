/* draw_roster.c - who was called by a whistle, who answered, who came, who is missing
 *
 * Who is missing stands in a red block that pulses, with the text on it still; everybody else is
 * quiet. When not all rows fit, the missing come first.
 */
#include "pipelines/draw_case.h"

#include "pipelines/draw_board_kit.h"
#include "pipelines/draw_sheet.h"
#include "pipelines/draw_sign.h"
#include "wallctl/model/wording.h"

static const struct {
    const char *word, *clock; /* before the clock's digits */
    guint32 colour;
} states[] = {
    [WHISTLE_CALLED] = { "待响应", "剩", COLOUR_SOON },
    [WHISTLE_ACKNOWLEDGED] = { "已响应", "剩", COLOUR_ACCENT },
    [WHISTLE_ARRIVED] = { "已到达", "用时", COLOUR_CALM },
    [WHISTLE_MISSED_ACK] = { "未响应", "超", COLOUR_BRIGHT },
    [WHISTLE_MISSED_ARRIVAL] = { "未到达", "超", COLOUR_BRIGHT },
};

/* Ring, half disc, disc, triangle: nothing yet, half way, there, missing. */
static void draw_mark(cairo_t *cr, WhistleState state, double cx, double cy, double size)
{
    double half = size / 2 * 0.8;

    if (whistle_is_missing(state)) {
        severity_draw(cr, SEVERITY_RED, cx, cy, size);
        return;
    }
    set_source_rgb24(cr, states[state].colour, 1);
    cairo_set_line_width(cr, MAX(size * 0.12, 1.5));
    cairo_new_path(cr);
    cairo_arc(cr, cx, cy, half, 0, 2 * G_PI);
    if (state == WHISTLE_ARRIVED) {
        cairo_fill(cr);
        return;
    }
    cairo_stroke(cr);
    if (state == WHISTLE_ACKNOWLEDGED) {
        cairo_arc(cr, cx, cy, half, G_PI_2, 3 * G_PI_2);
        cairo_fill(cr);
    }
}

/* "响应 15:04 · 到达 15:12"; "" before the first. Caller frees. */
static char *times_of(const RosterRow *row)
{
    if (!row->acknowledged_at)
        return g_strdup("");
    if (!row->arrived_at)
        return g_strdup_printf("响应 %s", row->acknowledged_at);
    return g_strdup_printf("响应 %s · 到达 %s", row->acknowledged_at, row->arrived_at);
}

static void put_row(const BoardSheet *sheet, Box cell, const RosterRow *row, double size,
                    gboolean is_dim)
{
    gboolean is_missing = whistle_is_missing(row->state);
    const SeverityStyle *red = severity_style(SEVERITY_RED);
    g_autofree char *digits = wording_clock(row->clock_ms);
    g_autofree char *clock =
        row->is_untimed ? g_strdup("") : g_strdup_printf("%s %s", states[row->state].clock, digits);
    g_autofree char *times = times_of(row);
    double inset = sheet->pad * 0.5, mark = size * 0.85;
    gboolean has_times = *times && cell.height >= size * 1.25 + sheet->label * 1.3;

    if (is_missing) {
        set_source_rgb24(sheet->cr, is_dim ? red->dim : red->block, 1);
        rounded_rectangle(sheet->cr, cell.x, cell.y, cell.width, cell.height, 3);
        cairo_fill(sheet->cr);
    }
    Box line = { cell.x + inset, cell.y + (has_times ? sheet->label * 0.1 : 0),
                 cell.width - 2 * inset, cell.height - (has_times ? sheet->label * 1.35 : 0) };
    Box foot = { line.x + mark * 1.4, line.y + line.height, line.width - mark * 1.4,
                 sheet->label * 1.2 };
    draw_mark(sheet->cr, row->state, line.x + mark / 2, line.y + line.height / 2, mark);
    line.x += mark * 1.4;
    line.width -= mark * 1.4;

    /* All clocks end at the same edge and all words begin at the same one. */
    double clock_width = board_width("用时 00:00", size, TRUE), gap = size * 0.5;
    double word_width = board_width("未响应", size, TRUE);
    board_line(sheet, line, clock,
               (LineStyle) { size, is_missing ? red->ink : COLOUR_BRIGHT, TRUE, ALIGN_RIGHT });
    line.width -= MAX(clock_width, board_width(clock, size, TRUE)) + gap;
    if (line.width >= word_width + gap + size * 4) {
        board_line(
            sheet, (Box) { line.x + line.width - word_width, line.y, word_width + 1, line.height },
            states[row->state].word,
            (LineStyle) { size, is_missing ? red->ink : states[row->state].colour, TRUE, 0 });
        line.width -= word_width + gap;
    }
    board_line(sheet, line, row->org,
               (LineStyle) { size, is_missing ? red->ink : COLOUR_BRIGHT, is_missing, 0 });
    if (has_times)
        board_line(sheet, foot, times,
                   (LineStyle) { sheet->label, is_missing ? red->ink : COLOUR_QUIET, FALSE, 0 });
}

static RosterRow known(const RosterRow *row)
{
    RosterRow copy = *row;

    if ((guint)copy.state < WHISTLE_CALLED || (guint)copy.state > WHISTLE_MISSED_ARRIVAL)
        copy.state = WHISTLE_CALLED;
    return copy;
}

static void put_rows(const BoardSheet *sheet, const RosterSpec *spec)
{
    RowGrid grid = board_rows(sheet, spec->n, sheet->label * 15, 1);
    gboolean has_all = grid.shown == spec->n;
    guint at = 0;

    grid.size = MIN(grid.size, sheet->body * 1.1);
    for (guint pass = 0; pass < 2 && at < grid.shown; pass++) {
        for (guint i = 0; i < spec->n && at < grid.shown; i++) {
            RosterRow row = known(&spec->rows[i]);
            if (!has_all && whistle_is_missing(row.state) != (pass == 0))
                continue;
            Box cell = board_cell(&grid, at++);
            cell.height *= 0.94;
            put_row(sheet, cell, &row, grid.size, spec->is_dim);
        }
    }
    board_rest(sheet, &grid, spec->n - grid.shown);
}

Bitmap *draw_roster(const RosterSpec *spec)
{
    BoardSheet sheet;
    guint n_arrived = 0;

    if (!board_begin(&sheet, spec->width, spec->height, spec->screen_height))
        return NULL;
    for (guint i = 0; i < spec->n; i++)
        n_arrived += spec->rows[i].state == WHISTLE_ARRIVED;
    g_autofree char *arrived = g_strdup_printf("到达 %u / %u", n_arrived, spec->n);
    board_head(&sheet, spec->title, arrived);
    if (spec->subject && *spec->subject &&
        sheet.room.height >= sheet.label * (1.6 + 1.9 * spec->n)) {
        board_line(&sheet, (Box) { sheet.room.x, sheet.room.y, sheet.room.width, sheet.body * 1.1 },
                   spec->subject, (LineStyle) { sheet.body, COLOUR_BRIGHT, FALSE, 0 });
        sheet.room.y += sheet.body * 1.5;
        sheet.room.height -= sheet.body * 1.5;
    }
    if (spec->n > 0 && sheet.room.height >= sheet.label)
        put_rows(&sheet, spec);
    return sheet_end(sheet.cr);
}
