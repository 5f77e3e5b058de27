/* level.c - scenes opened over the wall and the way back
 *
 * What lies below is not touched by anything that happens above, so the way back needs no memory of
 * what was changed: it is the content that was there.
 */
#include "wallctl/model/content.h"

#include "wallctl/base/error.h"

#include <string.h>

static GPtrArray *new_levels(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)wall_level_unref);
}

static GPtrArray *new_stack(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)wall_content_unref);
}

/* What is on air as a level of its own, its tours standing with what is left of their steps. */
static WallLevel *level_of_air(const Wall *now, const Command *command)
{
    WallContent *content = wall_content_ref(now->air);
    if (content->n_tours > 0 && command->n_lefts == content->n_tours) {
        wall_content_unref(content);
        content = wall_content_copy(now->air);
        for (guint i = 0; i < content->n_tours; i++)
            content->tours[i].left_ms = command->lefts[i];
    }
    return wall_level_new(now->label, content, g_ptr_array_ref(now->undo),
                          g_ptr_array_ref(now->redo));
}

/* The levels below without the one of that label (NULL: all of them); *found gets it. */
static GPtrArray *without(const Wall *now, const char *label, WallLevel **found)
{
    GPtrArray *levels = new_levels();
    for (guint i = 0; i < now->below->len; i++) {
        WallLevel *level = now->below->pdata[i];
        if (label && strcmp(level->label, label) == 0)
            *found = level;
        else
            g_ptr_array_add(levels, wall_level_ref(level));
    }
    return levels;
}

/* Puts a level on air; its stacks go on. */
static void put_on_air(Wall *wall, const Wall *now, WallLevel *level)
{
    WallContent *content = wall_content_copy(level->content);
    content_mark_changes(now->air, content, wall->revision, FALSE);
    wall_content_unref(wall->air);
    wall->air = content;
    g_ptr_array_unref(wall->undo);
    g_ptr_array_unref(wall->redo);
    wall->undo = g_ptr_array_ref(level->undo);
    wall->redo = g_ptr_array_ref(level->redo);
    g_free(wall->label);
    wall->label = g_strdup(level->label);
}

static void set_below(Wall *wall, GPtrArray *levels) /* takes levels */
{
    g_ptr_array_unref(wall->below);
    wall->below = levels;
}

Wall *level_open(Wall *now, const Command *command, GError **error)
{
    if (!command->name || !*command->name) {
        wall_error_set(error, WALL_ERROR_INVALID, "open: needs a label", "打开画面需要标识");
        return NULL;
    }
    if (strcmp(now->label, command->name) == 0)
        return wall_ref(now);
    WallLevel *found = NULL;
    g_autoptr(GPtrArray) levels = without(now, command->name, &found);
    if (!found && (levels->len >= WALL_MAX_LEVELS || !command->content)) {
        if (command->content)
            wall_error_set(error, WALL_ERROR_LIMIT, "open: %d scenes lie over each other already",
                           "已叠开 %d 个画面，请先返回", WALL_MAX_LEVELS);
        else
            wall_error_set(error, WALL_ERROR_NOT_FOUND, "open: '%s' is not open",
                           "画面“%s”没有打开", command->name);
        return NULL;
    }
    g_ptr_array_add(levels, level_of_air(now, command));
    WallLevel *level = found ? wall_level_ref(found)
                             : wall_level_new(command->name, wall_content_ref(command->content),
                                              new_stack(), new_stack());
    Wall *wall = wall_next(now);
    put_on_air(wall, now, level);
    wall_level_unref(level);
    set_below(wall, g_steal_pointer(&levels));
    return wall;
}

Wall *level_back(Wall *now, const Command *command, GError **error)
{
    const char *label = command->name && *command->name ? command->name : now->label;
    if (now->below->len == 0 || !*label) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "back: nothing is open over the wall",
                       "墙上没有打开的画面可返回");
        return NULL;
    }
    WallLevel *found = NULL;
    if (strcmp(label, now->label) != 0) { /* below something else: the glass does not change */
        g_autoptr(GPtrArray) levels = without(now, label, &found);
        if (!found) {
            wall_error_set(error, WALL_ERROR_NOT_FOUND, "back: '%s' is not open",
                           "画面“%s”没有打开", label);
            return NULL;
        }
        Wall *wall = wall_next(now);
        set_below(wall, g_steal_pointer(&levels));
        return wall;
    }
    GPtrArray *levels = without(now, NULL, &found);
    Wall *wall = wall_next(now);
    put_on_air(wall, now, levels->pdata[levels->len - 1]);
    g_ptr_array_remove_index(levels, levels->len - 1);
    set_below(wall, levels);
    return wall;
}
