/* scene_open.c - a scene made for the moment */
#include "wallctl/scene_open.h"

#include "wallctl/base/error.h"

Command *scene_open_command(Controller *controller, const char *wall_id, const char *label,
                            const char *layout_id, const char *const *sources, guint n,
                            const char *actor, GError **error)
{
    const Config *config = controller_config(controller);
    const Wall *now = controller_wall(controller, wall_id);
    const WallConfig *wall = now ? config_wall(config, now->id) : NULL;
    const Layout *layout = layout_set_find(config->layouts, layout_id);
    if (!wall || !layout) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no such wall or layout", "没有这面墙或布局");
        return NULL;
    }
    Rect area = screens_bounds(wall->screens, wall->n_screens);
    g_autoptr(Command) command = command_new(COMMAND_LAYOUT, actor);
    command->name = g_strdup(layout->id);
    command->area = area;
    if (!layout_place(layout, area, 0, &command->cells, &command->n_cells, error))
        return NULL;
    g_autoptr(Wall) empty = wall_new(wall->id, 1, wall_content_new());
    WallLimits limits = { .bounds = area };
    g_autoptr(Wall) laid = wall_apply(empty, command, &limits, NULL, error);
    if (!laid)
        return NULL;
    Command *open = command_new(COMMAND_OPEN, actor);
    open->name = g_strdup(label);
    open->content = wall_content_copy(laid->air);
    for (guint i = 0; i < n && i < open->content->n_tiles; i++)
        open->content->tiles[i].camera = g_strdup(sources[i]);
    return open;
}

gboolean scene_is_open(Controller *controller, const char *prefix, const char *name)
{
    g_autofree char *label = g_strconcat(prefix, name, NULL);
    for (guint i = 0; i < controller_count(controller); i++) {
        const char *id = controller_wall_id(controller, i);
        if (wall_has_level(controller_wall(controller, id), label))
            return TRUE;
    }
    return FALSE;
}
