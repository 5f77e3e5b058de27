/* scene_skin.c - textures of the drawn scenes: cairo draws them once, mip levels keep them calm at
 * a distance */
#include "tests/support/scene_skin.h"

#include <pango/pangocairo.h>
#include <string.h>

#include "tests/support/scene_noise.h"

enum { MAX_LEVELS = 13, NOISE_SIDE = 256 };

typedef struct {
    int width, height;
    guint32 *pixels; /* ARGB, not premultiplied: the rim of a hole keeps its colour */
} Level;

struct Skin {
    float width_m, height_m, texel_m;
    int level_count;
    Level levels[MAX_LEVELS];
};

static float linear_of[256];

static void fill_linear(void)
{
    static gsize is_filled;
    if (!g_once_init_enter(&is_filled))
        return;
    for (int i = 0; i < 256; i++)
        linear_of[i] = powf((float)i / 255.0f, 2.2f);
    g_once_init_leave(&is_filled, 1);
}

Vec vec_rgb(guint32 rgb)
{
    fill_linear();
    return vec(linear_of[rgb >> 16 & 255], linear_of[rgb >> 8 & 255], linear_of[rgb & 255]);
}

static guint32 average4(guint32 a, guint32 b, guint32 c, guint32 d)
{
    guint32 even =
        ((a & 0xff00ff) + (b & 0xff00ff) + (c & 0xff00ff) + (d & 0xff00ff) + 0x20002) >> 2 &
        0xff00ff;
    guint32 odd = ((a >> 8 & 0xff00ff) + (b >> 8 & 0xff00ff) + (c >> 8 & 0xff00ff) +
                   (d >> 8 & 0xff00ff) + 0x20002) >>
                      2 &
                  0xff00ff;
    return even | odd << 8;
}

static void divide_by_alpha(guint32 *pixels, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        guint32 alpha = pixels[i] >> 24;
        if (alpha == 255 || alpha == 0)
            continue;
        guint32 r = (pixels[i] >> 16 & 255) * 255 / alpha, g = (pixels[i] >> 8 & 255) * 255 / alpha;
        guint32 b = (pixels[i] & 255) * 255 / alpha;
        pixels[i] = alpha << 24 | MIN(r, 255) << 16 | MIN(g, 255) << 8 | MIN(b, 255);
    }
}

static Level halve(const Level *from)
{
    Level to = { MAX(from->width / 2, 1), MAX(from->height / 2, 1), NULL };
    to.pixels = g_new(guint32, (gsize)to.width * to.height);
    for (int y = 0; y < to.height; y++) {
        const guint32 *row0 = from->pixels + (gsize)MIN(2 * y, from->height - 1) * from->width;
        const guint32 *row1 = from->pixels + (gsize)MIN(2 * y + 1, from->height - 1) * from->width;
        for (int x = 0; x < to.width; x++) {
            int x0 = MIN(2 * x, from->width - 1), x1 = MIN(2 * x + 1, from->width - 1);
            to.pixels[(gsize)y * to.width + x] = average4(row0[x0], row0[x1], row1[x0], row1[x1]);
        }
    }
    return to;
}

Skin *skin_new(float width_m, float height_m, float px_per_m, SkinDraw draw, gconstpointer user)
{
    fill_linear();
    Skin *skin = g_new0(Skin, 1);
    skin->width_m = width_m;
    skin->height_m = height_m;
    skin->texel_m = 1 / px_per_m;
    Level *first = &skin->levels[0];
    first->width = MAX((int)(width_m * px_per_m), 1);
    first->height = MAX((int)(height_m * px_per_m), 1);
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_ARGB32, first->width, first->height);
    cairo_t *cr = cairo_create(surface);
    cairo_scale(cr, first->width / width_m, first->height / height_m);
    draw(cr, width_m, height_m, user);
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    g_assert(cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS);
    first->pixels =
        g_memdup2(cairo_image_surface_get_data(surface), (gsize)first->width * first->height * 4);
    cairo_surface_destroy(surface);
    divide_by_alpha(first->pixels, (gsize)first->width * first->height);
    for (skin->level_count = 1; skin->level_count < MAX_LEVELS; skin->level_count++) {
        const Level *last = &skin->levels[skin->level_count - 1];
        if (last->width == 1 && last->height == 1)
            break;
        skin->levels[skin->level_count] = halve(last);
    }
    return skin;
}

void skin_free(Skin *skin)
{
    if (!skin)
        return;
    for (int i = 0; i < skin->level_count; i++)
        g_free(skin->levels[i].pixels);
    g_free(skin);
}

void skin_get_size(const Skin *skin, float *width_m, float *height_m)
{
    *width_m = skin->width_m;
    *height_m = skin->height_m;
}

/* i is at most one step outside. */
static int wrap(int i, int size)
{
    return i < 0 ? i + size : i >= size ? i - size : i;
}

Vec skin_colour(const Skin *skin, float u, float v, float footprint_m, float *alpha)
{
    int n = 0;
    for (float size = skin->texel_m * 1.4f; size < footprint_m && n + 1 < skin->level_count;
         size *= 2)
        n++;
    const Level *level = &skin->levels[n];
    float x = (u - floorf(u)) * (float)level->width - 0.5f,
          y = (v - floorf(v)) * (float)level->height - 0.5f;
    int x0 = (int)(x + 1) - 1, y0 = (int)(y + 1) - 1; /* x and y are at least -0.5 */
    float fx = x - (float)x0, fy = y - (float)y0;
    int left = wrap(x0, level->width), right = wrap(x0 + 1, level->width);
    const guint32 *row0 = level->pixels + (gsize)wrap(y0, level->height) * level->width;
    const guint32 *row1 = level->pixels + (gsize)wrap(y0 + 1, level->height) * level->width;
    const guint32 texels[4] = { row0[left], row0[right], row1[left], row1[right] };
    const float shares[4] = { (1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy };
    Vec sum = { 0 };
    float cover = 0;
    for (int i = 0; i < 4; i++) {
        guint32 texel = texels[i];
        sum.x += linear_of[texel >> 16 & 255] * shares[i];
        sum.y += linear_of[texel >> 8 & 255] * shares[i];
        sum.z += linear_of[texel & 255] * shares[i];
        cover += (float)(texel >> 24) * shares[i];
    }
    *alpha = cover / 255;
    return sum;
}

void skin_source(cairo_t *cr, guint32 rgb, double alpha)
{
    cairo_set_source_rgba(cr, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0,
                          (rgb & 255) / 255.0, alpha);
}

void skin_plan(cairo_t *cr, double x0, double y1)
{
    cairo_translate(cr, -x0, y1);
    cairo_scale(cr, 1, -1);
}

void skin_box(cairo_t *cr, double x, double y, double width, double height, guint32 rgb)
{
    skin_source(cr, rgb, 1);
    cairo_rectangle(cr, x, y, width, height);
    cairo_fill(cr);
}

static guint8 mix_channel(guint32 dark, guint32 light, int shift, float share)
{
    return (guint8)mixf((float)(dark >> shift & 255), (float)(light >> shift & 255), share);
}

static cairo_surface_t *draw_noise(guint32 dark, guint32 light)
{
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, NOISE_SIDE, NOISE_SIDE);
    guint8 *data = cairo_image_surface_get_data(surface);
    int stride = cairo_image_surface_get_stride(surface);
    for (int y = 0; y < NOISE_SIDE; y++)
        for (int x = 0; x < NOISE_SIDE; x++) {
            float share = 0, strength = 0.4f;
            for (int cells = 8; cells <= 128; cells *= 2, strength *= 0.75f)
                share += (noise_looped((float)(x * cells) / NOISE_SIDE,
                                       (float)(y * cells) / NOISE_SIDE, cells, cells) -
                          0.5f) *
                         strength;
            share = clampf(0.5f + share * 1.1f, 0, 1);
            guint8 *pixel = data + y * stride + x * 4;
            pixel[0] = mix_channel(dark, light, 0, share);
            pixel[1] = mix_channel(dark, light, 8, share);
            pixel[2] = mix_channel(dark, light, 16, share);
        }
    cairo_surface_mark_dirty(surface);
    return surface;
}

void skin_source_noise(cairo_t *cr, guint32 dark, guint32 light, double cell_m)
{
    cairo_surface_t *surface = draw_noise(dark, light);
    cairo_pattern_t *pattern = cairo_pattern_create_for_surface(surface);
    cairo_matrix_t matrix;
    double scale = NOISE_SIDE / (8 * cell_m);
    cairo_matrix_init_scale(&matrix, scale, scale);
    cairo_pattern_set_matrix(pattern, &matrix);
    cairo_pattern_set_extend(pattern, CAIRO_EXTEND_REPEAT);
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST); /* it is noise, and large */
    cairo_set_source(cr, pattern);
    cairo_pattern_destroy(pattern);
    cairo_surface_destroy(surface);
}

void skin_text(cairo_t *cr, const char *text, double x, double y, double size_m, guint32 rgb)
{
    enum { LAYOUT_PX = 64 };
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, size_m / LAYOUT_PX, size_m / LAYOUT_PX);
    PangoLayout *layout = pango_cairo_create_layout(cr);
    PangoFontDescription *font = pango_font_description_from_string("Noto Sans CJK SC Bold");
    pango_font_description_set_absolute_size(font, LAYOUT_PX * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, text, -1);
    PangoRectangle ink;
    pango_layout_get_pixel_extents(layout, &ink, NULL);
    cairo_translate(cr, -ink.x - ink.width / 2.0, -ink.y - ink.height / 2.0);
    skin_source(cr, rgb, 1);
    pango_cairo_show_layout(cr, layout);
    cairo_restore(cr);
    pango_font_description_free(font);
    g_object_unref(layout);
}
