/* cli_private.h - what the files of the command line share. One thread. */
#ifndef WALLCTL_CLI_PRIVATE_H
#define WALLCTL_CLI_PRIVATE_H

#include "wallctl/base/secret.h"
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
    OPTION_CONFIG = 1 << 18,
    OPTION_DRY_RUN = 1 << 19,
    OPTION_SPEED = 1 << 20,
    OPTION_SEED = 1 << 21,
    OPTION_EVERY = 1 << 22,
    OPTION_CAMERAS = 1 << 23,
    OPTION_SUPERVISED = 1 << 24,
    OPTION_ACK = 1 << 25,
    OPTION_DUE = 1 << 26,
    OPTION_CASE = 1 << 27,
    OPTION_COUNT = 1 << 28,
    OPTION_FROM = 1 << 29,
    OPTION_TO = 1 << 30,
} CliOption;

/* One more than an enum holds. */
#define OPTION_KEY ((CliOption)(1u << 31))

/* Go with every command. */
#define OPTION_GENERAL (OPTION_SOCKET | OPTION_JSON | OPTION_LANG | OPTION_HELP | OPTION_VERSION)

typedef struct CliCommand CliCommand;

typedef struct {
    guint given; /* CliOption */
    const char *socket, *lang, *wall, *screen, *region, *revision, *user, *password_file, *seconds,
        *config, *ack, *due, *count, *from, *to;
    const char *key;
    const char *speed, *seed, *every, *cameras, *case_code;
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

/* Writes what lies at path into a file, and says so; returns the exit status. */
int cli_fetch(Cli *cli, const char *path, const char *file);

/* What must not be an argument: the first line of --password-file, or asked for at the terminal without
 * showing it. NULL with *status. */
Secret *cli_secret(Cli *cli, const char *prompt, int *status);

int cli_probe(Cli *cli);
int cli_visitor_on(Cli *cli);
int cli_visitor_off(Cli *cli);
int cli_visitor_pin(Cli *cli);
int cli_visitor_state(Cli *cli);
int cli_connector_try(Cli *cli);
int cli_demo(Cli *cli);
int cli_watch(Cli *cli);
int cli_snapshot(Cli *cli);
int cli_alarms(Cli *cli);
int cli_ack(Cli *cli);
int cli_snooze(Cli *cli);
int cli_forward(Cli *cli);
int cli_comment(Cli *cli);
int cli_cases(Cli *cli);
int cli_case(Cli *cli);
int cli_order_issue(Cli *cli);
int cli_order_list(Cli *cli);
int cli_order_show(Cli *cli);
int cli_order_accept(Cli *cli);
int cli_order_done(Cli *cli);
int cli_order_form(Cli *cli);
int cli_revisit_sample(Cli *cli);
int cli_revisit_list(Cli *cli);
int cli_revisit_done(Cli *cli);
int cli_health(Cli *cli);
int cli_diagnose(Cli *cli);
int cli_sources(Cli *cli);
int cli_links(Cli *cli);
int cli_whistles(Cli *cli);
int cli_whistle_raise(Cli *cli);
int cli_whistle_ack(Cli *cli);
int cli_whistle_arrive(Cli *cli);
int cli_whistle_end(Cli *cli);
int cli_linkage_test(Cli *cli);
int cli_linkage_list(Cli *cli);
int cli_linkage_set(Cli *cli);
int cli_linkage_remove(Cli *cli);
int cli_plan_run(Cli *cli);
int cli_retention_run(Cli *cli);
int cli_retention_report(Cli *cli);
int cli_backup(Cli *cli);
int cli_backup_check(Cli *cli);
int cli_restore(Cli *cli);
int cli_audit_list(Cli *cli);
int cli_audit_export(Cli *cli);
int cli_audit_verify(Cli *cli);
int cli_audit_key(Cli *cli);
int cli_evidence_list(Cli *cli);
int cli_evidence_clip(Cli *cli);
int cli_evidence_picture(Cli *cli);
int cli_evidence_verify(Cli *cli);
int cli_evidence_export(Cli *cli);
int cli_evidence_original(Cli *cli);
int cli_evidence_public(Cli *cli);
int cli_evidence_hold(Cli *cli);
int cli_evidence_release(Cli *cli);
int cli_evidence_delete(Cli *cli);
int cli_evidence_certificate(Cli *cli);
int cli_boards(Cli *cli);
int cli_ticker(Cli *cli);
int cli_briefing_list(Cli *cli);
int cli_briefing_make(Cli *cli);
int cli_briefing_export(Cli *cli);
int cli_account_list(Cli *cli);
int cli_account_add(Cli *cli);
int cli_account_password(Cli *cli);
int cli_account_remove(Cli *cli);
int cli_token_list(Cli *cli);
int cli_token_add(Cli *cli);
int cli_token_remove(Cli *cli);
int cli_secret_list(Cli *cli);
int cli_secret_seal(Cli *cli);
int cli_secret_rotate(Cli *cli);
int cli_secret_set(Cli *cli);
int cli_secret_remove(Cli *cli);
int cli_help(Cli *cli);

#endif
