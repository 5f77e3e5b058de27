/* scene_noise.h - repeatable randomness of the drawn scenes. Tables are made once; everything here
 * is [any]. */
#ifndef WALLCTL_TESTS_SUPPORT_SCENE_NOISE_H
#define WALLCTL_TESTS_SUPPORT_SCENE_NOISE_H

#include <glib.h>

typedef guint32 Dice; /* any start value but 0 */

/* Next number, evenly in [low, high). */
float dice_range(Dice *dice, float low, float high);

/* 0..1, decided by the two numbers alone. */
float noise_hash(int x, int y);

/* Smooth value noise 0..1 with cells of size 1; repeats every 256 cells. */
float noise_at(float x, float y);

/* The same, repeating every `period` cells (a power of two, at most 256) so that it can scroll in a
 * loop. */
float noise_looped(float x, float y, int period_x, int period_y);

/* `octaves` of noise_at, each twice as fine and half as strong; 0..1. */
float noise_fractal(float x, float y, int octaves);

#endif
