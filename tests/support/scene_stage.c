/* scene_stage.c - a stage: its camera, what is placed on it, what belongs to it
 *
 * scene_bake.c lights and draws what stands still, once; scene_frame.c draws what moves;
 * scene_shade.c says what a face looks like. Everything is sampled twice in each direction.
 */
#include "tests/support/scene_stage_private.h"

/* Smaller moving faces are parts of larger ones that cast the shadow. */
static const float least_shadow_m2 = 0.3f;

/* ---- placing ---- */

static Placement *place_of(Stage *stage)
{
    return &stage->places[stage->place];
}

static Vec turn_way(const Placement *place, Vec way)
{
    return vec_add(vec_add(vec_scale(place->x, way.x), vec_scale(place->y, way.y)),
                   vec_scale(place->z, way.z));
}

Vec stage_place(const Stage *stage, Vec point)
{
    const Placement *place = &stage->places[stage->place];
    return vec_add(place->at, turn_way(place, point));
}

void stage_push(Stage *stage)
{
    g_assert(stage->place + 1 < MAX_NESTING);
    stage->places[stage->place + 1] = stage->places[stage->place];
    stage->place++;
}

void stage_pop(Stage *stage)
{
    g_assert(stage->place > 0);
    stage->place--;
}

void stage_move(Stage *stage, float x, float y, float z)
{
    place_of(stage)->at = stage_place(stage, vec(x, y, z));
}

/* Turns the axis a towards b. */
static void turn_axes(Vec *a, Vec *b, float degrees)
{
    float angle = degrees * (float)G_PI / 180, c = cosf(angle), s = sinf(angle);
    Vec old = *a;
    *a = vec_add(vec_scale(old, c), vec_scale(*b, s));
    *b = vec_sub(vec_scale(*b, c), vec_scale(old, s));
}

void stage_turn(Stage *stage, float degrees)
{
    turn_axes(&place_of(stage)->x, &place_of(stage)->y, degrees);
}

void stage_tilt(Stage *stage, float degrees)
{
    turn_axes(&place_of(stage)->y, &place_of(stage)->z, degrees);
}

void stage_roll(Stage *stage, float degrees)
{
    turn_axes(&place_of(stage)->z, &place_of(stage)->x, degrees);
}

void stage_size(Stage *stage, float x, float y, float z)
{
    Placement *place = place_of(stage);
    place->x = vec_scale(place->x, x);
    place->y = vec_scale(place->y, y);
    place->z = vec_scale(place->z, z);
}

void stage_scroll(Stage *stage, float u, float v)
{
    stage->scroll_u = u;
    stage->scroll_v = v;
}

void stage_strip(Stage *stage, float u_from, float u_to)
{
    stage->strip_from = u_from;
    stage->strip_to = u_to;
}

static void lay_skin(const Stage *stage, Face *face)
{
    Vec bottom = vec_sub(face->corner[1], face->corner[0]);
    Vec side = vec_sub(face->corner[face->count - 1], face->corner[0]);
    Vec normal = vec_cross(bottom, side), u_way = vec_cross(side, normal),
        v_way = vec_cross(normal, bottom);
    float u_size = vec_dot(bottom, u_way), v_size = vec_dot(side, v_way);
    if (fabsf(u_size) < 1e-9f || fabsf(v_size) < 1e-9f)
        return;
    float u_scale = stage->strip_to - stage->strip_from, v_scale = 1;
    if (face->material->is_tiled) {
        float width_m, height_m;
        skin_get_size(face->material->skin, &width_m, &height_m);
        u_scale = vec_length(bottom) / width_m;
        v_scale = vec_length(side) / height_m;
    }
    face->u_way = vec_scale(u_way, u_scale / u_size);
    face->v_way = vec_scale(v_way, -v_scale / v_size);
    face->u_start = stage->scroll_u + stage->strip_from - vec_dot(face->u_way, face->corner[0]);
    face->v_start = stage->scroll_v + v_scale - vec_dot(face->v_way, face->corner[0]);
}

static void keep_face(Stage *stage, Face *face)
{
    face->is_above_floor = stage->is_casting;
    face->shadow_z = stage->shadow_z;
    g_array_append_vals(stage->is_baked ? stage->moving_faces : stage->still_faces, face, 1);
}

static void add_face(Stage *stage, const Vec *corners, int count, const Material *material,
                     gboolean is_one_sided)
{
    g_assert(count == 3 || count == 4);
    Face face = { .count = count, .material = material, .is_one_sided = is_one_sided };
    for (int i = 0; i < count; i++)
        face.corner[i] = stage_place(stage, corners[i]);
    Vec area = vec_cross(vec_sub(face.corner[1], face.corner[0]),
                         vec_sub(face.corner[count - 1], face.corner[0]));
    face.normal = face.lit_normal = vec_unit(area);
    face.is_casting = stage->is_casting && vec_length(area) > least_shadow_m2;
    if (material->skin)
        lay_skin(stage, &face);
    keep_face(stage, &face);
}

void stage_face(Stage *stage, const Vec *corners, int count, const Material *material)
{
    add_face(stage, corners, count, material, FALSE);
}

void stage_round_off(Stage *stage, Vec normal)
{
    GArray *faces = stage->is_baked ? stage->moving_faces : stage->still_faces;
    g_assert(faces->len > 0);
    Face *face = &g_array_index(faces, Face, faces->len - 1);
    Vec turned = vec_unit(turn_way(place_of(stage), normal));
    face->lit_normal = vec_dot(turned, face->normal) < 0 ? vec_scale(turned, -1) : turned;
}

void stage_side(Stage *stage, const Vec *corners, int count, const Material *material)
{
    add_face(stage, corners, count, material, TRUE);
}

void stage_ball(Stage *stage, Vec centre, float radius, Vec outward, const Material *material)
{
    Face face = { .material = material, .corner[0] = stage_place(stage, centre) };
    const Placement *place = place_of(stage);
    face.radius = radius * vec_length(place->z);
    face.normal = face.lit_normal = vec_unit(turn_way(place, outward));
    keep_face(stage, &face);
}

/* ---- making ---- */

gpointer stage_own(Stage *stage, gpointer object, GDestroyNotify destroy)
{
    Owned owned = { object, destroy };
    g_array_append_val(stage->owned, owned);
    return object;
}

const Material *stage_material(Stage *stage, Material material)
{
    return stage_own(stage, g_memdup2(&material, sizeof material), g_free);
}

const Material *stage_paint(Stage *stage, guint32 rgb, float grain)
{
    return stage_material(stage,
                          (Material) { MATERIAL_SOLID, vec_rgb(rgb), grain, 0.5f, .skin = NULL });
}

const Material *stage_skin(Stage *stage, float width_m, float height_m, float px_per_m,
                           SkinDraw draw, gconstpointer user)
{
    Skin *skin = skin_new(width_m, height_m, px_per_m, draw, user);
    stage_own(stage, skin, (GDestroyNotify)skin_free);
    return stage_material(stage, (Material) { MATERIAL_SOLID, vec(1, 1, 1), .skin = skin });
}

Light *stage_light(Stage *stage)
{
    return &stage->light;
}

void stage_look(Stage *stage, Vec eye, Vec target, float fov_deg)
{
    float focal = (float)stage->width / tanf(fov_deg * (float)G_PI / 360);
    stage->eye = eye_look(eye, target, focal, (float)stage->width, (float)stage->height);
}

Stage *stage_new(int width, int height)
{
    Stage *stage = g_new0(Stage, 1);
    stage->width = width;
    stage->height = height;
    stage->light = light_day();
    stage->strip_to = 1;
    stage->owned = g_array_new(FALSE, FALSE, sizeof(Owned));
    stage->still_faces = g_array_new(FALSE, FALSE, sizeof(Face));
    stage->moving_faces = g_array_new(FALSE, FALSE, sizeof(Face));
    stage->sways = g_array_new(FALSE, FALSE, sizeof(SwaySpot));
    stage->waters = g_array_new(FALSE, FALSE, sizeof(WaterPixel));
    stage->water_spots = g_array_new(FALSE, FALSE, sizeof(WaterSpot));
    stage->skies = g_array_new(FALSE, FALSE, sizeof(SkySpot));
    stage->places[0] = (Placement) { vec(1, 0, 0), vec(0, 1, 0), vec(0, 0, 1), vec(0, 0, 0) };
    stage->tiles.across = (width + TILE_PX - 1) / TILE_PX;
    stage->tiles_down = (height + TILE_PX - 1) / TILE_PX;
    stage->tiles.marks = g_malloc0((gsize)stage->tiles.across * stage->tiles_down);
    stage->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    g_assert(cairo_surface_status(stage->surface) == CAIRO_STATUS_SUCCESS);
    return stage;
}

void stage_free(Stage *stage)
{
    if (!stage)
        return;
    for (guint i = 0; i < stage->owned->len; i++) {
        Owned *owned = &g_array_index(stage->owned, Owned, i);
        owned->destroy(owned->object);
    }
    GArray *arrays[] = { stage->owned,  stage->still_faces, stage->moving_faces, stage->sways,
                         stage->waters, stage->water_spots, stage->skies };
    for (guint i = 0; i < G_N_ELEMENTS(arrays); i++)
        g_array_unref(arrays[i]);
    plot_clear(&stage->still);
    plot_clear(&stage->now);
    plot_clear(&stage->sun);
    plot_clear(&stage->map);
    waves_free(stage->waves);
    g_free(stage->shadow);
    g_free(stage->picture);
    g_free(stage->sun_share);
    g_free(stage->mirrored);
    g_free(stage->water_blocks);
    g_free(stage->sky);
    g_free(stage->tiles.marks);
    cairo_surface_destroy(stage->surface);
    g_free(stage);
}
