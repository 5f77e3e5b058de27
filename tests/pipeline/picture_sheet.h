/* picture_sheet.h - drawn bitmaps side by side on one golden picture */
#ifndef WALLCTL_TESTS_PIPELINE_PICTURE_SHEET_H
#define WALLCTL_TESTS_PIPELINE_PICTURE_SHEET_H

#include "pipelines/frame.h"

#include <cairo.h>

typedef struct {
    cairo_surface_t *surface;
    cairo_t *cr;
    guint32 background;
} Sheet;

Sheet sheet_new(int width, int height, guint32 background);
void sheet_put(Sheet *sheet, Bitmap *bitmap, int x, int y); /* takes bitmap; it must not be NULL */
void sheet_check(Sheet *sheet,
                 const char *name); /* against tests/golden/NAME.png; ends the sheet */

/* Over background (0xRRGGBB). Caller owns. */
cairo_surface_t *surface_of(const Bitmap *bitmap, guint32 background);

/* The same size, opaqueness and pixels? */
gboolean bitmap_equal(const Bitmap *a, const Bitmap *b);

/* ms of this thread's CPU since it began: what a drawing costs, whatever else the machine does. */
double spent_ms(void);

#endif
