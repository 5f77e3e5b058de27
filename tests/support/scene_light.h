/* scene_light.h - what a point of a drawn scene looks like: material, sun, sky, lamps, haze, and
 * the camera's own look. Values and pure functions of them. [any] */
#ifndef WALLCTL_TESTS_SUPPORT_SCENE_LIGHT_H
#define WALLCTL_TESTS_SUPPORT_SCENE_LIGHT_H

#include "tests/support/scene_skin.h"
#include "tests/support/scene_vec.h"

typedef enum {
    MATERIAL_SOLID = 1,
    MATERIAL_LEAF,   /* ragged balls of leaves that sway */
    MATERIAL_WATER,  /* waves in every frame, mirrors the scene */
    MATERIAL_POLISH, /* still, mirrors the scene: wet asphalt, polished stone */
} MaterialKind;

typedef struct {
    MaterialKind kind;
    Vec colour;
    float grain, grain_m; /* strength 0..1 and size of the stains and grains on it */
    float gloss;          /* share of the sky mirrored head on: paint 0.04, glass 0.1 */
    float glow;           /* own light as a multiple of the colour */
    float sway;           /* pixels by which leaves move, 0 for still */
    const Skin *skin;     /* replaces colour (which then tints it) */
    gboolean is_tiled;    /* the skin repeats in metres instead of filling the face */
    gboolean is_cut_out;  /* transparent parts of the skin are holes */
} Material;

typedef struct {
    Vec at, colour;
    float reach_m;
} Lamp;

enum { MAX_LAMPS = 24 };

typedef struct {
    Vec sun_way;                 /* unit, towards the sun */
    Vec sun;                     /* its colour and strength */
    Vec zenith, horizon, bounce; /* light from above, from the side, from the ground */
    float cloud_cover;           /* 0 clear .. 1 closed */
    Vec cloud;
    Vec haze;
    float haze_m;       /* distance at which two thirds are haze; 0: none */
    float drift_px;     /* by which clouds move during the loop; 0: still */
    float sun_softness; /* blur of shadows in metres */
    float ambient_occlusion;
    float ceiling_z;          /* indoors: what lies above does not close the sky; 0: outdoors */
    float water_z;            /* height of the mirroring plane of the scene */
    Vec water;                /* colour of its depth */
    float wave_m, wave_slope; /* longest wave and steepness */
    float foam_y, foam_m;     /* white water from foam_y on, thinning out over foam_m towards the
                                 viewer; 0: none */
    Lamp lamps[MAX_LAMPS];
    int lamp_count;
    float exposure, saturation, contrast, vignette, noise;
    Vec tint; /* white balance */
} Light;

/* A surface point to be lit. */
typedef struct {
    Vec at, normal, towards_eye;
    float distance, sun_share, open_share; /* shadow and ambient occlusion, 1: none */
} Point;

/* Fair weather at noon, to start from. */
Light light_day(void);
void light_add_lamp(Light *light, Vec at, Vec colour, float reach_m);

/* Sky in a direction; drift moves the clouds. */
Vec light_sky(const Light *light, Vec way, float drift);

/* Sky without clouds, for what only mirrors it. */
Vec light_sky_simple(const Light *light, Vec way);

/* Light at a point: what it shows is its albedo * received + added, and then haze_share of the
 * haze. */
typedef struct {
    Vec received, added;
    float haze_share;
} Lighting;
Lighting light_point(const Light *light, const Material *material, const Point *point);

/* Scene light to the camera's 0xRRGGBB at a place in the picture (-1..1 from the centre). */
guint32 light_to_rgb(const Light *light, Vec colour, float x, float y);

#endif
