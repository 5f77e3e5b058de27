/* scene_road.c - drawn cameras over roads: a crossroads with traffic lights */
#include "tests/support/scene_houses.h"
#include "tests/support/scene_list.h"
#include "tests/support/scene_parts.h"
#include "tests/support/scene_vehicles.h"

/* ---- crossroads: two lanes each way, 8 s of lights, queues that start and form again ---- */

enum { CROSS_HALF = 45 }; /* the drawn ground is a square around (0, 10) */
static const double cross_y = 10, road_half = 7;

typedef struct {
    const VehicleKit *kit;
    const Material *paints[8], *lamp_red, *lamp_yellow, *lamp_green, *lamp_dark, *case_dark, *steel;
    const Material *digits[2][10]; /* red, green countdown */
} Crossroads;

static void draw_zebra(cairo_t *cr, double x0, double y0, double x1, double y1, gboolean is_along_x)
{
    skin_source(cr, 0xd9d9d2, 0.85);
    for (double at = 0.3; at < (is_along_x ? x1 - x0 : y1 - y0) - 0.3; at += 0.95) {
        if (is_along_x)
            cairo_rectangle(cr, x0 + at, y0, 0.48, y1 - y0);
        else
            cairo_rectangle(cr, x0, y0 + at, x1 - x0, 0.48);
    }
    cairo_fill(cr);
}

static void draw_arrow(cairo_t *cr, double x, double y, double degrees)
{
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_rotate(cr, degrees * G_PI / 180);
    skin_source(cr, 0xd4d4cc, 0.8);
    cairo_rectangle(cr, -0.11, -1.8, 0.22, 2.4);
    cairo_move_to(cr, -0.4, 0.5);
    cairo_line_to(cr, 0.4, 0.5);
    cairo_line_to(cr, 0, 1.7);
    cairo_fill(cr);
    cairo_restore(cr);
}

/* One arm of the crossing, towards +y, turned into place by the caller. */
static void draw_arm(cairo_t *cr)
{
    const double line = road_half + 5.2;
    draw_zebra(cr, -road_half, road_half + 1, road_half, road_half + 4.2, TRUE);
    skin_box(cr, -road_half + 0.2, line, road_half - 0.4, 0.32, 0xd9d9d2);
    skin_source(cr, 0xd9b13a, 0.9);
    cairo_rectangle(cr, -0.2, line, 0.13, 60);
    cairo_rectangle(cr, 0.07, line, 0.13, 60);
    cairo_fill(cr);
    skin_source(cr, 0xd4d4cc, 0.8);
    cairo_rectangle(cr, -3.57, line, 0.13, 14);
    for (double y = line + 16; y < 60; y += 6)
        cairo_rectangle(cr, -3.57, y, 0.13, 3);
    for (double y = line; y < 60; y += 6)
        cairo_rectangle(cr, 3.43, y, 0.13, 3);
    cairo_rectangle(cr, -road_half + 0.25, line, 0.12, 60);
    cairo_rectangle(cr, road_half - 0.37, line, 0.12, 60);
    cairo_fill(cr);
    draw_arrow(cr, -1.75, line + 4, 180);
    draw_arrow(cr, -5.25, line + 4, 180);
    skin_source(cr, 0x1c1c1c, 0.09);
    for (int i = -2; i <= 1; i++) {
        cairo_rectangle(cr, i * 3.5 + 0.85, road_half - 7, 0.45, 70);
        cairo_rectangle(cr, i * 3.5 + 2.2, road_half - 7, 0.45, 70);
    }
    cairo_fill(cr);
}

static void draw_cross_ground(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_plan(cr, -CROSS_HALF, cross_y + CROSS_HALF);
    skin_source_noise(cr, 0x9a9184, 0xb5ac9d, 0.7);
    cairo_paint(cr);
    cairo_set_line_width(cr, 0.035);
    skin_source(cr, 0x6f675c, 0.35);
    for (double at = -60; at < 60; at += 0.8) {
        cairo_move_to(cr, at, -60);
        cairo_line_to(cr, at, 60);
        cairo_move_to(cr, -60, at);
        cairo_line_to(cr, 60, at);
    }
    cairo_stroke(cr);
    for (int i = 0; i < 2; i++) {
        skin_box(cr, -road_half - 0.35, -60, 2 * road_half + 0.7, 120, 0xc9c5ba);
        skin_box(cr, -60, -road_half - 0.35, 120, 2 * road_half + 0.7, 0xc9c5ba);
    }
    skin_source_noise(cr, 0x54565a, 0x67696c, 0.5);
    cairo_rectangle(cr, -road_half, -60, 2 * road_half, 120);
    cairo_rectangle(cr, -60, -road_half, 120, 2 * road_half);
    const double corners[4][2] = { { 1, 1 }, { -1, 1 }, { -1, -1 }, { 1, -1 } };
    for (int i = 0; i < 4; i++) {
        double x = corners[i][0] * road_half, y = corners[i][1] * road_half, r = 5;
        cairo_move_to(cr, x, y);
        cairo_line_to(cr, x + corners[i][0] * r, y);
        cairo_curve_to(cr, x + corners[i][0] * r * 0.45, y, x, y + corners[i][1] * r * 0.45, x,
                       y + corners[i][1] * r);
        cairo_close_path(cr);
    }
    cairo_fill(cr);
    for (int i = 0; i < 4; i++) {
        draw_arm(cr);
        cairo_rotate(cr, G_PI / 2);
    }
    Dice dice = 99;
    for (int i = 0; i < 26; i++) {
        skin_source(cr, i % 3 ? 0x3b3c3f : 0x77787a, 0.25);
        cairo_rectangle(cr, dice_range(&dice, -40, 40), dice_range(&dice, -6, 6),
                        dice_range(&dice, 0.6f, 4), dice_range(&dice, 0.4f, 1.4f));
        cairo_fill(cr);
    }
}

static void draw_digit(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    const int *digit = user; /* ten times the colour, plus the figure */
    char text[2] = { (char)('0' + *digit % 10), 0 };
    skin_box(cr, 0, 0, width_m, height_m, 0x101214);
    skin_text(cr, text, width_m / 2, height_m / 2, height_m * 0.95,
              *digit / 10 ? 0x36ff8a : 0xff3a2a);
}

static const Material *glowing(Stage *stage, guint32 rgb, float glow)
{
    return stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(rgb), .glow = glow });
}

static void crossroads_materials(Stage *stage, Crossroads *scene)
{
    static const guint32 colours[] = { 0xe6e7e4, 0x1f2226, 0xa9adb0, 0x8e1f1c,
                                       0x2a4a7c, 0xd8d2c2, 0x5d6266, 0x3c5a46 };
    for (guint i = 0; i < G_N_ELEMENTS(colours); i++)
        scene->paints[i] = vehicle_paint(stage, colours[i]);
    scene->lamp_red = glowing(stage, 0xff1a0c, 2.4f);
    scene->lamp_yellow = glowing(stage, 0xffb020, 4);
    scene->lamp_green = glowing(stage, 0x18f08a, 2.6f);
    scene->lamp_dark = stage_paint(stage, 0x1c1f20, 0);
    scene->case_dark = stage_paint(stage, 0x24282b, 0.1f);
    scene->steel = stage_paint(stage, 0x8d949a, 0.1f);
    for (int colour = 0; colour < 2; colour++)
        for (int i = 0; i < 10; i++) {
            int digit = colour * 10 + i;
            Material material = *stage_skin(stage, 0.5f, 0.8f, 80, draw_digit, &digit);
            material.glow = 2.5f;
            scene->digits[colour][i] = stage_material(stage, material);
        }
}

/* Where the four signals stand: beyond the crossing, to the right of the traffic they face. */
static void crossroads_to_signal(Stage *stage, int arm)
{
    stage_push(stage);
    stage_turn(stage, (float)arm * 90);
    stage_move(stage, (float)road_half + 2.2f, (float)road_half + 2.2f, 0);
}

static void crossroads_furniture(Stage *stage, Crossroads *scene)
{
    const Material *white = stage_paint(stage, 0xdfe1de, 0),
                   *lamp_head = stage_paint(stage, 0xd8d6c8, 0);
    for (int arm = 0; arm < 4; arm++) {
        crossroads_to_signal(stage, arm);
        part_pole(stage, vec(0, 0, 0), 6.4f, 0.14f, scene->steel);
        part_bar(stage, vec(0, 0, 6.1f), vec(-7.2f, 0, 6.5f), 0.13f, scene->steel);
        part_box(stage, vec(-7.4f, -0.14f, 6.0f), vec(-4.2f, 0.14f, 6.95f), scene->case_dark);
        stage_pop(stage);
    }
    for (int side = -1; side <= 1; side += 2)
        for (int i = 0; i < 3; i++) {
            stage_push(stage);
            stage_move(stage, (float)side * 8.6f, 19 + (float)i * 17, 0);
            if (side > 0)
                stage_turn(stage, 180);
            part_street_lamp(stage, 9, 2.2f, scene->steel, lamp_head);
            stage_pop(stage);
        }
    for (float y = 13; y < 50; y += 2.2f)
        for (int side = -1; side <= 1; side += 2)
            part_box(stage, vec((float)side * 7.6f - 0.05f, y, 0),
                     vec((float)side * 7.6f + 0.05f, y + 2.05f, 0.8f), white);
}

static void crossroads_houses(Stage *stage)
{
    /* clang-format off */
    const House houses[] = {
        { 12.5f, 15, 34, 27, 5, 0, 0xcfc3ae, 0xb9ac98, 0x8e8a84,
          { "研和小吃", "便民超市", "五金建材", "药店", NULL }, { 0xb3382c, 0x2d7d4f, 0x2a5fa0, 0x2f8f62 }, HOUSE_BALCONIES, 11 },
        { 12.5f, 30, 30, 46, 7, 0, 0xb8c0c4, 0x8e999f, 0x7d8082, { NULL },
          { 0 }, HOUSE_GLAZED, 12 },
        { -36, 15, -13, 28, 4, 0, 0xd9cdb9, 0xc4b59d, 0x94857a,
          { "农信社", "过桥米线", "手机通讯", "电动车", NULL }, { 0x1f6b54, 0xb05a1e, 0x3265ad, 0x9c2f2a }, HOUSE_BALCONIES, 13 },
        { -32, 32, -13, 46, 6, 0, 0xc4a993, 0xd8cdbd, 0x86807a, { NULL },
          { 0 }, HOUSE_BALCONIES, 14 },
        { -12, 66, 12, 78, 9, 0, 0xaeb7bf, 0x8f9aa2, 0x777b80, { NULL },
          { 0 }, HOUSE_GLAZED, 15 },
        { 36, 14, 60, 28, 8, 0, 0xd6d0c4, 0xbdb4a6, 0x85807a, { "宾馆", NULL },
          { 0x8a2a4a }, 0, 16 },
        { -64, 14, -40, 30, 6, 0, 0xc9c4ba, 0xa8a49c, 0x85807a, { "家具城", NULL },
          { 0x355f8f }, HOUSE_BALCONIES, 17 },
        { 14, 52, 40, 64, 11, 0, 0xd2cabd, 0xa9a297, 0x777570, { NULL },
          { 0 }, HOUSE_BALCONIES, 18 },
        { -44, 52, -14, 66, 10, 0, 0xbfc4c4, 0x9aa2a4, 0x777570, { NULL },
          { 0 }, HOUSE_BALCONIES, 19 },
    };
    /* clang-format on */
    for (guint i = 0; i < G_N_ELEMENTS(houses); i++)
        house_build(stage, &houses[i]);
    Dice dice = 31;
    for (int side = -1; side <= 1; side += 2)
        for (int i = 0; i < 5; i++) {
            Tree tree = { dice_range(&dice, 5.5f, 7), dice_range(&dice, 1.9f, 2.5f), 0x4f6b34, 1,
                          (Dice)(40 + i * 2 + side) };
            part_tree(stage, (float)side * 10.3f, 14.5f + (float)i * 7.5f, 0, tree);
        }
    for (int i = 0; i < 4; i++) {
        Tree tree = { 6, 2.2f, 0x56703a, 1, (Dice)(60 + i) };
        part_tree(stage, 16 + (float)i * 7, 11.2f, 0, tree);
        tree.dice += 9;
        part_tree(stage, -17 - (float)i * 7, 11.4f, 0, tree);
    }
}

static gpointer crossroads_build(Stage *stage)
{
    Crossroads *scene = stage_own(stage, g_new0(Crossroads, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(-0.62f, -0.25f, 0.62f));
    light->sun = vec(2.6f, 2.4f, 2.05f);
    light->exposure = 1.25f;
    stage_look(stage, vec(-17, -39, 19), vec(1.2f, 4.5f, 0.6f), 42);
    scene->kit = vehicle_kit(stage);
    crossroads_materials(stage, scene);
    Material ground =
        *stage_skin(stage, 2 * CROSS_HALF, 2 * CROSS_HALF, 26, draw_cross_ground, NULL);
    ground.grain = 0.22f;
    ground.grain_m = 0.35f;
    part_floor(stage, -CROSS_HALF, (float)cross_y - CROSS_HALF, CROSS_HALF,
               (float)cross_y + CROSS_HALF, 0, stage_material(stage, ground));
    part_floor(stage, -300, -60, 300, 400, -0.02f, stage_paint(stage, 0x8b877c, 0.3f));
    crossroads_furniture(stage, scene);
    crossroads_houses(stage);
    stage_bake(stage, vec(0, 12, 0), 96);
    return scene;
}

/* Phases of the lights, as shares of the loop: one road goes from 0 to 0.44, the other from 0.5 to
 * 0.94. */
static const float go_s = 0.42f, clear_s = 0.5f;

static void crossroads_signal(Stage *stage, const Crossroads *scene, int arm, float time)
{
    float phase = time + (arm % 2 ? 0.5f : 0);
    phase -= floorf(phase);
    gboolean is_green = phase < go_s, is_yellow = !is_green && phase < clear_s - 0.02f;
    const Material *lamps[3] = { is_green || is_yellow ? scene->lamp_dark : scene->lamp_red,
                                 is_yellow ? scene->lamp_yellow : scene->lamp_dark,
                                 is_green ? scene->lamp_green : scene->lamp_dark };
    crossroads_to_signal(stage, arm);
    for (int i = 0; i < 3; i++) {
        float x = -6.85f + (float)i * 0.8f;
        part_box(stage, vec(x - 0.3f, -0.2f, 6.2f), vec(x + 0.3f, -0.15f, 6.8f), lamps[i]);
    }
    float left_s = 8 * (is_green ? go_s - phase : 1 - phase);
    if (!is_yellow)
        stage_face(stage,
                   (Vec[]) { vec(-4.85f, -0.17f, 6.1f), vec(-4.3f, -0.17f, 6.1f),
                             vec(-4.3f, -0.17f, 6.88f), vec(-4.85f, -0.17f, 6.88f) },
                   4, scene->digits[is_green][(int)left_s % 10]);
    stage_pop(stage);
}

typedef enum { CAR = 1, SUV, VAN, BUS } VehicleKind;

typedef struct {
    int arm; /* comes from here: 0 from the viewer's side, then counter-clockwise */
    VehicleKind kind;
    int paint;
    float lane, queue_m, start,
        back; /* waits queue_m behind the line, leaves and is back at these shares of its phase */
} Driver;

static const Driver drivers[] = {
    { 0, CAR, 0, 1.75f, 0, 0.02f, 0.78f },    { 0, SUV, 1, 1.75f, 6.6f, 0.06f, 0.86f },
    { 0, VAN, 5, 5.25f, 0, 0.03f, 0.72f },    { 0, CAR, 3, 5.25f, 6.2f, 0.08f, 0.9f },
    { 2, CAR, 2, 1.75f, 0, 0.02f, 0.76f },    { 2, BUS, 0, 5.25f, 3, 0.03f, 0.84f },
    { 2, SUV, 4, 1.75f, 6.8f, 0.06f, 0.88f }, { 1, CAR, 5, 1.75f, 0, 0.02f, 0.74f },
    { 1, CAR, 6, 5.25f, 0, 0.03f, 0.8f },     { 1, SUV, 0, 5.25f, 6.6f, 0.07f, 0.88f },
    { 3, CAR, 4, 1.75f, 0, 0.02f, 0.72f },    { 3, VAN, 0, 5.25f, 0, 0.03f, 0.82f },
    { 3, CAR, 1, 1.75f, 6.4f, 0.07f, 0.86f }, { 3, SUV, 7, 5.25f, 6.6f, 0.08f, 0.92f },
};

static void crossroads_drive(Stage *stage, const Crossroads *scene, const Driver *driver,
                             float time)
{
    float phase = time + (driver->arm % 2 ? 0.5f : 0);
    phase -= floorf(phase);
    float line = -(float)road_half - 7.9f - driver->queue_m;
    const Key leave[] = {
        { driver->start - 0.1f, line },        { driver->start, line },
        { driver->start + 0.1f, line + 4.5f }, { driver->start + 0.24f, line + 20 },
        { driver->start + 0.46f, line + 62 },  { 1, line + 166 }
    };
    const Key arrive[] = { { 0, line - 160 },
                           { driver->back - 0.3f, line - 50 },
                           { driver->back - 0.14f, line - 16 },
                           { driver->back - 0.04f, line - 2.2f },
                           { driver->back + 0.03f, line },
                           { 1.1f, line } };
    gboolean is_leaving = phase < driver->start + 0.42f && phase < driver->back - 0.32f;
    float y = is_leaving ? vehicle_travel(leave, G_N_ELEMENTS(leave), phase)
                         : vehicle_travel(arrive, G_N_ELEMENTS(arrive), phase);
    if (fabsf(y) > 70)
        return;
    gboolean is_still = is_leaving ? phase <= driver->start : phase > driver->back - 0.14f;
    Livery livery = { scene->paints[driver->paint], is_still, FALSE };
    stage_push(stage);
    stage_turn(stage, (float)driver->arm * 90);
    stage_move(stage, driver->lane, y, 0);
    if (driver->kind == CAR)
        vehicle_car(stage, scene->kit, livery);
    else if (driver->kind == SUV)
        vehicle_suv(stage, scene->kit, livery);
    else if (driver->kind == VAN)
        vehicle_van(stage, scene->kit, livery);
    else
        vehicle_bus(stage, scene->kit, livery);
    stage_pop(stage);
}

static void crossroads_move(Stage *stage, gpointer data, float time)
{
    const Crossroads *scene = data;
    for (int arm = 0; arm < 4; arm++)
        crossroads_signal(stage, scene, arm, time);
    stage_cast(stage, 0);
    for (guint i = 0; i < G_N_ELEMENTS(drivers); i++)
        crossroads_drive(stage, scene, &drivers[i], time);
}

const SceneDrawing scene_crossroads = { crossroads_build, crossroads_move, NULL };
