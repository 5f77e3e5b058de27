/* regions.h - administrative regions from a table with the columns code, name and, if it has them,
 * lon and lat (degrees, WGS-84). [any]
 *
 * Other columns (level, parent) follow from the code and are not read. */
#ifndef WALLCTL_CONFIG_REGIONS_H
#define WALLCTL_CONFIG_REGIONS_H

#include "wallctl/base/faults.h"
#include "wallctl/model/region.h"

typedef struct Regions Regions;

/* NULL if the table cannot be read. Bad rows are faults and left out. prefix stands before "row 17"
 * in them. */
Regions *regions_parse(const char *text, gsize len, const char *prefix, Faults *faults);
void regions_free(Regions *regions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Regions, regions_free)

RegionTree *regions_tree(const Regions *regions); /* borrowed */

/* Name of the region with this code, else of the smallest known one that holds it (a code's prefix
 * is containment); "" if there is none. Borrowed. */
const char *regions_name(const Regions *regions, const char *code);

#endif
