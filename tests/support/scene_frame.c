/* scene_frame.c - one frame of a stage: a copy of the still picture, and then only the pixels that
 * live
 *
 * Swaying leaves, drifting clouds and waves are pixels noted when the stage was baked; moving faces
 * are compared with the depths of the still picture.
 */
#include <string.h>

#include "tests/support/scene_stage_private.h"

enum { SINES = 256, BLOCK_PX = 8 };

static guint32 *frame_pixels(Stage *stage)
{
    return (guint32 *)(void *)cairo_image_surface_get_data(stage->surface);
}

/* Takes the last frame's moving faces and paint out again. */
static void reset_tiles(Stage *stage)
{
    guint32 *out = frame_pixels(stage);
    for (int i = 0; i < stage->tiles.across * stage->tiles_down; i++) {
        guint8 mark = stage->tiles.marks[i];
        stage->tiles.marks[i] = 0;
        if (!mark)
            continue;
        int x0 = i % stage->tiles.across * TILE_PX, y0 = i / stage->tiles.across * TILE_PX;
        gsize count = (gsize)MIN(TILE_PX, stage->width - x0);
        for (int y = y0; y < MIN(y0 + TILE_PX, stage->height); y++) {
            gsize pixel = (gsize)y * stage->width + x0;
            memcpy(out + pixel, stage->picture + pixel, count * sizeof *out);
            for (int row = 2 * y; row < 2 * y + 2 && mark & TILE_FACE; row++) {
                gsize start = (gsize)row * stage->now.width + 2 * (gsize)x0;
                memcpy(stage->now.key + start, stage->still.key + start, 2 * count * sizeof(float));
                memset(stage->now.id + start, 0, 2 * count * sizeof(guint32));
                memset(stage->shadow + start, 0, 2 * count);
            }
        }
    }
}

static void draw_sways(Stage *stage, guint32 *out)
{
    gint8 sines[SINES][2];
    for (int i = 0; i < SINES; i++) {
        float turn = (float)(2 * G_PI) * ((float)i / SINES);
        sines[i][0] = (gint8)(96 * sinf(turn + 4 * (float)G_PI * stage->time) +
                              31 * sinf(turn * 2 + 10 * (float)G_PI * stage->time));
        sines[i][1] = (gint8)(64 * sinf(turn + 6 * (float)G_PI * stage->time));
    }
    for (guint i = 0; i < stage->sways->len; i++) {
        const SwaySpot *spot = &g_array_index(stage->sways, SwaySpot, i);
        int dx = spot->reach * sines[spot->phase_x][0], dy = spot->reach * sines[spot->phase_y][1];
        int whole_x = dx >> 11,
            whole_y = (dy + 1024) >> 11; /* reach is in 1/16 pixels, a sine in 1/128 */
        const guint32 *from = stage->picture + spot->pixel + whole_x + whole_y * stage->width;
        out[spot->pixel] = shade_mix(from[0], from[1], (guint32)(dx >> 3 & 255));
    }
}

/* Two skies, one drifting in as the other drifts out: a slow movement that closes the loop. */
static void draw_skies(Stage *stage, guint32 *out)
{
    float drift = stage->time * (float)stage->sky_drift;
    int first = (int)drift, second = first - stage->sky_drift;
    guint32 fraction = (guint32)((drift - (float)first) * 256),
            share = (guint32)(stage->time * 256);
    for (guint i = 0; i < stage->skies->len; i++) {
        const SkySpot *spot = &g_array_index(stage->skies, SkySpot, i);
        int x = (int)spot->pixel % stage->width, y = (int)spot->pixel / stage->width;
        const guint32 *from = stage->sky + (gsize)y * stage->sky_width + x + stage->sky_drift;
        guint32 rgb = shade_mix(shade_mix(from[first], from[first + 1], fraction),
                                shade_mix(from[second], from[second + 1], fraction), share);
        guint32 still = stage->picture[spot->pixel];
        out[spot->pixel] = spot->cover >= 4 ? rgb : shade_mix(still, rgb, spot->cover * 64u);
    }
}

static guint32 dim_rgb(guint32 rgb, Vec dim, float share)
{
    float r = (float)(rgb >> 16 & 255) * (1 - (1 - dim.x) * share);
    float g = (float)(rgb >> 8 & 255) * (1 - (1 - dim.y) * share);
    float b = (float)(rgb & 255) * (1 - (1 - dim.z) * share);
    return (guint32)r << 16 | (guint32)g << 8 | (guint32)b;
}

static guint32 draw_moving_pixel(const Stage *stage, int x, int y, guint32 behind, guint32 block,
                                 LitCache *cache)
{
    PixelSum sum = { 0 };
    shade_pixel(stage, &stage->now, stage->moving_faces, x, y, block, cache, &sum);
    pixel_add(&sum, behind, sum.sky);
    return pixel_mean(&sum);
}

static void draw_tile(Stage *stage, guint32 *out, guint32 tile, LitCache *cache)
{
    int x0 = (int)tile % stage->tiles.across * TILE_PX,
        y0 = (int)tile / stage->tiles.across * TILE_PX;
    const guint32 *ids = stage->now.id;
    const guint8 *mask = stage->shadow;
    for (int y = y0; y < MIN(y0 + TILE_PX, stage->height); y++)
        for (int x = x0; x < MIN(x0 + TILE_PX, stage->width); x++) {
            gsize sample = (gsize)y * 2 * stage->now.width + 2 * (gsize)x,
                  below = sample + stage->now.width;
            int shadows = mask[sample] + mask[sample + 1] + mask[below] + mask[below + 1];
            gsize pixel = (gsize)y * stage->width + x;
            guint32 block = (guint32)(y / BLOCK_PX * stage->width + x / BLOCK_PX) + 1;
            if (shadows)
                out[pixel] = dim_rgb(out[pixel], stage->shadow_dim,
                                     (float)shadows / 4 * (float)stage->sun_share[pixel] / 255);
            if (ids[sample] | ids[sample + 1] | ids[below] | ids[below + 1])
                out[pixel] = draw_moving_pixel(stage, x, y, out[pixel], block, cache);
        }
}

static void draw_moving(Stage *stage, guint32 *out)
{
    LitCache cache = { 0 };
    for (int i = 0; i < stage->tiles.across * stage->tiles_down; i++)
        if (stage->tiles.marks[i] & TILE_FACE)
            draw_tile(stage, out, (guint32)i, &cache);
}

void stage_begin(Stage *stage, float time)
{
    g_assert(stage->is_baked);
    cairo_surface_flush(stage->surface);
    reset_tiles(stage);
    stage->time = time;
    stage->is_casting = FALSE;
    g_array_set_size(stage->moving_faces, 0);
}

void stage_cast(Stage *stage, float floor_z)
{
    stage->is_casting = TRUE;
    stage->shadow_z = floor_z;
}

cairo_surface_t *stage_end(Stage *stage)
{
    guint32 *out = frame_pixels(stage);
    if (stage->sky)
        draw_skies(stage, out);
    draw_sways(stage, out);
    if (stage->waves)
        surface_draw(stage, out);
    for (guint i = 0; i < stage->moving_faces->len; i++) {
        const Face *face = &g_array_index(stage->moving_faces, Face, i);
        if (face->is_casting)
            plot_shadow(&stage->still, &stage->eye, face, stage->light.sun_way, stage->shadow,
                        &stage->tiles);
        plot_face(&stage->now, &stage->eye, face, i + 1, &stage->tiles);
    }
    draw_moving(stage, out);
    cairo_surface_mark_dirty(stage->surface);
    return stage->surface;
}

void stage_touch(Stage *stage, int x0, int y0, int x1, int y1)
{
    x0 = CLAMP(x0, 0, stage->width - 1) / TILE_PX;
    x1 = CLAMP(x1, 0, stage->width - 1) / TILE_PX;
    y0 = CLAMP(y0, 0, stage->height - 1) / TILE_PX;
    y1 = CLAMP(y1, 0, stage->height - 1) / TILE_PX;
    for (int y = y0; y <= y1; y++)
        for (int x = x0; x <= x1; x++)
            stage->tiles.marks[y * stage->tiles.across + x] |= TILE_PAINT;
}

void stage_glow(Stage *stage, Vec at, float radius_m, Vec colour)
{
    float x, y, key;
    if (!eye_project(&stage->eye, at, &x, &y, &key))
        return;
    int sample_x = (int)x, sample_y = (int)y;
    if (sample_x < 0 || sample_y < 0 || sample_x >= stage->now.width ||
        sample_y >= stage->now.height ||
        stage->now.key[(gsize)sample_y * stage->now.width + sample_x] > key * 1.03f)
        return;
    float radius = radius_m * key * stage->eye.focal / 2;
    x /= 2;
    y /= 2;
    stage_touch(stage, (int)(x - radius), (int)(y - radius), (int)(x + radius), (int)(y + radius));
    guint32 *out = frame_pixels(stage);
    int y0 = (int)MAX(y - radius, 0), y1 = (int)MIN(y + radius, (float)stage->height - 1);
    int x0 = (int)MAX(x - radius, 0), x1 = (int)MIN(x + radius, (float)stage->width - 1);
    for (int py = y0; py <= y1; py++)
        for (int px = x0; px <= x1; px++) {
            float dx = ((float)px + 0.5f - x) / radius, dy = ((float)py + 0.5f - y) / radius;
            float fade = 1 - sqrtf(dx * dx + dy * dy);
            if (fade <= 0)
                continue;
            guint32 *pixel = &out[(gsize)py * stage->width + px];
            float strength = fade * fade * fade * 255;
            int r = (int)(*pixel >> 16 & 255) + (int)(colour.x * strength);
            int g = (int)(*pixel >> 8 & 255) + (int)(colour.y * strength);
            int b = (int)(*pixel & 255) + (int)(colour.z * strength);
            *pixel = (guint32)MIN(r, 255) << 16 | (guint32)MIN(g, 255) << 8 | (guint32)MIN(b, 255);
        }
    cairo_surface_mark_dirty(stage->surface);
}
