/* scene_parts.c - what drawn scenes are put together from: solids, street furniture, houses */
#include "tests/support/scene_parts.h"

void part_box_sides(Stage *stage, Vec low, Vec high, BoxSides sides)
{
    Vec a = low, b = vec(high.x, low.y, low.z), c = vec(high.x, high.y, low.z),
        d = vec(low.x, high.y, low.z);
    Vec e = vec(low.x, low.y, high.z), f = vec(high.x, low.y, high.z), g = high,
        h = vec(low.x, high.y, high.z);
    if (sides.front)
        stage_side(stage, (Vec[]) { a, b, f, e }, 4, sides.front);
    if (sides.right)
        stage_side(stage, (Vec[]) { b, c, g, f }, 4, sides.right);
    if (sides.back)
        stage_side(stage, (Vec[]) { c, d, h, g }, 4, sides.back);
    if (sides.left)
        stage_side(stage, (Vec[]) { d, a, e, h }, 4, sides.left);
    if (sides.top)
        stage_side(stage, (Vec[]) { e, f, g, h }, 4, sides.top);
}

void part_box(Stage *stage, Vec low, Vec high, const Material *material)
{
    part_box_sides(stage, low, high,
                   (BoxSides) { material, material, material, material, material });
    if (low.z > 0.05f)
        stage_side(stage,
                   (Vec[]) { low, vec(low.x, high.y, low.z), vec(high.x, high.y, low.z),
                             vec(high.x, low.y, low.z) },
                   4, material);
}

void part_cylinder(Stage *stage, Vec foot, float height, float radius, float top_radius, int sides,
                   const Material *material)
{
    Vec top = vec(foot.x, foot.y, foot.z + height);
    for (int i = 0; i < sides; i++) {
        float a = (float)i * 6.28319f / (float)sides, b = (float)(i + 1) * 6.28319f / (float)sides;
        Vec from = vec(cosf(a), sinf(a), 0), to = vec(cosf(b), sinf(b), 0);
        stage_side(stage,
                   (Vec[]) { vec_add_scaled(foot, from, radius), vec_add_scaled(foot, to, radius),
                             vec_add_scaled(top, to, top_radius),
                             vec_add_scaled(top, from, top_radius) },
                   4, material);
        if (top_radius > 0)
            stage_side(stage,
                       (Vec[]) { top, vec_add_scaled(top, from, top_radius),
                                 vec_add_scaled(top, to, top_radius) },
                       3, material);
    }
}

void part_bar(Stage *stage, Vec from, Vec to, float width, const Material *material)
{
    Vec way = vec_unit(vec_sub(to, from));
    Vec side = vec_unit(vec_cross(way, fabsf(way.z) > 0.9f ? vec(1, 0, 0) : vec(0, 0, 1)));
    Vec across[4] = { side, vec_cross(way, side), vec_scale(side, -1),
                      vec_scale(vec_cross(way, side), -1) };
    for (int i = 0; i < 4; i++) {
        Vec a = vec_scale(vec_add(across[i], across[(i + 1) % 4]), width / 2);
        Vec b = vec_scale(vec_add(across[(i + 1) % 4], across[(i + 2) % 4]), width / 2);
        stage_face(stage,
                   (Vec[]) { vec_add(from, a), vec_add(from, b), vec_add(to, b), vec_add(to, a) },
                   4, material);
    }
}

static void section_corners(const Section *section, Vec corners[4])
{
    corners[0] = vec(-section->half_low, section->y, section->z_low);
    corners[1] = vec(section->half_low, section->y, section->z_low);
    corners[2] = vec(section->half_high, section->y, section->z_high);
    corners[3] = vec(-section->half_high, section->y, section->z_high);
}

void part_loft(Stage *stage, const Section *sections, int count, const Material *side,
               const Material *top)
{
    Vec near[4], far[4];
    section_corners(&sections[0], near);
    stage_side(stage, near, 4, side);
    for (int i = 1; i < count; i++) {
        section_corners(&sections[i], far);
        stage_side(stage, (Vec[]) { near[1], far[1], far[2], near[2] }, 4, side);
        stage_side(stage, (Vec[]) { far[0], near[0], near[3], far[3] }, 4, side);
        stage_side(stage, (Vec[]) { near[3], near[2], far[2], far[3] }, 4, top);
        for (int j = 0; j < 4; j++)
            near[j] = far[j];
    }
    stage_side(stage, (Vec[]) { near[1], near[0], near[3], near[2] }, 4, side);
}

void part_floor(Stage *stage, float x0, float y0, float x1, float y1, float z,
                const Material *material)
{
    stage_face(stage, (Vec[]) { vec(x0, y0, z), vec(x1, y0, z), vec(x1, y1, z), vec(x0, y1, z) }, 4,
               material);
}

void part_wall(Stage *stage, float x0, float y0, float x1, float y1, float z_low, float z_high,
               const Material *material)
{
    stage_face(stage,
               (Vec[]) { vec(x0, y0, z_low), vec(x1, y1, z_low), vec(x1, y1, z_high),
                         vec(x0, y0, z_high) },
               4, material);
}

void part_gable(Stage *stage, float x0, float y0, float x1, float y1, float z, float height,
                const Material *roof, const Material *gable)
{
    float middle = (y0 + y1) / 2, over = 0.4f;
    float drop = over * height / ((y1 - y0) / 2);
    Vec left = vec(x0 - over, middle, z + height), right = vec(x1 + over, middle, z + height);
    stage_face(stage,
               (Vec[]) { vec(x0 - over, y0 - over, z - drop), vec(x1 + over, y0 - over, z - drop),
                         right, left },
               4, roof);
    stage_face(stage,
               (Vec[]) { vec(x1 + over, y1 + over, z - drop), vec(x0 - over, y1 + over, z - drop),
                         left, right },
               4, roof);
    stage_face(stage, (Vec[]) { vec(x0, y1, z), vec(x0, y0, z), vec(x0, middle, z + height) }, 3,
               gable);
    stage_face(stage, (Vec[]) { vec(x1, y0, z), vec(x1, y1, z), vec(x1, middle, z + height) }, 3,
               gable);
}

static Vec roof_point(float half, float z, float height, float out, float along)
{
    float rise = powf(1 - out, 1.7f) * height;
    float corner = fabsf(along) * out;
    float lift = corner * corner * corner * height * 0.22f,
          reach = half * (out + 0.08f * corner * corner * corner);
    return vec(along * reach, -reach, z + rise + lift);
}

void part_curved_roof(Stage *stage, float half, float z, float height, const Material *roof)
{
    enum { RINGS = 5, STEPS = 6 };
    for (int side = 0; side < 4; side++) {
        stage_push(stage);
        stage_turn(stage, (float)side * 90);
        for (int i = 0; i < RINGS; i++)
            for (int j = 0; j < STEPS; j++) {
                float out0 = (float)(i + 1) / RINGS, out1 = (float)i / RINGS;
                float a = (float)j * 2 / STEPS - 1, b = (float)(j + 1) * 2 / STEPS - 1;
                Vec corners[4] = { roof_point(half, z, height, out0, a),
                                   roof_point(half, z, height, out0, b),
                                   roof_point(half, z, height, out1, b),
                                   roof_point(half, z, height, out1, a) };
                stage_face(stage, corners, 3, roof);
                if (i > 0)
                    stage_face(stage, (Vec[]) { corners[0], corners[2], corners[3] }, 3, roof);
            }
        stage_pop(stage);
    }
}

void part_pole(Stage *stage, Vec foot, float height, float radius, const Material *material)
{
    part_cylinder(stage, foot, height, radius, radius * 0.7f, 7, material);
}

void part_street_lamp(Stage *stage, float height, float arm, const Material *pole,
                      const Material *head)
{
    part_pole(stage, vec(0, 0, 0), height, 0.1f, pole);
    part_bar(stage, vec(0, 0, height - 0.1f), vec(arm, 0, height + 0.35f), 0.09f, pole);
    part_box(stage, vec(arm - 0.15f, -0.16f, height + 0.26f),
             vec(arm + 0.65f, 0.16f, height + 0.42f), pole);
    part_floor(stage, arm - 0.1f, -0.12f, arm + 0.6f, 0.12f, height + 0.255f, head);
}

static Vec flag_point(Vec top, float width, float height, float time, float u, float v)
{
    float turn = 6.28319f * (u * 1.4f - time * 6) + v * 0.6f;
    float loose = u * (0.6f + 0.4f * u);
    float swing = 0.24f * width * loose * sinf(turn) * 0.6f;
    float sag =
        0.16f * height * u * u + 0.05f * height * loose * sinf(turn * 0.5f + 6.28319f * time);
    return vec(top.x + u * width * 0.93f, top.y + swing, top.z - v * height - sag);
}

void part_flag(Stage *stage, Vec top, float width, float height, float time, const Material *cloth)
{
    enum { COLUMNS = 12 };
    for (int i = 0; i < COLUMNS; i++) {
        float u0 = (float)i / COLUMNS, u1 = (float)(i + 1) / COLUMNS;
        stage_strip(stage, u0, u1);
        stage_face(stage,
                   (Vec[]) { flag_point(top, width, height, time, u0, 1),
                             flag_point(top, width, height, time, u1, 1),
                             flag_point(top, width, height, time, u1, 0),
                             flag_point(top, width, height, time, u0, 0) },
                   4, cloth);
    }
    stage_strip(stage, 0, 1);
}
