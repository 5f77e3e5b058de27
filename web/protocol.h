/* protocol.h - JSON of commands and of walls, both ways. [any]
 *
 * A command is one flat object: {"op":"show","tile":3,"camera":"yanhe-road","revision":17}.
 *
 *   op                members (* = may be left out)
 *   show              tile, camera, stream*, fit*, crop*, rotation*, preview*
 *   clear             tile (0: every tile), preview*
 *   swap              tile, other, preview*
 *   adjust            tile, and one or more of stream, fit, crop, rotation; preview*
 *   maximise          tile, preview*
 *   restore           preview*
 *   window-open       rect, camera*, stream*, fit*, crop*, rotation*, preview*
 *   window-move       tile, rect, preview*
 *   window-raise      tile, preview*
 *   window-close      tile, preview*
 *   layout            layout, screen*, preview*
 *   recall            preset, screen*, preview*
 *   prepare           on* (true)
 *   take, undo, redo, lock
 *   unlock            override*
 *   tour-start, tour-stop, tour-pause, tour-resume    tour, preview*
 *   tour-step         tour, step* (the next one), preview*
 *   open              case, or preset: a scene over the wall
 *   back              label*: of the scene that is closed; without, the one on air
 *
 * and with every op "revision"*: the wall's revision that the sender saw. Members: tile,
 * other: 1..999; camera, layout, preset, tour, screen: names; stream "auto" | "main" | "sub"; fit
 * "contain" | "cover" | "stretch"; crop [x, y, width, height] as fractions of the picture; rotation
 * 0 | 90 | 180 | 270; rect [x, y, width, height] in wall px; preview, on, override: true | false;
 * step: 0.., as in the wall's "tours". A layout, a preset and a tour have one member name each,
 * their own; "name" is not accepted.
 */
#ifndef WALLCTL_WEB_PROTOCOL_H
#define WALLCTL_WEB_PROTOCOL_H

#include "wallctl/base/json.h"
#include "wallctl/model/command.h"

/* NULL with WALL_ERROR_INVALID naming the member, its value and what is accepted (all that is
 * wrong, one per line); unknown members are refused. What the controller resolves is left empty. */
Command *command_from_json(Json *json, const char *actor, GError **error);

/* The inverse, without actor and by_tour, which no sender may choose. Caller owns the result. */
Json *command_to_json(const Command *command);

/* What consoles draw. Caller owns the result.
 * {"id", "revision", "areas": [{"screen"*, "layout", "rect", "first", "count"}],
 *  "tiles": [{"tile", "rect", "shown"*, "window"*, "z"*, "camera"*, "stream", "fit", "crop",
 * "rotation", "tour"*, "touched"}], "tours": [{"tour", "step", "tiles", "paused", "yields",
 * "left_ms"}], "maximised", "locked", "locked_by"*, "undo", "redo", "label"*, "below"*, "preview"*: {"areas", "tiles",
 * "tours", "maximised"}} "shown" is the rect on glass of the maximised tile; undo and redo say how
 * many steps there are; label and below (lowest first) name the scenes that are open over the wall. */
Json *wall_to_json(const Wall *wall);

#endif
