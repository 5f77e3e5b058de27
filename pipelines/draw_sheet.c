/* draw_sheet.c - sizes, colours and bitmaps for all drawings */
#include "pipelines/draw_sheet.h"

#include <math.h>

#define SMALLEST_TYPE 9.0 /* px; below that CJK characters are grey spots */

static double share(int screen_height, double part)
{
    return MAX(screen_height * part, SMALLEST_TYPE);
}

double headline_size(int screen_height)
{
    return share(screen_height, 0.040);
}

double body_size(int screen_height)
{
    return share(screen_height, 0.022);
}

double label_size(int screen_height)
{
    return share(screen_height, 0.0185);
}

int label_height(int screen_height)
{
    return even_up(label_size(screen_height) * 1.5);
}

int even_down(double px)
{
    return MAX((int)floor(px / 2) * 2, 2);
}

int even_up(double px)
{
    return MAX((int)ceil(px / 2) * 2, 2);
}

cairo_t *sheet_begin(int width, int height)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
    cairo_t *cr = cairo_create(surface);

    cairo_surface_destroy(surface);
    return cr;
}

Bitmap *sheet_end(cairo_t *cr)
{
    cairo_surface_t *surface = cairo_get_target(cr);
    Bitmap *bitmap = NULL;

    cairo_surface_flush(surface);
    if (cairo_status(cr) == CAIRO_STATUS_SUCCESS)
        bitmap = bitmap_from_argb(
            cairo_image_surface_get_data(surface), cairo_image_surface_get_stride(surface),
            cairo_image_surface_get_width(surface), cairo_image_surface_get_height(surface));
    cairo_destroy(cr);
    return bitmap;
}

void sheet_fill(cairo_t *cr, guint32 colour, double alpha)
{
    cairo_save(cr);
    cairo_set_operator(cr, CAIRO_OPERATOR_SOURCE);
    set_source_rgb24(cr, colour, alpha);
    cairo_paint(cr);
    cairo_restore(cr);
}

void set_source_rgb24(cairo_t *cr, guint32 colour, double alpha)
{
    cairo_set_source_rgba(cr, (colour >> 16 & 0xFF) / 255.0, (colour >> 8 & 0xFF) / 255.0,
                          (colour & 0xFF) / 255.0, alpha);
}

void rounded_rectangle(cairo_t *cr, double x, double y, double width, double height, double radius)
{
    cairo_new_sub_path(cr);
    cairo_arc(cr, x + width - radius, y + radius, radius, -G_PI_2, 0);
    cairo_arc(cr, x + width - radius, y + height - radius, radius, 0, G_PI_2);
    cairo_arc(cr, x + radius, y + height - radius, radius, G_PI_2, G_PI);
    cairo_arc(cr, x + radius, y + radius, radius, G_PI, 3 * G_PI_2);
    cairo_close_path(cr);
}
