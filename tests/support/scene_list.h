/* scene_list.h - the drawings behind scenes.h: each is built once and then moved a frame at a time,
 * by one thread. */
#ifndef WALLCTL_TESTS_SUPPORT_SCENE_LIST_H
#define WALLCTL_TESTS_SUPPORT_SCENE_LIST_H

#include "tests/support/scene_stage.h"

typedef struct {
    /* Places what stands, sets light and camera, bakes. The result is owned by the stage and goes
     * to the other two. */
    gpointer (*build)(Stage *stage);

    /* Places what moves at a time, 0..1 through the loop; 1 looks like 0. */
    void (*move)(Stage *stage, gpointer scene, float time);

    /* Draws on the finished frame, NULL for nothing: glow, rain. */
    void (*finish)(Stage *stage, gpointer scene, cairo_t *cr, float time);
} SceneDrawing;

extern const SceneDrawing scene_crossroads, scene_mountain_road, scene_bus_station,
    scene_night_street;
extern const SceneDrawing scene_dam, scene_sluice, scene_bridge;
extern const SceneDrawing scene_square, scene_school, scene_village, scene_market, scene_parking;
extern const SceneDrawing scene_hall, scene_site;
extern const SceneDrawing scene_farmland, scene_lookout;

#endif
