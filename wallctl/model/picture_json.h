/* picture_json.h - rectangles and how a tile shows its camera as JSON: one form for the store and
 * the API. Pure. [any]
 *
 * rect: [x, y, width, height] in px; crop: the same as fractions of the camera's picture; "stream":
 * "auto" | "main" | "sub"; "fit": "contain" | "cover" | "stretch"; "rotation": 0 | 90 | 180 | 270.
 */
#ifndef WALLCTL_MODEL_PICTURE_JSON_H
#define WALLCTL_MODEL_PICTURE_JSON_H

#include "wallctl/base/json.h"
#include "wallctl/model/wall.h"

#define PICTURE_MAX_PX (1 << 20) /* sums of coordinates stay inside an int */

Json *rect_to_json(Rect rect);
Json *crop_to_json(FRect crop);

/* As the getters of base/json.h: FALSE when missing or wrong; wrong adds a fault. */
gboolean json_get_rect(Json *object, const char *key, Rect *out, Faults *faults, const char *place);
gboolean json_get_crop(Json *object, FRect *out, Faults *faults, const char *place);
gboolean json_get_stream(Json *object, StreamChoice *out, Faults *faults, const char *place);
gboolean json_get_fit(Json *object, Fit *out, Faults *faults, const char *place);
gboolean json_get_rotation(Json *object, guint *out, Faults *faults, const char *place);

/* A name of 1 to 64 bytes: camera, screen, layout, preset, tour. Borrowed from object. */
gboolean json_get_name(Json *object, const char *key, const char **out, Faults *faults,
                       const char *place);

/* Adds camera, stream, fit, crop, rotation; what is as in an empty tile is left out. */
void json_add_picture(Json *object, const Tile *tile);

#endif
