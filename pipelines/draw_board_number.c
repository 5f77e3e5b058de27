/* draw_board_number.c - boards that are one number: counter, rate, and the five feelings */
#include "pipelines/draw_board_kit.h"
#include "pipelines/draw_sheet.h"
#include "wallctl/model/wording.h"

#include <string.h>

/* What stands below the number: comparisons side by side, from the first on, as long as there is
 * width. Takes the line off the bottom of room. */
static void put_comparisons(BoardSheet *sheet, char *const labels[BOARD_COMPARISONS],
                            char *const changes[BOARD_COMPARISONS])
{
    double height = sheet->body * 1.5, x = sheet->room.x, right = x + sheet->room.width;
    Box line = { x, sheet->room.y + sheet->room.height - sheet->body * 1.2, 0, sheet->body * 1.2 };

    if (!labels[0] || sheet->room.height < height + sheet->label * 2)
        return;
    for (guint i = 0; i < BOARD_COMPARISONS && labels[i]; i++) {
        double label = board_width(labels[i], sheet->label, FALSE), gap = sheet->label * 0.4;
        double change = board_width(changes[i], sheet->body, TRUE);
        if (x + label + gap + change > right)
            break;
        line.x = x;
        line.width = label + 1;
        board_line(sheet, line, labels[i], (LineStyle) { sheet->label, COLOUR_QUIET, FALSE, 0 });
        line.x += label + gap;
        line.width = change + 1;
        board_line(sheet, line, changes[i], (LineStyle) { sheet->body, COLOUR_BRIGHT, TRUE, 0 });
        x = line.x + change + sheet->body * 1.2;
    }
    sheet->room.height -= height;
}

#define UNIT_SHARE 0.3  /* of the digits' size */
#define UNIT_GAP   0.12 /* em of the digits */

double board_number_size(const BoardSheet *sheet, const char *number, const char *unit,
                         double width, double most)
{
    double em = board_width(number, 100, TRUE) / 100;

    if (!unit || !*unit)
        return MIN(most, width / em * 0.999);
    double unit_em = board_width(unit, 100, FALSE) / 100;
    double size = MIN(most, width / (em + UNIT_GAP + unit_em * UNIT_SHARE) * 0.999);
    if (size * UNIT_SHARE >= sheet->label)
        return size;
    return MIN(most, MAX(width - unit_em * sheet->label, 0) / (em + UNIT_GAP) * 0.999);
}

void board_number(const BoardSheet *sheet, Box box, const char *number, const char *unit,
                  double size)
{
    if (size < 1)
        return;
    g_autoptr(Text) digits =
        text_new(number, &(TextStyle) { .size = size, .is_bold = TRUE, .colour = COLOUR_BRIGHT });
    double x = box.x - size * 0.03, y = box.y + (box.height - size) / 2;
    double unit_size = MAX(size * UNIT_SHARE, sheet->label);

    text_draw(digits, sheet->cr, x, y);
    x += digits->width + size * UNIT_GAP;
    if (!unit || !*unit || x + board_width(unit, unit_size, FALSE) > box.x + box.width + 1)
        return;
    g_autoptr(Text) word = text_new(unit, &(TextStyle) { .size = unit_size, .colour = COLOUR_DIM });
    text_draw(word, sheet->cr, x, y + 0.88 * (size - unit_size));
}

/* As large as room allows; digits are lower than their em square. */
static void put_number(const BoardSheet *sheet, const char *number, const char *unit)
{
    double size =
        board_number_size(sheet, number, unit, sheet->room.width, sheet->room.height * 1.12);

    board_number(sheet, sheet->room, number, unit, size);
}

void board_nothing(const BoardSheet *sheet)
{
    board_line(sheet, sheet->room, "暂无数据",
               (LineStyle) { sheet->body, COLOUR_QUIET, FALSE, ALIGN_CENTRE });
}

void board_counter(BoardSheet *sheet, const BoardSpec *spec)
{
    const CounterBoard *board = &spec->counter;
    char *labels[BOARD_COMPARISONS] = { NULL }, *changes[BOARD_COMPARISONS] = { NULL };

    for (guint i = 0; i < BOARD_COMPARISONS && board->comparisons[i].label; i++) {
        labels[i] = g_strdup(board->comparisons[i].label);
        changes[i] = wording_change(board->value, board->comparisons[i].before);
    }
    put_comparisons(sheet, labels, changes);
    if (board->n_history > 1 && sheet->room.height >= sheet->label * 7) {
        double height = sheet->room.height * 0.3;
        chart_columns(sheet->cr,
                      (Box) { sheet->room.x, sheet->room.y + sheet->room.height - height,
                              sheet->room.width, height },
                      board->history, board->n_history, COLOUR_ACCENT);
        sheet->room.height -= height + sheet->pad;
    }
    g_autofree char *number = wording_count(board->value);
    put_number(sheet, number, board->unit);
    for (guint i = 0; i < BOARD_COMPARISONS; i++) {
        g_free(labels[i]);
        g_free(changes[i]);
    }
}

void board_rate(BoardSheet *sheet, const BoardSpec *spec)
{
    const RateBoard *board = &spec->rate;
    if (board->whole == 0) {
        board_nothing(sheet);
        return;
    }
    char *labels[BOARD_COMPARISONS] = { NULL }, *changes[BOARD_COMPARISONS] = { NULL };
    guint64 points = wording_basis_points(board->part, board->whole);

    for (guint i = 0; i < BOARD_COMPARISONS && board->comparisons[i].label; i++) {
        labels[i] = g_strdup(board->comparisons[i].label);
        changes[i] = wording_rate_change(
            points, wording_basis_points(board->comparisons[i].part, board->comparisons[i].whole));
    }
    put_comparisons(sheet, labels, changes);
    g_autofree char *part = wording_count(board->part), *whole = wording_count(board->whole);
    g_autofree char *counts =
        g_strdup_printf("%s %s / %s %s", board->part_name, part, board->whole_name, whole);
    double line = sheet->body * 1.4, bar = MAX(sheet->label * 0.45, 6);
    if (sheet->room.height >= line + sheet->label * 2) {
        sheet->room.height -= line;
        board_line(
            sheet,
            (Box) { sheet->room.x, sheet->room.y + sheet->room.height, sheet->room.width, line },
            counts, (LineStyle) { sheet->body, COLOUR_DIM, FALSE, 0 });
    }
    if (sheet->room.height >= bar + sheet->pad + sheet->label * 2) {
        sheet->room.height -= bar + sheet->pad * 0.5;
        double share = (double)board->part / (double)board->whole;
        chart_bar(
            sheet->cr,
            (Box) { sheet->room.x, sheet->room.y + sheet->room.height, sheet->room.width, bar },
            share, COLOUR_ACCENT);
        sheet->room.height -= sheet->pad * 0.6;
    }
    g_autofree char *rate = wording_rate(board->part, board->whole);
    char *unit = strstr(rate, " %");
    if (unit)
        *unit = '\0';
    put_number(sheet, rate, unit ? "%" : NULL);
    for (guint i = 0; i < BOARD_COMPARISONS; i++) {
        g_free(labels[i]);
        g_free(changes[i]);
    }
}

/* Name, number and change below each other, or beside each other in a low cell. */
static void put_item(const BoardSheet *sheet, Box cell, const NamedCount *item, double size,
                     gboolean has_change)
{
    g_autofree char *number = wording_count(item->count);
    g_autofree char *change = wording_change(item->count, item->before);
    double name = sheet->body * 1.3, foot = has_change ? sheet->body * 1.4 : 0;
    Box top = { cell.x, cell.y, cell.width, name };
    Box middle = { cell.x, cell.y + name, cell.width, cell.height - name - foot };
    Box bottom = { cell.x, cell.y + cell.height - foot, cell.width, foot };

    board_line(sheet, top, item->name,
               (LineStyle) { sheet->body, COLOUR_DIM, FALSE, ALIGN_CENTRE });
    board_line(sheet, middle, number, (LineStyle) { size, COLOUR_BRIGHT, TRUE, ALIGN_CENTRE });
    if (has_change && item->has_before)
        board_line(sheet, bottom, change,
                   (LineStyle) { sheet->body, COLOUR_DIM, FALSE, ALIGN_CENTRE });
}

static void put_items_as_rows(const BoardSheet *sheet, const FiveBoard *board)
{
    RowGrid grid = board_rows(sheet, board->n, sheet->label * 8, 1);

    for (guint i = 0; i < grid.shown; i++) {
        Box cell = board_cell(&grid, i);
        g_autofree char *number = wording_count(board->items[i].count);
        double used = board_line(sheet, cell, board->items[i].name,
                                 (LineStyle) { grid.size, COLOUR_DIM, FALSE, 0 });
        cell.x += used + sheet->pad;
        cell.width -= used + sheet->pad;
        board_line(sheet, cell, number,
                   (LineStyle) { grid.size * 1.2, COLOUR_BRIGHT, TRUE, ALIGN_RIGHT });
    }
    board_rest(sheet, &grid, board->n - grid.shown);
}

void board_five(BoardSheet *sheet, const BoardSpec *spec)
{
    const FiveBoard *board = &spec->five;
    double width = sheet->room.width / MAX(board->n, 1);
    gboolean has_change = board->compared && sheet->room.height >= sheet->label * 6;

    if (board->n == 0)
        return;
    /* All numbers in one size: the longest decides. */
    double size = (sheet->room.height - sheet->body * 1.3) * 0.5;
    if (width < sheet->body * 2.4 || size < sheet->label ||
        sheet->room.height > sheet->room.width * 1.2) {
        put_items_as_rows(sheet, board);
        return;
    }
    for (guint i = 0; i < board->n; i++) {
        g_autofree char *number = wording_count(board->items[i].count);
        size = MIN(size, board_size(number, width * 0.78, size, TRUE));
    }
    double height = MIN(sheet->room.height, sheet->body * 1.3 + size * 1.3 + sheet->body * 1.6);
    double y = sheet->room.y + (sheet->room.height - height) / 2;
    for (guint i = 0; i < board->n; i++) {
        double x = sheet->room.x + i * width;
        if (i > 0) {
            set_source_rgb24(sheet->cr, COLOUR_LINE, 1);
            cairo_rectangle(sheet->cr, x, y, 1, height);
            cairo_fill(sheet->cr);
        }
        put_item(sheet, (Box) { x, y, width, height }, &board->items[i], size, has_change);
    }
    if (has_change && y + height + sheet->label * 1.4 <= sheet->room.y + sheet->room.height)
        board_line(sheet,
                   (Box) { sheet->room.x, sheet->room.y + sheet->room.height - sheet->label * 1.2,
                           sheet->room.width, sheet->label * 1.2 },
                   board->compared, (LineStyle) { sheet->label, COLOUR_QUIET, FALSE, ALIGN_RIGHT });
}
