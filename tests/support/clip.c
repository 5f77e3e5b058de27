/* clip.c - makes a short looping clip from a drawing function, encoded as cameras do
 *
 * Cairo draws, clip_picture converts, clip_writer encodes. The file is complete or not there.
 */
#include "tests/support/clip.h"

#include "tests/support/clip_picture.h"
#include "tests/support/clip_writer.h"

static gboolean draw_frames(ClipWriter *writer, const ClipSpec *spec, ClipDraw draw, gpointer user,
                            GError **error)
{
    g_autoptr(ClipPicture) picture = clip_picture_new(spec->width, spec->height);
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, spec->width, spec->height);
    gboolean is_ok = TRUE;
    for (guint n = 0; n < spec->frames && is_ok; n++) {
        cairo_t *cr = cairo_create(surface);
        cairo_set_source_rgb(cr, 0, 0, 0);
        cairo_paint(cr);
        draw(cr, spec->width, spec->height, n, user);
        cairo_destroy(cr);
        clip_picture_take(picture, surface);
        is_ok = clip_writer_add(writer, clip_picture_get_planes(picture),
                                clip_picture_get_strides(picture), error);
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
