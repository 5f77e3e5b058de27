/* scene_open.h - a scene made for the moment: sources in the cells of a layout, opened over a wall.
 * [control] */
#ifndef WALLCTL_SCENE_OPEN_H
#define WALLCTL_SCENE_OPEN_H

#include "wallctl/controller.h"

/* COMMAND_OPEN whose content has sources[i] (camera id or "board:NAME") in tile i + 1 of the layout, on
 * the whole wall (NULL: the first); tiles that are left stay empty. NULL with an error. Caller owns. */
Command *scene_open_command(Controller *controller, const char *wall, const char *label,
                            const char *layout, const char *const *sources, guint n,
                            const char *actor, GError **error);

/* Is the scene of that name (LEVEL_CASE "HT1") open on any wall? */
gboolean scene_is_open(Controller *controller, const char *prefix, const char *name);

#endif
