/* stamped_clip.c - clips that say in every picture whose they are and which frame
 *
 * The content moves and closes on itself, so that an encoder works as for a real scene and the loop
 * has no jump.
 */
#include "tests/support/stamped_clip.h"

#include <errno.h>
#include <math.h>

#include "tests/support/stamp.h"
#include "wallctl/base/error.h"

#define DRAWING_VERSION                                                                            \
    1 /* part of the file name: a changed drawing is not taken from an old cache */

typedef struct {
    guint16 source;
    guint frames;
} Content;

/* A colour of the circle of hues. */
static void set_hue(cairo_t *cr, double hue, double light)
{
    double rgb[3];
    for (int i = 0; i < 3; i++)
        rgb[i] = light * (0.5 + 0.5 * cos(2 * G_PI * (hue - i / 3.0)));
    cairo_set_source_rgb(cr, rgb[0], rgb[1], rgb[2]);
}

static void draw(cairo_t *cr, int width, int height, guint frame, gpointer user)
{
    const Content *content = user;
    double turn = (double)frame / content->frames;
    double hue = content->source * 0.6180339887498949;
    set_hue(cr, hue, 0.5);
    cairo_paint(cr);
    for (int i = 0; i < 12; i++) {
        double angle = 2 * G_PI * (turn + i / 12.0), reach = 0.2 + 0.06 * (i % 4);
        set_hue(cr, hue + 0.3 + i / 24.0, 0.9);
        cairo_arc(cr, width * (0.5 + reach * cos(angle)), height * (0.5 + reach * sin(angle)),
                  height * 0.06, 0, 2 * G_PI);
        cairo_fill(cr);
    }
    g_autofree char *text = g_strdup_printf("%u", content->source);
    cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD);
    cairo_set_font_size(cr, height * 0.25);
    cairo_text_extents_t extents;
    cairo_text_extents(cr, text, &extents);
    cairo_move_to(cr, width / 2.0 - extents.width / 2 - extents.x_bearing,
                  height / 2.0 - extents.height / 2 - extents.y_bearing);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_show_text(cr, text);
    stamp_draw(cr, width, height, (Stamp) { .source = content->source, .frame = (guint16)frame });
}

char *stamped_clip(const char *cache_dir, guint16 source, const ClipSpec *spec, GError **error)
{
    static const char *const codecs[] = { "", "h264", "h265", "h263" };
    if (g_mkdir_with_parents(cache_dir, 0755) < 0) {
        g_set_error(error, WALL_ERROR, WALL_ERROR_UNAVAILABLE, "%s: %s", cache_dir,
                    g_strerror(errno));
        return NULL;
    }
    g_autofree char *name =
        g_strdup_printf("stamped-v%d-%u-%dx%d-%ufps-%uof%u-%ukbps-%s%s.mp4", DRAWING_VERSION,
                        source, spec->width, spec->height, spec->fps, spec->gop, spec->frames,
                        spec->bitrate_kbps, codecs[spec->codec], spec->b_frames ? "-b" : "");
    g_autofree char *path = g_build_filename(cache_dir, name, NULL);
    Content content = { source, spec->frames };
    return clip_make(path, spec, draw, &content, FALSE, error) ? g_steal_pointer(&path) : NULL;
}

ClipSpec stamped_clip_sub(void)
{
    return (ClipSpec) { .codec = CLIP_H264,
                        .width = 640,
                        .height = 360,
                        .fps = 25,
                        .frames = 50,
                        .gop = 50,
                        .bitrate_kbps = 500 };
}
