/* resolve.c - the names in a command become values */
#include "wallctl/resolve.h"

#include "wallctl/base/error.h"
#include "wallctl/sight.h"

#include <string.h>

gboolean resolve_area(const WallConfig *wall, const char *screen, Rect *area, GError **error)
{
    if (!screen || !*screen) {
        *area = screens_bounds(wall->screens, wall->n_screens);
        return TRUE;
    }
    const Screen *found = wall_config_screen(wall, screen);
    if (!found) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "wall %s has no screen '%s'",
                       "墙“%s”没有屏“%s”", wall->id, screen);
        return FALSE;
    }
    *area = found->rect;
    return TRUE;
}

static gboolean resolve_layout(const ResolveFrom *from, Command *command, GError **error)
{
    const Layout *layout = command->name ? layout_set_find(from->layouts, command->name) : NULL;
    if (!layout) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no layout '%s'", "没有布局“%s”",
                       command->name ? command->name : "");
        return FALSE;
    }
    /* No gap here: cells keep sizes that scale cheaply, the canvas draws the separating lines. */
    return resolve_area(from->wall, command->screen, &command->area, error) &&
           layout_place(layout, command->area, 0, &command->cells, &command->n_cells, error);
}

static gboolean resolve_preset(const ResolveFrom *from, Command *command, GError **error)
{
    const StoredPreset *preset =
        command->name ? library_preset(from->library, from->wall->id, command->name) : NULL;
    if (!preset) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no preset '%s' on wall %s",
                       "没有预案“%s”（墙“%s”）", command->name ? command->name : "",
                       from->wall->id);
        return FALSE;
    }
    if (!command->screen && preset->screen)
        command->screen = g_strdup(preset->screen);
    command->content = wall_content_ref(preset->content);
    return resolve_area(from->wall, command->screen, &command->area, error);
}

/* A tour command without its pictures gets those of its first step; the tour clock brings its own.
 */
static gboolean resolve_tour(const ResolveFrom *from, Command *command, GError **error)
{
    if (command->content || command->n_placements)
        return TRUE;
    const Tour *tour = command->name ? library_tour(from->library, command->name) : NULL;
    if (!tour || strcmp(tour->wall, from->wall->id) != 0) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no tour '%s' on wall %s",
                       "没有轮巡“%s”（墙“%s”）", command->name ? command->name : "",
                       from->wall->id);
        return FALSE;
    }
    if (!sight_check_tour(from->config, tour, command->caller, error))
        return FALSE;
    command->left_ms = tour->dwell_ms;
    if (tour->n_presets) {
        const StoredPreset *preset = library_preset(from->library, from->wall->id,
                                                    tour->presets[command->step % tour->n_presets]);
        if (!preset) {
            wall_error_set(error, WALL_ERROR_NOT_FOUND, "tour %s: preset '%s' is gone",
                           "轮巡“%s”：预案“%s”已不存在", tour->id,
                           tour->presets[command->step % tour->n_presets]);
            return FALSE;
        }
        command->content = wall_content_ref(preset->content);
        return TRUE;
    }
    g_autofree int *picked = g_new(int, tour->n_tiles);
    tour_pick(tour, command->step, NULL, NULL, picked);
    command->n_placements = tour->n_tiles;
    command->placements = g_new0(Placement, tour->n_tiles);
    for (guint i = 0; i < tour->n_tiles; i++) {
        command->placements[i].tile = tour->tiles[i];
        command->placements[i].camera = picked[i] >= 0 ? g_strdup(tour->cameras[picked[i]]) : NULL;
    }
    return TRUE;
}

/* A preset as a scene over the wall: what recalling it would make of what is on air. A preset of one
 * screen leaves the others as they are. */
static gboolean resolve_scene(const ResolveFrom *from, Command *command, GError **error)
{
    if (command->content || !command->name || !g_str_has_prefix(command->name, LEVEL_PRESET) ||
        wall_has_level(from->now, command->name))
        return TRUE;
    g_autoptr(Command) recall = command_new(COMMAND_RECALL, command->actor);
    recall->by_tour = TRUE; /* whoever holds the lock: the scene itself is judged by it */
    recall->name = g_strdup(command->name + strlen(LEVEL_PRESET));
    if (!resolve_preset(from, recall, error))
        return FALSE;
    g_autoptr(Wall) scene = wall_apply(from->now, recall, &from->limits, NULL, error);
    if (!scene)
        return FALSE;
    command->content = wall_content_ref(scene->air);
    return TRUE;
}

gboolean resolve_command(const ResolveFrom *from, Command *command, GError **error)
{
    switch (command->kind) {
    case COMMAND_OPEN:
        return resolve_scene(from, command, error);
    case COMMAND_LAYOUT:
        return resolve_layout(from, command, error);
    case COMMAND_RECALL:
        return resolve_preset(from, command, error);
    case COMMAND_TOUR_START:
    case COMMAND_TOUR_STEP:
        return resolve_tour(from, command, error);
    default:
        return TRUE;
    }
}
