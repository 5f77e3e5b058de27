/* edit.c - what each command does to a content: tiles, windows, maximising, tours */
#include "wallctl/model/content.h"

#include "wallctl/base/error.h"

#include <string.h>

#define MAX_PX (1 << 20) /* keeps sums of coordinates inside an int */

Tile *content_find(WallContent *content, guint number, GError **error)
{
    Tile *tile = (Tile *)wall_tile(content, number);
    if (tile)
        return tile;
    guint cells = content_n_cells(content);
    if (number >= WALL_FIRST_WINDOW)
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "window %u: not open", "窗口 %u 没有打开",
                       number);
    else if (cells > 0)
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "tile %u: this wall has tiles 1 to %u",
                       "没有窗格 %u：这面墙有 1 到 %u 号", number, cells);
    else
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "tile %u: this wall has no tiles",
                       "没有窗格 %u：这面墙还没有布局", number);
    return NULL;
}

static Tile *find_window(WallContent *content, guint number, GError **error)
{
    Tile *tile = content_find(content, number, error);
    if (tile && !tile_is_window(tile)) {
        wall_error_set(error, WALL_ERROR_INVALID,
                       "tile %u: not a window; windows are numbered %d to %d",
                       "窗格 %u 不是窗口；窗口编号为 %d 到 %d", number, WALL_FIRST_WINDOW,
                       WALL_FIRST_WINDOW + WALL_MAX_WINDOWS - 1);
        return NULL;
    }
    return tile;
}

static gboolean check_camera(const char *camera, const WallLimits *limits, GError **error)
{
    if (!limits->has_camera || limits->has_camera(camera, limits->user))
        return TRUE;
    wall_error_set(error, WALL_ERROR_NOT_FOUND, "camera '%s': no such camera", "没有摄像机“%s”",
                   camera);
    return FALSE;
}

/* The optional members of SHOW, ADJUST and WINDOW_OPEN. */
static gboolean adjust(Tile *tile, const Command *c, GError **error)
{
    if (c->has & COMMAND_HAS_STREAM) {
        if (!(c->stream >= STREAM_AUTO && c->stream <= STREAM_SUB)) {
            g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                        "stream %d: accepted are auto, main, sub", (int)c->stream);
            return FALSE;
        }
        tile->stream = c->stream;
    }
    if (c->has & COMMAND_HAS_FIT) {
        if (!(c->fit >= FIT_CONTAIN && c->fit <= FIT_STRETCH)) {
            g_set_error(error, WALL_ERROR, WALL_ERROR_INVALID,
                        "fit %d: accepted are contain, cover, stretch", (int)c->fit);
            return FALSE;
        }
        tile->fit = c->fit;
    }
    if (c->has & COMMAND_HAS_CROP) {
        if (!frect_is_valid(c->crop)) {
            wall_error_set(
                error, WALL_ERROR_INVALID,
                "crop %g,%g,%g,%g: must lie inside 0,0,1,1 and be at least 0.01 wide and "
                "high",
                "裁剪 %g,%g,%g,%g：须在 0,0,1,1 之内，宽高至少 0.01", c->crop.x, c->crop.y,
                c->crop.w, c->crop.h);
            return FALSE;
        }
        tile->crop = c->crop;
    }
    if (c->has & COMMAND_HAS_ROTATION) {
        if (c->rotation % 90 != 0 || c->rotation > 270) {
            wall_error_set(error, WALL_ERROR_INVALID, "rotation %u: accepted are 0, 90, 180, 270",
                           "旋转 %u 度不行；可用 0、90、180、270", c->rotation);
            return FALSE;
        }
        tile->rotation = c->rotation;
    }
    return TRUE;
}

static gboolean edit_show(WallContent *content, const Command *c, const WallLimits *limits,
                          GError **error)
{
    Tile *tile = content_find(content, c->tile, error);
    if (!tile)
        return FALSE;
    if (!c->camera) {
        wall_error_set(error, WALL_ERROR_INVALID, "tile %u: no camera is named",
                       "窗格 %u：没有说用哪台摄像机", c->tile);
        return FALSE;
    }
    if (!check_camera(c->camera, limits, error))
        return FALSE;
    tile_set_camera(tile, c->camera);
    return adjust(tile, c, error);
}

static gboolean edit_clear(WallContent *content, const Command *c, GError **error)
{
    if (c->tile == 0) {
        for (guint i = 0; i < content->n_tiles; i++)
            tile_set_camera(&content->tiles[i], NULL);
        content_clear_tours(content);
        return TRUE;
    }
    Tile *tile = content_find(content, c->tile, error);
    if (!tile)
        return FALSE;
    tile_set_camera(tile, NULL);
    return TRUE;
}

static gboolean edit_swap(WallContent *content, const Command *c, GError **error)
{
    Tile *a = content_find(content, c->tile, error);
    Tile *b = a ? content_find(content, c->other, error) : NULL;
    if (!b)
        return FALSE;
    Tile former = *a;
    former.camera = g_strdup(a->camera);
    tile_copy_picture(a, b);
    tile_copy_picture(b, &former);
    tile_clear(&former);
    return TRUE;
}

static gboolean edit_adjust(WallContent *content, const Command *c, GError **error)
{
    Tile *tile = content_find(content, c->tile, error);
    if (!tile)
        return FALSE;
    if (!tile->camera) {
        wall_error_set(error, WALL_ERROR_INVALID, "tile %u: shows no camera", "窗格 %u 没有摄像机",
                       c->tile);
        return FALSE;
    }
    return adjust(tile, c, error);
}

static gboolean edit_maximise(WallContent *content, const Command *c, GError **error)
{
    if (!content_find(content, c->tile, error))
        return FALSE;
    content->maximised = c->tile;
    return TRUE;
}

/* windows */

static gboolean window_rect(Rect asked, const WallLimits *limits, Rect *out, GError **error)
{
    Rect b = limits->bounds;
    gboolean is_sane = ABS((gint64)asked.x) < MAX_PX && ABS((gint64)asked.y) < MAX_PX &&
                       ABS((gint64)asked.w) < MAX_PX && ABS((gint64)asked.h) < MAX_PX;
    Rect r = is_sane ? rect_even(asked) : asked;
    if (is_sane && r.w >= WALL_MIN_WINDOW && r.h >= WALL_MIN_WINDOW && rect_contains(b, r)) {
        *out = r;
        return TRUE;
    }
    wall_error_set(error, WALL_ERROR_INVALID,
                   "window at %d,%d of %dx%d: must lie inside %d,%d of %dx%d and be at least %dx%d",
                   "窗口 %d,%d 起 %dx%d：须在 %d,%d 起 %dx%d 之内，至少 %dx%d", asked.x, asked.y,
                   asked.w, asked.h, b.x, b.y, b.w, b.h, WALL_MIN_WINDOW, WALL_MIN_WINDOW);
    return FALSE;
}

static int top_z(const WallContent *content)
{
    return (int)(content->n_tiles - content_n_cells(content));
}

static gboolean edit_window_open(WallContent *content, const Command *c, const WallLimits *limits,
                                 guint *touched, GError **error)
{
    Rect rect;
    if (!window_rect(c->rect, limits, &rect, error) ||
        (c->camera && !check_camera(c->camera, limits, error)))
        return FALSE;
    guint number = content_free_window(content);
    if (number == 0) {
        wall_error_set(error, WALL_ERROR_LIMIT, "%d windows are open: close one first",
                       "已打开 %d 个窗口，先关一个", WALL_MAX_WINDOWS);
        return FALSE;
    }
    Tile *tile = content_add_tile(content, number, rect, top_z(content) + 1);
    tile_set_camera(tile, c->camera);
    *touched = number;
    return adjust(tile, c, error);
}

static gboolean edit_window_move(WallContent *content, const Command *c, const WallLimits *limits,
                                 GError **error)
{
    Tile *tile = find_window(content, c->tile, error);
    return tile && window_rect(c->rect, limits, &tile->rect, error);
}

static gboolean edit_window_raise(WallContent *content, const Command *c, GError **error)
{
    Tile *tile = find_window(content, c->tile, error);
    if (!tile)
        return FALSE;
    for (guint i = 0; i < content->n_tiles; i++)
        if (content->tiles[i].z > tile->z)
            content->tiles[i].z--;
    tile->z = top_z(content);
    return TRUE;
}

static gboolean edit_window_close(WallContent *content, const Command *c, GError **error)
{
    if (!find_window(content, c->tile, error))
        return FALSE;
    content_remove_window(content, c->tile);
    return TRUE;
}

/* tours */

static TourRun *find_tour(WallContent *content, const char *name, GError **error)
{
    TourRun *run = content_tour(content, name);
    if (!run)
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "tour '%s': does not run", "轮巡“%s”没有在运行",
                       name ? name : "");
    return run;
}

static gboolean is_placed(const Command *c, const char *camera)
{
    for (guint i = 0; i < c->n_placements; i++)
        if (g_strcmp0(c->placements[i].camera, camera) == 0)
            return TRUE;
    return FALSE;
}

static gboolean place(WallContent *content, const Command *c, const WallLimits *limits,
                      GError **error)
{
    for (guint i = 0; i < c->n_placements; i++) {
        const Placement *p = &c->placements[i];
        Tile *tile = content_find(content, p->tile, error);
        if (!tile || (p->camera && !check_camera(p->camera, limits, error)))
            return FALSE;
        if (p->camera)
            tile_set_camera(tile, p->camera);
        else if (tile->camera && is_placed(c, tile->camera))
            tile_set_camera(tile, NULL); /* the same picture twice helps nobody */
    }
    return TRUE;
}

static gboolean tiles_are_free(const WallContent *content, const Command *c, GError **error)
{
    if (c->n_placements == 0 && content->n_tours > 0) {
        wall_error_set(error, WALL_ERROR_INVALID,
                       "tour '%s': changes the whole wall; stop tour '%s' first",
                       "轮巡“%s”要换整面墙；先停轮巡“%s”", c->name, content->tours[0].id);
        return FALSE;
    }
    for (guint i = 0; i < c->n_placements; i++) {
        const TourRun *other = wall_tile_tour(content, c->placements[i].tile);
        if (other) {
            wall_error_set(error, WALL_ERROR_INVALID,
                           "tour '%s': tile %u belongs to tour '%s', which runs",
                           "轮巡“%s”：窗格 %u 正由轮巡“%s”使用，先停它", c->name,
                           c->placements[i].tile, other->id);
            return FALSE;
        }
        for (guint j = 0; j < i; j++)
            if (c->placements[j].tile == c->placements[i].tile) {
                wall_error_set(error, WALL_ERROR_INVALID, "tour '%s': names tile %u twice",
                               "轮巡“%s”：窗格 %u 写了两次", c->name, c->placements[i].tile);
                return FALSE;
            }
    }
    return TRUE;
}

static gboolean edit_tour_start(WallContent *content, const Command *c, const WallLimits *limits,
                                GError **error)
{
    if (!c->name || !c->name[0] || (c->n_placements == 0 && !c->content)) {
        wall_error_set(error, WALL_ERROR_INVALID,
                       "tour '%s': has nothing to show; a tour needs tiles and cameras, or presets",
                       "轮巡“%s”没有内容：要有窗格和摄像机，或者预案", c->name ? c->name : "");
        return FALSE;
    }
    if (content_tour(content, c->name)) {
        wall_error_set(error, WALL_ERROR_INVALID, "tour '%s': runs already", "轮巡“%s”已在运行",
                       c->name);
        return FALSE;
    }
    if (content->n_tours >= WALL_MAX_TOURS) {
        wall_error_set(error, WALL_ERROR_LIMIT,
                       "tour '%s': %d tours run on this wall; stop one first",
                       "轮巡“%s”：这面墙上已有 %d 个轮巡在运行，先停一个", c->name, WALL_MAX_TOURS);
        return FALSE;
    }
    if (!tiles_are_free(content, c, error))
        return FALSE;
    if (c->n_placements > 0 ? !place(content, c, limits, error)
                            : !content_recall(content, c, limits, error))
        return FALSE;
    g_autofree guint *tiles = g_new(guint, c->n_placements);
    for (guint i = 0; i < c->n_placements; i++)
        tiles[i] = c->placements[i].tile;
    TourRun *run = content_add_tour(content, c->name, tiles, c->n_placements);
    run->step = c->step;
    run->left_ms = c->left_ms;
    return TRUE;
}

gboolean content_step_tour(WallContent *content, const Command *c, const WallLimits *limits,
                           GError **error)
{
    TourRun *run = find_tour(content, c->name, error);
    if (!run)
        return FALSE;
    if (c->by_tour && (run->is_paused || run->yields))
        return TRUE; /* the clock fired just before somebody held the tour */
    if (run->n_tiles == 0 ? !c->content : c->n_placements == 0) {
        wall_error_set(error, WALL_ERROR_INVALID, "tour '%s': the step shows nothing",
                       "轮巡“%s”：这一步没有内容", c->name);
        return FALSE;
    }
    for (guint i = 0; i < c->n_placements; i++)
        if (wall_tile_tour(content, c->placements[i].tile) != run) {
            wall_error_set(error, WALL_ERROR_INVALID, "tour '%s': tile %u is not one of its tiles",
                           "轮巡“%s”：窗格 %u 不归它", c->name, c->placements[i].tile);
            return FALSE;
        }
    if (run->n_tiles > 0 ? !place(content, c, limits, error)
                         : !content_recall(content, c, limits, error))
        return FALSE;
    run = content_tour(content, c->name);
    run->step = c->step;
    run->left_ms = c->left_ms;
    return TRUE;
}

/* A person pauses a tour; an alarm (by_tour) makes it yield. Each takes back only its own. */
static gboolean edit_tour_hold(WallContent *content, const Command *c, gboolean is_held,
                               GError **error)
{
    TourRun *run = find_tour(content, c->name, error);
    if (!run)
        return FALSE;
    gboolean *held = c->by_tour ? &run->yields : &run->is_paused;
    if (is_held && !run->is_paused && !run->yields)
        run->left_ms = c->left_ms;
    *held = is_held;
    return TRUE;
}

static gboolean edit_tour_stop(WallContent *content, const Command *c, GError **error)
{
    if (!find_tour(content, c->name, error))
        return FALSE;
    content_stop_tour(content, c->name);
    return TRUE;
}

gboolean content_edit(WallContent *content, const Command *c, const WallLimits *limits,
                      guint *touched, GError **error)
{
    *touched = c->tile;
    switch (c->kind) {
    case COMMAND_SHOW:
        return edit_show(content, c, limits, error);
    case COMMAND_CLEAR:
        return edit_clear(content, c, error);
    case COMMAND_SWAP:
        return edit_swap(content, c, error);
    case COMMAND_ADJUST:
        return edit_adjust(content, c, error);
    case COMMAND_MAXIMISE:
        return edit_maximise(content, c, error);
    case COMMAND_RESTORE:
        content->maximised = 0;
        return TRUE;
    case COMMAND_WINDOW_OPEN:
        return edit_window_open(content, c, limits, touched, error);
    case COMMAND_WINDOW_MOVE:
        return edit_window_move(content, c, limits, error);
    case COMMAND_WINDOW_RAISE:
        return edit_window_raise(content, c, error);
    case COMMAND_WINDOW_CLOSE:
        return edit_window_close(content, c, error);
    case COMMAND_LAYOUT:
        return content_layout(content, c, limits, error);
    case COMMAND_RECALL:
        return content_recall(content, c, limits, error);
    case COMMAND_TOUR_START:
        return edit_tour_start(content, c, limits, error);
    case COMMAND_TOUR_STOP:
        return edit_tour_stop(content, c, error);
    case COMMAND_TOUR_PAUSE:
        return edit_tour_hold(content, c, TRUE, error);
    case COMMAND_TOUR_RESUME:
        return edit_tour_hold(content, c, FALSE, error);
    case COMMAND_TOUR_STEP:
        return content_step_tour(content, c, limits, error);
    case COMMAND_PREPARE:
    case COMMAND_TAKE:
    case COMMAND_UNDO:
    case COMMAND_REDO:
    case COMMAND_LOCK:
    case COMMAND_UNLOCK:
    case COMMAND_OPEN:
    case COMMAND_BACK:
        break;
    }
    g_assert_not_reached(); /* wall_apply() carries these out itself */
}
