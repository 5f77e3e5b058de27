/* draw_qr.h - a case code (一案一码) as a QR code. [worker] By libqrencode.
 *
 * The picture holds the code and nothing else: it opens the case for whoever may see it and tells
 * everybody else nothing.
 */
#ifndef WALLCTL_PIPELINES_DRAW_QR_H
#define WALLCTL_PIPELINES_DRAW_QR_H

#include <cairo.h>
#include <glib.h>

/* Black on white with its quiet zone, centred in the square of size px at x, y; a module is a whole
 * number of px. FALSE, and nothing is drawn, for an empty code, one that does not fit into version
 * 10, or a square in which a module would be smaller than 2 px. */
gboolean qr_draw(cairo_t *cr, const char *code, double x, double y, double size);

/* [any] The same as an SVG element whose side is that of the place it stands in; "" where qr_draw()
 * is FALSE. Caller frees. */
char *qr_svg(const char *code);

#endif
