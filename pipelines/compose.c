/* compose.c - one picture from a Stage: repaints only what changed */
#include "pipelines/compose.h"

#include "pipelines/blend.h"

#include <pthread.h>

/* Two encoders with two each, a display with two, a JPEG, the newest, the one in work, and slack. */
#define MAX_SURFACES 12

typedef enum { LOOK_SLATE = 1, LOOK_LIVE, LOOK_STALE } Look;

/* What a tile shows; two equal keys are two equal pictures. */
typedef struct {
    guint64 picture, slate, stale, label;
    Look look;
} TileKey;

typedef struct {
    guint64 serial;
    gint64 offset;
    Rect rect; /* what it covers */
} NoticeKey;

/* Counted apart from the composer: outputs may hold pictures longer than it lives. */
typedef struct {
    gint refs;
    pthread_mutex_t lock;
    GPtrArray *free; /* lock: Surface */
    guint made;      /* [canvas] */
    gboolean closed; /* lock */
} SurfacePool;

typedef struct {
    Frame frame; /* first: a Frame is handed out */
    Frame *memory;
    SurfacePool *pool;
    guint64 stage_id;
    TileKey *tiles;
    NoticeKey *notices;
} Surface;

typedef struct {
    Frame *picture;
    Rect inside; /* screen px */
    Bitmap *slate, *stale, *label;
} TileParts;

struct Composer {
    int width, height;
    Yuv background;
    SurfacePool *pool;
    Stage *stage;
    guint64 shown_stage; /* id in the last picture */
    TileKey *tiles;      /* of the last picture */
    NoticeKey *notices;
    TileParts *parts; /* of this tick */
    Bitmap **notice_parts;
    GArray *dirty; /* Rect */
    guint64 serial;
};

static void pool_unref(SurfacePool *pool)
{
    if (!g_atomic_int_dec_and_test(&pool->refs))
        return;
    g_ptr_array_unref(pool->free);
    pthread_mutex_destroy(&pool->lock);
    g_free(pool);
}

static void free_surface(Surface *surface)
{
    SurfacePool *pool = surface->pool;
    frame_unref(surface->memory);
    g_free(surface->tiles);
    g_free(surface->notices);
    g_free(surface);
    pool_unref(pool);
}

static void release_surface(Frame *frame)
{
    Surface *surface = (Surface *)frame;
    SurfacePool *pool = surface->pool;
    pthread_mutex_lock(&pool->lock);
    gboolean keep = !pool->closed;
    if (keep)
        g_ptr_array_add(pool->free, surface);
    pthread_mutex_unlock(&pool->lock);
    if (!keep)
        free_surface(surface);
}

static Surface *get_surface(Composer *composer)
{
    SurfacePool *pool = composer->pool;
    Surface *surface = NULL;
    pthread_mutex_lock(&pool->lock);
    /* The one released last holds the newest content: least to repaint. */
    if (pool->free->len)
        surface = g_ptr_array_steal_index(pool->free, pool->free->len - 1);
    pthread_mutex_unlock(&pool->lock);
    if (!surface) {
        if (pool->made == MAX_SURFACES)
            return NULL;
        pool->made++;
        surface = g_new0(Surface, 1);
        surface->memory = frame_new(composer->width, composer->height);
        surface->frame = *surface->memory;
        surface->frame.release = release_surface;
        surface->frame.owner = NULL;
        surface->pool = pool;
        g_atomic_int_inc(&pool->refs);
    }
    surface->frame.refs = 1;
    return surface;
}

static Look tile_look(const StageTile *tile, const Frame *picture, gint64 now_ns)
{
    if (!picture)
        return LOOK_SLATE;
    gint64 age = now_ns - MAX(picture->arrival_ns, view_touched_ns(tile->view));
    return age < tile->stale_ns ? LOOK_LIVE : age < tile->offline_ns ? LOOK_STALE : LOOK_SLATE;
}

static Bitmap *take_bitmap(Overlay *overlay, guint64 *serial)
{
    *serial = 0;
    return overlay ? overlay_ref_newest(overlay, serial) : NULL;
}

static void gather_tile(const StageTile *tile, gint64 tick_ns, gint64 now_ns, TileParts *parts,
                        TileKey *key)
{
    *key = (TileKey) { 0 };
    Rect inside = { 0 };
    Frame *picture = tile->view ? view_ref_for_tick(tile->view, tick_ns, &inside) : NULL;
    key->look = tile_look(tile, picture, now_ns);
    if (key->look == LOOK_SLATE) {
        g_clear_pointer(&picture, frame_unref);
        parts->slate = take_bitmap(tile->slate, &key->slate);
    } else {
        key->picture = picture->serial;
        parts->inside = (Rect) { tile->rect.x + inside.x, tile->rect.y + inside.y, picture->width,
                                 picture->height };
        parts->label = take_bitmap(tile->label, &key->label);
        if (key->look == LOOK_STALE)
            parts->stale = take_bitmap(tile->stale, &key->stale);
    }
    parts->picture = picture;
}

static void drop_parts(TileParts *parts)
{
    g_clear_pointer(&parts->picture, frame_unref);
    g_clear_pointer(&parts->slate, bitmap_unref);
    g_clear_pointer(&parts->stale, bitmap_unref);
    g_clear_pointer(&parts->label, bitmap_unref);
}

static Bitmap *gather_notice(const Composer *composer, const StageNotice *notice, gint64 tick_ns,
                             NoticeKey *key)
{
    *key = (NoticeKey) { 0 };
    Bitmap *bitmap = take_bitmap(notice->overlay, &key->serial);
    if (!bitmap)
        return NULL;
    int width = notice->width ? notice->width : bitmap->width;
    key->rect =
        (Rect) { notice->from_right ? composer->width - notice->x - width : notice->x,
                 notice->from_bottom ? composer->height - notice->y - bitmap->height : notice->y,
                 width, bitmap->height };
    if (notice->scroll_px && bitmap->width > width)
        key->offset =
            tick_ns / (40 * G_GINT64_CONSTANT(1000000)) * notice->scroll_px % bitmap->width & ~1;
    return bitmap;
}

static void paint_label(Frame *canvas, Rect clip, const StageTile *tile, const Bitmap *label)
{
    int inset = tile->rect.h / 40 & ~1;
    gboolean is_right =
        tile->label_place == LABEL_BOTTOM_RIGHT || tile->label_place == LABEL_TOP_RIGHT;
    gboolean is_top = tile->label_place == LABEL_TOP_LEFT || tile->label_place == LABEL_TOP_RIGHT;
    int x = is_right ? tile->rect.x + tile->rect.w - tile->gap_right - inset - label->width
                     : tile->rect.x + inset;
    int y = is_top ? tile->rect.y + inset
                   : tile->rect.y + tile->rect.h - tile->gap_bottom - inset - label->height;
    blend_bitmap(canvas, clip, label, x & ~1, y & ~1);
}

static void paint_edges(const Composer *composer, Frame *canvas, Rect clip, const StageTile *tile)
{
    Rect r = tile->rect;
    Rect edges[4] = { { r.x + r.w - tile->gap_right, r.y, tile->gap_right, r.h },
                      { r.x, r.y + r.h - tile->gap_bottom, r.w, tile->gap_bottom } };
    Yuv colour = composer->background;
    if (tile->is_window) {
        const int line = 2;
        colour = yuv_from_rgb(0x3A4654);
        edges[0] = (Rect) { r.x + r.w - line, r.y, line, r.h };
        edges[1] = (Rect) { r.x, r.y + r.h - line, r.w, line };
        edges[2] = (Rect) { r.x, r.y, line, r.h };
        edges[3] = (Rect) { r.x, r.y, r.w, line };
    }
    for (guint i = 0; i < G_N_ELEMENTS(edges); i++)
        blend_fill(canvas, rect_intersect(clip, edges[i]), colour);
}

static void paint_tile(const Composer *composer, Frame *canvas, Rect region, guint index)
{
    const StageTile *tile = &composer->stage->tiles[index];
    const TileParts *parts = &composer->parts[index];
    Rect clip = rect_intersect(region, tile->rect);
    if (rect_is_empty(clip))
        return;
    if (!parts->picture) {
        if (!parts->slate || !parts->slate->is_opaque)
            blend_fill(canvas, clip, composer->background);
        if (parts->slate)
            blend_bitmap(canvas, clip, parts->slate, tile->rect.x, tile->rect.y);
    } else {
        if (!rect_contains(parts->inside, clip))
            blend_fill(canvas, clip, yuv_from_rgb(0));
        if (composer->tiles[index].look == LOOK_STALE)
            blend_grey(canvas, clip, parts->picture, parts->inside.x, parts->inside.y);
        else
            blend_copy(canvas, clip, parts->picture, parts->inside.x, parts->inside.y);
        if (parts->stale)
            blend_bitmap(canvas, clip, parts->stale,
                         (tile->rect.x + (tile->rect.w - parts->stale->width) / 2) & ~1,
                         (tile->rect.y + (tile->rect.h - parts->stale->height) / 2) & ~1);
        if (parts->label)
            paint_label(canvas, clip, tile, parts->label);
    }
    paint_edges(composer, canvas, clip, tile);
}

static void paint_notice(const Composer *composer, Frame *canvas, Rect region, guint index)
{
    const Bitmap *bitmap = composer->notice_parts[index];
    const NoticeKey *key = &composer->notices[index];
    Rect clip = bitmap ? rect_intersect(region, key->rect) : (Rect) { 0 };
    if (rect_is_empty(clip))
        return;
    int x = key->rect.x - (int)key->offset;
    blend_bitmap(canvas, clip, bitmap, x, key->rect.y);
    if (key->offset) /* the line follows itself */
        blend_bitmap(canvas, clip, bitmap, x + bitmap->width, key->rect.y);
}

/* Everything inside region, bottom up, from the topmost tile that covers it all. */
static void paint_region(const Composer *composer, Frame *canvas, Rect region)
{
    const Stage *stage = composer->stage;
    guint first = stage->n_tiles;
    while (first > 0 && !rect_contains(stage->tiles[first - 1].rect, region))
        first--;
    if (first == 0)
        blend_fill(canvas, region, composer->background);
    for (guint i = first ? first - 1 : 0; i < stage->n_tiles; i++)
        paint_tile(composer, canvas, region, i);
    for (guint i = 0; i < stage->n_notices; i++)
        paint_notice(composer, canvas, region, i);
}

static void add_dirty(Composer *composer, Rect r)
{
    Rect seen = rect_intersect(r, (Rect) { 0, 0, composer->width, composer->height });
    if (!rect_is_empty(seen))
        g_array_append_val(composer->dirty, seen);
}

static gboolean same_notice(const NoticeKey *a, const NoticeKey *b)
{
    return a->serial == b->serial && a->offset == b->offset && rect_equal(a->rect, b->rect);
}

static gboolean same_tile(const TileKey *a, const TileKey *b)
{
    return a->picture == b->picture && a->slate == b->slate && a->stale == b->stale &&
           a->label == b->label && a->look == b->look;
}

static void paint_surface(Composer *composer, Surface *surface)
{
    const Stage *stage = composer->stage;
    g_array_set_size(composer->dirty, 0);
    if (!stage || surface->stage_id != stage->id) {
        surface->tiles = g_renew(TileKey, surface->tiles, stage ? stage->n_tiles : 0);
        surface->notices = g_renew(NoticeKey, surface->notices, stage ? stage->n_notices : 0);
        surface->stage_id = stage ? stage->id : 0;
        add_dirty(composer, (Rect) { 0, 0, composer->width, composer->height });
        if (!stage)
            frame_fill(&surface->frame, composer->background.y, composer->background.u,
                       composer->background.v);
    } else {
        for (guint i = 0; i < stage->n_tiles; i++) {
            if (!same_tile(&surface->tiles[i], &composer->tiles[i]))
                add_dirty(composer, stage->tiles[i].rect);
        }
        for (guint i = 0; i < stage->n_notices; i++) {
            if (!same_notice(&surface->notices[i], &composer->notices[i]))
                add_dirty(composer,
                          rect_union(surface->notices[i].rect, composer->notices[i].rect));
        }
    }
    if (!stage)
        return;
    for (guint i = 0; i < composer->dirty->len; i++)
        paint_region(composer, &surface->frame, g_array_index(composer->dirty, Rect, i));
    for (guint i = 0; i < stage->n_tiles; i++)
        surface->tiles[i] = composer->tiles[i];
    for (guint i = 0; i < stage->n_notices; i++)
        surface->notices[i] = composer->notices[i];
}

/* Looks at every source once; TRUE when something differs from the last picture. */
static gboolean gather(Composer *composer, gint64 tick_ns, gint64 now_ns, guint *n_empty)
{
    const Stage *stage = composer->stage;
    *n_empty = 0;
    gboolean is_changed = composer->shown_stage != (stage ? stage->id : 0);
    for (guint i = 0; stage && i < stage->n_tiles; i++) {
        TileKey key;
        gather_tile(&stage->tiles[i], tick_ns, now_ns, &composer->parts[i], &key);
        is_changed |= !same_tile(&key, &composer->tiles[i]);
        composer->tiles[i] = key;
        *n_empty += stage->tiles[i].view && key.look != LOOK_LIVE;
    }
    for (guint i = 0; stage && i < stage->n_notices; i++) {
        NoticeKey key;
        composer->notice_parts[i] = gather_notice(composer, &stage->notices[i], tick_ns, &key);
        is_changed |= !same_notice(&key, &composer->notices[i]);
        composer->notices[i] = key;
    }
    return is_changed;
}

ComposeResult composer_tick(Composer *composer, gint64 tick_ns, gint64 now_ns, gboolean is_forced,
                            Frame **out, guint *n_empty)
{
    const Stage *stage = composer->stage;
    ComposeResult result = COMPOSE_UNCHANGED;
    *out = NULL;
    if (gather(composer, tick_ns, now_ns, n_empty) || is_forced) {
        Surface *surface = get_surface(composer);
        result = surface ? COMPOSE_CHANGED : COMPOSE_NO_SURFACE;
        if (surface) {
            paint_surface(composer, surface);
            surface->frame.arrival_ns = tick_ns;
            surface->frame.serial = ++composer->serial;
            surface->frame.revision = stage ? stage->revision : 0;
            composer->shown_stage = stage ? stage->id : 0;
            *out = &surface->frame;
        } else {
            composer->shown_stage =
                G_MAXUINT64; /* nothing was shown: the next tick must try again */
        }
    }
    for (guint i = 0; stage && i < stage->n_tiles; i++)
        drop_parts(&composer->parts[i]);
    for (guint i = 0; stage && i < stage->n_notices; i++)
        g_clear_pointer(&composer->notice_parts[i], bitmap_unref);
    return result;
}

static void free_parts(Composer *composer)
{
    g_free(composer->tiles);
    g_free(composer->notices);
    g_free(composer->parts);
    g_free(composer->notice_parts);
}

Stage *composer_set_stage(Composer *composer, Stage *stage)
{
    Stage *old = composer->stage;
    composer->stage = stage;
    free_parts(composer);
    composer->tiles = g_new0(TileKey, stage->n_tiles);
    composer->notices = g_new0(NoticeKey, stage->n_notices);
    composer->parts = g_new0(TileParts, stage->n_tiles);
    composer->notice_parts = g_new0(Bitmap *, stage->n_notices);
    return old;
}

const Stage *composer_stage(const Composer *composer)
{
    return composer->stage;
}

Composer *composer_new(int width, int height, guint32 background)
{
    Composer *composer = g_new0(Composer, 1);
    composer->width = width;
    composer->height = height;
    composer->background = yuv_from_rgb(background);
    composer->dirty = g_array_new(FALSE, FALSE, sizeof(Rect));
    composer->shown_stage = G_MAXUINT64;
    composer->pool = g_new0(SurfacePool, 1);
    composer->pool->refs = 1;
    composer->pool->free = g_ptr_array_new();
    pthread_mutex_init(&composer->pool->lock, NULL);
    return composer;
}

void composer_free(Composer *composer)
{
    SurfacePool *pool = composer->pool;
    pthread_mutex_lock(&pool->lock);
    pool->closed = TRUE;
    g_autoptr(GPtrArray) surfaces = pool->free;
    pool->free = g_ptr_array_new();
    pthread_mutex_unlock(&pool->lock);
    for (guint i = 0; i < surfaces->len; i++)
        free_surface(g_ptr_array_index(surfaces, i));
    pool_unref(pool);
    stage_unref(composer->stage);
    g_array_unref(composer->dirty);
    free_parts(composer);
    g_free(composer);
}
