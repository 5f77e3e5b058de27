/* daemon.c - the running program: builds everything in order, stops in reverse
 *
 * Order: configuration, store, feeds, controller (walls, canvases), tours, supervisor, outputs,
 * director, sources, cases, web.
 */
#include "wallctl/daemon_private.h"

#include "config/camera_import.h"
#include "config/paths.h"
#include "pipelines/draw.h"
#include "pipelines/gate.h"
#include "pipelines/media_log.h"
#include "pipelines/reaper.h"
#include "pipelines/receive.h"
#include "wallctl/api_import.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/event_scope.h"

#include <glib-unix.h>
#include <gst/gst.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>

#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

#define WATCHDOG_MS 5000
#define LOG_LINES   2000 /* for the diagnostics: a megabyte at most */

void daemon_publish(const char *name, Json *data, gpointer user)
{
    Daemon *daemon = user;
    WebScope scope = event_scope(name, data, daemon->config);
    if (daemon->av)
        av_control_event(daemon->av, name, data);
    if (daemon->web)
        web_publish(daemon->web, name, &scope, data);
    else
        json_object_put(data);
}

static void on_wall_changed(const char *wall, gpointer user)
{
    Daemon *daemon = user;
    if (daemon->tours)
        tour_clock_sync(daemon->tours, wall);
    if (daemon->director)
        director_wall_changed(daemon->director, wall);
}

static void on_tile_touched(const char *wall, guint tile, gpointer user)
{
    Daemon *daemon = user;
    if (daemon->director)
        director_touched(daemon->director, wall, tile);
}

static void on_wall_shown(const char *wall, const WallContent *seen, const char *label,
                          const char *actor, gpointer user)
{
    Daemon *daemon = user;
    audit_views_shown(daemon->views, daemon->config, wall, seen, label, actor);
}

static void on_wall_presented(const char *wall, guint64 revision, gpointer user)
{
    Daemon *daemon = user;
    if (daemon->reports)
        reports_presented(daemon->reports, wall, revision);
}

static gboolean is_visitor(const char *wall, const char *screen, gpointer user)
{
    const Daemon *daemon = user;
    return visitor_is_on(daemon->visitor, wall, screen);
}

static void on_visitor(const char *wall, gboolean is_on, const char *actor, gpointer user)
{
    Daemon *daemon = user;
    controller_visitor_changed(daemon->controller, wall, is_on, actor);
    Json *data = json_object_new_object();
    json_add_string(data, "wall", wall);
    json_add_bool(data, "is_on", is_on);
    json_add_string(data, "by", actor);
    daemon_publish("wall.visitor", data, daemon);
}

static Outputs *get_outputs(gpointer user)
{
    return ((Daemon *)user)->outputs;
}

static Https *get_https(gpointer user)
{
    return ((Daemon *)user)->https;
}

static WebServer *get_web(gpointer user)
{
    return ((Daemon *)user)->web;
}

static void on_feed(Feed *feed, gpointer user)
{
    Daemon *daemon = user;
    FeedInfo info;
    feed_get_info(feed, &info);
    Json *data = json_object_new_object();
    json_add_string(data, "id", feed_camera(feed)->id);
    json_add_string(data, "profile", feed_profile(feed) == PROFILE_MAIN ? "main" : "sub");
    json_add_string(data, "state", feed_state_word(info.state));
    if (info.fault != FAULT_NONE)
        json_add_string(data, "fault", feed_fault_word(info.fault));
    daemon_publish("camera.state", data, daemon);
}

static gboolean on_hangup(gpointer user)
{
    g_autoptr(GError) error = NULL;
    if (!daemon_reload(NULL, NULL, user, &error))
        log_error(CONFIG, "not reloaded: %s", error->message);
    return G_SOURCE_CONTINUE;
}

static gboolean on_terminate(gpointer user)
{
    Daemon *daemon = user;
    log_info(MAIN, "stopping");
    g_main_loop_quit(daemon->loop);
    return G_SOURCE_CONTINUE;
}

static gboolean on_alive(gpointer user)
{
#ifdef HAVE_SYSTEMD
    sd_notify(0, "WATCHDOG=1");
#endif
    return G_SOURCE_CONTINUE;
}

static void notify_ready(void)
{
#ifdef HAVE_SYSTEMD
    sd_notify(0, "READY=1");
#endif
}

static gboolean open_store(Daemon *daemon, GError **error)
{
    g_autofree char *dir = paths_state_dir(daemon->config);
    daemon->lock = state_lock_take(dir, error);
    if (!daemon->lock)
        return FALSE;
    daemon->database = g_build_filename(dir, "wallctl.db", NULL);
    daemon->store = store_open(daemon->database, error);
    if (!daemon->store)
        return FALSE;
    daemon->reader = reader_open(daemon->database, error);
    if (!daemon->reader)
        return FALSE;
    log_info(STORE, "%s", daemon->database);
    return TRUE;
}

static void on_people(gpointer user)
{
    Daemon *daemon = user;
    if (daemon->web)
        web_recheck(daemon->web);
}

static gboolean open_people(Daemon *daemon, GError **error)
{
    g_autofree char *dir = paths_state_dir(daemon->config);
    daemon->people = people_new(daemon->store, daemon->config, dir, on_people, daemon, error);
    return daemon->people != NULL;
}

static void open_av(Daemon *daemon)
{
    AvEnv env = { .controller = daemon->controller,
                  .feeds = daemon->feeds,
                  .supervisor = daemon->supervisor,
                  .store = daemon->store,
                  .audit = daemon->audit,
                  .views = daemon->views,
                  .people = daemon->people };
    daemon->av = av_control_new(&env, daemon->config);
}

/* Before the first picture is shown. */
static gboolean open_audit(Daemon *daemon, GError **error)
{
    g_autofree char *folder = paths_state_dir(daemon->config);
    AuditEnv env = { daemon->store, folder, daemon_publish, daemon };
    daemon->audit = audit_new(&env, daemon->config, error);
    daemon->views = daemon->audit ? audit_views_new(daemon->audit) : NULL;
    if (daemon->audit)
        daemon->papers = audit_papers_new(daemon->audit, daemon->database);
    return daemon->views != NULL;
}

static gboolean open_web(Daemon *daemon, GError **error)
{
    ApiEnv env = { .controller = daemon->controller,
                   .feeds = daemon->feeds,
                   .tours = daemon->tours,
                   .supervisor = daemon->supervisor,
                   .visitor = daemon->visitor,
                   .tickers = daemon->tickers,
                   .director = daemon->director,
                   .rules = daemon->rules,
                   .scenes = daemon->scenes,
                   .whistles = daemon->whistles,
                   .sources = daemon->sources,
                   .orders = daemon->orders,
                   .cases = daemon->cases,
                   .links = daemon->links,
                   .store = daemon->store,
                   .reader = daemon->reader,
                   .audit = daemon->audit,
                   .views = daemon->views,
                   .papers = daemon->papers,
                   .briefings = daemon->briefings,
                   .nightly = daemon->nightly,
                   .vault = daemon->vault,
                   .people = daemon->people,
                   .work = daemon->work,
                   .publish = daemon_publish,
                   .health = daemon->health,
                   .online = daemon->online,
                   .machine = daemon->machine,
                   .av = daemon->av,
                   .patrol = daemon->patrol,
                   .stills = daemon->stills,
                   .onvif = daemon->onvif,
                   .outputs = get_outputs,
                   .web = get_web,
                   .https = get_https,
                   .reload = daemon_reload,
                   .started_unix_ms = clock_unix_ms(),
                   .user = daemon };
    daemon->api = api_new(&env);
    g_autofree char *socket_path = paths_socket(daemon->config);
    static const char *const tables[] = { API_IMPORT_PATH, NULL };
    WebOptions options = { .host = daemon->config->http_host,
                           .port = daemon->config->http_port,
                           .socket_path = socket_path,
                           .page_dir = daemon->options->page_dir,
                           .https_host =
                               *daemon->config->https_host ? daemon->config->https_host : NULL,
                           .https_port = daemon->config->https_port,
                           .tables = tables,
                           .max_table = CAMERA_IMPORT_MAX_BYTES };
    WebStreamHandler streams = { api_stream_open, api_stream_may_stay, api_stream_closed };
    daemon->web = web_server_new(&options, api_handle, &streams, daemon->api, error);
    if (!daemon->web)
        return FALSE;
    WebGate gate = people_gate(daemon->people, daemon->audit);
    web_server_set_gate(daemon->web, &gate);
    web_server_set_intake(daemon->web, daemon->intake);
    g_autofree char *state_dir = paths_state_dir(daemon->config);
    daemon->https = https_new(daemon->web, daemon->work, state_dir, daemon->config);
    if (web_server_https_port(daemon->web))
        log_info(WEB, "https://%s:%u/", daemon->config->https_host,
                 web_server_https_port(daemon->web));
    log_info(WEB, "http://%s:%u/ and %s", daemon->config->http_host, web_server_port(daemon->web),
             socket_path);
    return TRUE;
}

static int start(Daemon *daemon)
{
    g_autoptr(GError) error = NULL;
    if (!draw_check_fonts(&error)) {
        log_warning(MAIN, "%s", error->message);
        g_clear_error(&error);
    }
    if (!open_store(daemon, &error)) {
        log_error(MAIN, "%s", error->message);
        gboolean is_used = g_error_matches(error, WALL_ERROR, WALL_ERROR_LOCKED);
        return is_used ? EX_UNAVAILABLE : EX_CANTCREAT;
    }
    if (!open_audit(daemon, &error)) {
        log_error(MAIN, "%s", error->message);
        return EX_CANTCREAT;
    }
    /* Short texts: after the canvas, before the decoders. */
    daemon->draw = work_pool_new("draw", 1, 4096, 2);
    daemon->work = work_pool_new("work", 2, 64, 10);
    /* Whether a picture is good may be found out a second later. */
    daemon->look = work_pool_new("look", 1, 256, 15);
    g_autofree char *state_dir = paths_state_dir(daemon->config);
    daemon->machine = machine_new(daemon->work, state_dir);
    daemon->feeds = feed_pool_new(daemon->config);
    daemon->book = board_book_new();
    daemon->visitor = visitor_new(daemon->store, daemon->work, daemon->config, on_visitor, daemon);
    ControllerEnv env = { .feeds = daemon->feeds,
                          .draw = daemon->draw,
                          .boards = daemon->book,
                          .store = daemon->store,
                          .event = daemon_publish,
                          .changed = on_wall_changed,
                          .touched = on_tile_touched,
                          .shown = on_wall_shown,
                          .is_visitor = is_visitor,
                          .presented = on_wall_presented,
                          .user = daemon };
    daemon->controller = controller_new(&env, daemon->config, &error);
    if (!daemon->controller) {
        log_error(MAIN, "%s", error->message);
        return EX_CONFIG;
    }
    feed_pool_listen(daemon->feeds, on_feed, daemon);
    daemon->health =
        health_new(&(HealthEnv) { daemon->feeds, daemon->look, daemon_publish, daemon });
    daemon->online = online_new(&(OnlineEnv) { daemon->feeds, daemon->health, daemon->store });
    daemon->tours = tour_clock_new(daemon->controller, daemon->feeds);
    daemon->supervisor =
        supervisor_new(daemon->controller, daemon->feeds, daemon->tours, daemon_publish, daemon);
    daemon->patrol = patrol_new(&(PatrolEnv) { daemon->feeds, daemon->health, daemon->supervisor },
                                daemon->config);
    daemon->stills = stills_new(daemon->feeds);
    daemon->onvif = onvif_search_new();
    daemon->outputs =
        outputs_new(daemon->controller, daemon->options->program, daemon_publish, daemon);
    VaultEnv vault = { daemon->feeds, daemon->store, daemon->audit, daemon_publish, daemon };
    daemon->vault = vault_new(&vault, daemon->config, &error);
    if (!daemon->vault || !daemon_open_cases(daemon, &error)) {
        log_error(MAIN, "%s", error->message);
        return EX_UNAVAILABLE;
    }
    gboolean has_people = open_people(daemon, &error);
    if (has_people)
        open_av(daemon);
    if (!has_people || !open_web(daemon, &error)) {
        log_error(MAIN, "%s", error->message);
        return EX_UNAVAILABLE;
    }
    return EX_OK;
}

static void stop(Daemon *daemon)
{
    daemon->is_stopping = TRUE;
    if (daemon->cases)
        cases_set_intake(daemon->cases, NULL);
    g_clear_pointer(&daemon->av, av_control_free);
    https_free(daemon->https);
    daemon->https = NULL;
    /* Answers what is under way, hence before the web server that carries it. */
    if (daemon->people)
        people_stop(daemon->people);
    if (daemon->visitor)
        visitor_stop(daemon->visitor);
    stills_free(daemon->stills);
    onvif_search_free(daemon->onvif);
    web_server_free(daemon->web);
    api_free(daemon->api);
    people_free(daemon->people);
    daemon_close_cases(daemon);
    vault_free(daemon->vault);
    outputs_free(daemon->outputs);
    patrol_free(daemon->patrol);
    online_free(daemon->online);
    health_free(daemon->health);
    supervisor_free(daemon->supervisor);
    tour_clock_free(daemon->tours);
    controller_free(daemon->controller);
    visitor_free(daemon->visitor);
    board_book_free(daemon->book);
    feed_pool_free(daemon->feeds);
    machine_free(daemon->machine);
    work_pool_free(daemon->draw);
    work_pool_free(daemon->look);
    work_pool_free(daemon->work);
    audit_papers_free(daemon->papers);
    audit_views_free(daemon->views);
    audit_free(daemon->audit);
    if (daemon->reader)
        reader_close(daemon->reader);
    if (daemon->store)
        store_close(daemon->store);
    state_lock_free(daemon->lock);
    g_free(daemon->database);
    reaper_wait(2000);
    post_drain();
}

/* 64 cameras are 300 files and more: sockets, event fds, pipes. */
static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = MIN(limit.rlim_max, (rlim_t)65536);
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static Config *load_config(const DaemonOptions *options, int *status)
{
    g_autoptr(Faults) faults = faults_new(options->config_path, 100);
    Config *config = config_load(options->config_path, faults);
    if (!config) {
        g_autofree char *text = faults_dup_text(faults);
        g_printerr("%s", text);
        *status = EX_CONFIG;
        return NULL;
    }
    static const char *const levels[] = { "error", "warning", "info", "debug" };
    for (guint i = 0; i < G_N_ELEMENTS(levels); i++) {
        if (strcmp(config->log_level, levels[i]) == 0)
            log_set_level((LogLevel)(i + 1));
    }
    if (options->is_verbose)
        log_set_level(LOG_LEVEL_DEBUG);
    daemon_apply_overrides(options, config);
    return config;
}

int daemon_run(const DaemonOptions *options)
{
    Daemon daemon = { .options = options };
    /* Camera passwords are in our memory: no core file and no debugger of another user may see
     * them. */
    prctl(PR_SET_DUMPABLE, 0);
    log_keep(LOG_LINES);
    receive_init();
    g_setenv("GSETTINGS_BACKEND", "memory", FALSE);
    signal(SIGPIPE, SIG_IGN);
    raise_file_limit();
    gst_init(NULL, NULL);
    onvif_init();
    post_init();
    daemon.config = load_config(options, &daemon.status);
    if (!daemon.config)
        return daemon.status;
    gate_set_networks(daemon.config->networks);
    media_log_init();
    daemon.loop = g_main_loop_new(NULL, FALSE);
    guint sources[] = { g_unix_signal_add(SIGTERM, on_terminate, &daemon),
                        g_unix_signal_add(SIGINT, on_terminate, &daemon),
                        g_unix_signal_add(SIGHUP, on_hangup, &daemon),
                        g_timeout_add(WATCHDOG_MS, on_alive, &daemon) };
    daemon.status = start(&daemon);
    if (daemon.status == EX_OK) {
        log_info(MAIN, "wallctl " WALLCTL_VERSION ": %u cameras, %u walls",
                 daemon.config->cameras->len, controller_count(daemon.controller));
        notify_ready();
        g_main_loop_run(daemon.loop);
    }
    for (guint i = 0; i < G_N_ELEMENTS(sources); i++)
        g_source_remove(sources[i]);
    stop(&daemon);
    g_main_loop_unref(daemon.loop);
    config_unref(daemon.config);
    return daemon.status;
}
