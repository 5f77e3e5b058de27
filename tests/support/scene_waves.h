/* scene_waves.h - a water surface whose waves run for ever in a loop. One thread. */
#ifndef WALLCTL_TESTS_SUPPORT_SCENE_WAVES_H
#define WALLCTL_TESTS_SUPPORT_SCENE_WAVES_H

typedef struct Waves Waves;

/* length_m of the longest wave; the slope of the steepest is about 1. loop_s: the waves repeat
 * after it. */
Waves *waves_new(float length_m, float loop_s);
void waves_free(Waves *waves);

/* Sets the surface to a time, 0..1 through the loop. */
void waves_set_time(Waves *waves, float time);

void waves_get_slope(const Waves *waves, float x, float y, float *slope_x, float *slope_y);

#endif
