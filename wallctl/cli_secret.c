/* cli_secret.c - what must not be an argument: everybody sees those in the list of processes */
#include "wallctl/cli_private.h"
#include "wallctl/cli_words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

#define MAX_SECRET 256

/* The first line of stream, without its end. NULL if there is none. */
static Secret *read_line(FILE *stream)
{
    char line[MAX_SECRET + 2] = "";
    Secret *secret = NULL;
    if (fgets(line, sizeof(line), stream)) {
        gsize len = strcspn(line, "\r\n");
        if (len <= MAX_SECRET)
            secret = secret_new(line, len);
    }
    secret_wipe(line, sizeof(line));
    return secret;
}

static Secret *ask(const char *prompt, int *status)
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
    fputs(prompt, stderr);
    Secret *secret = read_line(terminal);
    tcsetattr(fileno(terminal), TCSAFLUSH, &shown);
    fputc('\n', stderr);
    fclose(terminal);
    if (!secret)
        *status = cli_fail(EX_USAGE, "%s", say("没有输入密码", "no password was typed"));
    return secret;
}

Secret *cli_secret(Cli *cli, const char *prompt, int *status)
{
    if (!cli->password_file)
        return ask(prompt, status);
    FILE *file = fopen(cli->password_file, "r");
    int cause = errno;
    Secret *secret = file ? read_line(file) : NULL;
    if (file)
        fclose(file);
    if (!secret)
        *status = cli_fail(EX_NOINPUT, "%s: %s", cli->password_file,
                           file ? say("首行没有密码", "no password in its first line")
                                : g_strerror(cause));
    return secret;
}
