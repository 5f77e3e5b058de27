/* scene_field.c - drawn cameras over working land: a building site with a crane, vegetable fields
 * with greenhouses */
#include "tests/support/scene_houses.h"
#include "tests/support/scene_list.h"
#include "tests/support/scene_parts.h"
#include "tests/support/scene_vehicles.h"

/* ---- building site: a tower crane swings over the frame of a house, an excavator digs, a truck
 * leaves ---- */

typedef struct {
    const VehicleKit *kit;
    const Material *yellow, *dark, *orange, *cable, *load, *truck, *earth, *cabin;
} Site;

static const float crane_x = -9, crane_y = 27, crane_z = 27;

static void draw_site_ground(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_plan(cr, -50, 70);
    skin_source_noise(cr, 0x9a7d58, 0xb59a72, 1.2);
    cairo_paint(cr);
    Dice dice = 17;
    for (int i = 0; i < 16; i++) {
        skin_source(cr, i % 2 ? 0x7d6344 : 0xc2ab84, 0.35);
        cairo_arc(cr, dice_range(&dice, -40, 40), dice_range(&dice, -25, 60),
                  dice_range(&dice, 2, 7), 0, 2 * G_PI);
        cairo_fill(cr);
    }
    skin_source_noise(cr, 0x8a8478, 0x9f988a, 0.7);
    cairo_rectangle(cr, -60, -9, 120, 7);
    cairo_fill(cr);
    skin_source(cr, 0x6b5337, 0.4);
    cairo_set_line_width(cr, 0.5);
    for (int i = 0; i < 7; i++) {
        double x = 4 + i * 0.9;
        cairo_move_to(cr, x, -6);
        cairo_curve_to(cr, x - 2, 4, x + 6 - i, 10, 22 + i * 0.4, 14 + i);
    }
    cairo_stroke(cr);
    for (int i = -1; i < 6; i += 2) {
        cairo_move_to(cr, -60, -6.6 + i * 0.35);
        cairo_line_to(cr, 60, -6.6 + i * 0.35);
    }
    cairo_stroke(cr);
}

static void draw_net(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0x2f7d55);
    skin_source(cr, 0x1f5a3c, 0.5);
    cairo_set_line_width(cr, 0.1);
    for (double x = 0; x < width_m; x += 1.5) {
        cairo_move_to(cr, x, 0);
        cairo_line_to(cr, x, height_m);
    }
    for (double y = 0; y < height_m; y += 1.8) {
        cairo_move_to(cr, 0, y);
        cairo_line_to(cr, width_m, y);
    }
    cairo_stroke(cr);
    skin_source(cr, 0x6fb08a, 0.3);
    for (int i = 0; i < 14; i++)
        cairo_rectangle(cr, noise_hash(i, 1) * width_m, noise_hash(i, 2) * height_m, 1.5, 1.8);
    cairo_fill(cr);
    skin_box(cr, width_m * 0.18, height_m * 0.36, width_m * 0.64, 2.4, 0xb5261c);
    skin_text(cr, "安全第一 预防为主", width_m / 2, height_m * 0.36 + 1.2, 1.7, 0xffe9b0);
}

static void draw_hoarding(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0x2a6fb0);
    for (double x = 0; x < width_m; x += 6) {
        skin_box(cr, x, 0, 0.08, height_m, 0x1d4f80);
        skin_box(cr, x + 0.5, height_m * 0.2, 5, height_m * 0.55, 0xe9edf0);
        skin_text(cr, "高仓安置房", x + 3, height_m * 0.47, 0.72, 0x1d4f80);
    }
}

static void site_frame(Stage *stage)
{
    const Material *concrete = stage_paint(stage, 0xa9a69e, 0.25f),
                   *net = stage_skin(stage, 24, 13, 20, draw_net, NULL);
    const Material *plank = stage_paint(stage, 0xb08a52, 0.25f),
                   *steel = stage_paint(stage, 0x7d5a3a, 0.2f);
    enum { FLOORS = 6 };
    const float x0 = -2, x1 = 22, y0 = 22, y1 = 36, floor_m = 3.3f;
    for (int i = 0; i <= FLOORS; i++) {
        float z = (float)i * floor_m;
        part_box(stage, vec(x0, y0, z), vec(x1, y1, z + 0.35f), i == FLOORS ? plank : concrete);
        for (float x = x0 + 0.4f; x < x1; x += 4.6f)
            for (float y = y0 + 0.4f; y < y1; y += 4.4f) {
                if (i < FLOORS)
                    part_box(stage, vec(x, y, z), vec(x + 0.6f, y + 0.6f, z + floor_m), concrete);
                else
                    for (int bar = 0; bar < 4; bar++)
                        part_bar(stage,
                                 vec(x + 0.1f + 0.4f * (float)(bar % 2),
                                     y + 0.1f + 0.4f * (float)(bar / 2), z),
                                 vec(x + 0.1f + 0.4f * (float)(bar % 2),
                                     y + 0.1f + 0.4f * (float)(bar / 2), z + 1.8f),
                                 0.06f, steel);
            }
    }
    part_wall(stage, x0, y0 - 1.4f, x1, y0 - 1.4f, 0, 13, net);
    part_wall(stage, x0 - 1.4f, y1, x0 - 1.4f, y0 - 1.4f, 0, 13, net);
    for (float x = x0; x <= x1 + 0.1f; x += 2)
        part_bar(stage, vec(x, y0 - 1.5f, 0), vec(x, y0 - 1.5f, 15), 0.09f, steel);
}

static void lattice(Stage *stage, Vec from, Vec to, float width, int parts,
                    const Material *material)
{
    Vec way = vec_scale(vec_sub(to, from), 1 / (float)parts);
    gboolean is_upright = fabsf(way.z) > fabsf(way.x) + fabsf(way.y);
    Vec side = is_upright ? vec(1, 0, 0) : vec_unit(vec(-way.y, way.x, 0)),
        other = is_upright ? vec(0, 1, 0) : vec(0, 0, 1);
    float h = width / 2;
    Vec corners[4] = { vec_add(vec_scale(side, h), vec_scale(other, h)),
                       vec_sub(vec_scale(side, -h), vec_scale(other, -h)),
                       vec_add(vec_scale(side, -h), vec_scale(other, -h)),
                       vec_sub(vec_scale(side, h), vec_scale(other, h)) };
    for (int i = 0; i < 4; i++) {
        part_bar(stage, vec_add(from, corners[i]), vec_add(to, corners[i]), 0.16f, material);
        for (int j = 0; j < parts; j++) {
            Vec a = vec_add_scaled(from, way, (float)j),
                b = vec_add_scaled(from, way, (float)j + 1);
            part_bar(stage, vec_add(a, corners[i]), vec_add(b, corners[(i + 1) % 4]), 0.09f,
                     material);
        }
    }
}

static void site_things(Stage *stage)
{
    const Material *white = stage_paint(stage, 0xe4e6e4, 0.08f),
                   *blue = stage_paint(stage, 0x2a6fb0, 0.1f),
                   *window = stage_paint(stage, 0x39464f, 0);
    const Material *steel = stage_paint(stage, 0x8a4f30, 0.2f),
                   *sand = stage_paint(stage, 0xc9ae7c, 0.3f),
                   *plank = stage_paint(stage, 0xb08a52, 0.25f);
    const Material *hoarding = stage_skin(stage, 90, 2.6f, 20, draw_hoarding, NULL),
                   *grey = stage_paint(stage, 0x9c9c98, 0.2f);
    for (int floor = 0; floor < 2; floor++) {
        float z = (float)floor * 2.8f;
        part_box(stage, vec(-38, 20, z), vec(-20, 26, z + 2.7f), white);
        part_box(stage, vec(-38.2f, 19.6f, z + 2.6f), vec(-19.8f, 26.2f, z + 2.85f), blue);
        for (float x = -37; x < -21; x += 3)
            part_wall(stage, x, 19.95f, x + 1.5f, 19.95f, z + 1, z + 2.1f, window);
    }
    part_wall(stage, -45, 46, 45, 46, 0, 2.6f, hoarding);
    part_wall(stage, -45, -10.4f, -45, 46, 0, 2.6f, hoarding);
    for (int i = 0; i < 12; i++)
        part_bar(stage, vec(-20, 4 + (float)i * 0.22f, 0.15f + 0.1f * (float)(i % 3)),
                 vec(-11, 4.2f + (float)i * 0.22f, 0.15f + 0.1f * (float)(i % 3)), 0.12f, steel);
    for (int i = 0; i < 3; i++)
        part_box(stage, vec(-19 + (float)i * 3, 9, 0),
                 vec(-16.6f + (float)i * 3, 11.4f, 0.8f + 0.3f * (float)i), plank);
    part_cylinder(stage, vec(-26, 9, 0), 2.3f, 4, 0.1f, 16, sand);
    part_cylinder(stage, vec(-32, 11, 0), 1.8f, 3.4f, 0.1f, 16, grey);
    part_cylinder(stage, vec(27, 13, 0), 2, 4.4f, 0.2f, 14, stage_paint(stage, 0x8f6f48, 0.35f));
    part_box(stage, vec(-30, 34, 0), vec(-26, 38, 7.5f), grey);
    part_cylinder(stage, vec(-23, 36, 1), 7, 1.5f, 1.5f, 12, white);
}

static gpointer site_build(Stage *stage)
{
    Site *scene = stage_own(stage, g_new0(Site, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(-0.5f, -0.55f, 0.62f));
    light->sun = vec(2.7f, 2.3f, 1.6f);
    light->horizon = vec(0.8f, 0.72f, 0.58f);
    light->zenith = vec(0.5f, 0.55f, 0.6f);
    light->haze = vec(0.84f, 0.77f, 0.64f);
    light->haze_m = 480;
    light->cloud_cover = 0.3f;
    light->tint = vec(1.04f, 1, 0.92f);
    light->exposure = 1.15f;
    light->drift_px = 20;
    stage_look(stage, vec(5, -38, 24), vec(1, 18, 9.2f), 66);
    scene->kit = vehicle_kit(stage);
    scene->yellow = stage_paint(stage, 0xe2a31e, 0.1f);
    scene->orange = stage_paint(stage, 0xdf7a1c, 0.1f);
    scene->dark = stage_paint(stage, 0x2c2e30, 0.1f);
    scene->cable = stage_paint(stage, 0x3a3a3a, 0);
    scene->load = stage_paint(stage, 0x8a4f30, 0.2f);
    scene->truck = vehicle_paint(stage, 0x2f62a8);
    scene->earth = stage_paint(stage, 0x8f6f48, 0.4f);
    scene->cabin = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0x2a363e), .gloss = 0.2f });
    Material ground = *stage_skin(stage, 100, 105, 20, draw_site_ground, NULL);
    ground.grain = 0.35f;
    ground.grain_m = 0.6f;
    part_floor(stage, -50, -35, 50, 70, 0, stage_material(stage, ground));
    part_floor(stage, -600, -60, 600, 900, -0.05f, stage_paint(stage, 0x87825c, 0.4f));
    site_frame(stage);
    site_things(stage);
    lattice(stage, vec(crane_x, crane_y, 0), vec(crane_x, crane_y, crane_z), 1.7f, 17,
            scene->yellow);
    part_box(stage, vec(crane_x - 2.4f, crane_y - 2.4f, 0),
             vec(crane_x + 2.4f, crane_y + 2.4f, 0.9f), stage_paint(stage, 0xa9a69e, 0.2f));
    /* clang-format off */
    const House houses[] = {
        { -60, 70, -38, 84, 12, 0, 0xc9bfae, 0xa59a88, 0x85807a, { NULL },
          { 0 }, HOUSE_BALCONIES, 81 },
        { -30, 78, -6, 92, 15, 0, 0xbdb9b0, 0x98948c, 0x85807a, { NULL },
          { 0 }, HOUSE_BALCONIES, 82 },
        { 30, 72, 54, 88, 13, 0, 0xcbb9a2, 0xa8957c, 0x85807a, { NULL },
          { 0 }, HOUSE_BALCONIES, 83 },
    };
    /* clang-format on */
    for (guint i = 0; i < G_N_ELEMENTS(houses); i++)
        house_build(stage, &houses[i]);
    stage_bake(stage, vec(0, 20, 0), 120);
    return scene;
}

static void site_crane(Stage *stage, const Site *scene, float time)
{
    float swing = sinf(6.28319f * time), trolley = 17 + 5 * sinf(6.28319f * time + 1.2f),
          drop = 13 + 3.5f * cosf(6.28319f * time);
    stage_push(stage);
    stage_move(stage, crane_x, crane_y, crane_z);
    stage_turn(stage, -38 + 20 * swing);
    lattice(stage, vec(0, 0, 1.2f), vec(34, 0, 1.2f), 1.3f, 20, scene->yellow);
    lattice(stage, vec(0, 0, 1.2f), vec(-12, 0, 1.2f), 1.3f, 7, scene->yellow);
    part_bar(stage, vec(0, 0, 0), vec(0, 0, 7), 0.7f, scene->yellow);
    part_bar(stage, vec(0, 0, 7), vec(24, 0, 1.9f), 0.12f, scene->cable);
    part_bar(stage, vec(0, 0, 7), vec(-11, 0, 1.9f), 0.12f, scene->cable);
    part_box(stage, vec(-12, -1.1f, -1.4f), vec(-9, 1.1f, 1), scene->dark);
    part_box(stage, vec(0.9f, -1.9f, -1.2f), vec(2.7f, -0.5f, 0.9f), scene->cabin);
    part_box(stage, vec(trolley - 0.7f, -0.8f, 0.2f), vec(trolley + 0.7f, 0.8f, 0.6f), scene->dark);
    part_bar(stage, vec(trolley, 0, 0.2f), vec(trolley, 0, -drop), 0.1f, scene->cable);
    part_box(stage, vec(trolley - 0.3f, -0.3f, -drop - 0.7f), vec(trolley + 0.3f, 0.3f, -drop),
             scene->orange);
    part_bar(stage, vec(trolley, 0, -drop - 0.7f), vec(trolley - 1.6f, 0, -drop - 2), 0.06f,
             scene->cable);
    part_bar(stage, vec(trolley, 0, -drop - 0.7f), vec(trolley + 1.6f, 0, -drop - 2), 0.06f,
             scene->cable);
    part_box(stage, vec(trolley - 2.6f, -0.4f, -drop - 2.5f), vec(trolley + 2.6f, 0.4f, -drop - 2),
             scene->load);
    stage_pop(stage);
}

static void site_excavator(Stage *stage, const Site *scene, float time)
{
    float turn = 6.28319f * time;
    stage_push(stage);
    stage_move(stage, 22, 7, 0);
    stage_turn(stage, 20);
    for (int side = -1; side <= 1; side += 2)
        part_box(stage, vec((float)side * 1.25f - 0.35f, -2.1f, 0),
                 vec((float)side * 1.25f + 0.35f, 2.1f, 0.95f), scene->dark);
    stage_move(stage, 0, 0, 1);
    stage_turn(stage, 45 * sinf(turn));
    part_box(stage, vec(-1.4f, -2.6f, 0), vec(1.4f, 1.2f, 1.1f), scene->orange);
    part_box(stage, vec(-1.3f, -0.4f, 1.1f), vec(-0.2f, 1.2f, 2.3f), scene->cabin);
    part_box(stage, vec(-1.35f, -0.45f, 2.3f), vec(-0.15f, 1.25f, 2.42f), scene->orange);
    float lift = 0.5f + 0.5f * sinf(turn + 1.6f), elbow_z = mixf(3, 4.2f, lift),
          tip_z = mixf(-0.6f, 2.4f, lift);
    part_bar(stage, vec(0.3f, 1, 0.9f), vec(0.3f, 4.4f, elbow_z), 0.5f, scene->orange);
    part_bar(stage, vec(0.3f, 4.4f, elbow_z), vec(0.3f, 6.4f, tip_z), 0.38f, scene->orange);
    part_box(stage, vec(-0.3f, 5.9f, tip_z - 0.9f), vec(0.9f, 6.9f, tip_z), scene->dark);
    stage_pop(stage);
}

static void site_move(Stage *stage, gpointer data, float time)
{
    const Site *scene = data;
    stage_cast(stage, 0);
    site_crane(stage, scene, time);
    site_excavator(stage, scene, time);
    stage_push(stage);
    stage_move(stage, 52 - 106 * time, -5.6f, 0);
    stage_turn(stage, 90);
    vehicle_truck(stage, scene->kit, (Livery) { scene->truck, FALSE, FALSE }, scene->earth);
    stage_pop(stage);
}

const SceneDrawing scene_site = { site_build, site_move, NULL };

/* ---- fields: rows of greenhouses, beds of vegetables, a tractor on the farm road, sprinklers ----
 */

typedef struct {
    const VehicleKit *kit;
    const Material *red, *drop, *trailer, *crate;
} Farm;

static void draw_farm_ground(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    static const guint32 crops[] = { 0x5f9a34, 0x7fae3e, 0x4f8a3c, 0x93b04a, 0x6fa53c, 0x7a4f6a };
    skin_plan(cr, -60, 120);
    skin_source_noise(cr, 0x75804a, 0x909a5c, 1.2);
    cairo_paint(cr);
    for (int block = 0; block < 4; block++) {
        double y0 = -24 + block * 9.0;
        if (block == 2)
            continue;
        for (int bed = 0; bed < 10; bed++) {
            double x0 = -58 + bed * 11.8;
            skin_source_noise(cr, 0x6a4c33, 0x7f5e40, 0.5);
            cairo_rectangle(cr, x0, y0, 11, 7.6);
            cairo_fill(cr);
            for (double y = y0 + 0.5; y < y0 + 7.4; y += 0.95)
                for (double x = x0 + 0.4; x < x0 + 10.8; x += 0.5) {
                    skin_source(cr, crops[(bed * 3 + block * 2) % 6], 0.95);
                    cairo_arc(cr, x + 0.15 * noise_hash((int)(x * 9), (int)(y * 9)), y,
                              0.24 + 0.1 * noise_hash((int)(x * 7), (int)(y * 5)), 0, 2 * G_PI);
                    cairo_fill(cr);
                }
        }
    }
    skin_source_noise(cr, 0xa8977a, 0xbdac8c, 0.7);
    cairo_rectangle(cr, -60, -6.4, 120, 5.6);
    cairo_rectangle(cr, 4, -40, 3.4, 160);
    cairo_fill(cr);
    skin_source(cr, 0x8a7a5c, 0.5);
    cairo_rectangle(cr, -60, -5.2, 120, 0.6);
    cairo_rectangle(cr, -60, -2.9, 120, 0.6);
    cairo_fill(cr);
}

static void draw_film(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0xc3ccca);
    for (double x = 0; x < width_m; x += 1.5) {
        skin_source(cr, 0x8fa39a, 0.5);
        cairo_rectangle(cr, x, 0, 0.1, height_m);
        cairo_fill(cr);
        skin_source(cr, 0x7fa060, 0.16 + 0.2 * noise_hash((int)(x * 3), 5));
        cairo_rectangle(cr, x + 0.1, 0, 1.4, height_m);
        cairo_fill(cr);
    }
}

/* Half a barrel along x. */
static void greenhouse(Stage *stage, float x0, float x1, float y, float radius,
                       const Material *film, const Material *end)
{
    enum { STEPS = 9 };
    for (int i = 0; i < STEPS; i++) {
        float a = (float)i * 3.1416f / STEPS, b = (float)(i + 1) * 3.1416f / STEPS,
              middle = (a + b) / 2;
        Vec low = vec(0, y - radius * cosf(a), radius * 0.85f * sinf(a)),
            high = vec(0, y - radius * cosf(b), radius * 0.85f * sinf(b));
        stage_face(stage,
                   (Vec[]) { vec(x0, low.y, low.z), vec(x1, low.y, low.z), vec(x1, high.y, high.z),
                             vec(x0, high.y, high.z) },
                   4, film);
        stage_round_off(stage, vec(0, -cosf(middle), sinf(middle)));
        for (int side = 0; side < 2; side++) {
            float x = side ? x1 : x0;
            stage_face(stage,
                       (Vec[]) { vec(x, y, 0), vec(x, low.y, low.z), vec(x, high.y, high.z) }, 3,
                       end);
        }
    }
}

static float farm_hills(float x, float y)
{
    return -2 + smooth_step(110, 320, y + fabsf(x) * 0.2f) *
                    (20 + 120 * noise_fractal(x * 0.006f + 5, y * 0.005f, 4));
}

static gpointer farm_build(Stage *stage)
{
    Farm *scene = stage_own(stage, g_new0(Farm, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(0.45f, -0.5f, 0.9f));
    light->sun = vec(2.5f, 2.4f, 2.1f);
    light->cloud_cover = 0.5f;
    light->haze_m = 700;
    light->exposure = 0.95f;
    light->contrast = 1.24f;
    light->drift_px = 36;
    stage_look(stage, vec(-12, -42, 23), vec(1, 14, -1), 56);
    scene->kit = vehicle_kit(stage);
    scene->red = vehicle_paint(stage, 0xc4281c);
    scene->trailer = vehicle_paint(stage, 0x2f62a8);
    scene->crate = stage_paint(stage, 0x6fa53c, 0.3f);
    scene->drop = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0xe6f0f4), .glow = 0.3f });
    Material ground = *stage_skin(stage, 120, 165, 17, draw_farm_ground, NULL);
    ground.grain = 0.25f;
    ground.grain_m = 0.6f;
    part_floor(stage, -60, -45, 60, 120, 0, stage_material(stage, ground));
    part_floor(stage, -600, -60, 600, 700, -0.1f, stage_paint(stage, 0x85944f, 0.4f));
    Material film = *stage_skin(stage, 30, 10, 14, draw_film, NULL);
    film.gloss = 0.05f;
    const Material *cover = stage_material(stage, film), *end = stage_paint(stage, 0xc4d0cc, 0.1f);
    for (int row = 0; row < 9; row++)
        for (int side = 0; side < 2; side++) {
            float y = 15 + (float)row * 7.4f;
            greenhouse(stage, side ? 8.5f : -48, side ? 56 : 3, y, 3.1f, cover, end);
        }
    const Material *pole = stage_paint(stage, 0x8f8a80, 0.1f),
                   *wire = stage_paint(stage, 0x3a3a3a, 0);
    for (int i = 0; i < 6; i++) {
        float x = -62 + (float)i * 24;
        part_pole(stage, vec(x, -0.2f, 0), 8, 0.14f, pole);
        part_bar(stage, vec(x - 0.1f, -1.1f, 7.5f), vec(x - 0.1f, 0.7f, 7.5f), 0.14f, pole);
        for (int line = 0; line < 2; line++)
            part_bar(stage, vec(x, -1 + (float)line * 1.6f, 7.6f),
                     vec(x + 24, -1 + (float)line * 1.6f, 7.6f), 0.035f, wire);
    }
    part_box(stage, vec(9.5f, -0.6f, 0), vec(13, 2.4f, 2.6f), stage_paint(stage, 0xe4e0d4, 0.15f));
    part_gable(stage, 9.5f, -0.6f, 13, 2.4f, 2.6f, 0.9f, stage_paint(stage, 0xa5452e, 0.3f),
               stage_paint(stage, 0xe4e0d4, 0.15f));
    Dice dice = 9;
    for (int i = 0; i < 26; i++)
        part_tree(stage, dice_range(&dice, -80, 80), dice_range(&dice, 84, 110), 0,
                  (Tree) { dice_range(&dice, 6, 10), dice_range(&dice, 2.4f, 3.6f), 0x557038, 1,
                           (Dice)(i + 3) });
    part_land(stage, -600, 110, 600, 800, 50, farm_hills, stage_paint(stage, 0x66794a, 0.4f));
    part_wood(stage, farm_hills, (Wood) { -300, 140, 330, 480, 4, 8, 3800, 0x4a6438, 4 });
    stage_bake(stage, vec(0, 20, 0), 130);
    return scene;
}

static void farm_tractor(Stage *stage, const Farm *scene, float x)
{
    stage_push(stage);
    stage_move(stage, x, -4.7f, 0);
    stage_turn(stage, -90);
    vehicle_tractor(stage, scene->kit, (Livery) { scene->red, FALSE, FALSE });
    stage_move(stage, 0, -4.4f, 0);
    part_box(stage, vec(-1, -2, 0.75f), vec(1, 2, 1.3f), scene->trailer);
    part_box(stage, vec(-0.9f, -1.9f, 1.2f), vec(0.9f, 1.9f, 1.65f), scene->crate);
    part_bar(stage, vec(0, 1.9f, 0.7f), vec(0, 3.4f, 0.7f), 0.12f, scene->trailer);
    for (int side = -1; side <= 1; side += 2)
        part_cylinder(stage, vec((float)side * 0.9f, 0, 0), 0.8f, 0.4f, 0.4f, 8, scene->trailer);
    stage_pop(stage);
}

/* Drops on their way from a turning nozzle. */
static void farm_sprinkler(Stage *stage, const Farm *scene, float x, float y, float time)
{
    enum { JETS = 3, DROPS = 11 };
    part_bar(stage, vec(x, y, 0), vec(x, y, 1), 0.08f, scene->trailer);
    for (int jet = 0; jet < JETS; jet++)
        for (int i = 0; i < DROPS; i++) {
            float age = ((float)i + 12 * time - floorf(12 * time)) / DROPS;
            float angle = 6.28319f * ((float)jet / JETS + time - age * 0.06f), out = 5.5f * age;
            float z = 1 + 5.2f * age - 6.2f * age * age;
            stage_ball(stage, vec(x + out * cosf(angle), y + out * sinf(angle), z),
                       0.07f + 0.1f * age, vec(0, 0, 1), scene->drop);
        }
}

static void farm_move(Stage *stage, gpointer data, float time)
{
    const Farm *scene = data;
    static const float sprinklers[][2] = { { -22, -11 }, { -7, -11 },  { 13, -11 },
                                           { 28, -11 },  { -14, -20 }, { 18, -20 } };
    for (guint i = 0; i < G_N_ELEMENTS(sprinklers); i++)
        farm_sprinkler(stage, scene, sprinklers[i][0], sprinklers[i][1], time + (float)i * 0.3f);
    stage_cast(stage, 0);
    farm_tractor(stage, scene, -46 + 98 * time);
}

const SceneDrawing scene_farmland = { farm_build, farm_move, NULL };
