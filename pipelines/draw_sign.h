/* draw_sign.h - the marks of tile states and severities, drawn as strokes and not taken from a
 * font. [worker]
 *
 * Outlined signs are states that pass by themselves; solid ones wait for a person. No two have the
 * same outline, so that they are told apart without colour and without their word.
 */
#ifndef WALLCTL_PIPELINES_DRAW_SIGN_H
#define WALLCTL_PIPELINES_DRAW_SIGN_H

#include "pipelines/draw.h"

#include <cairo.h>

/* Draws into the square of size px around cx, cy. Nothing for SIGN_NONE and SIGN_EMPTY. */
void sign_draw(cairo_t *cr, Sign sign, double cx, double cy, double size);

/* The state's word, "" for SIGN_NONE and SIGN_EMPTY. Borrowed. */
const char *sign_word(Sign sign);
guint32 sign_colour(Sign sign); /* 0xRRGGBB, of the sign and its word */

/* A clock face: time without a picture. */
void sign_draw_stale(cairo_t *cr, double cx, double cy, double size, guint32 colour);

typedef struct {
    const char *word; /* 特别重大, 重大, 较大, 一般; 通知 without a severity */
    guint32 block;    /* 0xRRGGBB of the colour block */
    guint32 ink;      /* 0xRRGGBB of what stands on it */
    guint32 dim;      /* 0xRRGGBB of the block in the other state of its pulse */
} SeverityStyle;

const SeverityStyle *severity_style(Severity severity);

/* Triangle, diamond, square, disc; nothing without a severity. */
void severity_draw(cairo_t *cr, Severity severity, double cx, double cy, double size);

/* The shape itself as the coloured block, for marks that carry a number; a disc without a severity. */
void severity_plate(cairo_t *cr, Severity severity, double cx, double cy, double size);

#endif
