/* scene_plants.c - trees, conifers and hedges of drawn scenes: many ragged bunches of leaves around
 * a trunk */
#include "tests/support/scene_parts.h"

static Vec dice_way(Dice *dice)
{
    float z = dice_range(dice, -1, 1), angle = dice_range(dice, 0, 6.28319f),
          flat = sqrtf(1 - z * z);
    return vec(cosf(angle) * flat, sinf(angle) * flat, z);
}

/* A few shades of one green, from the shaded inside to the lit outside. */
enum { SHADES = 4 };

static void make_shades(Stage *stage, guint32 rgb, float sway, const Material *shades[SHADES])
{
    static const float tints[SHADES][3] = {
        { 0.62f, 0.72f, 0.7f }, { 0.85f, 0.9f, 0.8f }, { 1, 1, 1 }, { 1.25f, 1.15f, 0.95f }
    };
    for (int i = 0; i < SHADES; i++)
        shades[i] = stage_material(
            stage, (Material) {
                       .kind = MATERIAL_LEAF,
                       .colour = vec_tint(vec_rgb(rgb), vec(tints[i][0], tints[i][1], tints[i][2])),
                       .sway = sway,
                   });
}

static const Material *pick_shade(const Material *shades[SHADES], Dice *dice, float outside)
{
    int i = (int)(outside * 2.2f + dice_range(dice, 0, 1.8f));
    return shades[CLAMP(i, 0, SHADES - 1)];
}

void part_tree(Stage *stage, float x, float y, float z, Tree tree)
{
    enum { CLUMPS = 22, BUNCHES = 17 };
    const Material *shades[SHADES], *bark = stage_paint(stage, 0x6b5b4a, 0.3f);
    make_shades(stage, tree.rgb, tree.sway, shades);
    Dice dice = tree.dice;
    float trunk = tree.height - tree.radius * 1.2f;
    Vec middle = vec(x, y, z + tree.height - tree.radius * 0.75f);
    part_cylinder(stage, vec(x, y, z), trunk, 0.05f * tree.height * 0.5f + 0.05f, 0.06f, 6, bark);
    for (int i = 0; i < CLUMPS; i++) {
        Vec way = dice_way(&dice);
        way.z = way.z * 0.72f + 0.1f;
        float out = tree.radius * dice_range(&dice, 0.45f, 0.78f);
        Vec clump = vec_add_scaled(middle, way, out);
        if (i < 5)
            part_bar(stage, vec(x, y, z + trunk * 0.8f), clump, 0.09f, bark);
        float size = tree.radius * dice_range(&dice, 0.28f, 0.42f);
        for (int j = 0; j < BUNCHES; j++) {
            Vec off = dice_way(&dice);
            Vec at = vec_add_scaled(clump, off, size * dice_range(&dice, 0.6f, 1));
            Vec outward = vec_unit(vec_add(vec_scale(way, 0.7f), off));
            float outside = vec_length(vec_sub(at, middle)) / tree.radius;
            stage_ball(stage, at, size * dice_range(&dice, 0.38f, 0.6f), outward,
                       pick_shade(shades, &dice, outside - 0.3f));
        }
    }
}

void part_conifer(Stage *stage, float x, float y, float z, Tree tree)
{
    enum { RINGS = 11 };
    const Material *shades[SHADES], *bark = stage_paint(stage, 0x54463a, 0.3f);
    make_shades(stage, tree.rgb, tree.sway, shades);
    Dice dice = tree.dice;
    part_cylinder(stage, vec(x, y, z), tree.height * 0.6f, 0.02f * tree.height + 0.04f, 0.04f, 6,
                  bark);
    for (int i = 0; i < RINGS; i++) {
        float share = (float)i / RINGS, radius = tree.radius * (1.02f - share);
        float height = z + tree.height * (0.14f + 0.84f * share);
        int bunches = 5 + (int)(14 * (1 - share));
        for (int j = 0; j < bunches; j++) {
            float angle = dice_range(&dice, 0, 6.28319f),
                  out = radius * sqrtf(dice_range(&dice, 0.15f, 1));
            Vec way = vec(cosf(angle), sinf(angle), 0.45f);
            Vec at = vec(x + way.x * out, y + way.y * out,
                         height - 0.22f * out + dice_range(&dice, -0.2f, 0.2f));
            stage_ball(stage, at, tree.radius * dice_range(&dice, 0.16f, 0.27f), vec_unit(way),
                       pick_shade(shades, &dice, out / tree.radius + 0.25f * share));
        }
    }
}

void part_hedge(Stage *stage, Vec low, Vec high, float size, guint32 rgb, Dice dice)
{
    const Material *shades[SHADES];
    make_shades(stage, rgb, 0, shades);
    Vec extent = vec_sub(high, low);
    int count = (int)(extent.x * extent.y * 1.5f / (size * size)) +
                (int)((extent.x + extent.y) * extent.z / (size * size));
    for (int i = 0; i < count; i++) {
        Vec at = vec(dice_range(&dice, low.x, high.x), dice_range(&dice, low.y, high.y),
                     low.z + extent.z * sqrtf(dice_range(&dice, 0.05f, 1)));
        Vec outward =
            vec_unit(vec(dice_range(&dice, -0.5f, 0.5f), dice_range(&dice, -0.7f, 0.3f), 0.7f));
        stage_ball(stage, at, size * dice_range(&dice, 0.5f, 0.9f), outward,
                   pick_shade(shades, &dice, (at.z - low.z) / MAX(extent.z, 0.1f)));
    }
}

void part_land(Stage *stage, float x0, float y0, float x1, float y1, int cells, HeightAt height,
               const Material *material)
{
    float step_x = (x1 - x0) / (float)cells, step_y = (y1 - y0) / (float)cells;
    for (int j = 0; j < cells; j++)
        for (int i = 0; i < cells; i++) {
            float x = x0 + (float)i * step_x, y = y0 + (float)j * step_y;
            Vec a = vec(x, y, height(x, y)), b = vec(x + step_x, y, height(x + step_x, y));
            Vec c = vec(x + step_x, y + step_y, height(x + step_x, y + step_y));
            Vec d = vec(x, y + step_y, height(x, y + step_y));
            float left = height(x - step_x / 2, y + step_y / 2),
                  right = height(x + step_x * 1.5f, y + step_y / 2);
            float near = height(x + step_x / 2, y - step_y / 2),
                  far = height(x + step_x / 2, y + step_y * 1.5f);
            Vec normal = vec((left - right) / (2 * step_x), (near - far) / (2 * step_y), 1);
            stage_face(stage, (Vec[]) { a, b, c }, 3, material);
            stage_round_off(stage, normal);
            stage_face(stage, (Vec[]) { a, c, d }, 3, material);
            stage_round_off(stage, normal);
        }
}

void part_wood(Stage *stage, HeightAt height, Wood wood)
{
    const Material *shades[SHADES];
    make_shades(stage, wood.rgb, 0, shades);
    Dice dice = wood.dice;
    for (int i = 0; i < wood.count; i++) {
        float x = dice_range(&dice, wood.x0, wood.x1), y = dice_range(&dice, wood.y0, wood.y1),
              z = height(x, y);
        float size = wood.size * dice_range(&dice, 0.6f, 1.25f),
              tone = noise_fractal(x * 0.05f, y * 0.05f, 2);
        if (z < wood.floor_z)
            continue;
        for (int j = 0; j < 5; j++) {
            Vec way = dice_way(&dice);
            way.z = fabsf(way.z);
            Vec at = vec_add(vec(x, y, z + size * 0.6f), vec_scale(way, size * 0.55f));
            stage_ball(stage, at, size * dice_range(&dice, 0.4f, 0.62f), way,
                       pick_shade(shades, &dice, tone * 1.2f - 0.35f + way.z * 0.4f));
        }
    }
}
