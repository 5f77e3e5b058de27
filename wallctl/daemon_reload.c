/* daemon_reload.c - the configuration is read again: on a worker, and taken over only if it has no fault */
#include "wallctl/daemon_private.h"

#include "pipelines/gate.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"

void daemon_apply_overrides(const DaemonOptions *options, Config *config)
{
    if (options->http_port)
        config->http_port = options->http_port;
    if (options->https_port)
        config->https_port = options->https_port;
    if (options->rtsp_port)
        config->rtsp_port = options->rtsp_port;
}
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
    audit_reload(daemon->audit, config);
    gate_set_networks(config->networks); /* before anything connects by it */
    feed_pool_reload(daemon->feeds, config);
    patrol_reload(daemon->patrol, config);
    controller_reload(daemon->controller, config);
    vault_reload(daemon->vault, config);
    sources_reload(daemon->sources, config);
    cases_reload(daemon->cases, config);
    deadlines_reload(daemon->deadlines, config);
    orders_reload(daemon->orders, config);
    rules_reload(daemon->rules, config);
    director_reload(daemon->director);
    boards_reload(daemon->boards, config);
    case_scenes_reload(daemon->scenes);
    links_reload(daemon->links, config);
    briefings_reload(daemon->briefings);
    nightly_reload(daemon->nightly, config);
    people_reload(daemon->people, config);
    av_control_reload(daemon->av, config);
    https_reload(daemon->https, config);
    for (guint i = 0; i < controller_count(daemon->controller); i++)
        tour_clock_sync(daemon->tours, controller_wall_id(daemon->controller, i));
    if (has_new_outputs)
        daemon->outputs =
            outputs_new(daemon->controller, daemon->options->program, daemon_publish, daemon);
    if (diff->listen_changed)
        log_warning(CONFIG,
                    "addresses to listen on have changed: they take effect at the next start");
    log_info(CONFIG, "reloaded: %u cameras new or changed, %u renamed", diff->cameras_changed->len,
             diff->cameras_relabelled->len);
    config_unref(old);
    if (daemon->web)
        web_recheck(daemon->web); /* a camera may be of another region now */
    Json *data = json_object_new_object();
    json_add_int(data, "cameras", config->cameras->len);
    daemon_publish("config.reloaded", data, daemon);
}

typedef struct {
    Daemon *daemon;
    char *path;
    Faults *faults;
    Config *config;
    guint64 serial;
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

/* A file of credentials that could be opened, and now cannot: what runs goes on with what it has. */
static gboolean loses_credentials(const Config *now, const Config *next)
{
    return credentials_trouble(next->credentials) && !credentials_trouble(now->credentials);
}

static void finish_reload(gpointer data)
{
    Reload *reload = data;
    if (reload->daemon->is_stopping)
        return;
    if (reload->config && loses_credentials(reload->daemon->config, reload->config)) {
        faults_add(reload->faults, "credentials", "%s",
                   credentials_trouble(reload->config->credentials)->message);
        g_clear_pointer(&reload->config, config_unref);
    }
    /* Two are read at once on two workers: what began to read earlier may not come after what is newer. */
    gboolean is_outrun = reload->serial < reload->daemon->taken;
    if (reload->config && !is_outrun) {
        reload->daemon->taken = reload->serial;
        daemon_apply_overrides(reload->daemon->options, reload->config);
        take_config(reload->daemon, reload->config);
    } else if (!reload->config) {
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

gboolean daemon_reload(ReloadDone done, gpointer data, gpointer user, GError **error)
{
    Daemon *daemon = user;
    Reload *reload = g_new0(Reload, 1);
    *reload = (Reload) { .daemon = daemon,
                         .path = g_strdup(daemon->options->config_path),
                         .faults = faults_new(daemon->options->config_path, 100),
                         .serial = ++daemon->reloads,
                         .done = done,
                         .data = data };
    if (work_submit(daemon->work, read_config, reload, NULL, error))
        return TRUE;
    free_reload(reload);
    return FALSE;
}
