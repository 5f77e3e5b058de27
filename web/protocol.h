/* protocol.h - JSON of commands and of walls, both ways. [any]
 *
 * {"op":"show","tile":3,"camera":"yanhe-road","revision":17}; every op and its members: docs/api.md.
 */
#ifndef WALLCTL_WEB_PROTOCOL_H
#define WALLCTL_WEB_PROTOCOL_H

#include "wallctl/base/json.h"
#include "wallctl/model/command.h"

/* NULL with WALL_ERROR_INVALID naming the member, its value and what is accepted; unknown members are refused. */
Command *command_from_json(Json *json, const char *actor, GError **error);
Json *command_to_json(const Command *command);

/* What consoles draw: revision, areas, tiles with rects, tours, lock, undo and redo depth. */
Json *wall_to_json(const Wall *wall);

#endif
