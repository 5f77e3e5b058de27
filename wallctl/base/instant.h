/* instant.h - points in time as text: RFC 3339 with a zone, as events carry them. [any]
 *
 * A time without a zone is no point in time and refused: half of China's platforms write local time,
 * half UTC, and guessing shifts a deadline by eight hours.
 */
#ifndef WALLCTL_BASE_INSTANT_H
#define WALLCTL_BASE_INSTANT_H

#include <glib.h>

#define INSTANT_MIN_MS G_GINT64_CONSTANT(0)             /* 1970 */
#define INSTANT_MAX_MS G_GINT64_CONSTANT(4102444800000) /* 2100 */

/* "2025-05-22T09:14:03.250+08:00" to Unix ms (finer parts are cut). FALSE if it is not that, names a
 * day that does not exist, or lies outside 1970 to 2100. */
gboolean instant_parse(const char *text, gint64 *unix_ms);

/* With ms only when there are any, in the zone of offset_minutes (480: "+08:00"). Caller frees. */
char *instant_format(gint64 unix_ms, int offset_minutes);

#endif
