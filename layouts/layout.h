/* layout.h - pure geometry: a named layout and a rectangle in, cells out. [any]
 *
 * A layout is data: fractions of the rectangle it is applied to; cell i is tile number i + 1. The
 * built-in ones are layouts/presets/builtin.json, compiled in. A layout in JSON is one of
 *
 *   { "id", "name"?, "grid": [columns, rows], "spans"?: [[column, row, width, height], ...] }
 *
 *   { "id", "name"?, "cells": [[x, y, width, height], ...], "free"?: true }
 *
 * Spans come first, in the order given; the squares they leave free follow in reading order.
 * "cells" are fractions. Rectangles higher than wide use "portrait": { "grid", "spans" or "cells" }
 * with as many cells, else the same cells with columns and rows exchanged. At most 900 cells, none
 * narrower or lower than 1 %, no overlap unless free.
 */
#ifndef WALLCTL_LAYOUTS_LAYOUT_H
#define WALLCTL_LAYOUTS_LAYOUT_H

#include "wallctl/base/faults.h"
#include "wallctl/base/json.h"
#include "wallctl/model/geometry.h"

typedef struct {
    char *id;                  /* [A-Za-z0-9+_-]{1,32}: "4", "1+5", "spotlight" */
    char *name;                /* 四分屏 */
    gboolean is_free;          /* cells may overlap (picture in picture) */
    guint n_cells, n_portrait; /* equal */
    FRect *cells;              /* landscape */
    FRect *portrait;           /* for areas higher than wide */
} Layout;

typedef struct LayoutSet LayoutSet; /* immutable, counted */

/* The built-in layouts and those of json (an array, may be NULL; same id replaces a built-in). All
 * faults are added; NULL if there was one. */
LayoutSet *layout_set_new(Json *json, Faults *faults, const char *place);
LayoutSet *layout_set_ref(LayoutSet *set);
void layout_set_unref(LayoutSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LayoutSet, layout_set_unref)

guint layout_set_count(const LayoutSet *set);
const Layout *layout_set_get(const LayoutSet *set, guint index); /* in display order */
const Layout *layout_set_find(const LayoutSet *set, const char *id);

/* Cells of layout inside area, with gap_px (even, 0..256) between neighbours and none at the outer
 * edge, all edges even, all inside area. Cells of equal fractions are equally large where area +
 * gap divides evenly, else they differ by 2 px. A free layout has no gaps. A cell that would be
 * smaller than 32x32 px is a WALL_ERROR_INVALID. Caller frees *cells. */
gboolean layout_place(const Layout *layout, Rect area, int gap_px, Rect **cells, guint *n_cells,
                      GError **error);

#endif
