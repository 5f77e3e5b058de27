/* test_cli.c - the wallctl command against a real server with known answers: what it asks, prints
 * and returns
 *
 * The command runs in a forked child with its output in files; the server runs in this process.
 */
#include "wallctl/cli.h"

#include "wallctl/base/error.h"
#include "wallctl/base/post.h"
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "web/server.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WATCHDOG_S 20

typedef struct {
    WebServer *server;
    char *dir, *socket, *out, *err;
    GString *asked; /* "METHOD path body" a line, since the last run */
} App;

static const char cameras[] =
    "[{\"id\":\"yanhe\",\"number\":1,\"name\":\"研和路口\",\"region_name\":\"研和街道\",\"state\":"
    "\"live\",\"quality\":{\"faults\":[\"blur\",\"dark\"],\"looked\":1}},"
    "{\"id\":\"dam\",\"number\":2,\"name\":\"水库大坝\",\"region\":\"530402009\",\"state\":"
    "\"retrying\"},"
    "{\"id\":\"school\",\"number\":12,\"name\":\"小学门口\\u001b[31m\",\"state\":\"idle\"}]";

static const char wall[] =
    "{\"id\":\"main\",\"name\":\"主墙\",\"revision\":17,\"on_glass\":17,\"undo\":3,\"redo\":0,"
    "\"maximised\":2,"
    "\"areas\":[{\"layout\":\"4\"}],\"locked\":true,\"locked_by\":\"web\","
    "\"screens\":[{\"id\":\"s1\",\"rect\":[0,0,1920,1080]},{\"id\":\"s2\",\"rect\":[1940,0,1920,"
    "1080]}],"
    "\"tiles\":[{\"tile\":1,\"camera\":\"yanhe\",\"rect\":[0,0,960,540]},{\"tile\":2,\"camera\":"
    "\"dam\",\"rect\":[960,0,960,540]},"
    "{\"tile\":3,\"rect\":[0,540,960,540]}],"
    "\"glass\":[{\"tile\":1,\"name\":\"研和路口\",\"state\":\"live\",\"stream\":\"sub\"},"
    "{\"tile\":2,\"name\":\"水库大坝\",\"state\":\"retrying\",\"fault\":\"unreachable\",\"stream\":"
    "\"main\"},"
    "{\"tile\":3,\"state\":\"empty\"}]}";

static const struct {
    const char *path, *answer;
} answers[] = {
    { "/api/v1/walls", "{\"walls\":[{\"id\":\"main\",\"name\":\"主墙\",\"revision\":17,\"screens\":"
                       "[{\"id\":\"s1\"}]}]}" },
    { "/api/v1/walls/main", wall },
    { "/api/v1/layouts", "{\"layouts\":[{\"id\":\"1+5\",\"name\":\"一大五小\",\"tiles\":6}]}" },
    { "/api/v1/tours",
      "{\"tours\":[{\"id\":\"night\",\"name\":\"夜间\",\"wall\":\"other\",\"dwell_"
      "s\":15,\"steps\":4,"
      "\"is_running\":true,\"step\":1,\"position\":2,\"clock\":{\"left_ms\":9000}}]}" },
    { "/api/v1/walls/main/presets", "{\"presets\":[{\"name\":\"日常\",\"tiles\":4},{\"name\":"
                                    "\"汛期\",\"screen\":\"s1\",\"tiles\":6}]}" },
    { "/api/v1/walls/main/why/2", "{\"tile\":2,\"camera\":\"dam\",\"is_good\":false,\"steps\":[{"
                                  "\"step\":\"right\",\"is_good\":true,\"text\":\"允许\","
                                  "\"text_en\":\"allowed\"},{\"step\":\"session\",\"is_good\":"
                                  "false,\"text\":\"网络不通\",\"text_en\":\"unreachable\"}],"
                                  "\"verdict\":\"网络不通\",\"verdict_en\":\"unreachable\"}" },
    { "/api/v1/status", "{\"version\":\"0.1.0\",\"site\":\"红塔区综治中心\",\"now\":100000,"
                        "\"started\":0,\"walls\":[],\"feeds\":{\"cameras\":3},"
                        "\"load\":{\"level\":4,\"word\":\"low_rate\",\"cpu\":0.5},\"outputs\":[{"
                        "\"id\":\"stream\",\"kind\":\"rtsp\",\"state\":\"on\"}],"
                        "\"clients\":{},\"store\":{\"is_good\":false,\"detail\":\"磁盘已满\"},"
                        "\"memory\":104857600}" },
};

static Json *parsed(const char *text)
{
    g_autoptr(GError) error = NULL;
    Json *json = json_parse(text, strlen(text), 0, JSON_STRICT, &error);
    g_assert_no_error(error);
    return json;
}

static void answer_cameras(WebRequest *request, const WebRequestInfo *info)
{
    const char *find = g_hash_table_lookup(info->query, "find");
    g_autoptr(Json) all = parsed(cameras);
    Json *list = json_object_new_array();
    for (gsize i = 0; i < json_object_array_length(all); i++) {
        Json *camera = json_object_array_get_idx(all, i);
        g_autofree char *text = json_dup_text(camera);
        if (!find || strstr(text, find))
            json_object_array_add(list, json_object_get(camera));
    }
    Json *json = json_object_new_object();
    json_add_int(json, "total", (gint64)json_object_array_length(list));
    json_add(json, "cameras", list);
    web_reply_json(request, 200, json);
}

static void handle(WebRequest *request, const WebRequestInfo *info, gpointer user)
{
    App *app = user;
    gsize len;
    const char *body = g_bytes_get_data(info->body, &len);
    g_string_append_printf(app->asked, "%s %s %.*s\n", info->method, info->path, (int)len,
                           body ? body : "");
    if (strcmp(info->path, "/api/v1/cameras") == 0) {
        answer_cameras(request, info);
        return;
    }
    if (strstr(info->path, "/snapshot.")) {
        web_reply_bytes(request, 200, "image/png", g_bytes_new_static("\x89PNG\0picture", 12));
        return;
    }
    if (body && g_strstr_len(body, (gssize)len, "\"revision\":1")) {
        web_reply_json(
            request, 409,
            parsed("{\"error\":{\"code\":\"stale\",\"message\":\"tile 1 changed\"},\"revision\":17,"
                   "\"changes\":[{\"revision\":17,\"op\":\"show\",\"by\":\"web\",\"tile\":1}]}"));
        return;
    }
    if (body && g_strstr_len(body, (gssize)len, "nope")) {
        g_autoptr(GError) error =
            g_error_new(WALL_ERROR, WALL_ERROR_NOT_FOUND, "no layout 'nope'\nsecond line");
        web_reply_error(request, error);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
        if (strcmp(answers[i].path, info->path) == 0 && strcmp(info->method, "GET") == 0) {
            web_reply_json(request, 200, parsed(answers[i].answer));
            return;
        }
    }
    web_reply_json(request, 200, parsed("{\"wall\":\"main\",\"revision\":18,\"tile\":3}"));
}

static App *app_new(void)
{
    App *app = g_new0(App, 1);
    app->dir = g_dir_make_tmp("wallctl-cli-XXXXXX", NULL);
    app->socket = g_build_filename(app->dir, "s", NULL);
    app->out = g_build_filename(app->dir, "out", NULL);
    app->err = g_build_filename(app->dir, "err", NULL);
    app->asked = g_string_new(NULL);
    WebOptions options = { .socket_path = app->socket };
    g_autoptr(GError) error = NULL;
    app->server = web_server_new(&options, handle, NULL, app, &error);
    g_assert_no_error(error);
    return app;
}

static void app_free(App *app)
{
    web_server_free(app->server);
    g_remove(app->out);
    g_remove(app->err);
    g_rmdir(app->dir);
    g_string_free(app->asked, TRUE);
    g_free(app->dir);
    g_free(app->socket);
    g_free(app->out);
    g_free(app->err);
    g_free(app);
}

static void redirect(const char *path, int to)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(fd, to);
    close(fd);
}

static pid_t begin(App *app, const char *line)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    redirect(app->out, STDOUT_FILENO);
    redirect(app->err, STDERR_FILENO);
    g_setenv("WALLCTL_SOCKET", app->socket, TRUE);
    int argc;
    char **argv;
    g_autofree char *full = g_strconcat("wallctl ", line, NULL);
    g_assert_true(g_shell_parse_argv(full, &argc, &argv, NULL));
    int status = cli_main(argc, argv);
    fflush(NULL);
    _exit(status);
}

/* The exit status, or -1 when it does not end; *out and *err are what it printed. */
static int run(App *app, const char *line, char **out, char **err)
{
    g_string_truncate(app->asked, 0);
    pid_t child = begin(app, line);
    int status = 0;
    gint64 until = g_get_monotonic_time() + WATCHDOG_S * G_USEC_PER_SEC;
    while (waitpid(child, &status, WNOHANG) == 0) {
        while (g_main_context_iteration(NULL, FALSE))
            ;
        g_usleep(500);
        g_assert_cmpint(g_get_monotonic_time(), <, until);
    }
    g_assert_true(g_file_get_contents(app->out, out, NULL, NULL));
    g_assert_true(g_file_get_contents(app->err, err, NULL, NULL));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_commands(void)
{
    static const struct {
        const char *line;
        int status;
        const char *asked, *out, *err; /* parts; NULL: not looked at; "": must be empty */
    } rows[] = {
        { "status", 0, "GET /api/v1/status", "红塔区综治中心", "" },
        { "status", 0, NULL, "输出帧率降低", "" },
        { "status", 0, NULL, "磁盘已满", "" },
        { "status --lang en", 0, NULL, "lower output rate", "" },
        { "status --json", 0, NULL, "{\"version\":\"0.1.0\"", "" },
        { "cameras", 0, "GET /api/v1/cameras",
          "1     yanhe   研和路口       研和街道   正常          模糊、过暗\n", "" },
        { "cameras", 0, NULL, "小学门口 [31m", "" },
        { "cameras --offline --lang=en", 0, NULL,
          "2    dam  水库大坝  530402009  offline, retrying  -\n1 cameras\n", "" },
        { "cameras --json 大坝", 0, NULL, "{\"total\":1,\"cameras\":[{\"id\":\"dam\"", "" },
        { "layouts", 0, NULL, "1+5   一大五小  6\n", "" },
        { "walls", 0, NULL, "main  主墙", "" },
        { "wall", 0, "GET /api/v1/walls/main",
          "2*    dam     水库大坝  网络不通  主码流  960x540+960+0\n", "" },
        { "wall", 0, NULL, "已锁定（web）", "" },
        { "why 2", 0, NULL, "✗ 会话      网络不通\n结论：网络不通\n", "" },
        { "why 2 --lang en", 0, NULL, "verdict: unreachable", "" },
        { "preset list", 0, NULL, "汛期  s1    6", "" },
        { "tour list", 0, NULL, "运行 2/4，9 秒后切换", "" },
        { "show 3 dam", 0, "{\"op\":\"show\",\"tile\":3,\"camera\":\"dam\"}", "main r18 窗格 3\n",
          "" },
        { "show 3 12 --main", 0,
          "{\"op\":\"show\",\"stream\":\"main\",\"tile\":3,\"camera\":\"school\"}", NULL, "" },
        { "show 3 大坝 --preview", 0, "\"camera\":\"dam\",\"preview\":true}", NULL, "" },
        { "--wall other show 3 dam --json", 0, "POST /api/v1/walls/other/commands",
          "{\"wall\":\"main\",\"revision\":18,\"tile\":3}\n", "" },
        { "clear all", 0, "{\"op\":\"clear\",\"tile\":0}", NULL, "" },
        { "clear 4", 0, "{\"op\":\"clear\",\"tile\":4}", NULL, "" },
        { "swap 1 2", 0, "{\"op\":\"swap\",\"tile\":1,\"other\":2}", NULL, "" },
        { "max 2", 0, "{\"op\":\"maximise\",\"tile\":2}", NULL, "" },
        { "restore", 0, "{\"op\":\"restore\"}", NULL, "" },
        { "window open 100 50 640 360 yanhe", 0,
          "{\"op\":\"window-open\",\"rect\":[100,50,640,360],\"camera\":\"yanhe\"}", NULL, "" },
        { "window open 50% 0 25% 50%", 0, "{\"op\":\"window-open\",\"rect\":[1930,0,965,540]}",
          NULL, "" },
        { "window move 901 0 0 10 10", 0,
          "{\"op\":\"window-move\",\"tile\":901,\"rect\":[0,0,10,10]}", NULL, "" },
        { "window raise 901", 0, "{\"op\":\"window-raise\",\"tile\":901}", NULL, "" },
        { "window close 901", 0, "{\"op\":\"window-close\",\"tile\":901}", NULL, "" },
        { "layout 1+5 --screen s1", 0, "{\"op\":\"layout\",\"layout\":\"1+5\",\"screen\":\"s1\"}",
          NULL, "" },
        { "preset recall 日常", 0, "{\"op\":\"recall\",\"preset\":\"日常\"}", NULL, "" },
        { "preset save 'a&b? 云'", 0, "PUT /api/v1/walls/main/presets/a&b? 云 {}", "完成", "" },
        { "preset save a/b", 64, "", "", "“a/b”里不能有“/”" },
        { "preset rename 日常 平时", 0,
          "POST /api/v1/walls/main/presets/日常 {\"rename\":\"平时\"}", NULL, "" },
        { "preset delete 日常", 0, "DELETE /api/v1/walls/main/presets/日常 ", NULL, "" },
        { "tour start 夜间", 0,
          "POST /api/v1/walls/other/commands {\"op\":\"tour-start\",\"tour\":\"night\"}", NULL,
          "" },
        { "tour step night --wall main", 0,
          "POST /api/v1/walls/main/commands {\"op\":\"tour-step\",\"tour\":\"night\"}", NULL, "" },
        { "prepare", 0, "{\"op\":\"prepare\"}", NULL, "" },
        { "prepare off", 0, "{\"op\":\"prepare\",\"on\":false}", NULL, "" },
        { "take", 0, "{\"op\":\"take\"}", NULL, "" },
        { "undo", 0, "{\"op\":\"undo\"}", NULL, "" },
        { "redo --revision 17", 75, "{\"op\":\"redo\",\"revision\":17}", "",
          "tile 1 changed\n         r17 显示 窗格 1 (web)" },
        { "lock", 0, "{\"op\":\"lock\"}", NULL, "" },
        { "lock --override", 0, "{\"op\":\"lock\",\"override\":true}", NULL, "" },
        { "unlock --override", 0, "{\"op\":\"unlock\",\"override\":true}", NULL, "" },
        { "reload", 0, "POST /api/v1/reload", "配置已重新载入", "" },
        { "retry 1", 0, "POST /api/v1/cameras/yanhe/retry", NULL, "" },
        { "names cameras", 0, NULL, "yanhe\ndam\nschool\n", "" },
        { "names tiles", 0, NULL, "1\n2\n3\n", "" },
        { "names presets", 0, NULL, "日常\n汛期\n", "" },
        { "help", 0, "", "window open X Y W H [CAMERA]", "" },
        { "show --help --lang en", 0, "", "put a camera into a tile", "" },
        { "--version", 0, "", "wallctl " WALLCTL_VERSION "\n", "" },
        { "layout nope", 65, NULL, "", "wallctl: no layout 'nope'\n         second line\n" },
        { "layout nope --json", 65, NULL, "{\"error\":{\"code\":\"not_found\"", "" },
        { "show 3 nobody", 65, NULL, "", "没有摄像机叫“nobody”" },
        { "show 3 口", 65, NULL, "", "“口”不止一台：研和路口 (yanhe), 小学门口" },
        { "show 3 口 --lang en", 65, NULL, "", "'口' is more than one" },
        { "tour start noon", 65, NULL, "", "没有轮巡“noon”" },
        { "", 64, "", NULL, "" },
        { "shw 1 dam", 64, "", "", "show" },
        { "show", 64, "", "", "用法：wallctl show TILE CAMERA" },
        { "show x dam", 64, "", "", "“x”不是 1 到 999 的数" },
        { "show 1000 dam", 64, "", "", "1000" },
        { "show 3 dam --main --sub", 64, "", "", "--main" },
        { "show 3 dam --region 5", 64, "", "", "--region 不用于 show" },
        { "status --wal", 64, "", "", "--wall" },
        { "status --socket", 64, "", "", "--socket 需要 PATH" },
        { "status --json=1", 64, "", "", "--json 不带值" },
        { "status --lang fr", 64, "", "", "--lang" },
        { "window", 64, "", "", "open, move, raise, close" },
        { "window open a 0 1 1", 64, NULL, "", "“a”" },
        { "window open -5 0 1 1", 64, NULL, "", "“-5”" },
        { "preset wipe x", 64, "", "", "recall" },
        { "names dogs", 64, "", "", "layouts" },
        { "snapshot wall.bmp", 64, NULL, "", ".png" },
        { "probe rtsp://user:pw@10.0.0.1/x", 64, "", "", "--user" },
        { "probe rtsp://10.0.0.1/x --password-file /nonexistent/p", 66, "", "", "/nonexistent/p" },
        { "status --socket /nonexistent/s", 69, "", "", "/nonexistent/s" },
    };
    App *app = app_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *out = NULL, *err = NULL;
        int status = run(app, rows[i].line, &out, &err);
        g_test_message("wallctl %s -> %d\n%s%s%s", rows[i].line, status, app->asked->str, out, err);
        g_assert_cmpint(status, ==, rows[i].status);
        const struct {
            const char *wanted, *got;
        } parts[] = { { rows[i].asked, app->asked->str },
                      { rows[i].out, out },
                      { rows[i].err, err } };
        for (gsize k = 0; k < G_N_ELEMENTS(parts); k++) {
            if (parts[k].wanted && !*parts[k].wanted)
                g_assert_cmpstr(parts[k].got, ==, "");
            else if (parts[k].wanted)
                g_assert_nonnull(strstr(parts[k].got, parts[k].wanted));
        }
        g_assert_null(strchr(out, '\x1b'));
    }
    app_free(app);
}

static void test_snapshot(void)
{
    App *app = app_new();
    g_autofree char *file = g_build_filename(app->dir, "w.png", NULL), *out = NULL, *err = NULL;
    g_autofree char *line = g_strdup_printf("snapshot %s", file);
    g_assert_cmpint(run(app, line, &out, &err), ==, 0);
    g_assert_nonnull(strstr(app->asked->str, "GET /api/v1/walls/main/screens/s1/snapshot.png"));
    g_autofree char *data = NULL;
    gsize len;
    g_assert_true(g_file_get_contents(file, &data, &len, NULL));
    g_assert_cmpmem(data, len, "\x89PNG\0picture", 12);
    g_remove(file);
    g_autofree char *out2 = NULL, *err2 = NULL;
    g_assert_cmpint(run(app, "snapshot /nonexistent/w.png --screen s1", &out2, &err2), ==, 73);
    app_free(app);
}

/* Events as they come; ends with 69 when the daemon goes. */
static void test_watch(void)
{
    App *app = app_new();
    pid_t child = begin(app, "watch");
    g_autofree char *out = NULL;
    gint64 until = g_get_monotonic_time() + WATCHDOG_S * G_USEC_PER_SEC;
    do {
        web_publish(app->server, "wall.changed", &(WebScope) { RIGHT_WALL_VIEW, NULL, NULL },
                    parsed("{\"wall\":\"main\",\"revision\":18,\"op\":\"show\\n\"}"));
        while (g_main_context_iteration(NULL, FALSE))
            ;
        g_usleep(2000);
        g_clear_pointer(&out, g_free);
        g_assert_cmpint(g_get_monotonic_time(), <, until);
    } while (!g_file_get_contents(app->out, &out, NULL, NULL) || !strchr(out, '\n'));
    g_assert_nonnull(strstr(out, "墙面改动  wall=main  revision=18  op=show"));
    web_server_free(g_steal_pointer(&app->server));
    int status = 0;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    g_assert_cmpint(WEXITSTATUS(status), ==, 69);
    app_free(app);
}

static void test_columns(void)
{
    static const struct {
        const char *text;
        guint columns;
    } rows[] = { { "", 0 },     { "abc", 3 },     { "云", 2 }, { "a云b", 4 },
                 { "（）", 4 }, { "e\u0301", 1 }, { "●", 1 } };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpuint(term_columns(rows[i].text), ==, rows[i].columns);
    g_autofree char *clean = term_clean("a\x1b[31m\n\xff\u202e云");
    g_assert_cmpstr(clean, ==, "a [31m \uFFFD 云");
}

/* A command that is added is documented and completed, too. */
static void test_documents(void)
{
    const char *source = g_getenv("WALLCTL_SOURCE");
    if (!source) {
        g_test_skip("WALLCTL_SOURCE is not set");
        return;
    }
    static const char *const paths[] = { "docs/wallctl.1", "config/completion/wallctl.bash" };
    for (gsize p = 0; p < G_N_ELEMENTS(paths); p++) {
        g_autofree char *path = g_build_filename(source, paths[p], NULL), *text = NULL;
        g_autoptr(GError) error = NULL;
        g_file_get_contents(path, &text, NULL, &error);
        g_assert_no_error(error);
        for (guint i = 0; i < cli_n_commands; i++) {
            g_auto(GStrv) parts = g_strsplit(cli_commands[i].name, " ", -1);
            for (guint k = 0; parts[k]; k++) {
                g_autofree char *pattern = g_strdup_printf("\\b%s\\b", parts[k]);
                if (!g_regex_match_simple(pattern, text, 0, 0))
                    g_error("%s: '%s' is missing", paths[p], cli_commands[i].name);
            }
        }
    }
}

int main(int argc, char **argv)
{
    g_unsetenv("LC_ALL");
    g_unsetenv("LC_MESSAGES");
    g_setenv("LANG", "C.UTF-8", TRUE);
    g_test_init(&argc, &argv, NULL);
    post_init();
    g_test_add_func("/cli/columns", test_columns);
    g_test_add_func("/cli/documents", test_documents);
    g_test_add_func("/cli/commands", test_commands);
    g_test_add_func("/cli/snapshot", test_snapshot);
    g_test_add_func("/cli/watch", test_watch);
    return g_test_run();
}
