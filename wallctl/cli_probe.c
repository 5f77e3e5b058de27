/* cli_probe.c - looks at a camera's address from this machine; the password is never an argument */
#include "pipelines/probe.h"
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"
#include "wallctl/probe_json.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define WATCH_S 6

/* FALSE with *status when a password is wanted and cannot be had. */
static gboolean get_password(Cli *cli, Secret **password, int *status)
{
    if (!cli->user && !cli->password_file)
        return TRUE;
    g_autofree char *prompt =
        g_strdup_printf(say("%s 的密码：", "password of %s: "), cli->user ? cli->user : "");
    *password = cli_secret(cli, prompt, status);
    return *password != NULL;
}

/* "rtsp://user:pass@host": the list of processes shows it to everyone. */
static gboolean has_user_part(const char *address)
{
    const char *host = strstr(address, "://");
    return host && memchr(host + 3, '@', strcspn(host + 3, "/")) != NULL;
}

int cli_probe(Cli *cli)
{
    const char *address = cli->args[0];
    if (has_user_part(address))
        return cli_fail(EX_USAGE, "%s",
                        say("地址里不要写账号密码（进程列表谁都看得见）：用 --user",
                            "no user or password in the address, everyone sees it in the list of "
                            "processes: use --user"));
    guint64 seconds = WATCH_S;
    if (cli->seconds && !g_ascii_string_to_unsigned(cli->seconds, 10, 1, 120, &seconds, NULL))
        return cli_fail(EX_USAGE, "--seconds: 1-120");
    int status = EX_OK;
    g_autoptr(Secret) password = NULL;
    if (!get_password(cli, &password, &status))
        return status;
    g_autoptr(GError) error = NULL;
    Transport transport = cli_has(cli, OPTION_UDP) ? TRANSPORT_UDP : TRANSPORT_TCP;
    ProbeResult *result =
        probe_address(address, cli->user, password, transport, (guint)seconds * 1000, NULL, &error);
    if (!result)
        return cli_fail(EX_UNAVAILABLE, "%s", say_error(error));
    g_autoptr(Json) json = probe_result_to_json(result);
    probe_result_free(result);
    if (cli_has(cli, OPTION_JSON))
        print_json(json);
    else
        print_probe(json);
    return EX_OK;
}
