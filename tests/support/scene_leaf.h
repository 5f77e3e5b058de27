/* scene_leaf.h - the ragged outline and inner shades of a bunch of leaves, several forms of it.
 * [any] */
#ifndef WALLCTL_TESTS_SUPPORT_SCENE_LEAF_H
#define WALLCTL_TESTS_SUPPORT_SCENE_LEAF_H

#include <glib.h>

/* Brightness 1..255 of the bunch at u, v (-1..1), 0 where one looks through it. */
guint8 leaf_at(float u, float v, guint form);

#endif
