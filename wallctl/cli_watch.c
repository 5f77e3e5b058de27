/* cli_watch.c - commands that take what comes: events as lines, the wall's picture as a file */
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define PICTURE_MS 60000

int cli_watch(Cli *cli)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (;;) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Json) event = web_client_next(cli->client, &error);
        if (!event)
            return cli_fail(EX_UNAVAILABLE, "%s", say_error(error));
        if (cli_has(cli, OPTION_JSON))
            print_json(event);
        else
            print_event(event);
        if (ferror(stdout))
            return EX_IOERR;
    }
}

/* --screen, or the wall's first. Caller frees; NULL with *status. */
static char *choose_screen(Cli *cli, const char *wall, int *status)
{
    if (cli->screen)
        return g_strdup(cli->screen);
    g_autofree char *path = cli_path("walls/%s", wall);
    g_autoptr(Json) state = cli_ask(cli, "GET", path, NULL, status);
    Json *screens = json_item(state, "screens");
    if (json_object_is_type(screens, json_type_array) && json_object_array_length(screens) > 0)
        return g_strdup(json_text(json_object_array_get_idx(screens, 0), "id"));
    if (state)
        *status = cli_fail(EX_DATAERR, "%s", say("这面墙没有屏幕", "the wall has no screen"));
    return NULL;
}

int cli_fetch(Cli *cli, const char *path, const char *file)
{
    guint http_status = 0;
    g_autoptr(Json) refusal = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) picture =
        web_client_fetch(cli->client, path, PICTURE_MS, &http_status, &refusal, &error);
    if (refusal)
        web_client_refusal(refusal, http_status, &error);
    if (!picture)
        return cli_fail(refusal ? EX_DATAERR : EX_UNAVAILABLE, "%s", say_error(error));
    gsize len;
    const char *data = g_bytes_get_data(picture, &len);
    /* What is fetched is nobody else's: pictures, figures of a site. */
    if (!g_file_set_contents_full(file, data, (gssize)len, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                  &error))
        return cli_fail(EX_CANTCREAT, say("写不了 %s：%s", "cannot write %s: %s"), file,
                        error->message);
    if (cli_has(cli, OPTION_JSON)) {
        g_autoptr(Json) done = json_object_new_object();
        json_add_string(done, "file", file);
        json_add_int(done, "bytes", (gint64)len);
        print_json(done);
    } else {
        printf("%s: %zu %s\n", file, len, say("字节", "bytes"));
    }
    return EX_OK;
}

int cli_snapshot(Cli *cli)
{
    const char *file = cli->args[0], *dot = strrchr(file, '.');
    gboolean is_png = dot && g_ascii_strcasecmp(dot, ".png") == 0;
    if (!is_png &&
        !(dot && (g_ascii_strcasecmp(dot, ".jpg") == 0 || g_ascii_strcasecmp(dot, ".jpeg") == 0)))
        return cli_fail(
            EX_USAGE, say("%s：扩展名用 .png 或 .jpg", "%s: the name ends in .png or .jpg"), file);
    int status;
    const char *wall = cli_wall(cli, &status);
    g_autofree char *screen = wall ? choose_screen(cli, wall, &status) : NULL;
    if (!screen)
        return status;
    g_autofree char *path =
        cli_path("walls/%s/screens/%s/%s", wall, screen, is_png ? "snapshot.png" : "snapshot.jpg");
    return cli_fetch(cli, path, file);
}
