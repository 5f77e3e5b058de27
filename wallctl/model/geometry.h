/* geometry.h - rectangles in pixels and in fractions. Pure. [any] */
#ifndef WALLCTL_MODEL_GEOMETRY_H
#define WALLCTL_MODEL_GEOMETRY_H

#include <glib.h>

typedef struct {
    int x, y, w, h;
} Rect; /* px; empty when w or h <= 0 */

typedef struct {
    double x, y, w, h;
} FRect; /* fractions of something, 0..1 */

#define FRECT_FULL ((FRect) { 0, 0, 1, 1 })

gboolean rect_is_empty(Rect r);
gboolean rect_equal(Rect a, Rect b);
gboolean rect_intersects(Rect a, Rect b);
gboolean rect_contains(Rect outer, Rect inner);
Rect rect_intersect(Rect a, Rect b); /* empty: {0,0,0,0} */
Rect rect_union(Rect a, Rect b);

/* Pictures are I420: every edge lies on an even pixel. Rounds edges (not sizes) to the nearest even
 * pixel, so neighbours stay neighbours. */
Rect rect_even(Rect r);

/* f of the box, edges rounded to even px. */
Rect rect_of_fraction(FRect f, Rect box);

gboolean frect_equal(FRect a, FRect b);
gboolean frect_is_valid(FRect f); /* inside 0..1, at least 1 % wide and high, finite */

/* The largest rectangle of the given aspect (w:h) centred in box, edges even. Bars of at most 4 px
 * or 1 % of a side together are not left: the picture is stretched that little. */
Rect rect_fit(int w, int h, Rect box);

#endif
