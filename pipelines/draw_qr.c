/* draw_qr.c - a case code as a QR code */
#include "pipelines/draw_qr.h"

#include "pipelines/draw_sheet.h"

#include <math.h>
#include <qrencode.h>

#define QUIET_ZONE      4 /* modules on each side, ISO/IEC 18004 */
#define LARGEST_VERSION 10
#define SMALLEST_MODULE 2 /* px */

static void draw_modules(cairo_t *cr, const QRcode *qr, double x, double y, int module)
{
    set_source_rgb24(cr, 0x000000, 1);
    for (int row = 0; row < qr->width; row++)
        for (int column = 0; column < qr->width; column++)
            if (qr->data[row * qr->width + column] & 1)
                cairo_rectangle(cr, x + column * module, y + row * module, module, module);
    cairo_fill(cr);
}

gboolean qr_draw(cairo_t *cr, const char *code, double x, double y, double size)
{
    if (!code || !*code)
        return FALSE;
    QRcode *qr = QRcode_encodeString(code, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!qr)
        return FALSE;
    int modules = qr->width + 2 * QUIET_ZONE, module = (int)(size / modules);
    gboolean fits = qr->version <= LARGEST_VERSION && module >= SMALLEST_MODULE;
    if (fits) {
        double side = modules * module;
        double left = floor(x + (size - side) / 2), top = floor(y + (size - side) / 2);
        cairo_antialias_t antialias = cairo_get_antialias(cr);
        cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
        set_source_rgb24(cr, 0xFFFFFF, 1);
        cairo_rectangle(cr, left, top, side, side);
        cairo_fill(cr);
        draw_modules(cr, qr, left + QUIET_ZONE * module, top + QUIET_ZONE * module, module);
        cairo_set_antialias(cr, antialias);
    }
    QRcode_free(qr);
    return fits;
}

char *qr_svg(const char *code)
{
    QRcode *qr = code && *code ? QRcode_encodeString(code, 0, QR_ECLEVEL_M, QR_MODE_8, 1) : NULL;
    if (!qr || qr->version > LARGEST_VERSION) {
        QRcode_free(qr);
        return g_strdup("");
    }
    int modules = qr->width + 2 * QUIET_ZONE;
    GString *svg = g_string_new(NULL);
    g_string_append_printf(svg,
                           "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"qr\" viewBox=\"0 0 "
                           "%d %d\" shape-rendering=\"crispEdges\"><path d=\"",
                           modules, modules);
    for (int row = 0; row < qr->width; row++) {
        for (int column = 0; column < qr->width; column++) {
            if (qr->data[row * qr->width + column] & 1)
                g_string_append_printf(svg, "M%d %dh1v1h-1z", column + QUIET_ZONE,
                                       row + QUIET_ZONE);
        }
    }
    QRcode_free(qr);
    g_string_append(svg, "\"/></svg>");
    return g_string_free(svg, FALSE);
}
