/* protocol.c - JSON of commands and of walls; which op takes which members is one table */
#include "web/protocol.h"

#include "wallctl/base/error.h"
#include "wallctl/model/picture_json.h"

#include <string.h>

#define MAX_TILE (WALL_FIRST_WINDOW + WALL_MAX_WINDOWS - 1)

/* Members of a command, in the order in which they are written. */
typedef enum {
    TILE = 1 << 0,
    OTHER = 1 << 1,
    CAMERA = 1 << 2,
    STREAM = 1 << 3,
    FIT = 1 << 4,
    CROP = 1 << 5,
    ROTATION = 1 << 6,
    RECT = 1 << 7,
    LAYOUT = 1 << 8,
    PRESET = 1 << 9,
    TOUR = 1 << 10,
    SCREEN = 1 << 11,
    STEP = 1 << 12,
    ON = 1 << 13,
    OVERRIDE = 1 << 14,
    PREVIEW = 1 << 15,
    REVISION = 1 << 16,
    CASE = 1 << 17,
    LABEL = 1 << 18,
    WHISTLE = 1 << 19,
} Member;

static const char *const member_names[] = {
    "tile",     "other",   "camera",   "stream", "fit",    "crop",    "rotation",
    "rect",     "layout",  "preset",   "tour",   "screen", "step",    "on",
    "override", "preview", "revision", "case",   "label",  "whistle",
};

#define PICTURE (STREAM | FIT | CROP | ROTATION)

static const struct {
    guint required, optional;
} forms[COMMAND_LAST + 1] = {
    [COMMAND_SHOW] = { TILE | CAMERA, PICTURE | PREVIEW },
    [COMMAND_CLEAR] = { TILE, PREVIEW },
    [COMMAND_SWAP] = { TILE | OTHER, PREVIEW },
    [COMMAND_ADJUST] = { TILE, PICTURE | PREVIEW },
    [COMMAND_MAXIMISE] = { TILE, PREVIEW },
    [COMMAND_RESTORE] = { 0, PREVIEW },
    [COMMAND_WINDOW_OPEN] = { RECT, CAMERA | PICTURE | PREVIEW },
    [COMMAND_WINDOW_MOVE] = { TILE | RECT, PREVIEW },
    [COMMAND_WINDOW_RAISE] = { TILE, PREVIEW },
    [COMMAND_WINDOW_CLOSE] = { TILE, PREVIEW },
    [COMMAND_LAYOUT] = { LAYOUT, SCREEN | PREVIEW },
    [COMMAND_RECALL] = { PRESET, SCREEN | PREVIEW },
    [COMMAND_PREPARE] = { 0, ON },
    [COMMAND_LOCK] = { 0, OVERRIDE },
    [COMMAND_UNLOCK] = { 0, OVERRIDE },
    [COMMAND_TOUR_START] = { TOUR, PREVIEW },
    [COMMAND_TOUR_STOP] = { TOUR, PREVIEW },
    [COMMAND_TOUR_PAUSE] = { TOUR, PREVIEW },
    [COMMAND_TOUR_RESUME] = { TOUR, PREVIEW },
    [COMMAND_TOUR_STEP] = { TOUR, STEP | PREVIEW },
    [COMMAND_OPEN] = { 0, CASE | PRESET | WHISTLE },
    [COMMAND_BACK] = { 0, LABEL },
};

/* in */

static void read_tile(Json *json, const char *key, guint least, guint *out, Faults *faults)
{
    gint64 number;
    if (json_get_int(json, key, least, MAX_TILE, &number, faults, ""))
        *out = (guint)number;
}

static void read_name(Json *json, const char *key, char **out, Faults *faults)
{
    const char *name;
    if (json_get_name(json, key, &name, faults, "")) {
        g_free(*out);
        *out = g_strdup(name);
    }
}

static void mark_given(Command *c, gboolean is_given, CommandHas has)
{
    if (is_given)
        c->has |= has;
}

static const char *level_of(Json *json)
{
    if (json_object_object_get_ex(json, "case", NULL))
        return LEVEL_CASE;
    return json_object_object_get_ex(json, "whistle", NULL) ? LEVEL_WHISTLE : LEVEL_PRESET;
}

/* Members that the op does not take are refused before, so all may be tried. */
static void read_members(Json *json, Command *c, Faults *faults)
{
    gint64 number;
    const char *label;
    read_tile(json, "tile", c->kind == COMMAND_CLEAR ? 0 : 1, &c->tile, faults);
    read_tile(json, "other", 1, &c->other, faults);
    read_name(json, "camera", &c->camera, faults);
    read_name(json, "layout", &c->name, faults);
    read_name(json, "preset", &c->name, faults);
    read_name(json, "tour", &c->name, faults);
    read_name(json, "screen", &c->screen, faults);
    if (json_get_string(json, "label", &label, faults, ""))
        c->name = g_strdup(label);
    read_name(json, "case", &c->name, faults);
    read_name(json, "whistle", &c->name, faults);
    if (c->kind == COMMAND_OPEN &&
        c->name) { /* what lies over the wall is called by what it shows */
        g_autofree char *name = g_steal_pointer(&c->name);
        c->name = g_strconcat(level_of(json), name, NULL);
    }
    json_get_rect(json, "rect", &c->rect, faults, "");
    json_get_bool(json, "on", &c->is_on, faults, "");
    json_get_bool(json, "override", &c->is_override, faults, "");
    json_get_bool(json, "preview", &c->is_preview, faults, "");
    mark_given(c, json_get_stream(json, &c->stream, faults, ""), COMMAND_HAS_STREAM);
    mark_given(c, json_get_fit(json, &c->fit, faults, ""), COMMAND_HAS_FIT);
    mark_given(c, json_get_crop(json, &c->crop, faults, ""), COMMAND_HAS_CROP);
    mark_given(c, json_get_rotation(json, &c->rotation, faults, ""), COMMAND_HAS_ROTATION);
    if (json_get_int(json, "step", 0, G_MAXINT32, &number, faults, "")) {
        c->has |= COMMAND_HAS_STEP;
        c->step = (guint)number;
    }
    if (json_get_int(json, "revision", 0, G_MAXINT64, &number, faults, "")) {
        c->has |= COMMAND_HAS_BASE;
        c->base = (guint64)number;
    }
}

static void check_members(Json *json, CommandKind kind, Faults *faults)
{
    guint accepted = forms[kind].required | forms[kind].optional | REVISION;
    const char *known[G_N_ELEMENTS(member_names) + 1] = { "op" };
    guint n_known = 1, given = 0;
    for (guint i = 0; i < G_N_ELEMENTS(member_names); i++) {
        gboolean is_given = json_object_object_get_ex(json, member_names[i], NULL);
        given |= is_given ? 1u << i : 0;
        if (accepted & 1u << i)
            known[n_known++] = member_names[i];
        if ((forms[kind].required & 1u << i) && !is_given)
            faults_add(faults, member_names[i], "is missing; '%s' needs it", command_word(kind));
    }
    json_refuse_unknown(json, known, n_known, faults, "");
    guint scenes = given & (CASE | PRESET | WHISTLE);
    if (kind == COMMAND_OPEN && (scenes == 0 || (scenes & (scenes - 1)) != 0))
        faults_add(faults, "", "'open' needs one of case, whistle, preset");
    if (kind == COMMAND_ADJUST && !(given & PICTURE))
        faults_add(faults, "", "'adjust' needs one or more of stream, fit, crop, rotation");
}

static CommandKind read_op(Json *json, Faults *faults)
{
    const char *ops[COMMAND_LAST], *op;
    for (guint i = 0; i < COMMAND_LAST; i++)
        ops[i] = command_word((CommandKind)(i + 1));
    if (!json_get_string(json, "op", &op, faults, "")) {
        if (faults_count(faults) == 0)
            faults_add(faults, "op", "is missing; it says what to do: show, layout, undo ...");
        return 0;
    }
    CommandKind kind = command_from_word(op);
    if (kind)
        return kind;
    const char *nearest = nearest_name(op, ops, COMMAND_LAST);
    g_autofree char *all = NULL;
    if (!nearest) {
        GString *list = g_string_new(ops[0]);
        for (guint i = 1; i < COMMAND_LAST; i++)
            g_string_append_printf(list, ", %s", ops[i]);
        all = g_string_free(list, FALSE);
    }
    g_autofree char *shown = json_dup_shown(json_object_object_get(json, "op"));
    faults_add(faults, "op",
               nearest ? "%s is not known; did you mean \"%s\"?" : "%s is not known; accepted: %s",
               shown, nearest ? nearest : all);
    return 0;
}

static Command *fail(const Faults *faults, GError **error)
{
    g_autofree char *text = faults_dup_text(faults);
    g_set_error_literal(error, WALL_ERROR, WALL_ERROR_INVALID, g_strchomp(text));
    return NULL;
}

Command *command_from_json(Json *json, const char *actor, GError **error)
{
    g_autoptr(Faults) faults = faults_new("command", 8);
    if (!json_object_is_type(json, json_type_object)) {
        faults_add(faults, "", "accepted: an object like {\"op\":\"undo\"}");
        return fail(faults, error);
    }
    CommandKind kind = read_op(json, faults);
    if (!kind)
        return fail(faults, error);
    check_members(json, kind, faults);
    if (faults_count(faults) > 0)
        return fail(faults, error);
    g_autoptr(Command) command = command_new(kind, actor);
    read_members(json, command, faults);
    if (faults_count(faults) > 0)
        return fail(faults, error);
    return g_steal_pointer(&command);
}

/* out */

static void add_picture_members(Json *json, const Command *c)
{
    if (c->has & COMMAND_HAS_STREAM)
        json_add_string(json, "stream", stream_word(c->stream));
    if (c->has & COMMAND_HAS_FIT)
        json_add_string(json, "fit", fit_word(c->fit));
    if (c->has & COMMAND_HAS_CROP)
        json_add(json, "crop", crop_to_json(c->crop));
    if (c->has & COMMAND_HAS_ROTATION)
        json_add_int(json, "rotation", c->rotation);
}

static void add_scene(Json *json, const char *label)
{
    if (label && g_str_has_prefix(label, LEVEL_CASE))
        json_add_string(json, "case", label + strlen(LEVEL_CASE));
    else if (label && g_str_has_prefix(label, LEVEL_WHISTLE))
        json_add_string(json, "whistle", label + strlen(LEVEL_WHISTLE));
    else if (label && g_str_has_prefix(label, LEVEL_PRESET))
        json_add_string(json, "preset", label + strlen(LEVEL_PRESET));
}

Json *command_to_json(const Command *c)
{
    guint members = forms[c->kind].required | forms[c->kind].optional;
    Json *json = json_object_new_object();
    json_add_string(json, "op", command_word(c->kind));
    if (members & TILE)
        json_add_int(json, "tile", c->tile);
    if (members & OTHER)
        json_add_int(json, "other", c->other);
    if (members & CAMERA)
        json_add_string(json, "camera", c->camera);
    if (members & PICTURE)
        add_picture_members(json, c);
    if (members & RECT)
        json_add(json, "rect", rect_to_json(c->rect));
    if (members & LAYOUT)
        json_add_string(json, "layout", c->name);
    if (c->kind == COMMAND_OPEN)
        add_scene(json, c->name);
    else if (members & PRESET)
        json_add_string(json, "preset", c->name);
    if (members & LABEL)
        json_add_string(json, "label", c->name);
    if (members & TOUR)
        json_add_string(json, "tour", c->name);
    if (members & SCREEN)
        json_add_string(json, "screen", c->screen);
    if ((members & STEP) && (c->has & COMMAND_HAS_STEP))
        json_add_int(json, "step", c->step);
    if ((members & ON) && !c->is_on)
        json_add_bool(json, "on", FALSE);
    if ((members & OVERRIDE) && c->is_override)
        json_add_bool(json, "override", TRUE);
    if ((members & PREVIEW) && c->is_preview)
        json_add_bool(json, "preview", TRUE);
    if (c->has & COMMAND_HAS_BASE)
        json_add_int(json, "revision", (gint64)c->base);
    return json;
}

/* walls */

static Json *area_to_json(const LayoutArea *area)
{
    Json *json = json_object_new_object();
    json_add_string(json, "screen", area->screen);
    json_add_string(json, "layout", area->layout);
    json_add(json, "rect", rect_to_json(area->rect));
    json_add_int(json, "first", area->first);
    json_add_int(json, "count", area->count);
    return json;
}

static Json *tile_to_json(const WallContent *content, const Tile *tile)
{
    const TourRun *run = wall_tile_tour(content, tile->number);
    Json *json = json_object_new_object();
    json_add_int(json, "tile", tile->number);
    json_add(json, "rect", rect_to_json(tile->rect));
    if (tile->number == content->maximised)
        json_add(json, "shown", rect_to_json(wall_tile_rect(content, tile)));
    if (tile_is_window(tile)) {
        json_add_bool(json, "window", TRUE);
        json_add_int(json, "z", tile->z);
    }
    json_add_string(json, "camera", tile->camera);
    json_add_string(json, "stream", stream_word(tile->stream));
    json_add_string(json, "fit", fit_word(tile->fit));
    json_add(json, "crop", crop_to_json(tile->crop));
    json_add_int(json, "rotation", tile->rotation);
    json_add_string(json, "tour", run ? run->id : NULL);
    json_add_int(json, "touched", (gint64)tile->touched);
    return json;
}

static Json *run_to_json(const TourRun *run)
{
    Json *json = json_object_new_object(), *tiles = json_object_new_array();
    for (guint i = 0; i < run->n_tiles; i++)
        json_object_array_add(tiles, json_object_new_int((int)run->tiles[i]));
    json_add_string(json, "tour", run->id);
    json_add_int(json, "step", run->step);
    json_add(json, "tiles", tiles);
    json_add_bool(json, "paused", run->is_paused);
    json_add_bool(json, "yields", run->yields);
    json_add_int(json, "left_ms", run->left_ms);
    return json;
}

static void add_content(Json *json, const WallContent *content)
{
    Json *areas = json_object_new_array(), *tiles = json_object_new_array();
    Json *tours = json_object_new_array();
    for (guint i = 0; i < content->n_areas; i++)
        json_object_array_add(areas, area_to_json(&content->areas[i]));
    for (guint i = 0; i < content->n_tiles; i++)
        json_object_array_add(tiles, tile_to_json(content, &content->tiles[i]));
    for (guint i = 0; i < content->n_tours; i++)
        json_object_array_add(tours, run_to_json(&content->tours[i]));
    json_add(json, "areas", areas);
    json_add(json, "tiles", tiles);
    json_add(json, "tours", tours);
    json_add_int(json, "maximised", content->maximised);
}

static void add_levels(Json *json, const Wall *wall)
{
    Json *below = json_object_new_array();
    for (guint i = 0; i < wall->below->len; i++)
        json_object_array_add(
            below, json_object_new_string(((const WallLevel *)wall->below->pdata[i])->label));
    json_add_string(json, "label", wall->label);
    json_add(json, "below", below);
}

Json *wall_to_json(const Wall *wall)
{
    Json *json = json_object_new_object();
    json_add_string(json, "id", wall->id);
    json_add_int(json, "revision", (gint64)wall->revision);
    add_content(json, wall->air);
    json_add_bool(json, "locked", wall->is_locked);
    json_add_string(json, "locked_by", wall->locked_by);
    json_add_int(json, "undo", wall->undo->len);
    json_add_int(json, "redo", wall->redo->len);
    if (wall->below->len > 0)
        add_levels(json, wall);
    if (wall->preview) {
        Json *preview = json_object_new_object();
        add_content(preview, wall->preview);
        json_add(json, "preview", preview);
    }
    return json;
}
