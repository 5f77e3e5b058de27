/* scene_village.c - drawn cameras in a village: its gate with a stone bridge, the market street */
#include "tests/support/scene_houses.h"
#include "tests/support/scene_list.h"
#include "tests/support/scene_parts.h"
#include "tests/support/scene_vehicles.h"

/* ---- village gate: an arch with curved roofs, a brook with a small stone bridge, blossom, white
 * houses ---- */

typedef struct {
    const VehicleKit *kit;
    const Material *paint, *lantern, *gold;
} Village;

static void draw_village_ground(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_plan(cr, -45, 70);
    skin_source_noise(cr, 0x66793a, 0x8a9a52, 0.9);
    cairo_paint(cr);
    skin_source_noise(cr, 0xa79c8a, 0xbdb29e, 0.6);
    cairo_move_to(cr, -5, -30);
    cairo_line_to(cr, 5, -30);
    cairo_line_to(cr, 4, 20);
    cairo_curve_to(cr, 4, 40, 10, 48, 24, 70);
    cairo_line_to(cr, 14, 70);
    cairo_curve_to(cr, 0, 50, -4, 40, -4, 20);
    cairo_close_path(cr);
    cairo_fill(cr);
    cairo_rectangle(cr, -14, 2, 30, 14);
    cairo_fill(cr);
    skin_source(cr, 0x6f6555, 0.4);
    cairo_set_line_width(cr, 0.05);
    for (double at = -14; at < 17; at += 1.1) {
        cairo_move_to(cr, at, 2);
        cairo_line_to(cr, at, 16);
    }
    for (double at = 2; at < 16; at += 1.1) {
        cairo_move_to(cr, -14, at);
        cairo_line_to(cr, 16, at);
    }
    cairo_stroke(cr);
    skin_source_noise(cr, 0x7a6a4c, 0x94815c, 0.7);
    cairo_rectangle(cr, 16, 12, 30, 24);
    cairo_fill(cr);
    for (double y = 12.5; y < 36; y += 1.1)
        for (double x = 16.4; x < 44; x += 0.8) {
            skin_source(cr, ((int)(x * 3) + (int)y) % 3 ? 0x6f9a3c : 0x88b04a, 0.95);
            cairo_arc(cr, x, y, 0.33, 0, 2 * G_PI);
            cairo_fill(cr);
        }
}

static void draw_plaque(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0x1f2c4a);
    skin_source(cr, 0xc99a3a, 1);
    cairo_set_line_width(cr, 0.1);
    cairo_rectangle(cr, 0.08, 0.08, width_m - 0.16, height_m - 0.16);
    cairo_stroke(cr);
    skin_text(cr, user, width_m / 2, height_m / 2, height_m * 0.72, 0xf3cf6a);
}

/* Hip roof over a long beam: a square curved roof, stretched. */
static void gate_roof(Stage *stage, float x, float z, float half_x, float half_y, float height,
                      const Material *roof, const Material *ridge)
{
    stage_push(stage);
    stage_move(stage, x, 0, z);
    stage_size(stage, half_x / half_y, 1, 1);
    part_curved_roof(stage, half_y, 0, height, roof);
    stage_pop(stage);
    part_box(stage, vec(x - half_x * 0.45f, -0.12f, z + height - 0.15f),
             vec(x + half_x * 0.45f, 0.12f, z + height + 0.2f), ridge);
}

static void village_arch(Stage *stage)
{
    const Material *stone = stage_paint(stage, 0xc2b8a6, 0.2f),
                   *pillar = stage_paint(stage, 0xa5281d, 0.08f);
    const Material *roof = stage_paint(stage, 0x5a686c, 0.35f),
                   *ridge = stage_paint(stage, 0xd8d2c2, 0.1f);
    const Material *beam = stage_paint(stage, 0x2a6f68, 0.1f),
                   *gold = stage_paint(stage, 0xc79a3e, 0.1f);
    static const float pillars[] = { -7.6f, -3.9f, 3.9f, 7.6f };
    for (int i = 0; i < 4; i++) {
        float height = i == 1 || i == 2 ? 7.4f : 5.6f;
        part_box(stage, vec(pillars[i] - 0.75f, -0.75f, 0), vec(pillars[i] + 0.75f, 0.75f, 1.1f),
                 stone);
        part_cylinder(stage, vec(pillars[i], 0, 1.1f), height - 1.1f, 0.38f, 0.36f, 10, pillar);
    }
    part_box(stage, vec(-4.2f, -0.3f, 5.4f), vec(4.2f, 0.3f, 6), beam);
    part_box(stage, vec(-4.2f, -0.25f, 6), vec(4.2f, 0.25f, 7.4f), pillar);
    part_wall(stage, -2.6f, -0.3f, 2.6f, -0.3f, 6.0f, 7.4f,
              stage_skin(stage, 5.2f, 1.4f, 60, draw_plaque, "小石桥村"));
    gate_roof(stage, 0, 7.4f, 5.2f, 1.9f, 1.5f, roof, ridge);
    for (int side = -1; side <= 1; side += 2) {
        float x0 = side < 0 ? -7.9f : 3.9f, x1 = side < 0 ? -3.9f : 7.9f;
        part_box(stage, vec(x0, -0.28f, 4.2f), vec(x1, 0.28f, 4.7f), beam);
        part_box(stage, vec(x0, -0.22f, 4.7f), vec(x1, 0.22f, 5.5f), gold);
        gate_roof(stage, (float)side * 5.9f, 5.5f, 3, 1.6f, 1.1f, roof, ridge);
    }
}

static void village_brook(Stage *stage)
{
    const Material *stone = stage_paint(stage, 0xaaa294, 0.3f);
    part_floor(stage, -80, -14.5f, 80, -8.5f, -1.1f,
               stage_material(stage, (Material) { .kind = MATERIAL_WATER }));
    for (int side = 0; side < 2; side++) {
        float y = side ? -8.5f : -14.5f;
        part_box(stage, vec(-80, y - 0.35f, -2), vec(-4.6f, y + 0.35f, 0.2f), stone);
        part_box(stage, vec(4.6f, y - 0.35f, -2), vec(80, y + 0.35f, 0.2f), stone);
    }
    for (int i = 0; i < 12; i++) { /* the bridge's back is round */
        float y0 = -16 + (float)i * 0.75f, y1 = y0 + 0.75f;
        float z0 = 0.9f * sinf(((float)i) / 12 * 3.1416f),
              z1 = 0.9f * sinf(((float)i + 1) / 12 * 3.1416f);
        stage_face(stage,
                   (Vec[]) { vec(-4.4f, y0, z0), vec(4.4f, y0, z0), vec(4.4f, y1, z1),
                             vec(-4.4f, y1, z1) },
                   4, stone);
        for (int side = -1; side <= 1; side += 2) {
            float x = (float)side * 4.4f;
            stage_face(stage,
                       (Vec[]) { vec(x, y0, -1.2f + z0), vec(x, y1, -1.2f + z1),
                                 vec(x, y1, z1 + 0.95f), vec(x, y0, z0 + 0.95f) },
                       4, stone);
            if (i % 3 == 0)
                part_box(stage, vec(x - 0.2f, y0 - 0.2f, 0), vec(x + 0.2f, y0 + 0.2f, z0 + 1.35f),
                         stone);
        }
    }
}

static void village_pavilion(Stage *stage)
{
    const Material *pillar = stage_paint(stage, 0x8a3a26, 0.1f),
                   *stone = stage_paint(stage, 0xb9b2a4, 0.2f);
    const Material *roof = stage_paint(stage, 0x4f5c60, 0.35f),
                   *beam = stage_paint(stage, 0x2a6f68, 0.1f);
    stage_push(stage);
    stage_move(stage, 12.5f, 6.5f, 0);
    stage_turn(stage, 20);
    part_cylinder(stage, vec(0, 0, 0), 0.4f, 3.4f, 3.4f, 6, stone);
    for (int i = 0; i < 6; i++) {
        float a = (float)i * 1.0472f, b = a + 1.0472f;
        Vec foot = vec(2.6f * cosf(a), 2.6f * sinf(a), 0.4f),
            next = vec(2.6f * cosf(b), 2.6f * sinf(b), 0.4f);
        part_cylinder(stage, foot, 3, 0.15f, 0.15f, 8, pillar);
        part_bar(stage, vec(foot.x, foot.y, 3.2f), vec(next.x, next.y, 3.2f), 0.34f, beam);
        if (i != 3)
            part_bar(stage, vec(foot.x, foot.y, 0.85f), vec(next.x, next.y, 0.85f), 0.22f, pillar);
    }
    part_curved_roof(stage, 3.4f, 3.4f, 2.2f, roof);
    stage_ball(stage, vec(0, 0, 5.7f), 0.3f, vec(0, 0, 1), roof);
    part_cylinder(stage, vec(0, 0, 0.4f), 0.7f, 0.5f, 0.7f, 8, stone);
    stage_pop(stage);
}

/* White walls, grey tiles, as the villages around have them. */
static void tiled_house(Stage *stage, float x0, float y0, float x1, float y1, float height,
                        guint32 wall_rgb)
{
    const Material *wall = stage_paint(stage, wall_rgb, 0.16f),
                   *roof = stage_paint(stage, 0x565c5e, 0.45f);
    const Material *window = stage_paint(stage, 0x4a3526, 0.1f),
                   *band = stage_paint(stage, 0x8a7a66, 0.25f);
    part_box_sides(stage, vec(x0, y0, 0), vec(x1, y1, height),
                   (BoxSides) { wall, wall, wall, wall, NULL });
    part_box(stage, vec(x0 - 0.04f, y0 - 0.04f, 0), vec(x1 + 0.04f, y1 + 0.04f, 0.9f), band);
    part_gable(stage, x0, y0, x1, y1, height, 1.9f, roof, wall);
    for (float z = 1.3f; z + 1.4f < height; z += 2.8f)
        for (float x = x0 + 1; x + 1.1f < x1; x += 2.6f)
            part_wall(stage, x, y0 - 0.05f, x + 1.1f, y0 - 0.05f, z, z + 1.3f, window);
}

static float village_hills(float x, float y)
{
    return -3 + smooth_step(62, 210, y) * (18 + 92 * noise_fractal(x * 0.01f + 5, y * 0.008f, 4));
}

static gpointer village_build(Stage *stage)
{
    Village *scene = stage_own(stage, g_new0(Village, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(-0.65f, -0.45f, 0.55f));
    light->sun = vec(2.7f, 2.35f, 1.85f);
    light->haze = vec(0.74f, 0.76f, 0.76f);
    light->haze_m = 640;
    light->exposure = 1.22f;
    light->saturation = 1.12f;
    light->tint = vec(1.02f, 1, 0.96f);
    light->water_z = -1.1f;
    light->water = vec(0.03f, 0.05f, 0.04f);
    light->wave_m = 1.6f;
    light->wave_slope = 0.1f;
    stage_look(stage, vec(-13, -32, 13), vec(1.5f, 4, 2), 56);
    scene->kit = vehicle_kit(stage);
    scene->paint = vehicle_paint(stage, 0x3b6fa8);
    scene->lantern = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0xd3211a), .glow = 0.25f });
    scene->gold = stage_paint(stage, 0xd8a83a, 0);
    Material ground = *stage_skin(stage, 90, 78, 24, draw_village_ground, NULL);
    ground.grain = 0.25f;
    ground.grain_m = 0.5f;
    part_floor(stage, -45, -8.2f, 45, 69.8f, 0, stage_material(stage, ground));
    part_floor(stage, -45, -60, 45, -14.8f, 0, stage_paint(stage, 0x8a9a58, 0.45f));
    part_floor(stage, -4.2f, -60, 4.2f, -15.8f, 0.02f, stage_paint(stage, 0xb2a793, 0.3f));
    part_floor(stage, -300, -200, 300, 400, -3, stage_paint(stage, 0x76854a, 0.4f));
    village_brook(stage);
    village_arch(stage);
    village_pavilion(stage);
    const float houses[][5] = { { -26, 18, -14, 26, 5.6f }, { -40, 26, -28, 35, 5.8f },
                                { -22, 34, -9, 43, 6 },     { 8, 40, 18, 48, 5.6f },
                                { -42, 44, -26, 53, 5.8f }, { 22, 46, 34, 55, 6 },
                                { -12, 54, 2, 62, 6 },      { 36, 40, 46, 48, 5 } };
    for (guint i = 0; i < G_N_ELEMENTS(houses); i++)
        tiled_house(stage, houses[i][0], houses[i][1], houses[i][2], houses[i][3], houses[i][4],
                    i % 3 == 1 ? 0xd9b98a : 0xece8de);
    Dice dice = 12;
    part_tree(stage, -13, 7, 0, (Tree) { 8, 3.9f, 0xe0a6b4, 1.6f, 15 });
    part_tree(stage, -20, 11, 0, (Tree) { 6, 2.6f, 0xe3b4bf, 1.6f, 16 });
    part_tree(stage, 19, 2, 0, (Tree) { 6.5f, 2.7f, 0xdfa0b0, 1.6f, 17 });
    for (int i = 0; i < 12; i++)
        part_tree(stage, dice_range(&dice, -44, 44), dice_range(&dice, 40, 64), 0,
                  (Tree) { dice_range(&dice, 6, 10), dice_range(&dice, 2.2f, 3.4f), 0x567035, 1,
                           (Dice)(i + 30) });
    part_land(stage, -300, 60, 300, 400, 50, village_hills, stage_paint(stage, 0x697a45, 0.45f));
    part_wood(stage, village_hills, (Wood) { -170, 70, 170, 260, 2, 5, 3200, 0x4f6a36, 4 });
    part_hedge(stage, vec(-14, 1, 0), vec(-9, 2, 0.6f), 0.35f, 0x6c8f3c, 4);
    part_hedge(stage, vec(9, 1, 0), vec(16, 2, 0.6f), 0.35f, 0xc2506a, 5);
    stage_bake(stage, vec(0, 18, 0), 110);
    return scene;
}

static void village_lantern(Stage *stage, const Village *scene, float x, float z, float swing)
{
    stage_push(stage);
    stage_move(stage, x, 0, z);
    stage_roll(stage, swing);
    part_bar(stage, vec(0, 0, -0.5f), vec(0, 0, 0), 0.04f, scene->gold);
    static const Section body[] = { { -0.42f, -1.1f, -0.8f, 0.2f, 0.2f },
                                    { -0.2f, -1.28f, -0.62f, 0.38f, 0.38f },
                                    { 0.2f, -1.28f, -0.62f, 0.38f, 0.38f },
                                    { 0.42f, -1.1f, -0.8f, 0.2f, 0.2f } };
    part_loft(stage, body, G_N_ELEMENTS(body), scene->lantern, scene->lantern);
    part_box(stage, vec(-0.18f, -0.18f, -0.64f), vec(0.18f, 0.18f, -0.54f), scene->gold);
    part_bar(stage, vec(0, 0, -1.75f), vec(0, 0, -1.25f), 0.09f, scene->gold);
    stage_pop(stage);
}

static void village_move(Stage *stage, gpointer data, float time)
{
    const Village *scene = data;
    static const float lanterns[][2] = { { -6.9f, 4.2f }, { -4.9f, 4.2f }, { -2.6f, 5.4f },
                                         { 2.6f, 5.4f },  { 4.9f, 4.2f },  { 6.9f, 4.2f } };
    for (guint i = 0; i < G_N_ELEMENTS(lanterns); i++)
        village_lantern(stage, scene, lanterns[i][0], lanterns[i][1],
                        7 * sinf(6.28319f * (3 * time + (float)i * 0.13f)));
    static const Stop way[] = { { 1.8f, -48 }, { 1.8f, 22 }, { 2.6f, 32 },
                                { 5, 41 },     { 10, 52 },   { 22, 74 } };
    static const Key travel[] = { { 0, 0 }, { 0.3f, 30 }, { 0.5f, 46 }, { 1, 128 } };
    float x, y, heading, length = vehicle_travel(travel, G_N_ELEMENTS(travel), time);
    vehicle_follow(way, G_N_ELEMENTS(way), length, &x, &y, &heading);
    float hump = y > -16 && y < -7 ? 0.9f * sinf((y + 16) / 9 * 3.1416f) : 0;
    stage_cast(stage, hump);
    stage_push(stage);
    stage_move(stage, x, y, hump + 0.03f);
    stage_turn(stage, heading);
    if (y > -16 && y < -7)
        stage_tilt(stage, 18 * cosf((y + 16) / 9 * 3.1416f));
    vehicle_van(stage, scene->kit, (Livery) { scene->paint, FALSE, FALSE });
    stage_pop(stage);
}

const SceneDrawing scene_village = { village_build, village_move, NULL };

/* ---- market: a street of stalls under striped awnings, bunting, a delivery van ---- */

enum { STALLS = 9 };

typedef struct {
    const VehicleKit *kit;
    const Material *paint, *bulb, *wire, *pennants[5];
} Market;

static void draw_market_ground(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_plan(cr, -25, 75);
    skin_source_noise(cr, 0x8d8577, 0xa59c8c, 0.5);
    cairo_paint(cr);
    skin_source(cr, 0x5d5548, 0.45);
    cairo_set_line_width(cr, 0.05);
    for (int row = 0; row < 110; row++) {
        double y = -30 + row;
        cairo_move_to(cr, -25, y);
        cairo_line_to(cr, 25, y);
        for (double x = -25 + row % 2 * 0.75; x < 25; x += 1.5) {
            cairo_move_to(cr, x, y);
            cairo_line_to(cr, x, y + 1);
        }
    }
    cairo_stroke(cr);
    Dice dice = 44;
    for (int i = 0; i < 40; i++) {
        skin_source(cr, 0x3f3a33, 0.22);
        cairo_arc(cr, dice_range(&dice, -6, 6), dice_range(&dice, -30, 75),
                  dice_range(&dice, 0.3f, 1.6f), 0, 2 * G_PI);
        cairo_fill(cr);
    }
}

static void draw_awning(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    const guint32 *rgb = user;
    skin_box(cr, 0, 0, width_m, height_m, 0xefe9dc);
    for (double x = 0; x < width_m; x += 0.8)
        skin_box(cr, x, 0, 0.4, height_m, *rgb);
    skin_source(cr, 0x3a3026, 0.12);
    for (int i = 0; i < 8; i++)
        cairo_rectangle(cr, noise_hash(i, 3) * width_m, 0, 0.3, height_m * noise_hash(i, 9));
    cairo_fill(cr);
}

/* Crates of goods, a heap of balls on each. */
static void market_goods(Stage *stage, float x0, float x1, float y0, float y1, Dice dice)
{
    static const guint32 goods[] = { 0xd8472a, 0xe08a24, 0xe7c33c, 0x6fa03a, 0x8c2f3c,
                                     0x4f8a3a, 0xd9d4b8, 0xb6562c, 0x7a4a8c };
    const Material *crate = stage_paint(stage, 0x9c7a4e, 0.25f),
                   *cloth = stage_paint(stage, 0x3f6a8c, 0.15f);
    part_box(stage, vec(x0, y0, 0), vec(x1, y1, 0.62f), cloth);
    for (float y = y0 + 0.12f; y + 0.7f < y1; y += 0.82f)
        for (float x = x0 + 0.08f; x + 0.6f < x1; x += 0.72f) {
            const Material *good =
                stage_paint(stage, goods[(int)dice_range(&dice, 0, G_N_ELEMENTS(goods))], 0.1f);
            part_box(stage, vec(x, y, 0.62f), vec(x + 0.64f, y + 0.74f, 0.82f), crate);
            for (int i = 0; i < 16; i++)
                stage_ball(stage,
                           vec(x + dice_range(&dice, 0.1f, 0.54f),
                               y + dice_range(&dice, 0.1f, 0.64f),
                               0.82f + dice_range(&dice, 0, 0.12f)),
                           0.11f, vec(0, 0, 1), good);
        }
}

static void market_stall(Stage *stage, int side, float y, guint32 rgb, Dice dice)
{
    float s = (float)side, length = 5.6f, inner = s * 3.3f, outer = s * 6.6f;
    const Material *pole = stage_paint(stage, 0xa9adb0, 0.05f),
                   *awning = stage_skin(stage, length, 3.6f, 40, draw_awning, &rgb);
    float high = dice_range(&dice, 3.1f, 3.5f), low = high - 0.9f;
    for (int end = 0; end < 2; end++) {
        float at = y + 0.1f + (float)end * (length - 0.2f);
        part_bar(stage, vec(inner + s * 0.1f, at, 0), vec(inner + s * 0.1f, at, low), 0.09f, pole);
        part_bar(stage, vec(outer, at, 0), vec(outer, at, high), 0.09f, pole);
    }
    Vec a = vec(inner, y, low), b = vec(inner, y + length, low), c = vec(outer, y + length, high),
        d = vec(outer, y, high);
    if (side > 0)
        stage_face(stage, (Vec[]) { b, a, d, c }, 4, awning);
    else
        stage_face(stage, (Vec[]) { a, b, c, d }, 4, awning);
    stage_face(stage, (Vec[]) { a, b, vec(b.x, b.y, b.z - 0.35f), vec(a.x, a.y, a.z - 0.35f) }, 4,
               awning);
    market_goods(stage, MIN(inner + s * 0.2f, outer - s * 1.2f),
                 MAX(inner + s * 0.2f, outer - s * 1.2f), y + 0.3f, y + length - 0.3f, dice);
}

static gpointer market_build(Stage *stage)
{
    static const guint32 awnings[] = { 0xb8322a, 0x2c5f9c, 0x2f7d4f, 0xc9762a, 0x2c5f9c,
                                       0xb8322a, 0x7a3a6c, 0x2f7d4f, 0xb8322a };
    static const guint32 flags[] = { 0xd8342a, 0xe8b83a, 0x3a8a4f, 0x2f6fb0, 0xe07a2a };
    Market *scene = stage_own(stage, g_new0(Market, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(-0.55f, 0.25f, 0.8f));
    light->sun = vec(2.4f, 2.1f, 1.6f);
    light->zenith = vec(0.5f, 0.55f, 0.62f);
    light->horizon = vec(0.62f, 0.62f, 0.6f);
    light->bounce = vec(0.3f, 0.26f, 0.2f);
    light->haze = vec(0.78f, 0.74f, 0.66f);
    light->haze_m = 420;
    light->saturation = 1.18f;
    light->exposure = 1.3f;
    light->tint = vec(1.04f, 1, 0.94f);
    stage_look(stage, vec(0.6f, -19, 8.2f), vec(-0.1f, 12, 1), 58);
    scene->kit = vehicle_kit(stage);
    scene->paint = vehicle_paint(stage, 0xdfe1de);
    scene->wire = stage_paint(stage, 0x3a3a3a, 0);
    scene->bulb = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0xffe2a0), .glow = 2.5f });
    for (int i = 0; i < 5; i++)
        scene->pennants[i] = stage_paint(stage, flags[i], 0);
    Material ground = *stage_skin(stage, 50, 105, 28, draw_market_ground, NULL);
    ground.grain = 0.25f;
    ground.grain_m = 0.4f;
    part_floor(stage, -25, -30, 25, 75, 0, stage_material(stage, ground));
    part_floor(stage, -200, -60, 200, 300, -0.05f, stage_paint(stage, 0x948c7e, 0.3f));
    for (int i = 0; i < STALLS; i++) {
        market_stall(stage, -1, -11 + (float)i * 6.3f, awnings[i], (Dice)(i * 5 + 3));
        market_stall(stage, 1, -13 + (float)i * 6.5f, awnings[(i * 4 + 3) % 9], (Dice)(i * 7 + 11));
    }
    Dice dice = 91;
    for (int i = 0; i < 9; i++) { /* what did not fit under the awnings */
        float y = -8 + (float)i * 6.1f, s = i % 2 ? 1.0f : -1.0f,
              x = s * dice_range(&dice, 2.1f, 2.5f);
        market_goods(stage, x - 0.8f, x + 0.8f, y, y + dice_range(&dice, 1.8f, 2.7f),
                     (Dice)(i + 61));
    }
    /* clang-format off */
    const House houses[] = {
        { -20, -14, -9, 12, 3, 0, 0xd9cdb9, 0xb9a78f, 0x8f8378, { "北城粮油", "干货", NULL },
          { 0xb3382c, 0x2f8f62 }, HOUSE_BALCONIES | HOUSE_ALONG_Y, 41 },
        { -20, 12.5f, -9, 34, 4, 0, 0xc9d0cf, 0x9aa5a6, 0x8f8378, { "日杂", NULL },
          { 0x2a5fa0 }, HOUSE_BALCONIES | HOUSE_ALONG_Y, 42 },
        { -20, 35, -9, 60, 3, 0, 0xd8c0a6, 0xb39a7e, 0x8f8378, { "茶叶", "土杂", NULL },
          { 0x2f8f62, 0x9c2f2a }, HOUSE_BALCONIES | HOUSE_ALONG_Y, 43 },
        { 9, -16, 20, 8, 3, 0, 0xd3d0c6, 0xa8a498, 0x8f8378, { "水果批发", NULL },
          { 0x9c2f2a }, HOUSE_BALCONIES | HOUSE_ALONG_Y, 44 },
        { 9, 8.5f, 20, 30, 4, 0, 0xddc9ae, 0xb8a184, 0x8f8378, { "肉类", "豆制品", NULL },
          { 0xb3382c, 0x2a5fa0 }, HOUSE_BALCONIES | HOUSE_ALONG_Y, 45 },
        { 9, 31, 20, 60, 3, 0, 0xc6ccd0, 0x98a2a8, 0x8f8378, { "蔬菜", NULL },
          { 0x2f8f62 }, HOUSE_BALCONIES | HOUSE_ALONG_Y, 46 },
        { -9, 66, 12, 78, 4, 0, 0xe0d3bf, 0xb03a2c, 0x8f8378, { "北城农贸市场", "北城农贸市场", NULL },
          { 0xb02a20, 0xb02a20 }, 0, 47 },
    };
    /* clang-format on */
    for (guint i = 0; i < G_N_ELEMENTS(houses); i++)
        house_build(stage, &houses[i]);
    stage_bake(stage, vec(0, 20, 0), 90);
    return scene;
}

static void market_bunting(Stage *stage, const Market *scene, float y, float time)
{
    enum { FLAGS = 17 };
    for (int i = 0; i < FLAGS; i++) {
        float x0 = -8.5f + (float)i, x1 = x0 + 0.85f,
              swing = sinf(6.28319f * (4 * time + (float)i * 0.17f + y * 0.1f));
        float z0 = 5.6f + 0.012f * x0 * x0, z1 = 5.6f + 0.012f * x1 * x1;
        stage_face(stage,
                   (Vec[]) { vec(x0, y, z0), vec((x0 + x1) / 2, y + 0.28f * swing, z0 - 0.75f),
                             vec(x1, y, z1) },
                   3, scene->pennants[i % 5]);
        part_bar(stage, vec(x0, y, z0), vec(x0 + 1, y, 5.6f + 0.012f * (x0 + 1) * (x0 + 1)), 0.03f,
                 scene->wire);
    }
}

static void market_move(Stage *stage, gpointer data, float time)
{
    const Market *scene = data;
    for (int i = 0; i < 4; i++)
        market_bunting(stage, scene, 2 + (float)i * 13, time);
    for (int side = -1; side <= 1; side += 2)
        for (int i = 0; i < 8; i++) {
            float x = (float)side * 3.9f, y = -7 + (float)i * 6.4f,
                  swing = 0.09f * sinf(6.28319f * (3 * time + (float)i * 0.21f));
            part_bar(stage, vec(x + swing, y, 2.1f), vec(x, y, 2.75f), 0.03f, scene->wire);
            stage_ball(stage, vec(x + swing, y, 2.05f), 0.13f, vec(0, 0, 1), scene->bulb);
        }
    stage_cast(stage, 0);
    stage_push(stage);
    stage_move(stage, 0.7f, 72 - 104 * time, 0);
    stage_turn(stage, 180);
    vehicle_van(stage, scene->kit, (Livery) { scene->paint, FALSE, TRUE });
    stage_pop(stage);
}

const SceneDrawing scene_market = { market_build, market_move, NULL };
