/* cli_probe.c - looks at a camera's address from this machine; the password is never an argument */
#include "pipelines/probe.h"
#include "wallctl/cli_print.h"
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"
#include "wallctl/probe_json.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

#define WATCH_S      6
#define MAX_PASSWORD 256

/* The first line of stream, without its end. NULL if there is none. */
static Secret *read_line(FILE *stream)
{
    char line[MAX_PASSWORD + 2] = "";
    Secret *secret = NULL;
    if (fgets(line, sizeof(line), stream)) {
        gsize len = strcspn(line, "\r\n");
        if (len <= MAX_PASSWORD)
            secret = secret_new(line, len);
    }
    secret_wipe(line, sizeof(line));
    return secret;
}

/* Asks at the terminal without showing what is typed. NULL with *status. */
static Secret *ask_password(const char *user, int *status)
{
    FILE *terminal = fopen("/dev/tty", "r");
    struct termios shown, hidden;
    if (!terminal || tcgetattr(fileno(terminal), &shown) < 0) {
        if (terminal)
            fclose(terminal);
        *status = cli_fail(EX_USAGE, "%s",
                           say("没有终端可问密码：用 --password-file",
                               "no terminal to ask for a password: use --password-file"));
        return NULL;
    }
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(fileno(terminal), TCSAFLUSH, &hidden);
    fprintf(stderr, say("%s 的密码：", "password of %s: "), user);
    Secret *secret = read_line(terminal);
    tcsetattr(fileno(terminal), TCSAFLUSH, &shown);
    fputc('\n', stderr);
    fclose(terminal);
    if (!secret)
        *status = cli_fail(EX_USAGE, "%s", say("没有输入密码", "no password was typed"));
    return secret;
}

/* FALSE with *status when a password is wanted and cannot be had. */
static gboolean get_password(Cli *cli, Secret **password, int *status)
{
    if (cli->password_file) {
        FILE *file = fopen(cli->password_file, "r");
        int cause = errno;
        *password = file ? read_line(file) : NULL;
        if (file)
            fclose(file);
        if (!*password)
            *status = cli_fail(EX_NOINPUT, "%s: %s", cli->password_file,
                               file ? say("首行没有密码", "no password in its first line")
                                    : g_strerror(cause));
        return *password != NULL;
    }
    if (!cli->user)
        return TRUE;
    *password = ask_password(cli->user, status);
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
        probe_address(address, cli->user, password, transport, (guint)seconds * 1000, &error);
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
