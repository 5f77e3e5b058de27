/* scene.c - cuts the part of a content that one screen shows, without what nobody sees */
#include "wallctl/model/scene.h"

typedef struct {
    const Tile *tile;
    Rect rect;    /* on glass, wall px */
    Rect visible; /* the part of it on this screen */
    int layer;
} Layer;

/* Twice the z, one more when maximised: over its equals, under the windows; a window over all. */
static int layer_of(const WallContent *content, const Tile *tile)
{
    if (tile->number != content->maximised)
        return 2 * tile->z;
    return tile_is_window(tile) ? G_MAXINT : 1;
}

static int bottom_first(gconstpointer a, gconstpointer b)
{
    const Layer *x = a, *y = b;
    if (x->layer != y->layer)
        return x->layer < y->layer ? -1 : 1;
    return (x->tile->number > y->tile->number) - (x->tile->number < y->tile->number);
}

static gboolean is_covered(const GArray *layers, guint index)
{
    Rect visible = g_array_index(layers, Layer, index).visible;
    for (guint i = index + 1; i < layers->len; i++)
        if (rect_contains(g_array_index(layers, Layer, i).visible, visible))
            return TRUE;
    return FALSE;
}

Scene *scene_new(const WallContent *content, guint64 revision, const char *screen_id, Rect screen)
{
    g_autoptr(GArray) layers = g_array_new(FALSE, FALSE, sizeof(Layer));
    for (guint i = 0; i < content->n_tiles; i++) {
        Layer layer = { .tile = &content->tiles[i] };
        layer.rect = wall_tile_rect(content, layer.tile);
        layer.visible = rect_intersect(layer.rect, screen);
        layer.layer = layer_of(content, layer.tile);
        if (!rect_is_empty(layer.visible))
            g_array_append_val(layers, layer);
    }
    g_array_sort(layers, bottom_first);

    Scene *scene = g_new0(Scene, 1);
    scene->refs = 1;
    scene->revision = revision;
    scene->screen = g_strdup(screen_id);
    scene->width = screen.w;
    scene->height = screen.h;
    scene->tiles = g_new0(SceneTile, layers->len);
    for (guint i = 0; i < layers->len; i++) {
        const Layer *layer = &g_array_index(layers, Layer, i);
        if (is_covered(layers, i))
            continue;
        const Tile *tile = layer->tile;
        Rect r = layer->rect;
        scene->tiles[scene->n_tiles++] = (SceneTile) {
            .number = tile->number,
            .rect = { r.x - screen.x, r.y - screen.y, r.w, r.h },
            .camera = g_strdup(tile->camera),
            .stream = tile->stream,
            .fit = tile->fit,
            .crop = tile->crop,
            .rotation = tile->rotation,
            .is_window = tile_is_window(tile),
        };
    }
    return scene;
}

Scene *scene_ref(Scene *scene)
{
    g_atomic_int_inc(&scene->refs);
    return scene;
}

void notice_clear(Notice *notice)
{
    g_free(notice->id);
    g_free(notice->region);
    g_free(notice->text);
    g_free(notice->place);
    g_free(notice->time);
    g_free(notice->countdown);
    *notice = (Notice) { 0 };
}

void scene_unref(Scene *scene)
{
    if (!scene || !g_atomic_int_dec_and_test(&scene->refs))
        return;
    for (guint i = 0; i < scene->n_tiles; i++)
        g_free(scene->tiles[i].camera);
    for (guint i = 0; i < scene->n_notices; i++)
        notice_clear(&scene->notices[i]);
    g_free(scene->screen);
    g_free(scene->tiles);
    g_free(scene->notices);
    g_free(scene);
}
