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

static int do_certificate(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/status", NULL, print_certificate);
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

static int do_lock(Cli *cli)
{
    Json *body = new_op(cli->command->name);
    if (cli_has(cli, OPTION_OVERRIDE))
        json_add_bool(body, "override", TRUE);
    return send_op(cli, body);
}

/* ---- scenes over the wall ---- */

static int do_open(Cli *cli)
{
    static const char *const scenes[] = { "case", "whistle", "preset" };
    const char *name = strchr(cli->args[0], ':');
    for (guint i = 0; name && i < G_N_ELEMENTS(scenes); i++) {
        gsize len = strlen(scenes[i]);
        if (strncmp(cli->args[0], scenes[i], len) != 0 || cli->args[0] + len != name)
            continue;
        Json *body = new_op("open");
        json_add_string(body, scenes[i], name + 1);
        return send_op(cli, body);
    }
    return named_op(cli, "open", "preset");
}

static int do_back(Cli *cli)
{
    Json *body = new_op("back");
    json_add_string(body, "label", cli->n_args > 0 ? cli->args[0] : NULL);
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
        { "rules", "linkage/rules", "rules", "id" },
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
    return cli_fail(EX_USAGE, "%s: cameras, layouts, walls, tours, presets, tiles, rules",
                    cli->args[0]);
}

#define WALL_OPTIONS (OPTION_WALL | OPTION_REVISION)
#define TILE_OPTIONS (WALL_OPTIONS | OPTION_PREVIEW)

const CliCommand cli_commands[] = {
    { "status", 0, 0, "", 0, FALSE, do_status, "站点、墙、摄像机、输出一览",
      "site, walls, cameras and outputs" },
    { "certificate", 0, 0, "", 0, FALSE, do_certificate, "HTTPS 的地址、证书和指纹",
      "addresses, certificate and fingerprint of HTTPS" },
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
    { "lock", 0, 0, "", WALL_OPTIONS | OPTION_OVERRIDE, FALSE, do_lock, "锁墙", "lock the wall" },
    { "unlock", 0, 0, "", WALL_OPTIONS | OPTION_OVERRIDE, FALSE, do_lock, "解锁", "unlock it" },
    { "open", 1, 1, "case:CODE|whistle:CODE|PRESET", WALL_OPTIONS, FALSE, do_open,
      "把案件、吹哨或预案开到墙上，可原样返回", "lay a case, a whistle or a preset over the wall" },
    { "back", 0, 1, "[LABEL]", WALL_OPTIONS, FALSE, do_back, "返回打开之前的画面",
      "back to what was there" },
    { "alarms", 0, 0, "", 0, FALSE, cli_alarms, "列出告警", "list alarms" },
    { "ack", 1, 1, "ALARM", 0, FALSE, cli_ack, "确认告警", "acknowledge an alarm" },
    { "snooze", 2, 2, "ALARM MINUTES", 0, FALSE, cli_snooze, "暂缓", "put it off" },
    { "forward", 2, 2, "ALARM TO", 0, FALSE, cli_forward, "转交", "hand it on" },
    { "comment", 2, 2, "ALARM TEXT", 0, FALSE, cli_comment, "加备注（只写情况，不写是谁）",
      "note something about it: what happens, not who it is" },
    { "cases", 0, 1, "[CODE]", OPTION_REGION | OPTION_SUPERVISED, FALSE, cli_cases,
      "列出在办案件（或编号开头）", "list open cases (or by the beginning of the code)" },
    { "case", 1, 1, "CODE", 0, FALSE, cli_case, "一个案件", "one case" },
    { "whistle list", 0, 0, "", 0, FALSE, cli_whistles, "进行中的吹哨：谁响应、谁到达",
      "open whistles: who has answered, who has come" },
    { "whistle raise", 2, 4, "CODE OFFICE[,OFFICE...] [ACK_MINUTES [ARRIVE_MINUTES]]", 0, FALSE,
      cli_whistle_raise, "吹哨：叫这些单位报到", "call offices to a case" },
    { "whistle ack", 2, 2, "CODE OFFICE", 0, FALSE, cli_whistle_ack, "单位已响应",
      "an office has answered" },
    { "whistle arrive", 2, 2, "CODE OFFICE", 0, FALSE, cli_whistle_arrive, "单位已到达",
      "it has arrived" },
    { "whistle end", 1, 1, "CODE", 0, FALSE, cli_whistle_end, "结束吹哨", "the whistle is over" },
    { "revisit sample", 0, 0, "", OPTION_COUNT | OPTION_SEED | OPTION_FROM | OPTION_TO, FALSE,
      cli_revisit_sample, "随机抽取回访案件；同一种子结果相同",
      "draw cases to revisit; the same seed draws the same" },
    { "revisit list", 0, 0, "", 0, FALSE, cli_revisit_list, "待回访的案件", "revisits to be made" },
    { "revisit done", 2, 3, "ID SATISFACTION [METHOD]", 0, FALSE, cli_revisit_done,
      "回访结果（满意度 1–5；phone、visit、message、counter）", "what came of one" },
    { "order issue", 3, 3, "CASE KIND TO", OPTION_ACK | OPTION_DUE, FALSE, cli_order_issue,
      "开单（派单、督办单、核单等）", "issue a work order" },
    { "order list", 0, 1, "[CASE]", 0, FALSE, cli_order_list, "未办结的单据，或一个案件的全部",
      "open work orders, or all of a case" },
    { "order show", 1, 1, "NO", 0, FALSE, cli_order_show, "一张单据", "one work order" },
    { "order accept", 1, 1, "NO", 0, FALSE, cli_order_accept, "接单", "take one over" },
    { "order done", 1, 3, "NO [OUTCOME [SCORE]]", 0, FALSE, cli_order_done,
      "办结（结果 settled、failed、withdrawn、litigation；评分 1–5）", "it is done" },
    { "order form", 2, 2, "NO FILE.html", 0, FALSE, cli_order_form, "单据打印页存为文件",
      "the page to print, as a file" },
    { "health", 0, 1, "[FILE.csv]", 0, FALSE, cli_health,
      "各区划在线率和画面问题；给出文件名则存为表格",
      "rates online by region and faults of pictures; with a file, as a table" },
    { "diagnose", 1, 1, "FILE.tar.gz", 0, FALSE, cli_diagnose,
      "诊断包存为文件：配置、状态、日志、版本，不含口令、地址和案件",
      "what a technician needs, as a file: configuration, state, log, versions; no secrets" },
    { "sources", 0, 0, "", 0, FALSE, cli_sources, "事件来源的情况",
      "how the sources of events fare" },
    { "links", 0, 0, "", 0, FALSE, cli_links, "与其他平台的连接、待上报数",
      "connections to other platforms, and what waits for them" },
    { "boards", 0, 0, "", 0, FALSE, cli_boards, "列出可上墙的看板", "list the boards for tiles" },
    { "ticker", 1, 1, "TEXT|off", OPTION_WALL, FALSE, cli_ticker, "滚动字幕（off 撤下）",
      "the line along the foot of a wall (off: none)" },
    { "briefing list", 0, 0, "", 0, FALSE, cli_briefing_list, "列出研判记录",
      "list the briefings that were made" },
    { "briefing make", 1, 2, "BRIEFING [YYYY-MM-DD]", 0, FALSE, cli_briefing_make,
      "现在做一份并上墙（到某日为止）", "make one now, of the time up to a day" },
    { "briefing export", 2, 2, "ID FILE.csv|FILE.html", 0, FALSE, cli_briefing_export,
      "导出表格或可打印的页面", "write its table or a page to print" },
    { "linkage test", 1, 2, "EVENT.json [SOURCE]", 0, FALSE, cli_linkage_test,
      "试联动：哪条规则触发、墙会怎样，不实际执行", "what an event would do; nothing happens" },
    { "linkage list", 0, 0, "", 0, FALSE, cli_linkage_list, "联动规则和预案",
      "linkage rules and plans" },
    { "linkage set", 2, 2, "ID RULE.json", 0, FALSE, cli_linkage_set,
      "保存一条联动规则或预案（替代配置文件里同编号的）",
      "save a rule or plan; it wins over the file's of that id" },
    { "linkage remove", 1, 1, "ID", 0, FALSE, cli_linkage_remove, "删除保存的规则",
      "delete a saved rule" },
    { "plan run", 1, 1, "ID", OPTION_CASE | OPTION_DRY_RUN, FALSE, cli_plan_run,
      "执行预案（一键指挥）", "run a plan" },
    { "account list", 0, 0, "", 0, FALSE, cli_account_list, "列出账号", "list the accounts" },
    { "account add", 4, 4, "ACCOUNT NAME UNIT ROLE,...", OPTION_REGION, FALSE, cli_account_add,
      "设立账号，给出一次性密码；已有的账号改为这些值",
      "make an account, with a one-time password; one that is there gets these values" },
    { "account password", 1, 1, "ACCOUNT", 0, FALSE, cli_account_password, "重设一次性密码",
      "give a new one-time password" },
    { "account remove", 1, 1, "ACCOUNT", 0, FALSE, cli_account_remove, "删除账号",
      "delete an account" },
    { "token list", 0, 0, "", 0, FALSE, cli_token_list, "列出接口令牌",
      "list the tokens of machines" },
    { "token add", 2, 2, "NAME RIGHT,...", OPTION_REGION, FALSE, cli_token_add,
      "设立接口令牌，只显示这一次", "make a token; it is shown this once" },
    { "token remove", 1, 1, "NAME", 0, FALSE, cli_token_remove, "作废令牌", "end a token" },
    { "secret list", 1, 1, "FILE", 0, TRUE, cli_secret_list,
      "凭据文件：是否密封、有哪些引用（不显示密码）",
      "a file of credentials: is it sealed, what is in it; shows no password" },
    { "secret seal", 1, 1, "FILE", 0, TRUE, cli_secret_seal, "密封凭据文件（原地，断电也安全）",
      "seal a file of credentials in its place, safe against power cuts" },
    { "secret set", 2, 2, "FILE NAME|@CAMERA", OPTION_USER | OPTION_PASSWORD_FILE, TRUE,
      cli_secret_set, "设置密码；没有 --user 的是来源令牌",
      "set a password; without --user the token of a source" },
    { "secret remove", 2, 2, "FILE NAME|@CAMERA", 0, TRUE, cli_secret_remove, "删除一个引用",
      "take one out" },
    { "secret rotate", 1, 1, "FILE", 0, TRUE, cli_secret_rotate, "换密钥，旧密钥作废",
      "seal it with a new key; the old one is of no use then" },
    { "audit list", 0, 1, "[TEXT]", OPTION_FROM | OPTION_TO | OPTION_COUNT, FALSE, cli_audit_list,
      "调用登记簿：谁、何时、因何看了什么", "the register: who looked at what, when and why" },
    { "audit export", 1, 1, "FILE|FILE.csv|FILE.html", OPTION_FROM | OPTION_TO, FALSE,
      cli_audit_export, "导出可校验的登记簿，或调用登记表",
      "write an export that can be verified, or the access register" },
    { "audit verify", 1, 1000, "FILE ...", OPTION_KEY, TRUE, cli_audit_verify,
      "离线校验导出文件：是否缺、改、增、换序、截断", "is an export whole? Needs no daemon" },
    { "audit key", 0, 0, "", 0, FALSE, cli_audit_key, "登记簿签名公钥",
      "the public key that signs the register" },
    { "visitor on", 0, 0, "", OPTION_WALL | OPTION_SCREEN, FALSE, cli_visitor_on,
      "参观模式：立即只显示公开看板（默认全部屏）",
      "visitor mode: public boards only, at once (default: all screens)" },
    { "visitor off", 0, 0, "", OPTION_WALL | OPTION_SCREEN | OPTION_PASSWORD_FILE, FALSE,
      cli_visitor_off, "退出参观模式，要输 PIN", "leave it; asks for the PIN" },
    { "visitor pin", 0, 0, "", OPTION_PASSWORD_FILE, FALSE, cli_visitor_pin,
      "设置退出参观模式的 PIN", "set the PIN that ends visitor mode" },
    { "visitor state", 0, 0, "", 0, FALSE, cli_visitor_state, "参观模式的状态",
      "where visitor mode is on" },
    { "evidence list", 0, 0, "", 0, FALSE, cli_evidence_list, "存证：保存了哪些片段和截图",
      "clips and pictures of cameras that were saved" },
    { "evidence clip", 2, 4, "CAMERA REASON [BEFORE-S [AFTER-S]]", OPTION_CASE, FALSE,
      cli_evidence_clip, "保存摄像机片段：之前、之后各几秒，写明事由",
      "save a clip of a camera: seconds before and after now, and why" },
    { "evidence picture", 2, 2, "CAMERA REASON", OPTION_CASE, FALSE, cli_evidence_picture,
      "保存摄像机截图，写明事由", "save a picture of a camera, and why" },
    { "evidence verify", 0, 1, "[ID]", 0, FALSE, cli_evidence_verify,
      "校验存证文件：是否缺失、被改动", "are the files as they were saved?" },
    { "evidence export", 2, 2, "ID FOLDER", 0, FALSE, cli_evidence_export,
      "取出遮挡后的副本、清单和签名", "fetch the masked copy, the manifest and its signature" },
    { "evidence original", 2, 2, "ID FILE.mp4", 0, FALSE, cli_evidence_original,
      "取出封存的原始码流（未遮挡）", "fetch the sealed original, which is not masked" },
    { "evidence public", 3, 3, "ID reduce|blur REASON", 0, FALSE, cli_evidence_public,
      "制作可以公开的副本：整幅降清或模糊", "make a copy for the public: few details, or blurred" },
    { "evidence hold", 2, 2, "ID REASON", 0, FALSE, cli_evidence_hold, "封存：到期不删",
      "keep it beyond its time" },
    { "evidence release", 1, 1, "ID", 0, FALSE, cli_evidence_release, "解除封存", "lift a hold" },
    { "evidence delete", 2, 2, "ID REASON", 0, FALSE, cli_evidence_delete, "提前删除，写明理由",
      "delete it before its time, and why" },
    { "evidence certificate", 2, 2, "ID FILE.html", 0, FALSE, cli_evidence_certificate,
      "删除证明，可打印", "the certificate of its deletion, to print" },
    { "retention run", 0, 0, "", OPTION_DRY_RUN, FALSE, cli_retention_run, "现在清理到期数据",
      "delete now what is no longer kept" },
    { "retention report", 0, 0, "", 0, FALSE, cli_retention_report, "历次清理和备份的结果",
      "what was deleted and copied, night by night" },
    { "backup check", 1, 2, "FILE [CHAIN-HEAD]", 0, TRUE, cli_backup_check, "校验一份备份",
      "is a copy whole?" },
    { "backup restore", 1, 1, "FILE", OPTION_CONFIG, TRUE, cli_restore,
      "从备份恢复（先停止服务）；原文件改名保留",
      "put a copy in the database's place; the daemon must be stopped" },
    { "backup", 0, 1, "[TARGET]", OPTION_CONFIG, TRUE, cli_backup,
      "备份数据库（运行中也可），默认放进 backup 目录",
      "copy the database, also while it is in use" },
    { "snapshot", 1, 1, "FILE.png|FILE.jpg", OPTION_WALL | OPTION_SCREEN, FALSE, cli_snapshot,
      "墙面截图", "the picture of a screen as a file" },
    { "reload", 0, 0, "", 0, FALSE, do_reload, "重新载入配置", "read the configuration again" },
    { "retry", 1, 1, "CAMERA", 0, FALSE, do_retry, "立即重连摄像机", "try a camera again now" },
    { "watch", 0, 0, "", 0, FALSE, cli_watch, "实时列出事件", "print events as they happen" },
    { "probe", 1, 1, "ADDRESS", OPTION_USER | OPTION_PASSWORD_FILE | OPTION_UDP | OPTION_SECONDS,
      TRUE, cli_probe, "测一路码流是否适合上墙", "what a stream is and whether it suits a wall" },
    { "connector try", 2, 2, "FILE SAMPLE", OPTION_REGION, TRUE, cli_connector_try,
      "试对接文件：逐项列出保留、丢弃、拒收及原因",
      "what a mapping file keeps, drops and refuses of a sample, and why" },
    { "demo", 1, 1, "SCENARIO", OPTION_SPEED | OPTION_SEED | OPTION_EVERY | OPTION_CAMERAS, FALSE,
      cli_demo, "演示：按真实接口送入合成事件，如 hongta、first-minute",
      "synthetic events over the real intake: hongta, first-minute ..." },
    { "names", 1, 1, "KIND", OPTION_WALL, FALSE, do_names, "名称列表（供补全）",
      "names, one a line (for completion)" },
    { "help", 0, 0, "", 0, TRUE, cli_help, "说明", "this text" },
};

const guint cli_n_commands = G_N_ELEMENTS(cli_commands);
