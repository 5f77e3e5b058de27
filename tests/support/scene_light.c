/* scene_light.c - what a point of a drawn scene looks like: material, sun, sky, lamps, haze, and
 * the camera's own look */
#include "tests/support/scene_light.h"

#include "tests/support/scene_noise.h"

/* The curve's entries go by the upper bits of the light's own number: 128 an octave, from 2^-12 to
 * 2^4. */
enum { OCTAVES = 16, STEPS = 128, CURVE_SIZE = OCTAVES * STEPS, LOW_BITS = (127 - 12) * STEPS };

static float curve[CURVE_SIZE];

typedef union {
    float number;
    guint32 bits;
} FloatBits;

/* A camera's response: soft shoulder for bright light, then gamma. */
static void fill_curve(void)
{
    static gsize is_filled;
    if (!g_once_init_enter(&is_filled))
        return;
    const float white = 3.2f;
    for (int i = 0; i < CURVE_SIZE; i++) {
        FloatBits entry = { .bits = ((guint32)(i + LOW_BITS) << 16) + 0x8000 };
        float light = entry.number;
        float soft = light * (1 + light / (white * white)) / (1 + light);
        curve[i] = powf(MIN(soft, 1), 1 / 2.2f);
    }
    g_once_init_leave(&is_filled, 1);
}

static float curve_at(float light)
{
    FloatBits number = { .number = MAX(light, 0) };
    int i = (int)(number.bits >> 16) - LOW_BITS;
    return i < 0 ? 0 : curve[MIN(i, CURVE_SIZE - 1)];
}

static guint32 to_byte(float value)
{
    return (guint32)clampf(value * 255 + 0.5f, 0, 255);
}

guint32 light_to_rgb(const Light *light, Vec colour, float x, float y)
{
    fill_curve();
    float strength = light->exposure * (1 - light->vignette * (x * x + y * y) * 0.5f);
    float grey = (colour.x * 0.3f + colour.y * 0.59f + colour.z * 0.11f);
    Vec seen = vec_mix(vec(grey, grey, grey), colour, light->saturation);
    seen = vec_scale(vec_tint(seen, light->tint), strength);
    float half = 0.5f - 0.5f * light->contrast;
    return to_byte(half + curve_at(seen.x) * light->contrast) << 16 |
           to_byte(half + curve_at(seen.y) * light->contrast) << 8 |
           to_byte(half + curve_at(seen.z) * light->contrast);
}

Light light_day(void)
{
    return (Light) {
        .sun_way = vec_unit(vec(-0.45f, -0.35f, 0.8f)),
        .sun = vec(1.5f, 1.42f, 1.28f),
        .zenith = vec(0.42f, 0.52f, 0.68f),
        .horizon = vec(0.62f, 0.68f, 0.75f),
        .bounce = vec(0.2f, 0.19f, 0.17f),
        .cloud_cover = 0.45f,
        .cloud = vec(1.1f, 1.1f, 1.12f),
        .haze = vec(0.62f, 0.67f, 0.72f),
        .haze_m = 700,
        .sun_softness = 0.12f,
        .ambient_occlusion = 0.9f,
        .water = vec(0.03f, 0.07f, 0.065f),
        .wave_m = 3,
        .wave_slope = 0.1f,
        .exposure = 1.2f,
        .saturation = 1.05f,
        .contrast = 1.14f,
        .vignette = 0.22f,
        .noise = 0.009f,
        .tint = vec(1, 1, 1),
    };
}

void light_add_lamp(Light *light, Vec at, Vec colour, float reach_m)
{
    g_assert(light->lamp_count < MAX_LAMPS);
    light->lamps[light->lamp_count++] = (Lamp) { at, colour, reach_m };
}

Vec light_sky_simple(const Light *light, Vec way)
{
    float up = clampf(way.z, 0, 1);
    Vec sky = vec_mix(light->horizon, light->zenith, 1 - (1 - up) * (1 - up) * (1 - up));
    float near_sun = MAX(vec_dot(way, light->sun_way), 0);
    near_sun *= near_sun;
    near_sun *= near_sun;
    return vec_add_scaled(sky, light->sun, near_sun * near_sun * 0.12f);
}

Vec light_sky(const Light *light, Vec way, float drift)
{
    Vec sky = light_sky_simple(light, way);
    if (way.z <= 0 || light->cloud_cover <= 0)
        return sky;
    float far = 1 / (way.z + 0.12f);
    float x = way.x * far * 1.1f + drift, y = way.y * far * 1.6f;
    float thick = noise_fractal(x, y, 5);
    float lit = noise_fractal(x + light->sun_way.x * 0.35f, y + light->sun_way.y * 0.35f, 3);
    float edge = 0.78f - light->cloud_cover * 0.6f;
    float cover = smooth_step(edge - 0.1f, edge + 0.16f, thick);
    float shade = clampf(0.82f + (thick - lit) * 1.6f - (thick - edge) * 0.7f, 0.35f, 1.15f);
    Vec cloud = vec_mix(vec_scale(light->horizon, 0.9f), light->cloud, shade);
    cover *= smooth_step(0.0f, 0.1f, way.z);
    return vec_mix(sky, cloud, cover);
}

static Vec lamp_light(const Light *light, const Point *point)
{
    Vec sum = { 0 };
    for (int i = 0; i < light->lamp_count; i++) {
        const Lamp *lamp = &light->lamps[i];
        Vec way = vec_sub(lamp->at, point->at);
        float distance2 = vec_dot(way, way), reach2 = lamp->reach_m * lamp->reach_m;
        if (distance2 > reach2 * 4)
            continue;
        float fade = 1 - distance2 / (reach2 * 4);
        float facing = vec_dot(way, point->normal) / sqrtf(distance2 + 0.01f);
        float strength =
            fade * fade * (0.25f + 0.75f * MAX(facing, 0)) / (0.12f + 4 * distance2 / reach2);
        sum = vec_add_scaled(sum, lamp->colour, strength);
    }
    return sum;
}

static Vec mirror_way(const Point *point)
{
    return vec_sub(vec_scale(point->normal, 2 * vec_dot(point->normal, point->towards_eye)),
                   point->towards_eye);
}

static Vec mirrored_light(const Light *light, const Material *material, const Point *point)
{
    Vec way = mirror_way(point);
    float grazing = 1 - MAX(vec_dot(point->normal, point->towards_eye), 0),
          grazing2 = grazing * grazing;
    float share = material->gloss + (0.7f - material->gloss * 0.7f) * grazing2 * grazing2 * grazing;
    Vec sky = way.z > 0 ? light_sky_simple(light, way) : light->bounce;
    float glint = MAX(vec_dot(way, light->sun_way), 0);
    for (int i = 0; i < 5; i++)
        glint *= glint;
    return vec_add_scaled(vec_scale(sky, share * point->open_share), light->sun,
                          glint * share * 3 * point->sun_share);
}

/* 1 - exp(-x), near enough. */
static float haze_at(float x)
{
    return 1 - 1 / (1 + x + x * x * 0.5f + x * x * x * 0.2f);
}

Lighting light_point(const Light *light, const Material *material, const Point *point)
{
    Lighting lighting = { .haze_share =
                              light->haze_m > 0 ? haze_at(point->distance / light->haze_m) : 0 };
    float facing = vec_dot(point->normal, light->sun_way);
    if (material->kind == MATERIAL_LEAF)
        facing = facing * 0.6f + 0.4f;
    Vec open_sky = vec_mix(light->horizon, light->zenith, MAX(point->normal.z, 0));
    Vec around = vec_mix(light->bounce, open_sky, point->normal.z * 0.5f + 0.5f);
    lighting.received = vec_scale(light->sun, MAX(facing, 0) * point->sun_share);
    lighting.received = vec_add_scaled(lighting.received, around, point->open_share);
    if (light->lamp_count)
        lighting.received = vec_add(lighting.received, lamp_light(light, point));
    lighting.received =
        vec_add(lighting.received, vec(material->glow, material->glow, material->glow));
    if (material->gloss > 0)
        lighting.added = mirrored_light(light, material, point);
    return lighting;
}
