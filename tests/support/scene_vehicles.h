/* scene_vehicles.h - vehicles of drawn scenes: origin on the road under the middle, front towards
 * +y. */
#ifndef WALLCTL_TESTS_SUPPORT_SCENE_VEHICLES_H
#define WALLCTL_TESTS_SUPPORT_SCENE_VEHICLES_H

#include "tests/support/scene_stage.h"

/* Materials that all vehicles of a stage share, and the skins of the long ones. */
typedef struct VehicleKit VehicleKit;

/* Owned by the stage. Make it before stage_bake. */
const VehicleKit *vehicle_kit(Stage *stage);

/* Lacquer of a car. */
const Material *vehicle_paint(Stage *stage, guint32 rgb);

typedef struct {
    const Material *paint;
    gboolean is_braking, has_lights_on;
} Livery;

void vehicle_car(Stage *stage, const VehicleKit *kit, Livery livery);
void vehicle_suv(Stage *stage, const VehicleKit *kit, Livery livery);
void vehicle_van(Stage *stage, const VehicleKit *kit, Livery livery);
void vehicle_bus(Stage *stage, const VehicleKit *kit, Livery livery);
void vehicle_truck(Stage *stage, const VehicleKit *kit, Livery livery, const Material *load);
void vehicle_tractor(Stage *stage, const VehicleKit *kit, Livery livery);

/* Way of a vehicle in the plane: a line of points with rounded corners. */
typedef struct {
    float x, y;
} Stop;

/* Position and heading (degrees, 0 towards +y, counter-clockwise) at a length along the line. */
void vehicle_follow(const Stop *stops, int count, float length, float *x, float *y, float *heading);

/* Length travelled at a time by keys {time, length}, smooth and never backwards between rising
 * keys. */
typedef struct {
    float time, length;
} Key;
float vehicle_travel(const Key *keys, int count, float time);

#endif
