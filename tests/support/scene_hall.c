/* scene_hall.c - a drawn camera in a service hall: counters, a display that calls numbers, seats,
 * sun on the polished floor */
#include "tests/support/scene_list.h"
#include "tests/support/scene_parts.h"

enum { CALLS = 4 };

typedef struct {
    const Material *calls[CALLS], *lamps[2], *screens[3];
} Hall;

static const char *const windows[] = { "综合受理", "社保医保", "户籍身份",
                                       "民政救助", "税务服务", "矛盾调解" };

static void draw_hall_floor(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_source_noise(cr, 0xc3bdb0, 0xd3cdc0, 1.2);
    cairo_paint(cr);
    skin_source(cr, 0x8d877a, 0.5);
    cairo_set_line_width(cr, 0.025);
    for (double at = 0; at < MAX(width_m, height_m); at += 0.8) {
        cairo_move_to(cr, at, 0);
        cairo_line_to(cr, at, height_m);
        cairo_move_to(cr, 0, at);
        cairo_line_to(cr, width_m, at);
    }
    cairo_stroke(cr);
    skin_box(cr, 2, 5.2, width_m - 4, 0.14, 0xd8a82a);
    skin_box(cr, width_m / 2 - 0.2, 5.2, 0.3, height_m - 5.2, 0xc9a84a);
}

static void draw_hall_band(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0x1f5fa8);
    for (int i = 0; i < 6; i++) {
        char number[2] = { (char)('1' + i), 0 };
        double x = width_m * (i + 0.5) / 6;
        skin_source(cr, 0xf4f6f8, 1);
        cairo_arc(cr, x - 1.45, height_m / 2, height_m * 0.36, 0, 2 * G_PI);
        cairo_fill(cr);
        skin_text(cr, number, x - 1.45, height_m / 2, height_m * 0.52, 0x1f5fa8);
        skin_text(cr, windows[i], x + 0.35, height_m / 2, height_m * 0.55, 0xf4f6f8);
    }
}

static void draw_hall_wall(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0xe9e5dc);
    skin_box(cr, 0, height_m - 1.0, width_m, 1.0, 0xc9b291);
    skin_text(cr, "为 人 民 服 务", width_m * 0.64, 0.62, 0.82, 0xc4241a);
}

static void draw_call(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    const char *const *lines = user;
    skin_box(cr, 0, 0, width_m, height_m, 0x120806);
    skin_text(cr, lines[0], width_m / 2, height_m * 0.3, height_m * 0.36, 0xff4a2a);
    skin_text(cr, lines[1], width_m / 2, height_m * 0.73, height_m * 0.26, 0xffb43a);
}

static void draw_kiosk(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    static const guint32 backs[] = { 0x1a6fc0, 0x1f8f7a, 0xb85a2a };
    const int *number = user;
    skin_box(cr, 0, 0, width_m, height_m, backs[*number]);
    skin_text(cr, "自助服务", width_m / 2, height_m * 0.14, 0.13, 0xffffff);
    for (int i = 0; i < 6; i++) {
        skin_source(cr, 0xffffff, i == *number * 2 ? 0.9 : 0.45);
        cairo_rectangle(cr, 0.06 + i % 2 * width_m * 0.48, height_m * (0.3 + 0.23 * (i / 2)),
                        width_m * 0.4, height_m * 0.17);
        cairo_fill(cr);
    }
}

static void hall_seat(Stage *stage, float x, float y, const Material *seat, const Material *steel)
{
    part_box(stage, vec(x - 0.24f, y - 0.22f, 0.42f), vec(x + 0.24f, y + 0.24f, 0.47f), seat);
    stage_face(stage,
               (Vec[]) { vec(x - 0.24f, y - 0.22f, 0.46f), vec(x + 0.24f, y - 0.22f, 0.46f),
                         vec(x + 0.24f, y - 0.36f, 0.95f), vec(x - 0.24f, y - 0.36f, 0.95f) },
               4, seat);
    part_bar(stage, vec(x - 0.27f, y - 0.2f, 0.44f), vec(x - 0.27f, y + 0.2f, 0.62f), 0.04f, steel);
}

static void hall_seats(Stage *stage)
{
    const Material *seat = stage_paint(stage, 0x3a6a94, 0.05f),
                   *steel = stage_material(stage, (Material) { .kind = MATERIAL_SOLID,
                                                               .colour = vec_rgb(0xa9afb4),
                                                               .gloss = 0.2f });
    for (int row = 0; row < 3; row++)
        for (int bench = 0; bench < 4; bench++) {
            float x0 = -9.6f + (float)bench * 4.3f + (bench > 1 ? 2 : 0),
                  y = -2.4f + (float)row * 2;
            for (int i = 0; i < 5; i++)
                hall_seat(stage, x0 + (float)i * 0.62f, y, seat, steel);
            part_bar(stage, vec(x0 - 0.3f, y, 0.38f), vec(x0 + 2.8f, y, 0.38f), 0.07f, steel);
            part_bar(stage, vec(x0, y, 0), vec(x0, y, 0.4f), 0.06f, steel);
            part_bar(stage, vec(x0 + 2.5f, y, 0), vec(x0 + 2.5f, y, 0.4f), 0.06f, steel);
        }
}

static void hall_counters(Stage *stage)
{
    const Material *wood = stage_paint(stage, 0xb98a58, 0.15f),
                   *top = stage_material(stage, (Material) { .kind = MATERIAL_SOLID,
                                                             .colour = vec_rgb(0xe8e4da),
                                                             .gloss = 0.05f });
    const Material *glass = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0x9fb6c0), .gloss = 0.1f });
    const Material *dark = stage_paint(stage, 0x22272c, 0),
                   *chair = stage_paint(stage, 0x33383d, 0);
    part_box(stage, vec(-13, 6.6f, 0), vec(13, 7.3f, 0.75f), wood);
    part_box(stage, vec(-13.1f, 6.3f, 0.75f), vec(13.1f, 7.4f, 0.82f), top);
    part_box(stage, vec(-13, 7.2f, 0.8f), vec(13, 7.45f, 1.12f), wood);
    for (int i = 0; i <= 6; i++) {
        float x = -13 + (float)i * 26 / 6;
        part_box(stage, vec(x - 0.04f, 6.2f, 0.8f), vec(x + 0.04f, 8.4f, 1.9f), glass);
        if (i == 6)
            break;
        float middle = x + 13.0f / 6;
        part_box(stage, vec(middle - 0.9f, 7.7f, 1.05f), vec(middle - 0.3f, 7.75f, 1.45f), dark);
        part_box(stage, vec(middle - 0.3f, 8.7f, 0.4f), vec(middle + 0.3f, 8.8f, 1.35f), chair);
        part_box(stage, vec(middle - 0.3f, 8.2f, 0.45f), vec(middle + 0.3f, 8.8f, 0.55f), chair);
        part_box(stage, vec(middle - 0.3f, 5.3f, 0.42f), vec(middle + 0.3f, 5.8f, 0.48f), chair);
        part_box(stage, vec(middle - 0.3f, 5.25f, 0.48f), vec(middle + 0.3f, 5.3f, 0.95f), chair);
        part_bar(stage, vec(middle, 5.55f, 0), vec(middle, 5.55f, 0.42f), 0.08f, dark);
    }
    part_box(stage, vec(-13, 7, 2.55f), vec(13, 7.2f, 3.25f), wood);
    part_wall(stage, -13, 6.98f, 13, 6.98f, 2.55f, 3.25f,
              stage_skin(stage, 26, 0.7f, 60, draw_hall_band, NULL));
    for (int i = 0; i <= 6; i++)
        part_bar(stage, vec(-13 + (float)i * 26 / 6, 7.1f, 1.9f),
                 vec(-13 + (float)i * 26 / 6, 7.1f, 2.55f), 0.06f, dark);
}

static void hall_plant(Stage *stage, float x, float y, Dice dice)
{
    const Material *pot = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0xe9e6df), .gloss = 0.05f });
    part_cylinder(stage, vec(x, y, 0), 0.6f, 0.24f, 0.32f, 10, pot);
    part_tree(stage, x, y, 0.3f, (Tree) { 1.9f, 0.62f, 0x3f7a35, 1.2f, dice });
}

static void hall_room(Stage *stage)
{
    const Material *wall = stage_paint(stage, 0xe9e5dc, 0.04f),
                   *back = stage_skin(stage, 30, 4.6f, 40, draw_hall_wall, NULL);
    const Material *frame = stage_paint(stage, 0x8d949a, 0.05f),
                   *ceiling = stage_paint(stage, 0xf0efea, 0);
    const Material *panel = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec(1, 1, 1), .glow = 1.2f });
    Material floor = *stage_skin(stage, 30, 24, 40, draw_hall_floor, NULL);
    floor.kind = MATERIAL_POLISH;
    floor.gloss = 0.13f;
    floor.grain = 0.04f;
    floor.grain_m = 0.22f; /* also how rough the mirror is */
    part_floor(stage, -15, -12, 15, 12, 0, stage_material(stage, floor));
    part_wall(stage, -15, 10.5f, 15, 10.5f, 0, 4.6f, back);
    part_wall(stage, -15, -12, -15, 12, 0, 4.6f, wall);
    for (int i = 0; i < 6; i++) { /* the right wall is piers and windows */
        float y = -12 + (float)i * 4;
        part_box(stage, vec(15, y, 0), vec(15.4f, y + 0.8f, 4.6f), wall);
        part_box(stage, vec(15, y + 0.8f, 0), vec(15.3f, y + 4, 0.7f), wall);
        part_box(stage, vec(15, y + 0.8f, 3.7f), vec(15.3f, y + 4, 4.6f), wall);
        part_bar(stage, vec(15.1f, y + 2.4f, 0.7f), vec(15.1f, y + 2.4f, 3.7f), 0.09f, frame);
        part_bar(stage, vec(15.1f, y + 0.8f, 2.7f), vec(15.1f, y + 4, 2.7f), 0.08f, frame);
    }
    part_floor(stage, -15, -40, 15.5f, 12, 4.6f, ceiling);
    for (float y = -9; y < 9; y += 3.6f)
        for (float x = -12; x < 13; x += 6)
            part_floor(stage, x, y, x + 3.6f, y + 0.5f, 4.58f, panel);
}

static gpointer hall_build(Stage *stage)
{
    static const char *calls[CALLS][2] = { { "A036 → 3号", "请到3号窗口办理" },
                                           { "B012 → 5号", "请到5号窗口办理" },
                                           { "A037 → 1号", "请到1号窗口办理" },
                                           { "C008 → 6号", "请到6号窗口办理" } };
    Hall *scene = stage_own(stage, g_new0(Hall, 1), g_free);
    Light *light = stage_light(stage);
    light->sun_way = vec_unit(vec(0.8f, -0.22f, 0.42f));
    light->sun = vec(2.3f, 2.05f, 1.6f);
    light->sun_softness = 0.06f;
    light->zenith = vec(0.62f, 0.65f, 0.68f);
    light->horizon = vec(0.44f, 0.46f, 0.48f);
    light->bounce = vec(0.55f, 0.52f, 0.47f);
    light->cloud_cover = 0;
    light->haze_m = 0;
    light->ceiling_z = 4.5f;
    light->ambient_occlusion = 1;
    light->exposure = 1.3f;
    light->contrast = 1.16f;
    light->tint = vec(0.99f, 1, 1.02f);
    stage_look(stage, vec(-11.5f, -10.2f, 4.4f), vec(-0.6f, 4, 0.35f), 68);
    for (int i = 0; i < CALLS; i++) {
        Material call = *stage_skin(stage, 4.6f, 1.5f, 80, draw_call, calls[i]);
        call.glow = 1.5f;
        scene->calls[i] = stage_material(stage, call);
    }
    for (int i = 0; i < 3; i++) {
        Material screen = *stage_skin(stage, 0.6f, 0.8f, 120, draw_kiosk, &i);
        screen.glow = 0.8f;
        scene->screens[i] = stage_material(stage, screen);
    }
    scene->lamps[0] = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0x30ff70), .glow = 2 });
    scene->lamps[1] = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0xff4a2a), .glow = 2 });
    hall_room(stage);
    hall_counters(stage);
    hall_seats(stage);
    const Material *case_dark = stage_paint(stage, 0x2a2e33, 0),
                   *kiosk = stage_paint(stage, 0xdfe3e6, 0.03f);
    part_box(stage, vec(-8.4f, 6.4f, 3.28f), vec(-3.6f, 6.6f, 4.55f), case_dark);
    for (int i = 0; i < 3; i++) {
        float y = 1 + (float)i * 1.5f;
        part_box(stage, vec(-14.9f, y, 0), vec(-14.3f, y + 0.9f, 1.1f), kiosk);
        part_box(stage, vec(-14.9f, y, 1.1f), vec(-14.5f, y + 0.9f, 2), kiosk);
    }
    hall_plant(stage, -13.6f, 6.2f, 3);
    hall_plant(stage, 14, 6, 5);
    hall_plant(stage, 14.1f, -1.5f, 7);
    hall_plant(stage, -0.1f, -4, 9);
    stage_bake(stage, vec(0, 0, 0), 40);
    return scene;
}

static void hall_move(Stage *stage, gpointer data, float time)
{
    const Hall *scene = data;
    static const int called[CALLS] = { 3, 5, 1, 6 };
    int now = (int)(time * CALLS) % CALLS;
    float since = time * CALLS - (float)now;
    if (since > 0.35f || (int)(since * 16) % 2 == 0) /* a new number blinks */
        part_wall(stage, -8.3f, 6.38f, -3.7f, 6.38f, 3.32f, 4.5f, scene->calls[now]);
    for (int i = 0; i < 6; i++) {
        float x = -13 + ((float)i + 0.5f) * 26 / 6 + 1.5f;
        part_wall(stage, x, 6.95f, x + 0.3f, 6.95f, 2.38f, 2.52f,
                  scene->lamps[called[now] == i + 1]);
    }
    for (int i = 0; i < 3; i++) {
        float y = 1 + (float)i * 1.5f;
        part_wall(stage, -14.47f, y + 0.82f, -14.47f, y + 0.08f, 1.15f, 1.92f,
                  scene->screens[(i + (int)(time * 4)) % 3]);
    }
}

const SceneDrawing scene_hall = { hall_build, hall_move, NULL };
