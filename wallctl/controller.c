/* controller.c - the walls of this daemon: carries out commands, shows the result, keeps it */
#include "wallctl/controller.h"

#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

#include <string.h>

#define JOURNAL_LEN   256
#define REVISION_JUMP 100

typedef struct {
    guint64 revision;
    CommandKind kind;
    guint tile;
    char actor[32];
    gint64 at_unix_ms;
} JournalEntry;

typedef struct {
    Controller *controller;
    char *id;
    Wall *wall;
    Presenter *presenter;
    GArray *journal; /* JournalEntry, oldest first */
} WallRun;

struct Controller {
    ControllerEnv env;
    Config *config;
    Library *library;
    GPtrArray *walls; /* WallRun */
};

static void free_run(gpointer data)
{
    WallRun *run = data;
    presenter_free(run->presenter);
    wall_unref(run->wall);
    g_array_unref(run->journal);
    g_free(run->id);
    g_free(run);
}

static WallRun *find_run(Controller *controller, const char *id)
{
    for (guint i = 0; i < controller->walls->len; i++) {
        WallRun *run = g_ptr_array_index(controller->walls, i);
        if (!id || strcmp(run->id, id) == 0)
            return run;
    }
    return NULL;
}

static WallRun *need_run(Controller *controller, const char *id, GError **error)
{
    WallRun *run = find_run(controller, id);
    if (!run)
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no wall '%s'", "没有叫“%s”的墙", id ? id : "");
    return run;
}

static gboolean has_camera(const char *id, gconstpointer user)
{
    return config_camera(user, id) != NULL;
}

static WallLimits limits_of(const Controller *controller, const WallConfig *wall)
{
    return (WallLimits) { screens_bounds(wall->screens, wall->n_screens), has_camera,
                          controller->config };
}

/* ---- names to values
 * ------------------------------------------------------------------------------------------------
 */

static gboolean resolve_area(const WallConfig *wall, const char *screen, Rect *area, GError **error)
{
    if (!screen || !*screen) {
        *area = screens_bounds(wall->screens, wall->n_screens);
        return TRUE;
    }
    const Screen *found = wall_config_screen(wall, screen);
    if (!found) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "wall %s has no screen '%s'",
                       "墙“%s”没有屏“%s”", wall->id, screen);
        return FALSE;
    }
    *area = found->rect;
    return TRUE;
}

static gboolean resolve_layout(const Controller *controller, const WallConfig *wall,
                               Command *command, GError **error)
{
    const Layout *layout =
        command->name ? layout_set_find(controller->config->layouts, command->name) : NULL;
    if (!layout) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no layout '%s'", "没有布局“%s”",
                       command->name ? command->name : "");
        return FALSE;
    }
    /* No gap here: cells keep sizes that scale cheaply, the canvas draws the separating lines. */
    return resolve_area(wall, command->screen, &command->area, error) &&
           layout_place(layout, command->area, 0, &command->cells, &command->n_cells, error);
}

static gboolean resolve_preset(Controller *controller, const WallConfig *wall, Command *command,
                               GError **error)
{
    const StoredPreset *preset =
        command->name ? library_preset(controller->library, wall->id, command->name) : NULL;
    if (!preset) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no preset '%s' on wall %s",
                       "没有预案“%s”（墙“%s”）", command->name ? command->name : "", wall->id);
        return FALSE;
    }
    if (!command->screen && preset->screen)
        command->screen = g_strdup(preset->screen);
    command->content = wall_content_ref(preset->content);
    return resolve_area(wall, command->screen, &command->area, error);
}

/* A tour command without its pictures gets those of its first step; the tour clock brings its own.
 */
static gboolean resolve_tour(Controller *controller, const WallConfig *wall, Command *command,
                             GError **error)
{
    if (command->content || command->n_placements)
        return TRUE;
    const Tour *tour = command->name ? library_tour(controller->library, command->name) : NULL;
    if (!tour || strcmp(tour->wall, wall->id) != 0) {
        wall_error_set(error, WALL_ERROR_NOT_FOUND, "no tour '%s' on wall %s",
                       "没有轮巡“%s”（墙“%s”）", command->name ? command->name : "", wall->id);
        return FALSE;
    }
    command->left_ms = tour->dwell_ms;
    if (tour->n_presets) {
        const StoredPreset *preset = library_preset(controller->library, wall->id,
                                                    tour->presets[command->step % tour->n_presets]);
        if (!preset) {
            wall_error_set(error, WALL_ERROR_NOT_FOUND, "tour %s: preset '%s' is gone",
                           "轮巡“%s”：预案“%s”已不存在", tour->id,
                           tour->presets[command->step % tour->n_presets]);
            return FALSE;
        }
        command->content = wall_content_ref(preset->content);
        return TRUE;
    }
    g_autofree int *picked = g_new(int, tour->n_tiles);
    tour_pick(tour, command->step, NULL, NULL, picked);
    command->n_placements = tour->n_tiles;
    command->placements = g_new0(Placement, tour->n_tiles);
    for (guint i = 0; i < tour->n_tiles; i++) {
        command->placements[i].tile = tour->tiles[i];
        command->placements[i].camera = picked[i] >= 0 ? g_strdup(tour->cameras[picked[i]]) : NULL;
    }
    return TRUE;
}

static gboolean resolve(Controller *controller, const WallConfig *wall, Command *command,
                        GError **error)
{
    switch (command->kind) {
    case COMMAND_LAYOUT:
        return resolve_layout(controller, wall, command, error);
    case COMMAND_RECALL:
        return resolve_preset(controller, wall, command, error);
    case COMMAND_TOUR_START:
    case COMMAND_TOUR_STEP:
        return resolve_tour(controller, wall, command, error);
    default:
        return TRUE;
    }
}

/* ---- carrying out
 * ---------------------------------------------------------------------------------------------------
 */

static void on_saved(gpointer data, const GError *error, gpointer user)
{
    if (error)
        log_error(STORE, "the wall's state is not on disk: %s", error->message);
}

static void add_to_journal(WallRun *run, const Command *command, guint tile)
{
    JournalEntry entry = { run->wall->revision, command->kind, tile, "", clock_unix_ms() };
    g_strlcpy(entry.actor, command->actor, sizeof entry.actor);
    if (run->journal->len == JOURNAL_LEN)
        g_array_remove_index(run->journal, 0);
    g_array_append_val(run->journal, entry);
}

/* What is prepared off air is kept warm, so that TAKE finds its pictures. */
static void warm_preview(WallRun *run)
{
    g_autoptr(GPtrArray) cameras = g_ptr_array_new();
    const WallContent *preview = run->wall->preview;
    for (guint i = 0; preview && i < preview->n_tiles; i++) {
        if (preview->tiles[i].camera)
            g_ptr_array_add(cameras, preview->tiles[i].camera);
    }
    presenter_warm(run->presenter, "preview", (const char *const *)cameras->pdata, cameras->len);
}

static void tell_changed(WallRun *run, const char *op, const char *actor, guint tile)
{
    Json *data = json_object_new_object();
    json_add_string(data, "wall", run->id);
    json_add_int(data, "revision", (gint64)run->wall->revision);
    json_add_string(data, "op", op);
    json_add_string(data, "by", actor);
    if (tile)
        json_add_int(data, "tile", tile);
    run->controller->env.event("wall.changed", data, run->controller->env.user);
}

/* A wall without a single camera says so on the glass, too. */
static void show(WallRun *run)
{
    static char id[] = "no-cameras";
    static char text[] = "还没有摄像机：请写进配置文件的 cameras，再重新载入配置";
    const Notice hint = {
        .id = id, .kind = NOTICE_BANNER, .severity = SEVERITY_NONE, .text = text
    };
    gboolean has_cameras = run->controller->config->cameras->len > 0;
    presenter_show(run->presenter, run->wall->air, run->wall->revision, has_cameras ? NULL : &hint,
                   has_cameras ? 0 : 1);
}

gboolean controller_run(Controller *controller, const char *wall_id, Command *command,
                        guint64 *revision, guint *tile, GError **error)
{
    assert_control_thread();
    WallRun *run = need_run(controller, wall_id, error);
    const WallConfig *wall = run ? config_wall(controller->config, run->id) : NULL;
    if (!run || !resolve(controller, wall, command, error))
        return FALSE;
    WallLimits limits = limits_of(controller, wall);
    guint touched = 0;
    Wall *next = wall_apply(run->wall, command, &limits, &touched, error);
    if (!next)
        return FALSE;
    gboolean is_changed = next != run->wall;
    gboolean has_new_air = next->air != run->wall->air;
    gboolean has_new_preview = next->preview != run->wall->preview;
    wall_unref(run->wall);
    run->wall = next;
    if (revision)
        *revision = next->revision;
    if (tile)
        *tile = touched;
    if (!is_changed)
        return TRUE;
    add_to_journal(run, command, touched);
    show(run); /* also without a new air: the revision is what consoles wait for */
    if (has_new_preview)
        warm_preview(run);
    if (controller->env.store)
        wall_store_save(controller->env.store, run->wall, on_saved, NULL);
    tell_changed(run, command_word(command->kind), command->actor, touched);
    if (has_new_air)
        controller->env.changed(run->id, controller->env.user);
    return TRUE;
}

gboolean controller_save_preset(Controller *controller, const char *wall_id, const char *name,
                                const char *screen, GError **error)
{
    WallRun *run = need_run(controller, wall_id, error);
    Rect area;
    if (!run || !resolve_area(config_wall(controller->config, run->id), screen, &area, error))
        return FALSE;
    g_autoptr(WallContent) content = screen && *screen
                                         ? wall_content_cut(run->wall->air, screen, area)
                                         : wall_content_ref(run->wall->air);
    if (!content) {
        wall_error_set(error, WALL_ERROR_INVALID, "no tile lies wholly on screen '%s'",
                       "没有窗格完整地在屏“%s”上", screen);
        return FALSE;
    }
    return library_save_preset(controller->library, run->id, name,
                               screen && *screen ? screen : NULL, content, error);
}

Json *controller_journal(Controller *controller, const char *wall, guint64 since)
{
    Json *list = json_object_new_array();
    const WallRun *run = find_run(controller, wall);
    for (guint i = 0; run && i < run->journal->len; i++) {
        const JournalEntry *entry = &g_array_index(run->journal, JournalEntry, i);
        if (entry->revision <= since)
            continue;
        Json *item = json_object_new_object();
        json_add_int(item, "revision", (gint64)entry->revision);
        json_add_string(item, "op", command_word(entry->kind));
        json_add_string(item, "by", entry->actor);
        if (entry->tile)
            json_add_int(item, "tile", entry->tile);
        json_add_int(item, "at", entry->at_unix_ms);
        json_object_array_add(list, item);
    }
    return list;
}

/* ---- walls
 * ----------------------------------------------------------------------------------------------------------
 */

static void on_presented(Presenter *presenter, guint64 revision, gint64 tick_ns, const guint *empty,
                         guint n_empty, gpointer user)
{
    WallRun *run = user;
    Json *data = json_object_new_object();
    json_add_string(data, "wall", run->id);
    json_add_int(data, "revision", (gint64)revision);
    json_add_int(data, "at_ms", clock_unix_ms() - (clock_now_ns() - tick_ns) / NS_PER_MS);
    Json *tiles = json_object_new_array();
    for (guint i = 0; i < n_empty; i++)
        json_object_array_add(tiles, json_object_new_int64(empty[i]));
    json_add(data, "empty", tiles);
    run->controller->env.event("wall.presented", data, run->controller->env.user);
}

/* The wall as the configuration describes it: its layout with its cameras. */
static Wall *make_wall(Controller *controller, const WallConfig *config, GError **error)
{
    g_autoptr(Wall) empty = wall_new(config->id, 1, wall_content_new());
    g_autoptr(Command) command = command_new(COMMAND_LAYOUT, "configuration");
    command->name = g_strdup(config->layout);
    if (!resolve_layout(controller, config, command, error))
        return NULL;
    WallLimits limits = limits_of(controller, config);
    g_autoptr(Wall) laid = wall_apply(empty, command, &limits, NULL, error);
    if (!laid)
        return NULL;
    WallContent *content = wall_content_copy(laid->air);
    for (guint i = 0; i < content->n_tiles && i < config->n_initial; i++)
        content->tiles[i].camera = g_strdup(config->initial[i]);
    return wall_new(config->id, 1, content);
}

static gboolean fits(const WallContent *content, const WallConfig *config)
{
    Rect bounds = screens_bounds(config->screens, config->n_screens);
    for (guint i = 0; i < content->n_areas; i++) {
        if (!rect_contains(bounds, content->areas[i].rect))
            return FALSE;
    }
    return content->n_tiles > 0;
}

/* As last saved when it still fits the screens; else as the configuration says, with the revision
 * going on. */
static Wall *load_wall(Controller *controller, const WallConfig *config, GError **error)
{
    g_autoptr(GError) trouble = NULL;
    g_autoptr(Wall) saved =
        controller->env.store ? wall_store_load(controller->env.store, config->id, &trouble) : NULL;
    if (trouble)
        log_error(STORE, "wall %s: its last state cannot be read and is left aside: %s", config->id,
                  trouble->message);
    if (saved && fits(saved->air, config)) {
        /* An answer may have named a few revisions more than the disk had when the power went: none
         * is given twice. */
        saved->revision += REVISION_JUMP;
        log_info(WALL, "%s: as it was, revision %" G_GUINT64_FORMAT, config->id, saved->revision);
        return g_steal_pointer(&saved);
    }
    Wall *made = make_wall(controller, config, error);
    if (made && saved) {
        made->revision = saved->revision + REVISION_JUMP;
        log_warning(WALL, "%s: its screens have changed; the layout of the configuration is shown",
                    config->id);
    }
    return made;
}

static WallRun *start_wall(Controller *controller, const WallConfig *config, Wall *wall)
{
    WallRun *run = g_new0(WallRun, 1);
    run->controller = controller;
    run->id = g_strdup(config->id);
    run->wall = wall;
    run->journal = g_array_new(FALSE, FALSE, sizeof(JournalEntry));
    PresenterEnv env = { controller->env.feeds, controller->env.draw, on_presented, run };
    run->presenter = presenter_new(&env, controller->config, config);
    g_ptr_array_add(controller->walls, run);
    show(run);
    warm_preview(run);
    if (controller->env.store)
        wall_store_save(controller->env.store, run->wall, on_saved, NULL);
    return run;
}

static gboolean same_screens(const WallConfig *a, const WallConfig *b)
{
    if (a->n_screens != b->n_screens)
        return FALSE;
    for (guint i = 0; i < a->n_screens; i++) {
        if (strcmp(a->screens[i].id, b->screens[i].id) != 0 ||
            !rect_equal(a->screens[i].rect, b->screens[i].rect))
            return FALSE;
    }
    return TRUE;
}

static void reload_run(WallRun *run, const Config *old, const WallConfig *after)
{
    Config *config = run->controller->config;
    presenter_reload(run->presenter, config, after);
    if ((old->cameras->len == 0) != (config->cameras->len == 0))
        show(run);
}

void controller_reload(Controller *controller, Config *config)
{
    assert_control_thread();
    g_autoptr(Config) old = controller->config;
    controller->config = config_ref(config);
    library_reload(controller->library, config);
    for (guint i = controller->walls->len; i > 0; i--) {
        WallRun *run = g_ptr_array_index(controller->walls, i - 1);
        const WallConfig *after = NULL;
        for (guint j = 0; j < config->n_walls; j++) {
            if (strcmp(config->walls[j].id, run->id) == 0)
                after = &config->walls[j];
        }
        if (after && same_screens(config_wall(old, run->id), after) && old->fps == config->fps)
            reload_run(run, old, after);
        else
            g_ptr_array_remove_index(controller->walls, i - 1);
    }
    for (guint i = 0; i < config->n_walls; i++) {
        if (find_run(controller, config->walls[i].id))
            continue;
        g_autoptr(GError) error = NULL;
        Wall *wall = load_wall(controller, &config->walls[i], &error);
        if (wall)
            start_wall(controller, &config->walls[i], wall);
        else
            log_error(WALL, "%s does not start: %s", config->walls[i].id, error->message);
    }
}

void controller_save_all(Controller *controller)
{
    for (guint i = 0; i < controller->walls->len; i++) {
        const WallRun *run = g_ptr_array_index(controller->walls, i);
        if (controller->env.store)
            wall_store_save(controller->env.store, run->wall, on_saved, NULL);
    }
    library_save_all(controller->library);
}

guint controller_count(const Controller *controller)
{
    return controller->walls->len;
}

const char *controller_wall_id(const Controller *controller, guint index)
{
    return ((const WallRun *)g_ptr_array_index(controller->walls, index))->id;
}

Wall *controller_wall(Controller *controller, const char *id)
{
    const WallRun *run = find_run(controller, id);
    return run ? run->wall : NULL;
}

Presenter *controller_presenter(Controller *controller, const char *id)
{
    const WallRun *run = find_run(controller, id);
    return run ? run->presenter : NULL;
}

Library *controller_library(Controller *controller)
{
    return controller->library;
}

Config *controller_config(Controller *controller)
{
    return controller->config;
}

Controller *controller_new(const ControllerEnv *env, Config *config, GError **error)
{
    Controller *controller = g_new0(Controller, 1);
    controller->env = *env;
    controller->config = config_ref(config);
    controller->walls = g_ptr_array_new_with_free_func(free_run);
    controller->library = library_new(config, env->store, error);
    for (guint i = 0; controller->library && i < config->n_walls; i++) {
        Wall *wall = load_wall(controller, &config->walls[i], error);
        if (!wall) {
            controller_free(controller);
            return NULL;
        }
        start_wall(controller, &config->walls[i], wall);
    }
    if (controller->library)
        return controller;
    controller_free(controller);
    return NULL;
}

void controller_free(Controller *controller)
{
    if (!controller)
        return;
    g_ptr_array_unref(controller->walls);
    library_free(controller->library);
    config_unref(controller->config);
    g_free(controller);
}
