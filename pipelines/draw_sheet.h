/* draw_sheet.h - what all drawings share: type sizes, colours and the way from a cairo picture to a
 * Bitmap. [worker] */
#ifndef WALLCTL_PIPELINES_DRAW_SHEET_H
#define WALLCTL_PIPELINES_DRAW_SHEET_H

#include "pipelines/frame.h"

#include <cairo.h>

/* Colours, 0xRRGGBB. */
#define COLOUR_WALL   0x0B0F14 /* the wall's own background */
#define COLOUR_SLATE  0x151B22 /* a bit lighter, so that a slate is a tile and not a hole */
#define COLOUR_STRIP  0x10161D /* under banners and tickers */
#define COLOUR_BRIGHT 0xFFFFFF
#define COLOUR_DIM    0xCBD4DD
#define COLOUR_QUIET  0x93A1B1 /* what is read last */
#define COLOUR_LINE   0x2A3642 /* rules, the empty part of a bar: never text */
#define COLOUR_ACCENT 0x5AA9F0 /* bars that only count */
#define COLOUR_CALM   0x3FBF7F /* time is left */
#define COLOUR_SOON   0xFFD21F /* little is left */
#define COLOUR_OVER   0xFF5A52 /* none is left */

/* Type sizes in px for a screen of that height: 4 %, 2.2 % and 1.8 %. */
double headline_size(int screen_height);
double body_size(int screen_height);
double label_size(int screen_height);

/* Height of a label's strip. */
int label_height(int screen_height);

/* Bitmaps have even sizes. At least 2. */
int even_down(double px);
int even_up(double px);

/* A transparent picture to draw into; sheet_end() turns it into a Bitmap and frees it. Sizes even.
 */
cairo_t *sheet_begin(int width, int height);
Bitmap *sheet_end(cairo_t *cr);

/* Fills all of it, replacing what is there. */
void sheet_fill(cairo_t *cr, guint32 colour, double alpha);

void set_source_rgb24(cairo_t *cr, guint32 colour, double alpha);
void rounded_rectangle(cairo_t *cr, double x, double y, double width, double height, double radius);

#endif
