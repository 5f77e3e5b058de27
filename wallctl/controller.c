/* controller.c - the walls of this daemon: carries out commands, shows the result, keeps it */
#include "wallctl/controller.h"

#include "pipelines/tile_run.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/resolve.h"
#include "wallctl/sight.h"

#include <string.h>

#define JOURNAL_LEN   256
#define REVISION_JUMP 100

typedef struct {
    guint64 revision;
    const char *op; /* static */
    guint tile;
    char actor[64];
    gint64 at_unix_ms;
} JournalEntry;

typedef struct {
    Controller *controller;
    char *id;
    Wall *wall;
    Presenter *presenter;
    Layer layer;
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
    layer_clear(&run->layer);
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

/* A camera of the configuration, or a board. */
static gboolean has_source(const char *id, gconstpointer user)
{
    const Controller *controller = user;
    return config_camera(controller->config, id) ||
           board_book_find(controller->env.boards, id) != NULL;
}

/* Says more of a board that is not there than wall_apply() can. */
static gboolean check_board(const Controller *controller, const Command *command, GError **error)
{
    return !controller->env.boards || !command->camera ||
           !g_str_has_prefix(command->camera, BOARD_PREFIX) ||
           board_book_check(controller->env.boards, command->camera, error);
}

static WallLimits limits_of(const Controller *controller, const WallConfig *wall)
{
    return (WallLimits) { screens_bounds(wall->screens, wall->n_screens), has_source, controller };
}

static ResolveFrom resolve_from(const Controller *controller, const WallConfig *wall, Wall *now)
{
    return (ResolveFrom) {
        controller->config,         controller->config->layouts, controller->library, wall, now,
        limits_of(controller, wall)
    };
}

/* ---- carrying out
 * ---------------------------------------------------------------------------------------------------
 */

static void on_saved(gpointer data, const GError *error, gpointer user)
{
    if (error)
        log_error(STORE, "the wall's state is not on disk: %s", error->message);
}

static void add_to_journal(WallRun *run, const char *op, const char *actor, guint tile)
{
    JournalEntry entry = { run->wall->revision, op, tile, "", clock_unix_ms() };
    g_strlcpy(entry.actor, actor, sizeof entry.actor);
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
static void show_notices(WallRun *run)
{
    static char id[] = "no-cameras";
    static char text[] = "还没有摄像机：请写进配置文件的 cameras，再重新载入配置";
    const Notice hint = {
        .id = id, .kind = NOTICE_BANNER, .severity = SEVERITY_NONE, .text = text
    };
    const GArray *notices = run->layer.notices;
    if (notices->len == 0 && run->controller->config->cameras->len == 0)
        presenter_set_notices(run->presenter, &hint, 1);
    else
        presenter_set_notices(run->presenter, (const Notice *)(gpointer)notices->data,
                              notices->len);
}

/* By whom: the newest entry of the journal; before the first one, the start. */
static void tell_shown(const WallRun *run, const WallContent *seen)
{
    const ControllerEnv *env = &run->controller->env;
    const GArray *journal = run->journal;
    const char *actor =
        journal->len ? g_array_index(journal, JournalEntry, journal->len - 1).actor : "start";
    if (env->shown)
        env->shown(run->id, seen, run->wall->label, actor, env->user);
}

static gboolean is_visitor(const WallRun *run, const char *screen)
{
    const ControllerEnv *env = &run->controller->env;
    return env->is_visitor && env->is_visitor(run->id, screen, env->user);
}

static SourceClass class_of(const char *source, gconstpointer config)
{
    return config_source_class(config, source);
}

/* What lies behind plates on every screen nobody has seen. */
static void tell_exposed(const WallRun *run, const WallConfig *wall, WallContent *content)
{
    g_autofree Rect *rects = g_new(Rect, wall->n_screens);
    g_autofree Exposure *exposures = g_new(Exposure, wall->n_screens);
    for (guint i = 0; i < wall->n_screens; i++) {
        const Screen *screen = &wall->screens[i];
        rects[i] = screen->rect;
        exposures[i] = (Exposure) { screen->content, is_visitor(run, screen->id) };
    }
    g_autoptr(WallContent) seen = wall_content_exposed(content, rects, exposures, wall->n_screens,
                                                       class_of, run->controller->config);
    tell_shown(run, seen);
}

static WallContent *content_over(WallRun *run, const WallConfig *wall)
{
    return layer_over(&run->layer, run->wall->air, *run->wall->label != 0,
                      screens_bounds(wall->screens, wall->n_screens));
}

static void show(WallRun *run)
{
    const WallConfig *wall = config_wall(run->controller->config, run->id);
    g_autoptr(WallContent) content = content_over(run, wall);
    presenter_show(run->presenter, content, run->wall->revision);
    tell_exposed(run, wall, content);
}

/* Banners go first: once the tiles are covered, everything is. */
static void take_visitor(WallRun *run)
{
    const WallConfig *wall = config_wall(run->controller->config, run->id);
    for (guint i = 0; i < wall->n_screens; i++)
        presenter_set_visitor(run->presenter, wall->screens[i].id,
                              is_visitor(run, wall->screens[i].id));
    show_notices(run);
}

/* What a person shows in a tile, or takes out of it, is what that person wants to see there. */
static void tell_touched(WallRun *run, const Command *command, guint tile)
{
    const ControllerEnv *env = &run->controller->env;
    switch (command->kind) {
    case COMMAND_SHOW:
    case COMMAND_ADJUST:
    case COMMAND_CLEAR:
        env->touched(run->id, tile, env->user);
        break;
    case COMMAND_SWAP:
        env->touched(run->id, command->tile, env->user);
        env->touched(run->id, command->other, env->user);
        break;
    default:
        break;
    }
}

gboolean controller_run(Controller *controller, const char *wall_id, Command *command,
                        guint64 *revision, guint *tile, GError **error)
{
    assert_control_thread();
    WallRun *run = need_run(controller, wall_id, error);
    const WallConfig *wall = run ? config_wall(controller->config, run->id) : NULL;
    if (!run || !check_board(controller, command, error))
        return FALSE;
    ResolveFrom from = resolve_from(controller, wall, run->wall);
    guint touched = 0;
    Wall *next = resolve_command(&from, command, error)
                     ? wall_apply(run->wall, command, &from.limits, &touched, error)
                     : NULL;
    if (!next)
        return FALSE;
    if (!sight_check(controller->config, run->wall, next, command->caller, error)) {
        wall_unref(next);
        return FALSE;
    }
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
    add_to_journal(run, command_word(command->kind), command->actor, touched);
    show(run); /* also without a new air: the revision is what consoles wait for */
    if (has_new_preview)
        warm_preview(run);
    if (controller->env.store)
        wall_store_save(controller->env.store, run->wall, on_saved, NULL);
    tell_changed(run, command_word(command->kind), command->actor, touched);
    if (has_new_air)
        controller->env.changed(run->id, controller->env.user);
    if (has_new_air && !command->by_tour && controller->env.touched)
        tell_touched(run, command, touched);
    return TRUE;
}

/* What is seen of the wall is another, the wall itself is not: a revision of its own. */
static void show_anew(WallRun *run, const char *op, const char *actor)
{
    Wall *next = wall_next(run->wall);
    wall_unref(run->wall);
    run->wall = next;
    add_to_journal(run, op, actor, 0);
    show(run);
    tell_changed(run, op, actor, 0);
}

static void show_layer(WallRun *run)
{
    show_anew(run, "spotlight", "alarm");
}

void controller_visitor_changed(Controller *controller, const char *wall, gboolean is_on,
                                const char *actor)
{
    assert_control_thread();
    WallRun *run = find_run(controller, wall);
    if (!run)
        return;
    take_visitor(run);
    show_anew(run, is_on ? "visitor-on" : "visitor-off", actor);
}

void controller_set_spots(Controller *controller, const char *wall, const LayerSpot *spots, guint n)
{
    assert_control_thread();
    WallRun *run = find_run(controller, wall);
    if (run && layer_set_spots(&run->layer, spots, n))
        show_layer(run);
}

void controller_set_boards(Controller *controller, const char *wall, const char *const *boards)
{
    assert_control_thread();
    WallRun *run = find_run(controller, wall);
    if (run && layer_set_boards(&run->layer, boards))
        show_layer(run);
}

void controller_set_notices(Controller *controller, const char *wall, const Notice *notices,
                            guint n)
{
    assert_control_thread();
    WallRun *run = find_run(controller, wall);
    if (!run)
        return;
    layer_set_notices(&run->layer, notices, n);
    show_notices(run);
}

const Layer *controller_layer(Controller *controller, const char *wall)
{
    const WallRun *run = find_run(controller, wall);
    return run ? &run->layer : NULL;
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
        json_add_string(item, "op", entry->op);
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
    if (run->controller->env.presented)
        run->controller->env.presented(run->id, revision, run->controller->env.user);
}

/* The wall as the configuration describes it: its layout with its cameras, in revision 1. What that
 * layout touches is touched in this revision, not in a later one that nobody can have seen. */
static Wall *make_wall(Controller *controller, const WallConfig *config, GError **error)
{
    g_autoptr(Wall) empty = wall_new(config->id, 0, wall_content_new());
    g_autoptr(Command) command = command_new(COMMAND_LAYOUT, "configuration");
    command->name = g_strdup(config->layout);
    ResolveFrom from = resolve_from(controller, config, empty);
    if (!resolve_command(&from, command, error))
        return NULL;
    g_autoptr(Wall) laid = wall_apply(empty, command, &from.limits, NULL, error);
    if (!laid)
        return NULL;
    WallContent *content = wall_content_copy(laid->air);
    for (guint i = 0; i < content->n_tiles && i < config->n_initial; i++)
        content->tiles[i].camera = g_strdup(config->initial[i]);
    return wall_new(config->id, laid->revision, content);
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
    PresenterEnv env = { .feeds = controller->env.feeds,
                         .draw = controller->env.draw,
                         .boards = controller->env.boards,
                         .presented = on_presented,
                         .user = run };
    run->presenter = presenter_new(&env, controller->config, config);
    layer_init(&run->layer);
    g_ptr_array_add(controller->walls, run);
    take_visitor(run);
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

static void reload_run(WallRun *run, const WallConfig *after)
{
    presenter_reload(run->presenter, run->controller->config, after);
    show_notices(run); /* a screen may have become public, or have its first camera */
    g_autoptr(WallContent) content = content_over(run, after);
    tell_exposed(run, after, content);
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
            reload_run(run, after);
        else {
            if (controller->env.shown)
                controller->env.shown(run->id, NULL, "", "reload", controller->env.user);
            g_ptr_array_remove_index(controller->walls, i - 1);
        }
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

const char *controller_source_region(Controller *controller, const char *source)
{
    return tile_source_region(controller->config, controller->env.boards, source);
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
