/* wall_script.h - walls for tests, written as text: "layout 2x2; show 1 a; bob: @3 swap 1 2"
 *
 * The wall has two screens, L at 0,0 and R at 1920,0, each 1920x1080. Cameras are a..z. One command
 * per ';':
 *   [ACTOR:] [preview:] [tour:] [@BASE] COMMAND
 *   layout CxR [L|R]     show N CAMERA      clear N     swap N M    adjust N fit=cover ...
 *   maximise N           restore            undo        redo        prepare on|off   take
 *   window-open X,Y,W,H [CAMERA]            window-move N X,Y,W,H   window-raise N   window-close N
 *   save [L|R]           recall [L|R]       lock        unlock [override]
 *   tour-start ID N=CAMERA ...  (CAMERA "-": keeps)   tour-step ID STEP N=CAMERA ...
 *   tour-pause ID [LEFT] tour-resume ID     tour-stop ID
 *   scene-start ID [L|R] scene-step ID STEP           (with the saved content)
 *   open LABEL [LEFT ...]                             (with the saved content)      back [LABEL]
 * "save" keeps the content on air for recall, scene steps and open.
 */
#ifndef WALLCTL_TESTS_WALL_SCRIPT_H
#define WALLCTL_TESTS_WALL_SCRIPT_H

#include "wallctl/base/error.h"
#include "wallctl/model/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCREEN_L ((Rect) { 0, 0, 1920, 1080 })
#define SCREEN_R ((Rect) { 1920, 0, 1920, 1080 })
#define BOUNDS   ((Rect) { 0, 0, 3840, 1080 })

static inline gboolean script_has_camera(const char *id, gconstpointer user)
{
    return strlen(id) == 1 && g_ascii_islower(id[0]);
}

static const WallLimits script_limits = { .bounds = { 0, 0, 3840, 1080 },
                                          .has_camera = script_has_camera };

static inline Rect *grid_cells(Rect area, guint columns, guint rows)
{
    Rect *cells = g_new(Rect, columns * rows);
    for (guint i = 0; i < columns * rows; i++)
        cells[i] =
            rect_of_fraction((FRect) { (double)(i % columns) / columns,
                                       (double)(i / columns) / rows, 1.0 / columns, 1.0 / rows },
                             area);
    return cells;
}

static inline Rect script_rect(const char *text)
{
    Rect r = { 0 };
    if (sscanf(text, "%d,%d,%d,%d", &r.x, &r.y, &r.w, &r.h) != 4)
        g_error("rect '%s'", text);
    return r;
}

static inline void script_option(Command *c, const char *word)
{
    if (g_str_has_prefix(word, "fit=")) {
        c->has |= COMMAND_HAS_FIT;
        c->fit = fit_from_word(word + 4);
    } else if (g_str_has_prefix(word, "stream=")) {
        c->has |= COMMAND_HAS_STREAM;
        c->stream = stream_from_word(word + 7);
    } else if (g_str_has_prefix(word, "rotation=")) {
        c->has |= COMMAND_HAS_ROTATION;
        c->rotation = (guint)atoi(word + 9);
    } else if (g_str_has_prefix(word, "crop=")) {
        c->has |= COMMAND_HAS_CROP;
        if (sscanf(word + 5, "%lf,%lf,%lf,%lf", &c->crop.x, &c->crop.y, &c->crop.w, &c->crop.h) !=
            4)
            g_error("'%s'", word);
    } else {
        g_error("option '%s'", word);
    }
}

static inline void script_placements(Command *c, char **words)
{
    guint n = g_strv_length(words);
    c->placements = g_new0(Placement, n);
    for (guint i = 0; i < n; i++, c->n_placements++) {
        char camera[32];
        if (sscanf(words[i], "%u=%31s", &c->placements[i].tile, camera) != 2)
            g_error("placement '%s'", words[i]);
        c->placements[i].camera = strcmp(camera, "-") == 0 ? NULL : g_strdup(camera);
    }
}

static inline void script_screen(Command *c, const char *word)
{
    c->area = BOUNDS;
    if (!word)
        return;
    c->screen = g_strdup(word);
    c->area = word[0] == 'L' ? SCREEN_L : SCREEN_R;
}

/* saved may be NULL. */
static inline Command *script_command(const char *text, WallContent *saved)
{
    g_autofree char *copy = g_strstrip(g_strdup(text));
    g_auto(GStrv) words = g_strsplit(copy, " ", -1);
    char **w = words;
    g_autoptr(Command) c = command_new(0, "ann");
    for (; *w; w++) {
        if (strcmp(*w, "preview:") == 0) {
            c->is_preview = TRUE;
        } else if (strcmp(*w, "tour:") == 0) {
            c->by_tour = TRUE;
        } else if (**w == '@') {
            c->has |= COMMAND_HAS_BASE;
            c->base = g_ascii_strtoull(*w + 1, NULL, 10);
        } else if (g_str_has_suffix(*w, ":")) {
            g_free(c->actor);
            c->actor = g_strndup(*w, strlen(*w) - 1);
        } else {
            break;
        }
    }
    const char *word = *w++;
    gboolean is_scene = g_str_has_prefix(word, "scene-");
    g_autofree char *name = is_scene ? g_strconcat("tour-", word + 6, NULL) : g_strdup(word);
    c->kind = command_from_word(name);
    const char *first = w[0], *second = first ? w[1] : NULL;
    switch ((int)c->kind) {
    case 0:
        g_error("no command '%s'", word);
    case COMMAND_SHOW:
        c->camera = second ? g_strdup(second) : NULL;
        /* fall through */
    case COMMAND_ADJUST:
        c->tile = (guint)atoi(first);
        for (char **o = w + (c->camera ? 2 : 1); *o; o++)
            script_option(c, *o);
        break;
    case COMMAND_SWAP:
        c->other = (guint)atoi(second);
        /* fall through */
    case COMMAND_CLEAR:
    case COMMAND_MAXIMISE:
    case COMMAND_WINDOW_RAISE:
    case COMMAND_WINDOW_CLOSE:
        c->tile = (guint)atoi(first);
        break;
    case COMMAND_WINDOW_OPEN:
        c->rect = script_rect(first);
        c->camera = g_strdup(second);
        break;
    case COMMAND_WINDOW_MOVE:
        c->tile = (guint)atoi(first);
        c->rect = script_rect(second);
        break;
    case COMMAND_LAYOUT: {
        guint columns, rows;
        if (sscanf(first, "%ux%u", &columns, &rows) != 2)
            g_error("layout '%s'", first);
        c->name = g_strdup(first);
        script_screen(c, second);
        c->n_cells = columns * rows;
        c->cells = grid_cells(c->area, columns, rows);
        break;
    }
    case COMMAND_RECALL:
        c->name = g_strdup("saved");
        script_screen(c, first);
        c->content = saved ? wall_content_ref(saved) : NULL;
        break;
    case COMMAND_OPEN:
        c->content = saved ? wall_content_ref(saved) : NULL;
        c->n_lefts = second ? g_strv_length(w + 1) : 0;
        c->lefts = g_new0(gint64, c->n_lefts);
        for (guint i = 0; i < c->n_lefts; i++)
            c->lefts[i] = atoi(w[1 + i]);
        /* fall through */
    case COMMAND_BACK:
        c->name = g_strdup(first);
        break;
    case COMMAND_PREPARE:
        c->is_on = strcmp(first, "on") == 0;
        break;
    case COMMAND_LOCK:
    case COMMAND_UNLOCK:
        c->is_override = first != NULL;
        break;
    case COMMAND_TOUR_START:
        c->name = g_strdup(first);
        if (is_scene)
            script_screen(c, second);
        else
            script_placements(c, w + 1);
        break;
    case COMMAND_TOUR_STEP:
        c->name = g_strdup(first);
        c->step = (guint)atoi(second);
        script_placements(c, w + 2);
        break;
    case COMMAND_TOUR_PAUSE:
        c->left_ms = second ? atoi(second) : 0;
        /* fall through */
    case COMMAND_TOUR_RESUME:
    case COMMAND_TOUR_STOP:
        c->name = g_strdup(first);
        break;
    default:
        break;
    }
    if (is_scene && saved)
        c->content = wall_content_ref(saved);
    return g_steal_pointer(&c);
}

static inline void dump_tours(GString *out, const WallContent *content)
{
    for (guint i = 0; i < content->n_tours; i++) {
        const TourRun *run = &content->tours[i];
        g_string_append_printf(out, "; tour %s/%u%s%s", run->id, run->step,
                               run->is_paused ? " paused" : "", run->yields ? " yields" : "");
        for (guint j = 0; j < run->n_tiles; j++)
            g_string_append_printf(out, "%c%u", j ? ',' : ' ', run->tiles[j]);
    }
}

/* "2x2: a b - -; 1x1 R: c; w902: d; w901: -; tour t/0 1,2; max 3": windows from the bottom. */
static inline char *dump_content(const WallContent *content)
{
    GString *out = g_string_new(NULL);
    guint at = 0;
    for (guint i = 0; i < content->n_areas; i++) {
        const LayoutArea *area = &content->areas[i];
        g_string_append_printf(out, "%s%s%s%s:", i ? "; " : "", area->layout,
                               area->screen ? " " : "", area->screen ? area->screen : "");
        for (guint j = 0; j < area->count; j++, at++)
            g_string_append_printf(out, " %s",
                                   content->tiles[at].camera ? content->tiles[at].camera : "-");
    }
    for (int z = 1; z <= (int)(content->n_tiles - at); z++)
        for (guint i = at; i < content->n_tiles; i++)
            if (content->tiles[i].z == z)
                g_string_append_printf(out, "; w%u: %s", content->tiles[i].number,
                                       content->tiles[i].camera ? content->tiles[i].camera : "-");
    dump_tours(out, content);
    if (content->maximised)
        g_string_append_printf(out, "; max %u", content->maximised);
    return g_string_free(out, FALSE);
}

typedef struct {
    Wall *wall;
    guint touched; /* of the last command */
    GError *error; /* of the last command */
} Played;

static inline void played_clear(Played *played)
{
    wall_unref(played->wall);
    g_clear_error(&played->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Played, played_clear)

/* Plays a script on an empty wall at revision 0. All commands but the last must be accepted. A
 * refused one must leave the wall as it was. */
static inline Played play(const char *script)
{
    Played played = { .wall = wall_new("w", 0, wall_content_new()) };
    g_autoptr(WallContent) saved = NULL;
    g_auto(GStrv) lines = g_strsplit(script, ";", -1);
    for (char **line = lines; *line; line++) {
        if (played.error)
            g_error("'%s': refused before '%s': %s", script, *line, played.error->message);
        if (strcmp(g_strstrip(*line), "save") == 0) {
            g_clear_pointer(&saved, wall_content_unref);
            saved = wall_content_ref(played.wall->air);
            continue;
        }
        if (g_str_has_prefix(*line, "save ")) {
            g_clear_pointer(&saved, wall_content_unref);
            saved = wall_content_cut(played.wall->air, *line + 5,
                                     (*line)[5] == 'L' ? SCREEN_L : SCREEN_R);
            continue;
        }
        g_autoptr(Command) command = script_command(*line, saved);
        guint64 revision = played.wall->revision;
        g_autofree char *before = dump_content(played.wall->air);
        played.touched = 0;
        Wall *next =
            wall_apply(played.wall, command, &script_limits, &played.touched, &played.error);
        if (!next) {
            g_autofree char *after = dump_content(played.wall->air);
            g_assert_cmpstr(before, ==, after);
            g_assert_cmpuint(played.wall->revision, ==, revision);
            g_assert_nonnull(played.error);
            continue;
        }
        g_assert_no_error(played.error);
        g_assert_cmpuint(next->revision, ==, next == played.wall ? revision : revision + 1);
        g_autoptr(GError) wrong = NULL;
        wall_content_check(next->air, &wrong);
        g_assert_no_error(wrong);
        wall_unref(played.wall);
        played.wall = next;
    }
    return played;
}

#endif
