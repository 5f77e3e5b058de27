/* scene_place.c - drawn cameras over public places: a village square, a school gate */
#include "tests/support/scene_houses.h"
#include "tests/support/scene_list.h"
#include "tests/support/scene_parts.h"
#include "tests/support/scene_vehicles.h"

static void draw_red(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0xd01f1a);
    static const double small[4][2] = {
        { 0.33, 0.1 }, { 0.4, 0.2 }, { 0.4, 0.34 }, { 0.33, 0.44 }
    };
    skin_text(cr, "★", width_m * 0.17, height_m * 0.27, height_m * 0.5, 0xffd83a);
    for (int i = 0; i < 4; i++)
        skin_text(cr, "★", width_m * small[i][0], height_m * small[i][1], height_m * 0.15,
                  0xffd83a);
}

static void flag_pole(Stage *stage, float x, float y, float height)
{
    const Material *steel = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0xc9ced2), .gloss = 0.2f });
    const Material *stone = stage_paint(stage, 0xc7c2b6, 0.15f);
    part_box(stage, vec(x - 2.2f, y - 2.2f, 0), vec(x + 2.2f, y + 2.2f, 0.3f), stone);
    part_box(stage, vec(x - 1.4f, y - 1.4f, 0.3f), vec(x + 1.4f, y + 1.4f, 0.6f), stone);
    part_pole(stage, vec(x, y, 0.6f), height, 0.09f, steel);
    stage_ball(stage, vec(x, y, height + 0.65f), 0.16f, vec(0, 0, 1), steel);
}

/* ---- village square: paving, a playing field, an old tree, the village house, late sun ---- */

typedef struct {
    const Material *flag, *text, *leaf;
} Square;

enum { SQUARE_LEAVES = 14 };

static void draw_court(cairo_t *cr)
{
    skin_box(cr, 5, -9, 16, 27, 0x4c7f62);
    skin_box(cr, 6.5, -7.5, 13, 24, 0xa6574a);
    skin_source(cr, 0xeeece4, 0.9);
    cairo_set_line_width(cr, 0.14);
    cairo_rectangle(cr, 6.5, -7.5, 13, 24);
    cairo_move_to(cr, 6.5, 4.5);
    cairo_line_to(cr, 19.5, 4.5);
    cairo_new_sub_path(cr);
    cairo_arc(cr, 13, 4.5, 1.8, 0, 2 * G_PI);
    cairo_rectangle(cr, 10.55, -7.5, 4.9, 5.8);
    cairo_rectangle(cr, 10.55, 10.7, 4.9, 5.8);
    cairo_new_sub_path(cr);
    cairo_arc(cr, 13, -5.9, 6, 0.1, G_PI - 0.1);
    cairo_new_sub_path(cr);
    cairo_arc(cr, 13, 14.9, 6, G_PI + 0.1, -0.1);
    cairo_stroke(cr);
}

static void draw_square_ground(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_plan(cr, -40, 55);
    skin_source_noise(cr, 0x6f7a4a, 0x8b9460, 0.8);
    cairo_paint(cr);
    skin_source_noise(cr, 0xb3a48e, 0xc9bba4, 0.6);
    cairo_rectangle(cr, -24, -40, 52, 68);
    cairo_fill(cr);
    cairo_set_line_width(cr, 0.05);
    skin_source(cr, 0x7d6f5c, 0.5);
    for (double at = -40; at < 60; at += 1.2) {
        cairo_move_to(cr, -24, at);
        cairo_line_to(cr, 28, at);
        cairo_move_to(cr, at, -40);
        cairo_line_to(cr, at, 28);
    }
    cairo_stroke(cr);
    static const guint32 rings[] = { 0x9c5f4a, 0xc9bba4, 0x8f8270, 0xcfc3ae, 0xa0674f };
    for (int i = 0; i < 5; i++) {
        skin_source(cr, rings[i], 1);
        cairo_arc(cr, -8, 2, 7.5 - 1.5 * i, 0, 2 * G_PI);
        cairo_fill(cr);
    }
    skin_source(cr, 0x7b6a58, 0.6);
    for (int i = 0; i < 16; i++) {
        cairo_move_to(cr, -8, 2);
        cairo_line_to(cr, -8 + 7.5 * cos(i * G_PI / 8), 2 + 7.5 * sin(i * G_PI / 8));
    }
    cairo_stroke(cr);
    draw_court(cr);
    skin_source_noise(cr, 0x77777a, 0x88888a, 0.5);
    cairo_rectangle(cr, -60, 28, 120, 6);
    cairo_fill(cr);
}

static void draw_notice(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    static const guint32 papers[] = { 0xf2efe4, 0xf0e3c0, 0xe6eef0, 0xf6d9d0 };
    skin_box(cr, 0, 0, width_m, height_m, 0x9b2b22);
    skin_text(cr, "村 务 公 开 栏", width_m / 2, 0.24, 0.34, 0xffe7a8);
    for (int i = 0; i < 5; i++) {
        double x = 0.15 + i * (width_m - 0.2) / 5, wide = (width_m - 0.2) / 5 - 0.12;
        skin_box(cr, x, 0.5, wide, height_m - 0.65, papers[i % 4]);
        skin_box(cr, x + 0.08, 0.58, wide - 0.16, 0.1, 0xc0392b);
        for (double y = 0.76; y < height_m - 0.25; y += 0.11)
            skin_box(cr, x + 0.08, y, (wide - 0.16) * (0.7 + 0.3 * noise_hash((int)(y * 50), i)),
                     0.04, 0x6b6d70);
    }
}

static void draw_led_text(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0x120a08);
    skin_text(cr, user, width_m / 2, height_m / 2, height_m * 0.78, 0xff3b22);
}

static void square_hoop(Stage *stage, float y, float facing)
{
    const Material *pole = stage_paint(stage, 0x2f5d8c, 0.1f),
                   *board = stage_paint(stage, 0xe9ebea, 0);
    const Material *ring = stage_paint(stage, 0xd8531e, 0);
    part_bar(stage, vec(13, y, 0), vec(13, y, 3.2f), 0.22f, pole);
    part_bar(stage, vec(13, y, 3.1f), vec(13, y + facing * 1.2f, 3.3f), 0.18f, pole);
    part_box(stage, vec(12.1f, y + facing * 1.2f - 0.04f, 2.9f),
             vec(13.9f, y + facing * 1.2f + 0.04f, 3.95f), board);
    for (int i = 0; i < 8; i++) {
        float a = (float)i * 0.785f, b = a + 0.785f, middle = y + facing * 1.5f;
        part_bar(stage, vec(13 + 0.23f * cosf(a), middle + 0.23f * sinf(a), 3.05f),
                 vec(13 + 0.23f * cosf(b), middle + 0.23f * sinf(b), 3.05f), 0.05f, ring);
    }
}

/* Pillars, a curved roof, benches. */
static void pavilion(Stage *stage, float half, guint32 pillar_rgb, guint32 roof_rgb)
{
    const Material *pillar = stage_paint(stage, pillar_rgb, 0.1f),
                   *stone = stage_paint(stage, 0xb9b2a4, 0.2f);
    const Material *roof = stage_paint(stage, roof_rgb, 0.3f),
                   *beam = stage_paint(stage, 0x2f6d63, 0.1f);
    part_box(stage, vec(-half, -half, 0), vec(half, half, 0.35f), stone);
    for (int i = 0; i < 4; i++) {
        stage_push(stage);
        stage_turn(stage, (float)i * 90);
        part_cylinder(stage, vec(half - 0.5f, half - 0.5f, 0.35f), 3, 0.17f, 0.17f, 8, pillar);
        part_box(stage, vec(-half + 0.4f, half - 0.6f, 2.95f), vec(half - 0.4f, half - 0.4f, 3.4f),
                 beam);
        if (i != 2)
            part_box(stage, vec(-half + 0.6f, half - 0.75f, 0.7f),
                     vec(half - 0.6f, half - 0.35f, 0.8f), pillar);
        stage_pop(stage);
    }
    part_curved_roof(stage, half + 1, 3.35f, 1.9f, roof);
    stage_ball(stage, vec(0, 0, 5.35f), 0.28f, vec(0, 0, 1), roof);
}

static void square_things(Stage *stage)
{
    const Material *stone = stage_paint(stage, 0xc3bcae, 0.15f),
                   *steel = stage_paint(stage, 0x7d858a, 0.1f);
    const Material *blue = stage_paint(stage, 0x2b6fae, 0.05f),
                   *yellow = stage_paint(stage, 0xe0b02e, 0.05f);
    const Material *notice = stage_skin(stage, 7, 1.8f, 60, draw_notice, NULL),
                   *roof = stage_paint(stage, 0x5b6468, 0.2f);
    flag_pole(stage, -8, 2, 12);
    square_hoop(stage, -7, 1);
    square_hoop(stage, 16, -1);
    part_cylinder(stage, vec(-18, 12, 0), 0.5f, 2.6f, 2.6f, 18, stone);
    part_tree(stage, -18, 12, 0.3f, (Tree) { 11.5f, 6, 0x55692f, 1.6f, 7 });
    stage_push(stage);
    stage_move(stage, -19, -8, 0);
    stage_turn(stage, -12);
    pavilion(stage, 2.6f, 0x9c3226, 0x6f7a78);
    stage_pop(stage);
    part_wall(stage, -13, 24.5f, -6, 24.5f, 0.7f, 2.5f, notice);
    part_box(stage, vec(-13.2f, 24.55f, 0), vec(-5.8f, 24.75f, 2.6f), steel);
    part_gable(stage, -13.2f, 24.1f, -5.8f, 25.2f, 2.65f, 0.4f, roof, steel);
    for (int i = 0; i < 4; i++) { /* exercise machines */
        float x = -3 + (float)i * 2.1f;
        part_bar(stage, vec(x, -12, 0), vec(x, -12, 1.5f), 0.13f, i % 2 ? blue : yellow);
        part_bar(stage, vec(x - 0.6f, -12, 1.4f), vec(x + 0.6f, -12, 1.4f), 0.1f,
                 i % 2 ? yellow : blue);
        part_cylinder(stage, vec(x, -12.5f, 0.45f), 0.08f, 0.35f, 0.35f, 10, i % 2 ? blue : yellow);
    }
    for (int i = 0; i < 3; i++)
        part_box(stage, vec(-15 + (float)i * 4.5f, -15, 0),
                 vec(-13 + (float)i * 4.5f, -14.4f, 0.45f), stone);
    Dice dice = 6;
    for (float x = -24; x < 30; x += 6) {
        Tree tree = { dice_range(&dice, 4.5f, 6), dice_range(&dice, 1.6f, 2.2f), 0x6b7c38, 1.2f,
                      (Dice)(x + 50) };
        part_tree(stage, x, 27, 0, tree);
    }
    part_hedge(stage, vec(22, -14, 0), vec(23, 22, 0.8f), 0.4f, 0x5d7a35, 8);
    part_hedge(stage, vec(-25.5f, -20, 0), vec(-24.5f, 26, 0.8f), 0.4f, 0x5d7a35, 9);
}

static gpointer square_build(Stage *stage)
{
    Square *scene = stage_own(stage, g_new0(Square, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(0.82f, -0.28f, 0.42f));
    light->sun = vec(3.1f, 2.25f, 1.35f);
    light->zenith = vec(0.4f, 0.48f, 0.62f);
    light->horizon = vec(0.66f, 0.62f, 0.6f);
    light->bounce = vec(0.24f, 0.2f, 0.16f);
    light->haze = vec(0.8f, 0.68f, 0.55f);
    light->haze_m = 520;
    light->tint = vec(1.04f, 1, 0.93f);
    stage_look(stage, vec(-2, -33, 16.5f), vec(-0.5f, 7, 0.5f), 58);
    scene->flag = stage_skin(stage, 3, 2, 50, draw_red, NULL);
    Material text =
        *stage_skin(stage, 16, 0.9f, 40, draw_led_text, "欢迎来到大营街 · 建设文明和谐家园");
    text.glow = 1.4f;
    scene->text = stage_material(stage, text);
    scene->leaf = stage_paint(stage, 0xa98a2c, 0);
    Material ground = *stage_skin(stage, 80, 95, 24, draw_square_ground, NULL);
    ground.grain = 0.2f;
    ground.grain_m = 0.4f;
    part_floor(stage, -40, -40, 40, 55, 0, stage_material(stage, ground));
    part_floor(stage, -300, -60, 300, 400, -0.05f, stage_paint(stage, 0x7d8455, 0.4f));
    square_things(stage);
    /* clang-format off */
    const House houses[] = {
        { -14, 36, 14, 47, 3, 3.5f, 0xe6ded0, 0xc0472f, 0x9a5a44, { NULL },
          { 0 }, 0, 31 },
        { 18, 36, 32, 46, 3, 0, 0xdccfb8, 0xb9ac98, 0x8f857c, { "超市", "卫生室", "农资", NULL },
          { 0xb3382c, 0x2f8f62, 0x2a5fa0 }, HOUSE_BALCONIES, 32 },
        { -36, 36, -18, 46, 3, 0, 0xd6cbb9, 0xa89b88, 0x8f857c, { "小卖部", "理发", NULL },
          { 0x2a5fa0, 0x9c2f2a }, HOUSE_BALCONIES, 33 },
        { 31, 8, 42, 26, 2, 0, 0xe2d8c6, 0xb9ac98, 0x8f6a54, { NULL },
          { 0 }, 0, 34 },
        { -48, 4, -30, 24, 2, 0, 0xd9cfbe, 0xb09f8a, 0x8f6a54, { NULL },
          { 0 }, HOUSE_BALCONIES, 35 },
        { -10, 58, 20, 70, 4, 0, 0xcfc6b6, 0xab9f8d, 0x8f857c, { NULL },
          { 0 }, HOUSE_BALCONIES, 36 },
    };
    /* clang-format on */
    for (guint i = 0; i < G_N_ELEMENTS(houses); i++)
        house_build(stage, &houses[i]);
    stage_bake(stage, vec(0, 8, 0), 100);
    return scene;
}

static void square_move(Stage *stage, gpointer data, float time)
{
    const Square *scene = data;
    stage_scroll(stage, time, 0);
    part_wall(stage, -7.5f, 35.8f, 7.5f, 35.8f, 3.9f, 4.75f, scene->text);
    stage_scroll(stage, 0, 0);
    stage_cast(stage, 0);
    part_flag(stage, vec(-8, 2, 12.3f), 3.3f, 2.2f, time, scene->flag);
    Dice dice = 5;
    for (int i = 0; i < SQUARE_LEAVES; i++) {
        float x = dice_range(&dice, -23, -9), y = dice_range(&dice, 5, 18),
              phase = time + dice_range(&dice, 0, 1);
        phase -= floorf(phase);
        float turn = phase * 18.85f + (float)i, z = 7 * (1 - phase);
        stage_push(stage);
        stage_move(stage, x + 0.6f * sinf(turn) + 3 * phase, y - 2 * phase, z);
        stage_turn(stage, turn * 57);
        stage_tilt(stage, 40 * sinf(turn * 1.7f));
        stage_face(stage,
                   (Vec[]) { vec(-0.13f, -0.08f, 0), vec(0.13f, -0.08f, 0), vec(0.13f, 0.08f, 0),
                             vec(-0.13f, 0.08f, 0) },
                   4, scene->leaf);
        stage_pop(stage);
    }
}

const SceneDrawing scene_square = { square_build, square_move, NULL };

/* ---- school gate: a boom and a folding gate, the school bus, the yard and the running track
 * behind ---- */

typedef struct {
    const VehicleKit *kit;
    const Material *flag, *yellow, *text, *boom_red, *boom_white, *steel, *paint;
} School;

static void draw_school_ground(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_plan(cr, -45, 75);
    skin_source_noise(cr, 0xa8a498, 0xbbb6a9, 0.6);
    cairo_paint(cr);
    skin_source_noise(cr, 0x5c5e62, 0x707275, 0.5);
    cairo_rectangle(cr, -60, -20, 120, 12);
    cairo_rectangle(cr, -4.5, -10, 9, 24);
    cairo_fill(cr);
    skin_source(cr, 0xe0b63c, 0.9);
    for (double x = -60; x < 60; x += 5)
        cairo_rectangle(cr, x, -14.1, 3, 0.16);
    cairo_fill(cr);
    skin_source(cr, 0xe3e1d8, 0.9);
    for (double x = -4.2; x < 4.2; x += 0.95)
        cairo_rectangle(cr, x, -13.4, 0.48, 5);
    cairo_fill(cr);
    cairo_save(cr);
    cairo_translate(cr, 0, -6);
    cairo_scale(cr, 1, -1);
    skin_text(cr, "校 园 慢 行", 0, 0, 1.5, 0xe6d26a);
    cairo_restore(cr);
    skin_source(cr, 0xa9483a, 1);
    cairo_rectangle(cr, -36, 34, 40, 32);
    cairo_fill(cr);
    skin_source(cr, 0xd9d4c8, 0.8);
    cairo_set_line_width(cr, 0.12);
    for (int i = 0; i < 5; i++)
        cairo_rectangle(cr, -35.5 + i * 1.2, 34.5 + i * 1.2, 39 - i * 2.4, 31 - i * 2.4);
    cairo_stroke(cr);
    skin_source_noise(cr, 0x4f8a45, 0x63a052, 0.7);
    cairo_rectangle(cr, -29.5, 40.5, 27, 19);
    cairo_fill(cr);
    skin_source(cr, 0xe8ece2, 0.8);
    cairo_rectangle(cr, -29, 41, 26, 18);
    cairo_move_to(cr, -16, 41);
    cairo_line_to(cr, -16, 59);
    cairo_new_sub_path(cr);
    cairo_arc(cr, -16, 50, 3, 0, 2 * G_PI);
    cairo_stroke(cr);
}

static void draw_school_front(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0xefe6d6);
    for (int floor = 0; floor < 4; floor++) {
        double y = height_m - 3.6 * (floor + 1);
        skin_box(cr, 0, y + 0.3, width_m, 1.9, 0x46525a);
        for (double x = 0.8; x < width_m; x += 4) {
            skin_box(cr, x + 0.5, y + 0.6, 1.1, 1.6, 0x6f7f86);
            skin_box(cr, x + 2.1, y + 0.5, 0.9, 1.7, 0x7a4b33);
        }
        skin_box(cr, 0, y + 2.2, width_m, 1.15, floor % 2 ? 0xd9693a : 0xefe6d6);
        for (double x = 0; x < width_m; x += 0.5)
            skin_box(cr, x, y + 2.3, 0.08, 0.95, 0xc7b9a2);
    }
    for (double x = 0; x < width_m; x += 8)
        skin_box(cr, x, 0, 0.6, height_m, 0xc8593a);
}

static void draw_school_sign(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0x7c1f1a);
    skin_text(cr, "红塔区李棋中心小学", width_m / 2, height_m / 2, height_m * 0.72, 0xf7d774);
}

static void school_gate(Stage *stage)
{
    const Material *granite = stage_paint(stage, 0xb7a99c, 0.2f),
                   *sign = stage_skin(stage, 15, 1.5f, 40, draw_school_sign, NULL);
    const Material *white = stage_paint(stage, 0xeceae4, 0.05f),
                   *roof = stage_paint(stage, 0x3f6f9c, 0.1f);
    const Material *glass = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0x2a3a44), .gloss = 0.15f });
    part_box(stage, vec(-9.4f, 0, 0), vec(-7.6f, 1.6f, 5.8f), granite);
    part_box(stage, vec(7.6f, 0, 0), vec(9.4f, 1.6f, 5.8f), granite);
    part_box(stage, vec(-10, -0.1f, 5.8f), vec(10, 1.7f, 7.6f), granite);
    part_wall(stage, -7.5f, -0.14f, 7.5f, -0.14f, 5.95f, 7.45f, sign);
    part_box(stage, vec(9.8f, -1.5f, 0), vec(13.6f, 2, 1.1f), white);
    part_box(stage, vec(9.9f, -1.4f, 1.1f), vec(13.5f, 1.9f, 2.5f), glass);
    part_box(stage, vec(9.4f, -1.9f, 2.5f), vec(14, 2.4f, 2.85f), roof);
    const Material *fence = stage_paint(stage, 0x2c4d3f, 0),
                   *base = stage_paint(stage, 0xbdb3a6, 0.2f);
    for (int side = -1; side <= 1; side += 2) {
        float from = side > 0 ? 14.2f : -44, to = side > 0 ? 44 : -9.8f;
        part_box(stage, vec(from, 0.5f, 0), vec(to, 0.9f, 0.6f), base);
        part_bar(stage, vec(from, 0.7f, 2.1f), vec(to, 0.7f, 2.1f), 0.08f, fence);
        part_bar(stage, vec(from, 0.7f, 1), vec(to, 0.7f, 1), 0.08f, fence);
        for (float x = from; x < to; x += 0.42f)
            part_bar(stage, vec(x, 0.7f, 0.6f), vec(x, 0.7f, 2.3f), 0.05f, fence);
    }
}

static void school_yard(Stage *stage)
{
    const Material *front = stage_skin(stage, 48, 14.6f, 24, draw_school_front, NULL),
                   *wall = stage_paint(stage, 0xe5dac8, 0.15f);
    const Material *roof = stage_paint(stage, 0x8f4a3a, 0.25f);
    part_box_sides(stage, vec(8, 30, 0), vec(56, 42, 14.6f),
                   (BoxSides) { front, front, wall, wall, NULL });
    part_gable(stage, 8, 30, 56, 42, 14.6f, 2.6f, roof, wall);
    part_box_sides(stage, vec(-40, 74, 0), vec(8, 84, 11),
                   (BoxSides) { front, front, wall, wall, roof });
    flag_pole(stage, -3, 24, 11);
    Dice dice = 77;
    for (int i = 0; i < 7; i++) {
        part_tree(stage, -38 + (float)i * 4.6f, 4.5f, 0,
                  (Tree) { dice_range(&dice, 5, 6.5f), dice_range(&dice, 1.8f, 2.3f), 0x5d8038,
                           1.2f, (Dice)(i + 80) });
        part_tree(stage, 17 + (float)i * 4.6f, 4.5f, 0,
                  (Tree) { dice_range(&dice, 5, 6.5f), dice_range(&dice, 1.8f, 2.3f),
                           i % 3 ? 0x5d8038 : 0xc98aa0, 1.2f, (Dice)(i + 90) });
    }
    for (int i = 0; i < 5; i++)
        part_tree(stage, -42 + (float)i * 10, 70, 0, (Tree) { 7, 3, 0x55743a, 1, (Dice)(i + 60) });
    part_hedge(stage, vec(-30, 20, 0), vec(-8, 21.5f, 0.7f), 0.4f, 0x6c8f3c, 4);
    part_hedge(stage, vec(9, 20, 0), vec(34, 21.5f, 0.7f), 0.4f, 0x6c8f3c, 5);
}

static gpointer school_build(Stage *stage)
{
    School *scene = stage_own(stage, g_new0(School, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(-0.6f, -0.5f, 0.7f));
    light->sun = vec(2.5f, 2.4f, 2.15f);
    light->haze_m = 900;
    light->exposure = 1.22f;
    light->drift_px = 30;
    stage_look(stage, vec(-13, -31, 15), vec(0.5f, 10, 1.5f), 56);
    scene->kit = vehicle_kit(stage);
    scene->flag = stage_skin(stage, 3, 2, 50, draw_red, NULL);
    scene->yellow = vehicle_paint(stage, 0xe8a818);
    scene->paint = vehicle_paint(stage, 0xe4e5e2);
    scene->boom_red = stage_paint(stage, 0xd0281c, 0);
    scene->boom_white = stage_paint(stage, 0xeeeeea, 0);
    scene->steel = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0xd5dadd), .gloss = 0.1f });
    Material text = *stage_skin(stage, 8, 0.7f, 50, draw_led_text, "平安校园 文明接送 ");
    text.glow = 1.4f;
    scene->text = stage_material(stage, text);
    Material ground = *stage_skin(stage, 90, 100, 24, draw_school_ground, NULL);
    ground.grain = 0.2f;
    ground.grain_m = 0.4f;
    part_floor(stage, -45, -25, 45, 75, 0, stage_material(stage, ground));
    part_floor(stage, -300, -60, 300, 400, -0.05f, stage_paint(stage, 0x89906a, 0.4f));
    school_gate(stage);
    school_yard(stage);
    stage_bake(stage, vec(0, 16, 0), 110);
    return scene;
}

/* Lattice that folds to the right; open_share 1 is folded away. */
static void school_folding_gate(Stage *stage, const School *scene, float open_share)
{
    enum { PARTS = 11 };
    float left = mixf(0.6f, 5.2f, open_share), step = (7.4f - left) / PARTS;
    for (int i = 0; i < PARTS; i++) {
        float x = left + (float)i * step;
        part_bar(stage, vec(x, 0.6f, 0.1f), vec(x, 0.6f, 1.5f), 0.1f, scene->steel);
        part_bar(stage, vec(x, 0.6f, 0.3f), vec(x + step, 0.6f, 1.35f), 0.06f, scene->steel);
        part_bar(stage, vec(x, 0.6f, 1.35f), vec(x + step, 0.6f, 0.3f), 0.06f, scene->steel);
    }
    part_box(stage, vec(left - 0.5f, 0.3f, 0), vec(left, 0.9f, 1.7f), scene->boom_red);
}

static void school_boom(Stage *stage, const School *scene, float open_share)
{
    part_box(stage, vec(-6.9f, -2.3f, 0), vec(-6.4f, -1.8f, 1.15f), scene->yellow);
    stage_push(stage);
    stage_move(stage, -6.65f, -2.05f, 1);
    stage_roll(stage, -84 * open_share);
    for (int i = 0; i < 7; i++)
        part_box(stage, vec((float)i, -0.05f, -0.06f), vec((float)i + 1, 0.05f, 0.06f),
                 i % 2 ? scene->boom_white : scene->boom_red);
    stage_pop(stage);
}

static void school_move(Stage *stage, gpointer data, float time)
{
    const School *scene = data;
    static const Stop way[] = { { 46, -11.3f }, { 10, -11.3f }, { 4.6f, -10.6f }, { 0.8f, -8.6f },
                                { -1.4f, -5 },  { -1.8f, 0 },   { -1.8f, 14 },    { 1, 21 },
                                { 7, 25.5f },   { 15, 27 },     { 100, 27 } };
    static const Key travel[] = { { -0.02f, 0 }, { 0.2f, 30 }, { 0.3f, 44.2f }, { 0.4f, 45.2f },
                                  { 0.52f, 49 }, { 0.7f, 63 }, { 0.86f, 84 },   { 1, 140 } };
    float open_share = smooth_step(0.3f, 0.42f, time) * (1 - smooth_step(0.72f, 0.86f, time));
    stage_scroll(stage, time, 0);
    part_wall(stage, 10, -1.95f, 13.6f, -1.95f, 2.5f, 2.86f, scene->text);
    stage_scroll(stage, 0, 0);
    stage_cast(stage, 0);
    part_flag(stage, vec(-3, 24, 11.3f), 3, 2, time, scene->flag);
    school_folding_gate(stage, scene, open_share);
    school_boom(stage, scene, open_share);
    float x, y, heading;
    vehicle_follow(way, G_N_ELEMENTS(way), vehicle_travel(travel, G_N_ELEMENTS(travel), time), &x,
                   &y, &heading);
    stage_push(stage);
    stage_move(stage, x, y, 0);
    stage_turn(stage, heading);
    stage_size(stage, 1.25f, 1.5f, 1.3f);
    vehicle_van(stage, scene->kit, (Livery) { scene->yellow, time > 0.2f && time < 0.42f, FALSE });
    stage_pop(stage);
    stage_push(stage);
    stage_move(stage, -50 + 110 * time, -16.8f, 0);
    stage_turn(stage, -90);
    vehicle_car(stage, scene->kit, (Livery) { scene->paint, FALSE, FALSE });
    stage_pop(stage);
}

const SceneDrawing scene_school = { school_build, school_move, NULL };
