/* cli_commands.c - every command of the command line: one row, one function */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define MAX_PAGE 1000

/* ---- what is asked ---- */

static int do_status(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/status", NULL, print_status);
}

/* All pages of the list as one answer. */
static Json *all_cameras(Cli *cli, int *status)
{
    g_autoptr(Json) all = json_object_new_array();
    for (;;) {
        g_autofree char *offset = g_strdup_printf("%zu", json_object_array_length(all));
        g_autofree char *path =
            cli_path("cameras?offset=%s&find=%s&region=%s", offset, cli->n_args ? cli->args[0] : "",
                     cli->region ? cli->region : "");
        g_autoptr(Json) page = cli_ask(cli, "GET", path, NULL, status);
        if (!page)
            return NULL;
        Json *list = json_item(page, "cameras");
        gsize n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
        for (gsize i = 0; i < n; i++)
            json_object_array_add(all, json_object_get(json_object_array_get_idx(list, i)));
        if (n == 0 || (gint64)json_object_array_length(all) >= json_number(page, "total"))
            return g_steal_pointer(&all);
    }
}

static int do_cameras(Cli *cli)
{
    int status;
    g_autoptr(Json) cameras = all_cameras(cli, &status);
    if (!cameras)
        return status;
    if (!cli_has(cli, OPTION_JSON)) {
        print_cameras(cameras, cli_has(cli, OPTION_OFFLINE));
        return EX_OK;
    }
    g_autoptr(Json) answer = json_object_new_object();
    json_add_int(answer, "total", (gint64)json_object_array_length(cameras));
    json_add(answer, "cameras", g_steal_pointer(&cameras));
    print_json(answer);
    return EX_OK;
}

static int do_layouts(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/layouts", NULL, print_layouts);
}

static int do_walls(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/walls", NULL, print_walls);
}

static int do_tours(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/tours", NULL, print_tours);
}

/* GET of something below the chosen wall. */
static int show_below_wall(Cli *cli, const char *below, void (*print)(Json *))
{
    int status;
    const char *wall = cli_wall(cli, &status);
    g_autofree char *base = wall ? cli_path("walls/%s", wall) : NULL;
    g_autofree char *path = base ? g_strconcat(base, below, NULL) : NULL;
    return path ? cli_do(cli, "GET", path, NULL, print) : status;
}

static int do_wall(Cli *cli)
{
    return show_below_wall(cli, "", print_wall);
}

static int do_presets(Cli *cli)
{
    return show_below_wall(cli, "/presets", print_presets);
}

static gboolean take_number(const char *text, guint least, guint most, gint64 *number)
{
    guint64 value;
    if (!g_ascii_string_to_unsigned(text, 10, least, most, &value, NULL))
        return cli_fail(FALSE, say("“%s”不是 %u 到 %u 的数", "'%s' is not a number from %u to %u"),
                        text, least, most);
    *number = (gint64)value;
    return TRUE;
}

static int do_why(Cli *cli)
{
    gint64 tile;
    if (!take_number(cli->args[0], 1, 999, &tile))
        return EX_USAGE;
    g_autofree char *below = g_strdup_printf("/why/%" G_GINT64_FORMAT, tile);
    return show_below_wall(cli, below, print_why);
}

/* ---- what is done to a wall ---- */

static void print_done(Json *answer)
{
    g_autofree char *wall = term_clean(json_text(answer, "wall"));
    printf("%s r%" G_GINT64_FORMAT, wall, json_number(answer, "revision"));
    if (json_number(answer, "tile"))
        printf(" %s %" G_GINT64_FORMAT, say("窗格", "tile"), json_number(answer, "tile"));
    putchar('\n');
}

static Json *new_op(const char *op)
{
    Json *body = json_object_new_object();
    json_add_string(body, "op", op);
    return body;
}

/* Sends the command with the options that every one of them takes. Takes body. */
static int send_op(Cli *cli, Json *body)
{
    g_autoptr(Json) owned = body;
    int status;
    const char *wall = cli_wall(cli, &status);
    if (!wall)
        return status;
    gint64 revision;
    if (cli->revision) {
        if (!take_number(cli->revision, 0, G_MAXUINT32, &revision))
            return EX_USAGE;
        json_add_int(body, "revision", revision);
    }
    if (cli_has(cli, OPTION_PREVIEW))
        json_add_bool(body, "preview", TRUE);
    json_add_string(body, "screen", cli->screen);
    g_autofree char *path = cli_path("walls/%s/commands", wall);
    return cli_do(cli, "POST", path, g_steal_pointer(&owned), print_done);
}

/* The command whose word is its op: take, undo ... */
static int do_plain(Cli *cli)
{
    return send_op(cli, new_op(cli->command->name));
}

static gboolean add_stream(Cli *cli, Json *body)
{
    if (cli_has(cli, OPTION_MAIN) && cli_has(cli, OPTION_SUB))
        return cli_fail(FALSE, "%s", say("--main 和 --sub 只能用一个", "either --main or --sub"));
    if (cli_has(cli, OPTION_MAIN) || cli_has(cli, OPTION_SUB))
        json_add_string(body, "stream", cli_has(cli, OPTION_MAIN) ? "main" : "sub");
    return TRUE;
}

static int do_show(Cli *cli)
{
    gint64 tile;
    g_autoptr(Json) body = new_op("show");
    if (!take_number(cli->args[0], 1, 999, &tile) || !add_stream(cli, body))
        return EX_USAGE;
    int status;
    g_autofree char *camera = cli_find_camera(cli, cli->args[1], &status);
    if (!camera)
        return status;
    json_add_int(body, "tile", tile);
    json_add_string(body, "camera", camera);
    return send_op(cli, g_steal_pointer(&body));
}

/* A command about one tile. */
static int tile_op(Cli *cli, const char *op)
{
    gint64 tile = 0;
    gboolean is_all = strcmp(op, "clear") == 0 && strcmp(cli->args[0], "all") == 0;
    if (!is_all && !take_number(cli->args[0], 1, 999, &tile))
        return EX_USAGE;
    Json *body = new_op(op);
    json_add_int(body, "tile", tile);
    return send_op(cli, body);
}

static int do_clear(Cli *cli)
{
    return tile_op(cli, "clear");
}

static int do_max(Cli *cli)
{
    return tile_op(cli, "maximise");
}

static int do_window_raise(Cli *cli)
{
    return tile_op(cli, "window-raise");
}

static int do_window_close(Cli *cli)
{
    return tile_op(cli, "window-close");
}

static int do_swap(Cli *cli)
{
    gint64 tile, other;
    if (!take_number(cli->args[0], 1, 999, &tile) || !take_number(cli->args[1], 1, 999, &other))
        return EX_USAGE;
    Json *body = new_op("swap");
    json_add_int(body, "tile", tile);
    json_add_int(body, "other", other);
    return send_op(cli, body);
}

/* Right and lower edge of the wall in pixels, asked for only once a percentage is given. */
static gboolean wall_size(Cli *cli, int size[2], int *status)
{
    const char *wall = cli_wall(cli, status);
    g_autofree char *path = wall ? cli_path("walls/%s", wall) : NULL;
    g_autoptr(Json) state = path ? cli_ask(cli, "GET", path, NULL, status) : NULL;
    Json *screens = json_item(state, "screens");
    gsize n = json_object_is_type(screens, json_type_array) ? json_object_array_length(screens) : 0;
    size[0] = size[1] = 0;
    for (gsize i = 0; i < n; i++) {
        Json *rect = json_item(json_object_array_get_idx(screens, i), "rect");
        for (gsize k = 0; k < 2 && json_object_is_type(rect, json_type_array); k++) {
            int edge = json_object_get_int(json_object_array_get_idx(rect, k)) +
                       json_object_get_int(json_object_array_get_idx(rect, k + 2));
            size[k] = MAX(size[k], edge);
        }
    }
    return state != NULL;
}

/* X Y W H in pixels, or in percent of the wall: "25%". NULL with *status. */
static Json *take_rect(Cli *cli, char **args, int *status)
{
    int size[2] = { 0, 0 };
    g_autoptr(Json) rect = json_object_new_array();
    for (guint i = 0; i < 4; i++) {
        char *end;
        double value = g_ascii_strtod(args[i], &end);
        gboolean is_percent = strcmp(end, "%") == 0;
        if (end == args[i] || (*end && !is_percent) || !isfinite(value) || value < 0 ||
            value > 100000) {
            *status = cli_fail(
                EX_USAGE,
                say("“%s”不是像素数，也不是百分数", "'%s' is neither pixels nor a percentage"),
                args[i]);
            return NULL;
        }
        if (is_percent && !size[0] && !wall_size(cli, size, status))
            return NULL;
        json_object_array_add(
            rect, json_object_new_int((int)lround(is_percent ? size[i % 2] * value / 100 : value)));
    }
    return g_steal_pointer(&rect);
}

static int do_window_open(Cli *cli)
{
    int status;
    g_autoptr(Json) body = new_op("window-open");
    if (!add_stream(cli, body))
        return EX_USAGE;
    Json *rect = take_rect(cli, cli->args, &status);
    if (!rect)
        return status;
    json_add(body, "rect", rect);
    g_autofree char *camera = cli->n_args > 4 ? cli_find_camera(cli, cli->args[4], &status) : NULL;
    if (cli->n_args > 4 && !camera)
        return status;
    json_add_string(body, "camera", camera);
    return send_op(cli, g_steal_pointer(&body));
}

static int do_window_move(Cli *cli)
{
    int status;
    gint64 tile;
    if (!take_number(cli->args[0], 1, 999, &tile))
        return EX_USAGE;
    Json *rect = take_rect(cli, cli->args + 1, &status);
    if (!rect)
        return status;
    Json *body = new_op("window-move");
    json_add_int(body, "tile", tile);
    json_add(body, "rect", rect);
    return send_op(cli, body);
}

static int named_op(Cli *cli, const char *op, const char *key)
{
    Json *body = new_op(op);
    json_add_string(body, key, cli->args[0]);
    return send_op(cli, body);
}

static int do_layout(Cli *cli)
{
    return named_op(cli, "layout", "layout");
}

static int do_preset_recall(Cli *cli)
{
    return named_op(cli, "recall", "preset");
}

static int do_prepare(Cli *cli)
{
    gboolean is_off = cli->n_args > 0 && strcmp(cli->args[0], "off") == 0;
    if (cli->n_args > 0 && !is_off)
        return cli_fail(EX_USAGE, "%s",
                        say("用法：wallctl prepare [off]", "usage: wallctl prepare [off]"));
    Json *body = new_op("prepare");
    if (is_off)
        json_add_bool(body, "on", FALSE);
    return send_op(cli, body);
}

static int do_unlock(Cli *cli)
{
    Json *body = new_op("unlock");
    if (cli_has(cli, OPTION_OVERRIDE))
        json_add_bool(body, "override", TRUE);
    return send_op(cli, body);
}

/* ---- presets and tours ---- */

static void print_ok(Json *answer)
{
    puts(say("完成", "done"));
}

static int preset_request(Cli *cli, const char *method, Json *body)
{
    int status;
    gboolean is_name = !strchr(cli->args[0], '/'); /* it becomes a part of a path */
    if (!is_name)
        status = cli_fail(EX_USAGE, say("预案名“%s”里不能有“/”", "'%s': no '/' in a preset's name"),
                          cli->args[0]);
    const char *wall = is_name ? cli_wall(cli, &status) : NULL;
    g_autofree char *path = wall ? cli_path("walls/%s/presets/%s", wall, cli->args[0]) : NULL;
    if (path)
        return cli_do(cli, method, path, body, print_ok);
    json_object_put(body);
    return status;
}

static int do_preset_save(Cli *cli)
{
    Json *body = json_object_new_object();
    json_add_string(body, "screen", cli->screen);
    return preset_request(cli, "PUT", body);
}

static int do_preset_rename(Cli *cli)
{
    Json *body = json_object_new_object();
    json_add_string(body, "rename", cli->args[1]);
    return preset_request(cli, "POST", body);
}

static int do_preset_delete(Cli *cli)
{
    return preset_request(cli, "DELETE", NULL);
}

/* A tour's id by id or name. Caller frees; NULL with *status. */
static char *find_tour(Cli *cli, const char *text, int *status)
{
    g_autoptr(Json) answer = cli_ask(cli, "GET", "/api/v1/tours", NULL, status);
    Json *tours = json_item(answer, "tours");
    gsize n = json_object_is_type(tours, json_type_array) ? json_object_array_length(tours) : 0;
    for (gsize i = 0; i < n; i++) {
        Json *tour = json_object_array_get_idx(tours, i);
        if (strcmp(json_text(tour, "id"), text) == 0 ||
            strcmp(json_text(tour, "name"), text) == 0) {
            /* Without --wall the tour's own wall is meant. */
            if (!cli->wall && !cli->first_wall)
                cli->first_wall = g_strdup(json_text(tour, "wall"));
            return g_strdup(json_text(tour, "id"));
        }
    }
    if (answer)
        *status = cli_fail(EX_DATAERR,
                           say("没有轮巡“%s”；wallctl tour list 列出全部",
                               "no tour '%s'; wallctl tour list lists all"),
                           text);
    return NULL;
}

static int do_tour(Cli *cli)
{
    int status;
    g_autofree char *tour = find_tour(cli, cli->args[0], &status);
    if (!tour)
        return status;
    g_autofree char *op = g_strdelimit(g_strdup(cli->command->name), " ", '-');
    Json *body = new_op(op);
    json_add_string(body, "tour", tour);
    return send_op(cli, body);
}

/* ---- the rest ---- */

static void print_reloaded(Json *answer)
{
    puts(say("配置已重新载入", "configuration reloaded"));
}

static int do_reload(Cli *cli)
{
    return cli_do(cli, "POST", "/api/v1/reload", NULL, print_reloaded);
}

static int do_retry(Cli *cli)
{
    int status;
    g_autofree char *camera = cli_find_camera(cli, cli->args[0], &status);
    g_autofree char *path = camera ? cli_path("cameras/%s/retry", camera) : NULL;
    return path ? cli_do(cli, "POST", path, NULL, print_ok) : status;
}

/* One name a line, for completion in a shell. */
static int do_names(Cli *cli)
{
    static const struct {
        const char *kind, *path, *list, *key;
    } kinds[] = {
        { "cameras", "cameras", "cameras", "id" },
        { "layouts", "layouts", "layouts", "id" },
        { "walls", "walls", "walls", "id" },
        { "tours", "tours", "tours", "id" },
        { "presets", "walls/%s/presets", "presets", "name" },
        { "tiles", "walls/%s", "tiles", "tile" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].kind, cli->args[0]) != 0)
            continue;
        int status = EX_OK;
        const char *wall = strchr(kinds[i].path, '%') ? cli_wall(cli, &status) : "";
        g_autofree char *path = wall ? cli_path(kinds[i].path, wall) : NULL;
        g_autoptr(Json) answer = path ? cli_ask(cli, "GET", path, NULL, &status) : NULL;
        Json *list = json_item(answer, kinds[i].list);
        gsize n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
        for (gsize k = 0; k < n; k++) {
            Json *value = json_item(json_object_array_get_idx(list, k), kinds[i].key);
            g_autofree char *name = term_clean(value ? json_object_get_string(value) : "");
            puts(name);
        }
        return status;
    }
    return cli_fail(EX_USAGE, "%s: cameras, layouts, walls, tours, presets, tiles", cli->args[0]);
}

#define WALL_OPTIONS (OPTION_WALL | OPTION_REVISION)
#define TILE_OPTIONS (WALL_OPTIONS | OPTION_PREVIEW)

const CliCommand cli_commands[] = {
    { "status", 0, 0, "", 0, FALSE, do_status, "站点、墙、摄像机、输出一览",
      "site, walls, cameras and outputs" },
    { "cameras", 0, 1, "[FIND]", OPTION_REGION | OPTION_OFFLINE, FALSE, do_cameras, "列出摄像机",
      "list cameras" },
    { "layouts", 0, 0, "", 0, FALSE, do_layouts, "列出布局", "list layouts" },
    { "walls", 0, 0, "", 0, FALSE, do_walls, "列出墙", "list walls" },
    { "wall", 0, 0, "", OPTION_WALL, FALSE, do_wall, "一面墙的全部窗格", "every tile of a wall" },
    { "why", 1, 1, "TILE", OPTION_WALL, FALSE, do_why, "窗格为什么没有画面",
      "why a tile shows what it shows" },
    { "show", 2, 2, "TILE CAMERA", TILE_OPTIONS | OPTION_MAIN | OPTION_SUB, FALSE, do_show,
      "摄像机上墙", "put a camera into a tile" },
    { "clear", 1, 1, "TILE|all", TILE_OPTIONS, FALSE, do_clear, "下墙", "empty a tile, or all" },
    { "swap", 2, 2, "TILE TILE", TILE_OPTIONS, FALSE, do_swap, "交换两个窗格", "swap two tiles" },
    { "max", 1, 1, "TILE", TILE_OPTIONS, FALSE, do_max, "放大一个窗格",
      "let a tile cover its area" },
    { "restore", 0, 0, "", TILE_OPTIONS, FALSE, do_plain, "结束放大", "end that" },
    { "window open", 4, 5, "X Y W H [CAMERA]", TILE_OPTIONS | OPTION_MAIN | OPTION_SUB, FALSE,
      do_window_open, "开窗（像素或百分数）", "open a free window (pixels or percent)" },
    { "window move", 5, 5, "TILE X Y W H", TILE_OPTIONS, FALSE, do_window_move, "移动、改大小",
      "move and size it" },
    { "window raise", 1, 1, "TILE", TILE_OPTIONS, FALSE, do_window_raise, "置顶", "to the top" },
    { "window close", 1, 1, "TILE", TILE_OPTIONS, FALSE, do_window_close, "关窗", "close it" },
    { "layout", 1, 1, "ID", TILE_OPTIONS | OPTION_SCREEN, FALSE, do_layout, "换布局",
      "apply a layout" },
    { "preset list", 0, 0, "", OPTION_WALL, FALSE, do_presets, "列出预案", "list presets" },
    { "preset save", 1, 1, "NAME", OPTION_WALL | OPTION_SCREEN, FALSE, do_preset_save, "存为预案",
      "save what is shown" },
    { "preset recall", 1, 1, "NAME", TILE_OPTIONS | OPTION_SCREEN, FALSE, do_preset_recall,
      "调预案上墙", "show a preset" },
    { "preset rename", 2, 2, "NAME NEW", OPTION_WALL, FALSE, do_preset_rename, "预案改名",
      "rename it" },
    { "preset delete", 1, 1, "NAME", OPTION_WALL, FALSE, do_preset_delete, "删除预案",
      "delete it" },
    { "tour list", 0, 0, "", 0, FALSE, do_tours, "列出轮巡", "list tours" },
    { "tour start", 1, 1, "TOUR", WALL_OPTIONS, FALSE, do_tour, "开始轮巡", "start a tour" },
    { "tour stop", 1, 1, "TOUR", WALL_OPTIONS, FALSE, do_tour, "停止", "stop it" },
    { "tour pause", 1, 1, "TOUR", WALL_OPTIONS, FALSE, do_tour, "暂停", "pause it" },
    { "tour resume", 1, 1, "TOUR", WALL_OPTIONS, FALSE, do_tour, "继续", "go on" },
    { "tour step", 1, 1, "TOUR", WALL_OPTIONS, FALSE, do_tour, "下一步", "next step now" },
    { "prepare", 0, 1, "[off]", WALL_OPTIONS, FALSE, do_prepare, "开始（放弃）预演",
      "begin (drop) a preview off air" },
    { "take", 0, 0, "", WALL_OPTIONS, FALSE, do_plain, "预演上墙", "put the preview on air" },
    { "undo", 0, 0, "", WALL_OPTIONS, FALSE, do_plain, "撤销", "undo" },
    { "redo", 0, 0, "", WALL_OPTIONS, FALSE, do_plain, "重做", "redo" },
    { "lock", 0, 0, "", WALL_OPTIONS, FALSE, do_plain, "锁墙", "lock the wall" },
    { "unlock", 0, 0, "", WALL_OPTIONS | OPTION_OVERRIDE, FALSE, do_unlock, "解锁", "unlock it" },
    { "snapshot", 1, 1, "FILE.png|FILE.jpg", OPTION_WALL | OPTION_SCREEN, FALSE, cli_snapshot,
      "墙面截图", "the picture of a screen as a file" },
    { "reload", 0, 0, "", 0, FALSE, do_reload, "重新载入配置", "read the configuration again" },
    { "retry", 1, 1, "CAMERA", 0, FALSE, do_retry, "立即重连摄像机", "try a camera again now" },
    { "watch", 0, 0, "", 0, FALSE, cli_watch, "实时列出事件", "print events as they happen" },
    { "probe", 1, 1, "ADDRESS", OPTION_USER | OPTION_PASSWORD_FILE | OPTION_UDP | OPTION_SECONDS,
      TRUE, cli_probe, "测一路码流是否适合上墙", "what a stream is and whether it suits a wall" },
    { "names", 1, 1, "KIND", OPTION_WALL, FALSE, do_names, "名称列表（供补全）",
      "names, one a line (for completion)" },
    { "help", 0, 0, "", 0, TRUE, cli_help, "说明", "this text" },
};

const guint cli_n_commands = G_N_ELEMENTS(cli_commands);
