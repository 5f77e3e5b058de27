/* borders.h - outlines of a site's regions for the map of the console. Pure. [any]
 *
 * The site's own file: GeoJSON (RFC 7946), lines and polygons, WGS-84 as positions of cameras are. Only what
 * is drawn is kept, the lines and the name of each: whatever else such a file holds stays where it is.
 */
#ifndef WALLCTL_CONFIG_BORDERS_H
#define WALLCTL_CONFIG_BORDERS_H

#include "wallctl/base/faults.h"

#define BORDERS_MAX_BYTES  (8 * 1024 * 1024)
#define BORDERS_MAX_POINTS 100000 /* what a browser on an old PC draws while it is moved */
#define BORDERS_MAX_NAME   64     /* bytes */

/* {"borders":[{"name":"...","lines":[[[lon,lat],...],...]},...]}, degrees, five decimals (a metre). NULL with faults; file begins
 * their places. Caller unrefs. */
GBytes *borders_parse(const char *text, gsize len, const char *file, Faults *faults);

#endif
