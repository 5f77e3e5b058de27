/* scene_leaf.h - the ragged outline and inner shades of a bunch of leaves, several forms of it.
 * [any] */
#ifndef WALLCTL_TESTS_SUPPORT_SCENE_LEAF_H
#define WALLCTL_TESTS_SUPPORT_SCENE_LEAF_H

#include <glib.h>

enum { LEAF_SIDE = 64 };

/* Brightness 1..255 of a bunch, LEAF_SIDE rows of LEAF_SIDE; 0 where one looks through it. Static.
 */
const guint8 *leaf_get_bunch(guint form);

/* The same at u, v (-1..1). */
guint8 leaf_at(float u, float v, guint form);

#endif
