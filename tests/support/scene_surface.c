/* scene_surface.c - the water of a stage: which pixels show it is noted when the stage is baked,
 * waves move it in each frame
 *
 * Waves are looked up for every second pixel of every second row and smoothed between: at camera
 * rates nothing finer is left.
 */
#include <string.h>

#include "tests/support/scene_noise.h"
#include "tests/support/scene_stage_private.h"

void surface_note(Stage *stage, int x, int y, int samples)
{
    WaterPixel water = { (guint16)x, (guint16)y, (guint16)(samples * 64) };
    g_array_append_val(stage->waters, water);
}

/* Where the ray through the middle of a block meets the water, and what does not change there. */
static gboolean prepare_spot(const Stage *stage, int x, int y, WaterSpot *spot)
{
    float sx = (float)(4 * x + 2), sy = (float)(4 * y + 2);
    Vec ray = eye_ray(&stage->eye, sx, sy);
    if (ray.z > -1e-3f)
        return FALSE;
    const Light *light = &stage->light;
    float depth = (light->water_z - stage->eye.at.z) / ray.z;
    Vec at = vec_add_scaled(stage->eye.at, ray, depth), way = vec_sub(stage->eye.at, at);
    float distance = vec_length(way);
    spot->x = at.x;
    spot->y = at.y;
    spot->towards_eye = vec_scale(way, 1 / distance);
    float footprint = distance * 2 / (stage->eye.focal * MAX(spot->towards_eye.z, 0.02f));
    spot->slope_scale = light->wave_slope / (1 + footprint / light->wave_m);
    spot->haze_share = light->haze_m > 0 ? 1 - expf(-distance / light->haze_m) : 0;
    spot->sun_share = shade_sun_share(stage, at, vec(0, 0, 1), x * 31 + y);
    return TRUE;
}

void surface_prepare(Stage *stage)
{
    int across = stage->width / 2, down = stage->height / 2;
    g_autofree guint8 *is_wanted = g_malloc0((gsize)across * down);
    for (guint i = 0; i < stage->waters->len; i++) {
        const WaterPixel *water = &g_array_index(stage->waters, WaterPixel, i);
        int x = water->x / 2, y = water->y / 2;
        for (int j = MAX(y - 1, 0); j <= MIN(y + 1, down - 1); j++)
            memset(is_wanted + j * across + MAX(x - 1, 0), 1,
                   (gsize)(MIN(x + 1, across - 1) - MAX(x - 1, 0) + 1));
    }
    stage->water_blocks = g_new0(guint32, (gsize)across * down);
    for (int i = 0; i < across * down; i++) {
        WaterSpot spot = { .block_x = (guint16)(i % across), .block_y = (guint16)(i / across) };
        if (is_wanted[i] && prepare_spot(stage, i % across, i / across, &spot))
            g_array_append_val(stage->water_spots, spot);
    }
}

/* White water that runs towards the viewer: two layers of different speed, so that it boils. */
static float foam_at(const Stage *stage, float x, float y)
{
    float thin = clampf((stage->light.foam_y - y) / stage->light.foam_m, 0, 1);
    if (thin >= 1)
        return 0;
    float slow = noise_looped(x * 1.1f + 0.3f * y, y * 0.5f + 16 * stage->time, 32, 16);
    float fast = noise_looped(x * 2.6f, y * 1.1f + 32 * stage->time, 64, 32);
    float fine = noise_looped(x * 6 + y, y * 3 + 64 * stage->time, 64, 64);
    float edge = 0.34f + 0.5f * thin;
    return smooth_step(edge - 0.14f, edge + 0.22f, slow * 0.45f + fast * 0.35f + fine * 0.2f);
}

static Vec colour_at(const Stage *stage, const WaterSpot *spot, int across, int down)
{
    const Light *light = &stage->light;
    float slope_x, slope_y;
    waves_get_slope(stage->waves, spot->x, spot->y, &slope_x, &slope_y);
    slope_x *= spot->slope_scale;
    slope_y *= spot->slope_scale;
    Vec normal = vec(-slope_x, -slope_y, 1 - 0.5f * (slope_x * slope_x + slope_y * slope_y));
    const Eye *eye = &stage->mirror;
    int x = spot->block_x + (int)((slope_x * eye->right.x + slope_y * eye->right.y) * eye->focal);
    int y =
        spot->block_y + (int)((slope_x * eye->forward.x + slope_y * eye->forward.y) * eye->focal);
    x = CLAMP(x, 0, across - 1);
    y = CLAMP(y, 0, down - 1);
    float facing = MAX(vec_dot(normal, spot->towards_eye), 0), grazing = 1 - facing,
          grazing2 = grazing * grazing;
    float share = 0.03f + 0.9f * grazing2 * grazing2 * grazing;
    float lit = 0.55f + 0.3f * spot->sun_share * MAX(vec_dot(normal, light->sun_way), 0) +
                0.9f * (slope_x + slope_y);
    Vec colour = vec_mix(vec_scale(light->water, MAX(lit, 0.2f) * 2),
                         stage->mirrored[y * across + x], share);
    float glint =
        2 * facing * vec_dot(normal, light->sun_way) - vec_dot(spot->towards_eye, light->sun_way);
    if (glint > 0.8f) {
        for (int i = 0; i < 6; i++)
            glint *= glint;
        colour = vec_add_scaled(colour, light->sun, glint * 2 * spot->sun_share);
    }
    if (light->foam_m > 0)
        colour = vec_mix(colour, vec(0.62f, 0.66f, 0.68f),
                         foam_at(stage, spot->x, spot->y) * (0.75f + slope_x));
    return vec_mix(colour, light->haze, spot->haze_share);
}

/* Three parts of a, one of b. */
static guint32 mix_quarter(guint32 a, guint32 b)
{
    guint32 even = ((a & 0xff00ff) * 3 + (b & 0xff00ff) + 0x20002) >> 2 & 0xff00ff;
    guint32 odd = ((a >> 8 & 0xff) * 3 + (b >> 8 & 0xff) + 2) << 6 & 0xff00;
    return even | odd;
}

static void move_water(Stage *stage, int across, int down)
{
    waves_set_time(stage->waves, stage->time);
    for (guint i = 0; i < stage->water_spots->len; i++) {
        const WaterSpot *spot = &g_array_index(stage->water_spots, WaterSpot, i);
        float x = (float)(spot->block_x * 4 + 2), y = (float)(spot->block_y * 4 + 2);
        stage->water_blocks[spot->block_y * across + spot->block_x] =
            shade_to_rgb(stage, colour_at(stage, spot, across, down), x, y);
    }
}

void surface_draw(Stage *stage, guint32 *out)
{
    int across = stage->width / 2, down = stage->height / 2;
    if (stage->frames++ % 2 == 0) /* nobody sees waves at half the rate, everybody pays for them */
        move_water(stage, across, down);
    for (guint i = 0; i < stage->waters->len; i++) {
        const WaterPixel *water = &g_array_index(stage->waters, WaterPixel, i);
        int x = water->x, y = water->y, pixel = y * stage->width + x;
        int side = CLAMP(x / 2 + (x & 1 ? 1 : -1), 0, across - 1),
            row = CLAMP(y / 2 + (y & 1 ? 1 : -1), 0, down - 1);
        const guint32 *near = stage->water_blocks + y / 2 * across,
                      *far = stage->water_blocks + row * across;
        guint32 rgb =
            mix_quarter(mix_quarter(near[x / 2], near[side]), mix_quarter(far[x / 2], far[side]));
        out[pixel] =
            water->share256 >= 256 ? rgb : shade_mix(stage->picture[pixel], rgb, water->share256);
    }
}
