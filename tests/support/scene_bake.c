/* scene_bake.c - lights and draws what stands still on a stage, once, and notes the pixels that
 * live: leaves, water, sky */
#include <string.h>

#include "tests/support/scene_noise.h"
#include "tests/support/scene_stage_private.h"

enum { SUN_SIDE = 2048, MAP_SIDE = 1024, LOOP_S = 8 };

typedef gboolean (*IsWanted)(const Stage *stage, const Face *face);

static gboolean is_any(const Stage *stage, const Face *face)
{
    return TRUE;
}

static gboolean is_no_mirror(const Stage *stage, const Face *face)
{
    return face->material->kind != MATERIAL_WATER && face->material->kind != MATERIAL_POLISH;
}

static gboolean is_below_ceiling(const Stage *stage, const Face *face)
{
    float ceiling = stage->light.ceiling_z;
    return ceiling <= 0 || !face->count || face->corner[0].z < ceiling ||
           face->corner[2].z < ceiling;
}

static void plot_all(const Stage *stage, Plot *plot, const Eye *eye, IsWanted is_wanted)
{
    for (guint i = 0; i < stage->still_faces->len; i++) {
        const Face *face = &g_array_index(stage->still_faces, Face, i);
        if (is_wanted(stage, face))
            plot_face(plot, eye, face, i + 1, NULL);
    }
}

static void plot_lights(Stage *stage, Vec centre, float area_m)
{
    const Light *light = &stage->light;
    float half = SUN_SIDE / 2.0f;
    Vec sun_at = vec_add_scaled(centre, light->sun_way, 200);
    stage->sun_eye = eye_look(sun_at, centre, SUN_SIDE / area_m, half, half);
    stage->sun_eye.is_flat = TRUE;
    plot_init(&stage->sun, SUN_SIDE, SUN_SIDE);
    plot_all(stage, &stage->sun, &stage->sun_eye, is_any);
    half = MAP_SIDE / 2.0f;
    stage->map_eye = eye_look(vec(centre.x, centre.y, 200), vec(centre.x, centre.y, 0),
                              MAP_SIDE / area_m, half, half);
    stage->map_eye.is_flat = TRUE;
    plot_init(&stage->map, MAP_SIDE, MAP_SIDE);
    plot_all(stage, &stage->map, &stage->map_eye, is_below_ceiling);
}

static void draw_mirrored(Stage *stage)
{
    Plot plot;
    Eye *eye = &stage->mirror;
    *eye = stage->eye;
    eye->at.z = 2 * stage->light.water_z - eye->at.z;
    eye->right.z = -eye->right.z;
    eye->up.z = -eye->up.z;
    eye->forward.z = -eye->forward.z;
    eye->focal /= 4;
    eye->centre_x /= 4;
    eye->centre_y /= 4;
    eye->is_clipped = TRUE;
    eye->clip_z = stage->light.water_z + 0.01f;
    plot_init(&plot, stage->width / 2, stage->height / 2);
    plot_all(stage, &plot, eye, is_no_mirror);
    Vec *mirrored = g_new(Vec, (gsize)plot.width * plot.height);
    for (int y = 0; y < plot.height; y++)
        for (int x = 0; x < plot.width; x++) {
            gsize i = (gsize)y * plot.width + x;
            float sx = (float)x + 0.5f, sy = (float)y + 0.5f;
            guint32 id = plot.id[i];
            if (id)
                mirrored[i] =
                    shade_sample(stage, eye, &g_array_index(stage->still_faces, Face, id - 1), id,
                                 sx, sy, plot.key[i]);
            else
                mirrored[i] = light_sky(&stage->light, vec_unit(eye_ray(eye, sx, sy)), 0);
        }
    plot_clear(&plot);
    stage->mirrored = mirrored;
}

static Vec sky_at(const Stage *stage, float x, float y)
{
    Vec way = vec_unit(eye_ray(&stage->eye, x, y));
    Vec sky = light_sky(&stage->light, way, 0);
    if (stage->light.haze_m <= 0)
        return sky;
    return vec_mix(stage->light.haze, sky, smooth_step(-0.02f, 0.16f, way.z));
}

static void note_sway(Stage *stage, int x, int y, float sway)
{
    SwaySpot spot = { .pixel = (guint32)(y * stage->width + x), .reach = (gint16)(sway * 16) };
    float fx = (float)x / 38, fy = (float)y / 38;
    spot.phase_x = (guint8)(int)(noise_fractal(fx, fy, 2) * 700);
    spot.phase_y = (guint8)(int)(noise_fractal(fx + 9, fy + 5, 2) * 700);
    if (x > 8 && y > 8 && x < stage->width - 8 && y < stage->height - 8)
        g_array_append_val(stage->sways, spot);
}

static void draw_pixel(Stage *stage, int x, int y, LitCache *cache)
{
    PixelSum sum = { 0 };
    guint32 pixel = (guint32)(y * stage->width + x);
    float sun_share =
        shade_pixel(stage, &stage->still, stage->still_faces, x, y, pixel + 1, cache, &sum);
    float sx = (float)(2 * x + 1), sy = (float)(2 * y + 1);
    if (sum.sky && !stage->sky)
        pixel_add(&sum, shade_to_rgb(stage, sky_at(stage, sx, sy), sx, sy), sum.sky);
    stage->picture[pixel] = pixel_mean(&sum);
    stage->sun_share[pixel] = (guint8)(sun_share * 255);
    if (sum.water)
        surface_note(stage, x, y, sum.water);
    if (sum.sky && stage->sky) {
        SkySpot spot = { pixel, (guint8)sum.sky };
        g_array_append_val(stage->skies, spot);
    }
    if (sum.sway > 0)
        note_sway(stage, x, y, sum.sway);
}

static void draw_sky(Stage *stage)
{
    stage->sky_drift = (int)stage->light.drift_px;
    stage->sky_width = stage->width + 2 * stage->sky_drift + 1;
    stage->sky = g_new(guint32, (gsize)stage->sky_width * stage->height);
    for (int y = 0; y < stage->height; y++)
        for (int x = 0; x < stage->sky_width; x++) {
            float sx = (float)(2 * (x - stage->sky_drift) + 1), sy = (float)(2 * y + 1);
            stage->sky[(gsize)y * stage->sky_width + x] =
                shade_to_rgb(stage, sky_at(stage, sx, sy), sx, sy);
        }
}

static gboolean has_kind(const Stage *stage, MaterialKind kind)
{
    for (guint i = 0; i < stage->still_faces->len; i++)
        if (g_array_index(stage->still_faces, Face, i).material->kind == kind)
            return TRUE;
    return FALSE;
}

static guint32 lit_grey(const Stage *stage, float sun_share, float open_share)
{
    Material material = { .kind = MATERIAL_SOLID };
    Point point = { .normal = vec(0, 0, 1),
                    .towards_eye = vec(0, 0, 1),
                    .sun_share = sun_share,
                    .open_share = open_share };
    Lighting lighting = light_point(&stage->light, &material, &point);
    return light_to_rgb(&stage->light, vec_scale(lighting.received, 0.2f), 0, 0);
}

static void find_shadow_dim(Stage *stage)
{
    guint32 sunny = lit_grey(stage, 1, 0.9f), shady = lit_grey(stage, 0, 0.72f);
    stage->shadow_dim = vec((float)(shady >> 16) / (float)MAX(sunny >> 16, 1),
                            (float)(shady >> 8 & 255) / (float)MAX(sunny >> 8 & 255, 1),
                            (float)(shady & 255) / (float)MAX(sunny & 255, 1));
}

void stage_bake(Stage *stage, Vec centre, float area_m)
{
    gsize pixels = (gsize)stage->width * stage->height;
    plot_lights(stage, centre, area_m);
    plot_init(&stage->still, 2 * stage->width, 2 * stage->height);
    plot_all(stage, &stage->still, &stage->eye, is_any);
    gboolean has_water = has_kind(stage, MATERIAL_WATER);
    if (has_water || has_kind(stage, MATERIAL_POLISH))
        draw_mirrored(stage);
    if (has_water)
        stage->waves = waves_new(stage->light.wave_m, LOOP_S);
    if (stage->light.drift_px > 0)
        draw_sky(stage);
    stage->picture = g_new(guint32, pixels);
    stage->sun_share = g_new(guint8, pixels);
    LitCache cache = { 0 };
    for (int y = 0; y < stage->height; y++)
        for (int x = 0; x < stage->width; x++)
            draw_pixel(stage, x, y, &cache);
    if (has_water)
        surface_prepare(stage);
    find_shadow_dim(stage);
    plot_init(&stage->now, stage->still.width, stage->still.height);
    memcpy(stage->now.key, stage->still.key, pixels * 4 * sizeof(float));
    g_clear_pointer(&stage->still.id, g_free);
    stage->shadow = g_malloc0(pixels * 4);
    cairo_surface_flush(stage->surface);
    memset(stage->tiles.marks, TILE_PAINT, (gsize)stage->tiles.across * stage->tiles_down);
    stage->is_baked = TRUE;
}
