/* scene_leaf.c - the ragged outline and inner shades of a bunch of leaves, several forms of it */
#include "tests/support/scene_leaf.h"

#include <math.h>

#include "tests/support/scene_noise.h"

enum { FORMS = 8, SIDE = LEAF_SIDE, LEAVES = 46 };

static guint8 bunches[FORMS][SIDE][SIDE];

static void draw_leaf(guint8 bunch[SIDE][SIDE], Dice *dice, float brightness)
{
    float angle = dice_range(dice, 0, 6.2832f), out = sqrtf(dice_range(dice, 0, 0.62f));
    float x = cosf(angle) * out, y = sinf(angle) * out;
    float turn = dice_range(dice, 0, 3.1416f), c = cosf(turn), s = sinf(turn);
    float length = dice_range(dice, 0.2f, 0.34f), width = length * dice_range(dice, 0.35f, 0.6f);
    for (int j = 0; j < SIDE; j++)
        for (int i = 0; i < SIDE; i++) {
            float dx = ((float)i + 0.5f) * 2 / SIDE - 1 - x,
                  dy = ((float)j + 0.5f) * 2 / SIDE - 1 - y;
            float along = (dx * c + dy * s) / length, across = (dy * c - dx * s) / width;
            if (along * along + across * across < 1)
                bunch[j][i] = (guint8)(brightness * (0.9f + 0.1f * across) * 254 + 1);
        }
}

static void fill_bunches(void)
{
    static gsize is_filled;
    if (!g_once_init_enter(&is_filled))
        return;
    Dice dice = 77;
    for (int form = 0; form < FORMS; form++)
        for (int n = 0; n < LEAVES; n++) /* later leaves lie on top: brighter */
            draw_leaf(bunches[form], &dice,
                      0.3f + 0.55f * (float)n / LEAVES + dice_range(&dice, 0, 0.15f));
    g_once_init_leave(&is_filled, 1);
}

const guint8 *leaf_get_bunch(guint form)
{
    fill_bunches();
    return &bunches[form % FORMS][0][0];
}

guint8 leaf_at(float u, float v, guint form)
{
    int i = (int)((u + 1) * SIDE / 2), j = (int)((v + 1) * SIDE / 2);
    return leaf_get_bunch(form)[CLAMP(j, 0, SIDE - 1) * SIDE + CLAMP(i, 0, SIDE - 1)];
}
