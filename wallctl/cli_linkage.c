/* cli_linkage.c - linkage rules, plans and dry runs at a terminal */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include "config/file.h"
#include "web/intake.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

static guint count(Json *list)
{
    return json_object_is_type(list, json_type_array) ? (guint)json_object_array_length(list) : 0;
}

/* A JSON file of the command line; NULL with *status. Caller owns. */
static Json *read_json(const char *path, int *status)
{
    g_autoptr(GError) error = NULL;
    gsize len;
    g_autofree char *text = file_read(path, INTAKE_MAX_BYTES, &len, NULL, &error);
    Json *json = text ? json_parse(text, len, 0, JSON_COMMENTS, &error) : NULL;
    if (!json)
        *status = cli_fail(EX_DATAERR, "%s: %s", path, error->message);
    return json;
}

/* --- dry run -----------------------------------------------------------------------------------
 */

static void print_spots(Json *spots)
{
    struct json_object_iter wall;
    if (!spots)
        return;
    json_object_object_foreachC (spots, wall) {
        for (guint i = 0; i < count(wall.val); i++) {
            Json *spot = json_object_array_get_idx(wall.val, i);
            const char *camera = json_text(spot, "camera");
            printf(say("墙 %s 窗格 %" G_GINT64_FORMAT "：%s\n",
                       "wall %s tile %" G_GINT64_FORMAT ": %s\n"),
                   wall.key, json_number(spot, "tile"),
                   *camera ? camera : say("（不变）", "(as it is)"));
        }
    }
}

/* What a rule does beside cameras: one line each. */
static void print_actions(Json *what)
{
    const char *opens = json_text(what, "opens"), *preset = json_text(what, "ptz_preset");
    Json *orders = json_item(what, "orders");
    g_autofree char *procedure = term_clean(json_text(what, "procedure"));
    g_autofree char *opens_shown = term_clean(opens), *preset_shown = term_clean(preset);
    if (*opens)
        printf(say("打开画面 %s\n", "opens %s\n"), opens_shown);
    if (*preset)
        printf(say("云台转到预置位 %s\n", "cameras turn to preset %s\n"), preset_shown);
    for (guint i = 0; i < count(orders); i++) {
        Json *order = json_object_array_get_idx(orders, i);
        g_autofree char *to = term_clean(json_text(order, "to"));
        printf(say("开单 %s → %s\n", "order %s to %s\n"), say_word(json_text(order, "kind")), to);
    }
    if (*procedure)
        printf(say("处置要点：%s\n", "procedure: %s\n"), procedure);
}

static void print_trial(Json *answer)
{
    Json *fires = json_item(answer, "fires");
    if (count(fires) == 0)
        puts(say("没有规则触发", "no rule fires"));
    for (guint i = 0; i < count(fires); i++) {
        Json *firing = json_object_array_get_idx(fires, i);
        g_autofree char *name = term_clean(json_text(firing, "name"));
        g_autofree char *cameras = json_dup_text(json_item(firing, "cameras"));
        printf(say("规则 %s（%s）：%s，%s，摄像机 %s\n", "rule %s (%s): %s, %s, cameras %s\n"),
               json_text(firing, "rule"), name, say_word(json_text(firing, "outcome")),
               say_word(json_text(firing, "severity")), cameras);
        print_actions(firing);
    }
    print_spots(json_item(answer, "spots"));
}

int cli_linkage_test(Cli *cli)
{
    int status = EX_OK;
    Json *event = read_json(cli->args[0], &status);
    if (!event)
        return status;
    Json *body = json_object_new_object();
    json_add_string(body, "source", cli->n_args > 1 ? cli->args[1] : "");
    json_add(body, "event", event);
    return cli_do(cli, "POST", "/api/v1/linkage/test", body, print_trial);
}

/* --- rules -------------------------------------------------------------------------------------
 */

static const char *force_text(Json *rule)
{
    if (!json_flag(rule, "in_force"))
        return json_text(rule, "fault");
    return json_flag(rule, "by_hand") ? say("预案，由人执行", "a plan, run by people")
                                      : say("生效", "in force");
}

static void print_rules(Json *answer)
{
    const char *headings[] = { say("标识", "id"), say("名称", "name"), say("来自", "from"),
                               say("状态", "state"), say("修改人", "changed by") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    Json *list = json_item(answer, "rules");
    for (guint i = 0; i < count(list); i++) {
        Json *rule = json_object_array_get_idx(list, i);
        gboolean is_saved = strcmp(json_text(rule, "origin"), "saved") == 0;
        const char *origin = !is_saved ? say("配置文件", "file")
                             : json_flag(rule, "replaces")
                                 ? say("保存的，替代配置文件的", "saved, replaces the file's")
                                 : say("保存的", "saved");
        const char *cells[] = { json_text(rule, "id"), json_text(rule, "name"), origin,
                                force_text(rule), json_text(rule, "changed_by") };
        table_add(table, cells);
    }
    table_print(table);
}

int cli_linkage_list(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/linkage/rules", NULL, print_rules);
}

static void print_done(Json *answer)
{
    puts(say("完成", "done"));
}

int cli_linkage_set(Cli *cli)
{
    int status = EX_OK;
    Json *rule = read_json(cli->args[1], &status);
    if (!rule)
        return status;
    g_autofree char *path = cli_path("linkage/rules/%s", cli->args[0]);
    return cli_do(cli, "PUT", path, rule, print_done);
}

int cli_linkage_remove(Cli *cli)
{
    g_autofree char *path = cli_path("linkage/rules/%s", cli->args[0]);
    return cli_do(cli, "DELETE", path, NULL, print_done);
}

/* --- plans -------------------------------------------------------------------------------------
 */

static void print_run(Json *answer)
{
    g_autofree char *name = term_clean(json_text(answer, "name"));
    if (json_flag(answer, "dry_run"))
        printf(say("预案 %s：演练，不实际执行\n", "plan %s: dry run, nothing happens\n"), name);
    else
        printf(say("预案 %s：已执行，告警 %s，确认后恢复原画面\n",
                   "plan %s: runs as alarm %s; acknowledged, the wall comes back\n"),
               name, json_text(answer, "alarm"));
    Json *cameras = json_item(answer, "cameras"), *problems = json_item(answer, "problems");
    for (guint i = 0; i < count(cameras); i++) {
        Json *camera = json_object_array_get_idx(cameras, i);
        printf(say("摄像机 %s：%s\n", "camera %s: %s\n"), json_text(camera, "id"),
               say_word(json_text(camera, "state")));
    }
    print_actions(answer);
    for (guint i = 0; i < count(problems); i++) {
        g_autofree char *text =
            term_clean(json_object_get_string(json_object_array_get_idx(problems, i)));
        printf(say("注意：%s\n", "mind: %s\n"), text);
    }
    print_spots(json_item(answer, "spots"));
}

int cli_plan_run(Cli *cli)
{
    g_autofree char *path = cli_path("linkage/rules/%s/run", cli->args[0]);
    g_autofree char *target =
        g_strconcat(path, cli_has(cli, OPTION_DRY_RUN) ? "?dry_run=1" : "", NULL);
    Json *body = json_object_new_object();
    json_add_string(body, "case", cli->case_code);
    return cli_do(cli, "POST", target, body, print_run);
}
