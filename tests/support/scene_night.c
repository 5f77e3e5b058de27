/* scene_night.c - a drawn camera over a street at night in the rain: lamps, shop signs, their
 * streaks on the wet road */
#include "tests/support/scene_houses.h"
#include "tests/support/scene_list.h"
#include "tests/support/scene_parts.h"
#include "tests/support/scene_vehicles.h"

enum { DROPS = 260, LAMPS = 6 };

typedef struct {
    const VehicleKit *kit;
    const Material *paints[4];
} Night;

static void draw_wet_ground(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_plan(cr, -30, 95);
    skin_source_noise(cr, 0x5c564e, 0x736b60, 0.6);
    cairo_paint(cr);
    cairo_set_line_width(cr, 0.05);
    skin_source(cr, 0x2c2925, 0.6);
    for (double at = -40; at < 100; at += 0.9) {
        cairo_move_to(cr, -30, at);
        cairo_line_to(cr, 30, at);
    }
    cairo_stroke(cr);
    skin_box(cr, -7.4, -40, 14.8, 140, 0x8f8b84);
    skin_source_noise(cr, 0x35363a, 0x45464a, 0.5);
    cairo_rectangle(cr, -7, -40, 14, 140);
    cairo_fill(cr);
    skin_source(cr, 0xd0a52f, 0.9);
    cairo_rectangle(cr, -0.2, -40, 0.14, 140);
    cairo_rectangle(cr, 0.08, -40, 0.14, 140);
    cairo_fill(cr);
    skin_source(cr, 0xd6d4ca, 0.85);
    for (double y = -40; y < 100; y += 6) {
        cairo_rectangle(cr, -3.6, y, 0.14, 3);
        cairo_rectangle(cr, 3.5, y, 0.14, 3);
    }
    for (double x = -6.8; x < 6.8; x += 0.95)
        cairo_rectangle(cr, x, 16, 0.5, 3.6);
    cairo_fill(cr);
}

static void draw_neon(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    const char *text = user;
    skin_box(cr, 0, 0, width_m, height_m, 0x0c0c10);
    guint32 rgb = text[0] == '#'   ? 0x38d7ff
                  : text[0] == '*' ? 0xff4a8a
                  : text[0] == '+' ? 0x58ff7a
                                   : 0xffb43a;
    skin_source(cr, rgb, 1);
    cairo_set_line_width(cr, 0.07);
    cairo_rectangle(cr, 0.08, 0.08, width_m - 0.16, height_m - 0.16);
    cairo_stroke(cr);
    skin_text(cr, text + 1, width_m / 2, height_m / 2, height_m * 0.68, rgb);
}

static void neon(Stage *stage, float x0, float y0, float x1, float y1, float z, float height,
                 const char *text, Vec colour)
{
    float width = hypotf(x1 - x0, y1 - y0);
    Material sign = *stage_skin(stage, width, height, 50, draw_neon, text);
    sign.glow = 2.6f;
    part_wall(stage, x0, y0, x1, y1, z, z + height, stage_material(stage, sign));
    light_add_lamp(stage_light(stage),
                   vec((x0 + x1) / 2 + (x0 > 0 ? -1.2f : 1.2f), (y0 + y1) / 2, z), colour, 6);
}

static float lamp_y(int i)
{
    return -4 + (float)(i / 2) * 22;
}

static void night_houses(Stage *stage)
{
    /* clang-format off */
    const House houses[] = {
        { -26, -14, -12, 14, 4, 0, 0x8f877c, 0x6f675c, 0x333333, { "老玉溪米线", "鲜花饼", NULL },
          { 0x7a1f16, 0x6a2f4f }, HOUSE_BALCONIES | HOUSE_LIT | HOUSE_ALONG_Y, 71 },
        { -26, 15, -12, 40, 5, 0, 0x7d8286, 0x5d6266, 0x333333, { "手机", "茶庄", "服饰", NULL },
          { 0x16406f, 0x1f5a3a, 0x6f1f4f }, HOUSE_BALCONIES | HOUSE_LIT | HOUSE_ALONG_Y, 72 },
        { -26, 42, -12, 70, 4, 0, 0x8a7f70, 0x6a6052, 0x333333, { "小吃", "超市", NULL },
          { 0x7a2f16, 0x1f5a3a }, HOUSE_BALCONIES | HOUSE_LIT | HOUSE_ALONG_Y, 73 },
        { 12, -16, 26, 12, 4, 0, 0x83807a, 0x64605a, 0x333333, { "烧烤", "小锅米线", NULL },
          { 0x7a2f16, 0x7a1f16 }, HOUSE_BALCONIES | HOUSE_LIT | HOUSE_ALONG_Y, 74 },
        { 12, 13, 26, 42, 5, 0, 0x8d8478, 0x6a6258, 0x333333, { "书店", "药店", NULL },
          { 0x16406f, 0x1f5a3a }, HOUSE_LIT | HOUSE_ALONG_Y, 75 },
        { 12, 44, 26, 72, 6, 0, 0x7a7f84, 0x5b6064, 0x333333, { "照相", "鞋帽", NULL },
          { 0x16406f, 0x6f1f4f }, HOUSE_BALCONIES | HOUSE_LIT | HOUSE_ALONG_Y, 76 },
        { -10, 88, 12, 96, 7, 0, 0x7d7a76, 0x5d5a56, 0x333333, { NULL },
          { 0 }, HOUSE_GLAZED | HOUSE_LIT, 77 },
    };
    /* clang-format on */
    for (guint i = 0; i < G_N_ELEMENTS(houses); i++)
        house_build(stage, &houses[i]);
}

static gpointer night_build(Stage *stage)
{
    static const guint32 colours[] = { 0xc9cacb, 0x20242a, 0x7a1f1f, 0x274a78 };
    Night *scene = stage_own(stage, g_new0(Night, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(0.2f, -0.3f, 0.9f));
    light->sun = vec(0.012f, 0.015f, 0.022f);
    light->zenith = vec(0.018f, 0.024f, 0.042f);
    light->horizon = vec(0.05f, 0.05f, 0.065f);
    light->bounce = vec(0.016f, 0.014f, 0.014f);
    light->cloud_cover = 0;
    light->haze = vec(0.05f, 0.05f, 0.065f);
    light->haze_m = 150;
    light->exposure = 1.7f;
    light->saturation = 1.1f;
    light->vignette = 0.4f;
    light->noise = 0.016f;
    light->water_z = 0;
    stage_look(stage, vec(-4.2f, -23, 9.5f), vec(0.6f, 12, 1.4f), 58);
    scene->kit = vehicle_kit(stage);
    for (int i = 0; i < 4; i++)
        scene->paints[i] = vehicle_paint(stage, colours[i]);
    Material ground = *stage_skin(stage, 60, 135, 22, draw_wet_ground, NULL);
    ground.kind = MATERIAL_POLISH;
    ground.gloss = 0.2f;
    ground.grain = 0.25f;
    ground.grain_m = 0.6f;
    part_floor(stage, -30, -40, 30, 95, 0, stage_material(stage, ground));
    const Material *pole = stage_paint(stage, 0x4a4e52, 0.1f),
                   *head = stage_material(stage, (Material) { .kind = MATERIAL_SOLID,
                                                              .colour = vec_rgb(0xffd9a0),
                                                              .glow = 9 });
    for (int i = 0; i < LAMPS; i++) {
        float side = i % 2 ? 1 : -1;
        stage_push(stage);
        stage_move(stage, side * 8.2f, lamp_y(i), 0);
        if (side > 0)
            stage_turn(stage, 180);
        part_street_lamp(stage, 7.5f, 2, pole, head);
        stage_pop(stage);
        light_add_lamp(light, vec(side * 5.9f, lamp_y(i), 7.4f), vec(0.85f, 0.6f, 0.3f), 10);
    }
    night_houses(stage);
    neon(stage, -11.9f, 2, -11.9f, 10, 4.2f, 1.5f, "*玉兴老街", vec(0.5f, 0.12f, 0.25f));
    neon(stage, -11.9f, 20, -11.9f, 27, 4.3f, 1.4f, "#茶马古道", vec(0.1f, 0.35f, 0.5f));
    neon(stage, 11.9f, 9.5f, 11.9f, 2, 4.2f, 1.5f, "+夜市小吃", vec(0.12f, 0.4f, 0.18f));
    neon(stage, 11.9f, 31, 11.9f, 22, 4.4f, 1.6f, " 聂耳音乐书店", vec(0.5f, 0.32f, 0.1f));
    neon(stage, -11.9f, 46, -11.9f, 54, 4.3f, 1.4f, " 滇味酒楼", vec(0.45f, 0.28f, 0.1f));
    Dice dice = 5;
    for (int i = 0; i < 8; i++)
        part_tree(stage, i % 2 ? 10 : -10, -2 + (float)i * 8 + dice_range(&dice, -1, 1), 0,
                  (Tree) { 4.8f, 1.6f, 0x4a5a30, 1.5f, (Dice)(i + 31) });
    stage_bake(stage, vec(0, 25, 0), 100);
    return scene;
}

/* Three cars each way, equally apart, so that each takes the next one's place. */
static void night_car_at(int i, float time, float *x, float *y, gboolean *is_coming)
{
    *is_coming = i % 2;
    float at = (float)(i / 2) * 46 + time * 46;
    *x = *is_coming ? -1.9f : 1.9f;
    *y = *is_coming ? 90 - at : -42 + at;
}

static void night_move(Stage *stage, gpointer data, float time)
{
    const Night *scene = data;
    for (int i = 0; i < 6; i++) {
        float x, y;
        gboolean is_coming;
        night_car_at(i, time, &x, &y, &is_coming);
        stage_push(stage);
        stage_move(stage, x, y, 0);
        stage_turn(stage, is_coming ? 180 : 0);
        Livery livery = { scene->paints[is_coming ? 0 : 3], FALSE, TRUE };
        if (is_coming)
            vehicle_car(stage, scene->kit, livery);
        else
            vehicle_suv(stage, scene->kit, livery);
        stage_pop(stage);
    }
}

static void night_rain(Stage *stage, cairo_t *cr, float time)
{
    enum { WIDTH = 1280, HEIGHT = 720 };
    stage_touch(stage, 0, 0, WIDTH - 1, HEIGHT - 1);
    cairo_set_antialias(cr, CAIRO_ANTIALIAS_FAST);
    Dice dice = 8;
    for (int layer = 0; layer < 3; layer++) {
        float length = 16 + 12 * (float)layer;
        cairo_set_source_rgba(cr, 0.75, 0.8, 0.9, 0.1 + 0.05 * layer);
        cairo_set_line_width(cr, 0.8 + 0.4 * layer);
        for (int i = 0; i < DROPS / 3; i++) {
            float x = dice_range(&dice, -20, WIDTH + 60), start = dice_range(&dice, 0, 1);
            float fall = start + time * (float)(9 + 3 * layer);
            fall -= floorf(fall);
            float y = fall * (HEIGHT + 60) - 40;
            cairo_move_to(cr, x - fall * 40, y);
            cairo_line_to(cr, x - fall * 40 - length * 0.09f, y + length);
        }
        cairo_stroke(cr);
    }
}

static void night_finish(Stage *stage, gpointer data, cairo_t *cr, float time)
{
    for (int i = 0; i < LAMPS; i++)
        stage_glow(stage, vec(i % 2 ? 5.9f : -5.9f, lamp_y(i), 7.6f), 2.4f,
                   vec(0.8f, 0.55f, 0.28f));
    for (int i = 0; i < 6; i++) {
        float x, y;
        gboolean is_coming;
        night_car_at(i, time, &x, &y, &is_coming);
        for (int side = -1; side <= 1; side += 2) {
            float lamp_x = x + (float)side * 0.62f;
            if (is_coming) {
                stage_glow(stage, vec(lamp_x, y - 2.45f, 0.62f), 1.9f, vec(0.95f, 0.9f, 0.75f));
                for (int n = 1; n <= 5; n++) /* the streak on the wet road */
                    stage_glow(stage, vec(lamp_x, y - 2.6f - (float)n * 1.1f, 0.03f), 0.9f,
                               vec(0.34f, 0.32f, 0.26f));
            } else {
                stage_glow(stage, vec(lamp_x, y - 2.45f, 0.8f), 1.1f, vec(0.9f, 0.1f, 0.06f));
                for (int n = 1; n <= 3; n++)
                    stage_glow(stage, vec(lamp_x, y - 2.6f - (float)n * 0.7f, 0.03f), 0.6f,
                               vec(0.4f, 0.03f, 0.02f));
            }
        }
    }
    night_rain(stage, cr, time);
}

const SceneDrawing scene_night_street = { night_build, night_move, night_finish };
