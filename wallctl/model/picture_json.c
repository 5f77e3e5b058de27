/* picture_json.c - rectangles and how a tile shows its camera as JSON */
#include "wallctl/model/picture_json.h"

#include <string.h>

#define MAX_NAME 64

static char *at(const char *place, const char *key)
{
    return *place ? g_strconcat(place, ".", key, NULL) : g_strdup(key);
}

static gboolean wrong(Json *object, const char *key, const char *accepted, Faults *faults,
                      const char *place)
{
    g_autofree char *where = at(place, key);
    g_autofree char *shown = json_dup_shown(json_object_object_get(object, key));
    faults_add(faults, where, "%s is not accepted; accepted: %s", shown, accepted);
    return FALSE;
}

Json *rect_to_json(Rect rect)
{
    const int values[] = { rect.x, rect.y, rect.w, rect.h };
    Json *array = json_object_new_array_ext(4);
    for (guint i = 0; i < 4; i++)
        json_object_array_add(array, json_object_new_int(values[i]));
    return array;
}

/* Nine digits: 1/3 comes back as the same crop, and 0.1 reads as 0.1. */
Json *crop_to_json(FRect crop)
{
    const double values[] = { crop.x, crop.y, crop.w, crop.h };
    Json *array = json_object_new_array_ext(4);
    for (guint i = 0; i < 4; i++) {
        char text[G_ASCII_DTOSTR_BUF_SIZE];
        g_ascii_formatd(text, sizeof text, "%.9g", values[i]);
        json_object_array_add(array, json_object_new_double_s(values[i], text));
    }
    return array;
}

/* Four numbers; only whole ones if is_whole. */
static gboolean get_four(Json *object, const char *key, gboolean is_whole, double *out)
{
    Json *array = json_object_object_get(object, key);
    if (!json_object_is_type(array, json_type_array) || json_object_array_length(array) != 4)
        return FALSE;
    for (guint i = 0; i < 4; i++) {
        Json *item = json_object_array_get_idx(array, i);
        if (!json_object_is_type(item, json_type_int) &&
            (is_whole || !json_object_is_type(item, json_type_double)))
            return FALSE;
        out[i] = json_object_get_double(item);
    }
    return TRUE;
}

gboolean json_get_rect(Json *object, const char *key, Rect *out, Faults *faults, const char *place)
{
    double v[4] = { 0 };
    if (!json_object_object_get_ex(object, key, NULL))
        return FALSE;
    gboolean is_good = get_four(object, key, TRUE, v);
    for (guint i = 0; i < 4 && is_good; i++)
        is_good = v[i] > -PICTURE_MAX_PX && v[i] < PICTURE_MAX_PX;
    if (!is_good)
        return wrong(object, key, "[x, y, width, height], whole numbers in px", faults, place);
    *out = (Rect) { (int)v[0], (int)v[1], (int)v[2], (int)v[3] };
    return TRUE;
}

gboolean json_get_crop(Json *object, FRect *out, Faults *faults, const char *place)
{
    double v[4];
    if (!json_object_object_get_ex(object, "crop", NULL))
        return FALSE;
    if (!get_four(object, "crop", FALSE, v) || !frect_is_valid((FRect) { v[0], v[1], v[2], v[3] }))
        return wrong(object, "crop",
                     "[x, y, width, height] as fractions inside 0 to 1, at least 0.01 wide and "
                     "high",
                     faults, place);
    *out = (FRect) { v[0], v[1], v[2], v[3] };
    return TRUE;
}

gboolean json_get_stream(Json *object, StreamChoice *out, Faults *faults, const char *place)
{
    const char *word;
    if (!json_get_string(object, "stream", &word, faults, place))
        return FALSE;
    StreamChoice stream = stream_from_word(word);
    if (!stream)
        return wrong(object, "stream", "auto, main, sub", faults, place);
    *out = stream;
    return TRUE;
}

gboolean json_get_fit(Json *object, Fit *out, Faults *faults, const char *place)
{
    const char *word;
    if (!json_get_string(object, "fit", &word, faults, place))
        return FALSE;
    Fit fit = fit_from_word(word);
    if (!fit)
        return wrong(object, "fit", "contain, cover, stretch", faults, place);
    *out = fit;
    return TRUE;
}

gboolean json_get_rotation(Json *object, guint *out, Faults *faults, const char *place)
{
    gint64 degrees;
    if (!json_get_int(object, "rotation", 0, 270, &degrees, faults, place))
        return FALSE;
    if (degrees % 90 != 0)
        return wrong(object, "rotation", "0, 90, 180, 270", faults, place);
    *out = (guint)degrees;
    return TRUE;
}

gboolean json_get_name(Json *object, const char *key, const char **out, Faults *faults,
                       const char *place)
{
    const char *name;
    if (!json_get_string(object, key, &name, faults, place))
        return FALSE;
    if (!*name || strlen(name) > MAX_NAME)
        return wrong(object, key, "1 to 64 bytes of text", faults, place);
    *out = name;
    return TRUE;
}

void json_add_picture(Json *object, const Tile *tile)
{
    json_add_string(object, "camera", tile->camera);
    if (tile->stream != STREAM_AUTO)
        json_add_string(object, "stream", stream_word(tile->stream));
    if (tile->fit != FIT_CONTAIN)
        json_add_string(object, "fit", fit_word(tile->fit));
    if (!frect_equal(tile->crop, FRECT_FULL))
        json_add(object, "crop", crop_to_json(tile->crop));
    if (tile->rotation != 0)
        json_add_int(object, "rotation", tile->rotation);
}
