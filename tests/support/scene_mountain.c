/* scene_mountain.c - drawn cameras in the mountains: a road in bends with trucks, a fire lookout
 * over the forest */
#include "tests/support/scene_list.h"
#include "tests/support/scene_parts.h"
#include "tests/support/scene_vehicles.h"

/* ---- mountain road: a line up the slope in bends; the ground is cut and filled along it ---- */

enum { ROAD_POINTS = 240 };
static const float road_half = 4.2f;

typedef struct {
    Vec at[ROAD_POINTS];
    float length[ROAD_POINTS]; /* from the lower end */
} Road;

typedef struct {
    const VehicleKit *kit;
    const Material *truck, *car, *load;
    Road road;
} MountainRoad;

static Vec road_point(float share)
{
    float turn = share * 8.3f + 0.55f;
    return vec(41 * sinf(turn), -34 + 150 * share + 5 * sinf(turn * 2), -6 + 46 * share);
}

static float natural_height(float x, float y)
{
    float rise = -9 + 0.31f * (y + 34) + 0.0016f * MAX(y - 60, 0) * MAX(y - 60, 0);
    float fold = (noise_fractal(x * 0.018f + 3, y * 0.018f, 4) - 0.5f) * 26;
    return rise + fold * smooth_step(-30, 40, y + fabsf(x)) +
           smooth_step(20, 140, fabsf(x - 20)) * 16;
}

static float mountain_height(float x, float y)
{
    float nearest2 = 1e9f, level = 0;
    for (int i = 0; i < 120; i++) {
        Vec at = road_point((float)i / 119);
        float distance2 = (at.x - x) * (at.x - x) + (at.y - y) * (at.y - y);
        if (distance2 < nearest2) {
            nearest2 = distance2;
            level = at.z;
        }
    }
    float natural = natural_height(x, y), distance = sqrtf(nearest2);
    float share = smooth_step(road_half + 1.5f, road_half + 15, distance);
    return mixf(level - 0.35f, MAX(natural, level - 14), share);
}

/* Trees keep off the road. */
static float mountain_wood_height(float x, float y)
{
    for (int i = 0; i < 120; i++) {
        Vec at = road_point((float)i / 119);
        if (hypotf(at.x - x, at.y - y) < road_half + 7)
            return -1000;
    }
    return mountain_height(x, y);
}

static void draw_mountain_lane(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_source_noise(cr, 0x5b5c5f, 0x6f7072, 0.5);
    cairo_paint(cr);
    skin_box(cr, 0, 0, 0.5, height_m, 0x7d796c);
    skin_box(cr, width_m - 0.5, 0, 0.5, height_m, 0x7d796c);
    skin_source(cr, 0xe5e3da, 0.9);
    cairo_rectangle(cr, 0.6, 0, 0.16, height_m);
    cairo_rectangle(cr, width_m - 0.76, 0, 0.16, height_m);
    cairo_fill(cr);
    skin_source(cr, 0xe0b63c, 0.95);
    cairo_rectangle(cr, width_m / 2 - 0.2, 0, 0.14, height_m);
    cairo_rectangle(cr, width_m / 2 + 0.06, 0, 0.14, height_m);
    cairo_fill(cr);
}

static void draw_bend_sign(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0x1c3f96);
    skin_source(cr, 0xf4f4f0, 1);
    for (int i = 0; i < 3; i++) {
        double x = width_m * (0.12 + 0.28 * i);
        cairo_move_to(cr, x, height_m * 0.1);
        cairo_line_to(cr, x + 0.3, height_m * 0.5);
        cairo_line_to(cr, x, height_m * 0.9);
        cairo_line_to(cr, x + 0.22, height_m * 0.9);
        cairo_line_to(cr, x + 0.52, height_m * 0.5);
        cairo_line_to(cr, x + 0.22, height_m * 0.1);
        cairo_close_path(cr);
    }
    cairo_fill(cr);
}

/* Unit vector to the right of the way at a point of the road. */
static Vec road_side(const Road *road, int i)
{
    Vec way = vec_sub(road->at[MIN(i + 1, ROAD_POINTS - 1)], road->at[MAX(i - 1, 0)]);
    return vec_unit(vec(way.y, -way.x, 0));
}

static void mountain_pave(Stage *stage, Road *road)
{
    Material lane = *stage_skin(stage, 2 * road_half, 8, 30, draw_mountain_lane, NULL);
    lane.is_tiled = TRUE;
    lane.grain = 0.2f;
    lane.grain_m = 0.5f;
    const Material *paved = stage_material(stage, lane),
                   *rail = stage_paint(stage, 0xd9dbd8, 0.05f);
    const Material *post = stage_paint(stage, 0xb23a2a, 0),
                   *white = stage_paint(stage, 0xe6e6e2, 0);
    for (int i = 0; i < ROAD_POINTS; i++) {
        road->at[i] = road_point((float)i / (ROAD_POINTS - 1));
        road->length[i] =
            i ? road->length[i - 1] + vec_length(vec_sub(road->at[i], road->at[i - 1])) : 0;
    }
    for (int i = 0; i + 1 < ROAD_POINTS; i++) {
        Vec a = road->at[i], b = road->at[i + 1], side_a = road_side(road, i),
            side_b = road_side(road, i + 1);
        stage_scroll(stage, 0, -road->length[i + 1] / 8);
        stage_face(
            stage,
            (Vec[]) { vec_add_scaled(a, side_a, -road_half), vec_add_scaled(a, side_a, road_half),
                      vec_add_scaled(b, side_b, road_half), vec_add_scaled(b, side_b, -road_half) },
            4, paved);
        Vec rail_a = vec_add_scaled(a, side_a, road_half + 0.2f),
            rail_b = vec_add_scaled(b, side_b, road_half + 0.2f);
        Vec low = vec(0, 0, 0.4f), high = vec(0, 0, 0.78f);
        stage_face(stage,
                   (Vec[]) { vec_add(rail_a, low), vec_add(rail_b, low), vec_add(rail_b, high),
                             vec_add(rail_a, high) },
                   4, rail);
        if (i % 3 == 0)
            part_bar(stage, rail_a, vec_add(rail_a, vec(0, 0, 0.85f)), 0.14f, i % 6 ? post : white);
    }
    stage_scroll(stage, 0, 0);
}

static gpointer mountain_build(Stage *stage)
{
    MountainRoad *scene = stage_own(stage, g_new0(MountainRoad, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(0.7f, -0.15f, 0.5f));
    light->sun = vec(1.7f, 1.62f, 1.45f);
    light->sun_softness = 0.2f;
    light->haze = vec(0.58f, 0.67f, 0.74f);
    light->haze_m = 640;
    light->tint = vec(0.95f, 1, 1.03f);
    light->exposure = 1.45f;
    stage_look(stage, vec(-14, -78, 62), vec(1, 32, 8), 50);
    scene->kit = vehicle_kit(stage);
    scene->truck = vehicle_paint(stage, 0xc23a22);
    scene->car = vehicle_paint(stage, 0xe6e7e4);
    scene->load = stage_paint(stage, 0x8c7a5e, 0.4f);
    mountain_pave(stage, &scene->road);
    part_land(stage, -150, -80, 150, 220, 110, mountain_height,
              stage_paint(stage, 0x6f7546, 0.55f));
    part_wood(stage, mountain_wood_height,
              (Wood) { -120, -50, 120, 170, -900, 2.7f, 6500, 0x4f6d33, 9 });
    part_land(stage, -700, 215, 700, 900, 30, natural_height, stage_paint(stage, 0x5f7048, 0.4f));
    const Material *sign = stage_skin(stage, 2.2f, 1.1f, 60, draw_bend_sign, NULL),
                   *post = stage_paint(stage, 0x9aa0a4, 0);
    static const float bends[] = { 0.11f, 0.135f, 0.5f, 0.525f };
    for (guint i = 0; i < G_N_ELEMENTS(bends); i++) {
        Vec at = road_point(bends[i]);
        float out = i < 2 ? road_half + 1 : -road_half - 1;
        stage_push(stage);
        stage_move(stage, at.x + fabsf(out), at.y, at.z);
        part_bar(stage, vec(0, 0.05f, -1), vec(0, 0.05f, 2.9f), 0.12f, post);
        part_wall(stage, -1.1f, 0, 1.1f, 0, 1.7f, 2.8f, sign);
        stage_pop(stage);
    }
    stage_bake(stage, vec(0, 40, 10), 240);
    return scene;
}

/* Puts the next faces on the road, length metres from its lower end, side metres to the right of
 * its middle. */
static gboolean road_enter(Stage *stage, const Road *road, float length, float side,
                           gboolean is_uphill)
{
    if (length < 1 || length > road->length[ROAD_POINTS - 1] - 1)
        return FALSE;
    int i = 0;
    while (road->length[i + 1] < length)
        i++;
    float share = (length - road->length[i]) / (road->length[i + 1] - road->length[i]);
    Vec at = vec_mix(road->at[i], road->at[i + 1], share);
    Vec across = vec_unit(vec_mix(road_side(road, i), road_side(road, i + 1), share));
    at = vec_add_scaled(at, across, side);
    stage_cast(stage, at.z);
    stage_push(stage);
    stage_move(stage, at.x, at.y, at.z);
    stage_turn(stage, atan2f(across.y, across.x) * 180 / (float)G_PI + (is_uphill ? 0 : 180));
    stage_tilt(stage, is_uphill ? 7 : -7);
    return TRUE;
}

static void mountain_move(Stage *stage, gpointer data, float time)
{
    const MountainRoad *scene = data;
    const float truck_gap = 74, car_gap = 96, total = scene->road.length[ROAD_POINTS - 1];
    for (int i = 0; (float)i * truck_gap < total; i++)
        if (road_enter(stage, &scene->road, ((float)i + time) * truck_gap, 2.1f, TRUE)) {
            vehicle_truck(stage, scene->kit, (Livery) { scene->truck, FALSE, FALSE }, scene->load);
            stage_pop(stage);
        }
    for (int i = 0; (float)i * car_gap < total + car_gap; i++)
        if (road_enter(stage, &scene->road, total - ((float)i + time) * car_gap + 30, -2.1f,
                       FALSE)) {
            vehicle_suv(stage, scene->kit, (Livery) { scene->car, FALSE, TRUE });
            stage_pop(stage);
        }
}

const SceneDrawing scene_mountain_road = { mountain_build, mountain_move, NULL };

/* ---- lookout: ridge behind ridge in the first light, wind turbines, a watch tower ---- */

typedef struct {
    const Material *blade, *flag;
} Lookout;

static const float tower_x = 36, tower_y = 160;
static const float turbines[][3] = {
    { -120, 330, 1 }, { -45, 350, 0.95f }, { 30, 338, 1.05f }, { 112, 356, 0.9f }, { 190, 345, 1 }
};

static float ridge_height(float x, float y)
{
    float near = 26 * noise_fractal(x * 0.016f, y * 0.016f + 3, 4) - 26 +
                 38 * (1 - smooth_step(34, 85, y)) * smooth_step(4, 26, fabsf(x - 3));
    float second = smooth_step(80, 190, y) * (1 - smooth_step(190, 270, y)) *
                   (26 + 30 * noise_fractal(x * 0.011f + 8, 2, 4));
    float third = smooth_step(260, 345, y) * (1 - smooth_step(350, 480, y)) *
                  (38 + 34 * noise_fractal(x * 0.008f + 3, 5, 4));
    float fourth = smooth_step(500, 700, y) * (1 - smooth_step(700, 950, y)) *
                   (46 + 110 * noise_fractal(x * 0.0045f + 6, 9, 4));
    float last = smooth_step(1100, 1500, y) * (90 + 210 * noise_fractal(x * 0.0025f + 1, 4, 4));
    return near + second + third + fourth + last - 12;
}

static void lookout_tower(Stage *stage)
{
    const Material *steel = stage_paint(stage, 0xb8402e, 0.1f),
                   *white = stage_paint(stage, 0xe6e3da, 0.05f);
    const Material *roof = stage_paint(stage, 0x9a3a28, 0.2f),
                   *glass = stage_material(stage, (Material) { .kind = MATERIAL_SOLID,
                                                               .colour = vec_rgb(0x2a363e),
                                                               .gloss = 0.2f });
    stage_push(stage);
    stage_move(stage, tower_x, tower_y, ridge_height(tower_x, tower_y) - 1);
    stage_size(stage, 1.25f, 1.25f, 1.25f);
    const float low = 2.6f, high = 1.5f, top = 19;
    for (int i = 0; i < 4; i++) {
        stage_push(stage);
        stage_turn(stage, (float)i * 90);
        part_bar(stage, vec(low, low, 0), vec(high, high, top), 0.24f, steel);
        for (int j = 0; j < 5; j++) {
            float a = (float)j / 5, b = (float)(j + 1) / 5, ra = mixf(low, high, a),
                  rb = mixf(low, high, b);
            part_bar(stage, vec(-ra, ra, top * a), vec(rb, rb, top * b), 0.12f, steel);
            part_bar(stage, vec(ra, ra, top * a), vec(-rb, rb, top * b), 0.12f, steel);
        }
        stage_pop(stage);
    }
    part_box(stage, vec(-2.6f, -2.6f, top), vec(2.6f, 2.6f, top + 0.25f), white);
    part_box(stage, vec(-1.9f, -1.9f, top + 0.2f), vec(1.9f, 1.9f, top + 1.2f), white);
    part_box(stage, vec(-1.8f, -1.8f, top + 1.2f), vec(1.8f, 1.8f, top + 2.5f), glass);
    part_curved_roof(stage, 2.7f, top + 2.5f, 1.7f, roof);
    part_pole(stage, vec(0, 0, top + 4), 4, 0.06f, white);
    stage_pop(stage);
}

static gpointer lookout_build(Stage *stage)
{
    Lookout *scene = stage_own(stage, g_new0(Lookout, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(-0.62f, 0.68f, 0.22f));
    light->sun = vec(2.6f, 1.7f, 0.95f);
    light->zenith = vec(0.3f, 0.42f, 0.66f);
    light->horizon = vec(1.15f, 0.8f, 0.55f);
    light->bounce = vec(0.34f, 0.32f, 0.3f);
    light->cloud_cover = 0.62f;
    light->cloud = vec(1.6f, 1.15f, 0.85f);
    light->haze = vec(0.92f, 0.7f, 0.56f);
    light->haze_m = 2300;
    light->drift_px = 46;
    light->exposure = 1.35f;
    light->saturation = 1.15f;
    stage_look(stage, vec(0, -20, 27), vec(4, 200, 31), 52);
    scene->blade = stage_paint(stage, 0xe8e8e6, 0);
    part_land(stage, -260, -10, 260, 260, 90, ridge_height, stage_paint(stage, 0x4a5c34, 0.4f));
    part_land(stage, -420, 250, 420, 520, 50, ridge_height, stage_paint(stage, 0x46593a, 0.4f));
    part_land(stage, -900, 490, 900, 1000, 50, ridge_height, stage_paint(stage, 0x45583f, 0.3f));
    part_land(stage, -2200, 1000, 2200, 2200, 50, ridge_height, stage_paint(stage, 0x465844, 0.2f));
    part_wood(stage, ridge_height, (Wood) { -130, 20, 130, 240, -40, 4.6f, 5200, 0x3c5530, 6 });
    part_wood(stage, ridge_height, (Wood) { -240, 265, 240, 420, 0, 7, 3800, 0x40573a, 8 });
    part_wood(stage, ridge_height, (Wood) { -460, 560, 460, 760, 10, 13, 3200, 0x405640, 8 });
    Dice dice = 19;
    for (int i = 0; i < 34; i++) {
        float x = dice_range(&dice, 9, 36) * (i % 2 ? 1.0f : -1.0f), y = dice_range(&dice, 24, 58);
        Tree pine = { dice_range(&dice, 7, 11), dice_range(&dice, 1.9f, 2.7f), 0x3a5632, 1,
                      (Dice)(i + 3) };
        part_conifer(stage, x, y, ridge_height(x, y) - 0.4f, pine);
    }
    lookout_tower(stage);
    const Material *mast = stage_paint(stage, 0xdededb, 0);
    for (guint i = 0; i < G_N_ELEMENTS(turbines); i++) {
        float x = turbines[i][0], y = turbines[i][1], z = ridge_height(x, y);
        part_cylinder(stage, vec(x, y, z), 42 * turbines[i][2], 1.5f, 0.8f, 8, mast);
        part_box(stage, vec(x - 1.2f, y - 3, z + 41 * turbines[i][2]),
                 vec(x + 1.2f, y + 2, z + 43.4f * turbines[i][2]), mast);
    }
    stage_bake(stage, vec(0, 110, 0), 260);
    return scene;
}

static void lookout_move(Stage *stage, gpointer data, float time)
{
    const Lookout *scene = data;
    for (guint i = 0; i < G_N_ELEMENTS(turbines); i++) {
        float x = turbines[i][0], y = turbines[i][1], size = turbines[i][2], length = 24 * size;
        stage_push(stage);
        stage_move(stage, x, y - 3.4f, ridge_height(x, y) + 42.2f * size);
        for (int blade = 0; blade < 3; blade++) {
            stage_push(stage);
            /* A blade takes the next one's place: two thirds of a turn a loop look like none
             * missing. */
            stage_roll(stage, 120 * (float)blade + 240 * time + 37 * (float)i);
            stage_face(stage,
                       (Vec[]) { vec(-0.9f, 0, 0), vec(1.1f, 0, 0), vec(0.9f, 0, length * 0.3f),
                                 vec(-0.9f, 0, length * 0.3f) },
                       4, scene->blade);
            stage_face(stage,
                       (Vec[]) { vec(-0.9f, 0, length * 0.3f), vec(0.9f, 0, length * 0.3f),
                                 vec(0.2f, 0, length) },
                       3, scene->blade);
            stage_pop(stage);
        }
        stage_pop(stage);
    }
}

const SceneDrawing scene_lookout = { lookout_build, lookout_move, NULL };
