/* scene_parts.h - what drawn scenes are put together from: solids, plants, street furniture,
 * houses. Model origin: the middle of the foot; front towards -y (the viewer) unless said
 * otherwise. */
#ifndef WALLCTL_TESTS_SUPPORT_SCENE_PARTS_H
#define WALLCTL_TESTS_SUPPORT_SCENE_PARTS_H

#include "tests/support/scene_noise.h"
#include "tests/support/scene_stage.h"

/* ---- solids ---- */

/* From corner low to corner high. */
void part_box(Stage *stage, Vec low, Vec high, const Material *material);

/* The same with a material for front, back, left, right, top; NULL leaves the side out. */
typedef struct {
    const Material *front, *back, *left, *right, *top;
} BoxSides;
void part_box_sides(Stage *stage, Vec low, Vec high, BoxSides sides);

/* Upright; radius below and above may differ. */
void part_cylinder(Stage *stage, Vec foot, float height, float radius, float top_radius, int sides,
                   const Material *material);

/* A bar of square section between two points. */
void part_bar(Stage *stage, Vec from, Vec to, float width, const Material *material);

/* One section of a body along y: lower and upper edge and half widths there. */
typedef struct {
    float y, z_low, z_high, half_low, half_high;
} Section;

/* Body through the sections. Sides and top may differ; ends are closed, the underside is open. */
void part_loft(Stage *stage, const Section *sections, int count, const Material *side,
               const Material *top);

/* Level rectangle at height z. */
void part_floor(Stage *stage, float x0, float y0, float x1, float y1, float z,
                const Material *material);

/* Upright rectangle from (x0, y0) to (x1, y1), seen with x0 at the left. */
void part_wall(Stage *stage, float x0, float y0, float x1, float y1, float z_low, float z_high,
               const Material *material);

/* Gable roof over a rectangle, ridge along x, eaves at z. */
void part_gable(Stage *stage, float x0, float y0, float x1, float y1, float z, float height,
                const Material *roof, const Material *gable);

/* Hipped roof with up-curved eaves, as of a pavilion, over a square of half width, centred at the
 * origin. */
void part_curved_roof(Stage *stage, float half, float z, float height, const Material *roof);

/* ---- plants ---- */

typedef struct {
    float height, radius; /* of the crown */
    guint32 rgb;          /* of the leaves */
    float sway;
    Dice dice; /* not 0 */
} Tree;

void part_tree(Stage *stage, float x, float y, float z, Tree tree);
void part_conifer(Stage *stage, float x, float y, float z, Tree tree);

/* A hedge or bed from low to high, of bunches of about size. */
void part_hedge(Stage *stage, Vec low, Vec high, float size, guint32 rgb, Dice dice);

/* ---- land ---- */

typedef float (*HeightAt)(float x, float y);

/* Ground of cells x cells facets over the square. */
void part_land(Stage *stage, float x0, float y0, float x1, float y1, int cells, HeightAt height,
               const Material *material);

/* Trees seen from far: count crowns of about size where height is above floor_z. */
typedef struct {
    float x0, y0, x1, y1, floor_z, size;
    int count;
    guint32 rgb;
    Dice dice;
} Wood;
void part_wood(Stage *stage, HeightAt height, Wood wood);

/* ---- things ---- */

void part_street_lamp(Stage *stage, float height, float arm, const Material *pole,
                      const Material *head);
void part_pole(Stage *stage, Vec foot, float height, float radius, const Material *material);

/* Flag that waves: hangs at the top of its pole towards +x. Moving part. time 0..1 through the
 * loop. */
void part_flag(Stage *stage, Vec top, float width, float height, float time, const Material *cloth);

#endif
