/* draw_board_kit.h - what boards, cards and rosters are made of: a sheet with its type sizes, lines
 * that fit their box, rows that fit their room. [worker] */
#ifndef WALLCTL_PIPELINES_DRAW_BOARD_KIT_H
#define WALLCTL_PIPELINES_DRAW_BOARD_KIT_H

#include "pipelines/draw_board.h"
#include "pipelines/draw_text.h"

typedef struct {
    cairo_t *cr;
    double title, body, label; /* type, px */
    double pad;
    Box room; /* below the title, inside the padding */
} BoardSheet;

/* FALSE if a size is odd or < 2. */
gboolean board_begin(BoardSheet *sheet, int width, int height, int screen_height);

/* Title at the left, as_of at the right (both may be NULL), and a rule above; takes them off room. */
void board_head(BoardSheet *sheet, const char *title, const char *as_of);

typedef enum { ALIGN_LEFT = 1, ALIGN_CENTRE, ALIGN_RIGHT } Align;

typedef struct {
    double size; /* px */
    guint32 colour;
    gboolean is_bold;
    Align align;
} LineStyle;

/* One line in the middle of box's height, shrunk to the sheet's label size before its end is cut.
 * Returns the width it takes; nothing and 0 for an empty text. */
double board_line(const BoardSheet *sheet, Box box, const char *text, LineStyle style);

double board_width(const char *text, double size, gboolean is_bold); /* px, of one line */

/* The largest size up to `most` at which text fits into width. */
double board_size(const char *text, double width, double most, gboolean is_bold);

/* Digits with a small unit (or NULL) on their foot, at the left of box: the size that fits into width,
 * at most `most`, and the drawing. */
double board_number_size(const BoardSheet *sheet, const char *number, const char *unit,
                         double width, double most);
void board_number(const BoardSheet *sheet, Box box, const char *number, const char *unit,
                  double size);

/* Rows of equal height in columns. */
typedef struct {
    guint columns, rows; /* rows a column */
    guint shown;         /* of the n asked for; the others are left out */
    Box cell;            /* the first one, with the gap below it */
    double column_gap;
    double size; /* of the type */
} RowGrid;

/* The fewest columns, none narrower than least_width px, in which n rows of `lines` lines each stand
 * at ease, else pressed together but readable; else as many rows as fit, with the last cell kept for
 * board_rest(). */
RowGrid board_rows(const BoardSheet *sheet, guint n, double least_width, double lines);
Box board_cell(const RowGrid *grid, guint index);

/* "另有 3 项" in the cell after the last one; nothing when all are shown. */
void board_rest(const BoardSheet *sheet, const RowGrid *grid, guint n_left);

/* "暂无数据": nothing came so far. */
void board_nothing(const BoardSheet *sheet);

/* Kinds; each draws into room. */
void board_funnel(BoardSheet *sheet, const BoardSpec *spec);
void board_counter(BoardSheet *sheet, const BoardSpec *spec);
void board_rate(BoardSheet *sheet, const BoardSpec *spec);
void board_deadlines(BoardSheet *sheet, const BoardSpec *spec);
void board_five(BoardSheet *sheet, const BoardSpec *spec);
void board_sources(BoardSheet *sheet, const BoardSpec *spec);
void board_campaign(BoardSheet *sheet, const BoardSpec *spec);
void board_map(BoardSheet *sheet, const BoardSpec *spec);
void board_weather(BoardSheet *sheet, const BoardSpec *spec);
void board_briefing(BoardSheet *sheet, const BoardSpec *spec);

#endif
