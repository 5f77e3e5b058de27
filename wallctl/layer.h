/* layer.h - what lies over a wall without being part of it: alarm cameras and notices. [control]
 *
 * Values only; the controller shows them. They are not saved: the director makes them anew from the
 * open alarms after a start.
 */
#ifndef WALLCTL_LAYER_H
#define WALLCTL_LAYER_H

#include "wallctl/model/scene.h"
#include "wallctl/model/spotlight.h"

/* A slot of the wall and what it is lent to. */
typedef struct {
    guint tile;           /* the slot's tile number */
    char *camera, *alarm; /* NULL: free */
    guint seen_in;        /* tile or window that shows it now; 0: none */
} LayerSpot;

typedef struct {
    GArray *spots;   /* LayerSpot */
    GArray *notices; /* Notice */
    char **boards;   /* "board:NAME" in windows of their own */
} Layer;

void layer_init(Layer *layer);
void layer_clear(Layer *layer);

/* Copies. FALSE: they are the same as before. */
gboolean layer_set_spots(Layer *layer, const LayerSpot *spots, guint n);

gboolean layer_set_boards(Layer *layer, const char *const *boards); /* the same; NULL-terminated */

void layer_set_notices(Layer *layer, const Notice *notices, guint n); /* copies */

/* air with the spots and boards over it, and where each spot is seen. is_scene: air was opened over the wall, say for
 * the case of the alarm itself; what it shows needs no second tile. Caller owns the result. */
WallContent *layer_over(Layer *layer, WallContent *air, gboolean is_scene, Rect bounds);

#endif
