/* scene_waves.c - a water surface whose waves run for ever in a loop
 *
 * A square tile of a sum of sine waves that fit the tile in space and the loop in time; two sizes
 * of the tile laid over each other hide that it repeats.
 */
#include "tests/support/scene_waves.h"

#include <glib.h>
#include <math.h>

#include "tests/support/scene_noise.h"

enum { SIDE = 128, MASK = SIDE - 1, WAVES = 14, SINES = 1024 };

typedef struct {
    int kx, ky; /* waves per tile */
    int turns;  /* periods per loop */
    int phase;
    float slope_x, slope_y;
} Wave;

typedef struct {
    float x, y;
} Slope;

struct Waves {
    float tile_m;
    Wave waves[WAVES];
    float sines[SINES];
    Slope tile[SIDE][SIDE];
};

Waves *waves_new(float length_m, float loop_s)
{
    Waves *waves = g_new0(Waves, 1);
    waves->tile_m = length_m * 3;
    for (int i = 0; i < SINES; i++)
        waves->sines[i] = sinf((float)i * (float)(2 * G_PI) / SINES);
    Dice dice = 4711;
    for (int i = 0; i < WAVES; i++) {
        Wave *wave = &waves->waves[i];
        float count = 3 * powf(1.17f, (float)i), angle = dice_range(&dice, -0.9f, 0.9f) + 0.6f;
        wave->kx = (int)lroundf(count * cosf(angle));
        wave->ky = (int)lroundf(count * sinf(angle));
        float k = hypotf((float)wave->kx, (float)wave->ky) * (float)(2 * G_PI) / waves->tile_m;
        wave->turns = MAX(1, (int)lroundf(sqrtf(9.81f * k) * loop_s / (float)(2 * G_PI)));
        wave->phase = (int)dice_range(&dice, 0, SINES);
        float slope = 0.42f * powf((float)i + 1, -0.25f) / hypotf((float)wave->kx, (float)wave->ky);
        wave->slope_x = slope * (float)wave->kx;
        wave->slope_y = slope * (float)wave->ky;
    }
    return waves;
}

void waves_free(Waves *waves)
{
    g_free(waves);
}

void waves_set_time(Waves *waves, float time)
{
    int start[WAVES];
    for (int i = 0; i < WAVES; i++)
        start[i] = waves->waves[i].phase - (int)(time * (float)(waves->waves[i].turns * SINES));
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            Slope sum = { 0, 0 };
            for (int i = 0; i < WAVES; i++) {
                const Wave *wave = &waves->waves[i];
                float s = waves->sines[(start[i] + (wave->kx * x + wave->ky * y) * (SINES / SIDE)) &
                                       (SINES - 1)];
                sum.x += wave->slope_x * s;
                sum.y += wave->slope_y * s;
            }
            waves->tile[y][x] = sum;
        }
}

static Slope tile_at(const Waves *waves, float x, float y)
{
    float u = x * SIDE / waves->tile_m + 8192, v = y * SIDE / waves->tile_m + 8192;
    int i = (int)u, j = (int)v;
    float fu = u - (float)i, fv = v - (float)j;
    const Slope *a = &waves->tile[j & MASK][i & MASK], *b = &waves->tile[j & MASK][(i + 1) & MASK];
    const Slope *c = &waves->tile[(j + 1) & MASK][i & MASK],
                *d = &waves->tile[(j + 1) & MASK][(i + 1) & MASK];
    float top_x = a->x + (b->x - a->x) * fu, bottom_x = c->x + (d->x - c->x) * fu;
    float top_y = a->y + (b->y - a->y) * fu, bottom_y = c->y + (d->y - c->y) * fu;
    return (Slope) { top_x + (bottom_x - top_x) * fv, top_y + (bottom_y - top_y) * fv };
}

void waves_get_slope(const Waves *waves, float x, float y, float *slope_x, float *slope_y)
{
    Slope large = tile_at(waves, x, y);
    Slope small = tile_at(waves, (x * 0.82f + y * 0.57f) * 2.63f, (y * 0.82f - x * 0.57f) * 2.63f);
    *slope_x = large.x * 0.6f + small.x * 0.4f;
    *slope_y = large.y * 0.6f + small.y * 0.4f;
}
