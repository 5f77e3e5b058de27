/* scene_water.c - drawn cameras over water: a reservoir's dam */
#include "tests/support/scene_list.h"
#include "tests/support/scene_parts.h"
#include "tests/support/scene_vehicles.h"

static const Material *make_water(Stage *stage)
{
    return stage_material(stage, (Material) { .kind = MATERIAL_WATER, .colour = vec(0, 0, 0) });
}

/* ---- reservoir: the crest of the dam runs away from the viewer at x 0..7, water to its left, the
 * valley to its right ---- */

typedef struct {
    const VehicleKit *kit;
    const Material *paint, *buoy, *flag, *hull, *deck;
} Dam;

static const float dam_water_z = -3.6f;

static float dam_height(float x, float y)
{
    float left = smooth_step(-75, -210, x + (noise_fractal(y * 0.012f, 3, 3) - 0.5f) * 70);
    float far = smooth_step(105, 260, y + (noise_fractal(x * 0.014f, 7, 3) - 0.5f) * 80);
    float right = smooth_step(22, 120, x) * smooth_step(20, 120, y);
    float rough = noise_fractal(x * 0.013f + 4, y * 0.013f, 4);
    return -9 + (left * 62 + far * 78 + right * 50) * (0.35f + rough);
}

static void draw_crest(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_source_noise(cr, 0x85858a, 0x9b9a9a, 0.5);
    cairo_paint(cr);
    skin_box(cr, 0, 0, 0.5, height_m, 0xb9b6ad);
    skin_box(cr, width_m - 0.5, 0, 0.5, height_m, 0xb9b6ad);
    skin_source(cr, 0xe3e1d6, 0.8);
    for (double y = 1; y < height_m; y += 6)
        cairo_rectangle(cr, width_m / 2 - 0.07, y, 0.14, 3);
    cairo_fill(cr);
}

static void draw_upstream(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_source_noise(cr, 0x9a988f, 0xb7b4a9, 0.9);
    cairo_paint(cr);
    cairo_pattern_t *wet = cairo_pattern_create_linear(0, height_m * 0.25, 0, height_m * 0.62);
    cairo_pattern_add_color_stop_rgba(wet, 0, 0.24, 0.22, 0.17, 0);
    cairo_pattern_add_color_stop_rgba(wet, 1, 0.2, 0.19, 0.14, 0.75);
    cairo_set_source(cr, wet);
    cairo_paint(cr);
    cairo_pattern_destroy(wet);
    skin_source(cr, 0x6d6a62, 0.55);
    cairo_set_line_width(cr, 0.07);
    for (double x = 0; x < width_m; x += 4) {
        cairo_move_to(cr, x, 0);
        cairo_line_to(cr, x, height_m);
    }
    for (double y = 0; y < height_m; y += 2.2) {
        cairo_move_to(cr, 0, y);
        cairo_line_to(cr, width_m, y);
    }
    cairo_stroke(cr);
}

static void draw_gauge(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0xf1f0ea);
    for (int i = 0; i * 0.2 < height_m; i++)
        skin_box(cr, i % 2 ? width_m * 0.55 : 0.05, i * 0.2, width_m * 0.4, 0.1,
                 i / 5 % 2 ? 0x1d3f8f : 0xc4261d);
    for (int i = 0; i < (int)height_m; i++) {
        char text[3];
        g_snprintf(text, sizeof text, "%d", (int)height_m - i);
        skin_box(cr, width_m * 0.18, i + 0.12, width_m * 0.64, 0.6, 0xf1f0ea);
        skin_text(cr, text, width_m / 2, i + 0.42, 0.62, i % 2 ? 0x1d3f8f : 0xc4261d);
    }
}

static void draw_slogan(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    static const char *characters[] = { "春", "和", "水", "库" };
    for (int i = 0; i < 4; i++)
        skin_text(cr, characters[i], width_m / 2, height_m * (i + 0.5) / 4, width_m * 0.9,
                  0xeeece2);
}

static void draw_flag_red(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0xd2231c);
}

static void dam_intake(Stage *stage)
{
    const Material *stone = stage_paint(stage, 0xb3b0a6, 0.25f),
                   *wall = stage_paint(stage, 0xe8e2d2, 0.08f);
    const Material *roof = stage_paint(stage, 0x9c4a30, 0.2f),
                   *dark = stage_paint(stage, 0x39464f, 0);
    stage_push(stage);
    stage_move(stage, -24, 34, 0);
    part_cylinder(stage, vec(0, 0, -9), 10, 3.4f, 3.1f, 14, stone);
    part_cylinder(stage, vec(0, 0, 1), 0.35f, 4.1f, 4.1f, 14, stone);
    part_cylinder(stage, vec(0, 0, 1.3f), 3.2f, 2.7f, 2.7f, 8, wall);
    for (int i = 0; i < 8; i++) {
        stage_push(stage);
        stage_turn(stage, (float)i * 45 + 22.5f);
        part_wall(stage, -0.6f, -2.56f, 0.6f, -2.56f, 2.2f, 3.7f, dark);
        stage_pop(stage);
    }
    part_curved_roof(stage, 3.5f, 4.4f, 2.6f, roof);
    part_pole(stage, vec(0, 0, 6.8f), 2.6f, 0.05f, wall);
    stage_pop(stage);
    part_box(stage, vec(-21, 33.1f, 0.4f), vec(0, 34.9f, 0.75f), stone);
    for (float x = -17; x < -2; x += 5)
        part_cylinder(stage, vec(x, 34, -8), 8.4f, 0.4f, 0.4f, 8, stone);
    for (int side = 0; side < 2; side++) {
        float y = 33.2f + (float)side * 1.6f;
        part_bar(stage, vec(-21, y, 1.7f), vec(0, y, 1.7f), 0.07f, wall);
        for (float x = -21; x < 0; x += 1.8f)
            part_bar(stage, vec(x, y, 0.7f), vec(x, y, 1.7f), 0.06f, wall);
    }
}

static void dam_crest(Stage *stage)
{
    const Material *wall = stage_paint(stage, 0xc9c4b6, 0.15f),
                   *grass = stage_paint(stage, 0x6f8450, 0.45f);
    const Material *pole = stage_paint(stage, 0xd4d7d8, 0), *head = stage_paint(stage, 0x6d7478, 0);
    const float near = -60, far = 130;
    Material crest = *stage_skin(stage, 7, far - near, 20, draw_crest, NULL);
    Material upstream = *stage_skin(stage, far - near, 10, 14, draw_upstream, NULL);
    crest.grain = upstream.grain = 0.2f;
    crest.grain_m = upstream.grain_m = 0.6f;
    part_floor(stage, 0, near, 7, far, 0, stage_material(stage, crest));
    stage_face(stage,
               (Vec[]) { vec(-13, far, -7), vec(-13, near, -7), vec(0, near, 0), vec(0, far, 0) },
               4, stage_material(stage, upstream));
    stage_face(stage,
               (Vec[]) { vec(7, near, 0), vec(45, near, -17), vec(45, far, -17), vec(7, far, 0) },
               4, grass);
    part_box(stage, vec(0, near, 0), vec(0.35f, far, 1), wall);
    part_box(stage, vec(6.65f, near, 0), vec(7, far, 0.9f), wall);
    for (float y = near; y < far; y += 4)
        part_box(stage, vec(-0.06f, y, 0), vec(0.42f, y + 0.5f, 1.15f), wall);
    for (float y = -12; y < far; y += 18) {
        stage_push(stage);
        stage_move(stage, 6.3f, y, 0);
        stage_turn(stage, 180);
        part_street_lamp(stage, 6, 1.6f, pole, head);
        stage_pop(stage);
    }
    Material slogan = *stage_skin(stage, 7, 40, 20, draw_slogan, NULL);
    slogan.is_cut_out = TRUE;
    stage_face(stage,
               (Vec[]) { vec(13, 16, -2.5f), vec(20.5f, 16, -5.8f), vec(20.5f, 66, -5.8f),
                         vec(13, 66, -2.5f) },
               4, stage_material(stage, slogan));
}

static void dam_gauge(Stage *stage)
{
    const Material *steel = stage_paint(stage, 0x8b9298, 0.1f),
                   *staff = stage_skin(stage, 1.5f, 9, 60, draw_gauge, NULL);
    stage_push(stage);
    stage_move(stage, -13.5f, 3, dam_water_z - 3);
    stage_turn(stage, 18);
    part_wall(stage, -0.75f, 0, 0.75f, 0, 0, 9, staff);
    part_bar(stage, vec(-0.8f, 0.1f, -2), vec(-0.8f, 0.1f, 9.2f), 0.16f, steel);
    part_bar(stage, vec(0.8f, 0.1f, -2), vec(0.8f, 0.1f, 9.2f), 0.16f, steel);
    stage_pop(stage);
}

static gpointer dam_build(Stage *stage)
{
    Dam *scene = stage_own(stage, g_new0(Dam, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(0.55f, -0.35f, 0.62f));
    light->sun = vec(2.3f, 2.15f, 1.85f);
    light->water_z = dam_water_z;
    light->water = vec(0.02f, 0.085f, 0.08f);
    light->wave_m = 5;
    light->wave_slope = 0.085f;
    light->haze_m = 900;
    light->exposure = 1.05f;
    light->contrast = 1.2f;
    light->drift_px = 30;
    stage_look(stage, vec(11, -31, 13), vec(-11, 26, -3.5f), 56);
    scene->kit = vehicle_kit(stage);
    scene->paint = vehicle_paint(stage, 0xe9e9e6);
    scene->buoy = stage_paint(stage, 0xe2641c, 0);
    scene->hull = stage_paint(stage, 0x2f62a8, 0.1f);
    scene->deck = stage_paint(stage, 0xe6e4da, 0.1f);
    scene->flag = stage_skin(stage, 1.8f, 1.2f, 20, draw_flag_red, NULL);
    part_land(stage, -420, -60, 300, 500, 80, dam_height, stage_paint(stage, 0x77724c, 0.5f));
    part_wood(stage, dam_height,
              (Wood) { -260, 60, 30, 330, dam_water_z + 1.2f, 6.5f, 7000, 0x46602f, 5 });
    part_floor(stage, -420, -80, 0, 420, dam_water_z, make_water(stage));
    dam_crest(stage);
    dam_intake(stage);
    dam_gauge(stage);
    stage_bake(stage, vec(-12, 40, 0), 190);
    return scene;
}

static float bob(float time, float phase, int turns)
{
    return sinf(6.28319f * ((float)turns * time + phase));
}

static void dam_boat(Stage *stage, const Dam *scene, float time)
{
    static const Section hull[] = {
        { -2.6f, -0.3f, 0.55f, 0.7f, 0.9f },
        { 1.2f, -0.3f, 0.55f, 0.75f, 0.95f },
        { 2.6f, 0, 0.7f, 0.15f, 0.3f },
    };
    static const Section cabin[] = {
        { -1.2f, 0.55f, 1.5f, 0.6f, 0.55f },
        { 0.3f, 0.55f, 1.5f, 0.6f, 0.55f },
        { 0.7f, 0.55f, 0.8f, 0.6f, 0.55f },
    };
    stage_push(stage);
    stage_move(stage, -17.5f, 24, dam_water_z + 0.1f + 0.06f * bob(time, 0, 3));
    stage_turn(stage, 62 + 4 * bob(time, 0.3f, 1));
    stage_roll(stage, 3 * bob(time, 0.1f, 4));
    part_loft(stage, hull, G_N_ELEMENTS(hull), scene->hull, scene->deck);
    part_loft(stage, cabin, G_N_ELEMENTS(cabin), scene->deck, scene->deck);
    stage_pop(stage);
}

static void dam_move(Stage *stage, gpointer data, float time)
{
    const Dam *scene = data;
    for (int i = 0; i < 14; i++) {
        float x = -30 - (float)i * 2.4f, y = 20 + (float)i * 3.2f + 2 * sinf((float)i);
        float z = dam_water_z + 0.15f + 0.1f * bob(time, (float)i * 0.17f, 4);
        stage_ball(stage, vec(x, y, z), 0.45f, vec(0, 0, 1), scene->buoy);
    }
    dam_boat(stage, scene, time);
    part_flag(stage, vec(-24, 34, 9.3f), 1.8f, 1.2f, time, scene->flag);
    stage_cast(stage, 0);
    float y = 122 - 150 * time;
    stage_push(stage);
    stage_move(stage, 2.1f, y, 0);
    stage_turn(stage, 180);
    vehicle_suv(stage, scene->kit, (Livery) { scene->paint, FALSE, FALSE });
    stage_pop(stage);
}

const SceneDrawing scene_dam = { dam_build, dam_move, NULL };
