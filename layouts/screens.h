/* screens.h - where the screens of a wall lie: m x n with bezels, or placed freely. Pure. [any] */
#ifndef WALLCTL_LAYOUTS_SCREENS_H
#define WALLCTL_LAYOUTS_SCREENS_H

#include "wallctl/base/faults.h"
#include "wallctl/model/exposure.h"
#include "wallctl/model/geometry.h"

typedef struct {
    char *id; /* unique in its wall */
    char *name;
    Rect rect;      /* wall px, edges even; sizes are what the canvas has */
    guint rotation; /* how the panel hangs: 0, 90, 180, 270; the canvas is drawn upright in rect */
    ContentClass content; /* who stands before it */
} Screen;

/* Places columns x rows screens of width x height with a bezel (both frames and the gap) of
 * bezel_x/bezel_y px between them: pictures that span screens lose what lies behind the bezel, as
 * through a window. ids are "1", "2" ... in reading order. columns and rows 1..64, sizes as
 * screens_check() accepts them, bezels even and 0..4096: the caller has checked that. Their content is
 * internal. Caller frees
 * (screens_free). */
Screen *screens_grid(guint columns, guint rows, int width, int height, int bezel_x, int bezel_y);
void screens_free(Screen *screens, guint n);

/* Union of all rects. */
Rect screens_bounds(const Screen *screens, guint n);

/* Faults: no screen, odd edges, overlap, sizes outside 64..16384, positions outside +-262144, a
 * rotation other than the four, ids that are equal or not [A-Za-z0-9._-]{1,64}. Places are
 * "PLACE[i]". */
void screens_check(const Screen *screens, guint n, Faults *faults, const char *place);

#endif
