/* resolve.h - the names in a command become values: layouts to cells, presets and tours to contents.
 * [control] */
#ifndef WALLCTL_RESOLVE_H
#define WALLCTL_RESOLVE_H

#include "config/config.h"
#include "wallctl/library.h"
#include "wallctl/model/command.h"

/* Borrowed for the call. */
typedef struct {
    const Config *config;
    const LayoutSet *layouts;
    Library *library;
    const WallConfig *wall;
    Wall *now; /* that wall */
    WallLimits limits;
} ResolveFrom;

/* Fills in what the command only names; one that is filled already stays as it is. WALL_ERROR_NOT_FOUND
 * for names. */
gboolean resolve_command(const ResolveFrom *from, Command *command, GError **error);

/* The rectangle of a screen of the wall; NULL or "": of all of them. */
gboolean resolve_area(const WallConfig *wall, const char *screen, Rect *area, GError **error);

#endif
