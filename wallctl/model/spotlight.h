/* spotlight.h - alarm cameras over the wall: a layer, not an edit. Pure. [any]
 *
 * An alarm never changes what the wall holds. What is seen is the content on air with the alarm's
 * cameras laid over the alarm tiles; when the layer goes, the wall is exactly what it was, or what
 * people have made of it meanwhile. So there is nothing to remember, restore or lose in a restart.
 *
 * Each slot has a tile. When the layout on air has no such tile, or a maximised one hides it, the
 * camera comes up in a window of its own at the right edge of the wall, between banners and clock: boards
 * in the highest row, cameras from the second one down.
 */
#ifndef WALLCTL_MODEL_SPOTLIGHT_H
#define WALLCTL_MODEL_SPOTLIGHT_H

#include "wallctl/model/wall.h"

typedef struct {
    guint tile;         /* the slot's tile number */
    const char *camera; /* NULL: the slot is free */
    gboolean is_board;
    guint seen_in; /* out: the tile or window that shows it; 0: free, or no room */
} Spot;

/* What is seen: air itself with a new reference when no slot is taken. bounds: the wall's screens
 * together. Caller owns the result. */
WallContent *wall_content_spotlit(WallContent *air, Rect bounds, Spot *spots, guint n);

#endif
