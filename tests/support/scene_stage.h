/* scene_stage.h - a small renderer for drawn camera scenes: what stands still is lit once, what
 * moves is drawn a frame.
 *
 * Build: stage_new, light, camera, faces and leaves, stage_bake. Then for each frame: stage_begin,
 * the moving faces, stage_end. Metres, x right, y away from the viewer, z up. A stage belongs to
 * one thread. */
#ifndef WALLCTL_TESTS_SUPPORT_SCENE_STAGE_H
#define WALLCTL_TESTS_SUPPORT_SCENE_STAGE_H

#include <cairo.h>

#include "tests/support/scene_light.h"

typedef struct Stage Stage;

Stage *stage_new(int width, int height);
void stage_free(Stage *stage);

/* Camera; fov_deg is the horizontal field of view. */
void stage_look(Stage *stage, Vec eye, Vec target, float fov_deg);
Light *stage_light(Stage *stage); /* borrowed; fill in before stage_bake */

/* What the scene made for itself: freed with the stage. */
gpointer stage_own(Stage *stage, gpointer object, GDestroyNotify destroy);
const Material *stage_material(Stage *stage, Material material);
const Material *stage_paint(Stage *stage, guint32 rgb, float grain);
const Material *stage_skin(Stage *stage, float width_m, float height_m, float px_per_m,
                           SkinDraw draw, gconstpointer user);

/* Model placement, nested: faces go through all placements pushed so far. */
void stage_push(Stage *stage);
void stage_pop(Stage *stage);
void stage_move(Stage *stage, float x, float y, float z);
void stage_turn(Stage *stage, float degrees); /* about z, counter-clockwise seen from above */
void stage_tilt(Stage *stage, float degrees); /* about x: positive lifts the far side */
void stage_roll(Stage *stage, float degrees); /* about y: positive lowers the right side */
void stage_size(Stage *stage, float x, float y, float z);
Vec stage_place(const Stage *stage, Vec point); /* where a model point is in the scene */

/* Shifts the skins of faces from here on by this share of the skin: scrolling text, falling water.
 */
void stage_scroll(Stage *stage, float u, float v);

/* Faces from here on show only this part of their skin's width: strips of a flag. */
void stage_strip(Stage *stage, float u_from, float u_to);

/* A flat convex face of 3 or 4 corners, seen from both sides. A skin lies with its left top at
 * corners[3], right top at corners[2]: corners go counter-clockwise from the left bottom. */
void stage_face(Stage *stage, const Vec *corners, int count, const Material *material);

/* The same, but not seen from behind: a side of a solid body, at half the cost. */
void stage_side(Stage *stage, const Vec *corners, int count, const Material *material);

/* Lights the face placed last as if it lay across this direction: part of a round body or of soft
 * ground. */
void stage_round_off(Stage *stage, Vec normal);

/* A ball, or with a leaf material a ragged bunch of leaves; outward is the direction it is lit
 * from. */
void stage_ball(Stage *stage, Vec centre, float radius, Vec outward, const Material *material);

/* Lights and draws everything placed so far; area_m is the width of the square around centre that
 * gets shadows. */
void stage_bake(Stage *stage, Vec centre, float area_m);

/* One frame; time is 0..1 through the loop. Faces between begin and end are this frame's only. */
void stage_begin(Stage *stage, float time);
void stage_cast(Stage *stage, float floor_z); /* faces from here on shade the floor at floor_z */
cairo_surface_t *stage_end(Stage *stage); /* borrowed, RGB24, valid until the next stage_begin */

/* After stage_end, before drawing on the frame by cairo: says which pixels, so that the next frame
 * does not keep them. */
void stage_touch(Stage *stage, int x0, int y0, int x1, int y1);

/* After stage_end: light that spills over the picture, hidden if something is in front of it. */
void stage_glow(Stage *stage, Vec at, float radius_m, Vec colour);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stage, stage_free)

#endif
