/* scene_shade.c - what a face of a stage looks like in a pixel
 *
 * Light is found once for each face in a pixel, skins at each sample: edges and markings are
 * smooth, light is cheap.
 */
#include <string.h>

#include "tests/support/scene_leaf.h"
#include "tests/support/scene_noise.h"
#include "tests/support/scene_stage_private.h"

static int count_lit(const Stage *stage, float x, float y, float key, float step_x, float step_y,
                     float reach)
{
    int lit = 0;
    for (int i = 0; i < 4; i++) {
        float swap = step_x;
        int px = (int)(x + step_x * reach), py = (int)(y + step_y * reach);
        step_x = -step_y;
        step_y = swap;
        reach *= 1.25f;
        lit += px < 0 || py < 0 || px >= stage->sun.width || py >= stage->sun.height ||
               stage->sun.key[(gsize)py * stage->sun.width + px] < key + 0.1f;
    }
    return lit;
}

float shade_sun_share(const Stage *stage, Vec at, Vec normal, int salt)
{
    /* Four places around, in one of eight turns: a soft edge with a grain that the pixels' samples
     * even out. */
    static const float turns[8][2] = { { 1, 0 },         { 0.92f, 0.38f }, { 0.7f, 0.7f },
                                       { 0.38f, 0.92f }, { 0, 1 },         { -0.38f, 0.92f },
                                       { -0.7f, 0.7f },  { -0.92f, 0.38f } };
    float x, y, key;
    eye_project(&stage->sun_eye, vec_add_scaled(at, normal, 0.06f), &x, &y, &key);
    float scale = stage->sun_eye.focal;
    if (stage->is_baked) /* one value for a block of pixels of a moving face: wide and even */
        return (float)(count_lit(stage, x, y, key, scale, 0, 0.25f) +
                       count_lit(stage, x, y, key, scale * 0.7f, scale * 0.7f, 0.6f)) /
               8;
    const float *turn = turns[(int)(noise_hash(salt, salt >> 8) * 7.99f)];
    float blur = stage->light.sun_softness * scale;
    return (float)count_lit(stage, x, y, key, turn[0] * blur, turn[1] * blur, 0.45f) / 4;
}

/* Share of the sky that is open, from the heights around a point. */
static float find_open_share(const Stage *stage, Vec at, Vec normal)
{
    static const float ways[8][2] = { { 1, 0 },  { 0.7f, 0.7f },   { 0, 1 },  { -0.7f, 0.7f },
                                      { -1, 0 }, { -0.7f, -0.7f }, { 0, -1 }, { 0.7f, -0.7f } };
    static const float reaches[3] = { 0.35f, 1.1f, 3 };
    const Plot *map = &stage->map;
    const Eye *eye = &stage->map_eye;
    Vec from = vec_add_scaled(at, normal, 0.12f);
    float x = eye->centre_x + (from.x - eye->at.x) * eye->focal,
          y = eye->centre_y - (from.y - eye->at.y) * eye->focal;
    float below = eye->at.z - from.z - 0.05f, closed = 0;
    for (int i = 0; i < 8; i++) {
        float steepest = 0;
        for (int j = 0; j < 3; j++) {
            float reach = reaches[j] * eye->focal;
            int px = (int)(x + ways[i][0] * reach), py = (int)(y - ways[i][1] * reach);
            if (px >= 0 && py >= 0 && px < map->width && py < map->height)
                steepest =
                    MAX(steepest, (map->key[(gsize)py * map->width + px] + below) / reaches[j]);
        }
        closed += steepest / (1 + steepest);
    }
    return 1 - stage->light.ambient_occlusion * closed / 8;
}

/* A moving face has no place in the map of heights: it is darker towards the floor it shades. */
static float guess_open_share(const Face *face, Vec at, Vec normal)
{
    if (!face->is_above_floor)
        return 0.9f;
    float low = clampf((at.z - face->shadow_z) * 1.2f, 0, 1);
    return 0.35f + 0.3f * low + 0.35f * MAX(normal.z, low * 0.4f);
}

static float grain_at(const Material *material, Vec at, Vec normal)
{
    float x = fabsf(normal.z) > 0.6f ? at.x : at.x + at.y, y = fabsf(normal.z) > 0.6f ? at.y : at.z;
    float fine = noise_fractal(x / material->grain_m, y / material->grain_m, 4);
    float broad = noise_at(x / (material->grain_m * 9) + 31, y / (material->grain_m * 9));
    return 1 + material->grain * (fine + broad - 1);
}

static Vec albedo_at(const Face *face, guint32 id, const Eye *eye, Vec at, float footprint_m)
{
    const Material *material = face->material;
    if (!face->count && material->kind == MATERIAL_LEAF) {
        Vec off = vec_scale(vec_sub(at, face->corner[0]), 1 / face->radius);
        guint8 bright = leaf_at(vec_dot(off, eye->right), -vec_dot(off, eye->up), id);
        return vec_scale(material->colour, 0.5f + (float)bright * (0.75f / 255));
    }
    if (!material->skin)
        return material->colour;
    float alpha;
    Vec texel = skin_colour(material->skin, vec_dot(face->u_way, at) + face->u_start,
                            vec_dot(face->v_way, at) + face->v_start, footprint_m, &alpha);
    return vec_tint(material->colour, texel);
}

/* A level mirror with a broken surface draws lights out into streaks towards the viewer. */
static Vec add_mirror(const Stage *stage, const Material *material, Vec colour, float x, float y,
                      const Point *point)
{
    float grazing = 1 - clampf(point->towards_eye.z, 0, 1), grazing2 = grazing * grazing;
    float gloss = material->gloss,
          share = gloss + (1 - gloss) * grazing2 * grazing2 * grazing * 0.8f;
    float wet =
        smooth_step(0.35f, 0.62f, noise_fractal(point->at.x * 0.35f, point->at.y * 0.35f, 3));
    float rough = (1.2f - wet) * material->grain_m;
    int across = stage->width / 2, down = stage->height / 2;
    Vec sum = { 0 };
    for (int i = -4; i <= 4; i++) {
        int px = (int)(x / 4 + (noise_hash((int)x + i, (int)y) - 0.5f) * 2.5f * rough);
        int py = (int)(y / 4 + ((float)i + noise_hash((int)x, (int)y + i) - 0.5f) * 3 * rough);
        px = CLAMP(px, 0, across - 1);
        py = CLAMP(py, 0, down - 1);
        sum = vec_add_scaled(sum, stage->mirrored[py * across + px], 1.0f / 9);
    }
    return vec_mix(colour, sum, clampf(share * (0.55f + 0.6f * wet), 0, 1));
}

static guint32 to_rgb(const Stage *stage, Vec colour, float x, float y)
{
    float half = (float)stage->width;
    return light_to_rgb(&stage->light, colour, x / half - 1, (y - (float)stage->height) / half);
}

static guint32 add_grain(const Stage *stage, guint32 rgb, float x, float y)
{
    int grain = (int)((noise_hash((int)x >> 1, (int)y >> 1) - 0.5f) * stage->light.noise * 512);
    int r = (int)(rgb >> 16) + grain, g = (int)(rgb >> 8 & 255) + grain,
        b = (int)(rgb & 255) + grain;
    return (guint32)CLAMP(r, 0, 255) << 16 | (guint32)CLAMP(g, 0, 255) << 8 |
           (guint32)CLAMP(b, 0, 255);
}

typedef struct {
    guint32 id;
    int samples;
    const Face *face;
    float x, y, key; /* of the first sample */
    Vec albedo;      /* sum of the samples */
} Seen;

static float footprint_of(const Eye *eye, Vec at, Vec normal)
{
    Vec way = vec_sub(eye->at, at);
    float distance = vec_length(way), facing = fabsf(vec_dot(normal, way)) / distance;
    return distance / (eye->focal * sqrtf(MAX(facing, 0.06f)));
}

/* size: in samples, what this one stands for. */
static void see(Seen *seen, const Face *face, guint32 id, const Eye *eye, float x, float y,
                float key, float size)
{
    if (!seen->samples)
        *seen = (Seen) { .id = id, .face = face, .x = x, .y = y, .key = key };
    seen->samples++;
    Vec albedo = face->material->colour;
    if (face->material->skin || !face->count) {
        Vec at = eye_point(eye, x, y, key);
        albedo = albedo_at(face, id, eye, at,
                           face->material->skin ? size * footprint_of(eye, at, face->normal) : 0);
    }
    seen->albedo = vec_add(seen->albedo, albedo);
}

static Point point_of(const Stage *stage, const Eye *eye, const Seen *seen)
{
    const Face *face = seen->face;
    Vec at = eye_point(eye, seen->x, seen->y, seen->key), normal = face->lit_normal,
        way = vec_sub(eye->at, at);
    float distance = vec_length(way);
    if (!face->count && face->material->kind != MATERIAL_LEAF)
        normal = vec_unit(vec_sub(at, face->corner[0]));
    else if (face->count && vec_dot(face->normal, way) < 0)
        normal = vec_scale(normal, -1);
    return (Point) {
        .at = at,
        .normal = normal,
        .towards_eye = vec_scale(way, 1 / distance),
        .distance = distance,
        .sun_share = shade_sun_share(stage, at, normal, (int)seen->x * 7919 + (int)seen->y),
        .open_share = stage->is_baked ? guess_open_share(face, at, normal)
                                      : find_open_share(stage, at, normal),
    };
}

static Vec light_seen(const Stage *stage, const Seen *seen, const Point *point,
                      const Lighting *lighting)
{
    const Material *material = seen->face->material;
    Vec albedo = vec_scale(seen->albedo, 1 / (float)seen->samples);
    if (material->grain > 0)
        albedo = vec_scale(albedo, grain_at(material, point->at, point->normal));
    Vec colour = vec_add(vec_tint(albedo, lighting->received), lighting->added);
    if (material->kind == MATERIAL_POLISH && stage->mirrored)
        colour = add_mirror(stage, material, colour, seen->x, seen->y, point);
    return vec_mix(colour, stage->light.haze, lighting->haze_share);
}

Vec shade_sample(const Stage *stage, const Eye *eye, const Face *face, guint32 id, float x, float y,
                 float key)
{
    Seen seen = { 0 };
    see(&seen, face, id, eye, x, y, key, 1);
    Point point = point_of(stage, eye, &seen);
    Lighting lighting = light_point(&stage->light, face->material, &point);
    return light_seen(stage, &seen, &point, &lighting);
}

/* Collects the faces of a pixel; returns how many. */
static int see_pixel(const Stage *stage, const Plot *plot, const GArray *faces, int x, int y,
                     Seen seen[4], PixelSum *sum)
{
    gsize first = (gsize)y * 2 * plot->width + 2 * (gsize)x;
    const gsize samples[4] = { first, first + 1, first + plot->width, first + plot->width + 1 };
    int count = 0;
    guint32 one = plot->id[first];
    gboolean is_one = one && one == plot->id[samples[1]] && one == plot->id[samples[2]] &&
                      one == plot->id[samples[3]];
    if (is_one && stage->is_baked) { /* a moving skin is not looked at so closely */
        see(seen, &g_array_index(faces, Face, one - 1), one, &stage->eye, (float)(2 * x + 1),
            (float)(2 * y + 1), plot->key[first], 2);
        seen[0].samples = 4;
        seen[0].albedo = vec_scale(seen[0].albedo, 4);
        return 1;
    }
    for (int i = 0; i < 4; i++) {
        guint32 id = plot->id[samples[i]];
        const Face *face = id ? &g_array_index(faces, Face, id - 1) : NULL;
        if (!face) {
            sum->sky++;
            continue;
        }
        if (face->material->kind == MATERIAL_WATER) {
            sum->water++;
            continue;
        }
        int n = 0;
        while (n < count && seen[n].id != id)
            n++;
        count = MAX(count, n + 1);
        float fx = (float)(2 * x + (i & 1)) + 0.5f, fy = (float)(2 * y + (i >> 1)) + 0.5f;
        see(&seen[n], face, id, &stage->eye, fx, fy, plot->key[samples[i]], 1);
    }
    return count;
}

/* Light on a face: of its block if it is flat, of the point itself if it is a ball. */
static Lit *find_light(const Stage *stage, const Seen *seen, guint32 block, LitCache *cache)
{
    Lit *lit = &cache->lits[seen->id % LITS];
    if (lit->id == seen->id && lit->block == block && seen->face->count)
        return lit;
    lit->id = seen->id;
    lit->block = block;
    lit->is_plain = FALSE;
    lit->point = point_of(stage, &stage->eye, seen);
    lit->lighting = light_point(&stage->light, seen->face->material, &lit->point);
    return lit;
}

/* The frequent case: one face of one colour fills the pixel. FALSE if it is not so. */
static gboolean shade_plain(const Stage *stage, const Plot *plot, const GArray *faces, int x, int y,
                            guint32 block, LitCache *cache, PixelSum *sum, float *sun_share)
{
    gsize first = (gsize)y * 2 * plot->width + 2 * (gsize)x;
    const guint32 *upper = plot->id + first, *lower = upper + plot->width;
    guint32 id = upper[0];
    if (!id || id != upper[1] || id != lower[0] || id != lower[1])
        return FALSE;
    const Face *face = &g_array_index(faces, Face, id - 1);
    const Material *material = face->material;
    if (!face->count || material->skin || material->grain > 0 || material->kind != MATERIAL_SOLID)
        return FALSE;
    float fx = (float)(2 * x + 1), fy = (float)(2 * y + 1);
    Seen seen = { .id = id, .samples = 1, .face = face, .x = fx, .y = fy, .key = plot->key[first] };
    Lit *lit = find_light(stage, &seen, block, cache);
    if (!lit->is_plain) {
        lit->is_plain = TRUE;
        seen.albedo = material->colour;
        lit->plain_rgb =
            to_rgb(stage, light_seen(stage, &seen, &lit->point, &lit->lighting), fx, fy);
    }
    pixel_add(sum, add_grain(stage, lit->plain_rgb, fx, fy), 4);
    *sun_share = lit->point.sun_share;
    return TRUE;
}

float shade_pixel(const Stage *stage, const Plot *plot, const GArray *faces, int x, int y,
                  guint32 block, LitCache *cache, PixelSum *sum)
{
    float sun_share = 0;
    if (shade_plain(stage, plot, faces, x, y, block, cache, sum, &sun_share))
        return sun_share;
    Seen seen[4] = { 0 };
    int count = see_pixel(stage, plot, faces, x, y, seen, sum);
    for (int n = 0; n < count; n++) {
        const Material *material = seen[n].face->material;
        const Lit *lit = find_light(stage, &seen[n], block, cache);
        Vec colour = light_seen(stage, &seen[n], &lit->point, &lit->lighting);
        pixel_add(sum, shade_to_rgb(stage, colour, seen[n].x, seen[n].y), seen[n].samples);
        sun_share += lit->point.sun_share * (float)seen[n].samples / 4;
        sum->sway = MAX(sum->sway, material->kind == MATERIAL_LEAF ? material->sway : 0);
    }
    return sun_share;
}

guint32 shade_to_rgb(const Stage *stage, Vec colour, float x, float y)
{
    return add_grain(stage, to_rgb(stage, colour, x, y), x, y);
}

guint32 shade_mix(guint32 a, guint32 b, guint32 share256)
{
    guint32 even = ((a & 0xff00ff) * (256 - share256) + (b & 0xff00ff) * share256) >> 8 & 0xff00ff;
    guint32 odd = ((a >> 8 & 0xff) * (256 - share256) + (b >> 8 & 0xff) * share256) & 0xff00;
    return even | odd;
}

void pixel_add(PixelSum *sum, guint32 rgb, int samples)
{
    sum->samples += samples;
    sum->red += (rgb >> 16 & 255) * (guint32)samples;
    sum->green += (rgb >> 8 & 255) * (guint32)samples;
    sum->blue += (rgb & 255) * (guint32)samples;
}

guint32 pixel_mean(const PixelSum *sum)
{
    guint32 n = (guint32)MAX(sum->samples, 1), half = n / 2;
    return (sum->red + half) / n << 16 | (sum->green + half) / n << 8 | (sum->blue + half) / n;
}
