/* layout.h - pure geometry: a named layout and a rectangle in, cells out. [any]
 *
 * A layout is data: fractions of the rectangle it is applied to, in reading order; files in layouts/presets/.
 * Portrait rectangles (higher than wide) use the layout's portrait cells when it has them, else the grid turned.
 */
#ifndef WALLCTL_LAYOUTS_LAYOUT_H
#define WALLCTL_LAYOUTS_LAYOUT_H

#include "wallctl/base/faults.h"
#include "wallctl/base/json.h"
#include "wallctl/model/geometry.h"

typedef struct {
    char *id;          /* "4", "1+5", "spotlight" */
    char *name;        /* 四分屏 */
    gboolean is_free;  /* cells may overlap (picture in picture) */
    guint n_cells, n_portrait;
    FRect *cells;      /* landscape */
    FRect *portrait;   /* or NULL */
} Layout;

typedef struct LayoutSet LayoutSet; /* immutable, counted */

/* The built-in layouts and those of json (an array, may be NULL; same id replaces a built-in). All faults are
 * added; NULL if there was one. */
LayoutSet *layout_set_new(Json *json, Faults *faults, const char *place);
LayoutSet *layout_set_ref(LayoutSet *set);
void layout_set_unref(LayoutSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LayoutSet, layout_set_unref)

guint layout_set_count(const LayoutSet *set);
const Layout *layout_set_get(const LayoutSet *set, guint index); /* in display order */
const Layout *layout_set_find(const LayoutSet *set, const char *id);

/* Cells of layout inside area, with gap_px (even) between neighbours, all edges even, all inside area. A cell that
 * would be smaller than 32x32 px is a WALL_ERROR_INVALID. Caller frees *cells. */
gboolean layout_place(const Layout *layout, Rect area, int gap_px, Rect **cells, guint *n_cells, GError **error);

#endif
