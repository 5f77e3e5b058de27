/* scene_houses.h - buildings of drawn scenes: a box with drawn facades, shops below, tanks and
 * stairs on the roof. */
#ifndef WALLCTL_TESTS_SUPPORT_SCENE_HOUSES_H
#define WALLCTL_TESTS_SUPPORT_SCENE_HOUSES_H

#include "tests/support/scene_noise.h"
#include "tests/support/scene_stage.h"

enum {
    HOUSE_BALCONIES = 1,
    HOUSE_GLAZED = 2,  /* ribbon windows of an office */
    HOUSE_LIT = 4,     /* night: some windows shine */
    HOUSE_ALONG_Y = 8, /* the shops are on the left and right sides instead of the front */
};

typedef struct {
    float x0, y0, x1, y1; /* foot print */
    int floors;
    float floor_m; /* height of a floor, 0: 3.2 */
    guint32 wall, trim, roof;
    const char
        *signs[6]; /* shop signs of the ground floor, NULL-terminated; none: a plain ground floor */
    guint32 sign_colours[6];
    guint look; /* HOUSE_ bits */
    Dice dice;
} House;

void house_build(Stage *stage, const House *house);

#endif
