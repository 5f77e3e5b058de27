/* scene_noise.c - repeatable randomness of the drawn scenes: the same picture on every machine and
 * every run */
#include "tests/support/scene_noise.h"

enum { SIDE = 256, MASK = SIDE - 1 };

static float lattice[SIDE][SIDE];

float dice_range(Dice *dice, float low, float high)
{
    *dice ^= *dice << 13;
    *dice ^= *dice >> 17;
    *dice ^= *dice << 5;
    return low + (high - low) * (float)(*dice >> 8) / 16777216.0f;
}

float noise_hash(int x, int y)
{
    guint32 h = (guint32)x * 374761393u + (guint32)y * 668265263u;
    h = (h ^ (h >> 13)) * 1274126177u;
    return (float)((h ^ (h >> 16)) & 0xffff) / 65535.0f;
}

static void fill_lattice(void)
{
    static gsize is_filled;
    if (!g_once_init_enter(&is_filled))
        return;
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            lattice[y][x] = noise_hash(x + 17, y + 91);
    g_once_init_leave(&is_filled, 1);
}

static int floor_int(float x)
{
    int i = (int)x;
    return i - (x < (float)i);
}

float noise_looped(float x, float y, int period_x, int period_y)
{
    fill_lattice();
    int ix = floor_int(x), iy = floor_int(y);
    float fx = x - (float)ix, fy = y - (float)iy;
    fx = fx * fx * (3 - 2 * fx);
    fy = fy * fy * (3 - 2 * fy);
    int x0 = ix & (period_x - 1), x1 = (ix + 1) & (period_x - 1);
    int y0 = iy & (period_y - 1), y1 = (iy + 1) & (period_y - 1);
    float top = lattice[y0][x0] + (lattice[y0][x1] - lattice[y0][x0]) * fx;
    float bottom = lattice[y1][x0] + (lattice[y1][x1] - lattice[y1][x0]) * fx;
    return top + (bottom - top) * fy;
}

float noise_at(float x, float y)
{
    return noise_looped(x, y, SIDE, SIDE);
}

float noise_fractal(float x, float y, int octaves)
{
    float sum = 0, strength = 0.5f, total = 0;
    for (int i = 0; i < octaves; i++) {
        sum += noise_at(x, y) * strength;
        total += strength;
        strength *= 0.5f;
        x = x * 2.03f + 13.7f;
        y = y * 2.03f + 7.1f;
    }
    return sum / total;
}
