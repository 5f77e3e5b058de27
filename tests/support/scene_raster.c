/* scene_raster.c - which face is in front at each sample of a picture: flat faces and balls, seen
 * by an eye
 *
 * The key of a flat face is linear over the picture (1/depth in perspective, -depth for a flat
 * eye), so that a row of a face is one multiply and one compare a sample.
 */
#include "tests/support/scene_raster.h"

#include <string.h>

#include "tests/support/scene_leaf.h"

enum { MAX_CORNERS = 8 };
static const float nearest_m = 0.3f;

typedef struct {
    float x, y, key;
} Spot;

/* key = at_x * x + at_y * y + start */
typedef struct {
    float at_x, at_y, start, low, high;
} KeyPlane;

Eye eye_look(Vec at, Vec target, float focal, float centre_x, float centre_y)
{
    Eye eye = { .at = at, .focal = focal, .centre_x = centre_x, .centre_y = centre_y };
    eye.forward = vec_unit(vec_sub(target, at));
    Vec above = fabsf(eye.forward.z) > 0.99f ? vec(0, 1, 0) : vec(0, 0, 1);
    eye.right = vec_unit(vec_cross(eye.forward, above));
    eye.up = vec_cross(eye.right, eye.forward);
    return eye;
}

Vec eye_ray(const Eye *eye, float x, float y)
{
    float sx = (x - eye->centre_x) / eye->focal, sy = (eye->centre_y - y) / eye->focal;
    Vec across = vec_add(vec_scale(eye->right, sx), vec_scale(eye->up, sy));
    return vec_add(eye->is_flat ? eye->at : eye->forward, across);
}

Vec eye_point(const Eye *eye, float x, float y, float key)
{
    Vec ray = eye_ray(eye, x, y);
    return eye->is_flat ? vec_add_scaled(ray, eye->forward, -key)
                        : vec_add_scaled(eye->at, ray, 1 / key);
}

gboolean eye_project(const Eye *eye, Vec point, float *x, float *y, float *key)
{
    Vec way = vec_sub(point, eye->at);
    float depth = vec_dot(way, eye->forward);
    if (!eye->is_flat && depth < nearest_m)
        return FALSE;
    float scale = eye->is_flat ? eye->focal : eye->focal / depth;
    *x = eye->centre_x + vec_dot(way, eye->right) * scale;
    *y = eye->centre_y - vec_dot(way, eye->up) * scale;
    *key = eye->is_flat ? -depth : 1 / depth;
    return TRUE;
}

void plot_init(Plot *plot, int width, int height)
{
    plot->width = width;
    plot->height = height;
    plot->key = g_new(float, (gsize)width *height);
    plot->id = g_new(guint32, (gsize)width * height);
    plot->left = g_new(float, height);
    plot->right = g_new(float, height);
    memset(plot->id, 0, sizeof(guint32) * (gsize)width * (gsize)height);
    for (gsize i = 0; i < (gsize)width * height; i++)
        plot->key[i] = KEY_NOTHING;
}

void plot_clear(Plot *plot)
{
    g_free(plot->key);
    g_free(plot->id);
    g_free(plot->left);
    g_free(plot->right);
    *plot = (Plot) { 0 };
}

static void mark_tiles(const Tiles *tiles, int y, int x0, int x1)
{
    if (!tiles)
        return;
    guint8 *row = tiles->marks + y / TILE_SAMPLES * tiles->across;
    for (int i = x0 / TILE_SAMPLES; i <= x1 / TILE_SAMPLES; i++)
        row[i] |= TILE_FACE;
}

/* Cuts off what lies below limit along axis; returns the new number of corners. */
static int cut(Vec *corners, int count, Vec origin, Vec axis, float limit)
{
    Vec kept[MAX_CORNERS];
    int n = 0;
    for (int i = 0; i < count; i++) {
        Vec a = corners[i], b = corners[(i + 1) % count];
        float da = vec_dot(vec_sub(a, origin), axis) - limit,
              db = vec_dot(vec_sub(b, origin), axis) - limit;
        if (da >= 0)
            kept[n++] = a;
        if ((da >= 0) != (db >= 0) && n < MAX_CORNERS)
            kept[n++] = vec_mix(a, b, da / (da - db));
        if (n >= MAX_CORNERS - 1)
            break;
    }
    memcpy(corners, kept, sizeof(Vec) * (gsize)n);
    return n;
}

static int project_polygon(const Eye *eye, const Vec *corners, int count, Spot *spots)
{
    Vec kept[MAX_CORNERS];
    memcpy(kept, corners, sizeof(Vec) * (gsize)count);
    if (!eye->is_flat)
        count = cut(kept, count, eye->at, eye->forward, nearest_m * 1.01f);
    if (eye->is_clipped)
        count = cut(kept, count, vec(0, 0, 0), vec(0, 0, 1), eye->clip_z);
    for (int i = 0; i < count; i++)
        eye_project(eye, kept[i], &spots[i].x, &spots[i].y, &spots[i].key);
    return count;
}

static gboolean find_key_plane(const Eye *eye, Vec at, Vec normal, const Spot *spots, int count,
                               KeyPlane *plane)
{
    float height = vec_dot(normal, vec_sub(at, eye->at));
    float on_axis = vec_dot(normal, eye->forward);
    float across = vec_dot(normal, eye->right) / eye->focal,
          down = -vec_dot(normal, eye->up) / eye->focal;
    float scale = eye->is_flat ? on_axis : height;
    if (fabsf(scale) < 1e-5f)
        return FALSE;
    plane->at_x = across / scale;
    plane->at_y = down / scale;
    plane->start = (eye->is_flat ? -height : on_axis) / scale;
    plane->start -= plane->at_x * eye->centre_x + plane->at_y * eye->centre_y;
    plane->low = plane->high = spots[0].key;
    for (int i = 1; i < count; i++) {
        plane->low = MIN(plane->low, spots[i].key);
        plane->high = MAX(plane->high, spots[i].key);
    }
    return TRUE;
}

/* Fills left and right of each row the polygon covers; FALSE if it is outside. */
static gboolean find_rows(const Plot *plot, const Spot *spots, int count, int *top, int *bottom)
{
    float low = spots[0].y, high = spots[0].y;
    for (int i = 1; i < count; i++) {
        low = MIN(low, spots[i].y);
        high = MAX(high, spots[i].y);
    }
    *top = (int)ceilf(clampf(low - 0.5f, 0, (float)plot->height));
    *bottom = (int)ceilf(clampf(high - 0.5f, 0, (float)plot->height)) - 1;
    if (*top > *bottom)
        return FALSE;
    for (int y = *top; y <= *bottom; y++) {
        plot->left[y] = 1e9f;
        plot->right[y] = -1e9f;
    }
    for (int i = 0; i < count; i++) {
        Spot a = spots[i], b = spots[(i + 1) % count];
        if (a.y > b.y) {
            Spot swap = a;
            a = b;
            b = swap;
        }
        int y0 = (int)ceilf(clampf(a.y - 0.5f, 0, (float)plot->height));
        int y1 = (int)ceilf(clampf(b.y - 0.5f, 0, (float)plot->height)) - 1;
        float step = y1 >= y0 ? (b.x - a.x) / (b.y - a.y) : 0;
        for (int y = y0; y <= y1; y++) {
            float x = a.x + ((float)y + 0.5f - a.y) * step;
            plot->left[y] = MIN(plot->left[y], x);
            plot->right[y] = MAX(plot->right[y], x);
        }
    }
    return TRUE;
}

static gboolean find_span(const Plot *plot, int y, int *x0, int *x1)
{
    *x0 = (int)ceilf(clampf(plot->left[y] - 0.5f, 0, (float)plot->width));
    *x1 = (int)ceilf(clampf(plot->right[y] - 0.5f, 0, (float)plot->width)) - 1;
    return *x0 <= *x1;
}

static gboolean is_hole(const Eye *eye, const Face *face, int x, int y, float key)
{
    Vec point = eye_point(eye, (float)x + 0.5f, (float)y + 0.5f, key);
    float alpha;
    skin_colour(face->material->skin, vec_dot(face->u_way, point) + face->u_start,
                vec_dot(face->v_way, point) + face->v_start, 0, &alpha);
    return alpha < 0.5f;
}

static void plot_polygon(Plot *plot, const Eye *eye, const Face *face, guint32 id,
                         const Tiles *tiles)
{
    Vec towards_eye =
        eye->is_flat ? vec_scale(eye->forward, -1) : vec_sub(eye->at, face->corner[0]);
    if (face->is_one_sided && vec_dot(face->normal, towards_eye) <= 0)
        return;
    Spot spots[MAX_CORNERS];
    int count = project_polygon(eye, face->corner, face->count, spots), top, bottom;
    KeyPlane plane;
    if (count < 3 || !find_key_plane(eye, face->corner[0], face->normal, spots, count, &plane) ||
        !find_rows(plot, spots, count, &top, &bottom))
        return;
    for (int y = top; y <= bottom; y++) {
        int x0, x1;
        if (!find_span(plot, y, &x0, &x1))
            continue;
        mark_tiles(tiles, y, x0, x1);
        float *keys = plot->key + (gsize)y * plot->width;
        guint32 *ids = plot->id + (gsize)y * plot->width;
        float start = plane.start + plane.at_y * ((float)y + 0.5f) + plane.at_x * 0.5f;
        for (int x = x0; x <= x1; x++) {
            float key = clampf(start + plane.at_x * (float)x, plane.low, plane.high);
            if (key <= keys[x] || (face->material->is_cut_out && is_hole(eye, face, x, y, key)))
                continue;
            keys[x] = key;
            ids[x] = id;
        }
    }
}

/* A ball is small against its distance: its key rises in proportion to how far it bulges towards
 * the eye. */
static void plot_ball(Plot *plot, const Eye *eye, const Face *face, guint32 id, const Tiles *tiles)
{
    static const float most_lift = 0.6f; /* of a bunch of leaves, in radii */
    Spot spot;
    if ((eye->is_clipped && face->corner[0].z < eye->clip_z) ||
        !eye_project(eye, face->corner[0], &spot.x, &spot.y, &spot.key))
        return;
    float radius = face->radius * (eye->is_flat ? eye->focal : eye->focal * spot.key);
    int x0 = (int)MAX(spot.x - radius, 0), x1 = (int)MIN(spot.x + radius, (float)plot->width - 1);
    int y0 = (int)MAX(spot.y - radius, 0), y1 = (int)MIN(spot.y + radius, (float)plot->height - 1);
    if (x0 > x1 || y0 > y1 || radius < 0.2f)
        return;
    const guint8 *bunch = face->material->kind == MATERIAL_LEAF ? leaf_get_bunch(id) : NULL;
    float scale = 1 / radius, bulge = face->radius * (eye->is_flat ? 1 : spot.key * spot.key);
    float most = spot.key + bulge * (bunch ? most_lift : 1);
    for (int y = y0; y <= y1; y++) {
        float v = ((float)y + 0.5f - spot.y) * scale;
        mark_tiles(tiles, y, x0, x1);
        float *keys = plot->key + (gsize)y * plot->width;
        guint32 *ids = plot->id + (gsize)y * plot->width;
        const guint8 *row =
            bunch ? bunch + CLAMP((int)((v + 1) * LEAF_SIDE / 2), 0, LEAF_SIDE - 1) * LEAF_SIDE
                  : NULL;
        for (int x = x0; x <= x1; x++) {
            float u = ((float)x + 0.5f - spot.x) * scale, inside = 1 - u * u - v * v;
            if (most <= keys[x] || inside <= 0)
                continue;
            int column = MIN((int)((u + 1) * LEAF_SIDE / 2), LEAF_SIDE - 1);
            float lift = row ? (float)row[column] * (most_lift / 255) : sqrtf(inside);
            float key = spot.key + bulge * lift;
            if (lift <= 0 || key <= keys[x])
                continue;
            keys[x] = key;
            ids[x] = id;
        }
    }
}

void plot_face(Plot *plot, const Eye *eye, const Face *face, guint32 id, const Tiles *tiles)
{
    if (face->count)
        plot_polygon(plot, eye, face, id, tiles);
    else
        plot_ball(plot, eye, face, id, tiles);
}

void plot_shadow(const Plot *plot, const Eye *eye, const Face *face, Vec sun_way, guint8 *mask,
                 const Tiles *tiles)
{
    Vec floor_corners[4];
    Spot spots[MAX_CORNERS];
    KeyPlane plane;
    int top, bottom;
    if (!face->count || sun_way.z < 0.05f)
        return;
    for (int i = 0; i < face->count; i++) {
        float above = (face->corner[i].z - face->shadow_z) / sun_way.z;
        floor_corners[i] = vec_add_scaled(face->corner[i], sun_way, -MAX(above, 0));
    }
    int count = project_polygon(eye, floor_corners, face->count, spots);
    Vec floor_point = vec(floor_corners[0].x, floor_corners[0].y, face->shadow_z);
    if (count < 3 || !find_key_plane(eye, floor_point, vec(0, 0, 1), spots, count, &plane) ||
        !find_rows(plot, spots, count, &top, &bottom))
        return;
    for (int y = top; y <= bottom; y++) {
        int x0, x1;
        if (!find_span(plot, y, &x0, &x1))
            continue;
        mark_tiles(tiles, y, x0, x1);
        const float *keys = plot->key + (gsize)y * plot->width;
        guint8 *marks = mask + (gsize)y * plot->width;
        float start = plane.start + plane.at_y * ((float)y + 0.5f) + plane.at_x * 0.5f;
        for (int x = x0; x <= x1; x++) {
            float key = start + plane.at_x * (float)x;
            marks[x] |= fabsf(key - keys[x]) < 0.02f * key;
        }
    }
}
