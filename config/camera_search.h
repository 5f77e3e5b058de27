/* camera_search.h - what cameras are found by, and the tree of regions they are listed in. [any]
 *
 * Both are made once, when a configuration is read: a query only compares texts.
 */
#ifndef WALLCTL_CONFIG_CAMERA_SEARCH_H
#define WALLCTL_CONFIG_CAMERA_SEARCH_H

#include "config/config.h"
#include "wallctl/model/region.h"

/* Fills pinyin and search of every camera (Camera), whose other members are there. */
void camera_search_prepare(GPtrArray *cameras);

/* The words of a query as camera_matches() takes them, ended by NULL; none where text is blank. Caller
 * frees. */
char **camera_search_words(const char *text);

/* Is every word part of the camera's name, its pinyin or their initials, the name of its region or
 * theirs, its id, "#" and its number, code of region, GB id, place, kind of place or groups? */
gboolean camera_matches(const Camera *camera, char *const *words);

/* Is it in the group of this name? */
gboolean camera_in_group(const Camera *camera, const char *group);

/* Appends a CameraRegion for each region that holds cameras and for those of the tree around it. tree
 * NULL: regions are as their cameras call them. */
void camera_regions_make(GPtrArray *cameras, RegionTree *tree, GPtrArray *regions);
void camera_region_free(CameraRegion *region);

#endif
