/* daemon.c - the running program: builds everything in order, reloads, stops in reverse
 *
 * Order: configuration, store, feeds, controller (walls, canvases), tours, supervisor, outputs,
 * web. A reload reads the file on a worker, and only if it has no fault replaces what changed.
 */
#include "wallctl/daemon.h"

#include "config/paths.h"
#include "pipelines/draw.h"
#include "pipelines/media_log.h"
#include "pipelines/reaper.h"
#include "pipelines/receive.h"
#include "wallctl/api.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/controller.h"
#include "wallctl/outputs.h"
#include "wallctl/supervisor.h"
#include "wallctl/tours.h"
#include "web/server.h"

#include <errno.h>
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

typedef struct {
    const DaemonOptions *options;
    GMainLoop *loop;
    Config *config;
    Store *store;
    WorkPool *draw, *work;
    FeedPool *feeds;
    Controller *controller;
    TourClock *tours;
    Supervisor *supervisor;
    Outputs *outputs;
    Api *api;
    WebServer *web;
    gboolean is_stopping; /* posts that are still on their way must not touch what is gone */
    int status;
} Daemon;

static void publish(const char *name, Json *data, gpointer user)
{
    Daemon *daemon = user;
    if (daemon->web)
        web_publish(daemon->web, name, data);
    else
        json_object_put(data);
}

static void on_wall_changed(const char *wall, gpointer user)
{
    Daemon *daemon = user;
    if (daemon->tours)
        tour_clock_sync(daemon->tours, wall);
}

static Outputs *get_outputs(gpointer user)
{
    return ((Daemon *)user)->outputs;
}

static WebServer *get_web(gpointer user)
{
    return ((Daemon *)user)->web;
}

static void on_store(const char *trouble, gboolean is_behind, gpointer user)
{
    Daemon *daemon = user;
    if (trouble)
        log_error(STORE, "%s", trouble);
    Json *data = json_object_new_object();
    json_add_bool(data, "is_good", trouble == NULL);
    json_add_string(data, "detail", trouble);
    publish("store.state", data, daemon);
    if (is_behind)
        controller_save_all(daemon->controller);
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
    publish("camera.state", data, daemon);
}

/* The command line wins over the file; before anybody else sees the Config. */
static void apply_overrides(const DaemonOptions *options, Config *config)
{
    if (options->http_port)
        config->http_port = options->http_port;
    if (options->rtsp_port)
        config->rtsp_port = options->rtsp_port;
}

/* ---- reload
 * ---------------------------------------------------------------------------------------------------------
 */

static void take_config(Daemon *daemon, Config *config)
{
    g_autoptr(ConfigDiff) diff = config_diff(daemon->config, config);
    /* Outputs hold canvases: they go before walls are built anew. Viewers of a preview connect
     * again. */
    gboolean has_new_canvases = diff->walls_changed || daemon->config->fps != config->fps;
    gboolean has_new_outputs = has_new_canvases || diff->outputs_changed;
    if (has_new_outputs) {
        if (daemon->web)
            web_close_streams(daemon->web);
        g_clear_pointer(&daemon->outputs, outputs_free);
    }
    Config *old = daemon->config;
    daemon->config = config_ref(config);
    feed_pool_reload(daemon->feeds, config);
    controller_reload(daemon->controller, config);
    for (guint i = 0; i < controller_count(daemon->controller); i++)
        tour_clock_sync(daemon->tours, controller_wall_id(daemon->controller, i));
    if (has_new_outputs)
        daemon->outputs =
            outputs_new(daemon->controller, daemon->options->program, publish, daemon);
    if (diff->listen_changed)
        log_warning(CONFIG,
                    "addresses to listen on have changed: they take effect at the next start");
    log_info(CONFIG, "reloaded: %u cameras new or changed, %u renamed", diff->cameras_changed->len,
             diff->cameras_relabelled->len);
    config_unref(old);
    Json *data = json_object_new_object();
    json_add_int(data, "cameras", config->cameras->len);
    publish("config.reloaded", data, daemon);
}

typedef struct {
    Daemon *daemon;
    char *path;
    Faults *faults;
    Config *config;
    ReloadDone done; /* or NULL */
    gpointer data;
} Reload;

static void free_reload(gpointer data)
{
    Reload *reload = data;
    g_clear_pointer(&reload->config, config_unref);
    faults_free(reload->faults);
    g_free(reload->path);
    g_free(reload);
}

static void finish_reload(gpointer data)
{
    Reload *reload = data;
    if (reload->daemon->is_stopping)
        return;
    if (reload->config) {
        apply_overrides(reload->daemon->options, reload->config);
        take_config(reload->daemon, reload->config);
    } else {
        g_autofree char *text = faults_dup_text(reload->faults);
        log_error(CONFIG, "not reloaded, nothing is changed: %s", text);
    }
    if (reload->done)
        reload->done(reload->faults, reload->data);
}

/* 20,000 cameras take a second to read: not on [control]. */
static void read_config(gpointer data)
{
    Reload *reload = data;
    reload->config = config_load(reload->path, reload->faults);
    post_control(finish_reload, reload, free_reload);
}

static gboolean start_reload(ReloadDone done, gpointer data, gpointer user, GError **error)
{
    Daemon *daemon = user;
    Reload *reload = g_new0(Reload, 1);
    *reload = (Reload) { .daemon = daemon,
                         .path = g_strdup(daemon->options->config_path),
                         .faults = faults_new(daemon->options->config_path, 100),
                         .done = done,
                         .data = data };
    if (work_submit(daemon->work, read_config, reload, NULL, error))
        return TRUE;
    free_reload(reload);
    return FALSE;
}

static gboolean on_hangup(gpointer user)
{
    g_autoptr(GError) error = NULL;
    if (!start_reload(NULL, NULL, user, &error))
        log_error(CONFIG, "not reloaded: %s", error->message);
    return G_SOURCE_CONTINUE;
}

/* ---- start and stop
 * -------------------------------------------------------------------------------------------------
 */

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
    g_autofree char *path = g_build_filename(dir, "wallctl.db", NULL);
    daemon->store = store_open(path, error);
    if (!daemon->store)
        return FALSE;
    log_info(STORE, "%s", path);
    store_watch(daemon->store, on_store, daemon);
    return TRUE;
}

static gboolean open_web(Daemon *daemon, GError **error)
{
    ApiEnv env = { daemon->controller, daemon->feeds,   daemon->tours, daemon->supervisor,
                   daemon->store,      daemon->work,    get_outputs,   get_web,
                   start_reload,       clock_unix_ms(), daemon };
    daemon->api = api_new(&env);
    g_autofree char *socket_path = paths_socket(daemon->config);
    WebOptions options = { .host = daemon->config->http_host,
                           .port = daemon->config->http_port,
                           .socket_path = socket_path,
                           .page_dir = daemon->options->page_dir };
    WebStreamHandler streams = { api_stream_open, api_stream_closed };
    daemon->web = web_server_new(&options, api_handle, &streams, daemon->api, error);
    if (!daemon->web)
        return FALSE;
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
        return EX_CANTCREAT;
    }
    daemon->draw = work_pool_new("draw", 1, 4096);
    daemon->work = work_pool_new("work", 2, 64);
    daemon->feeds = feed_pool_new(daemon->config);
    ControllerEnv env = { daemon->feeds, daemon->draw,    daemon->store,
                          publish,       on_wall_changed, daemon };
    daemon->controller = controller_new(&env, daemon->config, &error);
    if (!daemon->controller) {
        log_error(MAIN, "%s", error->message);
        return EX_CONFIG;
    }
    feed_pool_listen(daemon->feeds, on_feed, daemon);
    daemon->tours = tour_clock_new(daemon->controller, daemon->feeds);
    daemon->supervisor =
        supervisor_new(daemon->controller, daemon->feeds, daemon->tours, publish, daemon);
    daemon->outputs = outputs_new(daemon->controller, daemon->options->program, publish, daemon);
    if (!open_web(daemon, &error)) {
        log_error(MAIN, "%s", error->message);
        return EX_UNAVAILABLE;
    }
    return EX_OK;
}

static void stop(Daemon *daemon)
{
    daemon->is_stopping = TRUE;
    web_server_free(daemon->web);
    api_free(daemon->api);
    outputs_free(daemon->outputs);
    supervisor_free(daemon->supervisor);
    tour_clock_free(daemon->tours);
    controller_free(daemon->controller);
    feed_pool_free(daemon->feeds);
    work_pool_free(daemon->draw);
    work_pool_free(daemon->work);
    if (daemon->store)
        store_close(daemon->store);
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
    apply_overrides(options, config);
    return config;
}

int daemon_run(const DaemonOptions *options)
{
    Daemon daemon = { .options = options };
    /* Camera passwords are in our memory: no core file and no debugger of another user may see
     * them. */
    prctl(PR_SET_DUMPABLE, 0);
    receive_init();
    g_setenv("GSETTINGS_BACKEND", "memory", FALSE);
    signal(SIGPIPE, SIG_IGN);
    raise_file_limit();
    gst_init(NULL, NULL);
    post_init();
    daemon.config = load_config(options, &daemon.status);
    if (!daemon.config)
        return daemon.status;
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
