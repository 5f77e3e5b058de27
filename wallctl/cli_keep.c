/* cli_keep.c - retention, copies of the database and the way back, at a terminal */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include "config/paths.h"
#include "wallctl/base/clock.h"
#include "wallctl/base/error.h"
#include "wallctl/model/calendar.h"
#include "wallctl/store/backup.h"

#include <stdio.h>
#include <sysexits.h>

#define LOOK_US 300000

static char *time_text(gint64 ms)
{
    g_autoptr(GDateTime) time = ms ? calendar_local(ms) : NULL;
    return time ? g_date_time_format(time, "%Y-%m-%d %H:%M") : g_strdup("");
}

/* --- retention -----------------------------------------------------------------------------------
 */

static void print_deleted(Json *deleted)
{
    const char *headings[] = { say("数据", "data"), say("条数", "rows"), say("最早", "oldest"),
                               say("最晚", "newest") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    struct json_object_iter class;
    json_object_object_foreachC (deleted, class) {
        g_autofree char *n = g_strdup_printf("%" G_GINT64_FORMAT, json_number(class.val, "n"));
        g_autofree char *from = time_text(json_number(class.val, "from_ms"));
        g_autofree char *to = time_text(json_number(class.val, "to_ms"));
        const char *cells[] = { say_word(class.key), n, from, to };
        table_add(table, cells);
    }
    table_print(table);
}

static void print_would(Json *answer)
{
    puts(say("如现在清理，将删除：", "a run now would delete:"));
    print_deleted(json_item(answer, "would"));
}

static void print_report(Json *report)
{
    g_autofree char *started = time_text(json_number(report, "started_ms"));
    printf("%s  %s\n", started, say_word(json_text(report, "cause")));
    print_deleted(json_item(report, "deleted"));
    if (*json_text(report, "copy"))
        printf(say("备份：%s，%.1f MB\n", "copy: %s, %.1f MB\n"), json_text(report, "copy"),
               (double)json_number(report, "copy_bytes") / 1e6);
    if (*json_text(report, "chain_head"))
        printf(say("链头：%s\n", "chain head: %s\n"), json_text(report, "chain_head"));
    if (*json_text(report, "fault")) {
        g_autofree char *fault = term_clean(json_text(report, "fault"));
        printf(say("未完成：%s\n", "not finished: %s\n"), fault);
    }
}

static Json *newest(Json *state)
{
    Json *reports = json_item(state, "reports");
    gboolean has_one =
        json_object_is_type(reports, json_type_array) && json_object_array_length(reports) > 0;
    return has_one ? json_object_array_get_idx(reports, 0) : NULL;
}

/* The report of the run that was begun, when it is over. */
static int wait_for_report(Cli *cli)
{
    for (;;) {
        int status;
        g_autoptr(Json) state = cli_ask(cli, "GET", "/api/v1/retention", NULL, &status);
        if (!state)
            return status;
        if (json_flag(state, "is_running")) {
            g_usleep(LOOK_US);
            continue;
        }
        Json *report = newest(state);
        if (cli_has(cli, OPTION_JSON))
            print_json(report);
        else if (report)
            print_report(report);
        return *json_text(report, "fault") ? EX_TEMPFAIL : EX_OK;
    }
}

int cli_retention_run(Cli *cli)
{
    int status;
    gboolean is_dry = cli_has(cli, OPTION_DRY_RUN);
    Json *body = json_object_new_object();
    json_add_bool(body, "dry_run", is_dry);
    if (is_dry)
        return cli_do(cli, "POST", "/api/v1/retention", body, print_would);
    g_autoptr(Json) answer = cli_ask(cli, "POST", "/api/v1/retention", body, &status);
    return answer ? wait_for_report(cli) : status;
}

static void print_state(Json *state)
{
    g_autofree char *next = time_text(json_number(state, "next_ms"));
    Json *reports = json_item(state, "reports");
    printf(say("下一次：%s\n", "next: %s\n"), next);
    for (gsize i = 0; i < json_object_array_length(reports); i++) {
        puts("");
        print_report(json_object_array_get_idx(reports, i));
    }
}

int cli_retention_report(Cli *cli)
{
    return cli_do(cli, "GET", "/api/v1/retention", NULL, print_state);
}

/* --- copies --------------------------------------------------------------------------------------
 */

/* Of the configuration that the daemon uses; NULL with the reason printed. Caller frees. */
static char *find_database(const Cli *cli)
{
    const char *path = cli->config ? cli->config : WALLCTL_SYSCONFDIR "/wallctl.json";
    g_autoptr(Faults) faults = faults_new(path, 100);
    g_autoptr(Config) config = config_load(path, faults);
    if (!config) {
        g_autofree char *text = faults_dup_text(faults);
        fputs(text, stderr);
        return NULL;
    }
    g_autofree char *folder = paths_state_dir(config);
    return g_build_filename(folder, "wallctl.db", NULL);
}

int cli_backup(Cli *cli)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *database = find_database(cli);
    if (!database)
        return EX_CONFIG;
    g_autofree char *state = g_path_get_dirname(database);
    g_autofree char *folder = g_build_filename(state, "backup", NULL);
    g_autofree char *target = cli->n_args > 0 ? g_canonicalize_filename(cli->args[0], NULL)
                                              : backup_nightly_name(folder, clock_unix_ms());
    if (!backup_write(database, target, NULL, &error))
        return cli_fail(EX_CANTCREAT, "%s", say_error(error));
    printf(say("已备份并校验：%s\n", "copied and checked: %s\n"), target);
    return EX_OK;
}

int cli_backup_check(Cli *cli)
{
    g_autoptr(GError) error = NULL;
    const char *head = cli->n_args > 1 ? cli->args[1] : NULL;
    if (!backup_check(cli->args[0], head, NULL, &error))
        return cli_fail(EX_DATAERR, "%s", say_error(error));
    printf(say("%s：完好\n", "%s: good\n"), cli->args[0]);
    return EX_OK;
}

int cli_restore(Cli *cli)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *database = find_database(cli);
    if (!database)
        return EX_CONFIG;
    if (!backup_restore(cli->args[0], database, &error)) {
        gboolean is_used = g_error_matches(error, WALL_ERROR, WALL_ERROR_LOCKED);
        return cli_fail(is_used ? EX_TEMPFAIL : EX_DATAERR, "%s", say_error(error));
    }
    printf(say("已恢复：%s（原文件改名保留在旁边）\n",
               "restored: %s (what was there is kept beside it)\n"),
           database);
    return EX_OK;
}
