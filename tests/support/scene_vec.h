/* scene_vec.h - points and linear colours of the drawn scenes: metres, x to the right, y away, z
 * up. Values only. [any] */
#ifndef WALLCTL_TESTS_SUPPORT_SCENE_VEC_H
#define WALLCTL_TESTS_SUPPORT_SCENE_VEC_H

#include <glib.h>
#include <math.h>

typedef struct {
    float x, y, z; /* of a colour: linear red, green, blue */
} Vec;

static inline Vec vec(float x, float y, float z)
{
    return (Vec) { x, y, z };
}

static inline Vec vec_add(Vec a, Vec b)
{
    return vec(a.x + b.x, a.y + b.y, a.z + b.z);
}

static inline Vec vec_sub(Vec a, Vec b)
{
    return vec(a.x - b.x, a.y - b.y, a.z - b.z);
}

static inline Vec vec_scale(Vec a, float s)
{
    return vec(a.x * s, a.y * s, a.z * s);
}

static inline Vec vec_add_scaled(Vec a, Vec b, float s)
{
    return vec(a.x + b.x * s, a.y + b.y * s, a.z + b.z * s);
}

static inline Vec vec_tint(Vec a, Vec b)
{
    return vec(a.x * b.x, a.y * b.y, a.z * b.z);
}

static inline float vec_dot(Vec a, Vec b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline Vec vec_cross(Vec a, Vec b)
{
    return vec(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
}

static inline float vec_length(Vec a)
{
    return sqrtf(vec_dot(a, a));
}

static inline Vec vec_unit(Vec a)
{
    float length = vec_length(a);
    return length > 0 ? vec_scale(a, 1 / length) : a;
}

static inline Vec vec_mix(Vec a, Vec b, float share)
{
    return vec_add_scaled(a, vec_sub(b, a), share);
}

static inline float mixf(float a, float b, float share)
{
    return a + (b - a) * share;
}

static inline float clampf(float x, float low, float high)
{
    return x < low ? low : x > high ? high : x;
}

/* 0 below low, 1 above high, smooth between. */
static inline float smooth_step(float low, float high, float x)
{
    float s = clampf((x - low) / (high - low), 0, 1);
    return s * s * (3 - 2 * s);
}

/* Linear colour of 0xRRGGBB as a designer writes it (sRGB). */
Vec vec_rgb(guint32 rgb);

#endif
