/* sight.h - may this caller bring those cameras on a wall? Pure. */
#ifndef WALLCTL_SIGHT_H
#define WALLCTL_SIGHT_H

#include "config/config.h"
#include "wallctl/model/caller.h"
#include "wallctl/model/wall.h"

/* FALSE with WALL_ERROR_DENIED if `after` shows a camera, on air or prepared, that `before` did not and that lies outside the
 * caller's region: by whichever way it came, also by undo, a preset or a tour. caller NULL: the program itself. */
gboolean sight_check(const Config *config, const Wall *before, const Wall *after,
                     const Caller *caller, GError **error);

/* The same for all cameras that a tour goes through. */
gboolean sight_check_tour(const Config *config, const Tour *tour, const Caller *caller,
                          GError **error);

gboolean sight_may(const Caller *caller, const Camera *camera);

/* What the caller sees of a picture of a wall: all of it (""), else what is of this region. Borrowed from the caller. */
const char *sight_region(const Config *config, const Caller *caller);

#endif
