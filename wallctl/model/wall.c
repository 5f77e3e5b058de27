/* wall.c - the values that a wall consists of: contents, walls, their copies and comparisons */
#include "wallctl/model/wall.h"

#include "wallctl/model/content.h"

#include <string.h>

static const char *const fit_words[] = { NULL, "contain", "cover", "stretch" };
static const char *const stream_words[] = { NULL, "auto", "main", "sub" };

static guint from_word(const char *const *words, guint n, const char *word)
{
    for (guint i = 1; i < n && word; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return 0;
}

const char *fit_word(Fit fit)
{
    return fit_words[fit];
}

Fit fit_from_word(const char *word)
{
    return (Fit)from_word(fit_words, G_N_ELEMENTS(fit_words), word);
}

const char *stream_word(StreamChoice stream)
{
    return stream_words[stream];
}

StreamChoice stream_from_word(const char *word)
{
    return (StreamChoice)from_word(stream_words, G_N_ELEMENTS(stream_words), word);
}

/* tiles */

gboolean tile_is_window(const Tile *tile)
{
    return tile->number >= WALL_FIRST_WINDOW;
}

void tile_clear(Tile *tile)
{
    g_clear_pointer(&tile->camera, g_free);
}

void tile_set_camera(Tile *tile, const char *camera)
{
    if (g_strcmp0(tile->camera, camera) == 0)
        return;
    g_free(tile->camera);
    tile->camera = g_strdup(camera);
    tile->stream = STREAM_AUTO;
    tile->crop = FRECT_FULL;
    tile->rotation = 0;
}

void tile_copy_picture(Tile *to, const Tile *from)
{
    char *camera = g_strdup(from->camera);
    g_free(to->camera);
    to->camera = camera;
    to->stream = from->stream;
    to->fit = from->fit;
    to->crop = from->crop;
    to->rotation = from->rotation;
}

gboolean tile_same_picture(const Tile *a, const Tile *b)
{
    return g_strcmp0(a->camera, b->camera) == 0 && a->stream == b->stream && a->fit == b->fit &&
           a->rotation == b->rotation && frect_equal(a->crop, b->crop);
}

static int by_number(const void *key, const void *item)
{
    guint number = *(const guint *)key, other = ((const Tile *)item)->number;
    return (number > other) - (number < other);
}

const Tile *wall_tile(const WallContent *content, guint number)
{
    if (content->n_tiles == 0)
        return NULL;
    return bsearch(&number, content->tiles, content->n_tiles, sizeof(Tile), by_number);
}

Tile *content_add_tile(WallContent *content, guint number, Rect rect, int z)
{
    guint at = content->n_tiles;
    while (at > 0 && content->tiles[at - 1].number > number)
        at--;
    content->tiles = g_renew(Tile, content->tiles, content->n_tiles + 1);
    memmove(&content->tiles[at + 1], &content->tiles[at], (content->n_tiles - at) * sizeof(Tile));
    content->n_tiles++;
    content->tiles[at] = (Tile) { .number = number,
                                  .rect = rect,
                                  .z = z,
                                  .stream = STREAM_AUTO,
                                  .fit = FIT_CONTAIN,
                                  .crop = FRECT_FULL };
    return &content->tiles[at];
}

guint content_n_cells(const WallContent *content)
{
    guint n = 0;
    while (n < content->n_tiles && !tile_is_window(&content->tiles[n]))
        n++;
    return n;
}

guint content_free_window(const WallContent *content)
{
    for (guint i = 0; i < WALL_MAX_WINDOWS; i++)
        if (!wall_tile(content, WALL_FIRST_WINDOW + i))
            return WALL_FIRST_WINDOW + i;
    return 0;
}

void content_remove_window(WallContent *content, guint number)
{
    guint at = (guint)(wall_tile(content, number) - content->tiles);
    int z = content->tiles[at].z;
    tile_clear(&content->tiles[at]);
    content->n_tiles--;
    memmove(&content->tiles[at], &content->tiles[at + 1], (content->n_tiles - at) * sizeof(Tile));
    for (guint i = 0; i < content->n_tiles; i++)
        if (content->tiles[i].z > z)
            content->tiles[i].z--;
    content_stop_tours_of(content, number);
    if (content->maximised == number)
        content->maximised = 0;
}

/* A window belongs to the area under its centre; between areas (a bezel) to the first one. */
static Rect area_rect(const WallContent *content, const Tile *tile)
{
    int x = tile->rect.x + tile->rect.w / 2, y = tile->rect.y + tile->rect.h / 2;
    for (guint i = 0; i < content->n_areas; i++) {
        const LayoutArea *area = &content->areas[i];
        gboolean is_inside = tile_is_window(tile) ? rect_contains(area->rect, (Rect) { x, y, 1, 1 })
                                                  : tile->number - area->first < area->count;
        if (is_inside)
            return area->rect;
    }
    return content->n_areas > 0 ? content->areas[0].rect : tile->rect;
}

Rect wall_tile_rect(const WallContent *content, const Tile *tile)
{
    return tile->number == content->maximised ? area_rect(content, tile) : tile->rect;
}

/* areas and tours */

void area_clear(LayoutArea *area)
{
    g_clear_pointer(&area->screen, g_free);
    g_clear_pointer(&area->layout, g_free);
}

static gboolean same_area(const LayoutArea *a, const LayoutArea *b)
{
    return a->first == b->first && a->count == b->count && rect_equal(a->rect, b->rect) &&
           g_strcmp0(a->screen, b->screen) == 0 && g_strcmp0(a->layout, b->layout) == 0;
}

static void clear_run(TourRun *run)
{
    g_free(run->id);
    g_free(run->tiles);
}

static gboolean same_run(const TourRun *a, const TourRun *b)
{
    return strcmp(a->id, b->id) == 0 && a->step == b->step && a->is_paused == b->is_paused &&
           a->yields == b->yields && a->n_tiles == b->n_tiles &&
           (a->n_tiles == 0 || memcmp(a->tiles, b->tiles, a->n_tiles * sizeof(guint)) == 0);
}

TourRun *content_tour(WallContent *content, const char *id)
{
    for (guint i = 0; i < content->n_tours; i++)
        if (g_strcmp0(content->tours[i].id, id) == 0)
            return &content->tours[i];
    return NULL;
}

TourRun *content_add_tour(WallContent *content, const char *id, const guint *tiles, guint n_tiles)
{
    content->tours = g_renew(TourRun, content->tours, content->n_tours + 1);
    TourRun *run = &content->tours[content->n_tours++];
    *run = (TourRun) { .id = g_strdup(id),
                       .n_tiles = n_tiles,
                       .tiles = n_tiles ? g_memdup2(tiles, n_tiles * sizeof(guint)) : NULL };
    return run;
}

static void stop_run(WallContent *content, guint at)
{
    clear_run(&content->tours[at]);
    content->n_tours--;
    memmove(&content->tours[at], &content->tours[at + 1],
            (content->n_tours - at) * sizeof(TourRun));
}

void content_stop_tour(WallContent *content, const char *id)
{
    TourRun *run = content_tour(content, id);
    if (run)
        stop_run(content, (guint)(run - content->tours));
}

static gboolean run_has(const TourRun *run, guint number)
{
    for (guint i = 0; i < run->n_tiles; i++)
        if (run->tiles[i] == number)
            return TRUE;
    return FALSE;
}

void content_stop_tours_of(WallContent *content, guint number)
{
    for (guint i = content->n_tours; i > 0; i--)
        if (run_has(&content->tours[i - 1], number))
            stop_run(content, i - 1);
}

void content_clear_tours(WallContent *content)
{
    while (content->n_tours > 0)
        stop_run(content, content->n_tours - 1);
}

const TourRun *wall_tile_tour(const WallContent *content, guint number)
{
    for (guint i = 0; i < content->n_tours; i++)
        if (content->tours[i].n_tiles == 0 || run_has(&content->tours[i], number))
            return &content->tours[i];
    return NULL;
}

/* contents */

WallContent *wall_content_new(void)
{
    WallContent *content = g_new0(WallContent, 1);
    content->refs = 1;
    return content;
}

WallContent *wall_content_copy(const WallContent *content)
{
    WallContent *copy = wall_content_new();
    copy->maximised = content->maximised;
    copy->structure_touched = content->structure_touched;
    copy->n_areas = content->n_areas;
    copy->areas = g_new(LayoutArea, content->n_areas);
    for (guint i = 0; i < content->n_areas; i++) {
        copy->areas[i] = content->areas[i];
        copy->areas[i].screen = g_strdup(content->areas[i].screen);
        copy->areas[i].layout = g_strdup(content->areas[i].layout);
    }
    copy->n_tiles = content->n_tiles;
    copy->tiles = g_new(Tile, content->n_tiles);
    for (guint i = 0; i < content->n_tiles; i++) {
        copy->tiles[i] = content->tiles[i];
        copy->tiles[i].camera = g_strdup(content->tiles[i].camera);
    }
    for (guint i = 0; i < content->n_tours; i++) {
        const TourRun *run = &content->tours[i];
        TourRun *new_run = content_add_tour(copy, run->id, run->tiles, run->n_tiles);
        new_run->step = run->step;
        new_run->is_paused = run->is_paused;
        new_run->yields = run->yields;
        new_run->left_ms = run->left_ms;
    }
    return copy;
}

WallContent *wall_content_ref(WallContent *content)
{
    g_atomic_int_inc(&content->refs);
    return content;
}

void wall_content_unref(WallContent *content)
{
    if (!content || !g_atomic_int_dec_and_test(&content->refs))
        return;
    for (guint i = 0; i < content->n_areas; i++)
        area_clear(&content->areas[i]);
    for (guint i = 0; i < content->n_tiles; i++)
        tile_clear(&content->tiles[i]);
    for (guint i = 0; i < content->n_tours; i++)
        clear_run(&content->tours[i]);
    g_free(content->areas);
    g_free(content->tiles);
    g_free(content->tours);
    g_free(content);
}

gboolean wall_content_equal(const WallContent *a, const WallContent *b)
{
    if (a == b)
        return TRUE;
    if (a->n_areas != b->n_areas || a->n_tiles != b->n_tiles || a->n_tours != b->n_tours ||
        a->maximised != b->maximised)
        return FALSE;
    for (guint i = 0; i < a->n_areas; i++)
        if (!same_area(&a->areas[i], &b->areas[i]))
            return FALSE;
    for (guint i = 0; i < a->n_tiles; i++) {
        const Tile *x = &a->tiles[i], *y = &b->tiles[i];
        if (x->number != y->number || x->z != y->z || !rect_equal(x->rect, y->rect) ||
            !tile_same_picture(x, y))
            return FALSE;
    }
    for (guint i = 0; i < a->n_tours; i++)
        if (!same_run(&a->tours[i], &b->tours[i]))
            return FALSE;
    return TRUE;
}

/* walls */

Wall *wall_new(const char *id, guint64 revision, WallContent *air)
{
    Wall *wall = g_new0(Wall, 1);
    wall->refs = 1;
    wall->id = g_strdup(id);
    wall->revision = revision;
    wall->air = air;
    wall->undo = g_ptr_array_new_with_free_func((GDestroyNotify)wall_content_unref);
    wall->redo = g_ptr_array_new_with_free_func((GDestroyNotify)wall_content_unref);
    wall->label = g_strdup("");
    wall->below = g_ptr_array_new_with_free_func((GDestroyNotify)wall_level_unref);
    return wall;
}

Wall *wall_ref(Wall *wall)
{
    g_atomic_int_inc(&wall->refs);
    return wall;
}

void wall_unref(Wall *wall)
{
    if (!wall || !g_atomic_int_dec_and_test(&wall->refs))
        return;
    g_free(wall->id);
    g_free(wall->locked_by);
    wall_content_unref(wall->air);
    wall_content_unref(wall->preview);
    g_ptr_array_unref(wall->undo);
    g_ptr_array_unref(wall->redo);
    g_free(wall->label);
    g_ptr_array_unref(wall->below);
    g_free(wall);
}

/* levels */

WallLevel *wall_level_new(const char *label, WallContent *content, GPtrArray *undo, GPtrArray *redo)
{
    WallLevel *level = g_new0(WallLevel, 1);
    *level = (WallLevel) { 1, g_strdup(label), content, undo, redo };
    return level;
}

WallLevel *wall_level_ref(WallLevel *level)
{
    g_atomic_int_inc(&level->refs);
    return level;
}

void wall_level_unref(WallLevel *level)
{
    if (!level || !g_atomic_int_dec_and_test(&level->refs))
        return;
    g_free(level->label);
    wall_content_unref(level->content);
    g_ptr_array_unref(level->undo);
    g_ptr_array_unref(level->redo);
    g_free(level);
}

gboolean wall_level_is_untouched(const Wall *wall, const char *label)
{
    if (strcmp(wall->label, label) == 0)
        return wall->undo->len == 0;
    for (guint i = 0; i < wall->below->len; i++) {
        const WallLevel *level = wall->below->pdata[i];
        if (strcmp(level->label, label) == 0)
            return level->undo->len == 0;
    }
    return FALSE;
}

gboolean wall_has_level(const Wall *wall, const char *label)
{
    gboolean is_found = strcmp(wall->label, label) == 0;
    for (guint i = 0; i < wall->below->len; i++)
        is_found =
            is_found || strcmp(((const WallLevel *)wall->below->pdata[i])->label, label) == 0;
    return is_found;
}
