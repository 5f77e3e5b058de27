/* cli_evidence.c - saved clips and pictures of cameras, at a terminal */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include "wallctl/model/calendar.h"
#include "wallctl/model/evidence.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define PATH "/api/v1/evidence"

static char *time_text(gint64 ms)
{
    g_autoptr(GDateTime) time = ms ? calendar_local(ms) : NULL;
    return time ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S") : g_strdup("");
}

static const char *state_text(Json *evidence)
{
    static const char *const words[][3] = {
        { "recording", "正在录", "recording" },
        { "saving", "正在存", "saving" },
        { "kept", "已存", "kept" },
        { "failed", "没有存成", "failed" },
        { "deleting", "正在删", "deleting" },
        { "deleted", "已删除", "deleted" },
    };
    const char *state = json_text(evidence, "state");
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strcmp(words[i][0], state) == 0)
            return json_flag(evidence, "is_held") ? say("已封存", "on hold")
                                                  : say(words[i][1], words[i][2]);
    }
    return state;
}

static void print_list(Json *answer)
{
    Json *list = json_item(answer, "evidence");
    const char *headings[] = { say("编号", "id"),       say("状态", "state"),
                               say("摄像机", "camera"), say("从", "from"),
                               say("秒", "s"),          say("案件", "case"),
                               say("存证人", "owner"),  say("到期", "expires") };
    Table *table = table_new(G_N_ELEMENTS(headings), headings);
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        Json *item = json_object_array_get_idx(list, i);
        gint64 from_ms = json_number(item, "from_ms"), to_ms = json_number(item, "to_ms");
        g_autofree char *from = time_text(from_ms ? from_ms : json_number(item, "asked_ms"));
        g_autofree char *seconds = g_strdup_printf("%.1f", (double)(to_ms - from_ms) / 1000);
        g_autofree char *expires = time_text(json_number(item, "expires_ms"));
        const char *cells[] = { json_text(item, "id"),     state_text(item),
                                json_text(item, "camera"), from,
                                from_ms ? seconds : "",    json_text(item, "case"),
                                json_text(item, "owner"),  expires };
        table_add(table, cells);
    }
    table_print(table);
}

int cli_evidence_list(Cli *cli)
{
    return cli_do(cli, "GET", PATH, NULL, print_list);
}

static void print_begun(Json *answer)
{
    printf("%s  %s\n", json_text(answer, "id"), state_text(answer));
}

static gboolean read_seconds(const Cli *cli, guint i, const char *key, Json *body)
{
    guint64 seconds;
    if (i >= cli->n_args)
        return TRUE;
    if (!g_ascii_string_to_unsigned(cli->args[i], 10, 0, 3600, &seconds, NULL))
        return FALSE;
    json_add_int(body, key, (gint64)seconds);
    return TRUE;
}

static int save(Cli *cli, const char *what)
{
    int status;
    g_autofree char *camera = cli_find_camera(cli, cli->args[0], &status);
    if (!camera)
        return status;
    g_autofree char *path = cli_path("cameras/%s/%s", camera, what);
    Json *body = json_object_new_object();
    json_add_string(body, "reason", cli->args[1]);
    json_add_string(body, "case", cli->case_code);
    if (!read_seconds(cli, 2, "before_s", body) || !read_seconds(cli, 3, "after_s", body)) {
        json_object_put(body);
        return cli_fail(EX_USAGE, "%s", say("秒数应为整数", "seconds are whole numbers"));
    }
    return cli_do(cli, "POST", path, body, print_begun);
}

int cli_evidence_clip(Cli *cli)
{
    return save(cli, "clip");
}

int cli_evidence_picture(Cli *cli)
{
    return save(cli, "snapshot");
}

/* FALSE: something is wrong with it. *status: an answer that did not come. */
static gboolean verify_one(Cli *cli, const char *id, int *status)
{
    g_autofree char *path = cli_path("evidence/%s/verify", id);
    g_autoptr(Json) answer = cli_ask(cli, "GET", path, NULL, status);
    Json *faults = answer ? json_item(answer, "faults") : NULL;
    if (!answer)
        return FALSE;
    printf("%s  %s\n", id,
           json_flag(answer, "is_good") ? say("完好", "good") : say("不符", "not as it was saved"));
    for (gsize i = 0; i < json_object_array_length(faults); i++)
        printf("    %s\n", json_object_get_string(json_object_array_get_idx(faults, i)));
    return json_flag(answer, "is_good");
}

int cli_evidence_verify(Cli *cli)
{
    int status = EX_OK;
    if (cli->n_args)
        return verify_one(cli, cli->args[0], &status) || status ? status : EX_DATAERR;
    g_autoptr(Json) answer = cli_ask(cli, "GET", PATH "?state=kept&limit=1000", NULL, &status);
    if (!answer)
        return status;
    Json *list = json_item(answer, "evidence");
    gboolean is_good = TRUE;
    for (gsize i = 0; i < json_object_array_length(list); i++) {
        const char *id = json_text(json_object_array_get_idx(list, i), "id");
        is_good = verify_one(cli, id, &status) && is_good;
    }
    return is_good || status ? status : EX_DATAERR;
}

static int fetch(Cli *cli, const char *id, const char *name, const char *folder)
{
    g_autofree char *path = cli_path("evidence/%s/files/%s", id, name);
    g_autofree char *file = g_build_filename(folder, name, NULL);
    return cli_fetch(cli, path, file);
}

/* All but the sealed original. */
int cli_evidence_export(Cli *cli)
{
    int status;
    const char *id = cli->args[0], *folder = cli->args[1];
    g_autofree char *path = cli_path("evidence/%s", id);
    g_autoptr(Json) evidence = cli_ask(cli, "GET", path, NULL, &status);
    if (!evidence)
        return status;
    if (g_mkdir(folder, 0700) != 0)
        return cli_fail(
            EX_CANTCREAT,
            say("%s：请给一个还没有的文件夹", "%s: name a folder that is not there yet"), folder);
    Json *files = json_item(evidence, "files");
    status = fetch(cli, id, EVIDENCE_MANIFEST, folder);
    if (status == EX_OK)
        status = fetch(cli, id, EVIDENCE_SIGNATURE, folder);
    for (gsize i = 0; status == EX_OK && i < json_object_array_length(files); i++) {
        const char *name = json_text(json_object_array_get_idx(files, i), "name");
        if (evidence_role_from_file(name) != EVIDENCE_ORIGINAL)
            status = fetch(cli, id, name, folder);
    }
    return status;
}

int cli_evidence_original(Cli *cli)
{
    g_autofree char *path = cli_path("evidence/%s/original", cli->args[0]);
    return cli_fetch(cli, path, cli->args[1]);
}

int cli_evidence_public(Cli *cli)
{
    g_autofree char *path = cli_path("evidence/%s/public", cli->args[0]);
    Json *body = json_object_new_object();
    json_add_string(body, "cover", cli->args[1]);
    json_add_string(body, "reason", cli->args[2]);
    return cli_do(cli, "POST", path, body, print_begun);
}

static int change(Cli *cli, const char *method, const char *what)
{
    g_autofree char *path = cli_path("evidence/%s/%s", cli->args[0], what);
    Json *body = NULL;
    if (cli->n_args > 1) {
        body = json_object_new_object();
        json_add_string(body, "reason", cli->args[1]);
    }
    return cli_do(cli, method, path, body, print_begun);
}

int cli_evidence_delete(Cli *cli)
{
    return change(cli, "POST", "delete");
}

int cli_evidence_hold(Cli *cli)
{
    return change(cli, "PUT", "hold");
}

int cli_evidence_release(Cli *cli)
{
    return change(cli, "DELETE", "hold");
}

int cli_evidence_certificate(Cli *cli)
{
    g_autofree char *path = cli_path("evidence/%s/certificate", cli->args[0]);
    return cli_fetch(cli, path, cli->args[1]);
}
