/* scene_raster.h - which face is in front at each sample of a picture: flat faces and balls, seen
 * by an eye. One thread. */
#ifndef WALLCTL_TESTS_SUPPORT_SCENE_RASTER_H
#define WALLCTL_TESTS_SUPPORT_SCENE_RASTER_H

#include "tests/support/scene_light.h"

typedef struct {
    Vec at, right, up, forward; /* unit vectors */
    float focal;              /* samples per unit at distance 1; of a flat eye: samples per metre */
    float centre_x, centre_y; /* of the picture, samples */
    gboolean is_flat;         /* parallel rays, as of the sun or a map */
    gboolean is_clipped;      /* sees only what is above clip_z */
    float clip_z;
} Eye;

/* A convex polygon, or with count 0 a ball around corner[0]. */
typedef struct {
    Vec corner[4];
    int count;
    float radius;
    Vec normal;       /* of a ball: the direction it is lit from */
    Vec lit_normal;   /* the normal, unless the face is part of something round */
    Vec u_way, v_way; /* skin coordinate u = u_way . point + u_start */
    float u_start, v_start;
    const Material *material;
    float shadow_z; /* floor below it, for moving faces */
    gboolean is_above_floor, is_casting;
    gboolean is_one_sided; /* not seen from behind */
} Face;

/* Nearest face of each sample: key is larger for nearer (1/depth, of a flat eye -depth), id is the
 * face's number + 1. */
typedef struct {
    int width, height;
    float *key;
    guint32 *id;
    float *left, *right; /* scratch, one per row */
} Plot;

#define KEY_NOTHING (-1e9f) /* key of a sample without a face, its id is 0 */

/* Marks the square tiles of a plot that faces were drawn on. */
enum { TILE_SAMPLES = 32, TILE_FACE = 1, TILE_PAINT = 2 };
typedef struct {
    guint8 *marks; /* TILE_ bits */
    int across;
} Tiles;

Eye eye_look(Vec at, Vec target, float focal, float centre_x, float centre_y);

/* Direction of the ray through a sample, of length 1 along the eye's axis; for a flat eye the start
 * of the ray. */
Vec eye_ray(const Eye *eye, float x, float y);

/* Point at a sample and key. */
Vec eye_point(const Eye *eye, float x, float y, float key);
gboolean eye_project(const Eye *eye, Vec point, float *x, float *y, float *key);

void plot_init(Plot *plot, int width, int height);
void plot_clear(Plot *plot); /* frees what it holds; of zeroed memory it does nothing */

/* Draws the face as number id where it is nearest. tiles may be NULL. */
void plot_face(Plot *plot, const Eye *eye, const Face *face, guint32 id, const Tiles *tiles);

/* Marks in mask (one byte a sample) where the face, laid flat on its floor along the light, meets
 * what the plot shows. */
void plot_shadow(const Plot *plot, const Eye *eye, const Face *face, Vec sun_way, guint8 *mask,
                 const Tiles *tiles);

#endif
