/* draw_card.c - one case: what it is, where it stands, how long there is, who leads
 *
 * The strip at the top says how bad, the subject what and where, then the path through the stages.
 * Below it the countdown, because that is what an operator acts on, and beside it the code to be
 * scanned. The rest is for who reads on.
 */
#include "pipelines/draw_case.h"

#include "pipelines/draw_board_kit.h"
#include "pipelines/draw_qr.h"
#include "pipelines/draw_sheet.h"
#include "pipelines/draw_sign.h"

/* Severity at the left, risk and badge after it, the code at the right. Takes it off room. */
static void put_strip(BoardSheet *sheet, const CardSpec *spec)
{
    const SeverityStyle *style = severity_style(spec->severity);
    double height = sheet->title * 1.6, size = sheet->title * 0.95, pad = sheet->pad;
    double shape = style == severity_style(SEVERITY_NONE) ? 0 : size * 0.85;
    double x = pad, right = spec->width - pad;
    double block = pad + shape * 1.35 + board_width(style->word, size, TRUE) + pad * 0.8;

    set_source_rgb24(sheet->cr, COLOUR_STRIP, 1);
    cairo_rectangle(sheet->cr, 0, 0, spec->width, height);
    cairo_fill(sheet->cr);
    set_source_rgb24(sheet->cr, style->block, 1);
    cairo_rectangle(sheet->cr, 0, 0, block, height);
    cairo_rectangle(sheet->cr, 0, height - 2, spec->width, 2);
    cairo_fill(sheet->cr);
    severity_draw(sheet->cr, spec->severity, x + shape / 2, height / 2, shape);
    board_line(sheet, (Box) { x + shape * 1.35, 0, block, height }, style->word,
               (LineStyle) { size, style->ink, TRUE, 0 });
    x = block + pad;

    double code = board_width(spec->code, sheet->label, FALSE), code_row = 0;
    Box place = { x, 0, right - x, height };
    if (code > place.width && sheet->room.height > sheet->label * 9) {
        code_row = sheet->label * 1.4; /* a narrow tile: below the strip instead of cut */
        place = (Box) { pad, height + pad * 0.3, spec->width - 2 * pad, code_row };
    } else {
        right -= code + pad;
    }
    board_line(
        sheet, place, spec->code,
        (LineStyle) { sheet->label, COLOUR_DIM, FALSE, code_row > 0 ? ALIGN_LEFT : ALIGN_RIGHT });
    if (spec->badge && *spec->badge) {
        double width = board_width(spec->badge, sheet->label, TRUE) + sheet->label * 0.6;
        if (x + width <= right) {
            set_source_rgb24(sheet->cr, COLOUR_BRIGHT, 0.92);
            rounded_rectangle(sheet->cr, x, (height - sheet->label * 1.3) / 2, width,
                              sheet->label * 1.3, sheet->label * 0.12);
            cairo_fill(sheet->cr);
            board_line(sheet, (Box) { x, 0, width, height }, spec->badge,
                       (LineStyle) { sheet->label, 0x000000, TRUE, ALIGN_CENTRE });
        }
    }
    double taken = height + code_row + pad * 0.7 - sheet->room.y;
    sheet->room.y += taken;
    sheet->room.height -= taken;
}

/* In a block of its colour with its shape: 高 red triangle, 中 orange diamond, 低 blue disc. */
typedef struct {
    const char *words; /* NULL: no mark */
    Severity looks;    /* the same colours and shapes */
} RiskStyle;

static const RiskStyle risks[] = {
    [0] = { NULL, SEVERITY_NONE },
    [RISK_NONE] = { NULL, SEVERITY_NONE },
    [RISK_LOW] = { "风险低", SEVERITY_BLUE },
    [RISK_MID] = { "风险中", SEVERITY_ORANGE },
    [RISK_HIGH] = { "风险高", SEVERITY_RED },
};

static double risk_width(const BoardSheet *sheet, const RiskStyle *risk)
{
    return risk->words ? sheet->label * 1.84 + board_width(risk->words, sheet->label, TRUE) : 0;
}

static void put_risk(const BoardSheet *sheet, Box line, const RiskStyle *risk)
{
    const SeverityStyle *style = severity_style(risk->looks);
    double size = sheet->label, shape = size * 0.8, pad = size * 0.4;
    Box tablet = { line.x, line.y + (line.height - size * 1.4) / 2, risk_width(sheet, risk),
                   size * 1.4 };

    if (!risk->words)
        return;
    set_source_rgb24(sheet->cr, style->block, 1);
    rounded_rectangle(sheet->cr, tablet.x, tablet.y, tablet.width, tablet.height, size * 0.12);
    cairo_fill(sheet->cr);
    severity_draw(sheet->cr, risk->looks, tablet.x + pad + shape / 2, tablet.y + tablet.height / 2,
                  shape);
    tablet.x += pad + shape * 1.3;
    board_line(sheet, tablet, risk->words, (LineStyle) { size, style->ink, TRUE, 0 });
}

/* Category and region with the risk at the right, or below in a narrow and high tile. */
static void put_subject(BoardSheet *sheet, const CardSpec *spec)
{
    const RiskStyle *risk = &risks[(guint)spec->risk <= RISK_HIGH ? spec->risk : RISK_NONE];
    double size = sheet->title * 1.15, height = size * 1.25, tablet = risk_width(sheet, risk);
    gboolean has_region = !spec->is_sensitive && spec->region && *spec->region;
    g_autofree char *subject =
        g_strconcat(spec->category ? spec->category : "", has_region ? " · " : "",
                    has_region ? spec->region : "", NULL);
    Box line = { sheet->room.x, sheet->room.y, sheet->room.width, height };
    gboolean is_narrow = board_width(subject, size, TRUE) + tablet + sheet->pad > line.width &&
                         sheet->room.height > sheet->room.width;

    if (!is_narrow && tablet > 0)
        line.width -= tablet + sheet->pad * 0.6;
    board_line(sheet, line, subject, (LineStyle) { size, COLOUR_BRIGHT, TRUE, 0 });
    Box mark = { line.x + line.width + sheet->pad * 0.6, line.y, tablet, height };
    if (is_narrow) {
        mark.x = line.x;
        mark.y = line.y + height;
        height *= 2;
    }
    put_risk(sheet, mark, risk);
    sheet->room.y += height + sheet->pad * 0.6;
    sheet->room.height -= height + sheet->pad * 0.6;
}

/* The path with its names, or a thin one with the present stage's name below it. */
static void put_stages(BoardSheet *sheet, const CardSpec *spec, double least_below)
{
    double thin = sheet->label * 0.6, words = sheet->label * 1.5;
    double spare = sheet->room.height - least_below - sheet->pad * 0.6;
    Box path = { sheet->room.x, sheet->room.y, sheet->room.width, sheet->label * 1.7 };

    if (spec->n_stages == 0 || spare < thin)
        return;
    guint present = MIN(spec->present, spec->n_stages - 1);
    double taken = path.height;
    if (spare >= path.height &&
        chart_stages_fit(path, spec->stages, spec->n_stages, sheet->label)) {
        chart_stages(sheet->cr, path, spec->stages, spec->n_stages, present, sheet->label);
    } else {
        g_autofree char *name =
            g_strdup_printf("%s  %u/%u", spec->stages[present], present + 1, spec->n_stages);
        path.height = taken = thin;
        chart_stages(sheet->cr, path, spec->stages, spec->n_stages, present, 0);
        if (spare >= thin + words) {
            board_line(sheet, (Box) { path.x, path.y + thin, path.width, words }, name,
                       (LineStyle) { sheet->label, COLOUR_ACCENT, TRUE, 0 });
            taken += words;
        }
    }
    sheet->room.y += taken + sheet->pad * 0.6;
    sheet->room.height -= taken + sheet->pad * 0.6;
}

/* px of the countdown's type: larger where there is height to spare. */
static double countdown_size(const BoardSheet *sheet)
{
    return sheet->title * (sheet->room.height > sheet->body * 8 ? 1.4 : 1);
}

static double countdown_height(const BoardSheet *sheet)
{
    return countdown_size(sheet) * 1.3 + MAX(sheet->label * 0.4, 5);
}

/* "办结 剩 2 天 4 小时". Caller frees. */
static char *term_words(const CardSpec *spec)
{
    g_autofree char *clock = countdown_words(&spec->countdown);

    return g_strdup_printf("%s %s", spec->term, clock);
}

static void put_countdown(BoardSheet *sheet, const CardSpec *spec)
{
    if (!spec->term)
        return;
    double size = countdown_size(sheet), height = countdown_height(sheet) + sheet->pad * 0.6;
    double mark = size * 0.75, bar = MAX(sheet->label * 0.4, 5);
    g_autofree char *words = term_words(spec);
    Box line = { sheet->room.x + mark * 1.4, sheet->room.y, sheet->room.width - mark * 1.4,
                 size * 1.3 };

    countdown_mark(sheet->cr, &spec->countdown, sheet->room.x + mark / 2, line.y + line.height / 2,
                   mark);
    board_line(sheet, line, words,
               (LineStyle) { size, countdown_colour(&spec->countdown), TRUE, 0 });
    chart_countdown(sheet->cr,
                    (Box) { sheet->room.x, line.y + line.height, sheet->room.width, bar },
                    &spec->countdown);
    sheet->room.y += height;
    sheet->room.height -= height;
}

/* The code in the lower right corner: in a wide tile beside the countdown, as large as leaves room
 * for its words; in a high one below all the rest. */
static void put_code(BoardSheet *sheet, const CardSpec *spec, gboolean is_high)
{
    double side = MIN(sheet->room.height, sheet->room.width * (is_high ? 0.7 : 0.31));

    if (!is_high && spec->term) {
        g_autofree char *words = term_words(spec);
        double size = countdown_size(sheet);
        double needed = size * 1.05 + board_width(words, size, TRUE) + sheet->pad;
        side = MIN(side, sheet->room.width - needed);
    }
    if (qr_draw(sheet->cr, spec->code, sheet->room.x + sheet->room.width - side,
                sheet->room.y + sheet->room.height - side, side) &&
        !is_high)
        sheet->room.width -= side + sheet->pad;
}

static void put_office(BoardSheet *sheet, const char *role, const char *office)
{
    double height = sheet->body * 1.35;

    if (!office || !*office || sheet->room.height < height * 0.9)
        return;
    double used =
        board_line(sheet, (Box) { sheet->room.x, sheet->room.y, sheet->room.width, height }, role,
                   (LineStyle) { sheet->label, COLOUR_QUIET, FALSE, 0 });
    used += sheet->label * 0.6;
    board_line(sheet,
               (Box) { sheet->room.x + used, sheet->room.y, sheet->room.width - used, height },
               office, (LineStyle) { sheet->body, COLOUR_BRIGHT, FALSE, 0 });
    sheet->room.y += height;
    sheet->room.height -= height;
}

/* The office gives way to its number, which is as large as the line allows and never cut: its end first,
 * and all of it where not even its town could be read. */
static void put_contact(BoardSheet *sheet, const CardSpec *spec)
{
    const char *role = "联系", *office = spec->contact ? spec->contact : "";
    double height = sheet->body * 1.35, gap = sheet->label * 0.6;

    if (!spec->phone || !*spec->phone || sheet->room.height < height * 0.9)
        return;
    Box line = { sheet->room.x, sheet->room.y, sheet->room.width, height };
    double indent = board_width(role, sheet->label, FALSE) + gap;
    double least = board_width(spec->phone, sheet->label, FALSE);
    if (indent + least > line.width)
        return;
    if (indent + sheet->label * 5 + gap + least > line.width)
        office = "";
    g_autofree char *words = g_strconcat(office, spec->phone, NULL);
    double room = line.width - indent - (*office ? gap : 0);
    double size = MAX(board_size(words, room, sheet->body, FALSE), sheet->label);
    double number = board_width(spec->phone, size, FALSE);
    LineStyle style = { size, COLOUR_BRIGHT, FALSE, ALIGN_LEFT };

    board_line(sheet, line, role, (LineStyle) { sheet->label, COLOUR_QUIET, FALSE, ALIGN_LEFT });
    line.x += indent;
    line.width = room - number;
    line.x += *office ? board_line(sheet, line, office, style) + gap : 0;
    line.width = number + 1; /* what was measured, whatever is rounded */
    board_line(sheet, line, spec->phone, style);
    sheet->room.y += height;
    sheet->room.height -= height;
}

Bitmap *draw_card(const CardSpec *spec)
{
    BoardSheet sheet;

    if (!board_begin(&sheet, spec->width, spec->height, spec->screen_height))
        return NULL;
    put_strip(&sheet, spec);
    put_subject(&sheet, spec);
    put_stages(&sheet, spec, countdown_height(&sheet));
    gboolean is_high = sheet.room.height > sheet.room.width;
    if (!is_high)
        put_code(&sheet, spec, FALSE);
    put_countdown(&sheet, spec);
    if (!spec->is_sensitive) {
        put_office(&sheet, "牵头", spec->lead_org);
        put_office(&sheet, "包保", spec->owner_title);
        put_contact(&sheet, spec);
    }
    if (is_high)
        put_code(&sheet, spec, TRUE);
    return sheet_end(sheet.cr);
}
