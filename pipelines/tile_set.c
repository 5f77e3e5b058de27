/* tile_set.c - the tiles of a wall's screens, and what they and those to come want of the feed pool */
#include "pipelines/tile_set.h"

#include "pipelines/tile_stream.h"

struct TileSet {
    TileEnv env;
    char *owner;
    GPtrArray *scenes;       /* Scene, by screen */
    GPtrArray *tiles;        /* TileRun, by screen, in the order of their scene */
    GHashTable *warm_groups; /* group -> GStrv of camera ids */
};

static void free_tile(gpointer data)
{
    tile_run_free(data);
}

static void add_want(GArray *wants, const char *camera, Profile profile, WantLevel level)
{
    FeedWant want = { camera, profile, level };
    g_array_append_val(wants, want);
}

/* What is shown first, then what may come next. */
static void set_wants(TileSet *set)
{
    g_autoptr(GArray) wants = g_array_new(FALSE, FALSE, sizeof(FeedWant));
    for (guint i = 0; i < set->tiles->len; i++) {
        const TileRun *tile = g_ptr_array_index(set->tiles, i);
        if (!tile->camera)
            continue;
        add_want(wants, tile->camera->id, tile->wanted, WANT_SHOWN);
        if (tile_run_has_bridge(tile))
            add_want(wants, tile->camera->id, tile_stream_other(tile->wanted), WANT_SHOWN);
    }
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, set->warm_groups);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        for (char **id = value; *id; id++) {
            const Camera *camera = config_camera(set->env.config, *id);
            if (camera)
                add_want(wants, camera->id, feed_pool_profile(camera, PROFILE_SUB), WANT_WARM);
        }
    }
    feed_pool_want(set->env.feeds, set->owner, (const FeedWant *)(gpointer)wants->data, wants->len);
}

gboolean tile_set_bind(TileSet *set)
{
    gboolean is_changed = FALSE;
    set_wants(set);
    for (guint i = 0; i < set->tiles->len; i++)
        is_changed |= tile_run_bind(g_ptr_array_index(set->tiles, i));
    return is_changed;
}

static TileRun *take_tile(GPtrArray *tiles, guint screen, guint number)
{
    for (guint i = 0; i < tiles->len; i++) {
        const TileRun *tile = g_ptr_array_index(tiles, i);
        if (tile->screen == screen && tile->scene.number == number)
            return g_ptr_array_steal_index(tiles, i);
    }
    return NULL;
}

void tile_set_show(TileSet *set, Config *config, GPtrArray *scenes)
{
    /* Tiles that stay borrow from these until they are set anew. */
    g_autoptr(GPtrArray) former = set->scenes;
    g_autoptr(GPtrArray) before = set->tiles;
    Config *old = set->env.config;
    set->env.config = config_ref(config);
    set->scenes = g_ptr_array_ref(scenes);
    set->tiles = g_ptr_array_new_with_free_func(free_tile);
    for (guint s = 0; s < scenes->len; s++) {
        const Scene *scene = g_ptr_array_index(scenes, s);
        for (guint i = 0; i < scene->n_tiles; i++) {
            TileRun *tile = take_tile(before, s, scene->tiles[i].number);
            if (!tile)
                tile = tile_run_new(&set->env, s);
            tile_run_set(tile, &scene->tiles[i], scene->height);
            g_ptr_array_add(set->tiles, tile);
        }
    }
    g_ptr_array_set_size(before, 0); /* its views go before new ones are taken */
    if (old)
        config_unref(old);
    tile_set_bind(set);
}

void tile_set_warm(TileSet *set, const char *group, const char *const *cameras, guint n)
{
    GStrvBuilder *builder = g_strv_builder_new();
    for (guint i = 0; i < n; i++)
        g_strv_builder_add(builder, cameras[i]);
    g_hash_table_insert(set->warm_groups, g_strdup(group), g_strv_builder_end(builder));
    g_strv_builder_unref(builder);
}

void tile_set_update_looks(TileSet *set)
{
    for (guint i = 0; i < set->tiles->len; i++)
        tile_run_update_look(g_ptr_array_index(set->tiles, i));
}

guint tile_set_count(const TileSet *set)
{
    return set->tiles->len;
}

TileRun *tile_set_at(const TileSet *set, guint index)
{
    return g_ptr_array_index(set->tiles, index);
}

guint tile_set_on_screen(const TileSet *set, guint screen, guint *first)
{
    guint n = 0;
    *first = 0;
    for (guint i = 0; i < set->tiles->len; i++) {
        const TileRun *tile = g_ptr_array_index(set->tiles, i);
        *first += tile->screen < screen;
        n += tile->screen == screen;
    }
    return n;
}

TileSet *tile_set_new(FeedPool *feeds, WorkPool *draw, BoardBook *boards, const char *owner)
{
    TileSet *set = g_new0(TileSet, 1);
    set->env = (TileEnv) { .feeds = feeds, .draw = draw, .boards = boards };
    set->owner = g_strdup(owner);
    set->scenes = g_ptr_array_new();
    set->tiles = g_ptr_array_new_with_free_func(free_tile);
    set->warm_groups =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_strfreev);
    return set;
}

void tile_set_free(TileSet *set)
{
    if (!set)
        return;
    feed_pool_want(set->env.feeds, set->owner, NULL, 0);
    g_ptr_array_unref(set->tiles);
    g_ptr_array_unref(set->scenes);
    g_hash_table_unref(set->warm_groups);
    if (set->env.config)
        config_unref(set->env.config);
    g_free(set->owner);
    g_free(set);
}
