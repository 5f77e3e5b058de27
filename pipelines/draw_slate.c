/* draw_slate.c - the picture of a tile that has none
 *
 * Sign and word say what the state is, the name whose, the cause why; since and next try stand
 * last. Where they stand and how large they are depends on the tile's size alone, so that a change
 * of state moves nothing and a wall of slates is quiet. Type shrinks by a step or two before a line
 * is given up; the strip at the bottom stays free, because the tile's label lies there.
 */
#include "pipelines/draw.h"

#include "pipelines/draw_sheet.h"
#include "pipelines/draw_sign.h"
#include "pipelines/draw_text.h"

#define COLOUR_NUMBER 0x3F4C5A
#define COLOUR_NAME   0xF2F5F8
#define COLOUR_CAUSE  0xC3CCD6
#define COLOUR_TIME   0x93A1B1

#define LONGEST_WORD 5 /* characters of nearly all words; the longer one shrinks */

typedef enum { ROW_WORD, ROW_NAME, ROW_CAUSE, ROW_TIME, N_ROWS } Row;

/* Where things stand in a tile, px. */
typedef struct {
    double size[N_ROWS]; /* of the type; 0: this row is left out */
    double sign, top;    /* the sign's size and upper edge */
    double width;        /* of the longest line */
    double bottom;       /* nothing is drawn below */
    double spare;        /* height that nothing needs so far */
} Grid;

static double gap_above(const Grid *grid, Row row)
{
    static const double share[N_ROWS] = { 0.45, 0.65, 0.6, 0.85 };

    return grid->size[row] * share[row];
}

static double rows_height(const Grid *grid)
{
    double height = 0;

    for (Row row = 0; row < N_ROWS; row++)
        height += grid->size[row] + gap_above(grid, row);
    return height;
}

/* Full size, or a step smaller but never below what is readable. */
static void set_sizes(const SlateSpec *spec, double step, guint n_rows, Grid *grid)
{
    int screen = spec->screen_height;
    double smallest = label_size(screen);
    double size[N_ROWS] = { headline_size(screen), body_size(screen) * 1.25, body_size(screen),
                            smallest };
    /* Tiles larger than a quarter of the screen speak a little louder. */
    double grow = CLAMP(spec->height / (screen * 0.5), 1, 1.5);

    for (Row row = 0; row < N_ROWS; row++)
        grid->size[row] = row < n_rows ? MAX(size[row] * grow * step, smallest) : 0;
    if (!spec->name || !*spec->name)
        grid->size[ROW_NAME] = 0;
    grid->size[ROW_WORD] = MIN(grid->size[ROW_WORD], grid->width / LONGEST_WORD);
}

/* FALSE if the tile is too low for even the word under its sign. */
static gboolean fit_grid(const SlateSpec *spec, Grid *grid)
{
    static const struct {
        double type, sign; /* share of full size; of the tile's smaller side */
    } steps[] = { { 1.0, 0.30 }, { 0.88, 0.28 }, { 0.77, 0.24 } };
    double margin = spec->height * 0.05;

    grid->width = spec->width * 0.92;
    grid->bottom = spec->height - label_height(spec->screen_height) - margin / 2;
    for (guint n_rows = N_ROWS; n_rows > 0; n_rows--) {
        for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
            double least_sign = MIN(spec->height, spec->width) * steps[i].sign;
            set_sizes(spec, steps[i].type, n_rows, grid);
            double spare = grid->bottom - margin - least_sign - rows_height(grid);
            if (spare < 0)
                continue;
            /* The sign takes half of what is left, or all but a second line of the cause. */
            double second_line = grid->size[ROW_CAUSE] * TEXT_LINE_PITCH;
            double more = MAX(spare - second_line, spare * 0.5);
            grid->sign = MIN(least_sign + more, MAX(grid->size[ROW_WORD] * 3.2, least_sign));
            double total = grid->sign + rows_height(grid);
            grid->top = MAX((grid->bottom - total) / 2, margin);
            grid->spare = grid->bottom - grid->top - total;
            return TRUE;
        }
    }
    return FALSE;
}

/* Too long a text becomes a little smaller, then takes a second line if there is one, then gets as
 * small as is readable and loses its end at last. */
static Text *fit_row(const SlateSpec *spec, const Grid *grid, Row row, const char *text,
                     guint32 colour)
{
    double full = grid->size[row], smallest = MIN(label_size(spec->screen_height), full);
    gboolean has_second = row == ROW_CAUSE && grid->spare >= full * TEXT_LINE_PITCH;
    TextStyle style = { .size = full, .colour = colour, .is_centred = TRUE };
    g_autoptr(Text) line = text_new(text, &style);
    double share = MIN(1, grid->width / line->width);

    style.max_width = grid->width;
    style.max_lines = has_second && share < 0.85 ? 2 : 1;
    if (style.max_lines == 1)
        style.size = MAX(full * share * 0.999, smallest);
    text_free(line);
    line = text_new(text, &style);
    if (line->is_cut && style.size > smallest) {
        style.size = smallest;
        text_free(line);
        line = text_new(text, &style);
    }
    return g_steal_pointer(&line);
}

/* Draws text centred below *y and moves *y to its end. */
static void put_row(cairo_t *cr, const SlateSpec *spec, Grid *grid, Row row, const char *text,
                    guint32 colour, double *y)
{
    if (grid->size[row] == 0 || !text || !*text)
        return;
    g_autoptr(Text) line = fit_row(spec, grid, row, text, colour);
    *y += gap_above(grid, row);
    text_draw(line, cr, (spec->width - line->width) / 2, *y);
    *y += line->height;
    grid->spare -= line->height - grid->size[row];
}

/* The word is never cut: without it the sign has to be known by heart. */
static void put_word(cairo_t *cr, const SlateSpec *spec, Grid *grid, double *y)
{
    const char *word = sign_word(spec->sign);
    TextStyle style = { .size = grid->size[ROW_WORD], .is_bold = TRUE };
    g_autoptr(Text) measured = text_new(word, &style);
    double share = MIN(1, grid->width / measured->width);

    style.size *= share;
    style.colour = sign_colour(spec->sign);
    g_autoptr(Text) text = text_new(word, &style);
    *y += gap_above(grid, ROW_WORD);
    text_draw(text, cr, (spec->width - text->width) / 2,
              *y + (grid->size[ROW_WORD] - text->height) / 2);
    *y += grid->size[ROW_WORD];
}

/* "14:03:22 起 · 12 秒后重试" on one line where there is width for it, else on two where there is
 * height. */
static void put_times(cairo_t *cr, const SlateSpec *spec, Grid *grid, double *y)
{
    gboolean has_both = spec->since && *spec->since && spec->next && *spec->next;

    if (has_both) {
        g_autofree char *joined = g_strdup_printf("%s · %s", spec->since, spec->next);
        TextStyle style = { .size = grid->size[ROW_TIME], .max_width = grid->width };
        g_autoptr(Text) both = style.size > 0 ? text_new(joined, &style) : NULL;
        if (both && !both->is_cut) {
            put_row(cr, spec, grid, ROW_TIME, joined, COLOUR_TIME, y);
            return;
        }
    }
    put_row(cr, spec, grid, ROW_TIME, spec->since, COLOUR_TIME, y);
    if (!has_both || grid->spare >= grid->size[ROW_TIME] + gap_above(grid, ROW_TIME))
        put_row(cr, spec, grid, ROW_TIME, spec->next, COLOUR_TIME, y);
}

static void draw_column(cairo_t *cr, const SlateSpec *spec, Grid *grid)
{
    double y = grid->top + grid->sign;

    sign_draw(cr, spec->sign, spec->width / 2.0, grid->top + grid->sign / 2, grid->sign);
    put_word(cr, spec, grid, &y);
    put_row(cr, spec, grid, ROW_NAME, spec->name, COLOUR_NAME, &y);
    put_row(cr, spec, grid, ROW_CAUSE, spec->cause, COLOUR_CAUSE, &y);
    put_times(cr, spec, grid, &y);
}

/* A very small tile: the sign with the word beside it, or the sign alone. */
static void draw_side_by_side(cairo_t *cr, const SlateSpec *spec, double bottom)
{
    double sign = MIN(bottom * 0.76, spec->width * 0.30);
    double pad = MAX((bottom - sign) / 2, spec->width * 0.03), gap = sign * 0.2;
    double room = spec->width * 0.97 - pad - sign - gap;
    double size = MIN(headline_size(spec->screen_height) * 0.88, room / LONGEST_WORD);

    if (size < label_size(spec->screen_height) * 0.75) {
        sign_draw(cr, spec->sign, spec->width / 2.0, bottom / 2, MIN(bottom, spec->width) * 0.84);
        return;
    }
    TextStyle style = { .size = size, .is_bold = TRUE, .colour = sign_colour(spec->sign) };
    g_autoptr(Text) measured = text_new(sign_word(spec->sign), &style);
    style.size *= MIN(1, room / measured->width);
    g_autoptr(Text) word = text_new(sign_word(spec->sign), &style);
    sign_draw(cr, spec->sign, pad + sign / 2, bottom / 2, sign);
    text_draw(word, cr, pad + sign + gap, (bottom - word->height) / 2);
}

/* Nothing is wrong with an empty tile: its number, for whoever wants to fill it, on the wall's own
 * background. */
static void draw_number(cairo_t *cr, const SlateSpec *spec)
{
    g_autofree char *digits = g_strdup_printf("%u", spec->number);
    double size =
        MIN(MIN(spec->width, spec->height) * 0.34, headline_size(spec->screen_height) * 2.2);
    g_autoptr(Text) text = text_new(digits, &(TextStyle) { .size = size, .colour = COLOUR_NUMBER });

    text_draw(text, cr, (spec->width - text->width) / 2, (spec->height - text->height) / 2);
}

Bitmap *draw_slate(const SlateSpec *spec)
{
    if (spec->width < 2 || spec->height < 2 || spec->width % 2 != 0 || spec->height % 2 != 0)
        return NULL;
    cairo_t *cr = sheet_begin(spec->width, spec->height);
    Grid grid = { .sign = 0 };

    sheet_fill(cr, spec->sign == SIGN_EMPTY ? COLOUR_WALL : COLOUR_SLATE, 1);
    if (spec->sign == SIGN_EMPTY) {
        draw_number(cr, spec);
    } else if (*sign_word(spec->sign)) {
        gboolean is_column = fit_grid(spec, &grid);
        /* A sign under a third of the height says less than one beside its word. */
        if (is_column &&
            (grid.sign >= spec->height * 0.36 || grid.size[ROW_NAME] + grid.size[ROW_CAUSE] > 0))
            draw_column(cr, spec, &grid);
        else
            draw_side_by_side(cr, spec, MAX(grid.bottom, spec->height * 0.55));
    }
    return sheet_end(cr);
}
