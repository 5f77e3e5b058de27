/* scene_stage_private.h - inside of a stage, for scene_stage.c, scene_bake.c, scene_shade.c,
 * scene_surface.c and scene_frame.c only */
#ifndef WALLCTL_TESTS_SUPPORT_SCENE_STAGE_PRIVATE_H
#define WALLCTL_TESTS_SUPPORT_SCENE_STAGE_PRIVATE_H

#include "tests/support/scene_raster.h"
#include "tests/support/scene_stage.h"
#include "tests/support/scene_waves.h"

enum { MAX_NESTING = 12, TILE_PX = TILE_SAMPLES / 2 };

/* model point -> scene point: x * p.x + y * p.y + z * p.z + at */
typedef struct {
    Vec x, y, z, at;
} Placement;

typedef struct {
    guint32 pixel;
    guint8 phase_x, phase_y;
    gint16 reach; /* 1/16 pixels */
} SwaySpot;

typedef struct {
    guint16 x, y;
    guint16 share256; /* of the pixel that is water */
} WaterPixel;

/* Water in a block of 2 x 2 pixels. */
typedef struct {
    guint16 block_x, block_y;
    float x, y, slope_scale, haze_share, sun_share;
    Vec towards_eye;
} WaterSpot;

typedef struct {
    guint32 pixel;
    guint8 cover;
} SkySpot;

typedef struct {
    gpointer object;
    GDestroyNotify destroy;
} Owned;

struct Stage {
    int width, height; /* pixels; samples are twice as many */
    Eye eye, mirror, sun_eye, map_eye;
    Light light;
    GArray *owned;
    GArray *still_faces, *moving_faces;
    Placement places[MAX_NESTING];
    int place;
    float scroll_u, scroll_v, strip_from, strip_to, shadow_z;
    gboolean is_baked, is_casting;
    Plot still, now, sun, map; /* now: still with this frame's faces */
    guint8 *shadow;            /* samples in the shadow of moving faces */
    guint32 *picture;          /* still, 0xRRGGBB */
    guint8 *sun_share;         /* of the still picture */
    Vec *mirrored; /* what level mirrors show, half the size of the picture; NULL without one */
    guint32 *sky;  /* wider than the picture by drift on both sides, NULL when clouds stand */
    int sky_drift, sky_width;
    GArray *sways, *waters, *water_spots, *skies;
    guint32 *water_blocks; /* this frame's water, half the size of the picture */
    Tiles tiles;           /* with moving faces, their shadows or paint in this frame */
    int tiles_down;
    Waves *waves;
    Vec shadow_dim; /* display brightness in shade against sun */
    float time;
    guint frames; /* drawn so far */
    cairo_surface_t *surface;
};

/* What makes up a pixel, from its four samples. */
typedef struct {
    int water, sky; /* samples left to others */
    float sway;
    int samples; /* in the sums */
    guint32 red, green, blue;
} PixelSum;

void pixel_add(PixelSum *sum, guint32 rgb, int samples);
guint32 pixel_mean(const PixelSum *sum);

/* Camera picture 0xRRGGBB of light at a sample, with the camera's noise. */
guint32 shade_to_rgb(const Stage *stage, Vec colour, float x, float y);

/* Light from one sample of a face; for mirrors. */
Vec shade_sample(const Stage *stage, const Eye *eye, const Face *face, guint32 id, float x, float y,
                 float key);

/* Light found on a face, to be used again in the same block of pixels. */
typedef struct {
    guint32 id, block;
    Point point;
    Lighting lighting;
    gboolean is_plain; /* plain_rgb is the face's, before the camera's noise */
    guint32 plain_rgb;
} Lit;

enum { LITS = 32 };
typedef struct {
    Lit lits[LITS];
} LitCache; /* zeroed to begin with */

/* Adds the faces that plot shows in a pixel, each lit once in its block and weighted by its
 * samples. Returns how much of it is in the sun. */
float shade_pixel(const Stage *stage, const Plot *plot, const GArray *faces, int x, int y,
                  guint32 block, LitCache *cache, PixelSum *sum);

float shade_sun_share(const Stage *stage, Vec at, Vec normal, int salt);

/* scene_surface.c: notes a pixel of water while baking; makes ready; draws the water of this frame.
 */
void surface_note(Stage *stage, int x, int y, int samples);
void surface_prepare(Stage *stage);
void surface_draw(Stage *stage, guint32 *out);

/* 0xRRGGBB between two. */
guint32 shade_mix(guint32 a, guint32 b, guint32 share256);

#endif
