/* json.h - strict JSON in, with errors that name the place. [any]
 *
 * json-c alone turns "12abc" into 12 and 3.9 into 3, keeps the last of two equal keys and accepts
 * NaN. Here: whole text, UTF-8, no equal keys, bounded depth and size; numbers are what they say.
 */
#ifndef WALLCTL_BASE_JSON_H
#define WALLCTL_BASE_JSON_H

#include "wallctl/base/faults.h"

#include <glib.h>
#include <json-c/json.h>

typedef struct json_object Json; /* counted by json-c: json_object_get/put */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Json, json_object_put)

typedef enum {
    JSON_STRICT = 0,
    JSON_COMMENTS = 1 << 0, /* allow // and block comments, one trailing comma and a BOM: files that
                               people write */
} JsonFlags;

/* NULL with WALL_ERROR_INVALID naming line and column, or WALL_ERROR_LIMIT over max_bytes (0 means
 * 1 MiB); depth is limited to 32. Caller owns the result (json_object_put). Refused as well: a
 * top-level null, \u0000 in text, whole numbers that do not fit int64. */
Json *json_parse(const char *text, gsize len, gsize max_bytes, JsonFlags flags, GError **error);

/* Typed getters for an object's member. A missing member gives FALSE and leaves *out alone; a wrong
 * one adds "PLACE.key: VALUE is not ...; accepted: ..." to faults, too (VALUE shortened and without
 * passwords). place is the object's own path ("cameras[3]"; "" at the top). What comes back is
 * borrowed from object. An int is written as one: 3.0 and 1e3 are refused. */
gboolean json_get_string(Json *object, const char *key, const char **out, Faults *faults,
                         const char *place);
gboolean json_get_int(Json *object, const char *key, gint64 min, gint64 max, gint64 *out,
                      Faults *faults, const char *place);
gboolean json_get_double(Json *object, const char *key, double min, double max, double *out,
                         Faults *faults, const char *place);
gboolean json_get_bool(Json *object, const char *key, gboolean *out, Faults *faults,
                       const char *place);
gboolean json_get_object(Json *object, const char *key, Json **out, Faults *faults,
                         const char *place);
gboolean json_get_array(Json *object, const char *key, Json **out, Faults *faults,
                        const char *place);

/* A value for a message: as written, shortened, passwords starred; "{...}" and "[...]" for what is
 * not a scalar. Caller frees. */
char *json_dup_shown(Json *value);

/* Adds a fault for each member whose name is not in known (names the nearest). */
void json_refuse_unknown(Json *object, const char *const *known, gsize n_known, Faults *faults,
                         const char *place);

/* Building answers: new references owned by the caller, or moved into object. */
void json_add_string(Json *object, const char *key,
                     const char *value); /* NULL value: member left out */
void json_add_int(Json *object, const char *key, gint64 value);
/* Left out where nothing is known: "", and 0. */
void json_add_known(Json *object, const char *key, const char *text);
void json_add_time(Json *object, const char *key, gint64 unix_ms);
void json_add_double(Json *object, const char *key,
                     double value); /* rounded to 3 decimals; not finite: null */
void json_add_bool(Json *object, const char *key, gboolean value);
void json_add_position(Json *object, const char *name, double lon, double lat); /* [lon, lat] */
Json *json_texts(char *const *texts); /* an array of them; ended by NULL, or NULL: none */
void json_add(Json *object, const char *key, Json *value); /* takes value */

/* One line, no escaping of '/', valid UTF-8. Caller frees. */
char *json_dup_text(Json *json);

#endif
