/* scene_skin.h - textures of the drawn scenes: road markings, facades, signs, drawn with cairo in
 * metres. One thread a skin. */
#ifndef WALLCTL_TESTS_SUPPORT_SCENE_SKIN_H
#define WALLCTL_TESTS_SUPPORT_SCENE_SKIN_H

#include <cairo.h>

#include "tests/support/scene_vec.h"

typedef struct Skin Skin;

/* Draws in metres, origin at the top left, y down. */
typedef void (*SkinDraw)(cairo_t *cr, float width_m, float height_m, gconstpointer user);

/* Calls draw once on a transparent surface. Caller owns the result, skin_free() ends it. */
Skin *skin_new(float width_m, float height_m, float px_per_m, SkinDraw draw, gconstpointer user);
void skin_free(Skin *skin);

void skin_get_size(const Skin *skin, float *width_m, float *height_m);

/* Colour at u, v (0..1 over the skin, repeating beyond), averaged over about footprint_m metres. */
Vec skin_colour(const Skin *skin, float u, float v, float footprint_m, float *alpha);

/* Drawing helpers for SkinDraw functions. */
void skin_source(cairo_t *cr, guint32 rgb, double alpha);
void skin_box(cairo_t *cr, double x, double y, double width, double height, guint32 rgb);

/* Plan of the ground: from here on x and y are the scene's, x0 at the left edge and y1 at the upper
 * one. */
void skin_plan(cairo_t *cr, double x0, double y1);

/* A repeating noise between two colours, cell_m its coarsest grain: grass, asphalt, gravel. */
void skin_source_noise(cairo_t *cr, guint32 dark, guint32 light, double cell_m);

/* One line of text centred at x, y; size_m is the height of a character. */
void skin_text(cairo_t *cr, const char *text, double x, double y, double size_m, guint32 rgb);

#endif
