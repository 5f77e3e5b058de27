/* draw_sign.c - signs in a unit square around the origin, y downwards
 *
 * Each is drawn into a group of its own, so that gaps are cut out of what is there (DEST_OUT)
 * instead of painted in a background colour that the sign does not know.
 */
#include "pipelines/draw_sign.h"

#include "pipelines/draw_sheet.h"

#include <math.h>

#define STROKE 0.09

typedef struct {
    const char *word;
    guint32 colour;
    void (*draw)(cairo_t *cr);
} SignStyle;

static void line(cairo_t *cr, double x1, double y1, double x2, double y2)
{
    cairo_move_to(cr, x1, y1);
    cairo_line_to(cr, x2, y2);
    cairo_stroke(cr);
}

/* A stroke across the whole sign with a gap on both sides of it. */
static void strike(cairo_t *cr)
{
    cairo_set_operator(cr, CAIRO_OPERATOR_DEST_OUT);
    cairo_set_line_width(cr, STROKE * 3);
    line(cr, -0.43, 0.43, 0.43, -0.43);
    cairo_set_operator(cr, CAIRO_OPERATOR_OVER);
    cairo_set_line_width(cr, STROKE * 1.2);
    line(cr, -0.43, 0.43, 0.43, -0.43);
}

/* An open ring. */
static void draw_connecting(cairo_t *cr)
{
    cairo_arc(cr, 0, 0, 0.40, -G_PI_2 + 0.55, G_PI + 0.45);
    cairo_stroke(cr);
}

/* The corners of a picture around a small ring: everything is there but the first frame. */
static void draw_wait_keyframe(cairo_t *cr)
{
    static const double corner[4][2] = { { -1, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 } };

    for (guint i = 0; i < G_N_ELEMENTS(corner); i++) {
        double x = corner[i][0], y = corner[i][1];
        cairo_move_to(cr, x * 0.26, y * 0.36);
        cairo_line_to(cr, x * 0.45, y * 0.36);
        cairo_line_to(cr, x * 0.45, y * 0.19);
        cairo_stroke(cr);
    }
    cairo_arc(cr, 0, 0, 0.14, -G_PI_2 + 0.6, G_PI + 0.4);
    cairo_stroke(cr);
}

/* Two halves of a link, pulled apart. */
static void draw_offline(cairo_t *cr)
{
    cairo_rotate(cr, -G_PI_4);
    for (int side = -1; side <= 1; side += 2) {
        cairo_save(cr);
        cairo_scale(cr, side, side);
        cairo_move_to(cr, 0.20, -0.17);
        cairo_line_to(cr, 0.33, -0.17);
        cairo_arc(cr, 0.33, 0, 0.17, -G_PI_2, G_PI_2);
        cairo_line_to(cr, 0.20, 0.17);
        cairo_stroke(cr);
        line(cr, -0.05, -0.26, -0.10, -0.42);
        line(cr, 0.05, -0.26, 0.10, -0.42);
        cairo_restore(cr);
    }
}

static void draw_credentials(cairo_t *cr)
{
    cairo_set_line_width(cr, STROKE * 1.1);
    cairo_move_to(cr, -0.20, 0);
    cairo_line_to(cr, -0.20, -0.22);
    cairo_arc(cr, 0, -0.22, 0.20, G_PI, 0);
    cairo_line_to(cr, 0.20, 0);
    cairo_stroke(cr);
    rounded_rectangle(cr, -0.34, -0.06, 0.68, 0.53, 0.06);
    cairo_fill(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_DEST_OUT);
    cairo_arc(cr, 0, 0.15, 0.08, 0, 2 * G_PI);
    cairo_fill(cr);
    cairo_set_line_width(cr, 0.07);
    line(cr, 0, 0.15, 0, 0.30);
}

/* A piece of film, struck out. */
static void draw_codec(cairo_t *cr)
{
    rounded_rectangle(cr, -0.48, -0.36, 0.96, 0.72, 0.04);
    cairo_fill(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_DEST_OUT);
    for (int i = -2; i <= 2; i++) {
        cairo_rectangle(cr, i * 0.19 - 0.05, -0.30, 0.10, 0.09);
        cairo_rectangle(cr, i * 0.19 - 0.05, 0.21, 0.10, 0.09);
    }
    cairo_rectangle(cr, -0.38, -0.13, 0.76, 0.26);
    cairo_fill(cr);
    strike(cr);
}

static void shield_path(cairo_t *cr)
{
    cairo_move_to(cr, 0, -0.48);
    cairo_curve_to(cr, 0.13, -0.38, 0.27, -0.34, 0.40, -0.34);
    cairo_line_to(cr, 0.40, -0.02);
    cairo_curve_to(cr, 0.40, 0.24, 0.22, 0.40, 0, 0.49);
    cairo_curve_to(cr, -0.22, 0.40, -0.40, 0.24, -0.40, -0.02);
    cairo_line_to(cr, -0.40, -0.34);
    cairo_curve_to(cr, -0.27, -0.34, -0.13, -0.38, 0, -0.48);
    cairo_close_path(cr);
}

/* A solid shield with a bar across, as on a road that may not be entered. */
static void draw_no_right(cairo_t *cr)
{
    shield_path(cr);
    cairo_fill(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_DEST_OUT);
    cairo_rectangle(cr, -0.24, -0.08, 0.48, 0.14);
    cairo_fill(cr);
}

/* An eye, struck out: this picture may not be seen unmasked. */
static void draw_mask_failed(cairo_t *cr)
{
    cairo_move_to(cr, -0.49, 0);
    cairo_curve_to(cr, -0.25, -0.40, 0.25, -0.40, 0.49, 0);
    cairo_curve_to(cr, 0.25, 0.40, -0.25, 0.40, -0.49, 0);
    cairo_close_path(cr);
    cairo_fill(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_DEST_OUT);
    cairo_arc(cr, 0, 0, 0.19, 0, 2 * G_PI);
    cairo_fill(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_OVER);
    cairo_arc(cr, 0, 0, 0.10, 0, 2 * G_PI);
    cairo_fill(cr);
    strike(cr);
}

/* A camera on its bracket, crossed out. */
static void draw_gone(cairo_t *cr)
{
    rounded_rectangle(cr, -0.48, -0.34, 0.62, 0.34, 0.05);
    cairo_fill(cr);
    cairo_move_to(cr, 0.17, -0.22);
    cairo_line_to(cr, 0.44, -0.32);
    cairo_line_to(cr, 0.44, -0.02);
    cairo_line_to(cr, 0.17, -0.12);
    cairo_close_path(cr);
    cairo_fill(cr);
    cairo_rectangle(cr, -0.28, -0.02, 0.10, 0.42);
    cairo_rectangle(cr, -0.46, 0.34, 0.46, 0.10);
    cairo_fill(cr);
    cairo_set_line_width(cr, STROKE * 1.2);
    line(cr, 0.14, 0.12, 0.44, 0.42);
    line(cr, 0.14, 0.42, 0.44, 0.12);
}

/* A poster with two bars, crossed out where a third one would stand. */
static void draw_no_board(cairo_t *cr)
{
    cairo_rectangle(cr, -0.46, -0.40, 0.92, 0.80);
    cairo_stroke(cr);
    cairo_rectangle(cr, -0.28, -0.10, 0.14, 0.32);
    cairo_rectangle(cr, -0.06, -0.22, 0.14, 0.44);
    cairo_fill(cr);
    line(cr, 0.17, -0.04, 0.33, 0.16);
    line(cr, 0.17, 0.16, 0.33, -0.04);
}

/* Curtains that are drawn. */
static void draw_covered(cairo_t *cr)
{
    line(cr, -0.48, -0.40, 0.48, -0.40);
    for (int side = -1; side <= 1; side += 2) {
        cairo_save(cr);
        cairo_scale(cr, side, 1);
        cairo_move_to(cr, 0.10, -0.32);
        cairo_line_to(cr, 0.47, -0.32);
        cairo_line_to(cr, 0.47, 0.46);
        cairo_curve_to(cr, 0.42, 0.38, 0.36, 0.38, 0.31, 0.46);
        cairo_curve_to(cr, 0.25, 0.38, 0.18, 0.38, 0.10, 0.46);
        cairo_close_path(cr);
        cairo_fill(cr);
        cairo_restore(cr);
    }
}

static const SignStyle sign_styles[] = {
    [SIGN_NONE] = { "", 0, NULL },
    [SIGN_EMPTY] = { "", 0, NULL },
    [SIGN_CONNECTING] = { "正在连接", 0x8494A6, draw_connecting },
    [SIGN_WAIT_KEYFRAME] = { "等待首帧", 0x8494A6, draw_wait_keyframe },
    [SIGN_OFFLINE] = { "离线", 0xD9DEE4, draw_offline },
    [SIGN_CREDENTIALS] = { "账号被拒", 0xE3B67A, draw_credentials },
    [SIGN_CODEC] = { "编码不支持", 0xE3B67A, draw_codec },
    [SIGN_NO_RIGHT] = { "无权查看", 0x9DB4CE, draw_no_right },
    [SIGN_MASK_FAILED] = { "遮挡未生效", 0xE3B67A, draw_mask_failed },
    [SIGN_GONE] = { "摄像机已删除", 0x9DB4CE, draw_gone },
    [SIGN_NO_BOARD] = { "看板已撤下", 0x9DB4CE, draw_no_board },
    [SIGN_COVERED] = { "仅内部可见", 0x8FA3B8, draw_covered },
};

static const SignStyle *style_of(Sign sign)
{
    return (guint)sign < G_N_ELEMENTS(sign_styles) && sign >= SIGN_NONE ? &sign_styles[sign]
                                                                        : &sign_styles[SIGN_NONE];
}

static void begin_unit_square(cairo_t *cr, double cx, double cy, double size, guint32 colour)
{
    cairo_save(cr);
    cairo_rectangle(cr, floor(cx - size * 0.6), floor(cy - size * 0.6), ceil(size * 1.2),
                    ceil(size * 1.2));
    cairo_clip(cr); /* else the group is as large as the whole bitmap */
    cairo_push_group(cr);
    cairo_translate(cr, cx, cy);
    cairo_scale(cr, size, size);
    cairo_set_line_width(cr, STROKE);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    set_source_rgb24(cr, colour, 1);
}

static void end_unit_square(cairo_t *cr)
{
    cairo_pop_group_to_source(cr);
    cairo_paint(cr);
    cairo_restore(cr);
}

void sign_draw(cairo_t *cr, Sign sign, double cx, double cy, double size)
{
    const SignStyle *style = style_of(sign);

    if (!style->draw)
        return;
    begin_unit_square(cr, cx, cy, size, style->colour);
    style->draw(cr);
    end_unit_square(cr);
}

const char *sign_word(Sign sign)
{
    return style_of(sign)->word;
}

guint32 sign_colour(Sign sign)
{
    return style_of(sign)->colour;
}

void sign_draw_stale(cairo_t *cr, double cx, double cy, double size, guint32 colour)
{
    begin_unit_square(cr, cx, cy, size, colour);
    cairo_arc(cr, 0, 0, 0.42, 0, 2 * G_PI);
    cairo_stroke(cr);
    cairo_move_to(cr, 0, -0.22);
    cairo_line_to(cr, 0, 0);
    cairo_line_to(cr, 0.17, 0.10);
    cairo_stroke(cr);
    end_unit_square(cr);
}

static const SeverityStyle severity_styles[] = {
    [SEVERITY_NONE] = { "通知", 0x35414F, 0xFFFFFF, 0x1F2832 },
    [SEVERITY_BLUE] = { "一般", 0x1660C8, 0xFFFFFF, 0x0A2F66 },
    [SEVERITY_YELLOW] = { "较大", 0xFFD21F, 0x000000, 0x9C7F0C },
    [SEVERITY_ORANGE] = { "重大", 0xFF8F1F, 0x000000, 0xC06510 },
    [SEVERITY_RED] = { "特别重大", 0xC8161D, 0xFFFFFF, 0x64090D },
};

const SeverityStyle *severity_style(Severity severity)
{
    gboolean is_known = severity >= SEVERITY_NONE && severity <= SEVERITY_RED;

    return &severity_styles[is_known ? severity : SEVERITY_NONE];
}

static void severity_path(cairo_t *cr, Severity severity)
{
    switch (severity) {
    case SEVERITY_RED:
        cairo_move_to(cr, 0, -0.46);
        cairo_line_to(cr, 0.50, 0.42);
        cairo_line_to(cr, -0.50, 0.42);
        cairo_close_path(cr);
        break;
    case SEVERITY_ORANGE:
        cairo_move_to(cr, 0, -0.50);
        cairo_line_to(cr, 0.50, 0);
        cairo_line_to(cr, 0, 0.50);
        cairo_line_to(cr, -0.50, 0);
        cairo_close_path(cr);
        break;
    case SEVERITY_YELLOW:
        cairo_rectangle(cr, -0.40, -0.40, 0.80, 0.80);
        break;
    default:
        cairo_arc(cr, 0, 0, 0.45, 0, 2 * G_PI);
        break;
    }
}

static void fill_severity(cairo_t *cr, Severity severity, guint32 colour, double cx, double cy,
                          double size)
{
    begin_unit_square(cr, cx, cy, size, colour);
    severity_path(cr, severity);
    cairo_fill(cr);
    end_unit_square(cr);
}

void severity_draw(cairo_t *cr, Severity severity, double cx, double cy, double size)
{
    if (severity > SEVERITY_NONE && severity <= SEVERITY_RED)
        fill_severity(cr, severity, severity_style(severity)->ink, cx, cy, size);
}

void severity_plate(cairo_t *cr, Severity severity, double cx, double cy, double size)
{
    fill_severity(cr, severity, severity_style(severity)->block, cx, cy, size);
}
