/* scene_vehicles.c - vehicles of drawn scenes: bodies through sections, glass, wheels, lights, and
 * the ways they take */
#include "tests/support/scene_vehicles.h"

#include "tests/support/scene_parts.h"

struct VehicleKit {
    const Material *glass, *tyre, *trim, *rim, *head, *head_on, *tail, *tail_on, *plate, *bus_side,
        *bus_front;
    const Material *bed, *grille;
};

const Material *vehicle_paint(Stage *stage, guint32 rgb)
{
    return stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(rgb), .gloss = 0.045f });
}

static void draw_bus_side(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0xe8ebe6);
    skin_box(cr, 0, height_m * 0.62, width_m, height_m * 0.38, 0x2f8f62);
    skin_box(cr, 0, height_m * 0.6, width_m, height_m * 0.035, 0xf2c84b);
    skin_box(cr, 0.15, height_m * 0.14, width_m - 0.3, height_m * 0.4, 0x1d262c);
    for (int i = 1; i < 8; i++)
        skin_box(cr, width_m * i / 8, height_m * 0.14, 0.06, height_m * 0.4, 0x3a444a);
    skin_source(cr, 0x5f7482, 0.5);
    for (int i = 0; i < 8; i++)
        cairo_rectangle(cr, width_m * i / 8 + 0.25, height_m * 0.16, width_m / 8 - 0.6,
                        height_m * 0.16);
    cairo_fill(cr);
    skin_text(cr, "玉溪公交", width_m * 0.5, height_m * 0.76, 0.45, 0xf4f6f2);
}

static void draw_bus_front(cairo_t *cr, float width_m, float height_m, gconstpointer user)
{
    skin_box(cr, 0, 0, width_m, height_m, 0xe8ebe6);
    skin_box(cr, 0, height_m * 0.66, width_m, height_m * 0.34, 0x2f8f62);
    skin_box(cr, 0.1, height_m * 0.16, width_m - 0.2, height_m * 0.46, 0x222d34);
    skin_box(cr, width_m * 0.2, height_m * 0.04, width_m * 0.6, height_m * 0.09, 0x20160a);
    skin_text(cr, "18路", width_m * 0.5, height_m * 0.085, 0.2, 0xffb43c);
}

const VehicleKit *vehicle_kit(Stage *stage)
{
    VehicleKit *kit = stage_own(stage, g_new0(VehicleKit, 1), g_free);
    kit->glass = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0x11181c), .gloss = 0.14f });
    kit->tyre = stage_paint(stage, 0x17181a, 0);
    kit->rim = stage_paint(stage, 0x8f9498, 0);
    kit->trim = stage_paint(stage, 0x2a2c2e, 0);
    kit->grille = stage_paint(stage, 0x1c1e20, 0);
    kit->head = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0xd9dee0), .gloss = 0.1f });
    kit->head_on = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0xfff6dc), .glow = 5 });
    kit->tail = stage_paint(stage, 0x7a1512, 0);
    kit->tail_on = stage_material(
        stage, (Material) { .kind = MATERIAL_SOLID, .colour = vec_rgb(0xff2a1c), .glow = 2.2f });
    kit->plate = stage_paint(stage, 0x2c4fa8, 0);
    kit->bed = stage_paint(stage, 0x5a6166, 0.2f);
    kit->bus_side = stage_skin(stage, 10.5f, 2.6f, 40, draw_bus_side, NULL);
    kit->bus_front = stage_skin(stage, 2.5f, 2.6f, 60, draw_bus_front, NULL);
    return kit;
}

static void wheel(Stage *stage, const VehicleKit *kit, float x, float y, float radius, float width)
{
    enum { SIDES = 12 };
    float inner = x > 0 ? x - width : x + width;
    for (int i = 0; i < SIDES; i++) {
        float a = (float)i * 6.28319f / SIDES, b = (float)(i + 1) * 6.28319f / SIDES;
        Vec from = vec(x, y + cosf(a) * radius, radius + sinf(a) * radius);
        Vec to = vec(x, y + cosf(b) * radius, radius + sinf(b) * radius);
        stage_face(stage, (Vec[]) { vec(x, y, radius), from, to }, 3, kit->tyre);
        stage_face(stage, (Vec[]) { from, vec(inner, from.y, from.z), vec(inner, to.y, to.z), to },
                   4, kit->tyre);
        float out = x > 0 ? x + 0.01f : x - 0.01f, rim = radius * 0.58f;
        stage_face(stage,
                   (Vec[]) { vec(out, y, radius),
                             vec(out, y + cosf(a) * rim, radius + sinf(a) * rim),
                             vec(out, y + cosf(b) * rim, radius + sinf(b) * rim) },
                   3, kit->rim);
    }
}

static void wheels(Stage *stage, const VehicleKit *kit, float half, float front, float rear,
                   float radius)
{
    for (int side = -1; side <= 1; side += 2) {
        wheel(stage, kit, (float)side * half, front, radius, 0.22f);
        wheel(stage, kit, (float)side * half, rear, radius, 0.22f);
    }
}

static void lights(Stage *stage, const VehicleKit *kit, Livery livery, float half, float front,
                   float rear, float z)
{
    const Material *head = livery.has_lights_on ? kit->head_on : kit->head;
    const Material *tail = livery.is_braking || livery.has_lights_on ? kit->tail_on : kit->tail;
    for (int side = -1; side <= 1; side += 2) {
        float outer = (float)side * half, inner = (float)side * (half - 0.34f);
        part_box(stage, vec(MIN(outer, inner), front - 0.22f, z),
                 vec(MAX(outer, inner), front, z + 0.15f), head);
        part_box(stage, vec(MIN(outer, inner), rear, z + 0.1f),
                 vec(MAX(outer, inner), rear + 0.12f, z + 0.27f), tail);
    }
    part_box(stage, vec(-0.24f, front - 0.1f, z - 0.22f), vec(0.24f, front + 0.02f, z - 0.1f),
             kit->plate);
    part_box(stage, vec(-0.24f, rear - 0.02f, z), vec(0.24f, rear + 0.1f, z + 0.13f), kit->plate);
}

/* Windows around, a roof of paint, pillars between. */
static void cabin(Stage *stage, const VehicleKit *kit, const Section *sections, int count,
                  const Material *paint)
{
    part_loft(stage, sections, count, kit->glass, paint);
    for (int i = 1; i + 1 < count; i++)
        for (int side = -1; side <= 1; side += 2) {
            const Section *s = &sections[i];
            part_bar(stage, vec((float)side * (s->half_low + 0.005f), s->y, s->z_low),
                     vec((float)side * (s->half_high + 0.005f), s->y, s->z_high), 0.07f, paint);
        }
    Section front = sections[count - 1], wind = sections[count - 2];
    stage_face(stage,
               (Vec[]) { vec(front.half_high, front.y, front.z_high + 0.006f),
                         vec(-front.half_high, front.y, front.z_high + 0.006f),
                         vec(-wind.half_high + 0.06f, wind.y + 0.04f, wind.z_high),
                         vec(wind.half_high - 0.06f, wind.y + 0.04f, wind.z_high) },
               4, kit->glass);
    Section back = sections[0], rear = sections[1];
    stage_face(stage,
               (Vec[]) { vec(-back.half_high, back.y, back.z_high + 0.006f),
                         vec(back.half_high, back.y, back.z_high + 0.006f),
                         vec(rear.half_high - 0.06f, rear.y - 0.04f, rear.z_high),
                         vec(-rear.half_high + 0.06f, rear.y - 0.04f, rear.z_high) },
               4, kit->glass);
}

void vehicle_car(Stage *stage, const VehicleKit *kit, Livery livery)
{
    static const Section body[] = {
        { -2.3f, 0.36f, 0.72f, 0.74f, 0.7f },  { -2.2f, 0.26f, 0.9f, 0.86f, 0.76f },
        { -1.55f, 0.24f, 0.97f, 0.9f, 0.83f }, { 0.9f, 0.24f, 0.93f, 0.9f, 0.84f },
        { 1.7f, 0.24f, 0.82f, 0.89f, 0.78f },  { 2.15f, 0.26f, 0.7f, 0.84f, 0.7f },
        { 2.3f, 0.34f, 0.6f, 0.72f, 0.64f },
    };
    static const Section top[] = {
        { -1.85f, 0.9f, 0.955f, 0.8f, 0.74f },
        { -1.0f, 0.92f, 1.4f, 0.84f, 0.6f },
        { 0.15f, 0.92f, 1.44f, 0.85f, 0.62f },
        { 1.05f, 0.9f, 0.93f, 0.84f, 0.78f },
    };
    part_loft(stage, body, G_N_ELEMENTS(body), livery.paint, livery.paint);
    cabin(stage, kit, top, G_N_ELEMENTS(top), livery.paint);
    wheels(stage, kit, 0.91f, 1.4f, -1.4f, 0.32f);
    lights(stage, kit, livery, 0.76f, 2.24f, -2.29f, 0.52f);
    part_box(stage, vec(-0.42f, 2.2f, 0.34f), vec(0.42f, 2.29f, 0.52f), kit->grille);
}

void vehicle_suv(Stage *stage, const VehicleKit *kit, Livery livery)
{
    static const Section body[] = {
        { -2.3f, 0.4f, 0.95f, 0.84f, 0.82f }, { -2.2f, 0.32f, 1.1f, 0.92f, 0.86f },
        { 0.9f, 0.32f, 1.1f, 0.94f, 0.88f },  { 1.9f, 0.32f, 1.0f, 0.93f, 0.84f },
        { 2.2f, 0.34f, 0.86f, 0.88f, 0.78f }, { 2.32f, 0.42f, 0.74f, 0.8f, 0.72f },
    };
    static const Section top[] = {
        { -2.24f, 1.06f, 1.12f, 0.86f, 0.8f }, { -1.8f, 1.08f, 1.68f, 0.88f, 0.68f },
        { -0.5f, 1.08f, 1.74f, 0.88f, 0.7f },  { 0.3f, 1.08f, 1.7f, 0.88f, 0.7f },
        { 1.05f, 1.06f, 1.1f, 0.87f, 0.82f },
    };
    part_loft(stage, body, G_N_ELEMENTS(body), livery.paint, livery.paint);
    cabin(stage, kit, top, G_N_ELEMENTS(top), livery.paint);
    wheels(stage, kit, 0.95f, 1.42f, -1.42f, 0.37f);
    lights(stage, kit, livery, 0.84f, 2.28f, -2.29f, 0.68f);
    part_box(stage, vec(-0.5f, 2.24f, 0.45f), vec(0.5f, 2.33f, 0.72f), kit->grille);
}

void vehicle_van(Stage *stage, const VehicleKit *kit, Livery livery)
{
    static const Section body[] = {
        { -2.0f, 0.34f, 1.0f, 0.8f, 0.8f },   { -1.95f, 0.28f, 1.12f, 0.83f, 0.81f },
        { 1.4f, 0.28f, 1.12f, 0.83f, 0.81f }, { 1.95f, 0.28f, 0.95f, 0.82f, 0.76f },
        { 2.05f, 0.36f, 0.8f, 0.76f, 0.7f },
    };
    static const Section top[] = {
        { -1.98f, 1.1f, 1.15f, 0.8f, 0.78f }, { -1.85f, 1.1f, 1.85f, 0.81f, 0.7f },
        { -0.4f, 1.1f, 1.9f, 0.81f, 0.72f },  { 0.75f, 1.1f, 1.86f, 0.81f, 0.7f },
        { 1.6f, 1.06f, 1.12f, 0.8f, 0.76f },
    };
    part_loft(stage, body, G_N_ELEMENTS(body), livery.paint, livery.paint);
    cabin(stage, kit, top, G_N_ELEMENTS(top), livery.paint);
    wheels(stage, kit, 0.84f, 1.25f, -1.25f, 0.29f);
    lights(stage, kit, livery, 0.78f, 2.0f, -2.0f, 0.62f);
}

void vehicle_bus(Stage *stage, const VehicleKit *kit, Livery livery)
{
    const Material *roof = livery.paint;
    part_box_sides(
        stage, vec(-1.25f, -5.25f, 0.35f), vec(1.25f, 5.25f, 2.95f),
        (BoxSides) { kit->bus_front, kit->bus_front, kit->bus_side, kit->bus_side, roof });
    part_box(stage, vec(-0.95f, -3.6f, 2.95f), vec(0.95f, -0.8f, 3.15f), roof);
    part_box(stage, vec(-0.8f, 0.8f, 2.95f), vec(0.8f, 2.6f, 3.12f), kit->bed);
    part_floor(stage, -1.22f, -5.2f, 1.22f, 5.2f, 0.36f, kit->trim);
    wheels(stage, kit, 1.27f, 3.1f, -2.9f, 0.48f);
    lights(stage, kit, livery, 1.12f, 5.28f, -5.28f, 0.62f);
}

void vehicle_truck(Stage *stage, const VehicleKit *kit, Livery livery, const Material *load)
{
    static const Section cab[] = {
        { 1.75f, 0.55f, 2.5f, 1.12f, 1.1f },
        { 3.2f, 0.55f, 2.5f, 1.14f, 1.08f },
        { 3.75f, 0.55f, 1.6f, 1.14f, 1.12f },
        { 3.85f, 0.5f, 1.0f, 1.12f, 1.1f },
    };
    part_loft(stage, cab, G_N_ELEMENTS(cab), livery.paint, livery.paint);
    stage_face(stage,
               (Vec[]) { vec(1.0f, 3.77f, 1.62f), vec(-1.0f, 3.77f, 1.62f),
                         vec(-0.98f, 3.28f, 2.42f), vec(0.98f, 3.28f, 2.42f) },
               4, kit->glass);
    for (int side = -1; side <= 1; side += 2)
        part_wall(stage, (float)side * 1.15f, 2.2f, (float)side * 1.15f, 3.25f, 1.6f, 2.3f,
                  kit->glass);
    part_box(stage, vec(-1.2f, -4.2f, 0.85f), vec(1.2f, 1.6f, 1.05f), kit->trim);
    for (int side = -1; side <= 1; side += 2)
        part_box(stage, vec((float)side * 1.22f - 0.04f, -4.2f, 1.05f),
                 vec((float)side * 1.22f + 0.04f, 1.6f, 1.75f), livery.paint);
    part_box(stage, vec(-1.22f, -4.25f, 1.05f), vec(1.22f, -4.15f, 1.75f), livery.paint);
    part_box(stage, vec(-1.16f, -4.1f, 1.05f), vec(1.16f, 1.55f, 2.3f), load);
    wheels(stage, kit, 1.18f, 2.9f, -2.2f, 0.5f);
    wheels(stage, kit, 1.18f, -3.3f, -3.3f, 0.5f);
    lights(stage, kit, livery, 1.05f, 3.87f, -4.27f, 0.72f);
}

void vehicle_tractor(Stage *stage, const VehicleKit *kit, Livery livery)
{
    static const Section bonnet[] = {
        { 0.1f, 0.75f, 1.35f, 0.38f, 0.34f },
        { 1.5f, 0.75f, 1.3f, 0.36f, 0.32f },
        { 1.7f, 0.8f, 1.15f, 0.32f, 0.28f },
    };
    static const Section cab[] = {
        { -1.1f, 1.2f, 2.5f, 0.66f, 0.62f },
        { -0.1f, 1.2f, 2.55f, 0.66f, 0.62f },
        { 0.12f, 1.2f, 1.3f, 0.64f, 0.62f },
    };
    part_loft(stage, bonnet, G_N_ELEMENTS(bonnet), livery.paint, livery.paint);
    cabin(stage, kit, cab, G_N_ELEMENTS(cab), livery.paint);
    part_box(stage, vec(-0.7f, -1.15f, 2.52f), vec(0.7f, 0.0f, 2.62f), livery.paint);
    part_box(stage, vec(-0.5f, -1.2f, 0.7f), vec(0.5f, 0.2f, 1.2f), kit->trim);
    part_cylinder(stage, vec(0.2f, 1.2f, 1.3f), 0.8f, 0.05f, 0.05f, 6, kit->trim);
    for (int side = -1; side <= 1; side += 2) {
        wheel(stage, kit, (float)side * 1.0f, -0.75f, 0.78f, 0.42f);
        wheel(stage, kit, (float)side * 0.75f, 1.25f, 0.45f, 0.28f);
        part_box(stage, vec((float)side * 0.8f - 0.22f, -1.5f, 1.5f),
                 vec((float)side * 0.8f + 0.22f, -0.1f, 1.6f), livery.paint);
    }
}

void vehicle_follow(const Stop *stops, int count, float length, float *x, float *y, float *heading)
{
    int i = 0;
    float part = 0;
    for (; i + 1 < count; i++) {
        part = hypotf(stops[i + 1].x - stops[i].x, stops[i + 1].y - stops[i].y);
        if (length < part || i + 2 == count)
            break;
        length -= part;
    }
    float way_x = (stops[i + 1].x - stops[i].x) / part,
          way_y = (stops[i + 1].y - stops[i].y) / part;
    *x = stops[i].x + way_x * length;
    *y = stops[i].y + way_y * length;
    *heading = atan2f(-way_x, way_y) * 180 / (float)G_PI;
}

static float slope_at(const Key *keys, int count, int i)
{
    if (i == 0 || i == count - 1) {
        int a = i == 0 ? 0 : count - 2;
        return (keys[a + 1].length - keys[a].length) / (keys[a + 1].time - keys[a].time);
    }
    float before = (keys[i].length - keys[i - 1].length) / (keys[i].time - keys[i - 1].time);
    float after = (keys[i + 1].length - keys[i].length) / (keys[i + 1].time - keys[i].time);
    return before * after <= 0 ? 0 : 2 * before * after / (before + after);
}

float vehicle_travel(const Key *keys, int count, float time)
{
    int i = 0;
    while (i + 2 < count && time > keys[i + 1].time)
        i++;
    float span = keys[i + 1].time - keys[i].time, s = clampf((time - keys[i].time) / span, 0, 1);
    float s2 = s * s, s3 = s2 * s;
    return keys[i].length * (2 * s3 - 3 * s2 + 1) + keys[i + 1].length * (3 * s2 - 2 * s3) +
           slope_at(keys, count, i) * span * (s3 - 2 * s2 + s) +
           slope_at(keys, count, i + 1) * span * (s3 - s2);
}
