/* api_diagnostics.c - all that a technician needs who is not here, as one file without secrets
 *
 * What lives on [control] is taken as JSON at once; a worker reads the rest, scrubs all of it (scrub.h) and packs it.
 * What may hold words of a case or a person (cases, alarms, the register, accounts) is not asked in the first place;
 * scrubbing is the second door.
 */
#include "wallctl/api_diagnostics.h"

#include "config/paths.h"
#include "wallctl/api_metrics.h"
#include "wallctl/api_status.h"
#include "wallctl/base/error.h"
#include "wallctl/base/log.h"
#include "wallctl/base/post.h"
#include "wallctl/bundle.h"
#include "wallctl/machine_report.h"
#include "wallctl/model/scrub.h"
#include "wallctl/why.h"

#include <string.h>

#define MAX_CONFIG  (32 * 1024 * 1024)
#define MAX_WHY     200 /* chains of tiles */
#define BUNDLE_TYPE "application/gzip"

static const char read_me[] = "wallctl 诊断包\n\n"
                              "给厂家或运维人员看的技术资料，已去掉口令、令牌、网络地址（写成 "
                              "ip-1、host-1）和像个人信息的文字；\n"
                              "没有案件、告警内容、登记簿、账号和画面。发出之前仍请自己看一遍。\n\n"
                              "config.json    配置（注释不在内）\n"
                              "status.json    运行状态，同 GET /api/v1/status\n"
                              "feeds.json     打开的每一路码流\n"
                              "why.json       不正常的窗格：原因链\n"
                              "sources.json   事件来源和拒收计数\n"
                              "links.json     与其他平台的连接\n"
                              "log.txt        最近的日志\n"
                              "metrics.txt    监控指标，同 GET /metrics\n"
                              "machine.json   内核、处理器、内存、磁盘、时钟\n"
                              "process.json   线程、文件描述符、内存\n"
                              "versions.json  程序和库的版本\n"
                              "plugins.txt    GStreamer 插件\n\n"
                              "What a technician needs to see, without passwords, tokens, network "
                              "addresses (ip-1, host-1) and what looks like\n"
                              "personal data; no cases, alarms, register, accounts or pictures. "
                              "Look through it before you send it.\n";

typedef struct {
    WebRequest *request;
    Json *status, *feeds, *why, *sources, *links;
    char *metrics, *config_path, *folder;
    GBytes *file;
    GError *error;
} Gathering;

static void free_gathering(gpointer data)
{
    Gathering *g = data;
    Json *parts[] = { g->status, g->feeds, g->why, g->sources, g->links };
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        json_object_put(parts[i]);
    web_request_unref(g->request);
    g_free(g->metrics);
    g_free(g->config_path);
    g_free(g->folder);
    g_clear_pointer(&g->file, g_bytes_unref);
    g_clear_error(&g->error);
    g_free(g);
}

/* --- [worker] ------------------------------------------------------------------------------------------------------
 */

static void add_json(Bundle *bundle, const char *name, Json *json)
{
    const char *text = json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY |
                                                                JSON_C_TO_STRING_NOSLASHESCAPE);
    g_autofree char *with_end = g_strconcat(text, "\n", NULL);
    bundle_add(bundle, name, with_end);
}

static void add_scrubbed(Bundle *bundle, Scrub *scrub, const char *name, Json *json)
{
    g_autoptr(Json) clean = scrub_json(scrub, json);
    add_json(bundle, name, clean);
}

/* As it lies on the disk now, which may be another one than runs. One that cannot be read as JSON is left out: what
 * would have to be starred could not be found. */
static void add_config(Bundle *bundle, Scrub *scrub, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    gsize len = 0;
    g_autoptr(Json) json = g_file_get_contents(path, &text, &len, &error)
                               ? json_parse(text, len, MAX_CONFIG, JSON_COMMENTS, &error)
                               : NULL;
    if (json) {
        add_scrubbed(bundle, scrub, "config.json", json);
        return;
    }
    g_autofree char *why = scrub_text(scrub, error->message);
    bundle_add(bundle, "config.txt", why);
}

static void add_log(Bundle *bundle, Scrub *scrub)
{
    g_autofree char *kept = log_dup_kept();
    g_auto(GStrv) lines = g_strsplit(kept, "\n", -1);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; lines[i]; i++) {
        g_autofree char *clean = scrub_text(scrub, lines[i]);
        g_string_append_printf(text, "%s\n", clean);
    }
    bundle_add(bundle, "log.txt", text->str);
}

static GBytes *pack(const Gathering *g, GError **error)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *folder = g_date_time_format(now, "wallctl-diagnose-%Y%m%d-%H%M%S");
    Bundle *bundle = bundle_new(folder, error);
    if (!bundle)
        return NULL;
    g_autoptr(Scrub) scrub = scrub_new();
    g_autoptr(Json) machine = machine_report(g->folder);
    g_autoptr(Json) process = process_report();
    g_autoptr(Json) versions = version_report();
    g_autofree char *plugins = plugin_report();
    bundle_add(bundle, "README.txt", read_me);
    add_config(bundle, scrub, g->config_path);
    add_scrubbed(bundle, scrub, "status.json", g->status);
    add_scrubbed(bundle, scrub, "feeds.json", g->feeds);
    add_scrubbed(bundle, scrub, "why.json", g->why);
    add_scrubbed(bundle, scrub, "sources.json", g->sources);
    add_scrubbed(bundle, scrub, "links.json", g->links);
    add_log(bundle, scrub);
    bundle_add(bundle, "metrics.txt", g->metrics);
    add_json(bundle, "machine.json", machine);
    add_json(bundle, "process.json", process);
    add_json(bundle, "versions.json", versions);
    bundle_add(bundle, "plugins.txt", plugins);
    return bundle_end(bundle, error);
}

static void answer(gpointer data)
{
    Gathering *g = data;
    if (g->file)
        web_reply_bytes(g->request, 200, BUNDLE_TYPE, g_steal_pointer(&g->file));
    else
        web_reply_error(g->request, g->error);
}

static void run(gpointer data)
{
    Gathering *g = data;
    g->file = pack(g, &g->error);
    post_control(answer, g, free_gathering);
}

/* --- [control] -----------------------------------------------------------------------------------------------------
 */

static void add_feed(Feed *feed, gpointer user)
{
    FeedInfo info;
    feed_get_info(feed, &info);
    Json *json = feed_info_json(&info);
    json_add_string(json, "id", feed_camera(feed)->id);
    json_add_string(json, "profile", feed_profile(feed) == PROFILE_MAIN ? "main" : "sub");
    json_object_array_add(user, json);
}

static void add_tiles(const ApiEnv *env, const char *id, const Caller *caller, Json *list)
{
    const Wall *wall = controller_wall(env->controller, id);
    for (guint i = 0; i < wall->air->n_tiles; i++) {
        Json *why = why_json(env, id, wall->air->tiles[i].number, caller, NULL);
        /* A tile that is empty is as somebody wanted it. */
        gboolean is_bad = why && json_object_object_get(why, "camera") &&
                          !json_object_get_boolean(json_object_object_get(why, "is_good"));
        if (is_bad && json_object_array_length(list) < MAX_WHY) {
            json_add_string(why, "wall", id);
            json_object_array_add(list, why);
        } else {
            json_object_put(why);
        }
    }
}

static Json *faulty_tiles(const ApiEnv *env, const Caller *caller)
{
    Json *list = json_object_new_array();
    for (guint i = 0; i < controller_count(env->controller); i++)
        add_tiles(env, controller_wall_id(env->controller, i), caller, list);
    return list;
}

gboolean api_get_diagnostics(ApiCall *call, GError **error)
{
    const ApiEnv *env = call->env;
    const Config *config = controller_config(env->controller);
    /* The state of all walls is technical, and who asks administers the system: no picture is in it. */
    g_autoptr(Caller) all = caller_new_local("diagnostics");
    Gathering *g = g_new0(Gathering, 1);
    *g = (Gathering) { .request = web_request_ref(call->request),
                       .status = status_json(env, all),
                       .feeds = json_object_new_array(),
                       .why = faulty_tiles(env, all),
                       .sources = sources_state(env->sources),
                       .links = links_state(env->links),
                       .metrics = metrics_dup_text(env),
                       .config_path = g_strdup(config->path),
                       .folder = paths_state_dir(config) };
    feed_pool_foreach(env->feeds, add_feed, g->feeds);
    if (work_submit(env->work, run, g, NULL, error))
        return TRUE;
    free_gathering(g);
    return FALSE;
}
