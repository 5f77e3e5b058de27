/* cli_private.h - what the files of the command line share. One thread. */
#ifndef WALLCTL_CLI_PRIVATE_H
#define WALLCTL_CLI_PRIVATE_H

#include "web/client.h"

#include <glib.h>

typedef enum {
    OPTION_SOCKET = 1 << 0,
    OPTION_JSON = 1 << 1,
    OPTION_LANG = 1 << 2,
    OPTION_WALL = 1 << 3,
    OPTION_SCREEN = 1 << 4,
    OPTION_REGION = 1 << 5,
    OPTION_OFFLINE = 1 << 6,
    OPTION_MAIN = 1 << 7,
    OPTION_SUB = 1 << 8,
    OPTION_PREVIEW = 1 << 9,
    OPTION_REVISION = 1 << 10,
    OPTION_OVERRIDE = 1 << 11,
    OPTION_USER = 1 << 12,
    OPTION_PASSWORD_FILE = 1 << 13,
    OPTION_UDP = 1 << 14,
    OPTION_SECONDS = 1 << 15,
    OPTION_HELP = 1 << 16,
    OPTION_VERSION = 1 << 17,
} CliOption;

/* Go with every command. */
#define OPTION_GENERAL (OPTION_SOCKET | OPTION_JSON | OPTION_LANG | OPTION_HELP | OPTION_VERSION)

typedef struct CliCommand CliCommand;

typedef struct {
    guint given; /* CliOption */
    const char *socket, *lang, *wall, *screen, *region, *revision, *user, *password_file, *seconds;
    const CliCommand *command;
    guint n_args;
    char **args;       /* after the command's words */
    WebClient *client; /* NULL for commands that need no daemon */
    char *first_wall;  /* cli_wall()'s answer, kept */
} Cli;

struct CliCommand {
    const char *name;  /* one or two words */
    guint least, most; /* arguments */
    const char *usage; /* of the arguments */
    guint options;     /* beside OPTION_GENERAL */
    gboolean is_local; /* needs no daemon */
    int (*run)(Cli *cli);
    const char *zh, *en;
};

extern const CliCommand cli_commands[];
extern const guint cli_n_commands;

static inline gboolean cli_has(const Cli *cli, CliOption option)
{
    return (cli->given & option) != 0;
}

/* "wallctl: ..." on standard error; returns status. */
int cli_fail(int status, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Asks and prints with print (NULL: nothing) or as JSON; returns the exit status. Takes body. */
int cli_do(Cli *cli, const char *method, const char *path, Json *body, void (*print)(Json *));

/* The answer (caller owns), or NULL with *status set and the reason printed. Takes body. */
Json *cli_ask(Cli *cli, const char *method, const char *path, Json *body, int *status);

/* --wall, or the first wall. Borrowed; NULL with *status. */
const char *cli_wall(Cli *cli, int *status);

/* A camera's id by id, number, name or unique part of a name. Caller frees; NULL with *status. */
char *cli_find_camera(Cli *cli, const char *text, int *status);

/* "/api/v1/" and the format's parts, each percent-encoded: only %s. Caller frees. */
char *cli_path(const char *format, ...);

int cli_probe(Cli *cli);
int cli_watch(Cli *cli);
int cli_snapshot(Cli *cli);
int cli_help(Cli *cli);

#endif
