/* command.c - wall_apply(): lock, revision, stale commands, preview, undo and redo
 *
 * What a command does to a content is edit.c; here a content becomes the next Wall. Touched marks
 * are set in one place, by comparing the content before and after, so no edit can forget them.
 */
#include "wallctl/model/command.h"

#include "wallctl/base/error.h"
#include "wallctl/model/content.h"

#include <string.h>

static const char *const words[] = {
    NULL,      "show",        "clear",       "swap",         "adjust",       "maximise",
    "restore", "window-open", "window-move", "window-raise", "window-close", "layout",
    "recall",  "prepare",     "take",        "undo",         "redo",         "lock",
    "unlock",  "tour-start",  "tour-stop",   "tour-pause",   "tour-resume",  "tour-step",
    "open",    "back",
};
G_STATIC_ASSERT(G_N_ELEMENTS(words) == COMMAND_LAST + 1);

const char *command_word(CommandKind kind)
{
    return kind >= 1 && kind <= COMMAND_LAST ? words[kind] : NULL;
}

CommandKind command_from_word(const char *word)
{
    for (guint i = 1; i < G_N_ELEMENTS(words) && word; i++)
        if (strcmp(words[i], word) == 0)
            return (CommandKind)i;
    return 0;
}

Command *command_new(CommandKind kind, const char *actor)
{
    Command *command = g_new0(Command, 1);
    command->kind = kind;
    command->actor = g_strdup(actor ? actor : "");
    command->crop = FRECT_FULL;
    command->is_on = TRUE;
    return command;
}

void command_free(Command *command)
{
    if (!command)
        return;
    g_free(command->actor);
    caller_unref(command->caller);
    g_free(command->camera);
    g_free(command->name);
    g_free(command->screen);
    g_free(command->cells);
    wall_content_unref(command->content);
    for (guint i = 0; i < command->n_placements; i++)
        g_free(command->placements[i].camera);
    g_free(command->placements);
    g_free(command->lefts);
    g_free(command);
}

/* stale */

static gboolean structure_is_stale(GError **error, guint64 changed, guint64 base)
{
    wall_error_set(error, WALL_ERROR_STALE,
                   "the layout or the windows changed in revision %" G_GUINT64_FORMAT
                   ", this command is based on revision %" G_GUINT64_FORMAT,
                   "布局或窗口已在修订号 %" G_GUINT64_FORMAT
                   " 改动，这条命令依据的是 %" G_GUINT64_FORMAT,
                   changed, base);
    return FALSE;
}

static gboolean tile_is_stale(GError **error, guint number, guint64 changed, guint64 base)
{
    wall_error_set(error, WALL_ERROR_STALE,
                   "tile %u changed in revision %" G_GUINT64_FORMAT
                   ", this command is based on revision %" G_GUINT64_FORMAT,
                   "窗格 %u 已在修订号 %" G_GUINT64_FORMAT
                   " 改动，这条命令依据的是 %" G_GUINT64_FORMAT,
                   number, changed, base);
    return FALSE;
}

static gboolean structure_is_fresh(const WallContent *content, guint64 base, GError **error)
{
    return content->structure_touched <= base ||
           structure_is_stale(error, content->structure_touched, base);
}

/* A tile that is gone is stale if the sender could not know; else the edit says which there are. */
static gboolean tile_is_fresh(const WallContent *content, guint number, guint64 base,
                              GError **error)
{
    const Tile *tile = wall_tile(content, number);
    if (!tile)
        return structure_is_fresh(content, base, error);
    return tile->touched <= base || tile_is_stale(error, number, tile->touched, base);
}

static gboolean all_is_fresh(const WallContent *content, guint64 base, GError **error)
{
    for (guint i = 0; i < content->n_tiles; i++)
        if (!tile_is_fresh(content, content->tiles[i].number, base, error))
            return FALSE;
    return structure_is_fresh(content, base, error);
}

static gboolean tour_is_fresh(WallContent *content, const Command *c, GError **error)
{
    const TourRun *run = content_tour(content, c->name);
    if (c->n_placements == 0 && !(run && run->n_tiles > 0))
        return all_is_fresh(content, c->base, error);
    for (guint i = 0; i < c->n_placements; i++)
        if (!tile_is_fresh(content, c->placements[i].tile, c->base, error))
            return FALSE;
    return TRUE;
}

static gboolean is_fresh(const Wall *now, const Command *c, GError **error)
{
    if (!(c->has & COMMAND_HAS_BASE) || c->by_tour)
        return TRUE;
    if (c->base > now->revision) {
        wall_error_set(error, WALL_ERROR_STALE,
                       "this wall is at revision %" G_GUINT64_FORMAT
                       ", this command is based on revision %" G_GUINT64_FORMAT,
                       "这面墙的修订号是 %" G_GUINT64_FORMAT
                       "，这条命令依据的却是 %" G_GUINT64_FORMAT,
                       now->revision, c->base);
        return FALSE;
    }
    WallContent *content = c->is_preview && now->preview ? now->preview : now->air;
    switch (c->kind) {
    case COMMAND_CLEAR:
        if (c->tile == 0)
            return all_is_fresh(content, c->base, error);
        return tile_is_fresh(content, c->tile, c->base, error);
    case COMMAND_SHOW:
    case COMMAND_ADJUST:
    case COMMAND_WINDOW_MOVE:
    case COMMAND_WINDOW_RAISE:
    case COMMAND_WINDOW_CLOSE:
        return tile_is_fresh(content, c->tile, c->base, error);
    case COMMAND_SWAP:
        return tile_is_fresh(content, c->tile, c->base, error) &&
               tile_is_fresh(content, c->other, c->base, error);
    case COMMAND_MAXIMISE:
        return tile_is_fresh(content, c->tile, c->base, error) &&
               structure_is_fresh(content, c->base, error);
    case COMMAND_RESTORE:
    case COMMAND_LAYOUT:
        return structure_is_fresh(content, c->base, error);
    case COMMAND_RECALL:
    case COMMAND_UNDO:
    case COMMAND_REDO:
        return all_is_fresh(content, c->base, error);
    case COMMAND_TAKE:
        return all_is_fresh(now->air, c->base, error) &&
               (!now->preview || all_is_fresh(now->preview, c->base, error));
    case COMMAND_PREPARE:
        return c->is_on || !now->preview || all_is_fresh(now->preview, c->base, error);
    case COMMAND_TOUR_START:
    case COMMAND_TOUR_STEP:
        return tour_is_fresh(content, c, error);
    case COMMAND_WINDOW_OPEN:
    case COMMAND_LOCK:
    case COMMAND_UNLOCK:
    case COMMAND_TOUR_STOP:
    case COMMAND_TOUR_PAUSE:
    case COMMAND_TOUR_RESUME:
    case COMMAND_OPEN:
    case COMMAND_BACK:
        return TRUE;
    }
    return TRUE;
}

/* lock */

static gboolean is_allowed(const Wall *now, const Command *c, GError **error)
{
    if (!now->is_locked || c->by_tour || c->is_preview || c->kind == COMMAND_PREPARE ||
        g_strcmp0(now->locked_by, c->actor) == 0 ||
        (c->is_override && (c->kind == COMMAND_LOCK || c->kind == COMMAND_UNLOCK)))
        return TRUE;
    wall_error_set(error, WALL_ERROR_LOCKED, "the wall is locked by %s", "墙已被 %s 锁定",
                   now->locked_by ? now->locked_by : "somebody");
    return FALSE;
}

/* the next wall */

Wall *wall_next(const Wall *now)
{
    Wall *wall = g_new0(Wall, 1);
    wall->refs = 1;
    wall->id = g_strdup(now->id);
    wall->revision = now->revision + 1;
    wall->air = wall_content_ref(now->air);
    wall->preview = now->preview ? wall_content_ref(now->preview) : NULL;
    wall->undo = g_ptr_array_ref(now->undo);
    wall->redo = g_ptr_array_ref(now->redo);
    wall->label = g_strdup(now->label);
    wall->below = g_ptr_array_ref(now->below);
    wall->is_locked = now->is_locked;
    wall->locked_by = g_strdup(now->locked_by);
    return wall;
}

static void set_content(WallContent **place, WallContent *content) /* takes content */
{
    wall_content_unref(*place);
    *place = content;
}

/* The first `keep` contents of a stack and one more (may be NULL), the oldest dropped when full. */
static GPtrArray *stack_with(const GPtrArray *stack, guint keep, WallContent *top)
{
    GPtrArray *copy = g_ptr_array_new_with_free_func((GDestroyNotify)wall_content_unref);
    guint skip = top && keep >= WALL_UNDO_DEPTH ? keep + 1 - WALL_UNDO_DEPTH : 0;
    for (guint i = skip; i < keep; i++)
        g_ptr_array_add(copy, wall_content_ref(stack->pdata[i]));
    if (top)
        g_ptr_array_add(copy, wall_content_ref(top));
    return copy;
}

static void set_stack(GPtrArray **place, GPtrArray *stack) /* takes stack */
{
    g_ptr_array_unref(*place);
    *place = stack;
}

static void push_undo(Wall *wall, const Wall *now)
{
    set_stack(&wall->undo, stack_with(now->undo, now->undo->len, now->air));
    set_stack(&wall->redo, stack_with(now->redo, 0, NULL));
}

static gboolean same_structure(const WallContent *a, const WallContent *b)
{
    if (a->n_areas != b->n_areas || a->n_tiles != b->n_tiles || a->maximised != b->maximised)
        return FALSE;
    for (guint i = 0; i < a->n_areas; i++) {
        const LayoutArea *x = &a->areas[i], *y = &b->areas[i];
        if (x->first != y->first || x->count != y->count || !rect_equal(x->rect, y->rect) ||
            g_strcmp0(x->screen, y->screen) != 0 || g_strcmp0(x->layout, y->layout) != 0)
            return FALSE;
    }
    for (guint i = 0; i < a->n_tiles; i++)
        if (a->tiles[i].number != b->tiles[i].number)
            return FALSE;
    return TRUE;
}

void content_mark_changes(const WallContent *before, WallContent *after, guint64 revision,
                          gboolean by_tour)
{
    for (guint i = 0; i < after->n_tiles; i++) {
        Tile *tile = &after->tiles[i];
        const Tile *old = wall_tile(before, tile->number);
        gboolean is_same =
            old && rect_equal(old->rect, tile->rect) && (by_tour || tile_same_picture(old, tile));
        tile->touched = is_same ? old->touched : revision;
    }
    after->structure_touched = same_structure(before, after) ? before->structure_touched : revision;
}

static void step_preview(Wall *wall, const Command *c, const WallLimits *limits)
{
    WallContent *next = wall_content_copy(wall->preview);
    if (content_step_tour(next, c, limits, NULL) && !wall_content_equal(next, wall->preview)) {
        content_mark_changes(wall->preview, next, wall->revision, TRUE);
        set_content(&wall->preview, g_steal_pointer(&next));
    }
    wall_content_unref(next);
}

static Wall *apply_edit(Wall *now, const Command *c, const WallLimits *limits, guint *touched,
                        GError **error)
{
    const WallContent *target = c->is_preview && now->preview ? now->preview : now->air;
    g_autoptr(WallContent) next = wall_content_copy(target);
    if (!content_edit(next, c, limits, touched, error))
        return NULL;
    gboolean begins_preview = c->is_preview && !now->preview;
    if (wall_content_equal(target, next) && !begins_preview)
        return wall_ref(now);
    Wall *wall = wall_next(now);
    content_mark_changes(target, next, wall->revision, c->by_tour);
    if (c->is_preview) {
        set_content(&wall->preview, g_steal_pointer(&next));
        return wall;
    }
    set_content(&wall->air, g_steal_pointer(&next));
    if (!c->by_tour)
        push_undo(wall, now);
    if (c->kind == COMMAND_TOUR_STEP && c->n_placements > 0 && wall->preview)
        step_preview(wall, c, limits);
    return wall;
}

static WallContent *restored(const Wall *now, WallContent *former)
{
    WallContent *content = wall_content_copy(former);
    content_mark_changes(now->air, content, now->revision + 1, FALSE);
    return content;
}

static Wall *apply_prepare(Wall *now, const Command *c)
{
    if (c->is_on == (now->preview != NULL))
        return wall_ref(now);
    Wall *wall = wall_next(now);
    set_content(&wall->preview, c->is_on ? wall_content_ref(now->air) : NULL);
    return wall;
}

static Wall *apply_take(Wall *now, GError **error)
{
    if (!now->preview) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "take: nothing is prepared",
                       "没有预演画面可上墙；先用 prepare 准备");
        return NULL;
    }
    Wall *wall = wall_next(now);
    set_content(&wall->preview, NULL);
    if (wall_content_equal(now->air, now->preview))
        return wall;
    set_content(&wall->air, restored(now, now->preview));
    push_undo(wall, now);
    return wall;
}

/* UNDO takes the top of undo and leaves the air on redo; REDO the other way round. */
static Wall *apply_undo(Wall *now, gboolean is_undo, GError **error)
{
    const GPtrArray *from = is_undo ? now->undo : now->redo;
    const GPtrArray *onto = is_undo ? now->redo : now->undo;
    if (from->len == 0) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, is_undo ? "nothing to undo" : "nothing to redo",
                       is_undo ? "没有可撤销的操作" : "没有可重做的操作");
        return NULL;
    }
    Wall *wall = wall_next(now);
    set_content(&wall->air, restored(now, from->pdata[from->len - 1]));
    set_stack(is_undo ? &wall->undo : &wall->redo, stack_with(from, from->len - 1, NULL));
    set_stack(is_undo ? &wall->redo : &wall->undo, stack_with(onto, onto->len, now->air));
    return wall;
}

static Wall *apply_lock(Wall *now, const Command *c)
{
    gboolean is_lock = c->kind == COMMAND_LOCK;
    if (is_lock == now->is_locked &&
        (!is_lock || !c->is_override || g_strcmp0(now->locked_by, c->actor) == 0))
        return wall_ref(now);
    Wall *wall = wall_next(now);
    wall->is_locked = is_lock;
    g_free(wall->locked_by);
    wall->locked_by = is_lock ? g_strdup(c->actor) : NULL;
    return wall;
}

static gboolean acts_on_content(CommandKind kind)
{
    return kind <= COMMAND_RECALL || (kind >= COMMAND_TOUR_START && kind <= COMMAND_TOUR_STEP);
}

Wall *wall_apply(Wall *now, const Command *c, const WallLimits *limits, guint *touched,
                 GError **error)
{
    guint about = 0;
    if (!command_word(c->kind) || (c->is_preview && !acts_on_content(c->kind))) {
        wall_error_set(error, WALL_ERROR_INVALID, "%s: does not act on the preview",
                       "%s：不能用于预演画面",
                       command_word(c->kind) ? command_word(c->kind) : "unknown command");
        return NULL;
    }
    if (!is_allowed(now, c, error) || !is_fresh(now, c, error))
        return NULL;
    Wall *wall = NULL;
    if (acts_on_content(c->kind))
        wall = apply_edit(now, c, limits, &about, error);
    else if (c->kind == COMMAND_PREPARE)
        wall = apply_prepare(now, c);
    else if (c->kind == COMMAND_TAKE)
        wall = apply_take(now, error);
    else if (c->kind == COMMAND_UNDO || c->kind == COMMAND_REDO)
        wall = apply_undo(now, c->kind == COMMAND_UNDO, error);
    else if (c->kind == COMMAND_OPEN)
        wall = level_open(now, c, error);
    else if (c->kind == COMMAND_BACK)
        wall = level_back(now, c, error);
    else
        wall = apply_lock(now, c);
    if (wall && touched)
        *touched = about;
    return wall;
}
