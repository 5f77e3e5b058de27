/* clip.c - makes a short looping clip from a drawing function, encoded as cameras do
 *
 * Cairo draws, libyuv converts (BT.601, limited range), clip_writer encodes. The file is complete
 * or not there.
 */
#include "tests/support/clip.h"

#include <libyuv.h>

#include "tests/support/clip_writer.h"

static gboolean draw_frames(ClipWriter *writer, const ClipSpec *spec, ClipDraw draw, gpointer user,
                            GError **error)
{
    const int width = spec->width, height = spec->height, half = width / 2;
    const gsize luma_size = (gsize)width * height;
    g_autofree guint8 *picture = g_malloc(luma_size * 3 / 2);
    guint8 *const planes[3] = { picture, picture + luma_size, picture + luma_size * 5 / 4 };
    const int strides[3] = { width, half, half };
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    gboolean is_ok = TRUE;
    for (guint n = 0; n < spec->frames && is_ok; n++) {
        cairo_t *cr = cairo_create(surface);
        cairo_set_source_rgb(cr, 0, 0, 0);
        cairo_paint(cr);
        draw(cr, width, height, n, user);
        cairo_destroy(cr);
        cairo_surface_flush(surface);
        ARGBToI420(cairo_image_surface_get_data(surface), cairo_image_surface_get_stride(surface),
                   planes[0], strides[0], planes[1], strides[1], planes[2], strides[2], width,
                   height);
        is_ok = clip_writer_add(writer, (const guint8 *const *)planes, strides, error);
    }
    cairo_surface_destroy(surface);
    return is_ok;
}

gboolean clip_make(const char *path, const ClipSpec *spec, ClipDraw draw, gpointer user,
                   gboolean force, GError **error)
{
    if (!force && g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    g_autoptr(ClipWriter) writer = clip_writer_new(path, spec, error);
    return writer && draw_frames(writer, spec, draw, user, error) &&
           clip_writer_finish(writer, error);
}
