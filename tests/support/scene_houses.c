/* scene_houses.c - buildings of drawn scenes: a box with drawn facades, shops below, tanks and
 * stairs on the roof */
#include "tests/support/scene_houses.h"

#include "tests/support/scene_parts.h"

typedef struct {
    const House *house;
    gboolean has_shops;
    float floor_m;
    Dice dice;
} Facade;

static guint32 vary(guint32 rgb, Dice *dice, float strength)
{
    float by = 1 + dice_range(dice, -strength, strength);
    guint32 r = (guint32)MIN((float)(rgb >> 16 & 255) * by, 255),
            g = (guint32)MIN((float)(rgb >> 8 & 255) * by, 255);
    return r << 16 | g << 8 | (guint32)MIN((float)(rgb & 255) * by, 255);
}

static guint32 pick_pane(Facade *facade)
{
    static const guint32 day[] = { 0x3b4a55, 0x46565f, 0x2f3b44, 0x55666f, 0x5f6d70, 0x7d8788 };
    static const guint32 night[] = { 0x141a22, 0x10151c, 0xe8b866, 0x1a2029, 0xd9e2c9, 0x12171e };
    int i = (int)dice_range(&facade->dice, 0, G_N_ELEMENTS(day));
    return facade->house->look & HOUSE_LIT ? night[i] : day[i];
}

static void draw_window(cairo_t *cr, Facade *facade, double x, double y, double width,
                        double height)
{
    const House *house = facade->house;
    skin_box(cr, x - 0.07, y - 0.07, width + 0.14, height + 0.14, house->trim);
    guint32 pane = pick_pane(facade);
    skin_box(cr, x, y, width, height, pane);
    skin_source(cr, (house->look & HOUSE_LIT) ? 0x2a3440 : 0x9db0bb, 0.35);
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, x + width, y);
    cairo_line_to(cr, x, y + height * 0.7);
    cairo_fill(cr);
    if (dice_range(&facade->dice, 0, 1) < 0.35f) {
        skin_source(cr, vary(0xc9c2b2, &facade->dice, 0.15f), 0.6);
        cairo_rectangle(cr, x, y, width * dice_range(&facade->dice, 0.25f, 0.5f), height);
        cairo_fill(cr);
    }
    skin_box(cr, x + width / 2 - 0.025, y, 0.05, height, vary(house->trim, &facade->dice, 0.1f));
    skin_source(cr, 0x000000, 0.25);
    cairo_rectangle(cr, x, y, width, 0.1);
    cairo_fill(cr);
}

static void draw_conditioner(cairo_t *cr, double x, double y)
{
    skin_source(cr, 0, 0.3);
    cairo_rectangle(cr, x + 0.05, y + 0.1, 0.8, 0.6);
    cairo_fill(cr);
    skin_box(cr, x, y, 0.8, 0.56, 0xd8d8d2);
    skin_source(cr, 0x55595b, 1);
    cairo_arc(cr, x + 0.3, y + 0.28, 0.21, 0, 2 * G_PI);
    cairo_fill(cr);
}

static void draw_floor(cairo_t *cr, Facade *facade, double width, double y)
{
    const House *house = facade->house;
    double high = facade->floor_m;
    int bays = MAX(1, (int)(width / 3.1));
    double bay = width / bays;
    skin_source(cr, 0, 0.16);
    cairo_rectangle(cr, 0, y + high - 0.12, width, 0.12);
    cairo_fill(cr);
    if (house->look & HOUSE_GLAZED) {
        skin_box(cr, 0.3, y + 0.5, width - 0.6, high - 1.1, house->trim);
        for (int i = 0; i < bays * 2; i++)
            skin_box(cr, 0.35 + (width - 0.7) * i / (bays * 2), y + 0.56,
                     (width - 0.7) / (bays * 2) - 0.07, high - 1.22, pick_pane(facade));
        return;
    }
    for (int i = 0; i < bays; i++) {
        double x = bay * i + bay * 0.22;
        draw_window(cr, facade, x, y + 0.75, bay * 0.56, high - 1.45);
        if ((house->look & HOUSE_BALCONIES) && i % 2 == 0) {
            skin_source(cr, 0, 0.3);
            cairo_rectangle(cr, x - 0.3, y + high - 1.15, bay * 0.56 + 0.6, 0.1);
            cairo_fill(cr);
            skin_box(cr, x - 0.3, y + high - 1.05, bay * 0.56 + 0.6, 0.95,
                     vary(house->trim, &facade->dice, 0.06f));
            for (double bar = 0.1; bar < bay * 0.56 + 0.5; bar += 0.22)
                skin_box(cr, x - 0.3 + bar, y + high - 1.0, 0.04, 0.82,
                         vary(house->wall, &facade->dice, 0.25f));
        } else if (dice_range(&facade->dice, 0, 1) < 0.5f) {
            draw_conditioner(cr, x + bay * 0.1, y + high - 0.66);
        }
    }
}

static void draw_shops(cairo_t *cr, Facade *facade, double width, double y, double height)
{
    static const guint32 goods[] = { 0x6a5c46, 0x7f6a4c, 0x50575c, 0x8b8377, 0x74503c };
    const House *house = facade->house;
    int count = 0;
    while (count < 6 && house->signs[count])
        count++;
    int shops = MAX(1, (int)(width / 4.4));
    for (int i = 0; i < shops; i++) {
        double x = width * i / shops, wide = width / shops;
        skin_box(cr, x, y, wide, height, 0x3c3a38);
        skin_box(cr, x + 0.2, y + 1.1, wide - 0.4, height - 1.1,
                 (house->look & HOUSE_LIT) ? 0xf3d9a4 : goods[i % 5]);
        skin_source(cr, (house->look & HOUSE_LIT) ? 0xfff2d0 : 0x1c1d1f,
                    (house->look & HOUSE_LIT) ? 0.8 : 0.55);
        cairo_rectangle(cr, x + 0.35, y + 1.25, wide * 0.55, height - 1.5);
        cairo_fill(cr);
        for (double bar = x + 0.2; bar < x + wide - 0.2; bar += wide / 4)
            skin_box(cr, bar, y + 1.1, 0.06, height - 1.1, 0x8f9294);
        skin_box(cr, x + 0.08, y + 0.08, wide - 0.16, 0.98, house->sign_colours[i % count]);
        skin_text(cr, house->signs[i % count], x + wide / 2, y + 0.58, 0.62,
                  house->sign_colours[i % count] == 0xf0ece0 ? 0xa02a22 : 0xfdf3d8);
    }
}

static void draw_stains(cairo_t *cr, Dice *dice, double width, double height)
{
    for (int i = 0; i < (int)(width * 1.5); i++) {
        double x = dice_range(dice, 0, (float)width), y = dice_range(dice, 0, (float)height);
        double length = dice_range(dice, 0.6f, 3);
        cairo_pattern_t *fade = cairo_pattern_create_linear(0, y, 0, y + length);
        cairo_pattern_add_color_stop_rgba(fade, 0, 0.1, 0.09, 0.08, 0.16);
        cairo_pattern_add_color_stop_rgba(fade, 1, 0.1, 0.09, 0.08, 0);
        cairo_set_source(cr, fade);
        cairo_rectangle(cr, x, y, dice_range(dice, 0.08f, 0.4f), length);
        cairo_fill(cr);
        cairo_pattern_destroy(fade);
    }
}

static void draw_facade(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    Facade own = *(const Facade *)user, *facade = &own;
    const House *house = facade->house;
    skin_box(cr, 0, 0, width_m, height_m, house->wall);
    draw_stains(cr, &facade->dice, width_m, height_m);
    skin_box(cr, 0, 0, width_m, 0.35, house->trim);
    int first = facade->has_shops ? 1 : 0;
    double top = 0.6;
    for (int i = first; i < house->floors; i++)
        draw_floor(cr, facade, width_m, top + (i - first) * facade->floor_m);
    if (facade->has_shops)
        draw_shops(cr, facade, width_m, height_m - facade->floor_m - 0.4, facade->floor_m + 0.4);
    else
        skin_box(cr, 0, height_m - 0.5, width_m, 0.5, vary(house->trim, &facade->dice, 0.3f));
}

void house_build(Stage *stage, const House *house)
{
    float floor_m = house->floor_m > 0 ? house->floor_m : 3.2f;
    gboolean has_shops = house->signs[0] != NULL;
    Facade facade = { house, has_shops && !(house->look & HOUSE_ALONG_Y), floor_m, house->dice };
    float height = floor_m * (float)house->floors + 1, width = house->x1 - house->x0,
          depth = house->y1 - house->y0;
    const Material *roof = stage_paint(stage, house->roof, 0.35f),
                   *parapet = stage_paint(stage, house->wall, 0.2f);
    Material front = *stage_skin(stage, width, height, 30, draw_facade, &facade);
    facade.has_shops = has_shops && (house->look & HOUSE_ALONG_Y);
    Material side = *stage_skin(stage, depth, height, 24, draw_facade, &facade);
    front.grain = side.grain = 0.14f;
    front.grain_m = side.grain_m = 0.8f;
    front.gloss = side.gloss = 0.01f;
    if (house->look & HOUSE_LIT)
        front.glow = side.glow = 0.5f;
    const Material *front_kept = stage_material(stage, front),
                   *side_kept = stage_material(stage, side);
    part_box_sides(stage, vec(house->x0, house->y0, 0), vec(house->x1, house->y1, height),
                   (BoxSides) { front_kept, front_kept, side_kept, side_kept, NULL });
    part_floor(stage, house->x0, house->y0, house->x1, house->y1, height - 0.7f, roof);
    const float thick = 0.25f;
    part_box(stage, vec(house->x0, house->y0, height - 0.7f),
             vec(house->x0 + thick, house->y1, height + 0.02f), parapet);
    part_box(stage, vec(house->x1 - thick, house->y0, height - 0.7f),
             vec(house->x1, house->y1, height + 0.02f), parapet);
    part_box(stage, vec(house->x0, house->y1 - thick, height - 0.7f),
             vec(house->x1, house->y1, height + 0.02f), parapet);
    part_box(stage, vec(house->x0, house->y0, height - 0.7f),
             vec(house->x1, house->y0 + thick, height + 0.02f), parapet);

    Dice dice = house->dice + 5;
    const Material *tank = stage_paint(stage, 0xc8ccce, 0.1f),
                   *shed = stage_paint(stage, vary(house->wall, &dice, 0.1f), 0.2f);
    const Material *panel = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0x1d2a44), .gloss = 0.1f });
    float x = house->x0 + width * 0.25f, y = house->y0 + depth * 0.6f, z = height - 0.7f;
    part_box(stage, vec(x - 1.6f, y - 1.4f, z), vec(x + 1.6f, y + 1.4f, z + 2.5f), shed);
    for (float at = house->x0 + width * 0.5f; at + 1.6f < house->x1; at += 2.4f) {
        part_cylinder(stage, vec(at, y + 0.8f, z), 1.6f, 0.5f, 0.5f, 9, tank);
        stage_face(stage,
                   (Vec[]) { vec(at - 0.9f, y - 1.6f, z + 0.2f), vec(at + 0.9f, y - 1.6f, z + 0.2f),
                             vec(at + 0.9f, y, z + 1.3f), vec(at - 0.9f, y, z + 1.3f) },
                   4, panel);
    }
}
