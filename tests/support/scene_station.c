/* scene_station.c - drawn cameras over parked vehicles: a bus station at sunset, a car park at
 * night in infrared */
#include "tests/support/scene_houses.h"
#include "tests/support/scene_list.h"
#include "tests/support/scene_parts.h"
#include "tests/support/scene_vehicles.h"

/* ---- bus station: buses in slanting bays before the hall, one leaves, one comes ---- */

enum { BAYS = 6 };

typedef struct {
    const VehicleKit *kit;
    const Material *white, *text;
} Station;

static void draw_station_ground(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_plan(cr, -50, 60);
    skin_source_noise(cr, 0x8b8d8e, 0xa3a4a2, 0.6);
    cairo_paint(cr);
    cairo_set_line_width(cr, 0.06);
    skin_source(cr, 0x55534e, 0.5);
    for (double at = -50; at < 60; at += 5) {
        cairo_move_to(cr, at, -40);
        cairo_line_to(cr, at, 60);
        cairo_move_to(cr, -50, at);
        cairo_line_to(cr, 50, at);
    }
    cairo_stroke(cr);
    for (int i = 0; i <= BAYS; i++) {
        cairo_save(cr);
        cairo_translate(cr, -20 + i * 7.0, 13.5);
        cairo_rotate(cr, 25 * G_PI / 180);
        skin_source(cr, 0xe6c13a, 0.95);
        cairo_rectangle(cr, -2.65, -6.8, 0.18, 12.6);
        cairo_fill(cr);
        if (i < BAYS) {
            char text[2] = { (char)('1' + i), 0 };
            cairo_scale(cr, 1, -1);
            skin_text(cr, text, 0.9, 8.2, 2, 0xe9e5d8);
        }
        cairo_restore(cr);
    }
    skin_source(cr, 0x3c3a36, 0.16);
    Dice dice = 3;
    for (int i = 0; i < 26; i++) {
        cairo_save(cr);
        cairo_translate(cr, dice_range(&dice, -25, 25), dice_range(&dice, -16, 16));
        cairo_scale(cr, dice_range(&dice, 0.4f, 1.8f), dice_range(&dice, 0.3f, 0.9f));
        cairo_arc(cr, 0, 0, 1, 0, 2 * G_PI);
        cairo_restore(cr);
        cairo_fill(cr);
    }
    skin_source(cr, 0xe3e0d4, 0.85);
    for (double x = -48; x < 48; x += 5)
        cairo_rectangle(cr, x, -9, 3, 0.18);
    cairo_fill(cr);
}

static void draw_station_front(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0xd8d2c6);
    skin_box(cr, 0, 2.2, width_m, height_m - 2.8, 0x4a6f86);
    for (double x = 0; x < width_m; x += 2) {
        skin_source(cr, 0xe8c9a0, 0.12 + 0.25 * noise_hash((int)x, 4));
        cairo_rectangle(cr, x + 0.08, 2.3, 1.84, height_m - 3);
        cairo_fill(cr);
        skin_box(cr, x - 0.06, 2.2, 0.12, height_m - 2.8, 0xb9bdbd);
    }
    for (double y = 2.2; y < height_m; y += 2.4)
        skin_box(cr, 0, y - 0.05, width_m, 0.1, 0xb9bdbd);
    skin_box(cr, 0, 0, width_m, 2.1, 0xbf3b2b);
    skin_text(cr, "凤 凰 客 运 站", width_m / 2, 1.05, 1.7, 0xffe9b0);
}

static void draw_departures(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    static const char *rows[] = { "昆明 10:20 3号", "峨山 10:25 1号", "通海 10:30 5号",
                                  "江川 10:35 2号", "易门 10:40 6号", "澄江 10:45 4号" };
    skin_box(cr, 0, 0, width_m, height_m, 0x150c08);
    for (int i = 0; i < 6; i++)
        skin_text(cr, rows[i], width_m / 2, height_m * (i + 0.5) / 6, height_m / 6 * 0.66,
                  i % 2 ? 0x3aff6a : 0xffa028);
}

/* Glazed hall, canopy before it, the frame of the departure board. */
static void station_hall(Stage *stage)
{
    Material front = *stage_skin(stage, 56, 9.5f, 26, draw_station_front, NULL);
    front.gloss = 0.06f;
    const Material *glazed = stage_material(stage, front),
                   *wall = stage_paint(stage, 0xd2cbbd, 0.15f),
                   *roof = stage_paint(stage, 0x8a8c8c, 0.2f);
    const Material *canopy = stage_paint(stage, 0xd9dcda, 0.1f),
                   *steel = stage_paint(stage, 0x70777b, 0.1f);
    part_box_sides(stage, vec(-32, 30, 0), vec(24, 42, 9.5f),
                   (BoxSides) { glazed, wall, wall, wall, roof });
    part_box(stage, vec(-30, 21, 5), vec(24, 30, 5.35f), canopy);
    for (float x = -28; x < 24; x += 8.5f)
        part_cylinder(stage, vec(x, 22, 0), 5, 0.22f, 0.22f, 10, steel);
    part_box(stage, vec(-30, 22.5f, 0), vec(24, 30, 0.18f), stage_paint(stage, 0xb0a99b, 0.2f));
    part_bar(stage, vec(19, 20, 0), vec(19, 20, 3.2f), 0.2f, steel);
    part_bar(stage, vec(25.4f, 20, 0), vec(25.4f, 20, 3.2f), 0.2f, steel);
    part_box(stage, vec(18.6f, 20, 3), vec(25.9f, 20.4f, 6.6f), steel);
}

static void station_houses(Stage *stage)
{
    /* clang-format off */
    const House houses[] = {
        { 30, 26, 52, 42, 7, 0, 0xcbb9a2, 0xa8957c, 0x85807a, { "宾馆", "快餐", NULL },
          { 0x9c2f2a, 0x2a5fa0 }, HOUSE_BALCONIES, 51 },
        { -64, 28, -38, 44, 6, 0, 0xc2bdb2, 0x9a958a, 0x85807a, { "加油站", NULL },
          { 0x2f8f62 }, HOUSE_GLAZED, 52 },
        { -24, 58, 10, 74, 11, 0, 0xc9bfb0, 0xa59a88, 0x85807a, { NULL },
          { 0 }, HOUSE_BALCONIES, 53 },
        { 18, 60, 46, 76, 14, 0, 0xb9b4ac, 0x8f8b84, 0x85807a, { NULL },
          { 0 }, HOUSE_GLAZED, 54 },
    };
    /* clang-format on */
    for (guint i = 0; i < G_N_ELEMENTS(houses); i++)
        house_build(stage, &houses[i]);
}

static gpointer station_build(Stage *stage)
{
    Station *scene = stage_own(stage, g_new0(Station, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(-0.78f, -0.42f, 0.36f));
    light->sun = vec(3.9f, 2.35f, 1.15f);
    light->zenith = vec(0.42f, 0.46f, 0.62f);
    light->horizon = vec(0.85f, 0.6f, 0.45f);
    light->bounce = vec(0.26f, 0.19f, 0.15f);
    light->haze = vec(0.95f, 0.66f, 0.44f);
    light->haze_m = 420;
    light->cloud = vec(1.5f, 1, 0.7f);
    light->drift_px = 24;
    light->saturation = 1.1f;
    light->exposure = 1.15f;
    stage_look(stage, vec(9, -28, 15.5f), vec(1.5f, 9, 1.6f), 57);
    scene->kit = vehicle_kit(stage);
    scene->white = vehicle_paint(stage, 0xe4e3dc);
    Material text = *stage_skin(stage, 6, 3, 60, draw_departures, NULL);
    text.glow = 1.6f;
    scene->text = stage_material(stage, text);
    Material ground = *stage_skin(stage, 100, 100, 22, draw_station_ground, NULL);
    ground.grain = 0.22f;
    ground.grain_m = 0.5f;
    part_floor(stage, -50, -40, 50, 60, 0, stage_material(stage, ground));
    part_floor(stage, -300, -60, 300, 400, -0.05f, stage_paint(stage, 0x85806f, 0.3f));
    station_hall(stage);
    station_houses(stage);
    for (int i = 0; i < 5; i++)
        part_tree(stage, 30 + (float)i * 5, 8 + (float)i * 2.5f, 0,
                  (Tree) { 6, 2.4f, 0x6b7038, 1.2f, (Dice)(i + 3) });
    for (int i = 0; i < BAYS; i++) {
        if (i == 1 || i == 4)
            continue;
        stage_push(stage);
        stage_move(stage, -16.3f + (float)i * 7, 14.6f, 0);
        stage_turn(stage, 25);
        vehicle_bus(stage, scene->kit, (Livery) { scene->white, FALSE, FALSE });
        stage_pop(stage);
    }
    stage_bake(stage, vec(0, 12, 0), 100);
    return scene;
}

static void station_bus(Stage *stage, const Station *scene, const Stop *way, int stops,
                        float length, gboolean is_braking)
{
    float x, y, heading, front_x, front_y, unused;
    vehicle_follow(way, stops, length, &x, &y, &unused);
    vehicle_follow(way, stops, length + 3, &front_x, &front_y, &heading);
    heading = atan2f(-(front_x - x), front_y - y) * 180 / (float)G_PI;
    stage_push(stage);
    stage_move(stage, x, y, 0);
    stage_turn(stage, heading);
    vehicle_bus(stage, scene->kit, (Livery) { scene->white, is_braking, FALSE });
    stage_pop(stage);
}

static void station_move(Stage *stage, gpointer data, float time)
{
    const Station *scene = data;
    /* The bay's bus backs out and leaves to the left; meanwhile its successor comes from the right
     * and pulls in. */
    static const Stop arrive[] = { { 62, -6 },   { 26, -6 },       { 20, -5 }, { 16.5f, -1.5f },
                                   { 14.6f, 5 }, { 11.8f, 14.4f }, { 9, 24 } };
    static const Key arrive_keys[] = { { 0, 0 },      { 0.3f, 30 },     { 0.5f, 50 },
                                       { 0.62f, 60 }, { 0.72f, 64.3f }, { 1, 64.3f } };
    static const Stop leave[] = { { 11.604f, 15.072f }, { 14.4f, 6 }, { 17, -6 },
                                  { 19, -14 },          { 21, -26 },  { 22, -60 } };
    static const Key leave_keys[] = { { 0, 0 },      { 0.06f, 0.2f }, { 0.2f, 6 },
                                      { 0.36f, 26 }, { 0.5f, 50 },    { 1, 90 } };
    static const Stop pass[] = { { -70, -12 }, { 70, -12 } };
    part_wall(stage, 18.75f, 19.95f, 25.75f, 19.95f, 3.1f, 6.5f, scene->text);
    stage_cast(stage, 0);
    if (time < 0.5f) {
        stage_push(stage);
        float x, y, unused, length = vehicle_travel(leave_keys, G_N_ELEMENTS(leave_keys), time);
        vehicle_follow(leave, G_N_ELEMENTS(leave), length, &x, &y, &unused);
        stage_move(stage, x, y, 0);
        stage_turn(stage, mixf(16.26f, 10, clampf(length / 30, 0, 1)));
        vehicle_bus(stage, scene->kit, (Livery) { scene->white, TRUE, FALSE });
        stage_pop(stage);
    }
    if (time > 0.12f)
        station_bus(stage, scene, arrive, G_N_ELEMENTS(arrive),
                    vehicle_travel(arrive_keys, G_N_ELEMENTS(arrive_keys), time), time > 0.55f);
    float x, y, heading;
    vehicle_follow(pass, 2, time * 140, &x, &y, &heading);
    stage_push(stage);
    stage_move(stage, x, y, 0);
    stage_turn(stage, heading);
    vehicle_car(stage, scene->kit, (Livery) { scene->white, FALSE, TRUE });
    stage_pop(stage);
}

const SceneDrawing scene_bus_station = { station_build, station_move, NULL };

/* ---- car park: the camera has switched to infrared, its own lamp lights the middle ---- */

typedef struct {
    const VehicleKit *kit;
    const Material *paints[4], *boom_red, *boom_white, *post;
} Parking;

static void draw_parking_ground(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_plan(cr, -40, 60);
    skin_source_noise(cr, 0x4b4b4d, 0x606062, 0.5);
    cairo_paint(cr);
    skin_source(cr, 0xe2e2e0, 0.95);
    static const double rows[][2] = { { -2, 3.2 }, { 10.2, 15.4 }, { 15.4, 20.6 }, { 27.6, 32.8 } };
    for (int row = 0; row < 4; row++) {
        for (double x = -22; x <= 22.1; x += 2.75)
            cairo_rectangle(cr, x - 0.07, rows[row][0], 0.14, rows[row][1] - rows[row][0]);
        cairo_rectangle(cr, -22, rows[row][row % 2 ? 0 : 1] - 0.07, 44, 0.14);
    }
    cairo_fill(cr);
    for (int i = 0; i < 3; i++) {
        double y = i == 0 ? 6.7 : i == 1 ? 24.1 : -6, way = i == 0 ? 1 : -1;
        for (double x = -18; x < 20; x += 12) {
            cairo_rectangle(cr, x - 1.5 * way, y - 0.12, 2 * way, 0.24);
            cairo_move_to(cr, x + 0.5 * way, y - 0.5);
            cairo_line_to(cr, x + 0.5 * way, y + 0.5);
            cairo_line_to(cr, x + 1.8 * way, y);
            cairo_fill(cr);
        }
    }
    skin_source(cr, 0x2b2b2c, 0.4);
    Dice dice = 8;
    for (int i = 0; i < 40; i++) {
        cairo_arc(cr, dice_range(&dice, -22, 22), dice_range(&dice, -8, 34),
                  dice_range(&dice, 0.1f, 0.5f), 0, 2 * G_PI);
        cairo_fill(cr);
    }
}

static void park(Stage *stage, const Parking *scene, float x, float y, float heading, Dice *dice)
{
    Livery livery = { scene->paints[(int)dice_range(dice, 0, 4)], FALSE, FALSE };
    float kind = dice_range(dice, 0, 1);
    stage_push(stage);
    stage_move(stage, x + dice_range(dice, -0.15f, 0.15f), y + dice_range(dice, -0.3f, 0.3f), 0);
    stage_turn(stage, heading + dice_range(dice, -2, 2));
    if (kind < 0.5f)
        vehicle_car(stage, scene->kit, livery);
    else if (kind < 0.85f)
        vehicle_suv(stage, scene->kit, livery);
    else
        vehicle_van(stage, scene->kit, livery);
    stage_pop(stage);
}

static void draw_parking_sign(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0x20242a);
    skin_text(cr, "P", width_m / 2, height_m / 2, height_m * 0.85, 0xf4f4f4);
}

static gpointer parking_build(Stage *stage)
{
    static const guint32 colours[] = { 0xe6e7e4, 0x2a2c2f, 0x8c9094, 0x55585c };
    Parking *scene = stage_own(stage, g_new0(Parking, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(0.05f, -0.72f, 0.62f));
    light->sun = vec(0.05f, 0.05f, 0.05f);
    light->zenith = light->horizon = vec(0.035f, 0.035f, 0.035f);
    light->bounce = vec(0.02f, 0.02f, 0.02f);
    light->cloud_cover = 0;
    light->haze = vec(0.012f, 0.012f, 0.012f);
    light->haze_m = 90;
    light->saturation = 0;
    light->exposure = 2.3f;
    light->contrast = 1.22f;
    light->vignette = 1.0f;
    light->noise = 0.02f;
    stage_look(stage, vec(-6, -21, 13.5f), vec(0.5f, 9.5f, 0.3f), 60);
    light_add_lamp(light, vec(-5, -16, 15), vec(1.25f, 1.25f, 1.25f), 44);
    light_add_lamp(light, vec(21, 23, 7), vec(0.5f, 0.5f, 0.5f), 13);
    light_add_lamp(light, vec(-20, 23, 7), vec(0.45f, 0.45f, 0.45f), 12);
    scene->kit = vehicle_kit(stage);
    for (int i = 0; i < 4; i++)
        scene->paints[i] = vehicle_paint(stage, colours[i]);
    scene->boom_red = stage_paint(stage, 0x6a6a6a, 0);
    scene->boom_white = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0xf4f4f4), .glow = 0.25f });
    scene->post = stage_paint(stage, 0xc8c8c8, 0.05f);
    Material ground = *stage_skin(stage, 80, 75, 26, draw_parking_ground, NULL);
    ground.grain = 0.25f;
    ground.grain_m = 0.5f;
    part_floor(stage, -40, -15, 40, 60, 0, stage_material(stage, ground));
    const Material *kerb = stage_paint(stage, 0xbdbdbb, 0.15f),
                   *lamp = stage_material(
                       stage,
                       (Material) { .kind = MATERIAL_SOLID, .colour = vec(1, 1, 1), .glow = 5 });
    for (float y = 3.4f; y < 36; y += 29.5f)
        part_box(stage, vec(-23, y, 0), vec(23, y + 0.3f, 0.15f), kerb);
    Dice dice = 23;
    for (int i = 0; i < 16; i++) {
        float x = -20.6f + (float)i * 2.75f;
        if (i != 3 && i != 9 && i != 14)
            park(stage, scene, x, 0.7f, i % 3 ? 0 : 180, &dice);
        if (i != 6 && i != 11)
            park(stage, scene, x, 12.8f, i % 4 ? 180 : 0, &dice);
        if (i != 2 && i != 8 && i != 9)
            park(stage, scene, x, 18, i % 3 ? 0 : 180, &dice);
        if (i % 5 != 3)
            park(stage, scene, x, 30.2f, 180, &dice);
    }
    for (int i = 0; i < 8; i++)
        part_tree(stage, -28 + (float)i * 8, 36.5f, 0,
                  (Tree) { 6, 2.6f, 0x9aa08c, 1, (Dice)(i + 21) });
    for (int side = -1; side <= 1; side += 2) {
        stage_push(stage);
        stage_move(stage, (float)side * 23.5f, 23.5f, 0);
        if (side > 0)
            stage_turn(stage, 180);
        part_street_lamp(stage, 7, 1.6f, scene->post, lamp);
        stage_pop(stage);
    }
    part_bar(stage, vec(11, 3.6f, 0), vec(11, 3.6f, 3.8f), 0.14f, scene->post);
    part_wall(stage, 10.1f, 3.5f, 11.9f, 3.5f, 2.4f, 4.2f,
              stage_skin(stage, 1.8f, 1.8f, 60, draw_parking_sign, NULL));
    const House wall = { -40,      42,       40,       54,    4,         0, 0x8a8a88,
                         0x6f6f6e, 0x444444, { NULL }, { 0 }, HOUSE_LIT, 61 };
    house_build(stage, &wall);
    stage_bake(stage, vec(0, 14, 0), 90);
    return scene;
}

/* Two cars: one is let out at the barrier, one looks for a place. Both are out of sight when the
 * loop closes. */
static const Key out_keys[] = { { 0, 0 },      { 0.16f, 24 }, { 0.27f, 36.5f }, { 0.33f, 37 },
                                { 0.42f, 37 }, { 0.52f, 41 }, { 0.7f, 56 },     { 1, 90 } };

static void parking_at(int car, float time, float *x, float *y, float *heading)
{
    static const Stop out_way[] = { { 40, -6.2f }, { -70, -6.2f } };
    static const Stop search_way[] = { { -46, 6.7f }, { 46, 6.7f } };
    if (car == 0)
        vehicle_follow(out_way, 2, vehicle_travel(out_keys, G_N_ELEMENTS(out_keys), time), x, y,
                       heading);
    else
        vehicle_follow(search_way, 2, 92 * time, x, y, heading);
}

static void parking_barrier(Stage *stage, const Parking *scene, float open_share)
{
    part_box(stage, vec(-0.4f, -4.2f, 0), vec(0.2f, -3.6f, 1.1f), scene->post);
    stage_push(stage);
    stage_move(stage, -0.1f, -3.9f, 1);
    stage_turn(stage, -90);
    stage_roll(stage, -80 * open_share);
    for (int i = 0; i < 4; i++)
        part_box(stage, vec((float)i, -0.07f, -0.08f), vec((float)i + 1, 0.07f, 0.08f),
                 i % 2 ? scene->boom_red : scene->boom_white);
    stage_pop(stage);
}

static void parking_move(Stage *stage, gpointer data, float time)
{
    const Parking *scene = data;
    parking_barrier(stage, scene,
                    smooth_step(0.34f, 0.44f, time) * (1 - smooth_step(0.6f, 0.72f, time)));
    stage_cast(stage, 0);
    for (int car = 0; car < 2; car++) {
        float x, y, heading;
        parking_at(car, time, &x, &y, &heading);
        stage_push(stage);
        stage_move(stage, x, y, 0);
        stage_turn(stage, heading);
        if (car == 0)
            vehicle_suv(stage, scene->kit, (Livery) { scene->paints[0], FALSE, TRUE });
        else
            vehicle_car(stage, scene->kit, (Livery) { scene->paints[2], FALSE, TRUE });
        stage_pop(stage);
    }
}

static void parking_finish(Stage *stage, gpointer data, cairo_t *cr, float time)
{
    for (int car = 0; car < 2; car++) {
        float x, y, heading;
        parking_at(car, time, &x, &y, &heading);
        float angle = heading * (float)G_PI / 180, way_x = -sinf(angle), way_y = cosf(angle);
        for (int side = -1; side <= 1; side += 2) {
            Vec lamp = vec(x + way_x * 2.4f + way_y * 0.7f * (float)side,
                           y + way_y * 2.4f - way_x * 0.7f * (float)side, 0.8f);
            stage_glow(stage, lamp, 1.8f, vec(0.9f, 0.9f, 0.9f));
            stage_glow(stage, vec(lamp.x + way_x * 3.5f, lamp.y + way_y * 3.5f, 0.05f), 3.4f,
                       vec(0.35f, 0.35f, 0.35f));
        }
    }
    stage_glow(stage, vec(-21.6f, 23.5f, 7.2f), 2.6f, vec(0.8f, 0.8f, 0.8f));
    stage_glow(stage, vec(21.6f, 23.5f, 7.2f), 2.6f, vec(0.8f, 0.8f, 0.8f));
}

const SceneDrawing scene_parking = { parking_build, parking_move, parking_finish };
