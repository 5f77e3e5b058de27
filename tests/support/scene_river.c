/* scene_river.c - drawn cameras over a river: a sluice with open gates, a bridge with traffic */
#include "tests/support/scene_houses.h"
#include "tests/support/scene_list.h"
#include "tests/support/scene_parts.h"
#include "tests/support/scene_vehicles.h"

/* White streaks over green water that repeat in both directions. */
static void draw_fall(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    enum { WIDTH = 128, HEIGHT = 256 };
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
    guint32 *pixels = (guint32 *)(void *)cairo_image_surface_get_data(surface);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            float coarse = noise_looped((float)x / 8, (float)y / 64, 16, 4);
            float fine = noise_looped((float)x / 2 + 3, (float)y / 16 + 5, 64, 16);
            float share = smooth_step(0.22f, 0.62f, coarse * 0.55f + fine * 0.45f);
            guint32 r = (guint32)mixf(0x7c, 0xf4, share), g = (guint32)mixf(0x90, 0xf7, share);
            pixels[y * WIDTH + x] = r << 16 | g << 8 | (guint32)mixf(0x88, 0xf7, share);
        }
    cairo_surface_mark_dirty(surface);
    cairo_scale(cr, width_m / WIDTH, height_m / HEIGHT);
    cairo_set_source_surface(cr, surface, 0, 0);
    cairo_paint(cr);
    cairo_surface_destroy(surface);
}

static const Material *make_water(Stage *stage)
{
    return stage_material(stage, (Material) { .kind = MATERIAL_WATER });
}

static void draw_stones(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_source_noise(cr, 0x8f8d84, 0xaaa79c, 0.8);
    cairo_paint(cr);
    skin_source(cr, 0x55534c, 0.5);
    cairo_set_line_width(cr, 0.06);
    for (double y = 0; y < height_m; y += 0.8) {
        cairo_move_to(cr, 0, y);
        cairo_line_to(cr, width_m, y);
        for (double x = (int)(y / 0.8) % 2 * 0.6; x < width_m; x += 1.2) {
            cairo_move_to(cr, x, y);
            cairo_line_to(cr, x, y + 0.8);
        }
    }
    cairo_stroke(cr);
}

/* Handrail from a to b at their height. */
static void railing(Stage *stage, Vec from, Vec to, const Material *material)
{
    Vec way = vec_sub(to, from);
    int posts = (int)(vec_length(way) / 2);
    for (int i = 0; i <= posts; i++) {
        Vec foot = vec_add_scaled(from, way, (float)i / (float)posts);
        part_bar(stage, foot, vec(foot.x, foot.y, foot.z + 1.1f), 0.09f, material);
    }
    for (int i = 1; i <= 2; i++) {
        Vec up = vec(0, 0, 0.54f * (float)i);
        part_bar(stage, vec_add(from, up), vec_add(to, up), 0.07f, material);
    }
}

/* ---- sluice: five bays across x, the water comes towards the viewer ---- */

enum { BAYS = 5 };
static const float bay_m = 7.4f, pier_m = 1.5f, fall_m = 8;

typedef struct {
    const Material *fall;
} Sluice;

static float bay_x(int i)
{
    return ((float)i - BAYS / 2.0f) * bay_m;
}

static void draw_gatehouse(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0xe9e7df);
    skin_box(cr, 0, height_m - 0.5, width_m, 0.5, 0x9fa6a6);
    for (double x = 0.9; x + 1.6 < width_m; x += 2.45) {
        skin_box(cr, x - 0.1, 1.2, 1.8, 1.9, 0xc2c6c4);
        skin_box(cr, x, 1.3, 1.6, 1.7, 0x34444f);
        skin_source(cr, 0x8ea6b4, 0.5);
        cairo_rectangle(cr, x, 1.3, 1.6, 0.7);
        cairo_fill(cr);
        skin_box(cr, x + 0.77, 1.3, 0.06, 1.7, 0xc2c6c4);
    }
}

static void draw_sluice_sign(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_text(cr, "李  棋  水  闸", width_m / 2, height_m / 2, height_m * 0.92, 0xc1261b);
}

static void draw_gate(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0x2c5f92);
    for (double y = 0.2; y < height_m; y += 0.8)
        skin_box(cr, 0, y, width_m, 0.16, 0x1f4870);
    for (double x = 0.4; x < width_m; x += 1.2)
        skin_box(cr, x, 0, 0.14, height_m, 0x3d74aa);
    skin_source(cr, 0x5b4630, 0.35);
    cairo_rectangle(cr, 0, height_m * 0.75, width_m, height_m * 0.25);
    cairo_fill(cr);
}

static void draw_pier_gauge(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0xf0efe8);
    for (int i = 0; i * 0.25 < height_m; i++)
        skin_box(cr, i % 2 ? width_m * 0.5 : 0, i * 0.25, width_m * 0.5, 0.13, 0xc4261d);
}

static void sluice_structure(Stage *stage)
{
    const Material *stone = stage_paint(stage, 0xa7a59b, 0.3f),
                   *dark = stage_paint(stage, 0x5d5c55, 0.3f);
    const Material *gate = stage_skin(stage, bay_m - pier_m, 5, 30, draw_gate, NULL);
    const Material *gauge = stage_skin(stage, 0.6f, 5, 60, draw_pier_gauge, NULL);
    const Material *house = stage_skin(stage, BAYS * bay_m, 3.8f, 30, draw_gatehouse, NULL);
    const Material *roof = stage_paint(stage, 0x2f5f8f, 0.15f),
                   *white = stage_paint(stage, 0xe6e4dc, 0.08f);
    float left = bay_x(0) - pier_m, right = bay_x(BAYS) + pier_m;
    for (int i = 0; i <= BAYS; i++) {
        float x = bay_x(i);
        part_box(stage, vec(x - pier_m / 2, 4, -3), vec(x + pier_m / 2, 16, 7), stone);
        part_cylinder(stage, vec(x, 4, -3), 7.5f, pier_m / 2, pier_m / 2, 10, stone);
        part_box(stage, vec(x - pier_m / 2, 8.5f, 7), vec(x + pier_m / 2, 12, 10.4f), white);
        if (i == 4)
            part_wall(stage, x + pier_m / 2 - 1.1f, 3.2f, x + pier_m / 2 - 0.5f, 3.2f, 0, 5, gauge);
    }
    for (int i = 0; i < BAYS; i++)
        part_wall(stage, bay_x(i) + pier_m / 2, 9.5f, bay_x(i + 1) - pier_m / 2, 9.5f, 1.7f, 6.7f,
                  gate);
    part_box(stage, vec(left, 12.2f, 6.2f), vec(right, 16.5f, 7), stone);
    part_box(stage, vec(left, 4.6f, 6.4f), vec(right, 8.2f, 7), stone);
    railing(stage, vec(left, 4.7f, 7), vec(right, 4.7f, 7), white);
    part_box(stage, vec(left, 8, 10.4f), vec(right, 12.6f, 10.8f), stone);
    part_box_sides(stage, vec(left + 0.6f, 8.4f, 10.8f), vec(right - 0.6f, 12.2f, 14.6f),
                   (BoxSides) { house, house, white, white, NULL });
    part_gable(stage, left + 0.3f, 8, right - 0.3f, 12.6f, 14.6f, 1.5f, roof, white);
    Material sign = *stage_skin(stage, 14, 1.7f, 40, draw_sluice_sign, NULL);
    sign.is_cut_out = TRUE;
    part_wall(stage, -7, 7.9f, 7, 7.9f, 14.9f, 16.6f, stage_material(stage, sign));
    part_box(stage, vec(left, 9.4f, -3), vec(right, 10, 0.2f), dark);
}

static void sluice_banks(Stage *stage)
{
    Material stones = *stage_skin(stage, 6, 6, 30, draw_stones, NULL);
    stones.is_tiled = TRUE;
    stones.grain = 0.25f;
    stones.grain_m = 1.4f;
    const Material *slope = stage_material(stage, stones),
                   *grass = stage_paint(stage, 0x66794a, 0.5f);
    const Material *path = stage_paint(stage, 0xa9a69b, 0.2f),
                   *rail = stage_paint(stage, 0xdcdcd6, 0.05f);
    const float edge = BAYS * bay_m / 2 + 1.5f;
    for (int side = -1; side <= 1; side += 2) {
        float s = (float)side;
        stage_face(stage,
                   (Vec[]) { vec(s * edge, -60, -2), vec(s * edge, 90, -2),
                             vec(s * (edge + 8), 90, 5), vec(s * (edge + 8), -60, 5) },
                   4, slope);
        part_box(stage, vec(MIN(s * (edge + 8), s * (edge + 13)), -60, 4.6f),
                 vec(MAX(s * (edge + 8), s * (edge + 13)), 90, 5.02f), path);
        part_floor(stage, MIN(s * (edge + 13), s * 200), -60, MAX(s * (edge + 13), s * 200), 300,
                   4.9f, grass);
        railing(stage, vec(s * (edge + 8.3f), -40, 5), vec(s * (edge + 8.3f), 60, 5), rail);
        Dice dice = side > 0 ? 8 : 21;
        for (int i = 0; i < 9; i++) {
            Tree tree = { dice_range(&dice, 7, 10), dice_range(&dice, 2.6f, 3.6f),
                          i % 3 ? 0x5b7138 : 0x708044, 2, dice + 1 };
            part_tree(stage, s * (edge + dice_range(&dice, 15, 20)), -16 + (float)i * 10, 4.9f,
                      tree);
        }
    }
}

static float sluice_hills(float x, float y)
{
    return 2 + smooth_step(90, 260, y) * 70 * noise_fractal(x * 0.011f + 2, y * 0.008f, 4) +
           noise_at(x * 0.05f, y * 0.05f);
}

static gpointer sluice_build(Stage *stage)
{
    Sluice *scene = stage_own(stage, g_new0(Sluice, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(-0.35f, -0.5f, 0.85f));
    light->sun = vec(0.75f, 0.76f, 0.78f);
    light->zenith = vec(0.66f, 0.72f, 0.8f);
    light->horizon = vec(0.7f, 0.75f, 0.8f);
    light->sun_softness = 0.1f;
    light->cloud_cover = 0.9f;
    light->haze = vec(0.6f, 0.66f, 0.7f);
    light->haze_m = 520;
    light->water = vec(0.075f, 0.085f, 0.06f);
    light->wave_m = 2.4f;
    light->wave_slope = 0.2f;
    light->foam_y = 4;
    light->foam_m = 34;
    light->exposure = 1.5f;
    light->contrast = 1.22f;
    light->tint = vec(0.95f, 1, 1.06f);
    light->saturation = 0.92f;
    stage_look(stage, vec(15, -33, 17), vec(-3.2f, 8, 4.2f), 56);
    Material fall = *stage_skin(stage, 4, fall_m, 32, draw_fall, NULL);
    fall.is_tiled = TRUE;
    scene->fall = stage_material(stage, fall);
    part_floor(stage, -22, -60, 22, 9.6f, 0, make_water(stage));
    part_floor(stage, -22, 10, 22, 140, 3.4f,
               stage_material(stage, (Material) { .kind = MATERIAL_SOLID,
                                                  .colour = vec_rgb(0x4a5a50),
                                                  .gloss = 0.4f,
                                                  .grain = 0.1f,
                                                  .grain_m = 2 }));
    sluice_structure(stage);
    sluice_banks(stage);
    part_land(stage, -260, 130, 260, 420, 40, sluice_hills, stage_paint(stage, 0x5d6b45, 0.5f));
    part_wood(stage, sluice_hills, (Wood) { -150, 90, 150, 300, 1, 6, 2600, 0x4a5f36, 5 });
    stage_bake(stage, vec(0, 6, 0), 110);
    return scene;
}

/* The jet under a gate: flat where it comes out, then down to the water. along: where its skin is
 * by now. */
static void sluice_jet(Stage *stage, float x0, float x1, float swell, float along,
                       const Material *fall)
{
    static const float line[][2] = {
        { 9.4f, 1.9f }, { 7.6f, 1.75f }, { 6, 1.3f }, { 4.4f, 0.6f }, { 2.6f, 0 }
    };
    for (guint i = 0; i + 1 < G_N_ELEMENTS(line); i++) {
        float z0 = line[i][1] + (i > 0 ? swell : 0), z1 = line[i + 1][1] + (i < 3 ? swell : 0);
        stage_scroll(stage, x0 * 0.37f, along);
        along += hypotf(line[i][0] - line[i + 1][0], z0 - z1) / fall_m;
        stage_face(stage,
                   (Vec[]) { vec(x0, line[i + 1][0], z1), vec(x1, line[i + 1][0], z1),
                             vec(x1, line[i][0], z0), vec(x0, line[i][0], z0) },
                   4, fall);
    }
}

static void sluice_move(Stage *stage, gpointer data, float time)
{
    const Sluice *scene = data;
    for (int i = 0; i < BAYS; i++) {
        float x0 = bay_x(i) + pier_m / 2, x1 = bay_x(i + 1) - pier_m / 2;
        float swell = 0.1f * sinf(6.28319f * (time * 6 + (float)i * 0.3f));
        sluice_jet(stage, x0, x1, swell, -7 * time + (float)i * 0.21f, scene->fall);
    }
    stage_scroll(stage, 0, 0);
}

const SceneDrawing scene_sluice = { sluice_build, sluice_move, NULL };

/* ---- bridge: along x over the river, a pair of arches above its deck ---- */

static const float deck_z = 7.2f, arch_half = 33, arch_rise = 13;

typedef struct {
    const VehicleKit *kit;
    const Material *paints[6];
} Bridge;

static void draw_deck(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_source_noise(cr, 0x57595d, 0x6b6d70, 0.5);
    cairo_paint(cr);
    skin_box(cr, 0, 0, width_m, 2, 0xa8a298);
    skin_box(cr, 0, height_m - 2, width_m, 2, 0xa8a298);
    skin_source(cr, 0xdbb13a, 0.9);
    cairo_rectangle(cr, 0, height_m / 2 - 0.22, width_m, 0.14);
    cairo_rectangle(cr, 0, height_m / 2 + 0.08, width_m, 0.14);
    cairo_fill(cr);
    skin_source(cr, 0xdedcd2, 0.85);
    for (double x = 0; x < width_m; x += 7) {
        cairo_rectangle(cr, x, height_m / 2 - 3.6, 4, 0.14);
        cairo_rectangle(cr, x, height_m / 2 + 3.5, 4, 0.14);
    }
    cairo_fill(cr);
}

static float arch_z(float x)
{
    return deck_z + arch_rise * (1 - x * x / (arch_half * arch_half));
}

static void bridge_arches(Stage *stage)
{
    const Material *arch = stage_paint(stage, 0xc8452e, 0.08f),
                   *hanger = stage_paint(stage, 0xdfe2e2, 0);
    enum { PARTS = 22 };
    for (int side = 0; side < 2; side++) {
        float y = side ? 21.6f : 6.4f;
        for (int i = 0; i < PARTS; i++) {
            float x0 = -arch_half + 2 * arch_half * (float)i / PARTS,
                  x1 = -arch_half + 2 * arch_half * (float)(i + 1) / PARTS;
            part_bar(stage, vec(x0, y, arch_z(x0)), vec(x1, y, arch_z(x1)), 1.25f, arch);
            if (i > 1 && i < PARTS - 1)
                part_bar(stage, vec(x0, y, deck_z), vec(x0, y, arch_z(x0)), 0.14f, hanger);
        }
    }
    for (int i = -2; i <= 2; i++)
        part_bar(stage, vec((float)i * 7.5f, 6.4f, arch_z((float)i * 7.5f)),
                 vec((float)i * 7.5f, 21.6f, arch_z((float)i * 7.5f)), 0.7f, arch);
}

static void bridge_deck(Stage *stage)
{
    const Material *stone = stage_paint(stage, 0xb5b2a8, 0.25f),
                   *rail = stage_paint(stage, 0xd5d7d4, 0.05f);
    const Material *pole = stage_paint(stage, 0xc7cbcc, 0), *head = stage_paint(stage, 0x7f868a, 0);
    Material deck = *stage_skin(stage, 60, 18, 20, draw_deck, NULL);
    deck.is_tiled = TRUE;
    deck.grain = 0.2f;
    deck.grain_m = 0.5f;
    part_floor(stage, -180, 5, 180, 23, deck_z, stage_material(stage, deck));
    part_box_sides(stage, vec(-180, 5, deck_z - 1.5f), vec(180, 23, deck_z),
                   (BoxSides) { stone, stone, stone, stone, NULL });
    for (int i = -1; i <= 1; i += 2) {
        part_box(stage, vec((float)i * arch_half - 2, 4.5f, -4),
                 vec((float)i * arch_half + 2, 23.5f, deck_z - 1.4f), stone);
        part_box(stage, vec((float)i * (arch_half + 22) - 1.2f, 6, -4),
                 vec((float)i * (arch_half + 22) + 1.2f, 22, deck_z - 1.4f), stone);
    }
    railing(stage, vec(-80, 5.2f, deck_z), vec(80, 5.2f, deck_z), rail);
    railing(stage, vec(-80, 22.8f, deck_z), vec(80, 22.8f, deck_z), rail);
    for (float x = -75; x <= 75; x += 25)
        for (int side = 0; side < 2; side++) {
            if (fabsf(x) < arch_half)
                continue;
            stage_push(stage);
            stage_move(stage, x, side ? 22.4f : 5.6f, deck_z);
            stage_turn(stage, side ? -90 : 90);
            part_street_lamp(stage, 7, 1.8f, pole, head);
            stage_pop(stage);
        }
}

static void bridge_banks(Stage *stage)
{
    Material stones = *stage_skin(stage, 6, 6, 24, draw_stones, NULL);
    stones.is_tiled = TRUE;
    const Material *wall = stage_material(stage, stones),
                   *grass = stage_paint(stage, 0x6d7f52, 0.5f);
    const Material *path = stage_paint(stage, 0xaaa499, 0.2f),
                   *rail = stage_paint(stage, 0xd5d7d4, 0.05f);
    for (int side = -1; side <= 1; side += 2) {
        float s = (float)side, edge = 41;
        stage_face(stage,
                   (Vec[]) { vec(s * edge, -90, -2), vec(s * edge, 260, -2),
                             vec(s * (edge + 5), 260, 4), vec(s * (edge + 5), -90, 4) },
                   4, wall);
        part_floor(stage, MIN(s * (edge + 5), s * (edge + 10)), -90,
                   MAX(s * (edge + 5), s * (edge + 10)), 260, 4, path);
        part_floor(stage, MIN(s * (edge + 10), s * 300), -90, MAX(s * (edge + 10), s * 300), 400,
                   3.9f, grass);
        railing(stage, vec(s * (edge + 5.3f), -50, 4), vec(s * (edge + 5.3f), 140, 4), rail);
        Dice dice = side > 0 ? 3 : 14;
        for (int i = 0; i < 16; i++) {
            float y = -30 + (float)i * 11;
            Tree tree = { dice_range(&dice, 7, 10), dice_range(&dice, 3, 4),
                          i % 4 ? 0x6a7f3e : 0x85893f, 1.5f, dice + 1 };
            if (y < 0 || y > 27)
                part_tree(stage, s * (edge + dice_range(&dice, 11, 15)), y, 3.9f, tree);
        }
    }
    /* clang-format off */
    const House houses[] = {
        { 60, 40, 84, 56, 9, 0, 0xc9c4b8, 0xa7a298, 0x7e7c78, { NULL },
          { 0 }, HOUSE_BALCONIES, 21 },
        { 62, 66, 88, 80, 12, 0, 0xb9bfc2, 0x949da2, 0x7e7c78, { NULL },
          { 0 }, HOUSE_GLAZED, 22 },
        { 62, 92, 90, 108, 10, 0, 0xcbb9a4, 0xb09b84, 0x7e7c78, { NULL },
          { 0 }, HOUSE_BALCONIES, 23 },
        { -84, 58, -60, 72, 8, 0, 0xc7c9c6, 0x9da3a3, 0x7e7c78, { NULL },
          { 0 }, HOUSE_BALCONIES, 24 },
        { -88, 84, -62, 100, 13, 0, 0xd0c6b6, 0xaea28f, 0x7e7c78, { NULL },
          { 0 }, HOUSE_BALCONIES, 25 },
        { -30, 215, 0, 230, 12, 0, 0xc2c6c9, 0x9ba4a9, 0x7e7c78, { NULL },
          { 0 }, HOUSE_GLAZED, 26 },
        { 8, 230, 34, 246, 17, 0, 0xc9c2b5, 0xa9a08f, 0x7e7c78, { NULL },
          { 0 }, HOUSE_BALCONIES, 27 },
    };
    /* clang-format on */
    for (guint i = 0; i < G_N_ELEMENTS(houses); i++)
        house_build(stage, &houses[i]);
}

static float bridge_hills(float x, float y)
{
    return 2 + smooth_step(240, 520, y + fabsf(x) * 0.3f) * 130 *
                   noise_fractal(x * 0.006f + 2, y * 0.005f, 4);
}

static gpointer bridge_build(Stage *stage)
{
    static const guint32 colours[] = { 0xe6e7e4, 0x26292d, 0x9da2a6, 0x8e231f, 0x2f4f80, 0xd4cdb9 };
    Bridge *scene = stage_own(stage, g_new0(Bridge, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(-0.5f, -0.3f, 0.8f));
    light->sun = vec(1.1f, 1.08f, 1.02f);
    light->sun_softness = 0.25f;
    light->zenith = vec(0.6f, 0.67f, 0.76f);
    light->horizon = vec(0.74f, 0.78f, 0.82f);
    light->cloud_cover = 0.8f;
    light->haze = vec(0.66f, 0.71f, 0.76f);
    light->haze_m = 1500;
    light->exposure = 1.5f;
    light->contrast = 1.22f;
    light->drift_px = 24;
    light->water = vec(0.035f, 0.06f, 0.045f);
    light->wave_m = 4;
    light->wave_slope = 0.06f;
    light->saturation = 0.95f;
    light->tint = vec(0.98f, 1, 1.04f);
    stage_look(stage, vec(-37, -50, 24), vec(3, 18, 3), 55);
    scene->kit = vehicle_kit(stage);
    for (guint i = 0; i < G_N_ELEMENTS(colours); i++)
        scene->paints[i] = vehicle_paint(stage, colours[i]);
    part_floor(stage, -44, -90, 44, 260, 0, make_water(stage));
    part_land(stage, -500, 200, 500, 800, 40, bridge_hills, stage_paint(stage, 0x62704a, 0.5f));
    part_wood(stage, bridge_hills, (Wood) { -200, 240, 330, 560, 4, 9, 3000, 0x4a6036, 5 });
    bridge_banks(stage);
    bridge_deck(stage);
    bridge_arches(stage);
    stage_bake(stage, vec(0, 25, 0), 190);
    return scene;
}

static void bridge_vehicle(Stage *stage, const Bridge *scene, int i, float x, float y,
                           float heading)
{
    Livery livery = { scene->paints[i % 6], FALSE, FALSE };
    stage_push(stage);
    stage_move(stage, x, y, deck_z);
    stage_turn(stage, heading);
    if (i == 2)
        vehicle_bus(stage, scene->kit, livery);
    else if (i % 3 == 0)
        vehicle_suv(stage, scene->kit, livery);
    else if (i % 3 == 1)
        vehicle_car(stage, scene->kit, livery);
    else
        vehicle_van(stage, scene->kit, livery);
    stage_pop(stage);
}

static void bridge_move(Stage *stage, gpointer data, float time)
{
    const Bridge *scene = data;
    static const float lanes[2][2] = { { 8.9f, 12.2f }, { 19.1f, 15.8f } };
    stage_cast(stage, deck_z);
    for (int i = 0; i < 10; i++) {
        float at = time + (float)i * 0.23f;
        at -= floorf(at);
        float x = -95 + at * 230;
        if (x > 120)
            continue;
        gboolean is_back = i % 2;
        bridge_vehicle(stage, scene, i, is_back ? -x + 20 : x, lanes[is_back][i / 2 % 2],
                       is_back ? 90 : -90);
    }
}

const SceneDrawing scene_bridge = { bridge_build, bridge_move, NULL };
